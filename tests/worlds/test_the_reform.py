"""Small worlds with the reform: supervision, recall and all that goes with them, week by week and person by person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pytest
from helpers import advance, lives, python, run, small, with_levers

from ttg_sim.agents.person import Housing, Return, Supervision, Where
from ttg_sim.mechanisms.sentencing import Sanction
from ttg_sim.model import ThroughTheGate
from ttg_sim.outcomes.tables import collect
from ttg_sim.scenario import Scenario

WORLD = {
    "intake.per_year": 120.0,
    "weeks": 70,
    "warm_up_weeks": 20,
    "housing.settled_places": 60,
    "housing.temporary_places": 10,
    "housing.other_households_per_week": 1.0,
    "probation.national_officers": 3,
    "probation.company_officers": 6,
    "services.treatment_places": 40,
    "work.vacancies_per_week": 4.0,
}
LAW = {"supervision.under_12_months": True, "supervision.offences_from": date(2000, 1, 1)}
REFORM = WORLD | LAW | {"probation.divided": True, "resettlement.service": True}
HARSH = {"enforcement.use": 2.0, "enforcement.committal_share": 1.0, "supervision.kept_at_neutral": 0.5}
ONCE_A_WEEK = {"enforcement.recall_days": 3.0, "enforcement.committal_days": 2.0} | HARSH
LONGER = {"longer.people": True, "longer.per_year": 60.0, "longer.mean_extra_weeks": 5.0}
WORLDS = {
    "as it was": {},
    "harsh": HARSH,
    "short returns": ONCE_A_WEEK,
    "three areas": {"areas.number": 3, "intake.per_year": 50.0},
    "with longer sentences": LONGER,
}
EACH_WORLD = pytest.mark.parametrize("name", WORLDS)


def weekly(settings: dict[str, Any], **arguments: Any) -> Iterator[tuple[int, ThroughTheGate]]:
    world = ThroughTheGate(small(REFORM | settings), **arguments)
    while world.running:
        week = world.week
        world.step()
        yield week, world


def rows_of(world: ThroughTheGate, name: str) -> list[int]:
    return world.rows[name].rows.tolist()


def returns_of(world: ThroughTheGate) -> np.ndarray:
    returns = world.returns.rows
    return returns[returns["kind"] != Return.NOT]


# Before the law and without it.


def test_without_the_law_nobody_is_supervised_recalled_or_heard() -> None:
    world = run(small(WORLD))
    assert len(world.returns) == 0
    assert not world.people.rows["supervision"].any()
    assert (world.people.rows["recalls"] == 0).all()
    assert not world.spells.rows["supervised"].any()
    assert not world.spells.rows["appointments"].any()
    assert world.officers.rows["cases"].sum() == 0


def test_with_the_law_supervision_and_recalls_appear() -> None:
    world = run(small(REFORM | {"intake.per_year": 60.0, "weeks": 150}))
    assert (world.spells.rows["supervised"] == 1).mean() > 0.95
    assert world.spells.rows["appointments"].sum() > 500
    kinds = Counter(world.returns.rows["kind"].tolist())
    assert min(kinds[Return.NOT], kinds[Return.RECALL], kinds[Return.COMMITTAL]) > 2


def law_in_week(week: int, **settings: Any) -> Scenario:
    levers = [
        (name, True, week) for name in ("supervision.under_12_months", "probation.divided", "resettlement.service")
    ]
    return with_levers(small(WORLD | {"supervision.offences_from": date(2000, 1, 1)} | settings), *levers)


@pytest.mark.parametrize("week", [0, 30])
def test_before_the_law_acts_everybody_lives_the_same_life(week) -> None:
    plain, world = ThroughTheGate(small(WORLD)), ThroughTheGate(law_in_week(week))
    advance(plain, week)
    advance(world, week)
    assert len(plain.spells) > 30
    assert lives(world) == lives(plain)
    advance(plain)
    advance(world)
    assert lives(world) != lives(plain)


def test_the_law_ramps_up_with_the_offences_that_fall_under_it() -> None:
    # In force in week 0 for offences from then on.
    start = small().start
    scenario = with_levers(
        small(WORLD, weeks=150, **{"supervision.offences_from": start}), ("supervision.under_12_months", True, 0)
    )
    world = run(scenario)
    spells = world.spells.rows
    law_day = (start - world.calendar.monday).days
    shares = [
        spells["supervised"][(spells["release_day"] // 7 >= first) & (spells["release_day"] // 7 < last)].mean()
        for first, last in ((-20, 0), (0, 15), (25, 60), (100, 150))
    ]
    assert shares[0] == 0.0
    assert shares[0] < shares[1] < shares[2] < shares[3]
    assert shares[3] > 0.9
    assert spells["received_day"][spells["supervised"] == 1].min() >= law_day


# What is in the lists each week.


@EACH_WORLD
def test_people_inside_are_those_who_are_listed(name) -> None:
    for week, world in weekly(WORLDS[name]):
        people, listed = world.people.rows, rows_of(world, "inside")
        assert len(set(listed)) == len(listed)
        inside = set(np.flatnonzero(people["where"] == Where.INSIDE))
        # Somebody who dies inside leaves the list in the next week.
        gone = set(listed) - inside
        assert set(listed) >= inside
        assert all(people[row]["where"] == Where.LEFT and people[row]["left_week"] == week for row in gone)


@EACH_WORLD
def test_people_without_settled_housing_are_those_who_are_listed(name) -> None:
    for week, world in weekly(WORLDS[name]):
        people, listed = world.people.rows, rows_of(world, "unsettled")
        assert len(set(listed)) == len(listed)
        unsettled = set(
            np.flatnonzero((people["where"] == Where.LIBERTY) & (people["housing"] != Housing.SETTLED)).tolist()
        )
        assert set(listed) >= unsettled
        # Those who moved into a place this week, or were taken back, leave the list in the next.
        now = set(world.returns.rows["person"][world.returns.rows["day"] // 7 == week])
        for row in set(listed) - unsettled:
            assert people[row]["housing"] == Housing.SETTLED or row in now


@EACH_WORLD
def test_people_under_supervision_are_those_who_are_listed(name) -> None:
    for _, world in weekly(WORLDS[name]):
        people, listed = world.people.rows, rows_of(world, "supervised")
        assert len(set(listed)) == len(listed)
        assert set(listed) == set(np.flatnonzero(people["supervision"] != Supervision.NONE))
        for row in listed:
            assert people[row]["where"] == Where.LIBERTY or people[row]["returned"] != Return.NOT


@EACH_WORLD
def test_each_of_them_is_a_case_of_an_officer(name) -> None:
    for _, world in weekly(WORLDS[name]):
        people, officers = world.people.rows, world.officers.rows
        cases = people["officer"][people["supervision"] != Supervision.NONE]
        assert officers["cases"].tolist() == np.bincount(cases, minlength=len(officers)).tolist()


@EACH_WORLD
def test_places_are_held_once_and_none_is_idle_while_somebody_waits(name) -> None:
    for _, world in weekly(WORLDS[name]):
        people = world.people.rows
        for index, area in enumerate(world.areas.rows):
            mine = people["area"] == index
            assert area["settled_people"] == (mine & (people["place"] == 1)).sum()
            assert area["temporary_people"] == (mine & (people["place"] == 2)).sum()
            places = int(world.p["housing"][0]["settled_places"] * area["places_factor"] + 0.5)
            held = area["settled_people"] + area["settled_others"]
            assert held <= places
            waiting = mine & (people["where"] == Where.LIBERTY) & (people["housing"] != Housing.SETTLED)
            # Somebody taken back at the end of the week held a place in the queue until then.
            assert held == places or not waiting.any()
            assert area["waiting_people"] >= waiting.sum()


# Recalls.


@EACH_WORLD
def test_nobody_offends_while_taken_back(name) -> None:
    world = run(small(REFORM | WORLDS[name]))
    occasions, returns = world.occasions.rows, returns_of(world)
    assert len(returns) > 10
    days = {row: occasions["day"][occasions["person"] == row] for row in set(returns["person"])}
    # A stay that would end on a weekend ends on the Friday before it.
    end = returns["until_day"] - np.maximum(returns["until_day"] % 7 - 4, 0)
    found = sum(
        int(((days[row] >= first) & (days[row] < last)).sum())
        for row, first, last in zip(returns["person"], returns["day"], end, strict=True)
    )
    assert found == 0


@EACH_WORLD
def test_nobody_is_at_liberty_in_the_weeks_of_a_recall(name) -> None:
    due: dict[int, int] = {}
    for week, world in weekly(WORLDS[name]):
        people = world.people.rows
        for row, until in list(due.items()):
            if until // 7 <= week:
                del due[row]
            else:
                assert people[row]["where"] in (Where.INSIDE, Where.LEFT)
        for one in returns_of(world)[returns_of(world)["day"] // 7 == week]:
            assert people[one["person"]]["where"] == Where.INSIDE
            assert people[one["person"]]["returned"] == one["kind"]
            due[int(one["person"])] = int(people[one["person"]]["release_day"])


@EACH_WORLD
def test_nobody_is_taken_back_twice_in_a_week_or_while_inside(name) -> None:
    world = run(small(REFORM | WORLDS[name]))
    returns = returns_of(world)
    order = np.lexsort((returns["day"], returns["person"]))
    first, then = returns[order][:-1], returns[order][1:]
    same = first["person"] == then["person"]
    assert same.sum() > 5
    assert (then["day"][same] // 7 > first["day"][same] // 7).all()
    # The week after the end has begun, in which the stay is over; an earlier end falls on a Friday.
    assert (then["day"][same] // 7 >= first["until_day"][same] // 7).all()


@EACH_WORLD
def test_a_recall_opens_no_release_and_does_not_touch_the_clock(name) -> None:
    before: np.ndarray | None = None
    freed = 0
    for _, world in weekly(WORLDS[name]):
        people = world.people.rows
        if before is not None:
            was = before["returned"] != Return.NOT
            now = people[: len(before)]
            out = was & (now["where"] == Where.LIBERTY) & (now["received_day"] == before["received_day"])
            freed += out.sum()
            for field in ("released_day", "spells", "spell"):
                assert (now[field][out] == before[field][out]).all()
        before = people.copy()
    assert freed > 10
    spells, people = world.spells.rows, world.people.rows
    numbers = Counter(spells["person"].tolist())
    for row, count in numbers.items():
        own = spells["number"][spells["person"] == row]
        assert own.tolist() == list(range(own[0], own[0] + count))
        assert people[row]["spells"] == own[-1]


@EACH_WORLD
def test_every_return_belongs_to_one_release_under_supervision(name) -> None:
    world = run(small(REFORM | WORLDS[name]))
    people, spells, returns = world.people.rows, world.spells.rows, world.returns.rows
    assert (returns["person"] == spells["person"][returns["spell"]]).all()
    assert (spells["supervised"][returns["spell"]] == 1).all()
    assert (returns["day"] >= spells["release_day"][returns["spell"]]).all()
    recalls = returns[returns["kind"] == Return.RECALL]
    assert np.bincount(recalls["spell"], minlength=len(spells)).tolist() == spells["recalls"].tolist()
    assert np.bincount(recalls["person"], minlength=len(people)).tolist() == people["recalls"].tolist()
    assert (recalls["reasons"] > 0).all()
    # Nobody is taken back from an earlier release: the later one would have ended its supervision.
    for one in returns:
        later = spells[(spells["person"] == one["person"]) & (spells["number"] > spells["number"][one["spell"]])]
        assert (later["received_day"] >= one["day"]).all()


@pytest.mark.parametrize("settings", [HARSH, ONCE_A_WEEK], ids=["usual length", "short"])
def test_trust_falls_with_each_failure_and_twice_as_much_on_each_return(settings) -> None:
    loss = 0.002  # so small that nobody comes down to nil
    first: dict[int, float] = {}
    for _, world in weekly(settings | {"supervision.trust_gain": 0.0, "supervision.trust_loss": loss}):
        for row in range(len(first), len(world.people)):
            # Somebody new may have missed an appointment in the same week already.
            failed = world.spells.rows["failures"][world.spells.rows["person"] == row].sum()
            first[row] = float(world.people.rows[row]["trust"]) + loss * float(failed)
    people, spells, returns = world.people.rows, world.spells.rows, returns_of(world)
    failures = np.bincount(spells["person"], spells["failures"], minlength=len(people))
    taken_back = np.bincount(returns["person"], minlength=len(people))
    expected = np.array(list(first.values())) - loss * (failures + 2 * taken_back)
    counted = people["returned"] == Return.NOT  # of the others the fall may be yet to come
    assert (taken_back[counted] > 0).sum() > 20
    assert people["trust"][counted] == pytest.approx(expected[counted], abs=1e-9)


def test_where_officers_always_act_the_first_failure_after_a_committal_counts_like_any_other() -> None:
    always = {"enforcement.failures_before_breach": 1, "enforcement.breach_share": 0.99, "enforcement.use": 2.0}
    seen = 0
    for week, world in weekly(HARSH | always):
        people, returns = world.people.rows, world.returns.rows
        heard = set(returns["person"][returns["day"] // 7 == week])
        for row in set(rows_of(world, "missed")) - heard:
            if people[row]["supervision"] == Supervision.POST_SENTENCE:
                assert people[row]["court_week"] > week
                seen += 1
    assert seen > 20


def test_a_return_however_short_ends_the_count_of_absences() -> None:
    back: set[int] = set()
    seen = 0
    for week, world in weekly(ONCE_A_WEEK):
        people = world.people.rows
        for row in back:
            if people[row]["where"] == Where.LIBERTY and people[row]["supervision"] != Supervision.NONE:
                assert people[row]["absences"] <= 1  # the week's own appointment
                assert people[row]["failures"] <= 1
                seen += 1
        now = returns_of(world)
        back = set(now["person"][now["day"] // 7 == week].tolist())
    assert seen > 10


def test_recalls_and_new_offences_are_counted_apart() -> None:
    world = run(small(REFORM | HARSH))
    tables = collect(world)
    yearly = tables.outcomes[tables.outcomes["group"] == "all"].set_index("outcome")["numerator"]
    returns, occasions = world.returns.rows, world.occasions.rows
    recalls = (returns["kind"] == Return.RECALL) & (returns["day"] >= 0)
    assert yearly["recalls"] == recalls.sum() > 20
    assert yearly["occasions"] == ((occasions["day"] >= 0) & (occasions["sanction"] != Sanction.NONE)).sum()
    assert yearly["committals"] == ((returns["kind"] == Return.COMMITTAL) & (returns["day"] >= 0)).sum()
    assert yearly["releases"] == (world.spells.rows["release_day"] >= 0).sum()
    assert yearly["breaches_in_court"] == ((returns["kind"] != Return.RECALL) & (returns["day"] >= 0)).sum()


def test_a_recall_is_no_reoffending() -> None:
    spells = collect(run(small(REFORM | HARSH, weeks=130))).spells
    recalled = spells[spells["followed"] & (spells["recalls"] > 0)]
    assert (recalled["reoffended"] == 0).sum() > 3
    assert (recalled["reoffended"] == 1).sum() > 3
    assert ((recalled["occasions"] > 0) == (recalled["reoffended"] == 1)).all()


@EACH_WORLD
def test_every_release_has_one_open_supervision_at_most_and_it_is_the_latest(name) -> None:
    for _, world in weekly(WORLDS[name]):
        people, spells = world.people.rows, world.spells.rows
        under = np.flatnonzero((people["supervision"] != Supervision.NONE) & (people["where"] != Where.LEFT))
        assert (spells["person"][people["spell"][under]] == under).all()
        assert (spells["number"][people["spell"][under]] == people["spells"][under]).all()
        assert (spells["supervised"][people["spell"][under]] == 1).all()
        assert len(set(people["spell"][under])) == len(under)


@EACH_WORLD
def test_nobody_is_in_a_list_twice(name) -> None:
    twice: Counter[str] = Counter()
    for _, world in weekly(WORLDS[name]):
        for listed in ("active", "clients", "cases", "others", "users", "visits", "missed", "released", "leavers"):
            rows = rows_of(world, listed)
            twice[listed] += len(rows) - len(set(rows))
    assert twice.total() == 0, twice


def test_without_use_of_enforcement_there_is_supervision_and_no_return() -> None:
    world = run(small(REFORM | {"enforcement.use": 0.0}))
    assert len(world.returns) == 0
    assert world.spells.rows["failures"].sum() > 50


# Officers.


def test_after_the_division_officers_are_of_the_body_to_which_people_belong() -> None:
    for _, world in weekly({}):
        people = world.people.rows
        cases = people[people["supervision"] != Supervision.NONE]
        assert (world.officers.rows["body"][cases["officer"]] == 1 - cases["high_harm"]).all()


def test_more_officers_later_move_nobody_before_and_no_officer_of_those_who_have_one() -> None:
    plain = ThroughTheGate(small(REFORM))
    more = ThroughTheGate(with_levers(small(REFORM), ("probation.company_officers", 12, 20)))
    advance(plain, 20)
    advance(more, 20)
    keys = [{row["key"].item(): row["officer"].item() for row in world.people.rows} for world in (plain, more)]
    assert keys[0] == keys[1]
    before = more.people.rows["officer"].copy()
    had = before >= 0
    more.step()
    still = (
        had & (more.people.rows["supervision"][: len(before)] != 0) & (more.people.rows["spells"][: len(before)] > 0)
    )
    again = more.people.rows["released_day"][: len(before)] < 20 * 7
    assert (more.people.rows["officer"][: len(before)][still & again] == before[still & again]).all()


# The same whatever the interpreter.

TINY = REFORM | HARSH | {"weeks": 26, "warm_up_weeks": 6, "intake.per_year": 60.0, "longer.people": True}


ALL = """
import hashlib
import helpers
import datetime

world = helpers.run(helpers.small({settings}))
tables = ("people", "officers", "prisons", "households", "users", "areas", "spells", "occasions", "returns")
for name in tables:
    print(name, hashlib.sha256(getattr(world, name).rows.tobytes()).hexdigest())
for name, rows in world.rows.items():
    print(name, hashlib.sha256(rows.rows.tobytes()).hexdigest())
print("series", hashlib.sha256(world.datacollector.get_model_vars_dataframe().to_csv().encode()).hexdigest())
"""


def test_rules_that_are_not_compiled_give_the_same_bits() -> None:
    world = run(small(TINY))
    assert min(len(world.returns), len(world.users), int(world.people.rows["longer"].sum())) > 5
    code = ALL.format(settings=TINY)
    compiled, plain = python(code), python(code, NUMBA_DISABLE_JIT="1")
    assert compiled.splitlines() == plain.splitlines()
    assert len(compiled.splitlines()) > 20


def test_the_same_seed_gives_the_same_world_and_another_one_does_not() -> None:
    first, again, other = run(small(TINY)), run(small(TINY)), run(small(TINY), replicate=1)
    assert lives(first) == lives(again)
    assert first.returns.rows.tobytes() == again.returns.rows.tobytes()
    assert lives(first).keys() != lives(other).keys()
