"""How two scenarios differ: from when on, and whether a comparison of them would be fair."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ttg_sim.mechanisms.costs import CostsParameters
from ttg_sim.parameter import Section
from ttg_sim.scenario.scenario import Lever, Scenario
from ttg_sim.scenario.schedule import Schedule
from ttg_sim.scenario.values import format_value

PRICES = CostsParameters.section


def first_difference(a: Scenario, b: Scenario) -> int | None:
    """The first week in which the two worlds may differ; None when they are the same world.

    A lever that is announced before it acts may make a difference from its announcement on. When one run is longer,
    and they differ in nothing else, the first week that only one of them has is the answer.
    """
    beginning = -max(a.warm_up_weeks, b.warm_up_weeks)
    if a.calendar.monday != b.calendar.monday or a.warm_up_weeks != b.warm_up_weeks:
        return beginning
    one, other = Schedule(a), Schedule(b)
    # What shadow runs override shows in the sections as given only, and still has a say in luck.
    if _moving(one.initial) != _moving(other.initial) or _moving(a.sections) != _moving(b.sections):
        return beginning
    known, known_other = _foreknown(one, a), _foreknown(other, b)
    weeks = {*one.changes, *other.changes, *known, *known_other}
    different = [
        week
        for week in weeks
        if one.changes.get(week) != other.changes.get(week) or known.get(week) != known_other.get(week)
    ]
    if a.weeks != b.weeks:
        different.append(min(a.weeks, b.weeks))
    return min(different, default=None)


def comparable(a: Scenario, b: Scenario) -> list[str]:
    """Why the two cannot be compared, one line for each reason; empty when they can.

    Both have to follow the same people through the same weeks, or the difference between them is not the policy's. A
    shadow run follows the people of its scenario, so the two may be compared: that is the total effect of contacts.
    And the same thing has to cost the same in both, or the difference in money is one of prices.
    """
    reasons = []
    if a.calendar.monday != b.calendar.monday:
        reasons.append(_reason("the first week begins on", a, a.calendar.monday, b, b.calendar.monday))
    for key, words in (("warm_up_weeks", "weeks of warm-up are"), ("weeks", "weeks evaluated are")):
        if getattr(a, key) != getattr(b, key):
            reasons.append(_reason(words, a, getattr(a, key), b, getattr(b, key)))
    for section in ("intake", PRICES):
        one, other = a.sections[section], b.sections[section]
        for name, facts in one.parameters().items():
            value, other_value = getattr(one, name), getattr(other, name)
            if value != other_value:
                shown, other_shown = format_value(facts, value), format_value(facts, other_value)
                reasons.append(_reason(f"{facts.path} is", a, shown, b, other_shown))
    return reasons


def _moving(sections: Mapping[str, Section]) -> dict[str, Section]:
    """The sections that move a world: all but what prices it."""
    return {name: section for name, section in sections.items() if name != PRICES}


def _reason(words: str, a: Scenario, value: Any, b: Scenario, other: Any) -> str:
    return f"{words} {value} in {a.name} and {other} in {b.name}"


def _foreknown(schedule: Schedule, scenario: Scenario) -> dict[int, list[tuple[Any, ...]]]:
    """What becomes known in a week that the changes of that week do not show: where the values will go, and when."""
    week_of = scenario.calendar.week_of
    known = {
        week: [_content(lever, week_of(lever.start)) for lever in levers if _looks_ahead(lever, week, scenario)]
        for week, levers in schedule.announcements.items()
    }
    return {week: contents for week, contents in known.items() if contents}


def _looks_ahead(lever: Lever, week: int, scenario: Scenario) -> bool:
    return lever.steps > 1 or scenario.calendar.week_of(lever.start) > week


def _content(lever: Lever, week: int) -> tuple[Any, ...]:
    return lever.path, lever.value, week, lever.steps
