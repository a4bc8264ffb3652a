"""A scorecard: whether the model behaves as people who do the work say."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from ttg_sim.charts.chart import Chart, NothingToDraw, alt_text
from ttg_sim.charts.style import BLUE, DARK, INK, ORANGE, REPORT, SOFT, Size, frame, label, look, words_in

MARKS = {"pass": (BLUE, "o", "passes"), "inconclusive": (DARK, "D", "unclear"), "fail": (ORANGE, "X", "fails"),
         "open": (DARK, "s", "open")}  # fmt: skip
"""Colour, marker and word of each verdict."""
MOST_CELLS = 120
ROW = 0.24
LONG_ROW = 0.5


def scorecard(frame_: pd.DataFrame, headline: str, subtitle: str, footer: str = "", *, size: Size = REPORT) -> Chart:
    """One mark and word for each hypothesis: a line with its title where there is room, else its name in columns.

    `frame_` has the columns id, title, verdict (pass, inconclusive, fail or open) and note (such as `built in` or
    `fragile`, may be empty). Raises `NothingToDraw` where there are none, or more than can be read.
    """
    rows = frame_.reset_index(drop=True)
    if not len(rows):
        raise NothingToDraw("no hypothesis was tested")
    if unknown := set(rows["verdict"]) - set(MARKS):
        raise NothingToDraw(f"the verdict {sorted(map(str, unknown))[0]!r} is not known; expected {', '.join(MARKS)}")
    if len(rows) > MOST_CELLS:
        raise NothingToDraw(f"{len(rows)} hypotheses are more than can be read; expected {MOST_CELLS} at most")
    long = size.height is None or len(rows) <= 9
    across = 1 if long else 2 if len(rows) <= 36 else 3
    down = -(-len(rows) // across)
    with look():
        body = down * (LONG_ROW if long else ROW) * size.unit
        figure, ax = frame(size, body, headline, subtitle, footer, below=0.15)
        for place, row in enumerate(rows.to_dict("records")):
            column, line = divmod(place, down)
            _cell(ax, column / across, line, 1 / across, row, size)
        ax.set_xlim(0, 1)
        ax.set_ylim(down - 0.5, -0.5)
        ax.set_axis_off()
    counts = rows["verdict"].value_counts()
    told = ", ".join(f"{counts[name]} {words}" for name, (_, _, words) in MARKS.items() if name in counts)
    others = "; ".join(f"{row.id} {MARKS[str(row.verdict)][2]}" for row in rows.itertuples() if row.verdict != "pass")
    return Chart(figure, rows, headline, subtitle, alt_text("Scorecard.", headline + ".", told + ".", others))


def _cell(ax: Axes, x: float, line: int, share: float, row: dict[Any, Any], size: Size) -> None:
    color, marker, words = MARKS[str(row["verdict"])]
    inches = ax.get_position().width * size.width
    step = size.text / 72 / inches
    small = size.text if share == 1 else size.text * 0.85
    ax.plot([x + step * 0.6], [line], marker=marker, color=color, ms=size.text * 0.7, ls="none")
    ax.text(x + 1.6 * step, line, str(row["id"]), fontsize=small, fontweight="bold", va="center", color=INK)
    ax.text(x + 5.2 * step, line, words, fontsize=small, va="center", color=words_in(color))
    left = x + 9.6 * step
    note = f" ({row['note']})" if row["note"] else ""
    room = (x + share - left) * inches - 0.1
    text = label(f"{row['title']}{note}", room, small * 0.95, 2 if share == 1 else 1)
    ax.text(left, line, text, fontsize=small * 0.95, va="center", color=SOFT, linespacing=1.05)
