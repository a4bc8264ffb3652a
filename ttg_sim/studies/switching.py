"""How far one input has to move, in both worlds alike, before the sign of a difference between them changes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from ttg_sim.mechanisms.costs import CostsParameters
from ttg_sim.outcomes import of_money
from ttg_sim.outcomes.definitions import OF_RELEASES, OUTCOMES
from ttg_sim.outcomes.kinds import Unit
from ttg_sim.parameter import Kind, Parameter, Value
from ttg_sim.scenario import Scenario, first_difference, format_value, with_settings
from ttg_sim.scenario.names import nearest, nearest_path, parameters
from ttg_sim.scenario.values import expected, format_number
from ttg_sim.studies import provenance, summary
from ttg_sim.studies.compare import check_comparable, paired, under_the_luck_of
from ttg_sim.studies.runner import Finished, Progress, run_all
from ttg_sim.studies.store import HASH_LENGTH, write_csv, write_json
from ttg_sim.studies.summary import Verdict

HEADLINE, MONEY = "reoffending_12m", "present_society"
"""Outcomes that are asked about unless another one is named; of money for what only prices a run."""
POINTS, FEWEST_POINTS, MOST_POINTS = 7, 2, 40
DIGITS = 6
NUMBERS = (Kind.NUMBER, Kind.COUNT)
CLEAR = (Verdict.HIGHER.value, Verdict.LOWER.value)
RELEASES = {outcome.name for outcome in OF_RELEASES}


class NoSwitching(ValueError):
    """A question that cannot be asked: one line for each reason."""


@dataclass(frozen=True)
class Question:
    """Which parameter takes which values, and the difference in which outcome is looked at."""

    facts: Parameter
    outcome: str
    values: tuple[Value, ...]
    in_force: Value

    @property
    def unit(self) -> Unit:
        """Who or what is counted once."""
        return Unit.INDEX if self.outcome in RELEASES else Unit.YEAR

    @property
    def only_prices(self) -> bool:
        """Whether the parameter prices runs and moves nothing in them, so that one pair of runs is enough."""
        return self.facts.section == CostsParameters.section


@dataclass(frozen=True)
class Crossing:
    """Two tested values next to each other in clear signs, which are opposite, and where nil lies between them."""

    below: float
    above: float
    value: float


@dataclass(frozen=True)
class Switching:
    """The answer to one question.

    `points`: value, in_force, baseline, scenario, difference, low, high, replicates, verdict; one row for each value.
    """

    question: Question
    points: pd.DataFrame
    crossings: tuple[Crossing, ...]
    words: str
    runs: tuple[Finished, ...]


def ask(
    scenario: Scenario,
    baseline: Scenario,
    path: str,
    outcome: str | None = None,
    points: int = POINTS,
    low: float | None = None,
    high: float | None = None,
) -> Question:
    """The question with the values to be tried; raises `NoSwitching` with what is wrong with it."""
    facts = parameters().get(path)
    if facts is None:
        raise NoSwitching(f"--parameter {path}: is not a parameter; " + _near(nearest_path(path), "see ttg params"))
    if facts.kind in (Kind.SHARES, Kind.DATE):
        raise NoSwitching(f"--parameter {path}: is a {_kind(facts)}; expected a number, a switch or a choice")
    known = [one.name for one in OUTCOMES]
    if outcome is not None and outcome not in known:
        near = _near(nearest(outcome, known), "see ttg describe --outcomes")
        raise NoSwitching(f"--outcome {outcome}: is not an outcome; {near}")
    if facts.section == CostsParameters.section and outcome is not None and outcome not in of_money.NAMES:
        raise NoSwitching(f"--outcome {outcome}: {path} moves money only; expected one of {', '.join(of_money.NAMES)}")
    _check_same(scenario, baseline, facts)
    in_force = _in_force(scenario, facts)
    chosen = outcome or (MONEY if facts.section == CostsParameters.section else HEADLINE)
    return Question(facts, chosen, _values(facts, in_force, points, low, high), in_force)


def _near(near: str, otherwise: str) -> str:
    return f"did you mean {near}?" if near else otherwise


def _kind(facts: Parameter) -> str:
    return "table of shares" if facts.kind is Kind.SHARES else "date"


def _in_force(scenario: Scenario, facts: Parameter) -> Value:
    found: Value = getattr(scenario.sections[facts.section], facts.name)
    return found


def _check_same(scenario: Scenario, baseline: Scenario, facts: Parameter) -> None:
    """Raise where a value set in both worlds would not be in force in both."""
    where = f"--parameter {facts.path}"
    one, other = _in_force(scenario, facts), _in_force(baseline, facts)
    if one != other:
        shown = f"{format_value(facts, one)} in {scenario.name} and {format_value(facts, other)} in {baseline.name}"
        raise NoSwitching(f"{where}: is {shown}; expected a parameter that is the same in both worlds")
    for world in (scenario, baseline):
        if facts.path in world.shadowed():
            raise NoSwitching(f"{where}: is overridden in {world.name}, which is a shadow run")
        if days := [lever.start for lever in world.levers if lever.path == facts.path]:
            moved = f"is moved by {world.name} on {days[0]}"
            raise NoSwitching(f"{where}: {moved}; expected a parameter that stays as it is in both worlds")


def _values(facts: Parameter, in_force: Value, points: int, low: float | None, high: float | None) -> tuple[Value, ...]:
    """Values across the range, and the one in force; every value of a switch or choice."""
    if facts.kind not in NUMBERS:
        if low is not None or high is not None:
            raise NoSwitching(f"--parameter {facts.path}: is no number; expected neither --low nor --high with it")
        switch = (False, True) if facts.kind in (Kind.SWITCH, Kind.SWITCH_OR_CHOICE) else ()
        return (*switch, *facts.choices)
    assert facts.low is not None
    assert facts.high is not None
    ends = []
    for name, given, bound in (("--low", low, facts.low), ("--high", high, facts.high)):
        if given is not None and facts.fault(given):
            raise NoSwitching(f"{name} {given:g}: is out of range for {facts.path}; expected {expected(facts)}")
        ends.append(bound if given is None else given)
    if not ends[0] < ends[1]:
        raise NoSwitching(f"--low {ends[0]:g}: is not below --high {ends[1]:g}; expected a range for {facts.path}")
    assert isinstance(in_force, int | float)
    spread = [*np.linspace(ends[0], ends[1], points).tolist(), float(in_force)]
    if facts.kind is Kind.COUNT:
        return tuple(sorted({round(value) for value in spread}))
    # Values that can be read, but the bounds and the value in force as they are.
    exact = {*ends, in_force}
    return tuple(sorted({value if value in exact else float(f"{value:.{DIGITS}g}") for value in spread}))


def switching(
    scenario: Scenario,
    baseline: Scenario,
    questions: Sequence[Question],
    out: Path,
    workers: int | None = None,
    progress: Progress | None = None,
) -> tuple[list[Switching], Path]:
    """Run what is missing of each pair of worlds and answer; writes `switching.csv` with a manifest beside it.

    The scenario takes the baseline's seed and number of replicates. Returns the answers and the folder of the table.
    Raises `NotComparable`, `SameName`, `ScenarioFaults` and `RunFailed`.
    """
    check_comparable([scenario], baseline)
    scenario = under_the_luck_of(baseline, scenario)
    started = datetime.now(UTC)
    answers = [_answer(scenario, baseline, question, out, workers, progress) for question in questions]
    path = out / f"switching-{_identity(answers)}"
    _write(path, answers, scenario, baseline, started)
    return answers, path


def _answer(
    scenario: Scenario,
    baseline: Scenario,
    question: Question,
    out: Path,
    workers: int | None,
    progress: Progress | None,
) -> Switching:
    pairs = [_with_value(scenario, baseline, question, value) for value in question.values]
    if question.only_prices:
        runs = run_all([baseline, scenario], out, workers, False, progress)
        rows = [_repriced(question, runs, pair) for pair in pairs]
    else:
        several = [world for pair in pairs for world in pair]
        runs = run_all(several, out, workers, False, progress)
        rows = [_row(question, runs[2 * place], runs[2 * place + 1]) for place in range(len(pairs))]
    points = pd.DataFrame(rows, columns=["baseline", "scenario", "difference", "low", "high", "replicates", "verdict"])
    points.insert(0, "value", pd.Series(question.values, dtype=object))
    points.insert(1, "in_force", [value == question.in_force for value in question.values])
    found = crossings(points) if question.facts.kind in NUMBERS else ()
    return Switching(question, points, found, sentence(question, points, found), tuple(runs))


def _with_value(scenario: Scenario, baseline: Scenario, question: Question, value: Value) -> tuple[Scenario, Scenario]:
    """Baseline and scenario with a value in both, under names that tell equal worlds to be equal.

    With the value in force they are the worlds as they are, whose runs a comparison may have left.
    """
    if value == question.in_force and type(value) is type(question.in_force):
        return baseline, scenario
    moved = [with_settings(world, {question.facts.path: value}) for world in (baseline, scenario)]
    one, other = (replace(world, name=f"{world.name}_at_{_short(world)}", why="") for world in moved)
    return one, other


def _short(world: Scenario) -> str:
    return hashlib.sha256(f"{world.identity()} {world.seed}".encode()).hexdigest()[:8]


Row = tuple[float, float, float, float, float, int, str]


def _row(question: Question, base: Finished, other: Finished) -> Row:
    """The difference in the outcome between two finished runs, as a comparison would give it."""
    one, two = base.replicate_outcomes(), other.replicate_outcomes()
    if question.unit is Unit.INDEX:
        week = first_difference(base.scenario, other.scenario)
        found = paired(base.spells(), one, other.spells(), two, week)
    else:
        found = summary.differences(*(_of(table, question.outcome) for table in (one, two)))
    chosen = found[(found["outcome"] == question.outcome) & (found["unit"] == question.unit.value)]
    return _last(chosen[chosen["group"] == "all"])


def _of(outcomes: pd.DataFrame, outcome: str) -> pd.DataFrame:
    return outcomes[(outcomes["outcome"] == outcome) & (outcomes["unit"] == Unit.YEAR.value)]


def _repriced(question: Question, runs: Sequence[Finished], pair: Sequence[Scenario]) -> Row:
    """The difference in an outcome of money when the same runs are priced otherwise."""
    tables = []
    for run, priced_as in zip(runs, pair, strict=True):
        costs = priced_as.sections[CostsParameters.section]
        assert isinstance(costs, CostsParameters)
        table = of_money.priced(run.weekly(), costs)
        tables.append(table.assign(unit=Unit.YEAR.value, group="all", level="all"))
    return _last(summary.differences(*(_of(table, question.outcome) for table in tables)))


def _last(rows: pd.DataFrame) -> Row:
    if rows.empty:
        return (np.nan, np.nan, np.nan, np.nan, np.nan, 0, Verdict.NONE.value)
    row = rows.iloc[0]
    numbers = [float(row[name]) for name in ("baseline", "value", "difference", "low", "high")]
    return (*numbers, int(row["replicates"]), str(row["verdict"]))  # type: ignore[return-value]


def crossings(points: pd.DataFrame) -> tuple[Crossing, ...]:
    """Where the sign turns: between tested values that follow each other in clear signs, if these are opposite."""
    clear = points[points["verdict"].isin(CLEAR)]
    found = []
    for (_, one), (_, two) in zip(clear.iloc[:-1].iterrows(), clear.iloc[1:].iterrows(), strict=True):
        if one["verdict"] != two["verdict"]:
            share = one["difference"] / (one["difference"] - two["difference"])
            value = one["value"] + share * (two["value"] - one["value"])
            found.append(Crossing(float(one["value"]), float(two["value"]), float(value)))
    return tuple(found)


def sentence(question: Question, points: pd.DataFrame, found: Sequence[Crossing]) -> str:
    """The answer in one sentence."""
    facts = question.facts
    if (points["replicates"] < 2).any():
        return "no sign can be told: one replicate has no interval, so ask for more"
    if (points[["difference", "low", "high"]] == 0).all(axis=None):
        return "the difference is nil at every tested value"
    clear = points[points["verdict"].isin(CLEAR)]
    if clear.empty:
        return "no clear sign anywhere: at no tested value does the interval leave out nil"
    if facts.kind not in NUMBERS:
        return _sentence_of_choices(facts, points)
    if found:
        turns = ", and ".join(
            f"at about {format_number(float(f'{one.value:.3g}'))} (it is clear on both sides, at "
            f"{format_value(facts, one.below)} and {format_value(facts, one.above)})"
            for one in found
        )
        return f"the sign changes {turns}, by interpolation; {format_value(facts, question.in_force)} is in force"
    low, high = (format_value(facts, points["value"].iloc[place]) for place in (0, -1))
    number = "at all" if len(clear) == len(points) else f"where it is clear, at {len(clear)} of"
    return (
        f"the sign does not change within the tested range ({low} to {high}): "
        f"{clear['verdict'].iloc[0]} {number} {len(points)} values"
    )


def _sentence_of_choices(facts: Parameter, points: pd.DataFrame) -> str:
    parts = []
    for verdict in (*CLEAR, Verdict.NO_CLEAR_DIFFERENCE.value):
        values = points.loc[points["verdict"] == verdict, "value"]
        if len(values):
            parts.append(f"{verdict} with {', '.join(format_value(facts, value) for value in values)}")
    signs = set(points.loc[points["verdict"].isin(CLEAR), "verdict"])
    changes = "the sign changes" if len(signs) > 1 else "the sign does not change"
    return f"{changes}: {'; '.join(parts)}"


def table(answers: Sequence[Switching]) -> pd.DataFrame:
    """All points of all questions as they are written: one row for each parameter and value."""
    frames = []
    for one in answers:
        question = one.question
        values = [format_value(question.facts, value) for value in one.points["value"]]
        frame = one.points.assign(value=values)
        frame.insert(0, "parameter", question.facts.path)
        frame.insert(2, "measured_in", question.facts.unit)
        frame.insert(4, "outcome", question.outcome)
        frame.insert(5, "unit", question.unit.value)
        frames.append(frame.assign(answer=one.words))
    return pd.concat(frames, ignore_index=True)


def _identity(answers: Sequence[Switching]) -> str:
    parts = [
        f"{one.question.facts.path} {one.question.outcome} {one.question.values} "
        + " ".join(f"{run.scenario.name} {run.folder.identity} {run.replicates}" for run in one.runs)
        for one in answers
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:HASH_LENGTH]


def _write(path: Path, answers: Sequence[Switching], scenario: Scenario, baseline: Scenario, started: datetime) -> None:
    write_csv(path / "switching.csv", table(answers))
    content = {
        "scenario": scenario.name,
        "baseline": baseline.name,
        "replicates": baseline.replicates,
        "answers": [
            {
                "parameter": one.question.facts.path,
                "outcome": one.question.outcome,
                "answer": one.words,
                "runs": sorted({run.folder.path.name for run in one.runs}),
            }
            for one in answers
        ],
        "code": provenance.code(),
        "command": provenance.command(),
        "started": started.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": provenance.machine(),
    }
    write_json(path / "manifest.json", content)
