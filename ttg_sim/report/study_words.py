"""Words and numbers of a study's report: factors, outcomes, indices and levels as people read them."""

from __future__ import annotations

import re
from typing import Any

from ttg_sim.report import figures
from ttg_sim.report.footers import footer
from ttg_sim.scenario.names import parameters
from ttg_sim.studies.experiments.counted import Counted
from ttg_sim.studies.experiments.plan import Plan

SHARES_OF_VARIANCE = ("S1", "ST", "S2", "median", "max", "SRRC", "PRCC")
"""Indices that are not in the unit of the outcome."""


def what(factor: str, short: bool = False) -> str:
    """Words for a factor: what the parameter is, or the name of the group."""
    facts = parameters().get(factor)
    if facts is None:
        return factor
    words = re.split("[:;]", facts.words)[0]  # what a choice is a choice between stands in the table
    return factor if short else f"{words[0].lower()}{words[1:]} ({factor})"


def title_of(one: Counted) -> str:
    """The name of an outcome, and that it is a difference where it is one."""
    return f"{one.title}{', difference' if one.difference else ''}"


def of_row(row: Any, one: Counted) -> str:
    """The value of a row of indices."""
    return of_index(float(row["value"]), str(row["index"]), one)


def ends_of_row(row: Any, one: Counted) -> str:
    """The interval of a row of indices; a dash where there is none."""
    if row["low"] != row["low"]:
        return "-"
    return between(*(of_index(float(row[name]), str(row["index"]), one) for name in ("low", "high")))


def between(low: str, high: str) -> str:
    """Two ends, with their unit once."""
    unit = high.partition(" ")[2]
    return f"{low.removesuffix(f' {unit}') if unit else low} to {high}"


def index_name(plan: Plan, row: Any) -> str:
    """The name of an index, with the value that it speaks of where there are several."""
    if row["index"] != "level":
        return str(row["index"])
    moved = next((one for one in plan.moved if one.path == row["factor"]), None)
    if moved is None or not moved.values:
        return f"level at {per_cent(row['at'])} of the range"
    return f"{moved.values[round(row['at'] * (len(moved.values) - 1))]} instead of {moved.values[0]}"


def of_index(value: float, index: str, one: Counted) -> str:
    """A value of an index, in the unit that it has."""
    if value != value:
        return "-"
    if index in ("S1", "ST", "S2"):
        return f"{100 * value:.0f}%"
    if index in SHARES_OF_VARIANCE:
        return f"{value:.2f}"
    return size_of(value, one.measure)


def size_of(value: float, measure: str) -> str:
    """A size in the unit of an outcome, with a sign only where it is below nil."""
    return figures.change(value, measure).removeprefix("+")


def plain(value: float, one: Counted) -> str:
    """A level as it is, a difference with its sign."""
    return figures.change(value, one.measure) if one.difference else figures.number(value, one.measure)


def per_cent(share: float) -> str:
    """A share as a whole number of per cent."""
    return f"{100 * share:.0f}%"


def footer_of(plan: Plan) -> str:
    """What stands under each chart of a study."""
    return footer(
        f"{plan.design}, {plan.replicates} replicates at each point, ranges assumed; "
        f"{', '.join(world.name for world in plan.worlds)}"
    )
