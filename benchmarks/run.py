"""Speed, memory and what pairing saves, measured on this machine: `python benchmarks/run.py`.

Prints figures of one call as ratios where time is meant, because machines differ and are noisy.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from ttg_sim import Scenario

SCENARIO = Path(__file__).parents[1] / "scenarios" / "pre_reform.yaml"
MORE_PLACES = 1.2
REPLICATES = 20


def speed(scenario: Path) -> None:
    """Person-weeks a second on one core, best and median of several runs, and the plain Mesa twin beside it."""
    from mesa_twin import TwinModel

    from ttg_sim import ThroughTheGate

    rates = []
    for replicate in range(12):
        started = time.perf_counter()
        model = ThroughTheGate(scenario, replicate=replicate)
        while model.running:
            model.step()
        seconds = time.perf_counter() - started
        rates.append(sum(model.datacollector.model_vars["person_weeks"]) / seconds)
    rates = rates[1:]  # the first one may compile
    started = time.perf_counter()
    twin = TwinModel(people=2_000, seed=1)
    for _ in range(52):
        twin.step()
    twin_rate = twin.person_weeks / (time.perf_counter() - started)
    print(
        f"person-weeks a second, {scenario.stem} over 2 + 4 years: median {np.median(rates) / 1e6:.2f} million, ",
        end="",
    )
    print(f"best {max(rates) / 1e6:.2f} million; {np.median(rates) / twin_rate:.0f} times the plain Mesa twin")


def memory() -> None:
    """Peak memory of one run above that of the imports, in a process of its own (Linux: a child's rusage starts at its
    parent's peak, so the kernel's own figure is read)."""
    code = (
        "import sys\n"
        "from ttg_sim import ThroughTheGate\n"
        "from ttg_sim.engine.kernel import compile_kernels\n"
        "import ttg_sim.outcomes.tables\n"
        "compile_kernels()\n"
        "def peak():\n"
        "    lines = open('/proc/self/status').read().splitlines()\n"
        "    return int(next(line for line in lines if line.startswith('VmHWM')).split()[1]) / 1024\n"
        "before = peak()\n"
        "model = ThroughTheGate(sys.argv[1])\n"
        "while model.running: model.step()\n"
        "print(peak() - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(SCENARIO)], capture_output=True, text=True, check=True)
    print(f"memory of one run above the imports (compiled rules included): {float(done.stdout):.0f} MB")


def start_up() -> None:
    """Seconds until help, a check and the first week of a run."""
    first_week = "from ttg_sim import ThroughTheGate; import sys; ThroughTheGate(sys.argv[1]).step()"
    commands = {
        "ttg --help": ["-m", "ttg_sim.cli", "--help"],
        "ttg check": ["-m", "ttg_sim.cli", "check", str(SCENARIO)],
        "first week": ["-c", first_week, str(SCENARIO)],
    }
    for name, command in commands.items():
        times = []
        for _ in range(3):
            started = time.perf_counter()
            subprocess.run([sys.executable, *command], check=True, capture_output=True)
            times.append(time.perf_counter() - started)
        print(f"{name}: {min(times):.2f} s (least of three)")


def pairing(name: str, base: Scenario, other: Scenario, week: int, outcomes: tuple[str, ...]) -> None:
    """How many times fewer replicates a paired difference needs than one of independent seeds."""
    from ttg_sim.outcomes.kinds import Unit
    from ttg_sim.outcomes.tables import KEY, release_outcomes
    from ttg_sim.studies.compare import index_releases
    from ttg_sim.studies.runner import one_run

    def values(scenario: Scenario, replicate: int) -> pd.Series:
        tables = one_run(scenario, replicate)
        index = release_outcomes(tables.spells, Unit.INDEX, index_releases(tables.spells, week))
        years = tables.outcomes[tables.outcomes["unit"] == Unit.YEAR]
        both = pd.concat([index, years])
        return both[both["group"] == "all"].set_index(KEY)["value"]

    ours = pd.DataFrame([values(base, replicate) for replicate in range(REPLICATES)])
    theirs = pd.DataFrame([values(other, replicate) for replicate in range(REPLICATES)])
    paired = (theirs - ours).var()
    independent = ours.var() + theirs.var()
    print(f"variance of a difference, independent seeds over paired ({name}):")
    for outcome in outcomes:
        key = next(key for key in ours.columns if key[0] == outcome)
        mean, half = (theirs - ours)[key].mean(), 1.96 * (paired[key] / REPLICATES) ** 0.5
        ratio = independent[key] / paired[key] if paired[key] > 0 else np.inf
        print(f"  {outcome:30} {ratio:10.1f}   difference {mean:+.4f}, give or take {half:.4f}")


def pairings() -> None:
    """What pairing saves for more places, and for faster clearance."""
    from ttg_sim import load_scenario
    from ttg_sim.outcomes.definitions import OUTCOMES
    from ttg_sim.outcomes.of_mentoring import WAY
    from ttg_sim.scenario import first_difference, with_settings

    base = load_scenario(SCENARIO)
    places = round(base.sections["housing"].settled_places * MORE_PLACES)
    more = with_settings(base, {"housing.settled_places": places})
    main = tuple(outcome.name for outcome in OUTCOMES if outcome.main)
    pairing(f"{MORE_PLACES - 1:.0%} more settled places", base, more, -base.warm_up_weeks, main)
    reform, fast = (
        load_scenario(SCENARIO.with_name(name)) for name in ("tr_as_implemented.yaml", "fast_clearance.yaml")
    )
    names = (*WAY, "reoffending_12m", "first_night_settled", "month_12_unsettled")
    pairing("fast_clearance against tr_as_implemented", reform, fast, first_difference(reform, fast) or 0, names)


if __name__ == "__main__":
    for name in ("pre_reform.yaml", "tr_as_implemented.yaml"):
        speed(SCENARIO.with_name(name))
    memory()
    start_up()
    pairings()
