"""How words, tables and numbers are put on a terminal or into a pipe."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

WIDTH_IN_A_PIPE = 160
WIDTH_OF_PROSE = 100
LARGE = 100
"""Counts from here on are shown without decimals, and their differences with one."""

_screen = Console(width=None if sys.stdout.isatty() else WIDTH_IN_A_PIPE, highlight=False, emoji=False)


def say(text: str = "") -> None:
    """Print a line as it is."""
    _screen.print(text, markup=False, soft_wrap=True)


def prose(text: str, indent: int = 0, further: int | None = None) -> None:
    """Print words, in lines of a length that can be read; further lines may be indented otherwise."""
    width = min(_screen.width, WIDTH_OF_PROSE)
    first, rest = " " * indent, " " * (indent if further is None else further)
    say(textwrap.fill(text, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False))


def counted(number: int, word: str) -> str:
    """A number with its word, in the plural where it is not one."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def show(table: Table) -> None:
    """Print a table without the blanks with which its lines are filled up."""
    with _screen.capture() as captured:
        _screen.print(table)
    lines = [line.rstrip() for line in captured.get().splitlines()]
    _screen.out("\n".join(lines).strip("\n"), highlight=False)


def new_table(*columns: str, right: tuple[str, ...] = ()) -> Table:
    """A table without rows; columns in `right` have their cells at the right."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return table


@contextmanager
def progress() -> Iterator[Callable[[int, int], None] | None]:
    """A bar with the time left on a terminal; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Runs", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def as_time(seconds: float) -> str:
    """How long something takes, roughly."""
    if seconds < 90:
        return f"about {counted(max(1, round(seconds)), 'second')}"
    return f"about {round(seconds / 60):,} minutes" if seconds < 5400 else f"about {seconds / 3600:,.1f} hours"


def as_number(value: Any, measure: str) -> str:
    """A level, by what it is measured in."""
    if value != value:
        return "-"
    if measure.startswith("share"):
        return f"{100 * value:.1f}%"
    return f"{value:,.0f}" if abs(value) >= LARGE else f"{value:.2f}"


def as_change(value: Any, measure: str, large: bool) -> str:
    """A difference with its sign."""
    if value != value:
        return "-"
    if measure.startswith("share"):
        return f"{100 * value:+.2f} points"
    return f"{value:+,.1f}" if large else f"{value:+.3f}"


def as_range(low: str, high: str) -> str:
    """Two ends."""
    return "-" if low == "-" else f"{low.removesuffix(' points')} to {high}"
