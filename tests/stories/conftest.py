"""Small worlds that differ in housing or in mentors, and tables made by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from helpers import MENTORED, REFORMED, small, with_levers

from ttg_sim.scenario import Scenario
from ttg_sim.stories.finding import Counted
from ttg_sim.stories.lives import Worlds, meet

FAST = {"weeks": 120, "warm_up_weeks": 10, "intake.per_year": 240.0, "replicates": 3, "housing.risk_homeless": 0.6}


def named(scenario: Scenario, name: str) -> Scenario:
    return replace(scenario, name=name, title=name.capitalize())


@pytest.fixture(scope="session")
def base() -> Scenario:
    return named(small(REFORMED | FAST), "base")


@pytest.fixture(scope="session")
def guarantee(base: Scenario) -> Scenario:
    levers = [("housing.temporary_places", 60, 12), ("housing.settled_places", 80, 12, 8)]
    return named(with_levers(base, *levers, ("housing.release_priority", True, 12)), "guarantee")


@pytest.fixture(scope="session")
def unmentored() -> Scenario:
    return named(small(REFORMED | MENTORED | FAST, **{"funding.calendar": "unfunded"}), "unmentored")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="session")
def worlds(guarantee: Scenario, base: Scenario, folder: Path) -> Worlds:
    """A housing policy from week 12 on."""
    return meet(guarantee, base, 0, folder)


@pytest.fixture(scope="session")
def same(base: Scenario, folder: Path) -> Worlds:
    """A scenario that does nothing for anybody."""
    return meet(named(base, "same"), base, 0, folder)


def release(**given: object) -> dict[str, object]:
    """A row of releases as a person who did not offend has it."""
    row: dict[str, object] = {
        "person": 1, "number": 1, "sex": "men", "age": 30.5, "risk": "high", "sentence": "1_to_3_months",
        "offence": "theft", "area": "area_01", "first_night": "settled", "reoffended": 0.0, "recalled": 0.0,
        "first_meeting": "never", "referred": False, "matched": False, "month_12_working": 0.0, "supervised": True,
        "tagged": False, "helped": False,
    }  # fmt: skip
    return row | given


def people(*pairs: tuple[dict[str, object], dict[str, object]], followed: bool = True) -> Counted:
    """People given by what differs from `release` in the scenario and in the baseline."""
    tables = [
        pd.DataFrame([release(person=number, **pair[side]) for number, pair in enumerate(pairs)]) for side in (0, 1)
    ]
    differing = (tables[0].astype(str) != tables[1].astype(str)).any(axis=1).to_numpy(bool)
    return Counted(tables[0], tables[1], differing, followed, len(pairs))
