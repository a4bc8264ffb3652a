"""Plain Python values as if they had been written in a file, so that one set of rules checks both."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from numbers import Integral, Real

from ttg_sim.scenario.reader import Block, Entry, Listing, Node, Scalar

LARGEST = 10**100


def node_of(value: object) -> Node:
    """The value as a node of a file; what no file can hold becomes the name of its type, which no parameter takes."""
    # Values out of tables are wrapped; the plain value inside is meant.
    unwrap = getattr(value, "item", None)
    if callable(unwrap) and getattr(value, "ndim", None) == 0:
        value = unwrap()
    if isinstance(value, Mapping):
        return Block(tuple(Entry(str(key), 0, node_of(item)) for key, item in value.items()), 0)
    if isinstance(value, list | tuple):
        return Listing(tuple(node_of(item) for item in value), 0)
    if isinstance(value, str):
        return Scalar(value, 0, quoted=True)
    return Scalar(_written(value), 0)


def _written(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Integral):
        # Beyond every bound it no longer matters by how much, and Python refuses to write very long numbers.
        return str(max(-LARGEST, min(int(value), LARGEST)))
    if isinstance(value, Real):
        return repr(float(value))
    if isinstance(value, date):
        return value.isoformat()
    return type(value).__name__
