from __future__ import annotations

import numpy as np
import pytest
from helpers import prepared

from ttg_sim.agents.person import NOBODY, PERSON, Housing, Where
from ttg_sim.agents.prison import PRISON
from ttg_sim.mechanisms import custody
from ttg_sim.mechanisms.custody import SPELL

SEED = np.uint64(5)
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)


def prisons(local: int = 4) -> np.recarray:
    table = np.zeros(local + 1, PRISON)
    table["resettlement"][:local] = 1
    table["area"][local] = -1
    return table


def person(key: int = 1, **values) -> np.record:
    table = np.zeros(1, PERSON)
    table[0]["key"] = key
    for name, value in ({"born_day": -11_000.0, "first_sanction_age": 16.0, "spell": NOBODY} | values).items():
        table[0][name] = value
    return table[0]


def received(days: int, on: int = MONDAY, key: int = 1, housing: int = Housing.SETTLED, **parameters) -> np.record:
    one = person(key, sentenced_days=days, sentenced_day=on, housing=int(housing), where=int(Where.AT_COURT))
    custody.receive(one, SEED, prisons(), prepared("custody", **{"tag_uptake": 0.0} | parameters))
    return one


@pytest.mark.parametrize(
    ("days", "on", "out"),
    [
        (28, MONDAY, 14),
        (29, MONDAY, 15),  # half a day more is served
        (7, MONDAY, FRIDAY),  # half of 7 days is 4
        (28, FRIDAY, FRIDAY + 14),
        (24, MONDAY, 11),  # day 12 is a Saturday
        (26, MONDAY, 11),  # day 13 is a Sunday
        (2, FRIDAY, FRIDAY),  # the next day is a Saturday, but nobody is released before reception
    ],
)
def test_release_is_at_half_way_and_never_on_a_weekend(days, on, out) -> None:
    one = received(days, on)
    assert one.release_day == out
    assert one.tagged == 0
    assert one.where == Where.INSIDE
    assert (one.received_day, one.sentence_days, one.sentenced_days) == (on, days, 0)


def test_the_part_served_is_a_parameter() -> None:
    assert received(28, release_fraction=1.0).release_day == 28
    assert received(28, release_fraction=0.25).release_day == 7


@pytest.mark.parametrize("weekday", range(7))
def test_before_the_weekend(weekday) -> None:
    for week in (-3, 0, 5):
        expected = week * 7 + min(weekday, FRIDAY)
        assert custody.before_weekend(week * 7 + weekday) == expected


ON_TAG = {"tag_uptake": 1.0, "tag_decision_days": 0.0}


@pytest.mark.parametrize(
    ("days", "out"),
    [
        (83, None),  # under 12 weeks
        (84, 30),  # a quarter is 21 days, but 30 have to be served
        (120, 30),
        (160, 40),  # a quarter; the 40th day is a Saturday
        (182, 46),
        (364, 91),  # half-way less 135 days is 47: a quarter is later
    ],
)
def test_tag_by_the_rule_of_rows_13_56_and_13_57(days, out) -> None:
    one = received(days, **ON_TAG)
    expected = -(-days // 2) if out is None else out
    assert one.release_day == custody.before_weekend(expected)
    assert one.tagged == (out is not None)


def test_tag_brings_release_forward_by_no_more_than_its_limit() -> None:
    assert received(364, tag_longest_days=60.0, **ON_TAG).release_day == 182 - 60
    assert received(364, tag_longest_days=0.0, **ON_TAG).tagged == 0


def test_tag_needs_a_home_and_luck() -> None:
    for housing in (Housing.TEMPORARY, Housing.HOMELESS):
        assert received(182, housing=housing, **ON_TAG).tagged == 0
    assert received(182, tag_decision_days=0.0, tag_uptake=0.0).tagged == 0
    tagged = np.mean([received(182, key=k, tag_decision_days=0.0, tag_uptake=0.3).tagged for k in range(4000)])
    assert tagged == pytest.approx(0.3, abs=4.5 * np.sqrt(0.21 / 4000))


def test_the_decision_takes_time_and_may_come_too_late() -> None:
    served = np.array([received(182, key=k, tag_uptake=1.0, tag_decision_days=20.0).release_day for k in range(2000)])
    assert served.min() >= 46 - 2
    assert served.max() == 91
    late = np.mean(served >= 90)
    assert late == pytest.approx(np.exp(-(90 - 46) / 20), abs=0.04)


def test_a_later_sentence_can_only_move_the_release_back() -> None:
    p = prepared("custody")
    for days, expected, tagged in ((28, 40, 1), (56, 49 - 0, 0)):
        one = person(where=int(Where.INSIDE), release_day=40, sentenced_day=21, sentenced_days=days, tagged=1)
        custody.serve_longer(one, p)
        assert (one.release_day, one.tagged, one.sentenced_days) == (expected, tagged, 0)


def test_release_opens_a_spell_and_scores_the_person() -> None:
    one = received(84, on=WEDNESDAY)
    one.sanctions, one.offence = 12, 8
    spells = np.zeros(4, SPELL)
    assert custody.release(one, 17, spells, 2, prisons()) == 3
    spell = spells[2]
    assert (spell.person, spell.number, spell.received_day, spell.release_day) == (17, 1, WEDNESDAY, WEDNESDAY + 42)
    assert (spell.sentence_days, spell.sanctions, spell.offence) == (84, 12, 8)
    assert (spell.first_night, spell.week_6, spell.month_12) == (NOBODY, NOBODY, NOBODY)
    assert spell.score_1_year == one.score_1_year > 0
    assert spell.age == pytest.approx((44 + 11_000) / 365.25)
    assert (one.where, one.released_day, one.spell, one.spells) == (Where.LIBERTY, 44, 2, 1)


def one_week(people, week, spells=None, **parameters):
    """Spells that begin, with their table and that of prisons; whose row stands in which list is checked here."""
    table = prisons()
    spells = np.zeros(len(people) + 1, SPELL) if spells is None else spells
    sentenced = np.flatnonzero(people["sentenced_days"])
    inside, released, freed = (np.zeros(2 * len(people), np.int64) for _ in range(3))
    before = np.flatnonzero(people["where"] == Where.INSIDE)
    inside[: len(before)] = before
    size, count, gone, free = custody.run(
        people, sentenced, inside, len(before), spells, 0, released, freed, 0, table, SEED, week,
        custody.prepare(section(**parameters)),
    )  # fmt: skip
    assert sorted(inside[:count]) == np.flatnonzero(people["where"] == Where.INSIDE).tolist()
    assert released[:gone].tolist() == spells["person"][:size].tolist()
    assert free == 0
    return size, spells, table


def section(**parameters):
    return custody.CustodyParameters(**{"tag_uptake": 0.0} | parameters)


def everybody(count: int, **values) -> np.ndarray:
    people = np.zeros(count, PERSON)
    people["key"] = np.arange(count) + 1
    people["born_day"], people["first_sanction_age"], people["spell"], people["prison"] = -11_000.0, 16.0, NOBODY, 0
    for name, value in values.items():
        people[name] = value
    return people


def test_the_gate_opens_in_the_week_of_the_date_and_not_before() -> None:
    people = everybody(1, where=int(Where.INSIDE), release_day=20)
    assert one_week(people, 1)[0] == 0
    assert people[0]["where"] == Where.INSIDE
    assert one_week(people, 2)[0] == 1
    assert people[0]["where"] == Where.LIBERTY
    assert one_week(people, 3)[0] == 0


def test_a_very_short_sentence_begins_and_ends_in_one_week() -> None:
    people = everybody(1, where=int(Where.AT_COURT), sentenced_days=7)
    size, spells, table = one_week(people, 0)
    assert size == 1
    assert (spells[0]["received_day"], spells[0]["release_day"]) == (0, 4)
    assert table["people"].sum() == 0


def test_people_who_left_are_not_received() -> None:
    people = everybody(1, where=int(Where.LEFT), sentenced_days=100)
    assert one_week(people, 0)[0] == 0
    assert people[0]["where"] == Where.LEFT


def test_prisons_are_chosen_evenly_and_at_the_given_share() -> None:
    count = 8000
    people = everybody(count, where=int(Where.AT_COURT), sentenced_days=300)
    table = one_week(people, 0, local_share=0.6, transfers_per_year=0.0)[2]
    expected = np.array([0.15] * 4 + [0.4])
    assert table["people"].sum() == count
    assert (np.abs(table["people"] / count - expected) < 4.5 * np.sqrt(expected * (1 - expected) / count)).all()


@pytest.mark.parametrize(("share", "local"), [(0.0, 0), (1.0, 5000)])
def test_all_or_none_go_to_the_prisons_of_the_area(share, local) -> None:
    people = everybody(5000, where=int(Where.AT_COURT), sentenced_days=300)
    table = one_week(people, 0, local_share=share, transfers_per_year=0.0)[2]
    assert table["people"][:4].sum() == local


def test_prisons_of_other_areas_are_not_local() -> None:
    table = prisons()
    table["area"][:3] = 1
    p = prepared("custody")
    rows = {custody.choose_prison(person(k), SEED, 40, 0, 0, 1.0, table) for k in range(200)}
    assert p.local_share > 0
    assert rows == {3}


def test_moves_come_at_their_rate_and_end_where_they_should() -> None:
    count = 20_000
    people = everybody(count, where=int(Where.INSIDE), release_day=1000, prison=4)
    one_week(people, 0, transfers_per_year=12.0, transfer_local_share=1.0)
    chance = 1 - np.exp(-12 * 7 / 365.25)
    moved = (people["prison"] != 4).mean()
    assert moved == pytest.approx(chance, abs=4.5 * np.sqrt(chance / count))
    again = everybody(count, where=int(Where.INSIDE), release_day=1000, prison=4)
    one_week(again, 0, transfers_per_year=0.0)
    assert (again["prison"] == 4).all()
