from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from ttg_sim.agents.mentor import Stage
from ttg_sim.agents.person import NEVER, NOBODY, Housing, Left, Return, Where
from ttg_sim.agents.provider import Funding
from ttg_sim.agents.referral import Came, Ending, Meeting
from ttg_sim.mechanisms import relationship
from ttg_sim.mechanisms.relationship import RelationshipParameters

from .people import SEED, near, referrals, rows, several
from .service import TODAY, WEEK, charity, helpers

MANY = 4000
LOGIT = math.log(0.7 / 0.3)
STEADY = {"early_dropout": 0.0, "later_dropout": 0.0, "trust_growth": 0.0, "trust_loss": 0.0}
"""Nobody walks away, and trust stays what it is."""
READY, UNREADY = {"readiness": 40.0}, {"readiness": -40.0}
"""People who come to every meeting, and to none."""


def people(count=1, **values) -> np.ndarray:
    """People at liberty who were released last week."""
    return several(count, **{"received_day": 0, "released_day": TODAY - 5, "referral": np.arange(count)} | values)


def matches(count=1, **values) -> np.ndarray:
    """People and mentors matched before release, who have not met yet and trust each other neither much nor little."""
    usual: dict[str, Any] = {
        "mentor": np.arange(count),
        "matched_week": WEEK - 5,
        "release_day": TODAY - 5,
        "spell": np.arange(count),
    }
    usual |= {"agreed": 1, "named_week": WEEK - 6, "act_week": WEEK - 6}
    return referrals(count, **usual | {"trust": 0.5, "kept_week": NEVER, "engaged": NOBODY} | values)


def working(count=1, **values) -> np.ndarray:
    return helpers(count, **{"load": 1, "stage": Stage.MATCHED, "paid_week": NEVER} | values)


def go_on(
    known, crowd, mentors, provider=None, week=WEEK, waiting=8.0, bonus=0.0, called_off=0.0, **values
) -> list[int]:
    """One week of all matches, in which nobody walks away unless asked; returns the referrals that are still open."""
    provider = charity() if provider is None else provider
    open_rows = rows(known).copy()
    kept = relationship.run(
        crowd, known, open_rows, len(known), mentors, provider, waiting, bonus, called_off, SEED, week,
        relationship.prepare(RelationshipParameters(**STEADY | values)),
    )  # fmt: skip
    return open_rows[:kept].tolist()


def share_of(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


# Who comes.


def came(bonus=0.0, week=WEEK, skill=1.0, facts: dict[str, Any] | None = None, **values) -> float:
    known = matches(MANY, **facts or {})
    provider = charity()
    go_on(known, people(MANY, **values), working(MANY, skill=skill), provider, week, bonus=bonus)
    assert (known["due"] == 1).all()
    assert provider["contacts_due"][0] == MANY
    assert provider["contacts_kept"][0] == known["kept"].sum()
    return float(known["kept"].mean())


@pytest.mark.parametrize("readiness", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("skill", [0.5, 1.0, 3.0])
def test_people_come_by_their_readiness_and_the_skill_of_the_mentor(readiness, skill) -> None:
    share = share_of(LOGIT + 2.0 * (readiness - 0.5) + 0.6 * math.log(skill))
    assert came(readiness=readiness, skill=skill) == pytest.approx(share, abs=near(share, MANY))


@pytest.mark.parametrize(("inside", "weeks", "more"), [(1, 1, 0.4), (1, 4, 0.4), (1, 5, 0.0), (3, 2, 0.4), (0, 2, 0.0)])
def test_whoever_met_the_mentor_before_release_comes_more_often_in_the_first_four_weeks(inside, weeks, more) -> None:
    facts = {"met_inside": inside, "met_own": inside, "release_day": TODAY - 5}
    share = share_of(LOGIT + more)
    found = came(bonus=0.4, week=WEEK - 1 + weeks, facts=facts)
    assert found == pytest.approx(share, abs=near(share, MANY))


def test_a_meeting_with_a_specialist_before_release_makes_no_familiar_face() -> None:
    found = came(bonus=2.0, facts={"met_inside": 2, "met_own": 0, "release_day": TODAY - 5})
    assert found == pytest.approx(share_of(LOGIT), abs=near(share_of(LOGIT), MANY))


def test_no_skill_at_all_is_no_fault() -> None:
    assert 0.0 < came(skill=0.0) < 0.2


# Meetings.


def test_a_meeting_that_is_kept_for_the_first_time_is_the_first_one() -> None:
    known = matches(1)
    go_on(known, people(1, **READY), working())
    assert (known["meeting"][0], known["met_day"][0], known["kept"][0]) == (Meeting.LATER, TODAY, 1)
    go_on(known, people(1, **READY), working(), week=WEEK + 1)
    assert (known["met_day"][0], known["kept"][0], known["due"][0]) == (TODAY, 2, 2)


@pytest.mark.parametrize("how", [Meeting.BEFORE_RELEASE, Meeting.AT_GATE, Meeting.WITHIN_48H])
def test_a_first_meeting_stays_what_it_was(how) -> None:
    known = matches(1, meeting=how, met_day=TODAY - 5)
    go_on(known, people(1, **READY), working())
    assert (known["meeting"][0], known["met_day"][0]) == (how, TODAY - 5)


@pytest.mark.parametrize(
    ("facts", "of_person", "of_mentor"),
    [
        ({"release_day": TODAY}, {}, {}),  # the week of release is that of the gate
        ({"release_day": TODAY + 4}, {}, {}),
        ({"release_day": NEVER}, {"where": int(Where.INSIDE)}, {}),
        ({}, {"where": int(Where.INSIDE), "returned": int(Return.RECALL)}, {}),
        ({}, {}, {"stage": Stage.PAUSED}),
    ],
)
def test_there_is_no_meeting_while_one_of_them_is_not_about_and_the_match_goes_on(facts, of_person, of_mentor) -> None:
    known = matches(1, **facts)
    mentors = working(**of_mentor)
    assert go_on(known, people(1, **READY | of_person), mentors) == [0]
    assert (known["due"][0], known["absences"][0], known["ending"][0]) == (0, 0, Ending.NOT)
    assert mentors["load"][0] == 1


def test_a_recall_does_not_end_a_match_and_meetings_go_on_after_it() -> None:
    known, crowd, mentors = matches(1, meeting=Meeting.AT_GATE, met_day=TODAY - 5), people(1, **READY), working()
    crowd["where"], crowd["returned"] = Where.INSIDE, Return.RECALL
    for week in (WEEK, WEEK + 1):
        assert go_on(known, crowd, mentors, week=week) == [0]
    crowd["where"], crowd["returned"] = Where.LIBERTY, Return.NOT
    go_on(known, crowd, mentors, week=WEEK + 2)
    assert (known["due"][0], known["kept"][0]) == (1, 1)


# How a match ends.


def ends(known, crowd, mentors, provider=None, **values) -> tuple[int, int, bool]:
    """Ending, load of the mentor afterwards, and whether the referral is still open."""
    still = go_on(known, crowd, mentors, provider, **values) == [0]
    return int(known["ending"][0]), int(mentors["load"][0]), still


@pytest.mark.parametrize("give_up", [1, 4])
def test_so_many_meetings_missed_in_a_row_end_the_match(give_up) -> None:
    known, crowd, mentors, provider = matches(1), people(1, **UNREADY), working(), charity()
    for week in range(WEEK, WEEK + give_up - 1):
        assert go_on(known, crowd, mentors, provider, week, give_up=give_up) == [0]
    assert go_on(known, crowd, mentors, provider, WEEK + give_up - 1, give_up=give_up) == []
    assert (known["ending"][0], known["ended_week"][0]) == (Ending.DROPPED_OUT, WEEK + give_up - 1)
    assert (known["due"][0], known["kept"][0], known["absences"][0]) == (give_up, 0, give_up)
    assert known["meeting"][0] == Meeting.NEVER
    assert (mentors["load"][0], mentors["stage"][0]) == (0, Stage.AVAILABLE)
    assert (provider["endings_planned"][0], provider["endings_unplanned"][0]) == (0, 1)


def test_a_meeting_that_is_kept_begins_the_count_anew() -> None:
    known, mentors = matches(1, absences=3), working()
    assert go_on(known, people(1, **READY), mentors) == [0]
    assert known["absences"][0] == 0


def test_drop_out_is_as_frequent_as_chance_has_it() -> None:
    known = matches(MANY)
    mentors = working(MANY)
    for week in range(WEEK, WEEK + 4):
        go_on(known, people(MANY), mentors, week=week, attend_at_neutral=0.5, give_up=4)
    share = 0.5**4
    assert (known["ending"] == Ending.DROPPED_OUT).mean() == pytest.approx(share, abs=near(share, MANY))


@pytest.mark.parametrize(
    ("met", "release", "week"),
    [(TODAY - 40, TODAY - 5, WEEK - 1 + 6), (TODAY - 5, TODAY - 5, WEEK - 1 + 6), (TODAY + 7, TODAY - 5, WEEK + 1 + 6)],
)
def test_a_match_ends_as_planned_so_many_weeks_after_release_or_a_later_first_meeting(met, release, week) -> None:
    known = matches(1, meeting=Meeting.BEFORE_RELEASE, met_day=met, release_day=release)
    mentors, provider = working(), charity()
    for now in range(max(WEEK, met // 7 + 1), week):
        assert go_on(known, people(1, **READY), mentors, provider, now, term_weeks=6.0) == [0]
    assert go_on(known, people(1, **READY), mentors, provider, week, term_weeks=6.0) == []
    assert (known["ending"][0], known["ended_week"][0]) == (Ending.PLANNED, week)
    assert (provider["endings_planned"][0], provider["endings_unplanned"][0]) == (1, 0)
    assert mentors["load"][0] == 0


def test_a_match_without_a_meeting_does_not_end_as_planned() -> None:
    known = matches(1, release_day=TODAY - 700)
    assert ends(known, people(1), working(stage=Stage.PAUSED), term_weeks=1.0) == (Ending.NOT, 1, True)


@pytest.mark.parametrize("stage", [Stage.LEFT, Stage.BARRED])
def test_whoever_loses_the_mentor_after_the_first_meeting_has_lost_the_service(stage) -> None:
    known, provider = matches(1, meeting=Meeting.AT_GATE, met_day=TODAY - 5), charity()
    assert ends(known, people(1), working(stage=stage, load=0), provider) == (Ending.MENTOR_LEFT, 0, False)
    assert known["mentor"][0] == 0
    assert known["due"][0] == 0
    assert provider["endings_unplanned"][0] == 1


@pytest.mark.parametrize("stage", [Stage.LEFT, Stage.BARRED])
def test_whoever_loses_the_mentor_before_they_met_waits_for_another_one(stage) -> None:
    known, provider = matches(1, absences=3, visit_day=TODAY + 9), charity()
    assert ends(known, people(1), working(stage=stage, load=0), provider) == (Ending.NOT, 0, True)
    assert (known["mentor"][0], known["visit_day"][0], known["ended_week"][0]) == (NOBODY, NEVER, NEVER)
    assert known["absences"][0] == 0  # they are not held against the next match
    assert known["matched_week"][0] == WEEK - 5
    assert provider["endings_unplanned"][0] == 1
    assert known["meeting"][0] == Meeting.NOT_YET


@pytest.mark.parametrize(("met", "ending"), [(Meeting.AT_GATE, Ending.FUNDING), (Meeting.NOT_YET, Ending.NOT)])
def test_when_contacts_are_forbidden_all_matches_end_in_that_week(met, ending) -> None:
    known = matches(1, meeting=met, met_day=TODAY - 5 if met else NEVER)
    provider = charity(contacts=0, funding=Funding.STOPPED)
    found = ends(known, people(1, **READY), working(), provider)
    assert found == (ending, 0, met == Meeting.NOT_YET)
    assert known["due"][0] == 0
    assert provider["endings_unplanned"][0] == 1


def test_in_a_wind_down_matches_go_on() -> None:
    known = matches(1)
    assert ends(known, people(1, **READY), working(), charity(funding=Funding.STOPPED)) == (Ending.NOT, 1, True)
    assert known["kept"][0] == 1


@pytest.mark.parametrize(
    "facts", [{"received_day": TODAY + 2, "where": int(Where.INSIDE)}, {"received_day": TODAY, "referral": 7}]
)
def test_a_new_sentence_ends_the_match(facts) -> None:
    known = matches(1, meeting=Meeting.LATER, met_day=TODAY - 5)
    assert ends(known, people(1, **facts), working()) == (Ending.BACK_INSIDE, 0, False)
    assert known["due"][0] == 0


@pytest.mark.parametrize("left", [Left.DIED, Left.MOVED, Left.LONGER_SENTENCE, Left.DESISTED])
def test_a_match_ends_with_somebody_who_leaves(left) -> None:
    known = matches(1)
    crowd = people(1, where=int(Where.LEFT), left=int(left))
    assert ends(known, crowd, working()) == (Ending.LEFT, 0, False)
    assert known["meeting"][0] == Meeting.NEVER


def test_a_mentor_with_two_people_keeps_the_other_one() -> None:
    known = matches(2, mentor=0, absences=[5, 0])
    mentors = working(load=2)
    assert go_on(known, people(2, readiness=[-40.0, 40.0]), mentors) == [1]
    assert (mentors["load"][0], mentors["stage"][0]) == (1, Stage.MATCHED)


def test_a_mentor_on_a_break_who_loses_somebody_stays_on_the_break() -> None:
    known = matches(1)
    mentors = working(stage=Stage.PAUSED)
    go_on(known, people(1, where=int(Where.LEFT)), mentors)
    assert (mentors["load"][0], mentors["stage"][0]) == (0, Stage.PAUSED)


# Referrals without a mentor.


@pytest.mark.parametrize(
    ("weeks", "limit", "still"), [(0, 0.0, True), (1, 0.0, False), (8, 8.0, True), (9, 8.0, False), (52, 52.0, True)]
)
def test_a_referral_without_a_mentor_is_closed_some_weeks_after_release(weeks, limit, still) -> None:
    known = matches(1, mentor=NOBODY, release_day=TODAY - 7 * weeks + 3)
    assert go_on(known, people(1), working(), waiting=limit) == ([0] if still else [])
    assert known["meeting"][0] == (Meeting.NOT_YET if still else Meeting.NEVER)


@pytest.mark.parametrize(
    ("facts", "still"),
    [({}, True), ({"where": int(Where.LEFT)}, False), ({"received_day": 9}, False), ({"referral": 3}, False)],
)
def test_a_referral_of_somebody_inside_is_open_as_long_as_the_stay(facts, still) -> None:
    known = matches(1, mentor=NOBODY, release_day=NEVER)
    crowd = people(1, **{"where": int(Where.INSIDE)} | facts)
    assert go_on(known, crowd, working()) == ([0] if still else [])


def test_the_order_of_the_list_changes_nothing_for_anybody() -> None:
    known, turned = matches(40), matches(40)[::-1].copy()
    crowd = people(40)
    go_on(known, crowd, working(40))
    go_on(turned, people(40, referral=np.arange(40)[::-1]), working(40))
    assert turned[::-1]["kept"].tolist() == known["kept"].tolist()
    assert 0 < known["kept"].sum() < 40


# What moves the odds of coming.


def came_with(facts=None, of_mentor=None, values=None, **of_person) -> float:
    """Share of people who come to a meeting, where these facts hold for all of them."""
    known = matches(MANY, **facts or {})
    go_on(known, people(MANY, **of_person), working(MANY, **of_mentor or {}), **values or {})
    return float(known["kept"].mean())


@pytest.mark.parametrize(
    ("facts", "of_mentor", "of_person", "more"),
    [
        ({"trust": 1.0}, {}, {}, 0.75),
        ({"trust": 0.0}, {}, {}, -0.75),
        ({}, {}, {"housing": int(Housing.HOMELESS)}, -0.6),
        ({}, {}, {"housing": int(Housing.TEMPORARY)}, -0.3),
        ({}, {}, {"using": 1}, -0.9),
        ({"bound": 1}, {}, {}, 0.8),
        ({}, {"person": 7}, {}, 0.2),
        ({}, {"person": 7}, {"trust": 0.1}, 0.2 + 0.8),
        ({}, {"person": 7}, {"trust": 0.9}, 0.2),
        ({}, {}, {"trust": 0.1}, 0.0),  # trust in the officer is nothing to others
    ],
)
def test_trust_home_use_a_condition_and_a_peer_move_the_odds_of_coming(facts, of_mentor, of_person, more) -> None:
    values = {"attend_by_trust": 1.5, "attend_homeless": 0.6, "attend_using": 0.9, "attend_bound": 0.8}
    values |= {"peer_bonus": 0.2, "peer_bonus_by_reach": 2.0}
    share = share_of(LOGIT + more)
    assert came_with(facts, of_mentor, values, **of_person) == pytest.approx(share, abs=near(share, MANY))


# Trust.

GROWTH = {"trust_growth": 0.1, "voluntary_signal": 0.3, "peer_trust": 0.2, "money_trust": 0.4, "coercion": 0.5}
PAID = {"paid_week": WEEK - 9}


@pytest.mark.parametrize(
    ("of_mentor", "bound", "times"),
    [
        (PAID, 0, 1.0),
        (PAID | {"skill": 0.5}, 0, 0.5),
        (PAID | {"skill": 2.0}, 0, 2.0),
        (PAID | {"skill": 9.0}, 0, 3.0),
        ({}, 0, 1.3),
        (PAID | {"person": 7}, 0, 1.2),
        (PAID | {"for_money": 1}, 0, 0.6),
        (PAID, 1, 0.5),
        ({"person": 7, "for_money": 1, "skill": 2.0}, 1, 2.0 * 1.3 * 1.2 * 0.6 * 0.5),
    ],
)
@pytest.mark.parametrize("trust", [0.1, 0.5, 1.0])
def test_trust_grows_at_a_meeting_by_what_is_missing_and_who_the_mentor_is(of_mentor, bound, times, trust) -> None:
    known = matches(1, trust=trust, bound=bound)
    go_on(known, people(1, **READY), working(1, **of_mentor), **GROWTH)
    assert known["trust"][0] == pytest.approx(trust + 0.1 * times * (1 - trust))


def test_trust_is_never_above_full_trust() -> None:
    known = matches(1)
    values = {"trust_growth": 0.5, "voluntary_signal": 1.5, "peer_trust": 1.5}
    for week in range(WEEK, WEEK + 3):
        go_on(known, people(1, **READY), working(skill=9.0, person=7), week=week, **values)
        assert known["trust"][0] == 1.0


def test_a_meeting_that_is_missed_moves_no_trust() -> None:
    known = matches(1, trust=0.4)
    go_on(known, people(1, **UNREADY), working(), **GROWTH | {"trust_loss": 0.2})
    assert (known["came"][0], known["trust"][0]) == (Came.MISSED, 0.4)


@pytest.mark.parametrize(("meeting", "left"), [(Meeting.AT_GATE, 0.3), (Meeting.NOT_YET, 0.4)])
def test_a_break_of_the_mentor_costs_trust_of_those_who_have_met(meeting, left) -> None:
    known = matches(1, trust=0.4, meeting=meeting, met_day=TODAY - 5 if meeting else NEVER)
    go_on(known, people(1, **READY), working(stage=Stage.PAUSED), trust_loss=0.1)
    assert known["trust"][0] == pytest.approx(left)
    assert known["came"][0] == Came.NOT_DUE


# Meetings that are called off.


@pytest.mark.parametrize(("trust", "left"), [(0.5, 0.35), (0.1, 0.0)])
def test_a_meeting_that_is_called_off_costs_trust_and_is_held_against_nobody(trust, left) -> None:
    known, mentors, provider = matches(1, trust=trust, absences=2), working(), charity()
    assert go_on(known, people(1, **READY), mentors, provider, called_off=1.0, trust_loss=0.15) == [0]
    assert (known["came"][0], known["due"][0], known["kept"][0]) == (Came.CALLED_OFF, 0, 0)
    assert (known["absences"][0], known["kept_week"][0], known["meeting"][0]) == (2, NEVER, Meeting.NOT_YET)
    assert known["trust"][0] == pytest.approx(left)
    assert (provider["contacts_due"][0], provider["contacts_kept"][0], mentors["held"][0]) == (0, 0, 0)


def test_so_many_meetings_are_called_off_and_a_mentor_calls_off_all_of_a_week() -> None:
    known = matches(MANY, mentor=np.arange(MANY) // 2)
    go_on(known, people(MANY, **READY), working(MANY // 2, load=2), called_off=0.3)
    off = known["came"] == Came.CALLED_OFF
    assert (known["came"][~off] == Came.KEPT).all()
    assert (off[::2] == off[1::2]).all()
    assert off[::2].mean() == pytest.approx(0.3, abs=near(0.3, MANY // 2))


def test_the_mentor_remembers_meetings_held_and_with_whom() -> None:
    known, mentors = matches(4, mentor=0), working(load=4, held=1)
    crowd = people(4, readiness=[0.4, 0.5, 0.6, 0.1])
    go_on(known, crowd, mentors, attend_at_neutral=0.99, attend_by_readiness=0.0)
    assert known["kept"].all()
    assert known["kept_week"].tolist() == [WEEK] * 4
    assert (mentors["held"][0], mentors["unready"][0]) == (5, 2)


def test_what_became_of_last_weeks_meeting_is_forgotten() -> None:
    known = matches(2, came=int(Came.KEPT), mentor=[0, NOBODY])
    go_on(known, people(2), working(stage=Stage.PAUSED))
    assert known["came"].tolist() == [Came.NOT_DUE, Came.NOT_DUE]


# Walking away.

LEAVING = {"early_dropout": 0.4, "early_weeks": 4.0, "later_dropout": 0.05, "dropout_by_trust": 2.0}


def walked(weeks=1, count=MANY, met=Meeting.LATER, facts=None, crowd=None, **values) -> float:
    """Share who walk away in one week, so long after they met; mentors are on a break, so nobody misses a meeting."""
    day = TODAY + 1 - 7 * weeks
    known = matches(count, **{"meeting": int(met), "met_day": day, "release_day": day} | (facts or {}))
    crowd = people(count) if crowd is None else crowd
    go_on(known, crowd, working(count, stage=Stage.PAUSED), **LEAVING | {"window_ratio": 0.5} | values)
    assert set(known["ending"]) <= {Ending.NOT, Ending.DROPPED_OUT}
    return float((known["ending"] == Ending.DROPPED_OUT).mean())


@pytest.mark.parametrize("weeks", [1, 2, 5, 20])
def test_people_walk_away_in_the_first_weeks_and_seldom_later(weeks) -> None:
    share = 0.4 * math.exp(-(weeks - 1) / 4) + 0.05
    assert walked(weeks) == pytest.approx(share, abs=near(share, MANY))


@pytest.mark.parametrize("trust", [0.2, 0.8, 1.0])
def test_people_seldom_walk_away_from_a_mentor_whom_they_trust(trust) -> None:
    share = 0.45 * math.exp(-2.0 * (trust - 0.5))
    assert walked(facts={"trust": trust}) == pytest.approx(share, abs=near(share, MANY))


@pytest.mark.parametrize("met", [Meeting.BEFORE_RELEASE, Meeting.AT_GATE, Meeting.WITHIN_48H])
@pytest.mark.parametrize("ratio", [0.25, 1.2])
def test_those_met_by_48_hours_after_release_walk_away_early_by_another_rate(met, ratio) -> None:
    share = 0.4 * ratio + 0.05
    assert walked(met=met, window_ratio=ratio) == pytest.approx(share, abs=near(share, MANY))


def test_weeks_count_from_the_later_of_release_and_first_meeting() -> None:
    share = 0.4 * math.exp(-0.25) + 0.05
    for facts in ({"met_day": TODAY - 100}, {"release_day": TODAY - 100}):
        assert walked(2, facts=facts) == pytest.approx(share, abs=near(share, MANY))


CERTAIN = {"early_dropout": 0.5, "later_dropout": 0.1, "dropout_by_trust": 6.0, "window_ratio": 1.0}


@pytest.mark.parametrize(
    ("facts", "of_person", "share"),
    [
        ({}, {}, 1.0),
        ({"bound": 1}, {}, 0.0),
        ({"meeting": int(Meeting.NOT_YET), "met_day": NEVER}, {}, 0.0),
        ({"release_day": NEVER, "meeting": int(Meeting.BEFORE_RELEASE)}, {"where": int(Where.INSIDE)}, 0.0),
        ({}, {"where": int(Where.INSIDE), "returned": int(Return.RECALL)}, 0.0),
        ({"release_day": TODAY}, {}, 0.0),
        ({"met_day": TODAY + 3}, {}, 0.0),
    ],
)
def test_only_people_at_liberty_who_have_met_and_are_free_to_go_walk_away(facts, of_person, share) -> None:
    facts = {"trust": 0.0} | facts
    assert walked(count=50, facts=facts, crowd=people(50, **of_person), **CERTAIN) == share


def test_somebody_who_is_bound_can_only_miss_meetings_until_the_match_is_over() -> None:
    known, crowd = matches(1, bound=1, trust=0.0, meeting=Meeting.AT_GATE, met_day=TODAY - 5), people(1, **UNREADY)
    mentors = working()
    for week in range(WEEK, WEEK + 5):
        assert go_on(known, crowd, mentors, week=week, **CERTAIN, give_up=6) == [0]
    assert go_on(known, crowd, mentors, week=WEEK + 5, **CERTAIN, give_up=6) == []
    assert known["ending"][0] == Ending.DROPPED_OUT


def test_a_new_mentor_begins_with_neither_more_nor_less_trust_than_the_first_one() -> None:
    known = matches(1, trust=0.2, bound=1)
    go_on(known, people(1), working(stage=Stage.LEFT, load=0))
    assert (known["mentor"][0], known["trust"][0], known["bound"][0]) == (NOBODY, 0.5, 0)


# Matches that the service cuts off.


@pytest.mark.parametrize(
    ("cut", "term", "weeks", "how"),
    [
        (8, 26.0, 7, Ending.NOT),
        (8, 26.0, 8, Ending.CUT),
        (8, 26.0, 20, Ending.CUT),
        (0, 26.0, 25, Ending.NOT),
        (8, 8.0, 8, Ending.PLANNED),
    ],
)
def test_the_service_cuts_off_every_match_after_so_many_weeks_where_it_does_at_all(cut, term, weeks, how) -> None:
    day = TODAY - 7 * weeks
    known, mentors, provider = matches(1, meeting=Meeting.LATER, met_day=day, release_day=day), working(), charity()
    still = go_on(known, people(1, **READY), mentors, provider, cut_weeks=cut, term_weeks=term)
    assert known["ending"][0] == how
    assert still == ([0] if how == Ending.NOT else [])
    assert mentors["load"][0] == (1 if how == Ending.NOT else 0)
    assert provider["endings_unplanned"][0] == (1 if how == Ending.CUT else 0)
    assert (mentors["blows"][0], mentors["successes"][0]) == (0, 1 if how == Ending.PLANNED else 0)


def test_a_match_in_which_they_have_not_met_is_not_cut_off() -> None:
    known = matches(1, release_day=TODAY - 70)
    assert ends(known, people(1, **UNREADY), working(), cut_weeks=2) == (Ending.NOT, 1, True)


@pytest.mark.parametrize(
    ("facts", "of_person", "blows"),
    [({"absences": 5}, UNREADY, 1), ({}, {"received_day": TODAY + 2}, 1), ({}, {"where": int(Where.LEFT)}, 0)],
)
def test_people_who_give_up_or_go_back_inside_weigh_on_the_mentor(facts, of_person, blows) -> None:
    known, mentors = matches(1, meeting=Meeting.AT_GATE, met_day=TODAY - 5, **facts), working()
    assert go_on(known, people(1, **of_person), mentors, give_up=6) == []
    assert (mentors["blows"][0], mentors["successes"][0]) == (blows, 0)


# Who is in touch with a mentor so many weeks after release.


def engaged(known, crowd, mentors, weeks, **values) -> list[int]:
    """What is noted after so many weeks from release on, as long as the referral is open."""
    first, still = int(known["release_day"][0]) // 7, [0]
    for week in range(first, first + weeks + 1):
        still = go_on(known, crowd, mentors, week=week, **values) if still else []
    return known["engaged"][0].tolist()


@pytest.mark.parametrize(
    ("weeks", "noted"),
    [
        (3, [NOBODY] * 4),
        (4, [1, NOBODY, NOBODY, NOBODY]),
        (12, [1, NOBODY, NOBODY, NOBODY]),
        (13, [1, 1, NOBODY, NOBODY]),
        (26, [1, 1, 1, NOBODY]),
        (51, [1, 1, 1, NOBODY]),
        (52, [1, 1, 1, 1]),
        (60, [1, 1, 1, 1]),
    ],
)
def test_it_is_noted_at_four_times_whether_people_are_in_touch(weeks, noted) -> None:
    assert engaged(matches(1), people(1, **READY), working(), weeks, term_weeks=150.0) == noted


@pytest.mark.parametrize(("term", "noted"), [(10.0, [1, 0, 0, 0]), (20.0, [1, 1, 0, 0]), (40.0, [1, 1, 1, 0])])
def test_a_match_that_has_ended_is_none_at_all_times_to_come(term, noted) -> None:
    assert engaged(matches(1), people(1, **READY), working(), 53, term_weeks=term) == noted


def test_whoever_goes_back_inside_is_not_in_touch_from_then_on() -> None:
    known, crowd, mentors = matches(1), people(1, **READY), working()
    assert engaged(known, crowd, mentors, 6) == [1, NOBODY, NOBODY, NOBODY]
    crowd["received_day"], crowd["where"] = TODAY + 40, Where.INSIDE
    assert go_on(known, crowd, mentors, week=WEEK + 6) == []
    assert known["ending"][0] == Ending.BACK_INSIDE
    assert known["engaged"][0].tolist() == [1, 0, 0, 0]


def test_somebody_on_recall_is_out_of_touch_and_may_be_in_touch_again() -> None:
    known, crowd, mentors = matches(1), people(1, **READY), working()
    first = WEEK - 1
    for week in range(first, first + 27):
        away = first + 8 <= week < first + 20
        crowd["where"] = Where.INSIDE if away else Where.LIBERTY
        crowd["returned"] = Return.RECALL if away else Return.NOT
        assert go_on(known, crowd, mentors, week=week, term_weeks=150.0) == [0]
    assert known["engaged"][0].tolist() == [1, 0, 1, NOBODY]


@pytest.mark.parametrize(("ago", "in_touch"), [(0, 1), (3, 1), (4, 0), (9, 0)])
def test_being_in_touch_is_a_meeting_kept_within_four_weeks(ago, in_touch) -> None:
    known = matches(1, release_day=TODAY - 7 * 13, meeting=Meeting.AT_GATE, met_day=TODAY - 91, kept_week=WEEK - ago)
    go_on(known, people(1), working(stage=Stage.PAUSED))
    assert known["engaged"][0].tolist() == [NOBODY, in_touch, NOBODY, NOBODY]


@pytest.mark.parametrize("facts", [{}, {"mentor": NOBODY}])
def test_whoever_never_met_a_mentor_was_never_in_touch(facts) -> None:
    known = matches(1, **facts)
    assert engaged(known, people(1, **UNREADY), working(), 53) == [0, 0, 0, 0]
    assert known["meeting"][0] == Meeting.NEVER


def test_before_release_nothing_is_noted() -> None:
    known = matches(1, release_day=NEVER)
    go_on(known, people(1, where=int(Where.INSIDE)), working())
    assert known["engaged"][0].tolist() == [NOBODY] * 4


# Which ending it is where several would do.

CAUSES = (
    (Ending.BACK_INSIDE, {"received_day": TODAY + 2}, {}, {}, {}),
    (Ending.LEFT, {"where": int(Where.LEFT)}, {}, {}, {}),
    (Ending.MENTOR_LEFT, {}, {"stage": int(Stage.LEFT), "load": 0}, {}, {}),
    (Ending.FUNDING, {}, {}, {"contacts": 0}, {}),
    (Ending.DROPPED_OUT, {}, {}, {}, {"absences": 6}),
    (Ending.PLANNED, {}, {}, {}, {}),
)
"""In their order: what is so of the person, the mentor, the service and the match."""


@pytest.mark.parametrize("first", range(len(CAUSES)))
@pytest.mark.parametrize("last", range(len(CAUSES)))
def test_the_first_cause_that_is_true_is_the_ending(first, last) -> None:
    if last < first:
        return
    of_person, of_mentor, of_service, of_match = ({}, {}, {}, {})
    for cause in (CAUSES[first], CAUSES[last]):
        for facts, more in zip((of_person, of_mentor, of_service, of_match), cause[1:], strict=True):
            facts.update(more)
    day = TODAY - 7 * 26  # the term is over in any case
    known = matches(1, meeting=Meeting.AT_GATE, met_day=day, release_day=day, **of_match)
    mentors, provider = working(**of_mentor), charity(**of_service)
    crowd = people(1, **UNREADY | of_person)
    assert go_on(known, crowd, mentors, provider, give_up=6) == []
    assert (known["ending"][0], known["ended_week"][0]) == (CAUSES[first][0], WEEK)
    assert mentors["load"][0] == 0
    counted = (provider["endings_planned"][0], provider["endings_unplanned"][0])
    assert counted == {Ending.PLANNED: (1, 0), Ending.LEFT: (0, 0)}.get(CAUSES[first][0], (0, 1))
