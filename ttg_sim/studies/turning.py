"""At which price the sign of a net present value turns: every unit cost in turn, without a run being repeated.

Prices move nothing in a run, so what runs left is priced anew. The sign is that of the mean over replicates; where the
interval at the prices in force holds nil, there is no sign that could turn.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ttg_sim.mechanisms.costs import CostsParameters
from ttg_sim.outcomes import of_money
from ttg_sim.parameter import Parameter
from ttg_sim.studies.plausible import samples
from ttg_sim.studies.summary import Verdict
from ttg_sim.studies.value import Difference, Value

STEPS = 9
"""Values over the bounds of a price at which it is tried; between two of them the value is taken from a line."""
VIEWS = ("public", "society")
COLUMNS = ["view", "parameter", "words", "unit", "in_force", "turns_at", "low", "high", "grade"]


def turning(
    base_weekly: pd.DataFrame, weekly: pd.DataFrame, costs: CostsParameters, other_costs: CostsParameters, money: Value
) -> pd.DataFrame:
    """Each view with a clear sign, and each price: where within its bounds the sign turns, nearest to that in force.

    Columns: view, parameter, words, unit, in_force, turns_at (not a number where it never turns), low, high, grade.
    Views without a clear sign have no rows, and prices in which the two worlds differ are left out.
    """
    means = [_mean(table) for table in (base_weekly, weekly)]
    clear = {"public": money.net_present_public, "society": money.net_present_society}
    rows = []
    for facts in CostsParameters.parameters().values():
        if not samples(facts) or getattr(costs, facts.name) != getattr(other_costs, facts.name):
            continue
        values = _values(facts, float(getattr(costs, facts.name)))
        worth = pd.DataFrame([_worth(means, costs, other_costs, facts, value) for value in values], index=values)
        for view in VIEWS:
            if _has_sign(clear[view]):
                turns = _nearest_turn(worth[view], float(getattr(costs, facts.name)))
                in_force = float(getattr(costs, facts.name))
                given = (facts.path, facts.words, facts.unit, in_force, turns, facts.low, facts.high)
                rows.append((view, *given, facts.grade.value))
    return pd.DataFrame(rows, columns=COLUMNS)


def _mean(weekly: pd.DataFrame) -> pd.DataFrame:
    """The series of the mean run: costs are sums of them, so their mean is its cost."""
    evaluated = weekly[weekly["week"] >= 0]
    return evaluated[["week", *of_money.SPENDING, *of_money.QUANTITIES]].groupby("week", as_index=False).mean()


def _has_sign(one: Difference) -> bool:
    return one.verdict in (Verdict.HIGHER, Verdict.LOWER)


def _values(facts: Parameter, in_force: float) -> list[float]:
    assert facts.low is not None
    assert facts.high is not None
    return sorted({*np.linspace(facts.low, facts.high, STEPS).tolist(), in_force})


def _worth(
    means: list[pd.DataFrame], costs: CostsParameters, other_costs: CostsParameters, facts: Parameter, value: float
) -> dict[str, float]:
    """What the scenario leaves over in each view at one price."""
    sums = []
    for weekly, unit_costs in zip(means, (costs, other_costs), strict=True):
        pounds = of_money.weekly_costs(weekly, unit_costs.model_copy(update={facts.name: value}))
        sums.append({view: float(pounds[f"present_{view}"].sum()) for view in VIEWS})
    before, after = sums
    return {view: before[view] - after[view] for view in VIEWS}


def _nearest_turn(worth: pd.Series, in_force: float) -> float:
    turns = list(_turns(worth))
    return min(turns, key=lambda value: abs(value - in_force)) if turns else np.nan


def _turns(worth: pd.Series) -> Iterator[float]:
    values, sums = worth.index.to_numpy(float), worth.to_numpy(float)
    for place in range(len(values) - 1):
        one, two = sums[place], sums[place + 1]
        if one * two < 0:
            yield float(values[place] + one / (one - two) * (values[place + 1] - values[place]))
