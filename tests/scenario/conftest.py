from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ttg_sim.scenario import Scenario, load_scenario

Write = Callable[..., Path]
Load = Callable[..., Scenario]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes a file into the folder of the test, which is the current folder."""
    monkeypatch.chdir(tmp_path)

    def put(text: str | bytes, name: str = "a.yaml") -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    return put


@pytest.fixture
def load(write: Write) -> Load:
    """Loads a scenario from text, with the texts of its parents by file name."""

    def read(text: str, *settings: str, **parents: str) -> Scenario:
        for name, parent in parents.items():
            write(parent, f"{name}.yaml")
        return load_scenario(write(text), settings)

    return read
