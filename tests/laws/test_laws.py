"""What holds in every world that a scenario may describe, whatever its values and levers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pytest
from helpers import REFORMED, SMALL, TABLES, small, with_levers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ttg_sim.agents.household import Tenancy
from ttg_sim.agents.officer import Body
from ttg_sim.agents.person import NOBODY, Housing, Left, Place, Return, Service, Supervision, Where
from ttg_sim.agents.service_user import Use
from ttg_sim.mechanisms import reoffending
from ttg_sim.mechanisms.sentencing import Sanction
from ttg_sim.model import ThroughTheGate
from ttg_sim.outcomes.definitions import OUTCOMES
from ttg_sim.outcomes.tables import collect
from ttg_sim.parameter import Kind, Parameter, Role
from ttg_sim.scenario import Scenario
from ttg_sim.scenario.names import parameters

EXAMPLES = 25
# Bounds are narrowed where worlds would otherwise be large.
HIGHEST = {
    "areas.number": 3,
    "intake.per_year": 150,
    "longer.per_year": 80,
    "housing.settled_places": 60,
    "housing.temporary_places": 30,
    "housing.other_households_per_week": 5,
    "services.training_places": 5,
    "services.training_others": 3,
    "services.treatment_places": 30,
    "services.treatment_others": 3,
    "services.benefits_places": 5,
    "services.benefits_others": 3,
    "work.vacancies_per_week": 10,
    "work.others_per_week": 10,
    "probation.national_officers": 5,
    "probation.company_officers": 10,
    "resettlement.staff": 3,
}


def values(facts: Parameter) -> st.SearchStrategy[Any]:
    if facts.kind is Kind.SWITCH:
        return st.booleans()
    if facts.kind is Kind.DATE:
        return st.dates(date(2008, 1, 1), date(2012, 1, 1))
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


EVERY = {path: facts for path, facts in parameters().items() if facts.kind is not Kind.CHOICE}
LEVERS = [path for path, facts in EVERY.items() if facts.role is Role.LEVER]
WEEKS, WARM_UP = 30, 8


@st.composite
def scenarios(draw) -> Scenario:
    chosen = draw(st.lists(st.sampled_from(sorted(EVERY)), max_size=25, unique=True))
    changed = {path: draw(values(EVERY[path])) for path in chosen}
    world = {"intake.per_year": 90.0, "weeks": WEEKS, "warm_up_weeks": WARM_UP}
    scenario = small(world | (REFORMED if draw(st.booleans()) else {}) | changed)
    levers = {}
    for path in draw(st.lists(st.sampled_from(LEVERS), max_size=6)):
        week = draw(st.integers(-WARM_UP, WEEKS - 1))
        ramp = draw(st.integers(0, 8)) if EVERY[path].kind in (Kind.NUMBER, Kind.COUNT) else 0
        levers[path, week] = (path, draw(values(EVERY[path])), week, ramp)
    return with_levers(scenario, *levers.values())


def weeks_of(scenario: Scenario) -> Iterator[ThroughTheGate]:
    """The world at the end of each week; `world.week` is then the week to come."""
    world = ThroughTheGate(scenario)
    while world.running:
        world.step()
        yield world


lawful = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def entrants(world: ThroughTheGate) -> int:
    return int(world.areas.rows["entrants"].sum() + world.areas.rows["longer_entrants"].sum())


def taken_back(world: ThroughTheGate) -> np.ndarray:
    """Rows of people who were recalled or committed in the week that is over."""
    returns = world.returns.rows
    return returns["person"][(returns["kind"] != Return.NOT) & (returns["day"] // 7 == world.week - 1)]


@lawful
@given(scenarios())
def test_people_are_conserved(scenario) -> None:
    gone: np.ndarray = np.zeros(0, bool)
    start = ThroughTheGate(scenario)
    gone_before_the_start = entrants(start) - len(start.people)
    entered = len(start.people)
    for world in weeks_of(scenario):
        people = world.people.rows
        inside, liberty, left = (
            (people["where"] == where).sum() for where in (Where.INSIDE, Where.LIBERTY, Where.LEFT)
        )
        entered += world.series["entrants"]
        assert inside + liberty + left == len(people) == entered
        assert entrants(world) == len(people) + gone_before_the_start
        short = people[people["longer"] == 0]  # series are of them alone
        counted = [(short["where"] == where).sum() for where in (Where.INSIDE, Where.LIBERTY)]
        assert [world.series["inside"], world.series["at_liberty"]] == counted
        assert sum(world.series[home] for home in ("settled", "temporary", "homeless")) == counted[1]
        assert ((people["left"] != Left.NOT) == (people["where"] == Where.LEFT)).all()
        assert (people["where"][: len(gone)][gone] == Where.LEFT).all()
        gone = people["where"] == Where.LEFT
        active = world.rows["active"].rows
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
        sentenced, back = inside[inside["returned"] == Return.NOT], inside[inside["returned"] != Return.NOT]
        assert (sentenced["release_day"] // 7 >= world.week).all()
        # Whoever is taken back for some days of this week stays to the next one.
        assert (back["release_day"] // 7 >= world.week - 1).all()
        assert (inside["received_day"] <= inside["release_day"]).all()
        assert not sentenced["queue"].any()
        listed = world.rows["inside"].rows
        assert len(set(listed)) == len(listed)
        assert set(listed) >= set(np.flatnonzero(people["where"] == Where.INSIDE))
        assert set(people["where"][listed]) <= {Where.INSIDE, Where.LEFT}


@lawful
@given(scenarios())
def test_places_are_finite_and_counted(scenario) -> None:
    settled_before = temporary_before = np.full(9, 10**9)
    for world in weeks_of(scenario):
        areas, people, p = world.areas.rows, world.people.rows, world.p["housing"][0]
        number = len(areas)

        def of_each(rows: np.ndarray, chosen: np.ndarray, number: int = number) -> np.ndarray:
            return np.bincount(rows["area"][chosen], minlength=number)

        assert (areas["settled_people"] == of_each(people, people["place"] == Place.SETTLED)).all()
        assert areas["settled_people"].sum() == world.series["places_people"]
        assert (areas["temporary_people"] == of_each(people, people["place"] == Place.TEMPORARY)).all()
        households = world.households.rows
        assert (areas["settled_others"] == of_each(households, households["tenancy"] == Tenancy.HOUSED)).all()
        assert areas["settled_others"].sum() == world.series["places_others"]
        settled = areas["settled_people"] + areas["settled_others"]
        # A lever may cut places below what is held: then nobody new moves in.
        places, temporary = (
            (p[name] * areas["places_factor"] + 0.5).astype(int) for name in ("settled_places", "temporary_places")
        )
        assert (settled <= np.maximum(places, settled_before[:number])).all()
        assert (areas["temporary_people"] <= np.maximum(temporary, temporary_before[:number])).all()
        settled_before, temporary_before = settled.copy(), areas["temporary_people"].copy()
        others = world.rows["others"].rows
        assert sorted(others) == np.flatnonzero(households["tenancy"] != Tenancy.GONE).tolist()
        # People who are taken back keep their place in the queue; they are counted until they are inside.
        waits = (people["queue"] > 0) & (people["where"] == Where.LIBERTY)
        waits[taken_back(world)] = people["queue"][taken_back(world)] > 0
        assert world.series["waiting"] == areas["waiting_people"].sum()
        assert (areas["waiting_people"] == of_each(people, waits)).all()
        held = people["place"]
        assert (people["housing"][held == Place.SETTLED] == Housing.SETTLED).all()
        assert (people["housing"][held == Place.TEMPORARY] == Housing.TEMPORARY).all()
        assert not held[people["where"] == Where.LEFT].any()


@lawful
@given(scenarios())
def test_services_are_finite_and_counted(scenario) -> None:
    before = None
    for world in weeks_of(scenario):
        areas, people, users, p = world.areas.rows, world.people.rows, world.users.rows, world.p["services"][0]
        for service in Service:
            held = np.bincount(people["area"][people["until"][:, service] > 0], minlength=len(areas))
            assert (areas["in_service"][:, service] == held).all()
            served = (users["service"] == service) & (users["use"] == Use.SERVED)
            others = np.bincount(users["area"][served], minlength=len(areas))
            assert (areas["others_in_service"][:, service] == others).all()
        used = areas["in_service"] + areas["others_in_service"]
        places = np.floor(np.outer(areas["services_factor"], p.places) + 0.5)
        assert (used <= (places if before is None else np.maximum(places, before))).all()
        before = used
        assert sorted(world.rows["users"].rows) == np.flatnonzero(users["use"] != Use.GONE).tolist()
        clients = world.rows["clients"].rows
        assert sorted(clients) == np.flatnonzero(world.listed[: len(people)]).tolist()
        assert len(set(clients)) == len(clients)
        asks = (people["queued"] > 0).any(axis=1) | (people["until"] > 0).any(axis=1)
        assert set(clients) >= set(np.flatnonzero(asks))


@lawful
@given(scenarios())
def test_whoever_is_supervised_has_one_officer_at_work(scenario) -> None:
    for world in weeks_of(scenario):
        people, officers, areas = world.people.rows, world.officers.rows, world.areas.rows
        supervised = np.flatnonzero(people["supervision"] != Supervision.NONE)
        assert sorted(world.rows["supervised"].rows) == supervised.tolist()
        own = people["officer"][supervised]
        assert (own >= 0).all()
        assert (officers["area"][own] == people["area"][supervised]).all()
        assert (np.bincount(own, minlength=len(officers)) == officers["cases"]).all()
        posts = np.where(officers["body"] == Body.NATIONAL, "national_officers", "company_officers")
        at_work = [
            officer["number"] < areas[officer["area"]][name] for officer, name in zip(officers, posts, strict=True)
        ]
        assert not officers["cases"][~np.array(at_work)].any()
        assert ((officers["attention"] > 0) & (officers["attention"] <= 1)).all()
        assert ((officers["morale"] >= 0) & (officers["morale"] <= 1)).all()
        end = people["supervision_end_day"][supervised]
        free = people["where"][supervised] == Where.LIBERTY
        assert (end[free] > (world.week - 1) * 7).all()
        # The others are taken back, or left the population in the week of their release.
        others = people[supervised[~free]]
        back = (others["where"] == Where.INSIDE) & (others["returned"] != Return.NOT)
        left_at_once = (others["where"] == Where.LEFT) & (others["left_week"] == others["released_day"] // 7)
        assert (back | (left_at_once & (others["left_week"] == world.week - 1))).all()


@lawful
@given(scenarios())
def test_returns_are_of_people_under_supervision_and_end_in_time(scenario) -> None:
    *_, world = weeks_of(scenario)
    returns, spells = world.returns.rows, world.spells.rows
    assert (returns["person"] == spells["person"][returns["spell"]]).all()
    assert (returns["day"] >= spells["release_day"][returns["spell"]]).all()
    back = returns["kind"] != Return.NOT
    assert ((returns["until_day"] > returns["day"]) == back).all()
    assert (spells["supervised"][returns["spell"]] == 1).all()
    recalls = returns[returns["kind"] == Return.RECALL]
    assert (np.bincount(recalls["spell"], minlength=len(spells)) == spells["recalls"]).all()
    assert (recalls["reasons"] > 0).all()
    assert (spells["kept"] + spells["failures"] <= spells["appointments"]).all()


@lawful
@given(scenarios())
def test_nobody_is_at_more_risk_than_looks_allow(scenario) -> None:
    for world in weeks_of(scenario):
        people, p = world.people.rows, world.p["reoffending"][0]
        free = np.flatnonzero(people["where"] == Where.LIBERTY)
        assert (people["risk"][free].sum(axis=1) <= world.highest_risk + 1e-9).all()
        chances = [reoffending.highest_intensity(people[row], world.week, world.highest_risk, p) for row in free]
        assert (1 - np.exp(-np.array(chances)) <= people["highest_chance"][free] + 1e-12).all()
        for diary in world.people.diaries.values():
            assert (diary[: len(people)][people["where"] != Where.LEFT] >= world.week).all()


@lawful
@given(scenarios())
def test_exactly_those_wait_who_are_at_liberty_without_a_home(scenario) -> None:
    for world in weeks_of(scenario):
        people = world.people.rows
        wants = (people["where"] == Where.LIBERTY) & (people["housing"] != Housing.SETTLED)
        # Whoever is taken back without a new sentence keeps the place in the queue.
        back = (people["where"] == Where.INSIDE) & (people["returned"] != Return.NOT)
        assert ((people["queue"] > 0) == wants)[~back].all()
        listed = world.rows["unsettled"].rows
        assert len(set(listed)) == len(listed)
        assert set(listed) >= set(np.flatnonzero(wants))
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
    returns = world.returns.rows[world.returns.rows["kind"] != Return.NOT]
    assert (spells["release_day"] >= spells["received_day"]).all()
    assert (spells["release_day"] - spells["received_day"])[spells["longer"] == 0].max(initial=0) <= 364
    assert (spells["release_day"] % 7 < 5).all()
    first = people["spells"] - np.bincount(spells["person"], minlength=len(people))
    assert (first >= 0).all()
    for row, person in enumerate(people):
        own = spells[spells["person"] == row]
        assert own["number"].tolist() == list(range(first[row] + 1, person.spells + 1))
        assert (own["received_day"][1:] > own["release_day"][:-1]).all()
        stays = [(int(one.received_day), int(one.release_day)) for one in own]
        if person.where == Where.INSIDE and person.returned == Return.NOT:
            assert not stays or person.received_day > stays[-1][1]
            stays.append((int(person.received_day), 10**6))
        days = occasions["day"][occasions["person"] == row]
        for begins, ends in stays:
            assert not ((days >= begins) & (days < ends)).any()
        receptions = np.array([begins for begins, _ in stays])
        for back in returns[returns["person"] == row]:
            # Returns end within the week that is gone through after them, or by the reception for a new sentence.
            until = back["until_day"] // 7 * 7
            until = min(until, receptions[receptions >= back["day"]].min(initial=until))
            assert not ((days >= back["day"]) & (days < until)).any()
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
    assert sorted(world.rows["cases"].rows) == np.flatnonzero(pending).tolist()
    per_week = np.stack([occasions["person"], occasions["day"] // 7])
    assert np.unique(per_week, axis=1).shape[1] == len(occasions)


@lawful
@given(scenarios())
def test_numbers_are_numbers_and_shares_are_shares(scenario) -> None:
    *_, world = weeks_of(scenario)
    for table in (getattr(world, name) for name in TABLES):
        for name in table.dtype.names:
            assert np.isfinite(table.rows[name]).all(), name
    for scored in (world.people.rows[world.people.rows["spells"] > 0], world.spells.rows):
        assert ((scored["score_1_year"] > 0) & (scored["score_1_year"] < scored["score_2_year"])).all()
        assert (scored["score_2_year"] < 1).all()
    assert (world.people.rows["frailty"] > 0).all()
    outcomes = collect(world).outcomes
    shares = {
        outcome.name for outcome in OUTCOMES if outcome.measure.startswith(("share", "probability", "from 0 to 1"))
    }
    assert shares >= {"reoffending_12m", "first_night_settled", "score_1_year", "recalls_for_charge", "attention"}
    # Means over the weeks of a calendar year are by whole weeks, its length is by days.
    shares_of = outcomes[
        outcomes["outcome"].isin(shares) & ((outcomes["unit"] != "year") | (outcomes["group"] == "all"))
    ]
    assert shares_of["value"].dropna().between(0, 1 + 1e-9).all()
    assert (outcomes["denominator"] >= 0).all()
    differences = outcomes["outcome"].isin({"officer_hours_net", "peer_gap_raw", "peer_gap_matched"})
    assert (outcomes["numerator"][~differences].dropna() >= 0).all()


WITHIN_A_WEEK = {"intake.per_year": 90.0, "weeks": 150, "custody.release_fraction": 0.25}


@pytest.mark.parametrize("settings", [{}, REFORMED], ids=["as it was", "reformed"])
def test_nobody_is_in_a_list_twice(settings) -> None:
    """Also not people who come in and out within one week, or are taken back for a week or less."""
    within = 0
    for world in weeks_of(small(settings | WITHIN_A_WEEK)):
        for name in ("active", "inside", "unsettled", "supervised", "clients", "cases", "others", "users"):
            rows = world.rows[name].rows
            assert len(np.unique(rows)) == len(rows), (name, world.week)
        spells = world.spells.rows
        within = ((spells["received_day"] // 7 == spells["release_day"] // 7) & (spells["number"] > 1)).sum()
    assert within > 3


def test_these_worlds_are_not_empty() -> None:
    *_, world = weeks_of(small(SMALL | {"intake.per_year": 90.0}))
    assert min(len(world.spells), len(world.occasions), len(world.rows["cases"])) > 20
    assert world.series["temporary"] > 0
    *_, world = weeks_of(small(SMALL | REFORMED | {"intake.per_year": 90.0}))
    assert min(len(world.returns), len(world.rows["supervised"]), len(world.rows["clients"])) > 10
    assert set(world.returns.rows["kind"]) >= {Return.RECALL, Return.COMMITTAL}
