"""Checks by name, for what no contrast can say: each reads the finished runs of all arms and lists what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import pandas as pd

from ttg_sim.agents.referral import Meeting
from ttg_sim.engine.calendar import DAYS_PER_WEEK
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


OF_MENTORING = (
    "eligible", "referred", "matched", "first_meeting", "missed", "meetings_inside", "visits_refused", "meetings",
    "meetings_kept", "match_ended", "engaged_1m", "engaged_3m", "engaged_6m", "engaged_12m", "weeks_matched",
    "weeks_followed", "match_open",
)  # fmt: skip
"""Columns of releases that tell of the mentoring service, and not of what became of anybody."""


def same_lives(arms: Mapping[str, Finished]) -> list[str]:
    """All arms have the same releases, offences, homes, work and supervision, whoever was mentored."""
    faults = []
    for one, other in pairwise(arms):
        first, second = (arms[arm].spells().drop(columns=list(OF_MENTORING), errors="ignore") for arm in (one, other))
        differing = (
            [str(name) for name in first if not first[name].equals(second[name])] if len(first) == len(second) else []
        )
        if len(first) != len(second) or differing:
            what = ", ".join(differing) or "the number of releases"
            faults.append(f"lives in {one} and {other} differ in {what}")
    return faults


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


def availability_limit(arms: Mapping[str, Finished]) -> list[str]:
    """Everybody is met before release who could be: inside at the beginning of a week that has a day before release.

    Nothing is asked of those whose release another sentence has moved back, since nobody knew of that in time.
    """
    faults = []
    for arm, runs in arms.items():
        spells = runs.spells()
        spells = spells[~spells["longer"] & spells["eligible"]]
        first = spells["received_day"] // DAYS_PER_WEEK + 1  # the first week that begins with the person inside
        could = spells["release_day"] > first * DAYS_PER_WEEK
        moved = spells["release_day"] - spells["received_day"] > np.ceil(spells["sentence_days"] / 2)
        met = spells["first_meeting"] == "before_release"
        for wrong, words in ((could & ~moved & ~met, "could have been met and were not"), (met & ~could, "were met")):
            if wrong.any():
                faults.append(f"{arm}: {int(wrong.sum())} of {int(could.sum())} people {words}")
    return faults


def first_meetings(arms: Mapping[str, Finished]) -> list[str]:
    """Each release has one first meeting or none yet, and a reason exactly where nobody was met before it."""
    faults = []
    known = {meeting.name.lower() for meeting in Meeting}
    for arm, runs in arms.items():
        spells = runs.spells()
        spells = spells[~spells["longer"]]
        if unknown := set(spells["first_meeting"]) - known:
            faults.append(f"{arm}: first meetings of no known kind: {', '.join(sorted(unknown))}")
        before = spells["first_meeting"] == "before_release"
        if wrong := int((before != (spells["missed"] == "none")).sum()):
            faults.append(f"{arm}: {wrong} releases have a reason and were met, or neither")
        met = ~spells["first_meeting"].isin(["never", "not_yet"])
        steps = (met, spells["matched"], spells["referred"], spells["eligible"])
        for inner, outer in pairwise(steps):
            if wrong := int((inner & ~outer).sum()):
                faults.append(f"{arm}: {wrong} releases have come further than they could")
    return faults


def _total(outcomes: pd.DataFrame, name: str) -> pd.Series:
    chosen = outcomes[(outcomes["outcome"] == name) & (outcomes["group"] == "all")]
    return chosen.set_index("replicate")["numerator"]


CHECKS: dict[str, Check] = {
    check.__name__: check for check in (identical, same_lives, conservation, availability_limit, first_meetings)
}
"""Every check that a hypothesis can name."""
