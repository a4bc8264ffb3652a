"""What a child takes over from its parent, what it replaces and what it restores."""

from __future__ import annotations

import dataclasses
import pickle
from datetime import date
from pathlib import Path

import pytest
from pydantic import model_validator

from ttg_sim.mechanisms import SECTIONS
from ttg_sim.scenario import Scenario, ScenarioFaults, load_scenario, resolved_lines

from .conftest import Load, Write

PARENT = """\
name: parent
title: The parent
why: It was there first
start: 2012-02-29
weeks: 100
seed: 7
housing:
  settled_places: 300
  temporary_places: 30
levers:
  - {from: 2012-03-05, set: housing.settled_places, to: 310}
  - {from: 2012-03-12, set: custody.tag_uptake, to: 0.5}
"""


def settled(scenario: Scenario) -> int:
    return int(scenario.sections["housing"].settled_places)  # type: ignore[attr-defined]


def default(section: str, name: str) -> object:
    return SECTIONS[section].parameters()[name].default


def test_a_name_is_enough(load: Load) -> None:
    scenario = load("name: bare\n")
    assert scenario == dataclasses.replace(Scenario(name="bare", title="bare"), files=scenario.files)
    assert (scenario.start, scenario.weeks, scenario.warm_up_weeks) == (date(2011, 1, 3), 208, 104)
    assert (scenario.seed, scenario.replicates, scenario.why) == (1, 20, "")
    assert list(scenario.sections) == list(SECTIONS)


def test_sections_merge_key_by_key_and_the_rest_is_inherited(load: Load) -> None:
    scenario = load("name: child\nextends: parent\nhousing: {settled_places: 400}\nweeks: 90\n", parent=PARENT)
    housing = scenario.sections["housing"]
    assert (housing.settled_places, housing.temporary_places) == (400, 30)  # type: ignore[attr-defined]
    assert (scenario.start, scenario.weeks, scenario.seed) == (date(2012, 2, 29), 90, 7)
    assert [Path(file).name for file in scenario.files] == ["parent.yaml", "a.yaml"]


def test_names_are_not_inherited(load: Load) -> None:
    scenario = load("name: child\nextends: parent.yaml\n", parent=PARENT)
    assert (scenario.name, scenario.title, scenario.why) == ("child", "child", "")


def test_a_table_of_shares_is_one_value(load: Load) -> None:
    parent = "name: p\nhousing: {before_custody: {settled: 0.5, temporary: 0.3, homeless: 0.2}}\n"
    child = "name: c\nextends: p\nhousing: {before_custody: {homeless: 0, temporary: 0, settled: 1}}\n"
    shares = load(child, p=parent).sections["housing"].before_custody  # type: ignore[attr-defined]
    assert list(shares.items()) == [("settled", 1.0), ("temporary", 0.0), ("homeless", 0.0)]


@pytest.mark.parametrize("null", ["null", "~", "Null", "NULL"])
def test_null_restores_the_default(null: str, load: Load) -> None:
    child = f"name: c\nextends: parent\nweeks: {null}\nhousing: {{settled_places: {null}}}\n"
    scenario = load(child, parent=PARENT)
    assert (scenario.weeks, settled(scenario)) == (208, default("housing", "settled_places"))
    assert "weeks" not in scenario.origins
    assert scenario.sections["housing"].temporary_places == 30  # type: ignore[attr-defined]


def test_null_restores_a_whole_section_and_drops_all_levers(load: Load) -> None:
    scenario = load("name: c\nextends: parent\nhousing: null\nlevers: null\n", parent=PARENT)
    assert scenario.sections == Scenario().sections
    assert scenario.levers == ()


def test_null_in_a_lever_means_the_default(load: Load) -> None:
    text = "name: c\nlevers: [{from: 2011-05-02, set: housing.settled_places, to: null, announced: null}]\n"
    (lever,) = load(text).levers
    assert (lever.value, lever.announced) == (default("housing", "settled_places"), date(2011, 5, 2))


def test_levers_append_and_the_same_path_on_the_same_date_replaces(load: Load) -> None:
    child = (
        "name: c\nextends: parent\nlevers:\n"
        "  - {from: 2012-03-05, set: housing.settled_places, to: 320}\n"
        "  - {from: 2012-03-06, set: housing.settled_places, to: 330}\n"
    )
    levers = load(child, parent=PARENT).levers
    assert [(lever.path, lever.value) for lever in levers] == [
        ("custody.tag_uptake", 0.5),
        ("housing.settled_places", 320),
        ("housing.settled_places", 330),
    ]


def test_a_lever_that_the_child_drops_may_lie_outside_the_childs_run(load: Load) -> None:
    with pytest.raises(ScenarioFaults, match=r"parent.yaml:11: levers\[1\].from: 2012-03-05 lies outside the run"):
        load("name: c\nextends: parent\nstart: 2018-01-01\n", parent=PARENT)
    assert load("name: c\nextends: parent\nstart: 2018-01-01\nlevers: null\n", parent=PARENT).levers == ()


def test_parents_are_relative_to_the_file_that_names_them(write: Write) -> None:
    write("name: top\nhousing: {settled_places: 1}\n", "top.yaml")
    write("name: mid\nextends: ../top\n", "sub/mid.yaml")
    assert settled(load_scenario(write("name: a\nextends: sub/mid\n"))) == 1


def test_the_root_may_be_widened(write: Write, tmp_path: Path) -> None:
    write("name: top\nhousing: {settled_places: 1}\n", "top.yaml")
    file = write("name: mid\nextends: ../top\n", "sub/mid.yaml")
    assert settled(load_scenario(file, root=tmp_path)) == 1


def test_the_spelling_of_numbers_dates_and_texts(load: Load) -> None:
    text = (
        "\ufeffname: '2011'\r\ntitle: yes\r\nstart: '2011-01-05'\r\nweeks: +52\r\n"
        "custody: {transfers_per_year: 1e0, tag_uptake: .5, local_share: 1.}\r\n"
        "housing: {release_priority: TRUE, kept_weeks_inside: 12}\r\n"
    )
    scenario = load(text)
    custody, housing = scenario.sections["custody"], scenario.sections["housing"]
    assert (scenario.name, scenario.title, scenario.weeks) == ("2011", "yes", 52)
    assert custody.transfers_per_year == 1.0  # type: ignore[attr-defined]
    assert (custody.tag_uptake, custody.local_share) == (0.5, 1.0)  # type: ignore[attr-defined]
    assert housing.release_priority is True  # type: ignore[attr-defined]
    assert isinstance(housing.kept_weeks_inside, float)  # type: ignore[attr-defined]


def test_every_value_tells_where_it_came_from(load: Load) -> None:
    child = (
        "name: c\nextends: parent\nhousing:\n  settled_places: 400\nlevers:\n"
        "  - from: 2012-06-04\n    set: housing.temporary_places\n    to: 60\n"
        "    ramp_weeks: 4\n    announced: 2012-05-01\n"
    )
    rows = {path: rest for path, *rest in resolved_lines(load(child, "seed=9", parent=PARENT))}
    assert rows["housing.settled_places"] == ["400", "places", "a.yaml:4"]
    assert rows["housing.temporary_places"] == ["30", "places", "parent.yaml:9"]
    assert rows["housing.release_priority"] == ["false", "switch", "default"]
    assert rows["housing.before_custody"][0] == "settled 0.72, temporary 0.13, homeless 0.15"
    assert rows["seed"] == ["9", "", "--set"]
    assert rows["custody.tag_uptake from 2012-03-12"] == ["0.5", "share", "parent.yaml:12"]
    lever = rows["housing.temporary_places from 2012-06-04"]
    assert lever == ["60 in 4 weekly steps, announced 2012-05-01", "places", "a.yaml:6"]


def test_scenarios_travel_between_processes(load: Load) -> None:
    scenario = load(PARENT)
    assert pickle.loads(pickle.dumps(scenario)) == scenario


class StrictHousing(SECTIONS["housing"]):  # type: ignore[misc]
    @model_validator(mode="after")
    def _more_settled_than_temporary(self) -> StrictHousing:
        if self.settled_places < self.temporary_places:
            raise ValueError("there are more temporary than settled places")
        return self


def test_values_that_do_not_go_together_are_a_fault(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SECTIONS, "housing", StrictHousing)
    with pytest.raises(ScenarioFaults, match=r"^a.yaml housing: there are more temporary than settled places$"):
        load("name: a\nhousing: {temporary_places: 1000}\n")
