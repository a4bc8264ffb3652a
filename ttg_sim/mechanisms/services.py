"""Services: a training fund, treatment and help with benefits, with finite places, other users and queues."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ttg_sim.agents.person import NEUTRAL, Contributor, Service, Where
from ttg_sim.agents.service_user import Use
from ttg_sim.engine import draws
from ttg_sim.engine.draws import Decision, Kind
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.engine.queues import clock, last_served, place_in_queue
from ttg_sim.parameter import NO_COST_KNOWN, Grade, Role, Section, parameter


class ServicesParameters(Section):
    """Places in services, who else wants them, how people are referred, and what happens where nothing is there."""

    section: ClassVar[str] = "services"
    title: ClassVar[str] = "Training, treatment and help with benefits"

    training_places: int = parameter(
        12,
        unit="places",
        low=0,
        high=10_000,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="no count found; interviews tell of no money for a construction card",
        words="People in the area whose course or card the work-training fund can pay at a time",
        cost=NO_COST_KNOWN,
    )
    training_weeks: float = parameter(
        6.0,
        unit="weeks",
        low=1,
        high=52,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Length of a course",
    )
    training_others: float = parameter(
        1.5,
        unit="people a week",
        low=0,
        high=1_000,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Other people who ask for the same fund",
    )
    treatment_places: int = parameter(
        520,
        unit="places",
        low=0,
        high=20_000,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="no count found; set so that about a third of people with a need are in treatment within three weeks",
        evidence=("13.91",),
        words="Places in drug and alcohol treatment in the area open to people leaving prison and others",
        cost=NO_COST_KNOWN,
    )
    treatment_weeks: float = parameter(
        26.0,
        unit="weeks",
        low=1,
        high=260,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; exponential",
        words="Mean stay in treatment",
    )
    treatment_others: float = parameter(
        9.0,
        unit="people a week",
        low=0,
        high=1_000,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; most people in treatment were never in prison",
        words="Other people who ask for the same treatment",
    )
    benefits_places: int = parameter(
        30,
        unit="places",
        low=0,
        high=10_000,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="no count found",
        words="People in the area whom advisers on benefits can help at a time",
        cost=NO_COST_KNOWN,
    )
    benefits_weeks: float = parameter(
        2.0,
        unit="weeks",
        low=1,
        high=26,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Time for which an adviser helps one person",
    )
    benefits_others: float = parameter(
        8.0,
        unit="people a week",
        low=0,
        high=1_000,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Other people who ask for the same help",
    )
    patience_weeks: float = parameter(
        10.0,
        unit="weeks",
        low=1,
        high=104,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; exponential for other people",
        words="Time after which a person stops waiting: a referral with nothing behind it",
    )
    self_referral: float = parameter(
        0.30,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.STUDY,
        source="about 30% of people with a need were in treatment within three weeks of release in 2015-16; taken as "
        "the share who come by themselves, and for the other services too",
        evidence=("13.91",),
        words="Share of people released with a need who ask for a service by themselves, at a readiness of 0.5",
    )
    officer_referral: float = parameter(
        0.08,
        unit="share",
        low=0,
        high=0.3,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Chance of a referral at an appointment for each need, by an officer with time enough and neutral morale",
    )
    by_readiness: float = parameter(
        1.0,
        unit="ratio per unit",
        low=0,
        high=2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="How the chance of taking up a service grows with readiness above or below 0.5",
    )
    claim_weeks: float = parameter(
        5.0,
        unit="weeks",
        low=0,
        high=26,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="usual wait for a first payment; no row in the register",
        words="Time from a claim for benefits to the first payment",
        cost=NO_COST_KNOWN,
    )
    claims_failing: float = parameter(
        0.30,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; without papers or an account claims go wrong",
        words="Share of claims made without help that lead to nothing for half a year",
    )
    risk_no_income: float = parameter(
        0.10,
        unit="log hazard",
        low=0,
        high=0.5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no study found; small",
        words="Addition to the log hazard of reoffending while a person has neither work nor benefits",
    )


SERVICES = parameter_record(ServicesParameters, {"places": len(Service), "weeks": len(Service), "others": len(Service)})
MOST_PER_WEEK = 1_000
FAILED_CLAIM_WEEKS = 26
OF_OFFICER = 100  # item of the draw for referrals at appointments


def prepare(section: ServicesParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    names = [service.name.lower() for service in Service]
    by_service = {
        what: [float(getattr(section, f"{name}_{what}")) for name in names] for what in ("places", "weeks", "others")
    }
    return fill(SERVICES, section, **by_service)


def highest_risk(section: ServicesParameters) -> float:
    """The most that this mechanism adds to the log hazard of reoffending."""
    return max(section.risk_no_income, 0.0)


@kernel
def needs(person, service, week):
    """Whether the person has a use for a service that is neither waited for nor in use."""
    if person.queued[service] > 0.0 or person.until[service] > 0.0:
        return False
    if service == Service.TRAINING:
        return person.trained == 0 and person.working == 0
    if service == Service.TREATMENT:
        return person.drug_need == 1
    return person.working == 0 and person.income_week > week


@kernel
def uptake(person, p):
    """How far the person takes up a referral: the more readily, the readier they are to change."""
    return max(1.0 + p.by_readiness * (person.readiness - NEUTRAL), 0.0)


@kernel
def join(person, service, seed, week):
    """Wait for a service."""
    tie = draws.uniform(seed, Decision.SERVICE_QUEUE, person.key, week, service)
    person.queued[service] = place_in_queue(week, tie)


@kernel
def refer(person, seed, week, chance, item, p):
    """At release: each service for which there is a need may be asked for. `item` tells apart kinds of referral."""
    chance *= uptake(person, p)
    for service in range(len(person.queued)):
        place = item * len(person.queued) + service
        u = draws.uniform(seed, Decision.SERVICE_REFERRAL, person.key, week, place)
        if u < chance and needs(person, service, week):
            join(person, service, seed, week)


@kernel
def refer_to_one(person, seed, week, chance, p):
    """At an appointment: a referral to one service at most, if it is needed. True where the person now waits for it."""
    chance = min(chance * uptake(person, p), 1.0 / len(person.queued))
    u = draws.uniform(seed, Decision.SERVICE_REFERRAL, person.key, week, OF_OFFICER)
    if u >= chance * len(person.queued):
        return False
    service = min(int(u / chance), len(person.queued) - 1)
    if not needs(person, service, week):
        return False
    join(person, service, seed, week)
    return True


@kernel
def claim(person, seed, week, p):
    """A claim for benefits is made at release: it leads to money after some weeks, or to nothing for half a year."""
    u = draws.uniform(seed, Decision.SERVICE_CLAIM, person.key, week, 0)
    failed = person.helped == 0 and u < p.claims_failing
    person.income_week = week + (FAILED_CLAIM_WEEKS if failed else int(p.claim_weeks))
    if person.helped == 1:  # the claim was made before release
        person.income_week = week + 1


@kernel
def give_up(person, areas):
    """Leave all services: inside, or out of the cycle."""
    for service in range(len(person.queued)):
        if person.until[service] > 0.0:
            areas[person.area].in_service[service] -= 1.0
            person.until[service] = 0.0
        person.queued[service] = 0.0
    person.risk[Contributor.INCOME] = 0.0


@kernel
def proceed(person, areas, week, p):
    """A week of a client at liberty: uses end, patience runs out, money arrives. True while anything is open."""
    is_open = person.income_week > week
    for service in range(len(person.queued)):
        if 0.0 < person.until[service] <= clock(week):
            person.until[service] = 0.0
            areas[person.area].in_service[service] -= 1.0
            if service == Service.TRAINING:
                person.trained = 1
            elif service == Service.BENEFITS:
                person.income_week = min(person.income_week, week + 1)
        elif person.queued[service] > 0.0 and clock(week) - person.queued[service] > p.patience_weeks:
            person.queued[service] = 0.0
            person.refused += 1
        is_open |= person.queued[service] > 0.0 or person.until[service] > 0.0
    without = person.income_week > week and person.working == 0
    person.risk[Contributor.INCOME] = p.risk_no_income if without else 0.0
    return is_open


@kernel
def list_waiting(person, row, waiting, count):
    """Add one line (row, service) for each queue in which the person is; returns how many lines there are."""
    for service in range(len(person.queued)):
        if person.queued[service] > 0.0:
            waiting[count, 0] = row
            waiting[count, 1] = service
            count += 1
    return count


@kernel
def admit_released(people, released, listed, clients, count, helped_share, seed, week, p):
    """Claims and first referrals of people released this week; returns the number of clients."""
    for row in released:
        person = people[row]
        claim(person, seed, week, p)
        refer(person, seed, week, p.self_referral, 0, p)
        if person.helped == 1:
            refer(person, seed, week, helped_share, 1, p)
        if listed[row] == 0:
            listed[row] = 1
            clients[count] = row
            count += 1
    return count


@kernel
def admit_seen(people, visits, officers, listed, clients, count, seed, week, p):
    """Referrals by officers at appointments kept last; returns the number of clients."""
    for row in visits:
        person = people[row]
        if person.where != Where.LIBERTY or person.officer < 0:
            continue
        officer = officers[person.officer]
        chance = p.officer_referral * officer.attention * officer.morale / NEUTRAL
        if refer_to_one(person, seed, week, chance, p) and listed[row] == 0:
            listed[row] = 1
            clients[count] = row
            count += 1
    return count


@kernel
def find_for(person, seed, week):
    """Lead somebody to one service that they need, the first in an order that is drawn. True where they now wait."""
    kinds = len(person.queued)
    first = int(draws.uniform(seed, Decision.SERVICE_POINTED, person.key, week, 0) * kinds)
    for step in range(kinds):
        service = (first + step) % kinds
        if needs(person, service, week):
            join(person, service, seed, week)
            return True
    return False


@kernel
def admit_pointed(people, pointed, providers, listed, clients, count, seed, week):
    """People whom a mentor or a group led to a service last week; returns the number of clients."""
    for row in pointed:
        person = people[row]
        if person.where != Where.LIBERTY or not find_for(person, seed, week):
            continue
        providers[person.area].services_found += 1
        if listed[row] == 0:
            listed[row] = 1
            clients[count] = row
            count += 1
    return count


@kernel
def new_user(user, seed, week, area, index, service, p):
    """Another person asks for a service, with their patience drawn now."""
    user.key = draws.make_key(Kind.SERVICE_USER, area.key, service, area.users)
    area.users += 1
    user.area = index
    user.service = service
    user.use = Use.WAITING
    user.queued = place_in_queue(week, draws.uniform(seed, Decision.SERVICE_QUEUE, user.key, 0, 0))
    u = draws.uniform(seed, Decision.SERVICE_PATIENCE, user.key, 0, 0)
    user.until = week + draws.exponential(u, p.patience_weeks)


@kernel
def stay(key, seed, week, service, p):
    """Weeks for which a use that begins now lasts: courses have a length, other uses vary."""
    if service == Service.TRAINING:
        return p.weeks[service]
    return draws.exponential(draws.uniform(seed, Decision.SERVICE_STAY, key, week, service), p.weeks[service])


@kernel
def users_move(users, size, others, count, areas, seed, week, p):
    """Other users end their use, stop waiting or join; returns the sizes of their table and of `others`."""
    kept = 0
    for row in others[:count]:
        user = users[row]
        if user.until > week:
            others[kept] = row
            kept += 1
            continue
        if user.use == Use.SERVED:
            areas[user.area].others_in_service[user.service] -= 1.0
        user.use = Use.GONE
    for index in range(len(areas)):
        area = areas[index]
        for service in range(len(p.others)):
            u = draws.uniform(seed, Decision.SERVICE_OTHERS, area.key, week, service)
            mean = p.others[service] * area.people_factor
            for _ in range(min(draws.poisson(u, mean), MOST_PER_WEEK)):
                new_user(users[size], seed, week, area, index, service, p)
                others[kept] = size
                kept += 1
                size += 1
    return size, kept


@kernel
def give_places(people, waiting, users, others, areas, seed, week, p):
    """Free places of each service go to whoever has waited longest, people leaving prison and others alike.

    `waiting` has a line (row of the person, service) for each queue in which somebody is.
    """
    kinds = len(p.places)
    keys = np.empty((len(areas) * kinds, len(waiting) + len(others)))
    count = np.zeros(len(areas) * kinds, np.int64)
    for line in range(len(waiting)):
        person, service = people[waiting[line, 0]], waiting[line, 1]
        queue = person.area * kinds + service
        keys[queue, count[queue]] = person.queued[service]
        count[queue] += 1
    for row in others:
        if users[row].use == Use.WAITING:
            queue = users[row].area * kinds + users[row].service
            keys[queue, count[queue]] = users[row].queued
            count[queue] += 1
    last = np.empty(len(areas) * kinds)
    for index in range(len(areas)):
        area = areas[index]
        for service in range(kinds):
            places = int(p.places[service] * area.services_factor + 0.5)
            free = places - int(area.in_service[service] + area.others_in_service[service])
            queue = index * kinds + service
            last[queue] = last_served(keys[queue], count[queue], free)
    for line in range(len(waiting)):
        person, service = people[waiting[line, 0]], waiting[line, 1]
        if person.queued[service] <= last[person.area * kinds + service]:
            person.queued[service] = 0.0
            person.until[service] = clock(week) + max(stay(person.key, seed, week, service, p), 1.0)
            areas[person.area].in_service[service] += 1.0
    for row in others:
        user = users[row]
        if user.use == Use.WAITING and user.queued <= last[user.area * kinds + user.service]:
            user.use = Use.SERVED
            user.until = week + stay(user.key, seed, week, user.service, p)
            areas[user.area].others_in_service[user.service] += 1.0


@kernel
def run(
    people, released, visits, pointed, officers, providers, listed, clients, count, users, size, others, others_count,
    areas, helped_share, seed, week, parameters,
):  # fmt: skip
    """Services in one week; returns how many clients, users ever and users still about there are.

    `listed` marks rows of people who are among the clients; `visits` are rows of people seen at appointments last week,
    `pointed` of those whom a mentor or a group led to a service;
    `helped_share` is the chance of a referral, for each need, by the resettlement service before release.
    """
    p = parameters[0]
    count = admit_released(people, released, listed, clients, count, helped_share, seed, week, p)
    count = admit_seen(people, visits, officers, listed, clients, count, seed, week, p)
    count = admit_pointed(people, pointed, providers, listed, clients, count, seed, week)
    waiting = np.empty((count * len(p.places), 2), np.int64)
    kept, lines = 0, 0
    for row in clients[:count]:
        person = people[row]
        if person.where == Where.LIBERTY:
            if proceed(person, areas, week, p):
                lines = list_waiting(person, row, waiting, lines)
                clients[kept] = row
                kept += 1
                continue
        else:
            give_up(person, areas)
        listed[row] = 0
    size, others_count = users_move(users, size, others, others_count, areas, seed, week, p)
    give_places(people, waiting[:lines], users, others[:others_count], areas, seed, week, p)
    return kept, size, others_count
