"""Static risk: the published OGRS3 equation (Howard and others 2009; rows 1.40 to 1.46 of the evidence register).

The score is the probability of proven reoffending within one or two years, from age, sex, history and index offence.
"""

from __future__ import annotations

import math
from enum import IntEnum

import numpy as np

from ttg_sim.agents.person import Band
from ttg_sim.engine.calendar import DAYS_PER_YEAR
from ttg_sim.engine.kernel import kernel


class Offence(IntEnum):
    """Kinds of index offence in the OGRS3 equation."""

    VIOLENCE = 0
    ROBBERY = 1
    PUBLIC_ORDER = 2
    SEXUAL_ADULT = 3
    SEXUAL_CHILD = 4
    SOLICITING = 5
    DOMESTIC_BURGLARY = 6
    OTHER_BURGLARY = 7
    THEFT = 8
    HANDLING = 9
    FRAUD = 10
    ABSCONDING_OR_BAIL = 11
    TAKING_VEHICLE = 12
    THEFT_FROM_VEHICLE = 13
    OTHER_MOTORING = 14
    DRINK_DRIVING = 15
    CRIMINAL_DAMAGE = 16
    DRUG_SUPPLY = 17
    DRUG_POSSESSION = 18
    OTHER = 19


OFFENCES = tuple(offence.name.lower() for offence in Offence)

# Coefficients on the logit scale: rows 1.40 to 1.45.
INTERCEPT_1_YEAR = 1.402562384
INTERCEPT_2_YEAR = 2.121705678
COPAS = 1.251124464
FIRST_CONVICTION = 0.126142106
REPEAT = 0.463062792
AGE_LIMITS = np.array([18.0, 21.0, 25.0, 30.0, 35.0, 40.0, 50.0])  # lower limits of all bands but the first
MEN_BY_AGE = np.array(
    [-0.061594199, -0.625103618, -1.051515067, -1.166679288, -1.325976554, -1.368045933, -1.499690953, -2.025261458]
)
WOMEN_BY_AGE = np.array(
    [-0.959179629, -0.897480934, -1.028488454, -1.052777806, -1.129127959, -1.42187494, -1.524652221, -2.44983716]
)
BY_OFFENCE = np.array(
    [
        0.0,
        -0.634795912,
        0.181917975,
        0.003276327,
        -0.653434071,
        0.760608858,
        -0.12394352,
        0.240604429,
        0.661244321,
        0.351866973,
        0.159910192,
        0.733378677,
        0.380059431,
        0.427225615,
        0.262228428,
        -0.121439408,
        0.204960477,
        -0.795556373,
        0.077165871,
        -0.060667525,
    ]
)
CERTAIN = 30.0
"""A logit from which on nothing is left to chance."""
BAND_LIMITS = np.array([0.50, 0.75, 0.90])


@kernel
def ogrs3_logit(age, age_at_conviction, first_sanction_age, sanctions, sex, offence):
    """Logit of the OGRS3 score without its intercept.

    `age` is at the start of follow-up, in years (16 or more); `sanctions` are those before the present conviction.
    """
    career = max(age_at_conviction - first_sanction_age, 0.0)
    z = COPAS * math.log((1.0 + sanctions) / (10.0 + career))
    z += REPEAT if sanctions > 0 else FIRST_CONVICTION
    band = 0
    while band < len(AGE_LIMITS) and age >= AGE_LIMITS[band]:
        band += 1
    z += WOMEN_BY_AGE[band] if sex == 1 else MEN_BY_AGE[band]
    return z + BY_OFFENCE[offence]


@kernel
def probability(logit):
    """Inverse of the logit."""
    return 1.0 / (1.0 + math.exp(-logit))


@kernel
def one_year_score(person, day):
    """The one-year score as it would be on a day; nothing is noted."""
    age = (day - person.born_day) / DAYS_PER_YEAR
    logit = ogrs3_logit(age, age, person.first_sanction_age, person.sanctions, person.sex, person.offence)
    return probability(logit + INTERCEPT_1_YEAR)


@kernel
def assess(person, day):
    """Score a person on a day: at release, and again at each later conviction."""
    age = (day - person.born_day) / DAYS_PER_YEAR
    logit = ogrs3_logit(age, age, person.first_sanction_age, person.sanctions, person.sex, person.offence)
    person.score_1_year = probability(logit + INTERCEPT_1_YEAR)
    person.score_2_year = probability(logit + INTERCEPT_2_YEAR)
    person.exposure = -math.log(1.0 - person.score_1_year)


def logit_of(share: float) -> float:
    """Logit of a share; beyond `CERTAIN` either way where it is nil or one."""
    if share in (0.0, 1.0):
        return CERTAIN * (2 * share - 1)
    return math.log(share / (1 - share))


def band(score_2_year: np.ndarray) -> np.ndarray:
    """Risk band (`Band`) of two-year scores, as whole numbers."""
    return np.asarray(np.searchsorted(BAND_LIMITS, score_2_year, side="right"))


BANDS = tuple(member.name.lower() for member in Band)
