from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ttg_sim.agents.mentor import Stage
from ttg_sim.agents.person import NEVER, NOBODY, Contributor, Left, Return, Where
from ttg_sim.agents.referral import Came, Ending, Meeting
from ttg_sim.engine.calendar import WEEKS_PER_MONTH
from ttg_sim.mechanisms import influence
from ttg_sim.mechanisms.influence import InfluenceParameters

from .people import SEED, near, referrals, rows, several
from .service import TODAY, WEEK, helpers

MANY = 2000
YEAR = 12 * WEEKS_PER_MONTH
BY_OTHERS = (Ending.MENTOR_LEFT, Ending.FUNDING, Ending.CUT)
FADES = math.exp(-1 / 26)
"""What a week leaves of what past matches have left."""
ONLY_HARM = {"direct_effect": 0.0, "premature_harm": 0.4}
INSIDE = {"where": int(Where.INSIDE), "returned": int(Return.RECALL)}


def together(count=1, weeks=0, **values) -> np.ndarray:
    """Matches of people who fully trust their mentors, met them so many weeks ago, and came to a meeting this week."""
    usual = {"mentor": np.arange(count), "release_day": TODAY - 7 * weeks, "met_day": TODAY - 7 * weeks, "trust": 1.0}
    return referrals(
        count, **usual | {"meeting": int(Meeting.AT_GATE), "came": int(Came.KEPT), "kept_week": WEEK} | values
    )


def over(how: Ending, weeks=0, count=1, **values) -> np.ndarray:
    """Matches that end this week."""
    return together(count, weeks, **{"ending": int(how), "ended_week": WEEK, "came": int(Came.NOT_DUE)} | values)


def people(count=1, **values) -> np.ndarray:
    return several(count, **{"released_day": TODAY - 5} | values)


def go_on(known, crowd, mentors=None, left=(), week=WEEK, **values) -> tuple[list[int], list[int]]:
    """One week; returns those in whom a match has left something, and those with whom a service is looked for."""
    mentors = helpers(len(known), stage=Stage.MATCHED, load=1) if mentors is None else mentors
    aftermath = np.full(len(left) + len(known), 10**6)
    aftermath[: len(left)] = left
    pointed = np.full(len(known), 10**6)
    count, lines = influence.run(
        crowd, known, rows(known), mentors, aftermath, len(left), pointed, 0, SEED, week,
        influence.prepare(InfluenceParameters(**values)),
    )  # fmt: skip
    return aftermath[:count].tolist(), pointed[:lines].tolist()


def risk(crowd, row=0) -> float:
    return float(crowd["risk"][row, Contributor.MENTORING])


# What a meeting moves.


@pytest.mark.parametrize(
    ("trust", "readiness", "using", "peer", "share"),
    [
        (1.0, 0.5, 0, False, 1.0),
        (0.5, 0.5, 0, False, 0.5),
        (0.0, 0.9, 0, True, 0.0),
        (1.0, 0.9, 0, False, 1.4),
        (1.0, 0.1, 0, False, 0.6),
        (1.0, 0.5, 1, False, 0.75),
        (1.0, 0.5, 0, True, 1.5),
        (0.5, 0.9, 1, True, 0.5 * 1.4 * 0.75 * 1.5),
    ],
)
def test_a_meeting_raises_hope_and_readiness_by_trust_motivation_use_and_peer(
    trust, readiness, using, peer, share
) -> None:
    crowd = people(1, readiness=readiness, using=using)
    mentors = helpers(1, stage=Stage.MATCHED, load=1, person=7 if peer else NOBODY)
    values = {"hope_gain": 0.01, "readiness_gain": 0.03, "living_proof": 0.5, "by_motivation": 1.0}
    go_on(together(trust=trust), crowd, mentors, abstinence_effect=0.25, **values)
    assert crowd["hope_push"][0] == pytest.approx(0.01 * share)
    assert crowd["readiness_push"][0] == pytest.approx(0.03 * share)
    assert (crowd["hope"][0], crowd["readiness"][0]) == (0.5, readiness)  # outlook takes the pushes up


def test_without_any_wish_to_change_a_meeting_can_come_to_nothing_but_never_does_harm() -> None:
    crowd = people(2, readiness=[0.0, 0.01])
    go_on(together(2), crowd, by_motivation=2.0)
    assert crowd["hope_push"][0] == crowd["readiness_push"][0] == 0.0
    assert crowd["hope_push"][1] > 0.0


def test_a_peer_may_also_do_less() -> None:
    crowd, mentors = people(2), helpers(2, stage=Stage.MATCHED, person=[7, NOBODY])
    go_on(together(2), crowd, mentors, living_proof=-0.5)
    assert crowd["hope_push"][0] == pytest.approx(crowd["hope_push"][1] / 2)


def test_what_moved_before_is_kept() -> None:
    crowd = people(1, hope_push=-0.2, readiness_push=0.1)
    go_on(together(), crowd, hope_gain=0.01, readiness_gain=0.01)
    assert (crowd["hope_push"][0], crowd["readiness_push"][0]) == pytest.approx((-0.19, 0.11))


@pytest.mark.parametrize(
    "facts",
    [
        {"came": int(Came.NOT_DUE)},
        {"came": int(Came.MISSED)},
        {"came": int(Came.CALLED_OFF)},
        {"mentor": NOBODY},
        {"meeting": int(Meeting.NOT_YET)},
        {"meeting": int(Meeting.NEVER)},
        {"release_day": NEVER},
    ],
)
def test_without_a_meeting_nothing_moves(facts) -> None:
    crowd = people(1)
    assert go_on(together(**facts), crowd, refers=1.0) == ([], [])
    assert (crowd["hope_push"][0], crowd["readiness_push"][0]) == (0.0, 0.0)


def test_the_last_meeting_of_a_match_counts_as_the_others_do() -> None:
    crowd, known = people(1), over(Ending.PLANNED, 26, came=int(Came.KEPT))
    assert go_on(known, crowd, refers=1.0, hope_gain=0.01) == ([0], [0])
    assert crowd["hope_push"][0] == pytest.approx(0.01)
    assert known["helped"][0] == 1


@pytest.mark.parametrize(("refers", "trust"), [(0.3, 1.0), (0.3, 0.5), (1.0, 0.2), (0.0, 1.0), (0.8, 0.0)])
def test_a_mentor_finds_a_service_as_often_as_trust_allows(refers, trust) -> None:
    known, crowd = together(MANY, trust=trust), people(MANY)
    found = go_on(known, crowd, refers=refers)[1]
    share = refers * trust
    assert len(found) / MANY == pytest.approx(share, abs=near(share, MANY))
    assert found == sorted(set(found))
    assert known["helped"].sum() == len(found)
    assert (known["helped"][found] == 1).all()


# While a match goes on.


@pytest.mark.parametrize("effect", [-0.2, 0.1])
@pytest.mark.parametrize("trust", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("weeks", [0, 1, 13, 26, 52, 53, 300])
def test_the_direct_effect_grows_with_the_months_together_up_to_the_full_one(effect, trust, weeks) -> None:
    crowd = people(1)
    go_on(together(weeks=weeks, trust=trust), crowd, direct_effect=effect, full_effect_months=12.0)
    assert risk(crowd) == pytest.approx(effect * trust * min(weeks / YEAR, 1.0))
    assert crowd["bond"][0] == 0.0


@pytest.mark.parametrize(("met", "released"), [(26, 9), (9, 26), (9, 9)])
def test_months_before_release_or_before_they_met_do_not_count(met, released) -> None:
    crowd = people(1)
    go_on(together(met_day=TODAY - 7 * met, release_day=TODAY - 7 * released), crowd, direct_effect=-0.2)
    assert risk(crowd) == pytest.approx(-0.2 * 9 / YEAR)


@pytest.mark.parametrize(
    ("ago", "stage", "beside"),
    [
        (0, Stage.MATCHED, 0.7),
        (3, Stage.MATCHED, 0.7),
        (4, Stage.MATCHED, 0.0),
        (1, Stage.PAUSED, 0.7),
        (1, Stage.LEFT, 0.0),
        (1, Stage.BARRED, 0.0),
        (1, Stage.PROMOTED, 0.0),
    ],
)
def test_a_mentor_stands_beside_the_person_while_they_are_in_touch(ago, stage, beside) -> None:
    crowd = people(1, mentored=0.9)
    known = together(weeks=20, trust=0.7, kept_week=WEEK - ago, came=int(Came.MISSED))
    go_on(known, crowd, helpers(1, stage=stage))
    assert crowd["mentored"][0] == beside
    assert risk(crowd) < 0.0


def test_nobody_stands_beside_somebody_on_recall_and_the_match_counts_again_afterwards() -> None:
    crowd, known = people(1, **INSIDE, mentored=0.8, bond=0.1), together(weeks=26, came=int(Came.NOT_DUE))
    crowd["risk"][0, Contributor.MENTORING] = -0.02
    assert go_on(known, crowd, left=[0]) == ([0], [])
    assert crowd["mentored"][0] == 0.0
    assert risk(crowd) == crowd["bond"][0] == pytest.approx(0.1 * FADES)
    crowd["where"], crowd["returned"] = Where.LIBERTY, Return.NOT
    go_on(known, crowd, left=[0], week=WEEK + 1, direct_effect=-0.1)
    assert crowd["mentored"][0] == 1.0
    assert risk(crowd) == pytest.approx(0.1 * FADES * FADES - 0.1 * 27 / YEAR)


# What an ending leaves.


@pytest.mark.parametrize(
    ("how", "share", "loss"),
    [(how, 1.0, 1.0) for how in BY_OTHERS]
    + [(Ending.DROPPED_OUT, 0.3, 0.0), (Ending.PLANNED, 0.0, 0.0), (Ending.BACK_INSIDE, 0.0, 0.0)],
)
@pytest.mark.parametrize("trust", [0.5, 1.0])
def test_an_end_at_the_very_beginning_does_full_harm_by_others_less_by_own_choice_and_none_otherwise(
    how, share, loss, trust
) -> None:
    crowd = people(1, mentored=0.9)
    left, _ = go_on(over(how, trust=trust), crowd, **ONLY_HARM, own_choice=0.3, loss_of_hope=0.1)
    assert risk(crowd) == crowd["bond"][0] == pytest.approx(0.4 * share * trust)
    assert crowd["hope_push"][0] == pytest.approx(-0.1 * loss * trust)
    assert crowd["mentored"][0] == 0.0
    assert left == ([0] if share else [])


@pytest.mark.parametrize("how", [*BY_OTHERS, Ending.DROPPED_OUT])
@pytest.mark.parametrize(("weeks", "share"), [(0, 1.0), (13, 1 - 13 / YEAR), (52, 1 - 52 / YEAR), (53, 0.0)])
def test_harm_gets_less_with_the_length_of_a_match_and_is_none_after_a_year(how, weeks, share) -> None:
    crowd = people(1)
    go_on(over(how, weeks), crowd, **ONLY_HARM, own_choice=1.0, full_effect_months=12.0)
    assert risk(crowd) == pytest.approx(0.4 * share)


@pytest.mark.parametrize(("how", "share"), [(Ending.PLANNED, 0.0), (Ending.CUT, 1.0), (Ending.DROPPED_OUT, 0.3)])
def test_what_a_match_did_stays_when_it_ends_with_the_harm_of_the_end(how, share) -> None:
    crowd = people(1)
    values = {"direct_effect": -0.2, "premature_harm": 0.4, "own_choice": 0.3}
    assert go_on(over(how, 26), crowd, **values)[0] == [0]
    assert risk(crowd) == pytest.approx(-0.2 * 26 / YEAR + 0.4 * share * (1 - 26 / YEAR))


def test_what_is_left_fades_week_by_week_until_it_is_nil() -> None:
    crowd, known = people(1), over(Ending.CUT)
    left, expected = go_on(known, crowd, **ONLY_HARM, fade_weeks=26.0)[0], 0.4
    for week in range(WEEK + 1, WEEK + 400):
        left, _ = go_on(known[:0], crowd, left=left, week=week, **ONLY_HARM, fade_weeks=26.0)
        expected *= FADES
        if not left:
            break
        assert left == [0]
        assert risk(crowd) == crowd["bond"][0] == pytest.approx(expected)
    assert (risk(crowd), crowd["bond"][0]) == (0.0, 0.0)
    assert expected < influence.NOTHING_LEFT <= expected / FADES


def test_a_match_that_was_good_leaves_something_good_that_fades_as_well() -> None:
    crowd, known = people(1), over(Ending.PLANNED, 60)
    left, _ = go_on(known, crowd, direct_effect=-0.2)
    go_on(known[:0], crowd, left=left, week=WEEK + 1, fade_weeks=2.0)
    assert risk(crowd) == pytest.approx(-0.2 * math.exp(-0.5))


def test_fading_goes_on_while_there_is_no_other_match_inside_too() -> None:
    crowd = people(3, bond=[0.2, 0.0006, -0.0005], where=int(Where.INSIDE))
    assert go_on(together(0), crowd, left=[1, 0, 2], fade_weeks=26.0)[0] == [1, 0]
    assert crowd["bond"].tolist() == pytest.approx([0.2 * FADES, 0.0006 * FADES, 0.0])


def test_a_second_match_adds_to_what_the_first_one_has_left() -> None:
    crowd, known = people(1, bond=0.1), together(weeks=26)
    assert go_on(known, crowd, left=[0], direct_effect=-0.1)[0] == [0]
    assert crowd["bond"][0] == pytest.approx(0.1 * FADES)
    assert risk(crowd) == pytest.approx(0.1 * FADES - 0.1 * 26 / YEAR)


@pytest.mark.parametrize("before", [0.05, 0.3, -0.05])
def test_a_second_match_that_breaks_adds_to_what_is_left_and_nobody_is_listed_twice(before) -> None:
    crowd = people(1, bond=before)
    left, _ = go_on(over(Ending.CUT, trust=0.8), crowd, left=[0], direct_effect=0.0, premature_harm=0.5)
    assert left == [0]
    assert risk(crowd) == crowd["bond"][0] == pytest.approx(min(before * FADES + 0.4, 0.5))


def test_good_matches_one_after_another_never_take_more_than_twice_the_effect() -> None:
    crowd = people(1)
    left: list[int] = []
    for week in range(WEEK, WEEK + 5):
        known = over(Ending.PLANNED, 60, ended_week=week)
        left, _ = go_on(known, crowd, left=left, week=week, direct_effect=-0.1, fade_weeks=260.0)
        assert left == [0]
    assert risk(crowd) == pytest.approx(-0.2)


@pytest.mark.parametrize("how", [Left.DIED, Left.MOVED, Left.DESISTED, Left.LONGER_SENTENCE])
@pytest.mark.parametrize("bond", [0.0, 0.2])
def test_in_somebody_who_leaves_nothing_is_left(how, bond) -> None:
    crowd = people(1, where=int(Where.LEFT), left=int(how), mentored=0.8, bond=bond)
    crowd["risk"][0, Contributor.MENTORING] = bond - 0.02
    assert go_on(over(Ending.LEFT, 40), crowd, left=[0] if bond else [])[0] == []
    assert (crowd["mentored"][0], crowd["bond"][0], risk(crowd)) == (0.0, 0.0, 0.0)
    assert crowd["hope_push"][0] == 0.0


def test_with_a_new_sentence_nobody_stands_beside_the_person_and_no_harm_is_done() -> None:
    crowd = people(1, where=int(Where.INSIDE), mentored=0.8)
    assert go_on(over(Ending.BACK_INSIDE, 26), crowd, direct_effect=-0.1)[0] == [0]
    assert crowd["mentored"][0] == 0.0
    assert risk(crowd) == crowd["bond"][0] == pytest.approx(-0.1 * 26 / YEAR)
    assert crowd["hope_push"][0] == 0.0


@pytest.mark.parametrize(
    "facts", [{"release_day": NEVER}, {"mentor": NOBODY}, {"meeting": int(Meeting.NEVER)}, {"ended_week": WEEK - 1}]
)
def test_the_end_of_what_had_not_begun_or_was_over_already_leaves_nothing(facts) -> None:
    crowd = people(1)
    assert go_on(over(Ending.MENTOR_LEFT, **facts), crowd, direct_effect=0.0)[0] == []
    assert (risk(crowd), crowd["bond"][0], crowd["hope_push"][0]) == (0.0, 0.0, 0.0)


def test_neutral_values_move_nothing_at_all() -> None:
    held = {name: facts.shadow for name, facts in InfluenceParameters.parameters().items() if facts.shadow is not None}
    known = np.concatenate([over(how, 9, trust=0.9) for how in (*BY_OTHERS, Ending.DROPPED_OUT)] + [together(weeks=9)])
    known["person"] = known["mentor"] = rows(known)
    crowd = people(len(known))
    assert go_on(known, crowd, **held) == ([], [])
    assert not crowd["risk"].any()
    assert not crowd["hope_push"].any()
    assert not crowd["readiness_push"].any()


# What holds for all.

SHARES = st.floats(0, 1)


@settings(max_examples=60)
@given(
    direct=st.floats(-0.3, 0.15),
    harm=st.floats(0, 0.6),
    own_choice=SHARES,
    months=st.floats(1, 36),
    fade=st.floats(1, 260),
    lives=st.lists(
        st.lists(st.tuples(st.integers(0, 60), SHARES, st.sampled_from(Ending)), max_size=3), min_size=1, max_size=4
    ),
)
def test_no_case_is_above_the_highest_risk_and_nobody_is_listed_twice(
    direct, harm, own_choice, months, fade, lives
) -> None:
    section = {"direct_effect": direct, "premature_harm": harm, "own_choice": own_choice}
    section |= {"full_effect_months": months, "fade_weeks": fade}
    most = influence.highest_risk(InfluenceParameters(**section))
    crowd, left, week = people(len(lives)), [], WEEK
    for turn in range(3):  # each has up to three matches, one after another
        present = [(row, life[turn]) for row, life in enumerate(lives) if turn < len(life)]
        if not present:
            break
        known = together(len(present), trust=[match[1] for _, match in present], mentor=0)
        known["person"] = [row for row, _ in present]
        known["met_day"] = known["release_day"] = [7 * (week - match[0]) for _, match in present]
        for last in (False, True):
            if last:
                known["ending"] = [match[2] for _, match in present]
                known["ended_week"] = np.where(known["ending"] == Ending.NOT, NEVER, week)
            left, _ = go_on(known, crowd, helpers(1, stage=Stage.MATCHED), left, week, **section)
            slots = crowd["risk"][:, Contributor.MENTORING]
            assert (slots <= most + 1e-12).all()
            assert (slots >= min(2 * direct, 0.0) - 1e-12).all()
            assert sorted(left) == np.flatnonzero(crowd["bond"]).tolist()
            week += 1


def test_the_highest_risk_is_reached_by_somebody() -> None:
    values = {"direct_effect": -0.1, "premature_harm": 0.4}
    crowd = people(1)
    go_on(over(Ending.CUT), crowd, **values)
    assert risk(crowd) == influence.highest_risk(InfluenceParameters(**values)) == 0.4
    crowd = people(1, bond=0.5)
    go_on(together(weeks=60), crowd, left=[0], direct_effect=0.1, premature_harm=0.4, fade_weeks=260.0)
    assert risk(crowd) == influence.highest_risk(InfluenceParameters(direct_effect=0.1, premature_harm=0.4)) == 0.5


def test_the_order_of_rows_changes_nothing_for_anybody() -> None:
    def week(turned: bool) -> tuple[np.ndarray, list[int], list[int]]:
        count = 60
        known = together(count, weeks=8, trust=np.linspace(0, 1, count), mentor=0)
        known["ending"] = np.arange(count) % len(Ending)
        known["ended_week"] = np.where(known["ending"] == Ending.NOT, NEVER, WEEK)
        crowd = people(count, bond=np.where(np.arange(count) % 3 == 0, 0.1, 0.0))
        start = np.flatnonzero(crowd["bond"])
        if turned:
            known, start = known[::-1].copy(), start[::-1]
        left, found = go_on(known, crowd, helpers(1, stage=Stage.MATCHED), list(start), refers=0.5)
        return crowd, sorted(left), sorted(found)

    (one, left, found), (other, left_turned, found_turned) = week(False), week(True)
    assert (one == other).all()
    assert (left, found) == (left_turned, found_turned)
    assert 0 < len(found) < 60
    assert 20 < len(left) < 60
