"""Scenario files: YAML in, a checked scenario out, or every fault in it with its file and line."""

from ttg_sim.scenario.difference import comparable, first_difference
from ttg_sim.scenario.expected import Expectation, Outcomes
from ttg_sim.scenario.faults import Fault, ScenarioFaults
from ttg_sim.scenario.loader import load_scenario, with_settings
from ttg_sim.scenario.resolved import resolved_lines
from ttg_sim.scenario.scenario import Lever, Origin, Scenario
from ttg_sim.scenario.schedule import Schedule
from ttg_sim.scenario.schema import json_schema
from ttg_sim.scenario.shadow import shadow_words, without_effect
from ttg_sim.scenario.template import new_scenario_text
from ttg_sim.scenario.values import format_value
from ttg_sim.scenario.words import Change, difference_lines, differences

__all__ = [
    "Change",
    "Expectation",
    "Fault",
    "Lever",
    "Origin",
    "Outcomes",
    "Scenario",
    "ScenarioFaults",
    "Schedule",
    "comparable",
    "difference_lines",
    "differences",
    "first_difference",
    "format_value",
    "json_schema",
    "load_scenario",
    "new_scenario_text",
    "resolved_lines",
    "shadow_words",
    "with_settings",
    "without_effect",
]
