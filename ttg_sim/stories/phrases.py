"""Words for what happens to a person, and for who the person is; the person comes first."""

from __future__ import annotations

import numpy as np

from ttg_sim.outcomes.definitions import REASONS
from ttg_sim.stories.lives import Row

PEOPLE = {"men": ("man", "he"), "women": ("woman", "she")}
NAMES = {
    "men": ("Adam", "Ben", "Carl", "Dev", "Eddie", "Femi", "Greg", "Hassan", "Ian", "Jamal", "Kyle", "Leon"),
    "women": ("Amy", "Beth", "Chloe", "Dawn", "Esther", "Farah", "Gemma", "Holly", "Ines", "Jade", "Kim", "Lena"),
}
"""First names to invent one from; they say nothing about anybody."""
HOMES = {"settled": "settled housing", "temporary": "temporary housing", "homeless": "homeless"}
OFFENCES = {
    "violence": "violence",
    "robbery": "robbery",
    "public_order": "a public order offence",
    "sexual_adult": "a sexual offence against an adult",
    "sexual_child": "a sexual offence against a child",
    "soliciting": "soliciting",
    "domestic_burglary": "burglary of a home",
    "other_burglary": "burglary other than of a home",
    "theft": "theft",
    "handling": "handling stolen goods",
    "fraud": "fraud",
    "absconding_or_bail": "absconding or a bail offence",
    "taking_vehicle": "taking a vehicle",
    "theft_from_vehicle": "theft from a vehicle",
    "other_motoring": "a motoring offence",
    "drink_driving": "drink driving",
    "criminal_damage": "criminal damage",
    "drug_supply": "supplying drugs",
    "drug_possession": "possession of drugs",
    "other": "another offence",
}
ENDINGS = {
    "planned": "as planned",
    "dropped out": "by not coming any more",
    "mentor left": "because the mentor left",
    "funding": "because the money ended",
    "back inside": "because of a return to prison",
    "left": "because of leaving the cycle or the area",
    "cut": "because the service broke it off",
}
PROVEN = {
    "short sentence": "an offence is proven: a short prison sentence",
    "longer sentence": "an offence is proven: a prison sentence of a year or more",
    "community order": "an offence is proven: a community order",
    "fine or caution": "an offence is proven: a fine or caution",
    "after leaving": "an offence from before leaving the cycle is proven",
}
LEAVING = {
    "desisted": "leaves the cycle of short sentences for good",
    "longer sentence": "leaves this population for a sentence of a year or more",
    "died": "dies",
    "moved": "moves away from the area",
}
FIXED = {
    ("entered", ""): "comes to court, for the first time for a short sentence",
    ("received", ""): "goes to prison",
    ("named for mentoring", ""): "is named to the mentoring service",
    ("matched with a mentor", ""): "is matched with a mentor",
    ("applied to mentor", ""): "applies to become a mentor",
    ("became a mentor", ""): "becomes a mentor",
    ("housing", "settled"): "moves into settled housing",
    ("housing", "temporary"): "moves into temporary housing",
    ("housing", "homeless"): "becomes homeless",
    ("substance use", "began"): "begins to use drugs or to drink",
    ("substance use", "stopped"): "stops using drugs or drinking",
    ("work", "found"): "finds work",
    ("work", "ended"): "work ends",
    ("supervision", "licence"): "is on licence",
    ("supervision", "post sentence"): "post-sentence supervision begins",
    ("supervision", "none"): "supervision ends",
    ("met mentor", "before release"): "meets a mentor, before release",
    ("met mentor", "at gate"): "meets a mentor at the gate",
    ("met mentor", "within 48h"): "meets a mentor within 48 hours of release",
    ("met mentor", "later"): "meets a mentor",
}
HOW = {"half-way": "is released at half-way", "on tag": "is released early, on tag"}


def phrase(event: str, detail: str) -> str:
    """What happened, in the present tense."""
    if (event, detail) in FIXED:
        return FIXED[event, detail]
    if event == "released":
        how, _, home = detail.partition(", ")
        return f"{HOW[how]}, {_to(home)}"
    if event == "released again":
        return f"is released again, {_to(detail)}"
    if event == "offence":
        count = detail.partition(" ")[0]
        return "offends (1 offence)" if count == "1" else f"offends ({count} offences, dealt with together)"
    if event == "sanction":
        return PROVEN[detail]
    if event == "recalled":
        return f"is recalled to prison ({reasons(detail)})"
    if event in ("committed", "breach heard"):
        after = "sends back to prison for a while" if event == "committed" else "leaves without custody"
        return f"a court hears a breach of supervision, and {after}"
    if event == "transferred":
        return f"is moved {detail}"
    if event == "match ended":
        return f"the match with the mentor ends {ENDINGS[detail]}"
    if event == "stopped mentoring":
        return f"stops being a mentor ({detail})"
    return LEAVING[detail]


def _to(home: str) -> str:
    return "homeless" if home == "homeless" else f"to {HOMES[home]}"


def reasons(detail: str) -> str:
    """Reasons for a recall."""
    return ", ".join(REASONS[name.replace(" ", "_")] for name in detail.split(", "))


def served(row: Row) -> str:
    """A sentence, what it is for, and the time inside before this release."""
    inside = spell_of(7 * row["weeks_served"])
    return f"{spell_of(row['sentence_days'])} for {OFFENCES[row['offence']]}, {inside} of it inside"


def spell_of(days: float) -> str:
    """A length of time in weeks, or in days where it is short."""
    weeks = round(days / 7)
    if weeks < 2:
        return f"{round(days)} day{'' if round(days) == 1 else 's'}"
    return f"{weeks} weeks"


def age(row: Row) -> int:
    """Age in whole years at release."""
    return int(np.floor(row["age"]))


def noun(row: Row) -> str:
    """A man of 34, a woman of 27."""
    return f"{PEOPLE[row['sex']][0]} of {age(row)}"


def invented(row: Row) -> str:
    """A first name that nobody gave the person, always the same for the same key."""
    names = NAMES[row["sex"]]
    return names[int(row["person"]) % len(names)]
