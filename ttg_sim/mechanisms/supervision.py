"""Supervision: who is under it by law and until when, appointments, and what keeps people from them."""

from __future__ import annotations

import math
from datetime import date
from typing import ClassVar

import numpy as np

from ttg_sim.agents.person import NEUTRAL, NEVER, NOBODY, Contributor, Housing, Return, Supervision, Told, Where
from ttg_sim.agents.risk import Offence, logit_of, probability
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import A_YEAR_IN_DAYS, DAYS_PER_WEEK
from ttg_sim.engine.draws import Decision
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.parameter import NO_COST_KNOWN, Cost, Grade, Role, Section, parameter

LICENCE_YEAR = Cost(2_380.0, "a person on licence a year", "2011/12", "all cost of supervising", ("13.70",))
CASE_YEAR = Cost(652.0, "a case a year", "2007/08", "direct cost of a supervision requirement", ("13.71",))


class SupervisionParameters(Section):
    """The law on supervision after release, the rhythm of appointments, and why they are kept or missed."""

    section: ClassVar[str] = "supervision"
    title: ClassVar[str] = "Licence, post-sentence supervision and appointments"

    under_12_months: bool = parameter(
        False,
        unit="switch",
        role=Role.LEVER,
        grade=Grade.PUBLISHED,
        source="in force on 1 February 2015; before, people released from short sentences had no supervision by law",
        evidence=("9.11", "13.34"),
        words="Whether the law puts people released from sentences under 12 months under supervision",
        cost=LICENCE_YEAR,
    )
    offences_from: date = parameter(
        date(2015, 2, 1),
        unit="date",
        grade=Grade.PUBLISHED,
        source="only offences on or after that date count, so that supervision ramps up",
        evidence=("13.34",),
        words="First day of offences that bring their short sentences under the law on supervision",
    )
    total_weeks: float = parameter(
        52.0,
        unit="weeks",
        low=0,
        high=104,
        role=Role.LEVER,
        grade=Grade.PUBLISHED,
        source="licence to the end of the sentence, then post-sentence supervision to 12 months in all",
        evidence=("9.11",),
        words="Time from release to the end of licence and post-sentence supervision together",
        cost=LICENCE_YEAR,
    )
    harm_share_of_violence: float = parameter(
        0.55,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="with the next one gives a quarter in all: companies held about three quarters of people released",
        evidence=("2.09",),
        words="Share assessed as a high risk of serious harm among people with violent, sexual or robbery offences",
    )
    harm_share_of_others: float = parameter(
        0.18,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="see above",
        evidence=("2.09",),
        words="Share assessed as a high risk of serious harm among people with other offences",
    )
    first_appointment_share: float = parameter(
        0.967,
        unit="share",
        low=0,
        high=1,
        role=Role.LEVER,
        grade=Grade.PUBLISHED,
        source="arranged within one working day of release, July to September 2017",
        evidence=("13.62",),
        words="Share of people with a first appointment in the week of release; the others have it a week later",
        cost=NO_COST_KNOWN,
    )
    weekly_for: float = parameter(
        4.0,
        unit="weeks",
        low=0,
        high=52,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="usual practice; no rule in the register",
        words="Weeks after release with an appointment each week",
        cost=CASE_YEAR,
    )
    licence_interval: float = parameter(
        2.0,
        unit="weeks",
        low=1,
        high=12,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="usual practice; no rule in the register",
        words="Weeks between appointments on licence after that, where officers have time enough",
        cost=CASE_YEAR,
    )
    later_interval: float = parameter(
        4.0,
        unit="weeks",
        low=1,
        high=26,
        role=Role.LEVER,
        grade=Grade.PUBLISHED,
        source="contracts asked for the offer of one appointment a month",
        evidence=("9.03",),
        words="Weeks between appointments in post-sentence supervision, where officers have time enough",
        cost=CASE_YEAR,
    )
    kept_at_neutral: float = parameter(
        0.80,
        unit="share",
        low=0.3,
        high=0.99,
        role=Role.UNCERTAIN,
        grade=Grade.STUDY,
        source="about 45% of people had two or more unacceptable absences, two thirds met the standard, 2004-05, "
        "community orders",
        evidence=("9.04", "13.67"),
        words="Chance that a person keeps an appointment: settled, not using, trust and readiness at 0.5, 8 km away",
    )
    kept_by_trust: float = parameter(
        2.0,
        unit="logit per unit",
        low=0,
        high=6,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="people who resent probation miss appointments (interviews); size unknown",
        words="How the odds of keeping an appointment grow with trust in the officer",
    )
    kept_by_readiness: float = parameter(
        1.5,
        unit="logit per unit",
        low=0,
        high=6,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="engagement depends on readiness (interviews); size unknown",
        words="How the odds of keeping an appointment grow with readiness to change",
    )
    kept_homeless: float = parameter(
        0.7,
        unit="logit",
        low=0,
        high=3,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; half of it in temporary housing",
        words="How far being homeless lowers the odds of keeping an appointment",
    )
    kept_using: float = parameter(
        0.7,
        unit="logit",
        low=0,
        high=3,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="How far drug or alcohol use lowers the odds of keeping an appointment",
    )
    kept_by_distance: float = parameter(
        0.25,
        unit="logit per log unit",
        low=0,
        high=2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="How the odds of keeping an appointment fall with distance, from those at 8 km",
    )
    kept_mental_health: float = parameter(
        0.2,
        unit="logit",
        low=0,
        high=2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="How far a mental-health need lowers the odds of keeping an appointment",
    )
    distance_km: float = parameter(
        8.0,
        unit="km",
        low=0.5,
        high=100,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Median distance from home to the probation office, of people who come in from now on",
        cost=NO_COST_KNOWN,
    )
    distance_sigma: float = parameter(
        0.7,
        unit="log units",
        low=0,
        high=2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="How much people of one area differ in that distance",
    )
    excused_share: float = parameter(
        0.3709,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure: missed appointments were not counted centrally",
        words="Share of missed appointments for which an officer of middle stance accepts a reason",
    )
    kept_mentored: float = parameter(
        0.5,
        unit="logit per unit",
        low=0,
        high=3,
        role=Role.UNCERTAIN,
        grade=Grade.STUDY,
        source="mentoring went with better cooperation with supervision than inspectors expected; size unknown",
        evidence=("5.24",),
        words="How the odds of keeping an appointment grow with trust in a mentor who stands by the person",
        shadow=0.0,
    )
    trust_mean: float = parameter(
        0.45,
        unit="share",
        low=0.25,
        high=0.75,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="fewer than 23% of people find probation supportive; the scale is our own",
        evidence=("9.12",),
        words="Mean trust in a new officer",
    )
    trust_spread: float = parameter(
        0.14,
        unit="share",
        low=0,
        high=0.14,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Standard deviation of trust in a new officer",
    )
    trust_gain: float = parameter(
        0.05,
        unit="share of what is missing",
        low=0,
        high=0.5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Growth of trust at an appointment with a fully supportive officer who has time enough",
    )
    trust_loss: float = parameter(
        0.05,
        unit="share",
        low=0,
        high=0.5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; twice as much on being taken back",
        words="Loss of trust at a warning for a missed appointment",
    )
    risk_supervised: float = parameter(
        0.0,
        unit="log hazard",
        low=-0.3,
        high=0.3,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no study isolates being watched from help; nil, and to be swept",
        words="Addition to the log hazard of reoffending from being under supervision as such",
    )


SUPERVISION = parameter_record(SupervisionParameters, {"kept_logit": 1, "distance_table": draws.TABLE_POINTS})
TWO_YEARS_IN_DAYS = 730
NEAR_KM = 8.0  # the distance at which it moves nothing
KEPT, EXCUSED, FAILED = 1, 2, 3
SUPPORTIVE_EXCUSES = 1.5  # times the usual share of excuses that a fully supportive officer accepts


def prepare(section: SupervisionParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    return fill(
        SUPERVISION,
        section,
        kept_logit=logit_of(section.kept_at_neutral),
        distance_table=draws.lognormal_table(1.0, section.distance_sigma),
    )


def highest_risk(section: SupervisionParameters) -> float:
    """The most that this mechanism adds to the log hazard of reoffending."""
    return max(section.risk_supervised, 0.0)


@kernel
def begin(person, seed, area, p):
    """What this mechanism gives a new person: how far they live from the office, and how far they trust it."""
    u = draws.uniform(seed, Decision.SUPERVISION_DISTANCE, person.key, 0, 0)
    person.distance = p.distance_km * area.distance_factor * draws.interpolate(u, p.distance_table)
    u = draws.uniform(seed, Decision.SUPERVISION_TRUST, person.key, 0, 0)
    person.trust = draws.even(u, p.trust_mean, p.trust_spread)


@kernel
def assess_harm(person, seed, p):
    """Whether the person is assessed as a high risk of serious harm: more often after some kinds of offence."""
    kind = person.offence
    harmful = (
        kind == Offence.VIOLENCE
        or kind == Offence.ROBBERY
        or kind == Offence.SEXUAL_ADULT
        or kind == Offence.SEXUAL_CHILD
    )
    share = p.harm_share_of_violence if harmful else p.harm_share_of_others
    return 1 if draws.uniform(seed, Decision.SENTENCE_HARM, person.key, 0, 0) < share else 0


@kernel
def supervised_until(person, law_day, p):
    """Last day of supervision by law after the present release; the day of release where there is none.

    People on longer sentences are on licence to the end of the sentence in any case.
    """
    under_law = p.under_12_months == 1 and person.offence_day >= law_day and person.sentence_days < TWO_YEARS_IN_DAYS
    last = person.released_day
    if person.sentence_days >= A_YEAR_IN_DAYS or under_law:
        last = max(last, person.sentence_end_day)
    if under_law:
        last = max(last, person.released_day + int(p.total_weeks * DAYS_PER_WEEK))
    return last


@kernel
def start(person, spell, seed, week, law_day, p):
    """Supervision begins at release, or does not. True where the person is under it."""
    person.high_harm = assess_harm(person, seed, p)
    person.failures = 0
    person.failures_heard = 0
    person.absences = 0
    person.reported = Told.NOTHING
    person.court_week = NEVER
    person.officer = NOBODY
    person.contact_week = week
    person.supervision_end_day = supervised_until(person, law_day, p)
    spell.high_harm = person.high_harm
    spell.supervised = 1 if person.supervision_end_day > person.released_day else 0
    person.supervision = phase(person, week)
    person.risk[Contributor.SUPERVISION] = p.risk_supervised if person.supervision != Supervision.NONE else 0.0
    return person.supervision != Supervision.NONE


@kernel
def phase(person, week):
    """Licence up to the end of the sentence, then post-sentence supervision: as it stands on the Monday."""
    day = max(week * DAYS_PER_WEEK, person.released_day)
    if person.supervision_end_day <= day:
        return Supervision.NONE
    return Supervision.LICENCE if person.sentence_end_day > day else Supervision.POST_SENTENCE


@kernel
def stop(person):
    """Supervision is over."""
    person.supervision = Supervision.NONE
    person.officer = NOBODY
    person.court_week = NEVER
    person.reported = Told.NOTHING
    person.risk[Contributor.SUPERVISION] = 0.0


@kernel
def keeps(person, u, p):
    """Whether the person keeps an appointment, by the draw for it."""
    logit = p.kept_logit[0]
    logit += p.kept_by_trust * (person.trust - NEUTRAL)
    logit += p.kept_by_readiness * (person.readiness - NEUTRAL)
    if person.housing != Housing.SETTLED:
        logit -= p.kept_homeless if person.housing == Housing.HOMELESS else p.kept_homeless / 2.0
    if person.using == 1:
        logit -= p.kept_using
    if person.mental_health == 1:
        logit -= p.kept_mental_health
    logit += p.kept_mentored * person.mentored
    logit -= p.kept_by_distance * math.log(person.distance / NEAR_KM)
    return u < probability(logit)


@kernel
def interval(person, officer, week, p):
    """Weeks to the next appointment: one at first, more later, and more where officers have too little time."""
    weeks = p.later_interval
    if person.supervision == Supervision.LICENCE:
        fresh = week - person.released_day // DAYS_PER_WEEK < p.weekly_for
        weeks = 1.0 if fresh else p.licence_interval
    return max(int(weeks / officer.attention + 0.5), 1)


@kernel
def appointment(person, officer, spell, seed, week, p):
    """One appointment: kept, missed with a reason that is accepted, or missed without one (a failure)."""
    first = spell.first_kept == NOBODY
    spell.appointments += 1
    u = draws.uniform(seed, Decision.SUPERVISION_KEPT, person.key, week, 0)
    if keeps(person, u, p):
        spell.kept += 1
        person.absences = 0
        person.trust += p.trust_gain * officer.attention * (1.0 - officer.stance) * (1.0 - person.trust)
        person.contact_week = week + interval(person, officer, week, p)
        if first:
            spell.first_kept = 1
        return KEPT
    if first:
        spell.first_kept = 0
    person.contact_week = week + 1
    accepted = p.excused_share * (SUPPORTIVE_EXCUSES - officer.stance)
    if draws.uniform(seed, Decision.SUPERVISION_EXCUSED, person.key, week, 0) < accepted:
        return EXCUSED
    person.failures += 1
    person.absences += 1
    person.trust = max(person.trust - p.trust_loss, 0.0)
    spell.failures += 1
    return FAILED


@kernel
def hears(person, p):
    """Whether the officer has been told of something by or about a mentor: a failure to comply like any other."""
    told = person.reported != Told.NOTHING
    if told:
        person.reported = Told.NOTHING
        person.failures += 1
        person.trust = max(person.trust - p.trust_loss, 0.0)
    return told


@kernel
def first_is_late(person, seed, week, p):
    """Whether no appointment could be arranged in the week of release."""
    if person.released_day // DAYS_PER_WEEK != week:
        return False
    return draws.uniform(seed, Decision.SUPERVISION_FIRST, person.key, week, 0) >= p.first_appointment_share


@kernel
def admit(people, released, spells, supervised, count, seed, week, law_day, parameters):
    """Put people released this week under supervision where the law says so; returns how many are under it."""
    for row in released:
        if people[row].where == Where.LIBERTY and start(
            people[row], spells[people[row].spell], seed, week, law_day, parameters[0]
        ):
            supervised[count] = row
            count += 1
    return count


@kernel
def feel_returns(person, p):
    """Being taken back costs trust; failures are counted anew, and the next appointment is at once after it."""
    fresh = person.returns - person.returns_felt
    if fresh > 0:
        person.trust = max(person.trust - 2.0 * p.trust_loss * fresh, 0.0)
        person.contact_week = NEVER
        person.failures = 0
        person.absences = 0
        person.returns_felt = person.returns


@kernel
def release_from(people, supervised, week, parameters):
    """Drop people whose supervision is over, by date, by a new sentence or by leaving; returns how many are left."""
    p = parameters[0]
    left = 0
    for row in supervised:
        person = people[row]
        if person.where == Where.LIBERTY and person.released_day >= week * DAYS_PER_WEEK:
            continue  # received and released since last week: supervision begins anew
        feel_returns(person, p)
        if person.where != Where.INSIDE or person.returned == Return.NOT:
            if person.where == Where.LIBERTY:
                person.supervision = phase(person, week)
            if person.where != Where.LIBERTY or person.supervision == Supervision.NONE:
                stop(person)
                continue
            person.risk[Contributor.SUPERVISION] = p.risk_supervised
        supervised[left] = row
        left += 1
    return left


@kernel
def run(people, supervised, officers, areas, spells, visits, missed, seed, week, parameters):
    """Appointments of one week. Fills lists of rows: people seen, people who failed to comply; returns both lengths."""
    p = parameters[0]
    seen, absent = 0, 0
    for row in supervised:
        person = people[row]
        if person.where != Where.LIBERTY:
            continue
        failed = hears(person, p)
        if person.contact_week <= week:
            if first_is_late(person, seed, week, p):
                person.contact_week = week + 1
            else:
                officer = officers[person.officer]
                result = appointment(person, officer, spells[person.spell], seed, week, p)
                failed = failed or result == FAILED
                if result == KEPT:
                    areas[person.area].contact_hours += officer.visit_hours
                    visits[seen] = row
                    seen += 1
        if failed:
            missed[absent] = row
            absent += 1
    return seen, absent
