"""Resettlement: the Through the Gate service in resettlement prisons, apart from mentoring."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ttg_sim.engine import draws
from ttg_sim.engine.draws import Decision
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.engine.queues import last_served
from ttg_sim.parameter import Cost, Grade, Role, Section, parameter


class ResettlementParameters(Section):
    """Help before release for people in resettlement prisons: claims, referrals and an earlier search for a home."""

    section: ClassVar[str] = "resettlement"
    title: ClassVar[str] = "Resettlement service before release"

    service: bool = parameter(
        False,
        unit="switch",
        role=Role.LEVER,
        grade=Grade.PUBLISHED,
        source="services live since 1 May 2015; none before",
        evidence=("2.01",),
        words="Whether the resettlement service runs",
        cost=Cost(333.0, "a release", "2018-19", "the enhanced service on top of the first one", ("13.72",)),
    )
    staff: int = parameter(
        23,
        unit="members of staff",
        low=0,
        high=1_000,
        role=Role.LEVER,
        grade=Grade.STUDY,
        source="484 in 21 areas, for all sentences",
        evidence=("2.11",),
        words="Members of staff of the service in the area",
        cost=Cost(44_000.0, "a member of staff a year", "2019", "22 million pounds for about 500 more", ("2.11",)),
    )
    people_per_week: float = parameter(
        3.0,
        unit="people a week",
        low=0,
        high=40,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; about half of their time is for people on longer sentences",
        words="People on short sentences whom a member of staff can see before release, in a week",
    )
    help_share: float = parameter(
        0.30,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure; plans were written for most people and acted on for few (inspections)",
        words="Share of people seen for whom anything is done",
    )
    referral_share: float = parameter(
        0.25,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Chance of a referral for each need, of somebody for whom something is done",
    )
    housing_weeks: float = parameter(
        3.0,
        unit="weeks",
        low=0,
        high=26,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="How much earlier than at release the search for a settled place begins for them",
    )


RESETTLEMENT = parameter_record(ResettlementParameters)


def prepare(section: ResettlementParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    return fill(RESETTLEMENT, section)


@kernel
def run(people, released, spells, areas, seed, week, parameters):
    """Decide who of the people released this week was seen before, as staff had time, and who of them was helped.

    Only people from resettlement prisons can be seen; where they are too many, a draw decides.
    """
    p = parameters[0]
    keys = np.empty(len(released))
    for index in range(len(areas)):
        count = 0
        for row in released:
            if people[row].area == index and spells[people[row].spell].resettlement == 1:
                keys[count] = draws.uniform(seed, Decision.RESETTLEMENT_SEEN, people[row].key, week, 0)
                count += 1
        capacity = int(p.service * p.staff * p.people_per_week * areas[index].people_factor)
        last = last_served(keys, count, capacity)
        for row in released:
            person = people[row]
            if person.area != index:
                continue
            person.helped = 0
            person.lead_weeks = 0.0
            spell = spells[person.spell]
            tie = draws.uniform(seed, Decision.RESETTLEMENT_SEEN, person.key, week, 0)
            if spell.resettlement == 1 and tie <= last:
                spell.seen = 1
                if draws.uniform(seed, Decision.RESETTLEMENT_HELP, person.key, week, 0) < p.help_share:
                    person.helped = 1
                    person.lead_weeks = p.housing_weeks
            spell.helped = person.helped
