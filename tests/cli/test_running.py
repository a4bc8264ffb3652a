"""Running and comparing through the command: what is written, what is printed, what is found again."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import pandas as pd
import pytest

from ttg_sim.engine.kernel import source_hash
from ttg_sim.scenario import load_scenario

from .conftest import BASE, Ttg, contents

KEY = ["outcome", "unit", "group", "level"]
DIFFERENCES = ["scenario", *KEY, "baseline", "value", "difference", "low", "high", "replicates", "verdict", "note"]
OUTCOMES = [*KEY, "value", "low", "high", "replicates", "numerator", "denominator", "definition", "note"]
PARQUET = {"spells.parquet", "weekly.parquet", "replicates.parquet"}


def only(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


def test_a_run_leaves_its_tables_and_says_where(ttg: Ttg, folder: Path) -> None:
    answer = ttg("run", "base.yaml", "more.yaml", "--set", "seed=5")
    assert (answer.code, answer.err) == (0, "")
    for name, title in (("base", "Base"), ("more", "More places")):
        path = only(folder, f"results/{name}-*")
        assert re.fullmatch(rf"{name}-[0-9a-f]{{10}}", path.name)
        assert {file.name for file in path.iterdir()} == {*PARQUET, "outcomes.csv", "manifest.json", ".lock"}
        assert f"{title} ({name}): 2 replicates, 2 of them new" in answer.out
        assert f"results/{path.name}/outcomes.csv" in answer.out
        table = pd.read_csv(path / "outcomes.csv")
        assert list(table) == OUTCOMES
        assert table["definition"].notna().all()
        row = table[(table["outcome"] == "first_night_settled") & (table["group"] == "all")].iloc[0]
        assert row["low"] < row["value"] < row["high"]
        assert f"{100 * row['value']:.1f}%" in answer.out
    assert "Proven reoffending within 12 months" in answer.out
    assert "predict nothing about any one person" in answer.out


def test_the_manifest_tells_where_results_come_from(ttg: Ttg, folder: Path) -> None:
    assert ttg("run", "more.yaml", "--set", "housing.settled_places=11", "--seed", "7").code == 0
    manifest = json.loads(only(folder, "results/more-*/manifest.json").read_text())
    scenario = load_scenario(folder / "more.yaml", ["housing.settled_places=11", "seed=7"])
    assert manifest["effective_scenario"] == scenario.canonical()
    assert manifest["code"]["source_hash"] == source_hash()
    assert manifest["code"]["dirty"] in (True, False, None)
    assert manifest["root_seed"] == 7
    assert len(set(manifest["run_seeds"])) == 2
    assert [Path(file).name for file in manifest["files"]] == ["base.yaml", "more.yaml"]
    where = {row["path"]: row["where"] for row in manifest["where_values_come_from"]}
    assert where["housing.settled_places"] == "--set"
    assert where["intake.per_year"] == "base.yaml:7"
    (entry,) = manifest["log"]
    assert entry["command"] == "ttg run more.yaml --set housing.settled_places=11 --seed 7"
    assert entry["started"] <= entry["ended"]
    assert entry["machine"]["processor"]
    assert entry["machine"]["versions"].keys() >= {"numpy", "numba", "mesa", "pandas", "ttg-sim"}


def test_the_same_command_finds_what_is_finished(ttg: Ttg, folder: Path, monkeypatch) -> None:
    first = ttg("run", "base.yaml")
    before = contents(folder)
    monkeypatch.setattr("ttg_sim.studies.runner.one_run", lambda *_: pytest.fail("run again"))
    second = ttg("run", "base.yaml")
    assert second.code == 0
    assert second.out == first.out.replace("2 of them new", "0 of them new")
    assert contents(folder) == before
    assert ttg("run", "base.yaml", "--workers", "2").out == second.out


def test_ctrl_c_that_compiled_code_turned_into_a_fault_is_still_one_line(ttg: Ttg, monkeypatch) -> None:
    def broken_off(*_: object) -> None:
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt as stop:
            raise SystemError("a compiled function returned a result with an exception set") from stop

    monkeypatch.setattr("ttg_sim.studies.runner.one_run", broken_off)
    answer = ttg("run", "base.yaml")
    assert (answer.code, answer.out) == (130, "")
    assert answer.err == "ttg: stopped; finished runs are kept, and the same command carries on\n"


def test_another_seed_or_value_has_its_own_folder(ttg: Ttg, folder: Path) -> None:
    for more in ([], ["--seed", "2"], ["--set", "intake.per_year=61"]):
        assert "2 of them new" in ttg("run", "base.yaml", *more).out
    assert len(list(folder.glob("results/base-*"))) == 3


def test_one_replicate_has_no_interval(ttg: Ttg, folder: Path) -> None:
    answer = ttg("run", "base.yaml", "--replicates", "1")
    assert "1 replicate, 1 of them new" in answer.out
    table = pd.read_csv(only(folder, "results/base-*/outcomes.csv"))
    assert table[["low", "high"]].isna().all(axis=None)
    assert set(table["note"]) == {"one replicate: no interval", "nobody to count in any replicate"}


def test_results_go_where_they_are_asked_for(ttg: Ttg, folder: Path) -> None:
    assert ttg("run", "base.yaml", "--out", "deep/er", "--replicates", "1").code == 0
    assert only(folder, "deep/er/base-*/outcomes.csv")
    assert not (folder / "results").exists()


def test_a_comparison_is_written_and_printed(ttg: Ttg, folder: Path) -> None:
    (folder / "same.yaml").write_text(BASE.replace("name: base", "name: same").replace("title: Base", "title: Same"))
    answer = ttg("compare", "more.yaml", "same.yaml", "--baseline", "base.yaml", "--replicates", "3")
    assert (answer.code, answer.err) == (0, "")
    path = only(folder, "results/compare-*")
    assert {file.name for file in path.iterdir()} == {
        "differences.csv",
        "people.csv",
        "bands.csv",
        "changes.csv",
        "turning.csv",
        "value.csv",
        "who_pays.csv",
        "manifest.json",
    }
    table = pd.read_csv(path / "differences.csv")
    assert list(table) == DIFFERENCES
    assert set(table["verdict"].dropna()) == {"higher", "lower", "no clear difference"}
    assert set(table["unit"]) == {"index", "year"}
    assert set(table["replicates"]) <= {0, 1, 2, 3}

    same = table[table["scenario"] == "same"]
    assert (same["difference"].dropna() == 0).all()
    assert (same.loc[same["replicates"] > 1, ["low", "high"]] == 0).all(axis=None)
    assert set(same["verdict"].dropna()) == {"no clear difference"}
    parted, equal = answer.out.split("\nSame (same) against")
    assert "The two worlds are the same: every difference is exactly zero." in equal
    assert "The worlds part in the week of 2011-02-07." in parted
    assert "exactly zero" not in parted

    homeless = table[(table["scenario"] == "more") & (table["outcome"] == "first_night_homeless")].iloc[0]
    assert homeless["verdict"] == "lower"
    assert math.isclose(homeless["difference"], homeless["value"] - homeless["baseline"], abs_tol=1e-9)
    assert re.search(r"Homeless in the week of release .* points .* lower$", parted, re.MULTILINE)
    for name in ("base", "more", "same"):
        assert f"Runs of {name}: results/{only(folder, f'results/{name}-*').name}" in answer.out
    assert f"results/{path.name}/differences.csv" in answer.out
    again = ttg("compare", "more.yaml", "same.yaml", "--baseline", "base.yaml", "--replicates", "3")
    assert again.out == answer.out


def test_a_comparison_with_one_replicate_claims_nothing(ttg: Ttg, folder: Path) -> None:
    answer = ttg("compare", "more.yaml", "--baseline", "base.yaml", "--replicates", "1")
    table = pd.read_csv(only(folder, "results/compare-*/differences.csv"))
    assert (table["difference"].dropna() != 0).any()
    assert table[["low", "high"]].isna().all(axis=None)
    assert set(table["verdict"].dropna()) == {"no clear difference"}
    assert "without an interval no difference is claimed" in answer.out
    assert not re.search(r"\b(higher|lower)$", answer.out, re.MULTILINE)


def test_all_take_the_seed_and_replicates_of_the_baseline(ttg: Ttg, folder: Path) -> None:
    (folder / "own.yaml").write_text(
        (folder / "more.yaml").read_text().replace("name: more", "name: own\nseed: 9\nreplicates: 7")
    )
    assert ttg("compare", "own.yaml", "--baseline", "base.yaml").code == 0
    manifest = json.loads(only(folder, "results/own-*/manifest.json").read_text())
    base = json.loads(only(folder, "results/base-*/manifest.json").read_text())
    assert manifest["root_seed"] == base["root_seed"] == 1
    assert manifest["run_seeds"] == base["run_seeds"]
    assert len(manifest["run_seeds"]) == 2
    where = {row["path"]: (row["value"], row["where"]) for row in manifest["where_values_come_from"]}
    assert where["seed"] == ("1", "default")
    assert where["replicates"] == ("2", "base.yaml:5")


def test_a_world_in_which_next_to_nothing_happens(ttg: Ttg, folder: Path) -> None:
    (folder / "late.yaml").write_text(
        "name: late\nextends: base.yaml\nlevers:\n  - {from: 2011-01-30, set: housing.settled_places, to: 5}\n"
    )
    empty = ["--set", "weeks=4", "--set", "warm_up_weeks=0", "--set", "intake.per_year=10", "--seed", "3"]
    assert ttg("run", "base.yaml", *empty).code == 0
    answer = ttg("compare", "late.yaml", "--baseline", "base.yaml", *empty)
    assert (answer.code, answer.err) == (0, "")
    assert re.search(r"^ Proven reoffending within 12 months +- +- +- +- +nobody to count$", answer.out, re.MULTILINE)


DAMAGED = ["replicates.parquet", "spells.parquet", "weekly.parquet", "events.parquet", "manifest.json"]


@pytest.mark.parametrize("replicates", ["2", "3"])
@pytest.mark.parametrize("length", [0, 100, -1])
@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_named_and_nothing_is_lost(name, length, replicates, ttg: Ttg, folder: Path) -> None:
    short = ["--set", "weeks=6"]
    assert ttg("run", "base.yaml", "--events", *short).code == 0
    file = only(folder, f"results/base-*/{name}")
    whole = file.read_bytes()
    file.write_bytes(whole[: length if length >= 0 else len(whole) - 9])
    before = contents(folder)
    answer = ttg("run", "base.yaml", "--replicates", replicates, *short)
    assert answer.code == 1
    assert answer.out == ""
    (text,) = answer.lines
    assert text.startswith(f"results/{file.parent.name}/{name} is damaged and cannot be read; ")
    assert contents(folder) == before
    file.write_bytes(whole)
    assert "0 of them new" in ttg("run", "base.yaml", "--events", *short).out


def test_a_table_that_is_gone_is_named(ttg: Ttg, folder: Path) -> None:
    assert ttg("run", "base.yaml", "--set", "weeks=6").code == 0
    only(folder, "results/base-*/spells.parquet").unlink()
    before = contents(folder)
    answer = ttg("run", "base.yaml", "--set", "weeks=6")
    assert answer.code == 1
    assert re.fullmatch(r"results/base-\w+/spells.parquet is gone; .*\n", answer.err)
    assert contents(folder) == before
