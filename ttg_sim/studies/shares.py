"""The evidence share: how much of the doubt about a difference comes from numbers of each grade of evidence.

The uncertain numbers of one grade are moved together over their plausible ranges, in all worlds alike, while all others
stay at their values in force; and once all of them are moved. The variance of the difference between such worlds, less
what is chance between runs, is what that grade alone brings; what is left of the variance with all of them moved comes
from several grades together. Each world has luck of its own, so that the mean over worlds does not hang on that of a
few runs. Which ranges are plausible is itself an assumption.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from ttg_sim.parameter import Grade
from ttg_sim.scenario import Scenario
from ttg_sim.studies.compare import Comparison, under_the_luck_of
from ttg_sim.studies.designs.sampling import Design
from ttg_sim.studies.experiments.counted import Counted
from ttg_sim.studies.experiments.plan import Plan
from ttg_sim.studies.experiments.results import check_whole, matrix
from ttg_sim.studies.experiments.running import Study, run_study
from ttg_sim.studies.experiments.uncertain import all_uncertain
from ttg_sim.studies.runner import Progress
from ttg_sim.studies.store import file_hash, write_csv, write_json

DRAWS, REPLICATES = 64, 2
TIMES = 2.0
"""No value is moved beyond its double, or below its half."""
SEED = 20_150_201
OUTCOMES = ("reoffending_12m", "met_before_release")
ALL = "all"
TABLE, FACTS = "evidence_share.csv", "evidence_share.json"
COLUMNS = [
    "scenario", "outcome", "grade", "parameters", "variance", "low", "high", "chance", "mean", "p5", "p95", "points",
]  # fmt: skip
RESAMPLES = 1000


def shares_plans(scenarios: Sequence[Scenario], baseline: Scenario, draws: int = DRAWS) -> dict[str, Plan]:
    """The studies behind the evidence share of a comparison: one for each grade, and one with all numbers moved."""
    base = replace(baseline, replicates=REPLICATES)
    worlds = (base, *(under_the_luck_of(base, one) for one in scenarios))
    moved, left_alone = all_uncertain(worlds, times=TIMES)
    whole = Plan(
        name=f"evidence_share_{ALL}",
        title="Worlds in which all uncertain numbers are moved together",
        why="",
        file="",
        text="# Made for the evidence share of a report; the design is in manifest.json.\n",
        design=Design.LHS,
        worlds=worlds,
        has_baseline=True,
        moved=tuple(moved.values()),
        counted=tuple(Counted(name, True) for name in OUTCOMES),
        replicates=REPLICATES,
        n=draws,
        seed=SEED,
        left_alone=left_alone,
        own_luck=True,
    )
    plans = {ALL: whole}
    for grade in Grade:
        if mine := tuple(one for one in whole.moved if one.facts.grade is grade):
            title = f"Worlds in which uncertain numbers of grade {grade} are moved"
            plans[grade.value] = replace(whole, name=f"evidence_share_{grade}", title=title, moved=mine)
    return plans


def evidence_share(
    comparison: Comparison, out: Path, draws: int = DRAWS, workers: int | None = None, progress: Progress | None = None
) -> pd.DataFrame:
    """Run what is missing of the studies, and write their table into the folder of the comparison.

    Columns: scenario, outcome, grade (`all` where all numbers are moved), parameters, variance (of the difference
    between worlds, less chance), low, high (95%), chance (the variance that two runs of each world leave), mean, p5,
    p95 (of the difference over the worlds, chance taken away), points. Raises `RunFailed` and `NoIndices`.
    """
    plans = shares_plans([one.scenario for one in comparison.others], comparison.baseline.scenario, draws)
    total, before, rows = sum(plan.runs for plan in plans.values()), 0, []
    studies = {}
    for grade, plan in plans.items():
        onwards = None if progress is None else (lambda done, _, before=before: progress(before + done, total))
        studies[grade] = run_study(plan, out, workers, progress=onwards)
        before += plan.runs
        rows += list(_rows(grade, studies[grade]))
    table = pd.DataFrame(rows, columns=COLUMNS)
    write_csv(comparison.path / TABLE, table)
    facts = {"studies": [study.folder.path.name for study in studies.values()], "draws": draws,
             "replicates": REPLICATES, "parameters": len(plans[ALL].moved),
             "left_alone": dict(plans[ALL].left_alone or {}), "hash": file_hash(comparison.path / TABLE)}  # fmt: skip
    write_json(comparison.path / FACTS, facts)
    return table


def _rows(grade: str, study: Study) -> Iterator[tuple[object, ...]]:
    plan, rows = study.plan, study.folder.read()
    check_whole(study.folder, rows)
    for one in plan.counted:
        for world in plan.scenarios:
            values = matrix(rows, world.name, one, plan.n, plan.replicates)
            values = values[~np.isnan(values).any(axis=1)]
            variance, low, high, chance = net_variance(values)
            front = (world.name, one.outcome, grade, len(plan.moved))
            yield (*front, variance, low, high, chance, *_spread(values.mean(axis=1), variance, chance), len(values))


def _spread(means: np.ndarray, variance: float, chance: float) -> tuple[float, float, float]:
    """Mean over worlds, and between which values 90 of 100 of them lie, drawn together by what is chance in them."""
    if not len(means) or np.isnan(variance):
        return np.nan, np.nan, np.nan
    mean = float(means.mean())
    share = max(variance, 0.0) / (max(variance, 0.0) + chance) if variance > 0 or chance > 0 else 0.0
    low, high = np.quantile(mean + (means - mean) * np.sqrt(share), [0.05, 0.95])
    return mean, float(low), float(high)


def net_variance(values: np.ndarray) -> tuple[float, float, float, float]:
    """The variance between worlds less chance, with its 95% interval from resampled worlds, and the part of chance.

    `values` is (worlds, replicates), every run with luck of its own. Chance is the mean variance between the runs of a
    world, divided by their number: what the means of worlds have of it. The net variance can come out below nil, where
    there is none to be told from chance; it is given as it comes.
    """
    points, replicates = values.shape
    if points < 3 or replicates < 2:
        return np.nan, np.nan, np.nan, np.nan

    def parts(drawn: np.ndarray) -> tuple[float, float]:
        chance = float(drawn.var(axis=1, ddof=1).mean()) / replicates
        return float(drawn.mean(axis=1).var(ddof=1)) - chance, chance

    generator = np.random.default_rng(SEED)
    again = [parts(values[generator.integers(0, points, points)])[0] for _ in range(RESAMPLES)]
    low, high = np.quantile(again, [0.025, 0.975])
    variance, chance = parts(values)
    return variance, float(low), float(high), chance
