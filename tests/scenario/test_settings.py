"""Values from the command line and from Python obey the rules of files."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from ttg_sim.scenario import Scenario, ScenarioFaults, with_settings

from .conftest import Load


def test_settings_are_laid_over_the_file(load: Load) -> None:
    scenario = load(
        "name: a\nweeks: 50\nhousing: {settled_places: 5}\n",
        "housing.settled_places=6",
        "weeks=null",
        "start= 2012-01-02",
        "housing.before_custody={settled: 1, temporary: 0, homeless: 0}",
    )
    housing = scenario.sections["housing"]
    assert (housing.settled_places, scenario.weeks, scenario.start) == (6, 208, date(2012, 1, 2))  # type: ignore[attr-defined]
    assert housing.before_custody["settled"] == 1.0  # type: ignore[attr-defined]
    assert str(scenario.origins["housing.settled_places"]) == "--set"


@pytest.mark.parametrize(
    ("setting", "fault"),
    [
        ("housing.settled_places=x", "'x' is not a whole number; expected a whole number from 0 to 100000 (places)"),
        ("housing.setled_places=1", "'housing.setled_places' cannot be set; did you mean housing.settled_places?"),
        ("settled_places=1", "'settled_places' cannot be set; did you mean housing.settled_places?"),
        ("wekes=1", "'wekes' cannot be set; did you mean weeks?"),
        ("name=x", "'name' cannot be set; expected section.parameter=value"),
        ("weeks", "is left blank; expected a whole number from 4 to 1040 (weeks)"),
        ("weeks=!!int 5", "a tag ('!!int') is used; expected the value alone"),
        ("weeks=[", "a value is missing, or a bracket is not closed"),
        ("weeks=\0", "holds a character that is not text (code 0); expected plain text"),
        ("", "'' cannot be set; expected section.parameter=value"),
    ],
)
def test_a_setting_that_is_wrong_is_shown_whole(setting: str, fault: str, load: Load) -> None:
    with pytest.raises(ScenarioFaults) as caught:
        load("name: a\n", setting)
    shown = setting.replace("\0", "\\x00")
    assert str(caught.value) == (f"--set {shown}: {fault}" if setting else f"--set: {fault}")


def test_a_setting_may_be_given_once(load: Load) -> None:
    with pytest.raises(ScenarioFaults, match=r"^--set weeks=6: is set twice$"):
        load("name: a\n", "weeks=5", "weeks=6")


def test_python_values_make_a_copy() -> None:
    before = Scenario(name="a")
    after = with_settings(
        before,
        {
            "weeks": 52,
            "start": date(2012, 1, 2),
            "housing.settled_places": np.int64(600),
            "housing.release_priority": np.bool_(True),
            "custody.tag_uptake": np.float64(0.25),
            "custody.transfers_per_year": 2,
            "housing.before_custody": {"settled": 1, "temporary": 0.0, "homeless": 0},
        },
    )
    housing, custody = after.sections["housing"], after.sections["custody"]
    assert (after.name, after.weeks, after.start) == ("a", 52, date(2012, 1, 2))
    assert (housing.settled_places, housing.release_priority) == (600, True)  # type: ignore[attr-defined]
    assert (custody.tag_uptake, custody.transfers_per_year) == (0.25, 2.0)  # type: ignore[attr-defined]
    assert before == Scenario(name="a")
    assert with_settings(after, dict.fromkeys(after.origins, None)) == before


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (5.5, "'5.5' is not a whole number"),
        ("600", "'600' is in quotes"),
        (True, "'true' is not a whole number"),
        (float("nan"), "'nan' is not a whole number"),
        ([1], "is a list"),
        ({"a": 1}, "is a group of keys"),
        (object(), "'object' is not a whole number"),
        (-1, "'-1' is out of range"),
        (10**5000, "is out of range"),
    ],
    ids=range(9),
)
def test_python_values_are_checked(value: object, fault: str) -> None:
    with pytest.raises(ScenarioFaults, match=fault) as caught:
        with_settings(Scenario(), {"housing.settled_places": value})
    assert str(caught.value).startswith("settings housing.settled_places: ")


def test_levers_are_held_against_a_shorter_run(load: Load) -> None:
    scenario = load(
        "name: a\nlevers: [{from: 2014-05-05, announced: 2014-05-01, set: housing.settled_places, to: 1}]\n"
    )
    with pytest.raises(ScenarioFaults) as caught:
        with_settings(scenario, {"weeks": 52})
    assert [fault.path for fault in caught.value.faults] == ["levers[1].from", "levers[1].announced"]
    assert with_settings(scenario, {"weeks": 200}).levers == scenario.levers
