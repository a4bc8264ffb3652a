"""Run and compare from Python: the same work as the command line, with pandas tables as results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ttg_sim.scenario import Scenario, load_scenario, with_settings
from ttg_sim.studies.compare import Comparison
from ttg_sim.studies.compare import compare as compare_scenarios
from ttg_sim.studies.precision import MOST, Aims
from ttg_sim.studies.runner import Finished, run_all


def run(
    scenario: Scenario | str | Path,
    out: str | Path = "results",
    replicates: int | None = None,
    seed: int | None = None,
    workers: int = 1,
    settings: Mapping[str, object] | None = None,
    events: bool = False,
) -> Finished:
    """Run what is missing of a scenario and return its results.

    The result has `outcomes()`, `replicate_outcomes()`, `spells()`, `weekly()` and `folder.path`. `settings` are values
    by dotted name, as `--set` on the command line. With more than one of `workers`, processes are started afresh, so a
    script has to call this below `if __name__ == "__main__":`. Raises `ScenarioFaults` for wrong input and `RunFailed`.
    """
    return run_all([_scenario(scenario, replicates, seed, settings)], Path(out), workers, events)[0]


def compare(
    scenarios: Scenario | str | Path | Sequence[Scenario | str | Path],
    baseline: Scenario | str | Path,
    out: str | Path = "results",
    replicates: int | None = None,
    seed: int | None = None,
    workers: int = 1,
    settings: Mapping[str, object] | None = None,
    events: bool = False,
    precision: Mapping[str, float] | None = None,
    most: int = MOST,
) -> Comparison:
    """Compare scenarios with a baseline on the same people with the same luck.

    The result has `differences` and `people` (see `Comparison`). With `precision`, half-widths of intervals by outcome,
    replicates are added until all are met, or there are `most`. Raises `ScenarioFaults`, `NotComparable`,
    `NoPrecision`, `RunFailed`.
    """
    several = [scenarios] if isinstance(scenarios, Scenario | str | Path) else list(scenarios)
    base, *others = (_scenario(one, replicates, seed, settings) for one in [baseline, *several])
    aims = Aims(precision, most) if precision else None
    return compare_scenarios(others, base, Path(out), workers, events, None, aims)


def _scenario(
    given: Scenario | str | Path, replicates: int | None, seed: int | None, settings: Mapping[str, object] | None
) -> Scenario:
    scenario = given if isinstance(given, Scenario) else load_scenario(given)
    top = {"replicates": replicates, "seed": seed}
    changes = {**(settings or {}), **{name: value for name, value in top.items() if value is not None}}
    return with_settings(scenario, changes) if changes else scenario
