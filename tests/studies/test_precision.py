"""Replicates are added until intervals are narrow enough, or the most are reached; and nothing else is different."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pandas as pd
import pytest

from ttg_sim.studies import compare as module
from ttg_sim.studies.compare import compare
from ttg_sim.studies.precision import Aims, NoPrecision, Reached

from .conftest import contents


def rows(half: float, replicates: int = 10, unit: str = "index", outcome: str = "reoffending_12m") -> pd.DataFrame:
    return pd.DataFrame(
        [
            ("other", outcome, unit, "all", "", -half, half, replicates),
            ("other", outcome, unit, "sex", "men", -9, 9, 9),
        ],
        columns=["scenario", "outcome", "unit", "group", "level", "low", "high", "replicates"],
    )


def test_only_everybody_counts() -> None:
    (one,) = Aims({"reoffending_12m": 0.01}).reached(rows(0.005))
    assert (one.half_width, one.met, one.needed, one.unit) == (0.005, True, 10, "index")


def test_the_next_number_follows_from_what_is_missing() -> None:
    aims = Aims({"reoffending_12m": 0.01}, most=200)
    assert aims.next_count(rows(0.01), 10) == 10
    assert aims.next_count(rows(0.011), 10) == 20
    assert aims.next_count(rows(0.014, 20), 20) == 40
    assert aims.next_count(rows(0.02, 40), 40) == 80
    assert aims.next_count(rows(1.0, 160), 160) == 200
    assert aims.next_count(rows(1.0, 200), 200) == 200
    assert aims.next_count(rows(math.nan), 10) == 10


def test_words_for_what_became_of_it() -> None:
    one = Reached("other", "reoffending_12m", "index", 0.01, 0.005, 20)
    assert one.words.endswith("half of the interval is 0.005, asked for 0.01: met with 20 replicates")
    missed = replace(one, half_width=0.02, replicates=50)
    assert missed.words.endswith("not met with 50 replicates, the most that were allowed; it takes about 200")
    assert replace(one, half_width=math.nan).words.endswith("cannot be told, since there was nobody to count")


@pytest.mark.parametrize(
    ("name", "half_width", "line"),
    [
        ("reofending_12m", 0.01, "precision: outcome 'reofending_12m' is not known; did you mean 'reoffending_12m'?"),
        ("reoffending_12m", 0.0, "precision: reoffending_12m: 0 is no half-width; expected a number above 0"),
        ("reoffending_12m", -1.0, "precision: reoffending_12m: -1 is no half-width; expected a number above 0"),
        ("reoffending_12m", math.inf, "precision: reoffending_12m: inf is no half-width; expected a number above 0"),
    ],
)
def test_wrong_aims(name: str, half_width: float, line: str) -> None:
    with pytest.raises(NoPrecision) as caught:
        Aims({name: half_width})
    assert str(caught.value) == line


def test_runs_are_added_until_it_is_met_and_equal_those_of_a_plain_call(base, guarantee, tmp_path) -> None:
    aims = Aims({"first_night_homeless": 0.04}, most=30)
    found = compare([guarantee], base, tmp_path / "aimed", workers=1, aims=aims)
    count = found.baseline.replicates
    (one,) = found.precision
    assert one.met
    assert 10 <= count <= 30
    plain = compare([guarantee], replace(base, replicates=count), tmp_path / "plain", workers=1)
    pd.testing.assert_frame_equal(found.differences, plain.differences)
    row = plain.differences.query("outcome == 'first_night_homeless' and unit == 'index' and group == 'all'").iloc[0]
    assert one.half_width == pytest.approx((row["high"] - row["low"]) / 2)
    manifest = json.loads((found.path / "manifest.json").read_text())
    assert manifest["precision"] == [
        {"scenario": "guarantee", "outcome": "first_night_homeless", "unit": "index", "asked": 0.04,
         "half_width": pytest.approx(one.half_width), "replicates": count}
    ]  # fmt: skip
    assert len(list((tmp_path / "aimed").glob("compare-*"))) == 1


def test_it_stops_at_the_most_and_says_so(base, guarantee, tmp_path) -> None:
    aims = Aims({"first_night_homeless": 1e-6}, most=12)
    found = compare([guarantee], base, tmp_path, workers=1, aims=aims)
    assert found.baseline.replicates == 12
    (one,) = found.precision
    assert not one.met
    assert one.needed > 12


def test_what_is_finished_is_found_again(base, guarantee, tmp_path, monkeypatch) -> None:
    aims = Aims({"first_night_homeless": 1e-6}, most=12)
    compare([guarantee], base, tmp_path, workers=1, aims=aims)
    before = contents(tmp_path)
    monkeypatch.setattr(module.run_all.__globals__["one_run"].__globals__["ThroughTheGate"], "step", None)
    found = compare([guarantee], base, tmp_path, workers=1, aims=aims)
    assert sum(run.new for run in (found.baseline, *found.others)) == 0
    assert contents(tmp_path) == before
