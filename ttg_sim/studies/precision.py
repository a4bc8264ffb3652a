"""How many replicates it takes: runs are added until intervals of differences are as narrow as was asked for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from difflib import get_close_matches
from typing import Any

import pandas as pd
from scipy.special import chdtri, stdtrit

from ttg_sim.outcomes.definitions import OUTCOMES
from ttg_sim.outcomes.kinds import Unit
from ttg_sim.studies.summary import CONFIDENCE

FEWEST = 10
"""Replicates before which no interval is trusted to say that there are enough: from few it can be narrow by luck."""
BLOCK = 10
MOST = 200
MANY = 1_000_000
"""Replicates that nobody carries out: beyond them it does not matter how many it would take."""
MEASURES = {outcome.name: outcome.measure for outcome in OUTCOMES}
EXAMPLE = "expected OUTCOME=HALF_WIDTH, such as reoffending_12m=0.005"


class NoPrecision(ValueError):
    """What is wrong with an aim: one line for each fault."""


@dataclass(frozen=True)
class Reached:
    """How narrow the interval of one difference became: half of its width, in the unit of the outcome."""

    scenario: str
    outcome: str
    unit: str
    asked: float
    half_width: float
    replicates: int
    """Pairs of runs in which somebody could be counted."""

    @property
    def known(self) -> bool:
        """Whether there is an interval at all."""
        return math.isfinite(self.half_width)

    @property
    def met(self) -> bool:
        """Whether it is as narrow as was asked for, with enough pairs of runs to be believed."""
        return self.half_width <= self.asked and self.replicates >= FEWEST

    @property
    def needed(self) -> int:
        """About how many replicates it takes; those there are where it is met, or where nobody can tell."""
        if self.met or not self.known:
            return self.replicates
        return self.takes

    @property
    def takes(self) -> int:
        """About how many replicates it takes, whether or not there are as many; `MANY` stands for as many or more."""
        return max(FEWEST, self._count_for(self.half_width))

    def expected(self, count: int, half_width: float | None = None) -> float:
        """The half-width that so many replicates should have: by the root of their number, and Student's t."""
        now = self.half_width if half_width is None else half_width
        return now * math.sqrt(self.replicates / count) * _t(count) / _t(self.replicates)

    def unsure(self) -> tuple[int, int]:
        """The number needed if the spread between runs were at the ends of its own 95% interval."""
        freedom = self.replicates - 1
        tail = (1 - CONFIDENCE) / 2
        ends = (self.half_width * math.sqrt(freedom / chdtri(freedom, p)) for p in (tail, 1 - tail))
        low, high = (max(FEWEST, self._count_for(end)) for end in ends)
        return low, high

    def _count_for(self, half_width: float) -> int:
        """The fewest replicates whose expected half-width is what was asked for."""
        high = 2
        while self.expected(high, half_width) > self.asked:
            if high >= MANY:
                return MANY
            high *= 2
        low = max(2, high // 2)
        while low < high:
            middle = (low + high) // 2
            if self.expected(middle, half_width) > self.asked:
                low = middle + 1
            else:
                high = middle
        return low

    @property
    def words(self) -> str:
        """What became of it, in a sentence."""
        what = f"{self.scenario}, {self.outcome}: "
        if not self.known:
            return f"{what}cannot be told, since there was nobody to count, or in one run only"
        what += f"half of the interval is {in_words(self.half_width, self.outcome)}"
        what += f", asked for {in_words(self.asked, self.outcome)}"
        if self.met:
            return f"{what}: met with {self.replicates} replicates"
        most = f"not met with {self.replicates} replicates, the most that were allowed"
        return f"{what}: {most}; it takes {about(self.needed)}"

    def facts(self) -> dict[str, Any]:
        """What a manifest tells of it."""
        return asdict(self) | {"half_width": self.half_width if self.known else None, "met": self.met}

    @classmethod
    def read(cls, facts: Mapping[str, Any]) -> Reached:
        """From what a manifest tells."""
        values = {field.name: facts[field.name] for field in fields(cls)}
        return cls(**{**values, "half_width": math.nan if facts["half_width"] is None else facts["half_width"]})


def about(count: int) -> str:
    """Words for a number of replicates that is an estimate."""
    return f"about {count:,}" if count < MANY else f"more than {MANY:,}"


def _t(count: int) -> float:
    return float(stdtrit(count - 1, 0.5 + CONFIDENCE / 2))


def in_words(half_width: float, outcome: str) -> str:
    """A half-width with its unit where that is short: shares as points, money in pounds."""
    text, unit = figure(half_width, outcome), unit_of(outcome)
    if unit == "points":
        return f"{text} point" if text == "1" else f"{text} points"
    return f"\u00a3{text}" if unit == "\u00a3" else text


def figure(half_width: float, outcome: str) -> str:
    """A half-width in the unit in which people read it, with two figures."""
    size = 100 * half_width if unit_of(outcome) == "points" else half_width
    return f"{size:,.0f}" if size >= 100 else f"{size:.2g}"


def unit_of(outcome: str) -> str:
    """The unit in which people read half-widths of an outcome."""
    measure = MEASURES[outcome]
    if measure.startswith(("share", "difference of shares")):
        return "points"
    return "\u00a3" if measure.startswith("pounds") else measure


@dataclass(frozen=True)
class Aims:
    """Half-widths of 95% intervals of paired differences by outcome, and the most replicates.

    The same people in both worlds where an outcome is of people, the whole area where it is one of a year. Raises
    `NoPrecision` with every fault.
    """

    half_widths: Mapping[str, float]
    most: int = MOST

    def __post_init__(self) -> None:
        faults = [fault for name, value in self.half_widths.items() for fault in _faults(name, value)]
        if isinstance(self.most, bool) or not isinstance(self.most, int) or self.most < FEWEST:
            faults.append(f"most: {self.most!r} replicates; expected a whole number from {FEWEST}")
        if faults:
            raise NoPrecision("\n".join(faults))

    def start(self, replicates: int) -> int:
        """How many replicates to begin with where so many are asked for; raises `NoPrecision` where they are more."""
        if replicates > self.most:
            what = f"{replicates:,} replicates to begin with are more than {self.most:,}, the most allowed"
            raise NoPrecision(f"precision: {what}; expected as many at most, or --most {replicates} or more")
        return max(replicates, FEWEST)

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

    def next_count(self, stands: Iterable[Reached], count: int) -> int:
        """How many replicates to have next: `count` itself where that is enough, or all that is allowed.

        A multiple of `BLOCK`, unless that is more than is allowed.
        """
        missing = [one for one in stands if not one.met and one.known]
        if not missing or count >= self.most:
            return count
        # Where somebody could be counted in some runs only, as many more are needed.
        wanted = max(count + 1, *(math.ceil(one.needed * count / one.replicates) for one in missing))
        # No more than twice as many at a time: what an early interval says of the need is itself unsure.
        return min(in_blocks(min(wanted, 2 * count)), self.most)


def in_blocks(count: int) -> int:
    """The next multiple of `BLOCK`."""
    return math.ceil(count / BLOCK) * BLOCK


def parse(given: Iterable[str]) -> dict[str, float]:
    """Half-widths by outcome as they are typed; raises `NoPrecision` with every fault."""
    found: dict[str, float] = {}
    faults = []
    for text in given:
        name, equals, number = (part.strip() for part in text.partition("="))
        if not equals or not name:
            faults.append(f"--precision {text}: {EXAMPLE}")
            continue
        try:
            value = float(number)
        except ValueError:
            faults.append(f"--precision {text}: {number!r} is not a number; {EXAMPLE}")
            continue
        if name in found:
            faults.append(f"--precision {text}: {name} is given twice; expected one half-width for it")
        faults += [] if name in found else _faults(name, value)
        found[name] = value
    if faults:
        raise NoPrecision("\n".join(faults))
    return found


def _faults(name: str, half_width: object) -> list[str]:
    if name not in MEASURES:
        near = get_close_matches(str(name), MEASURES, 1)
        hint = f"; did you mean {near[0]!r}?" if near else "; ttg describe --outcomes lists them"
        return [f"precision: outcome {name!r} is not known{hint}"]
    number = isinstance(half_width, int | float) and not isinstance(half_width, bool)
    if number and math.isfinite(half_width) and half_width > 0:  # type: ignore[arg-type, operator]
        return []
    shown = f"{half_width:g}" if number else repr(half_width)
    return [f"precision: {name}: {shown} is no half-width; expected a number above 0, in the unit of the outcome"]
