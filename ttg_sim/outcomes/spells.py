"""One row per release, with what happened in the twelve months after it.

Proven reoffending: an offence within 12 months of release that is proven within those or the next 6. Follow-up runs in
calendar time, through custody and later releases.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ttg_sim.agents.person import NEVER, NOBODY, Housing, Sex
from ttg_sim.agents.referral import Ending, Meeting, Miss
from ttg_sim.agents.risk import BANDS, OFFENCES, band
from ttg_sim.engine.calendar import DAYS_PER_WEEK, Calendar
from ttg_sim.mechanisms.sentencing import Sanction
from ttg_sim.outcomes.of_contact import contact_table

FOLLOW_UP_DAYS = 365
YEAR_DAYS = 53 * DAYS_PER_WEEK
"""From here on the twelfth month after a release has been noted."""
PROOF_DAYS = 548
"""An offence counts when it is proven within 18 months of the release."""

NOT_PROVEN = (Sanction.NONE,)
HOUSING = np.array([state.name.lower() for state in Housing] + ["unknown"])  # the last one stands for NOBODY, -1
LENGTHS = ("under_1_month", "1_to_3_months", "3_to_6_months", "6_to_12_months", "12_months_or_more")
LENGTH_LIMITS = np.array([30, 91, 182, 364])
STATES = np.array([0.0, 1.0, np.nan])  # of what is noted as 0, 1 or NOBODY (-1)


def spell_table(
    people: np.ndarray,
    spells: np.ndarray,
    occasions: np.ndarray,
    referrals: np.ndarray,
    calendar: Calendar,
    prolific_sanctions: int,
) -> pd.DataFrame:
    """All releases of the evaluated weeks, in order of date and person.

    Columns in days count from day 0 of the calendar. Where the follow-up is not complete, `followed` is false and the
    columns about reoffending are empty.
    """
    spells = spells[spells["release_day"] >= 0]
    keys = people["key"][spells["person"]]
    spells = spells[np.lexsort((keys, spells["release_day"]))]
    person = people[spells["person"]]
    release = spells["release_day"]
    dates = np.datetime64(calendar.monday) + release
    end = calendar.weeks * DAYS_PER_WEEK
    areas = np.array([f"area_{number + 1:02d}" for number in person["area"]], dtype=object)
    frame = pd.DataFrame(
        {
            "person": person["key"],
            "number": spells["number"],
            "area": areas,
            "prison": _prisons(areas, spells["prison"]),
            "longer": spells["longer"] == 1,
            "received_day": spells["received_day"],
            "release_day": release,
            "release_date": dates,
            "sex": np.where(person["sex"] == Sex.WOMAN, "women", "men"),
            "age": spells["age"],
            "previous_sanctions": spells["sanctions"],
            "prolific": np.where(spells["sanctions"] >= prolific_sanctions, "yes", "no"),
            "offence": np.array(OFFENCES)[spells["offence"]],
            "score_1_year": spells["score_1_year"],
            "score_2_year": spells["score_2_year"],
            "risk": np.array(BANDS)[band(spells["score_2_year"])],
            "sentence_days": spells["sentence_days"],
            "sentence": np.array(LENGTHS)[np.searchsorted(LENGTH_LIMITS, spells["sentence_days"], side="left")],
            "weeks_served": (release - spells["received_day"]) / DAYS_PER_WEEK,
            "tagged": spells["tagged"] == 1,
            "resettlement_prison": spells["resettlement"] == 1,
            "first_night": HOUSING[spells["first_night"]],
            "week_6": HOUSING[spells["week_6"]],
            "month_12": HOUSING[spells["month_12"]],
            "first_working": STATES[spells["first_working"]],
            "week_6_working": STATES[spells["week_6_working"]],
            # Of everybody released a year ago: people who are inside then are not in work.
            "month_12_working": np.where(release + YEAR_DAYS <= end, spells["month_12_working"] == 1, np.nan),
            "drug_need": spells["drug_need"] == 1,
            "first_using": STATES[spells["first_using"]],
            "month_12_using": STATES[spells["month_12_using"]],
            "treated": np.where(spells["drug_need"] == 1, STATES[spells["treated"]], np.nan),
            "seen": spells["seen"] == 1,
            "helped": spells["helped"] == 1,
            "supervised": spells["supervised"] == 1,
            "regime": np.where(spells["supervised"] == 1, "supervised", "not_supervised"),
            "body": _bodies(spells),
            "appointments": spells["appointments"],
            "kept": spells["kept"],
            "failures": spells["failures"],
            "first_kept": STATES[spells["first_kept"]],
            "recalls": spells["recalls"],
            "recalled": _recalled(spells, end),
            "year": dates.astype("datetime64[Y]").astype(int) + 1970,
            "first_in_quarter": _first_in_quarter(person["key"], dates),
            "followed": release + PROOF_DAYS <= end,
        }
    )
    frame = frame.join(_follow_up(spells, occasions, frame["followed"].to_numpy()))
    return frame.join(_mentoring(spells, referrals, calendar.weeks))


def _prisons(areas: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Prison of release: a resettlement prison by its number in the area, or any other."""
    names = [f"{area}_prison_{number + 1:02d}" for area, number in zip(areas, numbers, strict=True)]
    return np.where(numbers == NOBODY, "other_prison", np.array(names, dtype=object))


def _mentoring(spells: np.ndarray, referrals: np.ndarray, weeks: int) -> pd.DataFrame:
    """What each release was to the mentoring service; people on longer sentences are none of its business."""
    none = np.zeros(1, referrals.dtype)
    none["miss"], none["matched_week"], none["named_week"] = Miss.NOT_ELIGIBLE, NEVER, NEVER
    none["meeting"] = Meeting.NEVER
    known = np.concatenate([referrals, none])[spells["referral"]]  # the last one stands for NOBODY, -1
    words = {kind: np.array([member.name.lower() for member in kind]) for kind in (Meeting, Miss, Ending)}
    return pd.DataFrame(
        {
            "eligible": known["eligible"] == 1,
            "referred": known["named_week"] != NEVER,
            "matched": known["matched_week"] != NEVER,
            "first_meeting": words[Meeting][known["meeting"]],
            "missed": words[Miss][known["miss"]],
            "meetings_inside": known["met_inside"],
            "visits_refused": known["turned_away"],
            "meetings": known["due"],
            "meetings_kept": known["kept"],
            "match_ended": words[Ending][known["ending"]],
            **contact_table(known, spells["release_day"], weeks),
        }
    )


def _bodies(spells: np.ndarray) -> np.ndarray:
    """Who supervises: the national service people assessed as a high risk of harm, the company the others."""
    words = np.where(spells["high_harm"] == 1, "high_harm", "other")
    return np.where(spells["supervised"] == 1, words, "none")


def _recalled(spells: np.ndarray, end: int) -> np.ndarray:
    """Whether the person was recalled within twelve months of the release; empty where those are not over."""
    within = (spells["recalls"] > 0) & (spells["recall_day"] < spells["release_day"] + FOLLOW_UP_DAYS)
    return np.where(spells["release_day"] + FOLLOW_UP_DAYS <= end, within, np.nan)


def _first_in_quarter(keys: np.ndarray, dates: np.ndarray) -> np.ndarray:
    quarter = dates.astype("datetime64[M]").astype(int) // 3
    first = np.zeros(len(keys), bool)
    first[np.unique(np.stack([keys.astype(np.int64), quarter]), axis=1, return_index=True)[1]] = True
    return first


def _follow_up(spells: np.ndarray, occasions: np.ndarray, followed: np.ndarray) -> pd.DataFrame:
    """Occasions, offences and days to the first offence in the follow-up of each release."""
    occasions = occasions[~np.isin(occasions["sanction"], NOT_PROVEN)]
    occasions = occasions[np.lexsort((occasions["day"], occasions["person"]))]
    # One sortable number per (person, day): days are far below 2**20 either way.
    place = occasions["person"] * 2**21 + occasions["day"]
    start = spells["person"] * 2**21 + spells["release_day"]
    first = np.searchsorted(place, start)
    last = np.searchsorted(place, start + FOLLOW_UP_DAYS)
    count = last - first
    owner = np.repeat(np.arange(len(spells)), count)
    row = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
    proven = occasions["court_day"][row] < spells["release_day"][owner] + PROOF_DAYS
    owner, row = owner[proven], row[proven]
    number = np.bincount(owner, minlength=len(spells))
    offences = np.bincount(owner, occasions["offences"][row], minlength=len(spells))
    days = np.full(len(spells), np.inf)
    np.minimum.at(days, owner, (occasions["day"][row] - spells["release_day"][owner]).astype(float))
    unknown = np.where(followed, 0.0, np.nan)
    return pd.DataFrame(
        {
            "reoffended": (number > 0) + unknown,
            "occasions": number + unknown,
            "offences": offences + unknown,
            "days_to_first": np.where(followed & (number > 0), days, np.nan),
        }
    )
