from __future__ import annotations

import math
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers import MENTORED, REFORMED, run, small

from ttg_sim.agents.mentor import MENTOR, Exit
from ttg_sim.agents.person import NEVER, NOBODY, PERSON
from ttg_sim.agents.referral import ENGAGED_WEEKS, IN_TOUCH_WEEKS, REFERRAL, Ending, Meeting, Miss
from ttg_sim.engine.calendar import Calendar
from ttg_sim.mechanisms.custody import SPELL
from ttg_sim.mechanisms.sentencing import OCCASION
from ttg_sim.outcomes import of_contact, tables
from ttg_sim.outcomes.definitions import OUTCOMES, by_level
from ttg_sim.outcomes.of_contact import MEANS, OF_RATIOS, OF_RELEASES, OF_YEARS, SUM_NAMES, SUMS, best_mentors
from ttg_sim.outcomes.spells import spell_table

WEEKS = 208
RELEASED = 20
"""The week of the release."""
MET = (Meeting.BEFORE_RELEASE, Meeting.AT_GATE, Meeting.WITHIN_48H)


def matched(count: int = 1, **values: Any) -> np.ndarray:
    """Referrals of people met on the day of their release, whose match goes on and of whom nothing is noted yet."""
    table = np.zeros(count, REFERRAL)
    table["release_day"] = RELEASED * 7 + 3
    table["named_week"] = table["matched_week"] = RELEASED - 4
    table["met_day"] = RELEASED * 7 + 3
    table["ended_week"] = NEVER
    table["meeting"], table["miss"] = Meeting.AT_GATE, Miss.NO_TIME
    table["engaged"] = NOBODY
    for name, value in values.items():
        table[name] = value
    return table


def releases(referrals: np.ndarray, weeks: int = WEEKS, rows=None) -> pd.DataFrame:
    """The table of releases, one of each referral (or of the rows given), in a run of so many weeks."""
    rows = np.arange(len(referrals)) if rows is None else np.array(rows)
    people, spells = np.zeros(len(rows), PERSON), np.zeros(len(rows), SPELL)
    people["key"] = np.arange(len(rows)) + 1
    spells["person"] = np.arange(len(rows))
    spells["referral"] = rows
    spells["release_day"] = referrals["release_day"][rows]
    calendar = Calendar(date(2011, 1, 3), weeks, 52)
    return spell_table(people, spells, np.zeros(0, OCCASION), referrals, calendar, 16)


def figure(name: str, referrals: np.ndarray, weeks: int = WEEKS) -> tuple[float, float]:
    """Numerator and denominator of an outcome of releases."""
    table = releases(referrals, weeks)
    (outcome,) = (one for one in OF_RELEASES if one.name == name)
    (found,) = by_level(outcome, outcome.values(table).to_numpy(float), np.zeros(len(table), int), 1)
    return found[1:]


def test_outcomes_of_contact_are_among_all_outcomes() -> None:
    names = [one.name for one in (*OF_RELEASES, *OF_YEARS, *OF_RATIOS)]
    assert len(set(names)) == len(names)
    assert set(names) <= {one.name for one in OUTCOMES}
    assert set(SUM_NAMES) <= set(SUMS)
    assert {*of_contact.CONTACT, *of_contact.LIVES} <= set(names)


# Who is in touch.


def test_who_came_after_release_is_of_everybody() -> None:
    assert figure("met_outside", matched(4, kept=[0, 1, 9, 0])) == (2, 4)


@pytest.mark.parametrize("place", range(len(ENGAGED_WEEKS)))
def test_who_is_in_touch_is_as_was_noted(place) -> None:
    name = f"engaged_{of_contact.ENGAGED[place][0]}"
    table = matched(3)
    table["engaged"][:, place] = [1, 0, 1]
    assert figure(name, table) == (2, 3)
    for other in set(range(len(ENGAGED_WEEKS))) - {place}:
        assert figure(f"engaged_{of_contact.ENGAGED[other][0]}", table) == (0, 0)  # noted of nobody


@pytest.mark.parametrize(("name", "after"), of_contact.ENGAGED)
@pytest.mark.parametrize("meeting", [Meeting.NEVER, Meeting.AT_GATE])
def test_it_is_asked_only_of_those_released_so_long_ago(name, after, meeting) -> None:
    # Nobody is known to be out of touch before the time comes: whoever still comes would be known later.
    gone = matched(1, meeting=meeting, engaged=0, ended_week=RELEASED + 1, ending=Ending.DROPPED_OUT)
    assert figure(f"engaged_{name}", gone, RELEASED + after) == (0, 0)
    assert figure(f"engaged_{name}", gone, RELEASED + after + 1) == (0, 1)


def test_those_never_met_are_not_in_touch_whatever_was_noted() -> None:
    table = matched(2, meeting=[Meeting.NEVER, Meeting.NOT_YET])
    for name, _ in of_contact.ENGAGED:
        assert figure(f"engaged_{name}", table) == (0, 1)


def test_people_on_whom_the_service_has_nothing_are_not_in_touch() -> None:
    table = releases(matched(1, engaged=1), rows=[NOBODY, 0])
    for name, _ in of_contact.ENGAGED:
        assert table[f"engaged_{name}"].tolist() == [0, 1]
    assert table["in_programme"].tolist() == [0, 0]
    assert not table["match_open"].tolist()[0]
    late = releases(matched(1), weeks=RELEASED + 3, rows=[NOBODY])  # released three weeks before the end
    assert late["engaged_1m"].isna().all()
    assert late["in_programme"].isna().all()


# Who walks away.


@pytest.mark.parametrize(
    ("name", "ended", "expected"),
    [
        ("left_in_weeks_1_to_4", 1, (1, 1)),
        ("left_in_weeks_1_to_4", 4, (1, 1)),
        ("left_in_weeks_1_to_4", 5, (0, 1)),
        ("left_in_weeks_1_to_4", NEVER, (0, 1)),
        ("left_in_weeks_1_to_4", 0, (0, 0)),  # in the week of release: there was nothing to give up
        ("left_in_weeks_1_to_4", -2, (0, 0)),
        ("left_in_weeks_13_to_16", 12, (0, 0)),  # had gone before
        ("left_in_weeks_13_to_16", 13, (1, 1)),
        ("left_in_weeks_13_to_16", 16, (1, 1)),
        ("left_in_weeks_13_to_16", 17, (0, 1)),
        ("left_in_weeks_13_to_16", NEVER, (0, 1)),
    ],
)
def test_who_walks_away_in_some_weeks_is_of_those_there_at_their_beginning(name, ended, expected) -> None:
    week = NEVER if ended == NEVER else RELEASED + ended
    ending = Ending.NOT if ended == NEVER else Ending.DROPPED_OUT
    assert figure(name, matched(ended_week=week, ending=ending)) == expected


@pytest.mark.parametrize(("name", "last"), [("left_in_weeks_1_to_4", 4), ("left_in_weeks_13_to_16", 16)])
def test_these_weeks_have_to_be_over(name, last) -> None:
    assert figure(name, matched(), RELEASED + last) == (0, 0)  # the last of them is not run
    assert figure(name, matched(), RELEASED + last + 1) == (0, 1)


@pytest.mark.parametrize("how", [one for one in Ending if one not in (Ending.NOT, Ending.DROPPED_OUT)])
def test_whose_match_ends_otherwise_has_not_walked_away(how) -> None:
    assert figure("left_in_weeks_1_to_4", matched(ended_week=RELEASED + 3, ending=how)) == (0, 1)


@pytest.mark.parametrize("meeting", list(Meeting))
def test_only_people_met_by_two_days_after_release_are_followed(meeting) -> None:
    found = figure("left_in_weeks_1_to_4", matched(meeting=meeting))
    assert found == (0, 1 if meeting in MET else 0)


# How matches end.

ENDED = [one for one in Ending if one is not Ending.NOT]


def ended(how, week: int = RELEASED + 20, **values: Any) -> np.ndarray:
    return matched(ending=how, ended_week=week, **values)


@pytest.mark.parametrize("how", ENDED)
def test_a_match_that_has_ended_counts_where_it_belongs(how) -> None:
    broken = how in (Ending.MENTOR_LEFT, Ending.FUNDING, Ending.CUT)
    assert figure("planned_ending", ended(how)) == (how == Ending.PLANNED, 1)
    assert figure("broken_off", ended(how)) == (broken, 1)
    expected = (0, 0) if how == Ending.LEFT else (how != Ending.PLANNED, 1)
    assert figure("unplanned_ending", ended(how)) == expected


def test_a_match_that_goes_on_is_not_settled() -> None:
    for name in ("planned_ending", "broken_off", "unplanned_ending"):
        assert figure(name, matched()) == (0, 0)


def test_people_without_a_match_completed_none() -> None:
    table = matched(3, meeting=Meeting.NEVER, matched_week=[NEVER, NEVER, RELEASED])  # the last one was let go unmet
    for name in ("planned_ending", "broken_off"):
        assert figure(name, table) == (0, 3)
    assert figure("unplanned_ending", table) == (0, 0)
    waits = matched(meeting=Meeting.NOT_YET, matched_week=NEVER)
    assert figure("planned_ending", waits) == (0, 0)


@pytest.mark.parametrize("meeting", [Meeting.NEVER, Meeting.NOT_YET])
def test_relationships_that_never_began_do_not_end(meeting) -> None:
    assert figure("unplanned_ending", ended(Ending.DROPPED_OUT, meeting=meeting)) == (0, 0)


@pytest.mark.parametrize("name", ["planned_ending", "broken_off", "unplanned_ending"])
def test_how_it_ended_is_asked_a_year_after_release(name) -> None:
    # Within the year those who fail early would be counted, and those who go on would not.
    early = ended(Ending.DROPPED_OUT, RELEASED + 1)
    assert figure(name, early, RELEASED + 52) == (0, 0)
    assert figure(name, early, RELEASED + 53)[1] == 1
    if name != "unplanned_ending":
        assert figure(name, matched(meeting=Meeting.NEVER, matched_week=NEVER), RELEASED + 52) == (0, 0)


def test_planned_and_unplanned_endings_add_up() -> None:
    table = matched(len(ENDED), ending=ENDED, ended_week=RELEASED + 20)
    planned, _ = figure("planned_ending", table)
    unplanned, settled = figure("unplanned_ending", table)
    assert (planned, unplanned, settled) == (1, len(ENDED) - 2, len(ENDED) - 1)


# The best mentors.


def best(begun: int, stopped: int = NEVER, talent: float = 3.0, weeks: int = 300, **values: Any) -> tuple[int, int]:
    """How many are followed and kept, of one mentor by the weeks of registration and of the end."""
    table = np.zeros(1, MENTOR)
    facts = {"registered_week": begun, "ended_week": stopped, "talent": talent, "exit": Exit.OWN_CHOICE}
    for name, value in (facts | values).items():
        table[name] = value
    found = best_mentors(table, weeks, 0.5)
    return len(found["best_followed"][0]), len(found["best_kept"][0])


@pytest.mark.parametrize(
    ("begun", "stopped", "expected"),
    [
        (0, NEVER, (1, 1)),
        (10, 113, (1, 0)),  # a week short of two years
        (10, 114, (1, 1)),
        (196, NEVER, (1, 1)),  # two years before the end
        (197, NEVER, (0, 0)),
        (-1, NEVER, (0, 0)),
        (NEVER, NEVER, (0, 0)),
        (NEVER, 4, (0, 0)),
    ],
)
def test_the_best_are_followed_for_two_years(begun, stopped, expected) -> None:
    assert best(begun, stopped) == expected


def test_a_post_is_no_loss() -> None:
    assert best(10, 60, exit=Exit.POST) == (1, 1)
    for reason in (Exit.BURNOUT, Exit.RELAPSE, Exit.AWAY):
        assert best(10, 60, exit=reason) == (1, 0)


def test_the_best_are_the_upper_quarter_of_talent() -> None:
    limit = math.exp(0.5 * 0.6744897501960817)
    assert best(10, talent=limit + 1e-9) == (1, 1)
    assert best(10, talent=limit - 1e-9) == (0, 0)
    table = np.zeros(1, MENTOR)
    table["talent"], table["ended_week"] = 1.0, NEVER
    assert len(best_mentors(table, 300, 0.0)["best_followed"][0]) == 1  # where all are alike, all are the best


def test_without_mentors_nobody_is_followed() -> None:
    assert all(len(days) == 0 for days, _ in best_mentors(np.zeros(0, MENTOR), 300, 0.5).values())


# The figures of whole runs.


@pytest.fixture(scope="module")
def world():
    settings = {
        "weeks": 150, "intake.per_year": 200.0, "mentor.exit_hazard": 0.6, "relationship.term_weeks": 10.0,
        "strain.on_failure": 0.4, "strain.burnout_threshold": 0.3, "pay.when": "after_months", "pay.after_months": 2.0,
        "pay.posts": 2.0, "licence.mentor_reports": True, "areas.number": 2,
    }  # fmt: skip
    return run(small(REFORMED | settings))


@pytest.fixture(scope="module")
def found(world):
    return tables.collect(world)


def of_year(found, name: str, column: str = "numerator", level: str = "all", group: str = "all") -> float:
    rows = found.outcomes.set_index(["outcome", "unit", "group", "level"])
    return float(rows.loc[(name, "year", group, level), column])


def test_something_of_each_kind_happens_there(found) -> None:
    for name in (*(SUM_NAMES.get(one, one) for one in SUMS if one not in ("sessions_held", "places_taken")), *MEANS):
        assert of_year(found, name) > 0, name
    for ratio in OF_RATIOS:
        if not ratio.name.startswith("peer_gap"):
            assert of_year(found, ratio.name, "denominator") > 0, ratio.name


def test_hours_net_are_those_freed_less_those_taken(found) -> None:
    parts = of_year(found, "officer_hours_freed") - of_year(found, "officer_hours_taken")
    assert of_year(found, "officer_hours_net") == pytest.approx(parts, abs=1e-6)
    assert of_year(found, "officer_hours_net") != 0


def test_sums_are_per_year_and_means_per_week(world, found) -> None:
    series = found.weekly[found.weekly["week"] >= 0]
    for name in SUMS:
        long = SUM_NAMES.get(name, name)
        assert of_year(found, long) == pytest.approx(series[name].sum()), name
        assert of_year(found, long, "denominator") == pytest.approx(150 * 7 / 365.25), name
    for name in MEANS:
        assert of_year(found, name, "value") == pytest.approx(series[name].mean()), name


@pytest.mark.parametrize(
    ("ratio", "upper", "lower"),
    [
        ("mentor_strain", "strain", ["mentors_available", "mentors_matched", "mentors_paused"]),
        ("mentor_skill", "skill", ["mentors_available", "mentors_matched", "mentors_paused"]),
        ("trust_in_mentor", "trust", ["people_mentored"]),
        ("peer_identity", "identity", ["peers_at_work"]),
        ("validation", "validation", ["peers_at_work"]),
    ],
)
def test_states_are_means_over_weeks_and_whoever_has_them(found, ratio, upper, lower) -> None:
    series = found.weekly[found.weekly["week"] >= 0]
    above, below = series[upper].sum(), series[lower].to_numpy().sum()
    assert of_year(found, ratio, "value") == pytest.approx(above / below)
    assert 0 <= above / below <= (1 if ratio != "mentor_skill" else 10)


def test_burnouts_and_posts_are_those_of_mentors(world, found) -> None:
    table = world.mentors.rows
    here = table["ended_week"] >= 0
    assert of_year(found, "mentor_burnouts") == (here & (table["exit"] == Exit.BURNOUT)).sum()
    assert of_year(found, "mentor_promotions") == (here & (table["exit"] == Exit.POST)).sum()
    assert found.weekly["reports"].sum() == world.referrals.rows["reports"].sum() > 0


def test_posts_are_no_turnover_in_the_areas_as_in_the_whole(found) -> None:
    parts = sum(of_year(found, "mentor_turnover", level=f"area_0{area}", group="area") for area in (1, 2))
    assert parts == of_year(found, "mentor_turnover") > 0
    assert of_year(found, "mentor_promotions") > 0


def test_who_is_in_touch_agrees_with_meetings(world, found) -> None:
    spells, met = found.spells, found.spells["meetings_kept"] > 0
    assert not (spells["engaged_1m"].fillna(0) > 0)[~met].any()
    for name, weeks in of_contact.ENGAGED:
        known = spells["release_day"] // 7 + weeks < 150
        assert (spells[f"engaged_{name}"].notna() == known).all(), name
    assert (spells["engaged_1m"] > 0).sum() > 20
    assert min(ENGAGED_WEEKS) >= IN_TOUCH_WEEKS  # contact before the release does not count


NOBODY_THERE = {
    "recruit.general_per_year": 0.0, "recruit.pool_size": 0.0, "recruit.interest_share": 0.0,
    "programme.end_pathway": "none",
}  # fmt: skip


@pytest.mark.parametrize(
    "settings", [MENTORED | NOBODY_THERE, REFORMED | NOBODY_THERE, {"funding.calendar": "unfunded"}]
)
def test_without_any_mentor_every_figure_is_nil_or_says_that_there_is_nobody(settings) -> None:
    found = tables.collect(run(small({"weeks": 120, "intake.per_year": 60.0} | settings)))
    rows = found.outcomes.set_index(["outcome", "group", "level"])
    assert not found.weekly.drop(columns="date").isna().any().any()
    for count in OF_YEARS:
        row = rows.loc[(count.name, "all", "all")]
        assert (row["value"], row["numerator"]) == (0, 0), count.name
        assert row["denominator"] > 0
    for ratio in OF_RATIOS:
        row = rows.loc[(ratio.name, "all", "all")]
        assert (row["numerator"], row["denominator"]) == (0, 0), ratio.name
        assert np.isnan(row["value"])
    for outcome in OF_RELEASES:
        row = rows.loc[(outcome.name, "all", "all")]
        if outcome.conditional:
            assert (row["denominator"], np.isnan(row["value"])) == (0, True), outcome.name
        else:
            assert row["denominator"] > 0, outcome.name
            assert row["value"] == 0, outcome.name
