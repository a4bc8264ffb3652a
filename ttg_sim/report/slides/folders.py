"""Finished folders as charts read them: what a folder is, or why nothing can be drawn of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import pandas as pd

from ttg_sim.studies.store import RunFailed, read_table


class NoChart(ValueError):
    """Why there is no chart of a folder, in one line."""


class Made(StrEnum):
    """What a folder was made by."""

    RUN = "ttg run"
    COMPARISON = "ttg compare"
    STUDY = "ttg experiment"
    HYPOTHESES = "ttg hypotheses"


@dataclass(frozen=True)
class Folder:
    """A finished folder: where it is, what made it, and its manifest."""

    path: Path
    made: Made
    manifest: dict[str, Any]

    def table(self, name: str) -> pd.DataFrame:
        """One of its CSV files; raises `NoChart` where it is gone, empty or damaged."""
        try:
            return pd.read_csv(self.path / f"{name}.csv")
        except FileNotFoundError as fault:
            raise NoChart(f"{self.path}: has no {name}.csv") from fault
        except (OSError, ValueError) as fault:  # what pandas raises are kinds of these
            raise NoChart(f"{self.path / f'{name}.csv'}: is damaged and cannot be read") from fault

    def rows(self, name: str, folder: str = "") -> pd.DataFrame:
        """One of the tables of runs, of this folder or of one beside it."""
        place = self.path.resolve().parent / folder if folder else self.path
        try:
            return read_table(place / f"{name}.parquet")
        except RunFailed as fault:
            gone = "is gone" if not (place / f"{name}.parquet").exists() else "is damaged and cannot be read"
            raise NoChart(f"{place / f'{name}.parquet'}: {gone}, and the chart is drawn from it") from fault


def read(path: Path) -> Folder:
    """What a folder is; raises `NoChart` where it is none, unfinished, or of a kind that is not known."""
    if not path.is_dir():
        raise NoChart(f"{path}: is no folder; expected one that {', '.join(Made)} made")
    file = path / "manifest.json"
    if not file.exists():
        raise NoChart(f"{path}: has no manifest.json, so it is not finished; expected what {', '.join(Made)} made")
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
        keys = set(dict(manifest))
    except (OSError, ValueError, TypeError) as fault:
        raise NoChart(f"{file}: is damaged and cannot be read") from fault
    marks = {Made.RUN: "effective_scenario", Made.COMPARISON: "baseline", Made.STUDY: "design",
             Made.HYPOTHESES: "differing"}  # fmt: skip
    for made, mark in marks.items():
        if mark in keys:
            return Folder(path, made, manifest)
    raise NoChart(f"{file}: is of no kind that is known; expected what {', '.join(Made)} made")
