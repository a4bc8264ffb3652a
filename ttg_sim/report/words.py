"""The grammar of findings: what may be said of a difference, and in which words.

Nothing else in a report speaks of a difference. A difference is only called higher or lower where its interval leaves
out zero; one run claims nothing; and what is the same in every run is said to be the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from ttg_sim.outcomes.definitions import OUTCOMES
from ttg_sim.report.figures import change, number, span

TITLES = {outcome.name: outcome.title for outcome in OUTCOMES}
MEASURES = {outcome.name: outcome.measure for outcome in OUTCOMES}
Row = Mapping[Any, Any]
"""A row of a comparison's differences: outcome, baseline, value, difference, low, high, replicates."""


class Finding(StrEnum):
    """All that can be found of a difference."""

    HIGHER = "higher"
    LOWER = "lower"
    UNCLEAR = "no clear difference"
    SAME = "exactly the same in both worlds"
    ONE_RUN = "range not shown because there is one run only"
    NOBODY = "not shown because there was nobody to count"
    OUTSIDE = "outside the tested range"


def finding(row: Row) -> Finding:
    """What is found of one difference."""
    if not row["replicates"] > 0 or row["difference"] != row["difference"]:
        return Finding.NOBODY
    if is_same(row):
        return Finding.SAME
    if row["replicates"] < 2 or row["low"] != row["low"]:
        return Finding.ONE_RUN
    if row["low"] > 0:
        return Finding.HIGHER
    return Finding.LOWER if row["high"] < 0 else Finding.UNCLEAR


def is_same(row: Row) -> bool:
    """Whether a difference is nil in every replicate."""
    ends = (row["low"], row["high"])
    return bool(row["difference"] == 0 and all(end == 0 or end != end for end in ends))


def is_clear(row: Row) -> bool:
    """Whether a difference may be spoken of."""
    return finding(row) in (Finding.HIGHER, Finding.LOWER)


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
    difference = f"difference {_shown(row)}"
    if found is Finding.ONE_RUN:
        return f"{title}: {levels}, {difference}; {found}, so this is an illustration and no finding."
    return f"{title}: {found}, {levels} ({difference}, 95% interval {interval(row)})."


def interval(row: Row) -> str:
    """The interval of a difference."""
    return span(row["low"], row["high"], MEASURES[str(row["outcome"])])


def _shown(row: Row) -> str:
    return change(row["difference"], MEASURES[str(row["outcome"])])


def cell(row: Row) -> str:
    """A difference for a table, where its title stands elsewhere."""
    found = finding(row)
    if found in (Finding.NOBODY, Finding.SAME):
        return str(found)
    if found is Finding.ONE_RUN:
        return f"{_shown(row)} (one run: no range)"
    return f"{_shown(row)} ({interval(row)}): {found}"


def headline(row: Row, scenario: str) -> str:
    """A few words for the head of a chart."""
    title, found = TITLES[str(row["outcome"])], finding(row)
    if found in (Finding.HIGHER, Finding.LOWER):
        return f"{title}: {found} by {_shown(row).lstrip('+-')} under {scenario}"
    return f"{title} under {scenario}: {found}"


def headline_of_many(rows: Iterable[tuple[str, Row]], title: str) -> str:
    """The head of a chart of one outcome in several scenarios: in which of them it clearly differs."""
    named = list(rows)
    by_finding = {found: [name for name, row in named if finding(row) is found] for found in Finding}
    if named and all(finding(row) is Finding.ONE_RUN for _, row in named):
        return f"{title}: one run of each scenario, an illustration only"
    parts = [f"{found} in {number_of(by_finding[found], len(named))}" for found in (Finding.LOWER, Finding.HIGHER)
             if by_finding[found]]  # fmt: skip
    if not parts:
        return f"{title}: no clear difference in any scenario"
    rest = len(named) - sum(len(by_finding[found]) for found in (Finding.LOWER, Finding.HIGHER))
    return f"{title}: {', '.join(parts)}" + (f"; no clear difference in {rest}" if rest else "")


def number_of(names: list[str], total: int) -> str:
    """How many of the scenarios, by name where it is one."""
    if len(names) == 1 and total > 1:
        return names[0]
    return f"all {total}" if len(names) == total and total > 1 else f"{len(names)} of {total}"


def zero_effect(rows: Iterable[Row]) -> str:
    """A sentence about a scenario in which none of the given differences is clear; nothing where one is."""
    found = [finding(row) for row in rows]
    if not found or any(one in (Finding.HIGHER, Finding.LOWER) for one in found):
        return ""
    if all(one is Finding.SAME for one in found):
        return "In all that is told here the two worlds are exactly the same."
    if any(one is Finding.ONE_RUN for one in found):
        return "One run claims nothing: this is an illustration and no finding."
    return "No clear difference in anything that is told here: the runs cannot tell this scenario from the baseline."
