"""From files and settings to a checked scenario: layers are laid over each other and the dates held against the run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ttg_sim.engine.calendar import Calendar
from ttg_sim.mechanisms import SECTIONS
from ttg_sim.parameter import Section, Value
from ttg_sim.scenario.chain import read_chain
from ttg_sim.scenario.expected import Known
from ttg_sim.scenario.faults import Fault, Report, ScenarioFaults
from ttg_sim.scenario.layer import Draft, Layer, give_setting
from ttg_sim.scenario.names import parameters
from ttg_sim.scenario.reader import Entry, Refused, Scalar, read_tree
from ttg_sim.scenario.run_keys import CALENDAR_KEYS, RUN_KEYS
from ttg_sim.scenario.scenario import Lever, Origin, Scenario
from ttg_sim.scenario.settings import node_of

COMMAND_LINE = "--set"
PYTHON = "settings"


def load_scenario(
    path: str | Path, settings: Sequence[str] = (), root: Path | None = None, known: Known | None = None
) -> Scenario:
    """Read a scenario file with all that it extends, then the settings, each written `key.path=value`.

    A setting is laid over the file: the last word on the value at the beginning of the run. Files outside `root` (the
    folder of the file when None) cannot be extended. With `known`, the names in `expect` are checked too.

    Raises:
        ScenarioFaults: with everything that is wrong, each with its file and line.
    """
    faults: list[Fault] = []
    layers = read_chain(Path(path), root, faults, known)
    merged = _Merged()
    for layer in [*layers, _layer_of_texts(settings, faults)]:
        merged.lay(layer)
    faults += merged.faults_in_dates(faults)
    if faults:
        raise ScenarioFaults(_in_order(faults, [layer.file for layer in reversed(layers)]))
    own = layers[-1]
    files = tuple(layer.file for layer in layers)
    return merged.scenario(
        Scenario(name=own.name, title=own.title, why=own.why, about=own.about, expect=own.expect, files=files)
    )


def with_settings(scenario: Scenario, settings: Mapping[str, object]) -> Scenario:
    """A copy of a scenario with other values, given as plain Python values by dotted path.

    None restores the default. Levers stay as they are.

    Raises:
        ScenarioFaults: with everything that is wrong with the settings, or with the levers once the run is shorter.
    """
    faults: list[Fault] = []
    layer = Layer(PYTHON)
    for path, value in settings.items():
        give_setting(layer, Entry(str(path), 0, node_of(value)), Report(PYTHON, faults))
    merged = _Merged.of(scenario)
    merged.lay(layer)
    faults += merged.faults_in_dates(faults)
    if faults:
        raise ScenarioFaults(faults)
    return merged.scenario(scenario)


def with_layers(scenario: Scenario, layers: Sequence[Layer]) -> Scenario:
    """A copy of a scenario with layers laid over it that have been read, without faults, from somewhere else.

    Raises:
        ScenarioFaults: with every lever that lies outside the run then, and every section whose values do not fit.
    """
    merged = _Merged.of(scenario)
    for layer in layers:
        merged.lay(layer)
    if faults := merged.faults_in_dates([]):
        raise ScenarioFaults(faults)
    return merged.scenario(scenario)


def _layer_of_texts(settings: Sequence[str], faults: list[Fault]) -> Layer:
    """The layer of settings from the command line; a fault shows the whole setting."""
    layer = Layer(COMMAND_LINE)
    for setting in settings:
        path, _, text = setting.partition("=")
        found: list[Fault] = []
        _give_text(layer, path.strip(), text, Report(COMMAND_LINE, found))
        faults += [replace(fault, line=0, path=setting) for fault in found]
    return layer


def _give_text(layer: Layer, path: str, text: str, report: Report) -> None:
    if path in layer.given:
        report.add(0, path, "is set twice")
        return
    node = read_tree(text, report)
    if not isinstance(node, Refused):
        give_setting(layer, Entry(path, 0, node or Scalar("", 0)), report)


@dataclass(slots=True)
class _Merged:
    """The values in force when layers are laid over each other, and where each one comes from."""

    values: dict[str, Value] = field(default_factory=lambda: _defaults())
    origins: dict[str, Origin] = field(default_factory=dict)
    drafts: list[Draft] = field(default_factory=list)

    @classmethod
    def of(cls, scenario: Scenario) -> _Merged:
        values = {key: getattr(scenario, key) for key in RUN_KEYS}
        for path, facts in parameters().items():
            values[path] = getattr(scenario.sections[facts.section], facts.name)
        drafts = [_draft(number, lever) for number, lever in enumerate(scenario.levers, start=1)]
        return cls(values, dict(scenario.origins), drafts)

    def lay(self, layer: Layer) -> None:
        """Lay a layer over what is there: its values replace, null restores, its levers are appended."""
        defaults = _defaults()
        for path, given in layer.given.items():
            if given.value is None:
                self.values[path] = defaults[path]
                self.origins.pop(path, None)
            else:
                self.values[path] = given.value
                self.origins[path] = given.origin
        replaced = {_key(draft.lever) for draft in layer.drafts if draft.lever}
        kept = [] if layer.drops_levers else self.drafts
        kept = [draft for draft in kept if draft.lever is None or _key(draft.lever) not in replaced]
        self.drafts = kept + layer.drafts

    def faults_in_dates(self, faults: Iterable[Fault]) -> list[Fault]:
        """Dates of levers that lie outside the run; none when it is not known for sure when the run is."""
        # A fault without a path concerns a whole file, so what that file says of the run is not known.
        unsure = ("", "extends", *CALENDAR_KEYS)
        if any(fault.path.partition("=")[0].strip() in unsure for fault in faults):
            return []
        calendar = Calendar(**self._run_values(CALENDAR_KEYS))
        return [
            Fault(
                origin.file,
                origin.line,
                path,
                f"{day} lies outside the run",
                f"a date from {calendar.first_day} to {calendar.last_day}",
            )
            for draft in self.drafts
            for path, origin, day in draft.dates
            if day not in calendar
        ]

    def scenario(self, names: Scenario) -> Scenario:
        """The scenario, with name, title, why and files of another."""
        return replace(
            names,
            sections={name: self._section(section) for name, section in SECTIONS.items()},
            levers=tuple(draft.lever for draft in self.drafts if draft.lever),
            origins=dict(self.origins),
            **self._run_values(RUN_KEYS),
        )

    def _run_values(self, keys: Iterable[str]) -> dict[str, Any]:
        return {key: self.values[key] for key in keys}

    def _section(self, section: type[Section]) -> Section:
        values = {name: self.values[facts.path] for name, facts in section.parameters().items()}
        try:
            return section.model_validate(values)
        except ValidationError as error:
            # Every value has been checked alone, so this is a rule of the section about several values together.
            file = _file_to_blame(self.origins, section)
            whats = [one["msg"].removeprefix("Value error, ") for one in error.errors()]
            raise ScenarioFaults([Fault(file, 0, section.section, what) for what in whats]) from None


def _file_to_blame(origins: Mapping[str, Origin], section: type[Section]) -> str:
    """The file to blame for values that do not go together: one that set something in the section."""
    return next((origin.file for path, origin in origins.items() if path.startswith(f"{section.section}.")), "scenario")


def _defaults() -> dict[str, Value]:
    return {key: facts.default for key, facts in RUN_KEYS.items()} | {
        path: facts.default for path, facts in parameters().items()
    }


def _key(lever: Lever) -> tuple[str, date]:
    return lever.path, lever.start


def _draft(number: int, lever: Lever) -> Draft:
    """A lever of a finished scenario, whose dates may no longer fit."""
    path = f"levers[{number}]"
    dates = [(f"{path}.from", lever.origin, lever.start)]
    if lever.announced != lever.start:
        dates.append((f"{path}.announced", lever.origin, lever.announced))
    return Draft(tuple(dates), lever)


def _in_order(faults: list[Fault], files: Sequence[str]) -> list[Fault]:
    """Faults by file, the child's first, then by line; settings last."""
    place = {file: number for number, file in enumerate(files)}
    return sorted(faults, key=lambda fault: (place.get(fault.file, len(files)), fault.line))
