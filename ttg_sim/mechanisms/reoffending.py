"""Reoffending: the risk of an occasion of proven reoffending in a week at liberty, and how many offences it holds."""

from __future__ import annotations

from typing import ClassVar

from ttg_sim.parameter import Grade, Role, Section, parameter


class ReoffendingParameters(Section):
    """How the published risk score, the time since release and present circumstances make a weekly hazard."""

    section: ClassVar[str] = "reoffending"
    title: ClassVar[str] = "Risk of proven reoffending"

    level: float = parameter(
        1.60,
        unit="ratio",
        low=0.5,
        high=4,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="fitted to T01",
        evidence=("1.01",),
        words="Occasions of reoffending in the first year, as a multiple of what the OGRS3 score alone implies",
    )
    shape: float = parameter(
        0.85,
        unit="Weibull shape",
        low=0.5,
        high=1.2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="fitted to T04",
        evidence=("1.23",),
        words="How the hazard falls with time since release: 1 is constant, less than 1 is front-loaded",
    )
    frailty_variance: float = parameter(
        0.35,
        unit="variance",
        low=0,
        high=2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="fitted to T01 and T02 together",
        evidence=("1.01", "1.04"),
        words="How much people of equal score differ for life: variance of a gamma with mean one, at intake",
    )
    offences_per_occasion: float = parameter(
        2.3,
        unit="offences",
        low=1,
        high=10,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="fitted to T02",
        evidence=("1.04",),
        words="Mean number of proven offences dealt with on one occasion (one or more, geometric)",
    )
