"""How something changes as one thing is moved: lines with intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ttg_sim.charts.chart import Chart, NothingToDraw, alt_text
from ttg_sim.charts.style import DASHES, LINE, MARKERS, REPORT, SERIES, Size, frame, label, look, spread_out, words_in

HEIGHT = 3.2
MOST_LINES = len(SERIES)


def curves(
    frame_: pd.DataFrame, headline: str, subtitle: str, footer: str = "", *, across: str = "", scale: float = 1.0,
    size: Size = REPORT,
) -> Chart:  # fmt: skip
    """One line for each label, with a band for its interval, over the column `x`.

    `frame_` has the columns label, x, mean, low, high (low and high may be missing). Raises `NothingToDraw` where there
    are fewer than two places, no number, or more lines than can be told apart.
    """
    rows = frame_.sort_values(["label", "x"], kind="stable").reset_index(drop=True)
    if not len(rows) or rows["mean"].isna().all() or rows["x"].nunique() < 2:
        raise NothingToDraw("there are fewer than two places with a number")
    names = list(dict.fromkeys(frame_["label"]))
    if len(names) > MOST_LINES:
        raise NothingToDraw(f"{len(names)} lines are more than can be told apart; expected {MOST_LINES} at most")
    with look():
        figure, ax = frame(size, HEIGHT * size.unit, headline, subtitle, footer, left=0.1)
        ends = []
        for place, name in enumerate(names):
            part = rows[rows["label"] == name]
            color = SERIES[place]
            ax.fill_between(part["x"], part["low"] * scale, part["high"] * scale, color=color, alpha=0.18, linewidth=0)
            ax.plot(part["x"], part["mean"] * scale, color=color, marker=MARKERS[place], linestyle=DASHES[place],
                    linewidth=2, markersize=size.text * 0.5)  # fmt: skip
            ends.append((float(part["mean"].iloc[-1] * scale), name, color))
        low, high = ax.get_ylim()
        if low > 0 and low < (high - low):
            ax.set_ylim(0, high)
        if low < 0 < high:
            ax.axhline(0, color=LINE, zorder=0)
        ax.grid(axis="y")
        ax.set_axisbelow(True)
        ax.set_xlabel(label(across, 0.85 * size.inside, size.text, 1), fontsize=size.text)
        box = ax.get_position()
        ax.set_position((box.x0, box.y0, box.width * 0.8, box.height))
        _at_the_ends(ax, ends, float(rows["x"].max()), size)
    told = "; ".join(f"{name} from {rows[rows['label'] == name]['mean'].iloc[0] * scale:.3g} to "
                     f"{rows[rows['label'] == name]['mean'].iloc[-1] * scale:.3g}" for name in names)  # fmt: skip
    return Chart(figure, rows, headline, subtitle, alt_text("Lines with bands.", headline + ".", told))


def _at_the_ends(ax: Axes, ends: list[tuple[float, str, str]], x: float, size: Size) -> None:
    """The name of each line at its end, moved apart where they would stand on each other."""
    low, high = ax.get_ylim()
    words = [label(name, 0.16 * size.width, size.text) for _, name, _ in ends]
    lines = max(text.count("\n") + 1 for text in words)
    least = size.text * 1.3 * lines / ax.bbox.height * ax.figure.dpi / 72 * (high - low)
    heights = spread_out([y if np.isfinite(y) else low for y, _, _ in ends], least, low, high)
    for text, (_, _, color), height in zip(words, ends, heights, strict=True):
        ax.annotate(text, (x, height), xytext=(8, 0), textcoords="offset points", color=words_in(color), va="center",
                    fontsize=size.text, annotation_clip=False)  # fmt: skip
