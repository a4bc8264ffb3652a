"""All that nobody knows well, in one list: what a study moves when it asks how much doubt there is."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ttg_sim.parameter import Kind
from ttg_sim.scenario import Scenario
from ttg_sim.scenario.names import parameters
from ttg_sim.studies.experiments.plan import Moved, in_force
from ttg_sim.studies.plausible import REACH, around, samples

Several = tuple[dict[str, Moved], dict[str, str]]
"""Parameters that are moved by path, and others by path with the reason why they are left alone."""


def all_uncertain(
    worlds: Sequence[Scenario],
    reach: float = REACH,
    times: float | None = None,
    sections: Collection[str] = (),
    without: Collection[str] = (),
) -> Several:
    """Every uncertain number over its plausible range around the value in force, where all worlds agree on it.

    `sections` are those it is taken from (all where none is named), `without` parameters or sections to leave out.
    """
    found: dict[str, Moved] = {}
    left: dict[str, str] = {}
    for path, facts in parameters().items():
        if not samples(facts) or path in without or facts.section in without:
            continue
        if sections and facts.section not in sections:
            continue
        if reason := _not_common(path, worlds):
            left[path] = reason
            continue
        value = in_force(worlds[0], path)
        assert isinstance(value, int | float)
        low, high = around(facts, value, reach, times)
        if facts.kind is Kind.COUNT:
            low, high = float(round(low)), float(round(high))
        if low < high:
            found[path] = Moved(facts, low, high)
        else:
            left[path] = "its plausible range has no width"
    return found, left


def _not_common(path: str, worlds: Sequence[Scenario]) -> str:
    """Why a parameter cannot be moved in all worlds alike; empty where it can."""
    if len({in_force(world, path) for world in worlds}) > 1:
        return "the worlds differ in it"
    for world in worlds:
        if any(lever.path == path for lever in world.levers):
            return f"a lever of {world.name} moves it"
        if path in world.shadowed():
            return f"{world.name} is a shadow run"
    return ""
