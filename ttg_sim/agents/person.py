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


class Supervision(IntEnum):
    """What probation is to a person at liberty by law: licence comes first, post-sentence supervision after it."""

    NONE = 0
    LICENCE = 1
    POST_SENTENCE = 2


class Return(IntEnum):
    """How a person who is supervised was taken back into custody without a new sentence."""

    NOT = 0
    RECALL = 1
    """From licence, by the executive."""
    COMMITTAL = 2
    """By a court, for breach of post-sentence supervision."""


class Service(IntEnum):
    """Services with finite places that other people use too."""

    TRAINING = 0
    """The fund that pays for a course or a card with which work can be found."""
    TREATMENT = 1
    """Drug or alcohol treatment in the community."""
    BENEFITS = 2
    """Help with a claim."""


class Told(IntEnum):
    """What an officer has been told of a person since last week."""

    NOTHING = 0
    MISSED_MENTOR = 1
    """A meeting was missed that a condition of the licence asked for."""
    SLIP = 2
    """The mentor has passed something on."""


class Contributor(IntEnum):
    """Slots of a person's risk vector: one for each mechanism that moves the hazard of reoffending."""

    HOUSING = 0
    WORK = 1
    SUBSTANCE = 2
    INCOME = 3
    HOPE = 4
    SUPERVISION = 5
    MENTORING = 6
    IDENTITY = 7


class Band(IntEnum):
    """Risk bands of the two-year OGRS3 score: below 50%, 50 to 74%, 75 to 89%, 90% and more (row 1.46)."""

    LOW = 0
    MEDIUM = 1
    HIGH = 2
    VERY_HIGH = 3


PROGRAMMES = 7
"""Programmes of group work that there can be, each with a section of its own."""
NOBODY = -1
NEUTRAL = 0.5
"""Value at which a trait or a hidden state from 0 to 1 moves nothing."""
TYPICAL_HISTORY = 17.0
"""One more than the 16 earlier sanctions at which figures that depend on history are given."""
NEVER = -(2**40)
"""Day number of what has not happened."""

# The first fields are those that every week reads of everybody: together they fill two lines of the processor's cache.
PERSON = record(
    {
        "key": "u8",
        "where": "i8",
        "frailty": "f8",  # lasting multiplier of the hazard, mean one at intake
        "exposure": "f8",  # minus the log of (1 - one-year score)
        "risk": ("f8", len(Contributor)),
        "released_day": "i8",  # last release: the clock of the hazard
        "spell": "i8",  # row of the present spell, or NOBODY
        "housing": "i8",
        "working": "i8",
        "using": "i8",  # drugs or alcohol, at present
        "supervision": "i8",
        # Where they are, and housing.
        "area": "i8",
        "returned": "i8",  # inside without a new sentence: see Return
        "place": "i8",
        "queue": "f8",  # place in the queue for a settled place: week joined plus a tie; 0 when not waiting
        "waits": "i8",  # whether the person is in the list of those without settled housing
        "temporary_until": "i8",  # week by which a temporary place has to be left; also marks that one was had
        "sentenced_days": "i8",  # length of a custodial sentence not carried out yet; 0 when there is none
        "sentenced_day": "i8",
        "sentence_days": "i8",  # length of the sentence being served, or served last
        "prison": "i8",
        "received_day": "i8",
        "release_day": "i8",  # planned while inside
        "half_way_day": "i8",  # release as everybody expects it, before anything is known of the tag
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
        # The law and its enforcement.
        "longer": "i8",  # first came in by a sentence of a year or more: the comparison group
        "high_harm": "i8",  # assessed as a high risk of serious harm: a case of the national service
        "offence_day": "i8",  # day of the offence behind the sentence being served, or served last
        "sentence_end_day": "i8",
        "supervision_end_day": "i8",  # the last day of licence or post-sentence supervision
        "recalls": "i8",  # recalls so far
        "returns": "i8",  # recalls and committals so far
        "returns_felt": "i8",  # those of them that have cost trust
        "back_day": "i8",  # day of the last release from a recall or committal
        "failures": "i8",  # appointments missed without an acceptable reason, since the last release or return
        "absences": "i8",  # those of them in a row until now
        "failures_heard": "i8",  # those of them of which a court has heard
        "court_week": "i8",  # week in which a court hears a breach, or NEVER
        "offended_day": "i8",  # day of the last occasion of reoffending
        "highest_chance": "f8",  # of an occasion in a week, until the score or the release is a new one
        # Probation.
        "officer": "i8",  # row of the officer, or NOBODY
        "contact_week": "i8",  # week of the next appointment
        "trust": "f8",  # in the officer; 0.5 moves nothing
        "distance": "f8",  # km to the probation office
        # Circumstances.
        "trained": "i8",
        "drug_need": "i8",  # a drug or alcohol problem, for life
        "mental_health": "i8",  # a mental-health need, for life
        "income_week": "i8",  # week from which benefits are paid
        "helped": "i8",  # seen by the resettlement service before this release
        "lead_weeks": "f8",  # weeks before release at which the search for housing began
        "queued": ("f8", len(Service)),  # place in the queue of each service; 0 when not in it
        "until": ("f8", len(Service)),  # end of the present use of each service, as engine.queues.clock; 0 without
        "refused": "i8",  # referrals that came to nothing so far
        # Outlook.
        "readiness": "f8",  # to change; 0.5 moves nothing
        "hope": "f8",  # 0.5 moves nothing
        "readiness_level": "f8",  # where this person's readiness is drawn back to
        "hope_level": "f8",
        "setbacks": "i8",  # setbacks that have been felt
        # Mentoring.
        "referral": "i8",  # row of the present or last referral, or NOBODY
        "volunteer": "i8",  # row among mentors, or NOBODY
        "mentored": "f8",  # how far a mentor stands beside the person now: their trust in the mentor, or nil
        "bond": "f8",  # what mentoring adds to the log hazard, during it and, fading, after it
        "reported": "i8",  # the officer has heard something against the person, by or about a mentor: see Told
        "experience": "f8",  # months of work as a mentor
        "employed": "i8",  # by the mentoring service
        "called": "i8",  # means to apply as a mentor when supervision is completed
        "session_week": "f8",  # of the last session of a programme, as engine.queues.clock; nil before
        "sessions_since": "i8",  # the reception since which sessions are counted
        "sessions": ("i8", PROGRAMMES),  # attended since, by programme
        "readiness_push": "f8",  # what has raised or lowered readiness and hope since outlook last looked
        "hope_push": "f8",
    }
)
