"""One look for all charts: colours, sizes, and a frame that says what is found, measured, and where it comes from."""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager

INK, SOFT, LINE, PAPER = "#1a1a1a", "#4d4d4d", "#d9d9d9", "#ffffff"
BLUE, ORANGE, TURQUOISE, PURPLE = "#12436d", "#c7460a", "#177f78", "#801650"
"""The palette of the Analysis Function; orange and turquoise are darkened, so that each keeps 4.5 to 1 on white."""
GREY = "#767676"
SERIES = (BLUE, ORANGE, TURQUOISE, PURPLE)
MARKERS = ("o", "s", "D", "^")
DASHES = ("solid", "dashed", "dashdot", "dotted")
FONTS = ["Arial", "Liberation Sans", "DejaVu Sans"]
SETTINGS = {
    "svg.fonttype": "none",
    "text.usetex": False,
    "axes.unicode_minus": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": SOFT,
    "ytick.color": INK,
    "xtick.labelcolor": INK,
    "grid.color": LINE,
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "text.parse_math": False,
}


@dataclass(frozen=True)
class Size:
    """Width in inches and type sizes in points: for reading on a page, or from three metres away."""

    width: float
    text: float
    head: float

    @property
    def letters(self) -> int:
        """Letters of the headline that fit on a line."""
        return int(self.width * 72 * 0.97 / (self.head * 0.52))

    @property
    def small_letters(self) -> int:
        """Letters of other text that fit on a line."""
        return int(self.width * 72 * 0.97 / (self.text * 0.49))


REPORT = Size(7.4, 9.5, 13.0)
SLIDE = Size(12.0, 15.0, 21.0)
LONGEST_LABEL = 60


@contextmanager
def look() -> Iterator[None]:
    """The look of this package, whatever the user's own settings are."""
    settings = cast(Any, {**mpl.rcParamsDefault, **SETTINGS, "font.family": _fonts()})
    with mpl.rc_context(settings), warnings.catch_warnings():
        # A letter that no font has is drawn as a box; the words stand in the alternative text too.
        warnings.filterwarnings("ignore", message="Glyph")
        yield


@cache
def _fonts() -> list[str]:
    """Fonts that are there, in order; a letter that the first lacks is taken from the next."""
    there = {font.name for font in fontManager.ttflist}
    return [name for name in FONTS if name in there] or ["sans-serif"]


def frame(
    size: Size, body: float, headline: str, subtitle: str, footer: str, left: float = 0.02, below: float = 0.62
) -> tuple[Figure, Axes]:
    """A figure with headline and subtitle above axes of a height of `body` inches, and a footer below them.

    `left` is the share of the width that labels of the vertical axis take, `below` the room under the axes in inches.
    """
    head, sub = wrapped(headline, size.letters), wrapped(subtitle, size.small_letters)
    foot = wrapped(footer, size.small_letters)
    line = {"head": size.head * 1.3 / 72, "text": size.text * 1.35 / 72}
    top = 0.12 + len(head) * line["head"] + 0.06 + len(sub) * line["text"] + 0.25
    bottom = 0.1 + len(foot) * line["text"] + below * size.text / 9.5
    height = top + body + bottom
    figure = Figure(figsize=(size.width, height))
    y = height - 0.12
    for text, kind, weight, color in ((head, "head", "bold", INK), (sub, "text", "normal", SOFT)):
        points = size.head if kind == "head" else size.text
        figure.text(0.02, y / height, "\n".join(text), ha="left", va="top", fontsize=points, fontweight=weight,
                    color=color, linespacing=1.25)  # fmt: skip
        y -= len(text) * line[kind] + 0.06
    figure.text(0.02, 0.1 / height, "\n".join(foot), ha="left", va="bottom", fontsize=size.text * 0.85, color=SOFT,
                linespacing=1.25)  # fmt: skip
    axes = figure.add_axes((left, bottom / height, 0.98 - left, body / height))
    axes.tick_params(labelsize=size.text, length=0)
    return figure, axes


def wrapped(text: str, letters: int, most: int = 4) -> list[str]:
    """Lines of a text, the last one cut where there would be too many."""
    lines = textwrap.wrap(text, letters) or [""]
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1][: letters - 1].rstrip() + "\u2026"]
    return lines


def label(text: str, letters: int = 30) -> str:
    """A label in at most three lines."""
    return "\n".join(wrapped(text[: 10 * LONGEST_LABEL], letters, most=3))
