"""Write a report beside the comparison it is made of, whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from ttg_sim.report.blocks import Report
from ttg_sim.report.rendering import as_html, as_markdown
from ttg_sim.studies.store import WRITING

NAME = "report"
OLD = ".old-"


def write(report: Report, folder: Path) -> Path:
    """Write `report/` in `folder`: report.html, report.md and charts/ (picture, figures and words of each chart).

    An earlier report there stays as it is until the new one is whole; then it is replaced. Returns the HTML file.
    Raises `OSError` where the folder cannot be written.
    """
    fresh = Path(tempfile.mkdtemp(dir=folder, prefix=WRITING))
    try:
        for picture in report.pictures():
            picture.chart.save(fresh / "charts", picture.name)
        (fresh / "report.html").write_text(as_html(report), encoding="utf-8")
        (fresh / "report.md").write_text(as_markdown(report), encoding="utf-8")
        fresh.chmod(0o755)
        _replace(fresh, folder / NAME)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return folder / NAME / "report.html"


def _replace(fresh: Path, place: Path) -> None:
    """Put a folder in the place of another one. At any moment one of the two stands there, or lies beside it."""
    if not place.exists():
        fresh.rename(place)
        return
    old = Path(tempfile.mkdtemp(dir=place.parent, prefix=OLD))
    place.rename(old / NAME)
    try:
        fresh.rename(place)
    except OSError:
        os.rename(old / NAME, place)  # noqa: PTH104 - as short as can be
        raise
    shutil.rmtree(old)
