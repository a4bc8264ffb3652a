"""Run the arms of hypotheses and judge them: the scorecard."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from ttg_sim.scenario import Scenario
from ttg_sim.studies.hypotheses import judging
from ttg_sim.studies.hypotheses.judging import Judged
from ttg_sim.studies.hypotheses.measures import ArmRuns
from ttg_sim.studies.hypotheses.sampling import sampled_arms
from ttg_sim.studies.hypotheses.spec import BLOCK, Arm, Book, Hypothesis, Verdict
from ttg_sim.studies.runner import Finished, Progress, run_all
from ttg_sim.studies.store import RunFolder

NAME_LENGTH = 8
WORLDS_AT_A_TIME = 100


@dataclass(frozen=True)
class Worlds:
    """The arms of one hypothesis in one version of it, as scenarios named by what they are."""

    hypothesis: str
    version: str
    arms: Mapping[str, Scenario]


@dataclass
class Plan:
    """All that has to be run: what is the same world in several hypotheses is run once.

    With `blocks`, replicates are added while intervals are too wide.
    """

    book: Book
    hypotheses: tuple[Hypothesis, ...]
    blocks: bool = True
    main: dict[str, Worlds] = field(default_factory=dict)
    without: dict[str, Worlds] = field(default_factory=dict)
    sets: dict[str, list[Worlds]] = field(default_factory=dict)
    replicates: dict[str, int] = field(default_factory=dict)
    """Replicates of the arms of each hypothesis."""

    def scenarios(self) -> list[Scenario]:
        """Every world once, with the most replicates that any hypothesis asks of it."""
        return distinct([*self.main.values(), *self.without.values(), *(one for some in self.sets.values()
                                                                        for one in some)])  # fmt: skip


@dataclass(frozen=True)
class Score:
    """The verdict on one hypothesis."""

    hypothesis: Hypothesis
    verdict: Verdict
    tests: tuple[Judged, ...]
    replicates: int
    p: float
    holm: float = np.nan
    sets: int = 0
    share_of_sets: float = np.nan
    without: Verdict | None = None
    """For one that is built in: the verdict with the effect taken away."""

    @property
    def fragile(self) -> bool:
        """Whether a pattern that holds at the values in force fails in too many sampled sets."""
        return self.verdict is Verdict.PASS and self.share_of_sets < judging.FRAGILE

    @property
    def differs(self) -> bool:
        """Whether the verdict is another one than was recorded. Fewer replicates than were asked for decide nothing."""
        recorded = self.hypothesis.recorded
        undecided = self.verdict is Verdict.INCONCLUSIVE and self.replicates < self.hypothesis.replicates
        return recorded is not None and recorded is not self.verdict and not undecided


@dataclass(frozen=True)
class Scorecard:
    """All verdicts of a call."""

    book: Book
    scores: tuple[Score, ...]
    runs: tuple[tuple[Worlds, Mapping[str, Finished]], ...] = ()
    """Each version of each hypothesis with the runs of its arms."""

    @property
    def differing(self) -> tuple[Score, ...]:
        """Those that differ from what is recorded."""
        return tuple(score for score in self.scores if score.differs)


def make_plan(book: Book, chosen: Sequence[Hypothesis], replicates: int | None = None, sets: int | None = None) -> Plan:
    """What has to be run at first; `replicates` (without blocks) and `sets` replace what the file says."""
    plan = Plan(book, tuple(chosen), replicates is None)
    number = book.plausible.sets if sets is None else sets
    for one in chosen:
        count = replicates or one.replicates
        plan.replicates[one.id] = count
        plan.main[one.id] = worlds(one.id, "", one.arms, count)
        if one.without is not None:
            plan.without[one.id] = worlds(one.id, "without", one.without, count)
        # Without a sign that is expected there is nothing to count.
        sampled = sampled_arms(one.arms, book.plausible, number) if one.signed and number else []
        plan.sets[one.id] = [
            worlds(one.id, f"set {place}", arms, book.plausible.replicates)
            for place, arms in enumerate(sampled, start=1)
        ]
    return plan


def worlds(hypothesis: str, version: str, arms: Mapping[str, Arm], replicates: int) -> Worlds:
    """The arms as scenarios whose names tell equal worlds to be equal, so that each is run and kept once."""
    named = {}
    for name, arm in arms.items():
        scenario = arm.scenario
        content = f"{scenario.identity()} {scenario.seed}"
        world = f"arm_{hashlib.sha256(content.encode()).hexdigest()[:NAME_LENGTH]}"
        if arm.apart:
            world = "_".join([world, hypothesis, name, *version.split()])
        title = " ".join(part for part in (hypothesis, name, version and f"({version})") if part)
        named[name] = replace(scenario, name=world, title=title, why="", replicates=replicates)
    return Worlds(hypothesis, version, named)


def distinct(several: Iterable[Worlds]) -> list[Scenario]:
    """Every world once, with the most replicates that are asked of it."""
    found: dict[str, Scenario] = {}
    for one in several:
        for scenario in one.arms.values():
            known = found.get(scenario.name)
            count = max(scenario.replicates, known.replicates if known else 0)
            found[scenario.name] = replace(known or scenario, replicates=count)
    return list(found.values())


def judge(plan: Plan, out: Path, workers: int | None = None, progress: Progress | None = None) -> Scorecard:
    """Run what is missing and judge; finished runs are kept in `out` and found again.

    Raises `RunFailed`.
    """
    finished = _run(plan.scenarios(), out, workers, progress)
    if plan.blocks:
        _add_blocks(plan, finished, out, workers, progress)
    scores = [_score(one, plan, finished) for one in plan.hypotheses]
    adjusted = judging.holm({score.hypothesis.id: score.p for score in scores})
    scores = [replace(score, holm=adjusted[score.hypothesis.id]) for score in scores]
    every = [one for id in plan.main for one in (plan.main[id], *_optional(plan, id), *plan.sets[id])]
    runs = tuple((one, {arm: run.runs for arm, run in _of(one, finished).items()}) for one in every)
    return Scorecard(plan.book, tuple(scores), runs)


def _optional(plan: Plan, id: str) -> list[Worlds]:
    return [plan.without[id]] if id in plan.without else []


Runs = dict[str, ArmRuns]
"""Finished runs by the name of the world."""


def _run(scenarios: Sequence[Scenario], out: Path, workers: int | None, progress: Progress | None) -> Runs:
    """Run what is missing, some worlds at a time: each holds a lock, and a process may open few files."""
    total = sum(number for _, number in missing(scenarios, out))
    found: Runs = {}
    done = 0
    for first in range(0, len(scenarios), WORLDS_AT_A_TIME):
        some = scenarios[first : first + WORLDS_AT_A_TIME]
        runs = run_all(some, out, workers, False, _onwards(progress, done, total))
        done += sum(run.new for run in runs)
        found |= {run.scenario.name: ArmRuns(run) for run in runs}
    return found


def _onwards(progress: Progress | None, before: int, total: int) -> Progress | None:
    """Tells of all runs when only some are carried out."""
    return None if progress is None else lambda done, _: progress(before + done, total)


def _of(one: Worlds, finished: Runs) -> Runs:
    """The runs of each arm, no more of them than were asked for."""
    return {arm: finished[world.name].first(world.replicates) for arm, world in one.arms.items()}


def _judge(hypothesis: Hypothesis, one: Worlds, finished: Runs) -> tuple[Judged, ...]:
    arms = _of(one, finished)
    return tuple(judging.judge_test(test, arms) for test in hypothesis.tests)


def _add_blocks(plan: Plan, finished: Runs, out: Path, workers: int | None, progress: Progress | None) -> None:
    """Add replicates in blocks where the interval of the first test is still too wide."""
    waiting = [one for one in plan.hypotheses if one.half_width is not None]
    while waiting:
        waiting = [one for one in waiting if _is_too_wide(one, plan, finished)]
        for one in waiting:
            count = min(plan.replicates[one.id] + BLOCK, one.most)
            plan.replicates[one.id] = count
            plan.main[one.id] = worlds(one.id, "", one.arms, count)
        if waiting:
            more = distinct(plan.main[one.id] for one in waiting)
            # A world that another hypothesis has run more often stays as it is.
            more = [world for world in more if world.replicates > finished[world.name].runs.replicates]
            finished |= _run(more, out, workers, progress)


def _is_too_wide(hypothesis: Hypothesis, plan: Plan, finished: Runs) -> bool:
    if plan.replicates[hypothesis.id] >= hypothesis.most:
        return False
    first = judging.judge_test(hypothesis.tests[0], _of(plan.main[hypothesis.id], finished))
    assert hypothesis.half_width is not None
    return first.replicates > 0 and not first.half_width <= hypothesis.half_width


def _score(hypothesis: Hypothesis, plan: Plan, finished: Runs) -> Score:
    tests = _judge(hypothesis, plan.main[hypothesis.id], finished)
    sets = [_judge(hypothesis, one, finished) for one in plan.sets[hypothesis.id]]
    without = plan.without.get(hypothesis.id)
    return Score(
        hypothesis,
        judging.overall(tests),
        tests,
        plan.replicates[hypothesis.id],
        judging.joint_p(tests),
        sets=len(sets),
        share_of_sets=judging.share_as_expected(sets),
        without=None if without is None else judging.overall(_judge(hypothesis, without, finished)),
    )


def fast(book: Book) -> tuple[Hypothesis, ...]:
    """The hypotheses that have a fast version, in it: fewer runs, other settings, its own recorded verdict."""
    return tuple(
        replace(one, arms=one.fast.arms, replicates=one.fast.replicates, recorded=one.fast.recorded,
                half_width=None, without=None)
        for one in book.hypotheses.values() if one.fast is not None
    )  # fmt: skip


def missing(scenarios: Iterable[Scenario], out: Path) -> list[tuple[Scenario, int]]:
    """Worlds with the number of their replicates that are not there yet."""
    found = []
    for scenario in scenarios:
        done = RunFolder(out, scenario).kept()
        found.append((scenario, sum(replicate not in done for replicate in range(scenario.replicates))))
    return [(scenario, number) for scenario, number in found if number]
