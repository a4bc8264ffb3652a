"""Licence: meeting a mentor as a condition, and what mentors pass on to officers."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from ttg_sim.agents.person import NOBODY, Supervision, Told, Where
from ttg_sim.agents.referral import Came
from ttg_sim.engine import draws
from ttg_sim.engine.draws import Decision
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.parameter import NO_COST_KNOWN, Grade, Role, Section, parameter


class LicenceParameters(Section):
    """Duties that tie mentoring to supervision: on the person to come, on the mentor to report."""

    section: ClassVar[str] = "licence"
    title: ClassVar[str] = "Mentoring as a duty"

    engagement_condition: bool = parameter(
        False,
        unit="switch",
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="asked for by a person on probation; others see no statutory role for mentors (blog post); off by "
        "default",
        words="Whether meeting the mentor, once agreed, is a condition of the licence, and of supervision after it",
        cost=NO_COST_KNOWN,
        shadow=False,
    )
    counts_share: float = parameter(
        0.4,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Share of meetings missed under the condition that reach the officer as a failure to comply",
    )
    mentor_reports: bool = parameter(
        False,
        unit="switch",
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="mentors are not there to catch people (interviews, article); off by default",
        words="Whether mentors have to tell officers of slips",
        cost=NO_COST_KNOWN,
        shadow=False,
    )
    report_share: float = parameter(
        0.10,
        unit="share a week",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Chance in a week that a mentor sees and reports a slip of somebody who uses drugs or drinks",
    )
    betrayal: float = parameter(
        0.20,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="sharing what was said costs trust (interviews, review); size unknown",
        words="Loss of trust in the mentor at a report",
        shadow=0.0,
    )
    agreement: bool = parameter(
        False,
        unit="switch",
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="a mentor signs with each person what will be passed on (interviews); off by default",
        words="Whether mentor and person sign an agreement on what is passed on",
        cost=NO_COST_KNOWN,
    )
    agreement_effect: float = parameter(
        0.6,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="a clear rule is felt less as betrayal (interviews); size unknown",
        words="Share of that loss of trust which a fresh agreement prevents",
    )
    review_weeks: float = parameter(
        10.0,
        unit="weeks",
        low=1,
        high=104,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="reviewed every two to three months by one mentor (interviews)",
        words="Time between reviews of the agreement: half-forgotten at twenty weeks",
        cost=NO_COST_KNOWN,
    )


LICENCE = parameter_record(LicenceParameters)
FORGETTING_WEEKS = 20.0


def prepare(section: LicenceParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    return fill(LICENCE, section)


@kernel
def remembered(referral, week, p):
    """How far an agreement is still in mind: it is renewed at each review."""
    if p.agreement == 0:
        return 0.0
    weeks = max(week - referral.matched_week, 0)
    since = weeks - int(weeks / p.review_weeks) * p.review_weeks
    return p.agreement_effect * math.exp(-math.log(2.0) * since / FORGETTING_WEEKS)


@kernel
def missed_counts(person, seed, week, p):
    """Whether a missed meeting reaches the officer as a failure to comply."""
    return draws.uniform(seed, Decision.LICENCE_AGREEMENT, person.key, week, 0) < p.counts_share


@kernel
def sees_slip(person, seed, week, p):
    """Whether a mentor sees that the person uses drugs or drinks, and has to say so."""
    u = draws.uniform(seed, Decision.LICENCE_REPORT, person.key, week, 0)
    return person.using == 1 and u < p.report_share


@kernel
def report(person, referral, mentor, provider, week, p):
    """The mentor passes on a slip, which costs trust and weighs on the mentor."""
    person.reported = Told.SLIP
    referral.reports += 1
    provider.reports += 1
    mentor.reports += 1
    referral.trust = max(referral.trust - p.betrayal * (1.0 - remembered(referral, week, p)), 0.0)


@kernel
def run(people, referrals, open_rows, mentors, providers, seed, week, parameters):
    """What officers are told this week, and who has to come to a mentor from now on."""
    p = parameters[0]
    for row in open_rows:
        referral = referrals[row]
        if referral.mentor == NOBODY:
            continue
        person = people[referral.person]
        under = person.where == Where.LIBERTY and person.supervision != Supervision.NONE
        was_bound = referral.bound == 1  # when this week's meeting was due
        referral.bound = 1 if under and p.engagement_condition == 1 else 0
        if not under:
            continue
        broken = was_bound and referral.bound == 1 and referral.came == Came.MISSED
        if broken and missed_counts(person, seed, week, p):
            person.reported = Told.MISSED_MENTOR
        if p.mentor_reports == 1 and referral.came == Came.KEPT and sees_slip(person, seed, week, p):
            report(person, referral, mentors[referral.mentor], providers[referral.area], week, p)
