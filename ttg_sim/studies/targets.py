"""How the two regimes stand against the register of targets: figures calibrated to, and figures never fitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ttg_sim.evidence import Target, Use, load_targets

BEFORE, AFTER = "pre_reform", "tr_as_implemented"
REGIMES = (BEFORE, AFTER)
"""Scenarios by these names are the regimes of which targets speak."""
SERVICE, NO_SERVICE = "peterborough", "peterborough_without"
"""A voluntary service before the reform, and the same place without it."""
PAIRS = (REGIMES, (SERVICE, NO_SERVICE))
"""Worlds whose comparison shows the figures that are published of them."""
STEADY_FROM = 2016
"""First year in which supervision has become what it stays: it ramps up through 2015."""
SHORTER = ("under_1_month", "1_to_3_months", "3_to_6_months")
LONGER = "6_to_12_months"
STEADY = ("releases", "score_1_year", "previous_sanctions", "reoffending_12m")

Runs = Mapping[str, pd.DataFrame]
"""Outcomes of all replicates by regime: replicate, outcome, unit, group, level, value, numerator, denominator."""


@dataclass(frozen=True)
class Stand:
    """One target and the model: `value` is not a number where the runs at hand cannot tell."""

    target: Target
    value: float

    @property
    def verdict(self) -> str:
        """Words for how the two stand to each other."""
        if np.isnan(self.value):
            return "not testable in these runs"
        if self.target.direction:
            right = self.value > 0 if self.target.direction == "up" else self.value < 0
            return "as published" if right else "MISS: the other direction"
        assert self.target.low is not None
        assert self.target.high is not None
        return "within" if self.target.low <= self.value <= self.target.high else "MISS"

    @property
    def use(self) -> str:
        """Whether the figure was calibrated to: by the fit, or by hand."""
        return "calibrated to" if self.target.use is Use.CALIBRATE else "never fitted"


def stands(runs: Runs) -> list[Stand]:
    """All targets of the regimes at hand that this version measures, in order."""
    return [
        Stand(target, measure(target, runs))
        for target in load_targets().values()
        if target.regime in (*REGIMES, SERVICE, "any") and target.id in MEASURES
    ]


def table(runs: Runs) -> pd.DataFrame:
    """The same as a table: target, figure, published, low, high, model, verdict, use.

    Of the figures that the runs at hand cannot tell only those are in it which speak of the two regimes.
    """
    rows = [
        (
            stand.target.id, stand.target.words,
            stand.target.direction if stand.target.value is None else stand.target.value,
            stand.target.low, stand.target.high, stand.value, stand.verdict, stand.use,
        )
        for stand in stands(runs)
        if not np.isnan(stand.value) or (set(REGIMES) <= runs.keys() and stand.target.regime != SERVICE)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["target", "figure", "published", "low", "high", "model", "verdict", "use"])


def measure(target: Target, runs: Runs) -> float:
    """The model's figure for a target: not a number where the runs at hand cannot tell."""
    how = MEASURES.get(target.id)
    return np.nan if how is None else how(target, runs)


def everybody(runs: Runs, regime: str, outcome: str) -> float:
    """Mean over replicates of an outcome for everybody."""
    if regime not in runs:
        return np.nan
    table = runs[regime]
    chosen = table[(table["outcome"] == outcome) & (table["group"] == "all")]
    return float(chosen["value"].mean())


def _level(target: Target, runs: Runs) -> float:
    regimes = [regime for regime in REGIMES if target.regime in (regime, "any") and regime in runs]
    return float(np.mean([everybody(runs, regime, target.outcome) for regime in regimes])) if regimes else np.nan


def _of_service(target: Target, runs: Runs) -> float:
    return everybody(runs, SERVICE, target.outcome)


def _where_mentored(target: Target, runs: Runs) -> float:
    values = [everybody(runs, regime, target.outcome) for regime in (AFTER, SERVICE) if regime in runs]
    return float(np.mean(values)) if values else np.nan


def _fall_of_occasions(target: Target, runs: Runs) -> float:
    without = everybody(runs, NO_SERVICE, "occasions_per_release")
    return everybody(runs, SERVICE, "occasions_per_release") / without - 1 if without else np.nan


def _pooled(runs: Runs, regime: str, outcome: str, group: str, levels: tuple[str, ...]) -> float:
    if regime not in runs:
        return np.nan
    table = runs[regime]
    chosen = table[(table["outcome"] == outcome) & (table["group"] == group) & table["level"].isin(levels)]
    total = float(chosen["denominator"].sum())
    return float(chosen["numerator"].sum()) / total if total else np.nan


def _steady_years(runs: Runs, regime: str) -> tuple[str, ...]:
    table = runs.get(regime)
    if table is None:
        return ()
    years = table.loc[table["group"] == "year", "level"].unique()
    return tuple(year for year in years if int(year) >= STEADY_FROM)


def _steady_level(target: Target, runs: Runs) -> float:
    return _pooled(runs, target.regime, target.outcome, "year", _steady_years(runs, target.regime))


def _change(target: Target, runs: Runs) -> float:
    years = _steady_years(runs, AFTER)
    after, before = (_pooled(runs, regime, "reoffending_12m", "year", years) for regime in (AFTER, BEFORE))
    return after - before


def _rise_of_short_share(target: Target, runs: Runs) -> float:
    if not everybody(runs, AFTER, "recalls_longer") > 0:
        return np.nan
    years = _steady_years(runs, AFTER)
    after, before = (_pooled(runs, regime, "short_share_of_recalls", "year", years) for regime in (AFTER, BEFORE))
    return after - before


def _gradient(target: Target, runs: Runs) -> float:
    shorter = _pooled(runs, target.regime, "reoffending_12m", "sentence", SHORTER)
    return shorter - _pooled(runs, target.regime, "reoffending_12m", "sentence", (LONGER,))


def _drift(target: Target, runs: Runs) -> float:
    """The largest deviation of a full year from the mean of all, of four flows; the sign is that of the deviation."""
    table = runs.get(target.regime)
    if table is None:
        return np.nan
    worst = 0.0
    for outcome in STEADY:
        chosen = table[(table["outcome"] == outcome) & (table["group"] == "year")]
        weight = chosen.groupby("level")["denominator"].mean()
        values = chosen.groupby("level")["value"].mean()[weight > weight.max() / 2]
        drift = values / values.mean() - 1
        if len(drift):
            worst = max(worst, *drift, key=abs)
    return worst


MEASURES = {
    **dict.fromkeys(("T01", "T02", "T03", "T04", "T06", "T07", "T08", "T09", "T13", "T14", "T15", "T23"), _level),
    "T05": _steady_level,
    "T10": _of_service,
    "T11": _of_service,
    "T12": _where_mentored,
    "T22": _fall_of_occasions,
    "T16": _drift,
    "T20": _change,
    "T21": _rise_of_short_share,
    "T24": _gradient,
}
