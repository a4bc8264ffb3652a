"""Outcomes of contact: who stays in touch, how matches end, and what mentoring does to mentors and officers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from ttg_sim.agents.mentor import Exit
from ttg_sim.agents.person import NEVER, NOBODY
from ttg_sim.agents.referral import ENGAGED_WEEKS, IN_TOUCH_WEEKS, Ending, Meeting
from ttg_sim.engine.calendar import DAYS_PER_WEEK
from ttg_sim.outcomes.kinds import Outcome, Ratio, YearCount

ENGAGED = tuple(zip(("1m", "3m", "6m", "12m"), ENGAGED_WEEKS, strict=True))
"""Names of the times after release at which it is noted who is in touch, with their weeks."""
WEEKS_TO_SETTLE = 52
"""Weeks after release at which it is asked how a match has ended."""
WORDS = {"1m": "one month", "3m": "three months", "6m": "six months", "12m": "twelve months"}


def _engaged(name: str) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda releases: releases[f"engaged_{name}"]


def _long_ago(releases: pd.DataFrame) -> pd.Series:
    # Of later releases only those would be settled whose match went wrong early, or who never had one.
    return releases["weeks_followed"] > WEEKS_TO_SETTLE


def _ended(*how: Ending) -> Callable[[pd.DataFrame], pd.Series]:
    words = [one.name.lower() for one in how]

    def values(releases: pd.DataFrame) -> pd.Series:
        known = _long_ago(releases) & (releases["first_meeting"] != "not_yet") & ~releases["match_open"]
        return releases["match_ended"].isin(words).where(known).astype(float)

    return values


def _left(first: int, last: int) -> Callable[[pd.DataFrame], pd.Series]:
    def values(releases: pd.DataFrame) -> pd.Series:
        met = releases["first_meeting"].isin(("before_release", "at_gate", "within_48h"))
        weeks = releases["weeks_matched"]
        at_risk = met & ~(weeks <= first) & (releases["weeks_followed"] > last)  # the last of these weeks is over
        left = (releases["match_ended"] == "dropped_out") & (weeks <= last)
        return left.where(at_risk).astype(float)

    return values


def _unplanned(releases: pd.DataFrame) -> pd.Series:
    met = ~releases["first_meeting"].isin(("not_yet", "never"))
    over = met & ~releases["match_ended"].isin(("not", "left")) & _long_ago(releases)
    return (releases["match_ended"] != "planned").where(over).astype(float)


OF_RELEASES = (
    Outcome(
        "met_outside",
        "Came to a meeting with a mentor after release",
        "share of people",
        "People who came to at least one weekly meeting after release, of all people released",
        lambda releases: (releases["meetings_kept"] > 0).astype(float),
    ),
    *(
        Outcome(
            f"engaged_{name}",
            f"In touch with a mentor {WORDS[name]} after release",
            "share of people",
            f"People who came to a meeting in the {IN_TOUCH_WEEKS} weeks before that, of all released so long ago",
            _engaged(name),
        )
        for name, _ in ENGAGED
    ),
    Outcome(
        "in_programme",
        "Came to a session of a programme",
        "share of people",
        "People who came to at least one in the stay before the release or in the year after it, of all released a "
        "year ago or longer",
        lambda releases: releases["in_programme"],
    ),
    Outcome(
        "left_in_weeks_1_to_4",
        "Stopped coming in the first four weeks",
        "share of people",
        "Of people met by 48 hours after release, those who gave mentoring up in the first four weeks",
        _left(0, 4),
        conditional=True,
    ),
    Outcome(
        "left_in_weeks_13_to_16",
        "Stopped coming in weeks 13 to 16",
        "share of people",
        "Of the same people whose match still went on after twelve weeks, those who gave it up in the next four",
        _left(12, 16),
        conditional=True,
    ),
    Outcome(
        "planned_ending",
        "Match completed as planned",
        "share of people",
        "People whose match came to its planned end, of all released a year ago or longer for whom it is settled how "
        "it ended",
        _ended(Ending.PLANNED),
    ),
    Outcome(
        "unplanned_ending",
        "Relationship ended otherwise than planned",
        "share of people",
        "Of people released a year ago or longer who had met a mentor and whose match has ended, those for whom it "
        "ended before its term; left out are those who left the cycle or the area",
        _unplanned,
        conditional=True,
    ),
    Outcome(
        "broken_off",
        "Match broken off by others",
        "share of people",
        "People whose mentor stopped, whose service lost its money or closed the match early, of all released a year "
        "ago or longer for whom it is settled how it ended",
        _ended(Ending.MENTOR_LEFT, Ending.FUNDING, Ending.CUT),
    ),
)

SUMS = {
    "burnouts": ("Mentors who burn out", "mentors a year", "Of those who stop"),
    "promotions": ("Mentors who take a post", "mentors a year", "On the staff, after some time as a mentor"),
    "reports": ("Things that mentors passed on", "reports a year", "To officers, about people whom they mentor"),
    "services_found": ("Services found", "referrals a year", "People who wait for a service to which a mentor led"),
    "sessions_held": ("Sessions of programmes", "sessions a year", "Groups, sessions and courses, where there are any"),
    "places_taken": ("Places taken at sessions", "places a year", "Each person counts at each session"),
    "hours_taken": (
        "Hours of officers taken",
        "hours a year",
        "By setting up matches, keeping in touch with mentors, and sessions of programmes",
    ),
    "hours_freed": ("Hours of officers freed", "hours a year", "By what mentors do"),
}
SUM_NAMES = {
    "burnouts": "mentor_burnouts", "promotions": "mentor_promotions", "reports": "mentor_reports",
    "hours_taken": "officer_hours_taken", "hours_freed": "officer_hours_freed",
}  # fmt: skip
MEANS = {
    "mentors_for_money": ("Mentors who came for the pay", "mentors", "In training or at work"),
    "mentors_paid": ("Mentors who are paid", "mentors", "At work"),
    "posts_held": ("Posts held by those who were mentors", "posts", "On the staff"),
}
OF_YEARS = (
    *(YearCount(SUM_NAMES.get(name, name), *words) for name, words in SUMS.items()),
    *(
        YearCount(name, title, measure, f"{words}, mean over all weeks")
        for name, (title, measure, words) in MEANS.items()
    ),
    YearCount(
        "officer_hours_net",
        "Hours of officers freed, less those taken",
        "hours a year",
        "By mentoring; below nil it costs officers more time than it frees",
    ),
)
OF_RATIOS = (
    Ratio(
        "mentor_strain",
        "Strain of mentors",
        "from 0 to 1",
        "Mean over mentors at work and weeks; nil moves nothing",
        "strain",
        "mentors_at_work",
    ),
    Ratio(
        "mentor_skill",
        "Skill of mentors",
        "ratio",
        "Mean over mentors at work and weeks; 1 is the median of fully trained applicants",
        "skill",
        "mentors_at_work",
    ),
    Ratio(
        "trust_in_mentor",
        "Trust in mentors",
        "from 0 to 1",
        "Mean over people mentored at liberty and weeks; 0.5 moves nothing",
        "trust",
        "people_mentored",
    ),
    Ratio(
        "peer_identity",
        "Identity of peers as having left crime",
        "from 0 to 1",
        "Mean over peers at work and weeks; 0.5 moves nothing",
        "identity",
        "peers_at_work",
    ),
    Ratio(
        "validation",
        "Regard of staff for peer mentors",
        "from 0 to 1",
        "Mean over peers at work and weeks; 0.5 moves nothing",
        "validation",
        "peers_at_work",
    ),
    Ratio(
        "money_share",
        "Mentors who came for the pay",
        "share of mentors",
        "Of mentors in training or at work",
        "mentors_for_money",
        "mentors",
    ),
    Ratio(
        "best_retention",
        "Best mentors who stay for two years",
        "share of mentors",
        "Of mentors registered two years or more before the end of the run, with a talent in the upper quarter of all "
        "there could be, those still about two years later, or who took a post by then",
        "best_kept",
        "best_followed",
    ),
    Ratio(
        "peer_reoffending",
        "Own reoffending of peer mentors",
        "share of mentors",
        "Proven offence within a year of registration, of peers registered long enough before the end of the run",
        "peers_reoffended",
        "peers_followed",
    ),
    Ratio(
        "peer_gap_raw",
        "Own reoffending of peer mentors, less that of everybody released before",
        "share points",
        "Each peer against all people at liberty at the time who had been released and never applied to be mentors",
        "peer_gap_all",
        "peers_compared",
    ),
    Ratio(
        "peer_gap_matched",
        "Own reoffending of peer mentors, less that of people like them",
        "share points",
        "Each peer still in the cycle against people of the same sex, ten-point band of the risk score and time since "
        "release who never applied to be mentors; peers without a match are left out",
        "peer_gap_like",
        "peers_matched",
    ),
)
CONTACT = ("met_outside", *(f"engaged_{name}" for name, _ in ENGAGED), "planned_ending", "broken_off")
"""Outcomes of releases that tell how long people stay in touch with a mentor, and how it ends."""
LIVES = (
    "trust_in_mentor", "mentor_strain", "mentor_burnouts", "peer_identity", "mentors_paid", "services_found",
    "officer_hours_net",
)  # fmt: skip
"""Outcomes of a year that tell of mentors and officers."""
UPPER_QUARTILE = 0.6744897501960817
"""Of the normal distribution."""
TWO_YEARS_IN_WEEKS = 104
A_YEAR_IN_DAYS = 365

Count = tuple[np.ndarray, np.ndarray | None]


def weekly_counts(weekly: pd.DataFrame) -> dict[str, pd.Series]:
    """Weekly numbers under the names of the outcomes and of what they are ratios of."""
    sums = {SUM_NAMES.get(name, name): weekly[name] for name in SUMS} | {name: weekly[name] for name in MEANS}
    at_work = weekly["mentors_available"] + weekly["mentors_matched"] + weekly["mentors_paused"]
    states = {name: weekly[name] for name in ("skill", "strain", "trust", "identity", "validation")}
    return sums | states | {"mentors_at_work": at_work, "officer_hours_net": weekly["hours_net"]}


def contact_table(known: np.ndarray, release_day: np.ndarray, weeks: int) -> dict[str, np.ndarray]:
    """Columns of releases about contact; `known` holds the referral of each release, in a run of so many weeks.

    What is asked some time after release is empty for whoever was released later: that nobody is in touch can be known
    before, that somebody is cannot.
    """
    columns: dict[str, np.ndarray] = {}
    never = known["meeting"] == Meeting.NEVER
    release_week = release_day // DAYS_PER_WEEK
    for place, (name, after) in enumerate(ENGAGED):
        noted = known["engaged"][:, place]
        seen = (release_week + after < weeks) & (never | (noted != NOBODY))
        columns[f"engaged_{name}"] = np.where(seen, np.where(never, 0, noted), np.nan)
    over = release_day + A_YEAR_IN_DAYS <= weeks * DAYS_PER_WEEK
    columns["in_programme"] = np.where(over, known["sessions"] > 0, np.nan)
    ended = known["ended_week"] != NEVER
    columns["weeks_matched"] = np.where(ended, known["ended_week"] - release_week, np.nan)
    columns["weeks_followed"] = weeks - release_week
    columns["match_open"] = (known["matched_week"] != NEVER) & ~ended & ~never
    return columns


def best_mentors(mentors: np.ndarray, weeks: int, skill_sd: float) -> dict[str, Count]:
    """Mentors with a talent in the upper quarter, registered early enough, and those of them still about."""
    limit = float(np.exp(skill_sd * UPPER_QUARTILE))
    chosen = mentors[(mentors["registered_week"] >= 0) & (mentors["registered_week"] <= weeks - TWO_YEARS_IN_WEEKS)]
    chosen = chosen[chosen["talent"] >= limit]
    days = chosen["registered_week"] * DAYS_PER_WEEK
    gone = (chosen["ended_week"] != NEVER) & (chosen["ended_week"] < chosen["registered_week"] + TWO_YEARS_IN_WEEKS)
    stayed = ~gone | (chosen["exit"] == Exit.POST)
    return {"best_followed": (days, None), "best_kept": (days[stayed], None)}
