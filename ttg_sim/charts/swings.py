"""A tornado: how far a result swings as each input goes to the ends of its range, one at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ttg_sim.charts.bars import ROOM
from ttg_sim.charts.chart import Chart, NothingToDraw, alt_text
from ttg_sim.charts.style import BLUE, INK, ORANGE, PAPER, REPORT, Size, frame, look, name_rows, words_in

ROW = 0.38
MOST_ROWS = 25
ENDS = {"at_low": (ORANGE, "////", "low end"), "at_high": (BLUE, "", "high end")}
"""Colour, pattern and name of each end of a range."""


def tornado(
    frame_: pd.DataFrame, headline: str, subtitle: str, footer: str = "", *, unit: str = "", size: Size = REPORT
) -> Chart:
    """Two bars from nil for each input, for the low and the high end of its range, largest swing first.

    `frame_` has the columns label, at_low, at_high (changes of the result, as they are shown), text_low, text_high
    (may be empty) and interval (whether either change is clear of nil; others are marked as unclear). Raises
    `NothingToDraw` where there is no number, or with more inputs than can be read.
    """
    rows = frame_.reset_index(drop=True)
    if not len(rows) or rows[["at_low", "at_high"]].isna().all(axis=None):
        raise NothingToDraw("there is no change to draw")
    if len(rows) > MOST_ROWS:
        raise NothingToDraw(f"{len(rows)} inputs are more than can be read; expected {MOST_ROWS} at most")
    with look():
        figure, ax = frame(size, (max(2, len(rows)) + 0.9) * ROW * size.unit, headline, subtitle, footer, left=ROOM)
        for place, row in enumerate(rows.to_dict("records")):
            _pair(ax, place, row, size)
        _dress(ax, rows, unit, size)
    told = "; ".join(f"{row.label}: {row.text_low} at the low end, {row.text_high} at the high end"
                     for row in rows.itertuples())  # fmt: skip
    return Chart(figure, rows, headline, subtitle, alt_text("Bars to both sides of nil.", headline + ".", told))


def _pair(ax: Axes, place: int, row: dict[Any, Any], size: Size) -> None:
    for shift, (name, (color, hatch, _)) in zip((-0.2, 0.2), ENDS.items(), strict=True):
        value = float(row[name])
        if not np.isfinite(value):
            continue
        ax.barh([place + shift], [value], height=0.36, color=color, hatch=hatch, edgecolor=PAPER, linewidth=0)
        ax.annotate(str(row[f"text_{name[3:]}"]), (value, place + shift), xytext=(5 if value >= 0 else -5, 0),
                    textcoords="offset points", ha="left" if value >= 0 else "right", va="center", color=INK,
                    fontsize=size.text * 0.82)  # fmt: skip


def _dress(ax: Axes, rows: pd.DataFrame, unit: str, size: Size) -> None:
    values = rows[["at_low", "at_high"]].to_numpy(float)
    most = float(np.nanmax(np.abs(values))) or 1.0
    ax.set_xlim(-1.45 * most, 1.45 * most)
    ax.set_ylim(len(rows) - 0.4, -1.3)
    ax.axvline(0, color=INK, lw=1, ymax=1 - 0.75 / (len(rows) + 0.9))
    ax.set_xticks([])
    ax.spines["bottom"].set_visible(False)
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(unit, fontsize=size.text)
    name_rows(ax, rows["label"], ROOM, size, most=2)
    # The key stands above the bars, in words of the colours and beside their patterns.
    for x, (color, hatch, words) in zip((-1.4, 0.1), ENDS.values(), strict=True):
        ax.barh([-0.95], [0.16 * most], left=x * most, height=0.36, color=color, hatch=hatch, edgecolor=PAPER, lw=0)
        ax.text((x + 0.2) * most, -0.95, f"Input at the {words} of its range", fontsize=size.text * 0.9, va="center",
                color=words_in(color))  # fmt: skip
