"""The command as a process: pipes, terminals, Ctrl-C, what it imports and how long it takes to answer."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from helpers import ROOT, python

from .conftest import BASE, Ttg, contents, elsewhere, start

posix = pytest.mark.skipif(os.name != "posix", reason="signals and pipes of POSIX systems")
QUICK = ["--help", "check base.yaml", "check wrong.yaml", "params --format csv", "new next --extends base.yaml", "chek"]


@pytest.mark.parametrize("line", QUICK)
def test_quick_verbs_import_nothing_that_takes_time(line, folder: Path) -> None:
    (folder / "wrong.yaml").write_text("name: a\nwekes: 5\n")
    code = f"""
import contextlib, io, json, os, sys
os.chdir({str(folder)!r})
sys.argv = {["ttg", *line.split()]!r}
from ttg_sim.cli import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    with contextlib.suppress(SystemExit):
        main()
print(json.dumps(list(sys.modules)))
"""
    loaded = {name.split(".")[0] for name in json.loads(python(code))}
    assert "ttg_sim" in loaded
    assert loaded & {"numba", "llvmlite", "mesa", "pandas", "pyarrow", "scipy", "matplotlib"} == set()


def test_a_check_of_expectations_imports_no_machinery_of_runs(folder: Path) -> None:
    (folder / "base.yaml").write_text(BASE + "expect:\n  - {outcome: releases, at_least: 1}\n")
    code = f"""
import contextlib, io, json, os, sys
os.chdir({str(folder)!r})
sys.argv = ["ttg", "check", "base.yaml"]
from ttg_sim.cli import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    main()
print(json.dumps(list(sys.modules)))
"""
    loaded = {name.split(".")[0] for name in json.loads(python(code))}
    assert "pandas" in loaded
    assert loaded & {"numba", "llvmlite", "mesa", "scipy", "matplotlib"} == set()


@pytest.mark.parametrize("line", ["--help", "check base.yaml"])
def test_quick_verbs_answer_at_once(line, folder: Path) -> None:
    def seconds() -> float:
        begun = time.perf_counter()
        assert elsewhere(*line.split(), cwd=folder).code == 0
        return time.perf_counter() - begun

    # About 0.4 s; the rest is for machines that are slow or busy. Importing pandas alone would go beyond it.
    assert min(seconds() for _ in range(3)) < 1.2


@posix
@pytest.mark.parametrize("line", ["params", "params --format csv", "params leaving --format csv", "describe", "--help"])
def test_a_reader_who_has_seen_enough_is_no_fault(line, folder: Path) -> None:
    process = start(*line.split(), cwd=folder)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=60) in (0, 1)


@posix
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_behind_the_output_is_one_line(folder: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "ttg_sim.cli", "params", "--format", "csv"],
            cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=full, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == b"ttg: no space left on device\n"


@posix
def test_nobody_listening_at_all_is_no_fault(folder: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", f"exec {sys.executable} -m ttg_sim.cli check base.yaml >&- 2>&-"],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False,
    )  # fmt: skip
    assert done.returncode == 0


def test_a_terminal_that_knows_few_letters(folder: Path) -> None:
    (folder / "café.yaml").write_text(BASE.replace("title: Base", "title: Café – 100 % après"), encoding="utf-8")
    plain = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}
    run = elsewhere("run", "café.yaml", "--replicates", "1", "--set", "weeks=4", cwd=folder, **plain)
    assert (run.code, run.err) == (0, "")
    assert run.out.isascii()
    assert re.search(r"Caf\S+ \S+ 100 % apr\S+s \(base\): 1 replicate, 1 of them new", run.out)
    wrong = elsewhere("check", "café.yaml", "naïve.yaml", cwd=folder, **plain)
    assert wrong.code == 2
    assert re.fullmatch(r"na\S+ve.yaml: does not exist\n", wrong.err)
    assert wrong.err.isascii()


def finished_parts(folder: Path) -> int:
    return len([part for part in folder.glob("results/*/parts/*") if part.name.isdigit()])


def wait_for_parts(process: subprocess.Popen[bytes], folder: Path, number: int = 1) -> None:
    until = time.monotonic() + 240
    while finished_parts(folder) < number:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.002)


def tables(folder: Path) -> dict[str, bytes]:
    kept = (".parquet", "outcomes.csv")
    return {name: content for name, content in contents(folder).items() if name.endswith(kept)}


@posix
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_run_that_was_killed_carries_on(workers, ttg: Ttg, folder: Path) -> None:
    line = ["run", "base.yaml", "--replicates", "16", "--events", "--workers", workers]
    process = start(*line, cwd=folder)
    wait_for_parts(process, folder)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    wait_for_the_end_of_group(process.pid)
    process.communicate()
    done = finished_parts(folder)
    assert 1 <= done < 16
    manifest = json.loads(next(folder.glob("results/*/manifest.json")).read_text())
    assert manifest["log"][-1]["ended"] is None

    again = ttg(*line[:-1], "1")
    assert again.code == 0
    assert f"16 replicates, {16 - done} of them new" in again.out
    assert not list(folder.glob("results/*/parts"))
    assert not list(folder.glob("results/*/.writing-*"))
    manifest = json.loads(next(folder.glob("results/*/manifest.json")).read_text())
    assert [run["ended"] is None for run in manifest["log"]] == [True, False]
    assert ttg(*line[:-1], "1", "--out", "whole").code == 0
    assert tables(folder / "results") == tables(folder / "whole")


def wait_for_the_end_of_group(group: int) -> None:
    """Workers end by themselves when the process that started them is gone."""
    until = time.monotonic() + 30
    while True:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        if time.monotonic() > until:
            os.killpg(group, signal.SIGKILL)
            pytest.fail("workers were left behind")
        time.sleep(0.05)


@posix
@pytest.mark.parametrize("workers", ["1", "2"])
def test_control_c_stops_in_one_line_and_a_second_process_is_sent_away(workers, ttg: Ttg, folder: Path) -> None:
    line = ["run", "base.yaml", "--replicates", "200", "--workers", workers]
    process = start(*line, cwd=folder)
    wait_for_parts(process, folder)

    before = {name for name in contents(folder) if "parts" not in name}
    second = ttg("run", "base.yaml")
    assert second.code == 1
    assert second.out == ""
    assert re.fullmatch(
        r"results/base-\w+ is in use by another process; wait for it or choose another --out\n", second.err
    )
    assert {name for name in contents(folder) if "parts" not in name} == before
    assert process.poll() is None

    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the process and all its workers
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert out == b""
    assert err.decode() == "ttg: stopped; finished runs are kept, and the same command carries on\n"
    done = finished_parts(folder)
    assert 1 <= done < 200
    again = ttg("run", "base.yaml", "--replicates", str(done + 1))
    assert again.code == 0
    assert int(re.search(r"(\d+) of them new", again.out)[1]) <= 2  # type: ignore[index]


@posix
def test_control_c_while_workers_start_is_one_line_too(folder: Path) -> None:
    process = start("run", "base.yaml", "--replicates", "4", "--workers", "2", cwd=folder)
    until = time.monotonic() + 240
    while not list(folder.glob("results/*/manifest.json")):
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.002)
    time.sleep(0.3)  # workers are importing the package, which takes them a second or more
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=240)
    assert (process.returncode, out) == (130, b"")
    assert err.decode() == "ttg: stopped; finished runs are kept, and the same command carries on\n"
