"""Relationship: meetings after release, who comes to them, and how a match ends."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from ttg_sim.agents.mentor import Stage, let_go
from ttg_sim.agents.person import NEUTRAL, NEVER, NOBODY, Where
from ttg_sim.agents.referral import Ending, Meeting
from ttg_sim.agents.risk import logit_of, probability
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import DAYS_PER_WEEK
from ttg_sim.engine.draws import Decision
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.parameter import Cost, Grade, Role, Section, parameter


class RelationshipParameters(Section):
    """Meetings after release: whether people come, and for how long a match goes on."""

    section: ClassVar[str] = "relationship"
    title: ClassVar[str] = "Meetings after release"

    term_weeks: float = parameter(
        26.0,
        unit="weeks",
        low=1,
        high=156,
        role=Role.LEVER,
        grade=Grade.STUDY,
        source="at least six months advised by a Scottish evaluation; 12 to 18 months in other schemes",
        evidence=("13.18", "13.19"),
        words="Length of a match after release at which it ends as planned",
        cost=Cost(1_800.0, "a client", "2008-09", "one scheme, clients on longer sentences", ("10.06",)),
    )
    attend_at_neutral: float = parameter(
        0.6,
        unit="share",
        low=0.05,
        high=0.99,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure on single meetings found",
        words="Share of weekly meetings that a person of middle readiness comes to, with a mentor of median skill",
    )
    attend_by_readiness: float = parameter(
        2.0,
        unit="logit per unit",
        low=0,
        high=6,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="engagement depends on readiness (review); size unknown",
        words="How the odds of coming grow with readiness",
    )
    attend_by_skill: float = parameter(
        0.6,
        unit="logit per log unit",
        low=0,
        high=3,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="How the odds of coming grow with the skill of the mentor",
    )
    give_up: int = parameter(
        4,
        unit="meetings",
        low=1,
        high=52,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Meetings missed in a row after which the match is over",
    )


RELATIONSHIP = parameter_record(RelationshipParameters, {"attend_logit": 1})
LEAST_SKILL = 0.01
FIRST_WEEKS = 4


def prepare(section: RelationshipParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    return fill(RELATIONSHIP, section, attend_logit=logit_of(section.attend_at_neutral))


@kernel
def comes(person, referral, mentor, bonus, seed, week, p):
    """Whether the person comes to a meeting; somebody met by that mentor before release more likely so at first."""
    logit = p.attend_logit[0] + p.attend_by_readiness * (person.readiness - NEUTRAL)
    logit += p.attend_by_skill * math.log(max(mentor.skill, LEAST_SKILL))
    if referral.met_own > 0 and week - referral.release_day // DAYS_PER_WEEK <= FIRST_WEEKS:
        logit += bonus
    return draws.uniform(seed, Decision.RELATIONSHIP_COMES, person.key, week, 0) < probability(logit)


@kernel
def is_due(referral, person, mentor, provider, week):
    """Whether there is a meeting this week: from the week after release on, while both are about."""
    if person.where != Where.LIBERTY or person.received_day != referral.received_day:
        return False
    if referral.release_day == NEVER or referral.release_day // DAYS_PER_WEEK == week:
        return False
    return mentor.stage == Stage.MATCHED and provider.contacts == 1


@kernel
def meeting(person, referral, mentor, provider, bonus, seed, week, p):
    """The meeting of a week."""
    referral.due += 1
    provider.contacts_due += 1
    if not comes(person, referral, mentor, bonus, seed, week, p):
        referral.absences += 1
        return
    referral.absences = 0
    referral.kept += 1
    provider.contacts_kept += 1
    if referral.meeting == Meeting.NOT_YET:
        referral.meeting = Meeting.LATER
        referral.met_day = week * DAYS_PER_WEEK


@kernel
def ending(person, referral, mentor, provider, row, week, p):
    """How a match ends this week, or that it does not."""
    if person.referral != row or person.received_day != referral.received_day:
        return Ending.BACK_INSIDE
    if person.where == Where.LEFT:
        return Ending.LEFT
    if mentor.stage > Stage.PAUSED:
        return Ending.MENTOR_LEFT
    if provider.contacts == 0:
        return Ending.FUNDING
    if referral.absences >= p.give_up:
        return Ending.DROPPED_OUT
    if referral.release_day != NEVER:
        began = max(referral.met_day, referral.release_day) // DAYS_PER_WEEK
        if referral.meeting != Meeting.NOT_YET and week - began >= p.term_weeks:
            return Ending.PLANNED
    return Ending.NOT


@kernel
def end(referral, mentor, provider, how, week):
    """A match is over. Somebody who loses a mentor before they met goes back among those who wait."""
    let_go(mentor)
    if how == Ending.PLANNED:
        provider.endings_planned += 1
    elif how != Ending.LEFT:  # who dies, moves or turns away from offending for good has not broken it off
        provider.endings_unplanned += 1
    lost = how == Ending.MENTOR_LEFT or how == Ending.FUNDING
    if lost and referral.meeting == Meeting.NOT_YET:
        referral.mentor = NOBODY
        referral.met_own = 0
        referral.visit_day = NEVER
        referral.absences = 0
        return
    referral.ending = how
    referral.ended_week = week


@kernel
def is_over(referral, person, row, waiting_weeks, week):
    """Whether nothing more can come of a referral without a mentor."""
    if person.referral != row or person.where == Where.LEFT or person.received_day != referral.received_day:
        return True
    if referral.release_day == NEVER:
        return False
    if referral.named_week == NEVER or referral.agreed == 0:  # nobody is named after release
        return True
    return week - referral.release_day // DAYS_PER_WEEK > waiting_weeks


@kernel
def proceed(referral, row, people, mentors, provider, waiting_weeks, bonus, seed, week, p):
    """A week of one referral; False where it is closed."""
    person = people[referral.person]
    if referral.mentor != NOBODY:
        mentor = mentors[referral.mentor]
        if is_due(referral, person, mentor, provider, week):
            meeting(person, referral, mentor, provider, bonus, seed, week, p)
        how = ending(person, referral, mentor, provider, row, week, p)
        if how != Ending.NOT:
            end(referral, mentor, provider, how, week)
    over = referral.ended_week != NEVER
    if referral.mentor == NOBODY:
        over = is_over(referral, person, row, waiting_weeks, week)
    if over and referral.meeting == Meeting.NOT_YET:
        referral.meeting = Meeting.NEVER
    return not over


@kernel
def run(people, referrals, open_rows, count, mentors, providers, waiting_weeks, bonus, seed, week, parameters):
    """Meetings and endings of one week; returns how many referrals are still open.

    `waiting_weeks` is how long after release somebody without a mentor is still offered one, `bonus` what a meeting
    before release adds to the odds of coming in the first weeks.
    """
    kept = 0
    for row in open_rows[:count]:
        referral = referrals[row]
        provider = providers[referral.area]
        if proceed(referral, row, people, mentors, provider, waiting_weeks, bonus, seed, week, parameters[0]):
            open_rows[kept] = row
            kept += 1
    return kept
