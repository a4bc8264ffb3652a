"""Designs: as many points as were promised, the same for the same seed, and each as its kind demands."""

from __future__ import annotations

import numpy as np
import pytest

from ttg_sim.parameter import Kind
from ttg_sim.studies.designs.sampling import Design, NoDesign, levels_of, sample, size
from ttg_sim.studies.designs.space import Factor, Space

FACTORS = (
    Factor("number", Kind.NUMBER, -1.0, 3.0),
    Factor("count", Kind.COUNT, 2, 5),
    Factor("switch", Kind.SWITCH),
    Factor("choice", Kind.CHOICE, choices=("a", "b", "c")),
)
SPACE = Space(FACTORS)
GROUPED = Space(tuple(Factor(one.name, one.kind, one.low, one.high, one.choices, "first" if at < 2 else "second")
                      for at, one in enumerate(FACTORS)))  # fmt: skip
ONE = Space(tuple(Factor(one.name, one.kind, one.low, one.high, one.choices, "all") for one in FACTORS))
N = {Design.SOBOL: 8, Design.FAST: 70, Design.MORRIS: 5, Design.PAWN: 100}
FIXED = (Design.FACTORIAL, Design.SWEEP, Design.OAT)


def spaces(design: Design) -> list[Space]:
    if design is Design.SWEEP:
        return [Space(FACTORS[:1]), ONE]
    return [SPACE] if design is Design.FAST else [SPACE, GROUPED]


@pytest.mark.parametrize("design", Design)
def test_points_are_as_many_as_promised_and_the_same_for_the_same_seed(design: Design) -> None:
    for space in spaces(design):
        n = N.get(design, 12)
        points = sample(design, space, n, 0)
        assert points.shape == (size(design, space, n), len(space.factors))
        assert ((points >= 0) & (points <= 1)).all()
        assert np.array_equal(points, sample(design, space, n, 0))
        assert np.array_equal(points, sample(design, space, n, 4)) is (design in FIXED)


@pytest.mark.parametrize("design", Design)
def test_the_random_state_of_the_process_is_neither_read_nor_changed(design: Design) -> None:
    space, n = spaces(design)[0], N.get(design, 12)
    found = []
    for state in (1, 2):
        np.random.seed(state)  # noqa: NPY002
        before = np.random.get_state()[1].copy()  # noqa: NPY002
        found.append(sample(design, space, n, 0))
        assert np.array_equal(np.random.get_state()[1], before)  # noqa: NPY002
    assert np.array_equal(*found)


def test_a_second_order_design_is_longer() -> None:
    assert len(sample(Design.SOBOL, SPACE, 8, 1, second_order=True)) == size(Design.SOBOL, SPACE, 8, None, True) == 80
    assert size(Design.SOBOL, GROUPED, 8) == 8 * 4


def test_a_latin_hypercube_has_each_stratum_once() -> None:
    points = sample(Design.LHS, SPACE, 20, 1)
    assert np.array_equal(np.sort((points * 20).astype(int), axis=0), np.tile(np.arange(20)[:, None], (1, 4)))


@pytest.mark.parametrize("design", [Design.LHS, Design.RANDOM, Design.PAWN, Design.FACTORIAL])
def test_factors_of_a_group_share_their_place_in_the_range(design: Design) -> None:
    points = sample(design, GROUPED, 100, 1)
    assert np.array_equal(points[:, 0], points[:, 1])
    assert np.array_equal(points[:, 2], points[:, 3])
    assert not np.array_equal(points[:, 0], points[:, 2])


def test_factors_of_a_group_are_exchanged_together_in_sobol_and_step_together_in_morris() -> None:
    blocks = sample(Design.SOBOL, GROUPED, 8, 1).reshape(8, 4, 4)
    assert ((blocks[:, 1] != blocks[:, 0]) == [True, True, False, False]).all()
    assert ((blocks[:, 2] != blocks[:, 0]) == [False, False, True, True]).all()
    steps = np.diff(sample(Design.MORRIS, GROUPED, 8, 1).reshape(8, 3, 4), axis=1) != 0
    assert (steps[:, :, 0] == steps[:, :, 1]).all()
    assert (steps[:, :, 2] == steps[:, :, 3]).all()
    assert (steps.sum(axis=(1, 2)) == 4).all()


def test_a_factorial_has_every_combination_once() -> None:
    values = SPACE.values(sample(Design.FACTORIAL, SPACE, 0, 1, levels=3))
    assert len(values) == 3 * 3 * 2 * 3
    assert not values.duplicated().any()
    assert sorted(values["number"].unique()) == [-1.0, 1.0, 3.0]
    assert {2, 5} <= set(values["count"])
    assert set(values["choice"]) == {"a", "b", "c"}


def test_levels_are_for_all_or_by_name() -> None:
    assert levels_of(SPACE, None) == {"number": 2, "count": 4, "switch": 2, "choice": 3}
    assert levels_of(SPACE, 9) == {"number": 9, "count": 4, "switch": 2, "choice": 3}
    assert levels_of(SPACE, {"number": 5, "count": 2}) == {"number": 5, "count": 2, "switch": 2, "choice": 3}
    assert levels_of(GROUPED, {"first": 6}) == {"first": 6, "second": 3}


def test_a_sweep_moves_everything_from_end_to_end_in_equal_steps() -> None:
    points = sample(Design.SWEEP, ONE, 5, 1)
    assert np.array_equal(points, np.tile(np.linspace(0, 1, 5)[:, None], (1, 4)))


def test_one_at_a_time_starts_at_the_base() -> None:
    base = np.array([0.3, 0.1, 0.9, 0.5])
    points = sample(Design.OAT, GROUPED, 0, 1, base=base)
    assert points.tolist() == [
        [0.3, 0.1, 0.9, 0.5],
        [0.0, 0.0, 0.9, 0.5],
        [1.0, 1.0, 0.9, 0.5],
        [0.3, 0.1, 0.0, 0.0],
        [0.3, 0.1, 1.0, 1.0],
    ]
    assert sample(Design.OAT, SPACE, 0, 1)[0].tolist() == [0.5] * 4
    with pytest.raises(NoDesign, match="the base point is 4 shares from 0 to 1"):
        sample(Design.OAT, SPACE, 0, 1, base=np.array([0.3, 0.1, 0.9, 1.5]))


@pytest.mark.parametrize(
    ("design", "space", "n", "more", "line"),
    [
        (Design.SOBOL, SPACE, 100, {}, "sobol takes a power of two .* not 100: take 64 or 128"),
        (Design.SOBOL, SPACE, 0, {}, "not 0: take 2 or 4"),
        (Design.SOBOL, SPACE, 3, {}, "not 3: take 2 or 4"),
        (Design.SOBOL, Space(FACTORS[:1]), 8, {}, "two or more factors or groups, not one"),
        (Design.SOBOL, ONE, 8, {}, "two or more factors or groups, not one"),
        (Design.MORRIS, Space(FACTORS[:1]), 8, {}, "two or more factors or groups, not one"),
        (Design.MORRIS, SPACE, 1, {}, "morris takes n of 2 or more, not 1: two trajectories"),
        (Design.MORRIS, SPACE, 4, {"levels": 3}, "one even number of levels .* not 3"),
        (Design.MORRIS, SPACE, 4, {"levels": {"number": 4}}, "one even number of levels"),
        (Design.FAST, GROUPED, 100, {}, "fast cannot move groups"),
        (Design.FAST, SPACE, 64, {}, "fast takes n of 65 or more, not 64"),
        (Design.PAWN, SPACE, 99, {}, "pawn takes n of 100 or more, not 99: ten slides of ten points"),
        (Design.LHS, SPACE, 6, {}, "lhs takes n of 10 or more, not 6: fewer points"),
        (Design.RANDOM, SPACE, -1, {}, "random takes n of 10 or more, not -1"),
        (Design.SWEEP, Space(FACTORS[:1]), 1, {}, "sweep takes n of 2 or more, not 1: both ends"),
        (Design.SWEEP, SPACE, 5, {}, "a sweep moves one factor or group, not 4"),
        (Design.LHS, Space(()), 10, {}, "lhs has nothing to vary"),
        (Design.LHS, SPACE, 10, {"levels": 3}, "lhs has no levels; factorial and morris have"),
        (Design.LHS, SPACE, 10, {"second_order": True}, "lhs has no indices of second order; sobol has"),
        (Design.FACTORIAL, SPACE, 0, {"levels": 1}, "levels: number has 1; two or more"),
        (Design.FACTORIAL, SPACE, 0, {"levels": {"nmuber": 3}}, "levels: 'nmuber' is none of number, count"),
        (Design.FACTORIAL, SPACE, 0, {"levels": {"choice": 2}}, "levels: choice has 2; all its 3 are taken"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_a_line(
    design: Design, space: Space, n: int, more: dict[str, object], line: str
) -> None:
    for make in (size, lambda *given, **named: sample(*given, 1, **named)):
        with pytest.raises(NoDesign, match=line) as caught:
            make(design, space, n, **more)  # type: ignore[operator]
        assert "\n" not in str(caught.value)


def test_too_many_points_are_counted_but_not_drawn() -> None:
    space = Space(tuple(Factor(f"x{at}", Kind.NUMBER) for at in range(12)))
    assert size(Design.FACTORIAL, space, 0, levels=5) == 5**12
    with pytest.raises(NoDesign, match="this factorial has 244,140,625 points; at most 1,000,000"):
        sample(Design.FACTORIAL, space, 0, 1, levels=5)
    with pytest.raises(NoDesign, match="the seed -1 is negative"):
        sample(Design.LHS, space, 100, -1)
