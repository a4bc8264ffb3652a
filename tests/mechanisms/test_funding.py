from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from helpers import prepared, run, small, with_levers

from ttg_sim import mentoring
from ttg_sim.agents.person import NEVER
from ttg_sim.agents.provider import Funding
from ttg_sim.mechanisms import funding
from ttg_sim.mechanisms.funding import WITHOUT_END
from ttg_sim.model import ThroughTheGate

from .people import providers

FAR = mentoring.FAR
NONE, STARTING, RUNNING, STOPPED = (int(stage) for stage in Funding)
AT_ONCE = {"mobilisation_weeks": 0.0}


def left(weeks, **values) -> list[int]:
    p = prepared("funding", **values)
    return [funding.weeks_left(since, p) for since in weeks]


def fresh(**values):
    return providers(funding=NONE, contacts=0, recruiting=0, horizon=0, first_week=NEVER, **values)


def weeks_of(count: int, start: int = 0, known_stop=lambda week: FAR, first: int = 0, **values) -> list[tuple]:
    """Horizon, state, contacts and recruiting of one provider, week by week."""
    provider, seen = fresh(), []
    p = funding.prepare(funding.FundingParameters(**values))
    for week in range(first, first + count):
        funding.run(provider, week, start, known_stop(week), p)
        one = provider[0]
        seen.append((int(one["horizon"]), int(one["funding"]), int(one["contacts"]), int(one["recruiting"])))
    return seen


def test_without_contracts_nothing_is_known_to_run() -> None:
    assert left(range(-5, 300), calendar="unfunded") == [0] * 305


@pytest.mark.parametrize("calendar", ["renewed", "continuous", "stop_start", "one_long"])
def test_no_contract_runs_before_the_first_day(calendar) -> None:
    assert left([-100, -52, -13, -2, -1], calendar=calendar) == [0] * 5
    assert left([0], calendar=calendar)[0] > 0


@pytest.mark.parametrize("calendar", ["renewed", "continuous", "stop_start", "one_long"])
def test_money_that_is_stopped_does_not_run_whatever_the_contract_says(calendar) -> None:
    assert left(range(120), calendar=calendar, stopped=True) == [0] * 120


def test_a_contract_without_an_end_has_none() -> None:
    assert left([0, 1, 5000], calendar="continuous") == [WITHOUT_END] * 3


def test_one_long_contract_ends_for_good() -> None:
    assert left(range(10), calendar="one_long", long_weeks=6) == [6, 5, 4, 3, 2, 1, 0, 0, 0, 0]


def test_a_renewed_contract_is_known_to_go_on_some_weeks_before_its_end() -> None:
    expected = [6, 5, 4, 3, 8, 7]  # two weeks before the end the next six are added
    assert left(range(18), calendar="renewed", term_weeks=6, notice_weeks=2) == expected * 3


def test_a_renewed_contract_without_notice_has_no_gap() -> None:
    assert left(range(8), calendar="renewed", term_weeks=4, notice_weeks=0) == [4, 3, 2, 1] * 2


def test_with_notice_longer_than_the_term_several_contracts_are_known() -> None:
    # In the first week contracts end after 4, 8 and 12 weeks. What follows the first two is known 8 weeks before.
    assert left(range(5), calendar="renewed", term_weeks=4, notice_weeks=8) == [12, 11, 10, 9, 12]
    assert min(left(range(200), calendar="renewed", term_weeks=4, notice_weeks=104)) > 104


def test_stop_start_week_by_week() -> None:
    expected = [3, 2, 1, 0, 0, 5, 4, 3, 2, 1, 0, 0]
    found = left(range(36), calendar="stop_start", first_weeks=3, second_weeks=5, stop_weeks=2)
    assert found == expected * 3


def test_stop_start_as_one_office_had_it() -> None:
    expected = [*range(13, 0, -1), *[0] * 8, *range(22, 0, -1), *[0] * 8]
    assert left(range(102), calendar="stop_start") == expected * 2


def test_stop_start_without_a_stop_is_never_known_beyond_the_extension() -> None:
    found = left(range(12), calendar="stop_start", first_weeks=2, second_weeks=4, stop_weeks=0)
    assert found == [2, 1, 4, 3, 2, 1] * 2


def test_the_service_is_set_up_before_it_takes_names() -> None:
    found = weeks_of(8, start=2, calendar="continuous", mobilisation_weeks=3)
    assert [state for _, state, _, _ in found] == [NONE, NONE, STARTING, STARTING, STARTING, RUNNING, RUNNING, RUNNING]
    assert [contacts for _, _, contacts, _ in found] == [0, 0, 0, 0, 0, 1, 1, 1]


def test_a_service_that_needs_no_setting_up_runs_at_once() -> None:
    found = weeks_of(3, start=1, calendar="continuous", **AT_ONCE)
    assert [state for _, state, _, _ in found] == [NONE, RUNNING, RUNNING]


def test_a_service_is_set_up_once_only() -> None:
    found = weeks_of(12, calendar="stop_start", first_weeks=4, second_weeks=3, stop_weeks=2, mobilisation_weeks=2)
    states = [state for _, state, _, _ in found]
    assert states == [STARTING] * 2 + [RUNNING] * 2 + [STOPPED] * 2 + [RUNNING] * 3 + [STOPPED] * 2 + [RUNNING]


def test_volunteers_are_taken_on_while_money_is_known_to_last() -> None:
    found = weeks_of(12, calendar="renewed", term_weeks=6, notice_weeks=2, secure_horizon_weeks=5, **AT_ONCE)
    assert [horizon for horizon, _, _, _ in found] == [6, 5, 4, 3, 8, 7] * 2
    assert [recruiting for _, _, _, recruiting in found] == [1, 1, 0, 0, 1, 1] * 2


def test_nobody_is_taken_on_under_extensions_of_three_and_five_months() -> None:
    assert not any(recruiting for _, _, _, recruiting in weeks_of(200, calendar="stop_start"))


def test_nobody_is_taken_on_without_money_even_where_any_horizon_will_do() -> None:
    found = weeks_of(102, calendar="stop_start", secure_horizon_weeks=0)
    assert [recruiting for _, _, _, recruiting in found] == [int(horizon > 0) for horizon, _, _, _ in found]


def test_volunteers_are_taken_on_while_the_service_is_set_up() -> None:
    found = weeks_of(2, calendar="continuous", mobilisation_weeks=8)
    assert [(state, recruiting) for _, state, _, recruiting in found] == [(STARTING, 1)] * 2


def test_a_hard_stop_ends_meetings_on_the_day_on_which_money_ends() -> None:
    found = weeks_of(5, calendar="one_long", long_weeks=4, hard_stop=True, wind_down_weeks=20, **AT_ONCE)
    assert [contacts for _, _, contacts, _ in found] == [1, 1, 1, 1, 0]


def test_otherwise_meetings_wind_down() -> None:
    found = weeks_of(10, calendar="one_long", long_weeks=4, hard_stop=False, wind_down_weeks=3, **AT_ONCE)
    assert [contacts for _, _, contacts, _ in found] == [1, 1, 1, 1, 1, 1, 1, 0, 0, 0]
    assert [state for _, state, _, _ in found] == [RUNNING] * 4 + [STOPPED] * 6


def test_each_stop_winds_down_anew() -> None:
    values = {"first_weeks": 2, "second_weeks": 2, "stop_weeks": 3, "hard_stop": False, "wind_down_weeks": 2}
    found = weeks_of(15, calendar="stop_start", **values, **AT_ONCE)
    assert [contacts for _, _, contacts, _ in found] == [1, 1, 1, 1, 0] * 3


def test_a_stop_while_the_service_is_set_up_does_not_open_it() -> None:
    values = {"hard_stop": False, "wind_down_weeks": 6, "mobilisation_weeks": 8}
    found = weeks_of(12, calendar="one_long", long_weeks=4, **values)
    assert not any(contacts for _, _, contacts, _ in found)


def test_a_stop_that_is_announced_is_known_from_then_on() -> None:
    found = weeks_of(8, known_stop=lambda week: 7 if week >= 3 else FAR, calendar="continuous", secure_horizon_weeks=4)
    assert [horizon for horizon, _, _, _ in found] == [WITHOUT_END] * 3 + [4, 3, 2, 1, 0]
    assert [recruiting for _, _, _, recruiting in found] == [1, 1, 1, 1, 0, 0, 0, 0]


def test_the_end_of_the_contract_counts_where_it_comes_before_an_announced_stop() -> None:
    found = weeks_of(3, known_stop=lambda week: 50, calendar="one_long", long_weeks=4)
    assert [horizon for horizon, _, _, _ in found] == [4, 3, 2]


def test_all_providers_have_the_same_contract() -> None:
    table = providers(3, first_week=NEVER)
    funding.run(table, 5, 5, FAR, funding.prepare(funding.FundingParameters(calendar="renewed")))
    assert table["horizon"].tolist() == [52] * 3
    assert table["first_week"].tolist() == [5] * 3


# In a world.

CONTRACT = {"weeks": 30, "warm_up_weeks": 0, "funding.start": date(2000, 1, 1), "funding.calendar": "continuous"}


def states(*levers, announced: dict[int, int] | None = None, **settings) -> list[tuple[int, int]]:
    """Horizon and state of the only provider in each week of a small world."""
    scenario = with_levers(small(CONTRACT, **settings), *levers)
    if announced:
        day = scenario.calendar.date_of_week
        moved = [
            replace(lever, announced=day(announced[index])) if index in announced else lever
            for index, lever in enumerate(scenario.levers)
        ]
        scenario = replace(scenario, levers=tuple(moved))
    world, seen = ThroughTheGate(scenario), []
    while world.running:
        world.step()
        one = world.providers.rows[0]
        seen.append((int(one["horizon"]), int(one["funding"])))
    return seen


def test_a_stop_and_restart_by_dated_levers() -> None:
    found = states(("funding.stopped", True, 12), ("funding.stopped", False, 15))
    assert [horizon for horizon, _ in found] == [WITHOUT_END] * 12 + [0] * 3 + [WITHOUT_END] * 15
    assert [state for _, state in found] == [STARTING] * 8 + [RUNNING] * 4 + [STOPPED] * 3 + [RUNNING] * 15


def test_a_lever_that_is_announced_shortens_what_is_known() -> None:
    found = states(("funding.stopped", True, 12), ("funding.stopped", False, 15), announced={0: 9})
    assert [horizon for horizon, _ in found[7:16]] == [WITHOUT_END] * 2 + [3, 2, 1, 0, 0, 0] + [WITHOUT_END]


def test_the_end_of_all_contracts_can_be_announced_too() -> None:
    found = states(("funding.calendar", "unfunded", 12), announced={0: 10})
    assert [horizon for horizon, _ in found[9:14]] == [WITHOUT_END, 2, 1, 0, 0]


def test_of_several_stops_the_next_one_counts() -> None:
    levers = (("funding.stopped", True, 20), ("funding.stopped", True, 10), ("funding.stopped", False, 12))
    found = states(*levers, announced={0: 5, 1: 6})
    assert [horizon for horizon, _ in found[4:14]] == [WITHOUT_END, 15, 4, 3, 2, 1, 0, 0, 8, 7]


def test_a_stop_that_is_taken_back_is_no_stop() -> None:
    found = states(("funding.stopped", True, 12), ("funding.stopped", False, 12), announced={0: 5, 1: 5})
    assert {horizon for horizon, _ in found} == {WITHOUT_END}


def test_a_contract_begins_in_the_week_that_contains_its_day() -> None:
    start = small(CONTRACT).calendar.date_of_week(4)
    for day in (start, start + timedelta(days=6)):
        found = states(**{"funding.start": day})
        assert [horizon > 0 for horizon, _ in found[:6]] == [False] * 4 + [True] * 2


def test_nothing_is_done_or_spent_where_there_is_no_contract() -> None:
    world = run(small())
    assert (world.providers.rows["funding"] == NONE).all()
    assert len(world.mentors) == 0
    series = world.datacollector.get_model_vars_dataframe()
    for name in mentoring.SERIES:
        assert (series[name] == {"mentor_support": 1.0, "resistance": 0.5}.get(name, 0.0)).all()


def test_a_service_that_is_short_of_cash_takes_on_nobody_though_its_contract_runs_for_long() -> None:
    p = funding.prepare(funding.FundingParameters(calendar="continuous", **AT_ONCE))
    provider = providers(2, squeezed=[0, 1])
    funding.run(provider, 50, 0, FAR, p)
    assert provider["recruiting"].tolist() == [1, 0]
    assert (provider["funding"] == RUNNING).all()
    provider["squeezed"] = 0
    funding.run(provider, 51, 0, FAR, p)
    assert provider["recruiting"].tolist() == [1, 1]
