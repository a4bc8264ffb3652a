from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from helpers import prepared, run, small, with_levers

from ttg_sim.agents.mentor import Exit, Route, Stage, is_free
from ttg_sim.agents.person import NEVER, NOBODY, Contributor, Left, Where
from ttg_sim.agents.provider import Funding, Money
from ttg_sim.engine.calendar import WEEKS_PER_MONTH, WEEKS_PER_YEAR
from ttg_sim.engine.table import NEVER_DUE
from ttg_sim.mechanisms import mentor, pay, strain, work
from ttg_sim.mechanisms.mentor import MentorParameters
from ttg_sim.mechanisms.pay import PayParameters
from ttg_sim.mechanisms.strain import StrainParameters
from ttg_sim.mechanisms.work import WorkParameters

from .people import SEED, areas, mentors, near, outside, providers, rows

WEEK = 40
LATER = 7_777
AT_WORK = [Stage.AVAILABLE, Stage.MATCHED, Stage.PAUSED]
ALL_WANT_IT = {"accept_prob": 1.0}
AT_ONCE = ALL_WANT_IT | {"when": "from_start"}
POSTS = ALL_WANT_IT | {"posts": 2.0, "post_turnover": 0.0, "after_months": 0.0}


class Office:
    """Mentors, the people whom the peers among them are, a provider in each area, and the diary of work."""

    def __init__(self, table, people=None, count: int = 1, area=None, **values) -> None:
        table["ready_week"] = np.where(table["ready_week"] == NEVER, WEEK, table["ready_week"])
        self.table = table
        self.people = outside(len(table)) if people is None else people
        self.diary = np.full(len(self.people), LATER)
        self.providers = providers(count, **values)
        self.areas = areas(count) if area is None else area

    def weeks(self, first: int = WEEK, count: int = 1, volunteers=None, **values) -> Office:
        p = pay.prepare(PayParameters(**values))
        for week in range(first, first + count):
            listed = np.flatnonzero(self.table["stage"] <= Stage.PAUSED) if volunteers is None else volunteers
            pay.run(self.table, listed, self.people, self.diary, self.providers, self.areas, SEED, week, p)
        return self

    def wages(self) -> list[float]:
        """What has been spent on wages since this was asked last."""
        found = self.providers["spent"][:, Money.WAGES].tolist()
        self.providers["spent"] = 0.0
        return found

    def paid(self) -> list[bool]:
        return (self.table["paid_week"] != NEVER).tolist()

    def employed(self) -> list[int]:
        return self.people["employed"].tolist()


def peers(count: int = 1, **values):
    return mentors(count, **({"person": np.arange(count)} | values))


# When.


def test_nobody_is_paid_where_there_is_no_pay() -> None:
    office = Office(peers(5)).weeks(WEEK, 300, accept_prob=1.0)
    assert not any(office.paid())
    assert office.wages() == [0.0]
    assert office.employed() == [0] * 5
    assert (office.diary == LATER).all()
    assert office.providers["paid"].tolist() == [0]
    assert not office.table["room"].any()


@pytest.mark.parametrize("stage", list(Stage))
def test_pay_from_the_start_is_for_those_at_work(stage) -> None:
    office = Office(peers(stage=stage)).weeks(volunteers=np.array([0]), **AT_ONCE)
    at_work = stage in AT_WORK
    assert office.paid() == [at_work]
    assert office.employed() == [int(at_work)]
    assert office.providers["paid"].tolist() == [int(at_work)]
    assert office.wages() == [240.0 if at_work else 0.0]


@pytest.mark.parametrize("months", [0.0, 3.0, 6.0, 12.0])
def test_pay_after_months_comes_when_they_are_over(months) -> None:
    office = Office(peers())
    due = math.ceil(months * WEEKS_PER_MONTH)
    values = ALL_WANT_IT | {"when": "after_months", "after_months": months}
    office.weeks(WEEK, due, **values)
    assert office.paid() == [False]
    assert office.wages() == [0.0]
    office.weeks(WEEK + due, 5, **values)
    assert office.table["paid_week"].tolist() == [WEEK + due]
    assert office.wages() == [5 * 240.0]


def test_each_waits_from_when_they_were_ready() -> None:
    office = Office(mentors(3, ready_week=[WEEK - 60, WEEK - 20, WEEK]))
    office.weeks(when="after_months", after_months=4.0, **ALL_WANT_IT)
    assert office.paid() == [True, True, False]


def test_wages_are_by_the_hour_and_by_area() -> None:
    office = Office(mentors(5, area=[0, 1, 1, 1, 0], stage=Stage.MATCHED), count=2)
    office.weeks(hourly=9.0, contract_hours=10.0, **AT_ONCE)
    assert office.providers["paid"].tolist() == [2, 3]
    assert office.wages() == [180.0, 270.0]


def test_paid_mentors_are_counted_anew_each_week() -> None:
    office = Office(mentors(3)).weeks(WEEK, 4, **AT_ONCE)
    assert office.providers["paid"].tolist() == [3]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.8, 1.0])
def test_some_want_no_pay_ever(share) -> None:
    office = Office(mentors(3000)).weeks(accept_prob=share, when="from_start")
    first = office.paid()
    assert np.mean(first) == pytest.approx(share, abs=near(share, 3000))
    office.weeks(WEEK + 1, 3, accept_prob=share, when="from_start")
    assert office.paid() == first
    assert office.table["stage"].tolist() == [Stage.AVAILABLE] * 3000


def test_those_who_want_pay_want_it_at_a_higher_share_too() -> None:
    few, more = (Office(mentors(500)).weeks(accept_prob=share, when="from_start").paid() for share in (0.3, 0.8))
    assert all(b for a, b in zip(few, more, strict=True) if a)


def test_paid_mentors_can_take_more_people() -> None:
    office = Office(mentors(3, load=[7, 8, 7], stage=Stage.MATCHED))
    assert not any(is_free(one, 2) for one in office.table)
    office.weeks(contract_hours=30.0, room_per_hour=0.2, **AT_ONCE)
    assert office.table["room"].tolist() == [6] * 3
    assert [bool(is_free(one, 2)) for one in office.table] == [True, False, True]


@pytest.mark.parametrize(("hours", "each", "room"), [(30.0, 0.2, 6), (10.0, 0.15, 2), (10.0, 0.14, 1), (10.0, 0.0, 0)])
def test_room_is_rounded(hours, each, room) -> None:
    assert prepared("pay", contract_hours=hours, room_per_hour=each)["room"].tolist() == [room]


# Money.


def test_wages_are_paid_only_while_there_is_money() -> None:
    office = Office(mentors(4)).weeks(**AT_ONCE)
    assert office.wages() == [960.0]
    office.providers["horizon"] = 0
    office.weeks(WEEK + 1, 8, **AT_ONCE)
    assert office.wages() == [0.0]
    assert all(office.paid())  # the contract stands
    office.providers["horizon"] = 10
    assert office.weeks(WEEK + 9, **AT_ONCE).wages() == [960.0]


def test_a_service_without_money_offers_no_contract_and_no_post() -> None:
    office = Office(peers(3), horizon=0).weeks(WEEK, 3, **(POSTS | AT_ONCE))
    assert not any(office.paid())
    assert office.employed() == [0] * 3
    assert office.providers["promotions"].tolist() == [0]
    office.providers["horizon"] = 1
    assert all(office.weeks(WEEK + 3, **AT_ONCE).paid())


def test_posts_cost_only_while_there_is_money() -> None:
    office = Office(mentors(3)).weeks(WEEK, 2, **POSTS)
    assert office.wages() == pytest.approx([(1 + 2) * 22_000.0 / WEEKS_PER_YEAR])
    office.providers["horizon"] = 0
    assert office.weeks(WEEK + 2, 5, **POSTS).wages() == [0.0]
    assert office.providers["posts_held"].tolist() == [2]


# The lever goes on and off.


def test_when_pay_is_withdrawn_wages_room_and_employment_end() -> None:
    office = Office(peers(2, stage=[Stage.MATCHED, Stage.PAUSED])).weeks(**AT_ONCE)
    assert office.employed() == [1, 1]
    office.diary[:] = LATER
    office.wages()
    office.weeks(WEEK + 1, **ALL_WANT_IT)
    assert office.paid() == [False, False]
    assert office.employed() == [0, 0]
    assert office.diary.tolist() == [WEEK + 1] * 2
    assert office.table["room"].tolist() == [0, 0]
    assert office.providers["paid"].tolist() == [0]
    assert office.wages() == [0.0]
    assert office.table["stage"].tolist() == [Stage.MATCHED, Stage.PAUSED]
    office.weeks(WEEK + 2, **AT_ONCE)
    assert office.table["paid_week"].tolist() == [WEEK + 2] * 2
    assert office.employed() == [1, 1]
    assert office.diary.tolist() == [WEEK + 2] * 2
    assert office.wages() == [480.0]


def test_work_looks_once_at_those_who_come_to_be_paid() -> None:
    office = Office(peers(3, person=[2, NOBODY, 0])).weeks(**AT_ONCE)
    assert office.employed() == [1, 0, 1]
    assert office.diary.tolist() == [WEEK, LATER, WEEK]
    office.diary[:] = LATER
    office.weeks(WEEK + 1, 5, **AT_ONCE)
    assert office.diary.tolist() == [LATER] * 3


def test_nobody_is_looked_at_who_is_out_of_the_cycle() -> None:
    office = Office(peers(), outside(where=Where.LEFT, left=Left.DESISTED))
    office.diary[:] = NEVER_DUE
    office.weeks(**AT_ONCE)
    assert office.paid() == [True]
    assert office.diary.tolist() == [NEVER_DUE]


def test_where_a_wage_is_no_work_nobody_is_employed() -> None:
    office = Office(peers(3)).weeks(WEEK, 3, is_work=False, **(POSTS | AT_ONCE))
    assert office.wages()[0] > 0.0
    assert office.employed() == [0] * 3
    assert (office.diary == LATER).all()


def jobs(office: Office, week: int) -> list[int]:
    work.run(
        office.people, rows(office.people), office.diary, np.empty(0, np.int64), office.areas, SEED, week,
        work.prepare(WorkParameters(vacancies_per_week=0.0)),
    )  # fmt: skip
    return office.people["working"].tolist()


def test_a_wage_is_work_and_ends_with_it() -> None:
    office = Office(peers()).weeks(**AT_ONCE)
    assert jobs(office, WEEK + 1) == [1]
    assert office.people["risk"][0, Contributor.WORK] != 0.0
    for week in range(WEEK + 1, WEEK + 400):  # a job that does not end by itself
        office.weeks(week, **AT_ONCE)
        assert jobs(office, week + 1) == [1]
    office.weeks(WEEK + 400, **ALL_WANT_IT)
    assert jobs(office, WEEK + 401) == [0]
    assert office.people["risk"][0, Contributor.WORK] == 0.0


# Those who stop.


def stop_all(office: Office, how: str, week: int) -> None:
    """Mentors stop in the way in which rules of other mechanisms have it."""
    table, listed = office.table, rows(office.table)
    if how == "burnout":
        table["strain"] = 1.0
        p = strain.prepare(StrainParameters(burnout_chance=1.0))
        strain.run(table, listed, office.providers, SEED, week, p)
        return
    if how == "inside":
        office.people["where"] = Where.INSIDE
    elif how == "convicted":
        office.people["sanctions"] += 1
    elif how == "died":
        office.people["where"], office.people["left"] = Where.LEFT, Left.DIED
    values = {"exit_hazard": 3.0, "exit_when_paid": 2.0, "exit_by_fitness": 0.0, "exit_by_substitution": 5.0}
    p = mentor.prepare(MentorParameters(**values))
    mentor.run(table, listed, len(listed), office.people, office.providers, 1, 1.0, SEED, week, p)


@pytest.mark.parametrize("how", ["burnout", "inside", "convicted", "died", "own choice"])
@pytest.mark.parametrize("lever", [AT_ONCE, ALL_WANT_IT])
def test_a_peer_who_stops_is_employed_no_longer(how, lever) -> None:
    office = Office(peers(40)).weeks(**AT_ONCE)
    office.diary[:] = LATER
    stop_all(office, how, WEEK + 1)
    out = office.table["stage"] > Stage.PAUSED
    assert out.all() or (how == "own choice" and out.sum() > 0)
    office.wages()
    office.weeks(WEEK + 1, **lever)
    on = [] if lever is ALL_WANT_IT else np.flatnonzero(~out).tolist()
    assert np.flatnonzero(office.people["employed"]).tolist() == np.flatnonzero(office.paid()).tolist() == on
    assert (office.diary[out] == WEEK + 1).all()
    assert office.wages() == [240.0 * len(on)]
    assert office.providers["paid"].tolist() == [len(on)]


def test_stopping_ends_the_wage_of_nobody_else() -> None:
    office = Office(peers(3)).weeks(**AT_ONCE)
    office.table["stage"][1] = Stage.LEFT
    office.weeks(WEEK + 1, **AT_ONCE)
    assert office.employed() == [1, 0, 1]
    assert office.table["paid_week"].tolist() == [WEEK, NEVER, WEEK]


# Posts.


def test_posts_go_to_the_best_one_a_week() -> None:
    office = Office(peers(4, skill=[0.5, 3.0, 1.0, 2.0], load=2, stage=Stage.MATCHED, specialist=1))
    for week, row in enumerate((1, 3)):
        office.weeks(WEEK + week, **POSTS)
        one = office.table[row]
        assert (one["stage"], one["exit"], one["ended_week"]) == (Stage.PROMOTED, Exit.POST, WEEK + week)
        assert (one["load"], one["specialist"], one["paid_week"]) == (0, 0, WEEK + week)
        assert office.people["employed"][row] == 1
        assert office.diary[row] == WEEK + week
        assert office.providers["posts_held"].tolist() == [week + 1]
    office.weeks(WEEK + 2, 10, **POSTS)
    assert (office.table["stage"] == Stage.PROMOTED).tolist() == [False, True, False, True]
    assert office.providers["promotions"].tolist() == [2]
    assert office.providers["exits"].tolist() == [0]
    assert office.providers["paid"].tolist() == [0]
    assert office.employed() == [0, 1, 0, 1]


def test_without_posts_nobody_is_promoted() -> None:
    office = Office(mentors(4)).weeks(WEEK, 10, **(POSTS | {"posts": 0.0}))
    assert office.providers["promotions"].tolist() == [0]
    assert (office.table["stage"] == Stage.AVAILABLE).all()


@pytest.mark.parametrize("stage", list(Stage))
def test_posts_are_for_those_at_work(stage) -> None:
    office = Office(mentors(stage=stage)).weeks(volunteers=np.array([0]), **POSTS)
    assert office.providers["promotions"].tolist() == [int(stage in AT_WORK)]


def test_posts_are_for_those_who_have_worked_long_enough_and_want_one() -> None:
    office = Office(mentors(2, skill=[5.0, 1.0], ready_week=[WEEK - 20, WEEK - 60]))
    office.weeks(**(POSTS | {"after_months": 12.0}))
    assert office.table["stage"].tolist() == [Stage.AVAILABLE, Stage.PROMOTED]
    office = Office(mentors(200)).weeks(WEEK, 3, **(POSTS | {"accept_prob": 0.0}))
    assert office.providers["promotions"].tolist() == [0]
    office = Office(mentors(200)).weeks(WEEK, 200, **(POSTS | {"accept_prob": 0.5, "posts": 200.0}))
    wanted = Office(mentors(200)).weeks(accept_prob=0.5, when="from_start").paid()
    assert (office.table["stage"] == Stage.PROMOTED).tolist() == wanted


def test_each_area_has_posts_by_its_size_and_for_its_own() -> None:
    office = Office(mentors(12, area=np.arange(12) % 2), count=2, area=areas(2, people_factor=[0.5, 1.5]))
    office.weeks(WEEK, 10, **POSTS)
    promoted = office.table["area"][office.table["stage"] == Stage.PROMOTED]
    assert np.bincount(promoted).tolist() == office.providers["posts_held"].tolist() == [1, 3]


def test_among_mentors_of_the_same_skill_a_draw_decides() -> None:
    chosen = set()
    for first in range(0, 400, 4):
        found = []
        for order in ([0, 1, 2, 3], [3, 1, 0, 2]):
            office = Office(mentors(4, key=first + np.array(order)))
            office.weeks(**(POSTS | {"posts": 1.0}))
            found.append(int(office.table["key"][office.table["stage"] == Stage.PROMOTED][0]))
        assert found[0] == found[1]  # whatever the row
        chosen.add(found[0] - first)
    assert chosen == {0, 1, 2, 3}


def test_a_paid_peer_who_is_promoted_stays_in_work() -> None:
    office = Office(peers()).weeks(**AT_ONCE)
    office.wages()
    office.weeks(WEEK + 1, **(POSTS | AT_ONCE))
    assert office.employed() == [1]
    assert office.providers["posts_held"].tolist() == [1]
    office.wages()
    office.weeks(WEEK + 2, 100, **(POSTS | AT_ONCE))
    assert office.employed() == [1]
    assert office.wages() == pytest.approx([100 * 22_000.0 / WEEKS_PER_YEAR])  # no wage by the hour beside it


def test_posts_are_given_up_at_the_rate_given() -> None:
    office = Office(peers(2000, stage=Stage.PROMOTED, exit=Exit.POST, paid_week=WEEK - 1), posts_held=2000)
    office.people["employed"] = 1
    office.weeks(WEEK, 52, post_turnover=0.7)
    share = 1 - math.exp(-0.7 * 52 / WEEKS_PER_YEAR)
    left = np.logical_not(office.paid())
    assert left.mean() == pytest.approx(share, abs=near(share, 2000))
    assert office.providers["posts_held"].tolist() == [2000 - left.sum()]
    assert office.employed() == (~left).astype(int).tolist()
    assert set(office.diary[~left]) == {LATER}
    assert set(office.diary[left]) == set(range(WEEK, WEEK + 52))
    assert (office.table["stage"] == Stage.PROMOTED).all()  # they come back as mentors no more


def test_a_post_that_is_given_up_is_filled_again() -> None:
    office = Office(mentors(60)).weeks(WEEK, 40, **(POSTS | {"post_turnover": 3.0}))
    holders = (office.table["stage"] == Stage.PROMOTED) & office.paid()
    assert office.providers["posts_held"].tolist() == [holders.sum()]
    assert holders.sum() <= 2 < office.providers["promotions"][0]


@pytest.mark.parametrize(
    ("state", "stays"),
    [
        ({}, True),
        ({"supervision": 1}, True),
        ({"where": Where.LEFT, "left": Left.DESISTED}, True),
        ({"where": Where.INSIDE}, False),
        ({"sanctions": 13}, False),
        ({"where": Where.LEFT, "left": Left.DIED}, False),
        ({"where": Where.LEFT, "left": Left.MOVED}, False),
        ({"where": Where.LEFT, "left": Left.LONGER_SENTENCE, "sanctions": 13}, False),
    ],
)
def test_a_peer_in_a_post_loses_it_as_mentors_are_barred_or_lost(state, stays) -> None:
    office = Office(peers(sanctions=12), outside(sanctions=12)).weeks(**POSTS)
    office.diary[:] = LATER
    for name, value in state.items():
        office.people[name] = value
    office.weeks(WEEK + 1, **POSTS)
    assert office.employed() == [int(stays)]
    assert office.providers["posts_held"].tolist() == [int(stays)]
    assert office.diary.tolist() == [LATER if stays else WEEK + 1]


def test_posts_withdrawn_are_not_filled_again_and_those_in_them_stay() -> None:
    office = Office(peers(6)).weeks(WEEK, 2, **POSTS)
    none = POSTS | {"posts": 0.0}
    office.weeks(WEEK + 2, 50, **none)
    assert office.providers["posts_held"].tolist() == [2]
    assert sum(office.employed()) == 2
    office.weeks(WEEK + 52, 300, **(none | {"post_turnover": 3.0}))
    assert office.providers["posts_held"].tolist() == [0]
    assert sum(office.employed()) == 0
    assert office.providers["promotions"].tolist() == [2]
    office.wages()
    assert office.weeks(WEEK + 400, **none).wages() == [0.0]


# What pay draws, and what it holds out.


def draw(**values) -> float:
    return float(prepared("pay", drawn_per_year=40.0, patience_months=4.0, **values)["draw"][0])


def test_pay_draws_those_who_want_it_the_more_the_sooner_it_comes() -> None:
    assert draw() == 0.0
    assert draw(when="never", after_months=0.0) == 0.0
    assert draw(when="from_start") == draw(when="after_months", after_months=0.0) == 40.0
    assert draw(when="after_months", after_months=4.0) == pytest.approx(40.0 / math.e)
    assert draw(when="after_months", after_months=12.0) == pytest.approx(40.0 * math.exp(-3.0))
    year, half, start = (draw(when="after_months", after_months=wait) for wait in (12.0, 6.0, 0.0))
    assert 0.0 < year < half / 4 < start / 4


@pytest.mark.parametrize(("values", "expected"), [
    ({}, 0), ({"when": "after_months"}, 1), ({"when": "from_start"}, 1), ({"posts": 1.0}, 1), ({"posts": 0.0}, 0),
])  # fmt: skip
def test_pay_and_posts_are_prospects(values, expected) -> None:
    assert pay.prospects(prepared("pay", **values)) == expected


# In a world.

WORLD = {
    "weeks": 80,
    "warm_up_weeks": 0,
    "intake.per_year": 60.0,
    "funding.start": date(2000, 1, 1),
    "funding.calendar": "continuous",
    "recruit.interest_share": 0.3,
    "recruit.apply_per_year": 1.0,
    "recruit.peer_share": 0.5,
    "eligibility.off_licence_required": False,
    "mentor.exit_hazard": 1.5,
    "pay.when": "from_start",
    "pay.posts": 3.0,
    "pay.after_months": 2.0,
    "pay.post_turnover": 1.0,
}


def test_in_a_world_the_employed_are_peers_who_are_paid_or_in_a_post() -> None:
    worlds = (
        run(small(WORLD)),
        run(with_levers(small(WORLD), ("pay.when", "never", 40), ("pay.posts", 0.0, 30))),
    )
    for world in worlds:
        table, people = world.mentors.rows, world.people.rows
        paid = table["paid_week"] != NEVER
        assert set(table["stage"][paid]) <= {*AT_WORK, Stage.PROMOTED}
        peer = paid & (table["person"] != NOBODY)
        assert sorted(table["person"][peer]) == np.flatnonzero(people["employed"]).tolist()
        assert ((table["stage"] == Stage.PROMOTED) & paid).sum() == world.providers.rows["posts_held"].sum()
        lost = (table["exit"] != Exit.NONE) & (table["stage"] != Stage.PROMOTED) & (table["person"] != NOBODY)
        assert lost.sum() > 3
    series = worlds[1].datacollector.get_model_vars_dataframe()
    assert series["mentors_paid"].iloc[39] > 0
    assert series["mentors_paid"].iloc[41:].max() == 0
    assert (worlds[0].mentors.rows["route"] == Route.PAY).any()
    funded = Funding.RUNNING
    assert (worlds[0].providers.rows["funding"] == funded).all()
    assert worlds[0].people.rows["employed"].sum() > 0
