from __future__ import annotations

import numpy as np
import pytest
from helpers import prepared

from ttg_sim.agents.person import NEVER, Return, Supervision, Where
from ttg_sim.engine.calendar import WEEKS_PER_YEAR
from ttg_sim.mechanisms import programme, recruit
from ttg_sim.mechanisms.programme import ProgrammeParameters

from .people import SEED, areas, mentors, near, outside, providers, rows

WEEK = 60
MONDAY = WEEK * 7
FOUR_WEEKS = 4 * 12 / WEEKS_PER_YEAR  # in months


def target(weeks: int, first: float = 24.0, **values) -> float:
    return float(programme.wanted(weeks, first, prepared("programme", **values)))


def test_the_number_wanted_grows_evenly_to_its_target() -> None:
    plan = {"target_mentors": 50.0, "rollout_months": FOUR_WEEKS}
    assert [target(week, 10.0, **plan) for week in range(6)] == pytest.approx([20, 30, 40, 50, 50, 50])


def test_two_years_of_growth_end_after_two_years() -> None:
    found = [target(week, rollout_months=24.0) for week in range(130)]
    assert found[0] == pytest.approx(24.0 + 26.0 / (2 * WEEKS_PER_YEAR))
    assert found[51] == pytest.approx(24.0 + 26.0 * 52 / (2 * WEEKS_PER_YEAR))
    assert found == sorted(found)
    assert found[103] < 50.0
    assert found[104:] == [50.0] * 26


def test_without_a_roll_out_all_are_wanted_at_once() -> None:
    assert target(0, rollout_months=0.0) == 50.0


def test_a_pool_that_is_larger_than_the_target_is_not_grown() -> None:
    assert [target(week, 80.0, target_mentors=50.0) for week in (0, 10, 500)] == [50.0] * 3


def test_nobody_may_be_wanted() -> None:
    assert [target(week, target_mentors=0.0) for week in (0, 500)] == [0.0] * 2


def one_week(people, week: int = WEEK, table=None, area=None, pool: float = 24.0, **values):
    table = providers() if table is None else table
    area = areas(len(table)) if area is None else area
    listed = np.zeros(len(people), np.int64)
    p = programme.prepare(ProgrammeParameters(**values))
    count = programme.run(table, area, people, rows(people), listed, pool, SEED, week, p)
    return table, listed[:count].tolist()


def test_growth_counts_from_the_first_contract_and_goes_by_the_size_of_the_area() -> None:
    table = providers(3, first_week=[WEEK, WEEK - 3, NEVER], target=99.0)
    area = areas(3, people_factor=[1.0, 0.5, 1.0])
    plan = {"target_mentors": 50.0, "rollout_months": FOUR_WEEKS}
    one_week(outside(0), table=table, area=area, pool=10.0, **plan)
    assert table["target"] == pytest.approx([20.0, 25.0, 0.0])


def completing(count: int = 1, **values):
    """People whose supervision ends this week."""
    usual = {"supervision": Supervision.POST_SENTENCE, "supervision_end_day": MONDAY + 3, "released_day": MONDAY - 362}
    return outside(count, **(usual | values))


def test_without_a_pathway_nobody_comes_from_the_end_of_supervision() -> None:
    assert one_week(completing(50))[1] == []


def test_in_a_compulsory_pathway_everybody_who_completes_comes() -> None:
    assert one_week(completing(50), end_pathway="compulsory")[1] == list(range(50))


@pytest.mark.parametrize(("end", "comes"), [(-1, False), (0, True), (3, True), (6, True), (7, False), (400, False)])
def test_supervision_is_completed_in_the_week_of_its_last_day(end, comes) -> None:
    people = completing(supervision_end_day=MONDAY + end)
    assert one_week(people, end_pathway="compulsory")[1] == [0] * comes


def test_everybody_completes_once() -> None:
    people = completing(70, supervision_end_day=MONDAY + np.arange(70))
    listed: list[int] = []
    for week in range(WEEK - 2, WEEK + 13):
        listed += one_week(people, week, end_pathway="compulsory")[1]
    assert sorted(listed) == list(range(70))


@pytest.mark.parametrize(
    "state",
    [
        {"where": Where.INSIDE},
        {"where": Where.INSIDE, "returned": Return.RECALL},
        {"returned": Return.COMMITTAL},
        {"where": Where.LEFT},
        {"longer": 1},
        {"volunteer": 3},
    ],
)
def test_the_pathway_is_for_those_who_complete_a_short_sentence_at_liberty_and_have_not_applied(state) -> None:
    assert one_week(completing(**state), end_pathway="compulsory")[1] == []


@pytest.mark.parametrize("share", [0.04, 0.5])
def test_of_those_who_are_offered_it_a_share_take_it_up(share) -> None:
    _, listed = one_week(completing(8000), end_pathway="voluntary", voluntary_share=share)
    assert len(listed) / 8000 == pytest.approx(share, abs=near(share, 8000))


@pytest.mark.parametrize(("share", "number"), [(0.0, 0), (1.0, 300)])
def test_nobody_or_everybody_takes_up_an_offer(share, number) -> None:
    assert len(one_week(completing(300), end_pathway="voluntary", voluntary_share=share)[1]) == number


def test_those_who_take_up_an_offer_are_the_most_committed() -> None:
    people = completing(2000)
    _, listed = one_week(people, end_pathway="voluntary", voluntary_share=0.1)
    table = mentors(2000)
    for row in rows(people):
        recruit.enter_peer(people, row, table, row, 2, SEED, WEEK, prepared("recruit", money_motive=0.0))
    assert table["commitment"][listed].min() >= 0.9
    assert np.delete(table["commitment"], listed).max() < 0.9


# Those whom a session of a programme has moved to apply.


@pytest.mark.parametrize("pathway", ["none", "voluntary", "compulsory"])
def test_those_who_mean_to_apply_do_so_when_supervision_is_completed(pathway) -> None:
    people = completing(60, called=np.arange(60) % 2, received_day=MONDAY - 400, sessions_since=MONDAY - 400)
    listed = one_week(people, end_pathway=pathway, voluntary_share=0.0)[1]
    assert listed == (list(range(60)) if pathway == "compulsory" else list(range(1, 60, 2)))


@pytest.mark.parametrize("end", [-1, 7])
def test_they_do_not_apply_before_or_after_it(end) -> None:
    assert one_week(completing(called=1, supervision_end_day=MONDAY + end))[1] == []


def test_they_mean_it_no_more_after_another_reception() -> None:
    people = completing(2, called=1, received_day=MONDAY - 400, sessions_since=MONDAY - np.array([400, 900]))
    assert one_week(people)[1] == [0]


@pytest.mark.parametrize(
    "state", [{"where": Where.INSIDE}, {"returned": Return.RECALL}, {"longer": 1}, {"volunteer": 3}]
)
def test_to_mean_to_apply_is_not_enough(state) -> None:
    assert one_week(completing(called=1, **state))[1] == []
