"""A hypothesis that does not pass is spoken of where decisions are."""

from __future__ import annotations

import re

from helpers import ROOT

from ttg_sim.studies.hypotheses.reading import load_hypotheses
from ttg_sim.studies.hypotheses.spec import Verdict

BOOK = load_hypotheses(ROOT / "experiments" / "hypotheses.yaml")


def test_every_hypothesis_that_does_not_pass_stands_among_the_decisions() -> None:
    decisions = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
    failing = [one for one in BOOK.hypotheses.values() if one.recorded in (Verdict.FAIL, Verdict.INCONCLUSIVE)]
    assert [one.id for one in failing if not re.search(rf"\b{one.id}\b", decisions)] == []
    assert [one.id for one in failing if not one.note] == []


def test_make_says_the_cost_before_it_runs() -> None:
    rule = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\nhypotheses:")[2].partition("\n\n")[0]
    first, second = re.findall(r"ttg hypotheses.*", rule)
    assert first == f"{second} --dry-run"
