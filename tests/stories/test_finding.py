"""The words by which people are found mean what they say, and any other word is answered in one line."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ttg_sim.stories import finding
from ttg_sim.stories.lives import NoStory

from .conftest import people

FIVE = people(
    ({"reoffended": 0.0, "first_night": "settled"}, {"reoffended": 1.0, "first_night": "homeless"}),
    ({"reoffended": 1.0, "first_meeting": "at_gate"}, {"reoffended": 0.0, "first_meeting": "at_gate"}),
    ({"risk": "low", "age": 18.9}, {"risk": "low", "age": 18.9}),
    ({"first_night": "homeless", "sex": "women"}, {"first_night": "temporary", "sex": "women"}),
    ({"reoffended": 1.0}, {"reoffended": 1.0}),
)


def found(text: str) -> list[int]:
    return np.flatnonzero(finding.find(text, FIVE)).tolist()


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("better", [0]),
        ("worse", [1]),
        ("different", [0, 1, 3]),
        ("alike", [2, 4]),
        ("not alike", [0, 1, 3]),
        ("better or worse", [0, 1]),
        ("better and worse", []),
        ("better_housed", [0]),
        ("worse_housed", [3]),
        ("reoffended", [1, 4]),
        ("baseline.reoffended", [0, 4]),
        ("reoffended and not baseline.reoffended", [1]),
        ("mentored", [1]),
        ("homeless", [3]),
        ("baseline.homeless", [0]),
        ("temporary", []),
        ("woman", [3]),
        ("man", [0, 1, 2, 4]),
        ("risk=low", [2]),
        ("risk = LOW", [2]),
        ("sex=women", [3]),
        ("age=18-24", [2]),
        ("age=19-24", []),
        ("offence=theft and sentence=1_to_3_months and area=area_01", [0, 1, 2, 3, 4]),
        ("better or worse and man", [0, 1]),
        ("(better or worse) and not mentored", [0]),
        ("not not better", [0]),
        ("not (better or (worse))", [2, 3, 4]),
        ("  BETTER   Or WORSE ", [0, 1]),
    ],
)
def test_words_mean_what_they_say(text: str, rows: list[int]) -> None:
    assert found(text) == rows
    finding.check(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("beter", "'beter' is not a word of it; did you mean 'better'?"),
        ("xyzzy", "'xyzzy' is not a word of it; expected one of better, worse, different"),
        ("homelss and better", "did you mean 'homeless'?"),
        ("baseline.reofended", "did you mean 'reoffended'?"),
        ("baseline.better", "better holds both worlds against each other; expected it without baseline."),
        ("risk=hihg", "'hihg' is not a value of risk; did you mean 'high'?"),
        ("risk=purple", "expected one of low, medium, high, very_high"),
        ("risk", "risk needs a value; expected such as risk=low"),
        ("area", "expected such as area=area_01"),
        ("rsik=high", "'rsik' is not a word of it; did you mean 'risk'?"),
        ("better=high", "'better' is not a word of it"),
        ("age=young", "'young' is no range of ages; expected such as age=18-24"),
        ("age=30-20", "'30-20' is no range of ages"),
        ("better worse", "'worse' is not expected there; expected and, or, or the end"),
        ("better and", "a word is missing at the end"),
        ("and better", "a word is missing before 'and'"),
        ("", "a word is missing at the end"),
        ("not", "a word is missing at the end"),
        ("(better", "a bracket is not closed"),
        ("better)", "')' is not expected there"),
        ("()", "a word is missing before ')'"),
        ("(" * 50 + "better", "brackets in more than 10 levels"),
        ("not " * 40 + "better or " * 40, "is longer than 200 letters"),
        ("__import__('os')", "'__import__' is not a word of it"),
        ("better\nworse\x1b", "'worse?' is not expected there"),
    ],
)
def test_what_cannot_be_read_is_answered_in_one_line(text: str, words: str) -> None:
    with pytest.raises(NoStory) as fault:
        finding.check(text)
    assert words in str(fault.value)
    assert str(fault.value).isprintable()
    assert str(fault.value).startswith("--find '")


@given(st.text(max_size=60) | st.lists(st.sampled_from([*finding.NAMES, "(", ")", "and", "or", "not", "=", "low"])).map(
    " ".join))  # fmt: skip
def test_any_text_is_read_or_refused(text: str) -> None:
    said = ""
    try:
        mask = finding.find(text, FIVE)
    except NoStory as fault:
        said = str(fault)
    assert said.isprintable()
    assert said or (mask.dtype == bool and len(mask) == len(FIVE))


def test_areas_are_those_of_the_run() -> None:
    finding.check("area=area_99")
    with pytest.raises(NoStory, match="'area_99' is not a value of area; did you mean 'area_01'"):
        finding.find("area=area_99", FIVE)


def test_how_many_people_each_word_is_about() -> None:
    numbers = finding.numbers(FIVE)
    assert (numbers["better"], numbers["worse"], numbers["different"], numbers["alike"]) == (1, 1, 3, 2)
    assert numbers["reoffended"] == 2
    said = str(finding.nobody("tagged", FIVE))
    assert "nobody of 5 people is like that; to be found are better (1), worse (1), different (3)" in said
    assert "tagged (" not in said


def test_without_follow_up_nothing_is_said_of_reoffending() -> None:
    short = people(({"reoffended": np.nan}, {"reoffended": np.nan}), followed=False)
    assert not {"better", "worse", "reoffended"} & set(finding.numbers(short))
    for word in ("better", "worse", "reoffended", "baseline.reoffended"):
        with pytest.raises(NoStory, match="takes 18 months after a release, and the run ends before"):
            finding.find(word, short)


def test_every_word_is_known_to_the_help() -> None:
    from ttg_sim.cli.stories import story

    assert story.__doc__
    told = set(story.__doc__.replace(",", " ").replace(".", " ").replace("(", " ").split())
    assert set(finding.NAMES) <= told
