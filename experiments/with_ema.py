"""The model under EMA Workbench's own evaluator: two policies in ten worlds, with three uncertain numbers.

Run it with `python experiments/with_ema.py` (extra `explore`; under a minute). EMA Workbench draws the values and calls
the model. For long studies `ttg experiment` keeps what is finished and pairs differences on the same people, and
`ttg export STUDY --to ema` hands its rows over to the same analyses.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from ema_workbench import CategoricalParameter, Model, Policy, RealParameter, ScalarOutcome, SequentialEvaluator

from ttg_sim import load_scenario
from ttg_sim.scenario import Scenario, with_settings
from ttg_sim.scenario.names import parameters
from ttg_sim.studies.runner import one_run

SCENARIOS = Path(__file__).parents[1] / "scenarios"
UNCERTAIN = ("reoffending.level", "relationship.attend_at_neutral", "relationship.attend_by_readiness")
POLICIES = ("tr_as_implemented", "steady_funding")
OUTCOMES = ("met_before_release", "reoffending_12m")


def world(scenario: Scenario, **values: float) -> dict[str, float]:
    """The outcomes of one run; names of parameters have `__` where they have a dot elsewhere."""
    moved = with_settings(scenario, {name.replace("__", "."): value for name, value in values.items()})
    table = one_run(moved, replicate=0).outcomes
    whole = table[(table["group"] == "all") & (table["unit"] == "cohort")].set_index("outcome")["value"]
    return {name: float(whole[name]) for name in OUTCOMES}


def model(scenarios: dict[str, Scenario]) -> Model:
    """The model as EMA Workbench sees it: half of the way to each bound around the value in force."""

    def run(policy_name: str = POLICIES[0], **values: float) -> dict[str, float]:
        return world(scenarios[policy_name], **values)

    found = Model("ttg", function=run)
    found.uncertainties = []
    for path in UNCERTAIN:
        facts = parameters()[path]
        assert isinstance(facts.default, float)
        assert facts.low is not None
        assert facts.high is not None
        low, high = (facts.default + (end - facts.default) / 2 for end in (facts.low, facts.high))
        found.uncertainties = [*found.uncertainties, RealParameter(path.replace(".", "__"), low, high)]
    found.levers = [CategoricalParameter("policy_name", list(scenarios))]
    found.outcomes = [ScalarOutcome(name) for name in OUTCOMES]
    return found


def explore(scenarios: dict[str, Scenario], worlds: int) -> tuple[pd.DataFrame, dict[str, object]]:
    """Experiments and outcomes of so many worlds under each policy."""
    policies = [Policy(name, policy_name=name) for name in scenarios]
    with SequentialEvaluator(model(scenarios)) as evaluator:
        found: tuple[pd.DataFrame, dict[str, object]] = evaluator.perform_experiments(worlds, policies)
    return found


if __name__ == "__main__":
    experiments, outcomes = explore({name: load_scenario(SCENARIOS / f"{name}.yaml") for name in POLICIES}, 10)
    print(pd.concat([experiments, pd.DataFrame(outcomes)], axis=1).groupby("policy")[list(OUTCOMES)].mean())
