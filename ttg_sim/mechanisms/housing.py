"""Housing: a home kept, lost, found or queued for, where places are finite and others want them too."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from ttg_sim.agents.household import Tenancy
from ttg_sim.agents.person import NOBODY, Contributor, Housing, Place, Where
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import DAYS_PER_WEEK, WEEKS_PER_YEAR
from ttg_sim.engine.draws import Decision, Kind
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.parameter import Grade, Role, Section, parameter


class HousingParameters(Section):
    """Where people live, how many places there are, and what being without one does to the risk."""

    section: ClassVar[str] = "housing"
    title: ClassVar[str] = "Homes, places and queues"

    before_custody: dict[str, float] = parameter(
        {"settled": 0.72, "temporary": 0.13, "homeless": 0.15},
        unit="share",
        grade=Grade.ASSUMPTION,
        source="homeless: sentences of 1 month to 4 years, 2005-06; temporary is part of the 28% at an address "
        "for under six months and its size is an assumption",
        evidence=("6.01", "6.02"),
        words="Where new people lived before custody; settled means their own or their family's home",
    )
    settled_places: int = parameter(
        520,
        unit="places",
        low=0,
        high=100_000,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="no count of lettings open to people leaving prison; set so that few wait in vain and many wait long",
        words="Settled places in the area that people leaving prison and others in need can be given",
    )
    temporary_places: int = parameter(
        75,
        unit="places",
        low=0,
        high=100_000,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="about 650 bail and tag beds in 21 areas give 31; the rest stands for hostels",
        evidence=("13.88",),
        words="Temporary places in the area open to people who are homeless after prison",
    )
    temporary_limit_weeks: float = parameter(
        12.0,
        unit="weeks",
        low=1,
        high=260,
        role=Role.LEVER,
        grade=Grade.STUDY,
        source="length of the scheme that began in July 2021; 12 weeks is also the usual stay in tag housing",
        evidence=("11.09", "13.73"),
        words="Weeks after which a temporary place has to be left",
    )
    release_priority: bool = parameter(
        False,
        unit="switch",
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="first come, first served unless a policy says otherwise",
        words="People leaving prison go to the front of the queue for settled places",
    )
    kept_weeks_inside: float = parameter(
        13.0,
        unit="weeks",
        low=0,
        high=52,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="housing benefit is paid for an absence of up to 13 weeks; not in the register",
        words="A settled place is kept for a person whose time inside is no longer than this",
    )
    home_lost_per_week_inside: float = parameter(
        0.02,
        unit="probability a week",
        low=0,
        high=0.5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="set by hand to bring first-night housing near the published shares",
        evidence=("11.05", "11.06"),
        words="Chance that a person's own or family home is lost, for each week inside",
    )
    home_lost_per_year: float = parameter(
        0.24,
        unit="rate a year",
        low=0,
        high=10,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="44% had been at their address for less than a year before custody",
        evidence=("6.02",),
        words="How often a person at liberty loses their own or family home",
    )
    place_lost_per_year: float = parameter(
        0.35,
        unit="rate a year",
        low=0,
        high=10,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="23% of bail tenants broke their conditions during stays of some months",
        evidence=("13.89",),
        words="How often a person at liberty loses a settled place",
    )
    home_found_per_year: float = parameter(
        1.2,
        unit="rate a year",
        low=0,
        high=20,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; set by hand with first-night housing in view",
        words="How often a person without a home finds one without help, with family or a private landlord",
    )
    other_households_per_week: float = parameter(
        4.0,
        unit="households a week",
        low=0,
        high=1_000,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found for the same places",
        words="Other households that join the queue for the same settled places",
    )
    other_stay_weeks: float = parameter(
        70.0,
        unit="weeks",
        low=1,
        high=1_000,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; exponential",
        words="Mean stay of other households in a settled place",
    )
    other_patience_weeks: float = parameter(
        40.0,
        unit="weeks",
        low=1,
        high=1_000,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; exponential",
        words="Mean time after which another household stops waiting",
    )
    risk_homeless: float = parameter(
        0.20,
        unit="log hazard",
        low=0,
        high=0.6,
        role=Role.UNCERTAIN,
        grade=Grade.STUDY,
        source="an adjusted odds ratio of 1.36 is a hazard ratio of about 1.22 where half to two thirds reoffend; two "
        "British instruments give odds ratios of 1.18 and 1.36, a study of San Francisco a hazard ratio of 1.52",
        evidence=("1.50", "1.52", "6.14"),
        words="Addition to the log hazard of reoffending while homeless, against settled",
    )
    risk_temporary: float = parameter(
        0.10,
        unit="log hazard",
        low=0,
        high=0.6,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="half-way between settled and homeless",
        evidence=("1.52",),
        words="Addition to the log hazard of reoffending while in temporary housing, against settled",
    )


HOUSING = parameter_record(HousingParameters, {"risk_by_state": len(Housing), "most_lost": 1})
ONE_WEEK = 1.0 / WEEKS_PER_YEAR
QUEUE_START = 100_000.0  # added to the week of joining, so that a place in the queue is never nil
PRIORITY = 50_000.0
MOST_PER_WEEK = 1000
SIX_WEEKS = 6
TWELVE_MONTHS = 52


def prepare(section: HousingParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    risks = {Housing.SETTLED: 0.0, Housing.TEMPORARY: section.risk_temporary, Housing.HOMELESS: section.risk_homeless}
    most_lost = max(section.home_lost_per_year, section.place_lost_per_year) * ONE_WEEK
    return fill(HOUSING, section, risk_by_state=[risks[state] for state in Housing], most_lost=most_lost)


@kernel
def begin(person, seed, p):
    """What this mechanism gives a new person: where they lived before custody."""
    u = draws.uniform(seed, Decision.INTAKE_HOUSING, person.key, 0, 0)
    person.housing = draws.choose(u, p.before_custody)
    person.place = Place.NONE


@kernel
def give_up_place(person, areas):
    """Hand back the finite place that a person holds, if any."""
    if person.place == Place.SETTLED:
        areas[person.area].settled_people -= 1
    elif person.place == Place.TEMPORARY:
        areas[person.area].temporary_people -= 1
    person.place = Place.NONE


@kernel
def join_queue(person, seed, week, ahead):
    """Wait for a settled place. Ties within a week are broken by one draw made now."""
    tie = draws.uniform(seed, Decision.HOUSING_QUEUE, person.key, week, 0)
    person.queue = QUEUE_START + week + tie
    if ahead:
        person.queue -= PRIORITY


@kernel
def on_release(person, areas, seed, week, p):
    """Home to a place that was kept or a home that was not lost; otherwise homeless, and into the queue."""
    person.temporary_until = 0
    if person.place == Place.SETTLED:
        return
    give_up_place(person, areas)  # a temporary one, of somebody received and released within one week
    kept = person.tagged == 1
    if not kept and person.housing == Housing.SETTLED:
        weeks = (person.released_day - person.received_day) / DAYS_PER_WEEK
        u = draws.uniform(seed, Decision.HOUSING_HOME_INSIDE, person.key, week, 0)
        kept = u < math.exp(-p.home_lost_per_week_inside * weeks)
    if kept:
        person.housing = Housing.SETTLED
    else:
        person.housing = Housing.HOMELESS
        join_queue(person, seed, week, p.release_priority == 1)


@kernel
def inside(person, areas, p):
    """A temporary place is lost at once; a settled one where the time inside is too long."""
    weeks = (person.release_day - person.received_day) / DAYS_PER_WEEK
    if person.place == Place.TEMPORARY or (person.place == Place.SETTLED and weeks > p.kept_weeks_inside):
        give_up_place(person, areas)
        person.housing = Housing.HOMELESS


@kernel
def lose_or_find(person, u, areas, seed, week, p):
    """A week at liberty: a home may be lost, found without help, or (if temporary) run out. One draw serves all."""
    if person.housing == Housing.SETTLED:
        if u >= p.most_lost[0]:  # too high for either rate, which spares most people a closer look
            return
        rate = p.place_lost_per_year if person.place == Place.SETTLED else p.home_lost_per_year
        if draws.happens(u, rate, ONE_WEEK):
            give_up_place(person, areas)
            person.housing = Housing.HOMELESS
            join_queue(person, seed, week, False)
        return
    if person.place == Place.NONE:
        person.housing = Housing.HOMELESS
    if person.queue == 0.0:
        join_queue(person, seed, week, False)
    if draws.happens(u, p.home_found_per_year, ONE_WEEK):
        give_up_place(person, areas)
        person.housing = Housing.SETTLED
        person.queue = 0.0
    elif person.place == Place.TEMPORARY and person.temporary_until <= week:
        give_up_place(person, areas)
        person.housing = Housing.HOMELESS


@kernel
def set_risk(person, p):
    """Set the person's contribution to the risk from present housing."""
    person.risk[Contributor.HOUSING] = p.risk_by_state[person.housing]


@kernel
def people_move(people, active, areas, waiting, released, milestones, seed, week, p):
    """What happens to the housing of each person before places are given out.

    Fills three lists of rows and returns their lengths: people who wait for a place, people released this week, people
    six weeks or twelve months after release.
    """
    waiters, leavers, passers = 0, 0, 0
    monday = week * DAYS_PER_WEEK
    six_weeks_ago = monday - SIX_WEEKS * DAYS_PER_WEEK
    a_year_ago = monday - TWELVE_MONTHS * DAYS_PER_WEEK
    chances = draws.uniforms(seed, Decision.HOUSING_CHANGE, people, active, week)
    for index in range(len(active)):
        row = active[index]
        person = people[row]
        if person.where == Where.INSIDE:
            inside(person, areas, p)
        elif person.where == Where.LIBERTY:
            day = person.released_day
            if day >= monday and person.spell != NOBODY:
                on_release(person, areas, seed, week, p)
                released[leavers] = row
                leavers += 1
            else:
                lose_or_find(person, chances[index], areas, seed, week, p)
                milestone = 0 <= day - six_weeks_ago < DAYS_PER_WEEK or 0 <= day - a_year_ago < DAYS_PER_WEEK
                if milestone and person.spell != NOBODY:
                    milestones[passers] = row
                    passers += 1
            set_risk(person, p)
            if person.housing != Housing.SETTLED and person.queue > 0.0:
                waiting[waiters] = row
                waiters += 1
        elif person.where == Where.LEFT:
            give_up_place(person, areas)
            person.queue = 0.0
    return waiters, leavers, passers


@kernel
def new_household(household, seed, week, area, row, p):
    """Another household joins the queue, with its patience and its later stay drawn now."""
    household.key = draws.make_key(Kind.HOUSEHOLD, area.key, 0, area.households)
    area.households += 1
    household.area = row
    household.tenancy = Tenancy.WAITING
    household.queue = QUEUE_START + week + draws.uniform(seed, Decision.HOUSING_QUEUE, household.key, 0, 0)
    u = draws.uniform(seed, Decision.HOUSING_OTHER_STAY, household.key, 0, 0)
    household.stay_weeks = draws.exponential(u, p.other_stay_weeks)
    u = draws.uniform(seed, Decision.HOUSING_OTHER_PATIENCE, household.key, 0, 0)
    household.until = week + draws.exponential(u, p.other_patience_weeks)


@kernel
def households_move(households, size, others, count, areas, seed, week, p):
    """Other households leave their place, stop waiting or join; returns the sizes of their table and of `others`."""
    kept = 0
    for row in others[:count]:
        household = households[row]
        if household.until > week:
            others[kept] = row
            kept += 1
            continue
        if household.tenancy == Tenancy.HOUSED:
            areas[household.area].settled_others -= 1
        household.tenancy = Tenancy.GONE
    for row in range(len(areas)):
        u = draws.uniform(seed, Decision.HOUSING_OTHERS, areas[row].key, week, 0)
        for _ in range(min(draws.poisson(u, p.other_households_per_week), MOST_PER_WEEK)):
            new_household(households[size], seed, week, areas[row], row, p)
            others[kept] = size
            kept += 1
            size += 1
    return size, kept


@kernel
def last_served(keys, count, free):
    """Place in the queue of the last one who is served when `free` places go to `count` who wait."""
    if free <= 0 or count == 0:
        return -math.inf
    if free >= count:
        return keys[:count].max()
    return np.partition(keys[:count], free - 1)[free - 1]


@kernel
def give_settled_places(people, waiting, households, others, areas, week, p):
    """Settled places go to whoever has waited longest, people leaving prison and others alike."""
    keys = np.empty(len(waiting) + len(others))
    for index in range(len(areas)):
        area = areas[index]
        free = p.settled_places - area.settled_people - area.settled_others
        if free <= 0:
            continue
        count = 0
        for row in waiting:
            if people[row].area == index:
                keys[count] = people[row].queue
                count += 1
        for row in others:
            if households[row].area == index and households[row].tenancy == Tenancy.WAITING:
                keys[count] = households[row].queue
                count += 1
        last = last_served(keys, count, free)
        for row in waiting:
            if people[row].area == index and people[row].queue <= last:
                move_in(people[row], area, areas, p)
        for row in others:
            household = households[row]
            if household.area == index and household.tenancy == Tenancy.WAITING and household.queue <= last:
                household.tenancy = Tenancy.HOUSED
                household.until = week + household.stay_weeks
                area.settled_others += 1


@kernel
def move_in(person, area, areas, p):
    """Take up a settled place."""
    give_up_place(person, areas)
    person.housing = Housing.SETTLED
    person.place = Place.SETTLED
    person.queue = 0.0
    set_risk(person, p)
    area.settled_people += 1


@kernel
def wants_temporary(person, index):
    """Homeless, still waiting, and without a temporary place since the last release."""
    return (
        person.area == index
        and person.queue > 0.0
        and person.housing == Housing.HOMELESS
        and person.temporary_until == 0
    )


@kernel
def give_temporary_places(people, waiting, areas, week, p):
    """Temporary places go to homeless people who have not had one since their release, the latest released first."""
    keys = np.empty(len(waiting))
    for index in range(len(areas)):
        area = areas[index]
        free = p.temporary_places - area.temporary_people
        if free <= 0:
            continue
        count = 0
        for row in waiting:
            if wants_temporary(people[row], index):
                keys[count] = -people[row].queue
                count += 1
        last = last_served(keys, count, free)
        for row in waiting:
            person = people[row]
            if wants_temporary(person, index) and -person.queue <= last:
                person.housing = Housing.TEMPORARY
                person.place = Place.TEMPORARY
                person.temporary_until = week + math.ceil(p.temporary_limit_weeks)
                set_risk(person, p)
                area.temporary_people += 1


@kernel
def note(people, waiting, released, milestones, spells, areas, week):
    """Write housing into the spells that reach their first night, sixth week or twelfth month, and count the queue."""
    for row in released:
        spells[people[row].spell].first_night = people[row].housing
    for row in milestones:
        person = people[row]
        if week - person.released_day // DAYS_PER_WEEK == SIX_WEEKS:
            spells[person.spell].week_6 = person.housing
        else:
            spells[person.spell].month_12 = person.housing
    for index in range(len(areas)):
        areas[index].waiting_people = 0
    for row in waiting:
        if people[row].queue > 0.0:
            areas[people[row].area].waiting_people += 1


@kernel
def run(people, active, households, size, others, count, areas, spells, seed, week, parameters):
    """Housing in one week; returns the number of other households ever, and of those still about."""
    p = parameters[0]
    waiting = np.empty(len(active), np.int64)
    released = np.empty(len(active), np.int64)
    milestones = np.empty(len(active), np.int64)
    waiters, leavers, passers = people_move(people, active, areas, waiting, released, milestones, seed, week, p)
    waiting, released, milestones = waiting[:waiters], released[:leavers], milestones[:passers]
    size, count = households_move(households, size, others, count, areas, seed, week, p)
    give_settled_places(people, waiting, households, others[:count], areas, week, p)
    give_temporary_places(people, waiting, areas, week, p)
    note(people, waiting, released, milestones, spells, areas, week)
    return size, count
