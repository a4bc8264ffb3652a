"""Reoffending of peer mentors beside that of others, worked by hand on made-up people."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from helpers import MENTORED, run, small

from ttg_sim.agents.mentor import MENTOR, Exit, Stage
from ttg_sim.agents.person import NEVER, NOBODY, PERSON, Left, Sex
from ttg_sim.mechanisms.custody import SPELL
from ttg_sim.mechanisms.enforcement import RETURN
from ttg_sim.mechanisms.sentencing import OCCASION, Sanction
from ttg_sim.outcomes import tables
from ttg_sim.outcomes.of_contact import OF_RATIOS
from ttg_sim.outcomes.of_peers import at_liberty, own_reoffending

WEEKS = 200
BEGUN = 50
"""The week in which peers are registered."""
DAY = BEGUN * 7
FINE = Sanction.FINE_OR_CAUTION


class World:
    """People released 100 days before the peers are registered, all men at a score of 0.55 unless told otherwise."""

    def __init__(self, count: int, peers=(0,), **people: Any) -> None:
        self.people = np.zeros(count, PERSON)
        self.people["volunteer"] = NOBODY
        self.people["received_day"] = DAY - 150
        self.spells = np.zeros(count, SPELL)
        self.spells["person"] = np.arange(count)
        self.spells["received_day"], self.spells["release_day"] = DAY - 150, DAY - 100
        self.spells["score_1_year"] = 0.55
        for name, value in people.items():
            (self.spells if name in (SPELL.names or ()) else self.people)[name] = value
        self.mentors = np.zeros(len(peers), MENTOR)
        self.mentors["person"] = peers
        self.mentors["registered_week"], self.mentors["ended_week"] = BEGUN, NEVER
        self.mentors["stage"] = Stage.AVAILABLE
        self.people["volunteer"][list(peers)] = np.arange(len(peers))
        self.occasions = np.zeros(0, OCCASION)
        self.returns = np.zeros(0, RETURN)

    def offend(self, *cases: tuple[int, ...]) -> World:
        """Occasions as (person, days after the registration of peers[, days until the hearing[, sanction]])."""
        more = np.zeros(len(cases), OCCASION)
        for occasion, case in zip(more, cases, strict=True):
            person, day, wait, sanction = (*case, *(40, FINE)[len(case) - 2 :])
            occasion["person"], occasion["day"], occasion["court_day"] = person, DAY + day, DAY + day + wait
            occasion["sanction"] = sanction
        self.occasions = np.concatenate([self.occasions, more])
        return self

    def again(self, person: int, received: int, released: int, score: float = 0.55) -> World:
        """A further stay of somebody, in days after the registration of peers."""
        more = np.zeros(1, SPELL)
        more["person"], more["score_1_year"] = person, score
        more["received_day"], more["release_day"] = DAY + received, DAY + released
        self.spells = np.concatenate([self.spells, more])
        self.people["received_day"][person] = DAY + received
        return self

    def recall(self, person: int, day: int, until: int) -> World:
        more = np.zeros(1, RETURN)
        more["person"], more["day"], more["until_day"] = person, DAY + day, DAY + until
        self.returns = np.concatenate([self.returns, more])
        return self

    def found(self, weeks: int = WEEKS) -> dict[str, float]:
        """Sums of the weights, or numbers of days where there are none."""
        counts = own_reoffending(self.people, self.mentors, self.spells, self.occasions, self.returns, weeks)
        for days, weights in counts.values():
            assert weights is None or len(weights) == len(days)
        return {
            name: float(len(days) if weights is None else weights.sum()) for name, (days, weights) in counts.items()
        }

    def own(self, weeks: int = WEEKS) -> tuple[float, float]:
        found = self.found(weeks)
        return found["peers_reoffended"], found["peers_followed"]

    def gaps(self) -> tuple[float, float, float, float]:
        """The raw gap and the number of peers in it; the matched gap and the number of peers in it."""
        found = self.found()
        return found["peer_gap_all"], found["peers_compared"], found["peer_gap_like"], found["peers_matched"]


# Their own.


@pytest.mark.parametrize(
    ("day", "wait", "sanction", "counts"),
    [
        (0, 40, FINE, 1),
        (-1, 40, FINE, 0),  # before they were registered
        (364, 100, FINE, 1),
        (365, 40, FINE, 0),
        (100, 447, FINE, 1),
        (100, 448, FINE, 0),  # proven too late, as for everybody released
        (364, 183, Sanction.SHORT_SENTENCE, 1),
        (100, 40, Sanction.LONGER_SENTENCE, 1),
        (100, 40, Sanction.AFTER_LEAVING, 1),
        (100, 40, Sanction.NONE, 0),
    ],
)
def test_an_offence_counts_within_a_year_of_registration_when_it_is_proven(day, wait, sanction, counts) -> None:
    assert World(3).offend((0, day, wait, sanction)).own() == (counts, 1)


def test_several_offences_count_once_and_other_peoples_do_not() -> None:
    assert World(3).offend((0, 10), (0, 20), (1, 30), (2, 40)).own() == (1, 1)
    assert World(3).offend((1, 30), (2, 40)).own() == (0, 1)


@pytest.mark.parametrize(("weeks", "followed"), [(BEGUN + 78, 0), (BEGUN + 79, 1)])
def test_peers_are_followed_who_were_registered_long_enough_before_the_end(weeks, followed) -> None:
    assert World(2).offend((0, 10)).own(weeks) == (followed, followed)


def test_only_peers_who_were_registered_in_the_evaluated_weeks_are_followed() -> None:
    world = World(6, peers=(0, 1, 2, 3)).offend((0, 10), (1, 10), (2, 10), (3, 10))
    world.mentors["registered_week"][:2] = [NEVER, -1]
    world.mentors["person"][2] = NOBODY
    assert world.own() == (1, 1)


def test_a_recall_is_no_offence() -> None:
    world = World(2).recall(0, 30, 44)
    world.mentors["stage"], world.mentors["exit"], world.mentors["ended_week"] = Stage.BARRED, Exit.RELAPSE, BEGUN + 5
    assert world.own() == (0, 1)


def test_a_conviction_of_what_was_done_before_is_no_offence_either() -> None:
    world = World(2).offend((0, -20, 60))
    world.mentors["stage"], world.mentors["exit"], world.mentors["ended_week"] = Stage.BARRED, Exit.RELAPSE, BEGUN + 6
    assert world.own() == (0, 1)


@pytest.mark.parametrize(
    ("left", "left_week", "reason", "ended", "counts"),
    [
        (Left.DESISTED, BEGUN - 90, Exit.RELAPSE, 20, 1),
        (Left.DESISTED, BEGUN - 90, Exit.RELAPSE, 52, 1),
        (Left.DESISTED, BEGUN - 90, Exit.RELAPSE, 53, 0),  # after the year
        (Left.DESISTED, BEGUN + 10, Exit.RELAPSE, 20, 1),  # left the cycle as a mentor
        (Left.DESISTED, BEGUN + 21, Exit.RELAPSE, 20, 0),  # had been barred in the cycle, where occasions tell
        (Left.DESISTED, BEGUN - 90, Exit.OWN_CHOICE, 20, 0),
        (Left.DESISTED, BEGUN - 90, Exit.NONE, NEVER, 0),
        (Left.DIED, BEGUN + 10, Exit.AWAY, 20, 0),
        (Left.NOT, 0, Exit.RELAPSE, 20, 0),
    ],
)
def test_those_who_had_left_the_cycle_have_no_occasions_and_count_by_why_they_stopped(
    left, left_week, reason, ended, counts
) -> None:
    world = World(2)
    world.people["left"][0], world.people["left_week"][0] = left, left_week
    world.mentors["exit"] = reason
    world.mentors["ended_week"] = NEVER if ended == NEVER else BEGUN + ended
    assert world.own() == (counts, 1)


# Beside all others.


def test_the_raw_gap_is_to_everybody_at_liberty_who_is_no_mentor() -> None:
    world = World(9, peers=(0, 8)).offend((1, 10), (2, 20), (3, 400), (8, 10))  # two of seven others; one of the peers
    assert world.gaps()[:2] == (pytest.approx((0 - 2 / 7) + (1 - 2 / 7)), 2)


def test_whoever_ever_applied_is_no_other() -> None:
    world = World(5).offend((1, 10), (2, 20))
    world.people["volunteer"][2] = 7  # was not taken, say
    assert world.gaps()[0] == pytest.approx(-1 / 3)


@pytest.mark.parametrize(
    ("change", "others"),
    [
        (lambda world: None, 4),
        (lambda world: world.again(1, -10, 60), 3),  # inside on the day
        (lambda world: world.again(1, -10, 0), 4),  # released on it
        (lambda world: world.again(1, 0, 60), 3),  # received on it
        (lambda world: world.again(1, 1, 60), 4),  # received later
        (lambda world: world.again(1, -90, -40), 4),  # inside and out again: counts once
        (lambda world: world.again(1, -60, 30).again(1, 50, 90), 3),  # inside on the day, and again later
        (lambda world: world.again(1, -90, -40).again(1, 50, 90), 4),
        (lambda world: world.recall(1, -3, 11), 3),
        (lambda world: world.recall(1, -30, 0), 4),
        (lambda world: world.recall(1, 1, 15), 4),
        (lambda world: world.people["received_day"].__setitem__(1, DAY - 5), 3),  # inside to the end of the run
        (lambda world: world.people["left"].__setitem__(1, Left.MOVED), 3),  # with week nil: long ago
        (lambda world: world.spells["release_day"].__setitem__(1, DAY + 5), 3),  # never released yet
        (lambda world: world.spells["release_day"].__setitem__(1, DAY), 4),
    ],
)
def test_others_are_those_at_liberty_and_in_the_cycle_on_the_day(change, others) -> None:
    world = World(5).offend((2, 30))
    change(world)
    assert world.gaps()[:2] == (pytest.approx(-1 / others), 1)


@pytest.mark.parametrize(("week", "there"), [(BEGUN - 1, False), (BEGUN, False), (BEGUN + 1, True)])
def test_whoever_leaves_later_is_there_on_the_day(week, there) -> None:
    world = World(5).offend((2, 30))
    world.people["left"][1], world.people["left_week"][1] = Left.DIED, week
    assert world.gaps()[0] == pytest.approx(-1 / (4 if there else 3))


def test_each_peer_is_compared_on_their_own_day() -> None:
    world = World(4, peers=(0, 1)).offend((2, 10), (3, 250))
    world.mentors["registered_week"] = [BEGUN, BEGUN + 20]  # the first offence is over by then
    found = own_reoffending(world.people, world.mentors, world.spells, world.occasions, world.returns, WEEKS)
    assert found["peer_gap_all"][0].tolist() == [DAY, DAY + 140]
    assert found["peer_gap_all"][1].tolist() == pytest.approx([-1.0, -0.5])
    turned = World(4, peers=(0, 1)).offend((2, 10), (3, 250), (0, 20))
    turned.mentors["registered_week"] = [BEGUN + 20, BEGUN]  # in the other order
    found = own_reoffending(turned.people, turned.mentors, turned.spells, turned.occasions, turned.returns, WEEKS)
    assert found["peers_reoffended"][0].tolist() == [DAY, DAY + 140]
    assert found["peers_reoffended"][1].tolist() == [0, 0]  # before they were registered
    assert found["peer_gap_all"][1].tolist() == pytest.approx([-1.0, -0.5])


def test_where_nobody_else_is_at_liberty_there_is_no_gap() -> None:
    assert World(1).offend((0, 10)).gaps() == (0, 0, 0, 0)
    assert World(1).offend((0, 10)).own() == (1, 1)


def test_gaps_are_means_over_the_peers_in_them() -> None:
    found = World(1).offend((0, 10)).found()
    of = {ratio.name: (ratio.numerator, ratio.denominator) for ratio in OF_RATIOS if ratio.name.startswith("peer_gap")}
    assert len(of) == 2
    assert {found[lower] for _, lower in of.values()} == {0}
    found = World(3, peers=(0, 1), score_1_year=[0.15, 0.55, 0.55]).found()
    assert [found[lower] for _, lower in of.values()] == [2, 1]


# Beside people like them.


def test_the_matched_gap_is_to_people_of_the_same_kind() -> None:
    world = World(6, score_1_year=[0.55, 0.51, 0.59, 0.45, 0.65, 0.55], sex=[0, 0, 0, 0, 0, Sex.WOMAN])
    world.offend((1, 10), (3, 10), (4, 10), (5, 10))
    assert world.gaps() == (pytest.approx(-4 / 5), 1, pytest.approx(-1 / 2), 1)


@pytest.mark.parametrize(("days", "same"), [(100, True), (1, True), (182, True), (184, False), (800, False)])
def test_people_alike_were_released_about_as_long_ago(days, same) -> None:
    world = World(3).offend((1, 10))
    world.spells["release_day"][2], world.people["received_day"][2] = DAY - days, DAY - days - 50
    assert world.gaps()[0] == pytest.approx(-1 / 2)
    assert world.gaps()[2] == pytest.approx(-1 / (2 if same else 1))


def test_the_last_release_counts() -> None:
    world = World(3, score_1_year=[0.55, 0.55, 0.75]).offend((1, 10))
    world.again(2, -60, -20, score=0.55)
    assert world.gaps()[2] == pytest.approx(-1 / 2)
    assert World(3).again(0, -60, -20, score=0.95).gaps()[3] == 0


def test_peers_without_a_match_are_left_out() -> None:
    world = World(5, peers=(0, 1), score_1_year=[0.55, 0.95, 0.55, 0.55, 0.15]).offend((1, 10), (2, 10))
    assert world.own() == (1, 2)
    assert world.gaps() == (pytest.approx(-1 / 3 + 1 - 1 / 3), 2, pytest.approx(-1 / 2), 1)


@pytest.mark.parametrize("gone", [BEGUN - 50, BEGUN])
def test_peers_who_had_left_the_cycle_have_nobody_like_them(gone) -> None:
    world = World(4).offend((1, 10))
    world.people["left"][0], world.people["left_week"][0] = Left.DESISTED, gone
    assert world.gaps() == (pytest.approx(-1 / 3), 1, 0, 0)
    world.people["left_week"][0] = BEGUN + 1
    assert world.gaps()[2:] == (pytest.approx(-1 / 3), 1)


def test_peers_are_not_compared_with_peers() -> None:
    world = World(4, peers=(0, 1, 2)).offend((0, 10), (1, 10), (2, 10))
    assert world.gaps() == (3, 3, 3, 3)


@pytest.mark.parametrize("score", [0.0, 0.999, 1.0])
def test_every_score_has_a_band(score) -> None:
    assert World(3, score_1_year=score).gaps()[3] == 1
    assert World(3, score_1_year=score, sex=Sex.WOMAN).gaps()[3] == 1
    assert World(2, score_1_year=[0.999, 0.0], sex=[Sex.MAN, Sex.WOMAN]).gaps()[3] == 0


@pytest.mark.parametrize("band", range(10))
def test_no_band_of_one_sex_is_one_of_the_other(band) -> None:
    for other in range(10):
        scores = [band / 10 + 0.05, other / 10 + 0.05]
        assert World(2, score_1_year=scores, sex=[Sex.MAN, Sex.WOMAN]).gaps()[3] == 0
        assert World(2, score_1_year=scores).gaps()[3] == (band == other)


# Nobody, and many.


def test_without_peers_or_releases_there_is_nothing_to_count() -> None:
    assert set(World(4, peers=()).offend((1, 10)).found().values()) == {0.0}
    world = World(2)
    world.spells = world.spells[:0]
    assert world.own() == (0, 1)
    assert world.gaps() == (0, 0, 0, 0)


def test_rows_may_come_in_any_order() -> None:
    generator = np.random.default_rng(3)
    world = World(300, peers=tuple(range(0, 40, 2)), score_1_year=generator.random(300), sex=np.arange(300) % 2)
    for person in range(0, 300, 7):
        world.again(person, int(generator.integers(-90, -50)), int(generator.integers(-40, 40)))
    world.offend(*((int(person), int(day)) for person, day in generator.integers(0, 300, (200, 2))))
    world.mentors["registered_week"] = BEGUN + np.arange(20) % 4
    first = world.found()
    for name in ("mentors", "spells", "occasions"):
        setattr(world, name, generator.permutation(getattr(world, name)))
    assert world.found() == pytest.approx(first)
    assert first["peers_matched"] > 5


def test_in_a_world_the_figures_are_those_of_its_tables() -> None:
    settings = {
        "weeks": 180, "intake.per_year": 300.0, "eligibility.off_licence_required": False,
        "eligibility.clean_years": 0.0, "recruit.self_exclusion": 0.0,
    }  # fmt: skip
    world = run(small(MENTORED | settings))
    found = tables.collect(world)
    rows = found.outcomes.set_index(["outcome", "unit", "group", "level"])
    own = rows.loc[("peer_reoffending", "year", "all", "all")]
    mentors = world.mentors.rows
    followed = mentors[(mentors["person"] != NOBODY) & (mentors["registered_week"] >= 0)]
    followed = followed[followed["registered_week"] <= 180 - 79]
    assert own["denominator"] == len(followed) > 3
    for name in ("peer_gap_raw", "peer_gap_matched"):
        gap = rows.loc[(name, "year", "all", "all")]
        assert gap["denominator"] <= len(followed)
        assert gap["denominator"] > 0 or name == "peer_gap_matched"  # which may find nobody alike in so small a world
        assert np.isnan(gap["value"]) == (gap["denominator"] == 0)
        assert not abs(gap["value"]) > 1
    # Everybody at liberty is in one stretch at the end of the run, but for those on recall.
    people, short = world.people.rows, world.spells.rows[world.spells.rows["longer"] == 0]
    stretches = at_liberty(people, short)
    day = 180 * 7
    there = stretches.person[(stretches.first_day < day) & (stretches.end_day >= day)]
    assert len(set(there)) == len(there) > 30
    outside = np.flatnonzero((people["where"] == 2) & (people["spells"] > 0))
    released = np.isin(outside, short["person"])  # others were released before the run
    assert set(outside[released]) <= set(there)
    assert set(people["where"][there]) <= {1, 2}
    inside = there[people["where"][there] == 1]
    assert (people["returned"][inside] > 0).all()
