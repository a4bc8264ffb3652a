from __future__ import annotations

import math

import numpy as np
import pytest

from ttg_sim.agents.mentor import DISTANT, Stage
from ttg_sim.agents.person import NEVER, NOBODY, Return, Where
from ttg_sim.agents.referral import Meeting
from ttg_sim.engine.queues import clock
from ttg_sim.mechanisms import prerelease, prison
from ttg_sim.mechanisms.prerelease import PrereleaseParameters
from ttg_sim.mechanisms.prison import PrisonParameters

from .people import SEED, near, prisons, referrals, rows, several
from .service import TODAY, WEEK, charity, clear, helpers, inside

MANY = 4000
OPEN_DOORS = {"wing_access_prob": 1.0, "refused_visit": 0.0}
AT_ONCE = {"arrange_days": 0.0}


def matched(count=1, **values) -> np.ndarray:
    """Referrals of people inside who were each given a mentor in their present prison."""
    usual = {"mentor": np.arange(count), "matched_week": WEEK - 1, "match_prison": 0, "agreed": 1}
    return referrals(count, **usual | {"named_week": WEEK - 2, "act_week": WEEK - 2} | values)


def working(count=1, **values) -> np.ndarray:
    """Mentors with one person each, cleared for the first prison."""
    return clear(helpers(count, load=1, stage=Stage.MATCHED, **values), 0)


def visits(known, people, mentors, estate=None, provider=None, week=WEEK, most=4, doors=None, **values) -> np.ndarray:
    """The visits of one week; returns the provider."""
    estate = prisons(1) if estate is None else estate
    provider = charity() if provider is None else provider
    prerelease.run(
        people, known, rows(known), mentors, rows(mentors), estate, provider, most, SEED, week,
        prison.prepare(PrisonParameters(**OPEN_DOORS if doors is None else doors)),
        prerelease.prepare(PrereleaseParameters(**values)),
    )  # fmt: skip
    return provider


def out_on(day: int, count=1, **values) -> np.ndarray:
    """People inside who are released on a day that everybody expects."""
    return inside(count, **{"release_day": day, "half_way_day": day} | values)


# The day of a visit.


def test_a_visit_takes_place_on_a_day_before_the_release_that_everybody_expects() -> None:
    known = matched()
    visits(known, out_on(TODAY + 60), working(), **AT_ONCE)
    assert known["meeting"][0] == Meeting.BEFORE_RELEASE
    assert known["met_day"][0] == TODAY + 1
    assert known["met_inside"][0] == 1
    assert known["visit_day"][0] == NEVER


@pytest.mark.parametrize(("day", "met"), [(0, None), (1, 0), (2, 1), (3, 1), (4, 1), (7, 1)])
def test_the_last_day_for_a_visit_is_the_one_before_the_release(day, met) -> None:
    known = matched()
    visits(known, out_on(TODAY + day), working(), **AT_ONCE)
    assert known["met_day"][0] == (NEVER if met is None else TODAY + met)
    assert (known["early"][0], known["moved"][0], known["uncleared"][0]) == (0, 0, 0)


def test_a_visit_that_takes_long_to_arrange_is_brought_forward_to_the_day_before_release() -> None:
    count = 300
    known = matched(count)
    visits(known, out_on(TODAY + 4, count), working(count), arrange_days=90.0)
    assert known["met_day"].max() == TODAY + 3
    assert (known["met_day"] == TODAY + 3).mean() > 0.9
    assert (known["meeting"] == Meeting.BEFORE_RELEASE).all()


def test_days_until_a_visit_are_exponential() -> None:
    known = matched(MANY)
    visits(known, inside(MANY), working(MANY), arrange_days=30.0)
    days = np.where(known["visit_day"] == NEVER, known["met_day"], known["visit_day"]) - TODAY - 1
    mean = 1 / (math.exp(1 / 30) - 1)
    assert days.min() == 0
    assert days.mean() == pytest.approx(mean, abs=4.5 * 30 / math.sqrt(MANY))


def test_a_visit_waits_for_its_day_and_is_arranged_once() -> None:
    known, people, mentors = matched(), inside(1), working()
    known["visit_day"], known["visit_prison"], known["visitor"] = TODAY + 16, 0, 0
    for week in (WEEK, WEEK + 1):
        visits(known, people, mentors, week=week)
        assert known["visit_day"][0] == TODAY + 16
        assert known["meeting"][0] == Meeting.NOT_YET
    visits(known, people, mentors, week=WEEK + 2)
    assert known["met_day"][0] == TODAY + 16


@pytest.mark.parametrize("number", [0, 1, 3])
def test_a_mentor_has_as_many_meetings_before_release_as_are_wanted_one_a_week(number) -> None:
    known, people, mentors = matched(), inside(1), working()
    found = []
    for week in range(WEEK, WEEK + 6):
        visits(known, people, mentors, week=week, min_meetings=number, **AT_ONCE)
        found.append(known["met_inside"][0])
    assert found == [min(weeks, number) for weeks in range(1, 7)]
    assert known["met_day"][0] == (TODAY + 1 if number else NEVER)  # the first one


# What is in the way.


def arranged(day: int, count=1, **values) -> np.ndarray:
    return matched(count, **{"visit_day": TODAY + day, "visit_prison": 0, "visitor": np.arange(count)} | values)


@pytest.mark.parametrize(("release", "met"), [(2, False), (3, False), (4, True)])
def test_release_on_tag_by_the_day_of_the_visit_comes_before_it(release, met) -> None:
    known = arranged(3)
    people = inside(1, release_day=TODAY + release, half_way_day=TODAY + 40, tagged=1)
    visits(known, people, working())
    assert (known["meeting"][0] == Meeting.BEFORE_RELEASE) == met
    assert known["early"][0] == (0 if met else 1)


def test_somebody_who_was_moved_is_not_where_the_visit_was_to_be() -> None:
    known, people = arranged(3), inside(1, prison=1)
    visits(known, people, working())
    assert known["moved"][0] == 1
    assert known["meeting"][0] == Meeting.NOT_YET
    assert known["visit_day"][0] == NEVER


def test_after_a_move_a_new_visit_is_arranged_where_the_mentor_is_cleared_too() -> None:
    known, people, estate = arranged(3), inside(1, prison=1), prisons(2)
    mentors = clear(working(), 1)
    visits(known, people, mentors, estate)
    visits(known, people, mentors, estate, week=WEEK + 1, **AT_ONCE)
    assert known["met_day"][0] == TODAY + 8


@pytest.mark.parametrize(
    ("stage", "met"), [(Stage.MATCHED, True), (Stage.AVAILABLE, True), (Stage.PAUSED, False), (Stage.LEFT, False)]
)
def test_a_visitor_who_has_a_break_or_has_stopped_does_not_come(stage, met) -> None:
    known = arranged(3, visitor=1)
    mentors = clear(np.concatenate([working(), helpers(1, stage=stage)]).view(np.recarray), 0)
    visits(known, inside(1), mentors)
    assert (known["met_inside"][0] == 1) == met
    assert (known["moved"][0], known["uncleared"][0], known["turned_away"][0]) == (0, 0, 0)


@pytest.mark.parametrize(("until", "met"), [(WEEK + 1, True), (WEEK, False), (WEEK - 5, False)])
def test_nobody_goes_in_on_a_clearance_that_has_run_out(until, met) -> None:
    known = arranged(3)
    visits(known, inside(1), clear(working(), 0, until))
    assert (known["met_inside"][0] == 1) == met
    assert known["uncleared"][0] == (not met)


def shares(peer: bool, suspicion=0.5, **doors) -> tuple[float, float]:
    """Share of visits that take place, and that are refused."""
    known = matched(MANY)
    people = inside(MANY)
    mentors = working(MANY, person=np.arange(MANY)) if peer else working(MANY)
    provider = visits(known, people, mentors, prisons(1, suspicion=suspicion), doors=OPEN_DOORS | doors, **AT_ONCE)
    assert known["turned_away"].sum() == provider["turned_away"][0]
    return float(known["met_inside"].mean()), float(known["turned_away"].mean())


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 1.0])
@pytest.mark.parametrize("peer", [False, True])
def test_some_visits_do_not_get_as_far_as_the_wing_whoever_comes(share, peer) -> None:
    met, refused = shares(peer, wing_access_prob=share)
    assert met == pytest.approx(share, abs=near(share, MANY))
    assert met + refused == 1.0


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 1.0])
def test_people_with_convictions_are_refused_at_the_door_as_often_as_the_parameter_says(share) -> None:
    assert shares(True, refused_visit=share)[1] == pytest.approx(share, abs=near(share, MANY))
    assert shares(False, refused_visit=share)[1] == 0.0


@pytest.mark.parametrize("suspicion", [0.2, 0.9])
def test_refusals_at_the_door_grow_with_suspicion(suspicion) -> None:
    odds = 0.3 / 0.7 * math.exp(3.0 * (suspicion - 0.5))
    share = odds / (1 + odds)
    assert shares(True, suspicion, refused_visit=0.3)[1] == pytest.approx(share, abs=near(share, MANY))
    assert shares(True, suspicion, refused_visit=1.0)[1] == 1.0


def test_the_door_and_the_wing_are_two_hurdles() -> None:
    share = 1 - 0.8 * 0.7
    found = shares(True, wing_access_prob=0.8, refused_visit=0.3)[1]
    assert found == pytest.approx(share, abs=near(share, MANY))


def test_after_a_refusal_another_visit_is_arranged() -> None:
    known, people, mentors = matched(), inside(1), working(person=0)
    visits(known, people, mentors, doors={"wing_access_prob": 0.0}, **AT_ONCE)
    visits(known, people, mentors, week=WEEK + 1, **AT_ONCE)
    assert (known["turned_away"][0], known["met_inside"][0]) == (1, 1)


# Who is not visited.


@pytest.mark.parametrize(
    "facts",
    [{"where": int(Where.LIBERTY)}, {"where": int(Where.LEFT)}, {"returned": int(Return.RECALL)}, {"received_day": 5}],
)
def test_nobody_is_visited_outside_on_recall_or_in_another_stay(facts) -> None:
    known = arranged(3)
    visits(known, inside(1, **facts), working())
    assert known["met_inside"][0] == 0


def test_nobody_is_visited_after_release_or_without_a_mentor() -> None:
    for facts in ({"release_day": TODAY - 9}, {"mentor": NOBODY}):
        known = arranged(3, **facts)
        visits(known, inside(1), working())
        assert known["met_inside"][0] == 0


def test_there_are_no_visits_where_money_forbids_contacts() -> None:
    known = arranged(3)
    visits(known, inside(1), working(), provider=charity(contacts=0))
    assert known["met_inside"][0] == 0


@pytest.mark.parametrize("stage", [Stage.LEFT, Stage.BARRED])
def test_there_is_no_visit_to_a_match_whose_mentor_has_just_stopped(stage) -> None:
    known = matched()
    mentors = clear(helpers(2, stage=[stage, Stage.AVAILABLE], specialist=[0, 1]), 0)
    visits(known, inside(1), mentors, **AT_ONCE)
    assert known["met_inside"][0] == 0
    assert (known["uncleared"][0], known["moved"][0]) == (0, 0)


# Clearance.


def test_without_clearance_there_is_no_visit_and_it_is_noted_and_asked_for_once() -> None:
    known, mentors = matched(), helpers(1, stage=Stage.MATCHED, load=1)
    visits(known, inside(1), mentors)
    assert (known["uncleared"][0], known["moved"][0]) == (1, 0)
    assert known["visit_day"][0] == NEVER
    assert mentors["asked"][0, 0] == -1.0
    mentors["asked"][0, 0] = clock(WEEK)
    visits(known, inside(1), mentors, week=WEEK + 1)
    assert mentors["asked"][0, 0] == clock(WEEK)


def test_a_move_to_a_prison_that_has_not_cleared_the_mentor_is_noted_as_a_move() -> None:
    known, mentors = matched(), working()
    visits(known, inside(1, prison=1), mentors)
    assert (known["uncleared"][0], known["moved"][0]) == (0, 1)
    assert mentors["asked"][0, DISTANT] == -1.0


@pytest.mark.parametrize(("again", "asked"), [(WEEK + 1, 0.0), (WEEK, -1.0)])
def test_a_prison_that_has_refused_is_asked_again_when_its_time_is_over(again, asked) -> None:
    known, mentors = matched(match_prison=1), helpers(1, stage=Stage.MATCHED, load=1)
    mentors["cleared"][0, DISTANT] = -clock(again)
    visits(known, inside(1, prison=1), mentors)
    assert mentors["asked"][0, DISTANT] == asked
    assert known["uncleared"][0] == 1


def test_a_break_of_a_cleared_mentor_is_no_want_of_clearance() -> None:
    known = matched()
    visits(known, inside(1), clear(helpers(1, stage=Stage.PAUSED, load=1), 0))
    assert (known["uncleared"][0], known["moved"][0], known["met_inside"][0]) == (0, 0, 0)


# Specialists.


def team(people: int, specialists: int, **values) -> np.ndarray:
    """Mentors of people who are not cleared, then specialists who are."""
    mentors = helpers(people + specialists, load=1, stage=Stage.MATCHED)
    special = mentors[people:]
    special["load"], special["stage"], special["specialist"] = 0, Stage.AVAILABLE, 1
    special["cleared"][:, 0] = clock(WEEK + 500)
    for name, value in values.items():
        special[name] = value
    return mentors


def test_specialists_visit_for_mentors_who_are_not_cleared_as_often_as_they_can() -> None:
    known, mentors = matched(9), team(9, 2)
    visits(known, inside(9), mentors, most=3, **AT_ONCE)
    assert known["met_inside"].sum() == 6
    assert mentors["visits"].tolist() == [0] * 9 + [3, 3]
    assert sorted(known["visitor"][known["visitor"] != NOBODY]) == [9, 9, 9, 10, 10, 10]
    assert known["uncleared"].sum() == 3


def test_a_mentor_who_is_cleared_goes_in_person() -> None:
    known, mentors = matched(), clear(team(1, 1), 0)
    visits(known, inside(1), mentors, **AT_ONCE)
    assert known["visitor"][0] == 0
    assert mentors["visits"][1] == 0


@pytest.mark.parametrize("facts", [{"area": 1}, {"stage": Stage.PAUSED}, {"specialist": 0}, {"cleared": 0.0}])
def test_nobody_else_visits(facts) -> None:
    known = matched()
    visits(known, inside(1), team(1, 1, **facts), **AT_ONCE)
    assert known["met_inside"][0] == 0


def test_everybody_has_luck_of_their_own_whatever_the_order() -> None:
    known, people, mentors = matched(60), inside(60), working(60, person=np.arange(60))
    turned = known[::-1].copy()
    doors = {"wing_access_prob": 0.5, "refused_visit": 0.5}
    visits(known, people, mentors, doors=doors)
    visits(turned, several(60, where=1, release_day=9**9, half_way_day=9**9), mentors, doors=doors)
    assert turned[::-1]["turned_away"].tolist() == known["turned_away"].tolist()
    assert 0 < known["turned_away"].sum() < 60
