"""Growable tables of records: where agents and events live.

A record type is made with `record`. Fields are 8 bytes wide (f8, i8, u8, or a run of f8), since smaller ones behave
differently in compiled and plain code. A table moves when it grows: hold (table, row), never a record.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

START_CAPACITY = 64
NEVER_DUE = 2**40


def record(fields: Mapping[str, str | tuple[str, int]]) -> np.dtype:
    """A record type: field name to "f8", "i8" or "u8", or to ("f8", length) for a run of numbers.

    The type is `np.record`, without which the same rules would fail when they are not compiled.
    """
    specs: list[Any] = []
    for name, kind in fields.items():
        code, length = kind if isinstance(kind, tuple) else (kind, 0)
        if code not in ("f8", "i8", "u8"):
            raise TypeError(f"field {name!r}: {code!r} is not one of f8, i8, u8")
        if hasattr(np.recarray, name):
            raise TypeError(f"field {name!r} would be hidden by an attribute of numpy records")
        specs.append((name, code, (length,)) if length else (name, code))
    return np.dtype((np.record, np.dtype(specs, align=True)))


class Table:
    """Records of one type in order of creation; rows are never removed or reordered.

    A diary is a column beside the records: the week in which a mechanism next looks at the agent of each row. It stands
    apart so that a week in which nothing is due for an agent costs a nanosecond, not the reading of a record.
    """

    def __init__(self, dtype: np.dtype, diaries: tuple[str, ...] = ()) -> None:
        self.dtype = dtype
        self.data = np.zeros(START_CAPACITY, dtype)
        self.size = 0
        self.diaries = {name: np.full(START_CAPACITY, NEVER_DUE) for name in diaries}

    def __len__(self) -> int:
        return self.size

    @property
    def rows(self) -> np.ndarray:
        """The records in use, as a view that is good until the table grows."""
        return self.data[: self.size]

    def reserve(self, more: int) -> np.ndarray:
        """Make room for `more` further records and return the whole storage (in use or not)."""
        needed = self.size + more
        if needed > len(self.data):
            grown = np.zeros(max(needed, 2 * len(self.data)), self.dtype)
            # As bytes: numpy would copy records field by field.
            used = self.size * self.dtype.itemsize
            grown.view(np.uint8)[:used] = self.data.view(np.uint8)[:used]
            self.data = grown
            for name, diary in self.diaries.items():
                longer = np.full(len(grown), NEVER_DUE)
                longer[: self.size] = diary[: self.size]
                self.diaries[name] = longer
        return self.data

    def append(self, **values: Any) -> int:
        """Add one record and return its row."""
        self.reserve(1)
        row = self.size
        for name, value in values.items():
            self.data[row][name] = value
        self.size += 1
        return row


class RowList:
    """A growable list of rows: who is active, which cases are open."""

    def __init__(self) -> None:
        self.data = np.zeros(START_CAPACITY, np.int64)
        self.size = 0

    def __len__(self) -> int:
        return self.size

    @property
    def rows(self) -> np.ndarray:
        """The rows in use, as a view that is good until the list grows."""
        return self.data[: self.size]

    def reserve(self, more: int) -> np.ndarray:
        """Make room for `more` further rows and return the whole storage."""
        if self.size + more > len(self.data):
            self.data = np.concatenate([self.rows, np.zeros(self.size + 2 * more, np.int64)])
        return self.data

    def clear(self) -> None:
        """Forget all rows."""
        self.size = 0

    def extend(self, rows: np.ndarray) -> None:
        """Add rows at the end."""
        self.reserve(len(rows))[self.size : self.size + len(rows)] = rows
        self.size += len(rows)
