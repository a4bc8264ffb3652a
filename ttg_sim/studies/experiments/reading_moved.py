"""What a plan moves: single parameters with ranges or values, all uncertain ones, and groups that move together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from ttg_sim.mechanisms import SECTIONS
from ttg_sim.parameter import Kind, Parameter, Value
from ttg_sim.scenario import Scenario
from ttg_sim.scenario.faults import quoted
from ttg_sim.scenario.names import nearest, nearest_path, parameters
from ttg_sim.scenario.reader import Entry, Listing, Scalar
from ttg_sim.scenario.values import expected, read_value
from ttg_sim.studies.experiments.plan import Moved, in_force
from ttg_sim.studies.experiments.uncertain import all_uncertain
from ttg_sim.studies.keys import Keys, one_of
from ttg_sim.studies.plausible import REACH, around

ALL = "all uncertain"
ALL_KEYS = ("reach", "times", "sections", "except")
MOVED_KEYS = ("low", "high", "values", "in", "from")
NUMBERS = (Kind.NUMBER, Kind.COUNT)
GRADE, SECTION = "grade", "section"
GROUPING_WORDS = "grade, section, or names of groups, each with a list of parameters or sections"
PARAMETER_WORDS = "a parameter, such as housing.settled_places, or 'all uncertain'"
OTHERS = "others"

Found = tuple[tuple[Moved, ...], dict[str, str]]


def read_moved(keys: Keys, worlds: Sequence[Scenario]) -> Found:
    """The parameters that are moved, and why others that were asked for together are left alone."""
    group = keys.group("parameters", None)
    if group is None or not worlds:
        return (), {}
    found: dict[str, Moved] = {}
    left: dict[str, str] = {}
    for path in group.entries:
        if path == ALL:
            continue
        facts = parameters().get(path)
        if facts is None:
            near = nearest_path(path)
            group.fault(path, "is not a parameter", "" if near else PARAMETER_WORDS, near)
        elif facts.kind in (Kind.SHARES, Kind.DATE):
            group.fault(path, f"is a {facts.kind.value} and cannot be moved", "a number, a switch or a choice")
        elif (one := _single(group, path, facts, worlds)) is not None:
            found[path] = one
    if ALL in group.entries:
        several, left = _all_uncertain(group, worlds, found)
        found |= several
    return tuple(_grouped(keys, found).values()), left


def _single(group: Keys, path: str, facts: Parameter, worlds: Sequence[Scenario]) -> Moved | None:
    """One parameter: with `low` and `high`, with `values`, or with neither over its plausible range."""
    if _is_empty(group, path):
        keys = Keys(group.report, group.where(path), group.line_of(path))
    else:
        found = group.group(path, MOVED_KEYS)
        if found is None:
            return None
        keys = found
    before = len(group.report.faults)
    names, start = _where(keys, worlds), keys.day("from")
    _check_free(keys, facts, worlds, names, start)
    values = _values(keys, facts)
    low, high = (0.0, 0.0) if values or facts.kind not in NUMBERS else _range(keys, facts, worlds)
    if len(group.report.faults) > before:
        return None
    return Moved(facts, low, high, values, names, start)


def _is_empty(group: Keys, key: str) -> bool:
    """Whether nothing, or null, is written after a key."""
    node = group.entries[key].node
    return isinstance(node, Scalar) and (node.is_blank or node.is_null)


def _where(keys: Keys, worlds: Sequence[Scenario]) -> tuple[str, ...]:
    known = [world.name for world in worlds]
    found = []
    for line, where, name in keys.texts("in", "names of worlds"):
        if name not in known:
            near = nearest(name, known)
            what = f"{quoted(name)} is not a world of this plan"
            keys.report.add(line, where, what, "" if near else one_of(known), near)
        found.append(name)
    return tuple(found)


def _check_free(
    keys: Keys, facts: Parameter, worlds: Sequence[Scenario], names: Sequence[str], start: date | None
) -> None:
    """Report a parameter that a world takes out of the hands of the plan."""
    for world in worlds:
        if names and world.name not in names:
            continue
        if facts.path in world.shadowed():
            keys.report.add(keys.line, keys.path, f"is overridden in {world.name}, which is a shadow run")
        days = sorted(lever.start for lever in world.levers if lever.path == facts.path)
        if days and start is None:
            wanted = f"'from: {days[0]}' to move what the lever brings, or 'in' with other worlds"
            keys.report.add(keys.line, keys.path, f"is moved by a lever of {world.name} on {days[0]}", wanted)
    if start is not None:
        first, last = worlds[0].calendar.monday, worlds[0].calendar.date_of_week(worlds[0].weeks)
        if not first <= start < last:
            keys.fault("from", f"{start} is outside of the evaluated weeks", f"a date from {first} to {last}")


def _values(keys: Keys, facts: Parameter) -> tuple[Value, ...]:
    """The values of a list; all of them for a switch or a choice without one."""
    if "values" in keys:
        for key in ("low", "high"):
            if key in keys:
                keys.fault(key, "does not go with values", "one or the other")
        found: list[Value] = []
        items = keys.items("values")
        for number, item in enumerate(items, start=1):
            where = f"{keys.where('values')}[{number}]"
            value = read_value(facts, Entry(facts.name, item.line, item), where, keys.report)
            if value is not None:
                if value in found:
                    keys.report.add(item.line, where, "is there twice", "each value once")
                found.append(value)
        if len(items) < 2 and isinstance(keys.entries["values"].node, Listing):
            keys.fault("values", "has fewer than two values", "at least two")
        return tuple(found)
    if facts.kind in NUMBERS:
        return ()
    for key in ("low", "high"):
        if key in keys:
            keys.fault(key, f"{facts.path} is no number", "values")
    switch = (False, True) if facts.kind in (Kind.SWITCH, Kind.SWITCH_OR_CHOICE) else ()
    return (*switch, *facts.choices)


def _range(keys: Keys, facts: Parameter, worlds: Sequence[Scenario]) -> tuple[float, float]:
    value = in_force(worlds[0], facts.path)
    assert isinstance(value, int | float)
    ends = list(around(facts, value))
    for place, key in enumerate(("low", "high")):
        if key in keys and (given := keys.parameter(key, facts)) is not None:
            ends[place] = given
    if "low" in keys and "high" not in keys:
        keys.report.add(keys.line, keys.where("high"), "is missing", expected(facts))
    if "high" in keys and "low" not in keys:
        keys.report.add(keys.line, keys.where("low"), "is missing", expected(facts))
    if not ends[0] < ends[1]:
        keys.fault("high", f"is not above low, {ends[0]:g}", f"more than {ends[0]:g}")
    return ends[0], ends[1]


def _all_uncertain(
    group: Keys, worlds: Sequence[Scenario], given: Mapping[str, Moved]
) -> tuple[dict[str, Moved], dict[str, str]]:
    """Every parameter that nobody knows well, where all worlds agree on it."""
    line, where = group.line_of(ALL), group.where(ALL)
    keys = Keys(group.report, where, line) if _is_empty(group, ALL) else group.group(ALL, ALL_KEYS)
    if keys is None:
        return {}, {}
    reach, times = keys.number("reach", 0.0, 1.0), keys.number("times", 1.0)
    chosen = _sections(keys)
    without = _paths(keys, "except")
    return all_uncertain(worlds, REACH if reach is None else reach, times, chosen, {*without, *given})


def _sections(keys: Keys) -> set[str]:
    found = set()
    for line, where, name in keys.texts("sections", "sections of parameters"):
        if name not in SECTIONS:
            near = nearest(name, SECTIONS)
            keys.report.add(line, where, f"{quoted(name)} is not a section", "" if near else one_of(SECTIONS), near)
        found.add(name)
    return found


def _paths(keys: Keys, key: str) -> set[str]:
    """Parameters or whole sections that are named in a list."""
    found = set()
    for line, where, name in keys.texts(key, "parameters or sections"):
        if name not in SECTIONS and name not in parameters():
            near = nearest_path(name) or nearest(name, SECTIONS)
            keys.report.add(line, where, f"{quoted(name)} is no parameter and no section", "", near)
        found.add(name)
    return found


def _grouped(keys: Keys, found: dict[str, Moved]) -> dict[str, Moved]:
    """The same with the names of the groups in which they move together."""
    if "groups" not in keys:
        return found
    entry = keys.entries["groups"]
    kind = getattr(entry.node, "text", None)
    if kind == GRADE:
        return {path: replace(one, group=one.facts.grade.value) for path, one in found.items()}
    if kind == SECTION:
        return {path: replace(one, group=one.facts.section) for path, one in found.items()}
    if kind is not None:
        keys.fault("groups", f"{quoted(kind)} is not a way to group", GROUPING_WORDS)
        return found
    group = keys.group("groups", None)
    if group is None:
        return found
    owner: dict[str, str] = {}
    for name in group.entries:
        for wanted in _paths(group, name):
            mine = [path for path, one in found.items() if wanted in (path, one.facts.section)]
            if not mine:
                group.fault(name, f"{wanted} is not among the parameters of this plan", "one that is moved")
            for path in mine:
                if owner.setdefault(path, name) != name:
                    group.fault(name, f"{path} is in {owner[path]} too", "each parameter in one group")
    return {path: replace(one, group=owner.get(path, OTHERS)) for path, one in found.items()}
