"""Bars from nil that put things in order: what matters how much, and which policy is best how often."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ttg_sim.charts.chart import Chart, NothingToDraw, alt_text
from ttg_sim.charts.style import BLUE, DARK, INK, PALE, REPORT, Size, frame, look, name_rows, width_of

ROW = 0.42
ROOM = 0.36
"""For labels, as a share of the width."""
MOST_ROWS = 30


def index_bars(
    frame_: pd.DataFrame, headline: str, subtitle: str, footer: str = "", *, unit: str = "", size: Size = REPORT
) -> Chart:
    """One bar for each input, longest first, with its 95% interval; pale where it cannot be told from nil.

    `frame_` has the columns label, value (nil or more, as it is shown), low, high (may be missing), text (stands
    beside the bar) and clear (whether it can be told from nil). `unit` names the scale. Raises `NothingToDraw` where
    there is no number or there are too many bars.
    """
    return _bars(frame_, headline, subtitle, footer, unit, size, "what matters")


def ranking(frame_: pd.DataFrame, headline: str, subtitle: str, footer: str = "", *, size: Size = REPORT) -> Chart:
    """One bar for each policy: in how many of 100 plausible worlds it is the best, with its 95% interval.

    `frame_` has the columns label, value (per cent), low, high, text and clear (the ones in focus), the best first.
    Raises `NothingToDraw` as `index_bars` does.
    """
    return _bars(frame_, headline, subtitle, footer, "per cent of plausible worlds", size, "how policies stand")


def _bars(frame_: pd.DataFrame, headline: str, subtitle: str, footer: str, unit: str, size: Size, what: str) -> Chart:
    rows = frame_.reset_index(drop=True)
    if not len(rows) or rows["value"].isna().all():
        raise NothingToDraw(f"there is no number of {what}")
    if len(rows) > MOST_ROWS:
        raise NothingToDraw(f"{len(rows)} bars are more than can be read; expected {MOST_ROWS} at most")
    with look():
        figure, ax = frame(size, max(2, len(rows)) * ROW * size.unit, headline, subtitle, footer, left=ROOM)
        for place, row in enumerate(rows.to_dict("records")):
            _bar(ax, place, row)
        _dress(ax, rows, unit, size)
    told = "; ".join(f"{row.label}: {row.text}" for row in rows.itertuples())
    return Chart(figure, rows, headline, subtitle, alt_text("Bars with intervals.", headline + ".", told))


def _bar(ax: Axes, place: int, row: dict[Any, Any]) -> None:
    value, low, high = (float(row[name]) for name in ("value", "low", "high"))
    if not np.isfinite(value):
        return
    ax.barh([place], [value], color=BLUE if row["clear"] else PALE, height=0.62)
    if np.isfinite(low) and np.isfinite(high):
        ax.plot([low, high], [place, place], color=DARK, lw=3.6, solid_capstyle="butt", zorder=3)
        ax.plot([low, high], [place, place], color="white", lw=1.4, solid_capstyle="butt", zorder=4)


def _dress(ax: Axes, rows: pd.DataFrame, unit: str, size: Size) -> None:
    ends = rows[["value", "high"]].max(axis=1).fillna(0.0).to_numpy(float)
    inches = ax.get_position().width * size.width
    beside = max(width_of(str(text), size.text) for text in rows["text"]) + 0.25
    top = float(ends.max()) or 1.0
    low = min(0.0, float(np.nanmin(rows[["value", "low"]].to_numpy(float))))
    ax.set_xlim(low, low + (top - low) / (1 - min(beside / inches, 0.7)))
    for place, (end, text) in enumerate(zip(ends, rows["text"], strict=True)):
        ax.annotate(str(text), (max(end, 0.0), place), xytext=(6, 0), textcoords="offset points", va="center",
                    fontsize=size.text, color=INK)  # fmt: skip
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.axvline(0, color=INK, lw=1)
    ax.set_xticks([])
    ax.set_xlabel(unit, fontsize=size.text, loc="left")
    ax.spines["bottom"].set_visible(False)
    ax.spines["left"].set_visible(False)
    name_rows(ax, rows["label"], ROOM, size, most=2)
