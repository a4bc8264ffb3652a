"""A person in the cycle of short sentences: prisoner, person released, tenant, never only an offence."""

from __future__ import annotations

from enum import IntEnum

from ttg_sim.engine.table import record


class Sex(IntEnum):
    """As recorded in prison statistics; it enters the published risk score and is no lever."""

    MAN = 0
    WOMAN = 1


class Where(IntEnum):
    """Where a person is with regard to the cycle."""

    AT_COURT = 0
    """New to the cycle, about to be sentenced for the first time."""
    INSIDE = 1
    LIBERTY = 2
    LEFT = 3
    """No longer in this population: see `Left`."""


class Left(IntEnum):
    """How a person left the cycle for good."""

    NOT = 0
    DESISTED = 1
    LONGER_SENTENCE = 2
    DIED = 3
    MOVED = 4


class Housing(IntEnum):
    """Where a person lives while at liberty."""

    SETTLED = 0
    TEMPORARY = 1
    HOMELESS = 2


class Place(IntEnum):
    """Which of the area's finite places a person holds."""

    NONE = 0
    SETTLED = 1
    TEMPORARY = 2


class Contributor(IntEnum):
    """Slots of a person's risk vector: one for each mechanism that moves the hazard of reoffending."""

    HOUSING = 0


class Band(IntEnum):
    """Risk bands of the two-year OGRS3 score: below 50%, 50 to 74%, 75 to 89%, 90% and more (row 1.46)."""

    LOW = 0
    MEDIUM = 1
    HIGH = 2
    VERY_HIGH = 3


NOBODY = -1
NEVER = -(2**40)
"""Day number of what has not happened."""

# The first fields are those that every week reads: together they fill two lines of the processor's cache.
PERSON = record(
    {
        "key": "u8",
        "where": "i8",
        "sentenced_days": "i8",  # length of a custodial sentence not carried out yet; 0 when there is none
        "frailty": "f8",  # lasting multiplier of the hazard, mean one at intake
        "exposure": "f8",  # minus the log of (1 - one-year score)
        "risk": ("f8", len(Contributor)),
        "released_day": "i8",  # last release: the clock of the hazard
        "housing": "i8",
        "place": "i8",
        "queue": "f8",  # place in the queue for a settled place: week joined plus a tie; 0 when not waiting
        "spell": "i8",  # row of the present spell, or NOBODY
        "area": "i8",
        "temporary_until": "i8",  # week by which a temporary place has to be left; also marks that one was had
        "sentenced_day": "i8",
        "sentence_days": "i8",  # length of the sentence being served, or served last
        "prison": "i8",
        "received_day": "i8",
        "release_day": "i8",  # planned while inside
        "tagged": "i8",
        "spells": "i8",  # releases so far
        "born_day": "f8",
        "sex": "i8",
        "first_sanction_age": "f8",  # years
        "sanctions": "i8",  # sanctions before the present one
        "offence": "i8",  # kind of the index offence: see agents.risk.OFFENCES
        "score_1_year": "f8",
        "score_2_year": "f8",
        "left": "i8",
        "left_week": "i8",
    }
)
