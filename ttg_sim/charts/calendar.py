"""The axis of time: days as numbers, and few ticks that are read at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes


def number(day: date) -> float:
    """A day as matplotlib counts it."""
    return float(mdates.date2num(day))  # type: ignore[no-untyped-call]


def numbers(days: Iterable[object]) -> np.ndarray:
    """The same of days in a table."""
    return np.array([number(pd.Timestamp(str(day)).date()) for day in days])


def years(ax: Axes, first: date, last: date, named: bool = True) -> None:
    """A tick at the beginning of each year that the data have, or at the first and last day of a short run."""
    begins = [date(year, 1, 1) for year in range(first.year, last.year + 1)]
    ticks = [day for day in begins if first.toordinal() - 7 <= day.toordinal() <= last.toordinal()]
    ticks = ticks[:: -(-len(ticks) // 10) or 1]
    words = [str(day.year) for day in ticks]
    if len(ticks) < 2:
        ticks = [first, last] if first < last else [first]
        words = [f"{day.day} {day:%b %Y}" for day in ticks]
    ax.set_xticks([number(day) for day in ticks], words if named else [""] * len(ticks))
    for place, tick in enumerate(ax.get_xticklabels()):
        # Whole dates stand at the two ends of the axis, years to the right of their beginning.
        tick.set_horizontalalignment("right" if place and len(words[0]) > 4 else "left")
