"""Checks by name, for what no contrast can say: each reads the finished runs of all arms and lists what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import pandas as pd

from ttg_sim.studies.runner import Finished

Check: TypeAlias = Callable[[Mapping[str, Finished]], list[str]]
ANY_ORDER = 1e-9
"""Sums of shares and weeks may be taken in any order."""


def identical(arms: Mapping[str, Finished]) -> list[str]:
    """All arms have the same outcomes, weekly series and releases, to the last digit."""
    return [
        f"{one} and {other} differ in {table}"
        for one, other in pairwise(arms)
        for table, first, second in _tables(arms[one], arms[other])
        if not first.equals(second)
    ]


def _tables(one: Finished, other: Finished) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame]]:
    yield "outcomes", one.replicate_outcomes(), other.replicate_outcomes()
    yield "weekly series", one.weekly(), other.weekly()
    yield "releases", one.spells(), other.spells()


def conservation(arms: Mapping[str, Finished]) -> list[str]:
    """Nobody is lost or counted twice: each release stands once, and everybody at liberty lives somewhere."""
    return [f"{arm}: {fault}" for arm, runs in arms.items() for fault in _lost_or_twice(runs)]


def _lost_or_twice(runs: Finished) -> Iterator[str]:
    spells, weekly = runs.spells(), runs.weekly()
    twice = int(spells.duplicated(["replicate", "person", "number"]).sum())
    if twice:
        yield f"{twice} releases stand twice"
    early = int((spells["release_day"] < spells["received_day"]).sum())
    if early:
        yield f"{early} releases come before the reception"
    housed = weekly["settled"] + weekly["temporary"] + weekly["homeless"]
    unhoused = int((~np.isclose(housed, weekly["at_liberty"], rtol=0, atol=ANY_ORDER)).sum())
    if unhoused:
        yield f"in {unhoused} weeks those settled, in temporary housing and homeless are not all who are at liberty"
    of_short = spells[~spells["longer"]].groupby("replicate").size().reindex(range(runs.replicates), fill_value=0)
    counted = _total(runs.replicate_outcomes(), "releases")
    uncounted = int((of_short != counted).sum())
    if uncounted:
        yield f"in {uncounted} replicates the releases counted are not those in the table of releases"


def _total(outcomes: pd.DataFrame, name: str) -> pd.Series:
    chosen = outcomes[(outcomes["outcome"] == name) & (outcomes["group"] == "all")]
    return chosen.set_index("replicate")["numerator"]


CHECKS: dict[str, Check] = {"identical": identical, "conservation": conservation}
"""Every check that a hypothesis can name."""
