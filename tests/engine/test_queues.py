from __future__ import annotations

import math

import numpy as np
import pytest

from ttg_sim.engine import queues


def test_the_clock_is_never_nil_and_runs_with_the_weeks() -> None:
    for week in (-2000, -1, 0, 5000):
        assert queues.clock(week) > 0
        assert queues.clock(week + 1) == queues.clock(week) + 1


def test_whoever_joins_earlier_stands_ahead_and_a_draw_orders_those_of_one_week() -> None:
    places = [queues.place_in_queue(*given) for given in ((3, 0.0), (3, 0.999), (4, 0.0))]
    assert places == sorted(places)
    assert len(set(places)) == 3


@pytest.mark.parametrize("free", range(-1, 8))
def test_as_many_are_served_as_there_are_free_places(free) -> None:
    keys = np.array([0.5, 0.1, 0.9, 0.3, 0.7, 0.0, 0.2])
    for count in range(len(keys) + 1):
        last = queues.last_served(keys, count, free)
        served = np.flatnonzero(keys[:count] <= last)
        # What lies in the array beyond the queue is nobody.
        first_in_line = np.argsort(keys[:count])[: max(free, 0)]
        assert sorted(first_in_line) == served.tolist()
        assert last == (keys[:count][served].max() if len(served) else -math.inf)
