"""Recruitment: who applies to become a mentor, from the public and from people with convictions, and who is taken."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from ttg_sim.agents.mentor import PRISON_SLOTS, Route, Stage
from ttg_sim.agents.person import NEUTRAL, NEVER, NOBODY, Housing, Left, Supervision, Where
from ttg_sim.agents.provider import Money
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import DAYS_PER_WEEK, DAYS_PER_YEAR, WEEKS_PER_YEAR
from ttg_sim.engine.draws import Decision, Kind
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.engine.queues import last_served
from ttg_sim.engine.table import NEVER_DUE
from ttg_sim.parameter import NO_COST_KNOWN, Grade, Role, Section, parameter


class RecruitParameters(Section):
    """Applications from two pools, and their screening."""

    section: ClassVar[str] = "recruit"
    title: ClassVar[str] = "Applications of volunteers"

    general_per_year: float = parameter(
        45.0,
        unit="people a year",
        low=0,
        high=5_000,
        role=Role.UNCERTAIN,
        grade=Grade.STUDY,
        source="one area registered 37 new volunteers in 2014-15, of whom 34 named no conviction; 63% of the charity's "
        "volunteers are in resettlement, 60% of applicants are taken",
        evidence=("8.01",),
        words="People from the public in an average area who would apply, whether or not anybody is being taken on",
    )
    pool_size: float = parameter(
        24.0,
        unit="mentors",
        low=0,
        high=1_000,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no count found",
        words="Trained volunteers with whom the service begins in an average area",
    )
    peer_share: float = parameter(
        0.20,
        unit="share",
        low=0,
        high=0.92,
        role=Role.UNCERTAIN,
        grade=Grade.EXPERT,
        source="a good fifth of the pool before the contracts became unsure (one office); up to 92% elsewhere",
        evidence=("8.02", "8.03"),
        words="Share of people with convictions among those with whom the service begins",
    )
    interest_share: float = parameter(
        0.02,
        unit="share",
        low=0,
        high=0.3,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Share of people in the cycle, and of those who have left it for good, who would ever volunteer",
    )
    apply_per_year: float = parameter(
        0.0214,
        unit="rate a year",
        low=0,
        high=2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="fitted to T13",
        words="How often they come forward, where neither fear nor need holds them back",
    )
    self_exclusion: float = parameter(
        0.7,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="one person waited about ten years for fear of being refused (interviews)",
        words="How far fear of refusal holds people back at first; it fades over ten years",
    )
    invites_per_year: float = parameter(
        0.2,
        unit="rate a year",
        low=0,
        high=5,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="an invitation by staff opens the door (interviews); no figure found",
        words="How often staff invite somebody under supervision who would volunteer, who then fears no refusal",
        cost=NO_COST_KNOWN,
    )
    need_barrier: float = parameter(
        0.5,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="people who struggle to get by cannot afford to volunteer (blog post); no figure found",
        words="How far having no settled home holds people back from applying",
    )
    by_recommendation: bool = parameter(
        False,
        unit="switch",
        role=Role.LEVER,
        grade=Grade.EXPERT,
        source="one company took peers on recommendation by their officer only",
        evidence=("8.05",),
        words="Whether people with convictions are only taken on an officer's recommendation",
        cost=NO_COST_KNOWN,
    )
    suitable_share: float = parameter(
        0.6,
        unit="share",
        low=0.01,
        high=1,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="many will not be suitable (blog post); no figure found",
        words="Share of applicants fit for the work, whom an unhurried screening without mistakes would take",
        cost=NO_COST_KNOWN,
    )
    signal_noise: float = parameter(
        0.2,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Standard deviation of what screening sees around an applicant's true fitness; half of it for an officer",
    )
    pressure: float = parameter(
        0.8,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="growing too fast would destroy careful work (blog post); no figure found",
        words="How far the bar is lowered where all mentors wanted are missing",
    )
    money_motive: float = parameter(
        0.05,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="a few come for what they may gain even without pay (interviews); no figure found",
        words="Share of ordinary applicants who come for the pay, or what may lead to it",
    )
    money_commitment: float = parameter(
        0.5,
        unit="ratio",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="money dilutes intention (interviews); size unknown",
        words="Commitment of those who come for the pay, as a multiple of what it would be",
    )
    screening_weeks: float = parameter(
        4.0,
        unit="weeks",
        low=0,
        high=104,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Least time from application to an answer",
        cost=NO_COST_KNOWN,
    )
    patience_weeks: float = parameter(
        26.0,
        unit="weeks",
        low=1,
        high=260,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Time after which applicants who have had no answer go away",
    )
    cost_applicant: float = parameter(
        150.0,
        unit="pounds",
        low=0,
        high=5_000,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; volunteers are not free (interviews)",
        words="Cost of advertising for and interviewing an applicant",
    )


RECRUIT = parameter_record(RecruitParameters, {"highest_chance": 1})
MOST_INVITES = 5.0  # a year: the highest that the lever goes, so that the pace of looks does not hang on it
MOST_PER_WEEK = 200
BEFORE_ALL_WEEKS = -100_000  # where keys of applicants are counted by week
FEAR_YEARS = 10.0
RECOMMENDED_NOISE = 0.5


def prepare(section: RecruitParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    highest = section.apply_per_year + MOST_INVITES
    return fill(RECRUIT, section, highest_chance=1 - math.exp(-highest / WEEKS_PER_YEAR))


@kernel
def is_interested(seed, key, p):
    """Whether a person would ever volunteer: theirs for life."""
    return draws.uniform(seed, Decision.RECRUIT_INTEREST, key, 0, 0) < p.interest_share


@kernel
def next_look(person, seed, week, p):
    """Week in which the person may next come forward, at the highest chance that anybody has."""
    u = draws.uniform(seed, Decision.RECRUIT_LOOK, person.key, week, 0)
    return week + draws.weeks_until(u, p.highest_chance[0])


@kernel
def find(people, first, size, diary, interested, count, seed, last, parameters):
    """Among new people (rows `first` to `size`) list those who would ever volunteer; returns how many are listed.

    The first week in which one of them may come forward is that after week `last`.
    """
    p = parameters[0]
    for row in range(first, size):
        person = people[row]
        if person.longer == 0 and is_interested(seed, person.key, p):
            diary[row] = next_look(person, seed, last, p)
            interested[count] = row
            count += 1
    return count


@kernel
def comes_forward(person, seed, week, p):
    """Whether a person takes a chance to come forward: by their own choice, which fear holds back, or invited by staff.

    Fear fades with the years. Need holds everybody back.
    """
    years = max(week * DAYS_PER_WEEK - person.released_day, 0) / DAYS_PER_YEAR
    rate = p.apply_per_year * (1.0 - p.self_exclusion * max(1.0 - years / FEAR_YEARS, 0.0))
    if person.where == Where.LIBERTY and person.supervision != Supervision.NONE:
        rate += p.invites_per_year
    if person.where == Where.LIBERTY and person.housing != Housing.SETTLED:
        rate *= 1.0 - p.need_barrier
    # Looks come at the highest chance; each takes the person's own share of it.
    u = draws.uniform(seed, Decision.RECRUIT_FORWARD, person.key, week, 0) * p.highest_chance[0]
    return draws.happens(u, rate, 1.0 / WEEKS_PER_YEAR)


@kernel
def wish(people, interested, count, diary, wishing, seed, week, parameters):
    """Who comes forward this week, added to `wishing`; returns how many are still interested and how many wish."""
    p = parameters[0]
    kept, wishes = 0, 0
    for row in interested[:count]:
        if diary[row] <= week:
            person = people[row]
            if person.volunteer != NOBODY or (person.where == Where.LEFT and person.left != Left.DESISTED):
                diary[row] = NEVER_DUE
                continue
            diary[row] = next_look(person, seed, week, p)
            if comes_forward(person, seed, week, p):
                wishing[wishes] = row
                wishes += 1
        interested[kept] = row
        kept += 1
    return kept, wishes


@kernel
def enter(mentor, key, area, person, route, seed, week, p):
    """A new applicant."""
    mentor.key = key
    mentor.area = area
    mentor.person = person
    mentor.route = route
    mentor.stage = Stage.SCREENING
    mentor.due = week
    mentor.fitness = draws.uniform(seed, Decision.MENTOR_FITNESS, key, 0, 0)
    mentor.commitment = draws.uniform(seed, Decision.MENTOR_COMMITMENT, key, 0, 0)
    lured = route == Route.PAY or draws.uniform(seed, Decision.RECRUIT_MOTIVE, key, 0, 0) < p.money_motive
    mentor.for_money = 1 if lured else 0
    if lured:
        mentor.commitment *= p.money_commitment
    mentor.applied_week = week
    mentor.registered_week = NEVER
    mentor.ready_week = NEVER
    mentor.ended_week = NEVER
    mentor.paid_week = NEVER
    mentor.identity = NEUTRAL
    mentor.validation = NEUTRAL
    for slot in range(PRISON_SLOTS):
        mentor.asked[slot] = 0.0
        mentor.answer[slot] = 0.0
        mentor.cleared[slot] = 0.0


@kernel
def enter_peer(people, row, mentors, size, route, seed, week, p):
    """A person of the model applies: the same key, and the same life goes on."""
    person = people[row]
    enter(mentors[size], person.key, person.area, row, route, seed, week, p)
    mentors[size].sanctions = person.sanctions
    person.volunteer = size


@kernel
def note_applicant(size, volunteers, count, provider, p):
    """Count an application and list the applicant; returns the sizes of the table and of the list of volunteers."""
    provider.applications += 1
    provider.spent[Money.RECRUITMENT] += p.cost_applicant
    volunteers[count] = size
    return size + 1, count + 1


@kernel
def general_applicants(mentors, size, volunteers, count, provider, area, draw, seed, week, p):
    """Applicants from the public, and `draw` of them a year for the pay.

    Those who come while nobody is taken on keep their number and are lost.
    """
    u = draws.uniform(seed, Decision.RECRUIT_GENERAL, area.key, week, 0)
    for number in range(min(draws.poisson(u, p.general_per_year * area.people_factor / WEEKS_PER_YEAR), MOST_PER_WEEK)):
        key = draws.make_key(Kind.MENTOR, area.key, week, number)
        if provider.recruiting == 1:
            enter(mentors[size], key, provider.area, NOBODY, Route.GENERAL, seed, week, p)
            size, count = note_applicant(size, volunteers, count, provider, p)
    if draw <= 0.0:
        return size, count
    u = draws.uniform(seed, Decision.RECRUIT_FOR_PAY, area.key, week, 0)
    for number in range(min(draws.poisson(u, draw * area.people_factor / WEEKS_PER_YEAR), MOST_PER_WEEK)):
        key = draws.make_key(Kind.MENTOR, area.key, week, MOST_PER_WEEK + number)
        if provider.recruiting == 1:
            enter(mentors[size], key, provider.area, NOBODY, Route.PAY, seed, week, p)
            size, count = note_applicant(size, volunteers, count, provider, p)
    return size, count


@kernel
def peer_applicants(people, wishing, route, mentors, size, volunteers, count, providers, seed, week, p):
    """Applicants with convictions, where the service takes anybody on. Nobody applies in two ways at once."""
    for row in wishing:
        provider = providers[people[row].area]
        if provider.recruiting == 1 and people[row].volunteer == NOBODY:
            enter_peer(people, row, mentors, size, route, seed, week, p)
            size, count = note_applicant(size, volunteers, count, provider, p)
    return size, count


@kernel
def is_suitable(mentor, provider, seed, p):
    """What screening makes of an applicant. The fewer of the mentors wanted there are, the lower is the bar."""
    bar = 1.0 - p.suitable_share
    if provider.target > 0.0:
        bar *= 1.0 - p.pressure * max(1.0 - provider.mentors / provider.target, 0.0)
    u = draws.uniform(seed, Decision.RECRUIT_SCREENING, mentor.key, 0, 0)
    if mentor.person != NOBODY and p.by_recommendation == 1:
        seen = draws.even(u, mentor.fitness, p.signal_noise * RECOMMENDED_NOISE)
        if seen < 1.0 - p.suitable_share:  # an officer has no target to meet
            return False
    return draws.even(u, mentor.fitness, p.signal_noise) >= bar


@kernel
def end(mentor, stage, week):
    """The application comes to nothing."""
    mentor.stage = stage
    mentor.ended_week = week


@kernel
def screen(mentors, volunteers, providers, seed, week, p):
    """Answers to applicants in order of application, as coordinators have time and mentors are wanted."""
    for row in volunteers:
        mentor = mentors[row]
        provider = providers[mentor.area]
        if mentor.stage != Stage.SCREENING:
            continue
        if week - mentor.applied_week > p.patience_weeks:
            end(mentor, Stage.LEFT, week)
            continue
        if provider.recruiting == 0 or week - mentor.applied_week < p.screening_weeks:
            continue
        if not is_suitable(mentor, provider, seed, p):
            end(mentor, Stage.REJECTED, week)
            provider.rejections += 1
            continue
        if provider.to_train >= 1.0 and provider.mentors < provider.target:
            provider.to_train -= 1.0
            provider.mentors += 1
            mentor.stage = Stage.TRAINING
            mentor.registered_week = week
            mentor.due = week
            provider.registrations += 1
            provider.peer_registrations += mentor.person != NOBODY


@kernel
def begin(people, allowed, mentors, size, volunteers, count, provider, area, seed, week, parameters):
    """The volunteers with whom a service begins: from the public, and from people in `allowed` who live there.

    Who of the latter is decided by a draw; where they are too few, there are fewer. Returns the sizes of the table and
    of the list of volunteers.
    """
    p = parameters[0]
    whole = int(p.pool_size * area.people_factor + 0.5)
    peers = int(whole * p.peer_share + 0.5)
    keys = np.empty(len(allowed))
    found = 0
    for row in allowed:
        if people[row].area == provider.area:
            keys[found] = draws.uniform(seed, Decision.RECRUIT_BEFORE, people[row].key, 0, 0)
            found += 1
    last = last_served(keys, found, peers)
    for row in allowed:
        if people[row].area != provider.area or people[row].volunteer != NOBODY:
            continue
        if draws.uniform(seed, Decision.RECRUIT_BEFORE, people[row].key, 0, 0) <= last:
            enter_peer(people, row, mentors, size, Route.BEFORE, seed, week, p)
            provider.mentors += 1
            volunteers[count] = size
            count += 1
            size += 1
    for number in range(whole - peers):
        key = draws.make_key(Kind.MENTOR, area.key, BEFORE_ALL_WEEKS, number)
        enter(mentors[size], key, provider.area, NOBODY, Route.BEFORE, seed, week, p)
        provider.mentors += 1
        volunteers[count] = size
        count += 1
        size += 1
    return size, count


@kernel
def run(people, wishing, finishing, mentors, size, volunteers, count, providers, areas, draw, seed, week, parameters):
    """Applications and answers of one week. `draw` applicants a year more come for the pay in an average area.

    `wishing` are rows of people with convictions who come forward and may, `finishing` of those who come from the end
    of supervision. Returns the sizes of the table of mentors and of the list of volunteers.
    """
    p = parameters[0]
    for row in range(len(providers)):
        provider = providers[row]
        size, count = general_applicants(mentors, size, volunteers, count, provider, areas[row], draw, seed, week, p)
    size, count = peer_applicants(
        people, finishing, Route.PATHWAY, mentors, size, volunteers, count, providers, seed, week, p
    )
    size, count = peer_applicants(
        people, wishing, Route.OWN, mentors, size, volunteers, count, providers, seed, week, p
    )
    screen(mentors, volunteers[:count], providers, seed, week, p)
    return size, count
