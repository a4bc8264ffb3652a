"""Programmes of group work in whole small worlds, and in the scenarios that name them."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import MENTORED, REFORMED, ROOT, advance, digests, run, small, with_levers

from ttg_sim.agents.person import NOBODY
from ttg_sim.engine.queues import clock
from ttg_sim.mechanisms.activities import PRESETS
from ttg_sim.model import ThroughTheGate
from ttg_sim.outcomes.tables import collect

BUSY = REFORMED | {"weeks": 100, "areas.number": 2, "intake.per_year": 120.0}
ALL = {f"{name}.running": True for name in PRESETS} | {"own_programme.stage": "inside", "own_programme.peer_led": False}
NUMBERS = {name: number for number, name in enumerate(PRESETS)}


def attended(world: ThroughTheGate) -> dict[str, int]:
    """Sessions since the last reception of everybody, by programme."""
    return dict(zip(PRESETS, world.people.rows["sessions"].sum(axis=0).tolist(), strict=True))


def test_counts_of_every_week_agree_with_people_and_mentors() -> None:
    world = ThroughTheGate(small(BUSY, **ALL))
    sections = [world.schedule.initial[name] for name in PRESETS]
    pounds = spent = held = 0.0
    while world.running:
        before = world.people.rows[["sessions", "sessions_since", "key"]].copy()
        world.step()
        week, people, providers = world.week - 1, world.people.rows, world.providers.rows
        came = people["session_week"] == clock(week)
        assert came.sum() == providers["places_taken"].sum()
        old, new = before["sessions"], people["sessions"][: len(before)]
        same = before["sessions_since"] == people["sessions_since"][: len(before)]
        rise = (new - np.where(same[:, None], old, 0)).sum(axis=1)
        assert (rise[came[: len(before)]] == 1).all()
        assert (rise[~came[: len(before)]] == 0).all()
        assert (people["sessions"] <= [section.sessions for section in sections]).all()
        assert not came[people["longer"] == 1].any()
        leaders = world.mentors.rows[world.mentors.rows["session_week"] == clock(week)]
        most = max(section.mentors for section in sections)
        assert len(leaders) <= most * providers["sessions_held"].sum()
        assert (leaders["ready_week"] <= week).all()
        spent += world.series["spent_on_programmes"]
        held += world.series["sessions_held"]
        pounds = max(section.cost_session for section in sections)
    assert held > 100
    assert 0 < spent <= held * pounds
    assert min(attended(world).values()) > 0


def test_who_came_is_told_of_releases_a_year_ago() -> None:
    world = run(small(BUSY, **ALL))
    tables = collect(world)
    spells = tables.spells[~tables.spells["longer"]]  # programmes are none of the business of others
    known = spells["in_programme"].notna()
    assert known.sum() > 20
    assert (known == (spells["release_day"] + 365 <= world.scenario.weeks * 7)).all()
    of_stay = world.referrals.rows[["person", "received_day", "sessions"]]
    came = {
        (int(world.people.rows["key"][row["person"]]), int(row["received_day"]))
        for row in of_stay
        if row["sessions"] > 0
    }
    expected = [(key, day) in came for key, day in zip(spells["person"], spells["received_day"], strict=True)]
    assert (spells["in_programme"][known] == np.array(expected, float)[known]).all()
    outcome = tables.outcomes.query("outcome == 'in_programme' and group == 'all'")
    assert 0 < outcome["value"].iloc[0] < 1
    off = collect(run(small(BUSY))).outcomes.query("outcome == 'in_programme' and group == 'all'")
    assert off["value"].iloc[0] == 0


def test_a_programme_begins_and_ends_on_its_dates() -> None:
    levers = (("first_group.running", True, 30), ("first_group.running", False, 60))
    world = run(with_levers(small(BUSY), *levers))
    held = collect(world).weekly.set_index("week")["sessions_held"]
    assert held[held > 0].index.min() >= 30
    assert held[held > 0].index.max() < 60
    assert held.sum() > 5


def test_until_the_first_session_the_world_is_the_same_and_then_it_is_not() -> None:
    scenario = small(BUSY)
    later = with_levers(scenario, *((path, value, 40) for path, value in ALL.items() if path.endswith(".running")))
    one, other = ThroughTheGate(scenario), ThroughTheGate(later)
    assert digests(advance(one, 40)) == digests(advance(other, 40))
    assert digests(advance(one)) != digests(advance(other))


def test_without_money_nothing_takes_place() -> None:
    assert sum(attended(run(small(BUSY | {"funding.calendar": "unfunded"}, **ALL))).values()) == 0


def test_groups_inside_wait_for_clearance() -> None:
    """Where no mentor is ever cleared none leads inside; whoever needs no mentor still does."""
    inside = {"group_for_unready.running": True, "group_for_unready.stage": "inside", "own_programme.running": True,
              "own_programme.stage": "inside", "own_programme.mentors": 0}  # fmt: skip
    refused = {"clearance.refusal_prob": 1.0, "clearance.refusal_others": 1.0}
    assert all(attended(run(small(BUSY, **inside)))[name] > 0 for name in ("group_for_unready", "own_programme"))
    closed = attended(run(small(BUSY | refused, **inside | {"weeks": 60})))
    assert closed["group_for_unready"] == 0 < closed["own_programme"]


def test_a_job_club_finds_work_and_a_ceremony_finds_mentors() -> None:
    """Two effects that go through the rules of others: applications, and the way from the end of supervision."""
    led = {"mentors": 0, "staff_hours": 0.0, "compulsory": True, "compulsory_effect": 1.0, "places": 1000.0}
    job_club = {f"job_club.{name}": value for name, value in led.items()} | {"job_club.running": True}
    much = BUSY | {"work.vacancies_per_week": 30.0, "job_club.readiness": 0.0, "job_club.hope": 0.0}
    much |= {"job_club.referral": 0.0, "job_club.sessions": 100}
    working = [
        collect(run(small(much, **job_club, **{"job_club.search": chance}))).weekly["working"].mean()
        for chance in (0.0, 1.0)
    ]
    assert working[1] > 1.05 * working[0]
    start = {f"new_start.{name}": value for name, value in led.items()} | {"new_start.running": True}
    routes = BUSY | {"programme.end_pathway": "none", "supervision.total_weeks": 20.0}
    called = [run(small(routes, **start, **{"new_start.volunteers": chance})) for chance in (0.0, 1.0)]
    finished = [int((world.mentors.rows["route"] == 2).sum()) for world in called]
    assert finished[0] == 0
    assert finished[1] > 5
    assert (called[1].mentors.rows["person"][called[1].mentors.rows["route"] == 2] != NOBODY).all()


@pytest.mark.parametrize(
    ("scenario", "running"),
    [
        ("tr_as_implemented", set()),
        ("readiness_gate", set()),
        ("groups_for_the_not_ready", {"group_for_unready"}),
        ("peer_programmes", {"transition_and_hope", "first_group", "new_start", "job_club", "health_trainers"}),
    ],
)
def test_every_programme_that_a_scenario_names_has_people_in_it(scenario, running) -> None:
    world = advance(ThroughTheGate(ROOT / "scenarios" / f"{scenario}.yaml"))
    on = {name for name in PRESETS if world.p[name][0]["running"]}
    assert on == running
    assert {name for name, number in attended(world).items() if number > 20} == running
    weekly = collect(world).weekly
    assert weekly.loc[weekly["date"] < np.datetime64("2016-03-28"), "sessions_held"].sum() == 0


def test_mentored_worlds_have_no_programme_unless_it_is_asked_for() -> None:
    assert not any(path.split(".")[0] in PRESETS for path in MENTORED)
    assert sum(attended(run(small(BUSY))).values()) == 0
