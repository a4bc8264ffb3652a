"""What is measured: each outcome with its unit, its definition and how it is read from the table of releases.

Units: `cohort` is a person's first release in a quarter (official figures), `index` a person's first release after the
policy date (comparisons), `year` a count in the area per year.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ttg_sim.outcomes import of_contact, of_mentoring, of_money
from ttg_sim.outcomes.kinds import Column, Outcome, Ratio, Summary, YearCount


def _share_of_reoffenders(test: Column) -> Column:
    return lambda releases: test(releases).where(releases["reoffended"] == 1).astype(float)


def _housing(column: str, *states: str) -> Column:
    def values(releases: pd.DataFrame) -> pd.Series:
        known = releases[column] != "unknown"
        return releases[column].isin(states).where(known).astype(float)

    return values


OF_RELEASES = (
    Outcome(
        "reoffending_12m",
        "Proven reoffending within 12 months",
        "share of people",
        "People with at least one offence within 12 months of release that is proven within those or the next 6 "
        "months, of all people released",
        lambda releases: releases["reoffended"],
        needs_follow_up=True,
        main=True,
    ),
    Outcome(
        "offences_per_release",
        "Proven offences per person released",
        "offences per person",
        "Proven offences within 12 months of release, per person released",
        lambda releases: releases["offences"],
        needs_follow_up=True,
        main=True,
    ),
    Outcome(
        "offences_per_reoffender",
        "Proven offences per person who reoffended",
        "offences per person",
        "Proven offences within 12 months of release, per person with at least one",
        _share_of_reoffenders(lambda releases: releases["offences"]),
        needs_follow_up=True,
        main=True,
        conditional=True,
    ),
    Outcome(
        "occasions_per_release",
        "Occasions of proven reoffending per person released",
        "occasions per person",
        "Court or caution occasions for offences within 12 months of release, per person released",
        lambda releases: releases["occasions"],
        needs_follow_up=True,
    ),
    Outcome(
        "reoffended_by_day_18",
        "Reoffended by day 18, of people who reoffended",
        "share of people",
        "People whose first proven offence fell within 18 days of release, of those with one within 12 months",
        _share_of_reoffenders(lambda releases: releases["days_to_first"] <= 18),
        needs_follow_up=True,
        conditional=True,
    ),
    Outcome(
        "days_to_first_offence",
        "Days to the first proven offence",
        "days",
        "Mean days from release to the first proven offence, of people with one within 12 months",
        lambda releases: releases["days_to_first"],
        needs_follow_up=True,
        conditional=True,
    ),
    Outcome(
        "score_1_year",
        "Static risk score",
        "probability",
        "Mean one-year OGRS3 score at release",
        lambda releases: releases["score_1_year"],
    ),
    Outcome(
        "previous_sanctions",
        "Previous convictions",
        "sanctions per person",
        "Mean number of sanctions before the present one, at release",
        lambda releases: releases["previous_sanctions"],
    ),
    Outcome(
        "weeks_served",
        "Weeks served inside",
        "weeks",
        "Median time from reception to release",
        lambda releases: releases["weeks_served"],
        summary=Summary.MEDIAN,
        main=True,
    ),
    Outcome(
        "released_on_tag",
        "Released early on tag",
        "share of people",
        "People released before half-way on tag, of all people released",
        lambda releases: releases["tagged"].astype(float),
    ),
    Outcome(
        "from_resettlement_prison",
        "Released from a resettlement prison",
        "share of people",
        "People released from a resettlement prison that serves their area, of all people released",
        lambda releases: releases["resettlement_prison"].astype(float),
    ),
    Outcome(
        "first_night_settled",
        "Settled housing in the week of release",
        "share of people",
        "People in settled housing at the end of the week of release, which stands for the first night, of those at "
        "liberty then",
        _housing("first_night", "settled"),
        main=True,
    ),
    Outcome(
        "first_night_homeless",
        "Homeless in the week of release",
        "share of people",
        "People with neither settled nor temporary housing at the end of the week of release, of those at liberty",
        _housing("first_night", "homeless"),
        main=True,
    ),
    Outcome(
        "recalled_12m",
        "Recalled within 12 months",
        "share of people",
        "People recalled from licence at least once within 12 months of release, of all people released; a recall is "
        "no new offence",
        lambda releases: releases["recalled"],
        main=True,
    ),
    Outcome(
        "recalls_12m",
        "Recalls after the release",
        "recalls per person",
        "Recalls from the licence of a release, per person released; people released in the last weeks count as well",
        lambda releases: releases["recalls"].astype(float),
    ),
    Outcome(
        "supervised",
        "Released to supervision",
        "share of people",
        "People released to licence or post-sentence supervision by law, of all people released",
        lambda releases: releases["supervised"].astype(float),
        main=True,
    ),
    Outcome(
        "high_harm",
        "Assessed as a high risk of serious harm",
        "share of people",
        "People whose supervision is a matter of the national service, of people released to supervision",
        lambda releases: (releases["body"] == "high_harm").where(releases["body"] != "none").astype(float),
    ),
    Outcome(
        "first_appointment_kept",
        "First appointment kept",
        "share of people",
        "People who kept their first appointment with probation, of those who had one",
        lambda releases: releases["first_kept"],
        conditional=True,
    ),
    Outcome(
        "appointments_kept",
        "Appointments kept",
        "share of appointments",
        "Mean over people with appointments of the share that they kept",
        lambda releases: (releases["kept"] / releases["appointments"]).where(releases["appointments"] > 0),
        conditional=True,
    ),
    Outcome(
        "two_failures",
        "Missed two appointments or more without an acceptable reason",
        "share of people",
        "People with at least two such absences, of people released to supervision",
        lambda releases: (releases["failures"] >= 2).where(releases["supervised"]).astype(float),
        conditional=True,
    ),
    Outcome(
        "seen_before_release",
        "Seen by the resettlement service before release",
        "share of people",
        "People whom the resettlement service saw in prison, of all people released",
        lambda releases: releases["seen"].astype(float),
    ),
    Outcome(
        "first_night_working",
        "In work in the week of release",
        "share of people",
        "People in work at the end of the week of release, of those at liberty then",
        lambda releases: releases["first_working"],
    ),
    Outcome(
        "week_6_working",
        "In work six weeks after release",
        "share of people",
        "People in work in the sixth week after release, of those at liberty then",
        lambda releases: releases["week_6_working"],
        conditional=True,
    ),
    Outcome(
        "month_12_working",
        "In work twelve months after release",
        "share of people",
        "People in work a year after release, of all people released; those inside then are not in work",
        lambda releases: releases["month_12_working"],
        main=True,
    ),
    Outcome(
        "drug_need",
        "With a drug or alcohol problem",
        "share of people",
        "People with a problem, whether or not they use at present, of all people released",
        lambda releases: releases["drug_need"].astype(float),
    ),
    Outcome(
        "first_night_using",
        "Using drugs or drinking in the week of release",
        "share of people",
        "People who use at the end of the week of release, of those at liberty then",
        lambda releases: releases["first_using"],
    ),
    Outcome(
        "month_12_using",
        "Using drugs or drinking twelve months after release",
        "share of people",
        "People who use a year after release, of those at liberty then",
        lambda releases: releases["month_12_using"],
        conditional=True,
    ),
    Outcome(
        "in_treatment",
        "In treatment three weeks after release",
        "share of people",
        "People in drug or alcohol treatment in the third week after release, of those at liberty with a problem",
        lambda releases: releases["treated"],
        conditional=True,
    ),
    Outcome(
        "week_6_settled",
        "Settled housing six weeks after release",
        "share of people",
        "People in settled housing in the sixth week after release, of those at liberty then",
        _housing("week_6", "settled"),
        conditional=True,
    ),
    Outcome(
        "month_12_unsettled",
        "Homeless or in temporary housing twelve months after release",
        "share of people",
        "People without settled housing a year after release, of those at liberty since then and not inside",
        _housing("month_12", "homeless", "temporary"),
        conditional=True,
    ),
    *of_mentoring.OF_RELEASES,
    *of_contact.OF_RELEASES,
)

GROUPS: dict[str, Column] = {
    "risk": lambda releases: releases["risk"],
    "sex": lambda releases: releases["sex"],
    "prolific": lambda releases: releases["prolific"],
    "sentence": lambda releases: releases["sentence"],
    "regime": lambda releases: releases["regime"],
    "area": lambda releases: releases["area"],
    "prison": lambda releases: releases["prison"],
    "year": lambda releases: releases["year"].astype(str),
}
GROUP_WORDS = {
    "all": "everybody",
    "risk": "risk band by the two-year OGRS3 score: low below 50%, medium 50 to 74%, high 75 to 89%, very high 90% on",
    "sex": "sex as recorded",
    "prolific": "whether the person has many earlier sanctions (see intake.prolific_sanctions)",
    "sentence": "length of the sentence",
    "regime": "whether the person was released to supervision by law",
    "area": "contract area",
    "prison": "prison of release: one of the resettlement prisons of the area, or any other",
    "comparison": "people on longer sentences, where the scenario has them; they are in no other figure",
    "year": "calendar year of release, or of the event",
}


OF_YEARS = (
    YearCount("releases", "Releases from short sentences", "releases a year", "Releases, first and later ones", True),
    YearCount("receptions", "Receptions into custody", "receptions a year", "Short sentences begun"),
    YearCount("new_people", "People new to short sentences", "people a year", "Of the releases, people's first ones"),
    YearCount(
        "occasions",
        "Occasions of proven reoffending",
        "occasions a year",
        "By everybody in the cycle, by date of the offence; those not yet in court at the end are taken as proven",
    ),
    YearCount("offences", "Proven offences", "offences a year", "Dealt with on those occasions"),
    YearCount(
        "community_orders",
        "Community orders",
        "orders a year",
        "Orders after an occasion of reoffending, by date of the hearing; not those in place of a first short sentence",
    ),
    YearCount("prison_weeks", "Weeks spent in prison", "person-weeks a year", "By people on short sentences", True),
    YearCount(
        "homeless_weeks", "Weeks spent homeless", "person-weeks a year", "By people at liberty in the cycle", True
    ),
    YearCount("recalls", "Recalls from short sentences", "recalls a year", "Recalls from licence; not offences", True),
    YearCount(
        "recalls_longer",
        "Recalls from longer sentences",
        "recalls a year",
        "Recalls of people on longer sentences, where the scenario has them",
    ),
    YearCount(
        "committals",
        "Committals for breach",
        "committals a year",
        "People sent to prison by a court for breach of post-sentence supervision",
    ),
    YearCount(
        "breaches_in_court",
        "Breaches heard by a court",
        "hearings a year",
        "Breaches of post-sentence supervision, committals included",
    ),
    YearCount(
        "supervised_people", "People under supervision", "people", "On licence or after it, mean over all weeks", True
    ),
    YearCount(
        "recalled_people", "People inside on recall", "people", "Committals for breach included, mean over weeks"
    ),
    YearCount(
        "cases_per_officer",
        "Cases of an officer",
        "cases",
        "Background cases included, mean over officers and weeks",
        True,
    ),
    YearCount(
        "attention",
        "Time of officers for each case",
        "share of what is enough",
        "Mean over officers and weeks; 1 is enough time for every case",
    ),
    YearCount("morale", "Morale of officers", "from 0 to 1", "Mean over officers and weeks; 0.5 moves nothing"),
    YearCount("contact_hours", "Hours of officers in appointments", "hours a year", "With people of the cycle"),
    YearCount("enforcement_hours", "Hours of officers on breach and recall", "hours a year", "For people of the cycle"),
    YearCount(
        "other_hours", "Hours of officers for everything else", "hours a year", "Other cases and records included"
    ),
    YearCount("working", "People in work", "people", "People at liberty in the cycle, mean over all weeks"),
    YearCount(
        "using", "People who use drugs or drink", "people", "People at liberty in the cycle, mean over all weeks"
    ),
    YearCount("in_treatment_places", "Treatment places held", "places", "By people of the cycle, mean over all weeks"),
    YearCount("in_training_places", "Training places held", "places", "By people of the cycle, mean over all weeks"),
    YearCount("waiting", "People waiting for a settled place", "people", "Mean over all weeks"),
    YearCount("places_held", "Settled places held", "places", "By people of the cycle, mean over all weeks"),
    YearCount(
        "places_others",
        "Settled places held by other households",
        "places",
        "By households that were never in the cycle, mean over all weeks: fewer means that they were displaced",
        True,
    ),
    *of_mentoring.OF_YEARS,
    *of_contact.OF_YEARS,
    *of_money.OF_YEARS,
)


REASONS = {
    "lost_contact": "lost contact",
    "non_compliance": "failure to comply",
    "charge": "a further charge",
    "residence": "the place of residence",
    "drugs": "drugs or alcohol",
    "other": "another reason",
}
OF_RATIOS = (
    Ratio(
        "recalls_per_release",
        "Recalls per release",
        "recalls per release",
        "Recalls from short sentences in a year, per release from a short sentence in it",
        "recalls",
        "releases",
        True,
    ),
    *(
        Ratio(
            f"recalls_for_{name}",
            f"Recalls with {words} among their reasons",
            "share of recalls",
            "Of recalls from short sentences; a recall can have several reasons",
            f"recalls_for_{name}",
            "recalls",
        )
        for name, words in REASONS.items()
    ),
    Ratio(
        "short_share_of_recalls",
        "Recalls from short sentences among all recalls",
        "share of recalls",
        "Means something where the scenario has people on longer sentences",
        "recalls",
        "recalls_all",
    ),
    *of_mentoring.OF_RATIOS,
    *of_contact.OF_RATIOS,
)
OUTCOMES: tuple[Outcome | YearCount | Ratio, ...] = (*OF_RELEASES, *OF_YEARS, *OF_RATIOS)
"""Everything that is measured, in the order in which it is shown."""


def by_level(outcome: Outcome, values: np.ndarray, levels: np.ndarray, count: int) -> list[tuple[float, float, float]]:
    """Value, numerator and denominator of an outcome for each of `count` levels of a group.

    `values` are those of single releases (not a number where a release does not count), `levels` the number of the
    level of each. The value of a level without anybody is not a number; a median has no numerator.
    """
    known = ~np.isnan(values)
    values, levels = values[known], levels[known]
    number = np.bincount(levels, minlength=count).astype(float)
    if outcome.summary is Summary.MEDIAN:
        medians = [float(np.median(values[levels == level])) if number[level] else np.nan for level in range(count)]
        return [(median, np.nan if n else 0.0, n) for median, n in zip(medians, number.tolist(), strict=True)]
    total = np.bincount(levels, values, minlength=count)
    return [(t / n if n else np.nan, t, n) for t, n in zip(total.tolist(), number.tolist(), strict=True)]


def gap_by_level(
    values: np.ndarray, over: np.ndarray, levels: np.ndarray, count: int
) -> list[tuple[float, float, float]]:
    """As `by_level`, of a `Gap`: `over` is what its thirds are made by."""
    known = ~np.isnan(values)
    return [_gap(values[here], over[here]) for here in (known & (levels == level) for level in range(count))]


def _gap(values: np.ndarray, over: np.ndarray) -> tuple[float, float, float]:
    if not len(values):
        return np.nan, 0.0, 0.0
    low, high = np.quantile(over, [1 / 3, 2 / 3])
    if low == high:
        return np.nan, np.nan, float(len(values))
    return float(values[over <= low].mean() - values[over >= high].mean()), np.nan, float(len(values))
