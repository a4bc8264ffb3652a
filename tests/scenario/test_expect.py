"""What an analyst expects of a scenario: how it is written, what is wrong with it, and that it changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from ttg_sim.scenario import ScenarioFaults, load_scenario
from ttg_sim.studies.expectations import known

HEAD = "name: one\nexpect:\n"


def read(folder: Path, text: str, name: str = "one"):
    (folder / f"{name}.yaml").write_text(text)
    return load_scenario(folder / f"{name}.yaml", known=known)


def test_expectations_are_read(tmp_path: Path) -> None:
    lines = (
        "  - {outcome: reoffending_12m, between: [0.5, 0.7]}\n"
        "  - {outcome: met_before_release, group: risk, level: high, at_most: 0.4, why: hardly reached}\n"
        "  - outcome: recalls\n    at_least: 10\n    at_most: 600\n"
    )
    one, two, three = read(tmp_path, HEAD + lines).expect
    assert (one.outcome, one.low, one.high, one.range) == ("reoffending_12m", 0.5, 0.7, "between 0.5 and 0.7")
    assert (two.of, two.low, two.high, two.why) == ("met_before_release (risk: high)", None, 0.4, "hardly reached")
    assert (three.low, three.high, three.line) == (10, 600, 5)


def test_they_change_nothing_and_are_not_inherited(tmp_path: Path) -> None:
    plain = read(tmp_path, "name: one\n")
    with_them = read(tmp_path, HEAD + "  - {outcome: recalls, at_least: 1}\n")
    assert plain.identity() == with_them.identity()
    assert plain.canonical() == with_them.canonical()
    child = read(tmp_path, "name: two\nextends: one.yaml\n", "two")
    assert with_them.expect
    assert child.expect == ()
    assert read(tmp_path, "name: one\nexpect: null\n").expect == ()


WRONG = [
    ("  - {outcome: relases, at_least: 1}", "expect[1].outcome: 'relases' is not an outcome; did you mean releases?"),
    ("  - {outcome: releases}", "expect[1]: says no number; expected between, at_least or at_most"),
    ("  - {at_least: 1}", "expect[1].outcome: is missing"),
    ("  - {outcome: releases, at_lest: 1}", "expect[1].at_lest: is not a known key; did you mean at_least?"),
    ("  - {outcome: releases, between: [2, 1]}", "has the higher number first; expected [1, 2]"),
    ("  - {outcome: releases, between: [1]}", "expect[1].between: is not a pair"),
    ("  - {outcome: releases, between: 3}", "expect[1].between: is not a pair"),
    ("  - {outcome: releases, between: [1, x]}", "expect[1].between[2]: 'x' is not a number"),
    ("  - {outcome: releases, at_least: 2, at_most: 1}", "expect[1].at_most: is below at_least; expected 2 or more"),
    ("  - {outcome: releases, at_least: 2, between: [1, 2]}", "expect[1].at_least: does not go with between"),
    ("  - {outcome: reoffending_12m, at_least: 55}", "expected a number from 0 to 1 (a share, so 0.55 for 55%)"),
    ("  - {outcome: releases, group: risk, level: high, at_least: 1}", "releases is not counted by 'risk'"),
    ("  - {outcome: reoffending_12m, group: rsk, level: high, at_least: 0}", "did you mean risk?"),
    ("  - {outcome: reoffending_12m, group: risk, level: hi, at_least: 0}", "'hi' is not a level of risk"),
    ("  - {outcome: reoffending_12m, group: risk, at_least: 0}", "expect[1].level: is missing"),
    ("  - {outcome: reoffending_12m, level: high, at_least: 0}", "expect[1].group: is missing"),
    ("  - 3", "expect[1]: is a single value"),
    ("  - {outcome: [a], at_least: 0}", "expect[1].outcome: is a list"),
    ("  - {outcome: releases, at_least: 1}\n  - {outcome: releases, at_most: 9}", "about releases again"),
]


@pytest.mark.parametrize(("lines", "fault"), WRONG, ids=[fault[:40] for _, fault in WRONG])
def test_what_is_wrong_is_said_in_a_line(tmp_path: Path, lines: str, fault: str) -> None:
    with pytest.raises(ScenarioFaults) as found:
        read(tmp_path, f"{HEAD}{lines}\n")
    assert fault in str(found.value)
    assert all("one.yaml:" in line for line in str(found.value).splitlines())


@pytest.mark.parametrize("text", ["expect: 3", "expect: []", "expect: {outcome: releases}"])
def test_what_is_no_list_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ScenarioFaults, match=r"one\.yaml:2: expect"):
        read(tmp_path, f"name: one\n{text}\n")


def test_all_faults_of_a_file_come_together_in_order(tmp_path: Path) -> None:
    text = "name: one\nweeks: none\nexpect:\n  - {outcome: relases, at_least: 1}\nhousing: {settled_place: 3}\n"
    with pytest.raises(ScenarioFaults) as found:
        read(tmp_path, text)
    assert [int(line.split(":")[1]) for line in str(found.value).splitlines()] == [2, 4, 5]


def test_without_knowing_outcomes_names_are_taken_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(HEAD + "  - {outcome: anything, at_least: 1}\n")
    assert load_scenario(tmp_path / "one.yaml").expect[0].outcome == "anything"
