from __future__ import annotations

import math

import numpy as np
import pytest

from ttg_sim.agents.mentor import Stage
from ttg_sim.agents.person import NEVER, NOBODY, Where
from ttg_sim.agents.provider import Funding
from ttg_sim.agents.referral import Ending, Meeting, Miss
from ttg_sim.mechanisms import release
from ttg_sim.mechanisms.release import ReleaseParameters

from .people import SEED, near, referrals, rows, several, spells
from .service import TODAY, WEEK, charity, helpers

MANY = 4000
AT_THE_GATE = {"gate_meeting_prob": 1.0, "turns_up_by_readiness": 0.0}
SOUGHT_OUT = {"gate_meeting_prob": 0.0, "contact_48h_prob": 1.0, "turns_up_by_readiness": 0.0}
OUT = TODAY + 2
"""A Wednesday, on which people are released."""


def freed(count=1, **values) -> np.ndarray:
    """People released this week, each with a spell and a referral of the same number."""
    numbers = np.arange(count)
    return several(count, **{"received_day": 0, "released_day": OUT, "spell": numbers, "referral": numbers} | values)


def matched(count=1, **values) -> np.ndarray:
    usual = {"mentor": np.arange(count), "matched_week": WEEK - 3, "match_prison": 0, "agreed": 1}
    return referrals(count, **usual | {"named_week": WEEK - 4, "act_week": WEEK - 4} | values)


def gate(people, known, mentors=None, provider=None, distant=0, spell=None, open_rows=None, **values) -> np.ndarray:
    """The releases of one week; returns the releases."""
    count = len(people)
    mentors = helpers(count, stage=Stage.MATCHED, load=1) if mentors is None else mentors
    provider = charity() if provider is None else provider
    spell = spells(count, resettlement=1) if spell is None else spell
    release.run(
        people, rows(people), spell, known, len(known), np.zeros(9, np.int64), 0, mentors, provider, distant, SEED,
        release.prepare(ReleaseParameters(**values)),
    )  # fmt: skip
    return spell


def met(known, how) -> float:
    return float((known["meeting"] == how).mean())


# The gate and the two days after it.


def test_the_release_is_written_into_the_referral_and_the_other_way_round() -> None:
    known = matched(3)
    found = gate(freed(3), known)
    assert found["referral"].tolist() == [0, 1, 2]
    assert known["spell"].tolist() == [0, 1, 2]
    assert (known["release_day"] == OUT).all()


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_a_mentor_who_knows_the_day_is_at_the_gate_in_so_many_cases(share) -> None:
    known = matched(MANY)
    gate(freed(MANY), known, gate_meeting_prob=share, contact_48h_prob=0.0)
    assert met(known, Meeting.AT_GATE) == pytest.approx(share, abs=near(share, MANY))
    assert (known["met_day"][known["meeting"] == Meeting.AT_GATE] == OUT).all()
    assert (known["met_day"][known["meeting"] == Meeting.NOT_YET] == NEVER).all()


def test_people_missed_at_the_gate_are_sought_out_within_two_days() -> None:
    known = matched(MANY)
    gate(freed(MANY), known, gate_meeting_prob=0.25, contact_48h_prob=0.4)
    share = 0.75 * 0.4
    assert met(known, Meeting.WITHIN_48H) == pytest.approx(share, abs=near(share, MANY))
    days = known["met_day"][known["meeting"] == Meeting.WITHIN_48H] - OUT
    assert set(days) == {1, 2}
    assert (days == 1).mean() == pytest.approx(0.5, abs=near(0.5, int(share * MANY)))


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_of_a_release_on_tag_mentors_are_told_in_time_in_so_many_cases(share) -> None:
    known = matched(MANY)
    gate(freed(MANY, tagged=1), known, told_early_prob=share, **AT_THE_GATE)
    assert met(known, Meeting.AT_GATE) == pytest.approx(share, abs=near(share, MANY))
    assert met(known, Meeting.WITHIN_48H) == 0.0  # not sought out either


@pytest.mark.parametrize("how", [AT_THE_GATE, SOUGHT_OUT])
def test_nobody_needs_to_be_told_of_a_release_on_the_day_that_everybody_expects(how) -> None:
    known = matched(50)
    gate(freed(50), known, told_early_prob=0.0, **how)
    assert met(known, Meeting.NOT_YET) == 0.0


@pytest.mark.parametrize("readiness", [0.0, 0.2, 0.5, 0.9])
@pytest.mark.parametrize("how", [AT_THE_GATE, SOUGHT_OUT])
def test_people_of_little_readiness_do_not_turn_up(readiness, how) -> None:
    known = matched(MANY)
    gate(freed(MANY, readiness=readiness), known, **how | {"turns_up_by_readiness": 3.0, "contact_48h_prob": 1.0})
    share = min(2 / (1 + math.exp(-3.0 * (readiness - 0.5))), 1.0)
    if how is AT_THE_GATE:
        assert met(known, Meeting.AT_GATE) == pytest.approx(share, abs=near(share, MANY) + 1e-9)
        share = 1 - (1 - share) * (1 - share)  # they are sought out as well
    assert 1 - met(known, Meeting.NOT_YET) == pytest.approx(share, abs=near(share, MANY) + 1e-9)


def test_whoever_met_the_mentor_before_keeps_that_first_meeting() -> None:
    known = matched(20, meeting=Meeting.BEFORE_RELEASE, met_day=TODAY - 9, met_inside=1)
    gate(freed(20), known, **AT_THE_GATE)
    assert met(known, Meeting.BEFORE_RELEASE) == 1.0
    assert (known["met_day"] == TODAY - 9).all()


@pytest.mark.parametrize(
    ("facts", "stage", "contacts"),
    [
        ({"mentor": NOBODY}, Stage.MATCHED, 1),
        ({"ended_week": WEEK - 1, "ending": Ending.MENTOR_LEFT}, Stage.MATCHED, 1),
        ({}, Stage.PAUSED, 1),
        ({}, Stage.LEFT, 1),
        ({}, Stage.BARRED, 1),
        ({}, Stage.MATCHED, 0),
    ],
)
@pytest.mark.parametrize("how", [AT_THE_GATE, SOUGHT_OUT])
def test_nobody_comes_without_a_mentor_at_work_or_while_contacts_are_forbidden(facts, stage, contacts, how) -> None:
    known = matched(20, **facts)
    gate(freed(20), known, helpers(20, stage=stage), charity(contacts=contacts), **how)
    assert met(known, Meeting.NOT_YET) == 1.0


# Who has a referral, and whom the service covers.


def test_somebody_received_and_released_within_a_week_gets_a_referral_at_the_gate() -> None:
    known = referrals(3)
    people = freed(1, referral=NOBODY)
    open_rows = np.zeros(4, np.int64)
    size, count = release.run(
        people, rows(people), spells(1, resettlement=1), known, 1, open_rows, 2, helpers(1), charity(), 0, SEED,
        release.prepare(ReleaseParameters()),
    )  # fmt: skip
    assert (size, count) == (2, 3)
    assert people["referral"][0] == 1
    assert open_rows.tolist() == [0, 0, 1, 0]
    assert (known["release_day"][1], known["miss"][1], known["eligible"][1]) == (OUT, Miss.NO_NAME, 1)


@pytest.mark.parametrize("facts", [{"longer": 1}, {"where": int(Where.LEFT)}])
def test_people_on_longer_sentences_have_none(facts) -> None:
    known = matched(1)
    found = gate(freed(1, **facts), known, spell=spells(1, referral=NOBODY))
    assert found["referral"][0] == NOBODY
    assert known["release_day"][0] == NEVER


@pytest.mark.parametrize(
    ("local", "distant", "named", "running", "covered"),
    [
        (1, 0, False, True, 1),
        (0, 0, False, True, 0),
        (0, 1, False, True, 1),
        (0, 0, True, True, 1),
        (1, 1, False, False, 0),
        (1, 0, True, False, 1),  # named before money stopped
    ],
)
def test_the_service_covers_its_own_prisons_while_it_runs_and_whoever_it_knows_by_name(
    local, distant, named, running, covered
) -> None:
    known = referrals(1, **{"named_week": WEEK - 4} if named else {})
    provider = charity(funding=Funding.RUNNING if running else Funding.STOPPED)
    gate(freed(1), known, provider=provider, distant=distant, spell=spells(1, resettlement=local))
    assert known["eligible"][0] == covered


# Why there was no meeting before.

WITHOUT = {"mentor": NOBODY, "matched_week": NEVER}


@pytest.mark.parametrize(
    ("facts", "miss"),
    [
        ({"meeting": Meeting.BEFORE_RELEASE}, Miss.NONE),
        ({"meeting": Meeting.BEFORE_RELEASE, "turned_away": 2, "moved": 1, "uncleared": 1}, Miss.NONE),
        (WITHOUT | {"named_week": NEVER, "act_week": NEVER}, Miss.NO_NAME),
        (WITHOUT | {"agreed": 0}, Miss.DECLINED),
        (WITHOUT, Miss.NO_MENTOR),
        (WITHOUT | {"act_week": WEEK}, Miss.NO_MENTOR),
        (WITHOUT | {"office_short": 1}, Miss.NO_COORDINATOR),
        (WITHOUT | {"agreed": 0, "unready": 1}, Miss.NOT_READY),
        (WITHOUT | {"agreed": 0, "passed_over": 1}, Miss.NOT_CHOSEN),
        (WITHOUT | {"agreed": 0, "passed_over": 1, "act_week": WEEK + 1}, Miss.NOT_CHOSEN),
        (WITHOUT | {"agreed": 0, "passed_over": 1, "named_week": NEVER}, Miss.NO_NAME),
        (WITHOUT | {"act_week": WEEK + 1}, Miss.NO_ANSWER),
        (WITHOUT | {"act_week": WEEK + 1, "agreed": 0}, Miss.DECLINED),
        ({"early": 1}, Miss.RELEASED_EARLY),
        ({"moved": 1}, Miss.TRANSFERRED),
        ({"turned_away": 3}, Miss.REFUSED_VISIT),
        ({"uncleared": 1}, Miss.NOT_CLEARED),
        ({}, Miss.NO_TIME),
        ({"early": 1, "moved": 1, "turned_away": 1, "uncleared": 1}, Miss.RELEASED_EARLY),
        ({"moved": 1, "turned_away": 1, "uncleared": 1}, Miss.TRANSFERRED),
        ({"turned_away": 1, "uncleared": 1}, Miss.REFUSED_VISIT),
    ],
)
def test_each_release_without_a_meeting_before_it_has_one_reason(facts, miss) -> None:
    known = matched(1, **facts)
    gate(freed(1), known)
    assert known["miss"][0] == miss


@pytest.mark.parametrize("funding", [Funding.NONE, Funding.STARTING, Funding.STOPPED])
def test_while_the_service_does_not_run_that_is_the_reason(funding) -> None:
    for facts in ({}, WITHOUT, {"turned_away": 1}):
        known = matched(1, **facts)
        gate(freed(1), known, provider=charity(funding=funding, contacts=0))
        assert known["miss"][0] == Miss.SERVICE_NOT_RUNNING


def test_outside_its_prisons_people_without_a_name_are_not_covered() -> None:
    known = referrals(1)
    gate(freed(1), known, spell=spells(1, resettlement=0))
    assert known["miss"][0] == Miss.NOT_ELIGIBLE


@pytest.mark.parametrize(("tagged", "miss"), [(0, Miss.NO_TIME), (1, Miss.RELEASED_EARLY)])
def test_a_visit_that_was_arranged_for_a_later_day_is_lost_to_the_tag(tagged, miss) -> None:
    known = matched(1, visit_day=TODAY + 20)
    gate(freed(1, tagged=tagged), known)
    assert known["miss"][0] == miss


def test_a_meeting_at_the_gate_does_not_take_away_the_reason() -> None:
    known = matched(1, uncleared=1)
    gate(freed(1), known, **AT_THE_GATE)
    assert (known["meeting"][0], known["miss"][0]) == (Meeting.AT_GATE, Miss.NOT_CLEARED)
