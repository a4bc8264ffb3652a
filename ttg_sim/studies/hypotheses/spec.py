"""Hypotheses as read and checked: arms to run, and tests that judge them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ttg_sim.scenario import Scenario
from ttg_sim.studies.hypotheses.measures import Measure

BLOCK = 20
"""Replicates that are added at a time while an interval is too wide."""


class Verdict(StrEnum):
    """What the runs say about a hypothesis or one of its tests."""

    PASS = "pass"
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    OPEN = "open"
    """An open question: reported, never judged."""


class Kind(StrEnum):
    """Whether a pattern comes out of rules about other things, or has a parameter of its own."""

    EMERGENT = "emergent"
    BUILT_IN = "built in"


class Expected(StrEnum):
    """What a test expects of its contrast."""

    UP = "up"
    DOWN = "down"
    ZERO = "zero"
    """Exactly zero in every replicate."""
    NONE = "none"
    """An open question."""
    AT_LEAST = "at least"
    AT_MOST = "at most"
    CHECK = "check"
    """A named check finds no fault."""

    @property
    def signed(self) -> bool:
        """Whether an interval is held against a number."""
        return self in (Expected.UP, Expected.DOWN, Expected.AT_LEAST, Expected.AT_MOST)


@dataclass(frozen=True)
class Test:
    """One thing that has to hold: a contrast of arms on a measure, or a check by name."""

    __test__ = False  # pytest takes classes by this name for its own

    words: str
    expected: Expected
    measure: Measure | None = None
    contrast: Mapping[str, float] | None = None
    number: float = 0.0
    check: str = ""

    @property
    def expects(self) -> str:
        """Words for what is expected."""
        if self.expected in (Expected.AT_LEAST, Expected.AT_MOST):
            return f"{self.expected} {self.number:g}"
        return {Expected.CHECK: "no fault", Expected.NONE: "open"}.get(self.expected, self.expected.value)


@dataclass(frozen=True)
class Arm:
    """One world of a hypothesis. `given` are the paths of values that it, or its hypothesis, sets by itself.

    `apart` asks for runs of its own even where another arm is the same world.
    """

    scenario: Scenario
    given: frozenset[str] = frozenset()
    apart: bool = False


@dataclass(frozen=True)
class Fast:
    """A smaller version that is run with the tests."""

    arms: Mapping[str, Arm]
    replicates: int
    recorded: Verdict | None


@dataclass(frozen=True)
class Hypothesis:
    """One pattern that the simulation has to show."""

    id: str
    title: str
    kind: Kind
    arms: Mapping[str, Arm]
    tests: tuple[Test, ...]
    replicates: int
    recorded: Verdict | None = None
    built_in_by: tuple[str, ...] = ()
    without: Mapping[str, Arm] | None = None
    """For one that is built in: the arms with the effect taken away."""
    rows: tuple[str, ...] = ()
    half_width: float | None = None
    most: int = 0
    fast: Fast | None = None
    note: str = ""

    @property
    def signed(self) -> bool:
        """Whether any test holds an interval against a number."""
        return any(test.expected.signed for test in self.tests)


@dataclass(frozen=True)
class Plausible:
    """Which uncertain parameters are sampled in the check of robustness, how far, and how often.

    `reach` is the part of the way from the value in force to each bound; `times` keeps a value other than zero between
    its part and its multiple by that factor; `ranges` has low and high of single parameters.
    """

    sections: tuple[str, ...] = ()
    reach: float = 0.5
    times: float | None = None
    ranges: Mapping[str, tuple[float, float]] | None = None
    sets: int = 10
    replicates: int = 2


@dataclass(frozen=True)
class Book:
    """A file of hypotheses."""

    file: str
    hypotheses: Mapping[str, Hypothesis]
    plausible: Plausible = Plausible()
