"""Substance use: a drug or alcohol problem that some people have, and when they use and when they do not."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from ttg_sim.agents.person import NEUTRAL, TYPICAL_HISTORY, Contributor, Housing, Service, Where
from ttg_sim.agents.risk import probability
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import WEEKS_PER_YEAR
from ttg_sim.engine.draws import Decision
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.engine.queues import clock
from ttg_sim.parameter import Grade, Role, Section, parameter


class SubstanceParameters(Section):
    """Who has a problem with drugs or alcohol, how use starts and stops, and what it does to the risk."""

    section: ClassVar[str] = "substance"
    title: ClassVar[str] = "Drug and alcohol use"

    need_share: float = parameter(
        0.60,
        unit="share",
        low=0,
        high=1,
        grade=Grade.PUBLISHED,
        source="people serving under 6 months with a drug or alcohol problem on arrival, 2017",
        evidence=("6.08",),
        words="Share with a drug or alcohol problem, of people with 16 earlier sanctions",
    )
    need_by_history: float = parameter(
        0.3,
        unit="logit per log unit",
        low=0,
        high=2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="How the odds of a problem grow with the number of earlier sanctions (log of one plus it)",
    )
    using_at_release: float = parameter(
        0.55,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; about a third had used heroin or crack in the year before custody",
        evidence=("6.07",),
        words="Share of people with a problem who use again in the week of release, at a readiness of 0.5",
    )
    using_by_readiness: float = parameter(
        2.0,
        unit="logit per unit",
        low=0,
        high=6,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="How the odds of that fall with readiness to change",
    )
    stopped_per_year: float = parameter(
        0.6,
        unit="rate a year",
        low=0,
        high=5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="How often somebody who uses stops, without treatment",
    )
    stopped_in_treatment: float = parameter(
        2.0,
        unit="ratio",
        low=1,
        high=5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="26 to 27% of people who left treatment in prison were free of dependence; the rest is an assumption",
        evidence=("13.92",),
        words="How many times as often people stop while in treatment",
    )
    relapsed_per_year: float = parameter(
        0.9,
        unit="rate a year",
        low=0,
        high=5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; half as often in treatment, half as often again while homeless",
        words="How often somebody with a problem who does not use starts again",
    )
    risk_using: float = parameter(
        0.35,
        unit="log hazard",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.STUDY,
        source="two British instruments give odds ratios from about 1.2 to 2.5; part of it goes with the static score",
        evidence=("1.50", "1.52"),
        words="Addition to the log hazard of reoffending while using drugs or drinking",
    )


SUBSTANCE = parameter_record(SubstanceParameters, {"need_logit": 1, "using_logit": 1, "highest_rate": 1})
RELAPSE_IN_TREATMENT = 0.5
RELAPSE_HOMELESS = 1.5
CERTAIN = 20.0  # logit of what is as good as certain


def _logit(share: float) -> float:
    if share <= 0 or share >= 1:
        return math.copysign(CERTAIN, share - NEUTRAL)
    return math.log(share / (1 - share))


def prepare(section: SubstanceParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    highest = max(section.stopped_per_year * section.stopped_in_treatment, section.relapsed_per_year * RELAPSE_HOMELESS)
    return fill(
        SUBSTANCE,
        section,
        need_logit=_logit(section.need_share),
        using_logit=_logit(section.using_at_release),
        highest_rate=highest,
    )


def highest_risk(section: SubstanceParameters) -> float:
    """The most that this mechanism adds to the log hazard of reoffending."""
    return max(section.risk_using, 0.0)


@kernel
def begin(person, seed, p):
    """What this mechanism gives a new person: whether they have a problem; most with one used before custody."""
    logit = p.need_logit[0] + p.need_by_history * math.log((1.0 + person.sanctions) / TYPICAL_HISTORY)
    person.drug_need = 1 if draws.uniform(seed, Decision.SUBSTANCE_NEED, person.key, 0, 0) < probability(logit) else 0
    uses = draws.uniform(seed, Decision.SUBSTANCE_BEFORE, person.key, 0, 0) < p.using_at_release
    person.using = 1 if person.drug_need == 1 and uses else 0
    set_risk(person, p)


@kernel
def set_risk(person, p):
    """Set the person's contribution to the risk from present use."""
    person.risk[Contributor.SUBSTANCE] = p.risk_using if person.using == 1 else 0.0


@kernel
def on_release(person, seed, week, p):
    """Whether somebody with a problem uses again in the week of release."""
    logit = p.using_logit[0] - p.using_by_readiness * (person.readiness - NEUTRAL)
    u = draws.uniform(seed, Decision.SUBSTANCE_RELEASE, person.key, week, 0)
    person.using = 1 if u < probability(logit) else 0
    set_risk(person, p)


@kernel
def next_look(person, seed, week, p):
    """Week in which use may next start or stop, at the highest rate that anybody has."""
    if p.highest_rate[0] <= 0.0:
        return week + 520
    u = draws.uniform(seed, Decision.SUBSTANCE_NEXT, person.key, week, 0)
    return week + 1 + int(draws.exponential(u, WEEKS_PER_YEAR / p.highest_rate[0]))


@kernel
def change(person, seed, week, p):
    """Use starts or stops, with the person's own share of the highest rate."""
    treated = person.until[Service.TREATMENT] > clock(week)
    if person.using == 1:
        rate = p.stopped_per_year
        if treated:
            rate *= p.stopped_in_treatment
    else:
        rate = p.relapsed_per_year
        if treated:
            rate *= RELAPSE_IN_TREATMENT
        if person.housing == Housing.HOMELESS:
            rate *= RELAPSE_HOMELESS
    if draws.uniform(seed, Decision.SUBSTANCE_CHANGE, person.key, week, 0) * p.highest_rate[0] < rate:
        person.using = 1 - person.using
        set_risk(person, p)


@kernel
def run(people, active, diary, released, seed, week, parameters):
    """Substance use in one week: `diary` holds the week in which each person is next looked at."""
    p = parameters[0]
    for row in released:
        if people[row].drug_need == 1:
            on_release(people[row], seed, week, p)
    for row in active:
        if diary[row] > week:
            continue
        person = people[row]
        if person.where == Where.LIBERTY:
            change(person, seed, week, p)
        diary[row] = next_look(person, seed, week, p)
