"""What a report is made of, whatever it is written as."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from ttg_sim.charts.chart import Chart

LONGEST_TITLE = 120
ISOLATE, END_OF_ISOLATE = "\u2068", "\u2069"
"""Between these a text keeps its own direction, and marks in it turn nothing outside them round."""
_TURNING = ("R", "AL", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "PDF", "PDI", "FSI")


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    words: str


@dataclass(frozen=True)
class Points:
    """A list of short texts."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Warnings:
    """What has to be read before anything else."""

    heading: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table: the first column names the row; columns in `right` hold numbers."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A chart; its files stand in the folder of charts under `name`."""

    name: str
    chart: Chart


@dataclass(frozen=True)
class Folded:
    """Blocks that few readers need: folded away on a screen, there in print."""

    heading: str
    blocks: tuple[Block, ...]


Block: TypeAlias = "Text | Points | Warnings | Table | Picture | Folded"


@dataclass(frozen=True)
class Part:
    """A section of the report."""

    id: str
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Report:
    """A whole report. `facts` are pairs that stand below the title: date, version, people responsible."""

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]

    def pictures(self) -> tuple[Picture, ...]:
        """All charts in order."""
        return tuple(block for part in self.parts for block in _flat(part.blocks) if isinstance(block, Picture))


def _flat(blocks: tuple[Block, ...]) -> list[Block]:
    found: list[Block] = []
    for block in blocks:
        found += _flat(block.blocks) if isinstance(block, Folded) else [block]
    return found


def given(text: str, longest: int = LONGEST_TITLE) -> str:
    """A text that an analyst wrote, on one line, cut where it is very long, and kept from turning other text round."""
    line = " ".join("".join(" " if unicodedata.category(one) == "Cc" else one for one in text).split())
    if len(line) > longest:
        line = line[: longest - 1].rstrip() + "\u2026"
    turns = any(unicodedata.bidirectional(one) in _TURNING for one in line)
    return f"{ISOLATE}{line}{END_OF_ISOLATE}" if turns else line
