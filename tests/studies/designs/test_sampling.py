"""Designs: as many points as were promised, the same for the same seed, every value of what has single values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ttg_sim.parameter import Kind
from ttg_sim.studies.designs.sampling import Design, NoDesign, sample, size
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
N = {Design.SOBOL: 8, Design.FAST: 70, Design.MORRIS: 5}


@pytest.mark.parametrize("design", Design)
@pytest.mark.parametrize("space", [SPACE, GROUPED], ids=["single", "groups"])
def test_points_are_as_many_as_promised_and_the_same_for_the_same_seed(design: Design, space: Space) -> None:
    n = N.get(design, 12)
    if design is Design.FAST and space.grouped:
        with pytest.raises(NoDesign, match="fast cannot move parameters in groups"):
            size(design, space, n)
        return
    points = sample(design, space, n, 3)
    assert points.shape == (size(design, space, n), 4)
    assert (points >= 0).all()
    assert (points <= 1).all()
    assert (points == sample(design, space, n, 3)).all()
    if design not in (Design.FACTORIAL, Design.SWEEP, Design.OAT):
        assert (points != sample(design, space, n, 4)).any()


def test_a_second_order_design_is_longer() -> None:
    assert len(sample(Design.SOBOL, SPACE, 8, 1, second_order=True)) == size(Design.SOBOL, SPACE, 8, None, True) == 80


@pytest.mark.parametrize("one", FACTORS, ids=lambda one: one.name)
def test_single_values_have_equal_parts_of_the_range(one: Factor) -> None:
    values = [one.value_at(share) for share in np.linspace(0, 1, 12_001)]
    if one.kind is Kind.NUMBER:
        assert (values[0], values[-1]) == (-1.0, 3.0)
        return
    found = {value: values.count(value) for value in values}
    assert len(found) == one.count
    assert max(found.values()) - min(found.values()) <= 2


@given(st.floats(0, 1))
def test_every_share_has_a_value_of_the_right_kind(share: float) -> None:
    kinds = {"number": float, "count": int, "switch": bool, "choice": str}
    for one in FACTORS:
        assert type(one.value_at(share)) is kinds[one.name]
    frame = SPACE.values(np.full((1, 4), share))
    assert frame.iloc[0].tolist() == [one.value_at(share) for one in FACTORS]


def test_a_factorial_has_every_combination_once() -> None:
    points = SPACE.values(sample(Design.FACTORIAL, SPACE, 1, 1))
    assert len(points) == 2 * 4 * 2 * 3
    assert not points.duplicated().any()


def test_one_at_a_time_starts_at_the_base() -> None:
    base = np.array([0.3, 0.1, 0.9, 0.5])
    points = sample(Design.OAT, SPACE, 1, 1, base=base)
    assert (points[0] == base).all()
    assert ((points[1:] != base).sum(axis=1) <= 1).all()


@pytest.mark.parametrize(
    ("design", "space", "n", "line"),
    [
        (Design.SOBOL, SPACE, 100, "100 is no power of two, which sobol needs; expected 64 or 128"),
        (Design.MORRIS, SPACE, 1, "1 trajectory is too few"),
        (Design.FAST, SPACE, 64, "64 is too few for fast; expected more than 64"),
        (Design.LHS, SPACE, 3, "3 points are too few; expected 10 or more"),
        (Design.SWEEP, SPACE, 1, "one point is no sweep"),
        (Design.SOBOL, Space(FACTORS[:1]), 8, "there is one only"),
        (Design.LHS, Space(()), 10, "nothing is moved"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_a_line(design: Design, space: Space, n: int, line: str) -> None:
    with pytest.raises(NoDesign, match=line):
        sample(design, space, n, 1)


def test_an_odd_grid_is_refused() -> None:
    with pytest.raises(NoDesign, match="3 levels are odd"):
        size(Design.MORRIS, SPACE, 5, 3)
