"""Another household that wants the same settled places: most tenants were never in prison."""

from __future__ import annotations

from enum import IntEnum

from ttg_sim.engine.table import record


class Tenancy(IntEnum):
    """How far a household has come."""

    WAITING = 0
    HOUSED = 1
    GONE = 2


HOUSEHOLD = record(
    {
        "key": "u8",
        "area": "i8",
        "tenancy": "i8",
        "queue": "f8",  # week joined plus a tie
        "stay_weeks": "f8",  # how long it stays once housed
        "until": "f8",  # week in which it stops waiting, or leaves its place
    }
)
