"""Weekly series of runs as bands: the middle of the runs and how far they spread."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ttg_sim.studies.runner import Finished

SHOWN = {
    "people_mentored": "People mentored at liberty",
    "mentors_matched": "Mentors with a person",
    "homeless": "People at liberty who are homeless",
    "inside": "People inside",
    "on_recall": "People inside on recall",
}
"""Series of which a comparison keeps bands, with their titles."""
SMOOTH_WEEKS = 4
"""Weeks over which each run is smoothed before bands are taken: what matters is the course, not a single week."""
QUANTILES = {"low_90": 0.05, "low_50": 0.25, "middle": 0.5, "high_50": 0.75, "high_90": 0.95}
COLUMNS = ("scenario", "series", "week", "date", *QUANTILES, "replicates")


def bands(runs: Sequence[Finished], series: Sequence[str] = tuple(SHOWN)) -> pd.DataFrame:
    """Middle and middle 50% and 90% of the replicates, per scenario, series and evaluated week.

    Columns: scenario, series, week (0 is the first that is evaluated), date (of its Monday), low_90, low_50, middle,
    high_50, high_90 (in the unit of the series, each run smoothed over the four weeks up to this one) and replicates.
    """
    parts = []
    for run in runs:
        weekly, calendar = run.weekly(), run.scenario.calendar
        for name in series:
            found = spread(weekly, name)
            dates = [calendar.date_of_week(int(week)).isoformat() for week in found["week"]]
            parts.append(found.assign(scenario=run.scenario.name, date=dates))
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


def spread(weekly: pd.DataFrame, series: str) -> pd.DataFrame:
    """The bands of one series of one world: week, series, and the columns from low_90 to replicates as in `bands`."""
    by_run = weekly.pivot_table(index="week", columns="replicate", values=series)
    smooth = by_run.rolling(SMOOTH_WEEKS, min_periods=1).mean()
    smooth = smooth[smooth.index >= 0]
    found = smooth.quantile(list(QUANTILES.values()), axis=1).T
    found.columns = pd.Index(list(QUANTILES))
    return found.reset_index().assign(series=series, replicates=by_run.shape[1])
