"""What is changed in one world moves nobody whom it does not touch: people are compared by key, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import (
    NO_PLACES,
    NO_RISK,
    REFORMED,
    advance,
    lives,
    offences_and_stays,
    run,
    small,
    tables,
    with_levers,
)

from ttg_sim import model as model_module
from ttg_sim import stock
from ttg_sim.agents.person import NOBODY, Where
from ttg_sim.engine import draws
from ttg_sim.mechanisms import reoffending
from ttg_sim.model import ThroughTheGate
from ttg_sim.outcomes.tables import collect
from ttg_sim.scenario import ScenarioFaults, with_settings

PLENTY = {
    "housing.settled_places": 3000,
    "housing.temporary_places": 3000,
    "services.training_places": 3000,
    "services.treatment_places": 3000,
    "services.benefits_places": 3000,
    "work.vacancies_per_week": 500.0,
    "work.others_per_week": 0.0,
}


def with_a_stranger(scenario) -> tuple[ThroughTheGate, int]:
    """A world with one more person, who is likely to offend and wants a home."""
    world = ThroughTheGate(scenario)
    people, key = world.people, draws.make_key(9, np.uint64(1), 2, 4)
    row = people.append(key=key, born_day=-11_000.0, first_sanction_age=15.0, offence=8)
    with np.errstate(over="ignore"):
        stock.finish(people, row, world.areas, world.run_seed, world.week, world.highest_risk, world.p)
        person = people.rows[row]
        person.where, person.spell, person.prison, person.officer = Where.LIBERTY, NOBODY, NOBODY, NOBODY
        person.housing, person.frailty, person.exposure = 2, 5.0, 5.0
        person.released_day = world.week * 7 - 1
        people.diaries["reoffending"][row] = reoffending.next_look(
            person, world.run_seed, world.week - 1, 0, world.highest_risk, world.p["reoffending"][0]
        )
    for name in ("active", "unsettled"):
        world.rows[name].extend(np.array([row]))
    return advance(world), int(key)


@pytest.mark.parametrize("places", [NO_PLACES, PLENTY], ids=["no places", "plenty"])
def test_one_more_person_moves_nobody_else(places) -> None:
    scenario = small(places)
    before = lives(run(scenario))
    world, key = with_a_stranger(scenario)
    after = lives(world)
    stranger = after.pop(key)
    assert len(stranger[2]) + len(stranger[3]) > 2
    assert after == before


def test_one_more_person_is_felt_where_places_are_short() -> None:
    # So the test above is not blind: with few places the stranger is in somebody's way, at least under some luck.
    felt = 0
    for seed in range(8):
        settings = {"housing.settled_places": 4, "housing.other_households_per_week": 0.0, "seed": seed}
        scenario = small(settings, weeks=150)
        before = lives(run(scenario))
        world, key = with_a_stranger(scenario)
        after = lives(world)
        del after[key]
        assert after.keys() == before.keys()
        felt += after != before
    assert felt >= 1


@pytest.mark.parametrize("place", range(len(model_module.WEEK) + 1))
def test_a_further_mechanism_that_does_nothing_changes_nothing(place, monkeypatch) -> None:
    expected = tables(run(small()))

    def idle(world) -> None:
        """Draws for everybody, and changes nobody."""
        for person in world.people.rows:
            draws.uniform(world.run_seed, 999, person.key, world.week, 0)

    week = list(model_module.WEEK)
    week.insert(place, idle)
    monkeypatch.setattr(model_module, "WEEK", tuple(week))
    assert tables(run(small())) == expected


OF_OTHERS = ("cases", "others", "users", "volunteers", "referrals")
"""Lists of rows of other tables than that of people."""
MANY = {"housing.other_households_per_week": 1.0}


def shuffle(world: ThroughTheGate) -> None:
    """Give people and households other rows: diaries and lists of rows go with them."""
    generator = np.random.default_rng(4)
    assert len(world.households) >= 10
    world.households.rows[:] = world.households.rows[generator.permutation(len(world.households))]
    count = len(world.people)
    order = generator.permutation(count)
    new_row = np.argsort(order)
    for column in (world.people.rows, *(diary[:count] for diary in world.people.diaries.values())):
        column[:] = column[order]
    for name, rows in world.rows.items():
        if name not in OF_OTHERS:
            rows.rows[:] = new_row[rows.rows]


@pytest.mark.parametrize("settings", [{}, REFORMED], ids=["as it was", "reformed"])
def test_rows_do_not_matter(settings) -> None:
    """X05: people and households in another order are the same people and households."""
    scenario = small(MANY | settings, weeks=80)
    expected = run(scenario)
    world = ThroughTheGate(scenario)
    shuffle(world)
    advance(world)
    assert lives(world) == lives(expected)
    assert world.people.rows["key"].tolist() != expected.people.rows["key"].tolist()
    one, other = (tables(w)["series"] for w in (world, expected))
    assert one == other
    for name in ("households", "users", "officers", "prisons", "providers"):
        rows = [{row.tobytes() for row in getattr(w, name).rows} for w in (world, expected)]
        assert rows[0] == rows[1]


@pytest.mark.parametrize("settings", [{}, REFORMED], ids=["as it was", "reformed"])
def test_the_order_in_which_people_are_gone_through_does_not_matter(settings) -> None:
    scenario = small(settings, weeks=80)
    world = ThroughTheGate(scenario)
    while world.running:
        for name in (
            "active", "inside", "unsettled", "supervised", "clients", "others", "users", "interested", "referrals",
        ):  # fmt: skip
            world.rows[name].rows[:] = world.rows[name].rows[::-1].copy()
        world.step()
    assert lives(world) == lives(run(scenario))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("housing.settled_places", 60),
        ("housing.settled_places", 0),
        ("custody.tag_uptake", 1.0),
        ("custody.release_fraction", 0.25),
        ("sentencing.replaced_share", 1.0),
        ("housing.release_priority", True),
    ],
)
def test_a_lever_changes_nothing_before_its_week(path, value) -> None:
    """X12, with week 52 for month 12."""
    baseline = small(weeks=90)
    policy = with_levers(baseline, (path, value, 52))
    one, other = ThroughTheGate(baseline), ThroughTheGate(policy)
    while one.running:
        if one.week <= 52:
            assert lives(one) == lives(other)
            assert tables(one) == tables(other)
        one.step()
        other.step()
    assert lives(one) != lives(other)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("supervision.under_12_months", False),
        ("supervision.weekly_for", 0.0),
        ("enforcement.use", 0.0),
        ("enforcement.recall_days", 28.0),
        ("probation.divided", False),
        ("probation.company_officers", 9),
        ("probation.national_officers", 1),
        ("resettlement.service", False),
        ("services.treatment_places", 0),
        ("services.claim_weeks", 0.0),
        ("work.vacancies_per_week", 0.0),
        ("pbr.share", 1.0),
    ],
)
def test_a_lever_on_what_the_reform_brought_changes_nothing_before_its_week(path, value) -> None:
    baseline = small(REFORMED, weeks=90, **{"intake.per_year": 90.0})
    policy = with_levers(baseline, (path, value, 52))
    one, other = ThroughTheGate(baseline), ThroughTheGate(policy)
    while one.running:
        if one.week <= 52:
            assert lives(one) == lives(other)
            worlds = [tables(one), tables(other)]
            if value == 9:  # officers who are not at work yet
                officers = [world.pop("officers") for world in worlds]
                assert len(officers[0]) < len(officers[1])
            assert worlds[0] == worlds[1]
        one.step()
        other.step()
    assert lives(one) != lives(other)


def test_a_lever_in_the_last_week_changes_that_week_alone() -> None:
    baseline = small()
    policy = with_levers(baseline, ("housing.settled_places", 2000, 39))
    one, other = run(baseline, until=39), run(policy, until=39)
    assert tables(one) == tables(other)
    one.step()
    other.step()
    assert not one.running
    assert one.series["places_people"] < other.series["places_people"]


def test_a_lever_after_the_last_week_is_refused() -> None:
    longer = with_levers(small(), ("housing.settled_places", 2000, 39))
    with pytest.raises(ScenarioFaults, match="lies outside the run"):
        with_settings(longer, {"weeks": 39})


def test_a_ramp_acts_as_its_steps() -> None:
    baseline = small()
    ramp = with_levers(baseline, ("custody.tag_uptake", 0.61, 10, 4))
    steps = with_levers(
        baseline,
        *(("custody.tag_uptake", 0.21 + 0.4 * (n + 1) / 4 if n < 3 else 0.61, 10 + n) for n in range(4)),
    )
    assert with_settings(baseline, {"custody.tag_uptake": 0.21}).sections == baseline.sections
    assert lives(run(ramp)) == lives(run(steps)) != lives(run(baseline))


def test_housing_that_moves_no_risk_moves_no_offence_and_no_stay() -> None:
    baseline = small(NO_RISK, weeks=150, **{"custody.tag_uptake": 0.0})
    policy = with_levers(baseline, ("housing.settled_places", 200, 5), ("housing.temporary_places", 0, 5))
    one, other = run(baseline), run(policy)
    assert offences_and_stays(one) == offences_and_stays(other)
    assert one.series["places_people"] != other.series["places_people"]


def test_first_stays_are_settled_before_any_policy_on_housing_is_felt() -> None:
    baseline = small(weeks=150, **{"intake.per_year": 100.0})
    policy = with_levers(baseline, ("housing.settled_places", 0, -10), ("housing.temporary_places", 40, -5))
    facts = ["received_day", "release_day", "sentence_days", "tagged", "resettlement", "offence", "sanctions", "age"]

    def first_stays(world) -> dict:
        spells = world.spells.rows[world.spells.rows["number"] == 1]
        return dict(zip(world.people.rows["key"][spells["person"]].tolist(), spells[facts].tolist(), strict=True))

    one, other = run(baseline), run(policy)
    assert first_stays(one) == first_stays(other)
    assert len(first_stays(one)) > 100
    assert lives(one) != lives(other)


def test_people_whom_a_policy_does_not_touch_live_the_same_lives() -> None:
    baseline = small(weeks=80)
    policy = with_levers(baseline, ("housing.settled_places", 24, 20))
    one, other = lives(run(baseline)), lives(run(policy))
    same = sum(one[key] == other[key] for key in one)
    assert one.keys() == other.keys()
    assert 0.8 * len(one) < same < len(one)


def test_the_same_world_under_another_name_is_the_same() -> None:
    """X13."""
    baseline = small()
    renamed = with_levers(baseline, ("housing.settled_places", 20, 3))
    object.__setattr__(renamed, "name", "other")
    object.__setattr__(renamed, "title", "Another name")
    one, other = run(baseline), run(renamed)
    assert tables(one) == tables(other)
    difference = collect(one).outcomes["value"] - collect(other).outcomes["value"]
    assert (difference.dropna() == 0).all()
    assert difference.notna().sum() > 20


def test_twice_in_one_process_gives_the_same_tables() -> None:
    assert tables(run(small())) == tables(run(small()))


def test_views_and_events_do_not_touch_the_world() -> None:
    expected = tables(run(small()))
    world = ThroughTheGate(small(), events=True)
    while world.running:
        world.agents.shuffle_do("__repr__")
        assert world.random.random() < 1
        world.step()
    assert tables(world) == expected


@pytest.mark.parametrize("other", [{"replicate": 1}, {"seed": 2}])
def test_other_luck_is_another_world(other) -> None:
    one, two = run(small()), run(small(), **other)
    lives_of_one, lives_of_two = lives(one), lives(two)
    shared = lives_of_one.keys() & lives_of_two.keys()
    # Keys are those of the same potential entrants, but no luck is shared.
    assert len(shared) > 15
    assert sum(lives_of_one[key] == lives_of_two[key] for key in shared) == 0
    one_born, two_born = (
        {int(k): b for k, b in zip(w.people.rows["key"], w.people.rows["born_day"], strict=True)} for w in (one, two)
    )
    assert not any(one_born[key] == two_born[key] for key in shared)


def test_replicates_have_seeds_of_their_own() -> None:
    seeds = {int(ThroughTheGate(small(), replicate=replicate).run_seed) for replicate in range(30)}
    assert len(seeds) == 30
    assert ThroughTheGate(small(seed=7)).run_seed == ThroughTheGate(small(), seed=7).run_seed
