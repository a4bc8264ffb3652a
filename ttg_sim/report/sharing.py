"""The evidence share in words and as a picture: from what the doubt about a difference comes."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ttg_sim.charts.parts import shares as draw_shares
from ttg_sim.parameter import Grade
from ttg_sim.report import figures, words
from ttg_sim.report.blocks import Block, Points, Text
from ttg_sim.report.pictures import footer, picture, place
from ttg_sim.report.source import Source, title_of
from ttg_sim.studies.shares import ALL, OUTCOMES

NAMES = {
    Grade.ASSUMPTION: "assumptions",
    Grade.EXPERT: "judgements",
    Grade.STUDY: "single studies",
    Grade.PUBLISHED: "published figures",
}
REST = "not to be told apart"


def blocks(source: Source) -> list[Block]:
    """A sentence for each scenario and a chart; how to have it worked out where it was not."""
    table = source.share
    if table is None:
        return [Text(NOT_YET)]
    first = table[table["outcome"] == OUTCOMES[0]]
    found = {
        title_of(world): {row["grade"]: row for row in first[first["scenario"] == world["name"]].to_dict("records")}
        for world in source.scenarios
    }
    parts = [part for title, rows in found.items() for part in shares_of(rows, title)]
    facts = source.share_facts
    subtitle = (
        f"Parts of the variance of the difference in {words.TITLES[OUTCOMES[0]].lower()} between plausible worlds, "
        f"without chance, in per cent; {place(source)}"
    )
    told = [Text(INTRO.format(parameters=facts["parameters"], draws=facts["draws"]))]
    blocks: list[Block] = [*told, Points(tuple(sentence(title, rows) for title, rows in found.items()))]
    if parts:
        frame = pd.DataFrame(parts)
        blocks.append(picture("evidence_share", lambda: draw_shares(frame, _headline(frame), subtitle, footer(source))))
    return [*blocks, Text(HOW_TO_READ)]


NOT_YET = (
    "How much of the doubt comes from each kind of evidence was not worked out for this report. The same command with "
    "--evidence-share does it: uncertain numbers are moved over plausible ranges, which takes many runs."
)
INTRO = (
    "The difference in reoffending was worked out again in plausible worlds, {draws} for each kind of evidence and "
    "{draws} more for all kinds: of {parameters} uncertain numbers, those that rest on one kind were moved together, "
    "half of the way to their bounds but not beyond twice or half of their value, in all scenarios alike."
)
HOW_TO_READ = (
    "Each part is the variance between worlds in which only the numbers of that kind are moved; what is left of the "
    "variance with all of them moved comes from several kinds together, or cannot be told from chance. That the "
    "ranges are plausible is an assumption, and no range says that the rules are right. Ranges are wider on one side "
    "of the value in force than on the other, so the mean over plausible worlds is not the result at the values in "
    "force."
)


def sentence(title: str, rows: dict[str, dict[Any, Any]]) -> str:
    """What a scenario's difference rests on: its range over plausible worlds, and the parts of its variance."""
    one = rows[ALL]
    measure = words.MEASURES[str(one["outcome"])]
    mean, ends = figures.told(one["mean"], one["p5"], one["p95"], measure)
    found = shares_of(rows, title)
    told = f"{title}: {mean} on average over plausible worlds"
    if not found:
        return (
            f"{told}. These differ no more than chance between runs makes them, so neither range nor parts can be told."
        )
    told += f", and {ends} in 90 of 100 of them"
    told += ". " if one["p5"] * one["p95"] > 0 else ", so the sign itself is in doubt. "
    total = _total(rows)
    told += "Of the variance between them, moved alone, "
    clear = sorted(_told(rows), key=lambda grade: -rows[grade]["variance"])
    parts = [
        f"{NAMES[grade]} bring {_per_cent(rows[grade]['variance'] / total)} "
        f"({_per_cent(rows[grade]['low'] / total)} to {_per_cent(rows[grade]['high'] / total)})"
        for grade in clear
    ]
    if others := [name for grade, name in NAMES.items() if grade in rows and grade not in clear]:
        parts.append(f"{_and(others)} nothing that can be told from chance")
    return f"{told}{'; '.join(parts)}; {_per_cent(found[-1]['value'])} is left."


def _told(rows: dict[str, dict[Any, Any]]) -> list[Grade]:
    """The kinds of evidence that by themselves bring more than chance does."""
    return [grade for grade in NAMES if grade in rows and rows[grade]["low"] > 0]


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def shares_of(rows: dict[str, dict[Any, Any]], title: str) -> list[dict[str, Any]]:
    """The parts of one bar, which add up to 1; none where all worlds differ no more than by chance."""
    if not rows or not rows[ALL]["low"] > 0:
        return []
    total, clear = _total(rows), _told(rows)
    values = {name: rows[grade]["variance"] / total if grade in clear else 0.0 for grade, name in NAMES.items()}
    values[REST] = max(1.0 - sum(values.values()), 0.0)
    return [{"label": title, "part": name, "value": value} for name, value in values.items()]


def _total(rows: dict[str, dict[Any, Any]]) -> float:
    """The variance of which the parts are told: with all moved, or of the parts where these add up to more."""
    return max(float(rows[ALL]["variance"]), sum(float(rows[grade]["variance"]) for grade in _told(rows)))


def _per_cent(share: float) -> str:
    return f"{100 * min(max(share, 0.0), 1.0):.0f}%"


def _headline(frame: pd.DataFrame) -> str:
    """The finding: what most of the doubt comes from, over all scenarios."""
    means = frame.groupby("part", sort=False)["value"].mean()
    if means.idxmax() == REST:
        return "Most of the doubt about reoffending cannot be told apart by kinds of evidence"
    return f"Most of the doubt about reoffending comes from {means.idxmax()}"
