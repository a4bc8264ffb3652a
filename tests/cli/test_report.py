"""`ttg report` and `ttg diff` as they are typed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .conftest import Ttg, contents


@pytest.fixture
def finished(ttg: Ttg, folder: Path) -> Path:
    answer = ttg("report", "more.yaml", "--baseline", "base.yaml")
    assert (answer.code, answer.err) == (0, "")
    (page,) = folder.glob("results/compare-*/report/report.html")
    assert str(page.relative_to(folder)) in answer.out
    return page


def test_from_files_to_a_report_and_again_from_the_folder(ttg: Ttg, folder: Path, finished: Path) -> None:
    before = contents(folder)
    answer = ttg("report", str(finished.parents[1]))
    assert (answer.code, answer.err) == (0, "")
    assert contents(folder) == before
    assert "More places" in finished.read_text()
    assert "housing.temporary_places): 2 -&gt; 40 places from 7 February 2011" in finished.read_text()


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["nowhere"], "nowhere: is no folder; expected that of a comparison"),
        (["base.yaml"], "ttg: --baseline is missing; expected a scenario file to compare with"),
        (["nowhere", "base.yaml"], "ttg: expected scenario files with --baseline, or the folder of one"),
        (["more.yaml", "--baseline", "nowhere.yaml"], "nowhere.yaml: "),
        (["base.yaml", "--baseline", "base.yaml"], "is given twice"),
    ],
)
def test_wrong_input_is_told_in_a_line(ttg: Ttg, folder: Path, words: list[str], line: str) -> None:
    before = contents(folder)
    answer = ttg("report", *words)
    assert answer.code == 2
    assert len(answer.lines) == 1
    assert line in answer.err
    assert contents(folder) == before


def test_a_folder_of_runs_or_an_edited_one_is_refused(ttg: Ttg, folder: Path, finished: Path) -> None:
    (runs,) = folder.glob("results/base-*")
    answer = ttg("report", str(runs))
    assert (answer.code, len(answer.lines)) == (2, 1)
    assert "is the folder of one scenario's runs" in answer.err
    compare = finished.parents[1]
    table = compare / "differences.csv"
    table.write_text(table.read_text().replace("higher", "lower"))
    before = contents(folder)
    answer = ttg("report", str(compare))
    assert (answer.code, len(answer.lines)) == (2, 1)
    assert "differences.csv: was changed after it was written" in answer.err
    assert contents(folder) == before


def test_a_folder_that_cannot_be_written_leaves_the_report_as_it_was(ttg: Ttg, finished: Path, monkeypatch) -> None:
    def full(*given, **named) -> str:
        raise OSError(28, "No space left on device")

    before = finished.read_bytes()
    monkeypatch.setattr("tempfile.mkdtemp", full)
    answer = ttg("report", str(finished.parents[1]))
    assert (answer.code, answer.lines) == (1, ["ttg: no space left on device"])
    assert finished.read_bytes() == before


def test_differences_in_words(ttg: Ttg, folder: Path) -> None:
    answer = ttg("diff", "base.yaml", "more.yaml")
    assert (answer.code, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert len(lines) == 4
    assert lines[0].endswith("(housing.settled_places): 10 -> 60 places from 7 February 2011")
    assert lines[-1] == "Nothing else differs."
    assert ttg("diff", "base.yaml", "base.yaml").out == "The two are the same world.\n"
    assert ttg("diff", "base.yaml", "nothing.yaml").code == 2


def test_a_report_travels_with_its_comparison_alone(ttg: Ttg, folder: Path, finished: Path, tmp_path: Path) -> None:
    moved = Path(shutil.copytree(finished.parents[1], folder / "elsewhere" / finished.parents[1].name))
    shutil.rmtree(folder / "results")
    assert ttg("report", str(moved)).code == 0


def test_an_evidence_share_needs_scenario_files_and_a_power_of_two(ttg: Ttg, folder: Path) -> None:
    for options, line in (
        (["--draws", "16"], "--draws 16: expected a power of two, with --evidence-share"),
        (["--evidence-share", "--draws", "12"], "--draws 12: expected a power of two, with --evidence-share"),
        (["--evidence-share", "--draws", "x"], "expected a whole number from 8 to 4096"),
    ):
        answer = ttg("report", "more.yaml", "--baseline", "base.yaml", *options)
        assert answer.code == 2
        assert line in answer.err
        assert not (folder / "results").exists()
    answer = ttg("report", "results/compare-0000000000", "--evidence-share")
    assert (answer.code, "expected scenario files and --baseline rather than a folder" in answer.err) == (2, True)
