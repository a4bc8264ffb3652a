"""What would change an answer: prices at which a sign turns, and years of which no figure speaks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers import small

from ttg_sim.mechanisms.costs import CostsParameters
from ttg_sim.outcomes import of_money
from ttg_sim.report import tested
from ttg_sim.report.contents import build
from ttg_sim.report.rendering import as_html, as_markdown
from ttg_sim.report.source import Source, read
from ttg_sim.studies.summary import Verdict
from ttg_sim.studies.turning import turning
from ttg_sim.studies.value import Difference, Value

COSTS = CostsParameters()


def weekly(**series: float) -> pd.DataFrame:
    """Four evaluated weeks and one before them, in two replicates that differ by nothing."""
    rows = pd.DataFrame({"week": [-1, 0, 1, 2, 3] * 2, "replicate": [0] * 5 + [1] * 5})
    for name in (*of_money.SPENDING, *of_money.QUANTITIES):
        rows[name] = float(series.get(name, 0.0))
    return rows


def worth(verdict: Verdict) -> Value:
    one = Difference("present_society", 1.0, 0.5, 1.5, 2, verdict)
    empty = pd.DataFrame()
    return Value(None, None, empty, one, one)  # type: ignore[arg-type]


def test_a_sign_turns_where_gain_and_cost_are_equal() -> None:
    # Ten settled places a week more, and one reoffence less: worth it while ten places cost less than a reoffence.
    base, other = weekly(offences=1.0), weekly(places_people=10.0)
    found = turning(base, other, COSTS, COSTS, worth(Verdict.HIGHER))
    society = found[found["view"] == "society"].set_index("parameter")["turns_at"]
    unit = of_money.in_one_year(COSTS)
    assert society["costs.settled_week"] * 10 == pytest.approx(unit["reoffence"], rel=1e-3) or np.isnan(
        society["costs.settled_week"]
    )
    price = 10 * unit["settled_week"] * COSTS.reoffence / unit["reoffence"]
    assert society["costs.reoffence"] == pytest.approx(price, rel=1e-6)
    assert np.isnan(society["costs.prison_week"])


def test_prices_in_which_worlds_differ_and_signs_that_are_none_are_left_out() -> None:
    base, other = weekly(offences=1.0), weekly(places_people=10.0)
    dearer = COSTS.model_copy(update={"reoffence": 1.0})
    found = turning(base, other, COSTS, dearer, worth(Verdict.HIGHER))
    assert "costs.reoffence" not in set(found["parameter"])
    assert turning(base, other, COSTS, COSTS, worth(Verdict.NO_CLEAR_DIFFERENCE)).empty


def test_the_turn_nearest_to_the_price_in_force_is_told() -> None:
    table = pd.Series([1.0, -1.0, 1.0], index=[0.0, 10.0, 30.0])
    from ttg_sim.studies.turning import _nearest_turn

    assert _nearest_turn(table, 18.0) == pytest.approx(20.0)
    assert _nearest_turn(table, 6.0) == pytest.approx(5.0)


def test_a_report_says_what_would_change_it(compared: Path) -> None:
    text = as_markdown(build(read(compared)))
    assert "## What would change it" in text
    assert "ttg switching SCENARIO" in text


def moved(source: Source, start: str, weeks: int) -> Source:
    worlds = [dict(world) | {"start": start, "weeks": weeks} for world in (source.baseline, *source.scenarios)]
    return Source(source.path, source.manifest | {"baseline": worlds[0], "scenarios": worlds[1:]}, source.tables)


def test_years_without_figures_are_outside_of_what_was_tested(compared: Path) -> None:
    first, last = tested.span()
    assert first < 2011 < 2018 < last
    source = read(compared)
    assert not tested.caveat(moved(source, "2011-01-03", 52).baseline)
    beyond = moved(source, f"{last}-06-07", 104)
    assert not tested.is_outside(beyond.baseline)
    assert "for those beyond, nothing was tested" in as_markdown(build(beyond))
    far = moved(source, "2035-01-01", 52)
    text = as_html(build(far))
    assert tested.is_outside(far.baseline)
    assert "so nothing is told of any difference" in text
    assert "a clear difference" not in text
    assert "nothing is told of them" in text


def test_small_worlds_of_the_tests_lie_inside() -> None:
    scenario = small()
    start = scenario.calendar.monday.isoformat()
    assert not tested.is_outside({"start": start, "weeks": scenario.weeks})
