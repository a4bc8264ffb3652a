from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from ttg_sim.agents.mentor import Stage
from ttg_sim.agents.person import NEVER, NOBODY, Return, Where
from ttg_sim.agents.provider import Funding
from ttg_sim.agents.risk import one_year_score
from ttg_sim.mechanisms import referral
from ttg_sim.mechanisms.referral import WEEKS_PER_MONTH, ReferralParameters

from .people import SEED, near, prisons, referrals, rows, several
from .service import TODAY, WEEK, charity, clear, helpers, inside

MANY = 4000
ALL_NAMED = {"names_per_month": 1000.0, "response_days": 0.0, "agree_prob": 1.0}
NO_NAMES = {"names_per_month": 0.0, "self_share": 0.0}


def params(**values) -> np.ndarray:
    return referral.prepare(ReferralParameters(**values))


class World(SimpleNamespace):
    """People inside, and the service that hears of them."""

    people: Any
    size: int
    count: int

    def __init__(self, people, mentors=None, **tables) -> None:
        self.people, self.size, self.count = people, 0, 0
        self.mentors = helpers(1, stage=Stage.LEFT) if mentors is None else mentors
        self.prisons, self.providers = prisons(1), charity()
        self.inside = rows(people)
        self.__dict__.update(tables)
        self.referrals = referrals(3 * len(people))
        self.open = np.zeros(3 * len(people), np.int64)

    def week(self, week=WEEK, capacity=2, **values) -> World:
        self.size, self.count = referral.run(
            self.people, self.inside, self.referrals, self.size, self.open, self.count, self.mentors,
            rows(self.mentors), self.prisons, self.providers, capacity, SEED, week, params(**values),
        )  # fmt: skip
        return self

    @property
    def known(self) -> np.ndarray:
        return self.referrals[: self.size]

    @property
    def named(self) -> np.ndarray:
        return self.known["named_week"] != NEVER


def named(count=MANY, **values) -> np.ndarray:
    """Referrals of people who were all named this week."""
    facts = {name: values.pop(name) for name in list(values) if name in ("readiness", "sanctions", "released_day")}
    world = World(inside(count, **facts)).week(**NO_NAMES | {"self_share": 1.0} | values)
    assert world.named.all()
    return world.known


def waiting(count, **facts) -> np.ndarray:
    """Referrals of people named three weeks ago, who wait for a mentor."""
    usual = {"named_week": WEEK - 3, "act_week": WEEK - 3, "agreed": 1, "rank": (np.arange(count) + 0.5) / count}
    return referrals(count, **usual | facts)


def matched(known, people, mentors, providers=None, estate=None, capacity=2, **values) -> list[int]:
    """Mentors whom people get this week."""
    providers = charity() if providers is None else providers
    estate = prisons(1) if estate is None else estate
    referral.match(
        people, known, rows(known), mentors, rows(mentors), estate, providers, capacity, SEED, WEEK,
        params(**values)[0],
    )  # fmt: skip
    return known["mentor"].tolist()


# Who has a referral.


def test_everybody_inside_on_a_short_sentence_has_one_referral_for_each_stay() -> None:
    world = World(inside(3)).week(**NO_NAMES)
    assert world.size == world.count == 3
    assert world.people["referral"].tolist() == [0, 1, 2]
    assert world.known["person"].tolist() == [0, 1, 2]
    assert (world.known["meeting"] == 0).all()
    assert (world.known["mentor"] == NOBODY).all()
    world.week(WEEK + 1, **NO_NAMES)
    assert world.size == 3
    world.people["received_day"][1] = TODAY + 9
    world.week(WEEK + 2, **NO_NAMES)
    assert world.people["referral"].tolist() == [0, 3, 2]


@pytest.mark.parametrize("facts", [{"longer": 1}, {"returned": int(Return.RECALL)}, {"where": int(Where.LEFT)}])
def test_people_on_longer_sentences_on_recall_or_gone_have_none_and_are_not_named(facts) -> None:
    world = World(inside(5, **facts)).week(**ALL_NAMED)
    assert world.size == 0
    assert world.providers["names"][0] == 0


def test_somebody_who_has_died_since_is_neither_named_nor_given_a_mentor() -> None:
    world = World(inside(5), clear(helpers(9), 0)).week(**NO_NAMES)
    world.people["where"][:3] = Where.LEFT
    world.known["named_week"][0] = world.known["act_week"][0] = WEEK
    world.known["agreed"][0] = 1
    world.week(WEEK + 1, **ALL_NAMED)
    assert world.named.tolist() == [True, False, False, True, True]
    assert (world.known["mentor"] != NOBODY).tolist() == [False, False, False, True, True]


# Names.


def names_by_week(weeks: int, suspicion=0.5, distant_prison=False, services=1, resistance=0.5, **values) -> np.ndarray:
    found, p = [], params(**values)[0]
    estate = prisons(1, suspicion=suspicion)
    row = 1 if distant_prison else 0
    for week in range(weeks):
        people = inside(40, prison=row, referral=np.arange(40))
        provider = charity(services, resistance=resistance)
        referral.names_of_prison(row, people, rows(people), referrals(40), estate[row], provider, SEED, week, p)
        found.append(provider["names"][0])
    return np.array(found)


@pytest.mark.parametrize("month", [1.0, 4.0, 20.0])
def test_prisons_give_so_many_names_a_month_and_by_chance(month) -> None:
    found = names_by_week(2000, names_per_month=month)
    mean = month / WEEKS_PER_MONTH
    assert pytest.approx(365.25 / 7 / 12) == WEEKS_PER_MONTH
    assert found.mean() == pytest.approx(mean, abs=4.5 * math.sqrt(mean / 2000))
    assert found.var() == pytest.approx(mean, rel=0.2)  # as counts of what comes by chance


@pytest.mark.parametrize("suspicion", [0.1, 0.9])
def test_a_prison_that_suspects_gives_fewer_names(suspicion) -> None:
    mean = 12 / WEEKS_PER_MONTH * math.exp(1.5 * (0.5 - suspicion))
    found = names_by_week(2000, suspicion, names_per_month=12.0)
    assert found.mean() == pytest.approx(mean, abs=4.5 * math.sqrt(mean / 2000))


@pytest.mark.parametrize("resistance", [0.0, 1.0])
@pytest.mark.parametrize(("distant_prison", "slope"), [(False, 1.2), (True, 0.0)])
def test_staff_who_resist_peers_give_fewer_names_but_not_those_of_prisons_elsewhere(
    resistance, distant_prison, slope
) -> None:
    mean = 12 / WEEKS_PER_MONTH * math.exp(slope * (0.5 - resistance))
    found = names_by_week(
        2000, distant_prison=distant_prison, resistance=resistance, names_per_month=12.0, names_by_resistance=1.2
    )
    assert found.mean() == pytest.approx(mean, abs=4.5 * math.sqrt(mean / 2000))


@pytest.mark.parametrize("services", [1, 3])
def test_prisons_elsewhere_give_names_to_each_area_as_one_prison_of_its_own_would(services) -> None:
    mean = 4 * services / WEEKS_PER_MONTH
    found = names_by_week(2000, distant_prison=True, services=services)
    assert found.mean() == pytest.approx(mean, abs=4.5 * math.sqrt(mean / 2000))


def test_no_more_people_are_named_than_there_are_and_each_once() -> None:
    world = World(inside(6)).week(**ALL_NAMED)
    assert world.named.all()
    assert world.providers["names"][0] == 6
    world.week(WEEK + 1, **ALL_NAMED)
    assert world.providers["names"][0] == 6
    assert (world.known["named_week"] == WEEK).all()


def test_names_are_of_people_in_that_prison_alone() -> None:
    world = World(inside(90, prison=np.repeat([0, 1, 2], 30)), prisons=prisons(2))
    world.prisons["suspicion"][1] = 40.0  # so that it gives none
    world.week(**ALL_NAMED | {"self_share": 0.0})
    assert world.named.tolist() == [True] * 30 + [False] * 60


@pytest.mark.parametrize("distant", [False, True])
def test_prisons_elsewhere_give_names_only_where_the_service_covers_them(distant) -> None:
    world = World(inside(20, prison=1)).week(**ALL_NAMED, distant=distant, self_share=0.0)
    assert world.named.all() == distant
    assert world.named.any() == distant


def test_who_is_named_is_a_matter_of_chance_and_not_of_the_order_in_the_list() -> None:
    both = {"names_per_month": 80.0, "self_share": 0.0}
    world = World(inside(60)).week(**both)
    turned = World(inside(60))
    turned.inside = turned.inside[::-1].copy()
    turned.week(**both)
    keys = [set(np.flatnonzero(one.named[one.people["referral"]])) for one in (world, turned)]
    assert keys[0] == keys[1]
    assert 5 < len(keys[0]) < 40
    assert max(keys[0]) > 30


@pytest.mark.parametrize("funding", [Funding.NONE, Funding.STARTING, Funding.STOPPED])
def test_no_name_is_taken_while_the_service_does_not_run(funding) -> None:
    world = World(inside(9), providers=charity(funding=funding)).week(**ALL_NAMED, self_share=0.9)
    assert not world.named.any()
    assert world.size == 9


def test_some_ask_for_a_mentor_by_themselves_and_only_when_they_are_received() -> None:
    world = World(inside(MANY)).week(**NO_NAMES | {"self_share": 0.3})
    first = world.named.copy()
    assert first.mean() == pytest.approx(0.3, abs=near(0.3, MANY))
    assert world.providers["names"][0] == first.sum()
    for week in range(WEEK + 1, WEEK + 9):
        world.week(week, **NO_NAMES | {"self_share": 0.3})
    assert (world.named == first).all()


def test_whoever_asks_in_a_distant_prison_is_heard() -> None:
    assert World(inside(5, prison=1)).week(**NO_NAMES | {"self_share": 1.0}).named.all()


# Answers of staff, and consent.


def test_prison_staff_take_their_time_to_answer() -> None:
    found = named(response_days=70.0)["act_week"] - WEEK
    assert found.mean() == pytest.approx(10, abs=4.5 * 10 / math.sqrt(MANY))
    assert (found == 0).mean() == pytest.approx(1 - math.exp(-0.05), abs=near(0.05, MANY))
    assert (found > 30).mean() == pytest.approx(math.exp(-3.05), abs=near(0.047, MANY))
    assert (named(50, response_days=0.0)["act_week"] == WEEK).all()


def test_the_mean_time_until_staff_answer_is_the_parameter_where_it_is_a_few_days_too() -> None:
    found = 7 * (named(response_days=10.0)["act_week"] - WEEK)
    assert found.mean() == pytest.approx(10, abs=0.3 + 4.5 * 11 / math.sqrt(MANY))


@pytest.mark.parametrize(("readiness", "logit"), [(0.5, 0.0), (0.9, 0.6), (0.1, -0.6)])
@pytest.mark.parametrize("share", [0.5, 0.95])
def test_people_agree_the_more_the_readier_they_are(share, readiness, logit) -> None:
    odds = share / (1 - share) * math.exp(logit)
    found = named(agree_prob=share, readiness=readiness)["agreed"].mean()
    assert found == pytest.approx(odds / (1 + odds), abs=near(odds / (1 + odds), MANY))


@pytest.mark.parametrize("readiness", [0.0, 1.0])
@pytest.mark.parametrize("share", [0.0, 1.0])
def test_nobody_or_everybody_agrees_where_the_parameter_says_so(share, readiness) -> None:
    assert (named(300, agree_prob=share, readiness=readiness)["agreed"] == share).all()


def test_the_service_takes_nobody_below_the_gate_of_readiness() -> None:
    readiness = np.array([0.0, 0.39, 0.4, 0.41, 1.0])
    found = named(5, agree_prob=1.0, readiness_gate=0.4, readiness=readiness)["agreed"]
    assert found.tolist() == [0, 0, 1, 1, 1]


# The order of offers.


def order(ranking, count=40) -> list[int]:
    """People in the order of their place, by more and more convictions."""
    return np.argsort(named(count, ranking=ranking, sanctions=np.arange(count) * 3)["rank"]).tolist()


def test_need_first_puts_those_at_most_risk_first() -> None:
    assert order("need_first")[0] >= 35
    assert np.corrcoef(order("need_first"), np.arange(40))[0, 1] < -0.99


def test_pay_first_puts_those_first_with_whom_a_result_is_likeliest() -> None:
    assert order("pay_first")[0] == 0
    assert np.corrcoef(order("pay_first"), np.arange(40))[0, 1] > 0.99


def test_by_chance_means_that_risk_does_not_count() -> None:
    assert abs(np.corrcoef(order("random", 1000), np.arange(1000))[0, 1]) < 4.5 / math.sqrt(1000)


@pytest.mark.parametrize("ranking", ["need_first", "random", "pay_first"])
def test_equals_are_ordered_by_a_draw_of_their_own(ranking) -> None:
    found = named(MANY, ranking=ranking)["rank"] % 1.0
    assert len(set(found)) == MANY
    assert found.mean() == pytest.approx(0.5, abs=4.5 * 0.29 / math.sqrt(MANY))
    first = (found[:-1:2] < found[1::2]).mean()  # of two, each is as often the first
    assert first == pytest.approx(0.5, abs=near(0.5, MANY // 2))


def test_the_first_in_the_order_gets_the_only_mentor_wherever_they_stand() -> None:
    for first in range(4):
        rank = np.full(4, 0.5)
        rank[first] = 0.1
        found = matched(waiting(4, rank=rank), inside(4), helpers(1), capacity=1)
        assert [one == 0 for one in found] == [place == first for place in range(4)]


# What pays.


def chosen(selection, count=MANY, sanctions=40, provider=None, **values) -> np.ndarray:
    """Referrals of people who were all named this week to a service that chooses by what pays, so far."""
    provider = charity(selection=selection) if provider is None else provider
    usual = NO_NAMES | {"self_share": 1.0, "agree_prob": 1.0} | values
    return World(inside(count, sanctions=sanctions), providers=provider).week(**usual).known


def score_of(sanctions: int) -> float:
    return float(one_year_score(inside(1, sanctions=sanctions)[0], TODAY))


@pytest.mark.parametrize("selection", [0.3, 1.0])
@pytest.mark.parametrize("sanctions", [0, 12, 40, 100])
def test_the_further_a_score_is_above_the_middle_the_likelier_somebody_is_passed_over(sanctions, selection) -> None:
    share = selection * max(score_of(sanctions) - 0.5, 0.0) / 0.5
    provider = charity(selection=selection)
    found = chosen(selection, sanctions=sanctions, provider=provider)
    assert found["passed_over"].mean() == pytest.approx(share, abs=near(share, MANY))
    assert (found["agreed"] == 1 - found["passed_over"]).all()
    assert provider["passed_over"][0] == found["passed_over"].sum()
    assert provider["names"][0] == MANY


def test_scores_of_these_people_lie_on_both_sides_of_the_middle() -> None:
    assert score_of(0) < score_of(12) < 0.5 < score_of(40) < score_of(100)


def test_whoever_is_passed_over_is_among_those_passed_over_by_a_service_that_chooses_more() -> None:
    some, more = (chosen(selection)["passed_over"] == 1 for selection in (0.3, 0.6))
    assert 0 < some.sum() < more.sum()
    assert more[some].all()


@pytest.mark.parametrize("values", [{"agree_prob": 0.0}, {"readiness_gate": 1.0}])
def test_nobody_is_passed_over_who_declines_or_is_not_ready(values) -> None:
    found = chosen(1.0, 500, sanctions=100, **values)
    assert not found["passed_over"].any()
    assert not found["agreed"].any()


def test_nobody_is_offered_a_mentor_who_was_passed_over() -> None:
    found = chosen(1.0, 400, sanctions=100, response_days=0.0)
    over = found["passed_over"] == 1
    assert 50 < over.sum() < 400
    matched(found, inside(400), helpers(400), capacity=9)
    assert ((found["mentor"] == NOBODY) == over).all()


@pytest.mark.parametrize("ranking", ["need_first", "random", "pay_first"])
def test_a_service_that_does_not_choose_by_pay_does_exactly_what_it_did(ranking) -> None:
    p = params(ranking=ranking)[0]
    person = inside(1, sanctions=9)[0]
    score, tie = one_year_score(person, TODAY), 0.375
    expected = {"random": tie, "pay_first": int(score * 1000) + tie, "need_first": int((1 - score) * 1000) + tie}
    assert referral.rank(person, 0.0, tie, WEEK, p) == expected[ranking]
    assert not chosen(0.0, 500, sanctions=100)["passed_over"].any()


@pytest.mark.parametrize("ranking", ["need_first", "random", "pay_first"])
def test_a_service_that_chooses_by_nothing_but_pay_puts_those_first_with_whom_a_result_is_likeliest(ranking) -> None:
    found = chosen(1.0, 40, sanctions=np.arange(40) * 3, ranking=ranking)["rank"]
    assert np.corrcoef(np.argsort(found), np.arange(40))[0, 1] > 0.99


@pytest.mark.parametrize(("selection", "first"), [(0.2, 1), (0.49, 1), (0.51, 0), (0.8, 0)])
def test_between_need_and_pay_the_larger_part_decides(selection, first) -> None:
    p = params(ranking="need_first")[0]
    ranks = [referral.rank(one, selection, 0.5, WEEK, p) for one in inside(2, sanctions=[0, 100])]
    assert int(np.argmin(ranks)) == first


def test_where_need_and_pay_weigh_alike_only_the_draw_decides() -> None:
    p = params(ranking="need_first")[0]
    ranks = [
        referral.rank(one, 0.5, tie, WEEK, p)
        for one, tie in zip(inside(2, sanctions=[0, 100]), (0.6, 0.2), strict=True)
    ]
    assert ranks == [500.6, 500.2]


@pytest.mark.parametrize("selection", [0.0, 0.3, 1.0])
def test_by_chance_people_stand_on_one_scale_however_far_pay_decides(selection) -> None:
    found = chosen(selection, sanctions=np.arange(MANY) % 60)["rank"]
    assert found.min() >= 0.0
    assert found.max() <= 1.001
    assert len(set(found)) == MANY  # equals are told apart by the draw


def test_the_more_pay_decides_the_more_the_score_tells_about_the_place() -> None:
    scores = np.arange(MANY) % 60
    found = [np.corrcoef(chosen(part, sanctions=scores)["rank"], scores)[0, 1] for part in (0.0, 0.2, 0.5, 0.9)]
    assert abs(found[0]) < 4.5 / math.sqrt(MANY)
    assert found == sorted(found)
    assert found[3] > 0.85


# Who waits.


@pytest.mark.parametrize(
    "facts", [{"agreed": 0}, {"named_week": NEVER}, {"act_week": WEEK + 1}, {"mentor": 0}, {"received_day": 1}]
)
def test_nobody_is_offered_a_mentor_who_does_not_wait_for_one(facts) -> None:
    known = waiting(1, **facts)
    before = known["mentor"].tolist()
    assert matched(known, inside(1), helpers(1)) == before


def test_somebody_may_be_matched_in_the_week_of_the_answer() -> None:
    assert matched(waiting(1, act_week=WEEK), inside(1), helpers(1)) == [0]


@pytest.mark.parametrize(
    ("weeks_ago", "limit", "offered"), [(0, 0.0, True), (1, 0.0, False), (8, 8.0, True), (9, 8.0, False)]
)
def test_after_release_a_mentor_is_offered_for_some_weeks(weeks_ago, limit, offered) -> None:
    known = waiting(1, release_day=TODAY - 7 * weeks_ago + 4)
    people = several(1, received_day=0)
    assert matched(known, people, helpers(1), waiting_weeks=limit) == [0 if offered else NOBODY]
    assert known["match_prison"][0] == NOBODY


@pytest.mark.parametrize("where", [Where.INSIDE, Where.LEFT])
def test_nobody_is_offered_one_while_they_are_on_recall_or_gone(where) -> None:
    people = several(1, where=int(where), received_day=0, returned=int(Return.RECALL))
    assert matched(waiting(1, release_day=TODAY - 20), people, helpers(1)) == [NOBODY]


@pytest.mark.parametrize("funding", [Funding.NONE, Funding.STARTING, Funding.STOPPED])
def test_no_match_is_made_while_the_service_does_not_run(funding) -> None:
    assert matched(waiting(1), inside(1), helpers(1), charity(funding=funding)) == [NOBODY]


# Who is given.


@pytest.mark.parametrize("stage", Stage)
def test_only_mentors_at_work_are_given_anybody(stage) -> None:
    found = matched(waiting(1), inside(1), helpers(1, stage=stage))
    assert (found == [0]) == (stage in (Stage.AVAILABLE, Stage.MATCHED))


def test_specialists_and_mentors_of_other_areas_are_given_nobody() -> None:
    mentors = helpers(2, specialist=[1, 0], area=[0, 1])
    assert matched(waiting(1), inside(1), mentors, charity(2)) == [NOBODY]


def test_people_and_mentors_are_matched_within_their_area() -> None:
    mentors = helpers(4, area=[0, 1, 0, 1])
    known = waiting(4, area=[1, 1, 0, 0])
    found = matched(known, inside(4, area=[1, 1, 0, 0]), mentors, charity(2), capacity=1)
    assert sorted(found[:2]) == [1, 3]
    assert sorted(found[2:]) == [0, 2]


def test_mentors_with_fewest_people_come_first_and_capacity_is_kept() -> None:
    mentors = helpers(3, load=[2, 0, 1], stage=[Stage.MATCHED, Stage.AVAILABLE, Stage.MATCHED])
    found = matched(waiting(6), inside(6), mentors, capacity=3)
    assert found[0] == 1
    assert sorted(found[1:3]) == [1, 2]
    assert sorted(found[3:]) == [0, 1, 2]
    assert (mentors["load"] == 3).all()
    assert (mentors["stage"] == Stage.MATCHED).all()
    assert matched(waiting(1), inside(1), mentors, capacity=3) == [NOBODY]


def test_a_capacity_that_was_lowered_takes_nobody_away_and_gives_nobody() -> None:
    mentors = helpers(1, load=5, stage=Stage.MATCHED)
    assert matched(waiting(1), inside(1), mentors, capacity=2) == [NOBODY]
    assert mentors["load"][0] == 5


@pytest.mark.parametrize("load", [0, 1])
def test_somebody_inside_gets_a_mentor_who_is_cleared_for_that_prison_where_one_is_free(load) -> None:
    estate = prisons(2)
    for place in range(8):
        mentors = helpers(8)
        mentors["cleared"][place, 1] = 1e6
        mentors["load"][place], mentors["stage"][place] = load, Stage.MATCHED if load else Stage.AVAILABLE
        assert matched(waiting(1), inside(1, prison=1), mentors.copy(), estate=estate) == [place]
        mentors["load"][place] = 2
        assert matched(waiting(1), inside(1, prison=1), mentors, estate=estate)[0] not in (place, NOBODY)


def test_clearance_does_not_count_for_people_outside_or_where_nobody_asks_for_it() -> None:
    chosen = []
    for place in range(8):
        mentors = helpers(8)
        mentors["cleared"][place, 0] = 1e6
        own = matched(waiting(1), inside(1), mentors.copy(), cleared_first=False)
        outside = matched(waiting(1, release_day=TODAY - 3), several(1, received_day=0), mentors)
        assert own == outside
        chosen += own
    assert len(set(chosen)) == 1


def test_which_mentor_is_given_is_by_a_draw_and_not_by_the_order_of_the_table() -> None:
    mentors = helpers(9)
    found = matched(waiting(1), inside(1), mentors.copy())[0]
    turned = mentors[::-1].copy()
    assert turned["key"][matched(waiting(1), inside(1), turned)[0]] == mentors["key"][found]


@pytest.mark.parametrize(("time", "made"), [(0.0, 0), (0.9, 0), (1.0, 1), (2.7, 2), (9.0, 4)])
def test_coordinators_make_as_many_matches_as_they_have_time_for(time, made) -> None:
    provider = charity(to_match=time)
    known = waiting(4)
    found = matched(known, inside(4), helpers(9), provider)
    assert [one != NOBODY for one in found] == [place < made for place in range(4)]
    assert provider["to_match"][0] == pytest.approx(time - made)
    assert provider["matches"][0] == made
    assert provider["rematches"][0] == 0
    assert (known["matched_week"] == WEEK).sum() == made


def test_a_second_mentor_is_counted_as_such_and_a_visit_of_the_first_one_is_forgotten() -> None:
    provider = charity()
    known = waiting(2, matched_week=[WEEK - 5, NEVER], visit_day=TODAY + 9)
    matched(known, inside(2, prison=0), helpers(2), provider)
    assert (provider["matches"][0], provider["rematches"][0]) == (2, 1)
    assert (known["visit_day"] == NEVER).all()
    assert (known["match_prison"] == 0).all()


@pytest.mark.parametrize("seed", range(12))
def test_no_place_with_a_mentor_is_idle_while_somebody_waits_and_coordinators_have_time(seed) -> None:
    generator = np.random.default_rng(seed)
    people, helping = int(generator.integers(1, 25)), int(generator.integers(1, 12))
    known = waiting(people, agreed=generator.integers(0, 2, people), rank=generator.random(people))
    load = generator.integers(0, 4, helping)
    mentors = helpers(helping, load=load, stage=np.where(load > 0, Stage.MATCHED, Stage.AVAILABLE))
    mentors["stage"][generator.random(helping) < 0.2] = Stage.PAUSED
    time = float(generator.integers(0, 20))
    free = int(np.maximum(3 - load, 0)[mentors["stage"] != Stage.PAUSED].sum())
    found = np.array(matched(known, inside(people), mentors, charity(to_match=time), capacity=3))
    given = found != NOBODY
    assert given.sum() == min(free, time, known["agreed"].sum())
    assert mentors["load"].sum() == load.sum() + given.sum()
    assert not given[known["agreed"] == 0].any()
    wait = (known["agreed"] == 1) & ~given
    if given.any() and wait.any():
        assert known["rank"][given].max() < known["rank"][wait].min()


# A gate, and those who come to be ready after all.

GATE = NO_NAMES | {"readiness_gate": 0.5, "agree_prob": 1.0, "response_days": 0.0}


def kept_out(count=1, **values) -> World:
    """People inside whom the service has found not ready, and a mentor each."""
    world = World(inside(count, readiness=0.4, **values), helpers(count, key=np.arange(count) + 1)).week(
        **GATE | {"self_share": 1.0}
    )
    assert world.known["unready"].all()
    assert not world.known["agreed"].any()
    return world


def asked_again(world: World, week=WEEK + 5, **values) -> list[int]:
    """Whether each is taken on in a later week."""
    return world.week(week, **GATE | values).known["agreed"].tolist()


def test_who_comes_to_be_ready_is_asked_after_all_and_matched() -> None:
    world = kept_out(3)
    assert asked_again(world) == [0, 0, 0]
    world.people["readiness"] = [0.5, 0.4999, 0.9]
    names = world.providers["names"].tolist()
    assert asked_again(world, WEEK + 6) == [1, 0, 1]
    assert world.known["unready"].tolist() == [0, 1, 0]
    assert (world.known["matched_week"] == WEEK + 6).tolist() == [True, False, True]
    assert (world.known["named_week"] == WEEK).all()
    assert world.providers["names"].tolist() == names  # they have a name already


def test_who_was_found_ready_is_not_asked_a_second_time() -> None:
    world = World(inside(200, readiness=0.6)).week(**GATE | {"self_share": 1.0, "agree_prob": 0.5})
    agreed = world.known["agreed"].tolist()
    assert 60 < sum(agreed) < 140
    for week in range(WEEK + 1, WEEK + 5):
        assert asked_again(world, week, agree_prob=0.5) == agreed


def test_those_asked_again_may_decline_once_and_for_all() -> None:
    world = kept_out(300)
    world.people["readiness"] = 0.5
    agreed = asked_again(world, agree_prob=0.4)
    assert sum(agreed) / 300 == pytest.approx(0.4, abs=near(0.4, 300))
    assert asked_again(world, WEEK + 6, agree_prob=0.4) == agreed


def test_one_who_became_ready_may_still_be_passed_over_for_the_money() -> None:
    world = kept_out(300, sanctions=60)
    world.people["readiness"] = 0.9
    world.providers["selection"] = 1.0
    agreed = asked_again(world)
    assert 0 < sum(agreed) < 300
    assert world.known["passed_over"].tolist() == [1 - one for one in agreed]
    assert world.providers["passed_over"].tolist() == [300 - sum(agreed)]


@pytest.mark.parametrize(
    ("weeks_out", "where", "asked"),
    [(None, Where.INSIDE, 1), (0, Where.LIBERTY, 1), (8, Where.LIBERTY, 1), (9, Where.LIBERTY, 0), (2, Where.INSIDE, 0),
     (None, Where.LEFT, 0), (2, Where.LEFT, 0)],
)  # fmt: skip
def test_nobody_is_asked_when_it_is_too_late(weeks_out, where, asked) -> None:
    """Back inside on recall, away, or released longer ago than the service offers mentors (8 weeks)."""
    world = kept_out()
    world.people["readiness"], world.people["where"] = 0.9, int(where)
    if weeks_out is not None:
        world.referrals["release_day"][0] = (WEEK + 12 - weeks_out) * 7
    assert asked_again(world, WEEK + 12) == [asked]


@pytest.mark.parametrize("funding", [Funding.STARTING, Funding.STOPPED])
def test_nobody_is_asked_while_the_service_does_not_run(funding) -> None:
    world = kept_out()
    world.people["readiness"] = 0.9
    world.providers["funding"] = int(funding)
    assert asked_again(world) == [0]
    world.providers["funding"] = int(Funding.RUNNING)
    assert asked_again(world, WEEK + 6) == [1]


def test_an_answer_that_has_not_come_is_waited_for() -> None:
    world = kept_out()
    world.people["readiness"], world.referrals["act_week"][0] = 0.9, WEEK + 8
    assert asked_again(world) == [1]
    assert world.known["act_week"].tolist() == [WEEK + 8]
    assert world.week(WEEK + 7, **GATE).known["mentor"].tolist() == [NOBODY]
    assert world.week(WEEK + 8, **GATE).known["mentor"].tolist() == [0]


def test_of_another_stay_nobody_is_asked() -> None:
    world = kept_out()
    world.people["readiness"], world.people["received_day"], world.inside = 0.9, 5, rows(world.people)[:0]
    assert asked_again(world) == [0]


def test_a_gate_of_nil_asks_nobody_again() -> None:
    world = kept_out()
    world.people["readiness"] = 0.9
    assert asked_again(world, readiness_gate=0.0) == [0]


def test_a_cleared_mentor_is_taken_first_also_where_pay_lets_them_have_many() -> None:
    mentors = helpers(2, load=[3, 0], room=[4, 0], stage=[int(Stage.MATCHED), int(Stage.AVAILABLE)])
    clear(mentors[:1], 0)
    assert matched(waiting(1), inside(1), mentors, capacity=2, cleared_first=True) == [0]
