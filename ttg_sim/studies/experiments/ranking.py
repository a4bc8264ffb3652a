"""Which policy is best under doubt: how often each comes out best, what choosing it costs, and where that turns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import binomtest, rankdata

from ttg_sim.outcomes.gains import LESS_IS_A_GAIN, MORE_IS_A_GAIN
from ttg_sim.parameter import Kind
from ttg_sim.studies.experiments.counted import Counted
from ttg_sim.studies.experiments.discovery import Box, can_discover, find_box
from ttg_sim.studies.experiments.information import information
from ttg_sim.studies.experiments.plan import Plan

RANKING = ["outcome", "scenario", "best", "low", "high", "better", "mean_rank", "regret", "regret_95", "points"]
TURNS = ["outcome", "parameter", "best_below", "best_above", "split", "gain_below", "gain_above", "clear"]
NOTHING = "(no change)"
"""The baseline among the policies: doing nothing is a choice too."""


@dataclass(frozen=True)
class Ranked:
    """How policies stand to each other on one outcome.

    `table`: outcome, scenario, best (share of points where it is best), low, high (95%, as if points were independent),
    better (share of points where it is better than no change), mean_rank (1 is best), regret (mean over points of what
    the best has more), regret_95 (its 95th percentile), points. `turns`: parameters below and above whose middle
    another policy is best on average. `information`: what knowing a parameter is worth (see `information`). `box`:
    where another policy is best than that which is best most often, if the extra `explore` is there and finds one.
    """

    outcome: Counted
    table: pd.DataFrame
    turns: pd.DataFrame
    information: pd.DataFrame
    box: Box | None = None


def sign_of(one: Counted) -> int:
    """1 where more is a gain, -1 where less is, 0 where nobody says."""
    if one.outcome in MORE_IS_A_GAIN:
        return 1
    return -1 if one.outcome in LESS_IS_A_GAIN or one.outcome.startswith(("cost_", "present_")) else 0


def rank(plan: Plan, one: Counted, values: dict[str, np.ndarray], shares: np.ndarray) -> Ranked | None:
    """How the scenarios of a plan stand; None where there are none to rank, or nobody says which way is a gain.

    `values` has the differences of each scenario from the baseline, (points, replicates), `shares` the points.
    """
    sign = sign_of(one)
    if not one.difference or not sign or len(values) < 2:
        return None
    names = [*values, NOTHING]
    gains = np.column_stack([sign * table.mean(axis=1) for table in values.values()] + [np.zeros(len(shares))])
    known = ~np.isnan(gains).any(axis=1)
    gains, shares = gains[known], shares[known]
    if not len(gains):
        return None
    ranks = np.apply_along_axis(lambda row: rankdata(-row, method="min"), 1, gains)
    best = gains.max(axis=1)
    rows = []
    for at, name in enumerate(names):
        first = int((ranks[:, at] == 1).sum())
        ends = binomtest(first, len(gains)).proportion_ci(0.95, method="wilson")
        regret = best - gains[:, at]
        better = float((gains[:, at] > 0).mean())
        front = (one.column, name, first / len(gains), ends.low, ends.high, better, float(ranks[:, at].mean()))
        rows.append((*front, float(regret.mean()), float(np.quantile(regret, 0.95)), len(gains)))
    table = pd.DataFrame(rows, columns=RANKING).sort_values(["best", "mean_rank"], ascending=[False, True])
    table = table.reset_index(drop=True)
    worth = information(shares, gains, [moved.path for moved in plan.moved], plan.seed)
    other = ranks[:, names.index(str(table["scenario"].iloc[0]))] > 1
    turns = _turns(plan, one, names, gains, shares)
    return Ranked(one, table, turns, worth.assign(outcome=one.column), _box(plan, shares, other))


def _box(plan: Plan, shares: np.ndarray, other: np.ndarray) -> Box | None:
    if not can_discover():
        return None
    drawn = plan.space.values(shares)
    columns = {
        moved.path: [float(moved.value(value)) for value in drawn[moved.path].tolist()]  # type: ignore[arg-type]
        for moved in plan.moved
        if moved.facts.kind in (Kind.NUMBER, Kind.COUNT)
    }
    return find_box(pd.DataFrame(columns), other) if columns else None


def _turns(plan: Plan, one: Counted, names: list[str], gains: np.ndarray, shares: np.ndarray) -> pd.DataFrame:
    """Parameters with another best policy, on average, in the lower half of their range than in the upper.

    `clear` says whether the two are further apart in both halves than chance between points would bring one time in
    twenty, each half by itself.
    """
    rows = []
    for at, moved in enumerate(plan.moved):
        below, above = shares[:, at] < 0.5, shares[:, at] >= 0.5
        if min(below.sum(), above.sum()) < 10:
            continue
        low, high = gains[below].mean(axis=0), gains[above].mean(axis=0)
        first, last = int(low.argmax()), int(high.argmax())
        if first == last:
            continue
        clear = _apart(gains[below], first, last) and _apart(gains[above], last, first)
        middle = moved.value(moved.factor().value_at(0.5))
        rows.append((one.column, moved.path, names[first], names[last], middle, float(low[first] - low[last]),
                     float(high[last] - high[first]), clear))  # fmt: skip
    return pd.DataFrame(rows, columns=TURNS)


def _apart(gains: np.ndarray, better: int, worse: int) -> bool:
    gap = gains[:, better] - gains[:, worse]
    return bool(gap.mean() > 1.96 * gap.std(ddof=1) / np.sqrt(len(gap)))
