from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ttg_sim.engine.calendar import Calendar


def test_week_0_begins_on_the_monday_of_the_iso_week_of_the_start() -> None:
    for start in (date(2015, 1, 1), date(2014, 12, 29), date(2015, 1, 4)):
        calendar = Calendar(start, 10, 4)
        assert calendar.monday == date(2014, 12, 29)
        assert calendar.first_day == date(2014, 12, 1)
        assert calendar.last_day == date(2015, 3, 8)


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(-2000, 2000))
def test_days_and_weeks_agree(start: date, day: int) -> None:
    calendar = Calendar(start, 10, 4)
    found = calendar.monday + timedelta(days=day)
    assert calendar.week_of(found) == day // 7
    assert calendar.date_of_week(day // 7) == found - timedelta(days=found.weekday())
    assert (found in calendar) == (-28 <= day < 70)
    assert calendar.week_of(start) == 0


@pytest.mark.parametrize("week", [-4, -1, 0, 9])
def test_a_week_has_seven_days(week) -> None:
    calendar = Calendar(date(2011, 1, 5), 10, 4)
    assert {calendar.week_of(calendar.date_of_week(week) + timedelta(days=d)) for d in range(7)} == {week}
