"""Paired differences as dots with intervals: by scenario, or by group of people."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ttg_sim.charts.chart import Chart, NothingToDraw, alt_text
from ttg_sim.charts.style import BLUE, GREY, INK, ORANGE, REPORT, SOFT, Size, frame, label, look, name_rows

ROW = 0.46
"""Height of a row in inches."""
MOST_ROWS = 60
ROOM_FOR_LABELS = 0.3
UNIT_SHARE = 100.0
BEHIND = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
"""Behind words, so that no line runs through them."""
WAYS = {"higher": (ORANGE, "^"), "lower": (BLUE, "v"), "": (GREY, "o")}
"""Colour and marker of what is clearly higher, clearly lower, or neither."""


def differences(
    frame_: pd.DataFrame, headline: str, subtitle: str, footer: str = "", *, scale: float = 1.0, unit: str = "",
    size: Size = REPORT,
) -> Chart:  # fmt: skip
    """Dots with 95% intervals about a line at nil, one row each.

    `frame_` has the columns label, difference, low, high (in the unit of the outcome; low and high may be missing),
    text, which stands beside the dot, and way: `higher`, `lower`, or nothing where neither is clear. `scale` is what
    they are multiplied with for drawing, `unit` what that gives.
    Raises `NothingToDraw` where there is no number.
    """
    rows = frame_.reset_index(drop=True)
    _check(rows)
    with look():
        figure, ax = frame(size, max(2, len(rows)) * ROW * size.unit, headline, subtitle, footer,
                              left=ROOM_FOR_LABELS)  # fmt: skip
        _draw(ax, rows, scale, unit, size)
        name_rows(ax, rows["label"], ROOM_FOR_LABELS, size)
    found = "; ".join(f"{row.label}: {row.text}" for row in rows.itertuples())
    return Chart(figure, rows, headline, subtitle, alt_text("Dots with intervals.", headline + ".", found))


def panels(
    frame_: pd.DataFrame, headline: str, subtitle: str, footer: str = "", *, scale: float = 1.0, unit: str = "",
    size: Size = REPORT,
) -> Chart:  # fmt: skip
    """As `differences`, with one panel for each value of the column `panel` on a common scale, below each other."""
    rows = frame_.reset_index(drop=True)
    _check(rows)
    names = list(dict.fromkeys(rows["panel"]))
    height = ROW * size.unit
    parts = [rows[rows["panel"] == name].reset_index(drop=True) for name in names]
    heading = 0.42 * size.unit
    body = sum(len(part) * height + heading for part in parts)
    with look():
        figure, whole = frame(size, body, headline, subtitle, footer, left=ROOM_FOR_LABELS)
        whole.set_axis_off()
        box = whole.get_position()
        limits = _limits(rows, scale)
        top = box.y1
        for place, (name, part) in enumerate(zip(names, parts, strict=True)):
            tall, head = (box.height * inches / body for inches in (len(part) * height, heading))
            top -= head
            ax = figure.add_axes((box.x0, top - tall, box.width, tall))
            ax.tick_params(labelsize=size.text, length=0)
            top -= tall
            _draw(ax, part, scale, unit if place == len(names) - 1 else "", size, limits)
            name_rows(ax, part["label"], ROOM_FOR_LABELS, size)
            if place < len(names) - 1:
                ax.set_xticklabels([])
            title = label(str(name), size.inside, size.text, 1, bold=True)
            figure.text(0.02, ax.get_position().y1, title, fontsize=size.text, fontweight="bold", va="bottom")
    found = "; ".join(f"{row.panel}, {row.label}: {row.text}" for row in rows.itertuples())
    return Chart(figure, rows, headline, subtitle, alt_text("Dots with intervals.", headline + ".", found))


def _check(rows: pd.DataFrame) -> None:
    if not len(rows) or rows["difference"].isna().all():
        raise NothingToDraw("there is no difference to draw")
    if len(rows) > MOST_ROWS:
        raise NothingToDraw(f"{len(rows)} rows are more than can be read; expected {MOST_ROWS} at most")


def _limits(rows: pd.DataFrame, scale: float) -> tuple[float, float]:
    """Room for all dots and intervals, for nil, and for the text beside them."""
    values = scale * rows[["difference", "low", "high"]].to_numpy(float)
    values = values[np.isfinite(values)]
    low, high = min(0.0, *values), max(0.0, *values)
    room = (high - low) or 1.0
    return low - 0.06 * room, high + 0.06 * room


def _draw(
    ax: Axes, rows: pd.DataFrame, scale: float, unit: str, size: Size, limits: tuple[float, float] | None = None
) -> None:
    low, high = limits or _limits(rows, scale)
    for place, row in enumerate(rows.to_dict("records")):
        if not np.isfinite(row["difference"]):
            ax.text(low, place, str(row["text"]), va="center", fontsize=size.text, color=SOFT)
            continue
        color, marker = WAYS[str(row["way"])]
        if np.isfinite(row["low"]) and np.isfinite(row["high"]):
            ax.plot(
                [scale * row["low"], scale * row["high"]], [place, place], color=color, lw=2.4, solid_capstyle="butt"
            )
        ax.plot([scale * row["difference"]], [place], marker=marker, ms=7.5 * size.unit, color=color, mec="white")
        side = _side(scale * row["difference"], low, high)
        ax.text(scale * row["difference"], place - 0.3, str(row["text"]), ha=side, va="center",
                fontsize=size.text * 0.88, color=INK, bbox=BEHIND)  # fmt: skip
    ax.axvline(0, color=INK, lw=1)
    ax.set_xlim(low, high)
    ax.set_ylim(len(rows) - 0.5, -0.7)
    ax.grid(axis="x", lw=0.6)
    ax.set_axisbelow(True)
    ax.spines["left"].set_visible(False)
    if unit:
        ax.set_xlabel(unit, fontsize=size.text)


def _side(value: float, low: float, high: float) -> str:
    """Text hangs towards the middle, so that it stays inside."""
    share = (value - low) / (high - low)
    return "left" if share < 0.35 else "right" if share > 0.65 else "center"
