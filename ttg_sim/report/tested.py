"""Which years the model was fitted to and held against: beyond them nobody has tested what it says."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache
from typing import Any

from ttg_sim.evidence import load_evidence, load_targets

YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@cache
def span() -> tuple[int, int]:
    """First and last year that published figures name to which the model is fitted, or which it is held against."""
    register = load_evidence()
    rows = [register[id] for target in load_targets().values() for id in target.evidence]
    years = [int(year) for row in rows for year in YEAR.findall(f"{row.quantity} {row.population}")]
    return min(years), max(years)


def years_of(world: dict[str, Any]) -> tuple[int, int]:
    """First and last year of the evaluated weeks of a world, by the facts of a comparison."""
    start = date.fromisoformat(str(world["start"]))
    return start.year, (start + timedelta(weeks=int(world["weeks"])) - timedelta(days=1)).year


def is_outside(world: dict[str, Any]) -> bool:
    """Whether no evaluated week lies in a year of which there are figures."""
    (first, last), (low, high) = years_of(world), span()
    return first > high or last < low


def caveat(world: dict[str, Any]) -> str:
    """What to say of weeks beyond the years of which there are figures; empty where there are none."""
    (first, last), (low, high) = years_of(world), span()
    if low <= first and last <= high:
        return ""
    of = f"The figures to which the model is fitted, and which it is held against, are of {low} to {high}"
    if is_outside(world):
        return f"{of}. Every week here lies outside of them, so nothing is told of any difference."
    return f"{of}. The weeks here are of {first} to {last}: for those beyond, nothing was tested."
