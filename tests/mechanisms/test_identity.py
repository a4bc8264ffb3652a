from __future__ import annotations

import numpy as np
import pytest

from ttg_sim.agents.mentor import Stage
from ttg_sim.agents.person import NOBODY, Contributor
from ttg_sim.engine.calendar import WEEKS_PER_MONTH
from ttg_sim.mechanisms import identity
from ttg_sim.mechanisms.identity import IdentityParameters

from .people import mentors, outside, rows

STILL = {"role_gain": 0.0, "by_validation": 0.0, "from_success": 0.0, "pull": 0.0}
"""Nothing moves identity."""


def peers(count: int = 1, **values):
    return mentors(count, **({"person": np.arange(count), "stage": Stage.MATCHED} | values))


def weeks(table, people=None, count: int = 1, volunteers=None, **values):
    people = outside(len(table)) if people is None else people
    p = identity.prepare(IdentityParameters(**values))
    for _ in range(count):
        identity.run(table, rows(table) if volunteers is None else volunteers, people, p)
    return table, people


def after(count: int = 1, readiness: float = 0.5, state=None, **values) -> float:
    """Identity of one peer after some weeks, where nothing moves it but what is given."""
    table, _ = weeks(peers(**(state or {})), outside(readiness=readiness), count, **(STILL | values))
    return float(table["identity"][0])


def test_nothing_moves_identity_by_itself() -> None:
    assert after(50) == 0.5
    assert after(50, state={"identity": 0.9}) == 0.9


@pytest.mark.parametrize(("before", "gain"), [(0.5, 0.05), (0.0, 0.1), (0.9, 0.01), (1.0, 0.0)])
def test_work_as_a_mentor_adds_a_share_of_what_is_missing(before, gain) -> None:
    assert after(state={"identity": before}, role_gain=0.1) == pytest.approx(before + gain)


def test_the_gain_repeats_each_week() -> None:
    assert after(10, role_gain=0.1) == pytest.approx(1 - 0.5 * 0.9**10)


@pytest.mark.parametrize(("readiness", "by", "gain"), [
    (0.5, 1.0, 0.05), (1.0, 1.0, 0.075), (0.0, 1.0, 0.025), (0.8, 2.0, 0.08), (0.0, 2.0, 0.0), (1.0, 0.0, 0.05),
])  # fmt: skip
def test_the_role_is_a_hook_for_those_who_are_ready(readiness, by, gain) -> None:
    assert after(readiness=readiness, role_gain=0.1, by_readiness=by) == pytest.approx(0.5 + gain)


@pytest.mark.parametrize(("shown", "gain"), [(1.0, 0.1), (0.75, 0.05), (0.5, 0.0), (0.25, -0.1), (0.0, -0.2)])
def test_disregard_weighs_more_than_regard(shown, gain) -> None:
    assert after(state={"validation": shown}, by_validation=0.2, asymmetry=2.0) == pytest.approx(0.5 + gain)


def test_without_asymmetry_regard_and_disregard_weigh_the_same() -> None:
    for shown in (0.1, 0.9):
        moved = after(state={"validation": shown}, by_validation=0.1, asymmetry=1.0)
        assert moved == pytest.approx(0.5 + 0.1 * (shown - 0.5))


@pytest.mark.parametrize("mean", [0.5, 0.55])
def test_regard_that_comes_and_goes_does_more_harm_than_its_mean(mean) -> None:
    def in_turn(spread: float, asymmetry: float) -> float:
        table, people = peers(), outside()
        for week in range(20):
            table["validation"] = mean + spread * (1 if week % 2 else -1)
            weeks(table, people, **(STILL | {"by_validation": 0.05, "asymmetry": asymmetry}))
        return float(table["identity"][0])

    steady = in_turn(0.0, 1.5)
    assert in_turn(0.3, 1.5) < in_turn(0.2, 1.5) < steady
    # Ten weeks of (mean - 0.3 - 0.5) lose half as much again.
    assert in_turn(0.3, 1.5) - steady == pytest.approx(10 * 0.05 * 0.5 * (mean - 0.8))
    assert in_turn(0.3, 1.0) == pytest.approx(steady)  # so it is the asymmetry that does it


def test_among_many_peers_a_spread_at_the_same_mean_lowers_mean_identity() -> None:
    rng = np.linspace(0.0, 1.0, 101)
    mean = {spread: weeks(peers(101, validation=0.5 + spread * (rng - 0.5)))[0]["identity"].mean()
            for spread in (0.0, 0.5, 1.0)}  # fmt: skip
    assert mean[1.0] < mean[0.5] < mean[0.0]


@pytest.mark.parametrize(("before", "expected"), [(0.9, 0.86), (0.5, 0.5), (0.1, 0.14), (1.0, 0.95), (0.0, 0.05)])
def test_identity_is_drawn_back_to_where_it_moves_nothing(before, expected) -> None:
    assert after(state={"identity": before}, pull=0.1) == pytest.approx(expected)


def test_successes_count_once_each() -> None:
    assert after(1, state={"successes": 2}, from_success=0.1) == pytest.approx(0.7)
    assert after(5, state={"successes": 2}, from_success=0.1) == pytest.approx(0.7)


@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("person", [NOBODY, 0])
def test_successes_are_counted_anew_for_everybody_in_the_list(stage, person) -> None:
    table, _ = weeks(peers(stage=stage, person=person, successes=3), outside())
    assert table["successes"].tolist() == [0]


def test_all_of_it_adds_up() -> None:
    state = {"identity": 0.6, "validation": 0.9, "successes": 1}
    expected = 0.6 + 0.004 * 1.3 * 0.4 + 0.03 * 0.4 + 0.03 - 0.01 * 0.1
    table, _ = weeks(peers(**state), outside(readiness=0.8))
    assert table["identity"] == pytest.approx([expected])


@pytest.mark.parametrize(("state", "bound"), [({"successes": 100}, 1.0), ({"validation": 0.0}, 0.0)])
def test_identity_stays_between_nil_and_one(state, bound) -> None:
    table = peers(**state)
    people = outside()
    for _ in range(30):
        for name, value in state.items():
            table[name] = value
        weeks(table, people, role_gain=0.0, by_validation=0.3, asymmetry=5.0, from_success=0.3)
        assert 0.0 <= table["identity"][0] <= 1.0
    assert table["identity"].tolist() == [bound]


# Whose it is.


@pytest.mark.parametrize("stage", list(Stage))
def test_only_peers_at_work_change(stage) -> None:
    table, people = weeks(peers(stage=stage, validation=0.9, identity=0.7))
    at_work = stage in (Stage.AVAILABLE, Stage.MATCHED, Stage.PAUSED)
    assert (table["identity"][0] != 0.7) == at_work
    assert (people["risk"][0, Contributor.IDENTITY] != 0.0) == at_work


def test_on_a_break_there_is_neither_work_nor_staff() -> None:
    table, people = weeks(peers(stage=Stage.PAUSED, identity=0.7, validation=0.0, successes=1))
    assert table["identity"] == pytest.approx([0.7 + 0.03 - 0.01 * 0.2])
    assert people["experience"].tolist() == [0.0]


def test_mentors_from_the_public_keep_still_and_move_nobody() -> None:
    table, people = weeks(mentors(3, validation=1.0, successes=1), outside(3))
    assert (table["identity"] == 0.5).all()
    assert not people["risk"].any()
    assert not people["experience"].any()


def test_months_at_work_are_experience() -> None:
    _, people = weeks(peers(2, stage=[Stage.AVAILABLE, Stage.MATCHED]), count=52)
    assert people["experience"] == pytest.approx([52 / WEEKS_PER_MONTH] * 2)
    assert people["experience"][0] == pytest.approx(12.0, rel=0.01)


def test_each_peer_has_an_identity_of_their_own() -> None:
    people = outside(3)
    table, _ = weeks(peers(2, person=[2, 0], validation=[1.0, 0.0]), people, **(STILL | {"by_validation": 0.2}))
    assert table["identity"] == pytest.approx([0.6, 0.5 - 0.15])
    risk = people["risk"][:, Contributor.IDENTITY]
    assert risk == pytest.approx([-0.6 * -0.15, 0.0, -0.6 * 0.1])


# Risk.


@pytest.mark.parametrize("by", [0.0, -0.6, -2.0])
@pytest.mark.parametrize("now", [0.0, 0.5, 0.8, 1.0])
def test_risk_falls_with_identity_and_is_nil_in_the_middle(by, now) -> None:
    _, people = weeks(peers(identity=now), risk_by_identity=by, **STILL)
    assert people["risk"][0, Contributor.IDENTITY] == pytest.approx(by * (now - 0.5))
    others = np.delete(people["risk"][0], Contributor.IDENTITY)
    assert not others.any()
    assert people["risk"][0, Contributor.IDENTITY] <= identity.highest_risk(IdentityParameters(risk_by_identity=by))


def test_the_highest_risk_is_reached_without_any_identity() -> None:
    _, people = weeks(peers(identity=0.0), **STILL)
    assert people["risk"][0, Contributor.IDENTITY] == identity.highest_risk(IdentityParameters()) == 0.3


@pytest.mark.parametrize("stage", [Stage.LEFT, Stage.BARRED, Stage.PROMOTED])
def test_whoever_stops_keeps_what_identity_has_come_to(stage) -> None:
    table, people = peers(), outside()
    weeks(table, people, 30, role_gain=0.05)
    kept, risk = float(table["identity"][0]), float(people["risk"][0, Contributor.IDENTITY])
    experience = float(people["experience"][0])
    assert kept > 0.6
    assert risk < -0.05
    table["stage"] = stage
    weeks(table, people, 50, role_gain=0.05)
    assert (table["identity"][0], people["risk"][0, Contributor.IDENTITY]) == (kept, risk)
    weeks(table, people, 50, volunteers=np.empty(0, np.int64))
    assert (table["identity"][0], people["risk"][0, Contributor.IDENTITY]) == (kept, risk)
    assert people["experience"][0] == experience
