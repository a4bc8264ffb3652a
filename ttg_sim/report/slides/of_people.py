"""Charts of what becomes of people released: when they reoffend, and how long they stay with a mentor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from ttg_sim.charts.chart import Chart, NothingToDraw
from ttg_sim.charts.staying import survival
from ttg_sim.engine.calendar import DAYS_PER_WEEK
from ttg_sim.report import pictures, source
from ttg_sim.report.slides import of_runs
from ttg_sim.report.slides.folders import Folder
from ttg_sim.report.slides.of_comparison import chosen, only
from ttg_sim.report.slides.wanted import Named, Wanted
from ttg_sim.studies.bands import QUANTILES
from ttg_sim.studies.compare import same_people

WEEKS = 52
BASELINE = "Baseline"
MET_EARLY = ("before_release", "at_gate", "within_48h")


@dataclass(frozen=True)
class Measure:
    """What is waited for: who is looked at, and the week (from release) in which it happened to each, if it did."""

    name: str
    chosen: Callable[[pd.DataFrame], pd.Series]
    week: Callable[[pd.DataFrame], pd.Series]
    found: str
    subtitle: str


REOFFENDING = Measure(
    "survival",
    lambda rows: rows["followed"].astype(bool),
    lambda rows: rows["days_to_first"] / DAYS_PER_WEEK,
    "have no proven reoffence within a year of release",
    "Share of people released without a proven reoffence so far, of those with complete follow-up",
)
ENGAGEMENT = Measure(
    "engagement",
    lambda rows: rows["first_meeting"].isin(MET_EARLY) & (rows["weeks_followed"] > WEEKS),
    lambda rows: rows["weeks_matched"].where(rows["match_ended"] != "planned"),
    "whom a mentor met early keep the match, or come to its planned end",
    "Share of matches that have not ended before their planned end, of people met by 48 hours after release",
)


def survival_of_run(folder: Folder, wanted: Wanted) -> list[Named]:
    """Time to first proven reoffence in one scenario."""
    return _of_run(folder, wanted, REOFFENDING)


def survival_of_comparison(folder: Folder, wanted: Wanted) -> list[Named]:
    """The same, the baseline beside each scenario, of the same people."""
    return _of_comparison(folder, wanted, REOFFENDING)


def engagement_of_run(folder: Folder, wanted: Wanted) -> list[Named]:
    """How long people stay with a mentor in one scenario."""
    return _of_run(folder, wanted, ENGAGEMENT)


def engagement_of_comparison(folder: Folder, wanted: Wanted) -> list[Named]:
    """The same, the baseline beside each scenario, of those of the same people who were met early in each."""
    return _of_comparison(folder, wanted, ENGAGEMENT)


def _of_run(folder: Folder, wanted: Wanted, measure: Measure) -> list[Named]:
    spells = folder.rows("spells")
    cohort = spells[spells["first_in_quarter"].astype(bool)]
    frame = staying(cohort, measure).assign(world=of_runs.title_of(folder))
    footer = of_runs.footer_of(folder, spells)
    return [(measure.name, _draw(frame, measure, of_runs.place(folder), footer, wanted))]


def _of_comparison(folder: Folder, wanted: Wanted, measure: Measure) -> list[Named]:
    whole = chosen(folder, wanted)
    titles = pictures.titles_of(whole)
    base = folder.rows("spells", whole.baseline["run"])
    first = _first_week(whole)
    found = []
    for world in whole.scenarios:
        parted = world["worlds_part_on"]
        week = (date.fromisoformat(parted) - first).days // DAYS_PER_WEEK if parted else None
        pair = same_people(base, folder.rows("spells", world["run"]), week)
        names = (BASELINE, titles[world["name"]])
        frame = pd.concat([staying(rows, measure).assign(world=name) for rows, name in zip(pair, names, strict=True)])
        one = only(whole, world["name"])
        where = f"the same people in both worlds, {pictures.place(whole)}"
        chart = _draw(frame, measure, where, pictures.footer(one), wanted)
        found.append((f"{measure.name}_{world['name']}", chart))
    return found


def _first_week(whole: source.Source) -> date:
    """The Monday of week 0."""
    bands = whole.tables["bands"]
    if not len(bands):
        raise NothingToDraw("there are no weeks")
    row = bands.iloc[0]
    return date.fromordinal(date.fromisoformat(str(row["date"])).toordinal() - DAYS_PER_WEEK * int(row["week"]))


def staying(rows: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Shares of people to whom it has not happened by the end of each week, as bands over the replicates.

    Everybody who is looked at is seen for the whole year, so that nobody drops out of the shares. Columns: x (weeks
    since release), low_90, low_50, middle, high_50, high_90, people and replicates.
    """
    kept = rows[measure.chosen(rows)]
    weeks = np.arange(WEEKS + 1)
    shares = []
    for _, part in kept.groupby("replicate"):
        happened = measure.week(part).to_numpy(float)
        by_then = (happened[:, None] < weeks[None, :]) & np.isfinite(happened)[:, None]
        shares.append(1.0 - by_then.mean(axis=0))
    if not shares:
        return pd.DataFrame(columns=["x", *QUANTILES, "people", "replicates"])
    moving = np.flatnonzero(np.any(np.diff(np.array(shares), axis=1), axis=0))
    kept_weeks = WEEKS + 1 if measure is REOFFENDING or not len(moving) else min(int(moving[-1]) + 3, WEEKS + 1)
    levels = np.quantile(np.array(shares), list(QUANTILES.values()), axis=0)
    frame = pd.DataFrame(dict(zip(QUANTILES, levels, strict=True)))
    frame.insert(0, "x", weeks)
    # After the last planned end nothing happens any more, and a level line would only take room.
    frame = frame.head(kept_weeks)
    return frame.assign(people=len(kept), replicates=len(shares))


def _draw(frame: pd.DataFrame, measure: Measure, where: str, footer: str, wanted: Wanted) -> Chart:
    if not len(frame):
        raise NothingToDraw("nobody was followed who could be counted")
    ends = frame.groupby("world", sort=False)["middle"].last()
    shown = [f"{100 * end:.1f}" for end in ends]
    headline = f"{shown[-1]} of 100 people {measure.found}"
    if len(shown) > 1:
        headline += f", {shown[0]} in the baseline" if shown[0] != shown[1] else ", as in the baseline"
    people = " and ".join(f"{n:,}" for n in dict.fromkeys(frame["people"]))
    subtitle = f"{measure.subtitle} ({people} in all runs); {where}"
    return survival(
        frame, headline, subtitle, footer, across="Weeks since release", step=13, baseline=BASELINE, size=wanted.size
    )
