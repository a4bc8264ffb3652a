"""Identity: what helping others and being taken seriously do to a peer mentor's own life."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ttg_sim.agents.mentor import Stage
from ttg_sim.agents.person import NEUTRAL, NOBODY, Contributor
from ttg_sim.engine.calendar import WEEKS_PER_MONTH
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.parameter import Grade, Role, Section, parameter


class IdentityParameters(Section):
    """A peer mentor's sense of being somebody who has left crime behind.

    It moves their own reoffending, and whether they stay.
    """

    section: ClassVar[str] = "identity"
    title: ClassVar[str] = "Identity of peer mentors"

    role_gain: float = parameter(
        0.004,
        unit="share of what is missing a week",
        low=0,
        high=0.1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="helping helps the helper; peer work is a hook for change (interviews, article); size unknown",
        words="Growth in a week at work as a mentor, at a readiness of 0.5 and with neutral regard",
        shadow=0.0,
    )
    by_readiness: float = parameter(
        1.0,
        unit="per unit",
        low=0,
        high=2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="a hook works for those who are ready (article); size unknown",
        words="How that growth rises with the peer's own readiness",
    )
    by_validation: float = parameter(
        0.03,
        unit="share a week per unit",
        low=0,
        high=0.3,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="being trusted lets mentors drop the label (article); size unknown",
        words="Growth in a week with staff who show full regard, or loss with those who show none, as far from 0.5",
        shadow=0.0,
    )
    asymmetry: float = parameter(
        1.5,
        unit="ratio",
        low=1,
        high=5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="uneven validation impedes change (article): disregard weighs more than regard; size unknown",
        words="How much more disregard takes than as much regard gives",
    )
    from_success: float = parameter(
        0.03,
        unit="share",
        low=0,
        high=0.3,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Growth when a match ends as planned",
        shadow=0.0,
    )
    pull: float = parameter(
        0.01,
        unit="share a week",
        low=0,
        high=0.2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="How far identity goes back to where it moves nothing in a week",
    )
    risk_by_identity: float = parameter(
        -0.6,
        unit="log hazard per unit",
        low=-2,
        high=0,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="a new self that does not fit with crime (article); size unknown",
        words="How the log hazard of a peer mentor's own reoffending falls with identity",
        shadow=0.0,
    )


IDENTITY = parameter_record(IdentityParameters)


def prepare(section: IdentityParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    return fill(IDENTITY, section)


def highest_risk(section: IdentityParameters) -> float:
    """The most that this mechanism adds to the log hazard of reoffending."""
    return -section.risk_by_identity * NEUTRAL


@kernel
def change(mentor, person, p):
    """What a week does to identity. On a break there is neither the work nor any staff, and only the pull is left."""
    gain = p.from_success * mentor.successes - p.pull * (mentor.identity - NEUTRAL)
    if mentor.stage == Stage.PAUSED:
        return gain
    hook = p.role_gain * max(1.0 + p.by_readiness * (person.readiness - NEUTRAL), 0.0) * (1.0 - mentor.identity)
    shown = mentor.validation - NEUTRAL
    if shown < 0.0:
        shown *= p.asymmetry
    return gain + hook + p.by_validation * shown


@kernel
def run(mentors, volunteers, people, parameters):
    """Identity of peers at work, after the week's meetings. What it has come to stays with whoever stops mentoring."""
    p = parameters[0]
    for row in volunteers:
        mentor = mentors[row]
        if mentor.person != NOBODY and Stage.AVAILABLE <= mentor.stage <= Stage.PAUSED:
            person = people[mentor.person]
            mentor.identity = min(max(mentor.identity + change(mentor, person, p), 0.0), 1.0)
            person.risk[Contributor.IDENTITY] = p.risk_by_identity * (mentor.identity - NEUTRAL)
            if mentor.stage != Stage.PAUSED:
                person.experience += 1.0 / WEEKS_PER_MONTH
        mentor.successes = 0
