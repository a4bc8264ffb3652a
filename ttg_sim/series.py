"""The series of a run: what is counted each week, and what is noted in releases that reach a milestone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa

from ttg_sim import mentoring
from ttg_sim.agents.person import NEVER, Housing, Return, Service, Supervision, Where
from ttg_sim.engine.calendar import DAYS_PER_WEEK
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.queues import clock
from ttg_sim.engine.table import record
from ttg_sim.mechanisms import custody, probation

if TYPE_CHECKING:
    from ttg_sim.model import ThroughTheGate

SERIES = (
    "inside", "on_recall", "at_liberty", "settled", "temporary", "homeless", "person_weeks", "working", "using",
    "on_licence", "post_sentence", "waiting", "places_people", "places_others", "in_treatment", "in_training",
    "cases_per_officer", "attention", "morale", "contact_hours", "enforcement_hours", "other_hours",
    "entrants", "releases", "occasions", "returns", "open_cases",
    "first_inside", "training_places", "treatment_places", "resettlement_staff", "orders_instead",
    *mentoring.SERIES,
)  # fmt: skip
"""Series of numbers, one a week. People are those on short sentences; flows, queues, places and cases are of all.

Places in training and treatment are those in use by anybody. First inside are people on the sentence that brought them
into the cycle, who have not reoffended since; orders instead, those who were given an order in place of it.
"""
TALLY = record(dict.fromkeys(SERIES, "f8"))
COUNTED_WEEKS = 104
FIRST_NIGHT, THREE_WEEKS, SIX_WEEKS, TWELVE_MONTHS = 0, 3, 6, 52
MILESTONES = (FIRST_NIGHT, THREE_WEEKS, SIX_WEEKS, TWELVE_MONTHS)
"""Weeks after a release at which states are written into it."""


class SeriesCollector(mesa.DataCollector):
    """Mesa's collector of model-level series, fed with the week's numbers as they are, which takes no time."""

    def __init__(self) -> None:
        self._weeks: list[tuple[float, ...]] = []
        self._series: dict[str, list[float]] = {}
        super().__init__(model_reporters=dict.fromkeys(SERIES, len))  # only their names are used

    def collect(self, model: ThroughTheGate) -> None:
        """Add the numbers of the week."""
        self._weeks.append(model.tally[0].item())

    @property
    def model_vars(self) -> dict[str, list[float]]:
        """The series by name, put together when somebody asks for them."""
        if len(self._series.get(SERIES[0], ())) != len(self._weeks) or not self._series:
            columns = zip(*self._weeks, strict=True) if self._weeks else ((),) * len(SERIES)
            self._series = {name: list(values) for name, values in zip(SERIES, columns, strict=True)}
        return self._series

    @model_vars.setter
    def model_vars(self, empty: dict[str, list[float]]) -> None:
        """Mesa begins with none."""


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
def note_milestones(people, spells, week):
    """Write states into the releases that reach a milestone, of people who are in the community and in that release."""
    for weeks in MILESTONES:
        first = custody.first_release(spells, week - weeks)
        for row in range(first, custody.first_release(spells, week - weeks + 1)):
            person = people[spells[row].person]
            if person.spell == row and person.where != Where.INSIDE and person.where != Where.LEFT:
                note(person, spells[row], weeks, week)


@kernel
def count_people(people, active, week, any_longer, tally):
    """Count people on short sentences for the week's series; returns how many stay active."""
    kept, short, inside, on_recall, settled, temporary = 0, 0, 0, 0, 0, 0
    working, using, licence, post_sentence, counted, first_inside = 0, 0, 0, 0, 0, 0
    since = (week - COUNTED_WEEKS) * DAYS_PER_WEEK
    for row in active:
        person = people[row]
        if person.where == Where.LEFT:
            continue
        active[kept] = row
        kept += 1
        if any_longer == 1 and person.longer == 1:
            continue
        short += 1
        if person.where == Where.INSIDE:
            inside += 1
            on_recall += person.returned != Return.NOT
            first_inside += person.spells == 0 and person.offended_day == NEVER
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
    total.person_weeks, total.first_inside = inside + counted, first_inside
    return kept


@kernel
def record_week(
    people, active, spells, areas, officers, week, open_cases, sizes, before, providers, mentors, volunteers, referrals,
    open_referrals, p_longer, p_probation, p_resettlement, orders_instead, tally,
):  # fmt: skip
    """Milestones of releases and the series of the week; returns how many people stay active."""
    note_milestones(people, spells, week)
    count_places(areas, officers, p_probation, p_resettlement, tally)
    tally[0].orders_instead = orders_instead
    count_flows(tally, open_cases, sizes, before)
    mentoring.count_service(providers, mentors, volunteers, people, referrals, open_referrals, tally)
    return count_people(people, active, week, p_longer[0].people, tally)


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
def count_places(areas, officers, parameters, p_resettlement, tally):
    """Sum places in use over areas, and take means over the officers at work."""
    p = parameters[0]
    employed = p_resettlement[0].service * p_resettlement[0].staff
    total = tally[0]
    for row in range(len(areas)):
        area = areas[row]
        total.waiting += area.waiting_people
        total.places_people += area.settled_people
        total.places_others += area.settled_others
        total.in_training += area.in_service[Service.TRAINING]
        total.in_treatment += area.in_service[Service.TREATMENT]
        total.training_places += area.in_service[Service.TRAINING] + area.others_in_service[Service.TRAINING]
        total.treatment_places += area.in_service[Service.TREATMENT] + area.others_in_service[Service.TREATMENT]
        total.resettlement_staff += employed * area.people_factor
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
