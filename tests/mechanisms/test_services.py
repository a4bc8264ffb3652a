from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from helpers import prepared, small

from ttg_sim.agents.person import Contributor, Service, Where
from ttg_sim.agents.service_user import SERVICE_USER, Use
from ttg_sim.engine.queues import clock
from ttg_sim.mechanisms import services
from ttg_sim.mechanisms.services import ServicesParameters
from ttg_sim.model import ThroughTheGate

from .people import SEED, areas, near, officers, person, providers, rows, several

TRAINING, TREATMENT, BENEFITS = (int(service) for service in Service)
WEEK = 30
NO_OTHERS = {"training_others": 0.0, "treatment_others": 0.0, "benefits_others": 0.0}
OPEN_CLAIM = {"income_week": WEEK + 10}


def params(**values) -> np.ndarray:
    return services.prepare(ServicesParameters(**values))


@pytest.mark.parametrize(
    ("service", "values", "needed"),
    [
        (TRAINING, {}, True),
        (TRAINING, {"trained": 1}, False),
        (TRAINING, {"working": 1}, False),
        (TREATMENT, {}, False),
        (TREATMENT, {"drug_need": 1}, True),
        (TREATMENT, {"drug_need": 1, "using": 0, "working": 1}, True),
        (BENEFITS, {}, False),
        (BENEFITS, OPEN_CLAIM, True),
        (BENEFITS, OPEN_CLAIM | {"working": 1}, False),
    ],
)
def test_who_needs_what(service, values, needed) -> None:
    assert services.needs(person(**values), service, WEEK) == needed


@pytest.mark.parametrize("service", range(3))
def test_nobody_needs_what_they_wait_for_or_use(service) -> None:
    one = person(drug_need=1, **OPEN_CLAIM)
    one.queued[service] = clock(WEEK - 1)
    assert not services.needs(one, service, WEEK)
    one.queued[service], one.until[service] = 0.0, clock(WEEK + 1)
    assert not services.needs(one, service, WEEK)


def test_readiness_decides_how_far_referrals_are_taken_up() -> None:
    p = prepared("services")
    assert services.uptake(person(readiness=0.5), p) == 1.0
    assert services.uptake(person(readiness=0.8), p) == pytest.approx(1.3)
    assert services.uptake(person(readiness=0.0), prepared("services", by_readiness=2.0)) == 0.0


def referred(chance: float, item: int = 0, **values) -> np.ndarray:
    people, p = several(4000, **{"drug_need": 1} | OPEN_CLAIM | values), prepared("services")
    for one in people:
        services.refer(one, SEED, WEEK, chance, item, p)
    return people["queued"] > 0


@pytest.mark.parametrize(("readiness", "share"), [(0.5, 0.3), (0.8, 0.39), (0.1, 0.18)])
def test_each_need_may_lead_to_a_referral_at_release(readiness, share) -> None:
    found = referred(0.3, readiness=readiness)
    assert np.abs(found.mean(axis=0) - share).max() < near(share, 4000)
    both = (found[:, 0] & found[:, 1]).mean()  # one does not depend on the other
    assert both == pytest.approx(share * share, abs=near(share * share, 4000))
    assert (referred(0.3, 1, readiness=readiness) != found).any()


def test_nobody_is_referred_to_what_they_do_not_need() -> None:
    assert not referred(1.0, drug_need=0)[:, TREATMENT].any()
    assert not referred(1.0, trained=1)[:, TRAINING].any()
    assert not referred(1.0, income_week=WEEK)[:, BENEFITS].any()


@pytest.mark.parametrize("chance", [0.08, 0.25])
def test_an_officer_refers_to_one_service_at_most(chance) -> None:
    people, p = several(6000, drug_need=1, **OPEN_CLAIM), prepared("services")
    waits = [services.refer_to_one(one, SEED, WEEK, chance, p) for one in people]
    queued = people["queued"] > 0
    assert queued.sum(axis=1).tolist() == [int(one) for one in waits]
    assert np.abs(queued.mean(axis=0) - chance).max() < near(chance, 6000)


def seen(chance_of=0.08, count: int = 6000, **values) -> float:
    """Share of people in need of everything who wait for something after an appointment."""
    people, listed, clients = (
        several(count, drug_need=1, **OPEN_CLAIM),
        np.zeros(count, np.int64),
        np.zeros(count, np.int64),
    )
    staff = officers(**values)
    found = services.admit_seen(
        people, rows(people), staff, listed, clients, 0, SEED, WEEK, params(officer_referral=chance_of)[0]
    )
    assert sorted(clients[:found]) == np.flatnonzero(listed).tolist()
    assert (people["queued"][listed == 0] == 0).all()
    return found / count


def test_officers_refer_more_with_more_time_and_better_spirits() -> None:
    for values, share in (({}, 0.24), ({"attention": 0.5}, 0.12), ({"morale": 0.25}, 0.12), ({"morale": 0.0}, 0.0)):
        assert seen(**values) == pytest.approx(share, abs=near(share, 6000) + 1e-12)


def test_claims_lead_to_money_after_some_weeks_or_fail() -> None:
    people, p = several(6000), prepared("services")
    for one in people:
        services.claim(one, SEED, WEEK, p)
    weeks, count = np.unique(people["income_week"] - WEEK, return_counts=True)
    assert weeks.tolist() == [5, 26]
    assert count[1] / 6000 == pytest.approx(0.3, abs=near(0.3, 6000))
    helped = person(helped=1)
    services.claim(helped, SEED, WEEK, p)
    assert helped.income_week == WEEK + 1


def proceeded(one, week: int = WEEK, area=None, **values) -> tuple[bool, np.record]:
    area = areas() if area is None else area
    return services.proceed(one, area, week, prepared("services", **values)), area[0]


def in_use(service: int, end: float, **values) -> tuple[np.record, np.ndarray]:
    one, area = person(**values), areas()
    one.until[service] = clock(end)
    area["in_service"][0, service] = 1.0
    return one, area


def test_a_course_that_ends_makes_a_person_trained() -> None:
    one, area = in_use(TRAINING, WEEK + 0.5)
    still, place = proceeded(one, area=area)
    assert (still, one.trained, place.in_service[TRAINING]) == (True, 0, 1.0)
    still, place = proceeded(one, WEEK + 1, area)
    assert (still, one.trained, place.in_service[TRAINING], one.until[TRAINING]) == (False, 1, 0.0, 0.0)


def test_nobody_waits_for_a_second_course() -> None:
    one, area = in_use(TRAINING, WEEK)
    services.refer(one, SEED, WEEK, 1.0, 0, prepared("services", by_readiness=0.0))
    proceeded(one, area=area)
    assert one.trained == 1
    assert one.queued[TRAINING] == 0.0


def test_help_with_a_claim_brings_the_money_forward() -> None:
    one, area = in_use(BENEFITS, WEEK, income_week=WEEK + 20)
    proceeded(one, area=area)
    assert one.income_week == WEEK + 1
    assert one.risk[Contributor.INCOME] == 0.1
    proceeded(one, WEEK + 1, area=area)
    assert one.risk[Contributor.INCOME] == 0.0


def test_treatment_that_ends_leaves_nothing_behind() -> None:
    one, area = in_use(TREATMENT, WEEK, drug_need=1, using=1)
    assert not proceeded(one, area=area)[0]
    assert (one.trained, one.using, one.refused) == (0, 1, 0)


@pytest.mark.parametrize(("working", "income_week", "risk"), [(0, 1, 0.1), (1, 1, 0.0), (0, 0, 0.0), (0, -9, 0.0)])
def test_the_risk_is_higher_with_neither_work_nor_benefits(working, income_week, risk) -> None:
    one = person(working=working, income_week=WEEK + income_week)
    assert proceeded(one)[0] == (income_week > 0)
    assert one.risk.tolist() == [0, 0, 0, risk, 0, 0, 0, 0]


def test_patience_runs_out_and_counts_as_a_refusal() -> None:
    one = person()
    one.queued[TREATMENT] = clock(WEEK - 10) + 0.5
    still, _ = proceeded(one, WEEK, patience_weeks=10.0)
    assert (still, one.refused) == (True, 0)
    still, _ = proceeded(one, WEEK + 1, patience_weeks=10.0)
    assert (still, one.refused, one.queued[TREATMENT]) == (False, 1, 0.0)


def test_people_inside_give_up_all_services_and_their_place_in_queues() -> None:
    one, area = in_use(TREATMENT, WEEK + 30, where=int(Where.INSIDE))
    one.queued[TRAINING] = clock(WEEK - 1)
    services.give_up(one, area)
    assert one.queued.tolist() == one.until.tolist() == [0.0] * 3
    assert area["in_service"].tolist() == [[0.0] * 3]
    assert one.refused == 0


def users(count: int, service: int, queued, **values) -> np.ndarray:
    table = np.zeros(count, SERVICE_USER)
    table["key"] = np.arange(count) + 10_000
    table["service"], table["use"], table["queued"], table["until"] = service, int(Use.WAITING), queued, 1e9
    for name, value in values.items():
        table[name] = value
    return table


def test_places_go_to_whoever_has_waited_longest() -> None:
    people, others = several(4), users(3, TREATMENT, clock(WEEK) - np.array([2.0, 7.0, 4.0]))
    people["queued"][:, TREATMENT] = clock(WEEK) - np.array([1.0, 6.0, 3.0, 5.0])
    waiting = np.column_stack([rows(people), np.full(4, TREATMENT)])
    area = areas()
    area["others_in_service"][0, TREATMENT] = 2.0
    services.give_places(people, waiting, others, rows(others), area, SEED, WEEK, params(treatment_places=6)[0])
    # Four places are free; in order of time waited: 7 (other), 6, 5, 4 (other), 3, 2 (other), 1.
    assert (people["until"][:, TREATMENT] > 0).tolist() == [False, True, False, True]
    assert others["use"].tolist() == [Use.WAITING, Use.SERVED, Use.SERVED]
    assert (area[0]["in_service"][TREATMENT], area[0]["others_in_service"][TREATMENT]) == (2.0, 4.0)
    assert people["queued"][:, TREATMENT].tolist() == [clock(WEEK) - 1, 0, clock(WEEK) - 3, 0]


def test_services_and_areas_have_queues_of_their_own() -> None:
    people = several(6, area=np.array([0, 0, 0, 1, 1, 1]))
    lines = []
    for row in range(6):
        for service in (TRAINING, BENEFITS):
            people["queued"][row, service] = clock(WEEK) - row - service
            lines.append((row, service))
    area, none = areas(2, services_factor=np.array([1.0, 2.0])), users(0, 0, 0.0)
    p = params(training_places=1, benefits_places=0)[0]
    services.give_places(people, np.array(lines), none, rows(none), area, SEED, WEEK, p)
    assert (people["until"][:, TRAINING] > 0).tolist() == [False, False, True, False, True, True]
    assert (people["until"][:, BENEFITS] == 0).all()
    assert area["in_service"][:, TRAINING].tolist() == [1.0, 2.0]


def test_a_course_has_its_length_and_other_uses_vary() -> None:
    p = prepared("services")
    keys = np.arange(4000).astype(np.uint64)
    assert {services.stay(key, SEED, WEEK, TRAINING, p) for key in keys[:50]} == {6.0}
    for service, mean in ((TREATMENT, 26.0), (BENEFITS, 2.0)):
        stays = np.array([services.stay(key, SEED, WEEK, service, p) for key in keys])
        assert stays.mean() == pytest.approx(mean, abs=4.5 * mean / math.sqrt(4000))
        assert (stays > mean).mean() == pytest.approx(math.exp(-1), abs=near(math.exp(-1), 4000))


def test_other_people_come_wait_and_go() -> None:
    table, others, area, p = (
        np.zeros(40_000, SERVICE_USER),
        np.zeros(40_000, np.int64),
        areas(),
        params(treatment_others=20.0)[0],
    )
    size = count = 0
    waiting = np.zeros((0, 2), np.int64)
    people = several(0)
    for week in range(200):
        size, count = services.users_move(table, size, others, count, area, SEED, week, p)
        services.give_places(people, waiting, table, others[:count], area, SEED, week, p)
        about = table[others[:count]]
        for service in Service:
            assert (
                area[0]["others_in_service"][service]
                == ((about["service"] == service) & (about["use"] == Use.SERVED)).sum()
            )
        assert set(np.unique(about["use"])) <= {Use.WAITING, Use.SERVED}
    came = np.bincount(table["service"][:size], minlength=3) / 200
    for service, mean in ((TRAINING, 1.5), (TREATMENT, 20.0), (BENEFITS, 8.0)):
        assert came[service] == pytest.approx(mean, abs=4.5 * math.sqrt(mean / 200))
    assert len(set(table["key"][:size])) == size == area[0]["users"]


# Whole small worlds, week by week.

SCARCE = {
    "intake.per_year": 120.0,
    "weeks": 50,
    "warm_up_weeks": 20,
    "services.training_places": 2,
    "services.treatment_places": 12,
    "services.benefits_places": 1,
    "services.training_others": 0.3,
    "services.treatment_others": 0.5,
    "services.benefits_others": 0.5,
    "services.self_referral": 0.8,
    "supervision.under_12_months": True,
    "supervision.offences_from": date(2000, 1, 1),
}


def weekly(settings):
    world = ThroughTheGate(small(settings))
    while world.running:
        week = world.week
        world.step()
        yield week, world


@pytest.mark.parametrize("settings", [SCARCE, SCARCE | {"areas.number": 3}], ids=["one area", "three areas"])
def test_places_are_never_more_than_there_are_and_never_idle_while_somebody_waits(settings) -> None:
    full = 0
    for _, world in weekly(settings):
        people, others = world.people.rows, world.users.rows[world.rows["users"].rows]
        for index, area in enumerate(world.areas.rows):
            for service in Service:
                places = int(world.p["services"][0]["places"][service] * area["services_factor"] + 0.5)
                mine = people["area"] == index
                used = (people["until"][mine, service] > 0).sum()
                served = (others["area"] == index) & (others["service"] == service) & (others["use"] == Use.SERVED)
                waiting = (people["queued"][mine, service] > 0).sum() + (
                    (others["area"] == index) & (others["service"] == service) & (others["use"] == Use.WAITING)
                ).sum()
                assert area["in_service"][service] == used
                assert area["others_in_service"][service] == served.sum()
                assert used + served.sum() <= places
                if waiting:
                    full += 1
                    assert used + served.sum() == places
    assert full > 50


def test_nobody_inside_uses_a_service_for_long_and_those_who_left_never() -> None:
    found = 0
    for week, world in weekly(SCARCE):
        people, returns = world.people.rows, world.returns.rows
        anything = (people["until"] > 0).any(axis=1) | (people["queued"] > 0).any(axis=1)
        assert not anything[people["where"] == Where.LEFT].any()
        inside = set(np.flatnonzero(people["where"] == Where.INSIDE))
        # Somebody taken back at the end of a week gives up the services in the next.
        now = set(returns["person"][returns["day"] // 7 == week])
        assert not set(np.flatnonzero(anything)) & (inside - now)
        found += len(inside & now)
    assert found > 10


def test_nobody_waits_for_a_service_and_uses_it_at_once() -> None:
    for _, world in weekly(SCARCE):
        people = world.people.rows
        assert not ((people["queued"] > 0) & (people["until"] > 0)).any()


def test_the_addition_for_having_no_income_ends_with_the_first_payment() -> None:
    stale = 0
    for week, world in weekly(SCARCE | {"enforcement.use": 2.0}):
        people = world.people.rows
        paid = (people["where"] == Where.LIBERTY) & (people["income_week"] <= week)
        stale += int((people["risk"][paid, Contributor.INCOME] > 0).sum())
    assert stale == 0


def test_without_places_referrals_come_to_nothing() -> None:
    none = {"services.training_places": 0, "services.treatment_places": 0, "services.benefits_places": 0}
    for _, world in weekly(SCARCE | none | {"services.patience_weeks": 4.0}):
        assert world.areas.rows["in_service"].sum() == 0
    assert world.people.rows["trained"].sum() == 0
    assert world.people.rows["refused"].sum() > 50


def test_plenty_of_places_refuses_nobody() -> None:
    many = {f"services.{name}_places": 5000 for name in ("training", "treatment", "benefits")}
    for _, world in weekly(SCARCE | many):
        assert not (world.people.rows["queued"] > 0).any()
    assert world.people.rows["refused"].sum() == 0
    assert world.people.rows["trained"].sum() > 20


# People whom a mentor or a group leads to a service.

IN_NEED = {"drug_need": 1} | OPEN_CLAIM


def led(people, pointed=None, charities=None, listed=None) -> tuple[list[int], np.ndarray, np.ndarray]:
    """Rows of those who become clients, the marks of who is one, and the providers."""
    charities = providers(2) if charities is None else charities
    listed = np.zeros(len(people), np.int64) if listed is None else listed
    clients = np.zeros(len(people) + 1, np.int64)
    pointed = rows(people) if pointed is None else np.array(pointed)
    count = services.admit_pointed(people, pointed, charities, listed, clients, 0, SEED, WEEK)
    return clients[:count].tolist(), listed, charities


def test_each_is_led_to_one_service_that_they_need_and_to_any_alike() -> None:
    people = several(6000, **IN_NEED)
    clients, listed, charities = led(people)
    queued = people["queued"] > 0
    assert (queued.sum(axis=1) == 1).all()
    assert np.abs(queued.mean(axis=0) - 1 / 3).max() < near(1 / 3, 6000)
    assert clients == list(range(6000))
    assert listed.all()
    assert charities["services_found"].tolist() == [6000, 0]
    assert (people["queued"].max(axis=1) >= clock(WEEK)).all()


@pytest.mark.parametrize(
    ("values", "service"),
    [
        ({"drug_need": 1, "trained": 1}, TREATMENT),
        ({"drug_need": 0}, TRAINING),
        (OPEN_CLAIM | {"trained": 1}, BENEFITS),
        ({"drug_need": 1, "working": 1}, TREATMENT),
    ],
)
def test_a_single_need_is_found_whatever_the_draw(values, service) -> None:
    people = several(100, **values)
    led(people)
    assert (people["queued"] > 0).sum(axis=0).tolist() == [100 * (place == service) for place in range(3)]


def test_who_needs_nothing_or_is_not_at_liberty_is_not_led_anywhere() -> None:
    people = several(4, trained=np.array([1, 0, 0, 0]), where=np.array([2, 1, 3, 2]), area=np.array([0, 0, 0, 1]))
    clients, listed, charities = led(people)
    assert clients == [3]
    assert listed.tolist() == [0, 0, 0, 1]
    assert charities["services_found"].tolist() == [0, 1]
    assert (people["queued"][:3] == 0).all()


def test_a_client_is_listed_once_and_nobody_is_led_who_is_not_on_the_list() -> None:
    people = several(3, **IN_NEED)
    clients, listed, charities = led(people, [2, 0], listed=np.array([1, 0, 0]))
    assert clients == [2]
    assert listed.tolist() == [1, 0, 1]
    assert (people["queued"] > 0).sum(axis=1).tolist() == [1, 0, 1]
    assert charities["services_found"].tolist() == [2, 0]


def test_the_order_of_the_list_does_not_matter_and_nobody_on_it_is_nothing() -> None:
    one, other = several(50, **IN_NEED), several(50, **IN_NEED)
    led(one)
    led(other, range(49, -1, -1))
    assert one.tobytes() == other.tobytes()
    people = several(5, **IN_NEED)
    before = people.tobytes()
    assert led(people, np.zeros(0, np.int64))[0] == []
    assert people.tobytes() == before


def test_who_has_been_led_waits_and_is_served_like_anybody_else() -> None:
    people, listed, clients = several(2, drug_need=1, trained=1), np.zeros(2, np.int64), np.zeros(4, np.int64)
    users, others, charities = np.zeros(10, SERVICE_USER), np.zeros(10, np.int64), providers()
    none = rows(people)[:0]
    kept, _, _ = services.run(
        people, none, none, np.array([1]), officers(), charities, listed, clients, 0, users, 0, others, 0, areas(),
        0.0, SEED, WEEK, params(**NO_OTHERS),
    )  # fmt: skip
    assert clients[:kept].tolist() == [1]
    assert (people["until"][:, TREATMENT] > 0).tolist() == [False, True]
    assert charities["services_found"].tolist() == [1]
