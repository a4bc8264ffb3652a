from __future__ import annotations

import numpy as np
import pytest

from ttg_sim.mechanisms import resettlement
from ttg_sim.mechanisms.resettlement import ResettlementParameters

from .people import SEED, areas, near, rows, several, spells

WEEK = 30
ON = {"service": True}


def one_week(count: int, local=1, area=None, week: int = WEEK, people=None, **values):
    people = several(count, spell=np.arange(count)) if people is None else people
    spell = spells(count, resettlement=local)
    table = areas() if area is None else area
    resettlement.run(
        people, rows(people), spell, table, SEED, week, resettlement.prepare(ResettlementParameters(**values))
    )
    return people, spell


def test_without_the_service_nobody_is_helped() -> None:
    people, spell = one_week(50)
    assert not spell["seen"].any()
    assert not spell["helped"].any()
    assert not people["helped"].any()
    assert not people["lead_weeks"].any()


def test_where_staff_have_time_everybody_in_a_resettlement_prison_is_seen() -> None:
    local = np.arange(60) % 2
    people, spell = one_week(60, local, staff=20, help_share=1.0, **ON)  # time for 60 people
    assert spell["seen"].tolist() == spell["helped"].tolist() == people["helped"].tolist() == local.tolist()
    assert people["lead_weeks"].tolist() == (3.0 * local).tolist()


@pytest.mark.parametrize(("staff", "seen"), [(0, 0), (1, 3), (7, 21), (100, 50)])
def test_staff_see_no_more_people_than_they_have_time_for(staff, seen) -> None:
    assert one_week(50, staff=staff, **ON)[1]["seen"].sum() == seen


def test_something_is_done_for_a_share_of_those_seen() -> None:
    people, spell = one_week(6000, staff=1000, people_per_week=3.0, help_share=0.3, **ON)
    assert spell["seen"].sum() == 3000
    helped = spell["helped"][spell["seen"] == 1]
    assert helped.mean() == pytest.approx(0.3, abs=near(0.3, 3000))
    assert not spell["helped"][spell["seen"] == 0].any()
    assert people["helped"].tolist() == spell["helped"].tolist()


def test_who_is_seen_is_a_matter_of_luck() -> None:
    first, second = (one_week(200, week=week, staff=20, **ON)[1]["seen"] for week in (30, 31))
    assert first.sum() == second.sum() == 60
    assert (first != second).any()


def test_help_of_an_earlier_release_does_not_last() -> None:
    people = several(3, spell=np.arange(3), helped=1, lead_weeks=3.0)
    people, _ = one_week(3, people=people)
    assert people["helped"].tolist() == [0, 0, 0]
    assert people["lead_weeks"].tolist() == [0.0] * 3


def test_areas_have_staff_of_their_own_by_size() -> None:
    people = several(200, spell=np.arange(200), area=np.arange(200) % 2)
    table = areas(2, people_factor=np.array([1.0, 0.5]))
    _, spell = one_week(200, people=people, area=table, staff=10, **ON)
    assert spell["seen"][::2].sum() == 30
    assert spell["seen"][1::2].sum() == 15
