"""Make the report of a finished comparison."""

from __future__ import annotations

from pathlib import Path

from ttg_sim.report.contents import build
from ttg_sim.report.source import read
from ttg_sim.report.writing import write


def report(folder: Path) -> Path:
    """Write `report/` into the folder of a finished comparison and return the page.

    Raises `NoReport` where the folder is unfinished, mixed, damaged or was changed, and `OSError` where it cannot be
    written; an earlier report then stays as it is.
    """
    return write(build(read(folder)), folder)
