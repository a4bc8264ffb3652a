"""Who stands behind a scenario, and until when it may be used: facts of a file that change nothing in its world."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

LONGEST = 500
TEXT_WORDS = f"a text of at most {LONGEST} letters"


@dataclass(frozen=True, slots=True)
class About:
    """What an analyst may say of a scenario; empty, or None, where nothing was said."""

    commissioner: str = ""
    purpose: str = ""
    analyst: str = ""
    assurer: str = ""
    use_until: date | None = None


NOTHING_SAID = About()
TEXTS = {
    "commissioner": "Who asked for the answer",
    "purpose": "What the answer is for",
    "analyst": "Who made the scenario and answers for it",
    "assurer": "Who checked it, and is not the analyst",
}
USE_UNTIL = "use_until"
USE_UNTIL_WORDS = "Last day on which results of the scenario may be used"
ABOUT_KEYS = (*TEXTS, USE_UNTIL)
