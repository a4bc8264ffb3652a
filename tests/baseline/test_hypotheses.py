"""The fast versions of the hypotheses have the verdicts that are recorded for them."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import ROOT

from ttg_sim.studies.hypotheses.reading import load_hypotheses
from ttg_sim.studies.hypotheses.scorecard import fast, judge, make_plan
from ttg_sim.studies.hypotheses.spec import Hypothesis

BOOK = load_hypotheses(ROOT / "experiments" / "hypotheses.yaml")


@pytest.mark.parametrize("one", fast(BOOK), ids=lambda one: one.id)
def test_the_fast_version_has_its_recorded_verdict(one: Hypothesis, tmp_path: Path) -> None:
    (score,) = judge(make_plan(BOOK, [one], sets=0), tmp_path, workers=1).scores
    found = [(judged.test.words, judged.verdict.value, judged.low, judged.high, judged.note) for judged in score.tests]
    assert not score.differs, f"{score.verdict}, recorded as {one.recorded}: {found}"
