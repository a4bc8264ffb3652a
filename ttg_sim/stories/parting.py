"""Where two lives part, and what the events and the scenarios show of the cause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from ttg_sim.engine.calendar import DAYS_PER_WEEK
from ttg_sim.scenario import Change, differences
from ttg_sim.stories.lives import BOTH, Life, Worlds

MENTORING = frozenset(
    (
        "funding", "coordinator", "programme", "eligibility", "recruit", "training", "mentor", "prison", "clearance",
        "referral", "prerelease", "release", "relationship", "influence", "licence", "staff", "strain", "identity",
        "pay", "pbr",
    )
)  # fmt: skip
ENFORCEMENT = frozenset(("enforcement", "supervision", "probation", "licence"))


@dataclass(frozen=True)
class Topic:
    """What an event is about, and the sections of a scenario that hold the rules of it."""

    words: str
    sections: frozenset[str] = frozenset()


HOUSING = Topic("housing", frozenset(("housing",)))
RELEASE = Topic("the day of release", frozenset(("custody",)))
TOPICS = {
    "entered": Topic("the first short sentence", frozenset(("sentencing",))),
    "received": Topic("a reception into prison", frozenset(("sentencing",))),
    "transferred": Topic("the prison", frozenset(("custody", "resettlement"))),
    "released": RELEASE,
    "released again": Topic("a return from recall", ENFORCEMENT),
    "housing": HOUSING,
    "work": Topic("work", frozenset(("work", "services"))),
    "substance use": Topic("drugs and drink", frozenset(("substance", "services"))),
    "supervision": Topic("supervision", frozenset(("supervision", "probation"))),
    "breach heard": Topic("a breach", ENFORCEMENT),
    "recalled": Topic("a recall", ENFORCEMENT),
    "committed": Topic("a breach", ENFORCEMENT),
    "offence": Topic("an offence"),
    "sanction": Topic("what a court decides", frozenset(("sentencing",))),
    "left": Topic("leaving the cycle", frozenset(("leaving",))),
    **dict.fromkeys(
        (
            "named for mentoring", "matched with a mentor", "met mentor", "match ended", "applied to mentor",
            "became a mentor", "stopped mentoring",
        ),
        Topic("mentoring", MENTORING),
    ),
}  # fmt: skip
"""By event. An offence follows from everything that moves the hazard, so that no one section is about it."""


@dataclass(frozen=True)
class Parting:
    """Where two lives part.

    `week` is the first in which the events of the two differ, and `events` are those of that week that happened in one
    world only (event, detail, world). `changes` are the differences between the scenarios that are about the `topic` of
    the first of them and were in force or known by then. `later` holds the topics in which the lives differ afterwards,
    each with its first week.
    """

    week: int
    topic: Topic
    events: pd.DataFrame
    changes: tuple[Change, ...]
    later: tuple[tuple[str, int], ...]


def parting(worlds: Worlds, life: Life) -> Parting | None:
    """Where a person's two lives part; None where no event differs in the whole run."""
    apart = life.events[life.events["world"] != BOTH]
    if not len(apart):
        return None
    week = int(apart["week"].iloc[0])
    events = apart[apart["week"] == week].reset_index(drop=True)
    topic = topic_of(str(events["event"].iloc[0]), events)
    later: dict[str, int] = {}
    shown = apart[(apart["week"] > week) & (apart["week"] <= life.last)]
    for event, at in zip(shown["event"], shown["week"], strict=True):
        later.setdefault(topic_of(event, shown[shown["week"] == at]).words, int(at))
    later.pop(topic.words, None)
    return Parting(week, topic, events, tuple(_changes(worlds, topic, week)), tuple(later.items()))


def topic_of(event: str, events: pd.DataFrame) -> Topic:
    """What an event is about; a release that differs in its housing only is about housing.

    `events` are those of the same week that happened in one world only.
    """
    same = events[events["event"] == event]
    if event == "released" and same["world"].nunique() > 1:
        ways = {str(detail).partition(", ")[0] for detail in same["detail"]}
        return HOUSING if len(ways) == 1 else RELEASE
    if event == "released again" and same["world"].nunique() > 1:
        return HOUSING
    return TOPICS[event]


def _changes(worlds: Worlds, topic: Topic, week: int) -> Iterable[Change]:
    day = worlds.baseline.calendar.date_of_week(week + 1)
    for change in differences(worlds.baseline, worlds.scenario):
        in_force = change.start is None or change.start < day
        if change.path.partition(".")[0] in topic.sections and in_force:
            yield change


def week_of(day: float) -> int:
    """The week of a day."""
    return int(day) // DAYS_PER_WEEK
