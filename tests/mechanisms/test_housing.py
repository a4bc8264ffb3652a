from __future__ import annotations

import math

import numpy as np
import pytest

from ttg_sim import series
from ttg_sim.agents.area import AREA
from ttg_sim.agents.household import HOUSEHOLD, Tenancy
from ttg_sim.agents.person import NOBODY, PERSON, Contributor, Housing, Place, Where
from ttg_sim.engine.queues import QUEUE_START
from ttg_sim.mechanisms import housing
from ttg_sim.mechanisms.custody import SPELL
from ttg_sim.mechanisms.housing import HousingParameters

SEED = np.uint64(9)
QUIET = {
    "home_lost_per_week_inside": 0.0,
    "home_lost_per_year": 0.0,
    "place_lost_per_year": 0.0,
    "home_found_per_year": 0.0,
    "other_households_per_week": 0.0,
    "settled_places": 0,
    "temporary_places": 0,
}


class World:
    """People and households of one area, whose housing moves a week at a time."""

    def __init__(self, count: int, households: int = 0, **values) -> None:
        self.people, self.areas = np.zeros(count, PERSON), np.zeros(1, AREA)
        self.areas["key"], self.areas["people_factor"], self.areas["places_factor"] = 5, 1.0, 1.0
        self.people["key"] = np.arange(count) + 1
        self.people["spell"], self.people["where"], self.people["released_day"] = NOBODY, Where.LIBERTY, -700
        for name, value in values.items():
            self.people[name] = value
        self.households, self.others = np.zeros(3000, HOUSEHOLD), np.zeros(3000, np.int64)
        self.size = self.count = 0
        self.spells = np.zeros(count, SPELL)
        self.areas["settled_people"] = (self.people["place"] == Place.SETTLED).sum()
        self.areas["temporary_people"] = (self.people["place"] == Place.TEMPORARY).sum()
        self.diary, self.most_lost = np.zeros(count, np.int64), -1.0
        self.unsettled = np.zeros(2 * count, np.int64)
        # People released later join the others who have no home in the week of their release.
        at_first = self.without_home() & (self.people["spell"] == NOBODY)
        self.without = int(at_first.sum())
        self.unsettled[: self.without] = np.flatnonzero(at_first)

    def without_home(self) -> np.ndarray:
        return (self.people["where"] == Where.LIBERTY) & (self.people["housing"] != Housing.SETTLED)

    def week(self, week: int, **parameters) -> np.record:
        people, rows = self.people, np.arange(len(self.people))
        p = housing.prepare(HousingParameters(**QUIET | parameters))
        if p[0].most_lost[0] != self.most_lost:  # looks are of their own week on
            self.most_lost = p[0].most_lost[0]
            self.diary[:] = [housing.next_look(one, SEED, week - 1, p[0]) for one in people]
        at_liberty, of_now = people["where"] == Where.LIBERTY, people["released_day"] // 7 == week
        released = at_liberty & of_now & (people["spell"] != NOBODY)
        people_inside, leavers = (rows[people["where"] == where] for where in (Where.INSIDE, Where.LEFT))
        self.without, self.size, self.count = housing.run(
            people, rows, self.diary, people_inside, rows[released], rows[:0], leavers, self.unsettled, self.without,
            self.households, self.size, self.others, self.count, self.areas, SEED, week, p,
        )  # fmt: skip
        listed = set(self.unsettled[: self.without].tolist())
        assert listed >= set(rows[self.without_home()].tolist())
        self.spells["person"], self.spells["release_day"] = rows, people["released_day"]
        series.note_milestones(people, self.spells, week)
        return self.areas[0]


HOMELESS = {"housing": Housing.HOMELESS}


def test_new_people_live_where_the_shares_say() -> None:
    shares = {"settled": 0.5, "temporary": 0.2, "homeless": 0.3}
    p = housing.prepare(HousingParameters(before_custody=shares))[0]
    people = World(10_000, place=Place.SETTLED).people
    for one in people:
        housing.begin(one, SEED, p)
    found = np.bincount(people["housing"], minlength=3) / 10_000
    assert (np.abs(found - list(shares.values())) < 4.5 * math.sqrt(0.25 / 10_000)).all()
    assert not people["place"].any()
    assert (people["risk"][:, Contributor.HOUSING] == p.risk_by_state[people["housing"]]).all()


def test_whoever_has_waited_longest_is_served_first() -> None:
    world = World(10, **HOMELESS)
    world.people["queue"] = QUEUE_START + np.array([5, 3, 9, 1, 7, 0, 8, 2, 6, 4])
    area = world.week(20, settled_places=4)
    served = np.flatnonzero(world.people["place"] == Place.SETTLED)
    assert served.tolist() == [1, 3, 5, 7]
    assert (world.people["queue"][served] == 0).all()
    assert (world.people["housing"][served] == Housing.SETTLED).all()
    assert (area.settled_people, area.waiting_people) == (4, 6)


def test_people_leaving_prison_go_first_where_policy_says_so() -> None:
    for priority in (False, True):
        world = World(2, spell=[NOBODY, 0], released_day=[0, 140], received_day=[0, 60], **HOMELESS)
        world.people["queue"][0] = QUEUE_START + 3
        world.week(20, settled_places=1, release_priority=priority)
        assert world.people["place"].tolist() == ([0, 1] if priority else [1, 0])


def test_other_households_stand_in_the_same_queue() -> None:
    world = World(1, **HOMELESS)
    world.week(0, other_households_per_week=30.0, other_patience_weeks=1000.0)
    households = world.households[: world.size]
    assert world.size > 15
    ahead = (households["queue"] < world.people["queue"][0]).sum()
    area = world.week(1, settled_places=int(ahead))
    assert world.people["place"][0] == Place.NONE
    assert area.settled_others == ahead
    world.week(2, settled_places=int(ahead) + 1)
    assert world.people["place"][0] == Place.SETTLED


def test_other_households_leave_when_their_stay_or_patience_ends() -> None:
    world = World(0)
    world.week(0, other_households_per_week=30.0, settled_places=10, other_patience_weeks=5.0, other_stay_weeks=5.0)
    until = world.households["until"][: world.size].copy()
    assert (world.households["tenancy"][: world.size] == Tenancy.HOUSED).sum() == 10
    for week in range(1, 15):
        area = world.week(week)
        tenancy = world.households["tenancy"][: world.size]
        assert ((tenancy == Tenancy.GONE) == (until <= week)).all()
        assert area.settled_others == (tenancy == Tenancy.HOUSED).sum()
        assert world.count == (until > week).sum()


def test_temporary_places_go_once_to_the_latest_released_and_end_in_time() -> None:
    world = World(4, **HOMELESS)
    world.people["queue"] = QUEUE_START + np.array([1, 4, 2, 3])
    area = world.week(10, temporary_places=2, temporary_limit_weeks=3.5)
    assert np.flatnonzero(world.people["place"] == Place.TEMPORARY).tolist() == [1, 3]
    assert (area.temporary_people, area.waiting_people) == (2, 4)
    for week in (11, 12, 13):
        assert world.week(week, temporary_places=2).temporary_people == 2
    area = world.week(14, temporary_places=2)
    # The first two have had theirs since their release; now it is the turn of the others.
    assert np.flatnonzero(world.people["place"] == Place.TEMPORARY).tolist() == [0, 2]
    assert world.people["housing"].tolist() == [1, 2, 1, 2]
    assert area.temporary_people == 2


def test_a_settled_place_ends_a_temporary_one() -> None:
    world = World(1, **HOMELESS)
    world.week(0, temporary_places=1)
    assert world.people["housing"][0] == Housing.TEMPORARY
    area = world.week(1, temporary_places=1, settled_places=1)
    assert (area.temporary_people, area.settled_people, area.waiting_people) == (0, 1, 0)
    assert world.people["place"][0] == Place.SETTLED


@pytest.mark.parametrize(("weeks", "kept"), [(3, True), (13, True), (14, False)])
def test_a_place_is_kept_for_a_short_time_inside(weeks, kept) -> None:
    world = World(1, where=Where.INSIDE, place=Place.SETTLED, release_day=7 * weeks)
    area = world.week(0, settled_places=1, kept_weeks_inside=13.0)
    assert area.settled_people == kept
    assert world.people["housing"][0] == (Housing.SETTLED if kept else Housing.HOMELESS)
    assert world.people["queue"][0] == 0


def test_temporary_places_are_lost_at_reception() -> None:
    world = World(1, where=Where.INSIDE, place=Place.TEMPORARY, housing=Housing.TEMPORARY, release_day=4)
    assert world.week(0, temporary_places=1).temporary_people == 0
    assert world.people["housing"][0] == Housing.HOMELESS


def test_whoever_leaves_hands_back_the_place() -> None:
    world = World(2, where=Where.LEFT, place=[Place.SETTLED, Place.TEMPORARY], queue=[0.0, 7.0])
    area = world.week(0, settled_places=1, temporary_places=1)
    assert (area.settled_people, area.temporary_people) == (0, 0)
    assert not world.people["queue"].any()


def released(count: int = 4000, weeks_inside: int = 10, **values) -> World:
    day = 140
    world = World(count, spell=np.arange(count), released_day=day, received_day=day - 7 * weeks_inside, **values)
    world.spells["first_night"] = NOBODY
    return world


def test_a_home_is_lost_week_by_week_inside() -> None:
    world = released()
    world.week(20, home_lost_per_week_inside=0.05)
    expected = math.exp(-0.5)
    kept = (world.people["housing"] == Housing.SETTLED).mean()
    assert kept == pytest.approx(expected, abs=4.5 * math.sqrt(expected * (1 - expected) / 4000))
    assert ((world.people["queue"] > 0) == (world.people["housing"] == Housing.HOMELESS)).all()
    np.testing.assert_array_equal(world.spells["first_night"], world.people["housing"])


def test_who_comes_out_on_tag_or_to_a_kept_place_has_a_home() -> None:
    for values in ({"tagged": 1}, {"place": Place.SETTLED}):
        world = released(500, **values)
        world.week(20, home_lost_per_week_inside=0.5, settled_places=500)
        assert (world.people["housing"] == Housing.SETTLED).all()


def test_homeless_people_come_out_homeless() -> None:
    world = released(10, **HOMELESS)
    world.week(20)
    assert (world.people["housing"] == Housing.HOMELESS).all()


@pytest.mark.parametrize(
    ("values", "parameters", "rate"),
    [
        ({}, {"home_lost_per_year": 3.0}, 3.0),
        ({"place": Place.SETTLED}, {"place_lost_per_year": 5.0, "settled_places": 9000}, 5.0),
        (HOMELESS, {"home_found_per_year": 4.0}, 4.0),
        ({}, {"place_lost_per_year": 5.0, "home_found_per_year": 9.0}, 0.0),
    ],
)
def test_homes_are_lost_and_found_at_their_rates(values, parameters, rate) -> None:
    world = World(8000, **values)
    before = world.people["housing"].copy()
    if "settled_places" in parameters:
        parameters = parameters | {"settled_places": 0}  # nobody moves straight back in
    area = world.week(3, **parameters)
    chance = 1 - math.exp(-rate * 7 / 365.25)
    moved = (world.people["housing"] != before).mean()
    assert moved == pytest.approx(chance, abs=4.5 * math.sqrt(chance / 8000))
    assert area.settled_people == (world.people["place"] == Place.SETTLED).sum()
    assert ((world.people["queue"] > 0) == (world.people["housing"] != Housing.SETTLED)).all()


def test_housing_sets_the_risk() -> None:
    homes = [Housing.SETTLED, Housing.TEMPORARY, Housing.HOMELESS]
    world = World(3, housing=homes, place=[Place.NONE, Place.TEMPORARY, Place.NONE], temporary_until=[0, 99, 0])
    slot = Contributor.HOUSING
    world.people["risk"] = 9.0
    world.people["risk"][0, slot] = 0.0  # as since the beginning, or since the person moved in
    world.week(0, risk_homeless=0.5, risk_temporary=0.25, temporary_places=1)
    assert world.people["risk"][:, slot].tolist() == [0.0, 0.25, 0.5]
    world.week(1, risk_homeless=0.5, risk_temporary=0.25, temporary_places=1, settled_places=2)
    assert not world.people["risk"][:, slot].any()
    assert (np.delete(world.people["risk"], slot, axis=1) == 9.0).all()


@pytest.mark.parametrize("values", [{"place": Place.NONE}, {"place": Place.SETTLED}])
def test_whoever_loses_a_home_takes_the_risk_of_it(values) -> None:
    world = World(500, **values)
    world.week(0, risk_homeless=0.5, home_lost_per_year=9.0, place_lost_per_year=9.0)
    lost = world.people["housing"] == Housing.HOMELESS
    assert 30 < lost.sum() < 200
    assert (world.people["risk"][:, Contributor.HOUSING] == np.where(lost, 0.5, 0.0)).all()


def test_housing_is_noted_in_the_spell_at_three_moments() -> None:
    world = released(1, **HOMELESS)
    world.spells["week_6"] = world.spells["month_12"] = NOBODY
    seen = []
    for week in range(20, 80):
        world.week(week, settled_places=int(week >= 26))
        seen.append(tuple(world.spells[["first_night", "week_6", "month_12"]][0]))
    assert seen[0] == seen[5] == (Housing.HOMELESS, NOBODY, NOBODY)
    assert seen[6] == seen[51] == (Housing.HOMELESS, Housing.SETTLED, NOBODY)
    assert seen[52] == seen[-1] == (Housing.HOMELESS, Housing.SETTLED, Housing.SETTLED)
