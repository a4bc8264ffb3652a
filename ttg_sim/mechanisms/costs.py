"""Costs: what things cost, in prices of which year. They price a run when it is over, and move nothing in it."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.parameter import Grade, Role, Section, parameter


class CostsParameters(Section):
    """Unit costs, each in prices of its own year, and how they are brought to one year and to one date."""

    section: ClassVar[str] = "costs"
    title: ClassVar[str] = "What things cost"

    price_year: int = parameter(
        2016,
        unit="year",
        low=2000,
        high=2040,
        grade=Grade.ASSUMPTION,
        source="a choice: most of the figures are of that year",
        words="Year in whose prices all money is told; a financial year counts as the year in which it begins",
    )
    price_growth: float = parameter(
        0.02,
        unit="share a year",
        low=-0.05,
        high=0.2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="about what the deflator of gross domestic product has been; not looked up",
        words="Growth of prices a year, with which unit costs are brought from their own year to one year",
    )
    discount_rate: float = parameter(
        0.035,
        unit="share a year",
        low=0,
        high=0.2,
        grade=Grade.ASSUMPTION,
        source="the rate that the Treasury's Green Book asks for; no row in the register",
        words="Rate at which money of later weeks is discounted to the first evaluated week",
    )
    mentoring_prices: int = parameter(
        2016,
        unit="year",
        low=2000,
        high=2040,
        grade=Grade.ASSUMPTION,
        source="unit costs of the mentoring service stand with its rules and are assumptions in prices of about 2016",
        words="Year of whose prices are all unit costs of the mentoring service, its fees and payments for results",
    )
    prison_week: float = parameter(
        730.0,
        unit="pounds a week, prices of 2016",
        low=0,
        high=2_500,
        role=Role.UNCERTAIN,
        grade=Grade.STUDY,
        source="38,042 pounds a place a year (2016/17) over 52.18 weeks; a mean: what one place less saves is less "
        "while no wing closes",
        evidence=("10.03",),
        words="Cost of a person's week in prison",
    )
    supervision_year: float = parameter(
        2_380.0,
        unit="pounds a year, prices of 2011",
        low=0,
        high=10_000,
        role=Role.UNCERTAIN,
        grade=Grade.STUDY,
        source="a licence in 2011/12, at full cost; 652 pounds without overheads (2008), and about 3,660 where all "
        "spending of 2015-16 is divided by all people supervised",
        evidence=("3.09", "13.70", "13.71"),
        words="Cost of a person's year on licence or post-sentence supervision",
    )
    community_order: float = parameter(
        4_135.0,
        unit="pounds, prices of 2011",
        low=0,
        high=15_000,
        role=Role.UNCERTAIN,
        grade=Grade.STUDY,
        source="a community or suspended order in 2011/12, at full cost",
        evidence=("13.70",),
        words="Cost of a community order",
    )
    recall: float = parameter(
        500.0,
        unit="pounds, prices of 2016",
        low=0,
        high=5_000,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; paperwork, arrest and the way back to prison",
        words="Cost of carrying out a recall, without the weeks inside",
    )
    breach_hearing: float = parameter(
        1_000.0,
        unit="pounds, prices of 2016",
        low=0,
        high=10_000,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Cost of a breach that a court hears, without the weeks inside",
    )
    resettlement_staff_year: float = parameter(
        44_000.0,
        unit="pounds a year, prices of 2019",
        low=0,
        high=200_000,
        role=Role.UNCERTAIN,
        grade=Grade.STUDY,
        source="22 million pounds for about 500 more members of staff",
        evidence=("2.11",),
        words="Cost of a member of staff of the resettlement service in prisons",
    )
    settled_week: float = parameter(
        150.0,
        unit="pounds a week, prices of 2016",
        low=0,
        high=1_000,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Cost of a settled place in use for a week, support included and rent that the tenant pays left out",
    )
    temporary_night: float = parameter(
        81.0,
        unit="pounds a night, prices of 2007",
        low=0,
        high=400,
        role=Role.UNCERTAIN,
        grade=Grade.STUDY,
        source="bail and tag housing in all, support included (December 2007)",
        evidence=("13.73",),
        words="Cost of a night in a temporary place",
    )
    training_week: float = parameter(
        100.0,
        unit="pounds a week, prices of 2016",
        low=0,
        high=1_000,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Cost of a work-training place in use for a week",
    )
    treatment_week: float = parameter(
        60.0,
        unit="pounds a week, prices of 2016",
        low=0,
        high=1_000,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Cost of a place in drug or alcohol treatment in use for a week",
    )
    volunteer_hour: float = parameter(
        7.0,
        unit="pounds an hour, prices of 2016",
        low=0,
        high=50,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; what the hour could have earned in a low-paid job, less what volunteering gives",
        words="Value of an hour of a volunteer's time in another use",
    )
    volunteer_hours: float = parameter(
        3.0,
        unit="hours a week",
        low=0,
        high=40,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Hours that an unpaid mentor in training, with a person or specialised in visits gives in a week, travel "
        "included",
    )
    reoffence: float = parameter(
        33_000.0,
        unit="pounds an offence, prices of 2017",
        low=0,
        high=150_000,
        role=Role.UNCERTAIN,
        grade=Grade.STUDY,
        source="6.0 billion pounds of people released from custody in 2016, over 72,613 releases with 46% who reoffend "
        "and 5.48 proven offences each (0.46 x 5.48 = 2.52; 6.0 billion / 183,000 = 32,800). With the 3.41 proven "
        "offences per release after short sentences it is 24,200. Those 6.0 billion count crimes that are never "
        "proven too, so each proven offence stands for several; the rate and the number are of other years and "
        "sentences than the sum",
        evidence=("1.04", "1.05", "1.09", "10.01", "13.59"),
        words="Economic and social cost of one proven reoffence: harm, prevention, police, courts, prison and "
        "probation for it and for the crimes behind it that are never proven",
    )
    public_share: float = parameter(
        0.15,
        unit="share",
        low=0,
        high=0.6,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Share of that cost that police, courts and the health service bear, without prison and probation",
    )


PRICE_YEARS = {
    "prison_week": 2016,
    "supervision_year": 2011,
    "community_order": 2011,
    "recall": 2016,
    "breach_hearing": 2016,
    "resettlement_staff_year": 2019,
    "settled_week": 2016,
    "temporary_night": 2007,
    "training_week": 2016,
    "treatment_week": 2016,
    "volunteer_hour": 2016,
    "reoffence": 2017,
}
"""The year of the prices in which each unit cost is given, whatever its value."""

COSTS = parameter_record(CostsParameters)


def prepare(section: CostsParameters) -> np.ndarray:
    """The record of these parameters. No rule reads it: runs are priced when they are over."""
    return fill(COSTS, section)


def to_one_year(section: CostsParameters, year: int) -> float:
    """Factor that brings prices of a year to those of the year in which money is told."""
    return float((1.0 + section.price_growth) ** (section.price_year - year))


def in_one_year(section: CostsParameters) -> dict[str, float]:
    """Every unit cost, in prices of the year in which money is told."""
    return {name: getattr(section, name) * to_one_year(section, year) for name, year in PRICE_YEARS.items()}
