"""`--precision` as it is typed: what is said, what is refused, and that a dry run leaves everything as it is."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from .conftest import Ttg, contents

COMPARE = ("compare", "more.yaml", "--baseline", "base.yaml")
SHORT = ("--set", "weeks=30")
WIDE, TINY = "first_night_homeless=0.9", "first_night_homeless=1e-6"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--precision", "reofending_12m=0.1"], "precision: outcome 'reofending_12m' is not known; did you mean"),
        (["--precision", "reoffending_12m"], "--precision reoffending_12m: expected OUTCOME=HALF_WIDTH, such as"),
        (["--precision", "reoffending_12m=many"], "--precision reoffending_12m=many: 'many' is not a number; expected"),
        (["--precision", "reoffending_12m=0"], "precision: reoffending_12m: 0 is no half-width; expected a number"),
        (["--precision", "reoffending_12m=-1"], "precision: reoffending_12m: -1 is no half-width; expected a number"),
        (["--precision", "reoffending_12m=nan"], "precision: reoffending_12m: nan is no half-width; expected"),
        (["--precision", WIDE, "--precision", WIDE], f"--precision {WIDE}: first_night_homeless is given twice"),
        (["--precision", WIDE, "--most", "9"], "ttg: Invalid value for '--most': '9'; expected a whole number from 10"),
        (
            ["--precision", WIDE, "--most", "20", "--replicates", "21"],
            "precision: 21 replicates to begin with are more",
        ),
        (["--most", "20"], "--most 20: has a meaning with --precision only; expected --replicates 20, or both"),
    ],
)
@pytest.mark.parametrize("verb", ["compare", "report"])
def test_wrong_input_has_one_line_and_runs_nothing(verb: str, words: list[str], line: str, ttg: Ttg, folder: Path):
    before = contents(folder)
    answer = ttg(verb, *COMPARE[1:], *words)
    assert (answer.code, answer.out) == (2, "")
    (text,) = answer.lines
    assert text.startswith(line)
    assert contents(folder) == before
    assert not (folder / "results").exists()


def test_a_dry_run_is_one_of_a_precision(ttg: Ttg, folder: Path) -> None:
    answer = ttg(*COMPARE, "--dry-run")
    assert (answer.code, answer.out) == (2, "")
    (text,) = answer.lines
    assert text.startswith("--dry-run: has a meaning with --precision only; expected --precision OUTCOME=HALF_WIDTH")
    assert not (folder / "results").exists()


def test_a_dry_run_a_run_and_a_dry_run(ttg: Ttg, folder: Path, monkeypatch) -> None:
    before = contents(folder)
    asked = (*COMPARE, *SHORT, "--precision", TINY, "--most", "12")
    nothing = ttg(*asked, "--dry-run")
    assert (nothing.code, nothing.err) == (0, "")
    assert "0 replicates are finished in both worlds, and it takes 5 to tell. Give the" in nothing.out
    assert contents(folder) == before
    assert not (folder / "results").exists()

    done = ttg(*asked)
    assert (done.code, done.err) == (0, "")
    (said,) = re.findall(r"^Precision: .*$", done.out, re.MULTILINE)
    assert said.startswith("Precision: more, first_night_homeless: half of the interval is ")
    assert re.search(
        r"not met with 12 replicates, the most that were allowed; it takes (about|more than) [\d,]+\.$", said
    )
    (manifest,) = folder.glob("results/compare-*/manifest.json")
    (kept,) = json.loads(manifest.read_text())["precision"]
    assert (kept["scenario"], kept["replicates"], kept["met"]) == ("more", 12, False)

    before = contents(folder)
    monkeypatch.setattr("ttg_sim.studies.runner.one_run", lambda *_: pytest.fail("run"))
    told = ttg(*COMPARE, *SHORT, "--precision", WIDE, "--dry-run")
    assert (told.code, told.err) == (0, "")
    assert re.search(r"asked for +finished +now +10 +20 +40 +80 +160 +200 +takes +from +to$", told.out, re.MULTILINE)
    assert re.search(r"^ more: first_night_homeless \(points\) +90 +12 ", told.out, re.MULTILINE)
    assert told.out.endswith("Recommended: 10 replicates.\n")
    assert "more than --most allows (12)." in ttg(*asked, "--dry-run").out
    assert contents(folder) == before
    assert ttg(*asked).out == done.out


def test_what_is_met_is_said_to_be_met(ttg: Ttg, folder: Path) -> None:
    answer = ttg(*COMPARE, *SHORT, "--precision", WIDE, "--replicates", "3")
    assert answer.code == 0
    assert "asked for 90 points: met with 10 replicates." in answer.out
    plain = ttg(*COMPARE, *SHORT, "--replicates", "10")
    head = answer.out.partition("\nPrecision: ")[0]
    assert plain.out.startswith(head)
    assert len(list(folder.glob("results/compare-*"))) == 1
