"""A contract area: the places that people leaving prison can turn to, who holds them, and how it differs."""

from __future__ import annotations

from ttg_sim.agents.person import Service
from ttg_sim.engine.table import record

AREA = record(
    {
        "key": "u8",
        "number": "i8",  # 1 for the first one
        "entrants": "i8",  # people so far: ordinals of their keys
        "longer_entrants": "i8",
        "households": "i8",
        "users": "i8",  # other users of services so far
        "settled_people": "i8",  # settled places held by people of the population
        "settled_others": "i8",  # settled places held by other households
        "temporary_people": "i8",  # temporary places held
        "waiting_people": "i8",  # people at liberty who wait for a settled place
        "in_service": ("f8", len(Service)),  # places of each service in use by people of the population
        "others_in_service": ("f8", len(Service)),
        # How many times as much as an average area it has.
        "people_factor": "f8",
        "officers_factor": "f8",
        "places_factor": "f8",
        "services_factor": "f8",
        "jobs_factor": "f8",
        "distance_factor": "f8",
        # Officers: rows of the table in which those of each body begin, and how many work there now.
        "first_national": "i8",
        "national_officers": "i8",
        "first_company": "i8",
        "company_officers": "i8",
        # Time of officers this week, in hours.
        "contact_hours": "f8",
        "enforcement_hours": "f8",
    }
)
