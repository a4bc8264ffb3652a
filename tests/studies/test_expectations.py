"""Expectations held against runs: met, not met, or not to be told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ttg_sim.scenario import Expectation
from ttg_sim.studies.expectations import LEVELS, Verdict, _held, known

COLUMNS = ["outcome", "unit", "group", "level", "value", "low", "high", "replicates"]


def outcomes(low: float, high: float, replicates: int = 5) -> pd.DataFrame:
    row = ("recalls", "year", "all", "all", (low + high) / 2, low, high, replicates)
    return pd.DataFrame([row], columns=COLUMNS)


@pytest.mark.parametrize(
    ("least", "most", "verdict"),
    [
        (10, 20, Verdict.MET),
        (None, 16, Verdict.MET),
        (12, None, Verdict.MET),
        (17, 20, Verdict.NOT_MET),
        (None, 11, Verdict.NOT_MET),
        (14, 20, Verdict.UNTOLD),
        (None, 14, Verdict.UNTOLD),
    ],
)
def test_the_whole_interval_decides(least: float | None, most: float | None, verdict: Verdict) -> None:
    found = _held(Expectation("recalls", low=least, high=most), outcomes(12, 16))
    assert found.verdict is verdict
    assert bool(found.why) is (verdict is Verdict.UNTOLD)


def test_one_run_or_nobody_tells_nothing() -> None:
    one = _held(Expectation("recalls", low=1), outcomes(np.nan, np.nan, 1))
    assert (one.verdict, one.why) == (Verdict.UNTOLD, "one run has no interval")
    none = _held(Expectation("recalls", "year", "2050", low=1), outcomes(1, 2))
    assert (none.verdict, none.why) == (Verdict.UNTOLD, "nobody to count")


def test_what_may_be_named_is_what_is_counted() -> None:
    outcomes = known()
    assert "risk" in outcomes.groups["reoffending_12m"]
    assert outcomes.groups["recalls"] == ("all", "year")
    assert outcomes.bounds["reoffending_12m"] == (0.0, 1.0)
    assert set(LEVELS) <= set(outcomes.groups["reoffending_12m"])
