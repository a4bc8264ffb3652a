"""The same study on a scheduler with two workers, one of which is killed in the middle."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ttg_sim.studies.experiments.running import run_study
from ttg_sim.studies.experiments.store import StudyFolder
from ttg_sim.studies.store import RunFailed

from .conftest import Written

pytest.importorskip("distributed")
DASK = shutil.which("dask", path=str(Path(sys.executable).parent))
pytestmark = pytest.mark.skipif(DASK is None, reason="needs the command dask of the extra cluster")
PATIENCE = 120


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen]]]:
    """Address of a scheduler on this machine, and its two workers."""
    assert DASK is not None
    file = tmp_path / "scheduler.json"
    options = ["--no-dashboard", "--scheduler-file", str(file)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    scheduler = subprocess.Popen([DASK, "scheduler", "--host", "127.0.0.1", "--port", "0", *options], **quiet)
    limit = time.monotonic() + PATIENCE
    while not file.exists() and time.monotonic() < limit:
        time.sleep(0.05)
    command = [DASK, "worker", "--no-nanny", "--nthreads", "1", *options, "--local-directory", str(tmp_path)]
    workers = [subprocess.Popen(command, **quiet) for _ in range(2)]
    address = json.loads(file.read_text())["address"]
    try:
        yield address, workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def test_rows_are_the_same_on_a_cluster_that_loses_a_worker(
    written: Written, tmp_path: Path, cluster: tuple[str, list[subprocess.Popen]]
) -> None:
    address, workers = cluster
    plan = written(("n: 2", "n: 3"))
    here = run_study(plan, tmp_path / "here", workers=1)
    folder = StudyFolder(tmp_path / "there", plan)

    def kill() -> None:
        limit = time.monotonic() + PATIENCE
        while not list(folder.runs.glob("part-*.parquet")) and time.monotonic() < limit:
            time.sleep(0.02)
        workers[0].send_signal(signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    there = run_study(plan, tmp_path / "there", scheduler=address)
    killer.join()
    assert workers[0].wait() != 0
    assert there.failed == 0
    assert there.folder.read().equals(here.folder.read())
    for part in here.folder.runs.glob("*.parquet"):
        assert part.read_bytes() == (there.folder.runs / part.name).read_bytes()


def test_no_scheduler_is_said_in_a_line(written: Written, tmp_path: Path) -> None:
    with pytest.raises(RunFailed, match="no scheduler answers there"):
        run_study(written(), tmp_path, scheduler="tcp://127.0.0.1:1")
    with pytest.raises(RunFailed, match="no scheduler answers there"):
        run_study(written(), tmp_path, scheduler="nonsense")
