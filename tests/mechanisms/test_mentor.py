from __future__ import annotations

import math

import numpy as np
import pytest
from helpers import prepared

from ttg_sim.agents.mentor import Exit, Stage, is_free, let_go, take_on
from ttg_sim.agents.person import NEVER, Contributor, Left, Return, Where
from ttg_sim.agents.provider import Funding, Money
from ttg_sim.engine.calendar import WEEKS_PER_YEAR
from ttg_sim.mechanisms import mentor
from ttg_sim.mechanisms.mentor import MentorParameters

from .people import SEED, mentors, near, outside, providers, rows

WEEK = 40
IN_PLACE = [Stage.CHECKS, Stage.AVAILABLE, Stage.MATCHED, Stage.PAUSED]
NOTHING_HAPPENS = {"exit_hazard": 0.0, "pause_per_year": 0.0}


def weeks(
    table, first=WEEK, count=1, people=None, provider=None, volunteers=None, prospects=1, substitution=0.0, **values
):
    """Some weeks in the life of all mentors, with prospects and no work of staff; returns provider and list."""
    provider = providers() if provider is None else provider
    people = outside() if people is None else people
    volunteers = rows(table) if volunteers is None else volunteers
    p = mentor.prepare(MentorParameters(**values))
    left = len(volunteers)
    for week in range(first, first + count):
        left = mentor.run(table, volunteers, left, people, provider, prospects, substitution, SEED, week, p)
    return provider, volunteers[:left].tolist()


def chance(rate: float, count: int = 1) -> float:
    return 1 - math.exp(-rate * count / WEEKS_PER_YEAR)


def test_talent_has_a_median_of_one_and_a_heavy_tail() -> None:
    table = mentors(6000, talent=0.0)
    mentor.begin(table, 10, 6000, SEED, mentor.prepare(MentorParameters(skill_sd=0.5)))
    assert not table["talent"][:10].any()
    talent = table["talent"][10:]
    for share in (0.1, 0.5, 0.9):
        value = math.exp(0.5 * {0.1: -1.2816, 0.5: 0.0, 0.9: 1.2816}[share])
        assert (talent < value).mean() == pytest.approx(share, abs=near(share, 5990))
    assert talent.mean() > 1.1


def test_mentors_may_all_be_alike() -> None:
    table = mentors(50, talent=0.0)
    mentor.begin(table, 0, 50, SEED, mentor.prepare(MentorParameters(skill_sd=0.0)))
    assert (table["talent"] == 1.0).all()


def test_those_with_whom_a_service_begins_are_trained_and_checked() -> None:
    table = mentors(3, stage=Stage.SCREENING, skill=0.0, talent=1.7)
    mentor.start_work(table, 1, 3, WEEK)
    assert table["stage"].tolist() == [Stage.SCREENING, Stage.AVAILABLE, Stage.AVAILABLE]
    assert table["skill"].tolist() == [0.0, 1.7, 1.7]
    assert table["ready_week"].tolist() == [NEVER, WEEK, WEEK]


def test_nobody_stops_at_a_rate_of_nil() -> None:
    table = mentors(300)
    provider, left = weeks(table, count=104, **NOTHING_HAPPENS)
    assert len(left) == 300
    assert provider["exits"].tolist() == [0]


@pytest.mark.parametrize("stage", IN_PLACE)
def test_mentors_in_checks_or_at_work_stop_at_the_rate_given(stage) -> None:
    table = mentors(4000, stage=stage, due=1000, load=1, specialist=1)
    provider, left = weeks(table, count=52, exit_hazard=0.35, pause_per_year=0.0)
    gone = table["stage"] == Stage.LEFT
    share = chance(0.35, 52)
    assert gone.mean() == pytest.approx(share, abs=near(share, 4000))
    assert provider["exits"].tolist() == [gone.sum()]
    assert left == np.flatnonzero(~gone).tolist()
    assert set(table["stage"]) == {stage, Stage.LEFT}
    assert set(table["ended_week"][gone]) <= set(range(WEEK, WEEK + 52))
    assert not table["load"][gone].any()
    assert not table["specialist"][gone].any()
    assert (table["load"][~gone] == 1).all()


@pytest.mark.parametrize("stage", [Stage.SCREENING, Stage.TRAINING])
def test_applicants_and_trainees_are_lost_elsewhere(stage) -> None:
    table = mentors(200, stage=stage)
    provider, left = weeks(table, count=20, exit_hazard=3.0, pause_per_year=10.0)
    assert len(left) == 200
    assert (table["stage"] == stage).all()
    assert not provider["spent"].any()


STATE = ("commitment", "fitness", "strain", "identity", "person", "skill", "paid_week", "for_money", "ready_week")


def rate(support=1.0, funding=Funding.RUNNING, prospects=1, substitution=0.0, **values) -> float:
    """The rate a year at which a mentor stops; `values` are of the mentor where they can be, and parameters else."""
    one = mentors(**{name: values.pop(name) for name in STATE if name in values})[0]
    provider, p = providers(support=support, funding=funding)[0], prepared("mentor", **values)
    return float(mentor.exit_rate(one, provider, prospects, substitution, WEEK, p))


def test_what_moves_the_rate_of_stopping() -> None:
    assert rate() == 0.35
    assert rate(support=0.0) == pytest.approx(0.35 * math.e)
    assert rate(support=0.5, exit_by_support=0.8) == pytest.approx(0.35 * math.exp(0.4))
    assert rate(commitment=1.0, exit_by_commitment=2.0) == pytest.approx(0.35 / math.e)
    assert rate(commitment=0.0, exit_by_commitment=2.0) == pytest.approx(0.35 * math.e)
    assert rate(fitness=1.0, exit_by_fitness=1.0) == pytest.approx(0.35 * math.exp(-0.5))
    assert rate(support=0.0, commitment=0.0, fitness=0.0) == pytest.approx(0.35 * math.exp(1.0 + 0.75 + 0.75))


def test_strain_makes_mentors_stop_more_often() -> None:
    assert rate(strain=0.0, exit_by_strain=2.0) == 0.35
    assert rate(strain=0.5, exit_by_strain=2.0) == pytest.approx(0.35 * math.e)
    assert rate(strain=0.5, exit_by_strain=0.0) == 0.35


@pytest.mark.parametrize(("identity", "ratio"), [(0.0, math.e), (0.5, 1.0), (1.0, 1 / math.e)])
def test_identity_holds_peers_and_nobody_else(identity, ratio) -> None:
    assert rate(identity=identity, person=3, exit_by_identity=2.0) == pytest.approx(0.35 * ratio)
    assert rate(identity=identity, exit_by_identity=2.0) == 0.35
    assert rate(identity=identity, person=3, exit_by_identity=0.0) == 0.35


def test_the_paid_stop_less_often() -> None:
    assert rate(paid_week=WEEK - 5, exit_when_paid=0.6) == pytest.approx(0.21)
    assert rate(paid_week=NEVER, exit_when_paid=0.6) == 0.35
    assert rate(paid_week=WEEK, exit_when_paid=2.0) == pytest.approx(0.7)


def test_those_who_came_for_the_pay_stop_more_often_while_there_is_none() -> None:
    assert rate(for_money=1, exit_for_money=2.5) == pytest.approx(0.35 * 2.5)
    assert rate(for_money=0, exit_for_money=2.5) == 0.35
    paid = [rate(for_money=motive, exit_for_money=2.5, paid_week=WEEK - 1) for motive in (0, 1)]
    assert paid[0] == paid[1] == pytest.approx(0.35 * 0.6)


def test_of_those_who_came_for_the_pay_fewer_are_left_unpaid() -> None:
    table = mentors(2000, for_money=np.arange(2000) % 2)
    weeks(table, count=52, exit_hazard=0.35, exit_for_money=2.5, pause_per_year=0.0)
    for motive, ratio in ((0, 1.0), (1, 2.5)):
        gone = (table["stage"] == Stage.LEFT)[table["for_money"] == motive]
        share = chance(0.35 * ratio, 52)
        assert gone.mean() == pytest.approx(share, abs=near(share, 1000))


@pytest.mark.parametrize(("years", "counted"), [(0, 0), (1, 1), (2, 2), (3, 3), (9, 3)])
def test_without_prospects_the_best_are_put_off_more_each_year_up_to_three(years, counted) -> None:
    state = {"ready_week": WEEK - round(years * WEEKS_PER_YEAR)}
    worked = (WEEK - state["ready_week"]) / WEEKS_PER_YEAR if years < 3 else counted
    for skill in (2.0, 4.0):
        found = rate(prospects=0, skill=skill, disillusion=0.5, **state)
        assert found == pytest.approx(0.35 * skill ** (0.5 * min(worked, 3.0)))
        assert rate(prospects=1, skill=skill, disillusion=0.5, **state) == 0.35
    for skill in (0.0, 0.3, 1.0):
        assert rate(prospects=0, skill=skill, disillusion=0.5, **state) == 0.35


def test_the_paid_and_those_not_ready_yet_miss_no_prospects() -> None:
    long_ago = {"prospects": 0, "skill": 3.0, "disillusion": 2.0}
    assert rate(ready_week=WEEK - 100, paid_week=WEEK - 1, exit_when_paid=1.0, **long_ago) == 0.35
    assert rate(ready_week=NEVER, **long_ago) == 0.35
    assert rate(ready_week=WEEK - 100, **long_ago) > 1.0


@pytest.mark.parametrize(("substitution", "ratio"), [(0.0, 1.0), (0.5, math.e), (1.0, math.e * math.e)])
def test_mentors_who_do_the_work_of_staff_stop_more_often(substitution, ratio) -> None:
    assert rate(substitution=substitution, exit_by_substitution=2.0) == pytest.approx(0.35 * ratio)
    assert rate(substitution=substitution, exit_by_substitution=0.0) == 0.35


def test_prospects_and_the_work_of_staff_reach_everybody_at_work() -> None:
    for values, expected in (
        ({}, 0.5),
        ({"substitution": 1.0, "exit_by_substitution": 1.0}, 0.5 * math.e),
        ({"prospects": 0, "disillusion": 2.0}, 0.5 * math.exp(2.0 * 52 / WEEKS_PER_YEAR)),
    ):
        table = mentors(6000, skill=math.e, ready_week=WEEK - 52)
        provider, _ = weeks(table, exit_hazard=0.5, pause_per_year=0.0, **values)
        share = chance(expected)
        assert provider["exits"][0] / 6000 == pytest.approx(share, abs=near(share, 6000))


def test_all_that_moves_the_rate_multiplies() -> None:
    state = {"strain": 0.4, "identity": 0.9, "person": 0, "paid_week": WEEK - 1, "for_money": 1}
    found = rate(0.5, Funding.STOPPED, 0, 0.25, commitment=0.8, fitness=0.3, **state)
    logs = 0.5 + 1.5 * -0.3 + 1.5 * 0.2 + 1.5 * 0.4 - 0.4 + 2.0 * 0.25
    assert found == pytest.approx(0.35 * 0.6 * 3.0 * math.exp(logs))


@pytest.mark.parametrize("funding", [Funding.NONE, Funding.STARTING, Funding.RUNNING])
def test_mentors_stop_more_often_only_while_money_has_stopped(funding) -> None:
    assert rate(funding=funding, exit_in_stop=3.0) == 0.35
    assert rate(funding=Funding.STOPPED, exit_in_stop=3.0) == pytest.approx(1.05)
    assert rate(funding=Funding.STOPPED, exit_in_stop=1.0) == 0.35


def test_each_area_has_its_own_support() -> None:
    table = mentors(6000, area=np.arange(6000) % 2)
    provider, _ = weeks(table, provider=providers(2, support=[1.0, 0.0]), exit_hazard=3.0, exit_by_support=2.0)
    for area, share in ((0, chance(3.0)), (1, chance(3.0 * math.exp(2.0)))):
        assert provider["exits"][area] / 3000 == pytest.approx(share, abs=near(share, 3000))


@pytest.mark.parametrize("stage", [Stage.AVAILABLE, Stage.MATCHED])
def test_breaks_begin_at_the_rate_given(stage) -> None:
    table = mentors(6000, stage=stage, load=int(stage == Stage.MATCHED))
    weeks(table, exit_hazard=0.0, pause_per_year=4.0)
    paused = table["stage"] == Stage.PAUSED
    assert paused.mean() == pytest.approx(chance(4.0), abs=near(chance(4.0), 6000))
    assert set(table["stage"]) == {stage, Stage.PAUSED}
    assert table["due"][paused].min() == WEEK + 1


def test_breaks_last_as_long_as_given() -> None:
    table = mentors(60_000)
    weeks(table, exit_hazard=0.0, pause_per_year=4.0, pause_weeks=6.0)
    paused = table["stage"] == Stage.PAUSED
    lengths = table["due"][paused] - WEEK
    assert lengths.mean() == pytest.approx(6.0, abs=4.5 * math.sqrt(30.0 / paused.sum()))
    assert (lengths == 1).mean() == pytest.approx(1 / 6, abs=near(1 / 6, int(paused.sum())))


def test_after_a_break_mentors_go_on_where_they_were() -> None:
    table = mentors(4, stage=Stage.PAUSED, due=[WEEK, WEEK, WEEK + 1, WEEK + 1], load=[0, 2, 0, 2])
    weeks(table, **NOTHING_HAPPENS)
    assert table["stage"].tolist() == [Stage.AVAILABLE, Stage.MATCHED, Stage.PAUSED, Stage.PAUSED]
    weeks(table, WEEK + 1, **NOTHING_HAPPENS)
    assert table["stage"].tolist() == [Stage.AVAILABLE, Stage.MATCHED] * 2
    assert table["load"].tolist() == [0, 2, 0, 2]


def test_a_match_that_ends_in_a_break_leaves_nobody_to_come_back_to() -> None:
    table = mentors(stage=Stage.PAUSED, due=WEEK, load=1)
    let_go(table[0])
    assert table["stage"].tolist() == [Stage.PAUSED]
    weeks(table, **NOTHING_HAPPENS)
    assert table["stage"].tolist() == [Stage.AVAILABLE]


def test_nobody_takes_a_break_while_checks_are_under_way() -> None:
    table = mentors(500, stage=Stage.CHECKS)
    weeks(table, count=4, exit_hazard=0.0, pause_per_year=10.0)
    assert (table["stage"] == Stage.CHECKS).all()


def test_mentors_in_checks_or_at_work_cost_by_the_month() -> None:
    table = mentors(9, stage=np.arange(9), due=1000)
    provider, _ = weeks(table, count=10, cost_month=60.0, **NOTHING_HAPPENS)
    assert provider["spent"][0, Money.EXPENSES] == pytest.approx(4 * 10 * 60.0 * 12 / WEEKS_PER_YEAR)
    assert provider["spent"].sum() == provider["spent"][0, Money.EXPENSES]


def test_mentors_are_those_in_training_or_at_work() -> None:
    table = mentors(18, stage=np.arange(18) // 2, area=np.arange(18) % 2, due=1000)
    provider, left = weeks(table, provider=providers(2, mentors=70), **NOTHING_HAPPENS)
    assert provider["mentors"].tolist() == [5, 5]
    assert left == list(range(12))


def test_only_volunteers_in_the_list_are_looked_at() -> None:
    table = mentors(5, stage=[Stage.LEFT, Stage.AVAILABLE, Stage.BARRED, Stage.AVAILABLE, Stage.AVAILABLE])
    provider, left = weeks(table, volunteers=np.array([4, 2, 1]), **NOTHING_HAPPENS)
    assert left == [4, 1]
    assert provider["mentors"].tolist() == [2]
    assert weeks(mentors(0))[0]["mentors"].tolist() == [0]


# Peers.

ALIVE = [*range(Stage.PAUSED + 1)]
PEER = {"sanctions": 12, "due": 1000}


def peer(stage: int, state, **values):
    """One mentor with convictions, a week later."""
    table = mentors(stage=stage, person=0, load=1, **(PEER | values))
    provider, left = weeks(table, people=outside(**({"sanctions": 12} | state)), **NOTHING_HAPPENS)
    return table[0], provider[0], left


@pytest.mark.parametrize("stage", ALIVE)
@pytest.mark.parametrize(
    "state",
    [
        {"where": Where.INSIDE},
        {"where": Where.INSIDE, "returned": Return.RECALL},
        {"sanctions": 13},
        {"sanctions": 13, "where": Where.LEFT, "left": Left.LONGER_SENTENCE},
    ],
)
def test_custody_or_a_conviction_ends_volunteering_at_any_stage(stage, state) -> None:
    one, provider, left = peer(stage, state)
    assert (one["stage"], one["ended_week"], one["load"], left) == (Stage.BARRED, WEEK, 0, [])
    assert provider["bars"] == (stage != Stage.SCREENING)  # an applicant was no mentor
    assert provider["exits"] == provider["mentors"] == 0
    assert not provider["spent"].any()


@pytest.mark.parametrize("stage", ALIVE)
@pytest.mark.parametrize("left_by", [Left.DIED, Left.MOVED])
def test_mentors_who_die_or_move_away_are_lost(stage, left_by) -> None:
    one, provider, left = peer(stage, {"where": Where.LEFT, "left": left_by})
    assert (one["stage"], one["ended_week"], one["load"], left) == (Stage.LEFT, WEEK, 0, [])
    assert provider["exits"] == (stage != Stage.SCREENING)
    assert provider["bars"] == 0


@pytest.mark.parametrize("stage", ALIVE)
@pytest.mark.parametrize("state", [{}, {"where": Where.LEFT, "left": Left.DESISTED}, {"supervision": 1}, {"using": 1}])
def test_a_peer_who_keeps_out_of_trouble_goes_on(stage, state) -> None:
    one, provider, left = peer(stage, state)
    assert (one["stage"], one["load"], left) == (stage, 1, [0])
    assert provider["bars"] == provider["exits"] == 0


def test_what_happens_to_other_people_does_not_bear_on_volunteers_from_the_public() -> None:
    table = mentors(3)
    weeks(table, people=outside(1, where=Where.INSIDE, sanctions=40), **NOTHING_HAPPENS)
    assert (table["stage"] == Stage.AVAILABLE).all()


def test_whether_a_mentor_stops_in_a_week_is_their_own_luck() -> None:
    many, few = mentors(200), mentors(100)
    weeks(many, count=30, exit_hazard=1.0)
    weeks(few, count=30, exit_hazard=1.0)
    assert many["ended_week"][:100].tolist() == few["ended_week"].tolist()


def falls(count: int = 1000, stage: int = Stage.MATCHED, state=None, **values):
    """How many of those who had turned away for good, or of others by `state`, are convicted in a year."""
    people = outside(count, **({"where": Where.LEFT, "left": Left.DESISTED} | (state or {})))
    table = mentors(count, person=np.arange(count), stage=stage, due=1000)
    provider, left = weeks(table, people=people, count=52, **(NOTHING_HAPPENS | values))
    return table, provider[0], len(left)


@pytest.mark.parametrize("stage", ALIVE)
def test_those_who_left_crime_for_good_are_seldom_convicted_and_then_barred(stage) -> None:
    table, provider, left = falls(stage=stage, desisted_relapse=0.3)
    barred = table["stage"] == Stage.BARRED
    share = chance(0.3, 52)
    assert barred.mean() == pytest.approx(share, abs=near(share, 1000))
    assert set(table["exit"][barred]) == {Exit.RELAPSE}
    assert left == 1000 - barred.sum()
    assert provider["bars"] == (barred.sum() if stage != Stage.SCREENING else 0)
    assert provider["exits"] == 0


def test_identity_lowers_that_rate_as_it_does_for_others() -> None:
    risk = np.zeros((1000, len(Contributor)))
    risk[:, Contributor.IDENTITY] = -1.0
    table, _, _ = falls(state={"risk": risk}, desisted_relapse=0.3)
    share = chance(0.3 * math.exp(-1.0), 52)
    assert (table["stage"] == Stage.BARRED).mean() == pytest.approx(share, abs=near(share, 1000))


@pytest.mark.parametrize("state", [{"where": Where.LIBERTY, "left": Left.NOT}, {"left": Left.DIED}])
def test_other_rules_see_to_those_who_are_in_the_cycle_or_away(state) -> None:
    table, provider, _ = falls(300, state=state, desisted_relapse=0.5)
    assert not (table["stage"] == Stage.BARRED).any()
    assert provider["bars"] == 0


def test_why_a_mentor_stopped_is_noted() -> None:
    table = mentors(300)
    weeks(table, count=20, exit_hazard=3.0)
    assert set(table["exit"][table["stage"] == Stage.LEFT]) == {Exit.OWN_CHOICE}
    assert set(table["exit"][table["stage"] != Stage.LEFT]) == {Exit.NONE}
    assert peer(Stage.MATCHED, {"where": Where.INSIDE})[0]["exit"] == Exit.RELAPSE
    assert peer(Stage.MATCHED, {"where": Where.LEFT, "left": Left.DIED})[0]["exit"] == Exit.AWAY


# Load.


def test_a_mentor_is_free_up_to_the_number_of_people_they_can_take() -> None:
    one = mentors()[0]
    for load in (1, 2):
        assert is_free(one, 2)
        take_on(one)
        assert (one.stage, one.load) == (Stage.MATCHED, load)
    assert not is_free(one, 2)
    let_go(one)
    assert (one.stage, one.load) == (Stage.MATCHED, 1)
    let_go(one)
    assert (one.stage, one.load) == (Stage.AVAILABLE, 0)


@pytest.mark.parametrize("stage", list(Stage))
def test_only_mentors_at_work_without_prison_work_are_free(stage) -> None:
    assert is_free(mentors(stage=stage)[0], 2) == (stage in (Stage.AVAILABLE, Stage.MATCHED))
    assert not is_free(mentors(stage=stage, specialist=1)[0], 2)


def test_nobody_is_let_go_by_somebody_who_has_stopped() -> None:
    one = mentors(stage=Stage.LEFT)[0]
    let_go(one)
    assert (one.stage, one.load) == (Stage.LEFT, 0)
