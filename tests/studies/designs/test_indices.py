"""Indices of designs: what is known of test functions comes out, and chance is told from effect."""

from __future__ import annotations

import time

import numpy as np
import pytest
from SALib.test_functions import Ishigami, Sobol_G

from ttg_sim.parameter import Kind
from ttg_sim.studies.designs.indices import (
    DUMMY,
    NoIndices,
    analyse,
    convergence,
    elementary_effects,
    noise_share,
    settled,
)
from ttg_sim.studies.designs.sampling import Design, sample
from ttg_sim.studies.designs.space import Factor, Space

ISHIGAMI = Space(tuple(Factor(name, Kind.NUMBER, -np.pi, np.pi) for name in ("x1", "x2", "x3")))
A, B = 7.0, 0.1
V1, V2, V13 = 0.5 * (1 + B * np.pi**4 / 5) ** 2, A**2 / 8, B**2 * np.pi**8 * (1 / 18 - 1 / 50)
V = V1 + V2 + V13
KNOWN = {"S1": {"x1": V1 / V, "x2": V2 / V, "x3": 0.0}, "ST": {"x1": (V1 + V13) / V, "x2": V2 / V, "x3": V13 / V}}


def ishigami(points: np.ndarray) -> np.ndarray:
    return Ishigami.evaluate(ISHIGAMI.values(points).to_numpy(float))[:, None]


def cube(count: int, **groups: str) -> Space:
    return Space(tuple(Factor(f"p{at}", Kind.NUMBER, 0.0, 1.0, (), groups.get(f"p{at}", "")) for at in range(count)))


@pytest.mark.parametrize(("design", "n"), [(Design.SOBOL, 2048), (Design.FAST, 2000)])
def test_ishigami_comes_out_within_its_intervals(design: Design, n: int) -> None:
    points = sample(design, ISHIGAMI, n, 5)
    found = analyse(design, ISHIGAMI, points, ishigami(points), 5).set_index(["index", "factor"])
    for index, known in KNOWN.items():
        for factor, value in known.items():
            row = found.loc[(index, factor)]
            # 95% intervals miss one time in twenty: twice their width never should.
            assert abs(row["value"] - value) < max(2 * (row["high"] - row["value"]), 0.03), (index, factor)
    assert found.loc[("S1", "x3")]["spans_zero"]
    assert not found.loc[("ST", "x3")]["spans_zero"]


def test_intervals_of_sobol_hold_what_is_known_about_as_often_as_they_should() -> None:
    held = []
    for seed in range(40):
        points = sample(Design.SOBOL, ISHIGAMI, 256, seed)
        found = analyse(Design.SOBOL, ISHIGAMI, points, ishigami(points), seed, resamples=200)
        held += [row["low"] <= KNOWN[row["index"]][row["factor"]] <= row["high"] for _, row in found.iterrows()]
    assert 0.88 < np.mean(held) <= 1.0


def test_sobol_g_and_its_order() -> None:
    a = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])
    space = cube(8)
    parts = 1 / (3 * (1 + a) ** 2)
    whole = np.prod(1 + parts) - 1
    points = sample(Design.SOBOL, space, 1024, 3)
    found = analyse(Design.SOBOL, space, points, Sobol_G.evaluate(points, a=a)[:, None], 3)
    first = found[found["index"] == "S1"].set_index("factor")
    for at in range(3):
        row = first.loc[f"p{at}"]
        assert abs(row["value"] - parts[at] / whole) < 2 * (row["high"] - row["value"]) + 0.01
    for design, index, n in ((Design.MORRIS, "mu_star", 60), (Design.PAWN, "median", 1500)):
        points = sample(design, space, n, 3)
        other = analyse(design, space, points, Sobol_G.evaluate(points, a=a)[:, None], 3)
        ranked = other[other["index"] == index].set_index("factor")["value"]
        assert ranked["p0"] > ranked["p1"] > ranked["p2"] > ranked["p5"]


def test_groups_have_the_variance_of_what_is_in_them() -> None:
    space = cube(4, p0="a", p1="a", p2="b", p3="b")
    points = sample(Design.SOBOL, space, 1024, 1)
    values = (3 * points[:, 0] + 4 * points[:, 1] + 5 * points[:, 2])[:, None]
    found = analyse(Design.SOBOL, space, points, values, 1).set_index(["index", "factor"])["value"]
    assert found["S1", "a"] == pytest.approx(0.5, abs=0.04)
    assert found["ST", "b"] == pytest.approx(0.5, abs=0.04)


def test_second_order_finds_the_pair() -> None:
    space = cube(3)
    points = sample(Design.SOBOL, space, 1024, 1, second_order=True)
    values = ((points[:, 0] - 0.5) * (points[:, 2] - 0.5))[:, None]
    found = analyse(Design.SOBOL, space, points, values, 1, True).set_index(["index", "factor"])["value"]
    assert found["S2", "p0 x p2"] == pytest.approx(1.0, abs=0.12)
    assert found["S2", "p0 x p1"] == pytest.approx(0.0, abs=0.12)


def test_morris_of_a_line_is_its_slope_without_spread() -> None:
    space = cube(3)
    points = sample(Design.MORRIS, space, 10, 1)
    values = 2 * points[:, 0] - 3 * points[:, 1]
    found = analyse(Design.MORRIS, space, points, values[:, None], 1).set_index(["index", "factor"])["value"]
    assert [found["mu", f"p{at}"] for at in range(3)] == pytest.approx([2, -3, 0])
    assert [found["mu_star", f"p{at}"] for at in range(3)] == pytest.approx([2, 3, 0])
    assert [found["sigma", f"p{at}"] for at in range(3)] == pytest.approx([0, 0, 0], abs=1e-9)
    assert {len(one) for one in elementary_effects(space, points, values).values()} == {10}


def test_a_distance_to_what_nothing_has_is_marked() -> None:
    space = cube(3)
    points = sample(Design.PAWN, space, 600, 1)
    found = analyse(Design.PAWN, space, points, points[:, [0]], 1)
    median = found[found["index"] == "median"].set_index("factor")
    assert DUMMY in median.index
    assert not median.loc["p0"]["spans_zero"]
    assert median.loc["p2"]["spans_zero"]


def test_one_at_a_time_and_factorial_effects_are_differences_with_intervals() -> None:
    space = cube(2)
    noise = np.array([0.0, 1.0, 2.0])
    points = sample(Design.OAT, space, 1, 1, base=np.array([0.25, 0.5]))
    values = (2 * points[:, 0] + points[:, 1])[:, None] + noise
    found = analyse(Design.OAT, space, points, values, 1).set_index(["factor", "index"])["value"]
    assert found["p0", "at_low"] == pytest.approx(-0.5)
    assert found["p0", "at_high"] == pytest.approx(1.5)
    points = sample(Design.FACTORIAL, space, 1, 1, levels=3)
    values = (2 * points[:, 0] + points[:, 0] * points[:, 1])[:, None] + noise
    found = analyse(Design.FACTORIAL, space, points, values, 1).set_index(["factor", "index"])["value"]
    assert found["p0", "effect"] == pytest.approx(2.5)
    assert found["p0 x p1", "interaction"] == pytest.approx(1.0)


def test_the_share_of_chance_is_that_of_the_noise_that_was_added() -> None:
    generator = np.random.default_rng(1)
    effect = generator.normal(0, 1.0, (4000, 1))
    for sd, replicates in ((1.0, 4), (2.0, 2)):
        noise = generator.normal(0, sd, (4000, replicates))
        luck = generator.normal(0, 5.0, (1, replicates))
        expected = sd**2 / replicates / (1 + sd**2 / replicates)
        # What a replicate does to all points alike is no noise between them.
        assert noise_share(effect + noise + luck) == pytest.approx(expected, abs=0.03)
    assert np.isnan(noise_share(effect))


def test_what_has_settled_is_told_from_what_has_not() -> None:
    points = sample(Design.SOBOL, ISHIGAMI, 1024, 5)
    steps = convergence(Design.SOBOL, ISHIGAMI, points, ishigami(points), 5)
    assert sorted(steps["part"].unique()) == [0.25, 0.5, 1.0]
    assert steps[steps["part"] == 0.5]["points"].unique().tolist() == [2560]
    assert settled(steps)["settled"].mean() > 0.6
    few = sample(Design.MORRIS, ISHIGAMI, 2, 5)
    assert set(convergence(Design.MORRIS, ISHIGAMI, few, ishigami(few), 5)["part"]) <= {1.0}


def test_missing_values_are_refused_by_name_and_constants_have_no_index() -> None:
    points = sample(Design.SOBOL, ISHIGAMI, 16, 5)
    values = ishigami(points)
    values[[3, 7]] = np.nan
    with pytest.raises(NoIndices, match=r"at 2 of 80 points \(3, 7\)"):
        analyse(Design.SOBOL, ISHIGAMI, points, values, 5)
    found = analyse(Design.SOBOL, ISHIGAMI, points, np.ones((80, 2)), 5)
    assert (found["index"] == "none").all()
    assert (found["value"] == 0).all()


def test_nothing_touches_the_generator_of_the_process() -> None:
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    for design, n in ((Design.SOBOL, 16), (Design.MORRIS, 4), (Design.FAST, 80), (Design.PAWN, 50)):
        points = sample(design, ISHIGAMI, n, 5)
        one = analyse(design, ISHIGAMI, points, ishigami(points), 5)
        assert one.equals(analyse(design, ISHIGAMI, points, ishigami(points), 5))
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


def test_a_hundred_thousand_rows_take_seconds() -> None:
    space = cube(12)
    points = sample(Design.SOBOL, space, 8192, 1)
    begun = time.perf_counter()
    analyse(Design.SOBOL, space, points, points[:, [0]] + points[:, [3]] ** 2, 1)
    assert len(points) > 100_000
    assert time.perf_counter() - begun < 60
