"""ttg-sim: people leaving short prison sentences, week by week, and what policies change for them.

>>> from ttg_sim import load_scenario, run, compare
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ttg_sim.api import compare, run
    from ttg_sim.model import ThroughTheGate
    from ttg_sim.scenario import Scenario, load_scenario

__version__ = "0.1.0"
__all__ = ["Scenario", "ThroughTheGate", "compare", "load_scenario", "run"]

# Looked up when first used, so that checking a scenario does not import what running one needs.
_HOMES = {
    "Scenario": "ttg_sim.scenario",
    "ThroughTheGate": "ttg_sim.model",
    "compare": "ttg_sim.api",
    "load_scenario": "ttg_sim.scenario",
    "run": "ttg_sim.api",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'ttg_sim' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
