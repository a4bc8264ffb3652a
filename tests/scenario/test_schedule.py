"""The values in force week by week."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ttg_sim.mechanisms import SECTIONS
from ttg_sim.scenario import Scenario, Schedule
from ttg_sim.scenario.schedule import stepped

from .conftest import Load

START = "name: a\nwarm_up_weeks: 2\nhousing: {settled_places: 100}\ncustody: {tag_uptake: 0.2}\nlevers:\n"


def places(schedule: Schedule, *weeks: int) -> list[int]:
    return [schedule.at(week)["housing"].settled_places for week in weeks]  # type: ignore[attr-defined]


def test_without_levers_nothing_changes() -> None:
    scenario = Scenario()
    schedule = Schedule(scenario)
    assert schedule.changes == {}
    assert schedule.announcements == {}
    assert schedule.at(-104) == schedule.at(207) == schedule.initial == scenario.sections


def test_a_step_acts_from_the_week_that_contains_its_date(load: Load) -> None:
    # 16 January 2011 is the Sunday that ends week 1.
    schedule = Schedule(load(START + "  - {from: 2011-01-16, set: housing.settled_places, to: 120}\n"))
    assert places(schedule, -2, 0, 1, 2) == [100, 100, 120, 120]
    assert list(schedule.changes) == [1]
    assert list(schedule.changes[1]) == ["housing"]


def test_a_ramp_moves_in_equal_steps_and_whole_numbers_round_half_up(load: Load) -> None:
    text = START + "  - {from: 2011-01-03, set: housing.settled_places, to: 101, ramp_weeks: 4}\n"
    schedule = Schedule(load(text))
    assert places(schedule, -1, 0, 1, 2, 3, 4) == [100, 100, 101, 101, 101, 101]
    assert list(schedule.changes) == [1]
    text = START + "  - {from: 2011-01-03, set: custody.tag_uptake, to: 0.6, ramp_weeks: 4}\n"
    custody: list[Any] = [Schedule(load(text)).at(week)["custody"] for week in range(-1, 5)]
    assert [round(section.tag_uptake, 12) for section in custody] == [0.2, 0.3, 0.4, 0.5, 0.6, 0.6]
    assert custody[-1].tag_uptake == 0.6


def test_a_ramp_of_one_week_is_a_step(load: Load) -> None:
    texts = [
        START + f"  - {{from: 2011-01-10, set: housing.settled_places, to: 120, ramp_weeks: {n}}}\n" for n in (0, 1)
    ]
    one, other = (load(text) for text in texts)
    assert Schedule(one).changes == Schedule(other).changes
    assert one.identity() == other.identity()


def test_a_later_lever_ends_a_ramp(load: Load) -> None:
    levers = (
        "  - {from: 2011-01-03, set: housing.settled_places, to: 200, ramp_weeks: 10}\n"
        "  - {from: 2011-01-17, set: housing.settled_places, to: 90, ramp_weeks: 3}\n"
    )
    assert places(Schedule(load(START + levers)), 0, 1, 2, 3, 4, 5, 9) == [110, 120, 110, 100, 90, 90, 90]


def test_levers_of_one_week_apply_in_order(load: Load) -> None:
    levers = (
        "  - {from: 2011-01-12, set: housing.settled_places, to: 200}\n"
        "  - {from: 2011-01-10, set: housing.settled_places, to: 300, ramp_weeks: 2}\n"
    )
    assert places(Schedule(load(START + levers)), 0, 1, 2) == [100, 250, 300]


def test_a_ramp_may_outlast_the_run(load: Load) -> None:
    levers = "  - {from: 2014-12-22, set: housing.settled_places, to: 200, ramp_weeks: 100}\n"
    schedule = Schedule(load(START + levers))
    assert list(schedule.changes) == [207]
    assert places(schedule, 206, 207) == [100, 101]


def test_a_lever_may_act_in_the_first_week_of_the_warm_up(load: Load) -> None:
    schedule = Schedule(load(START + "  - {from: 2010-12-20, set: housing.settled_places, to: 200}\n"))
    assert schedule.initial["housing"].settled_places == 100  # type: ignore[attr-defined]
    assert places(schedule, -2) == [200]


def test_every_kind_of_lever_can_step(load: Load) -> None:
    levers = (
        "  - {from: 2011-01-10, set: housing.release_priority, to: true}\n"
        "  - {from: 2011-01-10, set: custody.tag_uptake, to: 1}\n"
    )
    change = Schedule(load(START + levers)).changes[1]
    assert change["housing"].release_priority is True  # type: ignore[attr-defined]
    assert change["custody"].tag_uptake == 1.0  # type: ignore[attr-defined]


def test_announcements_come_in_their_week(load: Load) -> None:
    levers = (
        "  - {from: 2011-03-07, set: housing.settled_places, to: 1, announced: 2011-01-12}\n"
        "  - {from: 2011-01-10, set: custody.tag_uptake, to: 1}\n"
    )
    announcements = Schedule(load(START + levers)).announcements
    assert {week: [lever.path for lever in levers] for week, levers in announcements.items()} == {
        1: ["custody.tag_uptake", "housing.settled_places"]
    }


@settings(deadline=None)
@given(st.integers(0, 100_000), st.integers(0, 100_000), st.integers(1, 300), st.data())
def test_whole_numbers_on_the_way_are_the_nearest(before: int, after: int, steps: int, data: st.DataObject) -> None:
    step = data.draw(st.integers(0, steps))
    value = stepped(SECTIONS["housing"].parameters()["settled_places"], before, after, step, steps)
    assert isinstance(value, int)
    exact = before * steps + (after - before) * step
    assert -steps < 2 * (exact - value * steps) + 0 < steps or 2 * (exact - value * steps) == -steps


@settings(deadline=None)
@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 300), st.data())
def test_numbers_on_the_way_stay_between(before: float, after: float, steps: int, data: st.DataObject) -> None:
    step = data.draw(st.integers(0, steps))
    value = stepped(SECTIONS["custody"].parameters()["tag_uptake"], before, after, step, steps)
    assert isinstance(value, float)
    assert min(before, after) <= value <= max(before, after)
