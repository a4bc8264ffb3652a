"""What a finished study says: its indices, whether they have settled, and which policy is best how often."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ttg_sim.studies import summary
from ttg_sim.studies.designs.indices import NoIndices, analyse, convergence, settled
from ttg_sim.studies.designs.sampling import Design
from ttg_sim.studies.experiments.carrying import FAILED
from ttg_sim.studies.experiments.counted import Counted
from ttg_sim.studies.experiments.plan import Plan
from ttg_sim.studies.experiments.ranking import Ranked, rank
from ttg_sim.studies.experiments.store import StudyFolder
from ttg_sim.studies.store import write_csv

FRONT = ["outcome", "scenario"]
PARTS = (0.25, 0.5, 1.0)
"""Parts of a design that are read by themselves: what has settled moved little from half of it to the whole."""


@dataclass(frozen=True)
class Results:
    """The tables of a finished study; all empty where nothing is moved.

    `levels`: outcome, scenario, mean, low, high (5 and 95 in 100 of the points), points, replicates. `points` (of a
    sweep or factorial): outcome, scenario, point, a column for each parameter, mean, low, high (95%). `indices`,
    `convergence` and `settled`: outcome, scenario, and the columns of `designs.indices`. `refused` says of outcomes of
    which no indices can be given why. `ranked` has the standing of policies for outcomes with a gain.
    """

    plan: Plan
    levels: pd.DataFrame
    points: pd.DataFrame
    indices: pd.DataFrame
    convergence: pd.DataFrame
    settled: pd.DataFrame
    ranked: tuple[Ranked, ...] = ()
    refused: tuple[str, ...] = ()

    @property
    def asked(self) -> tuple[tuple[Counted, str], ...]:
        """Each figure of each world that has it."""
        return tuple(_asked(self.plan))

    def of(self, one: Counted, scenario: str) -> pd.DataFrame:
        """The indices of one figure of one world."""
        if self.indices.empty:
            return self.indices
        return self.indices[(self.indices["outcome"] == one.column) & (self.indices["scenario"] == scenario)]

    def settled_of(self, one: Counted, scenario: str, index: str, factors: Iterable[str]) -> tuple[int, int]:
        """How many of some factors have an index that has settled, of how many of which that can be told."""
        if self.settled.empty:
            return 0, 0
        mine = self.settled[(self.settled["outcome"] == one.column) & (self.settled["scenario"] == scenario)]
        mine = mine[(mine["index"] == index) & mine["factor"].isin(set(factors))]
        return int(mine["settled"].sum()), len(mine)


def first_index(design: Design) -> str:
    """The index by which the factors of a design are put in order."""
    names = {Design.MORRIS: "mu_star", Design.SOBOL: "ST", Design.FAST: "ST", Design.PAWN: "median",
             Design.OAT: "at_high", Design.FACTORIAL: "effect"}  # fmt: skip
    return names.get(design, "PRCC")


def results(folder: StudyFolder) -> Results:
    """All of it, from the rows; raises `NoIndices` with the missing points where the study is not finished."""
    plan, rows = folder.plan, folder.read()
    check_whole(folder, rows)
    seed = plan.seed
    levels, indices, steps, ends, refused, each = [], [], [], [], [], []
    by_outcome: dict[str, dict[str, np.ndarray]] = {}
    points = plan.shares()
    for one, scenario in _asked(plan):
        values = matrix(rows, scenario, one, len(points), plan.replicates)
        front = {"outcome": one.column, "scenario": scenario}
        levels.append(front | _spread(values))
        by_outcome.setdefault(one.column, {})[scenario] = values
        if plan.design in (Design.SWEEP, Design.FACTORIAL) and plan.moved:
            each += list(_each(folder.points, values, front))
        if not plan.moved or plan.design is Design.SWEEP:
            continue
        try:
            indices.append(analyse(plan.design, plan.space, points, values, seed, plan.second_order).assign(**front))
            step = convergence(plan.design, plan.space, points, values, seed, PARTS, plan.second_order)
        except NoIndices as fault:
            refused += [f"{one.column}, {scenario}: {line}" for line in str(fault).splitlines()]
            continue
        if len(step):
            steps.append(step.assign(**front))
            ends.append(settled(step).assign(**front))
    tables = [_joined(found) for found in (indices, steps, ends)]
    ranked: tuple[Ranked, ...] = ()
    if plan.design in DRAWN_AT_RANDOM:
        ranked = tuple(
            found for one in plan.counted if (found := rank(plan, one, by_outcome[one.column], points)) is not None
        )
    return Results(
        plan, pd.DataFrame(levels), pd.DataFrame(each), tables[0], tables[1], tables[2], ranked, tuple(refused)
    )


def _each(points: pd.DataFrame, values: np.ndarray, front: dict[str, str]) -> Iterator[dict[str, object]]:
    for place, row in zip(points.to_dict("records"), values, strict=True):
        known = row[~np.isnan(row)]
        low, high = summary.interval(known)
        mean = known.mean() if len(known) else np.nan
        yield {**front, **{str(name): value for name, value in place.items()}, "mean": mean, "low": low, "high": high}


def write(found: Results, folder: StudyFolder) -> list[str]:
    """Write the tables that hold anything into the folder of the study; returns their names."""
    tables = {"levels": found.levels, "points": found.points, "indices": found.indices,
              "convergence": found.convergence,
              "settled": found.settled}  # fmt: skip
    if found.ranked:
        tables |= {"ranking": pd.concat([one.table for one in found.ranked], ignore_index=True),
                   "turns": pd.concat([one.turns for one in found.ranked], ignore_index=True),
                   "information": pd.concat([one.information for one in found.ranked], ignore_index=True)}  # fmt: skip
        boxes = [one.box.limits.assign(outcome=one.outcome.column, coverage=one.box.coverage, density=one.box.density,
                                       mass=one.box.mass) for one in found.ranked if one.box]  # fmt: skip
        tables["boxes"] = pd.concat(boxes, ignore_index=True) if boxes else pd.DataFrame()
    names = [name for name, table in tables.items() if len(table)]
    for name in names:
        write_csv(folder.path / f"{name}.csv", tables[name])
    return names


def matrix(rows: pd.DataFrame, scenario: str, one: Counted, points: int, replicates: int) -> np.ndarray:
    """One figure of one world: (points, replicates), not a number where it is missing."""
    mine = rows[rows["scenario"] == scenario]
    found = np.full((points, replicates), np.nan)
    found[mine["point"].to_numpy(), mine["replicate"].to_numpy()] = mine[one.column].to_numpy()
    return found


def _asked(plan: Plan) -> Iterator[tuple[Counted, str]]:
    """Each figure of each world that has it."""
    for one in plan.counted:
        for world in plan.scenarios if one.difference else plan.worlds:
            yield one, world.name


def check_whole(folder: StudyFolder, rows: pd.DataFrame) -> None:
    """Raise `NoIndices` with the points that are missing or failed."""
    done = rows[rows["status"] != FAILED].groupby("point").size()
    whole = folder.plan.replicates * len(folder.plan.worlds)
    missing = [point for point in range(len(folder.points)) if done.get(point, 0) < whole]
    if missing:
        shown = ", ".join(map(str, missing[:10])) + (" and so on" if len(missing) > 10 else "")
        what = f"{len(missing):,} of {len(folder.points):,} points are missing or failed ({shown})"
        raise NoIndices(f"{folder.path}: {what}; the same command tries them again")


def _spread(values: np.ndarray) -> dict[str, float]:
    """The mean over points, and between which values 90 of 100 points lie, each the mean over its replicates."""
    with np.errstate(invalid="ignore"):
        known = ~np.isnan(values)
        counts = known.sum(axis=1)
        means = np.where(known, values, 0.0).sum(axis=1) / np.where(counts, counts, 1)
        means = means[counts > 0]
    low, high = np.quantile(means, [0.05, 0.95]) if len(means) else (np.nan, np.nan)
    mean = means.mean() if len(means) else np.nan
    return {"mean": mean, "low": low, "high": high, "points": len(values), "replicates": values.shape[1]}


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    if not frames:
        return pd.DataFrame()
    whole = pd.concat(frames, ignore_index=True)
    return whole[[*FRONT, *(name for name in whole if name not in FRONT)]]


DRAWN_AT_RANDOM = (Design.LHS, Design.RANDOM, Design.SOBOL, Design.PAWN, Design.MORRIS)
"""Designs whose points spread over the ranges, so that shares of points mean something."""
