"""Who stands behind a scenario: read strictly, never inherited, and nothing to the world."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ttg_sim.scenario import ScenarioFaults, json_schema, load_scenario, resolved_lines
from ttg_sim.scenario.about import ABOUT_KEYS, About

WHO = """\
commissioner: The Ministry
purpose: "What <b>would</b> change?"
analyst: A. Nalyst
assurer: ~
use_until: 2027-03-31
"""


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(f"name: {name}\n{text}")
    return path


def test_all_of_it_is_read_and_shown(tmp_path: Path) -> None:
    scenario = load_scenario(write(tmp_path, "one", WHO))
    assert scenario.about == About("The Ministry", "What <b>would</b> change?", "A. Nalyst", "", date(2027, 3, 31))
    shown = {key: value for key, value, *_ in resolved_lines(scenario)}
    assert shown["commissioner"] == "The Ministry"
    assert shown["use_until"] == "2027-03-31"
    assert "assurer" not in shown


def test_it_changes_no_world_and_no_run(tmp_path: Path) -> None:
    one, other = load_scenario(write(tmp_path, "a", WHO)), load_scenario(write(tmp_path, "b", ""))
    assert one.identity() == other.identity()


def test_it_is_not_inherited(tmp_path: Path) -> None:
    write(tmp_path, "parent", WHO)
    assert load_scenario(write(tmp_path, "child", "extends: parent.yaml\n")).about == About()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("use_until: soon\n", "use_until: "),
        ("use_until: 31/12/2026\n", "use_until: "),
        (f"purpose: {'x' * 501}\n", "purpose: has 501 letters; expected a text of at most 500 letters"),
        ("analyst: [a, b]\n", "analyst: "),
        ("asurer: me\n", "asurer: is not a known key; did you mean assurer?"),
    ],
)
def test_slips_are_told_with_their_line(tmp_path: Path, text: str, line: str) -> None:
    with pytest.raises(ScenarioFaults) as caught:
        load_scenario(write(tmp_path, "one", text))
    assert len(str(caught.value).splitlines()) == 1
    assert f"one.yaml:2: {line}" in str(caught.value)


def test_editors_know_the_keys() -> None:
    assert set(ABOUT_KEYS) <= json_schema()["properties"].keys()
