"""The assurance pack: logs of assumptions, decisions, data, tests and limits, written from the model itself.

`make assurance` calls this module with the folder of the pack. Parameters, evidence, targets and limits come from the
package; decisions, tests and hypotheses are read from a checkout, which is where the pack is made.
"""

from __future__ import annotations

import ast
import csv
import hashlib
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from importlib import resources
from pathlib import Path

from ttg_sim.evidence import load_evidence, load_targets
from ttg_sim.mechanisms import SECTIONS
from ttg_sim.parameter import Grade, Kind, Parameter, Role
from ttg_sim.report import tested
from ttg_sim.report.assurance import LIMITS, NAMES, TO_FILL
from ttg_sim.report.resting import GRADE_WORDS
from ttg_sim.scenario import format_value
from ttg_sim.scenario.about import TEXTS, USE_UNTIL_WORDS
from ttg_sim.scenario.names import parameters
from ttg_sim.studies.hypotheses.reading import load_hypotheses

DATES = "parameter_dates.csv"
MADE = "This page is made by `make assurance`; nothing in it is written by hand.\n"
PLACES = {
    "agents": "What is kept of people, mentors, officers and service users",
    "baseline": "Published figures, recorded runs and recorded verdicts, which a change must not move unseen",
    "charts": "Pictures, their words and their data",
    "cli": "What is typed and printed, wrong input above all",
    "docs": "That documents, evidence and commands in the README are as they say",
    "engine": "Draws, tables, calendar and compiled rules",
    "laws": "What must hold in every world: nobody is lost, made or in two places",
    "mechanisms": "Each rule by itself, against what it should do",
    "outcomes": "Figures against counts by hand",
    "report": "What a report may say, and that it refuses what is not whole",
    "scenario": "Scenario files, right and wrong ones",
    "shape": "The shape of the code: layers, sources, names, and that every parameter moves something",
    "studies": "Many runs: pairing, resuming, precision, sensitivity, hypotheses",
    "theory": "Simple cases with answers known from theory",
    "worlds": "Same world, same results: whatever the machine, the order or the number of workers",
}


def pages(root: Path) -> dict[str, str]:
    """All pages of the pack by file name; `root` is the top of a checkout."""
    return {
        "README.md": _front(),
        "assumptions.md": _assumptions(),
        "decisions.md": _decisions(root),
        "data.md": _data(),
        "verification.md": _verification(root),
        "limits.md": _limits(),
    }


def _front() -> str:
    roles = [f"| {NAMES[key]} | {TO_FILL} | {words} |" for key, words in TEXTS.items()]
    return "\n".join(
        [
            "# Assurance pack\n",
            "What somebody needs who has to say whether an answer of this model may be used. The pages are written "
            "from the model itself, so that they cannot say anything else than it does.\n",
            MADE,
            "| Page | What is in it |",
            "| --- | --- |",
            "| [Assumptions log](assumptions.md) | Every parameter: what it is, value, range, grade, source, and since "
            "when it is as it is |",
            "| [Decisions log](decisions.md) | What was decided in building the model, with the reasons |",
            "| [Data log](data.md) | Every published figure that is used, by what, and every target with its use |",
            "| [Verification record](verification.md) | What the tests prove, and which patterns came out and which "
            "did not |",
            "| [Limits of use](limits.md) | What the model must not be used for |",
            "",
            "## Roles\n",
            "An answer belongs to whoever asks for it and makes it. Scenario files carry the roles, and a report shows "
            "them; for the model as such they are open.\n",
            "| Role | Who | What it means |",
            "| --- | --- | --- |",
            *roles,
            f"| Use until | {TO_FILL} | {USE_UNTIL_WORDS} |",
            "",
            "Nobody has approved the model for use.\n",
        ]
    )


def _assumptions() -> str:
    dates = dict(read_dates())
    lines = ["# Assumptions log\n", MADE, _counts(parameters().values())]
    lines.append(
        "\n*Since* is the day on which value, range, grade or source last changed. What a parameter is thought to "
        "affect is the section in which it stands, whose rule is the file of the same name in `ttg_sim/mechanisms/`.\n"
    )
    for name, section in SECTIONS.items():
        mine = section.parameters().values()
        counted = Counter(facts.grade.value for facts in mine)
        summary = ", ".join(f"{number} {grade}" for grade, number in sorted(counted.items()))
        lines += [f"## {name}: {section.title}\n", f"{len(mine)} parameters: {summary}.\n",
                  "| Parameter | What it is | Value | Range | For | Grade | Source | Since |",
                  "| --- | --- | ---: | --- | --- | --- | --- | --- |"]  # fmt: skip
        lines += [_assumption(facts, dates.get(facts.path, ("", ""))[1]) for facts in mine]
        lines.append("")
    return "\n".join(lines)


def _assumption(facts: Parameter, since: str) -> str:
    low = "" if facts.low is None or facts.kind is Kind.SHARES else f"{facts.low:g} to {facts.high:g}"
    choices = ", ".join(facts.choices) if facts.kind is Kind.CHOICE else ""
    source = " ".join(facts.source.split()) + (f" ({', '.join(facts.evidence)})" if facts.evidence else "")
    unit = "" if facts.unit in ("switch", "choice", "date", "shares") else f" {facts.unit}"
    value = f"{format_value(facts, facts.default)}{unit}"
    cells = (f"`{facts.name}`", facts.words, value, low or choices or "-", facts.role, facts.grade, source, since)
    return _row(cells)


def _counts(several: Iterable[Parameter]) -> str:
    counted = Counter((facts.grade, facts.role) for facts in several)
    lines = ["| Rests on | " + " | ".join(role.value for role in Role) + " | all |", "| --- |" + " ---: |" * 4]
    for grade in Grade:
        numbers = [counted[grade, role] for role in Role]
        lines.append(_row((f"{grade}: {GRADE_WORDS[grade]}", *map(str, numbers), str(sum(numbers)))))
    return "\n".join(lines)


def _decisions(root: Path) -> str:
    text = (root / "docs" / "decisions.md").read_text(encoding="utf-8")
    lines = ["# Decisions log\n", MADE, "Titles and beginnings; the reasons stand in [decisions](../decisions.md).\n"]
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        title, _, rest = part.partition("\n")
        first = re.split(r"(?<=\.)\s", " ".join(_plain(rest).split()), maxsplit=1)[0]
        anchor = re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-")
        lines.append(f"- [{title.strip()}](../decisions.md#{anchor})" + (f": {first}" if first else ""))
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """The first paragraph that is prose."""
    for part in text.split("\n\n"):
        if part.strip() and not part.lstrip().startswith(("|", "#", "```", "-", "*")):
            return part
    return ""


def _data() -> str:
    users: dict[str, list[str]] = defaultdict(list)
    for facts in parameters().values():
        for id in facts.evidence:
            users[id].append(f"`{facts.path}`")
    for target in load_targets().values():
        for id in target.evidence:
            users[id].append(f"target {target.id}")
    lines = [
        "# Data log\n", MADE,
        "All data are published figures; no record of any real person is used. Confidence is that of whoever collected "
        "the figures: A for official or peer-reviewed ones at first hand, lower letters for what is further from the "
        "source. *Derived* figures are arithmetic on published ones.\n",
        "## Figures\n", "| Id | Quantity | Value | Population | Source | Confidence | Used by |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    for id, row in load_evidence().items():
        value = f"{row.value} {row.unit}".strip() + (" (derived)" if row.derived else "")
        cells = (id, row.quantity, value, row.population, row.source, row.confidence, ", ".join(users[id]) or "-")
        lines.append(_row(cells))
    first, last = tested.span()
    lines += ["", "## Targets\n",
              "Figures that the model is fitted to (*calibrate*), and figures that it is only held against "
              f"(*validate*), of {first} to {last}. How they stand is printed by `ttg compare "
              "scenarios/tr_as_implemented.yaml "
              "--baseline scenarios/pre_reform.yaml`, misses included.\n",
              "| Id | Regime | Figure | Published | Range | Use | Figures behind it |",
              "| --- | --- | --- | --- | --- | --- | --- |"]  # fmt: skip
    for target in load_targets().values():
        value = target.direction or f"{target.value:g}"
        ends = "-" if target.low is None else f"{target.low:g} to {target.high:g}"
        behind = ", ".join(target.evidence)
        lines.append(_row((target.id, target.regime, target.words, value, ends, target.use.value, behind)))
    return "\n".join(lines) + "\n"


def _verification(root: Path) -> str:
    lines = ["# Verification record\n", MADE,
             "Everything below is run by `make test`, slow parts by `make test-slow`; a change is not taken while "
             "anything of it fails.\n"]  # fmt: skip
    for folder in sorted(path for path in (root / "tests").iterdir() if path.is_dir() and path.name in PLACES):
        lines += [f"## {folder.name}: {PLACES[folder.name]}\n"]
        for file in sorted(folder.rglob("test_*.py")):
            words = (ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "").split("\n\n")[0]
            name = f"`{file.relative_to(root).as_posix()}`"
            lines.append(f"- {name}: {' '.join(words.split())}" if words else f"- {name}")
        lines.append("")
    book = load_hypotheses(root / "experiments" / "hypotheses.yaml")
    counted = Counter(str(one.recorded or "not recorded") for one in book.hypotheses.values())
    verdicts = ", ".join(f"{number} {verdict}" for verdict, number in sorted(counted.items()))
    lines += ["## Patterns that should come out\n",
              "Each is a test in `experiments/hypotheses.yaml`, judged by intervals; what failed or could not be "
              f"decided stays here: {verdicts}.\n",
              "| Id | Pattern | Kind | Verdict | Note |", "| --- | --- | --- | --- | --- |"]  # fmt: skip
    for id, one in book.hypotheses.items():
        lines.append(_row((id, one.title, str(one.kind), str(one.recorded or "-"), one.note)))
    return "\n".join(lines) + "\n"


def _limits() -> str:
    first, last = tested.span()
    lines = ["# Limits of use\n", MADE, "The model must not be used:\n", *(f"- {line}" for line in LIMITS)]
    lines += [
        "",
        f"Figures to which it is fitted, and which it is held against, are of {first} to {last}. A report says so "
        "where the weeks of a scenario go beyond them, and tells nothing where all of them do.",
        "",
        "It may be used to see which way a policy would move outcomes under stated assumptions, for whom, at what "
        "cost, and on which of the assumptions that depends. What mentors do to people rests on assumptions whose "
        "range holds nil and harm.\n",
    ]
    return "\n".join(lines)


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(" ".join(str(cell).replace("|", "\\|").split()) for cell in cells) + " |"


def fingerprint(facts: Parameter) -> str:
    """A name for what an assumptions log says of a parameter: it changes where value, range, grade or source do."""
    text = repr((facts.default, facts.low, facts.high, facts.grade.value, facts.source, facts.evidence, facts.choices))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def read_dates() -> Iterator[tuple[str, tuple[str, str]]]:
    """For each parameter the fingerprint and the day since when it has it."""
    text = resources.files("ttg_sim").joinpath("data", DATES).read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines(), strict=True):
        yield row["parameter"], (row["fingerprint"], row["since"])


def dated(known: Mapping[str, tuple[str, str]], today: date) -> str:
    """The table of days, with today for what is new or changed."""
    lines = ["parameter,fingerprint,since"]
    for path, facts in parameters().items():
        mark, since = known.get(path, ("", ""))
        now = fingerprint(facts)
        lines.append(f"{path},{now},{since if mark == now else today.isoformat()}")
    return "\n".join(lines) + "\n"


def main(folder: Path) -> None:
    """Write the days of changed parameters, then the pack."""
    root = Path(__file__).resolve().parents[2]
    if not (root / "tests").is_dir():
        sys.exit("the pack is made in a checkout: tests and decisions are not part of an installed package")
    table = root / "ttg_sim" / "data" / DATES
    known = dict(read_dates()) if table.exists() else {}
    table.write_text(dated(known, date.today()), encoding="utf-8", newline="\n")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages(root).items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
