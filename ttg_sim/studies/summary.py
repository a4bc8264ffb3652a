"""What replicates add up to: means, paired differences and their intervals."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from ttg_sim.outcomes.definitions import OF_RELEASES, OUTCOMES
from ttg_sim.outcomes.kinds import UNIT_WORDS, Unit
from ttg_sim.outcomes.tables import KEY

CONFIDENCE = 0.95
OUTCOME_COLUMNS = [*KEY, "value", "low", "high", "replicates", "numerator", "denominator", "definition", "note"]
DEFINITIONS = {outcome.name: outcome.definition for outcome in OUTCOMES}
ORDER = {name: place for place, name in enumerate(DEFINITIONS)}
CONDITIONAL = {outcome.name for outcome in OF_RELEASES if outcome.conditional}
OTHER_PEOPLE = "counts only some people, and a policy can change whom: not strictly the same people in both worlds"
NOBODY = "nobody to count in any replicate"
ONE_RUN = "one replicate: no interval"


class Verdict(StrEnum):
    """What a paired difference says."""

    HIGHER = "higher"
    LOWER = "lower"
    NO_CLEAR_DIFFERENCE = "no clear difference"
    NONE = ""
    """Nobody could be counted."""


def interval(values: np.ndarray) -> tuple[float, float]:
    """95% interval of the mean over replicates (Student's t); not a number with fewer than two."""
    count = len(values)
    if count < 2:
        return np.nan, np.nan
    half = stdtrit(count - 1, 0.5 + CONFIDENCE / 2) * values.std(ddof=1) / np.sqrt(count)
    mean = values.mean()
    return float(mean - half), float(mean + half)


def outcomes(replicates: pd.DataFrame) -> pd.DataFrame:
    """Means over replicates with intervals: one row per outcome, unit, group and level."""
    rows = []
    for names, part in replicates.groupby(KEY, sort=False):
        key = tuple(map(str, names))
        values = part["value"].dropna().to_numpy(float)
        low, high = interval(values)
        value = values.mean() if len(values) else np.nan
        note = NOBODY if not len(values) else ONE_RUN if len(values) == 1 else ""
        definition = f"{DEFINITIONS[key[0]]}. Unit: {UNIT_WORDS[Unit(key[1])]}"
        numbers = (value, low, high, len(values), part["numerator"].mean(), part["denominator"].mean())
        rows.append((*key, *numbers, definition, note))
    return in_order(pd.DataFrame(rows, columns=OUTCOME_COLUMNS))


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows in the order of the definitions, everybody before groups."""
    first = frame["outcome"].map(ORDER)
    second = frame["group"] != "all"
    order = np.lexsort((frame["level"], frame["group"], second, first))
    return frame.iloc[order].reset_index(drop=True)


def verdict(low: float, high: float, counted: bool = True) -> Verdict:
    """A difference is only spoken of where its interval leaves out zero, and nothing is said where nobody counts."""
    if not counted:
        return Verdict.NONE
    if low > 0:
        return Verdict.HIGHER
    if high < 0:
        return Verdict.LOWER
    return Verdict.NO_CLEAR_DIFFERENCE


def _note(outcome: str, unit: str, replicates: int) -> str:
    if replicates < 2:
        return ONE_RUN if replicates else NOBODY
    return OTHER_PEOPLE if outcome in CONDITIONAL and unit == Unit.INDEX else ""


def differences(baseline: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Paired differences by replicate: `other` less `baseline`, with interval and verdict."""
    pairs = baseline.merge(other, on=["replicate", *KEY], suffixes=("_baseline", ""))
    rows = []
    for key, part in pairs.groupby(KEY, sort=False):
        both = part[["value_baseline", "value"]].dropna()
        difference = (both["value"] - both["value_baseline"]).to_numpy(float)
        low, high = interval(difference)
        mean = difference.mean() if len(difference) else np.nan
        values = (both["value_baseline"].mean(), both["value"].mean(), mean, low, high, len(both))
        rows.append(
            (*key, *values, verdict(low, high, len(both) > 0).value, _note(str(key[0]), str(key[1]), len(both)))
        )
    columns = [*KEY, "baseline", "value", "difference", "low", "high", "replicates", "verdict", "note"]
    return in_order(pd.DataFrame(rows, columns=columns))
