"""Switching values: which questions can be asked, which values are tried, where the sign turns, and what is written."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from helpers import MENTORED, lever, small

from ttg_sim.scenario import Scenario
from ttg_sim.scenario.names import parameters
from ttg_sim.studies import compare, switching
from ttg_sim.studies.summary import verdict
from ttg_sim.studies.switching import NoSwitching, Question, ask, crossings, sentence

SETTINGS = {"weeks": 100, "replicates": 3, "intake.per_year": 60.0}
BASE = replace(small(SETTINGS), name="base")
OTHER = replace(small(SETTINGS, **{"housing.temporary_places": 30}), name="other")


def question(path: str, *values, outcome: str = "offences", in_force=None) -> Question:
    return Question(parameters()[path], outcome, values, values[0] if in_force is None else in_force)


def points(values, differences, half: float = 1.0, replicates: int = 5) -> pd.DataFrame:
    rows = [
        (value, d, d - half, d + half, replicates, verdict(d - half, d + half).value)
        for value, d in zip(values, differences, strict=True)
    ]
    return pd.DataFrame(rows, columns=["value", "difference", "low", "high", "replicates", "verdict"])


def test_the_sign_turns_between_clear_signs_that_are_opposite() -> None:
    (one,) = crossings(points([0, 10, 20, 30], [-4.0, -2.0, 0.5, 6.0]))
    assert (one.below, one.above) == (10, 30)
    assert one.value == pytest.approx(10 + 20 * 2 / 8)


def test_the_sign_may_turn_more_than_once_or_never() -> None:
    assert [one.value for one in crossings(points([0, 1, 2], [-3.0, 3.0, -3.0]))] == [0.5, 1.5]
    assert crossings(points([0, 1, 2], [3.0, 0.1, 3.0])) == ()
    assert crossings(points([0, 1], [0.1, -0.1])) == ()


@pytest.mark.parametrize(
    ("differences", "words"),
    [
        (
            [-3.0, -2.0, 0.5, 2.0],
            "the sign changes at about 500 (it is clear on both sides, at 250 and 750), by interpolation; "
            "0 is in force",
        ),
        (
            [-3.0, -2.0, 0.5, 0.5],
            "the sign does not change within the tested range (0 to 750): lower where it is clear, at 2 of 4 values",
        ),
        ([3.0, 2.0, 2.0, 2.0], "the sign does not change within the tested range (0 to 750): higher at all 4 values"),
        ([0.1, -0.1, 0.5, 0.5], "no clear sign anywhere: at no tested value does the interval leave out nil"),
    ],
)  # fmt: skip
def test_a_sentence_for_numbers(differences, words) -> None:
    table = points([0.0, 250.0, 500.0, 750.0], differences)
    asked = question("costs.prison_week", *table["value"])
    assert sentence(asked, table, crossings(table)) == words


def test_a_sentence_where_there_is_nothing_to_tell() -> None:
    asked = question("costs.prison_week", 0.0, 1.0)
    assert (
        sentence(asked, points([0.0, 1.0], [0.0, 0.0], half=0.0), ()) == "the difference is nil at every tested value"
    )
    assert sentence(asked, points([0.0, 1.0], [5.0, 5.0], replicates=1), ()).startswith("no sign can be told")


def test_a_sentence_for_switches_and_choices() -> None:
    asked = question("resettlement.service", False, True)
    turned = points([False, True], [-3.0, 3.0])
    assert sentence(asked, turned, ()) == "the sign changes: higher with true; lower with false"
    same = points([False, True], [-3.0, 0.2])
    assert sentence(asked, same, ()) == "the sign does not change: lower with false; no clear difference with true"


def test_values_lie_across_the_bounds_with_the_one_in_force() -> None:
    asked = ask(OTHER, BASE, "costs.prison_week", points=3)
    assert asked.values == (0.0, 730.0, 1250.0, 2500.0)
    assert asked.in_force == 730.0
    asked = ask(OTHER, BASE, "costs.prison_week", points=2, low=730.0, high=800.0)
    assert asked.values == (730.0, 800.0)


def test_values_of_counts_are_whole_and_each_is_tried_once() -> None:
    asked = ask(OTHER, BASE, "services.training_places", points=9, low=10, high=13)
    assert asked.values == (10, 11, 12, 13)
    assert all(isinstance(value, int) for value in asked.values)


def test_switches_and_choices_are_tried_as_they_are() -> None:
    assert ask(OTHER, BASE, "resettlement.service").values == (False, True)
    choices = ask(OTHER, BASE, "funding.calendar").values
    assert choices == parameters()["funding.calendar"].choices


def test_what_is_looked_at_unless_another_outcome_is_named() -> None:
    assert ask(OTHER, BASE, "costs.reoffence").outcome == "present_society"
    assert ask(OTHER, BASE, "housing.risk_homeless").outcome == "reoffending_12m"
    assert ask(OTHER, BASE, "housing.risk_homeless").unit == "index"
    assert ask(OTHER, BASE, "housing.risk_homeless", "offences").unit == "year"


SHADOW = replace(OTHER, shadow=True)
MOVED = replace(OTHER, levers=(lever(OTHER, "services.training_places", 5, 10),))


@pytest.mark.parametrize(
    ("scenario", "path", "more", "words"),
    [
        (OTHER, "costs.prison_weak", {}, "is not a parameter; did you mean costs.prison_week?"),
        (OTHER, "prison_week", {}, "did you mean costs.prison_week?"),
        (OTHER, "zzz.zzz", {}, "is not a parameter; see ttg params"),
        (OTHER, "weeks", {}, "is not a parameter"),
        (OTHER, "housing.before_custody", {}, "is a table of shares; expected a number, a switch or a choice"),
        (OTHER, "supervision.offences_from", {}, "is a date; expected"),
        (OTHER, "housing.temporary_places", {}, "is 30 in other and 5 in base; expected a parameter that is the same"),
        (MOVED, "services.training_places", {}, "is moved by other on 2011-03-14; expected"),
        (SHADOW, "influence.direct_effect", {}, "is overridden in other, which is a shadow run"),
        (OTHER, "costs.reoffence", {"outcome": "ofences"}, "ofences: is not an outcome; did you mean offences?"),
        (OTHER, "costs.reoffence", {"outcome": "offences"}, "costs.reoffence moves money only; expected one of"),
        (OTHER, "costs.reoffence", {"low": -1.0}, "--low -1: is out of range for costs.reoffence; expected a number"),
        (OTHER, "costs.reoffence", {"low": 5.0, "high": 5.0}, "--low 5: is not below --high 5; expected a range"),
        (OTHER, "resettlement.service", {"low": 0.0}, "is no number; expected neither --low nor --high with it"),
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_asked_is_refused_in_a_line(scenario: Scenario, path, more, words) -> None:
    with pytest.raises(NoSwitching) as fault:
        ask(scenario, BASE, path, **more)
    assert words in str(fault.value)
    assert "\n" not in str(fault.value)


@pytest.fixture(scope="module")
def answered(tmp_path_factory):
    out = tmp_path_factory.mktemp("switching")
    paths = ("costs.temporary_night", "housing.risk_homeless", "resettlement.service")
    named = ("cost_used", "occasions", "homeless_weeks")
    asked = [ask(OTHER, BASE, path, name, points=2) for path, name in zip(paths, named, strict=True)]
    return (*switching.switching(OTHER, BASE, asked, out, workers=1), out)


def test_money_is_priced_again_without_new_runs(answered) -> None:
    answers, _, out = answered
    first = answers[0]
    assert {run.scenario.name for run in first.runs} == {"base", "other"}
    costs = dict(zip(first.points["value"], first.points["difference"], strict=True))
    assert list(costs) == [0.0, 81.0, 400.0]
    # More temporary places cost more, the dearer a night the more; all else is the same at each price.
    assert costs[400.0] - costs[0.0] == pytest.approx((costs[81.0] - costs[0.0]) * 400 / 81)
    assert costs[0.0] < costs[81.0] < costs[400.0]
    dear = [replace(one, sections={**one.sections, "costs": one.sections["costs"].model_copy(
        update={"temporary_night": 400.0})}, name=f"{one.name}_dear") for one in (BASE, OTHER)]  # fmt: skip
    whole = compare.compare([dear[1]], dear[0], out, workers=1).differences
    row = whole[(whole["outcome"] == "cost_used") & (whole["group"] == "all")].iloc[0]
    assert row["difference"] == pytest.approx(costs[400.0])
    assert (row["low"], row["high"]) == pytest.approx(tuple(first.points.iloc[-1][["low", "high"]]))


def test_worlds_are_run_again_with_the_value_in_both(answered) -> None:
    answers, _, out = answered
    second = answers[1]
    assert list(second.points["in_force"]) == [False, True, False]
    assert len({run.folder.path for run in second.runs}) == 6
    whole = compare.compare([OTHER], BASE, out, workers=1)
    assert [run.new for run in (whole.baseline, *whole.others)] == [0, 0]  # the value in force is what it was
    rows = whole.differences
    row = rows[(rows["outcome"] == "occasions") & (rows["group"] == "all")].iloc[0]
    found = second.points[second.points["in_force"]].iloc[0]
    assert found["difference"] == row["difference"]
    assert found["low"] == row["low"]
    for run in second.runs:
        risk = run.scenario.sections["housing"].risk_homeless
        assert risk in second.points["value"].tolist()


def test_an_outcome_of_releases_is_of_the_same_people(answered) -> None:
    _, _, out = answered
    asked = ask(OTHER, BASE, "housing.risk_homeless", "first_night_settled", points=2, low=0.19, high=0.2)
    (answer,), _ = switching.switching(OTHER, BASE, [asked], out, workers=1)
    rows = compare.compare([OTHER], BASE, out, workers=1).differences
    row = rows[(rows["outcome"] == "first_night_settled") & (rows["group"] == "all")].iloc[0]
    found = answer.points[answer.points["in_force"]].iloc[0]
    assert row["unit"] == "index"
    np.testing.assert_array_equal(
        found[["difference", "low", "high"]].to_numpy(float), row[["difference", "low", "high"]].to_numpy(float)
    )


def test_what_is_written_and_found_again(answered) -> None:
    answers, path, out = answered
    written = pd.read_csv(path / "switching.csv")
    assert list(written.columns) == [
        "parameter", "value", "measured_in", "in_force", "outcome", "unit", "baseline", "scenario", "difference", "low",
        "high", "replicates", "verdict", "answer",
    ]  # fmt: skip
    assert len(written) == 3 + 3 + 2
    assert set(written["value"][6:]) == {"true", "false"}
    manifest = json.loads((path / "manifest.json").read_text())
    assert [one["parameter"] for one in manifest["answers"]] == [one.question.facts.path for one in answers]
    assert manifest["code"]["source_hash"]
    again, same = switching.switching(OTHER, BASE, [one.question for one in answers], out, workers=1)
    assert same == path
    assert sum(run.new for one in again for run in one.runs) == 0


def test_a_switch_of_both_worlds(answered) -> None:
    third = answered[0][2]
    assert list(third.points["value"]) == [False, True]
    assert list(third.points["in_force"]) == [True, False]
    assert "with false" in third.words or "no clear sign" in third.words


def test_a_negative_control_stays_nil(tmp_path) -> None:
    """In shadow runs mentors move nobody, whatever else is so."""
    one = replace(small(MENTORED, replicates=2), name="one", shadow=True)
    two = replace(small(MENTORED | {"programme.target_mentors": 2.0}, replicates=2), name="two", shadow=True)
    asked = ask(two, one, "housing.risk_homeless", "offences", points=2)
    (answer,), _ = switching.switching(two, one, [asked], tmp_path, workers=1)
    assert answer.words == "the difference is nil at every tested value"
    assert date(2011, 1, 3) == one.start
