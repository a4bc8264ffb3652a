"""What an analyst expects of a scenario: how it is written, what is wrong with it, and that it changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from ttg_sim.scenario import Scenario, ScenarioFaults, expected_lines, load_scenario, resolved_lines, with_settings
from ttg_sim.studies.expectations import known, known_in_run

HEAD = "name: one\nexpect:\n"


def read(folder: Path, text: str, name: str = "one", names=known_in_run, *settings: str) -> Scenario:
    (folder / f"{name}.yaml").write_text(text)
    return load_scenario(folder / f"{name}.yaml", settings, known=names)


def test_expectations_are_read(tmp_path: Path) -> None:
    lines = (
        "  - {outcome: reoffending_12m, between: [0.5, 0.7]}\n"
        "  - {outcome: met_before_release, group: risk, level: high, at_most: 0.4, why: hardly reached}\n"
        "  - outcome: recalls\n    at_least: 10\n    at_most: 600\n"
    )
    one, two, three = read(tmp_path, HEAD + lines).expect
    assert (one.outcome, one.low, one.high, one.range()) == ("reoffending_12m", 0.5, 0.7, "between 0.5 and 0.7")
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
    assert resolved_lines(with_them) == resolved_lines(plain)
    assert with_settings(with_them, {"replicates": 3}).expect == with_them.expect
    assert read(tmp_path, "name: one\nexpect: null\n").expect == ()


def test_they_stand_below_the_values_with_their_lines(tmp_path: Path) -> None:
    item = "  - {outcome: recalls, unit: year, group: year, level: 2012, at_least: 1}\n"
    (row,) = expected_lines(read(tmp_path, HEAD + item))
    assert row == ("expect[1]", "recalls (year: 2012) at least 1", "", f"{tmp_path / 'one.yaml'}:3")


def test_a_reason_is_one_line(tmp_path: Path) -> None:
    item = "  - outcome: recalls\n    at_least: 1\n    why: |\n      two\n      lines\n"
    assert read(tmp_path, HEAD + item).expect[0].why == "two lines"


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
    (
        "  - {outcome: reoffending_12m, between: [50, 70]}",
        "'70' is out of range; expected a number from 0 to 1 (a share",
    ),
    ("  - {outcome: reoffending_12m, between: [50, 70]}", "did you mean 0.7?"),
    ("  - {outcome: reoffending_12m, at_most: 55%}", "did you mean 0.55?"),
    ("  - {outcome: score_1_year, at_least: 56}", "did you mean 0.56?"),
    ("  - {outcome: service_gap, at_least: 5}", "a difference of shares, so 0.05 for 5 points); did you mean 0.05?"),
    ("  - {outcome: morale, at_most: 5}", "'5' is out of range; expected a number from 0 to 1"),
    ("  - {outcome: releases, at_most: many}", "expect[1].at_most: 'many' is not a number; expected a number\n"),
    (
        "  - {outcome: releases, at_most: '5'}",
        "'5' is in quotes, which makes it text; expected a number; did you mean 5?",
    ),
    ("  - {outcome: releases, at_most: .nan}", "'.nan' is not a finite number"),
    ("  - {outcome: releases, at_most: 1e300}", "'1e300' is out of range"),
    ("  - {outcome: releases, at_most: null}", "expect[1].at_most: is null; expected a number"),
    ("  - {outcome: releases, at_most: [1, 2]}", "expect[1].at_most: is a list; expected a number"),
    ("  - {outcome: recalls, unit: cohort, at_most: 9}", "recalls is not counted by 'cohort' in a run; expected year"),
    ("  - {outcome: reoffending_12m, unit: index, at_most: 1}", "not counted by 'index' in a run; expected cohort"),
    ("  - {outcome: recalls, group: area, level: area_01, at_most: 9}", "recalls is not counted by 'area'"),
    (
        "  - {outcome: reoffending_12m, group: all, level: high, at_least: 0}",
        "'high' is not a level of all; expected all",
    ),
    ("  - {outcome: reoffending_12m, group: sentence, level: long, at_least: 0}", "is not a level of sentence"),
    (
        "  - {outcome: reoffending_12m, group: year, level: 2030, at_least: 0}",
        "'2030' is not a level of year in this run",
    ),
    ("  - {outcome: reoffending_12m, group: year, level: 2010, at_least: 0}", "one of 2011, 2012, 2013, 2014"),
    (
        "  - {outcome: mentors, group: area, level: area_02, at_least: 0}",
        "'area_02' is not a level of area in this run",
    ),
    (
        "  - {outcome: met_ever, group: prison, level: area_01_prison_07, at_least: 0}",
        "is not a level of prison in this",
    ),
    ("  - {outcome: met_ever, group: comparison, level: longer, at_least: 0}", "since nobody is in this one"),
    ("  - {outcome: releases, at_least: 1, why: [a]}", "expect[1].why: is a list"),
    ("  - releases", "expect[1]: is a single value; expected outcome, and between, at_least or at_most"),
    ("  -", "expect[1]: is left blank"),
]


@pytest.mark.parametrize(("lines", "fault"), WRONG, ids=[fault[:40] for _, fault in WRONG])
def test_what_is_wrong_is_said_in_a_line(tmp_path: Path, lines: str, fault: str) -> None:
    with pytest.raises(ScenarioFaults) as found:
        read(tmp_path, f"{HEAD}{lines}\n")
    assert fault in f"{found.value}\n"
    assert all("one.yaml:" in line for line in str(found.value).splitlines())


def test_a_level_is_told_on_its_own_line(tmp_path: Path) -> None:
    item = "  - outcome: mentors\n    group: area\n    level: area_02\n    at_least: 1\n"
    with pytest.raises(ScenarioFaults, match=r"one\.yaml:5: expect\[1\]\.level"):
        read(tmp_path, HEAD + item)


def test_levels_are_those_of_the_run_with_its_settings(tmp_path: Path) -> None:
    items = (
        "  - {outcome: mentors, group: area, level: area_02, at_least: 0}\n"
        "  - {outcome: met_ever, group: prison, level: area_02_prison_06, at_least: 0}\n"
        "  - {outcome: reoffending_12m, group: comparison, level: longer, at_least: 0}\n"
        "  - {outcome: recalls, group: year, level: 2016, at_least: 0}\n"
    )
    changes = ("areas.number=2", "custody.resettlement_prisons=6", "longer.people=true", "start=2015-01-05")
    assert len(read(tmp_path, HEAD + items, "one", known_in_run, *changes).expect) == 4
    with pytest.raises(ScenarioFaults) as found:
        read(tmp_path, HEAD + items)
    assert len(found.value.faults) == 4
    # Verbs other than check take the file as it is: a shorter run must not make its expectations faults.
    assert len(read(tmp_path, HEAD + items, "one", known).expect) == 4


@pytest.mark.parametrize(
    "fault", ["weeks: none", "start: 2015-02-30", "areas: {number: x}", "areas: 2", "extends: no.yaml"]
)
def test_levels_are_not_guessed_where_the_run_is_not_known(tmp_path: Path, fault: str) -> None:
    item = "  - {outcome: mentors, group: area, level: area_02, at_least: 0}\n"
    with pytest.raises(ScenarioFaults) as found:
        read(tmp_path, f"{HEAD}{item}{fault}\n")
    assert [one.path.partition("[")[0] for one in found.value.faults] != []
    assert not any(one.path.startswith("expect") for one in found.value.faults)


def test_a_parents_faults_are_told_with_its_own_file(tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text("name: parent\nexpect:\n  - {outcome: relases, at_least: 1}\n")
    with pytest.raises(ScenarioFaults, match=r"parent\.yaml:3: expect\[1\]\.outcome"):
        read(tmp_path, "name: one\nextends: parent.yaml\n")


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
