"""Scenario files that another file names: their faults stand with their own file and line."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ttg_sim.scenario import Scenario, ScenarioFaults, load_scenario
from ttg_sim.scenario.faults import Refusal, Report, quoted
from ttg_sim.scenario.textfile import read_bytes

SCENARIO_WORDS = "the path of a scenario file, relative to this file"


@dataclass
class NamedScenarios:
    """Reads scenario files by the paths by which `file` names them; one that is named twice is read once."""

    file: Path
    report: Report
    known: dict[str, Scenario | None] = field(default_factory=dict)

    def scenario(self, text: str, line: int, where: str) -> Scenario | None:
        """The scenario of a path; None with the fault reported where it cannot be had."""
        if text and text not in self.known:
            self.known[text] = self._load(text, line, where)
        return self.known.get(text)

    def _load(self, text: str, line: int, where: str) -> Scenario | None:
        if Path(text).is_absolute():
            self.report.add(line, where, f"{quoted(text)} is not a path relative to this file", SCENARIO_WORDS)
            return None
        try:
            # Without links and dots, so that faults show the path by which people know it.
            path = (self.file.parent / text).resolve()
            read_bytes(path)
            return load_scenario(path)
        except Refusal as refusal:
            self.report.add(line, where, f"{quoted(text)} {refusal.what}", refusal.expected, refusal.near)
        except ScenarioFaults as found:
            self.report.faults.extend(found.faults)
        except (OSError, RuntimeError, ValueError):  # a loop of links, a NUL in the name
            self.report.add(line, where, f"{quoted(text)} cannot be read")
        return None
