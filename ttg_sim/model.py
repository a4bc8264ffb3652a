"""ThroughTheGate: a Mesa model whose step is one week. `WEEK` is the order in which things happen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mesa
import numpy as np

from ttg_sim import mentoring, stock, together
from ttg_sim.agents.area import AREA
from ttg_sim.agents.household import HOUSEHOLD
from ttg_sim.agents.mentor import DISTANT, MENTOR
from ttg_sim.agents.officer import OFFICER
from ttg_sim.agents.person import PERSON, Housing, Service, Where
from ttg_sim.agents.prison import PRISON
from ttg_sim.agents.provider import PROVIDER
from ttg_sim.agents.referral import REFERRAL
from ttg_sim.agents.service_user import SERVICE_USER
from ttg_sim.agents.views import Area, Household, Mentor, Officer, Person, Prison, Provider, ServiceUser, View
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import WEEKS_PER_YEAR
from ttg_sim.engine.draws import Kind
from ttg_sim.engine.kernel import compile_kernels
from ttg_sim.engine.table import RowList, Table
from ttg_sim.events import Journal
from ttg_sim.mechanisms import (
    activities,
    areas,
    clearance,
    coordinator,
    costs,
    custody,
    eligibility,
    enforcement,
    funding,
    housing,
    identity,
    influence,
    intake,
    leaving,
    licence,
    longer,
    mentor,
    outlook,
    pay,
    pbr,
    prerelease,
    prison,
    probation,
    programme,
    recruit,
    referral,
    relationship,
    release,
    reoffending,
    resettlement,
    sentencing,
    services,
    staff,
    strain,
    substance,
    supervision,
    training,
    work,
)
from ttg_sim.scenario import Scenario, Schedule, load_scenario, with_settings
from ttg_sim.series import SERIES, TALLY, SeriesCollector, record_week

MECHANISMS = (
    areas, intake, longer, custody, resettlement, housing, substance, services, work, supervision, probation,
    enforcement, outlook, reoffending, sentencing, leaving, funding, coordinator, programme, eligibility, recruit,
    training, mentor, prison, clearance, referral, prerelease, release, relationship,
    influence, licence, staff, strain, identity, pay, pbr, costs,
)  # fmt: skip
CONTRIBUTORS = {
    "housing": housing, "substance": substance, "services": services, "work": work, "supervision": supervision,
    "outlook": outlook, "influence": influence, "identity": identity,
}  # fmt: skip
"""Mechanisms that add to the risk of reoffending. What they add at most is no lever, so it holds for the whole run."""
PREPARE: dict[str, Any] = {module.__name__.rpartition(".")[2]: module.prepare for module in MECHANISMS}
PREPARE |= dict.fromkeys(activities.PRESETS, activities.prepare)


class ThroughTheGate(mesa.Model):
    """One contract area or several, week by week.

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
        self.people, self.prisons = Table(PERSON, (*stock.DIARIES, "recruit")), Table(PRISON)
        self.households, self.areas = Table(HOUSEHOLD), Table(AREA)
        self.officers, self.users = Table(OFFICER), Table(SERVICE_USER)
        self.spells, self.occasions = Table(custody.SPELL), Table(sentencing.OCCASION)
        self.returns = Table(enforcement.RETURN)
        self.mentors, self.providers, self.referrals = Table(MENTOR), Table(PROVIDER), Table(REFERRAL)
        self.ledger = Table(pbr.LEDGER)
        self.stops = mentoring.stops(self)
        """Weeks in which money stops by a dated lever, each with the week in which that is announced."""
        self.rows = {name: RowList() for name in LISTS}
        """Rows of tables that some rule goes through: see `LISTS`."""
        self.listed = np.zeros(0, np.int64)
        """Whether each person is among the clients of services."""
        self.p: dict[str, np.ndarray] = {}
        """Parameters in force, as records."""
        self.highest_risk = 0.0
        """The most that all contributions to a person's log hazard can come to."""
        self.tally = np.zeros(1, TALLY)
        """The series of the week, one number each."""
        self.sizes = (0, 0, 0, 0)
        """Sizes of the tables of people, spells, occasions and returns a week ago, from which flows are taken."""
        self.orders_instead = 0
        """People of the week whose first sentence an order has replaced."""
        self.datacollector = SeriesCollector()
        self.journal = Journal() if events else None
        self._viewed: dict[type[View], int] = {}
        compile_kernels()
        with np.errstate(over="ignore"):  # keyed draws wrap around on purpose
            begin(self)
        self.running = self.week < self.scenario.weeks

    @property
    def series(self) -> dict[str, float]:
        """The series of the last week that was run, by name."""
        return dict(zip(SERIES, self.tally[0].item(), strict=True))

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
        """Agents by their class: Person, Officer, Mentor, Provider, Prison, Household, ServiceUser, Area."""
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
        tables: dict[type[View], Table] = {
            Person: self.people, Officer: self.officers, Prison: self.prisons, Household: self.households,
            ServiceUser: self.users, Area: self.areas, Mentor: self.mentors, Provider: self.providers,
        }  # fmt: skip
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


LISTS = {
    "active": "people who have not left",
    "inside": "people inside",
    "unsettled": "people at liberty without settled housing",
    "supervised": "people under supervision, recalled ones included",
    "clients": "people with something open at a service",
    "cases": "occasions that have not come to court",
    "others": "households that wait or are housed",
    "users": "other users of services who wait or are served",
    "interested": "people with convictions who would ever volunteer, in the cycle or out of it for good",
    "volunteers": "mentors, and applicants on their way",
    "referrals": "referrals that are still open",
    "aftermath": "people in whom a match that is over has left something",
    "pointed": "people with whom a mentor or a group looks for a service",
    # Within one week.
    "wishing": "people with convictions who come forward to volunteer",
    "finishing": "people who come to volunteering from the end of supervision",
    "heard": "people whose case was heard",
    "sentenced": "people who have a sentence to begin",
    "released": "people whose spell begins",
    "freed": "people who come to the community otherwise: from a recall, or with an order in place of a sentence",
    "leavers": "people who leave the cycle",
    "visits": "people seen at an appointment",
    "missed": "people who missed one without an acceptable reason",
}
"""The lists of rows that rules go through, so that few of them have to look at everybody."""


def begin(world: ThroughTheGate) -> None:
    """The state of the world before its first week."""
    for name, section in world.schedule.initial.items():
        world.p[name] = PREPARE[name](section)
    world.highest_risk = highest_risk(world)
    for area in range(int(world.p["areas"][0]["number"])):
        world.areas.append(key=draws.make_key(Kind.AREA, area, 0, 0), number=area + 1)
    areas.differ(world.areas.rows, world.p["areas"])
    build_prisons(world)
    hire_officers(world)
    stock.fill(world.people, world.households, world.areas, world.run_seed, world.week, world.highest_risk, world.p)
    make_room(world)
    there = np.flatnonzero(world.people.rows["where"] != Where.LEFT)
    world.rows["active"].extend(there)
    unsettled = there[world.people.rows["housing"][there] != Housing.SETTLED]
    world.people.rows["waits"][unsettled] = 1
    world.rows["unsettled"].extend(unsettled)
    world.rows["others"].extend(np.arange(len(world.households)))
    world.sizes = (len(world.people), 0, 0, 0)
    mentoring.open_service(world)


def highest_risk(world: ThroughTheGate) -> float:
    """The most that all contributions to a person's log hazard can come to.

    A shadow run takes no less than its scenario would without it: times at which people are looked at depend on it, and
    both are to have the same luck.
    """
    worlds = (world.schedule.initial, world.scenario.sections)
    return sum(max(module.highest_risk(sections[name]) for sections in worlds) for name, module in CONTRIBUTORS.items())


def make_room(world: ThroughTheGate) -> None:
    """Room for about as many records as the run will need, so that tables are not copied while they grow."""
    weeks = world.scenario.weeks + world.scenario.warm_up_weeks
    entrants = int(world.p["intake"][0]["per_year"] / WEEKS_PER_YEAR * len(world.areas) * weeks)
    world.people.reserve(entrants + len(world.areas) * intake.MOST_PER_WEEK)
    for table, each in (
        (world.spells, 3),
        (world.occasions, 6),
        (world.returns, 1),
        (world.users, 2),
        (world.referrals, 3),
    ):
        table.reserve(each * entrants)


def build_prisons(world: ThroughTheGate) -> None:
    """Resettlement prisons of each area, and one that stands for the rest of the estate."""
    for area in range(len(world.areas)):
        for number in range(int(world.p["custody"][0]["resettlement_prisons"])):
            key = draws.make_key(Kind.PRISON, area, 0, number)
            world.prisons.append(key=key, area=area, number=number, resettlement=1)
    key = draws.make_key(Kind.PRISON, len(world.areas), 0, 0)
    world.prisons.append(key=key, area=-1, number=DISTANT, resettlement=0)


def hire_officers(world: ThroughTheGate) -> None:
    """All officers whom the run may need, of whom those in post at first are at work."""
    plans = [section for sections in world.schedule.changes.values() for section in sections.values()]
    staffs: list[Any] = [plan for plan in (world.schedule.initial["probation"], *plans) if plan.section == "probation"]
    most = (max(plan.national_officers for plan in staffs), max(plan.company_officers for plan in staffs))
    probation.appoint(world.officers, world.areas.rows, most, world.run_seed, world.p["probation"])
    probation.staff(world.areas.rows, world.p["probation"])


def policy(world: ThroughTheGate) -> None:
    """Dated levers take their value for this week."""
    for name, section in world.schedule.changes.get(world.week, {}).items():
        world.p[name] = PREPARE[name](section)
        if name == "probation":
            probation.staff(world.areas.rows, world.p[name])


def arrivals(world: ThroughTheGate) -> None:
    """New people come to court, each with a past, circumstances and a lasting propensity, for a first sentence."""
    people, first, p, lists = world.people, len(world.people), world.p, world.rows
    most = 2 * len(world.areas) * intake.MOST_PER_WEEK
    people.reserve(most)
    lists["active"].reserve(most)
    for name in ("sentenced", "freed"):
        lists[name].clear()
        lists[name].reserve(most)
    people.size, lists["active"].size, lists["sentenced"].size, lists["freed"].size = together.arrive(
        people.data, first, stock.diaries(people), world.areas.rows, lists["active"].data, lists["active"].size,
        lists["sentenced"].data, lists["freed"].data, world.run_seed, world.week, world.highest_risk,
        p["intake"], p["longer"], p["housing"], p["reoffending"], p["supervision"], p["work"], p["substance"],
        p["outlook"], p["leaving"], p["sentencing"],
    )  # fmt: skip
    world.orders_instead = len(lists["freed"])
    mentoring.find_interested(world, first, world.week)


def courts(world: ThroughTheGate) -> None:
    """Occasions that come up are proven and sanctioned."""
    lists = world.rows
    for name in ("sentenced", "leavers", "heard"):
        lists[name].reserve(len(lists["cases"]))
    lists["cases"].size, lists["heard"].size, lists["sentenced"].size, lists["leavers"].size = sentencing.run(
        world.people.data, lists["cases"].rows, world.occasions.data, lists["heard"].data, lists["sentenced"].data,
        lists["sentenced"].size, lists["leavers"].data, world.run_seed, world.week, world.p["sentencing"],
    )  # fmt: skip


def prisons(world: ThroughTheGate) -> None:
    """Receptions, transfers, release at half-way or earlier on tag, and release from recall."""
    lists = world.rows
    lists["inside"].reserve(len(lists["sentenced"]))
    most = len(lists["inside"]) + len(lists["sentenced"])
    world.spells.reserve(most)
    lists["released"].clear()
    lists["released"].reserve(most)
    lists["freed"].reserve(most)
    world.spells.size, lists["inside"].size, lists["released"].size, lists["freed"].size = custody.run(
        world.people.data, lists["sentenced"].rows, lists["inside"].data, lists["inside"].size, world.spells.data,
        world.spells.size, lists["released"].data, lists["freed"].data, lists["freed"].size, world.prisons.rows,
        world.run_seed, world.week, world.p["custody"],
    )  # fmt: skip


def help_before_release(world: ThroughTheGate) -> None:
    """The resettlement service has seen some of those released, and has done something for some of them."""
    resettlement.run(
        world.people.data, world.rows["released"].rows, world.spells.data, world.areas.rows, world.run_seed, world.week,
        world.p["resettlement"],
    )  # fmt: skip


def departures(world: ThroughTheGate) -> None:
    """Some people leave the cycle for good: lasting desistance, death, moving away."""
    active, leavers = world.rows["active"], world.rows["leavers"]
    leavers.reserve(len(active))
    leavers.size = leaving.run(
        world.people.data, active.rows, world.people.diaries["leaving"], leavers.data, leavers.size, world.run_seed,
        world.week, world.p["leaving"],
    )  # fmt: skip


def homes(world: ThroughTheGate) -> None:
    """Homes are kept, lost and found; free places go down the queue, which other households share."""
    lists = world.rows
    most = len(world.areas) * housing.MOST_PER_WEEK
    world.households.reserve(most)
    lists["others"].reserve(most)
    lists["unsettled"].reserve(len(lists["active"]))
    lists["unsettled"].size, world.households.size, lists["others"].size = housing.run(
        world.people.data, lists["active"].rows, world.people.diaries["housing"], lists["inside"].rows,
        lists["released"].rows, lists["freed"].rows, lists["leavers"].rows, lists["unsettled"].data,
        lists["unsettled"].size, world.households.data, world.households.size, lists["others"].data,
        lists["others"].size, world.areas.rows, world.run_seed, world.week, world.p["housing"],
    )  # fmt: skip


def use(world: ThroughTheGate) -> None:
    """Drug and alcohol use starts and stops."""
    substance.run(
        world.people.data, world.rows["active"].rows, world.people.diaries["substance"], world.rows["released"].rows,
        world.run_seed, world.week, world.p["substance"],
    )  # fmt: skip


def places(world: ThroughTheGate) -> None:
    """Referrals to training, treatment and advice; free places go down the queues, which other people share."""
    lists, seen = world.rows, world.rows["visits"]
    most = len(world.areas) * len(Service) * services.MOST_PER_WEEK
    world.users.reserve(most)
    lists["users"].reserve(most)
    lists["clients"].reserve(len(lists["released"]) + len(seen) + len(lists["pointed"]))
    if len(world.listed) < len(world.people.data):
        world.listed = np.concatenate([world.listed, np.zeros(len(world.people.data) - len(world.listed), np.int64)])
    lists["clients"].size, world.users.size, lists["users"].size = services.run(
        world.people.data, lists["released"].rows, seen.rows, lists["pointed"].rows, world.officers.data,
        world.providers.rows, world.listed, lists["clients"].data,
        lists["clients"].size, world.users.data, world.users.size, lists["users"].data, lists["users"].size,
        world.areas.rows, world.p["resettlement"][0]["referral_share"], world.run_seed, world.week,
        world.p["services"],
    )  # fmt: skip
    lists["pointed"].clear()


def jobs(world: ThroughTheGate) -> None:
    """Jobs end, and people apply for others, which are finite and wanted by other people too."""
    work.run(
        world.people.data, world.rows["active"].rows, world.people.diaries["work"], world.rows["released"].rows,
        world.areas.rows, world.run_seed, world.week, world.p["work"],
    )  # fmt: skip


def probation_week(world: ThroughTheGate) -> None:
    """Supervision begins and ends, officers are given cases, appointments are kept or missed."""
    lists, supervised = world.rows, world.rows["supervised"]
    supervised.reserve(len(lists["released"]))
    for name in ("visits", "missed"):
        lists[name].clear()
        lists[name].reserve(len(supervised) + len(lists["released"]))
    supervised.size, lists["visits"].size, lists["missed"].size = together.supervise(
        world.people.data, supervised.data, supervised.size, lists["released"].rows, world.officers.rows,
        world.areas.rows, world.spells.data, lists["visits"].data, lists["missed"].data, world.run_seed, world.week,
        world.calendar.monday.toordinal(), world.p["supervision"], world.p["probation"],
    )  # fmt: skip


def breach(world: ThroughTheGate) -> None:
    """Officers recall people or take them to court, or do not; those taken back go inside."""
    lists, returns, p = world.rows, world.returns, world.p
    returns.reserve(len(lists["supervised"]))
    lists["inside"].reserve(len(lists["supervised"]))
    returns.size, lists["inside"].size = together.enforce(
        world.people.data, lists["supervised"].rows, lists["missed"].rows, world.officers.data, world.spells.data,
        returns.data, returns.size, lists["inside"].data, lists["inside"].size, world.prisons.rows, world.areas.rows,
        world.run_seed, world.week, p["enforcement"], p["custody"], p["probation"],
    )  # fmt: skip


def outlooks(world: ThroughTheGate) -> None:
    """Readiness and hope drift, are drawn back, and fall with setbacks."""
    outlook.run(
        world.people.data, world.rows["active"].rows, world.rows["inside"].rows, world.people.diaries["outlook"],
        world.rows["released"].rows, world.run_seed, world.week, world.p["outlook"],
    )  # fmt: skip


def offending(world: ThroughTheGate) -> None:
    """People at liberty may reoffend; each occasion gets its day in court."""
    occasions, lists, p = world.occasions, world.rows, world.p
    occasions.reserve(len(lists["active"]))
    lists["cases"].reserve(len(lists["active"]))
    occasions.size, lists["cases"].size = together.offend(
        world.people.data, lists["active"].rows, world.people.diaries["reoffending"], lists["heard"].rows,
        lists["released"].rows, lists["freed"].rows, occasions.data, occasions.size, lists["cases"].data,
        lists["cases"].size, world.run_seed, world.week, world.highest_risk, p["reoffending"], p["sentencing"],
    )  # fmt: skip


def recording(world: ThroughTheGate) -> None:
    """States are noted in the releases that reach a milestone, the week's series taken, those who left dropped."""
    world.tally.view(np.float64)[:] = 0.0  # as plain numbers: by field it would take longer than the counting
    active = world.rows["active"]
    sizes = (len(world.people), len(world.spells), len(world.occasions), len(world.returns))
    active.size = record_week(
        world.people.data, active.rows, world.spells.rows, world.areas.rows, world.officers.rows, world.week,
        len(world.rows["cases"]), sizes, world.sizes, world.providers.rows, world.mentors.data,
        world.rows["volunteers"].rows, world.referrals.data, world.rows["referrals"].rows, world.p["longer"],
        world.p["probation"], world.p["resettlement"], world.orders_instead, world.tally,
    )  # fmt: skip
    world.sizes = sizes
    if world.journal is not None:
        world.journal.take(world)


WEEK = (
    policy,
    mentoring.fund,
    mentoring.supply,
    mentoring.vetting,
    arrivals,
    courts,
    mentoring.visits,
    prisons,
    help_before_release,
    mentoring.gate,
    departures,
    homes,
    use,
    places,
    jobs,
    probation_week,
    breach,
    mentoring.mentoring,
    mentoring.lives,
    mentoring.programmes,
    outlooks,
    offending,
    mentoring.accounts,
    recording,
)
"""The week, in order. The order is part of the model."""
