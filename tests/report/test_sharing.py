"""The evidence share: parts add up, chance is taken away, and what cannot be told is not told."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers import small, with_levers

from ttg_sim.report import sharing
from ttg_sim.report.contents import build
from ttg_sim.report.rendering import as_html, as_markdown
from ttg_sim.report.source import NoReport, read
from ttg_sim.studies import shares
from ttg_sim.studies.compare import compare

from .conftest import FAST, named


def test_chance_is_taken_away_from_the_variance() -> None:
    generator = np.random.default_rng(1)
    worlds = generator.normal(0, 2.0, (20_000, 1))
    variance, low, high, chance = shares.net_variance(worlds + generator.normal(0, 3.0, (20_000, 2)))
    assert variance == pytest.approx(4.0, rel=0.08)
    assert chance == pytest.approx(4.5, rel=0.1)
    assert low < 4.0 < high
    mean, first, last = shares._spread((worlds + generator.normal(0, 3.0, (20_000, 2))).mean(axis=1), 4.0, 4.5)
    assert mean == pytest.approx(0, abs=0.1)
    assert (first, last) == pytest.approx((-1.645 * 2, 1.645 * 2), abs=0.2)
    none = shares.net_variance(generator.normal(0, 3.0, (200, 2)))
    assert none[1] < 0 < none[2]
    assert np.isnan(shares.net_variance(worlds[:, :1])[0])


def row(grade: str, variance: float, low: float = 0.5, **more: float) -> dict[str, object]:
    return {"scenario": "a", "outcome": "reoffending_12m", "grade": grade, "variance": variance, "low": low,
            "high": 2 * variance, "mean": -0.02, "p5": -0.03, "p95": -0.01, "chance": 0.1} | more  # fmt: skip


def test_parts_add_up_to_the_whole() -> None:
    rows = {
        one["grade"]: one
        for one in (row("all", 10), row("assumption", 4), row("study", 1, -0.2), row("expert", -1, -2))
    }
    found = {part["part"]: part["value"] for part in sharing.shares_of(rows, "A")}
    assert sum(found.values()) == pytest.approx(1)
    assert found["assumptions"] == pytest.approx(0.4)
    assert found["single studies"] == found["judgements"] == 0
    assert found[sharing.REST] == pytest.approx(0.6)
    rows["assumption"] = row("assumption", 40)
    found = {part["part"]: part["value"] for part in sharing.shares_of(rows, "A")}
    assert sum(found.values()) == pytest.approx(1)
    assert found["assumptions"] == pytest.approx(1)


def test_the_sentence_says_the_range_and_the_parts() -> None:
    rows = {one["grade"]: one for one in (row("all", 10), row("assumption", 4, 2), row("study", 1, -0.5))}
    said = sharing.sentence("A", rows)
    assert "-2.0 percentage points on average" in said
    assert "-3.0 to -1.0 in 90 of 100" in said
    assert (
        "assumptions bring 40% (20% to 80%); single studies nothing that can be told from chance; 60% is left." in said
    )
    rows["all"] = row("all", 10, p95=0.01)
    assert "the sign itself is in doubt" in sharing.sentence("A", rows)
    rows["all"] = row("all", 0.1, -0.1)
    assert "no more than chance" in sharing.sentence("A", rows)
    assert "90 of 100" not in sharing.sentence("A", rows)
    assert sharing.shares_of(rows, "A") == []


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A comparison with a small evidence share."""
    out = tmp_path_factory.mktemp("shared")
    base = small(FAST | {"weeks": 80, "replicates": 2})
    policy = with_levers(base, ("housing.temporary_places", 60, 12))
    found = compare([named(policy, "guarantee", "Homes & more")], named(base, "base", "Base"), out, workers=1)
    told: list[tuple[int, int]] = []
    table = shares.evidence_share(found, out, 8 + 2, 1, lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] == sum(plan.runs for plan in shares.shares_plans(
        [found.others[0].scenario], found.baseline.scenario, 10).values())  # fmt: skip
    assert set(table["grade"]) == {"all", "assumption", "study", "expert", "published"}
    again: list[tuple[int, int]] = []
    assert shares.evidence_share(found, out, 10, 1, lambda *at: again.append(at)).equals(table)
    assert again == []
    return found.path


def test_a_report_tells_it(shared: Path) -> None:
    source = read(shared)
    assert source.share is not None
    text = as_markdown(build(source))
    assert "was worked out again in plausible worlds, 10 for each kind of evidence" in text
    assert "--evidence-share" not in text
    assert "Homes &amp; more" in as_html(build(source)) or "Homes &#38; more" in as_html(build(source))


def test_one_that_was_changed_is_refused(shared: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(shared, tmp_path / shared.name))
    (folder / shares.TABLE).write_text((folder / shares.TABLE).read_text() + "\n")
    with pytest.raises(NoReport, match=r"evidence_share\.csv: is gone or was changed"):
        read(folder)
    (folder / shares.FACTS).write_text("{")
    with pytest.raises(NoReport, match=r"evidence_share\.json: is damaged"):
        read(folder)
    (folder / shares.FACTS).unlink()
    assert read(folder).share is None


def test_without_one_the_report_says_how_to_have_it(compared: Path) -> None:
    assert "--evidence-share does it" in as_markdown(build(read(compared)))


def test_every_world_has_luck_of_its_own(shared: Path) -> None:
    (folder,) = shared.parent.glob("evidence_share_all-*")
    rows = pd.read_parquet(folder / "runs")
    assert rows.groupby(["point", "replicate"])["seed"].nunique().eq(1).all()
    assert rows["seed"].nunique() == rows["point"].nunique() * rows["replicate"].nunique()


def test_only_numbers_of_one_grade_are_moved_at_a_time() -> None:
    base = replace(small(FAST), name="base")
    plans = shares.shares_plans([with_levers(base, ("housing.temporary_places", 60, 12))], base)
    for grade, plan in plans.items():
        grades = {one.facts.grade.value for one in plan.moved}
        assert grades == {grade} or grade == "all"
    assert len(plans["all"].moved) == sum(len(plan.moved) for grade, plan in plans.items() if grade != "all")
    assert isinstance(json.dumps(plans["all"].canonical()), str)
    assert pd.Series([plan.folder for plan in plans.values()]).is_unique
