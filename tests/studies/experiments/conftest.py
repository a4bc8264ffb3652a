from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ttg_sim.studies.experiments.plan import Plan
from ttg_sim.studies.experiments.reading import load_plan

BASE = """\
name: base
weeks: 60
warm_up_weeks: 5
intake:
  per_year: 60
housing:
  settled_places: 10
  temporary_places: 2
  other_households_per_week: 0.3
"""
HOMES = """\
name: homes
extends: base.yaml
levers:
  - {from: 2011-02-07, set: housing.temporary_places, to: 60}
"""
PLAN = """\
title: Homes
design: morris
baseline: base.yaml
scenarios: [homes.yaml]
parameters:
  housing.settled_places: {low: 5, high: 20}
  housing.release_priority:
  reoffending.level:
outcomes:
  - first_night_homeless
  - {outcome: releases, of: level}
replicates: 2
n: 2
"""

Written = Callable[..., Plan]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "base.yaml").write_text(BASE)
    (tmp_path / "homes.yaml").write_text(HOMES)
    return tmp_path


@pytest.fixture
def written(folder: Path) -> Written:
    """Read a plan: the usual one, or with texts replaced in it."""

    def write(*changes: tuple[str, str], name: str = "study", text: str = PLAN) -> Plan:
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (folder / f"{name}.yaml").write_text(text)
        return load_plan(folder / f"{name}.yaml")

    return write
