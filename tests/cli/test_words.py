"""What is printed: lists and words that people can read and programs can parse."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from pathlib import Path

import pytest

from ttg_sim.agents.views import View
from ttg_sim.mechanisms import SECTIONS
from ttg_sim.model import WEEK
from ttg_sim.outcomes.definitions import GROUPS, OUTCOMES
from ttg_sim.outcomes.kinds import Unit
from ttg_sim.scenario import load_scenario
from ttg_sim.screen import base

from .conftest import Ttg

PARAMETERS = [facts for section in SECTIONS.values() for facts in section.parameters().values()]
PRINTING = [
    "--help",
    *(f"{verb} --help" for verb in ("check", "new", "params", "describe", "run", "compare", "story", "hypotheses")),
]
PRINTING += ["params", "describe", "describe --outcomes", "describe --glossary", "check --resolved base.yaml more.yaml"]


@pytest.mark.parametrize("line", PRINTING)
def test_what_is_printed_is_plain_text_about_people(line, ttg: Ttg) -> None:
    answer = ttg(*line.split())
    assert answer.code == 0
    assert answer.err == ""
    assert "\x1b" not in answer.out
    assert "\r" not in answer.out
    assert not re.search(r"\b(offenders?|criminals|ex-prisoners?|inmates?)\b", answer.out, re.IGNORECASE)
    assert not re.search(r"\b(None|True|False|dict|DataFrame|StrEnum|int range|nan)\b", answer.out)
    assert all(text == text.rstrip() for text in answer.out.splitlines())


def test_help_lists_the_verbs_in_whole_sentences(ttg: Ttg) -> None:
    answer = ttg("--help")
    for verb in ("check", "new", "params", "describe", "run", "compare", "story", "hypotheses"):
        assert re.search(rf"^  {verb} +[A-Z].*\.$", answer.out, re.MULTILINE)
    assert "..." not in answer.out.partition("Commands:")[2]


def test_without_a_verb_the_help_is_shown(ttg: Ttg) -> None:
    answer = ttg()
    assert answer.code == 2
    assert answer.err.startswith("Usage: ttg")
    assert "compare" in answer.err


@pytest.mark.parametrize("width", [80, 160])
@pytest.mark.parametrize("line", ["params", "describe", "describe --glossary", "describe --outcomes"])
def test_no_line_is_wider_than_the_screen_and_no_word_is_cut(width, line, ttg: Ttg, monkeypatch) -> None:
    monkeypatch.setattr(base._screen, "width", width)
    answer = ttg(*line.split())
    lines = answer.out.splitlines()
    names = {facts.path for facts in PARAMETERS}
    # The default of a table of shares stays on one line, so that it can be copied.
    assert [text for text in lines if len(text) > width and text.split(":")[0] not in names] == []
    words = answer.out.split()
    if line == "describe --outcomes":
        assert {word for outcome in OUTCOMES for word in outcome.definition.split()} <= set(words)
    if line == "params":
        assert {word for facts in PARAMETERS for word in facts.words.split()} <= {*words, *(w[:-1] for w in words)}
        assert max(len(text) for text in lines if text.startswith("    ")) <= min(width, base.WIDTH_OF_PROSE)


def test_the_table_says_all_about_every_parameter(ttg: Ttg) -> None:
    blocks = ttg("params").out.split("\n\n")
    assert len([block for block in blocks if re.match(r"\w+\.\w+: ", block)]) == len(PARAMETERS)
    for facts in PARAMETERS:
        (block,) = [" ".join(block.split()) for block in blocks if block.startswith(f"{facts.path}: ")]
        assert facts.words in block
        assert facts.source in block
        assert f"Role: {facts.role}" in block
        assert f"Grade: {facts.grade}" in block
        if facts.low is not None:
            assert f"from {facts.low:,g} to {facts.high:,g}" in block
        for row in facts.evidence:
            assert row in block


def test_one_section_alone(ttg: Ttg) -> None:
    answer = ttg("params", "housing")
    assert "housing.settled_places: 520 places\n" in answer.out
    assert "custody." not in answer.out


def test_csv_has_one_row_for_each_parameter(ttg: Ttg) -> None:
    rows = list(csv.DictReader(io.StringIO(ttg("params", "--format", "csv").out)))
    assert [row["path"] for row in rows] == [facts.path for facts in PARAMETERS]
    for row, facts in zip(rows, PARAMETERS, strict=True):
        assert row["words"] == facts.words
        assert row["evidence"].split() == list(facts.evidence)
        assert None not in row
        assert None not in row.values()
    housing = list(csv.DictReader(io.StringIO(ttg("params", "housing", "--format", "csv").out)))
    assert [row for row in rows if row["path"].startswith("housing.")] == housing


def test_json_holds_the_same_as_the_declarations(ttg: Ttg) -> None:
    rows = json.loads(ttg("params", "--format", "json").out)
    assert [row["path"] for row in rows] == [facts.path for facts in PARAMETERS]
    for row, facts in zip(rows, PARAMETERS, strict=True):
        default = facts.default.isoformat() if isinstance(facts.default, date) else facts.default
        assert row["default"] == default
        assert (row["unit"], row["low"], row["high"]) == (facts.unit, facts.low, facts.high)
        assert (row["role"], row["grade"], row["source"]) == (facts.role, facts.grade, facts.source)


def test_the_schema_knows_every_key(ttg: Ttg) -> None:
    schema = json.loads(ttg("params", "--format", "schema").out)
    assert schema["additionalProperties"] is False
    for facts in PARAMETERS:
        assert facts.name in schema["properties"][facts.section]["properties"]


def test_the_week_is_described_in_order(ttg: Ttg) -> None:
    out = ttg("describe").out
    found = re.findall(r"^ +(\d+)\. (\w+): \w", out, re.MULTILINE)
    assert found == [(str(place), rule.__name__) for place, rule in enumerate(WEEK, start=1)]
    for kind in View.__subclasses__():
        assert re.search(rf"^  {kind.__name__}: [A-Z]", out, re.MULTILINE)


def test_outcomes_units_and_groups_are_described(ttg: Ttg) -> None:
    out = ttg("describe", "--outcomes").out
    for name in [outcome.name for outcome in OUTCOMES] + [unit.value for unit in Unit] + list(GROUPS):
        assert re.search(rf"^ *{name}\b", out, re.MULTILINE), name


def test_a_check_says_what_is_in_force_and_from_where(ttg: Ttg, folder: Path) -> None:
    answer = ttg("check", "base.yaml", "more.yaml", "--resolved")
    assert (
        "base.yaml: ok. Base: 84 weeks from 2011-01-03 after 10 of warm-up, 2 replicates, 0 dated changes" in answer.out
    )
    assert "3 dated changes" in answer.out
    assert re.search(r"^ *intake.per_year +60 .* base.yaml:7$", answer.out, re.MULTILINE)
    assert re.search(r"^ *custody.local_share .* default$", answer.out, re.MULTILINE)
    assert re.search(r"^ *housing.settled_places from 2011-02-07 +60 .* more.yaml:6$", answer.out, re.MULTILINE)
    assert sorted(path.name for path in folder.iterdir()) == ["base.yaml", "more.yaml"]


def test_a_new_scenario_can_be_checked_and_is_the_same_world(ttg: Ttg, folder: Path) -> None:
    answer = ttg("new", "next", "--extends", "more.yaml")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == "next.yaml: written; edit it, then: ttg check next.yaml\n"
    assert ttg("check", "next.yaml").code == 0
    assert load_scenario(folder / "next.yaml").identity() == load_scenario(folder / "more.yaml").identity()
    text = (folder / "next.yaml").read_text()
    assert ttg("new", "next", "--extends", "more.yaml").code == 2
    assert (folder / "next.yaml").read_text() == text


def test_a_new_scenario_is_written_beside_the_one_it_extends(ttg: Ttg, folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "base.yaml").rename(folder / "deep" / "base.yaml")
    assert ttg("new", "next", "--extends", "deep/base.yaml").code == 0
    assert ttg("check", "deep/next.yaml").code == 0
