from __future__ import annotations

import math

import numpy as np
import pytest
from helpers import prepared

from ttg_sim.agents.person import Contributor, Housing, Service, Where
from ttg_sim.engine.calendar import WEEKS_PER_YEAR
from ttg_sim.engine.queues import clock
from ttg_sim.engine.table import NEVER_DUE
from ttg_sim.mechanisms import substance
from ttg_sim.mechanisms.substance import SubstanceParameters

from .people import SEED, near, person, rows, several

WEEK = 30
MANY = 6000


def params(**values) -> np.ndarray:
    return substance.prepare(SubstanceParameters(**values))


def logistic(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def begun(parameters=None, **values) -> np.ndarray:
    people, p = several(MANY, **values), prepared("substance", **parameters or {})
    for one in people:
        substance.begin(one, SEED, p)
    return people


@pytest.mark.parametrize("sanctions", [0, 16, 60])
def test_a_problem_is_more_common_with_a_longer_history(sanctions) -> None:
    share = logistic(math.log(0.6 / 0.4) + 0.3 * math.log((1 + sanctions) / 17))
    people = begun(sanctions=sanctions)
    assert people["drug_need"].mean() == pytest.approx(share, abs=near(share, MANY))
    in_use = people["using"][people["drug_need"] == 1]
    assert in_use.mean() == pytest.approx(0.55, abs=near(0.55, len(in_use)))
    assert not people["using"][people["drug_need"] == 0].any()


def test_a_typical_history_gives_the_given_share() -> None:
    for share in (0.2, 0.6):
        found = begun({"need_share": share}, sanctions=16)["drug_need"].mean()
        assert found == pytest.approx(share, abs=near(share, MANY))


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_nobody_or_everybody(share) -> None:
    assert (begun({"need_share": share}, sanctions=16)["drug_need"] == share).all()


def test_use_moves_the_risk_and_nothing_else_does() -> None:
    one, p = person(using=1), prepared("substance", risk_using=0.6)
    substance.set_risk(one, p)
    assert one.risk.tolist() == [0, 0, 0.6, 0, 0, 0, 0, 0]
    one.using = 0
    substance.set_risk(one, p)
    assert one.risk.tolist() == [0] * len(Contributor)
    assert substance.highest_risk(SubstanceParameters(risk_using=0.6)) == 0.6


@pytest.mark.parametrize(("readiness", "logit"), [(0.5, 0.0), (0.8, -0.6), (0.1, 0.8)])
def test_readiness_decides_about_use_on_release(readiness, logit) -> None:
    people, p = several(MANY, readiness=readiness), prepared("substance")
    for one in people:
        substance.on_release(one, SEED, WEEK, p)
    share = logistic(math.log(0.55 / 0.45) + logit)
    assert people["using"].mean() == pytest.approx(share, abs=near(share, MANY))
    assert (people["risk"][:, Contributor.SUBSTANCE] == 0.35 * people["using"]).all()


def changed(parameters=None, treated: bool = False, **values) -> float:
    """Rate a year at which use starts or stops: the highest one, times the share who change when looked at."""
    people, p = several(MANY, drug_need=1, **values), prepared("substance", **parameters or {})
    if treated:
        people["until"][:, Service.TREATMENT] = clock(WEEK + 3)
    before = people["using"].copy()
    for one in people:
        substance.change(one, SEED, WEEK, p)
    assert (people["risk"][:, Contributor.SUBSTANCE][people["using"] != before] == 0.35 * (1 - before[0])).all()
    return float((people["using"] != before).mean()) * float(p.highest_rate[0])


HIGHEST = max(0.6 * 2.0, 0.9 * 1.5)


@pytest.mark.parametrize(
    ("values", "treated", "rate"),
    [
        ({"using": 1}, False, 0.6),
        ({"using": 1}, True, 1.2),
        ({"using": 1, "housing": int(Housing.HOMELESS)}, False, 0.6),
        ({"using": 0}, False, 0.9),
        ({"using": 0}, True, 0.45),
        ({"using": 0, "housing": int(Housing.TEMPORARY)}, False, 0.9),
        ({"using": 0, "housing": int(Housing.HOMELESS)}, False, 1.35),
        ({"using": 0, "housing": int(Housing.HOMELESS)}, True, 0.675),
    ],
)
def test_use_stops_and_starts_at_the_given_rates(values, treated, rate) -> None:
    assert changed(treated=treated, **values) == pytest.approx(rate, abs=HIGHEST * near(rate / HIGHEST, MANY) + 1e-12)


def test_treatment_that_changes_nothing_changes_nothing() -> None:
    plain = {"stopped_in_treatment": 1.0}
    assert changed(plain, treated=True, using=1) == changed(plain, using=1)


def test_looks_come_at_the_highest_rate() -> None:
    weeks = np.array([substance.next_look(one, SEED, WEEK, prepared("substance")) for one in several(MANY)]) - WEEK
    each = 1 - math.exp(-HIGHEST / WEEKS_PER_YEAR)
    assert weeks.min() >= 1
    assert weeks.mean() == pytest.approx(1 / each, abs=4.5 / each / math.sqrt(MANY))
    never = prepared("substance", stopped_per_year=0.0, relapsed_per_year=0.0)
    assert substance.next_look(person(), SEED, WEEK, never) > WEEK + 500


def weeks_at_liberty(people, diary, weeks: int, **values) -> None:
    for week in range(WEEK, WEEK + weeks):
        substance.run(people, rows(people), diary, rows(people)[:0], SEED, week, params(**values))


def test_a_year_without_relapse_stops_use_at_its_rate() -> None:
    people = several(MANY, drug_need=1, using=1)
    p = prepared("substance", relapsed_per_year=0.0)
    diary = np.array([substance.next_look(one, SEED, WEEK - 1, p) for one in people])
    weeks_at_liberty(people, diary, 52, relapsed_per_year=0.0)
    share = math.exp(-0.6 * 52 / WEEKS_PER_YEAR)
    # In a week there is one look at most, which loses very little.
    assert people["using"].mean() == pytest.approx(share, abs=near(share, MANY) + 0.005)


def test_nothing_changes_without_a_problem_or_inside() -> None:
    people = several(200, where=int(Where.INSIDE), using=np.arange(200) % 2, drug_need=1)
    diary = np.full(200, WEEK)
    weeks_at_liberty(people, diary, 30)
    assert people["using"].tolist() == [row % 2 for row in range(200)]
    people = several(200)
    substance.run(people, rows(people), np.full(200, NEVER_DUE), rows(people), SEED, WEEK, params())
    assert not people["using"].any()


def test_on_release_only_those_with_a_problem_may_use() -> None:
    people = several(300, drug_need=np.arange(300) % 2)
    p = params(using_at_release=1.0)
    substance.run(people, rows(people), np.full(300, NEVER_DUE), rows(people), SEED, WEEK, p)
    assert people["using"].tolist() == [row % 2 for row in range(300)]
