from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from helpers import small, with_levers

from ttg_sim.outcomes.tables import RunTables
from ttg_sim.scenario import Scenario
from ttg_sim.studies import runner

FAST = {"weeks": 84, "warm_up_weeks": 10, "intake.per_year": 60.0, "replicates": 3}


@pytest.fixture(scope="session")
def base() -> Scenario:
    return small(FAST)


@pytest.fixture(scope="session")
def guarantee(base: Scenario) -> Scenario:
    """A housing policy: many more places, and people leaving prison first."""
    levers = [("housing.temporary_places", 60, 12), ("housing.settled_places", 80, 12, 8)]
    return named(with_levers(base, *levers, ("housing.release_priority", True, 12)), "guarantee")


def named(scenario: Scenario, name: str) -> Scenario:
    return replace(scenario, name=name, title=name)


TABLES: dict[tuple[str, int, int, bool], RunTables] = {}


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Name and replicate of each run that is carried out in this process; what was run once is not worked out again."""
    done: list[tuple[str, int]] = []
    one_run = runner.one_run

    def counted(scenario: Scenario, replicate: int, events: bool = False) -> RunTables:
        done.append((scenario.name, replicate))
        key = (scenario.identity(), scenario.seed, replicate, events)
        if key not in TABLES:
            TABLES[key] = one_run(scenario, replicate, events)
        return TABLES[key]

    monkeypatch.setattr(runner, "one_run", counted)
    return done


def contents(folder: Path) -> dict[str, bytes]:
    """Tables of results, byte for byte."""
    kept = (".parquet", ".csv")
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.name.endswith(kept)}
