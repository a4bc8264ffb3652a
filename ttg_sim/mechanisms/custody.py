"""Custody: reception into a prison, transfers, release at half-way or earlier on tag."""

from __future__ import annotations

from typing import ClassVar

from ttg_sim.parameter import Grade, Role, Section, parameter


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
    )
    tag_uptake: float = parameter(
        0.21,
        unit="share",
        low=0,
        high=1,
        role=Role.LEVER,
        grade=Grade.PUBLISHED,
        source="home detention curfew, 2016 and 2017, of people with sentences of 12 weeks to under 4 years",
        evidence=("13.56",),
        words="Share of people who qualify by sentence and have a home to go to who are released early on tag",
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
