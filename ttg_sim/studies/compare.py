"""Two worlds, the same people, the same luck: what a policy changes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from ttg_sim.engine.calendar import DAYS_PER_WEEK
from ttg_sim.mechanisms.costs import CostsParameters
from ttg_sim.outcomes.definitions import GROUPS
from ttg_sim.outcomes.kinds import Unit
from ttg_sim.outcomes.tables import release_outcomes
from ttg_sim.scenario import Change, Scenario, comparable, differences, first_difference
from ttg_sim.studies import provenance, summary, targets, value
from ttg_sim.studies.bands import bands
from ttg_sim.studies.precision import Aims, Reached
from ttg_sim.studies.runner import Finished, Progress, check_names, run_all
from ttg_sim.studies.store import HASH_LENGTH, file_hash, write_csv, write_json
from ttg_sim.studies.turning import turning

BETTER_NIGHT = {"settled": 0, "temporary": 1, "homeless": 2}
PEOPLE_WORDS = {
    "releases_baseline": "releases in the baseline, a run",
    "releases": "releases in the scenario, a run",
    "index_people": "people counted in both worlds, a run",
    "followed_people": "of them with complete follow-up, on whom figures about reoffending rest",
    "left_out": "people left out, since they were released in one of the worlds only",
    "helped_first_night": "people with better housing on the first night than in the baseline",
    "displaced_first_night": "people with worse housing on the first night than in the baseline",
    "reoffended_in_baseline_only": "people with complete follow-up who reoffended in the baseline only",
    "reoffended_in_scenario_only": "people with complete follow-up who reoffended in the scenario only",
}


class NotComparable(ValueError):
    """Scenarios that cannot be compared: one line per reason."""


@dataclass(frozen=True)
class Comparison:
    """Paired differences of scenarios from a baseline.

    `differences`: scenario, outcome, unit, group, level, baseline, value, difference, low, high, replicates, verdict,
    note.
    `people`: scenario, count, words, value: means over replicates of people helped, displaced and counted.
    `value`: scenario, figure, unit, value, low, high, words: what a reoffence avoided and a person met cost, and
    the net present value. `who_pays`: scenario and the columns of `value.who_pays`. `turning`: scenario and at which
    price the sign of a net present value turns (see `turning.turning`).
    `bands`: weekly series with their spread over the replicates (see `bands.bands`).
    `published`: how the regimes stand against published figures (see `targets.table`), or None where not both of them
    are compared. `precision`: how narrow intervals became, where that was asked for.
    """

    baseline: Finished
    others: tuple[Finished, ...]
    policy_weeks: tuple[int | None, ...]
    differences: pd.DataFrame
    people: pd.DataFrame
    bands: pd.DataFrame
    value: pd.DataFrame
    who_pays: pd.DataFrame
    turning: pd.DataFrame
    path: Path
    published: pd.DataFrame | None = None
    precision: tuple[Reached, ...] = ()


def check_comparable(scenarios: Sequence[Scenario], baseline: Scenario) -> None:
    """Raise `NotComparable` with every reason why a scenario cannot be compared with the baseline, or `SameName`."""
    check_names([baseline, *scenarios])
    if not scenarios:
        raise NotComparable(f"nothing is given to compare with {baseline.name}; expected one scenario or more")
    reasons = [
        f"{scenario.name} cannot be compared with {baseline.name}: {reason}"
        for scenario in scenarios
        for reason in comparable(baseline, scenario)
    ]
    if reasons:
        raise NotComparable("\n".join(reasons))


def compare(
    scenarios: Sequence[Scenario],
    baseline: Scenario,
    out: Path,
    workers: int | None = None,
    events: bool = False,
    progress: Progress | None = None,
    aims: Aims | None = None,
) -> Comparison:
    """Run what is missing and take paired differences; writes their tables as CSV, and a manifest.

    All scenarios run under the baseline's root seed and number of replicates; with `aims`, replicates are added until
    the intervals are as narrow as asked for. Raises `NotComparable`, `SameName`, `NoPrecision` and `RunFailed`.
    """
    check_comparable(scenarios, baseline)
    started = datetime.now(UTC)
    count = baseline.replicates if aims is None else aims.start(baseline.replicates)
    while True:
        base = replace(baseline, replicates=count)
        result = _compared([under_the_luck_of(base, one) for one in scenarios], base, out, workers, events, progress)
        more = 0 if aims is None else aims.next_count(aims.reached(result.differences), count)
        if more <= count:
            break
        count = more
    if aims is not None:
        result = replace(result, precision=aims.reached(result.differences))
    _write(result, started)
    return result


def _compared(
    scenarios: Sequence[Scenario],
    baseline: Scenario,
    out: Path,
    workers: int | None,
    events: bool,
    progress: Progress | None,
) -> Comparison:
    """The same with as many replicates as the baseline asks for; nothing but the runs is written."""
    first, *others = run_all([baseline, *scenarios], out, workers, events, progress)
    weeks = tuple(first_difference(baseline, scenario) for scenario in scenarios)
    changes, people, worth, pays, turns = [], [], [], [], []
    base_spells, base_outcomes, base_weekly = first.spells(), first.replicate_outcomes(), first.weekly()
    for other, week in zip(others, weeks, strict=True):
        name, spells, outcomes = other.scenario.name, other.spells(), other.replicate_outcomes()
        money = value.value(base_outcomes, outcomes)
        changes.append(paired(base_spells, base_outcomes, spells, outcomes, week).assign(scenario=name))
        people.append(count_people(base_spells, spells, week, other.replicates).assign(scenario=name))
        worth.append(value.figures(money).assign(scenario=name))
        pays.append(money.who_pays.assign(scenario=name))
        prices = [_costs(world) for world in (baseline, other.scenario)]
        turns.append(turning(base_weekly, other.weekly(), prices[0], prices[1], money).assign(scenario=name))
    runs = [first, *others]
    return Comparison(
        baseline=first,
        others=tuple(others),
        policy_weeks=weeks,
        differences=in_front("scenario", changes),
        people=in_front("scenario", people),
        bands=bands(runs),
        value=in_front("scenario", worth),
        who_pays=in_front("scenario", pays),
        turning=in_front("scenario", turns),
        path=out / folder_name([(run.scenario.name, run.folder.identity) for run in runs], first.replicates),
        published=published(runs),
    )


def _costs(scenario: Scenario) -> CostsParameters:
    found = scenario.sections[CostsParameters.section]
    assert isinstance(found, CostsParameters)
    return found


def in_front(column: str, frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Frames below each other, with a column of theirs first."""
    whole = pd.concat(frames, ignore_index=True)
    return whole[[column, *(name for name in whole.columns if name != column)]]


def published(runs: Sequence[Finished]) -> pd.DataFrame | None:
    """How runs stand against published figures, where both worlds of which those speak are among them."""
    for pair in targets.PAIRS:
        known = {run.scenario.name: run.replicate_outcomes() for run in runs if run.scenario.name in pair}
        if len(known) == len(pair):
            return targets.table(known)
    return None


def under_the_luck_of(baseline: Scenario, scenario: Scenario) -> Scenario:
    """The scenario with the baseline's root seed and number of replicates."""
    keys = ("seed", "replicates")
    origins = {path: origin for path, origin in scenario.origins.items() if path not in keys}
    origins |= {path: baseline.origins[path] for path in keys if path in baseline.origins}
    return replace(scenario, seed=baseline.seed, replicates=baseline.replicates, origins=origins)


def index_releases(spells: pd.DataFrame, week: int | None) -> pd.Series:
    """Marks the releases of the index unit: first after the policy date, of people it could not have chosen.

    They are those of people inside on the policy date and of people new to short sentences after it. Who is received
    again later depends on the policy, and is left out. Without a difference between the worlds the policy date is the
    start; where they part before it, only new people are left.
    """
    day = (week or 0) * DAYS_PER_WEEK
    inside = (spells["received_day"] < day) & (spells["release_day"] >= day)
    new = (spells["number"] == 1) & (spells["received_day"] >= day)
    return (inside | new) & ~spells["longer"]


def same_people(base: pd.DataFrame, other: pd.DataFrame, week: int | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The releases of the index unit in both worlds, of the people who have one in both, row by row the same person.

    A policy that moves dates of release, or replaces sentences, lets some people be released in one world only before
    the run ends. They are left out, and follow-up counts as complete where it is in both.
    """
    keys = ["replicate", "person"]
    one, two = (table[index_releases(table, week)].set_index(keys).sort_index() for table in (base, other))
    both = one.index.intersection(two.index)
    one, two = one.loc[both].reset_index(), two.loc[both].reset_index()
    followed = one["followed"] & two["followed"]
    # Groups are those of the baseline, so that a policy moves nobody from one group to another.
    return one.assign(followed=followed), two.assign(
        followed=followed, **{name: one[name] for name in GROUPS if name in one}
    )


def paired(
    base_spells: pd.DataFrame,
    base_outcomes: pd.DataFrame,
    spells: pd.DataFrame,
    outcomes: pd.DataFrame,
    week: int | None,
) -> pd.DataFrame:
    """Differences on the index unit, and of the counts per year."""

    def of(table: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
        parts = []
        for replicate in counts["replicate"].unique():
            part = table[table["replicate"] == replicate]
            counted = release_outcomes(part, Unit.INDEX, pd.Series(True, part.index))
            parts.append(counted.assign(replicate=replicate))
        return pd.concat([*parts, counts[counts["unit"] == Unit.YEAR]])

    base, other = same_people(base_spells, spells, week)
    return summary.differences(of(base, base_outcomes), of(other, outcomes))


def count_people(base: pd.DataFrame, other: pd.DataFrame, week: int | None, replicates: int) -> pd.DataFrame:
    """People helped and displaced: the same person's first night and reoffending in both worlds, means over runs."""
    one, two = same_people(base, other, week)
    before, after = (table["first_night"].map(BETTER_NIGHT).astype(float) for table in (one, two))
    night = after - before
    change = (two["reoffended"] - one["reoffended"])[two["followed"]]
    counts = {
        "releases_baseline": len(base),
        "releases": len(other),
        "index_people": len(one),
        "followed_people": int(one["followed"].sum()),
        "left_out": sum(int(index_releases(table, week).sum()) - len(one) for table in (base, other)),
        "helped_first_night": (night < 0).sum(),
        "displaced_first_night": (night > 0).sum(),
        "reoffended_in_baseline_only": (change < 0).sum(),
        "reoffended_in_scenario_only": (change > 0).sum(),
    }
    rows = [(name, PEOPLE_WORDS[name], count / replicates) for name, count in counts.items()]
    return pd.DataFrame(rows, columns=["count", "words", "value"])


def folder_name(runs: Sequence[tuple[str, str]], replicates: int) -> str:
    """Name of a comparison's folder: it tells of which runs it is, each given by name and identity, baseline first."""
    names = "\n".join(f"{name} {identity} {replicates}" for name, identity in runs)
    return f"compare-{hashlib.sha256(names.encode()).hexdigest()[:HASH_LENGTH]}"


def _write(result: Comparison, started: datetime) -> None:
    """The tables, and last of all the manifest, which tells that the comparison is whole and what its files hold."""
    tables = {
        "differences": result.differences,
        "people": result.people,
        "bands": result.bands,
        "changes": _changes(result),
        "value": result.value,
        "who_pays": result.who_pays,
        "turning": result.turning,
    }
    if result.published is not None:
        tables["published"] = result.published
    for name, table in tables.items():
        write_csv(result.path / f"{name}.csv", table)
    calendar = result.baseline.scenario.calendar
    dates = [None if week is None else calendar.date_of_week(week).isoformat() for week in result.policy_weeks]
    content = {
        "baseline": _facts(result.baseline),
        "scenarios": [_facts(other) | {"worlds_part_on": day} for other, day in zip(result.others, dates, strict=True)],
        "replicates": result.baseline.replicates,
        "precision": [one.facts() for one in result.precision],
        "tables": {f"{name}.csv": file_hash(result.path / f"{name}.csv") for name in tables},
        "code": provenance.code(),
        "command": provenance.command(),
        "started": started.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": provenance.machine(),
    }
    write_json(result.path / "manifest.json", content)


def _changes(result: Comparison) -> pd.DataFrame:
    """How each scenario differs from the baseline, a row for each change."""
    columns = [*(field.name for field in fields(Change)), "line"]
    base = result.baseline.scenario
    rows = [
        (other.scenario.name, *astuple(change), change.line)
        for other in result.others
        for change in differences(base, other.scenario)
    ]
    return pd.DataFrame(rows, columns=["scenario", *columns])


def _facts(run: Finished) -> dict[str, Any]:
    """What a reader of the comparison has to know of one of its worlds."""
    scenario = run.scenario
    return {
        "run": run.folder.path.name,
        "identity": run.folder.identity,
        "name": scenario.name,
        "title": scenario.title,
        "why": scenario.why,
        "about": asdict(scenario.about),
        "start": scenario.calendar.monday.isoformat(),
        "weeks": scenario.weeks,
        "warm_up_weeks": scenario.warm_up_weeks,
        "areas": int(scenario.sections["areas"].model_dump()["number"]),
        "shadow": scenario.shadow,
        "seed": scenario.seed,
        "files": list(scenario.files),
    }
