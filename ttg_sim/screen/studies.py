"""What is printed of studies that hold many worlds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ttg_sim.screen.base import as_number, as_range, as_time, counted, new_table, prose, say, show

if TYPE_CHECKING:
    from ttg_sim.scenario import Scenario
    from ttg_sim.studies.expectations import Held
    from ttg_sim.studies.experiments.plan import Plan as Study
    from ttg_sim.studies.experiments.results import Results
    from ttg_sim.studies.hypotheses.cost import Cost
    from ttg_sim.studies.hypotheses.scorecard import Plan, Score, Scorecard


def planned(plan: Plan, cost: Cost, each: bool) -> None:
    """What testing hypotheses will take; with `each`, also what is run for each of them."""
    for one in plan.hypotheses if each else ():
        arms = f"{counted(plan.replicates[one.id], 'replicate')} of {', '.join(one.arms)}"
        sets = f"; {counted(len(plan.sets[one.id]), 'sampled set')} of parameters" if plan.sets[one.id] else ""
        without = "; again without the effect" if one.without is not None else ""
        prose(f"{one.id} ({one.kind}): {one.title}", 0, 4)
        prose(f"{arms}{sets}{without}", 4)
    number = len(plan.hypotheses)
    line = f"{number:,} {'hypothesis' if number == 1 else 'hypotheses'}, {counted(cost.worlds, 'world')}, "
    line += f"{counted(cost.runs, 'run')}, {cost.to_do:,} of them to do"
    if cost.to_do:
        line += f": {as_time(cost.seconds)} by the time of one of them"
    say(line + (f"; up to {cost.more:,} more where intervals stay wide" if cost.more else ""))


def scored(card: Scorecard, out: Path) -> None:
    """Verdicts on hypotheses with their tests, those that are built in apart, and where everything is."""
    from ttg_sim.studies.hypotheses.writing import HOW_TO_READ, SECTIONS

    for kind, heading in SECTIONS.items():
        scores = [score for score in card.scores if score.hypothesis.kind is kind]
        if scores:
            say(f"\n{heading}")
            _scores(scores)
    for score in card.scores:
        _about(score)
    prose(HOW_TO_READ)
    say(f"All numbers: {out / 'hypotheses.csv'}; as a page: {out / 'hypotheses.md'}; runs: {out / 'arms.csv'}")


def _scores(scores: Sequence[Score]) -> None:
    from ttg_sim.studies.hypotheses import writing

    right = ("value", "95% interval", "replicates", "p", "Holm", "sets")
    table = new_table("", "hypothesis and its tests", *right, "verdict", "recorded", right=right)
    for score in scores:
        one = score.hypothesis
        p, holm = writing.p_words(score.p), writing.p_words(score.holm)
        cells = ("", "", str(score.replicates), p, holm, writing.sets_words(score))
        table.add_row(one.id, one.title, *cells, score.verdict.upper(), one.recorded or "-")
        for judged in score.tests:
            words = f"- {judged.test.words} ({judged.test.expects})"
            value, interval = writing.numbers(judged)
            cells = (value, interval, str(judged.replicates), writing.p_words(judged.p), "", "")
            table.add_row("", words, *cells, judged.verdict, "")
    show(table)


def _about(score: Score) -> None:
    """What has to be said about one hypothesis beside its numbers."""
    from ttg_sim.studies.hypotheses.writing import notes_on_tests

    one = score.hypothesis
    if one.built_in_by:
        without = "" if score.without is None else f"; with the effect taken away: {score.without}"
        prose(f"{one.id} is built in by {', '.join(one.built_in_by)}{without}", 0, 4)
    for note in notes_on_tests(score):
        prose(f"{one.id}, {note}", 0, 4)
    if one.note and score.verdict != "pass":
        prose(f"{one.id}: {one.note}", 0, 4)


def held(scenario: Scenario, found: Sequence[Held], measures: Mapping[str, str]) -> None:
    """Each expectation of a scenario beside its runs, a line each, and how many are met."""
    say(f"{scenario.name}: {counted(len(found), 'expectation')}, {counted(scenario.replicates, 'replicate')}")
    for one in found:
        measure = measures[one.expectation.outcome]
        value = as_number(one.value, measure)
        ends = as_range(as_number(one.low, measure), as_number(one.high, measure))
        told = f"{value} (95% interval {ends})" if one.replicates > 1 else value
        why = f"; {one.why}" if one.why else ""
        reason = f" - {one.expectation.why}" if one.expectation.why else ""
        prose(f"{one.verdict}: {one.expectation.of} {told}, expected {one.expectation.range}{why}{reason}", 2, 4)


def study_planned(plan: Study, to_do: int, seconds: float) -> None:
    """The size of a designed study, and about how long it takes where that was measured."""
    points = len(plan.shares())
    line = f"{plan.design}: {counted(len(plan.moved), 'parameter')}, {counted(points, 'point')}, "
    line += (
        f"{counted(len(plan.worlds), 'world')}, {counted(plan.replicates, 'replicate')}: {counted(plan.runs, 'run')}, "
    )
    line += f"{to_do:,} to do"
    say(f"{line}: {as_time(seconds)} by the time of one of them" if seconds == seconds and to_do else line)
    if plan.left_alone:
        say(f"{counted(len(plan.left_alone), 'uncertain parameter')} left alone (see the manifest)")


def study_done(found: Results, told: Sequence[str], page: Path) -> None:
    """What a study found, in sentences, and where everything is."""
    for line in told:
        prose(f"- {line}", 0, 2)
    say(f"Report: {page}; tables and rows of runs: {page.parent.parent}")
