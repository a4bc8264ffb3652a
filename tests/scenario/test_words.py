"""How scenarios differ, in words: complete, dated, and nothing where the worlds are the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from helpers import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from ttg_sim.scenario import (
    Lever,
    Origin,
    Scenario,
    difference_lines,
    differences,
    first_difference,
    load_scenario,
    with_settings,
)
from ttg_sim.scenario.schedule import Schedule

PLACE = Origin("test.yaml", 1)
BASE = Scenario(name="base", start=date(2015, 1, 5), weeks=60, warm_up_weeks=10)


def lever(path: str, value, week: int, ramp: int = 0, known: int | None = None) -> Lever:
    day = BASE.calendar.date_of_week(week) + timedelta(days=2)
    announced = day if known is None else BASE.calendar.date_of_week(known)
    return Lever(path, value, day, announced, ramp, PLACE)


def having(*levers: Lever, **run) -> Scenario:
    return replace(BASE, levers=levers, **run)


LEVERS = st.builds(
    lever,
    st.sampled_from(["clearance.delay_weeks"]),
    st.sampled_from([2.0, 9.0, 20.0]),
    st.integers(-10, 59),
    st.sampled_from([0, 1, 4]),
) | st.builds(
    lever,
    st.sampled_from(["housing.settled_places"]),
    st.sampled_from([400, 520, 700]),
    st.integers(-10, 59),
    st.sampled_from([0, 6]),
)


def weeks_of_difference(one: Scenario, other: Scenario) -> list[int]:
    """Weeks in which any value in force differs, found week by week."""
    schedules = Schedule(one), Schedule(other)
    return [week for week in range(-10, 60) if schedules[0].at(week) != schedules[1].at(week)]


@settings(max_examples=150, deadline=None)
@given(st.lists(LEVERS, max_size=3), st.lists(LEVERS, max_size=3))
def test_nothing_is_said_exactly_where_the_worlds_are_the_same(ours, theirs) -> None:
    one, other = having(*ours), having(*theirs)
    found = differences(one, other)
    weeks = weeks_of_difference(one, other)
    assert bool(found) == bool(weeks)
    assert {change.path for change in found} <= {lever.path for lever in (*ours, *theirs)}
    assert {change.path for change in differences(other, one)} == {change.path for change in found}
    if found:
        assert first_difference(one, other) is not None
        first = min(change.start or BASE.calendar.first_day for change in found)
        assert BASE.calendar.week_of(first) == weeks[0]


def test_a_world_is_the_same_as_itself() -> None:
    assert difference_lines(BASE, BASE) == ["The two are the same world."]


def test_a_dated_change_with_unit_and_date() -> None:
    files = [load_scenario(ROOT / "scenarios" / f"{name}.yaml") for name in ("tr_as_implemented", "fast_clearance")]
    line, rest = difference_lines(*files)
    assert line.endswith("(clearance.delay_weeks): 9 -> 2 weeks from 1 April 2016")
    assert rest == "Nothing else differs."
    back, _ = difference_lines(*reversed(files))
    assert back.endswith("(clearance.delay_weeks): 2 -> 9 weeks from 1 April 2016")


def test_steps_and_the_order_of_dates() -> None:
    files = [load_scenario(ROOT / "scenarios" / f"{name}.yaml") for name in ("tr_as_implemented", "housing_guarantee")]
    places, temporary, priority, _ = difference_lines(*files)
    assert places.endswith("520 -> 700 places from 4 April 2016, in 26 weekly steps")
    assert temporary.endswith("75 -> 400 places from 4 April 2016")
    assert priority.endswith("false -> true from 4 April 2016")


def test_a_change_that_ends_says_when() -> None:
    other = having(lever("clearance.delay_weeks", 2.0, 4), lever("clearance.delay_weeks", 9.0, 8))
    (change,) = differences(BASE, other)
    assert change.line.endswith("9 -> 2 weeks from 4 February 2015 until 2 March 2015")


def test_values_from_the_beginning_have_no_date() -> None:
    (change,) = differences(BASE, with_settings(BASE, {"clearance.delay_weeks": 3.0}))
    assert change.line.endswith("9 -> 3 weeks")
    assert change.start is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"seed": 7}, "seed: 1 -> 7"),
        ({"replicates": 3}, "replicates: 20 -> 3 runs"),
        ({"weeks": 30}, "weeks: 60 -> 30 weeks"),
        ({"start": date(2016, 1, 4)}, "start: 2015-01-05 -> 2016-01-04"),
    ],
)
def test_the_layout_of_runs_differs(change: dict, words: str) -> None:
    assert difference_lines(BASE, replace(BASE, **change))[0] == words


def test_a_shadow_run_says_what_it_holds() -> None:
    lines = difference_lines(BASE, replace(BASE, shadow=True))
    assert lines[0] == "shadow: false -> true"
    assert any("influence.direct_effect" in line for line in lines)


def test_what_both_shadow_runs_override() -> None:
    other = with_settings(BASE, {"influence.direct_effect": -0.3})
    both = [replace(one, shadow=True) for one in (BASE, other)]
    (change,) = differences(*both)
    assert change.line.endswith("which both shadow runs override: it has a say in luck only")


def test_when_a_stop_is_known() -> None:
    one = having(lever("funding.stopped", True, 20, known=10))
    other = having(lever("funding.stopped", True, 20, known=15))
    (change,) = differences(one, other)
    assert "when its change is known" in change.line
    assert "16 March 2015 -> 20 April 2015" in change.line
