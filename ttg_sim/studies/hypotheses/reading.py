"""A file of hypotheses, read as strictly as scenario files: every fault is a line, and all are said at once."""

from __future__ import annotations

import re
from pathlib import Path

from ttg_sim.engine.calendar import Calendar
from ttg_sim.mechanisms import SECTIONS
from ttg_sim.parameter import Parameter
from ttg_sim.scenario import ScenarioFaults
from ttg_sim.scenario.faults import Fault, Refusal, Report, quoted
from ttg_sim.scenario.names import nearest, nearest_path, parameters
from ttg_sim.scenario.reader import Refused, Scalar, read_tree
from ttg_sim.scenario.textfile import decode, read_bytes
from ttg_sim.scenario.values import expected
from ttg_sim.studies.hypotheses.reading_arms import FAST_KEYS, ArmReader, Arms, check_name
from ttg_sim.studies.hypotheses.reading_tests import Around, read_tests
from ttg_sim.studies.hypotheses.spec import BLOCK, Book, Expected, Fast, Hypothesis, Kind, Plausible, Test, Verdict
from ttg_sim.studies.keys import Keys, one_of, read_keys
from ttg_sim.studies.plausible import samples

TOP_KEYS = ("plausible", "hypotheses")
PLAUSIBLE_KEYS = ("sections", "reach", "times", "ranges", "sets", "replicates")
HYPOTHESIS_KEYS = (
    "title", "kind", "built_in_by", "without", "rows", "scenario", "settings", "arms", "tests", "replicates",
    "half_width", "most", "fast", "recorded", "note",
)  # fmt: skip
RECORDED = (Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE)
ROW = re.compile(r"[A-Z][0-9]+")
ROW_WORDS = "rows of the mechanism table, such as A01"
MOST_REPLICATES, MOST_SETS = 10_000, 1_000
CONTENT = "keys with values: plausible and hypotheses"
PARAMETER_WORDS = "a parameter, such as housing.settled_places"


def load_hypotheses(path: str | Path) -> Book:
    """Read a file of hypotheses.

    Raises:
        ScenarioFaults: with everything that is wrong with it or the scenarios that it names, each with file and line.
    """
    faults: list[Fault] = []
    file = Path(path)
    report = Report(str(file), faults)
    book = None
    try:
        text = decode(read_bytes(file), report)
        book = None if text is None else _read_book(file, text, report)
    except Refusal as refusal:
        report.refuse(0, "", refusal)
    if faults or book is None:
        # Some groups are read more than once; what is wrong with them is said once.
        raise ScenarioFaults(sorted(dict.fromkeys(faults), key=lambda fault: (fault.file != str(file), fault.line)))
    return book


def _read_book(file: Path, text: str, report: Report) -> Book | None:
    tree = read_tree(text, report)
    if isinstance(tree, Refused):
        return None
    if tree is None or (isinstance(tree, Scalar) and tree.is_blank):
        report.add(1, "", "is empty", CONTENT)
        return None
    top = read_keys(tree, tree.line, "", TOP_KEYS, report, CONTENT)
    if top is None:
        return None
    plausible = _plausible(top)
    arms = ArmReader(file, report)
    found: dict[str, Hypothesis] = {}
    if top.require("hypotheses", "hypotheses by id") and (group := top.group("hypotheses", None)) is not None:
        for name in group.entries:
            check_name(group, name)
            if (one := group.group(name, HYPOTHESIS_KEYS)) is not None:
                found[name] = _hypothesis(name, one, arms)
    return Book(str(file), found, plausible)


def _hypothesis(name: str, keys: Keys, reader: ArmReader) -> Hypothesis:
    for key, wanted in (("title", "a sentence"), ("kind", one_of(Kind))):
        keys.require(key, wanted)
    kind = Kind(keys.choice("kind", Kind) or Kind.EMERGENT)
    arms = reader.read(keys)
    named = keys.group("arms", None)
    tests = read_tests(keys, Around(tuple(named.entries) if named else (), _calendars(arms)))
    replicates = keys.count("replicates", 1, MOST_REPLICATES, "runs of each arm") or BLOCK
    half_width, most = _precision(keys, replicates, tests)
    return Hypothesis(
        id=name,
        title=keys.text("title"),
        kind=kind,
        arms=arms.now,
        tests=tests,
        replicates=replicates,
        recorded=_recorded(keys, tests),
        built_in_by=_built_in_by(keys, kind),
        without=arms.without,
        rows=_rows(keys),
        half_width=half_width,
        most=most,
        fast=_fast(keys, arms, tests),
        note=keys.text("note"),
    )


def _calendars(arms: Arms) -> list[tuple[str, Calendar]]:
    """The runs in which dates of tests have to lie."""
    kinds = (("", arms.now), (" of its fast version", arms.fast))
    return [(words, next(iter(some.values())).scenario.calendar) for words, some in kinds if some]


def _precision(keys: Keys, replicates: int, tests: tuple[Test, ...]) -> tuple[float | None, int]:
    """The half-width at which replicates are enough, and the most of them."""
    half_width, most = keys.number("half_width", 0.0), keys.count("most", 1, MOST_REPLICATES, "runs of each arm")
    if ("half_width" in keys) is not ("most" in keys):
        keys.require("most" if "half_width" in keys else "half_width", "half_width and most together, or neither")
    if most is not None and most < replicates:
        keys.fault("most", f"is less than replicates, {replicates}", f"at least {replicates}")
    if half_width is not None and tests and tests[0].measure is None:
        keys.fault("half_width", "is that of the first test, which has no contrast", "a contrast in the first test")
    return half_width, max(most or 0, replicates)


def _recorded(keys: Keys, tests: tuple[Test, ...]) -> Verdict | None:
    if keys.is_null("recorded"):
        return None
    word = keys.choice("recorded", RECORDED)
    if word and tests and all(test.expected is Expected.NONE for test in tests):
        keys.fault("recorded", "all tests are open questions, which have no verdict", "null")
    return Verdict(word) if word else None


def _fast(keys: Keys, arms: Arms, tests: tuple[Test, ...]) -> Fast | None:
    group = keys.group("fast", FAST_KEYS)
    if group is None:
        return None
    group.require("replicates", "a whole number")
    replicates = group.count("replicates", 1, MOST_REPLICATES, "runs of each arm") or 1
    return Fast(arms.fast or {}, replicates, _recorded(group, tests))


def _built_in_by(keys: Keys, kind: Kind) -> tuple[str, ...]:
    """Parameters of that very effect: named where it is built in, and only there."""
    if kind is Kind.BUILT_IN:
        keys.require("built_in_by", "the parameters of that very effect")
    for key in ("built_in_by", "without"):
        if key in keys and kind is Kind.EMERGENT and keys.choice("kind", Kind):
            keys.fault(key, f"does not go with kind: {kind}", f"kind: {Kind.BUILT_IN}")
    paths = []
    for line, where, path in keys.texts("built_in_by", PARAMETER_WORDS):
        if path not in parameters():
            near = nearest_path(path)
            keys.report.add(line, where, f"{quoted(path)} is not a parameter", "" if near else PARAMETER_WORDS, near)
        paths.append(path)
    return tuple(paths)


def _rows(keys: Keys) -> tuple[str, ...]:
    rows = keys.texts("rows", ROW_WORDS)
    for line, where, row in rows:
        if not ROW.fullmatch(row):
            keys.report.add(line, where, f"{quoted(row)} is not a row", ROW_WORDS)
    return tuple(row for _, _, row in rows)


def _plausible(top: Keys) -> Plausible:
    """Which parameters are sampled, and how far."""
    keys = top.group("plausible", PLAUSIBLE_KEYS)
    if keys is None:
        return Plausible(sets=0)
    sections = []
    for line, where, name in keys.texts("sections", "sections of parameters"):
        if name not in SECTIONS:
            near = nearest(name, SECTIONS)
            keys.report.add(line, where, f"{quoted(name)} is not a section", "" if near else one_of(SECTIONS), near)
        sections.append(name)
    reach, times = keys.number("reach", 0.0, 1.0), keys.number("times", 1.0)
    sets, replicates = keys.count("sets", 0, MOST_SETS), keys.count("replicates", 1, MOST_REPLICATES)
    plain = Plausible()
    return Plausible(
        sections=tuple(sections),
        reach=plain.reach if reach is None else reach,
        times=times,
        ranges=_ranges(keys),
        sets=plain.sets if sets is None else sets,
        replicates=plain.replicates if replicates is None else replicates,
    )


def _ranges(keys: Keys) -> dict[str, tuple[float, float]]:
    """Low and high of single parameters."""
    found: dict[str, tuple[float, float]] = {}
    if (group := keys.group("ranges", None)) is None:
        return found
    for path in group.entries:
        facts = parameters().get(path)
        if facts is None:
            near = nearest_path(path)
            group.fault(path, "is not a parameter", "" if near else PARAMETER_WORDS, near)
        elif not samples(facts):
            group.fault(path, "is not sampled", "an uncertain parameter that is a number")
        elif (pair := _pair(group, path, facts)) is not None:
            found[path] = pair
    return found


def _pair(group: Keys, path: str, facts: Parameter) -> tuple[float, float] | None:
    keys = group.group(path, ("low", "high"))
    if keys is None:
        return None
    ends = []
    for key in ("low", "high"):
        if keys.require(key, expected(facts)):
            end = keys.parameter(key, facts)
            ends += [] if end is None else [end]
    if len(ends) < 2:
        return None
    if ends[1] < ends[0]:
        keys.fault("high", f"is below low, {ends[0]:g}", f"at least {ends[0]:g}")
    return ends[0], ends[1]
