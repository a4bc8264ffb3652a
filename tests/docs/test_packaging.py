"""What is published: files, versions, and nothing that belongs to one machine or one registry."""

import re
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata, resources
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PINNED = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[A-Za-z0-9.+!]+)")

REGISTRIES = re.compile(
    r"py[p]i[.]org|py[p]i[.]python|python[h]osted|ana[c]onda[.](org|com)|np[m]js[.]|proxy[.]gol[a]ng|cra[t]es[.]io"
    r"|--?(extra-)?index-url|--find-links",
    re.IGNORECASE,
)
MACHINE_PATHS = re.compile(r"(?<![\w.~-])/(work|tmp|root|home|Users|opt|mnt|scratch)/|[A-Z]:\\\\?Users")
# Person-first words: people who offended, people in prison. Names of laws, bodies and reports have capitals.
LABELS = re.compile(
    r"\b(ex-)?offenders?\b|\b[Ii]nmates?\b|\b[Ff]elons?\b|\b[Cc]riminals\b|\bex-(con|convict|prisoner)s?\b"
)
CITATIONS = {"ttg_sim/data/evidence.csv", "docs/assurance/data.md"}  # titles and addresses of sources stand as they are


def tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def lines_with(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    found = []
    for path in paths:
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        name = path.relative_to(ROOT).as_posix()
        found += [f"{name}:{number}" for number, line in enumerate(text.splitlines(), 1) if pattern.search(line)]
    return found


def is_test(path: Path) -> bool:
    return path.is_relative_to(ROOT / "tests")


def test_no_registry_address() -> None:
    this_file = Path(__file__).resolve()
    assert lines_with(REGISTRIES, [path for path in tracked() if path != this_file]) == []


def test_no_machine_path() -> None:
    assert lines_with(MACHINE_PATHS, [path for path in tracked() if not is_test(path)]) == []


def test_person_first_words() -> None:
    paths = [path for path in tracked() if not is_test(path) and path.relative_to(ROOT).as_posix() not in CITATIONS]
    assert lines_with(LABELS, paths) == []


def test_constraints_are_plain_pins() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(PINNED.fullmatch(line) for line in pins)
    names = [normal(line.split("==")[0]) for line in pins]
    assert len(set(names)) == len(names)


def test_every_dependency_is_pinned() -> None:
    pinned = {normal(match["name"]) for match in PINNED.finditer((ROOT / "constraints.txt").read_text("utf-8"))}
    needed = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    assert {normal(re.match(r"[A-Za-z0-9._-]+", one)[0]) for one in needed} <= pinned
    assert normal(PROJECT["name"]) not in pinned


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_versions_agree() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert citation["version"] == PROJECT["version"] == metadata.version("ttg-sim")
    assert citation["license"] == PROJECT["license"]
    assert f"[{PROJECT['version']}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_hooks_are_local_and_run_what_make_lint_runs() -> None:
    configured = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    assert [repo["repo"] for repo in configured["repos"]] == ["local"]
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for hook in configured["repos"][0]["hooks"]:
        assert hook["language"] == "system"
        assert f"$(BIN)/{hook['entry']}" in makefile


def test_ci_runs_make_test() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert "make test" in script.read_text("utf-8")


@pytest.mark.parametrize("name", ["evidence.csv", "mechanisms.csv", "targets.csv"])
def test_data_is_found_inside_the_package(name: str) -> None:
    assert resources.files("ttg_sim").joinpath("data", name).is_file()


@pytest.mark.slow
def test_wheel_holds_the_package_with_its_data_and_nothing_else(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--wheel-dir", str(tmp_path), str(ROOT)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    data = {f"ttg_sim/data/{name}.csv" for name in ("evidence", "mechanisms", "targets")}
    assert data | {"ttg_sim/evidence.py", "ttg_sim/traceability.py"} <= set(names)
    assert {name.split("/")[0] for name in names} == {"ttg_sim", f"ttg_sim-{PROJECT['version']}.dist-info"}
