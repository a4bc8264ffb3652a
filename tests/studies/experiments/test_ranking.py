"""Which policy is best: counts, regret, and where that turns."""

from __future__ import annotations

import numpy as np
import pytest

from ttg_sim.studies.experiments.counted import Counted
from ttg_sim.studies.experiments.plan import Plan
from ttg_sim.studies.experiments.ranking import NOTHING, rank, sign_of

from .conftest import Written

REOFFENDING = Counted("reoffending_12m", True)


@pytest.fixture
def plan(written: Written) -> Plan:
    return written(("design: morris", "design: lhs"), ("n: 2", "n: 200"))


def test_the_lower_is_the_better_where_less_is_a_gain(plan: Plan) -> None:
    shares = plan.shares()
    one = np.where(shares[:, 0] < 0.75, -0.02, 0.01)
    values = {"a": one[:, None], "b": np.full((200, 1), -0.01)}
    found = rank(plan, REOFFENDING, values, shares)
    assert found is not None
    table = found.table.set_index("scenario")
    assert table["best"].to_dict() == pytest.approx({"a": 0.75, "b": 0.25, NOTHING: 0.0})
    assert table["low"]["a"] < 0.75 < table["high"]["a"]
    assert table["better"]["b"] == 1
    assert table["regret"]["b"] == pytest.approx(0.0075)
    assert table["regret"]["a"] == pytest.approx(0.25 * 0.02)
    assert table["regret"][NOTHING] == pytest.approx(0.75 * 0.02 + 0.25 * 0.01)


def test_a_parameter_that_turns_the_order_is_found(plan: Plan) -> None:
    shares = plan.shares()
    noise = np.random.default_rng(1).normal(0, 0.001, (200, 2))
    values = {"a": (0.02 * shares[:, 0] - 0.01)[:, None] + noise, "b": np.full((200, 1), -0.001)}
    found = rank(plan, REOFFENDING, values, shares)
    assert found is not None
    turns = found.turns.set_index("parameter")
    assert turns.loc["housing.settled_places", "best_below"] == "a"
    assert turns.loc["housing.settled_places", "best_above"] == "b"
    assert turns.loc["housing.settled_places", "clear"]
    assert not turns.drop("housing.settled_places")["clear"].any()


def test_without_a_gain_or_a_choice_nothing_is_ranked(plan: Plan) -> None:
    shares = plan.shares()
    both = {name: np.zeros((200, 1)) for name in "ab"}
    assert rank(plan, Counted("recalled_12m", True), both, shares) is None
    assert rank(plan, Counted("reoffending_12m", False), both, shares) is None
    assert rank(plan, REOFFENDING, {"a": both["a"]}, shares) is None
    assert [sign_of(Counted(name, True)) for name in ("met_ever", "cost_public", "recalls")] == [1, -1, 0]
