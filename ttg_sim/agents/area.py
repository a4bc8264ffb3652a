"""A contract area: the places that people leaving prison can turn to, and who holds them."""

from __future__ import annotations

from ttg_sim.engine.table import record

AREA = record(
    {
        "key": "u8",
        "entrants": "i8",  # people and households so far: ordinals of their keys
        "households": "i8",
        "settled_people": "i8",  # settled places held by people of the population
        "settled_others": "i8",  # settled places held by other households
        "temporary_people": "i8",  # temporary places held
        "waiting_people": "i8",  # people at liberty who wait for a settled place
    }
)
