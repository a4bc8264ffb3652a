"""The command line `ttg`: verbs only. What they do lives in the packages, how it looks in `screen`.

Imports that take time wait until a verb needs them, so that help and checking answer at once.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from ttg_sim.cli import charts, files, runs, stories, studies
from ttg_sim.cli.options import FAILED, INTERRUPTED, WRONG_INPUT, app, reason

# typer carries its own copy of click or imports it, by version; either way its faults descend from this one.
CommandFault: type[Exception] = typer.BadParameter.__bases__[0].__bases__[0]


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
        code = _stopped()
    except BrokenPipeError:
        # Whoever read the output has seen enough. What is still to be flushed must not fail again at the end.
        _discard_output()
        code = FAILED
    except Exception as fault:
        from ttg_sim.studies.interrupts import was_interrupted

        code = _stopped() if was_interrupted(fault) else _known_fault(fault)
    sys.exit(code or 0)


def _stopped() -> int:
    typer.echo("ttg: stopped; finished runs are kept, and the same command carries on", err=True)
    return INTERRUPTED


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
    wrong = (
        "ScenarioFaults",
        "NotComparable",
        "SameName",
        "NoReport",
        "NoSwitching",
        "NoPrecision",
        "NoExport",
        "NoStory",
        "NoChart",
    )
    codes = dict.fromkeys(wrong, WRONG_INPUT) | {"RunFailed": FAILED, "NoIndices": FAILED}
    code = codes.get(type(fault).__name__)
    if code is not None:
        typer.echo(str(fault), err=True)
        return code
    if isinstance(fault, OSError):
        typer.echo(f"ttg: {reason(fault)}: {fault.filename or ''}".rstrip(": "), err=True)
        _discard_output()
        return FAILED
    if isinstance(fault, MemoryError):
        typer.echo("ttg: out of memory; finished runs are kept. Fewer people, weeks or workers take less", err=True)
        return FAILED
    raise fault


VERBS = (files, runs, studies, charts, stories)
"""The modules whose verbs are known once they are read."""
