"""A finished comparison as a report reads it: whole, unmixed and as it was written, or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from ttg_sim.outcomes.kinds import Unit
from ttg_sim.report import tested
from ttg_sim.report.blocks import given
from ttg_sim.report.words import OUTSIDE
from ttg_sim.studies import shares
from ttg_sim.studies.compare import folder_name
from ttg_sim.studies.store import file_hash

NEEDED = ("differences.csv", "people.csv", "bands.csv", "changes.csv", "value.csv", "who_pays.csv", "turning.csv")
TEXTS = dict.fromkeys(("level", "note", "verdict", "group", "before", "after", "start", "end", "how", "line"), str)
AGAIN = "give the ttg compare command again"


class NoReport(ValueError):
    """Why no report can be made of a folder: one line for each reason."""


@dataclass(frozen=True)
class Source:
    """A finished comparison: its folder, manifest and tables by name (`differences`, `people`, `bands`, ...)."""

    path: Path
    manifest: dict[str, Any]
    tables: dict[str, pd.DataFrame]
    share: pd.DataFrame | None = None
    """The evidence share (see `studies.shares`), where it was worked out."""
    share_facts: dict[str, Any] = field(default_factory=dict)

    @property
    def baseline(self) -> dict[str, Any]:
        """Facts of the baseline (see the manifest)."""
        return dict(self.manifest["baseline"])

    @property
    def scenarios(self) -> tuple[dict[str, Any], ...]:
        """Facts of the scenarios that are compared with it, in order."""
        return tuple(self.manifest["scenarios"])

    @property
    def replicates(self) -> int:
        """Pairs of runs of each scenario."""
        return int(self.manifest["replicates"])


def read(path: Path) -> Source:
    """Read the folder of a comparison.

    Raises `NoReport` with every reason where it is unfinished, mixed, damaged or was changed after it was written.
    """
    manifest = _manifest(path)
    faults = _mixed(path, manifest) + _changed(path, manifest)
    facts = _share_facts(path, faults)
    if faults:
        raise NoReport("\n".join(faults))
    tables = {Path(name).stem: _table(path / name) for name in manifest["tables"]}
    return Source(path, manifest, tables, _table(path / shares.TABLE) if facts else None, facts)


def _share_facts(path: Path, faults: list[str]) -> dict[str, Any]:
    """What is known of the evidence share; empty where it was not worked out."""
    file, table = path / shares.FACTS, path / shares.TABLE
    if not file.exists():
        return {}
    again = "give the ttg report command with --evidence-share again"
    try:
        facts = dict(json.loads(file.read_text(encoding="utf-8")))
        whole = table.is_file() and file_hash(table) == facts["hash"]
    except (OSError, ValueError, KeyError, TypeError):
        faults.append(f"{file}: is damaged and cannot be read; {again}")
        return {}
    if not whole:
        faults.append(f"{table}: is gone or was changed after it was written; {again}")
    return facts


def _manifest(path: Path) -> dict[str, Any]:
    if not path.is_dir():
        raise NoReport(f"{path}: is no folder; expected that of a comparison, or scenario files and a baseline")
    file = path / "manifest.json"
    if not file.exists():
        others = (path / "replicates.parquet").exists()
        what = "is the folder of one scenario's runs" if others else "has no manifest.json, so it is not finished"
        raise NoReport(f"{path}: {what}; expected the folder of a finished comparison (compare-...): {AGAIN}")
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise NoReport(f"{file}: is damaged and cannot be read; {AGAIN}") from fault
    if isinstance(manifest, dict) and "effective_scenario" in manifest:
        raise NoReport(f"{path}: is the folder of one scenario's runs; expected that of a comparison (compare-...)")
    parts = ("baseline", "scenarios", "replicates", "precision", "tables", "code", "ended")
    if not isinstance(manifest, dict) or any(part not in manifest for part in parts):
        raise NoReport(f"{file}: is not of a comparison by this version of ttg-sim; {AGAIN}")
    return manifest


def _mixed(path: Path, manifest: dict[str, Any]) -> list[str]:
    """Whether the manifest tells of the very runs after which the folder is named."""
    try:
        worlds = [manifest["baseline"], *manifest["scenarios"]]
        name = folder_name([(world["name"], world["identity"]) for world in worlds], int(manifest["replicates"]))
    except (KeyError, TypeError, ValueError):
        return [f"{path / 'manifest.json'}: is damaged; {AGAIN}"]
    if path.resolve().name == name:
        return []
    return [
        f"{path}: holds another comparison than the one it is named after (different runs, code or baseline; by its "
        f"manifest it would be {name}); {AGAIN}"
    ]


def _changed(path: Path, manifest: dict[str, Any]) -> list[str]:
    faults = []
    known = dict(manifest["tables"])
    for name in (*NEEDED, *(one for one in known if one not in NEEDED)):
        file = path / name
        if name not in known:
            faults.append(f"{path}: its manifest does not tell of {name}; {AGAIN}")
        elif not file.is_file():
            faults.append(f"{file}: is gone; {AGAIN}")
        elif file_hash(file) != known[name]:
            faults.append(f"{file}: was changed after it was written; {AGAIN}")
    return faults


def _table(file: Path) -> pd.DataFrame:
    frame = pd.read_csv(file, dtype=TEXTS)
    texts = [name for name in TEXTS if name in frame]
    frame[texts] = frame[texts].fillna("")
    return frame


def title_of(world: dict[str, Any]) -> str:
    """The title of a world as its author wrote it, kept in bounds."""
    return given(str(world["title"]))


def rows_of(
    source: Source, scenario: str, unit: Unit, names: Iterable[str], group: str = "all"
) -> list[dict[Any, Any]]:
    """Rows of differences of one scenario, in the order of `names`, marked where nothing may be told of them."""
    table = source.tables["differences"]
    chosen = table[(table["scenario"] == scenario) & (table["unit"] == unit.value) & (table["group"] == group)]
    mark = {OUTSIDE: tested.is_outside(source.baseline)}
    return [row | mark for name in names for row in chosen[chosen["outcome"] == name].to_dict("records")]
