"""Reoffending of peer mentors themselves, beside that of other people released and of people like them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ttg_sim.agents.mentor import Exit
from ttg_sim.agents.person import NOBODY, Left, Sex
from ttg_sim.engine.calendar import DAYS_PER_WEEK, DAYS_PER_YEAR
from ttg_sim.mechanisms.sentencing import Sanction
from ttg_sim.outcomes.spells import FOLLOW_UP_DAYS, PROOF_DAYS

SINCE_YEARS = np.array([0.5, 1.0, 2.0, 4.0])
"""Limits of the classes of time since release."""
SCORE_BANDS = 10
ALWAYS = 2**40


@dataclass(frozen=True)
class Stretches:
    """Stretches at liberty and in the cycle, each after a release and up to the day before it ends, as columns."""

    person: np.ndarray
    first_day: np.ndarray
    end_day: np.ndarray
    kind: np.ndarray
    """A number for sex and band of the risk score."""
    other: np.ndarray
    """Whether the person never applied to become a mentor."""


Count = tuple[np.ndarray, np.ndarray | None]


def own_reoffending(
    people: np.ndarray,
    mentors: np.ndarray,
    spells: np.ndarray,
    occasions: np.ndarray,
    returns: np.ndarray,
    weeks: int,
) -> dict[str, Count]:
    """Reoffending of peer mentors in the year after registration, and how far it lies above that of others.

    Returns counts by day of registration with weights, for the ratios of outcomes. Peers without anybody to compare
    them with are left out of the gaps.
    """
    days = mentors["registered_week"] * DAYS_PER_WEEK
    followed = (days >= 0) & (days + PROOF_DAYS <= weeks * DAYS_PER_WEEK)
    peers = mentors[followed & (mentors["person"] != NOBODY)]
    peers = peers[np.argsort(peers["registered_week"], kind="stable")]
    stretches = at_liberty(people, spells)
    proven = occasions[occasions["sanction"] != Sanction.NONE]
    proven = proven[np.argsort(proven["day"], kind="stable")]
    found = [_beside(peers[:0], people, stretches, proven, returns, 0)]  # so that there is something to join
    for week in np.unique(peers["registered_week"]):
        now = peers[peers["registered_week"] == week]
        found.append(_beside(now, people, stretches, proven, returns, int(week) * DAYS_PER_WEEK))
    fell, above_all, above_like = (np.concatenate([one[place] for one in found]) for place in range(3))
    day = peers["registered_week"] * DAYS_PER_WEEK
    compared, matched = ~np.isnan(above_all), ~np.isnan(above_like)
    return {
        "peers_followed": (day, None),
        "peers_reoffended": (day, fell),
        "peers_compared": (day[compared], None),
        "peer_gap_all": (day[compared], above_all[compared]),
        "peers_matched": (day[matched], None),
        "peer_gap_like": (day[matched], above_like[matched]),
    }


def at_liberty(people: np.ndarray, spells: np.ndarray) -> Stretches:
    """Stretches at liberty after each release: until the person is received again, leaves the cycle, or the run ends.

    Time on recall is part of them.
    """
    spells = spells[np.lexsort((spells["release_day"], spells["person"]))]
    person, release = spells["person"].copy(), spells["release_day"].copy()
    last = people["received_day"][person]  # of the last stay, which may have begun after the last release
    end = np.where(last > release, last, ALWAYS)
    again = person[1:] == person[:-1]
    end[:-1][again] = spells["received_day"][1:][again]
    left = np.where(people["left"] == Left.NOT, ALWAYS, people["left_week"] * DAYS_PER_WEEK)
    band = np.minimum((spells["score_1_year"] * SCORE_BANDS).astype(int), SCORE_BANDS - 1)
    kind = (people["sex"][person] == Sex.WOMAN) * SCORE_BANDS + band
    other = people["volunteer"][person] == NOBODY
    return Stretches(person, release, np.minimum(end, left[person]), kind, other)


def _beside(
    peers: np.ndarray, people: np.ndarray, stretches: Stretches, proven: np.ndarray, returns: np.ndarray, day: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Peers registered on one day: whether they reoffend, less the share of all others, less that of people alike."""
    offended = _offended(proven, day, len(people))
    persons = peers["person"]
    fell = (offended[persons] | _relapsed(peers, people)).astype(float)
    inside = np.zeros(len(people), bool)
    inside[returns["person"][(returns["day"] <= day) & (returns["until_day"] > day)]] = True
    rows = np.flatnonzero((stretches.first_day <= day) & (stretches.end_day > day))
    rows = rows[~inside[stretches.person[rows]]]
    others = rows[stretches.other[rows]]
    cells, kinds = _cells(stretches, others, day), (len(SINCE_YEARS) + 1) * 2 * SCORE_BANDS
    rates = offended[stretches.person[others]].astype(float)
    number = np.bincount(cells, minlength=kinds).astype(float)
    number[number == 0] = np.nan
    share = rates.mean() if len(rates) else np.nan
    shares = np.bincount(cells, rates, minlength=kinds) / number
    mine = rows[np.isin(stretches.person[rows], persons)]
    of_person = np.full(len(people), np.nan)
    of_person[stretches.person[mine]] = shares[_cells(stretches, mine, day)]
    return fell, fell - share, fell - of_person[persons]


def _offended(proven: np.ndarray, day: int, count: int) -> np.ndarray:
    """Whether each person commits an offence in the year from a day on that is proven within a year and a half."""
    first, last = np.searchsorted(proven["day"], [day, day + FOLLOW_UP_DAYS])
    within = proven[first:last]
    found = np.zeros(count, bool)
    found[within["person"][within["court_day"] < day + PROOF_DAYS]] = True
    return found


def _relapsed(peers: np.ndarray, people: np.ndarray) -> np.ndarray:
    """Whether peers who had left the cycle by desistance were convicted: there is no occasion of theirs.

    Others who are barred may only have been recalled, or convicted of what they did before.
    """
    person = people[peers["person"]]
    outside = (person["left"] == Left.DESISTED) & (person["left_week"] <= peers["ended_week"])
    within = (peers["ended_week"] - peers["registered_week"]) * DAYS_PER_WEEK < FOLLOW_UP_DAYS
    return np.asarray((peers["exit"] == Exit.RELAPSE) & outside & within)


def _cells(stretches: Stretches, rows: np.ndarray, day: int) -> np.ndarray:
    """A number for sex, band of the risk score and time since release."""
    since = np.searchsorted(SINCE_YEARS, (day - stretches.first_day[rows]) / DAYS_PER_YEAR)
    return np.asarray(stretches.kind[rows] * (len(SINCE_YEARS) + 1) + since)
