"""A scenario: what the world is like at first, and what changes on which dates."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from ttg_sim.engine.calendar import Calendar
from ttg_sim.mechanisms import SECTIONS
from ttg_sim.parameter import Kind, Parameter, Section, Value
from ttg_sim.scenario.about import NOTHING_SAID, About
from ttg_sim.scenario.expected import Expectation
from ttg_sim.scenario.faults import place
from ttg_sim.scenario.names import parameters
from ttg_sim.scenario.run_keys import SHADOW


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
    """One world to be run, checked and complete: sections that are not given take their defaults.

    `sections` and `levers` are as given; in a shadow run some of their values are overridden (see `shadowed`).
    """

    name: str = "default"
    title: str = ""
    why: str = ""
    about: About = NOTHING_SAID
    expect: tuple[Expectation, ...] = ()
    """What its author expects of it; it changes nothing in the world."""
    start: date = date(2011, 1, 3)
    weeks: int = 208
    warm_up_weeks: int = 104
    seed: int = 1
    replicates: int = 20
    shadow: bool | Literal["direct"] = False
    sections: Mapping[str, Section] = field(default_factory=dict)
    levers: tuple[Lever, ...] = ()
    origins: Mapping[str, Origin] = field(default_factory=dict)
    files: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        complete = {name: self.sections.get(name) or section() for name, section in SECTIONS.items()}
        object.__setattr__(self, "sections", complete)
        object.__setattr__(self, "title", self.title or self.name)
        if fault := SHADOW.fault(self.shadow):
            raise ValueError(f"shadow: {fault}; expected {SHADOW.expected()}")

    @property
    def calendar(self) -> Calendar:
        """The dates of the run."""
        return Calendar(self.start, self.weeks, self.warm_up_weeks)

    def shadowed(self) -> dict[str, Value]:
        """Values that a shadow run has in force throughout, by dotted path; none for other runs."""
        return {
            path: facts.shadow
            for path, facts in parameters().items()
            if facts.shadow is not None and (self.shadow is True or (bool(self.shadow) and facts.shadow_direct))
        }

    def sections_in_force(self) -> dict[str, Section]:
        """Sections as they are in force before any lever: as given, unless this is a shadow run."""
        held: dict[str, dict[str, Value]] = {}
        for path, value in self.shadowed().items():
            section, _, name = path.partition(".")
            held.setdefault(section, {})[name] = value
        return {
            name: SECTIONS[name].model_validate(values_of(section) | held[name]) if name in held else section
            for name, section in self.sections.items()
        }

    def effective_levers(self) -> list[Lever]:
        """Levers as they act: by week, then by path, and in the order given where both are the same.

        Those on what a shadow run overrides do not act.
        Levers on different paths do not touch each other, so sorting by path makes worlds equal that are.
        """
        week_of = self.calendar.week_of
        held = self.shadowed()
        acting = [lever for lever in self.levers if lever.path not in held]
        return sorted(acting, key=lambda lever: (week_of(lever.start), lever.path))

    def canonical(self) -> dict[str, Any]:
        """Everything that shapes a world of a given seed, in one form, ready for JSON.

        Names, reasons, seed, replicates and places in files are not in it; dates are weeks. Sections are as they are in
        force; a shadow run, and only such a run, has the values that it overrides beside them.
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
        world = {
            "start": self.calendar.monday.isoformat(),
            "weeks": self.weeks,
            "warm_up_weeks": self.warm_up_weeks,
            "sections": {name: _canonical_section(section) for name, section in self.sections_in_force().items()},
            "levers": levers,
        }
        return world if self.shadow is False else world | {"shadow": self._canonical_shadow()}

    def _canonical_shadow(self) -> dict[str, Any]:
        """The kind of shadow run, and what it overrides, which still has a say in luck (`highest_risk` in `model`)."""
        given = _values_at(self.sections, self.shadowed())
        return {
            "kind": self.shadow,
            "in_place_of": {path: canonical_value(_declaration(path), value) for path, value in given.items()},
        }

    def identity(self) -> str:
        """A name for the world that is the same wherever the same world is written down."""
        text = json.dumps(self.canonical(), sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()


def values_of(section: Section) -> dict[str, Value]:
    """The values of a section, by parameter name."""
    return {name: getattr(section, name) for name in section.parameters()}


def _values_at(sections: Mapping[str, Section], paths: Iterable[str]) -> dict[str, Value]:
    """The values of parameters, by dotted path."""
    parted = {path: path.partition(".") for path in paths}
    return {path: getattr(sections[section], name) for path, (section, _, name) in parted.items()}


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
