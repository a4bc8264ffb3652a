"""What holds in every world that a scenario may describe, whatever its values and levers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from helpers import SMALL, small, with_levers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ttg_sim.agents.household import Tenancy
from ttg_sim.agents.person import NOBODY, Housing, Left, Place, Where
from ttg_sim.mechanisms.sentencing import Sanction
from ttg_sim.model import ThroughTheGate
from ttg_sim.outcomes.tables import collect
from ttg_sim.parameter import Kind, Parameter, Role
from ttg_sim.scenario import Scenario
from ttg_sim.scenario.names import parameters

EXAMPLES = 25
# Bounds are narrowed where worlds would otherwise be large.
HIGHEST = {
    "intake.per_year": 150,
    "housing.settled_places": 60,
    "housing.temporary_places": 30,
    "housing.other_households_per_week": 5,
}


def values(facts: Parameter) -> st.SearchStrategy[Any]:
    if facts.kind is Kind.SWITCH:
        return st.booleans()
    if facts.kind is Kind.SHARES:
        return (
            st.lists(st.integers(0, 20), min_size=len(facts.choices), max_size=len(facts.choices))
            .filter(any)
            .map(lambda parts: dict(zip(facts.choices, (part / sum(parts) for part in parts), strict=True)))
        )
    assert facts.low is not None
    high = HIGHEST.get(facts.path, facts.high)
    if facts.kind is Kind.COUNT:
        return st.integers(int(facts.low), int(high))
    inside = st.floats(facts.low, high, allow_nan=False, allow_subnormal=False)
    return inside | st.sampled_from([float(facts.low), float(high)])


EVERY = {path: facts for path, facts in parameters().items() if facts.kind not in (Kind.CHOICE, Kind.DATE)}
LEVERS = [path for path, facts in EVERY.items() if facts.role is Role.LEVER]
WEEKS, WARM_UP = 30, 8


@st.composite
def scenarios(draw) -> Scenario:
    chosen = draw(st.lists(st.sampled_from(sorted(EVERY)), max_size=25, unique=True))
    changed = {path: draw(values(EVERY[path])) for path in chosen}
    scenario = small({"intake.per_year": 90.0, "weeks": WEEKS, "warm_up_weeks": WARM_UP} | changed)
    levers = {}
    for path in draw(st.lists(st.sampled_from(LEVERS), max_size=6)):
        week = draw(st.integers(-WARM_UP, WEEKS - 1))
        ramp = 0 if EVERY[path].kind is Kind.SWITCH else draw(st.integers(0, 8))
        levers[path, week] = (path, draw(values(EVERY[path])), week, ramp)
    return with_levers(scenario, *levers.values())


def weeks_of(scenario: Scenario) -> Iterator[ThroughTheGate]:
    """The world at the end of each week; `world.week` is then the week to come."""
    world = ThroughTheGate(scenario)
    while world.running:
        world.step()
        yield world


lawful = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@lawful
@given(scenarios())
def test_people_are_conserved(scenario) -> None:
    gone: np.ndarray = np.zeros(0, bool)
    start = ThroughTheGate(scenario)
    gone_before_the_start = start.areas.rows["entrants"].sum() - len(start.people)
    entered = len(start.people)
    for world in weeks_of(scenario):
        people = world.people.rows
        inside, liberty, left = (
            (people["where"] == where).sum() for where in (Where.INSIDE, Where.LIBERTY, Where.LEFT)
        )
        entered += world.series["entrants"]
        assert inside + liberty + left == len(people) == entered
        assert world.areas.rows["entrants"].sum() == len(people) + gone_before_the_start
        assert (world.series["inside"], world.series["at_liberty"]) == (inside, liberty)
        assert sum(world.series[home] for home in ("settled", "temporary", "homeless")) == liberty
        assert ((people["left"] != Left.NOT) == (people["where"] == Where.LEFT)).all()
        assert (people["where"][: len(gone)][gone] == Where.LEFT).all()
        gone = people["where"] == Where.LEFT
        active = world.active.rows
        assert sorted(active) == np.flatnonzero(~gone).tolist()
    assert len(np.unique(people["key"])) == len(people)


@lawful
@given(scenarios())
def test_prisons_hold_whoever_is_inside(scenario) -> None:
    for world in weeks_of(scenario):
        people = world.people.rows
        inside = people[people["where"] == Where.INSIDE]
        left_since = people[(people["left_week"] == world.week - 1) & (people["where"] == Where.LEFT)]["prison"]
        held = np.bincount(inside["prison"], minlength=len(world.prisons))
        # Whoever leaves the population this week does so after prisons have been counted.
        assert (world.prisons.rows["people"] >= held).all()
        assert (
            world.prisons.rows["people"] <= held + np.bincount(left_since[left_since >= 0], minlength=len(held))
        ).all()
        assert (inside["release_day"] // 7 >= world.week).all()
        assert (inside["received_day"] <= inside["release_day"]).all()
        assert not inside["queue"].any()


@lawful
@given(scenarios())
def test_places_are_finite_and_counted(scenario) -> None:
    settled_before, temporary_before = 10**9, 10**9
    for world in weeks_of(scenario):
        area, people, p = world.areas.rows[0], world.people.rows, world.p["housing"][0]
        assert area.settled_people == (people["place"] == Place.SETTLED).sum() == world.series["places_people"]
        assert area.temporary_people == (people["place"] == Place.TEMPORARY).sum()
        tenancy = world.households.rows["tenancy"]
        assert area.settled_others == (tenancy == Tenancy.HOUSED).sum() == world.series["places_others"]
        settled = area.settled_people + area.settled_others
        # A lever may cut places below what is held: then nobody new moves in.
        assert settled <= max(p.settled_places, settled_before)
        assert area.temporary_people <= max(p.temporary_places, temporary_before)
        settled_before, temporary_before = settled, int(area.temporary_people)
        others = world.others.rows
        assert sorted(others) == np.flatnonzero(tenancy != Tenancy.GONE).tolist()
        assert world.series["waiting"] == area.waiting_people == (people["queue"] > 0).sum()
        held = people["place"]
        assert (people["housing"][held == Place.SETTLED] == Housing.SETTLED).all()
        assert (people["housing"][held == Place.TEMPORARY] == Housing.TEMPORARY).all()
        assert not held[people["where"] == Where.LEFT].any()


@lawful
@given(scenarios())
def test_exactly_those_wait_who_are_at_liberty_without_a_home(scenario) -> None:
    for world in weeks_of(scenario):
        people = world.people.rows
        wants = (people["where"] == Where.LIBERTY) & (people["housing"] != Housing.SETTLED)
        assert ((people["queue"] > 0) == wants).all()
        waiting = people["queue"][wants]
        assert len(np.unique(waiting)) == len(waiting)
        p = world.p["housing"][0]
        expected = np.array([0.0, p.risk_temporary, p.risk_homeless])
        free = people["where"] == Where.LIBERTY
        assert (people["risk"][free, 0] == expected[people["housing"][free]]).all()


@lawful
@given(scenarios())
def test_stays_are_in_order_and_nobody_inside_is_at_risk(scenario) -> None:
    *_, world = weeks_of(scenario)
    people, spells, occasions = world.people.rows, world.spells.rows, world.occasions.rows
    assert (spells["release_day"] >= spells["received_day"]).all()
    assert (spells["release_day"] - spells["received_day"] <= 364).all()
    assert (spells["release_day"] % 7 < 5).all()
    first = people["spells"] - np.bincount(spells["person"], minlength=len(people))
    assert (first >= 0).all()
    for row, person in enumerate(people):
        own = spells[spells["person"] == row]
        assert own["number"].tolist() == list(range(first[row] + 1, person.spells + 1))
        assert (own["received_day"][1:] > own["release_day"][:-1]).all()
        stays = [(int(one.received_day), int(one.release_day)) for one in own]
        if person.where == Where.INSIDE:
            assert not stays or person.received_day > stays[-1][1]
            stays.append((int(person.received_day), 10**6))
        days = occasions["day"][occasions["person"] == row]
        for begins, ends in stays:
            assert not ((days >= begins) & (days < ends)).any()
        if person.spell != NOBODY:
            assert world.spells.rows[person.spell].person == row


@lawful
@given(scenarios())
def test_every_case_comes_to_court_once_and_in_time(scenario) -> None:
    *_, world = weeks_of(scenario)
    occasions, end = world.occasions.rows, world.week * 7
    assert (occasions["day"] >= -WARM_UP * 7).all()
    assert (occasions["day"] < end).all()
    assert (occasions["court_day"] // 7 > occasions["day"] // 7).all()
    assert (occasions["court_day"] % 7 < 5).all()
    assert (occasions["offences"] >= 1).all()
    pending = occasions["sanction"] == Sanction.PENDING
    assert (pending == (occasions["court_day"] >= end)).all()
    assert sorted(world.cases.rows) == np.flatnonzero(pending).tolist()
    per_week = np.stack([occasions["person"], occasions["day"] // 7])
    assert np.unique(per_week, axis=1).shape[1] == len(occasions)


@lawful
@given(scenarios())
def test_numbers_are_numbers_and_shares_are_shares(scenario) -> None:
    *_, world = weeks_of(scenario)
    for table in (world.people, world.spells, world.occasions, world.households, world.areas, world.prisons):
        for name in table.dtype.names:
            assert np.isfinite(table.rows[name]).all(), name
    for scored in (world.people.rows[world.people.rows["spells"] > 0], world.spells.rows):
        assert ((scored["score_1_year"] > 0) & (scored["score_1_year"] < scored["score_2_year"])).all()
        assert (scored["score_2_year"] < 1).all()
    assert (world.people.rows["frailty"] > 0).all()
    outcomes = collect(world).outcomes
    shares = outcomes[outcomes["outcome"].str.contains("settled|homeless$|12m|tag|resettlement|score|day_18|night")]
    assert shares["value"].dropna().between(0, 1).all()
    assert (outcomes["denominator"] >= 0).all()
    assert (outcomes["numerator"].dropna() >= 0).all()


def test_these_worlds_are_not_empty() -> None:
    *_, world = weeks_of(small(SMALL | {"intake.per_year": 90.0}))
    assert min(len(world.spells), len(world.occasions), len(world.cases)) > 20
    assert world.series["temporary"] > 0
