"""Every parameter is complete, and moves something."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import SMALL, run, small

from ttg_sim.outcomes.tables import collect
from ttg_sim.parameter import Grade, Kind, Parameter, Role
from ttg_sim.scenario.names import parameters

EVERY = parameters()
# A world in which every rule has something to decide.
BUSY = SMALL | {
    "weeks": 120,
    "intake.per_year": 120.0,
    "housing.other_households_per_week": 1.0,
    "sentencing.replaced_share": 0.1,
}
NO_OUTCOME_OF_THEIR_OWN = {
    "custody.resettlement_prisons": "prisons of the area are alike until clearance and staff differ between them",
}


@pytest.mark.parametrize("path", EVERY)
def test_a_parameter_is_complete(path) -> None:
    facts = EVERY[path]
    assert facts.words.strip()
    assert facts.words[0].isupper()
    assert not facts.words.endswith(".")
    assert facts.unit.strip()
    assert facts.source.strip()
    assert isinstance(facts.grade, Grade)
    assert isinstance(facts.role, Role)
    assert facts.grade is Grade.ASSUMPTION or facts.evidence
    assert facts.fault(facts.default) is None
    if facts.kind in (Kind.NUMBER, Kind.COUNT):
        assert facts.low is not None
        assert facts.high is not None
        assert facts.low < facts.high


def other_values(facts: Parameter) -> list[object]:
    """Values well away from the default, within the bounds."""
    if facts.kind is Kind.SWITCH:
        return [not facts.default]
    if facts.kind is Kind.SHARES:
        assert isinstance(facts.default, dict)
        least, most = (pick(facts.default, key=facts.default.get) for pick in (min, max))
        return [facts.default | {least: facts.default[most], most: facts.default[least]}]
    assert facts.kind in (Kind.NUMBER, Kind.COUNT)
    low, high = facts.low, facts.high
    assert low is not None
    assert high is not None
    if high > 300:  # worlds stay small
        low, high = max(low, SMALL.get(facts.path, facts.default) / 3), SMALL.get(facts.path, facts.default) * 1.5 + 1
    whole = facts.kind is Kind.COUNT
    return [int(value) if whole else float(value) for value in (low, high) if value != facts.default]


def results(world) -> dict[str, bytes]:
    found = collect(world)
    return {
        "outcomes": np.nan_to_num(found.outcomes["value"].to_numpy(), nan=-1.0).tobytes(),
        "weekly": found.weekly.drop(columns="date").to_numpy(float).tobytes(),
    }


@pytest.fixture(scope="module")
def baseline() -> dict[str, bytes]:
    return results(run(small(BUSY)))


@pytest.mark.parametrize("path", EVERY)
def test_a_parameter_moves_an_outcome_or_a_series(path, baseline) -> None:
    active = any(results(run(small(BUSY, **{path: value}))) != baseline for value in other_values(EVERY[path]))
    if path in NO_OUTCOME_OF_THEIR_OWN:
        assert not active, f"{path} is active now: take it off the list"
    else:
        assert active


def test_parameters_without_an_outcome_move_something_all_the_same() -> None:
    assert NO_OUTCOME_OF_THEIR_OWN.keys() <= EVERY.keys()
    one, other = (run(small(BUSY, **{"custody.resettlement_prisons": number})) for number in (4, 5))
    assert len(one.prisons) + 1 == len(other.prisons)
    assert (one.people.rows["prison"] != other.people.rows["prison"]).any()
