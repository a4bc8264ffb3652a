"""Scenario discovery: the box of parameter values in which something happens, by PRIM from EMA Workbench."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import logging
import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

LEAST_MASS = 0.05
"""Part of all points that a box holds at least."""
FEWEST = 20
"""Points of interest, and others, below which no box is looked for."""
SIGNIFICANT = 0.05
LIMITS = ["parameter", "low", "high", "p"]


@dataclass(frozen=True)
class Box:
    """A box of values: its limits, and how well it does.

    `limits`: parameter, low, high (in the values of the points), p (of a limit that chance alone would bring as far).
    `coverage` is the part of the points of interest that lie in it, `density` the part of its points that are of
    interest, `mass` the part of all points in it.
    """

    limits: pd.DataFrame
    coverage: float
    density: float
    mass: float


def can_discover() -> bool:
    """Whether the extra `explore` is installed."""
    return importlib.util.find_spec("ema_workbench") is not None


def find_box(points: pd.DataFrame, of_interest: np.ndarray) -> Box | None:
    """The box in which points of interest are dense; None where there is none to be found, or too little to look at.

    `points` has a column for each parameter, `of_interest` says of each row whether it is. Along the path of peels
    the box with the best balance of coverage and density (their harmonic mean) is taken; limits that chance alone would
    bring are dropped.
    """
    count = int(of_interest.sum())
    if min(count, len(points) - count) < FEWEST:
        return None
    box = _peeled(points, of_interest)
    path = box.peeling_trajectory
    both = 2 * path["coverage"] * path["density"] / (path["coverage"] + path["density"])
    place = int(both.idxmax())
    box.select(place)
    row = path.loc[place]
    limits = _limits(points, box, place)
    if limits.empty or row["density"] <= of_interest.mean():
        return None
    return Box(limits, float(row["coverage"]), float(row["density"]), float(row["mass"]))


def _peeled(points: pd.DataFrame, of_interest: np.ndarray):  # type: ignore[no-untyped-def]
    # The library talks to the screen and warns of what is new in its own dependencies.
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        from ema_workbench.analysis import prim

        before = logging.root.manager.disable
        logging.disable(logging.CRITICAL)
        try:
            search = prim.Prim(points, of_interest.astype(bool), threshold=0.5, mass_min=LEAST_MASS, peel_alpha=0.05)
            return search.find_box()
        finally:
            logging.disable(before)


def _limits(points: pd.DataFrame, box, place: int) -> pd.DataFrame:  # type: ignore[no-untyped-def]
    found, p_values = box.box_lims[place], box.qp[place]
    rows = []
    for name in points:
        low, high = found[name].iloc[0], found[name].iloc[1]
        ends = [float(one) for one in np.atleast_1d(p_values.get(name, [])) if 0 <= one <= 1]
        if ends and min(ends) < SIGNIFICANT:
            rows.append((name, low, high, min(ends)))
    return pd.DataFrame(rows, columns=LIMITS)
