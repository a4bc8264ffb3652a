"""Life events, kept when a run is asked for them: what changed for whom, week by week.

They are read off the tables after each week, so that no rule knows whether anybody watches.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ttg_sim.agents.mentor import Stage
from ttg_sim.agents.person import NEVER, NOBODY, Housing, Left, Return, Supervision, Where
from ttg_sim.agents.referral import Ending, Meeting
from ttg_sim.engine.calendar import DAYS_PER_WEEK
from ttg_sim.mechanisms.enforcement import Reason
from ttg_sim.mechanisms.sentencing import Sanction

if TYPE_CHECKING:
    from ttg_sim.model import ThroughTheGate

WATCHED = (
    "where", "prison", "housing", "received_day", "released_day", "spells", "returned", "supervision", "working",
    "using",
)  # fmt: skip
FRESH = {
    "where": Where.AT_COURT, "received_day": NEVER, "released_day": NEVER, "spells": 0, "returned": Return.NOT,
    "supervision": Supervision.NONE,
}  # fmt: skip
ORDER = (
    "entered", "applied to mentor", "became a mentor", "stopped mentoring", "sanction", "received",
    "named for mentoring", "matched with a mentor", "met mentor", "released", "released again", "transferred", "left",
    "housing", "substance use", "work", "supervision", "breach heard", "committed", "recalled", "match ended",
    "offence",
)  # fmt: skip
"""Events of one person in one week, in the order in which the week runs."""
COLUMNS = ["week", "date", "person", "event", "detail"]


class Journal:
    """The events of one run. `take` is called at the end of each week, `table` once at the end."""

    def __init__(self) -> None:
        self._before: dict[str, np.ndarray] = {}
        self._weeks: list[pd.DataFrame] = []

    def take(self, world: ThroughTheGate) -> None:
        """Compare everybody with how they stood a week ago."""
        people = world.people.rows
        if self._before:
            self._compare(world, people, self._before)
        self._before = {name: people[name].copy() for name in WATCHED}

    def _compare(self, world: ThroughTheGate, people: np.ndarray, before: dict[str, np.ndarray]) -> None:
        new = np.arange(len(before["where"]), len(people))
        # Somebody new this week was nowhere a week ago; what was not yet known of them has not changed.
        start = {name: FRESH.get(name, people[name][new]) for name in WATCHED}
        old = {name: np.concatenate([before[name], np.broadcast_to(start[name], len(new))]) for name in WATCHED}
        self._add(world, "entered", new)
        self._add(world, "received", np.flatnonzero(people["received_day"] != old["received_day"]))
        self._released(world, np.flatnonzero(people["spells"] != old["spells"]))
        left = np.flatnonzero((people["where"] == Where.LEFT) & (old["where"] != Where.LEFT))
        self._add(world, "left", left, _names(Left, people["left"]))
        both_out = (people["where"] == Where.LIBERTY) & (old["where"] == Where.LIBERTY)
        moved = np.flatnonzero(both_out & (people["housing"] != old["housing"]))
        self._add(world, "housing", moved, _names(Housing, people["housing"]))
        self._circumstances(world, people, old)
        both_in = (people["where"] == Where.INSIDE) & (old["where"] == Where.INSIDE)
        same_stay = (people["received_day"] == old["received_day"]) & (people["returned"] == old["returned"])
        transferred = np.flatnonzero(both_in & same_stay & (people["prison"] != old["prison"]))
        self._add(world, "transferred", transferred, _prisons(world))

    def _circumstances(self, world: ThroughTheGate, people: np.ndarray, old: dict[str, np.ndarray]) -> None:
        """Changes of supervision, work and use, and the end of a recall or committal."""
        again = (old["returned"] != Return.NOT) & (people["where"] == Where.LIBERTY)
        self._add(world, "released again", np.flatnonzero(again), _names(Housing, people["housing"]))
        changed = (people["supervision"] != old["supervision"]) & (people["where"] != Where.LEFT)
        self._add(world, "supervision", np.flatnonzero(changed), _names(Supervision, people["supervision"]))
        known = np.arange(len(people)) < len(self._before["where"])
        for name, event, words in (
            ("working", "work", ("ended", "found")),
            ("using", "substance use", ("stopped", "began")),
        ):
            rows = np.flatnonzero(known & (people[name] != old[name]))
            self._add(world, event, rows, np.array(words, object)[people[name]])

    def _released(self, world: ThroughTheGate, rows: np.ndarray) -> None:
        people = world.people.rows
        how = np.where(people["tagged"] == 1, "on tag, ", "half-way, ").astype(object) + _names(
            Housing, people["housing"]
        )
        self._add(world, "released", rows, how)

    def _add(self, world: ThroughTheGate, event: str, rows: np.ndarray, detail: np.ndarray | None = None) -> None:
        if len(rows):
            words = "" if detail is None else detail[rows]
            keys = world.people.rows["key"][rows]
            self._weeks.append(pd.DataFrame({"week": world.week, "person": keys, "event": event, "detail": words}))

    def table(self, world: ThroughTheGate) -> pd.DataFrame:
        """All events, by week and person; those of occasions carry the week of the day they fell on."""
        occasions = world.occasions.rows
        keys = world.people.rows["key"][occasions["person"]]
        offences = pd.DataFrame(
            {
                "week": occasions["day"] // DAYS_PER_WEEK,
                "person": keys,
                "event": "offence",
                "detail": [f"{count} dealt with together" for count in occasions["offences"]],
            }
        )
        heard = (occasions["sanction"] != Sanction.PENDING) & (occasions["sanction"] != Sanction.NONE)
        convictions = pd.DataFrame(
            {
                "week": occasions["court_day"] // DAYS_PER_WEEK,
                "person": keys,
                "event": "sanction",
                "detail": _names(Sanction, occasions["sanction"]),
            }
        )[heard]
        others = (_returns(world), *_referrals(world), *_peer_mentors(world))
        events = pd.concat([*self._weeks, offences, convictions, *others], ignore_index=True)
        events["date"] = np.datetime64(world.calendar.monday) + events["week"].to_numpy(int) * DAYS_PER_WEEK
        events["order"] = events["event"].map({name: place for place, name in enumerate(ORDER)})
        events = events.sort_values(["week", "person", "order"], kind="stable", ignore_index=True)
        return pd.DataFrame(events, columns=COLUMNS)


def _returns(world: ThroughTheGate) -> pd.DataFrame:
    """Recalls with their reasons, committals, and breaches that a court left without custody."""
    returns = world.returns.rows
    events = np.array(["breach heard", "recalled", "committed"], object)  # in the order of Return
    return pd.DataFrame(
        {
            "week": returns["day"] // DAYS_PER_WEEK,
            "person": world.people.rows["key"][returns["person"]],
            "event": events[returns["kind"]],
            "detail": [_reasons(int(reasons)) for reasons in returns["reasons"]],
        }
    )


def _referrals(world: ThroughTheGate) -> list[pd.DataFrame]:
    """What a referral brought: a name, a mentor, a first meeting, an end."""
    referrals = world.referrals.rows
    meeting, ending = _names(Meeting, referrals["meeting"]), _names(Ending, referrals["ending"])
    keys = world.people.rows["key"][referrals["person"]]
    met_week = np.where(referrals["met_day"] == NEVER, NEVER, referrals["met_day"] // DAYS_PER_WEEK)
    nothing = np.full(len(referrals), "", object)
    return [
        _dated(event, weeks, keys, detail)
        for event, weeks, detail in (
            ("named for mentoring", referrals["named_week"], nothing),
            ("matched with a mentor", referrals["matched_week"], nothing),
            ("met mentor", met_week, meeting),
            ("match ended", referrals["ended_week"], ending),
        )
    ]


def _peer_mentors(world: ThroughTheGate) -> list[pd.DataFrame]:
    """The way of people of the model as mentors."""
    mentors = world.mentors.rows[world.mentors.rows["person"] != NOBODY]
    detail = _names(Stage, mentors["stage"])
    nothing = np.full(len(mentors), "", object)
    return [
        _dated(event, mentors[field], mentors["key"], words)
        for event, field, words in (
            ("applied to mentor", "applied_week", nothing),
            ("became a mentor", "ready_week", nothing),
            ("stopped mentoring", "ended_week", detail),
        )
    ]


def _dated(event: str, weeks: np.ndarray, keys: np.ndarray, detail: np.ndarray) -> pd.DataFrame:
    there = weeks != NEVER
    return pd.DataFrame({"week": weeks[there], "person": keys[there], "event": event, "detail": detail[there]})


def _reasons(reasons: int) -> str:
    return ", ".join(reason.name.lower().replace("_", " ") for reason in Reason if reasons & reason)


def _names(members: type[IntEnum], values: np.ndarray) -> np.ndarray:
    words = [member.name.lower().replace("_", " ") for member in members]
    return np.asarray(np.array(words).astype(object)[values])


def _prisons(world: ThroughTheGate) -> np.ndarray:
    prisons = world.prisons.rows
    words = np.where(prisons["resettlement"] == 1, "to a resettlement prison", "to a distant prison").astype(object)
    return np.asarray(words[world.people.rows["prison"]])
