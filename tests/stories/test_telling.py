"""What is said of a life is true, is said of a person, and claims nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from ttg_sim.agents.mentor import Stage
from ttg_sim.agents.person import Housing, Left, Supervision
from ttg_sim.agents.referral import Ending, Meeting
from ttg_sim.agents.risk import OFFENCES
from ttg_sim.events import ORDER
from ttg_sim.mechanisms.enforcement import Reason
from ttg_sim.mechanisms.sentencing import Sanction
from ttg_sim.scenario import Scenario, with_settings
from ttg_sim.stories import choosing, phrases, telling
from ttg_sim.stories.lives import BASELINE, SCENARIO, NoStory, Worlds, meet
from ttg_sim.stories.parting import TOPICS, parting
from ttg_sim.stories.picture import picture, stretches

from .conftest import named

LABELS = re.compile(r"\b(offenders?|criminals?|inmates?|felons?|ex-\w+|prisoners?)\b", re.IGNORECASE)


def every_event() -> list[tuple[str, str]]:
    def names(kind, *without: str) -> list[str]:
        found = [member.name.lower().replace("_", " ") for member in kind]
        return [name for name in found if name not in without]

    details = {
        "sanction": names(Sanction, "pending", "none"),
        "housing": names(Housing),
        "substance use": ["began", "stopped"],
        "work": ["found", "ended"],
        "supervision": names(Supervision),
        "released": [f"{how}, {home}" for how in ("half-way", "on tag") for home in names(Housing)],
        "released again": names(Housing),
        "transferred": ["to a resettlement prison", "to a distant prison"],
        "left": names(Left, "not"),
        "met mentor": names(Meeting, "not yet", "never"),
        "match ended": names(Ending, "not"),
        "stopped mentoring": names(Stage),
        "recalled": [*names(Reason), "lost contact, non compliance, residence"],
        "committed": ["non compliance"],
        "breach heard": ["non compliance"],
        "offence": ["1 dealt with together", "12 dealt with together"],
    }
    return [(event, detail) for event in ORDER for detail in details.get(event, [""])]


@pytest.mark.parametrize(("event", "detail"), every_event())
def test_every_event_has_words_about_a_person(event: str, detail: str) -> None:
    said = phrases.phrase(event, detail)
    assert said
    assert "_" not in said
    assert not LABELS.search(said)
    assert event in TOPICS


def test_every_kind_of_offence_has_words() -> None:
    assert set(phrases.OFFENCES) == set(OFFENCES)


@pytest.fixture(scope="module")
def choice(worlds: Worlds) -> choosing.Choice:
    return choosing.choose(worlds)


@pytest.fixture(scope="module")
def text(worlds: Worlds, choice: choosing.Choice) -> str:
    return telling.story(worlds, choice)


def flat(text: str) -> str:
    return " ".join(text.split())


def test_a_story_says_what_it_is_and_what_it_is_not(text: str) -> None:
    said = flat(text)
    for words in (
        "This person is synthetic: nobody real is described.", "It is one draw of luck",
        "not a prediction of what any individual will do", "no evidence that a policy does",
        "holds nil and harm", "Until the week of 28 March 2011 the two are the same",
        "What the policy does on the whole, with its doubt, is for many runs to say: ttg compare.",
    ):  # fmt: skip
        assert words in said
    assert not LABELS.search(said)
    assert not re.search(r"\b(nan|None|True|False|NaT)\b", said)
    assert "invented" not in said


def test_every_event_of_both_lives_is_told(worlds: Worlds, choice: choosing.Choice, monkeypatch) -> None:
    window = choice.life.window
    monkeypatch.setattr(telling, "MOST_WEEKS", window["week"].nunique())
    told = telling.story(worlds, choice)
    for event, detail in zip(window["event"], window["detail"], strict=True):
        assert phrases.phrase(event, detail) in flat(told)
    assert told.count("Here the two lives part.") == 1
    assert "see events.csv" not in told


def test_of_many_weeks_those_in_which_the_lives_differ_are_told(
    worlds: Worlds, choice: choosing.Choice, monkeypatch
) -> None:
    monkeypatch.setattr(telling, "MOST_WEEKS", 2)
    told = telling.story(worlds, choice)
    assert told.count("Here the two lives part.") == 1
    left = choice.life.window["week"].nunique() - 2
    assert f"- {left} more weeks have events: see events.csv" in told


def test_lines_are_short_enough_to_be_read(text: str) -> None:
    assert [line for line in text.splitlines() if len(line) > telling.WIDTH and not line.startswith("|")] == []
    assert all(line == line.rstrip() for line in text.splitlines())


def test_the_choice_is_the_middle_one_and_says_so(worlds: Worlds, choice: choosing.Choice, text: str) -> None:
    keys = choice.people.baseline["person"][choice.people.differing].tolist()
    assert choice.life.person == keys[len(keys) // 2]
    assert f"to be the middle one, by day of release, of {len(keys)} people" in flat(text)
    assert "typical" in flat(text)
    assert choosing.choose(worlds).life.person == choice.life.person


@pytest.mark.parametrize("word", ["better", "worse"])
def test_who_is_found_is_like_that(word: str, worlds: Worlds) -> None:
    found = choosing.choose(worlds, find=word)
    change = found.life.scenario["reoffended"] - found.life.baseline["reoffended"]
    assert change == (-1 if word == "better" else 1)
    assert f"whose proven reoffending is {word}: not a typical one" in flat(telling.story(worlds, found))


def test_a_life_without_a_difference_says_so(worlds: Worlds) -> None:
    found = choosing.choose(worlds, find="alike")
    assert "In short: both lives are the same" in flat(telling.story(worlds, found))


def test_counts_add_up(worlds: Worlds, choice: choosing.Choice, text: str) -> None:
    for found in re.finditer(r"For ([\d,]+) of ([\d,]+) \([^)]*\) the two lives differ in [^:]*: ([\d,]+) better, "
                             r"([\d,]+) worse, and ([\d,]+) alike", flat(text)):  # fmt: skip
        differ, total, better, worse, alike = (int(number.replace(",", "")) for number in found.groups())
        assert better + worse == differ
        assert differ + alike == total == len(choice.people)


def test_names_are_invented_on_request_and_marked(worlds: Worlds, choice: choosing.Choice) -> None:
    said = telling.story(worlds, choice, named=True)
    name = phrases.invented(choice.life.baseline)
    assert f"{name} (an invented name)" in said
    assert telling.story(worlds, choice, named=True) == said


def test_where_nothing_differs_both_lives_are_the_same_week_by_week(same: Worlds) -> None:
    choice = choosing.choose(same)
    said = flat(telling.story(same, choice))
    assert "In short: both lives are the same, week by week." in said
    assert "The two are the same world, so that every life in them is the same." in said
    assert "Here the two lives part" not in said
    with pytest.raises(NoStory, match=r"nobody of \d+ people is like that; to be found are alike"):
        choosing.choose(same, find="better")


def test_a_cause_is_told_as_far_as_the_events_show_it(unmentored: Scenario, base: Scenario, folder: Path) -> None:
    worlds = meet(unmentored, base, 0, folder)
    found = choosing.choose(worlds, find="baseline.named")
    said = flat(telling.story(worlds, found))
    assert "over mentoring" in said
    assert "that is what the scenario changes (funding.calendar)" in said


def test_a_cause_that_no_event_shows_is_not_made_up(worlds: Worlds, choice: choosing.Choice) -> None:
    found = parting(worlds, choice.life)
    assert found is not None
    said = telling.cause(replace(found, topic=TOPICS["work"], changes=()))
    assert said.startswith("Cause: the events show none. This is about work, of which the scenario changes nothing")
    assert "somebody else had" in said
    said = telling.cause(replace(found, topic=TOPICS["offence"], changes=()))
    assert "to which all that moves its chances can lead" in said
    assert "changes nothing" not in said


def test_a_run_that_is_too_short_says_nothing_of_reoffending(
    base: Scenario, guarantee: Scenario, tmp_path: Path
) -> None:
    short = [named(with_settings(one, {"weeks": 40}), one.name) for one in (guarantee, base)]
    worlds = meet(*short, 0, tmp_path)
    choice = choosing.choose(worlds)
    said = flat(telling.story(worlds, choice))
    assert "The run ends before 18 months are over, so nothing is said of proven reoffending." in said
    assert "not known: the run ends before" in said
    picture(worlds, choice.life).svg("x")


def test_worlds_that_differ_from_the_beginning_say_so(unmentored: Scenario, base: Scenario, folder: Path) -> None:
    worlds = meet(unmentored, base, 0, folder)
    said = flat(telling.story(worlds, choosing.choose(worlds)))
    assert "Lives may part from the first week of the run on, 25 October 2010." in said
    assert "Until the week of" not in said


def test_a_life_that_parted_before_it_is_told(worlds: Worlds, choice: choosing.Choice) -> None:
    found = parting(worlds, choice.life)
    assert found is not None
    late = replace(choice, life=replace(choice.life, first=found.week + 1))
    said = telling.story(worlds, late)
    assert said.count("The two lives had parted before.") == 1
    assert "Here the two lives part." not in said
    assert "The lives part" not in picture(worlds, late.life).svg("x")


def test_months_are_counted_in_the_baseline_where_releases_differ(worlds: Worlds, choice: choosing.Choice) -> None:
    row = choice.life.scenario
    moved = replace(choice, life=replace(choice.life, scenario=row | {"release_day": row["release_day"] - 7}))
    assert "Twelve months after the release in Base end" in flat(telling.story(worlds, moved))
    assert "12 months after release in Base" in picture(worlds, moved.life).svg("x")


def test_a_picture_shows_the_events(worlds: Worlds, choice: choosing.Choice) -> None:
    chart = picture(worlds, choice.life)
    assert set(chart.data["world"]) == {"Guarantee", "Base"}
    assert "the two lives part in the week of" in chart.headline
    assert chart.svg("x") == picture(worlds, choice.life).svg("x")
    for world in (SCENARIO, BASELINE):
        drawn = stretches(worlds, choice.life, world)
        events = choice.life.of(world)
        events = events[events["week"].between(choice.life.first, choice.life.last)]
        marks = drawn[drawn["strip"] == "Offences"]
        assert len(marks) == events["event"].isin(["offence", "sanction"]).sum()
        place = drawn[drawn["strip"] == "Place"]
        assert place["label"].iloc[0] == "in prison"
        ends = pd.to_datetime(place["end"]).to_numpy()[:-1]
        assert (ends <= pd.to_datetime(place["start"]).to_numpy()[1:]).all(), "nobody is in two places at once"


def test_every_counted_life_can_be_told_and_drawn(worlds: Worlds) -> None:
    for person in worlds.released[1]["person"].iloc[::25]:
        choice = choosing.choose(worlds, int(person))
        assert "Told because this key was asked for" in flat(telling.story(worlds, choice))
        picture(worlds, choice.life)
