from __future__ import annotations

import numpy as np
import pytest
from helpers import lives, run, small

from ttg_sim.mechanisms import areas as mechanism
from ttg_sim.mechanisms.areas import FACTORS, OF_ITS_SIZE, AreasParameters
from ttg_sim.model import ThroughTheGate

from .people import areas

ALIKE = {f"areas.{name}_spread": 0.0 for name in FACTORS}
ACT = {"weeks": 60, "supervision.under_12_months": True, "resettlement.service": True, "probation.divided": True}


def drawn(number: int, **values) -> np.ndarray:
    table = areas(number)
    mechanism.differ(table, mechanism.prepare(AreasParameters(number=number, **values)))
    return table


def factors(table: np.ndarray) -> np.ndarray:
    return np.array([table[f"{name}_factor"] for name in FACTORS])


def test_one_area_is_an_average_one() -> None:
    assert (factors(drawn(1)) == 1.0).all()
    assert (factors(ThroughTheGate(small(seed=9)).areas.rows) == 1.0).all()


@pytest.mark.parametrize("number", [2, 21, 42])
def test_several_areas_differ_around_an_average_one(number) -> None:
    table = drawn(number)
    found = factors(table)
    assert (found > 0).all()
    for name, factor in zip(FACTORS, found, strict=True):
        assert len(set(factor)) == number
        if name not in OF_ITS_SIZE:
            assert factor.mean() == pytest.approx(1.0)


@pytest.mark.parametrize("name", OF_ITS_SIZE)
def test_what_all_areas_have_together_is_so_many_times_that_of_an_average_one(name) -> None:
    for number in (2, 5, 21):
        assert drawn(number)[f"{name}_factor"].mean() == pytest.approx(1.0)


def test_areas_differ_as_much_as_they_should() -> None:
    table = areas(4000)
    mechanism.differ(table, mechanism.prepare(AreasParameters()))
    for name, spread in (("people", 0.30), ("distance", 0.35)):
        assert np.log(table[f"{name}_factor"]).std() == pytest.approx(spread, rel=0.06)
    officers = np.log(table["officers_factor"] / table["people_factor"])
    assert officers.std() == pytest.approx(0.12, rel=0.06)


def test_without_spread_areas_are_alike() -> None:
    assert factors(drawn(7, **{f"{name}_spread": 0.0 for name in FACTORS})) == pytest.approx(1.0)
    only = drawn(7, **{f"{name}_spread": 0.0 for name in FACTORS if name != "people"})
    for name in OF_ITS_SIZE:  # twice the people have twice the officers, places and jobs
        assert only[f"{name}_factor"] == pytest.approx(only["people_factor"])
    assert only["distance_factor"] == pytest.approx(1.0)


def test_areas_are_places_and_no_luck() -> None:
    first, second = (ThroughTheGate(small({"areas.number": 4}, seed=seed), replicate=seed) for seed in (1, 2))
    assert factors(first.areas.rows).tolist() == factors(second.areas.rows).tolist()
    assert first.people.rows["key"].tolist() != second.people.rows["key"].tolist()


def test_where_areas_are_alike_a_further_one_changes_no_life() -> None:
    one, two = run(small(ACT | ALIKE)), run(small(ACT | ALIKE, **{"areas.number": 2}))
    assert len(two.people) > 1.5 * len(one.people)
    alone, together = without_prisons(one), without_prisons(two)
    assert alone.keys() < together.keys()
    assert {key: together[key] for key in alone} == alone


def without_prisons(model: ThroughTheGate):
    # The distant prison is the last row, and its key counts the areas.
    model.people.rows["prison"] = 0
    return lives(model)


def test_people_of_an_area_have_the_same_keys_and_the_same_first_draws_however_many_areas_there_are() -> None:
    one, two = ThroughTheGate(small()), ThroughTheGate(small({"areas.number": 2}))
    own = {row["key"]: row for row in one.people.rows}
    shared = [row for row in two.people.rows if row["area"] == 0 and row["key"] in own]
    assert len(shared) > 5
    for row in shared:
        for name in ("sex", "first_sanction_age", "frailty", "trust", "readiness_level", "hope_level", "mental_health"):
            assert row[name] == own[row["key"]][name]


def test_everything_of_an_area_stays_in_it() -> None:
    world = run(small(ACT, **{"areas.number": 3}))
    people, officers = world.people.rows, world.officers.rows
    assert set(people["area"]) == {0, 1, 2}
    with_officer = people[people["officer"] >= 0]
    assert (officers["area"][with_officer["officer"]] == with_officer["area"]).all()
    for index in range(3):
        holds = (people["place"] == 1) & (people["area"] == index)
        assert world.areas.rows["settled_people"][index] == holds.sum()
