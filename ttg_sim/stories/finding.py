"""Finding people: a small language of words about a person, and how many people are like that.

    expression = term ["or" term] ...      term = part ["and" part] ...
    part       = ["not"] part | "(" expression ")" | ["baseline."] WORD | ["baseline."] FIELD "=" VALUE

A word is about the person in the scenario; with `baseline.` before it, about the same person in the baseline.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ttg_sim.agents.risk import BANDS, OFFENCES
from ttg_sim.outcomes.spells import LENGTHS
from ttg_sim.scenario.names import nearest
from ttg_sim.stories.lives import NoStory, Worlds

LONGEST = 200
DEEPEST = 10
SHOWN = 40
"""Letters of a wrong word that are shown."""
OTHER = "baseline."
NIGHTS = {"settled": 0, "temporary": 1, "homeless": 2}
Mask = np.ndarray
"""Of each person counted: yes or no."""


@dataclass(frozen=True)
class Counted:
    """The people who are counted, row by row the same in both worlds.

    Where the follow-up of any is complete in both, only those are here, and `followed` is true.
    """

    scenario: pd.DataFrame
    baseline: pd.DataFrame
    differing: Mask
    followed: bool
    released: int
    """People released in both worlds, with or without a complete follow-up."""

    def __len__(self) -> int:
        return len(self.baseline)


def counted(worlds: Worlds) -> Counted:
    """Everybody whom a count may be about; raises `NoStory` where nobody is released in both worlds."""
    scenario, baseline = worlds.released
    if not len(baseline):
        raise NoStory("nobody is released in both worlds after they may part; expected a longer run or more people")
    keep = baseline["followed"].to_numpy(bool)
    followed = bool(keep.any())
    if not followed:
        keep = np.ones(len(baseline), bool)
    one, two = (table[keep].reset_index(drop=True) for table in (scenario, baseline))
    return Counted(one, two, worlds.differing.to_numpy(bool)[keep], followed, len(baseline))


@dataclass(frozen=True)
class Word:
    """A word about a person: what it means, and whether it needs 18 months of follow-up."""

    words: str
    test: Callable[[pd.DataFrame], pd.Series]
    followed: bool = False


def _has(column: str, value: object = True) -> Callable[[pd.DataFrame], pd.Series]:
    return lambda rows: rows[column] == value


OF_ONE_WORLD: dict[str, Word] = {
    "reoffended": Word("proven reoffending within 12 months of release", _has("reoffended", 1.0), True),
    "recalled": Word("recalled to prison within 12 months of release", _has("recalled", 1.0)),
    "mentored": Word("met a mentor", lambda rows: ~rows["first_meeting"].isin(["never", "not_yet"])),
    "named": Word("named to the mentoring service", _has("referred")),
    "matched": Word("matched with a mentor", _has("matched")),
    "homeless": Word("homeless in the week of release", _has("first_night", "homeless")),
    "temporary": Word("in temporary housing in the week of release", _has("first_night", "temporary")),
    "settled": Word("in settled housing in the week of release", _has("first_night", "settled")),
    "working": Word("in work twelve months after release", _has("month_12_working", 1.0)),
    "supervised": Word("released to supervision", _has("supervised")),
    "tagged": Word("released on tag", _has("tagged")),
    "helped": Word("seen by the resettlement service", _has("helped")),
    "new": Word("released for the first time", _has("number", 1)),
    "man": Word("a man", _has("sex", "men")),
    "woman": Word("a woman", _has("sex", "women")),
}
OF_BOTH: dict[str, str] = {
    "better": "proven reoffending in the baseline only",
    "worse": "proven reoffending in the scenario only",
    "different": "any event differs, up to 18 months after the release",
    "alike": "no event differs",
    "better_housed": "better housing in the week of release than in the baseline",
    "worse_housed": "worse housing in the week of release than in the baseline",
}
FIELDS: dict[str, tuple[str, ...]] = {
    "risk": BANDS,
    "sex": ("men", "women"),
    "sentence": LENGTHS,
    "offence": OFFENCES,
    "area": (),
    "age": (),
}
"""Columns with their values; those of an area are the areas of the run, those of age are from A-B."""
EXAMPLES = {name: values[0] for name, values in FIELDS.items() if values} | {"area": "area_01", "age": "18-24"}
NAMES = (*OF_BOTH, *OF_ONE_WORLD, *FIELDS)
COLUMNS = (
    "reoffended", "recalled", "first_meeting", "referred", "matched", "first_night", "month_12_working", "supervised",
    "tagged", "helped", "number", "sex", "risk", "sentence", "offence", "area", "age",
)  # fmt: skip
"""Columns of releases that words are about."""
_TOKENS = re.compile(r"\s*([()=]|[^\s()=]+)")
_AGES = re.compile(r"(\d{1,3})-(\d{1,3})")


def check(text: str) -> None:
    """Raise `NoStory` for an expression that cannot be read, before there are any people."""
    nobody = pd.DataFrame({column: np.zeros(0) for column in COLUMNS})
    find(text, Counted(nobody, nobody, np.zeros(0, bool), True, 0))


def find(text: str, people: Counted) -> Mask:
    """Who is meant by an expression; raises `NoStory` for one that cannot be read."""
    if len(text) > LONGEST:
        raise _wrong(text, f"is longer than {LONGEST} letters")
    reader = _Reader(text, _TOKENS.findall(text), people)
    return reader.whole()


@dataclass
class _Reader:
    """Reads an expression from left to right."""

    text: str
    tokens: list[str]
    people: Counted
    place: int = 0
    depth: int = 0

    def whole(self) -> Mask:
        found = self._either()
        if self._next():
            raise _wrong(self.text, f"{_quoted(self._next())} is not expected there; expected and, or, or the end")
        return found

    def _next(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def _take(self) -> str:
        token = self._next()
        self.place += 1
        return token

    def _either(self) -> Mask:
        found = self._all()
        while self._next().lower() == "or":
            self._take()
            found = found | self._all()
        return found

    def _all(self) -> Mask:
        found = self._part()
        while self._next().lower() == "and":
            self._take()
            found = found & self._part()
        return found

    def _part(self) -> Mask:
        turned = False
        while self._next().lower() == "not":
            self._take()
            turned = not turned
        found = self._bracket() if self._next() == "(" else self._word()
        return ~found if turned else found

    def _bracket(self) -> Mask:
        self._take()
        self.depth += 1
        if self.depth > DEEPEST:
            raise _wrong(self.text, f"has brackets in more than {DEEPEST} levels")
        found = self._either()
        if self._take() != ")":
            raise _wrong(self.text, "a bracket is not closed")
        self.depth -= 1
        return found

    def _word(self) -> Mask:
        token = self._take()
        if not token or token in (")", "=") or token.lower() in ("and", "or"):
            where = f"before {_quoted(token)}" if token else "at the end"
            raise _wrong(self.text, f"a word is missing {where}; expected one of {', '.join(NAMES)}")
        other = token.lower().startswith(OTHER)
        name = token.lower().removeprefix(OTHER)
        if self._next() == "=" or name in FIELDS:
            return self._field(name, other)
        if name in OF_BOTH and other:
            raise _wrong(self.text, f"{name} holds both worlds against each other; expected it without {OTHER}")
        if name in OF_BOTH:
            return _of_both(name, self.people, self.text)
        if name not in OF_ONE_WORLD:
            raise self._unknown(name, (*OF_ONE_WORLD, *FIELDS) if other else NAMES)
        word = OF_ONE_WORLD[name]
        if word.followed and not self.people.followed:
            raise _no_follow_up(self.text, name)
        return np.asarray(word.test(self._rows(other)), bool)

    def _field(self, name: str, other: bool) -> Mask:
        if name not in FIELDS:
            raise self._unknown(name, FIELDS)
        if self._take() != "=":
            raise _wrong(self.text, f"{name} needs a value; expected such as {name}={EXAMPLES[name]}")
        value = self._take()
        if name == "age":
            return _of_age(self.text, value, self._rows(other))
        known = _values(name, self.people)
        if name == "area" and not len(self.people):
            return np.zeros(0, bool)
        if value.lower() not in known:
            near = nearest(value, known)
            rest = f"; did you mean {near!r}?" if near else f"; expected one of {', '.join(known)}"
            raise _wrong(self.text, f"{_quoted(value)} is not a value of {name}{rest}")
        return np.asarray(self._rows(other)[name] == value.lower(), bool)

    def _rows(self, other: bool) -> pd.DataFrame:
        return self.people.baseline if other else self.people.scenario

    def _unknown(self, name: str, known: Mapping[str, object] | tuple[str, ...]) -> NoStory:
        near = nearest(name, known)
        rest = f"; did you mean {near!r}?" if near else f"; expected one of {', '.join(known)}"
        return _wrong(self.text, f"{_quoted(name)} is not a word of it{rest}")


def _values(name: str, people: Counted) -> tuple[str, ...]:
    if name == "area":
        return tuple(sorted(set(people.baseline["area"])))
    return FIELDS[name]


def _of_age(text: str, value: str, rows: pd.DataFrame) -> Mask:
    ages = _AGES.fullmatch(value)
    if ages is None or int(ages[1]) > int(ages[2]):
        raise _wrong(text, f"{_quoted(value)} is no range of ages; expected such as age=18-24")
    return np.asarray(np.floor(rows["age"]).between(int(ages[1]), int(ages[2])), bool)


def _of_both(name: str, people: Counted, text: str = "") -> Mask:
    """Words that hold both worlds against each other."""
    one, two = people.scenario, people.baseline
    if name in ("better", "worse"):
        if not people.followed:
            raise _no_follow_up(text, name)
        change = (one["reoffended"] - two["reoffended"]).to_numpy(float)
        return change < 0 if name == "better" else change > 0
    if name in ("different", "alike"):
        return people.differing if name == "different" else ~people.differing
    night = (one["first_night"].map(NIGHTS) - two["first_night"].map(NIGHTS)).to_numpy(float)
    return night < 0 if name == "better_housed" else night > 0


def numbers(people: Counted) -> dict[str, int]:
    """How many people each word is about, of those words that can be told; the words about both worlds first."""
    found = {
        name: int(_of_both(name, people).sum())
        for name in OF_BOTH
        if people.followed or name not in ("better", "worse")
    }
    for name, word in OF_ONE_WORLD.items():
        if people.followed or not word.followed:
            found[name] = int(np.asarray(word.test(people.scenario), bool).sum())
    return found


def nobody(text: str, people: Counted) -> NoStory:
    """The answer where an expression is about nobody: what is to be found instead."""
    there = ", ".join(f"{name} ({count:,})" for name, count in numbers(people).items() if count)
    other = "" if OTHER in text.lower() else f"; with {OTHER} before it a word is about the other world"
    return _wrong(text, f"nobody of {len(people):,} people is like that; to be found are {there}{other}")


def _no_follow_up(text: str, name: str) -> NoStory:
    return _wrong(text, f"{name!r} takes 18 months after a release, and the run ends before; expected another "
                        "word, such as different, or more weeks")  # fmt: skip


def _wrong(text: str, what: str) -> NoStory:
    return NoStory(f"--find {_quoted(text)}: {what}")


def _quoted(text: str) -> str:
    shown = "".join(letter if letter.isprintable() else "?" for letter in text)
    return f"'{shown}'" if len(shown) <= SHOWN else f"'{shown[:SHOWN]}\u2026'"
