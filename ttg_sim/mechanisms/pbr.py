"""Payment by results: what is at risk, whom that makes the service choose, and the accounts of each quarter."""

from __future__ import annotations

import math
from datetime import date
from typing import ClassVar

import numpy as np

from ttg_sim.agents.person import NEVER
from ttg_sim.agents.referral import Meeting
from ttg_sim.engine.calendar import A_YEAR_IN_DAYS, DAYS_PER_WEEK, WEEKS_PER_YEAR
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.engine.table import Table, record
from ttg_sim.parameter import NO_COST_KNOWN, Grade, Role, Section, parameter


class PbrParameters(Section):
    """How much of its income the service earns by results, how results are told, and what that makes it do."""

    section: ClassVar[str] = "pbr"
    title: ClassVar[str] = "Payment by results"

    share: float = parameter(
        0.0,
        unit="share",
        low=0,
        high=1,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="none by default, so that what results pay does is told apart; about 7% of the planned value of the "
        "companies' contracts was at most at risk, to be swept from 2% to 20%",
        evidence=("3.19",),
        words="Part of the income under the contract that is paid for results only; fees pay the other part of what "
        "the service spends, so that with nothing at risk its costs are paid and its cash never moves",
        cost=NO_COST_KNOWN,
    )
    passed_down: float = parameter(
        0.5,
        unit="share",
        low=0,
        high=1,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="charities may themselves be paid by results (interviews); no share found",
        words="Part of the risk that the company with the contract passes down to the charity that runs mentoring",
        cost=NO_COST_KNOWN,
    )
    cohort_rule: bool = parameter(
        False,
        unit="switch",
        role=Role.LEVER,
        grade=Grade.STUDY,
        source="at Peterborough everybody released counted, engaged or not; off by default, so that only people who "
        "met a mentor count",
        evidence=("4.08",),
        words="Whether everybody released in a quarter counts towards results, served or not",
        cost=NO_COST_KNOWN,
    )
    selectivity: float = parameter(
        5.0,
        unit="per share at risk",
        low=0,
        high=50,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="results pay leads to taking those with whom a result is likely (interviews); size unknown",
        words="How strongly money at risk turns into choosing whom to take, before it levels off",
    )
    intrinsic_share: float = parameter(
        0.4,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="dedicated workers resist (interviews); no share found",
        words="Part of the staff who take people as they come, whatever pays",
    )
    cohort_discipline: float = parameter(
        0.8,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="where all count, who is left out counts too (review); how much of the gain that takes is not known",
        words="Part of what is to be gained by choosing that goes where everybody released counts",
    )
    tariff_reoffender: float = parameter(
        4_000.0,
        unit="pounds",
        low=0,
        high=50_000,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="weakly remembered, not seen",
        evidence=("3.20",),
        words="Paid for each person fewer who reoffends than expected, for the part of the income that is at risk",
        cost=NO_COST_KNOWN,
    )
    tariff_reoffence: float = parameter(
        1_000.0,
        unit="pounds",
        low=0,
        high=50_000,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="weakly remembered, not seen",
        evidence=("3.20",),
        words="Paid for each offence fewer than expected, for the part of the income that is at risk",
        cost=NO_COST_KNOWN,
    )
    hurdle_z: float = parameter(
        1.96,
        unit="standard errors",
        low=0,
        high=5,
        role=Role.LEVER,
        grade=Grade.STUDY,
        source="a statistically significant fall is asked for; that this means 5% on two sides is ours",
        evidence=("3.11", "3.12"),
        words="How far the number of people who reoffend has to lie below the baseline to be paid for",
        cost=NO_COST_KNOWN,
    )
    contract_value: float = parameter(
        100_000.0,
        unit="pounds a year",
        low=0,
        high=20_000_000,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="about what the service spends in the world of the reform; that results earn no more than the part of "
        "it that is at risk follows the design of the contracts",
        evidence=("3.12",),
        words="Most that is paid in a year in an average area; the part at risk is the most that results can earn",
        cost=NO_COST_KNOWN,
    )
    reserve_weeks: float = parameter(
        13.0,
        unit="weeks",
        low=0,
        high=260,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="a quarter; no figure found",
        words="Weeks of the contract's value that the service can be short of before it takes on nobody any more",
    )
    baseline_shift: float = parameter(
        0.31,
        unit="logit",
        low=-2,
        high=2,
        role=Role.UNCERTAIN,
        grade=Grade.STUDY,
        source="people released reoffend more than their scores say, 62.2% against 55.6% in 2011; arithmetic on the "
        "scores of the people released here, as the contracts adjust the baseline to the case mix",
        evidence=("1.01", "1.02", "1.03", "3.13"),
        words="What is added to the logit of each person's score to get the risk-adjusted baseline",
    )
    baseline_reoffences: float = parameter(
        5.48,
        unit="offences",
        low=1,
        high=20,
        role=Role.UNCERTAIN,
        grade=Grade.PUBLISHED,
        source="people released from short sentences in 2011",
        evidence=("1.04",),
        words="Offences expected of each person who is expected to reoffend",
    )


LEDGER = record(
    {
        "provider": "i8",
        "first_day": "i8",  # of the quarter
        "end_day": "i8",  # first day after it
        "at_risk": "f8",  # part of the charity's income that hangs on this cohort
        "most": "f8",  # pounds that its results can earn
        "whole_cohort": "i8",  # whether everybody counts, or only those who met a mentor
        "members": "i8",
        "expected": "f8",  # people expected to reoffend
        "reoffenders": "i8",
        "expected_reoffences": "f8",
        "reoffences": "i8",
        "hurdle_met": "i8",  # no more people reoffended than expected
        "significant": "i8",  # so many fewer that it is unlikely to be chance
        "binary_payment": "f8",  # pounds
        "frequency_payment": "f8",
        "settled_week": "i8",  # or NEVER
    }
)
PBR = parameter_record(PbrParameters)
FOLLOW_UP_DAYS = A_YEAR_IN_DAYS
PROOF_DAYS = 548
"""An offence counts when it is proven within 18 months of the release."""
QUARTERS, MONTHS = 4, 12
FAR = 2**21
"""More than any day number either way."""
LEAST_SCORE = 1e-9


def prepare(section: PbrParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    return fill(PBR, section)


def quarter(monday: date, week: int) -> tuple[int, int]:
    """First day, and first day after it, of the calendar quarter in which the last day of a week lies."""
    last_day = date.fromordinal(monday.toordinal() + week * DAYS_PER_WEEK + DAYS_PER_WEEK - 1)
    months = MONTHS // QUARTERS
    first = date(last_day.year, (last_day.month - 1) // months * months + 1, 1)
    later = first.year * MONTHS + first.month - 1 + months
    end = date(later // MONTHS, later % MONTHS + 1, 1)
    return (first - monday).days, (end - monday).days


def open_cohorts(
    ledger: Table, providers: np.ndarray, areas: np.ndarray, span: tuple[int, int], week: int, p: np.record
) -> None:
    """In the week in which a quarter begins, note its terms for each provider with a contract and something at risk.

    A quarter in the course of which a contract begins has no cohort, and nothing of its income is at risk.
    """
    first_day, end_day = span
    at_risk = float(p["share"] * p["passed_down"])
    if first_day < week * DAYS_PER_WEEK or at_risk == 0.0:
        return
    for row in np.flatnonzero(providers["horizon"] > 0):
        value = p["contract_value"] * areas[providers["area"][row]]["people_factor"]
        ledger.append(
            provider=row, first_day=first_day, end_day=end_day, at_risk=at_risk, most=at_risk * value / QUARTERS,
            whole_cohort=p["cohort_rule"], settled_week=NEVER,
        )  # fmt: skip


def at_risk_now(ledger: np.ndarray, providers: int, first_day: int) -> np.ndarray:
    """What part of the income of each provider hangs on the cohort of the quarter that begins on a day."""
    parts = np.zeros(providers)
    current = ledger[ledger["first_day"] == first_day]
    parts[current["provider"]] = current["at_risk"]
    return parts


def settle(
    ledger: np.ndarray, providers: np.ndarray, people: np.ndarray, spells: np.ndarray, referrals: np.ndarray,
    occasions: np.ndarray, unproven: int, week: int, p: np.record,
) -> np.ndarray:  # fmt: skip
    """Settle the cohorts whose follow-up is complete; returns the pounds paid to each provider.

    A cohort is settled in the first week that begins after every member has had 12 months in which to offend and 6
    more in which it could be proven. `unproven` is the sanction of occasions of which nothing was proven.
    """
    paid = np.zeros(len(providers))
    for row in np.flatnonzero(ledger["settled_week"] == NEVER):
        if ledger["end_day"][row] + PROOF_DAYS > week * DAYS_PER_WEEK:
            continue
        one = ledger[row]
        area = int(providers["area"][one["provider"]])
        members = cohort(people, spells, referrals, area, int(one["first_day"]), int(one["end_day"]))
        if one["whole_cohort"] == 0:
            members = members[met(spells["referral"][members], referrals)]
        offences = reoffences(spells[members], occasions[occasions["sanction"] != unproven])
        count(one, baseline(spells["score_1_year"][members], p["baseline_shift"]), offences, p)
        one["settled_week"] = week
        paid[one["provider"]] += one["binary_payment"] + one["frequency_payment"]
    return paid


def cohort(
    people: np.ndarray, spells: np.ndarray, referrals: np.ndarray, area: int, first_day: int, end_day: int
) -> np.ndarray:
    """Rows of people's first releases from a short sentence in one area, from a day until before another."""
    day = spells["release_day"]
    within = np.flatnonzero((day >= first_day) & (day < end_day) & (spells["longer"] == 0))
    within = within[people["area"][spells["person"][within]] == area]
    within = within[np.argsort(day[within], kind="stable")]
    return np.asarray(within[np.unique(spells["person"][within], return_index=True)[1]])


def met(rows: np.ndarray, referrals: np.ndarray) -> np.ndarray:
    """Whether the person met a mentor, for referrals by their rows; NOBODY stands for none."""
    none = np.zeros(1, referrals.dtype)  # the last one, which stands for NOBODY, -1
    none["meeting"] = Meeting.NEVER
    meeting = np.concatenate([referrals, none])["meeting"][rows]
    return np.asarray((meeting != Meeting.NOT_YET) & (meeting != Meeting.NEVER))


def reoffences(members: np.ndarray, proven: np.ndarray) -> np.ndarray:
    """Offences of each member within 12 months of the release that were proven within those or the next 6.

    Follow-up runs on through custody and later releases.
    """
    proven = proven[np.lexsort((proven["day"], proven["person"]))]
    place = proven["person"] * 2 * FAR + proven["day"]  # one sortable number for each person and day
    start = members["person"] * 2 * FAR + members["release_day"]
    first, last = np.searchsorted(place, start), np.searchsorted(place, start + FOLLOW_UP_DAYS)
    found = np.zeros(len(members), np.int64)
    for one, (begin, end) in enumerate(zip(first, last, strict=True)):
        in_time = proven["court_day"][begin:end] < members["release_day"][one] + PROOF_DAYS
        found[one] = proven["offences"][begin:end][in_time].sum()
    return found


def baseline(scores: np.ndarray, shift: float) -> np.ndarray:
    """Probability of reoffending that each member is expected to have, from the one-year score at release."""
    scores = np.clip(scores, LEAST_SCORE, 1.0 - LEAST_SCORE)
    return np.asarray(1.0 / (1.0 + np.exp(-(np.log(scores / (1.0 - scores)) + shift))))


def count(one: np.record, chances: np.ndarray, offences: np.ndarray, p: np.record) -> None:
    """Write the result of a cohort, and what is paid for it, into its line of the ledger.

    Fewer people who reoffend are paid for only where the fall is significant, and fewer offences only where no more
    people reoffend than expected. Both are paid for the part of the income at risk, and together no more than that.
    """
    one["members"] = len(chances)
    one["expected"] = math.fsum(chances)  # to the last bit the same in whatever order
    one["reoffenders"] = (offences > 0).sum()
    one["expected_reoffences"] = one["expected"] * p["baseline_reoffences"]
    one["reoffences"] = offences.sum()
    fewer = one["expected"] - one["reoffenders"]
    error = math.sqrt(math.fsum(chances * (1.0 - chances)))
    one["hurdle_met"] = len(chances) > 0 and fewer >= 0.0
    one["significant"] = len(chances) > 0 and fewer > 0.0 and fewer >= p["hurdle_z"] * error
    binary = one["at_risk"] * p["tariff_reoffender"] * fewer if one["significant"] else 0.0
    fewer_offences = max(one["expected_reoffences"] - one["reoffences"], 0.0)
    frequency = one["at_risk"] * p["tariff_reoffence"] * fewer_offences if one["hurdle_met"] else 0.0
    one["binary_payment"] = min(binary, one["most"])
    one["frequency_payment"] = min(frequency, one["most"] - one["binary_payment"])


@kernel
def selection(p):
    """How far what pays decides whom the service takes: nil with nothing at risk, and levelling off below one."""
    chosen = 1.0 - math.exp(-p.selectivity * p.share * p.passed_down)
    left = 1.0 - p.cohort_discipline if p.cohort_rule == 1 else 1.0
    return chosen * left * (1.0 - p.intrinsic_share)


@kernel
def pay(provider, at_risk, results, reserve, p):
    """Fees and results come in, what was spent goes out; too far below nil, the service is squeezed."""
    spent = 0.0
    for money in range(len(provider.spent)):
        spent += provider.spent[money]
    provider.fees = spent * (1.0 - at_risk)
    provider.results = results
    provider.cash += provider.fees + results - spent
    provider.squeezed = 1 if p.share * p.passed_down > 0.0 and provider.cash < -reserve else 0


@kernel
def run(providers, areas, at_risk, results, parameters):
    """Accounts of one week. `at_risk` is the part of each provider's income at risk, `results` what it is paid."""
    p = parameters[0]
    for row in range(len(providers)):
        provider = providers[row]
        reserve = p.reserve_weeks * p.contract_value * areas[provider.area].people_factor / WEEKS_PER_YEAR
        provider.selection = selection(p)
        pay(provider, at_risk[row], results[row], reserve, p)
