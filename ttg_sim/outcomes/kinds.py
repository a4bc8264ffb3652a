"""Kinds of outcomes: the units of counting, and what every definition has to say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

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


@dataclass(frozen=True)
class Gap(Outcome):
    """An outcome of releases that is a difference between people: low ones in `over` less high ones.

    Its value is the mean of `values` in the third of the releases that is lowest in `over` less that in the highest
    third, of those with a value. Thirds are made within each level of a group, and there are none where two thirds or
    more are alike in `over`. It has no numerator, and its denominator is the number of releases with a value.
    """

    over: Column = field(kw_only=True)


@dataclass(frozen=True)
class YearCount:
    """One outcome per year: a count over the evaluated weeks divided by their length in years."""

    name: str
    title: str
    measure: str
    definition: str
    main: bool = False


@dataclass(frozen=True)
class Ratio:
    """One outcome per year that is the ratio of two counts."""

    name: str
    title: str
    measure: str
    definition: str
    numerator: str
    denominator: str
    main: bool = False
