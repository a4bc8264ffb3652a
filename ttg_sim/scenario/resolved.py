"""A scenario as a table: every value in force and the place where it was set."""

from __future__ import annotations

from ttg_sim.scenario.about import ABOUT_KEYS
from ttg_sim.scenario.faults import place
from ttg_sim.scenario.names import parameters
from ttg_sim.scenario.run_keys import RUN_KEYS
from ttg_sim.scenario.scenario import Lever, Scenario
from ttg_sim.scenario.values import format_value

IN_SHADOW = "shadow run"


def resolved_lines(scenario: Scenario) -> list[tuple[str, str, str, str]]:
    """Rows of path, value, unit and place (`file:line` or `default`): the run, the sections, then the levers.

    What a shadow run overrides has that for its place, with the value in whose place its own stands.
    """
    rows = [
        (key, str(value), "", scenario.files[-1] if scenario.files else "")
        for key in ABOUT_KEYS
        if (value := getattr(scenario.about, key))
    ]
    for key, facts in RUN_KEYS.items():
        rows.append((key, format_value(facts, getattr(scenario, key)), facts.unit, _where(scenario, key)))
    held = scenario.shadowed()
    for path, facts in parameters().items():
        value, where = getattr(scenario.sections[facts.section], facts.name), _where(scenario, path)
        if path in held:
            where = f"{IN_SHADOW}, in place of {format_value(facts, value)} ({where})"
            value = held[path]
        rows.append((path, format_value(facts, value), facts.unit, where))
    return rows + [_lever_row(lever) for lever in scenario.effective_levers()]


def expected_lines(scenario: Scenario) -> list[tuple[str, str, str, str]]:
    """Rows of the same kind for what the author of a scenario expects of it, which is no value of its world."""
    file = scenario.files[-1] if scenario.files else ""
    return [(one.path, f"{one.of} {one.range()}", "", place(file, one.line)) for one in scenario.expect]


def _where(scenario: Scenario, path: str) -> str:
    return str(scenario.origins[path]) if path in scenario.origins else "default"


def _lever_row(lever: Lever) -> tuple[str, str, str, str]:
    facts = parameters()[lever.path]
    value = format_value(facts, lever.value)
    if lever.steps > 1:
        value += f" in {lever.steps} weekly steps"
    if lever.announced != lever.start:
        value += f", announced {lever.announced}"
    return f"{lever.path} from {lever.start}", value, facts.unit, str(lever.origin)
