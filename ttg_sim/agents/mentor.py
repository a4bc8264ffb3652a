"""A volunteer mentor: from application to the last meeting, with a clearance of their own for each prison."""

from __future__ import annotations

from enum import IntEnum

from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.queues import clock
from ttg_sim.engine.table import record


class Stage(IntEnum):
    """How far a mentor has come. Everybody who ever applied is at exactly one of these."""

    SCREENING = 0
    """Has applied and waits for an answer."""
    TRAINING = 1
    CHECKS = 2
    """Trained; the criminal record check is under way."""
    AVAILABLE = 3
    """Has nobody to mentor at present."""
    MATCHED = 4
    PAUSED = 5
    REJECTED = 6
    LEFT = 7
    BARRED = 8
    """Taken out: a conviction, custody, or a record check that was failed."""
    PROMOTED = 9
    """Has taken a paid post on the staff."""


class Exit(IntEnum):
    """Why a mentor stopped."""

    NONE = 0
    OWN_CHOICE = 1
    BURNOUT = 2
    RELAPSE = 3
    """Convicted or inside."""
    AWAY = 4
    """Died or moved."""
    POST = 5


class Route(IntEnum):
    """How somebody came to apply."""

    GENERAL = 0
    """A volunteer from the public, without a conviction of which the service knows."""
    OWN = 1
    """Somebody with convictions, by their own choice."""
    PATHWAY = 2
    """From the end of supervision straight into volunteering."""
    BEFORE = 3
    """Volunteered for the service before the run began to look."""
    PAY = 4
    """From the public, and for the pay."""


PRISON_SLOTS = 13
"""Prisons for which a mentor can be cleared: up to twelve of the area, and the rest of the estate (the last slot)."""
DISTANT = PRISON_SLOTS - 1

MENTOR = record(
    {
        "key": "u8",
        "area": "i8",
        "person": "i8",  # row of the person whom a peer mentor is, or NOBODY
        "route": "i8",
        "stage": "i8",
        "due": "i8",  # in training, the week in which it began, later by each week without money; in checks, that in
        # which it ended; on a break, that in which the break ends
        "load": "i8",  # people matched with the mentor
        "specialist": "i8",  # does visits in prisons for others, and has nobody of their own
        "visits": "i8",  # visits as a specialist this week
        "fitness": "f8",  # how suited to the work, from 0 to 1, for life; nobody sees it exactly
        "commitment": "f8",  # from 0 to 1, for life; 0.5 moves nothing
        "talent": "f8",  # what training builds on: median one, with a heavy tail
        "skill": "f8",  # talent as far as training has brought it out
        "sanctions": "i8",  # convictions at the time of the application
        "applied_week": "i8",
        "registered_week": "i8",  # training begun, or NEVER
        "ready_week": "i8",  # first available, or NEVER
        "ended_week": "i8",  # rejected, left, barred or promoted, or NEVER
        "exit": "i8",  # why, of those who trained or worked; NONE after a record check that was failed
        # Life as a mentor.
        "for_money": "i8",  # came for the pay
        "paid_week": "i8",  # from which paid, or in a post, or NEVER for whoever is neither now
        "strain": "f8",  # from 0 to 1; nil moves nothing
        "identity": "f8",  # as somebody who has left crime behind, of peers: from 0 to 1; 0.5 moves nothing
        "validation": "f8",  # how staff met the mentor last: from 0 to 1; 0.5 moves nothing
        "held": "i8",  # meetings held this week
        "unready": "i8",  # of them, with people not ready to change
        "blows": "i8",  # people who have failed since strain was last looked at
        "reports": "i8",  # things passed on to officers, likewise
        "successes": "i8",  # matches that ended as planned, likewise
        "session_week": "f8",  # of the last session of a programme led, as engine.queues.clock; nil before
        "room": "i8",  # people more whom a mentor can take who is paid
        # By prison: when clearance was asked for and when the answer comes (engine.queues.clock; nil when nothing is
        # open), and until when the mentor is cleared (nil when not; below nil: refused, until minus that week).
        "asked": ("f8", PRISON_SLOTS),
        "answer": ("f8", PRISON_SLOTS),
        "cleared": ("f8", PRISON_SLOTS),
    }
)


@kernel
def slot_of(prison):
    """Place of a prison in the records of clearance of mentors of its area."""
    return prison.number if prison.resettlement == 1 else DISTANT


@kernel
def is_cleared(mentor, slot, week):
    """Whether a mentor may go into a prison in a week."""
    return mentor.cleared[slot] > clock(week)


@kernel
def is_free(mentor, capacity):
    """Whether a mentor can be offered another person."""
    if mentor.stage != Stage.AVAILABLE and mentor.stage != Stage.MATCHED:
        return False
    return mentor.specialist == 0 and mentor.load < capacity + mentor.room


@kernel
def take_on(mentor):
    """One person more."""
    mentor.load += 1
    mentor.stage = Stage.MATCHED


@kernel
def let_go(mentor):
    """One person less, whoever ended it; nothing for somebody who has stopped."""
    if mentor.stage <= Stage.PAUSED:
        mentor.load -= 1
        if mentor.stage == Stage.MATCHED and mentor.load == 0:
            mentor.stage = Stage.AVAILABLE
