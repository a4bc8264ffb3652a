from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ttg_sim.engine.queues import clock, last_served, place_in_queue


@pytest.mark.parametrize("week", [-5_000, -1, 0, 1, 5_000])
def test_no_week_is_nil_on_the_clock_and_the_order_is_kept(week) -> None:
    assert clock(week) > 0
    assert clock(week + 1) - clock(week) == 1


def test_earlier_weeks_come_first_and_ties_decide_within_a_week() -> None:
    assert clock(3) < place_in_queue(3, 0.1) < place_in_queue(3, 0.9) < place_in_queue(4, 0.1)
    assert place_in_queue(-2, 0.9) < place_in_queue(-1, 0.1)


@pytest.mark.parametrize(
    ("free", "last"), [(-3, -math.inf), (0, -math.inf), (1, 2.0), (2, 3.0), (3, 5.0), (4, 7.0), (5, 7.0), (100, 7.0)]
)
def test_the_first_ones_in_the_queue_are_served(free, last) -> None:
    assert last_served(np.array([5.0, 2.0, 7.0, 3.0]), 4, free) == last


def test_only_so_many_keys_count_and_they_are_left_in_their_order() -> None:
    keys = np.array([5.0, 2.0, 7.0, 1.0, 0.0])
    assert last_served(keys, 3, 2) == 5.0
    assert keys.tolist() == [5.0, 2.0, 7.0, 1.0, 0.0]


def test_nobody_is_served_where_nobody_waits() -> None:
    assert last_served(np.array([1.0, 2.0]), 0, 5) == -math.inf
    assert last_served(np.zeros(0), 0, 5) == -math.inf


@given(
    keys=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30, unique=True),
    free=st.integers(-2, 35),
    spare=st.integers(0, 3),
)
def test_as_many_are_served_as_there_are_places_or_people(keys, free, spare) -> None:
    room = np.array(keys + [-1e9] * spare)  # what is beyond the queue is never looked at
    last = last_served(room, len(keys), free)
    served = [key for key in keys if key <= last]
    assert served == [key for key in keys if key in sorted(keys)[: max(free, 0)]]
