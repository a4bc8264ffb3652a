"""Whatever is in a file, the answer is a scenario or lines that say what is wrong."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ttg_sim.scenario import Scenario, ScenarioFaults, Schedule, load_scenario, resolved_lines, with_settings
from ttg_sim.scenario.expected import KEYS
from ttg_sim.scenario.layer import LEVER_KEYS, TOP_KEYS
from ttg_sim.scenario.names import parameters
from ttg_sim.studies.expectations import known_in_run

VALID = b"""\
name: valid
title: "A valid scenario"
why: |
  To be broken
start: 2011-01-03
weeks: 60
housing:
  settled_places: 500
  before_custody: {settled: 0.7, temporary: 0.1, homeless: 0.2}
  release_priority: true
custody:
  tag_uptake: 0.3
levers:
  - from: 2011-05-02
    set: housing.settled_places
    to: 600
    ramp_weeks: 12
    announced: 2011-04-01
expect:
  - {outcome: met_before_release, group: year, level: 2011, between: [0.1, 0.4]}
"""
PIECES = [
    *(f"{key}: " for key in (*TOP_KEYS, *LEVER_KEYS, *KEYS)),
    *(f"{facts.name}: " for facts in parameters().values()),
    *parameters(),
    *("null", "~", "true", "yes", "5", "-1", "0.5", "1e400", ".nan", "010", "1:30", "2011-02-30", "2012-02-29"),
    *("!!int ", "!x ", "&a ", "*a", "<<: ", "---", "...", "%YAML 9999999.1", "? ", "- ", "{", "}", "[", "]", ",", ": "),
    *(
        '"',
        "'",
        "|",
        ">",
        "\\",
        '"\\UFFFFFFFF"',
        "#",
        "\t",
        "\n",
        "\n  ",
        "\n    ",
        "\r",
        "\0",
        "\x85",
        "\u2028",
        "\ufeff",
    ),
]


@pytest.fixture(scope="module", autouse=True)
def folder() -> Iterator[Path]:
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)
        yield Path(name)
        os.chdir(before)


def check(raw: bytes, *settings: str) -> None:
    Path("x.yaml").write_bytes(raw)
    try:
        usable(load_scenario("x.yaml", settings, known=known_in_run))
    except ScenarioFaults as faults:
        legible(faults)


def legible(faults: ScenarioFaults) -> None:
    lines = str(faults).splitlines()
    assert len(lines) == len(faults.faults) > 0
    assert all(line.isprintable() for line in lines)
    assert all(line.startswith(("x.yaml", "--set", "settings")) for line in lines)


def usable(scenario: Scenario) -> None:
    assert len(scenario.identity()) == 64
    assert resolved_lines(scenario)
    Schedule(scenario)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(raw: bytes) -> None:
    check(raw)


@settings(deadline=None)
@given(st.text(max_size=100))
def test_any_text(text: str) -> None:
    check(b"name: a\n" + text.encode("utf-8", "surrogatepass"))


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_any_pieces_of_a_scenario(pieces: list[str]) -> None:
    check(("name: a\n" + "".join(pieces)).encode())


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(VALID)), st.integers(0, 12), st.sampled_from(PIECES)), min_size=1, max_size=4)
)
def test_a_valid_file_with_pieces_replaced(edits: list[tuple[int, int, str]]) -> None:
    raw = VALID
    for at, length, piece in edits:
        raw = raw[:at] + piece.encode() + raw[at + length :]
    check(raw)


@settings(deadline=None)
@given(st.sampled_from([*parameters(), *TOP_KEYS]), st.one_of(st.text(max_size=30), st.sampled_from(PIECES)))
def test_any_setting(path: str, text: str) -> None:
    check(b"name: a\n", f"{path}={text}", text)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates() | st.binary(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from([*parameters(), *TOP_KEYS]) | st.text(max_size=5), VALUES, max_size=4))
def test_any_python_values(values: dict[str, object]) -> None:
    try:
        usable(with_settings(Scenario(), values))
    except ScenarioFaults as faults:
        legible(faults)


def test_the_valid_file_is_valid() -> None:
    Path("x.yaml").write_bytes(VALID)
    usable(load_scenario("x.yaml"))
