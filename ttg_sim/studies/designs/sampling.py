"""Points of a design, in the unit cube of a `Space`: drawn by SALib or scipy from an explicit seed.

What `n` is depends on the design: points (lhs, random, pawn, sweep), trajectories (morris), blocks (sobol), points on
the search curve of each factor (fast). It says nothing to factorial (levels do) and oat (two points a group).

What a group means: in lhs, random, pawn, sweep, factorial and oat its factors share one share of their ranges. In
morris they take their steps together, each up or down by itself; in sobol they vary independently and are exchanged
together, so that its indices are those of all of them.

No function here reads or changes the random state that numpy keeps for everybody.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from SALib.sample import fast_sampler, morris, sobol
from scipy.stats import qmc

from ttg_sim.parameter import Kind
from ttg_sim.studies.designs.space import NoDesign, Space

__all__ = ["Design", "Levels", "NoDesign", "levels_of", "sample", "size"]

Levels: TypeAlias = int | Mapping[str, int] | None

HARMONICS = 4
"""Harmonics that FAST adds up (M); its sample has to be larger than four times its square."""
MORRIS_LEVELS = 4
PAWN_LEAST = 100
FEWEST = 10
"""Points of a random sample below which nothing is drawn; indices of it take more points than factors."""
"""Ten slides of ten points: the fewest with which a distribution can be compared with another."""
MOST_POINTS = 1_000_000


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


COMPARING = (Design.MORRIS, Design.SOBOL, Design.FAST)
"""Designs that say how factors compare: there have to be two."""


def size(design: Design, space: Space, n: int, levels: Levels = None, second_order: bool = False) -> int:
    """Number of points of a design without drawing it; what cannot be drawn is a `NoDesign`."""
    groups = len(space.groups())
    _check(design, space, n, levels, second_order)
    if design is Design.FACTORIAL:
        return math.prod(levels_of(space, levels).values())
    if design is Design.OAT:
        return 1 + 2 * groups
    if design is Design.MORRIS:
        return n * (groups + 1)
    if design is Design.SOBOL:
        return n * ((2 if second_order else 1) * groups + 2)
    return n * groups if design is Design.FAST else n


def sample(
    design: Design,
    space: Space,
    n: int,
    seed: int,
    levels: Levels = None,
    second_order: bool = False,
    base: np.ndarray | None = None,
) -> np.ndarray:
    """Points of a design (rows) as shares of the range of each factor (columns), the same ones for the same seed.

    `levels` are the levels of a factorial, equally spaced (one number for all, or by name of factor or group; 2 for a
    number unless given; counts have all of theirs unless this says fewer, choices and switches always), or those of the
    grid of morris. `base` is the base point of oat, as shares (the middle of all ranges unless given); no other design
    reads it. A sweep has `n` equally spaced points, both ends included.
    """
    points = size(design, space, n, levels, second_order)
    if points > MOST_POINTS:
        raise NoDesign(f"this {design} has {points:,} points; at most {MOST_POINTS:,} are drawn")
    if seed < 0:
        raise NoDesign(f"the seed {seed} is negative; a whole number from 0 on is expected")
    if design is Design.OAT:
        return _one_at_a_time(space, base)
    found: np.ndarray = np.clip(_drawn(design, space, n, seed, levels, second_order), 0.0, 1.0)
    return found


def _drawn(design: Design, space: Space, n: int, seed: int, levels: Levels, second_order: bool) -> np.ndarray:
    groups = len(space.groups())
    if design is Design.FACTORIAL:
        axes = [np.linspace(0, 1, count) for count in levels_of(space, levels).values()]
        return _spread(space, np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, groups))
    if design is Design.SWEEP:
        return _spread(space, np.linspace(0, 1, n)[:, None])
    if design in (Design.LHS, Design.PAWN):
        hypercube = qmc.LatinHypercube(d=groups, seed=np.random.default_rng(seed))
        return _spread(space, np.asarray(hypercube.random(n)))
    if design is Design.RANDOM:
        return _spread(space, np.random.default_rng(seed).random((n, groups)))
    problem = space.problem()
    if design is Design.MORRIS:
        found = morris.sample(problem, n, num_levels=_grid(levels), seed=seed)
    elif design is Design.SOBOL:
        found = sobol.sample(problem, n, calc_second_order=second_order, scramble=True, seed=seed)
    else:
        found = fast_sampler.sample(problem, n, M=HARMONICS, seed=seed)
    return np.asarray(found)


def _spread(space: Space, by_group: np.ndarray) -> np.ndarray:
    """Shares by group as shares by factor."""
    at = {group: column for column, group in enumerate(space.groups())}
    return by_group[:, [at[factor.unit] for factor in space.factors]]


def _one_at_a_time(space: Space, base: np.ndarray | None) -> np.ndarray:
    middle = np.full(len(space.factors), 0.5) if base is None else np.asarray(base, dtype=float)
    if middle.shape != (len(space.factors),) or not np.all((middle >= 0) & (middle <= 1)):
        raise NoDesign(f"the base point is {len(space.factors)} shares from 0 to 1, one for each factor")
    points = np.tile(middle, (1 + 2 * len(space.groups()), 1))
    for at, group in enumerate(space.groups()):
        points[1 + 2 * at, space.columns(group)] = 0.0
        points[2 + 2 * at, space.columns(group)] = 1.0
    return points


def levels_of(space: Space, levels: Levels) -> dict[str, int]:
    """Number of levels of each group in a factorial, in order."""
    if isinstance(levels, Mapping):
        for name in levels:
            if name not in space.groups():
                raise NoDesign(f"levels: {name!r} is none of {', '.join(space.groups())}")
    return {group: _levels_of_one(space, group, levels) for group in space.groups()}


def _levels_of_one(space: Space, group: str, levels: Levels) -> int:
    """All choices and switches of a group; of numbers what is asked for; of counts that, if there are so many."""
    members = [space.factors[at] for at in space.columns(group)]
    asked = levels.get(group) if isinstance(levels, Mapping) else levels
    if asked is not None and asked < 2:
        raise NoDesign(f"levels: {group} has {asked}; two or more are expected")
    named = [factor.bins or 0 for factor in members if factor.kind in (Kind.CHOICE, Kind.SWITCH)]
    if len(named) == len(members) and isinstance(levels, Mapping) and asked not in (None, max(named)):
        raise NoDesign(f"levels: {group} has {asked}; all its {max(named)} are taken, so leave it out")
    every = [factor.bins or 2 for factor in members]
    if asked is None:
        return max(every)
    if any(factor.bins is None for factor in members):
        return max(asked, *named, 2)
    return max(min(asked, max(every)), *named, 2)


def _grid(levels: Levels) -> int:
    return levels if isinstance(levels, int) else MORRIS_LEVELS


def _check(design: Design, space: Space, n: int, levels: Levels, second_order: bool) -> None:
    groups = space.groups()
    if not groups:
        raise NoDesign(f"{design} has nothing to vary: name one factor or more")
    if design in COMPARING and len(groups) < 2:
        raise NoDesign(f"{design} compares factors, so there have to be two or more factors or groups, not one")
    if second_order and design is not Design.SOBOL:
        raise NoDesign(f"{design} has no indices of second order; sobol has")
    if levels is not None and design not in (Design.FACTORIAL, Design.MORRIS):
        raise NoDesign(f"{design} has no levels; factorial and morris have")
    if design is Design.SWEEP and len(groups) > 1:
        raise NoDesign(
            f"a sweep moves one factor or group, not {len(groups)}: put them into one group, or use factorial"
        )
    if design is Design.FAST and any(factor.group for factor in space.factors):
        raise NoDesign("fast cannot move groups: take the groups away, or use sobol or morris")
    if design is Design.MORRIS and levels is not None and (isinstance(levels, Mapping) or levels < 2 or levels % 2):
        raise NoDesign(f"levels: morris has one even number of levels for all factors (4 is usual), not {levels}")
    if design not in (Design.FACTORIAL, Design.OAT):
        _check_number(design, n)


def _check_number(design: Design, n: int) -> None:
    """Whether `n` is enough for the analysis that follows."""
    if design is Design.SOBOL:
        if n < 2 or n & (n - 1):
            below = 1 << max(n.bit_length() - 1, 1) if n > 1 else 2
            raise NoDesign(f"sobol takes a power of two (2 or more) for n, not {n}: take {below} or {2 * below}")
        return
    least, why = {
        Design.SWEEP: (2, "both ends"),
        Design.MORRIS: (2, "two trajectories show how much an effect varies"),
        Design.FAST: (4 * HARMONICS**2 + 1, f"more than 4 times the square of {HARMONICS} harmonics"),
        Design.PAWN: (PAWN_LEAST, "ten slides of ten points"),
    }.get(design, (FEWEST, "fewer points say nothing of a range"))
    if n < least:
        raise NoDesign(f"{design} takes n of {least} or more, not {n}: {why}")
