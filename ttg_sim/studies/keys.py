"""Reading of groups of keys: what is missing, unknown or no value of its kind is reported, and the rest is returned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from ttg_sim.parameter import Grade, Kind, Parameter, Role
from ttg_sim.scenario.faults import Report, quoted
from ttg_sim.scenario.names import nearest
from ttg_sim.scenario.reader import Block, Entry, Listing, Node, Refused, Scalar
from ttg_sim.scenario.values import describe, read_date, read_text, read_value

GROUP_WORDS = "keys with values, one below the other and indented"
LIST_WORDS = "a list, each item beginning with a hyphen"
ANY = 1e9
"""Numbers without a bound of their own are held to this one."""
T = TypeVar("T")


def facts(name: str, kind: Kind, low: float = -ANY, high: float = ANY, unit: str = "") -> Parameter:
    """Declaration of a value that is no parameter, so that one set of rules reads both."""
    return Parameter("", name, kind, 0, unit, low, high, Role.FIXED, Grade.ASSUMPTION, "", (), "")


def choices(name: str, of: Iterable[str]) -> Parameter:
    """Declaration of a choice."""
    of = tuple(of)
    return Parameter("", name, Kind.CHOICE, of[0], "", None, None, Role.FIXED, Grade.ASSUMPTION, "", (), "", of)


@dataclass(frozen=True)
class Keys:
    """A group of keys at a place of the file."""

    report: Report
    path: str
    line: int
    entries: dict[str, Entry] = field(default_factory=dict)

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def where(self, key: str) -> str:
        """Key path of one of the keys."""
        return f"{self.path}.{key}" if self.path else key

    def line_of(self, key: str) -> int:
        """Line of one of the keys, or of the group."""
        return self.entries[key].line if key in self.entries else self.line

    def fault(self, key: str, what: str, expected: str = "", near: str = "") -> None:
        """Report a fault of one of the keys."""
        self.report.add(self.line_of(key), self.where(key), what, expected, near)

    def require(self, key: str, wanted: str) -> bool:
        """Whether a key is there; reported when it is not."""
        if key not in self.entries:
            self.report.add(self.line, self.where(key), "is missing", wanted)
        return key in self.entries

    def is_null(self, key: str) -> bool:
        """Whether a key is left out, or `null`."""
        return key not in self.entries or is_null(self.entries[key].node)

    def text(self, key: str, wanted: str = "a text") -> str:
        """A text; empty when it is left out or at fault."""
        if key not in self.entries:
            return ""
        return read_text(self.entries[key], self.where(key), self.report, wanted) or ""

    def day(self, key: str) -> date | None:
        """A date."""
        return read_date(self.entries[key], self.where(key), self.report) if key in self.entries else None

    def number(self, key: str, low: float = -ANY, high: float = ANY) -> float | None:
        """A number."""
        return self._single(key, facts(key, Kind.NUMBER, low, high), float)

    def count(self, key: str, low: int, high: int, unit: str = "") -> int | None:
        """A whole number."""
        return self._single(key, facts(key, Kind.COUNT, low, high, unit), int)

    def switch(self, key: str) -> bool:
        """A switch; off when it is left out."""
        return bool(self._single(key, facts(key, Kind.SWITCH), bool))

    def choice(self, key: str, of: Iterable[str]) -> str:
        """One of some words; empty when it is left out or at fault."""
        return self._single(key, choices(key, of), str) or ""

    def parameter(self, key: str, declared: Parameter) -> float | None:
        """A value of a parameter that is a number."""
        return self._single(key, declared, float)

    def _single(self, key: str, declared: Parameter, kind: Callable[..., T]) -> T | None:
        if key not in self.entries:
            return None
        value = read_value(declared, self.entries[key], self.where(key), self.report)
        return None if value is None else kind(value)

    def known_text(self, key: str, known: Sequence[str], what: str, wanted: str) -> str:
        """One of many names, of which only the nearest is shown."""
        text = self.text(key, wanted)
        if not text or text in known:
            return text
        near = nearest(text, known)
        self.fault(key, f"{quoted(text)} is not {what}", "" if near else wanted, near)
        return ""

    def texts(self, key: str, wanted: str) -> list[tuple[int, str, str]]:
        """A list of texts, each with its line and key path."""
        found = []
        for number, item in enumerate(self.items(key, wanted), start=1):
            where = f"{self.where(key)}[{number}]"
            text = read_text(Entry(key, item.line, item), where, self.report, wanted)
            if text is not None:
                found.append((item.line, where, text))
        return found

    def items(self, key: str, wanted: str = LIST_WORDS) -> Sequence[Node]:
        """The items of a list."""
        if key not in self.entries:
            return ()
        node = self.entries[key].node
        if isinstance(node, Listing):
            return node.items
        if not isinstance(node, Refused):
            self.fault(key, describe(node), LIST_WORDS if wanted == LIST_WORDS else f"a list of {wanted}")
        return ()

    def group(self, key: str, allowed: Iterable[str] | None) -> Keys | None:
        """A group of keys below one of the keys; any keys where `allowed` is None."""
        if key not in self.entries:
            return None
        entry = self.entries[key]
        return read_keys(entry.node, entry.line, self.where(key), allowed, self.report)


def is_null(node: Node) -> bool:
    """Whether `null` is written."""
    return isinstance(node, Scalar) and node.is_null


def read_keys(
    node: Node, line: int, path: str, allowed: Iterable[str] | None, report: Report, wanted: str = GROUP_WORDS
) -> Keys | None:
    """A group of keys, of which those not allowed are reported; None where there is no group."""
    if not isinstance(node, Block):
        if not isinstance(node, Refused):
            report.add(line, path, describe(node), wanted)
        return None
    keys = Keys(report, path, line)
    known = None if allowed is None else tuple(allowed)
    for entry in node.entries:
        if known is None or entry.key in known:
            keys.entries[entry.key] = entry
            continue
        near = nearest(entry.key, known)
        report.add(entry.line, keys.where(entry.key), "is not a known key", "" if near else one_of(known), near)
    return keys


def one_of(names: Iterable[str]) -> str:
    """Words for a choice."""
    return "one of " + ", ".join(names)
