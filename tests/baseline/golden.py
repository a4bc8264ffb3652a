"""Golden summaries: what the shipped scenarios gave when somebody last said why they should."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ttg_sim import load_scenario
from ttg_sim.outcomes.tables import KEY
from ttg_sim.studies.runner import one_run
from ttg_sim.studies.targets import REGIMES

HERE = Path(__file__).parent
SCENARIOS = HERE.parents[1] / "scenarios"
GOLDEN = HERE / "golden.csv"
REASONS = HERE / "reasons.md"
REPLICATES = (0, 1)
GROUPS = ("all", "risk")


def summaries() -> pd.DataFrame:
    """Outcomes of each shipped scenario of one area, for everybody; the two regimes twice, and by risk band too."""
    frames = []
    for path in sorted(SCENARIOS.glob("*.yaml")):
        scenario = load_scenario(path)
        if scenario.sections["areas"].number > 1:  # too long for each test run
            continue
        regime = scenario.name in REGIMES
        for replicate in REPLICATES if regime else REPLICATES[:1]:
            outcomes = one_run(scenario, replicate).outcomes
            chosen = outcomes[outcomes["group"].isin(GROUPS if regime else GROUPS[:1])]
            frames.append(chosen.assign(scenario=scenario.name, replicate=replicate))
    columns = ["scenario", "replicate", *KEY, "value", "numerator", "denominator"]
    return pd.concat(frames, ignore_index=True)[columns]
