"""Programmes of group work: who comes, what limits sessions, what they move, and where presets come from."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ttg_sim.agents.mentor import Stage
from ttg_sim.agents.person import NOBODY, PROGRAMMES, Supervision, Where
from ttg_sim.agents.provider import Funding, Money
from ttg_sim.engine.table import NEVER_DUE
from ttg_sim.mechanisms import SECTIONS, activities
from ttg_sim.mechanisms.activities import PRESETS, ActivityParameters, read_presets
from ttg_sim.parameter import Kind

from .people import SEED, areas, near, officers, prisons, referrals, rows
from .people import outside as at_liberty
from .service import TODAY, WEEK, charity, clear, helpers, inside

EVERYBODY_COMES = {"running": True, "compulsory": True, "compulsory_effect": 1.0, "mentors": 0, "places": 1000.0}
OWN = PRESETS["own_programme"]
NUMBER = list(PRESETS).index("own_programme")
SUPERVISED = {"supervision": int(Supervision.LICENCE), "supervision_end_day": TODAY + 300}


def peers(count: int, **values: Any) -> np.ndarray:
    """Mentors who are people of the model: which ones does not matter here."""
    return helpers(count, **{"person": 0} | values)


class Town:
    """People, mentors and officers of one area or several, and weeks of programmes there."""

    def __init__(self, people: np.ndarray, mentors: np.ndarray | None = None, local: int = 1, **values: Any) -> None:
        self.people = people
        self.mentors = helpers(0) if mentors is None else mentors
        self.prisons = prisons(local)
        self.areas = areas(1, company_officers=2, first_company=0)
        self.officers = officers(2)
        self.providers = charity()
        self.referrals = referrals(1)
        self.looks = np.full(len(people), NEVER_DUE)
        self.pointed = np.zeros(10 * len(people) + 1, np.int64)
        self.lines = 0
        self.gate, self.prolific, self.officer_hours = 0.0, 15, 37.0
        for name, value in values.items():
            assert hasattr(self, name)
            setattr(self, name, value)

    def week(self, *programmes: ActivityParameters, week: int = WEEK, order: np.ndarray | None = None) -> Town:
        """One week of these programmes; `order` is that of the rows in the lists of people."""
        order = rows(self.people) if order is None else order
        where = self.people["where"][order]
        given = {type(programme).section: programme for programme in programmes}
        sections = [given.get(name, section()) for name, section in PRESETS.items()]
        self.lines = activities.run(
            self.people, order[where != Where.LEFT], self.referrals, self.mentors,
            rows(self.mentors), self.prisons, self.officers, self.areas, self.providers, self.pointed, self.lines,
            self.looks, self.gate, self.prolific, self.officer_hours, SEED, week,
            np.concatenate([activities.prepare(section) for section in sections]),
        )  # fmt: skip
        return self

    @property
    def came(self) -> np.ndarray:
        """Rows of people who have been to a session of anything."""
        return np.flatnonzero(self.people["session_week"] > 0)

    @property
    def led(self) -> np.ndarray:
        """Rows of mentors who have led one."""
        return np.flatnonzero(self.mentors["session_week"] > 0)


def own(**values: Any) -> ActivityParameters:
    """A programme to which everybody who may has to come, as a whole group, without mentors or staff."""
    return OWN(**EVERYBODY_COMES | values)


def fresh(count: int, **values: Any) -> np.ndarray:
    """People at liberty and under supervision, released two weeks ago."""
    return at_liberty(count, **{"released_day": TODAY - 14} | SUPERVISED | values)


# Who may come.


@pytest.mark.parametrize(
    ("for_whom", "values", "come"),
    [
        ("everybody", {"readiness": [0.1, 0.5, 0.9]}, [0, 1, 2]),
        ("not_ready", {"readiness": [0.1, 0.5, 0.9]}, [0]),
        ("not_ready", {"readiness": [0.49, 0.4999, 0.5001]}, [0, 1]),
        ("out_of_work", {"working": [0, 1, 0]}, [0, 2]),
        ("with_drug_need", {"drug_need": [0, 1, 0]}, [1]),
        ("prolific", {"sanctions": [14, 15, 16]}, [1, 2]),
    ],
)
def test_programmes_are_for_whom_they_are_for(for_whom, values, come) -> None:
    people = fresh(3, **{name: np.array(value) for name, value in values.items()})
    assert Town(people).week(own(for_whom=for_whom)).came.tolist() == come


@pytest.mark.parametrize(("gate", "come"), [(0.0, [0, 1]), (0.3, [0]), (0.8, [0, 1, 2])])
def test_who_is_not_ready_is_told_by_the_gate_of_the_service_where_it_has_one(gate, come) -> None:
    people = fresh(4, readiness=np.array([0.2, 0.4, 0.7, 0.9]))
    assert Town(people, gate=gate).week(own(for_whom="not_ready")).came.tolist() == come


ENDS = TODAY + np.array([300, 27, 28, 300, 300, 300, 300])
STAGES = {
    "where": np.array([Where.INSIDE, *[Where.LIBERTY] * 5, Where.LEFT]),
    "released_day": TODAY - 7 * np.array([50, 50, 50, 3, 4, 104, 3]),
    "supervision": np.array([1, 1, 2, 1, 1, 0, 1]),
    "supervision_end_day": ENDS,
}


@pytest.mark.parametrize(
    ("stage", "come"),
    [
        ("inside", [0]),
        ("first_weeks", [3]),
        ("under_supervision", [1, 2, 3, 4]),
        ("end_of_supervision", [1]),
        ("at_liberty", [1, 2, 3, 4]),
    ],
)
def test_programmes_come_at_their_time(stage, come) -> None:
    assert Town(at_liberty(7, **STAGES)).week(own(stage=stage)).came.tolist() == come


def test_nobody_without_supervision_has_a_first_appointment() -> None:
    people = fresh(2, supervision=np.array([int(Supervision.NONE), int(Supervision.LICENCE)]))
    assert Town(people).week(own(stage="first_weeks")).came.tolist() == [1]


def test_at_liberty_ends_two_years_after_release() -> None:
    people = fresh(2, released_day=TODAY - 7 * np.array([103, 104]))
    assert Town(people).week(own(stage="at_liberty")).came.tolist() == [0]


def test_people_on_longer_sentences_and_people_of_other_areas_are_left_out() -> None:
    people = fresh(3, longer=np.array([0, 1, 0]), area=np.array([0, 0, 1]))
    town = Town(
        people,
        areas=areas(2, company_officers=1),
        providers=charity(2, funding=np.array([int(Funding.RUNNING), int(Funding.STOPPED)])),
    )
    assert town.week(own()).came.tolist() == [0]


@pytest.mark.parametrize("funding", [Funding.NONE, Funding.STARTING, Funding.STOPPED])
def test_nothing_takes_place_while_the_service_does_not_run(funding) -> None:
    town = Town(fresh(5), providers=charity(funding=int(funding))).week(own())
    assert town.came.tolist() == []
    assert town.providers["sessions_held"].tolist() == [0]


def test_a_programme_that_does_not_run_moves_nothing_at_all() -> None:
    town = Town(fresh(20), peers(5))
    before = [table.tobytes() for table in (town.people, town.mentors, town.officers, town.providers, town.areas)]
    town.week(*(section() for section in PRESETS.values()))
    after = [table.tobytes() for table in (town.people, town.mentors, town.officers, town.providers, town.areas)]
    assert before == after
    assert town.lines == 0
    assert (town.looks == NEVER_DUE).all()


# How often.


def test_nobody_comes_twice_in_a_week_and_nobody_beyond_the_sessions() -> None:
    town = Town(fresh(3))
    every = [section(**EVERYBODY_COMES, sessions=2, stage="at_liberty", for_whom="everybody")
             for section in PRESETS.values()]  # fmt: skip
    for week in range(WEEK, WEEK + 20):
        before = town.people["sessions"].sum(axis=1)
        town.week(*every, week=week)
        assert (town.people["sessions"].sum(axis=1) - before <= 1).all()
    assert town.people["sessions"].tolist() == [[2] * PROGRAMMES] * 3
    assert town.providers["places_taken"].tolist() == [3 * 2 * PROGRAMMES]


def test_the_week_of_the_calendar_keeps_nobody_away() -> None:
    for week in (-3, 0, 3):
        people = fresh(2, released_day=7 * week - 14, supervision_end_day=7 * week + 300)
        town = Town(people, peers(1)).week(own(mentors=1), week=week)
        assert town.came.tolist() == [0, 1]


def test_sessions_are_counted_anew_from_the_next_reception_on() -> None:
    town = Town(fresh(1))
    programme = own(sessions=1)
    assert town.week(programme).people["sessions"][0, NUMBER] == 1
    assert town.week(programme, week=WEEK + 1).people["sessions"][0, NUMBER] == 1
    town.people["received_day"] = TODAY + 1
    town.people["sessions"][0, 0] = 5
    town.week(programme, week=WEEK + 2)
    assert town.people["sessions"][0].tolist() == [0] * (PROGRAMMES - 1) + [1]
    assert town.people["sessions_since"][0] == TODAY + 1


ALIKE = {"for_whom": "everybody", "stage": "at_liberty", "staff_hours": 0.0, "referral": 0.0}
TURNS = 300


def test_each_programme_has_the_first_choice_of_people_and_mentors_as_often_as_any_other() -> None:
    """One mentor and one person a week, and seven programmes that want both: the place in the file does not matter."""
    every = [section(**EVERYBODY_COMES | {"mentors": 1}, **ALIKE, sessions=200) for section in PRESETS.values()]
    town = Town(fresh(1), peers(1))
    for week in range(WEEK, WEEK + TURNS):
        town.people["released_day"] = 7 * week - 14
        town.week(*every, week=week)
    held = town.people["sessions"][0]
    assert held.sum() == town.providers["sessions_held"][0] == TURNS
    assert (np.abs(held / TURNS - 1 / PROGRAMMES) < near(1 / PROGRAMMES, TURNS)).all()


def test_areas_have_turns_of_their_own_and_a_programme_that_is_off_has_none() -> None:
    place = areas(40, company_officers=1)
    given = np.concatenate(
        [activities.prepare(section(running=name != "job_club")) for name, section in PRESETS.items()]
    )
    order = activities.turns(place, given, SEED, WEEK)
    off = list(PRESETS).index("job_club")
    assert (np.sort(order, axis=1) == [number for number in range(PROGRAMMES) if number != off]).all()
    assert len({tuple(row) for row in order.tolist()}) > 20
    assert (activities.turns(place, given, SEED, WEEK + 1) != order).any()


def test_another_programme_that_does_not_run_changes_no_turn() -> None:
    first = next(iter(PRESETS.values()))
    every = [section(**EVERYBODY_COMES | {"mentors": 1, "places": 2.0}, **ALIKE) for section in PRESETS.values()][1:]
    one = Town(fresh(30), peers(5)).week(*every)
    other = Town(fresh(30), peers(5)).week(*every, first(places=900.0, take_up=0.9))
    assert one.people.tobytes() == other.people.tobytes()
    assert one.mentors.tobytes() == other.mentors.tobytes()


# Who wants to.


@pytest.mark.parametrize(("readiness", "expected"), [(0.5, 0.3), (0.0, 0.0953), (1.0, 0.6363)])
def test_people_who_are_ready_want_to_come_more_often(readiness, expected) -> None:
    town = Town(fresh(900, readiness=readiness))
    town.week(own(compulsory=False, take_up=0.3, take_up_by_readiness=2.8))
    assert len(town.came) / 900 == pytest.approx(expected, abs=near(expected, 900))


def test_nobody_can_decline_what_is_compulsory_but_it_moves_them_by_less() -> None:
    town = Town(fresh(400))
    town.week(own(take_up=0.01, readiness=0.1, hope=-0.06, officer_trust=0.2, compulsory_effect=0.25))
    assert len(town.came) == 400
    assert town.people["readiness_push"].tolist() == pytest.approx([0.025] * 400)
    assert town.people["hope_push"].tolist() == pytest.approx([-0.015] * 400)
    assert town.people["trust"].tolist() == pytest.approx([0.55] * 400)


# Limits.


@pytest.mark.parametrize(("factor", "places", "come"), [(1.0, 7.0, 7), (0.5, 7.0, 4), (2.0, 7.0, 14), (1.0, 0.0, 0)])
def test_places_are_those_of_an_area_of_its_size(factor, places, come) -> None:
    town = Town(fresh(30), areas=areas(1, company_officers=2, people_factor=factor)).week(own(places=places))
    assert len(town.came) == come
    assert town.providers["places_taken"].tolist() == [come]


@pytest.mark.parametrize(
    ("people", "size", "sessions"), [(8, 8, 1), (9, 8, 2), (16, 8, 2), (17, 8, 3), (0, 8, 0), (3, 1, 3)]
)
def test_groups_are_no_larger_than_they_may_be(people, size, sessions) -> None:
    town = Town(fresh(people), peers(10)).week(own(group_size=size, mentors=1))
    assert town.providers["sessions_held"].tolist() == [sessions]
    assert len(town.led) == sessions
    assert len(town.came) == people


@pytest.mark.parametrize(
    ("mentors", "each", "sessions"),
    [(5, 1, 5), (5, 2, 2), (5, 3, 1), (2, 3, 0), (0, 1, 0), (0, 0, 10)],
)
def test_sessions_take_place_as_far_as_mentors_go(mentors, each, sessions) -> None:
    town = Town(fresh(40), peers(mentors)).week(own(group_size=4, mentors=each))
    assert town.providers["sessions_held"].tolist() == [sessions]
    assert len(town.came) == 4 * sessions
    assert len(town.led) == each * sessions


@pytest.mark.parametrize("stage", list(Stage))
def test_only_mentors_at_work_lead(stage) -> None:
    town = Town(fresh(3), peers(2, stage=int(stage))).week(own(mentors=1))
    assert (len(town.came) > 0) == (stage in (Stage.AVAILABLE, Stage.MATCHED))


def test_mentors_of_another_area_do_not_lead() -> None:
    assert len(Town(fresh(3), peers(2, area=1)).week(own(mentors=1)).came) == 0


def test_each_mentor_leads_one_session_a_week_over_all_programmes() -> None:
    every = [section(**EVERYBODY_COMES | {"mentors": 1, "places": 3.0}, group_size=1, stage="at_liberty",
                     for_whom="everybody", staff_hours=0.0) for section in PRESETS.values()]  # fmt: skip
    town = Town(fresh(60), peers(7)).week(*every)
    assert town.providers["sessions_held"].tolist() == [7]
    assert len(town.led) == 7
    assert sorted(town.people["sessions"].sum(axis=0).tolist()) == [0, 0, 0, 0, 1, 3, 3]
    assert town.week(*every, week=WEEK + 1).providers["sessions_held"].tolist() == [14]


def test_peers_lead_what_is_led_by_peers_and_others_go_first_elsewhere() -> None:
    both = np.concatenate([helpers(3), peers(2)])
    both["key"] = np.arange(5) + 1
    assert Town(fresh(20), both.copy()).week(own(mentors=1, group_size=4)).led.tolist() == [3, 4]
    assert Town(fresh(20), both.copy()).week(own(mentors=1, group_size=10, peer_led=False)).led.max() < 3
    town = Town(fresh(20), both.copy()).week(own(mentors=1, group_size=4, peer_led=False))
    assert town.led.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(("staff_hours", "sessions"), [(0.0, 20), (4.0, 18), (37.0, 2), (40.0, 1)])
def test_officers_give_no_more_hours_than_they_have(staff_hours, sessions) -> None:
    town = Town(fresh(20)).week(own(group_size=1, staff_hours=staff_hours))  # two officers, 37 hours each
    assert town.providers["sessions_held"].tolist() == [sessions]
    assert len(town.came) == sessions
    assert town.providers["hours_taken"].tolist() == pytest.approx([sessions * staff_hours])


def test_hours_of_officers_are_shared_by_programmes() -> None:
    every = [
        section(**EVERYBODY_COMES | {"places": 1.0}, **ALIKE | {"staff_hours": 20.0}) for section in PRESETS.values()
    ]
    town = Town(fresh(20)).week(*every)  # two officers, 37 hours each: time for three sessions in all
    assert sorted(town.people["sessions"].sum(axis=0).tolist()) == [0, 0, 0, 0, 1, 1, 1]
    assert town.providers["hours_taken"].tolist() == [60.0]


def test_hours_are_shared_evenly_by_the_officers_at_work_there() -> None:
    staff = officers(7, area=np.array([0, 0, 0, 0, 0, 1, 1]), body=np.array([0, 0, 1, 1, 1, 0, 1]))
    place = areas(2, first_national=np.array([0, 5]), national_officers=1, first_company=np.array([2, 6]),
                  company_officers=np.array([2, 1]))  # fmt: skip
    town = Town(fresh(3), officers=staff, areas=place, providers=charity(2))
    town.officers["mentor_hours"][2] = 0.25
    town.week(own(staff_hours=6.0, group_size=3, cost_session=40.0))
    assert town.officers["mentor_hours"].tolist() == pytest.approx([2.0, 0, 2.25, 2.0, 0, 0, 0])
    assert town.providers["hours_taken"].tolist() == [6.0, 0.0]
    assert town.providers["spent"][0, Money.PROGRAMMES] == 40.0
    assert town.providers["spent"].sum() == 40.0


# Inside.


def test_inside_mentors_need_clearance_for_that_very_prison() -> None:
    people = inside(9, prison=np.array([0, 0, 0, 1, 1, 1, 2, 2, 2]))  # the last one stands for prisons elsewhere
    programme = own(stage="inside", mentors=1)
    assert len(Town(people.copy(), peers(3), 2).week(programme).came) == 0
    town = Town(people.copy(), clear(peers(3), 1), 2).week(programme)
    assert town.came.tolist() == [3, 4, 5]
    assert len(town.led) == 1
    town = Town(people.copy(), clear(peers(3), 1, WEEK), 2).week(programme)
    assert town.came.tolist() == []
    town = Town(people.copy(), clear(clear(peers(3), 1), 0), 2).week(programme)
    assert town.came.tolist() == [0, 1, 2, 3, 4, 5]
    assert len(town.led) == 2


def test_sessions_inside_are_held_in_prisons_of_the_area_and_never_with_people_of_two_prisons() -> None:
    people = inside(4, prison=np.array([0, 1, 2, 3]))
    place = prisons(3)
    place["area"][1] = 1
    town = Town(people, prisons=place).week(own(stage="inside", group_size=8))
    assert town.came.tolist() == [0, 2]
    assert town.providers["sessions_held"].tolist() == [2]


def test_no_prison_comes_first_for_the_row_in_which_it_stands() -> None:
    got = np.zeros(3)
    for week in range(WEEK, WEEK + 300):
        town = Town(inside(3, prison=np.arange(3)), local=3).week(own(stage="inside", places=1.0), week=week)
        assert len(town.came) == 1
        got[town.came] += 1
    assert (np.abs(got - 100) < 300 * near(1 / 3, 300)).all()


# Who gets a place.


def test_places_go_to_anybody_alike_whatever_the_order_of_rows() -> None:
    programme = own(places=30.0, compulsory=False, take_up=0.6)
    there = Town(fresh(120), peers(9)).week(programme)
    back = Town(fresh(120), peers(9)).week(programme, order=np.arange(120)[::-1].copy())
    assert len(there.came) == 30
    assert there.came.tolist() == back.came.tolist()
    assert 0 < (there.came < 60).sum() < 30


def test_people_and_mentors_in_other_rows_fare_the_same() -> None:
    programme = own(places=30.0, compulsory=False, group_size=5, mentors=1, readiness=0.1, referral=0.5, search=0.5)
    turned = np.random.default_rng(1).permutation(120)
    one = Town(fresh(120, key=np.arange(120) + 1), peers(4)).week(programme)
    other = Town(fresh(120, key=turned + 1), peers(4)[::-1].copy()).week(programme)
    keys = [sorted(town.people["key"][town.came].tolist()) for town in (one, other)]
    assert keys[0] == keys[1]
    assert len(keys[0]) == 20
    keys = [sorted(town.people["key"][town.pointed[: town.lines]].tolist()) for town in (one, other)]
    assert keys[0] == keys[1]
    keys = [sorted(town.mentors["key"][town.led].tolist()) for town in (one, other)]
    assert keys[0] == keys[1]


def test_a_place_is_anybodys_in_another_week() -> None:
    came = np.zeros(20)
    for week in range(WEEK, WEEK + 100):
        came[Town(fresh(20, released_day=7 * week - 14), peers(1)).week(own(places=5.0), week=week).came] += 1
    assert came.sum() == 500
    assert (np.abs(came - 25) < 100 * near(0.25, 100)).all()


# What a session moves.


@pytest.mark.parametrize("field", ["readiness", "hope"])
def test_a_session_pushes_and_leaves_the_state_to_outlook(field) -> None:
    town = Town(fresh(2, readiness_push=0.25, hope_push=0.25))
    town.week(own(**{field: 0.125}))
    other = {"readiness": "hope", "hope": "readiness"}[field]
    assert town.people[f"{field}_push"].tolist() == [0.375, 0.375]
    assert town.people[f"{other}_push"].tolist() == [0.25, 0.25]
    assert town.people[field].tolist() == [0.5, 0.5]


@pytest.mark.parametrize(("change", "trust", "after"), [(0.1, 0.5, 0.6), (0.2, 0.9, 1.0), (-0.2, 0.1, 0.0)])
def test_trust_in_the_officer_lasts_and_keeps_within_bounds(change, trust, after) -> None:
    assert Town(fresh(1, trust=trust)).week(own(officer_trust=change)).people["trust"][0] == pytest.approx(after)


def test_some_are_led_to_a_service_once_each() -> None:
    town = Town(fresh(1000)).week(own(referral=0.3))
    led = town.pointed[: town.lines]
    assert town.lines / 1000 == pytest.approx(0.3, abs=near(0.3, 1000))
    assert len(set(led.tolist())) == town.lines
    assert set(led.tolist()) <= set(town.came.tolist())
    town = Town(fresh(1000)).week(own(referral=0.8, compulsory_effect=0.25))
    assert town.lines / 1000 == pytest.approx(0.2, abs=near(0.2, 1000))


def test_what_is_on_the_list_of_those_led_to_services_stays_there() -> None:
    town = Town(fresh(5), lines=3)
    town.pointed[:3] = [4, 4, 4]
    town.week(own(referral=1.0))
    assert town.pointed[: town.lines].tolist() == [4, 4, 4, 0, 1, 2, 3, 4]


def test_nobody_inside_is_led_to_a_service_or_applies_for_work() -> None:
    town = Town(inside(50)).week(own(stage="inside", referral=1.0, search=1.0))
    assert len(town.came) == 50
    assert town.lines == 0
    assert (town.looks == NEVER_DUE).all()


def test_a_session_brings_an_application_forward_of_those_without_work() -> None:
    town = Town(fresh(4, working=np.array([0, 1, 0, 0])))
    town.looks[:] = [WEEK + 30, WEEK + 30, WEEK + 1, NEVER_DUE]
    town.week(own(search=1.0))
    assert town.looks.tolist() == [WEEK + 1, WEEK + 30, WEEK + 1, WEEK + 1]
    town = Town(fresh(1000)).week(own(search=0.3, compulsory_effect=0.5))
    assert (town.looks == WEEK + 1).mean() == pytest.approx(0.15, abs=near(0.15, 1000))


def test_some_mean_to_become_mentors() -> None:
    town = Town(fresh(1000)).week(own(volunteers=0.3, compulsory_effect=0.5))
    assert town.people["called"].mean() == pytest.approx(0.15, abs=near(0.15, 1000))


def test_a_neutral_programme_moves_nobody() -> None:
    """What a programme of your own does before it is filled in: people come, and it costs money."""
    moved = ["readiness", "hope", "readiness_push", "hope_push", "trust", "called", "bond"]
    town = Town(fresh(50), peers(10))
    before = town.people[moved].tolist()
    town.week(OWN(running=True))
    assert len(town.came) > 3
    assert town.people[moved].tolist() == before
    assert town.lines == 0


# What is noted of a release.


@pytest.mark.parametrize(
    ("values", "received_day", "counted"),
    [
        ({}, 0, 1),  # inside, or not released yet
        ({"release_day": TODAY - 364}, 0, 1),
        ({"release_day": TODAY - 365}, 0, 0),
        ({"received_day": 5}, 0, 0),  # of an earlier stay
    ],
)
def test_sessions_are_noted_in_the_stay_and_the_year_after(values, received_day, counted) -> None:
    town = Town(fresh(1, referral=0, received_day=received_day), referrals=referrals(1, **values)).week(own())
    assert town.people["sessions"][0, NUMBER] == 1
    assert town.referrals["sessions"].tolist() == [counted]


def test_nothing_is_noted_of_somebody_who_is_no_referral() -> None:
    assert Town(fresh(1, referral=NOBODY)).week(own()).referrals["sessions"].tolist() == [0]


# Presets.


def test_presets_are_sections_with_all_parameters_in_one_order() -> None:
    assert list(PRESETS) == [
        "group_for_unready", "transition_and_hope", "first_group", "new_start", "job_club", "health_trainers",
        "own_programme",
    ]  # fmt: skip
    for name, section in PRESETS.items():
        assert SECTIONS[name] is section
        assert section.section == name
        assert section.title.strip()
        assert list(section.parameters()) == list(ActivityParameters.model_fields)
        for facts in section.parameters().values():
            assert facts.section == name
            assert facts.fault(facts.default) is None
            assert type(facts.default) is {Kind.NUMBER: float, Kind.COUNT: int, Kind.SWITCH: bool}.get(facts.kind, str)
        assert section().running is False
        assert section.model_validate(section().model_dump()) == section()
        assert activities.prepare(section()).dtype == activities.ACTIVITY
    assert OWN().model_dump() == {name: info.default for name, info in ActivityParameters.model_fields.items()}


def test_no_preset_takes_the_name_of_another_section() -> None:
    assert len(SECTIONS) == len({id(section) for section in SECTIONS.values()})
    assert {name for name, section in SECTIONS.items() if issubclass(section, ActivityParameters)} == set(PRESETS)


def test_presets_are_as_their_sources_tell() -> None:
    hope, ceremony = PRESETS["transition_and_hope"](), PRESETS["new_start"]()
    assert (hope.mentors, hope.staff_hours) == (2, 2.0)  # two mentors, one member of staff for two hours
    assert ceremony.stage == "end_of_supervision"
    assert ceremony.volunteers > 0
    assert PRESETS["health_trainers"]().mentors == 0  # they are employed
    assert PRESETS["job_club"]().for_whom == "out_of_work"
    assert PRESETS["group_for_unready"]().for_whom == "not_ready"
    assert PRESETS["first_group"]().officer_trust > 0


def test_presets_are_strict_and_travel_between_processes() -> None:
    for section in PRESETS.values():
        with pytest.raises(ValueError, match="running"):
            section(running=1)
        with pytest.raises(ValueError, match=f"{section.section}.places"):
            section(places=-1.0)
        with pytest.raises(ValueError, match="nothing"):
            section(nothing=1.0)
        assert pickle.loads(pickle.dumps(section(running=True))) == section(running=True)


def preset(**values: Any) -> Callable[[], Any]:
    lines = {"title": "A choir", "source": "made up", **values}
    return lambda: read_presets("choir:\n" + "".join(f"  {key}: {value}\n" for key, value in lines.items()))


def test_a_preset_of_ones_own_needs_a_title_and_a_source_and_no_more() -> None:
    choir = preset(places=3, compulsory="true")()["choir"]
    assert (choir.section, choir.title, choir().places, choir().compulsory) == ("choir", "A choir", 3.0, True)
    assert type(choir().places) is float
    assert choir.parameters()["places"].source == "made up"


WRONG: list[tuple[str | Callable[[], Any], str]] = [
    (preset(title=""), "title"),
    (preset(title="5"), "title"),
    (preset(source="[]"), "source"),
    (preset(places="many"), "places"),
    (preset(places="true"), "places"),
    (preset(places=-1), "places"),
    (preset(places=".nan"), "places"),
    (preset(places="null"), "places"),
    (preset(mentors=1.5), "mentors"),
    (preset(mentors="true"), "mentors"),
    (preset(running=1), "running"),
    (preset(for_whom="nobody"), "for_whom"),
    (preset(stage="[inside]"), "stage"),
    (preset(seats=4), "choir: seats is not known"),
    (preset(section="work"), "section is not known"),
    (preset(places="3\n  places: 4"), "places stands twice"),
    ("", "expected from one"),
    ("- choir", "expected from one"),
    ("choir", "expected from one"),
    ("choir:", "choir: expected values"),
    ("choir: 4", "choir: expected values"),
    ("4: {title: A, source: b}", "4: a name"),
    ("A Choir: {title: A, source: b}", "A Choir: a name"),
    ("choir: {title: A, source: b}\nchoir: {title: A, source: b}", "choir stands twice"),
    ("choir: [", "not readable"),
    ("choir: !!python/name:os.system {}", "not readable"),
    ("".join(f"choir_{n}: {{title: A, source: b}}\n" for n in range(PROGRAMMES + 1)), "expected from one"),
]


@pytest.mark.parametrize(("given", "words"), WRONG)
def test_wrong_presets_are_refused(given, words) -> None:
    with pytest.raises(ValueError, match=words):
        read_presets(given) if isinstance(given, str) else given()


def test_what_is_refused_leaves_nothing_behind() -> None:
    with pytest.raises(ValueError, match="seats"):
        read_presets("tea_room: {title: A, source: b}\nchoir: {title: A, source: b, seats: 4}")
    assert not hasattr(activities, "TeaRoomParameters")
