"""What is measured in the runs of an arm: one number for each replicate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TypeAlias

import numpy as np
import pandas as pd

from ttg_sim.outcomes.definitions import OF_RELEASES, OUTCOMES
from ttg_sim.outcomes.kinds import Unit
from ttg_sim.studies.runner import Finished

SHARES = {outcome.name for outcome in OUTCOMES if outcome.measure.startswith("share")}
FEWEST_OF_INTERACTION, AN_END = 3, 0.01
UNIT_IN_A_RUN = {outcome.name: Unit.COHORT for outcome in OF_RELEASES}
"""Outcomes of releases count a cohort in a run; all others are counts of a year."""


@dataclass(frozen=True)
class ArmRuns:
    """The runs of one arm, whose tables are read once."""

    runs: Finished

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """Outcomes of each replicate."""
        return self.runs.replicate_outcomes()

    @cached_property
    def weekly(self) -> pd.DataFrame:
        """Series of each replicate: one row a week, warm-up included."""
        return self.runs.weekly()

    def first(self, replicates: int) -> ArmRuns:
        """The same with the first replicates only."""
        return self if replicates >= self.runs.replicates else ArmRuns(replace(self.runs, replicates=replicates))


Arms: TypeAlias = Mapping[str, ArmRuns]


@dataclass(frozen=True)
class Values:
    """A number for each replicate (empty where nobody could be counted), and what has to be said about them."""

    numbers: pd.Series
    note: str = ""


@dataclass(frozen=True)
class OfOutcome:
    """An outcome, for everybody or for one level of a group, or the difference of two."""

    outcome: str
    unit: Unit
    group: str = "all"
    level: str = "all"
    less: str = ""
    """An outcome of the same unit that is taken off."""

    def __str__(self) -> str:
        name = f"{self.outcome} less {self.less}" if self.less else self.outcome
        return name if self.group == "all" else f"{name}, {self.group} {self.level}"

    def days(self) -> dict[str, date]:
        """Dates that have to lie in the run, by key."""
        return {}

    def values(self, arms: Arms, arm: str) -> Values:
        """The number of each replicate."""
        table = arms[arm].outcomes
        chosen = table[(table["outcome"] == self.outcome) & (table["unit"] == self.unit.value)]
        chosen = chosen[chosen["group"] == self.group]
        found = chosen[chosen["level"] == self.level].set_index("replicate")["value"]
        note = ""
        if found.empty:
            levels = ", ".join(sorted(chosen["level"].unique())) or "none"
            note = f"no {self.group} '{self.level}' in the runs of {arm} (levels there: {levels})"
        numbers = found.reindex(range(arms[arm].runs.replicates)).astype(float)
        if self.less:
            taken_off = replace(self, outcome=self.less, less="").values(arms, arm)
            numbers, note = numbers - taken_off.numbers, note or taken_off.note
        return Values(numbers, note)


@dataclass(frozen=True)
class OfSeries:
    """Mean of a weekly series over the weeks that hold two dates and all between; the whole run where none is given."""

    series: str
    start: date | None = None
    end: date | None = None

    def __str__(self) -> str:
        return f"mean of {self.series}"

    def days(self) -> dict[str, date]:
        """Dates that have to lie in the run, by key."""
        return {key: day for key, day in (("from", self.start), ("to", self.end)) if day is not None}

    def values(self, arms: Arms, arm: str) -> Values:
        """The number of each replicate."""
        runs = arms[arm]
        calendar = runs.runs.scenario.calendar
        first = 0 if self.start is None else calendar.week_of(self.start)
        last = calendar.weeks - 1 if self.end is None else calendar.week_of(self.end)
        chosen = runs.weekly[runs.weekly["week"].between(first, last)]
        return Values(chosen.groupby("replicate")[self.series].mean())


@dataclass(frozen=True)
class OfSpread:
    """Standard deviation of an outcome between the levels of a group, such as areas."""

    outcome: str
    group: str

    def __str__(self) -> str:
        return f"spread of {self.outcome} by {self.group}"

    def days(self) -> dict[str, date]:
        """Dates that have to lie in the run, by key."""
        return {}

    def values(self, arms: Arms, arm: str) -> Values:
        """The number of each replicate; empty where fewer than two levels have a value."""
        table = arms[arm].outcomes
        chosen = table[(table["outcome"] == self.outcome) & (table["group"] == self.group)]
        found = chosen.groupby("replicate")["value"].std()
        return Values(found.reindex(range(arms[arm].runs.replicates)).astype(float))


@dataclass(frozen=True)
class OfRecovery:
    """Weeks from a date until the moving mean of a series reaches a share of what it is in another arm.

    Each moving mean is that of a week and the weeks before it. Where it never gets there, the weeks that are left to
    the end of the run are counted, and that is said.
    """

    series: str
    against: str
    after: date
    share: float = 0.95
    over_weeks: int = 4

    def __str__(self) -> str:
        return f"weeks until {self.series} is back at {self.share:.0%} of {self.against}"

    def days(self) -> dict[str, date]:
        """Dates that have to lie in the run, by key."""
        return {"after": self.after}

    def values(self, arms: Arms, arm: str) -> Values:
        """The number of each replicate."""
        calendar = arms[arm].runs.scenario.calendar
        first = calendar.week_of(self.after)
        ours, theirs = (self._moving_means(arms[name]) for name in (arm, self.against))
        there = (ours >= self.share * theirs).loc[:, first:]
        reached = there.any(axis=1)
        weeks = np.where(reached, there.to_numpy().argmax(axis=1), calendar.weeks - first)
        never = int((~reached).sum())
        note = f"{never} of {len(there)} replicates of {arm} not back by the end of the run" if never else ""
        return Values(pd.Series(weeks.astype(float), there.index), note)

    def _moving_means(self, runs: ArmRuns) -> pd.DataFrame:
        """One row a replicate, one column a week."""
        wide = runs.weekly.pivot_table(index="week", columns="replicate", values=self.series)
        return wide.rolling(self.over_weeks, min_periods=1).mean().T


Measure: TypeAlias = OfOutcome | OfSeries | OfSpread | OfRecovery


def contrast(measure: Measure, arms: Arms, weights: Mapping[str, float]) -> Values:
    """The weighted sum of arms in each replicate, which meets the same people with the same luck in all of them."""
    found = {arm: measure.values(arms, arm) for arm in weights}
    table = pd.DataFrame({arm: values.numbers for arm, values in found.items()})
    notes = [values.note for values in found.values()] + _at_an_end(measure, table)
    total = sum((weight * table[arm] for arm, weight in weights.items()), pd.Series(0.0, table.index))
    return Values(total, "; ".join(dict.fromkeys(note for note in notes if note)))


def _at_an_end(measure: Measure, table: pd.DataFrame) -> list[str]:
    """What has to be said of an interaction of shares: an arm at nought or one leaves it no room."""
    if (
        not isinstance(measure, OfOutcome)
        or measure.outcome not in SHARES
        or len(table.columns) < FEWEST_OF_INTERACTION
    ):
        return []
    means = table.mean()
    return [
        f"{arm} sits at {mean:.3g}, which leaves no room"
        for arm, mean in means.items()
        if not AN_END < mean < 1 - AN_END
    ]
