"""The figures that a designed study takes from each run: levels of worlds, and paired differences between two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ttg_sim.outcomes.definitions import GROUPS, OF_RELEASES, OUTCOMES
from ttg_sim.outcomes.kinds import Unit
from ttg_sim.outcomes.tables import RunTables, release_outcomes
from ttg_sim.studies.compare import same_people

OF_RELEASES_NAMES = tuple(outcome.name for outcome in OF_RELEASES)
TITLES = {outcome.name: outcome.title for outcome in OUTCOMES}
MEASURES = {outcome.name: outcome.measure for outcome in OUTCOMES}
EVERYBODY = "all"


@dataclass(frozen=True)
class Counted:
    """One figure of a run: a level of each world, or the difference of each scenario from the baseline."""

    outcome: str
    difference: bool
    group: str = EVERYBODY
    level: str = EVERYBODY

    @property
    def column(self) -> str:
        """Its name in the table of runs."""
        where = "" if self.group == EVERYBODY else f"[{self.group}={self.level}]"
        return f"{'difference_' if self.difference else ''}{self.outcome}{where}"

    @property
    def unit(self) -> Unit:
        """Who or what is counted once: differences are taken on the same people, where the outcome is of people."""
        if self.outcome not in OF_RELEASES_NAMES:
            return Unit.YEAR
        return Unit.INDEX if self.difference else Unit.COHORT

    @property
    def title(self) -> str:
        """What it is, in words."""
        where = "" if self.group == EVERYBODY else f", {self.group}: {self.level.replace('_', ' ')}"
        return f"{TITLES[self.outcome]}{where}"

    @property
    def measure(self) -> str:
        """What it is measured in."""
        return MEASURES[self.outcome]


def of_column(column: str) -> Counted | None:
    """The figure that a column of a study's tables holds, or None where no outcome has that name."""
    name, _, where = column.partition("[")
    difference = name not in TITLES and name.startswith("difference_")
    outcome = name.removeprefix("difference_") if difference else name
    if outcome not in TITLES:
        return None
    group, _, level = where.removesuffix("]").partition("=")
    return Counted(outcome, difference, group or EVERYBODY, level or EVERYBODY)


def levels(counted: Sequence[Counted], tables: RunTables) -> dict[str, float]:
    """The levels of one world, by column."""
    wanted = [one for one in counted if not one.difference]
    return {one.column: _value(tables.outcomes, one) for one in wanted}


def differences(counted: Sequence[Counted], base: RunTables, other: RunTables, week: int | None) -> dict[str, float]:
    """The differences of one scenario from the baseline under the same luck, by column.

    `week` is the week in which the two worlds part, which says who the same people are.
    """
    wanted = [one for one in counted if one.difference]
    found = {}
    if any(one.unit is Unit.INDEX for one in wanted):
        one, two = same_people(base.spells.assign(replicate=0), other.spells.assign(replicate=0), week)
        names = {each.outcome for each in wanted}
        groups = {each.group for each in wanted}
        tables = [
            release_outcomes(part, Unit.INDEX, pd.Series(True, part.index), names=names, groups=groups)
            for part in (one, two)
        ]
    for each in wanted:
        before, after = tables if each.unit is Unit.INDEX else (base.outcomes, other.outcomes)
        found[each.column] = _value(after, each) - _value(before, each)
    return found


def _value(outcomes: pd.DataFrame, one: Counted) -> float:
    """The value of one figure, not a number where nobody is counted."""
    chosen = (
        (outcomes["outcome"] == one.outcome)
        & (outcomes["unit"] == one.unit.value)
        & (outcomes["group"] == one.group)
        & (outcomes["level"] == one.level)
    )
    values = outcomes.loc[chosen, "value"]
    return float(values.iloc[0]) if len(values) else np.nan


def groups_of(outcome: str) -> tuple[str, ...]:
    """The groups by which an outcome is counted."""
    return (EVERYBODY, *GROUPS) if outcome in OF_RELEASES_NAMES else (EVERYBODY, "year")
