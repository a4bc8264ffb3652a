"""Targets are measured on made-up outcomes; what the register itself says is tested elsewhere."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd
import pytest

from ttg_sim.evidence import Use, load_targets
from ttg_sim.outcomes.definitions import OUTCOMES
from ttg_sim.studies.targets import (
    AFTER,
    BEFORE,
    MEASURES,
    NO_SERVICE,
    REGIMES,
    SERVICE,
    Stand,
    everybody,
    measure,
    stands,
)

TARGETS = load_targets()
COLUMNS = ["replicate", "outcome", "unit", "group", "level", "value", "numerator", "denominator"]


def runs(*rows: tuple[str, str, str, float, float]) -> pd.DataFrame:
    """Outcomes given as (outcome, group, level, numerator, denominator), the number of which gives the replicate."""
    seen: dict[tuple[str, str, str], int] = {}
    table = []
    for outcome, group, level, upper, lower in rows:
        replicate = seen.get((outcome, group, level), 0)
        seen[outcome, group, level] = replicate + 1
        table.append((replicate, outcome, "cohort", group, level, upper / lower, upper, lower))
    return pd.DataFrame(table, columns=COLUMNS)


def test_the_targets_that_are_measured_are_known_and_so_are_their_outcomes() -> None:
    assert MEASURES.keys() <= TARGETS.keys()
    named = {outcome.name for outcome in OUTCOMES}
    assert {TARGETS[name].outcome for name in MEASURES if TARGETS[name].outcome} <= named
    # A target with an outcome of its own is measured.
    assert {name for name, target in TARGETS.items() if target.outcome} <= MEASURES.keys()


def test_a_level_is_the_mean_over_replicates_for_everybody() -> None:
    table = runs(
        ("reoffending_12m", "all", "all", 6, 10),
        ("reoffending_12m", "all", "all", 5, 10),
        ("reoffending_12m", "sex", "women", 1, 10),
        ("score_1_year", "all", "all", 9, 10),
    )
    assert measure(TARGETS["T01"], {BEFORE: table}) == pytest.approx(0.55)
    assert everybody({BEFORE: table}, BEFORE, "reoffending_12m") == pytest.approx(0.55)


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_what_the_runs_cannot_tell_is_not_a_number(name) -> None:
    assert math.isnan(measure(TARGETS[name], {}))


def test_a_level_of_the_other_regime_says_nothing() -> None:
    table = runs(("reoffending_12m", "all", "all", 6, 10))
    assert math.isnan(measure(TARGETS["T01"], {AFTER: table}))
    assert math.isnan(measure(TARGETS["T02"], {BEFORE: table}))


def test_targets_of_any_regime_are_the_mean_of_those_at_hand() -> None:
    low, high = runs(("month_12_working", "all", "all", 1, 10)), runs(("month_12_working", "all", "all", 3, 10))
    assert measure(TARGETS["T09"], {BEFORE: low}) == pytest.approx(0.1)
    assert measure(TARGETS["T09"], {AFTER: high}) == pytest.approx(0.3)
    assert measure(TARGETS["T09"], {BEFORE: low, AFTER: high}) == pytest.approx(0.2)


@pytest.mark.parametrize(("name", "outcome"), [("T10", "met_before_release"), ("T11", "engaged_1m")])
def test_engagement_is_that_of_the_voluntary_service(name, outcome) -> None:
    service, other = runs((outcome, "all", "all", 8, 10)), runs((outcome, "all", "all", 1, 10))
    assert measure(TARGETS[name], {SERVICE: service, AFTER: other, BEFORE: other, NO_SERVICE: other}) == 0.8
    assert math.isnan(measure(TARGETS[name], {AFTER: other, BEFORE: other, NO_SERVICE: other}))


def test_unplanned_endings_are_the_mean_of_those_with_mentors_at_hand() -> None:
    reform, service, none = (runs(("unplanned_ending", "all", "all", upper, 10)) for upper in (5, 7, 9))
    assert measure(TARGETS["T12"], {AFTER: reform}) == 0.5
    assert measure(TARGETS["T12"], {SERVICE: service}) == 0.7
    assert measure(TARGETS["T12"], {AFTER: reform, SERVICE: service, NO_SERVICE: none}) == pytest.approx(0.6)
    assert math.isnan(measure(TARGETS["T12"], {NO_SERVICE: none, BEFORE: none}))


def test_the_fall_of_occasions_is_relative_to_the_same_place_without_the_service() -> None:
    name = "occasions_per_release"
    service, without = (
        runs((name, "all", "all", 18, 10), (name, "all", "all", 20, 10)),
        runs((name, "all", "all", 2, 1)),
    )
    assert measure(TARGETS["T22"], {SERVICE: service, NO_SERVICE: without}) == pytest.approx(1.9 / 2 - 1)
    nothing = runs((name, "all", "all", 0, 10))
    assert measure(TARGETS["T22"], {SERVICE: nothing, NO_SERVICE: without}) == -1.0
    for some in ({SERVICE: service}, {NO_SERVICE: without}, {SERVICE: service, NO_SERVICE: nothing}, {AFTER: without}):
        assert math.isnan(measure(TARGETS["T22"], some))


def yearly(outcome: str, **years: tuple[float, float]) -> list[tuple[str, str, str, float, float]]:
    return [(outcome, "year", year.removeprefix("in_"), upper, lower) for year, (upper, lower) in years.items()]


def test_recalls_per_release_are_pooled_over_the_years_in_which_supervision_is_complete() -> None:
    table = runs(*yearly("recalls_per_release", in_2015=(1, 100), in_2016=(20, 100), in_2017=(90, 300)))
    assert measure(TARGETS["T05"], {AFTER: table}) == pytest.approx(110 / 400)


def test_the_change_is_that_of_pooled_years_with_complete_supervision() -> None:
    after = runs(*yearly("reoffending_12m", in_2015=(100, 100), in_2016=(60, 100), in_2017=(130, 200)))
    before = runs(*yearly("reoffending_12m", in_2015=(0, 100), in_2016=(61, 100), in_2017=(119, 200)))
    assert measure(TARGETS["T20"], {BEFORE: before, AFTER: after}) == pytest.approx((190 - 180) / 300)
    for only in ({BEFORE: before}, {AFTER: after}):
        assert math.isnan(measure(TARGETS["T20"], only))


def shares(longer: float, year: str, upper: float, lower: float) -> pd.DataFrame:
    name = "short_share_of_recalls"
    return runs(("recalls_longer", "all", "all", longer, 4), (name, "year", year, upper, lower))


def test_the_share_of_short_sentences_among_recalls_needs_people_on_longer_ones() -> None:
    before = shares(8, "2016", 0, 10)
    assert measure(TARGETS["T21"], {BEFORE: before, AFTER: shares(8, "2016", 6, 20)}) == pytest.approx(0.3)
    assert math.isnan(measure(TARGETS["T21"], {BEFORE: before, AFTER: shares(0, "2016", 6, 6)}))


def test_the_gradient_by_length_of_sentence_is_pooled_below_six_months() -> None:
    table = runs(
        ("reoffending_12m", "sentence", "under_1_month", 70, 100),
        ("reoffending_12m", "sentence", "1_to_3_months", 130, 200),
        ("reoffending_12m", "sentence", "3_to_6_months", 60, 100),
        ("reoffending_12m", "sentence", "6_to_12_months", 50, 100),
        ("reoffending_12m", "sentence", "12_months_or_more", 1, 100),
    )
    assert measure(TARGETS["T24"], {BEFORE: table}) == pytest.approx(260 / 400 - 0.5)


def drifting(*values: float, last: float = 100) -> pd.DataFrame:
    rows = [("releases", "year", str(2015 + place), value * 100, 100) for place, value in enumerate(values)]
    return runs(*rows, ("releases", "year", "2030", last * 90, last))


def test_drift_is_the_largest_deviation_of_a_full_year_from_the_mean_with_its_sign() -> None:
    # 9, 10, 11 and 90: the last year is too short to count.
    assert measure(TARGETS["T16"], {BEFORE: drifting(9, 10, 11, last=40)}) == pytest.approx(0.1, abs=1e-9)
    assert measure(TARGETS["T16"], {BEFORE: drifting(8, 11, 11, last=40)}) == pytest.approx(-0.2)
    assert measure(TARGETS["T16"], {BEFORE: drifting(10, 10, 10, last=40)}) == 0.0


def stand(figure: float, **changes) -> Stand:
    return Stand(replace(TARGETS["T01"], **changes), figure)


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (0.611, "MISS"),
        (0.612, "within"),
        (0.622, "within"),
        (0.632, "within"),
        (0.633, "MISS"),
        (math.nan, "not testable in these runs"),
    ],
)
def test_the_words_for_a_level(value, verdict) -> None:
    assert stand(value).verdict == verdict


@pytest.mark.parametrize(
    ("direction", "value", "verdict"),
    [
        ("up", 0.01, "as published"),
        ("up", -0.01, "MISS: the other direction"),
        ("up", 0.0, "MISS: the other direction"),
        ("down", -0.01, "as published"),
        ("down", 0.01, "MISS: the other direction"),
        ("down", math.nan, "not testable in these runs"),
    ],
)
def test_the_words_for_a_direction(direction, value, verdict) -> None:
    assert stand(value, direction=direction, value=None, low=None, high=None).verdict == verdict


def test_the_words_for_what_was_fitted() -> None:
    assert stand(0.6).use == "calibrated to"
    assert stand(0.6, use=Use.VALIDATE).use == "never fitted"


def test_all_measured_targets_stand_in_order() -> None:
    found = stands({})
    names = [one.target.id for one in found]
    assert names == [name for name in TARGETS if name in MEASURES]
    assert {one.target.regime for one in found} == {*REGIMES, SERVICE, "any"}
    assert {one.verdict for one in found} == {"not testable in these runs"}
