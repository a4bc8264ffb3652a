"""Carry out the missing replicates of scenarios, in this process or in several, and gather the tables."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
from filelock import FileLock, Timeout

from ttg_sim.engine import draws
from ttg_sim.model import ThroughTheGate
from ttg_sim.outcomes.tables import RunTables, collect
from ttg_sim.scenario import Scenario, resolved_lines
from ttg_sim.studies import provenance, summary
from ttg_sim.studies.store import RunFolder, write_csv, write_json

WEEKS_WORTH_A_WORKER = 2_000
"""Weeks of simulation below which starting another process takes longer than it saves."""

Progress = Callable[[int, int], None]
"""Told how many replicates are done, of how many that were missing."""


class RunFailed(RuntimeError):
    """A run could not be carried out: another process holds the folder, or a worker died."""


@dataclass(frozen=True)
class Finished:
    """The runs of one scenario: the folder and the number of replicates that were asked for."""

    scenario: Scenario
    folder: RunFolder
    replicates: int
    new: int

    def replicate_outcomes(self) -> pd.DataFrame:
        """Outcomes of each replicate: replicate, outcome, unit, group, level, value, numerator, denominator."""
        return self.folder.read("replicates", range(self.replicates)).drop(columns="events")

    def outcomes(self) -> pd.DataFrame:
        """Means over the replicates with their intervals (columns as in `outcomes.csv`)."""
        return summary.outcomes(self.replicate_outcomes())

    def spells(self) -> pd.DataFrame:
        """Releases of all replicates: one row each (columns in `outcomes.spells`)."""
        return self.folder.read("spells", range(self.replicates))

    def weekly(self) -> pd.DataFrame:
        """Series of all replicates: one row per week, warm-up included."""
        return self.folder.read("weekly", range(self.replicates))


def one_run(scenario: Scenario, replicate: int, events: bool = False) -> RunTables:
    """Carry out one replicate and return its tables."""
    model = ThroughTheGate(scenario, replicate=replicate, events=events)
    while model.running:
        model.step()
    return collect(model)


def run_all(
    scenarios: Sequence[Scenario],
    out: Path,
    workers: int | None = None,
    events: bool = False,
    progress: Progress | None = None,
) -> list[Finished]:
    """Carry out what is missing of each scenario's replicates; what is done already is only read.

    Raises `RunFailed` when a folder is in use by another process or a worker dies; finished replicates are kept.
    """
    folders = [RunFolder(out, scenario) for scenario in scenarios]
    started = datetime.now(UTC)
    locks = [_lock(folder) for folder in {folder.path: folder for folder in folders}.values()]
    try:
        jobs = list(dict.fromkeys(_missing(scenarios, folders, events)))
        _carry_out(jobs, scenarios, folders, workers, events, progress)
        finished = []
        for place, (scenario, folder) in enumerate(zip(scenarios, folders, strict=True)):
            new = sum(job_place == place for job_place, _ in jobs)
            done = Finished(scenario, folder, scenario.replicates, new)
            _write(done, started)
            finished.append(done)
        return finished
    finally:
        for lock in locks:
            lock.release()


def _missing(scenarios: Sequence[Scenario], folders: Sequence[RunFolder], events: bool) -> Iterator[tuple[int, int]]:
    seen: dict[Path, set[int]] = {}
    for place, (scenario, folder) in enumerate(zip(scenarios, folders, strict=True)):
        done = seen.setdefault(folder.path, folder.finished(events))
        for replicate in range(scenario.replicates):
            if replicate not in done:
                done.add(replicate)
                yield place, replicate


def _carry_out(
    jobs: Sequence[tuple[int, int]],
    scenarios: Sequence[Scenario],
    folders: Sequence[RunFolder],
    workers: int | None,
    events: bool,
    progress: Progress | None,
) -> None:
    weeks = sum(scenarios[place].weeks + scenarios[place].warm_up_weeks for place, _ in jobs)
    processes = workers or max(1, min(os.cpu_count() or 1, len(jobs), weeks // WEEKS_WORTH_A_WORKER))
    results = _results(jobs, scenarios, processes, events)
    for done, (place, replicate, tables) in enumerate(results, start=1):
        folders[place].save_part(replicate, tables)
        if progress is not None:
            progress(done, len(jobs))


def _results(
    jobs: Sequence[tuple[int, int]], scenarios: Sequence[Scenario], processes: int, events: bool
) -> Iterator[tuple[int, int, RunTables]]:
    if processes <= 1:
        for place, replicate in jobs:
            yield place, replicate, one_run(scenarios[place], replicate, events)
        return
    # Workers are started afresh rather than forked: mesa asks for it, and so do threads.
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting = _submit(pool, jobs, scenarios, events)
        try:
            for future in as_completed(waiting):
                yield *waiting[future], future.result()
        except BrokenProcessPool as fault:
            raise RunFailed(
                "a worker process died (out of memory?); finished runs are kept: the same command carries on"
            ) from fault
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _submit(
    pool: Executor, jobs: Sequence[tuple[int, int]], scenarios: Sequence[Scenario], events: bool
) -> dict[Future[RunTables], tuple[int, int]]:
    return {pool.submit(one_run, scenarios[place], replicate, events): (place, replicate) for place, replicate in jobs}


def _lock(folder: RunFolder) -> FileLock:
    folder.path.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder.path / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as fault:
        raise RunFailed(f"{folder.path} is in use by another process; wait for it or choose another --out") from fault
    return lock


def _write(done: Finished, started: datetime) -> None:
    folder = done.folder
    folder.gather()
    write_csv(folder.path / "outcomes.csv", done.outcomes())
    manifest = folder.path / "manifest.json"
    if done.new or not manifest.exists():
        write_json(manifest, _manifest(done, started, _earlier(manifest)))


def _earlier(manifest: Path) -> list[object]:
    return list(json.loads(manifest.read_text(encoding="utf-8"))["log"]) if manifest.exists() else []


def _manifest(done: Finished, started: datetime, log: list[object]) -> dict[str, object]:
    scenario, ended = done.scenario, datetime.now(UTC)
    entry = {
        "command": provenance.command(),
        "started": started.isoformat(timespec="seconds"),
        "ended": ended.isoformat(timespec="seconds"),
        "seconds": round((ended - started).total_seconds(), 3),
        "new_replicates": done.new,
        "replicates": done.replicates,
        "machine": provenance.machine(),
    }
    return {
        "name": scenario.name,
        "title": scenario.title,
        "why": scenario.why,
        "identity": done.folder.identity,
        "files": list(scenario.files),
        "effective_scenario": scenario.canonical(),
        "where_values_come_from": [
            dict(zip(("path", "value", "unit", "where"), line, strict=True)) for line in resolved_lines(scenario)
        ],
        "code": provenance.code(),
        "root_seed": scenario.seed,
        "run_seeds": [str(int(draws.run_seed(scenario.seed, replicate))) for replicate in range(done.replicates)],
        "log": [*log, entry],
    }
