"""Pay: mentors paid from the start, after some months or never, and posts on the staff for the proven."""

from __future__ import annotations

import math
from typing import ClassVar, Literal

import numpy as np

from ttg_sim.agents.mentor import Exit, Stage
from ttg_sim.agents.person import NEVER, NOBODY, Left, Where
from ttg_sim.agents.provider import Money
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import WEEKS_PER_MONTH, WEEKS_PER_YEAR
from ttg_sim.engine.draws import Decision
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.engine.table import NEVER_DUE
from ttg_sim.parameter import Cost, Grade, Role, Section, parameter

WAGE = Cost(12_480.0, "a mentor paid for a year", "2015", "30 hours a week at 8 pounds, from an interview", ("8.06",))
POST = Cost(None, words="see the cost of a post")


class PayParameters(Section):
    """Whether and when mentors are paid, what that draws, and the ladder to a post."""

    section: ClassVar[str] = "pay"
    title: ClassVar[str] = "Pay and posts for mentors"

    when: Literal["never", "after_months", "from_start"] = parameter(
        "never",
        unit="choice",
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="unpaid as a rule; pay after a proven year, or from the start, was asked for (interviews)",
        words="When mentors are paid",
        cost=WAGE,
    )
    after_months: float = parameter(
        12.0,
        unit="months",
        low=0,
        high=60,
        role=Role.LEVER,
        grade=Grade.STUDY,
        source="one year unpaid, then paid; six months are too short (interview)",
        evidence=("8.06",),
        words="Time at work after which a mentor is paid, or may be given a post",
        cost=WAGE,
    )
    hourly: float = parameter(
        8.0,
        unit="pounds an hour",
        low=0,
        high=100,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="8 pounds an hour, named in an interview",
        words="Wage of a mentor who is paid",
        cost=Cost(None, words="the lever is itself a cost"),
    )
    contract_hours: float = parameter(
        30.0,
        unit="hours a week",
        low=1,
        high=40,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="a contract of 30 hours for the proven (interview)",
        words="Hours for which a mentor is paid in a week",
        cost=WAGE,
    )
    room_per_hour: float = parameter(
        0.2,
        unit="people an hour",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="People more whom a paid mentor can take, for each hour of the contract",
    )
    accept_prob: float = parameter(
        0.8,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="some will refuse (interview); no figure found",
        words="Share of mentors who take a contract or a post when offered",
    )
    drawn_per_year: float = parameter(
        30.0,
        unit="applicants a year",
        low=0,
        high=1000,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="an advertised wage draws the wrong people (interviews); no figure found",
        words="Applicants more in an average area, and for the money, where pay begins at once",
    )
    patience_months: float = parameter(
        4.0,
        unit="months",
        low=0.5,
        high=24,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="six months of waiting do not put off those who come for money, a year does (interview); shape ours",
        words="Wait for pay at which those applicants are a third as many",
    )
    is_work: bool = parameter(
        True,
        unit="switch",
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="a wage is a wage",
        words="Whether paid work as a mentor counts as work as any other does",
        shadow=False,
    )
    posts: float = parameter(
        0.0,
        unit="posts",
        low=0,
        high=200,
        role=Role.LEVER,
        grade=Grade.STUDY,
        source="six former mentors were employed by one provider (claim); none by default",
        evidence=("8.05",),
        words="Posts on the staff of an average area for mentors who have worked long enough",
        cost=POST,
    )
    post_cost: float = parameter(
        22_000.0,
        unit="pounds a year",
        low=0,
        high=100000,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Cost of a post",
        cost=Cost(None, words="the lever is itself a cost"),
    )
    post_turnover: float = parameter(
        0.3,
        unit="rate a year",
        low=0,
        high=3,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="How often somebody in a post gives it up",
    )


PAY = parameter_record(PayParameters, {"draw": 1, "room": 1})
FROM_NOW = 0.0


def prepare(section: PayParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    wait = {"never": math.inf, "after_months": section.after_months, "from_start": FROM_NOW}[section.when]
    draw = section.drawn_per_year * math.exp(-wait / section.patience_months)
    return fill(PAY, section, draw=draw, room=math.floor(section.room_per_hour * section.contract_hours + 0.5))


NOT_PAID, AFTER_MONTHS, FROM_START = range(3)


@kernel
def prospects(p):
    """Whether mentors can look forward to being paid, or to a post."""
    return 1 if p.when != NOT_PAID or p.posts > 0.0 else 0


@kernel
def months_at_work(mentor, week):
    """Months since a mentor was first available."""
    return (week - mentor.ready_week) / WEEKS_PER_MONTH


@kernel
def accepts(mentor, seed, p):
    """Whether a mentor wants to be paid for the work at all: theirs for life."""
    return draws.uniform(seed, Decision.MENTOR_PAY_ACCEPTED, mentor.key, 0, 0) < p.accept_prob


@kernel
def is_due(mentor, seed, week, p):
    """Whether a mentor comes to be paid now."""
    if p.when == NOT_PAID or mentor.paid_week != NEVER:
        return False
    if p.when == AFTER_MONTHS and months_at_work(mentor, week) < p.after_months:
        return False
    return accepts(mentor, seed, p)


@kernel
def employ(mentor, people, diary, week, p):
    """A peer who is paid now is in work, and one who is no longer is not: work looks at them at once."""
    if mentor.person == NOBODY:
        return
    person, now = people[mentor.person], p.is_work if mentor.paid_week != NEVER else 0
    if person.employed != now:
        person.employed = now
        if diary[mentor.person] < NEVER_DUE:
            diary[mentor.person] = week


@kernel
def leaves_post(mentor, people, seed, week, p):
    """Whether somebody in a post is out of it: by choice, or convicted, inside, dead or gone, as mentors are."""
    if mentor.person != NOBODY:
        person = people[mentor.person]
        if person.where == Where.INSIDE or person.sanctions > mentor.sanctions:
            return True
        if person.where == Where.LEFT and person.left != Left.DESISTED:
            return True
    u = draws.uniform(seed, Decision.MENTOR_POST, mentor.key, week, 0)
    return draws.happens(u, p.post_turnover, 1.0 / WEEKS_PER_YEAR)


@kernel
def end_pay(mentors, people, diary, providers, seed, week, p):
    """Wages of mentors who have stopped end, and posts are given up; counts the posts that are held still."""
    paid = 0
    for row in range(len(providers)):
        paid += providers[row].paid + providers[row].posts_held
        providers[row].paid = 0
        providers[row].posts_held = 0
    if paid == 0:  # as last week left it: there is nobody to look for
        return
    for row in range(len(mentors)):
        mentor = mentors[row]
        if mentor.stage <= Stage.PAUSED or mentor.paid_week == NEVER:
            continue
        if mentor.stage == Stage.PROMOTED and not leaves_post(mentor, people, seed, week, p):
            providers[mentor.area].posts_held += 1
        else:
            mentor.paid_week = NEVER
            employ(mentor, people, diary, week, p)


@kernel
def best(mentors, volunteers, area, seed, week, p):
    """Row of the most skilled mentor of an area who has worked long enough and wants a post, or NOBODY.

    Among mentors of the same skill a draw decides.
    """
    found, skill, luck = NOBODY, -1.0, 0.0
    for row in volunteers:
        mentor = mentors[row]
        if mentor.area != area or mentor.stage < Stage.AVAILABLE or mentor.stage > Stage.PAUSED:
            continue
        if mentor.skill < skill or months_at_work(mentor, week) < p.after_months or not accepts(mentor, seed, p):
            continue
        u = draws.uniform(seed, Decision.MENTOR_POST, mentor.key, week, 1)
        if mentor.skill > skill or u < luck:
            found, skill, luck = row, mentor.skill, u
    return found


@kernel
def fill_posts(mentors, volunteers, people, diary, providers, areas, seed, week, p):
    """Free posts go to the best of the volunteers, one a week in each area. Who holds a post is paid."""
    for index in range(len(providers)):
        provider = providers[index]
        open_posts = int(p.posts * areas[index].people_factor + 0.5) - provider.posts_held
        if provider.horizon > 0 and open_posts > 0:
            row = best(mentors, volunteers, provider.area, seed, week, p)
            if row != NOBODY:
                mentor = mentors[row]
                mentor.stage = Stage.PROMOTED
                mentor.exit = Exit.POST
                mentor.ended_week = week
                mentor.paid_week = week
                mentor.load = 0
                mentor.specialist = 0
                provider.promotions += 1
                provider.posts_held += 1
                employ(mentor, people, diary, week, p)
        if provider.horizon > 0:
            provider.spent[Money.WAGES] += provider.posts_held * p.post_cost / WEEKS_PER_YEAR


@kernel
def run(mentors, volunteers, people, diary, providers, areas, seed, week, parameters):
    """Who is paid from this week on, wages, and posts. `diary` holds when work next looks at each person."""
    p = parameters[0]
    end_pay(mentors, people, diary, providers, seed, week, p)
    for row in volunteers:
        mentor = mentors[row]
        if mentor.stage < Stage.AVAILABLE or mentor.stage > Stage.PAUSED:
            continue
        provider = providers[mentor.area]
        if provider.horizon > 0 and is_due(mentor, seed, week, p):
            mentor.paid_week = week
            employ(mentor, people, diary, week, p)
        elif mentor.paid_week != NEVER and p.when == NOT_PAID:
            mentor.paid_week = NEVER
            employ(mentor, people, diary, week, p)
        mentor.room = int(p.room[0]) if mentor.paid_week != NEVER else 0
        if mentor.paid_week != NEVER:
            provider.paid += 1
            if provider.horizon > 0:
                provider.spent[Money.WAGES] += p.hourly * p.contract_hours
    fill_posts(mentors, volunteers, people, diary, providers, areas, seed, week, p)
