"""The report as a page and as Markdown: whole, readable by everybody, and safe from what analysts write."""

from __future__ import annotations

import html.parser
import importlib.util
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from ttg_sim.report import make, writing
from ttg_sim.report.blocks import Part, Points, Report, Table, Text, Warnings, given
from ttg_sim.report.contents import build
from ttg_sim.report.rendering import as_html, as_markdown
from ttg_sim.report.source import read

NASTY = '<script>alert("x")</script> & | *a* _b_ [c](d) `e` $f$ \u202egnp \u05e9\u05dc\u05d5\u05dd'
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


class Tags(html.parser.HTMLParser):
    """Names and attributes of all elements of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list) -> None:
        self.found.append((tag, dict(attributes)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def page(compared: Path) -> str:
    return as_html(build(read(compared)))


def nasty() -> Report:
    blocks = (Text(NASTY), Points((NASTY,)), Warnings(NASTY, (NASTY,)), Table(NASTY, (NASTY, "b"), ((NASTY, NASTY),)))
    return Report(NASTY, NASTY, ((NASTY, NASTY),), (Part("one", NASTY, blocks),))


def test_the_page_needs_nothing_else(page: str) -> None:
    tags = Tags(page)
    assert not {tag for tag, _ in tags.found} & {"script", "link", "img", "iframe", "object", "embed"}
    for tag, attributes in tags.found:
        for name, value in attributes.items():
            if name in ("href", "src", "xlink:href"):
                assert value.startswith("#"), f"{tag} {name}={value}"
            assert not name.startswith("on")
    assert "@import" not in page
    assert len(page.encode()) < 3_000_000


def test_every_chart_has_words_and_every_id_is_there_once(page: str) -> None:
    tags = Tags(page)
    ids = [attributes["id"] for _, attributes in tags.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    charts = [attributes for tag, attributes in tags.found if tag == "svg"]
    assert len(charts) >= 5
    assert all(chart["role"] == "img" and chart["aria-labelledby"] in ids for chart in charts)


def test_what_has_to_be_said_comes_first(page: str) -> None:
    text = "".join(Tags(page).text)
    first = text.index("range of the direct effect on reoffending holds nil and harm")
    assert first < text.index("Proven reoffending within 12 months")
    assert "3 pairs of runs are few" in text
    assert "In all that is told here the two worlds are exactly the same." in text
    assert "The two are the same world." in text


def test_titles_are_shown_as_they_were_written(page: str) -> None:
    text = "".join(Tags(page).text)
    assert 'Homes <b>& "all"</b> | *x*' in text


def test_nothing_that_is_written_becomes_markup() -> None:
    tags = Tags(as_html(nasty()))
    assert "script" not in {tag for tag, _ in tags.found}
    assert "".join(tags.text).count(NASTY) >= 8
    text = as_markdown(nasty())
    for mark in ("<script>", "*a*", "_b_", "[c](d)", "`e`", "$f$"):
        assert mark not in text
    row = next(line for line in text.splitlines() if line.startswith("| ") and "script" in line)
    assert row.replace(r"\|", "").count("|") == 3


def test_texts_of_analysts_are_kept_in_bounds() -> None:
    assert given("  a\n\tb\x00 ") == "a b"
    assert len(given("x" * 10_000)) == 120
    turned = given("\u202eabc")
    assert turned[0] == "\u2068"
    assert turned[-1] == "\u2069"
    assert given("plain") == "plain"


def test_markdown_tells_the_same(compared: Path) -> None:
    report = build(read(compared))
    text = as_markdown(report)
    for part in report.parts:
        assert f"## {part.heading}" in text
    for picture in report.pictures():
        assert f"(charts/{picture.name}.svg)" in text
    for line in text.splitlines():
        assert not line.startswith("|") or line.endswith("|")


def test_a_report_is_written_beside_its_comparison(folder: Path) -> None:
    page = make.report(folder)
    assert page == folder / "report" / "report.html"
    kept = {path.name for path in (folder / "report").iterdir()}
    assert kept == {"report.html", "report.md", "charts"}
    charts = {path.suffix for path in (folder / "report" / "charts").iterdir()}
    assert charts == {".svg", ".csv", ".txt"}
    first = page.read_bytes()
    assert make.report(folder).read_bytes() == first
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_an_earlier_report_stays_when_the_new_one_fails(folder: Path, monkeypatch) -> None:
    page = make.report(folder)
    before = page.read_bytes()

    def full(report: Report) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "as_markdown", full)
    with pytest.raises(OSError, match="No space left"):
        make.report(folder)
    assert page.read_bytes() == before
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_an_earlier_report_comes_back_when_it_cannot_be_replaced(folder: Path, monkeypatch) -> None:
    page = make.report(folder)
    before = page.read_bytes()
    rename = Path.rename

    def refused(self: Path, target: Path) -> Path:
        if self.name.startswith(".writing-"):
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(OSError, match="Input/output"):
        make.report(folder)
    assert page.read_bytes() == before


def test_one_run_is_an_illustration(compared: Path) -> None:
    source = read(compared)
    table = source.tables["differences"].assign(replicates=1, low=float("nan"), high=float("nan"))
    one = replace(source, manifest=source.manifest | {"replicates": 1}, tables=source.tables | {"differences": table})
    text = as_markdown(build(one))
    assert "There is one run of each scenario: this is an illustration and no finding." in text
    assert "ONE RUN OF EACH" in as_html(build(one))
    assert ": higher," not in text
    assert ": lower," not in text


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not there")
@pytest.mark.skipif(importlib.util.find_spec("playwright") is None, reason="playwright is not there")
@pytest.mark.skipif(importlib.util.find_spec("axe_playwright_python") is None, reason="axe is not there")
def test_everybody_can_read_the_page_on_any_screen_and_on_paper(compared: Path, tmp_path: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    file = tmp_path / "report.html"
    file.write_text(as_html(build(read(compared))))
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for width in (1200, 360):
            view = browser.new_page(viewport={"width": width, "height": 800})
            view.goto(file.as_uri())
            assert view.evaluate("document.documentElement.scrollWidth") <= width
            found = Axe().run(view).response["violations"]
            assert [(one["id"], one["impact"]) for one in found if one["impact"] in ("serious", "critical")] == []
        view.pdf(path=str(tmp_path / "report.pdf"), format="A4")
        heights = view.evaluate(
            "[...document.querySelectorAll('figure svg')].map(s => s.getBoundingClientRect().height)"
        )
        browser.close()
    assert (tmp_path / "report.pdf").stat().st_size > 10_000
    assert all(height > 0 for height in heights)
