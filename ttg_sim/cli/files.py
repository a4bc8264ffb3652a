"""Verbs on scenario files: check, compare in words, begin, look things up. Nothing is run."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ttg_sim.cli.options import FAILED, Files, Out, Replicates, Workers, app, check_out, load, near, reason, stop

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ttg_sim.scenario import Scenario


class Format(StrEnum):
    """How parameters are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    SCHEMA = "schema"


@app.command()
def check(
    files: Files,
    resolved: Annotated[bool, typer.Option("--resolved", help="Print each value with where it comes from.")] = False,
    run: Annotated[
        bool, typer.Option("--run", help="Run them too, and hold what they expect against the runs.")
    ] = False,
    out: Out = Path("results"),
    replicates: Replicates = None,
    workers: Workers = None,
) -> None:
    """Check scenario files and say all that is wrong.

    Nothing is run or written without --run. With it the exit code is 1 unless every expectation is met.
    """
    from ttg_sim import screen

    scenarios = load(files, None, replicates)
    for file, scenario in zip(files, scenarios, strict=True):
        screen.checked(file, scenario, resolved)
    if run:
        _hold(scenarios, out, workers)


def _hold(scenarios: Sequence[Scenario], out: Path, workers: int | None) -> None:
    """Run the scenarios that expect anything, and hold that against the runs."""
    from ttg_sim import screen
    from ttg_sim.outcomes.definitions import OUTCOMES
    from ttg_sim.studies.expectations import Verdict, held
    from ttg_sim.studies.runner import run_all

    asked = [scenario for scenario in scenarios if scenario.expect]
    for scenario in scenarios:
        if not scenario.expect:
            screen.say(f"{scenario.name}: expects nothing (no key expect), so it is not run")
    if not asked:
        return
    check_out(out)
    with screen.progress() as progress:
        finished = run_all(asked, out, workers, False, progress)
    measures = {outcome.name: outcome.measure for outcome in OUTCOMES}
    verdicts = []
    for one in finished:
        found = held(one)
        screen.held(one.scenario, found, measures)
        verdicts += [each.verdict for each in found]
    counts = [f"{verdicts.count(verdict)} {verdict}" for verdict in Verdict]
    line = f"Of {len(verdicts)} expectations: {', '.join(counts)}"
    if verdicts.count(Verdict.MET) < len(verdicts):
        stop(line, FAILED)
    screen.say(line)


@app.command()
def diff(
    first: Annotated[Path, typer.Argument(metavar="A", help="Scenario file (YAML).", show_default=False)],
    second: Annotated[Path, typer.Argument(metavar="B", help="Scenario file to hold against it.", show_default=False)],
) -> None:
    """Say how scenario B differs from A.

    One line for each change, with unit and date. Values count as they are in force, wherever they come from.
    """
    from ttg_sim import screen
    from ttg_sim.scenario import difference_lines

    for line in difference_lines(*load([first, second])):
        screen.say(line)


@app.command()
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the new scenario.")],
    extends: Annotated[
        Path, typer.Option(metavar="FILE", help="Scenario file that the new one starts from.", show_default=False)
    ],
) -> None:
    """Start a new scenario file from another one.

    NAME.yaml is written beside it, with comments that say what to do. Nothing is ever overwritten.
    """
    from ttg_sim.scenario import load_scenario, new_scenario_text

    parent = load_scenario(extends)
    path = extends.parent / f"{name}.yaml"
    text = new_scenario_text(name, extends.name, parent)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        stop(f"{path}: exists already; choose another name")
    except OSError as fault:
        stop(f"{path}: cannot be written ({reason(fault)})")
    typer.echo(f"{path}: written; edit it, then: ttg check {path}")


@app.command()
def params(
    section: Annotated[str | None, typer.Argument(metavar="SECTION", help="One section; all when left out.")] = None,
    format: Annotated[Format, typer.Option(help="How to print them.")] = Format.TABLE,
) -> None:
    """List parameters with defaults, bounds and sources.

    As a table to read, as CSV or JSON for other programs, or as a JSON schema with which editors check scenario files.
    """
    from ttg_sim import screen
    from ttg_sim.mechanisms import SECTIONS

    if section is not None and section not in SECTIONS:
        stop(f"section {section!r} is not known; expected one of {', '.join(SECTIONS)}" + near(section, SECTIONS))
    screen.parameters(section, format.value)


@app.command()
def describe(
    outcomes: Annotated[bool, typer.Option("--outcomes", help="What is measured.")] = False,
    glossary: Annotated[bool, typer.Option("--glossary", help="Words of the field.")] = False,
) -> None:
    """Describe the week in the model, in order, and who is in it.

    Or what is measured (--outcomes), or what words mean (--glossary).
    """
    from ttg_sim import screen

    if outcomes:
        screen.describe_outcomes()
    if glossary:
        screen.describe_glossary()
    if not outcomes and not glossary:
        screen.describe_model()
