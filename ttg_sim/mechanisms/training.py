"""Training: a course of some weeks, which brings out talent and which not everybody completes."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from ttg_sim.agents.mentor import Exit, Stage
from ttg_sim.agents.provider import Money
from ttg_sim.engine import draws
from ttg_sim.engine.draws import Decision
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.parameter import Cost, Grade, Role, Section, parameter


class TrainingParameters(Section):
    """The course for new mentors."""

    section: ClassVar[str] = "training"
    title: ClassVar[str] = "Training of mentors"

    weeks: float = parameter(
        12.0,
        unit="weeks",
        low=1,
        high=52,
        role=Role.LEVER,
        grade=Grade.STUDY,
        source="twelve weeks in two schemes; six asked for by a person on probation",
        evidence=("8.04",),
        words="Length of the course",
        cost=Cost(None, words="see training.cost_week"),
    )
    drop_out: float = parameter(
        0.015,
        unit="share a week",
        low=0,
        high=0.5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Trainees of middle commitment who give up, in a week",
    )
    skill_weeks: float = parameter(
        8.0,
        unit="weeks",
        low=0.5,
        high=52,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="a shorter course gives less skill (interviews and company reports); no figure found",
        words="Time in which training brings out 63% of what it can; skill after 12 weeks counts as one",
    )
    cost_week: float = parameter(
        50.0,
        unit="pounds a week",
        low=0,
        high=2_000,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Cost of training one volunteer for a week",
    )


TRAINING = parameter_record(TrainingParameters, {"trained_share": 1})
USUAL_WEEKS = 12.0


def prepare(section: TrainingParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    share, usual = (1 - math.exp(-weeks / section.skill_weeks) for weeks in (section.weeks, USUAL_WEEKS))
    return fill(TRAINING, section, trained_share=share / usual)


@kernel
def run(mentors, volunteers, providers, seed, week, parameters):
    """Training in one week: some give up, and those who are through wait for their record check."""
    p = parameters[0]
    for row in volunteers:
        mentor = mentors[row]
        if mentor.stage != Stage.TRAINING or mentor.registered_week == week:
            continue
        provider = providers[mentor.area]
        if provider.horizon == 0:  # courses wait for money
            mentor.due += 1
        else:
            provider.spent[Money.TRAINING] += p.cost_week
        u = draws.uniform(seed, Decision.TRAINING_DROP_OUT, mentor.key, week, 0)
        if u < p.drop_out * (1.5 - mentor.commitment):
            mentor.stage = Stage.LEFT
            mentor.exit = Exit.OWN_CHOICE
            mentor.ended_week = week
            provider.exits += 1
        elif week - mentor.due >= p.weeks:
            mentor.skill = mentor.talent * p.trained_share[0]
            mentor.stage = Stage.CHECKS
            mentor.due = week
