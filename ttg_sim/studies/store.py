"""The folder of one scenario's runs.

Its name carries a hash of everything that decides the results (parameters in force, dated levers, root seed, sources
of the package), so results of different inputs or code can never be mixed. Each replicate is first written as a part,
whole or not at all; parts are then gathered into the tables. A part is deleted only when it stands in them. Whoever
writes holds the lock of the folder (see `runner`).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ttg_sim.engine.kernel import source_hash
from ttg_sim.outcomes.tables import RunTables
from ttg_sim.scenario import Scenario

TABLES = ("spells", "weekly", "events", "replicates")
"""Tables of a folder in the order in which they are written: a replicate is finished when it is in the last one."""

HASH_LENGTH = 10

WRITING, GATHERED = ".writing-", ".gathered-"
"""Beginnings of the names of what is not finished yet, and of what stands in the tables already."""


class RunFailed(RuntimeError):
    """A run could not be carried out: the folder is in use, a file in it is damaged, or a worker died."""


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

    @property
    def manifest(self) -> Path:
        """Path of the record of where the results came from."""
        return self.path / "manifest.json"

    def tidy(self) -> None:
        """Gather what an interrupted run finished, and delete what it had begun to write or to delete.

        Raises `RunFailed` for a file that is damaged or gone, before anything is changed.
        """
        self.check()
        self.gather()
        for pattern in (f"{WRITING}*", f"{GATHERED}*", f"parts/{WRITING}*"):
            for left in self.path.glob(pattern):
                shutil.rmtree(left) if left.is_dir() else left.unlink()

    def check(self) -> None:
        """Raise `RunFailed` when the manifest, a table or a part is damaged or gone."""
        self.log()
        for folder in [self.path, *self._parts()]:
            done = (folder / "replicates.parquet").exists()
            for name in TABLES:
                path = folder / f"{name}.parquet"
                if path.exists() or (done and name != "events"):
                    read_table(path, columns=["replicate"])

    def log(self) -> list[dict[str, Any]]:
        """The runs that the manifest tells of."""
        if not self.manifest.exists():
            return []
        try:
            return [dict(run) for run in json.loads(self.manifest.read_text(encoding="utf-8"))["log"]]
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise _damaged(self.manifest) from fault

    def finished(self, events: bool = False) -> set[int]:
        """Replicates that stand in the tables; with `events`, only those whose life events were kept."""
        path = self.table("replicates")
        if not path.exists():
            return set()
        done = read_table(path, columns=["replicate", "events"]).drop_duplicates()
        return set(done.loc[done["events"] | (not events), "replicate"])

    def kept(self) -> set[int]:
        """Replicates that are finished, whether they stand in the tables already or not."""
        return self.finished() | {int(part.name) for part in self._parts()}

    def save_part(self, replicate: int, tables: RunTables) -> None:
        """Write one replicate: under another name first, then renamed, so that it is there whole or not at all."""
        self.parts.mkdir(parents=True, exist_ok=True)
        frames = {"spells": tables.spells, "weekly": tables.weekly, "replicates": tables.outcomes}
        if tables.events is not None:
            frames["events"] = tables.events
        frames["replicates"] = frames["replicates"].assign(events=tables.events is not None)
        folder = Path(tempfile.mkdtemp(dir=self.parts, prefix=WRITING))
        for name, frame in frames.items():
            frame = frame.copy(deep=False)
            frame.insert(0, "replicate", replicate)
            frame.to_parquet(folder / f"{name}.parquet", index=False)
        folder.rename(self.parts / f"{replicate:06d}")

    def _parts(self) -> list[Path]:
        return sorted(part for part in self.parts.glob("*") if part.name.isdigit())

    def gather(self) -> None:
        """Move all parts into the tables."""
        parts = self._parts()
        if not parts:
            return
        new = {int(part.name) for part in parts}
        for name in TABLES:
            frames = [read_table(file) for part in parts if (file := part / f"{name}.parquet").exists()]
            if not frames:
                continue
            if self.table(name).exists():
                old = read_table(self.table(name))
                frames.insert(0, old[~old["replicate"].isin(new)])
            whole = pd.concat(frames, ignore_index=True).sort_values("replicate", kind="stable", ignore_index=True)
            write_whole(self.table(name), lambda path, frame=whole: frame.to_parquet(path, index=False))
        # Renamed first: parts that are deleted one by one would be taken for whole ones when that is interrupted.
        done = Path(tempfile.mkdtemp(dir=self.path, prefix=GATHERED))
        self.parts.rename(done / "parts")
        shutil.rmtree(done)

    def peek(self, name: str, replicates: Iterable[int]) -> pd.DataFrame:
        """As `read`, with replicates that are finished but not gathered yet; nothing is written."""
        new = {int(part.name) for part in self._parts()}
        frames = [read_table(part / f"{name}.parquet") for part in self._parts()]
        if self.table(name).exists():
            old = read_table(self.table(name))
            frames.insert(0, old[~old["replicate"].isin(new)])
        whole = pd.concat(frames, ignore_index=True).sort_values("replicate", kind="stable", ignore_index=True)
        return whole[whole["replicate"].isin(set(replicates))].reset_index(drop=True)

    def read(self, name: str, replicates: Iterable[int] | None = None) -> pd.DataFrame:
        """One of the tables, for the given replicates only."""
        frame = read_table(self.table(name))
        return frame if replicates is None else frame[frame["replicate"].isin(set(replicates))].reset_index(drop=True)


def identity(scenario: Scenario) -> str:
    """Hash of all that decides the results of a scenario's runs but the number of the replicate."""
    text = json.dumps([scenario.identity(), scenario.seed, source_hash()])
    return hashlib.sha256(text.encode()).hexdigest()


def read_table(path: Path, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Read a table; raises `RunFailed` with its name when it is damaged or gone."""
    try:
        return pd.read_parquet(path, columns=None if columns is None else list(columns))
    except FileNotFoundError as fault:
        raise _damaged(path, "is gone") from fault
    except (OSError, ValueError) as fault:  # what pyarrow raises are kinds of these
        raise _damaged(path) from fault


def _damaged(path: Path, what: str = "is damaged and cannot be read") -> RunFailed:
    return RunFailed(
        f"{path} {what}; put back a good copy, or move {path.parent} elsewhere and give the same command again"
    )


def write_whole(path: Path, write: Any) -> None:
    """Write a file under another name and rename it, so that nobody ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=WRITING, suffix=path.suffix)
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a JSON file whole."""
    text = json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n"
    # Names of files may hold bytes that are no text.
    write_whole(path, lambda target: target.write_bytes(text.encode("utf-8", "replace")))


def write_csv(path: Path, frame: pd.DataFrame) -> None:
    """Write a CSV file whole; numbers with 10 significant digits."""
    write_whole(path, lambda target: frame.to_csv(target, index=False, float_format="%.10g"))
