"""The charity that runs mentoring in an area: its contract, its coordinators, and the counts of the week."""

from __future__ import annotations

from enum import IntEnum

from ttg_sim.engine.table import record


class Funding(IntEnum):
    """What the contract of the week lets the service do."""

    NONE = 0
    """There has been no contract so far."""
    STARTING = 1
    """A first contract runs, and the service is being set up."""
    RUNNING = 2
    STOPPED = 3
    """A contract has ended and no other has begun."""


class Money(IntEnum):
    """What the service spends money on."""

    RECRUITMENT = 0
    TRAINING = 1
    CHECKS = 2
    CLEARANCE = 3
    COORDINATION = 4
    EXPENSES = 5
    """Travel and expenses of volunteers, and their supervision beside that of coordinators."""
    WAGES = 6
    """Of mentors who are paid, and of posts for those who were mentors."""
    PROGRAMMES = 7
    """Groups, sessions and courses."""


PROVIDER = record(
    {
        "key": "u8",
        "area": "i8",
        "funding": "i8",
        "contacts": "i8",  # whether mentors may meet people
        "recruiting": "i8",  # whether the contract is secure for long enough to take on volunteers
        "horizon": "i8",  # weeks for which the contract is known to run, from this one
        "first_week": "i8",  # of the first contract, or NEVER
        "stopped_week": "i8",  # in which money ended, or NEVER while it flows
        "coordinators": "f8",  # in post
        "support": "f8",  # time of coordinators for each mentor, as a share of what is enough; at most 1
        "target": "f8",  # mentors wanted this week
        "mentors": "i8",  # in training, in checks, available, matched or paused
        "to_train": "f8",  # volunteers whom coordinators can still take on
        "to_match": "f8",  # matches that they can still make
        "selection": "f8",  # how far what pays decides who is taken on and who comes first, from 0 to 1
        "cash": "f8",  # pounds in hand, since the first contract
        "squeezed": "i8",  # there is too little cash to take on volunteers
        "resistance": "f8",  # of staff to peers in the area: from 0 to 1; 0.5 moves nothing
        "paid": "i8",  # mentors who are paid
        "posts_held": "i8",  # posts on the staff held by those who were mentors
        # Counts of the week.
        "applications": "i8",
        "registrations": "i8",
        "peer_registrations": "i8",
        "rejections": "i8",
        "exits": "i8",
        "bars": "i8",
        "answers": "i8",  # clearances decided
        "refusals": "i8",
        "answer_weeks": "f8",  # weeks that those decided took, all told
        "names": "i8",
        "matches": "i8",
        "rematches": "i8",  # of them, people whose mentor was lost before they met
        "turned_away": "i8",  # visits refused in prisons
        "contacts_due": "i8",
        "contacts_kept": "i8",
        "endings_planned": "i8",
        "endings_unplanned": "i8",
        "burnouts": "i8",
        "promotions": "i8",
        "passed_over": "i8",  # people not taken on since a result with them was unlikely
        "reports": "i8",  # things that mentors passed on to officers
        "services_found": "i8",  # referrals by mentors after which somebody waits for a service
        "sessions_held": "i8",  # of programmes
        "places_taken": "i8",
        "hours_taken": "f8",  # of officers, by setting up and by keeping in touch with mentors
        "hours_freed": "f8",  # of officers, by what mentors do
        "fees": "f8",  # pounds paid for the service as such
        "results": "f8",  # pounds paid for results
        "spent": ("f8", len(Money)),  # pounds
    }
)
WEEKLY = (
    "applications", "registrations", "peer_registrations", "rejections", "exits", "bars", "answers", "refusals",
    "answer_weeks", "names", "matches", "rematches", "turned_away", "contacts_due", "contacts_kept", "endings_planned",
    "endings_unplanned", "burnouts", "promotions", "passed_over", "reports", "services_found", "sessions_held",
    "places_taken", "hours_taken",
    "hours_freed", "fees", "results",
)  # fmt: skip
"""Counts that begin anew each week."""
