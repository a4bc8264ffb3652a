"""Verdicts: intervals of paired contrasts held against what is expected, and p values over many hypotheses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

from ttg_sim.studies import summary
from ttg_sim.studies.hypotheses.checks import CHECKS
from ttg_sim.studies.hypotheses.measures import Arms, contrast
from ttg_sim.studies.hypotheses.spec import Expected, Test, Verdict

NOBODY = "nobody to count"
ONE = "one replicate: no interval"
FRAGILE = 0.8
"""A pattern that holds in fewer sampled sets than this share of them is fragile."""
LEVEL = (1 - summary.CONFIDENCE) / 2
"""One-sided p values below this go with an interval wholly on the expected side."""


@dataclass(frozen=True)
class Judged:
    """What the runs say of one test: mean over replicates of its contrast, 95% interval, one-sided p value, verdict.

    What does not apply is not a number.
    """

    test: Test
    verdict: Verdict
    value: float = np.nan
    low: float = np.nan
    high: float = np.nan
    replicates: int = 0
    p: float = np.nan
    note: str = ""

    @property
    def half_width(self) -> float:
        """Half of the width of the interval."""
        return (self.high - self.low) / 2

    @property
    def as_expected(self) -> bool:
        """Whether the mean by itself is on the expected side."""
        return _side(self.test, self.value, self.value) is Verdict.PASS


def judge_test(test: Test, arms: Arms) -> Judged:
    """Judge one test on finished runs."""
    if test.measure is None:
        faults = CHECKS[test.check]({name: arm.runs for name, arm in arms.items()})
        replicates = min(arm.runs.replicates for arm in arms.values())
        return Judged(test, Verdict.FAIL if faults else Verdict.PASS, replicates=replicates, note="; ".join(faults))
    found = contrast(test.measure, arms, test.contrast or {})
    numbers = found.numbers.dropna().to_numpy(float)
    low, high = summary.interval(numbers)
    notes = [NOBODY if not len(numbers) else ONE if len(numbers) == 1 else "", found.note]
    return Judged(
        test,
        _verdict(test, numbers, low, high),
        float(numbers.mean()) if len(numbers) else np.nan,
        low,
        high,
        len(numbers),
        _p(test, numbers),
        "; ".join(note for note in notes if note),
    )


def _verdict(test: Test, numbers: np.ndarray, low: float, high: float) -> Verdict:
    if test.expected is Expected.NONE:
        return Verdict.OPEN
    if test.expected is Expected.ZERO:
        if not len(numbers):
            return Verdict.INCONCLUSIVE
        return Verdict.FAIL if (numbers != 0).any() else Verdict.PASS
    return _side(test, low, high)


def _side(test: Test, low: float, high: float) -> Verdict:
    """On which side of the number an interval lies; the number itself is not up or down, but at least and at most."""
    number = test.number
    beyond = {
        Expected.UP: (low > number, high < number),
        Expected.DOWN: (high < number, low > number),
        Expected.AT_LEAST: (low >= number, high < number),
        Expected.AT_MOST: (high <= number, low > number),
    }
    right, wrong = beyond[test.expected]
    return Verdict.PASS if right else Verdict.FAIL if wrong else Verdict.INCONCLUSIVE


def _p(test: Test, numbers: np.ndarray) -> float:
    """How likely a mean this far on the expected side, or further, would be if the true one were the number itself."""
    if not test.expected.signed or len(numbers) < 2:
        return np.nan
    mean, error = numbers.mean(), numbers.std(ddof=1) / np.sqrt(len(numbers))
    if error == 0:  # all replicates say the same
        return 0.0 if _side(test, mean, mean) is Verdict.PASS else 1.0
    upwards = test.expected in (Expected.UP, Expected.AT_LEAST)
    distance = (mean - test.number) / error
    return float(stdtr(len(numbers) - 1, -distance if upwards else distance))


def overall(tests: Iterable[Judged]) -> Verdict:
    """The verdict on a hypothesis: all tests have to hold, and open questions do not count."""
    found = {judged.verdict for judged in tests} - {Verdict.OPEN}
    for verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.PASS):
        if verdict in found:
            return verdict
    return Verdict.OPEN


def joint_p(tests: Iterable[Judged]) -> float:
    """The p value of a hypothesis, all of whose tests have to hold: the largest of theirs (intersection-union).

    A test that cannot be judged counts as 1. Not a number where no test holds an interval against a number.
    """
    found = [1.0 if np.isnan(judged.p) else judged.p for judged in tests if judged.test.expected.signed]
    return max(found, default=np.nan)


def holm(values: Mapping[str, float]) -> dict[str, float]:
    """Holm's adjustment of p values over all that have one."""
    known = sorted((p, name) for name, p in values.items() if not np.isnan(p))
    adjusted = dict.fromkeys(values, np.nan)
    highest = 0.0
    for place, (p, name) in enumerate(known):
        highest = max(highest, min(1.0, p * (len(known) - place)))
        adjusted[name] = highest
    return adjusted


def share_as_expected(sets: Sequence[Sequence[Judged]]) -> float:
    """Share of sampled parameter sets in which the mean of every signed contrast is on the expected side."""
    if not sets:
        return np.nan
    right = [all(judged.as_expected for judged in tests if judged.test.expected.signed) for tests in sets]
    return sum(right) / len(right)
