from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from helpers import prepared, run, small, with_levers

from ttg_sim import mentoring
from ttg_sim.agents.mentor import MENTOR, Route, Stage
from ttg_sim.agents.person import NEVER, NOBODY, Housing, Left, Supervision, Where
from ttg_sim.agents.provider import Money
from ttg_sim.engine import draws
from ttg_sim.engine.calendar import WEEKS_PER_YEAR
from ttg_sim.engine.draws import Decision
from ttg_sim.engine.table import NEVER_DUE
from ttg_sim.mechanisms import SECTIONS, eligibility, mentor, pay, programme, recruit, staff, training
from ttg_sim.mechanisms.recruit import MOST_INVITES, RecruitParameters

from .people import SEED, areas, mentors, near, outside, providers, rows

WEEK = 100
MONDAY = WEEK * 7
NO_PUBLIC = {"general_per_year": 0.0}
TAKES_ALL = {"suitable_share": 1.0, "signal_noise": 0.0, "screening_weeks": 0.0}


def params(**values):
    return recruit.prepare(RecruitParameters(**values))


# Who would ever volunteer.


def found(people, first: int = 0, week: int = WEEK, **values):
    diary, interested = np.full(len(people), 7_777), np.full(len(people), NOBODY)
    count = recruit.find(people, first, len(people), diary, interested, 0, SEED, week, params(**values))
    return interested[:count], diary


@pytest.mark.parametrize("share", [0.02, 0.3])
def test_a_share_of_people_would_ever_volunteer(share) -> None:
    listed, diary = found(outside(20_000), interest_share=share)
    assert len(listed) / 20_000 == pytest.approx(share, abs=near(share, 20_000))
    assert diary[listed].min() == WEEK + 1
    assert (np.delete(diary, listed) == 7_777).all()


def test_nobody_is_interested_at_a_share_of_nil() -> None:
    assert len(found(outside(500), interest_share=0.0)[0]) == 0


def test_people_are_looked_for_once() -> None:
    people = outside(3000)
    whole = found(people, interest_share=0.1)[0].tolist()
    parts = found(people[:1000], interest_share=0.1)[0].tolist() + found(people, 1000, interest_share=0.1)[0].tolist()
    assert parts == whole
    assert len(set(whole)) == len(whole)


def test_people_on_longer_sentences_are_not_asked() -> None:
    listed, _ = found(outside(400, longer=np.arange(400) % 2), interest_share=0.3)
    assert len(listed) > 0
    assert (listed % 2 == 0).all()


def test_more_interest_adds_people_and_takes_none_away() -> None:
    few, more = (set(found(outside(5000), interest_share=share)[0]) for share in (0.02, 0.1))
    assert few < more


# Coming forward.


def came(people, count: int = 1, first: int = WEEK, **values):
    """How often each person comes forward in some weeks, if nothing comes of it."""
    p = params(**values)
    diary = np.array([recruit.next_look(one, SEED, first - 1, p[0]) for one in people])
    interested, wishing, times = rows(people), np.empty(len(people), np.int64), np.zeros(len(people), int)
    left = len(people)
    for week in range(first, first + count):
        left, wishes = recruit.wish(people, interested, left, diary, wishing, SEED, week, p)
        times[wishing[:wishes]] += 1
    return times


def per_year(people, count: int = 104, **values) -> float:
    times = came(people, count, **values)
    return float(times.sum() / len(times) / count * WEEKS_PER_YEAR)


def close(rate: float, people: int, weeks: int = 104) -> float:
    return 4.5 * math.sqrt(rate / (people * weeks / WEEKS_PER_YEAR))


PLAIN = {"apply_per_year": 0.5, "self_exclusion": 0.0, "need_barrier": 0.0, "invites_per_year": 0.0}


def test_people_come_forward_at_the_rate_given() -> None:
    assert per_year(outside(1500), **PLAIN) == pytest.approx(0.5, abs=close(0.5, 1500))


def test_nobody_comes_forward_at_a_rate_of_nil() -> None:
    people = outside(300, supervision=Supervision.LICENCE)
    assert not came(people, 104, apply_per_year=0.0, invites_per_year=0.0).any()


@pytest.mark.parametrize(("years", "share"), [(0.0, 0.4), (2.5, 0.55), (5.0, 0.7), (10.0, 1.0), (30.0, 1.0)])
def test_fear_of_refusal_fades_over_ten_years(years, share) -> None:
    person = outside(released_day=MONDAY - int(years * 365.25))[0]
    values = PLAIN | {"self_exclusion": 0.6}
    assert recruit.comes_forward(person, SEED, WEEK, prepared("recruit", **values)) in (True, False)
    people = outside(3000, released_day=MONDAY - int(years * 365.25))
    rate = 0.5 * share
    assert per_year(people, 13, **values) == pytest.approx(rate, abs=close(rate, 3000, 13) + 0.01)


def test_total_fear_holds_somebody_just_released_back() -> None:
    assert not came(outside(500, released_day=MONDAY), self_exclusion=1.0, apply_per_year=2.0).any()


def test_staff_invite_people_under_supervision_who_then_fear_no_refusal() -> None:
    values = PLAIN | {"self_exclusion": 1.0, "invites_per_year": 1.0}
    fresh = {"released_day": MONDAY + 104 * 7}  # fear does not fade in these weeks
    supervised, others = (outside(800, supervision=phase, **fresh) for phase in (Supervision.LICENCE, 0))
    assert per_year(supervised, **values) == pytest.approx(1.0, abs=close(1.0, 800))
    assert not came(others, 104, **values).any()
    inside = outside(300, supervision=Supervision.LICENCE, where=Where.INSIDE, **fresh)
    assert not came(inside, 104, **values).any()


@pytest.mark.parametrize("housing", [Housing.TEMPORARY, Housing.HOMELESS])
def test_need_holds_people_without_a_settled_home_back_whether_invited_or_not(housing) -> None:
    values = {"apply_per_year": 0.5, "self_exclusion": 0.0, "need_barrier": 0.6, "invites_per_year": 0.5}
    state = {"supervision": Supervision.LICENCE, "housing": housing}
    assert per_year(outside(1500, **state), **values) == pytest.approx(0.4, abs=close(0.4, 1500))
    assert not came(outside(300, **state), 52, **(values | {"need_barrier": 1.0})).any()


def test_a_home_that_nobody_follows_any_more_holds_nobody_back() -> None:
    gone = outside(1500, where=Where.LEFT, left=Left.DESISTED, housing=Housing.HOMELESS)
    assert per_year(gone, **(PLAIN | {"need_barrier": 1.0})) == pytest.approx(0.5, abs=close(0.5, 1500))


@pytest.mark.parametrize(
    ("state", "stays"),
    [({}, True), ({"where": Where.INSIDE}, True), ({"where": Where.LEFT, "left": Left.DESISTED}, True),
     ({"volunteer": 4}, False), ({"where": Where.LEFT, "left": Left.DIED}, False),
     ({"where": Where.LEFT, "left": Left.MOVED}, False), ({"where": Where.LEFT, "left": Left.LONGER_SENTENCE}, False)],
)  # fmt: skip
def test_who_has_applied_or_gone_away_is_no_longer_listed(state, stays) -> None:
    people = outside(3, key=[1, 2, 3])
    for name, value in state.items():
        people[name][1] = value
    interested, wishing, diary = rows(people), np.empty(3, np.int64), np.full(3, WEEK)
    p = params(apply_per_year=2.0)
    left, _ = recruit.wish(people, interested, 3, diary, wishing, SEED, WEEK, p)
    assert interested[:left].tolist() == ([0, 1, 2] if stays else [0, 2])
    assert diary.min() > WEEK
    assert stays or diary[1] == NEVER_DUE


def test_nobody_is_looked_at_before_their_week() -> None:
    people = outside(3, volunteer=5)
    interested, wishing, diary = rows(people), np.empty(3, np.int64), np.array([WEEK + 1, WEEK, WEEK - 3])
    left, wishes = recruit.wish(people, interested, 3, diary, wishing, SEED, WEEK, params())
    assert (interested[:left].tolist(), wishes) == ([0], 0)


def test_the_pace_of_looks_does_not_hang_on_the_lever() -> None:
    assert RecruitParameters.parameters()["invites_per_year"].high == MOST_INVITES
    looks = [
        [recruit.next_look(one, SEED, WEEK, prepared("recruit", invites_per_year=rate)) for one in outside(300)]
        for rate in (0.0, 0.2, 5.0)
    ]
    assert looks[0] == looks[1] == looks[2]


@pytest.mark.parametrize(("before", "after"), [(0.0, 5.0), (5.0, 0.5)])
def test_a_change_in_invitations_acts_at_once(before, after) -> None:
    people = outside(4000, supervision=Supervision.LICENCE)
    p = [params(**(PLAIN | {"apply_per_year": 0.0, "invites_per_year": rate})) for rate in (before, after)]
    diary = np.array([recruit.next_look(one, SEED, WEEK - 1, p[0][0]) for one in people])
    interested, wishing = rows(people), np.empty(len(people), np.int64)
    counts = []
    for week in range(WEEK, WEEK + 20):
        _, wishes = recruit.wish(people, interested, len(people), diary, wishing, SEED, week, p[week >= WEEK + 10])
        counts.append(wishes)
    for found_rate, rate in ((counts[:10], before), (counts[10:], after)):
        share = 1 - math.exp(-rate / WEEKS_PER_YEAR)
        assert sum(found_rate) / 40_000 == pytest.approx(share, abs=near(share, 40_000))


# Applications.


class Office:
    """People, mentors and a provider in each area, week by week."""

    def __init__(self, people=None, count: int = 1, area=None, **values) -> None:
        self.people = outside(0) if people is None else people
        self.providers = providers(count, **values)
        self.areas = areas(count) if area is None else area
        self.table, self.size = np.zeros(20_000, MENTOR), 0
        self.volunteers, self.count = np.zeros(20_000, np.int64), 0

    def week(self, week: int = WEEK, wishing=(), finishing=(), draw: float = 0.0, **values) -> Office:
        self.size, self.count = recruit.run(
            self.people, np.array(wishing, np.int64), np.array(finishing, np.int64), self.table, self.size,
            self.volunteers, self.count, self.providers, self.areas, draw, SEED, week, params(**values),
        )  # fmt: skip
        return self

    def begin(self, allowed=(), week: int = WEEK, row: int = 0, **values) -> Office:
        self.size, self.count = recruit.begin(
            self.people, np.array(allowed, np.int64), self.table, self.size, self.volunteers, self.count,
            self.providers[row], self.areas[row], SEED, week, params(**values),
        )  # fmt: skip
        return self

    @property
    def mentors(self):
        return self.table[: self.size]


def test_the_public_applies_at_the_rate_given() -> None:
    office = Office()
    for week in range(520):
        office.week(week, general_per_year=45.0)
    rate = 45.0 / WEEKS_PER_YEAR
    assert office.size / 520 == pytest.approx(rate, abs=4.5 * math.sqrt(rate / 520))
    one = office.mentors
    assert len(set(one["key"])) == office.size
    assert (one["person"] == NOBODY).all()
    assert (one["route"] == Route.GENERAL).all()
    assert np.bincount(one["applied_week"], minlength=520).std() > 0.5
    assert office.providers["applications"].tolist() == [office.size]
    assert office.providers["spent"][0, Money.RECRUITMENT] == office.size * 150.0


def test_nobody_applies_at_a_rate_of_nil() -> None:
    assert Office().week(**NO_PUBLIC).size == 0


def test_areas_have_applicants_by_their_size() -> None:
    office = Office(count=2, area=areas(2, people_factor=[0.5, 1.5]))
    for week in range(520):
        office.week(week, general_per_year=45.0)
    for area, factor in enumerate((0.5, 1.5)):
        rate = 45.0 * factor / WEEKS_PER_YEAR
        number = (office.mentors["area"] == area).sum() / 520
        assert number == pytest.approx(rate, abs=4.5 * math.sqrt(rate / 520))


def test_an_applicant_starts_at_the_beginning() -> None:
    office = Office()
    office.week(general_per_year=2000.0, screening_weeks=4.0)
    one = office.mentors
    assert len(one) > 20
    assert (one["stage"] == Stage.SCREENING).all()
    assert (one["applied_week"] == WEEK).all()
    for name in ("registered_week", "ready_week", "ended_week", "paid_week"):
        assert (one[name] == NEVER).all()
    for name in ("identity", "validation"):
        assert (one[name] == 0.5).all()
    for name in ("asked", "answer", "cleared", "load", "specialist", "skill", "strain", "exit", "room"):
        assert not one[name].any()


def test_fitness_and_commitment_are_even_and_have_nothing_to_do_with_each_other() -> None:
    office = Office()
    for week in range(100):
        office.week(week, general_per_year=1500.0, money_motive=0.0)
    one = office.mentors
    for name in ("fitness", "commitment"):
        assert one[name].mean() == pytest.approx(0.5, abs=4.5 / math.sqrt(12 * len(one)))
        assert one[name].std() == pytest.approx(1 / math.sqrt(12), rel=0.05)
    assert abs(np.corrcoef(one["fitness"], one["commitment"])[0, 1]) < 4.5 / math.sqrt(len(one))


def test_those_who_come_while_nobody_is_taken_on_keep_their_number() -> None:
    always, now_and_then = Office(), Office()
    for week in range(60):
        always.week(week)
        now_and_then.providers["recruiting"] = week % 3 == 0
        now_and_then.week(week)
    expected = always.mentors["key"][always.mentors["applied_week"] % 3 == 0]
    assert now_and_then.mentors["key"].tolist() == expected.tolist()
    assert now_and_then.providers["applications"].tolist() == [len(expected)]


@pytest.mark.parametrize("values", [TAKES_ALL, {"suitable_share": 0.01}, {"patience_weeks": 1.0}])
def test_the_stream_of_applicants_is_the_same_whoever_is_taken(values) -> None:
    plain, other = Office(), Office(to_train=0.0)
    for week in range(60):
        plain.week(week)
        other.week(week, **values)
    for name in ("key", "applied_week", "fitness", "commitment"):
        assert other.mentors[name].tolist() == plain.mentors[name].tolist()


def test_more_applicants_from_the_public_add_to_those_who_come_anyway() -> None:
    few, more = Office(), Office()
    for week in range(60):
        few.week(week, general_per_year=20.0)
        more.week(week, general_per_year=60.0)
    assert set(few.mentors["key"]) < set(more.mentors["key"])


def test_a_peer_mentor_and_the_person_are_one() -> None:
    people = outside(5, sanctions=[3, 9, 4, 1, 2], area=[0, 1, 0, 1, 0])
    office = Office(people, 2).week(wishing=[1, 4], finishing=[2], **NO_PUBLIC)
    one = office.mentors
    assert one["person"].tolist() == [2, 1, 4]
    assert one["key"].tolist() == people["key"][[2, 1, 4]].tolist()
    assert one["area"].tolist() == [0, 1, 0]
    assert one["sanctions"].tolist() == [4, 9, 2]
    assert one["route"].tolist() == [Route.PATHWAY, Route.OWN, Route.OWN]
    assert people["volunteer"].tolist() == [NOBODY, 1, 0, NOBODY, 2]
    assert office.providers["applications"].tolist() == [2, 1]
    assert office.volunteers[: office.count].tolist() == [0, 1, 2]


def test_people_with_convictions_who_come_while_nobody_is_taken_on_may_come_again() -> None:
    office = Office(outside(2), recruiting=0).week(wishing=[0], finishing=[1], **NO_PUBLIC)
    assert office.size == 0
    assert office.people["volunteer"].tolist() == [NOBODY] * 2
    assert not office.providers["spent"].any()


def test_nobody_applies_twice_in_one_week() -> None:
    office = Office(outside(2)).week(wishing=[0, 1], finishing=[1], **NO_PUBLIC)
    assert office.mentors["person"].tolist() == [1, 0]
    assert office.mentors["route"].tolist() == [Route.PATHWAY, Route.OWN]
    assert office.people["volunteer"].tolist() == [1, 0]


def years_of(draw: float, weeks: int = 520, office: Office | None = None, **values) -> Office:
    office = Office() if office is None else office
    for week in range(weeks):
        office.week(week, draw=draw, **values)
        office.count = 0  # nobody is screened
    return office


@pytest.mark.parametrize("draw", [0.0, 12.0, 60.0])
def test_pay_draws_applicants_from_the_public_at_its_rate(draw) -> None:
    office = years_of(draw, **NO_PUBLIC)
    rate = draw / WEEKS_PER_YEAR
    assert office.size / 520 == pytest.approx(rate, abs=4.5 * math.sqrt(rate / 520))
    one = office.mentors
    assert (one["route"] == Route.PAY).all()
    assert (one["person"] == NOBODY).all()
    assert (one["for_money"] == 1).all()
    assert len(set(one["key"])) == office.size
    assert office.providers["applications"].tolist() == [office.size]
    assert office.providers["spent"][0, Money.RECRUITMENT] == office.size * 150.0


def test_a_year_of_waiting_draws_fewer_than_six_months_and_no_pay_draws_nobody() -> None:
    found = []
    for values in ({"when": "from_start"}, {"after_months": 6.0}, {"after_months": 12.0}, {"when": "never"}):
        p = prepared("pay", **({"when": "after_months", "drawn_per_year": 100.0} | values))
        found.append(years_of(p["draw"][0], **NO_PUBLIC).size)
    assert found[0] > 2 * found[1] > 4 * found[2] > found[3] == 0


def test_who_is_drawn_by_pay_adds_to_the_public_and_moves_nobody_else() -> None:
    plain, drawn = years_of(0.0, 100), years_of(80.0, 100)
    others = drawn.mentors[drawn.mentors["route"] != Route.PAY]
    assert 0 < len(others) < drawn.size
    for name in ("key", "applied_week", "fitness", "commitment", "for_money"):
        assert others[name].tolist() == plain.mentors[name].tolist()
    assert len(set(drawn.mentors["key"])) == drawn.size


def test_pay_draws_by_the_size_of_the_area_and_while_volunteers_are_taken_on() -> None:
    office = years_of(60.0, office=Office(count=2, area=areas(2, people_factor=[0.5, 1.5])), **NO_PUBLIC)
    for area, factor in enumerate((0.5, 1.5)):
        rate = 60.0 * factor / WEEKS_PER_YEAR
        number = (office.mentors["area"] == area).sum() / 520
        assert number == pytest.approx(rate, abs=4.5 * math.sqrt(rate / 520))
    assert years_of(60.0, office=Office(recruiting=0)).size == 0


@pytest.mark.parametrize("share", [0.0, 0.2, 1.0])
def test_a_share_of_the_others_comes_for_what_it_may_gain(share) -> None:
    office = years_of(0.0, 100, general_per_year=1500.0, money_motive=share)
    motive = office.mentors["for_money"]
    assert motive.mean() == pytest.approx(share, abs=near(share, len(motive)))
    assert set(motive) <= {0, 1}
    people = outside(2000)
    peers = Office(people).week(wishing=rows(people), money_motive=share, **NO_PUBLIC).mentors["for_money"]
    assert peers.mean() == pytest.approx(share, abs=near(share, 2000))


@pytest.mark.parametrize("ratio", [0.0, 0.5, 1.0])
def test_those_who_come_for_the_money_are_less_committed_and_no_less_fit(ratio) -> None:
    plain = years_of(80.0, 100, money_motive=0.3, money_commitment=1.0).mentors
    other = years_of(80.0, 100, money_motive=0.3, money_commitment=ratio).mentors
    lured = plain["for_money"] == 1
    assert lured[plain["route"] == Route.PAY].all()
    assert 0 < lured[plain["route"] == Route.GENERAL].sum() < (plain["route"] == Route.GENERAL).sum()
    assert other["commitment"][~lured].tolist() == plain["commitment"][~lured].tolist()
    assert other["commitment"][lured] == pytest.approx(ratio * plain["commitment"][lured])
    assert other["fitness"].tolist() == plain["fitness"].tolist()


# Screening.


def screened(table, week: int = WEEK, provider=None, **values):
    provider = providers(target=1e6, to_train=1e6) if provider is None else provider
    recruit.screen(table, rows(table), provider, SEED, week, params(**values)[0])
    return table, provider


def applicants(count: int, **values):
    return mentors(count, **({"stage": Stage.SCREENING, "applied_week": WEEK - 4} | values))


def even(count: int):
    return (np.arange(count) + 0.5) / count


def test_who_is_taken_begins_training() -> None:
    table, provider = screened(applicants(1), provider=providers(), **TAKES_ALL)
    assert table[["stage", "registered_week", "due", "ended_week"]].tolist() == [(Stage.TRAINING, WEEK, WEEK, NEVER)]
    one = provider[0]
    assert (one["registrations"], one["peer_registrations"], one["rejections"]) == (1, 0, 0)
    assert (one["mentors"], one["to_train"]) == (1, 999.0)


def test_peers_are_counted_among_those_taken() -> None:
    _, provider = screened(applicants(5, person=[NOBODY, 3, NOBODY, 4, 5]), provider=providers(), **TAKES_ALL)
    assert (provider["registrations"].tolist(), provider["peer_registrations"].tolist()) == ([5], [3])


@pytest.mark.parametrize("share", [0.3, 0.6, 1.0])
def test_screening_without_mistakes_takes_those_who_are_fit(share) -> None:
    table, provider = screened(
        applicants(1000, fitness=even(1000)), suitable_share=share, signal_noise=0.0, pressure=0.0
    )
    taken = table["stage"] == Stage.TRAINING
    assert taken.tolist() == (table["fitness"] > 1 - share).tolist()
    assert provider["rejections"].tolist() == [1000 - taken.sum()]
    assert (table["ended_week"][~taken] == WEEK).all()
    assert (table["stage"][~taken] == Stage.REJECTED).all()


def test_mistakes_are_made_both_ways() -> None:
    table, _ = screened(applicants(8000, fitness=even(8000)), suitable_share=0.6, signal_noise=0.2, pressure=0.0)
    taken = table["stage"] == Stage.TRAINING
    assert taken.mean() == pytest.approx(0.6, abs=near(0.6, 8000))
    reach = 0.2 * math.sqrt(3)
    assert not taken[table["fitness"] < 0.4 - reach].any()
    assert taken[table["fitness"] > 0.4 + reach].all()
    near_bar = np.abs(table["fitness"] - 0.4) < 0.05
    assert taken[near_bar].mean() == pytest.approx(0.5, abs=near(0.5, int(near_bar.sum())))


@pytest.mark.parametrize(("there", "bar"), [(0, 0.08), (25, 0.24), (50, 0.4), (80, 0.4)])
def test_the_bar_is_lower_the_more_mentors_are_missing(there, bar) -> None:
    table = mentors(1000, fitness=even(1000))
    provider, p = providers(target=50.0, mentors=there)[0], prepared("recruit", signal_noise=0.0)
    suitable = np.array([recruit.is_suitable(one, provider, SEED, p) for one in table])
    assert suitable.tolist() == (table["fitness"] >= bar).tolist()


@pytest.mark.parametrize(("pressure", "target", "bar"), [(0.0, 50.0, 0.4), (1.0, 50.0, 0.0), (0.8, 0.0, 0.4)])
def test_under_full_pressure_everybody_will_do_and_without_any_only_the_fit(pressure, target, bar) -> None:
    table = mentors(1000, fitness=even(1000))
    provider = providers(target=target)[0]
    p = prepared("recruit", signal_noise=0.0, pressure=pressure)
    suitable = np.array([recruit.is_suitable(one, provider, SEED, p) for one in table])
    assert suitable.tolist() == (table["fitness"] >= bar).tolist()


def test_an_officer_recommends_people_with_convictions_and_has_no_target() -> None:
    fitness = even(4000)
    p = prepared("recruit", by_recommendation=True, pressure=1.0, signal_noise=0.2)
    pressed = providers(mentors=0)[0]
    peers = mentors(4000, fitness=fitness, person=1)
    suitable = np.array([recruit.is_suitable(one, pressed, SEED, p) for one in peers])
    assert suitable.mean() == pytest.approx(0.6, abs=near(0.6, 4000))
    reach = 0.1 * math.sqrt(3)  # half of what screening errs by
    assert not suitable[fitness < 0.4 - reach].any()
    assert suitable[fitness > 0.4 + reach].all()


def test_the_public_needs_no_recommendation() -> None:
    provider = providers(mentors=25)[0]
    for person in (NOBODY, 2):
        table = mentors(1000, fitness=even(1000), person=person)
        taken = [
            [recruit.is_suitable(one, provider, SEED, prepared("recruit", by_recommendation=rule)) for one in table]
            for rule in (False, True)
        ]
        assert (taken[0] == taken[1]) is (person == NOBODY)


def test_what_is_seen_of_an_applicant_is_the_same_in_every_week() -> None:
    first, later = (screened(applicants(500, fitness=even(500)), week)[0]["stage"] for week in (WEEK, WEEK + 9))
    assert first.tolist() == later.tolist()


@pytest.mark.parametrize("takes", [0, 1, 4])
def test_an_answer_takes_its_time(takes) -> None:
    values = TAKES_ALL | {"screening_weeks": float(takes)}
    table = applicants(2, applied_week=WEEK, fitness=[0.9, 0.1])
    for week in range(WEEK, WEEK + takes):
        screened(table, week, providers(), **values)
        assert (table["stage"] == Stage.SCREENING).all()
    screened(table, WEEK + takes, providers(), **values)
    assert (table["stage"] == Stage.TRAINING).all()


def test_applicants_are_taken_in_order_while_coordinators_have_time() -> None:
    table, provider = screened(applicants(10), provider=providers(to_train=3.7), **TAKES_ALL)
    assert (table["stage"] == Stage.TRAINING).tolist() == [True] * 3 + [False] * 7
    assert (table["stage"][3:] == Stage.SCREENING).all()
    assert provider["to_train"] == pytest.approx([0.7])
    provider["to_train"] += 2.0
    screened(table, WEEK + 1, provider, **TAKES_ALL)
    assert (table["stage"] == Stage.TRAINING).tolist() == [True] * 5 + [False] * 5


def test_no_more_are_taken_than_are_wanted() -> None:
    table, provider = screened(applicants(10), provider=providers(target=6.5, mentors=4), **TAKES_ALL)
    assert (table["stage"] == Stage.TRAINING).sum() == 3  # the half needs a whole mentor
    assert provider["mentors"].tolist() == [7]
    table, _ = screened(applicants(10), provider=providers(target=6.0, mentors=6), **TAKES_ALL)
    assert (table["stage"] == Stage.SCREENING).all()


def test_each_area_has_its_own_limits() -> None:
    table = applicants(20, area=np.arange(20) % 2)
    screened(table, provider=providers(2, to_train=[2.0, 5.0]), **TAKES_ALL)
    assert [(table["stage"][area::2] == Stage.TRAINING).sum() for area in (0, 1)] == [2, 5]


def test_patience_ends_after_its_weeks() -> None:
    full = providers(target=0.5, mentors=1)
    table = applicants(1, applied_week=WEEK)
    for week in (WEEK + 4, WEEK + 26):
        screened(table, week, full, **TAKES_ALL)
        assert table["stage"].tolist() == [Stage.SCREENING]
    screened(table, WEEK + 27, full, **TAKES_ALL)
    assert table[["stage", "ended_week"]].tolist() == [(Stage.LEFT, WEEK + 27)]
    assert full["exits"].tolist() == full["rejections"].tolist() == [0]


def test_nobody_is_answered_while_nobody_is_taken_on_but_patience_runs_out() -> None:
    table = applicants(3, applied_week=[WEEK - 4, WEEK - 26, WEEK - 27])
    screened(table, provider=providers(recruiting=0), **TAKES_ALL)
    assert table["stage"].tolist() == [Stage.SCREENING, Stage.SCREENING, Stage.LEFT]


def test_only_applicants_are_screened() -> None:
    table = mentors(9, stage=np.arange(9), applied_week=WEEK - 50)
    screened(table, provider=providers(), **TAKES_ALL)
    expected = np.arange(9)
    expected[Stage.SCREENING] = Stage.LEFT
    assert table["stage"].tolist() == expected.tolist()


# The volunteers with whom a service begins.


def test_a_service_begins_with_its_pool() -> None:
    people = outside(40)
    office = Office(people).begin(range(40), pool_size=24.0, peer_share=0.25)
    one = office.mentors
    assert office.size == office.count == 24
    assert (one["person"] != NOBODY).tolist() == [True] * 6 + [False] * 18
    assert (one["route"] == Route.BEFORE).all()
    assert len(set(one["key"])) == 24
    assert one["key"][:6].tolist() == people["key"][one["person"][:6]].tolist()
    assert people["volunteer"][one["person"][:6]].tolist() == list(range(6))
    assert (people["volunteer"] != NOBODY).sum() == 6
    assert office.providers["mentors"].tolist() == [24]
    assert office.providers["applications"].tolist() == [0]
    assert not office.providers["spent"].any()


@pytest.mark.parametrize(("share", "peers"), [(0.0, 0), (0.02, 0), (0.2, 5), (0.92, 22)])
def test_the_share_of_peers_is_rounded(share, peers) -> None:
    office = Office(outside(100)).begin(range(100), pool_size=24.0, peer_share=share)
    assert (office.mentors["person"] != NOBODY).sum() == peers
    assert office.size == 24


@pytest.mark.parametrize("there", [0, 1, 4])
def test_where_there_are_too_few_peers_the_pool_is_smaller(there) -> None:
    office = Office(outside(there)).begin(range(there), pool_size=20.0, peer_share=0.5)
    assert office.size == 10 + there
    assert (office.mentors["person"] != NOBODY).sum() == there


def test_a_service_may_begin_with_nobody() -> None:
    assert Office(outside(10)).begin(range(10), pool_size=0.0).size == 0


def test_who_of_the_peers_begins_is_decided_by_a_draw_of_their_own() -> None:
    few = Office(outside(50)).begin(range(50), pool_size=20.0, peer_share=0.5)
    reverse = Office(outside(50)).begin(range(49, -1, -1), pool_size=20.0, peer_share=0.5)
    chosen = {int(row) for row in few.mentors["person"] if row != NOBODY}
    assert chosen == {int(row) for row in reverse.mentors["person"] if row != NOBODY}
    u = [draws.uniform(SEED, Decision.RECRUIT_BEFORE, key, 0, 0) for key in few.people["key"]]
    assert chosen == set(np.argsort(u)[:10])


def test_each_service_begins_with_people_of_its_area_and_by_its_size() -> None:
    people = outside(60, area=np.arange(60) % 2)
    office = Office(people, 2, areas(2, people_factor=[0.5, 1.5]))
    for row in (0, 1):
        office.begin(range(60), row=row, pool_size=20.0, peer_share=0.5)
    one = office.mentors
    assert np.bincount(one["area"]).tolist() == [10, 30]
    peers = one[one["person"] != NOBODY]
    assert np.bincount(peers["area"]).tolist() == [5, 15]
    assert (people["area"][peers["person"]] == peers["area"]).all()


# The whole supply of a week.


def supply(people, interested=(), supervised=(), begins: bool = True, week: int = WEEK, **values):
    """One week of the supply of mentors; `values` are by section, as in scenario files."""
    sections: dict[str, dict] = {}
    for path, value in values.items():
        section, _, name = path.partition("__")
        sections.setdefault(section, {})[name] = value
    table, volunteers = np.zeros(2000, MENTOR), np.zeros(2000, np.int64)
    provider = providers(first_week=week if begins else 0)
    modules = {"programme": programme, "eligibility": eligibility, "recruit": recruit, "training": training,
               "mentor": mentor, "pay": pay, "staff": staff}  # fmt: skip
    p = [module.prepare(SECTIONS[name](**sections.get(name, {}))) for name, module in modules.items()]
    most = len(people)
    size, count, left = mentoring.supply_week(
        people, np.full(most, week), np.array(supervised, np.int64), np.array(interested, np.int64),
        np.zeros(most, np.int64), np.zeros(most, np.int64), table, 0, volunteers, 0, provider, areas(), begins, SEED,
        week, *p,
    )  # fmt: skip
    return table[:size], volunteers[:count], provider[0], left


QUIET = {"recruit__general_per_year": 0.0, "mentor__exit_hazard": 0.0}


def test_in_the_first_week_of_a_service_its_pool_is_at_work() -> None:
    people = outside(60)
    table, volunteers, provider, _ = supply(people, range(60), recruit__apply_per_year=0.0,
                                            recruit__invites_per_year=0.0, **QUIET)  # fmt: skip
    assert len(table) == len(volunteers) == provider["mentors"] == 24
    assert (table["stage"] == Stage.AVAILABLE).all()
    assert (table["ready_week"] == WEEK).all()
    assert (table["skill"] == table["talent"]).all()
    assert len(set(table["talent"])) == 24
    assert (table["person"] != NOBODY).sum() == 5


def test_only_people_who_may_volunteer_are_in_the_pool() -> None:
    people = outside(60, supervision=Supervision.LICENCE)
    people["supervision"][7] = Supervision.NONE
    table, _, _, _ = supply(people, range(60), **QUIET)
    assert {int(row) for row in table["person"]} == {NOBODY, 7}


def test_in_the_first_week_nobody_is_taken_because_all_seem_to_be_missing() -> None:
    _, _, provider, _ = supply(outside(0), programme__target_mentors=24.0, recruit__screening_weeks=0.0,
                               recruit__general_per_year=3000.0, recruit__peer_share=0.0)  # fmt: skip
    assert provider["registrations"] == 0
    assert provider["rejections"] / provider["applications"] == pytest.approx(0.4, abs=near(0.4, 50))


def test_somebody_who_completes_supervision_and_comes_forward_is_one_applicant() -> None:
    people = outside(200, supervision=Supervision.LICENCE, supervision_end_day=MONDAY + 2, released_day=MONDAY - 362)
    table, _, provider, _ = supply(
        people, range(200), range(200), begins=False, eligibility__off_licence_required=False,
        programme__end_pathway="compulsory", recruit__apply_per_year=2.0, recruit__invites_per_year=5.0, **QUIET,
    )  # fmt: skip
    assert len(table) == provider["applications"] == 200
    assert sorted(table["person"]) == list(range(200))
    assert people["volunteer"][table["person"]].tolist() == list(range(200))


# In a world.

CONTRACT = {"weeks": 60, "warm_up_weeks": 0, "funding.start": date(2000, 1, 1), "funding.calendar": "continuous",
            "recruit.interest_share": 0.3, "recruit.apply_per_year": 1.0, "intake.per_year": 60.0}  # fmt: skip


@pytest.fixture(scope="module")
def world():
    settings = {
        "eligibility.off_licence_required": False,
        "programme.end_pathway": "voluntary",
        "programme.voluntary_share": 0.3,
        "pay.when": "from_start",
        "supervision.under_12_months": True,
        "supervision.total_weeks": 20.0,
        "supervision.offences_from": date(2000, 1, 1),
    }
    return run(small(CONTRACT | settings))


def test_in_a_world_every_peer_mentor_is_one_person(world) -> None:
    table, people = world.mentors.rows, world.people.rows
    peers = np.flatnonzero(table["person"] != NOBODY)
    assert len(peers) > 20
    assert set(table["route"]) == set(Route)
    assert people["volunteer"][table["person"][peers]].tolist() == peers.tolist()
    assert (people["volunteer"] != NOBODY).sum() == len(peers)
    assert (people["key"][table["person"][peers]] == table["key"][peers]).all()
    assert len(set(table["key"])) == len(table)


def test_in_a_world_volunteers_are_those_who_have_not_dropped_out(world) -> None:
    table, listed = world.mentors.rows, world.rows["volunteers"].rows
    assert len(set(listed)) == len(listed)
    assert set(np.flatnonzero(table["stage"] <= Stage.PAUSED)) <= set(listed)
    assert ((table["ended_week"] == NEVER) == (table["stage"] <= Stage.PAUSED)).all()
    assert ((table["registered_week"] == NEVER) | (table["registered_week"] >= table["applied_week"])).all()


def test_in_a_world_mentors_begun_less_mentors_lost_are_mentors_there(world) -> None:
    series = world.datacollector.get_model_vars_dataframe()
    begun = (world.mentors.rows["route"] == Route.BEFORE).sum() + series["registrations"].sum()
    lost = series["exits"].sum() + series["bars"].sum()
    stages = world.mentors.rows["stage"]
    assert begun - lost == ((stages > Stage.SCREENING) & (stages <= Stage.PAUSED)).sum()


def test_in_a_world_no_one_interested_is_listed_twice(world) -> None:
    listed = world.rows["interested"].rows
    assert len(set(listed)) == len(listed)


def test_the_public_is_the_same_with_and_without_a_pathway() -> None:
    keys = []
    for pathway in ("none", "compulsory"):
        other = run(with_levers(small(CONTRACT), ("programme.end_pathway", pathway, 10)))
        keys.append(other.mentors.rows["key"][other.mentors.rows["route"] == Route.GENERAL].tolist())
    assert keys[0] == keys[1]
    assert len(keys[0]) > 20
