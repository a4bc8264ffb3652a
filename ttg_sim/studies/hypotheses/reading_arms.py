"""The arms of a hypothesis: scenario files, with settings and dated changes laid over them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ttg_sim.scenario import Scenario, ScenarioFaults
from ttg_sim.scenario.faults import Report, quoted
from ttg_sim.scenario.layer import Layer, give_setting, read_levers
from ttg_sim.scenario.loader import with_layers
from ttg_sim.scenario.run_keys import CALENDAR_KEYS, PAIRING_KEYS
from ttg_sim.studies.hypotheses.spec import Arm
from ttg_sim.studies.keys import Keys
from ttg_sim.studies.named import SCENARIO_WORDS, NamedScenarios

ARM_KEYS = ("scenario", "set", "levers", "apart")
FAST_KEYS = ("replicates", "settings", "recorded")
NAME = re.compile(r"[A-Za-z0-9_]+")
NAME_WORDS = "letters, digits and underscores"


@dataclass
class Arms:
    """The arms as they are and, where asked for, fast ones and those without what builds the effect in."""

    now: dict[str, Arm] = field(default_factory=dict)
    fast: dict[str, Arm] | None = None
    without: dict[str, Arm] | None = None


@dataclass(frozen=True)
class _Draft:
    """What one arm says, before the settings of the hypothesis are laid under it."""

    scenario: Scenario | None
    layer: Layer
    apart: bool = False


@dataclass
class ArmReader:
    """Reads the arms of one hypothesis after another; a scenario file that several name is read once."""

    file: Path
    report: Report
    named: NamedScenarios = field(init=False)

    def __post_init__(self) -> None:
        self.named = NamedScenarios(self.file, self.report)

    def read(self, keys: Keys) -> Arms:
        """The arms of a hypothesis; none where anything is wrong with them."""
        before = len(self.report.faults)
        common = self._scenario(keys)
        settings = self._settings(keys, "settings", ("replicates",), "the key replicates of the hypothesis")
        without = self._settings(keys, "without", PAIRING_KEYS, "parameters")
        fast = self._fast_settings(keys)
        drafts = self._drafts(keys, common)
        arms = Arms()
        if len(self.report.faults) > before:
            return arms
        arms.now = self._complete(keys, drafts, [settings])
        if len(self.report.faults) == before and "fast" in keys:
            arms.fast = self._complete(keys, drafts, [settings, fast])
        if len(self.report.faults) == before and "without" in keys:
            arms.without = self._complete(keys, drafts, [settings], [without])
        return arms

    def _drafts(self, keys: Keys, common: Scenario | None) -> dict[str, _Draft]:
        drafts: dict[str, _Draft] = {}
        if not keys.require("arms", "arms by name") or (group := keys.group("arms", None)) is None:
            return drafts
        if not group.entries:
            keys.fault("arms", "has no arms", "arms by name")
        for name in group.entries:
            check_name(group, name)
            if (one := group.group(name, ARM_KEYS)) is not None:
                drafts[name] = self._draft(one, common)
                if "scenario" not in one and "scenario" not in keys:
                    keys.require("scenario", SCENARIO_WORDS)
        return drafts

    def _draft(self, keys: Keys, common: Scenario | None) -> _Draft:
        own = self._scenario(keys) if "scenario" in keys else common
        # Seed and calendar are the same in all arms, or they could not be paired.
        layer = self._settings(keys, "set", PAIRING_KEYS, "settings of the hypothesis, which all arms share")
        if "levers" in keys:
            read_levers(layer, keys.entries["levers"], self.report, f"{keys.path}.")
        return _Draft(own, layer, keys.switch("apart"))

    def _scenario(self, keys: Keys) -> Scenario | None:
        text = keys.text("scenario", SCENARIO_WORDS)
        return self.named.scenario(text, keys.line_of("scenario"), keys.where("scenario"))

    def _settings(self, keys: Keys, key: str, not_here: tuple[str, ...], instead: str) -> Layer:
        layer = Layer(str(self.file))
        if (group := keys.group(key, None)) is None:
            return layer
        for path, entry in group.entries.items():
            if path in not_here:
                group.fault(path, "cannot be set here", instead)
            else:
                give_setting(layer, entry, self.report, f"{group.path}.")
        return layer

    def _fast_settings(self, keys: Keys) -> Layer:
        group = keys.group("fast", FAST_KEYS)
        if group is None:
            return Layer(str(self.file))
        return self._settings(group, "settings", ("replicates",), "the key replicates of fast")

    def _complete(
        self, keys: Keys, drafts: Mapping[str, _Draft], below: list[Layer], above: list[Layer] | None = None
    ) -> dict[str, Arm]:
        """Arms with all that is laid over their scenarios: settings below what the arm says, the rest above it."""
        arms = {}
        for name, draft in drafts.items():
            layers = [*below, draft.layer, *(above or [])]
            if draft.scenario is None:  # reported where its file was read first
                continue
            try:
                scenario = with_layers(draft.scenario, layers)
            except ScenarioFaults as found:
                self.report.faults.extend(found.faults)
                continue
            arms[name] = Arm(scenario, frozenset(path for layer in layers for path in layer.given), draft.apart)
        return self._paired(keys, arms)

    def _paired(self, keys: Keys, arms: dict[str, Arm]) -> dict[str, Arm]:
        """The arms under the luck of the first one; they have to run through the same weeks."""
        if not arms:
            return arms
        first = next(iter(arms))
        base = arms[first].scenario
        for name, arm in arms.items():
            for key in CALENDAR_KEYS:
                one, other = getattr(base, key), getattr(arm.scenario, key)
                if one != other:
                    what = f"{key} is {other} here and {one} in {first}, so they cannot be paired"
                    path = f"{keys.path}.arms.{name}"
                    self.report.add(keys.line_of("arms"), path, what, f"{key} in settings, for all arms")
        return {name: replace(arm, scenario=replace(arm.scenario, seed=base.seed)) for name, arm in arms.items()}


def check_name(group: Keys, name: str) -> None:
    """Report a name of a hypothesis or an arm that cannot be one."""
    if not NAME.fullmatch(name):
        group.fault(name, f"{quoted(name)} is not a name", NAME_WORDS)
