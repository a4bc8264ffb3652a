from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

import numpy as np
import pytest

from ttg_sim.engine.parameters import fill, parameter_record
from ttg_sim.parameter import Grade, Section, parameter

FACTS = {"unit": "unit", "words": "words", "source": "source", "grade": Grade.ASSUMPTION}


class Every(Section):
    section: ClassVar[str] = "every"
    title: ClassVar[str] = "One parameter of each kind"

    number: float = parameter(0.5, low=0, high=1, **FACTS)
    count: int = parameter(3, low=0, high=2**40, **FACTS)
    switch: bool = parameter(False, **FACTS)
    choice: Literal["first", "second"] = parameter("first", **FACTS)
    day: date = parameter(date(2015, 2, 1), **FACTS)
    shares: dict[str, float] = parameter({"a": 0.25, "b": 0.75}, **FACTS)


TYPE = parameter_record(Every, {"table": 4})


def test_every_kind_is_written_as_a_number() -> None:
    section = Every(number=0.125, count=2**40, switch=True, choice="second", day=date(2011, 1, 3))
    values = fill(TYPE, section, table=[1, 2, 3, 4])
    assert values.shape == (1,)
    row = values[0]
    assert (row.number, row.count, row.switch, row.choice) == (0.125, 2**40, 1, 1)
    assert row.day == date(2011, 1, 3).toordinal()
    np.testing.assert_array_equal(row.shares, [0.25, 0.75])
    np.testing.assert_array_equal(row.table, [1, 2, 3, 4])


def test_shares_stand_in_the_order_of_the_declaration() -> None:
    np.testing.assert_array_equal(fill(TYPE, Every(shares={"b": 0.9, "a": 0.1}))[0].shares, [0.1, 0.9])


def test_the_type_does_not_depend_on_values() -> None:
    whole = fill(TYPE, Every(number=1.0, switch=True))
    assert whole.dtype == TYPE
    assert whole.dtype["number"].kind == "f"
    assert {whole.dtype[name].base.itemsize for name in whole.dtype.names} == {8}


def test_a_table_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="broadcast"):
        fill(TYPE, Every(), table=[1, 2, 3])
