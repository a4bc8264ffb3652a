"""Intake: people who start on short sentences, with a past drawn from published distributions."""

from __future__ import annotations

from typing import ClassVar

from ttg_sim.parameter import Grade, Role, Section, parameter


class IntakeParameters(Section):
    """Who comes into the cycle of short sentences, and how many."""

    section: ClassVar[str] = "intake"
    title: ClassVar[str] = "People who start on short sentences"

    per_year: float = parameter(
        690.0,
        unit="people a year",
        low=10,
        high=20_000,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="fitted, so that about 1,900 releases a year come out (40,059 receptions in 21 areas)",
        evidence=("1.29",),
        words="People of the area who receive a short sentence for the first time, in a year",
    )
    women_share: float = parameter(
        0.10,
        unit="share",
        low=0,
        high=1,
        grade=Grade.PUBLISHED,
        source="women among receptions of 6 months or less, 2005",
        evidence=("13.52",),
        words="Share of new people who are women",
    )
    age: dict[str, float] = parameter(
        {"18-20": 0.13, "21-24": 0.19, "25-29": 0.21, "30-34": 0.17, "35-39": 0.12, "40-49": 0.13, "50-64": 0.05},
        unit="share",
        grade=Grade.ASSUMPTION,
        source="no age table of first short sentences in the register; bands of the OGRS3 age term",
        evidence=("1.43",),
        words="Age at the first short sentence, in bands, even within a band",
    )
    first_sanction_years_after_10: float = parameter(
        5.5,
        unit="years",
        low=1,
        high=20,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="median of a lognormal; the worked OGRS3 cases use first sanctions at 14 to 20",
        evidence=("1.47",),
        words="Median age at first sanction, less 10 (the age of criminal responsibility)",
    )
    first_sanction_sigma: float = parameter(
        0.55,
        unit="log units",
        low=0,
        high=1.5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="spread of the same lognormal; no figure found",
        words="How much people differ in the age at which they were first sanctioned",
    )
    sanctions_per_year: float = parameter(
        0.55,
        unit="sanctions a year",
        low=0.05,
        high=3,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="fitted with T03 and T15; people on community orders have about 8 earlier convictions",
        evidence=("1.20",),
        words="Median number of earlier sanctions for each year since the first one, among new people",
    )
    sanctions_sigma: float = parameter(
        0.86,
        unit="log units",
        low=0,
        high=2,
        grade=Grade.STUDY,
        source="lognormal through the published median of 15 and 90th percentile of 45, people sent to prison 2016",
        evidence=("13.46",),
        words="How much people differ in how often they were sanctioned",
    )
    prolific_sanctions: int = parameter(
        16,
        unit="sanctions",
        low=1,
        high=100,
        grade=Grade.ASSUMPTION,
        source="half of people sent to prison have more than 15 previous convictions",
        evidence=("13.46",),
        words="A person released with at least this many earlier sanctions is counted as prolific",
    )
