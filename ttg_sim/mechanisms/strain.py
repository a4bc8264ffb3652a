"""Strain: what mentoring takes out of mentors, what gives it back, and burnout."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ttg_sim.agents.mentor import Exit, Stage
from ttg_sim.agents.person import NEUTRAL, NEVER, NOBODY
from ttg_sim.engine import draws
from ttg_sim.engine.draws import Decision
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.parameter import Grade, Role, Section, parameter


class StrainParameters(Section):
    """The load that people who fail, people not ready and a place between two sides put on a mentor."""

    section: ClassVar[str] = "strain"
    title: ClassVar[str] = "Strain and burnout of mentors"

    per_meeting: float = parameter(
        0.004,
        unit="share",
        low=0,
        high=0.1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="an emotional load (interviews); size unknown",
        words="Strain added by a meeting to a mentor of median skill; less where training has given more",
        shadow=0.0,
    )
    on_failure: float = parameter(
        0.1,
        unit="share",
        low=0,
        high=0.5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="mentors take the failure of somebody they help as their own (interviews, review); size unknown",
        words="Strain added when somebody with this mentor reoffends, goes back inside or stops coming",
        shadow=0.0,
    )
    when_unready: float = parameter(
        0.008,
        unit="share",
        low=0,
        high=0.1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="people not ready wear mentors out (interviews); size unknown",
        words="Strain added by a meeting with somebody whose readiness is below 0.5",
        shadow=0.0,
    )
    on_report: float = parameter(
        0.02,
        unit="share",
        low=0,
        high=0.3,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="the duty to pass things on weighs on mentors (interviews); size unknown",
        words="Strain added by passing something on to an officer",
        shadow=0.0,
    )
    from_disregard: float = parameter(
        0.03,
        unit="share a week",
        low=0,
        high=0.3,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="judgement by staff wears peers down (interviews, article); size unknown",
        words="Strain added in a week with staff who show a peer no regard at all; nil from 0.5 on",
        shadow=0.0,
    )
    liminality: float = parameter(
        0.004,
        unit="share a week",
        low=0,
        high=0.1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="neither user nor staff (article); size unknown",
        words="Strain added in a week to a peer who is not paid, from being in between",
        shadow=0.0,
    )
    recovery: float = parameter(
        0.06,
        unit="share a week",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="support keeps volunteers well (blog post); no figure found",
        words="Share of strain that goes in a week with support enough; on a break it goes twice as fast",
    )
    burnout_threshold: float = parameter(
        0.6,
        unit="share",
        low=0.05,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="burnout and secondary trauma happen (review); no figure found",
        words="Strain from which on a mentor may burn out",
    )
    burnout_chance: float = parameter(
        0.10,
        unit="probability a week",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Chance in a week beyond that of stopping for good",
    )


STRAIN = parameter_record(StrainParameters)
ON_A_BREAK = 2.0
LEAST_SKILL = 0.3
"""Skill below which meetings are no harder."""


def prepare(section: StrainParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    return fill(STRAIN, section)


@kernel
def load(mentor, p):
    """Strain that a week adds. On a break a peer deals with no staff."""
    added = p.per_meeting * mentor.held / max(mentor.skill, LEAST_SKILL)
    added += p.when_unready * mentor.unready + p.on_failure * mentor.blows + p.on_report * mentor.reports
    if mentor.person != NOBODY:
        if mentor.stage != Stage.PAUSED:
            added += p.from_disregard * max(NEUTRAL - mentor.validation, 0.0)
        if mentor.paid_week == NEVER:
            added += p.liminality
    return added


@kernel
def burns_out(mentor, seed, week, p):
    """Whether a mentor stops for good under the strain."""
    if mentor.strain < p.burnout_threshold:
        return False
    return draws.uniform(seed, Decision.MENTOR_BURNOUT, mentor.key, week, 0) < p.burnout_chance


@kernel
def live(mentor, provider, seed, week, p):
    """A week of somebody at work as a mentor, or on a break from it."""
    share = p.recovery * provider.support
    if mentor.stage == Stage.PAUSED:
        share *= ON_A_BREAK
    mentor.strain += load(mentor, p) - min(share, 1.0) * mentor.strain
    mentor.strain = min(max(mentor.strain, 0.0), 1.0)
    if burns_out(mentor, seed, week, p):
        mentor.stage = Stage.LEFT
        mentor.exit = Exit.BURNOUT
        mentor.ended_week = week
        mentor.load = 0
        mentor.specialist = 0
        provider.exits += 1
        provider.burnouts += 1


@kernel
def run(mentors, volunteers, providers, seed, week, parameters):
    """Strain of everybody at work as a mentor, after the meetings of the week; counts of all in the list begin anew."""
    for row in volunteers:
        mentor = mentors[row]
        if Stage.AVAILABLE <= mentor.stage <= Stage.PAUSED:
            live(mentor, providers[mentor.area], seed, week, parameters[0])
        mentor.held = 0
        mentor.unready = 0
        mentor.blows = 0
        mentor.reports = 0
