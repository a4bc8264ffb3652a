"""Who asked, who answers for it, who checked it, and until when it may be used."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from ttg_sim.report.blocks import Block, Folded, Points, Table, Text, given
from ttg_sim.report.source import Source, title_of
from ttg_sim.scenario.about import TEXTS, USE_UNTIL, USE_UNTIL_WORDS
from ttg_sim.scenario.names import parameters

TO_FILL = "(to be filled in)"
LIMITS = (
    "for any one person: people are synthetic, and the model knows nothing of anybody real.",
    "for levels of a place: one area stands for none, and spreads between areas are invented.",
    "for sentences of twelve months or more, other countries, or years without short sentences.",
)
"""What the model must not be used for."""
NAMES = {"commissioner": "Commissioner", "purpose": "Purpose", "analyst": "Analyst", "assurer": "Assurer"}


def use_until(source: Source) -> str:
    """The earliest day on which the use of any of the scenarios ends."""
    days = [
        str(world["about"][USE_UNTIL]) for world in (source.baseline, *source.scenarios) if world["about"][USE_UNTIL]
    ]
    return min(days) if days else TO_FILL


def blocks(source: Source) -> list[Block]:
    """Roles of each scenario as their files give them; what nobody gave is left to be filled in, and marked so."""
    rows = tuple(
        (
            title_of(world),
            *(given(str(world["about"][key]), 300) or TO_FILL for key in TEXTS),
            str(world["about"][USE_UNTIL] or TO_FILL),
        )
        for world in (source.baseline, *source.scenarios)
    )
    meanings = "; ".join(f"{NAMES[key].lower()}: {words[0].lower()}{words[1:]}" for key, words in TEXTS.items())
    until = f"{USE_UNTIL_WORDS[0].lower()}{USE_UNTIL_WORDS[1:]}"
    return [
        Table("Roles", ("", *(NAMES[key] for key in TEXTS), "Use until"), rows),
        Text(f"They stand in the scenario files ({meanings}; use until: {until})."),
        Text("Nobody has approved this report for use."),
        Text("The model must not be used:"),
        Points(LIMITS),
        Folded("Assumptions behind what is compared", tuple(_assumptions(source))),
        Folded("How the model was checked", (Points(CHECKED),)),
    ]


CHECKED = (
    "Assumptions log, decisions log, data log, verification record and limits of use stand in docs/assurance, written "
    "from the model itself (make assurance).",
    "Tests hold each rule by itself, laws that every world must keep, simple cases with answers known from theory, "
    "published figures the model is fitted to, and that equal worlds give equal results on any number of workers.",
    "Patterns that should come out are tests too; those that failed or could not be decided are listed there.",
    "The hash of the code with which this report was made stands below, under where the figures come from.",
)


def _assumptions(source: Source) -> list[Block]:
    """The entries of the assumptions log on everything in which the compared worlds differ, and the count of others."""
    changes = source.tables["changes"]
    moved = [path for path in dict.fromkeys(changes["path"]) if path in parameters()]
    rows = tuple(
        (
            f"{facts.words} ({path})",
            ", ".join(title_of(world) for world in source.scenarios if _differs(changes, world["name"], path)),
            facts.grade.value,
            given(" ".join(facts.source.split()), 300),
            ", ".join(facts.evidence) or "-",
        )
        for path in moved
        for facts in (parameters()[path],)
    )
    counted = Counter(facts.grade.value for path, facts in parameters().items() if path not in moved)
    others = ", ".join(f"{number} {grade}" for grade, number in sorted(counted.items()))
    rest = Text(f"All other parameters are the same in all worlds ({others}); the whole log is in docs/assurance.")
    if not rows:
        return [rest]
    columns = ("What differs", "In", "Grade", "Source", "Figures")
    return [Table("Parameters in which the worlds differ, and what their values rest on", columns, rows), rest]


def _differs(changes: pd.DataFrame, scenario: str, path: str) -> bool:
    return bool(((changes["scenario"] == scenario) & (changes["path"] == path)).any())
