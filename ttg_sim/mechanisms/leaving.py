"""Leaving: how people leave the cycle of short sentences for good."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from ttg_sim.agents.person import Left, Where
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import DAYS_PER_WEEK, DAYS_PER_YEAR, WEEKS_PER_YEAR
from ttg_sim.engine.draws import Decision
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.parameter import Grade, Role, Section, parameter


class LeavingParameters(Section):
    """Lasting desistance, death and moving away; a sentence of a year or more is in `sentencing`."""

    section: ClassVar[str] = "leaving"
    title: ClassVar[str] = "Leaving the cycle"

    desistance_per_year: float = parameter(
        0.2075,
        unit="rate a year at age 30",
        low=0,
        high=2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="set with T16: without it histories and returns would grow without end",
        evidence=("12.01",),
        words="How often a person at liberty turns away from offending for good",
    )
    desistance_age_slope: float = parameter(
        0.03,
        unit="log rate per year of age",
        low=0,
        high=0.2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="the hazard falls about 5% with each year of age, part of which is the OGRS3 age term",
        evidence=("12.03",),
        words="How the rate of lasting desistance grows with age",
    )
    death_per_year: float = parameter(
        0.012,
        unit="rate a year",
        low=0,
        high=0.2,
        grade=Grade.ASSUMPTION,
        source="no figure in the register",
        words="Death rate, inside and outside",
    )
    moving_per_year: float = parameter(
        0.03,
        unit="rate a year",
        low=0,
        high=1,
        grade=Grade.ASSUMPTION,
        source="no figure in the register",
        words="How often a person at liberty leaves the area for good",
    )


LEAVING = parameter_record(LeavingParameters, {"highest_chance": 1, "lowest_rate": 1})
AGE_OF_RATE = 30.0
YOUNGEST_FOR_RATE, OLDEST_FOR_RATE = 18.0, 80.0


def prepare(section: LeavingParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    for_all = section.death_per_year + section.moving_per_year
    youngest, oldest = (
        section.desistance_per_year * math.exp(section.desistance_age_slope * (age - AGE_OF_RATE))
        for age in (YOUNGEST_FOR_RATE, OLDEST_FOR_RATE)
    )
    return fill(
        LEAVING,
        section,
        highest_chance=1 - math.exp(-(for_all + oldest) / WEEKS_PER_YEAR),
        lowest_rate=for_all + youngest,
    )


@kernel
def desistance(person, day, p):
    """Rate a year of lasting desistance, at the person's present age (from 80 on, that at 80)."""
    age = min((day - person.born_day) / DAYS_PER_YEAR, OLDEST_FOR_RATE)
    return p.desistance_per_year * math.exp(p.desistance_age_slope * (age - AGE_OF_RATE))


@kernel
def rate(person, day, p):
    """Rate a year of leaving in any way: only death reaches inside."""
    if person.where == Where.INSIDE:
        return p.death_per_year
    return p.death_per_year + p.moving_per_year + desistance(person, day, p)


@kernel
def leave(person, seed, week, p):
    """Take the person out of the population; a further draw says how."""
    total = rate(person, week * DAYS_PER_WEEK, p)
    u = draws.uniform(seed, Decision.LEAVING_HOW, person.key, week, 0) * total
    if u < p.death_per_year:
        person.left = Left.DIED
    elif u < p.death_per_year + p.moving_per_year:
        person.left = Left.MOVED
    else:
        person.left = Left.DESISTED
    person.where = Where.LEFT
    person.left_week = week


@kernel
def next_look(person, seed, week, p):
    """Week in which the person may next leave, at the highest chance that anybody has."""
    u = draws.uniform(seed, Decision.LEAVING_LOOK, person.key, week, 0)
    return week + draws.weeks_until(u, p.highest_chance[0])


@kernel
def run(people, active, diary, leavers, gone, seed, week, parameters):
    """Everybody who leaves the cycle for good this week: their rows are added to the `gone` ones in `leavers`.

    `diary` holds the week in which each person is next looked at. Returns how many leavers there are.
    """
    p = parameters[0]
    for row in active:
        if diary[row] > week:
            continue
        person = people[row]
        diary[row] = next_look(person, seed, week, p)
        if person.where == Where.LEFT:
            continue
        # Looks come at the highest chance; each takes the person's own share of it.
        u = draws.uniform(seed, Decision.LEAVING, person.key, week, 0) * p.highest_chance[0]
        if draws.happens(u, rate(person, week * DAYS_PER_WEEK, p), 1.0 / WEEKS_PER_YEAR):
            leave(person, seed, week, p)
            leavers[gone] = row
            gone += 1
    return gone
