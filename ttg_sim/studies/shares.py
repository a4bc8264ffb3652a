"""The evidence share: how much of the doubt about a difference comes from parameters of each grade, and from chance.

All uncertain numbers are moved together over their plausible ranges, those of one grade as one group, in all worlds
alike. The first-order index of a grade is the part of the variance of the difference that goes when its parameters are
known. Which ranges are plausible is itself an assumption.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from ttg_sim.parameter import Grade
from ttg_sim.scenario import Scenario
from ttg_sim.studies.compare import Comparison, under_the_luck_of
from ttg_sim.studies.designs.sampling import Design
from ttg_sim.studies.experiments.counted import Counted
from ttg_sim.studies.experiments.plan import Plan
from ttg_sim.studies.experiments.results import results
from ttg_sim.studies.experiments.running import run_study
from ttg_sim.studies.experiments.uncertain import all_uncertain
from ttg_sim.studies.runner import Progress
from ttg_sim.studies.store import file_hash, write_csv, write_json

DRAWS, REPLICATES = 64, 2
TIMES = 2.0
"""No value is moved beyond its double, or below its half."""
SEED = 20_150_201
OUTCOMES = ("reoffending_12m", "met_before_release")
TABLE, FACTS = "evidence_share.csv", "evidence_share.json"
COLUMNS = ["scenario", "outcome", "grade", "share", "low", "high", "together", "chance", "mean", "p5", "p95", "points"]


def shares_plan(scenarios: Sequence[Scenario], baseline: Scenario, draws: int = DRAWS) -> Plan:
    """The study behind the evidence share of a comparison."""
    base = replace(baseline, replicates=REPLICATES)
    worlds = (base, *(under_the_luck_of(base, one) for one in scenarios))
    moved, left_alone = all_uncertain(worlds, times=TIMES)
    return Plan(
        name="evidence_share",
        title="How much of the doubt comes from parameters of each grade",
        why="",
        file="",
        text="# Made for the evidence share of a report; the design is in manifest.json.\n",
        design=Design.SOBOL,
        worlds=worlds,
        has_baseline=True,
        moved=tuple(replace(one, group=one.facts.grade.value) for one in moved.values()),
        counted=tuple(Counted(name, True) for name in OUTCOMES),
        replicates=REPLICATES,
        n=draws,
        seed=SEED,
        left_alone=left_alone,
    )


def evidence_share(
    comparison: Comparison, out: Path, draws: int = DRAWS, workers: int | None = None, progress: Progress | None = None
) -> pd.DataFrame:
    """Run what is missing of the study, and write its table into the folder of the comparison.

    Columns: scenario, outcome, grade, share (first order), low, high (95%), together (total order), chance (the part
    of the variance that is chance between runs), mean, p5, p95 (of the difference over all points), points. Raises
    `RunFailed` and `NoIndices`.
    """
    plan = shares_plan([one.scenario for one in comparison.others], comparison.baseline.scenario, draws)
    study = run_study(plan, out, workers, progress=progress)
    table = _table(results(study.folder).indices, results(study.folder).levels)
    write_csv(comparison.path / TABLE, table)
    facts = {"study": study.folder.path.name, "identity": plan.identity(), "draws": draws, "replicates": REPLICATES,
             "parameters": len(plan.moved), "left_alone": dict(plan.left_alone or {}),
             "hash": file_hash(comparison.path / TABLE)}  # fmt: skip
    write_json(comparison.path / FACTS, facts)
    return table


def _table(indices: pd.DataFrame, levels: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for (outcome, scenario), part in indices.groupby(["outcome", "scenario"], sort=False):
        spread = levels[(levels["outcome"] == outcome) & (levels["scenario"] == scenario)].to_dict("records")[0]
        found = {(row["factor"], row["index"]): row for row in part.to_dict("records")}
        for grade in Grade:
            if (grade.value, "S1") not in found:
                continue
            first, total = found[grade.value, "S1"], found[grade.value, "ST"]
            rows.append(
                (scenario, str(outcome).removeprefix("difference_"), grade.value, first["value"], first["low"],
                 first["high"], total["value"], first["noise_share"], spread["mean"], spread["low"], spread["high"],
                 first["points"])
            )  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)
