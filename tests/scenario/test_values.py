"""Kinds of values that no section has at present, and values shown in tables."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

import pytest

from ttg_sim.mechanisms.custody import CustodyParameters
from ttg_sim.parameter import Grade, Section, Value, parameter
from ttg_sim.scenario import Fault, format_value
from ttg_sim.scenario.faults import Report
from ttg_sim.scenario.reader import Entry, Scalar
from ttg_sim.scenario.scenario import canonical_value
from ttg_sim.scenario.schema import _parameter
from ttg_sim.scenario.values import format_number, read_value


class Example(Section):
    section: ClassVar[str] = "example"
    title: ClassVar[str] = "Example"

    rule: Literal["first_come", "by_need"] = parameter(
        "first_come", unit="choice", words="Who goes first", source="made up", grade=Grade.ASSUMPTION
    )
    day: date = parameter(date(2011, 1, 3), unit="date", words="A day", source="made up", grade=Grade.ASSUMPTION)


FACTS = Example.parameters()


def read(name: str, text: str, quoted: bool = False) -> tuple[Value | None, list[Fault]]:
    report = Report("a.yaml", [])
    value = read_value(FACTS[name], Entry(name, 1, Scalar(text, 1, quoted)), f"example.{name}", report)
    return value, report.faults


def test_choices_are_words_of_a_list() -> None:
    assert read("rule", "by_need", quoted=True) == ("by_need", [])
    assert [str(fault) for fault in read("rule", "by_ned")[1]] == [
        "a.yaml:1: example.rule: 'by_ned' is not one of the choices; expected one of first_come, by_need; "
        "did you mean by_need?"
    ]
    assert _parameter(FACTS["rule"])["enum"] == ["first_come", "by_need", None]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("£600", "600"),
        ("620 places", "620"),
        ("\u201c620\u201d", "620"),
        ("1,000", "1000"),
        ("0,25", "0.25"),
        ("many", ""),
    ],
)
def test_a_number_in_other_clothes_is_recognised_and_refused(written: str, meant: str) -> None:
    report = Report("a.yaml", [])
    facts = CustodyParameters.parameters()["tag_uptake"]
    assert read_value(facts, Entry("tag_uptake", 1, Scalar(written, 1, False)), "custody.tag_uptake", report) is None
    assert [fault.near for fault in report.faults] == [meant]


def test_dates_are_dates() -> None:
    assert read("day", "2012-02-29") == (date(2012, 2, 29), [])
    assert read("day", "2012-02-29 10:00")[1][0].near == "2012-02-29"
    assert canonical_value(FACTS["day"], date(2012, 2, 29)) == "2012-02-29"
    assert _parameter(FACTS["day"])["format"] == "date"
    assert format_value(FACTS["day"], date(2012, 2, 29)) == "2012-02-29"


@pytest.mark.parametrize(
    ("value", "shown"), [(12.0, "12"), (0.1, "0.1"), (1e-9, "1e-09"), (100_000, "100000"), (2**63 - 1, str(2**63 - 1))]
)
def test_numbers_are_shown_whole(value: float, shown: str) -> None:
    assert format_number(value) == shown
