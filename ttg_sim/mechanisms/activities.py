"""Activities: groups, sessions and courses, one rule with many presets.

Each preset is a section of scenario files; its title, source and values stand in `ttg_sim/data/programmes.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
import yaml
from pydantic import Field

from ttg_sim.agents.mentor import Stage, is_cleared, slot_of
from ttg_sim.agents.person import NEUTRAL, NEVER, NOBODY, PROGRAMMES, Supervision, Where
from ttg_sim.agents.provider import Funding, Money
from ttg_sim.agents.risk import logit_of, probability
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import DAYS_PER_WEEK
from ttg_sim.engine.draws import Decision
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.engine.queues import clock, last_served
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
        words="When: in one of the resettlement prisons of the area, in the first four weeks after release or at any "
        "time while under supervision, in its last four weeks, or at any time in the two years after release",
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
        words="Mentors at work who lead a session, inside only with clearance for that prison; each leads one a week "
        "at most, over all programmes",
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
    search: float = parameter(
        0.0,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source=NO_FIGURE,
        words="Chance at a session of an application for work more in the week after, of somebody at liberty without",
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


class _Loader(yaml.SafeLoader):
    """Reads plain YAML, in which no key stands twice."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """A mapping, unless a key stands in it twice."""
        names = [self.construct_object(key, deep=True) for key, _ in node.value]
        if twice := [name for place, name in enumerate(names) if name in names[:place]]:
            raise ValueError(f"{twice[0]} stands twice")
        return super().construct_mapping(node, deep)


def read_presets(text: str) -> dict[str, type[ActivityParameters]]:
    """Section classes by name from the text of a file of presets.

    Raises ValueError where there are more presets than `PROGRAMMES`, and where one has no title or source, an unknown
    key, or a value that its key does not allow.
    """
    try:
        presets = yaml.load(text, _Loader)
    except yaml.YAMLError as error:
        raise ValueError(f"not readable: {error}") from None
    if not isinstance(presets, Mapping) or not 0 < len(presets) <= PROGRAMMES:
        raise ValueError(f"expected from one to {PROGRAMMES} presets by name")
    found = {name: _preset(name, given) for name, given in presets.items()}
    globals().update({preset.__name__: preset for preset in found.values()})  # by which another process finds them
    return found


def _preset(name: Any, given: Any) -> type[ActivityParameters]:
    if not isinstance(name, str) or not name.isidentifier() or not name.islower():
        raise ValueError(f"{name}: a name is of small letters and underscores")
    if not isinstance(given, Mapping):
        raise ValueError(f"{name}: expected values by name")
    values = dict(given)
    texts = [values.pop(key, "") for key in ("title", "source")]
    if not all(isinstance(text, str) and text.strip() for text in texts):
        raise ValueError(f"{name}: a preset has a title and a source")
    title, source = texts
    if unknown := sorted(str(key) for key in values.keys() - ActivityParameters.model_fields.keys()):
        raise ValueError(f"{name}: {', '.join(unknown)} is not known")
    names: dict[str, Any] = {"section": name, "title": title, "__doc__": f"{title}: {source}.", "__annotations__": {}}
    for field, info in ActivityParameters.model_fields.items():
        extra: Any = info.json_schema_extra
        value = values.get(field, info.default)
        if info.annotation is float and type(value) is int:
            value = float(value)
        names[field] = Field(default=value, json_schema_extra={"facts": extra["facts"] | {"source": source}})
        names["__annotations__"][field] = info.annotation
    preset: type[ActivityParameters] = type(
        f"{name.title().replace('_', '')}Parameters", (ActivityParameters,), {**names, "__module__": __name__}
    )
    preset.model_validate({field: info.default for field, info in preset.model_fields.items()})
    return preset


PRESETS = read_presets((Path(__file__).parents[1] / "data" / "programmes.yaml").read_text(encoding="utf-8"))
"""Sections of programmes, by name."""
ACTIVITY = parameter_record(ActivityParameters, {"take_up_logit": 1})
EVERYBODY, NOT_READY, OUT_OF_WORK, WITH_DRUG_NEED, PROLIFIC = range(5)
INSIDE, FIRST_WEEKS, UNDER_SUPERVISION, END_OF_SUPERVISION, AT_LIBERTY = range(5)
FEW_WEEKS = 4
TWO_YEARS_IN_WEEKS = 104
A_YEAR_IN_DAYS = 365


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
    if p.stage == AT_LIBERTY:
        return weeks < TWO_YEARS_IN_WEEKS
    if person.supervision == Supervision.NONE:
        return False
    if p.stage == FIRST_WEEKS:
        return weeks < FEW_WEEKS
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
def may_come(person, number, gate, prolific_sanctions, week, p):
    """Whether somebody may come to a session this week, and has not been to any other."""
    if person.longer == 1 or person.session_week == clock(week):
        return False
    if not is_in_stage(person, week, p) or not is_for(person, gate, prolific_sanctions, p):
        return False
    return attended(person, number) < p.sessions


@kernel
def turns(areas, parameters, seed, week):
    """The programmes that run, for each area in the order in which they have the choice of mentors: by a draw."""
    running = np.empty(len(parameters), np.int64)
    count = 0
    for number in range(len(parameters)):
        if parameters[number].running == 1:
            running[count] = number
            count += 1
    order = np.empty((len(areas), count), np.int64)
    keys = np.empty(count)
    for area in range(len(areas)):
        for place in range(count):
            keys[place] = draws.uniform(seed, Decision.ACTIVITY_TURN, areas[area].key, week, running[place])
        order[area, :] = running[:count][np.argsort(keys)]
    return order


@kernel
def gather(people, active, comers, order, providers, gate, prolific_sanctions, seed, week, parameters):
    """List those who would come this week, where the service runs, to the programme whose turn it is in their area."""
    count = 0
    for row in active:
        person = people[row]
        if providers[person.area].funding != Funding.RUNNING:
            continue
        number = order[person.area]
        p = parameters[number]
        if may_come(person, number, gate, prolific_sanctions, week, p) and wants(person, number, seed, week, p):
            comers[count] = row
            count += 1
    return count


@kernel
def venues(prisons, area, seed, week, p):
    """Where sessions of an area are held: NOBODY outside, or rows of its resettlement prisons in an order by a draw."""
    found = np.empty(len(prisons) + 1, np.int64)
    if p.stage != INSIDE:
        found[0] = NOBODY
        return found[:1]
    keys = np.empty(len(prisons))
    count = 0
    for row in range(len(prisons)):
        if prisons[row].resettlement == 1 and prisons[row].area == area:
            found[count] = row
            keys[count] = draws.uniform(seed, Decision.ACTIVITY_PLACE, prisons[row].key, week, 0)
            count += 1
    return found[:count][np.argsort(keys[:count])]


@kernel
def can_lead(mentor, area, venue, prisons, week, p):
    """Whether a mentor could lead a session there, and has led none this week."""
    if mentor.area != area or (mentor.stage != Stage.AVAILABLE and mentor.stage != Stage.MATCHED):
        return False
    if mentor.session_week == clock(week) or (p.peer_led == 1 and mentor.person == NOBODY):
        return False
    return venue == NOBODY or is_cleared(mentor, slot_of(prisons[venue]), week)


@kernel
def turn(mentor, seed, week):
    """Place in the order in which mentors are asked to lead: others before peers, then by a draw."""
    return draws.uniform(seed, Decision.ACTIVITY_LEADER, mentor.key, week, 0) + (mentor.person != NOBODY)


@kernel
def line_up(mentors, volunteers, keys, area, venue, prisons, seed, week, p):
    """Note the turns of those who could lead; returns how many they are."""
    count = 0
    for row in volunteers:
        if can_lead(mentors[row], area, venue, prisons, week, p):
            keys[count] = turn(mentors[row], seed, week)
            count += 1
    return count


@kernel
def give_lead(mentors, volunteers, last, area, venue, prisons, seed, week, p):
    """Those whose turn it is lead a session this week."""
    for row in volunteers:
        if can_lead(mentors[row], area, venue, prisons, week, p) and turn(mentors[row], seed, week) <= last:
            mentors[row].session_week = clock(week)


@kernel
def note(person, referrals, week):
    """Count a session in the stay, or in the year after it."""
    if person.referral == NOBODY or referrals[person.referral].received_day != person.received_day:
        return
    referral = referrals[person.referral]
    if referral.release_day == NEVER or week * DAYS_PER_WEEK < referral.release_day + A_YEAR_IN_DAYS:
        referral.sessions += 1


@kernel
def take_part(person, number, provider, seed, week, p):
    """One session does what it does. True where the person is to be led to a service."""
    if person.sessions_since != person.received_day:
        for place in range(len(person.sessions)):
            person.sessions[place] = 0
        person.sessions_since = person.received_day
    person.sessions[number] += 1
    person.session_week = clock(week)
    provider.places_taken += 1
    share = p.compulsory_effect if p.compulsory == 1 else 1.0
    person.readiness_push += p.readiness * share
    person.hope_push += p.hope * share
    person.trust = min(max(person.trust + p.officer_trust * share, 0.0), 1.0)
    if draws.uniform(seed, Decision.ACTIVITY_VOLUNTEERS, person.key, week, number) < p.volunteers * share:
        person.called = 1
    if person.where != Where.LIBERTY:
        return False
    return draws.uniform(seed, Decision.ACTIVITY_REFERRAL, person.key, week, number) < p.referral * share


@kernel
def applies(person, number, seed, week, p):
    """Whether a session makes somebody at liberty without work apply for some."""
    if person.where != Where.LIBERTY or person.working == 1:
        return False
    share = p.compulsory_effect if p.compulsory == 1 else 1.0
    return draws.uniform(seed, Decision.ACTIVITY_SEARCH, person.key, week, number) < p.search * share


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
def sessions_possible(comers, free, hours, p):
    """Sessions for so many people, as far as mentors who are free and hours of officers go."""
    sessions = -(-comers // p.group_size)
    if p.mentors > 0:
        sessions = min(sessions, free // p.mentors)
    if p.staff_hours > 0.0:
        sessions = min(sessions, int(max(hours, 0.0) / p.staff_hours))
    return sessions


@kernel
def hold(
    people, comers, keys, number, venue, places, hours, referrals, mentors, volunteers, prisons, area, pointed, lines,
    looks, provider, seed, week, p,
):  # fmt: skip
    """Sessions of one programme in one place; returns how many, with how many people, and lines of `pointed`.

    `keys` is room for the draws of those who would come, and of those who could lead.
    """
    free = line_up(mentors, volunteers, keys, area, venue, prisons, seed, week, p)
    present = 0
    for row in comers:
        present += is_there(people[row], area, venue)
    sessions = sessions_possible(min(present, places), free, hours, p)
    if sessions == 0:
        return 0, 0, lines
    last = last_served(keys, free, sessions * p.mentors)
    give_lead(mentors, volunteers, last, area, venue, prisons, seed, week, p)
    count = 0
    for row in comers:
        if is_there(people[row], area, venue):
            keys[count] = draws.uniform(seed, Decision.ACTIVITY_PLACE, people[row].key, week, number)
            count += 1
    most = min(min(present, places), sessions * p.group_size)
    last = last_served(keys, count, most)
    for row in comers:
        person = people[row]
        if not is_there(person, area, venue):
            continue
        if draws.uniform(seed, Decision.ACTIVITY_PLACE, person.key, week, number) > last:
            continue
        note(person, referrals, week)
        if applies(person, number, seed, week, p):
            looks[row] = week + 1
        if take_part(person, number, provider, seed, week, p):
            pointed[lines] = row
            lines += 1
    return sessions, most, lines


@kernel
def is_there(person, area, venue):
    """Whether somebody lives in an area, and is in a prison where sessions are held in one."""
    return person.area == area and (venue == NOBODY or person.prison == venue)


@kernel
def run(
    people, active, referrals, mentors, volunteers, prisons, officers, areas, providers, pointed, lines, looks, gate,
    prolific_sanctions, officer_hours, seed, week, parameters,
):  # fmt: skip
    """All programmes of one week; returns how many lines `pointed` has.

    `looks` is the diary of work: a session brings forward the week in which somebody applies next. `gate` is the
    readiness that the service asks for, nil where it asks for none; `officer_hours` are those of one officer in a week.
    """
    comers = np.empty(len(active), np.int64)
    keys = np.empty(max(len(active), len(volunteers)))
    hours = np.empty(len(areas))
    for index in range(len(areas)):
        hours[index] = (areas[index].national_officers + areas[index].company_officers) * officer_hours
    order = turns(areas, parameters, seed, week)
    for place in range(order.shape[1]):
        count = gather(
            people, active, comers, order[:, place], providers, gate, prolific_sanctions, seed, week, parameters
        )
        for index in range(len(providers)):
            provider, area, number = providers[index], areas[index], order[index, place]
            p = parameters[number]
            places = int(p.places * area.people_factor + NEUTRAL)
            for venue in venues(prisons, index, seed, week, p):
                sessions, taken, lines = hold(
                    people, comers[:count], keys, number, venue, places, hours[index], referrals, mentors, volunteers,
                    prisons, index, pointed, lines, looks, provider, seed, week, p,
                )  # fmt: skip
                places -= taken
                hours[index] -= sessions * p.staff_hours
                spend(sessions, officers, area, provider, p)
    return lines
