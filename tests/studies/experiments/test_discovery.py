"""What is planted is found again: a box by PRIM, and the value of knowing a number in a case with a known answer."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ttg_sim.studies.experiments.discovery import can_discover, find_box
from ttg_sim.studies.experiments.information import WHOLE, information

NAMES = [f"p{at}" for at in range(6)]


def points(seed: int = 1, count: int = 800) -> pd.DataFrame:
    return pd.DataFrame(np.random.default_rng(seed).random((count, 6)), columns=NAMES)


@pytest.mark.skipif(not can_discover(), reason="needs the extra explore")
def test_a_planted_box_is_found_and_chance_is_none() -> None:
    frame = points()
    inside = ((frame["p1"] > 0.6) & (frame["p3"] < 0.5)).to_numpy()
    noisy = inside ^ (np.random.default_rng(2).random(len(frame)) < 0.03)
    box = find_box(frame, noisy)
    assert box is not None
    limits = box.limits.set_index("parameter")
    assert set(limits.index) == {"p1", "p3"}
    assert limits.loc["p1", "low"] == pytest.approx(0.6, abs=0.1)
    assert limits.loc["p3", "high"] == pytest.approx(0.5, abs=0.1)
    assert box.coverage > 0.75
    assert box.density > 0.75
    assert find_box(frame, np.zeros(len(frame), bool)) is None
    assert find_box(frame, np.arange(len(frame)) < 5) is None


def test_the_value_of_knowing_a_number_is_that_of_a_known_case() -> None:
    # One policy gains 2u - 1, u even from 0 to 1, and doing nothing nil: knowing u is worth E max(2u - 1, 0) = 1/4.
    shares = points(3, 4000).to_numpy()
    gains = np.column_stack([2 * shares[:, 0] - 1, np.zeros(len(shares))])
    found = information(shares, gains, NAMES, 1).set_index("parameter")
    assert found.loc["p0", "value"] == pytest.approx(0.25, abs=0.02)
    assert found.loc[WHOLE, "value"] == pytest.approx(0.25, abs=0.02)
    assert found.loc["p0", "clear"]
    assert (found.drop(["p0", WHOLE])["value"] < 0.01).all()


def test_noise_has_no_value() -> None:
    shares = points(4, 300).to_numpy()
    gains = np.column_stack([np.random.default_rng(5).normal(0, 1, 300), np.zeros(300)])
    found = information(shares, gains, NAMES, 1).set_index("parameter")
    assert found.drop(WHOLE)["clear"].sum() <= 1
    assert (found.drop(WHOLE)["value"] < 0.05).all()


def test_a_policy_that_is_best_everywhere_leaves_nothing_to_learn() -> None:
    shares = points(6, 500).to_numpy()
    gains = np.column_stack([1 + shares[:, 0], np.zeros(500)])
    found = information(shares, gains, NAMES, 1).set_index("parameter")
    assert (found["value"] < 1e-9).all()
