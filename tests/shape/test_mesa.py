"""The model is a Mesa model that leaves nothing behind."""

from __future__ import annotations

import gc
import weakref

import mesa
import pytest
from helpers import MENTORED, SMALL, run, small

from ttg_sim.model import ThroughTheGate
from ttg_sim.series import SERIES


@pytest.mark.parametrize("viewed", [False, True])
def test_a_finished_model_is_freed(viewed) -> None:
    world = run(small(MENTORED))
    if viewed:
        assert len(world.agents) > 0
        assert len(world.agents_by_type) == 8
    alive = weakref.ref(world)
    table = weakref.ref(world.people)
    del world
    gc.collect()
    assert alive() is None
    assert table() is None


def test_a_step_is_a_week_and_a_row() -> None:
    world = ThroughTheGate(small())
    assert isinstance(world, mesa.Model)
    for done in range(50):
        assert (world.week, world.steps, world.running) == (done - 10, done, True)
        world.step()
        frame = world.datacollector.get_model_vars_dataframe()
        assert len(frame) == done + 1
        assert tuple(frame.columns) == SERIES
        assert frame.iloc[-1].to_dict() == world.series
    assert not world.running


def test_series_are_those_of_their_week() -> None:
    world = run(small())
    frame = world.datacollector.get_model_vars_dataframe()
    at_start = len(ThroughTheGate(small()).people)
    assert at_start + frame["entrants"].sum() == len(world.people) > at_start
    assert frame["releases"].sum() == len(world.spells) > 0
    assert frame["occasions"].sum() == len(world.occasions) > 0
    assert (frame["inside"] + frame["at_liberty"] >= frame["person_weeks"]).all()
    assert frame["open_cases"].iloc[-1] == len(world.rows["cases"])


def test_batch_run_of_mesa_works() -> None:
    settings = {key: value for key, value in SMALL.items() if key != "housing.settled_places"}
    rows = mesa.batch_run(
        ThroughTheGate,
        parameters={"seed": [1, 2], "housing.settled_places": [0, 20], "custody.tag_uptake": [0.2], **settings},
        number_processes=1,
        iterations=1,
        data_collection_period=-1,
        display_progress=False,
    )
    assert len(rows) == 4
    found = {(row["seed"], row["housing.settled_places"]): row for row in rows}
    assert len(found) == 4
    for (seed, places), row in found.items():
        alone = run(small(**{"housing.settled_places": places, "custody.tag_uptake": 0.2}), seed=seed)
        assert {name: row[name] for name in SERIES} == alone.series
        assert (row["places_people"] > 0) == (places > 0)
