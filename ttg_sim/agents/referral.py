"""A referral: one stay inside on a short sentence, seen from the mentoring service, up to the end of the match."""

from __future__ import annotations

from enum import IntEnum

from ttg_sim.agents.person import NEUTRAL, NEVER, NOBODY, Return, Where
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.table import record


class Meeting(IntEnum):
    """When a person released met a mentor for the first time. Each release has exactly one of these."""

    NOT_YET = 0
    """Still inside, or the time in which the service would still try is not over."""
    BEFORE_RELEASE = 1
    AT_GATE = 2
    WITHIN_48H = 3
    LATER = 4
    NEVER = 5


class Miss(IntEnum):
    """Why there was no meeting before the release."""

    NONE = 0
    SERVICE_NOT_RUNNING = 1
    NOT_ELIGIBLE = 2
    NO_NAME = 3
    """Nobody told the service of the person in time."""
    DECLINED = 4
    NOT_READY = 5
    """The service found the person not ready."""
    NOT_CHOSEN = 6
    """The service did not take the person on, since a result with them was unlikely to be paid."""
    NO_ANSWER = 7
    """The prison had not confirmed by the release that the service could see the person."""
    NO_COORDINATOR = 8
    """No coordinator had time to make a match."""
    NO_MENTOR = 9
    """No mentor was free."""
    RELEASED_EARLY = 10
    """Released on tag before the day for which the visit was arranged."""
    TRANSFERRED = 11
    """Moved to another prison before it."""
    REFUSED_VISIT = 12
    """Turned away at the door, or not taken to the wing."""
    NOT_CLEARED = 13
    """The mentor's clearance had not come, or was refused."""
    NO_TIME = 14
    """The visit could not be arranged, or did not take place, before the release for no other reason."""


class Ending(IntEnum):
    """How a match ended."""

    NOT = 0
    PLANNED = 1
    DROPPED_OUT = 2
    """The person stopped coming, or never came."""
    MENTOR_LEFT = 3
    FUNDING = 4
    BACK_INSIDE = 5
    LEFT = 6
    """The person left the cycle or the area."""
    CUT = 7
    """The service broke it off before its term."""


class Came(IntEnum):
    """What became of this week's meeting."""

    NOT_DUE = 0
    KEPT = 1
    MISSED = 2
    CALLED_OFF = 3
    """By the mentor, who was taken up with the work of staff."""


ENGAGED_WEEKS = (4, 13, 26, 52)
"""Weeks after release at which it is noted whether the person is in touch with a mentor."""
IN_TOUCH_WEEKS = 4
"""A meeting kept within so many weeks is being in touch."""

REFERRAL = record(
    {
        "person": "i8",
        "area": "i8",
        "spell": "i8",  # row of the release, or NOBODY before it
        "received_day": "i8",
        "release_day": "i8",  # as it was, or NEVER before it
        "eligible": "i8",
        "agreed": "i8",
        "unready": "i8",  # the service found the person not ready
        "passed_over": "i8",  # the service chose not to take the person on
        "office_short": "i8",  # when matches were last made, no coordinator had time for this one
        "named_week": "i8",  # or NEVER
        "act_week": "i8",  # from which the service can do something
        "rank": "f8",  # the lowest is offered a mentor first; the whole part ranks, the rest is the tie
        "mentor": "i8",  # row, or NOBODY
        "matched_week": "i8",  # or NEVER
        "match_prison": "i8",  # row of the prison in which the person was when matched, or NOBODY
        "visit_day": "i8",  # arranged, or NEVER
        "visit_prison": "i8",
        "visitor": "i8",  # row of the mentor who goes
        "met_inside": "i8",  # meetings before release
        "met_own": "i8",  # of them, with the person's own mentor
        "moved": "i8",  # a transfer was in the way of a visit
        "early": "i8",  # a visit was lost to a release on tag
        "turned_away": "i8",  # visits refused
        "uncleared": "i8",  # a visit waited for a clearance
        "meeting": "i8",
        "met_day": "i8",  # of the first meeting, or NEVER
        "miss": "i8",
        "due": "i8",  # meetings due after release
        "kept": "i8",
        "absences": "i8",  # in a row until now
        "came": "i8",  # to this week's meeting: see Came
        "kept_week": "i8",  # of the last meeting kept after release, or NEVER
        "trust": "f8",  # in the mentor, from 0 to 1; 0.5 moves nothing
        "bound": "i8",  # a condition of the licence asks the person to come
        "reports": "i8",  # things that the mentor passed on
        "sessions": "i8",  # of programmes, in the stay and in the year after it
        "helped": "i8",  # services to which the mentor referred the person
        "engaged": ("i8", len(ENGAGED_WEEKS)),  # in touch so many weeks after release; NOBODY while that is to come
        "ending": "i8",
        "ended_week": "i8",  # or NEVER
    }
)


@kernel
def open_one(person, row, referral, number):
    """Begin a referral for the present stay."""
    person.referral = number
    referral.person = row
    referral.area = person.area
    referral.spell = NOBODY
    referral.received_day = person.received_day
    referral.release_day = NEVER
    referral.named_week = NEVER
    referral.act_week = NEVER
    referral.mentor = NOBODY
    referral.matched_week = NEVER
    referral.visit_day = NEVER
    referral.visitor = NOBODY
    referral.met_day = NEVER
    referral.ended_week = NEVER
    referral.kept_week = NEVER
    referral.trust = NEUTRAL
    for place in range(len(referral.engaged)):
        referral.engaged[place] = NOBODY


@kernel
def needs_one(person, referrals):
    """Whether a person serves, or has just served, a short sentence for which there is no referral yet."""
    if person.longer == 1 or person.where == Where.LEFT or person.returned != Return.NOT:
        return False
    return person.referral == NOBODY or referrals[person.referral].received_day != person.received_day
