"""The scorecard as files: a table for programs, a page for people, and where it came from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from ttg_sim.studies import provenance
from ttg_sim.studies.hypotheses.judging import FRAGILE, LEVEL, Judged
from ttg_sim.studies.hypotheses.scorecard import Score, Scorecard
from ttg_sim.studies.hypotheses.spec import Kind, Verdict
from ttg_sim.studies.store import write_csv, write_json, write_whole

COLUMNS = [
    "id", "title", "kind", "built_in_by", "verdict", "recorded", "without", "p", "holm", "sets", "share_of_sets",
    "fragile", "test", "words", "measure", "expected", "value", "low", "high", "replicates", "test_p",
    "test_verdict", "note",
]  # fmt: skip
SECTIONS = {
    Kind.EMERGENT: "Emergent: no parameter stands for the pattern itself",
    Kind.BUILT_IN: "Built in: a parameter of that very effect exists",
}
HOW_TO_READ = (
    "A test passes where the 95% interval (Student's t) of its contrast, paired by replicate, lies wholly on the side "
    "that is expected, fails where it lies wholly on the other, and is inconclusive otherwise, which is no pass. A "
    "hypothesis passes where all its tests do. p is one-sided, and that of a hypothesis the largest of its tests; Holm "
    f"is the same adjusted over the hypotheses of this call; below {LEVEL:g} goes with an interval on that side. "
    "Sets are samples of uncertain parameters: in how many of them all means are on the expected side; a pattern that "
    f"passes, but holds in fewer than {FRAGILE:.0%} of them, is fragile."
)


def table(card: Scorecard) -> pd.DataFrame:
    """One row for each test."""
    rows = [
        (
            one.id, one.title, one.kind.value, " ".join(one.built_in_by), score.verdict.value, one.recorded or "",
            score.without or "", score.p, score.holm, score.sets, score.share_of_sets, score.fragile, place,
            judged.test.words, str(judged.test.measure or judged.test.check), judged.test.expects,
            judged.value, judged.low, judged.high,
            judged.replicates, judged.p, judged.verdict.value, judged.note,
        )
        for score in card.scores
        for one in [score.hypothesis]
        for place, judged in enumerate(score.tests, start=1)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def differing_lines(card: Scorecard) -> list[str]:
    """One line for each hypothesis whose verdict is another one than was recorded."""
    return [
        f"{score.hypothesis.id}: {score.verdict}, recorded as {score.hypothesis.recorded}: {score.hypothesis.title}"
        for score in card.differing
    ]


def write(card: Scorecard, out: Path, started: datetime) -> None:
    """Write `hypotheses.csv`, `hypotheses.md`, `arms.csv` and `manifest.json`."""
    write_csv(out / "hypotheses.csv", table(card))
    page = "\n".join(_page(card)) + "\n"
    write_whole(out / "hypotheses.md", lambda target: target.write_text(page, encoding="utf-8"))
    arms = [
        (one.hypothesis, one.version, arm, run.folder.path.name, run.replicates)
        for one, runs in card.runs
        for arm, run in runs.items()
    ]
    write_csv(out / "arms.csv", pd.DataFrame(arms, columns=["hypothesis", "version", "arm", "folder", "replicates"]))
    content = {
        "file": card.book.file,
        "file_hash": hashlib.sha256(Path(card.book.file).read_bytes()).hexdigest(),
        "hypotheses": [score.hypothesis.id for score in card.scores],
        "differing": differing_lines(card),
        "code": provenance.code(),
        "command": provenance.command(),
        "started": started.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": provenance.machine(),
    }
    write_json(out / "manifest.json", content)


def _page(card: Scorecard) -> Iterator[str]:
    yield "# Hypotheses"
    yield ""
    yield HOW_TO_READ
    for kind, heading in SECTIONS.items():
        scores = [score for score in card.scores if score.hypothesis.kind is kind]
        if scores:
            yield from ("", f"## {heading}", "")
            yield from _table(scores)
    yield from _notes(card)


def _table(scores: Iterable[Score]) -> Iterator[str]:
    yield "| | Hypothesis and its tests | Verdict | Recorded | Value | 95% interval | Replicates | p | Holm | Sets |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    for score in scores:
        one = score.hypothesis
        parameters = f" (built in by {', '.join(f'`{path}`' for path in one.built_in_by)})" if one.built_in_by else ""
        cells = [f"**{one.id}**", f"**{_cell(one.title)}**{parameters}", f"**{score.verdict}**", one.recorded or "-"]
        yield _row(*cells, "", "", str(score.replicates), p_words(score.p), p_words(score.holm), sets_words(score))
        for judged in score.tests:
            words = f"{_cell(judged.test.words)} ({judged.test.expects})"
            yield _row(
                "", words, judged.verdict, "", *numbers(judged), str(judged.replicates), p_words(judged.p), "", ""
            )


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _notes(card: Scorecard) -> Iterator[str]:
    lines = [f"- **Differs** - {_cell(line)}" for line in differing_lines(card)]
    for score in card.scores:
        one = score.hypothesis
        if score.without is not None:
            lines.append(f"- {one.id} with the effect taken away: {score.without}")
        lines += [f"- {one.id}, {_cell(note)}" for note in notes_on_tests(score)]
        if one.note and score.verdict is not Verdict.PASS:
            lines.append(f"- {one.id}: {_cell(one.note)}")
    if lines:
        yield from ("", "## Notes", "", *lines)


def notes_on_tests(score: Score) -> list[str]:
    """What has to be said about single tests."""
    return [f"test {place}: {judged.note}" for place, judged in enumerate(score.tests, start=1) if judged.note]


def numbers(judged: Judged) -> tuple[str, str]:
    """Value and interval in words."""
    value, low, high = (number(one) for one in (judged.value, judged.low, judged.high))
    return value, "-" if low == "-" else f"{low} to {high}"


def number(value: float) -> str:
    """A number with four digits that matter, or a hyphen where there is none."""
    if value != value:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def p_words(p: float) -> str:
    """A p value in words."""
    if p != p:
        return "-"
    return "<0.0001" if p < 0.0001 else f"{p:.4f}"


def sets_words(score: Score) -> str:
    """In how many sets of parameters all means are as expected."""
    if not score.sets:
        return "-"
    return f"{round(score.share_of_sets * score.sets)} of {score.sets}{' (fragile)' if score.fragile else ''}"
