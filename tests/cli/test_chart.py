"""`ttg chart` as it is typed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from .conftest import Ttg, contents


@pytest.fixture
def compared(ttg: Ttg, folder: Path) -> Path:
    answer = ttg("compare", "more.yaml", "--baseline", "base.yaml")
    assert answer.code == 0, answer.err
    (made,) = folder.glob("results/compare-*")
    return made


def test_pictures_stand_beside_their_figures_and_words(ttg: Ttg, folder: Path, compared: Path) -> None:
    before = contents(folder / "results")
    for kind in ("band", "differences", "survival"):
        of = ("--of", "first_night_homeless") if kind == "differences" else ()
        answer = ttg("chart", kind, compared, "--out", "slides", *of)
        assert (answer.code, answer.err) == (0, ""), answer.err
    assert contents(folder / "results") == before, "results are only read"
    drawn = {file.stem for file in (folder / "slides").glob("*.png")}
    assert drawn == {"band_people_mentored_more", "differences_first_night_homeless", "survival_more"}
    for name in drawn:
        assert (folder / "slides" / f"{name}.svg").exists()
        assert (folder / "slides" / f"{name}.alt.txt").read_text().strip()
        assert len(pd.read_csv(folder / "slides" / f"{name}.csv"))
    whole = pd.read_csv(compared / "differences.csv").query("outcome == 'first_night_homeless' and unit == 'index'")
    kept = pd.read_csv(folder / "slides" / "differences_first_night_homeless.csv")
    expected = whole.loc[whole["group"] == "all", "difference"]
    assert kept["difference"].tolist() == pytest.approx(expected.tolist(), rel=1e-8)


def test_the_runs_of_one_scenario_go_into_a_folder_of_their_own(ttg: Ttg, folder: Path, compared: Path) -> None:
    (runs,) = folder.glob("results/base-*")
    assert ttg("chart", "band", runs, "--of", "homeless", "--format", "svg").code == 0
    assert {file.name for file in (runs / "charts").iterdir()} == {
        "band_homeless.svg", "band_homeless.csv", "band_homeless.alt.txt",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["bnd", "."], "ttg chart bnd: no such kind; did you mean 'band'?"),
        (["band"], "ttg chart band: no folder is given; it needs a folder that ttg compare or ttg run made"),
        (["band", "nowhere"], "nowhere: is no folder"),
        (["band", "."], "has no manifest.json, so it is not finished"),
        (["scorecard", "COMPARED"], "it needs a folder that ttg hypotheses made"),
        (["differences", "COMPARED", "--of", "reoffending_12"], "did you mean 'reoffending_12m'?"),
        (["band", "COMPARED", "--scenario", "mor"], "holds no scenario 'mor'; did you mean 'more'?"),
        (["band", "COMPARED", "--size", "slde"], "--size slde: expected slide or report; did you mean 'slide'?"),
        (["band", "COMPARED", "--format", "gif"], "--format gif: expected svg, png, pdf"),
    ],
)
def test_what_cannot_be_drawn_is_told_in_a_line(
    ttg: Ttg, folder: Path, compared: Path, words: list[str], line: str
) -> None:
    before = contents(folder)
    answer = ttg("chart", *[str(compared) if word == "COMPARED" else word for word in words])
    assert (answer.code, len(answer.lines)) == (2, 1)
    assert line in answer.err
    assert contents(folder) == before


def test_one_folder_that_cannot_be_drawn_keeps_all_from_being_written(ttg: Ttg, folder: Path, compared: Path) -> None:
    answer = ttg("chart", "band", compared, "nowhere", "--out", "slides")
    assert (answer.code, len(answer.lines)) == (2, 1)
    assert not (folder / "slides").exists()


def test_a_damaged_folder_is_told_in_a_line(ttg: Ttg, folder: Path, compared: Path) -> None:
    (runs,) = folder.glob("results/base-*")
    (runs / "weekly.parquet").write_bytes(b"nothing")
    answer = ttg("chart", "pipeline", runs)
    assert (answer.code, len(answer.lines)) == (2, 1)
    assert "weekly.parquet: is damaged" in answer.err


STUDY = """\
design: {design}
baseline: base.yaml
scenarios: [more.yaml, fewer.yaml]
parameters:
  housing.other_households_per_week: {{{first}}}
{second}outcomes: [month_12_unsettled]
replicates: 2
"""
SECOND = "  housing.home_lost_per_year: {values: [0.1, 0.5]}\n"


@pytest.mark.parametrize(
    ("kind", "design", "first", "second", "more", "pictures"),
    [
        ("heat-map", "factorial", "values: [0.1, 0.5, 0.9]", SECOND, "", ["heat-map_W_fewer", "heat-map_W_more"]),
        ("curve", "sweep", "low: 0.1, high: 0.9", "", "n: 3\n", ["curve_W"]),
        (
            "tornado",
            "oat",
            "low: 0.1, high: 0.9",
            SECOND.replace("{values: [0.1, 0.5]}", "{low: 0.1, high: 0.9}"),
            "",
            ["tornado_W_fewer", "tornado_W_more"],
        ),
        ("index", "morris", "low: 0.1, high: 0.9", SECOND, "n: 2\n", ["index_W_fewer", "index_W_more"]),
        ("ranking", "lhs", "low: 0.1, high: 0.9", SECOND, "n: 10\n", ["ranking_month_12_unsettled"]),
    ],
)
def test_a_study_is_drawn_from_what_the_verb_wrote(
    ttg: Ttg, folder: Path, kind: str, design: str, first: str, second: str, more: str, pictures: list[str]
) -> None:
    (folder / "fewer.yaml").write_text(
        "name: fewer\nextends: base.yaml\nlevers:\n  - {from: 2011-02-07, set: housing.settled_places, to: 2}\n"
    )
    (folder / "study.yaml").write_text(STUDY.format(design=design, first=first, second=second) + more)
    ran = ttg("experiment", "study.yaml")
    assert (ran.code, ran.err) == (0, "")
    (study,) = folder.glob("results/experiments/study-*")
    answer = ttg("chart", kind, study, "--format", "svg")
    assert (answer.code, answer.err) == (0, "")
    drawn = sorted(file.stem for file in (study / "charts").glob("*.svg"))
    assert drawn == [name.replace("_W", "_difference_month_12_unsettled") for name in pictures]
    cells = [pd.read_csv(file) for file in (study / "charts").glob("*.csv")]
    assert all(len(table) for table in cells)
    if kind == "heat-map":
        points = pd.read_csv(study / "points.csv").query("scenario == 'more'")
        shown = pd.read_csv(study / "charts" / "heat-map_difference_month_12_unsettled_more.csv")
        assert shown["value"].tolist() == pytest.approx((100 * points["mean"]).tolist())


def test_the_kinds_are_listed(ttg: Ttg) -> None:
    answer = ttg("chart", "list")
    assert answer.code == 0
    assert "heat-map: Where two levers work together" in " ".join(answer.out.split())
