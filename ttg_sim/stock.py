"""The people who are already in the cycle when a run begins.

Past entrants are drawn from the same stream as later ones; each is either gone by now or carried forward to the first
week with a longer history. That is a first guess in continuous time from the mechanisms' own rates; the warm-up then
lets the weekly rules settle it. So the stock follows the parameters, whatever they are.
"""

from __future__ import annotations

import math

import numpy as np

from ttg_sim.agents.household import Tenancy
from ttg_sim.agents.person import Housing, Left, Place, Where
from ttg_sim.agents.risk import assess
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import DAYS_PER_WEEK, DAYS_PER_YEAR, WEEKS_PER_YEAR
from ttg_sim.engine.draws import Decision
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.table import NEVER_DUE, Table
from ttg_sim.mechanisms import (
    housing,
    intake,
    leaving,
    longer,
    outlook,
    recruit,
    reoffending,
    sentencing,
    substance,
    supervision,
    work,
)

DIARIES = ("work", "substance", "outlook", "housing", "leaving", "reoffending")
"""Mechanisms that look at a person in some weeks only, in the order in which `complete` takes their diaries."""
YEARS_BACK = 25
FIRST_GUESS_SHARE = 0.5


@kernel
def carry_forward(person, seed, years, week, p_reoffending, p_sentencing, p_leaving):
    """Years of convictions since the first short sentence, in one go. False where the person has left by now."""
    key = person.key
    now = week * DAYS_PER_WEEK
    middle = now - years * DAYS_PER_YEAR / 2.0
    first = person.sanctions
    assess(person, middle)
    pace = reoffending.pace(person, p_reoffending)
    person.sanctions = first + int(pace * years / 2.0)
    assess(person, middle)
    pace = reoffending.pace(person, p_reoffending)
    to_custody = pace * sentencing.custody_probability(person, p_sentencing)
    leaving_rate = leaving.rate(person, middle, p_leaving) + to_custody * p_sentencing.longer_share
    if draws.uniform(seed, Decision.PAST_LEAVING, key, 0, 0) >= math.exp(-leaving_rate * years):
        return False
    u = draws.uniform(seed, Decision.PAST_OFFENCE, key, 0, 0)
    person.sanctions = first + draws.poisson(u, min(pace * years, 500.0))
    u = draws.uniform(seed, Decision.PAST_OFFENCE, key, 0, 1)
    since = min(draws.exponential(u, 1.0 / max(to_custody, 0.01)), years)
    person.released_day = now - 1 - int(since * DAYS_PER_YEAR)
    person.spells = 1 + int(to_custody * (years - since))
    assess(person, person.released_day)
    return True


@kernel
def left_before(person, seed, years, week, p_reoffending, p_sentencing, p_leaving):
    """The years of somebody who is gone by now. True where by lasting desistance, and they still live there.

    Like `carry_forward`, it takes the rates of the middle of those years for all of them.
    """
    middle = week * DAYS_PER_WEEK - years * DAYS_PER_YEAR / 2.0
    assess(person, middle)
    pace = reoffending.pace(person, p_reoffending)
    to_custody = pace * sentencing.custody_probability(person, p_sentencing)
    desistance = leaving.desistance(person, middle, p_leaving)
    away = p_leaving.death_per_year + p_leaving.moving_per_year
    rate = desistance + away + to_custody * p_sentencing.longer_share
    if draws.uniform(seed, Decision.PAST_LEFT, person.key, 0, 1) * rate >= desistance:
        return False
    u = draws.uniform(seed, Decision.PAST_LEFT, person.key, 0, 0)
    active = min(-math.log(1.0 - u * (1.0 - math.exp(-rate * years))) / rate, years)
    ago = years - active
    if draws.uniform(seed, Decision.PAST_LEFT, person.key, 0, 3) >= math.exp(-away * ago):
        return False
    day = week * DAYS_PER_WEEK - ago * DAYS_PER_YEAR
    assess(person, day)
    person.sanctions += int(pace * active)
    u = draws.uniform(seed, Decision.PAST_LEFT, person.key, 0, 2)
    since = min(draws.exponential(u, 1.0 / max(to_custody, 0.01)), active)
    person.released_day = int(day) - 1 - int(since * DAYS_PER_YEAR)
    person.spells = 1
    person.where = Where.LEFT
    person.left = Left.DESISTED
    person.left_week = week - int(ago * WEEKS_PER_YEAR)
    return True


@kernel
def complete(
    people, first, size, diaries, areas, seed, week,
    p_housing, p_reoffending, p_supervision, p_work, p_substance, p_outlook, p_leaving, highest_risk,
):  # fmt: skip
    """Give new people (rows `first` to `size`) what each mechanism holds of them, and the first week in its diary."""
    work_diary, substance_diary, outlook_diary, housing_diary, leaving_diary, reoffending_diary = diaries
    for row in range(first, size):
        person = people[row]
        housing.begin(person, seed, p_housing[0])
        reoffending.begin(person, seed, p_reoffending[0])
        supervision.begin(person, seed, areas[person.area], p_supervision[0])
        work.begin(person, seed, p_work[0])
        substance.begin(person, seed, p_substance[0])
        outlook.begin(person, seed, p_outlook[0])
        work_diary[row] = work.next_look(person, seed, week, p_work[0])
        substance_diary[row] = NEVER_DUE
        if person.drug_need == 1:
            substance_diary[row] = substance.next_look(person, seed, week, p_substance[0])
        housing_diary[row] = housing.next_look(person, seed, week - 1, p_housing[0])
        leaving_diary[row] = leaving.next_look(person, seed, week - 1, p_leaving[0])
        reoffending_diary[row] = reoffending.next_look(person, seed, week - 1, 0, highest_risk, p_reoffending[0])
        outlook_diary[row] = week + 1 + row_free_spread(person.key, outlook.SELDOM)


@kernel
def row_free_spread(key, weeks):
    """A number of weeks below `weeks` that depends on the key alone, so that not everybody is due at once."""
    return np.int64(key >> np.uint64(40)) % weeks


@kernel
def longer_arrivals(people, size, seed, week, areas, p_intake, p_longer):
    """Everybody who is new this week by a longer sentence; returns the number of people in the table."""
    for row in range(len(areas)):
        for _ in range(min(longer.arrivals(seed, week, areas[row], p_longer[0]), intake.MOST_PER_WEEK)):
            intake.create(people[size], longer.next_key(areas[row]), seed, week, areas[row], p_intake[0])
            longer.turn(people[size], seed, areas[row], p_longer[0])
            size += 1
    return size


@kernel
def person_before(person, seed, past, area, p_intake, p_sentencing):
    """Somebody who was new in an earlier week, at liberty after a first sentence."""
    intake.create(person, intake.next_key(area), seed, past, area, p_intake)
    area.entrants += 1
    person.offence = sentencing.draw_offence(person, seed, person.sentenced_day, 0, p_sentencing)
    person.where = Where.LIBERTY


@kernel
def past_entrants(
    people, size, past, seed, week, areas,
    intake_parameters, reoffending_parameters, sentencing_parameters, leaving_parameters, recruit_parameters,
):  # fmt: skip
    """Add those entrants of the weeks from `past` to `week` who are still in the cycle.

    Of those who have left it for good, people who would ever volunteer are added as well.

    Returns the number of people and the next week to do, which is short of `week` where the table has to grow first.
    """
    blank = np.zeros(1, people.dtype)[0]
    while past < week and size + len(areas) * intake.MOST_PER_WEEK <= len(people):
        years = (week - past) / WEEKS_PER_YEAR
        likeliest = math.exp(-leaving_parameters[0].lowest_rate[0] * years)
        for row in range(len(areas)):
            area = areas[row]
            for _ in range(intake.arrivals(seed, past, area, intake_parameters[0])):
                key = intake.next_key(area)
                gone = draws.uniform(seed, Decision.PAST_LEAVING, key, 0, 0) >= likeliest  # whoever it was
                interested = recruit.is_interested(seed, key, recruit_parameters[0])
                if gone and not interested:
                    area.entrants += 1
                    continue
                person = people[size]
                person_before(person, seed, past, area, intake_parameters[0], sentencing_parameters[0])
                reoffending.begin(person, seed, reoffending_parameters[0])
                p = (reoffending_parameters[0], sentencing_parameters[0], leaving_parameters[0])
                first = person.sanctions
                if not gone and carry_forward(person, seed, years, week, *p):
                    size += 1
                    continue
                person.sanctions = first
                if interested and left_before(person, seed, years, week, *p):
                    size += 1
                else:
                    people[size] = blank
        past += 1
    return size, past


@kernel
def let_places(people, size, households, areas, seed, week, parameters):
    """Let all settled places: a share to people of the population who have no home, the rest to other households."""
    p = parameters[0]
    count = 0
    for row in range(len(areas)):
        area = areas[row]
        places = housing.settled_places(area, p)
        for index in range(size):
            person = people[index]
            if area.settled_people >= int(FIRST_GUESS_SHARE * places):
                break
            if person.area == row and person.housing != Housing.SETTLED and person.where == Where.LIBERTY:
                person.housing = Housing.SETTLED
                person.place = Place.SETTLED
                housing.set_risk(person, p)
                area.settled_people += 1
        while area.settled_people + area.settled_others < places:
            household = households[count]
            housing.new_household(household, seed, week, area, row, p)
            household.tenancy = Tenancy.HOUSED
            household.until = week + household.stay_weeks
            area.settled_others += 1
            count += 1
    return count


def diaries(people: Table) -> tuple[np.ndarray, ...]:
    """The diaries of people in the order of `DIARIES`."""
    return tuple(map(people.diaries.__getitem__, DIARIES))


def finish(
    people: Table,
    first: int,
    areas: Table,
    seed: np.uint64,
    week: int,
    highest_risk: float,
    p: dict[str, np.ndarray],
) -> None:
    """Complete people from row `first` on."""
    complete(
        people.data, first, people.size, diaries(people), areas.rows, seed, week,
        p["housing"], p["reoffending"], p["supervision"], p["work"], p["substance"], p["outlook"], p["leaving"],
        highest_risk,
    )  # fmt: skip


def fill(
    people: Table,
    households: Table,
    areas: Table,
    seed: np.uint64,
    week: int,
    highest_risk: float,
    p: dict[str, np.ndarray],
) -> None:
    """Fill the tables with the people and households who are there in the first week."""
    past = week - int(YEARS_BACK * WEEKS_PER_YEAR)
    while past < week:
        people.reserve(len(areas) * intake.MOST_PER_WEEK + len(people))
        people.size, past = past_entrants(
            people.data, people.size, past, seed, week, areas.rows,
            p["intake"], p["reoffending"], p["sentencing"], p["leaving"], p["recruit"],
        )  # fmt: skip
    finish(people, 0, areas, seed, week, highest_risk, p)
    places = sum(int(housing.settled_places(area, p["housing"][0])) for area in areas.rows)
    households.reserve(places)
    households.size = let_places(people.data, people.size, households.data, areas.rows, seed, week, p["housing"])
