"""Verbs of studies that hold many worlds: hypotheses and designed studies."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from ttg_sim.cli.options import FAILED, Out, Replicates, Workers, app, check_out, near, stop, whole_number


@app.command()
def hypotheses(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Hypotheses; all when left out.", show_default=False)
    ] = None,
    file: Annotated[Path, typer.Option(metavar="FILE", help="File of hypotheses (YAML).")] = Path(
        "experiments/hypotheses.yaml"
    ),
    out: Out = Path("results/hypotheses"),
    replicates: Replicates = None,
    sets: Annotated[
        int | None,
        typer.Option(
            parser=partial(whole_number, 0, 1_000),
            metavar="K",
            help="Samples of uncertain parameters for the check of robustness; the file says how many when left out.",
        ),
    ] = None,
    workers: Workers = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be run, with a time from one run of it, and stop.")
    ] = False,
) -> None:
    """Test the patterns that the model has to show.

    Each verdict is held against the one recorded; the exit code is 1 where any differs. What is finished is not run
    again.
    """
    from datetime import UTC, datetime

    from ttg_sim import screen
    from ttg_sim.studies.hypotheses import scorecard, writing
    from ttg_sim.studies.hypotheses.cost import cost
    from ttg_sim.studies.hypotheses.reading import load_hypotheses

    started = datetime.now(UTC)
    book = load_hypotheses(file)
    for id in ids or []:
        if id not in book.hypotheses:
            stop(f"{file}: hypothesis {id!r} is not there" + near(id, book.hypotheses))
    chosen = [one for id, one in book.hypotheses.items() if not ids or id in ids]
    if not dry_run:
        check_out(out)
    plan = scorecard.make_plan(book, chosen, replicates, sets)
    screen.planned(plan, cost(plan, out, workers), dry_run)
    if dry_run:
        return
    with screen.progress() as progress:
        card = scorecard.judge(plan, out, workers, progress)
    writing.write(card, out, started)
    screen.scored(card, out)
    if lines := writing.differing_lines(card):
        stop("\n".join(lines), FAILED)


@app.command()
def experiment(
    file: Annotated[Path, typer.Argument(metavar="PLAN", help="Plan of a study (YAML).", show_default=False)],
    out: Out = Path("results/experiments"),
    workers: Workers = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="Dask scheduler to run on, such as tcp://127.0.0.1:8786.", show_default=False
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be run, with a time from one run of it, and stop.")
    ] = False,
) -> None:
    """Run a designed study: sensitivity, sweeps, factorials.

    What is finished is not run again, whenever it was stopped. Rows of runs, indices and a report go into a folder of
    their own.
    """
    from ttg_sim import screen
    from ttg_sim.report.study import report_study, sentences
    from ttg_sim.studies.experiments import results
    from ttg_sim.studies.experiments.reading import load_plan
    from ttg_sim.studies.experiments.running import forecast, run_study

    plan = load_plan(file)
    if not dry_run:
        check_out(out)
    screen.study_planned(plan, *forecast(plan, out, workers, dry_run))
    if dry_run:
        return
    with screen.progress() as progress:
        study = run_study(plan, out, workers, scheduler, progress)
    found = results.results(study.folder)
    results.write(found, study.folder)
    screen.study_done(found, sentences(found), report_study(study.folder, found))


@app.command()
def export(
    study: Annotated[
        Path, typer.Argument(metavar="STUDY", help="Folder that ttg experiment made.", show_default=False)
    ],
    to: Annotated[str, typer.Option(metavar="csv|ema", help="One CSV file, or an archive for EMA Workbench.")] = "csv",
) -> None:
    """Hand a finished study over to other tools.

    The file goes into the folder of the study.
    """
    from ttg_sim import screen
    from ttg_sim.studies.experiments import export as handing

    if to not in list(handing.Format):
        stop(f"--to {to}: expected csv or ema{near(to, handing.Format)}")
    screen.say(f"Written: {handing.export(study, handing.Format(to))}")
