"""How many replicates an aim would take, from what is finished: nothing is run, and nothing written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ttg_sim.scenario import Scenario, first_difference
from ttg_sim.studies.compare import paired, under_the_luck_of
from ttg_sim.studies.precision import FEWEST, MANY, Aims, Reached, figure, in_blocks, unit_of
from ttg_sim.studies.store import RunFolder

ENOUGH_TO_TELL = 5
"""Finished pairs of runs below which nothing is foretold."""


@dataclass(frozen=True)
class Forecast:
    """What finished replicates say of an aim in one scenario, if there are enough of them."""

    scenario: str
    replicates: int
    """Replicates that are finished in both worlds."""
    stands: tuple[Reached, ...] = ()
    """How each aim stands with them; none where they are too few."""

    @property
    def recommended(self) -> int:
        """Replicates that every aim of this scenario should be met with; nil where that cannot be told."""
        return max((self.recommended_for(one) for one in self.stands if one.known), default=0)

    def recommended_for(self, stand: Reached) -> int:
        """Replicates with which one aim should be met, in whole blocks; more where only some runs count anybody."""
        return in_blocks(math.ceil(stand.takes * self.replicates / stand.replicates))


def counts(most: int) -> list[int]:
    """Numbers of replicates for a curve: 10, 20, 40, 80, ... up to the most that are allowed."""
    found = []
    count = FEWEST
    while count < most:
        found.append(count)
        count *= 2
    return [*found, most]


def forecast(scenarios: Sequence[Scenario], baseline: Scenario, out: Path, aims: Aims) -> list[Forecast]:
    """What finished replicates of each scenario and the baseline say; raises `RunFailed` where files are damaged."""
    base = RunFolder(out, baseline)
    return [_of(RunFolder(out, under_the_luck_of(baseline, one)), base, aims) for one in scenarios]


def _of(folder: RunFolder, base: RunFolder, aims: Aims) -> Forecast:
    name = folder.scenario.name
    both = sorted(folder.kept() & base.kept())
    if len(both) < ENOUGH_TO_TELL:
        return Forecast(name, len(both))
    tables: list[pd.DataFrame] = []
    for one in (base, folder):
        tables += [one.peek("spells", both), one.peek("replicates", both).drop(columns="events")]
    week = first_difference(base.scenario, folder.scenario)
    differences = paired(tables[0], tables[1], tables[2], tables[3], week).assign(scenario=name)
    return Forecast(name, len(both), aims.reached(differences))


HOW = (
    "Half of the 95% interval that so many replicates should have, from what is finished. From and to: what it takes "
    "if the spread between runs lies at the ends of its own 95% interval."
)


def curve(several: Sequence[Forecast], aims: Aims) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """A table of half-widths by number of replicates: its columns, and a row for each scenario and aim."""
    numbers = counts(aims.most)
    columns = ("", "asked for", "finished", "now", *(f"{number:,}" for number in numbers), "takes", "from", "to")
    rows = [
        (
            f"{one.scenario}: {stand.outcome} ({unit_of(stand.outcome)})",
            figure(stand.asked, stand.outcome),
            str(stand.replicates),
            figure(stand.half_width, stand.outcome),
            *(figure(stand.expected(number), stand.outcome) for number in numbers),
            *(_number(number) for number in (stand.takes, *stand.unsure())),
        )
        for one in several
        for stand in one.stands
        if stand.known
    ]
    return columns, rows


def lines(several: Sequence[Forecast], aims: Aims) -> list[str]:
    """What has to be said beside the table: what cannot be told and what to do about it, and the recommended number."""
    said = [HOW] if any(stand.known for one in several for stand in one.stands) else []
    said += [f"{stand.words}." for one in several for stand in one.stands if not stand.known]
    for one in several:
        if one.replicates < ENOUGH_TO_TELL:
            said.append(
                f"{one.scenario}: {one.replicates} replicates are finished in both worlds, and it takes "
                f"{ENOUGH_TO_TELL} to tell. Give the same command with --replicates {FEWEST} in place of --precision "
                "and --dry-run, then this one again."
            )
    if all(one.recommended for one in several):
        most = max(one.recommended for one in several)
        what = f"Recommended: {_number(most)} replicates"
        said.append(f"{what}." if most <= aims.most else f"{what}, more than --most allows ({aims.most:,}).")
    return said


def _number(count: int) -> str:
    return f"{count:,}" if count < MANY else f"more than {MANY:,}"
