"""`ttg story`: what is printed and written, and what is refused."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from pathlib import Path

import pandas as pd
import pytest

from .conftest import BASE, Ttg, contents, start

PAIR = ("story", "more.yaml", "--against", "base.yaml")
FILES = {"story.md", "story.svg", "story.csv", "story.alt.txt", "events.csv", "manifest.json"}
BASE_WITH_PEOPLE = BASE.replace("per_year: 60", "per_year: 200").replace("weeks: 84", "weeks: 120", 1)


@pytest.fixture
def people(folder: Path) -> Path:
    """The current folder, with worlds of more people."""
    (folder / "base.yaml").write_text(BASE_WITH_PEOPLE)
    return folder


def told(folder: Path) -> Path:
    (found,) = folder.glob("results/story-*")
    return found


def test_a_story_is_printed_and_written(ttg: Ttg, people: Path) -> None:
    answer = ttg(*PAIR)
    assert (answer.code, answer.err) == (0, "")
    written = told(people)
    assert {path.name for path in written.iterdir()} == FILES
    text = (written / "story.md").read_text()
    assert text.startswith(answer.out.partition("\nWritten: ")[0].rstrip("\n"))
    assert answer.out.startswith("# One life, two worlds: a ")
    files = "story.md, story.svg, story.csv, story.alt.txt, events.csv"
    assert answer.out.endswith(f"Written: {Path('results') / written.name} ({files})\n")
    assert re.search(r"!\[Lanes of time\. .*\]\(story\.svg\)", text)
    events = pd.read_csv(written / "events.csv")
    assert list(events.columns) == ["week", "date", "event", "detail", "world"]
    assert set(events["world"]) == {"both", "scenario", "baseline"}
    assert all(line == line.rstrip() for line in answer.out.splitlines())
    assert "\x1b" not in answer.out
    manifest = json.loads((written / "manifest.json").read_text())
    assert manifest["replicate"] == 0
    assert set(manifest["files"]) == FILES - {"manifest.json"}


def test_the_same_story_is_the_same_and_nothing_finished_is_touched(ttg: Ttg, people: Path) -> None:
    first = ttg(*PAIR)
    before = contents(people / "results")
    times = {path: path.stat().st_mtime_ns for path in told(people).iterdir()}
    again = ttg(*PAIR)
    assert again.out == first.out
    assert contents(people / "results") == before
    assert {path: path.stat().st_mtime_ns for path in told(people).iterdir()} == times
    (told(people) / "story.svg").unlink()
    assert ttg(*PAIR).out == first.out
    assert contents(told(people))["story.svg"] == before[f"{told(people).name}/story.svg"]


def test_each_choice_has_a_folder_of_its_own(ttg: Ttg, people: Path) -> None:
    first = ttg(*PAIR)
    key = re.search(r"Person (\d+) of", first.out)
    assert key
    others = [ttg(*PAIR, "--find", "different"), ttg(*PAIR, "--person", key[1]), ttg(*PAIR, "--name"),
              ttg(*PAIR, "--replicate", "1"), ttg(*PAIR, "--seed", "5")]  # fmt: skip
    assert [answer.code for answer in others] == [0] * 5
    assert len(list(people.glob("results/story-*"))) == 6
    assert f"Person {key[1]} of" in others[1].out
    assert "(an invented name)" in others[2].out
    assert "replicate 1, seed 1" in others[3].out
    assert "replicate 0, seed 5" in others[4].out


def test_only_the_draw_that_is_told_is_run(ttg: Ttg, people: Path) -> None:
    assert ttg(*PAIR, "--replicate", "1").code == 0
    for name in ("base", "more"):
        (run,) = people.glob(f"results/{name}-*")
        assert set(pd.read_parquet(run / "events.parquet")["replicate"]) == {1}
    assert ttg("compare", "more.yaml", "--baseline", "base.yaml").code == 0
    (run,) = people.glob("results/base-*")
    assert set(pd.read_parquet(run / "replicates.parquet")["replicate"]) == {0, 1}
    assert set(pd.read_parquet(run / "events.parquet")["replicate"]) == {1}


def test_a_scenario_that_does_nothing(ttg: Ttg, people: Path) -> None:
    (people / "none.yaml").write_text("name: none\ntitle: Nothing\nextends: base.yaml\n")
    answer = ttg("story", "none.yaml", "--against", "base.yaml")
    assert answer.code == 0
    assert "both lives are the same, week by week" in " ".join(answer.out.split())
    answer = ttg("story", "none.yaml", "--against", "base.yaml", "--find", "better")
    assert (answer.code, answer.out, len(answer.lines)) == (2, "", 1)
    assert re.search(r"nobody of \d+ people is like that; to be found are alike \(\d+\)", answer.err)


def test_settings_act_in_both_worlds(ttg: Ttg, people: Path) -> None:
    assert ttg(*PAIR, "--set", "housing.temporary_places=3").code == 0
    for file in people.glob("results/*/manifest.json"):
        manifest = json.loads(file.read_text())
        if "effective_scenario" in manifest:
            assert manifest["effective_scenario"]["sections"]["housing"]["temporary_places"] == 3


REFUSED = {
    "story more.yaml": "Missing option '--against'",
    "story --against base.yaml": "Missing argument",
    "story more.yaml --against bse.yaml": "bse.yaml: does not exist; did you mean base.yaml?",
    "story mroe.yaml --against base.yaml": "mroe.yaml: does not exist; did you mean more.yaml?",
    "story base.yaml --against base.yaml": "base.yaml: is given twice",
    "story longer.yaml --against base.yaml": "longer cannot be compared with base: weeks evaluated are 84 in base",
    "story more.yaml --against base.yaml --replicate 2": "--replicate 2: expected a whole number from 0 to 1",
    "story more.yaml --against base.yaml --replicate -1": "'-1'; expected a whole number from 0 to 9999",
    "story more.yaml --against base.yaml --replicate x": "'x'; expected a whole number from 0 to 9999",
    "story more.yaml --against base.yaml --person bob": "'bob'; expected a whole number from 0",
    "story more.yaml --against base.yaml --person 99999999999999999999": "expected a whole number from 0",
    "story more.yaml --against base.yaml --find beter": "did you mean 'better'?",
    "story more.yaml --against base.yaml --find risk=hihg": "did you mean 'high'?",
    "story more.yaml --against base.yaml --find": "requires an argument",
    "story more.yaml --against base.yaml --find better --person 5": "--person and --find: expected one of them",
    "story more.yaml --against base.yaml --set intake.per_yeer=3": "did you mean intake.per_year?",
    "story more.yaml --against base.yaml --out base.yaml": "--out base.yaml: cannot write there (file exists)",
    "story more.yaml --against base.yaml --out /proc/nothing": "--out /proc/nothing: cannot write there",
}


@pytest.mark.parametrize("line", REFUSED)
def test_wrong_input_is_one_line_and_nothing_is_written(line: str, ttg: Ttg, folder: Path) -> None:
    (folder / "longer.yaml").write_text("name: longer\nextends: base.yaml\nweeks: 90\n")
    before = contents(folder)
    answer = ttg(*line.split())
    assert (answer.code, answer.out) == (2, "")
    assert len(answer.lines) == 1
    assert REFUSED[line] in answer.err
    assert "Traceback" not in answer.err
    assert contents(folder) == before
    assert not (folder / "results").exists()


def test_a_key_that_nobody_has_is_one_line_and_no_story(ttg: Ttg, folder: Path) -> None:
    answer = ttg(*PAIR, "--person", "12")
    assert (answer.code, answer.out, len(answer.lines)) == (2, "", 1)
    assert "--person 12: nobody released in both worlds has this key" in answer.err
    assert not list(folder.glob("results/story-*"))


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")
def test_control_c_is_one_line_and_leaves_no_story(people: Path) -> None:
    (people / "base.yaml").write_text(BASE_WITH_PEOPLE.replace("weeks: 120", "weeks: 900"))
    process = start(*PAIR, cwd=people)
    until = time.monotonic() + 240
    while not list(people.glob("results/*/manifest.json")):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.01)
    time.sleep(0.3)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=240)
    assert (process.returncode, out) == (130, b"")
    assert err.decode() == "ttg: stopped; finished runs are kept, and the same command carries on\n"
    assert not list(people.glob("results/story-*"))
    assert not list(people.glob("results/*/.writing-*"))
