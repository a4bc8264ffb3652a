"""Longer sentences: people sentenced to a year or more, who can be switched on as a comparison group."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ttg_sim.agents.risk import OFFENCES
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import DAYS_PER_WEEK, WEEKS_PER_YEAR
from ttg_sim.engine.draws import Decision, Kind
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.parameter import Grade, Role, Section, parameter


class LongerParameters(Section):
    """People on longer sentences: always on licence by law, and counted apart from people on short sentences."""

    section: ClassVar[str] = "longer"
    title: ClassVar[str] = "People on longer sentences (comparison group)"

    people: bool = parameter(
        False,
        unit="switch",
        grade=Grade.ASSUMPTION,
        source="the population of the model is people on short sentences",
        words="Whether people on longer sentences are in the run",
    )
    per_year: float = parameter(
        1_000.0,
        unit="people a year",
        low=0,
        high=20_000,
        role=Role.UNCERTAIN,
        grade=Grade.STUDY,
        source="short sentences were 58% of receptions, which leaves about 1,380 longer ones a year for an area, some "
        "of them of people who come in again",
        evidence=("1.29",),
        words="People of the area who receive a longer sentence for the first time, in a year",
    )
    history: float = parameter(
        0.35,
        unit="ratio",
        low=0,
        high=2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no table found; 28% of people reoffend after longer sentences against 64% after short ones",
        evidence=("1.15",),
        words="Earlier sanctions, as a multiple of those of people on a first short sentence",
    )
    mean_extra_weeks: float = parameter(
        80.0,
        unit="weeks",
        low=1,
        high=500,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no table found; exponential, cut at ten years",
        words="Mean length of the sentence beyond 52 weeks",
    )
    weeks_to_court: float = parameter(
        26.0,
        unit="weeks",
        low=0,
        high=260,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure in the register; exponential",
        words="Mean time from the offence to a longer sentence",
    )
    offence: dict[str, float] = parameter(
        {
            "violence": 0.26,
            "robbery": 0.11,
            "sexual_adult": 0.06,
            "sexual_child": 0.06,
            "domestic_burglary": 0.14,
            "other_burglary": 0.03,
            "theft": 0.08,
            "fraud": 0.05,
            "drug_supply": 0.16,
            "other": 0.05,
        },
        unit="share",
        grade=Grade.ASSUMPTION,
        source="no table in the register",
        words="Kind of the index offence behind a longer sentence",
    )


LONGER = parameter_record(LongerParameters)
OFFENCE_CODES = np.array([OFFENCES.index(name) for name in LongerParameters().offence])
SHORTEST_DAYS = 365
LONGEST_DAYS = 3650
ORIGIN = 1  # tells their keys from those of people who come in by a short sentence


def prepare(section: LongerParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    return fill(LONGER, section)


@kernel
def arrivals(seed, week, area, p):
    """How many come to court in a week: none unless they are switched on."""
    if p.people == 0:
        return 0
    u = draws.uniform(seed, Decision.LONGER_COUNT, area.key, week, 0)
    return draws.poisson(u, p.per_year * area.people_factor / WEEKS_PER_YEAR)


@kernel
def next_key(area):
    """Key of the next one of an area."""
    return draws.make_key(Kind.PERSON, area.key, ORIGIN, area.longer_entrants)


@kernel
def turn(person, seed, area, p):
    """Make a new person one of this group: history, offence and sentence."""
    area.longer_entrants += 1
    person.longer = 1
    person.sanctions = int(person.sanctions * p.history)
    u = draws.uniform(seed, Decision.LONGER_SENTENCE, person.key, 0, 0)
    person.offence = OFFENCE_CODES[draws.choose(u, p.offence)]
    u = draws.uniform(seed, Decision.LONGER_SENTENCE, person.key, 0, 1)
    days = SHORTEST_DAYS + int(draws.exponential(u, p.mean_extra_weeks * DAYS_PER_WEEK))
    person.sentenced_days = min(days, LONGEST_DAYS)
    u = draws.uniform(seed, Decision.LONGER_SENTENCE, person.key, 0, 2)
    person.offence_day = person.sentenced_day - int(draws.exponential(u, p.weeks_to_court * DAYS_PER_WEEK))
