from __future__ import annotations

import numpy as np
import pytest

from ttg_sim.mechanisms import prison
from ttg_sim.mechanisms.prison import PrisonParameters

from .people import SEED, prisons


def params(**values) -> np.ndarray:
    return prison.prepare(PrisonParameters(**values))


def begun(count: int = 4000, **values) -> np.ndarray:
    table = prisons(count)
    prison.begin(table, SEED, params(**values))
    return table


def test_prisons_differ_in_suspicion_by_the_spread_around_the_mean() -> None:
    found = begun(staff_suspicion=0.45, suspicion_spread=0.15)["suspicion"]
    assert found.mean() == pytest.approx(0.45, abs=4.5 * 0.15 / np.sqrt(4000))
    assert found.std() == pytest.approx(0.15, rel=0.03)
    assert found.min() > 0.45 - 0.26
    assert found.max() < 0.45 + 0.26


def test_without_a_spread_all_prisons_are_alike() -> None:
    assert (begun(5, staff_suspicion=0.7, suspicion_spread=0.0)["suspicion"] == 0.7).all()


@pytest.mark.parametrize("mean", [0.0, 0.05, 0.95, 1.0])
def test_suspicion_stays_a_share(mean) -> None:
    found = begun(500, staff_suspicion=mean, suspicion_spread=0.29)["suspicion"]
    assert 0.0 <= found.min() < found.max() <= 1.0


def test_suspicion_is_by_the_key_of_a_prison_and_not_by_its_place() -> None:
    table = prisons(9)[::-1].copy()
    prison.begin(table, SEED, params())
    assert table["suspicion"][::-1].tolist() == begun(9)["suspicion"].tolist()


def after(weeks: int, table: np.ndarray, **values) -> list[float]:
    for _ in range(weeks):
        prison.run(table, params(**values))
    return table["suspicion"].tolist()


def test_without_training_suspicion_stays_where_it_is() -> None:
    table = begun(5)
    before = table["suspicion"].tolist()
    assert after(50, table) == pytest.approx(before)


def test_training_draws_suspicion_down_step_by_step() -> None:
    # It aims at 0.6 of 0.8, that is 0.48: a tenth of the way each week.
    training = {"joint_training": True, "joint_training_effect": 0.4, "suspicion_pull": 0.1}
    table = prisons(1, suspicion=0.8, usual_suspicion=0.8)
    assert after(1, table, **training)[0] == pytest.approx(0.8 - 0.1 * 0.32)
    assert after(1, table, **training)[0] == pytest.approx(0.48 + 0.32 * 0.81)
    assert after(300, table, **training)[0] == pytest.approx(0.48)
    assert after(1, table, suspicion_pull=0.1)[0] == pytest.approx(0.48 + 0.1 * 0.32)  # and back, when it ends
    assert after(300, table, suspicion_pull=0.1)[0] == pytest.approx(0.8)


def test_half_of_the_way_takes_about_three_months() -> None:
    table = prisons(1, suspicion=1.0, usual_suspicion=1.0)
    found = after(13, table, joint_training=True, joint_training_effect=1.0)
    assert found[0] == pytest.approx(0.5, abs=0.02)


def test_training_that_does_all_takes_all_suspicion_at_once_where_the_pull_is_whole() -> None:
    whole = {"joint_training": True, "joint_training_effect": 1.0, "suspicion_pull": 1.0}
    assert after(1, prisons(3), **whole) == [0.0, 0.0, 0.0, 0.0]


def test_training_that_does_nothing_changes_nothing() -> None:
    assert after(9, prisons(1), joint_training=True, joint_training_effect=0.0) == [0.5, 0.5]
