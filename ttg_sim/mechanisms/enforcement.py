"""Enforcement: breach of licence and recall, breach of post-sentence supervision before a court."""

from __future__ import annotations

import math
from enum import IntEnum
from typing import ClassVar

import numpy as np

from ttg_sim.agents.person import NEUTRAL, NEVER, Housing, Return, Supervision, Where
from ttg_sim.agents.risk import probability
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import A_YEAR_IN_DAYS, DAYS_PER_WEEK
from ttg_sim.engine.draws import Decision
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.engine.table import record
from ttg_sim.parameter import Cost, Grade, Role, Section, parameter

RECALL = Cost(1_460.0, "a recall of 14 days", "2016/17", "prison place only; arithmetic ours", ("10.03",))
DAY_INSIDE = Cost(104.0, "a day inside", "2016/17", "prison place only; arithmetic ours", ("10.03",))


class EnforcementParameters(Section):
    """What follows when somebody under supervision misses appointments, breaks a condition or is charged."""

    section: ClassVar[str] = "enforcement"
    title: ClassVar[str] = "Breach, recall and courts"

    use: float = parameter(
        1.0,
        unit="ratio",
        low=0,
        high=2,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="a policy lever: as it was",
        words="How far recall and breach are used: multiplies every chance of them",
        cost=RECALL,
    )
    failures_before_breach: int = parameter(
        2,
        unit="failures",
        low=1,
        high=20,
        role=Role.LEVER,
        grade=Grade.PUBLISHED,
        source="return to court after two unreasonable failures (court orders, 2014); taken for licence as well",
        evidence=("13.64",),
        words="Missed appointments without an acceptable reason from which on the officer considers breach",
        cost=RECALL,
    )
    breach_share: float = parameter(
        0.0758,
        unit="share",
        low=0.01,
        high=0.99,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="fitted to T05 and T06",
        evidence=("2.09", "9.05"),
        words="Chance that an officer of middle stance acts on a further failure, each time, while there is contact",
    )
    breach_by_stance: float = parameter(
        2.0,
        unit="logit per unit",
        low=0,
        high=8,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="How the odds of acting on a failure grow with the officer's stance, from supportive to enforcing",
    )
    breach_when_lost: float = parameter(
        1.0,
        unit="logit",
        low=0,
        high=4,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; lost contact was by far the most common reason",
        evidence=("9.05",),
        words="How far the odds of acting are higher where contact is lost: two appointments missed in a row",
    )
    recall_on_charge: float = parameter(
        0.2832,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="fitted to T05 and T06",
        evidence=("2.09", "9.05"),
        words="Chance that somebody on licence who reoffends is charged and recalled in the week after",
    )
    other_per_week: float = parameter(
        0.0029,
        unit="probability a week",
        low=0,
        high=0.1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="fitted with T05 and T06; other reasons than those below were given in a tenth of recalls",
        evidence=("9.05",),
        words="Chance that somebody on licence is recalled for breaking another condition",
    )
    residence_per_week: float = parameter(
        0.0271,
        unit="probability a week",
        low=0,
        high=0.3,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="set so that residence is a reason in about a fifth of recalls",
        evidence=("9.05",),
        words="Chance that somebody on licence and homeless is recalled for not living where they have to",
    )
    drugs_per_week: float = parameter(
        0.0049,
        unit="probability a week",
        low=0,
        high=0.1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="set so that drugs or alcohol are a reason in about 6% of recalls",
        evidence=("9.05",),
        words="Chance that somebody on licence who uses drugs or drinks is recalled for it",
    )
    recall_days: float = parameter(
        14.0,
        unit="days",
        low=0,
        high=180,
        role=Role.LEVER,
        grade=Grade.PUBLISHED,
        source="fixed-term recall from a sentence under 12 months",
        evidence=("9.07",),
        words="Length of a recall from a short sentence, or to the end of the sentence if that is sooner",
        cost=DAY_INSIDE,
    )
    recall_days_longer: float = parameter(
        28.0,
        unit="days",
        low=0,
        high=180,
        role=Role.LEVER,
        grade=Grade.PUBLISHED,
        source="fixed-term recall from a sentence of 12 months or more; standard recalls are not modelled",
        evidence=("9.07",),
        words="Length of a recall from a longer sentence, or to its end if that is sooner",
        cost=DAY_INSIDE,
    )
    court_weeks: int = parameter(
        5,
        unit="weeks",
        low=1,
        high=52,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; enforcement began within 10 working days in most cases",
        evidence=("13.66",),
        words="Time from a breach of post-sentence supervision to its hearing",
    )
    committal_share: float = parameter(
        0.25,
        unit="share",
        low=0,
        high=1,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="no figure found; courts may fine, order work or a curfew, or commit for up to 14 days",
        evidence=("9.13",),
        words="Share of proven breaches of post-sentence supervision for which the court commits the person to prison",
        cost=DAY_INSIDE,
    )
    committal_days: float = parameter(
        7.0,
        unit="days",
        low=0,
        high=14,
        role=Role.LEVER,
        grade=Grade.STUDY,
        source="up to 14 days, of which half is served",
        evidence=("9.13",),
        words="Time inside of a committal for breach",
        cost=DAY_INSIDE,
    )


class Reason(IntEnum):
    """Reasons for taking somebody back. Several can be true of one recall, so they are powers of two to be added."""

    LOST_CONTACT = 1
    """The last appointment, or more, was missed without an acceptable reason."""
    NON_COMPLIANCE = 2
    """Another condition broken, or appointments missed often enough for breach beside another reason."""
    CHARGE = 4
    RESIDENCE = 8
    DRUGS = 16
    OTHER = 32


RETURN = record(
    {
        "person": "i8",
        "spell": "i8",
        "day": "i8",
        "until_day": "i8",
        "kind": "i8",  # Return, or NOT for a breach that a court left without custody
        "reasons": "i8",  # sum of Reason
        "longer": "i8",
    }
)
ENFORCEMENT = parameter_record(EnforcementParameters)
TWO_IN_A_ROW = 2
WORKING_DAYS = 5


def prepare(section: EnforcementParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    return fill(ENFORCEMENT, section)


@kernel
def failures(person):
    """Appointments missed without an acceptable reason since a court last heard of some."""
    if person.failures < person.failures_heard:  # they have been counted anew
        person.failures_heard = 0
    return person.failures - person.failures_heard


@kernel
def officer_acts(person, officer, seed, week, p):
    """Whether the officer goes to breach over the latest of several failures: by stance, and how far it is used."""
    logit = math.log(p.breach_share / (1.0 - p.breach_share)) + p.breach_by_stance * (officer.stance - NEUTRAL)
    if person.absences >= TWO_IN_A_ROW:
        logit += p.breach_when_lost
    u = draws.uniform(seed, Decision.ENFORCEMENT_BREACH, person.key, week, 0)
    return u < p.use * probability(logit)


@kernel
def condition_broken(person, seed, week, p):
    """A condition of the licence that was broken and is acted on this week, or none (0)."""
    residence = p.residence_per_week if person.housing == Housing.HOMELESS else 0.0
    drugs = p.drugs_per_week if person.using == 1 else 0.0
    u = draws.uniform(seed, Decision.ENFORCEMENT_CONDITION, person.key, week, 0)
    if u >= p.use * (residence + drugs + p.other_per_week):
        return 0
    if u < p.use * residence:
        return Reason.RESIDENCE
    return Reason.DRUGS if u < p.use * (residence + drugs) else Reason.OTHER


@kernel
def charged(person, seed, week, p):
    """Whether an occasion of last week has led to a charge on which the person is recalled."""
    if person.offended_day // DAYS_PER_WEEK != week - 1:
        return False
    return draws.uniform(seed, Decision.ENFORCEMENT_CHARGE, person.key, week, 0) < p.use * p.recall_on_charge


@kernel
def reasons_on_licence(person, officer, failed, seed, week, p):
    """All reasons for recall that come up this week; 0 where there is none. `failed`: an appointment was missed.

    A person who is recalled for anything has lost contact, or has missed appointments all the same, if that is so.
    """
    condition = condition_broken(person, seed, week, p)
    reasons = condition
    if charged(person, seed, week, p):
        reasons += Reason.CHARGE
    breach = failures(person) >= p.failures_before_breach
    if reasons == 0 and not (failed and breach and officer_acts(person, officer, seed, week, p)):
        return 0
    if person.absences > 0:
        reasons += Reason.LOST_CONTACT
    if condition > 0 or (breach and reasons != Reason.LOST_CONTACT):
        reasons += Reason.NON_COMPLIANCE
    return reasons


@kernel
def take_back(person, row, returned, kind, reasons, seed, week, p):
    """Enter a return to custody: a working day of this week, and the day on which it ends. False where none is left."""
    u = draws.uniform(seed, Decision.ENFORCEMENT_DAY, person.key, week, 0)
    day = max(week * DAYS_PER_WEEK + int(u * WORKING_DAYS), person.released_day)
    if kind == Return.RECALL:
        length = p.recall_days_longer if person.sentence_days >= A_YEAR_IN_DAYS else p.recall_days
        until = min(day + int(length), person.sentence_end_day)
    else:
        until = day + int(p.committal_days)
    if until <= day:
        return False
    returned.person = row
    returned.spell = person.spell
    returned.day = day
    returned.until_day = until
    returned.kind = kind
    returned.reasons = reasons
    returned.longer = person.longer
    person.returns += 1
    person.failures_heard = 0  # failures are counted anew after it
    return True


@kernel
def in_court(person, row, returned, seed, week, p):
    """A breach of post-sentence supervision is heard: custody, or something less. Always true."""
    person.court_week = NEVER
    person.failures_heard = person.failures
    u = draws.uniform(seed, Decision.ENFORCEMENT_COURT, person.key, week, 0)
    if u < p.committal_share and take_back(person, row, returned, Return.COMMITTAL, 0, seed, week, p):
        return True
    returned.person = row
    returned.spell = person.spell
    returned.day = week * DAYS_PER_WEEK
    returned.until_day = returned.day
    returned.kind = Return.NOT
    returned.reasons = Reason.NON_COMPLIANCE
    returned.longer = person.longer
    return True


@kernel
def run(people, supervised, missed, officers, spells, returns, size, seed, week, parameters):
    """Recalls and hearings of one week, as new records; returns their number.

    `missed` holds rows of people who missed an appointment this week, in the order of `supervised`.
    """
    p = parameters[0]
    place = 0
    for row in supervised:
        failed = place < len(missed) and missed[place] == row
        place += failed
        person = people[row]
        if person.where != Where.LIBERTY:
            continue
        if person.supervision == Supervision.LICENCE:
            reasons = reasons_on_licence(person, officers[person.officer], failed, seed, week, p)
            if reasons > 0 and take_back(person, row, returns[size], Return.RECALL, reasons, seed, week, p):
                person.recalls += 1
                note_recall(spells[person.spell], returns[size])
                size += 1
        elif person.court_week != NEVER:
            if person.court_week <= week and in_court(person, row, returns[size], seed, week, p):
                size += 1
        elif (
            failed
            and failures(person) >= p.failures_before_breach
            and officer_acts(person, officers[person.officer], seed, week, p)
        ):
            person.court_week = week + p.court_weeks
    return size


@kernel
def note_recall(spell, returned):
    """Count a recall in the release that it follows."""
    if spell.recalls == 0:
        spell.recall_day = returned.day
    spell.recalls += 1
