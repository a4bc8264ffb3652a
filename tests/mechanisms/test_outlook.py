from __future__ import annotations

import math

import numpy as np
import pytest
from helpers import prepared

from ttg_sim.agents.person import Contributor, Housing, Where
from ttg_sim.mechanisms import outlook
from ttg_sim.mechanisms.outlook import OutlookParameters

from .people import SEED, near, person, rows, several

WEEK = 30
MANY = 4000
STILL = {"drift": 0.0}


def params(**values) -> np.ndarray:
    return outlook.prepare(OutlookParameters(**values))


def stepped(parameters=None, weeks: float = 4.0, week: int = WEEK, **values) -> np.record:
    one = person(**values)
    outlook.step(one, SEED, week, weeks, prepared("outlook", **STILL | (parameters or {})))
    return one


def test_people_differ_around_neutral() -> None:
    people, p = several(MANY), prepared("outlook")
    for one in people:
        outlook.begin(one, SEED, p)
    for name in ("readiness", "hope"):
        assert people[f"{name}_level"].mean() == pytest.approx(0.5, abs=4.5 * 0.15 / math.sqrt(MANY))
        assert people[f"{name}_level"].std() == pytest.approx(0.15, rel=0.05)
        assert (people[name] == people[f"{name}_level"]).all()
        assert 0 <= people[name].min() < people[name].max() <= 1
    assert abs(np.corrcoef(people["hope"], people["readiness"])[0, 1]) < 4.5 / math.sqrt(MANY)
    assert people["mental_health"].mean() == pytest.approx(0.26, abs=near(0.26, MANY))


def test_hope_alone_moves_the_risk() -> None:
    one, p = person(readiness=0.9, hope=0.8), prepared("outlook")
    outlook.set_risk(one, p)
    assert one.risk.tolist() == pytest.approx([0, 0, 0, 0, -0.3 * 0.3, 0, 0, 0])
    for readiness in (0.0, 1.0):
        one = person(readiness=readiness)
        outlook.set_risk(one, p)
        assert one.risk.tolist() == [0] * len(Contributor)


@pytest.mark.parametrize("slope", [-1.5, -0.3, 0.0])
def test_no_contribution_is_above_the_highest(slope) -> None:
    p, most = prepared("outlook", risk_by_hope=slope), outlook.highest_risk(OutlookParameters(risk_by_hope=slope))
    found = []
    for hope in np.linspace(0, 1, 21):
        one = person(hope=hope)
        outlook.set_risk(one, p)
        found.append(one.risk[Contributor.HOPE])
    assert max(found) == pytest.approx(most)
    assert found[10] == 0.0


def test_neutral_values_stay_where_they_are() -> None:
    one = stepped()
    assert (one.readiness, one.hope) == (0.5, 0.5)
    assert one.risk.tolist() == [0] * len(Contributor)


@pytest.mark.parametrize(("weeks", "share"), [(4.0, 0.2), (2.0, 0.1), (1.0, 0.05), (26.0, 1.0)])
def test_states_are_drawn_back_to_their_levels(weeks, share) -> None:
    one = stepped(weeks=weeks, readiness=0.2, readiness_level=0.6, hope=0.9, hope_level=0.5)
    assert one.readiness == pytest.approx(0.2 + share * 0.4)
    assert one.hope == pytest.approx(0.9 - share * 0.4)


def test_without_pull_states_stay() -> None:
    one = stepped({"pull": 0.0}, weeks=26.0, readiness=0.2, readiness_level=0.6, hope=0.9)
    assert (one.readiness, one.hope) == (0.2, 0.9)


def test_work_raises_the_level_of_hope_and_being_homeless_lowers_it() -> None:
    for values, aim in (
        ({"working": 1}, 0.6),
        ({"housing": int(Housing.HOMELESS)}, 0.4),
        ({"housing": int(Housing.TEMPORARY)}, 0.5),
        ({"working": 1, "housing": int(Housing.HOMELESS)}, 0.5),
    ):
        one = stepped(**values)
        assert one.hope == pytest.approx(0.5 + 0.2 * (aim - 0.5))
        assert one.readiness == 0.5
        assert one.risk[Contributor.HOPE] == pytest.approx(-0.3 * (one.hope - 0.5))


@pytest.mark.parametrize(("refused", "recalls"), [(1, 0), (0, 1), (2, 1)])
def test_setbacks_lower_both_states_once_each(refused, recalls) -> None:
    one, p = person(refused=refused, recalls=recalls), prepared("outlook", pull=0.0, drift=0.0, setback=0.1)
    outlook.step(one, SEED, WEEK, 4.0, p)
    expected = 0.5 - 0.1 * (refused + recalls)
    assert (one.readiness, one.hope) == (pytest.approx(expected), pytest.approx(expected))
    assert one.setbacks == refused + recalls
    outlook.step(one, SEED, WEEK + 4, 4.0, p)
    assert (one.readiness, one.hope) == (pytest.approx(expected), pytest.approx(expected))
    one.refused += 1
    outlook.step(one, SEED, WEEK + 8, 4.0, p)
    assert one.hope == pytest.approx(expected - 0.1)


@pytest.mark.parametrize(("weeks", "deviation"), [(4.0, 0.06), (1.0, 0.03), (26.0, 0.06 * math.sqrt(6.5))])
def test_drift_has_its_size_and_no_direction(weeks, deviation) -> None:
    people, p = several(MANY), prepared("outlook", pull=0.0, drift=0.06)
    for one in people:
        outlook.step(one, SEED, WEEK, weeks, p)
    for name in ("readiness", "hope"):
        assert people[name].mean() == pytest.approx(0.5, abs=4.5 * deviation / math.sqrt(MANY))
        assert people[name].std() == pytest.approx(deviation, rel=0.05)
    assert abs(np.corrcoef(people["hope"], people["readiness"])[0, 1]) < 4.5 / math.sqrt(MANY)


def test_states_stay_between_nil_and_one() -> None:
    people, p = several(200, housing=np.arange(200) % 3), prepared("outlook", drift=0.3, setback=0.5, pull=1.0)
    for week in range(60):
        people["refused"] += (np.arange(200) + week) % 7 == 0
        for one in people:
            outlook.step(one, SEED, week, float(1 + week % 26), p)
        for name in ("readiness", "hope"):
            assert 0 <= people[name].min() <= people[name].max() <= 1


def looks(people, diary, until: int, released=(), **values) -> None:
    for week in range(WEEK, until):
        rows_released = np.array([row for row, when in released if when == week], np.int64)
        locked = np.flatnonzero(people["where"] == Where.INSIDE)
        outlook.run(people, rows(people), locked, diary, rows_released, SEED, week, params(**values))


def test_people_are_looked_at_every_four_weeks_at_first_and_twice_a_year_later() -> None:
    people = several(2, released_day=np.array([WEEK * 7, (WEEK - 26) * 7]))
    diary, seen = np.array([WEEK, WEEK]), [[], []]
    for week in range(WEEK, WEEK + 60):
        before = diary.copy()
        outlook.run(people, rows(people), rows(people)[:0], diary, rows(people)[:0], SEED, week, params())
        for row in np.flatnonzero(diary != before):
            seen[row].append(week - WEEK)
    assert seen[0] == [0, 4, 8, 12, 16, 20, 24, 28, 54]
    assert seen[1] == [0, 26, 52]


def test_everybody_is_looked_at_on_release_but_nobody_inside() -> None:
    people = several(2, where=np.array([int(Where.LIBERTY), int(Where.INSIDE)]), refused=1, released_day=WEEK * 7)
    diary = np.array([WEEK + 20, WEEK])
    looks(people, diary, WEEK + 1, released=[(0, WEEK)], drift=0.0, setback=0.1)
    assert people["hope"].tolist() == pytest.approx([0.4, 0.5])
    assert diary.tolist() == [WEEK + 4, WEEK + 4]


# What mentors and groups have moved.

PUSHED = {"readiness_push": 0.2, "hope_push": -0.1}


def test_at_a_look_what_has_been_moved_is_added_and_set_to_nil() -> None:
    one = stepped(**PUSHED, readiness=0.2, readiness_level=0.6)
    assert one.readiness == pytest.approx(0.2 + 0.2 * 0.4 + 0.2)
    assert one.hope == pytest.approx(0.4)
    assert (one.readiness_push, one.hope_push) == (0.0, 0.0)
    assert one.risk[Contributor.HOPE] == pytest.approx(-0.3 * -0.1)
    outlook.step(one, SEED, WEEK + 4, 4.0, prepared("outlook", **STILL, pull=0.0))
    assert one.hope == pytest.approx(0.4)


@pytest.mark.parametrize(("push", "after"), [(0.8, 1.0), (-0.8, 0.0)])
def test_nothing_moves_anybody_beyond_nil_and_one(push, after) -> None:
    one = stepped(readiness_push=push, hope_push=push)
    assert (one.readiness, one.hope) == (after, after)
    most = outlook.highest_risk(OutlookParameters())
    assert abs(one.risk[Contributor.HOPE]) <= most


def test_between_looks_it_is_kept() -> None:
    people = several(1, **PUSHED, released_day=WEEK * 7)
    diary = np.array([WEEK + 3])
    looks(people, diary, WEEK + 3, drift=0.0)
    assert people[["readiness", "readiness_push", "hope_push"]].tolist() == [(0.5, 0.2, -0.1)]
    looks(people, diary, WEEK + 4, drift=0.0)
    assert people[["readiness", "readiness_push", "hope_push"]].tolist() == [(0.7, 0.0, 0.0)]


def test_inside_only_what_groups_move_counts_whenever_the_next_look_is() -> None:
    people = several(2, where=int(Where.INSIDE), refused=3, readiness=0.4, readiness_level=0.9)
    people["readiness_push"][0], people["hope_push"][0] = 0.05, 0.25
    diary = np.array([WEEK + 20, WEEK + 20])
    looks(people, diary, WEEK + 1)
    assert people["readiness"].tolist() == pytest.approx([0.45, 0.4])
    assert people["hope"].tolist() == [0.75, 0.5]
    assert people["readiness_push"].tolist() == people["hope_push"].tolist() == [0.0, 0.0]
    assert people["setbacks"].tolist() == [0, 0]
    assert people["risk"][0, Contributor.HOPE] == pytest.approx(-0.3 * 0.25)
    assert diary.tolist() == [WEEK + 20, WEEK + 20]


@pytest.mark.parametrize("where", [Where.LIBERTY, Where.INSIDE])
def test_a_push_of_nil_leaves_every_byte_as_it_is(where) -> None:
    """Where nothing was moved, states come out to the last bit as by the pull, drift and setbacks alone."""
    people = several(50, where=int(where), refused=1, working=np.arange(50) % 2, hope=np.linspace(0, 1, 50))
    before, diary = people.copy(), np.full(50, WEEK)
    looks(people, diary, WEEK + 1)
    if where == Where.INSIDE:
        assert people.tobytes() == before.tobytes()
        return
    aim = 0.5 + 0.1 * (np.arange(50) % 2)
    p = prepared("outlook")
    for row, one in enumerate(before):
        u = outlook.draws.uniform(SEED, outlook.Decision.OUTLOOK_DRIFT, one.key, WEEK, outlook.HOPE)
        drift = p.drift * math.sqrt(26.0 / 4.0)
        change = 1.0 * (aim[row] - one.hope) + outlook.draws.even(u, 0.0, drift) - p.setback * 1
        assert people["hope"][row] == min(max(one.hope + change, 0.0), 1.0)
