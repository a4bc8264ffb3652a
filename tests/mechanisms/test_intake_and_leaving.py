from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from ttg_sim.agents.area import AREA
from ttg_sim.agents.person import NOBODY, PERSON, Left, Where
from ttg_sim.mechanisms import intake, leaving
from ttg_sim.mechanisms.intake import IntakeParameters
from ttg_sim.mechanisms.leaving import LeavingParameters

SEED = np.uint64(3)
WEEK_OF_YEAR = 7 / 365.25


def entrants(weeks: int = 300, **parameters) -> tuple[np.ndarray, np.ndarray]:
    """People who enter in some weeks and how many came in each."""
    people, areas = np.zeros(weeks * 40 + 1000, PERSON), np.zeros(1, AREA)
    areas["key"], areas["number"], areas["people_factor"] = 77, 1, 1.0
    p = intake.prepare(IntakeParameters(**{"per_year": 1000.0} | parameters))
    sizes = [0]
    for week in range(weeks):
        sizes.append(intake.run(people, sizes[-1], SEED, week, areas, p))
    assert areas[0]["entrants"] == sizes[-1]
    return people[: sizes[-1]], np.diff(sizes)


def test_arrivals_are_poisson() -> None:
    _, counts = entrants()
    mean = 1000 * WEEK_OF_YEAR
    assert counts.mean() == pytest.approx(mean, abs=4.5 * math.sqrt(mean / len(counts)))
    assert counts.var(ddof=1) == pytest.approx(mean, rel=4.5 * math.sqrt(2 / len(counts)))


def test_new_people_are_whole() -> None:
    people, counts = entrants(100)
    assert len(np.unique(people["key"])) == len(people)
    assert (people["where"] == Where.AT_COURT).all()
    assert (people["spell"] == NOBODY).all()
    assert (people["sentenced_day"] // 7 == np.repeat(np.arange(100), counts)).all()
    assert set(people["sentenced_day"] % 7) == set(range(5))
    age = (people["sentenced_day"] - people["born_day"]) / 365.25
    assert age.min() >= 18
    assert age.max() < 65
    assert (people["first_sanction_age"] >= 10).all()
    assert (people["first_sanction_age"] <= age + 1e-9).all()
    assert (people["sanctions"] >= 0).all()


def test_ages_and_sexes_have_their_shares() -> None:
    people, _ = entrants(women_share=0.3)
    n = len(people)
    assert people["sex"].mean() == pytest.approx(0.3, abs=4.5 * math.sqrt(0.21 / n))
    age = (people["sentenced_day"] - people["born_day"]) / 365.25
    found = np.histogram(age, [18, 21, 25, 30, 35, 40, 50, 65])[0]
    assert stats.chisquare(found, np.array(list(IntakeParameters().age.values())) * n).pvalue > 1e-4


def test_history_grows_with_the_years_since_the_first_sanction() -> None:
    people, _ = entrants(100, sanctions_sigma=0.0, sanctions_per_year=1.0, sanctions_head_start=2.0)
    age = (people["sentenced_day"] - people["born_day"]) / 365.25
    years = age - people["first_sanction_age"] + 2
    assert (np.abs(people["sanctions"] - np.floor(years)) <= (np.abs(years - np.round(years)) < 1e-6)).all()


def gone(count: int = 20_000, inside: bool = False, age: float = 30.0, **parameters) -> np.ndarray:
    people = np.zeros(count, PERSON)
    people["key"] = np.arange(count) + 1
    people["where"] = Where.INSIDE if inside else Where.LIBERTY
    people["born_day"] = 9 * 7 - age * 365.25
    defaults = dict.fromkeys(LeavingParameters.parameters(), 0.0)
    section = LeavingParameters(**defaults | parameters)
    p = leaving.prepare(section)
    diary = np.array([leaving.next_look(one, SEED, 8, p[0]) for one in people])
    leavers = np.zeros(count, np.int64)
    number = leaving.run(people, np.arange(count), diary, leavers, 0, SEED, 9, p)
    assert (diary > 9).all()
    left = people[people["where"] == Where.LEFT]
    assert leavers[:number].tolist() == np.flatnonzero(people["where"] == Where.LEFT).tolist()
    assert (left["left_week"] == 9).all()
    assert (left["left"] != Left.NOT).all()
    return left


def share_of(rate: float) -> float:
    return 1 - math.exp(-rate * WEEK_OF_YEAR)


@pytest.mark.parametrize(
    ("parameters", "how"),
    [
        ({"death_per_year": 0.2}, Left.DIED),
        ({"moving_per_year": 1.0}, Left.MOVED),
        ({"desistance_per_year": 2.0}, Left.DESISTED),
    ],
)
def test_people_leave_at_their_rate(parameters, how) -> None:
    expected = share_of(next(iter(parameters.values())))
    left = gone(**parameters)
    assert set(left["left"]) == {how}
    assert len(left) / 20_000 == pytest.approx(expected, abs=4.5 * math.sqrt(expected / 20_000))


def test_only_death_reaches_inside() -> None:
    left = gone(inside=True, death_per_year=0.2, moving_per_year=1.0, desistance_per_year=2.0)
    assert set(left["left"]) == {Left.DIED}
    expected = share_of(0.2)
    assert len(left) / 20_000 == pytest.approx(expected, abs=4.5 * math.sqrt(expected / 20_000))


def test_ways_of_leaving_share_the_total() -> None:
    rates = {"death_per_year": 0.2, "moving_per_year": 0.8, "desistance_per_year": 2.0}
    left = gone(**rates)
    found = [(left["left"] == how).sum() for how in (Left.DIED, Left.MOVED, Left.DESISTED)]
    assert stats.chisquare(found, np.array([0.2, 0.8, 2.0]) / 3 * len(left)).pvalue > 1e-4


@pytest.mark.parametrize(("age", "years"), [(20.0, -10), (50.0, 20), (80.0, 50), (95.0, 50)])
def test_desistance_grows_with_age_up_to_eighty(age, years) -> None:
    expected = share_of(0.5 * math.exp(0.05 * years))
    left = gone(age=age, desistance_per_year=0.5, desistance_age_slope=0.05)
    assert len(left) / 20_000 == pytest.approx(expected, abs=4.5 * math.sqrt(expected / 20_000))


def test_nobody_leaves_without_a_rate() -> None:
    assert len(gone()) == 0
