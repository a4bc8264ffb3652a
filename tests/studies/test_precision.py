"""Replicates are added until intervals are narrow enough, or the most are reached; and nothing else is different."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ttg_sim.studies import compare as module
from ttg_sim.studies import runner
from ttg_sim.studies.compare import compare
from ttg_sim.studies.forecast import counts, curve, forecast, lines
from ttg_sim.studies.precision import Aims, NoPrecision, Reached, parse
from ttg_sim.studies.summary import interval

from .conftest import contents


def rows(half: float, replicates: int = 10, unit: str = "index", outcome: str = "reoffending_12m") -> pd.DataFrame:
    return pd.DataFrame(
        [
            ("other", outcome, unit, "all", "", -half, half, replicates),
            ("other", outcome, unit, "sex", "men", -9, 9, 9),
        ],
        columns=["scenario", "outcome", "unit", "group", "level", "low", "high", "replicates"],
    )


def test_only_everybody_counts() -> None:
    (one,) = Aims({"reoffending_12m": 0.01}).reached(rows(0.005))
    assert (one.half_width, one.met, one.needed, one.unit) == (0.005, True, 10, "index")


def test_counts_of_the_area_are_taken_a_year_and_outcomes_of_people_by_person() -> None:
    both = pd.concat([rows(0.005, unit="year", outcome="releases"), rows(0.01, unit="cohort"), rows(0.02)])
    found = Aims({"releases": 0.1, "reoffending_12m": 0.1}).reached(both)
    assert [(one.outcome, one.unit, one.half_width) for one in found] == [
        ("releases", "year", 0.005), ("reoffending_12m", "index", 0.02)
    ]  # fmt: skip


def stand(half: float, replicates: int = 10, asked: float = 0.01) -> Reached:
    return Reached("other", "reoffending_12m", "index", asked, half, replicates)


def test_the_next_number_follows_from_what_is_missing() -> None:
    aims = Aims({"reoffending_12m": 0.01}, most=200)
    assert aims.next_count([stand(0.01)], 10) == 10
    assert aims.next_count([stand(0.011)], 10) == 20
    assert aims.next_count([stand(0.011, 13)], 13) == 20
    assert aims.next_count([stand(0.014, 20)], 20) == 40
    assert aims.next_count([stand(0.02, 40)], 40) == 80
    assert aims.next_count([stand(1.0, 160)], 160) == 200
    assert aims.next_count([stand(1.0, 200)], 200) == 200
    assert aims.next_count([stand(math.nan)], 10) == 10
    assert aims.next_count([stand(0.001), stand(0.014, 20), stand(math.nan, 0)], 20) == 40


def test_with_fewer_than_ten_pairs_counted_nothing_is_met() -> None:
    early = stand(0.001, 9)
    assert not early.met
    assert early.needed == 10
    assert Aims({"reoffending_12m": 0.01}).next_count([early], 20) == 30  # counted in 9 of 20


@pytest.mark.parametrize("half", [0.0101, 0.013, 0.03, 0.2])
@pytest.mark.parametrize("replicates", [2, 10, 37])
def test_what_it_takes_is_the_first_number_whose_half_width_is_as_asked(half: float, replicates: int) -> None:
    one = stand(half, replicates)
    spread = half * math.sqrt(replicates) / stats.t.ppf(0.975, replicates - 1)
    width = {count: stats.t.ppf(0.975, count - 1) * spread / math.sqrt(count) for count in (one.takes - 1, one.takes)}
    assert width[one.takes] <= 0.01 * (1 + 1e-9)
    assert width[one.takes - 1] > 0.01 or one.takes == 10
    assert one.expected(one.takes) == pytest.approx(width[one.takes])
    low, high = one.unsure()
    assert low <= one.takes <= high


def test_nobody_waits_for_a_number_without_end() -> None:
    one = stand(1.0, 10, 1e-300)
    assert one.takes == 1_000_000
    assert one.words.endswith("it takes more than 1,000,000")
    assert stand(0.0, 10).met


def test_words_for_what_became_of_it() -> None:
    one = stand(0.005, 20)
    assert one.words == (
        "other, reoffending_12m: half of the interval is 0.5 points, asked for 1 point: met with 20 replicates"
    )
    missed = replace(one, half_width=0.02, replicates=50)
    assert missed.words.endswith("not met with 50 replicates, the most that were allowed; it takes about 193")
    assert replace(one, half_width=math.nan).words.endswith("since there was nobody to count, or in one run only")
    money = replace(one, outcome="spent", asked=1000.0, half_width=1316.04)
    assert "half of the interval is £1,316, asked for £1,000" in money.words


def test_a_manifest_keeps_all_of_it() -> None:
    for one in (stand(0.005, 20), stand(math.nan, 0)):
        text = json.dumps(one.facts(), allow_nan=False)
        again = Reached.read(json.loads(text))
        assert again.words == one.words
        assert json.loads(text)["met"] is one.met


NO_NUMBER = "is no half-width; expected a number above 0, in the unit of the outcome"


@pytest.mark.parametrize(
    ("half_widths", "most", "line"),
    [
        (
            {"reofending_12m": 0.01}, 200,
            "precision: outcome 'reofending_12m' is not known; did you mean 'reoffending_12m'?",
        ),
        ({"qqq": 0.01}, 200, "precision: outcome 'qqq' is not known; ttg describe --outcomes lists them"),
        ({"reoffending_12m": 0.0}, 200, f"precision: reoffending_12m: 0 {NO_NUMBER}"),
        ({"reoffending_12m": -1}, 200, f"precision: reoffending_12m: -1 {NO_NUMBER}"),
        ({"reoffending_12m": math.inf}, 200, f"precision: reoffending_12m: inf {NO_NUMBER}"),
        ({"reoffending_12m": "x"}, 200, f"precision: reoffending_12m: 'x' {NO_NUMBER}"),
        ({"reoffending_12m": True}, 200, f"precision: reoffending_12m: True {NO_NUMBER}"),
        ({"reoffending_12m": 0.1}, 9, "most: 9 replicates; expected a whole number from 10"),
        ({"reoffending_12m": 0.1}, 20.5, "most: 20.5 replicates; expected a whole number from 10"),
    ],
)  # fmt: skip
def test_wrong_aims(half_widths: dict, most: int, line: str) -> None:
    with pytest.raises(NoPrecision) as caught:
        Aims(half_widths, most)
    assert str(caught.value) == line


def test_every_fault_has_a_line() -> None:
    with pytest.raises(NoPrecision) as caught:
        Aims({"qqq": 1.0, "reoffending_12m": 0.0}, 1)
    assert len(str(caught.value).splitlines()) == 3


def test_more_to_begin_with_than_allowed_is_refused() -> None:
    aims = Aims({"reoffending_12m": 0.01}, most=20)
    assert [aims.start(count) for count in (1, 10, 17, 20)] == [10, 10, 17, 20]
    with pytest.raises(NoPrecision, match=r"21 replicates to begin with are more than 20, the most allowed"):
        aims.start(21)


@pytest.mark.parametrize("start", [10, 20])
@pytest.mark.parametrize("true_count", [12, 30, 60])
def test_the_rule_for_stopping_costs_an_interval_little(start: int, true_count: int) -> None:
    """With normal differences an interval of 95% still holds the truth about 94 times in 100."""
    rng = np.random.default_rng(5)
    aims = Aims({"reoffending_12m": 1.96 / math.sqrt(true_count)}, most=400)
    (asked,) = aims.half_widths.values()
    held, trials = 0, 1500
    for _ in range(trials):
        numbers = rng.standard_normal(400)
        count = aims.start(start)
        while True:
            low, high = interval(numbers[:count])
            more = aims.next_count([stand((high - low) / 2, count, asked)], count)
            if more <= count:
                break
            count = more
        held += low <= 0 <= high
    assert 0.92 <= held / trials <= 0.97


def test_runs_are_added_until_it_is_met_and_equal_those_of_a_plain_call(base, guarantee, tmp_path) -> None:
    aims = Aims({"first_night_homeless": 0.04}, most=30)
    found = compare([guarantee], base, tmp_path / "aimed", workers=1, aims=aims)
    count = found.baseline.replicates
    (one,) = found.precision
    assert one.met
    assert 10 <= count <= 30
    plain = compare([guarantee], replace(base, replicates=count), tmp_path / "plain", workers=1)
    pd.testing.assert_frame_equal(found.differences, plain.differences)
    row = plain.differences.query("outcome == 'first_night_homeless' and unit == 'index' and group == 'all'").iloc[0]
    assert one.half_width == pytest.approx((row["high"] - row["low"]) / 2)
    manifest = json.loads((found.path / "manifest.json").read_text())
    assert manifest["precision"] == [
        {"scenario": "guarantee", "outcome": "first_night_homeless", "unit": "index", "asked": 0.04,
         "half_width": pytest.approx(one.half_width), "replicates": count, "met": True}
    ]  # fmt: skip
    assert len(list((tmp_path / "aimed").glob("compare-*"))) == 1


def test_it_stops_at_the_most_and_says_so(base, guarantee, tmp_path) -> None:
    aims = Aims({"first_night_homeless": 1e-6}, most=12)
    found = compare([guarantee], base, tmp_path, workers=1, aims=aims)
    assert found.baseline.replicates == 12
    (one,) = found.precision
    assert not one.met
    assert one.needed > 12


def test_what_is_finished_is_found_again(base, guarantee, tmp_path, monkeypatch) -> None:
    aims = Aims({"first_night_homeless": 1e-6}, most=12)
    compare([guarantee], base, tmp_path, workers=1, aims=aims)
    before = contents(tmp_path)
    monkeypatch.setattr(module.run_all.__globals__["one_run"].__globals__["ThroughTheGate"], "step", None)
    found = compare([guarantee], base, tmp_path, workers=1, aims=aims)
    assert sum(run.new for run in (found.baseline, *found.others)) == 0
    assert contents(tmp_path) == before


def half_of(found) -> float:
    row = found.differences.query("outcome == 'first_night_homeless' and unit == 'index' and group == 'all'").iloc[0]
    return float(row["high"] - row["low"]) / 2


def test_it_goes_on_in_blocks_and_stops_at_the_first_that_is_narrow_enough(base, guarantee, tmp_path, runs) -> None:
    first, wide = (
        half_of(compare([guarantee], replace(base, replicates=count), tmp_path / str(count), workers=1))
        for count in (20, 10)
    )
    assert first < wide  # so that an aim between them takes exactly one more block
    runs.clear()
    aims = Aims({"first_night_homeless": (first + wide) / 2})
    found = compare([guarantee], base, tmp_path / "10", workers=1, aims=aims)
    assert found.baseline.replicates == 20
    assert sorted(runs) == [(name, replicate) for name in ("guarantee", "small") for replicate in range(10, 20)]


def test_what_was_interrupted_is_carried_on(base, guarantee, tmp_path, runs, monkeypatch) -> None:
    aims = Aims({"first_night_homeless": 1e-6}, most=12)
    whole = compare([guarantee], base, tmp_path / "whole", workers=1, aims=aims)
    counted = runner.one_run

    def stopped(scenario, replicate, events=False):
        if (scenario.name, replicate) == ("guarantee", 11):
            raise KeyboardInterrupt
        return counted(scenario, replicate, events)

    monkeypatch.setattr(runner, "one_run", stopped)
    with pytest.raises(KeyboardInterrupt):
        compare([guarantee], base, tmp_path / "stopped", workers=1, aims=aims)
    assert not list((tmp_path / "stopped").glob("compare-*"))
    monkeypatch.setattr(runner, "one_run", counted)
    runs.clear()
    found = compare([guarantee], base, tmp_path / "stopped", workers=1, aims=aims)
    assert runs == [("guarantee", 11)]
    assert found.precision == whole.precision
    assert found.baseline.replicates == 12
    pd.testing.assert_frame_equal(found.differences, whole.differences)


def test_numbers_for_a_curve() -> None:
    assert counts(200) == [10, 20, 40, 80, 160, 200]
    assert counts(80) == [10, 20, 40, 80]
    assert counts(10) == [10]


def test_from_finished_runs_it_is_foretold_what_an_aim_takes(base, guarantee, tmp_path, runs) -> None:
    aims = Aims({"first_night_homeless": 0.01, "releases": 1e9}, most=80)
    few = forecast([guarantee], base, tmp_path, aims)
    assert [(one.replicates, one.stands, one.recommended) for one in few] == [(0, (), 0)]
    assert curve(few, aims)[1] == []
    (line,) = lines(few, aims)
    assert "0 replicates are finished in both worlds, and it takes 5 to tell. Give the same command with" in line
    done = compare([guarantee], replace(base, replicates=6), tmp_path, workers=1)
    before = contents(tmp_path)
    runs.clear()
    (one,) = forecast([guarantee], base, tmp_path, aims)
    assert runs == []
    assert contents(tmp_path) == before
    assert one.replicates == 6
    narrow, wide = one.stands
    assert narrow.half_width == pytest.approx(half_of(done))
    assert (wide.unit, one.recommended_for(wide)) == ("year", 10)
    assert one.recommended == one.recommended_for(narrow) >= narrow.takes
    columns, table = curve([one], aims)
    assert columns[4:8] == ("10", "20", "40", "80")
    assert [len(row) for row in table] == [len(columns)] * 2
    assert lines([one], aims)[-1].startswith(f"Recommended: {one.recommended:,} replicates")


def test_runs_that_are_not_gathered_yet_count_for_a_forecast(base, guarantee, tmp_path, monkeypatch, runs) -> None:
    compare([guarantee], replace(base, replicates=4), tmp_path, workers=1)
    counted = runner.one_run

    def stopped(scenario, replicate, events=False):
        if (scenario.name, replicate) == ("guarantee", 6):
            raise KeyboardInterrupt
        return counted(scenario, replicate, events)

    monkeypatch.setattr(runner, "one_run", stopped)
    with pytest.raises(KeyboardInterrupt):
        compare([guarantee], replace(base, replicates=7), tmp_path, workers=1)
    before = contents(tmp_path)
    aims = Aims({"first_night_homeless": 0.01})
    (one,) = forecast([guarantee], base, tmp_path, aims)
    assert one.replicates == 6
    assert contents(tmp_path) == before
    monkeypatch.setattr(runner, "one_run", counted)
    whole = compare([guarantee], replace(base, replicates=6), tmp_path, workers=1)
    assert one.stands[0].half_width == half_of(whole) > 0


def test_what_nobody_can_tell_is_said_to_be_so(base, guarantee, tmp_path) -> None:
    compare([guarantee], replace(base, replicates=5), tmp_path, workers=1)
    aims = Aims({"dropped_out": 0.01})  # there are no mentors in this world
    (one,) = forecast([guarantee], base, tmp_path, aims)
    assert one.recommended == 0
    assert lines([one], aims) == [
        "guarantee, dropped_out: cannot be told, since there was nobody to count, or in one run only."
    ]


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("reoffending_12m", "--precision reoffending_12m: expected OUTCOME=HALF_WIDTH, such as reoffending_12m=0.005"),
        ("=0.1", "--precision =0.1: expected OUTCOME=HALF_WIDTH, such as reoffending_12m=0.005"),
        ("reoffending_12m=x", "--precision reoffending_12m=x: 'x' is not a number; expected OUTCOME=HALF_WIDTH, such"),
        ("reoffending_12m=", "--precision reoffending_12m=: '' is not a number; expected OUTCOME=HALF_WIDTH, such"),
        ("reoffending_12m=0,5", "--precision reoffending_12m=0,5: '0,5' is not a number; expected"),
        ("reoffending_12m=nan", f"precision: reoffending_12m: nan {NO_NUMBER}"),
    ],
)
def test_what_is_typed_wrongly_has_a_line(typed: str, line: str) -> None:
    with pytest.raises(NoPrecision) as caught:
        parse([typed])
    assert str(caught.value).startswith(line)
    with pytest.raises(NoPrecision) as caught:
        parse(["releases=5", typed, "releases=6"])
    first, second = str(caught.value).splitlines()
    assert first.startswith(line)
    assert second == "--precision releases=6: releases is given twice; expected one half-width for it"


def test_what_is_typed_is_read() -> None:
    assert parse(["reoffending_12m=5e-3", " releases = 10 "]) == {"reoffending_12m": 0.005, "releases": 10.0}
