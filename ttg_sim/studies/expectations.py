"""What an analyst expects of a scenario, held against its runs: met, not met, or not to be told from so few."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ttg_sim.engine.calendar import Calendar
from ttg_sim.outcomes.definitions import GROUPS, OF_RELEASES, OUTCOMES
from ttg_sim.outcomes.kinds import Gap, Unit
from ttg_sim.parameter import Value
from ttg_sim.scenario import Expectation, Outcomes
from ttg_sim.scenario.expected import NO_BOUNDS, Bounds
from ttg_sim.scenario.run_keys import CALENDAR_KEYS

if TYPE_CHECKING:  # a check of files does without what a run needs
    import pandas as pd

    from ttg_sim.studies.runner import Finished

LEVELS = {
    "all": ("all",),
    "risk": ("low", "medium", "high", "very_high"),
    "sex": ("men", "women"),
    "prolific": ("yes", "no"),
    "sentence": ("under_1_month", "1_to_3_months", "3_to_6_months", "6_to_12_months"),
    "regime": ("supervised", "not_supervised"),
}
"""Levels that are the same in every world; those of other groups depend on it (`levels_of_run`)."""
OF_PEOPLE = {outcome.name for outcome in OF_RELEASES}
BY_AREA = (
    "registrations", "peer_registrations", "mentors", "peers", "people_met", "peer_share_of_registrations",
    "peer_share", "mentor_turnover",
)  # fmt: skip
"""Outcomes of a year that are counted by area as well."""
OF_WHOLE_RUN = ("recovery_weeks",)
SHARE = Bounds(0.0, 1.0, "a share, so 0.55 for 55%")
DIFFERENCE = Bounds(-1.0, 1.0, "a difference of shares, so 0.05 for 5 points")
SCALE = Bounds(0.0, 1.0)


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


@cache
def known() -> Outcomes:
    """The outcomes, groups and levels that may be named in `expect`, whatever the run."""
    units = {one.name: str(_unit(one.name)) for one in OUTCOMES}
    groups = {name: _groups(name) for name in units}
    bounds = {one.name: found for one in OUTCOMES if (found := _bounds(one)) is not None}
    return Outcomes(units, groups, bounds, LEVELS)


@cache
def known_in_run() -> Outcomes:
    """The same, with the levels that a run has by its dates and sizes."""
    return replace(known(), of_run=levels_of_run)


def levels_of_run(values: Mapping[str, Value]) -> dict[str, tuple[str, ...]]:
    """The levels of groups that are not the same in every world, by the values in force in one."""
    dates: dict[str, Any] = {key: values[key] for key in CALENDAR_KEYS}
    calendar = Calendar(**dates)
    numbers = (values["areas.number"], values["custody.resettlement_prisons"])
    areas, prisons = (range(1, int(number) + 1) for number in numbers if isinstance(number, int))
    years = range(calendar.monday.year, calendar.last_day.year + 1)
    return {
        "year": tuple(map(str, years)),
        "area": tuple(f"area_{area:02d}" for area in areas),
        "prison": (*(f"area_{area:02d}_prison_{prison:02d}" for area in areas for prison in prisons), "other_prison"),
        "comparison": ("longer",) if values["longer.people"] else (),
    }


def _unit(outcome: str) -> Unit:
    """Who or what is counted once in a single scenario; `index` is of comparisons."""
    return Unit.COHORT if outcome in OF_PEOPLE else Unit.YEAR


def _groups(outcome: str) -> tuple[str, ...]:
    if outcome in OF_PEOPLE:
        return ("all", *GROUPS, "comparison")
    if outcome in OF_WHOLE_RUN:
        return ("all",)
    return ("all", "year", "area") if outcome in BY_AREA else ("all", "year")


def _bounds(outcome: Any) -> Bounds | None:
    if isinstance(outcome, Gap) or outcome.measure == "share points":
        return DIFFERENCE
    if outcome.measure.startswith("share") or outcome.measure == "probability":
        return SHARE
    return SCALE if outcome.measure == "from 0 to 1" else None


def held(finished: Finished) -> list[Held]:
    """Each expectation of a scenario beside its finished runs, in order."""
    outcomes = finished.outcomes()
    return [_held(one, outcomes) for one in finished.scenario.expect]


def _held(one: Expectation, outcomes: pd.DataFrame) -> Held:
    unit = _unit(one.outcome)
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
    """Met where the whole interval is in the range, not met where none of it is.

    Nothing can lie beyond what an outcome can be, though an interval from few runs may: such a bound is none.
    """
    if np.isnan(low):
        return Verdict.UNTOLD
    limits = known().bounds.get(one.outcome, NO_BOUNDS)
    least = -np.inf if one.low is None or one.low <= limits.low else one.low
    most = np.inf if one.high is None or one.high >= limits.high else one.high
    if least <= low and high <= most:
        return Verdict.MET
    return Verdict.NOT_MET if high < least or low > most else Verdict.UNTOLD
