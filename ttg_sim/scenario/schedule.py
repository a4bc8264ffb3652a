"""Which values are in force in which week."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass

from ttg_sim.mechanisms import SECTIONS
from ttg_sim.parameter import Kind, Parameter, Section, Value
from ttg_sim.scenario.names import parameters
from ttg_sim.scenario.scenario import Lever, Scenario, values_of


@dataclass(frozen=True, slots=True)
class _Ramp:
    """A lever on its way from the value that was in force to its own, from a week on."""

    lever: Lever
    before: Value
    week: int

    def value(self, week: int) -> Value:
        step = week - self.week + 1
        if step >= self.lever.steps:
            return self.lever.value
        return stepped(parameters()[self.lever.path], self.before, self.lever.value, step, self.lever.steps)

    def is_over(self, week: int) -> bool:
        return week - self.week + 1 >= self.lever.steps


class Schedule:
    """The values of a scenario, week by week; what a shadow run overrides has its value for such a run throughout.

    `initial` holds the sections before any lever, `changes` the whole new section for each week in which something in
    it changes, `announcements` the levers that become known in a week. A lever with `ramp_weeks: n` moves from the
    value in force by one n-th of the way in each of n weeks, of which the week that contains its date is the first; so
    its value is reached in the n-th week. Whole numbers on the way round half up. A later lever on the same path puts
    an end to a ramp that is still going on.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.initial: dict[str, Section] = scenario.sections_in_force()
        self.changes: dict[int, dict[str, Section]] = _changes(scenario)
        self.announcements: dict[int, tuple[Lever, ...]] = _announcements(scenario)
        self._weeks = sorted(self.changes)
        self._states = [self.initial]
        for week in self._weeks:
            self._states.append(self._states[-1] | self.changes[week])

    def at(self, week: int) -> dict[str, Section]:
        """All sections as they are in force in a week."""
        return dict(self._states[bisect_right(self._weeks, week)])


def stepped(parameter: Parameter, before: Value, after: Value, step: int, steps: int) -> Value:
    """The value after a number of equal steps on the way from one value to another."""
    assert isinstance(before, int | float)
    assert isinstance(after, int | float)
    if parameter.kind is Kind.COUNT:
        # Whole numbers throughout, so that a half is exactly a half.
        return int((2 * steps * before + 2 * (after - before) * step + steps) // (2 * steps))
    value = before + (after - before) * step / steps
    # Rounding must not carry a value beyond either end, which may be a bound.
    return min(max(value, min(before, after)), max(before, after))


def _changes(scenario: Scenario) -> dict[int, dict[str, Section]]:
    starting = defaultdict(list)
    for lever in scenario.effective_levers():
        starting[scenario.calendar.week_of(lever.start)].append(lever)
    sections = scenario.sections_in_force()
    ramps: dict[str, _Ramp] = {}
    changes: dict[int, dict[str, Section]] = {}
    for week in range(-scenario.warm_up_weeks, scenario.weeks):
        if not ramps and week not in starting:
            continue
        values = _values_in_week(week, starting[week], ramps, sections)
        changed = {name: _changed(sections[name], new) for name, new in values.items()}
        changed = {name: section for name, section in changed.items() if section != sections[name]}
        if changed:
            changes[week] = changed
            sections |= changed
    return changes


def _values_in_week(
    week: int, starting: list[Lever], ramps: dict[str, _Ramp], sections: dict[str, Section]
) -> dict[str, dict[str, Value]]:
    """New values by section and name in a week; brings the ramps that go on up to date."""
    new: dict[str, dict[str, Value]] = defaultdict(dict)
    for lever in starting:
        section, _, name = lever.path.partition(".")
        before = new[section].get(name, getattr(sections[section], name))
        ramps[lever.path] = _Ramp(lever, before, week)
        new[section][name] = ramps[lever.path].value(week)
    for path, ramp in list(ramps.items()):
        section, _, name = path.partition(".")
        new[section][name] = ramp.value(week)
        if ramp.is_over(week):
            del ramps[path]
    return new


def _changed(section: Section, new: dict[str, Value]) -> Section:
    return SECTIONS[section.section].model_validate(values_of(section) | new)


def _announcements(scenario: Scenario) -> dict[int, tuple[Lever, ...]]:
    known = defaultdict(list)
    for lever in scenario.effective_levers():
        known[scenario.calendar.week_of(lever.announced)].append(lever)
    return {week: tuple(levers) for week, levers in sorted(known.items())}
