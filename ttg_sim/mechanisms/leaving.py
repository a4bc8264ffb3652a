"""Leaving: how people leave the cycle of short sentences for good."""

from __future__ import annotations

from typing import ClassVar

from ttg_sim.parameter import Grade, Role, Section, parameter


class LeavingParameters(Section):
    """Lasting desistance, death and moving away; a sentence of a year or more is in `sentencing`."""

    section: ClassVar[str] = "leaving"
    title: ClassVar[str] = "Leaving the cycle"

    desistance_per_year: float = parameter(
        0.10,
        unit="rate a year at age 30",
        low=0,
        high=2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="set with T16: without it histories and returns would grow without end",
        evidence=("12.01",),
        words="How often a person at liberty turns away from offending for good",
    )
    desistance_age_slope: float = parameter(
        0.03,
        unit="log rate per year of age",
        low=0,
        high=0.2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="the hazard falls about 5% with each year of age, part of which is the OGRS3 age term",
        evidence=("12.03",),
        words="How the rate of lasting desistance grows with age",
    )
    death_per_year: float = parameter(
        0.012,
        unit="rate a year",
        low=0,
        high=0.2,
        grade=Grade.ASSUMPTION,
        source="no figure in the register",
        words="Death rate, inside and outside",
    )
    moving_per_year: float = parameter(
        0.03,
        unit="rate a year",
        low=0,
        high=1,
        grade=Grade.ASSUMPTION,
        source="no figure in the register",
        words="How often a person at liberty leaves the area for good",
    )
