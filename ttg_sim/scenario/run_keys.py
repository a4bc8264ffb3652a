"""The keys at the top of a scenario file that say how the run is laid out, declared like parameters."""

from __future__ import annotations

from datetime import date

from ttg_sim.parameter import Grade, Kind, Parameter, Role, Value

RUN = "run"
"""What stands in place of a section in the declarations of these keys."""


def _key(
    name: str, kind: Kind, default: Value, low: int | None, high: int | None, unit: str, words: str, *choices: str
) -> Parameter:
    return Parameter(
        section=RUN,
        name=name,
        kind=kind,
        default=default,
        unit=unit,
        low=low,
        high=high,
        role=Role.FIXED,
        grade=Grade.ASSUMPTION,
        source="",
        evidence=(),
        words=words,
        choices=choices,
    )


START = _key("start", Kind.DATE, date(2011, 1, 3), None, None, "date", "Any day of the first week that is evaluated")
WEEKS = _key("weeks", Kind.COUNT, 208, 4, 1040, "weeks", "Weeks that are evaluated")
WARM_UP_WEEKS = _key("warm_up_weeks", Kind.COUNT, 104, 0, 520, "weeks", "Weeks before the start that fill the area")
SEED = _key("seed", Kind.COUNT, 1, 0, 2**63 - 1, "", "Root of all chance: equal seeds give equal luck")
REPLICATES = _key("replicates", Kind.COUNT, 20, 1, 10_000, "runs", "Runs with different luck")
DIRECT = "direct"
SHADOW = _key(
    "shadow", Kind.SWITCH_OR_CHOICE, False, None, None, "",
    "Whether contacts with mentors happen, are counted and cost money, but move nobody; direct for a run in which only "
    "their direct effect on reoffending is off",
    DIRECT,
)  # fmt: skip

RUN_KEYS: dict[str, Parameter] = {key.name: key for key in (START, WEEKS, WARM_UP_WEEKS, SEED, REPLICATES, SHADOW)}
CALENDAR_KEYS = ("start", "weeks", "warm_up_weeks")
"""Keys on which the dates of the run depend."""
PAIRING_KEYS = (*CALENDAR_KEYS, "seed", "replicates")
"""Keys that are the same in all runs that are paired: the same weeks under the same luck."""
