"""What is wrong with a scenario, said in one line for each thing that is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LONGEST_QUOTE = 40
LONGEST_PATH = 160


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and where.

    `line` is 0 where no line of a file is meant: a file that cannot be read, or a setting from outside files.
    """

    file: str
    line: int
    path: str
    what: str
    expected: str = ""
    near: str = ""

    def __str__(self) -> str:
        where = place(self.file, self.line)
        if self.path:
            where += (": " if self.line else " ") + shortened(self.path, LONGEST_PATH)
        expected = f"; expected {self.expected}" if self.expected else ""
        near = f"; did you mean {self.near}?" if self.near else ""
        return one_line(f"{where}: {self.what}{expected}{near}")


class ScenarioFaults(ValueError):
    """Everything that is wrong with a scenario: `faults` has it item by item, the text line by line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


class Refusal(Exception):
    """A value, or a file, that cannot be taken; whoever knows the place turns it into a `Fault`."""

    def __init__(self, what: str, expected: str = "", near: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.expected = expected
        self.near = near


class Report:
    """Collects the faults of one file; several reports may share one list."""

    def __init__(self, file: str, faults: list[Fault]) -> None:
        self.file = file
        self.faults = faults

    def add(self, line: int, path: str, what: str, expected: str = "", near: str = "") -> None:
        """Note a fault."""
        self.faults.append(Fault(self.file, line, path, what, expected, near))

    def refuse(self, line: int, path: str, refusal: Refusal) -> None:
        """Note a refusal as a fault."""
        self.add(line, path, refusal.what, refusal.expected, refusal.near)


def place(file: str, line: int) -> str:
    """Words for a line of a file: relative to the current folder when the file is inside it."""
    shown = file
    # When the file is elsewhere, or the current folder is gone, the whole path says more.
    with suppress(OSError, ValueError):
        shown = str(Path(file).relative_to(Path.cwd()))
    return f"{shown}:{line}" if line else shown


def quoted(text: str) -> str:
    """Text of a file inside quotation marks, cut when it is long."""
    return f"'{shortened(text, LONGEST_QUOTE)}'"


def shortened(text: str, longest: int) -> str:
    """Text, with an ellipsis in place of what goes beyond `longest` characters."""
    return text if len(text) <= longest else text[:longest] + "…"


def one_line(text: str) -> str:
    """Text with line breaks and everything else that does not print written as escapes."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
