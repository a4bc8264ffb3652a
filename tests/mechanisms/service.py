"""Made-up mentors, providers and people inside for tests of the rules of the mentoring service."""

from __future__ import annotations

from typing import Any

import numpy as np

from ttg_sim.agents.mentor import MENTOR, Stage
from ttg_sim.agents.person import NEUTRAL, NEVER, NOBODY, Where
from ttg_sim.agents.provider import PROVIDER, Funding
from ttg_sim.engine.queues import clock

from .people import several

WEEK = 30
TODAY = WEEK * 7
"""The Monday of the week in which the tests take place."""


def helpers(count: int = 1, **values: Any) -> np.ndarray:
    """Volunteers from the public who are ready and have nobody yet, cleared for no prison."""
    table = np.zeros(count, MENTOR)
    table["key"] = np.arange(count) + 1000
    table["person"] = NOBODY
    table["stage"] = Stage.AVAILABLE
    table["skill"] = table["talent"] = 1.0
    table["identity"] = table["validation"] = NEUTRAL
    table["ready_week"] = WEEK - 100
    table["ended_week"] = table["paid_week"] = NEVER
    for name, value in values.items():
        table[name] = value
    return table


def charity(count: int = 1, **values: Any) -> np.ndarray:
    """Services that run, with money for long, coordinators with time, and staff of middle resistance around them."""
    table = np.zeros(count, PROVIDER)
    table["area"] = np.arange(count)
    usual: dict[str, Any] = {
        "funding": Funding.RUNNING,
        "contacts": 1,
        "recruiting": 1,
        "horizon": 1000,
        "first_week": -100,
    }
    usual |= {"stopped_week": NEVER, "support": 1.0, "to_match": 1e6, "resistance": 0.5}
    for name, value in (usual | values).items():
        table[name] = value
    return table


def clear(mentors: np.ndarray, slot: int, until: float = WEEK + 1000) -> np.ndarray:
    """The mentors with clearance for one prison up to a week."""
    mentors["cleared"][:, slot] = clock(until)
    return mentors


def inside(count: int = 1, **values: Any) -> np.ndarray:
    """People inside on a short sentence since day 0, to be released in a year."""
    usual = {"where": int(Where.INSIDE), "received_day": 0, "release_day": TODAY + 365, "half_way_day": TODAY + 365}
    return several(count, **usual | values)
