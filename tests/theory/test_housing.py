"""Housing against the theory of Markov chains and queues."""

from __future__ import annotations

import math

import numpy as np
import pytest
from helpers import AT_LIBERTY_FOR_GOOD, NO_PLACES, small
from scipy import stats

from ttg_sim.agents.area import AREA
from ttg_sim.agents.household import HOUSEHOLD, Tenancy
from ttg_sim.agents.person import PERSON
from ttg_sim.engine.queues import QUEUE_START
from ttg_sim.mechanisms import housing
from ttg_sim.mechanisms.housing import HousingParameters
from ttg_sim.model import ThroughTheGate


@pytest.mark.parametrize(("lost", "found"), [(2.0, 3.0), (6.0, 1.0)])
def test_homes_lost_and_found_reach_their_balance(lost, found) -> None:
    rates = {"housing.home_lost_per_year": lost, "housing.home_found_per_year": found}
    world = ThroughTheGate(small(AT_LIBERTY_FOR_GOOD | NO_PLACES | rates, weeks=260, warm_up_weeks=0))
    stock = len(world.people)
    shares = []
    while world.running:
        world.step()
        if world.week > 60 and world.week % 20 == 0:  # memory is gone after some ten weeks
            shares.append((world.people.rows["housing"][:stock] == 0).mean())
    a, b = (1 - math.exp(-rate * 7 / 365.25) for rate in (lost, found))
    balance = b / (a + b)
    assert balance == pytest.approx(found / (lost + found), abs=0.01)
    assert np.mean(shares) == pytest.approx(balance, abs=5 * math.sqrt(balance * (1 - balance) / stock / len(shares)))
    assert stock > 400


def other_households(weeks: int, **parameters) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Households housed and waiting in each week, and those who went without ever having had a place."""
    arrivals = parameters["other_households_per_week"]
    people, areas = np.zeros(0, PERSON), np.zeros(1, AREA)
    areas["key"], areas["people_factor"], areas["places_factor"] = 3, 1.0, 1.0
    households = np.zeros(int(arrivals * weeks * 1.1) + 2000, HOUSEHOLD)
    others, nobody = np.zeros(3000, np.int64), np.zeros(0, np.int64)
    p = housing.prepare(HousingParameters(**parameters))
    housed, waiting = np.zeros(weeks), np.zeros(weeks)
    size = count = 0
    for week in range(weeks):
        _, size, count = housing.run(
            people, nobody, nobody, nobody, nobody, nobody, nobody, nobody, 0, households, size, others, count, areas,
            np.uint64(6), week, p,
        )  # fmt: skip
        housed[week] = areas[0]["settled_others"]
        waiting[week] = count - housed[week]
    return housed, waiting, households[:size]


def birth_and_death(
    arrivals: float, stay: float, patience: float, places: int, most: int = 2000
) -> tuple[float, float]:
    """Mean numbers housed and waiting of a queue with exponential patience (Erlang A)."""
    number = np.arange(1, most)
    rate_down = np.minimum(number, places) / stay + np.maximum(number - places, 0) / patience
    log_weight = np.concatenate([[0.0], np.cumsum(np.log(arrivals) - np.log(rate_down))])
    chance = np.exp(log_weight - log_weight.max())
    chance /= chance.sum()
    here = np.arange(most)
    return float((chance * np.minimum(here, places)).sum()), float((chance * np.maximum(here - places, 0)).sum())


def mean_and_error(series: np.ndarray, batches: int = 40) -> tuple[float, float]:
    """Mean and its standard error from the means of long batches."""
    means = series[: len(series) // batches * batches].reshape(batches, -1).mean(axis=1)
    return float(means.mean()), float(means.std(ddof=1) / math.sqrt(batches))


T_LIMIT = stats.t.isf(5e-5, 39)


@pytest.mark.parametrize(
    ("arrivals", "stay", "patience", "places"),
    [(0.3, 50.0, 1000.0, 20), (0.4, 50.0, 50.0, 20), (0.8, 50.0, 100.0, 20)],
    ids=["nearly Erlang C", "at capacity", "overloaded"],
)
def test_a_queue_of_other_households_is_that_of_the_theory(arrivals, stay, patience, places) -> None:
    housed, waiting, _ = other_households(
        80_000, other_households_per_week=arrivals, other_stay_weeks=stay, other_patience_weeks=patience,
        settled_places=places,
    )  # fmt: skip
    # Whoever leaves does so at the week's end: half a week is added to each stay and to each patience.
    expected = birth_and_death(arrivals, stay + 0.5, patience + 0.5, places)
    for series, theory in zip((housed, waiting), expected, strict=True):
        mean, error = mean_and_error(series[2000:])
        assert mean == pytest.approx(theory, abs=T_LIMIT * error + 0.01 * theory)
        assert error < 0.1 * max(theory, 1)


def test_without_patience_it_is_nearly_a_queue_with_loss() -> None:
    """Erlang B, with the patience of a week or so as bounds."""
    arrivals, stay, places = 0.4, 50.0, 20
    housed, _, households = other_households(
        80_000, other_households_per_week=arrivals, other_stay_weeks=stay, other_patience_weeks=1.0,
        settled_places=places,
    )  # fmt: skip
    load = arrivals * (stay + 0.5)
    loss = 1.0
    for number in range(1, places + 1):
        loss = load * loss / (number + load * loss)
    lowest, highest = load * (1 - loss), birth_and_death(arrivals, stay + 0.5, 2.0, places)[0]
    mean, error = mean_and_error(housed[2000:])
    assert lowest - T_LIMIT * error < mean < highest + T_LIMIT * error
    assert highest - lowest < 0.3
    gone = households[households["tenancy"] == Tenancy.GONE]
    assert len(gone) > 20_000


def test_households_wait_and_stay_as_long_as_they_mean_to() -> None:
    _, _, households = other_households(
        3000, other_households_per_week=3.0, other_stay_weeks=30.0, other_patience_weeks=12.0, settled_places=0
    )
    stays = households["stay_weeks"]
    patience = households["until"] - np.floor(households["queue"] - QUEUE_START)
    assert stats.kstest(stays, "expon", args=(0, 30.0)).pvalue > 1e-4
    assert stats.kstest(patience, "expon", args=(0, 12.0)).pvalue > 1e-4
    assert abs(stats.pearsonr(stays, patience).statistic) < 4.5 / math.sqrt(len(stays))
