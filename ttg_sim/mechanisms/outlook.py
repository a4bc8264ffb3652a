"""Outlook: readiness to change and hope, which drift, are drawn back, and fall with setbacks."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from ttg_sim.agents.person import NEUTRAL, Contributor, Housing, Where
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import DAYS_PER_WEEK
from ttg_sim.engine.draws import Decision
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.parameter import Grade, Role, Section, parameter


class OutlookParameters(Section):
    """Two hidden states from 0 to 1, neutral at 0.5.

    Readiness shows in appointments kept, services taken up and work looked for; hope in the hazard of reoffending.
    """

    section: ClassVar[str] = "outlook"
    title: ClassVar[str] = "Readiness and hope"

    spread: float = parameter(
        0.15,
        unit="share",
        low=0,
        high=0.28,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no measure of either state for this population; 0.5 is the mean by definition",
        words="Standard deviation between people of the levels to which their readiness and hope are drawn back",
    )
    pull: float = parameter(
        0.20,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="How far a state goes back to its level in four weeks",
    )
    drift: float = parameter(
        0.06,
        unit="share",
        low=0,
        high=0.3,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="motivation is contested and goes back and forth (interviews); size unknown",
        words="Standard deviation of the change of each state in four weeks that nothing explains",
    )
    setback: float = parameter(
        0.10,
        unit="share",
        low=0,
        high=0.5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="hitting a barrier leads back (interviews); size unknown",
        words="Fall of readiness and hope at a referral that came to nothing, and at a recall",
    )
    hope_from_work: float = parameter(
        0.10,
        unit="share",
        low=0,
        high=0.5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="How much higher the level of hope is while in work",
    )
    hope_from_home: float = parameter(
        0.10,
        unit="share",
        low=0,
        high=0.5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="with nothing outside, prison compares well (interviews); size unknown",
        words="How much lower the level of hope is while homeless",
    )
    risk_by_hope: float = parameter(
        -0.3,
        unit="log hazard per unit",
        low=-1.5,
        high=0,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="hope and self-belief go with desistance (review); size unknown",
        words="How the log hazard of reoffending falls with hope",
    )
    mental_health_share: float = parameter(
        0.26,
        unit="share",
        low=0,
        high=1,
        grade=Grade.STUDY,
        source="signs of anxiety and depression: 49% of women and 23% of men; 10% are women",
        evidence=("6.21",),
        words="Share of people with a mental-health need",
    )


OUTLOOK = parameter_record(OutlookParameters)
OFTEN, SELDOM = 4, 26
"""Weeks between looks at a person: in the first half-year after release, and later."""
FIRST_HALF_YEAR = 26
WEEKS_OF_RATE = 4.0
READINESS, HOPE = 0, 1  # items of the draws


def prepare(section: OutlookParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    return fill(OUTLOOK, section)


def highest_risk(section: OutlookParameters) -> float:
    """The most that this mechanism adds to the log hazard of reoffending."""
    return abs(section.risk_by_hope) * NEUTRAL


@kernel
def within(value):
    """The value kept between 0 and 1."""
    return min(max(value, 0.0), 1.0)


@kernel
def begin(person, seed, p):
    """What this mechanism gives a new person: levels of readiness and hope, and a mental-health need or none."""
    key = person.key
    u = draws.uniform(seed, Decision.OUTLOOK_LEVEL, key, 0, READINESS)
    person.readiness_level = within(draws.even(u, NEUTRAL, p.spread))
    u = draws.uniform(seed, Decision.OUTLOOK_LEVEL, key, 0, HOPE)
    person.hope_level = within(draws.even(u, NEUTRAL, p.spread))
    person.readiness, person.hope = person.readiness_level, person.hope_level
    u = draws.uniform(seed, Decision.OUTLOOK_MENTAL_HEALTH, key, 0, 0)
    person.mental_health = 1 if u < p.mental_health_share else 0
    set_risk(person, p)


@kernel
def set_risk(person, p):
    """Set the person's contribution to the risk from present hope."""
    person.risk[Contributor.HOPE] = p.risk_by_hope * (person.hope - NEUTRAL)


@kernel
def step(person, seed, week, weeks, p):
    """What so many weeks do to both states: the pull of the level, drift, and setbacks since the last look."""
    share = min(weeks / WEEKS_OF_RATE, 1.0 / max(p.pull, 1e-9)) * p.pull
    drift = p.drift * math.sqrt(weeks / WEEKS_OF_RATE)
    fresh = person.refused + person.recalls - person.setbacks
    person.setbacks += fresh
    aim = person.hope_level
    if person.working == 1:
        aim += p.hope_from_work
    if person.housing == Housing.HOMELESS:
        aim -= p.hope_from_home
    u = draws.uniform(seed, Decision.OUTLOOK_DRIFT, person.key, week, READINESS)
    change = share * (person.readiness_level - person.readiness) + draws.even(u, 0.0, drift) - p.setback * fresh
    person.readiness = within(person.readiness + change)
    u = draws.uniform(seed, Decision.OUTLOOK_DRIFT, person.key, week, HOPE)
    change = share * (aim - person.hope) + draws.even(u, 0.0, drift) - p.setback * fresh
    person.hope = within(person.hope + change)
    take_push(person, p)


@kernel
def take_push(person, p):
    """What mentors and groups have moved since the last look."""
    person.readiness = within(person.readiness + person.readiness_push)
    person.hope = within(person.hope + person.hope_push)
    person.readiness_push = 0.0
    person.hope_push = 0.0
    set_risk(person, p)


@kernel
def weeks_to_next(person, week):
    """How long until this mechanism looks at the person again."""
    return OFTEN if week - person.released_day // DAYS_PER_WEEK < FIRST_HALF_YEAR else SELDOM


@kernel
def run(people, active, inside, diary, released, seed, week, parameters):
    """Both states of everybody who is due: `diary` holds the week in which each person is next looked at.

    For people inside (rows `inside`) time stands still, but for what groups move in them.
    """
    p = parameters[0]
    for row in inside:
        if people[row].readiness_push != 0.0 or people[row].hope_push != 0.0:
            take_push(people[row], p)
    for row in released:
        diary[row] = week
    for row in active:
        if diary[row] > week:
            continue
        person = people[row]
        weeks = weeks_to_next(person, week)
        if person.where == Where.LIBERTY:
            step(person, seed, week, float(weeks), p)
        diary[row] = week + weeks
