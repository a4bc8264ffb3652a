"""Charts that can be shown to others: right, readable, and honest about how much is known.

Each kind is a function of a table, a headline, a subtitle and a footer; it gives a `Chart`, which is saved as a picture
with its figures and its words for people who do not see it.
"""

from ttg_sim.charts.band import bands
from ttg_sim.charts.bars import index_bars, ranking
from ttg_sim.charts.chart import Chart, NothingToDraw
from ttg_sim.charts.curve import curves
from ttg_sim.charts.dots import differences, panels
from ttg_sim.charts.grid import heat_map
from ttg_sim.charts.parts import shares
from ttg_sim.charts.staying import survival
from ttg_sim.charts.steps import funnel
from ttg_sim.charts.stocks import pipeline
from ttg_sim.charts.style import REPORT, SLIDE
from ttg_sim.charts.swings import tornado
from ttg_sim.charts.verdicts import scorecard

__all__ = [
    "REPORT",
    "SLIDE",
    "Chart",
    "NothingToDraw",
    "bands",
    "curves",
    "differences",
    "funnel",
    "heat_map",
    "index_bars",
    "panels",
    "pipeline",
    "ranking",
    "scorecard",
    "shares",
    "survival",
    "tornado",
]
