"""A file of hypotheses is read, or every fault in it has its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ttg_sim.outcomes.kinds import Unit
from ttg_sim.scenario import ScenarioFaults
from ttg_sim.studies.hypotheses.measures import OfOutcome, OfRecovery, OfSeries, OfSpread
from ttg_sim.studies.hypotheses.reading import load_hypotheses
from ttg_sim.studies.hypotheses.spec import Book, Expected, Kind, Plausible, Verdict

from .hypothesis_files import BOOK, write_book

HEAD = "hypotheses:\n  H01:\n    title: A title\n    kind: emergent\n    scenario: base.yaml\n"
ARMS = "    arms:\n      a: {}\n      b: {set: {housing.settled_places: 20}}\n"
TESTS = "    tests:\n      - {measure: {outcome: reoffending_12m}, contrast: {b: 1, a: -1}, expected: down}\n"


@pytest.fixture
def load(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def read(text: str) -> Book:
        return load_hypotheses(write_book(tmp_path, text).name)

    return read


def test_a_file_is_read_with_all_it_says(load) -> None:
    book = load(BOOK)
    assert book.plausible == Plausible(("housing",), 0.1, None, {}, 2, 1)
    one, two, three = book.hypotheses.values()
    assert (one.id, one.kind, one.rows, one.replicates) == ("H01", Kind.EMERGENT, ("A01", "A02"), 3)
    assert (one.recorded, two.recorded, three.recorded) == (Verdict.PASS, None, Verdict.PASS)
    assert one.arms["many"].scenario.sections == one.arms["few"].scenario.sections
    assert len(one.arms["many"].scenario.levers) == 2
    assert one.tests[0].measure == OfOutcome("first_night_homeless", Unit.COHORT)
    assert one.tests[1].measure == OfSeries("homeless", None, date(2011, 1, 31))
    assert [test.expected for test in one.tests] == [Expected.DOWN, Expected.ZERO]
    assert (two.kind, two.built_in_by) == (Kind.BUILT_IN, ("enforcement.use",))
    assert two.arms["supervised"].given == {
        "supervision.under_12_months", "supervision.offences_from", "probation.company_officers",
    }  # fmt: skip
    assert two.without["supervised"].scenario.sections["enforcement"].use == 0.0
    assert two.without["supervised"].scenario.sections["probation"].company_officers == 4
    assert two.tests[0].words == "recalls: supervised - unsupervised"
    assert three.arms["other"].apart
    assert three.fast.arms["one"].scenario.weeks == 20
    assert three.tests[1].words == "All arms have the same outcomes, weekly series and releases, to the last digit"


def test_what_is_left_out_has_plain_values(load) -> None:
    book = load(HEAD + ARMS + TESTS)
    (one,) = book.hypotheses.values()
    assert (one.replicates, one.half_width, one.most, one.fast, one.without) == (20, None, 20, None, None)
    assert book.plausible.sets == 0
    book = load("plausible: {sections: [housing]}\n" + HEAD + ARMS + TESTS)
    assert book.plausible == Plausible(("housing",), 0.5, None, {}, 10, 2)


def test_measures_and_numbers(load) -> None:
    tests = """\
    tests:
      - measure: {recovery: homeless, against: a, after: 2011-02-07, share: 0.9, over_weeks: 3}
        contrast: {b: 1}
        at_least: 12
      - measure: {recovery: homeless, against: a, after: 2011-02-07}
        contrast: {b: 1}
        at_most: 12.5
      - measure: {outcome: reoffending_12m, group: sex, level: women, unit: cohort}
        contrast: {b: 0.5, a: -0.5}
        expected: none
      - measure: {outcome: recalls, group: year, level: 2011}
        contrast: {b: 1}
        expected: up
"""
    first, second, third, fourth = load(HEAD + ARMS + tests).hypotheses["H01"].tests
    assert first.measure == OfRecovery("homeless", "a", date(2011, 2, 7), 0.9, 3)
    assert (first.expected, first.number, first.expects) == (Expected.AT_LEAST, 12.0, "at least 12")
    assert second.measure == OfRecovery("homeless", "a", date(2011, 2, 7), 0.95, 4)
    assert (second.expected, second.number) == (Expected.AT_MOST, 12.5)
    assert third.measure == OfOutcome("reoffending_12m", Unit.COHORT, "sex", "women")
    assert third.words == "reoffending_12m, sex women: 0.5 b - 0.5 a"
    assert fourth.measure == OfOutcome("recalls", Unit.YEAR, "year", "2011")


def test_a_spread_names_an_outcome_of_releases_and_a_group(load) -> None:
    test = "    tests:\n      - {measure: {spread: engaged_1m, group: area}, contrast: {b: 1, a: -1}, expected: down}\n"
    (found,) = load(HEAD + ARMS + test).hypotheses["H01"].tests
    assert found.measure == OfSpread("engaged_1m", "area")
    assert found.words == "spread of engaged_1m by area: b - a"


@pytest.mark.parametrize(
    ("measure", "fault"),
    [
        ("{spread: engaged_1m}", "measure.group: is missing; expected one of risk, sex, prolific, sentence, "),
        ("{spread: engaged_1m, group: all}", "measure.group: 'all' is not"),
        ("{spread: engaged_1m, group: comparison}", "measure.group: 'comparison' is not"),
        ("{spread: recalls, group: area}", "measure.spread: 'recalls' is not an outcome of releases"),
        ("{spread: engaged_1m, group: area, level: area_01}", "measure.level: is not a known key; "),
        ("{spread: engaged_1m, outcome: recalls, group: area}", "measure: spread does not go with outcome"),
    ],
)
def test_a_spread_of_something_else_is_refused(load, measure, fault) -> None:
    with pytest.raises(ScenarioFaults) as found:
        load(HEAD + ARMS + f"    tests:\n      - {{measure: {measure}, contrast: {{b: 1, a: -1}}, expected: down}}\n")
    assert f"hypotheses.H01.tests[1].{fault}" in str(found.value)


def test_an_arm_or_a_hypothesis_may_be_a_shadow_run(load) -> None:
    def shadows(text: str) -> list[object]:
        one = load(text).hypotheses["H01"]
        return [arm.scenario.shadow for arms in (one.arms, one.fast.arms) for arm in arms.values()]

    fast = "    fast: {replicates: 1, settings: {weeks: 20}}\n"
    assert shadows(HEAD + "    settings: {shadow: true}\n" + ARMS + TESTS + fast) == [True] * 4
    arms = ARMS.replace("a: {}", "a: {set: {shadow: direct}}")
    assert shadows(HEAD + arms + TESTS + fast) == ["direct", False] * 2
    assert shadows(HEAD + "    settings: {shadow: true}\n" + arms + TESTS + fast) == ["direct", True] * 2
    assert "shadow" in load(HEAD + arms + TESTS).hypotheses["H01"].arms["a"].given


def test_the_effect_that_is_built_in_may_be_taken_away_by_a_shadow_run(load) -> None:
    built = "    built_in_by: [housing.risk_homeless]\n    without: {shadow: direct}\n"
    one = load((HEAD + ARMS + TESTS).replace("emergent", "built in") + built).hypotheses["H01"]
    assert [arm.scenario.shadow for arm in one.without.values()] == ["direct"] * 2
    assert [arm.scenario.shadow for arm in one.arms.values()] == [False] * 2


def test_later_layers_win(load) -> None:
    text = HEAD + "    settings: {weeks: 30, housing.settled_places: 5, housing.temporary_places: 7}\n" + ARMS + TESTS
    text += "    fast: {replicates: 1, settings: {weeks: 20, housing.temporary_places: 8, housing.settled_places: 6}}\n"
    one = load(text).hypotheses["H01"]

    def places(arms) -> list[tuple[int, int, int]]:
        found = [(arm.scenario.weeks, arm.scenario.sections["housing"]) for arm in arms.values()]
        return [(weeks, housing.settled_places, housing.temporary_places) for weeks, housing in found]

    assert places(one.arms) == [(30, 5, 7), (30, 20, 7)]
    assert places(one.fast.arms) == [(20, 6, 8), (20, 20, 8)]


ONE = "one of outcome, series, spread, recovery"
BROKEN = {
    "empty": ("", "1: is empty; expected keys with values: plausible and hypotheses"),
    "a list": ("- a\n", "1: is a list; expected keys with values: plausible and hypotheses"),
    "an unknown key": (
        HEAD + ARMS + TESTS + "    replicate: 3\n",
        "11: hypotheses.H01.replicate: is not a known key; did you mean replicates?",
    ),
    "no hypotheses": ("plausible: {sets: 1}\n", "1: hypotheses: is missing; expected hypotheses by id"),
    "a bad id": (
        (HEAD + ARMS + TESTS).replace("H01:", "H-1:"),
        "2: hypotheses.H-1: 'H-1' is not a name; expected letters, digits and underscores",
    ),
    "no title": (
        (HEAD + ARMS + TESTS).replace("    title: A title\n", ""),
        "2: hypotheses.H01.title: is missing; expected a sentence",
    ),
    "another kind": (
        (HEAD + ARMS + TESTS).replace("emergent", "emergnt"),
        "4: hypotheses.H01.kind: 'emergnt' is not one of the choices; expected one of emergent, built in; did you mean "
        "emergent?",
    ),
    "built in by nothing": (
        (HEAD + ARMS + TESTS).replace("emergent", "built in"),
        "2: hypotheses.H01.built_in_by: is missing; expected the parameters of that very effect",
    ),
    "emergent and built in": (
        HEAD + ARMS + TESTS + "    built_in_by: [housing.risk_homeless]\n",
        "11: hypotheses.H01.built_in_by: does not go with kind: emergent; expected kind: built in",
    ),
    "built in by no parameter": (
        (HEAD + ARMS + TESTS).replace("emergent", "built in") + "    built_in_by: [housing.risk_homelss]\n",
        "11: hypotheses.H01.built_in_by[1]: 'housing.risk_homelss' is not a parameter; did you mean "
        "housing.risk_homeless?",
    ),
    "no row": (
        HEAD + ARMS + TESTS + "    rows: [A01, first]\n",
        "11: hypotheses.H01.rows[2]: 'first' is not a row; expected rows of the mechanism table, such as A01",
    ),
    "no scenario": (
        (HEAD + ARMS + TESTS).replace("    scenario: base.yaml\n", ""),
        "2: hypotheses.H01.scenario: is missing; expected the path of a scenario file, relative to this file",
    ),
    "a scenario that is not there": (
        (HEAD + ARMS + TESTS).replace("base.yaml", "bse.yaml"),
        "5: hypotheses.H01.scenario: 'bse.yaml' does not exist; did you mean base.yaml?",
    ),
    "a scenario by its whole path": (
        (HEAD + ARMS + TESTS).replace("base.yaml", "/base.yaml"),
        "5: hypotheses.H01.scenario: '/base.yaml' is not a path relative to this file; expected the path of a scenario "
        "file, relative to this file",
    ),
    "no arms": (
        HEAD + "    tests: [{check: identical}]\n",
        "2: hypotheses.H01.arms: is missing; expected arms by name",
    ),
    "a blank arm": (
        HEAD + ARMS.replace("a: {}", "a:") + TESTS,
        "7: hypotheses.H01.arms.a: is left blank; expected keys with values, one below the other and indented",
    ),
    "an unknown parameter in an arm": (
        HEAD + ARMS.replace("settled", "setled") + TESTS,
        "8: hypotheses.H01.arms.b.set.housing.setled_places: 'housing.setled_places' cannot be set; did you mean "
        "housing.settled_places?",
    ),
    "a value out of range": (
        HEAD + ARMS.replace("20", "-20") + TESTS,
        "8: hypotheses.H01.arms.b.set.housing.settled_places: '-20' is out of range; expected a whole number from 0 to "
        "100000 (places)",
    ),
    "no kind of shadow run": (
        HEAD + ARMS.replace("housing.settled_places: 20", "shadow: drect") + TESTS,
        "8: hypotheses.H01.arms.b.set.shadow: 'drect' is not a switch or a choice; expected true, false or direct; did "
        "you mean direct?",
    ),
    "weeks of one arm": (
        HEAD + ARMS.replace("housing.settled_places", "weeks") + TESTS,
        "8: hypotheses.H01.arms.b.set.weeks: cannot be set here; expected settings of the hypothesis, which all arms "
        "share",
    ),
    "replicates in settings": (
        HEAD + "    settings: {replicates: 3}\n" + ARMS + TESTS,
        "6: hypotheses.H01.settings.replicates: cannot be set here; expected the key replicates of the hypothesis",
    ),
    "a date of a lever": (
        HEAD + ARMS.replace("set: {housing.settled_places: 20}",
                            "levers: [{from: 2031-01-01, set: housing.settled_places, to: 1}]") + TESTS,
        "8: hypotheses.H01.arms.b.levers[1].from: 2031-01-01 lies outside the run; expected a date from 2010-10-25 to "
        "2012-02-26",
    ),
    "what is no lever": (
        HEAD + ARMS.replace("set: {housing.settled_places: 20}",
                            "levers: [{from: 2011-02-07, set: intake.per_year, to: 50}]") + TESTS,
        "8: hypotheses.H01.arms.b.levers[1].set: intake.per_year is not a lever; set it in its section",
    ),
    "no tests": (HEAD + ARMS + "    tests: []\n", "9: hypotheses.H01.tests: has no tests; expected at least one"),
    "tests that are no list": (
        HEAD + ARMS + "    tests: {a: 1}\n",
        "9: hypotheses.H01.tests: is a group of keys; expected a list, each item beginning with a hyphen",
    ),
    "an unknown outcome": (
        HEAD + ARMS + TESTS.replace("reoffending_12m", "reofending_12m"),
        "10: hypotheses.H01.tests[1].measure.outcome: 'reofending_12m' is not an outcome; did you mean "
        "reoffending_12m?",
    ),
    "an unknown series": (
        HEAD + ARMS + TESTS.replace("outcome: reoffending_12m", "series: homless"),
        "10: hypotheses.H01.tests[1].measure.series: 'homless' is not a weekly series; did you mean homeless?",
    ),
    "a measure of nothing": (
        HEAD + ARMS + TESTS.replace("outcome: reoffending_12m", "unit: year"),
        f"10: hypotheses.H01.tests[1].measure: does not say what is measured; expected {ONE}",
    ),
    "two measures": (
        HEAD + ARMS + TESTS.replace("outcome: reoffending_12m", "outcome: reoffending_12m, series: homeless"),
        f"10: hypotheses.H01.tests[1].measure: series does not go with outcome; expected {ONE}",
    ),
    "a key of another measure": (
        HEAD + ARMS + TESTS.replace("12m}", "12m, from: 2011-02-07}"),
        "10: hypotheses.H01.tests[1].measure.from: is not a known key; expected one of outcome, unit, group, "
        "level, less",
    ),
    "another unit": (
        HEAD + ARMS + TESTS.replace("12m}", "12m, unit: year}"),
        "10: hypotheses.H01.tests[1].measure.unit: reoffending_12m is not counted by year in a run; expected cohort",
    ),
    "a group without a level": (
        HEAD + ARMS + TESTS.replace("12m}", "12m, group: sex}"),
        "10: hypotheses.H01.tests[1].measure.level: is missing; expected group and level together, or neither",
    ),
    "a count by sex": (
        HEAD + ARMS + TESTS.replace("reoffending_12m}", "recalls, group: sex, level: women}"),
        "10: hypotheses.H01.tests[1].measure.group: recalls is not counted by sex; expected one of all, year",
    ),
    "a date outside the run": (
        HEAD + ARMS + TESTS.replace("outcome: reoffending_12m", "series: homeless, to: 2013-01-01"),
        "10: hypotheses.H01.tests[1].measure.to: 2013-01-01 lies outside the run; expected a date from 2010-10-25 to "
        "2012-02-26",
    ),
    "a date outside the fast run": (
        HEAD + ARMS + TESTS.replace("outcome: reoffending_12m", "series: homeless, to: 2012-01-01")
        + "    fast: {replicates: 1, settings: {weeks: 20}}\n",
        "10: hypotheses.H01.tests[1].measure.to: 2012-01-01 lies outside the run of its fast version; expected a date "
        "from 2010-10-25 to 2011-05-22",
    ),
    "dates the wrong way round": (
        HEAD + ARMS + TESTS.replace("outcome: reoffending_12m", "series: homeless, from: 2011-03-01, to: 2011-02-01"),
        "10: hypotheses.H01.tests[1].measure.to: 2011-02-01 is before 2011-03-01; expected a later date",
    ),
    "recovery against no arm": (
        HEAD + ARMS + TESTS.replace("outcome: reoffending_12m", "recovery: homeless, against: c, after: 2011-02-07"),
        "10: hypotheses.H01.tests[1].measure.against: 'c' is not an arm; expected one of a, b",
    ),
    "a contrast with no arm": (
        HEAD + ARMS + TESTS.replace("a: -1", "bb: -1"),
        "10: hypotheses.H01.tests[1].contrast.bb: 'bb' is not an arm; did you mean b?",
    ),
    "a contrast without weights": (
        HEAD + ARMS + TESTS.replace("b: 1, a: -1", "b: 0"),
        "10: hypotheses.H01.tests[1].contrast: has no arm with a weight other than 0; expected weights of arms",
    ),
    "no expectation": (
        HEAD + ARMS + TESTS.replace(", expected: down", ""),
        "10: hypotheses.H01.tests[1].expected: is missing; expected one of expected, at_least, at_most",
    ),
    "two expectations": (
        HEAD + ARMS + TESTS.replace("expected: down", "expected: down, at_least: 3"),
        "10: hypotheses.H01.tests[1].expected: does not go with at_least; expected one of expected, at_least, at_most",
    ),
    "another expectation": (
        HEAD + ARMS + TESTS.replace("down", "lower"),
        "10: hypotheses.H01.tests[1].expected: 'lower' is not one of the choices; expected one of up, down, zero, none",
    ),
    "an unknown check": (
        HEAD + ARMS + "    tests: [{check: identicl}]\n",
        "9: hypotheses.H01.tests[1].check: 'identicl' is not a check; did you mean identical?",
    ),
    "a check with a contrast": (
        HEAD + ARMS + "    tests: [{check: identical, contrast: {a: 1}}]\n",
        "9: hypotheses.H01.tests[1].contrast: does not go with check; expected one or the other",
    ),
    "half_width alone": (
        HEAD + ARMS + TESTS + "    half_width: 0.1\n",
        "2: hypotheses.H01.most: is missing; expected half_width and most together, or neither",
    ),
    "most that is less": (
        HEAD + ARMS + TESTS + "    half_width: 0.1\n    most: 5\n",
        "12: hypotheses.H01.most: is less than replicates, 20; expected at least 20",
    ),
    "half_width of a check": (
        HEAD + ARMS + "    tests: [{check: identical}]\n    half_width: 0.1\n    most: 50\n",
        "10: hypotheses.H01.half_width: is that of the first test, which has no contrast; expected a contrast in the "
        "first test",
    ),
    "a verdict that is none": (
        HEAD + ARMS + TESTS + "    recorded: passed\n",
        "11: hypotheses.H01.recorded: 'passed' is not one of the choices; expected one of pass, fail, inconclusive; "
        "did you mean pass?",
    ),
    "a verdict on open questions": (
        HEAD + ARMS + TESTS.replace("down", "none") + "    recorded: pass\n",
        "11: hypotheses.H01.recorded: all tests are open questions, which have no verdict; expected null",
    ),
    "a section that is none": (
        "plausible: {sections: [housin]}\n" + HEAD + ARMS + TESTS,
        "1: plausible.sections[1]: 'housin' is not a section; did you mean housing?",
    ),
    "a reach beyond the bounds": (
        "plausible: {reach: 1.5}\n" + HEAD + ARMS + TESTS,
        "1: plausible.reach: '1.5' is out of range; expected a number from 0 to 1",
    ),
    "a range of a lever": (
        "plausible: {ranges: {housing.settled_places: {low: 1, high: 2}}}\n" + HEAD + ARMS + TESTS,
        "1: plausible.ranges.housing.settled_places: is not sampled; expected an uncertain parameter that is a number",
    ),
    "a range the wrong way round": (
        "plausible: {ranges: {housing.risk_homeless: {low: 0.3, high: 0.2}}}\n" + HEAD + ARMS + TESTS,
        "1: plausible.ranges.housing.risk_homeless.high: is below low, 0.3; expected at least 0.3",
    ),
    "no YAML": ("hypotheses: [1, 2\n", "2: a bracket is not closed, or a comma is missing"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_every_fault_is_one_line(name, load) -> None:
    text, line = BROKEN[name]
    with pytest.raises(ScenarioFaults) as found:
        load(text)
    assert str(found.value) == f"hypotheses.yaml:{line}"


def test_all_faults_are_said_at_once_each_once_and_in_order(load) -> None:
    text = BOOK.replace("kind: emergent", "kind: emergend").replace("expected: down", "expected: lower")
    text = text.replace("check: conservation", "check: nothing").replace("apart: true", "apart: 1")
    text = text.replace("reach: 0.1", "reach: -1")
    with pytest.raises(ScenarioFaults) as found:
        load(text)
    lines = [fault.line for fault in found.value.faults]
    assert lines == sorted(lines)
    assert len(lines) == len(set(lines)) == 6


def test_faults_of_a_scenario_stand_with_its_own_file_and_once(load, tmp_path) -> None:
    (tmp_path / "wrong.yaml").write_text("name: wrong\nwekes: 5\n")
    with pytest.raises(ScenarioFaults) as found:
        load(BOOK.replace("scenario: base.yaml", "scenario: wrong.yaml"))
    assert str(found.value) == "wrong.yaml:2: wekes: is not a known key; did you mean weeks?"


def test_arms_of_other_weeks_are_not_paired(load, tmp_path) -> None:
    (tmp_path / "longer.yaml").write_text("name: longer\nextends: base.yaml\nweeks: 61\n")
    with pytest.raises(ScenarioFaults) as found:
        load(HEAD + ARMS.replace("{set: {housing.settled_places: 20}}", "{scenario: longer.yaml}") + TESTS)
    assert str(found.value) == (
        "hypotheses.yaml:6: hypotheses.H01.arms.b: weeks is 61 here and 60 in a, so they cannot be paired; expected "
        "weeks in settings, for all arms"
    )


def test_a_lever_of_the_scenario_beyond_the_weeks_of_the_hypothesis(load, tmp_path) -> None:
    text = "name: late\nextends: base.yaml\nlevers:\n  - {from: 2011-12-05, set: housing.settled_places, to: 3}\n"
    (tmp_path / "late.yaml").write_text(text)
    with pytest.raises(ScenarioFaults, match=r"^late.yaml:4: levers\[1\].from: 2011-12-05 lies outside the run; .*$"):
        load((HEAD + "    settings: {weeks: 20}\n" + ARMS + TESTS).replace("base.yaml", "late.yaml"))


@pytest.mark.parametrize("name", ["nothing.yaml", ".", "base.yaml/x"])
def test_a_file_that_cannot_be_read(name, load, tmp_path) -> None:
    with pytest.raises(ScenarioFaults) as found:
        load_hypotheses(tmp_path / name)
    assert len(found.value.faults) == 1
