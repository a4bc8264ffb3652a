"""What somebody asked to be drawn, and how what is not there is refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ttg_sim.charts.chart import Chart
from ttg_sim.charts.style import Size
from ttg_sim.report.slides.folders import Folder, NoChart
from ttg_sim.scenario.names import nearest

Named = tuple[str, Chart]
"""The name of a picture, and the chart."""


@dataclass(frozen=True)
class Wanted:
    """The outcome or series (empty for the usual one), the scenarios (empty for all), and the size of the picture."""

    of: str
    scenarios: Sequence[str]
    size: Size


def one_of(folder: Folder, wanted: str, known: Iterable[str], usual: str, what: str) -> str:
    """The name that is wanted, or the usual one; raises `NoChart` where the folder has none of that name."""
    names = list(dict.fromkeys(known))
    if not names:
        raise NoChart(f"{folder.path}: holds no {what}")
    if not wanted:
        return usual if usual in names else names[0]
    if wanted not in names:
        near = nearest(wanted, names)
        hint = f"did you mean {near!r}?" if near else f"expected one of {', '.join(names[:8])}"
        raise NoChart(f"{folder.path}: holds no {what} {wanted!r}; {hint}")
    return wanted


def some_of(folder: Folder, wanted: Sequence[str], known: Iterable[str], what: str) -> list[str]:
    """The names that are wanted, or all; raises `NoChart` for one that is not there."""
    names = list(dict.fromkeys(known))
    return [one_of(folder, one, names, one, what) for one in dict.fromkeys(wanted)] or names
