"""Shadow runs in scenario files: what is in force, what has no effect, and what is said of it."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from typing import Any, ClassVar

import pytest

from ttg_sim.parameter import Grade, Section, parameter
from ttg_sim.scenario import (
    Scenario,
    ScenarioFaults,
    Schedule,
    comparable,
    first_difference,
    json_schema,
    load_scenario,
    resolved_lines,
    shadow_words,
    with_settings,
    without_effect,
)
from ttg_sim.scenario.names import parameters

from .conftest import Load, Write

EXPECTED = "expected true, false or direct"
PLACES, TAGS, PRIORITY = "housing.settled_places", "custody.tag_uptake", "housing.release_priority"
STEP = "{from: 2012-01-02, set: housing.settled_places, to: 600, announced: 2011-06-06}"  # weeks 52 and 22
RAMP = "{from: 2012-01-02, set: custody.tag_uptake, to: 0.6, ramp_weeks: 8}"
OTHER = "{from: 2012-01-02, set: housing.temporary_places, to: 7}"
GIVEN = "housing: {settled_places: 400, release_priority: true}\ncustody: {tag_uptake: 0.3}\n"
LEVERS = f"levers: [{STEP}, {RAMP}, {OTHER}]\n"


@pytest.fixture(autouse=True)
def _made_up(held_at_neutral: Callable[..., None]) -> None:
    """A whole number, a share and a switch take the places of what really carries the effects of mentoring."""
    held_at_neutral({PLACES: 0, TAGS: 0.1, PRIORITY: False}, direct=(TAGS,))


def values(scenario: Scenario, week: int) -> tuple[Any, ...]:
    sections = Schedule(scenario).at(week)
    housing, custody = sections["housing"], sections["custody"]
    return (housing.settled_places, custody.tag_uptake, housing.release_priority, housing.temporary_places)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("true", True),
        ("True", True),
        ("FALSE", False),
        ("false", False),
        ("direct", "direct"),
        ("'direct'", "direct"),
        ("null", False),
    ],
)
def test_a_run_is_a_shadow_run_a_direct_one_or_none(written: str, meant: object, load: Load) -> None:
    scenario = load(f"name: a\nshadow: {written}\n")
    assert scenario.shadow == meant
    assert type(scenario.shadow) is type(meant)
    assert load("name: a\n", f"shadow={written}").shadow == meant
    assert Scenario().shadow is False


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("yess", f"'yess' is not a switch or a choice; {EXPECTED}; did you mean true?"),
        ("on", f"'on' is not a switch or a choice; {EXPECTED}; did you mean true?"),
        ("No", f"'No' is not a switch or a choice; {EXPECTED}; did you mean false?"),
        ("drect", f"'drect' is not a switch or a choice; {EXPECTED}; did you mean direct?"),
        ("Direct", f"'Direct' is not a switch or a choice; {EXPECTED}; did you mean direct?"),
        ("tru", f"'tru' is not a switch or a choice; {EXPECTED}; did you mean true?"),
        ("1", f"'1' is not a switch or a choice; {EXPECTED}; did you mean true?"),
        ("0", f"'0' is not a switch or a choice; {EXPECTED}; did you mean false?"),
        ("0.5", f"'0.5' is not a switch or a choice; {EXPECTED}"),
        ("zzz", f"'zzz' is not a switch or a choice; {EXPECTED}"),
        ("'true'", f"'true' is in quotes, which makes it text; {EXPECTED}; did you mean true?"),
        ("", f"is left blank; {EXPECTED}"),
        ("[true]", f"is a list; {EXPECTED}"),
        ("{direct: true}", f"is a group of keys; {EXPECTED}"),
    ],
)
def test_what_is_neither_is_one_line(written: str, fault: str, write: Write) -> None:
    with pytest.raises(ScenarioFaults) as caught:
        load_scenario(write(f"name: a\nweeks: 50\nshadow: {written}\n"))
    assert str(caught.value) == f"a.yaml:3: shadow: {fault}"
    with pytest.raises(ScenarioFaults) as caught:
        load_scenario(write("name: a\n"), [f"shadow={written}"])
    assert str(caught.value) == f"--set shadow={written}: {fault}"


def test_other_ways_to_ask_for_one_are_refused(load: Load) -> None:
    for text, fault in (
        ("shadw: true\n", "a.yaml:2: shadw: is not a known key; did you mean shadow?"),
        ("housing: {shadow: true}\n", "a.yaml:2: housing.shadow: is not a known key"),
        (
            "levers: [{from: 2012-01-02, set: shadow, to: true}]\n",
            "a.yaml:2: levers[1].set: shadow is not a lever; set it at the top of the file",
        ),
    ):
        with pytest.raises(ScenarioFaults) as caught:
            load(f"name: a\n{text}")
        assert str(caught.value).startswith(fault)


@pytest.mark.parametrize("value", ["true", 1, 0, 1.5, None])
def test_a_scenario_made_by_hand_is_checked_as_well(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^shadow: .* expected true, false or direct$"):
        Scenario(shadow=value)


def test_it_is_inherited_and_null_restores_the_default(load: Load) -> None:
    parent = "name: parent\nshadow: direct\n"
    assert load("name: c\nextends: parent\n", parent=parent).shadow == "direct"
    assert load("name: c\nextends: parent\nshadow: true\n", parent=parent).shadow is True
    child = load("name: c\nextends: parent\nshadow: null\n", parent=parent)
    assert child.shadow is False
    assert "shadow" not in child.origins


def test_settings_from_python_lay_it_over_a_scenario_and_take_it_away(load: Load) -> None:
    plain = load("name: a\n" + GIVEN + LEVERS)
    for value in (True, "direct"):
        shadow = with_settings(plain, {"shadow": value})
        assert shadow.shadow == value
        assert (shadow.sections, shadow.levers) == (plain.sections, plain.levers)
        assert with_settings(shadow, {"shadow": None}) == plain
        assert with_settings(shadow, {"shadow": False}).identity() == plain.identity()
    with pytest.raises(ScenarioFaults, match=r"^settings shadow: 'true' is in quotes"):
        with_settings(plain, {"shadow": "true"})
    with pytest.raises(ScenarioFaults, match=r"^settings shadow: '1' is not a switch or a choice"):
        with_settings(plain, {"shadow": 1})
    assert pickle.loads(pickle.dumps(shadow)) == shadow


def test_what_carries_an_effect_is_held_whatever_the_scenario_says(load: Load) -> None:
    text = "name: a\n" + GIVEN + LEVERS
    plain, shadow, direct = (load(f"{text}shadow: {kind}\n") for kind in ("false", "true", "direct"))
    for week in (-104, 0, 52, 55, 207):
        assert values(shadow, week) == (0, 0.1, False, values(plain, week)[3])
        assert values(direct, week) == (values(plain, week)[0], 0.1, True, values(plain, week)[3])
    assert values(plain, 207) == (600, 0.6, True, 7)
    assert values(plain, 0) == (400, 0.3, True, parameters()["housing.temporary_places"].default)
    assert shadow.sections == direct.sections == plain.sections
    assert list(Schedule(shadow).changes) == [52]
    assert list(Schedule(shadow).changes[52]) == ["housing"]


def test_nobody_hears_of_a_lever_that_does_not_act(load: Load) -> None:
    def announced(scenario: Scenario) -> dict[int, list[str]]:
        return {week: [one.path for one in levers] for week, levers in Schedule(scenario).announcements.items()}

    plain, shadow, direct = (load(f"name: a\n{LEVERS}shadow: {kind}\n") for kind in ("false", "true", "direct"))
    assert announced(plain) == {22: [PLACES], 52: [TAGS, "housing.temporary_places"]}
    assert announced(shadow) == {52: ["housing.temporary_places"]}
    assert announced(direct) == {22: [PLACES], 52: ["housing.temporary_places"]}


def test_the_table_shows_what_is_in_force_and_in_whose_place(load: Load) -> None:
    scenario = load("name: a\nshadow: true\n" + GIVEN + LEVERS)
    rows = {path: rest for path, *rest in resolved_lines(scenario)}
    assert rows["shadow"] == ["true", "", "a.yaml:2"]
    assert rows[PLACES] == ["0", "places", "shadow run, in place of 400 (a.yaml:3)"]
    assert rows[TAGS] == ["0.1", "share", "shadow run, in place of 0.3 (a.yaml:4)"]
    assert rows[PRIORITY] == ["false", "switch", "shadow run, in place of true (a.yaml:3)"]
    assert rows["housing.temporary_places"][2] == "default"
    assert [path for path in rows if " from " in path] == ["housing.temporary_places from 2012-01-02"]


def test_what_is_overridden_is_no_fault_and_said_to_have_no_effect(load: Load) -> None:
    text = "name: a\n" + GIVEN + LEVERS
    assert without_effect(load(text)) == []
    ends = "has no effect in this shadow run, which holds it at"
    assert sorted(without_effect(load(text + "shadow: true\n", "housing.settled_places=9"))) == [
        f"--set: {PLACES} {ends} 0",
        f"a.yaml:2: {PRIORITY} {ends} false",
        f"a.yaml:3: {TAGS} {ends} 0.1",
        f"a.yaml:4: {TAGS} from 2012-01-02 {ends} 0.1",
        f"a.yaml:4: {PLACES} from 2012-01-02 {ends} 0",
    ]
    assert without_effect(load(text + "shadow: direct\n")) == [
        f"a.yaml:3: {TAGS} {ends} 0.1",
        f"a.yaml:4: {TAGS} from 2012-01-02 {ends} 0.1",
    ]
    assert without_effect(load("name: a\nshadow: true\nhousing: {temporary_places: 3}\n")) == []


def test_it_is_said_in_words_what_is_switched_off() -> None:
    assert shadow_words(Scenario()) == ""
    whole = shadow_words(Scenario(shadow=True))
    assert whole.startswith("shadow run: contacts with mentors happen, are counted and cost money, but move nobody")
    assert whole.endswith("(3 parameters held at the value at which nobody is moved)")
    direct = shadow_words(Scenario(shadow="direct"))
    assert direct.startswith("shadow run: the direct effect of mentoring on reoffending is off")
    assert direct.endswith("(1 parameter held at the value at which nobody is moved)")


def test_a_world_without_a_shadow_keeps_its_identity(load: Load, held_at_neutral: Callable[..., None]) -> None:
    text = "name: a\n" + GIVEN + LEVERS
    plain = load(text)
    identity = plain.identity()
    assert "shadow" not in plain.canonical()
    assert load(text + "shadow: false\n").identity() == load(text + "shadow: null\n").identity() == identity
    held_at_neutral({})  # whatever is declared of parameters in shadow runs
    assert load(text).identity() == identity


def test_each_kind_of_shadow_run_has_its_own_identity(load: Load) -> None:
    text = "name: a\n" + GIVEN + LEVERS
    found = [load(f"{text}shadow: {kind}\n") for kind in ("false", "true", "direct")]
    # Values written out by hand make the same values in force, but no shadow run.
    neutral = "housing: {settled_places: 0, release_priority: false}\ncustody: {tag_uptake: 0.1}\n"
    by_hand = load(f"name: a\n{neutral}levers: [{OTHER}]\n")
    assert len({one.identity() for one in (*found, by_hand)}) == 4
    canonical = found[1].canonical()
    assert json.loads(json.dumps(canonical)) == canonical
    assert canonical["shadow"] == {"kind": True, "in_place_of": {TAGS: 0.3, PLACES: 400, PRIORITY: True}}
    assert canonical["sections"]["housing"]["settled_places"] == 0
    assert [lever["path"] for lever in canonical["levers"]] == ["housing.temporary_places"]


def test_levers_without_effect_make_no_other_world(load: Load) -> None:
    one, other = load(f"name: a\nshadow: true\n{LEVERS}"), load(f"name: b\nshadow: true\nlevers: [{OTHER}]\n")
    assert one.identity() == other.identity()
    assert first_difference(one, other) is None
    assert first_difference(one, load("name: c\nshadow: true\n")) == 52
    assert first_difference(load(f"name: a\n{LEVERS}"), load(f"name: b\nlevers: [{OTHER}]\n")) == 22


def test_a_shadow_run_can_be_compared_with_its_scenario_from_the_first_week_on(load: Load) -> None:
    plain = load("name: a\n" + LEVERS)
    for value in (True, "direct"):
        shadow = with_settings(plain, {"shadow": value})
        assert comparable(plain, shadow) == comparable(shadow, plain) == []
        assert first_difference(plain, shadow) == first_difference(shadow, plain) == -plain.warm_up_weeks
        assert first_difference(shadow, shadow) is None
    assert comparable(plain, with_settings(shadow, {"weeks": 210})) != []


def test_a_shadow_over_what_is_neutral_anyway_makes_no_difference(load: Load) -> None:
    plain = load("name: a\nhousing: {settled_places: 0, release_priority: false}\ncustody: {tag_uptake: 0.1}\n")
    assert first_difference(plain, with_settings(plain, {"shadow": True})) is None


def test_the_schema_offers_it() -> None:
    schema = json_schema()["properties"]["shadow"]
    assert schema["enum"] == [True, False, "direct", None]
    assert schema["default"] is False
    assert "move nobody" in schema["description"]


def section_with(default: Any, kind: type, **facts: Any) -> type[Section]:
    class Made(Section):
        section: ClassVar[str] = "made"
        title: ClassVar[str] = "Made up"

        value: kind = parameter(  # type: ignore[valid-type]
            default, unit="x", words="X", source="made up", grade=Grade.ASSUMPTION, low=-1, high=1, **facts
        )

    return Made


def test_a_parameter_declares_what_moves_nobody() -> None:
    facts = section_with(0.5, float, shadow=0.0, shadow_direct=True).parameters()["value"]
    assert (facts.shadow, facts.shadow_direct) == (0.0, True)
    assert section_with(0.5, float).parameters()["value"].shadow is None
    with pytest.raises(ValueError, match="says at which value it moves nobody"):
        section_with(0.5, float, shadow_direct=True)


@pytest.mark.parametrize(("default", "kind", "shadow"), [(0.5, float, 2.0), (0.5, float, True), (1, int, 0.0)])
def test_what_moves_nobody_is_a_value_that_the_parameter_can_have(default: Any, kind: type, shadow: Any) -> None:
    with pytest.raises(
        TypeError, match=r"^made\.value: the value in a shadow run: .*; expected a .*number from -1 to 1"
    ):
        section_with(default, kind, shadow=shadow).parameters()
