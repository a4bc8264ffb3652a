from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from helpers import REFORMED, run, small

from ttg_sim import model as model_module
from ttg_sim.mechanisms.sentencing import Sanction
from ttg_sim.outcomes.definitions import GROUPS, OUTCOMES, by_level, gap_by_level
from ttg_sim.outcomes.kinds import Outcome, Summary, Unit
from ttg_sim.outcomes.tables import KEY, collect, release_outcomes


def outcome(**facts) -> Outcome:
    return Outcome("x", "X", "share", "Of x", lambda releases: releases["x"], **facts)


def of_everybody(values: list[float], **facts) -> tuple[float, float, float]:
    (found,) = by_level(outcome(**facts), np.array(values), np.zeros(len(values), int), 1)
    return found


def test_a_mean_has_a_numerator_and_a_denominator() -> None:
    assert of_everybody([1.0, 0.0, np.nan, 1.0]) == (2 / 3, 2.0, 3.0)


def test_a_median_has_no_numerator() -> None:
    value, numerator, denominator = of_everybody([1.0, 5.0, 9.0, np.nan], summary=Summary.MEDIAN)
    assert (value, denominator) == (5.0, 3.0)
    assert np.isnan(numerator)


def test_nothing_of_nothing_is_not_nil() -> None:
    for summary in (Summary.MEAN, Summary.MEDIAN):
        value, numerator, denominator = of_everybody([np.nan], summary=summary)
        assert np.isnan(value)
        assert (numerator, denominator) == (0.0, 0.0)


@pytest.mark.parametrize("summary", [Summary.MEAN, Summary.MEDIAN])
def test_each_level_of_a_group_is_as_if_it_were_alone(summary) -> None:
    generator = np.random.default_rng(1)
    values = np.where(generator.random(200) < 0.2, np.nan, generator.integers(0, 9, 200))
    levels = generator.integers(0, 4, 200)
    found = by_level(outcome(summary=summary), values, levels, 5)
    assert len(found) == 5
    for level, one in enumerate(found):
        alone = of_everybody(values[levels == level].tolist(), summary=summary)
        np.testing.assert_array_equal(one, alone)
    assert found[4][2] == 0


def gap(values, over) -> tuple[float, float, float]:
    (found,) = gap_by_level(np.array(values, float), np.array(over, float), np.zeros(len(values), int), 1)
    return found


def test_a_gap_is_the_lowest_third_less_the_highest_and_leaves_out_the_middle() -> None:
    over = [0.9, 0.1, 0.5, 0.2, 0.8, 0.6]
    value, numerator, denominator = gap([0, 1, 1, 1, 1, 0], over)
    assert (value, denominator) == (1.0 - 0.5, 6.0)
    assert np.isnan(numerator)
    assert gap([0, 1, 0, 1, 1, 1], over)[0] == 0.5
    assert gap([1, 0, 0, 1, 1, 1], over)[0] == -0.5


def test_thirds_are_of_releases_with_a_value() -> None:
    value, _, denominator = gap([1, np.nan, 0, np.nan, 1], [1, 2, 3, 4, 5])
    assert (value, denominator) == (0.0, 3.0)


def test_where_there_are_no_thirds_there_is_no_gap() -> None:
    assert np.isnan(gap([1, 0, 1], [5, 5, 5])[0])
    assert np.isnan(gap([1.0], [5])[0])
    assert gap([np.nan], [5])[1:] == (0.0, 0.0)
    assert gap([1.0, 0.0], [1, 2])[0] == 1.0


def test_gaps_of_each_level_are_as_if_it_were_alone() -> None:
    generator = np.random.default_rng(2)
    values = np.where(generator.random(300) < 0.2, np.nan, generator.integers(0, 2, 300))
    over, levels = generator.random(300), generator.integers(0, 3, 300)
    found = gap_by_level(values, over, levels, 4)
    for level in range(3):
        here = levels == level
        np.testing.assert_array_equal(found[level], gap(values[here], over[here]))
    np.testing.assert_array_equal(found[3], (np.nan, 0.0, 0.0))
    order = generator.permutation(300)
    np.testing.assert_allclose(gap_by_level(values[order], over[order], levels[order], 4), found)


@pytest.mark.parametrize("unit", [Unit.COHORT, Unit.INDEX])
def test_the_gap_in_service_is_that_of_the_people_counted(found_of_reformed, unit) -> None:
    spells = found_of_reformed.spells
    index = None if unit is Unit.COHORT else (spells["number"] == 1) & ~spells["longer"]
    counted = spells[(spells["first_in_quarter"] if index is None else index) & ~spells["longer"]]
    counted = counted[counted["first_meeting"] != "not_yet"]
    low, high = counted["score_1_year"].quantile([1 / 3, 2 / 3])
    met = counted["first_meeting"] != "never"
    expected = met[counted["score_1_year"] <= low].mean() - met[counted["score_1_year"] >= high].mean()
    rows = release_outcomes(spells, unit, index).set_index(KEY)
    row = rows.loc[("service_gap", unit.value, "all", "all")]
    assert row.value == pytest.approx(expected)
    assert row.denominator == len(counted) > 50
    assert met.sum() > 5
    of_men = rows.loc[("service_gap", unit.value, "sex", "men")]
    assert of_men.denominator == (counted["sex"] == "men").sum()


@pytest.fixture(scope="module")
def model():
    return run(small(weeks=200, **{"intake.per_year": 150.0}), events=True)


@pytest.fixture(scope="module")
def found(model):
    return collect(model)


@pytest.fixture(scope="module")
def reformed():
    """A world with supervision, recall, people on longer sentences, and two areas."""
    return run(small(REFORMED, weeks=200, **{"intake.per_year": 150.0, "areas.number": 2}))


@pytest.fixture(scope="module")
def found_of_reformed(reformed):
    return collect(reformed)


def one(found, name: str, group: str = "all", level: str = "all", unit: str = "cohort") -> pd.Series:
    rows = found.outcomes.set_index(KEY)
    return rows.loc[(name, unit, group, level)]


@pytest.mark.parametrize("world", ["found", "found_of_reformed"])
def test_every_outcome_is_there_once(world, request) -> None:
    found = request.getfixturevalue(world)
    assert not found.outcomes.duplicated(KEY).any()
    everybody = found.outcomes[found.outcomes["group"] == "all"]
    assert everybody["outcome"].tolist() == [outcome.name for outcome in OUTCOMES]


@pytest.mark.parametrize("world", ["found", "found_of_reformed"])
def test_values_are_numerators_over_denominators(world, request) -> None:
    found = request.getfixturevalue(world)
    rows = found.outcomes.dropna(subset=["value", "numerator"])
    np.testing.assert_allclose(rows["value"], rows["numerator"] / rows["denominator"], rtol=1e-12)
    assert found.outcomes[found.outcomes["denominator"] == 0]["value"].isna().all()


@pytest.mark.parametrize("world", ["found", "found_of_reformed"])
def test_groups_add_up_to_everybody(world, request) -> None:
    found = request.getfixturevalue(world)
    for group in GROUPS:
        parts = found.outcomes[(found.outcomes["outcome"] == "reoffending_12m") & (found.outcomes["group"] == group)]
        assert parts["denominator"].sum() == one(found, "reoffending_12m").denominator > 50
        assert parts["numerator"].sum() == one(found, "reoffending_12m").numerator > 10


def test_the_cohort_counts_first_releases_in_a_quarter_with_full_follow_up(found) -> None:
    spells = found.spells
    counted = spells[spells["first_in_quarter"] & spells["followed"]]
    assert len(counted) < spells["followed"].sum() < len(spells)
    row = one(found, "reoffending_12m")
    assert (row.numerator, row.denominator) == (counted["reoffended"].sum(), len(counted))
    assert one(found, "score_1_year").denominator == spells["first_in_quarter"].sum()


def test_the_index_unit_counts_the_releases_it_is_given(found) -> None:
    index = found.spells["number"] == 1
    rows = release_outcomes(found.spells, Unit.INDEX, index).set_index(KEY)
    assert rows.loc[("score_1_year", "index", "all", "all")].denominator == index.sum()


def test_counts_per_year_are_those_of_the_weeks_and_tables(model, found) -> None:
    weeks = found.weekly[found.weekly["week"] >= 0]
    years = 200 * 7 / 365.25
    assert one(found, "prison_weeks", unit="year").numerator == weeks["inside"].sum() > 0
    assert one(found, "homeless_weeks", unit="year").numerator == weeks["homeless"].sum() > 0
    assert one(found, "releases", unit="year").numerator == len(found.spells)
    assert one(found, "waiting", unit="year").value == pytest.approx(weeks["waiting"].mean(), rel=1e-3)
    occasions = model.occasions.rows[model.occasions.rows["day"] >= 0]
    occasions = occasions[occasions["sanction"] != Sanction.NONE]
    orders = model.occasions.rows[model.occasions.rows["sanction"] == Sanction.COMMUNITY_ORDER]["court_day"]
    assert one(found, "community_orders", unit="year").numerator == ((orders >= 0) & (orders < 1400)).sum() > 0
    assert one(found, "occasions", unit="year").numerator == len(occasions)
    assert one(found, "offences", unit="year").numerator == occasions["offences"].sum()
    for name in ("releases", "offences", "prison_weeks", "receptions", "community_orders"):
        assert one(found, name, unit="year").denominator == pytest.approx(years)
        of_years = found.outcomes[(found.outcomes["outcome"] == name) & (found.outcomes["group"] == "year")]
        assert of_years["numerator"].sum() == one(found, name, unit="year").numerator
        assert of_years["denominator"].sum() == pytest.approx(years)


def test_people_on_longer_sentences_are_in_no_figure_but_their_own(reformed, found_of_reformed) -> None:
    found, spells = found_of_reformed, found_of_reformed.spells
    longer, counted = spells["longer"], spells["first_in_quarter"]
    assert 20 < longer.sum() < (~longer).sum()
    assert one(found, "score_1_year").denominator == (counted & ~longer).sum()
    assert one(found, "score_1_year", "comparison", "longer").denominator == (counted & longer).sum()
    assert one(found, "releases", unit="year").numerator == (~longer).sum()
    people, occasions = reformed.people.rows, reformed.occasions.rows
    proven = (occasions["day"] >= 0) & (occasions["sanction"] != Sanction.NONE)
    of_longer = people["longer"][occasions["person"]] == 1
    assert one(found, "occasions", unit="year").numerator == (proven & ~of_longer).sum()
    assert (proven & of_longer).sum() > 5
    inside = (people["where"] == 1) & (people["longer"] == 0)
    assert reformed.series["inside"] == inside.sum()
    assert ((people["where"] == 1) & (people["longer"] == 1)).sum() > 5


def test_the_weekly_table_has_one_dated_row_a_week(model, found) -> None:
    assert found.weekly["week"].tolist() == list(range(-10, 200))
    assert found.weekly["date"].iloc[10] == pd.Timestamp(model.calendar.monday)
    assert (found.weekly["date"].diff().dropna() == pd.Timedelta(weeks=1)).all()


def stays(model) -> set[tuple[int, int]]:
    """Everybody's stays inside, as person and day of reception: those that ended in a release and the last one."""
    people, spells = model.people.rows, model.spells.rows
    last = {(row, int(people["received_day"][row])) for row in np.flatnonzero(people["received_day"])}
    return last | set(spells[["person", "received_day"]].tolist())


def kept(found, event: str) -> pd.DataFrame:
    """Events of all weeks after the first, whose state nobody saw before."""
    return found.events[(found.events["event"] == event) & (found.events["week"] > -10)]


def test_events_tell_the_same_story_as_the_tables(model, found) -> None:
    occasions = model.occasions.rows
    assert len(kept(found, "offence")) == (occasions["day"] >= -63).sum() > 100
    days = [day for _, day in stays(model)]
    # Receptions on day 0: see below.
    assert 0 <= sum(day >= -63 for day in days) - len(kept(found, "received")) <= days.count(0)
    assert kept(found, "left")["person"].is_unique
    assert found.events["week"].is_monotonic_increasing
    weeks = kept(found, "received")["week"] * 7
    assert (pd.Timestamp(model.calendar.monday) + pd.to_timedelta(weeks, "D") == kept(found, "received")["date"]).all()
    heard = (
        (occasions["sanction"] != Sanction.PENDING)
        & (occasions["sanction"] != Sanction.NONE)
        & (occasions["court_day"] >= -63)
    )
    assert len(kept(found, "sanction")) == heard.sum() > 100


def test_moves_in_events_lead_from_one_state_to_the_next(model, found) -> None:
    housing = found.events[found.events["event"].isin(["housing", "released"])].copy()
    housing["home"] = housing["detail"].str.split(", ").str[-1]
    last = housing.groupby("person")["home"].last()
    people = pd.DataFrame({name: model.people.rows[name] for name in ("key", "where", "housing")}).set_index("key")
    there = people.loc[last.index]
    there = there[there["where"] == 1 + 1]
    names = np.array(["settled", "temporary", "homeless"])[there["housing"]]
    assert (names == last.loc[there.index]).all()
    assert len(there) > 50


def test_every_release_is_an_event(model, found) -> None:
    assert len(kept(found, "released")) == (model.spells.rows["release_day"] >= -63).sum()


def test_a_reception_on_day_0_is_an_event(monkeypatch) -> None:
    world = run(small(warm_up_weeks=2), until=0, events=True)
    row = int(np.flatnonzero((world.people.rows["where"] == 2) & (world.people.rows["sentenced_days"] == 0))[0])
    assert world.people.rows["received_day"][row] != 0

    def sentence(world) -> None:
        """A court sends the person to prison on the Monday."""
        world.people.rows["sentenced_days"][row], world.people.rows["sentenced_day"][row] = 300, 0
        world.rows["sentenced"].extend(np.array([row]))

    week = list(model_module.WEEK)
    week.insert(week.index(model_module.prisons), sentence)
    monkeypatch.setattr(model_module, "WEEK", tuple(week))
    world.step()
    assert world.people.rows["where"][row] == 1
    events = world.journal.table(world)
    found = events[(events["person"] == world.people.rows["key"][row]) & (events["event"] == "received")]
    assert found["week"].tolist() == [0]


def test_every_reception_is_counted(model, found) -> None:
    received = sum(day >= 0 for _, day in stays(model))
    assert one(found, "receptions", unit="year").numerator == received
