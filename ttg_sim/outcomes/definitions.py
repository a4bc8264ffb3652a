"""What is measured: each outcome with its unit, its definition and how it is read from the table of releases.

Units: `cohort` is a person's first release in a quarter (official figures), `index` a person's first release after the
policy date (comparisons), `year` a count in the area per year.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd


class Unit(StrEnum):
    """Who or what is counted once."""

    COHORT = "cohort"
    INDEX = "index"
    YEAR = "year"


UNIT_WORDS = {
    Unit.COHORT: "a person's first release in a calendar quarter, with complete follow-up where reoffending is meant",
    Unit.INDEX: "a person's first release after the policy date, among people inside on that date and people new to "
    "short sentences after it, who are released in both worlds: the same people",
    Unit.YEAR: "everything that happens in the area, per year",
}


class Summary(StrEnum):
    """How values become one figure."""

    MEAN = "mean"
    MEDIAN = "median"
    PER_YEAR = "per year"


Column = Callable[[pd.DataFrame], pd.Series]


@dataclass(frozen=True)
class Outcome:
    """One outcome of releases: the value of each release (empty where it does not count), and what it means.

    For a mean, numerator and denominator are the sum and the number of the values that are not empty.
    """

    name: str
    title: str
    measure: str
    definition: str
    values: Column
    summary: Summary = Summary.MEAN
    needs_follow_up: bool = False
    main: bool = False
    conditional: bool = False
    """Whether it counts only people to whom something happened after release, so that a policy can change whom."""


def _share_of_reoffenders(test: Column) -> Column:
    return lambda releases: test(releases).where(releases["reoffended"] == 1).astype(float)


def _housing(column: str, *states: str) -> Column:
    def values(releases: pd.DataFrame) -> pd.Series:
        known = releases[column] != "unknown"
        return releases[column].isin(states).where(known).astype(float)

    return values


OF_RELEASES = (
    Outcome(
        "reoffending_12m",
        "Proven reoffending within 12 months",
        "share of people",
        "People with at least one offence within 12 months of release that is proven within those or the next 6 "
        "months, of all people released",
        lambda releases: releases["reoffended"],
        needs_follow_up=True,
        main=True,
    ),
    Outcome(
        "offences_per_release",
        "Proven offences per person released",
        "offences per person",
        "Proven offences within 12 months of release, per person released",
        lambda releases: releases["offences"],
        needs_follow_up=True,
        main=True,
    ),
    Outcome(
        "offences_per_reoffender",
        "Proven offences per person who reoffended",
        "offences per person",
        "Proven offences within 12 months of release, per person with at least one",
        _share_of_reoffenders(lambda releases: releases["offences"]),
        needs_follow_up=True,
        main=True,
        conditional=True,
    ),
    Outcome(
        "occasions_per_release",
        "Occasions of proven reoffending per person released",
        "occasions per person",
        "Court or caution occasions for offences within 12 months of release, per person released",
        lambda releases: releases["occasions"],
        needs_follow_up=True,
    ),
    Outcome(
        "reoffended_by_day_18",
        "Reoffended by day 18, of people who reoffended",
        "share of people",
        "People whose first proven offence fell within 18 days of release, of those with one within 12 months",
        _share_of_reoffenders(lambda releases: releases["days_to_first"] <= 18),
        needs_follow_up=True,
        conditional=True,
    ),
    Outcome(
        "days_to_first_offence",
        "Days to the first proven offence",
        "days",
        "Mean days from release to the first proven offence, of people with one within 12 months",
        lambda releases: releases["days_to_first"],
        needs_follow_up=True,
        conditional=True,
    ),
    Outcome(
        "score_1_year",
        "Static risk score",
        "probability",
        "Mean one-year OGRS3 score at release",
        lambda releases: releases["score_1_year"],
    ),
    Outcome(
        "previous_sanctions",
        "Previous convictions",
        "sanctions per person",
        "Mean number of sanctions before the present one, at release",
        lambda releases: releases["previous_sanctions"],
    ),
    Outcome(
        "weeks_served",
        "Weeks served inside",
        "weeks",
        "Median time from reception to release",
        lambda releases: releases["weeks_served"],
        summary=Summary.MEDIAN,
        main=True,
    ),
    Outcome(
        "released_on_tag",
        "Released early on tag",
        "share of people",
        "People released before half-way on tag, of all people released",
        lambda releases: releases["tagged"].astype(float),
    ),
    Outcome(
        "from_resettlement_prison",
        "Released from a resettlement prison",
        "share of people",
        "People released from a resettlement prison that serves their area, of all people released",
        lambda releases: releases["resettlement_prison"].astype(float),
    ),
    Outcome(
        "first_night_settled",
        "Settled housing in the week of release",
        "share of people",
        "People in settled housing at the end of the week of release, which stands for the first night, of those at "
        "liberty then",
        _housing("first_night", "settled"),
        main=True,
    ),
    Outcome(
        "first_night_homeless",
        "Homeless in the week of release",
        "share of people",
        "People with neither settled nor temporary housing at the end of the week of release, of those at liberty",
        _housing("first_night", "homeless"),
        main=True,
    ),
    Outcome(
        "week_6_settled",
        "Settled housing six weeks after release",
        "share of people",
        "People in settled housing in the sixth week after release, of those at liberty then",
        _housing("week_6", "settled"),
        conditional=True,
    ),
    Outcome(
        "month_12_unsettled",
        "Homeless or in temporary housing twelve months after release",
        "share of people",
        "People without settled housing a year after release, of those at liberty since then and not inside",
        _housing("month_12", "homeless", "temporary"),
        conditional=True,
    ),
)

GROUPS: dict[str, Column] = {
    "risk": lambda releases: releases["risk"],
    "sex": lambda releases: releases["sex"],
    "prolific": lambda releases: releases["prolific"],
    "sentence": lambda releases: releases["sentence"],
    "year": lambda releases: releases["year"].astype(str),
}
GROUP_WORDS = {
    "all": "everybody",
    "risk": "risk band by the two-year OGRS3 score: low below 50%, medium 50 to 74%, high 75 to 89%, very high 90% on",
    "sex": "sex as recorded",
    "prolific": "whether the person has many earlier sanctions (see intake.prolific_sanctions)",
    "sentence": "length of the sentence",
    "year": "calendar year of release, or of the event",
}


@dataclass(frozen=True)
class YearCount:
    """One outcome per year: a count over the evaluated weeks divided by their length in years."""

    name: str
    title: str
    measure: str
    definition: str
    main: bool = False


OF_YEARS = (
    YearCount("releases", "Releases from short sentences", "releases a year", "Releases, first and later ones", True),
    YearCount("receptions", "Receptions into custody", "receptions a year", "Short sentences begun"),
    YearCount("new_people", "People new to short sentences", "people a year", "Of the releases, people's first ones"),
    YearCount(
        "occasions",
        "Occasions of proven reoffending",
        "occasions a year",
        "By everybody in the cycle, by date of the offence; those not yet in court at the end are taken as proven",
    ),
    YearCount("offences", "Proven offences", "offences a year", "Dealt with on those occasions"),
    YearCount(
        "community_orders",
        "Community orders",
        "orders a year",
        "Orders after an occasion of reoffending, by date of the hearing; not those in place of a first short sentence",
    ),
    YearCount("prison_weeks", "Weeks spent in prison", "person-weeks a year", "By people on short sentences", True),
    YearCount(
        "homeless_weeks", "Weeks spent homeless", "person-weeks a year", "By people at liberty in the cycle", True
    ),
    YearCount("waiting", "People waiting for a settled place", "people", "Mean over all weeks"),
    YearCount("places_held", "Settled places held", "places", "By people of the cycle, mean over all weeks"),
    YearCount(
        "places_others",
        "Settled places held by other households",
        "places",
        "By households that were never in the cycle, mean over all weeks: fewer means that they were displaced",
        True,
    ),
)


def evaluate(outcome: Outcome, releases: pd.DataFrame) -> tuple[float, float, float]:
    """Value, numerator and denominator of an outcome over some releases; the value of none is not a number."""
    values = outcome.values(releases).to_numpy(float)
    values = values[~np.isnan(values)]
    if not len(values):
        return np.nan, 0.0, 0.0
    if outcome.summary is Summary.MEDIAN:
        return float(np.median(values)), np.nan, float(len(values))
    total = float(values.sum())
    return total / len(values), total, float(len(values))
