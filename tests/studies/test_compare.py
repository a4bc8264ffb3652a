"""The same people in both worlds, paired by luck; what is equal differs by exactly nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from helpers import with_levers

from ttg_sim.outcomes.definitions import OF_RELEASES
from ttg_sim.outcomes.kinds import Unit
from ttg_sim.scenario import first_difference
from ttg_sim.studies import compare as module
from ttg_sim.studies.compare import NotComparable, compare, count_people, index_releases, same_people
from ttg_sim.studies.runner import SameName

from .conftest import named

WEEK = 12


def releases(*rows: tuple[int, int, int, int], **columns: list[object]) -> pd.DataFrame:
    """Releases given as (person, number, received_day, release_day), of one replicate."""
    table = pd.DataFrame(rows, columns=["person", "number", "received_day", "release_day"])
    facts = {"followed": True, "first_night": "settled", "reoffended": 0.0, "replicate": 0, "longer": False}
    return table.assign(**(facts | columns))


@pytest.mark.parametrize(
    ("row", "counts"),
    [
        ((1, 1, 69, 70), True),  # inside on the policy date, released on it
        ((1, 4, 10, 200), True),  # inside on the policy date, not for the first time
        ((1, 1, 10, 69), False),  # released the day before
        ((1, 1, 70, 90), True),  # new, received on the policy date
        ((1, 2, 70, 90), False),  # received again afterwards: the policy may have chosen who
    ],
)
def test_who_is_counted(row, counts) -> None:
    assert index_releases(releases(row), 10).tolist() == [counts]


def test_nobody_on_a_longer_sentence_is_counted() -> None:
    table = releases((1, 1, 69, 70), (2, 1, 70, 90), (3, 1, 69, 70), longer=[True, True, False])
    assert index_releases(table, 10).tolist() == [False, False, True]


def test_without_a_difference_the_policy_date_is_the_start() -> None:
    table = releases((1, 1, -5, 3), (2, 3, -5, 3), (3, 1, 0, 9), (4, 2, 0, 9))
    assert index_releases(table, None).tolist() == index_releases(table, 0).tolist() == [True, True, True, False]


@pytest.fixture(scope="module")
def result(base, guarantee, tmp_path_factory):
    return compare([guarantee, named(base, "same")], base, tmp_path_factory.mktemp("out"), workers=1)


LEVERS = {
    "places": [("housing.temporary_places", 60, WEEK), ("housing.settled_places", 80, WEEK)],
    "priority": [("housing.release_priority", True, WEEK)],
    "places kept": [("housing.kept_weeks_inside", 52.0, WEEK)],
    "fewer places": [("housing.settled_places", 0, WEEK), ("housing.temporary_places", 0, WEEK)],
    "prisons": [("custody.local_share", 0.1, WEEK), ("custody.transfers_per_year", 12.0, WEEK)],
}


@pytest.mark.parametrize("levers", LEVERS.values(), ids=LEVERS.keys())
def test_no_policy_on_homes_chooses_who_is_counted(levers, base, tmp_path) -> None:
    world = named(with_levers(base, *levers), "policy")
    found = compare([world], base, tmp_path, workers=1)
    assert found.policy_weeks == (WEEK,)
    people = []
    for run in (found.baseline, found.others[0]):
        spells = run.spells()
        index = spells[index_releases(spells, WEEK)]
        assert not index.duplicated(["replicate", "person"]).any()
        people.append({replicate: set(part["person"]) for replicate, part in index.groupby("replicate")})
    assert people[0] == people[1]
    assert all(len(one) > 20 for one in people[0].values())
    assert count(found, "left_out") == 0
    # And it is not blind: taken with everybody, others are released in one world than in the other.
    if levers is LEVERS["places"]:
        everybody = [pairs(run.spells(), "person", "number") for run in (found.baseline, found.others[0])]
        assert everybody[0] != everybody[1]


def pairs(table: pd.DataFrame, one: str = "replicate", other: str = "person") -> set[tuple[int, int]]:
    return set(zip(table[one], table[other], strict=True))


def count(found, name: str) -> float:
    return float(found.people.set_index("count").loc[name, "value"])


RELEASING = {
    "served longer": [("custody.release_fraction", 1.0, WEEK)],
    "tag for all": [("custody.tag_uptake", 1.0, WEEK), ("custody.tag_shortest_sentence_weeks", 0.0, WEEK)],
    "orders instead": [("sentencing.replaced_share", 0.5, WEEK)],
}


@pytest.mark.parametrize("levers", RELEASING.values(), ids=RELEASING.keys())
def test_a_policy_on_sentences_is_judged_on_people_released_in_both_worlds(levers, base, tmp_path) -> None:
    world = named(with_levers(base, *levers), "policy")
    found = compare([world], base, tmp_path, workers=1)
    spells = [run.spells() for run in (found.baseline, found.others[0])]
    one, two = same_people(*spells, WEEK)
    assert one[["replicate", "person"]].equals(two[["replicate", "person"]])
    assert one["followed"].equals(two["followed"])
    marked = [pairs(table[index_releases(table, WEEK)]) for table in spells]
    assert pairs(one) == marked[0] & marked[1]
    assert marked[0] != marked[1]
    assert count(found, "left_out") == pytest.approx(len(marked[0] ^ marked[1]) / 3)
    table = found.differences[(found.differences["group"] == "all") & (found.differences["unit"] == "index")]
    served = table.set_index("outcome").loc["weeks_served"]
    medians = [part.groupby("replicate")["weeks_served"].median().mean() for part in (one, two)]
    assert [served["baseline"], served["value"]] == pytest.approx(medians)


def test_follow_up_counts_where_it_is_complete_in_both() -> None:
    one = releases((1, 1, 80, 100), (2, 1, 80, 100), followed=[True, True], reoffended=[1.0, 0.0])
    two = releases((1, 1, 80, 200), (2, 1, 80, 100), followed=[False, True], reoffended=[np.nan, 1.0])
    first, second = same_people(one, two, 10)
    assert first["followed"].tolist() == second["followed"].tolist() == [False, True]
    counts = count_people(one, two, 10, 1).set_index("count")["value"]
    assert (counts["reoffended_in_baseline_only"], counts["reoffended_in_scenario_only"]) == (0, 1)


def test_people_helped_and_displaced_worked_by_hand() -> None:
    days = (1, 80, 100)
    people = [(person, *days) for person in range(1, 7)]
    one = releases(
        *people,
        (7, 2, 80, 100),
        first_night=["settled", "temporary", "homeless", "homeless", "settled", "unknown", "settled"],
    )
    two = releases(
        *people[:5], people[5], first_night=["homeless", "settled", "temporary", "homeless", "settled", "settled"]
    )
    counts = count_people(one, two, 10, 2).set_index("count")["value"]
    assert counts.to_dict() == {
        "releases_baseline": 3.5, "releases": 3.0, "index_people": 3.0, "followed_people": 3.0, "left_out": 0.0,
        "helped_first_night": 1.0,
        "displaced_first_night": 0.5, "reoffended_in_baseline_only": 0.0, "reoffended_in_scenario_only": 0.0,
    }  # fmt: skip


OF_SUPERVISION = {"high_harm", "first_appointment_kept", "appointments_kept", "two_failures"}
OF_MENTORING = {
    "meetings_kept", "dropped_out", "left_in_weeks_1_to_4", "left_in_weeks_13_to_16", "unplanned_ending",
}  # fmt: skip
NO_MEANS = {"weeks_served", "service_gap"}  # a median, and a difference of means


def test_differences_are_paired_by_replicate(result, base) -> None:
    one, two = same_people(result.baseline.spells(), result.others[0].spells(), WEEK)
    compared = 0
    for outcome in OF_RELEASES:
        if outcome.needs_follow_up or outcome.name in NO_MEANS:
            continue
        means = [
            np.array([outcome.values(part).mean() for _, part in table.groupby("replicate")], float)
            for table in (one, two)
        ]
        difference = means[1] - means[0]
        half = 4.302652729749464 * difference.std(ddof=1) / np.sqrt(3)  # Student's t with two degrees of freedom
        row = result.differences.query("scenario == 'guarantee' and outcome == @outcome.name and group == 'all'").iloc[
            0
        ]
        assert row["unit"] == Unit.INDEX
        if outcome.name in OF_SUPERVISION | OF_MENTORING:  # there is none in these worlds
            assert np.isnan(difference).all()
            assert row["replicates"] == 0
            continue
        compared += 1
        assert row["replicates"] == 3
        expected = [
            means[0].mean(),
            means[1].mean(),
            difference.mean(),
            difference.mean() - half,
            difference.mean() + half,
        ]
        assert row[["baseline", "value", "difference", "low", "high"]].tolist() == pytest.approx(expected, abs=1e-12)
    assert compared == len(OF_RELEASES) - sum(outcome.needs_follow_up for outcome in OF_RELEASES) - len(
        NO_MEANS | OF_SUPERVISION | OF_MENTORING
    )


def test_verdicts_follow_the_intervals(result) -> None:
    table = result.differences
    cases = [table["replicates"] == 0, table["low"] > 0, table["high"] < 0]
    expected = np.select(cases, ["", "higher", "lower"], "no clear difference")
    assert table["verdict"].tolist() == expected.tolist()
    assert {"higher", "lower"} <= set(expected)


def test_an_equal_world_differs_by_exactly_nothing(result) -> None:
    same = result.differences[result.differences["scenario"] == "same"]
    assert result.policy_weeks == (WEEK, None)
    assert (same["difference"].dropna() == 0.0).all()
    assert (same["baseline"].dropna() == same["value"].dropna()).all()
    assert (same.loc[same["replicates"] > 1, ["low", "high"]] == 0.0).all(axis=None)
    people = result.people[result.people["scenario"] == "same"].set_index("count")["value"]
    assert people["releases"] == people["releases_baseline"]
    assert people.loc[people.index.str.contains("helped|displaced|only|left")].eq(0).all()


def test_the_files_hold_what_the_tables_hold(result) -> None:
    for name in ("differences", "people"):
        words = dict.fromkeys(("level", "verdict", "note"), str)
        written = pd.read_csv(result.path / f"{name}.csv", dtype=words)
        written = written.fillna({column: "" for column in ("verdict", "note") if column in written})
        pd.testing.assert_frame_equal(written, getattr(result, name), check_dtype=False, rtol=1e-9)


def test_luck_and_number_are_those_of_the_baseline(base, guarantee, tmp_path) -> None:
    found = compare([replace(guarantee, seed=99, replicates=1)], replace(base, replicates=2), tmp_path, workers=1)
    for run in (found.baseline, *found.others):
        assert (run.scenario.seed, run.replicates) == (base.seed, 2)
    assert set(found.differences["replicates"]) <= {0, 1, 2}


def test_a_comparison_takes_only_the_replicates_asked_for(base, guarantee, tmp_path) -> None:
    few = compare([guarantee], replace(base, replicates=2), tmp_path, workers=1)
    many = compare([guarantee], base, tmp_path, workers=1)
    again = compare([guarantee], replace(base, replicates=2), tmp_path, workers=1)
    assert few.path == again.path != many.path
    pd.testing.assert_frame_equal(few.differences, again.differences)
    assert many.differences["replicates"].max() == 3


def test_one_replicate_claims_nothing(base, guarantee, tmp_path) -> None:
    found = compare([guarantee], replace(base, replicates=1), tmp_path, workers=1)
    assert set(found.differences["verdict"]) == {"no clear difference", ""}
    assert (found.differences["note"] != "").all()
    assert found.differences[["low", "high"]].isna().all(axis=None)


def test_nothing_cannot_be_compared(base, tmp_path) -> None:
    with pytest.raises(NotComparable, match="nothing is given to compare with"):
        compare([], base, tmp_path)


def test_nothing_is_run_before_all_can_be_compared(base, guarantee, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(module, "run_all", lambda *_: pytest.fail("run"))
    shorter = named(replace(base, weeks=83), "shorter")
    with pytest.raises(NotComparable, match="weeks evaluated are 84 in small and 83 in shorter"):
        compare([guarantee, shorter], base, tmp_path)
    with pytest.raises(SameName):
        compare([guarantee, guarantee], base, tmp_path)
    with pytest.raises(SameName):
        compare([base], base, tmp_path)


def test_a_policy_in_the_last_week_leaves_nobody_to_count(base, tmp_path) -> None:
    late = named(with_levers(base, ("housing.settled_places", 0, base.weeks - 1)), "late")
    found = compare([late], replace(base, replicates=2), tmp_path, workers=1)
    assert first_difference(base, late) == base.weeks - 1
    row = found.differences.query("outcome == 'reoffending_12m' and group == 'all'").iloc[0]
    assert (row["replicates"], row["verdict"]) == (0, "")
    assert np.isnan(row["difference"])
