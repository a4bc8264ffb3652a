"""Fit both regimes at once to the published figures marked `calibrate` in the register of targets.

Run it with `python experiments/fit_regimes.py` (some minutes on two cores). It prints the values that were found and
how the model then stands against every target, fitted or not; it changes nothing. The values found stand as defaults
in the rules, so the two regimes have one set of values and differ only in the levers of `tr_as_implemented`.

Method: least squares on the targets, each scaled by the part of its range that replicates can resolve, with weak priors
that keep values near what the design and the evidence suggest where the targets alone do not decide. Every evaluation
meets the same people and the same luck, so the surface is smooth enough for finite differences.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import least_squares

from ttg_sim.evidence import load_targets
from ttg_sim.scenario import load_scenario, with_settings
from ttg_sim.scenario.names import parameters
from ttg_sim.studies.runner import one_run
from ttg_sim.studies.targets import REGIMES, measure

SCENARIOS = Path(__file__).parents[1] / "scenarios"

# Targets that are fitted here, with the distance that counts as one unit of misfit.
FITTED = {
    "T01": 0.004, "T02": 0.08, "T03": 0.004, "T04": 0.015, "T05": 0.01, "T06": 0.03, "T09": 0.01, "T15": 0.6,
}  # fmt: skip
# Further figures that guide the fit: regime, outcome, aim, distance.
GUIDES = {
    "releases": ("pre_reform", "releases", 40_059 / 21, 40.0),  # row 1.29: receptions in 2015, over 21 areas
    "occasions": ("pre_reform", "occasions_per_release", 1.52, 0.06),  # within which T01, T02 and T04 can all be met
    "charge": ("tr_as_implemented", "recalls_for_charge", 0.37, 0.05),  # row 9.05
    "residence": ("tr_as_implemented", "recalls_for_residence", 0.20, 0.03),
    "drugs": ("tr_as_implemented", "recalls_for_drugs", 0.06, 0.02),
    "other": ("tr_as_implemented", "recalls_for_other", 0.10, 0.02),
}

# Starting value and, where there is one, a prior (centre, spread).
PARAMETERS: dict[str, tuple[float, tuple[float, float] | None]] = {
    "intake.per_year": (915.6, None),
    "intake.sanctions_per_year": (0.6564, None),
    "intake.sanctions_sigma": (0.5256, (0.55, 0.1)),
    "intake.first_sanction_years_after_10": (6.828, (6.4, 0.8)),
    "sentencing.custody_share": (0.3859, (0.40, 0.06)),
    "reoffending.level": (1.383, None),
    "reoffending.hazard_shape": (0.8942, (0.85, 0.05)),
    "reoffending.frailty_variance": (0.4182, (0.35, 0.12)),
    "reoffending.offences_per_occasion": (2.337, None),
    "leaving.desistance_per_year": (0.2075, (0.18, 0.04)),
    "work.found_per_year": (1.236, None),
    "enforcement.breach_share": (0.0758, (0.12, 0.06)),
    "enforcement.recall_on_charge": (0.2832, None),
    "enforcement.residence_per_week": (0.0271, None),
    "enforcement.drugs_per_week": (0.0049, None),
    "enforcement.other_per_week": (0.0029, None),
    "supervision.excused_share": (0.3709, (0.35, 0.10)),
}


def one(job: tuple[str, Mapping[str, float], int]) -> tuple[str, pd.DataFrame]:
    """Outcomes of one replicate of a regime under some settings."""
    regime, settings, replicate = job
    scenario = with_settings(load_scenario(SCENARIOS / f"{regime}.yaml"), settings)
    return regime, one_run(scenario, replicate).outcomes


def run_both(pool: ProcessPoolExecutor, settings: Mapping[str, float], replicates: int) -> dict[str, pd.DataFrame]:
    """Outcomes of all replicates of both regimes."""
    jobs = [(regime, settings, replicate) for regime in REGIMES for replicate in range(replicates)]
    found = list(pool.map(one, jobs, chunksize=2))
    return {
        regime: pd.concat([table.assign(replicate=n) for n, (name, table) in enumerate(found) if name == regime])
        for regime in REGIMES
    }


def settings_at(point: np.ndarray) -> dict[str, float]:
    """Parameter values of a point: each is its starting value times the exponential of the coordinate less one."""
    settings = {}
    for (name, (start, _)), x in zip(PARAMETERS.items(), point, strict=True):
        facts = parameters()[name]
        settings[name] = min(max(start * float(np.exp(x - 1)), facts.low), facts.high)
    return settings


def misfit(point: np.ndarray, pool: ProcessPoolExecutor, replicates: int) -> list[float]:
    """Scaled distances from the targets, the guides and the priors."""
    settings = settings_at(point)
    outcomes = run_both(pool, settings, replicates)
    targets = {name: target for name, target in load_targets().items() if target.use == "calibrate"}
    distances = [(measure(targets[name], outcomes) - targets[name].value) / scale for name, scale in FITTED.items()]
    for regime, name, aim, scale in GUIDES.values():
        table = outcomes[regime]
        value = table[(table["outcome"] == name) & (table["group"] == "all")]["value"].mean()
        distances.append((value - aim) / scale)
    for name, (_, prior) in PARAMETERS.items():
        if prior is not None:
            distances.append((settings[name] - prior[0]) / prior[1])
    print(f"misfit {np.square(distances).sum():8.2f}", flush=True)
    return distances


def main() -> None:
    """Fit, then print values and fit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=8, help="replicates of each evaluation")
    parser.add_argument("--evaluations", type=int, default=5, help="steps of the search")
    arguments = parser.parse_args()
    with ProcessPoolExecutor() as pool:
        found = least_squares(
            misfit,
            np.ones(len(PARAMETERS)),
            diff_step=0.05,
            max_nfev=arguments.evaluations,
            args=(pool, arguments.replicates),
        )
        settings = settings_at(found.x)
        outcomes = run_both(pool, settings, 20)
    for name, value in settings.items():
        print(f"{name:42} {value:10.4f}")
    for label, (regime, name, aim, _) in GUIDES.items():
        table = outcomes[regime]
        value = table[(table["outcome"] == name) & (table["group"] == "all")]["value"].mean()
        print(f"guide {label:12} {value:9.4f} (aim {aim:g})")
    for name, target in load_targets().items():
        value = measure(target, outcomes)
        if value == value:
            print(f"{name} {target.words:80} {value:8.4f} {target.low} to {target.high} ({target.use})")


if __name__ == "__main__":
    main()
