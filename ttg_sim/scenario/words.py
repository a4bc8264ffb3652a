"""How one scenario differs from another, in words: one line for each change, with unit and date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from ttg_sim.parameter import Kind, Parameter, Value
from ttg_sim.scenario.names import parameters
from ttg_sim.scenario.run_keys import RUN_KEYS
from ttg_sim.scenario.scenario import Lever, Scenario
from ttg_sim.scenario.schedule import Schedule
from ttg_sim.scenario.values import format_value

Course = dict[date, Value]
"""Values of a parameter by the Monday from which each is in force, the first day of the run first."""
NOTHING_ELSE = "Nothing else differs."
THE_SAME = "The two are the same world."


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two worlds: `before` is the value of the first, `after` that of the second.

    `start` is None where they differ from the beginning of the run on, `end` where they do to its end.
    """

    path: str
    words: str
    before: str
    after: str
    unit: str
    start: date | None = None
    end: date | None = None
    how: str = ""
    """Further words: in how many steps, or since when it is known."""

    @property
    def line(self) -> str:
        """The change in one line."""
        unit = f" {self.unit}" if self.unit and self.unit not in ("date", "switch", "choice") else ""
        when = f" from {day_in_words(self.start)}" if self.start else ""
        until = f" until {day_in_words(self.end)}" if self.end else ""
        name = f"{self.words} ({self.path})" if self.words else self.path
        return f"{name}: {self.before} -> {self.after}{unit}{when}{until}{self.how}"


def day_in_words(day: date) -> str:
    """A date as it is written in a text."""
    return f"{day.day} {day:%B %Y}"


def differences(a: Scenario, b: Scenario) -> tuple[Change, ...]:
    """All that is different in `b`, by date and then in the order of sections; none where both are the same world.

    Values count as they are in force: a lever that changes nothing is no difference, and a shadow run differs in what
    it holds.
    """
    found = _run_keys(a, b)
    schedules = (Schedule(a), Schedule(b))
    changes: list[Change] = []
    for facts in parameters().values():
        changes += _of_parameter(facts, a, b, schedules)
    changes.sort(key=lambda change: change.start or date.min)
    return (*found, *changes)


def difference_lines(a: Scenario, b: Scenario) -> list[str]:
    """The same as lines, the last of which says that there is nothing more."""
    changes = differences(a, b)
    return [*(change.line for change in changes), NOTHING_ELSE] if changes else [THE_SAME]


def _run_keys(a: Scenario, b: Scenario) -> list[Change]:
    pairs = [(facts, getattr(a, key), getattr(b, key)) for key, facts in RUN_KEYS.items()]
    return [
        Change(facts.name, "", format_value(facts, one), format_value(facts, other), facts.unit)
        for facts, one, other in pairs
        if one != other
    ]


def _of_parameter(facts: Parameter, a: Scenario, b: Scenario, schedules: tuple[Schedule, Schedule]) -> list[Change]:
    courses = (_course(facts, a, schedules[0]), _course(facts, b, schedules[1]))
    found = _in_force(facts, a, b, courses)
    if not found:
        found = _known(facts, a, b)
    if not found and (held := _hidden(facts, a, b)):
        found = [held]
    return found


def _course(facts: Parameter, scenario: Scenario, schedule: Schedule) -> Course:
    value = getattr(schedule.initial[facts.section], facts.name)
    course = {scenario.calendar.first_day: value}
    for week, sections in schedule.changes.items():
        if facts.section in sections:
            new = getattr(sections[facts.section], facts.name)
            if new != value:
                value = new
                course[scenario.calendar.date_of_week(week)] = value
    return course


def _in_force(facts: Parameter, a: Scenario, b: Scenario, courses: tuple[Course, Course]) -> list[Change]:
    """Differences in what is in force: a new one wherever the value of either world changes while they differ."""
    first = min(min(course) for course in courses)
    days = sorted({day for course in courses for day in course})
    found: list[Change] = []
    ramp_ends = first - timedelta(days=1)
    for day, later in pairwise([*days, date.max]):
        one, other = (_value_on(course, day) for course in courses)
        if day <= ramp_ends or one == other:
            continue
        levers = [_lever_on(facts.path, scenario, day) for scenario in (a, b)]
        ramps = [lever for lever in levers if lever and lever.steps > 1]
        ramp_ends = max((_ramp_end(lever, day) for lever in ramps), default=ramp_ends)
        shown = [lever.value if lever and lever.steps > 1 else value
                 for lever, value in zip(levers, (one, other), strict=True)]  # fmt: skip
        own = levers[1] or levers[0]
        end = _end(courses, max(later, ramp_ends + timedelta(days=1)) if ramps else later)
        found.append(
            Change(
                facts.path,
                facts.words,
                format_value(facts, shown[0]),
                format_value(facts, shown[1]),
                _unit(facts),
                None if day == first else own.start if own else day,
                end,
                _how(levers),
            )
        )
    return found


def _end(courses: tuple[Course, Course], day: date) -> date | None:
    """The day on which a difference ends because both worlds have the same value again; None where it goes on."""
    if day == date.max:
        return None
    one, other = (_value_on(course, day) for course in courses)
    return day if one == other else None


def _value_on(course: Course, day: date) -> Value:
    known = [one for one in course if one <= day]
    return course[max(known)] if known else course[min(course)]


def _lever_on(path: str, scenario: Scenario, monday: date) -> Lever | None:
    """The lever on a path that acts first in the week of a Monday; the last one where there are several."""
    week_of = scenario.calendar.week_of
    week = week_of(monday)
    found = [lever for lever in scenario.effective_levers() if lever.path == path and week_of(lever.start) == week]
    return found[-1] if found else None


def _ramp_end(lever: Lever, monday: date) -> date:
    return monday + timedelta(weeks=lever.steps - 1)


def _how(levers: list[Lever | None]) -> str:
    one, other = levers
    parts = []
    if other is not None and other.steps > 1:
        parts.append(f"in {other.steps} weekly steps")
    elif other is None and one is not None and one.steps > 1:
        parts.append(f"where the first goes there in {one.steps} weekly steps")
    if other is not None and other.announced < other.start:
        parts.append(f"known from {day_in_words(other.announced)}")
    return "".join(f", {part}" for part in parts)


def _known(facts: Parameter, a: Scenario, b: Scenario) -> list[Change]:
    """Differences in when a change becomes known, where the values in force are the same."""
    dates = [_announcements(facts.path, scenario) for scenario in (a, b)]
    return [
        Change(facts.path, f"{facts.words}: when its change is known", day_in_words(dates[0][day]),
               day_in_words(dates[1][day]), "", None, None, f", of {day_in_words(day)}")
        for day in sorted(dates[0].keys() & dates[1].keys())
        if a.calendar.week_of(dates[0][day]) != a.calendar.week_of(dates[1][day])
    ]  # fmt: skip


def _announcements(path: str, scenario: Scenario) -> dict[date, date]:
    week_of = scenario.calendar.week_of
    return {
        scenario.calendar.date_of_week(week_of(lever.start)): lever.announced
        for lever in scenario.effective_levers()
        if lever.path == path
    }


def _hidden(facts: Parameter, a: Scenario, b: Scenario) -> Change | None:
    """A difference in a value that both runs override because they are shadow runs."""
    one, other = (getattr(scenario.sections[facts.section], facts.name) for scenario in (a, b))
    if one == other or facts.path not in a.shadowed() or facts.path not in b.shadowed():
        return None
    shown = (format_value(facts, one), format_value(facts, other), _unit(facts))
    held = ", which both shadow runs override: it has a say in luck only"
    return Change(facts.path, facts.words, *shown, how=held)


def _unit(facts: Parameter) -> str:
    return "" if facts.kind in (Kind.SWITCH, Kind.CHOICE, Kind.SWITCH_OR_CHOICE, Kind.DATE) else facts.unit
