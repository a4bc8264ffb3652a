"""A finished study for other tools: one CSV, or the archive that EMA Workbench reads."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Any

import pandas as pd

from ttg_sim.studies.experiments.carrying import FAILED
from ttg_sim.studies.experiments.store import KEYS
from ttg_sim.studies.store import read_table, write_csv, write_whole


class Format(StrEnum):
    """What a study is handed over as."""

    CSV = "csv"
    EMA = "ema"


class NoExport(ValueError):
    """Why a study cannot be handed over, in one line."""


def export(study: Path, form: Format) -> Path:
    """Write `export.csv`, or `export.tar.gz`, into the folder of a study and return its path.

    The CSV has a row for each run with the values of its point. The archive has experiments (values, policy) and
    outcomes as means over replicates, of the points and scenarios without a failed run. Raises `NoExport` where the
    folder is not that of a finished study or the extra `explore` is missing, and `RunFailed` where a file is damaged.
    """
    design, runs = _read(study)
    if form is Format.CSV:
        write_csv(study / "export.csv", runs.merge(design, on="point", how="left"))
        return study / "export.csv"
    return _to_ema(study, design, runs)


def _read(study: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    file = study / "manifest.json"
    try:
        manifest: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        expected = int(manifest["runs"])
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise NoExport(f"{study}: is not the folder of a study; expected one that ttg experiment made") from fault
    parts = sorted((study / "runs").glob("part-*.parquet"))
    runs = pd.concat([read_table(part) for part in parts], ignore_index=True) if parts else pd.DataFrame()
    if len(runs) < expected:
        what = f"is not finished: {len(runs):,} of {expected:,} runs are there"
        raise NoExport(f"{study}: {what}; give the ttg experiment command again")
    return read_table(study / "design.parquet"), runs


def _to_ema(study: Path, design: pd.DataFrame, runs: pd.DataFrame) -> Path:
    try:
        from ema_workbench import ScalarOutcome, save_results
    except ImportError as fault:
        raise NoExport("--to ema needs the extra explore: pip install 'ttg-sim[explore]'") from fault
    names = [name for name in runs if name not in KEYS]
    whole = runs.groupby(["point", "scenario"], sort=True)
    good = whole["status"].agg(lambda status: bool((status != FAILED).all()))
    means = whole[names].mean()[good].reset_index()
    experiments = means[["point", "scenario"]].merge(design, on="point", how="left")
    experiments = experiments.rename(columns={"scenario": "policy", "point": "scenario"}).assign(model="ttg_sim")
    for name in names:
        ScalarOutcome(name)  # known to the library from here on, which writing needs
    outcomes = {name: means[name].to_numpy(float) for name in names}
    target = study / "export.tar.gz"
    write_whole(target, lambda place: save_results((experiments, outcomes), str(place)))
    return target
