"""The report of a designed study: what matters most, whether that has settled, and which policy is best how often."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from ttg_sim import __version__
from ttg_sim.charts.dots import differences
from ttg_sim.charts.parts import shares as draw_shares
from ttg_sim.outcomes.kinds import UNIT_WORDS
from ttg_sim.report import figures
from ttg_sim.report.blocks import Block, Folded, Part, Points, Report, Table, Text, Warnings, given
from ttg_sim.report.caveats import LEVELS, MENTORING, NOBODY_REAL
from ttg_sim.report.pictures import picture
from ttg_sim.report.study_course import course, curve_blocks, interplay
from ttg_sim.report.study_words import (
    SHARES_OF_VARIANCE,
    between,
    ends_of_row,
    footer_of,
    index_name,
    of_row,
    per_cent,
    plain,
    size_of,
    title_of,
    what,
)
from ttg_sim.report.writing import write
from ttg_sim.studies.designs.indices import CONSTANT
from ttg_sim.studies.experiments.counted import Counted
from ttg_sim.studies.experiments.information import WHOLE
from ttg_sim.studies.experiments.plan import Plan
from ttg_sim.studies.experiments.ranking import NOTHING, Ranked
from ttg_sim.studies.experiments.results import Results, first_index
from ttg_sim.studies.experiments.store import StudyFolder

MOST_SHOWN = 12
MOSTLY_CHANCE = 0.5
CAVEATS = (
    "Ranges of parameters are assumptions, and what matters depends on them: a wide range makes a parameter matter.",
    f"{LEVELS}, and {NOBODY_REAL}: all people are synthetic.",
    MENTORING,
)
INDEX_WORDS = {
    "mu_star": "moving it over its whole range changes it by",
    "ST": "of its variance, this part would not be there if it were known, alone and with others:",
    "median": "distance between distributions (nil to 1):",
    "PRCC": "partial rank correlation:",
    "at_high": "at the high end it changes by",
    "effect": "going from its first to its last value changes it by",
}


def report_study(folder: StudyFolder, found: Results) -> Path:
    """Write `report/` into the folder of a study: page, Markdown and charts; returns the page."""
    return write(build_study(folder, found), folder.path)


def build_study(folder: StudyFolder, found: Results) -> Report:
    """The whole report."""
    plan = found.plan
    parts = [
        Part("summary", "In short", (Warnings("Before you use any of this", CAVEATS), Points(tuple(sentences(found))))),
        Part("ranking", "Which policy is best", tuple(_ranking(plan, found.ranked))) if found.ranked else None,
        Part("indices", "What matters", tuple(_indices(plan, found))) if len(found.indices) else None,
        Part("curves", "How it changes", tuple(curve_blocks(found))) if len(found.points) else None,
        Part("levels", "Levels over all points", (_levels(found),)),
        Part("design", "How it was done", tuple(_design(folder, plan))),
    ]
    facts = [
        ("Design", plan.design.value),
        ("Points", f"{len(folder.points):,}"),
        ("Replicates", f"{plan.replicates:,}"),
        ("Version", f"ttg-sim {__version__}"),
    ]
    subtitle = given(plan.why, 600) or f"A study of {len(plan.moved)} parameters by the design {plan.design}"
    return Report(given(plan.title), subtitle, tuple(facts), tuple(part for part in parts if part))


def sentences(found: Results) -> list[str]:
    """The findings, two sentences or three for each outcome of each scenario, and one on the best policy."""
    told = list(course(found))
    told += list(_most(found)) if len(found.indices) else []
    told += list(interplay(found))
    told += [_best(one) for one in found.ranked]
    return [*told, *found.refused]


def _most(found: Results) -> Iterator[str]:
    index = first_index(found.plan.design)
    for one, scenario in found.asked:
        rows = found.of(one, scenario)
        if rows.empty:
            continue
        name = f"{title_of(one)}, {scenario}"
        if is_same(rows):
            yield f"{name}: it is the same at all points, so nothing matters."
            continue
        ranked = ranked_rows(rows, index)
        noise = float(rows["noise_share"].iloc[0])
        first = ranked.iloc[0]
        nil = int(ranked["spans_zero"].sum())
        text = f"{name}: {what(first['factor'])} matters most ({INDEX_WORDS[index]} {of_row(first, one)}"
        text += f", 95% interval {ends_of_row(first, one)})" if first["low"] == first["low"] else ")"
        others = [what(factor, short=True) for factor in ranked["factor"].iloc[1:4]]
        text += f", before {', '.join(others)}. " if others else ". "
        text += f"Of {len(ranked)}, {nil or 'none'} cannot be told from what has no effect"
        if noise == noise:
            text += f"; chance between runs makes up {100 * noise:.0f}% of the variance between points"
        text += ", so more replicates come before any conclusion." if noise > MOSTLY_CHANCE else "."
        settled = found.settled_of(one, scenario, index, ranked["factor"].head(10))
        yield text + (f" Of the first ten, {settled[0]} of {settled[1]} have settled." if settled[1] else "")


def _best(one: Ranked) -> str:
    first, *rest = one.table.to_dict("records")
    text = (
        f"{title_of(one.outcome)}: {_policy(first)} is best in {per_cent(first['best'])} of {first['points']:,} points "
    )
    text += f"({per_cent(first['low'])} to {per_cent(first['high'])})"
    if rest:
        text += f", then {_policy(rest[0])} in {per_cent(rest[0]['best'])}"
    clear = one.turns[one.turns["clear"]] if len(one.turns) else one.turns
    if clear.empty:
        return f"{text}. No single parameter clearly changes which is best on average."
    names = ", ".join(
        f"{row['parameter']} ({_named(row['best_below'])} below, {_named(row['best_above'])} above)"
        for row in clear.head(3).to_dict("records")
    )
    return f"{text}. Which is best on average turns with {names}."


def _policy(row: dict[Any, Any]) -> str:
    return _named(str(row["scenario"]))


def _named(scenario: str) -> str:
    return "doing nothing" if scenario == NOTHING else scenario


def _ranking(plan: Plan, ranked: tuple[Ranked, ...]) -> Iterator[Block]:
    yield Text(
        "At each point the policies are put in order by the difference from the baseline, with no change among them. "
        "Regret is what the best one at a point has more than the one that was chosen."
    )
    for one in ranked:
        measure = one.outcome.measure
        rows = tuple(
            (_policy(row), f"{per_cent(row['best'])} ({per_cent(row['low'])} to {per_cent(row['high'])})",
             per_cent(row["better"]), f"{row['mean_rank']:.1f}", size_of(row["regret"], measure),
             size_of(row["regret_95"], measure))
            for row in one.table.to_dict("records")
        )  # fmt: skip
        columns = (
            "",
            "Best (95% interval)",
            "Better than no change",
            "Mean rank",
            "Regret, mean",
            "Regret, 95th percentile",
        )
        yield Table(f"{title_of(one.outcome)}: policies over {one.table['points'].iloc[0]:,} points", columns, rows,
                    right=(2, 3, 4, 5))  # fmt: skip
        frame = pd.DataFrame([part for row in one.table.to_dict("records") for part in _ways(row)])
        first = one.table.iloc[0]
        headline = f"{_named(first['scenario'])} is best in {per_cent(first['best'])} of plausible worlds"
        yield picture(f"ranking_{one.outcome.column}", lambda frame=frame, headline=headline, one=one: draw_shares(
            frame, headline[0].upper() + headline[1:], f"{title_of(one.outcome)}: share of points, in per cent",
            footer_of(plan)))  # fmt: skip
        yield _worth(one)
        yield from _box(plan, one)
        if len(one.turns):
            turns = tuple(
                (str(row["parameter"]), _named(row["best_below"]), _named(row["best_above"]), str(row["split"]),
                 "yes" if row["clear"] else "no")
                for row in one.turns.to_dict("records")
            )  # fmt: skip
            names = ("Parameter", "Best below", "Best above", "Split at", "Clear in both halves")
            yield Folded("Parameters with another best policy below and above their middle",
                         (Table(title_of(one.outcome), names, turns),))  # fmt: skip


def _worth(one: Ranked) -> Table:
    """Which figures are most worth collecting before a policy is chosen."""
    rows = tuple(
        (
            "everything (chance included)" if row["parameter"] == WHOLE else str(row["parameter"]),
            size_of(row["value"], one.outcome.measure),
            "-" if row["parameter"] == WHOLE else "yes" if row["clear"] else "no",
        )
        for row in one.information.head(8).to_dict("records")
    )
    caption = f"{title_of(one.outcome)}: what knowing a number before choosing would gain on average"
    return Table(caption, ("Number", "Gain", "Beyond chance"), rows, right=(1,))


def _box(plan: Plan, one: Ranked) -> Iterator[Block]:
    if one.box is None:
        return
    rows = tuple(
        (f"{what(row['parameter'])}", f"{row['low']:.4g} to {row['high']:.4g}", f"{row['p']:.2g}")
        for row in one.box.limits.to_dict("records")
    )
    yield Table(
        f"{title_of(one.outcome)}: where another policy is best than {_policy(one.table.to_dict('records')[0])} "
        f"(a box that holds {per_cent(one.box.coverage)} of such points; {per_cent(one.box.density)} of its points "
        f"are such, and {per_cent(one.box.mass)} of all points are in it)",
        ("Number", "Within", "p of this limit"),
        rows,
        right=(2,),
    )


def _ways(row: dict[Any, Any]) -> list[dict[Any, Any]]:
    better = max(float(row["better"]) - float(row["best"]), 0.0)
    if row["scenario"] == NOTHING:
        parts = {"best": float(row["best"]), "better than no change": 0.0}
    else:
        parts = {"best": float(row["best"]), "better than no change": better}
    parts["neither"] = 1.0 - sum(parts.values())
    return [{"label": _policy(row), "part": name, "value": value} for name, value in parts.items()]


def _indices(plan: Plan, found: Results) -> Iterator[Block]:
    index = first_index(plan.design)
    for one, scenario in found.asked:
        rows = found.of(one, scenario)
        if rows.empty or is_same(rows):
            continue
        ranked = ranked_rows(rows, index).head(MOST_SHOWN)
        scaled = index not in SHARES_OF_VARIANCE
        frame = pd.DataFrame(
            [
                {"label": what(row["factor"], short=True), "difference": row["value"], "low": row["low"],
                 "high": row["high"], "text": of_row(row, one), "way": "" if row["spans_zero"] else "lower"}
                for row in ranked.to_dict("records")
            ]
        )  # fmt: skip
        headline = f"{what(ranked['factor'].iloc[0], short=True)} matters most for {title_of(one).lower()}"
        unit = f"{index}" + (
            f", {'percentage points' if figures.is_share(one.measure) else one.measure}" if scaled else ""
        )
        scale = figures.scale(one.measure) if scaled else 1.0
        yield picture(f"indices_{one.column}_{scenario}", lambda frame=frame, headline=headline, one=one, unit=unit,
                      scale=scale, scenario=scenario: differences(
            frame, headline[0].upper() + headline[1:], f"{title_of(one)}, {scenario}: {index} with 95% intervals",
            footer_of(plan), scale=scale, unit=unit))  # fmt: skip
        yield Folded(f"All indices: {title_of(one)}, {scenario}", (_table(plan, one, rows),))


def _table(plan: Plan, one: Counted, rows: pd.DataFrame) -> Table:
    cells = tuple(
        (what(row["factor"]), index_name(plan, row), of_row(row, one), ends_of_row(row, one),
         "yes" if row["spans_zero"] else "no")
        for row in rows.to_dict("records")
    )  # fmt: skip
    columns = ("", "Index", "Value", "95% interval", "Could be nothing")
    return Table(f"{title_of(one)}: all indices", columns, cells, right=(2, 3))


def _levels(found: Results) -> Table:
    measures = {one.column: one for one in found.plan.counted}
    rows = tuple(
        (title_of(measures[row["outcome"]]), row["scenario"], plain(row["mean"], measures[row["outcome"]]),
         between(*(plain(row[name], measures[row["outcome"]]) for name in ("low", "high"))))
        for row in found.levels.to_dict("records")
    )  # fmt: skip
    return Table("Mean over all points, and between which values 90 of 100 points lie",
                 ("", "Scenario", "Mean", "90 of 100 points"), rows, right=(2, 3))  # fmt: skip


def _design(folder: StudyFolder, plan: Plan) -> Iterator[Block]:
    left = plan.left_alone or {}
    manifest = folder.manifest()
    code = manifest.get("code", {})
    units, first = {one.unit for one in plan.counted}, plan.worlds[0]
    yield Points(
        (
            f"Plan: {given(Path(plan.file).name)}, design {plan.design}, n {plan.n:,}, seed {plan.seed}, "
            f"{len(folder.points):,} points, {plan.replicates} replicates, {plan.runs:,} runs.",
            f"Worlds: {', '.join(world.name for world in plan.worlds)}; {first.weeks} weeks from "
            f"{first.calendar.monday}, root seed {first.seed}, the same people and luck at each point.",
            *(f"{unit.value}: {UNIT_WORDS[unit]}" for unit in sorted(units)),
            f"Code: {str(code.get('source_hash', ''))[:12]} (commit {str(code.get('commit'))[:12]}); "
            f"folder {folder.path.name}.",
            *([f"{len(left)} uncertain parameters are left alone: "
               + "; ".join(f"{path} ({why})" for path, why in list(left.items())[:20])] if left else []),
        )
    )  # fmt: skip
    rows = tuple(
        (
            f"{one.facts.words} ({one.path})",
            ", ".join(map(str, one.values)) if one.values else f"{one.low:.6g} to {one.high:.6g}",
            one.facts.unit,
            one.facts.grade.value,
            one.group or "-",
            ", ".join(one.worlds) or "all",
        )
        for one in plan.moved
    )
    if rows:
        columns = ("Parameter", "Range", "Unit", "Grade", "Group", "Worlds")
        yield Folded("What is moved", (Table("Parameters and their ranges", columns, rows),))


def is_same(rows: pd.DataFrame) -> bool:
    """Whether the outcome is the same at all points, so that no index says anything."""
    return bool(rows["note"].str.contains(CONSTANT, regex=False).all())


def ranked_rows(rows: pd.DataFrame, index: str) -> pd.DataFrame:
    """The rows of one index, the largest first."""
    mine = rows[rows["index"] == index]
    return mine.iloc[(-mine["value"].abs()).argsort(kind="stable")].reset_index(drop=True)
