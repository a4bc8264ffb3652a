"""The real command, in this process where that is the same, or in one of its own where it is not."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from helpers import ROOT

from ttg_sim.cli import main

BASE = """\
name: base
title: Base
weeks: 84
warm_up_weeks: 10
replicates: 2
intake:
  per_year: 60
housing:
  settled_places: 10
  temporary_places: 2
  other_households_per_week: 0.3
"""
MORE = """\
name: more
title: More places
extends: base.yaml
levers:
  - {from: 2011-02-07, set: housing.temporary_places, to: 40}
  - {from: 2011-02-07, set: housing.settled_places, to: 60}
  - {from: 2011-02-07, set: housing.release_priority, to: true}
"""


@dataclass
class Answer:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.err.splitlines()


Ttg = Callable[..., Answer]


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with two scenarios in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.yaml").write_text(BASE)
    (tmp_path / "more.yaml").write_text(MORE)
    return tmp_path


@pytest.fixture
def ttg(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ttg:
    """Gives a command line to the real entry point."""

    def give(*arguments: str | Path) -> Answer:
        monkeypatch.setattr(sys, "argv", ["ttg", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        captured = capsys.readouterr()
        return Answer(int(end.value.code or 0), captured.out, captured.err)

    return give


def start(*arguments: str | Path, cwd: Path, **environment: str) -> subprocess.Popen[bytes]:
    """The command in a process, and a group, of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "ttg_sim.cli", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def elsewhere(*arguments: str | Path, cwd: Path, **environment: str) -> Answer:
    """What the command answers in a process of its own."""
    process = start(*arguments, cwd=cwd, **environment)
    out, err = process.communicate(timeout=300)
    return Answer(process.returncode, out.decode(), err.decode())
