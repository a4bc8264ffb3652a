"""Queues for finite places: who is served when a few places are free and several wait."""

from __future__ import annotations

import math

import numpy as np

from ttg_sim.engine.kernel import kernel

QUEUE_START = 100_000.0
"""Added to weeks, so that a place in a queue is never nil."""


@kernel
def clock(week):
    """A week as a number that is never nil, so that nil can mean nothing."""
    return QUEUE_START + week


@kernel
def place_in_queue(week, tie):
    """Place of somebody who joins in a week; `tie`, a draw made when joining, orders those of one week."""
    return clock(week) + tie


@kernel
def last_served(keys, count, free):
    """Place in the queue of the last one who is served when `free` places go to `count` who wait."""
    if free <= 0 or count == 0:
        return -math.inf
    if free >= count:
        return keys[:count].max()
    return np.partition(keys[:count], free - 1)[free - 1]
