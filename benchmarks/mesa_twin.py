"""The core rules as a plain Mesa model: one Python object a person, one call a week. For comparison of speed only."""

from __future__ import annotations

import math

import mesa


class TwinPerson(mesa.Agent):
    """A person who is inside or at liberty, loses and finds a home, and may reoffend."""

    def __init__(self, model: TwinModel) -> None:
        super().__init__(model)
        self.inside_until = 0
        self.released = model.random.randrange(-104, 0)
        self.settled = model.random.random() < 0.7
        self.intensity = 1.5 * model.random.gammavariate(2.3, 1 / 2.3)
        self.court_weeks: list[int] = []

    def step(self) -> None:
        """One week in the order of the real model."""
        week, chance = self.model.week, self.model.random.random
        self.model.person_weeks += 1
        if week in self.court_weeks:
            self.court_weeks.remove(week)
            if chance() < 0.38:
                self.inside_until = week + 1 + int(12 * chance())
        if week < self.inside_until:
            return
        if week == self.inside_until:
            self.released = week
            self.settled = self.settled and chance() < 0.9
        if self.settled:
            self.settled = chance() >= 0.24 / 52
        else:
            self.settled = chance() < 1.2 / 52
        since = week - self.released
        span = ((since + 1) ** 0.88 - since**0.88) / 52**0.88
        risk = self.intensity * span * math.exp(0.0 if self.settled else 0.31)
        if chance() < 1 - math.exp(-risk):
            self.court_weeks.append(week + 1 + int(16 * chance()))


class TwinModel(mesa.Model):
    """Many of them."""

    def __init__(self, people: int, seed: int) -> None:
        super().__init__(seed=seed)
        self.week = 0
        self.person_weeks = 0
        TwinPerson.create_agents(self, people)

    def step(self) -> None:
        """One week for everybody."""
        self.agents.do("step")
        self.week += 1
