"""What the README tells people to type runs, and its example scenario is a valid one."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ttg_sim import load_scenario
from ttg_sim.studies.expectations import known
from ttg_sim.studies.experiments.reading import load_plan

REPOSITORY = Path(__file__).parents[2]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
TTG = [sys.executable, "-m", "ttg_sim.cli"]


def scenario_file(name: str) -> Path:
    return REPOSITORY / "scenarios" / f"{name}.yaml"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("readme")
    shutil.copytree(REPOSITORY / "scenarios", place / "scenarios")
    return place


def test_commands_run_in_order(folder: Path):
    lines = [line.split("#")[0].strip() for block in blocks("sh") for line in block.splitlines()]
    commands = [shlex.split(line)[1:] for line in lines if re.match(r"(\.venv/bin/)?ttg ", line)]
    verbs = [*["compare"] * 3, "diff", "report", "story", "new", "check", "check", "compare"]
    assert [command[0] for command in commands] == verbs
    answers = []
    for command in commands:
        done = subprocess.run([*TTG, *command], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        answers.append({line.rstrip() for line in done.stdout.splitlines()})
    shown = blocks("text")
    assert len(shown) == 2
    (story,) = blocks("markdown")
    assert [line for line in story.splitlines() if line not in answers[verbs.index("story")]] == []
    for block, answer in zip(shown, answers, strict=False):
        assert [line for line in block.splitlines() if line not in answer] == []


def test_other_commands_in_the_text_run(folder: Path):
    for command in ("params", "describe", "describe --outcomes", "describe --glossary", "params --format schema"):
        assert f"ttg {command}" in README
        assert subprocess.run([*TTG, *command.split()], cwd=folder, capture_output=True).returncode == 0


def test_make_targets_exist():
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"\bmake ([a-z-]+)\b", README)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_example_scenario_is_valid(folder: Path):
    (text,) = (one for one in blocks("yaml") if one.startswith("name:"))
    path = folder / "scenarios" / "example.yaml"
    path.write_text(text, encoding="utf-8")
    scenario = load_scenario(path)
    assert len(scenario.levers) == len(load_scenario(scenario_file("tr_as_implemented")).levers) + 2


def test_the_example_plan_and_expectations_are_valid(folder: Path):
    (text,) = (one for one in blocks("yaml") if one.startswith("design:"))
    (folder / "experiments").mkdir()
    (folder / "experiments" / "example.yaml").write_text(text, encoding="utf-8")
    assert len(load_plan(folder / "experiments" / "example.yaml").moved) > 300
    (text,) = (one for one in blocks("yaml") if one.startswith("expect:"))
    path = folder / "scenarios" / "expecting.yaml"
    path.write_text(f"name: expecting\nextends: tr_as_implemented.yaml\n{text}", encoding="utf-8")
    assert len(load_scenario(path, known=known).expect) == 2


def test_the_python_example_runs(folder: Path):
    (code,) = blocks("python")
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_links_lead_somewhere():
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (REPOSITORY / target).exists(), target


def test_files_of_a_result_are_as_listed(folder: Path):
    (run,) = folder.glob("results/pre_reform-*")
    for name in ("outcomes.csv", "replicates.parquet", "weekly.parquet", "spells.parquet", "manifest.json"):
        assert f"`{name}`" in README
        assert (run / name).exists()
