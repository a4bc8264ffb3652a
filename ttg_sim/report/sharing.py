"""The evidence share in words and as a picture: from what the doubt about a difference comes."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ttg_sim.charts.shares import shares as draw_shares
from ttg_sim.parameter import Grade
from ttg_sim.report import figures, words
from ttg_sim.report.blocks import Block, Points, Text
from ttg_sim.report.pictures import footer, picture, place
from ttg_sim.report.source import Source, title_of
from ttg_sim.studies.shares import OUTCOMES

NAMES = {
    Grade.ASSUMPTION: "assumptions",
    Grade.EXPERT: "judgements",
    Grade.STUDY: "single studies",
    Grade.PUBLISHED: "published figures",
}
CHANCE, REST = "chance", "several together"
MOSTLY_CHANCE = 0.5


def blocks(source: Source) -> list[Block]:
    """A sentence for each scenario and a chart; how to have it worked out where it was not."""
    table = source.share
    if table is None:
        return [Text(NOT_YET)]
    first = table[table["outcome"] == OUTCOMES[0]]
    found = [
        (world, first[first["scenario"] == world["name"]])
        for world in source.scenarios
        if (first["scenario"] == world["name"]).any()
    ]
    frame = pd.DataFrame([part for world, rows in found for part in _parts(title_of(world), rows)])
    points, facts = int(first["points"].max()), source.share_facts
    subtitle = (
        f"Parts of the variance of the difference in {words.TITLES[OUTCOMES[0]].lower()} between {points:,} plausible "
        f"sets of values of {facts['parameters']} parameters, in per cent; {place(source)}"
    )
    blocks: list[Block] = [
        Text(INTRO.format(points=points, parameters=facts["parameters"])),
        Points(tuple(sentence(title_of(world), rows.to_dict("records")) for world, rows in found)),
        picture("evidence_share", lambda: draw_shares(frame, _headline(frame), subtitle, footer(source))),
        Text(HOW_TO_READ),
    ]
    return blocks


NOT_YET = (
    "How much of the doubt comes from each kind of evidence was not worked out for this report. The same command with "
    "--evidence-share does it: all uncertain numbers are moved together over plausible ranges."
)
INTRO = (
    "The difference was worked out again in {points:,} plausible worlds: {parameters} uncertain numbers were moved "
    "together, half of the way to their bounds but not beyond twice or half of their value, in all scenarios alike."
)
HOW_TO_READ = (
    "Each part is what would go of the variance between plausible worlds if the numbers of that grade were known; "
    "chance is what two runs of each world leave, and the rest comes from numbers of several grades together. Parts "
    "are themselves estimates. That ranges are plausible is an assumption, and no range says that the rules are right."
)


def sentence(title: str, rows: list[dict[Any, Any]]) -> str:
    """What a scenario's difference rests on: its range over plausible worlds, and the parts of its doubt."""
    one = rows[0]
    measure = words.MEASURES[str(one["outcome"])]
    low, high = (figures.change(one[name], measure, 1) for name in ("p5", "p95"))
    told = f"{title}: {figures.change(one['mean'], measure, 1)} on average over plausible worlds, and {low} to {high} "
    told += (
        "in 90 of 100 of them. "
        if one["p5"] * one["p95"] > 0
        else "in 90 of 100 of them, so the sign itself is in doubt. "
    )
    if one["chance"] > MOSTLY_CHANCE:
        return f"{told}Of its variance {_per_cent(one['chance'])} is chance between runs, so more cannot be told of it."
    parts = sorted(rows, key=lambda row: -row["share"])
    main = parts[0]
    rest = [f"{NAMES[Grade(row['grade'])]} {_per_cent(row['share'])}" for row in parts[1:] if row["share"] >= 0.01]
    told += (
        f"{NAMES[Grade(main['grade'])].capitalize()} make up {_per_cent(main['share'])} of its variance (95% interval "
        f"{_per_cent(main['low'])} to {_per_cent(main['high'])})"
    )
    told += f", {', '.join(rest)}" if rest else ""
    return f"{told}; chance between runs {_per_cent(one['chance'])}."


def _per_cent(share: float) -> str:
    return f"{100 * min(max(share, 0.0), 1.0):.0f}%"


def _parts(title: str, rows: pd.DataFrame) -> list[dict[str, Any]]:
    """The parts of one bar: what is below nil is nil, and what is beyond the whole is brought into it."""
    chance = min(max(float(rows["chance"].iloc[0]), 0.0), 1.0)
    share = {NAMES[Grade(row["grade"])]: max(float(row["share"]), 0.0) for row in rows.to_dict("records")}
    total = sum(share.values())
    room = 1.0 - chance
    if total > room:
        share = {name: value * room / total for name, value in share.items()}
    values = {name: share.get(name, 0.0) for name in NAMES.values()}
    values |= {CHANCE: chance, REST: max(room - sum(share.values()), 0.0)}
    return [{"label": title, "part": name, "value": value} for name, value in values.items()]


def _headline(frame: pd.DataFrame) -> str:
    """The finding: what most of the doubt comes from, over all scenarios."""
    means = frame.groupby("part", sort=False)["value"].mean()
    return (
        f"Most of the doubt that can be measured comes from {'chance' if means.idxmax() == CHANCE else means.idxmax()}"
    )
