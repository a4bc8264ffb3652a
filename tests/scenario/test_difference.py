"""From when on two worlds differ, when they are the same, and when they can be compared."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ttg_sim.mechanisms import SECTIONS
from ttg_sim.scenario import Scenario, comparable, first_difference, with_settings

from .conftest import Load

STEP = "{from: 2012-01-02, set: housing.settled_places, to: 600}"  # week 52
SAME_WEEK = "{from: 2012-01-04, set: housing.settled_places, to: 600}"
ANNOUNCED = "{from: 2012-01-02, set: housing.settled_places, to: 600, announced: 2011-01-12}"
RAMP = "{from: 2012-01-02, set: housing.settled_places, to: 600, ramp_weeks: 8}"
OTHER = "{from: 2012-01-02, set: custody.tag_uptake, to: 0.5}"
EMPTY_STEP = "{from: 2012-01-02, set: housing.settled_places, to: null}"


@pytest.mark.parametrize(
    ("one", "other", "week"),
    [
        ("", "", None),
        (STEP, STEP, None),
        (STEP, SAME_WEEK, None),
        ("", EMPTY_STEP, None),
        ("", STEP, 52),
        (STEP, RAMP, 52),
        ("", ANNOUNCED, 1),
        (STEP, ANNOUNCED, 1),
        (f"{STEP}, {OTHER}", f"{OTHER}, {STEP}", None),
    ],
)
def test_the_first_week_in_which_levers_make_a_difference(one: str, other: str, week: int | None, load: Load) -> None:
    a, b = load(f"name: a\nlevers: [{one}]\n"), load(f"name: b\nlevers: [{other}]\n")
    assert first_difference(a, b) == first_difference(b, a) == week


def test_what_differs_at_first_differs_from_the_first_week_of_the_warm_up() -> None:
    a = Scenario()
    assert first_difference(a, with_settings(a, {"housing.settled_places": 1})) == -104
    assert first_difference(a, with_settings(a, {"start": "2011-01-10"})) == -104
    assert first_difference(a, with_settings(a, {"start": "2011-01-09"})) is None
    assert first_difference(a, with_settings(a, {"weeks": 100})) == 100
    assert first_difference(a, with_settings(a, {"seed": 9})) is None


def test_the_identity_is_that_of_the_world(load: Load) -> None:
    a = load(f"name: a\ntitle: x\nwhy: y\nseed: 5\nreplicates: 3\nlevers: [{STEP}, {OTHER}]\n")
    b = load(f"name: b\nstart: 2011-01-09\nhousing: {{settled_places: null}}\nlevers: [{OTHER}, {SAME_WEEK}]\n")
    assert a.canonical() == b.canonical()
    assert a.identity() == b.identity()
    assert len(a.identity()) == 64


@pytest.mark.parametrize(
    "text",
    [
        "weeks: 207\n",
        "warm_up_weeks: 103\n",
        "start: 2011-01-10\n",
        "custody: {tag_uptake: 0.22}\n",
        f"levers: [{STEP}]\n",
    ],
)
def test_another_world_has_another_identity(text: str, load: Load) -> None:
    assert load("name: a\n" + text).identity() != Scenario().identity()


def test_the_order_of_levers_on_one_path_in_one_week_counts(load: Load) -> None:
    other = "{from: 2012-01-03, set: housing.settled_places, to: 700}"
    a, b = load(f"name: a\nlevers: [{STEP}, {other}]\n"), load(f"name: b\nlevers: [{other}, {STEP}]\n")
    assert a.identity() != b.identity()
    assert first_difference(a, b) == 52


def test_zero_has_one_identity(load: Load) -> None:
    assert (
        load("name: a\ncustody: {tag_uptake: -0.0}\n").identity()
        == load("name: a\ncustody: {tag_uptake: 0}\n").identity()
    )


def test_the_canonical_form_is_whole_and_survives_json(load: Load) -> None:
    scenario = load(f"name: a\nlevers: [{RAMP}, {ANNOUNCED.replace('2012-01-02', '2011-12-26')}]\n")
    canonical: dict[str, Any] = scenario.canonical()
    assert json.loads(json.dumps(canonical)) == canonical
    assert canonical["start"] == "2011-01-03"
    assert {name: list(values) for name, values in canonical["sections"].items()} == {
        name: list(section.parameters()) for name, section in SECTIONS.items()
    }
    assert [(lever["week"], lever["announced_week"], lever["ramp_weeks"]) for lever in canonical["levers"]] == [
        (51, 1, 1),
        (52, 52, 8),
    ]


def test_worlds_with_the_same_people_and_weeks_can_be_compared(load: Load) -> None:
    a = Scenario(name="a")
    assert comparable(a, load(f"name: b\nstart: 2011-01-09\nseed: 3\nlevers: [{STEP}]\n")) == []
    b = load("name: b\nstart: 2011-01-10\nweeks: 52\nwarm_up_weeks: 1\nintake: {per_year: 700}\n")
    assert comparable(a, b) == [
        "the first week begins on 2011-01-03 in a and 2011-01-10 in b",
        "weeks of warm-up are 104 in a and 1 in b",
        "weeks evaluated are 208 in a and 52 in b",
        f"intake.per_year is {a.sections['intake'].per_year:g} in a and 700 in b",
    ]
