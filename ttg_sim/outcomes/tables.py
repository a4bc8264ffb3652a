"""The tables of one run: outcomes, weekly series, releases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ttg_sim.engine.calendar import DAYS_PER_WEEK, DAYS_PER_YEAR, WEEKS_PER_YEAR
from ttg_sim.mechanisms.sentencing import Sanction
from ttg_sim.outcomes.definitions import GROUPS, OF_RELEASES, OF_YEARS, Unit, evaluate
from ttg_sim.outcomes.spells import spell_table

if TYPE_CHECKING:
    from ttg_sim.model import ThroughTheGate

KEY = ["outcome", "unit", "group", "level"]


@dataclass(frozen=True)
class RunTables:
    """What one run leaves behind.

    `outcomes`: outcome, unit, group, level, value, numerator, denominator. `weekly`: one row a week, warm-up included.
    `spells`: one row per release in the evaluated weeks. `events`: one row per change in a person's life, or None.
    """

    outcomes: pd.DataFrame
    weekly: pd.DataFrame
    spells: pd.DataFrame
    events: pd.DataFrame | None


def collect(model: ThroughTheGate) -> RunTables:
    """Read a finished run into tables."""
    spells = spell_table(
        model.people.rows,
        model.spells.rows,
        model.occasions.rows,
        model.calendar,
        int(model.p["intake"][0]["prolific_sanctions"]),
    )
    weekly = weekly_table(model)
    outcomes = pd.concat([release_outcomes(spells, Unit.COHORT), year_outcomes(model, spells, weekly)])
    events = None if model.journal is None else model.journal.table(model)
    return RunTables(outcomes.reset_index(drop=True), weekly, spells, events)


def weekly_table(model: ThroughTheGate) -> pd.DataFrame:
    """Model-level series: one row per week with its number and Monday."""
    series = model.datacollector.get_model_vars_dataframe()
    weeks = np.arange(len(series)) - model.scenario.warm_up_weeks
    dates = np.datetime64(model.calendar.monday) + weeks * DAYS_PER_WEEK
    return pd.DataFrame({"week": weeks, "date": dates}).join(series.reset_index(drop=True))


def release_outcomes(spells: pd.DataFrame, unit: Unit, index: pd.Series | None = None) -> pd.DataFrame:
    """All outcomes of releases in long form, for everybody and by group.

    `index` marks the releases that count for the index unit; the cohort unit counts first releases in a quarter.
    """
    counted = spells[spells["first_in_quarter"] if index is None else index]
    followed = counted[counted["followed"]]
    rows: list[tuple[object, ...]] = []
    for name, column in {"all": None, **GROUPS}.items():
        parts = {releases_id: _levels(releases, column) for releases_id, releases in ((0, counted), (1, followed))}
        for outcome in OF_RELEASES:
            for level, releases in parts[int(outcome.needs_follow_up)].items():
                rows.append((outcome.name, unit.value, name, level, *evaluate(outcome, releases)))
    return pd.DataFrame(rows, columns=[*KEY, "value", "numerator", "denominator"])


def _levels(releases: pd.DataFrame, column: object) -> dict[str, pd.DataFrame]:
    if column is None:
        return {"all": releases}
    levels = column(releases)  # type: ignore[operator]
    return {str(level): part for level, part in releases.groupby(levels, sort=True)}


def year_outcomes(model: ThroughTheGate, spells: pd.DataFrame, weekly: pd.DataFrame) -> pd.DataFrame:
    """Counts per year over the evaluated weeks, and for each calendar year that they touch."""
    proven = model.occasions.rows[model.occasions.rows["sanction"] != Sanction.NONE]
    occasions = proven[proven["day"] >= 0]
    people = model.people.rows
    not_released = people["received_day"][people["received_day"] > people["released_day"]]
    received = np.concatenate([model.spells.rows["received_day"], not_released])
    orders = proven["court_day"][proven["sanction"] == Sanction.COMMUNITY_ORDER]
    weeks = weekly[weekly["week"] >= 0]
    week_days = weeks["week"].to_numpy() * DAYS_PER_WEEK
    end = model.scenario.weeks * DAYS_PER_WEEK
    counts = {
        "releases": (spells["release_day"].to_numpy(), None),
        "receptions": (received[received >= 0], None),
        "new_people": (spells["release_day"].to_numpy()[spells["number"].to_numpy() == 1], None),
        "occasions": (occasions["day"], None),
        "offences": (occasions["day"], occasions["offences"]),
        "community_orders": (orders[(orders >= 0) & (orders < end)], None),
        "prison_weeks": (week_days, weeks["inside"].to_numpy()),
        "homeless_weeks": (week_days, weeks["homeless"].to_numpy()),
        "waiting": (week_days, weeks["waiting"].to_numpy() / WEEKS_PER_YEAR),
        "places_held": (week_days, weeks["places_people"].to_numpy() / WEEKS_PER_YEAR),
        "places_others": (week_days, weeks["places_others"].to_numpy() / WEEKS_PER_YEAR),
    }
    years = _years(model)
    rows: list[tuple[object, ...]] = []
    for count in OF_YEARS:
        days, weights = counts[count.name]
        year = _year_of(model, days)
        for group, level, length in [("all", "all", sum(years.values())), *(("year", y, n) for y, n in years.items())]:
            chosen = np.ones(len(days), bool) if group == "all" else year == int(level)
            total = float(chosen.sum() if weights is None else weights[chosen].sum())
            rows.append((count.name, Unit.YEAR.value, group, level, total / length, total, length))
    return pd.DataFrame(rows, columns=[*KEY, "value", "numerator", "denominator"])


def _year_of(model: ThroughTheGate, days: np.ndarray) -> np.ndarray:
    dates = np.datetime64(model.calendar.monday) + days.astype(int)
    return np.asarray(dates.astype("datetime64[Y]").astype(int) + 1970)


def _years(model: ThroughTheGate) -> dict[str, float]:
    """Length in years of the part of each calendar year that is evaluated."""
    year, days = np.unique(_year_of(model, np.arange(model.scenario.weeks * DAYS_PER_WEEK)), return_counts=True)
    return {str(y): n / DAYS_PER_YEAR for y, n in zip(year, days, strict=True)}
