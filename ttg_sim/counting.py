"""What is counted at the end of each week: states noted in releases, and the series that are not of mentoring."""

from __future__ import annotations

import numpy as np

from ttg_sim.agents.person import NOBODY, Housing, Return, Service, Supervision, Where
from ttg_sim.engine.calendar import DAYS_PER_WEEK
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.queues import clock
from ttg_sim.mechanisms import probation

COUNTED_WEEKS = 104
FIRST_NIGHT, THREE_WEEKS, SIX_WEEKS, TWELVE_MONTHS = 0, 3, 6, 52
LAST_NOTED = TWELVE_MONTHS * DAYS_PER_WEEK + 1
IS_NOTED = np.isin(
    -(-(np.arange(LAST_NOTED + DAYS_PER_WEEK) - DAYS_PER_WEEK + 1) // DAYS_PER_WEEK),
    (FIRST_NIGHT, THREE_WEEKS, SIX_WEEKS, TWELVE_MONTHS),
)
"""By days from a release to the Monday of a week, plus 6, whether a person's states are written into the release."""


@kernel
def note(person, spell, weeks, week):
    """Write a person's states into their present release, so many weeks after it."""
    if weeks == FIRST_NIGHT:
        spell.first_night = person.housing
        spell.first_working = person.working
        spell.first_using = person.using
    elif weeks == THREE_WEEKS:
        spell.treated = 1 if person.until[Service.TREATMENT] > clock(week) else 0
    elif weeks == SIX_WEEKS:
        spell.week_6 = person.housing
        spell.week_6_working = person.working
    elif weeks == TWELVE_MONTHS:
        spell.month_12 = person.housing
        spell.month_12_working = person.working
        spell.month_12_using = person.using


@kernel
def count_people(people, active, spells, week, any_longer, tally):
    """Note milestones and count people on short sentences for the week's series; returns how many stay active."""
    kept, short, inside, on_recall, settled, temporary = 0, 0, 0, 0, 0, 0
    working, using, licence, post_sentence, counted = 0, 0, 0, 0, 0
    since = (week - COUNTED_WEEKS) * DAYS_PER_WEEK
    for row in active:
        person = people[row]
        if person.where == Where.LEFT:
            continue
        active[kept] = row
        kept += 1
        longer = 1 if any_longer and person.longer == 1 else 0
        short += 1 - longer
        if person.where == Where.INSIDE:
            if longer == 1:
                continue
            inside += 1
            on_recall += person.returned != Return.NOT
            continue
        days = min(week * DAYS_PER_WEEK - person.released_day, LAST_NOTED) + DAYS_PER_WEEK - 1
        if IS_NOTED[days] and person.spell != NOBODY:
            note(person, spells[person.spell], week - person.released_day // DAYS_PER_WEEK, week)
        if longer == 1:
            continue
        settled += person.housing == Housing.SETTLED
        temporary += person.housing == Housing.TEMPORARY
        working += person.working
        using += person.using
        licence += person.supervision == Supervision.LICENCE
        post_sentence += person.supervision == Supervision.POST_SENTENCE
        counted += person.released_day > since
    total = tally[0]
    total.inside, total.on_recall, total.at_liberty = inside, on_recall, short - inside
    total.settled, total.temporary, total.homeless = settled, temporary, short - inside - settled - temporary
    total.working, total.using, total.on_licence, total.post_sentence = working, using, licence, post_sentence
    total.person_weeks = inside + counted
    return kept


@kernel
def count_flows(tally, open_cases, sizes, before):
    """New people, releases, occasions and returns of the week, from the sizes of their tables."""
    total = tally[0]
    total.open_cases = open_cases
    total.entrants = sizes[0] - before[0]
    total.releases = sizes[1] - before[1]
    total.occasions = sizes[2] - before[2]
    total.returns = sizes[3] - before[3]


@kernel
def count_places(areas, officers, parameters, tally):
    """Sum places in use over areas, and take means over the officers at work."""
    p = parameters[0]
    total = tally[0]
    for row in range(len(areas)):
        area = areas[row]
        total.waiting += area.waiting_people
        total.places_people += area.settled_people
        total.places_others += area.settled_others
        total.in_training += area.in_service[Service.TRAINING]
        total.in_treatment += area.in_service[Service.TREATMENT]
        total.contact_hours += area.contact_hours
        total.enforcement_hours += area.enforcement_hours
    staff = 0
    for row in range(len(officers)):
        officer = officers[row]
        if probation.at_work(officer, areas[officer.area]):
            staff += 1
            total.cases_per_officer += officer.cases + officer.other_cases
            total.attention += officer.attention
            total.morale += officer.morale
    total.cases_per_officer /= staff
    total.attention /= staff
    total.morale /= staff
    total.other_hours = max(staff * p.hours_per_week - total.contact_hours - total.enforcement_hours, 0.0)
