"""What always holds of the mentoring service: whole small worlds in which everything happens that can."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from helpers import REFORMED, run, small, with_levers

from ttg_sim import mentoring
from ttg_sim.agents.mentor import DISTANT, Route, Stage, is_cleared, is_free, slot_of
from ttg_sim.agents.person import NEVER, NOBODY, Where
from ttg_sim.agents.provider import Funding
from ttg_sim.agents.referral import Ending, Meeting, Miss
from ttg_sim.mechanisms import referral
from ttg_sim.mechanisms.activities import PRESETS
from ttg_sim.model import WEEK, ThroughTheGate
from ttg_sim.outcomes.of_mentoring import MEANS, OF_RELEASES, SPENDING, SUM_NAMES, SUMS
from ttg_sim.outcomes.tables import RunTables, collect
from ttg_sim.scenario import Scenario

BUSY = {
    "weeks": 75,
    "warm_up_weeks": 25,
    "intake.per_year": 160.0,
    "funding.calendar": "continuous",
    "funding.start": date(2010, 9, 1),
    "referral.names_per_month": 12.0,
    "referral.self_share": 0.2,
    "relationship.term_weeks": 8.0,
    "clearance.delay_weeks": 3.0,
    "mentor.exit_hazard": 1.0,
    "recruit.interest_share": 0.3,
    "recruit.apply_per_year": 1.0,
}
PEERS = {"recruit.peer_share": 0.9, "recruit.general_per_year": 5.0, "recruit.pressure": 1.0}
STOP_START = {
    "funding.calendar": "stop_start",
    "funding.first_weeks": 12.0,
    "funding.second_weeks": 16.0,
    "funding.stop_weeks": 5.0,
    "funding.mobilisation_weeks": 2.0,
    "funding.secure_horizon_weeks": 3.0,
}
HARD_DOORS = {
    "prison.wing_access_prob": 0.6,
    "prison.refused_visit": 0.4,
    "custody.tag_uptake": 0.8,
    "custody.transfers_per_year": 8.0,
    "clearance.valid_weeks": 12.0,
    "clearance.renew_weeks": 2.0,
    "prerelease.min_meetings": 3,
    "prerelease.arrange_days": 14.0,
}
WORLDS: dict[str, dict[str, Any]] = {
    "busy": {},
    "peers behind hard doors": PEERS | HARD_DOORS,
    "money that stops and starts": STOP_START | PEERS,
    "money that runs down": STOP_START | {"funding.hard_stop": False, "funding.wind_down_weeks": 3.0},
    "specialists": {"clearance.specialist_pool": 4, "clearance.refusal_others": 0.6, "clearance.specialist_visits": 2},
    "two areas and prisons elsewhere": {"areas.number": 2, "referral.distant": True, "custody.local_share": 0.6},
    "the reform": REFORMED | {"referral.ranking": "need_first", "mentor.pause_per_year": 6.0},
    "payment by results": {"pbr.share": 1.0, "pbr.passed_down": 1.0, "referral.ranking": "need_first"},
    "pay, posts and duties": REFORMED
    | {
        "pay.when": "after_months",
        "pay.after_months": 2.0,
        "pay.posts": 4.0,
        "relationship.cut_weeks": 3,
        "licence.engagement_condition": True,
        "licence.mentor_reports": True,
        "staff.task_substitution": 0.2,
    },
    "groups": {"referral.readiness_gate": 0.5} | {f"{name}.running": True for name in PRESETS},
    "few coordinators": {
        "coordinator.n": 0.3,
        "referral.readiness_gate": 0.4,
        "referral.waiting_weeks": 2.0,
        "mentor.capacity": 5,
    },
}
EACH_WORLD = pytest.mark.parametrize("name", WORLDS)
SEEDS = (1, 2)


def worlds(name: str) -> Iterator[ThroughTheGate]:
    for seed in SEEDS:
        yield ThroughTheGate(small(BUSY | WORLDS[name]), seed=seed)


def weeks_of(world: ThroughTheGate) -> Iterator[ThroughTheGate]:
    """The world at the end of each week; `world.week` is then the week to come."""
    while world.running:
        world.step()
        yield world


def rules_of(world: ThroughTheGate) -> Iterator[Callable[[ThroughTheGate], None]]:
    """Each rule of each week, when it has just been carried out."""
    while world.running:
        with np.errstate(over="ignore"):
            for rule in WEEK:
                rule(world)
                yield rule
        world.datacollector.collect(world)
        world.week += 1
        world.running = world.week < world.scenario.weeks


def open_rows(world: ThroughTheGate) -> np.ndarray:
    return world.rows["referrals"].rows


def matches(world: ThroughTheGate) -> np.ndarray:
    """Open referrals with a mentor."""
    known = world.referrals.rows[open_rows(world)]
    return known[known["mentor"] != NOBODY]


@pytest.fixture(scope="module")
def ended() -> dict[tuple[str, int], tuple[ThroughTheGate, RunTables]]:
    found = {}
    for name in WORLDS:
        for seed, world in zip(SEEDS, worlds(name), strict=True):
            while world.running:
                world.step()
            found[name, seed] = (world, collect(world))
    return found


def of_world(ended, name) -> Iterator[tuple[ThroughTheGate, RunTables]]:
    return (ended[name, seed] for seed in SEEDS)


def test_everything_happens_in_some_of_these_worlds(ended) -> None:
    meetings: Counter[int] = Counter()
    misses: Counter[int] = Counter()
    endings: Counter[int] = Counter()
    stages: Counter[int] = Counter()
    routes: Counter[int] = Counter()
    rematches = 0.0
    for world, tables in ended.values():
        known = world.referrals.rows
        meetings.update(known["meeting"].tolist())
        misses.update(known["miss"].tolist())
        endings.update(known["ending"].tolist())
        stages.update(world.mentors.rows["stage"].tolist())
        routes.update(world.mentors.rows["route"].tolist())
        rematches += tables.weekly["rematches"].sum()
    for kind, found in ((Meeting, meetings), (Miss, misses), (Ending, endings), (Stage, stages)):
        assert {one for one in kind if found[one] == 0} == set(), kind
    assert {Route.GENERAL, Route.OWN, Route.BEFORE} <= set(routes)
    assert rematches > 5


# Each release and its referral.


@EACH_WORLD
def test_each_release_has_exactly_one_referral(ended, name) -> None:
    for world, _ in of_world(ended, name):
        spells, known = world.spells.rows, world.referrals.rows
        short = spells["longer"] == 0
        assert (spells["referral"][~short] == NOBODY).all()
        own = spells["referral"][short]
        assert (own >= 0).all()
        assert len(set(own.tolist())) == len(own) > 50
        assert (known["spell"][own] == np.flatnonzero(short)).all()
        for field in ("person", "received_day", "release_day"):
            assert (known[field][own] == spells[field][short]).all()
        others = np.ones(len(known), bool)
        others[own] = False
        assert (known["release_day"][others] == NEVER).all()  # still inside, or gone from there
        stays = set(zip(known["person"].tolist(), known["received_day"].tolist(), strict=True))
        assert len(stays) == len(known)


@EACH_WORLD
def test_each_release_has_one_first_meeting_and_a_reason_exactly_where_it_was_not_before(ended, name) -> None:
    for world, tables in of_world(ended, name):
        known = world.referrals.rows
        out = known[known["release_day"] != NEVER]
        before = out["meeting"] == Meeting.BEFORE_RELEASE
        assert ((out["miss"] == Miss.NONE) == before).all()
        assert ((out["met_inside"] > 0) == before).all()
        met = ~np.isin(out["meeting"], (Meeting.NOT_YET, Meeting.NEVER))
        assert ((out["met_day"] != NEVER) == met).all()
        listed = np.zeros(len(known), bool)
        listed[open_rows(world)] = True
        assert listed[known["meeting"] == Meeting.NOT_YET].all()
        assert not listed[known["meeting"] == Meeting.NEVER].any()
        releases = tables.spells
        assert set(releases["first_meeting"]) <= {one.name.lower() for one in Meeting}
        assert ((releases["missed"] == "none") == (releases["first_meeting"] == "before_release")).all()


@EACH_WORLD
def test_first_meetings_fall_where_their_name_says(ended, name) -> None:
    for world, _ in of_world(ended, name):
        known = world.referrals.rows
        out = known[known["release_day"] != NEVER]
        since = out["met_day"] - out["release_day"]
        of = {how: since[out["meeting"] == how] for how in Meeting}
        assert (of[Meeting.BEFORE_RELEASE] < 0).all()
        assert (of[Meeting.AT_GATE] == 0).all()
        assert set(of[Meeting.WITHIN_48H]) <= {1, 2}
        later = out[out["meeting"] == Meeting.LATER]
        assert (later["met_day"] // 7 > later["release_day"] // 7).all()
        inside = known[known["meeting"] == Meeting.BEFORE_RELEASE]
        assert (inside["met_day"] >= inside["received_day"]).all()
        met = known[known["met_day"] != NEVER]
        assert (met["met_day"] // 7 >= met["named_week"]).all()
        assert (met["met_day"] // 7 >= met["act_week"]).all()


@EACH_WORLD
def test_the_funnel_is_nested_person_by_person(ended, name) -> None:
    for _, tables in of_world(ended, name):
        releases = tables.spells
        funnel = ("met_before_release", "met_by_gate", "met_by_48h", "met_ever", "matched", "referred", "eligible")
        of = {outcome.name: outcome.values(releases).to_numpy(float) for outcome in OF_RELEASES}
        for few, many in pairwise(funnel):
            settled = ~(np.isnan(of[few]) | np.isnan(of[many]))
            assert settled.sum() > 40
            assert (of[few] <= of[many])[settled].all(), (few, many)


@EACH_WORLD
def test_reasons_and_meetings_before_release_come_to_all_releases(ended, name) -> None:
    for _, tables in of_world(ended, name):
        shares = tables.outcomes.query("group == 'all' and unit == 'cohort'").set_index("outcome")["numerator"]
        missed = sum(shares[f"missed_{one.name.lower()}"] for one in Miss if one != Miss.NONE)
        releases = tables.spells
        counted = releases[releases["first_in_quarter"] & ~releases["longer"]]
        assert missed + shares["met_before_release"] == len(counted)


@EACH_WORLD
def test_meetings_kept_are_of_those_due_and_none_comes_after_the_end(ended, name) -> None:
    for world, tables in of_world(ended, name):
        known, weekly = world.referrals.rows, tables.weekly
        assert (known["kept"] <= known["due"]).all()
        assert known["due"].sum() == weekly["contacts_due"].sum()
        assert known["kept"].sum() == weekly["contacts_kept"].sum()
        closed = known[known["ended_week"] != NEVER]
        assert ((known["ending"] != Ending.NOT) == (known["ended_week"] != NEVER)).all()
        assert (closed["matched_week"] <= closed["ended_week"]).all()
        assert (closed["mentor"] != NOBODY).all()
        planned = closed[closed["ending"] == Ending.PLANNED]
        began = np.maximum(planned["met_day"], planned["release_day"]) // 7
        assert (planned["ended_week"] - began == int(world.p["relationship"][0]["term_weeks"])).all()
        assert weekly["endings_planned"].sum() == len(planned)


@EACH_WORLD
def test_whoever_was_passed_over_was_named_and_willing_and_never_has_a_mentor(ended, name) -> None:
    for world, tables in of_world(ended, name):
        known = world.referrals.rows
        over = known[known["passed_over"] == 1]
        assert (over["named_week"] != NEVER).all()
        assert not over["unready"].any()
        assert not over["agreed"].any()
        assert (over["mentor"] == NOBODY).all()
        assert (over["matched_week"] == NEVER).all()
        assert tables.weekly["passed_over"].sum() == len(over)
        reasons = set(over["miss"][over["release_day"] != NEVER].tolist())
        assert reasons <= {Miss.NOT_CHOSEN, Miss.SERVICE_NOT_RUNNING}
        assert (known["passed_over"][known["miss"] == Miss.NOT_CHOSEN] == 1).all()
        assert (len(over) > 5) == (name == "payment by results")


# Mentors.


@EACH_WORLD
def test_everybody_who_ever_applied_is_at_one_stage(name) -> None:
    for world in worlds(name):
        applied = 0.0
        for _ in weeks_of(world):
            mentors = world.mentors.rows
            begun = (mentors["route"] == Route.BEFORE).sum()
            applied += world.series["applications"]
            assert len(mentors) == applied + begun
            at = np.bincount(mentors["stage"], minlength=len(Stage))
            assert at.sum() == len(mentors)
            assert len(at) == len(Stage)
            names = ("in_screening", "in_mentor_training", "in_checks", "mentors_available", "mentors_matched")
            assert [world.series[one] for one in (*names, "mentors_paused")] == at[: Stage.PAUSED + 1].tolist()
            volunteers = world.rows["volunteers"].rows.tolist()
            assert len(set(volunteers)) == len(volunteers)
            assert set(volunteers) >= set(np.flatnonzero(mentors["stage"] <= Stage.PAUSED))
            assert ((mentors["ended_week"] != NEVER) == (mentors["stage"] > Stage.PAUSED)).all()


@EACH_WORLD
def test_the_load_of_each_mentor_is_the_number_of_their_open_matches_and_within_capacity(name) -> None:
    seen = 0
    for world in worlds(name):
        for _ in weeks_of(world):
            mentors, held = world.mentors.rows, matches(world)
            # Who burns out or takes a post at the end of a week leaves people who hear of it in the next.
            about = held["mentor"][mentors["stage"][held["mentor"]] <= Stage.PAUSED]
            assert mentors["load"].tolist() == np.bincount(about, minlength=len(mentors)).tolist()
            room = world.p["pay"][0]["room"][0] * (mentors["paid_week"] != NEVER)
            assert (mentors["load"] <= world.p["mentor"][0]["capacity"] + room).all()
            assert (mentors["load"][mentors["stage"] == Stage.MATCHED] > 0).all()
            with_people = np.isin(mentors["stage"], (Stage.MATCHED, Stage.PAUSED))
            assert not mentors["load"][~with_people].any()
            assert not mentors["load"][mentors["specialist"] == 1].any()
            assert (mentors["area"][held["mentor"]] == held["area"]).all()
            assert world.series["people_with_mentor"] == len(held)
            seen += len(held)
    assert seen > 100


@EACH_WORLD
def test_nobody_has_two_open_referrals_and_those_open_are_of_the_present_stay(name) -> None:
    for world in worlds(name):
        for _ in weeks_of(world):
            rows, people = open_rows(world), world.people.rows
            known = world.referrals.rows[rows]
            assert len(set(rows.tolist())) == len(rows)
            assert len(set(known["person"].tolist())) == len(known)
            assert (people["referral"][known["person"]] == rows).all()
            assert (people["received_day"][known["person"]] == known["received_day"]).all()
            assert (people["where"][known["person"]] != Where.LEFT).all()
            assert (people["longer"][known["person"]] == 0).all()
            waits = known[(known["mentor"] == NOBODY) & (known["release_day"] != NEVER)]
            assert (world.week - 1 - waits["release_day"] // 7 <= world.p["referral"][0]["waiting_weeks"]).all()


@EACH_WORLD
def test_nobody_is_their_own_mentor(ended, name) -> None:
    for world, _ in of_world(ended, name):
        known = world.referrals.rows[world.referrals.rows["mentor"] != NOBODY]
        assert (world.mentors.rows["person"][known["mentor"]] != known["person"]).all()


@EACH_WORLD
def test_no_place_with_a_mentor_is_idle_while_somebody_waits_and_coordinators_have_time(name) -> None:
    idle = 0
    for world in worlds(name):
        for rule in rules_of(world):
            if rule is not mentoring.visits:
                continue
            capacity, p = int(world.p["mentor"][0]["capacity"]), world.p["referral"][0]
            for area, provider in enumerate(world.providers.rows):
                waiting = [
                    row
                    for row in open_rows(world)
                    if world.referrals.rows[row]["area"] == area
                    and referral.waits(
                        world.referrals.rows[row], world.people.data, world.providers.rows, world.week, p
                    )
                ]
                mentors = [one for one in world.mentors.rows if one["area"] == area and is_free(one, capacity)]
                assert not waiting or not mentors or provider["to_match"] < 1.0
                idle += len(mentors)
    assert idle > 0


@EACH_WORLD
def test_meetings_inside_are_with_somebody_who_is_cleared_for_that_prison(name) -> None:
    met = 0
    for world in worlds(name):
        before = np.zeros(0, np.int64)
        for rule in rules_of(world):
            known = world.referrals.rows
            if rule is not mentoring.visits:
                before = known["met_inside"].copy()
                continue
            rose = np.flatnonzero(known["met_inside"] > np.append(before, np.zeros(len(known) - len(before), np.int64)))
            for one in known[rose]:
                visitor, person = world.mentors.rows[one["visitor"]], world.people.rows[one["person"]]
                prison = world.prisons.rows[person["prison"]]
                assert is_cleared(visitor, slot_of(prison), world.week)
                assert person["where"] == Where.INSIDE
                assert visitor["stage"] in (Stage.AVAILABLE, Stage.MATCHED)
                assert visitor["area"] == person["area"]
            met += len(rose)
    assert met > 5


@EACH_WORLD
def test_nobody_asks_the_same_prison_twice_at_a_time_and_only_some_ask_elsewhere(name) -> None:
    for world in worlds(name):
        for _ in weeks_of(world):
            mentors = world.mentors.rows
            at_work = mentors[(mentors["stage"] >= Stage.CHECKS) & (mentors["stage"] <= Stage.PAUSED)]
            assert ((at_work["asked"] > 0) == (at_work["answer"] > 0)).all()
            assert (at_work["answer"] >= at_work["asked"])[at_work["asked"] > 0].all()
            local = int(world.p["custody"][0]["resettlement_prisons"])
            assert not at_work["asked"][:, local:DISTANT].any()
            assert world.series["specialists"] <= 4 * len(world.areas)


# Money.


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_with_a_hard_stop_nobody_meets_anybody_while_there_is_no_money(seed) -> None:
    world = ThroughTheGate(small(BUSY | STOP_START), seed=seed)
    funded: dict[int, bool] = {}
    due = kept = stops = 0
    for _ in weeks_of(world):
        known, week = world.referrals.rows, world.week - 1
        runs = bool((world.providers.rows["funding"] == Funding.RUNNING).all())
        funded[week] = runs
        if not runs:
            assert (known["due"].sum(), known["kept"].sum()) == (due, kept)
            assert len(matches(world)) == 0
            assert world.series["people_mentored"] == 0
            stopped = bool((world.providers.rows["funding"] == Funding.STOPPED).all())
            assert world.series["spent_on_clearance"] == 0 or not stopped  # asked for while a service is set up
            assert world.series["matches"] == world.series["names"] == world.series["contacts_due"] == 0
            stops += 1
        due, kept = known["due"].sum(), known["kept"].sum()
    assert stops > 10
    met = world.referrals.rows["met_day"]
    assert len(met[met != NEVER]) > 20
    assert all(funded[week] for week in (met[met != NEVER] // 7).tolist() if week < world.week)


def test_in_a_wind_down_present_matches_go_on_and_no_new_ones_begin() -> None:
    went_on = 0
    for world in worlds("money that runs down"):
        for _ in weeks_of(world):
            provider = world.providers.rows[0]
            if provider["funding"] != Funding.STOPPED:
                continue
            assert world.series["matches"] == world.series["names"] == 0
            since = world.week - 1 - provider["stopped_week"]
            assert (provider["contacts"] == 1) == (since < 3)
            if since < 3:
                went_on += world.series["contacts_kept"]
            else:
                assert len(matches(world)) == 0
    assert went_on > 5


def test_people_named_before_a_stop_are_still_known_after_it() -> None:
    scenario = with_levers(small(BUSY), ("funding.stopped", True, 20), ("funding.stopped", False, 26))
    world = ThroughTheGate(scenario)
    for _ in weeks_of(world):
        if 20 < world.week <= 26:
            assert len(matches(world)) == 0
    known = world.referrals.rows
    again = (known["named_week"] < 20) & (known["named_week"] != NEVER) & (known["matched_week"] >= 26)
    assert again.sum() > 0


# No service, no mentors.

NONE = {"recruit.pool_size": 0.0, "recruit.general_per_year": 0.0, "recruit.interest_share": 0.0}
OF_MENTORS = {
    "met_before_release", "met_by_gate", "met_by_48h", "met_ever", "matched", "mentors", "peers", "people_met",
    "people_mentored", "people_with_mentor", "registrations", "applications", "mentor_exits", "mentor_bars",
    "matches", "rematches", "visits_refused", "mentor_meetings", "clearances_decided", "clearances_waiting",
    "specialists",
}  # fmt: skip


def found_in(scenario: Scenario) -> Any:
    tables = collect(run(scenario))
    outcomes = tables.outcomes.query("group == 'all'").set_index("outcome")
    return outcomes[outcomes["unit"].isin(("cohort", "year"))]


def test_without_mentors_whatever_mentors_do_is_nil_and_defined() -> None:
    found = found_in(small(BUSY | NONE))
    assert (found.loc[sorted(OF_MENTORS), "value"] == 0.0).all()
    assert found.loc["referred", "value"] > 0.2  # names are given all the same
    assert found.loc["missed_no_mentor", "value"] > 0.2
    assert found.loc["missed_service_not_running", "value"] == 0.0
    assert found.loc["mentor_support", "value"] == 1.0
    for ratio in ("peer_share", "mentor_turnover", "idle_share", "clearance_weeks", "unplanned_endings"):
        assert np.isnan(found.loc[ratio, "value"])
        assert found.loc[ratio, "denominator"] == 0.0


def test_without_a_service_all_of_mentoring_is_nil_and_defined() -> None:
    found = found_in(small(BUSY | {"funding.calendar": "unfunded"}))
    everything = {*MEANS, *(SUM_NAMES.get(one, one) for one in SUMS), "spent", "people_met", "eligible", "referred"}
    everything |= {f"spent_on_{money.name.lower()}" for money in SPENDING} | OF_MENTORS
    assert (found.loc[sorted(everything - {"mentor_support"}), "value"] == 0.0).all()
    assert found.loc["missed_service_not_running", "value"] == 1.0
    assert np.isnan(found.loc["recovery_weeks", "value"])


# Everything at its best.

BEST = BUSY | {
    "custody.tag_uptake": 0.0,
    "custody.local_share": 1.0,
    "custody.transfer_local_share": 1.0,
    "custody.transfers_per_year": 3.0,
    "clearance.delay_weeks": 0.0,
    "clearance.refusal_prob": 0.0,
    "clearance.refusal_others": 0.0,
    "prison.wing_access_prob": 1.0,
    "prison.refused_visit": 0.0,
    "referral.names_per_month": 1000.0,
    "referral.names_by_suspicion": 0.0,
    "referral.response_days": 0.0,
    "referral.agree_prob": 1.0,
    "prerelease.arrange_days": 0.0,
    "recruit.pool_size": 120.0,
    "recruit.peer_share": 0.0,
    "mentor.capacity": 20,
    "mentor.exit_hazard": 0.0,
    "mentor.pause_per_year": 0.0,
    "strain.burnout_chance": 0.0,
    "coordinator.n": 100.0,
    "coordinator.hire_weeks": 0.0,
    "coordinator.matches_per_month": 400.0,
    "funding.start": date(2000, 1, 1),
    "funding.mobilisation_weeks": 0.0,
}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_at_its_best_the_service_meets_whoever_can_be_met_before_release(seed) -> None:
    world = run(small(BEST), seed=seed)
    spells = world.spells.rows
    known = world.referrals.rows[spells["referral"]]
    # Prisons give names on the Monday after the reception, and the visit comes before the day of release.
    monday = (spells["received_day"] // 7 + 1) * 7
    could = spells["release_day"] > monday
    assert ((known["meeting"] == Meeting.BEFORE_RELEASE) == could).all()
    assert 0.5 < could.mean() < 1.0
    # Another sentence may move the release back when a visit was thought too late.
    as_expected = could & (spells["release_day"] - spells["received_day"] <= np.ceil(spells["sentence_days"] / 2))
    assert as_expected.sum() > 0.9 * could.sum()
    assert (known["met_day"][as_expected] <= monday[as_expected] + 1).all()
    assert set(known["miss"][~could].tolist()) <= {Miss.NO_NAME, Miss.NO_TIME}


@pytest.mark.parametrize(
    ("change", "miss"),
    [
        ({"clearance.refusal_prob": 1.0, "clearance.refusal_others": 1.0}, Miss.NOT_CLEARED),
        ({"clearance.delay_weeks": 104.0, "clearance.delay_sigma": 0.0}, Miss.NOT_CLEARED),
        ({"prison.wing_access_prob": 0.0}, Miss.REFUSED_VISIT),
        ({"referral.names_per_month": 0.0, "referral.self_share": 0.0}, Miss.NO_NAME),
        ({"referral.agree_prob": 0.0}, Miss.DECLINED),
        ({"referral.readiness_gate": 1.0}, Miss.NOT_READY),
        ({"recruit.pool_size": 0.0} | NONE, Miss.NO_MENTOR),
        ({"coordinator.matches_per_month": 0.0, "coordinator.n": 0.0}, Miss.NO_COORDINATOR),
        ({"custody.local_share": 0.0, "referral.self_share": 0.0}, Miss.NOT_ELIGIBLE),
        ({"prerelease.min_meetings": 0}, Miss.NO_TIME),
        ({"funding.calendar": "unfunded"}, Miss.SERVICE_NOT_RUNNING),
    ],
)
def test_each_obstacle_alone_keeps_everybody_from_a_meeting_and_is_the_reason(change, miss) -> None:
    world = run(small(BEST | {"custody.transfers_per_year": 0.0} | change))
    spells = world.spells.rows
    known = world.referrals.rows[spells["referral"]]
    seen = known[spells["release_day"] > (spells["received_day"] // 7 + 2) * 7]
    assert len(seen) > 50
    counts = Counter(Miss(one) for one in seen["miss"].tolist())
    assert counts[miss] / len(seen) > 0.95, counts
    assert not (known["meeting"] == Meeting.BEFORE_RELEASE).any()
