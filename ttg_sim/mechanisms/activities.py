"""Activities: groups, sessions and courses, one rule with many presets.

Each preset is a section of scenario files; its title, source and values stand in `ttg_sim/data/programmes.yaml`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
import yaml
from pydantic import Field

from ttg_sim.agents.mentor import Stage
from ttg_sim.agents.person import NEUTRAL, NOBODY, Supervision, Where
from ttg_sim.agents.provider import Funding, Money
from ttg_sim.agents.risk import logit_of, probability
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import DAYS_PER_WEEK
from ttg_sim.engine.draws import Decision
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.engine.queues import last_served
from ttg_sim.parameter import NO_COST_KNOWN, Cost, Grade, Role, Section, parameter

NO_FIGURE = "no figure found"


class ActivityParameters(Section):
    """A programme: who may come and when, who delivers it, how many places there are, and what a session moves."""

    section: ClassVar[str] = ""
    title: ClassVar[str] = ""

    running: bool = parameter(
        False,
        unit="switch",
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source=NO_FIGURE,
        words="Whether the programme runs, while the mentoring service has money",
        cost=Cost(None, words="see the cost of a session"),
    )
    for_whom: Literal["everybody", "not_ready", "out_of_work", "with_drug_need", "prolific"] = parameter(
        "everybody",
        unit="choice",
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source=NO_FIGURE,
        words="Who may come; not ready is a readiness below the service's gate, or below 0.5 where it has none",
        cost=NO_COST_KNOWN,
    )
    stage: Literal["inside", "first_weeks", "under_supervision", "end_of_supervision", "at_liberty"] = parameter(
        "at_liberty",
        unit="choice",
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source=NO_FIGURE,
        words="When: inside, in the first four weeks after release, while under supervision, in its last four weeks, "
        "or at any time in the two years after release",
        cost=NO_COST_KNOWN,
    )
    places: float = parameter(
        10.0,
        unit="people a week",
        low=0,
        high=1_000,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source=NO_FIGURE,
        words="Places in a week in an average area",
        cost=NO_COST_KNOWN,
    )
    sessions: int = parameter(
        4,
        unit="sessions",
        low=1,
        high=200,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source=NO_FIGURE,
        words="Most sessions that one person attends between one reception and the next",
        cost=NO_COST_KNOWN,
    )
    group_size: int = parameter(
        8,
        unit="people",
        low=1,
        high=100,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source=NO_FIGURE,
        words="Most people at one session",
        cost=NO_COST_KNOWN,
    )
    mentors: int = parameter(
        1,
        unit="mentors",
        low=0,
        high=10,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source=NO_FIGURE,
        words="Mentors at work who lead a session; each leads one a week at most, over all programmes",
        cost=NO_COST_KNOWN,
    )
    peer_led: bool = parameter(
        True,
        unit="switch",
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source=NO_FIGURE,
        words="Whether only peer mentors lead it",
        cost=NO_COST_KNOWN,
    )
    staff_hours: float = parameter(
        0.0,
        unit="hours",
        low=0,
        high=40,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source=NO_FIGURE,
        words="Hours of officers for a session",
        cost=NO_COST_KNOWN,
        shadow=0.0,
    )
    compulsory: bool = parameter(
        False,
        unit="switch",
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source=NO_FIGURE,
        words="Whether people have to come",
        cost=NO_COST_KNOWN,
    )
    compulsory_effect: float = parameter(
        0.5,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source=NO_FIGURE,
        words="What a session moves in people who have to come, as a share of what it moves in those who want to",
    )
    take_up: float = parameter(
        0.5,
        unit="share",
        low=0.01,
        high=0.99,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source=NO_FIGURE,
        words="Share of people of middle readiness who want to come to a session in a week in which they may",
    )
    take_up_by_readiness: float = parameter(
        1.0,
        unit="logit per unit",
        low=0,
        high=6,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source=NO_FIGURE,
        words="How the odds of wanting to come grow with readiness",
    )
    readiness: float = parameter(
        0.0,
        unit="share",
        low=-0.2,
        high=0.2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source=NO_FIGURE,
        words="Change of readiness at a session",
        shadow=0.0,
    )
    hope: float = parameter(
        0.0,
        unit="share",
        low=-0.2,
        high=0.2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source=NO_FIGURE,
        words="Change of hope at a session",
        shadow=0.0,
    )
    officer_trust: float = parameter(
        0.0,
        unit="share",
        low=-0.2,
        high=0.2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source=NO_FIGURE,
        words="Change of trust in the officer at a session, which lasts",
        shadow=0.0,
    )
    referral: float = parameter(
        0.0,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source=NO_FIGURE,
        words="Chance at a session of being led to a service that the person needs",
        shadow=0.0,
    )
    volunteers: float = parameter(
        0.0,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source=NO_FIGURE,
        words="Chance at a session that the person goes on to apply as a mentor when supervision is completed",
    )
    cost_session: float = parameter(
        50.0,
        unit="pounds",
        low=0,
        high=10_000,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source=NO_FIGURE,
        words="Cost of a session: room, materials, and wages where they are paid",
    )


def read_presets(text: str) -> dict[str, type[ActivityParameters]]:
    """Section classes by name from the text of a file of presets.

    Raises ValueError where a preset has no title or source, an unknown key, or a value that its key does not allow.
    """
    found: dict[str, type[ActivityParameters]] = {}
    for name, given in (yaml.safe_load(text) or {}).items():
        values = dict(given)
        title, source = values.pop("title", ""), values.pop("source", "")
        if not title or not source:
            raise ValueError(f"{name}: a preset has a title and a source")
        if unknown := values.keys() - ActivityParameters.model_fields.keys():
            raise ValueError(f"{name}: {', '.join(sorted(unknown))} is not known")
        names: dict[str, Any] = {
            "section": name,
            "title": title,
            "__doc__": f"{title}: {source}.",
            "__annotations__": {},
        }
        for field, info in ActivityParameters.model_fields.items():
            extra: Any = info.json_schema_extra
            value = values.get(field, info.default)
            value = float(value) if info.annotation is float else value
            names[field] = Field(default=value, json_schema_extra={"facts": extra["facts"] | {"source": source}})
            names["__annotations__"][field] = info.annotation
        preset: type[ActivityParameters] = type(
            f"{name.title().replace('_', '')}Parameters", (ActivityParameters,), {**names, "__module__": __name__}
        )
        preset.model_validate({field: getattr(preset(), field) for field in preset.model_fields})
        globals()[preset.__name__] = preset  # by which it is found again in another process
        found[name] = preset
    return found


PRESETS = read_presets((Path(__file__).parents[1] / "data" / "programmes.yaml").read_text(encoding="utf-8"))
"""Sections of programmes, by name, in the order in which they are given mentors."""
ACTIVITY = parameter_record(ActivityParameters, {"take_up_logit": 1})
EVERYBODY, NOT_READY, OUT_OF_WORK, WITH_DRUG_NEED, PROLIFIC = range(5)
INSIDE, FIRST_WEEKS, UNDER_SUPERVISION, END_OF_SUPERVISION, AT_LIBERTY = range(5)
FEW_WEEKS = 4
TWO_YEARS_IN_WEEKS = 104


def prepare(section: ActivityParameters) -> np.ndarray:
    """The record of one programme that the rules of this mechanism read."""
    return fill(ACTIVITY, section, take_up_logit=logit_of(section.take_up))


@kernel
def is_for(person, gate, prolific_sanctions, p):
    """Whether a programme is for somebody."""
    if p.for_whom == NOT_READY:
        return person.readiness < (gate if gate > 0.0 else NEUTRAL)
    if p.for_whom == OUT_OF_WORK:
        return person.working == 0
    if p.for_whom == WITH_DRUG_NEED:
        return person.drug_need == 1
    return p.for_whom == EVERYBODY or person.sanctions >= prolific_sanctions


@kernel
def is_in_stage(person, week, p):
    """Whether it is the time for a programme in somebody's life."""
    if p.stage == INSIDE:
        return person.where == Where.INSIDE
    if person.where != Where.LIBERTY:
        return False
    weeks = week - person.released_day // DAYS_PER_WEEK
    if p.stage == FIRST_WEEKS:
        return weeks < FEW_WEEKS
    if p.stage == AT_LIBERTY:
        return weeks < TWO_YEARS_IN_WEEKS
    if person.supervision == Supervision.NONE:
        return False
    return p.stage == UNDER_SUPERVISION or person.supervision_end_day // DAYS_PER_WEEK - week < FEW_WEEKS


@kernel
def attended(person, number):
    """Sessions of a programme that somebody has attended since they were last received."""
    return person.sessions[number] if person.sessions_since == person.received_day else 0


@kernel
def wants(person, number, seed, week, p):
    """Whether somebody comes who may: everybody where they have to."""
    if p.compulsory == 1:
        return True
    chance = probability(p.take_up_logit[0] + p.take_up_by_readiness * (person.readiness - NEUTRAL))
    return draws.uniform(seed, Decision.ACTIVITY_COMES, person.key, week, number) < chance


@kernel
def may_come(person, number, area, gate, prolific_sanctions, week, p):
    """Whether somebody of an area may come to a session this week, and has not been to any other."""
    if person.longer == 1 or person.area != area or person.session_week == week:
        return False
    if not is_in_stage(person, week, p) or not is_for(person, gate, prolific_sanctions, p):
        return False
    return attended(person, number) < p.sessions


@kernel
def leaders(mentors, volunteers, area):
    """Mentors of an area who could lead a session: how many of them are peers, and how many there are in all."""
    peers, count = 0, 0
    for row in volunteers:
        mentor = mentors[row]
        if mentor.area == area and (mentor.stage == Stage.AVAILABLE or mentor.stage == Stage.MATCHED):
            peers += mentor.person != NOBODY
            count += 1
    return peers, count


@kernel
def take_part(person, number, provider, seed, week, p):
    """One session does what it does. True where the person is to be led to a service."""
    if person.sessions_since != person.received_day:
        for place in range(len(person.sessions)):
            person.sessions[place] = 0
        person.sessions_since = person.received_day
    person.sessions[number] += 1
    person.session_week = week
    provider.places_taken += 1
    share = p.compulsory_effect if p.compulsory == 1 else 1.0
    person.readiness_push += p.readiness * share
    person.hope_push += p.hope * share
    person.trust = min(max(person.trust + p.officer_trust * share, 0.0), 1.0)
    if draws.uniform(seed, Decision.ACTIVITY_VOLUNTEERS, person.key, week, number) < p.volunteers * share:
        person.called = 1
    return draws.uniform(seed, Decision.ACTIVITY_REFERRAL, person.key, week, number) < p.referral * share


@kernel
def spend(sessions, officers, area, provider, p):
    """What sessions cost: money, and time that the officers of the area share."""
    provider.sessions_held += sessions
    provider.spent[Money.PROGRAMMES] += sessions * p.cost_session
    hours = sessions * p.staff_hours
    provider.hours_taken += hours
    each = hours / max(area.national_officers + area.company_officers, 1)
    for number in range(area.national_officers):
        officers[area.first_national + number].mentor_hours += each
    for number in range(area.company_officers):
        officers[area.first_company + number].mentor_hours += each


@kernel
def hold(
    people, rows, number, led, leaders_left, pointed, lines, officers, area, provider, gate, prolific_sanctions, seed,
    week, p,
):  # fmt: skip
    """A week of one programme in one area; returns how many of its sessions took place and lines of `pointed`.

    `led` is room for the draws of those who come.
    """
    count = 0
    for row in rows:
        person = people[row]
        if may_come(person, number, provider.area, gate, prolific_sanctions, week, p) and wants(
            person, number, seed, week, p
        ):
            led[count] = draws.uniform(seed, Decision.ACTIVITY_PLACE, person.key, week, number)
            count += 1
    most = min(count, int(p.places * area.people_factor + NEUTRAL))
    sessions = -(-most // p.group_size)
    if p.mentors > 0:
        sessions = min(sessions, leaders_left // p.mentors)
    most = min(most, sessions * p.group_size)
    last = last_served(led, count, most)
    for row in rows:
        person = people[row]
        if not may_come(person, number, provider.area, gate, prolific_sanctions, week, p):
            continue
        if not wants(person, number, seed, week, p):
            continue
        if draws.uniform(seed, Decision.ACTIVITY_PLACE, person.key, week, number) > last:
            continue
        if take_part(person, number, provider, seed, week, p) and person.where == Where.LIBERTY:
            pointed[lines] = row
            lines += 1
    spend(sessions, officers, area, provider, p)
    return sessions, lines


@kernel
def run(
    people, inside, active, mentors, volunteers, officers, areas, providers, pointed, lines, gate, prolific_sanctions,
    seed, week, parameters,
):  # fmt: skip
    """All programmes of one week, in order, area by area; returns how many lines `pointed` has.

    `gate` is the readiness that the service asks for, nil where it asks for none.
    """
    led = np.empty(len(inside) + len(active))
    for index in range(len(providers)):
        provider = providers[index]
        if provider.funding != Funding.RUNNING:
            continue
        peers_led, others_led = 0, 0
        peers, everybody = leaders(mentors, volunteers, provider.area)
        for number in range(len(parameters)):
            p = parameters[number]
            if p.running == 0:
                continue
            left = peers - peers_led
            if p.peer_led == 0:  # others lead before peers are asked
                left = everybody - peers_led - others_led
            sessions, lines = hold(
                people, inside if p.stage == INSIDE else active, number, led, left, pointed, lines, officers,
                areas[provider.area], provider, gate, prolific_sanctions, seed, week, p,
            )  # fmt: skip
            if p.peer_led == 1:
                peers_led += sessions * p.mentors
            else:
                by_others = min(sessions * p.mentors, everybody - peers - others_led)
                others_led += by_others
                peers_led += sessions * p.mentors - by_others
    return lines
