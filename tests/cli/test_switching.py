"""`ttg switching`: what is printed and written, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from .conftest import Ttg, contents

PAIR = ("switching", "more.yaml", "--baseline", "base.yaml", "--workers", "1")


def test_a_table_and_a_sentence_for_each_input(ttg: Ttg, folder: Path) -> None:
    answer = ttg(*PAIR, "--parameter", "costs.temporary_night", "--parameter", "housing.risk_homeless", "--points", "2")
    assert answer.code == 0, answer.err
    assert answer.err == ""
    assert "More places (more) against Base (base), 2 replicates" in answer.out
    for path in ("costs.temporary_night", "housing.risk_homeless"):
        assert f"\n{path}: " in answer.out
    assert "Proven reoffending within 12 months (share of people), index:" in answer.out
    assert "in force" in answer.out
    (table,) = folder.glob("results/switching-*/switching.csv")
    assert str(Path("results") / table.parent.name / "switching.csv") in answer.out
    written = pd.read_csv(table)
    assert {"low", "high"} <= set(written.columns)
    assert written.groupby("parameter").size().to_dict() == {"costs.temporary_night": 3, "housing.risk_homeless": 3}
    assert (table.parent / "manifest.json").exists()
    before = contents(folder / "results")
    again = ttg(*PAIR, "--parameter", "costs.temporary_night", "--parameter", "housing.risk_homeless", "--points", "2")
    assert again.out == answer.out
    assert set(contents(folder / "results")) == set(before)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--parameter", "housing.risk_homles"], "did you mean housing.risk_homeless?"),
        (["--parameter", "housing.settled_places"], "is moved by more on 2011-02-07"),
        (["--parameter", "costs.recall", "--outcome", "cost_publik"], "did you mean cost_public?"),
        (["--parameter", "costs.recall", "--parameter", "costs.recall"], "is given twice"),
        (["--parameter", "costs.recall", "--points", "1"], "expected a whole number from 2 to 40"),
        (["--parameter", "costs.recall", "--low", "much"], "'much'; expected a number"),
        (["--parameter", "costs.recall", "--high", "nan"], "'nan'; expected a number"),
        (["--parameter", "costs.recall", "--high", "1e9"], "is out of range for costs.recall"),
        ([], "--parameter"),
    ],
)
def test_wrong_input_is_answered_in_a_line(ttg: Ttg, folder: Path, arguments: list[str], words: str) -> None:
    answer = ttg(*PAIR, *arguments)
    assert answer.code == 2
    assert words in answer.err
    assert len(answer.lines) == 1 or "Usage" in answer.err
    assert "Traceback" not in answer.err
    assert not (folder / "results").exists()


def test_prices_that_differ_are_refused(ttg: Ttg, folder: Path) -> None:
    (folder / "dear.yaml").write_text("name: dear\nextends: base.yaml\ncosts:\n  prison_week: 700\n")
    for verb in (["switching", "dear.yaml", "--parameter", "costs.recall"], ["compare", "dear.yaml"]):
        answer = ttg(*verb, "--baseline", "base.yaml")
        assert answer.code == 2
        assert answer.lines == ["dear cannot be compared with base: costs.prison_week is 730 in base and 700 in dear"]
    assert ttg("compare", "more.yaml", "--baseline", "base.yaml", "--set", "costs.prison_week=700").code == 0
