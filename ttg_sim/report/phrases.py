"""Words for the outcomes and groups that are told most: what is more or less of each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Phrase:
    """How an outcome is spoken of: where it is higher, where it is lower, and what shows neither."""

    more: str
    less: str
    shows: str


def _people(what: str, subject: str) -> Phrase:
    return Phrase(f"More people {what}", f"Fewer people {what}", f"The share of people {subject} shows")


def _of(what: str) -> Phrase:
    return Phrase(f"There are more {what}", f"There are fewer {what}", f"{what[0].upper()}{what[1:]} show")


PHRASES = {
    "reoffending_12m": Phrase(
        "More people reoffend within 12 months",
        "Fewer people reoffend within 12 months",
        "Proven reoffending within 12 months shows",
    ),
    "offences_per_release": _of("proven offences per person released"),
    "offences_per_reoffender": _of("proven offences per person who reoffended"),
    "occasions_per_release": _of("occasions of proven reoffending per person released"),
    "first_night_settled": _people(
        "are in settled housing in the week of release", "in settled housing in the week of release"
    ),
    "first_night_homeless": _people("are homeless in the week of release", "homeless in the week of release"),
    "month_12_unsettled": _people(
        "are without settled housing a year after release", "without settled housing a year after release"
    ),
    "recalled_12m": _people("are recalled within 12 months", "recalled within 12 months"),
    "supervised": _people("are released to supervision", "released to supervision"),
    "month_12_working": _people("are in work twelve months after release", "in work twelve months after release"),
    "in_treatment": _people("are in treatment three weeks after release", "in treatment three weeks after release"),
    "eligible": _people("are covered by the mentoring service", "covered by the mentoring service"),
    "referred": _people("are named to the mentoring service", "named to the mentoring service"),
    "matched": _people("are matched with a mentor", "matched with a mentor"),
    "met_before_release": _people("meet a mentor before release", "who meet a mentor before release"),
    "met_by_gate": _people(
        "meet a mentor before release or at the gate", "who meet a mentor before release or at the gate"
    ),
    "met_by_48h": _people("meet a mentor by 48 hours after release", "who meet a mentor by 48 hours after release"),
    "met_ever": _people("meet a mentor at all", "who meet a mentor at all"),
    "engaged_1m": _people(
        "are in touch with a mentor one month after release", "in touch with a mentor one month after release"
    ),
    "engaged_3m": _people(
        "are in touch with a mentor three months after release", "in touch with a mentor three months after release"
    ),
    "engaged_6m": _people(
        "are in touch with a mentor six months after release", "in touch with a mentor six months after release"
    ),
    "planned_ending": _people("complete their match as planned", "who complete their match as planned"),
    "releases": _of("releases from short sentences"),
    "recalls": _of("recalls from short sentences"),
    "people_met": Phrase(
        "More people a year meet a mentor for the first time",
        "Fewer people a year meet a mentor for the first time",
        "The number of people a year who meet a mentor for the first time shows",
    ),
    "prison_weeks": Phrase("More weeks are spent in prison", "Fewer weeks are spent in prison",
                           "The number of weeks spent in prison shows"),
    "homeless_weeks": Phrase("More weeks are spent homeless", "Fewer weeks are spent homeless",
                             "The number of weeks spent homeless shows"),
    "spent": Phrase("More is spent on mentoring", "Less is spent on mentoring", "What is spent on mentoring shows"),
}  # fmt: skip
"""Outcomes that have a sentence of their own; all others are told as `title: verdict`."""

LEVELS = {
    ("risk", "low"): "people at low risk",
    ("risk", "medium"): "people at medium risk",
    ("risk", "high"): "people at high risk",
    ("risk", "very_high"): "people at very high risk",
    ("sex", "men"): "men",
    ("sex", "women"): "women",
    ("prolific", "yes"): "people with many earlier sanctions",
    ("prolific", "no"): "people with few earlier sanctions",
}
GROUPS = {"risk": "risk", "sex": "sex", "prolific": "earlier sanctions", "sentence": "length of sentence"}


def people_of(group: str, level: str) -> str:
    """Words for the people of one level of a group."""
    return LEVELS.get((group, level), f"people of {GROUPS.get(group, group)} {level.replace('_', ' ')}")
