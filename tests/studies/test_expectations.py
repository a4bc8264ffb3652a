"""Expectations held against runs: met, not met, or not to be told."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers import REFORMED, ROOT, small

from ttg_sim.evidence import Use, load_targets
from ttg_sim.scenario import Expectation, load_scenario
from ttg_sim.scenario.run_keys import CALENDAR_KEYS
from ttg_sim.studies.expectations import (
    DIFFERENCE,
    LEVELS,
    SHARE,
    Verdict,
    _held,
    held,
    known,
    known_in_run,
    levels_of_run,
)
from ttg_sim.studies.runner import one_run, run_all
from ttg_sim.studies.targets import REGIMES

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


def test_an_interval_beyond_what_can_be_is_no_reason_for_doubt() -> None:
    table = outcomes(-0.02, 0.06).assign(outcome="released_on_tag", unit="cohort")
    assert _held(Expectation("released_on_tag", low=0.0, high=0.1), table).verdict is Verdict.MET
    assert _held(Expectation("released_on_tag", low=0.0, high=0.05), table).verdict is Verdict.UNTOLD
    assert _held(Expectation("released_on_tag", low=0.01, high=1.0), table).verdict is Verdict.UNTOLD
    table = outcomes(0.97, 1.02).assign(outcome="released_on_tag", unit="cohort")
    assert _held(Expectation("released_on_tag", low=0.9, high=1.0), table).verdict is Verdict.MET


def test_one_run_or_nobody_tells_nothing() -> None:
    one = _held(Expectation("recalls", low=1), outcomes(np.nan, np.nan, 1))
    assert (one.verdict, one.why) == (Verdict.UNTOLD, "one run has no interval")
    none = _held(Expectation("recalls", "year", "2050", low=1), outcomes(1, 2))
    assert (none.verdict, none.why) == (Verdict.UNTOLD, "nobody to count")


def test_what_may_be_named_is_what_is_counted() -> None:
    outcomes = known()
    assert "risk" in outcomes.groups["reoffending_12m"]
    assert outcomes.groups["recalls"] == ("all", "year")
    assert outcomes.bounds["reoffending_12m"] == SHARE
    assert outcomes.bounds["service_gap"] == DIFFERENCE
    assert "recalls" not in outcomes.bounds
    assert set(LEVELS) <= set(outcomes.groups["reoffending_12m"])


def test_what_may_be_named_is_what_a_run_has() -> None:
    """Every row of a run can be named, and everything that can be named is a row, but for levels without anybody."""
    changes = {"weeks": 90, "areas.number": 2, "custody.resettlement_prisons": 2, "longer.people": True}
    world = small(REFORMED | changes)
    rows = one_run(world, 0).outcomes
    outcomes = known()
    places = {"areas.number": 2, "custody.resettlement_prisons": 2, "longer.people": True}
    dates = {key: getattr(world, key) for key in CALENDAR_KEYS}
    levels = {**outcomes.levels, **levels_of_run(dates | places)}
    named = {
        (name, outcomes.units[name], group, level)
        for name, groups in outcomes.groups.items()
        for group in groups
        for level in levels[group]
    }
    found = set(rows[["outcome", "unit", "group", "level"]].itertuples(index=False, name=None))
    without_value = {row for row in found - named if row[0] == "recovery_weeks" and row[2] == "year"}
    assert found - named == without_value
    assert not {row[1:] for row in named - found} & {row[1:] for row in found - without_value if row[2] != "area"}
    assert {row for row in named - found if row[2] in ("all", "area", "year", "comparison")} == set()


def shipped() -> dict[str, Expectation]:
    """Every expectation of a shipped scenario that names a target, by its id."""
    found = {}
    for regime in REGIMES:
        for one in load_scenario(ROOT / "scenarios" / f"{regime}.yaml", known=known_in_run).expect:
            named = re.findall(r"\bT\d\d\b", one.why)
            assert len(named) == 1, one
            assert load_targets()[named[0]].regime in (regime, "any")
            found[named[0]] = one
    return found


def test_shipped_expectations_are_ranges_that_were_calibrated_to() -> None:
    assert len(shipped()) >= 4
    for name, one in shipped().items():
        target = load_targets()[name]
        assert target.use is Use.CALIBRATE
        assert (one.outcome, one.low, one.high) == (target.outcome, target.low, target.high)
        assert one.group == "all"


@pytest.mark.slow
@pytest.mark.parametrize("regime", REGIMES)
def test_shipped_expectations_are_met(regime: str, tmp_path: Path) -> None:
    scenario = load_scenario(ROOT / "scenarios" / f"{regime}.yaml", known=known_in_run)
    (done,) = run_all([scenario], tmp_path)
    assert {one.expectation.outcome: one.verdict for one in held(done)} == dict.fromkeys(
        (one.outcome for one in scenario.expect), Verdict.MET
    )
