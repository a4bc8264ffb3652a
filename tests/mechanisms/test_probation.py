from __future__ import annotations

import numpy as np
import pytest
from helpers import prepared, run, small, with_levers

from ttg_sim.agents.officer import OFFICER, Body
from ttg_sim.agents.person import NOBODY
from ttg_sim.engine.table import Table
from ttg_sim.mechanisms import probation
from ttg_sim.mechanisms.probation import ProbationParameters
from ttg_sim.model import ThroughTheGate

from .people import SEED, areas, near, officers, person, returns, rows, several


def params(**values) -> np.ndarray:
    return probation.prepare(ProbationParameters(**values))


def office(national: int = 3, company: int = 5, most: tuple[int, int] | None = None, area=None, **values):
    """Officers and areas, with so many at work in an average area."""
    area, table = areas() if area is None else area, Table(OFFICER)
    p = params(national_officers=national, company_officers=company, **values)
    probation.appoint(table, area, most or (national, company), SEED, p)
    probation.staff(area, p)
    return table.rows, area, p


def one_week(people, staff, area, p, week: int = 20) -> None:
    probation.run(people, rows(people), staff, area, SEED, week, p)


def test_officers_differ_in_stance_and_background_cases() -> None:
    staff, _, _ = office(2000, 2000, stance_mean=0.5, stance_spread=0.2)
    assert len(staff) == 4000
    assert len(set(staff["key"])) == 4000
    assert staff["stance"].mean() == pytest.approx(0.5, abs=4.5 * 0.2 / np.sqrt(4000))
    assert staff["stance"].std() == pytest.approx(0.2, rel=0.05)
    assert 0 <= staff["stance"].min() < staff["stance"].max() <= 1
    assert staff["usual_cases"].mean() == pytest.approx(1.0, abs=4.5 * 0.2 / np.sqrt(4000))
    assert (staff["attention"] == 1.0).all()
    assert (staff["morale"] == 0.5).all()


def test_stances_stay_between_nil_and_one() -> None:
    staff, _, _ = office(300, 300, stance_mean=0.95, stance_spread=0.29)
    assert staff["stance"].max() == 1.0
    assert staff["stance"].min() >= 0.0


def test_areas_have_officers_by_their_factor_and_at_least_one() -> None:
    area = areas(3, officers_factor=np.array([1.0, 0.5, 0.01]))
    staff, area, _ = office(4, 10, area=area)
    assert area["national_officers"].tolist() == [4, 2, 1]
    assert area["company_officers"].tolist() == [10, 5, 1]
    assert area["first_national"].tolist() == [0, 14, 21]
    assert area["first_company"].tolist() == [4, 16, 22]
    assert np.bincount(staff["area"]).tolist() == [14, 7, 2]
    assert staff["body"].tolist() == [0] * 4 + [1] * 10 + [0] * 2 + [1] * 5 + [0, 1]


def test_more_officers_change_nothing_in_those_who_were_there() -> None:
    few, many = office(3, 5)[0], office(7, 9)[0]
    for body, number in ((Body.NATIONAL, 3), (Body.COMPANY, 5)):
        first, then = few[few["body"] == body], many[many["body"] == body][:number]
        for name in ("key", "stance", "usual_cases", "number"):
            assert first[name].tolist() == then[name].tolist()


def test_officers_whom_a_later_lever_needs_are_there_but_not_at_work() -> None:
    staff, area, _ = office(2, 3, most=(4, 6))
    assert len(staff) == 10
    assert [probation.at_work(one, area[0]) for one in staff] == [True] * 2 + [False] * 2 + [True] * 3 + [False] * 3


def test_a_lever_on_the_number_of_officers_in_a_world() -> None:
    settings = {"probation.national_officers": 2, "probation.company_officers": 3, "weeks": 10}
    plain = ThroughTheGate(small(settings))
    world = ThroughTheGate(with_levers(small(settings), ("probation.company_officers", 6, 4)))
    assert len(plain.officers) == 5
    assert len(world.officers) == 8
    for name in ("key", "stance", "usual_cases"):
        assert world.officers.rows[name][:5].tolist() == plain.officers.rows[name].tolist()
    while world.running:
        before = world.week
        world.step()
        assert world.areas.rows[0]["company_officers"] == (6 if before >= 4 else 3)


def test_cases_are_counted() -> None:
    staff, area, p = office()
    people = several(200, officer=NOBODY)
    one_week(people, staff, area, p)
    assert staff["cases"].tolist() == np.bincount(people["officer"], minlength=len(staff)).tolist()
    chosen = people["officer"].copy()
    one_week(people[:120], staff, area, p, week=21)
    assert people["officer"].tolist() == chosen.tolist()
    assert staff["cases"].sum() == 120


def test_everybody_may_have_any_officer_before_the_division() -> None:
    staff, area, p = office(3, 5)
    people = several(8000, officer=NOBODY, high_harm=np.arange(8000) % 2)
    one_week(people, staff, area, p)
    for part in (people[::2], people[1::2]):
        shares = np.bincount(part["officer"], minlength=8) / 4000
        assert np.abs(shares - 1 / 8).max() < near(1 / 8, 4000)


def test_after_the_division_the_risk_of_harm_decides_who_supervises() -> None:
    staff, area, p = office(3, 5, divided=True)
    people = several(8000, officer=NOBODY, high_harm=np.arange(8000) % 2)
    one_week(people, staff, area, p)
    for harm, body, number in ((1, Body.NATIONAL, 3), (0, Body.COMPANY, 5)):
        of = staff["body"][people["officer"][people["high_harm"] == harm]]
        assert (of == body).all()
        shares = np.bincount(people["officer"][people["high_harm"] == harm], minlength=8) / 4000
        assert np.abs(shares[staff["body"] == body] - 1 / number).max() < near(1 / number, 4000)


def test_the_division_takes_officers_from_nobody() -> None:
    staff, area, p = office(3, 5)
    people = several(300, officer=NOBODY, high_harm=1)
    one_week(people, staff, area, p)
    before = people["officer"].copy()
    one_week(people, staff, area, params(national_officers=3, company_officers=5, divided=True), week=21)
    assert people["officer"].tolist() == before.tolist()


def test_somebody_whose_officer_leaves_is_given_another() -> None:
    staff, area, p = office(2, 6)
    people = several(400, officer=NOBODY)
    one_week(people, staff, area, p)
    before = people["officer"].copy()
    fewer = params(national_officers=2, company_officers=3)
    probation.staff(area, fewer)
    one_week(people, staff, area, fewer, week=21)
    gone = before >= 5  # rows 2 to 4 are the officers of the company who stay
    assert gone.any()
    assert (people["officer"] < 5).all()
    assert people["officer"][~gone].tolist() == before[~gone].tolist()
    assert staff["cases"][5:].tolist() == [0, 0, 0]
    assert staff["cases"].sum() == 400


def test_people_have_officers_of_their_area() -> None:
    staff, area, p = office(3, 5, area=areas(3))
    people = several(900, officer=NOBODY, area=np.arange(900) % 3)
    one_week(people, staff, area, p)
    assert (staff["area"][people["officer"]] == people["area"]).all()


def updated(load: float, weeks: int = 1, morale: float = 0.5, cases: int = 0, **values) -> np.record:
    one = officers(morale=morale, cases=cases)[0]
    p = prepared("probation", **{"other_cases": load} | values)
    for _ in range(weeks):
        probation.update(one, p)
    return one


@pytest.mark.parametrize(
    ("other", "cases", "attention"),
    [(0, 0, 1.0), (49, 0, 1.0), (50, 0, 1.0), (44, 6, 1.0), (44, 56, 0.5), (80, 0, 0.625)],
)
def test_there_is_time_enough_for_fifty_cases(other, cases, attention) -> None:
    # 25 hours are 1,500 minutes, which is 30 for each of 50 cases.
    assert updated(float(other), cases=cases).attention == pytest.approx(attention, abs=1e-12)


def test_hours_and_needs_move_the_number_of_cases_for_which_there_is_time() -> None:
    assert updated(100.0, hours_per_week=40.0).attention == pytest.approx(0.8)
    assert updated(100.0, enough_minutes=60.0).attention == pytest.approx(0.25)


@pytest.mark.parametrize(("load", "minutes"), [(50, 40.0), (100, 20.0), (160, 12.5), (200, 10.0)])
def test_appointments_are_shorter_where_time_is_short_but_not_below_ten_minutes(load, minutes) -> None:
    assert updated(float(load)).visit_hours == pytest.approx(minutes / 60)


def test_an_appointment_is_never_longer_than_where_there_is_time_enough() -> None:
    assert updated(10.0, appointment_minutes=5.0).visit_hours == pytest.approx(5 / 60)


def test_morale_moves_to_what_the_load_leaves_of_it() -> None:
    # 75 cases are half as many again as there is time for.
    aim = 0.5 - 0.6 * 0.5
    for weeks in (1, 2, 30):
        assert updated(75.0, weeks).morale == pytest.approx(aim + (0.5 - aim) * 0.96**weeks)
    assert updated(50.0, 40).morale == 0.5
    assert updated(20.0, 40, morale=0.1).morale == pytest.approx(0.5 - 0.4 * 0.96**40)


@pytest.mark.parametrize("pull", [0.0, 0.04, 1.0])
def test_morale_stays_between_nil_and_one(pull) -> None:
    for morale in (0.0, 0.5, 1.0):
        for load in (0.0, 50.0, 200.0):
            one = officers(morale=morale)[0]
            p = prepared("probation", other_cases=load, morale_pull=pull, morale_by_load=3.0)
            for _ in range(50):
                probation.update(one, p)
                assert 0.0 <= one.morale <= 1.0


def other_cases(**values) -> tuple[float, float]:
    p = params(**values)[0]
    found = []
    for body in Body:
        one = officers(body=int(body))[0]
        probation.update(one, p)
        found.append(float(one.other_cases))
    return found[0], found[1]


def test_the_division_moves_background_cases_to_companies() -> None:
    assert other_cases(other_cases=40.0) == (40.0, 40.0)
    national, company = other_cases(other_cases=40.0, divided=True, national_officers=30, company_officers=90)
    assert national == pytest.approx(32.0)
    assert company == pytest.approx((120 * 40 - 30 * 32) / 90)


@pytest.mark.parametrize("staff", [(30, 90), (1, 1), (50, 1), (1, 50)])
@pytest.mark.parametrize("load", [0.2, 1.0, 2.0])
def test_the_division_makes_and_loses_no_background_cases(staff, load) -> None:
    national, company = staff
    values = {"divided": True, "national_load": load, "national_officers": national, "company_officers": company}
    found = other_cases(other_cases=40.0, **values)
    assert min(found) >= 0
    assert national * found[0] + company * found[1] == pytest.approx(40.0 * (national + company))


def test_hours_are_counted_anew_each_week_and_spent_on_each_return() -> None:
    staff, area, p = office(area=areas(2))
    area["contact_hours"], area["enforcement_hours"] = 9.0, 9.0
    people = several(5, officer=NOBODY, area=np.array([0, 0, 1, 1, 1]))
    one_week(people, staff, area, p)
    assert area["contact_hours"].tolist() == area["enforcement_hours"].tolist() == [0.0, 0.0]
    table = returns(4)
    table["person"] = [0, 1, 2, 4]
    probation.spend(table, 1, 4, people, area, params(breach_hours=3.0))
    assert area["enforcement_hours"].tolist() == [3.0, 6.0]


def test_an_officer_is_chosen_by_the_person_and_the_week() -> None:
    _, area, p = office(30, 90)
    one = person(5)
    first = probation.choose(one, SEED, 20, area, p[0])
    assert probation.choose(one, SEED, 20, area, p[0]) == first
    assert len({probation.choose(one, SEED, week, area, p[0]) for week in range(40)}) > 10


def test_the_series_of_officers_are_means_over_those_at_work() -> None:
    settings = {"probation.national_officers": 2, "probation.company_officers": 3, "weeks": 5}
    world = run(with_levers(small(settings), ("probation.company_officers", 1, 3)))
    at_work = world.officers.rows[:3]
    loads = at_work["cases"] + at_work["other_cases"]
    assert world.series["cases_per_officer"] == pytest.approx(loads.mean())
    assert world.series["attention"] == pytest.approx(at_work["attention"].mean())


def test_hours_that_mentoring_took_are_of_one_week_whoever_is_at_work_in_the_next() -> None:
    staff, area, _ = office(1, 2, most=(1, 3))
    staff["mentor_hours"] = 9.0
    few, many = params(national_officers=1, company_officers=2), params(national_officers=1, company_officers=3)
    people = several(1, officer=NOBODY)
    one_week(people, staff, area, few)
    assert not staff["mentor_hours"].any()
    probation.staff(area, many)
    one_week(people, staff, area, many, week=21)
    assert (staff["attention"] == 1.0).all()


@pytest.mark.parametrize(("hours", "of_the_week"), [(0.0, 20.0), (5.0, 15.0), (-5.0, 25.0), (30.0, 0.01)])
def test_hours_that_mentoring_takes_leave_less_for_each_case_and_those_it_frees_leave_more(hours, of_the_week) -> None:
    p = params(other_cases=100.0, hours_per_week=20.0, enough_minutes=30.0)
    team = officers(1, body=int(Body.COMPANY), mentor_hours=hours)
    probation.update(team[0], p[0])
    assert team["attention"][0] == pytest.approx(of_the_week * 60 / 30 / 100)
