"""The same key is the same person in both worlds, and lives are told whole."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers import run, small

from ttg_sim.engine.calendar import DAYS_PER_WEEK
from ttg_sim.scenario import Scenario, with_settings
from ttg_sim.stories.lives import BASELINE, BOTH, SCENARIO, NoStory, Worlds, life, meet
from ttg_sim.stories.parting import parting
from ttg_sim.studies.compare import NotComparable

from .conftest import FAST, named

TRAITS = ["sex", "born_day", "first_sanction_age", "area", "drug_need"]
"""What a person is before anything happens."""


def test_the_same_key_is_the_same_person(guarantee: Scenario, base: Scenario, unmentored: Scenario) -> None:
    tables = [pd.DataFrame(run(one).people.rows[["key", *TRAITS]]).set_index("key") for one in (base, guarantee)]
    assert tables[0].index.is_unique
    pd.testing.assert_frame_equal(*(table.sort_index() for table in tables))
    other = pd.DataFrame(run(unmentored).people.rows[["key", *TRAITS]]).set_index("key")
    both = tables[0].index.intersection(other.index)
    assert len(both) > 100
    pd.testing.assert_frame_equal(tables[0].loc[both], other.loc[both])


def test_rows_are_no_keys() -> None:
    """Worlds that differ from the beginning hold other people in their rows; keys still name the same ones."""
    one = run(small(FAST))
    two = run(small(FAST | {"leaving.desistance_per_year": 0.8}))
    tables = [pd.DataFrame(world.people.rows[["key", *TRAITS]]) for world in (one, two)]
    size = min(len(table) for table in tables)
    assert (tables[0]["key"][:size].to_numpy() != tables[1]["key"][:size].to_numpy()).any()
    first, second = (table.set_index("key") for table in tables)
    both = first.index.intersection(second.index)
    assert len(both) > 100
    pd.testing.assert_frame_equal(first.loc[both], second.loc[both])


def test_counted_people_have_the_same_past_and_sentence_in_both_worlds(worlds: Worlds) -> None:
    scenario, baseline = worlds.released
    assert len(baseline) > 50
    for column in ("person", "sex", "offence", "sentence_days", "received_day", "previous_sanctions", "number"):
        assert scenario[column].tolist() == baseline[column].tolist(), column
    born = [table["release_day"] - 365.25 * table["age"] for table in (scenario, baseline)]
    np.testing.assert_allclose(born[0], born[1], atol=0.01)
    assert baseline["release_day"].is_monotonic_increasing


def test_worlds_are_alike_before_they_may_part(worlds: Worlds) -> None:
    assert worlds.part == 12
    told = worlds.told
    assert set(told.loc[told["week"] < worlds.part, "world"]) == {BOTH}
    assert (told["world"] != BOTH).any()


def test_both_lists_of_events_come_back_from_the_one_that_is_told(worlds: Worlds) -> None:
    told = worlds.told
    for world, table in zip((SCENARIO, BASELINE), worlds.events, strict=True):
        own = told[told["world"].isin([BOTH, world])]
        columns = ["week", "person", "event", "detail"]
        assert Counter(map(tuple, own[columns].to_numpy())) == Counter(map(tuple, table[columns].to_numpy()))


def test_a_life_parts_where_its_events_first_differ(worlds: Worlds) -> None:
    some = worlds.released[1]["person"][worlds.differing.to_numpy()].iloc[:20]
    assert len(some)
    for person in some:
        one = life(worlds, int(person))
        found = parting(worlds, one)
        assert found is not None
        assert found.week >= worlds.part
        before = one.events[one.events["week"] < found.week]
        assert set(before["world"]) <= {BOTH}
        assert set(found.events["world"]) <= {SCENARIO, BASELINE}
        assert all(week > found.week for _, week in found.later)
        assert one.counted


def test_a_window_runs_from_the_reception_to_18_months_after_the_release(worlds: Worlds) -> None:
    for row in worlds.released[1].iloc[:30].to_dict("records"):
        one = life(worlds, row["person"])
        assert one.first <= row["received_day"] // DAYS_PER_WEEK
        assert one.last == min((row["release_day"] + 548) // DAYS_PER_WEEK, worlds.last_week)
        assert "received" in set(one.window["event"]) or row["received_day"] < -10 * DAYS_PER_WEEK
        assert "released" in set(one.window["event"])


def test_who_differs_is_who_has_an_event_in_one_world_only(worlds: Worlds) -> None:
    for person, differs in zip(worlds.released[1]["person"][:40], worlds.differing[:40], strict=True):
        window = life(worlds, int(person)).window
        one = life(worlds, int(person))
        since = window[window["week"] >= one.scenario["received_day"] // DAYS_PER_WEEK]
        assert (since["world"] != BOTH).any() == differs


def test_worlds_that_are_the_same_hold_the_same_lives(same: Worlds) -> None:
    assert same.part is None
    assert set(same.told["world"]) == {BOTH}
    assert not same.differing.any()
    assert parting(same, life(same, int(same.released[1]["person"].iloc[3]))) is None


def test_somebody_who_is_not_counted_can_be_told_of(worlds: Worlds) -> None:
    counted = set(worlds.released[1]["person"])
    both = set(worlds.spells[0]["person"]) & set(worlds.spells[1]["person"])
    other = life(worlds, min(both - counted))
    assert not other.counted
    assert other.scenario["number"] == other.baseline["number"]


def test_another_replicate_is_another_draw(guarantee: Scenario, base: Scenario, worlds: Worlds, folder: Path) -> None:
    other = meet(guarantee, base, 2, folder)
    assert not other.events[1].equals(worlds.events[1])
    again = meet(guarantee, base, 0, folder)
    pd.testing.assert_frame_equal(again.told, worlds.told)
    (stored,) = folder.glob("base-*")
    assert set(pd.read_parquet(stored / "replicates.parquet")["replicate"]) == {0, 2}


def test_what_cannot_be_told_is_refused(guarantee: Scenario, base: Scenario, worlds: Worlds, folder: Path) -> None:
    with pytest.raises(NoStory, match=r"--person 12: nobody released in both worlds has this key; .* such as \d+, or"):
        life(worlds, 12)
    with pytest.raises(NoStory, match="--replicate 3: expected a whole number from 0 to 2, since base has so many"):
        meet(guarantee, base, 3, folder)
    longer = named(with_settings(base, {"weeks": 121}), "longer")
    with pytest.raises(NotComparable, match="weeks evaluated are 120 in base and 121 in longer"):
        meet(longer, base, 0, folder)


def test_the_baseline_gives_the_luck(guarantee: Scenario, base: Scenario, worlds: Worlds, folder: Path) -> None:
    other = meet(replace(guarantee, seed=99), base, 0, folder)
    pd.testing.assert_frame_equal(other.told, worlds.told)
