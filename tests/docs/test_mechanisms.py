"""The list of claims and rules: complete, resolving to what is there, and the same as the page made from it."""

from __future__ import annotations

import ast
import importlib
import re
from functools import cache

import pytest
from helpers import ROOT

from ttg_sim.scenario.names import parameters
from ttg_sim.studies.hypotheses.reading import load_hypotheses
from ttg_sim.traceability import COLUMNS, Standing, load_mechanisms, page, read_mechanisms

MECHANISMS = load_mechanisms()
EACH = pytest.mark.parametrize("one", MECHANISMS.values(), ids=MECHANISMS)
CORE = {
    *("A01", "A04", "A05", "A06", "A07", "A08", "A10", "A12", "A24", "A27", "A31"),
    *("B01", "B02", "B03", "B04", "B05", "B11", "B12", "B15", "B20", "B22", "B24", "B30", "B32", "B33", "B35", "B36"),
    *("B38", "B39", "B40"),
    *("F11", "F16", "F37", "F38"),
}
"""Claims at the core of the story of the prison gate, of where mentors come from, and of money."""
OF_THEMES = ("A", "B")
ROW = "A01,1,Words.,mechanisms.funding.run,funding.start,tests/x.py,rule"
HEADER = ",".join(COLUMNS)


@cache
def functions_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_the_core_is_complete() -> None:
    core = {name for name, one in MECHANISMS.items() if one.tier == 1}
    assert core >= CORE
    assert {name for name in core if name.startswith(OF_THEMES)} <= CORE


def test_every_claim_that_a_hypothesis_tests_is_there() -> None:
    book = load_hypotheses(ROOT / "experiments" / "hypotheses.yaml")
    named = {row for one in book.hypotheses.values() for row in one.rows}
    assert named
    assert named <= MECHANISMS.keys()


def test_every_claim_that_a_scenario_speaks_of_is_there() -> None:
    texts = [path.read_text(encoding="utf-8") for path in ROOT.glob("scenarios/*.yaml")]
    named = {row for text in texts for row in re.findall(r"\b[A-GM]\d\d\b", text)}
    assert named
    assert named <= MECHANISMS.keys()


@EACH
def test_words_are_one_short_sentence(one) -> None:
    for words in filter(None, (one.words, one.so_far)):
        assert len(words) <= 160
        assert not re.search(r"[.!?|*`<]", words[:-1])
    assert one.words[0].isupper()


@EACH
def test_rules_are_functions_of_the_package(one) -> None:
    for rule in one.rules:
        module, _, name = f"ttg_sim.{rule}".rpartition(".")
        function = getattr(importlib.import_module(module), name)
        assert callable(function), rule
        assert function.__module__ == module, rule
        assert function.__doc__, rule


@EACH
def test_parameters_exist(one) -> None:
    assert set(one.parameters) <= parameters().keys()


@EACH
def test_a_claim_has_parameters_that_move_it(one) -> None:
    assert one.parameters


@pytest.mark.parametrize("test", sorted({test for one in MECHANISMS.values() for test in one.tests}))
def test_tests_exist(test) -> None:
    path, _, name = test.partition("::")
    assert re.fullmatch(r"tests/(\w+/)+test_\w+\.py", path)
    assert (ROOT / path).is_file()
    found = functions_in(path)
    assert name in found if name else any(each.startswith("test_") for each in found)


def test_every_rule_of_mentoring_stands_behind_a_claim() -> None:
    named = {rule.split(".")[1] for one in MECHANISMS.values() for rule in one.rules}
    source = (ROOT / "ttg_sim" / "mentoring.py").read_text(encoding="utf-8")
    (used,) = [
        {name.name for name in node.names}
        for node in ast.parse(source).body
        if isinstance(node, ast.ImportFrom) and node.module == "ttg_sim.mechanisms"
    ]
    assert len(used) > 10
    assert used <= named


def test_the_page_is_the_one_made_from_the_list() -> None:
    assert (ROOT / "docs" / "mechanisms.md").read_text(encoding="utf-8") == page(MECHANISMS), "run make mechanisms"


def test_make_makes_the_page() -> None:
    rule = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\nmechanisms:")[2].partition("\n\n")[0]
    assert "-m ttg_sim.traceability docs/mechanisms.md" in rule


def test_a_row_is_read() -> None:
    (one,) = read_mechanisms(f"{HEADER}\nF38,2,It is so. So far: a part.,a.b c.d,,tests/x.py,partly\n").values()
    assert (one.id, one.tier, one.words, one.so_far) == ("F38", 2, "It is so.", "a part.")
    assert (one.rules, one.parameters, one.tests) == (("a.b", "c.d"), (), ("tests/x.py",))
    assert one.standing is Standing.PARTLY


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the columns are not"),
        (f"{HEADER},more\n{ROW},x", "the columns are not"),
        (f"{HEADER}\n{ROW},x", "has 8 cells"),
        (f"{HEADER}\n{ROW}\n\n", "has 0 cells"),
        (f"{HEADER}\n{ROW}\n{ROW}", "A01 stands after A01"),
        (f"{HEADER}\n{ROW.replace('A01', 'A02')}\n{ROW}", "A01 stands after A02"),
        (f"{HEADER}\n{ROW.replace('A01', 'A1')}", "is no id"),
        (f"{HEADER}\n{ROW.replace('A01', 'X01')}", "is no id"),
        (f"{HEADER}\n{ROW.replace(',1,', ',4,')}", "is no tier"),
        (f"{HEADER}\n{ROW.replace(',rule', ',law')}", "is no standing"),
        (f"{HEADER}\n{ROW.replace('Words.', '')}", "words are sentences"),
        (f"{HEADER}\n{ROW.replace('Words.', ' Words.')}", "words are sentences"),
        (f"{HEADER}\n{ROW.replace('Words.', 'Words. So far: ')}", "words are sentences"),
        (f"{HEADER}\n{ROW.replace('Words.', 'Words. So far: a part.')}", "how far it goes"),
        (f"{HEADER}\n{ROW.replace(',rule', ',partly')}", "how far it goes"),
        (f"{HEADER}\n{ROW.replace('mechanisms.funding.run', 'a.b  c.d')}", "one space"),
        (f"{HEADER}\n{ROW.replace('mechanisms.funding.run', 'a.b a.b')}", "each once"),
        (f"{HEADER}\n{ROW.replace('mechanisms.funding.run', '')}", "rule are missing"),
        (f"{HEADER}\n{ROW.replace('tests/x.py', '')}", "tests are missing"),
    ],
)
def test_what_is_not_as_it_should_be_is_refused(text, words) -> None:
    with pytest.raises(ValueError, match=words):
        read_mechanisms(text)
