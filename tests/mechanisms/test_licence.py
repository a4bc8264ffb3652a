from __future__ import annotations

import numpy as np
import pytest

from ttg_sim.agents.mentor import Stage
from ttg_sim.agents.person import NOBODY, Supervision, Told, Where
from ttg_sim.agents.referral import Came
from ttg_sim.mechanisms import licence, supervision
from ttg_sim.mechanisms.licence import LicenceParameters
from ttg_sim.mechanisms.supervision import SupervisionParameters

from .people import SEED, areas, near, officers, referrals, rows, several, spells
from .service import TODAY, WEEK, charity, helpers

MANY = 4000
ON_LICENCE = int(Supervision.LICENCE)
BOUND = {"engagement_condition": True}
REPORTS = {"mentor_reports": True, "report_share": 1.0}


def hear(known, crowd, week=WEEK, **values) -> tuple[np.ndarray, np.ndarray]:
    """One week; returns mentors and providers."""
    mentors, providers = helpers(len(known), stage=Stage.MATCHED), charity()
    licence.run(crowd, known, rows(known), mentors, providers, SEED, week, licence.prepare(LicenceParameters(**values)))
    return mentors, providers


def matches(count=1, **values) -> np.ndarray:
    return referrals(count, **{"mentor": np.arange(count), "matched_week": WEEK, "trust": 0.6} | values)


def people(count=1, **values) -> np.ndarray:
    return several(count, **{"supervision": ON_LICENCE, "using": 1} | values)


@pytest.mark.parametrize("phase", list(Supervision))
@pytest.mark.parametrize("condition", [True, False])
def test_the_condition_binds_people_under_supervision_and_nobody_else(phase, condition) -> None:
    known = matches()
    hear(known, people(supervision=int(phase)), engagement_condition=condition)
    assert known["bound"][0] == (condition and phase != Supervision.NONE)


def test_nobody_is_bound_inside_without_a_mentor_or_after_supervision() -> None:
    known = matches(3, mentor=np.array([0, NOBODY, 2]), bound=np.array([1, 0, 1]))
    crowd = people(3, where=np.array([int(Where.INSIDE), 2, 2]), supervision=np.array([ON_LICENCE, ON_LICENCE, 0]))
    hear(known, crowd, **BOUND)
    assert known["bound"].tolist() == [0, 0, 0]


def test_missed_meetings_reach_the_officer_as_often_as_given_and_only_under_the_condition() -> None:
    crowd = people(MANY)
    hear(matches(MANY, came=int(Came.MISSED), bound=1), crowd, **BOUND, counts_share=0.3)
    assert (crowd["reported"] == Told.MISSED_MENTOR).mean() == pytest.approx(0.3, abs=near(0.3, MANY))
    for came, values in ((Came.KEPT, BOUND), (Came.CALLED_OFF, BOUND), (Came.NOT_DUE, BOUND), (Came.MISSED, {})):
        crowd = people(50)
        hear(matches(50, came=int(came), bound=1), crowd, **values, counts_share=1.0)
        assert not crowd["reported"].any()


def test_slips_are_reported_of_those_who_use_and_came() -> None:
    crowd = people(3, using=np.array([1, 0, 1]))
    known = matches(3, came=np.array([Came.KEPT, Came.KEPT, Came.MISSED], np.int64))
    mentors, providers = hear(known, crowd, **REPORTS)
    assert crowd["reported"].tolist() == [Told.SLIP, Told.NOTHING, Told.NOTHING]
    assert known["reports"].tolist() == mentors["reports"].tolist() == [1, 0, 0]
    assert providers["reports"][0] == 1
    assert known["trust"].tolist() == pytest.approx([0.4, 0.6, 0.6])
    crowd = people(3)
    hear(matches(3, came=int(Came.KEPT)), crowd)
    assert not crowd["reported"].any()


@pytest.mark.parametrize(("weeks", "kept"), [(0, 0.6), (9, 0.6 * 0.5 ** (9 / 20)), (10, 0.6), (25, 0.6 * 0.5**0.25)])
def test_an_agreement_is_forgotten_by_half_in_twenty_weeks_and_renewed_at_each_review(weeks, kept) -> None:
    known = matches(came=int(Came.KEPT), matched_week=WEEK - weeks)
    hear(known, people(), **REPORTS, agreement=True, betrayal=0.2, review_weeks=10.0, agreement_effect=0.6)
    assert known["trust"][0] == pytest.approx(0.6 - 0.2 * (1 - kept))


def test_trust_does_not_fall_below_nil() -> None:
    known = matches(came=int(Came.KEPT), trust=0.05)
    hear(known, people(), **REPORTS)
    assert known["trust"][0] == 0.0


def test_what_an_officer_is_told_is_a_failure_once() -> None:
    crowd = people(
        4, reported=np.array([Told.SLIP, Told.NOTHING, Told.MISSED_MENTOR, Told.SLIP]), contact_week=WEEK + 3
    )
    crowd["where"][3] = int(Where.INSIDE)
    p = supervision.prepare(SupervisionParameters())
    for told in ([0, 2], []):
        missed = np.full(4, 10**6)
        seen, absent = supervision.run(
            crowd, rows(crowd), officers(), areas(), spells(1), np.zeros(4, np.int64), missed, SEED, WEEK, p
        )
        assert (seen, missed[:absent].tolist()) == (0, told)
    assert crowd["failures"].tolist() == [1, 0, 1, 0]
    assert crowd["trust"].tolist() == pytest.approx([0.45, 0.5, 0.45, 0.5])
    assert crowd["reported"].tolist() == [0, 0, 0, Told.SLIP]


def test_a_missed_appointment_and_a_report_in_one_week_are_two_failures_and_one_line() -> None:
    crowd = people(1, reported=int(Told.SLIP), contact_week=WEEK, released_day=TODAY - 50)
    p = supervision.prepare(SupervisionParameters(kept_at_neutral=0.3, excused_share=0.0))
    missed = np.full(2, 10**6)
    one = spells(1)
    for week in range(WEEK, WEEK + 40):
        before = int(crowd["failures"][0])
        crowd["reported"] = int(Told.SLIP)
        crowd["contact_week"] = week
        _, absent = supervision.run(
            crowd, rows(crowd), officers(), areas(), one, np.zeros(2, np.int64), missed, SEED, week, p
        )
        assert absent == 1
        assert crowd["failures"][0] - before in (1, 2)
    assert 50 < crowd["failures"][0] < 80


@pytest.mark.parametrize(("before", "condition", "told"), [(0, True, 0), (1, True, 1), (1, False, 0), (0, False, 0)])
def test_a_meeting_missed_before_the_condition_held_or_after_it_breaks_nothing(before, condition, told) -> None:
    crowd, known = people(), matches(came=int(Came.MISSED), bound=before)
    hear(known, crowd, engagement_condition=condition, counts_share=1.0)
    assert (crowd["reported"][0], known["bound"][0]) == (told * Told.MISSED_MENTOR, condition)


def test_the_order_of_rows_changes_nothing_for_anybody() -> None:
    def week(turned: bool) -> tuple[np.ndarray, list[float]]:
        crowd = people(60)
        known = matches(60, came=np.arange(60) % len(Came), bound=1, matched_week=WEEK - 5)
        if turned:
            known = known[::-1].copy()
        hear(known, crowd, **BOUND, **REPORTS | {"report_share": 0.5}, agreement=True, counts_share=0.5)
        return crowd, known["trust"][:: -1 if turned else 1].tolist()

    (one, trust), (other, turned) = week(False), week(True)
    assert (one == other).all()
    assert trust == turned
    assert set(one["reported"]) == set(Told)
