"""Parameters as records that compiled rules read: one record per mechanism, refilled when a lever moves.

A record keeps its type whatever the values are, so a rule is compiled once.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from ttg_sim.engine.table import record
from ttg_sim.parameter import Kind, Parameter, Section

_CODES = {Kind.NUMBER: "f8", Kind.COUNT: "i8", Kind.SWITCH: "i8", Kind.CHOICE: "i8", Kind.DATE: "i8"}


def parameter_record(section: type[Section], derived: dict[str, int] | None = None) -> np.dtype:
    """Record type of a section: its parameters, then `derived` tables of numbers (name to length)."""
    fields: dict[str, str | tuple[str, int]] = {}
    for name, declared in section.parameters().items():
        fields[name] = ("f8", len(declared.choices)) if declared.kind is Kind.SHARES else _CODES[declared.kind]
    for name, length in (derived or {}).items():
        fields[name] = ("f8", length)
    return record(fields)


def fill(dtype: np.dtype, section: Section, **derived: Any) -> np.ndarray:
    """One record of a section's values: an array of length 1, so that it can be refilled in place."""
    values = np.zeros(1, dtype)
    for name, declared in section.parameters().items():
        values[0][name] = _number(declared, getattr(section, name))
    for name, value in derived.items():
        values[0][name] = value
    return values


def _number(declared: Parameter, value: Any) -> Any:
    if declared.kind is Kind.SHARES:
        return [value[name] for name in declared.choices]
    if declared.kind is Kind.CHOICE:
        return declared.choices.index(value)
    if isinstance(value, date):
        return value.toordinal()
    return value
