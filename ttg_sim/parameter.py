"""One declaration per parameter: value, unit, bounds, role, source, grade and words.

A mechanism declares its parameters beside its rule as a subclass of `Section`. Everything else that has to know
about them (checking of scenario files, the schema for editors, the tables in the documentation, the records that
compiled rules read) is derived from that one declaration.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Literal, TypeAlias, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.fields import FieldInfo

SHARES_TOLERANCE = 1e-6

Value: TypeAlias = float | int | bool | str | date | dict[str, float]


class Role(StrEnum):
    """What a parameter is for."""

    FIXED = "fixed"
    """Structure or input data: the same in every world."""
    UNCERTAIN = "uncertain"
    """Nobody knows it well: fitted, swept or given a prior."""
    LEVER = "lever"
    """A policy can move it, on a date."""


class Grade(StrEnum):
    """How good the evidence behind a value is."""

    PUBLISHED = "published"
    """An official or published figure for this population."""
    STUDY = "study"
    """A study of another place, time or group, or arithmetic on published figures."""
    EXPERT = "expert"
    """A judgement by somebody who does the work."""
    ASSUMPTION = "assumption"
    """Invented here, or fitted: no direct evidence."""


class Kind(StrEnum):
    """How a parameter is written in a scenario file."""

    NUMBER = "number"
    COUNT = "count"
    SWITCH = "switch"
    CHOICE = "choice"
    SWITCH_OR_CHOICE = "switch or choice"
    DATE = "date"
    SHARES = "shares"


@dataclass(frozen=True, slots=True)
class Cost:
    """What it costs to move a lever by one unit, or that nobody knows.

    `pounds` is the cost of `per` in prices of `price_year`, None where no figure is known; `words` say what is in it.
    """

    pounds: float | None
    per: str = ""
    price_year: str = ""
    words: str = ""
    evidence: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.pounds is None:
            return f"none known ({self.words})" if self.words else "none known"
        return f"{self.pounds:,.0f} pounds {self.per} in prices of {self.price_year} ({self.words})"


NO_COST_KNOWN = Cost(None)


@dataclass(frozen=True, slots=True)
class Parameter:
    """Everything that is known about one parameter.

    `low` and `high` are inclusive bounds in `unit` (None for switches, choices and dates; for shares they bound every
    single share). `choices` names the choices, or the categories of a table of shares, in order.
    """

    section: str
    name: str
    kind: Kind
    default: Value
    unit: str
    low: float | None
    high: float | None
    role: Role
    grade: Grade
    source: str
    evidence: tuple[str, ...]
    words: str
    choices: tuple[str, ...] = ()
    cost: Cost | None = None
    """What moving it costs; only levers have one."""
    shadow: float | bool | None = None
    """The value at which mentoring moves nobody by it, for parameters that carry an effect of mentoring."""
    shadow_direct: bool = False
    """Whether that effect is the direct one on reoffending, which `shadow: direct` takes away alone."""

    @property
    def path(self) -> str:
        """Dotted name used in scenario files and on the command line."""
        return f"{self.section}.{self.name}"

    def expected(self) -> str:
        """Words for what a value of this parameter may be, with unit and bounds."""
        if self.kind is Kind.SWITCH:
            return "true or false"
        if self.kind is Kind.SWITCH_OR_CHOICE:
            return f"true, false or {' or '.join(self.choices)}"
        if self.kind is Kind.CHOICE:
            return "one of " + ", ".join(self.choices)
        if self.kind is Kind.DATE:
            return "a date written year-month-day"
        if self.kind is Kind.SHARES:
            return "a share from 0 to 1 for each of " + ", ".join(self.choices) + ", adding up to 1"
        what = "a whole number" if self.kind is Kind.COUNT else "a number"
        return f"{what} from {self.low:g} to {self.high:g} ({self.unit})"

    def fault(self, value: Value) -> str | None:
        """What is wrong with a value of the right type: None when nothing is."""
        if self.kind is Kind.CHOICE and value not in self.choices:
            return f"{value!r} is not one of the choices"
        if self.kind is Kind.SWITCH_OR_CHOICE and not isinstance(value, bool) and value not in self.choices:
            return f"{value!r} is neither a switch nor one of the choices"
        if self.kind in (Kind.NUMBER, Kind.COUNT):
            assert isinstance(value, int | float)
            assert self.low is not None
            assert self.high is not None
            if not math.isfinite(value):
                return f"{value} is not a finite number"
            if not self.low <= value <= self.high:
                return f"{value:g} is out of range"
        if self.kind is Kind.SHARES:
            assert isinstance(value, dict)
            return self._fault_in_shares(value)
        return None

    def _fault_in_shares(self, value: dict[str, float]) -> str | None:
        for name in self.choices:
            if name not in value:
                return f"no share is given for {name!r}"
        for name, share in value.items():
            if name not in self.choices:
                return f"{name!r} is not one of the categories"
            if not (math.isfinite(share) and 0 <= share <= 1):
                return f"the share of {name!r} is {share:g}, which is out of range"
        total = math.fsum(value.values())
        return None if abs(total - 1) <= SHARES_TOLERANCE else f"the shares add up to {total:g}"


def parameter(
    default: Value,
    *,
    unit: str,
    words: str,
    source: str,
    grade: Grade,
    role: Role = Role.FIXED,
    low: float | None = None,
    high: float | None = None,
    evidence: tuple[str, ...] = (),
    cost: Cost | None = None,
    shadow: float | bool | None = None,
    shadow_direct: bool = False,
) -> Any:
    """Declare a parameter as the default of a field of a `Section`.

    `evidence` lists rows of the packaged evidence register; an empty one means that the value is an assumption, which
    `source` then has to say. A lever carries its unit cost, or `NO_COST_KNOWN`. `shadow` is given by parameters through
    which contact with a mentor moves somebody: the value at which it moves nobody. `shadow_direct` marks those of the
    direct effect on reoffending.
    """
    if grade is not Grade.ASSUMPTION and not evidence:
        raise ValueError("a value that is not an assumption names its rows of the evidence register")
    if (role is Role.LEVER) is not (cost is not None):
        raise ValueError("a lever says what moving it costs, or that nobody knows; nothing else has such a cost")
    if shadow_direct and shadow is None:
        raise ValueError("a parameter of the direct effect of mentoring says at which value it moves nobody")
    facts: dict[str, Any] = {"unit": unit, "words": words, "source": source, "grade": grade, "role": role}
    facts |= {"low": low, "high": high, "evidence": evidence, "cost": cost}
    facts |= {"shadow": shadow, "shadow_direct": shadow_direct}
    return Field(default=default, json_schema_extra={"facts": facts})


class Section(BaseModel):
    """The parameters of one mechanism: one section of a scenario file."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    section: ClassVar[str]
    """Name of the section in scenario files."""
    title: ClassVar[str]
    """What the section is about, in a few words."""

    @model_validator(mode="after")
    def _within_bounds(self) -> Section:
        for name, facts in self.parameters().items():
            if fault := facts.fault(getattr(self, name)):
                raise ValueError(f"{facts.path}: {fault}; expected {facts.expected()}")
        return self

    @classmethod
    def parameters(cls) -> dict[str, Parameter]:
        """The declarations of this section, by name and in order."""
        cached = cls.__dict__.get("_declarations")
        if cached is None:
            cached = {name: _declaration(cls, name, field) for name, field in cls.model_fields.items()}
            cls._declarations = cached
        return cached

    _declarations: ClassVar[dict[str, Parameter] | None] = None


def _declaration(section: type[Section], name: str, field: FieldInfo) -> Parameter:
    extra = field.json_schema_extra
    if not isinstance(extra, dict) or "facts" not in extra:
        raise TypeError(f"{section.section}.{name} is not declared with parameter()")
    facts: dict[str, Any] = dict(extra["facts"])  # type: ignore[arg-type]
    kind, choices = _kind(field)
    if kind is Kind.SHARES:
        choices = tuple(field.default)
        facts |= {"low": 0.0, "high": 1.0}
    if kind in (Kind.NUMBER, Kind.COUNT) and (facts["low"] is None or facts["high"] is None):
        raise TypeError(f"{section.section}.{name} has no bounds")
    declared = Parameter(section=section.section, name=name, kind=kind, default=field.default, choices=choices, **facts)
    if declared.shadow is not None and (fault := _fault_in_shadow(declared, declared.shadow)):
        raise TypeError(f"{declared.path}: the value in a shadow run: {fault}; expected {declared.expected()}")
    return declared


def _fault_in_shadow(declared: Parameter, value: float | bool) -> str | None:
    """What is wrong with the value that a parameter has in a shadow run: None when nothing is."""
    kinds: dict[Kind, tuple[type, ...]] = {Kind.SWITCH: (bool,), Kind.COUNT: (int,), Kind.NUMBER: (int, float)}
    if type(value) not in kinds.get(declared.kind, ()):
        return f"{value!r} is not a {declared.kind.value}"
    return declared.fault(value)


def _kind(field: FieldInfo) -> tuple[Kind, tuple[str, ...]]:
    annotation = field.annotation
    if get_origin(annotation) is Literal:
        return Kind.CHOICE, get_args(annotation)
    if get_origin(annotation) is dict:
        return Kind.SHARES, ()
    kinds: dict[Any, Kind] = {bool: Kind.SWITCH, int: Kind.COUNT, float: Kind.NUMBER, date: Kind.DATE}
    if annotation not in kinds:
        raise TypeError(f"a parameter cannot be a {annotation}")
    return kinds[annotation], ()
