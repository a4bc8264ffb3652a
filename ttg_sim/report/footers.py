"""What stands under charts: what holds of all, the version that made them, and where and when they are of."""

from __future__ import annotations

from ttg_sim import __version__
from ttg_sim.report.caveats import ON_CHARTS

CODE_LENGTH = 8
"""Letters of the hash of the sources that are shown."""


def footer(words: str, code: str = "") -> str:
    """The footer of a chart: `words` say what is drawn, `code` is the hash of the sources behind it, if known."""
    return f"{ON_CHARTS} {words}; {made_by(code)}."


def made_by(code: str = "") -> str:
    """The version that made something."""
    return f"ttg-sim {__version__}{f', code {code[:CODE_LENGTH]}' if code else ''}"


def place(areas: int, weeks: int, start: str) -> str:
    """Where and when, in words."""
    where = "one contract area" if areas == 1 else f"{areas} contract areas"
    return f"{where}, {weeks} weeks from {start}"
