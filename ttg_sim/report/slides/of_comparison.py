"""Charts of a comparison: those of its report, one scenario at a time where that is read better."""

from __future__ import annotations

from dataclasses import replace

from ttg_sim.outcomes.kinds import Unit
from ttg_sim.report import pictures, source, words
from ttg_sim.report.contents import FOR_WHOM, HEADLINES, WHOM
from ttg_sim.report.slides import of_runs
from ttg_sim.report.slides.folders import Folder
from ttg_sim.report.slides.wanted import Named, Wanted, one_of, some_of
from ttg_sim.report.source import Source

USUAL_OUTCOME, USUAL_SERIES = "reoffending_12m", "people_mentored"


def band(folder: Folder, wanted: Wanted) -> list[Named]:
    """A weekly series, a picture for each scenario."""
    whole = chosen(folder, wanted)
    series = one_of(folder, wanted.of, whole.tables["bands"]["series"], USUAL_SERIES, "weekly series")
    return [
        (f"band_{series}_{world['name']}", pictures.draw_course(only(whole, world["name"]), series, wanted.size))
        for world in whole.scenarios
    ]


def differences(folder: Folder, wanted: Wanted) -> list[Named]:
    """One outcome in all scenarios."""
    whole = chosen(folder, wanted)
    outcome = _outcome(folder, wanted, whole)
    # Judged together with what the report tells with it, so that a slide never claims more than the report.
    told = dict.fromkeys((*HEADLINES, outcome))
    rows = [row for world in whole.scenarios for name in told for row in _rows(whole, world["name"], name)]
    return [(f"differences_{outcome}", pictures.draw_effects(whole, outcome, words.together(rows), wanted.size))]


def groups(folder: Folder, wanted: Wanted) -> list[Named]:
    """One outcome by risk band, a picture for each scenario."""
    whole = chosen(folder, wanted)
    outcome = _outcome(folder, wanted, whole)
    told = tuple(dict.fromkeys((*FOR_WHOM, outcome)))
    rows = words.together(
        row
        for world in whole.scenarios
        for group in WHOM
        for row in source.rows_of(whole, world["name"], Unit.INDEX, told, group)
    )
    found = []
    for world in whole.scenarios:
        mine = [row for row in rows if row["scenario"] == world["name"]]
        chart = pictures.draw_groups(only(whole, world["name"]), outcome, mine, wanted.size)
        found.append((f"groups_{outcome}_{world['name']}", chart))
    return found


def funnel(folder: Folder, wanted: Wanted) -> list[Named]:
    """Where people are lost, a picture for each scenario beside the baseline."""
    whole = chosen(folder, wanted)
    return [
        (f"funnel_{world['name']}", pictures.draw_reach(only(whole, world["name"]), wanted.size))
        for world in whole.scenarios
    ]


def bearers(folder: Folder, wanted: Wanted) -> list[Named]:
    """Who pays, a picture for each scenario."""
    whole = chosen(folder, wanted)
    return [
        (f"bearers_{world['name']}", pictures.draw_bearers(only(whole, world["name"]), wanted.size))
        for world in whole.scenarios
    ]


def pipeline(folder: Folder, wanted: Wanted) -> list[Named]:
    """The supply of mentors in each world, the baseline first, from the runs beside the folder."""
    whole = source.read(folder.path)
    worlds = [whole.baseline, *whole.scenarios]
    names = some_of(folder, wanted.scenarios, [world["name"] for world in worlds], "scenario")
    chosen = [world for world in worlds if world["name"] in names]
    return [
        (f"pipeline_{world['name']}", of_runs.draw_pipeline(
            folder.rows("weekly", world["run"]), source.title_of(world), pictures.place(whole),
            of_runs.footer(world, whole.replicates), wanted.size))
        for world in chosen
    ]  # fmt: skip


def chosen(folder: Folder, wanted: Wanted) -> Source:
    """The comparison with the scenarios that are wanted, in their order."""
    whole = source.read(folder.path)
    names = some_of(folder, wanted.scenarios, [world["name"] for world in whole.scenarios], "scenario")
    return only(whole, *names)


def only(whole: Source, *names: str) -> Source:
    """The same comparison with some of its scenarios."""
    kept = [world for world in whole.scenarios if world["name"] in names]
    return replace(whole, manifest={**whole.manifest, "scenarios": kept})


def _outcome(folder: Folder, wanted: Wanted, whole: Source) -> str:
    table = whole.tables["differences"]
    known = [name for name in table["outcome"].unique() if name in words.TITLES]
    return one_of(folder, wanted.of, known, USUAL_OUTCOME, "outcome")


def _rows(whole: Source, scenario: str, outcome: str) -> list[dict[object, object]]:
    return source.rows_of(whole, scenario, Unit.INDEX, (outcome,)) or source.rows_of(
        whole, scenario, Unit.YEAR, (outcome,)
    )
