"""What is read from the points of a design: indices with 95% intervals, and how much of each is chance between runs."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
from SALib.analyze import fast as fast_analysis
from SALib.analyze import morris as morris_analysis
from SALib.analyze import pawn as pawn_analysis
from SALib.analyze import sobol as sobol_analysis
from scipy.stats import rankdata

from ttg_sim.parameter import Kind
from ttg_sim.studies import summary
from ttg_sim.studies.designs.sampling import FAST_HARMONICS, FEWEST_POINTS, MORRIS_LEVELS, Design
from ttg_sim.studies.designs.space import Factor, Space

RESAMPLES, PAWN_RESAMPLES, PAWN_SLICES = 500, 50, 10
DUMMY = "(made up)"
"""A factor without any effect: distances between distributions are never nil, and this one's show what nothing is."""
COLUMNS = ["factor", "index", "value", "low", "high", "spans_zero", "noise_share", "points"]


class NoIndices(ValueError):
    """Why nothing can be read from the points: one line for each reason."""


def noise_share(values: np.ndarray) -> float:
    """How much of the variance between the means of points is chance between runs: from 0 to 1.

    `values` is (points, replicates). Replicates share their luck over all points, so what a replicate does to all
    points alike is no noise between them; what is left of a run after its point and its replicate are taken away is.
    Its mean square, divided by the number of replicates, is held against the variance of the means of the points. Not a
    number with one replicate, or where all points are alike.
    """
    points, replicates = values.shape
    if replicates < 2 or points < 2:
        return np.nan
    means = values.mean(axis=1)
    left = values - means[:, None] - values.mean(axis=0)[None, :] + values.mean()
    square = (left**2).sum() / ((points - 1) * (replicates - 1))
    variance = means.var(ddof=1)
    return float(min(max(square / replicates / variance, 0.0), 1.0)) if variance > 0 else np.nan


def analyse(
    design: Design,
    space: Space,
    points: np.ndarray,
    values: np.ndarray,
    seed: int,
    second_order: bool = False,
    resamples: int = RESAMPLES,
) -> pd.DataFrame:
    """The indices of a design: factor, index, value, low, high, spans_zero, noise_share, points.

    `points` are shares, (points, factors), as `sample` gives them; `values` are (points, replicates). Indices are those
    of the means over replicates. `factor` is a group where factors move together, and `a x b` for two. Raises
    `NoIndices` where values are missing that the design cannot do without.

    - morris: mu, mu_star and sigma of elementary effects, which are differences for a move over the whole range
    - sobol: S1 and ST, on request S2; fast: S1 and ST, with intervals that are a guide only
    - pawn: median and max of the distances between distributions, beside those of a made-up factor; `spans_zero` then
      says that an interval reaches down to what nothing has. The intervals come from resampling, which moves distances
      up a little
    - lhs, random: rank_correlation (Spearman)
    - oat: at_low and at_high, differences from the base point; factorial: effect of going from the first to the last
      value, and of two such moves beyond their sum; all with intervals over replicates
    """
    reader = READERS.get(design)
    if reader is None:
        return pd.DataFrame(columns=COLUMNS)
    _check(points, values)
    rows = [] if np.ptp(values) == 0 else reader(space, points, values, seed, second_order, resamples)
    if not rows:
        rows = [(name, "none", 0.0, np.nan, np.nan) for name in space.groups()]
    frame = pd.DataFrame(rows, columns=COLUMNS[:5])
    frame["spans_zero"] = frame["low"].notna() & ~((frame["low"] > _nothing(frame)) | (frame["high"] < 0))
    return frame.assign(noise_share=noise_share(values), points=len(points))[COLUMNS]


def _nothing(frame: pd.DataFrame) -> pd.Series:
    """What each index may be of something that has no effect: nil, or what a made-up factor may have."""
    dummies = frame[frame["factor"] == DUMMY].set_index("index")["high"]
    return frame["index"].map(dummies).fillna(0.0).astype(float)


def _check(points: np.ndarray, values: np.ndarray) -> None:
    if len(points) != len(values):
        raise NoIndices(f"there are {len(points):,} points and values of {len(values):,}")
    bad = np.flatnonzero(np.isnan(values).any(axis=1))
    if len(bad):
        shown = ", ".join(map(str, bad[:10])) + (" and so on" if len(bad) > 10 else "")
        raise NoIndices(f"nobody was counted, or a run failed, at {len(bad):,} of {len(values):,} points ({shown})")


Rows = list[tuple[str, str, float, float, float]]


def _sobol(space: Space, points: np.ndarray, values: np.ndarray, seed: int, second: bool, resamples: int) -> Rows:
    means = values.mean(axis=1)
    # SALib wants the outcome around zero: without that, intervals of first-order indices are too wide.
    centred = (means - means.mean()) / means.std()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = sobol_analysis.analyze(
            space.problem(), centred, calc_second_order=second, num_resamples=resamples, seed=seed
        )
    names = space.groups()
    rows = [_around(name, index, found[index][at], found[f"{index}_conf"][at])
            for index in ("S1", "ST") for at, name in enumerate(names)]  # fmt: skip
    if second:
        rows += [
            _around(f"{names[one]} x {names[two]}", "S2", found["S2"][one, two], found["S2_conf"][one, two])
            for one in range(len(names))
            for two in range(one + 1, len(names))
        ]
    return rows


def _around(name: str, index: str, value: float, half: float) -> tuple[str, str, float, float, float]:
    return name, index, float(value), float(value - half), float(value + half)


def _morris(space: Space, points: np.ndarray, values: np.ndarray, seed: int, _: bool, resamples: int) -> Rows:
    levels = len(np.unique(np.round(points, 9)))
    means = values.mean(axis=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = morris_analysis.analyze(
            space.problem(), points, means, num_resamples=resamples, num_levels=_even(levels), seed=seed
        )
    effects = elementary_effects(space, points, means)
    rows: Rows = []
    for at, name in enumerate(found["names"]):
        rows.append(_around(name, "mu_star", found["mu_star"][at], found["mu_star_conf"][at]))
        mine = effects[name]
        rows.append((name, "mu", float(mine.mean()), *summary.interval(mine)))
        rows.append((name, "sigma", float(mine.std(ddof=1)), np.nan, np.nan))
    return rows


def _even(levels: int) -> int:
    return max(levels + levels % 2, MORRIS_LEVELS)


def elementary_effects(space: Space, points: np.ndarray, means: np.ndarray) -> dict[str, np.ndarray]:
    """The elementary effects of each group, one for each trajectory: differences for a move over the whole range.

    A trajectory moves each group once; a group moves up or down by the step of the grid, and the sign is that of going
    up in its first factor.
    """
    names = space.groups()
    of = np.array([names.index(one.group or one.name) for one in space.factors])
    step = len(names) + 1
    found: dict[str, list[float]] = {name: [] for name in names}
    for start in range(0, len(points), step):
        for at in range(start, start + step - 1):
            moved = points[at + 1] - points[at]
            first = int(np.flatnonzero(np.abs(moved) > 1e-9)[0])
            found[names[of[first]]].append(float((means[at + 1] - means[at]) / moved[first]))
    return {name: np.array(one) for name, one in found.items()}


def _fast(space: Space, points: np.ndarray, values: np.ndarray, seed: int, _: bool, resamples: int) -> Rows:
    state = np.random.get_state()  # noqa: NPY002 - SALib seeds the generator of the whole process
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = fast_analysis.analyze(
                space.problem(), values.mean(axis=1), M=FAST_HARMONICS, num_resamples=min(resamples, 100), seed=seed
            )
    finally:
        np.random.set_state(state)  # noqa: NPY002
    return [_around(name, index, found[index][at], found[f"{index}_conf"][at])
            for index in ("S1", "ST") for at, name in enumerate(space.groups())]  # fmt: skip


def _pawn(space: Space, points: np.ndarray, values: np.ndarray, seed: int, _: bool, resamples: int) -> Rows:
    means, generator = values.mean(axis=1), np.random.default_rng(seed)
    factors = (*space.factors, Factor(DUMMY, Kind.NUMBER))
    problem = Space(tuple(replace(one, group="") for one in factors)).problem()
    points = np.column_stack([points, generator.random(len(points))])
    state = np.random.get_state()  # noqa: NPY002 - SALib seeds the generator of the whole process

    def distances(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = pawn_analysis.analyze(problem, points[rows], means[rows], S=PAWN_SLICES, seed=seed)
        return np.asarray(found["median"]), np.asarray(found["maximum"])

    try:
        whole = distances(np.arange(len(means)))
        again = [distances(generator.integers(0, len(means), len(means))) for _ in range(PAWN_RESAMPLES)]
    finally:
        np.random.set_state(state)  # noqa: NPY002
    rows: Rows = []
    for place, index in enumerate(("median", "max")):
        low, high = np.quantile([one[place] for one in again], [0.025, 0.975], axis=0)
        rows += [
            (one.name, index, float(whole[place][at]), float(low[at]), float(high[at]))
            for at, one in enumerate(factors)
        ]
    return rows


def _ranks(space: Space, points: np.ndarray, values: np.ndarray, *_: object) -> Rows:
    ranked = rankdata(values.mean(axis=1))
    rows: Rows = []
    for at, one in enumerate(space.factors):
        value = float(np.corrcoef(rankdata(points[:, at]), ranked)[0, 1])
        half = 1.959963984540054 * math.sqrt((1 + value * value / 2) / max(len(ranked) - 3, 1))
        middle = math.atanh(min(max(value, -0.999999), 0.999999))
        rows.append((one.name, "rank_correlation", value, math.tanh(middle - half), math.tanh(middle + half)))
    return rows


def _oat(space: Space, points: np.ndarray, values: np.ndarray, *_: object) -> Rows:
    rows: Rows = []
    for at, name in enumerate(space.groups()):
        for index, place in (("at_low", 1 + 2 * at), ("at_high", 2 + 2 * at)):
            effect = values[place] - values[0]
            rows.append((name, index, float(effect.mean()), *summary.interval(effect)))
    return rows


def _factorial(space: Space, points: np.ndarray, values: np.ndarray, *_: object) -> Rows:
    ends = []
    for at in range(len(space.factors)):
        column = points[:, at]
        ends.append((column == column.min(), column == column.max()))
    rows: Rows = []
    for at, one in enumerate(space.factors):
        first, last = ends[at]
        effect = values[last].mean(axis=0) - values[first].mean(axis=0)
        rows.append((one.name, "effect", float(effect.mean()), *summary.interval(effect)))
    for at, one in enumerate(space.factors):
        for to in range(at + 1, len(space.factors)):
            cell = {(a, b): values[ends[at][a] & ends[to][b]].mean(axis=0) for a in (0, 1) for b in (0, 1)}
            both = cell[1, 1] - cell[1, 0] - cell[0, 1] + cell[0, 0]
            name = f"{one.name} x {space.factors[to].name}"
            rows.append((name, "interaction", float(both.mean()), *summary.interval(both)))
    return rows


READERS: dict[Design, Callable[[Space, np.ndarray, np.ndarray, int, bool, int], Rows]] = {
    Design.SOBOL: _sobol,
    Design.MORRIS: _morris,
    Design.FAST: _fast,
    Design.PAWN: _pawn,
    Design.LHS: _ranks,
    Design.RANDOM: _ranks,
    Design.OAT: _oat,
    Design.FACTORIAL: _factorial,
}
HALVING = (Design.SOBOL, Design.MORRIS, Design.LHS, Design.RANDOM, Design.PAWN)
"""Designs of which the first part is a smaller design of the same kind."""
RANKED = {Design.SOBOL: "ST", Design.MORRIS: "mu_star", Design.PAWN: "median"}
"""The index by which factors are put in order."""


def convergence(
    design: Design, space: Space, points: np.ndarray, values: np.ndarray, seed: int, second_order: bool = False
) -> pd.DataFrame:
    """The same indices from the first quarter, the first half and all of the design, where its parts are designs.

    Columns: part (share of the design), and those of `analyse`. Empty for designs that cannot be cut.
    """
    if design not in HALVING or not len(points):
        return pd.DataFrame(columns=["part", *COLUMNS])
    block = block_of(design, space, second_order)
    blocks = len(points) // block
    frames = []
    for share in (4, 2, 1):
        count = blocks // share * block
        if count >= 2 * block and count >= FEWEST_POINTS:
            found = analyse(design, space, points[:count], values[:count], seed, second_order)
            frames.append(found.assign(part=1 / share))
    if not frames:
        return pd.DataFrame(columns=["part", *COLUMNS])
    return pd.concat(frames, ignore_index=True)[["part", *COLUMNS]]


def block_of(design: Design, space: Space, second_order: bool = False) -> int:
    """Points that belong together: a trajectory, or a base point with all that is moved from it."""
    groups = len(space.groups())
    return {Design.MORRIS: groups + 1, Design.SOBOL: 2 * groups + 2 if second_order else groups + 2}.get(design, 1)


def settled(steps: pd.DataFrame) -> pd.DataFrame:
    """Whether indices have settled: factor, index, half, whole, moved, settled.

    An index has settled where it moved less from half of the design to all of it than half the width of its interval.
    """
    two = {share: steps[steps["part"] == share].set_index(["factor", "index"]) for share in (0.5, 1.0)}
    both = two[1.0].join(two[0.5]["value"].rename("half"), how="inner")
    moved = (both["value"] - both["half"]).abs()
    width = (both["high"] - both["low"]) / 2
    frame = pd.DataFrame(
        {"half": both["half"], "whole": both["value"], "moved": moved, "settled": (moved <= width) & width.notna()}
    )
    return frame.reset_index()
