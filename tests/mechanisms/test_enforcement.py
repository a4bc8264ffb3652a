from __future__ import annotations

import math

import numpy as np
import pytest
from helpers import prepared

from ttg_sim.agents.person import NEVER, NOBODY, Housing, Return, Supervision, Where
from ttg_sim.agents.prison import PRISON
from ttg_sim.mechanisms import custody, enforcement
from ttg_sim.mechanisms.custody import SPELL, CustodyParameters
from ttg_sim.mechanisms.enforcement import EnforcementParameters, Reason

from .people import SEED, near, officers, person, returns, rows, several, spells

WEEK = 20
MONDAY = WEEK * 7
MANY = 6000
NO_CONDITIONS = {"other_per_week": 0.0, "residence_per_week": 0.0, "drugs_per_week": 0.0, "recall_on_charge": 0.0}
SURE = {"use": 2.0, "breach_share": 0.99}
"""Twice a chance of 0.99 is beyond one for any stance that is near the middle."""


def supervised(count: int = 1, phase: Supervision = Supervision.LICENCE, **values) -> np.ndarray:
    ends = {"sentence_end_day": MONDAY + 300, "supervision_end_day": MONDAY + 400, "released_day": MONDAY - 50}
    if phase == Supervision.POST_SENTENCE:
        ends["sentence_end_day"] = MONDAY - 10
    return several(count, **ends | {"supervision": int(phase), "spell": np.arange(count)} | values)


def one_week(people: np.ndarray, missed: bool = True, stance: float = 0.5, week: int = WEEK, **parameters):
    """The returns of one week, where everybody has missed an appointment in it or nobody has."""
    table, spell = returns(len(people)), spells(len(people))
    absent = rows(people) if missed else rows(people)[:0]
    size = enforcement.run(
        people, rows(people), absent, officers(stance=stance), spell, table, 0, SEED, week, params(**parameters)
    )
    return table[:size], spell


def params(**values) -> np.ndarray:
    return enforcement.prepare(EnforcementParameters(**values))


@pytest.mark.parametrize(("failures", "threshold", "recalled"), [(1, 2, 0), (2, 2, 1), (3, 4, 0), (4, 4, 1), (1, 1, 1)])
def test_breach_is_considered_from_so_many_failures_on(failures, threshold, recalled) -> None:
    people = supervised(failures=failures, absences=1)
    found, _ = one_week(people, failures_before_breach=threshold, **SURE | NO_CONDITIONS)
    assert len(found) == recalled


def test_a_failure_of_an_earlier_week_is_not_acted_on_now() -> None:
    found, _ = one_week(supervised(200, failures=5, absences=5), missed=False, **SURE | NO_CONDITIONS)
    assert len(found) == 0


def logistic(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


@pytest.mark.parametrize(
    ("stance", "absences", "logit"), [(0.5, 1, 0.0), (1.0, 1, 1.0), (0.0, 1, -1.0), (0.5, 2, 1.0), (0.8, 5, 1.6)]
)
def test_the_officer_acts_by_stance_and_where_contact_is_lost(stance, absences, logit) -> None:
    found, _ = one_week(
        supervised(MANY, failures=2, absences=absences), stance=stance, breach_share=0.25, **NO_CONDITIONS
    )
    share = logistic(math.log(0.25 / 0.75) + logit)
    assert len(found) / MANY == pytest.approx(share, abs=near(share, MANY))
    half, _ = one_week(
        supervised(MANY, failures=2, absences=absences), stance=stance, use=0.5, breach_share=0.25, **NO_CONDITIONS
    )
    assert len(half) / MANY == pytest.approx(share / 2, abs=near(share / 2, MANY))
    assert set(half["person"]) < set(found["person"])


def test_without_use_of_enforcement_nothing_comes_of_anything() -> None:
    values = {"failures": 9, "absences": 9, "using": 1, "housing": int(Housing.HOMELESS), "offended_day": MONDAY - 3}
    everything = {"other_per_week": 0.1, "residence_per_week": 0.3, "drugs_per_week": 0.1, "recall_on_charge": 1.0}
    for phase in (Supervision.LICENCE, Supervision.POST_SENTENCE):
        people = supervised(2000, phase, **values)
        assert len(one_week(people, use=0.0, breach_share=0.99, **everything)[0]) == 0
        assert (people["court_week"] == NEVER).all()
    assert len(one_week(supervised(2000, **values), breach_share=0.99, **everything)[0]) > 1900


@pytest.mark.parametrize(("length", "left", "longer"), [(14, 300, 0), (14, 9, 0), (28, 300, 1), (28, 20, 1)])
def test_a_recall_lasts_for_its_days_or_to_the_end_of_the_sentence(length, left, longer) -> None:
    days = 700 if longer else 200
    people = supervised(300, failures=2, absences=1, longer=longer, sentence_days=days, sentence_end_day=MONDAY + left)
    found, spell = one_week(people, **SURE | NO_CONDITIONS)
    assert len(found) == 300
    assert ((found["day"] >= MONDAY) & (found["day"] < MONDAY + 5)).all()  # a working day
    assert set(found["day"]) == set(range(MONDAY, MONDAY + 5))
    assert found["until_day"].tolist() == np.minimum(found["day"] + length, MONDAY + left).tolist()
    assert (found["kind"] == Return.RECALL).all()
    assert (found["longer"] == longer).all()
    assert (people["recalls"] == 1).all()
    assert (spell["recalls"] == 1).all()
    assert spell["recall_day"].tolist() == found["day"].tolist()
    assert found["spell"].tolist() == list(range(300))


def test_there_is_no_recall_where_nothing_is_left_of_the_sentence() -> None:
    people = supervised(300, failures=2, absences=1, sentence_end_day=MONDAY + 2)
    found, spell = one_week(people, **SURE | NO_CONDITIONS)
    assert 0 < len(found) < 300
    assert (found["until_day"] > found["day"]).all()
    assert people["recalls"].sum() == spell["recalls"].sum() == len(found)
    assert len(one_week(supervised(9, failures=2, absences=1), recall_days=0.0, **SURE | NO_CONDITIONS)[0]) == 0


def test_nobody_is_recalled_before_the_release() -> None:
    found, _ = one_week(supervised(200, failures=2, absences=1, released_day=MONDAY + 4), **SURE | NO_CONDITIONS)
    assert (found["day"] == MONDAY + 4).all()


def test_the_first_recall_of_a_release_gives_its_day() -> None:
    spell, found = spells()[0], returns(1)[0]
    for day in (50, 70):
        found.day = day
        enforcement.note_recall(spell, found)
    assert (spell.recalls, spell.recall_day) == (2, 50)


@pytest.mark.parametrize(("days_ago", "charged"), [(-1, 0), (0, 0), (1, 1), (7, 1), (8, 0), (200, 0)])
def test_only_an_offence_of_last_week_leads_to_a_charge(days_ago, charged) -> None:
    # Days ago are counted from the Monday of this week.
    people = supervised(100, offended_day=MONDAY - days_ago)
    found, _ = one_week(people, missed=False, **NO_CONDITIONS | {"recall_on_charge": 1.0})
    assert len(found) == 100 * charged
    assert (found["reasons"] == Reason.CHARGE).all()


def test_a_share_of_those_who_offend_is_charged() -> None:
    people = supervised(MANY, offended_day=MONDAY - 1)
    found, _ = one_week(people, missed=False, **NO_CONDITIONS | {"recall_on_charge": 0.33})
    assert len(found) / MANY == pytest.approx(0.33, abs=near(0.33, MANY))
    people = supervised(300, Supervision.POST_SENTENCE, offended_day=MONDAY - 1)
    assert len(one_week(people, missed=False, **NO_CONDITIONS | {"recall_on_charge": 1.0})[0]) == 0


def conditions(**values) -> dict[int, float]:
    """Share of people on licence who are recalled, by reasons, where nobody missed an appointment or offended."""
    chances = {"residence_per_week": 0.2, "drugs_per_week": 0.08, "other_per_week": 0.05}
    found, _ = one_week(supervised(MANY, **values), missed=False, **chances)
    kinds, count = np.unique(found["reasons"], return_counts=True)
    return dict(zip(kinds.tolist(), (count / MANY).tolist(), strict=True))


def test_conditions_are_broken_only_by_those_to_whom_they_apply() -> None:
    none = Reason.NON_COMPLIANCE
    residence, drugs, other = none + Reason.RESIDENCE, none + Reason.DRUGS, none + Reason.OTHER
    expected = [
        ({}, {other: 0.05}),
        ({"housing": int(Housing.TEMPORARY)}, {other: 0.05}),
        ({"housing": int(Housing.HOMELESS)}, {residence: 0.2, other: 0.05}),
        ({"using": 1}, {drugs: 0.08, other: 0.05}),
        ({"housing": int(Housing.HOMELESS), "using": 1}, {residence: 0.2, drugs: 0.08, other: 0.05}),
    ]
    for values, shares in expected:
        found = conditions(**values)
        assert found.keys() == shares.keys()
        for kind, share in shares.items():
            assert found[kind] == pytest.approx(share, abs=near(share, MANY))


def reasons(condition: float = 0.0, charge: float = 0.0, missed: bool = False, **values) -> set[int]:
    parameters = SURE | NO_CONDITIONS | {"other_per_week": condition / 20, "recall_on_charge": charge}
    people = supervised(2000, offended_day=MONDAY - 1, **values)
    return set(one_week(people, missed=missed, **parameters)[0]["reasons"].tolist())


def test_reasons_overlap_as_they_are_defined() -> None:
    lost, breach, charge, other = Reason.LOST_CONTACT, Reason.NON_COMPLIANCE, Reason.CHARGE, Reason.OTHER
    # Appointments alone: contact is lost, and nothing else is named.
    assert reasons(missed=True, failures=2, absences=1) == {lost}
    # A charge alone, one with lost contact, and one of somebody who has missed often enough for breach besides.
    assert reasons(charge=1.0) == {charge}
    assert reasons(charge=1.0, failures=1, absences=1) == {charge + lost}
    assert reasons(charge=1.0, failures=2, absences=0) == {charge + breach}
    assert reasons(charge=1.0, failures=2, absences=1) == {charge + lost + breach}
    # Breaking a condition is a failure to comply.
    assert reasons(condition=1.0) == {other + breach}
    assert reasons(condition=1.0, failures=1, absences=1) == {other + breach + lost}


def test_reasons_can_be_added_up() -> None:
    assert [int(reason) for reason in Reason] == [2**place for place in range(6)]


def breached(count: int = 1, **values) -> np.ndarray:
    return supervised(count, Supervision.POST_SENTENCE, **{"failures": 2, "absences": 1} | values)


def test_breach_of_post_sentence_supervision_goes_to_a_court_and_not_to_recall() -> None:
    people = breached()
    found, _ = one_week(people, court_weeks=3, committal_share=1.0, **SURE)
    assert len(found) == 0
    assert people[0]["court_week"] == WEEK + 3
    for week in (WEEK + 1, WEEK + 2):
        assert len(one_week(people, week=week, court_weeks=3, committal_share=1.0, **SURE)[0]) == 0
        assert people[0]["court_week"] == WEEK + 3
    found, spell = one_week(people, week=WEEK + 3, court_weeks=3, committal_share=1.0, **SURE)
    assert len(found) == 1
    assert found[0]["kind"] == Return.COMMITTAL
    assert found[0]["until_day"] == found[0]["day"] + 7
    assert people[0]["court_week"] == NEVER
    assert people[0]["recalls"] == spell[0]["recalls"] == 0


def test_conditions_and_charges_lead_to_no_recall_after_licence() -> None:
    people = breached(500, failures=0, absences=0, using=1, housing=int(Housing.HOMELESS), offended_day=MONDAY - 1)
    chances = {"residence_per_week": 0.3, "drugs_per_week": 0.1, "other_per_week": 0.1, "recall_on_charge": 1.0}
    assert len(one_week(people, use=2.0, **chances)[0]) == 0


def test_courts_commit_a_share_of_those_whom_they_hear() -> None:
    people = breached(MANY, court_week=WEEK)
    found, _ = one_week(people, committal_share=0.25)
    assert len(found) == MANY
    committed = found[found["kind"] == Return.COMMITTAL]
    assert len(committed) / MANY == pytest.approx(0.25, abs=near(0.25, MANY))
    others = found[found["kind"] != Return.COMMITTAL]
    assert (others["kind"] == Return.NOT).all()
    assert (others["until_day"] == others["day"]).all()
    assert people["recalls"].sum() == 0


def test_a_committal_of_no_days_is_a_hearing_without_custody() -> None:
    found, _ = one_week(breached(50, court_week=WEEK), committal_share=1.0, committal_days=0.0)
    assert (found["kind"] == Return.NOT).all()


def test_failures_are_counted_anew_after_a_hearing() -> None:
    people = breached(court_week=WEEK, failures=3)
    one_week(people, committal_share=0.0)
    people["failures"], people["absences"] = 4, 2
    one_week(people, week=WEEK + 1, **SURE)
    assert people[0]["court_week"] == NEVER  # one failure since the hearing
    people["failures"], people["absences"] = 5, 3
    one_week(people, week=WEEK + 2, **SURE)
    assert people[0]["court_week"] == WEEK + 2 + 5


def test_people_inside_are_left_alone() -> None:
    people = supervised(50, failures=5, absences=5, where=int(Where.INSIDE))
    assert len(one_week(people, **SURE)[0]) == 0


def test_only_those_who_missed_an_appointment_this_week_are_considered() -> None:
    people, table = supervised(40, failures=3, absences=1), returns(40)
    missed = np.array([3, 4, 17, 39])
    size = enforcement.run(
        people, rows(people), missed, officers(), spells(40), table, 0, SEED, WEEK, params(**SURE | NO_CONDITIONS)
    )
    assert table["person"][:size].tolist() == missed.tolist()


# What custody makes of it.


def prisons() -> np.ndarray:
    table = np.zeros(5, PRISON)
    table["resettlement"][:4] = 1
    table["area"][4] = -1
    return table


def taken_back(people: np.ndarray, kinds, day: int = MONDAY + 1, until: int = MONDAY + 15):
    table, inside = returns(len(people)), np.zeros(len(people), np.int64)
    table["person"], table["kind"], table["day"], table["until_day"] = rows(people), kinds, day, until
    count = custody.take_back(
        people, table, 0, len(people), inside, 0, prisons(), SEED, custody.prepare(CustodyParameters())
    )
    return inside[:count]


def weeks_inside(people: np.ndarray, inside: np.ndarray, week: int, sentenced=()):
    """One week of custody: rows inside, rows released, rows freed, number of spells."""
    spell, released, freed = np.zeros(9, SPELL), np.zeros(9, np.int64), np.zeros(9, np.int64)
    room = np.zeros(len(people) + 1, np.int64)
    room[: len(inside)] = inside
    size, count, gone, free = custody.run(
        people, np.array(sentenced, np.int64), room, len(inside), spell, 0, released, freed, 0, prisons(), SEED, week,
        custody.prepare(CustodyParameters(tag_uptake=0.0)),
    )  # fmt: skip
    return room[:count].tolist(), released[:gone].tolist(), freed[:free].tolist(), size


@pytest.mark.parametrize("kind", [Return.RECALL, Return.COMMITTAL])
def test_people_who_are_taken_back_come_out_again_without_a_new_release(kind) -> None:
    people = supervised(1, spells=1, spell=0, received_day=MONDAY - 80)
    before = people.copy()
    inside = taken_back(people, int(kind))
    assert inside.tolist() == [0]
    assert people[0][["where", "returned", "release_day"]].item() == (Where.INSIDE, kind, MONDAY + 15)
    assert weeks_inside(people, inside, WEEK + 1) == ([0], [], [], 0)
    assert weeks_inside(people, inside, WEEK + 2) == ([], [], [0], 0)
    same = ["released_day", "spells", "spell", "received_day", "sentence_days", "sentence_end_day", "score_1_year"]
    assert people[0][[*same, "where", "returned"]].item() == before[0][[*same, "where", "returned"]].item()


def test_the_end_of_a_recall_is_not_on_a_weekend() -> None:
    people = supervised()
    taken_back(people, int(Return.RECALL), day=MONDAY, until=MONDAY + 13)
    assert people[0]["release_day"] == MONDAY + 11
    people = supervised()
    taken_back(people, int(Return.RECALL), day=MONDAY + 4, until=MONDAY + 5)
    assert people[0]["release_day"] == MONDAY + 4


def test_a_hearing_without_custody_takes_nobody_inside() -> None:
    people = supervised(2)
    assert taken_back(people, np.array([int(Return.NOT), int(Return.COMMITTAL)])).tolist() == [1]
    assert people["where"].tolist() == [Where.LIBERTY, Where.INSIDE]


def test_a_new_sentence_ends_a_recall() -> None:
    people = supervised(1, spells=1)
    inside = taken_back(people, int(Return.RECALL))
    people["sentenced_day"], people["sentenced_days"] = MONDAY + 7, 100
    assert weeks_inside(people, inside, WEEK + 1, [0]) == ([0], [], [], 0)
    one = people[0]
    assert (one["returned"], one["spell"], one["received_day"]) == (Return.NOT, NOBODY, MONDAY + 7)
    assert one["release_day"] == custody.before_weekend(MONDAY + 7 + 50)
    assert one["sentence_end_day"] == MONDAY + 7 + 100
    stay = weeks_inside(people, inside, int(one["release_day"]) // 7)
    assert stay == ([], [0], [], 1)
    assert (people[0]["spells"], people[0]["released_day"]) == (2, people[0]["release_day"])


def test_the_failures_that_count() -> None:
    one = person(failures=5, failures_heard=3)
    assert enforcement.failures(one) == 2
    one.failures = 1
    assert enforcement.failures(one) == 1
    assert one.failures_heard == 0
    assert prepared("enforcement").failures_before_breach == 2
