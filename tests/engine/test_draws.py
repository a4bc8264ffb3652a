from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from ttg_sim.agents.person import PERSON
from ttg_sim.engine import draws
from ttg_sim.engine.draws import Decision, Kind

ALPHA = 1e-4  # chance of a false alarm of one test, were its draws changed
MANY = 20_000
FULL = 0xFFFFFFFFFFFFFFFF


def word(value: int) -> np.uint64:
    return np.uint64(value)


def uniforms(seeds=(1,), decisions=(1,), keys=(1,), weeks=(0,), items=(0,)) -> np.ndarray:
    draw = draws.uniform
    return np.array(
        [
            draw(word(seed), decision, word(key), week, item)
            for seed, decision, key, week, item in itertools.product(seeds, decisions, keys, weeks, items)
        ]
    )


@pytest.mark.parametrize("form", ["compiled", "plain"])
@pytest.mark.parametrize(
    ("key", "counter", "expected"),
    [
        ((0, 0), (0, 0), (0xF167B032C3B480BD, 0xE91F9FEE4B7A6FB5)),
        ((FULL, FULL), (FULL, FULL), (0xCCDEC5C917A874B1, 0x4DF53ABCA26CEB01)),
        (
            (0xA4093822299F31D0, 0x082EFA98EC4E6C89),
            (0x243F6A8885A308D3, 0x13198A2E03707344),
            (0xC3AAC71561042993, 0x3FE7AE8801AFF316),
        ),
    ],
)
def test_threefry_gives_the_published_words(form, key, counter, expected) -> None:
    generator = getattr(draws.threefry, "py_func", draws.threefry) if form == "plain" else draws.threefry
    words = generator(*(word(part) for part in (*key, *counter)))
    assert tuple(int(part) for part in words) == expected


ACROSS = {
    "keys": {"keys": range(MANY)},
    "far keys": {"keys": [k << 44 for k in range(MANY)]},
    "weeks": {"weeks": range(MANY)},
    "negative weeks": {"weeks": range(-MANY, 0)},
    "items": {"items": range(MANY)},
    "seeds": {"seeds": range(MANY)},
    "run seeds": {"seeds": [int(draws.run_seed(1, replicate)) for replicate in range(MANY)]},
    "decisions": {"decisions": range(MANY)},
    "keys and weeks": {"keys": range(200), "weeks": range(-50, 50)},
}


@pytest.mark.parametrize("across", ACROSS)
def test_draws_are_even(across) -> None:
    u = uniforms(**ACROSS[across])
    assert len(np.unique(u)) == len(u)
    assert u.min() > 0
    assert u.max() < 1
    assert stats.kstest(u, "uniform").pvalue > ALPHA
    assert stats.chisquare(np.bincount((u * 256).astype(int), minlength=256)).pvalue > ALPHA
    # The last bits are as even as the first ones.
    low_bits = (u * 2**52).astype(np.int64) % 64
    assert stats.chisquare(np.bincount(low_bits, minlength=64)).pvalue > ALPHA


@pytest.mark.parametrize("across", ACROSS)
def test_neighbouring_draws_have_nothing_to_do_with_each_other(across) -> None:
    u = uniforms(**ACROSS[across])
    for lag in (1, 2, 52):
        cells = (u[:-lag] * 16).astype(int) * 16 + (u[lag:] * 16).astype(int)
        assert stats.chisquare(np.bincount(cells[:: lag + 1], minlength=256)).pvalue > ALPHA
        assert abs(stats.pearsonr(u[:-lag], u[lag:]).statistic) < 4.5 / math.sqrt(len(u))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"decisions": [1]}, {"decisions": [2]}),
        ({"weeks": [5]}, {"weeks": [-5]}),
        ({"weeks": [0], "items": [1]}, {"weeks": [1], "items": [0]}),
        ({"items": [0]}, {"items": [1]}),
        ({"seeds": [1]}, {"seeds": [2]}),
        ({"seeds": [1], "decisions": [2]}, {"seeds": [2], "decisions": [1]}),
        ({"weeks": [0]}, {"weeks": [1 << 31]}),
    ],
)
def test_streams_of_the_same_people_are_independent(one, other) -> None:
    keys = range(MANY)
    a, b = uniforms(**one, keys=keys), uniforms(**other, keys=keys)
    cells = (a * 16).astype(int) * 16 + (b * 16).astype(int)
    assert stats.chisquare(np.bincount(cells, minlength=256)).pvalue > ALPHA
    assert abs(stats.pearsonr(a, b).statistic) < 4.5 / math.sqrt(MANY)


def test_key_and_week_do_not_stand_in_for_each_other() -> None:
    assert len(
        set(uniforms(seeds=range(6), decisions=range(6), keys=range(6), weeks=range(-6, 6), items=range(6)))
    ) == (6**4 * 12)


def test_a_draw_depends_on_its_arguments_alone() -> None:
    first = draws.uniform(word(1), 3, word(99), -7, 2)
    uniforms(keys=range(100))
    assert draws.uniform(word(1), 3, word(99), -7, 2) == first
    assert draws.uniform(word(1), np.int64(3), word(99), np.int64(-7), np.int64(2)) == first


@pytest.mark.parametrize("week", [-7, 0, 300])
def test_draws_for_many_are_those_of_each_one(week) -> None:
    people = np.zeros(1000, PERSON)
    people["key"] = np.random.default_rng(1).integers(0, 2**64 - 1, 1000, np.uint64, endpoint=True)
    active = np.random.default_rng(2).permutation(1000)[:777]
    found = draws.uniforms(word(5), Decision.REOFFENDING, people, active, week)
    expected = [draws.uniform(word(5), Decision.REOFFENDING, key, week, 0) for key in people["key"][active]]
    assert found.tolist() == expected


def test_decisions_and_kinds_have_numbers_of_their_own() -> None:
    for numbers in (Decision, Kind):
        assert len(numbers) == len(numbers.__members__)
    # Numbers are for ever: these are in use in results that people keep.
    assert (Decision.INTAKE_COUNT, Decision.SENTENCE_OFFENCE, Decision.HOUSING_QUEUE, Decision.REOFFENDING) == (
        1,
        20,
        63,
        80,
    )


def test_keys_are_distinct() -> None:
    keys = {
        int(draws.make_key(kind, word(area), origin, ordinal))
        for kind in Kind
        for area in range(5)
        for origin in range(3)
        for ordinal in range(2000)
    }
    assert len(keys) == len(Kind) * 5 * 3 * 2000


def test_run_seeds_are_distinct_and_lasting() -> None:
    seeds = {int(draws.run_seed(root, replicate)) for root in range(100) for replicate in range(100)}
    assert len(seeds) == 10_000
    assert draws.run_seed(1, 23) != draws.run_seed(12, 3)
    assert isinstance(draws.run_seed(1, 0), np.uint64)


GRID = (np.arange(5000) + math.sqrt(0.2)) / 5000  # no point falls exactly on a step


@pytest.mark.parametrize("mean", [0.0, 0.3, 70.0])
def test_exponential(mean) -> None:
    values = [draws.exponential(u, mean) for u in GRID]
    np.testing.assert_allclose(values, stats.expon.isf(GRID, scale=mean) if mean else 0.0, rtol=1e-12)


@pytest.mark.parametrize("mean", [0.0, 0.01, 0.7, 5.0, 40.0, 300.0])
def test_poisson(mean) -> None:
    np.testing.assert_array_equal([draws.poisson(u, mean) for u in GRID], stats.poisson.ppf(GRID, mean))


@pytest.mark.parametrize("mean", [1.0, 1.2, 2.3, 10.0])
def test_geometric(mean) -> None:
    values = np.array([draws.geometric(u, mean) for u in GRID])
    np.testing.assert_array_equal(values, stats.geom.ppf(1 - GRID, 1 / mean) if mean > 1 else 1)
    assert values.mean() == pytest.approx(mean, rel=2e-3)


@pytest.mark.parametrize("chance", [1e-3, 0.02, 0.5, 0.97])
def test_weeks_until_something_that_has_a_chance_each_week(chance) -> None:
    values = np.array([draws.weeks_until(u, chance) for u in GRID])
    np.testing.assert_array_equal(values, stats.geom.ppf(1 - GRID, chance))
    assert values.mean() == pytest.approx(1 / chance, rel=2e-3)


def test_what_has_no_chance_never_comes_and_what_is_certain_comes_next_week() -> None:
    assert {draws.weeks_until(u, 1.0) for u in GRID} == {1}
    assert {draws.weeks_until(u, 0.0) for u in GRID} == {draws.LONG_AWAY}
    # Nor do numbers of weeks outgrow whole numbers where the chance is tiny.
    assert max(draws.weeks_until(u, 2.0**-53) for u in GRID) <= draws.LONG_AWAY + 1


@pytest.mark.parametrize(("mean", "deviation"), [(0.5, 0.14), (-2.0, 0.0), (0.0, 3.0)])
def test_even(mean, deviation) -> None:
    values = np.array([draws.even(u, mean, deviation) for u in GRID])
    width = deviation * math.sqrt(12)
    np.testing.assert_allclose(values, mean - width / 2 + width * GRID, atol=1e-12)
    assert values.mean() == pytest.approx(mean, abs=1e-3)
    assert values.std() == pytest.approx(deviation, abs=1e-3)


@pytest.mark.parametrize("variance", [0.05, 0.35, 1.0, 2.0])
def test_gamma_table(variance) -> None:
    table = draws.gamma_table(variance)
    assert table.mean() == pytest.approx(1, abs=1e-12)
    values = np.array([draws.interpolate(u, table) for u in GRID])
    assert values.mean() == pytest.approx(1, abs=2e-3)
    assert values.var() == pytest.approx(variance, rel=0.02)
    inner = (GRID > 0.01) & (GRID < 0.99)
    expected = stats.gamma.ppf(GRID[inner], 1 / variance, scale=variance)
    np.testing.assert_allclose(values[inner], expected, rtol=0.01, atol=1e-3)


def test_without_variance_everybody_is_alike() -> None:
    assert (draws.gamma_table(0.0) == 1).all()


@pytest.mark.parametrize(("median", "sigma"), [(8.0, 0.9), (5.5, 0.0), (0.55, 2.0)])
def test_lognormal_table(median, sigma) -> None:
    table = draws.lognormal_table(median, sigma)
    values = np.array([draws.interpolate(u, table) for u in GRID])
    inner = (GRID > 0.01) & (GRID < 0.99)
    np.testing.assert_allclose(values[inner], median * np.exp(sigma * stats.norm.ppf(GRID[inner])), rtol=0.01)


def test_interpolation_stays_within_its_table() -> None:
    table = np.array([1.0, 2.0, 4.0, 8.0])
    assert draws.interpolate(1e-17, table) == 1.0
    assert draws.interpolate(1 - 1e-16, table) == 8.0
    assert draws.interpolate(0.125, table) == 1.0
    assert draws.interpolate(0.5, table) == 3.0
    assert draws.interpolate(0.625, table) == 4.0


def test_happens_is_exactly_the_chance_of_an_event() -> None:
    generator = np.random.default_rng(1)
    u = generator.random(MANY)
    x = 10.0 ** generator.uniform(-6, 2, MANY)
    u[::2] = (1 - np.exp(-x))[::2] * generator.choice([1 - 1e-9, 1.0, 1 + 1e-9], MANY)[::2]  # close to the edge
    happened = [draws.happens(u[i], x[i], 1.0) for i in range(MANY)]
    assert happened == [u[i] < 1.0 - math.exp(-x[i]) for i in range(MANY)]
    assert 0.2 < np.mean(happened) < 0.8
    assert draws.happens(0.3, 2.0, 0.5) == draws.happens(0.3, 1.0, 1.0)
    assert not draws.happens(1e-17, 0.0, 1.0)


def test_choose_and_within() -> None:
    shares = np.array([0.2, 0.0, 0.5, 0.3])
    assert [draws.choose(u, shares) for u in (0.0, 0.199, 0.2, 0.699, 0.7, 0.9999)] == [0, 0, 2, 2, 3, 3]
    assert draws.choose(0.99999999, np.array([0.5, 0.4999999])) == 1
    assert draws.within(0.1, shares, 0) == 0.5
    assert draws.within(0.45, shares, 2) == pytest.approx(0.5)
    assert draws.within(0.85, shares, 3) == pytest.approx(0.5)
    assert draws.within(0.3, shares, 1) == 0.5
    assert draws.within(1.0, shares, 3) == 1.0
    assert draws.within(0.1, shares, 3) == 0.0
