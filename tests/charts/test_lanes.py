"""Lanes of time are right and readable, whatever is in them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import matplotlib.dates as mdates
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from ttg_sim.charts import style
from ttg_sim.charts.chart import LONGEST_ALT, Chart, NothingToDraw
from ttg_sim.charts.lanes import LOOKS, MARKS, lanes

COLUMNS = ["world", "strip", "start", "end", "kind", "label"]
NASTY = 'Price $5_a^b <b>& "x"</b> ' + "long " * 300


def rows(*more: tuple[str | None, ...], worlds: tuple[str, ...] = ("One", "Other")) -> pd.DataFrame:
    given = [
        row
        for world in worlds
        for row in (
            (world, "Place", "2016-01-04", "2016-07-04", "dark", "in prison"),
            (world, "Place", "2016-07-04", "2016-07-11", "worst", "homeless"),
            (world, "Place", "2016-07-11", "2017-07-03", "best", "settled"),
            (world, "Offences", "2017-01-02", None, "cross", "offends"),
            *((world, *row) for row in more),
        )
    ]
    return pd.DataFrame(given, columns=COLUMNS)


def drawn(frame: pd.DataFrame | None = None, head: str = "Head", size: style.Size = style.REPORT) -> Chart:
    lines = [(date(2016, 7, 4), "The lives part"), (date(2017, 7, 3), "The end")]
    return lanes(rows() if frame is None else frame, head, "Sub", "Foot", lines=lines, strong=0, size=size)


def words(chart: Chart) -> list[str]:
    return [text.get_text() for text in chart.figure.findobj(lambda artist: hasattr(artist, "get_fontsize"))]


def test_what_is_plotted_is_what_was_given() -> None:
    chart = drawn()
    panels = [ax for ax in chart.figure.axes if ax.get_yticklabels() and ax.patches]
    assert len(panels) >= 2
    for ax in panels[:2]:
        bars = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in ax.patches]
        days = [(date(2016, 1, 4), date(2016, 7, 4)), (date(2016, 7, 4), date(2016, 7, 11)),
                (date(2016, 7, 11), date(2017, 7, 3))]  # fmt: skip
        assert bars == [pytest.approx([mdates.date2num(day) for day in pair]) for pair in days]
        (mark,) = [line for line in ax.lines if line.get_marker() == "X"]
        assert mark.get_xdata()[0] == pytest.approx(mdates.date2num(date(2017, 1, 2)))
    assert len({ax.get_xlim() for ax in panels[:2]}) == 1, "all lanes share a scale"


def test_a_stretch_has_its_word_inside_or_below_all_lanes() -> None:
    found = words(drawn())
    assert found.count("in prison") == 2
    assert found.count("settled") == 2
    assert found.count("homeless") == 1, "too short for its word, so it stands among the keys, once"
    assert found.count("offends") == 1


@pytest.mark.parametrize("size", [style.REPORT, style.SLIDE])
def test_words_are_horizontal_large_enough_and_inside(size: style.Size) -> None:
    chart = drawn(size=size)
    renderer = FigureCanvasAgg(chart.figure).get_renderer()
    box = chart.figure.bbox
    for text in chart.figure.findobj(lambda artist: hasattr(artist, "get_fontsize")):
        if text.get_text() and (text.axes is None or text.axes.axison or text in text.axes.texts):
            assert text.get_rotation() == 0
            assert text.get_fontsize() >= 8
            extent = text.get_window_extent(renderer)
            assert extent.x0 >= -1
            assert extent.x1 <= box.width + 1, text.get_text()


def test_no_two_kinds_differ_by_colour_alone() -> None:
    place = [LOOKS[kind] for kind in ("dark", "best", "middle", "worst")]
    assert len({(look.hatch, look.height, look.color == style.INK) for look in place}) == len(place)
    assert len({marker for marker, _, _ in MARKS.values()}) == len(MARKS)


def test_a_chart_is_saved_with_its_words_and_its_figures_and_is_the_same_each_time(tmp_path: Path) -> None:
    chart = drawn()
    chart.save(tmp_path, "story", ("svg", "png"))
    assert pd.read_csv(tmp_path / "story.csv")["label"].tolist() == rows()["label"].tolist()
    alt = (tmp_path / "story.alt.txt").read_text().strip()
    assert alt == chart.alt
    assert "One: in prison, then homeless, then settled" in alt
    assert len(drawn(head=NASTY).alt) <= LONGEST_ALT
    assert drawn().svg("a") == drawn().svg("a")


def test_any_text_is_shown_as_text() -> None:
    chart = drawn(rows(worlds=(NASTY, "Other")), NASTY)
    text = "".join(ET.fromstring(chart.svg("x")).itertext())
    assert "$5_a^b <b>&" in text
    assert chart.figure.get_size_inches()[1] < 20


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (rows().iloc[:0], "no weeks to draw"),
        (rows(worlds=tuple("abcde")), "5 lanes"),
        (rows(*((f"Strip {n}", "2016-01-04", "2016-02-01", "own", "x") for n in range(9))), "11 strips"),
        (rows(("Place", "2016-01-04", "2016-02-01", "pink", "x")), "'pink' is no kind"),
    ],
)
def test_nothing_to_draw_is_said(frame: pd.DataFrame, words: str) -> None:
    with pytest.raises(NothingToDraw, match=words):
        drawn(frame)


@pytest.mark.parametrize("weeks", [1, 3, 60, 500, 3000])
def test_dates_fit_whatever_the_length(weeks: int) -> None:
    end = pd.Timestamp("2016-01-04") + pd.Timedelta(weeks=weeks)
    frame = pd.DataFrame([("One", "Place", "2016-01-04", end.date().isoformat(), "dark", "in prison")], columns=COLUMNS)
    chart = lanes(frame, "Head", "Sub")
    ticks = [ax.get_xticks() for ax in chart.figure.axes if len(ax.get_xticks())]
    assert all(len(one) <= 11 for one in ticks)
    chart.svg("x")
