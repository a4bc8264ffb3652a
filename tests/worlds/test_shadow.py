"""X01: in a shadow run contacts with mentors happen, are counted and cost money, and move nobody, bit for bit."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from helpers import MENTORED, REFORMED, advance, lives, run, small, tables, with_levers

from ttg_sim import mentoring
from ttg_sim.agents.person import NEVER, NOBODY
from ttg_sim.agents.provider import Money
from ttg_sim.model import ThroughTheGate
from ttg_sim.outcomes import of_contact, of_mentoring
from ttg_sim.outcomes.tables import collect
from ttg_sim.scenario import Scenario, with_settings
from ttg_sim.scenario.names import parameters
from ttg_sim.series import SERIES

# Who would ever volunteer, and how often they come forward, is no policy.
INTERESTED = {path: MENTORED[path] for path in ("recruit.interest_share", "recruit.apply_per_year")}
PLENTY_OF_MENTORS = REFORMED | {
    "intake.per_year": 90.0,
    "programme.target_mentors": 40.0,
    "recruit.general_per_year": 80.0,
    "recruit.pool_size": 15.0,
    "coordinator.n": 4.0,
}
# Whose records nobody moves by meeting a mentor, or by there being mentors.
UNTOUCHED = ("households", "areas", "users", "occasions", "returns")
LISTS = ("rows of active", "rows of inside", "rows of supervised", "diary of reoffending")
OF_MENTORING = {
    outcome.name
    for module in (of_mentoring, of_contact)
    for outcome in (*module.OF_RELEASES, *module.OF_YEARS, *module.OF_RATIOS)
}
OF_MENTORING |= {f"cost_{name}" for name in ("mentoring", "contract", "provider", "volunteers", "used")}
OF_MENTORING |= {f"{kind}_{view}" for kind in ("cost", "present") for view in ("public", "society")}
POLICY_WEEK = 8
SUPPLY: dict[str, tuple[tuple[str, Any, int], ...]] = {
    "no mentors wanted": (("programme.target_mentors", 0.0, POLICY_WEEK),),
    "many mentors wanted": (("programme.target_mentors", 120.0, POLICY_WEEK),),
    "hardly anybody is taken": (("recruit.suitable_share", 0.01, POLICY_WEEK),),
    "the money stops": (("funding.stopped", True, POLICY_WEEK),),
    "no coordinators": (("coordinator.n", 0.0, POLICY_WEEK),),
    "slow clearance": (("clearance.delay_weeks", 30.0, POLICY_WEEK),),
    "few peers": (("eligibility.clean_years", 20.0, POLICY_WEEK),),
    "peers through the door": (
        ("programme.end_pathway", "compulsory", POLICY_WEEK),
        ("programme.target_mentors", 120.0, POLICY_WEEK),
    ),
    "hardly any names": (("referral.names_per_month", 0.5, POLICY_WEEK),),
    "short matches": (("relationship.term_weeks", 2.0, POLICY_WEEK),),
}


def shadow(settings: dict[str, Any], **more: Any) -> Scenario:
    return small(settings | {"shadow": True}, **more)


def series_of_others(world: ThroughTheGate) -> dict[str, float]:
    """The week in numbers, apart from those of the mentoring service."""
    return {name: world.series[name] for name in SERIES if name not in mentoring.SERIES}


def held(world: ThroughTheGate) -> tuple[int, float]:
    """Meetings that people came to, and pounds spent."""
    weeks = world.datacollector.get_model_vars_dataframe()
    spent = sum(weeks[f"spent_on_{money.name.lower()}"].sum() for money in Money)
    return int(world.referrals.rows["kept"].sum()), float(spent)


def forget(rows: np.ndarray, fields: tuple[str, ...]) -> np.ndarray:
    """The records without some of their fields."""
    for field in fields:
        rows[field] = 0
    return rows


def together(one: ThroughTheGate, other: ThroughTheGate, forgotten: tuple[str, ...] = ()) -> None:
    """Carry two worlds through their weeks; whatever is no part of the service is the same in each week.

    What is `forgotten` of officers is not compared.
    """
    while one.running:
        one.step()
        other.step()
        assert series_of_others(one) == series_of_others(other)
    assert lives(one, mentoring=False) == lives(other, mentoring=False)
    contents = tables(one), tables(other)
    for name in (*UNTOUCHED, *LISTS):
        assert contents[0][name] == contents[1][name], name
    officers = (world.officers.rows.copy() for world in (one, other))
    assert len({forget(rows, forgotten).tobytes() for rows in officers}) == 1


@pytest.mark.parametrize("settings", [{}, REFORMED | {"areas.number": 2}], ids=["as it was", "reformed"])
def test_meetings_with_a_mentor_move_nobody(settings) -> None:
    """People, peer mentors among them, officers and courts live through the same weeks with a service and without."""
    others = {path: value for path, value in settings.items() if path not in MENTORED}
    world = shadow(others | INTERESTED, weeks=150, **{"intake.per_year": 90.0})
    without, service = ThroughTheGate(world), ThroughTheGate(with_settings(world, MENTORED))
    together(without, service, ("regard",))  # officers are asked of it where a service begins
    assert lives(without) != lives(service)
    assert len(without.mentors) == 0
    assert (without.referrals.rows["mentor"] == NOBODY).all()
    mentors, referrals = service.mentors.rows, service.referrals.rows
    assert ((mentors["person"] != NOBODY) & (mentors["ready_week"] != NEVER)).sum() > 5
    assert (referrals["mentor"] != NOBODY).sum() > 50
    assert held(without) == (0, 0.0)
    kept, spent = held(service)
    assert kept > 200
    assert spent > 0.0


def test_a_model_takes_it_as_a_setting(held_at_neutral) -> None:
    held_at_neutral({"housing.risk_homeless": 0.0, "housing.risk_temporary": 0.0}, direct=("housing.risk_homeless",))
    for kind, held in ((False, ()), ("direct", ("risk_homeless",)), (True, ("risk_homeless", "risk_temporary"))):
        risks = ThroughTheGate(small(), shadow=kind).p["housing"][0]
        assert tuple(name for name in ("risk_homeless", "risk_temporary") if risks[name] == 0.0) == held


@cache
def plenty() -> Scenario:
    return shadow(PLENTY_OF_MENTORS, weeks=110)


@pytest.mark.parametrize("name", SUPPLY)
def test_no_lever_on_the_supply_of_mentors_moves_reoffending(name) -> None:
    """Exactly, in a world with plenty of mentors: contacts are fewer or more, and everything else is the same."""
    scenario = plenty()
    one, other = ThroughTheGate(scenario), ThroughTheGate(with_levers(scenario, *SUPPLY[name]))
    together(one, other)
    assert held(one)[0] > 200
    assert held(one) != held(other)
    values = [
        collect(world).outcomes.set_index(["outcome", "unit", "group", "level"])["value"] for world in (one, other)
    ]
    moved = set(values[0].compare(values[1]).index.get_level_values("outcome"))
    assert moved
    assert moved <= OF_MENTORING
    assert not OF_MENTORING & {"reoffending_12m", "cost_reoffending", "cost_prison", "cost_supervision"}


# A mentor's state. Whom they meet, and for which prisons they are cleared, is the work of the service.
OF_A_MENTOR = (
    "key", "person", "skill", "strain", "identity", "validation", "commitment", "registered_week", "ready_week",
    "paid_week", "ended_week", "exit",
)  # fmt: skip


def test_meetings_move_no_mentor() -> None:
    """Where people come to many meetings or to few, and no match ends for that, mentors live the same lives."""
    for_good = {
        "relationship.give_up": 52,
        "relationship.term_weeks": 156.0,
        "relationship.early_dropout": 0.0,
        "relationship.later_dropout": 0.0,
    }
    scenario = shadow(PLENTY_OF_MENTORS | for_good, weeks=60)
    many, few = ({"relationship.attend_at_neutral": share} for share in (0.95, 0.1))
    one, other, moved = (run(with_settings(scenario, how)) for how in (many, few, many | {"shadow": False}))
    assert held(one)[0] > 3 * held(other)[0] > 100
    mentors = [world.mentors.rows[list(OF_A_MENTOR)].tolist() for world in (one, other, moved)]
    assert len(mentors[0]) > 30
    assert mentors[0] == mentors[1] != mentors[2]
    assert lives(one, mentoring=False) == lives(other, mentoring=False)
    assert not one.mentors.rows["strain"].any()
    assert moved.mentors.rows["strain"].any()


def test_only_the_shadow_keeps_people_still() -> None:
    """So the tests above are not blind: without the shadow the same meetings move people and their officers."""
    scenario = plenty()
    one, other = run(scenario), run(with_settings(scenario, {"shadow": None}))
    assert lives(one, mentoring=False) != lives(other, mentoring=False)
    assert tables(one)["officers"] != tables(other)["officers"]


def test_both_worlds_share_their_luck() -> None:
    """Where nobody meets a mentor a shadow run is the run of its scenario, bit for bit, looks at people included."""
    late = shadow(REFORMED | {"funding.calendar": "unfunded"}, weeks=60, **{"intake.per_year": 90.0})
    one, other = ThroughTheGate(late), ThroughTheGate(with_settings(late, {"shadow": None}))
    assert one.highest_risk == other.highest_risk
    assert lives(advance(one)) == lives(advance(other))


def test_what_is_overridden_has_the_direct_effect_in_it() -> None:
    direct, every = (set(with_settings(Scenario(), {"shadow": kind}).shadowed()) for kind in ("direct", True))
    assert direct == {"influence.direct_effect"}
    assert direct < every
    moved = {path for path in every if parameters()[path].default != parameters()[path].shadow}
    assert direct < moved


def test_the_most_that_risk_can_come_to_is_that_of_the_scenario(held_at_neutral) -> None:
    """Else times at which people are looked at would move with the shadow, and with them everybody's luck."""
    held_at_neutral({"housing.risk_homeless": 0.0, "housing.risk_temporary": 0.0})
    one, other = ThroughTheGate(shadow({})), ThroughTheGate(small())
    assert one.highest_risk == other.highest_risk
    assert one.p["housing"][0]["risk_homeless"] == 0.0 < other.p["housing"][0]["risk_homeless"]
    assert (
        ThroughTheGate(small({"housing.risk_homeless": 0.0, "housing.risk_temporary": 0.0})).highest_risk
        < one.highest_risk
    )
