"""Chance between runs: how much of the variance between points it makes up, and what it brings to an index."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ttg_sim.parameter import Kind
from ttg_sim.studies.designs.indices import analyse, convergence, noise_share, settled
from ttg_sim.studies.designs.rows import chance
from ttg_sim.studies.designs.sampling import Design, sample
from ttg_sim.studies.designs.space import Factor, Space

SPACE = Space(tuple(Factor(f"p{at}", Kind.NUMBER) for at in range(6)))


@pytest.mark.parametrize(("sd", "replicates"), [(1.0, 4), (2.0, 2), (0.2, 10)])
def test_the_share_of_chance_is_that_of_the_noise_that_was_added(sd: float, replicates: int) -> None:
    generator = np.random.default_rng(1)
    effect = generator.normal(0, 1.0, (4000, 1))
    noise = generator.normal(0, sd, (4000, replicates))
    luck = generator.normal(0, 5.0, (1, replicates))
    own = sd**2 / replicates
    # What a replicate does to all points alike is no noise between them.
    assert noise_share(effect + noise + luck) == pytest.approx(own / (1 + own), abs=0.03)
    assert chance(effect + noise + luck) == pytest.approx(own, rel=0.05)
    assert noise_share(noise + luck) == pytest.approx(1, abs=0.05)
    assert noise_share(effect + luck) == pytest.approx(0, abs=1e-9)


def test_one_replicate_cannot_tell_chance_from_effect() -> None:
    assert np.isnan(noise_share(np.arange(5.0)[:, None]))
    assert np.isnan(noise_share(np.ones((5, 3))))


def test_the_share_is_never_more_than_all() -> None:
    shares = [noise_share(np.random.default_rng(seed).normal(0, 1, (4, 3))) for seed in range(50)]
    assert max(shares) == 1
    assert min(shares) >= 0


def noisy(design: Design, n: int, seed: int) -> pd.DataFrame:
    """Indices where one of six factors acts, and chance differs at each point."""
    points = sample(design, SPACE, n, seed)
    generator = np.random.default_rng(seed + 1000)
    values = 3 * points[:, [0]] + generator.normal(0, 1, (len(points), 5)) + generator.normal(0, 3, (1, 5))
    return analyse(design, SPACE, points, values, seed)


@pytest.mark.parametrize(
    ("design", "n", "index"),
    [
        (Design.MORRIS, 20, "mu"),
        (Design.MORRIS, 20, "mu_star"),
        (Design.SOBOL, 128, "ST"),
        (Design.FAST, 300, "ST"),
        (Design.LHS, 80, "PRCC"),
        (Design.PAWN, 300, "median"),
    ],
)
def test_what_only_chance_moves_is_not_called_an_effect(design: Design, n: int, index: str) -> None:
    found = pd.concat([noisy(design, n, seed) for seed in range(20)])
    found = found[found["index"] == index]
    acts = found["factor"] == "p0"
    assert not found[acts]["spans_zero"].any()
    # Wrong about one time in twenty, or less often: of 100, up to 12 are within chance.
    assert found[~acts]["spans_zero"].mean() >= 0.88
    if index in ("mu_star", "ST"):
        # Chance alone brings these to their floor, far from nil.
        assert (found[~acts]["value"] / found[~acts]["floor"]).mean() == pytest.approx(1, abs=0.1)
        assert found["floor"].min() > 0.1


def test_a_factor_that_changes_no_run_has_no_floor_however_noisy_the_points() -> None:
    points = sample(Design.MORRIS, SPACE, 20, 1)
    # The luck of a run hangs on what the first factor is, and on nothing else, as with draws that are shared.
    luck = np.random.default_rng(1).normal(0, 1, (4, 5))[np.round(points[:, 0] * 3).astype(int)]
    found = analyse(Design.MORRIS, SPACE, points, 3 * points[:, [0]] + luck, 1).set_index(["index", "factor"])
    assert found.loc[("mu_star", "p0"), "floor"] > 0.1
    assert found.loc[("mu_star", "p3"), ["value", "floor"]].tolist() == [0, 0]


def ishigami(points: np.ndarray) -> np.ndarray:
    x = (2 * points - 1) * np.pi
    return np.asarray(np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0]))


def test_parts_are_designs_of_the_same_kind() -> None:
    for design, n, sizes in (
        (Design.SOBOL, 64, [16 * 8, 32 * 8, 64 * 8]),
        (Design.MORRIS, 10, [2 * 7, 5 * 7, 7 * 7, 10 * 7]),
        (Design.MORRIS, 2, [2 * 7]),
        (Design.LHS, 40, [10, 20, 30, 40]),
        (Design.LHS, 12, [9, 12]),
        (Design.PAWN, 200, [100, 150, 200]),
    ):
        points = sample(design, SPACE, n, 5)
        steps = convergence(design, SPACE, points, ishigami(points), 5)
        assert steps.groupby("part")["points"].first().tolist() == sizes
        assert steps["part"].max() == 1
        last = steps[steps["part"] == 1].drop(columns=["part", "replicates"]).reset_index(drop=True)
        assert last.equals(analyse(design, SPACE, points, ishigami(points), 5))
    points = sample(Design.SOBOL, SPACE, 64, 5, second_order=True)
    steps = convergence(Design.SOBOL, SPACE, points, ishigami(points), 5, (0.5, 1), second_order=True)
    assert steps["points"].unique().tolist() == [32 * 14, 64 * 14]


def test_designs_that_need_each_point_grow_by_replicates() -> None:
    for design, n in ((Design.OAT, 0), (Design.FACTORIAL, 0), (Design.FAST, 70)):
        points = sample(design, SPACE, n, 5)
        values = ishigami(points)[:, None] + np.random.default_rng(1).normal(0, 1, (len(points), 8))
        steps = convergence(design, SPACE, points, values, 5)
        assert steps["replicates"].unique().tolist() == [2, 4, 6, 8]
        assert (steps["points"] == len(points)).all()
        assert len(settled(convergence(design, SPACE, points, values[:, :1], 5))) == 0


def test_what_has_settled_is_told_from_what_has_not() -> None:
    points = sample(Design.SOBOL, SPACE, 512, 5)
    found = settled(convergence(Design.SOBOL, SPACE, points, ishigami(points), 5)).set_index(["index", "factor"])
    assert found.loc["ST"]["settled"].all()
    assert not found.loc["ST"]["ranking_changed"].any()
    jump = ishigami(points)
    jump[len(points) // 2 :] += 40 * points[len(points) // 2 :, 5]
    found = settled(convergence(Design.SOBOL, SPACE, points, jump, 5)).set_index(["index", "factor"])
    assert not found.loc[("ST", "p5"), "settled"]
    assert found.loc["ST"]["ranking_changed"].all()
    assert found.loc[("ST", "p5"), "moved"] == pytest.approx(
        abs(found.loc[("ST", "p5"), "last"] - found.loc[("ST", "p5"), "before"])
    )
