"""Every parameter is complete, and moves something."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from helpers import REFORMED, SMALL, run, small

from ttg_sim.outcomes.tables import collect
from ttg_sim.parameter import NO_COST_KNOWN, Cost, Grade, Kind, Parameter, Role, parameter
from ttg_sim.scenario.names import parameters

EVERY = parameters()
# A world in which every rule has something to decide.
BUSY = (
    SMALL
    | REFORMED
    | {
        "weeks": 120,
        "areas.number": 2,
        "intake.per_year": 120.0,
        "housing.other_households_per_week": 1.0,
        "sentencing.replaced_share": 0.1,
        "services.training_places": 2,
        "services.training_others": 0.2,
        "services.treatment_places": 10,
        "services.treatment_others": 0.5,
        "services.benefits_places": 2,
        "services.benefits_others": 0.5,
        "work.vacancies_per_week": 1.0,
        "work.others_per_week": 1.0,
    }
)
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


def test_levers_say_what_they_cost_and_nothing_else_does() -> None:
    assert len({path for path, facts in EVERY.items() if facts.role is Role.LEVER}) > 20
    for path, facts in EVERY.items():
        assert (facts.role is Role.LEVER) == isinstance(facts.cost, Cost), path
        if facts.cost is not None and facts.cost.pounds is not None:
            assert facts.cost.pounds > 0, path
            assert facts.cost.per.strip(), path
            assert facts.cost.price_year[:2] in ("19", "20"), path
            assert facts.cost.words.strip(), path
            assert facts.cost.evidence, path
        elif facts.cost is not None:
            assert not facts.cost.evidence, path


A_POUND = Cost(1.0, "each", "2016", "x", ("10.03",))


@pytest.mark.parametrize(("role", "cost"), [(Role.LEVER, None), (Role.FIXED, NO_COST_KNOWN), (Role.UNCERTAIN, A_POUND)])
def test_a_lever_without_a_cost_or_a_cost_without_a_lever_is_refused(role, cost) -> None:
    with pytest.raises(ValueError, match="says what moving it costs"):
        parameter(1.0, unit="x", words="X", source="x", grade=Grade.ASSUMPTION, role=role, cost=cost)


def test_costs_are_told_in_words() -> None:
    assert str(NO_COST_KNOWN) == "none known"
    assert str(Cost(None, words="why")) == "none known (why)"
    cost = Cost(1460.4, "a recall", "2016/17", "prison place only", ("10.03",))
    assert str(cost) == "1,460 pounds a recall in prices of 2016/17 (prison place only)"


def other_values(facts: Parameter) -> list[object]:
    """Values well away from that of the busy world, within the bounds."""
    now = BUSY.get(facts.path, facts.default)
    if facts.kind is Kind.SWITCH:
        return [not now]
    if facts.kind is Kind.DATE:
        return [date(2012, 1, 2)]
    if facts.kind is Kind.SHARES:
        assert isinstance(facts.default, dict)
        least, most = (pick(facts.default, key=facts.default.get) for pick in (min, max))
        return [facts.default | {least: facts.default[most], most: facts.default[least]}]
    assert facts.kind in (Kind.NUMBER, Kind.COUNT)
    low, high = facts.low, facts.high
    assert low is not None
    assert high is not None
    if high > 300:  # worlds stay small
        low, high = max(low, now / 3), now * 1.5 + 1
    whole = facts.kind is Kind.COUNT
    return [int(value) if whole else float(value) for value in (low, high) if value != now]


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
    assert len(one.prisons) + BUSY["areas.number"] == len(other.prisons)
    assert (one.people.rows["prison"] != other.people.rows["prison"]).any()
