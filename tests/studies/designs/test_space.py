"""What is varied: each value of a factor has its share of the range, and nothing is lost on the way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ttg_sim.parameter import Kind
from ttg_sim.studies.designs.space import Factor, NoDesign, Space

FACTORS = (
    Factor("number", Kind.NUMBER, -1.0, 3.0),
    Factor("count", Kind.COUNT, 2, 5),
    Factor("switch", Kind.SWITCH),
    Factor("choice", Kind.CHOICE, choices=("a", "b", "c")),
)
SPACE = Space(FACTORS)


@pytest.mark.parametrize("one", FACTORS, ids=lambda one: one.name)
def test_single_values_have_equal_parts_of_the_range_and_both_ends(one: Factor) -> None:
    values = [one.value_at(share) for share in np.linspace(0, 1, 1_201)]
    if one.kind is Kind.NUMBER:
        assert (values[0], values[600], values[-1]) == (-1.0, 1.0, 3.0)
        return
    found = {value: values.count(value) for value in values}
    assert list(found) == {"count": [2, 3, 4, 5], "switch": [False, True], "choice": ["a", "b", "c"]}[one.name]
    assert max(found.values()) - min(found.values()) <= 2


@given(st.floats(0, 1))
def test_every_share_has_a_value_of_the_right_type_that_lies_in_the_range(share: float) -> None:
    types = {"number": float, "count": int, "switch": bool, "choice": str}
    for one in FACTORS:
        assert type(one.value_at(share)) is types[one.name]
    assert -1.0 <= FACTORS[0].value_at(share) <= 3.0  # type: ignore[operator]
    frame = SPACE.values(np.full((1, 4), share))
    assert frame.iloc[0].tolist() == [one.value_at(share) for one in FACTORS]
    assert frame.dtypes.astype(str).tolist()[:3] == ["float64", "int64", "bool"]


@given(st.lists(st.floats(0, 1), min_size=4, max_size=4))
def test_values_come_back_exactly_from_their_shares(shares: list[float]) -> None:
    values = SPACE.values(np.array([shares]))
    again = SPACE.values(SPACE.shares(values))
    assert again.equals(values)


@given(st.integers(1, 999))
def test_a_number_is_kept_as_it_is_written(thousandth: int) -> None:
    for low, high in ((0.0, 1.0), (-3.0, 0.999), (0.0005, 1200.0)):
        one, written = Factor("x", Kind.NUMBER, low, high), thousandth / 1000
        assert one.value_at(one.share_of(written)) == written


def test_thirds_belong_to_one_level_whichever_way_they_are_reckoned() -> None:
    three = FACTORS[3]
    assert three.value_at(np.nextafter(2 / 3, 0)) == three.value_at(np.nextafter(2 / 3, 1)) == "c"


def test_the_middle_of_a_bin_is_the_share_of_its_value() -> None:
    assert FACTORS[3].share_of("b") == 0.5
    assert [FACTORS[1].share_of(value) for value in (2, 3, 5)] == [0.0, 0.375, 1.0]
    assert [FACTORS[2].share_of(value) for value in (False, True)] == [0.0, 1.0]
    for one, value in zip(FACTORS, (3.1, 6, 1, "d"), strict=True):
        with pytest.raises(NoDesign, match=f"^{one.name}: .*is not within what is varied"):
            one.share_of(value)


def test_groups_are_named_in_the_order_in_which_they_come() -> None:
    space = Space((Factor("a", Kind.SWITCH, group="g"), Factor("b", Kind.SWITCH), Factor("c", Kind.SWITCH, group="g")))
    assert space.groups() == ["g", "b"]
    assert space.columns("g") == [0, 2]
    problem = space.problem()
    assert problem["groups"] == ["g", "b", "g"]
    assert problem["bounds"] == [[0.0, 1.0]] * 3
    assert problem is not space.problem()
    assert "groups" not in SPACE.problem()


@pytest.mark.parametrize(
    ("make", "line"),
    [
        (lambda: Factor("x", Kind.NUMBER, 1, 1), r"x: the lowest value \(1\) has to be below the highest \(1\)"),
        (lambda: Factor("x", Kind.NUMBER, 0, np.inf), "x: the lowest value"),
        (lambda: Factor("x", Kind.COUNT, 0.5, 3), "x: a count runs from a whole number to a whole number"),
        (lambda: Factor("x", Kind.CHOICE, choices=("a",)), "x: a choice is varied over two or more"),
        (lambda: Factor("x", Kind.CHOICE, choices=("a", "a")), "x: a choice is varied over two or more"),
        (lambda: Factor("x", Kind.DATE), "x: a date cannot be varied"),
        (lambda: Space((FACTORS[0], FACTORS[0])), "number is varied twice"),
        (lambda: Space((FACTORS[0], Factor("x", Kind.SWITCH, group="number"))), "the group number has the name"),
    ],
)
def test_what_cannot_be_varied_is_refused_in_a_line(make, line: str) -> None:
    with pytest.raises(NoDesign, match=line) as caught:
        make()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("share", [-0.01, 1.01, np.nan])
def test_a_share_beyond_the_range_has_no_value(share: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        FACTORS[0].value_at(share)
