"""Reoffending: the risk of an occasion of proven reoffending in a week at liberty, and how many offences it holds."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from ttg_sim.agents.person import NEVER, Where
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import DAYS_PER_WEEK
from ttg_sim.engine.draws import Decision
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.parameter import Grade, Role, Section, parameter


class ReoffendingParameters(Section):
    """How the published risk score, the time since release and present circumstances make a weekly hazard."""

    section: ClassVar[str] = "reoffending"
    title: ClassVar[str] = "Risk of proven reoffending"

    level: float = parameter(
        1.383,
        unit="ratio",
        low=0.5,
        high=4,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="fitted to T01",
        evidence=("1.01",),
        words="Occasions of reoffending in the first year, as a multiple of what the OGRS3 score alone implies",
    )
    hazard_shape: float = parameter(
        0.8942,
        unit="Weibull shape",
        low=0.5,
        high=1.2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="fitted to T04",
        evidence=("1.23",),
        words="How the hazard falls with time since release: 1 is constant, less than 1 is front-loaded",
    )
    frailty_variance: float = parameter(
        0.4182,
        unit="variance",
        low=0,
        high=2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="fitted to T01 and T02 together",
        evidence=("1.01", "1.04"),
        words="How much people of equal score differ for life: variance of a gamma with mean one, at intake",
    )
    offences_per_occasion: float = parameter(
        2.337,
        unit="offences",
        low=1,
        high=10,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="fitted to T02",
        evidence=("1.04",),
        words="Mean number of proven offences dealt with on one occasion (one or more, geometric)",
    )


WEEKS_OF_CLOCK = 520
WEEKS_OF_SCORE = 52.0
REOFFENDING = parameter_record(
    ReoffendingParameters,
    {
        "frailty_table": draws.TABLE_POINTS,
        "span": DAYS_PER_WEEK * WEEKS_OF_CLOCK,
        "span_ahead": DAYS_PER_WEEK * WEEKS_OF_CLOCK,
    },
)


def prepare(section: ReoffendingParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    span = week_integrals(section.hazard_shape)
    frailty_table = draws.gamma_table(section.frailty_variance)
    by_weekday = span.reshape(DAYS_PER_WEEK, WEEKS_OF_CLOCK)
    ahead = np.maximum.accumulate(by_weekday[:, ::-1], axis=1)[:, ::-1]
    return fill(REOFFENDING, section, frailty_table=frailty_table, span=span, span_ahead=ahead.ravel())


def week_integrals(shape: float) -> np.ndarray:
    """Integral of the Weibull hazard over each calendar week after a release, as a share of its first year.

    Returns a flat array: for each weekday of release, the release week and the weeks that follow. It is an integral
    because the hazard of a falling Weibull is infinite at zero.
    """
    first = (DAYS_PER_WEEK - np.arange(DAYS_PER_WEEK)[:, None]) / DAYS_PER_WEEK
    end = np.arange(WEEKS_OF_CLOCK) + first
    start = np.maximum(end - 1, 0)
    return np.asarray((end**shape - start**shape) / WEEKS_OF_SCORE**shape).ravel()


@kernel
def begin(person, seed, p):
    """What this mechanism gives a new person: frailty for life."""
    u = draws.uniform(seed, Decision.INTAKE_FRAILTY, person.key, 0, 0)
    person.frailty = draws.interpolate(u, p.frailty_table)


@kernel
def contributions(person):
    """Sum of what all other mechanisms add to the log hazard at present."""
    total = 0.0
    for index in range(len(person.risk)):
        total += person.risk[index]
    return total


@kernel
def pace(person, p):
    """Expected occasions in the first year at liberty, before present circumstances are counted in."""
    return p.level * person.frailty * person.exposure


@kernel
def clock_of(person, week):
    """Place of a week of this person in the tables of spans: by weekday of the release and weeks since it."""
    since = week - person.released_day // DAYS_PER_WEEK
    return person.released_day % DAYS_PER_WEEK * WEEKS_OF_CLOCK + min(max(since, 0), WEEKS_OF_CLOCK - 1)


@kernel
def intensity(person, week, p):
    """Expected occasions of reoffending in this week, of somebody at liberty throughout it or since their release."""
    return pace(person, p) * p.span[clock_of(person, week)] * math.exp(contributions(person))


@kernel
def highest_intensity(person, week, highest_risk, p):
    """What the intensity cannot exceed from this week on while score and release stay as they are.

    `highest_risk` is the largest sum that contributions can come to.
    """
    return pace(person, p) * p.span_ahead[clock_of(person, week)] * math.exp(highest_risk)


@kernel
def next_look(person, seed, week, item, highest_risk, p):
    """Week after `week` in which the person may next reoffend, at their highest chance of it, which is kept."""
    person.highest_chance = 1.0 - math.exp(-highest_intensity(person, week + 1, highest_risk, p))
    u = draws.uniform(seed, Decision.REOFFENDING_LOOK, person.key, week, item)
    return week + draws.weeks_until(u, person.highest_chance)


@kernel
def look_again(people, rows, diary, seed, week, highest_risk, parameters):
    """Set the diary anew, from this week on, for people whose score or release is new; for others nothing is lost."""
    for row in rows:
        diary[row] = next_look(people[row], seed, week - 1, 1, highest_risk, parameters[0])


@kernel
def day_in_week(person, seed, week, p):
    """Day of an occasion: drawn within the week as the hazard falls, since the first hours and days count."""
    u = draws.uniform(seed, Decision.REOFFENDING_DAY, person.key, week, 0)
    end = ((week + 1) * DAYS_PER_WEEK - person.released_day) / DAYS_PER_WEEK
    start = max(end - 1.0, 0.0)
    low = math.pow(start, p.hazard_shape)
    high = math.pow(end, p.hazard_shape)
    weeks = math.pow(low + u * (high - low), 1.0 / p.hazard_shape)
    day = person.released_day + int(weeks * DAYS_PER_WEEK)
    return min(max(day, week * DAYS_PER_WEEK), week * DAYS_PER_WEEK + DAYS_PER_WEEK - 1)


@kernel
def offends(person, u, week, p):
    """Whether an occasion of (later proven) reoffending falls in a week in which the person is looked at, by a draw.

    Looks come at the highest chance; each takes the person's own share of it, by present circumstances.
    """
    return u * person.highest_chance < 1.0 - math.exp(-intensity(person, week, p))


@kernel
def offences(person, seed, week, p):
    """Number of offences dealt with on one occasion."""
    u = draws.uniform(seed, Decision.REOFFENDING_COUNT, person.key, week, 0)
    return draws.geometric(u, p.offences_per_occasion)


@kernel
def run(people, active, diary, occasions, size, seed, week, highest_risk, parameters):
    """Occasions of one week, as new records; returns their number. Nobody inside is at risk.

    `diary` holds the week in which each person is next looked at.
    """
    p = parameters[0]
    for row in active:
        if diary[row] > week:
            continue
        person = people[row]
        u = draws.uniform(seed, Decision.REOFFENDING, person.key, week, 0)
        # What would fall on a day before the return from a recall does not happen.
        free = person.where == Where.LIBERTY and offends(person, u, week, p)
        day = day_in_week(person, seed, week, p) if free else NEVER
        if free and day >= person.back_day:
            occasion = occasions[size]
            occasion.person = row
            occasion.spell = person.spell
            occasion.day = day
            occasion.offences = offences(person, seed, week, p)
            person.offended_day = occasion.day
            size += 1
        diary[row] = next_look(person, seed, week, 0, highest_risk, p)
    return size
