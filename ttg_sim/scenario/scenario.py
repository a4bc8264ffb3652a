"""A scenario: what the world is like at first, and what changes on which dates."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ttg_sim.engine.calendar import Calendar
from ttg_sim.mechanisms import SECTIONS
from ttg_sim.parameter import Kind, Parameter, Section, Value
from ttg_sim.scenario.faults import place


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value was set; line 0 when not in a file."""

    file: str
    line: int

    def __str__(self) -> str:
        return place(self.file, self.line)


@dataclass(frozen=True, slots=True)
class Lever:
    """A change of one parameter on a date.

    It acts from the week that contains `start`: at once when `ramp_weeks` is 0 or 1, otherwise in equal steps, of which
    that week takes the first. Whoever looks ahead knows of it from `announced`.
    """

    path: str
    value: Value
    start: date
    announced: date
    ramp_weeks: int
    origin: Origin

    @property
    def steps(self) -> int:
        """Weekly steps in which the value is reached, at least one."""
        return max(1, self.ramp_weeks)


@dataclass(frozen=True)
class Scenario:
    """One world to be run, checked and complete: sections that are not given take their defaults."""

    name: str = "default"
    title: str = ""
    why: str = ""
    start: date = date(2011, 1, 3)
    weeks: int = 208
    warm_up_weeks: int = 104
    seed: int = 1
    replicates: int = 20
    sections: Mapping[str, Section] = field(default_factory=dict)
    levers: tuple[Lever, ...] = ()
    origins: Mapping[str, Origin] = field(default_factory=dict)
    files: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        complete = {name: self.sections.get(name) or section() for name, section in SECTIONS.items()}
        object.__setattr__(self, "sections", complete)
        object.__setattr__(self, "title", self.title or self.name)

    @property
    def calendar(self) -> Calendar:
        """The dates of the run."""
        return Calendar(self.start, self.weeks, self.warm_up_weeks)

    def effective_levers(self) -> list[Lever]:
        """Levers as they act: by week, then by path, and in the order given where both are the same.

        Levers on different paths do not touch each other, so sorting by path makes worlds equal that are.
        """
        week_of = self.calendar.week_of
        return sorted(self.levers, key=lambda lever: (week_of(lever.start), lever.path))

    def canonical(self) -> dict[str, Any]:
        """Everything that shapes a world of a given seed, in one form, ready for JSON.

        Names, reasons, seed, replicates and places in files are not in it; dates are weeks.
        """
        week_of = self.calendar.week_of
        levers = [
            {
                "path": lever.path,
                "to": canonical_value(_declaration(lever.path), lever.value),
                "week": week_of(lever.start),
                "announced_week": week_of(lever.announced),
                "ramp_weeks": lever.steps,
            }
            for lever in self.effective_levers()
        ]
        return {
            "start": self.calendar.monday.isoformat(),
            "weeks": self.weeks,
            "warm_up_weeks": self.warm_up_weeks,
            "sections": {name: _canonical_section(section) for name, section in self.sections.items()},
            "levers": levers,
        }

    def identity(self) -> str:
        """A name for the world that is the same wherever the same world is written down."""
        text = json.dumps(self.canonical(), sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()


def values_of(section: Section) -> dict[str, Value]:
    """The values of a section, by parameter name."""
    return {name: getattr(section, name) for name in section.parameters()}


def canonical_value(parameter: Parameter, value: Value) -> Any:
    """A value as JSON: a whole number written for a number is the same number, and shares stand in one order."""
    if parameter.kind is Kind.NUMBER:
        assert isinstance(value, int | float)
        return float(value)
    if isinstance(value, dict):
        return {name: float(value[name]) for name in parameter.choices}
    return value.isoformat() if isinstance(value, date) else value


def _canonical_section(section: Section) -> dict[str, Any]:
    facts = section.parameters()
    return {name: canonical_value(facts[name], value) for name, value in values_of(section).items()}


def _declaration(path: str) -> Parameter:
    section, _, name = path.partition(".")
    return SECTIONS[section].parameters()[name]
