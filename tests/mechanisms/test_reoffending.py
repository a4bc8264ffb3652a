from __future__ import annotations

import math

import numpy as np
import pytest
from helpers import prepared

from ttg_sim.agents.person import PERSON, Contributor, Where
from ttg_sim.engine import draws
from ttg_sim.engine.draws import Decision
from ttg_sim.mechanisms import reoffending
from ttg_sim.mechanisms.reoffending import WEEKS_OF_CLOCK, ReoffendingParameters
from ttg_sim.mechanisms.sentencing import OCCASION

SEED = np.uint64(21)


def everybody(count: int, **values) -> np.ndarray:
    people = np.zeros(count, PERSON)
    people["key"] = np.arange(count) + 1
    people["where"], people["frailty"], people["exposure"] = Where.LIBERTY, 1.0, 1.0
    for name, value in values.items():
        people[name] = value
    return people


def occasions(people: np.ndarray, week: int, **parameters) -> np.ndarray:
    """Occasions of one week, of people who were last looked at the week before."""
    found = np.zeros(len(people), OCCASION)
    p = reoffending.prepare(ReoffendingParameters(**parameters))
    highest = float(people["risk"].sum(axis=1).max(initial=0.0))
    diary = np.array([reoffending.next_look(one, SEED, week - 1, 0, highest, p[0]) for one in people])
    size = reoffending.run(people, np.arange(len(people)), diary, found, 0, SEED, week, highest, p)
    assert (diary > week).all()
    return found[:size]


def test_intensity_is_the_product_of_its_parts() -> None:
    p = prepared("reoffending", level=1.5, hazard_shape=0.8)
    one = everybody(1, frailty=2.0, exposure=0.7, released_day=15)[0]
    whole_year = sum(reoffending.intensity(one, week, p) for week in range(2, 2 + 53))
    # 53 calendar weeks from a Tuesday are 52 and 6/7 weeks of follow-up.
    assert whole_year == pytest.approx(1.5 * 2.0 * 0.7 * ((52 + 6 / 7) / 52) ** 0.8, rel=1e-12)
    before = reoffending.intensity(one, 7, p)
    one.risk = np.arange(len(Contributor)) / 10 - 0.1
    assert reoffending.intensity(one, 7, p) == pytest.approx(before * math.exp(one.risk.sum()))
    assert one.risk.sum() > 0.5


def test_the_clock_stops_at_its_last_week_and_never_runs_backwards() -> None:
    p = prepared("reoffending")
    one = everybody(1, released_day=70)[0]
    last = reoffending.intensity(one, 10 + WEEKS_OF_CLOCK - 1, p)
    assert reoffending.intensity(one, 10 + WEEKS_OF_CLOCK + 500, p) == last
    assert reoffending.intensity(one, 9, p) == reoffending.intensity(one, 10, p)


@pytest.mark.parametrize("where", [Where.INSIDE, Where.LEFT, Where.AT_COURT])
def test_only_people_at_liberty_are_at_risk(where) -> None:
    assert len(occasions(everybody(500, where=where, exposure=50.0), 4)) == 0
    assert len(occasions(everybody(500, exposure=50.0), 4)) > 100


def different_people(count: int) -> np.ndarray:
    generator = np.random.default_rng(2)
    days, exposure = generator.integers(-300, 21, count), generator.exponential(2, count)
    people = everybody(count, released_day=days, exposure=exposure)
    people["risk"][:, 0] = generator.uniform(-1.5, 2.5, count)
    people["frailty"] = generator.exponential(3, count)
    return people


def test_a_look_takes_the_persons_own_share_of_the_highest_chance() -> None:
    p = prepared("reoffending")
    people = different_people(4000)
    for one in people:
        reoffending.next_look(one, SEED, 2, 0, 2.5, p)
    chances = np.array([draws.uniform(SEED, Decision.REOFFENDING, key, 3, 0) for key in people["key"]])
    found = [reoffending.offends(one, u, 3, p) for one, u in zip(people, chances, strict=True)]
    own = np.array([1 - math.exp(-reoffending.intensity(one, 3, p)) for one in people])
    share = own / people["highest_chance"]
    assert (share <= 1).all()
    assert found == (chances < share).tolist()
    assert 0.05 < np.mean(found) < 0.95


@pytest.mark.parametrize("shape", [0.7, 1.0, 1.2])
def test_the_highest_chance_is_not_exceeded_in_any_week_to_come(shape) -> None:
    p = prepared("reoffending", hazard_shape=shape)
    for one in different_people(40):
        for week in (3, 30):
            reoffending.next_look(one, SEED, week - 1, 0, 2.5, p)
            later = [*range(week, week + 120), *range(600, 700)]
            chances = [1 - math.exp(-reoffending.intensity(one, at, p)) for at in later]
            assert max(chances) <= one.highest_chance * (1 + 1e-12)


def test_looks_change_no_chance_of_any_week() -> None:
    """With circumstances that change all the time, occasions come as draws of every week would have them."""
    count, weeks = 3000, 60
    p = reoffending.prepare(ReoffendingParameters())
    generator = np.random.default_rng(3)
    people, rows = different_people(count), np.arange(count)
    people["frailty"] /= 20
    first = 3  # by then everybody has been released
    diary = np.array([reoffending.next_look(one, SEED, first - 1, 0, 2.5, p[0]) for one in people])
    found = np.zeros(count, OCCASION)
    happened, chances = np.zeros((weeks, count), bool), np.zeros((weeks, count))
    for place in range(weeks):
        week = first + place
        people["risk"][:, 0] = generator.uniform(-1.5, 2.5, count)
        if week % 7 == 3:  # the score of some people is a new one
            new = rows[week % 5 :: 5]
            people["exposure"][new] = generator.exponential(2, len(new))
            reoffending.look_again(people, new, diary, SEED, week, 2.5, p)
        chances[place] = [1 - math.exp(-reoffending.intensity(one, week, p[0])) for one in people]
        size = reoffending.run(people, rows, diary, found, 0, SEED, week, 2.5, p)
        happened[place, found["person"][:size]] = True
    for part in (happened, happened[1:] & happened[:-1]):
        expected = chances if part is happened else chances[1:] * chances[:-1]
        spread = (expected * (1 - expected)).sum(axis=1)
        z = (part.sum(axis=1) - expected.sum(axis=1)) / np.sqrt(spread)
        assert np.abs(z).max() < 4.5
        assert abs((part.sum() - expected.sum()) / math.sqrt(spread.sum())) < 4.5
    assert happened.sum() > 2000


@pytest.mark.parametrize("weekday", range(7))
def test_an_occasion_has_its_day_within_the_week_and_not_before_release(weekday) -> None:
    people = everybody(2000, exposure=500.0, released_day=35 + weekday)
    for week in (5, 6, 30):
        days = occasions(people, week)["day"]
        assert len(days) > 1500
        assert days.min() >= max(week * 7, 35 + weekday)
        assert days.max() < week * 7 + 7
        assert len(np.unique(days)) == (7 - weekday if week == 5 else 7)


def test_days_of_the_release_week_fall_as_the_hazard_does() -> None:
    people = everybody(20_000, exposure=5000.0, released_day=35)
    days = occasions(people, 5, hazard_shape=0.5)["day"] - 35
    expected = np.diff(np.sqrt(np.arange(8) / 7))
    found = np.bincount(days, minlength=7) / len(days)
    assert (np.abs(found - expected) < 4.5 * np.sqrt(expected / len(days))).all()


def test_offences_per_occasion_have_their_mean() -> None:
    counts = occasions(everybody(8000, exposure=5000.0), 0, offences_per_occasion=3.0)["offences"]
    assert counts.min() == 1
    assert counts.mean() == pytest.approx(3.0, abs=4.5 * math.sqrt(6 / len(counts)))
    assert (occasions(everybody(100, exposure=5000.0), 0, offences_per_occasion=1.0)["offences"] == 1).all()


def test_frailty_has_mean_one_and_its_variance() -> None:
    p = prepared("reoffending", frailty_variance=0.8)
    people = everybody(20_000)
    for one in people:
        reoffending.begin(one, SEED, p)
    assert people["frailty"].mean() == pytest.approx(1, abs=4.5 * math.sqrt(0.8 / 20_000))
    assert people["frailty"].var() == pytest.approx(0.8, rel=0.08)
