from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from helpers import small, with_levers

from ttg_sim.scenario import Scenario
from ttg_sim.studies.compare import compare

FAST = {"weeks": 120, "warm_up_weeks": 10, "intake.per_year": 120.0, "replicates": 3}


@pytest.fixture(scope="session")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished comparison, which nobody may change."""
    base = small(FAST)
    policy = with_levers(base, ("housing.temporary_places", 60, 12), ("housing.release_priority", True, 12))
    worlds = [named(policy, "guarantee", 'Homes <b>& "all"</b> | *x*'), named(base, "same", "The same")]
    return compare(worlds, named(base, "base", "As it was"), tmp_path_factory.mktemp("out"), workers=1).path


@pytest.fixture
def folder(compared: Path, tmp_path: Path) -> Path:
    """A copy of it to play with."""
    return Path(shutil.copytree(compared, tmp_path / compared.name))


def named(scenario: Scenario, name: str, title: str) -> Scenario:
    from dataclasses import replace

    return replace(scenario, name=name, title=title)
