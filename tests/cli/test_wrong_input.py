"""Whatever is typed, the answer to a fault is one line for it, an exit code, and nothing written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ttg_sim.mechanisms import SECTIONS

from .conftest import BASE, Answer, Ttg, contents

BROKEN = {
    "not YAML": "name: base\nweeks: [1, 2\n",
    "a tab": "name: base\nintake:\n\tper_year: 60\n",
    "empty": "",
    "only a comment": "# nothing\n",
    "a list": "- name: base\n",
    "a text": "base\n",
    "no name": "weeks: 84\n",
    "a bad name": "name: a b/c\n",
    "an unknown key": BASE + "wekes: 5\n",
    "an unknown section": BASE + "hausing:\n  settled_places: 5\n",
    "an unknown parameter": "name: base\nhousing:\n  setled_places: 5\n",
    "text for a number": "name: base\nintake:\n  per_year: many\n",
    "a negative number": "name: base\nintake:\n  per_year: -1\n",
    "not a number": "name: base\nintake:\n  per_year: .nan\n",
    "an endless number": "name: base\nweeks: " + "9" * 500 + "\n",
    "shares that do not add up": "name: base\nhousing:\n  before_custody: {settled: 1, temporary: 1, homeless: 0}\n",
    "a key given twice": BASE + "weeks: 85\n",
    "no replicates": BASE.replace("replicates: 2", "replicates: 0"),
    "a date that is none": BASE + "start: 2011-02-30\n",
    "a lever outside the run": BASE + "levers:\n  - {from: 2031-01-01, set: housing.settled_places, to: 5}\n",
    "a lever that is none": BASE + "levers:\n  - {from: 2011-02-07, set: intake.per_year, to: 5}\n",
    "extends nothing": "name: base\nextends: nothing.yaml\n",
    "extends itself": "name: base\nextends: base.yaml\n",
    "extends a file outside": "name: base\nextends: ../../etc/passwd\n",
    "an anchor": "name: &a base\ntitle: *a\n",
    "a tag": "name: !!python/object:os.system base\n",
    "two documents": BASE + "---\nname: b\n",
    "not text": b"name: \xff\xfe\n",
    "a NUL": b"name: base\x00\n",
}


def refused(answer: Answer, lines: int | None = 1) -> None:
    """Plain lines on the error stream, nothing on the other, exit code 2."""
    assert answer.code == 2, answer
    assert answer.out == ""
    assert answer.lines
    assert lines in (None, len(answer.lines)), answer.err
    for line in answer.lines:
        assert line.strip()
        assert line.isprintable()
    for word in ("Traceback", "Error", "error:", "errno", "pydantic", "Path(", "NoneType", "unable to parse"):
        assert word not in answer.err


@pytest.mark.parametrize("verb", ["check", "run", "compare", "new"])
@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_refused(verb, text, ttg: Ttg, folder: Path) -> None:
    (folder / "base.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    (folder / "good.yaml").write_text(BASE.replace("name: base", "name: good"))
    more = {"compare": ["--baseline", "good.yaml"]}
    arguments = ["next", "--extends", "base.yaml"] if verb == "new" else ["base.yaml", *more.get(verb, [])]
    before = contents(folder)
    answer = ttg(verb, *arguments)
    refused(answer, lines=None)
    assert all(line.startswith("base.yaml") for line in answer.lines), answer.err
    assert contents(folder) == before
    assert not (folder / "results").exists()


def test_every_fault_of_every_file_has_its_line(ttg: Ttg, folder: Path) -> None:
    (folder / "a.yaml").write_text("name: a\nwekes: 5\nintake:\n  per_year: -1\n")
    (folder / "b.yaml").write_text("name: b\nweeks: x\n")
    answer = ttg("run", "a.yaml", "b.yaml", "--set", "housing.nothing=1")
    refused(answer, lines=4)
    assert [line.split(":")[0] for line in answer.lines[:3]] == ["a.yaml", "a.yaml", "--set housing.nothing=1"]
    assert answer.lines[3].startswith("b.yaml:2")


LINES = {
    "chek": "did you mean 'check'",
    "run": "missing argument",
    "check": "missing argument",
    "run base.yaml --bogus": "no such option: --bogus",
    "run base.yaml --set": "requires an argument",
    "run nothing.yaml": "nothing.yaml: does not exist",
    "run bse.yaml": "did you mean base.yaml?",
    "run .": ".: is a folder",
    "run base.yaml/x": "base.yaml/x: does not exist",
    "check /dev/null": "/dev/null: is not an ordinary file",
    "run base.yaml --replicates 0": "'0'; expected a whole number from 1 to 10000",
    "run base.yaml --replicates x": "'x'; expected a whole number from 1 to 10000",
    "run base.yaml --replicates 2.5": "'2.5'; expected a whole number from 1 to 10000",
    "run base.yaml --replicates 10001": "'10001'; expected a whole number from 1 to 10000",
    "run base.yaml --seed -1": "'-1'; expected a whole number from 0",
    "run base.yaml --seed 9223372036854775808": "expected a whole number from 0",
    "run base.yaml --workers 0": "expected a whole number from 1 to 512",
    "run base.yaml --set intake.per_yeer=3": "did you mean intake.per_year?",
    "run base.yaml --set per_year=3": "did you mean intake.per_year?",
    "run base.yaml --set nonsense": "expected section.parameter=value",
    "run base.yaml --set =": "expected section.parameter=value",
    "run base.yaml --set intake.per_year=": "intake.per_year",
    "run base.yaml --set intake.per_year=lots": "'lots' is not a number",
    "run base.yaml --set intake.per_year=-3": "out of range",
    "run base.yaml --set intake.per_year=[1": "intake.per_year",
    "run base.yaml --set name=other": "cannot be set",
    "run base.yaml --set weeks=84 --set weeks=84": "is set twice",
    "run base.yaml --set replicates=2 --replicates 3": "is set twice",
    "run base.yaml base.yaml": "base.yaml: is given twice",
    "run base.yaml ./base.yaml": "base.yaml: is given twice",
    "run base.yaml other/base.yaml": "other/base.yaml: name: 'base' is the name of base.yaml too",
    "compare more.yaml": "missing option '--baseline'",
    "compare --baseline base.yaml": "missing argument",
    "compare base.yaml --baseline base.yaml": "base.yaml: is given twice",
    "compare more.yaml base.yaml --baseline base.yaml": "base.yaml: is given twice",
    "compare more.yaml more.yaml --baseline base.yaml": "more.yaml: is given twice",
    "compare other/base.yaml --baseline base.yaml": "other/base.yaml: name: 'base' is the name of base.yaml too",
    "compare more.yaml --baseline nothing.yaml": "nothing.yaml: does not exist",
    "compare more.yaml --baseline .": ".: is a folder",
    "params nonsense": f"expected one of {', '.join(SECTIONS)}\n",
    "params housin": "did you mean 'housing'?",
    "params housing custody": "custody",
    "params --format xml": "'xml' is not one of",
    "describe everything": "everything",
    "new base --extends base.yaml": "base.yaml: exists already",
    "new a/b --extends base.yaml": "'a/b' is not a name",
    "new ../b --extends base.yaml": "'../b' is not a name",
    "new a.b --extends base.yaml": "'a.b' is not a name",
    "new next": "missing option '--extends'",
    "new --extends base.yaml": "missing argument",
    "new next --extends nothing.yaml": "nothing.yaml: does not exist",
    "new next --extends .": ".: is a folder",
    f"new {'a' * 300} --extends base.yaml": "cannot be written (file name too long)",
    "run base.yaml --out base.yaml": "--out base.yaml: cannot write there (file exists)",
    "run base.yaml --out base.yaml/x": "--out base.yaml/x: cannot write there (not a directory)",
    "run base.yaml --out /proc/nothing": "--out /proc/nothing: cannot write there",
    "hypotheses": "experiments/hypotheses.yaml: does not exist",
    "hypotheses --file base.yml": "base.yml: does not exist; did you mean base.yaml?",
    "hypotheses --file .": ".: is a folder",
    "hypotheses --replicates 0": "'0'; expected a whole number from 1 to 10000",
    "hypotheses --sets -1": "'-1'; expected a whole number from 0 to 1000",
    "hypotheses --sets few": "'few'; expected a whole number from 0 to 1000",
    "compare more.yaml --baseline base.yaml --out base.yaml": "--out base.yaml: cannot write there (file exists)",
}


@pytest.mark.parametrize("line", LINES)
def test_one_line_says_what_is_wrong(line, ttg: Ttg, folder: Path) -> None:
    (folder / "other").mkdir()
    (folder / "other" / "base.yaml").write_text(BASE.replace("per_year: 60", "per_year: 61"))
    before = contents(folder)
    answer = ttg(*line.split())
    refused(answer)
    assert LINES[line].lower() in answer.err.lower()
    assert contents(folder) == before
    assert not (folder / "results").exists()


@pytest.mark.parametrize("name", ["", " ", "a b", "a\nb", "ä", "-", "a;b", ".", ".."])
def test_a_new_scenario_needs_a_name(name, ttg: Ttg, folder: Path) -> None:
    before = contents(folder)
    answer = ttg("new", "--extends", "base.yaml", "--", name)
    if name == "-":
        assert answer.code == 0
        assert (folder / "-.yaml").exists()
        return
    refused(answer)
    assert "is not a name" in answer.err
    assert contents(folder) == before


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="everything may be written by this user")
def test_a_folder_without_permission_is_refused(ttg: Ttg, folder: Path) -> None:
    (folder / "locked").mkdir(mode=0o500)
    refused(ttg("run", "base.yaml", "--out", "locked"))


NOT_COMPARABLE = {
    "start: 2012-01-02\n": "the first week begins on 2011-01-03 in base and 2012-01-02 in other",
    "warm_up_weeks: 11\n": "weeks of warm-up are 10 in base and 11 in other",
    "weeks: 85\n": "weeks evaluated are 84 in base and 85 in other",
    "intake: {per_year: 61}\n": "intake.per_year is 60 in base and 61 in other",
}


@pytest.mark.parametrize("change", NOT_COMPARABLE)
def test_worlds_with_other_people_are_not_compared(change, ttg: Ttg, folder: Path) -> None:
    (folder / "other.yaml").write_text("name: other\nextends: base.yaml\n" + change)
    before = contents(folder)
    answer = ttg("compare", "other.yaml", "more.yaml", "--baseline", "base.yaml")
    refused(answer)
    assert answer.err == f"other cannot be compared with base: {NOT_COMPARABLE[change]}\n"
    assert contents(folder) == before
    assert not (folder / "results").exists()


def test_every_reason_against_a_comparison_has_its_line(ttg: Ttg, folder: Path) -> None:
    (folder / "other.yaml").write_text("name: other\nextends: base.yaml\n" + "".join(NOT_COMPARABLE))
    refused(ttg("compare", "other.yaml", "--baseline", "base.yaml"), lines=len(NOT_COMPARABLE))
