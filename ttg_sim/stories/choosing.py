"""Whose story is told, and how typical it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ttg_sim.stories import finding, lives
from ttg_sim.stories.lives import Life, Worlds

MOST_KEYS = 6


@dataclass(frozen=True)
class Choice:
    """The person of a story and how they were chosen.

    `people` are those who are counted, `found` how many of them the choice was among, `others` keys of some more of
    these. `find` is the expression that was asked for, if any.
    """

    life: Life
    people: finding.Counted
    how: str
    find: str = ""
    found: int = 0
    others: tuple[int, ...] = ()


def choose(worlds: Worlds, person: int | None = None, find: str | None = None) -> Choice:
    """The person asked for, or the middle one of those found; raises `NoStory` where there is nobody.

    When nothing is asked for, it is the middle one, by day of release, of the people whose two lives differ.
    """
    if person is not None:
        return _given(worlds, person)
    people = finding.counted(worlds)
    if find is not None:
        mask = finding.find(find, people)
        if not mask.any():
            raise finding.nobody(find, people)
        who = f"(of {len(people):,}) for whom \u201c{find}\u201d is true"
    else:
        some = bool(people.differing.any())
        mask = people.differing if some else np.ones(len(people), bool)
        who = f"(of {len(people):,}) whose two lives differ in any event" if some else "who are counted"
    keys = people.baseline["person"].to_numpy()[mask]
    middle = len(keys) // 2
    near = [int(key) for key in keys[max(0, middle - MOST_KEYS // 2) :][: MOST_KEYS + 1] if key != keys[middle]]
    how = f"Chosen for no other reason than to be the middle one, by day of release, of {len(keys):,} people {who}."
    return Choice(lives.life(worlds, int(keys[middle])), people, how, find or "", len(keys), tuple(near[:MOST_KEYS]))


def _given(worlds: Worlds, person: int) -> Choice:
    found = lives.life(worlds, person)
    how = "Told because this key was asked for: an example, and not drawn from anybody fairly."
    return Choice(found, finding.counted(worlds), how)


def typical(choice: Choice) -> str:
    """Whether the person's two lives stand to each other as those of most people do, in one sentence."""
    people, person = choice.people, choice.life.person
    row = np.flatnonzero(people.baseline["person"].to_numpy() == person)
    if not len(row):
        return "This person is none of them, so nothing can be said of how typical this is."
    place = int(row[0])
    if people.followed:
        change = (people.scenario["reoffended"] - people.baseline["reoffended"]).to_numpy(float)
        if change[place]:
            like = int((change == change[place]).sum())
            return (f"This person is one of the {like:,} whose proven reoffending is "
                    f"{'better' if change[place] < 0 else 'worse'}: not a typical one.")  # fmt: skip
    alike = int((~people.differing).sum())
    of_kind = alike if not people.differing[place] else len(people) - alike
    kind = "differ in some event" if people.differing[place] else "are alike in every event"
    share = round(100 * of_kind / len(people))
    judged = "typical in that" if 2 * of_kind > len(people) else "not typical in that"
    return f"This person's two lives {kind}, as those of {of_kind:,} of {len(people):,} ({share} of 100): {judged}."
