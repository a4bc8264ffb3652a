"""The grammar of findings: nothing is called higher or lower that could be neither, and no rounding turns a sign."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ttg_sim import screen
from ttg_sim.outcomes import gains
from ttg_sim.report import caveats, figures, phrases, words
from ttg_sim.report.words import Finding
from ttg_sim.studies.summary import interval, verdict

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


OTHERS = "counts only some people, and a policy can change whom: not strictly the same people in both worlds"
LUCK = "from luck between 20 runs only"
TINY = row(SHARE, 0.529, 0.00025, 0.0001, 0.0004)


@pytest.mark.parametrize(
    ("given_row", "found", "sentence"),
    [
        (
            LOWER | {"replicates": 30},
            Finding.LOWER,
            "Fewer people reoffend within 12 months than in the baseline: 52.1% against 52.9%, a difference of -0.8 "
            "percentage points (95% interval -1.1 to -0.5, from luck between 30 runs only).",
        ),
        (
            UNCLEAR,
            Finding.UNCLEAR,
            "Proven reoffending within 12 months shows no clear difference: 52.8% against 52.9% in the baseline; the "
            f"interval -0.4 to +0.3 points holds both a fall and a rise (95%, {LUCK}).",
        ),
        (
            row(SHARE, 0.529, -0.001, -0.002, 0.0),
            Finding.UNCLEAR,
            "Proven reoffending within 12 months shows no clear difference: 52.8% against 52.9% in the baseline; the "
            f"interval -0.2 to 0.0 points holds no difference at all (95%, {LUCK}).",
        ),
        (
            SAME,
            Finding.SAME,
            "Proven reoffending within 12 months: exactly the same in both worlds, in every run (52.9%).",
        ),
        (
            TINY,
            Finding.HIGHER,
            "More people reoffend within 12 months than in the baseline: 52.9% against 52.9%, a difference of less "
            f"than 0.05 percentage points (95% interval +0.01 to +0.04, {LUCK}).",
        ),
        (
            ONE,
            Finding.ONE_RUN,
            "Proven reoffending within 12 months: 52.1% against 52.9% in the baseline, a difference of -0.8 percentage "
            "points; range not shown because there is one run only: an illustration, not a finding.",
        ),
        (
            NOBODY,
            Finding.NOBODY,
            "Proven reoffending within 12 months: range not shown because there was nobody to count.",
        ),
        (
            LOWER | {words.DOUBTED: True},
            Finding.DOUBTS,
            "Proven reoffending within 12 months: 52.1% against 52.9% in the baseline, a difference of -0.8 percentage "
            "points; range not shown because the main doubts are not quantified.",
        ),
        (
            LOWER | {words.OUTSIDE: True},
            Finding.OUTSIDE,
            "Proven reoffending within 12 months: outside the tested range, so nothing is told of it.",
        ),
        (
            LOWER | {words.BY_CHANCE: True},
            Finding.PERHAPS_LOWER,
            "Proven reoffending within 12 months: perhaps lower than in the baseline, 52.1% against 52.9%, a "
            f"difference of -0.8 percentage points (95% interval -1.1 to -0.5, {LUCK}); among so many lines chance may "
            "bring that.",
        ),
        (
            row("offences_per_reoffender", 4.65, -0.068, -0.089, -0.047) | {"note": OTHERS},
            Finding.LOWER,
            "There are fewer proven offences per person who reoffended than in the baseline: 4.58 against 4.65, a "
            f"difference of -0.07 (95% interval -0.09 to -0.05, {LUCK}). This {OTHERS}.",
        ),
        (
            row("mentor_strain", 0.2, 0.05, 0.04, 0.06),
            Finding.HIGHER,
            "Strain of mentors: higher than in the baseline, 0.25 against 0.20, a difference of +0.05 (95% interval "
            f"+0.04 to +0.06, {LUCK}).",
        ),
        (
            row("mentor_strain", 0.2, 0.01, -0.01, 0.03),
            Finding.UNCLEAR,
            "Strain of mentors: no clear difference, 0.21 against 0.20 in the baseline; the interval -0.01 to +0.03 "
            f"holds both a fall and a rise (95%, {LUCK}).",
        ),
        (
            row(COUNT, 1914.0, -12.6, -17.4, -7.8),
            Finding.LOWER,
            "There are fewer releases from short sentences than in the baseline: 1,901 against 1,914, a difference of "
            f"-13 (95% interval -17 to -8, {LUCK}).",
        ),
        (
            row(MONEY, 10_000_000.0, 123_456.0, 99_000.0, 150_000.0),
            Finding.HIGHER,
            "Cost: all public budgets: higher than in the baseline, £10,100,000 against £10,000,000, a "
            f"difference of +£123,000 (95% interval +£99,000 to +£150,000, {LUCK}).",
        ),
    ],
)
def test_every_form(given_row: dict, found: Finding, sentence: str) -> None:
    assert words.finding(given_row) is found
    assert words.sentence(given_row) == sentence


def test_a_difference_that_mentors_may_have_made_carries_what_it_rests_on() -> None:
    assert words.sentence(LOWER, mentoring=True) == f"{words.sentence(LOWER)} {caveats.MENTORING}"
    assert words.sentence(UNCLEAR, mentoring=True).endswith(caveats.MENTORING)
    for one in (SAME, NOBODY, LOWER | {words.OUTSIDE: True}):
        assert words.sentence(one, mentoring=True) == words.sentence(one)


def test_screen_and_report_say_the_same_of_what_a_result_rests_on() -> None:
    for fact in (caveats.LUCK, caveats.LEVELS, caveats.NOBODY_REAL):
        assert fact in screen.CAVEAT
        assert fact in caveats.RESTS
    assert caveats.MANY in screen.CAVEAT
    assert caveats.MENTORING.removesuffix(".") in screen.OF_MENTORING


def test_a_title_stands_in_place_of_the_words_of_an_outcome() -> None:
    assert words.sentence(LOWER, "Among men").startswith("Among men: lower than in the baseline, 52.1%")
    assert words.sentence(UNCLEAR, "Among men").startswith("Among men: no clear difference, 52.8%")


def test_every_phrase_is_of_an_outcome_and_says_more_and_less() -> None:
    assert set(phrases.PHRASES) <= set(words.TITLES)
    assert {*gains.LESS_IS_A_GAIN, *gains.MORE_IS_A_GAIN} <= set(words.TITLES)
    assert not set(gains.LESS_IS_A_GAIN) & set(gains.MORE_IS_A_GAIN)
    for phrase in phrases.PHRASES.values():
        assert re.search(r"\b[Mm]ore\b", phrase.more)
        assert re.search(r"\b(fewer|less)\b", phrase.less, re.IGNORECASE)
        assert re.search(r" shows?$", phrase.shows)


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
    none = words.zero_effect([UNCLEAR, SAME])
    assert none.startswith("No clear difference in anything that is told here")
    assert none.endswith("That is not to say that there is none.")
    assert words.zero_effect([SAME, SAME]).endswith("the two worlds are exactly the same.")
    assert words.zero_effect([SAME, NOBODY]).endswith("the two worlds are exactly the same.")
    assert words.zero_effect([ONE]) == "One run claims nothing: this is an illustration, not a finding."
    assert words.zero_effect([NOBODY]).endswith("there was nobody to count.")
    assert words.zero_effect([UNCLEAR | {words.DOUBTED: True}]).startswith("No difference is claimed here: range not")
    assert words.zero_effect([UNCLEAR, LOWER]) == ""
    assert words.zero_effect([]) == ""


def test_what_chance_brings_among_many_lines_is_no_effect_of_a_scenario() -> None:
    edge = row("recalled_12m", 0.5, 0.01, 0.0005, 0.0195)
    none = words.zero_effect([edge, *([UNCLEAR] * 19)])
    assert none.startswith("No clear difference in anything that is told here")
    assert "Each by itself, 1 of 20 lines would seem to differ (Recalled within 12 months), but of twenty lines" in none
    assert words.zero_effect([edge]) == ""  # alone it is clear
    assert words.zero_effect([edge | {words.BY_CHANCE: True}]) != ""  # told together with others it is not


def test_scenarios_without_an_effect_are_rarely_said_to_have_one() -> None:
    """Five outcomes without any difference, worlds without number: at most about 5 in 100 claim one."""
    rng = np.random.default_rng(7)
    claimed, singly = 0, 0
    for _ in range(400):
        found = []
        for numbers in rng.standard_normal((5, 20)):
            low, high = interval(numbers)
            found.append(row(SHARE, 0.5, float(numbers.mean()), low, high))
        claimed += not words.zero_effect(found)
        singly += any(words.is_clear(one) for one in found)
    assert claimed <= 32 < 60 <= singly


def test_headlines_are_short_and_hold_the_figure() -> None:
    short = words.headline_of
    assert short(LOWER) == "Fewer people reoffend within 12 months: -0.8 points (-1.1 to -0.5)"
    assert short(UNCLEAR) == "Proven reoffending within 12 months: no clear difference"
    assert short(ONE) == "Proven reoffending within 12 months: one run, an illustration, not a finding"
    assert short(SAME) == "Proven reoffending within 12 months: exactly the same in both worlds"
    assert short(TINY).startswith("More people reoffend within 12 months: less than 0.05 points (")
    assert short(LOWER | {words.BY_CHANCE: True}) == "Proven reoffending within 12 months: perhaps lower"


VARIANTS = [{}, {words.BY_CHANCE: True}, {words.DOUBTED: True}, {words.OUTSIDE: True}]


@pytest.mark.parametrize("outcome", words.TITLES)
def test_every_outcome_has_words_that_fit(outcome: str) -> None:
    for one in (LOWER, UNCLEAR, SAME, ONE, NOBODY, row(SHARE, 1e6, 1e5, 9e4, 1.1e5)):
        for marks in VARIANTS:
            given_row = one | {"outcome": outcome} | marks
            head = words.headline_of(given_row)
            assert len(head) <= 90
            assert head[0].isupper()
            assert words.sentence(given_row).endswith(".")
            assert words.cell(given_row)
            named = [(f"A scenario by a long name, number {place}", given_row) for place in range(4)]
            assert len(words.headline([*named, ("B", UNCLEAR | {"outcome": outcome})], words.TITLES[outcome])) <= 90


def groups(*levels: tuple[str, dict], group: str = "risk", outcome: str = SHARE) -> list[dict]:
    return [one | {"outcome": outcome, "group": group, "level": level} for level, one in levels]


def test_who_gains_is_only_said_where_it_is_clear() -> None:
    told = words.gap_words(groups(("low", UNCLEAR), ("high", LOWER), ("medium", SAME), ("very_high", NOBODY)))
    assert told == (
        "Proven reoffending within 12 months, by risk: lower, a gain, for people at high risk (-0.8 points, 95% "
        "interval -1.1 to -0.5); no clear difference, which is not to say none, for people at low risk; exactly the "
        "same for people at medium risk; nothing told for people at very high risk. Whether one group gains more than "
        "another is not tested by that."
    )
    lost = words.gap_words(groups(("men", LOWER), ("women", LOWER), group="sex", outcome="met_ever"))
    assert "by sex: lower, a loss, for men (-0.8 points, 95% interval -1.1 to -0.5) and women (" in lost
    recalled = words.gap_words(groups(("yes", LOWER), ("no", UNCLEAR), group="prolific", outcome="recalled_12m"))
    assert "by earlier sanctions: lower for people with many earlier sanctions (" in recalled
    assert not re.search("gain,|loss", recalled)


def test_nobody_is_said_to_gain_where_nothing_is_clear() -> None:
    none = words.gap_words(groups(("low", UNCLEAR), ("high", UNCLEAR)))
    assert none.endswith("no clear difference in any group, so nobody can be said to gain or to be left out.")
    edge = row(SHARE, 0.5, 0.01, 0.0005, 0.0195)
    assert words.gap_words(groups(("low", UNCLEAR), ("high", edge))) == none
    marked = groups(("low", UNCLEAR), ("high", LOWER | {words.BY_CHANCE: True}))
    assert words.gap_words(marked) == none
    assert words.gap_words(groups(("low", ONE))).endswith("by risk: one run, an illustration, not a finding.")
    assert words.gap_words(groups(("low", NOBODY))).endswith(
        "by risk: range not shown because there was nobody to count."
    )
    assert words.gap_words(groups(("low", SAME))).endswith("exactly the same in both worlds for everybody.")
    assert words.gap_words([]) == ""


@pytest.mark.parametrize(
    ("baseline", "change", "towards"),
    [(0.02, 0.01, "low"), (0.02, -0.01, "high"), (-0.05, 0.01, "low"), (-0.05, -0.01, "high")],
)
def test_a_gap_moves_towards_somebody_whatever_its_sign(baseline: float, change: float, towards: str) -> None:
    gap = row("service_gap", baseline, change, change - 0.005, change + 0.005) | {"group": "all", "level": "all"}
    told = words.gap_words([gap])
    assert f"it moves towards people at {towards} risk, {100 * (baseline + change):+.1f} points" in told
    assert f"a difference of {100 * change:+.1f} percentage points" in told
    unclear = gap | {"low": -0.02, "high": 0.02}
    assert "no clear difference" in words.gap_words([unclear])
    assert "towards" not in words.gap_words([unclear])


def test_headlines_name_the_scenarios() -> None:
    title = "Proven reoffending"
    named = [("A", LOWER), ("B", UNCLEAR), ("C", row(SHARE, 0.5, 0.01, 0.005, 0.015))]
    assert words.headline(named, title) == "Proven reoffending: lower under “A”, higher under “C”"
    assert words.headline([("A", UNCLEAR)], title) == "Proven reoffending: no clear difference"
    assert words.headline([("A", UNCLEAR), ("B", SAME)], title).endswith("no clear difference under any scenario")
    assert words.headline([("A", LOWER), ("B", LOWER)], title).endswith("lower under all 2 scenarios")
    assert words.headline([("A", ONE)], title).endswith("an illustration only")
    many = [(f"A scenario by a long name, number {place}", LOWER) for place in range(2)]
    assert words.headline([*many, ("B", UNCLEAR)], title) == "Proven reoffending: lower under 2 of 3 scenarios"


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
        assert not re.search(r"\b(higher|lower|more|fewer|less)\b", text.replace("less than", ""), re.IGNORECASE)
    signs = set(re.findall(r"[(, ]([+-])£?\d", text.partition("difference of")[2]))
    if found is Finding.HIGHER:
        assert signs == {"+"}
        assert re.search(r"\b(higher|more)\b", text, re.IGNORECASE)
        assert not re.search(r"\b(lower|fewer)\b", text, re.IGNORECASE)
    if found is Finding.LOWER:
        assert signs == {"-"}
        assert re.search(r"\b(lower|fewer|less)\b", text, re.IGNORECASE)
        assert not re.search(r"\b(higher|more)\b", text, re.IGNORECASE)


@given(NUMBERS, st.floats(0, 2), st.integers(0, 40), st.booleans())
def test_the_verdict_of_the_tables_is_never_gone_beyond(
    middle: float, half: float, replicates: int, by_chance: bool
) -> None:
    wide = half if replicates > 1 else NAN
    one = row(SHARE, 1.0, middle, middle - wide, middle + wide, replicates) | {words.BY_CHANCE: by_chance}
    said = str(verdict(one["low"], one["high"], replicates > 0))
    if words.is_clear(one):
        assert words.finding(one) == said
    elif said in ("higher", "lower"):
        assert words.finding(one) == f"perhaps {said}"


@given(st.floats(-0.01, 0.01), st.floats(0, 0.01), st.sampled_from([SHARE, "met_ever"]))
def test_a_sentence_never_calls_nil_higher_or_lower(middle: float, half: float, outcome: str) -> None:
    one = row(outcome, 0.5, middle, middle - half, middle + half)
    assume(abs(one["low"]) > 1e-9)
    assume(abs(one["high"]) > 1e-9)
    text = words.sentence(one)
    assert not re.search(r"[+-]0\.0+( |\)|$)", text)
    if words.is_clear(one) and abs(middle) < 0.0005:
        assert "a difference of less than 0.05 percentage points" in text
    ends = re.search(r"interval ([+-][\d.]+) to ([+-][\d.]+)", text)
    assert ends
    assert [math.copysign(1, float(end)) for end in ends.groups()] == [
        math.copysign(1, one["low"]), math.copysign(1, one["high"])
    ]  # fmt: skip


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


FORBIDDEN = r"\b(significant\w*|prov(e|es|ed|ing)|will|offenders?|criminals?|inmates?|ex-prisoners?|color|behavior)\b"


def test_forbidden_words() -> None:
    rows = [LOWER, UNCLEAR, SAME, ONE, NOBODY, TINY, *(LOWER | marks for marks in VARIANTS)]
    rows += [one | {"outcome": outcome} for one in rows for outcome in (*phrases.PHRASES, "service_gap", MONEY)]
    told = [say(one) for one in rows for say in (words.sentence, words.cell, words.headline_of)]
    told += [words.zero_effect([one, UNCLEAR]) for one in rows]
    told += [words.gap_words([one | {"group": "risk", "level": "low"}]) for one in rows]
    told += [caveats.MENTORING, caveats.RESTS, caveats.MANY, screen.CAVEAT, screen.OF_MENTORING]
    assert [text for text in told if re.search(FORBIDDEN, text, re.IGNORECASE)] == []
