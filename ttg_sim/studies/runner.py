"""Carry out the missing replicates of scenarios, in this process or in several, and gather the tables."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from filelock import FileLock, Timeout

from ttg_sim.engine import draws
from ttg_sim.model import ThroughTheGate
from ttg_sim.outcomes.tables import RunTables, collect
from ttg_sim.scenario import Scenario, faults, resolved_lines
from ttg_sim.studies import provenance, summary
from ttg_sim.studies.interrupts import begin_worker, deaf, whole
from ttg_sim.studies.store import RunFailed, RunFolder, write_csv, write_json

WEEKS_WORTH_A_WORKER = 2_000
"""Weeks of simulation below which starting another process takes longer than it saves."""

MOST_WORKERS = 60
"""More processes than this are refused on some systems, and bring little on the others."""

Progress = Callable[[int, int], None]
"""Told how many replicates are done, of how many that were missing."""


class SameName(ValueError):
    """Scenarios that cannot be told apart: one line for each."""


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


def one_run(
    scenario: Scenario,
    replicate: int,
    events: bool = False,
    names: Collection[str] | None = None,
    groups: Collection[str] | None = None,
) -> RunTables:
    """Carry out one replicate and return its tables; only the outcomes and groups that are named, if any are."""
    model = ThroughTheGate(scenario, replicate=replicate, events=events)
    while model.running:
        with whole():
            model.step()
    tables = collect(model, names, groups)
    # Mesa ties a model to itself, and the collector of such rings comes by too seldom for thousands of runs.
    model.__dict__.clear()
    return tables


def run_all(
    scenarios: Sequence[Scenario],
    out: Path,
    workers: int | None = None,
    events: bool = False,
    progress: Progress | None = None,
    only: Collection[int] | None = None,
) -> list[Finished]:
    """Carry out what is missing of each scenario's replicates; what is done already is only read.

    With `only`, no other replicates than these are carried out. Raises `SameName` before anything is run, and
    `RunFailed` when a folder is in use by another process, a file in it is damaged or a worker dies; finished
    replicates are kept.
    """
    check_names(scenarios)
    folders = [RunFolder(out, scenario) for scenario in scenarios]
    started = datetime.now(UTC)
    with contextlib.ExitStack() as locks:
        for folder in folders:
            locks.callback(_lock(folder).release)
        for folder in folders:
            folder.tidy()
        logs = [folder.log() for folder in folders]
        jobs = list(_missing(scenarios, folders, events, only))
        finished = []
        for place, (scenario, folder) in enumerate(zip(scenarios, folders, strict=True)):
            new = sum(job_place == place for job_place, _ in jobs)
            finished.append(Finished(scenario, folder, scenario.replicates, new))
            if new:
                write_json(folder.manifest, _manifest(finished[place], logs[place], started))
        _carry_out(jobs, scenarios, folders, workers, events, progress)
        for done, log in zip(finished, logs, strict=True):
            _write(done, log, started)
        return finished


def check_names(scenarios: Sequence[Scenario]) -> None:
    """Raise `SameName` when scenarios share a name, which is what tables and folders call them by."""
    first: dict[str, Scenario] = {}
    lines = []
    for scenario in scenarios:
        if scenario.name in first:
            lines.append(_same_name(first[scenario.name], scenario))
        first.setdefault(scenario.name, scenario)
    if lines:
        raise SameName("\n".join(dict.fromkeys(lines)))


def _same_name(one: Scenario, other: Scenario) -> str:
    files = [faults.place(scenario.files[-1], 0) for scenario in (one, other) if scenario.files]
    if len(files) == 2 and files[0] == files[1]:
        return f"{files[0]}: is given twice"
    where = f"{files[1]}: name: " if len(files) == 2 else ""
    owner = files[0] if len(files) == 2 else "another scenario"
    return f"{where}'{other.name}' is the name of {owner} too; expected a name of its own"


def _missing(
    scenarios: Sequence[Scenario], folders: Sequence[RunFolder], events: bool, only: Collection[int] | None = None
) -> Iterator[tuple[int, int]]:
    for place, (scenario, folder) in enumerate(zip(scenarios, folders, strict=True)):
        done = folder.finished(events)
        for replicate in range(scenario.replicates):
            if replicate not in done and (only is None or replicate in only):
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
    processes = workers or min(os.cpu_count() or 1, weeks // WEEKS_WORTH_A_WORKER)
    with contextlib.closing(_results(jobs, scenarios, min(processes, len(jobs), MOST_WORKERS), events)) as results:
        for done, (place, replicate, tables) in enumerate(results, start=1):
            with whole():
                folders[place].save_part(replicate, tables)
            if progress is not None:
                progress(done, len(jobs))


def _results(
    jobs: Sequence[tuple[int, int]], scenarios: Sequence[Scenario], processes: int, events: bool
) -> Generator[tuple[int, int, RunTables], None, None]:
    if processes <= 1:
        for place, replicate in jobs:
            yield place, replicate, one_run(scenarios[place], replicate, events)
        return
    # Workers are started afresh rather than forked: mesa asks for it, and so do threads.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=begin_worker) as pool:
        with deaf():
            waiting = _submit(pool, jobs, scenarios, events)
        try:
            for future in as_completed(waiting):
                # A future that stays known keeps its tables: hundreds of runs would fill the memory.
                yield *waiting.pop(future), future.result()
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


def _write(done: Finished, log: list[dict[str, Any]], started: datetime) -> None:
    folder = done.folder
    folder.gather()
    # All that is finished, so that asking for fewer replicates takes nothing away.
    write_csv(folder.path / "outcomes.csv", summary.outcomes(folder.read("replicates").drop(columns="events")))
    if done.new or not log or log[-1].get("ended") is None:
        write_json(folder.manifest, _manifest(done, log, started, datetime.now(UTC)))


def _manifest(
    done: Finished, log: list[dict[str, Any]], started: datetime, ended: datetime | None = None
) -> dict[str, Any]:
    """What a folder's results are and where they came from; written when runs begin and again when they end."""
    scenario = done.scenario
    entry = {
        "command": provenance.command(),
        "started": started.isoformat(timespec="seconds"),
        "ended": None if ended is None else ended.isoformat(timespec="seconds"),
        "seconds": None if ended is None else round((ended - started).total_seconds(), 3),
        "new_replicates": done.new,
        "replicates": done.replicates,
        "machine": provenance.machine(),
    }
    replicates = max([done.replicates, *(replicate + 1 for replicate in done.folder.finished())])
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
        "run_seeds": [str(int(draws.run_seed(scenario.seed, replicate))) for replicate in range(replicates)],
        "log": [*log, entry],
    }
