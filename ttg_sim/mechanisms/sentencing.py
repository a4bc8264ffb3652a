"""Sentencing: an occasion of offending comes to court, and a caution, a fine, an order or custody follows."""

from __future__ import annotations

import math
from enum import IntEnum
from typing import ClassVar

import numpy as np

from ttg_sim.agents.person import TYPICAL_HISTORY, Left, Where
from ttg_sim.agents.risk import OFFENCES, assess
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import DAYS_PER_WEEK
from ttg_sim.engine.draws import Decision
from ttg_sim.engine.kernel import kernel
from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.engine.table import record
from ttg_sim.parameter import Cost, Grade, Role, Section, parameter


class SentencingParameters(Section):
    """Delay to court, the sanction, the offence and the length of a short sentence."""

    section: ClassVar[str] = "sentencing"
    title: ClassVar[str] = "Courts and sanctions"

    delay_weeks: float = parameter(
        8.0,
        unit="weeks",
        low=0,
        high=104,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="median of a lognormal; no figure in the register",
        words="Median time from an offence to the conviction or caution that proves it",
    )
    delay_sigma: float = parameter(
        0.9,
        unit="log units",
        low=0,
        high=2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="spread of the same lognormal; no figure in the register",
        words="How much the delay to court varies",
    )
    custody_share: float = parameter(
        0.3859,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="fitted with T15 and the flow of releases",
        evidence=("1.29",),
        words="Share of occasions that end in custody, for a person with 16 earlier sanctions",
    )
    custody_history_slope: float = parameter(
        0.5,
        unit="logit per log unit",
        low=0,
        high=2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; courts weigh earlier convictions",
        words="How the odds of custody grow with the number of earlier sanctions (log of one plus it)",
    )
    longer_share: float = parameter(
        0.07,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure for people with short sentences behind them; 58% of all receptions were short sentences",
        evidence=("1.29",),
        words="Share of new custodial sentences that are 12 months or more; the person then leaves this population",
    )
    order_share: float = parameter(
        0.45,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found for people with short sentences behind them",
        words="Share of occasions that do not end in custody which end in a community order, not a fine or caution",
    )
    replaced_share: float = parameter(
        0.0,
        unit="share",
        low=0,
        high=1,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="nil: a policy lever",
        words="Share of short sentences that courts replace by a community order",
        cost=Cost(
            4_135.0, "a community or suspended order", "2011/12", "to set against the prison weeks saved", ("13.70",)
        ),
    )
    length: dict[str, float] = parameter(
        {"under_1_month": 0.135, "1_to_3_months": 0.388, "3_to_6_months": 0.344, "6_to_12_months": 0.133},
        unit="share",
        grade=Grade.STUDY,
        source="receptions of 6 months or less and over, 2005, split below 6 months as in 1975",
        evidence=("13.49", "13.54"),
        words="Length of a short sentence, in bands, even within a band",
    )
    even_weeks_share: float = parameter(
        0.34,
        unit="share",
        low=0,
        high=1,
        grade=Grade.STUDY,
        source="gives the 35% of releases that are on a Friday, 2010-14: half of such a sentence is whole weeks, so it "
        "ends on the weekday of the court hearing",
        evidence=("13.58",),
        words="Share of short sentences that are a whole number of fortnights",
    )
    offence_up_to_6_months: dict[str, float] = parameter(
        {
            "violence": 0.168,
            "robbery": 0.012,
            "public_order": 0.075,
            "sexual_adult": 0.004,
            "sexual_child": 0.002,
            "soliciting": 0.002,
            "domestic_burglary": 0.030,
            "other_burglary": 0.030,
            "theft": 0.320,
            "handling": 0.015,
            "fraud": 0.025,
            "absconding_or_bail": 0.072,
            "taking_vehicle": 0.025,
            "theft_from_vehicle": 0.025,
            "other_motoring": 0.090,
            "drink_driving": 0.035,
            "criminal_damage": 0.025,
            "drug_supply": 0.004,
            "drug_possession": 0.021,
            "other": 0.020,
        },
        unit="share",
        grade=Grade.STUDY,
        source="receptions 2005 with motoring cut and theft raised towards the mix of 2018; the split into the twenty "
        "OGRS3 kinds is an assumption",
        evidence=("13.50", "1.21", "1.45"),
        words="Kind of the index offence behind sentences of up to 6 months",
    )
    offence_6_to_12_months: dict[str, float] = parameter(
        {
            "violence": 0.180,
            "robbery": 0.025,
            "public_order": 0.075,
            "sexual_adult": 0.010,
            "sexual_child": 0.006,
            "soliciting": 0.001,
            "domestic_burglary": 0.080,
            "other_burglary": 0.034,
            "theft": 0.250,
            "handling": 0.030,
            "fraud": 0.080,
            "absconding_or_bail": 0.060,
            "taking_vehicle": 0.025,
            "theft_from_vehicle": 0.020,
            "other_motoring": 0.035,
            "drink_driving": 0.005,
            "criminal_damage": 0.020,
            "drug_supply": 0.024,
            "drug_possession": 0.020,
            "other": 0.020,
        },
        unit="share",
        grade=Grade.STUDY,
        source="receptions 2005, treated as above",
        evidence=("13.51", "1.45"),
        words="Kind of the index offence behind sentences over 6 and under 12 months",
    )
    same_offence_share: float = parameter(
        0.5,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Share of new convictions for the same kind of offence as the last one",
    )


class Sanction(IntEnum):
    """What followed an occasion of proven offending."""

    PENDING = 0
    FINE_OR_CAUTION = 1
    COMMUNITY_ORDER = 2
    SHORT_SENTENCE = 3
    LONGER_SENTENCE = 4
    NONE = 5
    """Nothing was proven: the person had died."""
    AFTER_LEAVING = 6
    """Proven, of somebody who had left the cycle by then; what the court made of it is not followed."""


OCCASION = record(
    {
        "person": "i8",  # row of the person
        "spell": "i8",  # row of the release before it, or NOBODY
        "day": "i8",
        "offences": "i8",
        "court_day": "i8",  # day of the conviction or caution that proves it
        "sanction": "i8",
    }
)

SENTENCING = parameter_record(
    SentencingParameters, {"delay_table": draws.TABLE_POINTS, "over_6_months_by_offence": len(OFFENCES)}
)
LENGTH_DAYS = np.array([7.0, 30.0, 91.0, 182.0, 364.0])
TWO_WEEKS = 14
OVER_6_MONTHS = 3  # index of the last band of lengths
FIRST_WEEKEND_DAY = 5


def prepare(section: SentencingParameters) -> np.ndarray:
    """The record that the rules of this mechanism read."""
    over = section.length["6_to_12_months"]
    long = np.array([section.offence_6_to_12_months[name] for name in OFFENCES]) * over
    short = np.array([section.offence_up_to_6_months[name] for name in OFFENCES]) * (1 - over)
    everybody = long + short
    return fill(
        SENTENCING,
        section,
        delay_table=draws.lognormal_table(section.delay_weeks, section.delay_sigma),
        over_6_months_by_offence=np.divide(long, everybody, out=np.zeros_like(long), where=everybody > 0),
    )


@kernel
def draw_offence(person, seed, day, item, p):
    """Kind of an offence that comes to court: from the mixes of both groups of lengths."""
    u = draws.uniform(seed, Decision.SENTENCE_OFFENCE, person.key, day, item)
    over = p.length[OVER_6_MONTHS]
    total = 0.0
    last = len(p.offence_up_to_6_months) - 1
    for kind in range(last):
        total += p.offence_up_to_6_months[kind] * (1.0 - over) + p.offence_6_to_12_months[kind] * over
        if u < total:
            return kind
    return last


@kernel
def draw_days(person, seed, day, item, p):
    """Length of a short sentence in days: the kind of offence decides between over and up to six months."""
    u = draws.uniform(seed, Decision.SENTENCE_LENGTH, person.key, day, item)
    over = p.over_6_months_by_offence[person.offence]
    rest = 1.0 - p.length[OVER_6_MONTHS]
    if u < over or rest <= 0.0:
        part = u / over if over > 0.0 else u
        band = OVER_6_MONTHS
    else:
        u = (u - over) / (1.0 - over) * rest
        band = draws.choose(u, p.length[:OVER_6_MONTHS])
        part = draws.within(u, p.length, band)
    days = int(LENGTH_DAYS[band] + part * (LENGTH_DAYS[band + 1] - LENGTH_DAYS[band]))
    if draws.uniform(seed, Decision.SENTENCE_EVEN_WEEKS, person.key, day, item) < p.even_weeks_share:
        days = max(days // TWO_WEEKS * TWO_WEEKS, TWO_WEEKS)
    return days


@kernel
def court_day(person, seed, week, day, p):
    """Working day on which an offence of this week is proven: never before the next week."""
    u = draws.uniform(seed, Decision.SENTENCE_DELAY, person.key, week, 0)
    proven = max(day + int(draws.interpolate(u, p.delay_table) * DAYS_PER_WEEK), (week + 1) * DAYS_PER_WEEK)
    weekday = proven % DAYS_PER_WEEK
    if weekday >= FIRST_WEEKEND_DAY:
        proven += DAYS_PER_WEEK - weekday
    return proven


@kernel
def custody_probability(person, p):
    """Chance that an occasion ends in custody: odds grow with the number of earlier sanctions."""
    if p.custody_share <= 0.0 or p.custody_share >= 1.0:
        return p.custody_share
    logit = math.log(p.custody_share / (1.0 - p.custody_share))
    logit += p.custody_history_slope * math.log((1.0 + person.sanctions) / TYPICAL_HISTORY)
    return 1.0 / (1.0 + math.exp(-logit))


@kernel
def imprison(person, seed, day, offence_day, item, p):
    """Pass a short sentence or, where policy replaces it, an order. True when the person goes inside.

    Sentences of one week run at the same time: the longer one counts.
    """
    if draws.uniform(seed, Decision.SENTENCE_REPLACED, person.key, day, item) < p.replaced_share:
        return False
    days = draw_days(person, seed, day, item, p)
    if days > person.sentenced_days:
        person.sentenced_days = days
        person.sentenced_day = day
        person.offence_day = offence_day
    return True


@kernel
def first_sentence(person, seed, p):
    """The sentence that brings a new person into the cycle. True when the person goes inside."""
    day = person.sentenced_day
    person.offence = draw_offence(person, seed, day, 0, p)
    u = draws.uniform(seed, Decision.SENTENCE_FIRST_DELAY, person.key, 0, 0)
    offence_day = day - int(draws.interpolate(u, p.delay_table) * DAYS_PER_WEEK)
    if imprison(person, seed, day, offence_day, 0, p):
        return True
    person.where = Where.LIBERTY
    person.released_day = day
    assess(person, day)
    return False


@kernel
def convict(person, seed, day, offence_day, p):
    """What a court makes of one more occasion; returns the sanction. The day of the offence tells apart occasions."""
    item = offence_day
    person.sanctions += 1
    if draws.uniform(seed, Decision.SENTENCE_SAME_OFFENCE, person.key, day, item) >= p.same_offence_share:
        person.offence = draw_offence(person, seed, day, item, p)
    assess(person, day)
    if draws.uniform(seed, Decision.SENTENCE_CUSTODY, person.key, day, item) >= custody_probability(person, p):
        ordered = draws.uniform(seed, Decision.SENTENCE_ORDER, person.key, day, item) < p.order_share
        return Sanction.COMMUNITY_ORDER if ordered else Sanction.FINE_OR_CAUTION
    if draws.uniform(seed, Decision.SENTENCE_LONGER, person.key, day, item) < p.longer_share:
        return Sanction.LONGER_SENTENCE
    return Sanction.SHORT_SENTENCE if imprison(person, seed, day, offence_day, item, p) else Sanction.COMMUNITY_ORDER


@kernel
def leave_for_longer(person, week):
    """A sentence of a year or more takes the person out of this population."""
    person.where = Where.LEFT
    person.left = Left.LONGER_SENTENCE
    person.left_week = week


@kernel
def schedule(people, occasions, first, size, cases, open_cases, seed, week, parameters):
    """Give each new occasion its day in court and put it among the open cases; returns the number of those."""
    p = parameters[0]
    for row in range(first, size):
        occasion = occasions[row]
        occasion.court_day = court_day(people[occasion.person], seed, week, occasion.day, p)
        cases[open_cases] = row
        open_cases += 1
    return open_cases


@kernel
def hear(people, occasion, seed, week, p):
    """One case in court. An offence is proven even if the person has left the cycle by then, unless by death."""
    person = people[occasion.person]
    if person.where == Where.LEFT:
        occasion.sanction = Sanction.NONE if person.left == Left.DIED else Sanction.AFTER_LEAVING
        return
    occasion.sanction = convict(person, seed, occasion.court_day, occasion.day, p)
    if occasion.sanction == Sanction.LONGER_SENTENCE:
        leave_for_longer(person, week)


@kernel
def hear_first(people, first, last, sentenced, freed, seed, parameters):
    """First sentences of new people (rows `first` to `last`). Fills lists of rows: people to be received, people who
    stay at liberty since an order replaced the sentence; returns the lengths of both."""
    p = parameters[0]
    received, free = 0, 0
    for row in range(first, last):
        if first_sentence(people[row], seed, p):
            sentenced[received] = row
            received += 1
        else:
            freed[free] = row
            free += 1
    return received, free


@kernel
def run(people, cases, occasions, heard, sentenced, received, leavers, seed, week, parameters):
    """The cases that come up this week, day by day.

    `cases` holds rows of open occasions; the closed ones are dropped. Fills lists of rows of people: `heard` with all
    whose case came up, `leavers` with those who leave for a longer sentence. Adds those with a short one to
    `sentenced`, which holds `received` rows already. Returns the lengths of all four.
    """
    p = parameters[0]
    left, place_heard, gone = 0, 0, 0
    due = np.empty(len(cases), np.int64)
    days = np.empty(len(cases), np.int64)
    count = 0
    for case in cases:
        if occasions[case].court_day // DAYS_PER_WEEK > week:
            cases[left] = case
            left += 1
        else:
            due[count] = case
            days[count] = occasions[case].court_day
            count += 1
    for place in np.argsort(days[:count], kind="mergesort"):
        occasion = occasions[due[place]]
        hear(people, occasion, seed, week, p)
        heard[place_heard] = occasion.person
        place_heard += 1
        if occasion.sanction == Sanction.SHORT_SENTENCE:
            sentenced[received] = occasion.person
            received += 1
        elif occasion.sanction == Sanction.LONGER_SENTENCE:
            leavers[gone] = occasion.person
            gone += 1
    return left, place_heard, received, gone
