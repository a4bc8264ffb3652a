from __future__ import annotations

import numpy as np
import pytest
from helpers import prepared

from ttg_sim.agents.mentor import Exit, Stage
from ttg_sim.agents.person import NEVER
from ttg_sim.mechanisms import strain
from ttg_sim.mechanisms.strain import StrainParameters

from .people import SEED, mentors, near, providers, rows

WEEK = 40
AT_WORK = [Stage.AVAILABLE, Stage.MATCHED, Stage.PAUSED]
OUT_OF_IT = [Stage.REJECTED, Stage.LEFT, Stage.BARRED, Stage.PROMOTED]
COUNTS = ("held", "unready", "blows", "reports")
NO_SOURCE = {
    "per_meeting": 0.0,
    "on_failure": 0.0,
    "when_unready": 0.0,
    "on_report": 0.0,
    "from_disregard": 0.0,
    "liminality": 0.0,
}
NO_BURNOUT = {"burnout_chance": 0.0}


def weeks(table, count: int = 1, first: int = WEEK, provider=None, volunteers=None, **values):
    """Some weeks of all mentors, with the counts that the table holds in the first of them."""
    provider = providers() if provider is None else provider
    volunteers = rows(table) if volunteers is None else volunteers
    p = strain.prepare(StrainParameters(**values))
    for week in range(first, first + count):
        strain.run(table, volunteers, provider, SEED, week, p)
    return table, provider


def added(**values) -> float:
    """Strain that a week adds to a mentor; `values` are of the mentor where they can be, and parameters else."""
    table = mentors()
    state = {name: values.pop(name) for name in list(values) if name in (table.dtype.names or ())}
    for name, value in state.items():
        table[name] = value
    return float(strain.load(table[0], prepared("strain", **values)))


def test_a_week_without_anybody_is_no_load() -> None:
    assert added() == 0.0
    assert added(stage=Stage.PAUSED) == 0.0


SOURCES = [
    ("per_meeting", 0.01, {"held": 3}, 0.03),
    ("when_unready", 0.02, {"unready": 2}, 0.04),
    ("on_failure", 0.2, {"blows": 2}, 0.4),
    ("on_report", 0.03, {"reports": 3}, 0.09),
    ("from_disregard", 0.2, {"person": 0, "validation": 0.1}, 0.08),
    ("liminality", 0.007, {"person": 0}, 0.007),
]


@pytest.mark.parametrize(("name", "size", "state", "expected"), SOURCES)
def test_each_source_adds_its_share_and_nothing_else_does(name, size, state, expected) -> None:
    everything = {"held": 3, "unready": 2, "blows": 2, "reports": 3, "person": 0, "validation": 0.1}
    assert added(**(NO_SOURCE | {name: size} | state)) == pytest.approx(expected)
    assert added(**(NO_SOURCE | {name: size} | everything)) == pytest.approx(expected)
    assert added(**(NO_SOURCE | everything)) == 0.0


def test_all_sources_add_up() -> None:
    state = {"held": 2, "unready": 1, "blows": 1, "reports": 1, "person": 0, "validation": 0.25}
    assert added(**state) == pytest.approx(2 * 0.004 + 0.008 + 0.1 + 0.02 + 0.03 * 0.25 + 0.004)


@pytest.mark.parametrize(("skill", "ratio"), [(1.0, 1.0), (2.0, 0.5), (0.5, 2.0), (0.3, 1 / 0.3), (0.1, 1 / 0.3)])
def test_meetings_are_harder_for_mentors_with_less_skill_down_to_a_limit(skill, ratio) -> None:
    alone = NO_SOURCE | {"per_meeting": 0.01}
    assert added(held=2, skill=skill, **alone) == pytest.approx(0.02 * ratio)
    rest = {"unready": 1, "blows": 1, "reports": 1}  # these weigh the same on everybody
    assert added(skill=skill, **rest) == added(skill=1.0, **rest)


@pytest.mark.parametrize(("validation", "expected"), [(0.0, 0.1), (0.25, 0.05), (0.5, 0.0), (0.9, 0.0)])
def test_disregard_wears_peers_down_and_regard_beyond_the_middle_gives_nothing_back(validation, expected) -> None:
    values = NO_SOURCE | {"from_disregard": 0.2}
    assert added(person=4, validation=validation, **values) == pytest.approx(expected)
    assert added(validation=validation, **values) == 0.0  # nobody looks down on the public


def test_on_a_break_peers_deal_with_no_staff_but_are_in_between_still() -> None:
    state = {"person": 0, "validation": 0.0, "stage": Stage.PAUSED}
    assert added(**state) == pytest.approx(0.004)
    assert added(**(state | {"stage": Stage.AVAILABLE})) == pytest.approx(0.004 + 0.015)


def test_a_peer_who_is_paid_is_not_in_between() -> None:
    values = NO_SOURCE | {"liminality": 0.05}
    assert added(person=0, paid_week=WEEK - 3, **values) == 0.0
    assert added(person=0, paid_week=NEVER, **values) == 0.05
    assert added(paid_week=NEVER, **values) == 0.0


# Recovery.


@pytest.mark.parametrize(("support", "stage", "left"), [
    (1.0, Stage.AVAILABLE, 0.36), (1.0, Stage.MATCHED, 0.36), (0.5, Stage.MATCHED, 0.38), (0.0, Stage.MATCHED, 0.4),
    (1.0, Stage.PAUSED, 0.32), (0.5, Stage.PAUSED, 0.36), (0.0, Stage.PAUSED, 0.4),
])  # fmt: skip
def test_strain_goes_with_support_and_twice_as_fast_on_a_break(support, stage, left) -> None:
    table, _ = weeks(mentors(stage=stage, strain=0.4), provider=providers(support=support), recovery=0.1)
    assert table["strain"] == pytest.approx([left])


def test_strain_goes_by_the_same_share_each_week() -> None:
    table, _ = weeks(mentors(strain=0.5), 10, recovery=0.1)
    assert table["strain"] == pytest.approx([0.5 * 0.9**10])


def test_no_more_goes_than_there_is() -> None:
    table, _ = weeks(mentors(stage=Stage.PAUSED, strain=0.5), recovery=0.9)
    assert table["strain"].tolist() == [0.0]


def test_what_a_week_adds_is_not_lessened_in_the_same_week() -> None:
    table, _ = weeks(mentors(strain=0.2, blows=1), recovery=0.5, on_failure=0.3)
    assert table["strain"] == pytest.approx([0.2 * 0.5 + 0.3])


def test_strain_stays_between_nil_and_one() -> None:
    table, _ = weeks(mentors(2, strain=[0.9, 0.0], blows=[40, 0]), 1, recovery=1.0, on_failure=0.5, **NO_BURNOUT)
    assert table["strain"].tolist() == [1.0, 0.0]
    table, _ = weeks(mentors(strain=1.0), 400, recovery=1.0, **NO_BURNOUT)
    assert table["strain"].tolist() == [0.0]


def test_a_constant_load_comes_to_rest_where_as_much_goes_as_comes() -> None:
    values = NO_SOURCE | {"liminality": 0.01, "recovery": 0.05}
    table, _ = weeks(mentors(2, person=[0, 1], area=[0, 1]), 300, provider=providers(2, support=[1.0, 0.5]), **values)
    assert table["strain"] == pytest.approx([0.2, 0.4], abs=1e-3)


def test_each_area_has_its_own_support() -> None:
    table = mentors(2, strain=0.5, area=[0, 1])
    weeks(table, provider=providers(2, support=[0.0, 1.0]), recovery=0.2)
    assert table["strain"] == pytest.approx([0.5, 0.4])


# Counts.


@pytest.mark.parametrize("stage", list(Stage))
def test_counts_begin_anew_for_everybody_in_the_list(stage) -> None:
    table, _ = weeks(mentors(stage=stage, **dict.fromkeys(COUNTS, 2)), **NO_BURNOUT)
    assert [int(table[name][0]) for name in COUNTS] == [0] * 4
    assert (table["strain"][0] > 0.0) == (stage in AT_WORK)


def test_counts_weigh_once() -> None:
    once, _ = weeks(mentors(blows=2), 1, recovery=0.0, on_failure=0.1)
    thrice, _ = weeks(mentors(blows=2), 3, recovery=0.0, on_failure=0.1)
    assert once["strain"].tolist() == thrice["strain"].tolist() == [0.2]


def test_whoever_is_not_in_the_list_keeps_strain_and_counts() -> None:
    table, _ = weeks(mentors(2, blows=1, strain=0.3), volunteers=np.array([1]))
    assert table["blows"].tolist() == [1, 0]
    assert table["strain"][0] == 0.3
    assert table["strain"][1] > 0.3


@pytest.mark.parametrize("stage", [Stage.SCREENING, Stage.TRAINING, Stage.CHECKS, *OUT_OF_IT])
def test_those_not_at_work_neither_tire_nor_recover_nor_burn_out(stage) -> None:
    table = mentors(50, stage=stage, strain=0.8, person=0, validation=0.0, blows=3)
    _, provider = weeks(table, 5, burnout_chance=1.0)
    assert (table["strain"] == 0.8).all()
    assert (table["stage"] == stage).all()
    assert provider["exits"].tolist() == provider["burnouts"].tolist() == [0]


# Burnout.


@pytest.mark.parametrize("stage", AT_WORK)
def test_whoever_burns_out_stops_for_good_and_is_counted_once(stage) -> None:
    table = mentors(3, stage=stage, strain=[0.9, 0.2, 0.9], load=2, specialist=1, area=[1, 0, 1], blows=1)
    _, provider = weeks(table, 3, provider=providers(2), recovery=0.0, burnout_chance=1.0)
    assert table["stage"].tolist() == [Stage.LEFT, stage, Stage.LEFT]
    assert table["exit"].tolist() == [Exit.BURNOUT, Exit.NONE, Exit.BURNOUT]
    assert table["ended_week"].tolist() == [WEEK, NEVER, WEEK]
    assert table["load"].tolist() == [0, 2, 0]
    assert table["specialist"].tolist() == [0, 1, 0]
    assert provider["exits"].tolist() == provider["burnouts"].tolist() == [0, 2]
    assert not table["blows"].any()
    assert provider["bars"].tolist() == [0, 0]


@pytest.mark.parametrize(("strain_now", "burns"), [(0.5, True), (0.51, True), (0.4999, False), (1.0, True)])
def test_burnout_threatens_from_the_threshold_on(strain_now, burns) -> None:
    table, _ = weeks(mentors(strain=strain_now), recovery=0.0, burnout_threshold=0.5, burnout_chance=1.0)
    assert (table["stage"][0] == Stage.LEFT) == burns


def test_it_is_the_strain_after_the_week_that_counts() -> None:
    table, _ = weeks(mentors(strain=[0.55]), recovery=0.2, burnout_threshold=0.5, burnout_chance=1.0)
    assert table["stage"].tolist() == [Stage.AVAILABLE]
    table, _ = weeks(mentors(strain=[0.45], blows=1), recovery=0.0, burnout_threshold=0.5, burnout_chance=1.0)
    assert table["stage"].tolist() == [Stage.LEFT]


@pytest.mark.parametrize("chance", [0.0, 0.1, 0.5])
def test_of_those_beyond_the_threshold_a_share_burn_out_in_a_week(chance) -> None:
    table, provider = weeks(mentors(4000, strain=0.9), recovery=0.0, burnout_chance=chance)
    gone = table["stage"] == Stage.LEFT
    assert gone.mean() == pytest.approx(chance, abs=near(chance, 4000))
    assert provider["burnouts"].tolist() == [gone.sum()]


def test_burnout_is_a_mentors_own_luck() -> None:
    many, few = mentors(200, strain=0.9), mentors(100, strain=0.9)
    for table in (many, few):
        weeks(table, 8, recovery=0.0)
    assert many["ended_week"][:100].tolist() == few["ended_week"].tolist()
    assert len(set(few["ended_week"])) > 5
    backwards = mentors(100, strain=0.9)
    weeks(backwards, 8, volunteers=rows(backwards)[::-1].copy(), recovery=0.0)
    assert backwards["ended_week"].tolist() == few["ended_week"].tolist()
