"""Intake: people who start on short sentences, with a past drawn from published distributions."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ttg_sim.agents.person import NEVER, NOBODY, Where
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import DAYS_PER_WEEK, DAYS_PER_YEAR, WEEKS_PER_YEAR
from ttg_sim.engine.draws import Decision, Kind
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.parameter import Grade, Role, Section, parameter


class IntakeParameters(Section):
    """Who comes into the cycle of short sentences, and how many."""

    section: ClassVar[str] = "intake"
    title: ClassVar[str] = "People who start on short sentences"

    per_year: float = parameter(
        916.0,
        unit="people a year",
        low=10,
        high=20_000,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="fitted, so that about 1,900 releases a year come out: 40,059 receptions in 2015 over 21 areas; earlier "
        "years had more",
        evidence=("1.29", "1.30"),
        words="People of the area who receive a short sentence for the first time, in a year",
    )
    women_share: float = parameter(
        0.10,
        unit="share",
        low=0,
        high=1,
        grade=Grade.PUBLISHED,
        source="women among receptions of 6 months or less, 2005",
        evidence=("13.52",),
        words="Share of new people who are women",
    )
    age: dict[str, float] = parameter(
        {"18-20": 0.16, "21-24": 0.21, "25-29": 0.21, "30-34": 0.16, "35-39": 0.12, "40-49": 0.11, "50-64": 0.03},
        unit="share",
        grade=Grade.ASSUMPTION,
        source="no age table of first short sentences in the register; bands of the OGRS3 age term",
        evidence=("1.43",),
        words="Age at the first short sentence, in bands, even within a band",
    )
    first_sanction_years_after_10: float = parameter(
        6.828,
        unit="years",
        low=1,
        high=20,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="median of a lognormal; the worked OGRS3 cases use first sanctions at 14 to 20",
        evidence=("1.47",),
        words="Median age at first sanction, less 10 (the age of criminal responsibility)",
    )
    first_sanction_sigma: float = parameter(
        0.55,
        unit="log units",
        low=0,
        high=1.5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="spread of the same lognormal; no figure found",
        words="How much people differ in the age at which they were first sanctioned",
    )
    sanctions_per_year: float = parameter(
        0.6564,
        unit="sanctions a year",
        low=0.05,
        high=3,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="fitted with T03 and T15; people on community orders have about 8 earlier convictions",
        evidence=("1.20",),
        words="Median number of earlier sanctions for each year since the first one, among new people",
    )
    sanctions_head_start: float = parameter(
        3.0,
        unit="years",
        low=0,
        high=10,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="few people are imprisoned on a first conviction; no table found",
        words="Years added to those since the first sanction when earlier sanctions are counted: careers start densely",
    )
    sanctions_sigma: float = parameter(
        0.5256,
        unit="log units",
        low=0,
        high=2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="fitted with T03 and T15; the released cohort spreads wider (its own median is 15, 90th percentile 45)",
        evidence=("13.46",),
        words="How much people differ in how often they were sanctioned",
    )
    prolific_sanctions: int = parameter(
        16,
        unit="sanctions",
        low=1,
        high=100,
        grade=Grade.ASSUMPTION,
        source="half of people sent to prison have more than 15 previous convictions",
        evidence=("13.46",),
        words="A person released with at least this many earlier sanctions is counted as prolific",
    )


INTAKE = parameter_record(
    IntakeParameters, {"first_sanction_table": draws.TABLE_POINTS, "sanctions_table": draws.TABLE_POINTS}
)
AGE_BANDS = tuple(tuple(float(edge) for edge in band.split("-")) for band in IntakeParameters().age)
YOUNGEST = np.array([low for low, _ in AGE_BANDS])
OLDEST = np.array([high + 1.0 for _, high in AGE_BANDS])
AGE_OF_RESPONSIBILITY = 10.0
MOST_PER_WEEK = 1000
COURT_DAYS = 5


def prepare(section: IntakeParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    return fill(
        INTAKE,
        section,
        first_sanction_table=draws.lognormal_table(section.first_sanction_years_after_10, section.first_sanction_sigma),
        sanctions_table=draws.lognormal_table(section.sanctions_per_year, section.sanctions_sigma),
    )


@kernel
def arrivals(seed, week, area, p):
    """How many new people come to court in a week: Poisson, from a draw of the area's own."""
    u = draws.uniform(seed, Decision.INTAKE_COUNT, area.key, week, 0)
    return min(draws.poisson(u, p.per_year * area.people_factor / WEEKS_PER_YEAR), MOST_PER_WEEK)


@kernel
def next_key(area):
    """Key of the next person who is new in an area: by number, so it is the same whoever else is taken."""
    return draws.make_key(Kind.PERSON, area.key, 0, area.entrants)


@kernel
def create(person, key, seed, week, area, p):
    """A new person, about to be sentenced on a working day of the week, with age, sex and history.

    The number of earlier sanctions grows with the years since the first one, so that the two agree.
    """
    person.key = key
    person.area = area.number - 1
    u = draws.uniform(seed, Decision.INTAKE_DAY, key, 0, 0)
    day = week * DAYS_PER_WEEK + int(u * COURT_DAYS)
    person.sex = 1 if draws.uniform(seed, Decision.INTAKE_SEX, key, 0, 0) < p.women_share else 0
    u = draws.uniform(seed, Decision.INTAKE_AGE, key, 0, 0)
    band = draws.choose(u, p.age)
    age = YOUNGEST[band] + draws.within(u, p.age, band) * (OLDEST[band] - YOUNGEST[band])
    person.born_day = day - age * DAYS_PER_YEAR
    years = draws.interpolate(draws.uniform(seed, Decision.INTAKE_FIRST_SANCTION, key, 0, 0), p.first_sanction_table)
    person.first_sanction_age = min(AGE_OF_RESPONSIBILITY + years, age)
    rate = draws.interpolate(draws.uniform(seed, Decision.INTAKE_HISTORY, key, 0, 0), p.sanctions_table)
    person.sanctions = int(rate * (age - person.first_sanction_age + p.sanctions_head_start))
    person.where = Where.AT_COURT
    person.sentenced_day = day
    person.spell = NOBODY
    person.prison = NOBODY
    person.officer = NOBODY
    person.referral = NOBODY
    person.volunteer = NOBODY
    person.offended_day = NEVER
    person.back_day = NEVER
    person.income_week = NEVER
    person.received_day = NEVER
    person.released_day = NEVER


@kernel
def run(people, size, seed, week, areas, parameters):
    """Everybody who is new this week; returns the number of people in the table."""
    p = parameters[0]
    for row in range(len(areas)):
        for _ in range(arrivals(seed, week, areas[row], p)):
            create(people[size], next_key(areas[row]), seed, week, areas[row], p)
            areas[row].entrants += 1
            size += 1
    return size
