"""The tables of one run: outcomes, weekly series, releases."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ttg_sim.agents.mentor import Exit, Route, Stage
from ttg_sim.agents.person import NEVER, NOBODY, Return
from ttg_sim.engine.calendar import DAYS_PER_WEEK, DAYS_PER_YEAR, WEEKS_PER_YEAR
from ttg_sim.mechanisms.costs import CostsParameters
from ttg_sim.mechanisms.enforcement import Reason
from ttg_sim.mechanisms.sentencing import Sanction
from ttg_sim.outcomes import of_contact, of_mentoring, of_money, of_peers
from ttg_sim.outcomes.definitions import GROUPS, OF_RATIOS, OF_RELEASES, OF_YEARS, by_level, gap_by_level
from ttg_sim.outcomes.kinds import Column, Gap, Outcome, Unit
from ttg_sim.outcomes.spells import spell_table
from ttg_sim.parameter import Section

if TYPE_CHECKING:
    from ttg_sim.model import ThroughTheGate

KEY = ["outcome", "unit", "group", "level"]
WEEKS_IN_YEAR = 52


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


def collect(
    model: ThroughTheGate, names: Collection[str] | None = None, groups: Collection[str] | None = None
) -> RunTables:
    """Read a finished run into tables; with `names` and `groups` of outcomes, only these, which takes less time."""
    spells = spell_table(
        model.people.rows,
        model.spells.rows,
        model.occasions.rows,
        model.referrals.rows,
        model.calendar,
        int(model.p["intake"][0]["prolific_sanctions"]),
    )
    weekly = weekly_table(model)
    parts = [
        release_outcomes(spells, Unit.COHORT, names=names, groups=groups),
        year_outcomes(model, spells, weekly, names, groups),
    ]
    if names is None:
        parts.append(area_outcomes(model))
    outcomes = pd.concat(parts)
    events = None if model.journal is None else model.journal.table(model)
    return RunTables(outcomes.reset_index(drop=True), weekly, spells, events)


def weekly_table(model: ThroughTheGate) -> pd.DataFrame:
    """Model-level series and dated events: one row per week with its number and Monday."""
    series = model.datacollector.get_model_vars_dataframe().assign(**of_money.flows(model))
    weeks = np.arange(len(series)) - model.scenario.warm_up_weeks
    dates = np.datetime64(model.calendar.monday) + weeks * DAYS_PER_WEEK
    return pd.DataFrame({"week": weeks, "date": dates}).join(series.reset_index(drop=True))


def release_outcomes(
    spells: pd.DataFrame,
    unit: Unit,
    index: pd.Series | None = None,
    names: Collection[str] | None = None,
    groups: Collection[str] | None = None,
) -> pd.DataFrame:
    """Outcomes of releases in long form, for everybody and by group: all of them, or those of `names` and `groups`.

    `index` marks the releases that count for the index unit; the cohort unit counts first releases in a quarter. People
    on longer sentences are a group of their own and in no other figure.
    """
    counted = spells[spells["first_in_quarter"] if index is None else index]
    longer = counted[counted["longer"]]
    outcomes = [one for one in OF_RELEASES if names is None or one.name in names]
    columns = {name: column for name, column in _COLUMNS.items() if groups is None or name in groups}
    rows = _rows(counted[~counted["longer"]], unit, columns, outcomes)
    if len(longer) and groups is None:
        apart: dict[str, Column | None] = {"comparison": lambda part: part["comparison"]}
        rows += _rows(longer.assign(comparison="longer"), unit, apart, outcomes)
    return pd.DataFrame(rows, columns=[*KEY, "value", "numerator", "denominator"])


_COLUMNS: dict[str, Column | None] = {"all": None, **GROUPS}


def _rows(
    releases: pd.DataFrame, unit: Unit, groups: Mapping[str, Column | None], outcomes: Sequence[Outcome]
) -> list[tuple[object, ...]]:
    followed = releases["followed"].to_numpy(bool)
    values = {outcome.name: outcome.values(releases).to_numpy(float) for outcome in outcomes}
    for outcome in outcomes:
        if outcome.needs_follow_up:
            values[outcome.name] = np.where(followed, values[outcome.name], np.nan)
    rows: list[tuple[object, ...]] = []
    for name, column in groups.items():
        if column is None:
            codes, levels = np.zeros(len(releases), int), np.array(["all"])
        else:
            levels, codes = np.unique(column(releases).to_numpy().astype(str), return_inverse=True)
        for outcome in outcomes:
            if isinstance(outcome, Gap):
                over = outcome.over(releases).to_numpy(float)
                found = gap_by_level(values[outcome.name], over, codes, len(levels))
            else:
                found = by_level(outcome, values[outcome.name], codes, len(levels))
            rows += [(outcome.name, unit.value, name, level, *one) for level, one in zip(levels, found, strict=True)]
    return rows


def year_outcomes(
    model: ThroughTheGate,
    spells: pd.DataFrame,
    weekly: pd.DataFrame,
    names: Collection[str] | None = None,
    groups: Collection[str] | None = None,
) -> pd.DataFrame:
    """Counts per year over the evaluated weeks, and for each calendar year that they touch; then their ratios.

    All of them, or those of `names`, and by year only if `groups` has it.
    """
    counts = _counts(model, spells[~spells["longer"]], weekly)
    years = _years(model)
    spans = [("all", "all", sum(years.values())), *(("year", year, length) for year, length in years.items())]
    spans = [span for span in spans if groups is None or span[0] in groups]
    levels = [level for _, level, _ in spans]
    ratios = [ratio for ratio in OF_RATIOS if names is None or ratio.name in names]
    parts = {part for ratio in ratios for part in (ratio.numerator, ratio.denominator)}
    wanted = None if names is None else {*names, *parts}
    year_of_week = _year_of(model, np.arange(model.scenario.weeks) * DAYS_PER_WEEK)
    weeks_in = {level: float((year_of_week == int(level)).sum()) for level in years} | {"all": float(len(year_of_week))}
    rows: list[tuple[object, ...]] = []
    totals: dict[tuple[str, str], float] = {}
    for name, (days, weights) in counts.items():
        if wanted is not None and name not in wanted:
            continue
        year = _year_of(model, days)
        for level in levels:
            chosen = np.ones(len(days), bool) if level == "all" else year == int(level)
            totals[name, level] = float(chosen.sum() if weights is None else weights[chosen].sum())
    for count in OF_YEARS:
        for group, level, length in spans if names is None or count.name in names else ():
            total, over = totals[count.name, level], length
            if count.name in MEANS or count.name in of_mentoring.MEANS or count.name in of_contact.MEANS:
                over = weeks_in[level]
            if count.name in of_money.PRESENT:
                over = 1.0
            value = total / over if over else np.nan
            if count.name == "recovery_weeks":  # of the whole run, and of nothing else
                value = of_mentoring.recovery_weeks(weekly) if level == "all" else np.nan
                total, over = (0.0, 0.0) if np.isnan(value) else (value, 1.0)
            rows.append((count.name, Unit.YEAR.value, group, level, value, total, over))
    for ratio in ratios:
        for group, level, _ in spans:
            upper, lower = totals[ratio.numerator, level], totals[ratio.denominator, level]
            value = upper / lower if lower else np.nan
            rows.append((ratio.name, Unit.YEAR.value, group, level, value, upper, lower))
    return pd.DataFrame(rows, columns=[*KEY, "value", "numerator", "denominator"])


def area_outcomes(model: ThroughTheGate) -> pd.DataFrame:
    """The mentors of each area, and people who met one: what can be told by area from mentors and referrals."""
    weeks, years = model.scenario.weeks, sum(_years(model).values())
    mentors, met = model.mentors.rows, model.referrals.rows
    met = met[(met["met_day"] >= 0) & (met["met_day"] < weeks * DAYS_PER_WEEK)]
    registered = mentors[(mentors["registered_week"] >= 0) & (mentors["registered_week"] < weeks)]
    there = of_mentoring.weeks_there(mentors, weeks)
    rows: list[tuple[object, ...]] = []
    for area in range(len(model.areas)):
        here, new = mentors["area"] == area, registered[registered["area"] == area]
        in_post, peers = there[here].sum(), there[here & (mentors["person"] != NOBODY)].sum()
        new_peers = (new["person"] != NOBODY).sum()
        ended = (mentors["ended_week"] >= 0) & (mentors["ended_week"] < weeks) & (mentors["stage"] != Stage.PROMOTED)
        lost = (here & (there > 0) & ended).sum()
        for name, upper, lower in (
            ("registrations", len(new), years),
            ("peer_registrations", new_peers, years),
            ("mentors", in_post, weeks),
            ("peers", peers, weeks),
            ("people_met", (met["area"] == area).sum(), years),
            ("peer_share_of_registrations", new_peers, len(new)),
            ("peer_share", peers, in_post),
            ("mentor_turnover", lost, in_post / WEEKS_PER_YEAR),
        ):
            value = upper / lower if lower else np.nan
            level = f"area_{area + 1:02d}"
            rows.append((name, Unit.YEAR.value, "area", level, float(value), float(upper), float(lower)))
    return pd.DataFrame(rows, columns=[*KEY, "value", "numerator", "denominator"])


MEANS: dict[str, Column] = {
    "supervised_people": lambda weekly: weekly["on_licence"] + weekly["post_sentence"],
    "recalled_people": lambda weekly: weekly["on_recall"],
    "cases_per_officer": lambda weekly: weekly["cases_per_officer"],
    "attention": lambda weekly: weekly["attention"],
    "morale": lambda weekly: weekly["morale"],
    "working": lambda weekly: weekly["working"],
    "using": lambda weekly: weekly["using"],
    "in_treatment_places": lambda weekly: weekly["in_treatment"],
    "in_training_places": lambda weekly: weekly["in_training"],
    "waiting": lambda weekly: weekly["waiting"],
    "places_held": lambda weekly: weekly["places_people"],
    "places_others": lambda weekly: weekly["places_others"],
}
"""Outcomes per year that are means over weeks, and the series of which."""

Count = tuple[np.ndarray, np.ndarray | None]


def _counts(model: ThroughTheGate, spells: pd.DataFrame, weekly: pd.DataFrame) -> dict[str, Count]:
    """What is counted by year: days, and the weight of each where it is not one."""
    end = model.scenario.weeks * DAYS_PER_WEEK
    people = model.people.rows
    short = people["longer"] == 0
    proven = model.occasions.rows[model.occasions.rows["sanction"] != Sanction.NONE]
    proven = proven[short[proven["person"]]]
    occasions = proven[proven["day"] >= 0]
    of_spells = model.spells.rows[model.spells.rows["longer"] == 0]
    inside = people["received_day"][short & (people["received_day"] > people["released_day"])]
    received = np.concatenate([of_spells["received_day"], inside])
    orders = proven["court_day"][proven["sanction"] == Sanction.COMMUNITY_ORDER]
    days = spells["release_day"].to_numpy()
    return {
        "releases": (days, None),
        "receptions": (received[received >= 0], None),
        "people_met_before_release": (days[spells["first_meeting"].to_numpy() == "before_release"], None),
        "new_people": (days[spells["number"].to_numpy() == 1], None),
        "occasions": (occasions["day"], None),
        "offences": (occasions["day"], occasions["offences"]),
        "community_orders": (orders[(orders >= 0) & (orders < end)], None),
        **_return_counts(model),
        **_mentor_counts(model),
        **of_contact.best_mentors(model.mentors.rows, model.scenario.weeks, float(model.p["mentor"][0]["skill_sd"])),
        **of_peers.own_reoffending(
            people, model.mentors.rows, of_spells, proven, model.returns.rows, model.scenario.weeks
        ),
        **_weekly_counts(weekly[weekly["week"] >= 0], model.scenario.sections["costs"]),
    }


def _return_counts(model: ThroughTheGate) -> dict[str, Count]:
    returns = model.returns.rows[model.returns.rows["day"] >= 0]
    recalls = returns[returns["kind"] == Return.RECALL]
    short, longer = recalls[recalls["longer"] == 0], recalls[recalls["longer"] == 1]
    heard = returns[returns["kind"] != Return.RECALL]
    reasons = {
        f"recalls_for_{reason.name.lower()}": (short["day"][short["reasons"] & reason > 0], None) for reason in Reason
    }
    return {
        "recalls": (short["day"], None),
        "recalls_longer": (longer["day"], None),
        "recalls_all": (recalls["day"], None),
        "committals": (heard["day"][heard["kind"] == Return.COMMITTAL], None),
        "breaches_in_court": (heard["day"], None),
        **reasons,
    }


def _mentor_counts(model: ThroughTheGate) -> dict[str, Count]:
    """Meetings for the first time by day, and mentors registered by week with whether they stayed for a year."""
    met, end = model.referrals.rows["met_day"], model.scenario.weeks * DAYS_PER_WEEK
    last = model.scenario.weeks - WEEKS_IN_YEAR
    counts: dict[str, Count] = {
        "people_met": (met[(met >= 0) & (met < end)], None),
        "recovery_weeks": (np.zeros(0, int), None),
    }
    mentors = model.mentors.rows
    registered = mentors[(mentors["registered_week"] >= 0) & (mentors["registered_week"] <= last)]
    for name, chosen in (("mentors", registered), ("pathway", registered[registered["route"] == Route.PATHWAY])):
        days = chosen["registered_week"] * DAYS_PER_WEEK
        stayed = (chosen["ended_week"] == NEVER) | (chosen["ended_week"] >= chosen["registered_week"] + WEEKS_IN_YEAR)
        stayed |= chosen["exit"] == Exit.POST
        counts |= {f"{name}_followed": (days, None), f"{name}_kept": (days[stayed], None)}
    return counts


def _weekly_counts(weekly: pd.DataFrame, costs: Section) -> dict[str, Count]:
    days = weekly["week"].to_numpy() * DAYS_PER_WEEK
    sums = {
        "prison_weeks": weekly["inside"],
        "homeless_weeks": weekly["homeless"],
        "contact_hours": weekly["contact_hours"],
        "enforcement_hours": weekly["enforcement_hours"],
        "other_hours": weekly["other_hours"],
    }
    spent = {name: weekly[name] for name in weekly.columns if name.startswith("spent_on_")}
    sums |= spent | {of_mentoring.SUM_NAMES.get(name, name): weekly[name] for name in of_mentoring.SUMS}
    means = {name: series(weekly) for name, series in MEANS.items()} | of_mentoring.series_of_mentors(weekly)
    sums |= {
        "spent": weekly[list(spent)].sum(axis=1),
        "answer_weeks": weekly["answer_weeks"],
        "mentor_losses": weekly["exits"] + weekly["bars"],
        "mentor_years": means["mentors"] / WEEKS_PER_YEAR,
        "mentors_idle": weekly["mentors_available"] - weekly["specialists"],
        "mentors_working": weekly["mentors_available"] + weekly["mentors_matched"] - weekly["specialists"],
        "endings_unplanned": weekly["endings_unplanned"],
        "endings": weekly["endings_planned"] + weekly["endings_unplanned"],
    }
    sums |= of_contact.weekly_counts(weekly)
    assert isinstance(costs, CostsParameters)
    money: dict[str, Count] = {name: (days, pounds) for name, pounds in of_money.weekly_costs(weekly, costs).items()}
    return {name: (days, series.to_numpy()) for name, series in (sums | means).items()} | money


def _year_of(model: ThroughTheGate, days: np.ndarray) -> np.ndarray:
    dates = np.datetime64(model.calendar.monday) + days.astype(int)
    return np.asarray(dates.astype("datetime64[Y]").astype(int) + 1970)


def _years(model: ThroughTheGate) -> dict[str, float]:
    """Length in years of the part of each calendar year that is evaluated."""
    year, days = np.unique(_year_of(model, np.arange(model.scenario.weeks * DAYS_PER_WEEK)), return_counts=True)
    return {str(y): n / DAYS_PER_YEAR for y, n in zip(year, days, strict=True)}
