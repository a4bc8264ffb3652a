"""The grammar of findings: nothing is called higher or lower that could be neither, and no rounding turns a sign."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ttg_sim.report import figures, words
from ttg_sim.report.words import Finding

NAN = math.nan
SHARE, COUNT, MONEY = "reoffending_12m", "releases", "cost_public"


def row(outcome: str, baseline: float, difference: float, low: float, high: float, replicates: int = 20) -> dict:
    values = {"baseline": baseline, "value": baseline + difference, "difference": difference, "low": low, "high": high}
    return {"outcome": outcome, "replicates": replicates, "scenario": "other"} | values


LOWER = row(SHARE, 0.529, -0.008, -0.011, -0.005)
UNCLEAR = row(SHARE, 0.529, -0.001, -0.004, 0.003)
SAME = row(SHARE, 0.529, 0.0, 0.0, 0.0)
ONE = row(SHARE, 0.529, -0.008, NAN, NAN, 1)
NOBODY = row(SHARE, NAN, NAN, NAN, NAN, 0)


@pytest.mark.parametrize(
    ("given_row", "found", "sentence"),
    [
        (
            LOWER,
            Finding.LOWER,
            "Proven reoffending within 12 months: lower, 52.1% against 52.9% in the baseline (difference -0.8 points, "
            "95% interval -1.1 to -0.5).",
        ),
        (
            UNCLEAR,
            Finding.UNCLEAR,
            "Proven reoffending within 12 months: no clear difference, 52.8% against 52.9% in the baseline (difference "
            "-0.1 points, 95% interval -0.4 to +0.3).",
        ),
        (SAME, Finding.SAME, "Proven reoffending within 12 months: exactly the same in both worlds (52.9%)."),
        (
            ONE,
            Finding.ONE_RUN,
            "Proven reoffending within 12 months: 52.1% against 52.9% in the baseline, difference -0.8 points; range "
            "not shown because there is one run only, so this is an illustration and no finding.",
        ),
        (NOBODY, Finding.NOBODY, "Proven reoffending within 12 months: not shown because there was nobody to count."),
        (
            row(COUNT, 1914.0, -12.6, -17.4, -7.8),
            Finding.LOWER,
            "Releases from short sentences: lower, 1,901 against 1,914 in the baseline (difference -13, 95% interval "
            "-17 to -8).",
        ),
        (
            row(MONEY, 10_000_000.0, 123_456.0, 99_000.0, 150_000.0),
            Finding.HIGHER,
            "Cost: all public budgets: higher, £10,100,000 against £10,000,000 in the baseline (difference +£123,000, "
            "95% interval +£99,000 to +£150,000).",
        ),
    ],
)
def test_every_form(given_row: dict, found: Finding, sentence: str) -> None:
    assert words.finding(given_row) is found
    assert words.sentence(given_row) == sentence


def test_among_many_lines_a_small_difference_is_only_perhaps_one() -> None:
    edge = row(SHARE, 0.5, 0.01, 0.0005, 0.0195)
    assert words.finding(edge) is Finding.HIGHER
    many = words.together([edge, *([UNCLEAR] * 10), LOWER])
    assert words.finding(many[0]) is Finding.PERHAPS_HIGHER
    assert words.finding(many[-1]) is Finding.LOWER
    assert words.finding(words.together([edge])[0]) is Finding.HIGHER
    assert "perhaps higher" in words.sentence(many[0])
    assert "perhaps higher" in words.cell(many[0])
    assert not words.is_clear(many[0])


def test_rows_without_interval_are_left_as_they_are() -> None:
    rows = [SAME, ONE, NOBODY]
    assert [words.finding(one) for one in words.together(rows)] == [words.finding(one) for one in rows]


def test_a_scenario_without_any_effect_says_so() -> None:
    assert words.zero_effect([UNCLEAR, SAME]).startswith("No clear difference in anything that is told here")
    assert words.zero_effect([SAME, SAME]).endswith("the two worlds are exactly the same.")
    assert words.zero_effect([ONE]).startswith("One run claims nothing")
    assert words.zero_effect([UNCLEAR, LOWER]) == ""
    assert words.zero_effect([]) == ""


def test_headlines_name_the_scenarios() -> None:
    title = "Proven reoffending"
    named = [("A", LOWER), ("B", UNCLEAR), ("C", row(SHARE, 0.5, 0.01, 0.005, 0.015))]
    assert words.headline(named, title) == "Proven reoffending: lower under “A”, higher under “C”"
    assert words.headline([("A", UNCLEAR)], title) == "Proven reoffending: no clear difference"
    assert words.headline([("A", UNCLEAR), ("B", SAME)], title).endswith("no clear difference under any scenario")
    assert words.headline([("A", LOWER), ("B", LOWER)], title).endswith("lower under all 2 scenarios")
    assert words.headline([("A", ONE)], title).endswith("an illustration only")


NUMBERS = st.floats(-3, 3).filter(lambda x: x == 0 or abs(x) > 1e-9)
MEASURES = ["share of people", "offences per person", "pounds a year", "difference of shares"]


@given(st.sampled_from([SHARE, COUNT, MONEY]), NUMBERS, st.floats(0, 2), st.integers(2, 40))
def test_nothing_is_clear_whose_interval_holds_zero(outcome: str, middle: float, half: float, replicates: int) -> None:
    one = row(outcome, 1.0, middle, middle - half, middle + half, replicates)
    found = words.finding(one)
    text = words.sentence(one)
    if one["low"] <= 0 <= one["high"] and not words.is_same(one):
        assert found is Finding.UNCLEAR
        assert "no clear difference" in text
    if found is Finding.HIGHER:
        assert "difference +" in text
    if found is Finding.LOWER:
        assert "difference -" in text


@given(NUMBERS, st.floats(1e-6, 2), st.sampled_from(MEASURES))
def test_no_rounding_turns_a_sign_or_hides_a_clear_end(middle: float, half: float, measure: str) -> None:
    low, high = middle - half, middle + half
    assume(abs(low) > 1e-9)
    assume(abs(high) > 1e-9)
    _, interval = figures.with_interval(middle, low, high, measure)
    ends = interval.replace("£", "").replace(" points", "").replace(",", "").split(" to ")
    assert [math.copysign(1, float(end)) for end in ends] == [math.copysign(1, low), math.copysign(1, high)]
    if measure != "pounds a year":
        assert all(float(end) != 0 for end in ends)


@given(NUMBERS, st.sampled_from(MEASURES))
def test_what_is_not_nil_is_not_shown_as_nil(value: float, measure: str) -> None:
    shown = figures.change(value, measure)
    if measure != "pounds a year":
        assert (float(re.sub("[£,]| points", "", shown)) == 0) == (value == 0)
    assert shown[0] == ("+" if value > 0 else "-" if value < 0 else shown[0])


def test_forbidden_words() -> None:
    rows = [LOWER, UNCLEAR, SAME, ONE, NOBODY]
    text = " ".join([*map(words.sentence, rows), *map(words.cell, rows), words.zero_effect(rows)]).lower()
    for word in ("significant", "prove that", "proves", "offender", "will "):
        assert word not in text.replace("reoffender", "")
