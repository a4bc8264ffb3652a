"""Release: met at the gate, or within 48 hours, or not; and why there was no meeting before."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ttg_sim.agents.mentor import Stage
from ttg_sim.agents.person import NEUTRAL, NEVER, NOBODY, Where
from ttg_sim.agents.provider import Funding
from ttg_sim.agents.referral import Meeting, Miss, needs_one, open_one
from ttg_sim.agents.risk import probability
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import DAYS_PER_WEEK
from ttg_sim.engine.draws import Decision
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.parameter import NO_COST_KNOWN, Grade, Role, Section, parameter


class ReleaseParameters(Section):
    """Meetings on the day of release and in the two days after it."""

    section: ClassVar[str] = "release"
    title: ClassVar[str] = "The gate and the first two days"

    gate_meeting_prob: float = parameter(
        0.4,
        unit="share",
        low=0,
        high=1,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Share of releases at which a mentor who knows the day is at the gate",
        cost=NO_COST_KNOWN,
    )
    told_early_prob: float = parameter(
        0.3,
        unit="share",
        low=0,
        high=1,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="two or three people were lost because they had gone on tag (one area); no share found",
        evidence=("8.08",),
        words="Share of releases on tag of which the mentor is told in time",
        cost=NO_COST_KNOWN,
    )
    contact_48h_prob: float = parameter(
        0.4,
        unit="share",
        low=0,
        high=1,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Share of people not met until then whom a mentor seeks out within 48 hours of release",
        cost=NO_COST_KNOWN,
    )
    turns_up_by_readiness: float = parameter(
        1.5,
        unit="logit per unit",
        low=0,
        high=6,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="people agree inside without meaning it (interviews); size unknown",
        words="How steeply the share of people who agree to a first meeting outside falls with readiness below 0.5; "
        "from there on all agree",
    )


RELEASE = parameter_record(ReleaseParameters)
GATE, TWO_DAYS = 0, 1  # items of the draws
DAYS_IN_48_HOURS = 2


def prepare(section: ReleaseParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    return fill(RELEASE, section)


@kernel
def turns_up(person, seed, item, p):
    """Whether a person whom a mentor waits for or seeks out agrees to a meeting: a matter of readiness."""
    ready = min(2.0 * probability(p.turns_up_by_readiness * (person.readiness - NEUTRAL)), 1.0)
    return draws.uniform(seed, Decision.RELEASE_TURNS_UP, person.key, person.released_day, item) < ready


@kernel
def meet(referral, how, day):
    """A first meeting."""
    if referral.meeting == Meeting.NOT_YET:
        referral.meeting = how
        referral.met_day = day


@kernel
def first_days(referral, person, mentor, seed, p):
    """The gate and the two days after it."""
    if mentor.stage != Stage.MATCHED:
        return
    day = person.released_day
    if person.tagged == 1 and draws.uniform(seed, Decision.RELEASE_TOLD, person.key, day, 0) >= p.told_early_prob:
        return  # nobody told the mentor
    u = draws.uniform(seed, Decision.RELEASE_MEETING, person.key, day, GATE)
    if u < p.gate_meeting_prob and turns_up(person, seed, GATE, p):
        meet(referral, Meeting.AT_GATE, day)
        return
    u = draws.uniform(seed, Decision.RELEASE_MEETING, person.key, day, TWO_DAYS)
    if u < p.contact_48h_prob and turns_up(person, seed, TWO_DAYS, p):
        meet(referral, Meeting.WITHIN_48H, day + (1 if u < p.contact_48h_prob / DAYS_IN_48_HOURS else 2))


@kernel
def reason(referral, provider):
    """Why there was no meeting before the release: one reason, the first that is true in this order."""
    if referral.meeting == Meeting.BEFORE_RELEASE:
        return Miss.NONE
    if provider.funding != Funding.RUNNING:
        return Miss.SERVICE_NOT_RUNNING
    if referral.eligible == 0:
        return Miss.NOT_ELIGIBLE
    if referral.named_week == NEVER:
        return Miss.NO_NAME
    if referral.agreed == 0:
        if referral.passed_over == 1:
            return Miss.NOT_CHOSEN
        return Miss.NOT_READY if referral.unready == 1 else Miss.DECLINED
    if referral.act_week > referral.release_day // DAYS_PER_WEEK:
        return Miss.NO_ANSWER
    if referral.mentor == NOBODY:
        return Miss.NO_COORDINATOR if referral.office_short == 1 else Miss.NO_MENTOR
    if referral.early == 1:
        return Miss.RELEASED_EARLY
    if referral.moved == 1:
        return Miss.TRANSFERRED
    if referral.turned_away > 0:
        return Miss.REFUSED_VISIT
    return Miss.NOT_CLEARED if referral.uncleared == 1 else Miss.NO_TIME


@kernel
def note(person, referral, spell, provider, distant):
    """Write the release into the referral and the referral into the release."""
    spell.referral = person.referral
    referral.spell = person.spell
    referral.release_day = person.released_day
    covered = (spell.resettlement == 1 or distant == 1) and provider.funding == Funding.RUNNING
    referral.eligible = 1 if covered or referral.named_week != NEVER else 0
    if referral.visit_day != NEVER:
        referral.early = max(referral.early, person.tagged)
    referral.miss = reason(referral, provider)


@kernel
def run(
    people, released, spells, referrals, size, open_rows, count, mentors, providers, distant, seed, parameters
):  # fmt: skip
    """The releases of one week, seen from the service; returns how many referrals there are, and how many are open.

    All have a referral but those of people on longer sentences.
    """
    for row in released:
        person = people[row]
        if person.longer == 1 or person.where != Where.LIBERTY:
            continue
        if needs_one(person, referrals):  # received and released within a week
            open_one(person, row, referrals[size], size)
            open_rows[count] = size
            size += 1
            count += 1
        referral = referrals[person.referral]
        provider = providers[referral.area]
        note(person, referral, spells[person.spell], provider, distant)
        if referral.mentor != NOBODY and referral.ended_week == NEVER and provider.contacts == 1:
            first_days(referral, person, mentors[referral.mentor], seed, parameters[0])
    return size, count
