"""Where people are lost: how many of 100 come as far as each step."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ttg_sim.charts.chart import Chart, NothingToDraw, alt_text
from ttg_sim.charts.style import BLUE, PALE, REPORT, Size, frame, label, look

MOST_WORLDS = 8
ROOM = 0.3


def funnel(frame_: pd.DataFrame, headline: str, subtitle: str, footer: str = "", *, size: Size = REPORT) -> Chart:
    """Bars from nil, one panel for each world beside each other, one bar for each step.

    `frame_` has the columns world, step and value (a share of people released); worlds and steps stand in the order in
    which they come first. Raises `NothingToDraw` where there is no number, or with more worlds than can be read.
    """
    rows = frame_.reset_index(drop=True)
    if not len(rows) or rows["value"].isna().all():
        raise NothingToDraw("nobody was released who could be counted")
    worlds, steps = list(dict.fromkeys(rows["world"])), list(dict.fromkeys(rows["step"]))
    if len(worlds) > MOST_WORLDS:
        raise NothingToDraw(f"{len(worlds)} worlds are more than can be read beside each other; expected 8 at most")
    across = min(len(worlds), 3)
    down = -(-len(worlds) // across)
    bar, head = 0.3 * size.unit, 0.55 * size.unit
    body = down * (len(steps) * bar + head)
    table = rows.pivot(index="step", columns="world", values="value").loc[steps, worlds]
    with look():
        figure, whole = frame(size, body, headline, subtitle, footer, left=ROOM, below=0.2)
        whole.set_axis_off()
        box = whole.get_position()
        width = (box.width - 0.03 * (across - 1)) / across
        for place, world in enumerate(worlds):
            line, column = divmod(place, across)
            tall, top = box.height * len(steps) * bar / body, box.y1 - box.height * line / down
            ax = figure.add_axes((box.x0 + column * (width + 0.03), top - box.height * head / body - tall, width, tall))
            values = 100 * table[world].to_numpy(float)
            color = PALE if place == 0 and len(worlds) > 1 else BLUE
            ax.barh(range(len(steps)), np.nan_to_num(values), color=color, height=0.66)
            for row, value in enumerate(values):
                text = "-" if np.isnan(value) else f"{value:.1f}"
                ax.text(np.nan_to_num(value) + 2, row, text, va="center", fontsize=size.text)
            ax.set_xlim(0, 118)
            ax.set_ylim(len(steps) - 0.4, -0.6)
            ax.set_xticks([])
            ax.spines["bottom"].set_visible(False)
            names = (
                [label(str(step), (ROOM - 0.03) * size.width, size.text, 2) for step in steps]
                if column == 0
                else [""] * len(steps)
            )
            ax.set_yticks(range(len(steps)), names, fontsize=size.text)
            ax.tick_params(length=0)
            ax.set_title(
                label(str(world), width * size.width, size.text, 2, bold=True),
                fontsize=size.text,
                fontweight="bold",
                loc="left",
            )
    last = [f"{world}: {100 * table[world].iloc[-1]:.1f} of 100" for world in worlds]
    return Chart(figure, rows, headline, subtitle, alt_text("Bars.", headline + ".", f"{steps[-1]}:", "; ".join(last)))
