from __future__ import annotations

import math

import numpy as np
import pytest

from ttg_sim.agents.mentor import Stage
from ttg_sim.agents.person import NEVER
from ttg_sim.agents.provider import Money
from ttg_sim.mechanisms import training
from ttg_sim.mechanisms.training import TrainingParameters

from .people import SEED, mentors, near, providers, rows

WEEK = 40
NOBODY_GIVES_UP = {"drop_out": 0.0}


def trainees(count: int = 1, **values):
    return mentors(count, **({"stage": Stage.TRAINING, "registered_week": WEEK, "due": WEEK, "skill": 0.0} | values))


def weeks(table, first: int = WEEK, count: int = 1, provider=None, **values):
    provider = providers() if provider is None else provider
    p = training.prepare(TrainingParameters(**values))
    for week in range(first, first + count):
        training.run(table, rows(table), provider, SEED, week, p)
    return provider


@pytest.mark.parametrize("length", [1, 6, 12])
def test_a_course_takes_its_weeks(length) -> None:
    table = trainees()
    provider = weeks(table, WEEK, length, weeks=length, **NOBODY_GIVES_UP)
    assert table["stage"].tolist() == [Stage.TRAINING]
    weeks(table, WEEK + length, 3, provider, weeks=length, **NOBODY_GIVES_UP)
    assert table["stage"].tolist() == [Stage.CHECKS]
    assert table["due"].tolist() == [WEEK + length]
    assert provider["spent"][0, Money.TRAINING] == length * 50.0
    assert provider["spent"][0].sum() == length * 50.0


def test_skill_after_twelve_weeks_is_talent() -> None:
    table = trainees(2, talent=[0.6, 2.0])
    weeks(table, WEEK, 13, **NOBODY_GIVES_UP)
    assert table["skill"] == pytest.approx([0.6, 2.0])


@pytest.mark.parametrize("length", [1, 6, 24])
def test_a_shorter_course_brings_out_less(length) -> None:
    table = trainees(talent=1.5)
    weeks(table, WEEK, length + 1, weeks=length, skill_weeks=8.0, **NOBODY_GIVES_UP)
    expected = 1.5 * (1 - math.exp(-length / 8)) / (1 - math.exp(-12 / 8))
    assert table["skill"] == pytest.approx([expected])
    assert (expected < 1.5) is (length < 12)


@pytest.mark.parametrize("commitment", [0.0, 0.5, 1.0])
def test_the_committed_give_up_less_often(commitment) -> None:
    table = trainees(8000, commitment=commitment)
    provider = weeks(table, WEEK + 1, drop_out=0.1)
    share = 0.1 * (1.5 - commitment)
    gone = table["stage"] == Stage.LEFT
    assert gone.mean() == pytest.approx(share, abs=near(share, 8000))
    assert provider["exits"].tolist() == [gone.sum()]
    assert (table["ended_week"][gone] == WEEK + 1).all()
    assert (table["ended_week"][~gone] == NEVER).all()
    assert not table["skill"][gone].any()


def test_over_a_course_those_of_middle_commitment_are_lost_week_by_week() -> None:
    table = trainees(8000)
    weeks(table, WEEK, 13, drop_out=0.03)
    kept = 0.97**12
    assert (table["stage"] == Stage.CHECKS).mean() == pytest.approx(kept, abs=near(kept, 8000))
    assert set(table["stage"]) == {Stage.CHECKS, Stage.LEFT}


def test_nobody_gives_up_in_the_week_in_which_the_course_begins() -> None:
    table = trainees(500)
    provider = weeks(table, WEEK, drop_out=0.5)
    assert (table["stage"] == Stage.TRAINING).all()
    assert not provider["spent"].any()


def test_only_trainees_are_trained() -> None:
    table = mentors(9, stage=np.arange(9), registered_week=0)
    before = np.delete(table, Stage.TRAINING).tobytes()
    weeks(table, WEEK, 1)
    assert np.delete(table, Stage.TRAINING).tobytes() == before


def test_a_course_that_is_made_shorter_ends_for_those_who_have_had_as_much() -> None:
    table = trainees(3, registered_week=[WEEK, WEEK - 6, WEEK - 9], due=[WEEK, WEEK - 6, WEEK - 9])
    weeks(table, WEEK + 1, weeks=6, **NOBODY_GIVES_UP)
    assert table["stage"].tolist() == [Stage.TRAINING, Stage.CHECKS, Stage.CHECKS]


def test_a_course_waits_for_money_and_costs_nothing_meanwhile() -> None:
    table, provider = trainees(), providers(horizon=0)
    weeks(table, WEEK + 1, 30, provider, weeks=6, **NOBODY_GIVES_UP)
    assert table["stage"].tolist() == [Stage.TRAINING]
    assert provider["spent"].sum() == 0.0
    provider["horizon"] = 10
    weeks(table, WEEK + 31, 5, provider, weeks=6, **NOBODY_GIVES_UP)
    assert table["stage"].tolist() == [Stage.TRAINING]
    weeks(table, WEEK + 36, 1, provider, weeks=6, **NOBODY_GIVES_UP)
    assert table["stage"].tolist() == [Stage.CHECKS]


def test_nobody_is_trained_where_nobody_is_there() -> None:
    provider = weeks(trainees(0), WEEK, 5)
    assert not provider["spent"].any()
