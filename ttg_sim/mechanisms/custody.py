"""Custody: reception into a prison, transfers, release at half-way or earlier on tag."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from ttg_sim.agents.person import NOBODY, Housing, Return, Where
from ttg_sim.agents.risk import assess
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import DAYS_PER_WEEK, DAYS_PER_YEAR, WEEKS_PER_YEAR
from ttg_sim.engine.draws import Decision
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.engine.table import record
from ttg_sim.parameter import NO_COST_KNOWN, Cost, Grade, Role, Section, parameter

PRISON_PLACE = Cost(38_042.0, "a prison place a year", "2016/17", "for days inside; the tag is not counted", ("10.03",))


class CustodyParameters(Section):
    """Prisons, moves between them, and the date on which a person is released."""

    section: ClassVar[str] = "custody"
    title: ClassVar[str] = "Prisons, transfers and release"

    release_fraction: float = parameter(
        0.5,
        unit="share of the sentence",
        low=0.25,
        high=1,
        role=Role.LEVER,
        grade=Grade.PUBLISHED,
        source="release at half-way by law",
        evidence=("9.11",),
        words="Part of a sentence that is served inside unless the person is released earlier on tag",
        cost=PRISON_PLACE,
    )
    tag_uptake: float = parameter(
        0.21,
        unit="share",
        low=0,
        high=1,
        role=Role.LEVER,
        grade=Grade.STUDY,
        source="home detention curfew, 2016 and 2017 (19% in 2014), of all people with sentences of 12 weeks to under "
        "4 years, some of whom are barred; applied to people with a home, so that fewer are released on tag here",
        evidence=("13.56",),
        words="Share of people who qualify by sentence and have a home to go to who are released early on tag",
        cost=PRISON_PLACE,
    )
    tag_shortest_sentence_weeks: float = parameter(
        12.0,
        unit="weeks",
        low=0,
        high=52,
        role=Role.LEVER,
        grade=Grade.PUBLISHED,
        source="people with shorter sentences cannot be released on tag",
        evidence=("13.56",),
        words="Shortest sentence with which a person can be released on tag",
        cost=PRISON_PLACE,
    )
    tag_days_served: float = parameter(
        30.0,
        unit="days",
        low=0,
        high=365,
        role=Role.LEVER,
        grade=Grade.PUBLISHED,
        source="rule as stated in 2009",
        evidence=("13.57",),
        words="Days that have to be served before release on tag",
        cost=PRISON_PLACE,
    )
    tag_fraction_served: float = parameter(
        0.25,
        unit="share of the sentence",
        low=0,
        high=1,
        role=Role.LEVER,
        grade=Grade.PUBLISHED,
        source="rule as stated in 2009",
        evidence=("13.57",),
        words="Part of the sentence that has to be served before release on tag",
        cost=PRISON_PLACE,
    )
    tag_longest_days: float = parameter(
        135.0,
        unit="days",
        low=0,
        high=365,
        role=Role.LEVER,
        grade=Grade.PUBLISHED,
        source="rule as stated in 2009",
        evidence=("13.57",),
        words="Most days by which tag can bring release forward",
        cost=PRISON_PLACE,
    )
    tag_decision_days: float = parameter(
        10.0,
        unit="days",
        low=0,
        high=120,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; exponential",
        words="Mean time after the earliest date that the prison takes to decide about tag",
    )
    local_share: float = parameter(
        0.93,
        unit="share",
        low=0,
        high=1,
        role=Role.LEVER,
        grade=Grade.STUDY,
        source="2,961 eligible releases from prisons without resettlement services in 2018, of about 38,000",
        evidence=("2.10", "1.30"),
        words="Share of people received into one of the resettlement prisons that serve their area",
        cost=NO_COST_KNOWN,
    )
    transfers_per_year: float = parameter(
        0.88,
        unit="moves per person-year inside",
        low=0,
        high=12,
        role=Role.LEVER,
        grade=Grade.STUDY,
        source="contractor moves per place, 2005-06, all sentences; local moves not counted",
        evidence=("13.60",),
        words="Moves to another prison",
        cost=NO_COST_KNOWN,
    )
    transfer_local_share: float = parameter(
        0.80,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Share of moves that end in a resettlement prison of the person's own area",
    )
    resettlement_prisons: int = parameter(
        4,
        unit="prisons",
        low=1,
        high=12,
        grade=Grade.ASSUMPTION,
        source="four or five serve an area (86 resettlement prisons in 21 areas from 2019)",
        evidence=("2.11",),
        words="Resettlement prisons that serve the area; the rest of the estate counts as one distant prison",
    )


SPELL = record(
    {
        "person": "i8",  # row of the person
        "number": "i8",  # 1 for a person's first release
        "received_day": "i8",
        "release_day": "i8",
        "sentence_days": "i8",
        "longer": "i8",  # released by somebody of the comparison group
        "tagged": "i8",
        "resettlement": "i8",  # released from a resettlement prison
        "prison": "i8",  # its number in the area, or NOBODY for the rest of the estate
        "referral": "i8",  # row, or NOBODY for people on longer sentences
        "age": "f8",
        "sanctions": "i8",
        "offence": "i8",
        "score_1_year": "f8",
        "score_2_year": "f8",
        # States at the end of the week of release, six weeks and twelve months later; NOBODY where not at liberty.
        "first_night": "i8",
        "week_6": "i8",
        "month_12": "i8",
        "first_working": "i8",
        "week_6_working": "i8",
        "month_12_working": "i8",
        "drug_need": "i8",
        "first_using": "i8",
        "month_12_using": "i8",
        "treated": "i8",  # in treatment three weeks after release
        # Help before release, and supervision after it.
        "seen": "i8",
        "helped": "i8",
        "supervised": "i8",
        "high_harm": "i8",
        "appointments": "i8",
        "kept": "i8",
        "failures": "i8",  # missed without an acceptable reason
        "first_kept": "i8",  # NOBODY until there was a first appointment
        "recalls": "i8",
        "recall_day": "i8",  # of the first one
    }
)
CUSTODY = parameter_record(CustodyParameters)
FRIDAY = 4


def prepare(section: CustodyParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    return fill(CUSTODY, section)


@kernel
def before_weekend(day):
    """A release that falls on a weekend is brought forward to Friday."""
    weekday = day % DAYS_PER_WEEK
    return day - max(weekday - FRIDAY, 0)


@kernel
def tag_day(person, seed, p):
    """Day on which the person could leave on tag; the half-way date where tag is out of the question."""
    half_way = person.release_day
    days = person.sentence_days
    if days < p.tag_shortest_sentence_weeks * DAYS_PER_WEEK or person.housing != Housing.SETTLED:
        return half_way
    if draws.uniform(seed, Decision.CUSTODY_TAG, person.key, person.received_day, 0) >= p.tag_uptake:
        return half_way
    served = max(p.tag_days_served, p.tag_fraction_served * days)
    served = max(served, half_way - person.received_day - p.tag_longest_days)
    u = draws.uniform(seed, Decision.CUSTODY_TAG_DELAY, person.key, person.received_day, 0)
    return person.received_day + math.ceil(served + draws.exponential(u, p.tag_decision_days))


@kernel
def choose_prison(person, seed, decision, day, item, local_share, prisons):
    """Row of a prison: evenly among the resettlement prisons of the area, or the rest of the estate (the last row)."""
    u = draws.uniform(seed, decision, person.key, day, item)
    local = 0
    for row in range(len(prisons)):
        if prisons[row].resettlement == 1 and prisons[row].area == person.area:
            local += 1
    pick = int(u / local_share * local) if u < local_share else NOBODY
    for row in range(len(prisons)):
        if prisons[row].resettlement == 1 and prisons[row].area == person.area:
            if pick == 0:
                return row
            pick -= 1
    return len(prisons) - 1


@kernel
def receive(person, seed, prisons, p):
    """Begin a sentence: prison, date of release, and whether tag will bring it forward."""
    day = person.sentenced_day
    person.where = Where.INSIDE
    person.received_day = day
    person.sentence_days = person.sentenced_days
    person.sentenced_days = 0
    person.returned = Return.NOT
    person.queue = 0.0
    person.spell = NOBODY
    person.sentence_end_day = day + person.sentence_days
    person.prison = choose_prison(person, seed, Decision.CUSTODY_PRISON, day, 0, p.local_share, prisons)
    person.release_day = day + math.ceil(person.sentence_days * p.release_fraction)
    early = tag_day(person, seed, p)
    person.tagged = 1 if early < person.release_day else 0
    person.half_way_day = max(before_weekend(person.release_day), day)
    person.release_day = max(before_weekend(min(early, person.release_day)), day)


@kernel
def serve_longer(person, p):
    """A sentence passed while the person is inside runs at the same time: it can only move the release back."""
    half_way = person.sentenced_day + math.ceil(person.sentenced_days * p.release_fraction)
    if half_way > person.release_day:
        person.release_day = before_weekend(half_way)
        person.half_way_day = person.release_day
        person.tagged = 0
    person.sentence_end_day = max(person.sentence_end_day, person.sentenced_day + person.sentenced_days)
    person.sentenced_days = 0


@kernel
def release(person, row, spells, size, prisons):
    """Open the gate: score the person, start the clock and open a spell. Returns the number of spells."""
    day = person.release_day
    person.where = Where.LIBERTY
    person.released_day = day
    person.spells += 1
    person.spell = size
    assess(person, day)
    spell = spells[size]
    spell.person = row
    spell.number = person.spells
    spell.received_day = person.received_day
    spell.release_day = day
    spell.sentence_days = person.sentence_days
    spell.tagged = person.tagged
    spell.resettlement = prisons[person.prison].resettlement
    spell.prison = prisons[person.prison].number if spell.resettlement == 1 else NOBODY
    spell.referral = NOBODY
    spell.age = (day - person.born_day) / DAYS_PER_YEAR
    spell.sanctions = person.sanctions
    spell.offence = person.offence
    spell.score_1_year = person.score_1_year
    spell.score_2_year = person.score_2_year
    spell.longer = person.longer
    spell.drug_need = person.drug_need
    spell.first_night = NOBODY
    spell.week_6 = NOBODY
    spell.month_12 = NOBODY
    spell.first_working = NOBODY
    spell.week_6_working = NOBODY
    spell.month_12_working = NOBODY
    spell.first_using = NOBODY
    spell.month_12_using = NOBODY
    spell.treated = NOBODY
    spell.first_kept = NOBODY
    return size + 1


@kernel
def first_release(spells, week):
    """The first row of a release in this week or later. Releases are in order of their weeks."""
    low, high = 0, len(spells)
    while low < high:
        middle = (low + high) // 2
        if spells[middle].release_day < week * DAYS_PER_WEEK:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def release_again(person):
    """Back to the community after a recall or committal: no spell begins, and the clock of the hazard goes on."""
    person.where = Where.LIBERTY
    person.returned = Return.NOT
    person.back_day = person.release_day


@kernel
def begin_sentence(person, seed, prisons, p):
    """Carry out a sentence that was passed. True where the person was not inside before.

    A sentence ends a recall; it runs beside another sentence.
    """
    if person.sentenced_days == 0 or person.where == Where.LEFT:
        return False
    if person.where == Where.INSIDE and person.returned == Return.NOT:
        serve_longer(person, p)
        return False
    came_in = person.where != Where.INSIDE
    receive(person, seed, prisons, p)
    return came_in


@kernel
def is_moved(person, seed, week, p):
    """Whether the person is moved to another prison this week."""
    u = draws.uniform(seed, Decision.CUSTODY_TRANSFER, person.key, week, 0)
    return draws.happens(u, p.transfers_per_year, 1.0 / WEEKS_PER_YEAR)


@kernel
def run(people, sentenced, inside, count, spells, size, released, freed, free, prisons, seed, week, parameters):
    """Receptions, transfers and releases of one week.

    `sentenced` holds rows of people with a sentence to begin, `inside` those of people inside (`count` of them). Fills
    `released` with rows of people whose spell begins, and `freed` (which holds `free` rows already) with those who go
    back to the community otherwise. Returns the numbers of spells, people inside, released and freed.
    """
    p = parameters[0]
    for row in range(len(prisons)):
        prisons[row].people = 0
    for row in sentenced:
        if begin_sentence(people[row], seed, prisons, p):
            inside[count] = row
            count += 1
    stay, gone = 0, 0
    for row in inside[:count]:
        person = people[row]
        if person.where != Where.INSIDE:
            continue
        if person.release_day // DAYS_PER_WEEK <= week:
            if person.returned == Return.NOT:
                size = release(person, row, spells, size, prisons)
                released[gone] = row
                gone += 1
            else:
                release_again(person)
                freed[free] = row
                free += 1
            continue
        inside[stay] = row
        stay += 1
        if is_moved(person, seed, week, p):
            local = p.transfer_local_share
            person.prison = choose_prison(person, seed, Decision.CUSTODY_TRANSFER, week, 1, local, prisons)
        prisons[person.prison].people += 1
    return size, stay, gone, free


@kernel
def take_back(people, returns, first, size, inside, count, prisons, seed, parameters):
    """Receive people who are recalled or committed this week (rows `first` to `size` of `returns`).

    Returns how many are inside.
    """
    p = parameters[0]
    for index in range(first, size):
        returned = returns[index]
        if returned.kind == Return.NOT:
            continue
        person = people[returned.person]
        person.where = Where.INSIDE
        person.returned = returned.kind
        person.release_day = max(before_weekend(returned.until_day), returned.day)
        person.prison = choose_prison(person, seed, Decision.CUSTODY_PRISON, returned.day, 1, p.local_share, prisons)
        prisons[person.prison].people += 1
        inside[count] = returned.person
        count += 1
    return count
