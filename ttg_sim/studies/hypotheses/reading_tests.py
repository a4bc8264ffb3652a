"""The tests of a hypothesis: what is measured, in which arms, and what is expected of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ttg_sim.engine.calendar import Calendar
from ttg_sim.outcomes.definitions import GROUP_WORDS, OUTCOMES
from ttg_sim.outcomes.kinds import Unit
from ttg_sim.scenario.faults import quoted
from ttg_sim.scenario.names import nearest
from ttg_sim.scenario.reader import Listing
from ttg_sim.series import SERIES
from ttg_sim.studies.hypotheses.checks import CHECKS
from ttg_sim.studies.hypotheses.measures import UNIT_IN_A_RUN, Measure, OfOutcome, OfRecovery, OfSeries, OfSpread
from ttg_sim.studies.hypotheses.spec import Expected, Test
from ttg_sim.studies.keys import Keys, one_of, read_keys

TEST_KEYS = ("words", "measure", "contrast", "expected", "at_least", "at_most", "check")
MEASURES = {
    "outcome": ("outcome", "unit", "group", "level", "less"),
    "series": ("series", "from", "to"),
    "spread": ("spread", "group"),
    "recovery": ("recovery", "against", "after", "share", "over_weeks"),
}
"""The keys of each kind of measure, by the key that says which it is."""
SIGNS = (Expected.UP, Expected.DOWN, Expected.ZERO, Expected.NONE)
CRITERIA = {"expected": None, "at_least": Expected.AT_LEAST, "at_most": Expected.AT_MOST}
MOST_WEEKS = 520


@dataclass(frozen=True)
class Around:
    """What tests refer to: the names of arms, and the runs, with words for each, in which dates have to lie."""

    arms: Sequence[str]
    calendars: Sequence[tuple[str, Calendar]] = ()


def read_tests(keys: Keys, around: Around) -> tuple[Test, ...]:
    """All tests of a hypothesis that are right."""
    found = []
    if keys.require("tests", "a list of tests"):
        items = keys.items("tests")
        if not items and isinstance(keys.entries["tests"].node, Listing):
            keys.fault("tests", "has no tests", "at least one")
        for number, item in enumerate(items, start=1):
            path = f"{keys.where('tests')}[{number}]"
            one = read_keys(item, item.line, path, TEST_KEYS, keys.report, "a test: measure, contrast and expected")
            if one is not None and (test := _test(one, around)) is not None:
                found.append(test)
    return tuple(found)


def _test(keys: Keys, around: Around) -> Test | None:
    words = keys.text("words")
    if "check" in keys:
        for key in ("measure", "contrast", *CRITERIA):
            if key in keys:
                keys.fault(key, "does not go with check", "one or the other")
        check = keys.known_text("check", tuple(CHECKS), "a check", one_of(CHECKS))
        return Test(words or (CHECKS[check].__doc__ or "").partition(":")[0].rstrip(".") if check else "",
                    Expected.CHECK, check=check)  # fmt: skip
    measure = _measure(keys, around)
    contrast = _contrast(keys, around)
    expected, number = _expected(keys)
    if measure is None or not contrast or expected is None:
        return None
    return Test(words or _words(measure, contrast), expected, measure, contrast, number)


def _words(measure: Measure, contrast: dict[str, float]) -> str:
    parts = [f"{'-' if weight < 0 else '+'} {abs(weight):g} {arm}" for arm, weight in contrast.items()]
    return f"{measure}: {' '.join(parts).removeprefix('+ ')}".replace(" 1 ", " ")


def _expected(keys: Keys) -> tuple[Expected | None, float]:
    given = [key for key in CRITERIA if key in keys]
    if len(given) != 1:
        what = "is missing" if not given else f"does not go with {given[1]}"
        keys.fault("expected" if not given else given[0], what, one_of(CRITERIA))
        return None, 0.0
    key = given[0]
    if key == "expected":
        word = keys.choice("expected", SIGNS)
        return (Expected(word) if word else None), 0.0
    number = keys.number(key)
    return (None, 0.0) if number is None else (CRITERIA[key], number)


def _contrast(keys: Keys, around: Around) -> dict[str, float]:
    """Weights of arms."""
    if not keys.require("contrast", "weights of arms, such as {with: 1, without: -1}"):
        return {}
    weights: dict[str, float] = {}
    if (group := keys.group("contrast", None)) is None:
        return weights
    for arm in group.entries:
        weight = group.number(arm)
        if arm not in around.arms:
            _unknown_arm(group, arm, arm, around)
        elif weight is not None:
            weights[arm] = weight
    if not group.entries or (weights and not any(weights.values())):
        keys.fault("contrast", "has no arm with a weight other than 0", "weights of arms")
    return weights


def _unknown_arm(keys: Keys, key: str, name: str, around: Around) -> None:
    near = nearest(name, around.arms)
    keys.fault(key, f"{quoted(name)} is not an arm", "" if near else one_of(around.arms), near)


def _measure(keys: Keys, around: Around) -> Measure | None:
    if not keys.require("measure", one_of(MEASURES)):
        return None
    every = dict.fromkeys(key for allowed in MEASURES.values() for key in allowed)
    group = keys.group("measure", every)
    if group is None:
        return None
    kinds = [kind for kind in MEASURES if kind in group]
    if len(kinds) != 1:
        what = f"{kinds[1]} does not go with {kinds[0]}" if kinds else "does not say what is measured"
        keys.fault("measure", what, one_of(MEASURES))
        return None
    # The group again with the keys of its own kind only; what is unknown to all kinds is said once.
    group = keys.group("measure", MEASURES[kinds[0]]) or group
    before = len(keys.report.faults)
    measure = {"outcome": _outcome, "series": _series, "spread": _spread, "recovery": _recovery}[kinds[0]](
        group, around
    )
    if measure is None or len(keys.report.faults) > before:
        return None
    _check_days(group, measure, around)
    return measure


def _outcome(keys: Keys, around: Around) -> OfOutcome | None:
    names = [outcome.name for outcome in OUTCOMES]
    name = keys.known_text("outcome", names, "an outcome", "an outcome (see: ttg describe --outcomes)")
    unit = UNIT_IN_A_RUN.get(name, Unit.YEAR)
    given = keys.choice("unit", (Unit.COHORT, Unit.YEAR))
    if name and given and given != unit:
        keys.fault("unit", f"{name} is not counted by {given} in a run", unit)
    group = keys.choice("group", GROUP_WORDS) or "all"
    if name and unit is Unit.YEAR and group not in ("all", "year"):
        keys.fault("group", f"{name} is not counted by {group}", one_of(("all", "year")))
    if (group != "all") is not ("level" in keys):
        missing = "level" if group != "all" else "group"
        if missing not in keys or keys.text(missing) == "all":
            keys.report.add(keys.line, keys.where(missing), "is missing", "group and level together, or neither")
    less = keys.known_text("less", names, "an outcome", "an outcome (see: ttg describe --outcomes)")
    if less and UNIT_IN_A_RUN.get(less, Unit.YEAR) != unit:
        keys.fault("less", f"{less} is not counted as {name} is", f"an outcome counted by {unit}")
    return OfOutcome(name, unit, group, keys.text("level") or "all", less) if name else None


def _series_name(keys: Keys, key: str) -> str:
    return keys.known_text(key, SERIES, "a weekly series", one_of(SERIES))


def _series(keys: Keys, around: Around) -> OfSeries | None:
    name = _series_name(keys, "series")
    start, end = keys.day("from"), keys.day("to")
    if start and end and end < start:
        keys.fault("to", f"{end} is before {start}", "a later date")
    return OfSeries(name, start, end) if name else None


def _spread(keys: Keys, around: Around) -> OfSpread | None:
    name = keys.known_text("spread", tuple(UNIT_IN_A_RUN), "an outcome of releases", "an outcome of people released")
    groups = [group for group in GROUP_WORDS if group not in ("all", "comparison")]
    group = keys.choice("group", groups) if keys.require("group", one_of(groups)) else None
    return OfSpread(name, group) if name and group else None


def _recovery(keys: Keys, around: Around) -> OfRecovery | None:
    name = _series_name(keys, "recovery")
    against = keys.text("against", "the arm to compare with") if keys.require("against", one_of(around.arms)) else ""
    if against and against not in around.arms:
        _unknown_arm(keys, "against", against, around)
    after: date | None = keys.day("after") if keys.require("after", "a date written year-month-day") else None
    share, over_weeks = keys.number("share", 0.0, 10.0), keys.count("over_weeks", 1, MOST_WEEKS, "weeks")
    if not name or after is None:
        return None
    return OfRecovery(name, against, after, 0.95 if share is None else share, over_weeks or 4)


def _check_days(keys: Keys, measure: Measure, around: Around) -> None:
    for key, day in measure.days().items():
        for words, calendar in around.calendars:
            if day not in calendar:
                wanted = f"a date from {calendar.first_day} to {calendar.last_day}"
                keys.fault(key, f"{day} lies outside the run{words}", wanted)
