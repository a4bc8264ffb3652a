"""From claims to rules: what has been said of mentoring through the gate, and the rule that says it in the model.

The list is a small table inside the package (`data/mechanisms.csv`). `docs/mechanisms.md` is made from it by
`make mechanisms`, which calls this module with the path of that page.
"""

from __future__ import annotations

import csv
import re
import sys
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from itertools import groupby
from pathlib import Path


class Standing(StrEnum):
    """How a claim stands in the model."""

    RULE = "rule"
    """A rule acts on people, mentors, prisons or money as the claim says."""
    OUTCOME = "outcome"
    """It is written nowhere: it comes out of the rules named."""
    PARTLY = "partly"
    """Some of it is there, and the words say how far the model goes."""


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One claim, and where it stands.

    The letter of `id` is its theme. `tier` is 1 for the core of the story, 2 for a lever or a modifier, 3 for
    background. `so_far` says how far the model goes with a claim that stands partly, and is empty for all others.
    `rules` are functions by dotted path within the package, `parameters` dotted paths as in scenario files, and
    `tests` are files from the top of the repository on, each with `::` and the name of a test where one is meant.
    """

    id: str
    tier: int
    words: str
    so_far: str
    rules: tuple[str, ...]
    parameters: tuple[str, ...]
    tests: tuple[str, ...]
    standing: Standing


COLUMNS = ("id", "tier", "words", "rule", "parameters", "tests", "standing")
SO_FAR = " So far: "
"""What stands between a claim and how far the model goes, in the column of words."""
THEMES = {
    "A": "The prison gate",
    "B": "Where mentors come from",
    "C": "Mentors themselves",
    "D": "Readiness, trust and meetings",
    "E": "Schemes",
    "F": "Money, charities and probation",
    "G": "Needs and services",
    "M": "What is counted",
}
TIERS = (1, 2, 3)


def load_mechanisms() -> dict[str, Mechanism]:
    """All claims by id, in order."""
    text = resources.files("ttg_sim").joinpath("data", "mechanisms.csv").read_text(encoding="utf-8")
    return read_mechanisms(text)


def read_mechanisms(text: str) -> dict[str, Mechanism]:
    """Claims by id, from the text of a table; a ValueError where the table is not as it should be."""
    lines = csv.reader(text.splitlines(), strict=True)
    if tuple(next(lines, ())) != COLUMNS:
        raise ValueError(f"the columns are not {', '.join(COLUMNS)}")
    found: dict[str, Mechanism] = {}
    last = ""
    for cells in lines:
        one = _mechanism(cells)
        if one.id <= last:
            raise ValueError(f"{one.id} stands after {last}")
        found[one.id] = one
        last = one.id
    return found


def _mechanism(cells: list[str]) -> Mechanism:
    if len(cells) != len(COLUMNS):
        raise ValueError(f"{cells[:1]} has {len(cells)} cells")
    row = dict(zip(COLUMNS, cells, strict=True))
    name = row["id"]
    if not re.fullmatch(r"[A-Z]\d\d", name) or name[0] not in THEMES:
        raise ValueError(f"{name!r} is no id")
    if row["tier"] not in {str(tier) for tier in TIERS}:
        raise ValueError(f"{name}: {row['tier']!r} is no tier")
    if row["standing"] not in set(Standing):
        raise ValueError(f"{name}: {row['standing']!r} is no standing")
    words, apart, so_far = row["words"].partition(SO_FAR)
    if not all(re.fullmatch(r"\S.*\S\.", sentence) for sentence in ((words, so_far) if apart else (words,))):
        raise ValueError(f"{name}: words are sentences")
    if bool(so_far) != (row["standing"] == Standing.PARTLY):
        raise ValueError(f"{name}: how far it goes is said of claims that stand partly, and of no others")
    for column in ("rule", "parameters", "tests"):
        if row[column] != " ".join(dict.fromkeys(row[column].split())):
            raise ValueError(f"{name}: {column} are names with one space between them, each once")
        if not row[column] and column != "parameters":
            raise ValueError(f"{name}: {column} are missing")
    return Mechanism(
        id=name,
        tier=int(row["tier"]),
        words=words,
        so_far=so_far,
        rules=tuple(row["rule"].split()),
        parameters=tuple(row["parameters"].split()),
        tests=tuple(row["tests"].split()),
        standing=Standing(row["standing"]),
    )


HEAD = """\
# From claims to rules

What policy documents, studies and people who do the work say of mentoring through the gate, in our words, and where
each claim stands in the model. The core of the prison gate, of where mentors come from and of their money is complete;
of the other themes the list has what is in the model so far.

This page is made by `make mechanisms` from `ttg_sim/data/mechanisms.csv`; change that table and make it again.

- **Tier** 1 is the core of the story, 2 a lever or a modifier, 3 background.
- **Standing**: *rule* - a rule acts on people, mentors, prisons or money as the claim says; *outcome* - it is written
  nowhere and comes out of the rules named; *partly* - some of it is there, and the words say how far the model goes.
- **Rules** are functions in `ttg_sim/mechanisms/`, **parameters** are names in scenario files (`ttg params`), and
  **tests** are files in `tests/`.

That a claim stands in the list says that the model has it, not that it is true. What comes of it, and how surely, is
what `experiments/hypotheses.yaml` tests.
"""


def page(mechanisms: dict[str, Mechanism]) -> str:
    """The document on all claims, theme by theme."""
    parts = [HEAD, _count(mechanisms)]
    for letter, claims in groupby(mechanisms.values(), key=lambda one: one.id[0]):
        lines = [
            f"## {letter}. {THEMES[letter]}",
            "",
            "| Id | Tier | Claim | Standing | Rules | Parameters | Tests |",
            "| --- | --- | --- | --- | --- | --- | --- |",
            *(_line(one) for one in claims),
        ]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _count(mechanisms: dict[str, Mechanism]) -> str:
    lines = ["| Standing | Tier 1 | Tier 2 | Tier 3 |", "| --- | --- | --- | --- |"]
    for standing in Standing:
        tiers = [one.tier for one in mechanisms.values() if one.standing is standing]
        lines.append(f"| {standing} | " + " | ".join(str(tiers.count(tier)) for tier in TIERS) + " |")
    return "\n".join(lines) + "\n"


def _line(one: Mechanism) -> str:
    words = f"{one.words} *So far: {one.so_far}*" if one.so_far else one.words
    rules = _names([rule.removeprefix("mechanisms.") for rule in one.rules])
    tests = _names([test.removeprefix("tests/") for test in one.tests])
    return f"| {one.id} | {one.tier} | {words} | {one.standing} | {rules} | {_names(one.parameters)} | {tests} |"


def _names(names: list[str] | tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(load_mechanisms()), encoding="utf-8", newline="\n")
