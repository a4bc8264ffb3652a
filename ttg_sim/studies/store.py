"""The folder of one scenario's runs.

Its name carries a hash of everything that decides the results (parameters in force, dated levers, root seed, sources
of the package), so results of different inputs or code can never be mixed. Each replicate is first written as a part,
whole or not at all; parts are then gathered into the tables. A part is deleted only when it stands in them.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from ttg_sim.engine.kernel import source_hash
from ttg_sim.outcomes.tables import RunTables
from ttg_sim.scenario import Scenario

TABLES = ("spells", "weekly", "events", "replicates")
"""Tables of a folder in the order in which they are written: a replicate is finished when it is in the last one."""

HASH_LENGTH = 10


class RunFolder:
    """The results of one scenario under one root seed and one state of the code."""

    def __init__(self, out: Path, scenario: Scenario) -> None:
        self.scenario = scenario
        self.identity = identity(scenario)
        self.path = out / f"{scenario.name}-{self.identity[:HASH_LENGTH]}"
        self.parts = self.path / "parts"

    def table(self, name: str) -> Path:
        """Path of one of the tables."""
        return self.path / f"{name}.parquet"

    def finished(self, events: bool = False) -> set[int]:
        """Replicates that are done, gathered or not; with `events`, only those whose life events were kept."""
        return self._gathered(events) | self._parted(events)

    def _gathered(self, events: bool) -> set[int]:
        path = self.table("replicates")
        if not path.exists():
            return set()
        done = pd.read_parquet(path, columns=["replicate", "events"]).drop_duplicates()
        return set(done.loc[done["events"] | (not events), "replicate"])

    def _parted(self, events: bool) -> set[int]:
        wanted = "events.parquet" if events else "replicates.parquet"
        return {int(part.name) for part in self.parts.glob("[0-9]*") if (part / wanted).exists()}

    def save_part(self, replicate: int, tables: RunTables) -> None:
        """Write one replicate: under another name first, then renamed, so that it is there whole or not at all."""
        self.parts.mkdir(parents=True, exist_ok=True)
        frames = {"spells": tables.spells, "weekly": tables.weekly, "replicates": tables.outcomes}
        if tables.events is not None:
            frames["events"] = tables.events
        frames["replicates"] = frames["replicates"].assign(events=tables.events is not None)
        folder = Path(tempfile.mkdtemp(dir=self.parts, prefix="writing-"))
        for name, frame in frames.items():
            frame = frame.copy(deep=False)
            frame.insert(0, "replicate", replicate)
            frame.to_parquet(folder / f"{name}.parquet", index=False)
        target = self.parts / f"{replicate:06d}"
        shutil.rmtree(target, ignore_errors=True)
        folder.rename(target)

    def gather(self) -> None:
        """Move all parts into the tables."""
        parts = sorted(part for part in self.parts.glob("[0-9]*") if (part / "replicates.parquet").exists())
        if not parts:
            return
        new = {int(part.name) for part in parts}
        for name in TABLES:
            frames = [pd.read_parquet(file) for part in parts if (file := part / f"{name}.parquet").exists()]
            if not frames:
                continue
            if self.table(name).exists():
                old = pd.read_parquet(self.table(name))
                frames.insert(0, old[~old["replicate"].isin(new)])
            whole = pd.concat(frames, ignore_index=True).sort_values("replicate", kind="stable", ignore_index=True)
            write_whole(self.table(name), lambda path, frame=whole: frame.to_parquet(path, index=False))
        shutil.rmtree(self.parts, ignore_errors=True)

    def read(self, name: str, replicates: Iterable[int] | None = None) -> pd.DataFrame:
        """One of the tables, for the given replicates only."""
        frame = pd.read_parquet(self.table(name))
        return frame if replicates is None else frame[frame["replicate"].isin(set(replicates))].reset_index(drop=True)


def identity(scenario: Scenario) -> str:
    """Hash of all that decides the results of a scenario's runs but the number of the replicate."""
    text = json.dumps([scenario.identity(), scenario.seed, source_hash()])
    return hashlib.sha256(text.encode()).hexdigest()


def write_whole(path: Path, write: Any) -> None:
    """Write a file under another name and rename it, so that nobody ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-", suffix=path.suffix)
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a JSON file whole."""
    text = json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n"
    write_whole(path, lambda target: target.write_text(text, encoding="utf-8"))


def write_csv(path: Path, frame: pd.DataFrame) -> None:
    """Write a CSV file whole; numbers with 10 significant digits."""
    write_whole(path, lambda target: frame.to_csv(target, index=False, float_format="%.10g"))
