from __future__ import annotations

import math

import numpy as np
import pytest
from helpers import prepared

from ttg_sim.agents.mentor import Stage, is_free, let_go, take_on
from ttg_sim.agents.person import NEVER, Left, Return, Where
from ttg_sim.agents.provider import Funding, Money
from ttg_sim.engine.calendar import WEEKS_PER_YEAR
from ttg_sim.mechanisms import mentor
from ttg_sim.mechanisms.mentor import MentorParameters

from .people import SEED, mentors, near, outside, providers, rows

WEEK = 40
IN_PLACE = [Stage.CHECKS, Stage.AVAILABLE, Stage.MATCHED, Stage.PAUSED]
NOTHING_HAPPENS = {"exit_hazard": 0.0, "pause_per_year": 0.0}


def weeks(
    table, first=WEEK, count=1, people=None, provider=None, volunteers=None, prospects=1, substitution=0.0, **values
):
    """Some weeks in the life of all mentors, with prospects and no work of staff; returns provider and list."""
    provider = providers() if provider is None else provider
    people = outside() if people is None else people
    volunteers = rows(table) if volunteers is None else volunteers
    p = mentor.prepare(MentorParameters(**values))
    left = len(volunteers)
    for week in range(first, first + count):
        left = mentor.run(table, volunteers, left, people, provider, prospects, substitution, SEED, week, p)
    return provider, volunteers[:left].tolist()


def chance(rate: float, count: int = 1) -> float:
    return 1 - math.exp(-rate * count / WEEKS_PER_YEAR)


def test_talent_has_a_median_of_one_and_a_heavy_tail() -> None:
    table = mentors(6000, talent=0.0)
    mentor.begin(table, 10, 6000, SEED, mentor.prepare(MentorParameters(skill_sd=0.5)))
    assert not table["talent"][:10].any()
    talent = table["talent"][10:]
    for share in (0.1, 0.5, 0.9):
        value = math.exp(0.5 * {0.1: -1.2816, 0.5: 0.0, 0.9: 1.2816}[share])
        assert (talent < value).mean() == pytest.approx(share, abs=near(share, 5990))
    assert talent.mean() > 1.1


def test_mentors_may_all_be_alike() -> None:
    table = mentors(50, talent=0.0)
    mentor.begin(table, 0, 50, SEED, mentor.prepare(MentorParameters(skill_sd=0.0)))
    assert (table["talent"] == 1.0).all()


def test_those_with_whom_a_service_begins_are_trained_and_checked() -> None:
    table = mentors(3, stage=Stage.SCREENING, skill=0.0, talent=1.7)
    mentor.start_work(table, 1, 3, WEEK)
    assert table["stage"].tolist() == [Stage.SCREENING, Stage.AVAILABLE, Stage.AVAILABLE]
    assert table["skill"].tolist() == [0.0, 1.7, 1.7]
    assert table["ready_week"].tolist() == [NEVER, WEEK, WEEK]


def test_nobody_stops_at_a_rate_of_nil() -> None:
    table = mentors(300)
    provider, left = weeks(table, count=104, **NOTHING_HAPPENS)
    assert len(left) == 300
    assert provider["exits"].tolist() == [0]


@pytest.mark.parametrize("stage", IN_PLACE)
def test_mentors_in_checks_or_at_work_stop_at_the_rate_given(stage) -> None:
    table = mentors(4000, stage=stage, due=1000, load=1, specialist=1)
    provider, left = weeks(table, count=52, exit_hazard=0.35, pause_per_year=0.0)
    gone = table["stage"] == Stage.LEFT
    share = chance(0.35, 52)
    assert gone.mean() == pytest.approx(share, abs=near(share, 4000))
    assert provider["exits"].tolist() == [gone.sum()]
    assert left == np.flatnonzero(~gone).tolist()
    assert set(table["stage"]) == {stage, Stage.LEFT}
    assert set(table["ended_week"][gone]) <= set(range(WEEK, WEEK + 52))
    assert not table["load"][gone].any()
    assert not table["specialist"][gone].any()
    assert (table["load"][~gone] == 1).all()


@pytest.mark.parametrize("stage", [Stage.SCREENING, Stage.TRAINING])
def test_applicants_and_trainees_are_lost_elsewhere(stage) -> None:
    table = mentors(200, stage=stage)
    provider, left = weeks(table, count=20, exit_hazard=3.0, pause_per_year=10.0)
    assert len(left) == 200
    assert (table["stage"] == stage).all()
    assert not provider["spent"].any()


STATE = ("commitment", "fitness", "strain", "identity", "person", "skill", "paid_week", "for_money", "ready_week")


def rate(support=1.0, funding=Funding.RUNNING, prospects=1, substitution=0.0, **values) -> float:
    """The rate a year at which a mentor stops; `values` are of the mentor where they can be, and parameters else."""
    one = mentors(**{name: values.pop(name) for name in STATE if name in values})[0]
    provider, p = providers(support=support, funding=funding)[0], prepared("mentor", **values)
    return float(mentor.exit_rate(one, provider, prospects, substitution, WEEK, p))


def test_what_moves_the_rate_of_stopping() -> None:
    assert rate() == 0.35
    assert rate(support=0.0) == pytest.approx(0.35 * math.e)
    assert rate(support=0.5, exit_by_support=0.8) == pytest.approx(0.35 * math.exp(0.4))
    assert rate(commitment=1.0, exit_by_commitment=2.0) == pytest.approx(0.35 / math.e)
    assert rate(commitment=0.0, exit_by_commitment=2.0) == pytest.approx(0.35 * math.e)
    assert rate(fitness=1.0, exit_by_fitness=1.0) == pytest.approx(0.35 * math.exp(-0.5))
    assert rate(support=0.0, commitment=0.0, fitness=0.0) == pytest.approx(0.35 * math.exp(1.0 + 0.75 + 0.75))


@pytest.mark.parametrize("funding", [Funding.NONE, Funding.STARTING, Funding.RUNNING])
def test_mentors_stop_more_often_only_while_money_has_stopped(funding) -> None:
    assert rate(funding=funding, exit_in_stop=3.0) == 0.35
    assert rate(funding=Funding.STOPPED, exit_in_stop=3.0) == pytest.approx(1.05)
    assert rate(funding=Funding.STOPPED, exit_in_stop=1.0) == 0.35


def test_each_area_has_its_own_support() -> None:
    table = mentors(6000, area=np.arange(6000) % 2)
    provider, _ = weeks(table, provider=providers(2, support=[1.0, 0.0]), exit_hazard=3.0, exit_by_support=2.0)
    for area, share in ((0, chance(3.0)), (1, chance(3.0 * math.exp(2.0)))):
        assert provider["exits"][area] / 3000 == pytest.approx(share, abs=near(share, 3000))


@pytest.mark.parametrize("stage", [Stage.AVAILABLE, Stage.MATCHED])
def test_breaks_begin_at_the_rate_given(stage) -> None:
    table = mentors(6000, stage=stage, load=int(stage == Stage.MATCHED))
    weeks(table, exit_hazard=0.0, pause_per_year=4.0)
    paused = table["stage"] == Stage.PAUSED
    assert paused.mean() == pytest.approx(chance(4.0), abs=near(chance(4.0), 6000))
    assert set(table["stage"]) == {stage, Stage.PAUSED}
    assert table["due"][paused].min() == WEEK + 1


def test_breaks_last_as_long_as_given() -> None:
    table = mentors(60_000)
    weeks(table, exit_hazard=0.0, pause_per_year=4.0, pause_weeks=6.0)
    paused = table["stage"] == Stage.PAUSED
    lengths = table["due"][paused] - WEEK
    assert lengths.mean() == pytest.approx(6.0, abs=4.5 * math.sqrt(30.0 / paused.sum()))
    assert (lengths == 1).mean() == pytest.approx(1 / 6, abs=near(1 / 6, int(paused.sum())))


def test_after_a_break_mentors_go_on_where_they_were() -> None:
    table = mentors(4, stage=Stage.PAUSED, due=[WEEK, WEEK, WEEK + 1, WEEK + 1], load=[0, 2, 0, 2])
    weeks(table, **NOTHING_HAPPENS)
    assert table["stage"].tolist() == [Stage.AVAILABLE, Stage.MATCHED, Stage.PAUSED, Stage.PAUSED]
    weeks(table, WEEK + 1, **NOTHING_HAPPENS)
    assert table["stage"].tolist() == [Stage.AVAILABLE, Stage.MATCHED] * 2
    assert table["load"].tolist() == [0, 2, 0, 2]


def test_a_match_that_ends_in_a_break_leaves_nobody_to_come_back_to() -> None:
    table = mentors(stage=Stage.PAUSED, due=WEEK, load=1)
    let_go(table[0])
    assert table["stage"].tolist() == [Stage.PAUSED]
    weeks(table, **NOTHING_HAPPENS)
    assert table["stage"].tolist() == [Stage.AVAILABLE]


def test_nobody_takes_a_break_while_checks_are_under_way() -> None:
    table = mentors(500, stage=Stage.CHECKS)
    weeks(table, count=4, exit_hazard=0.0, pause_per_year=10.0)
    assert (table["stage"] == Stage.CHECKS).all()


def test_mentors_in_checks_or_at_work_cost_by_the_month() -> None:
    table = mentors(9, stage=np.arange(9), due=1000)
    provider, _ = weeks(table, count=10, cost_month=60.0, **NOTHING_HAPPENS)
    assert provider["spent"][0, Money.EXPENSES] == pytest.approx(4 * 10 * 60.0 * 12 / WEEKS_PER_YEAR)
    assert provider["spent"].sum() == provider["spent"][0, Money.EXPENSES]


def test_mentors_are_those_in_training_or_at_work() -> None:
    table = mentors(18, stage=np.arange(18) // 2, area=np.arange(18) % 2, due=1000)
    provider, left = weeks(table, provider=providers(2, mentors=70), **NOTHING_HAPPENS)
    assert provider["mentors"].tolist() == [5, 5]
    assert left == list(range(12))


def test_only_volunteers_in_the_list_are_looked_at() -> None:
    table = mentors(5, stage=[Stage.LEFT, Stage.AVAILABLE, Stage.BARRED, Stage.AVAILABLE, Stage.AVAILABLE])
    provider, left = weeks(table, volunteers=np.array([4, 2, 1]), **NOTHING_HAPPENS)
    assert left == [4, 1]
    assert provider["mentors"].tolist() == [2]
    assert weeks(mentors(0))[0]["mentors"].tolist() == [0]


# Peers.

ALIVE = [*range(Stage.PAUSED + 1)]
PEER = {"sanctions": 12, "due": 1000}


def peer(stage: int, state, **values):
    """One mentor with convictions, a week later."""
    table = mentors(stage=stage, person=0, load=1, **(PEER | values))
    provider, left = weeks(table, people=outside(**({"sanctions": 12} | state)), **NOTHING_HAPPENS)
    return table[0], provider[0], left


@pytest.mark.parametrize("stage", ALIVE)
@pytest.mark.parametrize(
    "state",
    [
        {"where": Where.INSIDE},
        {"where": Where.INSIDE, "returned": Return.RECALL},
        {"sanctions": 13},
        {"sanctions": 13, "where": Where.LEFT, "left": Left.LONGER_SENTENCE},
    ],
)
def test_custody_or_a_conviction_ends_volunteering_at_any_stage(stage, state) -> None:
    one, provider, left = peer(stage, state)
    assert (one["stage"], one["ended_week"], one["load"], left) == (Stage.BARRED, WEEK, 0, [])
    assert provider["bars"] == (stage != Stage.SCREENING)  # an applicant was no mentor
    assert provider["exits"] == provider["mentors"] == 0
    assert not provider["spent"].any()


@pytest.mark.parametrize("stage", ALIVE)
@pytest.mark.parametrize("left_by", [Left.DIED, Left.MOVED])
def test_mentors_who_die_or_move_away_are_lost(stage, left_by) -> None:
    one, provider, left = peer(stage, {"where": Where.LEFT, "left": left_by})
    assert (one["stage"], one["ended_week"], one["load"], left) == (Stage.LEFT, WEEK, 0, [])
    assert provider["exits"] == (stage != Stage.SCREENING)
    assert provider["bars"] == 0


@pytest.mark.parametrize("stage", ALIVE)
@pytest.mark.parametrize("state", [{}, {"where": Where.LEFT, "left": Left.DESISTED}, {"supervision": 1}, {"using": 1}])
def test_a_peer_who_keeps_out_of_trouble_goes_on(stage, state) -> None:
    one, provider, left = peer(stage, state)
    assert (one["stage"], one["load"], left) == (stage, 1, [0])
    assert provider["bars"] == provider["exits"] == 0


def test_what_happens_to_other_people_does_not_bear_on_volunteers_from_the_public() -> None:
    table = mentors(3)
    weeks(table, people=outside(1, where=Where.INSIDE, sanctions=40), **NOTHING_HAPPENS)
    assert (table["stage"] == Stage.AVAILABLE).all()


def test_whether_a_mentor_stops_in_a_week_is_their_own_luck() -> None:
    many, few = mentors(200), mentors(100)
    weeks(many, count=30, exit_hazard=1.0)
    weeks(few, count=30, exit_hazard=1.0)
    assert many["ended_week"][:100].tolist() == few["ended_week"].tolist()


# Load.


def test_a_mentor_is_free_up_to_the_number_of_people_they_can_take() -> None:
    one = mentors()[0]
    for load in (1, 2):
        assert is_free(one, 2)
        take_on(one)
        assert (one.stage, one.load) == (Stage.MATCHED, load)
    assert not is_free(one, 2)
    let_go(one)
    assert (one.stage, one.load) == (Stage.MATCHED, 1)
    let_go(one)
    assert (one.stage, one.load) == (Stage.AVAILABLE, 0)


@pytest.mark.parametrize("stage", list(Stage))
def test_only_mentors_at_work_without_prison_work_are_free(stage) -> None:
    assert is_free(mentors(stage=stage)[0], 2) == (stage in (Stage.AVAILABLE, Stage.MATCHED))
    assert not is_free(mentors(stage=stage, specialist=1)[0], 2)


def test_nobody_is_let_go_by_somebody_who_has_stopped() -> None:
    one = mentors(stage=Stage.LEFT)[0]
    let_go(one)
    assert (one.stage, one.load) == (Stage.LEFT, 0)
