"""Rules about the sources themselves, read off their syntax."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from helpers import PACKAGE, ROOT, TABLES

from ttg_sim import mentoring
from ttg_sim import model as model_module
from ttg_sim.agents.person import Contributor
from ttg_sim.agents.views import View
from ttg_sim.engine.kernel import SHOWING
from ttg_sim.engine.table import Table
from ttg_sim.mechanisms import SECTIONS
from ttg_sim.mechanisms.activities import PRESETS
from ttg_sim.model import CONTRIBUTORS, LISTS, PREPARE, WEEK, ThroughTheGate

TREES = {path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text()) for path in sorted(PACKAGE.rglob("*.py"))}
DRAWS = "engine/draws.py"


def named(node: ast.AST) -> str:
    """The dotted name of an expression, or an empty text."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{named(node.value)}.{node.attr}"
    return ""


def kernels() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and "kernel" in {named(d).split(".")[-1] for d in node.decorator_list}:
                yield f"{path}:{node.name}", node


KERNELS = dict(kernels())


def sources_of_chance(tree: ast.AST) -> set[str]:
    banned = {"random", "secrets", "uuid", "default_rng", "RandomState", "SeedSequence", "urandom", "rng", "Philox"}
    found = set()
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Attribute | ast.Name):
            names = [named(node)]
            if isinstance(node, ast.Attribute):
                names.append(node.attr)
        elif isinstance(node, ast.Call) and named(node.func) in ("hash", "id"):
            found.add(named(node.func))
        found |= {name for name in names if banned & set(name.split("."))}
        found |= {name for name in names if name.startswith("scipy.stats")}
    return found


def test_the_search_for_chance_finds_it() -> None:
    text = "import random\nx = np.random.default_rng(1)\ny = model.random.random()\nfrom os import urandom\nhash(3)"
    assert len(sources_of_chance(ast.parse(text))) >= 5


OF_THE_MODEL = ("model.py", "mentoring.py", "series.py", "together.py", "stock.py", "events.py")


@pytest.mark.parametrize("path", [path for path in TREES if path.split("/")[0] in ("engine", "agents", "mechanisms")
                                  or path in OF_THE_MODEL])  # fmt: skip
def test_chance_is_named_in_draws_only(path) -> None:
    allowed = {"id"} if path == "engine/kernel.py" else set()  # it tells modules apart, not people
    assert sources_of_chance(TREES[path]) <= allowed


def test_no_other_file_of_the_package_draws_random_numbers() -> None:
    found = {path: sources_of_chance(tree) - {"id", "hash"} for path, tree in TREES.items()}
    # Which values of uncertain parameters are tried, and how sure what is read from them is. No run draws from these.
    designs = {
        "studies/hypotheses/sampling.py",
        "studies/designs/sampling.py",
        "studies/designs/readers.py",
        "studies/experiments/information.py",
        "studies/experiments/ranking.py",
        "studies/shares.py",
    }
    assert {path: names for path, names in found.items() if names and path not in designs} == {}


def test_the_generator_is_called_in_draws_only() -> None:
    for path, tree in TREES.items():
        names = {named(node).split(".")[-1] for node in ast.walk(tree) if isinstance(node, ast.Attribute | ast.Name)}
        assert path == DRAWS or "threefry" not in names


def test_there_are_kernels_in_every_mechanism() -> None:
    folders = {name.split(":")[0] for name in KERNELS}
    # Areas are made once, before the first week; costs price a run when it is over.
    without = {"mechanisms/areas.py", "mechanisms/costs.py"}
    assert folders >= {f"mechanisms/{section}.py" for section in {*SECTIONS} - {*PRESETS}} - without
    assert len(KERNELS) > 50


@pytest.mark.parametrize("name", KERNELS)
def test_kernels_take_no_powers_and_only_known_functions(name) -> None:
    of_numpy = {"np.uint64", "np.int64", "np.empty", "np.zeros", "np.partition", "np.argsort"}
    builtin = {"range", "len", "int", "float", "min", "max", "abs"}
    methods = {"max"}  # of an array
    own = {node.name for tree in TREES.values() for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(KERNELS[name]):
        assert not isinstance(node, ast.Pow)
        assert not isinstance(node, ast.Try | ast.With | ast.Lambda | ast.ListComp | ast.JoinedStr | ast.Dict)
        if isinstance(node, ast.Call) and node not in KERNELS[name].decorator_list:
            called = named(node.func)
            last = called.split(".")[-1] if called else node.func.attr
            ours = last in own and len(called.split(".")) <= 2 and not called.startswith(("np.", "math."))
            fine = called.startswith("math.") or called in of_numpy | builtin or ours or last in methods
            assert fine, f"{name} calls {ast.unparse(node.func)}"


def test_kernels_import_nothing_and_name_no_global_that_changes() -> None:
    for node in KERNELS.values():
        assert not any(
            isinstance(part, ast.Import | ast.ImportFrom | ast.Global | ast.Nonlocal) for part in ast.walk(node)
        )


@pytest.mark.parametrize("path", TREES)
def test_constants_that_kernels_read_are_never_assigned_again(path) -> None:
    constants: set[str] = set()
    for node in TREES[path].body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        names = {part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)}
        names = {name for name in names if name.isupper()}
        assert not names & constants
        constants |= names


def test_imports_run_one_way() -> None:
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def test_every_rule_of_the_week_says_what_happens() -> None:
    assert len(WEEK) == len(set(WEEK)) >= 8
    for rule in WEEK:
        assert rule.__doc__
        assert rule.__doc__.strip().endswith(".")
        assert rule.__module__ in (model_module.__name__, mentoring.__name__)


PRICED_AFTERWARDS = "costs"
"""Costs move nothing: a run is priced when it is over."""
NOT_EVERY_WEEK = {"areas": ("model.py", "differ"), "longer": ("stock.py", "arrivals")}


def test_every_list_of_rows_says_who_is_in_it() -> None:
    assert set(world_of_records().rows) == set(LISTS)
    assert all(words.strip() for words in LISTS.values())


def test_every_mechanism_has_a_section_a_record_and_a_place_in_the_week() -> None:
    files = {path.stem for path in (PACKAGE / "mechanisms").glob("*.py")} - {"__init__"}
    assert set(SECTIONS) == set(PREPARE) - {"activities"}
    assert files == set(SECTIONS) - set(PRESETS) | {"activities"}
    source = "".join(ast.unparse(TREES[path]) for path in ("model.py", "mentoring.py", "together.py"))
    assert "in_one_year(" in ast.unparse(TREES["outcomes/of_money.py"])
    for name in files - set(NOT_EVERY_WEEK) - {PRICED_AFTERWARDS}:
        assert f"{name}.run(" in source
    for name, (path, call) in NOT_EVERY_WEEK.items():
        assert f"{name}.{call}(" in ast.unparse(TREES[path])


def test_every_contribution_to_the_risk_has_its_mechanism_and_its_highest() -> None:
    defining = {path.stem for path in (PACKAGE / "mechanisms").glob("*.py") if "def highest_risk(" in path.read_text()}
    assert set(CONTRIBUTORS) == defining
    slots = {
        match
        for name in defining
        for match in re.findall(r"\.risk\[Contributor\.(\w+)\] = ", (PACKAGE / "mechanisms" / f"{name}.py").read_text())
    }
    assert slots == set(Contributor.__members__)
    for name, section in world_of_records().schedule.initial.items():
        if name in CONTRIBUTORS:
            assert CONTRIBUTORS[name].highest_risk(section) >= 0


def world_of_records() -> ThroughTheGate:
    return ThroughTheGate(weeks=4, warm_up_weeks=0, **{"intake.per_year": 10.0})


def record_types() -> dict[str, np.dtype]:
    world = world_of_records()
    found = {name: value.dtype for name, value in vars(world).items() if isinstance(value, Table)}
    assert set(found) == set(TABLES)
    found["tally"] = world.tally.dtype
    return found | {f"parameters of {name}": values.dtype for name, values in world.p.items()}


RECORDS = record_types()


@pytest.mark.parametrize("name", RECORDS)
def test_records_hold_only_numbers_of_eight_bytes(name) -> None:
    dtype = RECORDS[name]
    assert dtype.type is np.record
    assert dtype.names
    for field in dtype.names:
        base = dtype[field].base
        assert base.kind in "fiu", field
        assert base.itemsize == 8, field
        assert base.isnative
    assert dtype.itemsize == sum(dtype[field].itemsize for field in dtype.names)  # no gaps, so bytes can be compared


@pytest.mark.parametrize("name", RECORDS)
def test_no_field_is_hidden_by_an_attribute_of_numpy(name) -> None:
    assert [field for field in RECORDS[name].names if hasattr(np.record, field)] == []


def test_every_table_has_a_view_that_names_its_fields() -> None:
    kinds = {kind.__name__: kind for kind in View.__subclasses__()}
    tables = {
        "Person": "people", "Prison": "prisons", "Household": "households", "Area": "areas", "Officer": "officers",
        "ServiceUser": "users", "Mentor": "mentors", "Provider": "providers",
    }  # fmt: skip
    assert set(kinds) == set(tables)
    for name, kind in kinds.items():
        assert kind.record is RECORDS[tables[name]]
        assert kind.__doc__


def test_no_file_is_long() -> None:
    long = {path: len(Path(PACKAGE / path).read_text().splitlines()) for path in TREES}
    assert {path: lines for path, lines in long.items() if lines > 600} == {}


def test_code_that_only_shows_results_is_above_all_that_makes_them() -> None:
    (layers,) = (
        one["layers"]
        for one in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
        if one["type"] == "layers"
    )
    above = [part.strip() for layer in layers[: layers.index("ttg_sim.studies")] for part in layer.split("|")]
    assert sorted(name.removeprefix("ttg_sim.") for name in above) == sorted(
        name.removesuffix(".py") for name in SHOWING
    )
    assert all((PACKAGE / name).exists() for name in SHOWING)
