"""The mentoring service in the week: its rules over the tables of a world, in order, and what is counted of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ttg_sim.agents.mentor import PRISON_SLOTS, Stage
from ttg_sim.agents.person import NEVER, NOBODY, Where
from ttg_sim.agents.provider import WEEKLY, Funding, Money
from ttg_sim.agents.referral import Meeting
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import DAYS_PER_WEEK
from ttg_sim.engine.draws import Kind
from ttg_sim.engine.kernel import kernel
from ttg_sim.mechanisms import (
    activities,
    clearance,
    coordinator,
    eligibility,
    funding,
    identity,
    influence,
    licence,
    mentor,
    pay,
    pbr,
    prerelease,
    prison,
    programme,
    recruit,
    referral,
    relationship,
    release,
    staff,
    strain,
    training,
)
from ttg_sim.mechanisms.sentencing import Sanction

if TYPE_CHECKING:
    from ttg_sim.model import ThroughTheGate

SERIES = (
    "funded", "recruiting", "coordinators", "mentor_support", "mentors_wanted", "in_screening", "in_mentor_training",
    "in_checks", "mentors_available", "mentors_matched", "mentors_paused", "specialists", "peers",
    "peers_at_work", "peers_under_supervision", "people_with_mentor", "people_mentored", "clearances_waiting",
    "mentors_for_money", "mentors_paid", "posts_held", "skill", "strain", "identity", "validation", "resistance",
    "trust", "cash", "hours_net",
    *WEEKLY,
    *(f"spent_on_{money.name.lower()}" for money in Money),
)  # fmt: skip
"""Weekly series of the mentoring service. People mentored have met their mentor, and are at liberty.

Skill and strain are sums over mentors at work, identity and validation over peers at work, trust over people mentored.
"""
FAR = 2**40


def open_service(world: ThroughTheGate) -> None:
    """One provider in each area, and how far each prison suspects people, before the first week."""
    for row in range(len(world.areas)):
        key = draws.make_key(Kind.PROVIDER, world.areas.rows[row]["key"], 0, 0)
        world.providers.append(
            key=key, area=row, funding=Funding.NONE, first_week=NEVER, stopped_week=NEVER, support=1.0
        )
    prison.begin(world.prisons.rows, world.run_seed, world.p["prison"])
    staff.begin(world.providers.rows, world.p["staff"])
    find_interested(world, 0, world.week - 1)


def find_interested(world: ThroughTheGate, first: int, last: int) -> None:
    """List those of the people from row `first` on who would ever volunteer. Week `last` is over for volunteers."""
    interested = world.rows["interested"]
    interested.reserve(world.people.size - first)
    interested.size = recruit.find(
        world.people.data, first, world.people.size, world.people.diaries["recruit"], interested.data, interested.size,
        world.run_seed, last, world.p["recruit"],
    )  # fmt: skip


def next_stop(world: ThroughTheGate) -> int:
    """Week of the next stop of money that has been announced by a dated lever."""
    weeks = [start for announced, start in world.stops if announced <= world.week < start]
    return min(weeks, default=FAR)


def stops(world: ThroughTheGate) -> list[tuple[int, int]]:
    """Dated levers that stop the money: the week in which each is announced, and that in which it acts."""
    week_of = world.calendar.week_of
    levers = {(lever.path, week_of(lever.start)): lever for lever in world.scenario.effective_levers()}  # the last acts
    return [
        (week_of(lever.announced), week)
        for (path, week), lever in levers.items()
        if (path, lever.value) in {("funding.stopped", True), ("funding.calendar", "unfunded")}
    ]


def fund(world: ThroughTheGate) -> None:
    """Contracts run, end, are renewed or stop, and coordinators are hired or go.

    When money stops, meetings stop with it or after a time. A first contract takes some weeks until names are taken.
    """
    start = (int(world.p["funding"][0]["start"]) - world.calendar.monday.toordinal()) // DAYS_PER_WEEK
    fund_week(
        world.providers.rows, world.areas.rows, world.week, start, next_stop(world), world.p["funding"],
        world.p["coordinator"],
    )  # fmt: skip


def supply(world: ThroughTheGate) -> None:
    """People apply to become mentors, are screened, trained and checked; mentors pause, stop or relapse.

    Applicants come from the public and, by their own choice, by invitation or from the end of supervision, from people
    with convictions. Nobody is taken on while money is not known to last, while coordinators have no time, or while all
    mentors wanted are there; where many are missing the bar is lower. Training is followed by a record check. Mentors
    without support, commitment or fitness stop sooner; a peer mentor who is convicted or inside is taken out.
    """
    lists, mentors, people, p = world.rows, world.mentors, world.people, world.p
    begins = bool((world.providers.rows["first_week"] == world.week).any())
    room = 2 * len(world.areas) * recruit.MOST_PER_WEEK + len(lists["interested"]) + len(lists["supervised"])
    if begins:
        room += int(2 * len(world.areas) * p["recruit"][0]["pool_size"])
    mentors.reserve(room)
    lists["volunteers"].reserve(room)
    for name, most in (("wishing", "interested"), ("finishing", "supervised")):
        lists[name].clear()
        lists[name].reserve(len(lists[most]))
    mentors.size, lists["volunteers"].size, lists["interested"].size = supply_week(
        people.data, people.diaries["recruit"], lists["supervised"].rows, lists["interested"].rows,
        lists["wishing"].data, lists["finishing"].data, mentors.data, mentors.size, lists["volunteers"].data,
        lists["volunteers"].size, world.providers.rows, world.areas.rows, begins, world.run_seed, world.week,
        p["programme"], p["eligibility"], p["recruit"], p["training"], p["mentor"], p["pay"], p["staff"],
    )  # fmt: skip


def vetting(world: ThroughTheGate) -> None:
    """Each prison answers requests for clearance in its own time; suspicion moves.

    After training, clearance is asked for at each resettlement prison of the area, and elsewhere where a match needs
    it. Answers take weeks, longer and more often a refusal for people with convictions and in suspicious prisons; a
    clearance runs out. Specialists, where there are any, are chosen among cleared mentors.
    """
    vetting_week(
        world.mentors.data, world.rows["volunteers"].rows, world.people.data, world.prisons.rows, world.areas.rows,
        world.providers.rows, world.run_seed, world.week, world.p["prison"], world.p["clearance"],
    )  # fmt: skip


def visits(world: ThroughTheGate) -> None:
    """Prisons name people, the service matches them with mentors, and visits take place or do not.

    Staff of each prison give a few names, and some people ask by themselves; prison staff take days to answer, and
    people agree or not. Those who wait are ranked; each in turn is given a mentor with room, one cleared for the
    prison first, as coordinators have time. A cleared mentor, or a specialist, arranges a visit before the day on
    which everybody expects the release. It is lost where the person is released on tag or moved before, or turned
    away.
    """
    lists, referrals, p = world.rows, world.referrals, world.p
    referrals.reserve(len(lists["inside"]))
    lists["referrals"].reserve(len(lists["inside"]))
    referrals.size, lists["referrals"].size = visits_week(
        world.people.data, lists["inside"].rows, referrals.data, referrals.size, lists["referrals"].data,
        lists["referrals"].size, world.mentors.data, lists["volunteers"].rows, world.prisons.rows,
        world.providers.rows, world.run_seed, world.week, p["mentor"], p["clearance"], p["prison"], p["referral"],
        p["prerelease"],
    )  # fmt: skip


def gate(world: ThroughTheGate) -> None:
    """Mentors meet people at the gate or within 48 hours, or miss them; the reason for no earlier meeting is noted.

    A mentor can only be there who knows of the day: of a release on tag not all are told. People turn up or do not.
    """
    lists, referrals = world.rows, world.referrals
    referrals.reserve(len(lists["released"]))
    lists["referrals"].reserve(len(lists["released"]))
    referrals.size, lists["referrals"].size = release.run(
        world.people.data, lists["released"].rows, world.spells.data, referrals.data, referrals.size,
        lists["referrals"].data, lists["referrals"].size, world.mentors.data, world.providers.rows,
        int(world.p["referral"][0]["distant"]), world.run_seed, world.p["release"],
    )  # fmt: skip


def mentoring(world: ThroughTheGate) -> None:
    """People who have a mentor come to meetings or do not; matches end, as planned or otherwise.

    Meetings are weekly, move hope and readiness, and open the way to services. Some people walk away, mostly in the
    first weeks; whoever misses several meetings in a row is lost; whoever loses a mentor before they met waits for
    another. Officers hear of what they are to hear, and their hours are taken and freed.
    """
    lists, p = world.rows, world.p
    most = len(lists["referrals"])
    for name in ("aftermath", "pointed"):
        lists[name].reserve(most)
    lists["referrals"].size, lists["aftermath"].size, lists["pointed"].size = meet_week(
        world.people.data, world.referrals.data, lists["referrals"].data, most, lists["aftermath"].data,
        lists["aftermath"].size, lists["pointed"].data, lists["pointed"].size, world.mentors.data,
        lists["volunteers"].rows, world.officers.data, world.areas.rows, world.providers.rows, world.run_seed,
        world.week, p["referral"], p["prerelease"], p["relationship"], p["influence"], p["licence"], p["staff"],
    )  # fmt: skip


def lives(world: ThroughTheGate) -> None:
    """What the week has done to mentors: strain, identity, pay, a post, or burnout."""
    p = world.p
    live_week(
        world.mentors.data, world.rows["volunteers"].rows, world.people.data, world.people.diaries["work"],
        world.providers.rows, world.areas.rows, world.run_seed, world.week, p["strain"], p["identity"], p["pay"],
    )  # fmt: skip


def programmes(world: ThroughTheGate) -> None:
    """Groups, sessions and courses, where there are any, led by mentors and staff as far as they have time."""
    p, lists = world.p, world.rows
    if not any(p[name][0]["running"] for name in activities.PRESETS):
        return
    lists["pointed"].reserve(len(lists["active"]))
    lists["pointed"].size = activities.run(
        world.people.data, lists["active"].rows, world.referrals.data, world.mentors.data,
        lists["volunteers"].rows, world.prisons.rows, world.officers.data, world.areas.rows, world.providers.rows,
        lists["pointed"].data, lists["pointed"].size, world.people.diaries["work"],
        float(p["referral"][0]["readiness_gate"]), int(p["intake"][0]["prolific_sanctions"]),
        float(p["probation"][0]["hours_per_week"]), world.run_seed, world.week,
        np.concatenate([p[name] for name in activities.PRESETS]),
    )  # fmt: skip


def accounts(world: ThroughTheGate) -> None:
    """The service is paid: its fees, and results of people released a year and a half ago and more.

    What is at risk decides how far the service takes from next week on those with whom a result is likely, and in what
    order. A quarter's cohort is held against what the scores of its members let expect. A service that is short of too
    much cash takes on nobody.
    """
    providers, ledger, p = world.providers.rows, world.ledger, world.p["pbr"]
    at_risk = results = np.zeros(len(providers))
    if len(ledger) or p[0]["share"] > 0.0:
        span = pbr.quarter(world.calendar.monday, world.week)
        pbr.open_cohorts(ledger, providers, world.areas.rows, span, world.week, p[0])
        results = pbr.settle(
            ledger.rows, providers, world.people.rows, world.spells.rows, world.referrals.rows, world.occasions.rows,
            Sanction.NONE, world.week, p[0],
        )  # fmt: skip
        at_risk = pbr.at_risk_now(ledger.rows, len(providers), span[0])
    pbr.run(providers, world.areas.rows, at_risk, results, p)


@kernel
def fund_week(providers, areas, week, start_week, known_stop, p_funding, p_coordinator):
    """Counts of the week begin anew; contracts, then coordinators."""
    for row in range(len(providers)):
        clear(providers[row])
    funding.run(providers, week, start_week, known_stop, p_funding)
    coordinator.run(providers, areas, p_coordinator)


@kernel
def clear(provider):
    """Counts of a new week."""
    provider.applications = 0
    provider.registrations = 0
    provider.peer_registrations = 0
    provider.rejections = 0
    provider.exits = 0
    provider.bars = 0
    provider.answers = 0
    provider.refusals = 0
    provider.answer_weeks = 0.0
    provider.names = 0
    provider.matches = 0
    provider.rematches = 0
    provider.turned_away = 0
    provider.contacts_due = 0
    provider.contacts_kept = 0
    provider.endings_planned = 0
    provider.endings_unplanned = 0
    provider.burnouts = 0
    provider.promotions = 0
    provider.passed_over = 0
    provider.reports = 0
    provider.services_found = 0
    provider.sessions_held = 0
    provider.places_taken = 0
    provider.hours_taken = 0.0
    provider.hours_freed = 0.0
    provider.fees = 0.0
    provider.results = 0.0
    for money in range(len(provider.spent)):
        provider.spent[money] = 0.0


@kernel
def supply_week(
    people, diary, supervised, interested, wishing, finishing, mentors, size, volunteers, count, providers, areas,
    begins, seed, week, p_programme, p_eligibility, p_recruit, p_training, p_mentor, p_pay, p_staff,
):  # fmt: skip
    """The supply of mentors in one week.

    Returns how many mentors there ever were, how many volunteers are about, and how many people are still interested.
    """
    count = mentor.run(
        mentors, volunteers, count, people, providers, pay.prospects(p_pay[0]), p_staff[0].task_substitution, seed,
        week, p_mentor,
    )  # fmt: skip
    first = size
    if begins:
        size, count = begin_services(
            people, interested, wishing, mentors, size, volunteers, count, providers, areas, seed, week, p_eligibility,
            p_recruit,
        )  # fmt: skip
        mentor.begin(mentors, first, size, seed, p_mentor)
        mentor.start_work(mentors, first, size, week)
    finished = programme.run(
        providers, areas, people, supervised, finishing, p_recruit[0].pool_size, seed, week, p_programme
    )
    finished = eligibility.finish(people, finishing, finished)
    put_in_order(people, finishing, finished)
    kept, wishes = recruit.wish(people, interested, len(interested), diary, wishing, seed, week, p_recruit)
    wishes = eligibility.run(people, wishing, wishes, week, p_eligibility)
    put_in_order(people, wishing, wishes)
    first = size
    size, count = recruit.run(
        people, wishing[:wishes], finishing[:finished], mentors, size, volunteers, count, providers, areas,
        p_pay[0].draw[0], seed, week, p_recruit,
    )  # fmt: skip
    mentor.begin(mentors, first, size, seed, p_mentor)
    training.run(mentors, volunteers[:count], providers, seed, week, p_training)
    eligibility.check(mentors, volunteers[:count], providers, seed, week, p_eligibility)
    return size, count, kept


@kernel
def put_in_order(people, rows, count):
    """Order the first rows by the keys of their people, so that nobody's place in a queue hangs on a row."""
    keys = np.empty(count, np.uint64)
    for place in range(count):
        keys[place] = people[rows[place]].key
    rows[:count] = rows[:count][np.argsort(keys)]


@kernel
def begin_services(
    people,
    interested,
    allowed,
    mentors,
    size,
    volunteers,
    count,
    providers,
    areas,
    seed,
    week,
    p_eligibility,
    p_recruit,
):
    """Services whose first contract begins this week take on the volunteers with whom they begin."""
    allowed[: len(interested)] = interested
    most = eligibility.run(people, allowed, len(interested), week, p_eligibility)
    put_in_order(people, allowed, most)
    for row in range(len(providers)):
        if providers[row].first_week == week:
            size, count = recruit.begin(
                people, allowed[:most], mentors, size, volunteers, count, providers[row], areas[row], seed, week,
                p_recruit,
            )  # fmt: skip
    return size, count


@kernel
def vetting_week(mentors, volunteers, people, prisons, areas, providers, seed, week, p_prison, p_clearance):
    """Suspicion of prisons, then clearance."""
    prison.run(prisons, p_prison)
    clearance.run(mentors, volunteers, people, prisons, areas, providers, seed, week, p_clearance)


@kernel
def visits_week(
    people, inside, referrals, size, open_rows, count, mentors, volunteers, prisons, providers, seed, week, p_mentor,
    p_clearance, p_prison, p_referral, p_prerelease,
):  # fmt: skip
    """Names and matches, then visits; returns how many referrals there are, and how many are open."""
    size, count = referral.run(
        people, inside, referrals, size, open_rows, count, mentors, volunteers, prisons, providers,
        p_mentor[0].capacity, seed, week, p_referral,
    )  # fmt: skip
    prerelease.run(
        people, referrals, open_rows[:count], mentors, volunteers, prisons, providers,
        p_clearance[0].specialist_visits, seed, week, p_prison, p_prerelease,
    )  # fmt: skip
    return size, count


@kernel
def meet_week(
    people, referrals, open_rows, count, aftermath, left, pointed, lines, mentors, volunteers, officers, areas,
    providers, seed, week, p_referral, p_prerelease, p_relationship, p_influence, p_licence, p_staff,
):  # fmt: skip
    """Meetings, what they do, what officers hear of them, and the hours of officers.

    Returns how many referrals are open, in how many people a match has left something, and with how many a mentor looks
    for a service.
    """
    rows = np.empty(count, np.int64)
    rows[:] = open_rows[:count]
    count = relationship.run(
        people, referrals, open_rows, count, mentors, providers, p_referral[0].waiting_weeks,
        p_prerelease[0].meeting_bonus, p_staff[0].task_substitution, seed, week, p_relationship,
    )  # fmt: skip
    left, lines = influence.run(
        people, referrals, rows, mentors, aftermath, left, pointed, lines, seed, week, p_influence
    )
    licence.run(people, referrals, open_rows[:count], mentors, providers, seed, week, p_licence)
    staff.run(people, referrals, rows, mentors, volunteers, officers, areas, providers, seed, week, p_staff)
    return count, left, lines


@kernel
def live_week(mentors, volunteers, people, diary, providers, areas, seed, week, p_strain, p_identity, p_pay):
    """Strain, identity, then pay."""
    strain.run(mentors, volunteers, providers, seed, week, p_strain)
    identity.run(mentors, volunteers, people, p_identity)
    pay.run(mentors, volunteers, people, diary, providers, areas, seed, week, p_pay)


@kernel
def count_service(providers, mentors, volunteers, people, referrals, open_rows, tally):
    """Series of the mentoring service for the week: sums over areas; shares and support are means over them."""
    total = tally[0]
    for row in range(len(providers)):
        count_provider(providers[row], len(providers), total)
    for row in volunteers:
        count_volunteer(mentors[row], people, total)
    for row in open_rows:
        referral = referrals[row]
        if referral.mentor != NOBODY:
            total.people_with_mentor += 1
            met = referral.meeting != Meeting.NOT_YET and referral.release_day != NEVER
            if met and people[referral.person].where == Where.LIBERTY:
                total.people_mentored += 1
                total.trust += referral.trust


@kernel
def count_provider(provider, number, total):
    """What one provider adds to the series."""
    total.funded += (provider.horizon > 0) / number
    total.recruiting += provider.recruiting / number
    total.coordinators += provider.coordinators
    total.mentor_support += provider.support / number
    total.mentors_wanted += provider.target
    total.applications += provider.applications
    total.registrations += provider.registrations
    total.peer_registrations += provider.peer_registrations
    total.rejections += provider.rejections
    total.exits += provider.exits
    total.bars += provider.bars
    total.answers += provider.answers
    total.refusals += provider.refusals
    total.answer_weeks += provider.answer_weeks
    total.names += provider.names
    total.matches += provider.matches
    total.rematches += provider.rematches
    total.turned_away += provider.turned_away
    total.contacts_due += provider.contacts_due
    total.contacts_kept += provider.contacts_kept
    total.endings_planned += provider.endings_planned
    total.endings_unplanned += provider.endings_unplanned
    total.burnouts += provider.burnouts
    total.promotions += provider.promotions
    total.passed_over += provider.passed_over
    total.reports += provider.reports
    total.services_found += provider.services_found
    total.sessions_held += provider.sessions_held
    total.places_taken += provider.places_taken
    total.hours_taken += provider.hours_taken
    total.hours_freed += provider.hours_freed
    total.hours_net += provider.hours_freed - provider.hours_taken
    total.fees += provider.fees
    total.results += provider.results
    total.cash += provider.cash
    total.posts_held += provider.posts_held
    total.resistance += provider.resistance / number
    total.spent_on_recruitment += provider.spent[Money.RECRUITMENT]
    total.spent_on_training += provider.spent[Money.TRAINING]
    total.spent_on_checks += provider.spent[Money.CHECKS]
    total.spent_on_clearance += provider.spent[Money.CLEARANCE]
    total.spent_on_coordination += provider.spent[Money.COORDINATION]
    total.spent_on_expenses += provider.spent[Money.EXPENSES]
    total.spent_on_wages += provider.spent[Money.WAGES]
    total.spent_on_programmes += provider.spent[Money.PROGRAMMES]


@kernel
def count_volunteer(volunteer, people, total):
    """What one volunteer adds to the series."""
    stage = volunteer.stage
    total.in_screening += stage == Stage.SCREENING
    total.in_mentor_training += stage == Stage.TRAINING
    total.in_checks += stage == Stage.CHECKS
    total.mentors_available += stage == Stage.AVAILABLE
    total.mentors_matched += stage == Stage.MATCHED
    total.mentors_paused += stage == Stage.PAUSED
    if stage == Stage.SCREENING or stage > Stage.PAUSED:
        return
    total.specialists += volunteer.specialist
    total.mentors_for_money += volunteer.for_money
    if stage >= Stage.AVAILABLE:
        total.mentors_paid += volunteer.paid_week != NEVER
        total.skill += volunteer.skill
        total.strain += volunteer.strain
    if volunteer.person != NOBODY:
        total.peers += 1
        total.peers_at_work += stage >= Stage.AVAILABLE
        if stage >= Stage.AVAILABLE:
            total.identity += volunteer.identity
            total.validation += volunteer.validation
        total.peers_under_supervision += people[volunteer.person].supervision > 0
    for slot in range(PRISON_SLOTS):
        total.clearances_waiting += volunteer.asked[slot] > 0.0
