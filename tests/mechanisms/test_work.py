from __future__ import annotations

import math

import numpy as np
import pytest
from helpers import prepared

from ttg_sim.agents.person import Contributor, Housing, Where
from ttg_sim.engine import draws
from ttg_sim.engine.draws import Decision
from ttg_sim.mechanisms import work
from ttg_sim.mechanisms.work import WorkParameters

from .people import SEED, areas, near, person, rows, several

WEEK = 30
READIEST = {"readiness": 1.0, "trained": 1}
"""Somebody who applies whenever anybody can."""


def params(**values) -> np.ndarray:
    return work.prepare(WorkParameters(**values))


def test_some_new_people_were_in_work() -> None:
    people, p = several(4000), prepared("work")
    for one in people:
        work.begin(one, SEED, p)
    assert people["working"].mean() == pytest.approx(0.32, abs=near(0.32, 4000))
    assert (people["risk"][:, Contributor.WORK] == np.where(people["working"] == 1, -0.2, 0.0)).all()


def test_work_moves_the_risk_and_nothing_else_does() -> None:
    one, p = person(working=1), prepared("work", risk_working=-0.4)
    work.set_risk(one, p)
    assert one.risk.tolist() == [0, -0.4, 0, 0, 0, 0, 0, 0]
    one.working = 0
    work.set_risk(one, p)
    assert one.risk.tolist() == [0] * len(Contributor)
    assert work.highest_risk(WorkParameters()) == 0.0


@pytest.mark.parametrize("mean", [4.0, 40.0, 400.0])
def test_jobs_have_an_exponential_length(mean) -> None:
    p = prepared("work", length_weeks=mean)
    weeks = np.array([work.next_look(one, SEED, WEEK, p) for one in several(6000, working=1)]) - WEEK
    assert weeks.min() >= 1
    ends = 1 - math.exp(-1 / mean)  # the chance that a job ends in any one week
    assert weeks.mean() == pytest.approx(1 / ends, abs=4.5 / ends / math.sqrt(6000))
    for after in (round(mean / 2), round(2 * mean)):
        share = math.exp(-after / mean)
        assert (weeks > after).mean() == pytest.approx(share, abs=near(share, 6000))


def test_a_job_ends_when_its_time_is_up_and_not_before() -> None:
    people, p = several(1, working=1, risk=np.array([0, -0.2, 0, 0, 0, 0, 0, 0])), params(found_per_year=0.0)
    diary = np.array([WEEK + 3])
    for week in range(WEEK, WEEK + 3):
        work.run(people, rows(people), diary, rows(people)[:0], areas(), SEED, week, p)
        assert people[0]["working"] == 1
    work.run(people, rows(people), diary, rows(people)[:0], areas(), SEED, WEEK + 3, p)
    assert people[0]["working"] == 0
    assert people[0]["risk"].tolist() == [0] * len(Contributor)
    assert diary[0] > WEEK + 3


def chance(parameters=None, **values) -> float:
    """Chance that somebody applies in a week in which they are looked at."""
    p = prepared("work", **parameters or {})
    return float(np.mean([work.applies(one, SEED, WEEK, p) for one in several(8000, **values)]))


@pytest.mark.parametrize(
    ("values", "change"),
    [
        (READIEST, 0.0),
        ({"readiness": 0.5, "trained": 1}, -0.5),
        ({"readiness": 1.0, "trained": 0}, -0.7),
        (READIEST | {"housing": int(Housing.HOMELESS)}, -0.6),
        (READIEST | {"housing": int(Housing.TEMPORARY)}, -0.3),
        (READIEST | {"using": 1}, -0.8),
        ({"readiness": 0.0, "using": 1, "housing": int(Housing.HOMELESS)}, -1.0 - 0.7 - 0.6 - 0.8),
    ],
)
def test_who_applies_for_work(values, change) -> None:
    share = math.exp(change)
    assert chance(**values) == pytest.approx(share, abs=near(share, 8000) + 1e-12)


def test_with_neutral_values_people_apply_at_the_given_rate() -> None:
    p = prepared("work", found_per_year=2.0)
    assert p.highest_rate[0] * math.exp(-0.5 - 0.7) == pytest.approx(2.0)
    weeks = np.array([work.next_look(one, SEED, WEEK, p) for one in several(6000)]) - WEEK
    looks = 1 - math.exp(-p.highest_rate[0] / draws_of_a_year())
    assert weeks.mean() == pytest.approx(1 / looks, abs=4.5 / looks / math.sqrt(6000))


def draws_of_a_year() -> float:
    return 365.25 / 7


def test_nobody_applies_where_nobody_ever_does() -> None:
    assert work.next_look(person(), SEED, WEEK, prepared("work", found_per_year=0.0)) > WEEK + 500


def vacancies(people, area=None, week: int = WEEK, **values) -> np.ndarray:
    work.fill_vacancies(people, rows(people), areas() if area is None else area, SEED, week, params(**values)[0])
    return people["working"] == 1


def test_where_vacancies_are_many_everybody_who_applies_is_hired() -> None:
    people = several(200)
    assert vacancies(people, vacancies_per_week=600.0, others_per_week=5.0).all()
    assert (people["risk"][:, Contributor.WORK] == -0.2).all()


def test_without_vacancies_nobody_is() -> None:
    assert not vacancies(several(200), vacancies_per_week=0.0).any()


def test_no_more_are_hired_than_there_are_vacancies() -> None:
    hired = []
    for week in range(60):
        drawn = draws.poisson(draws.uniform(SEED, Decision.WORK_VACANCIES, areas()[0]["key"], week, 0), 20.0)
        hired.append(int(vacancies(several(100), week=week, vacancies_per_week=20.0, others_per_week=0.0).sum()))
        assert hired[-1] == drawn
    assert np.mean(hired) == pytest.approx(20.0, abs=4.5 * math.sqrt(20 / 60))
    assert len(set(hired)) > 5


def test_other_applicants_take_their_share() -> None:
    # 30 people of the population and 70 others want 50 vacancies: each of them has an even chance, or nearly.
    hired = [
        vacancies(several(30), week=week, vacancies_per_week=50.0, others_per_week=70.0).mean() for week in range(300)
    ]
    assert np.mean(hired) == pytest.approx(0.5, abs=0.02)


def test_areas_have_vacancies_of_their_own() -> None:
    people = several(400, area=np.arange(400) % 2)
    area = areas(2, jobs_factor=np.array([0.0, 100.0]))
    hired = vacancies(people, area, vacancies_per_week=5.0, others_per_week=0.0)
    assert (hired == (people["area"] == 1)).all()


def test_the_luck_of_an_applicant_is_their_own() -> None:
    # One more applicant of the same area takes at most one vacancy from the others.
    many = vacancies(several(60), vacancies_per_week=20.0, others_per_week=0.0)
    fewer = vacancies(several(60)[:-1], vacancies_per_week=20.0, others_per_week=0.0)
    assert (many[:-1] != fewer).sum() <= 1
    assert (fewer | ~many[:-1]).all()


@pytest.mark.parametrize(("days", "kept"), [(7, 0.5), (21, 0.5), (22, 0.0), (90, 0.0)])
def test_a_job_is_kept_only_through_a_short_stay_inside(days, kept) -> None:
    people, p = several(4000, working=1, received_day=100, released_day=100 + days), prepared("work")
    people["risk"][:, Contributor.WORK] = -0.2
    for one in people:
        work.on_release(one, SEED, WEEK, p)
    assert people["working"].mean() == pytest.approx(kept, abs=near(kept, 4000))
    assert (people["risk"][:, Contributor.WORK] == np.where(people["working"] == 1, -0.2, 0.0)).all()


def test_release_gives_nobody_a_job() -> None:
    one = person(working=0, received_day=100, released_day=101)
    assert work.on_release(one, SEED, WEEK, prepared("work")) > WEEK
    assert one.working == 0


def test_people_inside_neither_apply_nor_lose_a_job() -> None:
    people = several(300, where=int(Where.INSIDE), working=np.arange(300) % 2, **READIEST)
    diary = np.full(300, WEEK)
    work.run(people, rows(people), diary, rows(people)[:0], areas(), SEED, WEEK, params(vacancies_per_week=600.0))
    assert people["working"].tolist() == [row % 2 for row in range(300)]
    assert (diary > WEEK).all()


def test_a_year_of_applications_comes_to_the_given_rate() -> None:
    people, p = (
        several(3000),
        params(found_per_year=0.5, vacancies_per_week=600.0, others_per_week=0.0, length_weeks=1000.0),
    )
    diary = np.array([work.next_look(one, SEED, 0, p[0]) for one in people])
    for week in range(1, 53):
        work.run(people, rows(people), diary, rows(people)[:0], areas(), SEED, week, p)
    # The chance to have found work at the end of the year, less a few who have lost it again.
    found = 1 - math.exp(-0.5 * 52 / draws_of_a_year())
    assert people["working"].mean() == pytest.approx(found, abs=near(found, 3000) + 0.01)


@pytest.mark.parametrize("mean", [60.0, 300.0, 700.0])
def test_vacancies_up_to_the_bound_of_the_parameter_are_drawn_with_their_mean(mean) -> None:
    drawn = [draws.poisson(u, mean) for u in (np.arange(200) + 0.5) / 200]
    assert np.mean(drawn) == pytest.approx(mean, rel=0.02)


# Mentors.


@pytest.mark.parametrize(
    ("months", "more"), [(0.0, 0.0), (0.001, 0.0), (3.0, 0.25), (6.0, 0.5), (12.0, 1.0), (60.0, 1.0)]
)
@pytest.mark.parametrize("size", [0.0, 0.4, 2.0])
def test_months_as_a_mentor_make_applications_succeed_more_often_up_to_a_year(months, more, size) -> None:
    p = prepared("work", found_by_mentoring=size)
    looks = work.most_often(person(experience=months), p)
    share = chance({"found_by_mentoring": size}, experience=months, trained=1)
    assert looks <= p.highest_rate[0] * math.exp(size)
    expected = p.highest_rate[0] * math.exp(size * more - 0.5)  # with neutral readiness
    assert looks * share == pytest.approx(expected, abs=looks * near(share, 8000) + 1e-3 * expected)


def test_whoever_never_mentored_is_looked_at_as_often_whatever_mentoring_gives() -> None:
    for one in several(50, experience=0.0):
        looks = {work.next_look(one, SEED, WEEK, prepared("work", found_by_mentoring=size)) for size in (0.0, 2.0)}
        assert len(looks) == 1


def one_week(people, week: int = WEEK, **values) -> np.ndarray:
    """A week in which work looks at everybody; returns when it looks again."""
    diary = np.full(len(people), week)
    work.run(people, rows(people), diary, rows(people)[:0], areas(), SEED, week, params(**values))
    return diary


def test_the_employed_are_in_work_without_a_vacancy_and_for_as_long_as_they_are() -> None:
    people = several(20, employed=1, **READIEST)
    for week in range(WEEK, WEEK + 30):
        assert (one_week(people, week, vacancies_per_week=0.0, length_weeks=1.0) > week).all()
        assert (people["working"] == 1).all()
        assert (people["risk"][:, Contributor.WORK] == -0.2).all()
    people["employed"] = 0
    one_week(people, WEEK + 30, vacancies_per_week=600.0, others_per_week=0.0)
    assert not people["working"].any()
    assert not people["risk"].any()
    one_week(people, WEEK + 31, vacancies_per_week=600.0, others_per_week=0.0)
    assert people["working"].all()  # they look for work as anybody does


def test_the_employed_take_no_vacancy_from_others() -> None:
    hired = []
    for employed in (0, 1):
        people = several(40, employed=np.where(np.arange(40) < 20, employed, 0), **READIEST)
        one_week(people, vacancies_per_week=20.0, others_per_week=0.0)
        assert people["working"][:20].all() or not employed
        hired.append(int(people["working"][20:].sum()))
    assert 0 < hired[0] < hired[1]


@pytest.mark.parametrize("where", [Where.INSIDE, Where.LEFT])
def test_nobody_works_for_the_service_who_is_not_at_liberty(where) -> None:
    people = several(5, employed=1, where=int(where))
    one_week(people)
    assert not people["working"].any()
