"""Money: each line by hand, the two views, discounting, prices of one year, and that costs move nothing else."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from helpers import REFORMED, run, small

from ttg_sim.mechanisms import costs as costs_module
from ttg_sim.mechanisms.costs import PRICE_YEARS, CostsParameters, in_one_year, to_one_year
from ttg_sim.outcomes import of_money
from ttg_sim.outcomes.of_money import LINES, NAMES, PRESENT, QUANTITIES, SPENDING, TOTALS, priced, weekly_costs
from ttg_sim.outcomes.tables import collect
from ttg_sim.scenario import comparable, first_difference

SETTINGS = REFORMED | {
    "weeks": 150,
    "intake.per_year": 120.0,
    "sentencing.replaced_share": 0.15,
    "longer.people": False,
    "pbr.share": 0.3,
    "pbr.passed_down": 1.0,
    "services.training_others": 0.3,
    "services.treatment_others": 0.5,
}
PLAIN = CostsParameters(price_growth=0.0, discount_rate=0.0)
"""No growth of prices: each unit cost as it is given."""


@pytest.fixture(scope="module")
def found():
    model = run(small(SETTINGS))
    return model, collect(model)


def values(outcomes: pd.DataFrame, level: str = "all") -> dict[str, float]:
    chosen = outcomes[(outcomes["unit"] == "year") & (outcomes["level"] == level)]
    return chosen.set_index("outcome")["value"].to_dict()


def weeks_of(**series: list[float]) -> pd.DataFrame:
    """Two weeks in which nothing happens but what is given."""
    table = pd.DataFrame({name: [0.0, 0.0] for name in (*QUANTITIES, *SPENDING)})
    return table.assign(week=[0, 1], **series)


# Series of two weeks, and what each line then comes to in the first, at the default unit costs without price growth.
BY_HAND = {
    "cost_mentoring": ({"spent_on_wages": 10.0, "spent_on_checks": 5.0}, 15.0),
    "cost_contract": ({"fees": 40.0, "results": 2.0}, 42.0),
    "cost_provider": ({"spent_on_training": 50.0, "fees": 40.0, "results": 2.0}, 8.0),
    "cost_volunteers": (
        {"in_mentor_training": 1.0, "mentors_matched": 4.0, "specialists": 1.0, "mentors_paid": 2.0},
        4 * 3 * 7.0,
    ),
    "cost_prison": ({"inside": 10.0, "on_recall": 2.0, "first_inside": 3.0}, 7_300.0),
    "cost_prison_other": ({"inside": 10.0, "on_recall": 2.0, "first_inside": 3.0}, 3_650.0),
    "cost_supervision": ({"on_licence": 300.0, "post_sentence": 700.0}, 1000 * 2_380 / (365.25 / 7)),
    "cost_enforcement": ({"recalls": 2.0, "breaches_in_court": 3.0}, 4_000.0),
    "cost_orders": ({"community_orders": 2.0}, 8_270.0),
    "cost_orders_instead": ({"orders_instead": 1.0}, 4_135.0),
    "cost_resettlement": ({"resettlement_staff": 23.0}, 23 * 44_000 / (365.25 / 7)),
    "cost_housing": ({"places_people": 3.0, "places_others": 7.0, "temporary": 2.0}, 10 * 150 + 2 * 7 * 81.0),
    "cost_training": ({"training_places": 3.0}, 300.0),
    "cost_treatment": ({"treatment_places": 3.0}, 180.0),
    "cost_response": ({"offences": 2.0}, 0.15 * 66_000),
    "cost_reoffending": ({"offences": 2.0}, 66_000.0),
}


def test_every_line_is_worked_by_hand() -> None:
    assert list(BY_HAND) == [line.name for line in LINES]


@pytest.mark.parametrize("name", BY_HAND)
def test_a_line_is_what_it_says(name) -> None:
    series, pounds = BY_HAND[name]
    found = weekly_costs(weeks_of(**{key: [value, 0.0] for key, value in series.items()}), PLAIN)
    assert found[name] == pytest.approx([pounds, 0.0])
    for view, (_, names) in TOTALS.items():
        assert found[f"cost_{view}"] == pytest.approx(sum(found[one] for one in names))
    assert found["cost_used"] + found["cost_reoffending"] == pytest.approx(found["cost_society"])


def test_paid_mentors_never_bring_the_hours_of_volunteers_below_nil() -> None:
    found = weekly_costs(weeks_of(mentors_paid=[5.0, 0.0], mentors_matched=[2.0, 2.0]), PLAIN)
    assert found["cost_volunteers"] == pytest.approx([0.0, 2 * 21.0])


def test_no_view_counts_anything_twice() -> None:
    public, society = (names for _, names in TOTALS.values())
    assert "cost_prison" in public
    assert "cost_prison" not in society  # the cost of reoffending holds prison for it
    assert "cost_orders" not in society
    assert "cost_response" not in society
    assert "cost_reoffending" not in public
    assert not {"cost_mentoring", "cost_volunteers", "cost_provider"} & set(public)
    assert "cost_contract" not in society  # payments move money and use up nothing
    bearers = {line.name for line in LINES if line.bearer}
    assert set(public) < bearers
    assert bearers - set(public) == {"cost_provider", "cost_volunteers"}


def test_prices_of_each_year_are_brought_to_one() -> None:
    costs = CostsParameters(price_year=2020, price_growth=0.03)
    unit = in_one_year(costs)
    assert unit["temporary_night"] == pytest.approx(81 * 1.03**13)
    assert unit["prison_week"] == pytest.approx(730 * 1.03**4)
    assert to_one_year(costs, 2021) == pytest.approx(1 / 1.03)
    found = weekly_costs(weeks_of(spent_on_wages=[100.0, 0.0], fees=[100.0, 0.0]), costs)
    assert found["cost_mentoring"][0] == found["cost_contract"][0] == pytest.approx(100 * 1.03**4)


def test_the_year_of_prices_of_each_unit_cost_is_told_where_it_is_declared() -> None:
    facts = CostsParameters.parameters()
    in_pounds = {name for name, one in facts.items() if one.unit.startswith("pounds")}
    assert in_pounds == set(PRICE_YEARS)
    for name, year in PRICE_YEARS.items():
        assert facts[name].unit.endswith(f"prices of {year}"), name


def test_later_money_is_discounted_by_whole_and_part_years() -> None:
    table = pd.concat([weeks_of(inside=[1.0, 1.0])] * 53, ignore_index=True).assign(week=range(106))
    found = weekly_costs(table, CostsParameters(price_growth=0.0, discount_rate=0.1))
    present = found["present_public"] / found["cost_public"]
    assert present[0] == 1.0
    assert present[105] == pytest.approx(1.1 ** (-105 * 7 / 365.25))


def test_events_of_a_week_add_up_to_those_of_the_year(found) -> None:
    model, tables = found
    totals = tables.outcomes[tables.outcomes["level"] == "all"].groupby("outcome")["numerator"].first()
    weekly = tables.weekly[tables.weekly["week"] >= 0]
    for name in ("offences", "community_orders", "recalls", "breaches_in_court"):
        assert weekly[name].sum() == totals[name] > 0, name
    assert (tables.weekly.loc[tables.weekly["week"] < 0, "offences"] > 0).any()
    assert len(tables.weekly) == model.scenario.weeks + model.scenario.warm_up_weeks


def test_outcomes_are_the_sums_of_the_weeks(found) -> None:
    model, tables = found
    weekly = tables.weekly[tables.weekly["week"] >= 0]
    pounds = weekly_costs(weekly, model.scenario.sections["costs"])
    assert tuple(pounds) == NAMES
    years = 150 * 7 / 365.25
    outcomes = values(tables.outcomes)
    for name in NAMES:
        over = 1.0 if name in PRESENT else years
        assert outcomes[name] == pytest.approx(pounds[name].sum() / over), name
    assert 0 < outcomes["present_public"] < outcomes["cost_public"] * years
    by_year = [values(tables.outcomes, level) for level in ("2011", "2012", "2013")]
    assert sum(one["present_society"] for one in by_year) == pytest.approx(outcomes["present_society"])
    for name in set(NAMES) - {"cost_provider"}:
        assert outcomes[name] > 0, name


def test_what_is_spent_is_all_that_the_service_spends(found) -> None:
    _, tables = found
    outcomes = values(tables.outcomes)
    assert outcomes["cost_mentoring"] == pytest.approx(outcomes["spent"])
    assert outcomes["cost_provider"] == pytest.approx(
        outcomes["spent"] - outcomes["fees"] - outcomes["results_payments"]
    )


def test_time_inside_that_answers_no_new_offence_is_part_of_all(found) -> None:
    _, tables = found
    weekly = tables.weekly
    assert (weekly["on_recall"] + weekly["first_inside"] <= weekly["inside"]).all()
    assert weekly["first_inside"].sum() > 0
    assert (weekly["training_places"] >= weekly["in_training"]).all()
    assert (weekly["treatment_places"] > weekly["in_treatment"]).any()


def test_orders_in_place_of_a_first_sentence_are_counted() -> None:
    model = run(small(SETTINGS | {"sentencing.replaced_share": 1.0}))
    weekly = collect(model).weekly
    assert weekly["orders_instead"].sum() == weekly["entrants"].sum() > 0
    assert weekly.loc[weekly["week"] >= 0, "first_inside"].sum() == 0
    never = collect(run(small(SETTINGS | {"sentencing.replaced_share": 0.0}))).weekly
    assert never["orders_instead"].sum() == 0


def test_the_resettlement_service_costs_money_while_it_runs() -> None:
    off = collect(run(small(SETTINGS | {"resettlement.service": False}))).weekly
    on = collect(run(small(SETTINGS | {"resettlement.staff": 4}))).weekly
    assert off["resettlement_staff"].sum() == 0
    assert (on["resettlement_staff"] == 4).all()


def test_costs_move_money_and_nothing_else(found) -> None:
    _, tables = found
    dear = {f"costs.{name}": CostsParameters.parameters()[name].high for name in PRICE_YEARS}
    dear |= {"costs.price_year": 2025, "costs.discount_rate": 0.1, "costs.public_share": 0.3}
    others = collect(run(small(SETTINGS | dear)))
    pd.testing.assert_frame_equal(others.weekly, tables.weekly)
    pd.testing.assert_frame_equal(others.spells, tables.spells)
    money = tables.outcomes["outcome"].isin(NAMES)
    pd.testing.assert_frame_equal(others.outcomes[~money], tables.outcomes[~money])
    changed = others.outcomes.loc[money, "value"].to_numpy() != tables.outcomes.loc[money, "value"].to_numpy()
    assert changed.mean() > 0.9


def test_runs_can_be_priced_again_without_being_run_again(found) -> None:
    _, tables = found
    dear = {"costs.prison_week": 1_000.0, "costs.price_year": 2020, "costs.discount_rate": 0.02}
    scenario = small(SETTINGS | dear)
    again = priced(tables.weekly.assign(replicate=0), scenario.sections["costs"]).set_index("outcome")["value"]
    outcomes = values(collect(run(scenario)).outcomes)
    assert again.to_dict() == pytest.approx({name: outcomes[name] for name in NAMES})


def test_worlds_with_other_prices_are_the_same_world_and_cannot_be_compared() -> None:
    one, other = small(), small({"costs.prison_week": 700.0})
    assert first_difference(one, other) is None
    assert comparable(one, other) == ["costs.prison_week is 730 in small and 700 in small"]
    assert comparable(other, small({"costs.prison_week": 700.0})) == []


def test_no_rule_reads_costs() -> None:
    assert costs_module.prepare(CostsParameters())[0]["prison_week"] == 730
    assert all(np.isfinite(value) for value in in_one_year(CostsParameters()).values())
    assert len(of_money.OF_YEARS) == len(LINES) + 2 * len(TOTALS) + 1
