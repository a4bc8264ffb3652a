"""The same world whatever the interpreter: compiled or not, hash seed, bound checks, cache or none, edited sources."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from helpers import PACKAGE, digests, digests_elsewhere, python, run, small

TINY = {"weeks": 26, "warm_up_weeks": 6, "intake.per_year": 12.0, "housing.settled_places": 6}


@pytest.fixture(scope="module")
def expected() -> dict[str, str]:
    return digests(run(small(TINY)))


def test_the_tiny_world_has_something_of_everything() -> None:
    world = run(small(TINY))
    assert min(len(world.people), len(world.households)) > 10
    assert min(len(world.spells), len(world.occasions)) > 5


def test_rules_that_are_not_compiled_give_the_same_bits(expected) -> None:
    assert digests_elsewhere(TINY, NUMBA_DISABLE_JIT="1") == expected


@pytest.mark.parametrize("seed", ["0", "4242"])
def test_the_hash_seed_does_not_matter(expected, seed) -> None:
    assert digests_elsewhere(TINY, PYTHONHASHSEED=seed) == expected


def test_no_rule_reads_or_writes_outside_its_arrays(expected, tmp_path) -> None:
    checked = {"NUMBA_BOUNDSCHECK": "1", "XDG_CACHE_HOME": str(tmp_path)}
    assert digests_elsewhere(TINY, **checked) == expected


# A rule of `mechanisms.housing` that calls helpers of `engine.draws`.
BEGIN = """
import numpy as np
from ttg_sim.agents.person import PERSON
from ttg_sim.engine.kernel import compile_kernels
from ttg_sim.mechanisms import housing
import numba

compile_kernels()
people = np.zeros(300, PERSON)
people["key"] = np.arange(300)
p = housing.prepare(housing.HousingParameters())[0]
for person in people:
    housing.begin(person, np.uint64(1), p)
stats = housing.begin.stats
print(int(people["housing"].sum()), sum(stats.cache_hits.values()), sum(stats.cache_misses.values()))
"""


def begin(root: Path, cache: Path | str) -> tuple[int, int, int]:
    total, hits, misses = python(BEGIN, package_root=root, XDG_CACHE_HOME=str(cache)).split()
    return int(total), int(hits), int(misses)


def test_an_edited_helper_is_never_answered_by_a_stale_one(tmp_path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "root" / "ttg_sim", ignore=shutil.ignore_patterns("__pycache__"))
    root, cache = tmp_path / "root", tmp_path / "cache"
    first = begin(root, cache)
    assert first[1:] == (0, 1)
    again = begin(root, cache)
    assert again == (first[0], 1, 0)
    draws = root / "ttg_sim" / "engine" / "draws.py"
    text = draws.read_text()
    edited = text.replace("        if u < total:\n            return index", "        if 1.0 - u < total:\n            return index")
    assert edited != text
    draws.write_text(edited)
    changed = begin(root, cache)
    assert changed[0] != first[0]
    draws.write_text(text)
    assert begin(root, cache)[0] == first[0]


def test_nothing_is_cached_where_nothing_can_be_written(tmp_path) -> None:
    blocked = tmp_path / "a file, not a folder"
    blocked.touch()
    total, hits, misses = begin(PACKAGE.parent, blocked)
    assert (hits, misses) == (0, 0)
    assert total == begin(PACKAGE.parent, tmp_path / "cache")[0]
    assert blocked.read_bytes() == b""
