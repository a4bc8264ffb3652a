"""How many replicates it takes: runs are added until intervals of differences are as narrow as was asked for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import pandas as pd

from ttg_sim.outcomes.definitions import OUTCOMES
from ttg_sim.outcomes.kinds import Unit

FEWEST = 10
"""Replicates before which no interval is trusted to say that there are enough: from few it can be narrow by luck."""
BLOCK = 10
MOST = 200


class NoPrecision(ValueError):
    """What is wrong with an aim, in one line."""


@dataclass(frozen=True)
class Reached:
    """How narrow the interval of one difference became: half of its width, in the unit of the outcome."""

    scenario: str
    outcome: str
    unit: str
    asked: float
    half_width: float
    replicates: int

    @property
    def met(self) -> bool:
        """Whether it is as narrow as was asked for."""
        return self.half_width <= self.asked

    @property
    def needed(self) -> int:
        """About how many replicates it takes, by the square of what is missing; those there are where it is met."""
        if self.met or not math.isfinite(self.half_width):
            return self.replicates
        return math.ceil(self.replicates * (self.half_width / self.asked) ** 2)

    @property
    def words(self) -> str:
        """What became of it, in a sentence."""
        what = f"{self.scenario}, {self.outcome}: half of the interval is {self.half_width:.2g}"
        what += f", asked for {self.asked:g}"
        if self.met:
            return f"{what}: met with {self.replicates} replicates"
        if not math.isfinite(self.half_width):
            return f"{what}: cannot be told, since there was nobody to count"
        most = f"not met with {self.replicates} replicates, the most that were allowed"
        return f"{what}: {most}; it takes about {self.needed:,}"


@dataclass(frozen=True)
class Aims:
    """Half-widths of 95% intervals of paired differences by outcome, and the most replicates.

    The same people in both worlds where an outcome is of people, the whole area where it is one of a year.
    """

    half_widths: Mapping[str, float]
    most: int = MOST

    def __post_init__(self) -> None:
        known = {outcome.name for outcome in OUTCOMES}
        for name, half_width in self.half_widths.items():
            if name not in known:
                near = get_close_matches(name, known, 1)
                hint = f"; did you mean {near[0]!r}?" if near else "; ttg describe --outcomes lists them"
                raise NoPrecision(f"precision: outcome {name!r} is not known{hint}")
            if not (math.isfinite(half_width) and half_width > 0):
                raise NoPrecision(f"precision: {name}: {half_width:g} is no half-width; expected a number above 0")

    def reached(self, differences: pd.DataFrame) -> tuple[Reached, ...]:
        """How every aim stands in every scenario."""
        found = []
        everybody = differences[differences["group"] == "all"]
        for name, half_width in self.half_widths.items():
            rows = everybody[everybody["outcome"] == name]
            index = rows[rows["unit"] == Unit.INDEX.value]
            for row in (index if len(index) else rows).to_dict("records"):
                half = (row["high"] - row["low"]) / 2
                found.append(
                    Reached(str(row["scenario"]), name, str(row["unit"]), half_width, half, int(row["replicates"]))
                )
        return tuple(found)

    def next_count(self, differences: pd.DataFrame, count: int) -> int:
        """How many replicates to have next: `count` itself where that is enough, or all that is allowed."""
        missing = [one for one in self.reached(differences) if not one.met and math.isfinite(one.half_width)]
        if not missing or count >= self.most:
            return count
        wanted = math.ceil(max(one.needed for one in missing) / BLOCK) * BLOCK
        # No more than twice as many at a time: what an early interval says of the need is itself unsure.
        return min(max(wanted, count + BLOCK), 2 * count, self.most)
