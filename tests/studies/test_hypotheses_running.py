"""Hypotheses on small worlds: what is run, how often, and what comes out."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ttg_sim.parameter import Role
from ttg_sim.scenario.names import parameters
from ttg_sim.studies.hypotheses import scorecard, writing
from ttg_sim.studies.hypotheses.cost import cost
from ttg_sim.studies.hypotheses.reading import load_hypotheses
from ttg_sim.studies.hypotheses.sampling import latin_hypercube, plausible_range, sampled_arms, value_at
from ttg_sim.studies.hypotheses.scorecard import Scorecard, fast, judge, make_plan
from ttg_sim.studies.hypotheses.spec import Book, Hypothesis, Kind, Plausible, Verdict

from .hypothesis_files import BOOK, write_book


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Book:
    return load_hypotheses(write_book(tmp_path_factory.mktemp("book")))


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="module")
def card(book: Book, results: Path) -> Scorecard:
    return judge(make_plan(book, list(book.hypotheses.values())), results, workers=1)


def test_the_small_worlds_do_what_is_expected(card) -> None:
    verdicts = {score.hypothesis.id: score.verdict for score in card.scores}
    assert verdicts == dict.fromkeys(("H01", "H02", "X13"), Verdict.PASS)
    assert card.differing == ()
    one, two, three = card.scores
    assert one.tests[0].value < 0 < two.tests[0].value
    assert (one.tests[1].value, three.tests[0].value) == (0.0, 0.0)
    assert [judged.verdict for judged in two.tests] == [Verdict.PASS, Verdict.OPEN]


def test_without_what_builds_it_in_the_effect_is_gone(card) -> None:
    one, two, _ = card.scores
    assert two.hypothesis.kind is Kind.BUILT_IN
    assert two.without is Verdict.INCONCLUSIVE  # nobody is recalled at all, in every replicate
    assert one.without is None


def test_only_hypotheses_with_a_sign_are_tried_on_sampled_sets(card) -> None:
    assert [(score.sets, score.share_of_sets) for score in card.scores[:2]] == [(2, 1.0), (2, 1.0)]
    assert card.scores[2].sets == 0
    assert math.isnan(card.scores[2].share_of_sets)


def test_p_values_are_adjusted_over_those_that_have_one(card) -> None:
    one, two, three = card.scores
    assert max(one.holm, two.holm) == pytest.approx(max(2 * min(one.p, two.p), max(one.p, two.p)))
    assert math.isnan(three.p)
    assert math.isnan(three.holm)


def test_the_same_world_is_run_once_and_apart_where_that_is_asked(book, tmp_path, runs) -> None:
    plan = make_plan(book, list(book.hypotheses.values()), sets=0)
    judge(plan, tmp_path, workers=1)
    # few, unsupervised and one are the same world; most replicates of it count. Without recall: two more worlds.
    worlds = {name for name, _ in runs}
    assert len(worlds) == 6
    assert sorted(len([name for name, _ in runs if name == world]) for world in worlds) == [2, 3, 3, 3, 3, 3]
    assert len([name for name in worlds if name.endswith("_X13_other")]) == 1


def test_what_is_finished_is_found_again_whoever_asks(book, card, results, runs) -> None:
    again = judge(make_plan(book, [book.hypotheses["H02"]]), results, workers=1)
    assert runs == []
    assert again.scores[0].tests == card.scores[1].tests


def test_fewer_replicates_are_the_first_of_many(book, card, results, tmp_path, runs) -> None:
    few = make_plan(book, [book.hypotheses["H01"]], replicates=2, sets=0)
    kept, afresh = judge(few, results, workers=1), judge(few, tmp_path, workers=1)
    assert kept.scores[0].replicates == 2
    assert kept.scores[0].tests == afresh.scores[0].tests
    assert kept.scores[0].tests != card.scores[0].tests


def precise(book: Book, half_width: float, most: int) -> Hypothesis:
    return replace(book.hypotheses["H01"], half_width=half_width, most=most)


@pytest.mark.parametrize(("half_width", "most", "replicates"), [(1e-9, 5, 5), (1e-9, 3, 3), (1.0, 5, 3), (1e-9, 7, 7)])
def test_blocks_are_added_until_the_interval_is_narrow_or_there_are_most(
    half_width, most, replicates, book, results, monkeypatch
) -> None:
    monkeypatch.setattr(scorecard, "BLOCK", 2)
    one = precise(book, half_width, most)
    found = judge(make_plan(book, [one], sets=0), results, workers=1).scores[0]
    assert found.replicates == replicates
    assert {judged.replicates for judged in found.tests} == {replicates}


def test_no_blocks_are_added_to_a_number_that_was_asked_for(book, results, card) -> None:
    found = judge(make_plan(book, [precise(book, 1e-9, 9)], replicates=3, sets=0), results, workers=1)
    assert found.scores[0].replicates == 3


def test_one_replicate_judges_only_what_needs_no_interval(book, results, card) -> None:
    found = judge(make_plan(book, list(book.hypotheses.values()), replicates=1, sets=0), results, workers=1)
    verdicts = [[judged.verdict for judged in score.tests] for score in found.scores]
    assert verdicts == [
        [Verdict.INCONCLUSIVE, Verdict.PASS],
        [Verdict.INCONCLUSIVE, Verdict.OPEN],
        [Verdict.PASS] * 3,
    ]
    assert found.differing == ()  # one replicate decides nothing about what was recorded with more


def test_a_test_that_nobody_can_be_counted_for_is_inconclusive(tmp_path) -> None:
    text = BOOK.replace("{outcome: first_night_homeless}", "{outcome: two_failures}", 1)
    book = load_hypotheses(write_book(tmp_path, text))
    (score,) = judge(make_plan(book, [book.hypotheses["H01"]], sets=0), tmp_path / "out", workers=1).scores
    assert (score.verdict, score.tests[0].note, score.p) == (Verdict.INCONCLUSIVE, "nobody to count", 1.0)
    assert score.differs


def test_the_fast_version_has_its_own_weeks_replicates_and_verdict(book, tmp_path, runs) -> None:
    (one,) = fast(book)
    assert one.id == "X13"
    (score,) = judge(make_plan(book, [one], sets=0), tmp_path, workers=1).scores
    assert len(runs) == 2
    assert (score.verdict, score.hypothesis.recorded) == (Verdict.PASS, Verdict.PASS)
    assert one.arms["one"].scenario.weeks == 20


def test_worlds_are_run_some_at_a_time_and_progress_goes_on(book, card, tmp_path, monkeypatch, runs) -> None:
    monkeypatch.setattr(scorecard, "WORLDS_AT_A_TIME", 1)
    told: list[tuple[int, int]] = []
    plan = make_plan(book, [book.hypotheses["H01"]], sets=0)
    found = judge(plan, tmp_path, workers=1, progress=lambda *one: told.append(one))
    assert told == [(done, 6) for done in range(1, 7)]
    assert found.scores[0].tests == card.scores[0].tests


def test_a_pattern_that_holds_in_few_sets_is_fragile(card) -> None:
    one = card.scores[0]
    assert not one.fragile
    assert not replace(one, share_of_sets=0.8).fragile
    assert not replace(one, share_of_sets=0.5, verdict=Verdict.FAIL).fragile
    assert not replace(one, share_of_sets=math.nan).fragile
    assert replace(one, share_of_sets=0.5).fragile
    assert writing.sets_words(replace(one, share_of_sets=0.5)) == "1 of 2 (fragile)"


def test_workers_change_nothing(book, card, tmp_path) -> None:
    other = judge(make_plan(book, [book.hypotheses["H01"]], sets=0), tmp_path, workers=2)
    assert other.scores[0].tests == card.scores[0].tests


def test_an_arm_has_the_luck_of_the_first(tmp_path) -> None:
    text = BOOK.replace("      few: {}", "      few: {scenario: seven.yaml}", 1)
    (tmp_path / "seven.yaml").write_text("name: seven\nextends: base.yaml\nseed: 7\n")
    arms = load_hypotheses(write_book(tmp_path, text)).hypotheses["H01"].arms
    assert {arm.scenario.seed for arm in arms.values()} == {7}


# The sample of parameters.


def test_a_latin_hypercube_has_one_point_in_each_slice() -> None:
    points = latin_hypercube(8, 3)
    assert points.shape == (8, 3)
    for column in points.T:
        assert sorted((column * 8).astype(int)) == list(range(8))
    assert np.array_equal(points, latin_hypercube(8, 3))


def test_values_lie_between_the_one_in_force_and_part_of_the_way_to_the_bounds() -> None:
    facts = parameters()["housing.risk_homeless"]  # 0.2, from 0 to 0.6
    assert plausible_range(facts, 0.2, Plausible(reach=0.5)) == pytest.approx((0.1, 0.4))
    assert plausible_range(facts, 0.2, Plausible(reach=1.0)) == pytest.approx((0.0, 0.6))
    assert plausible_range(facts, 0.2, Plausible(reach=0.0)) == pytest.approx((0.2, 0.2))
    assert plausible_range(facts, 0.2, Plausible(reach=1.0, times=2.0)) == pytest.approx((0.1, 0.4))
    assert plausible_range(facts, 0.0, Plausible(reach=0.5, times=2.0)) == pytest.approx((0.0, 0.3))
    assert plausible_range(facts, 0.2, Plausible(ranges={facts.path: (0.15, 0.3)})) == (0.15, 0.3)
    signed = parameters()["supervision.risk_supervised"]  # from -0.3 to 0.3
    assert plausible_range(signed, -0.1, Plausible(reach=1.0, times=2.0)) == pytest.approx((-0.2, -0.05))


def test_sets_move_uncertain_numbers_of_the_sections_in_all_arms_alike(book) -> None:
    plausible = Plausible(sections=("housing",), ranges={"work.found_per_year": (0.5, 0.6)})
    arms = book.hypotheses["H01"].arms
    for moved in sampled_arms(arms, plausible, 4):
        few, many = moved["few"].scenario, moved["many"].scenario
        assert few.sections == many.sections
        assert many.levers == arms["many"].scenario.levers
        changed = {
            facts.path
            for facts in parameters().values()
            if getattr(few.sections[facts.section], facts.name)
            != getattr(arms["few"].scenario.sections[facts.section], facts.name)
        }
        assert all(parameters()[path].role is Role.UNCERTAIN for path in changed)
        assert {path.partition(".")[0] for path in changed} == {"housing", "work"}
        assert 0.5 <= few.sections["work"].found_per_year <= 0.6


def test_what_a_hypothesis_sets_itself_is_left_alone_in_all_its_arms(tmp_path) -> None:
    text = BOOK.replace("      few: {}", "      few: {set: {housing.risk_homeless: 0.3}}", 1)
    arms = load_hypotheses(write_book(tmp_path, text)).hypotheses["H01"].arms
    for moved in sampled_arms(arms, Plausible(sections=("housing",)), 3):
        risks = {name: arm.scenario.sections["housing"].risk_homeless for name, arm in moved.items()}
        assert risks == {"few": 0.3, "many": 0.2}
        temporary = {arm.scenario.sections["housing"].risk_temporary for arm in moved.values()}
        assert len(temporary) == 1
        assert temporary != {0.1}


def test_counts_are_whole_numbers(book) -> None:
    counts = [f for f in parameters().values() if f.role is Role.UNCERTAIN and isinstance(f.default, int)]
    scenario = book.hypotheses["H01"].arms["few"].scenario
    for facts in counts:
        if not isinstance(facts.default, bool):
            assert isinstance(value_at(facts.path, 0.37, scenario, Plausible()), int)


def test_without_sections_there_are_no_sets(book) -> None:
    assert sampled_arms(book.hypotheses["H01"].arms, Plausible(), 5) == []


# Cost and files.


def test_the_cost_counts_what_is_missing(book, card, results, tmp_path) -> None:
    plan = make_plan(book, list(book.hypotheses.values()))
    assert cost(plan, results, 1).to_do == 0
    assert cost(plan, results, 1).seconds == 0.0
    found = cost(plan, tmp_path / "new", 2)
    worlds = plan.scenarios()
    assert (found.worlds, found.runs, found.more) == (len(worlds), found.to_do, 0)
    assert found.runs == sum(world.replicates for world in worlds) == 5 * 3 + 2 + 6
    assert found.seconds > 0
    assert not (tmp_path / "new").exists()
    more = make_plan(book, [precise(book, 0.1, 10)])
    assert cost(more, results, 1).more == 2 * 7
    assert cost(make_plan(book, [precise(book, 0.1, 10)], replicates=3), results, 1).more == 0


def test_the_files_hold_what_was_found(card, tmp_path) -> None:
    writing.write(card, tmp_path, datetime.now(UTC))
    assert {file.name for file in tmp_path.iterdir()} == {
        "hypotheses.csv", "hypotheses.md", "arms.csv", "manifest.json",
    }  # fmt: skip
    table = pd.read_csv(tmp_path / "hypotheses.csv")
    assert list(table) == writing.COLUMNS
    assert table["id"].tolist() == ["H01", "H01", "H02", "H02", "X13", "X13", "X13"]
    assert table["value"].tolist()[:3] == pytest.approx([judged.value for judged in card.scores[0].tests] + [
        card.scores[1].tests[0].value], rel=1e-9)  # fmt: skip
    page = (tmp_path / "hypotheses.md").read_text()
    assert page.index("**H01**") < page.index("**X13**") < page.index("## Built in") < page.index("**H02**")
    assert "`enforcement.use`" in page
    arms = pd.read_csv(tmp_path / "arms.csv")
    assert len(arms) == (2 + 2 * 2) + (2 + 2 + 2 * 2) + 2
    assert set(arms["version"].fillna("")) == {"", "without", "set 1", "set 2"}


def test_a_verdict_that_differs_is_said_in_one_line(card) -> None:
    one = replace(card.scores[0], hypothesis=replace(card.scores[0].hypothesis, recorded=Verdict.FAIL))
    null = replace(card.scores[1], verdict=Verdict.FAIL)
    lines = writing.differing_lines(replace(card, scores=(one, null, card.scores[2])))
    assert lines == ["H01: pass, recorded as fail: A guarantee of homes lowers homelessness"]
