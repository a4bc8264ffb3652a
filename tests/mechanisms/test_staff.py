from __future__ import annotations

import numpy as np
import pytest

from ttg_sim.agents.mentor import Stage
from ttg_sim.agents.officer import Body
from ttg_sim.agents.person import NEVER, NOBODY, Supervision, Where
from ttg_sim.agents.referral import Came
from ttg_sim.mechanisms import probation, staff
from ttg_sim.mechanisms.probation import ProbationParameters
from ttg_sim.mechanisms.staff import StaffParameters

from .people import SEED, areas, near, officers, referrals, rows, several
from .service import TODAY, WEEK, charity, helpers

HOURS = {"setup_hours": 3.0, "liaison_minutes": 6.0, "freed_minutes": 30.0, "settled_weeks": 8.0}
OTHERS = {"regard_by_morale": 0.0, "regard_by_resistance": 0.0, "contact_effect": 0.0}


def match(count=1, **values) -> np.ndarray:
    """Matches that have settled, of people released a year ago."""
    long_ago = {"matched_week": WEEK - 60, "release_day": TODAY - 370, "met_day": TODAY - 371, "ended_week": NEVER}
    return referrals(count, **{"mentor": np.arange(count)} | long_ago | values)


def of(known, crowd=None, mentors=None, team=None, providers=None, week=WEEK, **values):
    """One week; returns the officers and the providers."""
    crowd = several(len(known), supervision=int(Supervision.LICENCE)) if crowd is None else crowd
    mentors = helpers(max(len(known), 1), stage=Stage.MATCHED) if mentors is None else mentors
    team = officers(4) if team is None else team
    providers = charity() if providers is None else providers
    area = areas(1, first_national=0, national_officers=1, first_company=1, company_officers=len(team) - 1)
    staff.run(
        crowd, known, rows(known), mentors, rows(mentors), team, area, providers, SEED, week,
        staff.prepare(StaffParameters(**values)),
    )  # fmt: skip
    return team, providers


def test_a_settled_match_saves_time_at_each_meeting_and_costs_some_each_week() -> None:
    for came, freed in ((Came.KEPT, 0.5), (Came.MISSED, 0.0), (Came.CALLED_OFF, 0.0), (Came.NOT_DUE, 0.0)):
        team, providers = of(match(came=int(came)), **HOURS)
        assert team["mentor_hours"][0] == pytest.approx(0.1 - freed)
        assert (providers["hours_taken"][0], providers["hours_freed"][0]) == pytest.approx((0.1, freed))
    team, _ = of(match(came=int(Came.KEPT), met_day=TODAY - 7 * 8 + 7), **HOURS)
    assert team["mentor_hours"][0] == pytest.approx(0.1)


@pytest.mark.parametrize(("matched", "released", "taken"), [(-3, 0, 3.1), (0, -4, 3.1), (-1, -4, 0.1), (0, 0, 3.1)])
def test_a_match_is_set_up_once_at_release_or_when_made_after_it(matched, released, taken) -> None:
    known = match(matched_week=WEEK + matched, release_day=TODAY + 7 * released, met_day=NEVER)
    team, _ = of(known, **HOURS)
    assert team["mentor_hours"][0] == pytest.approx(taken)


def test_only_officers_of_people_under_supervision_at_liberty_have_to_do_with_it() -> None:
    known = match(4, came=int(Came.KEPT))
    crowd = several(4, supervision=np.array([1, 0, 1, 1]), officer=np.array([0, 1, 2, NOBODY]))
    crowd["where"][2] = int(Where.INSIDE)
    team, _ = of(known, crowd, **HOURS)
    assert (team["mentor_hours"] != 0).tolist() == [True, False, False, False]
    known["ended_week"][0] = WEEK
    team, _ = of(known, crowd, **HOURS)
    assert not team["mentor_hours"].any()


def test_where_status_is_hidden_peers_are_not_judged_and_save_less_time() -> None:
    mentors = helpers(1, stage=Stage.MATCHED, person=0, validation=0.5)
    team, _ = of(match(came=int(Came.KEPT)), mentors=mentors, validation_mean=0.1, status_hidden=True, **HOURS)
    assert team["mentor_hours"][0] == pytest.approx(0.1 - 0.25)
    assert mentors["validation"][0] == 0.5
    of(match(came=int(Came.KEPT)), mentors=mentors, validation_mean=0.1, validation_spread=0.0, **OTHERS)
    assert mentors["validation"][0] == pytest.approx(0.1)


def test_regard_differs_between_officers_lasts_and_stays_within_bounds() -> None:
    team, mentors = officers(200, key=np.arange(200) + 50), helpers(2000, stage=Stage.AVAILABLE, person=0)
    nobody = match(0)
    of(nobody, several(1), mentors, team, validation_mean=0.5, validation_spread=0.2, **OTHERS)
    first = team["regard"].copy()
    met = first > 0
    assert met.sum() > 150
    assert first[met].mean() == pytest.approx(0.5, abs=0.05)
    assert first[met].std() == pytest.approx(0.2, abs=0.03)
    assert mentors["validation"].mean() == pytest.approx(0.5, abs=0.05)
    of(nobody, several(1), mentors, team, week=WEEK + 1, validation_mean=0.5, validation_spread=0.2, **OTHERS)
    assert (team["regard"][met] == first[met]).all()
    of(nobody, several(1), mentors, team, validation_mean=1.0, validation_spread=0.29, **OTHERS)
    assert 0.0 <= team["regard"].min() <= team["regard"].max() <= 1.0


def test_low_morale_and_resistance_lower_regard() -> None:
    def shown(morale=0.5, resistance=0.5) -> float:
        mentors = helpers(1, stage=Stage.AVAILABLE, person=0)
        of(
            match(0), several(1), mentors, officers(4, morale=morale), charity(resistance=resistance),
            validation_mean=0.5, validation_spread=0.0, regard_by_morale=0.4, regard_by_resistance=0.3,
        )  # fmt: skip
        return float(mentors["validation"][0])

    assert shown() == shown(morale=0.9) == pytest.approx(0.5)
    assert shown(morale=0.25) == pytest.approx(0.4)
    assert shown(resistance=1.0) == pytest.approx(0.35)
    assert shown(resistance=0.0) == pytest.approx(0.65)


def test_resistance_falls_with_peers_at_work_and_never_below_nil() -> None:
    mentors = helpers(
        4, stage=np.array([Stage.AVAILABLE, Stage.MATCHED, Stage.PAUSED, Stage.TRAINING], np.int64), person=0
    )
    providers = charity(resistance=0.8)
    for week in range(52):
        of(match(0), several(1), mentors, providers=providers, week=WEEK + week, contact_effect=0.1)
    assert providers["resistance"][0] == pytest.approx(0.8 * (1 - 0.1 / 52.1775) ** 104, rel=1e-3)
    others = charity(resistance=0.8)
    of(match(0), several(1), helpers(50), providers=others, contact_effect=0.2)
    assert others["resistance"][0] == 0.8


def test_mentors_who_do_the_work_of_staff_save_them_hours() -> None:
    mentors = helpers(3, stage=np.array([Stage.MATCHED, Stage.AVAILABLE, Stage.PAUSED], np.int64))
    team, providers = of(match(0), several(1), mentors, task_substitution=0.5, substitution_hours=4.0)
    assert team["mentor_hours"].sum() == pytest.approx(-2.0)
    assert providers["hours_freed"][0] == pytest.approx(2.0)


@pytest.mark.parametrize(("hours", "attention"), [(0.0, 1.0), (5.0, 0.8), (-5.0, 1.0)])
def test_hours_count_in_the_week_of_the_officer_once(hours, attention) -> None:
    p = probation.prepare(ProbationParameters(other_cases=50.0, hours_per_week=25.0, enough_minutes=30.0))
    team = officers(1, body=int(Body.COMPANY), mentor_hours=hours)
    for expected in (attention, 1.0):
        probation.update(team[0], p[0])
        assert team["attention"][0] == pytest.approx(expected, abs=1e-9)
        assert team["mentor_hours"][0] == 0.0
    busy = officers(1, body=int(Body.COMPANY), mentor_hours=-5.0, cases=20)
    probation.update(busy[0], p[0])
    assert busy["attention"][0] == pytest.approx(60 / 70)


def test_the_order_of_rows_changes_nothing() -> None:
    known = match(6, came=int(Came.KEPT), person=np.arange(6))
    crowd = several(6, supervision=1, officer=np.array([0, 0, 1, 2, 3, 3]))
    one, _ = of(known, crowd, **HOURS)
    other, _ = of(known[::-1].copy(), crowd, helpers(6, stage=Stage.MATCHED), **HOURS)
    assert one["mentor_hours"].tolist() == pytest.approx(other["mentor_hours"].tolist())


@pytest.mark.parametrize("hidden", [False, True])
def test_the_order_of_peers_changes_nothing_for_any_of_them(hidden) -> None:
    def week(turned: bool) -> tuple[list[float], list[float], float]:
        mentors = helpers(30, stage=np.where(np.arange(30) % 2, Stage.MATCHED, Stage.AVAILABLE), person=0)
        volunteers = rows(mentors)[:: -1 if turned else 1].copy()
        team, providers = officers(4, key=np.arange(4) + 50), charity(resistance=0.6)
        area = areas(1, first_national=0, national_officers=1, first_company=1, company_officers=3)
        parameters = staff.prepare(StaffParameters(contact_effect=0.2, regard_by_resistance=1.0, status_hidden=hidden))
        staff.run(
            several(1), match(0), rows(match(0)), mentors, volunteers, team, area, providers, SEED, WEEK, parameters
        )
        return mentors["validation"].tolist(), team["regard"].tolist(), float(providers["resistance"][0])

    one = week(False)
    assert one == week(True)
    assert one[2] < 0.6
    assert len(set(one[0])) == (1 if hidden else 4)


def test_mentors_deal_with_officers_at_work_in_their_own_area_each_as_often() -> None:
    places = np.repeat([0, 1], 2000)
    mentors = helpers(4000, area=places, stage=Stage.MATCHED)
    team = officers(9)
    area = areas(2, first_national=[0, 5], national_officers=[1, 1], first_company=[1, 6], company_officers=[3, 2])
    p = staff.prepare(StaffParameters(task_substitution=0.5, substitution_hours=1.0))
    providers = charity(2)
    staff.run(several(1), match(0), rows(match(0)), mentors, rows(mentors), team, area, providers, SEED, WEEK, p)
    shares = -team["mentor_hours"] / 1000
    assert shares[[4, 8]].tolist() == [0.0, 0.0]  # not at work now
    assert shares[:4] == pytest.approx([0.25] * 4, abs=near(0.25, 2000))
    assert shares[5:8] == pytest.approx([1 / 3] * 3, abs=near(1 / 3, 2000))
    assert providers["hours_freed"].tolist() == pytest.approx([1000.0, 1000.0])


def test_what_officers_spend_is_what_the_service_counts() -> None:
    known = match(200, came=np.arange(200) % len(Came), matched_week=WEEK - np.arange(200) % 3, release_day=TODAY - 70)
    known["met_day"] = TODAY - 7 * (np.arange(200) % 12)
    crowd = several(200, supervision=np.arange(200) // 3 % 3, officer=np.arange(200) % 4)
    team, providers = of(known, crowd, task_substitution=0.1, **HOURS)
    assert team["mentor_hours"].sum() == pytest.approx(providers["hours_taken"][0] - providers["hours_freed"][0])
    assert providers["hours_taken"][0] > 100
    assert providers["hours_freed"][0] > 0


@pytest.mark.parametrize("factor", [1.0, 0.5, 0.0])
def test_one_peer_wears_more_resistance_down_in_a_small_area_and_never_all_of_it(factor) -> None:
    providers = charity(resistance=1.0)
    p = staff.prepare(StaffParameters(contact_effect=0.2))
    staff.wear_down(helpers(5, person=0), np.arange(5), areas(people_factor=factor), providers, p[0])
    each = 0.2 / 52.1775 / max(factor, 0.01)
    assert providers["resistance"][0] == pytest.approx((1 - each) ** 5, rel=1e-3)
    assert providers["resistance"][0] > 0.0


def test_resistance_begins_as_given() -> None:
    providers = charity(3, resistance=0.1)
    staff.begin(providers, staff.prepare(StaffParameters(resistance=0.7)))
    assert providers["resistance"].tolist() == [0.7] * 3


def test_neutral_values_take_no_time_and_move_no_regard() -> None:
    held = {name: facts.shadow for name, facts in StaffParameters.parameters().items() if facts.shadow is not None}
    mentors, providers = helpers(4, stage=Stage.MATCHED, person=0), charity(resistance=0.6)
    team, _ = of(match(4, came=int(Came.KEPT), matched_week=WEEK), mentors=mentors, providers=providers, **held)
    assert not team["mentor_hours"].any()
    assert (providers["hours_taken"][0], providers["hours_freed"][0]) == (0.0, 0.0)
    assert providers["resistance"][0] == 0.6
