"""The register of evidence behind parameter values, and the targets that the model is held against.

Both are small tables inside the package (`data/evidence.csv`, `data/targets.csv`). Targets of use `validate` are only
ever looked at after the fact: nothing may be fitted to them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources


class Use(StrEnum):
    """What a figure is used for."""

    INPUT = "input"
    """It sets the value of a parameter."""
    CALIBRATE = "calibrate"
    """Parameters without direct evidence may be fitted to it."""
    VALIDATE = "validate"
    """Kept apart, to test the fitted model."""
    CONTEXT = "context"
    """Background: too old or too far away to be more."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One row of the register.

    `value` is the figure in words, `number` its main number in `unit`. `confidence` is A for a figure read in an
    official or peer-reviewed source, B for one at second hand or from a neighbouring group, C for an approximation;
    `derived` says that the arithmetic is ours.
    """

    id: str
    quantity: str
    value: str
    number: float | None
    low: float | None
    high: float | None
    unit: str
    population: str
    source: str
    confidence: str
    derived: bool
    use: Use


@dataclass(frozen=True, slots=True)
class Target:
    """A pattern that the model is held against.

    `outcome` names the outcome whose level is compared with `value` and its bounds; it is empty where the model does
    not measure the thing yet, or where the target is a change, a drift or a gradient, as `words` then says. Where only
    a direction is expected, `direction` gives it and there are no numbers. `evidence` lists rows of the register.
    """

    id: str
    regime: str
    outcome: str
    words: str
    value: float | None
    low: float | None
    high: float | None
    direction: str
    use: Use
    evidence: tuple[str, ...]


DIRECTIONS = ("up", "down")


def load_evidence() -> dict[str, Evidence]:
    """The register of evidence by row id, in order."""
    return {
        row["id"]: Evidence(
            id=row["id"],
            quantity=row["quantity"],
            value=row["value"],
            number=_number(row["number"]),
            low=_number(row["low"]),
            high=_number(row["high"]),
            unit=row["unit"],
            population=row["population"],
            source=row["source"],
            confidence=row["confidence"],
            derived={"Y": True, "N": False}[row["derived"]],
            use=Use(row["use"]),
        )
        for row in _rows("evidence.csv")
    }


def load_targets() -> dict[str, Target]:
    """All targets by id, in order."""
    return {row["id"]: _target(row) for row in _rows("targets.csv")}


def _target(row: dict[str, str]) -> Target:
    direction = row["value"] if row["value"] in DIRECTIONS else ""
    return Target(
        id=row["id"],
        regime=row["regime"],
        outcome=row["outcome"],
        words=row["words"],
        value=None if direction else _number(row["value"]),
        low=_number(row["low"]),
        high=_number(row["high"]),
        direction=direction,
        use=Use(row["use"]),
        evidence=tuple(row["evidence"].split()),
    )


def _number(text: str) -> float | None:
    return float(text) if text else None


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = resources.files("ttg_sim").joinpath("data", name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines(), strict=True)
