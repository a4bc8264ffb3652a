"""Fit the world before the reform to the published figures marked `calibrate` in the register of targets.

Run it with `python experiments/fit_pre_reform.py` (some minutes on two cores). It prints the values that were found
and how the model then stands against every target; it changes nothing. The values found stand as defaults in the rules.

Method: least squares on the targets, each scaled by the part of its range that replicates can resolve, with weak priors
that keep values near what the design and the evidence suggest where the targets alone do not decide. Every evaluation
meets the same people and the same luck, so the surface is smooth enough for finite differences.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import least_squares

from ttg_sim.evidence import load_targets
from ttg_sim.outcomes.tables import KEY
from ttg_sim.scenario import Scenario, load_scenario, with_settings
from ttg_sim.studies.runner import one_run

SCENARIO = Path(__file__).parents[1] / "scenarios" / "pre_reform.yaml"

# Targets that are fitted here, with the distance that counts as one unit of misfit.
FITTED = {"T01": 0.004, "T02": 0.08, "T03": 0.004, "T04": 0.015, "T15": 0.6}
RELEASES = (40_059 / 21, 40.0)  # row 1.29: short-sentence receptions in 2015, over 21 areas
OCCASIONS = (1.52, 0.06)  # the middle of the range in which this form can meet T01, T02 and T04 together

# Starting value and, where there is one, a prior (centre, spread).
PARAMETERS: dict[str, tuple[float, tuple[float, float] | None]] = {
    "intake.per_year": (880.0, None),
    "intake.sanctions_per_year": (0.635, None),
    "intake.sanctions_sigma": (0.54, (0.55, 0.1)),
    "intake.first_sanction_years_after_10": (6.4, (6.4, 0.8)),
    "sentencing.custody_share": (0.373, (0.40, 0.06)),
    "reoffending.level": (1.50, None),
    "reoffending.hazard_shape": (0.88, (0.85, 0.05)),
    "reoffending.frailty_variance": (0.43, (0.35, 0.12)),
    "reoffending.offences_per_occasion": (2.30, None),
    "leaving.desistance_per_year": (0.18, (0.18, 0.04)),
}


def outcomes_of(scenario: Scenario, replicate: int) -> pd.DataFrame:
    """Outcomes of everybody in one replicate."""
    table = one_run(scenario, replicate).outcomes
    return table[table["group"] == "all"]


def measure(pool: ProcessPoolExecutor, settings: Mapping[str, float], replicates: int) -> pd.Series:
    """Mean outcomes over replicates, by name."""
    scenario = with_settings(load_scenario(SCENARIO), settings)
    runs = pool.map(partial(outcomes_of, scenario), range(replicates))
    return pd.concat(runs).groupby(KEY)["value"].mean().reset_index().set_index("outcome")["value"]


def settings_at(point: np.ndarray) -> dict[str, float]:
    """Parameter values of a point: each is its starting value times the exponential of the coordinate less one."""
    return {name: start * float(np.exp(x - 1)) for (name, (start, _)), x in zip(PARAMETERS.items(), point, strict=True)}


def misfit(point: np.ndarray, pool: ProcessPoolExecutor, replicates: int) -> list[float]:
    """Scaled distances from the targets and the priors."""
    settings = settings_at(point)
    values = measure(pool, settings, replicates)
    targets = {name: target for name, target in load_targets().items() if target.use == "calibrate"}
    distances = [(values[targets[name].outcome] - targets[name].value) / scale for name, scale in FITTED.items()]
    distances.append((values["releases"] - RELEASES[0]) / RELEASES[1])
    distances.append((values["occasions_per_release"] - OCCASIONS[0]) / OCCASIONS[1])
    for name, (_, prior) in PARAMETERS.items():
        if prior is not None:
            distances.append((settings[name] - prior[0]) / prior[1])
    print(f"misfit {np.square(distances).sum():8.2f}", flush=True)
    return distances


def main() -> None:
    """Fit, then print values and fit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=10, help="replicates of each evaluation")
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
        values = measure(pool, settings, 20)
    for name, value in settings.items():
        print(f"{name:42} {value:10.4f}")
    print(f"releases a year {values['releases']:.0f} (aim {RELEASES[0]:.0f})")
    for name, target in load_targets().items():
        if target.outcome in values.index and target.regime in ("pre_reform", "any"):
            value = values[target.outcome]
            within = "within" if target.low <= value <= target.high else "OUTSIDE"
            print(f"{name} {target.outcome:26} {value:8.4f} {within} {target.low:g} to {target.high:g} ({target.use})")


if __name__ == "__main__":
    main()
