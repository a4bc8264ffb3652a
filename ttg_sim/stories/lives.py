"""The same people in two worlds, and what happened to each of them.

People are known by their key, which depends on their area and number alone: whoever has the same key under the same
seed and replicate is the same person, whatever else differs between the worlds.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from ttg_sim.engine.calendar import DAYS_PER_WEEK
from ttg_sim.events import ORDER
from ttg_sim.outcomes.spells import PROOF_DAYS
from ttg_sim.scenario import Scenario, first_difference
from ttg_sim.studies.compare import check_comparable, same_people, under_the_luck_of
from ttg_sim.studies.runner import Progress, run_all

BOTH, SCENARIO, BASELINE = "both", "scenario", "baseline"
"""Where an event happened."""
Row = dict[Hashable, Any]
"""One release: columns of `spells.parquet`."""


class NoStory(ValueError):
    """Why there is no story to tell, in one line."""


@dataclass(frozen=True)
class Worlds:
    """One replicate of a scenario and of the baseline; pairs have the scenario first.

    `part` is the first week in which the worlds may differ, None where they are the same. `events`: week, date, person,
    event, detail. `spells`: one row per release. `identities` name all that decides each of the runs.
    """

    scenario: Scenario
    baseline: Scenario
    replicate: int
    part: int | None
    events: tuple[pd.DataFrame, pd.DataFrame]
    spells: tuple[pd.DataFrame, pd.DataFrame]
    identities: tuple[str, str]

    @property
    def last_week(self) -> int:
        """The last week of the run."""
        return self.baseline.weeks - 1

    @cached_property
    def released(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The releases by which people are counted: the first of each after the worlds may part, in both of them.

        Row by row the same person, in order of the day of release and the key.
        """
        one, two = same_people(self.spells[1], self.spells[0], self.part)
        order = one.sort_values(["release_day", "person"]).index
        return two.loc[order].reset_index(drop=True), one.loc[order].reset_index(drop=True)

    @cached_property
    def told(self) -> pd.DataFrame:
        """All events once: week, date, person, event, detail, and the `world` in which each happened."""
        keys = ["week", "person", "event", "detail"]
        # An event can come twice in a week, so that each has a number among its like.
        one, two = (table.assign(number=table.groupby(keys).cumcount()) for table in self.events)
        both = one.merge(two, "outer", on=[*keys, "date", "number"], indicator="world")
        both["world"] = both["world"].map({"both": BOTH, "left_only": SCENARIO, "right_only": BASELINE}).astype(str)
        both["order"] = both["event"].map({name: place for place, name in enumerate(ORDER)})
        both["lane"] = both["world"].map({BOTH: 0, SCENARIO: 1, BASELINE: 2})
        both = both.sort_values(["week", "person", "order", "lane", "detail"], kind="stable", ignore_index=True)
        return both[["week", "date", "person", "event", "detail", "world"]]

    @cached_property
    def differing(self) -> pd.Series:
        """Of each row of `released`: whether any event differs from the reception to 18 months after the release."""
        scenario, baseline = self.released
        stays = pd.DataFrame(
            {
                "person": baseline["person"],
                "first": pd.concat([scenario["received_day"], baseline["received_day"]], axis=1).min(axis=1),
                "last": pd.concat([scenario["release_day"], baseline["release_day"]], axis=1).max(axis=1) + PROOF_DAYS,
            }
        )
        apart = self.told[self.told["world"] != BOTH].merge(stays, on="person")
        within = apart["week"].between(apart["first"] // DAYS_PER_WEEK, apart["last"] // DAYS_PER_WEEK)
        return stays["person"].isin(set(apart.loc[within, "person"]))


@dataclass(frozen=True)
class Life:
    """One person in both worlds.

    `scenario` and `baseline` are the release that is told, `counted` says whether people are counted by it. `events`:
    week, date, event, detail, world, of the whole run; told are those from week `first` to week `last`.
    """

    person: int
    scenario: Row
    baseline: Row
    counted: bool
    events: pd.DataFrame
    first: int
    last: int

    @property
    def window(self) -> pd.DataFrame:
        """The events that are told."""
        return self.events[self.events["week"].between(self.first, self.last)].reset_index(drop=True)

    def of(self, world: str) -> pd.DataFrame:
        """The events of the whole run in one of the worlds."""
        return self.events[self.events["world"].isin([BOTH, world])].reset_index(drop=True)


def meet(scenario: Scenario, baseline: Scenario, replicate: int, out: Path, progress: Progress | None = None) -> Worlds:
    """Both worlds of one replicate, under the baseline's seed; carried out with events unless that is done already.

    Raises `NotComparable`, `SameName`, `NoStory` for a replicate that the baseline does not have, and `RunFailed`.
    """
    check_comparable([scenario], baseline)
    check_replicate(baseline, replicate)
    scenario = under_the_luck_of(baseline, scenario)
    runs = run_all([scenario, baseline], out, 1, True, progress, [replicate])
    tables = {name: [run.folder.read(name, [replicate]) for run in runs] for name in ("events", "spells")}
    return Worlds(
        scenario,
        baseline,
        replicate,
        first_difference(baseline, scenario),
        (tables["events"][0].drop(columns="replicate"), tables["events"][1].drop(columns="replicate")),
        (tables["spells"][0], tables["spells"][1]),
        (runs[0].folder.identity, runs[1].folder.identity),
    )


def check_replicate(baseline: Scenario, replicate: int) -> None:
    """Raise `NoStory` for a replicate that the baseline does not have."""
    last = baseline.replicates - 1
    if not 0 <= replicate <= last:
        expected = f"a whole number from 0 to {last}" if last else "0"
        raise NoStory(f"--replicate {replicate}: expected {expected}, since {baseline.name} has so many replicates")


def life(worlds: Worlds, person: int) -> Life:
    """One person's life; raises `NoStory` for a key that nobody released in both worlds has."""
    scenario, baseline, counted = _release(worlds, person)
    told = worlds.told
    events = told[told["person"] == person].drop(columns="person").reset_index(drop=True)
    received = [min(row["received_day"] for row in (scenario, baseline)) // DAYS_PER_WEEK]
    received += list(events.loc[events["event"] == "entered", "week"])
    first = max(int(min(received)), received[0] - 8)  # who is new comes to court some days before the prison
    last = max(row["release_day"] for row in (scenario, baseline)) + PROOF_DAYS
    return Life(person, scenario, baseline, counted, events, first, min(int(last) // DAYS_PER_WEEK, worlds.last_week))


def _release(worlds: Worlds, person: int) -> tuple[Row, Row, bool]:
    """The release that is told: the counted one, or else the first after the worlds may part, or else the last."""
    one, two = (table[table["person"] == person] for table in worlds.released)
    if len(one):
        return _row(one), _row(two), True
    one, two = (table[table["person"] == person].set_index("number", drop=False) for table in worlds.spells)
    both = one.index.intersection(two.index)
    if not len(both):
        some = worlds.released[1]["person"]
        like = f", such as {some.iloc[len(some) // 2]}" if len(some) else ""
        raise NoStory(f"--person {person}: nobody released in both worlds has this key; expected one of the column "
                      f"person of spells.parquet{like}, or --find")  # fmt: skip
    after = [number for number in both if two.loc[number, "release_day"] >= (worlds.part or 0) * DAYS_PER_WEEK]
    chosen = min(after) if after else max(both)
    return _row(one.loc[[chosen]]), _row(two.loc[[chosen]]), False


def _row(table: pd.DataFrame) -> Row:
    return dict(table.to_dict("records")[0])
