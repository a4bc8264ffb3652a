from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _compiled(compiled: None) -> None:
    """Whatever ran before, these tests call compiled rules."""
