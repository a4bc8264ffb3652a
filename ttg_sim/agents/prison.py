"""A prison: one of the resettlement prisons that serve an area, or the rest of the estate."""

from __future__ import annotations

from ttg_sim.engine.table import record

PRISON = record(
    {
        "key": "u8",
        "area": "i8",
        "number": "i8",  # among those of its area: 0 for the first one
        "resettlement": "i8",  # whether it serves the area as a resettlement prison
        "people": "i8",  # people of the population inside, at the end of the week
        "suspicion": "f8",  # of people with convictions who come to help; 0.5 moves nothing
        "usual_suspicion": "f8",  # where it is drawn back to without joint training
    }
)
