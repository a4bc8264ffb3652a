from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from hypothesis import settings

from ttg_sim.engine.kernel import compile_kernels
from ttg_sim.mechanisms import SECTIONS
from ttg_sim.scenario.names import parameters

# Repeatable by default; TTG_SEARCH=1 looks for new counterexamples.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None)
settings.load_profile("search" if os.environ.get("TTG_SEARCH") else "repeatable")


@pytest.fixture(scope="session")
def compiled() -> None:
    """Rules are compiled, as they are for any test that comes after a model."""
    compile_kernels()


@pytest.fixture
def held_at_neutral(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets shadow runs hold other parameters, at values given by path, than those that really carry an effect."""

    def hold(values: Mapping[str, float | bool], direct: tuple[str, ...] = ()) -> None:
        for path, facts in list(parameters().items()):
            held = replace(facts, shadow=values.get(path), shadow_direct=path in direct)
            monkeypatch.setitem(parameters(), path, held)
            monkeypatch.setitem(SECTIONS[facts.section].parameters(), facts.name, held)  # type: ignore[arg-type]

    return hold
