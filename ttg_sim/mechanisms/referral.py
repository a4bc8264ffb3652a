"""Referral: prisons give names, the service ranks people and matches them with mentors who are free."""

from __future__ import annotations

import math
from typing import ClassVar, Literal

import numpy as np

from ttg_sim.agents.mentor import is_cleared, is_free, slot_of, take_on
from ttg_sim.agents.person import NEUTRAL, NEVER, NOBODY, Return, Where
from ttg_sim.agents.provider import Funding
from ttg_sim.agents.referral import needs_one, open_one
from ttg_sim.agents.risk import CERTAIN, logit_of, one_year_score, probability
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import DAYS_PER_WEEK, WEEKS_PER_MONTH
from ttg_sim.engine.draws import Decision
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.engine.queues import last_served
from ttg_sim.parameter import NO_COST_KNOWN, Grade, Role, Section, parameter


class ReferralParameters(Section):
    """Names, answers of prison staff, consent, the order in which people are offered a mentor, and matching."""

    section: ClassVar[str] = "referral"
    title: ClassVar[str] = "Referral and matching"

    names_per_month: float = parameter(
        4.0,
        unit="names a month",
        low=0,
        high=1_000,
        role=Role.LEVER,
        grade=Grade.EXPERT,
        source="two or three names came through (one office, 2015); elsewhere demand was met",
        evidence=("5.21", "8.08"),
        words="Names that the staff of one resettlement prison give the service; all prisons elsewhere give as many "
        "for each area",
        cost=NO_COST_KNOWN,
    )
    names_by_suspicion: float = parameter(
        1.5,
        unit="log rate per unit",
        low=0,
        high=6,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="outside schemes are not theirs to prison staff (interviews), and depend on their support (review)",
        words="How many fewer names a prison gives that suspects those who come to help, above a suspicion of 0.5",
    )
    names_by_resistance: float = parameter(
        1.0,
        unit="log rate per unit",
        low=0,
        high=6,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="professional resistance persists (blog post); size unknown",
        words="How many fewer names staff give where they resist peers, above a resistance of 0.5",
    )
    self_share: float = parameter(
        0.03,
        unit="share",
        low=0,
        high=1,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="fewer people than in 2012 knew somebody who could help on release (inspections); no figure used",
        words="Share of people received who ask for a mentor by themselves",
        cost=NO_COST_KNOWN,
    )
    response_days: float = parameter(
        10.0,
        unit="days",
        low=0,
        high=180,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="it is hard to get hold of the officer in prison (interviews); no figure found; exponential",
        words="Mean time from a name until prison staff have answered and the service can do something",
        cost=NO_COST_KNOWN,
    )
    distant: bool = parameter(
        False,
        unit="switch",
        role=Role.LEVER,
        grade=Grade.STUDY,
        source="2,961 releases from other prisons in 2018 without any service",
        evidence=("2.10",),
        words="Whether people released from prisons outside the area are offered the service",
        cost=NO_COST_KNOWN,
    )
    agree_prob: float = parameter(
        0.95,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.STUDY,
        source="98% of people referred to a Scottish service agreed, others fewer",
        evidence=("5.11",),
        words="Share of people of middle readiness who agree to have a mentor when asked inside",
    )
    agree_by_readiness: float = parameter(
        1.5,
        unit="logit per unit",
        low=0,
        high=6,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="engagement depends on readiness (review); people also agree without meaning it (interviews)",
        words="How the odds of agreeing grow with readiness",
    )
    readiness_gate: float = parameter(
        0.0,
        unit="share",
        low=0,
        high=1,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="coordinators may put those first who are ready (review); none by default",
        words="Readiness below which the service does not take a person",
        cost=NO_COST_KNOWN,
    )
    ranking: Literal["need_first", "random", "pay_first"] = parameter(
        "random",
        unit="choice",
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="no count found",
        words="Who is offered a mentor first: those at most risk, anybody, or those with whom a result is likeliest",
        cost=NO_COST_KNOWN,
    )
    cleared_first: bool = parameter(
        True,
        unit="switch",
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="what a coordinator would do",
        words="Whether somebody inside is given a mentor who is cleared for that prison, where one is free",
        cost=NO_COST_KNOWN,
    )
    waiting_weeks: float = parameter(
        8.0,
        unit="weeks",
        low=0,
        high=52,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Time after release for which somebody without a mentor is still offered one",
        cost=NO_COST_KNOWN,
    )


REFERRAL_RULES = parameter_record(ReferralParameters, {"agree_logit": 1})
NEED_FIRST, RANDOM, PAY_FIRST = range(3)
MOST_NAMES = 10_000
RANKS = 1000.0  # steps of the score that count in ranking
MOST_LOAD = 1000.0  # people whom no mentor ever has
MIDDLE = 0.5  # of the score: above it, no result is likelier than one


def prepare(section: ReferralParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    return fill(REFERRAL_RULES, section, agree_logit=logit_of(section.agree_prob))


@kernel
def agrees(person, seed, week, p):
    """Whether somebody asked inside wants a mentor."""
    logit = p.agree_logit[0]
    if -CERTAIN < logit < CERTAIN:
        logit += p.agree_by_readiness * (person.readiness - NEUTRAL)
    return draws.uniform(seed, Decision.REFERRAL_AGREE, person.key, week, 0) < probability(logit)


@kernel
def rank(person, selection, tie, week, p):
    """Place in the order of offers: whole steps of the risk where that counts, and a tie drawn when named.

    With results at risk it is a mix of the order in force and of what pays, by `selection`.
    """
    if p.ranking == RANDOM and selection == 0.0:
        return tie
    score = one_year_score(person, week * DAYS_PER_WEEK)
    place = 1.0 - score
    if p.ranking == PAY_FIRST:  # a result is likeliest with those at least risk
        place = score
    elif p.ranking == RANDOM:
        place = tie
    steps = int(((1.0 - selection) * place + selection * score) * RANKS) + tie
    return steps / RANKS if p.ranking == RANDOM else steps  # on the scale of those named before


@kernel
def is_passed_over(person, selection, seed, week):
    """Whether the service does not take somebody on, since a result with them is unlikely: the more, the unlikelier."""
    if selection == 0.0:
        return False
    above = max(one_year_score(person, week * DAYS_PER_WEEK) - MIDDLE, 0.0) / (1.0 - MIDDLE)
    return draws.uniform(seed, Decision.PBR_TAKEN, person.key, week, 0) < selection * above


@kernel
def ask(person, referral, provider, seed, week, p):
    """Somebody who is ready is asked, and taken on where they agree and the service does not pass over them."""
    referral.agreed = 1 if referral.unready == 0 and agrees(person, seed, week, p) else 0
    if referral.agreed == 1 and is_passed_over(person, provider.selection, seed, week):
        referral.passed_over = 1
        referral.agreed = 0
        provider.passed_over += 1


@kernel
def name(person, referral, provider, seed, week, p):
    """The service is told of a person, and can do something once staff have answered."""
    referral.named_week = week
    u = draws.uniform(seed, Decision.REFERRAL_RESPONSE, person.key, week, 0)
    referral.act_week = week + int(draws.exponential(u, p.response_days) / DAYS_PER_WEEK + 0.5)  # the nearest week
    referral.unready = 1 if person.readiness < p.readiness_gate else 0
    ask(person, referral, provider, seed, week, p)
    tie = draws.uniform(seed, Decision.REFERRAL_TIE, person.key, week, 0)
    referral.rank = rank(person, provider.selection, tie, week, p)
    provider.names += 1


@kernel
def listen(people, inside, referrals, size, open_rows, count, providers, seed, week, p):
    """Open referrals of those received, and take the names of those who ask by themselves."""
    for row in inside:
        person = people[row]
        if not needs_one(person, referrals):
            continue
        open_one(person, row, referrals[size], size)
        open_rows[count] = size
        provider = providers[person.area]
        u = draws.uniform(seed, Decision.REFERRAL_SELF, person.key, person.received_day, 0)
        if provider.funding == Funding.RUNNING and u < p.self_share:
            name(person, referrals[size], provider, seed, week, p)
        size += 1
        count += 1
    return size, count


@kernel
def names_of_prison(row, people, inside, referrals, prison, providers, seed, week, p):
    """Names that the staff of one prison give this week, of those whom the service does not know yet."""
    u = draws.uniform(seed, Decision.REFERRAL_NAMES, prison.key, week, 0)
    mean = p.names_per_month / WEEKS_PER_MONTH * math.exp(p.names_by_suspicion * (NEUTRAL - prison.suspicion))
    if prison.area != NOBODY:
        mean *= math.exp(p.names_by_resistance * (NEUTRAL - providers[prison.area].resistance))
    if prison.resettlement == 0:  # it stands for the prisons elsewhere in which people of all areas are
        mean *= len(providers)
    number = min(draws.poisson(u, mean), MOST_NAMES)
    if number == 0:
        return
    keys = np.empty(len(inside))
    found = 0
    for index in inside:
        person = people[index]
        if person.prison == row and is_unknown(person, referrals, providers):
            keys[found] = draws.uniform(seed, Decision.REFERRAL_CHOICE, person.key, week, 0)
            found += 1
    last = last_served(keys, found, number)
    for index in inside:
        person = people[index]
        if person.prison != row or not is_unknown(person, referrals, providers):
            continue
        if draws.uniform(seed, Decision.REFERRAL_CHOICE, person.key, week, 0) <= last:
            name(person, referrals[person.referral], providers[person.area], seed, week, p)


@kernel
def is_unknown(person, referrals, providers):
    """Whether somebody inside could be named to a service that runs."""
    if person.where != Where.INSIDE:  # died, or left for a longer sentence, and is in the list until this week's end
        return False
    if person.longer == 1 or person.returned != Return.NOT or person.referral == NOBODY:
        return False
    referral = referrals[person.referral]
    if referral.received_day != person.received_day or referral.named_week != NEVER:
        return False
    return providers[person.area].funding == Funding.RUNNING


@kernel
def ask_again(person, referral, provider, seed, week, p):
    """Somebody who was not ready is asked after all once they are, while it is not too late for them."""
    if referral.unready == 0 or person.readiness < p.readiness_gate or person.received_day != referral.received_day:
        return
    if provider.funding != Funding.RUNNING or referral.mentor != NOBODY:
        return
    if referral.release_day == NEVER:
        if person.where != Where.INSIDE:
            return
    elif person.where != Where.LIBERTY or week - referral.release_day // DAYS_PER_WEEK > p.waiting_weeks:
        return
    referral.unready = 0
    ask(person, referral, provider, seed, week, p)
    referral.act_week = max(referral.act_week, week)


@kernel
def waits(referral, people, providers, week, p):
    """Whether somebody is to be offered a mentor now."""
    if referral.mentor != NOBODY or referral.agreed == 0 or referral.act_week > week or referral.named_week == NEVER:
        return False
    person = people[referral.person]
    if providers[referral.area].funding != Funding.RUNNING or person.received_day != referral.received_day:
        return False
    if referral.release_day == NEVER:
        return person.where == Where.INSIDE
    if person.where != Where.LIBERTY:
        return False
    return week - referral.release_day // DAYS_PER_WEEK <= p.waiting_weeks


@kernel
def choose(person, mentors, of_area, prisons, capacity, seed, week, p):
    """Row of the mentor for a person: cleared for their prison first, then with fewest people, then by a draw."""
    best, best_place = NOBODY, math.inf
    inside = p.cleared_first == 1 and person.where == Where.INSIDE
    for row in of_area:
        mentor = mentors[row]
        if not is_free(mentor, capacity):
            continue
        place = float(mentor.load) + draws.uniform(seed, Decision.REFERRAL_MENTOR, mentor.key, week, 0)
        if inside and not is_cleared(mentor, slot_of(prisons[person.prison]), week):
            place += MOST_LOAD
        if place < best_place:
            best, best_place = row, place
    return best


@kernel
def match_area(waiting, referrals, people, mentors, of_area, prisons, provider, capacity, seed, week, p):
    """Offer mentors to those who wait in one area, in the order of their rank, until no mentor or no time is left."""
    ranks = np.empty(len(waiting))
    for place in range(len(waiting)):
        ranks[place] = referrals[waiting[place]].rank
        referrals[waiting[place]].office_short = 0
    for place in np.argsort(ranks):
        referral = referrals[waiting[place]]
        if provider.to_match < 1.0:
            referral.office_short = 1
            continue
        found = choose(people[referral.person], mentors, of_area, prisons, capacity, seed, week, p)
        if found == NOBODY:
            return
        take_on(mentors[found])
        referral.mentor = found
        provider.rematches += referral.matched_week != NEVER
        referral.matched_week = week
        referral.visit_day = NEVER
        referral.match_prison = NOBODY
        if referral.release_day == NEVER:
            referral.match_prison = people[referral.person].prison
        provider.to_match -= 1.0
        provider.matches += 1


@kernel
def match(people, referrals, open_rows, mentors, volunteers, prisons, providers, capacity, seed, week, p):
    """Match people with mentors, area by area."""
    waiting = np.empty(len(open_rows), np.int64)
    of_area = np.empty(len(volunteers), np.int64)
    for area in range(len(providers)):
        number, helpers = 0, 0
        for row in open_rows:
            if referrals[row].area == area and waits(referrals[row], people, providers, week, p):
                waiting[number] = row
                number += 1
        if number == 0:
            continue
        for row in volunteers:
            if mentors[row].area == area:
                of_area[helpers] = row
                helpers += 1
        match_area(
            waiting[:number], referrals, people, mentors, of_area[:helpers], prisons, providers[area], capacity,
            seed, week, p,
        )  # fmt: skip


@kernel
def run(
    people, inside, referrals, size, open_rows, count, mentors, volunteers, prisons, providers, capacity, seed, week,
    parameters,
):  # fmt: skip
    """Names and matches of one week; returns how many referrals there are, and how many of them are open."""
    p = parameters[0]
    size, count = listen(people, inside, referrals, size, open_rows, count, providers, seed, week, p)
    for row in range(len(prisons)):
        if prisons[row].resettlement == 1 or p.distant == 1:
            names_of_prison(row, people, inside, referrals, prisons[row], providers, seed, week, p)
    if p.readiness_gate > 0.0:
        for row in open_rows[:count]:
            referral = referrals[row]
            ask_again(people[referral.person], referral, providers[referral.area], seed, week, p)
    match(people, referrals, open_rows[:count], mentors, volunteers, prisons, providers, capacity, seed, week, p)
    return size, count
