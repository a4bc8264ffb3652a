"""Two levers together: a heat map whose cells carry their numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.patches import Rectangle

from ttg_sim.charts.chart import Chart, NothingToDraw, alt_text
from ttg_sim.charts.style import BLUE, INK, ORANGE, PAPER, REPORT, SEQUENTIAL, Size, frame, ink_on, label, look

MOST_PLACES = 12
ROOM = 0.2
ROW = 0.46
RISING = LinearSegmentedColormap.from_list("rising", list(SEQUENTIAL))
EITHER = LinearSegmentedColormap.from_list("either", [ORANGE, PAPER, BLUE])
"""Orange below nil, dark blue above it."""


def heat_map(
    frame_: pd.DataFrame, headline: str, subtitle: str, footer: str = "", *, across: str = "", up: str = "",
    size: Size = REPORT,
) -> Chart:  # fmt: skip
    """A cell for each pair of values of two levers, with its number; `*` where its interval leaves out nil.

    `frame_` has the columns x, y (values of the levers, of any kind), value (as it is shown), text, and clear (true,
    false, or missing where there is nothing to be clear of). `across` and `up` name the levers. Raises `NothingToDraw`
    where there is no number, one of the levers has one value only, or there are more cells than can be read.
    """
    rows = frame_.reset_index(drop=True)
    if not len(rows) or rows["value"].isna().all():
        raise NothingToDraw("there is no number in any cell")
    xs, ys = (list(dict.fromkeys(rows[name])) for name in ("x", "y"))
    if min(len(xs), len(ys)) < 2:
        raise NothingToDraw("one of the levers has one value only")
    if max(len(xs), len(ys)) > MOST_PLACES:
        raise NothingToDraw(f"{len(xs)} by {len(ys)} cells are more than can be read; expected {MOST_PLACES} at most")
    if rows.duplicated(["x", "y"]).any():
        raise NothingToDraw("two rows speak of the same cell")
    values = rows["value"].to_numpy(float)
    with look():
        figure, ax = frame(size, (len(ys) + 0.3) * ROW * size.unit, headline, subtitle, footer, left=ROOM)
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        most = max(abs(low), abs(high)) or 1.0
        for row in rows.to_dict("records"):
            share = row["value"] / most
            tint = PAPER if not np.isfinite(share) else to_hex(EITHER((share + 1) / 2) if low < 0 else RISING(share))
            corner = (xs.index(row["x"]) - 0.5, ys.index(row["y"]) - 0.5)
            ax.add_patch(_cell(corner, tint))
            text = f"{row['text']}*" if row["clear"] is True or row["clear"] == 1 else str(row["text"])
            ax.text(corner[0] + 0.5, corner[1] + 0.5, text, ha="center", va="center", fontsize=size.text,
                    color=ink_on(tint))  # fmt: skip
        ax.set_xlim(-0.5, len(xs) - 0.5)
        ax.set_ylim(-0.5, len(ys) - 0.5)
        ax.set_xticks(range(len(xs)), [str(one) for one in xs], fontsize=size.text)
        ax.set_yticks(range(len(ys)), [str(one) for one in ys], fontsize=size.text)
        ax.set_xlabel(label(across, 0.75 * size.width, size.text, 1), fontsize=size.text)
        box = ax.get_position()
        figure.text(0.02, box.y0 + box.height / 2, label(up, 0.12 * size.width, size.text, 5), fontsize=size.text,
                    va="center", color=INK)  # fmt: skip
        for side in ("left", "bottom"):
            ax.spines[side].set_visible(False)
    cells = rows.dropna(subset="value").sort_values("value", kind="stable").to_dict("records")
    least, highest = (f"{one['text']} at {one['x']} and {one['y']}" for one in (cells[0], cells[-1]))
    told = f"Highest {highest}; lowest {least}"
    alt = alt_text(f"Heat map of {across} by {up}.", headline + ".", told)
    return Chart(figure, rows, headline, subtitle, alt)


def _cell(corner: tuple[float, float], tint: str) -> Rectangle:
    return Rectangle(corner, 1, 1, facecolor=tint, edgecolor=INK, linewidth=0.6)
