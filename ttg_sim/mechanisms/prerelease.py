"""Before release: a visit is arranged, and takes place unless a date, a door or a missing clearance is in the way."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from ttg_sim.agents.mentor import Stage, is_cleared, slot_of
from ttg_sim.agents.person import NEUTRAL, NEVER, NOBODY, Return, Where
from ttg_sim.agents.referral import Meeting
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import DAYS_PER_WEEK
from ttg_sim.engine.draws import Decision
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.engine.queues import clock
from ttg_sim.parameter import NO_COST_KNOWN, Grade, Role, Section, parameter


class PrereleaseParameters(Section):
    """Meetings before release, and what they change afterwards."""

    section: ClassVar[str] = "prerelease"
    title: ClassVar[str] = "Meetings before release"

    min_meetings: int = parameter(
        1,
        unit="meetings",
        low=0,
        high=20,
        role=Role.LEVER,
        grade=Grade.EXPERT,
        source="one meeting makes the mentor a familiar face outside (coordinator, 2015)",
        evidence=("8.08",),
        words="Meetings before release that a mentor tries to have",
        cost=NO_COST_KNOWN,
    )
    arrange_days: float = parameter(
        7.0,
        unit="days",
        low=0,
        high=90,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="no figure found; exponential",
        words="Mean time from deciding on a visit to the day of it",
        cost=NO_COST_KNOWN,
    )
    meeting_bonus: float = parameter(
        0.4,
        unit="logit",
        low=0,
        high=3,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="clients not met early were lost (one chaplaincy); size unknown",
        words="How far a meeting with the same mentor before release raises the odds of coming in the first four weeks",
    )


PRERELEASE = parameter_record(PrereleaseParameters)


def prepare(section: PrereleaseParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    return fill(PRERELEASE, section)


@kernel
def find_visitor(referral, mentors, volunteers, slot, specialist_visits, week):
    """Who can go into the prison: the person's own mentor, else a specialist with time; NOBODY where none can."""
    own = mentors[referral.mentor]
    if own.stage == Stage.MATCHED and is_cleared(own, slot, week):
        return referral.mentor
    for row in volunteers:
        mentor = mentors[row]
        works_there = mentor.specialist == 1 and mentor.area == referral.area and mentor.stage == Stage.AVAILABLE
        if works_there and mentor.visits < specialist_visits and is_cleared(mentor, slot, week):
            return row
    return NOBODY


@kernel
def miss_clearance(referral, person, own, slot, week):
    """Note that a visit has to wait for a clearance, and see to it that the mentor's own one is asked for."""
    if person.prison == referral.match_prison:
        referral.uncleared = 1
    else:
        referral.moved = 1
    never_asked = own.cleared[slot] == 0.0
    refused_long_ago = own.cleared[slot] < 0.0 and -own.cleared[slot] <= clock(week)
    if own.asked[slot] == 0.0 and (never_asked or refused_long_ago):
        own.asked[slot] = -1.0


@kernel
def arrange(referral, person, mentors, volunteers, prisons, specialist_visits, seed, week, p):
    """Set a day for a visit, before the release that everybody expects; or see to it that a clearance is asked for."""
    slot = slot_of(prisons[person.prison])
    visitor = find_visitor(referral, mentors, volunteers, slot, specialist_visits, week)
    if visitor == NOBODY:
        own = mentors[referral.mentor]
        if not is_cleared(own, slot, week):  # else the mentor has a break
            miss_clearance(referral, person, own, slot, week)
        return
    if mentors[visitor].specialist == 1:
        mentors[visitor].visits += 1
    u = draws.uniform(seed, Decision.PRERELEASE_DAY, person.key, week, 0)
    day = week * DAYS_PER_WEEK + 1 + int(draws.exponential(u, p.arrange_days))
    referral.visit_day = max(min(day, person.half_way_day - 1), week * DAYS_PER_WEEK)
    referral.visit_prison = person.prison
    referral.visitor = visitor


@kernel
def is_turned_away(mentor, prison, person, seed, week, p_prison):
    """Whether a visit fails at the door or on the way to the wing. Suspicion is of people with convictions."""
    u = draws.uniform(seed, Decision.PRERELEASE_WING, person.key, week, 0)
    if u >= p_prison.wing_access_prob:
        return True
    if mentor.person == NOBODY or p_prison.refused_visit == 0.0:
        return False
    if p_prison.refused_visit == 1.0:
        return True
    odds = p_prison.refused_visit / (1.0 - p_prison.refused_visit)
    odds *= math.exp(p_prison.visit_by_suspicion * (prison.suspicion - NEUTRAL))
    return draws.uniform(seed, Decision.PRERELEASE_DOOR, person.key, week, 0) < odds / (1.0 + odds)


@kernel
def visit(referral, person, mentors, prisons, provider, seed, week, p_prison):
    """The day of a visit: it takes place, or it does not and has to be arranged again."""
    day = referral.visit_day
    referral.visit_day = NEVER
    if person.release_day <= day:
        referral.early = person.tagged
    elif person.prison != referral.visit_prison:
        referral.moved = 1
    elif mentors[referral.visitor].stage > Stage.MATCHED:
        pass
    elif not is_cleared(mentors[referral.visitor], slot_of(prisons[person.prison]), week):  # it has run out
        referral.uncleared = 1
    elif is_turned_away(mentors[referral.visitor], prisons[person.prison], person, seed, week, p_prison):
        referral.turned_away += 1
        provider.turned_away += 1
    else:
        referral.met_inside += 1
        referral.met_own += referral.visitor == referral.mentor
        if referral.meeting == Meeting.NOT_YET:
            referral.meeting = Meeting.BEFORE_RELEASE
            referral.met_day = day


@kernel
def run(
    people, referrals, open_rows, mentors, volunteers, prisons, providers, specialist_visits, seed, week,
    prison_parameters, parameters,
):  # fmt: skip
    """Visits of one week to people who have a mentor and are still inside."""
    p = parameters[0]
    for row in open_rows:
        referral = referrals[row]
        if referral.mentor == NOBODY or referral.release_day != NEVER or referral.met_inside >= p.min_meetings:
            continue
        person = people[referral.person]
        provider = providers[referral.area]
        if person.where != Where.INSIDE or person.returned != Return.NOT or provider.contacts == 0:
            continue
        if person.received_day != referral.received_day or mentors[referral.mentor].stage > Stage.PAUSED:
            continue
        if referral.visit_day == NEVER:
            arrange(referral, person, mentors, volunteers, prisons, specialist_visits, seed, week, p)
        if week * DAYS_PER_WEEK <= referral.visit_day < (week + 1) * DAYS_PER_WEEK:
            visit(referral, person, mentors, prisons, provider, seed, week, prison_parameters[0])
