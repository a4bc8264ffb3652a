"""What a designed study varies: factors with their ranges, as a cube whose sides run from 0 to 1.

Designs are drawn in the cube and analysed in the cube. A share `u` of the range of a factor stands for one native
value: a number lies on the line from `low` to `high`; whole numbers, choices and switches have bins of the same width,
so that a uniform `u` gives each of them the same probability, both ends included.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ttg_sim.parameter import Kind, Value

EDGE = 1e-9
"""A share this close below the edge of a bin counts as above it: 2/3 reckoned in two ways is one and the same level."""
DIGITS = 12
"""Digits of its range to which a number is kept: 0.1 stays 0.1, whichever way it was reached."""


class NoDesign(ValueError):
    """A design that cannot be drawn, with one line that says why."""


@dataclass(frozen=True, slots=True)
class Factor:
    """Something that a study varies, from `low` to `high` or over its `choices`.

    Factors with the same `group` are moved together, and one index is given for all of them.
    """

    name: str
    kind: Kind
    low: float = 0.0
    high: float = 1.0
    choices: tuple[str, ...] = ()
    group: str = ""

    def __post_init__(self) -> None:
        if self.kind not in (Kind.NUMBER, Kind.COUNT, Kind.CHOICE, Kind.SWITCH):
            raise NoDesign(f"{self.name}: a {self.kind.value} cannot be varied; a number, count, choice or switch can")
        if self.kind is Kind.CHOICE:
            if len(self.choices) < 2 or len(set(self.choices)) < len(self.choices):
                raise NoDesign(f"{self.name}: a choice is varied over two or more different choices")
        elif self.kind in (Kind.NUMBER, Kind.COUNT):
            self._check_range()

    def _check_range(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise NoDesign(f"{self.name}: the lowest value ({self.low:g}) has to be below the highest ({self.high:g})")
        if self.kind is Kind.COUNT and not (float(self.low).is_integer() and float(self.high).is_integer()):
            raise NoDesign(f"{self.name}: a count runs from a whole number to a whole number")

    @property
    def unit(self) -> str:
        """What it is moved with: its group, or itself."""
        return self.group or self.name

    @property
    def bins(self) -> int | None:
        """How many different values it can have: None for a number."""
        if self.kind is Kind.NUMBER:
            return None
        if self.kind is Kind.COUNT:
            return int(self.high) - int(self.low) + 1
        return len(self.choices) if self.kind is Kind.CHOICE else 2

    def value_at(self, u: float) -> Value:
        """The native value at a share `u` of the range, which is from 0 to 1."""
        found: Value = self.column(np.array([u], dtype=float)).tolist()[0]
        return found

    def share_of(self, value: Value) -> float:
        """The share at which a native value lies (middle of its bin, 0 or 1 at the ends): `value_at` gives it back."""
        if self.kind is Kind.NUMBER:
            assert isinstance(value, int | float)
            share = (float(value) - self.low) / (self.high - self.low)
            inside = 0 <= share <= 1
        else:
            index = self._bin_of(value)
            bins = self.bins
            assert bins is not None
            inside = 0 <= index < bins
            share = index / (bins - 1) if index in (0, bins - 1) else (index + 0.5) / bins
        if not inside:
            raise NoDesign(f"{self.name}: {value!r} is not within what is varied ({self.range_in_words()})")
        return share

    def _bin_of(self, value: Value) -> int:
        if self.kind is Kind.CHOICE:
            return self.choices.index(value) if value in self.choices else -1
        if self.kind is Kind.SWITCH:
            return int(value) if isinstance(value, bool) else -1
        if not isinstance(value, int | float) or not float(value).is_integer():
            return -1
        return int(value) - int(self.low)

    def range_in_words(self) -> str:
        """What it is varied over."""
        if self.kind is Kind.CHOICE:
            return ", ".join(self.choices)
        return "false, true" if self.kind is Kind.SWITCH else f"{self.low:g} to {self.high:g}"

    def column(self, shares: np.ndarray) -> np.ndarray:
        """Native values at many shares: float64, int64, bool, or objects (str) for a choice."""
        if not np.all((shares >= 0) & (shares <= 1)):
            raise ValueError(f"{self.name}: a share of a range is from 0 to 1")
        if self.kind is Kind.NUMBER:
            return self._numbers(shares)
        index = self._bins_at(shares)
        if self.kind is Kind.COUNT:
            return index + int(self.low)
        return index.astype(bool) if self.kind is Kind.SWITCH else np.array(self.choices, dtype=object)[index]

    def codes(self, shares: np.ndarray) -> np.ndarray:
        """Native values at many shares as numbers from 0 to 1, in their order: what a regression can use."""
        bins = self.bins
        return shares if bins is None else self._bins_at(shares) / max(bins - 1, 1)

    def _numbers(self, shares: np.ndarray) -> np.ndarray:
        digits = min(DIGITS - math.floor(math.log10(self.high - self.low)), 22)
        values = np.round(self.low + shares * (self.high - self.low), digits)
        values = np.where(shares == 1, self.high, np.where(shares == 0, self.low, values))
        return np.clip(values, self.low, self.high)

    def _bins_at(self, shares: np.ndarray) -> np.ndarray:
        bins = self.bins
        assert bins is not None
        return np.minimum(np.floor(shares * bins + EDGE), bins - 1).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Space:
    """All factors of a study, in order."""

    factors: tuple[Factor, ...]

    def __post_init__(self) -> None:
        names = [factor.name for factor in self.factors]
        for name in names:
            if names.count(name) > 1:
                raise NoDesign(f"{name} is varied twice")
        for factor in self.factors:
            if factor.group in names and factor.group != factor.name:
                raise NoDesign(f"the group {factor.group} has the name of a factor: call it something else")

    def groups(self) -> list[str]:
        """Names of what indices are given for, in order: groups, and factors that are moved alone."""
        return list(dict.fromkeys(factor.unit for factor in self.factors))

    def columns(self, group: str) -> list[int]:
        """Columns of the cube of the factors in a group (or of the one factor of that name)."""
        return [at for at, factor in enumerate(self.factors) if factor.unit == group]

    def problem(self) -> dict[str, Any]:
        """The space as SALib wants it, in the unit cube: a new one for each call, since SALib writes into it."""
        names = [factor.name for factor in self.factors]
        found: dict[str, Any] = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0] for _ in names]}
        if any(factor.group for factor in self.factors):
            found["groups"] = [factor.unit for factor in self.factors]
        return found

    def values(self, points: np.ndarray) -> pd.DataFrame:
        """Native values of points (rows) of the cube, a column per factor: float64, int64, bool or words."""
        points = self.checked(points)
        return pd.DataFrame({factor.name: factor.column(points[:, at]) for at, factor in enumerate(self.factors)})

    def shares(self, values: pd.DataFrame) -> np.ndarray:
        """Points of the cube with the given native values (in the middle of bins): `values` gives them back exactly."""
        found = [[factor.share_of(value) for value in values[factor.name].tolist()] for factor in self.factors]
        return np.array(found, dtype=float).T.reshape(len(values), len(self.factors))

    def checked(self, points: np.ndarray) -> np.ndarray:
        """The points as an array with a column per factor: anything else is an error of the caller."""
        points = np.asarray(points, dtype=float)
        if points.ndim != 2 or points.shape[1] != len(self.factors):
            raise ValueError(f"points have {len(self.factors)} columns, one for each factor, and not {points.shape}")
        return points
