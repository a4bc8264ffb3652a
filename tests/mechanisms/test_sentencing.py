from __future__ import annotations

import math

import numpy as np
import pytest
from helpers import prepared
from scipy import stats

from ttg_sim.agents.person import NOBODY, PERSON, Left, Where
from ttg_sim.agents.risk import OFFENCES
from ttg_sim.mechanisms import sentencing
from ttg_sim.mechanisms.sentencing import OCCASION, Sanction, SentencingParameters

SEED = np.uint64(11)
DEFAULTS = SentencingParameters()


def everybody(count: int, **values) -> np.ndarray:
    people = np.zeros(count, PERSON)
    people["key"] = np.arange(count) + 1
    people["born_day"], people["first_sanction_age"], people["spell"] = -11_000.0, 16.0, NOBODY
    for name, value in values.items():
        people[name] = value
    return people


def test_court_days_are_working_days_of_a_later_week() -> None:
    p = prepared("sentencing")
    for one in everybody(3000):
        for day in (21, 25, 27):
            proven = sentencing.court_day(one, SEED, 3, day, p)
            assert proven >= 28
            assert proven % 7 < 5


@pytest.mark.parametrize(("weeks", "day", "proven"), [(0.0, 21, 28), (0.0, 27, 28), (1.0, 26, 35), (2.0, 23, 37)])
def test_a_weekend_gives_way_to_the_monday_after(weeks, day, proven) -> None:
    p = prepared("sentencing", delay_weeks=weeks, delay_sigma=0.0)
    assert sentencing.court_day(everybody(1)[0], SEED, 3, day, p) == proven


def test_the_delay_has_its_median() -> None:
    p = prepared("sentencing", delay_weeks=20.0, delay_sigma=0.5)
    days = [sentencing.court_day(one, SEED, 0, 0, p) for one in everybody(4000)]
    assert np.median(days) == pytest.approx(140, abs=5)
    assert np.quantile(days, 0.975) == pytest.approx(140 * math.exp(0.5 * 1.96), rel=0.06)


def sentences(count: int, **parameters) -> tuple[np.ndarray, np.ndarray]:
    """Offences and lengths of first sentences."""
    p = prepared("sentencing", **parameters)
    people = everybody(count)
    for one in people:
        sentencing.first_sentence(one, SEED, p)
    return people["offence"], people["sentenced_days"]


def test_sentences_fall_into_their_bands() -> None:
    count = 20_000
    _, days = sentences(count, even_weeks_share=0.0)
    found = np.histogram(days, [7, 30, 91, 182, 365])[0]
    expected = np.array(list(DEFAULTS.length.values())) * count
    assert stats.chisquare(found, expected).pvalue > 1e-4
    assert days.min() >= 7
    assert days.max() < 364


def test_a_band_can_have_everything() -> None:
    for name, low, high in (("under_1_month", 7, 30), ("6_to_12_months", 182, 364)):
        _, days = sentences(500, length=dict.fromkeys(DEFAULTS.length, 0.0) | {name: 1.0}, even_weeks_share=0.0)
        assert low <= days.min() < days.max() < high


def test_sentences_of_whole_fortnights() -> None:
    _, days = sentences(1000, even_weeks_share=1.0)
    assert (days % 14 == 0).all()
    assert days.min() == 14
    _, days = sentences(5000, even_weeks_share=0.0)
    assert (days % 14 == 0).mean() == pytest.approx(1 / 14, abs=0.02)


def test_the_mix_of_offences_belongs_to_the_length_of_the_sentence() -> None:
    short = dict.fromkeys(OFFENCES, 0.0) | {"theft": 0.5, "fraud": 0.5}
    long = dict.fromkeys(OFFENCES, 0.0) | {"robbery": 0.5, "fraud": 0.5}
    offences, days = sentences(
        6000, offence_up_to_6_months=short, offence_6_to_12_months=long, even_weeks_share=0.0,
        length={"under_1_month": 0.2, "1_to_3_months": 0.2, "3_to_6_months": 0.2, "6_to_12_months": 0.4},
    )  # fmt: skip
    names = np.array(OFFENCES)[offences]
    assert set(names) == {"theft", "fraud", "robbery"}
    assert days[names == "theft"].max() < 182 <= days[names == "robbery"].min()
    assert np.mean(days >= 182) == pytest.approx(0.4, abs=0.03)
    assert np.mean(days[names == "fraud"] >= 182) == pytest.approx(0.4, abs=0.04)


def test_custody_grows_with_history_from_the_share_at_sixteen_sanctions() -> None:
    p = prepared("sentencing", custody_share=0.4, custody_history_slope=0.5)
    chances = [sentencing.custody_probability(everybody(1, sanctions=n)[0], p) for n in (0, 16, 60)]
    assert chances[1] == pytest.approx(0.4, abs=1e-12)
    assert chances[0] < chances[1] < chances[2]
    odds = chances[0] / (1 - chances[0])
    assert odds == pytest.approx(0.4 / 0.6 / math.sqrt(17))
    for share in (0.0, 1.0):
        assert sentencing.custody_probability(everybody(1)[0], prepared("sentencing", custody_share=share)) == share


def test_replaced_sentences_leave_people_at_liberty() -> None:
    people = everybody(50, sentenced_day=23)
    p = prepared("sentencing", replaced_share=1.0)
    for one in people:
        sentencing.first_sentence(one, SEED, p)
    assert (people["where"] == Where.LIBERTY).all()
    assert (people["released_day"] == 23).all()
    assert (people["exposure"] > 0).all()
    assert not people["sentenced_days"].any()


def verdicts(count: int = 6000, **parameters) -> tuple[np.ndarray, np.ndarray]:
    p = prepared("sentencing", **{"custody_history_slope": 0.0} | parameters)
    people = everybody(count, offence=8)
    return people, np.array([sentencing.convict(one, SEED, 40, 30, p) for one in people])


def test_sanctions_come_at_their_shares() -> None:
    shares = {"custody_share": 0.4, "longer_share": 0.25, "order_share": 0.3, "replaced_share": 0.5}
    people, given = verdicts(**shares)
    expected = {
        Sanction.LONGER_SENTENCE: 0.4 * 0.25,
        Sanction.SHORT_SENTENCE: 0.4 * 0.75 * 0.5,
        Sanction.COMMUNITY_ORDER: 0.4 * 0.75 * 0.5 + 0.6 * 0.3,
        Sanction.FINE_OR_CAUTION: 0.6 * 0.7,
    }
    found = [(given == sanction).sum() for sanction in expected]
    assert stats.chisquare(found, np.array(list(expected.values())) * len(given)).pvalue > 1e-4
    assert ((people["sentenced_days"] > 0) == (given == Sanction.SHORT_SENTENCE)).all()
    assert (people["sanctions"] == 1).all()


def test_a_conviction_may_be_for_another_kind_of_offence() -> None:
    assert (verdicts(200, same_offence_share=1.0)[0]["offence"] == 8).all()
    people, _ = verdicts(6000, same_offence_share=0.0)
    over = DEFAULTS.length["6_to_12_months"]
    theft = DEFAULTS.offence_up_to_6_months["theft"] * (1 - over) + DEFAULTS.offence_6_to_12_months["theft"] * over
    assert np.mean(people["offence"] == 8) == pytest.approx(theft, abs=0.03)


def session(people: np.ndarray, cases: list[tuple[int, int]], week: int, **parameters):
    """One week in court, of cases given as (person, court day); returns how many stay open.

    Whose row stands in which list of people is checked here.
    """
    occasions = np.zeros(len(cases), OCCASION)
    occasions["person"], occasions["court_day"] = np.array(cases).T
    open_cases = np.arange(len(cases))
    p = sentencing.prepare(SentencingParameters(**parameters))
    heard, sentenced, leavers = (np.zeros(len(cases), np.int64) for _ in range(3))
    left, of_heard, of_sentenced, of_leavers = sentencing.run(
        people, open_cases, occasions, heard, sentenced, 0, leavers, SEED, week, p
    )
    due = occasions["court_day"] // 7 <= week
    assert sorted(heard[:of_heard]) == sorted(occasions["person"][due])
    for rows, sanction in (
        (sentenced[:of_sentenced], Sanction.SHORT_SENTENCE),
        (leavers[:of_leavers], Sanction.LONGER_SENTENCE),
    ):
        assert sorted(rows) == sorted(occasions["person"][occasions["sanction"] == sanction])
    return left, open_cases, occasions


def test_cases_come_up_in_the_week_of_their_court_day() -> None:
    people = everybody(4, where=int(Where.LIBERTY))
    left, cases, occasions = session(people, [(0, 13), (1, 14), (2, 20), (3, 21)], 2, custody_share=0.0)
    assert left == 1
    assert cases[0] == 3
    assert (occasions["sanction"][:3] != Sanction.PENDING).all()
    assert occasions["sanction"][3] == Sanction.PENDING
    assert people["sanctions"].tolist() == [1, 1, 1, 0]


def test_an_offence_of_somebody_who_has_left_is_proven_and_nothing_follows() -> None:
    people = everybody(2, where=int(Where.LEFT), left=int(Left.MOVED))
    people["left"][1] = Left.DIED
    left, _, occasions = session(people, [(0, 14), (1, 14)], 2, custody_share=1.0)
    assert left == 0
    assert occasions["sanction"].tolist() == [Sanction.AFTER_LEAVING, Sanction.NONE]
    assert people["sanctions"].tolist() == [0, 0]
    assert people["sentenced_days"].tolist() == [0, 0]


def test_a_sentence_of_a_year_or_more_ends_the_time_in_this_population() -> None:
    people = everybody(1, where=int(Where.LIBERTY))
    _, _, occasions = session(people, [(0, 14), (0, 17)], 2, custody_share=1.0, longer_share=1.0)
    assert occasions["sanction"].tolist() == [Sanction.LONGER_SENTENCE, Sanction.AFTER_LEAVING]
    assert (people["where"][0], people["left"][0], people["left_week"][0]) == (Where.LEFT, Left.LONGER_SENTENCE, 2)


def test_of_two_sentences_in_one_week_the_longer_one_is_served() -> None:
    p = prepared("sentencing")
    people = everybody(300, where=int(Where.LIBERTY), offence=8)
    alone = everybody(300, where=int(Where.LIBERTY), offence=8)
    cases = [(row, day) for row in range(300) for day in (14, 17)]
    settings = {"custody_share": 1.0, "longer_share": 0.0, "same_offence_share": 1.0}
    session(people, cases, 2, **settings)
    for row, one in enumerate(people):
        days = {sentencing.draw_days(alone[row], SEED, day, 0, p): day for day in (17, 14)}
        assert one.sentenced_days == max(days)
        assert one.sentenced_day == days[max(days)]


def test_hearings_of_one_week_are_taken_in_order_of_their_day() -> None:
    outcomes = []
    for days in ((14, 17), (17, 14)):
        people = everybody(300, where=int(Where.LIBERTY), offence=8)
        session(people, [(row, day) for row in range(300) for day in days], 2, custody_share=1.0, longer_share=0.0)
        outcomes.append(people[["sentenced_day", "sentenced_days", "offence", "sanctions"]].tolist())
    assert outcomes[0] == outcomes[1]
