"""Coordinators: few people run the volunteers' office, and what they have no time for does not happen."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ttg_sim.agents.provider import Funding, Money
from ttg_sim.engine.calendar import WEEKS_PER_MONTH, WEEKS_PER_YEAR
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.parameter import Cost, Grade, Role, Section, parameter


class CoordinatorParameters(Section):
    """How many coordinators there are, and how many volunteers, recruits and matches each can look after."""

    section: ClassVar[str] = "coordinator"
    title: ClassVar[str] = "Coordinators of volunteers"

    n: float = parameter(
        2.0,
        unit="coordinators",
        low=0,
        high=200,
        role=Role.LEVER,
        grade=Grade.EXPERT,
        source="two people run the office (one company, 2015)",
        evidence=("8.07",),
        words="Posts of coordinators in an average area",
        cost=Cost(None, words="see coordinator.cost_year"),
    )
    max_mentors: float = parameter(
        20.0,
        unit="mentors",
        low=1,
        high=200,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Mentors whom a coordinator can support well",
    )
    recruits_per_month: float = parameter(
        3.0,
        unit="volunteers a month",
        low=0,
        high=100,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; one area registered 37 new volunteers in a year",
        evidence=("8.01",),
        words="New volunteers whom a coordinator can take on and train",
    )
    matches_per_month: float = parameter(
        12.0,
        unit="matches a month",
        low=0,
        high=400,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Matches that a coordinator can make",
    )
    hire_weeks: float = parameter(
        10.0,
        unit="weeks",
        low=0,
        high=104,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Time in which all posts are filled, from none",
    )
    loss_per_week: float = parameter(
        0.08,
        unit="share a week",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="charities in limbo lose staff (interviews); no figure found",
        words="Coordinators who go in each week without money",
    )
    cost_year: float = parameter(
        32_000.0,
        unit="pounds a year",
        low=0,
        high=200_000,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; salary and overheads, prices of about 2016",
        words="Cost of a coordinator",
    )


COORDINATOR = parameter_record(CoordinatorParameters)


def prepare(section: CoordinatorParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    return fill(COORDINATOR, section)


@kernel
def staff(provider, posts, p):
    """Posts are filled while there is money and cash, and coordinators go while there is no money."""
    if provider.funding == Funding.RUNNING or provider.funding == Funding.STARTING:
        hired = posts if p.hire_weeks <= 1.0 else posts / p.hire_weeks
        hired = hired if provider.squeezed == 0 else 0.0
        provider.coordinators = min(provider.coordinators + hired, posts)
    else:
        provider.coordinators *= 1.0 - p.loss_per_week


@kernel
def run(providers, areas, parameters):
    """Coordinators in one week: posts filled, and the time they have; at most a month of work can be saved up."""
    p = parameters[0]
    for row in range(len(providers)):
        provider = providers[row]
        staff(provider, p.n * areas[provider.area].people_factor, p)
        span = provider.coordinators * p.max_mentors
        provider.support = span / provider.mentors if provider.mentors > span else 1.0
        if provider.horizon == 0:  # no work is done without money, and none is saved up
            provider.to_train, provider.to_match = 0.0, 0.0
            continue
        each = provider.coordinators / WEEKS_PER_MONTH
        most = provider.coordinators
        provider.to_train = min(provider.to_train + each * p.recruits_per_month, max(most * p.recruits_per_month, 1.0))
        provider.to_match = min(provider.to_match + each * p.matches_per_month, max(most * p.matches_per_month, 1.0))
        provider.spent[Money.COORDINATION] += provider.coordinators * p.cost_year / WEEKS_PER_YEAR
