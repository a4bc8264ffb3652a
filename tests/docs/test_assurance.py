"""The assurance pack says what the model does: its pages are those that are made now, and its days are true."""

from __future__ import annotations

from datetime import date

import pytest
from helpers import ROOT

from ttg_sim.report import pack
from ttg_sim.report.assurance import TO_FILL
from ttg_sim.scenario.names import parameters

PAGES = pack.pages(ROOT)
AGAIN = "make it again with: make assurance"


@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_the_one_that_is_made_now(name: str) -> None:
    assert (ROOT / "docs" / "assurance" / name).read_text(encoding="utf-8") == PAGES[name], AGAIN


def test_there_are_no_other_pages() -> None:
    assert {path.name for path in (ROOT / "docs" / "assurance").iterdir()} == set(PAGES)


def test_a_change_of_a_parameter_has_a_day() -> None:
    known = dict(pack.read_dates())
    assert list(known) == list(parameters()), AGAIN
    for path, facts in parameters().items():
        mark, since = known[path]
        assert mark == pack.fingerprint(facts), f"{path} was changed: {AGAIN}"
        assert date(2026, 11, 1) <= date.fromisoformat(since)


def test_what_was_not_changed_keeps_its_day() -> None:
    known = dict(pack.read_dates())
    path = next(iter(known))
    known[path] = ("another", "2026-11-02")
    lines = pack.dated(known, date(2030, 1, 1)).splitlines()
    assert lines[1].startswith(path)
    assert lines[1].endswith("2030-01-01")
    assert not any(line.endswith("2030-01-01") for line in lines[2:])


def test_every_parameter_is_in_the_log_with_its_grade() -> None:
    rows = [line for line in PAGES["assumptions.md"].splitlines() if line.startswith("| `")]
    assert len(rows) == len(parameters())
    for row, facts in zip(rows, parameters().values(), strict=True):
        cells = [cell.strip() for cell in row.replace("\\|", "/").strip("| ").split(" | ")]
        assert len(cells) == 8
        assert cells[5] == facts.grade
        assert all(cells)


def test_roles_that_nobody_has_are_marked() -> None:
    assert PAGES["README.md"].count(TO_FILL) == 5


def test_what_failed_stands_in_the_record() -> None:
    assert "| fail |" in PAGES["verification.md"]
    assert "| inconclusive |" in PAGES["verification.md"]
