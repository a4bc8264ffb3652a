"""The grammar of findings: what may be said of a difference, and in which words.

Nothing else in a report speaks of a difference. A difference is only called higher or lower where its interval leaves
out zero; one run claims nothing; and what is the same in every run is said to be the same.

What a row does not know by itself is marked in it: `OUTSIDE` where a value in force lies outside the tested range,
`DOUBTED` where the main doubts are not quantified, so that an interval would pretend to know them, and `BY_CHANCE`
(see `together`).
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from scipy.special import stdtr, stdtrit

from ttg_sim.outcomes.definitions import OUTCOMES
from ttg_sim.outcomes.gains import LESS_IS_A_GAIN, MORE_IS_A_GAIN
from ttg_sim.outcomes.kinds import Gap
from ttg_sim.report import caveats, figures
from ttg_sim.report.figures import number
from ttg_sim.report.phrases import GROUPS, PHRASES, people_of
from ttg_sim.studies.hypotheses.judging import holm
from ttg_sim.studies.summary import CONFIDENCE, OTHER_PEOPLE

BY_CHANCE = "by chance"
"""Mark of a row whose difference is clear by itself, but not among all the rows that are told with it."""
OUTSIDE, DOUBTED = "outside", "doubted"
"""Marks of rows of which nothing, or no range, may be told."""
TITLES = {outcome.name: outcome.title for outcome in OUTCOMES}
MEASURES = {outcome.name: outcome.measure for outcome in OUTCOMES}
GAPS = tuple(outcome.name for outcome in OUTCOMES if isinstance(outcome, Gap))
FEW_NAMES = 2
LONGEST_HEADLINE = 90
ILLUSTRATION = "an illustration, not a finding"
NOT_NONE = "That is not to say that there is none"
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
    NOBODY = "range not shown because there was nobody to count"
    DOUBTS = "range not shown because the main doubts are not quantified"
    OUTSIDE = "outside the tested range"


CLEAR = (Finding.LOWER, Finding.HIGHER)
PERHAPS = (Finding.PERHAPS_LOWER, Finding.PERHAPS_HIGHER)
UPWARDS = (Finding.HIGHER, Finding.PERHAPS_HIGHER)


def finding(row: Row) -> Finding:
    """What is found of one difference."""
    if row.get(OUTSIDE, False):
        return Finding.OUTSIDE
    if not row["replicates"] > 0 or row["difference"] != row["difference"]:
        return Finding.NOBODY
    if is_same(row):
        return Finding.SAME
    if row["replicates"] < 2 or row["low"] != row["low"]:
        return Finding.ONE_RUN
    if row.get(DOUBTED, False):
        return Finding.DOUBTS
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


def sentence(row: Row, title: str = "", mentoring: bool = False) -> str:
    """A difference in one sentence, with both levels and the interval.

    A `title` stands in place of the outcome's own words. With `mentoring`, a difference that mentors may have brought
    about carries what its size rests on.
    """
    found = finding(row)
    said = [_said(row, title, found)]
    if row.get("note") == OTHER_PEOPLE and found not in (Finding.NOBODY, Finding.OUTSIDE, Finding.SAME):
        said.append(f"This {OTHER_PEOPLE}.")
    if mentoring and found not in (Finding.NOBODY, Finding.OUTSIDE, Finding.SAME):
        said.append(caveats.MENTORING)
    return " ".join(said)


def _said(row: Row, title: str, found: Finding) -> str:
    outcome = str(row["outcome"])
    measure = MEASURES[outcome]
    named = title or TITLES[outcome]
    if found is Finding.NOBODY:
        return f"{named}: {found}."
    if found is Finding.OUTSIDE:
        return f"{named}: {found}, so nothing is told of it."
    if found is Finding.SAME:
        return f"{named}: {found}, in every run ({number(row['baseline'], measure)})."
    value, base = number(row["value"], measure), number(row["baseline"], measure)
    shown, interval = figures.told(row["difference"], row["low"], row["high"], measure)
    if found is Finding.ONE_RUN:
        return f"{named}: {value} against {base} in the baseline, a difference of {shown}; {found}: {ILLUSTRATION}."
    if found is Finding.DOUBTS:
        return f"{named}: {value} against {base} in the baseline, a difference of {shown}; {found}."
    luck = f"from luck between {row['replicates']} runs only"
    if found is Finding.UNCLEAR:
        held = "both a fall and a rise" if row["low"] < 0 < row["high"] else "no difference at all"
        points = " points" if figures.is_share(measure) else ""
        levels = f"{value} against {base} in the baseline; the interval {interval}{points} holds {held} (95%, {luck})"
        return f"{_shows(outcome, title)} {levels}."
    levels = f"{value} against {base}, a difference of {shown} (95% interval {interval}, {luck})"
    if found in PERHAPS:
        return f"{named}: {found} than in the baseline, {levels}; among so many lines chance may bring that."
    if _has_phrase(outcome, title):
        return f"{_differs(outcome, title, found)} than in the baseline: {levels}."
    return f"{named}: {found} than in the baseline, {levels}."


def _has_phrase(outcome: str, title: str) -> bool:
    return outcome in PHRASES and not title


def _shows(outcome: str, title: str) -> str:
    """The beginning of a sentence about what shows no clear difference."""
    if _has_phrase(outcome, title):
        return f"{PHRASES[outcome].shows} {Finding.UNCLEAR}:"
    return f"{title or TITLES[outcome]}: {Finding.UNCLEAR},"


def _differs(outcome: str, title: str, found: Finding) -> str:
    if _has_phrase(outcome, title):
        return PHRASES[outcome].more if found is Finding.HIGHER else PHRASES[outcome].less
    return f"{title or TITLES[outcome]}: {found}"


def difference(row: Row) -> tuple[str, str]:
    """A difference and its interval as tables show them."""
    return figures.with_interval(row["difference"], row["low"], row["high"], MEASURES[str(row["outcome"])])


def cell(row: Row) -> str:
    """A difference for a table, where its title stands elsewhere."""
    found = finding(row)
    if found in (Finding.NOBODY, Finding.SAME, Finding.OUTSIDE):
        return str(found)
    shown, interval = difference(row)
    if found is Finding.ONE_RUN:
        return f"{shown} (one run: no range)"
    return f"{shown}: {found}" if found is Finding.DOUBTS else f"{shown} ({interval}): {found}"


def headline_of(row: Row, title: str = "") -> str:
    """The head of a chart of one difference, with the figure where it is clear; at most `LONGEST_HEADLINE` letters."""
    outcome, found = str(row["outcome"]), finding(row)
    if found not in CLEAR:
        return _fitting(title or TITLES[outcome], f": one run, {ILLUSTRATION}" if found is Finding.ONE_RUN
                        else f": {found}")  # fmt: skip
    shown, interval = figures.told(row["difference"], row["low"], row["high"], MEASURES[outcome])
    shown = shown.replace("percentage points", "points")
    said = _differs(outcome, title, found)
    whole = f"{said}: {shown} ({interval})"
    return whole if len(whole) <= LONGEST_HEADLINE else _fitting(said, f": {shown}")


def _fitting(first: str, rest: str) -> str:
    room = LONGEST_HEADLINE - len(rest)
    return (first if len(first) <= room else textwrap.shorten(first, room, placeholder="\u2026")) + rest


def headline(rows: Iterable[tuple[str, Row]], title: str) -> str:
    """The head of a chart of one outcome in several scenarios: in which of them it clearly differs.

    Names of scenarios give way to their number where they are long.
    """
    named = list(rows)
    if named and all(finding(row) is Finding.ONE_RUN for _, row in named):
        return _fitting(title, ": one run of each scenario, an illustration only")
    if named and all(finding(row) is Finding.OUTSIDE for _, row in named):
        return _fitting(title, f": {Finding.OUTSIDE}, so nothing is told")
    by_way = {way: [name for name, row in named if finding(row) is way] for way in (*CLEAR, *PERHAPS)}
    if not any(by_way.values()):
        return _fitting(title, f": {Finding.UNCLEAR}" + (" under any scenario" if len(named) > 1 else ""))
    for most in (FEW_NAMES, 0):
        parts = [f"{way} under {listed(names, len(named), most)}" for way, names in by_way.items() if names]
        whole = f"{title}: {', '.join(parts)}"
        if len(whole) <= LONGEST_HEADLINE:
            return whole
    counts = ", ".join(f"{way} under {len(names)}" for way, names in by_way.items() if names)
    whole = f"{title}: {counts} of {len(named)} scenarios"
    if len(whole) <= LONGEST_HEADLINE:
        return whole
    clear = sum(len(by_way[way]) for way in CLEAR)
    return _fitting(title, f": a clear difference under {clear or 'none'} of {len(named)} scenarios")


def listed(names: list[str], total: int, most: int = FEW_NAMES) -> str:
    """Names while they are few, else how many."""
    if len(names) == total > 1:
        return f"all {total} scenarios"
    if len(names) > most:
        return f"{len(names)} of {total} scenarios"
    return " and ".join(f"\u201c{name}\u201d" for name in names)


def zero_effect(rows: Iterable[Row]) -> str:
    """A sentence about a scenario in which none of the given differences is clear; nothing where one is.

    Rows that were not told together with others are told together among themselves.
    """
    known = [dict(row) for row in rows]
    if not any(BY_CHANCE in row for row in known):
        known = together(known)
    found = [finding(row) for row in known]
    counted = [one for one in found if one not in (Finding.NOBODY, Finding.OUTSIDE)]
    if not found or any(one in CLEAR for one in found):
        return ""
    if not counted:
        outside = Finding.OUTSIDE in found
        return f"Nothing is told of this scenario: {Finding.OUTSIDE if outside else 'there was nobody to count'}."
    if all(one is Finding.SAME for one in counted):
        return "In all that is told here the two worlds are exactly the same."
    if Finding.ONE_RUN in counted:
        return f"One run claims nothing: this is {ILLUSTRATION}."
    if Finding.DOUBTS in counted:
        return f"No difference is claimed here: {Finding.DOUBTS}."
    said = "No clear difference in anything that is told here: the runs cannot tell this scenario from the baseline. "
    said += f"{NOT_NONE}."
    if names := [TITLES[str(row["outcome"])] for row, one in zip(known, found, strict=True) if one in PERHAPS]:
        said += f" Each by itself, {len(names)} of {len(counted)} lines would seem to differ ({'; '.join(names)}), "
        said += f"but {caveats.MANY}."
    return said


def gap_words(rows: Iterable[Row]) -> str:
    """Who gains and who is left out: one sentence about one outcome in all levels of a group, or about a gap.

    Only what is clear is spoken of, among the rows given unless they were told together with others. Whether groups
    differ from each other is a question of its own, which no row answers but that of an outcome which is itself a gap.
    """
    known = [dict(row) for row in rows]
    if not known:
        return ""
    if not any(BY_CHANCE in row for row in known):
        known = together(known)
    outcome = str(known[0]["outcome"])
    if outcome in GAPS:
        return " ".join(_gap(row) for row in known)
    group = str(known[0]["group"])
    title = f"{TITLES[outcome]}, by {GROUPS.get(group, group)}"
    found = [finding(row) for row in known]
    if all(one in (Finding.ONE_RUN, Finding.NOBODY) for one in found):
        return f"{title}: " + (f"one run, {ILLUSTRATION}." if Finding.ONE_RUN in found else f"{Finding.NOBODY}.")
    if all(one is Finding.SAME for one in found):
        return f"{title}: {Finding.SAME} for everybody."
    if Finding.OUTSIDE in found:
        return f"{title}: {Finding.OUTSIDE}, so nothing is told of it."
    if not any(one in CLEAR for one in found):
        return f"{title}: no clear difference in any group, so nobody can be said to gain or to be left out."
    parts = [
        f"{_way(outcome, way)} for {_and(names)}"
        for way in CLEAR
        if (names := [_with_figures(row) for row, one in zip(known, found, strict=True) if one is way])
    ]
    parts += [
        f"{words} for {_and([people_of(group, str(row['level'])) for row in rest])}"
        for words, kinds in REST.items()
        if (rest := [row for row, one in zip(known, found, strict=True) if one in kinds])
    ]
    return f"{title}: {'; '.join(parts)}. Whether one group gains more than another is not tested by that."


REST = {
    "no clear difference, which is not to say none,": (Finding.UNCLEAR, *PERHAPS),
    "exactly the same": (Finding.SAME,),
    "nothing told": (Finding.NOBODY, Finding.ONE_RUN, Finding.DOUBTS, Finding.OUTSIDE),
}


def _way(outcome: str, found: Finding) -> str:
    gains = {**dict.fromkeys(LESS_IS_A_GAIN, Finding.LOWER), **dict.fromkeys(MORE_IS_A_GAIN, Finding.HIGHER)}
    if outcome not in gains:
        return str(found)
    return f"{found}, a gain," if gains[outcome] is found else f"{found}, a loss,"


def _with_figures(row: Row) -> str:
    shown, interval = figures.told(row["difference"], row["low"], row["high"], MEASURES[str(row["outcome"])])
    shown = shown.replace("percentage points", "points")
    return f"{people_of(str(row['group']), str(row['level']))} ({shown}, 95% interval {interval})"


def _gap(row: Row) -> str:
    """A change of the gap between people at low and at high risk: whom it moves towards, whatever its sign was."""
    if not is_clear(row):
        return sentence(row)
    towards = "low" if finding(row) is Finding.HIGHER else "high"
    shown, interval = figures.told(row["difference"], row["low"], row["high"], MEASURES[str(row["outcome"])])
    value, base = (figures.change(row[name], MEASURES[str(row["outcome"])], 1) for name in ("value", "baseline"))
    return (
        f"{TITLES[str(row['outcome'])]}: it moves towards people at {towards} risk, {value} against {base} in the "
        f"baseline, a difference of {shown} (95% interval {interval}, from luck between {row['replicates']} runs only)."
    )


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
