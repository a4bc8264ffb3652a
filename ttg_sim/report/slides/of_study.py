"""Charts of a designed study, from the tables in its folder."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ttg_sim.charts.bars import index_bars
from ttg_sim.charts.bars import ranking as draw_ranking
from ttg_sim.charts.chart import NothingToDraw
from ttg_sim.charts.curve import curves
from ttg_sim.charts.grid import heat_map as draw_heat_map
from ttg_sim.charts.style import Size
from ttg_sim.charts.swings import tornado as draw_tornado
from ttg_sim.report import figures, footers
from ttg_sim.report.slides.folders import Folder, NoChart
from ttg_sim.report.slides.wanted import Named, Wanted, one_of, some_of
from ttg_sim.report.study import is_same, ranked_rows
from ttg_sim.report.study_words import SHARES_OF_VARIANCE, of_index, title_of
from ttg_sim.scenario.names import parameters
from ttg_sim.studies.designs.sampling import Design
from ttg_sim.studies.experiments.counted import Counted, of_column
from ttg_sim.studies.experiments.ranking import NOTHING
from ttg_sim.studies.experiments.results import first_index

MOST_BARS = {"slide": 8, "report": 14}
MEANING = {
    "mu_star": "how much it changes, on average, as each input moves over its whole range",
    "ST": "share of the variance that would not be there if the input were known, alone and with others",
    "median": "distance between distributions with and without the input known (nil to 1)",
    "PRCC": "strength of the partial rank correlation (nil to 1)",
}


def tornado(folder: Folder, wanted: Wanted) -> list[Named]:
    """How far each input moves one outcome, a picture for each scenario."""
    _needs(folder, "tornado", Design.OAT)
    return [
        (f"tornado_{_name(one, scenario)}", _tornado(folder, one, scenario, rows, wanted.size))
        for one, scenario, rows in _asked(folder, wanted, "indices")
    ]


def _tornado(folder: Folder, one: Counted, scenario: str, rows: pd.DataFrame, size: Size) -> Any:
    table = rows.pivot_table(index="factor", columns="index", values="value", sort=False)
    ends = table.reindex(columns=["at_low", "at_high"])
    order = ends.abs().max(axis=1).sort_values(ascending=False, kind="stable").index
    shown = ends.loc[order].head(MOST_BARS[size.name])
    clear = rows[rows["index"].isin(["at_low", "at_high"])].groupby("factor")["spans_zero"].min().eq(False)
    scale = figures.scale(one.measure)
    frame = pd.DataFrame({
        "label": [_input(folder, factor) for factor in shown.index],
        "at_low": shown["at_low"].to_numpy() * scale,
        "at_high": shown["at_high"].to_numpy() * scale,
        "text_low": [_short(value, one) for value in shown["at_low"]],
        "text_high": [_short(value, one) for value in shown["at_high"]],
        "clear": [bool(clear.get(factor, False)) for factor in shown.index],
    })  # fmt: skip
    first = shown.iloc[0]
    swing = " and ".join(dict.fromkeys(_short(value, one) for value in (first["at_low"], first["at_high"])))
    headline = f"{_about(one, scenario)} moves most with {_lower(_what(str(shown.index[0])))}: {swing} {_unit(one)}"
    if not frame["clear"].any():
        headline = f"{_about(one, scenario)}: no single input clearly moves it"
    subtitle = (
        f"Change as one input at a time goes to the ends of its range{_part(len(shown), len(ends))}; {_place(folder)}"
    )
    unit = f"change, {_unit(one)}"
    return draw_tornado(frame, headline, subtitle, _footer(folder), unit=unit, size=size)


def index(folder: Folder, wanted: Wanted) -> list[Named]:
    """What one outcome depends on most, a picture for each scenario."""
    name = first_index(_design(folder))
    if name not in MEANING:
        raise NoChart(f"{folder.path}: its design is {_design(folder)}, which gives no chart index; it needs sobol, "
                      "fast, morris, pawn, lhs or random")  # fmt: skip
    return [
        (f"index_{_name(one, scenario)}", _index(folder, one, scenario, ranked_rows(rows, name), name, wanted.size))
        for one, scenario, rows in _asked(folder, wanted, "indices")
    ]


def _index(folder: Folder, one: Counted, scenario: str, rows: pd.DataFrame, name: str, size: Size) -> Any:
    shown = rows.head(MOST_BARS[size.name])
    scale = 100.0 if name == "ST" else 1.0 if name in SHARES_OF_VARIANCE else figures.scale(one.measure)
    frame = pd.DataFrame([_bar(row, one, scale) for row in shown.to_dict("records")])
    nil = int(rows["spans_zero"].sum())
    headline = f"{_about(one, scenario)} depends most on {_lower(_what(shown.iloc[0]['factor']))}"
    if nil == len(rows):
        headline = f"{_about(one, scenario)}: no input can be told from chance"
    noise = float(rows["noise_share"].iloc[0])
    chance = f"; chance between runs makes up {100 * noise:.0f}% of it" if np.isfinite(noise) else ""
    subtitle = (
        f"{MEANING[name][0].upper()}{MEANING[name][1:]} ({name}), with 95% intervals; pale bars cannot be told from nil"
        f"{_part(len(shown), len(rows))}{chance}; {_place(folder)}"
    )
    unit = "per cent of the variance" if name == "ST" else name if name in SHARES_OF_VARIANCE else _unit(one)
    return index_bars(frame, headline, subtitle, _footer(folder), unit=unit, size=size)


def _bar(row: dict[Any, Any], one: Counted, scale: float) -> dict[str, Any]:
    # Correlations have a sign; the length of a bar is how strong they are.
    ends = sorted(abs(scale * row[end]) for end in ("low", "high")) if row["value"] < 0 else [
        scale * row[end] for end in ("low", "high")]  # fmt: skip
    return {"label": _what(row["factor"]), "factor": row["factor"], "value": abs(scale * row["value"]), "low": ends[0],
            "high": ends[1], "text": of_index(float(row["value"]), str(row["index"]), one),
            "clear": not row["spans_zero"]}  # fmt: skip


def ranking(folder: Folder, wanted: Wanted) -> list[Named]:
    """How often each policy is the best, a picture for each outcome."""
    if not (folder.path / "ranking.csv").exists():
        raise NoChart(f"{folder.path}: ranks no policies; chart ranking needs a random design (sobol, lhs, random, "
                      "morris, pawn) with a baseline, two scenarios or more, and an outcome with a gain")  # fmt: skip
    table = folder.table("ranking")
    column = _column(folder, wanted.of, list(table["outcome"]))
    rows, one = table[table["outcome"] == column], _counted(folder, column)
    titles = _titles(folder)
    frame = pd.DataFrame([
        {"label": titles.get(row["scenario"], row["scenario"]), "value": 100 * row["best"], "low": 100 * row["low"],
         "high": 100 * row["high"], "text": f"{100 * row['best']:.0f}%", "clear": place == 0}
        for place, row in enumerate(rows.to_dict("records"))
    ])  # fmt: skip
    first = frame.iloc[0]
    headline = f"{first['label']} is best in {first['text']} of {int(rows['points'].iloc[0]):,} plausible worlds"
    subtitle = (
        f"{one.title}: in how many plausible worlds each policy does best against the baseline, with 95% intervals; "
        f"{_place(folder)}"
    )
    return [(f"ranking_{one.outcome}", draw_ranking(frame, headline, subtitle, _footer(folder), size=wanted.size))]


def heat_map(folder: Folder, wanted: Wanted) -> list[Named]:
    """One outcome over the values of two levers, a picture for each scenario."""
    _needs(folder, "heat-map", Design.FACTORIAL)
    moved = [one[0] for one in folder.manifest["design"]["parameters"]]
    if len(moved) != 2:
        raise NoChart(f"{folder.path}: moves {len(moved)} parameters; chart heat-map needs two")
    found = []
    for one, scenario, rows in _asked(folder, wanted, "points"):
        cells = rows.sort_values(moved, kind="stable")
        found.append((f"heat-map_{_name(one, scenario)}", _heat_map(folder, one, scenario, cells, moved, wanted.size)))
    return found


def _heat_map(folder: Folder, one: Counted, scenario: str, rows: pd.DataFrame, moved: list[str], size: Size) -> Any:
    frame = pd.DataFrame({
        "x": [_value(value) for value in rows[moved[0]]],
        "y": [_value(value) for value in rows[moved[1]]],
        "value": rows["mean"].to_numpy() * figures.scale(one.measure),
        "low": rows["low"].to_numpy() * figures.scale(one.measure),
        "high": rows["high"].to_numpy() * figures.scale(one.measure),
        "text": [_cell(value, one) for value in rows["mean"]],
        "clear": ((rows["low"] > 0) | (rows["high"] < 0)).to_numpy() & one.difference,
    })  # fmt: skip
    texts = list(frame.dropna(subset="value").sort_values("value", kind="stable")["text"])
    if not texts:
        raise NothingToDraw("there is no number in any cell")
    headline = f"{_about(one, scenario)} goes from {texts[0]} to {texts[-1]} {_unit(one)}".rstrip()
    if frame["value"].nunique() == 1:
        headline = f"{_about(one, scenario)} is the same whatever the two levers are"
    stars = "; * where the 95% interval of chance leaves out nil" if one.difference else ""
    subtitle = f"Mean at each pair of values, {_unit(one) or one.measure}{stars}; {_place(folder)}"
    return draw_heat_map(frame, headline, subtitle, _footer(folder), across=_axis(moved[0]), up=_axis(moved[1]),
                         size=size)  # fmt: skip


def curve(folder: Folder, wanted: Wanted) -> list[Named]:
    """One outcome over the values of one lever."""
    _needs(folder, "curve", Design.SWEEP)
    path = folder.manifest["design"]["parameters"][0][0]
    parts = list(_asked(folder, wanted, "points"))
    one, titles = parts[0][0], _titles(folder)
    rows = pd.concat([part for _, _, part in parts])
    x = pd.to_numeric(rows[path], errors="coerce")
    if x.isna().any():
        raise NothingToDraw(f"the values of {path} are no numbers")
    frame = rows.assign(label=rows["scenario"].map(titles), x=x)
    ends = [frame.loc[frame["x"] == end, "mean"].iloc[0] for end in (x.min(), x.max())]
    said = [_short(end, one) if one.difference else figures.number(end, one.measure) for end in ends]
    headline = f"{title_of(one)}: from {said[0]} to {said[1]} {_unit(one)} as {_lower(_what(path))} grows"
    subtitle = f"{_unit(one) or one.measure}, means with 95% intervals from luck only; {_place(folder)}"
    chart = curves(frame, headline, subtitle[0].upper() + subtitle[1:], _footer(folder), across=_axis(path),
                   scale=figures.scale(one.measure), size=wanted.size)  # fmt: skip
    return [(f"curve_{one.column}", chart)]


def _asked(folder: Folder, wanted: Wanted, name: str) -> list[tuple[Counted, str, pd.DataFrame]]:
    """The rows of one outcome for each scenario that has it and is wanted."""
    if not (folder.path / f"{name}.csv").exists():
        raise NoChart(f"{folder.path}: has no {name}.csv; give the ttg experiment command again")
    table = folder.table(name)
    column = _column(folder, wanted.of, list(table["outcome"]))
    one, mine = _counted(folder, column), table[table["outcome"] == column]
    if "note" in mine and is_same(mine.assign(note=mine["note"].fillna(""))):
        raise NothingToDraw(f"{title_of(one)} is the same at all points, so that nothing matters")
    names = some_of(folder, wanted.scenarios, mine["scenario"], "scenario")
    return [(one, scenario, mine[mine["scenario"] == scenario]) for scenario in names]


def _column(folder: Folder, wanted: str, columns: list[str]) -> str:
    known = list(dict.fromkeys(columns))
    if wanted and wanted not in known and f"difference_{wanted}" in known:
        return f"difference_{wanted}"
    return one_of(folder, wanted, known, "", "outcome")


def _counted(folder: Folder, column: str) -> Counted:
    found = of_column(column)
    if found is None:
        raise NoChart(f"{folder.path}: the outcome {column!r} is not known to this version of ttg-sim")
    return found


def _design(folder: Folder) -> Design:
    return Design(folder.manifest["design"]["design"])


def _needs(folder: Folder, kind: str, design: Design) -> None:
    if (its := _design(folder)) is not design:
        raise NoChart(f"{folder.path}: its design is {its}, which gives no chart {kind}; it needs {design}")


def _titles(folder: Folder) -> dict[str, str]:
    names = [world[0] for world in folder.manifest["design"]["worlds"]]
    return {name: name.replace("_", " ").capitalize() for name in names} | {NOTHING: "Doing nothing"}


def _about(one: Counted, scenario: str) -> str:
    """What a chart is about: the effect of a scenario on an outcome, or its level there."""
    name = scenario.replace("_", " ")
    return f"{one.title}: the effect of {name}" if one.difference else f"{one.title} under {name}"


def _cell(value: float, one: Counted) -> str:
    if not one.difference:
        return figures.number(value, one.measure)
    digits = 1 if figures.is_share(one.measure) else None
    return figures.change(value, one.measure, digits).removesuffix(" points")


def _what(factor: str) -> str:
    """Few words for an input: what the parameter is, up to the first comma, or the name of a group or pair."""
    facts = parameters().get(factor)
    if facts is None:
        return factor[:1].upper() + factor[1:]
    words = facts.words.split(",")[0].split(";")[0].split(":")[0]
    return words[:1].upper() + words[1:]


def _input(folder: Folder, factor: str) -> str:
    """The same with its range."""
    for path, low, high, values, *_ in folder.manifest["design"]["parameters"]:
        if path == factor and factor in parameters():
            ends = (values[0], values[-1]) if values else (f"{low:.3g}", f"{high:.3g}")
            unit = parameters()[factor].unit
            return f"{_what(factor)} ({ends[0]} to {ends[1]}{f' {unit}' if 0 < len(unit) < 12 else ''})"
    return _what(factor)


def _axis(path: str) -> str:
    facts = parameters().get(path)
    return f"{_what(path)} ({facts.unit})" if facts is not None and facts.unit else _what(path)


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]


def _value(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _unit(one: Counted) -> str:
    if figures.is_share(one.measure):
        return "percentage points" if one.difference else ""
    return one.measure


def _short(value: float, one: Counted) -> str:
    return figures.change(value, one.measure).removesuffix(" points")


def _part(shown: int, there: int) -> str:
    return f"; the {shown} largest of {there}" if shown < there else ""


def _name(one: Counted, scenario: str) -> str:
    return f"{one.column}_{scenario}".replace("[", "_").replace("]", "").replace("=", "_")


def _place(folder: Folder) -> str:
    world = folder.manifest["design"]["worlds"][0][2]
    return footers.place(int(world["sections"]["areas"]["number"]), int(world["weeks"]), world["start"])


def _footer(folder: Folder) -> str:
    design = folder.manifest["design"]
    worlds = [world[0] for world in design["worlds"]]
    runs = f"{design['replicates']} runs at each of {int(folder.manifest['points']):,} points"
    against = f"Against {worlds[0]}; " if design["baseline"] else ""
    words = f"Ranges are assumptions. {against}design {design['design']}, {runs}, root seed {design['worlds'][0][1]}"
    return footers.footer(words, str(folder.manifest["code"]["source_hash"]))
