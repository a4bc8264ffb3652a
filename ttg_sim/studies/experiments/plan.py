"""What a designed study is: worlds, what is moved in them, what is counted, how many points and replicates."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from ttg_sim.engine.kernel import source_hash
from ttg_sim.parameter import Kind, Parameter, Value
from ttg_sim.scenario import Scenario, with_settings
from ttg_sim.scenario.faults import Report
from ttg_sim.scenario.layer import Layer, read_levers
from ttg_sim.scenario.loader import with_layers
from ttg_sim.scenario.names import parameters
from ttg_sim.scenario.reader import Entry
from ttg_sim.scenario.scenario import canonical_value
from ttg_sim.scenario.settings import node_of
from ttg_sim.studies.designs.sampling import Design, sample
from ttg_sim.studies.designs.space import Factor, Space
from ttg_sim.studies.experiments.counted import Counted
from ttg_sim.studies.store import HASH_LENGTH

PLAN = "(plan)"


@dataclass(frozen=True)
class Moved:
    """One parameter that is moved: over a range, or over a list of values.

    `worlds` names the worlds in which it is moved (none for all); with `start` it is a lever that acts from that day.
    """

    facts: Parameter
    low: float = 0.0
    high: float = 0.0
    values: tuple[Value, ...] = ()
    worlds: tuple[str, ...] = ()
    start: date | None = None
    group: str = ""

    @property
    def path(self) -> str:
        """Dotted name of the parameter."""
        return self.facts.path

    def factor(self) -> Factor:
        """How the design sees it: a list of values is a row of whole numbers."""
        if self.values:
            return Factor(self.path, Kind.COUNT, 0.0, float(len(self.values) - 1), (), self.group)
        return Factor(self.path, self.facts.kind, self.low, self.high, (), self.group)

    def value(self, drawn: Value) -> Value:
        """The value in the parameter's own unit."""
        if self.values:
            return self.values[int(drawn)]  # type: ignore[arg-type]
        return drawn

    def share_of(self, value: Value) -> float:
        """Where in its range a value lies, from 0 to 1; the middle where it is not in it."""
        if self.values:
            return (self.values.index(value) + 0.5) / len(self.values) if value in self.values else 0.5
        assert isinstance(value, int | float)
        if self.facts.kind is Kind.COUNT:
            return min(max((value - self.low + 0.5) / (self.high - self.low + 1), 0.0), 1.0)
        width = self.high - self.low
        return min(max((value - self.low) / width, 0.0), 1.0) if width else 0.5


@dataclass(frozen=True)
class Plan:
    """A study as its file describes it, checked.

    `worlds` has the baseline first, where there is one. `left_alone` says of parameters that would belong to the study
    why they are not moved. Points share their luck, replicate by replicate, unless `own_luck` gives each luck of its
    own: differences between points are then less sure, and means over points surer.
    """

    name: str
    title: str
    why: str
    file: str
    text: str
    design: Design
    worlds: tuple[Scenario, ...]
    has_baseline: bool
    moved: tuple[Moved, ...]
    counted: tuple[Counted, ...]
    replicates: int
    n: int
    seed: int
    levels: int | None = None
    second_order: bool = False
    left_alone: Mapping[str, str] | None = None
    own_luck: bool = False

    @property
    def baseline(self) -> Scenario | None:
        """The world from which differences are taken."""
        return self.worlds[0] if self.has_baseline else None

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The worlds that are compared with it, or all where there is none."""
        return self.worlds[1:] if self.has_baseline else self.worlds

    @property
    def space(self) -> Space:
        """What the design is drawn from."""
        return Space(tuple(one.factor() for one in self.moved))

    def shares(self) -> np.ndarray:
        """The points of the design, as shares of the ranges: (points, parameters). One point where nothing is moved."""
        if not self.moved:
            return np.zeros((1, 0))
        return sample(self.design, self.space, self.n, self.seed, self.levels, self.second_order, self._base())

    def points(self) -> pd.DataFrame:
        """The points in the units of the parameters: column `point`, and one for each parameter."""
        shares = self.shares()
        drawn = self.space.values(shares)
        columns = {one.path: [one.value(value) for value in drawn[one.path].tolist()] for one in self.moved}
        return pd.DataFrame({"point": np.arange(len(shares)), **columns})

    def _base(self) -> np.ndarray:
        """The values in force in the first world, from which one-at-a-time studies start."""
        sections = self.worlds[0].sections
        return np.array(
            [one.share_of(getattr(sections[one.facts.section], one.facts.name)) for one in self.moved], float
        )

    def identity(self) -> str:
        """A name for the study that is the same only where all that decides its rows is: plan, worlds and code."""
        content = json.dumps([self.canonical(), source_hash()], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(content.encode()).hexdigest()

    @property
    def folder(self) -> str:
        """Name of its folder."""
        return f"{self.name}-{self.identity()[:HASH_LENGTH]}"

    def canonical(self) -> dict[str, Any]:
        """All that decides the rows, as JSON; titles and reasons do not."""
        return {
            "design": self.design.value,
            "n": self.n,
            "levels": self.levels,
            "second_order": self.second_order,
            "seed": self.seed,
            "replicates": self.replicates,
            "own_luck": self.own_luck,
            "baseline": self.has_baseline,
            "worlds": [[world.name, world.seed, world.canonical()] for world in self.worlds],
            "parameters": [
                [one.path, one.low, one.high, [canonical_value(one.facts, value) for value in one.values],
                 list(one.worlds), one.start and one.start.isoformat(), one.group]
                for one in self.moved
            ],
            "outcomes": [one.column for one in self.counted],
        }  # fmt: skip

    def luck(self, point: int, replicate: int) -> int:
        """The number of the luck of one replicate at one point."""
        return point * self.replicates + replicate if self.own_luck else replicate

    @property
    def runs(self) -> int:
        """Runs of the whole study."""
        return len(self.shares()) * self.replicates * len(self.worlds)

    def at(self, point: Mapping[str, Value]) -> tuple[Scenario, ...]:
        """The worlds at one point of the design; raises `ScenarioFaults` where its values do not fit together."""
        return tuple(self._at(world, point) for world in self.worlds)

    def _at(self, world: Scenario, point: Mapping[str, Value]) -> Scenario:
        mine = [one for one in self.moved if not one.worlds or world.name in one.worlds]
        settings: dict[str, object] = {one.path: point[one.path] for one in mine if one.start is None}
        found = with_settings(world, settings) if settings else world
        if levers := [one for one in mine if one.start is not None]:
            layer = Layer(PLAN)
            given = [{"from": one.start, "set": one.path, "to": point[one.path]} for one in levers]
            read_levers(layer, Entry("levers", 0, node_of(given)), Report(PLAN, []))
            found = with_layers(found, [layer])
        return replace(found, name=world.name)


def in_force(world: Scenario, path: str) -> Value:
    """The value of a parameter at the start of a world."""
    facts = parameters()[path]
    found: Value = getattr(world.sections[facts.section], facts.name)
    return found
