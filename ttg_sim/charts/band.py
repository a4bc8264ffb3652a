"""A series over time, with its spread over the runs."""

from __future__ import annotations

from datetime import date

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ttg_sim.charts.chart import Chart, NothingToDraw, alt_text
from ttg_sim.charts.style import BLUE, GREY, INK, REPORT, SOFT, Size, frame, label, look

MOST_PANELS = 8
WORDS = "dark band: middle half of the runs; light band: nine in ten of them; line: the middle run"


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
    tall, head = 1.75 * size.text / 9.5, 0.62 * size.text / 9.5
    body = down * (tall + head)
    top = float(np.nanmax(rows["high_90"])) * 1.08 or 1.0
    days = [date.fromisoformat(str(day)) for day in sorted(set(rows["date"]))]
    with look():
        figure, whole = frame(size, body, headline, f"{subtitle}; {WORDS}", footer, left=0.07, below=0.4)
        whole.set_axis_off()
        box = whole.get_position()
        width = (box.width - 0.07 * (across - 1)) / across
        for place, world in enumerate(worlds):
            line, column = divmod(place, across)
            y = box.y1 - box.height * line / down - box.height * head / body - box.height * tall / body
            ax = figure.add_axes((box.x0 + column * (width + 0.07), y, width, box.height * tall / body))
            ends = []
            for one, color in ((baseline, GREY), (world, BLUE)) if world != baseline else ((world, BLUE),):
                part = rows[rows["world"] == one]
                if len(part):
                    ends.append((_curve(ax, part, color), color, "baseline" if one == baseline else "scenario"))
            _mark(ax, (parts_on or {}).get(world), top, size)
            _dress(ax, top, size, ends, label(str(world), int(size.width * 72 * width / (size.text * 0.56))), days)
    last = [f"{world} {_end(rows, world):,.0f}" for world in (*((baseline,) if baseline else ()), *worlds)]
    told = ("Lines with bands over time.", headline + ".", "Middle run in the last week:", "; ".join(last))
    return Chart(figure, rows, headline, subtitle, alt_text(*told))


def _end(rows: pd.DataFrame, world: str) -> float:
    part = rows[rows["world"] == world]
    return float(part["middle"].iloc[-1]) if len(part) else float("nan")


def _curve(ax: Axes, part: pd.DataFrame, color: str) -> float:
    dates = np.array([_number(date.fromisoformat(str(day))) for day in part["date"]])
    for low, high, alpha in (("low_90", "high_90", 0.18), ("low_50", "high_50", 0.38)):
        ax.fill_between(dates, part[low].to_numpy(float), part[high].to_numpy(float), color=color, alpha=alpha, lw=0)
    ax.plot(dates, part["middle"].to_numpy(float), color=color, lw=1.8, ls="solid" if color == BLUE else (0, (4, 1.5)))
    return float(part["middle"].iloc[-1])


def _mark(ax: Axes, day: date | None, top: float, size: Size) -> None:
    if day is not None:
        ax.axvline(_number(day), color=SOFT, lw=1, ls=":")
        ax.text(_number(day), top, " worlds part", fontsize=size.text * 0.85, color=SOFT, va="top")


def _years(ax: Axes, days: list[date]) -> None:
    """A tick at the beginning of each year that the data have, or at the first and last day of a short run."""
    years = [date(year, 1, 1) for year in range(days[0].year, days[-1].year + 1)]
    ticks = [day for day in years if days[0].toordinal() - 7 <= day.toordinal() <= days[-1].toordinal()]
    if len(ticks) < 2:
        ax.set_xticks([_number(day) for day in (days[0], days[-1])], [day.isoformat() for day in (days[0], days[-1])])
    else:
        ax.set_xticks([_number(day) for day in ticks], [str(day.year) for day in ticks])


def _number(day: date) -> float:
    return float(mdates.date2num(day))  # type: ignore[no-untyped-call]


def _dress(ax: Axes, top: float, size: Size, ends: list[tuple[float, str, str]], title: str, days: list[date]) -> None:
    ax.set_ylim(0, top)
    ax.xaxis_date()
    _years(ax, days)
    ax.tick_params(labelsize=size.text, length=0)
    ax.grid(axis="y", lw=0.6)
    ax.set_axisbelow(True)
    ax.spines["left"].set_visible(False)
    ax.set_title(title, fontsize=size.text, fontweight="bold", loc="left", color=INK)
    # Names beside the ends of the lines, apart from each other.
    least = 0.09 * top
    places = sorted(ends)
    heights: list[float] = []
    for value, _, _ in places:
        heights.append(max(value, heights[-1] + least) if heights else value)
    right = ax.get_xlim()[1]
    ax.set_xlim(ax.get_xlim()[0], right + 0.2 * (right - ax.get_xlim()[0]))
    for (_, color, name), height in zip(places, heights, strict=True):
        ax.text(right, height, f" {name}", color=color, fontsize=size.text, va="center", fontweight="bold")
