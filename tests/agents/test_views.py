from __future__ import annotations

import numpy as np
import pytest
from helpers import MENTORED, advance, run, small

from ttg_sim.agents.views import Area, Household, Mentor, Officer, Person, Prison, Provider, ServiceUser
from ttg_sim.model import ThroughTheGate


@pytest.fixture
def model() -> ThroughTheGate:
    return run(small(MENTORED), until=0)


def test_agents_are_those_of_the_tables(model) -> None:
    sizes = {
        Person: model.people, Officer: model.officers, Prison: model.prisons, Household: model.households,
        ServiceUser: model.users, Area: model.areas, Mentor: model.mentors, Provider: model.providers,
    }  # fmt: skip
    assert {kind: len(agents) for kind, agents in model.agents_by_type.items()} == {
        kind: len(table) for kind, table in sizes.items()
    }
    assert set(model.agent_types) == set(sizes)
    assert len(model.agents) == sum(len(table) for table in sizes.values())


def test_a_view_shows_every_field_of_its_record(model) -> None:
    for row, person in enumerate(model.agents_by_type[Person]):
        record = model.people.rows[row]
        for name in model.people.dtype.names:
            assert np.array_equal(getattr(person, name), record[name])
        assert person.risk.tolist() == record["risk"].tolist()
        assert person.unique_id == record["key"]
        assert type(person.where) is int
        assert type(person.frailty) is float


def test_views_select_and_aggregate_as_in_any_mesa_model(model) -> None:
    people = model.agents_by_type[Person]
    inside = people.select(lambda person: person.where == 1)
    assert 0 < len(inside) == model.series["inside"]
    assert people.agg("sanctions", max) == model.people.rows["sanctions"].max()
    assert sum(people.get("spells")) == model.people.rows["spells"].sum()
    assert len(model.agents.select(agent_type=Prison)) == len(model.prisons)


def test_views_are_kept_and_follow_their_table_when_it_moves(model) -> None:
    people = list(model.agents_by_type[Person])
    before = model.people.data
    model.people.reserve(len(model.people.data))
    assert model.people.data is not before
    advance(model)
    assert [person.where for person in people] == model.people.rows["where"][: len(people)].tolist()
    assert [person.spells for person in people] == model.people.rows["spells"][: len(people)].tolist()
    now = list(model.agents_by_type[Person])
    assert len(now) == len(model.people) > len(people)
    assert all(old is new for old, new in zip(people, now, strict=False))


def test_views_cannot_be_written(model) -> None:
    person = model.agents_by_type[Person][0]
    for name in model.people.dtype.names:
        with pytest.raises(AttributeError, match="read-only"):
            setattr(person, name, 0)
    before = person.risk.copy()
    person.risk[0] = 99.0
    assert (person.risk == before).all()
    with pytest.raises(AttributeError, match="no attribute 'mood'"):
        _ = person.mood
    with pytest.raises(AttributeError):
        model.agents.set("where", 2)


def test_agents_cannot_be_replaced_or_removed(model) -> None:
    count = len(model.agents)
    with pytest.raises(AttributeError, match="cannot be set"):
        model.agents = []
    with pytest.raises(AttributeError, match="cannot be removed"):
        model.remove_all_agents()
    with pytest.raises(AttributeError, match="cannot be removed"):
        model.agents[0].remove()
    with pytest.raises(AttributeError, match="cannot be removed"):
        model.agents.do("remove")
    assert len(model.agents) == count


def test_age_is_that_of_the_present_week(model) -> None:
    person = model.agents_by_type[Person][0]
    before = person.age
    for _ in range(4):
        model.step()
    assert person.age - before == pytest.approx(28 / 365.25)
    assert person.age == pytest.approx((model.week * 7 - model.people.rows[0]["born_day"]) / 365.25)
    assert f"{person.unique_id:016x}" in repr(person)
