"""What stop-start funding does: stocks of people on the way to be mentors, above the weeks in which there was money."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ttg_sim.charts import calendar
from ttg_sim.charts.band import WORDS, curve
from ttg_sim.charts.chart import Chart, NothingToDraw, alt_text
from ttg_sim.charts.style import BLUE, INK, ORANGE, REPORT, Size, frame, label, look

MOST_STOCKS = 8
ROOM = 0.22
"""For the names of the stocks at the left, as a share of the width."""
ROW = 0.5
FOOT = 0.6
"""Height of the strip of funding, of that of a stock."""


def pipeline(frame_: pd.DataFrame, headline: str, subtitle: str, footer: str = "", *, size: Size = REPORT) -> Chart:
    """One panel for each stock, below each other, and bars along the foot for weeks with funding.

    `frame_` has the columns stock, date, low_90, low_50, middle, high_50, high_90 (people) and funded (the share of
    runs and areas with money in that week, from 0 to 1, the height of its bar). Stocks stand in the order in which
    they come first. Raises `NothingToDraw` where there is no number, or with more stocks than can be read.
    """
    rows = frame_.reset_index(drop=True)
    if not len(rows) or rows["middle"].isna().all():
        raise NothingToDraw("there are no weeks to draw")
    stocks = list(dict.fromkeys(rows["stock"]))
    if len(stocks) > MOST_STOCKS:
        raise NothingToDraw(f"{len(stocks)} stocks are more than can be read; expected {MOST_STOCKS} at most")
    parts = len(stocks) + FOOT
    days = calendar.numbers(rows["date"])
    with look():
        figure, whole = frame(size, parts * ROW * size.unit, headline, f"{subtitle}; {WORDS}", footer, ROOM, 0.4)
        whole.set_axis_off()
        box = whole.get_position()
        each = box.height / parts
        for place, stock in enumerate(stocks):
            ax = figure.add_axes((box.x0, box.y1 - (place + 1) * each, box.width, each * 0.78))
            part = rows[rows["stock"] == stock]
            _stock(ax, part, size)
            _name(ax, stock, size)
            _dates(ax, rows, days, False)
        foot = figure.add_axes((box.x0, box.y0, box.width, each * FOOT * 0.6))
        first = rows[rows["stock"] == stocks[0]]
        _funding(foot, first, days)
        _name(foot, "Money for mentoring", size)
        _dates(foot, rows, days, True)
        foot.tick_params(labelsize=size.text, length=0)
    ends = rows.groupby("stock", sort=False)["middle"].last()
    told = "; ".join(f"{stock} {value:,.3g}" for stock, value in ends.items())
    alt = alt_text("Lines with bands over time, bars for funding.", headline + ".", "Last week, middle run:", told)
    return Chart(figure, rows, headline, subtitle, alt)


def _stock(ax: Axes, part: pd.DataFrame, size: Size) -> None:
    curve(ax, part, BLUE)
    values = part[["middle", "high_90"]].to_numpy(float)
    top = float(np.nanmax(values)) if np.isfinite(values).any() else 0.0
    top = np.ceil(top) if top > 0 else 1.0
    ax.set_ylim(0, top)
    ax.set_yticks([0, top], ["0", f"{top:,.0f}"], fontsize=size.text * 0.85)
    ax.tick_params(length=0)
    ax.spines["left"].set_visible(False)


def _name(ax: Axes, name: str, size: Size) -> None:
    box = ax.get_position()
    words = label(str(name), (ROOM - 0.09) * size.width, size.text, 2)
    ax.figure.text(0.02, box.y0 + box.height / 2, words, fontsize=size.text, va="center", color=INK, linespacing=1.05)


def _funding(ax: Axes, part: pd.DataFrame, days: np.ndarray) -> None:
    dates = calendar.numbers(part["date"])
    width = float(np.min(np.diff(np.unique(days)))) if len(np.unique(days)) > 1 else 7.0
    ax.bar(dates, part["funded"].fillna(0.0), width=width, align="edge", color=ORANGE, linewidth=0)
    ax.set_ylim(0, 1)
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)


def _dates(ax: Axes, rows: pd.DataFrame, days: np.ndarray, named: bool) -> None:
    ax.set_xlim(days.min(), max(days.max(), days.min() + 7))
    texts = sorted(rows["date"].map(str))
    calendar.years(ax, pd.Timestamp(texts[0]).date(), pd.Timestamp(texts[-1]).date(), named)
