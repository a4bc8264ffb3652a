"""Funding: contracts with dates, what is known of the next one, and what stops when one ends."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

import numpy as np

from ttg_sim.agents.person import NEVER
from ttg_sim.agents.provider import Funding
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.parameter import NO_COST_KNOWN, Cost, Grade, Role, Section, parameter


class FundingParameters(Section):
    """Contracts of the mentoring service: how long each runs, and how far ahead it is known that it goes on."""

    section: ClassVar[str] = "funding"
    title: ClassVar[str] = "Contracts of the mentoring service"

    calendar: Literal["unfunded", "renewed", "continuous", "stop_start", "one_long"] = parameter(
        "unfunded",
        unit="choice",
        role=Role.LEVER,
        grade=Grade.EXPERT,
        source="none before the reform; renewed, and stop-start, as a coordinator described them (interviews, 2015)",
        evidence=("8.02",),
        words="Contracts: none; one after another; one without an end; three months, a stop, five months, a stop and "
        "so on; or a single long one",
        cost=Cost(1_667.0, "a person released", "2010-15", "ceiling of a full service", ("10.05",)),
    )
    start: date = parameter(
        date(2015, 5, 1),
        unit="date",
        role=Role.LEVER,
        grade=Grade.PUBLISHED,
        source="services live since 1 May 2015",
        evidence=("2.01",),
        words="Day on which the first contract begins",
        cost=NO_COST_KNOWN,
    )
    stopped: bool = parameter(
        False,
        unit="switch",
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="for gaps with dates of one's own; announced when the lever says so",
        words="Whether money stops, whatever the contract says",
        cost=NO_COST_KNOWN,
    )
    term_weeks: float = parameter(
        52.0,
        unit="weeks",
        low=4,
        high=520,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="no figure found; most voluntary funding is short (review, 2021)",
        words="Length of a renewed contract",
        cost=NO_COST_KNOWN,
    )
    notice_weeks: float = parameter(
        4.0,
        unit="weeks",
        low=0,
        high=104,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="How long before its end the next contract is known, where contracts are renewed",
        cost=NO_COST_KNOWN,
    )
    first_weeks: float = parameter(
        13.0,
        unit="weeks",
        low=1,
        high=104,
        role=Role.LEVER,
        grade=Grade.EXPERT,
        source="a three-month extension (one office, 2015)",
        evidence=("8.02",),
        words="Length of the first and each other extension where funding stops and starts",
        cost=NO_COST_KNOWN,
    )
    second_weeks: float = parameter(
        22.0,
        unit="weeks",
        low=1,
        high=104,
        role=Role.LEVER,
        grade=Grade.EXPERT,
        source="a five-month extension after it (one office, 2015)",
        evidence=("8.02",),
        words="Length of the extensions between them",
        cost=NO_COST_KNOWN,
    )
    stop_weeks: float = parameter(
        8.0,
        unit="weeks",
        low=0,
        high=104,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="no figure found; negotiations caused a break in the service (interviews)",
        words="Length of a stop where funding stops and starts",
        cost=NO_COST_KNOWN,
    )
    long_weeks: float = parameter(
        156.0,
        unit="weeks",
        low=4,
        high=520,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="three years; no figure found",
        words="Length of a single long contract",
        cost=NO_COST_KNOWN,
    )
    secure_horizon_weeks: float = parameter(
        26.0,
        unit="weeks",
        low=0,
        high=156,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="nobody could be recruited under contracts of three and five months (interviews); the limit is ours",
        words="Weeks for which money has to be known to last before volunteers are taken on",
    )
    hard_stop: bool = parameter(
        True,
        unit="switch",
        role=Role.LEVER,
        grade=Grade.EXPERT,
        source="mentors were told to see nobody from a date on (one office, 2015)",
        evidence=("8.02",),
        words="Whether all meetings end on the day on which money ends",
        cost=NO_COST_KNOWN,
    )
    wind_down_weeks: float = parameter(
        8.0,
        unit="weeks",
        low=0,
        high=52,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Weeks for which present matches go on after money has ended, where the stop is not a hard one",
        cost=NO_COST_KNOWN,
    )
    mobilisation_weeks: float = parameter(
        8.0,
        unit="weeks",
        low=0,
        high=104,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="providers had trouble getting into prisons and mobilising suppliers (interviews); no figure found",
        words="Weeks from the first contract until the service takes its first names",
        cost=NO_COST_KNOWN,
    )


FUNDING = parameter_record(FundingParameters)
UNFUNDED, RENEWED, CONTINUOUS, STOP_START, ONE_LONG = range(5)
WITHOUT_END = 10_000
"""Weeks of a contract whose end nobody has set."""


def prepare(section: FundingParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    return fill(FUNDING, section)


@kernel
def weeks_left(since, p):
    """Weeks for which the contract that runs so many weeks after the first one began is known to run; nil without one.

    Where contracts are renewed, each that follows is added as soon as it is known.
    """
    if p.calendar == UNFUNDED or since < 0 or p.stopped == 1:
        return 0
    if p.calendar == CONTINUOUS:
        return WITHOUT_END
    if p.calendar == ONE_LONG:
        return max(int(p.long_weeks) - since, 0)
    if p.calendar == RENEWED:
        term = int(p.term_weeks)
        left = term - since % term
        while left <= p.notice_weeks:
            left += term
        return left
    first, second, stop = int(p.first_weeks), int(p.second_weeks), int(p.stop_weeks)
    place = since % (first + second + 2 * stop)
    if place < first:
        return first - place
    return max(first + stop + second - place, 0) if place >= first + stop else 0


@kernel
def stop_or_go(provider, week, p):
    """Set what the contract of the week lets the service do."""
    if provider.horizon > 0:
        if provider.first_week == NEVER:
            provider.first_week = week
        ready = week - provider.first_week >= p.mobilisation_weeks
        provider.funding = Funding.RUNNING if ready else Funding.STARTING
        provider.contacts = 1 if ready else 0
        provider.stopped_week = NEVER
        return
    if provider.first_week == NEVER:
        provider.funding = Funding.NONE
        provider.contacts = 0
        return
    if provider.stopped_week == NEVER:
        provider.stopped_week = week
    provider.funding = Funding.STOPPED
    had_begun = provider.stopped_week - provider.first_week >= p.mobilisation_weeks
    winding_down = p.hard_stop == 0 and week - provider.stopped_week < p.wind_down_weeks
    provider.contacts = 1 if had_begun and winding_down else 0


@kernel
def run(providers, week, start_week, known_stop, parameters):
    """Contracts in one week. `known_stop` is the week of the next stop that has been announced."""
    p = parameters[0]
    for row in range(len(providers)):
        provider = providers[row]
        provider.horizon = min(weeks_left(week - start_week, p), max(known_stop - week, 0))
        secure = provider.horizon > 0 and provider.horizon >= p.secure_horizon_weeks
        provider.recruiting = 1 if secure and provider.squeezed == 0 else 0
        stop_or_go(provider, week, p)
