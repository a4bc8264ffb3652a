"""Mentors: talent, capacity, pauses, and how people stop: by leaving, by a relapse, or by going away."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from ttg_sim.agents.mentor import Exit, Stage
from ttg_sim.agents.person import NEUTRAL, NEVER, NOBODY, Contributor, Left, Where
from ttg_sim.agents.provider import Funding, Money
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import WEEKS_PER_MONTH, WEEKS_PER_YEAR
from ttg_sim.engine.draws import Decision
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.parameter import NO_COST_KNOWN, Cost, Grade, Role, Section, parameter


class MentorParameters(Section):
    """What mentors bring, how many people each can take, and how they stop."""

    section: ClassVar[str] = "mentor"
    title: ClassVar[str] = "Mentors at work"

    capacity: int = parameter(
        2,
        unit="people",
        low=1,
        high=20,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="no figure found; circles have four volunteers for one person",
        words="People whom a mentor can be matched with at a time",
        cost=NO_COST_KNOWN,
    )
    skill_sd: float = parameter(
        0.5,
        unit="log units",
        low=0,
        high=1.5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="a few exceptional people carry the results (interviews); no figure found",
        words="How much mentors differ in talent: a lognormal with a heavy tail",
    )
    exit_hazard: float = parameter(
        0.35,
        unit="rate a year",
        low=0,
        high=3,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no rate found; high turnover expected (review of the register); to be swept from 0.2 to 0.6",
        words="How often mentors of middle commitment and fitness stop, with support enough",
    )
    exit_by_support: float = parameter(
        1.0,
        unit="log rate",
        low=0,
        high=3,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="support keeps volunteers in their role (blog post); no figure found",
        words="How much more often they stop where there is no support at all",
    )
    exit_by_commitment: float = parameter(
        1.5,
        unit="log rate per unit",
        low=0,
        high=5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="How much less often the committed stop",
    )
    exit_by_fitness: float = parameter(
        1.5,
        unit="log rate per unit",
        low=0,
        high=5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="How much less often those suited to the work stop",
    )
    exit_in_stop: float = parameter(
        3.0,
        unit="ratio",
        low=1,
        high=20,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="the pool shrank sharply under short extensions with stops (interviews); no figure found",
        words="How many times as often they stop while money has stopped",
    )
    exit_by_strain: float = parameter(
        1.5,
        unit="log rate per unit",
        low=0,
        high=5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="strain makes turnover high (blog post); size unknown",
        words="How much more often the strained stop",
        shadow=0.0,
    )
    exit_by_identity: float = parameter(
        1.0,
        unit="log rate per unit",
        low=0,
        high=5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="a place in the organisation keeps mentors (article); size unknown",
        words="How much less often peers stop whose identity as somebody who has left crime is above 0.5",
        shadow=0.0,
    )
    exit_when_paid: float = parameter(
        0.6,
        unit="ratio",
        low=0.1,
        high=2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="a ladder to pay keeps mentors (article); size unknown",
        words="How many times as often the paid stop",
    )
    exit_for_money: float = parameter(
        2.5,
        unit="ratio",
        low=1,
        high=10,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="a year without pay screens out those who come for money (interview); size unknown",
        words="How many times as often those who came for the pay stop while there is none",
    )
    disillusion: float = parameter(
        0.5,
        unit="log rate per log unit a year",
        low=0,
        high=3,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="without progression the best volunteers leave (interviews); size unknown",
        words="How much more often mentors above median skill stop with each year without any prospect of pay or a "
        "post",
    )
    exit_by_substitution: float = parameter(
        2.0,
        unit="log rate per unit",
        low=0,
        high=5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="volunteers who do the work of staff feel used (interviews, review); size unknown",
        words="How much more often mentors stop who do the work of staff",
    )
    desisted_relapse: float = parameter(
        0.02,
        unit="rate a year",
        low=0,
        high=0.5,
        role=Role.UNCERTAIN,
        grade=Grade.STUDY,
        source="near the rate of people never arrested after six or seven clean years; no rate for this population",
        evidence=("12.01",),
        words="How often peers who had left crime for good are convicted again",
    )
    pause_per_year: float = parameter(
        0.4,
        unit="rate a year",
        low=0,
        high=10,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="How often a mentor takes a break",
    )
    pause_weeks: float = parameter(
        6.0,
        unit="weeks",
        low=1,
        high=104,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Mean length of a break",
    )
    cost_month: float = parameter(
        60.0,
        unit="pounds a month",
        low=0,
        high=2_000,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="no figure found; travel, expenses and supervision beside that by coordinators",
        words="Cost of a mentor in checks or at work",
        cost=Cost(None, words="the lever is itself a cost"),
    )


MOST_YEARS = 3.0
LEAST_SKILL = 0.01
MENTOR_LIFE = parameter_record(MentorParameters, {"talent_table": draws.TABLE_POINTS})


def prepare(section: MentorParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    return fill(MENTOR_LIFE, section, talent_table=draws.lognormal_table(1.0, section.skill_sd))


@kernel
def begin(mentors, first, size, seed, parameters):
    """Give new applicants (rows `first` to `size`) their talent."""
    table = parameters[0].talent_table
    for row in range(first, size):
        u = draws.uniform(seed, Decision.MENTOR_TALENT, mentors[row].key, 0, 0)
        mentors[row].talent = draws.interpolate(u, table)


@kernel
def start_work(mentors, first, size, week):
    """Volunteers with whom a service begins (rows `first` to `size`) are trained and checked already."""
    for row in range(first, size):
        mentor = mentors[row]
        mentor.stage = Stage.AVAILABLE
        mentor.skill = mentor.talent
        mentor.ready_week = week


@kernel
def relapsed(mentor, people):
    """Whether a peer mentor is inside, or has been convicted since applying."""
    person = people[mentor.person]
    return person.where == Where.INSIDE or person.sanctions > mentor.sanctions


@kernel
def gone(mentor, people):
    """Whether a peer mentor has died or moved away."""
    person = people[mentor.person]
    return person.where == Where.LEFT and person.left != Left.DESISTED


@kernel
def exit_rate(mentor, provider, prospects, substitution, week, p):
    """Rate a year at which a mentor stops: by support, commitment, fitness, strain, identity, pay and prospects."""
    log_ratio = p.exit_by_support * (1.0 - provider.support)
    log_ratio += p.exit_by_commitment * (NEUTRAL - mentor.commitment)
    log_ratio += p.exit_by_fitness * (NEUTRAL - mentor.fitness)
    log_ratio += p.exit_by_strain * mentor.strain + p.exit_by_substitution * substitution
    if mentor.person != NOBODY:
        log_ratio -= p.exit_by_identity * (mentor.identity - NEUTRAL)
    rate = p.exit_hazard
    if mentor.paid_week != NEVER:
        rate *= p.exit_when_paid
    else:
        rate *= p.exit_for_money if mentor.for_money == 1 else 1.0
        if prospects == 0 and mentor.ready_week != NEVER:
            years = min((week - mentor.ready_week) / WEEKS_PER_YEAR, MOST_YEARS)
            log_ratio += p.disillusion * years * max(math.log(max(mentor.skill, LEAST_SKILL)), 0.0)
    rate *= math.exp(log_ratio)
    return rate * p.exit_in_stop if provider.funding == Funding.STOPPED else rate


@kernel
def stop(mentor, stage, how, week):
    """A mentor, trainee or applicant is out."""
    mentor.stage = stage
    mentor.exit = how
    mentor.ended_week = week
    mentor.load = 0
    mentor.specialist = 0


@kernel
def rest(mentor, seed, week, p):
    """Breaks begin and end."""
    if mentor.stage == Stage.PAUSED:
        if mentor.due <= week:
            mentor.stage = Stage.MATCHED if mentor.load > 0 else Stage.AVAILABLE
        return
    u = draws.uniform(seed, Decision.MENTOR_PAUSE, mentor.key, week, 0)
    if draws.happens(u, p.pause_per_year, 1.0 / WEEKS_PER_YEAR):
        mentor.stage = Stage.PAUSED
        u = draws.uniform(seed, Decision.MENTOR_PAUSE_WEEKS, mentor.key, week, 0)
        mentor.due = week + draws.geometric(u, p.pause_weeks)


@kernel
def falls_back(mentor, people, seed, week, p):
    """Whether a peer who had turned away from offending for good is convicted: they are in no other rule."""
    person = people[mentor.person]
    if person.where != Where.LEFT or person.left != Left.DESISTED:
        return False
    rate = p.desisted_relapse * math.exp(person.risk[Contributor.IDENTITY])
    return draws.happens(draws.uniform(seed, Decision.MENTOR_RELAPSE, mentor.key, week, 0), rate, 1.0 / WEEKS_PER_YEAR)


@kernel
def live(mentor, people, provider, prospects, substitution, seed, week, p):
    """A week in a volunteer's life. Applicants who drop out were no mentors, and are not counted as lost."""
    if mentor.person != NOBODY:
        if relapsed(mentor, people) or falls_back(mentor, people, seed, week, p):
            provider.bars += mentor.stage != Stage.SCREENING
            stop(mentor, Stage.BARRED, Exit.RELAPSE, week)
            return
        if gone(mentor, people):
            provider.exits += mentor.stage != Stage.SCREENING
            stop(mentor, Stage.LEFT, Exit.AWAY, week)
            return
    if mentor.stage < Stage.CHECKS:
        return
    u = draws.uniform(seed, Decision.MENTOR_EXIT, mentor.key, week, 0)
    if draws.happens(u, exit_rate(mentor, provider, prospects, substitution, week, p), 1.0 / WEEKS_PER_YEAR):
        stop(mentor, Stage.LEFT, Exit.OWN_CHOICE, week)
        provider.exits += 1
        return
    if provider.horizon > 0:
        provider.spent[Money.EXPENSES] += p.cost_month / WEEKS_PER_MONTH
    if mentor.stage != Stage.CHECKS:
        rest(mentor, seed, week, p)


@kernel
def run(mentors, volunteers, count, people, providers, prospects, substitution, seed, week, parameters):
    """Volunteers in one week; returns how many are still in the list. Counts those trained or in training.

    `prospects` says whether mentors can look forward to pay or a post, `substitution` is the share of weeks in which
    they do the work of staff.
    """
    for row in range(len(providers)):
        providers[row].mentors = 0
    kept = 0
    for row in volunteers[:count]:
        mentor = mentors[row]
        if mentor.stage <= Stage.PAUSED:
            live(mentor, people, providers[mentor.area], prospects, substitution, seed, week, parameters[0])
        if mentor.stage <= Stage.PAUSED:
            providers[mentor.area].mentors += mentor.stage != Stage.SCREENING
            volunteers[kept] = row
            kept += 1
    return kept
