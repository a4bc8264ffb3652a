"""ThroughTheGate: a Mesa model whose step is one week. `WEEK` is the order in which things happen."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import mesa
import numpy as np

from ttg_sim import stock
from ttg_sim.agents.area import AREA
from ttg_sim.agents.household import HOUSEHOLD
from ttg_sim.agents.person import PERSON, Housing, Where
from ttg_sim.agents.prison import PRISON
from ttg_sim.agents.views import Area, Household, Person, Prison, View
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import DAYS_PER_WEEK
from ttg_sim.engine.draws import Kind
from ttg_sim.engine.kernel import compile_kernels, kernel
from ttg_sim.engine.table import RowList, Table
from ttg_sim.events import Journal
from ttg_sim.mechanisms import custody, housing, intake, leaving, reoffending, sentencing
from ttg_sim.scenario import Scenario, Schedule, load_scenario, with_settings

AREAS = 1
PREPARE = {module.__name__.rpartition(".")[2]: module.prepare for module in (
    intake, custody, housing, reoffending, sentencing, leaving,
)}  # fmt: skip

SERIES = (
    "inside",
    "at_liberty",
    "settled",
    "temporary",
    "homeless",
    "person_weeks",
    "waiting",
    "places_people",
    "places_others",
    "entrants",
    "releases",
    "occasions",
    "open_cases",
)
COUNTED_WEEKS = 104


class ThroughTheGate(mesa.Model):
    """One contract area, week by week.

    `scenario` is a scenario, the path of a scenario file, or None for the defaults; `seed` is the root seed (by default
    the scenario's) and `replicate` the number of the run under it. Further keywords are settings, named as in scenario
    files: `**{"housing.settled_places": 600}`. With `events`, every change in a person's life is kept.

    Raises `ScenarioFaults` where the scenario or a setting is wrong.
    """

    def __init__(
        self,
        scenario: Scenario | str | Path | None = None,
        seed: int | None = None,
        replicate: int = 0,
        events: bool = False,
        **settings: Any,
    ) -> None:
        self.scenario = _scenario(scenario, settings)
        root = self.scenario.seed if seed is None else int(seed)
        super().__init__(seed=root)
        self.calendar = self.scenario.calendar
        self.week = -self.scenario.warm_up_weeks
        self.run_seed = draws.run_seed(root, int(replicate))
        self.schedule = Schedule(self.scenario)
        self.people, self.prisons = Table(PERSON), Table(PRISON)
        self.households, self.areas = Table(HOUSEHOLD), Table(AREA)
        self.spells, self.occasions = Table(custody.SPELL), Table(sentencing.OCCASION)
        self.active = RowList()
        """Rows of people who have not left."""
        self.cases = RowList()
        """Rows of occasions that have not come to court."""
        self.others = RowList()
        """Rows of households that wait or are housed."""
        self.new_from = 0
        """First row of the people who are new this week."""
        self.p: dict[str, np.ndarray] = {}
        """Parameters in force, as records."""
        self.series: dict[str, int] = dict.fromkeys(SERIES, 0)
        self.sizes = {"entrants": 0, "releases": 0, "occasions": 0}
        """Sizes of tables a week ago, from which the week's flows are taken."""
        self.datacollector = mesa.DataCollector(model_reporters={name: _reporter(name) for name in SERIES})
        self.journal = Journal() if events else None
        self._viewed: dict[type[View], int] = {}
        compile_kernels()
        with np.errstate(over="ignore"):  # keyed draws wrap around on purpose
            begin(self)
        self.running = self.week < self.scenario.weeks

    def step(self) -> None:
        """One week: every rule of `WEEK`, in order."""
        with np.errstate(over="ignore"):
            for rule in WEEK:
                rule(self)
        self.datacollector.collect(self)
        self.week += 1
        self.running = self.week < self.scenario.weeks

    @property
    def agents(self) -> Any:
        """All agents as Mesa agents that read their record (an AgentSet)."""
        self._make_views()
        return super().agents

    @agents.setter
    def agents(self, agents: Any) -> None:
        raise AttributeError("views show agents, rules change them: model.agents cannot be set")

    @property
    def agents_by_type(self) -> Any:
        """Agents by their class: Person, Prison, Household, Area."""
        self._make_views()
        return super().agents_by_type

    @property
    def agent_types(self) -> list[type]:
        """Classes of the agents."""
        self._make_views()
        return list(super().agents_by_type)

    def remove_all_agents(self) -> None:
        """Refused: views show agents, rules change them."""
        raise AttributeError("views show agents, rules change them: agents cannot be removed")

    def _make_views(self) -> None:
        # Made when first asked for, then kept and grown; mesa holds them by strong references in `_agents`.
        tables = {Person: self.people, Prison: self.prisons, Household: self.households, Area: self.areas}
        for kind, table in tables.items():
            for row in range(self._viewed.get(kind, 0), len(table)):
                kind(self, table, row)
            self._viewed[kind] = len(table)


def _scenario(given: Scenario | str | Path | None, settings: dict[str, Any]) -> Scenario:
    if given is None:
        given = Scenario(name="default")
    elif not isinstance(given, Scenario):
        given = load_scenario(given)
    return with_settings(given, settings) if settings else given


def _reporter(name: str) -> Any:
    return partial(_read, name=name)


def _read(world: ThroughTheGate, name: str) -> int:
    return world.series[name]


def begin(world: ThroughTheGate) -> None:
    """The state of the world before its first week."""
    for name, section in world.schedule.initial.items():
        world.p[name] = PREPARE[name](section)
    for area in range(AREAS):
        world.areas.append(key=draws.make_key(Kind.AREA, area, 0, 0))
        for prison in range(int(world.p["custody"][0]["resettlement_prisons"])):
            world.prisons.append(key=draws.make_key(Kind.PRISON, area, 0, prison), area=area, resettlement=1)
    world.prisons.append(key=draws.make_key(Kind.PRISON, AREAS, 0, 0), area=-1, resettlement=0)
    stock.fill(world.people, world.households, world.areas, world.run_seed, world.week, world.p)
    world.active.extend(np.arange(len(world.people)))
    world.others.extend(np.arange(len(world.households)))
    world.sizes["entrants"] = len(world.people)


def policy(world: ThroughTheGate) -> None:
    """Dated levers take their value for this week."""
    for name, section in world.schedule.changes.get(world.week, {}).items():
        world.p[name] = PREPARE[name](section)


def arrivals(world: ThroughTheGate) -> None:
    """New people come to court, each with a past, a home or none, and a lasting propensity."""
    people, first, p = world.people, len(world.people), world.p
    world.new_from = first
    people.reserve(AREAS * intake.MOST_PER_WEEK)
    people.size = intake.run(people.data, first, world.run_seed, world.week, world.areas.rows, p["intake"])
    stock.complete(people.data, first, people.size, world.run_seed, p["housing"], p["reoffending"])
    world.active.extend(np.arange(first, people.size))


def courts(world: ThroughTheGate) -> None:
    """New people get their first sentence; occasions that come up are proven and sanctioned."""
    world.cases.size = sentencing.run(
        world.people.data, world.new_from, world.people.size, world.cases.rows, world.occasions.data,
        world.run_seed, world.week, world.p["sentencing"],
    )  # fmt: skip


def prisons(world: ThroughTheGate) -> None:
    """Receptions, transfers, and release at half-way or earlier on tag."""
    world.spells.reserve(len(world.active))
    world.spells.size = custody.run(
        world.people.data, world.active.rows, world.spells.data, world.spells.size, world.prisons.rows,
        world.run_seed, world.week, world.p["custody"],
    )  # fmt: skip


def departures(world: ThroughTheGate) -> None:
    """Some people leave the cycle for good: lasting desistance, death, moving away."""
    leaving.run(world.people.data, world.active.rows, world.run_seed, world.week, world.p["leaving"])


def homes(world: ThroughTheGate) -> None:
    """Homes are kept, lost and found; free places go down the queue, which other households share."""
    world.households.reserve(AREAS * housing.MOST_PER_WEEK)
    world.others.reserve(AREAS * housing.MOST_PER_WEEK)
    world.households.size, world.others.size = housing.run(
        world.people.data, world.active.rows, world.households.data, world.households.size, world.others.data,
        world.others.size, world.areas.rows, world.spells.data, world.run_seed, world.week, world.p["housing"],
    )  # fmt: skip


def offending(world: ThroughTheGate) -> None:
    """People at liberty may reoffend; each occasion gets its day in court."""
    occasions, first = world.occasions, len(world.occasions)
    occasions.reserve(len(world.active))
    occasions.size = reoffending.run(
        world.people.data, world.active.rows, occasions.data, first, world.run_seed, world.week, world.p["reoffending"]
    )
    world.cases.reserve(occasions.size - first)
    world.cases.size = sentencing.schedule(
        world.people.data, occasions.data, first, occasions.size, world.cases.data, world.cases.size,
        world.run_seed, world.week, world.p["sentencing"],
    )  # fmt: skip


def recording(world: ThroughTheGate) -> None:
    """The week's series are taken, and those who have left are dropped from the list of the active."""
    values = np.zeros(len(SERIES), np.int64)
    world.active.size = count_week(world.people.data, world.active.rows, world.areas.rows, world.week, values)
    values[SERIES.index("open_cases")] = len(world.cases)
    sizes = {"entrants": len(world.people), "releases": len(world.spells), "occasions": len(world.occasions)}
    flows = {name: size - world.sizes[name] for name, size in sizes.items()}
    world.sizes = sizes
    world.series = dict(zip(SERIES, values.tolist(), strict=True)) | flows
    if world.journal is not None:
        world.journal.take(world)


WEEK = (policy, arrivals, courts, prisons, departures, homes, offending, recording)
"""The week, in order. The order is part of the model."""


@kernel
def count_week(people, active, areas, week, values):
    """Fill the week's series; returns how many people stay among the active."""
    kept, inside, settled, temporary, counted = 0, 0, 0, 0, 0
    since = (week - COUNTED_WEEKS) * DAYS_PER_WEEK
    for row in active:
        person = people[row]
        if person.where == Where.LEFT:
            continue
        active[kept] = row
        kept += 1
        if person.where == Where.INSIDE:
            inside += 1
        else:
            settled += person.housing == Housing.SETTLED
            temporary += person.housing == Housing.TEMPORARY
            counted += person.released_day > since
    outside = kept - inside
    values[0], values[1], values[2], values[3] = inside, outside, settled, temporary
    values[4], values[5] = outside - settled - temporary, inside + counted
    for row in range(len(areas)):
        values[6] += areas[row].waiting_people
        values[7] += areas[row].settled_people
        values[8] += areas[row].settled_others
    return kept
