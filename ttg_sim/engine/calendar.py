"""Weeks and days of a run as real dates.

Week 0 begins on the Monday of the ISO week that holds the start date; weeks of the warm-up are negative. Day 0 is that
same Monday, so day `d` lies in week `d // 7`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

DAYS_PER_WEEK = 7
DAYS_PER_YEAR = 365.25
WEEKS_PER_YEAR = DAYS_PER_YEAR / DAYS_PER_WEEK
WEEKS_PER_MONTH = WEEKS_PER_YEAR / 12
A_YEAR_IN_DAYS = 365
"""A year as sentences count it."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The dates of a run: `start` is any day of week 0; `weeks` are evaluated after `warm_up_weeks`."""

    start: date
    weeks: int
    warm_up_weeks: int

    @property
    def monday(self) -> date:
        """First day of week 0."""
        return self.start - timedelta(days=self.start.weekday())

    @property
    def first_day(self) -> date:
        """First day of the run, warm-up included."""
        return self.date_of_week(-self.warm_up_weeks)

    @property
    def last_day(self) -> date:
        """Last day of the run."""
        return self.date_of_week(self.weeks) - timedelta(days=1)

    def date_of_week(self, week: int) -> date:
        """Monday of a week."""
        return self.monday + timedelta(weeks=week)

    def week_of(self, day: date) -> int:
        """Week that contains a date."""
        return (day - self.monday).days // DAYS_PER_WEEK

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day
