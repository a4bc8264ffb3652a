"""The points of a design, as shares of the ranges: drawn through SALib and scipy, the same for the same seed."""

from __future__ import annotations

import itertools
import warnings
from enum import StrEnum

import numpy as np
from SALib.sample import fast_sampler, morris, sobol
from scipy.stats import qmc

from ttg_sim.parameter import Kind
from ttg_sim.studies.designs.space import Factor, Space

MORRIS_LEVELS = 4
FAST_HARMONICS = 4
FACTORIAL_LEVELS = 2
FEWEST_TRAJECTORIES, FEWEST_POINTS = 2, 10


class Design(StrEnum):
    """How the points of a study are chosen."""

    FACTORIAL = "factorial"
    SWEEP = "sweep"
    OAT = "oat"
    LHS = "lhs"
    RANDOM = "random"
    MORRIS = "morris"
    SOBOL = "sobol"
    FAST = "fast"
    PAWN = "pawn"


class NoDesign(ValueError):
    """Why a design cannot be drawn: one line for each reason."""


def size(design: Design, space: Space, n: int, levels: int | None = None, second_order: bool = False) -> int:
    """How many points a design has; raises `NoDesign` with what is wrong with it."""
    if reasons := _faults(design, space, n, levels):
        raise NoDesign("\n".join(reasons))
    groups = len(space.groups())
    if design is Design.FACTORIAL:
        return int(np.prod([len(grid(one, levels)) for one in space.factors], dtype=object))
    return {
        Design.SWEEP: n,
        Design.OAT: 1 + 2 * groups,
        Design.MORRIS: n * (groups + 1),
        Design.SOBOL: n * (2 * groups + 2 if second_order else groups + 2),
        Design.FAST: n * groups,
    }.get(design, n)


def _faults(design: Design, space: Space, n: int, levels: int | None) -> list[str]:
    found = []
    groups = len(space.groups())
    if not groups:
        return ["nothing is moved; expected one parameter or more"]
    if design in (Design.MORRIS, Design.SOBOL, Design.FAST) and groups < 2:
        found.append(f"{design} compares parameters and there is one only; expected two or more, or a sweep")
    if design is Design.SOBOL and n & (n - 1):
        low = 1 << (n.bit_length() - 1)
        found.append(f"{n} is no power of two, which sobol needs; expected {low} or {2 * low}")
    if design is Design.MORRIS and n < FEWEST_TRAJECTORIES:
        found.append(f"{n} trajectory is too few for morris; expected {FEWEST_TRAJECTORIES} or more")
    if design is Design.MORRIS and levels is not None and levels % 2:
        found.append(f"{levels} levels are odd; expected an even number for morris")
    if design is Design.FAST and n <= 4 * FAST_HARMONICS**2:
        found.append(f"{n} is too few for fast; expected more than {4 * FAST_HARMONICS**2}")
    if design is Design.FAST and space.grouped:
        found.append("fast cannot move parameters in groups; expected no groups, or sobol")
    if design in (Design.LHS, Design.RANDOM, Design.PAWN) and n < FEWEST_POINTS:
        found.append(f"{n} points are too few; expected {FEWEST_POINTS} or more")
    if design is Design.SWEEP and n < 2:
        found.append("one point is no sweep; expected two or more")
    return found


def sample(
    design: Design,
    space: Space,
    n: int,
    seed: int,
    levels: int | None = None,
    second_order: bool = False,
    base: np.ndarray | None = None,
) -> np.ndarray:
    """The points as shares of the ranges, (points, factors), the same for the same seed.

    `n` is the number of points, trajectories (morris) or base points (sobol, fast); `levels` the steps of each number
    in a factorial, or of the grid of morris; `base` the point, as shares, from which one factor at a time is moved.
    Raises `NoDesign`.
    """
    size(design, space, n, levels, second_order)
    count = len(space.factors)
    if design is Design.FACTORIAL:
        return np.array(list(itertools.product(*(grid(one, levels) for one in space.factors))), float)
    if design is Design.SWEEP:
        return np.repeat(np.linspace(0.0, 1.0, n)[:, None], count, axis=1)
    if design is Design.OAT:
        return _one_at_a_time(space, np.full(count, 0.5) if base is None else np.asarray(base, float))
    if design is Design.RANDOM:
        return np.asarray(np.random.default_rng(seed).random((n, count)))
    if design in (Design.LHS, Design.PAWN):
        return np.asarray(qmc.LatinHypercube(d=count, rng=np.random.default_rng(seed)).random(n))
    problem = space.problem()
    if design is Design.MORRIS:
        return np.asarray(morris.sample(problem, n, num_levels=levels or MORRIS_LEVELS, seed=seed))
    if design is Design.FAST:
        return np.asarray(fast_sampler.sample(problem, n, M=FAST_HARMONICS, seed=seed))
    with warnings.catch_warnings():
        # Which numbers are fine is checked above.
        warnings.simplefilter("ignore", UserWarning)
        return np.asarray(sobol.sample(problem, n, calc_second_order=second_order, seed=seed))


def grid(one: Factor, levels: int | None) -> list[float]:
    """The shares that a factor takes in a factorial: all of its values, or equal steps from end to end."""
    if one.kind in (Kind.CHOICE, Kind.SWITCH) or (one.kind is Kind.COUNT and levels is None):
        return [(place + 0.5) / one.count for place in range(one.count)]
    return [float(share) for share in np.linspace(0.0, 1.0, levels or FACTORIAL_LEVELS)]


def _one_at_a_time(space: Space, base: np.ndarray) -> np.ndarray:
    """The base point, then each factor or group at its low and its high end."""
    rows = [base]
    for group in space.groups():
        mine = [(one.group or one.name) == group for one in space.factors]
        rows += [np.where(mine, 0.0, base), np.where(mine, 1.0, base)]
    return np.array(rows)
