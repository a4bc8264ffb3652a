"""Clearance: each mentor has to be cleared by each prison, which takes time, is refused, and runs out."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from ttg_sim.agents.mentor import DISTANT, PRISON_SLOTS, Stage, is_cleared, slot_of
from ttg_sim.agents.person import NEUTRAL, NOBODY
from ttg_sim.agents.provider import Funding, Money
from ttg_sim.agents.risk import CERTAIN, logit_of, probability
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import DAYS_PER_WEEK, DAYS_PER_YEAR
from ttg_sim.engine.draws import Decision
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.engine.queues import clock
from ttg_sim.parameter import NO_COST_KNOWN, Grade, Role, Section, parameter


class ClearanceParameters(Section):
    """Security clearance of mentors for prisons, and a small pool of specialists who do the visits."""

    section: ClassVar[str] = "clearance"
    title: ClassVar[str] = "Prison clearance of mentors"

    delay_weeks: float = parameter(
        9.0,
        unit="weeks",
        low=0,
        high=104,
        role=Role.LEVER,
        grade=Grade.STUDY,
        source="5 to 10 weeks for health staff, about 12 for recruits to the prison service, up to 3 months and rarely "
        "over a year for volunteers at one prison",
        evidence=("13.10", "13.11", "13.12"),
        words="Mean time from a request to the answer, for somebody without convictions at a suspicion of 0.5",
        cost=NO_COST_KNOWN,
    )
    delay_sigma: float = parameter(
        0.7,
        unit="log units",
        low=0,
        high=1.5,
        role=Role.UNCERTAIN,
        grade=Grade.STUDY,
        source="usual up to three months, one case took over a year: skewed to the right",
        evidence=("13.12",),
        words="How much delays differ (lognormal)",
    )
    delay_ratio_peers: float = parameter(
        1.5,
        unit="ratio",
        low=1,
        high=5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="decided case by case; no figure published",
        words="How many times as long it takes for somebody with convictions",
    )
    refusal_prob: float = parameter(
        0.5,
        unit="share",
        low=0,
        high=1,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="no figure published; to be swept from 0.2 to 0.8",
        words="Share of requests refused to somebody with convictions five years ago, at a suspicion of 0.5",
        cost=NO_COST_KNOWN,
    )
    refusal_others: float = parameter(
        0.03,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Share of requests refused to other volunteers",
    )
    refusal_by_years: float = parameter(
        0.1,
        unit="logit per year",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="each case on its merits; no figure found",
        words="How the odds of a refusal fall with each year since the last release",
    )
    by_suspicion: float = parameter(
        2.0,
        unit="log units per unit",
        low=0,
        high=8,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="How the odds of a refusal, and a third as steeply the delay, grow with suspicion of the prison, for "
        "people with convictions",
    )
    valid_weeks: float = parameter(
        104.0,
        unit="weeks",
        low=4,
        high=520,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="no figure found; one to three years",
        words="Time for which a clearance is good",
        cost=NO_COST_KNOWN,
    )
    renew_weeks: float = parameter(
        8.0,
        unit="weeks",
        low=0,
        high=104,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="How long before the end of a clearance a new one is asked for",
        cost=NO_COST_KNOWN,
    )
    retry_weeks: float = parameter(
        52.0,
        unit="weeks",
        low=4,
        high=520,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Time after a refusal before the same prison can be asked again",
        cost=NO_COST_KNOWN,
    )
    specialist_pool: int = parameter(
        0,
        unit="mentors",
        low=0,
        high=200,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="a few specialised mentors do all work in prisons (interviews, as a way round)",
        words="Cleared mentors of an average area who do visits for everybody, and have nobody of their own",
        cost=NO_COST_KNOWN,
    )
    specialist_visits: int = parameter(
        4,
        unit="visits a week",
        low=1,
        high=50,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Visits that one of them can make in a week",
    )
    cost: float = parameter(
        60.0,
        unit="pounds",
        low=0,
        high=2_000,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Cost of one request to one prison",
    )


CLEARANCE = parameter_record(
    ClearanceParameters, {"delay_table": draws.TABLE_POINTS, "refusal_logit": 1, "others_logit": 1}
)
USUAL_YEARS = 5.0
DELAY_PART = 1.0 / 3.0


def prepare(section: ClearanceParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    sigma = section.delay_sigma
    return fill(
        CLEARANCE,
        section,
        delay_table=draws.lognormal_table(math.exp(-sigma * sigma / 2), sigma),
        refusal_logit=logit_of(section.refusal_prob),
        others_logit=logit_of(section.refusal_others),
    )


@kernel
def refusal(mentor, people, prison, week, p):
    """Chance that a prison refuses a mentor: by convictions, the years since, and its suspicion."""
    if mentor.person == NOBODY:
        return probability(p.others_logit[0])
    if p.refusal_logit[0] >= CERTAIN or p.refusal_logit[0] <= -CERTAIN:
        return p.refusal_prob
    years = max(week * DAYS_PER_WEEK - people[mentor.person].released_day, 0) / DAYS_PER_YEAR
    logit = p.refusal_logit[0] - p.refusal_by_years * (years - USUAL_YEARS)
    return probability(logit + p.by_suspicion * (prison.suspicion - NEUTRAL))


@kernel
def delay(mentor, prison, seed, week, slot, p):
    """Weeks until a prison answers."""
    u = draws.uniform(seed, Decision.CLEARANCE_DELAY, mentor.key, week, slot)
    weeks = p.delay_weeks * draws.interpolate(u, p.delay_table)
    if mentor.person != NOBODY:
        weeks *= p.delay_ratio_peers * math.exp(DELAY_PART * p.by_suspicion * (prison.suspicion - NEUTRAL))
    return weeks


@kernel
def wanted(mentor, slot, week, p):
    """Whether clearance by a prison should be asked for: by all of the area, and by others where a match needs it."""
    if mentor.asked[slot] < 0.0:  # a match needs it
        return mentor.cleared[slot] >= 0.0 or -mentor.cleared[slot] <= clock(week)
    if mentor.asked[slot] > 0.0:
        return False
    if mentor.cleared[slot] < 0.0:
        return slot != DISTANT and -mentor.cleared[slot] <= clock(week)
    if slot == DISTANT and mentor.cleared[slot] == 0.0:
        return False
    return mentor.cleared[slot] <= clock(week) + p.renew_weeks


@kernel
def decide(mentor, provider, people, prison, seed, week, slot, p):
    """The answer of a prison."""
    provider.answers += 1
    provider.answer_weeks += mentor.answer[slot] - mentor.asked[slot]
    mentor.asked[slot] = 0.0
    mentor.answer[slot] = 0.0
    # One draw for each mentor and prison: asked again, a prison says the same until it thinks otherwise of the record.
    u = draws.uniform(seed, Decision.CLEARANCE_REFUSAL, mentor.key, 0, slot)
    if u < refusal(mentor, people, prison, week, p):
        provider.refusals += 1
        mentor.cleared[slot] = -(clock(week) + p.retry_weeks)
    else:
        mentor.cleared[slot] = clock(week) + p.valid_weeks


@kernel
def ask_and_hear(mentor, provider, people, prison, seed, week, p):
    """Dealings of a mentor with one prison in one week."""
    slot = slot_of(prison)
    if provider.funding != Funding.STOPPED and wanted(mentor, slot, week, p):
        mentor.asked[slot] = clock(week)
        mentor.answer[slot] = clock(week) + delay(mentor, prison, seed, week, slot, p)
        provider.spent[Money.CLEARANCE] += p.cost
    if 0.0 < mentor.answer[slot] <= clock(week):
        decide(mentor, provider, people, prison, seed, week, slot, p)


@kernel
def appoint_specialists(mentors, volunteers, provider, wanted_number, week):
    """Give the prison work to those cleared for most prisons among mentors who have nobody, as many as are wanted."""
    number = 0
    for row in volunteers:
        number += mentors[row].area == provider.area and mentors[row].specialist == 1
    while number < wanted_number:
        best, most = NOBODY, 0
        for row in volunteers:
            mentor = mentors[row]
            if mentor.area != provider.area or mentor.stage != Stage.AVAILABLE or mentor.specialist == 1:
                continue
            prisons = 0
            for slot in range(PRISON_SLOTS):
                prisons += is_cleared(mentor, slot, week)
            if prisons > most or (prisons == most and best != NOBODY and mentor.key < mentors[best].key):
                best, most = row, prisons
        if best == NOBODY:
            return
        mentors[best].specialist = 1
        number += 1


@kernel
def dismiss_specialists(mentors, volunteers, provider, wanted_number):
    """Give those beyond the number wanted people of their own again, the last first."""
    number = 0
    for row in volunteers:
        if mentors[row].area == provider.area and mentors[row].specialist == 1:
            number += 1
            if number > wanted_number:
                mentors[row].specialist = 0


@kernel
def run(mentors, volunteers, people, prisons, areas, providers, seed, week, parameters):
    """Requests and answers of one week, and who are the specialists."""
    p = parameters[0]
    for row in volunteers:
        mentor = mentors[row]
        if mentor.stage < Stage.CHECKS or mentor.stage > Stage.PAUSED:
            continue
        mentor.visits = 0
        for prison in range(len(prisons)):
            if prisons[prison].area == mentor.area or prisons[prison].resettlement == 0:
                ask_and_hear(mentor, providers[mentor.area], people, prisons[prison], seed, week, p)
    for row in range(len(providers)):
        number = int(p.specialist_pool * areas[row].people_factor + 0.5)
        dismiss_specialists(mentors, volunteers, providers[row], number)
        if number > 0:
            appoint_specialists(mentors, volunteers, providers[row], number, week)
