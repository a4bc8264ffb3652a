"""A probation officer: whose cases, how many others beside them, how strict, and in what spirits."""

from __future__ import annotations

from enum import IntEnum

from ttg_sim.engine.table import record


class Body(IntEnum):
    """Who employs an officer once the service is divided: until then the bodies are one."""

    NATIONAL = 0
    """The National Probation Service: people assessed as a high risk of serious harm."""
    COMPANY = 1
    """The community rehabilitation company of the area: everybody else."""


OFFICER = record(
    {
        "key": "u8",
        "area": "i8",
        "body": "i8",
        "number": "i8",  # among those of the area and body: 0 for the first one
        "stance": "f8",  # 0 supportive, 1 enforcing
        "usual_cases": "f8",  # background cases before the division, as a multiple of the mean
        "other_cases": "f8",  # background cases now
        "cases": "i8",  # people of the population under supervision
        "attention": "f8",  # time for each case, as a share of what is enough; at most 1
        "visit_hours": "f8",  # length of an appointment: it shrinks with attention
        "morale": "f8",  # 0.5 moves nothing
        "regard": "f8",  # for peers as colleagues: 0 contempt, 1 full recognition; 0.5 moves nothing
        "mentor_hours": "f8",  # hours that mentoring took last week, less those it freed
    }
)
