"""What the outcomes of a design say about each factor: indices with 95% intervals, and whether they have settled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import pandas as pd

from ttg_sim.studies.designs import readers
from ttg_sim.studies.designs.readers import Outcomes, block_of
from ttg_sim.studies.designs.rows import FIELDS, NAN, NoIndices, Row, is_constant, joined, noise_share
from ttg_sim.studies.designs.sampling import PAWN_LEAST, Design, Levels, size
from ttg_sim.studies.designs.space import Space

__all__ = ["COLUMNS", "CONSTANT", "NoIndices", "analyse", "complete", "convergence", "noise_share", "settled"]

RESAMPLES = 200
PARTS = (0.25, 0.5, 0.75, 1.0)
TOP = 3
"""How many of the first factors have to keep their order from part to part."""
CONSTANT = "the outcome is the same at all points"
COLUMNS = (
    "factor", "index", "value", "low", "high", "spans_zero", "noise_share", "points", "floor", "at", "note",
)  # fmt: skip
SETTLED = ("factor", "index", "before", "last", "moved", "half_width", "settled", "ranking_changed")

READERS: dict[Design, Callable[[Space, Outcomes], Iterator[Row]]] = {
    Design.FACTORIAL: readers.read_factorial,
    Design.SWEEP: readers.read_sweep,
    Design.OAT: readers.read_oat,
    Design.LHS: readers.read_ranks,
    Design.RANDOM: readers.read_ranks,
    Design.MORRIS: readers.read_morris,
    Design.SOBOL: readers.read_sobol,
    Design.FAST: readers.read_fast,
    Design.PAWN: readers.read_pawn,
}
NEED_ALL = (Design.MORRIS, Design.SOBOL, Design.FAST, Design.FACTORIAL)
"""Designs in which each point has its place, so that none can be left out."""
DROP = (Design.LHS, Design.RANDOM, Design.PAWN)
"""Designs in which a point without an outcome in some replicate is left out, and the note says so."""
OF_NOTHING: dict[Design, dict[str, float]] = {
    Design.LHS: {"SRRC": NAN, "PRCC": NAN},
    Design.RANDOM: {"SRRC": NAN, "PRCC": NAN},
    Design.MORRIS: {"mu": 0.0, "mu_star": 0.0, "sigma": 0.0},
    Design.SOBOL: {"S1": NAN, "ST": NAN},
    Design.FAST: {"S1": NAN, "ST": NAN},
    Design.PAWN: {"median": 0.0, "max": 0.0},
}
"""Indices where the outcome is the same everywhere: effects are nil, and shares of no variance are not numbers."""


def analyse(
    design: Design,
    space: Space,
    points: np.ndarray,
    values: np.ndarray,
    seed: int,
    second_order: bool = False,
    resamples: int = RESAMPLES,
) -> pd.DataFrame:
    """The indices of a design: one row for each factor (or group, or pair: `a x b`) and index.

    `points` are shares, as `sample` gives them; `values` has a row for each point and a column for each replicate, with
    the same replicates at all points. Indices are those of the means over replicates (effects of oat, factorial and
    sweep: means of what each replicate says). Columns:

    - factor, index, value; low, high: 95% interval. That of oat, factorial and sweep is over replicates (none with one
      replicate); all others are over points, and take the replicates as given.
    - spans_zero: false only where the interval shows that the index is not nil, which for indices without a sign
      means that it lies above the floor.
    - floor: what chance between runs (mu_star, sigma, ST; unknown with one replicate), or a factor without any effect
      (median, max), brings to the index by itself; 0 for the others.
    - noise_share: share of the variance between points that is chance between runs, the same in all rows.
    - points: points with an outcome in all replicates.
    - at: the share of the range that a row of oat, factorial or sweep speaks of.
    - note: in words what else has to be known.

    Indices: morris mu, mu_star, sigma; sobol S1, ST, S2; fast S1, ST; pawn median, max; lhs and random SRRC, PRCC; oat
    at_low, at_high; factorial effect, level, interaction; sweep mean, change. `NoIndices` says what keeps them away.
    """
    points, values, left_out = _usable(design, space, points, values)
    whole = values[np.isfinite(values).all(axis=1)]
    constant = len(whole) > 0 and is_constant(whole.mean(axis=1))
    if constant and design in OF_NOTHING:
        rows = list(_of_nothing(design, space, second_order))
    else:
        rows = list(READERS[design](space, Outcomes(points, values, seed, second_order, resamples)))
    return _frame(rows, joined(left_out, CONSTANT if constant else ""), whole)


def _usable(design: Design, space: Space, points: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray, str]:
    """Points and outcomes that a reader can do with, and what had to be left out in words."""
    points, values = space.checked(points), _table(values)
    if len(points) != len(values):
        raise NoIndices(f"there are {len(points):,} points and outcomes of {len(values):,}")
    known = np.isfinite(values).all(axis=1)
    missing = np.flatnonzero(~known)
    if design in NEED_ALL and len(missing):
        raise NoIndices(f"{design} needs an outcome at each point; {_some(missing, len(points))} have none")
    if design not in DROP or not len(missing):
        return points, values, ""
    if not known.any():
        raise NoIndices("no point has an outcome in all replicates")
    return points[known], values[known], f"{len(missing):,} points without an outcome are left out"


def _table(values: np.ndarray) -> np.ndarray:
    found = np.asarray(values, dtype=float)
    return found[:, None] if found.ndim == 1 else found


def _some(ids: Sequence[int] | np.ndarray, of: int) -> str:
    shown = ", ".join(str(at) for at in ids[:10]) + (", ..." if len(ids) > 10 else "")
    return f"{len(ids):,} of {of:,} points ({shown})"


def _of_nothing(design: Design, space: Space, second_order: bool) -> Iterator[Row]:
    for index, value in OF_NOTHING[design].items():
        for name in space.groups():
            yield Row(name, index, value, value, value)
    if second_order:
        names = space.groups()
        for at, one in enumerate(names):
            for other in names[at + 1 :]:
                yield Row(f"{one} x {other}", "S2", NAN)


def _frame(rows: list[Row], note: str, known: np.ndarray) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(FIELDS))
    floor = frame["floor"].fillna(0.0)
    frame["spans_zero"] = ~((frame["low"] > floor) | (frame["high"] < -floor))
    frame["note"] = [joined(str(own), note) for own in frame["note"]]
    frame["noise_share"] = noise_share(known) if len(known) else NAN
    frame["points"] = len(known)
    return pd.DataFrame(frame[list(COLUMNS)])


def convergence(
    design: Design,
    space: Space,
    points: np.ndarray,
    values: np.ndarray,
    seed: int,
    parts: Sequence[float] = PARTS,
    second_order: bool = False,
    resamples: int = RESAMPLES,
) -> pd.DataFrame:
    """The same indices from growing parts of a design, so that a reader sees whether they settle.

    The first column, `part`, is the share of the design; then come those of `analyse`, and `replicates`. A part is
    always a smaller design of the same kind: whole trajectories of morris, a power of two of blocks of sobol, the first
    points of lhs, random and pawn. In all other designs each point is needed, and a part is one of the replicates (two
    or more). Parts that do not exist are left out.
    """
    if design in DROP:
        points, values, _ = _usable(design, space, points, values)
    values = _table(values)
    frames = []
    for count, replicates, part in _parts(design, space, values.shape, parts, second_order):
        found = analyse(design, space, points[:count], values[:count, :replicates], seed, second_order, resamples)
        found.insert(0, "part", part)
        frames.append(found.assign(replicates=replicates))
    if not frames:
        return pd.DataFrame(columns=["part", *COLUMNS, "replicates"])
    return pd.concat(frames, ignore_index=True)


def _parts(
    design: Design, space: Space, shape: tuple[int, ...], parts: Sequence[float], second_order: bool
) -> list[tuple[int, int, float]]:
    """Points, replicates and share of each part that is a design, smallest first."""
    points, replicates = shape
    groups = len(space.groups())
    least = {Design.MORRIS: 2, Design.SOBOL: 2, Design.PAWN: PAWN_LEAST}.get(design, groups + 3)
    block = {Design.MORRIS: groups + 1, Design.SOBOL: block_of(space, second_order)}.get(design, 1)
    by_replicate = design not in (*DROP, Design.MORRIS, Design.SOBOL)
    whole = replicates if by_replicate else points // block
    counts = set()
    for part in parts:
        count = min(int(whole * part + 1e-9), whole)
        if design is Design.SOBOL:
            count = 1 << max(count.bit_length() - 1, 0)
        if count == whole or count >= (2 if by_replicate else least):
            counts.add(count)
    if by_replicate:
        return [(points, count, count / whole) for count in sorted(counts)]
    return [(points if count == whole else count * block, replicates, count / whole) for count in sorted(counts)]


def settled(frame: pd.DataFrame) -> pd.DataFrame:
    """Of a table of `convergence`, for each factor and index: whether it still moves.

    `settled`: from the last part but one (`before`) to the whole (`last`) it moved no more than half the width of its
    interval. `ranking_changed`: the first three factors by this index are others, or in another order, than in the last
    part but one. Left out is what cannot be told: everything where there is one part only, indices without a value or
    an interval, and rows about single levels.
    """
    steps = sorted(frame["part"].unique())
    if len(steps) < 2:
        return pd.DataFrame(columns=list(SETTLED))
    kept = frame[frame["at"].isna() | frame["index"].isin(["at_low", "at_high"])]
    keys = ["factor", "index"]
    last = kept[kept["part"] == steps[-1]]
    before = kept[kept["part"] == steps[-2]][[*keys, "value"]].rename(columns={"value": "before"})
    both = last.merge(before, on=keys, how="inner").rename(columns={"value": "last"})
    both["moved"] = (both["last"] - both["before"]).abs()
    both["half_width"] = (both["high"] - both["low"]) / 2
    both = both.dropna(subset=["moved", "half_width"])
    both["settled"] = both["moved"] <= both["half_width"]
    changed = {index: _first(rows, "before") != _first(rows, "last") for index, rows in both.groupby("index")}
    both["ranking_changed"] = both["index"].map(changed).astype(bool)
    return pd.DataFrame(both[list(SETTLED)])


def _first(rows: pd.DataFrame, column: str) -> list[str]:
    size_of = rows[column].abs().to_numpy()
    return [str(rows["factor"].iloc[at]) for at in np.argsort(-size_of, kind="stable")[:TOP]]


def complete(
    design: Design, space: Space, n: int, ids: Iterable[int], levels: Levels = None, second_order: bool = False
) -> list[int]:
    """Ids of the points that a design still misses: points are numbered from 0 in the order in which they are drawn."""
    points = size(design, space, n, levels, second_order)
    there = set(ids)
    if beyond := sorted(there - set(range(points))):
        raise NoIndices(f"point {beyond[0]} is not in this design, which has {points:,} points from 0 on")
    return [point for point in range(points) if point not in there]
