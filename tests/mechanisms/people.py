"""Made-up people, officers, areas and spells for tests of single rules."""

from __future__ import annotations

from typing import Any

import numpy as np

from ttg_sim.agents.area import AREA
from ttg_sim.agents.mentor import DISTANT, MENTOR, Stage
from ttg_sim.agents.officer import OFFICER
from ttg_sim.agents.person import NEUTRAL, NEVER, NOBODY, PERSON, Housing, Where
from ttg_sim.agents.prison import PRISON
from ttg_sim.agents.provider import PROVIDER, Funding
from ttg_sim.agents.referral import REFERRAL
from ttg_sim.mechanisms.custody import SPELL
from ttg_sim.mechanisms.enforcement import RETURN

SEED = np.uint64(5)
TYPICAL = {
    "born_day": -11_000.0,
    "first_sanction_age": 16.0,
    "where": int(Where.LIBERTY),
    "housing": int(Housing.SETTLED),
    "prison": 0,
    "spell": 0,
    "officer": 0,
    "court_week": NEVER,
    "offended_day": NEVER,
    "income_week": NEVER,
    "trust": 0.5,
    "readiness": 0.5,
    "readiness_level": 0.5,
    "hope": 0.5,
    "hope_level": 0.5,
    "distance": 8.0,
    "referral": NOBODY,
    "volunteer": NOBODY,
}
"""Somebody for whom nothing is out of the ordinary."""


def several(count: int, **values: Any) -> np.ndarray:
    """People with keys 1, 2, 3, ..., otherwise alike unless a value is an array."""
    people = np.zeros(count, PERSON)
    people["key"] = np.arange(count) + 1
    for name, value in (TYPICAL | values).items():
        people[name] = value
    return people


def person(key: int = 1, **values: Any) -> np.record:
    """One person."""
    return several(1, key=key, **values)[0]


def officers(count: int = 1, **values: Any) -> np.ndarray:
    """Officers with time enough, of middle stance and neutral morale."""
    table = np.zeros(count, OFFICER)
    table["number"] = np.arange(count)
    usual = {"stance": 0.5, "attention": 1.0, "morale": 0.5, "visit_hours": 0.5, "usual_cases": 1.0}
    for name, value in (usual | values).items():
        table[name] = value
    return table


def areas(count: int = 1, **values: Any) -> np.ndarray:
    """Average areas."""
    table = np.zeros(count, AREA)
    table["key"] = np.arange(count) + 7
    table["number"] = np.arange(count) + 1
    for name in AREA.names or ():
        if name.endswith("_factor"):
            table[name] = 1.0
    for name, value in values.items():
        table[name] = value
    return table


def spells(count: int = 1, **values: Any) -> np.ndarray:
    """Releases in which nothing has been noted yet."""
    table = np.zeros(count, SPELL)
    table["first_kept"] = NOBODY
    for name, value in values.items():
        table[name] = value
    return table


def prisons(local: int = 1, **values: Any) -> np.ndarray:
    """Resettlement prisons of the first area, of middle suspicion, and the rest of the estate in the last row."""
    table = np.zeros(local + 1, PRISON)
    table["key"] = np.arange(local + 1) + 50
    table["number"][:local] = np.arange(local)
    table["resettlement"][:local] = 1
    table["area"][local], table["number"][local] = -1, DISTANT
    table["suspicion"] = table["usual_suspicion"] = 0.5
    for name, value in values.items():
        table[name] = value
    return table


def referrals(count: int = 1, **values: Any) -> np.ndarray:
    """Open referrals of the first people of a table, received on day 0, whom the service does not know yet."""
    table = np.zeros(count, REFERRAL)
    table["person"] = np.arange(count)
    for name in ("release_day", "named_week", "act_week", "matched_week", "visit_day", "met_day", "ended_week"):
        table[name] = NEVER
    for name in ("spell", "mentor", "match_prison", "visitor"):
        table[name] = NOBODY
    for name, value in values.items():
        table[name] = value
    return table


def returns(count: int) -> np.ndarray:
    """Room for returns to custody."""
    return np.zeros(count, RETURN)


def rows(table: np.ndarray) -> np.ndarray:
    """The numbers of all rows."""
    return np.arange(len(table))


def near(share: float, count: int) -> float:
    """How far a share of so many draws may lie from the expected one: four and a half standard errors."""
    return 4.5 * float(np.sqrt(share * (1 - share) / count))


# Mentors and providers.


def mentors(count: int = 1, **values: Any) -> np.ndarray:
    """Mentors from the public with keys 1, 2, 3, ..., available, of middle fitness and commitment."""
    table = np.zeros(count, MENTOR)
    table["key"] = np.arange(count) + 1
    usual = {
        "person": NOBODY,
        "stage": int(Stage.AVAILABLE),
        "fitness": 0.5,
        "commitment": 0.5,
        "talent": 1.0,
        "skill": 1.0,
        "registered_week": NEVER,
        "ready_week": NEVER,
        "ended_week": NEVER,
        "paid_week": NEVER,
        "identity": NEUTRAL,
        "validation": NEUTRAL,
    }
    for name, value in (usual | values).items():
        table[name] = value
    return table


def providers(count: int = 1, **values: Any) -> np.ndarray:
    """Providers of one area each whose contract runs for long, with time enough and no mentors yet."""
    table = np.zeros(count, PROVIDER)
    table["key"] = np.arange(count) + 50
    table["area"] = np.arange(count)
    usual = {
        "funding": int(Funding.RUNNING),
        "contacts": 1,
        "recruiting": 1,
        "horizon": 100,
        "first_week": 0,
        "stopped_week": NEVER,
        "support": 1.0,
        "target": 50.0,
        "to_train": 1000.0,
        "to_match": 1000.0,
    }
    for name, value in (usual | values).items():
        table[name] = value
    return table


def outside(count: int = 1, **values: Any) -> np.ndarray:
    """People at liberty, released long ago, without supervision, who have never applied to become a mentor."""
    usual = {"volunteer": NOBODY, "back_day": NEVER, "released_day": -8_000}
    return several(count, **(usual | values))
