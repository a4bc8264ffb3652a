"""A series over time, with its spread over the runs."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ttg_sim.charts import calendar
from ttg_sim.charts.chart import Chart, NothingToDraw, alt_text
from ttg_sim.charts.style import BLUE, GREY, INK, REPORT, SOFT, Size, frame, label, look, spread_out, width_of

MOST_PANELS = 8
WORDS = "dark band: middle half of the runs; light band: nine in ten of them; line: the middle run"
BANDS = (("low_90", "high_90", 0.18), ("low_50", "high_50", 0.38))
DASHED = (0, (4, 1.5))
GAP = 0.07
"""Between panels beside each other, as a share of the width."""


def bands(
    frame_: pd.DataFrame, headline: str, subtitle: str, footer: str = "", *, parts_on: dict[str, date] | None = None,
    baseline: str = "", size: Size = REPORT,
) -> Chart:  # fmt: skip
    """The middle run with bands over time, one panel for each world that is not the baseline, which stands in each.

    `frame_` has the columns world, date, low_90, low_50, middle, high_50, high_90. `parts_on` gives the date on which
    each world parts from the baseline, marked by a line. Raises `NothingToDraw` where there is nothing.
    """
    rows = frame_.reset_index(drop=True)
    if not len(rows) or rows["middle"].isna().all():
        raise NothingToDraw("there are no weeks to draw")
    worlds = [world for world in dict.fromkeys(rows["world"]) if world != baseline] or [baseline]
    if len(worlds) > MOST_PANELS:
        raise NothingToDraw(f"{len(worlds)} worlds are more than can be read; expected {MOST_PANELS} at most")
    across = 1 if len(worlds) == 1 else 2
    down = -(-len(worlds) // across)
    tall, head = (1.75 if len(worlds) > 1 else 2.6) * size.unit, 0.62 * size.unit
    body = down * (tall + head)
    values = rows[["middle", "high_90"]].to_numpy(float)
    top = float(np.nanmax(values)) * 1.08 or 1.0
    with look():
        figure, whole = frame(size, body, headline, f"{subtitle}; {WORDS}", footer, left=0.07, below=0.4)
        whole.set_axis_off()
        box = whole.get_position()
        width = (box.width - GAP * (across - 1)) / across
        for place, world in enumerate(worlds):
            line, column = divmod(place, across)
            y = box.y1 - box.height * line / down - box.height * (head + tall) / body
            ax = figure.add_axes((box.x0 + column * (width + GAP), y, width, box.height * tall / body))
            lines = ((baseline, GREY), (world, BLUE)) if world != baseline else ((world, BLUE),)
            drawn = [(rows[rows["world"] == one], color) for one, color in lines]
            ends = [(curve(ax, part, color), color, "baseline" if color == GREY else "scenario")
                    for part, color in drawn if len(part)]  # fmt: skip
            dates = sorted(set(rows.loc[rows["world"].isin([baseline, world]), "date"].map(str)))
            title = label(str(world), width * size.width, size.text, 2, bold=True)
            ax.set_title(title, fontsize=size.text, fontweight="bold", loc="left", color=INK)
            _dress(ax, top, size, ends if len(ends) > 1 else [], [date.fromisoformat(day[:10]) for day in dates])
            _mark(ax, (parts_on or {}).get(world), top, size)
    last = [f"{world} {_end(rows, world):,.3g}" for world in (*((baseline,) if baseline else ()), *worlds)]
    told = ("Lines with bands over time.", headline + ".", "Middle run in the last week:", "; ".join(last))
    return Chart(figure, rows, headline, subtitle, alt_text(*told))


def curve(ax: Axes, part: pd.DataFrame, color: str) -> float:
    """Draw the middle run with its bands; returns where it ends."""
    dates = calendar.numbers(part["date"])
    for low, high, alpha in BANDS:
        ax.fill_between(dates, part[low].to_numpy(float), part[high].to_numpy(float), color=color, alpha=alpha, lw=0)
    alone = len(part) == 1
    ax.plot(dates, part["middle"].to_numpy(float), color=color, lw=2.2, ls="solid" if color == BLUE else DASHED,
            marker="o" if alone else None)  # fmt: skip
    return float(part["middle"].iloc[-1])


def _end(rows: pd.DataFrame, world: str) -> float:
    part = rows[rows["world"] == world]
    return float(part["middle"].iloc[-1]) if len(part) else float("nan")


def _mark(ax: Axes, day: date | None, top: float, size: Size) -> None:
    if day is None:
        return
    at, points = calendar.number(day), size.text * 0.85
    low, high = ax.get_xlim()
    room = (high - at) / (high - low) * ax.get_position().width * size.width
    after = width_of(" worlds part ", points) < room
    ax.axvline(at, color=SOFT, lw=1, ls=":")
    ax.text(at, top, " worlds part ", fontsize=points, color=SOFT, va="top", ha="left" if after else "right")


def _dress(ax: Axes, top: float, size: Size, ends: list[tuple[float, str, str]], days: list[date]) -> None:
    ax.set_ylim(0, top)
    ax.xaxis_date()
    ax.tick_params(labelsize=size.text, length=0)
    ax.grid(axis="y", lw=0.6)
    ax.set_axisbelow(True)
    ax.spines["left"].set_visible(False)
    low, high = calendar.number(days[0]), max(calendar.number(days[-1]), calendar.number(days[0]) + 1)
    inches = ax.get_position().width * size.width
    room = max((width_of(f"  {name}", size.text, bold=True) for _, _, name in ends), default=0.0) / inches
    ax.set_xlim(low, low + (high - low) / (1 - min(room, 0.6)))
    calendar.years(ax, days[0], days[-1])
    # Names beside the ends of the lines, apart from each other.
    least = size.text * 1.3 / ax.bbox.height * ax.figure.dpi / 72 * top
    places = spread_out([value if np.isfinite(value) else 0.0 for value, _, _ in ends], least, 0, top)
    for (_, color, name), height in zip(ends, places, strict=True):
        ax.text(high, height, f" {name}", color=color, fontsize=size.text, va="center", fontweight="bold")
