"""Housing: a home kept, lost, found or queued for, where places are finite and others want them too."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from ttg_sim.agents.household import Tenancy
from ttg_sim.agents.person import Contributor, Housing, Place, Return, Where
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import DAYS_PER_WEEK, WEEKS_PER_YEAR
from ttg_sim.engine.draws import Decision, Kind
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.engine.queues import last_served, place_in_queue
from ttg_sim.parameter import NO_COST_KNOWN, Cost, Grade, Role, Section, parameter


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
        cost=NO_COST_KNOWN,
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
        cost=Cost(
            29_565.0,
            "a place a year",
            "2007",
            "81 pounds a night in bail and tag housing, support included",
            ("13.73",),
        ),
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
        cost=Cost(567.0, "a person-week in a place", "2007", "81 pounds a night in bail and tag housing", ("13.73",)),
    )
    release_priority: bool = parameter(
        False,
        unit="switch",
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="first come, first served unless a policy says otherwise",
        words="People leaving prison go to the front of the queue for settled places",
        cost=Cost(None, words="nothing is built: others wait longer"),
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
        cost=NO_COST_KNOWN,
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
PRIORITY = 50_000.0
MOST_PER_WEEK = 1000
HALF = 0.5


def prepare(section: HousingParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    risks = {Housing.SETTLED: 0.0, Housing.TEMPORARY: section.risk_temporary, Housing.HOMELESS: section.risk_homeless}
    most_lost = 1 - math.exp(-max(section.home_lost_per_year, section.place_lost_per_year) * ONE_WEEK)
    return fill(HOUSING, section, risk_by_state=[risks[state] for state in Housing], most_lost=most_lost)


def highest_risk(section: HousingParameters) -> float:
    """The most that this mechanism adds to the log hazard of reoffending."""
    return max(section.risk_homeless, section.risk_temporary, 0.0)


@kernel
def begin(person, seed, p):
    """What this mechanism gives a new person: where they lived before custody."""
    u = draws.uniform(seed, Decision.INTAKE_HOUSING, person.key, 0, 0)
    person.housing = draws.choose(u, p.before_custody)
    person.place = Place.NONE
    set_risk(person, p)


@kernel
def set_risk(person, p):
    """Set the person's contribution to the risk from present housing."""
    person.risk[Contributor.HOUSING] = p.risk_by_state[person.housing]


@kernel
def settled_places(area, p):
    """Settled places in an area, as many as an average one has times its factor."""
    return int(p.settled_places * area.places_factor + HALF)


@kernel
def temporary_places(area, p):
    """Temporary places in an area."""
    return int(p.temporary_places * area.places_factor + HALF)


@kernel
def give_up_place(person, area):
    """Hand back the finite place that a person holds in their area, if any."""
    if person.place == Place.SETTLED:
        area.settled_people -= 1
    elif person.place == Place.TEMPORARY:
        area.temporary_people -= 1
    person.place = Place.NONE


@kernel
def join_queue(person, seed, week, ahead):
    """Wait for a settled place. Ties within a week are broken by one draw made now."""
    tie = draws.uniform(seed, Decision.HOUSING_QUEUE, person.key, week, 0)
    person.queue = place_in_queue(week, tie)
    if ahead:
        person.queue -= PRIORITY


@kernel
def on_release(person, area, seed, week, p):
    """Home to a place that was kept or a home that was not lost; otherwise homeless, and into the queue.

    Somebody helped before release has been in the queue for some weeks already.
    """
    person.temporary_until = 0
    if person.place == Place.SETTLED:
        return
    give_up_place(person, area)  # a temporary one, of somebody received and released within one week
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
        person.queue -= person.lead_weeks


@kernel
def inside(person, area, p):
    """A temporary place is lost at once; a settled one where the time inside is too long."""
    weeks = (person.release_day - person.received_day) / DAYS_PER_WEEK
    if person.returned != Return.NOT:
        weeks = 0.0  # recalls and committals are short
    if person.place == Place.TEMPORARY or (person.place == Place.SETTLED and weeks > p.kept_weeks_inside):
        give_up_place(person, area)
        person.housing = Housing.HOMELESS


@kernel
def lose(person, u, area, seed, week, p):
    """A week in settled housing: it may be lost. True where it was."""
    rate = p.place_lost_per_year if person.place == Place.SETTLED else p.home_lost_per_year
    if not draws.happens(u, rate, ONE_WEEK):
        return False
    give_up_place(person, area)
    person.housing = Housing.HOMELESS
    join_queue(person, seed, week, False)
    return True


@kernel
def find(person, u, area, seed, week, p):
    """A week without settled housing: a home may be found without help, or a temporary place run out."""
    if person.place == Place.NONE:
        person.housing = Housing.HOMELESS
    if person.queue == 0.0:
        join_queue(person, seed, week, False)
    if draws.happens(u, p.home_found_per_year, ONE_WEEK):
        give_up_place(person, area)
        person.housing = Housing.SETTLED
        person.queue = 0.0
    elif person.place == Place.TEMPORARY and person.temporary_until <= week:
        give_up_place(person, area)
        person.housing = Housing.HOMELESS


@kernel
def next_look(person, seed, week, p):
    """Week in which settled housing may next be lost, at the highest chance that anybody has."""
    u = draws.uniform(seed, Decision.HOUSING_LOOK, person.key, week, 0)
    return week + draws.weeks_until(u, p.most_lost[0])


@kernel
def enlist(people, row, unsettled, count):
    """Put somebody at liberty without settled housing in the list, once; returns how many are in it."""
    person = people[row]
    if person.waits == 1 or person.where != Where.LIBERTY or person.housing == Housing.SETTLED:
        return count
    person.waits = 1
    unsettled[count] = row
    return count + 1


@kernel
def settled_move(people, active, diary, unsettled, count, areas, seed, week, p):
    """People in settled housing who lose it are added to the `count` unsettled; returns how many those are now."""
    for row in active:
        if diary[row] > week:
            continue
        person = people[row]
        diary[row] = next_look(person, seed, week, p)
        if person.where != Where.LIBERTY or person.housing != Housing.SETTLED:
            continue
        u = draws.uniform(seed, Decision.HOUSING_LOST, person.key, week, 0) * p.most_lost[0]
        if person.released_day < week * DAYS_PER_WEEK and lose(person, u, areas[person.area], seed, week, p):
            set_risk(person, p)
            count = enlist(people, row, unsettled, count)
    return count


@kernel
def unsettled_move(people, unsettled, areas, seed, week, p):
    """People without settled housing find it or not; returns how many stay in the list, all of them at liberty."""
    chances = draws.uniforms(seed, Decision.HOUSING_CHANGE, people, unsettled, week)
    kept = 0
    for index in range(len(unsettled)):
        person = people[unsettled[index]]
        person.waits = 0
        if person.where != Where.LIBERTY or person.housing == Housing.SETTLED:
            continue
        find(person, chances[index], areas[person.area], seed, week, p)
        set_risk(person, p)
        if person.housing != Housing.SETTLED:
            person.waits = 1
            unsettled[kept] = unsettled[index]
            kept += 1
    return kept


@kernel
def people_move(people, active, diary, held, released, freed, leavers, unsettled, count, areas, seed, week, p):
    """What happens to the housing of each person before places are given out; returns how many are unsettled.

    `unsettled` lists people at liberty without settled housing, all of whom wait for a place.
    """
    for row in leavers:
        give_up_place(people[row], areas[people[row].area])
        people[row].queue = 0.0
    for row in held:
        inside(people[row], areas[people[row].area], p)
    for row in freed:
        count = enlist(people, row, unsettled, count)
    count = unsettled_move(people, unsettled[:count], areas, seed, week, p)
    for row in released:
        person = people[row]
        if person.where != Where.LIBERTY:
            continue
        on_release(person, areas[person.area], seed, week, p)
        set_risk(person, p)
        count = enlist(people, row, unsettled, count)
    return settled_move(people, active, diary, unsettled, count, areas, seed, week, p)


@kernel
def new_household(household, seed, week, area, row, p):
    """Another household joins the queue, with its patience and its later stay drawn now."""
    household.key = draws.make_key(Kind.HOUSEHOLD, area.key, 0, area.households)
    area.households += 1
    household.area = row
    household.tenancy = Tenancy.WAITING
    household.queue = place_in_queue(week, draws.uniform(seed, Decision.HOUSING_QUEUE, household.key, 0, 0))
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
        mean = p.other_households_per_week * areas[row].people_factor
        for _ in range(min(draws.poisson(u, mean), MOST_PER_WEEK)):
            new_household(households[size], seed, week, areas[row], row, p)
            others[kept] = size
            kept += 1
            size += 1
    return size, kept


@kernel
def give_settled_places(people, waiting, households, others, areas, week, p):
    """Settled places go to whoever has waited longest, people leaving prison and others alike."""
    keys = np.empty((len(areas), len(waiting) + len(others)))
    count = np.zeros(len(areas), np.int64)
    for row in waiting:
        area = people[row].area
        keys[area, count[area]] = people[row].queue
        count[area] += 1
    for row in others:
        if households[row].tenancy == Tenancy.WAITING:
            area = households[row].area
            keys[area, count[area]] = households[row].queue
            count[area] += 1
    last = np.empty(len(areas))
    for index in range(len(areas)):
        free = settled_places(areas[index], p) - areas[index].settled_people - areas[index].settled_others
        last[index] = last_served(keys[index], count[index], free)
    for row in waiting:
        if people[row].queue <= last[people[row].area]:
            move_in(people[row], areas[people[row].area], p)
    for row in others:
        household = households[row]
        if household.tenancy == Tenancy.WAITING and household.queue <= last[household.area]:
            household.tenancy = Tenancy.HOUSED
            household.until = week + household.stay_weeks
            areas[household.area].settled_others += 1


@kernel
def move_in(person, area, p):
    """Take up a settled place."""
    give_up_place(person, area)
    person.housing = Housing.SETTLED
    person.place = Place.SETTLED
    person.queue = 0.0
    set_risk(person, p)
    area.settled_people += 1


@kernel
def wants_temporary(person):
    """Homeless, still waiting, and without a temporary place since the last release."""
    return person.queue > 0.0 and person.housing == Housing.HOMELESS and person.temporary_until == 0


@kernel
def give_temporary_places(people, waiting, areas, week, p):
    """Temporary places go to homeless people who have not had one since their release, the latest released first."""
    keys = np.empty((len(areas), len(waiting)))
    count = np.zeros(len(areas), np.int64)
    for row in waiting:
        if wants_temporary(people[row]):
            area = people[row].area
            keys[area, count[area]] = -people[row].queue
            count[area] += 1
    last = np.empty(len(areas))
    for index in range(len(areas)):
        free = temporary_places(areas[index], p) - areas[index].temporary_people
        last[index] = last_served(keys[index], count[index], free)
    for row in waiting:
        person = people[row]
        if wants_temporary(person) and -person.queue <= last[person.area]:
            person.housing = Housing.TEMPORARY
            person.place = Place.TEMPORARY
            person.temporary_until = week + math.ceil(p.temporary_limit_weeks)
            set_risk(person, p)
            areas[person.area].temporary_people += 1


@kernel
def run(
    people, active, diary, held, released, freed, leavers, unsettled, count, households, size, others, about,
    areas, seed, week, parameters,
):  # fmt: skip
    """Housing in one week.

    `diary` holds the week in which each person may next lose a home. Rows of people: `held` are inside, `released`
    begin a spell this week, `freed` come back to the community otherwise, `leavers` have left the cycle, the first
    `count` of `unsettled` were without settled housing a week ago. Returns the number of people unsettled, of other
    households ever, and of those still about.
    """
    p = parameters[0]
    count = people_move(people, active, diary, held, released, freed, leavers, unsettled, count, areas, seed, week, p)
    size, about = households_move(households, size, others, about, areas, seed, week, p)
    give_settled_places(people, unsettled[:count], households, others[:about], areas, week, p)
    give_temporary_places(people, unsettled[:count], areas, week, p)
    for index in range(len(areas)):
        areas[index].waiting_people = 0
    for row in unsettled[:count]:
        if people[row].queue > 0.0:
            areas[people[row].area].waiting_people += 1
    return count, size, about
