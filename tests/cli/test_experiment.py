"""`ttg experiment` as it is typed: what is said, written, found again and refused."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from .conftest import BASE, Ttg
from .test_running import only

PLAN = """\
title: Homes & <more>
design: morris
baseline: base.yaml
scenarios: [homes.yaml]
parameters:
  housing.settled_places: {low: 5, high: 20}
  housing.temporary_places: {low: 1, high: 30, in: [base]}
outcomes: [first_night_homeless, met_before_release]
replicates: 2
n: 3
"""


@pytest.fixture
def plan(folder: Path) -> Path:
    homes = "name: homes\nextends: base.yaml\nlevers:\n  - {from: 2011-01-10, set: housing.temporary_places, to: 60}\n"
    (folder / "homes.yaml").write_text(homes)
    (folder / "study.yaml").write_text(PLAN)
    return folder / "study.yaml"


def test_a_dry_run_says_the_size_and_writes_nothing(ttg: Ttg, folder: Path, plan: Path) -> None:
    answer = ttg("experiment", "study.yaml", "--dry-run")
    assert (answer.code, answer.err) == (0, "")
    assert "morris: 2 parameters, 9 points, 2 worlds, 2 replicates: 36 runs, 36 to do: about" in answer.out
    assert not (folder / "results").exists()


def test_a_study_is_run_told_and_found_again(ttg: Ttg, folder: Path, plan: Path) -> None:
    answer = ttg("experiment", "study.yaml")
    assert (answer.code, answer.err) == (0, "")
    assert "matters most" in answer.out
    study = only(folder, "results/experiments/study-*")
    assert {file.name for file in study.iterdir() if not file.name.startswith(".")} >= {
        "plan.yaml", "design.parquet", "runs", "manifest.json", "indices.csv", "levels.csv", "report",
    }  # fmt: skip
    assert (study / "plan.yaml").read_text() == PLAN
    assert len(pd.read_parquet(study / "runs")) == 36
    page = (study / "report" / "report.html").read_text()
    assert "Homes &amp; &lt;more&gt;" in page
    before = {part: part.stat().st_mtime_ns for part in (study / "runs").iterdir()}
    again = ttg("experiment", "study.yaml")
    assert "36 runs, 0 to do" in again.out
    assert {part: part.stat().st_mtime_ns for part in (study / "runs").iterdir()} == before
    assert again.out.splitlines()[1:] == answer.out.splitlines()[1:]
    assert len(json.loads((study / "manifest.json").read_text())["log"]) == 1


def test_a_sweep_has_curves_and_a_factorial_effects(ttg: Ttg, folder: Path, plan: Path) -> None:
    sweep = PLAN.replace("morris", "sweep").replace("  housing.temporary_places: {low: 1, high: 30, in: [base]}\n", "")
    (folder / "sweep.yaml").write_text(sweep)
    assert ttg("experiment", "sweep.yaml").code == 0
    study = only(folder, "results/experiments/sweep-*")
    assert (study / "report" / "charts" / "curve_difference_first_night_homeless.svg").exists()
    assert len(pd.read_csv(study / "points.csv")) == 6
    factorial = PLAN.replace("morris", "factorial").replace("n: 3\n", "")
    (folder / "factorial.yaml").write_text(factorial.replace("{low: 5, high: 20}", "{values: [5, 20]}").replace(
        "low: 1, high: 30", "values: [1, 30]"))  # fmt: skip
    answer = ttg("experiment", "factorial.yaml")
    assert (answer.code, answer.err) == (0, "")
    table = pd.read_csv(only(folder, "results/experiments/factorial-*") / "indices.csv")
    assert set(table["index"]) >= {"effect", "interaction"}


def test_wrong_plans_are_refused_in_lines(ttg: Ttg, folder: Path, plan: Path) -> None:
    plan.write_text(PLAN.replace("settled_places", "settled_plces").replace("n: 3", "n: x"))
    answer = ttg("experiment", "study.yaml")
    assert answer.code == 2
    assert len(answer.err.splitlines()) == 2
    assert "study.yaml:6: parameters.housing.settled_plces: is not a parameter; did you mean" in answer.err
    assert not (folder / "results").exists()
    assert ttg("experiment", "nowhere.yaml").code == 2
    (folder / "base.yaml").write_text(BASE)
    answer = ttg("experiment", "base.yaml")
    assert answer.code == 2
    assert "base.yaml" in answer.err


def test_a_study_is_handed_over(ttg: Ttg, folder: Path, plan: Path) -> None:
    assert ttg("experiment", "study.yaml").code == 0
    study = only(folder, "results/experiments/study-*")
    answer = ttg("export", str(study))
    assert (answer.code, answer.err) == (0, "")
    table = pd.read_csv(study / "export.csv")
    assert len(table) == 36
    assert {"housing.settled_places", "releases", "scenario"} - set(table) == {"releases"}
    ema = pytest.importorskip("ema_workbench")
    assert ttg("export", str(study), "--to", "ema").code == 0
    experiments, outcomes = ema.load_results(str(study / "export.tar.gz"))
    assert len(experiments) == 18
    assert set(experiments["policy"]) == {"base", "homes"}
    assert len(outcomes["difference_first_night_homeless"]) == 18


def test_what_cannot_be_handed_over_is_said(ttg: Ttg, folder: Path, plan: Path) -> None:
    answer = ttg("export", "nowhere")
    assert (answer.code, answer.err) == (
        2, "nowhere: is not the folder of a study; expected one that ttg experiment made\n",
    )  # fmt: skip
    answer = ttg("export", "nowhere", "--to", "cvs")
    assert answer.code == 2
    assert "did you mean 'csv'?" in answer.err
    assert ttg("experiment", "study.yaml").code == 0
    study = only(folder, "results/experiments/study-*")
    next(iter((study / "runs").iterdir())).unlink()
    answer = ttg("export", str(study))
    assert answer.code == 2
    assert "is not finished: " in answer.err
