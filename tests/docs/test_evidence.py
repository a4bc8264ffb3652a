"""The register of evidence and the targets: complete, cited, and never fitted to what is kept for validation."""

import csv
import re
from importlib import resources
from pathlib import Path

import pytest

from ttg_sim.agents import risk
from ttg_sim.evidence import Use, load_evidence, load_targets
from ttg_sim.mechanisms import SECTIONS
from ttg_sim.outcomes.definitions import OUTCOMES

ROOT = Path(__file__).resolve().parents[2]
EVIDENCE, TARGETS = load_evidence(), load_targets()
PARAMETERS = [facts for section in SECTIONS.values() for facts in section.parameters().values()]

# Rows that stand as constants in `agents/risk.py`: the OGRS3 equation, its bands and its worked cases.
RISK_ROWS = {f"1.{number}" for number in range(40, 48)}


def ids_in_file(name: str) -> list[str]:
    text = resources.files("ttg_sim").joinpath("data", name).read_text(encoding="utf-8")
    return [row["id"] for row in csv.DictReader(text.splitlines())]


def cited_by_parameters() -> set[str]:
    costs = {row for facts in PARAMETERS if facts.cost is not None for row in facts.cost.evidence}
    return costs | {row for facts in PARAMETERS for row in facts.evidence}


def cited_by_targets() -> set[str]:
    return {row for target in TARGETS.values() for row in target.evidence}


@pytest.mark.parametrize("name", ["evidence.csv", "targets.csv"])
def test_ids_are_unique_and_in_order(name: str) -> None:
    ids = ids_in_file(name)
    assert len(set(ids)) == len(ids)
    assert ids == sorted(ids, key=lambda row: [int(part) for part in re.findall(r"\d+", row)])


def test_every_row_cited_by_a_parameter_exists() -> None:
    assert cited_by_parameters() <= EVIDENCE.keys()


def test_every_row_cited_by_a_target_exists() -> None:
    assert cited_by_targets() <= EVIDENCE.keys()


def test_every_row_is_cited() -> None:
    assert EVIDENCE.keys() == cited_by_parameters() | cited_by_targets() | RISK_ROWS


def test_every_row_named_in_the_code_exists() -> None:
    named = set()
    for path in [*ROOT.glob("ttg_sim/**/*.py"), *ROOT.glob("experiments/*.py")]:
        for first, last in re.findall(r"\brows? (\d+\.\d+)(?:(?: to | and |, )(\d+\.\d+))?", path.read_text("utf-8")):
            named |= {first, last or first}
    assert named
    assert named <= EVIDENCE.keys()


def test_every_target_named_by_a_parameter_exists() -> None:
    named = {target for facts in PARAMETERS for target in re.findall(r"\bT\d\d\b", facts.source)}
    assert named
    assert named <= TARGETS.keys()


@pytest.mark.parametrize("row", EVIDENCE.values(), ids=EVIDENCE)
def test_a_row_is_complete(row) -> None:
    for text in (row.quantity, row.value, row.unit, row.population, row.source):
        assert text == text.strip()
        assert text
    assert row.confidence in {"A", "B", "C"}
    bounds = [number for number in (row.low, row.number, row.high) if number is not None]
    assert bounds or row.unit == "qualitative"
    assert bounds == sorted(bounds)


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_a_target_is_complete(target) -> None:
    assert target.use in {Use.CALIBRATE, Use.VALIDATE}
    assert target.regime in {"any", "pre_reform", "tr_as_implemented", "peterborough"}
    assert target.words
    if target.direction:
        assert (target.value, target.low, target.high, target.outcome) == (None, None, None, "")
    else:
        assert target.low <= target.value <= target.high


def test_outcomes_of_targets_exist() -> None:
    measured = {outcome.name for outcome in OUTCOMES}
    assert {target.outcome for target in TARGETS.values()} - {""} <= measured


def test_targets_without_evidence_are_requirements_of_the_model_alone() -> None:
    assert [name for name, target in TARGETS.items() if not target.evidence] == ["T16"]


def test_risk_constants_stand_in_the_register() -> None:
    figures = {
        "1.40": [risk.COPAS],
        "1.41": [risk.INTERCEPT_1_YEAR, risk.INTERCEPT_2_YEAR],
        "1.42": [risk.FIRST_CONVICTION, risk.REPEAT],
        "1.43": risk.MEN_BY_AGE,
        "1.44": risk.WOMEN_BY_AGE,
        "1.45": risk.BY_OFFENCE,
    }
    for row, values in figures.items():
        # Terms are written "name value", several of them with semicolons between.
        written = [float(found) for found in re.findall(r"(?:^|\s)(-?\d+\.?\d*)(?=;|$| times)", EVIDENCE[row].value)]
        assert written == list(values), row


def test_nothing_is_fitted_to_a_target_kept_for_validation() -> None:
    scripts = [path for path in ROOT.glob("experiments/*.py") if "load_targets" in path.read_text("utf-8")]
    assert scripts
    for script in scripts:
        text = script.read_text("utf-8")
        assert re.search(r"""\.use\s*(==|is)\s*(["']calibrate["']|Use\.CALIBRATE)""", text), script.name
        named = set(re.findall(r"""["'](T\d\d)["']""", text))
        assert {TARGETS[name].use for name in named} <= {Use.CALIBRATE}, script.name


def test_parameters_are_not_set_from_what_is_kept_for_validation() -> None:
    kept = {name: set(target.evidence) for name, target in TARGETS.items() if target.use is Use.VALIDATE}
    overlap = {(facts.path, name) for facts in PARAMETERS for name, rows in kept.items() if rows & set(facts.evidence)}
    assert overlap == set()
