"""Relationship: meetings after release, who comes to them, how trust grows, and how a match ends."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from ttg_sim.agents.mentor import Stage, let_go
from ttg_sim.agents.person import NEUTRAL, NEVER, NOBODY, Housing, Where
from ttg_sim.agents.referral import ENGAGED_WEEKS, IN_TOUCH_WEEKS, Came, Ending, Meeting
from ttg_sim.agents.risk import logit_of, probability
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import DAYS_PER_WEEK
from ttg_sim.engine.draws import Decision
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.parameter import NO_COST_KNOWN, Cost, Grade, Role, Section, parameter


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
        0.7,
        unit="share",
        low=0.05,
        high=0.99,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="fitted by hand to T11 and T12; no figure on single meetings found",
        evidence=("4.06", "5.10", "5.11"),
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
        6,
        unit="meetings",
        low=1,
        high=52,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="fitted by hand to T11 and T12",
        evidence=("4.06", "5.10", "5.11"),
        words="Meetings missed in a row after which the match is over",
    )
    attend_by_trust: float = parameter(
        1.5,
        unit="logit per unit",
        low=0,
        high=6,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="How the odds of coming grow with trust in the mentor",
        shadow=0.0,
    )
    attend_homeless: float = parameter(
        0.3,
        unit="logit",
        low=0,
        high=2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="a life in disorder leaves no room for meetings (review); size unknown",
        words="How much lower the odds of coming are while homeless; half as much in temporary housing",
    )
    attend_using: float = parameter(
        0.4,
        unit="logit",
        low=0,
        high=2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="heavy drug or alcohol problems crowd mentoring out (interviews); size unknown",
        words="How much lower the odds of coming are while using drugs or drinking",
    )
    attend_bound: float = parameter(
        0.8,
        unit="logit",
        low=0,
        high=3,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="a person on probation expected more to come if it were a condition (interviews); size unknown",
        words="How much higher the odds of coming are where a condition of the licence asks for it",
    )
    peer_bonus: float = parameter(
        0.15,
        unit="logit",
        low=-0.5,
        high=1.5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="peers engage better than other helpers (review); size unknown, and always to be swept",
        words="How much higher the odds of coming are with a peer mentor",
    )
    peer_bonus_by_reach: float = parameter(
        1.0,
        unit="logit per unit",
        low=0,
        high=4,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="peers gain most with those who are hardest to reach (review); size unknown",
        words="How the bonus of a peer grows as trust in the officer falls below 0.5",
    )
    trust_growth: float = parameter(
        0.05,
        unit="share of what is missing",
        low=0,
        high=0.5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Growth of trust at a meeting with a mentor of median skill who is paid",
        shadow=0.0,
    )
    voluntary_signal: float = parameter(
        0.3,
        unit="share",
        low=0,
        high=1.5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="that somebody comes unpaid is taken as a sign of care (interviews, review); size unknown",
        words="How much faster trust grows with a mentor who is not paid",
    )
    peer_trust: float = parameter(
        0.2,
        unit="share",
        low=-0.5,
        high=1.5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="shared experience is the source of trust (review, blog post); size unknown",
        words="How much faster trust grows with a peer mentor",
    )
    money_trust: float = parameter(
        0.3,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="money draws people who do not mean it (interviews); size unknown",
        words="How much slower trust grows with a mentor who came for the pay",
    )
    coercion: float = parameter(
        0.5,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="coercion turns mentoring into watching (article, review); size unknown",
        words="How much slower trust grows where a condition of the licence asks the person to come",
    )
    trust_loss: float = parameter(
        0.05,
        unit="share",
        low=0,
        high=0.5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Loss of trust at a meeting that the mentor calls off, or while the mentor is on a break",
        shadow=0.0,
    )
    early_dropout: float = parameter(
        0.03,
        unit="probability a week",
        low=0,
        high=0.5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="heavy loss straight after release, then sustained contact (Victoria); fitted by hand to T11 and T12",
        evidence=("4.06", "5.10", "5.11", "5.19"),
        words="Chance of walking away in the week after the first, at a trust of 0.5",
    )
    early_weeks: float = parameter(
        6.0,
        unit="weeks",
        low=1,
        high=26,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Time in which that chance falls to about a third of itself",
    )
    later_dropout: float = parameter(
        0.005,
        unit="probability a week",
        low=0,
        high=0.1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="those who start tend to stay (review); no rate found",
        words="Chance of walking away that stays",
    )
    dropout_by_trust: float = parameter(
        2.0,
        unit="log rate per unit",
        low=0,
        high=6,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="How much seldomer people walk away from a mentor whom they trust",
        shadow=0.0,
    )
    window_ratio: float = parameter(
        0.7,
        unit="ratio",
        low=0.1,
        high=1.2,
        role=Role.UNCERTAIN,
        grade=Grade.STUDY,
        source="the first 48 hours matter most (blog post); people not met at the gate were lost (one prison); size "
        "unknown",
        evidence=("5.20",),
        words="Chance of walking away early of those met by 48 hours after release, as a multiple of that of others",
    )
    cut_weeks: int = parameter(
        0,
        unit="weeks",
        low=0,
        high=156,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="support for the term of a grant; two thirds of funding is short (review); none by default",
        words="Time after release at which the service breaks off every match; 0 for never",
        cost=NO_COST_KNOWN,
    )


RELATIONSHIP = parameter_record(RelationshipParameters, {"attend_logit": 1})
LEAST_SKILL = 0.01
FIRST_WEEKS = 4
MOST_GROWTH = 3.0
"""Times the usual growth of trust that skill can make of it."""


def prepare(section: RelationshipParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    return fill(RELATIONSHIP, section, attend_logit=logit_of(section.attend_at_neutral))


@kernel
def peer_help(person, p):
    """What a peer adds to the odds of coming: the more, the less the person trusts officers."""
    return p.peer_bonus + p.peer_bonus_by_reach * max(NEUTRAL - person.trust, 0.0)


@kernel
def comes(person, referral, mentor, bonus, seed, week, p):
    """Whether the person comes to a meeting; somebody met by that mentor before release more likely so at first."""
    logit = p.attend_logit[0] + p.attend_by_readiness * (person.readiness - NEUTRAL)
    logit += p.attend_by_trust * (referral.trust - NEUTRAL)
    logit += p.attend_by_skill * math.log(max(mentor.skill, LEAST_SKILL))
    if mentor.person != NOBODY:
        logit += peer_help(person, p)
    if referral.bound == 1:
        logit += p.attend_bound
    if person.housing != Housing.SETTLED:
        logit -= p.attend_homeless if person.housing == Housing.HOMELESS else p.attend_homeless / 2.0
    if person.using == 1:
        logit -= p.attend_using
    if referral.met_own > 0 and week - referral.release_day // DAYS_PER_WEEK <= FIRST_WEEKS:
        logit += bonus
    return draws.uniform(seed, Decision.RELATIONSHIP_COMES, person.key, week, 0) < probability(logit)


@kernel
def grow_trust(referral, mentor, p):
    """Trust grows at a meeting: by skill, faster with peers and the unpaid, slower under a condition."""
    growth = p.trust_growth * min(max(mentor.skill, LEAST_SKILL), MOST_GROWTH)
    if mentor.paid_week == NEVER:
        growth *= 1.0 + p.voluntary_signal
    if mentor.person != NOBODY:
        growth *= 1.0 + p.peer_trust
    if mentor.for_money == 1:
        growth *= 1.0 - p.money_trust
    if referral.bound == 1:
        growth *= 1.0 - p.coercion
    referral.trust += min(growth, 1.0) * (1.0 - referral.trust)


@kernel
def is_due(referral, person, mentor, provider, week):
    """Whether there is a meeting this week: from the week after release on, while both are about."""
    if person.where != Where.LIBERTY or person.received_day != referral.received_day:
        return False
    if referral.release_day == NEVER or referral.release_day // DAYS_PER_WEEK == week:
        return False
    return mentor.stage == Stage.MATCHED and provider.contacts == 1


@kernel
def meeting(person, referral, mentor, provider, bonus, substitution, seed, week, p):
    """The meeting of a week: called off by a mentor who is needed elsewhere, kept, or missed."""
    u = draws.uniform(seed, Decision.RELATIONSHIP_CALLED_OFF, mentor.key, week, 0)
    if u < substitution:
        referral.came = Came.CALLED_OFF
        referral.trust = max(referral.trust - p.trust_loss, 0.0)
        return
    referral.due += 1
    provider.contacts_due += 1
    if not comes(person, referral, mentor, bonus, seed, week, p):
        referral.came = Came.MISSED
        referral.absences += 1
        return
    referral.came = Came.KEPT
    referral.absences = 0
    referral.kept += 1
    referral.kept_week = week
    provider.contacts_kept += 1
    mentor.held += 1
    mentor.unready += person.readiness < NEUTRAL
    grow_trust(referral, mentor, p)
    if referral.meeting == Meeting.NOT_YET:
        referral.meeting = Meeting.LATER
        referral.met_day = week * DAYS_PER_WEEK


@kernel
def walks_away(person, referral, seed, week, p):
    """Whether somebody met gives mentoring up this week: mostly in the first weeks, and seldom where there is trust."""
    if referral.release_day == NEVER or referral.meeting == Meeting.NOT_YET or person.where != Where.LIBERTY:
        return False
    if referral.bound == 1:  # they cannot: they can only miss meetings
        return False
    weeks = week - max(referral.met_day, referral.release_day) // DAYS_PER_WEEK
    if weeks < 1:
        return False
    early = p.early_dropout * math.exp(-(weeks - 1.0) / p.early_weeks)
    if referral.meeting != Meeting.LATER:
        early *= p.window_ratio
    chance = (early + p.later_dropout) * math.exp(-p.dropout_by_trust * (referral.trust - NEUTRAL))
    return draws.uniform(seed, Decision.RELATIONSHIP_DROP_OUT, person.key, week, 0) < chance


@kernel
def ending(person, referral, mentor, provider, row, seed, week, p):
    """How a match ends this week, or that it does not."""
    if person.referral != row or person.received_day != referral.received_day:
        return Ending.BACK_INSIDE
    if person.where == Where.LEFT:
        return Ending.LEFT
    if mentor.stage > Stage.PAUSED:
        return Ending.MENTOR_LEFT
    if provider.contacts == 0:
        return Ending.FUNDING
    if referral.absences >= p.give_up or walks_away(person, referral, seed, week, p):
        return Ending.DROPPED_OUT
    if referral.release_day == NEVER or referral.meeting == Meeting.NOT_YET:
        return Ending.NOT
    weeks = week - max(referral.met_day, referral.release_day) // DAYS_PER_WEEK
    if weeks >= p.term_weeks:
        return Ending.PLANNED
    return Ending.CUT if 0 < p.cut_weeks <= weeks else Ending.NOT


@kernel
def end(referral, mentor, provider, how, week):
    """A match is over. Somebody who loses a mentor before they met goes back among those who wait."""
    mentor.blows += how == Ending.BACK_INSIDE or how == Ending.DROPPED_OUT
    mentor.successes += how == Ending.PLANNED
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
        referral.bound = 0
        referral.trust = NEUTRAL  # what one mentor has called off is not held against the next
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
    if referral.named_week == NEVER or (
        referral.agreed == 0 and referral.unready == 0
    ):  # nobody is named after release
        return True
    return week - referral.release_day // DAYS_PER_WEEK > waiting_weeks


@kernel
def note_engaged(referral, week):
    """Write into a referral whether the person is in touch with a mentor so many weeks after release."""
    if referral.release_day == NEVER:
        return
    weeks = week - referral.release_day // DAYS_PER_WEEK
    for place in range(len(ENGAGED_WEEKS)):
        if weeks == ENGAGED_WEEKS[place]:
            referral.engaged[place] = 1 if referral.kept_week > week - IN_TOUCH_WEEKS else 0


@kernel
def close(referral):
    """Nothing more comes of a referral: the person is not in touch at any time that is still to come."""
    if referral.meeting == Meeting.NOT_YET:
        referral.meeting = Meeting.NEVER
    for place in range(len(ENGAGED_WEEKS)):
        if referral.engaged[place] == NOBODY:
            referral.engaged[place] = 0


@kernel
def offended_last_week(person, week):
    """Whether a mentor has just learned of a new offence."""
    return person.offended_day >= person.released_day and person.offended_day // DAYS_PER_WEEK == week - 1


@kernel
def proceed(referral, row, people, mentors, provider, waiting_weeks, bonus, substitution, seed, week, p):
    """A week of one referral; False where it is closed."""
    person = people[referral.person]
    referral.came = Came.NOT_DUE
    if referral.mentor != NOBODY:
        mentor = mentors[referral.mentor]
        if is_due(referral, person, mentor, provider, week):
            meeting(person, referral, mentor, provider, bonus, substitution, seed, week, p)
        elif mentor.stage == Stage.PAUSED and referral.meeting != Meeting.NOT_YET:
            referral.trust = max(referral.trust - p.trust_loss, 0.0)
        if referral.meeting != Meeting.NOT_YET and offended_last_week(person, week):
            mentor.blows += 1
        how = ending(person, referral, mentor, provider, row, seed, week, p)
        if how != Ending.NOT:
            end(referral, mentor, provider, how, week)
    over = referral.ended_week != NEVER
    if referral.mentor == NOBODY:
        over = is_over(referral, person, row, waiting_weeks, week)
    note_engaged(referral, week)
    if over:
        close(referral)
    return not over


@kernel
def run(
    people, referrals, open_rows, count, mentors, providers, waiting_weeks, bonus, substitution, seed, week, parameters
):  # fmt: skip
    """Meetings and endings of one week; returns how many referrals are still open.

    `waiting_weeks` is how long after release somebody without a mentor is still offered one, `bonus` what a meeting
    before release adds to the odds of coming in the first weeks, `substitution` the share of meetings that mentors call
    off for the work of staff.
    """
    kept = 0
    for row in open_rows[:count]:
        referral = referrals[row]
        provider = providers[referral.area]
        if proceed(
            referral, row, people, mentors, provider, waiting_weeks, bonus, substitution, seed, week, parameters[0]
        ):
            open_rows[kept] = row
            kept += 1
    return kept
