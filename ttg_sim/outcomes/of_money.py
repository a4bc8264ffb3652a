"""Outcomes of money: what a run costs, to whom, and what its reoffending costs everybody.

Two views that are never added up. Public budgets: who pays, prison and probation by what is used, new offences by
what police, courts and the health service bear. Society: what is used up by the service, by other services, by
supervision and by time inside that answers no new offence, and the economic and social cost of reoffending, which
already holds what police, courts, prison and probation do about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ttg_sim.agents.person import Return
from ttg_sim.agents.provider import Money
from ttg_sim.engine.calendar import DAYS_PER_WEEK, DAYS_PER_YEAR, WEEKS_PER_YEAR
from ttg_sim.mechanisms.costs import CostsParameters, in_one_year, to_one_year
from ttg_sim.mechanisms.sentencing import Sanction
from ttg_sim.outcomes.kinds import YearCount

if TYPE_CHECKING:
    from ttg_sim.model import ThroughTheGate

NIGHTS_PER_WEEK = 7


@dataclass(frozen=True)
class Line:
    """One line of the accounts: what it is, in which of the two views it is, and who bears it.

    `bearer` is empty for lines that only the view of society has, since they cut across bearers.
    """

    name: str
    title: str
    words: str
    bearer: str = ""
    public: bool = False
    society: bool = False
    main: bool = False


COMMISSIONERS, PROVIDERS, VOLUNTEERS = "commissioners of mentoring", "mentoring charities", "volunteers"
PRISONS, PROBATION, RESETTLEMENT = "prisons", "probation and courts that hear breaches", "resettlement service"
HOUSING, TRAINING, TREATMENT = "local housing", "work and training funds", "drug and alcohol treatment"
RESPONSE = "police, courts and health service"
LINES = (
    Line("cost_mentoring", "Mentoring", "All that the service spends", society=True),
    Line(
        "cost_contract",
        "Paid for mentoring",
        "Fees and payments for results",
        COMMISSIONERS,
        public=True,
    ),
    Line(
        "cost_provider",
        "Mentoring that nobody pays for",
        "What the service spends less what it is paid; below zero it has more than it spends. In no total: a charity "
        "bears it",
        PROVIDERS,
    ),
    Line(
        "cost_volunteers",
        "Volunteers' time",
        "Hours of unpaid mentors at their value in another use",
        VOLUNTEERS,
        society=True,
    ),
    Line("cost_prison", "Prison", "All weeks inside of people on short sentences", PRISONS, public=True),
    Line(
        "cost_prison_other",
        "Prison but for reoffending",
        "Weeks inside on recall or committal, and on the first sentence, before any reoffending",
        society=True,
    ),
    Line(
        "cost_supervision",
        "Supervision",
        "Of people on licence and after it",
        PROBATION,
        public=True,
        society=True,
    ),
    Line(
        "cost_enforcement",
        "Recalls and breaches",
        "Carrying out recalls and hearing breaches, without the weeks inside",
        PROBATION,
        public=True,
        society=True,
    ),
    Line("cost_orders", "Community orders", "After an occasion of reoffending", PROBATION, public=True),
    Line(
        "cost_orders_instead",
        "Community orders in place of prison",
        "In place of the sentence that would have brought a person into the cycle",
        PROBATION,
        public=True,
        society=True,
    ),
    Line(
        "cost_resettlement",
        "Resettlement service",
        "Members of staff while the service runs, for people on all sentences",
        RESETTLEMENT,
        public=True,
        society=True,
    ),
    Line(
        "cost_housing",
        "Places to live",
        "Settled places in use by anybody, and nights in temporary ones: a place that goes to one person instead of "
        "another household costs nothing more",
        HOUSING,
        public=True,
        society=True,
    ),
    Line("cost_training", "Work training", "Places in use by anybody", TRAINING, public=True, society=True),
    Line(
        "cost_treatment",
        "Drug and alcohol treatment",
        "Places in use by anybody",
        TREATMENT,
        public=True,
        society=True,
    ),
    Line(
        "cost_response",
        "Police, courts and health",
        "The share of the cost of proven reoffences that they bear, without prison and probation",
        RESPONSE,
        public=True,
    ),
    Line(
        "cost_reoffending",
        "Reoffending, economic and social",
        "Proven reoffences at the cost of one, which holds harm, prevention, police, courts, prison and probation for "
        "it, and crimes that are never proven",
        society=True,
        main=True,
    ),
)
TOTALS = {
    "public": ("All public budgets", [line.name for line in LINES if line.public]),
    "society": ("Society", [line.name for line in LINES if line.society]),
}
ONE_YEAR = "in prices of one year (costs.price_year)"
VIEWS = "not to be added to the other view"


def _title(what: str, title: str) -> str:
    return f"{what}: {title[0].lower()}{title[1:]}"


WITHOUT_REOFFENDING = "cost_used"
"""Outcome of what is used up, before anything is said of what reoffending costs."""
PRESENT = tuple(f"present_{view}" for view in TOTALS)
"""Outcomes that are sums over all evaluated weeks, and no counts of a year."""
OF_YEARS = (
    *(
        YearCount(line.name, _title("Cost", line.title), "pounds a year", f"{line.words}; {ONE_YEAR}", line.main)
        for line in LINES
    ),
    *(
        YearCount(
            f"cost_{view}",
            _title("Cost", title),
            "pounds a year",
            f"Sum of {', '.join(names)}; {VIEWS}",
            True,
        )
        for view, (title, names) in TOTALS.items()
    ),
    YearCount(
        WITHOUT_REOFFENDING,
        _title("Cost", "Society, without reoffending"),
        "pounds a year",
        "cost_society less cost_reoffending: what is used up, to set against reoffences avoided",
    ),
    *(
        YearCount(
            f"present_{view}",
            _title("Present cost", title),
            "pounds",
            f"As cost_{view}, over all evaluated weeks, each discounted to the first of them",
        )
        for view, (title, _) in TOTALS.items()
    ),
)
NAMES = tuple(count.name for count in OF_YEARS)


def flows(model: ThroughTheGate) -> dict[str, np.ndarray]:
    """What happens on a day, by week of the run, warm-up included: of people on short sentences.

    Proven offences by the day of the offence, community orders after them by that of the hearing.
    """
    first = -model.scenario.warm_up_weeks
    weeks = model.week - first

    def by_week(days: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
        place = days // DAYS_PER_WEEK - first
        there = (place >= 0) & (place < weeks)
        return np.bincount(place[there], None if weights is None else weights[there], minlength=weeks).astype(float)

    occasions, returns = model.occasions.rows, model.returns.rows
    short = model.people.rows["longer"] == 0
    proven = occasions[(occasions["sanction"] != Sanction.NONE) & short[occasions["person"]]]
    returns = returns[returns["longer"] == 0]
    recalled = returns["kind"] == Return.RECALL
    return {
        "offences": by_week(proven["day"], proven["offences"]),
        "community_orders": by_week(proven["court_day"][proven["sanction"] == Sanction.COMMUNITY_ORDER]),
        "recalls": by_week(returns["day"][recalled]),
        "breaches_in_court": by_week(returns["day"][~recalled]),
    }


def weekly_costs(weekly: pd.DataFrame, costs: CostsParameters) -> dict[str, np.ndarray]:
    """Pounds of each week by line and by view, in prices of one year; `weekly` has the series of these weeks."""
    unit = in_one_year(costs)
    of_service = to_one_year(costs, costs.mentoring_prices)
    series = {name: np.asarray(weekly[name], float) for name in QUANTITIES}
    spent = weekly[list(SPENDING)].to_numpy(float).sum(axis=1)
    paid = series["fees"] + series["results"]
    unpaid = series["in_mentor_training"] + series["mentors_matched"] + series["specialists"] - series["mentors_paid"]
    settled = series["places_people"] + series["places_others"]
    pounds = {
        "cost_mentoring": spent * of_service,
        "cost_contract": paid * of_service,
        "cost_provider": (spent - paid) * of_service,
        "cost_volunteers": np.maximum(unpaid, 0.0) * costs.volunteer_hours * unit["volunteer_hour"],
        "cost_prison": series["inside"] * unit["prison_week"],
        "cost_prison_other": (series["on_recall"] + series["first_inside"]) * unit["prison_week"],
        "cost_supervision": (series["on_licence"] + series["post_sentence"])
        * (unit["supervision_year"] / WEEKS_PER_YEAR),
        "cost_enforcement": series["recalls"] * unit["recall"] + series["breaches_in_court"] * unit["breach_hearing"],
        "cost_orders": series["community_orders"] * unit["community_order"],
        "cost_orders_instead": series["orders_instead"] * unit["community_order"],
        "cost_resettlement": series["resettlement_staff"] * (unit["resettlement_staff_year"] / WEEKS_PER_YEAR),
        "cost_housing": settled * unit["settled_week"]
        + series["temporary"] * (NIGHTS_PER_WEEK * unit["temporary_night"]),
        "cost_training": series["training_places"] * unit["training_week"],
        "cost_treatment": series["treatment_places"] * unit["treatment_week"],
        "cost_response": series["offences"] * (unit["reoffence"] * costs.public_share),
        "cost_reoffending": series["offences"] * unit["reoffence"],
    }
    weeks = np.asarray(weekly["week"], float)
    discount = (1.0 + costs.discount_rate) ** (-weeks / WEEKS_PER_YEAR)
    for view, (_, names) in TOTALS.items():
        pounds[f"cost_{view}"] = np.sum([pounds[name] for name in names], axis=0)
    pounds[WITHOUT_REOFFENDING] = pounds["cost_society"] - pounds["cost_reoffending"]
    return pounds | {f"present_{view}": pounds[f"cost_{view}"] * discount for view in TOTALS}


SPENDING = tuple(f"spent_on_{money.name.lower()}" for money in Money)
QUANTITIES = (
    "inside", "on_recall", "first_inside", "on_licence", "post_sentence", "recalls", "breaches_in_court",
    "community_orders", "orders_instead", "resettlement_staff", "places_people", "places_others", "temporary",
    "training_places", "treatment_places", "offences", "fees", "results", "in_mentor_training", "mentors_matched",
    "specialists", "mentors_paid",
)  # fmt: skip
"""Series that are priced, beside the spending of the mentoring service."""


def priced(weekly: pd.DataFrame, costs: CostsParameters) -> pd.DataFrame:
    """The outcomes of money of each replicate, with whatever unit costs: replicate, outcome, value.

    `weekly` are the series of one replicate or more, as a run keeps them. The values are those that the runs would have
    with these unit costs.
    """
    evaluated = weekly[weekly["week"] >= 0]
    frames = []
    for replicate, weeks in evaluated.groupby("replicate"):
        years = len(weeks) * DAYS_PER_WEEK / DAYS_PER_YEAR
        values = [
            float(pounds.sum()) / (1.0 if name in PRESENT else years)
            for name, pounds in weekly_costs(weeks, costs).items()
        ]
        frames.append(pd.DataFrame({"replicate": replicate, "outcome": NAMES, "value": values}))
    return pd.concat(frames, ignore_index=True)
