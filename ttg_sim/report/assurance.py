"""Who asked, who answers for it, who checked it, and until when it may be used."""

from __future__ import annotations

from ttg_sim.report.blocks import Block, Table, Text, given
from ttg_sim.report.source import Source, title_of
from ttg_sim.scenario.about import TEXTS, USE_UNTIL, USE_UNTIL_WORDS

TO_FILL = "(to be filled in)"
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
    ]
