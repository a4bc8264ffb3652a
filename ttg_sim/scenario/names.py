"""Names near a mistyped one."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache, lru_cache

from ttg_sim.mechanisms import SECTIONS
from ttg_sim.parameter import Parameter

LONGEST_NAME = 80


def nearest(name: str, names: Iterable[str]) -> str:
    """The one of `names` most like `name`, or nothing when none is like it."""
    # Nobody mistypes a name into a very long one, and comparing long text is slow.
    if len(name) > LONGEST_NAME:
        return ""
    # Names are compared without case: a capital is the most common slip of all.
    by_lower = {candidate.lower(): candidate for candidate in names}
    found = get_close_matches(name.lower(), by_lower, n=1)
    found += [candidate for candidate in by_lower if len(name) > 2 and candidate.startswith(name.lower())]
    return by_lower[found[0]] if found else ""


@cache
def parameters() -> dict[str, Parameter]:
    """Every parameter of every section, by dotted path and in order."""
    return {facts.path: facts for section in SECTIONS.values() for facts in section.parameters().values()}


@lru_cache
def nearest_path(path: str) -> str:
    """The dotted path most like `path`, which may be the bare name of a parameter."""
    for known in parameters():
        if known.endswith(f".{path}"):
            return known
    return nearest(path, parameters())


def section_that_has(name: str) -> str:
    """Words for the place of a parameter that was written in the wrong section, or nothing."""
    for facts in parameters().values():
        if name in (facts.name, facts.path):
            return f"{facts.name} under {facts.section}"
    return ""
