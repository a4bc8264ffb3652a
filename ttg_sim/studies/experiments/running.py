"""Carry out what a study still lacks, over any executor: processes of this machine, or a scheduler elsewhere."""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import os
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ttg_sim.engine.kernel import source_hash
from ttg_sim.studies import provenance
from ttg_sim.studies.experiments.carrying import FAILED, Batch, Carried, carry_out, failed
from ttg_sim.studies.experiments.plan import Plan
from ttg_sim.studies.experiments.store import StudyFolder, now
from ttg_sim.studies.interrupts import begin_worker, deaf, whole
from ttg_sim.studies.runner import MOST_WORKERS, WEEKS_WORTH_A_WORKER, Progress
from ttg_sim.studies.store import RunFailed

AHEAD = 2
"""Batches that wait at each worker, so that none is ever idle; more would only fill the memory."""
DEATHS = 2
"""Workers that may die over one batch, run alone, before its runs are recorded as failed."""

Pool = Callable[[], contextlib.AbstractContextManager[tuple[Executor, int]]]
"""Opens an executor, and tells how many workers it has."""


@dataclass(frozen=True)
class Study:
    """A finished call: the folder, and how many runs were new, and how many of all failed."""

    plan: Plan
    folder: StudyFolder
    new: int
    failed: int


def run_study(
    plan: Plan, out: Path, workers: int | None = None, scheduler: str | None = None, progress: Progress | None = None
) -> Study:
    """Carry out what is missing of a study; what is finished is only read, and runs that failed are tried again.

    Raises `RunFailed` when the folder is in use by another process, a file in it is damaged, or the scheduler is gone
    or runs other code; finished batches are kept.
    """
    folder = StudyFolder(out, plan)
    with contextlib.ExitStack() as held:
        held.callback(folder.lock().release)
        folder.begin()
        todo = folder.missing()
        total = sum(len(batch.pairs) for batch in todo) * len(plan.worlds)
        known = folder.manifest()
        log, machines = list(known.get("log", [])), list(known.get("machines", []))
        entry: dict[str, Any] = {"command": provenance.command(), "started": now(), "ended": None, "new_runs": 0}
        if todo or not known:
            folder.describe(log, entry, machines)
            pool = _scheduled(scheduler) if scheduler else _local(plan, todo, workers)
            done = 0
            for carried in _carry_out(folder, todo, pool):
                with whole():
                    folder.save(carried)
                done += len(carried.rows)
                if carried.machine and carried.machine not in machines:
                    machines.append(carried.machine)
                if progress is not None:
                    progress(done, total)
            folder.describe(log, entry | {"ended": now(), "new_runs": done}, machines)
    rows = folder.read()
    return Study(plan, folder, total, int((rows["status"] == FAILED).sum()))


def forecast(plan: Plan, out: Path, workers: int | None, timed: bool) -> tuple[int, float]:
    """How many runs of a study are still to be done, and in about how many seconds by the time of one of them.

    Nothing is written. One run is carried out twice for its time if `timed`; the seconds are not a number otherwise.
    """
    todo = StudyFolder(out, plan).missing()
    runs = sum(len(batch.pairs) for batch in todo) * len(plan.worlds)
    if not timed or not runs:
        return runs, 0.0 if not runs else math.nan
    batch = Batch(0, ((0, 0),))
    points = {0: StudyFolder(out, plan).values()[0]}
    times = []
    for _ in range(2):
        begun = time.perf_counter()
        carry_out(plan, points, batch)
        times.append(time.perf_counter() - begun)
    processes = max(1, min(workers or os.cpu_count() or 1, len(todo), MOST_WORKERS))
    return runs, min(times) / len(plan.worlds) * runs / processes


def _carry_out(folder: StudyFolder, todo: list[Batch], pool: Pool) -> Iterator[Carried]:
    """The batches as they finish. Those that were with a worker when one died are tried again, one at a time."""
    waiting, suspects, deaths = deque(todo), deque[Batch](), Counter[int]()
    while waiting or suspects:
        flying: dict[Future[Carried], Batch] = {}
        alone = bool(suspects)
        source = suspects if alone else waiting
        try:
            with pool() as (executor, count):
                yield from _until_broken(folder, executor, source, flying, 1 if alone else count * AHEAD)
        except BrokenExecutor:
            for batch in flying.values():
                deaths[batch.number] += alone
                if deaths[batch.number] < DEATHS:
                    suspects.append(batch)
                else:
                    yield _given_up(folder.plan, batch, "a worker process died over it (out of memory?)")


def _until_broken(
    folder: StudyFolder, executor: Executor, source: deque[Batch], flying: dict[Future[Carried], Batch], most: int
) -> Iterator[Carried]:
    points = folder.values()
    while source or flying:
        while source and len(flying) < most:
            batch = source[0]
            values = {point: points[point] for point, _ in batch.pairs}
            with deaf():
                future = executor.submit(carry_out, folder.plan, values, batch)
            flying[future] = source.popleft()
        ready, _ = wait(flying, return_when=FIRST_COMPLETED)
        for future in ready:
            found = _result(folder.plan, future, flying[future])
            del flying[future]
            yield found


def _result(plan: Plan, future: Future[Carried], batch: Batch) -> Carried:
    try:
        carried = future.result()
    except BrokenExecutor:
        raise
    except Exception as fault:
        # A scheduler gives up a batch over which several of its workers died.
        return _given_up(plan, batch, f"{type(fault).__name__}: {' '.join(str(fault).split())}"[:300])
    if carried.source_hash != source_hash():
        raise RunFailed("a worker runs another version of ttg-sim than this one; install the same on all machines")
    return carried


def _given_up(plan: Plan, batch: Batch, error: str) -> Carried:
    rows = [row for point, replicate in batch.pairs for row in failed(plan, point, replicate, error)]
    return Carried(batch.number, rows, {}, source_hash())


def _local(plan: Plan, todo: list[Batch], workers: int | None) -> Pool:
    """Processes of this machine; none but this one where there is little to do."""
    first = plan.worlds[0]
    weeks = sum(len(batch.pairs) for batch in todo) * len(plan.worlds) * (first.weeks + first.warm_up_weeks)
    count = workers or min(os.cpu_count() or 1, weeks // WEEKS_WORTH_A_WORKER)
    count = max(1, min(count, len(todo), MOST_WORKERS))

    @contextlib.contextmanager
    def pool() -> Iterator[tuple[Executor, int]]:
        if count == 1 and workers in (None, 1):
            yield _Here(), 1
            return
        # Workers are started afresh rather than forked: mesa asks for it, and so do threads.
        context = multiprocessing.get_context("spawn")
        executor = ProcessPoolExecutor(count, mp_context=context, initializer=begin_worker)
        try:
            yield executor, count
        finally:
            executor.shutdown(wait=False, cancel_futures=True)

    return pool


class _Here(Executor):
    """Carries out in this very process."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as fault:
            future.set_exception(fault)
        return future


def _scheduled(address: str) -> Pool:
    """The workers of a Dask scheduler."""

    @contextlib.contextmanager
    def pool() -> Iterator[tuple[Executor, int]]:
        try:
            from distributed import Client
        except ImportError as fault:
            raise RunFailed("--scheduler needs the extra cluster: pip install 'ttg-sim[cluster]'") from fault
        try:
            client = Client(address, timeout=10, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as fault:
            what = "no scheduler answers there; expected one such as tcp://127.0.0.1:8786"
            raise RunFailed(f"--scheduler {address}: {what}") from fault
        try:
            count = sum(client.nthreads().values())
            yield client.get_executor(pure=False), max(1, count)
        finally:
            client.close()

    return pool
