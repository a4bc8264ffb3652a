"""The schema for editors and the template of a new file say what the checker says."""

from __future__ import annotations

import json

import pytest

from ttg_sim.mechanisms import SECTIONS
from ttg_sim.parameter import Role
from ttg_sim.scenario import Scenario, ScenarioFaults, json_schema, load_scenario, new_scenario_text
from ttg_sim.scenario.expected import KEYS
from ttg_sim.scenario.layer import LEVER_KEYS, TOP_KEYS
from ttg_sim.scenario.names import parameters

from .conftest import Write


def test_the_schema_has_every_key_and_no_other() -> None:
    schema = json_schema()
    assert json.loads(json.dumps(schema, allow_nan=False)) == schema
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert set(schema["properties"]) == set(TOP_KEYS)
    assert schema["required"] == ["name"]
    for name, section in SECTIONS.items():
        part = schema["properties"][name]
        assert list(part["properties"]) == list(section.parameters())
        assert part["additionalProperties"] is False
    lever = schema["properties"]["levers"]["items"]
    assert set(lever["properties"]) == set(LEVER_KEYS)
    assert lever["additionalProperties"] is schema["additionalProperties"] is False
    expectation = schema["properties"]["expect"]["items"]
    assert list(expectation["properties"]) == list(KEYS)
    assert expectation["additionalProperties"] is False


def test_the_schema_says_what_is_known_of_a_parameter() -> None:
    places = json_schema()["properties"]["housing"]["properties"]["settled_places"]
    facts = SECTIONS["housing"].parameters()["settled_places"]
    assert (places["type"], places["minimum"], places["maximum"]) == (["integer", "null"], facts.low, facts.high)
    for words in (facts.words, facts.unit, facts.source, facts.grade.value):
        assert words in places["description"]


def test_the_schema_offers_the_levers_each_with_its_bounds() -> None:
    lever = json_schema()["properties"]["levers"]["items"]
    paths = [path for path, facts in parameters().items() if facts.role is Role.LEVER]
    assert lever["properties"]["set"]["enum"] == paths
    assert [rule["if"]["properties"]["set"]["const"] for rule in lever["allOf"]] == paths
    assert all("description" in rule["then"]["properties"]["to"] for rule in lever["allOf"])


@pytest.mark.parametrize("name", ["new", "null", "-", "2011", "true"])
def test_a_new_file_is_valid_as_it_is_and_with_its_examples(name: str, write: Write) -> None:
    parent = load_scenario(write("name: parent\nstart: 2015-01-05\nweeks: 4\n", "a parent: here.yaml"))
    text = new_scenario_text(name, "a parent: here.yaml", parent)
    bare = load_scenario(write(text))
    assert bare.name == name
    assert bare.identity() == parent.identity()
    lines = [line.removeprefix("# ") if line[-1] not in ".?" else line for line in text.splitlines() if line]
    filled = load_scenario(write("\n".join(lines) + "\n"))
    assert len(filled.levers) == 1
    assert filled.sections == parent.sections
    assert filled.levers[0].path in filled.origins
    assert filled.levers[0].path not in bare.origins


def test_a_new_file_needs_a_name_that_can_be_one() -> None:
    with pytest.raises(ScenarioFaults, match=r"^new scenario: 'a b' is not a name"):
        new_scenario_text("a b", "baseline.yaml", Scenario())
