"""The verb that draws slide-ready charts of finished folders."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ttg_sim.cli.options import app, check_out, near, stop


@app.command()
def chart(
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="What is drawn; ttg chart list says all kinds.", show_default=False)
    ],
    folders: Annotated[
        list[Path] | None,
        typer.Argument(metavar="DIR...", help="Finished folders below results.", show_default=False),
    ] = None,
    size: Annotated[str, typer.Option(metavar="slide|report", help="For a screen, or for a page.")] = "slide",
    format: Annotated[
        list[str] | None,
        typer.Option(
            metavar="svg|png|pdf", help="Kind of file; svg and png when left out; repeatable.", show_default=False
        ),
    ] = None,
    of: Annotated[
        str,
        typer.Option(metavar="NAME", help="Outcome or weekly series; the usual one when left out.", show_default=False),
    ] = "",
    scenario: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Scenario that is drawn; all when left out; repeatable.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="Folder for the pictures; charts in each DIR when left out.", show_default=False
        ),
    ] = None,
) -> None:
    """Draw a chart for a slide or a page from finished results.

    Beside each picture stand the plotted values (CSV) and its alt text. Results are only read.
    """
    from ttg_sim.charts.chart import FORMATS
    from ttg_sim.charts.style import SIZES
    from ttg_sim.report.slides.kinds import KINDS, draw
    from ttg_sim.screen import say

    if kind == "list":
        for one in KINDS.values():
            say(f"{one.name}: {one.use}. Needs {one.needs}.")
        return
    if kind not in KINDS:
        stop(f"ttg chart {kind}: no such kind" + (near(kind, KINDS) or f"; expected one of {', '.join(KINDS)}"))
    if not folders:
        stop(f"ttg chart {kind}: no folder is given; it needs {KINDS[kind].needs}")
    if size not in SIZES:
        stop(f"--size {size}: expected {' or '.join(SIZES)}" + near(size, SIZES))
    formats = list(dict.fromkeys(format or ("svg", "png")))
    if wrong := [one for one in formats if one not in FORMATS]:
        stop(f"--format {wrong[0]}: expected {', '.join(FORMATS)}" + near(wrong[0], FORMATS))
    drawn = draw(KINDS[kind], folders or [], of, scenario or (), SIZES[size])
    places = {path: out or path / "charts" for path, _, _ in drawn}
    for place in dict.fromkeys(places.values()):
        check_out(place)
    several = out is not None and len(places) > 1
    for path, name, picture in drawn:
        for file in picture.save(places[path], f"{path.name}_{name}" if several else name, formats):
            say(f"{file}: {picture.headline}")
