"""Housing: a home kept, lost, found or queued for, where places are finite and others want them too."""

from __future__ import annotations

from typing import ClassVar

from ttg_sim.parameter import Grade, Role, Section, parameter


class HousingParameters(Section):
    """Where people live, how many places there are, and what being without one does to the risk."""

    section: ClassVar[str] = "housing"
    title: ClassVar[str] = "Homes, places and queues"

    before_custody: dict[str, float] = parameter(
        {"settled": 0.72, "temporary": 0.13, "homeless": 0.15},
        unit="share",
        grade=Grade.PUBLISHED,
        source="homeless: sentences of 1 month to 4 years, 2005-06; temporary is part of the 28% at an address "
        "for under six months and its size is an assumption",
        evidence=("6.01", "6.02"),
        words="Where new people lived before custody; settled means their own or their family's home",
    )
    settled_places: int = parameter(
        520,
        unit="places",
        low=0,
        high=100_000,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="no count of lettings open to people leaving prison; set so that few wait in vain and many wait long",
        words="Settled places in the area that people leaving prison and others in need can be given",
    )
    temporary_places: int = parameter(
        75,
        unit="places",
        low=0,
        high=100_000,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="about 650 bail and tag beds in 21 areas give 31; the rest stands for hostels",
        evidence=("13.88",),
        words="Temporary places in the area open to people who are homeless after prison",
    )
    temporary_limit_weeks: float = parameter(
        12.0,
        unit="weeks",
        low=1,
        high=260,
        role=Role.LEVER,
        grade=Grade.STUDY,
        source="length of the scheme that began in July 2021; 12 weeks is also the usual stay in tag housing",
        evidence=("11.09", "13.73"),
        words="Weeks after which a temporary place has to be left",
    )
    release_priority: bool = parameter(
        False,
        unit="switch",
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="first come, first served unless a policy says otherwise",
        words="People leaving prison go to the front of the queue for settled places",
    )
    kept_weeks_inside: float = parameter(
        13.0,
        unit="weeks",
        low=0,
        high=52,
        role=Role.LEVER,
        grade=Grade.ASSUMPTION,
        source="housing benefit is paid for an absence of up to 13 weeks; not in the register",
        words="A settled place is kept for a person whose time inside is no longer than this",
    )
    home_lost_per_week_inside: float = parameter(
        0.028,
        unit="probability a week",
        low=0,
        high=0.5,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="set by hand to bring first-night housing near the published shares",
        evidence=("11.05", "11.06"),
        words="Chance that a person's own or family home is lost, for each week inside",
    )
    home_lost_per_year: float = parameter(
        0.24,
        unit="rate a year",
        low=0,
        high=10,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="44% had been at their address for less than a year before custody",
        evidence=("6.02",),
        words="How often a person at liberty loses their own or family home",
    )
    place_lost_per_year: float = parameter(
        0.35,
        unit="rate a year",
        low=0,
        high=10,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="23% of bail tenants broke their conditions during stays of some months",
        evidence=("13.89",),
        words="How often a person at liberty loses a settled place",
    )
    home_found_per_year: float = parameter(
        0.55,
        unit="rate a year",
        low=0,
        high=20,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="31% were homeless or unsettled a year after release",
        evidence=("11.03",),
        words="How often a person without a home finds one without help, with family or a private landlord",
    )
    other_households_per_week: float = parameter(
        5.0,
        unit="households a week",
        low=0,
        high=1_000,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found for the same places",
        words="Other households that join the queue for the same settled places",
    )
    other_stay_weeks: float = parameter(
        70.0,
        unit="weeks",
        low=1,
        high=1_000,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; exponential",
        words="Mean stay of other households in a settled place",
    )
    other_patience_weeks: float = parameter(
        40.0,
        unit="weeks",
        low=1,
        high=1_000,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="no figure found; exponential",
        words="Mean time after which another household stops waiting",
    )
    risk_homeless: float = parameter(
        0.31,
        unit="log hazard",
        low=0,
        high=0.6,
        role=Role.UNCERTAIN,
        grade=Grade.STUDY,
        source="adjusted ratios of 1.18 to 1.52 from worst to best; 1.36 taken",
        evidence=("1.50", "1.52", "6.14"),
        words="Addition to the log hazard of reoffending while homeless, against settled",
    )
    risk_temporary: float = parameter(
        0.15,
        unit="log hazard",
        low=0,
        high=0.6,
        role=Role.UNCERTAIN,
        grade=Grade.ASSUMPTION,
        source="half-way between settled and homeless",
        evidence=("1.52",),
        words="Addition to the log hazard of reoffending while in temporary housing, against settled",
    )
