from __future__ import annotations

import pytest

from ttg_sim.agents.provider import Funding, Money
from ttg_sim.engine.calendar import WEEKS_PER_YEAR
from ttg_sim.mechanisms import coordinator
from ttg_sim.mechanisms.coordinator import CoordinatorParameters

from .people import areas, providers

WEEKS_PER_MONTH = WEEKS_PER_YEAR / 12
FILLED = {"n": 2.0, "hire_weeks": 0.0}


def office(**values):
    return providers(**({"to_train": 0.0, "to_match": 0.0} | values))


def weeks(table, count: int = 1, area=None, **values):
    p = coordinator.prepare(CoordinatorParameters(**values))
    area = areas(len(table)) if area is None else area
    for _ in range(count):
        coordinator.run(table, area, p)
    return table


def test_posts_are_filled_in_the_time_it_takes() -> None:
    table, seen = office(funding=Funding.STARTING), []
    for _ in range(6):
        weeks(table, n=2.0, hire_weeks=4.0)
        seen.append(float(table["coordinators"][0]))
    assert seen == [0.5, 1.0, 1.5, 2.0, 2.0, 2.0]


@pytest.mark.parametrize("hire_weeks", [0.0, 0.5, 1.0])
def test_posts_that_take_no_longer_than_a_week_are_filled_at_once(hire_weeks) -> None:
    assert weeks(office(), n=3.0, hire_weeks=hire_weeks)["coordinators"].tolist() == [3.0]


def test_nobody_is_hired_while_the_service_is_short_of_cash_and_nobody_goes() -> None:
    table = weeks(office(squeezed=1, coordinators=1.5), 5, n=4.0, hire_weeks=2.0)
    assert table["coordinators"].tolist() == [1.5]
    table["squeezed"] = 0
    assert weeks(table, n=4.0, hire_weeks=2.0)["coordinators"].tolist() == [3.5]


def test_nobody_is_hired_before_the_first_contract() -> None:
    table = weeks(office(funding=Funding.NONE), 20, **FILLED)
    assert table["coordinators"].tolist() == table["to_train"].tolist() == table["to_match"].tolist() == [0.0]
    assert not table["spent"].any()


def test_coordinators_go_while_there_is_no_money_and_are_hired_again_after_it() -> None:
    table = weeks(office(), n=2.0, hire_weeks=0.0)
    table["funding"] = Funding.STOPPED
    weeks(table, 3, n=2.0, hire_weeks=10.0, loss_per_week=0.1)
    assert table["coordinators"][0] == pytest.approx(2.0 * 0.9 * 0.9 * 0.9)
    table["funding"] = Funding.RUNNING
    weeks(table, 2, n=2.0, hire_weeks=10.0, loss_per_week=0.1)
    assert table["coordinators"][0] == pytest.approx(1.458 + 0.4)
    weeks(table, 2, n=2.0, hire_weeks=10.0)
    assert table["coordinators"].tolist() == [2.0]


@pytest.mark.parametrize(("loss", "left"), [(0.0, 2.0), (1.0, 0.0)])
def test_all_stay_or_all_go_at_the_ends_of_the_scale(loss, left) -> None:
    table = weeks(office(coordinators=2.0, funding=Funding.STOPPED), loss_per_week=loss)
    assert table["coordinators"].tolist() == [left]


def test_posts_that_are_cut_are_cut_at_once() -> None:
    table = weeks(office(coordinators=8.0), n=2.0)
    assert table["coordinators"].tolist() == [2.0]


def test_areas_have_posts_by_their_size() -> None:
    table = weeks(office(count=2), area=areas(2, people_factor=[0.5, 1.5]), **FILLED)
    assert table["coordinators"].tolist() == [1.0, 3.0]


@pytest.mark.parametrize(("mentors", "support"), [(0, 1.0), (39, 1.0), (40, 1.0), (50, 0.8), (160, 0.25)])
def test_support_is_what_coordinators_have_for_each_mentor(mentors, support) -> None:
    table = weeks(office(mentors=mentors), max_mentors=20.0, **FILLED)
    assert table["support"][0] == pytest.approx(support)


def test_without_coordinators_mentors_have_no_support() -> None:
    assert weeks(office(mentors=5), n=0.0)["support"].tolist() == [0.0]


def test_time_for_recruits_and_matches_comes_by_the_week() -> None:
    table = weeks(office(), recruits_per_month=3.0, matches_per_month=12.0, **FILLED)
    assert table["to_train"][0] == pytest.approx(6.0 / WEEKS_PER_MONTH)
    assert table["to_match"][0] == pytest.approx(24.0 / WEEKS_PER_MONTH)


def test_no_more_than_a_month_of_work_can_be_saved_up() -> None:
    table = weeks(office(), 30, recruits_per_month=3.0, matches_per_month=12.0, **FILLED)
    assert table["to_train"].tolist() == [6.0]
    assert table["to_match"].tolist() == [24.0]


def test_a_small_office_still_takes_on_somebody_now_and_then() -> None:
    table = office()
    taken = 0
    for _ in range(1000):
        weeks(table, n=0.5, hire_weeks=0.0, recruits_per_month=0.4)
        while table["to_train"][0] >= 1.0:
            table["to_train"] -= 1.0
            taken += 1
    assert taken == int(1000 * 0.2 / WEEKS_PER_MONTH)


def test_what_was_saved_is_lost_with_the_coordinators() -> None:
    table = weeks(office(), 30, **FILLED)
    table["funding"] = Funding.STOPPED
    weeks(table, loss_per_week=1.0)
    assert table["to_train"][0] <= 1.0
    assert table["to_match"][0] <= 1.0


def test_coordinators_who_take_on_nobody_have_no_time_for_it() -> None:
    table = weeks(office(), 30, recruits_per_month=0.0, matches_per_month=0.0, **FILLED)
    assert table["to_train"].tolist() == table["to_match"].tolist() == [0.0]


def test_a_year_costs_what_coordinators_cost() -> None:
    table = weeks(office(), 400, cost_year=30_000.0, **FILLED)
    assert table["spent"][0, Money.COORDINATION] == pytest.approx(400 / WEEKS_PER_YEAR * 60_000.0)
    assert table["spent"].sum() == pytest.approx(table["spent"][0, Money.COORDINATION])
