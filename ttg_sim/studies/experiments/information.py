"""Which figure is most worth collecting: the expected value of knowing one parameter before a policy is chosen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

COLUMNS = ["parameter", "value", "chance", "clear"]
PERMUTATIONS = 100
WHOLE = "(everything)"


def information(shares: np.ndarray, gains: np.ndarray, paths: Sequence[str], seed: int) -> pd.DataFrame:
    """The expected value of perfect information on each parameter by itself, in the unit of the gain.

    `shares` are the points, (points, parameters), `gains` what each policy gains there, (points, policies), doing
    nothing among them. Estimator: the gain of each policy is regressed on the parameter (a parabola); the mean over
    points of the best fitted gain, less the gain of the policy that is best on average. Fitting chance makes that too
    high, so it is worked out again with the points of the parameter permuted: `chance` is the mean of these, which
    `value` is less of, never below nil, and `clear` says whether it was beyond 95 in 100 of them. The row
    `(everything)` is the value of knowing which policy is best at each point, chance between runs included.
    """
    generator = np.random.default_rng(seed)
    alone = float(gains.mean(axis=0).max())
    orders = [generator.permutation(len(shares)) for _ in range(PERMUTATIONS)]
    rows = [(WHOLE, float(gains.max(axis=1).mean()) - alone, np.nan, False)]
    for at, path in enumerate(paths):
        hat = _projection(shares[:, at])
        value = _best_of(hat, gains) - alone
        null = np.array([_best_of(hat, gains[order]) - alone for order in orders])
        rows.append((path, max(value - null.mean(), 0.0), float(null.mean()), bool(value > np.quantile(null, 0.95))))
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.sort_values("value", ascending=False, kind="stable").reset_index(drop=True)


def _projection(share: np.ndarray) -> np.ndarray:
    """An orthonormal basis of parabolas over the points."""
    basis, _ = np.linalg.qr(np.column_stack([np.ones_like(share), share, share * share]))
    return basis


def _best_of(basis: np.ndarray, gains: np.ndarray) -> float:
    return float((basis @ (basis.T @ gains)).max(axis=1).mean())
