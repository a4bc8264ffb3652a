"""Charts at the size of a slide: nothing meets, nothing leaves the picture, and odd data are drawn or refused."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from ttg_sim import charts
from ttg_sim.charts import REPORT, SLIDE, Chart
from ttg_sim.charts.style import Size

from .test_charts import assert_refused, line, rows, steps, weeks

NAN = math.nan
HEAD = "What steady funding does to the number of mentors who have a person, in an area like none that there is"
SUB = "People at the end of each week, smoothed, one contract area, 208 weeks from 2015-01-05"
FOOT = "All people are synthetic. Against The reform as implemented; 30 runs of each, root seed 1; ttg-sim 0.1.0."


def stock(names: int = 6, count: int = 60) -> pd.DataFrame:
    frame = weeks(names, count).rename(columns={"world": "stock"})
    return frame.assign(stock="Mentors in " + frame["stock"], funded=np.resize([1.0, 1.0, 0.0], len(frame)))


def falling(worlds: int = 2, count: int = 53) -> pd.DataFrame:
    return pd.concat([
        pd.DataFrame({"world": f"A world of some length, {one}", "x": range(count)} | {
            name: np.exp(-np.arange(count) / 60) - shift for name, shift in
            (("low_90", 0.02), ("low_50", 0.01), ("middle", 0.0), ("high_50", -0.01), ("high_90", -0.02))})
        for one in range(worlds)
    ])  # fmt: skip


def bars(count: int = 8) -> pd.DataFrame:
    value = np.linspace(80, 1, count) if count else np.array([])
    frame = pd.DataFrame({"value": value, "low": value - 5, "high": value + 9})
    frame["label"] = [f"Mean time from a request to the answer in prison {one}" for one in range(count)]
    return frame.assign(text=[f"{one:.0f}%" for one in value], clear=[one > 20 for one in value])


def swings(count: int = 8) -> pd.DataFrame:
    low = np.linspace(-0.5, 0.2, count)
    return pd.DataFrame({"label": [f"Length of the course for mentors {one} (2 to 18 weeks)" for one in range(count)],
                         "at_low": low, "at_high": -low, "text_low": [f"{one:+.1f}" for one in low],
                         "text_high": [f"{-one:+.1f}" for one in low], "clear": True})  # fmt: skip


def cells(across: int = 5, up: int = 3) -> pd.DataFrame:
    table = [(x, y, x - y, f"{x - y:+.1f}", x > y) for x in range(across) for y in range(up)]
    return pd.DataFrame(table, columns=["x", "y", "value", "text", "clear"])


def verdicts(count: int = 32) -> pd.DataFrame:
    names = np.resize(["pass", "fail", "inconclusive", "open"], count)
    title = "Supervision after release brings recalls, and failures to comply among their reasons"
    return pd.DataFrame({"id": [f"H{one:02d}" for one in range(count)], "title": title, "verdict": names, "note": ""})


Draw = Callable[[Size], Chart]
DRAWN: dict[str, Draw] = {
    "bands": lambda size: charts.bands(weeks(2), HEAD, SUB, FOOT, baseline="World 0", size=size),
    "bands of one world": lambda size: charts.bands(weeks(1), HEAD, SUB, FOOT, size=size),
    "differences": lambda size: charts.differences(rows(5), HEAD, SUB, FOOT, unit="points", size=size),
    "funnel": lambda size: charts.funnel(steps(), HEAD, SUB, FOOT, size=size),
    "pipeline": lambda size: charts.pipeline(stock(), HEAD, SUB, FOOT, size=size),
    "survival": lambda size: charts.survival(falling(), HEAD, SUB, FOOT, across="Weeks", step=13, size=size),
    "tornado": lambda size: charts.tornado(swings(), HEAD, SUB, FOOT, unit="points", size=size),
    "index_bars": lambda size: charts.index_bars(bars(), HEAD, SUB, FOOT, unit="per cent", size=size),
    "ranking": lambda size: charts.ranking(bars(4), HEAD, SUB, FOOT, size=size),
    "heat_map": lambda size: charts.heat_map(cells(), HEAD, SUB, FOOT, across="Weeks", up="People", size=size),
    "scorecard": lambda size: charts.scorecard(verdicts(), HEAD, SUB, FOOT, size=size),
    "curves": lambda size: charts.curves(line(4), HEAD, SUB, FOOT, across="Weeks", size=size),
}


def boxes(chart: Chart) -> dict[str, tuple[float, float, float, float]]:
    """Where each text that is seen stands, in pixels."""
    canvas = FigureCanvasAgg(chart.figure)
    canvas.draw()
    found, hidden = {}, set()
    for ax in chart.figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            low, high = sorted(axis.get_view_interval())
            hidden |= {
                tick.label1 for tick in axis.get_major_ticks() if not (ax.axison and low <= tick.get_loc() <= high)
            }
    for number, text in enumerate(chart.figure.findobj(Text)):
        if text.get_text().strip() and text.get_visible() and text not in hidden:
            box = text.get_window_extent(canvas.get_renderer())
            found[f"{number}: {text.get_text()}"] = (box.x0, box.y0, box.x1, box.y1)
    return found


@pytest.mark.parametrize("size", [SLIDE, REPORT], ids=lambda size: size.name)
@pytest.mark.parametrize("kind", DRAWN)
def test_words_neither_meet_nor_leave_the_picture(kind: str, size: Size) -> None:
    chart = DRAWN[kind](size)
    width, height = chart.figure.bbox.size
    found = boxes(chart)
    assert len(found) > 3
    for words, (x0, y0, x1, y1) in found.items():
        assert min(x0, y0, width - x1, height - y1) >= -1, f"{words!r} leaves the picture"
    for (one, a), (other, b) in combinations(found.items(), 2):
        over = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
        # Boxes hold room above and below letters that no letter fills.
        assert over[0] <= 1 or over[1] <= 0.25 * min(a[3] - a[1], b[3] - b[1]), f"{one!r} meets {other!r}"


@pytest.mark.parametrize("kind", DRAWN)
def test_a_slide_is_as_wide_and_as_high_as_slides_are(kind: str) -> None:
    assert tuple(DRAWN[kind](SLIDE).figure.get_size_inches()) == pytest.approx((13.333, 7.5))


def test_bars_are_as_long_as_their_values() -> None:
    chart = charts.index_bars(bars(), HEAD, SUB)
    (ax,) = chart.figure.axes
    assert [patch.get_width() for patch in ax.patches] == pytest.approx(list(chart.data["value"]))
    assert all(patch.get_x() == 0 for patch in ax.patches)


@pytest.mark.parametrize(
    "draw",
    [
        lambda: charts.pipeline(stock(1, 0), "h", "s"),
        lambda: charts.pipeline(stock().assign(middle=NAN), "h", "s"),
        lambda: charts.pipeline(stock(9), "h", "s"),
        lambda: charts.survival(falling(1, 0), "h", "s"),
        lambda: charts.survival(falling(5), "h", "s"),
        lambda: charts.index_bars(bars(0), "h", "s"),
        lambda: charts.ranking(bars().assign(value=NAN), "h", "s"),
        lambda: charts.index_bars(bars(21), "h", "s", size=SLIDE),
        lambda: charts.tornado(swings(0), "h", "s"),
        lambda: charts.tornado(swings().assign(at_low=NAN, at_high=NAN), "h", "s"),
        lambda: charts.heat_map(cells(1), "h", "s"),
        lambda: charts.heat_map(cells(13), "h", "s"),
        lambda: charts.heat_map(cells().assign(value=NAN), "h", "s"),
        lambda: charts.scorecard(verdicts(0), "h", "s"),
        lambda: charts.scorecard(verdicts().assign(verdict="perhaps"), "h", "s"),
        lambda: charts.differences(rows(21), "h", "s", size=SLIDE),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_a_line(draw: Callable[[], Chart]) -> None:
    assert_refused(draw)


@pytest.mark.parametrize(
    "draw",
    [
        lambda: charts.pipeline(stock(1, 1), "h", "s"),
        lambda: charts.pipeline(stock().assign(middle=0.0, high_90=0.0, funded=NAN), "h", "s"),
        lambda: charts.survival(falling(1).assign(low_90=NAN, low_50=NAN, high_50=NAN, high_90=NAN), "h", "s"),
        lambda: charts.index_bars(bars(1).assign(low=NAN, high=NAN), "h", "s"),
        lambda: charts.index_bars(bars(3).assign(value=0.0, low=0.0, high=0.0), "h", "s"),
        lambda: charts.index_bars(bars(21), "h", "s", size=REPORT),
        lambda: charts.tornado(swings(1), "h", "s"),
        lambda: charts.heat_map(cells(2, 2).assign(value=[1.0, NAN, 0.0, -1.0]), "h", "s"),
        lambda: charts.scorecard(verdicts(1), "h", "s"),
        lambda: charts.differences(rows(21), "h", "s", size=REPORT),
    ],
)
def test_odd_data_are_drawn(draw: Callable[[], Chart]) -> None:
    assert draw().svg("x").startswith("<svg")
