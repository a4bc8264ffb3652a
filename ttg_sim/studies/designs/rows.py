"""What an analysis says, row by row, and how much of it is chance between runs."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from scipy.special import stdtrit

NAN = float("nan")


class NoIndices(ValueError):
    """Outcomes that no index can be read from, with one line that says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One index of one factor (or of a group, or of two: `a x b`).

    `floor` is what chance between runs, or a factor without any effect, brings to the index by itself: 0 for indices
    with a sign. `at` is the share of the range that the row speaks of, where it is about one.
    """

    factor: str
    index: str
    value: float
    low: float = NAN
    high: float = NAN
    floor: float = 0.0
    at: float = NAN
    note: str = ""


FIELDS = tuple(field.name for field in fields(Row))


def around(factor: str, index: str, value: float, half: float, floor: float = 0.0, note: str = "") -> Row:
    """A row with an interval that reaches equally far to both sides."""
    return Row(factor, index, float(value), float(value - half), float(value + half), float(floor), note=note)


def over_replicates(factor: str, index: str, figures: np.ndarray, at: float = NAN, note: str = "") -> Row:
    """The mean of one figure per replicate with Student's 95% interval (none for a single replicate)."""
    known = figures[np.isfinite(figures)]
    if len(known) == 0:
        return Row(factor, index, NAN, at=at, note=joined(note, "no outcome"))
    mean, half = float(known.mean()), t_half(known)
    if len(known) < len(figures):
        note = joined(note, f"{len(known)} of {len(figures)} replicates have an outcome")
    return Row(factor, index, mean, mean - half, mean + half, at=at, note=note)


def t_half(figures: np.ndarray) -> float:
    """Half the width of Student's 95% interval of a mean; not a number for fewer than two figures."""
    count = len(figures)
    if count < 2:
        return NAN
    return float(stdtrit(count - 1, 0.975) * figures.std(ddof=1) / np.sqrt(count))


def for_few(count: int) -> float:
    """By what an interval from a normal distribution and resampled means of `count` figures has to be widened."""
    return float(stdtrit(count - 1, 0.975) / stdtrit(np.inf, 0.975) * np.sqrt(count / (count - 1)))


def joined(*notes: str) -> str:
    """Notes in one line."""
    return "; ".join(note for note in notes if note)


def is_constant(means: np.ndarray) -> bool:
    """Whether all figures are the same but for rounding."""
    return len(means) == 0 or bool(np.ptp(means) <= 1e-12 * np.abs(means).max())


def chance(values: np.ndarray) -> float:
    """The variance that chance between runs gives to the mean of a point; not a number with one replicate.

    `values` is (points, replicates), all known. A run is what its point, its replicate and the two together bring. The
    replicates are the same ones at all points, so what a replicate does to all of them alike is no noise between them;
    what is left is. Estimator: the mean square of `y_pr - y_p - y_r + y` (means over what is left out) on
    (points - 1)(replicates - 1) degrees of freedom, divided by the number of replicates.
    """
    points, replicates = values.shape
    if points < 2 or replicates < 2:
        return NAN
    left = values - values.mean(axis=1, keepdims=True) - values.mean(axis=0, keepdims=True) + values.mean()
    return float((left**2).sum() / ((points - 1) * (replicates - 1)) / replicates)


def noise_share(values: np.ndarray) -> float:
    """The share of the variance between means of points that is chance between runs: from 0 to 1.

    It is `chance` over the variance (n - 1) of the means of the points. Not a number with one replicate, which cannot
    tell chance from effect, or where all points have the same mean.
    """
    means = values.mean(axis=1)
    if len(means) < 2 or is_constant(means):
        return NAN
    share = chance(values) / float(means.var(ddof=1))
    return share if np.isnan(share) else min(max(share, 0.0), 1.0)


def chance_of_differences(differences: np.ndarray) -> float:
    """The variance that chance gives to the mean of a difference between two points, on average over the differences.

    `differences` is (differences, replicates). Points share their luck, so that near ones have much of their noise in
    common: two points whose runs are the same but for a factor that does nothing have none at all.
    """
    if differences.shape[1] < 2:
        return NAN
    return float(differences.var(axis=1, ddof=1).mean() / differences.shape[1])
