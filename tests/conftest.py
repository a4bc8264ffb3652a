from __future__ import annotations

import os

import pytest
from hypothesis import settings

from ttg_sim.engine.kernel import compile_kernels

# Repeatable by default; TTG_SEARCH=1 looks for new counterexamples.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None)
settings.load_profile("search" if os.environ.get("TTG_SEARCH") else "repeatable")


@pytest.fixture(scope="session")
def compiled() -> None:
    """Rules are compiled, as they are for any test that comes after a model."""
    compile_kernels()
