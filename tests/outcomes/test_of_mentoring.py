from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers import run, small

from ttg_sim.agents.mentor import MENTOR, Exit, Route, Stage
from ttg_sim.agents.person import NEVER, NOBODY, PERSON
from ttg_sim.agents.referral import REFERRAL, Ending, Meeting, Miss
from ttg_sim.engine.calendar import Calendar
from ttg_sim.mechanisms.custody import SPELL
from ttg_sim.mechanisms.sentencing import OCCASION
from ttg_sim.outcomes import tables
from ttg_sim.outcomes.definitions import OUTCOMES, by_level
from ttg_sim.outcomes.of_mentoring import (
    MEANS,
    MISSES,
    OF_RATIOS,
    OF_RELEASES,
    OF_YEARS,
    SPENDING,
    SUM_NAMES,
    SUMS,
    recovery_weeks,
    series_of_mentors,
)
from ttg_sim.outcomes.spells import spell_table

CALENDAR = Calendar(date(2011, 1, 3), 208, 52)


def known(count: int = 1, **values) -> np.ndarray:
    """Referrals of people released on day 10 whom the service never heard of."""
    table = np.zeros(count, REFERRAL)
    table["release_day"] = 10
    for name in ("named_week", "matched_week", "met_day", "ended_week"):
        table[name] = NEVER
    table["mentor"] = NOBODY
    table["meeting"], table["miss"] = Meeting.NEVER, Miss.NO_NAME
    for name, value in values.items():
        table[name] = value
    return table


def releases(referrals: np.ndarray, rows=None) -> pd.DataFrame:
    """The table of releases, one of each referral, or of the rows that are given."""
    rows = np.arange(len(referrals)) if rows is None else np.array(rows)
    people, spells = np.zeros(len(rows), PERSON), np.zeros(len(rows), SPELL)
    people["key"] = np.arange(len(rows)) + 1
    spells["person"] = np.arange(len(rows))
    spells["release_day"], spells["referral"] = 10, rows
    return spell_table(people, spells, np.zeros(0, OCCASION), referrals, CALENDAR, 16)


def figure(name: str, table: pd.DataFrame) -> tuple[float, float]:
    """Numerator and denominator of an outcome of releases."""
    (outcome,) = (one for one in OF_RELEASES if one.name == name)
    (found,) = by_level(outcome, outcome.values(table).to_numpy(float), np.zeros(len(table), int), 1)
    return found[1:]


# Releases.


def test_a_release_says_what_it_was_to_the_service() -> None:
    facts: dict[str, Any] = {
        "eligible": 1, "named_week": -3, "matched_week": 0, "meeting": Meeting.WITHIN_48H, "miss": Miss.TRANSFERRED,
        "met_inside": 0, "turned_away": 2, "due": 9, "kept": 5, "ending": Ending.PLANNED,
    }  # fmt: skip
    row = releases(known(2, **facts)).iloc[1]
    assert row["eligible"]
    assert row["referred"]
    assert row["matched"]
    assert (row["first_meeting"], row["missed"], row["match_ended"]) == ("within_48h", "transferred", "planned")
    assert (row["meetings_inside"], row["visits_refused"], row["meetings"], row["meetings_kept"]) == (0, 2, 9, 5)


def test_a_release_without_a_referral_is_none_of_the_service() -> None:
    row = releases(known(1, named_week=0, eligible=1, meeting=Meeting.AT_GATE), rows=[NOBODY]).iloc[0]
    assert not row["eligible"]
    assert not row["referred"]
    assert not row["matched"]
    assert (row["first_meeting"], row["missed"], row["match_ended"]) == ("never", "not_eligible", "not")
    assert (row["meetings"], row["meetings_kept"], row["meetings_inside"], row["visits_refused"]) == (0, 0, 0, 0)


def test_where_nobody_was_ever_referred_the_table_is_complete_all_the_same() -> None:
    found = releases(np.zeros(0, REFERRAL), rows=[NOBODY, NOBODY])
    assert figure("met_before_release", found) == (0.0, 2.0)
    assert figure("eligible", found) == (0.0, 2.0)


def test_what_happened_in_the_warm_up_or_in_week_nil_is_no_never() -> None:
    found = releases(known(3, named_week=[0, -20, NEVER], matched_week=[0, -19, NEVER]))
    assert found["referred"].tolist() == found["matched"].tolist() == [True, True, False]


MEETINGS = [
    Meeting.BEFORE_RELEASE, Meeting.BEFORE_RELEASE, Meeting.AT_GATE, Meeting.WITHIN_48H, Meeting.LATER, Meeting.LATER,
    Meeting.NEVER, Meeting.NOT_YET,
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "numerator", "denominator"),
    [
        ("met_before_release", 2, 8),
        ("met_by_gate", 3, 8),
        ("met_by_48h", 4, 8),
        ("met_ever", 6, 7),  # whether the last one will be met is not settled
        ("eligible", 7, 8),
        ("referred", 6, 8),
        ("matched", 5, 8),
    ],
)
def test_the_funnel_counts_people_of_all_released(name, numerator, denominator) -> None:
    table = known(8, meeting=MEETINGS)
    table["eligible"][:7] = table["named_week"][:6] = table["matched_week"][:5] = 1
    assert figure(name, releases(table)) == (numerator, denominator)


def test_each_reason_has_an_outcome_and_they_share_out_those_not_met_before() -> None:
    assert set(MISSES) == set(Miss) - {Miss.NONE}
    table = releases(known(len(Miss), miss=list(Miss)))
    for miss in MISSES:
        assert figure(f"missed_{miss.name.lower()}", table) == (1, len(Miss))


def test_meetings_kept_are_a_mean_over_people_who_had_any() -> None:
    table = releases(known(4, due=[10, 4, 0, 2], kept=[5, 4, 0, 0]))
    assert figure("meetings_kept", table) == (1.5, 3)


def test_drop_out_is_of_matches_that_ended() -> None:
    table = releases(known(6, ending=list(Ending)[:6]))  # one has not ended
    assert figure("dropped_out", table) == (1, 5)


def test_outcomes_of_mentoring_are_among_all_outcomes_and_say_what_they_mean() -> None:
    names = [one.name for one in (*OF_RELEASES, *OF_YEARS, *OF_RATIOS)]
    assert len(set(names)) == len(names)
    assert set(names) <= {one.name for one in OUTCOMES}
    assert set(SUM_NAMES) <= set(SUMS)


# Weeks to recover.


def weekly(funded: str, mentored: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"funded": [float(one == "+") for one in funded], "people_mentored": mentored})


@pytest.mark.parametrize(
    ("funded", "mentored", "weeks"),
    [
        ("+" * 8, [10.0] * 8, np.nan),  # never stopped
        ("." * 8, [0.0] * 8, np.nan),  # never began
        ("++++....", [10.0] * 4 + [0.0] * 4, np.nan),  # never came back
        ("..++++++", [0.0] * 2 + [10.0] * 6, np.nan),  # a beginning is no return
        ("++++..++++++", [10.0] * 4 + [0.0] * 2 + [0, 5, 10, 10, 10, 10], 5.0),  # mean of four: 10 in the last week
        ("++++..++++++", [10.0] * 4 + [0.0] * 2 + [10.0] * 6, 0.0),
        ("++++..++++++", [10.0] * 4 + [0.0] * 2 + [9.4] * 6, 6.0),  # to the end of the run
        ("++++..++++++", [10.0] * 4 + [0.0] * 2 + [9.5] * 6, 0.0),  # 95% will do
        ("++++..++++++", [0.0] * 12, 0.0),  # nothing to get back to
        ("+.+.+++", [10, 0, 0, 0, 10, 10, 10], 5.0),  # from the first return on, whatever comes after it
    ],
)
def test_weeks_to_recover_after_the_first_stop(funded, mentored, weeks) -> None:
    assert recovery_weeks(weekly(funded, [float(one) for one in mentored])) == pytest.approx(weeks, nan_ok=True)


def test_what_has_to_be_reached_again_is_the_mean_of_the_half_year_before_the_stop() -> None:
    # 30 weeks with 100 people, then 26 with 10 before the stop.
    before = [100.0] * 30 + [10.0] * 26
    found = recovery_weeks(weekly("+" * 56 + "." * 3 + "+" * 10, before + [0.0] * 3 + [10.0] * 10))
    assert found == 0.0


def test_money_in_one_of_several_areas_is_no_stop() -> None:
    table = weekly("++++++", [10.0] * 6)
    table["funded"] = [1.0, 0.5, 0.5, 1.0, 1.0, 1.0]
    assert np.isnan(recovery_weeks(table))


# Mentors.


def counts_of(mentors: np.ndarray, weeks: int = 100, met_days=()) -> dict[str, Any]:
    referrals = known(len(met_days), met_day=list(met_days)) if met_days else known(0)
    model: Any = SimpleNamespace(
        mentors=SimpleNamespace(rows=mentors),
        referrals=SimpleNamespace(rows=referrals),
        scenario=SimpleNamespace(weeks=weeks),
    )
    return {name: days.tolist() for name, (days, _) in tables._mentor_counts(model).items()}


def registered(*weeks: tuple[int, int], route: Route = Route.GENERAL) -> np.ndarray:
    """Mentors by the week in which they were registered and that in which they stopped."""
    table = np.zeros(len(weeks), MENTOR)
    table["route"] = route
    for row, (begun, ended) in zip(table, weeks, strict=True):
        row["registered_week"], row["ended_week"] = begun, ended
    return table


@pytest.mark.parametrize(
    ("begun", "ended", "followed", "kept"),
    [
        (0, NEVER, 1, 1),
        (10, 61, 1, 0),  # one week short of a year
        (10, 62, 1, 1),
        (48, NEVER, 1, 1),  # a year before the end
        (48, 99, 1, 0),
        (49, NEVER, 0, 0),  # less than a year to go
        (-1, NEVER, 0, 0),  # before the evaluated weeks
        (NEVER, NEVER, 0, 0),  # never registered
        (NEVER, 5, 0, 0),
    ],
)
def test_mentors_registered_a_year_before_the_end_are_followed_for_a_year(begun, ended, followed, kept) -> None:
    found = counts_of(registered((begun, ended)))
    assert (len(found["mentors_followed"]), len(found["mentors_kept"])) == (followed, kept)
    assert found["pathway_followed"] == found["pathway_kept"] == []
    again = counts_of(registered((begun, ended), route=Route.PATHWAY))
    assert (len(again["pathway_followed"]), len(again["pathway_kept"])) == (followed, kept)


def test_a_post_within_the_year_is_no_loss() -> None:
    table = registered((10, 40), (10, 40))
    table["exit"] = [Exit.POST, Exit.BURNOUT]
    found = counts_of(table)
    assert (len(found["mentors_followed"]), len(found["mentors_kept"])) == (2, 1)


def test_first_meetings_are_counted_by_their_day_in_the_evaluated_weeks() -> None:
    found = counts_of(registered(), met_days=(-1, 0, 15, 699, 700, NEVER))
    assert found["people_met"] == [0, 15, 699]


def test_mentors_are_those_in_training_and_at_work() -> None:
    table = pd.DataFrame({name: [1.0, 2.0] for name in MEANS if name != "mentors"})
    assert series_of_mentors(table)["mentors"].tolist() == [5.0, 10.0]
    assert set(series_of_mentors(table)) == set(MEANS)


# The figures of a whole run, counted again from its tables.


@pytest.fixture(scope="module")
def world():
    settings = {
        "weeks": 110, "intake.per_year": 150.0, "funding.calendar": "continuous", "funding.start": date(2010, 9, 1),
        "mentor.exit_hazard": 0.8, "referral.names_per_month": 12.0, "relationship.term_weeks": 8.0,
    }  # fmt: skip
    return run(small(settings))


@pytest.fixture(scope="module")
def found(world):
    return tables.collect(world)


def of_year(found, name: str, column: str = "numerator", level: str = "all") -> float:
    rows = found.outcomes[(found.outcomes["outcome"] == name) & (found.outcomes["unit"] == "year")]
    return float(rows[rows["level"] == level][column].iloc[0])


def test_flows_per_year_are_counts_of_the_evaluated_weeks(world, found) -> None:
    weeks, referrals, mentors = world.scenario.weeks, world.referrals.rows, world.mentors.rows
    assert of_year(found, "names") == (referrals["named_week"] >= 0).sum() > 20
    assert of_year(found, "registrations") == (mentors["registered_week"] >= 0).sum() > 3
    assert of_year(found, "people_met") == (referrals["met_day"] >= 0).sum() > 20
    left = mentors["stage"] == Stage.LEFT
    withdrawn = left & (mentors["registered_week"] == NEVER) & (mentors["route"] != Route.BEFORE)
    assert of_year(found, "mentor_exits") == (mentors["ended_week"] >= 0)[left & ~withdrawn].sum() > 5
    length = of_year(found, "names", "denominator")
    assert length == pytest.approx(weeks * 7 / 365.25)
    assert of_year(found, "names", "value") == pytest.approx(of_year(found, "names") / length)


def test_stocks_are_means_over_weeks(found) -> None:
    series = found.weekly[found.weekly["week"] >= 0]
    for name in MEANS:
        expected = series_of_mentors(series)[name].mean()
        assert of_year(found, name, "value") == pytest.approx(expected)
        assert of_year(found, name, "denominator") == len(series)


def test_calendar_years_come_to_the_whole(found) -> None:
    years = [level for level in found.outcomes["level"].unique() if str(level).isdigit()]
    assert len(years) >= 2
    for name in (*(SUM_NAMES.get(one, one) for one in SUMS), "people_met", "spent"):
        parts = sum(of_year(found, name, level=level) for level in years)
        assert parts == pytest.approx(of_year(found, name)), name


def test_spending_is_the_sum_of_its_parts(found) -> None:
    parts = [of_year(found, f"spent_on_{money.name.lower()}") for money in SPENDING]
    assert of_year(found, "spent") == pytest.approx(sum(parts))
    assert sum(parts) > 0
    assert of_year(found, "cost_per_person_met") == pytest.approx(sum(parts))
    assert of_year(found, "cost_per_person_met", "denominator") == of_year(found, "people_met")


@pytest.mark.parametrize(
    ("ratio", "upper", "lower"),
    [
        ("peer_share_of_registrations", ["peer_registrations"], ["registrations"]),
        ("peer_share", ["peers"], ["mentors"]),
        ("idle_share", ["mentors_available"], ["mentors_available", "mentors_matched"]),
        ("clearance_refusal", ["refusals"], ["answers"]),
        ("clearance_weeks", ["answer_weeks"], ["answers"]),
        ("mentor_turnover", ["exits", "bars"], ["mentors"]),
        ("unplanned_endings", ["endings_unplanned"], ["endings_planned", "endings_unplanned"]),
    ],
)
def test_ratios_are_of_sums_over_the_evaluated_weeks(found, ratio, upper, lower) -> None:
    series = found.weekly[found.weekly["week"] >= 0]
    series = series.assign(mentors=series_of_mentors(series)["mentors"])
    above, below = (float(series[names].to_numpy().sum()) for names in (upper, lower))
    if ratio == "mentor_turnover":
        below /= 365.25 / 7
    assert below > 0
    assert of_year(found, ratio) == pytest.approx(above)
    assert of_year(found, ratio, "denominator") == pytest.approx(below)
    assert of_year(found, ratio, "value") == pytest.approx(above / below)


def test_areas_add_up_to_the_whole() -> None:
    settings = {
        "weeks": 150, "intake.per_year": 150.0, "funding.calendar": "continuous", "funding.start": date(2011, 3, 1),
        "recruit.apply_per_year": 1.0, "areas.number": 2,
    }  # fmt: skip
    outcomes = tables.collect(run(small(settings))).outcomes.set_index(["outcome", "group", "level"])
    for name in ("registrations", "peer_registrations", "mentors", "peers", "people_met"):
        parts = outcomes.loc[name].loc["area", "numerator"]
        assert len(parts) == 2
        assert parts.sum() == outcomes.loc[(name, "all", "all"), "numerator"] > 0, name
    lost = outcomes.loc["mentor_turnover"].loc["area"]
    assert lost["numerator"].sum() == outcomes.loc[("mentor_turnover", "all", "all"), "numerator"] > 0
    assert lost["denominator"].sum() == pytest.approx(outcomes.loc[("mentor_turnover", "all", "all"), "denominator"])
