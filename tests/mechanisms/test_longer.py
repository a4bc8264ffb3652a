from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from helpers import advance, prepared, run, small

from ttg_sim.agents.risk import OFFENCES
from ttg_sim.engine import draws
from ttg_sim.engine.draws import Kind
from ttg_sim.mechanisms import longer
from ttg_sim.model import ThroughTheGate
from ttg_sim.outcomes.tables import collect

from .people import SEED, areas, near, several

ON = {"longer.people": True, "longer.per_year": 60.0}
REFORM = {"supervision.under_12_months": True, "supervision.offences_from": date(2000, 1, 1)}
SCARCE = {"weeks": 60, "intake.per_year": 60.0, "longer.mean_extra_weeks": 5.0} | REFORM


def test_switched_off_nobody_comes() -> None:
    p = prepared("longer")
    assert sum(longer.arrivals(SEED, week, areas()[0], p) for week in range(300)) == 0
    world = run(small())
    assert not world.people.rows["longer"].any()
    assert world.areas.rows[0]["longer_entrants"] == 0


def test_switched_on_they_come_at_their_rate() -> None:
    p = prepared("longer", people=True, per_year=200.0)
    mean = 200.0 * 7 / 365.25
    came = [longer.arrivals(SEED, week, areas()[0], p) for week in range(400)]
    assert np.mean(came) == pytest.approx(mean, abs=4.5 * math.sqrt(mean / 400))
    double = [longer.arrivals(SEED, week, areas(people_factor=2.0)[0], p) for week in range(400)]
    assert np.mean(double) == pytest.approx(2 * mean, abs=4.5 * math.sqrt(2 * mean / 400))


def test_their_keys_are_not_those_of_others() -> None:
    area = areas()[0]
    assert longer.next_key(area) != draws.make_key(Kind.PERSON, area.key, 0, area.longer_entrants)


def turned(count: int, **values) -> np.ndarray:
    people, area, p = several(count, sanctions=20), areas()[0], prepared("longer", people=True, **values)
    for one in people:
        longer.turn(one, SEED, area, p)
    assert area.longer_entrants == count
    return people


def test_they_have_shorter_histories_and_longer_sentences() -> None:
    people = turned(6000)
    assert (people["longer"] == 1).all()
    assert (people["sanctions"] == 7).all()
    days = people["sentenced_days"]
    assert days.min() >= 365
    assert days.max() <= 3650
    share = math.exp(-365 / 560)  # more than two years, where 80 weeks are the mean beyond one
    assert (days >= 730).mean() == pytest.approx(share, abs=near(share, 6000))


def test_their_offences_have_their_shares() -> None:
    people = turned(6000)
    for name, share in longer.LongerParameters().offence.items():
        found = (people["offence"] == OFFENCES.index(name)).mean()
        assert found == pytest.approx(share, abs=near(share, 6000))


def test_with_them_the_people_on_short_sentences_are_the_same_with_the_same_first_sentences() -> None:
    plain, world = ThroughTheGate(small(SCARCE)), ThroughTheGate(small(SCARCE | ON))
    known: set[int] = set()
    while plain.running:
        plain.step()
        world.step()
        for key, now in new_people(plain, known).items():
            assert new_people(world, known)[key] == now
        known |= set(plain.people.rows["key"].tolist())
        if plain.week > 10:
            break
    short = world.people.rows[world.people.rows["longer"] == 0]
    assert short["key"].tolist() == plain.people.rows["key"].tolist()
    assert len(world.people) > len(plain.people)


def new_people(world: ThroughTheGate, known: set[int]) -> dict[int, tuple]:
    """Who is new this week, with what was given to them at the beginning."""
    people = world.people.rows
    fields = ["born_day", "sex", "sanctions", "frailty", "offence", "sentence_days", "received_day", "offence_day",
              "distance", "drug_need", "readiness_level", "hope_level", "mental_health"]  # fmt: skip
    return {
        row["key"].item(): row[fields].item() for row in people if row["longer"] == 0 and row["key"].item() not in known
    }


def test_where_nobody_competes_their_lives_are_the_same_to_the_end() -> None:
    from helpers import NO_PLACES, offences_and_stays

    alone = {
        "services.training_places": 0, "services.treatment_places": 0, "services.benefits_places": 0,
        "work.vacancies_per_week": 0.0, "probation.other_cases": 0.0,
    }  # fmt: skip
    plain, world = run(small(SCARCE | NO_PLACES | alone)), run(small(SCARCE | NO_PLACES | alone | ON))
    without, lives = offences_and_stays(plain), offences_and_stays(world)
    assert without.keys() < lives.keys()
    assert {key: lives[key] for key in without} == without


def test_they_are_always_on_licence_and_recalled_for_twice_as_long() -> None:
    settings = SCARCE | ON | {"supervision.under_12_months": False, "weeks": 100, "enforcement.use": 2.0}
    world = run(small(settings))
    spells, returns = world.spells.rows, world.returns.rows
    of_longer = spells[spells["longer"] == 1]
    assert len(of_longer) > 10
    assert (of_longer["supervised"] == 1).mean() > 0.9  # all but those whose sentence was over at release
    assert not spells["supervised"][spells["longer"] == 0].any()
    assert len(returns) > 3
    assert (returns["longer"] == 1).all()
    length = returns["until_day"] - returns["day"]
    assert length.max() == 28


def test_they_are_in_no_figure_of_people_on_short_sentences() -> None:
    world = run(small(SCARCE | ON, weeks=100))
    people, spells = world.people.rows, world.spells.rows
    assert (spells["longer"] == 1).sum() > 10
    tables = collect(world)
    everybody = tables.outcomes[tables.outcomes["group"] == "all"].set_index("outcome")["numerator"]
    short = spells[(spells["longer"] == 0) & (spells["release_day"] >= 0)]
    assert everybody["releases"] == len(short)
    recalls = world.returns.rows[(world.returns.rows["kind"] == 1) & (world.returns.rows["day"] >= 0)]
    assert everybody["recalls"] == (recalls["longer"] == 0).sum()
    assert everybody["recalls_longer"] == (recalls["longer"] == 1).sum() > 0
    counted = people[(people["longer"] == 0) & (people["where"] == 1)]
    assert world.series["inside"] == len(counted)
    free = people[(people["longer"] == 0) & (people["where"] == 2)]
    assert world.series["at_liberty"] == len(free)
    assert world.series["working"] == free["working"].sum()
    assert world.series["using"] == free["using"].sum()
    assert world.series["on_licence"] == (free["supervision"] == 1).sum()


FLOWS = ("entrants", "releases", "occasions", "returns")
STOCKS = ("waiting", "places_people", "in_treatment")


@pytest.mark.parametrize("name", [*FLOWS, *STOCKS])
@pytest.mark.parametrize("people", [False, True], ids=["not there", "there"])
def test_flows_queues_and_places_of_the_weekly_series_count_everybody(name, people) -> None:
    # Many of them and few others: a series that leaves them out is far off. They share queues and places.
    settings = {"longer.people": people, "longer.per_year": 2000.0, "intake.per_year": 10.0, "weeks": 80}
    if name in STOCKS:  # somebody taken back at the end of a week still counts as waiting in it
        settings["enforcement.use"] = 0.0
    world = ThroughTheGate(small(SCARCE | settings, **{"housing.settled_places": 60}))
    before = counts(world)
    while world.running:
        world.step()
        now = counts(world)
        assert world.series[name] == (now[name] - before[name] if name in FLOWS else now[name])
        before = now


def counts(world: ThroughTheGate) -> dict[str, int]:
    people = world.people.rows
    return {
        "entrants": len(people),
        "releases": len(world.spells),
        "occasions": len(world.occasions),
        "returns": len(world.returns),
        "waiting": int(((people["where"] == 2) & (people["queue"] > 0)).sum()),
        "places_people": int((people["place"] == 1).sum()),
        "in_treatment": int((people["until"][:, 1] > 0).sum()),
    }


def test_the_offence_behind_a_longer_sentence_was_before_the_sentence() -> None:
    world = ThroughTheGate(small(SCARCE | ON))
    advance(world, 20)
    people = world.people.rows
    first = people[(people["longer"] == 1) & (people["spells"] == 0) & (people["where"] == 1)]
    assert len(first) > 10
    assert (first["offence_day"] <= first["received_day"]).all()
