"""Finished runs are found again, kept through every interruption, and do not depend on how they were carried out."""

from __future__ import annotations

import gc
import shutil
import weakref
from dataclasses import replace
from pathlib import Path

import pytest
from helpers import small

from ttg_sim.model import ThroughTheGate
from ttg_sim.studies import runner, store
from ttg_sim.studies.runner import RunFailed, SameName, run_all
from ttg_sim.studies.store import RunFolder

from .conftest import contents, named


@pytest.fixture(scope="module")
def whole(base, tmp_path_factory) -> Path:
    """Results of an uninterrupted run of four replicates, with events."""
    out = tmp_path_factory.mktemp("whole")
    run_all([replace(base, replicates=4)], out, workers=1, events=True)
    return out


def test_more_replicates_run_only_the_missing_ones(base, tmp_path, runs, whole) -> None:
    for asked, new in ((1, 1), (3, 2), (3, 0), (4, 1)):
        (done,) = run_all([replace(base, replicates=asked)], tmp_path, workers=1, events=True)
        assert (done.replicates, done.new) == (asked, new)
        assert done.spells()["replicate"].unique().tolist() == list(range(asked))
    assert runs == [("small", replicate) for replicate in range(4)]
    assert contents(tmp_path) == contents(whole)


def test_fewer_replicates_take_nothing_away(base, tmp_path, whole) -> None:
    shutil.copytree(whole, tmp_path, dirs_exist_ok=True)
    (done,) = run_all([replace(base, replicates=2)], tmp_path, workers=1)
    assert done.new == 0
    assert set(done.outcomes()["replicates"]) <= {0, 1, 2}
    assert contents(tmp_path) == contents(whole)


def test_replicates_differ_and_every_table_has_them_all(whole, base) -> None:
    folder = RunFolder(whole, base)
    for name in store.TABLES:
        table = folder.read(name)
        assert table["replicate"].is_monotonic_increasing
        assert set(table["replicate"]) == {0, 1, 2, 3}
    stays = [part[["person", "received_day", "release_day"]] for _, part in folder.read("spells").groupby("replicate")]
    assert not any(one.reset_index(drop=True).equals(stays[0].reset_index(drop=True)) for one in stays[1:])


def test_the_tables_do_not_depend_on_the_number_of_workers(base, tmp_path, whole) -> None:
    told: list[tuple[int, int]] = []
    run_all([replace(base, replicates=4)], tmp_path, 2, True, lambda done, total: told.append((done, total)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert contents(tmp_path) == contents(whole)


def test_no_more_workers_are_started_than_there_are_runs(base, tmp_path, monkeypatch) -> None:
    asked = []

    def pool(processes: int, **_: object) -> None:
        asked.append(processes)
        raise RunFailed("not started")

    monkeypatch.setattr(runner, "ProcessPoolExecutor", pool)
    with pytest.raises(RunFailed, match="not started"):
        run_all([base], tmp_path, workers=512)
    assert asked == [base.replicates]


def test_events_are_added_to_runs_that_were_made_without(base, tmp_path, runs, whole) -> None:
    run_all([replace(base, replicates=2)], tmp_path, workers=1)
    assert not RunFolder(tmp_path, base).table("events").exists()
    (done,) = run_all([replace(base, replicates=4)], tmp_path, workers=1, events=True)
    assert done.new == 4
    assert contents(tmp_path) == contents(whole)
    runs.clear()
    for events in (True, False):
        run_all([replace(base, replicates=4)], tmp_path, workers=1, events=events)
    assert runs == []
    assert contents(tmp_path) == contents(whole)


class Interrupted(BaseException):
    """As a process that is killed: nothing after it is carried out, but for `finally`."""


def interrupt(monkeypatch, owner, name: str, call: int, *, half: bool = False) -> None:
    """Make the `call`-th call of a function the last one; `half`: after part of its work."""
    original = getattr(owner, name)
    calls = []

    def interrupted(target, *arguments, **named):
        calls.append(target)
        if len(calls) < call:
            return original(target, *arguments, **named)
        if half:
            for file in sorted(Path(target).rglob("*.parquet"))[::3]:
                file.unlink()
        raise Interrupted

    monkeypatch.setattr(owner, name, interrupted)


POINTS = [
    *[(Path, "rename", call, False) for call in (1, 2, 3)],
    *[(Path, "replace", call, False) for call in range(1, 8)],
    (store, "write_whole", 1, False),
    (shutil, "rmtree", 1, False),
    (shutil, "rmtree", 1, True),
]


@pytest.mark.parametrize("first", [0, 2])
@pytest.mark.parametrize(
    ("owner", "name", "call", "half"), POINTS, ids=lambda value: str(getattr(value, "__name__", value))
)
def test_a_run_cut_short_anywhere_carries_on(
    owner, name, call, half, first, base, tmp_path, runs, whole, monkeypatch
) -> None:
    four = replace(base, replicates=4)
    if first:
        run_all([replace(base, replicates=first)], tmp_path, workers=1, events=True)
    with monkeypatch.context() as patch:
        interrupt(patch, owner, name, call, half=half)
        with pytest.raises(Interrupted):
            run_all([four], tmp_path, workers=1, events=True)
    kept = len(set(runs))
    runs.clear()
    run_all([four], tmp_path, workers=1, events=True)
    # At most the one that was being written is lost.
    assert 4 - kept <= len(runs) <= 4 - kept + 1
    assert contents(tmp_path) == contents(whole)
    folder = RunFolder(tmp_path, base).path
    assert {path.name for path in folder.iterdir()} == {
        *(f"{table}.parquet" for table in store.TABLES), "outcomes.csv", "manifest.json", ".lock",
    }  # fmt: skip
    assert len(RunFolder(tmp_path, base).log()) >= 1


def test_a_run_that_fails_keeps_the_ones_before_it(base, tmp_path, monkeypatch) -> None:
    one_run = runner.one_run

    def failing(scenario, replicate, events=False):
        if replicate == 2:
            raise MemoryError
        return one_run(scenario, replicate, events)

    with monkeypatch.context() as patch:
        patch.setattr(runner, "one_run", failing)
        with pytest.raises(MemoryError):
            run_all([base], tmp_path, workers=1)
    (done,) = run_all([base], tmp_path, workers=1)
    assert done.new == 1


def test_a_damaged_part_is_named_and_the_others_are_kept(base, tmp_path, monkeypatch) -> None:
    with monkeypatch.context() as patch:
        interrupt(patch, RunFolder, "gather", 2)
        with pytest.raises(Interrupted):
            run_all([base], tmp_path, workers=1)
    part = RunFolder(tmp_path, base).parts / "000001"
    (part / "weekly.parquet").write_bytes(b"PAR1")
    before = contents(tmp_path)
    with pytest.raises(RunFailed, match=r"parts/000001/weekly.parquet is damaged .* move .*parts/000001 elsewhere"):
        run_all([base], tmp_path, workers=1)
    assert contents(tmp_path) == before
    part.rename(tmp_path / "elsewhere")
    (done,) = run_all([base], tmp_path, workers=1)
    assert done.new == 1


def test_a_folder_in_use_is_left_alone(base, guarantee, tmp_path, runs) -> None:
    lock = runner._lock(RunFolder(tmp_path, guarantee))
    with pytest.raises(RunFailed, match=r"guarantee-\w+ is in use by another process"):
        run_all([base, guarantee], tmp_path)
    assert runs == []
    # What was taken before the one in use was given back.
    runner._lock(RunFolder(tmp_path, base)).release()
    lock.release()
    assert run_all([guarantee], tmp_path)[0].new == 3
    runner._lock(RunFolder(tmp_path, guarantee)).release()


def test_scenarios_that_share_a_name_are_refused(base, guarantee, tmp_path) -> None:
    with pytest.raises(SameName, match="'small' is the name of another scenario too"):
        run_all([base, named(guarantee, "small")], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_folder_is_named_by_all_that_decides_the_results(base, guarantee, tmp_path, monkeypatch) -> None:
    def name(scenario) -> str:
        return RunFolder(tmp_path, scenario).path.name

    assert name(replace(base, title="x", why="y", replicates=9, files=("z",))) == name(base)
    assert name(named(base, "other")).split("-")[1] == name(base).split("-")[1]
    others = [guarantee, replace(base, seed=2), small({"weeks": 84, "warm_up_weeks": 11, "intake.per_year": 60.0})]
    hashes = {name(scenario).split("-")[1] for scenario in [base, *others]}
    assert len(hashes) == 4
    monkeypatch.setattr(store, "source_hash", lambda: "other sources")
    assert name(base).split("-")[1] not in hashes


def test_a_run_in_which_nobody_is_released(tmp_path) -> None:
    nobody = small({"weeks": 4, "warm_up_weeks": 0, "intake.per_year": 10.0, "replicates": 2})
    run_all([replace(nobody, replicates=1)], tmp_path / "steps", workers=1, events=True)
    (done,) = run_all([nobody], tmp_path / "steps", workers=1, events=True)
    run_all([nobody], tmp_path / "once", workers=1, events=True)
    assert len(done.spells()) < 3
    assert contents(tmp_path / "steps") == contents(tmp_path / "once")
    table = done.outcomes().set_index(["outcome", "group"])
    assert table.loc[("reoffending_12m", "all"), "note"] == "nobody to count in any replicate"


def test_a_run_leaves_no_model_behind(base, monkeypatch) -> None:
    """Not even until the collector of rings comes by, which in long studies it does too seldom."""
    made: list[weakref.ref[ThroughTheGate]] = []

    def remembered(*given, **named) -> ThroughTheGate:
        model = ThroughTheGate(*given, **named)
        made.append(weakref.ref(model.people))
        return model

    monkeypatch.setattr(runner, "ThroughTheGate", remembered)
    gc.disable()
    try:
        runner.one_run(base, 0)
        assert len(made) == 1
        assert made[0]() is None
    finally:
        gc.enable()


def test_tables_of_finished_runs_are_not_kept(base, monkeypatch) -> None:
    kept: dict[str, object] = {}
    submit = runner._submit

    def watched(*given) -> dict:
        kept["waiting"] = submit(*given)
        return kept["waiting"]

    monkeypatch.setattr(runner, "_submit", watched)
    found = runner._results([(0, 0), (0, 1)], [base], 2, False)
    next(found)
    assert len(kept["waiting"]) == 1
    found.close()
