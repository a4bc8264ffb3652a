"""Shadow runs: contacts with mentors happen, are counted and cost money, and move nobody.

Each parameter through which a contact moves somebody declares the value at which it moves nobody. A shadow run has
those values in force throughout, whatever the scenario or a dated lever says; that is all that sets it apart.
"""

from __future__ import annotations

from ttg_sim.parameter import Value
from ttg_sim.scenario.names import parameters
from ttg_sim.scenario.run_keys import DIRECT
from ttg_sim.scenario.scenario import Lever, Scenario
from ttg_sim.scenario.values import format_value

_WORDS = {
    True: "contacts with mentors happen, are counted and cost money, but move nobody, mentors and officers included",
    DIRECT: "the direct effect of mentoring on reoffending is off; all else that contacts do goes on",
}


def shadow_words(scenario: Scenario) -> str:
    """What is switched off in a shadow run, in one line; nothing for other runs."""
    if scenario.shadow is False:
        return ""
    number = len(scenario.shadowed())
    held = f"{number:,} parameter{'' if number == 1 else 's'} held at the value at which nobody is moved"
    return f"shadow run: {_WORDS[scenario.shadow]} ({held})"


def without_effect(scenario: Scenario) -> list[str]:
    """The settings and levers of a scenario that a shadow run overrides, one line for each."""
    held = scenario.shadowed()
    lines = [f"{origin}: {_has_none(path, path, held)}" for path, origin in scenario.origins.items() if path in held]
    return lines + [f"{lever.origin}: {_has_none(_dated(lever), lever.path, held)}" for lever in scenario.levers
                    if lever.path in held]  # fmt: skip


def _has_none(what: str, path: str, held: dict[str, Value]) -> str:
    return f"{what} has no effect in this shadow run, which holds it at {format_value(parameters()[path], held[path])}"


def _dated(lever: Lever) -> str:
    return f"{lever.path} from {lever.start}"
