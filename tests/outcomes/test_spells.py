from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from ttg_sim.agents.person import NOBODY, PERSON, Housing
from ttg_sim.agents.referral import REFERRAL
from ttg_sim.engine.calendar import Calendar
from ttg_sim.mechanisms.custody import SPELL
from ttg_sim.mechanisms.sentencing import OCCASION, Sanction
from ttg_sim.outcomes.spells import spell_table

CALENDAR = Calendar(date(2011, 1, 3), 208, 52)  # day 0 is Monday 3 January 2011
NO_REFERRALS = np.zeros(0, REFERRAL)
FINE = Sanction.FINE_OR_CAUTION


def table(releases, cases=(), people: int = 3, calendar: Calendar = CALENDAR, prolific: int = 16) -> pd.DataFrame:
    """Releases as (person, day) and cases as (person, day, court day[, offences[, sanction]])."""
    everybody, spells, occasions = (
        np.zeros(people, PERSON),
        np.zeros(len(releases), SPELL),
        np.zeros(len(cases), OCCASION),
    )
    everybody["key"] = 100 - np.arange(people)
    for spell, (person, day) in zip(spells, releases, strict=True):
        spell["person"], spell["release_day"], spell["received_day"] = person, day, day - 42
        spell["first_night"] = spell["week_6"] = spell["month_12"] = NOBODY
    for occasion, case in zip(occasions, cases, strict=True):
        person, day, court, offences, sanction = (*case, *(1, FINE)[len(case) - 3 :])
        occasion["person"], occasion["day"], occasion["court_day"] = person, day, court
        occasion["offences"], occasion["sanction"] = offences, sanction
    return spell_table(everybody, spells, occasions, NO_REFERRALS, calendar, prolific)


def follow_up(cases, release: int = 10) -> dict[str, float]:
    row = table([(1, release)], cases).iloc[0]
    return {name: row[name] for name in ("reoffended", "occasions", "offences", "days_to_first")}


@pytest.mark.parametrize(
    ("day", "court", "counts"),
    [
        (10, 100, True),  # on the day of release
        (9, 100, False),
        (10 + 364, 10 + 400, True),
        (10 + 365, 10 + 400, False),
        (10 + 364, 10 + 547, True),
        (10 + 364, 10 + 548, False),
        (50, 10 + 548, False),
    ],
)
def test_offences_count_within_a_year_when_proven_within_eighteen_months(day, court, counts) -> None:
    found = follow_up([(1, day, court, 3)])
    assert (found["reoffended"], found["occasions"], found["offences"]) == (counts, counts, 3 * counts)
    assert found["days_to_first"] == day - 10 if counts else np.isnan(found["days_to_first"])


def test_nothing_counts_of_what_is_never_proven_or_somebody_elses() -> None:
    assert follow_up([(1, 20, 60, 3, Sanction.NONE), (0, 20, 60), (2, 20, 60)])["reoffended"] == 0
    assert follow_up([(1, 20, 60, 3, Sanction.LONGER_SENTENCE)])["offences"] == 3


def test_all_occasions_add_up_and_the_first_one_is_timed() -> None:
    found = follow_up([(1, 200, 260, 4), (1, 30, 500, 2), (1, 90, 120, 1), (1, 900, 950, 9), (2, 11, 60, 50)])
    assert found == {"reoffended": 1, "occasions": 3, "offences": 7, "days_to_first": 20}


def test_an_occasion_follows_every_release_before_it() -> None:
    frame = table([(0, 10), (0, 100), (0, 400)], [(0, 50, 70), (0, 110, 130, 5)])
    assert frame["occasions"].tolist() == [2, 1, 0]
    assert frame["offences"].tolist() == [6, 5, 0]
    assert frame["days_to_first"].tolist()[:2] == [40, 10]


def test_a_first_offence_that_is_proven_late_is_no_first_offence() -> None:
    assert follow_up([(1, 20, 600), (1, 40, 80)])["days_to_first"] == 30


def test_releases_without_full_follow_up_are_empty() -> None:
    end = 208 * 7
    frame = table(
        [(0, end - 548), (1, end - 547), (2, end - 1)], [(0, end - 540, end - 500), (1, end - 540, end - 500)]
    )
    assert frame["followed"].tolist() == [True, False, False]
    assert frame["reoffended"].tolist()[0] == 1
    assert frame[["reoffended", "occasions", "offences", "days_to_first"]][1:].isna().all(axis=None)


def test_the_first_release_of_a_person_in_a_calendar_quarter() -> None:
    last_of_march = (date(2011, 3, 31) - date(2011, 1, 3)).days
    releases = [(0, 0), (0, 30), (0, last_of_march), (0, last_of_march + 1), (1, last_of_march), (1, last_of_march + 2)]
    frame = table(releases).set_index(["person", "release_day"])["first_in_quarter"]
    assert frame.loc[100].to_dict() == {0: True, 30: False, last_of_march: False, last_of_march + 1: True}
    assert frame.loc[99].to_dict() == {last_of_march: True, last_of_march + 2: True}


def test_a_release_in_the_warm_up_has_no_row() -> None:
    frame = table([(0, -1), (0, 0), (1, -300)], [(0, 5, 40)])
    assert frame["release_day"].tolist() == [0]
    assert frame["occasions"].tolist() == [1]
    assert frame["first_in_quarter"].tolist() == [True]


def test_rows_are_in_order_of_date_and_person_whatever_their_order_was() -> None:
    releases = [(0, 30), (1, 10), (2, 30), (1, 400), (0, 10)]
    cases = [(0, 15, 40), (1, 12, 40, 2), (2, 31, 50, 4)]
    frame, turned = table(releases, cases), table(releases[::-1], cases[::-1])
    pd.testing.assert_frame_equal(frame, turned)
    assert list(zip(frame["release_day"], frame["person"], strict=True)) == [
        (10, 99), (10, 100), (30, 98), (30, 100), (400, 99),
    ]  # fmt: skip
    assert frame["offences"].tolist() == [2, 1, 4, 0, 0]


def test_people_with_many_and_with_few_occasions_do_not_mix() -> None:
    cases = [(person, day, day + 30) for person in range(50) for day in range(0, 7 * person, 7)]
    frame = table([(person, 0) for person in range(50)], cases, people=50)
    assert frame.sort_values("person", ascending=False)["occasions"].tolist() == list(range(50))


def test_columns_say_what_the_records_say() -> None:
    people, spells = np.zeros(1, PERSON), np.zeros(4, SPELL)
    people["sex"] = 1
    spells["release_day"], spells["received_day"] = 140, 84
    spells["sentence_days"] = [30, 31, 182, 183]
    spells["score_2_year"] = [0.49, 0.5, 0.75, 0.9]
    spells["sanctions"] = [15, 16, 0, 40]
    spells["first_night"] = [Housing.SETTLED, Housing.TEMPORARY, Housing.HOMELESS, NOBODY]
    frame = spell_table(people, spells, np.zeros(0, OCCASION), NO_REFERRALS, CALENDAR, 16)
    assert frame["sentence"].tolist() == ["under_1_month", "1_to_3_months", "3_to_6_months", "6_to_12_months"]
    assert frame["risk"].tolist() == ["low", "medium", "high", "very_high"]
    assert frame["prolific"].tolist() == ["no", "yes", "no", "yes"]
    assert frame["first_night"].tolist() == ["settled", "temporary", "homeless", "unknown"]
    assert set(frame["sex"]) == {"women"}
    assert set(frame["weeks_served"]) == {8.0}
    assert set(frame["release_date"]) == {pd.Timestamp("2011-05-23")}


def of_records(**facts) -> pd.DataFrame:
    """Releases of one person with these facts in their records; the run ends after 208 weeks."""
    count = max(len(values) for values in facts.values())
    spells = np.zeros(count, SPELL)
    spells["release_day"] = 140
    for name, values in facts.items():
        spells[name] = values
    return spell_table(np.zeros(1, PERSON), spells, np.zeros(0, OCCASION), NO_REFERRALS, CALENDAR, 16)


def test_states_after_release_are_empty_where_nobody_saw_them() -> None:
    seen = [1, 0, NOBODY]
    frame = of_records(first_working=seen, week_6_working=seen, first_using=seen, month_12_using=seen, first_kept=seen)
    for name in ("first_working", "week_6_working", "first_using", "month_12_using", "first_kept"):
        np.testing.assert_array_equal(frame[name], [1.0, 0.0, np.nan])


def test_treatment_is_of_people_with_a_problem() -> None:
    frame = of_records(treated=[1, 0, NOBODY, 1, 0], drug_need=[1, 1, 1, 0, 0])
    np.testing.assert_array_equal(frame["treated"], [1.0, 0.0, np.nan, np.nan, np.nan])
    assert frame["drug_need"].tolist() == [True, True, True, False, False]


def test_people_inside_a_year_later_are_not_in_work() -> None:
    end = 208 * 7
    frame = of_records(month_12_working=[1, 0, NOBODY, NOBODY], release_day=[140, 140, 140, end - 371])
    assert frame["month_12_working"].tolist() == [1.0, 0.0, 0.0, 0.0]
    assert of_records(month_12_working=[1], release_day=[end - 370])["month_12_working"].isna().all()


@pytest.mark.parametrize(
    ("recalls", "day", "release", "expected"),
    [
        (0, 0, 140, 0.0),
        (1, 140, 140, 1.0),
        (3, 140 + 364, 140, 1.0),
        (1, 140 + 365, 140, 0.0),
        (1, 208 * 7 - 300, 208 * 7 - 365, 1.0),
        (1, 208 * 7 - 300, 208 * 7 - 364, np.nan),  # the twelve months are not over
    ],
)
def test_recalls_count_within_a_year(recalls, day, release, expected) -> None:
    frame = of_records(recalls=[recalls], recall_day=[day], release_day=[release])
    np.testing.assert_array_equal(frame["recalled"], [expected])
    assert frame["recalls"].tolist() == [recalls]


def test_regime_and_body_say_who_supervises() -> None:
    frame = of_records(supervised=[0, 0, 1, 1], high_harm=[0, 1, 0, 1], longer=[0, 1, 0, 0])
    assert frame["regime"].tolist() == ["not_supervised", "not_supervised", "supervised", "supervised"]
    assert frame["body"].tolist() == ["none", "none", "other", "high_harm"]
    assert frame["longer"].tolist() == [False, True, False, False]


def test_areas_are_numbered_from_one_and_long_sentences_have_a_length_of_their_own() -> None:
    people, spells = np.zeros(3, PERSON), np.zeros(3, SPELL)
    people["key"], people["area"] = [1, 2, 3], [0, 8, 11]
    spells["person"], spells["sentence_days"] = [0, 1, 2], [364, 365, 3650]
    frame = spell_table(people, spells, np.zeros(0, OCCASION), NO_REFERRALS, CALENDAR, 16)
    assert frame["area"].tolist() == ["area_01", "area_09", "area_12"]
    assert frame["sentence"].tolist() == ["6_to_12_months", "12_months_or_more", "12_months_or_more"]


def test_no_releases_give_an_empty_table_with_all_columns() -> None:
    assert len(table([])) == 0
    assert list(table([]).columns) == list(table([(0, 10)]).columns)
