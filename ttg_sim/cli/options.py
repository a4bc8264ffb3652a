"""What verbs share: their options, the reading of files, and how they refuse."""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ttg_sim.scenario import Outcomes, Scenario

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


def whole_number(low: int, high: int, text: str) -> int:
    """Read the value of an option, in the words in which files are checked."""
    number = int(text) if text.isdecimal() and len(text) <= len(str(high)) else -1
    if not low <= number <= high:
        raise typer.BadParameter(f"'{text}'; expected a whole number from {low} to {high}")
    return number


def number(text: str) -> float:
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
        parser=partial(whole_number, 1, 10_000),
        metavar="N",
        help="Runs of each scenario, which differ in luck only; the file says how many when left out.",
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        parser=partial(whole_number, 0, 2**63 - 1),
        metavar="N",
        help="Where luck starts from: the same number, the same luck.",
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        parser=partial(whole_number, 1, 512),
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
        parser=partial(whole_number, 10, 10_000),
        metavar="N",
        help="With --precision: no more runs of each scenario than these; 200 when left out.",
    ),
]
Events = Annotated[bool, typer.Option("--events", help="Keep every change in each person's life (events.parquet).")]


def load(
    files: Sequence[Path],
    settings: list[str] | None = None,
    replicates: int | None = None,
    seed: int | None = None,
    in_run: bool = False,
) -> list[Scenario]:
    """All scenarios, or all faults of all files at once.

    With `in_run`, expectations may only name years, areas and prisons that are in the run.
    """
    from ttg_sim.scenario import ScenarioFaults, load_scenario

    given = list(settings or [])
    given += [f"{key}={value}" for key, value in (("replicates", replicates), ("seed", seed)) if value is not None]
    scenarios, faults = [], []
    for file in files:
        try:
            scenarios.append(load_scenario(file, given, known=_known_in_run if in_run else _known))
        except ScenarioFaults as found:
            faults += [fault for fault in found.faults if fault not in faults]
    if faults:
        raise ScenarioFaults(faults)
    return scenarios


def _known() -> Outcomes:
    """What expectations may name; asked for by files that have any, since it takes time to import."""
    from ttg_sim.studies.expectations import known

    return known()


def _known_in_run() -> Outcomes:
    """The same for a given run."""
    from ttg_sim.studies.expectations import known_in_run

    return known_in_run()


def check_out(out: Path) -> None:
    """Refuse a folder for results that cannot be written, before anything is run."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as fault:
        stop(f"--out {out}: cannot write there ({reason(fault)}); choose another folder")


def reason(fault: OSError) -> str:
    """What the system says went wrong."""
    return (fault.strerror or "unknown reason").lower()


def near(word: str, known: Iterable[str]) -> str:
    """The end of a line that names the nearest known word, if any is near."""
    import difflib

    near = difflib.get_close_matches(word, [str(one) for one in known], 1)
    return f"; did you mean {near[0]!r}?" if near else ""


def stop(line: str, code: int = WRONG_INPUT) -> None:
    """End the call with a line to the error stream."""
    typer.echo(line, err=True)
    raise typer.Exit(code)
