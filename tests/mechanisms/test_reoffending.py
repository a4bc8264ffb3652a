from __future__ import annotations

import math

import numpy as np
import pytest
from helpers import prepared

from ttg_sim.agents.person import PERSON, Where
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
    found = np.zeros(len(people), OCCASION)
    p = reoffending.prepare(ReoffendingParameters(**parameters))
    size = reoffending.run(people, np.arange(len(people)), found, 0, SEED, week, p)
    return found[:size]


def test_intensity_is_the_product_of_its_parts() -> None:
    p = prepared("reoffending", level=1.5, hazard_shape=0.8)
    one = everybody(1, frailty=2.0, exposure=0.7, released_day=15, risk=0.4)[0]
    whole_year = sum(reoffending.static_intensity(one, week, p) for week in range(2, 2 + 53))
    # 53 calendar weeks from a Tuesday are 52 and 6/7 weeks of follow-up.
    assert whole_year == pytest.approx(1.5 * 2.0 * 0.7 * ((52 + 6 / 7) / 52) ** 0.8, rel=1e-12)
    assert reoffending.intensity(one, 7, p) == pytest.approx(reoffending.static_intensity(one, 7, p) * math.exp(0.4))


def test_the_clock_stops_at_its_last_week_and_never_runs_backwards() -> None:
    p = prepared("reoffending")
    one = everybody(1, released_day=70)[0]
    last = reoffending.static_intensity(one, 10 + WEEKS_OF_CLOCK - 1, p)
    assert reoffending.static_intensity(one, 10 + WEEKS_OF_CLOCK + 500, p) == last
    assert reoffending.static_intensity(one, 9, p) == reoffending.static_intensity(one, 10, p)


@pytest.mark.parametrize("where", [Where.INSIDE, Where.LEFT, Where.AT_COURT])
def test_only_people_at_liberty_are_at_risk(where) -> None:
    assert len(occasions(everybody(500, where=where, exposure=50.0), 4)) == 0
    assert len(occasions(everybody(500, exposure=50.0), 4)) > 100


def test_the_short_cut_changes_nothing() -> None:
    p = prepared("reoffending")
    generator = np.random.default_rng(2)
    people = everybody(4000, released_day=generator.integers(-300, 21, 4000), exposure=generator.exponential(2, 4000))
    people["risk"][:, 0] = generator.uniform(-1.5, 2.5, 4000)
    people["frailty"] = generator.exponential(3, 4000)
    chances = np.array([draws.uniform(SEED, Decision.REOFFENDING, key, 3, 0) for key in people["key"]])
    found = [reoffending.offends(one, u, 3, p) for one, u in zip(people, chances, strict=True)]
    expected = [u < 1 - math.exp(-reoffending.intensity(one, 3, p)) for one, u in zip(people, chances, strict=True)]
    assert found == expected
    assert 0.05 < np.mean(found) < 0.95


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
