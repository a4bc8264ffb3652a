"""Somebody else who uses the same services: most people in treatment or training were never in prison."""

from __future__ import annotations

from enum import IntEnum

from ttg_sim.engine.table import record


class Use(IntEnum):
    """How far a service user has come."""

    WAITING = 0
    SERVED = 1
    GONE = 2


SERVICE_USER = record(
    {
        "key": "u8",
        "area": "i8",
        "service": "i8",
        "use": "i8",
        "queued": "f8",  # week joined plus a tie
        "until": "f8",  # week in which they stop waiting, or their use ends
    }
)
