"""Work: jobs lost and looked for, where vacancies are finite and others want them too."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from ttg_sim.agents.person import NEUTRAL, Contributor, Housing, Where
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import DAYS_PER_WEEK, WEEKS_PER_YEAR
from ttg_sim.engine.draws import Decision
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.engine.queues import last_served
from ttg_sim.parameter import NO_COST_KNOWN, Grade, Role, Section, parameter


class WorkParameters(Section):
    """Who is in work, who looks for it and finds it, and what work does to the risk."""

    section: ClassVar[str] = "work"
    title: ClassVar[str] = "Work and vacancies"

    before_custody: float = parameter(
        0.32,
        unit="share",
        low=0,
        high=1,
        grade=Grade.STUDY,
        source="in work in the four weeks before custody, 2005-06, sentences of 1 month to 4 years",
        evidence=("6.18",),
        words="Share of new people who were in work before custody",
    )
    kept_weeks_inside: float = parameter(
        3.0,
        unit="weeks",
        low=0,
        high=52,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="A job is kept, with an even chance, for a person whose time inside is no longer than this",
    )
    found_per_year: float = parameter(
        1.236,
        unit="rate a year",
        low=0,
        high=5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="fitted to T09",
        evidence=("6.09",),
        words="How often a person who is settled, does not use drugs and has a readiness of 0.5 applies for work and "
        "is suited; whether a vacancy is left is another matter",
    )
    found_by_readiness: float = parameter(
        1.0,
        unit="log rate per unit",
        low=0,
        high=3,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="How that rate grows with readiness to change",
    )
    found_homeless: float = parameter(
        0.6,
        unit="log rate",
        low=0,
        high=3,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; half of it in temporary housing",
        words="How far that rate is lower while homeless",
    )
    found_using: float = parameter(
        0.8,
        unit="log rate",
        low=0,
        high=3,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="How far that rate is lower while using drugs or drinking",
    )
    found_trained: float = parameter(
        0.7,
        unit="log rate",
        low=0,
        high=2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="people without a construction card could not be placed (interviews); size unknown",
        words="How far that rate is higher after a course or card from the training fund",
    )
    found_by_mentoring: float = parameter(
        0.4,
        unit="log rate",
        low=0,
        high=2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="months of mentoring look well on an application (interviews, article); size unknown",
        words="How much more often a peer finds work after a year of mentoring",
        shadow=0.0,
    )
    length_weeks: float = parameter(
        40.0,
        unit="weeks",
        low=1,
        high=1_000,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="about half had been in work at some time in the year before custody, a third at its end",
        evidence=("6.18",),
        words="Mean length of a job (exponential)",
    )
    vacancies_per_week: float = parameter(
        60.0,
        unit="vacancies a week",
        low=0,
        high=1_000,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="no figure found; set so that applicants now and then outnumber them",
        words="Vacancies in the area that people with convictions can apply for",
        cost=NO_COST_KNOWN,
    )
    others_per_week: float = parameter(
        22.0,
        unit="applicants a week",
        low=0,
        high=1_000,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; most people who look for such work were never in prison",
        words="Other suited applicants for the same vacancies",
    )
    risk_working: float = parameter(
        -0.20,
        unit="log hazard",
        low=-0.6,
        high=0,
        role=Role.UNCERTAIN,
        grade=Grade.STUDY,
        source="6 to 9 points fewer reoffend among matched people with a job, which is a hazard ratio near 0.8; a "
        "British instrument gives an odds ratio of 1.36 for being out of work",
        evidence=("6.10", "1.50"),
        words="Addition to the log hazard of reoffending while in work",
    )


WORK = parameter_record(WorkParameters, {"highest_rate": 1})
EVEN = 0.5
A_YEAR_OF_MONTHS = 12.0


def prepare(section: WorkParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    highest = section.found_per_year * math.exp(section.found_by_readiness * NEUTRAL + section.found_trained)
    return fill(WORK, section, highest_rate=highest)


def highest_risk(section: WorkParameters) -> float:
    """The most that this mechanism adds to the log hazard of reoffending."""
    return max(section.risk_working, 0.0)


@kernel
def begin(person, seed, p):
    """What this mechanism gives a new person: whether they were in work."""
    person.working = 1 if draws.uniform(seed, Decision.WORK_BEFORE, person.key, 0, 0) < p.before_custody else 0
    set_risk(person, p)


@kernel
def set_risk(person, p):
    """Set the person's contribution to the risk from present work."""
    person.risk[Contributor.WORK] = p.risk_working if person.working == 1 else 0.0


@kernel
def most_often(person, p):
    """Applications a year at the highest rate that somebody has, who has mentored or has not."""
    if person.experience > 0.0:
        return p.highest_rate[0] * math.exp(p.found_by_mentoring)
    return p.highest_rate[0]


@kernel
def next_look(person, seed, week, p):
    """Week in which this mechanism next looks at the person: the end of the job, or the next application.

    Applications come at the highest rate that anybody has; each is then made with the person's own share of it.
    """
    u = draws.uniform(seed, Decision.WORK_LENGTH, person.key, week, 0)
    if person.working == 1:
        return week + 1 + int(draws.exponential(u, p.length_weeks))
    if p.highest_rate[0] <= 0.0:
        return week + 520
    return week + 1 + int(draws.exponential(u, WEEKS_PER_YEAR / most_often(person, p)))


@kernel
def on_release(person, seed, week, p):
    """A job survives a short stay inside, or does not."""
    if person.working == 1:
        weeks = (person.released_day - person.received_day) / DAYS_PER_WEEK
        u = draws.uniform(seed, Decision.WORK_KEPT, person.key, week, 0)
        if weeks > p.kept_weeks_inside or u >= EVEN:
            person.working = 0
            set_risk(person, p)
    return next_look(person, seed, week, p)


@kernel
def applies(person, seed, week, p):
    """Whether the person applies for work this week and is suited."""
    change = p.found_by_readiness * (person.readiness - 1.0)
    if person.experience > 0.0:
        change -= p.found_by_mentoring * (1.0 - min(person.experience / A_YEAR_OF_MONTHS, 1.0))
    if person.trained == 0:
        change -= p.found_trained
    if person.housing != Housing.SETTLED:
        change -= p.found_homeless if person.housing == Housing.HOMELESS else p.found_homeless / 2.0
    if person.using == 1:
        change -= p.found_using
    return draws.uniform(seed, Decision.WORK_SUITED, person.key, week, 0) < math.exp(change)


@kernel
def fill_vacancies(people, applicants, areas, seed, week, p):
    """Vacancies go to applicants by one draw each, people leaving prison and others alike."""
    for index in range(len(areas)):
        area = areas[index]
        count = 0
        for row in applicants:
            count += people[row].area == index
        if count == 0:
            continue
        vacant = draws.poisson(
            draws.uniform(seed, Decision.WORK_VACANCIES, area.key, week, 0), p.vacancies_per_week * area.jobs_factor
        )
        others = draws.poisson(
            draws.uniform(seed, Decision.WORK_OTHERS, area.key, week, 0), p.others_per_week * area.people_factor
        )
        keys = np.empty(count + others)
        for item in range(others):
            keys[item] = draws.uniform(seed, Decision.WORK_TIE, area.key, week, item)
        place = others
        for row in applicants:
            if people[row].area == index:
                keys[place] = draws.uniform(seed, Decision.WORK_TIE, people[row].key, week, 0)
                place += 1
        last = last_served(keys, place, vacant)
        place = others
        for row in applicants:
            if people[row].area == index:
                if keys[place] <= last:
                    people[row].working = 1
                    set_risk(people[row], p)
                place += 1


@kernel
def run(people, active, diary, released, areas, seed, week, parameters):
    """Work in one week: `diary` holds the week in which each person is next looked at, `released` rows of people."""
    p = parameters[0]
    for row in released:
        diary[row] = on_release(people[row], seed, week, p)
    applicants = np.empty(len(active), np.int64)
    count = 0
    for row in active:
        if diary[row] > week:
            continue
        person = people[row]
        if person.where == Where.LIBERTY:
            if person.employed == 1:  # by the mentoring service: a job that does not end by itself
                person.working = 1
                set_risk(person, p)
            elif person.working == 1:
                person.working = 0
                set_risk(person, p)
            elif applies(person, seed, week, p):
                applicants[count] = row
                count += 1
        diary[row] = next_look(person, seed, week, p)
    fill_vacancies(people, applicants[:count], areas, seed, week, p)
    for row in applicants[:count]:
        if people[row].working == 1:
            diary[row] = next_look(people[row], seed, week, p)
