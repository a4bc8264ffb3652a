"""Parts of a whole: one bar for each thing, cut into named parts."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from ttg_sim.charts.chart import Chart, NothingToDraw, alt_text
from ttg_sim.charts.style import BLUE, LINE, ORANGE, PURPLE, REPORT, TURQUOISE, Size, frame, ink_on, label, look

COLORS = (BLUE, TURQUOISE, PURPLE, ORANGE, LINE)
LEAST_TOLD = 7.0
"""Parts of fewer per cent than this have no number of their own in the bar."""
MOST_BARS = 12


def shares(frame_: pd.DataFrame, headline: str, subtitle: str, footer: str = "", *, size: Size = REPORT) -> Chart:
    """Bars of equal length, cut into parts in the order in which these come first.

    `frame_` has the columns label, part and value (a share from 0 to 1; the parts of a bar add up to 1). Raises
    `NothingToDraw` where there is no number, with more bars than can be read, or more parts than can be told apart.
    """
    rows = frame_.reset_index(drop=True)
    if not len(rows) or rows["value"].isna().all():
        raise NothingToDraw("there are no shares")
    bars, parts = list(dict.fromkeys(rows["label"])), list(dict.fromkeys(rows["part"]))
    if len(bars) > MOST_BARS or len(parts) > len(COLORS):
        raise NothingToDraw(f"{len(bars)} bars of {len(parts)} parts are more than can be read")
    high = 0.5 * size.unit
    with look():
        figure, ax = frame(size, high * (len(bars) + 1.0), headline, subtitle, footer, left=0.27, below=0.15)
        table = rows.pivot(index="label", columns="part", values="value").loc[bars, parts].fillna(0.0) * 100
        start = pd.Series(0.0, index=bars)
        for part, color in zip(parts, COLORS, strict=False):
            width = table[part]
            ax.barh(range(len(bars)), width, left=start, color=color, height=0.62, edgecolor="white", linewidth=1)
            for row, value in enumerate(width):
                if value >= LEAST_TOLD:
                    ax.text(start.iloc[row] + value / 2, row, f"{value:.0f}", ha="center", va="center",
                            color=ink_on(color), fontsize=size.text)  # fmt: skip
            start = start + width
        ax.set_xlim(0, 100)
        ax.set_ylim(len(bars) - 0.4, -1.3)
        ax.set_xticks([])
        ax.set_yticks(
            range(len(bars)), [label(str(one), 0.24 * size.width, size.text) for one in bars], fontsize=size.text
        )
        for side in ("bottom", "left"):
            ax.spines[side].set_visible(False)
        _key(ax, parts, size)
    told = [
        f"{bar}: " + ", ".join(f"{part} {table.loc[bar, part]:.0f}%" for part in parts if table.loc[bar, part] >= 0.5)
        for bar in bars
    ]
    return Chart(figure, rows, headline, subtitle, alt_text("Stacked bars.", headline + ".", "; ".join(told)))


def _key(ax: Axes, parts: list[str], size: Size) -> None:
    """Names of the parts in one row above the bars, each beside its colour, over the whole width of the figure."""
    figure, box = ax.figure, ax.get_position()
    y = box.y1 - 0.35 * box.height / (1.7 + ax.get_ylim()[0] - 0.4)
    at, step = 0.02, size.text / 72 / size.width
    for part, color in zip(parts, COLORS, strict=False):
        figure.text(at, y, "\u25a0", color=color, fontsize=size.text * 1.3, va="center", ha="left")
        words = figure.text(at + 1.3 * step, y, part, fontsize=size.text, va="center", ha="left")
        width = words.get_window_extent().width / figure.bbox.width
        at += 1.3 * step + width + 1.4 * step
