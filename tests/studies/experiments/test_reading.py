"""Plans: what they mean, and everything that is wrong with one in a line each."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ttg_sim.parameter import Kind
from ttg_sim.scenario import ScenarioFaults
from ttg_sim.studies.designs.sampling import Design
from ttg_sim.studies.experiments.reading import load_plan

from .conftest import PLAN, Written


def test_a_plan_says_what_is_run(written: Written) -> None:
    plan = written()
    assert (plan.name, plan.title, plan.design, plan.n, plan.replicates) == ("study", "Homes", Design.MORRIS, 2, 2)
    assert [world.name for world in plan.worlds] == ["base", "homes"]
    assert plan.baseline is not None
    assert [one.column for one in plan.counted] == ["difference_first_night_homeless", "releases"]
    assert [one.path for one in plan.moved][:2] == ["housing.settled_places", "housing.release_priority"]
    assert plan.moved[1].values == (False, True)
    assert plan.runs == 2 * 4 * 2 * 2
    points = plan.points()
    assert points["housing.settled_places"].between(5, 20).all()
    assert set(points["housing.release_priority"]) == {False, True}


def test_values_reach_the_worlds_that_they_are_for(written: Written) -> None:
    plan = written(
        ("  housing.release_priority:\n", "  housing.release_priority: {in: [homes], from: 2011-03-07}\n"),
        ("{low: 5, high: 20}", "{values: [7, 9]}"),
    )
    point = {"housing.settled_places": 9, "housing.release_priority": True, plan.moved[2].path: plan.moved[2].low}
    base, homes = plan.at(point)
    assert base.sections["housing"].settled_places == homes.sections["housing"].settled_places == 9  # type: ignore[attr-defined]
    assert [lever.path for lever in base.levers] == []
    added = next(lever for lever in homes.levers if lever.path == "housing.release_priority")
    assert (added.start, added.value) == (date(2011, 3, 7), True)


def test_a_study_is_another_one_where_anything_that_matters_is(written: Written) -> None:
    same = written(("title: Homes", "title: Other words"))
    plan = written()
    assert plan.folder == same.folder
    others = [
        written(("n: 2", "n: 4")),
        written(("replicates: 2", "replicates: 3")),
        written(("{low: 5, high: 20}", "{low: 5, high: 21}")),
        written(("  - first_night_homeless\n", "  - recalled_12m\n")),
        written(("n: 2", "n: 2\nseed: 5")),
        written(("n: 2", "n: 2\nsettings: {weeks: 52}")),
    ]
    assert len({one.folder for one in (plan, *others)}) == 1 + len(others)


def test_all_uncertain_numbers_can_be_moved_by_grade_section_or_name(written: Written) -> None:
    start = PLAN.index("  housing.settled_places"), PLAN.index("outcomes:")
    text = PLAN[: start[0]] + "  all uncertain: {reach: 0.5, times: 2, except: [housing, costs]}\ngroups: grade\n"
    text += PLAN[start[1] :]
    plan = written(text=text)
    assert len(plan.moved) > 200
    assert not any(one.facts.section in ("housing", "costs") for one in plan.moved)
    assert {"assumption", "study"} <= set(plan.space.groups())
    by_section = written(text=text.replace("groups: grade", "groups: section"))
    assert "reoffending" in by_section.space.groups()
    named = written(text=text.replace("groups: grade", "groups:\n  people: [reoffending, custody]"))
    assert named.space.groups() in (["people", "others"], ["others", "people"])
    for one in plan.moved:
        assert one.facts.low is not None
        assert one.facts.low <= one.low < one.high <= one.facts.high  # type: ignore[operator]
        if one.facts.kind is Kind.COUNT:
            assert one.low == round(one.low)


WRONG = [
    (("design: morris", "design: moris"), "study.yaml:2: design: 'moris' is not one of the choices", "morris?"),
    (("design: morris\n", ""), "design: is missing", "factorial, sweep"),
    (("base.yaml\nscen", "bse.yaml\nscen"), "baseline: 'bse.yaml' does not exist", ""),
    (("[homes.yaml]", "[homes.yaml, homes.yaml]"), "scenarios[2]: is named homes like another world", ""),
    (("[homes.yaml]", "[]"), "scenarios: has no scenarios", ""),
    (("settled_places", "settled_plces"), "housing.settled_plces: is not a parameter", "housing.settled_places?"),
    (("{low: 5, high: 20}", "{low: 5}"), "housing.settled_places.high: is missing", ""),
    (("{low: 5, high: 20}", "{low: 20, high: 5}"), "high: is not above low", "more than 20"),
    (("{low: 5, high: 20}", "{low: x, high: 5}"), "low: ", "whole number"),
    (("{low: 5, high: 20}", "{low: 5, hihg: 20}"), "hihg: is not a known key", "high?"),
    (("{low: 5, high: 20}", "{values: [5]}"), "values: has fewer than two values", ""),
    (("{low: 5, high: 20}", "{values: [5, 5]}"), "values[2]: is there twice", ""),
    (("{low: 5, high: 20}", "{low: 1, high: 5, in: [home]}"), "in[1]: 'home' is not a world of this plan", "homes?"),
    (("{low: 5, high: 20}", "{low: 1, high: 5, from: 2001-01-01}"), "from: 2001-01-01 is outside", ""),
    (("housing.settled_places:", "housing.temporary_places:"), "is moved by a lever of homes on 2011-02-07", "'from: "),
    (("  - first_night_homeless", "  - first_nigt_homeless"), "outcomes[1]: 'first_nigt_homeless' is not", "homeless?"),
    (("of: level", "of: lvel"), "of: 'lvel' is not one of the choices", "level?"),
    (("of: level", "group: risk, level: high"), "releases is not counted by risk", ""),
    (("n: 2", "n: none"), "n: ", "whole number"),
    (("n: 2\n", ""), "n: is missing", ""),
    (("n: 2", "n: 1"), "n: morris takes n of 2 or more, not 1", ""),
    (("replicates: 2", "replicates: 0"), "replicates: ", "from 1"),
    (("n: 2", "n: 2\nsettings: {replicates: 4}"), "settings.replicates: cannot be set here", "the key replicates"),
    (("n: 2", "n: 2\nsettings: {weekss: 4}"), "settings.weekss: 'weekss' cannot be set", "weeks?"),
    (("n: 2", "n: 2\ngroups: colour"), "groups: 'colour' is not a way to group", ""),
    (("n: 2", "n: 2\ngroups:\n  a: [custody]"), "custody is not among the parameters of this plan", ""),
    (("n: 2", "n: 2\nsed: 3"), "sed: is not a known key", "seed?"),
]


@pytest.mark.parametrize(("change", "line", "near"), WRONG, ids=[line[:40] for _, line, _ in WRONG])
def test_what_is_wrong_is_said_in_a_line(written: Written, change: tuple[str, str], line: str, near: str) -> None:
    with pytest.raises(ScenarioFaults) as found:
        written(change)
    text = str(found.value)
    assert line in text
    assert near in text
    assert all("study.yaml" in one for one in text.splitlines())


def test_all_faults_are_said_at_once(written: Written) -> None:
    with pytest.raises(ScenarioFaults) as found:
        written(("design: morris", "design: moris"), ("high: 20", "hihg: 20"), ("n: 2", "m: 2"))
    assert len(str(found.value).splitlines()) >= 3


@pytest.mark.parametrize("text", ["", "[1, 2]", "a: [", "\x00", "- 1"])
def test_what_is_no_plan_is_refused(folder: Path, text: str) -> None:
    (folder / "study.yaml").write_text(text)
    with pytest.raises(ScenarioFaults):
        load_plan(folder / "study.yaml")
    with pytest.raises(ScenarioFaults, match="does not exist"):
        load_plan(folder / "nowhere.yaml")


def test_without_a_baseline_there_are_levels_only(written: Written) -> None:
    plan = written(("baseline: base.yaml\n", ""))
    assert plan.baseline is None
    assert [one.difference for one in plan.counted] == [False, False]
    with pytest.raises(ScenarioFaults, match="there is no baseline to differ from"):
        written(("baseline: base.yaml\n", ""), ("of: level", "of: difference"))
