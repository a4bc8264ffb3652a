from __future__ import annotations

import math

import numpy as np
import pytest

from ttg_sim.agents.mentor import DISTANT, PRISON_SLOTS, Stage, is_cleared
from ttg_sim.agents.provider import Funding, Money
from ttg_sim.engine.queues import clock
from ttg_sim.mechanisms import clearance
from ttg_sim.mechanisms.clearance import ClearanceParameters

from .people import SEED, areas, near, prisons, rows, several
from .service import WEEK, charity, clear, helpers

MANY = 4000
AT_ONCE = {"delay_weeks": 0.0, "refusal_prob": 0.0, "refusal_others": 0.0}
FIVE_YEARS_AGO = {"released_day": WEEK * 7 - 1826.25}


def params(**values) -> np.ndarray:
    return clearance.prepare(ClearanceParameters(**values))


def vet(mentors, estate=None, provider=None, week=WEEK, people=None, factor=1.0, **values) -> np.ndarray:
    """One week of clearance; returns the provider."""
    estate = prisons(1) if estate is None else estate
    provider = charity() if provider is None else provider
    people = several(1) if people is None else people
    places = areas(len(provider), people_factor=factor)
    clearance.run(mentors, rows(mentors), people, estate, places, provider, SEED, week, params(**values))
    return provider


def peers(count: int = MANY, **values) -> tuple[np.ndarray, np.ndarray]:
    people = several(count, **FIVE_YEARS_AGO | values)
    return people, helpers(count, person=np.arange(count))


def open_requests(mentors: np.ndarray) -> list[int]:
    return (mentors["asked"] > 0).sum(axis=1).tolist()


# Who is asked for, and where.


def test_clearance_is_asked_for_in_all_prisons_of_the_area_and_in_no_other() -> None:
    estate = prisons(4)
    estate["area"][2] = 1  # it serves another area, as its third prison
    mentors = helpers(2)
    provider = vet(mentors, estate)
    assert open_requests(mentors) == [3, 3]
    assert not mentors["asked"][:, [2, DISTANT]].any()
    assert provider["spent"][0, Money.CLEARANCE] == 2 * 3 * 60.0
    assert provider["answers"][0] == 0


def test_the_same_request_is_made_once() -> None:
    mentors = helpers(3)
    provider = charity()
    for week in range(WEEK, WEEK + 5):
        vet(mentors, provider=provider, week=week, delay_weeks=20.0, delay_sigma=0.0)
    assert provider["spent"][0, Money.CLEARANCE] == 3 * 60.0
    assert (mentors["asked"][:, 0] == clock(WEEK)).all()
    assert (mentors["answer"][:, 0] == clock(WEEK + 20)).all()


@pytest.mark.parametrize("stage", Stage)
def test_it_is_asked_for_from_the_end_of_training_on_and_by_nobody_who_has_stopped(stage) -> None:
    mentors = helpers(1, stage=stage)
    vet(mentors)
    asks = stage in (Stage.CHECKS, Stage.AVAILABLE, Stage.MATCHED, Stage.PAUSED)
    assert open_requests(mentors) == [int(asks)]


def test_a_distant_prison_is_asked_only_where_a_match_needs_it() -> None:
    mentors = helpers(2)
    mentors["asked"][1, DISTANT] = -1.0
    vet(mentors, **AT_ONCE)
    assert not is_cleared(mentors[0], DISTANT, WEEK)
    assert is_cleared(mentors[1], DISTANT, WEEK)
    assert mentors["asked"][1, DISTANT] == 0.0


def test_while_money_has_stopped_nothing_is_asked_for_but_answers_come() -> None:
    mentors = helpers(2)
    mentors["asked"][0, 0], mentors["answer"][0, 0] = clock(WEEK - 3), clock(WEEK)
    provider = vet(mentors, provider=charity(funding=Funding.STOPPED, contacts=0), refusal_others=0.0)
    assert is_cleared(mentors[0], 0, WEEK)
    assert not mentors["asked"].any()
    assert (provider["answers"][0], provider["answer_weeks"][0]) == (1, 3.0)
    assert not provider["spent"].any()


# How long it takes.


def test_without_delay_the_answer_comes_in_the_same_week() -> None:
    mentors = helpers(5)
    provider = vet(mentors, prisons(2), **AT_ONCE)
    assert all(is_cleared(mentor, slot, WEEK) for mentor in mentors for slot in range(2))
    assert (provider["answers"][0], provider["refusals"][0], provider["answer_weeks"][0]) == (10, 0, 0.0)
    assert open_requests(mentors) == [0] * 5


@pytest.mark.parametrize(("weeks", "answered"), [(1.0, 1), (1.5, 2), (9.0, 9), (8.2, 9)])
def test_an_answer_comes_in_the_first_week_after_the_delay(weeks, answered) -> None:
    mentors = helpers(1)
    fixed = {"delay_weeks": weeks, "delay_sigma": 0.0, "refusal_others": 0.0}
    found = []
    for week in range(WEEK, WEEK + 12):
        provider = vet(mentors, week=week, **fixed)
        if provider["answers"][0]:
            found.append(week - WEEK)
            assert provider["answer_weeks"][0] == pytest.approx(weeks)
    assert found == [answered]


def delays(mentors, suspicion=0.5, slot=0, week=WEEK, **values) -> np.ndarray:
    estate, p = prisons(1, suspicion=suspicion), params(**values)[0]
    return np.array([clearance.delay(mentor, estate[0], SEED, week, slot, p) for mentor in mentors])


def test_delays_have_the_mean_of_the_parameter_and_a_long_tail() -> None:
    found = delays(helpers(MANY))
    assert found.mean() == pytest.approx(9.0, abs=4.5 * 9.0 * math.sqrt(math.exp(0.49) - 1) / math.sqrt(MANY))
    assert np.median(found) == pytest.approx(9.0 * math.exp(-0.245), rel=0.05)
    tail = 0.0310  # beyond 26 weeks: (log(26 / 9) + 0.245) / 0.7 is 1.866 standard deviations
    assert (found > 26).mean() == pytest.approx(tail, abs=near(tail, MANY))
    assert found.max() > 52


def test_delays_are_one_for_each_prison_and_request() -> None:
    mentors = helpers(50)
    first = delays(mentors)
    assert (delays(mentors, slot=1) != first).all()
    assert (delays(mentors, week=WEEK + 1) != first).all()
    assert (delays(mentors) == first).all()


@pytest.mark.parametrize(("suspicion", "ratio"), [(0.5, 1.5), (0.8, 1.5 * math.exp(0.2)), (0.2, 1.5 * math.exp(-0.2))])
def test_people_with_convictions_wait_longer_the_more_they_are_suspected(suspicion, ratio) -> None:
    _, own = peers(20)
    others = helpers(20)
    assert delays(own, suspicion) == pytest.approx(ratio * delays(others))
    assert delays(others, suspicion) == pytest.approx(delays(others))


# What the answer is.


def refused(count=MANY, mentors=None, people=None, suspicion=0.5, **values) -> float:
    if mentors is None:
        people, mentors = peers(count)
    provider = vet(mentors, prisons(1, suspicion=suspicion), people=people, **{"delay_weeks": 0.0} | values)
    assert provider["answers"][0] == len(mentors)
    assert (mentors["cleared"][:, 0] < 0).sum() == provider["refusals"][0]
    return float(provider["refusals"][0] / len(mentors))


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_so_many_people_with_convictions_five_years_ago_are_refused(share) -> None:
    assert refused(refusal_prob=share) == pytest.approx(share, abs=near(share, MANY))


@pytest.mark.parametrize("share", [0.0, 1.0])
@pytest.mark.parametrize("suspicion", [0.0, 1.0])
def test_nobody_or_everybody_is_refused_where_the_parameter_says_so(share, suspicion) -> None:
    assert refused(300, refusal_prob=share, suspicion=suspicion) == share
    assert refused(mentors=helpers(300), refusal_others=share, suspicion=suspicion) == share


def test_other_volunteers_are_seldom_refused_whatever_the_suspicion() -> None:
    found = [refused(mentors=helpers(MANY), suspicion=suspicion) for suspicion in (0.1, 0.9)]
    assert found[0] == pytest.approx(0.03, abs=near(0.03, MANY))
    assert found[0] == found[1]


@pytest.mark.parametrize(("years", "odds"), [(5, 1.0), (15, math.exp(-1.0)), (0, math.exp(0.5))])
def test_refusals_grow_fewer_with_the_years_since_the_last_release(years, odds) -> None:
    people, mentors = peers(released_day=int(WEEK * 7 - years * 365.25))
    share = odds / (1 + odds)
    assert refused(mentors=mentors, people=people) == pytest.approx(share, abs=near(share, MANY))


def test_a_release_yet_to_come_counts_as_no_years() -> None:
    people, mentors = peers(3, released_day=np.array([WEEK * 7, WEEK * 7 + 5, WEEK * 7 + 500]))
    estate, p = prisons(1), params()[0]
    found = {clearance.refusal(mentor, people, estate[0], WEEK, p) for mentor in mentors}
    assert len(found) == 1


def test_refusals_grow_with_suspicion() -> None:
    odds = math.exp(2.0 * 0.3)
    assert refused(suspicion=0.8) == pytest.approx(odds / (1 + odds), abs=near(0.6, MANY))


# How long it holds.


def test_a_clearance_ends_after_its_time_where_money_for_a_new_one_is_missing() -> None:
    mentors = helpers(1)
    vet(mentors, valid_weeks=20.0, **AT_ONCE)
    provider = charity(funding=Funding.STOPPED)
    held = []
    for week in range(WEEK + 1, WEEK + 30):
        vet(mentors, provider=provider, week=week, valid_weeks=20.0, **AT_ONCE)
        held.append(is_cleared(mentors[0], 0, week))
    assert held == [True] * 19 + [False] * 10


@pytest.mark.parametrize(("delay", "gap"), [(8.0, 0), (7.3, 0), (3.0, 0), (10.0, 2), (20.0, 12)])
def test_a_new_clearance_is_asked_for_so_early_that_there_is_no_gap_unless_it_takes_longer(delay, gap) -> None:
    mentors = helpers(1)
    values = {"delay_weeks": delay, "delay_sigma": 0.0, "refusal_others": 0.0, "valid_weeks": 40.0, "renew_weeks": 8.0}
    held = []
    for week in range(WEEK, WEEK + 150):
        vet(mentors, week=week, **values)
        held.append(is_cleared(mentors[0], 0, week))
    since = held[held.index(True) :]
    turns = "".join("x" if one else "." for one in since).strip(".").split("x")
    assert max(len(turn) for turn in turns) == gap


def test_after_a_refusal_the_same_prison_is_asked_again_only_when_its_time_is_over() -> None:
    mentors = helpers(1)
    asked = [
        week - WEEK
        for week in range(WEEK, WEEK + 120)
        if vet(mentors, week=week, delay_weeks=0.0, refusal_others=1.0)["answers"][0]
    ]
    assert asked == [0, 52, 104]


def test_a_distant_prison_that_has_refused_is_asked_again_only_where_a_match_needs_it_and_its_time_is_over() -> None:
    mentors = helpers(1)
    refusal = {"delay_weeks": 0.0, "refusal_others": 1.0}
    mentors["asked"][0, DISTANT] = -1.0
    vet(mentors, **refusal)
    vet(mentors, week=WEEK + 60, **AT_ONCE)
    assert mentors["cleared"][0, DISTANT] == -clock(WEEK + 52)
    for week, cleared in ((WEEK + 40, False), (WEEK + 52, True)):
        mentors["asked"][0, DISTANT] = -1.0
        vet(mentors, week=week, **AT_ONCE)
        assert is_cleared(mentors[0], DISTANT, week) == cleared


def test_a_prison_that_is_asked_again_says_the_same_until_it_thinks_otherwise_of_the_record() -> None:
    people, mentors = peers(2000)
    first = refused(mentors=mentors, people=people)
    again = mentors["cleared"][:, 0] < 0
    provider = vet(mentors, week=WEEK + 52, people=people, delay_weeks=0.0, refusal_by_years=0.0)
    assert provider["answers"][0] == again.sum() == first * 2000
    assert provider["refusals"][0] == again.sum()
    provider = vet(mentors, week=WEEK + 104, people=people, delay_weeks=0.0, refusal_by_years=0.0, refusal_prob=0.25)
    assert provider["refusals"][0] / again.sum() == pytest.approx(0.5, abs=near(0.5, int(again.sum())))


def test_answers_do_not_depend_on_who_else_asks() -> None:
    people, mentors = peers(40)
    alone = mentors.copy()[7:8]
    vet(mentors, people=people, delay_weeks=0.0)
    vet(alone, people=people, delay_weeks=0.0)
    assert alone[0].tobytes() == mentors[7].tobytes()


# Specialists.


def pool(mentors, number, **facts) -> list[int]:
    vet(mentors, prisons(3), specialist_pool=number, **{"delay_weeks": 100.0, "renew_weeks": 0.0} | facts)
    return np.flatnonzero(mentors["specialist"]).tolist()


def of_prisons(*numbers: int) -> np.ndarray:
    """Mentors cleared for so many prisons each."""
    mentors = helpers(len(numbers))
    for mentor, number in zip(mentors, numbers, strict=True):
        mentor["cleared"][:number] = clock(WEEK + 500)
    return mentors


def test_without_a_pool_nobody_is_a_specialist() -> None:
    assert pool(of_prisons(1, 3, 2), 0) == []


def test_those_cleared_for_most_prisons_become_specialists() -> None:
    assert pool(of_prisons(1, 3, 0, 2), 1) == [1]
    assert pool(of_prisons(1, 3, 0, 2), 2) == [1, 3]


def test_nobody_becomes_a_specialist_without_a_clearance() -> None:
    assert pool(of_prisons(1, 3, 0, 0), 9) == [0, 1]


def test_among_equals_it_is_decided_by_the_key() -> None:
    mentors = of_prisons(2, 2, 2)
    mentors["key"] = [9, 3, 5]
    assert pool(mentors, 1) == [1]
    assert pool(mentors[::-1].copy(), 1) == [1]


@pytest.mark.parametrize("stage", [Stage.CHECKS, Stage.MATCHED, Stage.PAUSED, Stage.LEFT])
def test_only_mentors_without_anybody_of_their_own_are_appointed(stage) -> None:
    mentors = of_prisons(3, 1)
    mentors["stage"][0] = stage
    assert pool(mentors, 1) == [1]


def test_specialists_stay_while_better_ones_come_and_a_break_does_not_cost_them_the_task() -> None:
    mentors = of_prisons(1, 3)
    mentors["specialist"][0], mentors["stage"][0] = 1, Stage.PAUSED
    assert pool(mentors, 1) == [0]


def test_those_beyond_the_number_wanted_are_released_from_the_task_the_last_first() -> None:
    mentors = of_prisons(3, 3, 3)
    assert pool(mentors, 3) == [0, 1, 2]
    assert pool(mentors, 1) == [0]
    assert pool(mentors, 0) == []


def test_the_pool_goes_with_the_size_of_an_area() -> None:
    mentors = of_prisons(1, 1, 1, 1)
    assert len(pool(mentors, 2, factor=1.4)) == 3  # 2.8 come to 3
    assert len(pool(of_prisons(1, 1, 1, 1), 2, factor=0.6)) == 1


def test_each_area_has_specialists_of_its_own() -> None:
    mentors = of_prisons(3, 3, 1)
    mentors["area"] = [0, 0, 1]
    assert pool(mentors, 1, provider=charity(2)) == [0, 2]


def test_visits_are_counted_anew_each_week() -> None:
    mentors = of_prisons(1, 1)
    mentors["visits"] = 4
    vet(mentors)
    assert not mentors["visits"].any()


def test_there_is_room_for_all_prisons_that_an_area_may_have() -> None:
    mentors = helpers(1)
    vet(mentors, prisons(12), **AT_ONCE)
    assert PRISON_SLOTS == 13
    assert [is_cleared(mentors[0], slot, WEEK) for slot in range(13)] == [True] * 12 + [False]
    clear(mentors, DISTANT)
    assert is_cleared(mentors[0], DISTANT, WEEK)
