"""Influence: what contact with a mentor does to a person, and what is left of it when it ends."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from ttg_sim.agents.mentor import Stage
from ttg_sim.agents.person import NEUTRAL, NEVER, NOBODY, Contributor, Where
from ttg_sim.agents.referral import IN_TOUCH_WEEKS, Came, Ending, Meeting
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import DAYS_PER_WEEK, WEEKS_PER_MONTH
from ttg_sim.engine.draws import Decision
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.parameter import Grade, Role, Section, parameter


class InfluenceParameters(Section):
    """What meetings move: hope, readiness, help in finding services, and reoffending; and what an early end undoes."""

    section: ClassVar[str] = "influence"
    title: ClassVar[str] = "What mentoring does to people"

    hope_gain: float = parameter(
        0.008,
        unit="share",
        low=0,
        high=0.1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="living proof raises the belief that change is possible (interviews, reviews); size unknown",
        words="Growth of hope at a meeting with full trust in a mentor who is no peer",
        shadow=0.0,
    )
    readiness_gain: float = parameter(
        0.008,
        unit="share",
        low=0,
        high=0.1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="motivation moves with contact and goes back and forth; size unknown",
        words="Growth of readiness at a meeting with full trust in a mentor who is no peer",
        shadow=0.0,
    )
    living_proof: float = parameter(
        0.5,
        unit="share",
        low=-0.5,
        high=2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="peers are proof that change can be done (interviews, reviews); size unknown",
        words="How much more hope and readiness grow at a meeting with a peer",
    )
    by_motivation: float = parameter(
        1.0,
        unit="per unit",
        low=0,
        high=2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no change without own motivation (interviews); size unknown",
        words="How what a meeting moves grows with readiness above or below 0.5",
    )
    abstinence_effect: float = parameter(
        0.5,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="mentoring needs abstinence to work (interviews), while others tolerate slips (review); graded, no bar",
        words="How much less a meeting moves while the person uses drugs or drinks",
    )
    refers: float = parameter(
        0.15,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="mentors link people to services (review); no rate found",
        words="Chance at a meeting with full trust that the mentor finds a service that the person needs",
        shadow=0.0,
    )
    direct_effect: float = parameter(
        -0.05,
        unit="log hazard",
        low=-0.3,
        high=0.15,
        role=Role.UNCERTAIN,
        grade=Grade.STUDY,
        source="meta-analysis of mentoring, mostly of youth: 4 to 11% less reoffending, remembered and not seen; 3 of "
        "25 studies harmful. Most of it runs through what else meetings move, so the rest is small, and may be nil or "
        "harm",
        evidence=("5.03", "5.04"),
        words="Addition to the log hazard of reoffending with full trust in a mentor of long standing, beyond all that "
        "meetings move",
        shadow=0.0,
        shadow_direct=True,
    )
    full_effect_months: float = parameter(
        12.0,
        unit="months",
        low=1,
        high=36,
        role=Role.UNCERTAIN,
        grade=Grade.STUDY,
        source="less than twelve months gives fewer gains (youth mentoring)",
        evidence=("5.23",),
        words="Length of a match at which it has its full direct effect, and its end does no harm any more",
    )
    premature_harm: float = parameter(
        0.15,
        unit="log hazard",
        low=0,
        high=0.6,
        role=Role.UNCERTAIN,
        grade=Grade.STUDY,
        source="early closure can harm (youth mentoring, review); size unknown",
        evidence=("5.23",),
        words="Addition to the log hazard when a match with full trust is broken off by others at its very beginning",
        shadow=0.0,
    )
    own_choice: float = parameter(
        0.3,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; whoever leaves by themselves has lost less",
        words="Share of that harm where the person stopped coming",
    )
    loss_of_hope: float = parameter(
        0.05,
        unit="share",
        low=0,
        high=0.5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="broken rapport is a loss in itself (interviews); size unknown",
        words="Fall of hope when a match with full trust is broken off by others",
        shadow=0.0,
    )
    fade_weeks: float = parameter(
        26.0,
        unit="weeks",
        low=1,
        high=260,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Time in which what a match has left in the hazard falls to about a third of itself",
    )


INFLUENCE = parameter_record(InfluenceParameters)
NOTHING_LEFT = 0.0005
"""A remainder in the log hazard that is let go."""


def prepare(section: InfluenceParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    return fill(INFLUENCE, section)


def highest_risk(section: InfluenceParameters) -> float:
    """The most that this mechanism adds to the log hazard of reoffending."""
    return section.premature_harm + max(section.direct_effect, 0.0)


@kernel
def strength(person, referral, p):
    """How far a meeting moves a person: by trust, own motivation, and whether drugs or drink are in the way."""
    share = referral.trust * max(1.0 + p.by_motivation * (person.readiness - NEUTRAL), 0.0)
    return share * (1.0 - p.abstinence_effect) if person.using == 1 else share


@kernel
def meet(person, referral, mentor, p):
    """What one meeting does to hope and readiness."""
    share = strength(person, referral, p)
    if mentor.person != NOBODY:
        share *= 1.0 + p.living_proof
    person.hope_push += p.hope_gain * share
    person.readiness_push += p.readiness_gain * share


@kernel
def finds_service(person, referral, seed, week, p):
    """Whether the mentor takes up a service with the person at this meeting."""
    return draws.uniform(seed, Decision.RELATIONSHIP_HELP, person.key, week, 0) < p.refers * referral.trust


@kernel
def months_together(referral, week):
    """Months for which the person and the mentor have known each other outside, up to the full effect or beyond."""
    began = max(referral.met_day, referral.release_day) // DAYS_PER_WEEK
    return max(week - began, 0) / WEEKS_PER_MONTH


@kernel
def direct(referral, week, p):
    """The direct effect on the log hazard at present."""
    return p.direct_effect * referral.trust * min(months_together(referral, week) / p.full_effect_months, 1.0)


@kernel
def stand_by(person, referral, mentor, week, p):
    """What it is to have a mentor now, for somebody who has met them and is at liberty."""
    in_touch = referral.kept_week > week - IN_TOUCH_WEEKS
    person.mentored = referral.trust if in_touch and mentor.stage <= Stage.PAUSED else 0.0
    person.risk[Contributor.MENTORING] = within(person.bond + direct(referral, week, p), p)


@kernel
def away(person):
    """What it is to have a mentor while on recall: nobody stands beside the person, and only the past counts."""
    person.mentored = 0.0
    person.risk[Contributor.MENTORING] = person.bond


@kernel
def within(value, p):
    """A contribution within the most that this mechanism adds or takes."""
    most = p.premature_harm + max(p.direct_effect, 0.0)
    return min(max(value, min(2.0 * p.direct_effect, 0.0)), most)


@kernel
def part(person, referral, week, p):
    """A match that had begun is over: what it leaves, which is harm where it was short and broken off.

    Returns whether the person is to be added to those in whom a match has left something.
    """
    person.mentored = 0.0
    if person.where == Where.LEFT:
        person.bond = 0.0
        person.risk[Contributor.MENTORING] = 0.0
        return False
    left = direct(referral, week, p)
    how = referral.ending
    if how == Ending.MENTOR_LEFT or how == Ending.FUNDING or how == Ending.CUT or how == Ending.DROPPED_OUT:
        short = max(1.0 - months_together(referral, week) / p.full_effect_months, 0.0)
        share = p.own_choice if how == Ending.DROPPED_OUT else 1.0
        left += p.premature_harm * referral.trust * short * share
        if how != Ending.DROPPED_OUT:
            person.hope_push -= p.loss_of_hope * referral.trust
    before = person.bond
    person.bond = within(before + left, p)
    person.risk[Contributor.MENTORING] = person.bond
    return before == 0.0 and person.bond != 0.0


@kernel
def fade(people, rows, count, p):
    """What past matches have left gets less; returns how many people still have something of it."""
    kept = 0
    share = math.exp(-1.0 / p.fade_weeks)
    for row in rows[:count]:
        person = people[row]
        person.bond *= share
        if -NOTHING_LEFT < person.bond < NOTHING_LEFT or person.where == Where.LEFT:
            person.bond = 0.0
        person.risk[Contributor.MENTORING] = person.bond
        if person.bond != 0.0:
            rows[kept] = row
            kept += 1
    return kept


@kernel
def run(people, referrals, rows, mentors, aftermath, count, pointed, lines, seed, week, parameters):
    """What the meetings and endings of a week do.

    `rows` are referrals that were open when the week's meetings began; `aftermath` holds `count` rows of people in whom
    a past match has left something, `pointed` `lines` rows of people with whom somebody looks for a service. Returns
    the new lengths of these two.
    """
    p = parameters[0]
    count = fade(people, aftermath, count, p)
    for row in rows:
        referral = referrals[row]
        if referral.mentor == NOBODY or referral.meeting == Meeting.NOT_YET or referral.meeting == Meeting.NEVER:
            continue
        if referral.release_day == NEVER:
            continue
        person = people[referral.person]
        if referral.came == Came.KEPT:  # the last meeting of a match too
            meet(person, referral, mentors[referral.mentor], p)
            if finds_service(person, referral, seed, week, p):
                referral.helped += 1
                pointed[lines] = referral.person
                lines += 1
        if referral.ended_week == week:
            if part(person, referral, week, p):
                aftermath[count] = referral.person
                count += 1
        elif person.where == Where.LIBERTY:
            stand_by(person, referral, mentors[referral.mentor], week, p)
        else:
            away(person)
    return count, lines
