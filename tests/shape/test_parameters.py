"""Every parameter is complete, and moves something."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pytest
from helpers import REFORMED, SMALL, run, small

from ttg_sim.mechanisms import activities
from ttg_sim.mechanisms.activities import PRESETS, ActivityParameters
from ttg_sim.model import PREPARE
from ttg_sim.outcomes.tables import collect
from ttg_sim.parameter import NO_COST_KNOWN, Cost, Grade, Kind, Parameter, Role, parameter
from ttg_sim.scenario.names import parameters

EVERY = parameters()
# A world in which every rule has something to decide.
BUSY = (
    SMALL
    | REFORMED
    | {
        "weeks": 120,
        "areas.number": 2,
        "intake.per_year": 120.0,
        "housing.other_households_per_week": 1.0,
        "sentencing.replaced_share": 0.1,
        "services.training_places": 2,
        "services.training_others": 0.2,
        "services.treatment_places": 10,
        "services.treatment_others": 0.5,
        "services.benefits_places": 2,
        "services.benefits_others": 0.5,
        "work.vacancies_per_week": 1.0,
        "work.others_per_week": 1.0,
        "coordinator.n": 1.0,
        "coordinator.max_mentors": 5.0,
        "programme.target_mentors": 30.0,
        "programme.rollout_months": 6.0,
        "referral.names_per_month": 6.0,
        "referral.response_days": 7.0,
        "clearance.delay_weeks": 6.0,
        "clearance.valid_weeks": 52.0,
        "clearance.retry_weeks": 26.0,
    }
)
PROGRAMME = {"readiness": 0.1, "hope": 0.1, "officer_trust": 0.1, "referral": 0.5, "search": 0.5, "volunteers": 0.5}
"""What a session of a programme moves in these worlds."""
DUTIES = {"licence.engagement_condition": True, "licence.mentor_reports": True}
AGREED = DUTIES | {"licence.agreement": True}
PAID = {"pay.when": "after_months", "pay.after_months": 3.0}
POSTS = {"pay.posts": 4.0, "pay.after_months": 3.0}
STOPS = {"funding.calendar": "stop_start"}
TRAINED_TOGETHER = {"prison.joint_training": True}
PAID_BY_RESULTS = {"pbr.share": 0.5, "pbr.passed_down": 1.0}
EVERYBODY_COUNTS = PAID_BY_RESULTS | {"pbr.cohort_rule": True}
# What only counts where something else is as it is not in the busy world.
IN_ANOTHER_WORLD: dict[str, dict[str, object]] = {
    "funding.first_weeks": STOPS,
    "funding.second_weeks": STOPS,
    "funding.stop_weeks": STOPS,
    "funding.hard_stop": STOPS,
    "funding.wind_down_weeks": STOPS | {"funding.hard_stop": False},
    "funding.long_weeks": {"funding.calendar": "one_long"},
    "coordinator.loss_per_week": STOPS,
    "mentor.exit_in_stop": STOPS,
    "recruit.invites_per_year": {"eligibility.off_licence_required": False},
    "work.found_by_mentoring": {"recruit.peer_share": 0.92, "recruit.apply_per_year": 2.0},
    "mentor.exit_when_paid": PAID,
    "mentor.exit_by_substitution": {"staff.task_substitution": 0.3},
    "relationship.attend_bound": DUTIES,
    "relationship.coercion": DUTIES,
    "licence.counts_share": DUTIES,
    "licence.report_share": DUTIES,
    "licence.betrayal": DUTIES,
    "licence.agreement": DUTIES,
    "licence.agreement_effect": AGREED,
    "licence.review_weeks": AGREED,
    "staff.bridge_lost": {"staff.status_hidden": True, "staff.settled_weeks": 0.0},
    "staff.substitution_hours": {"staff.task_substitution": 0.3},
    "strain.on_report": DUTIES,
    "pay.after_months": {"pay.when": "after_months"},
    "pay.hourly": PAID,
    "pay.contract_hours": PAID,
    "pay.room_per_hour": PAID,
    "pay.accept_prob": PAID,
    "pay.drawn_per_year": {"pay.when": "from_start"},
    "pay.patience_months": PAID,
    "pay.is_work": PAID | {"recruit.peer_share": 0.92, "recruit.apply_per_year": 2.0},
    "pay.post_cost": POSTS,
    "pay.post_turnover": POSTS,
    "prison.joint_training_effect": TRAINED_TOGETHER,
    "prison.suspicion_pull": TRAINED_TOGETHER,
    "pbr.passed_down": {"pbr.share": 0.5},
    "pbr.cohort_rule": PAID_BY_RESULTS,
    "pbr.selectivity": PAID_BY_RESULTS,
    "pbr.intrinsic_share": PAID_BY_RESULTS,
    "pbr.cohort_discipline": EVERYBODY_COUNTS,
    "pbr.tariff_reoffender": EVERYBODY_COUNTS | {"pbr.hurdle_z": 0.0, "pbr.tariff_reoffence": 0.0},
    "pbr.tariff_reoffence": EVERYBODY_COUNTS,
    "pbr.hurdle_z": EVERYBODY_COUNTS,
    "pbr.contract_value": EVERYBODY_COUNTS,
    "pbr.reserve_weeks": PAID_BY_RESULTS,
    "pbr.baseline_shift": EVERYBODY_COUNTS,
    "pbr.baseline_reoffences": EVERYBODY_COUNTS,
}


@pytest.mark.parametrize("path", EVERY)
def test_a_parameter_is_complete(path) -> None:
    facts = EVERY[path]
    assert facts.words.strip()
    assert facts.words[0].isupper()
    assert not facts.words.endswith(".")
    assert facts.unit.strip()
    assert facts.source.strip()
    assert isinstance(facts.grade, Grade)
    assert isinstance(facts.role, Role)
    assert facts.grade is Grade.ASSUMPTION or facts.evidence
    assert facts.fault(facts.default) is None
    if facts.kind in (Kind.NUMBER, Kind.COUNT):
        assert facts.low is not None
        assert facts.high is not None
        assert facts.low < facts.high


def test_levers_say_what_they_cost_and_nothing_else_does() -> None:
    assert len({path for path, facts in EVERY.items() if facts.role is Role.LEVER}) > 20
    for path, facts in EVERY.items():
        assert (facts.role is Role.LEVER) == isinstance(facts.cost, Cost), path
        if facts.cost is not None and facts.cost.pounds is not None:
            assert facts.cost.pounds > 0, path
            assert facts.cost.per.strip(), path
            assert facts.cost.price_year[:2] in ("19", "20"), path
            assert facts.cost.words.strip(), path
            assert facts.cost.evidence, path
        elif facts.cost is not None:
            assert not facts.cost.evidence, path


A_POUND = Cost(1.0, "each", "2016", "x", ("10.03",))


@pytest.mark.parametrize(("role", "cost"), [(Role.LEVER, None), (Role.FIXED, NO_COST_KNOWN), (Role.UNCERTAIN, A_POUND)])
def test_a_lever_without_a_cost_or_a_cost_without_a_lever_is_refused(role, cost) -> None:
    with pytest.raises(ValueError, match="says what moving it costs"):
        parameter(1.0, unit="x", words="X", source="x", grade=Grade.ASSUMPTION, role=role, cost=cost)


def test_costs_are_told_in_words() -> None:
    assert str(NO_COST_KNOWN) == "none known"
    assert str(Cost(None, words="why")) == "none known (why)"
    cost = Cost(1460.4, "a recall", "2016/17", "prison place only", ("10.03",))
    assert str(cost) == "1,460 pounds a recall in prices of 2016/17 (prison place only)"


def world_of(path: str) -> dict[str, object]:
    """Settings of the busy world in which a parameter counts."""
    section, _, name = path.partition(".")
    if section in PRESETS and name != "running":
        running = {f"{section}.{part}": value for part, value in PROGRAMME.items() if part != name}
        compulsory = {f"{section}.compulsory": True} if name == "compulsory_effect" else {}
        led = {"peer_led": True, "mentors": 3} if name == "peer_led" else {"peer_led": False}
        led = {f"{section}.{part}": value for part, value in led.items()}
        return BUSY | {f"{section}.running": True} | led | running | compulsory
    return BUSY | IN_ANOTHER_WORLD.get(path, {})


def other_values(facts: Parameter) -> list[object]:
    """Values well away from that of the busy world, within the bounds."""
    now = world_of(facts.path).get(facts.path, facts.default)
    if facts.kind is Kind.SWITCH:
        return [not now]
    if facts.kind is Kind.DATE:
        return [date(2012, 1, 2)]
    if facts.kind is Kind.CHOICE:
        return [choice for choice in facts.choices if choice != now]
    if facts.kind is Kind.SHARES:
        assert isinstance(facts.default, dict)
        least, most = (pick(facts.default, key=facts.default.get) for pick in (min, max))
        return [facts.default | {least: facts.default[most], most: facts.default[least]}]
    assert facts.kind in (Kind.NUMBER, Kind.COUNT)
    low, high = facts.low, facts.high
    assert low is not None
    assert high is not None
    if high > 300:  # worlds stay small
        low, high = max(low, now / 3), now * 1.5 + 1
    whole = facts.kind is Kind.COUNT
    near = low + (high - low) / 20  # the far end may come after the world has ended
    return [int(value) if whole else float(value) for value in (low, high, near) if value != now]


def results(world) -> dict[str, bytes]:
    found = collect(world)
    return {
        "outcomes": np.nan_to_num(found.outcomes["value"].to_numpy(), nan=-1.0).tobytes(),
        "weekly": found.weekly.drop(columns="date").to_numpy(float).tobytes(),
    }


@cache
def unchanged(settings: tuple[tuple[str, object], ...]) -> dict[str, bytes]:
    return results(run(small(dict(settings))))


# All programmes are of one class with one rule. To keep the time down, those of two are tried in full, one that has a
# purpose and one that is neutral; of each other one, whether it runs.
IN_FULL = {"group_for_unready", "own_programme"}
TRIED = [path for path in EVERY if path.split(".")[0] not in set(PRESETS) - IN_FULL or path.endswith(".running")]


@pytest.mark.parametrize("path", TRIED)
def test_a_parameter_moves_an_outcome_or_a_series(path) -> None:
    settings = world_of(path)
    baseline = unchanged(tuple(settings.items()))
    moved = (results(run(small(settings, **{path: value}))) != baseline for value in other_values(EVERY[path]))
    assert all(moved) if EVERY[path].kind is Kind.CHOICE else any(moved)


def test_parameters_that_need_another_world_move_nothing_in_the_busy_one() -> None:
    assert IN_ANOTHER_WORLD.keys() <= EVERY.keys()
    baseline = unchanged(tuple(BUSY.items()))
    for path, settings in IN_ANOTHER_WORLD.items():
        assert path not in settings
        for value in other_values(EVERY[path]):
            assert results(run(small(BUSY, **{path: value}))) == baseline, (
                f"{path} counts already: take it off the list"
            )


def test_programmes_that_are_not_tried_in_full_are_of_the_same_class_and_rule() -> None:
    names = set(ActivityParameters.model_fields) - {"running"}
    assert set(EVERY) - set(TRIED) == {f"{section}.{name}" for section in set(PRESETS) - IN_FULL for name in names}
    for section in PRESETS.values():
        assert section.__bases__ == (ActivityParameters,)
        assert list(section.parameters()) == list(ActivityParameters.model_fields)
        assert PREPARE[section.section] is activities.prepare


def test_what_a_programme_is_like_moves_nothing_while_it_does_not_run() -> None:
    """All values of all programmes at once."""
    baseline = unchanged(tuple(BUSY.items()))
    facts = [facts for facts in EVERY.values() if facts.section in PRESETS and facts.name != "running"]
    others = {one.path: [value for value in other_values(one) if value != one.default] for one in facts}
    assert all(others.values())
    for place in (0, -1):
        assert results(run(small(BUSY, **{path: values[place] for path, values in others.items()}))) == baseline
