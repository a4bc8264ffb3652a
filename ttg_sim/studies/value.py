"""What a difference costs: per proven reoffence avoided, per person met, who pays and who saves, net present value.

All of it comes from the outcomes of each replicate of two scenarios, paired: the same people with the same luck.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from ttg_sim.outcomes.kinds import Unit
from ttg_sim.outcomes.of_money import LINES, TOTALS, WITHOUT_REOFFENDING
from ttg_sim.studies.summary import CONFIDENCE, Verdict, interval, verdict

OFFENCES, MET_BEFORE = "offences", "people_met_before_release"
FEWEST = 2
DIGITS = 3
"""Significant digits of money in words: more would look surer than it is."""


@dataclass(frozen=True)
class Fieller:
    """The ratio of two means with its 95% interval; all three are not a number where `bounded` is false.

    The interval of a ratio whose denominator could be nil has no ends, so none is given.
    """

    value: float
    low: float
    high: float
    bounded: bool


@dataclass(frozen=True)
class Difference:
    """A paired difference: mean over replicates, 95% interval, verdict and words."""

    outcome: str
    value: float
    low: float
    high: float
    replicates: int
    verdict: Verdict
    words: str = ""


@dataclass(frozen=True)
class PricePerUnit:
    """Pounds for each unit of an effect, such as a proven reoffence avoided; not a number where there is none.

    `words` is a clause that can stand after a colon and says why where there is none.
    """

    unit: str
    value: float
    low: float
    high: float
    cost: Difference
    effect: Difference
    words: str

    @property
    def given(self) -> bool:
        """Whether there is a price."""
        return bool(np.isfinite(self.value))


@dataclass(frozen=True)
class Value:
    """All that is said of the money of one scenario against its baseline.

    `who_pays`: bearer, public, baseline, difference, low, high, verdict, words; public budgets first, then their total,
    then those who bear something outside of them.
    """

    per_reoffence: PricePerUnit
    per_person_met: PricePerUnit
    who_pays: pd.DataFrame
    net_present_public: Difference
    net_present_society: Difference


def value(baseline: pd.DataFrame, other: pd.DataFrame) -> Value:
    """All of it; both are the outcomes of each replicate (`Finished.replicate_outcomes()`)."""
    return Value(
        cost_per_reoffence_avoided(baseline, other),
        cost_per_person_met(baseline, other),
        who_pays(baseline, other),
        net_present_value(baseline, other, "public"),
        net_present_value(baseline, other, "society"),
    )


def figures(money: Value) -> pd.DataFrame:
    """The figures of a scenario as a table: figure, unit, value, low, high, words."""
    prices = [(f"Cost of each {one.unit}", "pounds", one.value, one.low, one.high, one.words)
              for one in (money.per_reoffence, money.per_person_met)]  # fmt: skip
    worth = [("Net present value to public budgets", money.net_present_public),
             ("Net present value to society", money.net_present_society)]  # fmt: skip
    rows = prices + [(name, "pounds", one.value, one.low, one.high, one.words) for name, one in worth]
    return pd.DataFrame(rows, columns=["figure", "unit", "value", "low", "high", "words"])


def fieller(numerator: np.ndarray, denominator: np.ndarray) -> Fieller:
    """The ratio of the means of two paired samples, by Fieller's theorem with Student's t."""
    count = len(numerator)
    if count < FEWEST:
        return Fieller(np.nan, np.nan, np.nan, False)
    upper, lower = numerator.mean(), denominator.mean()
    cov = np.cov(numerator, denominator, ddof=1) / count
    square = stdtrit(count - 1, 0.5 + CONFIDENCE / 2) ** 2
    # The interval holds each ratio r at which the mean of numerator - r * denominator may be nil.
    a = lower * lower - square * cov[1, 1]
    b = upper * lower - square * cov[0, 1]
    c = upper * upper - square * cov[0, 0]
    if not a > 0:
        return Fieller(np.nan, np.nan, np.nan, False)
    root = np.sqrt(max(b * b - a * c, 0.0))
    return Fieller(float(upper / lower), float((b - root) / a), float((b + root) / a), True)


def paired(baseline: pd.DataFrame, other: pd.DataFrame, outcome: str) -> np.ndarray:
    """The difference of a count of the year in each replicate that both have."""
    one, two = _of_year(baseline, outcome), _of_year(other, outcome)
    return (two - one).dropna().to_numpy(float)


def _of_year(outcomes: pd.DataFrame, outcome: str) -> pd.Series:
    """The outcome of everybody in each replicate."""
    chosen = outcomes[(outcomes["outcome"] == outcome) & (outcomes["unit"] == Unit.YEAR.value)]
    return chosen[chosen["group"] == "all"].set_index("replicate")["value"].astype(float)


def difference(outcome: str, values: np.ndarray, words: str = "") -> Difference:
    """A paired difference from its value in each replicate."""
    low, high = interval(values)
    mean = float(values.mean()) if len(values) else np.nan
    return Difference(outcome, mean, low, high, len(values), verdict(low, high, len(values) > 0), words)


def cost_per_reoffence_avoided(
    baseline: pd.DataFrame, other: pd.DataFrame, cost: str = WITHOUT_REOFFENDING
) -> PricePerUnit:
    """Difference in a cost for each proven reoffence that is avoided.

    The cost is what is used up without the cost of reoffending itself: with that in it, what is avoided would be
    counted against its own price.
    """
    costs, fewer = paired(baseline, other, cost), -paired(baseline, other, OFFENCES)
    return _price(cost, costs, OFFENCES, fewer, "proven reoffence avoided", "reoffences", "rise")


def cost_per_person_met(baseline: pd.DataFrame, other: pd.DataFrame, cost: str = "cost_mentoring") -> PricePerUnit:
    """Difference in a cost, by default what the service spends, for each additional person met before release."""
    costs, more = paired(baseline, other, cost), paired(baseline, other, MET_BEFORE)
    of = "people met before release"
    return _price(cost, costs, MET_BEFORE, more, "additional person met before release", of, "fall")


def _price(
    cost: str, costs: np.ndarray, effect: str, effects: np.ndarray, unit: str, of: str, wrong_way: str
) -> PricePerUnit:
    """A price, or why there is none; `effects` are above zero where the policy does what it is for."""
    ratio = fieller(costs, effects)
    why = ""
    if len(effects) < FEWEST:
        why = "one replicate has no interval" if len(effects) else "there is nothing to count"
    elif not effects.any():
        why = f"the difference in {of} is nil in every replicate"
    elif not ratio.bounded:
        why = f"the difference in {of} could be nil"
    elif effects.mean() < 0:
        why = f"{of} {wrong_way}"
    words = f"cannot be given: {why}" if why else _price_words(ratio, unit)
    if why:
        ratio = Fieller(np.nan, np.nan, np.nan, False)
    one, two = difference(cost, costs), difference(effect, effects)
    return PricePerUnit(unit, ratio.value, ratio.low, ratio.high, one, two, words)


def _price_words(ratio: Fieller, unit: str) -> str:
    if ratio.high < 0:
        saved = f"{pounds(-ratio.value)} ({amount(-ratio.high)} to {amount(-ratio.low)})"
        return f"costs nothing: it saves {saved} for each {unit}"
    if ratio.low <= 0:
        ends = f"between a saving of {pounds(-ratio.low)} and a cost of {pounds(ratio.high)}"
        return f"no clear cost: {ends} for each {unit}"
    return f"{pounds(ratio.value)} ({amount(ratio.low)} to {amount(ratio.high)}) for each {unit}"


def who_pays(baseline: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Who pays more and who saves, a year: one row for each bearer, with the total of public budgets."""
    lines: dict[tuple[str, bool], list[str]] = {}
    for line in LINES:
        if line.bearer:
            lines.setdefault((line.bearer, line.public), []).append(line.name)
    inside = [(bearer, True, names) for (bearer, public), names in lines.items() if public]
    outside = [(bearer, False, names) for (bearer, public), names in lines.items() if not public]
    title, _ = TOTALS["public"]
    rows = []
    for bearer, public, names in [*inside, (title.lower(), True, ["cost_public"]), *outside]:
        values = np.sum([paired(baseline, other, name) for name in names], axis=0)
        before = float(np.sum([_of_year(baseline, name).mean() for name in names]))
        one = difference(" ".join(names), values)
        rows.append(
            (bearer, public, before, one.value, one.low, one.high, one.replicates, one.verdict.value, pays(one))
        )
    columns = ["bearer", "public", "baseline", "difference", "low", "high", "replicates", "verdict", "words"]
    return pd.DataFrame(rows, columns=columns)


def pays(one: Difference) -> str:
    """Words for what a difference in a cost means to whoever bears it."""
    if one.replicates < FEWEST:
        return "one replicate: nothing is claimed" if one.replicates else "nothing to count"
    if one.value == one.low == one.high == 0:
        return "exactly the same"
    if one.verdict is Verdict.HIGHER:
        return f"pays {pounds(one.value)} more a year ({amount(one.low)} to {amount(one.high)})"
    if one.verdict is Verdict.LOWER:
        return f"saves {pounds(-one.value)} a year ({amount(-one.high)} to {amount(-one.low)})"
    return "no clear difference"


def net_present_value(baseline: pd.DataFrame, other: pd.DataFrame, view: str = "society") -> Difference:
    """What the scenario leaves over in one of the two views: costs of the baseline less its own, as present values.

    They are sums over the evaluated weeks, each discounted to the first. Above zero the scenario is worth its costs in
    that view, with all the unit costs as they are.
    """
    one = difference(f"present_{view}", -paired(baseline, other, f"present_{view}"))
    of = "public budgets" if view == "public" else "society"
    if one.replicates < FEWEST:
        words = "one replicate: nothing is claimed" if one.replicates else "nothing to count"
    elif one.value == one.low == one.high == 0:
        words = f"no cost and no gain to {of}: exactly the same"
    elif one.verdict is Verdict.HIGHER:
        words = f"{of} gains {pounds(one.value)} ({amount(one.low)} to {amount(one.high)})"
    elif one.verdict is Verdict.LOWER:
        words = f"{of} loses {pounds(-one.value)} ({amount(-one.high)} to {amount(-one.low)})"
    else:
        loss, gain = pounds(-one.low), pounds(one.high)
        words = f"no clear gain or loss to {of}: between a loss of {loss} and a gain of {gain}"
    if view == "public":
        words = words.replace("gains", "gain").replace("loses", "lose")
    return Difference(one.outcome, one.value, one.low, one.high, one.replicates, one.verdict, words)


def pounds(value: float) -> str:
    """Money in words, with no more digits than can be meant."""
    shown = amount(value)
    return shown if shown == "-" else f"{shown} pounds"


def amount(value: float) -> str:
    """A sum of money without its unit, with three significant digits."""
    if value == 0 or not np.isfinite(value):
        return "0" if value == 0 else "-"
    digits = DIGITS - 1 - int(np.floor(np.log10(abs(value))))
    return (
        f"{value:,.{digits}f}" if 0 < digits <= DIGITS and abs(value) < 10 else f"{round(value, min(digits, 2)):,.0f}"
    )
