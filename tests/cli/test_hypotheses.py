"""Testing hypotheses through the command: what it prints, writes, finds again and answers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from .conftest import Answer, Ttg, contents

BOOK = """\
hypotheses:
  H01:
    title: More places bring fewer first nights without a home
    kind: emergent
    arms:
      base: {scenario: base.yaml}
      more: {scenario: more.yaml}
    tests:
      - words: fewer of all released
        measure: {outcome: first_night_homeless}
        contrast: {more: 1, base: -1}
        expected: down
    replicates: 3
    recorded: pass
  H02:
    title: More places bring more first nights without a home
    kind: built in
    built_in_by: [housing.home_lost_per_year]
    scenario: base.yaml
    arms:
      base: {}
      more:
        levers:
          - {from: 2011-02-07, set: housing.temporary_places, to: 40}
          - {from: 2011-02-07, set: housing.settled_places, to: 60}
          - {from: 2011-02-07, set: housing.release_priority, to: true}
    tests:
      - measure: {outcome: first_night_homeless}
        contrast: {more: 1, base: -1}
        expected: up
    replicates: 3
    recorded: null
"""


@pytest.fixture
def book(folder: Path) -> Path:
    file = folder / "book.yaml"
    file.write_text(BOOK)
    return file


def test_verdicts_are_printed_and_written(ttg: Ttg, folder: Path, book: Path) -> None:
    answer = ttg("hypotheses", "--file", "book.yaml", "--out", "found")
    assert (answer.code, answer.err) == (0, "")
    assert "2 hypotheses, 2 worlds, 6 runs, 6 of them to do: about" in answer.out
    emergent, _, built_in = answer.out.partition("Built in: ")
    assert re.search(r"H01 +More places bring fewer .* 3 .* PASS +pass", emergent)
    assert re.search(r"H02 +More places bring more .* 3 .* FAIL +-", built_in)
    assert "H02 is built in by housing.home_lost_per_year" in built_in
    assert "- fewer of all released (down)" in answer.out
    assert "found/hypotheses.csv" in answer.out
    table = pd.read_csv(folder / "found" / "hypotheses.csv").set_index("id")
    assert table["verdict"].to_dict() == {"H01": "pass", "H02": "fail"}
    assert table.loc["H01", "p"] < 0.025 < table.loc["H02", "p"]
    assert table.loc["H01", "high"] < 0
    manifest = json.loads((folder / "found" / "manifest.json").read_text())
    assert manifest["hypotheses"] == ["H01", "H02"]
    assert manifest["command"] == "ttg hypotheses --file book.yaml --out found"
    assert not re.search(r"\b(nan|None|True|False)\b", answer.out + (folder / "found/hypotheses.md").read_text())


def test_a_verdict_that_differs_is_a_line_and_an_exit_code_after_everything_is_written(
    ttg: Ttg, folder: Path, book: Path
) -> None:
    book.write_text(
        BOOK.replace("recorded: pass", "recorded: fail").replace("recorded: null", "recorded: inconclusive")
    )
    answer = ttg("hypotheses", "--file", "book.yaml", "--out", "found")
    assert answer.code == 1
    assert answer.lines == [
        "H01: pass, recorded as fail: More places bring fewer first nights without a home",
        "H02: fail, recorded as inconclusive: More places bring more first nights without a home",
    ]
    assert "All numbers: found/hypotheses.csv" in answer.out
    assert (folder / "found" / "hypotheses.md").read_text().count("**Differs**") == 2
    assert ttg("hypotheses", "H02", "--file", "book.yaml", "--out", "found").lines == answer.lines[1:]


def test_the_same_command_finds_what_is_finished(ttg: Ttg, folder: Path, book: Path, monkeypatch) -> None:
    def give() -> Answer:
        return ttg("hypotheses", "--file", "book.yaml", "--out", "found")

    first, table = give(), (folder / "found" / "hypotheses.csv").read_bytes()
    monkeypatch.setattr("ttg_sim.studies.runner.one_run", lambda *_: pytest.fail("run again"))
    second = give()
    assert "6 runs, 0 of them to do\n" in second.out
    assert second.out.splitlines()[1:] == first.out.splitlines()[1:]
    assert (folder / "found" / "hypotheses.csv").read_bytes() == table


def test_a_dry_run_says_what_would_be_run_and_writes_nothing(ttg: Ttg, folder: Path, book: Path) -> None:
    before = contents(folder)
    answer = ttg("hypotheses", "H02", "--file", "book.yaml", "--replicates", "5", "--dry-run")
    assert (answer.code, answer.err) == (0, "")
    assert "H02 (built in): More places bring more first nights without a home" in answer.out
    assert "5 replicates of base, more" in answer.out
    assert "1 hypothesis, 2 worlds, 10 runs, 10 of them to do: about" in answer.out
    assert contents(folder) == before
    assert not (folder / "results").exists()


def test_an_unknown_hypothesis_is_refused(ttg: Ttg, folder: Path, book: Path) -> None:
    answer = ttg("hypotheses", "H1", "H02", "--file", "book.yaml")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "book.yaml: hypothesis 'H1' is not there; did you mean 'H01'?\n"
    assert not (folder / "results").exists()


def test_every_fault_of_a_file_has_its_line_and_nothing_is_written(ttg: Ttg, folder: Path, book: Path) -> None:
    book.write_text(BOOK.replace("first_night_homeless", "first_night_homless").replace("up", "upp"))
    answer = ttg("hypotheses", "--file", "book.yaml")
    assert (answer.code, answer.out) == (2, "")
    assert [line.split(": ")[0] for line in answer.lines] == ["book.yaml:10", "book.yaml:28", "book.yaml:30"]
    assert all("did you mean" in line for line in answer.lines)
    assert not (folder / "results").exists()


def test_a_file_without_hypotheses_has_nothing_to_do(ttg: Ttg, folder: Path) -> None:
    (folder / "book.yaml").write_text("hypotheses: {}\n")
    answer = ttg("hypotheses", "--file", "book.yaml", "--out", "found")
    assert (answer.code, answer.err) == (0, "")
    assert "0 hypotheses, 0 worlds, 0 runs" in answer.out
