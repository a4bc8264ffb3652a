"""Sentencing: an occasion of offending comes to court, and a caution, a fine, an order or custody follows."""

from __future__ import annotations

from typing import ClassVar

from ttg_sim.parameter import Grade, Role, Section, parameter


class SentencingParameters(Section):
    """Delay to court, the sanction, the offence and the length of a short sentence."""

    section: ClassVar[str] = "sentencing"
    title: ClassVar[str] = "Courts and sanctions"

    delay_weeks: float = parameter(
        8.0,
        unit="weeks",
        low=0,
        high=104,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="median of a lognormal; no figure in the register",
        words="Median time from an offence to the conviction or caution that proves it",
    )
    delay_sigma: float = parameter(
        0.9,
        unit="log units",
        low=0,
        high=2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="spread of the same lognormal; no figure in the register",
        words="How much the delay to court varies",
    )
    custody_share: float = parameter(
        0.38,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="fitted with T15 and the flow of releases",
        evidence=("1.29",),
        words="Share of occasions that end in custody, for a person with 16 earlier sanctions",
    )
    custody_history_slope: float = parameter(
        0.5,
        unit="logit per log unit",
        low=0,
        high=2,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; courts weigh earlier convictions",
        words="How the odds of custody grow with the number of earlier sanctions (log of one plus it)",
    )
    longer_share: float = parameter(
        0.07,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure for people with short sentences behind them; 58% of all receptions were short sentences",
        evidence=("1.29",),
        words="Share of new custodial sentences that are 12 months or more; the person then leaves this population",
    )
    replaced_share: float = parameter(
        0.0,
        unit="share",
        low=0,
        high=1,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="nil: a policy lever",
        words="Share of short sentences that courts replace by a community order",
    )
    length: dict[str, float] = parameter(
        {"under_1_month": 0.135, "1_to_3_months": 0.388, "3_to_6_months": 0.344, "6_to_12_months": 0.133},
        unit="share",
        grade=Grade.STUDY,
        source="receptions of 6 months or less and over, 2005, split below 6 months as in 1975",
        evidence=("13.49", "13.54"),
        words="Length of a short sentence, in bands, even within a band",
    )
    offence_up_to_6_months: dict[str, float] = parameter(
        {
            "violence": 0.168,
            "robbery": 0.012,
            "public_order": 0.075,
            "sexual_adult": 0.004,
            "sexual_child": 0.002,
            "soliciting": 0.002,
            "domestic_burglary": 0.030,
            "other_burglary": 0.030,
            "theft": 0.320,
            "handling": 0.015,
            "fraud": 0.025,
            "absconding_or_bail": 0.072,
            "taking_vehicle": 0.025,
            "theft_from_vehicle": 0.025,
            "other_motoring": 0.090,
            "drink_driving": 0.035,
            "criminal_damage": 0.025,
            "drug_supply": 0.004,
            "drug_possession": 0.021,
            "other": 0.020,
        },
        unit="share",
        grade=Grade.STUDY,
        source="receptions 2005 with motoring cut and theft raised towards the mix of 2018; the split into the twenty "
        "OGRS3 kinds is an assumption",
        evidence=("13.50", "1.21", "1.45"),
        words="Kind of the index offence behind sentences of up to 6 months",
    )
    offence_6_to_12_months: dict[str, float] = parameter(
        {
            "violence": 0.180,
            "robbery": 0.025,
            "public_order": 0.075,
            "sexual_adult": 0.010,
            "sexual_child": 0.006,
            "soliciting": 0.001,
            "domestic_burglary": 0.080,
            "other_burglary": 0.034,
            "theft": 0.250,
            "handling": 0.030,
            "fraud": 0.080,
            "absconding_or_bail": 0.060,
            "taking_vehicle": 0.025,
            "theft_from_vehicle": 0.020,
            "other_motoring": 0.035,
            "drink_driving": 0.005,
            "criminal_damage": 0.020,
            "drug_supply": 0.024,
            "drug_possession": 0.020,
            "other": 0.020,
        },
        unit="share",
        grade=Grade.STUDY,
        source="receptions 2005, treated as above",
        evidence=("13.51", "1.45"),
        words="Kind of the index offence behind sentences over 6 and under 12 months",
    )
    same_offence_share: float = parameter(
        0.5,
        unit="share",
        low=0,
        high=1,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found",
        words="Share of new convictions for the same kind of offence as the last one",
    )
