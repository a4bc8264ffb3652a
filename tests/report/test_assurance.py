"""The part of a report on who stands behind it, and on what its differences rest."""

from __future__ import annotations

from pathlib import Path

from ttg_sim.report.assurance import LIMITS
from ttg_sim.report.contents import build
from ttg_sim.report.rendering import as_html, as_markdown
from ttg_sim.report.source import read


def test_what_differs_stands_there_with_what_it_rests_on(compared: Path) -> None:
    text = as_markdown(build(read(compared)))
    part = text[text.index("## Who stands behind it") :]
    assert "(to be filled in)" in part
    assert "(housing.temporary\\_places)" in part
    assert "(housing.release\\_priority)" in part
    assert "All other parameters are the same in all worlds" in part
    page = as_html(build(read(compared)))
    for line in LIMITS:
        assert line in page


def test_worlds_that_are_the_same_have_no_list(compared: Path) -> None:
    source = read(compared)
    same = type(source)(source.path, source.manifest, source.tables | {"changes": source.tables["changes"].iloc[:0]})
    text = as_markdown(build(same))
    assert "Parameters in which the worlds differ" not in text
    assert "All other parameters are the same in all worlds" in text
