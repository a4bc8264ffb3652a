"""What a worker does: a batch of runs of a study, each a row; a run that fails twice is a row with its error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ttg_sim.engine import draws
from ttg_sim.engine.kernel import source_hash
from ttg_sim.outcomes.tables import RunTables
from ttg_sim.parameter import Value
from ttg_sim.scenario import Scenario, first_difference
from ttg_sim.studies import provenance
from ttg_sim.studies.experiments.counted import Counted, differences, levels
from ttg_sim.studies.experiments.plan import Plan
from ttg_sim.studies.runner import one_run

DONE, FAILED = "done", "failed"
TRIES = 2
LONGEST_ERROR = 300
Row = dict[str, Any]
Pair = tuple[int, int]
"""A point and a replicate: all worlds of the study are run there."""


@dataclass(frozen=True)
class Batch:
    """Some points and replicates, which one worker carries out in a row."""

    number: int
    pairs: tuple[Pair, ...]


@dataclass(frozen=True)
class Carried:
    """The rows of a batch, and where and by which code they were made."""

    number: int
    rows: list[Row]
    machine: dict[str, Any]
    source_hash: str


def carry_out(plan: Plan, points: Mapping[int, Mapping[str, Value]], batch: Batch) -> Carried:
    """Carry out a batch; `points` has the values of its points."""
    rows: list[Row] = []
    for point, replicate in batch.pairs:
        rows += attempt(plan, points[point], point, replicate)
    return Carried(batch.number, rows, provenance.machine(), source_hash())


def attempt(plan: Plan, values: Mapping[str, Value], point: int, replicate: int) -> list[Row]:
    """A row for each world at one point, in one replicate."""
    error = ""
    for _ in range(TRIES):
        try:
            return list(_rows(plan, plan.at(values), point, replicate))
        except Exception as fault:
            # Whatever goes wrong in one run must not take the others with it.
            error = f"{type(fault).__name__}: {' '.join(str(fault).split())}"[:LONGEST_ERROR]
    return failed(plan, point, replicate, error)


def failed(plan: Plan, point: int, replicate: int, error: str) -> list[Row]:
    """The rows of a point and replicate that could not be carried out."""
    empty = {one.column: np.nan for one in plan.counted}
    return [_row(plan, world, point, replicate, FAILED, error) | empty for world in plan.worlds]


def _rows(plan: Plan, worlds: Sequence[Scenario], point: int, replicate: int) -> Iterator[Row]:
    names = {one.outcome for one in plan.counted}
    groups = {"all", *(one.group for one in plan.counted)}
    base: RunTables | None = None
    for place, world in enumerate(worlds):
        tables = one_run(world, plan.luck(point, replicate), names=names, groups=groups)
        row = _row(plan, world, point, replicate, DONE, "") | {one.column: np.nan for one in plan.counted}
        row |= levels(plan.counted, tables)
        if plan.has_baseline and place == 0:
            base = tables
        elif base is not None:
            row |= differences(plan.counted, base, tables, first_difference(worlds[0], world))
        yield row


def _row(plan: Plan, world: Scenario, point: int, replicate: int, status: str, error: str) -> Row:
    seed = int(draws.run_seed(plan.worlds[0].seed, plan.luck(point, replicate)))
    return {"point": point, "replicate": replicate, "seed": seed, "scenario": world.name, "status": status} | {
        "error": error
    }


__all__ = ["Batch", "Carried", "Counted", "Pair", "Row", "attempt", "carry_out", "failed"]
