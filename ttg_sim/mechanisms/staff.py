"""Staff: how officers meet peers as colleagues, and the hours that mentoring takes and frees."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ttg_sim.agents.mentor import Stage
from ttg_sim.agents.person import NEUTRAL, NEVER, NOBODY, Supervision, Where
from ttg_sim.agents.referral import Came
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import DAYS_PER_WEEK, WEEKS_PER_YEAR
from ttg_sim.engine.draws import Decision
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.parameter import NO_COST_KNOWN, Grade, Role, Section, parameter


class StaffParameters(Section):
    """How staff of probation take to people with convictions as colleagues, and what mentoring does to their time."""

    section: ClassVar[str] = "staff"
    title: ClassVar[str] = "Officers and mentors"

    validation_mean: float = parameter(
        0.45,
        unit="share",
        low=0,
        high=1,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="staff judge peer mentors (interviews), and resistance persists (blog post); the scale is our own",
        words="Mean regard of officers for peers as colleagues; 0.5 moves nothing",
        cost=NO_COST_KNOWN,
    )
    validation_spread: float = parameter(
        0.20,
        unit="share",
        low=0,
        high=0.29,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="uneven validation by staff impedes change (article); size unknown",
        words="Standard deviation of that regard between officers",
        cost=NO_COST_KNOWN,
    )
    regard_by_morale: float = parameter(
        0.4,
        unit="per unit",
        low=0,
        high=2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="poor morale spills over to volunteers (interviews); size unknown",
        words="How regard for peers falls with an officer's morale below 0.5",
        shadow=0.0,
    )
    status_hidden: bool = parameter(
        False,
        unit="switch",
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="one coordinator did not tell officers who had convictions (interviews); off by default",
        words="Whether officers are not told which mentors have convictions: these are then not judged, and do less to "
        "bridge",
        cost=NO_COST_KNOWN,
    )
    bridge_lost: float = parameter(
        0.5,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Share of the hours freed by peers that is lost where their status is hidden",
    )
    resistance: float = parameter(
        0.5,
        unit="share",
        low=0,
        high=1,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="residual resistance of professional staff (blog post); the scale is our own",
        words="Resistance of staff to peers when the service begins; 0.5 moves nothing",
        cost=NO_COST_KNOWN,
    )
    contact_effect: float = parameter(
        0.01,
        unit="share",
        low=0,
        high=0.2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="visible mentors challenge stereotypes (review); size unknown",
        words="Fall of resistance in a year for each peer mentor at work in an average area",
        shadow=0.0,
    )
    regard_by_resistance: float = parameter(
        0.3,
        unit="per unit",
        low=0,
        high=2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="How mean regard for peers falls with resistance above 0.5",
    )
    setup_hours: float = parameter(
        3.0,
        unit="hours",
        low=0,
        high=20,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="setting it up means a lot more work for officers (interviews); no figure found",
        words="Time of an officer for each match of somebody whom they supervise: referral, risk, handover",
        shadow=0.0,
    )
    liaison_minutes: float = parameter(
        5.0,
        unit="minutes a week",
        low=0,
        high=60,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Time of an officer for keeping in touch with a mentor",
        shadow=0.0,
    )
    freed_minutes: float = parameter(
        20.0,
        unit="minutes",
        low=0,
        high=120,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="mentors take some of the workload off (interviews); no figure found",
        words="Time of an officer that each meeting saves once the match has settled: forms, calls and small needs",
        shadow=0.0,
    )
    settled_weeks: float = parameter(
        8.0,
        unit="weeks",
        low=0,
        high=52,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Time from the first meeting until a match saves the officer time",
    )
    task_substitution: float = parameter(
        0.0,
        unit="share",
        low=0,
        high=0.8,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="volunteers may be used to fill tasks of staff (interviews, review); none by default",
        words="Share of weeks in which mentors do the work of staff in place of meeting people",
        cost=NO_COST_KNOWN,
    )
    substitution_hours: float = parameter(
        3.0,
        unit="hours",
        low=0,
        high=16,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Time of officers saved in such a week by each mentor",
        shadow=0.0,
    )


STAFF = parameter_record(StaffParameters)
MINUTES = 60.0
LEAST_FACTOR = 0.01


def prepare(section: StaffParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    return fill(STAFF, section)


@kernel
def begin(providers, parameters):
    """Resistance of staff when nobody has worked beside peers yet."""
    for row in range(len(providers)):
        providers[row].resistance = parameters[0].resistance


@kernel
def regard(officer, provider, seed, p):
    """How an officer meets peers: a lasting difference between officers, by resistance in the area and by morale."""
    u = draws.uniform(seed, Decision.STAFF_VIEW, officer.key, 0, 0)
    mean = p.validation_mean - p.regard_by_resistance * (provider.resistance - NEUTRAL)
    value = draws.even(u, mean, p.validation_spread)
    value += p.regard_by_morale * min(officer.morale - NEUTRAL, 0.0)
    return min(max(value, 0.0), 1.0)


@kernel
def officer_met(mentor, officers, area, seed, week):
    """Row of the officer whom a mentor deals with in a week."""
    u = draws.uniform(seed, Decision.STAFF_MEETS, mentor.key, week, 0)
    pick = int(u * (area.national_officers + area.company_officers))
    if pick < area.national_officers:
        return area.first_national + pick
    return area.first_company + pick - area.national_officers


@kernel
def spend(referral, person, officer, mentor, provider, week, p):
    """Hours that one match takes and frees for the officer of somebody under supervision."""
    taken = p.liaison_minutes / MINUTES
    if max(referral.matched_week, referral.release_day // DAYS_PER_WEEK) == week:  # new to the officer
        taken += p.setup_hours
    freed = 0.0
    if referral.came == Came.KEPT and week - referral.met_day // DAYS_PER_WEEK >= p.settled_weeks:
        freed = p.freed_minutes / MINUTES
        if mentor.person != NOBODY and p.status_hidden == 1:
            freed *= 1.0 - p.bridge_lost
    officer.mentor_hours += taken - freed
    provider.hours_taken += taken
    provider.hours_freed += freed


@kernel
def is_supervised(person):
    """Whether an officer has to do with somebody now."""
    return person.where == Where.LIBERTY and person.supervision != Supervision.NONE and person.officer != NOBODY


@kernel
def meet_peers(mentors, volunteers, officers, areas, providers, seed, week, p):
    """Each peer at work deals with one officer of the area, who shows regard for them or does not."""
    for row in volunteers:
        mentor = mentors[row]
        if mentor.stage < Stage.AVAILABLE or mentor.stage > Stage.MATCHED:
            continue
        provider, area = providers[mentor.area], areas[mentor.area]
        officer = officers[officer_met(mentor, officers, area, seed, week)]
        if mentor.person != NOBODY:
            officer.regard = regard(officer, provider, seed, p)
            mentor.validation = NEUTRAL if p.status_hidden == 1 else officer.regard
        if p.task_substitution > 0.0 and mentor.stage == Stage.MATCHED:
            freed = p.task_substitution * p.substitution_hours
            officer.mentor_hours -= freed
            provider.hours_freed += freed


@kernel
def wear_down(mentors, volunteers, areas, providers, p):
    """Resistance falls with each peer at work: after all of them were met, so that nobody is met before another."""
    for row in volunteers:
        mentor = mentors[row]
        if mentor.person != NOBODY and Stage.AVAILABLE <= mentor.stage <= Stage.MATCHED:
            factor = max(areas[mentor.area].people_factor, LEAST_FACTOR)
            providers[mentor.area].resistance *= 1.0 - p.contact_effect / WEEKS_PER_YEAR / factor


@kernel
def run(people, referrals, rows, mentors, volunteers, officers, areas, providers, seed, week, parameters):
    """Hours of officers taken and freed this week, and how peers were met. `rows`: referrals open this week."""
    p = parameters[0]
    for row in rows:
        referral = referrals[row]
        if referral.mentor == NOBODY or referral.ended_week != NEVER:
            continue
        person = people[referral.person]
        if is_supervised(person):
            mentor = mentors[referral.mentor]
            spend(referral, person, officers[person.officer], mentor, providers[referral.area], week, p)
    meet_peers(mentors, volunteers, officers, areas, providers, seed, week, p)
    wear_down(mentors, volunteers, areas, providers, p)
