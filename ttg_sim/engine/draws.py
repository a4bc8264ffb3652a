"""Keyed draws: every random number is a pure function of who decides what, when.

A draw depends on (run seed, decision, key of the agent, week, item) and on nothing else: no generator keeps a state, so
an agent, a rule or a policy that is added in one world moves nobody else's luck. The generator is Threefry-2x64 with 13
rounds (Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"), tested against the vectors
published with it. All other distributions are inverses of a uniform.

This is the only file that names randomness.
"""

from __future__ import annotations

import hashlib
import math
from enum import IntEnum
from functools import lru_cache

import numpy as np

from ttg_sim.engine.kernel import kernel


class Decision(IntEnum):
    """What a draw decides. Numbers are for ever: a new decision takes a new number."""

    INTAKE_COUNT = 1
    INTAKE_SEX = 2
    INTAKE_AGE = 3
    INTAKE_FIRST_SANCTION = 4
    INTAKE_HISTORY = 5
    INTAKE_FRAILTY = 6
    INTAKE_DAY = 7
    INTAKE_HOUSING = 8
    SENTENCE_OFFENCE = 20
    SENTENCE_LENGTH = 21
    SENTENCE_CUSTODY = 22
    SENTENCE_LONGER = 23
    SENTENCE_REPLACED = 24
    SENTENCE_DELAY = 25
    SENTENCE_ORDER = 26
    SENTENCE_SAME_OFFENCE = 27
    SENTENCE_EVEN_WEEKS = 28
    CUSTODY_PRISON = 40
    CUSTODY_TRANSFER = 41
    CUSTODY_TAG = 42
    CUSTODY_TAG_DELAY = 43
    HOUSING_HOME_INSIDE = 60
    HOUSING_CHANGE = 61
    HOUSING_QUEUE = 63
    HOUSING_OTHERS = 64
    HOUSING_OTHER_STAY = 65
    HOUSING_OTHER_PATIENCE = 66
    HOUSING_LOOK = 67
    HOUSING_LOST = 68
    REOFFENDING = 80
    REOFFENDING_DAY = 81
    REOFFENDING_COUNT = 82
    REOFFENDING_LOOK = 83
    LEAVING = 100
    LEAVING_HOW = 101
    LEAVING_LOOK = 102
    PAST_OFFENCE = 120
    PAST_LEAVING = 121
    AREA_FACTOR = 140
    LONGER_COUNT = 160
    LONGER_SENTENCE = 161
    SENTENCE_FIRST_DELAY = 29
    SENTENCE_HARM = 30
    OFFICER_STANCE = 180
    OFFICER_CASES = 181
    OFFICER_CHOICE = 182
    SUPERVISION_DISTANCE = 200
    SUPERVISION_TRUST = 201
    SUPERVISION_FIRST = 202
    SUPERVISION_KEPT = 203
    SUPERVISION_EXCUSED = 204
    ENFORCEMENT_BREACH = 220
    ENFORCEMENT_CHARGE = 221
    ENFORCEMENT_CONDITION = 222
    ENFORCEMENT_DAY = 223
    ENFORCEMENT_COURT = 224
    RESETTLEMENT_SEEN = 240
    RESETTLEMENT_HELP = 241
    WORK_BEFORE = 260
    WORK_SEARCH = 261
    WORK_SUITED = 262
    WORK_TIE = 263
    WORK_LENGTH = 264
    WORK_VACANCIES = 265
    WORK_OTHERS = 266
    WORK_KEPT = 267
    SUBSTANCE_NEED = 280
    SUBSTANCE_BEFORE = 281
    SUBSTANCE_RELEASE = 282
    SUBSTANCE_NEXT = 283
    SUBSTANCE_CHANGE = 284
    SERVICE_REFERRAL = 300
    SERVICE_QUEUE = 301
    SERVICE_OTHERS = 302
    SERVICE_PATIENCE = 303
    SERVICE_STAY = 304
    SERVICE_CLAIM = 305
    OUTLOOK_LEVEL = 320
    OUTLOOK_DRIFT = 321
    OUTLOOK_MENTAL_HEALTH = 322
    RECRUIT_INTEREST = 340
    RECRUIT_LOOK = 341
    RECRUIT_FORWARD = 342
    RECRUIT_GENERAL = 344
    RECRUIT_SCREENING = 345
    RECRUIT_BEFORE = 346
    MENTOR_FITNESS = 360
    MENTOR_COMMITMENT = 361
    MENTOR_TALENT = 362
    MENTOR_CHECK = 363
    MENTOR_EXIT = 364
    MENTOR_PAUSE = 365
    MENTOR_PAUSE_WEEKS = 366
    TRAINING_DROP_OUT = 380
    PRISON_SUSPICION = 400
    CLEARANCE_DELAY = 420
    CLEARANCE_REFUSAL = 421
    REFERRAL_NAMES = 440
    REFERRAL_CHOICE = 441
    REFERRAL_SELF = 442
    REFERRAL_RESPONSE = 443
    REFERRAL_AGREE = 444
    REFERRAL_TIE = 445
    REFERRAL_MENTOR = 446
    PRERELEASE_DAY = 460
    PRERELEASE_WING = 461
    PRERELEASE_DOOR = 462
    RELEASE_TOLD = 480
    RELEASE_MEETING = 481
    RELEASE_TURNS_UP = 482
    RELATIONSHIP_COMES = 500
    RELATIONSHIP_DROP_OUT = 501
    RELATIONSHIP_HELP = 502
    RELATIONSHIP_CALLED_OFF = 503
    LICENCE_REPORT = 520
    LICENCE_AGREEMENT = 521
    STAFF_VIEW = 540
    STAFF_MEETS = 541
    RECRUIT_FOR_PAY = 347
    RECRUIT_MOTIVE = 348
    MENTOR_PAY_ACCEPTED = 367
    MENTOR_POST = 368
    MENTOR_RELAPSE = 369
    MENTOR_BURNOUT = 370
    PBR_TAKEN = 560
    ACTIVITY_COMES = 580
    ACTIVITY_PLACE = 581
    ACTIVITY_REFERRAL = 582
    ACTIVITY_VOLUNTEERS = 583
    ACTIVITY_LEADER = 584
    ACTIVITY_SEARCH = 585
    ACTIVITY_TURN = 586
    SERVICE_POINTED = 306
    PAST_LEFT = 122


class Kind(IntEnum):
    """Kinds of things that have a key."""

    PERSON = 1
    HOUSEHOLD = 2
    AREA = 3
    PRISON = 4
    OFFICER = 5
    SERVICE_USER = 6
    MENTOR = 7
    PROVIDER = 8


_SHIFT_DOWN = np.uint64(11)
_SHIFT_WEEK = np.uint64(32)
_LOW_HALF = np.uint64(0xFFFFFFFF)
_PARITY = np.uint64(0x1BD11BDAA9FC1A22)
_R0, _R1, _R2, _R3 = (np.uint64(bits) for bits in (16, 42, 12, 31))
_R4, _R5, _R6, _R7 = (np.uint64(bits) for bits in (16, 32, 24, 21))
_ONE, _TWO, _THREE = np.uint64(1), np.uint64(2), np.uint64(3)
_64 = np.uint64(64)
_TO_UNIT = 1.0 / 9007199254740992.0

_WIDTH = math.sqrt(12.0)  # of an even distribution, in standard deviations

LONG_AWAY = 100_000
"""Weeks from now that no run reaches."""
TABLE_POINTS = 1024
_MIDDLES = (np.arange(TABLE_POINTS) + 0.5) / TABLE_POINTS


@kernel
def _turn(x, bits):
    return (x << bits) | (x >> (_64 - bits))


@kernel
def threefry(key0, key1, counter0, counter1):
    """Both words of Threefry-2x64-13 for a key and a counter of two 64-bit words each."""
    key2 = _PARITY ^ key0 ^ key1
    x0 = counter0 + key0
    x1 = counter1 + key1
    # The thirteen rounds are written out, since a loop over tables costs half as much again.
    x0 = x0 + x1
    x1 = _turn(x1, _R0) ^ x0
    x0 = x0 + x1
    x1 = _turn(x1, _R1) ^ x0
    x0 = x0 + x1
    x1 = _turn(x1, _R2) ^ x0
    x0 = x0 + x1
    x1 = _turn(x1, _R3) ^ x0
    x0 = x0 + key1
    x1 = x1 + key2 + _ONE
    x0 = x0 + x1
    x1 = _turn(x1, _R4) ^ x0
    x0 = x0 + x1
    x1 = _turn(x1, _R5) ^ x0
    x0 = x0 + x1
    x1 = _turn(x1, _R6) ^ x0
    x0 = x0 + x1
    x1 = _turn(x1, _R7) ^ x0
    x0 = x0 + key2
    x1 = x1 + key0 + _TWO
    x0 = x0 + x1
    x1 = _turn(x1, _R0) ^ x0
    x0 = x0 + x1
    x1 = _turn(x1, _R1) ^ x0
    x0 = x0 + x1
    x1 = _turn(x1, _R2) ^ x0
    x0 = x0 + x1
    x1 = _turn(x1, _R3) ^ x0
    x0 = x0 + key0
    x1 = x1 + key1 + _THREE
    x0 = x0 + x1
    x1 = _turn(x1, _R4) ^ x0
    return x0, x1


@kernel
def uniform(seed, decision, key, week, item):
    """A uniform draw in the open interval (0, 1).

    `seed` and `key` are 64-bit unsigned; `decision` is a `Decision`; `week` may be negative; `item` tells apart several
    draws of one decision in one week (below 2**32).
    """
    counter = (np.uint64(np.int64(week)) << _SHIFT_WEEK) | (np.uint64(np.int64(item)) & _LOW_HALF)
    word = threefry(np.uint64(seed), np.uint64(np.int64(decision)), np.uint64(key), counter)[0]
    return (float(word >> _SHIFT_DOWN) + 0.5) * _TO_UNIT


@kernel
def uniforms(seed, decision, agents, rows, week):
    """One draw of a decision for each of several agents, as an array: the same numbers as `uniform` gives one by one.

    Keys are gathered first, so that the second loop runs on several at once: three times faster than single draws.
    """
    keys = np.empty(len(rows), np.uint64)
    for index in range(len(rows)):
        keys[index] = agents[rows[index]].key
    values = np.empty(len(rows))
    for index in range(len(rows)):
        values[index] = uniform(seed, decision, keys[index], week, 0)
    return values


@kernel
def make_key(kind, area, origin, ordinal):
    """Stable 64-bit key of an agent: never its row in a table."""
    place = (np.uint64(np.int64(kind)) << _SHIFT_WEEK) | (np.uint64(np.int64(area)) & _LOW_HALF)
    return threefry(place, np.uint64(np.int64(origin)), np.uint64(np.int64(ordinal)), _ONE)[0]


def run_seed(root: int, replicate: int) -> np.uint64:
    """Seed of one replicate: a hash of the root seed and the replicate number and nothing else.

    Every scenario and design point therefore meets the same people and the same luck.
    """
    digest = hashlib.sha256(f"ttg-sim run {root} {replicate}".encode()).digest()
    return np.uint64(int.from_bytes(digest[:8], "little"))


@kernel
def exponential(u, mean):
    """Inverse exponential distribution."""
    return -math.log(u) * mean


@kernel
def happens(u, rate, time):
    """Whether an event of constant `rate` falls within a time.

    1 - exp(-x) is never above x, so most draws are settled without the exponential.
    """
    expected = rate * time
    return u < expected and u < 1.0 - math.exp(-expected)


@kernel
def even(u, mean, deviation):
    """Inverse of an even distribution with this mean and standard deviation."""
    return mean + (u - 0.5) * _WIDTH * deviation


@kernel
def poisson(u, mean):
    """Inverse Poisson distribution; beyond a mean of 600 a normal one, whose inverse is taken from a logistic."""
    if mean > 600.0:
        return int(max(mean + math.sqrt(mean) * math.log(u / (1.0 - u)) / 1.702, 0.0))
    chance = math.exp(-mean)
    total = chance
    count = 0
    while u > total and count < 10000:
        count += 1
        chance *= mean / count
        total += chance
    return count


@kernel
def geometric(u, mean):
    """Inverse geometric distribution on 1, 2, 3, ... with a mean of at least one."""
    if mean <= 1.0:
        return 1
    return 1 + math.floor(math.log(u) / math.log(1.0 - 1.0 / mean))


@kernel
def weeks_until(u, chance):
    """Weeks until something that has this chance in each week: one or more, and very many where it has none."""
    if chance <= 0.0:
        return LONG_AWAY
    if chance >= 1.0:
        return 1
    return 1 + int(min(math.log(u) / math.log(1.0 - chance), float(LONG_AWAY)))


@kernel
def choose(u, shares):
    """Index of the category that a uniform falls in; the last one takes what rounding leaves."""
    total = 0.0
    last = len(shares) - 1
    for index in range(last):
        total += shares[index]
        if u < total:
            return index
    return last


@kernel
def within(u, shares, index):
    """Where inside its category a uniform fell, from 0 to 1: one draw gives band and place in the band."""
    below = 0.0
    for i in range(index):
        below += shares[i]
    share = shares[index]
    if share <= 0.0:
        return 0.5
    return min(max((u - below) / share, 0.0), 1.0)


@lru_cache(64)
def lognormal_table(median: float, sigma: float) -> np.ndarray:
    """Inverse of a lognormal distribution as a table for `interpolate`."""
    from scipy.special import ndtri

    return np.asarray(median * np.exp(sigma * ndtri(_MIDDLES)))


@lru_cache(64)
def gamma_table(variance: float) -> np.ndarray:
    """Inverse of a gamma distribution with mean one as a table for `interpolate`; all ones without variance."""
    if variance <= 0:
        return np.ones(TABLE_POINTS)
    from scipy.special import gammaincinv

    values = gammaincinv(1.0 / variance, _MIDDLES) * variance
    return np.asarray(values / values.mean())


@kernel
def interpolate(u, table):
    """Value of an inverse distribution that is tabulated at the middles of equal steps of probability."""
    place = u * len(table) - 0.5
    if place <= 0.0:
        return table[0]
    below = int(place)
    if below >= len(table) - 1:
        return table[len(table) - 1]
    part = place - below
    return table[below] * (1.0 - part) + table[below + 1] * part
