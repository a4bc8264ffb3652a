"""Areas: how many there are, and how they differ in size, officers, places, services, jobs and distances."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ttg_sim.engine import draws
from ttg_sim.engine.draws import Decision
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.parameter import Grade, Role, Section, parameter


class AreasParameters(Section):
    """Contract areas. One area alone is an average one; several differ, each in the same way in every run."""

    section: ClassVar[str] = "areas"
    title: ClassVar[str] = "Areas and how they differ"

    number: int = parameter(
        1,
        unit="areas",
        low=1,
        high=42,
        grade=Grade.PUBLISHED,
        source="21 contract areas; one stands for an average one",
        evidence=("3.18",),
        words="Contract areas in the run; people, officers, places and services are given for an average one",
    )
    people_spread: float = parameter(
        0.30,
        unit="log units",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="Wales had 166 short-sentence people a month entering supervision, close to an average area; no table "
        "of all areas found",
        evidence=("13.69",),
        words="How much areas differ in the number of people",
    )
    officers_spread: float = parameter(
        0.12,
        unit="log units",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no table found",
        words="How much areas of one size differ in the number of officers",
    )
    places_spread: float = parameter(
        0.25,
        unit="log units",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no table found",
        words="How much areas of one size differ in settled and temporary places",
    )
    services_spread: float = parameter(
        0.20,
        unit="log units",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no table found",
        words="How much areas of one size differ in places in training, treatment and advice",
    )
    jobs_spread: float = parameter(
        0.20,
        unit="log units",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no table found",
        words="How much areas of one size differ in vacancies",
    )
    distance_spread: float = parameter(
        0.35,
        unit="log units",
        low=0,
        high=1.5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no table found; town and country",
        words="How much areas differ in the distance to a probation office",
    )


AREAS = parameter_record(AreasParameters)
OF_ITS_SIZE = ("officers", "places", "services", "jobs")
FACTORS = ("people", *OF_ITS_SIZE, "distance")
SAME_IN_EVERY_RUN = np.uint64(0)


def prepare(section: AreasParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    return fill(AREAS, section)


def differ(areas: np.ndarray, parameters: np.ndarray) -> None:
    """Set the factors of all areas: the mean over areas is one for each, and one area alone has all of them at one.

    They are drawn from the area's key under one seed for all runs, since areas are places, not luck.
    """
    p = parameters[0]
    found: dict[str, np.ndarray] = {}
    for item, name in enumerate(FACTORS):
        u = [draws.uniform(SAME_IN_EVERY_RUN, int(Decision.AREA_FACTOR), key, 0, item) for key in areas["key"]]
        factor = np.exp([draws.even(value, 0.0, p[f"{name}_spread"]) for value in u])
        if name in OF_ITS_SIZE:
            factor *= found["people"]
        found[name] = factor / factor.mean()
        areas[f"{name}_factor"] = found[name]
