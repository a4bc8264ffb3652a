"""What an answer rests on: published figures, single studies, judgements and assumptions."""

from __future__ import annotations

from collections import Counter

from ttg_sim.mechanisms.activities import PRESETS
from ttg_sim.parameter import Grade, Role
from ttg_sim.report import sharing
from ttg_sim.report.blocks import Block, Folded, Table, Text
from ttg_sim.report.source import Source
from ttg_sim.scenario import format_value
from ttg_sim.scenario.names import parameters

GRADE_WORDS = {
    Grade.PUBLISHED: "official or published figures for these people",
    Grade.STUDY: "a study of another place, time or group, or arithmetic on published figures",
    Grade.EXPERT: "the judgement of somebody who does the work",
    Grade.ASSUMPTION: "an assumption, or fitted",
}


def blocks(source: Source) -> list[Block]:
    """How many parameters rest on what, and how the model stands against published figures where that can be told."""
    counted = Counter((facts.grade, facts.role) for facts in parameters().values())
    total = len(parameters())
    assumed = sum(counted[Grade.ASSUMPTION, role] for role in Role)
    rows = tuple(
        (words, *(str(counted[grade, role]) for role in Role), str(sum(counted[grade, role] for role in Role)))
        for grade, words in GRADE_WORDS.items()
    )
    columns = ("Rests on", *(f"{role.value.capitalize()}" for role in Role), "All")
    return [
        Text(
            f"Of {total} parameters {assumed} are assumptions or were fitted. That counts parameters, not how much "
            "each of them matters for an answer."
        ),
        *sharing.blocks(source),
        Table("Parameters by what they rest on, and by what they are for", columns, rows, right=(1, 2, 3, 4)),
        *_published(source),
        Folded("Parameters of mentoring's effects, with bounds", (_effects(),)),
    ]


def _published(source: Source) -> list[Block]:
    published = source.tables.get("published")
    if published is None:
        return [
            Text(
                "The worlds compared here are not those of which published figures speak, so none stand beside them. "
                "A comparison of tr_as_implemented with pre_reform shows all of them, misses included."
            )
        ]
    rows = []
    for line in published.to_dict("records"):
        figure = (
            f"{line['published']} ({line['low']:g} to {line['high']:g})"
            if line["low"] == line["low"]
            else str(line["published"])
        )
        model = "-" if line["model"] != line["model"] else f"{line['model']:.3f}"
        rows.append((str(line["target"]), str(line["figure"]), figure, model, str(line["verdict"]), str(line["use"])))
    columns = ("", "Figure", "Published", "Model", "Verdict", "Use")
    return [Table("Beside published figures", columns, tuple(rows), right=(2, 3))]


def _effects() -> Table:
    rows = []
    for facts in parameters().values():
        if facts.shadow is not None and facts.low is not None and facts.section not in PRESETS:
            value = format_value(facts, facts.default)
            rows.append(
                (
                    f"{facts.words} ({facts.path})",
                    f"{value} {facts.unit}",
                    f"{facts.low:g} to {facts.high:g}",
                    facts.grade.value,
                )
            )
    return Table(
        "Parameters through which contact with a mentor moves somebody",
        ("", "Default", "Bounds", "Grade"),
        tuple(rows),
        right=(1, 2),
    )
