from __future__ import annotations

import numpy as np
import pytest

from ttg_sim.engine.table import NEVER_DUE, START_CAPACITY, RowList, Table, record

PAIR = record({"key": "u8", "value": "f8", "run": ("f8", 3)})


def test_a_record_holds_only_fields_of_eight_bytes() -> None:
    assert PAIR.type is np.record
    assert PAIR.itemsize == 5 * 8
    for code in ("f4", "i4", "u1", "bool", "O", "U8"):
        with pytest.raises(TypeError, match="is not one of"):
            record({"key": code})


def test_a_table_grows_and_keeps_what_it_holds() -> None:
    table = Table(PAIR)
    for number in range(3 * START_CAPACITY):
        assert table.append(key=number, value=number / 2, run=[number, 0, 1]) == number
    assert len(table) == len(table.rows) == 3 * START_CAPACITY
    np.testing.assert_array_equal(table.rows["key"], np.arange(3 * START_CAPACITY))
    np.testing.assert_array_equal(table.rows["run"][:, 0], np.arange(3 * START_CAPACITY))


def test_reserved_room_is_blank_and_counts_for_nothing() -> None:
    table = Table(PAIR)
    table.append(key=7, value=1.5)
    assert table.reserve(1000) is table.data
    assert len(table) == 1
    assert len(table.data) >= 1001
    assert table.rows[0]["key"] == 7
    assert not table.data[1:].view(np.uint8).any()
    before = table.data
    table.reserve(5)
    assert table.data is before


def test_the_room_at_least_doubles() -> None:
    table = Table(PAIR)
    table.size = START_CAPACITY
    table.reserve(1)
    assert len(table.data) == 2 * START_CAPACITY


def test_a_diary_grows_with_its_table_and_is_blank_where_nobody_is() -> None:
    table = Table(PAIR, ("looks", "other"))
    table.append(key=1)
    table.diaries["looks"][0] = 7
    table.diaries["looks"][1] = 9  # of nobody yet
    table.reserve(START_CAPACITY)
    assert set(table.diaries) == {"looks", "other"}
    for diary in table.diaries.values():
        assert len(diary) == len(table.data) > START_CAPACITY
        assert (diary[1:] == NEVER_DUE).all()
    assert (table.diaries["looks"][0], table.diaries["other"][0]) == (7, NEVER_DUE)
    assert Table(PAIR).diaries == {}


def test_a_row_list_that_is_cleared_is_empty_and_keeps_its_room() -> None:
    rows = RowList()
    rows.extend(np.arange(300))
    room = rows.data
    rows.clear()
    assert len(rows) == len(rows.rows) == 0
    rows.extend(np.array([5]))
    assert rows.data is room
    np.testing.assert_array_equal(rows.rows, [5])


def test_a_row_list_grows_and_keeps_its_order() -> None:
    rows = RowList()
    for number in range(10):
        rows.extend(np.arange(number * 30, number * 30 + 30))
    np.testing.assert_array_equal(rows.rows, np.arange(300))
    rows.size = 3
    rows.extend(np.array([9]))
    np.testing.assert_array_equal(rows.rows, [0, 1, 2, 9])
    rows.extend(np.array([], int))
    assert len(rows) == 4


def test_a_row_list_has_the_room_that_was_reserved() -> None:
    for held in (0, START_CAPACITY - 1, START_CAPACITY):
        for more in (0, 1, 5, 1000):
            rows = RowList()
            rows.extend(np.arange(held))
            assert len(rows.reserve(more)) >= held + more
            np.testing.assert_array_equal(rows.rows, np.arange(held))
