"""From where to where an uncertain parameter is moved, where nobody has given it a range of its own."""

from __future__ import annotations

from ttg_sim.parameter import Kind, Parameter, Role

REACH = 0.5
"""Part of the way from the value in force to each bound, unless another one is asked for."""


def samples(facts: Parameter) -> bool:
    """Whether a parameter can be sampled: nobody knows it well, and it is a number."""
    return facts.role is Role.UNCERTAIN and facts.kind in (Kind.NUMBER, Kind.COUNT)


def around(facts: Parameter, value: float, reach: float = REACH, times: float | None = None) -> tuple[float, float]:
    """The range around a value in force, in the unit of the parameter.

    `reach` is the part of the way to each bound; `times` keeps a value other than zero between its part and its
    multiple by that factor. Which ranges are plausible is an assumption, as the reports say.
    """
    assert facts.low is not None
    assert facts.high is not None
    low = value - reach * (value - facts.low)
    high = value + reach * (facts.high - value)
    if times is not None and value:
        near, far = sorted((value / times, value * times))
        low, high = max(low, near), min(high, far)
    return low, high
