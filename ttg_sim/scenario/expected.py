"""What an analyst expects of a scenario: facts of a file that change nothing in its world and are held against runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ttg_sim.parameter import Grade, Kind, Parameter, Role
from ttg_sim.scenario.faults import Report, quoted
from ttg_sim.scenario.names import nearest
from ttg_sim.scenario.reader import Block, Entry, Listing, Node, Refused, Scalar
from ttg_sim.scenario.values import describe, format_number, read_text, read_value

EXPECT = "expect"
KEYS = ("outcome", "group", "level", "between", "at_least", "at_most", "why")
BOUNDS = ("between", "at_least", "at_most")
ALL = "all"
LARGEST = 1e12
ITEM_WORDS = "outcome, and between, at_least or at_most"
LIST_WORDS = "a list, each item beginning with a hyphen"
PAIR_WORDS = "two numbers in brackets, such as [0.5, 0.6]"


@dataclass(frozen=True)
class Outcomes:
    """What may be named: for each outcome its groups, and the least and most that it can be; levels where known."""

    groups: Mapping[str, Sequence[str]]
    bounds: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    levels: Mapping[str, Sequence[str]] = field(default_factory=dict)


Known = Callable[[], Outcomes]
"""Tells what may be named, once anything is: what is known of outcomes takes time to import."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """One expectation: the mean of an outcome lies between two numbers, None where there is no bound on that side."""

    outcome: str
    group: str = ALL
    level: str = ALL
    low: float | None = None
    high: float | None = None
    why: str = ""
    line: int = 0

    @property
    def range(self) -> str:
        """Words for the numbers."""
        if self.low is None:
            assert self.high is not None
            return f"at most {format_number(self.high)}"
        if self.high is None:
            return f"at least {format_number(self.low)}"
        return f"between {format_number(self.low)} and {format_number(self.high)}"

    @property
    def of(self) -> str:
        """Words for what is counted."""
        return self.outcome if self.group == ALL else f"{self.outcome} ({self.group}: {self.level})"


def read_expectations(entry: Entry, report: Report, known: Known | None) -> tuple[Expectation, ...]:
    """Check a list of expectations; without `known`, outcomes and groups are taken as they are named."""
    node = entry.node
    if isinstance(node, Scalar) and node.is_null:
        return ()
    if not isinstance(node, Listing):
        if not isinstance(node, Refused):
            report.add(entry.line, EXPECT, describe(node), LIST_WORDS)
        return ()
    if not node.items:
        report.add(entry.line, EXPECT, "is an empty list", "one expectation or more")
    outcomes = known() if known is not None and node.items else None
    found: list[Expectation] = []
    for number, item in enumerate(node.items, start=1):
        one = _read(item, f"{EXPECT}[{number}]", report, outcomes)
        if one is None:
            continue
        twin = next(
            (two for two in found if (two.outcome, two.group, two.level) == (one.outcome, one.group, one.level)), None
        )
        if twin:
            what = f"is about {one.of} again; the first is on line {twin.line}"
            report.add(one.line, f"{EXPECT}[{number}]", what, "each once, with between for two bounds")
        found.append(one)
    return tuple(found)


def _read(item: Node, path: str, report: Report, outcomes: Outcomes | None) -> Expectation | None:
    if not isinstance(item, Block):
        if not isinstance(item, Refused):
            report.add(item.line, path, describe(item), ITEM_WORDS)
        return None
    before = len(report.faults)
    keys: dict[str, Entry] = {}
    for entry in item.entries:
        if entry.key in KEYS:
            keys[entry.key] = entry
        else:
            near = nearest(entry.key, KEYS)
            report.add(entry.line, f"{path}.{entry.key}", "is not a known key", "" if near else ", ".join(KEYS), near)
    texts = {
        key: (read_text(keys[key], f"{path}.{key}", report, "a text") or "") if key in keys else ""
        for key in ("outcome", "group", "level", "why")
    }
    if "outcome" not in keys:
        report.add(item.line, f"{path}.outcome", "is missing", "an outcome (see: ttg describe --outcomes)")
    if ("group" in keys) is not ("level" in keys):
        missing = "level" if "group" in keys else "group"
        report.add(item.line, f"{path}.{missing}", "is missing", "group and level together, or neither")
    if outcomes is not None:
        _check_names(texts, keys, path, report, outcomes)
    low, high = _read_bounds(item, keys, path, report, (outcomes.bounds if outcomes else {}).get(texts["outcome"]))
    if len(report.faults) > before:
        return None
    group, level = texts["group"] or ALL, texts["level"] or ALL
    return Expectation(texts["outcome"], group, level, low, high, texts["why"], item.line)


def _check_names(
    texts: Mapping[str, str], keys: Mapping[str, Entry], path: str, report: Report, outcomes: Outcomes
) -> None:
    name = texts["outcome"]
    if name and name not in outcomes.groups:
        near = nearest(name, outcomes.groups)
        wanted = "" if near else "an outcome (see: ttg describe --outcomes)"
        report.add(keys["outcome"].line, f"{path}.outcome", f"{quoted(name)} is not an outcome", wanted, near)
        return
    group, groups = texts["group"], outcomes.groups.get(name, ())
    if name and group and group not in groups:
        near = nearest(group, groups)
        wanted = "" if near else "one of " + ", ".join(groups)
        report.add(keys["group"].line, f"{path}.group", f"{name} is not counted by {quoted(group)}", wanted, near)
    levels = outcomes.levels.get(group, ())
    if texts["level"] and levels and texts["level"] not in levels:
        near = nearest(texts["level"], levels)
        wanted = "" if near else "one of " + ", ".join(levels)
        report.add(
            keys["level"].line, f"{path}.level", f"{quoted(texts['level'])} is not a level of {group}", wanted, near
        )


def _read_bounds(
    item: Block, keys: Mapping[str, Entry], path: str, report: Report, limits: tuple[float, float] | None
) -> tuple[float | None, float | None]:
    given = [key for key in BOUNDS if key in keys]
    if not given:
        report.add(item.line, path, "says no number", "between, at_least or at_most")
        return None, None
    if "between" in keys and len(given) > 1:
        report.add(keys[given[1]].line, f"{path}.{given[1]}", "does not go with between", "one or the other")
        return None, None
    if "between" in keys:
        return _read_pair(keys["between"], f"{path}.between", report, limits)
    low, high = (
        _number(keys[key], f"{path}.{key}", report, limits) if key in keys else None for key in ("at_least", "at_most")
    )
    if low is not None and high is not None and low > high:
        report.add(keys["at_most"].line, f"{path}.at_most", "is below at_least", f"{format_number(low)} or more")
    return low, high


def _read_pair(
    entry: Entry, path: str, report: Report, limits: tuple[float, float] | None
) -> tuple[float | None, float | None]:
    if not isinstance(entry.node, Listing) or len(entry.node.items) != 2:
        if not isinstance(entry.node, Refused):
            report.add(entry.line, path, "is not a pair", PAIR_WORDS)
        return None, None
    low, high = (
        _number(Entry("between", one.line, one), f"{path}[{number}]", report, limits)
        for number, one in enumerate(entry.node.items, start=1)
    )
    if low is not None and high is not None and low > high:
        report.add(entry.line, path, "has the higher number first", f"[{format_number(high)}, {format_number(low)}]")
    return low, high


def _number(entry: Entry, path: str, report: Report, limits: tuple[float, float] | None) -> float | None:
    low, high = limits or (-LARGEST, LARGEST)
    unit = "a share, so 0.55 for 55%" if limits else ""
    facts = Parameter(EXPECT, "", Kind.NUMBER, 0.0, unit, low, high, Role.FIXED, Grade.ASSUMPTION, "", (), "")
    value = read_value(facts, entry, path, report)
    return None if value is None else float(value)  # type: ignore[arg-type]
