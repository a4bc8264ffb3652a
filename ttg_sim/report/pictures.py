"""The charts of a report: what goes into each, and the words above it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from ttg_sim.charts.band import bands as draw_bands
from ttg_sim.charts.chart import Chart, NothingToDraw
from ttg_sim.charts.dots import differences, panels
from ttg_sim.charts.steps import funnel as draw_funnel
from ttg_sim.charts.style import REPORT, Size
from ttg_sim.outcomes.kinds import Unit
from ttg_sim.outcomes.of_money import TOTALS
from ttg_sim.report import figures, footers, words
from ttg_sim.report.blocks import Block, Picture, Text
from ttg_sim.report.source import Source, rows_of, title_of
from ttg_sim.report.words import Row
from ttg_sim.studies.bands import SHOWN

STEPS = {
    "eligible": "Covered by the service",
    "referred": "Named to the service",
    "matched": "Matched with a mentor",
    "met_before_release": "Met before release",
    "met_by_48h": "Met by 48 hours after release",
    "met_ever": "Met at all",
    "engaged_3m": "In touch after three months",
    "planned_ending": "Completed as planned",
}
TOTAL = TOTALS["public"][0].lower()
NO_ROW = ["difference"]
RISK = ("low", "medium", "high", "very_high")


def effects(source: Source, outcome: str, rows: Sequence[Row]) -> Block:
    """One outcome in all scenarios, as paired differences; `rows` may hold other outcomes too."""
    return picture(f"effects_{outcome}", lambda: draw_effects(source, outcome, rows))


def draw_effects(source: Source, outcome: str, rows: Sequence[Row], size: Size = REPORT) -> Chart:
    """The chart of it; raises `NothingToDraw`."""
    titles = titles_of(source)
    named = [(titles[row["scenario"]], row) for row in rows if row["outcome"] == outcome]
    headline = words.headline(named, words.TITLES[outcome])
    frame = pd.DataFrame([_drawn(row) | {"label": title} for title, row in named], columns=None if named else NO_ROW)
    return differences(frame, headline, _subtitle(source, outcome), footer(source), size=size, **_scale(outcome))


def groups(source: Source, outcome: str, rows: Sequence[Row]) -> Block:
    """One outcome by risk band, as paired differences, a panel for each scenario; `rows` may hold other groups too."""
    return picture(f"groups_{outcome}", lambda: draw_groups(source, outcome, rows))


def draw_groups(source: Source, outcome: str, rows: Sequence[Row], size: Size = REPORT) -> Chart:
    """The chart of it; raises `NothingToDraw`."""
    titles = titles_of(source)
    chosen = [row for row in rows if row["outcome"] == outcome and row["group"] == "risk"]
    chosen.sort(key=lambda row: (list(titles).index(row["scenario"]), RISK.index(str(row["level"]))))
    found = [
        _drawn(row) | {"label": f"{str(row['level']).replace('_', ' ')} risk", "panel": titles[row["scenario"]]}
        for row in chosen
    ]
    clear = sum(words.is_clear(row) for row in chosen)
    told = f"a clear difference in {clear or 'none'} of {len(found)} groups by risk"
    if any(words.finding(row) is words.Finding.OUTSIDE for row in chosen):
        told = str(words.Finding.OUTSIDE)
    headline = f"{words.TITLES[outcome]}: {told}"
    frame = pd.DataFrame(found, columns=None if found else NO_ROW)
    return panels(frame, headline, _subtitle(source, outcome), footer(source), size=size, **_scale(outcome))


def bearers(source: Source) -> Block:
    """Who pays more and who saves, a panel for each scenario: where it is clear, and all public budgets."""
    return picture("bearers", lambda: draw_bearers(source))


def draw_bearers(source: Source, size: Size = REPORT) -> Chart:
    """The chart of it; raises `NothingToDraw`."""
    pays = source.tables["who_pays"]
    titles = titles_of(source)
    found = []
    for row in pays[pays["scenario"].isin([world["name"] for world in source.scenarios])].to_dict("records"):
        way = row["verdict"] if row["verdict"] in ("higher", "lower") else ""
        if not way and row["bearer"] != TOTAL:
            continue
        found.append(row | {"label": row["bearer"], "panel": titles[row["scenario"]], "way": way, "text": row["words"]})
    named = [(titles[world["name"]], _total(pays, world["name"])) for world in source.scenarios]
    saving, paying = ([title for title, found in named if found == way] for way in ("lower", "higher"))
    parts = [f"{what} under {words.listed(names, len(named))}"
             for what, names in (("save", saving), ("pay more", paying)) if names]  # fmt: skip
    headline = f"Public budgets: {', '.join(parts) or 'no clear difference'}"
    subtitle = f"Costs in a year, scenario less baseline, with 95% intervals from luck only; {place(source)}"
    frame = pd.DataFrame(found, columns=None if found else NO_ROW)
    unit = "thousand pounds a year; to the right somebody pays more, to the left somebody saves"
    return panels(frame, headline, subtitle, footer(source), scale=0.001, unit=unit, size=size)


def _total(pays: pd.DataFrame, scenario: str) -> str:
    rows = pays[(pays["scenario"] == scenario) & (pays["bearer"] == TOTAL)]
    return str(rows["verdict"].iloc[0]) if len(rows) else ""


def funnel(source: Source) -> Block:
    """How far people come on the way to a mentor and with one, in each world."""
    return picture("reach", lambda: draw_reach(source))


def draw_reach(source: Source, size: Size = REPORT) -> Chart:
    """The chart of it; raises `NothingToDraw`."""
    titles = titles_of(source)
    found: list[dict[str, Any]] = []
    for place, world in enumerate(source.scenarios):
        rows = rows_of(source, world["name"], Unit.INDEX, tuple(STEPS))
        if place == 0:
            found += [_step(f"Baseline: {titles[source.baseline['name']]}", row, "baseline") for row in rows]
        found += [_step(titles[world["name"]], row, "value") for row in rows]
    first = {row["step"]: row["value"] for row in found[: len(STEPS)]}
    frame = pd.DataFrame(found, columns=None if found else ["world", "step", "value"])
    subtitle = f"Of 100 people released, how many came as far as each step; {_where(source)}"
    return draw_funnel(frame, f"In the baseline {reach_words(first)}", subtitle, footer(source), size=size)


def reach_words(shares: Mapping[str, float]) -> str:
    """How many met a mentor, from the shares of people who came as far as each step."""
    before, ever = (100 * shares.get(STEPS[name], 0) for name in ("met_before_release", "met_ever"))
    return f"{before:.1f} of 100 people met a mentor before release, and {ever:.1f} at all"


def bands(source: Source, series: Sequence[str]) -> list[Block]:
    """Weekly series with their spread over the runs."""
    return [picture(f"course_{name}", lambda name=name: draw_course(source, name)) for name in series]


def draw_course(source: Source, series: str, size: Size = REPORT) -> Chart:
    """The chart of one series; raises `NothingToDraw`."""
    titles = titles_of(source)
    parts_on = {titles[world["name"]]: date.fromisoformat(world["worlds_part_on"])
                for world in source.scenarios if world["worlds_part_on"]}  # fmt: skip
    rows = source.tables["bands"]
    rows = rows[(rows["series"] == series) & rows["scenario"].isin(set(titles))]
    frame = rows.assign(world=rows["scenario"].map(titles)).drop(columns="scenario")
    base = titles[source.baseline["name"]]
    subtitle = f"People at the end of each week, smoothed over four weeks, in {place(source)}"
    return draw_bands(frame, _course_words(frame, SHOWN[series], base), subtitle, footer(source), parts_on=parts_on,
                      baseline=base, size=size)  # fmt: skip


def _course_words(frame: pd.DataFrame, title: str, base: str) -> str:
    """Where a series ends, in the baseline and in the scenarios."""
    ends = frame.groupby("world", sort=False)["middle"].last()
    others = ends.drop(base, errors="ignore")
    if base not in ends or others.empty:
        return f"{title}, week by week"
    if len(others) == 1:
        with_it, without = _count(others.iloc[0]), _count(ends[base])
        return f"{title}: {with_it} at the end under \u201c{others.index[0]}\u201d, {without} in the baseline"
    between = " to ".join(dict.fromkeys(_count(end) for end in (others.min(), others.max())))
    return f"{title}: {_count(ends[base])} at the end in the baseline, {between} in the scenarios"


def _count(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == 0 else f"{value:.1f}"


def picture(name: str, draw: Any) -> Block:
    """The chart, or the reason why there is none."""
    try:
        return Picture(name, draw())
    except NothingToDraw as reason:
        return Text(f"There is no chart here: {reason}.")


def _drawn(row: Row) -> dict[str, Any]:
    kept = ("scenario", "outcome", "group", "level", "baseline", "value", "difference", "low", "high", "replicates")
    way = str(words.finding(row)) if words.is_clear(row) else ""
    return {key: row[key] for key in kept} | {"way": way, "text": words.cell(row)}


def _step(world: str, row: dict[Any, Any], column: str) -> dict[str, Any]:
    return {"world": world, "step": STEPS[row["outcome"]], "outcome": row["outcome"], "value": row[column]}


def _scale(outcome: str) -> dict[str, Any]:
    measure = words.MEASURES[outcome]
    if figures.is_share(measure):
        return {"scale": figures.POINTS, "unit": "difference from the baseline, percentage points"}
    return {"unit": f"difference from the baseline, {measure}"}


def _subtitle(source: Source, outcome: str) -> str:
    return f"{words.TITLES[outcome]}: scenario less baseline, with 95% intervals from luck only; {_where(source)}"


def _where(source: Source) -> str:
    return f"the same people in both worlds, {place(source)}"


def titles_of(source: Source) -> dict[str, str]:
    """The title of each world by its name; a title that two of them share has the name behind it."""
    worlds = [source.baseline, *source.scenarios]
    found = {world["name"]: title_of(world) for world in worlds}
    shared = {title for title in found.values() if list(found.values()).count(title) > 1}
    return {name: f"{title} ({name})" if title in shared else title for name, title in found.items()}


def place(source: Source) -> str:
    """Where and when, in words."""
    world = source.baseline
    return footers.place(int(world["areas"]), int(world["weeks"]), world["start"])


def footer(source: Source) -> str:
    """What stands below every chart of a report."""
    pairs = (
        f"{source.replicates} runs of each" if source.replicates > 1 else "ONE RUN OF EACH: an illustration, no finding"
    )
    words = f"Against {title_of(source.baseline)}; {pairs}, root seed {source.baseline['seed']}"
    return footers.footer(words, str(source.manifest["code"]["source_hash"]))
