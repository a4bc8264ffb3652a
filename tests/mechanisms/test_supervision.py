from __future__ import annotations

import math

import numpy as np
import pytest
from helpers import prepared

from ttg_sim.agents.person import NEVER, NOBODY, Contributor, Housing, Return, Supervision, Told, Where
from ttg_sim.agents.risk import Offence
from ttg_sim.mechanisms import supervision
from ttg_sim.mechanisms.supervision import SupervisionParameters

from .people import SEED, areas, near, officers, person, rows, several, spells

LAW = {"under_12_months": True}
RELEASED, SENTENCE_END, YEAR = 100, 130, 364
HALF = math.log(0.8 / 0.2)  # logit of the chance at neutral values


def until(law_day: int = 0, parameters=LAW, **values) -> int:
    usual = {"released_day": RELEASED, "sentence_end_day": SENTENCE_END, "sentence_days": 60, "offence_day": 5}
    return supervision.supervised_until(person(**usual | values), law_day, prepared("supervision", **parameters))


@pytest.mark.parametrize(("offence_day", "supervised"), [(39, False), (40, True), (41, True)])
def test_the_day_of_the_offence_decides_under_which_law_a_sentence_falls(offence_day, supervised) -> None:
    expected = RELEASED + YEAR if supervised else RELEASED
    assert until(law_day=40, offence_day=offence_day) == expected


def test_without_the_law_there_is_no_supervision() -> None:
    assert until(parameters={}) == RELEASED


def test_supervision_lasts_a_year_after_release_or_to_the_end_of_the_sentence() -> None:
    assert until() == RELEASED + YEAR
    assert until(parameters=LAW | {"total_weeks": 10.0}) == RELEASED + 70
    assert until(parameters=LAW | {"total_weeks": 0.0}) == SENTENCE_END


def test_longer_sentences_are_on_licence_in_any_case() -> None:
    longer = {"longer": 1, "sentence_days": 800, "sentence_end_day": RELEASED + 400}
    assert until(parameters={}, **longer) == RELEASED + 400
    # Supervision to the end of a year is for sentences under two years.
    assert until(**longer | {"sentence_end_day": RELEASED + 10}) == RELEASED + 10
    assert until(**longer | {"sentence_days": 500, "sentence_end_day": RELEASED + 10}) == RELEASED + YEAR


def test_a_short_sentence_of_somebody_who_once_had_a_longer_one_falls_under_the_law_for_short_ones() -> None:
    assert until(parameters={}, longer=1, sentence_days=60) == RELEASED


def phase(week: int, **values) -> int:
    usual = {"released_day": 100, "sentence_end_day": 126, "supervision_end_day": 140}
    return supervision.phase(person(**usual | values), week)


def test_licence_then_post_sentence_supervision_then_nothing_as_of_each_monday() -> None:
    # Day 126 is the Monday of week 18, day 140 that of week 20; the release is on a Wednesday.
    assert [phase(week) for week in range(14, 22)] == [
        Supervision.LICENCE,
        Supervision.LICENCE,
        Supervision.LICENCE,
        Supervision.LICENCE,
        Supervision.POST_SENTENCE,
        Supervision.POST_SENTENCE,
        Supervision.NONE,
        Supervision.NONE,
    ]
    assert phase(18, sentence_end_day=127) == Supervision.LICENCE
    assert phase(20, supervision_end_day=141) == Supervision.POST_SENTENCE


def test_in_the_week_of_release_the_day_of_release_counts() -> None:
    assert phase(14, released_day=102, sentence_end_day=102) == Supervision.POST_SENTENCE
    assert phase(14, released_day=102, sentence_end_day=102, supervision_end_day=102) == Supervision.NONE


def begun(**values):
    one = person(**{"released_day": RELEASED, "sentence_end_day": SENTENCE_END, "sentence_days": 60} | values)
    spell = spells()[0]
    under = supervision.start(one, spell, SEED, 14, 0, prepared("supervision", risk_supervised=0.1, **LAW))
    return one, spell, under


def test_a_release_opens_supervision_afresh() -> None:
    one, spell, under = begun(
        failures=5, absences=2, court_week=14, officer=3, contact_week=90, reported=int(Told.SLIP)
    )
    assert under
    assert one.reported == Told.NOTHING
    assert (one.supervision, one.supervision_end_day) == (Supervision.LICENCE, RELEASED + YEAR)
    assert (one.failures, one.absences, one.court_week, one.officer, one.contact_week) == (0, 0, NEVER, NOBODY, 14)
    assert one.risk[Contributor.SUPERVISION] == 0.1
    assert (spell.supervised, spell.high_harm) == (1, one.high_harm)
    one, spell, under = begun(offence_day=-1)
    assert (under, one.supervision, spell.supervised) == (False, Supervision.NONE, 0)
    assert one.risk[Contributor.SUPERVISION] == 0.0


@pytest.mark.parametrize(
    ("offence", "share"), [(Offence.VIOLENCE, 0.55), (Offence.SEXUAL_CHILD, 0.55), (Offence.THEFT, 0.18)]
)
def test_the_risk_of_harm_is_assessed_by_kind_of_offence(offence, share) -> None:
    p = prepared("supervision")
    found = np.mean([supervision.assess_harm(one, SEED, p) for one in several(4000, offence=int(offence))])
    assert found == pytest.approx(share, abs=near(share, 4000))


def test_new_people_differ_in_trust_and_distance() -> None:
    p, people = prepared("supervision"), several(4000)
    for one in people:
        supervision.begin(one, SEED, areas(distance_factor=2.0)[0], p)
    assert people["trust"].mean() == pytest.approx(0.45, abs=4.5 * 0.14 / math.sqrt(4000))
    assert people["trust"].std() == pytest.approx(0.14, rel=0.05)
    assert 0 < people["trust"].min() < people["trust"].max() < 1
    assert np.median(people["distance"]) == pytest.approx(16.0, rel=0.06)
    assert np.log(people["distance"]).std() == pytest.approx(0.7, rel=0.06)


def chance(parameters=None, **values) -> float:
    """The chance that an appointment is kept, found by halving."""
    p, one, low, high = prepared("supervision", **parameters or {}), person(**values), 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if supervision.keeps(one, middle, p) else (low, middle)
    return low


def logistic(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


@pytest.mark.parametrize("share", [0.3, 0.8, 0.95])
def test_with_neutral_values_appointments_are_kept_at_the_given_chance(share) -> None:
    assert chance({"kept_at_neutral": share}) == pytest.approx(share, abs=1e-12)


@pytest.mark.parametrize(
    ("values", "logit"),
    [
        ({"trust": 0.7}, HALF + 2.0 * 0.2),
        ({"trust": 0.0}, HALF - 2.0 * 0.5),
        ({"readiness": 0.7}, HALF + 1.5 * 0.2),
        ({"readiness": 0.3}, HALF - 1.5 * 0.2),
        ({"housing": int(Housing.TEMPORARY)}, HALF - 0.35),
        ({"housing": int(Housing.HOMELESS)}, HALF - 0.7),
        ({"using": 1}, HALF - 0.7),
        ({"mental_health": 1}, HALF - 0.2),
        ({"distance": 16.0}, HALF - 0.25 * math.log(2)),
        ({"distance": 4.0}, HALF + 0.25 * math.log(2)),
        ({"mentored": 0.4}, HALF + 0.5 * 0.4),
        ({"mentored": 1.0}, HALF + 0.5),
        ({"using": 1, "housing": int(Housing.HOMELESS), "trust": 0.6}, HALF - 1.4 + 0.2),
    ],
)
def test_what_keeps_people_from_appointments(values, logit) -> None:
    assert chance(**values) == pytest.approx(logistic(logit), abs=1e-12)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("kept_by_trust", {"trust": 0.9}),
        ("kept_by_readiness", {"readiness": 0.1}),
        ("kept_homeless", {"housing": int(Housing.HOMELESS)}),
        ("kept_using", {"using": 1}),
        ("kept_mental_health", {"mental_health": 1}),
        ("kept_by_distance", {"distance": 50.0}),
        ("kept_mentored", {"mentored": 0.6}),
    ],
)
def test_each_of_them_can_be_switched_off(name, values) -> None:
    assert chance({name: 0.0}, **values) == pytest.approx(0.8, abs=1e-12)
    assert chance(**values) != pytest.approx(0.8, abs=0.005)


def test_a_lever_on_the_distance_leaves_alone_those_whose_way_is_the_same() -> None:
    assert chance({"distance_km": 4.0}, distance=8.0) == pytest.approx(chance(distance=8.0), abs=1e-12)


def interval(week: int, attention: float = 1.0, phase_=Supervision.LICENCE, **parameters) -> int:
    one = person(released_day=100, supervision=int(phase_))
    return supervision.interval(one, officers(attention=attention)[0], week, prepared("supervision", **parameters))


def test_contacts_are_weekly_at_first_and_sparser_later() -> None:
    # Released in week 14: weekly up to the appointment in week 17.
    assert [interval(week) for week in range(14, 20)] == [1, 1, 1, 1, 2, 2]
    assert interval(40, phase_=Supervision.POST_SENTENCE) == 4
    assert interval(15, phase_=Supervision.POST_SENTENCE) == 4
    assert interval(14, weekly_for=0.0, licence_interval=3.0) == 3


def test_contacts_are_sparser_where_officers_have_too_little_time() -> None:
    assert interval(30, attention=0.8) == 3  # 2.5 weeks
    assert interval(30, attention=0.5) == 4
    assert interval(15, attention=0.5) == 2
    assert interval(15, attention=0.7) == 1  # 1.43 weeks
    assert interval(40, attention=0.5, phase_=Supervision.POST_SENTENCE) == 8


ALL_KEPT = {"kept_at_neutral": 0.99, "kept_by_trust": 6.0, "kept_by_readiness": 6.0}
SURE = {"trust": 1.0, "readiness": 1.0}
ALL_MISSED = {
    "kept_at_neutral": 0.3,
    "kept_by_trust": 6.0,
    "kept_by_readiness": 6.0,
    "kept_homeless": 3.0,
    "kept_using": 3.0,
}
LOST = {"trust": 0.0, "readiness": 0.0, "using": 1, "housing": int(Housing.HOMELESS), "distance": 8.0}


def appointment(one, officer, week: int = 20, spell=None, **parameters) -> tuple[bool, np.record]:
    spell = spells()[0] if spell is None else spell
    p = prepared("supervision", **{"excused_share": 0.35} | parameters)
    return supervision.appointment(one, officer, spell, SEED, week, p) == supervision.KEPT, spell


def test_an_appointment_that_is_kept() -> None:
    # No draw is above the chance of somebody with an even logit of 4.6 and more: try several people.
    kept = 0
    for key in range(1, 40):
        one = person(key, released_day=100, supervision=int(Supervision.LICENCE), absences=1, failures=1, **SURE)
        one.trust = 0.6
        done, spell = appointment(one, officers(stance=0.25, attention=0.5)[0], trust_gain=0.1, **ALL_KEPT)
        if not done:
            continue
        kept += 1
        assert (spell.appointments, spell.kept, spell.failures, spell.first_kept) == (1, 1, 0, 1)
        assert (one.absences, one.failures) == (0, 1)
        assert one.contact_week == 24  # two weeks at half the time
        assert one.trust == pytest.approx(0.6 + 0.1 * 0.5 * 0.75 * 0.4)
    assert kept >= 35


def test_an_appointment_that_is_missed() -> None:
    missed = excused = 0
    for key in range(1, 200):
        one = person(key, released_day=100, supervision=int(Supervision.LICENCE), **LOST)
        one.trust = 0.03
        done, spell = appointment(one, officers()[0], **ALL_MISSED)
        if done:
            continue
        missed += 1
        assert (spell.appointments, spell.kept, spell.first_kept) == (1, 0, 0)
        assert one.contact_week == 21
        assert one.failures == one.absences == spell.failures
        assert one.trust == (0.03 if one.failures == 0 else 0.0)  # it never falls below nil
        excused += one.failures == 0
    assert missed > 190
    assert excused / missed == pytest.approx(0.35, abs=near(0.35, missed))


@pytest.mark.parametrize(("stance", "share"), [(0.0, 0.525), (0.5, 0.35), (1.0, 0.175)])
def test_a_supportive_officer_accepts_more_reasons(stance, share) -> None:
    officer, missed, excused = officers(stance=stance)[0], 0, 0
    for one in several(4000, **LOST, supervision=int(Supervision.LICENCE)):
        done, _ = appointment(one, officer, **ALL_MISSED)
        missed += not done
        excused += not done and one.failures == 0
    assert missed > 3900
    assert excused / missed == pytest.approx(share, abs=near(share, missed))


def test_trust_stays_between_nil_and_one() -> None:
    for start in (0.0, 0.01, 0.5, 0.99, 1.0):
        one, spell = person(trust=start, supervision=int(Supervision.LICENCE)), spells()[0]
        for week in range(200):
            before = one.trust
            kept, _ = appointment(one, officers(stance=0.3)[0], week, spell, trust_gain=0.5, trust_loss=0.5)
            assert one.trust >= before if kept else one.trust <= before
            assert 0.0 <= one.trust <= 1.0


def test_the_first_appointment_comes_in_the_week_of_release_for_most() -> None:
    p = prepared("supervision")
    late = [supervision.first_is_late(one, SEED, 14, p) for one in several(6000, released_day=100)]
    assert np.mean(late) == pytest.approx(0.033, abs=near(0.033, 6000))
    assert not any(supervision.first_is_late(one, SEED, 15, p) for one in several(300, released_day=100))


def on_licence(count: int = 1, **values) -> np.ndarray:
    usual = {"released_day": 100, "sentence_end_day": 500, "supervision_end_day": 500, "contact_week": 15}
    return several(count, **usual | {"supervision": int(Supervision.LICENCE)} | values)


def released_from(people: np.ndarray, week: int = 20, **parameters) -> list[int]:
    supervised = rows(people)
    return supervised[: supervision.release_from(people, supervised, week, params(**parameters))].tolist()


def params(**values) -> np.ndarray:
    return supervision.prepare(SupervisionParameters(**values))


def test_supervision_ends_by_date() -> None:
    people = on_licence(3, supervision_end_day=np.array([140, 141, 500]), officer=np.array([4, 5, 6]))
    assert released_from(people) == [1, 2]
    assert people["supervision"].tolist() == [Supervision.NONE, Supervision.LICENCE, Supervision.LICENCE]
    assert people["officer"].tolist() == [NOBODY, 5, 6]


def test_licence_turns_into_post_sentence_supervision() -> None:
    people = on_licence(sentence_end_day=140, supervision_end_day=400)
    assert released_from(people, week=19) == [0]
    assert people[0]["supervision"] == Supervision.LICENCE
    assert released_from(people, week=20) == [0]
    assert people[0]["supervision"] == Supervision.POST_SENTENCE


@pytest.mark.parametrize("where", [Where.INSIDE, Where.LEFT])
def test_a_new_sentence_or_leaving_ends_supervision(where) -> None:
    people = on_licence(where=int(where), court_week=22)
    people["risk"][:, Contributor.SUPERVISION] = 0.2
    assert released_from(people) == []
    assert (people[0]["supervision"], people[0]["court_week"]) == (Supervision.NONE, NEVER)
    assert people[0]["risk"][Contributor.SUPERVISION] == 0.0


@pytest.mark.parametrize("how", [Return.RECALL, Return.COMMITTAL])
def test_people_who_are_taken_back_stay_under_supervision_with_their_officer(how) -> None:
    people = on_licence(where=int(Where.INSIDE), returned=int(how), officer=2)
    for week in (20, 21):
        assert released_from(people, week) == [0]
        assert people[0][["supervision", "officer"]].item() == (Supervision.LICENCE, 2)
    people["where"], people["returned"] = Where.LIBERTY, Return.NOT
    assert released_from(people, 22) == [0]
    assert people[0]["contact_week"] <= 22  # an appointment at once


def test_a_new_sentence_while_recalled_ends_supervision() -> None:
    assert released_from(on_licence(where=int(Where.INSIDE), returned=int(Return.NOT))) == []


def test_the_addition_to_the_risk_is_nil_at_reference_and_follows_a_lever() -> None:
    assert SupervisionParameters().risk_supervised == 0.0
    people = on_licence()
    released_from(people)
    assert people[0]["risk"][Contributor.SUPERVISION] == 0.0
    released_from(people, risk_supervised=-0.1)
    assert people[0]["risk"].tolist() == [0, 0, 0, 0, 0, -0.1, 0, 0]


def one_week(people: np.ndarray, week: int, spell=None, **parameters):
    visits, missed, area = np.zeros(len(people), np.int64), np.zeros(len(people), np.int64), areas()
    people["spell"], people["officer"] = np.arange(len(people)), 0
    spell = spells(len(people)) if spell is None else spell
    seen, absent = supervision.run(
        people, rows(people), officers(), area, spell, visits, missed, SEED, week, params(**parameters)
    )
    return visits[:seen].tolist(), missed[:absent].tolist(), area[0]["contact_hours"], spell


def test_only_those_due_and_at_liberty_are_seen() -> None:
    people = on_licence(600, where=np.where(np.arange(600) % 3 == 0, int(Where.INSIDE), int(Where.LIBERTY)))
    people["contact_week"] = np.where(np.arange(600) % 2 == 0, 20, 21)
    visits, missed, hours, spell = one_week(people, 20)
    due = {row for row in range(600) if row % 3 and row % 2 == 0}
    assert set(np.flatnonzero(spell["appointments"])) == due
    assert set(visits) == set(np.flatnonzero(spell["kept"])) < due
    assert set(missed) == set(np.flatnonzero(spell["failures"]))
    assert hours == pytest.approx(0.5 * len(visits))


def test_an_absence_with_an_accepted_reason_is_no_failure_even_after_one_without() -> None:
    people = on_licence(3000, absences=1, failures=1, contact_week=20, trust=0.0)
    _, missed, _, spell = one_week(people, 20, kept_at_neutral=0.3)
    excused = (spell["appointments"] == 1) & (spell["kept"] == 0) & (spell["failures"] == 0)
    assert excused.sum() > 300
    assert len(set(missed) & set(np.flatnonzero(excused))) == 0


def test_people_released_this_week_are_put_under_supervision() -> None:
    people = several(4, released_day=100, sentence_end_day=130, sentence_days=60, offence_day=np.array([39, 40, 41, 0]))
    supervised = np.zeros(9, np.int64)
    supervised[0] = 77
    count = supervision.admit(people, rows(people), spells(4), supervised, 1, SEED, 14, 40, params(**LAW))
    assert supervised[:count].tolist() == [77, 1, 2]


def test_nobody_who_died_or_left_in_the_week_of_release_is_put_under_supervision() -> None:
    people = several(1, released_day=100, sentence_end_day=130, sentence_days=60, where=int(Where.LEFT))
    count = supervision.admit(people, rows(people), spells(), np.zeros(1, np.int64), 0, SEED, 14, 0, params(**LAW))
    assert count == 0


def test_what_an_officer_was_told_is_forgotten_with_the_supervision_in_which_it_was_told() -> None:
    people = several(
        4,
        supervision=int(Supervision.LICENCE),
        reported=int(Told.MISSED_MENTOR),
        released_day=14,
        sentence_end_day=1000,
        supervision_end_day=[1000, 70, 1000, 1000],
    )
    people["where"][2:] = Where.INSIDE, Where.LEFT  # a new sentence, and away for good
    supervised = rows(people).copy()
    left = supervision.release_from(people, supervised, 20, params())
    assert supervised[:left].tolist() == [0]
    assert people["reported"].tolist() == [Told.MISSED_MENTOR, Told.NOTHING, Told.NOTHING, Told.NOTHING]


def test_people_are_listed_once_and_in_order_for_an_appointment_missed_and_something_heard() -> None:
    people = on_licence(300, contact_week=np.where(np.arange(300) % 2, 20, 99), trust=0.0)
    people["reported"] = np.where(np.arange(300) % 3, int(Told.NOTHING), int(Told.SLIP))
    told = np.arange(300) % 3 == 0
    seen, missed, _, spell = one_week(people, 20, kept_at_neutral=0.3, excused_share=0.0)
    failed = spell["failures"] == 1
    assert missed == np.flatnonzero(failed | told).tolist()
    assert people["failures"].tolist() == (failed.astype(int) + told).tolist()
    assert 10 < (failed & told).sum() < 50
    assert set(np.flatnonzero(told)) & set(seen)  # heard of, and seen all the same
    assert not people["reported"].any()
