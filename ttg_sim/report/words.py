"""The grammar of findings: what may be said of a difference, and in which words.

Nothing else in a report speaks of a difference. A difference is only called higher or lower where its interval leaves
out zero; one run claims nothing; and what is the same in every run is said to be the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from scipy.special import stdtr, stdtrit

from ttg_sim.outcomes.definitions import OUTCOMES
from ttg_sim.report.figures import number, with_interval
from ttg_sim.studies.hypotheses.judging import holm
from ttg_sim.studies.summary import CONFIDENCE

BY_CHANCE = "by chance"
"""Mark of a row whose difference is clear by itself, but not among all the rows that are told with it."""
TITLES = {outcome.name: outcome.title for outcome in OUTCOMES}
MEASURES = {outcome.name: outcome.measure for outcome in OUTCOMES}
FEW_NAMES = 2
Row = Mapping[Any, Any]
"""A row of a comparison's differences: outcome, baseline, value, difference, low, high, replicates."""


class Finding(StrEnum):
    """All that can be found of a difference."""

    HIGHER = "higher"
    LOWER = "lower"
    UNCLEAR = "no clear difference"
    PERHAPS_HIGHER = "perhaps higher"
    PERHAPS_LOWER = "perhaps lower"
    SAME = "exactly the same in both worlds"
    ONE_RUN = "range not shown because there is one run only"
    NOBODY = "not shown because there was nobody to count"
    OUTSIDE = "outside the tested range"


CLEAR = (Finding.LOWER, Finding.HIGHER)
PERHAPS = (Finding.PERHAPS_LOWER, Finding.PERHAPS_HIGHER)


def finding(row: Row) -> Finding:
    """What is found of one difference."""
    if not row["replicates"] > 0 or row["difference"] != row["difference"]:
        return Finding.NOBODY
    if is_same(row):
        return Finding.SAME
    if row["replicates"] < 2 or row["low"] != row["low"]:
        return Finding.ONE_RUN
    if not (row["low"] > 0 or row["high"] < 0):
        return Finding.UNCLEAR
    if row.get(BY_CHANCE, False):
        return Finding.PERHAPS_HIGHER if row["low"] > 0 else Finding.PERHAPS_LOWER
    return Finding.HIGHER if row["low"] > 0 else Finding.LOWER


def together(rows: Iterable[Row]) -> list[dict[Any, Any]]:
    """The same rows, told together: what chance alone may bring among so many lines is called `perhaps`.

    By the rule of Holm over two-sided p values, which follow from each interval, at one less its confidence.
    """
    known = [dict(row) for row in rows]
    tested = [place for place, row in enumerate(known) if row["replicates"] > 1 and row["high"] > row["low"]]
    values = {place: _p_value(known[place]) for place in tested}
    adjusted = holm({str(place): p for place, p in values.items()})
    for place in tested:
        known[place][BY_CHANCE] = adjusted[str(place)] > 1 - CONFIDENCE
    return known


def _p_value(row: Row) -> float:
    freedom = row["replicates"] - 1
    half = (row["high"] - row["low"]) / 2
    t = abs(row["difference"]) / half * stdtrit(freedom, 0.5 + CONFIDENCE / 2)
    return float(2 * stdtr(freedom, -t))


def is_same(row: Row) -> bool:
    """Whether a difference is nil in every replicate."""
    ends = (row["low"], row["high"])
    return bool(row["difference"] == 0 and all(end == 0 or end != end for end in ends))


def is_clear(row: Row) -> bool:
    """Whether a difference may be spoken of."""
    return finding(row) in CLEAR


def sentence(row: Row, title: str = "") -> str:
    """A difference in one sentence, with both levels and the interval."""
    outcome = str(row["outcome"])
    title, found = title or TITLES[outcome], finding(row)
    if found is Finding.NOBODY:
        return f"{title}: {found}."
    measure = MEASURES[outcome]
    levels = f"{number(row['value'], measure)} against {number(row['baseline'], measure)} in the baseline"
    if found is Finding.SAME:
        return f"{title}: {found} ({number(row['baseline'], measure)})."
    shown, interval = difference(row)
    if found is Finding.ONE_RUN:
        return f"{title}: {levels}, difference {shown}; {found}, so this is an illustration and no finding."
    return f"{title}: {found}, {levels} (difference {shown}, 95% interval {interval})."


def difference(row: Row) -> tuple[str, str]:
    """A difference and its interval as they are shown."""
    return with_interval(row["difference"], row["low"], row["high"], MEASURES[str(row["outcome"])])


def cell(row: Row) -> str:
    """A difference for a table, where its title stands elsewhere."""
    found = finding(row)
    if found in (Finding.NOBODY, Finding.SAME):
        return str(found)
    shown, interval = difference(row)
    if found is Finding.ONE_RUN:
        return f"{shown} (one run: no range)"
    return f"{shown} ({interval}): {found}"


def headline(rows: Iterable[tuple[str, Row]], title: str) -> str:
    """The head of a chart of one outcome in several scenarios: in which of them it clearly differs."""
    named = list(rows)
    if named and all(finding(row) is Finding.ONE_RUN for _, row in named):
        return f"{title}: one run of each scenario, an illustration only"
    by_way = {way: [name for name, row in named if finding(row) is way] for way in (*CLEAR, *PERHAPS)}
    parts = [f"{way} under {listed(names, len(named))}" for way, names in by_way.items() if names]
    if not parts:
        return f"{title}: no clear difference" + (" under any scenario" if len(named) > 1 else "")
    return f"{title}: {', '.join(parts)}"


def listed(names: list[str], total: int) -> str:
    """Names while they are few, else how many."""
    if len(names) == total > 1:
        return f"all {total} scenarios"
    if len(names) > FEW_NAMES:
        return f"{len(names)} of {total} scenarios"
    return " and ".join(f"\u201c{name}\u201d" for name in names)


def zero_effect(rows: Iterable[Row]) -> str:
    """A sentence about a scenario in which none of the given differences is clear; nothing where one is, or may be."""
    found = [finding(row) for row in rows]
    if not found or any(one in (*CLEAR, *PERHAPS) for one in found):
        return ""
    if all(one is Finding.SAME for one in found):
        return "In all that is told here the two worlds are exactly the same."
    if any(one is Finding.ONE_RUN for one in found):
        return "One run claims nothing: this is an illustration and no finding."
    return "No clear difference in anything that is told here: the runs cannot tell this scenario from the baseline."
