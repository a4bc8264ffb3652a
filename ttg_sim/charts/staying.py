"""Who is still there: the share of people to whom something has not happened yet, as time goes by."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ttg_sim.charts.band import BANDS, WORDS
from ttg_sim.charts.chart import Chart, NothingToDraw, alt_text
from ttg_sim.charts.style import DASHES, GREY, MARKERS, REPORT, SERIES, Size, frame, label, look, spread_out, words_in

HEIGHT = 3.1
ROOM = 0.2
"""For the names at the ends of the lines, as a share of the width."""
MOST_LINES = len(SERIES)


def survival(
    frame_: pd.DataFrame, headline: str, subtitle: str, footer: str = "", *, across: str = "", step: float = 0.0,
    baseline: str = "", size: Size = REPORT,
) -> Chart:  # fmt: skip
    """One falling line for each world, with bands over the runs.

    `frame_` has the columns world, x (time since the start, in the unit that `across` names) and low_90, low_50,
    middle, high_50, high_90: shares from 0 to 1 of people to whom it has not happened by then (the bands may be
    missing). `step` is the distance of ticks; the
    world named `baseline` stands back in grey. Raises `NothingToDraw` where there is no number, or with more lines than
    can be told apart.
    """
    rows = frame_.reset_index(drop=True)
    if not len(rows) or rows["middle"].isna().all():
        raise NothingToDraw("nobody was followed who could be counted")
    worlds = list(dict.fromkeys(rows["world"]))
    if len(worlds) > MOST_LINES:
        raise NothingToDraw(f"{len(worlds)} lines are more than can be told apart; expected {MOST_LINES} at most")
    with look():
        figure, ax = frame(size, HEIGHT * size.unit, headline, f"{subtitle}; {WORDS}", footer, left=0.07)
        box = ax.get_position()
        ax.set_position((box.x0, box.y0, box.width - ROOM, box.height))
        colors = _colors(worlds, baseline)
        ends = [
            _line(ax, rows[rows["world"] == world], place, colors[place], size) for place, world in enumerate(worlds)
        ]
        _dress(ax, rows, across, step, size)
        least = (
            1.3
            * size.text
            * max(_lines(world, size) for world in worlds)
            / 72
            / (box.height * figure.get_figheight())
            * 100
        )
        heights = spread_out([100 * end if np.isfinite(end) else 0.0 for end in ends], least, 3, 100)
        for place, (world, end, height) in enumerate(zip(worlds, ends, heights, strict=True)):
            words = f"{100 * end:.1f}%\n" + label(str(world), (ROOM - 0.02) * size.width, size.text, 2)
            ax.annotate(words, (float(rows["x"].max()), height), xytext=(8, 0), textcoords="offset points", va="center",
                        fontsize=size.text, color=words_in(colors[place]), annotation_clip=False,
                        linespacing=1.1)  # fmt: skip
    told = "; ".join(f"{world}: {100 * end:.1f} of 100 at the end" for world, end in zip(worlds, ends, strict=True))
    return Chart(figure, rows, headline, subtitle, alt_text("Falling lines with bands.", headline + ".", told))


def _colors(worlds: list[str], baseline: str) -> list[str]:
    rest = iter(SERIES)
    return [GREY if world == baseline else next(rest) for world in worlds]


def _lines(world: str, size: Size) -> int:
    """Lines that the name at the end of a line takes, with its figure."""
    return 1 + len(label(str(world), (ROOM - 0.02) * size.width, size.text, 2).split("\n"))


def _line(ax: Axes, part: pd.DataFrame, place: int, color: str, size: Size) -> float:
    x = part["x"].to_numpy(float)
    for low, high, alpha in BANDS:
        ax.fill_between(x, 100 * part[low].to_numpy(float), 100 * part[high].to_numpy(float), color=color, alpha=alpha,
                        lw=0)  # fmt: skip
    every = max(len(part) // 6, 1)
    ax.plot(x, 100 * part["middle"].to_numpy(float), color=color, ls=DASHES[place], marker=MARKERS[place], lw=2.2,
            markevery=(place * every // 3, every), ms=size.text * 0.45)  # fmt: skip
    return float(part["middle"].iloc[-1])


def _dress(ax: Axes, rows: pd.DataFrame, across: str, step: float, size: Size) -> None:
    last = max(float(rows["x"].max()), float(rows["x"].min()) + 1)
    ax.set_xlim(min(0.0, float(rows["x"].min())), last)
    if step:
        ax.set_xticks(np.arange(0, last + 0.5 * step, step))
        ax.get_xticklabels()[0].set_horizontalalignment("left")  # clear of the foot of the other scale
    ax.set_ylim(0, 100)
    ax.set_yticks(range(0, 101, 25), [f"{one}%" for one in range(0, 101, 25)], fontsize=size.text)
    ax.set_xlabel(across, fontsize=size.text)
    ax.tick_params(labelsize=size.text, length=0)
    ax.grid(axis="y", lw=0.6)
    ax.set_axisbelow(True)
    ax.spines["left"].set_visible(False)
