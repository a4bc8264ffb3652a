"""A scenario file on disk: is it a readable text file of a sensible size?"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ttg_sim.scenario.faults import Refusal, Report
from ttg_sim.scenario.names import nearest

LARGEST_BYTES = 1 << 20
SUFFIXES = (".yaml", ".yml")


def read_bytes(file: Path) -> bytes:
    """The bytes of a file.

    Raises:
        Refusal: there is no such file, it is a folder or a device, is too big, or may not be read.
    """
    try:
        mode = os.stat(file).st_mode  # noqa: PTH116 - pathlib lets some errors pass as "does not exist"
        if stat.S_ISDIR(mode):
            raise Refusal("is a folder", "a scenario file", _scenario_near(file))
        if not stat.S_ISREG(mode):
            raise Refusal("is not an ordinary file", "a scenario file")
        with file.open("rb") as stream:
            raw = stream.read(LARGEST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise Refusal("does not exist", near=_scenario_near(file)) from None
    except PermissionError:
        raise Refusal("may not be read: permission denied") from None
    except (OSError, ValueError):
        raise Refusal("cannot be read") from None
    if len(raw) > LARGEST_BYTES:
        raise Refusal("is too big for a scenario", "at most 1 MiB")
    return raw


def decode(raw: bytes, report: Report) -> str | None:
    """The text of a file, or None when it is not text, which is then reported."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        report.add(line, "", "is not plain text", "a text file saved as UTF-8")
        return None
    return text


def _scenario_near(file: Path) -> str:
    """The scenario file in the same folder whose name is most like the name of `file`."""
    try:
        names = {entry.stem: entry.name for entry in sorted(file.parent.iterdir()) if entry.suffix in SUFFIXES}
    except (OSError, ValueError):
        return ""
    # Without suffixes, which would make all of them look alike.
    return names.get(nearest(file.stem, names), "")
