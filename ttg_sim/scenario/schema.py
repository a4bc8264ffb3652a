"""JSON Schema of a scenario file, with which editors complete keys and underline slips."""

from __future__ import annotations

from typing import Any

from ttg_sim.mechanisms import SECTIONS
from ttg_sim.parameter import Kind, Parameter, Role, Section
from ttg_sim.scenario.about import LONGEST, TEXTS, USE_UNTIL, USE_UNTIL_WORDS
from ttg_sim.scenario.expected import EXPECT
from ttg_sim.scenario.layer import NAME, NAME_WORDS, RAMP_WEEKS
from ttg_sim.scenario.names import parameters
from ttg_sim.scenario.run_keys import RUN_KEYS
from ttg_sim.scenario.scenario import canonical_value

Schema = dict[str, Any]


def json_schema() -> Schema:
    """The schema (draft 2020-12) of a scenario file."""
    texts: Schema = {
        "name": {"type": "string", "pattern": f"^{NAME.pattern}$", "description": f"Short name: {NAME_WORDS}"},
        "title": {"type": ["string", "null"], "description": "One line for headings; the name when left out"},
        "why": {"type": ["string", "null"], "description": "What the scenario is for"},
        **{
            key: {"type": ["string", "null"], "maxLength": LONGEST, "description": words}
            for key, words in TEXTS.items()
        },
        USE_UNTIL: {"type": ["string", "null"], "format": "date", "description": USE_UNTIL_WORDS},
        "extends": {"type": ["string", "null"], "description": "Path of the scenario that this one starts from"},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Scenario",
        "type": "object",
        "additionalProperties": False,
        "required": ["name"],
        "properties": texts
        | {key: _parameter(facts) for key, facts in RUN_KEYS.items()}
        | {name: _section(section) for name, section in SECTIONS.items()}
        | {"levers": {"type": ["array", "null"], "items": _lever(), "description": "Changes on dates"}}
        | {EXPECT: {"type": ["array", "null"], "items": _expectation(), "description": "What runs are held against"}},
    }


def _text(words: str) -> Schema:
    return {"type": ["string", "null"], "maxLength": LONGEST, "description": words}


def _section(section: type[Section]) -> Schema:
    return {
        "type": ["object", "null"],
        "description": section.title,
        "additionalProperties": False,
        "properties": {name: _parameter(facts) for name, facts in section.parameters().items()},
    }


def _parameter(facts: Parameter) -> Schema:
    about = {"description": _description(facts), "default": canonical_value(facts, facts.default)}
    return _value(facts) | about


def _description(facts: Parameter) -> str:
    unit = f" ({facts.unit})" if facts.unit else ""
    source = f" Source: {facts.source}. Grade: {facts.grade.value}." if facts.source else ""
    return f"{facts.words}{unit}.{source}"


def _value(facts: Parameter) -> Schema:
    """The schema of a value; null, which restores the default, is always allowed."""
    match facts.kind:
        case Kind.SWITCH:
            return {"type": ["boolean", "null"]}
        case Kind.SWITCH_OR_CHOICE:
            return {"enum": [True, False, *facts.choices, None]}
        case Kind.CHOICE:
            return {"enum": [*facts.choices, None]}
        case Kind.DATE:
            return {"type": ["string", "null"], "format": "date"}
        case Kind.SHARES:
            share = {"type": "number", "minimum": 0, "maximum": 1}
            return {
                "type": ["object", "null"],
                "additionalProperties": False,
                "required": list(facts.choices),
                "properties": dict.fromkeys(facts.choices, share),
            }
        case _:
            number = "integer" if facts.kind is Kind.COUNT else "number"
            return {"type": [number, "null"], "minimum": facts.low, "maximum": facts.high}


def _expectation() -> Schema:
    number: Schema = {"type": "number"}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["outcome"],
        "properties": {
            **{key: {"type": "string"} for key in ("outcome", "group", "level", "why")},
            "between": {"type": "array", "items": number, "minItems": 2, "maxItems": 2},
            "at_least": number,
            "at_most": number,
        },
    }


def _lever() -> Schema:
    """The schema of a lever; what `to` may be depends on what is set."""
    levers = [facts for facts in parameters().values() if facts.role is Role.LEVER]
    day: Schema = {"type": "string", "format": "date"}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["from", "set", "to"],
        "properties": {
            "from": day | {"description": "The change acts from the week that contains this date"},
            "set": {"enum": [facts.path for facts in levers], "description": "Path of the parameter that changes"},
            "to": {"description": "The new value; null for the default"},
            "ramp_weeks": _parameter(RAMP_WEEKS),
            "announced": {
                "type": ["string", "null"],
                "format": "date",
                "description": "Date on which the change becomes known; the date of the change when left out",
            },
        },
        "allOf": [
            {
                "if": {"properties": {"set": {"const": facts.path}}, "required": ["set"]},
                "then": {"properties": {"to": _parameter(facts)}},
            }
            for facts in levers
        ],
    }
