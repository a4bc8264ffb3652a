"""Studies end with the same rows however they were carried out, and nothing that is finished is done again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from ttg_sim.studies.compare import compare
from ttg_sim.studies.designs.indices import NoIndices
from ttg_sim.studies.experiments import carrying, running
from ttg_sim.studies.experiments.plan import Plan
from ttg_sim.studies.experiments.results import results
from ttg_sim.studies.experiments.running import run_study
from ttg_sim.studies.experiments.store import StudyFolder
from ttg_sim.studies.store import RunFailed

from .conftest import PLAN, Written


def parts(folder: StudyFolder) -> dict[str, bytes]:
    return {part.name: part.read_bytes() for part in sorted(folder.runs.glob("*.parquet"))}


@pytest.fixture
def plan(written: Written) -> Plan:
    return written()


def test_rows_are_the_same_for_any_number_of_workers(plan: Plan, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    one = run_study(plan, tmp_path / "one", workers=1, progress=lambda done, total: told.append((done, total)))
    two = run_study(plan, tmp_path / "two", workers=2)
    assert parts(one.folder) == parts(two.folder)
    assert told[-1] == (plan.runs, plan.runs)
    assert (one.new, one.failed) == (plan.runs, 0)
    rows = pd.read_parquet(one.folder.runs)
    assert len(rows) == plan.runs
    assert rows[["point", "replicate", "scenario"]].duplicated().sum() == 0
    assert rows.groupby("replicate")["seed"].nunique().eq(1).all()
    design = pd.read_parquet(one.folder.path / "design.parquet")
    assert design["point"].tolist() == list(range(8))
    assert json.loads((one.folder.path / "manifest.json").read_text())["log"][-1]["new_runs"] == plan.runs


def test_differences_are_those_of_a_comparison(written: Written, tmp_path: Path) -> None:
    moved = "  housing.settled_places: {values: [10, 11]}\n"
    text = PLAN[: PLAN.index("  housing.settled")] + moved + PLAN[PLAN.index("outcomes:") : PLAN.index("n: 2")]
    plan = written(text=text.replace("design: morris", "design: factorial"))
    rows = run_study(plan, tmp_path / "study", workers=1).folder.read()
    base, homes = plan.at({"housing.settled_places": 10})
    found = compare([replace(homes, replicates=2)], replace(base, replicates=2), tmp_path / "runs", workers=1)
    table = found.differences
    wanted = table[
        (table["outcome"] == "first_night_homeless") & (table["unit"] == "index") & (table["group"] == "all")
    ]
    mine = rows[(rows["point"] == 0) & (rows["scenario"] == "homes")]["difference_first_night_homeless"]
    assert mine.mean() == pytest.approx(float(wanted["difference"].iloc[0]), abs=1e-12)


def test_what_is_finished_is_not_done_again(plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = run_study(plan, tmp_path, workers=1)
    before = parts(whole.folder)
    lost = sorted(whole.folder.runs.glob("*.parquet"))[3]
    lost.unlink()
    done: list[int] = []
    carry_out = carrying.carry_out
    monkeypatch.setattr(running, "carry_out", lambda *given: done.append(given[2].number) or carry_out(*given))
    again = run_study(plan, tmp_path, workers=1)
    assert done == [3]
    assert again.new == len(plan.worlds)
    assert parts(again.folder) == before
    assert run_study(plan, tmp_path, workers=1).new == 0


def test_a_run_that_fails_is_tried_again_and_then_a_row(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []
    run = carrying.one_run

    def broken(world: object, replicate: int, **rest: object) -> object:
        if replicate == 1 and world.sections["housing"].settled_places > 14:  # type: ignore[attr-defined]
            tries.append(replicate)
            raise ZeroDivisionError("a rule\nbroke")
        return run(world, replicate, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(carrying, "one_run", broken)
    study = run_study(plan, tmp_path, workers=1)
    rows = study.folder.read()
    bad = rows[rows["status"] == "failed"]
    assert study.failed == len(bad) > 0
    assert set(bad["error"]) == {"ZeroDivisionError: a rule broke"}
    assert bad["releases"].isna().all()
    assert len(tries) == len(bad) // len(plan.worlds) * 2
    with pytest.raises(NoIndices, match="points are missing or failed"):
        results(study.folder)
    monkeypatch.setattr(carrying, "one_run", run)
    mended = run_study(plan, tmp_path, workers=1)
    assert (mended.new, mended.failed) == (len(bad), 0)
    assert len(results(mended.folder).indices)
    fresh = run_study(plan, tmp_path / "fresh", workers=1)
    assert parts(mended.folder) == parts(fresh.folder)


def test_two_calls_on_one_study(plan: Plan, tmp_path: Path) -> None:
    folder = StudyFolder(tmp_path, plan)
    lock = folder.lock()
    with pytest.raises(RunFailed, match="is in use by another process"):
        run_study(plan, tmp_path, workers=1)
    lock.release()


SCRIPT = """\
import sys
from pathlib import Path
from ttg_sim.studies.experiments.reading import load_plan
from ttg_sim.studies.experiments.running import run_study
if __name__ == "__main__":
    run_study(load_plan(sys.argv[1]), Path(sys.argv[2]), workers=2)
"""


def test_a_killed_study_carries_on(plan: Plan, folder: Path, tmp_path: Path) -> None:
    whole = run_study(plan, tmp_path / "whole", workers=1)
    (folder / "go.py").write_text(SCRIPT)
    command = [sys.executable, str(folder / "go.py"), str(folder / "study.yaml"), str(tmp_path / "cut")]
    process = subprocess.Popen(command)
    runs = StudyFolder(tmp_path / "cut", plan).runs
    limit = time.monotonic() + 120
    while len(list(runs.glob("part-*.parquet"))) < 3 and process.poll() is None and time.monotonic() < limit:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = len(list(runs.glob("part-*.parquet")))
    again = run_study(plan, tmp_path / "cut", workers=1)
    assert kept > 0
    assert again.new == plan.runs - kept * len(plan.worlds) * len(again.folder.batches()[0].pairs)
    assert parts(again.folder) == parts(whole.folder)
    assert not list(runs.glob(".writing-*"))


@pytest.mark.skipif(not hasattr(os, "kill"), reason="needs signals")
def test_a_worker_that_dies_takes_nothing_with_it(plan: Plan, folder: Path, tmp_path: Path) -> None:
    whole = run_study(plan, tmp_path / "whole", workers=1)
    (folder / "go.py").write_text(SCRIPT)
    command = [sys.executable, str(folder / "go.py"), str(folder / "study.yaml"), str(tmp_path / "hurt")]
    process = subprocess.Popen(command)
    runs = StudyFolder(tmp_path / "hurt", plan).runs
    limit = time.monotonic() + 120
    while not list(runs.glob("part-*.parquet")) and process.poll() is None and time.monotonic() < limit:
        time.sleep(0.02)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.exists():
        process.wait()
        pytest.skip("needs /proc")
    known = {child: Path(f"/proc/{child}/cmdline").read_bytes() for child in children.read_text().split()}
    workers = [int(child) for child, line in known.items() if b"spawn_main" in line]
    if workers:
        os.kill(workers[0], signal.SIGKILL)
    assert process.wait(timeout=240) == 0
    assert parts(StudyFolder(tmp_path / "hurt", plan)) == parts(whole.folder)


def test_results_have_every_outcome_of_every_world(plan: Plan, tmp_path: Path) -> None:
    found = results(run_study(plan, tmp_path, workers=1).folder)
    asked = set(zip(found.levels["outcome"], found.levels["scenario"], strict=True))
    assert asked == {("difference_first_night_homeless", "homes"), ("releases", "base"), ("releases", "homes")}
    assert {"mu", "mu_star", "sigma"} <= set(found.indices["index"])
    assert set(found.indices["factor"]) == {one.path for one in plan.moved}
