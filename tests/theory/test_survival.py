"""What comes out of the rules against what the formulas say, at a stated chance of a false alarm."""

from __future__ import annotations

import math

import numpy as np
import pytest
from helpers import AT_LIBERTY_FOR_GOOD, NO_PLACES, NO_RISK, prepared, small
from scipy import integrate, stats

from ttg_sim.agents.person import PERSON, Where
from ttg_sim.mechanisms import reoffending
from ttg_sim.mechanisms.reoffending import WEEKS_OF_CLOCK, ReoffendingParameters, week_integrals
from ttg_sim.mechanisms.sentencing import OCCASION
from ttg_sim.model import ThroughTheGate

ALPHA = 1e-4


@pytest.mark.parametrize("weekday", range(7))
@pytest.mark.parametrize("shape", [0.5, 0.85, 1.0, 1.2])
def test_weeks_add_up_to_the_weibull(shape, weekday) -> None:
    spans = week_integrals(shape).reshape(7, WEEKS_OF_CLOCK)[weekday]
    ends = np.arange(WEEKS_OF_CLOCK) + (7 - weekday) / 7
    np.testing.assert_allclose(np.cumsum(spans), (ends / 52) ** shape, rtol=1e-11)
    for week in (0, 1, 7, 51, 300):
        # In powers of time the integrand is flat, also at zero.
        low, high = max(ends[week] - 1, 0), ends[week]
        area = integrate.quad(lambda t: shape * t ** (shape - 1) / 52**shape, low, high, limit=200)[0]
        assert spans[week] == pytest.approx(area, rel=1e-6)


def times_to_first(
    shape: float, frailty_variance: float = 0.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Scale of the hazard, time to the first occasion (or nan), time observed and frailty, of people sent home."""
    weeks = 100
    scenario = small(
        AT_LIBERTY_FOR_GOOD | NO_PLACES | NO_RISK, weeks=weeks, warm_up_weeks=0,
        **{"intake.per_year": 1500.0, "reoffending.level": 1.3, "reoffending.hazard_shape": shape,
           "reoffending.frailty_variance": frailty_variance},
    )  # fmt: skip
    world = ThroughTheGate(scenario)
    stock = len(world.people)
    while world.running:
        world.step()
    people = world.people.rows[stock:]
    assert (people["where"] == Where.LIBERTY).all()
    first = np.full(len(world.people), np.inf)
    occasions = world.occasions.rows
    assert (occasions["sanction"] == 0).all()
    np.minimum.at(first, occasions["person"], occasions["day"].astype(float))
    days = first[stock:] - people["released_day"]
    observed = weeks * 7 - people["released_day"]
    return 1.3 * people["exposure"], days, observed.astype(float), people["frailty"]


@pytest.mark.parametrize("shape", [1.0, 0.7])
def test_times_to_a_first_occasion_follow_their_hazard(shape) -> None:
    scale, days, observed, _ = times_to_first(shape)

    def chance(day: np.ndarray) -> np.ndarray:
        return 1 - np.exp(-scale * (day / 364) ** shape)

    expected = chance(observed)
    happened = np.isfinite(days)
    z = (happened.sum() - expected.sum()) / math.sqrt((expected * (1 - expected)).sum())
    assert abs(z) < stats.norm.isf(ALPHA / 2)
    # An occasion has a day; where in the day is chosen at random, so that the distribution is continuous.
    part = np.random.default_rng(0).random(len(days))
    low, high = (chance(np.where(happened, days + more, 0.0)) for more in (0, 1))
    place = (low + part * (high - low)) / expected
    assert happened.sum() > 800
    assert stats.kstest(place[happened], "uniform").pvalue > ALPHA


def test_frailty_thins_the_hazard_as_a_gamma_does() -> None:
    variance = 1.0
    scale, days, observed, frailty = times_to_first(1.0, variance)
    hazard = scale * observed / 364
    expected = 1 - (1 + variance * hazard) ** (-1 / variance)
    z = (np.isfinite(days).sum() - expected.sum()) / math.sqrt((expected * (1 - expected)).sum())
    assert abs(z) < stats.norm.isf(ALPHA / 2)
    # And without it, the same people would do far worse.
    assert (1 - np.exp(-hazard)).sum() - expected.sum() > 10 * math.sqrt((expected * (1 - expected)).sum())
    assert frailty.var() == pytest.approx(variance, rel=0.25)


@pytest.mark.parametrize("variance", [0.0, 0.5, 1.5])
def test_occasions_per_person_are_a_gamma_mixture(variance) -> None:
    people, weeks, hazard = 20_000, 52, 2.0 / 52
    table = np.zeros(people, PERSON)
    table["key"] = np.arange(people)
    table["where"], table["exposure"] = Where.LIBERTY, 2.0
    p = prepared("reoffending", frailty_variance=variance)
    for person in table:
        reoffending.begin(person, np.uint64(8), p)
    rules = reoffending.prepare(ReoffendingParameters(level=1.0, hazard_shape=1.0, frailty_variance=variance))
    counts, found, active = np.zeros(people), np.zeros(people, OCCASION), np.arange(people)
    # Looks come at three times the chance that anybody has, so that most of them come to nothing.
    highest = math.log(3)
    diary = np.array([reoffending.next_look(one, np.uint64(8), -1, 0, highest, rules[0]) for one in table])
    for week in range(weeks):
        size = reoffending.run(table, active, diary, found, 0, np.uint64(8), week, highest, rules)
        counts += np.bincount(found["person"][:size], minlength=people)
    # At most one occasion a week: given frailty z a binomial, nearly a Poisson count.
    even = (np.arange(200_000) + 0.5) / 200_000
    z = stats.gamma.ppf(even, 1 / variance, scale=variance) if variance else np.ones(1)
    chance = 1 - np.exp(-hazard * z)
    mean = weeks * chance.mean()
    spread = weeks * (chance * (1 - chance)).mean() + weeks**2 * chance.var()
    assert counts.mean() == pytest.approx(mean, abs=4 * math.sqrt(spread / people))
    fourth = ((counts - counts.mean()) ** 4).mean()
    assert counts.var() == pytest.approx(spread, abs=4 * math.sqrt((fourth - spread**2) / people))
    assert spread == pytest.approx(mean + variance * mean**2, rel=0.12)  # the negative binomial
