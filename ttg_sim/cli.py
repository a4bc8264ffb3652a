"""The command line `ttg`: verbs only. What they do lives in the packages, how it looks in `screen`.

Imports that take time wait until a verb needs them, so that help and checking answer at once.
"""

from __future__ import annotations

import contextlib
import math
import os
import sys
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ttg_sim.scenario import Scenario
    from ttg_sim.studies.precision import Aims

# typer carries its own copy of click or imports it, by version; either way its faults descend from this one.
CommandFault: type[Exception] = typer.BadParameter.__bases__[0].__bases__[0]

WRONG_INPUT = 2
FAILED = 1
INTERRUPTED = 130

app = typer.Typer(
    name="ttg",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Format(StrEnum):
    """How parameters are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    SCHEMA = "schema"


def _whole_number(low: int, high: int, text: str) -> int:
    """Read the value of an option, in the words in which files are checked."""
    number = int(text) if text.isdecimal() and len(text) <= len(str(high)) else -1
    if not low <= number <= high:
        raise typer.BadParameter(f"'{text}'; expected a whole number from {low} to {high}")
    return number


def _number(text: str) -> float:
    """Read a number of an option, in the words in which files are checked."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise typer.BadParameter(f"'{text}'; expected a number")
    return number


Files = Annotated[list[Path], typer.Argument(metavar="FILE", help="Scenario files (YAML).", show_default=False)]
Baseline = Annotated[
    Path, typer.Option(metavar="FILE", help="Scenario file to compare with.", show_default=False),
]  # fmt: skip
Out = Annotated[
    Path, typer.Option(metavar="FOLDER", help="Folder for results; finished work in it is never overwritten.")
]
Replicates = Annotated[
    int | None,
    typer.Option(
        parser=partial(_whole_number, 1, 10_000),
        metavar="N",
        help="Runs of each scenario, which differ in luck only; the file says how many when left out.",
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        parser=partial(_whole_number, 0, 2**63 - 1),
        metavar="N",
        help="Where luck starts from: the same number, the same luck.",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        parser=partial(_whole_number, 1, 512),
        metavar="N",
        help="Runs carried out at the same time. Results do not depend on it.",
    ),
]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="KEY.PATH=VALUE", help="Change a value for this call, in every scenario; repeatable."
    ),
]
Precision = Annotated[
    list[str] | None,
    typer.Option(
        metavar="OUTCOME=HALF_WIDTH",
        help="Add runs until half of the 95% interval of this outcome's difference is no wider; repeatable.",
    ),
]
Most = Annotated[
    int | None,
    typer.Option(
        parser=partial(_whole_number, 10, 10_000),
        metavar="N",
        help="With --precision: no more runs of each scenario than these; 200 when left out.",
    ),
]
Events = Annotated[bool, typer.Option("--events", help="Keep every change in each person's life (events.parquet).")]


def _show_version(wanted: bool) -> None:
    if wanted:
        from ttg_sim import __version__

        typer.echo(f"ttg-sim {__version__}")
        raise typer.Exit


@app.callback()
def about(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Simulate people leaving short prison sentences, and compare policies on the same people with the same luck."""


@app.command()
def check(
    files: Files,
    resolved: Annotated[bool, typer.Option("--resolved", help="Print each value with where it comes from.")] = False,
) -> None:
    """Check scenario files and say all that is wrong.

    Nothing is run or written.
    """
    from ttg_sim import screen

    scenarios = _load(files)
    for file, scenario in zip(files, scenarios, strict=True):
        screen.checked(file, scenario, resolved)


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

    for line in difference_lines(*_load([first, second])):
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
        _stop(f"{path}: exists already; choose another name")
    except OSError as fault:
        _stop(f"{path}: cannot be written ({_reason(fault)})")
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
        _stop(f"section {section!r} is not known; expected one of {', '.join(SECTIONS)}" + _near(section, SECTIONS))
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
    scenarios = _load(files, set, replicates, seed)
    from ttg_sim import screen
    from ttg_sim.studies.runner import check_names, run_all

    check_names(scenarios)
    _check_out(out)
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
    base, *scenarios = _load([baseline, *files], set, replicates, seed)
    from ttg_sim import screen
    from ttg_sim.studies.compare import check_comparable
    from ttg_sim.studies.compare import compare as compare_scenarios

    check_comparable(scenarios, base)
    aims = _aims(precision, most, base)
    if dry_run:
        from ttg_sim.studies.forecast import forecast

        if aims is None:
            _stop("--dry-run: has a meaning with --precision only; expected --precision OUTCOME=HALF_WIDTH")
            return
        screen.foretold(forecast(scenarios, base, out, aims), aims)
        return
    _check_out(out)
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
) -> None:
    """Compare scenarios with a baseline and write a report.

    One page of HTML, the same as Markdown, and charts. What is finished is not run again. A folder is only read, and
    refused where it is unfinished, mixed or changed.
    """
    from ttg_sim import screen

    if baseline is None:
        folder = _one_folder(sources)
    else:
        base, *scenarios = _load([baseline, *sources], set, replicates, seed)
        from ttg_sim.studies.compare import check_comparable
        from ttg_sim.studies.compare import compare as compare_scenarios

        check_comparable(scenarios, base)
        aims = _aims(precision, most, base)
        _check_out(out)
        with screen.progress() as progress:
            folder = compare_scenarios(scenarios, base, out, workers, False, progress, aims).path
    from ttg_sim.report import make

    screen.reported(make.report(folder))


def _aims(given: list[str] | None, most: int | None, base: Scenario) -> Aims | None:
    """How narrow intervals are to be, as it was typed."""
    from ttg_sim.studies.precision import MOST, Aims, parse

    if not given:
        if most is not None:
            _stop(f"--most {most}: has a meaning with --precision only; expected --replicates {most}, or both")
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
        _stop("ttg: --baseline is missing; expected a scenario file to compare with")
    _stop("ttg: expected scenario files with --baseline, or the folder of one finished comparison")
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
            parser=partial(_whole_number, 2, 40),
            metavar="N",
            help="Values tried, 7 when left out, and the one in force.",
        ),
    ] = None,
    low: Annotated[
        float | None, typer.Option(parser=_number, metavar="X", help="Where they begin; the lower bound when left out.")
    ] = None,
    high: Annotated[
        float | None, typer.Option(parser=_number, metavar="X", help="Where they end; the upper bound when left out.")
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
    base, scenario = _load([baseline, file], set, replicates, seed)
    from ttg_sim import screen
    from ttg_sim.studies import switching as study
    from ttg_sim.studies.compare import check_comparable

    check_comparable([scenario], base)
    if twice := [path for place, path in enumerate(parameter) if path in parameter[:place]]:
        _stop(f"--parameter {twice[0]}: is given twice")
    questions = [study.ask(scenario, base, path, outcome, points or study.POINTS, low, high) for path in parameter]
    _check_out(out)
    with screen.progress() as progress:
        answers, path = study.switching(scenario, base, questions, out, workers, progress)
    screen.switched(scenario, base, answers, path)


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
            parser=partial(_whole_number, 0, 1_000),
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
            _stop(f"{file}: hypothesis {id!r} is not there" + _near(id, book.hypotheses))
    chosen = [one for id, one in book.hypotheses.items() if not ids or id in ids]
    if not dry_run:
        _check_out(out)
    plan = scorecard.make_plan(book, chosen, replicates, sets)
    screen.planned(plan, cost(plan, out, workers), dry_run)
    if dry_run:
        return
    with screen.progress() as progress:
        card = scorecard.judge(plan, out, workers, progress)
    writing.write(card, out, started)
    screen.scored(card, out)
    if lines := writing.differing_lines(card):
        _stop("\n".join(lines), FAILED)


def _load(
    files: Sequence[Path], settings: list[str] | None = None, replicates: int | None = None, seed: int | None = None
) -> list[Scenario]:
    """All scenarios, or all faults of all files at once."""
    from ttg_sim.scenario import ScenarioFaults, load_scenario

    given = list(settings or [])
    given += [f"{key}={value}" for key, value in (("replicates", replicates), ("seed", seed)) if value is not None]
    scenarios, faults = [], []
    for file in files:
        try:
            scenarios.append(load_scenario(file, given))
        except ScenarioFaults as found:
            faults += [fault for fault in found.faults if fault not in faults]
    if faults:
        raise ScenarioFaults(faults)
    return scenarios


def _check_out(out: Path) -> None:
    """Refuse a folder for results that cannot be written, before anything is run."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as fault:
        _stop(f"--out {out}: cannot write there ({_reason(fault)}); choose another folder")


def _reason(fault: OSError) -> str:
    return (fault.strerror or "unknown reason").lower()


def _near(word: str, known: Iterable[str]) -> str:
    import difflib

    near = difflib.get_close_matches(word, list(known), 1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _stop(line: str, code: int = WRONG_INPUT) -> None:
    typer.echo(line, err=True)
    raise typer.Exit(code)


def main() -> None:
    """Entry point: turns every foreseeable fault into one plain line and an exit code."""
    _prepare_streams()
    try:
        code = app(standalone_mode=False)
        if code == INTERRUPTED:  # newer typers take Ctrl-C themselves
            raise KeyboardInterrupt
        sys.stdout.flush()
    except CommandFault as fault:
        message = fault.format_message().replace("Value error, ", "")  # type: ignore[attr-defined]
        typer.echo(message if message.startswith("Usage:") else f"ttg: {message}", err=True)
        code = WRONG_INPUT
    except (typer.Abort, KeyboardInterrupt):
        typer.echo("ttg: stopped; finished runs are kept, and the same command carries on", err=True)
        code = INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has seen enough. What is still to be flushed must not fail again at the end.
        _discard_output()
        code = FAILED
    except Exception as fault:
        code = _known_fault(fault)
    sys.exit(code or 0)


def _prepare_streams() -> None:
    """Output never fails over a letter that the terminal does not know, nor because nobody listens at all."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open to the end
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _discard_output() -> None:
    with contextlib.suppress(OSError):  # not a real file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _known_fault(fault: Exception) -> int:
    # Looked up by name, so that a check does not import the machinery of runs.
    wrong = ("ScenarioFaults", "NotComparable", "SameName", "NoReport", "NoSwitching", "NoPrecision")
    codes = dict.fromkeys(wrong, WRONG_INPUT) | {"RunFailed": FAILED}
    code = codes.get(type(fault).__name__)
    if code is not None:
        typer.echo(str(fault), err=True)
        return code
    if isinstance(fault, OSError):
        typer.echo(f"ttg: {_reason(fault)}: {fault.filename or ''}".rstrip(": "), err=True)
        _discard_output()
        return FAILED
    if isinstance(fault, MemoryError):
        typer.echo("ttg: out of memory; finished runs are kept. Fewer people, weeks or workers take less", err=True)
        return FAILED
    raise fault


if __name__ == "__main__":
    main()
