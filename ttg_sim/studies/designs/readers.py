"""What SALib, or a contrast over replicates, makes of the outcomes of each design: a row for each index.

No seed is left to chance, and the random state that numpy keeps for everybody is neither read nor changed. SALib would
use it in three places: `sobol.analyze` with no seed or seed 0 (so it is given the seed plus 1), `pawn.analyze` with a
seed (so it is given none: it draws nothing), and `fast.analyze` always (so its orders are called one by one, and the
resampling is done here).
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from SALib.analyze import fast, morris, pawn, sobol
from scipy.stats import norm, rankdata

from ttg_sim.studies.designs.rows import (
    NAN,
    NoIndices,
    Row,
    around,
    chance,
    chance_of_differences,
    for_few,
    joined,
    over_replicates,
    t_half,
)
from ttg_sim.studies.designs.sampling import HARMONICS, PAWN_LEAST
from ttg_sim.studies.designs.space import Space

SLIDES, CELLS, DUMMIES = 10, 2000, 200
"""Slides of a range in pawn; cells of the outcome in its resampling; factors without effect that set its threshold."""
INDICATIVE = "interval from parts of the search curve: a rough guide"
OWN_DIRECTIONS = "its factors take directions of their own: no mean effect, no spread"
SAME_AS_BASE = "the same as the base point"
NORMAL = float(norm.ppf(0.975))


class Outcomes(NamedTuple):
    """What a reader is given: points (rows, factors), values (rows, replicates), and how to resample."""

    points: np.ndarray
    values: np.ndarray
    seed: int
    second_order: bool = False
    resamples: int = 200

    @property
    def means(self) -> np.ndarray:
        """The mean of each point over its replicates."""
        return np.asarray(self.values.mean(axis=1))

    @property
    def generator(self) -> np.random.Generator:
        """A generator of its own, the same one for each reading."""
        return np.random.default_rng(self.seed)


def block_of(space: Space, second_order: bool) -> int:
    """Number of points in a block of sobol."""
    return (2 if second_order else 1) * len(space.groups()) + 2


def read_sobol(space: Space, given: Outcomes) -> Iterator[Row]:
    """S1, ST and on request S2. The floor of ST is what chance brings to it: half the noise of a step, squared."""
    names, block = space.groups(), block_of(space, given.second_order)
    points = _blocks(space, given.points, block)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Constant values encountered")
        found = sobol.analyze(
            space.problem(),
            given.means,
            calc_second_order=given.second_order,
            num_resamples=given.resamples,
            seed=given.seed + 1,
        )
    values = given.values.reshape(len(points), block, -1)
    spread = float(values[:, [0, -1]].mean(axis=2).var())
    for at, name in enumerate(names):
        yield around(name, "S1", found["S1"][at], found["S1_conf"][at])
    for at, name in enumerate(names):
        noise = chance_of_differences(values[:, 1 + at] - values[:, 0])
        floor = 0.5 * noise / spread if spread > 0 else NAN
        yield around(name, "ST", found["ST"][at], found["ST_conf"][at], floor)
    if given.second_order:
        for one, other in combinations(range(len(names)), 2):
            name = f"{names[one]} x {names[other]}"
            yield around(name, "S2", found["S2"][one, other], found["S2_conf"][one, other])


def _blocks(space: Space, points: np.ndarray, block: int) -> np.ndarray:
    """Points as (blocks, points of a block, factors), checked to be what sobol draws."""
    if len(points) % block or len(points) == 0:
        raise NoIndices(f"{len(points)} points are no whole blocks of {block}: is second_order as it was drawn?")
    found = points.reshape(-1, block, points.shape[1])
    for at, group in enumerate(space.groups()):
        others = [column for column in range(points.shape[1]) if column not in space.columns(group)]
        if not np.array_equal(found[:, 1 + at][:, others], found[:, 0][:, others]):
            raise NoIndices("the points are not those of a sobol design: is second_order as it was drawn?")
    return found


def read_fast(space: Space, given: Outcomes) -> Iterator[Row]:
    """S1 and ST of each factor from its own search curve. Floors: what the same amount of white noise brings."""
    names, means, generator = space.groups(), given.means, given.generator
    if len(means) % len(names):
        raise NoIndices(f"{len(means)} points are no whole search curves of {len(names)} factors")
    curves = means.reshape(len(names), -1)
    noise, omega = chance(given.values), (curves.shape[1] - 1) // (2 * HARMONICS)
    found = []
    for curve in curves:
        first, total = _orders(curve, omega)
        halves = np.array([_orders(*part) for part in _windows(curve, omega, given.resamples, generator)])
        half = NORMAL * halves.std(axis=0, ddof=1)
        found.append((first, total, half, noise / float(curve.var()) if curve.var() > 0 else NAN))
    frequencies = math.ceil(curves.shape[1] / 2) - 1
    for name, (first, _, half, share) in zip(names, found, strict=True):
        yield around(name, "S1", first, half[0], share * HARMONICS / frequencies, INDICATIVE)
    for name, (_, total, half, share) in zip(names, found, strict=True):
        yield around(name, "ST", total, half[1], share * (1 - (omega // 2) / frequencies), INDICATIVE)


def _orders(curve: np.ndarray, omega: int) -> tuple[float, float]:
    """S1 and ST of the factor that goes `omega` times over its range along a search curve."""
    with np.errstate(invalid="ignore", divide="ignore"):
        first, total = fast.compute_orders(curve, len(curve), HARMONICS, omega)
    return float(first), float(total)


def _windows(
    curve: np.ndarray, omega: int, resamples: int, generator: np.random.Generator
) -> Iterator[tuple[np.ndarray, int]]:
    """Parts of a search curve from anywhere on, with how often the factor goes over its range in each.

    SALib takes halves. A curve is often its own mirror image, so that all its halves say the same and an interval of
    no width follows; parts of half to three quarters, of whole turns of the factor, differ.
    """
    twice = np.concatenate([curve, curve])
    for _ in range(resamples):
        turns = int(generator.integers(math.ceil(omega / 2), max(3 * omega // 4, math.ceil(omega / 2)) + 1))
        start = int(generator.integers(0, len(curve)))
        length = max(round(turns * len(curve) / omega), 2 * HARMONICS * turns + 1)
        yield twice[start : start + length], turns


def read_morris(space: Space, given: Outcomes) -> Iterator[Row]:
    """mu, mu_star and sigma of elementary effects: differences for a move over the whole range.

    The floors of mu_star and sigma are what chance alone would bring, given how much each step varies between
    replicates. A group has neither mu nor sigma, since its factors may go up and down in one step. Intervals of SALib
    are those of a large sample; for few trajectories they are widened as those of Student are.
    """
    names, delta = space.groups(), float(np.abs(np.diff(given.points[:2], axis=0)).max())
    effects = elementary_effects(space, given.points, given.values)
    levels = round(2 * delta / (2 * delta - 1))
    found = morris.analyze(
        space.problem(),
        given.points,
        given.means,
        num_resamples=given.resamples,
        num_levels=levels,
        seed=given.seed,
    )
    alone = [len(space.columns(name)) == 1 for name in names]
    widened = for_few(len(effects[0]))
    by_chance = [math.sqrt(chance_of_differences(effect)) for effect in effects]
    for at, name in enumerate(names):
        if alone[at]:
            yield around(name, "mu", found["mu"][at], t_half(effects[at].mean(axis=1)))
        else:
            yield Row(name, "mu", NAN, note=OWN_DIRECTIONS)
    for at, name in enumerate(names):
        floor = by_chance[at] * math.sqrt(2 / math.pi)
        yield around(name, "mu_star", found["mu_star"][at], widened * found["mu_star_conf"][at], floor)
    generator = given.generator
    for at, name in enumerate(names):
        if not alone[at]:
            yield Row(name, "sigma", NAN, floor=NAN, note=OWN_DIRECTIONS)
            continue
        own = effects[at].mean(axis=1)
        spreads = own[generator.integers(0, len(own), (given.resamples, len(own)))].std(axis=1, ddof=1)
        yield around(name, "sigma", found["sigma"][at], widened * NORMAL * spreads.std(ddof=1), by_chance[at])


def elementary_effects(space: Space, points: np.ndarray, values: np.ndarray) -> list[np.ndarray]:
    """Elementary effects of each group, (trajectories, replicates); the sign is that of its first factor going up."""
    names = space.groups()
    length = len(names) + 1
    if len(points) % length or len(points) < 2 * length:
        raise NoIndices(f"{len(points)} points are not two or more whole trajectories of {length}")
    steps = np.diff(points.reshape(-1, length, points.shape[1]), axis=1)
    changes = np.diff(values.reshape(len(steps), length, -1), axis=1)
    firsts = steps[:, :, [space.columns(name)[0] for name in names]]
    if not np.all((np.abs(firsts) > 1e-9).sum(axis=(1, 2)) == len(names)):
        raise NoIndices("the points are no trajectories that move one factor or group at each step")
    which = np.abs(firsts).argmax(axis=1)
    rows = np.arange(len(steps))
    return [changes[rows, which[:, at]] / firsts[rows, which[:, at], at][:, None] for at in range(len(names))]


def read_pawn(space: Space, given: Outcomes) -> Iterator[Row]:
    """Median and maximum over slides of how far the outcome's distribution moves, from 0 to 1.

    SALib gives the distances. The floor is what 95 in 100 factors without any effect stay below, for this very sample:
    SALib has no such threshold, so factors are made up and read in the same way.
    """
    names, means, generator = space.groups(), given.means, given.generator
    if len(means) < PAWN_LEAST // 2:
        raise NoIndices(f"{len(means)} points are too few for ten slides of five points")
    columns = given.points[:, [space.columns(name)[0] for name in names]]
    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0] for _ in names]}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="ks_2samp")
        warnings.filterwarnings("ignore", message="invalid value encountered in scalar divide")
        found = pawn.analyze(problem, columns, means, S=SLIDES)
    cells = _cells(means)
    slides = np.column_stack([_slides(column) for column in columns.T])
    ones = np.ones(len(means))
    nothing = np.array([_distances(cells, generator.permutation(slides[:, 0]), ones) for _ in range(DUMMIES)])
    floors = np.quantile(nothing, 0.95, axis=0)
    again = np.empty((given.resamples, len(names), 2))
    for at in range(given.resamples):
        weights = np.bincount(generator.integers(0, len(means), len(means)), minlength=len(means)).astype(float)
        again[at] = [_distances(cells, column, weights) for column in slides.T]
    half = NORMAL * again.std(axis=0, ddof=1)
    for at, name in enumerate(names):
        yield around(name, "median", found["median"][at], half[at, 0], floors[0])
    for at, name in enumerate(names):
        yield around(name, "max", found["maximum"][at], half[at, 1], floors[1])


def _cells(means: np.ndarray) -> np.ndarray:
    """In which of up to 2,000 equal parts of the sorted outcomes each one is; equal outcomes are in the same."""
    below = rankdata(means, method="max") / len(means)
    return np.asarray(np.ceil(below * min(CELLS, len(means)) - 1e-9).astype(np.int64) - 1)


def _slides(column: np.ndarray) -> np.ndarray:
    """In which tenth of its points each one is."""
    edges = np.quantile(column, np.linspace(0, 1, SLIDES + 1)[1:-1])
    return np.asarray(np.searchsorted(edges, column, side="right"))


def _distances(cells: np.ndarray, slides: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """Median and maximum over slides of the largest gap between the distribution in a slide and the whole one."""
    count = int(cells.max()) + 1
    table = np.bincount(cells * SLIDES + slides, weights=weights, minlength=count * SLIDES).reshape(count, SLIDES)
    shares = np.cumsum(table, axis=0)
    totals = shares[-1]
    kept = totals > 0
    whole = shares.sum(axis=1) / totals.sum()
    gaps = np.abs(shares[:, kept] / totals[kept] - whole[:, None]).max(axis=0)
    return float(np.median(gaps)), float(gaps.max())


def read_ranks(space: Space, given: Outcomes) -> Iterator[Row]:
    """SRRC and PRCC: standardised coefficients of a regression of ranks on ranks, and partial rank correlations.

    Intervals are from resampled points, which keep their ranks, widened for what the regression has used up of them.
    Choices count in the order in which they are given.
    """
    names = space.groups()
    if len(given.points) < len(names) + 3:
        raise NoIndices(f"{len(given.points)} points are too few for a regression on {len(names)} factors")
    columns = [_code(space, name, given.points) for name in names]
    ranks = np.column_stack([rankdata(column) for column in (*columns, given.means)])
    ranks = (ranks - ranks.mean(axis=0)) / len(ranks)
    beta, partial, explained = _regression(np.cov(ranks.T))
    generator, again = given.generator, np.empty((given.resamples, 2, len(names)))
    for at in range(given.resamples):
        drawn = ranks[generator.integers(0, len(ranks), len(ranks))]
        again[at] = _regression(np.cov(drawn.T))[:2]
    found = np.stack([beta, partial])
    widened = math.sqrt(len(ranks) / (len(ranks) - len(names) - 1))
    low, high = np.clip(found + widened * (np.quantile(again, [0.025, 0.975], axis=0) - found), -1.0, 1.0)
    note = f"all factors together explain {100 * explained:.0f}% of the variance of ranks"
    if len(ranks) < 2 * len(names) + 3:  # a third of the points drawn again are the same ones twice
        low, high = np.full_like(low, np.nan), np.full_like(high, np.nan)
        note += "; too few points for intervals"
    for place, index in enumerate(("SRRC", "PRCC")):
        for at, name in enumerate(names):
            ends = float(low[place, at]), float(high[place, at])
            yield Row(name, index, float(found[place, at]), *ends, note=note)


def _code(space: Space, group: str, points: np.ndarray) -> np.ndarray:
    """One number per point for a group: its native value as a share, or the share that its factors have in common."""
    columns = space.columns(group)
    first = points[:, columns[0]]
    return space.factors[columns[0]].codes(first) if len(columns) == 1 else first


def _regression(covariance: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Standardised coefficients, partial correlations and the share explained, of the last column on the others."""
    spread = np.sqrt(np.diag(covariance))
    scale = np.where(spread > 0, spread, 1.0)
    correlation = covariance / np.outer(scale, scale)
    inner, outer = correlation[:-1, :-1] + np.diag(spread[:-1] == 0), correlation[:-1, -1]
    inverse = np.linalg.pinv(inner)
    beta = inverse @ outer
    explained = float(np.clip(beta @ outer, 0.0, 1.0))
    own = beta**2 / np.diag(inverse)
    both = own + max(1.0 - explained, 0.0)
    partial = np.sign(beta) * np.sqrt(np.divide(own, both, out=np.zeros_like(own), where=both > 1e-24))
    return beta, partial, explained


def read_oat(space: Space, given: Outcomes) -> Iterator[Row]:
    """at_low and at_high: what each end of a range changes from the base point, with intervals over replicates."""
    names = space.groups()
    if len(given.points) != 1 + 2 * len(names):
        raise NoIndices(f"{len(given.points)} points are not the base point and two for each of {len(names)}")
    if not np.isfinite(given.values[0]).any():
        raise NoIndices("the base point (0) has no outcome, so nothing can be compared with it")
    codes = np.column_stack([factor.codes(given.points[:, at]) for at, factor in enumerate(space.factors)])
    for which, index in enumerate(("at_low", "at_high")):
        for at, name in enumerate(names):
            row = 1 + 2 * at + which
            note = SAME_AS_BASE if np.array_equal(codes[row], codes[0]) else ""
            yield over_replicates(name, index, given.values[row] - given.values[0], float(which), note)


def read_factorial(space: Space, given: Outcomes) -> Iterator[Row]:
    """Contrasts of each replicate, averaged over all other factors.

    `effect` goes from the first level of a factor to the last. `level` goes from the first to the one `at` this share,
    for factors with more than two. `interaction` is how much more two such effects bring together than each by itself:
    the effect of one at the last level of the other, less that at its first level.
    """
    names = space.groups()
    columns = {name: given.points[:, space.columns(name)[0]] for name in names}
    levels = {name: np.unique(column) for name, column in columns.items()}
    different = len(np.unique(given.points, axis=0))
    if different != len(given.points) or different != math.prod(len(found) for found in levels.values()):
        raise NoIndices(f"{len(given.points)} points are not each combination of levels once")
    means = {name: _means_at(given.values, [columns[name] == at for at in levels[name]]) for name in names}
    for name in names:
        yield over_replicates(name, "effect", means[name][-1] - means[name][0])
    for name in names:
        for at, level in list(enumerate(levels[name]))[1:] if len(levels[name]) > 2 else []:
            yield over_replicates(name, "level", means[name][at] - means[name][0], float(level))
    for one, other in combinations(names, 2):
        ends = [[columns[name] == levels[name][end] for end in (0, -1)] for name in (one, other)]
        cells = _means_at(given.values, [first & second for first in ends[0] for second in ends[1]])
        yield over_replicates(f"{one} x {other}", "interaction", cells[3] - cells[2] - cells[1] + cells[0])


def _means_at(values: np.ndarray, rows: Sequence[np.ndarray]) -> list[np.ndarray]:
    return [values[mask].mean(axis=0) for mask in rows]


def read_sweep(space: Space, given: Outcomes) -> Iterator[Row]:
    """`mean` at each point, and `change` from the first point by the same replicates."""
    (name,) = space.groups()
    shares = given.points[:, space.columns(name)[0]]
    for at, share in enumerate(shares):
        yield over_replicates(name, "mean", given.values[at], float(share))
    for at, share in enumerate(shares):
        note = joined("the first point") if at == 0 else ""
        yield over_replicates(name, "change", given.values[at] - given.values[0], float(share), note)
