"""What a scorecard will cost: runs, and time measured on one of them."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from ttg_sim.scenario import Scenario
from ttg_sim.studies.hypotheses.scorecard import Plan, missing
from ttg_sim.studies.runner import MOST_WORKERS, one_run

SECONDS_A_WORLD = 0.5
"""Time in which one process brings together what the runs of a world left, whatever the workers do meanwhile."""


@dataclass(frozen=True)
class Cost:
    """Worlds and runs of a plan, how many are still to be done, and about how long that takes.

    `more` is the most that may be added in blocks where intervals stay too wide.
    """

    worlds: int
    runs: int
    to_do: int
    more: int
    seconds: float


def cost(plan: Plan, out: Path, workers: int | None) -> Cost:
    """The cost of a plan; nothing is written. One run is carried out twice for its time, where any is to be done."""
    scenarios = plan.scenarios()
    left = missing(scenarios, out)
    to_do = sum(number for _, number in left)
    wide = [one for one in plan.hypotheses if one.half_width is not None and plan.blocks]
    more = sum((one.most - plan.replicates[one.id]) * len(one.arms) for one in wide)
    seconds = 0.0
    if left:
        weeks = sum(number * _weeks(scenario) for scenario, number in left)
        processes = min(workers or os.cpu_count() or 1, to_do, MOST_WORKERS)
        seconds = weeks * seconds_of_a_run(left[0][0]) / _weeks(left[0][0]) / processes
        seconds += SECONDS_A_WORLD * len(left)
    runs = sum(scenario.replicates for scenario in scenarios)
    return Cost(len(scenarios), runs, to_do, more, seconds)


def _weeks(scenario: Scenario) -> int:
    return scenario.weeks + scenario.warm_up_weeks


def seconds_of_a_run(scenario: Scenario) -> float:
    """Time of one run, its tables included. The first may have to wait for rules to be compiled."""
    times = []
    for _ in range(2):
        begun = time.perf_counter()
        one_run(scenario, 0)
        times.append(time.perf_counter() - begun)
    return min(times)
