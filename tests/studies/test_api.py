"""From Python the same work gives the same tables as the command line."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import ttg_sim
from ttg_sim import compare, load_scenario, run
from ttg_sim.cli import main
from ttg_sim.scenario import ScenarioFaults, with_settings
from ttg_sim.studies.compare import NotComparable
from ttg_sim.studies.precision import NoPrecision

BASE = """\
name: base
weeks: 84
warm_up_weeks: 10
replicates: 2
intake: {per_year: 60}
housing: {settled_places: 10, temporary_places: 2, other_households_per_week: 0.3}
"""
MORE = "name: more\nextends: base.yaml\nlevers:\n  - {from: 2011-02-07, set: housing.settled_places, to: 60}\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.yaml").write_text(BASE)
    (tmp_path / "more.yaml").write_text(MORE)
    return tmp_path


def command(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    monkeypatch.setattr(sys, "argv", ["ttg", *line.split()])
    with pytest.raises(SystemExit) as end:
        main()
    assert not end.value.code


def same(one: pd.DataFrame, file: Path) -> None:
    written = pd.read_csv(file, dtype={"level": str, "note": str}, keep_default_na=True)
    written = written.fillna({column: "" for column in ("note", "verdict") if column in written})
    pd.testing.assert_frame_equal(one, written, check_dtype=False, rtol=1e-9)


def test_a_run_gives_the_tables_of_the_command(folder, monkeypatch) -> None:
    command(monkeypatch, "run base.yaml --set housing.settled_places=12 --seed 3 --out typed --events")
    done = run("base.yaml", out="called", seed=3, settings={"housing.settled_places": 12}, events=True)
    (typed,) = (folder / "typed").iterdir()
    assert done.folder.path.name == typed.name
    same(done.outcomes(), typed / "outcomes.csv")
    for name in ("outcomes.csv", "spells.parquet", "weekly.parquet", "replicates.parquet", "events.parquet"):
        assert (done.folder.path / name).read_bytes() == (typed / name).read_bytes()
    pd.testing.assert_frame_equal(done.spells(), pd.read_parquet(typed / "spells.parquet"))
    pd.testing.assert_frame_equal(done.weekly(), pd.read_parquet(typed / "weekly.parquet"))


def test_a_shadow_run_is_a_setting_as_any_other(folder) -> None:
    runs = [run("base.yaml", settings={"shadow": kind}) for kind in (False, True, "direct", None)]
    assert [done.scenario.shadow for done in runs] == [False, True, "direct", False]
    assert len({done.folder.path for done in runs}) == 3
    assert (runs[0].new, runs[3].new) == (2, 0)
    shadow = compare(with_settings(load_scenario("more.yaml"), {"shadow": True}), "base.yaml")
    assert [one.scenario.shadow for one in (shadow.baseline, *shadow.others)] == [False, True]


def test_a_comparison_gives_the_tables_of_the_command(folder, monkeypatch) -> None:
    command(monkeypatch, "compare more.yaml --baseline base.yaml --out typed --replicates 3")
    found = compare(load_scenario("more.yaml"), Path("base.yaml"), out="called", replicates=3)
    (typed,) = (folder / "typed").glob("compare-*")
    assert found.path.name == typed.name
    same(found.differences, typed / "differences.csv")
    assert (found.path / "differences.csv").read_bytes() == (typed / "differences.csv").read_bytes()
    assert (found.path / "people.csv").read_bytes() == (typed / "people.csv").read_bytes()


def test_a_comparison_to_a_precision_is_that_of_the_command(folder, monkeypatch) -> None:
    line = "compare more.yaml --baseline base.yaml --set weeks=30 --out typed --precision first_night_homeless=1e-6"
    command(monkeypatch, f"{line} --most 11")
    aims = {"precision": {"first_night_homeless": 1e-6}, "most": 11, "settings": {"weeks": 30}}
    found = compare("more.yaml", "base.yaml", out="called", **aims)
    (typed,) = (folder / "typed").glob("compare-*")
    assert found.path.name == typed.name
    assert (found.path / "differences.csv").read_bytes() == (typed / "differences.csv").read_bytes()
    assert [(one.replicates, one.met) for one in found.precision] == [(11, False)]
    with pytest.raises(NoPrecision, match="did you mean 'reoffending_12m'"):
        compare("more.yaml", "base.yaml", out="other", precision={"reoffending12m": 0.1})
    with pytest.raises(NoPrecision, match="12 replicates to begin with are more than 11"):
        compare("more.yaml", "base.yaml", out="other", replicates=12, precision=aims["precision"], most=11)
    assert not (folder / "other").exists()


def test_what_the_command_finished_is_found_from_python(monkeypatch) -> None:
    command(monkeypatch, "run base.yaml")
    assert run("base.yaml").new == 0
    assert run(load_scenario("base.yaml"), replicates=3).new == 1


def test_one_or_several_scenarios_can_be_compared() -> None:
    one = compare("more.yaml", "base.yaml").differences
    several = compare([load_scenario("more.yaml"), replace(load_scenario("more.yaml"), name="too")], "base.yaml")
    for name in ("more", "too"):
        part = several.differences[several.differences["scenario"] == name].reset_index(drop=True)
        pd.testing.assert_frame_equal(part.assign(scenario="more"), one)


def test_faults_are_raised_with_their_lines(folder) -> None:
    with pytest.raises(ScenarioFaults, match=r"did you mean intake\.per_year"):
        run("base.yaml", settings={"intake.per_yeer": 1})
    with pytest.raises(ScenarioFaults, match="does not exist"):
        run("nothing.yaml")
    with pytest.raises(ScenarioFaults, match="replicates"):
        run("base.yaml", replicates=0)
    longer = with_settings(load_scenario("more.yaml"), {"weeks": 85})
    with pytest.raises(NotComparable, match="weeks evaluated"):
        compare(longer, "base.yaml")
    assert not (folder / "results").exists()


def test_the_package_names_what_it_offers() -> None:
    assert {"load_scenario", "run", "compare"} <= set(ttg_sim.__all__)
    assert all(getattr(ttg_sim, name) is not None for name in ttg_sim.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = ttg_sim.nothing
