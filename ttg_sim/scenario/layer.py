"""What one file says, checked by itself: its own keys, the values that it gives and its levers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from ttg_sim.mechanisms import SECTIONS
from ttg_sim.parameter import Grade, Kind, Parameter, Role, Value
from ttg_sim.scenario.about import ABOUT_KEYS, LONGEST, NOTHING_SAID, TEXT_WORDS, TEXTS, USE_UNTIL, About
from ttg_sim.scenario.expected import EXPECT, Expectation, Known, read_expectations
from ttg_sim.scenario.faults import Report, quoted
from ttg_sim.scenario.names import nearest, nearest_path, parameters, section_that_has
from ttg_sim.scenario.reader import Block, Entry, Listing, Node, Refused, Scalar
from ttg_sim.scenario.run_keys import RUN, RUN_KEYS
from ttg_sim.scenario.scenario import Lever, Origin
from ttg_sim.scenario.values import DATE_WORDS, describe, expected, read_date, read_text, read_value

TOP_KEYS = ("name", "title", "why", *ABOUT_KEYS, "extends", *RUN_KEYS, *SECTIONS, "levers", EXPECT)
LEVER_KEYS = ("from", "set", "to", "ramp_weeks", "announced")
NAME = re.compile(r"[A-Za-z0-9_-]+")
NAME_WORDS = "letters, digits, underscores and hyphens"
RAMP_WEEKS = Parameter(
    section="levers",
    name="ramp_weeks",
    kind=Kind.COUNT,
    default=0,
    unit="weeks",
    low=0,
    high=1040,
    role=Role.FIXED,
    grade=Grade.ASSUMPTION,
    source="",
    evidence=(),
    words="Weeks in which the value is reached in equal steps; 0 for at once",
)


@dataclass(frozen=True, slots=True)
class Given:
    """A value that was given for a key; None restores the default."""

    value: Value | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class Draft:
    """A lever whose dates have yet to be held against the run; `lever` is None when something else is wrong with it.

    `dates` has every readable date with the key path and the place where it stands.
    """

    dates: tuple[tuple[str, Origin, date], ...]
    lever: Lever | None = None


@dataclass(slots=True)
class Layer:
    """The contents of one file, or of the settings laid over it."""

    file: str
    name: str = ""
    title: str = ""
    why: str = ""
    about: About = NOTHING_SAID
    expect: tuple[Expectation, ...] = ()
    extends: tuple[str, int] | None = None
    given: dict[str, Given] = field(default_factory=dict)
    drafts: list[Draft] = field(default_factory=list)
    drops_levers: bool = False


def read_layer(tree: Node | None, report: Report, known: Known | None = None) -> Layer:
    """Check the tree of a file; whatever is wrong goes to the report, and the rest to the layer."""
    layer = Layer(report.file)
    if isinstance(tree, Refused):
        return layer
    if tree is None or (isinstance(tree, Scalar) and tree.is_blank):
        report.add(1, "", "is empty", "a scenario: keys with values, name first")
        return layer
    if not isinstance(tree, Block):
        report.add(tree.line, "", f"{describe(tree)}", "a scenario: keys with values, name first")
        return layer
    keys = _known(tree, TOP_KEYS, "", report)
    _read_names(layer, keys, tree.line, report)
    for key, facts in RUN_KEYS.items():
        if key in keys:
            _give(layer, facts, keys[key], key, report)
    for name in SECTIONS:
        if name in keys:
            _read_section(layer, name, keys[name], report)
    if "levers" in keys:
        read_levers(layer, keys["levers"], report)
    if EXPECT in keys:
        layer.expect = read_expectations(keys[EXPECT], report, known)
    return layer


def give_setting(layer: Layer, entry: Entry, report: Report, prefix: str = "") -> None:
    """Check one value that is set from outside a section, by its dotted path, by the same rules.

    `prefix` is the key path of the group in which it stands, where it stands in a file of another kind.
    """
    path, shown = entry.key, prefix + entry.key
    facts = RUN_KEYS.get(path) or parameters().get(path)
    if facts is not None:
        _give(layer, facts, entry, shown, report)
        return
    near = nearest_path(path) if "." in path else nearest(path, RUN_KEYS) or nearest_path(path)
    report.add(entry.line, shown, f"{quoted(path)} cannot be set", "" if near else "section.parameter=value", near)


def _known(block: Block, allowed: Iterable[str], path: str, report: Report) -> dict[str, Entry]:
    """The entries of a block whose keys are allowed; the others are reported.

    A key that is right in another section is more likely to be misplaced than to be mistyped.
    """
    allowed = tuple(allowed)
    known = {}
    for entry in block.entries:
        if entry.key in allowed:
            known[entry.key] = entry
            continue
        near = section_that_has(entry.key) or nearest(entry.key, allowed)
        wanted = "" if near else "one of " + ", ".join(allowed)
        report.add(entry.line, f"{path}{entry.key}", "is not a known key", wanted, near)
    return known


def _is_null(entry: Entry) -> bool:
    return isinstance(entry.node, Scalar) and entry.node.is_null


def _read_names(layer: Layer, keys: Mapping[str, Entry], line: int, report: Report) -> None:
    """Read what belongs to this file alone and is not inherited."""
    if "name" not in keys:
        report.add(line, "name", "is missing", NAME_WORDS)
    elif (name := read_text(keys["name"], "name", report, NAME_WORDS)) is not None:
        layer.name = name
        if not NAME.fullmatch(name):
            report.add(keys["name"].line, "name", f"{quoted(name)} is not a name", NAME_WORDS)
    layer.title = _optional_text(keys.get("title"), "a text", report) or ""
    layer.why = _optional_text(keys.get("why"), "a text", report) or ""
    layer.about = _read_about(keys, report)
    if extends := _optional_text(keys.get("extends"), "the path of another scenario file", report):
        layer.extends = (extends, keys["extends"].line)


def _read_about(keys: Mapping[str, Entry], report: Report) -> About:
    """Who stands behind the scenario. A parent's word is not its child's, so none of it is inherited."""
    texts = {}
    for key in TEXTS:
        text = (_optional_text(keys.get(key), TEXT_WORDS, report) or "").strip()
        if len(text) > LONGEST:
            report.add(keys[key].line, key, f"has {len(text):,} letters", TEXT_WORDS)
        texts[key] = text
    entry = keys.get(USE_UNTIL)
    until = None if entry is None or _is_null(entry) else read_date(entry, USE_UNTIL, report)
    return About(**texts, use_until=until)


def _optional_text(entry: Entry | None, wanted: str, report: Report) -> str | None:
    if entry is None or _is_null(entry):
        return None
    return read_text(entry, entry.key, report, wanted)


def _give(layer: Layer, facts: Parameter, entry: Entry, path: str, report: Report) -> None:
    """Note the value of a key, null included."""
    value = None if _is_null(entry) else read_value(facts, entry, path, report)
    if value is not None or _is_null(entry):
        layer.given[facts.name if facts.section == RUN else facts.path] = Given(value, Origin(report.file, entry.line))


def _read_section(layer: Layer, name: str, entry: Entry, report: Report) -> None:
    facts = SECTIONS[name].parameters()
    if _is_null(entry):
        layer.given |= {one.path: Given(None, Origin(report.file, entry.line)) for one in facts.values()}
    elif isinstance(entry.node, Block):
        for key, value in _known(entry.node, facts, f"{name}.", report).items():
            _give(layer, facts[key], value, facts[key].path, report)
    elif not isinstance(entry.node, Refused):
        report.add(entry.line, name, describe(entry.node), "keys with values, one below the other and indented")


def read_levers(layer: Layer, entry: Entry, report: Report, prefix: str = "") -> None:
    """Check a list of dated changes; `prefix` is the key path of the group in which it stands."""
    where = f"{prefix}levers"
    if _is_null(entry):
        layer.drops_levers = True
        return
    if not isinstance(entry.node, Listing):
        if not isinstance(entry.node, Refused):
            report.add(entry.line, where, describe(entry.node), "a list, each item beginning with a hyphen")
        return
    seen: dict[tuple[str, date], int] = {}
    for number, item in enumerate(entry.node.items, start=1):
        path = f"{where}[{number}]"
        draft = _read_lever(item, path, report)
        if draft is None:
            continue
        layer.drafts.append(draft)
        if draft.lever is None:
            continue
        key = (draft.lever.path, draft.lever.start)
        if key in seen:
            what = f"sets {key[0]} on {key[1]} again; the first is on line {seen[key]}"
            report.add(draft.lever.origin.line, path, what, "each lever once on a date")
        seen.setdefault(key, draft.lever.origin.line)


def _read_lever(item: Node, path: str, report: Report) -> Draft | None:
    """One item of the list; None when nothing in it can be used."""
    if not isinstance(item, Block):
        if not isinstance(item, Refused):
            report.add(item.line, path, describe(item), "from, set and to, one below the other")
        return None
    before = len(report.faults)
    keys = _known(item, LEVER_KEYS, f"{path}.", report)
    for key in ("from", "set", "to"):
        if key not in keys:
            report.add(item.line, f"{path}.{key}", "is missing", _wanted(key))
    start, announced = _read_lever_dates(keys, path, report)
    facts = _read_lever_path(keys.get("set"), f"{path}.set", report)
    value = _read_lever_value(facts, keys.get("to"), f"{path}.to", report)
    ramp_weeks = _read_ramp(facts, keys.get("ramp_weeks"), f"{path}.ramp_weeks", report)
    dates = tuple(
        (f"{path}.{key}", Origin(report.file, keys[key].line), day)
        for key, day in (("from", start), ("announced", announced))
        if day is not None
    )
    if len(report.faults) > before or facts is None or value is None or start is None:
        return Draft(dates)
    origin = Origin(report.file, item.line)
    return Draft(dates, Lever(facts.path, value, start, announced or start, ramp_weeks, origin))


def _wanted(key: str) -> str:
    words = {"from": DATE_WORDS, "set": "the path of a parameter, such as housing.settled_places"}
    return words.get(key, "the new value")


def _read_lever_dates(keys: Mapping[str, Entry], path: str, report: Report) -> tuple[date | None, date | None]:
    """The day on which it acts and, when one is given, the day on which it is announced."""
    start = read_date(keys["from"], f"{path}.from", report) if "from" in keys else None
    entry = keys.get("announced")
    if entry is None or _is_null(entry):
        return start, None
    announced = read_date(entry, f"{path}.announced", report)
    if announced and start and announced > start:
        what = f"{announced} is later than the day on which it acts"
        report.add(entry.line, f"{path}.announced", what, f"a date up to {start}")
    return start, announced


def _read_lever_path(entry: Entry | None, path: str, report: Report) -> Parameter | None:
    text = read_text(entry, path, report, _wanted("set")) if entry else None
    if entry is None or text is None:
        return None
    facts = parameters().get(text)
    if facts is None and text in RUN_KEYS:
        report.add(entry.line, path, f"{text} is not a lever; set it at the top of the file")
    elif facts is None:
        near = nearest_path(text)
        report.add(entry.line, path, f"{quoted(text)} is not a parameter", "" if near else _wanted("set"), near)
    elif facts.role is not Role.LEVER:
        report.add(entry.line, path, f"{text} is not a lever; set it in its section")
    return facts


def _read_lever_value(facts: Parameter | None, entry: Entry | None, path: str, report: Report) -> Value | None:
    if facts is None or entry is None:
        return None
    return facts.default if _is_null(entry) else read_value(facts, entry, path, report)


def _read_ramp(facts: Parameter | None, entry: Entry | None, path: str, report: Report) -> int:
    if entry is None or _is_null(entry):
        return 0
    weeks = read_value(RAMP_WEEKS, entry, path, report)
    if not isinstance(weeks, int):
        return 0
    if weeks and facts is not None and facts.kind not in (Kind.NUMBER, Kind.COUNT):
        what = f"{facts.path} cannot move in steps, since it is not a number"
        report.add(entry.line, path, what, f"no ramp_weeks; a value of it is {expected(facts)}")
    return weeks
