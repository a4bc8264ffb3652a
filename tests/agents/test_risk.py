from __future__ import annotations

import math

import numpy as np
import pytest

from ttg_sim.agents import risk
from ttg_sim.agents.person import PERSON, Band
from ttg_sim.agents.risk import BAND_LIMITS, OFFENCES, Offence
from ttg_sim.engine.calendar import DAYS_PER_YEAR

MAN, WOMAN = 0, 1


def percent(age, first, sanctions, offence, sex=MAN, years=1) -> float:
    intercept = {1: risk.INTERCEPT_1_YEAR, 2: risk.INTERCEPT_2_YEAR}[years]
    return 100 * risk.probability(risk.ogrs3_logit(age, age, first, sanctions, sex, int(offence)) + intercept)


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({"age": 32.0, "first": 16.0, "sanctions": 16, "offence": Offence.THEFT}, 66.1),
        ({"age": 32.0, "first": 16.0, "sanctions": 16, "offence": Offence.THEFT, "years": 2}, 80.0),
        ({"age": 32.0, "first": 16.0, "sanctions": 16, "offence": Offence.VIOLENCE}, 50.2),
        ({"age": 22.0, "first": 14.0, "sanctions": 8, "offence": Offence.TAKING_VEHICLE}, 58.1),
        ({"age": 35.0, "first": 20.0, "sanctions": 20, "offence": Offence.THEFT, "sex": WOMAN}, 70.8),
        ({"age": 40.0, "first": 40.0, "sanctions": 0, "offence": Offence.DRUG_SUPPLY}, 2.5),
        ({"age": 45.0, "first": 16.0, "sanctions": 30, "offence": Offence.THEFT}, 67.7),
    ],
)
def test_the_worked_cases_of_evidence_row_1_47(case, expected) -> None:
    assert percent(**case) == pytest.approx(expected, abs=0.05)


def test_age_counts_in_bands_that_begin_on_a_birthday() -> None:
    for limit, younger, older in zip(risk.AGE_LIMITS, risk.MEN_BY_AGE, risk.MEN_BY_AGE[1:], strict=False):
        before = risk.ogrs3_logit(np.nextafter(limit, 0), limit, 16.0, 4, MAN, 0)
        after = risk.ogrs3_logit(limit, limit, 16.0, 4, MAN, 0)
        assert after - before == pytest.approx(older - younger, abs=1e-12)
    assert len(risk.MEN_BY_AGE) == len(risk.WOMEN_BY_AGE) == len(risk.AGE_LIMITS) + 1


def test_no_career_is_shorter_than_nothing() -> None:
    assert percent(30.0, 31.0, 0, Offence.OTHER) == percent(30.0, 30.0, 0, Offence.OTHER)


def test_every_kind_of_offence_has_its_own_coefficient() -> None:
    assert len(OFFENCES) == len(risk.BY_OFFENCE) == len(set(risk.BY_OFFENCE.tolist())) == 20
    assert risk.BY_OFFENCE[Offence.VIOLENCE] == 0


def test_assessment_fills_the_record() -> None:
    person = np.zeros(1, PERSON)[0]
    person.born_day = -32 * DAYS_PER_YEAR
    person.first_sanction_age, person.sanctions, person.offence = 16.0, 16, int(Offence.THEFT)
    risk.assess(person, 0)
    assert person.score_1_year == pytest.approx(0.661, abs=5e-4)
    assert person.score_2_year == pytest.approx(0.800, abs=5e-4)
    assert person.exposure == pytest.approx(-math.log(1 - person.score_1_year), rel=1e-12)
    young = person.score_1_year
    risk.assess(person, int(10 * DAYS_PER_YEAR))
    assert person.score_1_year < young


def test_bands_include_their_lower_limit() -> None:
    scores = np.array([0.0, 0.4999, 0.5, 0.7499, 0.75, 0.8999, 0.9, 1.0])
    assert risk.band(scores).tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    assert len(BAND_LIMITS) + 1 == len(Band) == len(risk.BANDS)
