"""Sweeps and factorials in a study's report: each point, the course over them, and what factors do together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from ttg_sim.charts.curve import MOST_LINES, curves
from ttg_sim.outcomes.kinds import UNIT_WORDS
from ttg_sim.parameter import Kind
from ttg_sim.report import figures
from ttg_sim.report.blocks import Block, Folded, Table
from ttg_sim.report.pictures import picture
from ttg_sim.report.study_words import between, ends_of_row, footer_of, of_row, plain, title_of, what
from ttg_sim.studies.designs.sampling import Design
from ttg_sim.studies.experiments.counted import Counted
from ttg_sim.studies.experiments.plan import Moved
from ttg_sim.studies.experiments.results import Results

NO_INTERPLAY = "whether they do more or less together than each by itself cannot be told from chance"


def course(found: Results) -> Iterator[str]:
    """From where to where each figure goes over a sweep."""
    if found.plan.design is not Design.SWEEP or found.points.empty:
        return
    moved = found.plan.moved[0]
    for one, scenario in found.asked:
        rows = _points_of(found, one, scenario)
        ends = [f"{_with_interval(row, one)} at {_told(moved, row[moved.path])}" for row in (rows[0], rows[-1])]
        yield f"{title_of(one)}, {scenario}: {ends[0]}, {ends[1]} ({moved.path})."


def interplay(found: Results) -> Iterator[str]:
    """What two factors of a factorial do together beyond what each does by itself."""
    if found.plan.design is not Design.FACTORIAL or found.indices.empty:
        return
    for one, scenario in found.asked:
        rows = found.of(one, scenario)
        for row in rows[rows["index"] == "interaction"].to_dict("records"):
            first, other = (what(name, short=True) for name in str(row["factor"]).split(" x "))
            told = f"{title_of(one)}, {scenario}: {first} and {other}"
            if row["spans_zero"]:
                yield f"{told}: {NO_INTERPLAY} ({of_row(row, one)}, 95% interval {ends_of_row(row, one)})."
            else:
                yield (
                    f"{told}: the effect of one is {of_row(row, one)} ({ends_of_row(row, one)}) larger at the last "
                    "value of the other than at its first."
                )


def curve_blocks(found: Results) -> Iterator[Block]:
    """For each outcome a picture of its course, where one can be drawn, and a table of all points."""
    across = _across(found.plan.moved)
    for one in found.plan.counted:
        rows = found.points[found.points["outcome"] == one.column]
        if rows.empty:
            continue
        frame = None if across is None else _lines(found.plan.moved, across, rows)
        if across is not None and frame is not None and frame["label"].nunique() <= MOST_LINES:
            yield _picture(found, one, across, frame)
        table = _table(found.plan.moved, one, rows)
        yield Folded(f"All points: {title_of(one)}", (table,)) if frame is not None else table


def _across(moved: Sequence[Moved]) -> Moved | None:
    """The number that goes along the foot: the one with the most values."""
    numbers = [one for one in moved if one.facts.kind in (Kind.NUMBER, Kind.COUNT)]
    return max(numbers, key=lambda one: len(one.values) or 1000) if numbers else None


def _lines(moved: Sequence[Moved], across: Moved, rows: pd.DataFrame) -> pd.DataFrame:
    """A line for each scenario and combination of the other factors."""
    others = [one for one in moved if one is not across]
    several = rows["scenario"].nunique() > 1 or not others
    labels = [
        ", ".join([row["scenario"]] * several + [_short(one, row[one.path]) for one in others])
        for row in rows.to_dict("records")
    ]
    return pd.DataFrame(
        {"label": labels, "x": rows[across.path].astype(float)} | {name: rows[name] for name in ("mean", "low", "high")}
    )


def _picture(found: Results, one: Counted, across: Moved, frame: pd.DataFrame) -> Block:
    scale = figures.scale(one.measure)
    headline = f"{title_of(one)} as {what(across.path).rpartition(' (')[0]} changes"
    difference = "percentage points" if figures.is_share(one.measure) else one.measure
    unit = difference if one.difference else UNIT_WORDS.get(one.unit, one.measure) if scale == 1 else "per cent"
    return picture(f"curve_{one.column}", lambda: curves(
        frame, headline, f"{unit[0].upper()}{unit[1:]}, means with 95% intervals from luck only",
        footer_of(found.plan), across=f"{across.facts.words} ({across.facts.unit})", scale=scale))  # fmt: skip


def _table(moved: Sequence[Moved], one: Counted, rows: pd.DataFrame) -> Table:
    cells = tuple(
        (row["scenario"], *(_told(each, row[each.path]) for each in moved), _with_interval(row, one))
        for row in rows.to_dict("records")
    )
    columns = ("Scenario", *(each.path for each in moved), "Mean (95% interval from luck only)")
    return Table(title_of(one), columns, cells, right=(len(columns) - 1,))


def _points_of(found: Results, one: Counted, scenario: str) -> list[dict[Any, Any]]:
    rows = found.points[(found.points["outcome"] == one.column) & (found.points["scenario"] == scenario)]
    return rows.to_dict("records")


def _with_interval(row: Any, one: Counted) -> str:
    interval = f" ({between(plain(row['low'], one), plain(row['high'], one))})" if row["low"] == row["low"] else ""
    return f"{plain(row['mean'], one)}{interval}"


def _told(moved: Moved, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4g} {moved.facts.unit}" if isinstance(value, int | float) else str(value)


def _short(moved: Moved, value: Any) -> str:
    """What stands at the end of a line: a choice by itself, anything else with the name of what is moved."""
    if isinstance(value, str):
        return value
    name = moved.facts.name.replace("_", " ")
    return (name if value else f"no {name}") if isinstance(value, bool) else f"{name} {value:g}"
