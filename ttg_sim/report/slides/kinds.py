"""The kinds of charts: what each shows, which folders it can be drawn from, and how."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ttg_sim.charts.chart import Chart, NothingToDraw
from ttg_sim.charts.style import SLIDE, Size
from ttg_sim.report.slides import of_comparison, of_hypotheses, of_people, of_runs, of_study
from ttg_sim.report.slides.folders import Folder, Made, NoChart, read
from ttg_sim.report.slides.wanted import Named, Wanted

Draw = Callable[[Folder, Wanted], list[Named]]


@dataclass(frozen=True)
class Kind:
    """A kind of chart: its name, when it is used, and how it is drawn from each folder that can give it."""

    name: str
    use: str
    draw: dict[Made, Draw]
    need: str = ""
    """What more the folder needs, for whoever has the wrong one."""

    @property
    def needs(self) -> str:
        """Which folders it can be drawn from, in words."""
        folders = " or ".join(self.draw) + " made"
        return f"a folder that {folders}{f' ({self.need})' if self.need else ''}"


KINDS = {
    kind.name: kind
    for kind in (
        Kind("band", "How a weekly series moves, scenario beside baseline",
             {Made.COMPARISON: of_comparison.band, Made.RUN: of_runs.band}),
        Kind("differences", "Which scenario differs from the baseline",
             {Made.COMPARISON: of_comparison.differences}),
        Kind("funnel", "Where people are lost on the way to a mentor",
             {Made.COMPARISON: of_comparison.funnel, Made.RUN: of_runs.funnel}),
        Kind("pipeline", "What funding does to the supply of mentors",
             {Made.RUN: of_runs.pipeline, Made.COMPARISON: of_comparison.pipeline}),
        Kind("survival", "When people reoffend for the first time",
             {Made.COMPARISON: of_people.survival_of_comparison, Made.RUN: of_people.survival_of_run}),
        Kind("engagement", "How long people stay with a mentor",
             {Made.COMPARISON: of_people.engagement_of_comparison, Made.RUN: of_people.engagement_of_run}),
        Kind("tornado", "What moves the result most, one input at a time", {Made.STUDY: of_study.tornado},
             "design oat"),
        Kind("index", "What the result depends on most", {Made.STUDY: of_study.index},
             "designs sobol, fast, morris, pawn, lhs, random"),
        Kind("ranking", "Which policy is best, and how often", {Made.STUDY: of_study.ranking},
             "a random design with a baseline and two scenarios or more"),
        Kind("heat-map", "Where two levers work together", {Made.STUDY: of_study.heat_map},
             "design factorial with two parameters"),
        Kind("scorecard", "Whether the model behaves as practitioners say", {Made.HYPOTHESES: of_hypotheses.scorecard}),
        Kind("groups", "Who gains and who is left out, by risk of reoffending",
             {Made.COMPARISON: of_comparison.groups}),
        Kind("bearers", "Who pays more and who saves", {Made.COMPARISON: of_comparison.bearers}),
        Kind("curve", "How a result changes as one lever moves", {Made.STUDY: of_study.curve}, "design sweep"),
    )
}  # fmt: skip
"""All kinds by name, the most wanted first."""


def draw(kind: Kind, paths: Sequence[Path], of: str = "", scenarios: Sequence[str] = (), size: Size = SLIDE,
         ) -> list[tuple[Path, str, Chart]]:  # fmt: skip
    """The charts of some folders: (folder, name of the picture, chart) for each; nothing is written.

    `of` names the outcome or series, `scenarios` those that are drawn; all or the usual one where they are left out.
    Raises `NoChart` with a line for each folder that cannot give it.
    """
    found, faults = [], []
    for path in paths:
        try:
            folder = read(path)
            if folder.made not in kind.draw:
                raise NoChart(f"{path}: {folder.made} made it, which gives no chart {kind.name}; it needs {kind.needs}")
            found += [
                (path, name, chart) for name, chart in kind.draw[folder.made](folder, Wanted(of, scenarios, size))
            ]
        except NothingToDraw as fault:
            faults.append(f"{path}: there is no chart {kind.name}: {fault}")
        except NoChart as fault:
            faults.append(str(fault))
    if faults:
        raise NoChart("\n".join(dict.fromkeys(faults)))
    return found
