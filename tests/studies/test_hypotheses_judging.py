"""Verdicts, p values and shares, worked by hand on made-up runs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pytest
from helpers import small

from ttg_sim.agents.person import PERSON
from ttg_sim.agents.referral import REFERRAL
from ttg_sim.mechanisms.custody import SPELL
from ttg_sim.mechanisms.sentencing import OCCASION
from ttg_sim.outcomes.kinds import Unit
from ttg_sim.outcomes.spells import spell_table
from ttg_sim.scenario import Scenario
from ttg_sim.studies.hypotheses import checks, judging
from ttg_sim.studies.hypotheses.judging import Judged, holm, joint_p, judge_test, overall, share_as_expected
from ttg_sim.studies.hypotheses.measures import ArmRuns, OfOutcome, OfRecovery, OfSeries, OfSpread, contrast
from ttg_sim.studies.hypotheses.spec import Expected, Test, Verdict

MEASURE = OfOutcome("reoffending_12m", Unit.COHORT)
WORLD = small({"weeks": 12, "warm_up_weeks": 2})
PASS, FAIL, INCONCLUSIVE, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.OPEN
NAN = math.nan


@dataclass(frozen=True)
class Runs:
    """Stands for finished runs: outcomes and one series, given replicate by replicate."""

    values: tuple[float, ...] = ()
    series: tuple[tuple[float, ...], ...] = ()
    group: str = "all"
    level: str = "all"
    scenario: Scenario = WORLD

    @property
    def replicates(self) -> int:
        return len(self.values) or len(self.series)

    def replicate_outcomes(self) -> pd.DataFrame:
        facts = {"outcome": "reoffending_12m", "unit": "cohort", "group": self.group, "level": self.level}
        return pd.DataFrame({"replicate": range(len(self.values)), "value": self.values}).assign(**facts)

    def weekly(self) -> pd.DataFrame:
        rows = [(n, week - 2, value) for n, one in enumerate(self.series) for week, value in enumerate(one)]
        return pd.DataFrame(rows, columns=["replicate", "week", "working"])


def arms(**runs: Runs) -> dict[str, ArmRuns]:
    return {name: ArmRuns(one) for name, one in runs.items()}


def judged(expected: Expected, *values: float, number: float = 0.0) -> Judged:
    """A test on arms that differ by these values: replicates of unlike level, so that only pairs show them."""
    base = tuple(float(8 * n) for n in range(len(values)))
    other = tuple(start + value for start, value in zip(base, values, strict=True))
    test = Test("", expected, MEASURE, {"b": 1.0, "a": -1.0}, number)
    return judge_test(test, arms(a=Runs(base), b=Runs(other)))


@pytest.mark.parametrize(
    ("expected", "values", "number", "verdict"),
    [
        (Expected.UP, (1.0, 1.25, 0.75), 0.0, PASS),
        (Expected.UP, (-1.0, -1.25, -0.75), 0.0, FAIL),
        (Expected.UP, (-1.0, 1.25, 0.75), 0.0, INCONCLUSIVE),
        (Expected.DOWN, (-1.0, -1.25, -0.75), 0.0, PASS),
        (Expected.DOWN, (1.0, 1.25, 0.75), 0.0, FAIL),
        (Expected.DOWN, (1.0, -1.25, -0.75), 0.0, INCONCLUSIVE),
        (Expected.AT_LEAST, (12.0, 13.0, 14.0), 9.0, PASS),
        (Expected.AT_LEAST, (12.0, 13.0, 14.0), 12.0, INCONCLUSIVE),
        (Expected.AT_LEAST, (12.0, 13.0, 14.0), 17.0, FAIL),
        (Expected.AT_MOST, (12.0, 13.0, 14.0), 17.0, PASS),
        (Expected.AT_MOST, (12.0, 13.0, 14.0), 13.0, INCONCLUSIVE),
        (Expected.AT_MOST, (12.0, 13.0, 14.0), 9.0, FAIL),
        (Expected.AT_LEAST, (12.0, 12.0), 12.0, PASS),
        (Expected.AT_MOST, (12.0, 12.0), 12.0, PASS),
        (Expected.UP, (0.0, 0.0), 0.0, INCONCLUSIVE),
        (Expected.UP, (0.5, 0.5), 0.0, PASS),
        (Expected.DOWN, (0.5, 0.5), 0.0, FAIL),
        (Expected.ZERO, (0.0, 0.0), 0.0, PASS),
        (Expected.ZERO, (0.0, 1e-12), 0.0, FAIL),
        (Expected.ZERO, (0.0,), 0.0, PASS),
        (Expected.ZERO, (0.5,), 0.0, FAIL),
        (Expected.ZERO, (NAN, NAN), 0.0, INCONCLUSIVE),
        (Expected.UP, (5.0,), 0.0, INCONCLUSIVE),
        (Expected.UP, (NAN, 5.0, NAN), 0.0, INCONCLUSIVE),
        (Expected.UP, (NAN, NAN), 0.0, INCONCLUSIVE),
        (Expected.NONE, (1.0, 1.25, 0.75), 0.0, OPEN),
    ],
)  # fmt: skip
def test_a_verdict_follows_from_the_interval(expected, values, number, verdict) -> None:
    assert judged(expected, *values, number=number).verdict is verdict


def test_the_interval_is_that_of_paired_differences() -> None:
    found = judged(Expected.UP, 1.0, 2.0, 3.0)
    half = 4.302652729749464 / np.sqrt(3)  # Student's t with two degrees of freedom
    assert (found.value, found.low, found.high) == pytest.approx((2.0, 2 - half, 2 + half))
    assert (found.replicates, found.half_width) == (3, pytest.approx(half))


def test_the_p_value_is_one_sided() -> None:
    # t is 2 / (1 / sqrt(3)) with two degrees of freedom, for which the tail is 1/2 - t / (2 sqrt(2 + t^2)).
    t = 2 * math.sqrt(3)
    tail = 0.5 - t / (2 * math.sqrt(2 + t * t))
    assert judged(Expected.UP, 1.0, 2.0, 3.0).p == pytest.approx(tail)
    assert judged(Expected.DOWN, 1.0, 2.0, 3.0).p == pytest.approx(1 - tail)
    assert judged(Expected.AT_LEAST, 11.0, 12.0, 13.0, number=10.0).p == pytest.approx(tail)
    assert judged(Expected.AT_MOST, 11.0, 12.0, 13.0, number=10.0).p == pytest.approx(1 - tail)


def test_verdict_and_p_value_say_the_same() -> None:
    draws = np.sin(np.arange(600) ** 2 * 12.9898) * 43758.5453 % 1 - 0.3
    seen = set()
    for sample in draws.reshape(-1, 6):
        found = judged(Expected.UP, *sample.tolist())
        seen.add(found.verdict)
        assert (found.verdict is PASS) is (found.p < judging.LEVEL)
        assert (found.verdict is FAIL) is (found.p > 1 - judging.LEVEL)
    assert {PASS, INCONCLUSIVE} <= seen


@pytest.mark.parametrize(
    ("expected", "values", "number", "p"),
    [
        (Expected.UP, (0.5, 0.5), 0.0, 0.0),
        (Expected.DOWN, (0.5, 0.5), 0.0, 1.0),
        (Expected.UP, (0.0, 0.0), 0.0, 1.0),
        (Expected.AT_LEAST, (3.0, 3.0), 3.0, 0.0),
        (Expected.AT_MOST, (3.0, 3.0), 2.0, 1.0),
    ],
)
def test_replicates_that_all_say_the_same_have_a_p_value(expected, values, number, p) -> None:
    assert judged(expected, *values, number=number).p == p


@pytest.mark.parametrize("expected", list(Expected))
def test_what_cannot_be_judged_has_no_p_value(expected) -> None:
    if expected is not Expected.CHECK:
        assert math.isnan(judged(expected, 1.0).p)
        assert math.isnan(judged(expected, NAN, NAN).p)


def test_notes_say_why_there_is_no_interval() -> None:
    assert judged(Expected.UP, NAN, NAN).note == "nobody to count"
    assert judged(Expected.UP, 1.0).note == "one replicate: no interval"
    assert judged(Expected.UP, 1.0, NAN, 1.5).replicates == 2
    test = Test("", Expected.UP, OfOutcome("reoffending_12m", Unit.COHORT, "sex", "wmen"), {"a": 1.0})
    found = judge_test(test, arms(a=Runs((1.0, 2.0), group="sex", level="women")))
    assert found.note == "nobody to count; no sex 'wmen' in the runs of a (levels there: women)"


def test_a_contrast_is_a_weighted_sum_by_replicate() -> None:
    some = arms(a=Runs((1.0, 2.0)), b=Runs((10.0, 30.0)), c=Runs((100.0, 500.0)))
    assert contrast(MEASURE, some, {"a": 1, "b": -0.5, "c": 2}).numbers.tolist() == [196.0, 987.0]


def test_replicates_of_one_arm_only_are_not_paired() -> None:
    some = arms(a=Runs((1.0, 2.0)), b=Runs((10.0,)))
    assert contrast(MEASURE, some, {"b": 1, "a": -1}).numbers.dropna().tolist() == [9.0]


def test_an_interaction_of_shares_needs_room() -> None:
    some = arms(a=Runs((0.2, 0.3)), b=Runs((0.0, 0.001)), c=Runs((1.0, 1.0)))
    assert contrast(MEASURE, some, {"a": 1, "b": -1}).note == ""
    found = contrast(MEASURE, some, {"a": 1, "b": -1, "c": 1}).note
    assert found == "b sits at 0.0005, which leaves no room; c sits at 1, which leaves no room"


def series(*numbers: float) -> tuple[float, ...]:
    """Twelve weeks with these numbers, the last of which stays; 100 in the two weeks before."""
    return (100.0, 100.0, *numbers, *[numbers[-1]] * (12 - len(numbers)))


def test_a_series_is_a_mean_over_the_weeks_that_hold_two_dates_and_all_between() -> None:
    some = arms(a=Runs(series=(series(1, 2, 3, 4, 5, 6, 0), series(*range(1, 13)))))
    monday = WORLD.calendar.monday
    assert OfSeries("working").values(some, "a").numbers.tolist() == [21 / 12, 6.5]
    in_weeks_1_to_3 = OfSeries("working", WORLD.calendar.date_of_week(1), date(2011, 1, 30))
    assert monday == date(2011, 1, 3)
    assert in_weeks_1_to_3.values(some, "a").numbers.tolist() == [3.0, 3.0]


def test_recovery_is_counted_in_weeks_from_the_date() -> None:
    whole = Runs(series=(series(100), series(100), series(100)))
    gap = Runs(series=(series(0, 0, 50, 80, 95), series(0, 0, 10), series(100)))
    measure = OfRecovery("working", "whole", WORLD.calendar.date_of_week(2), 0.9, 1)
    found = measure.values(arms(whole=whole, gap=gap), "gap")
    # Week 4 is the first at 95; the second never comes back in the ten weeks left; the third was never away.
    assert found.numbers.tolist() == [2.0, 10.0, 0.0]
    assert found.note == "1 of 3 replicates of gap not back by the end of the run"
    # Means of two weeks: 0, 25, 65, 87.5, 95 in weeks 1 to 5.
    slow = OfRecovery("working", "whole", WORLD.calendar.date_of_week(2), 0.9, 2)
    assert slow.values(arms(whole=whole, gap=gap), "gap").numbers.tolist()[0] == 3.0


@dataclass(frozen=True)
class Areas(Runs):
    """Stands for runs of several areas: for each replicate the figure of each area."""

    figures: tuple[tuple[float, ...], ...] = ()

    @property
    def replicates(self) -> int:
        return len(self.figures)

    def replicate_outcomes(self) -> pd.DataFrame:
        rows = [
            (number, "engaged_1m", "area", f"area_{place + 1:02d}", figure)
            for number, figures in enumerate(self.figures)
            for place, figure in enumerate(figures)
        ]
        rows += [(number, "engaged_1m", "all", "all", 100.0) for number in range(len(self.figures))]
        rows += [(number, "matched", "area", "area_01", -70.0) for number in range(len(self.figures))]
        return pd.DataFrame(rows, columns=["replicate", "outcome", "group", "level", "value"])


def test_a_spread_is_the_standard_deviation_between_levels_of_each_replicate() -> None:
    runs = Areas(figures=((1.0, 3.0), (2.0, 2.0, 2.0), (0.0, NAN, 4.0, 2.0)))
    found = OfSpread("engaged_1m", "area").values(arms(a=runs), "a").numbers.tolist()
    assert found == pytest.approx([math.sqrt(2.0), 0.0, 2.0])


def test_one_level_has_no_spread() -> None:
    runs = Areas(figures=((1.0,), (2.0, NAN), (3.0, 4.0)))
    some = arms(a=runs, b=Areas(figures=((1.0, 2.0),)))
    found = OfSpread("engaged_1m", "area").values(some, "a").numbers
    assert found.isna().tolist() == [True, True, False]
    assert contrast(OfSpread("engaged_1m", "area"), some, {"a": 1, "b": -1}).numbers.isna().all()
    assert OfSpread("engaged_1m", "sex").values(some, "a").numbers.isna().tolist() == [True] * 3


@dataclass(frozen=True)
class TwoOutcomes(Runs):
    """Stands for runs with a second outcome, `recalls_per_release`, under the same levels or other ones."""

    others: tuple[float, ...] = ()
    other_level: str = "all"

    def replicate_outcomes(self) -> pd.DataFrame:
        first = super().replicate_outcomes()
        second = pd.DataFrame({"replicate": range(len(self.others)), "value": self.others})
        facts = {"outcome": "recalls_per_release", "unit": "cohort", "group": self.group, "level": self.other_level}
        return pd.concat([first, second.assign(**facts)], ignore_index=True)


LESS = OfOutcome("reoffending_12m", Unit.COHORT, less="recalls_per_release")


def test_an_outcome_is_taken_off_another_replicate_by_replicate() -> None:
    some = arms(
        a=TwoOutcomes((5.0, 7.0, 1.0), others=(1.0, 4.0, 3.0)), b=TwoOutcomes((9.0, 9.0, 9.0), others=(2.0,) * 3)
    )
    assert LESS.values(some, "a").numbers.tolist() == [4.0, 3.0, -2.0]
    assert contrast(LESS, some, {"b": 1, "a": -1}).numbers.tolist() == [3.0, 4.0, 9.0]
    assert OfOutcome("reoffending_12m", Unit.COHORT).values(some, "a").numbers.tolist() == [5.0, 7.0, 1.0]
    assert str(LESS) == "reoffending_12m less recalls_per_release"


def test_what_is_taken_off_is_of_the_same_level() -> None:
    women = OfOutcome("reoffending_12m", Unit.COHORT, "sex", "women", "recalls_per_release")
    alike = TwoOutcomes((5.0,), group="sex", level="women", others=(2.0,), other_level="women")
    assert women.values(arms(a=alike), "a").numbers.tolist() == [3.0]
    assert str(women) == "reoffending_12m less recalls_per_release, sex women"


@pytest.mark.parametrize("runs", [Runs((5.0, 6.0)), TwoOutcomes((5.0, 6.0), others=(2.0, 2.0), other_level="men")])
def test_where_nothing_can_be_taken_off_there_is_no_number_and_that_is_said(runs) -> None:
    found = LESS.values(arms(a=runs), "a")
    assert found.numbers.isna().tolist() == [True, True]
    assert found.note.startswith("no all 'all' in the runs of a")


@dataclass(frozen=True)
class Lives(Runs):
    """Stands for runs with a table of releases, to which changes are made."""

    changes: tuple[tuple[str, object], ...] = ()
    lost: int = 0

    def spells(self) -> pd.DataFrame:
        table = pd.DataFrame({"person": [1, 2], "reoffended": [0.0, NAN], "engaged_1m": [1.0, 0.0], "matched": True})
        return table.assign(**dict(self.changes)).iloc[self.lost :]


def test_lives_are_the_same_whoever_is_mentored() -> None:
    one = Lives()
    assert checks.same_lives({"a": one, "b": one}) == []
    mentored = Lives(changes=(("engaged_1m", [0.0, NAN]), ("matched", False)))
    assert checks.same_lives({"a": one, "b": mentored, "c": one}) == []


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (Lives(changes=(("reoffended", [1.0, NAN]),)), "reoffended"),
        (Lives(changes=(("reoffended", [0.0, 0.0]),)), "reoffended"),
        (Lives(changes=(("reoffended", [1.0, NAN]), ("person", [1, 3]))), "person, reoffended"),
        (Lives(lost=1), "the number of releases"),
    ],
)
def test_lives_that_differ_are_told_by_what_they_differ_in(other, words) -> None:
    one = Lives()
    assert checks.same_lives({"a": one, "b": one, "c": other}) == [f"lives in b and c differ in {words}"]
    assert len(checks.same_lives({"a": one, "b": other, "c": one})) == 2


def test_what_tells_of_mentoring_only_are_columns_of_releases() -> None:
    referrals = np.zeros(0, REFERRAL)
    found = spell_table(np.zeros(0, PERSON), np.zeros(0, SPELL), np.zeros(0, OCCASION), referrals, WORLD.calendar, 16)
    assert set(checks.OF_MENTORING) <= set(found.columns)


def test_a_check_passes_where_it_finds_nothing(monkeypatch) -> None:
    seen = {}

    def finds(runs) -> list[str]:
        seen.update(runs)
        return ["a is wrong", "b is wrong"] if len(runs) > 1 else []

    monkeypatch.setitem(checks.CHECKS, "finds", finds)
    one, two = Runs((1.0, 2.0)), Runs((1.0,))
    test = Test("", Expected.CHECK, check="finds")
    assert judge_test(test, arms(a=one)).verdict is PASS
    found = judge_test(test, arms(a=one, b=two))
    assert (found.verdict, found.note, found.replicates) == (FAIL, "a is wrong; b is wrong", 1)
    assert seen == {"a": one, "b": two}


def of(verdict: Verdict, p: float = NAN, expected: Expected = Expected.UP, value: float = 1.0) -> Judged:
    return Judged(Test("", expected, MEASURE, {"a": 1.0}), verdict, value=value, p=p)


@pytest.mark.parametrize(
    ("verdicts", "verdict"),
    [
        ([PASS, PASS], PASS),
        ([PASS, OPEN], PASS),
        ([PASS, INCONCLUSIVE], INCONCLUSIVE),
        ([INCONCLUSIVE, FAIL, PASS], FAIL),
        ([OPEN, OPEN], OPEN),
        ([OPEN, FAIL], FAIL),
    ],
)
def test_all_tests_have_to_hold(verdicts, verdict) -> None:
    assert overall([of(one) for one in verdicts]) is verdict


def test_the_p_value_of_a_hypothesis_is_the_largest_of_its_tests() -> None:
    assert joint_p([of(PASS, 0.01), of(PASS, 0.02), of(OPEN, expected=Expected.NONE)]) == 0.02
    assert joint_p([of(PASS, 0.01), of(INCONCLUSIVE)]) == 1.0
    assert math.isnan(joint_p([of(PASS, expected=Expected.ZERO), of(PASS, expected=Expected.CHECK)]))


def test_holm_by_hand() -> None:
    # 0.01 x 4, then 0.02 x 3, then 0.03 x 2 (no less than the one before), then 0.9; at most 1.
    found = holm({"a": 0.02, "b": 0.01, "c": NAN, "d": 0.03, "e": 0.9})
    assert {name: p for name, p in found.items() if name != "c"} == pytest.approx(
        {"a": 0.06, "b": 0.04, "d": 0.06, "e": 0.9}
    )
    assert math.isnan(found["c"])
    assert list(found) == ["a", "b", "c", "d", "e"]
    assert holm({"a": 0.7, "b": 0.8}) == {"a": 1.0, "b": 1.0}
    assert holm({}) == {}


def test_the_share_of_sets_looks_at_means_of_signed_tests() -> None:
    right, wrong, nobody = of(INCONCLUSIVE), of(FAIL, value=-1.0), of(INCONCLUSIVE, value=NAN)
    unsigned = of(FAIL, expected=Expected.ZERO, value=-1.0)
    assert share_as_expected([(right, unsigned), (right, wrong), (nobody,), (right, right)]) == 0.5
    assert math.isnan(share_as_expected([]))
