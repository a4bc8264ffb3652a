"""Probation: officers, their cases and background cases, the time each case gets, and their morale."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ttg_sim.agents.officer import Body
from ttg_sim.agents.person import NEUTRAL, NOBODY
from ttg_sim.engine import draws
from ttg_sim.engine.draws import Decision, Kind
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.engine.table import Table
from ttg_sim.parameter import NO_COST_KNOWN, Cost, Grade, Role, Section, parameter


class ProbationParameters(Section):
    """Officers: how many, for whom, with how many other cases, how strict, and what work does to their spirits."""

    section: ClassVar[str] = "probation"
    title: ClassVar[str] = "Probation officers"

    divided: bool = parameter(
        False,
        unit="switch",
        role=Role.LEVER,
        grade=Grade.PUBLISHED,
        source="contracts with the companies began on 1 February 2015",
        evidence=("13.09",),
        words="Whether the service is divided into a national service and a company",
        cost=NO_COST_KNOWN,
    )
    national_officers: int = parameter(
        30,
        unit="officers",
        low=1,
        high=2_000,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="a quarter of officers, as of people released from short sentences; no count by area found",
        evidence=("2.09",),
        words="Officers of the area who work for the national service once the service is divided",
        cost=NO_COST_KNOWN,
    )
    company_officers: int = parameter(
        90,
        unit="officers",
        low=1,
        high=2_000,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="no count by area found; with the background cases it makes the reform add about a quarter to all cases",
        evidence=("2.05",),
        words="Officers of the area who work for the company once the service is divided",
        cost=NO_COST_KNOWN,
    )
    other_cases: float = parameter(
        44.0,
        unit="cases",
        low=0,
        high=200,
        role=Role.LEVER,
        grade=Grade.STUDY,
        source="50,000 people more were a quarter more cases; most officers of companies came to have more than 40",
        evidence=("2.05", "9.01"),
        words="Background cases of an officer (community orders, longer licences), mean over officers",
        cost=Cost(4_135.0, "a community or suspended order", "2011/12", "all cost of supervising it", ("13.70",)),
    )
    other_cases_spread: float = parameter(
        0.20,
        unit="share",
        low=0,
        high=0.5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="loads of 60 to 80 and more were common beside others below 40",
        evidence=("9.01",),
        words="Standard deviation of background cases between officers, as a share of the mean",
    )
    national_load: float = parameter(
        0.8,
        unit="ratio",
        low=0.2,
        high=2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="a third of national officers had more than 40 cases against 86% of company officers",
        evidence=("9.01",),
        words="Background cases of a national officer once divided, as a multiple of the mean; companies have the rest",
    )
    hours_per_week: float = parameter(
        25.0,
        unit="hours a week",
        low=5,
        high=40,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="a full week less meetings, training and travel",
        words="Hours of an officer for cases in a week",
        cost=Cost(652.0, "a case a year", "2007/08", "direct cost of a supervision requirement", ("13.71",)),
    )
    enough_minutes: float = parameter(
        30.0,
        unit="minutes a week",
        low=5,
        high=120,
        role=Role.UNCERTAIN,
        grade=Grade.STUDY,
        source="with 25 hours a week this is reached at 50 cases, past which inspectors saw quality fall",
        evidence=("9.01",),
        words="Time for each case in a week from which on more would not help",
    )
    appointment_minutes: float = parameter(
        40.0,
        unit="minutes",
        low=5,
        high=120,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; a hard-pressed officer has ten minutes (interviews)",
        words="Time of an officer for an appointment and its record, where there is time enough",
    )
    breach_hours: float = parameter(
        4.0,
        unit="hours",
        low=0,
        high=40,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; reports and calls",
        words="Time of an officer for each recall or breach before a court",
    )
    stance_mean: float = parameter(
        0.5,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="54% of people want probation to be supportive, fewer than 23% find it so; the scale is our own",
        evidence=("9.12",),
        words="Mean stance of officers, from 0 (supportive) to 1 (enforcing)",
    )
    stance_spread: float = parameter(
        0.2,
        unit="share",
        low=0,
        high=0.29,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Standard deviation of stance between officers",
    )
    morale_pull: float = parameter(
        0.04,
        unit="share a week",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; half-way in about four months",
        words="How fast morale moves to where the load of work takes it",
    )
    morale_by_load: float = parameter(
        0.6,
        unit="per unit of relative load",
        low=0,
        high=3,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="two thirds of staff of one company found their load unreasonable",
        evidence=("9.10",),
        words="How far morale falls where cases are beyond what there is time for (an excess of 1 is twice as many)",
    )


PROBATION = parameter_record(ProbationParameters, {"other_share": len(Body)})
SHORTEST_MINUTES = 10.0
HOURS_TO_MINUTES = 60.0
LEAST_HOURS = 0.01


def prepare(section: ProbationParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    national, company = section.national_officers, section.company_officers
    total = national + company
    if section.divided:
        share = min(section.national_load, total / national)
        shares = [share, (total - national * share) / company]
    else:
        shares = [1.0, 1.0]
    return fill(PROBATION, section, other_share=shares)


def appoint(officers: Table, areas: np.ndarray, most: tuple[int, int], seed: np.uint64, parameters: np.ndarray) -> None:
    """Make all officers whom the run may need: `most` of the national service and of the company in an average area.

    Who of them is at work is counted in the area, so that a lever on their number moves nobody else's luck.
    """
    for index, area in enumerate(areas):
        for body, first in ((Body.NATIONAL, "first_national"), (Body.COMPANY, "first_company")):
            area[first] = len(officers)
            count = posts(most[body], area["officers_factor"])
            officers.reserve(count)
            officers.size = appoint_to(officers.data, len(officers), count, index, int(body), areas, seed, parameters)


@kernel
def appoint_to(officers, size, count, index, body, areas, seed, parameters):
    """Make the officers of one body in one area; returns the number of officers."""
    p = parameters[0]
    for number in range(count):
        officer = officers[size + number]
        officer.key = draws.make_key(Kind.OFFICER, areas[index].key, body, number)
        officer.area = index
        officer.body = body
        officer.number = number
        u = draws.uniform(seed, Decision.OFFICER_STANCE, officer.key, 0, 0)
        officer.stance = min(max(draws.even(u, p.stance_mean, p.stance_spread), 0.0), 1.0)
        u = draws.uniform(seed, Decision.OFFICER_CASES, officer.key, 0, 0)
        officer.usual_cases = max(draws.even(u, 1.0, p.other_cases_spread), 0.0)
        officer.attention = 1.0
        officer.morale = NEUTRAL
    return size + count


def posts(average: int, factor: float) -> int:
    """Officers of a body in an area, at least one, for so many in an average area."""
    return max(1, int(average * factor + 0.5))


def staff(areas: np.ndarray, parameters: np.ndarray) -> None:
    """Set how many officers are at work in each area."""
    p = parameters[0]
    for area in areas:
        area["national_officers"] = posts(int(p["national_officers"]), area["officers_factor"])
        area["company_officers"] = posts(int(p["company_officers"]), area["officers_factor"])


@kernel
def at_work(officer, area):
    """Whether the officer is among those at work now."""
    if officer.body == Body.NATIONAL:
        return officer.number < area.national_officers
    return officer.number < area.company_officers


@kernel
def choose(person, seed, week, areas, p):
    """Row of an officer for a person: by chance among those of the body to which the person belongs."""
    area = areas[person.area]
    u = draws.uniform(seed, Decision.OFFICER_CHOICE, person.key, week, 0)
    if p.divided == 1:
        if person.high_harm == 1:
            return area.first_national + int(u * area.national_officers)
        return area.first_company + int(u * area.company_officers)
    pick = int(u * (area.national_officers + area.company_officers))
    if pick < area.national_officers:
        return area.first_national + pick
    return area.first_company + pick - area.national_officers


@kernel
def update(officer, p):
    """Background cases, attention for each case, and the spirits that the load of work leaves."""
    officer.other_cases = p.other_cases * officer.usual_cases * p.other_share[officer.body]
    load = officer.other_cases + officer.cases
    hours = p.hours_per_week - officer.mentor_hours
    officer.mentor_hours = 0.0
    room = max(hours, LEAST_HOURS) * HOURS_TO_MINUTES / p.enough_minutes
    officer.attention = 1.0 if load <= room else room / load
    minutes = max(p.appointment_minutes * officer.attention, SHORTEST_MINUTES)
    officer.visit_hours = min(minutes, p.appointment_minutes) / HOURS_TO_MINUTES
    excess = max(load / room - 1.0, 0.0)
    aim = min(max(NEUTRAL - p.morale_by_load * excess, 0.0), 1.0)
    officer.morale += p.morale_pull * (aim - officer.morale)


@kernel
def run(people, supervised, officers, areas, seed, week, parameters):
    """Allocate people under supervision to officers, and let the week's load act on each officer.

    Somebody is given an officer on coming under supervision, and another one where theirs is no longer at work.
    """
    p = parameters[0]
    for row in range(len(officers)):
        officers[row].cases = 0
    for row in supervised:
        person = people[row]
        if person.officer == NOBODY or not at_work(officers[person.officer], areas[person.area]):
            person.officer = choose(person, seed, week, areas, p)
        officers[person.officer].cases += 1
    for row in range(len(officers)):
        if at_work(officers[row], areas[officers[row].area]):
            update(officers[row], p)
        else:
            officers[row].mentor_hours = 0.0  # they are of last week, and not of that of a return to work
    for row in range(len(areas)):
        areas[row].contact_hours = 0.0
        areas[row].enforcement_hours = 0.0


@kernel
def spend(returns, first, size, people, areas, parameters):
    """Count the hours that breaches took this week (rows `first` to `size` of `returns`)."""
    for index in range(first, size):
        areas[people[returns[index].person].area].enforcement_hours += parameters[0].breach_hours
