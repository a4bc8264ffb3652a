"""`ttg check --run`: expectations as an analyst's own tests."""

from __future__ import annotations

from pathlib import Path

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
    assert "met: releases" in answer.out
    assert "somebody is released" in answer.out
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
