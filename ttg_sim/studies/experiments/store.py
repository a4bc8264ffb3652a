"""The folder of a designed study: its plan, design, rows of runs in parts, and where they come from.

Its name carries a hash of all that decides the rows, so that another plan or other code is another study and never a
mixture. A part is written whole or not at all, by the one process that holds the lock.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from filelock import FileLock, Timeout

from ttg_sim.parameter import Value
from ttg_sim.studies import provenance
from ttg_sim.studies.experiments.carrying import DONE, FAILED, Batch, Carried, Pair, Row
from ttg_sim.studies.experiments.plan import Plan
from ttg_sim.studies.store import WRITING, RunFailed, read_table, write_json, write_whole

WEEKS_OF_A_BATCH = 20_000
"""Weeks of simulation after which a batch is long enough for what sending and writing it costs not to matter."""
FEWEST_BATCHES = 32
"""A study is cut into so many batches at least, so that several workers end together and little is lost by a stop."""
KEYS = ("point", "replicate", "seed", "scenario", "status", "error")


class StudyFolder:
    """The folder of one plan."""

    def __init__(self, out: Path, plan: Plan) -> None:
        self.plan = plan
        self.path = out / plan.folder
        self.runs = self.path / "runs"
        self._points: pd.DataFrame | None = None

    @property
    def points(self) -> pd.DataFrame:
        """The design: `point` and the value of each parameter."""
        if self._points is None:
            self._points = self.plan.points()
        return self._points

    def values(self) -> dict[int, dict[str, Value]]:
        """The values of the parameters at each point."""
        names = [one.path for one in self.plan.moved]
        columns = [self.points[name].tolist() for name in names]
        return {point: {name: column[point] for name, column in zip(names, columns, strict=True)}
                for point in range(len(self.points))}  # fmt: skip

    def lock(self) -> FileLock:
        """Hold the folder; raises `RunFailed` where another process does."""
        self.path.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.path / ".lock", timeout=0)
        try:
            lock.acquire()
        except Timeout as fault:
            what = "is in use by another process; wait for it or choose another --out"
            raise RunFailed(f"{self.path} {what}") from fault
        return lock

    def begin(self) -> None:
        """Write down plan and design, and sweep what an interrupted call had begun to write."""
        self.runs.mkdir(parents=True, exist_ok=True)
        for folder in (self.path, self.runs):
            for left in folder.glob(f"{WRITING}*"):
                left.unlink(missing_ok=True)
        if not (self.path / "plan.yaml").exists():
            text = self.plan.text.encode("utf-8")
            write_whole(self.path / "plan.yaml", lambda target: target.write_bytes(text))
        if not (self.path / "design.parquet").exists():
            write_whole(self.path / "design.parquet", lambda target: self.points.to_parquet(target, index=False))

    def batches(self) -> list[Batch]:
        """All batches of the study: the same for any number of workers, so that parts are too."""
        pairs = [(point, one) for point in range(len(self.points)) for one in range(self.plan.replicates)]
        first = self.plan.worlds[0]
        weeks = (first.weeks + first.warm_up_weeks) * len(self.plan.worlds)
        length = max(1, min(WEEKS_OF_A_BATCH // weeks, len(pairs) // FEWEST_BATCHES))
        starts = range(0, len(pairs), length)
        return [Batch(number, tuple(pairs[at : at + length])) for number, at in enumerate(starts)]

    def missing(self) -> list[Batch]:
        """What is still to be done: batches without a part, and of the others what failed."""
        found = []
        for batch in self.batches():
            left = set(batch.pairs) - self._finished(batch.number)
            if left:
                found.append(Batch(batch.number, tuple(pair for pair in batch.pairs if pair in left)))
        return found

    def _finished(self, number: int) -> set[Pair]:
        if not self.part(number).exists():
            return set()
        rows = read_table(self.part(number), ("point", "replicate", "status"))
        bad = rows[rows["status"] == FAILED]
        pairs = set(zip(rows["point"].tolist(), rows["replicate"].tolist(), strict=True))
        return pairs - set(zip(bad["point"].tolist(), bad["replicate"].tolist(), strict=True))

    def part(self, number: int) -> Path:
        """Path of the rows of one batch."""
        return self.runs / f"part-{number:06d}.parquet"

    def save(self, carried: Carried) -> None:
        """Write the rows of a batch, beside those of it that were finished before."""
        frame = self.frame(carried.rows)
        if self.part(carried.number).exists():
            old = read_table(self.part(carried.number))
            new = pd.MultiIndex.from_frame(frame[["point", "replicate"]])
            frame = pd.concat([old[~pd.MultiIndex.from_frame(old[["point", "replicate"]]).isin(new)], frame])
            frame = self._in_order(frame)
        write_whole(self.part(carried.number), lambda target: frame.to_parquet(target, index=False))

    def frame(self, rows: Sequence[Row]) -> pd.DataFrame:
        """Rows as a table, always with the same columns of the same kinds."""
        frame = pd.DataFrame(rows, columns=[*KEYS, *(one.column for one in self.plan.counted)])
        kinds: dict[str, Any] = {"point": np.int64, "replicate": np.int64, "seed": np.uint64}
        kinds |= {one.column: np.float64 for one in self.plan.counted}
        return frame.astype(kinds)

    def _in_order(self, frame: pd.DataFrame) -> pd.DataFrame:
        order = {world.name: place for place, world in enumerate(self.plan.worlds)}
        place = frame["scenario"].map(order)
        rows = np.lexsort((place, frame["replicate"], frame["point"]))
        return frame.iloc[rows].reset_index(drop=True)

    def read(self) -> pd.DataFrame:
        """All rows: point, replicate, seed, scenario, status, error, and a column for each outcome, in order."""
        parts = sorted(self.runs.glob("part-*.parquet"))
        frames = [read_table(part) for part in parts]
        whole = pd.concat(frames, ignore_index=True) if frames else self.frame([])
        return self._in_order(whole)

    def manifest(self) -> dict[str, Any]:
        """What is known of the study so far; empty before it begins."""
        file = self.path / "manifest.json"
        try:
            found = json.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as fault:
            raise RunFailed(f"{file} is damaged and cannot be read; move it elsewhere and call again") from fault
        return dict(found)

    def describe(self, log: Iterable[dict[str, Any]], entry: dict[str, Any], machines: list[dict[str, Any]]) -> None:
        """Write down where the rows come from: plan, worlds, code, machines, and each call."""
        plan = self.plan
        content = {
            "name": plan.name,
            "title": plan.title,
            "why": plan.why,
            "identity": plan.identity(),
            "design": plan.canonical(),
            "points": len(self.points),
            "runs": len(self.points) * plan.replicates * len(plan.worlds),
            "left_alone": dict(plan.left_alone or {}),
            "code": provenance.code(),
            "machines": machines,
            "log": [*log, entry],
        }
        write_json(self.path / "manifest.json", content)


def now() -> str:
    """The time of a record."""
    return datetime.now(UTC).isoformat(timespec="seconds")


__all__ = ["DONE", "FAILED", "StudyFolder", "now"]
