"""One look for all charts: colours, sizes, and a frame that says what is found, measured, and where it comes from."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, cast

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.textpath import text_to_path


class NothingToDraw(ValueError):
    """Why there is no chart of some data, in one line."""


INK, SOFT, LINE, PAPER = "#1a1a1a", "#4d4d4d", "#d9d9d9", "#ffffff"
"""Text, less important text, gridlines and the background."""
PALETTE = BLUE, TURQUOISE, PURPLE, ORANGE, DARK, LILAC = (
    "#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1",
)  # fmt: skip
"""The palette of the Analysis Function for categories; each keeps 3 to 1 on white, which graphics have to."""
GREY, PALE = "#767676", "#BFBFBF"
"""What stands behind the focus: lines and marks, which keep their contrast, and bars with their figure beside them."""
SEQUENTIAL = ("#FFFFFF", "#6BACE6", "#2073BC", "#12436D")
SERIES = (BLUE, ORANGE, TURQUOISE, PURPLE)
"""Colours of lines, two series first; more than these cannot be told apart."""
WORDS_IN = {TURQUOISE: "#177f78", ORANGE: "#c7460a", LILAC: "#7a55b5"}
"""Darker kin of colours in which words would not keep 4.5 to 1."""
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
    """Width in inches and type sizes in points: for reading on a page, or from three metres away.

    Without a height a picture is as tall as its rows need; with one they share what there is.
    """

    name: str
    width: float
    text: float
    head: float
    height: float | None = None

    @property
    def inside(self) -> float:
        """Inches between the margins."""
        return self.width * (1 - 2 * MARGIN)

    @property
    def unit(self) -> float:
        """How large things are beside those of a report."""
        return self.text / 9.5


MARGIN = 0.02
"""White space at either side, as a share of the width."""
REPORT = Size("report", 7.4, 9.5, 13.0)
SLIDE = Size("slide", 13.333, 16.0, 24.0, 7.5)
SIZES = {size.name: size for size in (SLIDE, REPORT)}
LONGEST_TEXT = 600
"""Letters of a text that are looked at; no place on a chart shows so many."""
TIGHTEST = 0.66
"""Of the height that rows would take, what they need at least."""


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


@lru_cache(maxsize=8192)
def width_of(text: str, points: float, bold: bool = False) -> float:
    """Width of one line of text in inches."""
    font = FontProperties(family=_fonts(), size=points, weight="bold" if bold else "normal")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")
        warnings.filterwarnings("ignore", message=".*does not support.*")
        width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width) / 72 * 1.02


def wrapped(text: str, width: float, points: float, most: int = 4, bold: bool = False) -> list[str]:
    """Lines of a text no wider than `width` inches; the last one is cut where there would be too many."""
    lines = [""]
    for word in text[: 4 * LONGEST_TEXT].split():
        longer = f"{lines[-1]} {word}".strip()
        if width_of(longer, points, bold) <= width:
            lines[-1] = longer
            continue
        lines += [""] if lines[-1] else []
        while width_of(word, points, bold) > width and len(word) > 1 and len(lines) <= most:
            fits = _fitting(word, width, points, bold)
            lines[-1:] = [word[:fits], ""]
            word = word[fits:]
        lines[-1] = word
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and width_of(f"{last}\u2026", points, bold) > width:
        last = last[:-1]
    return [*lines[: most - 1], f"{last.rstrip()}\u2026"]


def _fitting(word: str, width: float, points: float, bold: bool) -> int:
    fits = 1
    while fits < len(word) and width_of(word[: fits + 1], points, bold) <= width:
        fits += 1
    return fits


def label(text: str, width: float, points: float, most: int = 3, bold: bool = False) -> str:
    """A label of few lines, no wider than `width` inches."""
    return "\n".join(wrapped(text, width, points, most, bold))


def words_in(color: str) -> str:
    """The colour in which words may stand that belong to something of a colour."""
    return WORDS_IN.get(color, color)


def ink_on(color: str) -> str:
    """White or black, whichever is read better on a colour."""
    return PAPER if contrast(color, PAPER) >= contrast(color, INK) else INK


def contrast(one: str, other: str = PAPER) -> float:
    """Contrast of two colours as WCAG 2.2 counts it, from 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: str) -> float:
    parts = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def frame(
    size: Size, body: float, headline: str, subtitle: str, footer: str, left: float = MARGIN, below: float = 0.62
) -> tuple[Figure, Axes]:
    """A figure with headline and subtitle above axes of a height of `body` inches, and a footer below them.

    `left` is the share of the width that labels of the vertical axis take, `below` the room under the axes in inches
    of a report. Where the size has a height, the body takes what is left of it; raises `NothingToDraw` where that is
    too little.
    """
    small = size.text * 0.85
    head = wrapped(headline, size.inside, size.head, bold=True)
    sub, foot = wrapped(subtitle, size.inside, size.text), wrapped(footer, size.inside, small)
    line = {"head": size.head * 1.3 / 72, "text": size.text * 1.35 / 72}
    top = 0.12 * size.unit + len(head) * line["head"] + 0.06 + len(sub) * line["text"] + 0.25
    bottom = 0.1 * size.unit + (len(foot) * small * 1.35 / 72 if footer else 0) + below * size.unit
    height = top + body + bottom if size.height is None else size.height
    if height - top - bottom < TIGHTEST * body:
        raise NothingToDraw(f"there is more than fits on a {size.name}; take --size report, or fewer at a time")
    figure = Figure(figsize=(size.width, height))
    y = height - 0.12 * size.unit
    for text, kind, weight, color in ((head, "head", "bold", INK), (sub, "text", "normal", SOFT)):
        points = size.head if kind == "head" else size.text
        figure.text(MARGIN, y / height, "\n".join(text), ha="left", va="top", fontsize=points, fontweight=weight,
                    color=color, linespacing=1.2)  # fmt: skip
        y -= len(text) * line[kind] + 0.06
    figure.text(MARGIN, 0.1 * size.unit / height, "\n".join(foot), ha="left", va="bottom", fontsize=small, color=SOFT,
                linespacing=1.2)  # fmt: skip
    axes = figure.add_axes((left, bottom / height, 1 - MARGIN - left, (height - top - bottom) / height))
    axes.tick_params(labelsize=size.text, length=0)
    return figure, axes


def name_rows(ax: Axes, names: Iterable[object], left: float, size: Size, most: int = 3) -> None:
    """Names of rows at the left edge of the picture, where they have a share `left` of its width."""
    labels = [label(str(name), (left - 0.04) * size.width, size.text, most) for name in names]
    ax.set_yticks(range(len(labels)), labels, fontsize=size.text)
    for tick in ax.get_yticklabels():
        tick.set_horizontalalignment("left")
        tick.set_linespacing(1.0)
    ax.tick_params(axis="y", pad=size.width * 72 * (left - 0.02), length=0)


def spread_out(heights: Sequence[float], least: float, low: float, high: float) -> list[float]:
    """The same heights moved apart to at least `least` from each other, within bounds as far as they hold them."""
    order = sorted(range(len(heights)), key=lambda place: heights[place])
    found = [0.0] * len(heights)
    last = low - least
    for place in order:
        last = found[place] = max(heights[place], last + least)
    limit = high
    for place in reversed(order):
        limit = found[place] = min(found[place], limit)
        limit -= least
    return found
