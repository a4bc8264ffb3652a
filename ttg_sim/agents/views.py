"""Mesa agents that read a record: made when somebody first asks for them, never needed by a batch run.

They stand apart from the records because importing Mesa takes longer than checking a scenario file does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import mesa

from ttg_sim.agents.area import AREA
from ttg_sim.agents.household import HOUSEHOLD
from ttg_sim.agents.mentor import MENTOR
from ttg_sim.agents.officer import OFFICER
from ttg_sim.agents.person import PERSON
from ttg_sim.agents.prison import PRISON
from ttg_sim.agents.provider import PROVIDER
from ttg_sim.agents.service_user import SERVICE_USER
from ttg_sim.engine.calendar import DAYS_PER_WEEK, DAYS_PER_YEAR

if TYPE_CHECKING:
    import numpy as np

    from ttg_sim.engine.table import Table


class View(mesa.Agent):
    """One agent of a table. Every field of its record is a read-only attribute.

    A view holds its table and row, never the record itself, which would go stale when the table grows.
    """

    record: ClassVar[np.dtype]

    def __init__(self, model: Any, table: Table, row: int) -> None:
        # mesa.Agent.__init__ counts ids in a class-wide dictionary that keeps every finished model alive.
        self.model = model
        self.unique_id = int(table.rows[row]["key"])
        self.pos = None
        self.table = table
        self.row = row
        model.register_agent(self)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or "table" not in self.__dict__ or name not in self.record.names:  # type: ignore[operator]
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        value = self.table.data[self.row][name]
        return value.copy() if getattr(value, "ndim", 0) else value.item()

    def __setattr__(self, name: str, value: Any) -> None:
        if name in (self.record.names or ()):
            raise AttributeError(f"{name!r} is read-only: views show agents, rules change them")
        super().__setattr__(name, value)

    def remove(self) -> None:
        """Refused: a view shows an agent and cannot take it out of the world."""
        raise AttributeError("agents cannot be removed through their views: rules change them")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.unique_id:016x})"


class Person(View):
    """A person in the cycle of short sentences."""

    record = PERSON

    @property
    def age(self) -> float:
        """Age in years in the present week."""
        return float((self.model.week * DAYS_PER_WEEK - self.born_day) / DAYS_PER_YEAR)


class Prison(View):
    """A resettlement prison of an area, or the rest of the estate."""

    record = PRISON


class Household(View):
    """Another household that wants the same settled places."""

    record = HOUSEHOLD


class Area(View):
    """A contract area with its places."""

    record = AREA


class Officer(View):
    """A probation officer of the national service or the company; some are hired later, or have left."""

    record = OFFICER


class ServiceUser(View):
    """Somebody else who uses the same services."""

    record = SERVICE_USER


class Mentor(View):
    """A volunteer mentor, or somebody who applied to become one. A peer mentor is a person of the model as well."""

    record = MENTOR


class Provider(View):
    """The charity that runs mentoring in an area: its contract, coordinators, and the counts of the week."""

    record = PROVIDER
