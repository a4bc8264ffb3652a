from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers import MENTORED, run, small, tables, with_levers
from scipy.stats import norm

from ttg_sim.agents.person import NEVER, NOBODY
from ttg_sim.agents.provider import Money
from ttg_sim.agents.referral import Meeting
from ttg_sim.engine.calendar import WEEKS_PER_YEAR, Calendar
from ttg_sim.engine.table import Table
from ttg_sim.mechanisms import pbr
from ttg_sim.mechanisms.pbr import LEDGER, PbrParameters
from ttg_sim.mechanisms.sentencing import OCCASION, Sanction
from ttg_sim.outcomes import spells as of_outcomes
from ttg_sim.outcomes.tables import collect

from .people import areas, providers, referrals, several, spells

AT_RISK = {"share": 0.4, "passed_down": 0.5}
"""A fifth of the income."""
FIRST, END = 90, 181
"""A quarter."""


def params(**values) -> np.ndarray:
    return pbr.prepare(PbrParameters(**values))


# Choosing by what pays.


def chooses(**values) -> float:
    return float(pbr.selection(params(**values)[0]))


@pytest.mark.parametrize("selectivity", [0.0, 5.0, 50.0])
@pytest.mark.parametrize("nothing", [{"share": 0.0}, {"share": 1.0, "passed_down": 0.0}])
def test_with_nothing_at_risk_nobody_is_chosen_by_what_pays_however_selective_the_service(nothing, selectivity) -> None:
    assert chooses(selectivity=selectivity, intrinsic_share=0.0, **nothing) == 0.0


def test_the_more_is_at_risk_the_more_decides_what_pays_and_it_levels_off() -> None:
    found = [chooses(share=share, passed_down=1.0, intrinsic_share=0.0) for share in (0.0, 0.1, 0.2, 0.3, 0.9, 1.0)]
    rises = np.diff(found)
    assert (rises > 0).all()
    assert rises[0] > rises[1] > rises[2] > rises[4]
    assert max(found) < 1.0
    assert found[1] == pytest.approx(1 - math.exp(-0.5))


def test_what_is_passed_down_is_what_counts() -> None:
    assert chooses(share=0.2, passed_down=0.6) == pytest.approx(chooses(share=0.6, passed_down=0.2))
    assert chooses(share=0.2, passed_down=0.6) > chooses(share=0.2, passed_down=0.5)


def test_staff_who_resist_and_a_rule_that_counts_everybody_each_take_their_part() -> None:
    free = chooses(intrinsic_share=0.0, **AT_RISK)
    assert chooses(intrinsic_share=0.25, **AT_RISK) == pytest.approx(0.75 * free)
    assert chooses(intrinsic_share=1.0, **AT_RISK) == 0.0
    rule = AT_RISK | {"cohort_rule": True, "intrinsic_share": 0.0}
    assert chooses(cohort_discipline=0.7, **rule) == pytest.approx(0.3 * free)
    assert chooses(cohort_discipline=1.0, **rule) == 0.0
    assert chooses(cohort_discipline=0.0, **rule) == free
    assert chooses(cohort_discipline=1.0, intrinsic_share=0.0, **AT_RISK) == free  # without the rule it is no matter


# Quarters.


def test_quarters_are_those_of_the_calendar() -> None:
    monday = date(2015, 1, 5)
    for week in range(-60, 300):
        last_day = monday + timedelta(weeks=week, days=6)
        first, end = (monday + timedelta(days=day) for day in pbr.quarter(monday, week))
        assert first <= last_day < end
        assert (first.day, end.day) == (1, 1)
        assert {first.month, end.month} <= {1, 4, 7, 10}
        assert 90 <= (end - first).days <= 92


def opened(week: int, p=None, funded=None, area=None) -> np.ndarray:
    """Lines of the ledger after a week in which it was empty at first."""
    ledger, p = Table(LEDGER), params(**AT_RISK) if p is None else p
    funded = providers(1) if funded is None else funded
    pbr.open_cohorts(ledger, funded, areas(len(funded)) if area is None else area, (FIRST, END), week, p[0])
    return ledger.rows.copy()


def test_a_cohort_is_opened_in_the_week_in_which_its_quarter_begins_and_in_no_other() -> None:
    assert FIRST // 7 == 12
    assert [len(opened(week)) for week in range(11, 26)] == [1, 1] + [0] * 13
    # The span is that of the last day of the week, so week 11 never sees this quarter.
    monday = date(2015, 1, 5)
    spans = [pbr.quarter(monday, week) for week in range(-60, 300)]
    begun = [span for week, span in zip(range(-60, 300), spans, strict=True) if span[0] >= week * 7]
    assert len(begun) == len(set(begun)) >= len(set(spans)) - 1


def test_terms_are_those_of_the_day_on_which_the_quarter_begins() -> None:
    p = params(**AT_RISK, contract_value=80_000.0, cohort_rule=True)
    one = opened(12, p, area=areas(1, people_factor=1.5))[0]
    assert (one["provider"], one["first_day"], one["end_day"]) == (0, FIRST, END)
    assert one["at_risk"] == pytest.approx(0.2)
    assert one["most"] == pytest.approx(0.2 * 80_000 * 1.5 / 4)
    assert (one["whole_cohort"], one["settled_week"]) == (1, NEVER)


def test_there_is_no_cohort_without_a_contract_or_with_nothing_at_risk() -> None:
    assert opened(12, funded=providers(3, horizon=[9, 0, 1]))["provider"].tolist() == [0, 2]
    assert len(opened(12, params(share=0.0))) == 0
    assert len(opened(12, params(share=1.0, passed_down=0.0))) == 0


def test_only_the_quarter_that_runs_decides_what_is_at_risk_now() -> None:
    ledger = np.zeros(3, LEDGER)
    ledger["provider"], ledger["first_day"], ledger["at_risk"] = [1, 1, 0], [FIRST, END, FIRST], [0.2, 0.3, 0.4]
    assert pbr.at_risk_now(ledger, 3, FIRST).tolist() == [0.4, 0.2, 0.0]
    assert pbr.at_risk_now(ledger, 3, END).tolist() == [0.0, 0.3, 0.0]
    assert pbr.at_risk_now(ledger, 3, 0).tolist() == [0.0, 0.0, 0.0]


# Who is in a cohort.


def members(people, table, area: int = 0) -> list[int]:
    return sorted(pbr.cohort(people, table, referrals(1), area, FIRST, END).tolist())


def test_the_first_and_the_last_day_of_the_quarter_belong_to_it_and_the_days_around_it_do_not() -> None:
    table = spells(4, person=np.arange(4), release_day=[FIRST - 1, FIRST, END - 1, END])
    assert members(several(4), table) == [1, 2]


def test_people_on_longer_sentences_and_of_other_areas_are_not_in_it() -> None:
    table = spells(3, person=np.arange(3), release_day=FIRST, longer=[0, 1, 0])
    people = several(3, area=[0, 0, 1])
    assert members(people, table) == [0]
    assert members(people, table, area=1) == [2]


def test_nobody_is_counted_twice_and_it_is_the_first_release_in_the_quarter_that_counts() -> None:
    table = spells(5, person=[0, 1, 0, 0, 1], release_day=[FIRST + 60, FIRST - 9, FIRST + 8, FIRST + 30, FIRST + 1])
    assert members(several(2), table) == [2, 4]


def test_whoever_met_a_mentor_at_any_time_was_served() -> None:
    known = referrals(len(Meeting), meeting=list(Meeting))
    served = pbr.met(np.append(np.arange(len(Meeting)), NOBODY), known)
    never = (Meeting.NOT_YET, Meeting.NEVER)
    assert served.tolist() == [how not in never for how in Meeting] + [False]
    assert pbr.met(np.array([NOBODY]), referrals(0)).tolist() == [False]


# What they did.


def occasions(**values) -> np.ndarray:
    count = max(np.size(value) for value in values.values())
    table = np.zeros(count, OCCASION)
    for name, value in ({"offences": 1, "sanction": Sanction.FINE_OR_CAUTION} | values).items():
        table[name] = value
    return table


@pytest.mark.parametrize(
    ("day", "court_day", "counts"),
    [(-1, 20, 0), (0, 20, 1), (364, 400, 1), (365, 400, 0), (364, 547, 1), (364, 548, 0), (10, 548, 0)],
)
def test_an_offence_counts_in_twelve_months_when_it_is_proven_in_eighteen(day, court_day, counts) -> None:
    table = spells(1, release_day=FIRST)
    found = pbr.reoffences(table, occasions(day=FIRST + day, court_day=FIRST + court_day, offences=3))
    assert found.tolist() == [3 * counts]


def test_the_window_is_that_of_the_outcomes() -> None:
    assert (pbr.FOLLOW_UP_DAYS, pbr.PROOF_DAYS) == (of_outcomes.FOLLOW_UP_DAYS, of_outcomes.PROOF_DAYS)


@pytest.mark.parametrize("seed", range(5))
def test_offences_are_those_that_outcomes_count(seed) -> None:
    generator = np.random.default_rng(seed)
    table = spells(60, person=generator.integers(-3, 20, 60).clip(0), release_day=generator.integers(-300, 900, 60))
    day = generator.integers(-700, 1700, 400)
    done = occasions(
        person=generator.integers(0, 20, 400), day=day, court_day=day + generator.integers(0, 400, 400),
        offences=generator.integers(1, 6, 400), sanction=generator.integers(0, 7, 400),
    )  # fmt: skip
    expected = of_outcomes._follow_up(table, done, np.ones(60, bool))["offences"]
    found = pbr.reoffences(table, done[done["sanction"] != Sanction.NONE])
    assert found.tolist() == expected.tolist()
    assert found.sum() > 50


# What was expected.


def test_without_a_shift_the_baseline_is_the_score() -> None:
    scores = np.array([0.01, 0.3, 0.5, 0.99])
    assert pbr.baseline(scores, 0.0) == pytest.approx(scores)


def test_by_default_the_baseline_takes_the_mean_score_of_2011_to_what_was_observed_in_2011() -> None:
    # Scores spread as they are among people released in the model: a standard deviation of 0.174.
    places = (np.arange(4000) + 0.5) / 4000
    scores = 1 / (1 + np.exp(-(0.247 + 0.806 * norm.ppf(places))))
    assert (scores.mean(), scores.std()) == pytest.approx((0.556, 0.174), abs=0.003)
    assert pbr.baseline(scores, PbrParameters().baseline_shift).mean() == pytest.approx(0.622, abs=0.003)


def test_scores_at_the_ends_do_no_harm() -> None:
    assert np.isfinite(pbr.baseline(np.array([0.0, 1.0]), 2.0)).all()


# What is paid.


def line(most=1e9, at_risk=0.2, **values) -> Any:
    one = np.zeros(1, LEDGER)[0]
    one["most"], one["at_risk"] = most, at_risk
    for name, value in values.items():
        one[name] = value
    return one


def counted(chances, offences, most=1e9, **values) -> Any:
    one = line(most)
    pbr.count(one, np.array(chances, float), np.array(offences, int), params(**values)[0])
    return one


def test_a_cohort_worked_by_hand() -> None:
    # Of 100 people, 60 are expected to reoffend, with a standard error of sqrt(100 * 0.6 * 0.4) = 4.9; 50 do.
    one = counted([0.6] * 100, [5] * 50 + [0] * 50, hurdle_z=1.96, baseline_reoffences=5.48)
    assert (one["members"], one["reoffenders"], one["reoffences"]) == (100, 50, 250)
    assert one["expected"] == pytest.approx(60.0)
    assert one["expected_reoffences"] == pytest.approx(328.8)
    assert (one["hurdle_met"], one["significant"]) == (1, 1)
    assert one["binary_payment"] == pytest.approx(0.2 * 4_000 * 10)
    assert one["frequency_payment"] == pytest.approx(0.2 * 1_000 * 78.8)


@pytest.mark.parametrize(("reoffend", "significant"), [(50, 1), (51, 0), (60, 0), (70, 0)])
def test_fewer_people_are_paid_for_only_where_the_fall_is_significant(reoffend, significant) -> None:
    one = counted([0.6] * 100, [1] * reoffend + [0] * (100 - reoffend))  # 9.6 fewer are asked for
    assert one["significant"] == significant
    assert (one["binary_payment"] > 0) == bool(significant)


@pytest.mark.parametrize(("reoffend", "met"), [(59, 1), (60, 1), (61, 0)])
def test_fewer_offences_are_paid_for_only_where_no_more_people_reoffend_than_expected(reoffend, met) -> None:
    one = counted([0.6] * 100, [1] * reoffend + [0] * (100 - reoffend), baseline_reoffences=5.0)
    assert one["expected"] == 60.0
    assert one["hurdle_met"] == met
    assert one["frequency_payment"] == pytest.approx(met * 0.2 * 1_000 * (300 - reoffend))


def test_more_offences_than_expected_cost_nothing() -> None:
    one = counted([0.6] * 100, [9] * 55 + [0] * 45)
    assert (one["hurdle_met"], one["frequency_payment"], one["binary_payment"]) == (1, 0.0, 0.0)


@pytest.mark.parametrize(
    ("most", "binary", "frequency"), [(0.0, 0.0, 0.0), (5e3, 5e3, 0.0), (1e4, 8e3, 2e3), (1e9, 8e3, 15_760)]
)
def test_results_earn_no_more_than_what_is_at_risk_and_people_come_first(most, binary, frequency) -> None:
    one = counted([0.6] * 100, [5] * 50 + [0] * 50, most=most)
    assert [one["binary_payment"], one["frequency_payment"]] == pytest.approx([binary, frequency])


def test_a_cohort_of_nobody_earns_nothing() -> None:
    one = counted([], [], hurdle_z=0.0)
    assert [one[name] for name in ("members", "hurdle_met", "significant")] == [0, 0, 0]
    assert one["binary_payment"] == one["frequency_payment"] == 0.0


def test_without_a_test_of_significance_any_fall_is_paid_for_and_no_fall_is_not() -> None:
    assert counted([0.6] * 100, [1] * 59 + [0] * 41, hurdle_z=0.0)["significant"] == 1
    assert counted([0.5] * 100, [1] * 50 + [0] * 50, hurdle_z=0.0)["significant"] == 0


# Settling.


def settled(week: int, whole_cohort=1, count=40, known=None, **values) -> tuple[np.ndarray, np.ndarray]:
    """The ledger, and what is paid to each of two providers, after a week, where nobody reoffended."""
    ledger = np.zeros(1, LEDGER)
    facts = {"provider": 1, "first_day": FIRST, "end_day": END, "settled_week": NEVER, "whole_cohort": whole_cohort}
    for name, value in (facts | {"at_risk": 0.2, "most": 1e9}).items():
        ledger[name] = value
    table = spells(count, person=np.arange(count), release_day=FIRST, score_1_year=0.5, referral=np.arange(count))
    known = referrals(count) if known is None else known
    nothing = occasions(person=np.arange(count), day=FIRST + 3, court_day=FIRST + 9, sanction=Sanction.NONE)
    paid = pbr.settle(
        ledger, providers(2), several(count, area=1), table, known, nothing, Sanction.NONE, week, params(**values)[0]
    )
    return ledger, paid


def test_a_cohort_is_settled_in_the_first_week_after_everybody_had_eighteen_months() -> None:
    last = (END + 548) // 7 + 1
    assert (last - 1) * 7 < END + 548 <= last * 7
    assert settled(last - 1)[1].tolist() == [0.0, 0.0]
    assert settled(last - 1)[0]["settled_week"].tolist() == [NEVER]
    ledger, paid = settled(last, baseline_shift=0.0)
    assert ledger["settled_week"].tolist() == [last]
    assert ledger["expected"].tolist() == [20.0]
    assert ledger["reoffenders"].tolist() == [0]  # what was not proven does not count
    assert paid[0] == 0.0
    assert paid[1] == pytest.approx(0.2 * (4_000 * 20 + 1_000 * 20 * 5.48))
    assert paid[1] == ledger["binary_payment"][0] + ledger["frequency_payment"][0]


def test_what_is_settled_is_not_settled_again() -> None:
    ledger, paid = settled(200)
    assert paid[1] > 0
    again = pbr.settle(
        ledger, providers(2), several(9), spells(0), referrals(1), occasions(day=0), Sanction.NONE, 201, params()[0]
    )
    assert again.tolist() == [0.0, 0.0]
    assert ledger["settled_week"].tolist() == [200]


def test_either_everybody_counts_or_only_those_who_met_a_mentor() -> None:
    known = referrals(40, meeting=[Meeting.AT_GATE] * 10 + [Meeting.LATER] * 5 + [Meeting.NEVER] * 25)
    assert settled(200, whole_cohort=1, known=known)[0]["members"].tolist() == [40]
    assert settled(200, whole_cohort=0, known=known)[0]["members"].tolist() == [15]


# Cash.


def week(provider, at_risk=0.2, results=0.0, **values) -> Any:
    parts, sums = np.full(len(provider), at_risk), np.full(len(provider), results)
    pbr.run(provider, areas(len(provider)), parts, sums, params(**AT_RISK | values))
    return provider[0]


def spending(**values) -> np.ndarray:
    provider = providers(1, **values)
    provider["spent"][0, [Money.TRAINING, Money.COORDINATION]] = 300.0, 700.0
    return provider


def test_fees_pay_for_what_is_not_at_risk() -> None:
    one = week(spending(cash=50.0))
    assert (one["fees"], one["results"], one["cash"]) == (800.0, 0.0, -150.0)
    one = week(spending(cash=50.0), results=4_000.0)
    assert (one["fees"], one["results"], one["cash"]) == (800.0, 4_000.0, 3_850.0)


def test_with_nothing_at_risk_costs_are_paid_and_cash_never_moves() -> None:
    provider = spending()
    provider["spent"][0] = 0.1 + np.arange(len(Money)) / 3
    for _ in range(100):
        one = week(provider, 0.0, share=0.0)
    assert one["cash"] == 0.0
    assert one["selection"] == 0.0
    assert one["squeezed"] == 0
    assert one["fees"] == pytest.approx(provider["spent"][0].sum())


def test_a_service_is_squeezed_below_its_reserve_until_results_are_paid() -> None:
    reserve = 10 * 52_000 / WEEKS_PER_YEAR
    terms = {"reserve_weeks": 10.0, "contract_value": 52_000.0}
    provider = spending(cash=-reserve + 201.0)
    assert week(provider, **terms)["squeezed"] == 0
    assert week(provider, **terms)["squeezed"] == 1
    assert week(provider, results=500.0, **terms)["squeezed"] == 0


def test_a_service_with_nothing_at_risk_any_more_is_not_squeezed_whatever_it_owes() -> None:
    assert week(spending(cash=-1e9), 0.0, share=0.0)["squeezed"] == 0
    assert week(spending(cash=-1e9), 0.0, share=0.1)["squeezed"] == 1


def test_what_decides_is_written_to_each_provider() -> None:
    provider = providers(3)
    week(provider)
    assert provider["selection"].tolist() == [chooses(**AT_RISK)] * 3


# Whole worlds.

WORLD = MENTORED | {
    "weeks": 190,
    "intake.per_year": 120.0,
    "recruit.pool_size": 20.0,
    "referral.self_share": 0.4,
    "mentor.capacity": 4,
}
PAID = {"pbr.share": 0.6, "pbr.passed_down": 1.0, "pbr.selectivity": 10.0}


@pytest.fixture(scope="module")
def world():
    return run(small(WORLD | PAID | {"pbr.cohort_rule": True, "pbr.cohort_discipline": 0.0, "areas.number": 2}))


def test_cohorts_of_the_ledger_are_those_of_the_outcomes(world) -> None:
    releases = collect(world).spells
    releases = releases[releases["first_in_quarter"] & ~releases["longer"]]
    ledger, compared = world.ledger.rows, 0
    for one in ledger[(ledger["settled_week"] != NEVER) & (ledger["first_day"] >= 0)]:
        within = releases["release_day"].between(one["first_day"], one["end_day"] - 1)
        part = releases[within & (releases["area"] == f"area_{one['provider'] + 1:02d}")]
        assert part["followed"].all()
        assert one["members"] == len(part) > 5
        assert one["reoffenders"] == part["reoffended"].sum()
        assert one["reoffences"] == part["offences"].sum()
        compared += 1
    assert compared >= 6


def test_each_quarter_is_in_the_ledger_once_for_each_provider_and_settled_in_time(world) -> None:
    ledger = pd.DataFrame(world.ledger.rows.copy())
    assert not ledger.duplicated(["provider", "first_day"]).any()
    for _, part in ledger.groupby("provider"):
        assert (part["first_day"].to_numpy()[1:] == part["end_day"].to_numpy()[:-1]).all()
        due = part["end_day"] + 548 <= (world.scenario.weeks - 1) * 7
        assert ((part["settled_week"] != NEVER) == due).all()
        assert len(part) > 12


def test_cash_is_what_came_in_less_what_was_spent(world) -> None:
    weekly = collect(world).weekly
    spent = weekly[[name for name in weekly if name.startswith("spent_on_")]].sum(axis=1)
    assert weekly["cash"].to_numpy() == pytest.approx((weekly["fees"] + weekly["results"] - spent).cumsum().to_numpy())
    payments = world.ledger.rows["binary_payment"] + world.ledger.rows["frequency_payment"]
    assert weekly["results"].sum() == pytest.approx(payments.sum())
    assert payments.sum() > 0


def test_with_no_share_nothing_of_payment_by_results_moves_anything() -> None:
    settings = WORLD | {"weeks": 60}
    expected = tables(run(small(settings)))
    free = {"pbr.selectivity": 50.0, "pbr.intrinsic_share": 0.0, "pbr.passed_down": 1.0, "pbr.reserve_weeks": 0.0}
    money = {"pbr.contract_value": 0.0, "pbr.tariff_reoffender": 0.0, "pbr.cohort_rule": True}
    found = run(small(settings | free | money))
    assert tables(found) == expected
    assert not found.providers.rows["cash"].any()
    assert len(found.ledger) == 0


def test_a_share_that_no_rule_turns_into_anything_moves_nobody() -> None:
    settings = WORLD | {"weeks": 60}
    quiet = {"pbr.selectivity": 0.0, "pbr.reserve_weeks": 260.0, "pbr.contract_value": 20_000_000.0}
    before, after = run(small(settings)), run(small(settings | PAID | quiet))
    for name in ("people", "spells", "occasions", "referrals", "mentors"):
        assert getattr(before, name).rows.tobytes() == getattr(after, name).rows.tobytes(), name
    assert after.providers.rows["cash"][0] < 0 < len(after.ledger)


def test_paid_by_results_the_service_passes_people_over_and_the_gap_widens() -> None:
    found = {}
    for name, settings in {"fees": {}, "results": PAID | {"pbr.reserve_weeks": 260.0}}.items():
        outcomes = collect(run(small(WORLD | {"weeks": 150} | settings))).outcomes
        found[name] = outcomes[outcomes["group"] == "all"].set_index("outcome")["value"]
    assert found["fees"]["passed_over"] == found["fees"]["missed_not_chosen"] == 0
    assert found["results"]["passed_over"] > 5
    assert found["results"]["missed_not_chosen"] > 0
    assert found["results"]["service_gap"] > found["fees"]["service_gap"] + 0.1


def test_a_service_that_is_squeezed_takes_on_nobody() -> None:
    scenario = small(WORLD | PAID | {"weeks": 60, "pbr.reserve_weeks": 0.0, "pbr.selectivity": 0.0})
    weekly = collect(run(scenario)).weekly.set_index("week")
    short = weekly["cash"].shift(1) < 0
    assert short.sum() > 30
    assert (weekly["recruiting"][short] == 0).all()
    assert weekly["registrations"][short].sum() == 0


def test_a_share_that_begins_within_a_quarter_is_at_risk_from_the_next_one() -> None:
    calendar = small(WORLD).calendar
    assert isinstance(calendar, Calendar)
    begins = next(week for week in range(20, 40) if pbr.quarter(calendar.monday, week)[0] < week * 7 - 21)
    world = run(with_levers(small(WORLD | {"weeks": 60}), ("pbr.share", 0.5, begins)))
    first = world.ledger.rows["first_day"][0]
    assert begins * 7 < first < begins * 7 + 92
    weekly = collect(world).weekly.set_index("week")["cash"]
    assert not weekly.loc[: first // 7 - 1].any()
    assert weekly.loc[first // 7 + 1] < 0
    assert world.providers.rows["selection"][0] > 0
