"""What a design is drawn from: factors with their ranges, seen from the unit cube."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ttg_sim.parameter import Kind, Value


@dataclass(frozen=True)
class Factor:
    """One thing that is moved.

    `low` and `high` are the ends of numbers and whole numbers, both included; `choices` are those of a choice. Factors
    with the same `group` are moved together, and an index speaks of the group.
    """

    name: str
    kind: Kind
    low: float = 0.0
    high: float = 1.0
    choices: tuple[str, ...] = ()
    group: str = ""

    @property
    def count(self) -> int:
        """How many values it can have; nil for a number, which can have any."""
        if self.kind is Kind.NUMBER:
            return 0
        if self.kind is Kind.SWITCH:
            return 2
        if self.kind is Kind.COUNT:
            return round(self.high) - round(self.low) + 1
        return len(self.choices)

    def value_at(self, share: float) -> Value:
        """The value at a share from 0 to 1 of the range; what has single values has each in an equal part of it."""
        if self.kind is Kind.NUMBER:
            return float(min(max(self.low + share * (self.high - self.low), self.low), self.high))
        place = min(math.floor(share * self.count), self.count - 1)
        if self.kind is Kind.COUNT:
            return round(self.low) + place
        return bool(place) if self.kind is Kind.SWITCH else self.choices[place]


@dataclass(frozen=True)
class Space:
    """All factors of a design, in order."""

    factors: tuple[Factor, ...]

    @property
    def grouped(self) -> bool:
        """Whether any factors move together."""
        return any(one.group for one in self.factors)

    def groups(self) -> list[str]:
        """What indices are given for, in order of first mention: groups, or factors by themselves."""
        return list(dict.fromkeys(one.group or one.name for one in self.factors))

    def problem(self) -> dict[str, Any]:
        """The same for SALib, in the unit cube."""
        problem: dict[str, Any] = {
            "num_vars": len(self.factors),
            "names": [one.name for one in self.factors],
            "bounds": [[0.0, 1.0] for _ in self.factors],
        }
        if self.grouped:
            problem["groups"] = [one.group or one.name for one in self.factors]
        return problem

    def values(self, shares: np.ndarray) -> pd.DataFrame:
        """The values of points that are given as shares, (points, factors): a column for each factor."""
        columns = {
            one.name: [one.value_at(float(share)) for share in shares[:, place]]
            for place, one in enumerate(self.factors)
        }
        return pd.DataFrame(columns, index=range(len(shares)))
