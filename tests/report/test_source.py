"""A report is made of a comparison that is whole and as it was written, or the reason is said."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ttg_sim.report.source import NoReport, read


def test_a_finished_comparison_is_read(folder: Path) -> None:
    source = read(folder)
    assert source.baseline["name"] == "base"
    assert [world["name"] for world in source.scenarios] == ["guarantee", "same"]
    assert source.replicates == 3
    assert set(source.tables) >= {"differences", "people", "bands"}
    assert set(source.tables["differences"]["scenario"]) == {"guarantee", "same"}
    levels = source.tables["differences"].query("group == 'year'")["level"]
    assert set(levels) >= {"2015"} or all(isinstance(level, str) for level in levels)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NoReport, match="nowhere: is no folder; expected that of a comparison"):
        read(tmp_path / "nowhere")


def test_an_unfinished_comparison(folder: Path) -> None:
    (folder / "manifest.json").unlink()
    with pytest.raises(NoReport, match=r"has no manifest.json, so it is not finished"):
        read(folder)


def test_the_folder_of_single_runs(folder: Path, compared: Path) -> None:
    runs = next(path for path in compared.parent.iterdir() if path.name.startswith("base-"))
    with pytest.raises(NoReport, match=r"is the folder of one scenario's runs; expected that of a comparison"):
        read(runs)


@pytest.mark.parametrize("name", ["differences.csv", "people.csv", "bands.csv"])
def test_a_table_that_was_edited_or_is_gone(folder: Path, name: str) -> None:
    table = folder / name
    table.write_text(table.read_text().replace("guarantee", "Guarantee", 1))
    with pytest.raises(NoReport, match=rf"{name}: was changed after it was written; give the ttg compare command"):
        read(folder)
    table.unlink()
    with pytest.raises(NoReport, match=rf"{name}: is gone"):
        read(folder)


def test_every_fault_is_said_at_once(folder: Path) -> None:
    (folder / "differences.csv").unlink()
    (folder / "people.csv").write_text("x")
    with pytest.raises(NoReport) as caught:
        read(folder)
    assert len(str(caught.value).splitlines()) == 2


@pytest.mark.parametrize("change", [{"identity": "0" * 64}, {"name": "other"}])
def test_a_mixture_of_runs_or_code(folder: Path, change: dict[str, str]) -> None:
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text())
    manifest["baseline"] |= change
    file.write_text(json.dumps(manifest))
    with pytest.raises(NoReport, match="holds another comparison than the one it is named after"):
        read(folder)


def test_a_manifest_of_another_comparison(folder: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(folder, tmp_path / "compare-0123456789"))
    with pytest.raises(NoReport, match="holds another comparison"):
        read(other)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"baseline": 1}', "null"])
def test_a_damaged_manifest(folder: Path, text: str) -> None:
    (folder / "manifest.json").write_text(text)
    with pytest.raises(NoReport, match=r"manifest\.json: is "):
        read(folder)


def test_damage_inside_a_manifest(folder: Path) -> None:
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text())
    for key, value in {"baseline": 1, "scenarios": [1], "replicates": "x", "tables": []}.items():
        file.write_text(json.dumps(manifest | {key: value}))
        with pytest.raises(NoReport):
            read(folder)
