"""Eligibility: who with convictions may volunteer, and the record check that can stop them after training."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ttg_sim.agents.mentor import Stage
from ttg_sim.agents.person import NOBODY, Left, Return, Supervision, Where
from ttg_sim.agents.provider import Money
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import DAYS_PER_WEEK, DAYS_PER_YEAR
from ttg_sim.engine.draws import Decision
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.parameter import NO_COST_KNOWN, Grade, Role, Section, parameter


class EligibilityParameters(Section):
    """Rules on who may volunteer as a mentor, and record checks."""

    section: ClassVar[str] = "eligibility"
    title: ClassVar[str] = "Who may become a mentor"

    off_licence_required: bool = parameter(
        True,
        unit="switch",
        role=Role.LEVER,
        grade=Grade.EXPERT,
        source="people under supervision could not become mentors (one company, 2015); elsewhere they could",
        evidence=("8.02",),
        words="Whether people on licence or in post-sentence supervision are kept from volunteering",
        cost=NO_COST_KNOWN,
    )
    clean_years: float = parameter(
        1.0,
        unit="years",
        low=0,
        high=20,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="an old rule of thumb was ten to fifteen years (interviews); no present rule found",
        words="Years since the last release and offence that are asked for of people who are not under supervision",
        cost=NO_COST_KNOWN,
    )
    check_weeks: float = parameter(
        4.0,
        unit="weeks",
        low=0,
        high=104,
        role=Role.LEVER,
        grade=Grade.STUDY,
        source="88.6% of enhanced checks within 28 days, 2008-09",
        evidence=("7.07",),
        words="Time that a criminal record check takes, after training",
        cost=NO_COST_KNOWN,
    )
    record_check_block: float = parameter(
        0.15,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="checks stop people even from unpaid posts (interviews); no figure found",
        words="Share of people with convictions who are stopped by the check",
    )
    check_cost: float = parameter(
        50.0,
        unit="pounds",
        low=0,
        high=1_000,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; the work around a check that is free for volunteers",
        words="Cost of a record check",
    )


ELIGIBILITY = parameter_record(EligibilityParameters)


def prepare(section: EligibilityParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    return fill(ELIGIBILITY, section)


@kernel
def clean_years(person, week):
    """Years since the last release or return to the community, and since the last offence, on a Monday."""
    last = max(person.released_day, person.back_day, person.offended_day)
    return (week * DAYS_PER_WEEK - last) / DAYS_PER_YEAR


@kernel
def about(person):
    """Whether the person lives in the area, with or without being in the cycle still."""
    if person.where == Where.LEFT:
        return person.left == Left.DESISTED
    return person.where == Where.LIBERTY and person.returned == Return.NOT


@kernel
def could_volunteer(person):
    """Whether a person who has not applied before is about, and does not use drugs or alcohol at present.

    What somebody used is followed while they are in the cycle, and says nothing of the years since they left it.
    """
    if person.volunteer != NOBODY or not about(person):
        return False
    return person.using == 0 or person.where != Where.LIBERTY


@kernel
def may_volunteer(person, week, p):
    """Whether rules let a person apply."""
    if not could_volunteer(person):
        return False
    if p.off_licence_required == 1 and person.supervision != Supervision.NONE:
        return False
    return person.supervision != Supervision.NONE or clean_years(person, week) >= p.clean_years


@kernel
def run(people, wishing, count, week, parameters):
    """Keep those of the first `count` rows in `wishing` who may volunteer; returns how many they are."""
    p = parameters[0]
    kept = 0
    for row in wishing[:count]:
        if may_volunteer(people[row], week, p):
            wishing[kept] = row
            kept += 1
    return kept


@kernel
def finish(people, finishing, count):
    """As `run`, for people who complete supervision this week: rules on supervision and clean years are behind them."""
    kept = 0
    for row in finishing[:count]:
        if could_volunteer(people[row]):
            finishing[kept] = row
            kept += 1
    return kept


@kernel
def check(mentors, volunteers, providers, seed, week, parameters):
    """Record checks of those who are trained: they take their time, and stop some of the people with convictions."""
    p = parameters[0]
    for row in volunteers:
        mentor = mentors[row]
        without_money = providers[mentor.area].horizon == 0
        if mentor.stage != Stage.CHECKS or week - mentor.due < p.check_weeks or without_money:
            continue
        providers[mentor.area].spent[Money.CHECKS] += p.check_cost
        u = draws.uniform(seed, Decision.MENTOR_CHECK, mentor.key, 0, 0)
        if mentor.person != NOBODY and u < p.record_check_block:
            mentor.stage = Stage.BARRED
            mentor.ended_week = week
            providers[mentor.area].bars += 1
            continue
        mentor.stage = Stage.AVAILABLE
        mentor.ready_week = week
