"""Outcomes of the mentoring service: where people are lost on the way to a mentor, and what becomes of mentors."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum

import numpy as np
import pandas as pd

from ttg_sim.agents.mentor import Route
from ttg_sim.agents.person import NEVER
from ttg_sim.agents.provider import Money
from ttg_sim.agents.referral import Ending, Meeting, Miss
from ttg_sim.outcomes.kinds import Gap, Outcome, Ratio, YearCount

MET_BY_GATE = (Meeting.BEFORE_RELEASE, Meeting.AT_GATE)
MET_BY_48H = (*MET_BY_GATE, Meeting.WITHIN_48H)
OF_ALL = "of all people released, whether or not the service ran"

MISSES = {
    Miss.SERVICE_NOT_RUNNING: "the service was not running",
    Miss.NOT_ELIGIBLE: "the service did not cover them",
    Miss.NO_NAME: "nobody gave the service their name",
    Miss.DECLINED: "they declined",
    Miss.NOT_READY: "the service found them not ready",
    Miss.NOT_CHOSEN: "the service did not take them on, as a result with them was unlikely",
    Miss.NO_ANSWER: "the prison had not confirmed that they could be seen",
    Miss.NO_COORDINATOR: "no coordinator had time to match them",
    Miss.NO_MENTOR: "no mentor was free",
    Miss.RELEASED_EARLY: "they were released on tag before the visit",
    Miss.TRANSFERRED: "they were moved to another prison",
    Miss.REFUSED_VISIT: "the visit was turned away, or did not get to the wing",
    Miss.NOT_CLEARED: "the mentor was not cleared for the prison",
    Miss.NO_TIME: "no visit could be arranged in time",
}
"""Reasons in the order in which they are looked at: the first that is true is noted."""


def word(member: IntEnum) -> str:
    """The word by which a state stands in tables."""
    return member.name.lower()


def _met(*how: Meeting) -> Callable[[pd.DataFrame], pd.Series]:
    words = [word(one) for one in how]
    return lambda releases: releases["first_meeting"].isin(words).astype(float)


def _met_ever(releases: pd.DataFrame) -> pd.Series:
    known = releases["first_meeting"] != word(Meeting.NOT_YET)
    return (releases["first_meeting"] != word(Meeting.NEVER)).where(known).astype(float)


def _missed(how: Miss) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda releases: (releases["missed"] == word(how)).astype(float)


OF_RELEASES = (
    Outcome(
        "eligible",
        "Covered by the mentoring service, or known to it",
        "share of people",
        f"People whom the service covered by its rules when they were released, or knew by name by then, {OF_ALL}",
        lambda releases: releases["eligible"].astype(float),
    ),
    Outcome(
        "referred",
        "Named to the mentoring service",
        "share of people",
        f"People whose name the service was given while they were inside, {OF_ALL}",
        lambda releases: releases["referred"].astype(float),
    ),
    Outcome(
        "matched",
        "Matched with a mentor",
        "share of people",
        f"People who were given a mentor at any time, {OF_ALL}",
        lambda releases: releases["matched"].astype(float),
    ),
    Outcome(
        "met_before_release",
        "Met a mentor before release",
        "share of people",
        f"People with a first meeting inside, {OF_ALL}",
        _met(Meeting.BEFORE_RELEASE),
    ),
    Outcome(
        "met_by_gate",
        "Met a mentor before release or at the gate",
        "share of people",
        f"People with a first meeting by the day of release, {OF_ALL}",
        _met(*MET_BY_GATE),
    ),
    Outcome(
        "met_by_48h",
        "Met a mentor by 48 hours after release",
        "share of people",
        f"People with a first meeting up to two days after release, {OF_ALL}",
        _met(*MET_BY_48H),
    ),
    Outcome(
        "met_ever",
        "Met a mentor at all",
        "share of people",
        "People with a first meeting at any time, of people released for whom it is settled whether there was one",
        _met_ever,
    ),
    Gap(
        "service_gap",
        "Gap in service between people at low and at high risk",
        "difference of shares",
        "Share who met a mentor at any time in the third of people with the lowest one-year score at release less that "
        "in the third with the highest, of people for whom it is settled; above zero, people at low risk are served "
        "more",
        _met_ever,
        over=lambda releases: releases["score_1_year"],
    ),
    *(
        Outcome(
            f"missed_{word(how)}",
            f"Not met before release: {words}",
            "share of people",
            f"People not met before release for whom the first true reason, in the order of these lines, is: {words}; "
            f"{OF_ALL}",
            _missed(how),
        )
        for how, words in MISSES.items()
    ),
    Outcome(
        "meetings_kept",
        "Meetings with a mentor kept",
        "share of meetings",
        "Mean over people with a mentor of the share of weekly meetings after release to which they came",
        lambda releases: (releases["meetings_kept"] / releases["meetings"]).where(releases["meetings"] > 0),
        conditional=True,
    ),
    Outcome(
        "dropped_out",
        "Stopped coming to meetings",
        "share of people",
        "People who did not come any more, of those whose match has ended",
        lambda releases: (
            (releases["match_ended"] == word(Ending.DROPPED_OUT))
            .where(releases["match_ended"] != word(Ending.NOT))
            .astype(float)
        ),
        conditional=True,
    ),
)

SPENDING = {
    Money.RECRUITMENT: "advertising for and interviewing applicants",
    Money.TRAINING: "training",
    Money.CHECKS: "criminal record checks",
    Money.CLEARANCE: "requests for prison clearance",
    Money.COORDINATION: "coordinators",
    Money.EXPENSES: "travel, expenses and supervision of volunteers",
    Money.WAGES: "wages of mentors who are paid and of posts for those who were",
    Money.PROGRAMMES: "groups, sessions and courses",
}
SUMS = {
    "applications": ("Applications to become a mentor", "applications a year", "Taken by the service"),
    "registrations": ("New mentors registered", "mentors a year", "Taken after screening, training begun"),
    "peer_registrations": ("New peer mentors registered", "mentors a year", "Of those, people with convictions"),
    "rejections": ("Applicants not taken", "people a year", "After screening"),
    "exits": ("Mentors who stop", "mentors a year", "In training or at work; not those taken out"),
    "bars": ("Mentors taken out", "mentors a year", "After a conviction, in custody, or by a record check"),
    "answers": ("Requests for clearance decided", "answers a year", "By prisons, each for one mentor"),
    "refusals": ("Requests for clearance refused", "answers a year", "Of those decided"),
    "names": ("Names given to the service", "people a year", "By prison staff or by people themselves"),
    "matches": ("Matches made", "matches a year", "Of a person with a mentor, second ones included"),
    "rematches": ("People given a second mentor", "matches a year", "After losing one whom they had not met yet"),
    "passed_over": ("People not taken on by choice", "people a year", "Named and willing, but a result was unlikely"),
    "turned_away": ("Visits refused", "visits a year", "At the door of a prison, or on the way to the wing"),
    "contacts_kept": ("Meetings held after release", "meetings a year", "Weekly meetings to which the person came"),
    "fees": ("Fees paid to the service", "pounds a year", "What it spends, less the part of it that is at risk"),
    "results": ("Paid to the service for results", "pounds a year", "In the week in which a cohort is settled"),
}
SUM_NAMES = {
    "exits": "mentor_exits", "bars": "mentor_bars", "answers": "clearances_decided", "refusals": "clearances_refused",
    "turned_away": "visits_refused", "contacts_kept": "mentor_meetings", "results": "results_payments",
}  # fmt: skip
"""Series whose outcome has a longer name."""
MEANS = {
    "mentors": ("Mentors in training or at work", "mentors", "In training, in checks, available, matched or paused"),
    "in_screening": ("Applicants who wait for an answer", "people", "To become a mentor"),
    "in_mentor_training": ("Mentors in training", "mentors", "On the course"),
    "in_checks": ("Mentors in record checks", "mentors", "Trained, not at work yet"),
    "mentors_available": ("Mentors without a person", "mentors", "At work and free, specialists for visits included"),
    "mentors_matched": ("Mentors with a person", "mentors", "At work with at least one person"),
    "mentors_paused": ("Mentors on a break", "mentors", "They keep their people"),
    "specialists": ("Specialists for visits in prisons", "mentors", "They have no person of their own"),
    "peers": ("Peer mentors in training or at work", "mentors", "People with convictions among mentors"),
    "peers_at_work": ("Peer mentors at work", "mentors", "Of those, trained and checked"),
    "peers_under_supervision": ("Peer mentors under supervision", "mentors", "On licence or after it"),
    "people_with_mentor": ("People who have a mentor", "people", "Inside or outside, met or not"),
    "people_mentored": ("People mentored at liberty", "people", "They have met their mentor"),
    "clearances_waiting": ("Requests for clearance waiting", "requests", "Each of one mentor to one prison"),
    "coordinators": ("Coordinators in post", "coordinators", "Of volunteers"),
    "mentor_support": ("Support of mentors", "share of what is enough", "Time of coordinators for each mentor"),
    "funded": ("Weeks with money", "share of weeks", "A contract runs; mean over areas"),
    "recruiting": ("Weeks in which volunteers are taken on", "share of weeks", "Money known to last for long enough"),
}
OF_YEARS = (
    *(
        YearCount(name, title, measure, f"{words}, mean over all weeks")
        for name, (title, measure, words) in MEANS.items()
    ),
    *(YearCount(SUM_NAMES.get(name, name), title, measure, words) for name, (title, measure, words) in SUMS.items()),
    *(
        YearCount(f"spent_on_{word(money)}", f"Spent on {words}", "pounds a year", "By the mentoring service")
        for money, words in SPENDING.items()
    ),
    YearCount(
        "spent",
        "Spent on mentoring",
        "pounds a year",
        "All of it; unit costs are assumptions, volunteers' time is not priced",
    ),
    YearCount(
        "people_met",
        "People who met a mentor for the first time",
        "people a year",
        "In a spell; by the day of the first meeting",
    ),
    YearCount(
        "people_met_before_release",
        "People who met a mentor before release",
        "people a year",
        "Releases of people with a first meeting inside, first and later releases alike",
    ),
    YearCount(
        "recovery_weeks",
        "Weeks to recover after money had stopped",
        "weeks",
        "From the return of the money until as many people are mentored as in the quarter before the first stop (95% "
        "of them, over four weeks); to the end of the run where that is never reached; empty where money never stopped "
        "or never came back",
    ),
)
OF_RATIOS = (
    Ratio(
        "peer_share_of_registrations",
        "Peers among new mentors registered",
        "share of mentors",
        "People with convictions among new mentors registered",
        "peer_registrations",
        "registrations",
    ),
    Ratio("peer_share", "Peers among mentors", "share of mentors", "In training or at work", "peers", "mentors"),
    Ratio(
        "mentor_turnover",
        "Turnover of mentors",
        "per year",
        "Mentors who stop or are taken out in a year, per mentor in training or at work",
        "mentor_losses",
        "mentor_years",
    ),
    Ratio(
        "first_year_retention",
        "Mentors who stay for a year",
        "share of mentors",
        "Of mentors registered a year or more before the end of the run, those still about a year later, or who took a "
        "post by then",
        "mentors_kept",
        "mentors_followed",
    ),
    Ratio(
        "pathway_retention",
        "Mentors from the end of supervision who stay for a year",
        "share of mentors",
        "As first_year_retention, of people who came by the pathway from the end of supervision",
        "pathway_kept",
        "pathway_followed",
    ),
    Ratio(
        "idle_share",
        "Mentors at work without a person",
        "share of mentors",
        "Mentors available, of those available or matched; specialists for visits are left out",
        "mentors_idle",
        "mentors_working",
    ),
    Ratio(
        "clearance_weeks",
        "Weeks until a prison answered on clearance",
        "weeks",
        "Mean time from a request for clearance to its answer, of those decided",
        "answer_weeks",
        "clearances_decided",
    ),
    Ratio(
        "clearance_refusal",
        "Requests for clearance refused",
        "share of requests",
        "Of those decided",
        "clearances_refused",
        "clearances_decided",
    ),
    Ratio(
        "unplanned_endings",
        "Matches that end otherwise than planned",
        "share of matches",
        "Of matches that end, before or after a meeting, unless because the person leaves the cycle or the area",
        "endings_unplanned",
        "endings",
    ),
    Ratio(
        "cost_per_person_met",
        "Spent for each person who met a mentor",
        "pounds",
        "All spending on mentoring, per person who met a mentor for the first time",
        "spent",
        "people_met",
    ),
)

WAY = ("eligible", "referred", "matched", "met_before_release", "met_by_gate", "met_by_48h", "met_ever")
"""Outcomes of releases on the way to a mentor: up to the meeting before release each lies within those before it."""
MISSED = tuple(f"missed_{word(how)}" for how in MISSES)
"""Outcomes of releases for each reason why nobody was met before."""
SERVICE = (
    "mentors", "peer_share", "registrations", "peer_share_of_registrations", "mentor_turnover", "idle_share",
    "clearance_weeks", "clearance_refusal", "visits_refused", "people_mentored", "people_met", "unplanned_endings",
    "spent", "cost_per_person_met",
)  # fmt: skip
"""Outcomes of a year that tell how the service stands."""

RECOVERED = 0.95
BEFORE_WEEKS, SMOOTH_WEEKS = 13, 4


def series_of_mentors(weekly: pd.DataFrame) -> dict[str, pd.Series]:
    """Weekly series under the names of the outcomes that are means of them."""
    mentors = sum(
        weekly[name]
        for name in ("in_mentor_training", "in_checks", "mentors_available", "mentors_matched", "mentors_paused")
    )
    assert isinstance(mentors, pd.Series)
    return {"mentors": mentors} | {name: weekly[name] for name in MEANS if name != "mentors"}


def weeks_there(mentors: np.ndarray, weeks: int) -> np.ndarray:
    """Evaluated weeks at whose end each mentor is in training or at work; of the first pool, from its beginning."""
    first = np.where(mentors["route"] == Route.BEFORE, mentors["applied_week"], mentors["registered_week"])
    last = np.where(mentors["ended_week"] == NEVER, weeks, mentors["ended_week"])
    there = np.clip(last, 0, weeks) - np.clip(first, 0, weeks)
    return np.asarray(np.where(first == NEVER, 0, np.maximum(there, 0)))


def recovery_weeks(weekly: pd.DataFrame) -> float:
    """Weeks from the return of money after its first stop until mentoring is back; not a number without a stop."""
    funded = weekly["funded"].to_numpy() > 0
    mentored = weekly["people_mentored"].to_numpy(float)
    stops = np.flatnonzero(funded[:-1] & ~funded[1:]) + 1
    if not len(stops):
        return np.nan
    returns = np.flatnonzero(funded[stops[0] :])
    if not len(returns):
        return np.nan
    back = int(stops[0] + returns[0])
    begun = int(np.flatnonzero(funded)[0])
    before = mentored[max(stops[0] - BEFORE_WEEKS, begun) : stops[0]].mean()
    smooth = pd.Series(mentored[back:]).rolling(SMOOTH_WEEKS, min_periods=1).mean().to_numpy()
    reached = np.flatnonzero(smooth >= RECOVERED * before)
    return float(reached[0] if len(reached) else len(smooth))
