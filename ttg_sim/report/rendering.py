"""A report as one page of HTML, or as Markdown."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ttg_sim.report.blocks import Picture, Report

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~$])")
_BLANK_LINES = re.compile(r"\n{3,}")


def as_html(report: Report) -> str:
    """One file that needs neither network nor scripts: charts are drawn inside it."""
    return _html().get_template("report.html.j2").render(report=report, style=Markup(_style()))


def as_markdown(report: Report) -> str:
    """The same words and tables; charts stand as files in `charts/`."""
    text = _markdown().get_template("report.md.j2").render(report=report)
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return _BLANK_LINES.sub("\n\n", lines).strip() + "\n"


def plain(text: str) -> str:
    """A text in which nothing is read as Markdown or HTML."""
    return _SPECIAL.sub(r"\\\1", str(text).replace("&", "&amp;"))


def _drawn(picture: Picture) -> Markup:
    # Our own chart: its texts are escaped where it is drawn.
    return Markup(picture.chart.svg(picture.name))


def _kind_of(block: object) -> str:
    return type(block).__name__


@cache
def _html() -> Environment:
    environment = _environment(autoescape=True)
    environment.globals |= {"drawn": _drawn, "kind_of": _kind_of}
    return environment


@cache
def _markdown() -> Environment:
    environment = _environment(autoescape=False)
    environment.globals["kind_of"] = _kind_of
    environment.filters["plain"] = plain
    return environment


def _environment(autoescape: bool) -> Environment:
    return Environment(
        loader=PackageLoader("ttg_sim.report"),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _style() -> str:
    return (resources.files("ttg_sim.report") / "templates" / "report.css").read_text(encoding="utf-8")
