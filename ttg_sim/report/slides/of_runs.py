"""Charts of the runs of one scenario: a weekly series, the way to a mentor, and the supply of mentors."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ttg_sim.charts.band import bands
from ttg_sim.charts.chart import Chart, NothingToDraw
from ttg_sim.charts.steps import funnel as draw_funnel
from ttg_sim.charts.stocks import pipeline as draw_stocks
from ttg_sim.charts.style import Size
from ttg_sim.outcomes.kinds import Unit
from ttg_sim.report import footers, pictures
from ttg_sim.report.blocks import given
from ttg_sim.report.slides.folders import Folder
from ttg_sim.report.slides.wanted import Named, Wanted, one_of
from ttg_sim.studies.bands import SHOWN, spread

STOCKS = {
    "in_screening": "In screening",
    "in_mentor_training": "In training",
    "in_checks": "In checks",
    "mentors_available": "Ready, nobody to meet yet",
    "mentors_matched": "Matched with a person",
    "mentors_paused": "Pausing",
}
"""Stages of mentors that are stocks, in the order in which people come to them."""
NOT_SERIES = ("replicate", "week", "date")


def band(folder: Folder, wanted: Wanted) -> list[Named]:
    """A weekly series of one scenario."""
    weekly = folder.rows("weekly")
    known = [*SHOWN, *(str(name) for name in weekly if name not in (*NOT_SERIES, *SHOWN))]
    series = one_of(folder, wanted.of, known, "people_mentored", "weekly series")
    title = SHOWN.get(series) or series.replace("_", " ").capitalize()
    rows = dated(weekly, series).assign(world=title_of(folder))
    if not len(rows):
        raise NothingToDraw("there are no weeks to draw")
    first, last = rows["middle"].iloc[0], rows["middle"].iloc[-1]
    headline = f"{title}: {first:,.3g} in the first week, {last:,.3g} in the last"
    subtitle = f"At the end of each week, smoothed over four weeks, in {place(folder)}"
    chart = bands(rows, headline, subtitle, footer_of(folder, weekly), baseline="", size=wanted.size)
    return [(f"band_{series}", chart)]


def funnel(folder: Folder, wanted: Wanted) -> list[Named]:
    """How far people released come on the way to a mentor."""
    table = folder.table("outcomes")
    rows = table[(table["unit"] == Unit.COHORT.value) & (table["group"] == "all")]
    column = "mean" if "mean" in rows else "value"
    values = dict(zip(rows["outcome"], rows[column], strict=True))
    steps = {title: values.get(name, float("nan")) for name, title in pictures.STEPS.items()}
    frame = pd.DataFrame([{"world": title_of(folder), "step": step, "value": value} for step, value in steps.items()])
    subtitle = f"Of 100 people released, how many came as far as each step; {place(folder)}"
    headline = pictures.reach_words(steps)
    footer = footer_of(folder, folder.rows("weekly"))
    return [("funnel", draw_funnel(frame, headline, subtitle, footer, size=wanted.size))]


def pipeline(folder: Folder, wanted: Wanted) -> list[Named]:
    """The supply of mentors above the weeks with money."""
    weekly = folder.rows("weekly")
    chart = draw_pipeline(weekly, title_of(folder), place(folder), footer_of(folder, weekly), wanted.size)
    return [("pipeline", chart)]


def draw_pipeline(weekly: pd.DataFrame, title: str, where: str, footer: str, size: Size) -> Chart:
    """The same from the weekly rows of one world."""
    funded = weekly[weekly["week"] >= 0].groupby("week")["funded"].mean()
    parts = [dated(weekly, name).assign(stock=words) for name, words in STOCKS.items()]
    frame = pd.concat(parts, ignore_index=True)
    frame["funded"] = frame["week"].map(funded)
    if not len(frame):
        raise NothingToDraw("there are no weeks to draw")
    months = 100 * float(funded.mean())
    ends = frame.groupby("stock", sort=False)["middle"].last()
    working = ends[STOCKS["mentors_matched"]]
    headline = f"{title}: money in {months:.0f}% of weeks, {working:,.0f} mentors matched with a person at the end"
    subtitle = (
        f"Mentors in each stage at the end of each week, smoothed over four weeks, each row with its own scale; {where}"
    )
    return draw_stocks(frame, headline, subtitle, footer, size=size)


def dated(weekly: pd.DataFrame, series: str) -> pd.DataFrame:
    """The bands of a series with the date of each week."""
    dates = weekly.groupby("week")["date"].first()
    rows = spread(weekly, series)
    return rows.assign(date=[pd.Timestamp(dates[week]).date().isoformat() for week in rows["week"]])


def title_of(folder: Folder) -> str:
    """The title of the scenario, or its name."""
    return given(str(folder.manifest.get("title") or folder.manifest["name"]))


def place(folder: Folder) -> str:
    """Where and when, in words."""
    scenario = folder.manifest["effective_scenario"]
    return footers.place(int(scenario["sections"]["areas"]["number"]), int(scenario["weeks"]), scenario["start"])


def footer_of(folder: Folder, rows: pd.DataFrame) -> str:
    """What stands below a chart of one scenario; `rows` have the column replicate."""
    facts = {"name": folder.manifest["name"], "seed": folder.manifest["root_seed"]}
    return footer(facts | {"code": folder.manifest["code"]}, int(rows["replicate"].nunique()))


def footer(world: dict[str, Any], replicates: int) -> str:
    """The same from facts of a world: name, seed and perhaps code."""
    runs = f"{replicates} runs" if replicates > 1 else "ONE RUN: an illustration, no finding"
    code = str(world.get("code", {}).get("source_hash", ""))
    return footers.footer(f"Scenario {world['name']}; {runs}, root seed {world['seed']}", code)
