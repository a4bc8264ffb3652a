from __future__ import annotations

import numpy as np
import pytest
from helpers import prepared

from ttg_sim.agents.mentor import Stage
from ttg_sim.agents.person import NEVER, NOBODY, Left, Return, Supervision, Where
from ttg_sim.agents.provider import Money
from ttg_sim.mechanisms import eligibility
from ttg_sim.mechanisms.eligibility import EligibilityParameters

from .people import SEED, mentors, near, outside, providers, rows

WEEK = 100
MONDAY = WEEK * 7
A_YEAR = 366  # days, rounded up


def may(finishing: int = 0, state=None, **values) -> bool:
    p = prepared("eligibility", **values)
    person = outside(**(state or {}))[0]
    return bool(eligibility.could_volunteer(person) if finishing else eligibility.may_volunteer(person, WEEK, p))


def test_somebody_released_long_ago_may_volunteer() -> None:
    assert may()


@pytest.mark.parametrize(
    "state",
    [
        {"where": Where.AT_COURT},
        {"where": Where.INSIDE},
        {"where": Where.INSIDE, "returned": Return.RECALL},
        {"returned": Return.RECALL},
        {"where": Where.LEFT, "left": Left.DIED},
        {"where": Where.LEFT, "left": Left.MOVED},
        {"where": Where.LEFT, "left": Left.LONGER_SENTENCE},
        {"using": 1},
        {"volunteer": 0},
        {"volunteer": 7},
    ],
)
@pytest.mark.parametrize("finishing", [0, 1])
def test_nobody_volunteers_who_is_away_uses_drugs_or_has_applied_before(state, finishing) -> None:
    assert not may(finishing, state, clean_years=0.0, off_licence_required=False)


@pytest.mark.parametrize("using", [0, 1])
def test_those_who_left_offending_for_good_live_there_still_and_may_volunteer(using) -> None:
    # Nobody's use is followed after that.
    assert may(state={"where": Where.LEFT, "left": Left.DESISTED, "using": using})
    assert not may(state={"where": Where.LEFT, "left": Left.DESISTED, "volunteer": 2})


@pytest.mark.parametrize("supervision", [Supervision.LICENCE, Supervision.POST_SENTENCE])
def test_the_off_licence_rule_keeps_people_under_supervision_out(supervision) -> None:
    state = {"supervision": supervision}
    assert not may(state=state)
    assert not may(state=state, clean_years=0.0)
    assert may(state=state, off_licence_required=False)


def test_where_people_under_supervision_may_no_years_are_asked_of_them() -> None:
    fresh = {"supervision": Supervision.LICENCE, "released_day": MONDAY - 3}
    assert may(state=fresh, off_licence_required=False, clean_years=5.0)
    assert not may(state=fresh | {"supervision": Supervision.NONE}, off_licence_required=False, clean_years=5.0)


@pytest.mark.parametrize("day", ["released_day", "back_day", "offended_day"])
@pytest.mark.parametrize("years", [1.0, 3.0])
def test_years_count_from_the_last_release_return_or_offence(day, years) -> None:
    just = MONDAY - int(years * 365.25) - 1
    assert may(state={day: just}, clean_years=years)
    assert not may(state={day: just + 2}, clean_years=years)


def test_the_latest_of_them_counts() -> None:
    state = {"released_day": MONDAY - 5 * A_YEAR, "back_day": MONDAY - 4 * A_YEAR, "offended_day": MONDAY - 200}
    assert eligibility.clean_years(outside(**state)[0], WEEK) == pytest.approx(200 / 365.25)
    assert not may(state=state)


def test_without_years_asked_for_somebody_just_out_may_volunteer() -> None:
    assert may(state={"released_day": MONDAY}, clean_years=0.0)


def test_a_release_later_in_the_week_is_no_clean_time() -> None:
    assert not may(state={"released_day": MONDAY + 3}, clean_years=0.0)


def test_those_who_complete_supervision_have_rules_on_it_behind_them() -> None:
    state = {"supervision": Supervision.POST_SENTENCE, "released_day": MONDAY - 362, "offended_day": MONDAY - 5}
    assert may(1, state)
    assert not may(0, state)


def test_rows_of_those_who_may_are_kept_in_order() -> None:
    people = outside(6, using=[0, 1, 0, 0, 1, 0])
    wishing = np.array([5, 4, 2, 1, 0, 3])
    p = eligibility.prepare(EligibilityParameters())
    assert eligibility.run(people, wishing, 5, WEEK, p) == 3
    assert wishing[:3].tolist() == [5, 2, 0]  # the last one was not among the first five
    assert eligibility.run(people, wishing, 0, WEEK, p) == 0


def checked(table, week: int = WEEK, provider=None, **values):
    provider = providers() if provider is None else provider
    eligibility.check(table, rows(table), provider, SEED, week, eligibility.prepare(EligibilityParameters(**values)))
    return table, provider


def trained(count: int, **values):
    return mentors(count, **({"stage": Stage.CHECKS, "due": WEEK} | values))


@pytest.mark.parametrize("takes", [0.0, 1.0, 4.0])
def test_a_check_takes_its_time(takes) -> None:
    table = trained(1)
    for week in range(WEEK, WEEK + int(takes)):
        checked(table, week, check_weeks=takes)
        assert table["stage"].tolist() == [Stage.CHECKS]
    _, provider = checked(table, WEEK + int(takes), check_weeks=takes)
    assert table["stage"].tolist() == [Stage.AVAILABLE]
    assert table["ready_week"].tolist() == [WEEK + int(takes)]
    assert provider["spent"][0, Money.CHECKS] == 50.0


def test_checks_stop_a_share_of_people_with_convictions() -> None:
    table, provider = checked(trained(6000, person=3), WEEK + 4, record_check_block=0.15)
    barred = table["stage"] == Stage.BARRED
    assert barred.mean() == pytest.approx(0.15, abs=near(0.15, 6000))
    assert provider["bars"].tolist() == [barred.sum()]
    assert (table["ended_week"][barred] == WEEK + 4).all()
    assert (table["ready_week"][barred] == NEVER).all()
    assert (table["ended_week"][~barred] == NEVER).all()
    assert provider["spent"][0, Money.CHECKS] == 6000 * 50.0


@pytest.mark.parametrize(("person", "block", "stage"), [(3, 1.0, Stage.BARRED), (3, 0.0, Stage.AVAILABLE),
                                                        (NOBODY, 1.0, Stage.AVAILABLE)])  # fmt: skip
def test_checks_stop_all_or_none_and_nobody_from_the_public(person, block, stage) -> None:
    table, provider = checked(trained(100, person=person), WEEK + 4, record_check_block=block)
    assert (table["stage"] == stage).all()
    assert provider["bars"][0] == 100 * (stage == Stage.BARRED)


def test_checks_are_of_those_who_are_trained_and_not_checked_yet() -> None:
    table = mentors(9, stage=np.arange(9), person=1, due=0)
    before = np.delete(table, Stage.CHECKS).tobytes()
    _, provider = checked(table, WEEK)
    assert np.delete(table, Stage.CHECKS).tobytes() == before
    assert provider["spent"][0].sum() == 50.0


def test_a_check_finds_the_same_whenever_it_is_made() -> None:
    first, later = (checked(trained(500, person=1), week)[0]["stage"].tolist() for week in (WEEK + 4, WEEK + 30))
    assert first == later
