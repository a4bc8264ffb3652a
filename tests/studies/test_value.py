"""Prices per unit of an effect with Fieller's interval, who pays, and net present value, on cases of known answer."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from helpers import MENTORED, small

from ttg_sim.outcomes.of_money import LINES, NAMES
from ttg_sim.studies import value as value_module
from ttg_sim.studies.runner import run_all
from ttg_sim.studies.summary import Verdict
from ttg_sim.studies.value import (
    cost_per_person_met,
    cost_per_reoffence_avoided,
    fieller,
    net_present_value,
    paired,
    pounds,
    who_pays,
)

SOME = np.array([1.0, 2.0, 3.0])


def outcomes(**values: list[float]) -> pd.DataFrame:
    """Outcomes of replicates, of which all that are not given are nil, with rows that are not to be counted."""
    count = len(next(iter(values.values())))
    names = {*NAMES, "offences", "people_met_before_release", *values}
    frames = [
        pd.DataFrame(
            {"replicate": range(count), "outcome": name, "unit": unit, "group": group, "value": np.array(found) + more}
        )
        for name in sorted(names)
        for found in [values.get(name, [0.0] * count)]
        for unit, group, more in (("year", "all", 0.0), ("year", "year", 5.0), ("cohort", "all", 7.0))
    ]
    return pd.concat(frames, ignore_index=True)


NOTHING = outcomes(offences=[0.0, 0.0, 0.0])


def test_a_ratio_worked_by_hand() -> None:
    # Means 2 and 4; variances and covariance of the means 1/3; t squared, of 2 degrees of freedom, 18.5128.
    found = fieller(SOME, SOME + 2)
    assert found.bounded
    assert found.value == 0.5
    assert (found.low, found.high) == pytest.approx((-0.31938, 0.69156), abs=1e-4)


def test_a_ratio_without_spread_has_no_width() -> None:
    found = fieller(np.full(4, 6.0), np.full(4, 3.0))
    assert (found.low, found.value, found.high) == pytest.approx((2.0, 2.0, 2.0))


def test_an_interval_turns_round_with_the_sign_of_what_is_divided() -> None:
    found, turned = fieller(SOME, SOME + 2), fieller(-SOME, SOME + 2)
    assert (turned.low, turned.value, turned.high) == pytest.approx((-found.high, -found.value, -found.low))
    both = fieller(-SOME, -SOME - 2)
    assert (both.low, both.high) == pytest.approx((found.low, found.high))


@pytest.mark.parametrize("effects", [SOME - 2, SOME - 1, np.zeros(3)])
def test_a_ratio_over_what_could_be_nil_has_none(effects) -> None:
    found = fieller(SOME, effects)
    assert not found.bounded
    assert np.isnan([found.value, found.low, found.high]).all()


def test_the_interval_is_defined_exactly_where_that_of_the_denominator_leaves_out_nil() -> None:
    generator = np.random.default_rng(5)
    both = set()
    for _ in range(200):
        effects = generator.normal(1.0, 2.0, 8)
        low, high = value_module.interval(effects)
        assert fieller(generator.normal(0, 1, 8), effects).bounded == (low > 0 or high < 0)
        both.add(low > 0 or high < 0)
    assert both == {True, False}


def test_intervals_hold_the_true_ratio_95_times_in_100() -> None:
    generator = np.random.default_rng(3)
    cov = [[9.0, 2.0], [2.0, 1.0]]
    samples = generator.multivariate_normal([8.0, 2.0], cov, (3000, 12))
    found = [fieller(sample[:, 0], sample[:, 1]) for sample in samples]
    assert sum(one.bounded for one in found) > 2990
    covered = np.mean([one.low <= 4.0 <= one.high for one in found if one.bounded])
    assert covered == pytest.approx(0.95, abs=0.012)


def test_the_interval_of_a_plain_ratio_of_means_would_not_be_it() -> None:
    """With a weak denominator the interval is lopsided, as it should be."""
    generator = np.random.default_rng(4)
    effects = generator.normal(1.0, 1.0, 12)
    found = fieller(generator.normal(4.0, 1.0, 12), effects - effects.mean() + 1.0)
    assert found.high - found.value > 2 * (found.value - found.low)


def test_a_price_is_cost_over_reoffences_avoided() -> None:
    other = outcomes(cost_used=[2000.0, 4000.0, 3000.0], offences=[-10.0, -20.0, -15.0])
    found = cost_per_reoffence_avoided(NOTHING, other)
    assert found.given
    assert (found.value, found.low, found.high) == pytest.approx((200.0, 200.0, 200.0))
    assert found.words == "200 pounds (200 to 200) for each proven reoffence avoided"
    assert found.cost.value == 3000
    assert found.effect.value == 15


@pytest.mark.parametrize(
    ("costs", "offences", "words"),
    [
        ([1.0, 2.0, 3.0], [-1.0, 1.0, -0.5], "cannot be given: the difference in reoffences could be nil"),
        ([1.0, 2.0, 3.0], [0.0, 0.0, 0.0], "cannot be given: the difference in reoffences is nil in every replicate"),
        ([1.0, 2.0, 3.0], [9.0, 10.0, 11.0], "cannot be given: reoffences rise"),
        ([1.0], [-5.0], "cannot be given: one replicate has no interval"),
        ([-100.0, -110.0, -105.0], [-10.0, -11.0, -10.5], "costs nothing: it saves 10"),
        ([-100.0, 50.0, 60.0], [-10.0, -11.0, -10.5], "no clear cost: between a saving of"),
    ],
)
def test_where_there_is_no_plain_price_words_say_so(costs, offences, words) -> None:
    base = outcomes(offences=[0.0] * len(costs))
    found = cost_per_reoffence_avoided(base, outcomes(cost_used=costs, offences=offences))
    assert found.words.startswith(words)
    assert found.given == (not words.startswith("cannot"))
    assert np.isnan(found.low) == np.isnan(found.high) == (not found.given)


def test_a_price_for_each_person_met_counts_those_added() -> None:
    other = outcomes(cost_mentoring=[100.0, 220.0, 300.0], people_met_before_release=[1.0, 2.0, 3.0])
    assert cost_per_person_met(NOTHING, outcomes(cost_mentoring=[1.0] * 3)).words.startswith("cannot be given")
    dearer = outcomes(cost_mentoring=[100.0, 110.0, 90.0], people_met_before_release=[10.0, 11.0, 9.0])
    found = cost_per_person_met(NOTHING, dearer)
    assert found.value == pytest.approx(10.0)
    assert "additional person met before release" in found.words
    fewer = cost_per_person_met(dearer, NOTHING)
    assert fewer.words == "cannot be given: people met before release fall"
    assert not cost_per_person_met(NOTHING, other).given  # 1 to 3 people in three replicates could be none


def test_replicates_are_paired_by_number_and_only_everybody_counts() -> None:
    one = outcomes(offences=[1.0, 5.0, 100.0])
    two = outcomes(offences=[2.0, 7.0]).iloc[::-1]
    assert paired(one, two, "offences").tolist() == [1.0, 2.0]


def test_who_pays_and_who_saves() -> None:
    other = outcomes(
        cost_contract=[100.0, 110.0, 105.0],
        cost_prison=[-50.0, -60.0, -55.0],
        cost_supervision=[5.0, -5.0, 0.5],
        cost_public=[50.0, 51.0, 52.0],
        cost_volunteers=[7.0, 8.0, 9.0],
    )
    table = who_pays(NOTHING, other).set_index("bearer")
    words = table["words"].to_dict()
    assert words["commissioners of mentoring"] == "pays 105 pounds more a year (93 to 117)"
    assert words["prisons"].startswith("saves 55 pounds a year (")
    assert words["probation and courts that hear breaches"] == "no clear difference"
    assert words["local housing"] == "exactly the same"
    assert table.loc["all public budgets", "difference"] == 51
    assert table.loc["volunteers", "public"] == False  # noqa: E712
    assert list(table.index).index("all public budgets") == table["public"].sum() - 1
    assert set(table.index) == {line.bearer for line in LINES if line.bearer} | {"all public budgets"}


def test_lines_of_one_bearer_are_added_before_the_interval_is_taken() -> None:
    other = outcomes(cost_supervision=[5.0, -5.0, 0.0], cost_orders=[-4.0, 6.0, 1.0])
    table = who_pays(NOTHING, other).set_index("bearer")
    row = table.loc["probation and courts that hear breaches"]
    assert (row["difference"], row["low"], row["high"]) == pytest.approx((1.0, 1.0, 1.0))


@pytest.mark.parametrize(
    ("present", "words", "sign"),
    [
        ([-1000.0, -1100.0, -1050.0], "society gains 1,050 pounds (926 to 1,170)", Verdict.HIGHER),
        ([1000.0, 1100.0, 1050.0], "society loses 1,050 pounds (926 to 1,170)", Verdict.LOWER),
        ([0.0, 0.0, 0.0], "no cost and no gain to society: exactly the same", Verdict.NO_CLEAR_DIFFERENCE),
        ([-3.0, 3.0, 1.0], "no clear gain or loss to society: between a loss of", Verdict.NO_CLEAR_DIFFERENCE),
    ],
)
def test_net_present_value_is_what_is_left_over(present, words, sign) -> None:
    found = net_present_value(NOTHING, outcomes(present_society=present))
    assert found.value == -np.mean(present)
    assert found.words.startswith(words)
    assert found.verdict is sign


def test_public_budgets_are_several() -> None:
    found = net_present_value(NOTHING, outcomes(present_public=[-10.0, -11.0, -12.0]), "public")
    assert found.words.startswith("public budgets gain 11")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0 pounds"),
        (1234567, "1,230,000 pounds"),
        (-999.6, "-1,000 pounds"),
        (4.256, "4.26 pounds"),
        (0.00312, "0 pounds"),
        (np.nan, "-"),
    ],
)
def test_money_has_three_digits(value, words) -> None:
    assert pounds(value) == words


def test_it_reads_the_runs_of_two_scenarios(tmp_path) -> None:
    from dataclasses import replace

    one = replace(small(MENTORED, replicates=3), name="with_mentors")
    two = replace(small(replicates=3), name="without")
    with_mentors, without = run_all([one, two], tmp_path, workers=1)
    found = value_module.value(without.replicate_outcomes(), with_mentors.replicate_outcomes())
    table = found.who_pays.set_index("bearer")
    assert table.loc["commissioners of mentoring", "verdict"] == "higher"
    assert table.loc["commissioners of mentoring", "baseline"] == 0
    assert table["difference"].notna().all()
    assert found.net_present_public.value == pytest.approx(
        -np.mean(paired(without.replicate_outcomes(), with_mentors.replicate_outcomes(), "present_public"))
    )
    assert found.per_person_met.effect.replicates == 3
