"""What the command line says of shadow runs."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Ttg

HELD = {"housing.risk_homeless": 0.0, "housing.temporary_places": 0}
WHOLE = "shadow run: contacts with mentors happen, are counted and cost money, but move nobody, mentors and officers"
DIRECT = "shadow run: the direct effect of mentoring on reoffending is off"


@pytest.fixture(autouse=True)
def _made_up(held_at_neutral: Callable[..., None]) -> None:
    held_at_neutral(HELD, direct=("housing.risk_homeless",))


@pytest.fixture
def shadowed(folder: Path) -> Path:
    """The second scenario as a shadow run, beside itself."""
    text = (folder / "more.yaml").read_text()
    (folder / "shadow.yaml").write_text(text.replace("name: more", "name: shadow\nshadow: true"))
    return folder


def test_a_check_says_that_it_is_one_and_what_has_no_effect_then(ttg: Ttg, shadowed: Path) -> None:
    plain, shadow = ttg("check", "more.yaml").out, ttg("check", "shadow.yaml").out.splitlines()
    assert len(plain.splitlines()) == 1
    assert shadow[0].startswith("shadow.yaml: ok.")
    assert shadow[1] == f"  {WHOLE} included (2 parameters held at the value at which nobody is moved)"
    ends = "has no effect in this shadow run, which holds it at 0"
    assert shadow[2:] == [
        f"  base.yaml:10: housing.temporary_places {ends}",
        f"  shadow.yaml:6: housing.temporary_places from 2011-02-07 {ends}",
    ]


def test_the_table_of_values_in_force_has_those_of_the_shadow_run(ttg: Ttg, shadowed: Path) -> None:
    out = ttg("check", "--resolved", "shadow.yaml").out
    assert re.search(r"^ *shadow +true +shadow\.yaml:2$", out, re.MULTILINE)
    assert re.search(
        r"^ *housing\.temporary_places +0 +places +shadow run,\s+in place of 2\s+\(base\.yaml:10\)$", out, re.M
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("yess", "'yess' is not a switch or a choice; expected true, false or direct; did you mean true?"),
        ("drect", "'drect' is not a switch or a choice; expected true, false or direct; did you mean direct?"),
        ("1", "'1' is not a switch or a choice; expected true, false or direct; did you mean true?"),
    ],
)
def test_a_wrong_value_is_one_line(text: str, fault: str, ttg: Ttg, folder: Path) -> None:
    (folder / "wrong.yaml").write_text(f"name: wrong\nextends: base.yaml\nshadow: {text}\n")
    answer = ttg("check", "wrong.yaml")
    assert (answer.code, answer.err) == (2, f"wrong.yaml:3: shadow: {fault}\n")
    answer = ttg("run", "base.yaml", "--set", f"shadow={text}")
    assert (answer.code, answer.err) == (2, f"--set shadow={text}: {fault}\n")


def test_a_run_says_above_its_table_that_it_is_one(ttg: Ttg, folder: Path) -> None:
    plain = ttg("run", "base.yaml").out
    assert "shadow" not in plain
    for value, words in (("true", WHOLE), ("direct", DIRECT)):
        out = ttg("run", "base.yaml", "--set", f"shadow={value}").out
        assert out.index("Base (base): 2 replicates") < out.index(f"\nThis is a {words}") < out.index("outcome ")
    manifests = [json.loads(path.read_text()) for path in sorted(folder.glob("results/base-*/manifest.json"))]
    kinds = [one["effective_scenario"].get("shadow", {}).get("kind", False) for one in manifests]
    assert sorted(kinds, key=str) == [False, True, "direct"]


def test_a_comparison_says_which_worlds_are_shadow_runs(ttg: Ttg, shadowed: Path) -> None:
    plain = ttg("compare", "more.yaml", "--baseline", "base.yaml").out
    assert "shadow" not in plain
    one = ttg("compare", "shadow.yaml", "--baseline", "more.yaml")
    assert (one.code, one.err) == (0, "")
    assert f"\nIn shadow a {WHOLE}" in one.out
    assert "In more a" not in one.out
    assert "The worlds part in the week of 2010-10-25." in one.out
    other = ttg("compare", "more.yaml", "--baseline", "shadow.yaml").out
    assert f"\nIn shadow a {WHOLE}" in other
    both = ttg("compare", "more.yaml", "--baseline", "base.yaml", "--set", "shadow=direct").out
    assert both.index("More places (more) against") < both.index(f"\nIn both worlds a {DIRECT}") < both.index("verdict")


def test_parameters_tell_what_a_shadow_run_makes_of_them(ttg: Ttg, folder: Path) -> None:
    out = ttg("params", "housing").out
    assert out.count("In a shadow run") == 2
    assert "In a shadow run: 0." in out
    assert "In a shadow run, and with shadow: direct: 0." in out
    rows = {row["path"]: row for row in csv.DictReader(io.StringIO(ttg("params", "--format", "csv").out))}
    assert {path: row["shadow"] for path, row in rows.items() if row["shadow"]} == {
        "housing.risk_homeless": "0.0", "housing.temporary_places": "0",
    }  # fmt: skip
    assert rows["housing.risk_homeless"]["shadow_direct"] == "True"
    listed = " ".join(ttg("describe").out.split())
    for path in HELD:
        assert path in listed.partition("Parameters that a shadow run holds at the value at which nobody is moved:")[2]
    assert "shadow run: a run in which contacts with mentors happen" in ttg("describe", "--glossary").out
