"""People who left the cycle for good before the run began, live in the area still, and would ever volunteer."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from helpers import prepared, run, small

from ttg_sim import stock
from ttg_sim.agents.mentor import Route
from ttg_sim.agents.person import NEVER, NOBODY, PERSON, Left, Where
from ttg_sim.engine.calendar import DAYS_PER_YEAR, WEEKS_PER_YEAR
from ttg_sim.mechanisms import SECTIONS, intake, recruit
from ttg_sim.model import PREPARE, ThroughTheGate

from .people import SEED, areas, near

WEEK = 50
NOW = WEEK * 7
ONE_WAY = {"desistance_per_year": 0.2, "desistance_age_slope": 0.0, "death_per_year": 0.0, "moving_per_year": 0.0}
NO_LONGER = {"longer_share": 0.0}


def entrants(count: int, years: float, **values):
    """People who were new so many years ago, as the stock makes them."""
    people, area, p = np.zeros(count, PERSON), areas()[0], prepared("intake", **values)
    past = WEEK - int(years * WEEKS_PER_YEAR)
    for person in people:
        stock.person_before(person, SEED, past, area, p, prepared("sentencing"))
    return people, (WEEK - past) / WEEKS_PER_YEAR


def left(count: int = 2000, years: float = 10.0, sentencing=None, **values):
    """Those of people who are gone by now who live there still, and who they were before."""
    people, years = entrants(count, years)
    before = people.copy()
    p = (prepared("reoffending"), prepared("sentencing", **(NO_LONGER | (sentencing or {}))))
    leaving = prepared("leaving", **(ONE_WAY | values))
    for person in people:
        person.frailty = 1.0
    there = np.array([stock.left_before(person, SEED, years, WEEK, *p, leaving) for person in people])
    return people, there, before, years


def test_those_who_turned_away_from_offending_live_there_still() -> None:
    people, there, before, years = left(300)
    assert there.all()
    assert (people["where"] == Where.LEFT).all()
    assert (people["left"] == Left.DESISTED).all()
    assert (people["left_week"] <= WEEK).all()
    assert (people["left_week"] >= WEEK - years * WEEKS_PER_YEAR - 1).all()
    assert (people["sanctions"] >= before["sanctions"]).all()
    assert (people["spells"] == 1).all()
    assert (people["volunteer"] == NOBODY).all()
    assert (people["offended_day"] == NEVER).all()
    assert (people["key"] == before["key"]).all()


def test_the_last_release_was_before_they_left_and_after_they_came() -> None:
    people, _, before, _ = left(1000)
    assert (people["released_day"] < (people["left_week"] + 1) * 7).all()
    assert (people["released_day"] > before["sentenced_day"] - 14).all()
    assert (people["released_day"] < NOW).all()


def test_the_time_of_leaving_follows_the_rate() -> None:
    people, _, _, years = left(4000, years=10.0)
    active = years - (WEEK - people["left_week"]) / WEEKS_PER_YEAR
    for after in (1.0, 3.0, 6.0):
        share = (1 - math.exp(-0.2 * after)) / (1 - math.exp(-0.2 * years))
        assert (active < after).mean() == pytest.approx(share, abs=near(share, 4000) + 0.005)


@pytest.mark.parametrize("way", [{"death_per_year": 0.1}, {"moving_per_year": 0.1}])
def test_of_those_gone_who_died_or_moved_none_are_there(way) -> None:
    # A third left in that way; of the others some died or moved after they had turned away.
    people, there, _, years = left(4000, years=4.0, **way)
    u = np.linspace(0, 1, 20_001)[1:]
    ago = years + np.log(1 - u * (1 - math.exp(-0.3 * years))) / 0.3
    expected = 2 / 3 * np.exp(-0.1 * ago).mean()
    assert there.mean() == pytest.approx(expected, abs=near(expected, 4000))
    assert (people["where"][~there] == Where.LIBERTY).all()
    assert (people["left"][~there] == Left.NOT).all()


def test_those_who_went_on_to_longer_sentences_are_not_there() -> None:
    shares = [left(600, sentencing={"longer_share": share})[1].mean() for share in (0.0, 0.2, 1.0)]
    assert shares[0] == 1.0
    assert shares[0] > shares[1] > shares[2]


def test_where_nobody_turns_away_from_offending_there_is_no_pool() -> None:
    assert not left(100, desistance_per_year=0.0, death_per_year=0.1)[1].any()


def test_many_years_later_most_have_died_or_moved() -> None:
    near_time, far_time = (left(1500, years, moving_per_year=0.05)[1].mean() for years in (5.0, 24.0))
    assert far_time < near_time - 0.2


def pool(share: float, weeks: int = 600, **values):
    people, area = np.zeros(6000, PERSON), areas()
    size, past = stock.past_entrants(
        people, 0, WEEK - weeks, SEED, WEEK, area,
        section("intake", per_year=150.0), section("reoffending"), section("sentencing"),
        section("leaving", **values), section("recruit", interest_share=share),
    )  # fmt: skip
    assert past == WEEK
    return people[:size], area


def section(name: str, **values):
    return PREPARE[name](SECTIONS[name](**values))


def test_only_those_who_would_ever_volunteer_are_kept_of_those_who_left() -> None:
    people, _ = pool(0.3)
    gone = people[people["where"] == Where.LEFT]
    assert len(gone) > 50
    assert (gone["left"] == Left.DESISTED).all()
    p = prepared("recruit", interest_share=0.3)
    assert all(recruit.is_interested(SEED, key, p) for key in gone["key"])
    assert (pool(0.0)[0]["where"] == Where.LIBERTY).all()


def test_the_pool_takes_nobody_out_of_the_cycle_and_changes_no_life_in_it() -> None:
    without, area = pool(0.0)
    people, same_area = pool(0.3)
    there = people[people["where"] != Where.LEFT]
    assert there.tobytes() == without.tobytes()
    assert area.tobytes() == same_area.tobytes()
    assert len(set(people["key"])) == len(people)


def test_every_entrant_has_a_number_of_their_own() -> None:
    _, area = pool(0.3)
    p = prepared("intake", per_year=150.0)
    assert area["entrants"][0] == sum(intake.arrivals(SEED, week, areas()[0], p) for week in range(WEEK - 600, WEEK))


def test_more_interest_adds_people_to_the_pool() -> None:
    few, more = (set(pool(share)[0]["key"]) for share in (0.05, 0.3))
    assert few < more


# In a world.

SETTINGS = {"recruit.interest_share": 0.3, "recruit.apply_per_year": 0.5, "intake.per_year": 60.0}
CONTRACT = {"funding.start": date(2000, 1, 1), "funding.calendar": "continuous"}


def test_those_who_left_are_in_no_list_but_that_of_the_interested() -> None:
    world = ThroughTheGate(small(SETTINGS))
    people = world.people.rows
    gone = np.flatnonzero(people["where"] == Where.LEFT)
    assert len(gone) > 10
    assert set(gone) <= set(world.rows["interested"].rows)
    for name in ("active", "inside", "unsettled", "supervised"):
        assert not set(gone) & set(world.rows[name].rows)
    assert not people["place"][gone].any()


def test_those_who_left_stay_as_they_are_but_for_volunteering() -> None:
    world = ThroughTheGate(small(SETTINGS | CONTRACT))
    gone = np.flatnonzero(world.people.rows["where"] == Where.LEFT)
    before = world.people.rows[gone].copy()
    while world.running:
        world.step()
    after = world.people.rows[gone].copy()
    volunteers = after["volunteer"] != NOBODY
    assert volunteers.any()
    assert set(world.mentors.rows["route"][after["volunteer"][volunteers]]) <= {Route.OWN, Route.BEFORE}
    for name in ("volunteer", "experience", "risk"):  # work as a mentor, and what it makes of who they are
        after[name] = before[name]
    assert after.tobytes() == before.tobytes()


def test_a_world_without_interest_has_the_same_lives_in_the_cycle() -> None:
    plain, other = (run(small({"recruit.interest_share": share})) for share in (0.0, 0.3))
    rows = other.people.rows[(other.people.rows["where"] != Where.LEFT) | (other.people.rows["spell"] != NOBODY)]
    assert set(plain.people.rows["key"]) <= set(other.people.rows["key"])
    assert len(other.people) > len(plain.people)
    assert set(plain.people.rows["key"][plain.people.rows["where"] != Where.LEFT]) == set(
        rows["key"][rows["where"] != Where.LEFT]
    )
    for name in ("releases", "occasions", "entrants", "settled", "at_liberty"):
        series = [world.datacollector.get_model_vars_dataframe()[name].tolist() for world in (plain, other)]
        assert series[0] == series[1]


def test_clean_years_in_the_pool_are_those_since_the_last_release() -> None:
    people = ThroughTheGate(small(SETTINGS)).people.rows
    gone = people[people["where"] == Where.LEFT]
    years = (0 - gone["released_day"]) / DAYS_PER_YEAR
    assert (years > 0).all()
    assert years.max() <= stock.YEARS_BACK + 1
