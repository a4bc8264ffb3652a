"""Means, intervals and verdicts, worked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ttg_sim.outcomes.definitions import OUTCOMES
from ttg_sim.studies.summary import NOBODY, ONE_RUN, differences, interval, outcomes, verdict


def rows(*values: float, outcome: str = "reoffending_12m", level: str = "all", first: int = 0) -> pd.DataFrame:
    group = "all" if level == "all" else "sex"
    facts = {"outcome": outcome, "unit": "index", "group": group, "level": level, "numerator": 1.0, "denominator": 2.0}
    return pd.DataFrame({"replicate": range(first, first + len(values)), "value": values}).assign(**facts)


def test_an_interval_is_students() -> None:
    low, high = interval(np.array([1.0, 2.0, 3.0]))
    assert (low, high) == pytest.approx((2 - 4.302652729749464 / np.sqrt(3), 2 + 4.302652729749464 / np.sqrt(3)))
    assert interval(np.array([5.0, 5.0])) == (5.0, 5.0)
    assert np.isnan(interval(np.array([5.0]))).all()
    assert np.isnan(interval(np.array([]))).all()


def test_intervals_hold_the_mean_as_often_as_they_say() -> None:
    values = np.sin(np.arange(4000) ** 2 * 12.9898) * 43758.5453 % 1  # even from 0 to 1, mean a half
    bounds = np.array([interval(sample) for sample in values.reshape(-1, 8)])
    share = ((bounds[:, 0] < 0.5) & (bounds[:, 1] > 0.5)).mean()
    assert 0.92 < share < 0.98


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [
        (0.1, 0.2, "higher"),
        (-0.2, -0.1, "lower"),
        (-0.1, 0.1, "no clear difference"),
        (0.0, 0.1, "no clear difference"),
        (-0.1, 0.0, "no clear difference"),
        (0.0, 0.0, "no clear difference"),
        (np.nan, np.nan, "no clear difference"),
    ],
)
def test_a_verdict_is_spoken_only_without_zero(low, high, says) -> None:
    assert verdict(low, high) == says


def test_values_of_nobody_are_left_out_and_said() -> None:
    table = outcomes(
        pd.concat([rows(0.2, np.nan, 0.4), rows(np.nan, np.nan, level="men"), rows(0.5, np.nan, level="women")])
    )
    table = table.set_index("level")
    assert table.loc["all", ["value", "replicates", "note"]].tolist() == [pytest.approx(0.3), 2, ""]
    assert table.loc["men", ["replicates", "note"]].tolist() == [0, NOBODY]
    assert table.loc["women", ["value", "replicates", "note"]].tolist() == [0.5, 1, ONE_RUN]


def test_differences_are_of_the_same_replicate() -> None:
    base, other = rows(1.0, 2.0, 9.0), rows(1.5, 2.7, np.nan)
    (row,) = differences(base, other.iloc[::-1]).to_dict("records")
    assert row["replicates"] == 2
    assert (row["baseline"], row["value"], row["difference"]) == pytest.approx((1.5, 2.1, 0.6))
    half = 12.706204736174707 * np.std([0.5, 0.7], ddof=1) / np.sqrt(2)
    assert (row["low"], row["high"]) == pytest.approx((0.6 - half, 0.6 + half))


def test_a_replicate_of_one_world_only_is_not_paired() -> None:
    (row,) = differences(rows(1.0, 2.0), rows(5.0, 7.0, first=1)).to_dict("records")
    assert (row["replicates"], row["difference"]) == (1, 3.0)


def test_rows_come_in_the_order_of_the_definitions() -> None:
    names = [outcome.name for outcome in OUTCOMES]
    table = pd.concat(
        [rows(1.0, 2.0, outcome=name, level=level) for name in sorted(names) for level in ("women", "all", "men")]
    )
    found = outcomes(table)
    assert found["outcome"].tolist() == [name for name in names for _ in range(3)]
    assert found["level"].tolist() == ["all", "men", "women"] * len(names)
    assert found["definition"].str.len().min() > 20
