"""The check of robustness: sampled values of uncertain parameters, laid over all arms of a hypothesis alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ttg_sim.parameter import Kind, Parameter
from ttg_sim.scenario import Scenario, with_settings
from ttg_sim.scenario.names import parameters
from ttg_sim.studies.hypotheses.spec import Arm, Plausible
from ttg_sim.studies.plausible import around, samples

SEED = 20_150_201
"""Seed of the sample; the same for all hypotheses, so that worlds they share stay shared."""


def sampled_arms(arms: Mapping[str, Arm], plausible: Plausible, sets: int) -> list[dict[str, Arm]]:
    """The arms under each of `sets` sets of values.

    A parameter that an arm or its hypothesis sets, or in which arms differ, is left alone in all arms: it is what the
    hypothesis is about. All others move around their values in force.
    """
    chosen = candidates(plausible)
    if not chosen:
        return []
    points = latin_hypercube(sets, len(chosen))
    common = [path for path in chosen if _is_common(path, arms)]
    place = {path: number for number, path in enumerate(chosen)}
    some = next(iter(arms.values())).scenario
    found = []
    for point in points:
        values = {path: value_at(path, float(point[place[path]]), some, plausible) for path in common}
        moved = {name: replace(arm, scenario=with_settings(arm.scenario, values)) for name, arm in arms.items()}
        found.append(moved)
    return found


def candidates(plausible: Plausible) -> list[str]:
    """Paths of the parameters that may be sampled."""
    ranges = plausible.ranges or {}
    return [
        path
        for path, facts in parameters().items()
        if path in ranges or (facts.section in plausible.sections and samples(facts))
    ]


def _is_common(path: str, arms: Mapping[str, Arm]) -> bool:
    if any(path in arm.given for arm in arms.values()):
        return False
    return len({_in_force(path, arm.scenario) for arm in arms.values()}) == 1


def _in_force(path: str, scenario: Scenario) -> float:
    section, _, name = path.partition(".")
    return float(getattr(scenario.sections[section], name))


def latin_hypercube(sets: int, parameters: int) -> np.ndarray:
    """Points in the unit cube: each parameter has one value in each of `sets` slices of its range."""
    from scipy.stats import qmc

    return np.asarray(qmc.LatinHypercube(d=parameters, seed=SEED).random(sets))


def value_at(path: str, share: float, scenario: Scenario, plausible: Plausible) -> float:
    """The value of a parameter at a share of its plausible range."""
    facts = parameters()[path]
    low, high = plausible_range(facts, _in_force(path, scenario), plausible)
    value = min(max(low + share * (high - low), low), high)
    return round(value) if facts.kind is Kind.COUNT else value


def plausible_range(facts: Parameter, value: float, plausible: Plausible) -> tuple[float, float]:
    """From where to where a parameter is sampled."""
    if given := (plausible.ranges or {}).get(facts.path):
        return given
    return around(facts, value, plausible.reach, plausible.times)
