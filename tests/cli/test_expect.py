"""`ttg check --run`: expectations as an analyst's own tests."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from .conftest import BASE, Ttg

EXPECTED = """
expect:
  - {outcome: releases, at_least: 1, why: somebody is released}
  - {outcome: first_night_homeless, group: risk, level: low, between: [0, 1]}
"""


def test_expectations_are_held_against_runs(ttg: Ttg, folder: Path) -> None:
    (folder / "base.yaml").write_text(BASE + EXPECTED)
    answer = ttg("check", "base.yaml")
    assert (answer.code, answer.err) == (0, "")
    assert not (folder / "results").exists()
    answer = ttg("check", "--run", "base.yaml", "--replicates", "3")
    assert (answer.code, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert lines[1] == "base: 2 expectations, 3 replicates"
    assert re.fullmatch(r"  met: releases [\d.]+ \(95% interval [\d.]+ to [\d.]+\), "
                        r"expected at least 1 \(somebody is released\)", lines[2])  # fmt: skip
    assert re.fullmatch(r"  met: first_night_homeless \(risk: low\) [\d.]+% \(95% interval [\d.]+% to [\d.]+%\), "
                        r"expected between 0% and 100%", lines[3])  # fmt: skip
    assert len(lines) == 5
    assert answer.out.splitlines()[-1] == "Of 2 expectations: 2 met, 0 not met, 0 cannot be told"
    before = {path: path.stat().st_mtime_ns for path in (folder / "results").rglob("*.parquet")}
    assert ttg("check", "--run", "base.yaml", "--replicates", "3").code == 0
    assert {path: path.stat().st_mtime_ns for path in (folder / "results").rglob("*.parquet")} == before


def test_what_is_not_met_or_not_to_be_told_fails(ttg: Ttg, folder: Path) -> None:
    (folder / "base.yaml").write_text(BASE + EXPECTED.replace("at_least: 1", "at_most: 1"))
    answer = ttg("check", "--run", "base.yaml", "--replicates", "3")
    assert answer.code == 1
    assert "not met: releases" in answer.out
    assert answer.err == "Of 2 expectations: 1 met, 1 not met, 0 cannot be told\n"
    (folder / "base.yaml").write_text(BASE + EXPECTED)
    answer = ttg("check", "--run", "base.yaml", "--replicates", "1")
    assert answer.code == 1
    assert "one run has no interval" in answer.out


def test_a_bound_within_the_interval_cannot_be_told(ttg: Ttg, folder: Path) -> None:
    ttg("run", "base.yaml", "--replicates", "3")
    (table,) = (folder / "results").glob("base-*/outcomes.csv")
    rows = pd.read_csv(table).set_index(["outcome", "group"])
    bound = rows.loc[("first_night_homeless", "all"), "value"]
    item = f"expect:\n  - {{outcome: first_night_homeless, at_least: {bound:.4f}}}\n"
    (folder / "base.yaml").write_text(BASE + item)
    answer = ttg("check", "--run", "base.yaml", "--replicates", "3")
    assert answer.code == 1
    assert f"expected at least {100 * bound:.2f}".rstrip("0") in answer.out
    assert "; the interval holds a bound: more runs may tell" in answer.out
    assert answer.err == "Of 1 expectation: 0 met, 0 not met, 1 cannot be told\n"
    # The runs of ttg run were found: expectations are not in the name of the folder.
    assert len(list((folder / "results").iterdir())) == 1


def test_several_files_are_told_together(ttg: Ttg, folder: Path) -> None:
    (folder / "base.yaml").write_text(BASE + EXPECTED)
    answer = ttg(
        "check", "--run", "base.yaml", "more.yaml", "--replicates", "3", "--out", "elsewhere", "--workers", "1"
    )
    assert (answer.code, answer.err) == (0, "")
    assert "more: expects nothing (no key expect), so it is not run" in answer.out
    assert [path.name.partition("-")[0] for path in (folder / "elsewhere").iterdir()] == ["base"]
    assert answer.out.splitlines()[-1] == "Of 2 expectations: 2 met, 0 not met, 0 cannot be told"


@pytest.mark.parametrize("option", ["--replicates", "--workers"])
def test_options_of_runs_need_runs(ttg: Ttg, folder: Path, option: str) -> None:
    answer = ttg("check", "base.yaml", option, "3")
    assert answer.code == 2
    assert answer.err == f"{option} 3: has a meaning with --run only; expected --run too, or no {option}\n"


def test_levels_are_held_against_the_run_by_check_only(ttg: Ttg, folder: Path) -> None:
    (folder / "base.yaml").write_text(BASE + "expect:\n  - {outcome: recalls, group: year, level: 2012, at_least: 0}\n")
    assert ttg("check", "base.yaml").code == 0
    assert ttg("run", "base.yaml", "--set", "weeks=10", "--replicates", "1").code == 0
    (folder / "base.yaml").write_text((folder / "base.yaml").read_text().replace("weeks: 84", "weeks: 10"))
    answer = ttg("check", "base.yaml", "--run")
    assert answer.code == 2
    assert "'2012' is not a level of year in this run; expected 2011" in answer.err


def test_resolved_tells_what_is_expected(ttg: Ttg, folder: Path) -> None:
    (folder / "base.yaml").write_text(BASE + EXPECTED)
    answer = ttg("check", "base.yaml", "--resolved")
    last = [re.split(r"\s{2,}", line.strip()) for line in answer.out.splitlines()[-2:]]
    assert last == [
        ["expect[1]", "releases at least 1", "base.yaml:14"],
        ["expect[2]", "first_night_homeless (risk: low) between 0 and 1", "base.yaml:15"],
    ]


def test_without_expectations_nothing_is_run(ttg: Ttg, folder: Path) -> None:
    answer = ttg("check", "--run", "base.yaml")
    assert answer.code == 0
    assert "base: expects nothing (no key expect), so it is not run" in answer.out
    assert not (folder / "results").exists()


def test_a_wrong_name_is_said_before_anything_is_run(ttg: Ttg, folder: Path) -> None:
    (folder / "base.yaml").write_text(BASE + EXPECTED.replace("releases", "relases"))
    for options in ([], ["--run"]):
        answer = ttg("check", "base.yaml", *options)
        assert answer.code == 2
        assert "'relases' is not an outcome; did you mean releases?" in answer.err
    assert not (folder / "results").exists()
