"""The text of a new scenario file, ready to be filled in."""

from __future__ import annotations

import json
import re

from ttg_sim.parameter import Kind, Parameter, Role
from ttg_sim.scenario.faults import Fault, ScenarioFaults, quoted
from ttg_sim.scenario.layer import NAME, NAME_WORDS
from ttg_sim.scenario.names import parameters
from ttg_sim.scenario.reader import NULLS
from ttg_sim.scenario.scenario import Scenario
from ttg_sim.scenario.values import expected, format_value

_TEXT = """\
name: {name}
title: {title}
why: ""
extends: {extends}
# Who stands behind it; a report shows them. None of these is taken over from the parent.
# commissioner: null
# purpose: null
# analyst: null
# assurer: null
# use_until: {day}

# What is different at the beginning of the run. A key that is left out is as in the parent; null restores the default.
# {section}:
#   {key}: {value}  # {expected}

# What changes on a date. Add ramp_weeks for a change in steps, announced for one that is known beforehand.
# levers:
#   - from: {day}
#     set: {path}
#     to: {value}

# What you expect of runs, held against them by ttg check --run; group and level may be left out.
# expect:
#   - {{outcome: met_before_release, group: risk, level: high, between: [0.1, 0.4]}}
"""


def new_scenario_text(name: str, extends: str, parent: Scenario) -> str:
    """A valid scenario file that changes nothing yet, with a value and a lever to uncomment.

    Raises:
        ScenarioFaults: the name cannot be one.
    """
    if not NAME.fullmatch(name):
        raise ScenarioFaults([Fault("new scenario", 0, "", f"{quoted(name)} is not a name", NAME_WORDS)])
    facts = _example()
    return _TEXT.format(
        name=_yaml_text(name),
        title=_yaml_text(name),
        extends=_yaml_text(extends),
        section=facts.section,
        key=facts.name,
        path=facts.path,
        value=format_value(facts, getattr(parent.sections[facts.section], facts.name)),
        expected=expected(facts),
        day=parent.calendar.date_of_week(parent.weeks // 2),
    )


def _example() -> Parameter:
    """The lever that is shown: a whole number is the easiest to understand."""
    levers = [facts for facts in parameters().values() if facts.role is Role.LEVER]
    return next((facts for facts in levers if facts.kind is Kind.COUNT), levers[0])


def _yaml_text(text: str) -> str:
    """A text as YAML, in quotes unless it cannot be anything else."""
    is_plain = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_./-]*", text) and text not in NULLS
    return text if is_plain else json.dumps(text)
