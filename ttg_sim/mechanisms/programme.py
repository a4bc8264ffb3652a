"""Programme: how many mentors are wanted and how fast, and the pathway from the end of supervision to volunteering."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from ttg_sim.agents.person import NEVER, NOBODY, Return, Where
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import DAYS_PER_WEEK, WEEKS_PER_MONTH
from ttg_sim.engine.draws import Decision
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.parameter import NO_COST_KNOWN, Cost, Grade, Role, Section, parameter


class ProgrammeParameters(Section):
    """The size of the mentoring programme, its roll-out, and a pathway into it."""

    section: ClassVar[str] = "programme"
    title: ClassVar[str] = "Size and roll-out of mentoring"

    target_mentors: float = parameter(
        50.0,
        unit="mentors",
        low=0,
        high=5_000,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="no figure found; two coordinators with 20 mentors each, and some in training",
        words="Mentors in training or at work who are wanted in an average area in the end",
        cost=Cost(10_853.0, "a person supported for a year", "2015-20", "circles of four volunteers", ("13.17",)),
    )
    rollout_months: float = parameter(
        24.0,
        unit="months",
        low=0,
        high=120,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="no plan found; critics asked for small and careful steps (blog post)",
        words="Time from the first contract over which the number wanted grows to its target",
        cost=NO_COST_KNOWN,
    )
    end_pathway: Literal["none", "voluntary", "compulsory"] = parameter(
        "none",
        unit="choice",
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="asked for by a person on probation, as an offer or as a duty (interviews)",
        words="Whether people who complete their supervision are offered training as a mentor, or have to apply",
        cost=NO_COST_KNOWN,
    )
    voluntary_share: float = parameter(
        0.04,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; the most committed take it up",
        words="Share of people who complete their supervision who take up an offer",
    )


PROGRAMME = parameter_record(ProgrammeParameters)
NONE, VOLUNTARY, COMPULSORY = range(3)


def prepare(section: ProgrammeParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    return fill(PROGRAMME, section)


@kernel
def wanted(weeks, first, p):
    """Mentors wanted so many weeks after the first contract began, with so many `first`, in an average area."""
    whole = p.rollout_months * WEEKS_PER_MONTH
    share = 1.0 if weeks + 1.0 >= whole else (weeks + 1.0) / whole
    first = min(first, p.target_mentors)
    return first + (p.target_mentors - first) * share


@kernel
def takes_pathway(person, seed, week, p):
    """Whether somebody completes supervision this week at liberty, and goes on to apply."""
    if person.where != Where.LIBERTY or person.returned != Return.NOT or person.volunteer != NOBODY:
        return False
    if person.longer == 1 or not 0 <= person.supervision_end_day - week * DAYS_PER_WEEK < DAYS_PER_WEEK:
        return False
    called = person.called == 1 and person.sessions_since == person.received_day  # since the last reception
    if p.end_pathway == COMPULSORY or called:
        return True
    if p.end_pathway == NONE:
        return False
    u = draws.uniform(seed, Decision.MENTOR_COMMITMENT, person.key, 0, 0)
    return u >= 1.0 - p.voluntary_share


@kernel
def run(providers, areas, people, supervised, finishing, pool_size, seed, week, parameters):
    """Set how many mentors are wanted, and list who comes from the end of supervision; returns how many are listed.

    `pool_size` is the number of volunteers with whom the service of an average area begins.
    """
    p = parameters[0]
    for row in range(len(providers)):
        provider = providers[row]
        provider.target = 0.0
        if provider.first_week != NEVER:
            factor = areas[provider.area].people_factor
            provider.target = wanted(week - provider.first_week, pool_size, p) * factor
    count = 0
    for row in supervised:
        if takes_pathway(people[row], seed, week, p):
            finishing[count] = row
            count += 1
    return count
