"""Charts are right, readable and the same each time, whatever the data and the texts."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from helpers import PACKAGE

from ttg_sim.charts import style
from ttg_sim.charts.band import bands
from ttg_sim.charts.chart import LONGEST_ALT, Chart, NothingToDraw
from ttg_sim.charts.curve import curves
from ttg_sim.charts.dots import differences, panels
from ttg_sim.charts.parts import shares
from ttg_sim.charts.steps import funnel

NAN = math.nan
NASTY = 'Price $5_a^b <b>& "x"</b> \u202etfel \u05e9\u05dc\u05d5\u05dd ' + "long " * 2000


def rows(count: int = 3, **given) -> pd.DataFrame:
    low = np.linspace(-2, 1, count)
    frame = pd.DataFrame({"difference": low + 0.5, "low": low, "high": low + 1.0})
    frame["label"] = [f"World {number}" for number in range(count)]
    frame["way"] = [
        "lower" if high < 0 else "higher" if low > 0 else "" for low, high in zip(low, low + 1, strict=True)
    ]
    frame["text"] = [f"{value:+.1f}" for value in frame["difference"]]
    return frame.assign(**given)


def steps(worlds: int = 2) -> pd.DataFrame:
    return pd.DataFrame(
        [
            (f"World {w}", step, value / (w + 1))
            for w in range(worlds)
            for step, value in (("named", 0.4), ("met", 0.1))
        ],
        columns=["world", "step", "value"],
    )


def weeks(worlds: int = 2, count: int = 60) -> pd.DataFrame:
    frames = []
    for world in range(worlds):
        middle = np.arange(count, dtype=float) + 10 * world
        frame = pd.DataFrame({"middle": middle, "low_90": middle - 5, "low_50": middle - 2})
        frame["high_50"], frame["high_90"] = middle + 2, middle + 5
        frame["date"] = [(date(2015, 1, 5) + timedelta(weeks=week)).isoformat() for week in range(count)]
        frames.append(frame.assign(world=f"World {world}"))
    return pd.concat(frames)


def parts(bars: int = 2, names: int = 3) -> pd.DataFrame:
    return pd.DataFrame(
        [(f"World {bar}", f"part {name}", 1 / names) for bar in range(bars) for name in range(names)],
        columns=["label", "part", "value"],
    )


def line(lines: int = 2, places: int = 5) -> pd.DataFrame:
    return pd.DataFrame(
        [(f"World {one}", x, x + one, x + one - 0.5, x + one + 0.5) for one in range(lines) for x in range(places)],
        columns=["label", "x", "mean", "low", "high"],
    )


def assert_refused(draw: Callable[[], Chart]) -> None:
    """There is no chart, and one line says why."""
    with pytest.raises(NothingToDraw) as caught:
        draw()
    assert str(caught.value)
    assert "\n" not in str(caught.value)


DRAWN = {
    "differences": lambda head="Head", sub="Sub", foot="Foot": differences(rows(), head, sub, foot),
    "panels": lambda head="Head", sub="Sub", foot="Foot": panels(rows(panel=["a", "a", "b"]), head, sub, foot),
    "funnel": lambda head="Head", sub="Sub", foot="Foot": funnel(steps(), head, sub, foot),
    "shares": lambda head="Head", sub="Sub", foot="Foot": shares(parts(), head, sub, foot),
    "curves": lambda head="Head", sub="Sub", foot="Foot": curves(line(), head, sub, foot, across="Weeks"),
    "bands": lambda head="Head", sub="Sub", foot="Foot": bands(weeks(), head, sub, foot, baseline="World 0"),
}


@pytest.mark.parametrize("kind", DRAWN)
def test_a_chart_is_saved_with_its_words_and_its_figures(kind: str, tmp_path: Path) -> None:
    chart = DRAWN[kind]()
    written = chart.save(tmp_path / "charts", kind, ("svg", "png", "pdf"))
    assert [path.suffix for path in written] == [".svg", ".png", ".pdf"]
    kept = pd.read_csv(tmp_path / "charts" / f"{kind}.csv")
    for column in kept.select_dtypes("number"):
        np.testing.assert_allclose(kept[column], chart.data[column].to_numpy(float))
    alt = (tmp_path / "charts" / f"{kind}.alt.txt").read_text().strip()
    assert alt == chart.alt
    assert "Head" in alt
    assert 0 < len(alt) <= LONGEST_ALT


@pytest.mark.parametrize("kind", DRAWN)
def test_the_same_data_give_the_same_picture(kind: str) -> None:
    assert DRAWN[kind]().svg("one") == DRAWN[kind]().svg("one")


@pytest.mark.parametrize("kind", DRAWN)
def test_a_picture_stands_in_a_page_with_ids_of_its_own(kind: str) -> None:
    chart = DRAWN[kind]()
    root = ET.fromstring(chart.svg("first"))
    ids = {element.get("id") for element in root.iter() if element.get("id")}
    assert ids
    assert all(id.startswith("first-") for id in ids)
    used = set(re.findall(r"url\(#([^)]+)\)|href=\"#([^\"]+)\"", chart.svg("first")))
    assert {one or other for one, other in used} <= ids
    assert root.get("role") == "img"
    assert root.find("{http://www.w3.org/2000/svg}title").text == chart.alt


@pytest.mark.parametrize("kind", DRAWN)
def test_any_text_is_shown_as_text(kind: str) -> None:
    chart = DRAWN[kind](NASTY, NASTY, NASTY)
    text = "".join(ET.fromstring(chart.svg("x")).itertext())
    assert "$5_a^b <b>&" in text
    assert "\u2026" in text
    assert chart.figure.get_size_inches()[1] < 20


@pytest.mark.parametrize("kind", DRAWN)
def test_all_words_are_horizontal_and_large_enough(kind: str) -> None:
    for text in DRAWN[kind]().figure.findobj(lambda artist: hasattr(artist, "get_fontsize")):
        if text.get_text():
            assert text.get_rotation() == 0
            assert text.get_fontsize() >= 8


def test_bars_begin_at_nil() -> None:
    chart = funnel(steps(), "Head", "Sub")
    bars = [patch for ax in chart.figure.axes for patch in ax.patches]
    assert len(bars) == 4
    assert all(bar.get_x() == 0 for bar in bars)
    assert [bar.get_width() for bar in bars] == pytest.approx([40, 10, 20, 5])
    limits = {ax.get_xlim() for ax in chart.figure.axes if ax.patches}
    assert len(limits) == 1, "all panels share a scale"


def test_what_is_plotted_is_what_was_given() -> None:
    chart = differences(rows(), "Head", "Sub", scale=100.0)
    (ax,) = chart.figure.axes
    dots = [line for line in ax.lines if line.get_marker() in ("^", "v", "o")]
    assert [line.get_xdata()[0] for line in dots] == pytest.approx(list(100 * rows()["difference"]))
    assert [line.get_marker() for line in dots] == ["v", "o", "^"]
    ends = [list(line.get_xdata()) for line in ax.lines if len(line.get_xdata()) == 2 and line.get_linewidth() > 2]
    assert np.array(ends) == pytest.approx(100 * rows()[["low", "high"]].to_numpy())


def test_series_over_time_begin_at_nil_and_share_a_scale() -> None:
    chart = bands(weeks(3), "Head", "Sub", baseline="World 0", parts_on={"World 1": date(2015, 6, 1)})
    drawn = [ax for ax in chart.figure.axes if ax.lines]
    assert len(drawn) == 2
    assert len({ax.get_ylim() for ax in drawn}) == 1
    assert drawn[0].get_ylim()[0] == 0
    assert "light band: nine in ten" in "".join(text.get_text() for text in chart.figure.texts).replace("\n", " ")


@pytest.mark.parametrize(
    "draw",
    [
        lambda: differences(rows(0), "h", "s"),
        lambda: differences(rows(difference=NAN), "h", "s"),
        lambda: differences(rows(61), "h", "s"),
        lambda: panels(rows(0, panel=[]), "h", "s"),
        lambda: funnel(steps(0), "h", "s"),
        lambda: funnel(steps().assign(value=NAN), "h", "s"),
        lambda: funnel(steps(9), "h", "s"),
        lambda: shares(parts(0), "h", "s"),
        lambda: shares(parts().assign(value=NAN), "h", "s"),
        lambda: shares(parts(2, 9), "h", "s"),
        lambda: curves(line(0), "h", "s"),
        lambda: curves(line(1, 1), "h", "s"),
        lambda: curves(line(9), "h", "s"),
        lambda: bands(weeks(1, 0), "h", "s"),
        lambda: bands(weeks().assign(middle=NAN), "h", "s"),
        lambda: bands(weeks(10), "h", "s", baseline="World 0"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_a_line(draw) -> None:
    assert_refused(draw)


@pytest.mark.parametrize(
    "draw",
    [
        lambda: differences(rows(1), "h", "s"),
        lambda: differences(rows(21), "h", "s"),
        lambda: differences(rows(low=NAN, high=NAN, way=""), "h", "s"),
        lambda: differences(rows(difference=[0.0, 0.0, 0.0], low=0.0, high=0.0, way=""), "h", "s"),
        lambda: differences(rows(difference=[0.5, NAN, 1.0]), "h", "s"),
        lambda: funnel(steps(1), "h", "s"),
        lambda: funnel(steps().assign(value=[0.4, NAN, 0.0, 0.0]), "h", "s"),
        lambda: shares(parts(1, 1), "h", "s"),
        lambda: shares(parts(12, 5), "h", "s"),
        lambda: curves(line(1, 2), "h", "s"),
        lambda: curves(line().assign(low=NAN, high=NAN), "h", "s"),
        lambda: bands(weeks(1), "h", "s"),
        lambda: bands(weeks(1, 1), "h", "s"),
        lambda: bands(weeks().assign(middle=0.0, high_90=0.0), "h", "s", baseline="World 0"),
    ],
)
def test_edges_are_drawn(draw) -> None:
    chart = draw()
    assert isinstance(chart, Chart)
    assert chart.svg("x").startswith("<svg")


def test_the_contrast_of_two_colours_is_that_of_the_guidelines() -> None:
    assert style.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert style.contrast("#777777") == pytest.approx(4.48, abs=0.01)


def test_every_colour_keeps_its_contrast() -> None:
    """3 to 1 for what is drawn, 4.5 to 1 for words."""
    assert style.PALETTE == ("#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1")
    drawn = (*style.PALETTE, style.GREY)
    assert all(style.contrast(color) >= 3 for color in set(drawn) - {"#A285D1"})
    assert all(style.contrast(style.words_in(color)) >= 4.5 for color in (*drawn, style.INK, style.SOFT))
    assert all(style.contrast(color, style.ink_on(color)) >= 4.5 for color in drawn)
    assert style.SERIES[:2] == ("#12436D", "#F46A25")
    assert len(set(style.SERIES)) == len(style.SERIES) == 4


def test_the_state_of_pyplot_is_never_touched() -> None:
    for file in (PACKAGE / "charts").glob("*.py"):
        assert "pyplot" not in file.read_text()
    code = (
        "import sys, ttg_sim.charts.steps, ttg_sim.charts.band, ttg_sim.charts.dots\n"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
