"""What an analyst expects of a scenario, held against its runs: met, not met, or not to be told from so few."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from ttg_sim.outcomes.definitions import GROUPS, OF_RELEASES, OUTCOMES
from ttg_sim.outcomes.kinds import Gap, Unit
from ttg_sim.scenario import Expectation, Outcomes
from ttg_sim.studies.runner import Finished

LEVELS = {
    "risk": ("low", "medium", "high", "very_high"),
    "sex": ("men", "women"),
    "prolific": ("yes", "no"),
}
"""Levels that are the same in every world; those of other groups depend on it."""
OF_PEOPLE = {outcome.name for outcome in OF_RELEASES}


class Verdict(StrEnum):
    """How an expectation stands to the runs."""

    MET = "met"
    NOT_MET = "not met"
    UNTOLD = "cannot be told"


@dataclass(frozen=True)
class Held:
    """One expectation and what the runs say of it: mean with 95% interval, and how many runs counted anybody."""

    expectation: Expectation
    verdict: Verdict
    value: float
    low: float
    high: float
    replicates: int

    @property
    def why(self) -> str:
        """Why nothing can be told; empty where something is."""
        if self.verdict is not Verdict.UNTOLD:
            return ""
        if not self.replicates:
            return "nobody to count"
        return "one run has no interval" if self.replicates < 2 else "the interval holds a bound: more runs may tell"


def known() -> Outcomes:
    """The outcomes and groups that may be named in `expect`."""
    groups = {one.name: ("all", *GROUPS) if one.name in OF_PEOPLE else ("all", "year") for one in OUTCOMES}
    bounds = {one.name: (-1.0, 1.0) if isinstance(one, Gap) else (0.0, 1.0)
              for one in OUTCOMES if one.measure.startswith(("share", "difference of shares"))}  # fmt: skip
    return Outcomes(groups, bounds, LEVELS)


def held(finished: Finished) -> list[Held]:
    """Each expectation of a scenario beside its finished runs, in order."""
    outcomes = finished.outcomes()
    return [_held(one, outcomes) for one in finished.scenario.expect]


def _held(one: Expectation, outcomes: pd.DataFrame) -> Held:
    unit = Unit.COHORT if one.outcome in OF_PEOPLE else Unit.YEAR
    chosen = outcomes[
        (outcomes["outcome"] == one.outcome)
        & (outcomes["unit"] == unit.value)
        & (outcomes["group"] == one.group)
        & (outcomes["level"] == one.level)
    ]
    if chosen.empty:
        return Held(one, Verdict.UNTOLD, np.nan, np.nan, np.nan, 0)
    row = chosen.iloc[0]
    value, low, high = (float(row[name]) for name in ("value", "low", "high"))
    return Held(one, _verdict(one, low, high), value, low, high, int(row["replicates"]))


def _verdict(one: Expectation, low: float, high: float) -> Verdict:
    """Met where the whole interval is in the range, not met where none of it is."""
    if np.isnan(low):
        return Verdict.UNTOLD
    least = -np.inf if one.low is None else one.low
    most = np.inf if one.high is None else one.high
    if least <= low and high <= most:
        return Verdict.MET
    return Verdict.NOT_MET if high < least or low > most else Verdict.UNTOLD
