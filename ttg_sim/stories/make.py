"""A story from two scenarios: carried out, told, drawn and written down."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ttg_sim.scenario import Scenario
from ttg_sim.stories import choosing, finding, lives, telling
from ttg_sim.stories.choosing import Choice
from ttg_sim.stories.lives import NoStory, Worlds
from ttg_sim.stories.picture import picture
from ttg_sim.studies import provenance
from ttg_sim.studies.compare import check_comparable
from ttg_sim.studies.interrupts import whole
from ttg_sim.studies.runner import Progress
from ttg_sim.studies.store import HASH_LENGTH, file_hash, write_csv, write_json, write_whole

FILES = ("story.md", "story.svg", "story.csv", "story.alt.txt", "events.csv")
"""What is in the folder of a story: text, picture with its values and words, all events of both lives."""
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Story:
    """A story that is written down: its text in Markdown, its folder, and what it is about."""

    text: str
    folder: Path
    worlds: Worlds
    choice: Choice


def tell(
    scenario: Scenario, baseline: Scenario, out: Path, *, person: int | None = None, find: str | None = None,
    replicate: int = 0, named: bool = False, progress: Progress | None = None,
) -> Story:  # fmt: skip
    """One person's life in both worlds: the one with the key `person`, or the middle one of those that `find` finds.

    The runs go into `out` as those of any other command, with their events, and the story into a folder of its own,
    named by all that decides it. With `named`, the person has an invented first name. Raises `NoStory` where there is
    nobody to tell of, `NotComparable`, `SameName` and `RunFailed`.
    """
    check(scenario, baseline, person, find, replicate)
    worlds = lives.meet(scenario, baseline, replicate, out, progress)
    choice = choosing.choose(worlds, person, find)
    text = telling.story(worlds, choice, named)
    folder = out / _name(worlds, choice, person is not None, named)
    if not _is_written(folder):
        _write(folder, worlds, choice, text)
    return Story(text, folder, worlds, choice)


def check(scenario: Scenario, baseline: Scenario, person: int | None, find: str | None, replicate: int) -> None:
    """Raise what can be known to be wrong before anything is run."""
    check_comparable([scenario], baseline)
    if person is not None and find is not None:
        raise NoStory("--person and --find: expected one of them, or neither")
    if find is not None:
        finding.check(find)
    lives.check_replicate(baseline, replicate)


def _name(worlds: Worlds, choice: Choice, asked: bool, named: bool) -> str:
    """Name of a story's folder: it tells of which runs, whom, and how they were chosen."""
    facts = [*worlds.identities, worlds.replicate, choice.life.person, asked, choice.find, named]
    facts += [worlds.scenario.title, worlds.baseline.title]
    return f"story-{hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:HASH_LENGTH]}"


def _is_written(folder: Path) -> bool:
    """Whether all files of a story are there as they were written."""
    try:
        known = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
        return all(file_hash(folder / name) == known[name] for name in FILES)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _write(folder: Path, worlds: Worlds, choice: Choice, text: str) -> None:
    """All files, each whole, and last of all the manifest, which tells that the story is complete."""
    chart = picture(worlds, choice.life)
    with whole():
        chart.save(folder, "story", ("svg",))
        write_csv(folder / "events.csv", choice.life.events)
        shown = f"{text}\n![{chart.alt}](story.svg)\n"
        write_whole(folder / "story.md", lambda path: path.write_text(shown, encoding="utf-8"))
        write_json(folder / MANIFEST, _manifest(folder, worlds, choice))


def _manifest(folder: Path, worlds: Worlds, choice: Choice) -> dict[str, Any]:
    scenario, baseline = worlds.identities
    return {
        "scenario": {"name": worlds.scenario.name, "identity": scenario, "files": list(worlds.scenario.files)},
        "baseline": {"name": worlds.baseline.name, "identity": baseline, "files": list(worlds.baseline.files)},
        "seed": worlds.baseline.seed,
        "replicate": worlds.replicate,
        "person": str(choice.life.person),
        "chosen": choice.how,
        "files": {name: file_hash(folder / name) for name in FILES},
        "code": provenance.code(),
        "command": provenance.command(),
        "machine": provenance.machine(),
    }
