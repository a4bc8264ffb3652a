"""Verbs that run scenarios: by themselves, beside a baseline, in a report, and where a sign turns."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ttg_sim.cli.options import (
    Baseline,
    Events,
    Files,
    Most,
    Out,
    Precision,
    Replicates,
    Seed,
    Set,
    Workers,
    app,
    check_out,
    load,
    number,
    stop,
    whole_number,
)

if TYPE_CHECKING:
    from ttg_sim.scenario import Scenario
    from ttg_sim.studies.precision import Aims


@app.command()
def run(
    files: Files,
    out: Out = Path("results"),
    replicates: Replicates = None,
    seed: Seed = None,
    workers: Workers = None,
    set: Set = None,
    events: Events = False,
) -> None:
    """Run scenarios and print their main outcomes.

    What is finished is not run again: the same command carries on, and more replicates add to it.
    """
    scenarios = load(files, set, replicates, seed)
    from ttg_sim import screen
    from ttg_sim.studies.runner import check_names, run_all

    check_names(scenarios)
    check_out(out)
    with screen.progress() as progress:
        finished = run_all(scenarios, out, workers, events, progress)
    for done in finished:
        screen.finished(done)


@app.command()
def compare(
    files: Files,
    baseline: Baseline,
    out: Out = Path("results"),
    replicates: Replicates = None,
    seed: Seed = None,
    workers: Workers = None,
    set: Set = None,
    events: Events = False,
    precision: Precision = None,
    most: Most = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="With --precision: say how many runs it would take, from finished ones."),
    ] = False,
) -> None:
    """Compare scenarios with a baseline: what a policy changes.

    For the same people with the same luck. All take the baseline's seed and number of replicates.
    """
    base, *scenarios = load([baseline, *files], set, replicates, seed)
    from ttg_sim import screen
    from ttg_sim.studies.compare import check_comparable
    from ttg_sim.studies.compare import compare as compare_scenarios

    check_comparable(scenarios, base)
    aims = _aims(precision, most, base)
    if dry_run:
        from ttg_sim.studies.forecast import forecast

        if aims is None:
            stop("--dry-run: has a meaning with --precision only; expected --precision OUTCOME=HALF_WIDTH")
            return
        screen.foretold(forecast(scenarios, base, out, aims), aims)
        return
    check_out(out)
    with screen.progress() as progress:
        result = compare_scenarios(scenarios, base, out, workers, events, progress, aims)
    screen.compared(result)


@app.command()
def report(
    sources: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="Scenario files (YAML), with --baseline; or the folder of one finished comparison.",
            show_default=False,
        ),
    ],
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Scenario file to compare with.", show_default=False)
    ] = None,
    out: Out = Path("results"),
    replicates: Replicates = None,
    seed: Seed = None,
    workers: Workers = None,
    set: Set = None,
    precision: Precision = None,
    most: Most = None,
    evidence_share: Annotated[
        bool,
        typer.Option(
            "--evidence-share",
            help="Work out how much of the doubt comes from assumptions, studies and published figures (many runs).",
        ),
    ] = False,
    draws: Annotated[
        int | None,
        typer.Option(
            parser=partial(whole_number, 8, 4096),
            metavar="N",
            help="With --evidence-share: how often values are drawn, a power of two; 64 when left out.",
        ),
    ] = None,
) -> None:
    """Compare scenarios with a baseline and write a report.

    One page of HTML, the same as Markdown, and charts. What is finished is not run again. A folder is only read, and
    refused where it is unfinished, mixed or changed.
    """
    from ttg_sim import screen

    if draws is not None and (not evidence_share or draws & (draws - 1)):
        stop(f"--draws {draws}: expected a power of two, with --evidence-share")
    if baseline is None:
        if evidence_share:
            stop("--evidence-share: takes new runs; expected scenario files and --baseline rather than a folder")
        folder = _one_folder(sources)
    else:
        base, *scenarios = load([baseline, *sources], set, replicates, seed)
        from ttg_sim.studies.compare import check_comparable
        from ttg_sim.studies.compare import compare as compare_scenarios

        check_comparable(scenarios, base)
        aims = _aims(precision, most, base)
        check_out(out)
        with screen.progress() as progress:
            result = compare_scenarios(scenarios, base, out, workers, False, progress, aims)
        folder = result.path
        if evidence_share:
            from ttg_sim.studies import shares

            with screen.progress() as progress:
                shares.evidence_share(result, out, draws or shares.DRAWS, workers, progress)
    from ttg_sim.report import make

    screen.reported(make.report(folder))


def _aims(given: list[str] | None, most: int | None, base: Scenario) -> Aims | None:
    """How narrow intervals are to be, as it was typed."""
    from ttg_sim.studies.precision import MOST, Aims, parse

    if not given:
        if most is not None:
            stop(f"--most {most}: has a meaning with --precision only; expected --replicates {most}, or both")
        return None
    aims = Aims(parse(given), MOST if most is None else most)
    aims.start(base.replicates)
    return aims


def _one_folder(sources: Sequence[Path]) -> Path:
    """The folder of a comparison, where that is what was given."""
    if len(sources) == 1 and not sources[0].is_file():
        return sources[0]
    files = [path for path in sources if path.is_file()]
    if files and len(files) == len(sources):
        stop("ttg: --baseline is missing; expected a scenario file to compare with")
    stop("ttg: expected scenario files with --baseline, or the folder of one finished comparison")
    raise AssertionError  # not reached


@app.command()
def switching(
    file: Annotated[Path, typer.Argument(metavar="SCENARIO", help="Scenario file (YAML).", show_default=False)],
    baseline: Baseline,
    parameter: Annotated[
        list[str], typer.Option(metavar="PATH", help="Input that moves in both worlds; repeatable.", show_default=False)
    ],
    outcome: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Outcome whose difference is looked at: proven reoffending when left out, or the present cost to "
            "society for an input of section costs.",
        ),
    ] = None,
    points: Annotated[
        int | None,
        typer.Option(
            parser=partial(whole_number, 2, 40),
            metavar="N",
            help="Values tried, 7 when left out, and the one in force.",
        ),
    ] = None,
    low: Annotated[
        float | None, typer.Option(parser=number, metavar="X", help="Where they begin; the lower bound when left out.")
    ] = None,
    high: Annotated[
        float | None, typer.Option(parser=number, metavar="X", help="Where they end; the upper bound when left out.")
    ] = None,
    out: Out = Path("results"),
    replicates: Replicates = None,
    seed: Seed = None,
    workers: Workers = None,
    set: Set = None,
) -> None:
    """Say how far an input must move before a result turns.

    The scenario is compared with the baseline at values across the bounds of an input, each in both worlds. What is
    finished is not run again; inputs of section costs take no run of their own.
    """
    base, scenario = load([baseline, file], set, replicates, seed)
    from ttg_sim import screen
    from ttg_sim.studies import switching as study
    from ttg_sim.studies.compare import check_comparable

    check_comparable([scenario], base)
    if twice := [path for place, path in enumerate(parameter) if path in parameter[:place]]:
        stop(f"--parameter {twice[0]}: is given twice")
    questions = [study.ask(scenario, base, path, outcome, points or study.POINTS, low, high) for path in parameter]
    check_out(out)
    with screen.progress() as progress:
        answers, path = study.switching(scenario, base, questions, out, workers, progress)
    screen.switched(scenario, base, answers, path)
