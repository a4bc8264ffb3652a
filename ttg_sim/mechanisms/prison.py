"""Prison: how far staff suspect people with convictions who come to help, and what opens doors."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ttg_sim.engine import draws
from ttg_sim.engine.draws import Decision
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.parameter import NO_COST_KNOWN, Grade, Role, Section, parameter


class PrisonParameters(Section):
    """Suspicion of prison staff, joint training with the service, and doors inside."""

    section: ClassVar[str] = "prison"
    title: ClassVar[str] = "Prisons and people who come to help"

    staff_suspicion: float = parameter(
        0.5,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="staff are alarmed by somebody with a record coming in (interviews); the scale is our own",
        words="Mean suspicion of prisons; at 0.5 it moves nothing",
    )
    suspicion_spread: float = parameter(
        0.15,
        unit="share",
        low=0,
        high=0.29,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Standard deviation of suspicion between prisons",
    )
    joint_training: bool = parameter(
        False,
        unit="switch",
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="asked for by a coordinator (interviews)",
        words="Whether prison staff and the service are trained together",
        cost=NO_COST_KNOWN,
    )
    joint_training_effect: float = parameter(
        0.4,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Share of a prison's suspicion that goes with joint training in the end",
    )
    suspicion_pull: float = parameter(
        0.05,
        unit="share a week",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; half-way in about three months",
        words="How fast suspicion moves",
    )
    refused_visit: float = parameter(
        0.10,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Share of visits by cleared mentors with convictions refused at the door, at a suspicion of 0.5",
    )
    visit_by_suspicion: float = parameter(
        3.0,
        unit="logit per unit",
        low=0,
        high=8,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="How the odds of a refusal at the door grow with suspicion",
    )
    wing_access_prob: float = parameter(
        0.9,
        unit="share",
        low=0,
        high=1,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="staff take issue with going from one wing to another (interviews); no figure found",
        words="Share of visits that get as far as the wing where the person is",
        cost=NO_COST_KNOWN,
    )


PRISON_LIFE = parameter_record(PrisonParameters)


def prepare(section: PrisonParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    return fill(PRISON_LIFE, section)


@kernel
def begin(prisons, seed, parameters):
    """How far each prison suspects people at first."""
    p = parameters[0]
    for row in range(len(prisons)):
        u = draws.uniform(seed, Decision.PRISON_SUSPICION, prisons[row].key, 0, 0)
        usual = min(max(draws.even(u, p.staff_suspicion, p.suspicion_spread), 0.0), 1.0)
        prisons[row].usual_suspicion = usual
        prisons[row].suspicion = usual


@kernel
def run(prisons, parameters):
    """Suspicion moves to where training takes it, or back."""
    p = parameters[0]
    for row in range(len(prisons)):
        prison = prisons[row]
        aim = prison.usual_suspicion * (1.0 - p.joint_training_effect * p.joint_training)
        prison.suspicion += p.suspicion_pull * (aim - prison.suspicion)
