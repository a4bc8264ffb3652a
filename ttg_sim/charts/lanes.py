"""Lanes of time: what went on when, in strips below each other, one lane for each world on a common scale."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import matplotlib as mpl
import matplotlib.dates as mdates
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ttg_sim.charts import calendar
from ttg_sim.charts.chart import Chart, NothingToDraw, alt_text
from ttg_sim.charts.style import (
    BLUE,
    GREY,
    INK,
    LINE,
    ORANGE,
    PURPLE,
    REPORT,
    SOFT,
    TURQUOISE,
    Size,
    frame,
    label,
    look,
    name_rows,
    width_of,
)

MOST_TICKS = 9
MOST_LANES = 4
MOST_STRIPS = 8
STRIP, HEAD, ABOVE, KEY = 0.27, 0.36, 0.2, 0.22
"""Heights in inches: of a strip, of the name above a lane, of a row of words above all lanes and of keys below them."""
ROOM = 0.2
"""Share of the width that the names of strips take."""
BEHIND = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
SMALL = 0.88
"""The size of words in lanes as a share of that of other text."""


@dataclass(frozen=True)
class Look:
    """How a stretch of time is drawn: colour, hatching, and how much of the strip's height it takes."""

    color: str
    hatch: str = ""
    height: float = 0.86


LOOKS = {
    "dark": Look(INK),
    "best": Look(BLUE),
    "middle": Look(TURQUOISE, "///", 0.72),
    "worst": Look(ORANGE, "xxx", 0.58),
    "plain": Look(GREY),
    "light": Look(SOFT, "...", 0.72),
    "own": Look(PURPLE),
}
"""Kinds of stretches; no two that stand in one strip differ by colour alone."""
MARKS = {"cross": ("X", ORANGE, 9.5), "diamond": ("D", INK, 6.5)}
"""Kinds of marks: marker, colour and size in points."""


@dataclass(frozen=True)
class _Scene:
    """What all lanes share: first and last day, days that are marked, the width of a day in inches, and the size."""

    limits: tuple[float, float]
    marked: list[float]
    inches: float
    size: Size

    def room(self, row: Mapping[Hashable, Any]) -> tuple[float, float] | None:
        """The part of a stretch, between marked days, in which its word has room; None where there is none."""
        start, end = _number(row["start"]), _number(row["end"])
        edges = [start, *sorted(day for day in self.marked if start < day < end), end]
        left, right = max(pairwise(edges), key=lambda part: part[1] - part[0])
        wide = width_of(str(row["label"]), self.size.text * SMALL) + 0.06
        return (left, right) if wide < self.inches * (right - left) else None


def lanes(
    frame_: pd.DataFrame, headline: str, subtitle: str, footer: str = "", *,
    lines: Sequence[tuple[date, str]] = (), strong: int | None = None, size: Size = REPORT,
) -> Chart:  # fmt: skip
    """Lanes below each other, one for each value of the column `world`, each with one strip for each of `strip`.

    `frame_` has the columns world, strip, start, end (dates; end is missing for a mark), kind (one of `LOOKS`, or of
    `MARKS`) and label, which stands in the stretch where there is room, and below all lanes where there is none. Worlds
    and strips stand in the order in which they come first. `lines` are days that are marked through all lanes, with
    words above them, the one of number `strong` most of all. Raises `NothingToDraw` where there is nothing, or more
    than can be read.
    """
    rows = frame_.reset_index(drop=True)
    worlds, strips = list(dict.fromkeys(rows["world"])), list(dict.fromkeys(rows["strip"]))
    _check(rows, worlds, strips)
    scale = size.unit
    head, tall, above = scale * HEAD, scale * STRIP * len(strips), scale * ABOVE * (len(lines) + 0.2)
    body = above + len(worlds) * (head + tall)
    limits, marked = _limits(rows, lines), [_number(day) for day, _ in lines]
    scene = _Scene(limits, marked, size.width * (0.98 - ROOM) / (limits[1] - limits[0]), size)
    keys = _in_rows(_without_words(rows, scene), size)
    with look():
        mpl.rcParams["hatch.linewidth"] = 0.7
        figure, whole = frame(size, body, headline, subtitle, footer, left=ROOM,
                              below=0.42 + KEY * len(keys))  # fmt: skip
        box = whole.get_position()
        inch = box.height / body
        for place, world in enumerate(worlds):
            low = box.y1 - (above + (place + 1) * (head + tall)) * inch
            # In the axes that lie on top, so that no marked day runs through the name.
            title = label(str(world), 0.95 * size.width, size.text, 1, bold=True)
            whole.text(0.02, low + (tall + 0.07 * scale) * inch, title, fontsize=size.text, va="bottom",
                       fontweight="bold", transform=figure.transFigure, bbox=BEHIND, zorder=6)  # fmt: skip
            ax = figure.add_axes((box.x0, low, box.width, tall * inch))
            _lane(ax, rows[rows["world"] == world], strips, scene)
            _dates(ax, limits, place == len(worlds) - 1, size)
        _lines(whole, lines, strong, limits, above / body, size)
        _keys(figure, keys, box.y0 - (0.42 + KEY / 2) * scale * inch, KEY * scale * inch, size)
    return Chart(figure, rows, headline, subtitle, alt_text("Lanes of time.", headline + ".", _told(rows, worlds)))


def _check(rows: pd.DataFrame, worlds: list[str], strips: list[str]) -> None:
    if not len(rows):
        raise NothingToDraw("there are no weeks to draw")
    if len(worlds) > MOST_LANES or len(strips) > MOST_STRIPS:
        raise NothingToDraw(f"{len(worlds)} lanes of {len(strips)} strips are more than can be read; expected "
                            f"{MOST_LANES} lanes of {MOST_STRIPS} strips at most")  # fmt: skip
    if unknown := sorted(set(rows["kind"]) - {*LOOKS, *MARKS}):
        raise NothingToDraw(f"{unknown[0]!r} is no kind of stretch or mark")


def _limits(rows: pd.DataFrame, lines: Sequence[tuple[date, str]]) -> tuple[float, float]:
    days = [_number(day) for column in ("start", "end") for day in rows[column].dropna()]
    days += [_number(day) for day, _ in lines]
    room = max(7.0, 0.01 * (max(days) - min(days)))
    return min(days) - room, max(days) + room


def _number(day: date | str) -> float:
    return calendar.number(day if isinstance(day, date) else date.fromisoformat(str(day)))


def _lane(ax: Axes, rows: pd.DataFrame, strips: list[str], scene: _Scene) -> None:
    size = scene.size
    ax.set_xlim(*scene.limits)
    ax.set_ylim(len(strips) - 0.5, -0.5)
    name_rows(ax, strips, ROOM, size)
    for edge in range(len(strips) + 1):
        ax.axhline(edge - 0.5, color=LINE, lw=0.6, zorder=0)
    for row in rows.to_dict("records"):
        at = strips.index(row["strip"])
        if row["kind"] in MARKS:
            marker, color, points = MARKS[row["kind"]]
            ax.plot([_number(row["start"])], [at], marker=marker, color=color, mec="white", mew=0.8, zorder=4,
                    ms=points * size.unit, ls="none", clip_on=False)  # fmt: skip
        else:
            _stretch(ax, row, at, scene)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)


def _stretch(ax: Axes, row: Mapping[Hashable, Any], at: int, scene: _Scene) -> None:
    """A bar, with its word inside where there is room for it."""
    kind = LOOKS[row["kind"]]
    start, end = _number(row["start"]), _number(row["end"])
    ax.barh(at, end - start, left=start, height=kind.height, color=kind.color, hatch=kind.hatch, ec="white", lw=0.6)
    if (room := scene.room(row)) is not None:
        ax.text(sum(room) / 2, at, str(row["label"]), ha="center", va="center_baseline", color="white",
                fontsize=scene.size.text * SMALL,
                bbox={"facecolor": kind.color, "edgecolor": "none", "pad": 0.6})  # fmt: skip


def _without_words(rows: pd.DataFrame, scene: _Scene) -> list[tuple[str, str]]:
    """Kind and label of all marks, and of stretches whose word stands nowhere else in the picture."""
    records = rows.to_dict("records")
    said = {(row["kind"], row["label"]) for row in records if row["kind"] in LOOKS and scene.room(row) is not None}
    every = dict.fromkeys((str(row["kind"]), str(row["label"])) for row in records)
    return [one for one in every if one not in said]


def _in_rows(keys: list[tuple[str, str]], size: Size) -> list[list[tuple[float, str, str]]]:
    """Keys with their place from the left in inches, in as many rows as they take."""
    found: list[list[tuple[float, str, str]]] = []
    x = most = size.width * 0.98
    for kind, word in keys:
        wide = 0.5 * size.unit + width_of(word, size.text * SMALL)
        if x + wide > most:
            found.append([])
            x = 0.02 * size.width
        found[-1].append((x, kind, word))
        x += wide
    return found


def _keys(figure: Figure, keys: list[list[tuple[float, str, str]]], y: float, step: float, size: Size) -> None:
    """What marks, and stretches that are too short for a word, mean."""
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set_axis_off()
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    for row, ones in enumerate(keys):
        for inches, kind, word in ones:
            x, at, scale = inches / size.width, y - row * step, size.unit
            if kind in MARKS:
                marker, color, points = MARKS[kind]
                ax.plot([x + 0.012 * scale], [at], marker=marker, color=color, mec="white", mew=0.8, ms=points * scale)
            else:
                tall = 0.7 * step * LOOKS[kind].height
                ax.barh(at, 0.026 * scale, left=x, height=tall, color=LOOKS[kind].color, hatch=LOOKS[kind].hatch,
                        ec="white", lw=0.6)  # fmt: skip
            ax.text(x + 0.034 * scale, at, word, ha="left", va="center_baseline", fontsize=size.text * SMALL)


def _dates(ax: Axes, limits: tuple[float, float], last: bool, size: Size) -> None:
    """A tick at the beginning of every month, third, sixth or twelfth month, as there is room."""
    days = (limits[1] - limits[0]) / 30.4
    step = next(months for months in (1, 3, 6, 12, 24, 60, 10_000) if days / months <= MOST_TICKS)
    first = mdates.num2date(limits[0])  # type: ignore[no-untyped-call]
    months = range(first.year * 12, int(first.year * 12 + days + 24))
    ticks = [date(month // 12, month % 12 + 1, 1) for month in months if month % step == 0]
    # The words of a tick at the edge would stand outside.
    edge = 0.03 * (limits[1] - limits[0])
    ticks = [day for day in ticks if limits[0] <= _number(day) <= limits[1] - edge]
    ax.set_xticks([_number(day) for day in ticks], [f"{day:%b %Y}" for day in ticks])
    ax.tick_params(axis="x", labelsize=size.text * 0.9, length=3 if last else 0, labelbottom=last)
    ax.grid(axis="x", lw=0.5)
    ax.set_axisbelow(True)


def _lines(
    whole: Axes, lines: Sequence[tuple[date, str]], strong: int | None, limits: tuple[float, float], above: float,
    size: Size,
) -> None:  # fmt: skip
    """Days that are marked through all lanes, each with its words in a row of its own, the last day on top."""
    whole.set_axis_off()
    whole.set_xlim(*limits)
    whole.set_ylim(0, 1)
    whole.set_zorder(5)
    order = sorted(range(len(lines)), key=lambda place: lines[place][0], reverse=True)
    for row, place in enumerate(order):
        x, most = _number(lines[place][0]), place == strong
        y = 1 - above * (row + 0.5) / (len(lines) + 0.2)
        whole.plot([x, x], [0, y], color=INK if most else SOFT, lw=1.6 if most else 0.9,
                   ls="solid" if most else (0, (3, 2)))  # fmt: skip
        left = (x - limits[0]) / (limits[1] - limits[0]) < 0.5
        whole.annotate(lines[place][1], (x, y), xytext=(4 if left else -4, 0), textcoords="offset points", va="center",
                       ha="left" if left else "right", fontsize=size.text * SMALL, color=INK,
                       fontweight="bold" if most else "normal")  # fmt: skip


def _told(rows: pd.DataFrame, worlds: list[str]) -> str:
    """The first strip of each lane in words: what followed what."""
    parts = []
    for world in worlds:
        own = rows[(rows["world"] == world) & (rows["strip"] == rows["strip"].iloc[0])]
        parts.append(f"{world}: {', then '.join(dict.fromkeys(str(word) for word in own['label'] if word))}")
    return "; ".join(parts)
