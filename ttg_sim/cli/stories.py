"""The verb that tells one person's life in two worlds."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from ttg_sim.cli.options import Out, Seed, Set, app, check_out, load, whole_number

HIGHEST_KEY = 2**64 - 1


@app.command()
def story(
    file: Annotated[Path, typer.Argument(metavar="SCENARIO", help="Scenario file (YAML).", show_default=False)],
    against: Annotated[
        Path, typer.Option(metavar="FILE", help="Scenario file of the other world.", show_default=False)
    ],
    person: Annotated[
        int | None,
        typer.Option(
            parser=partial(whole_number, 0, HIGHEST_KEY),
            metavar="KEY",
            help="Whose life: a key of the column person of spells.parquet.",
        ),
    ] = None,
    find: Annotated[
        str | None,
        typer.Option(
            metavar="EXPRESSION",
            help="Whose life: somebody of whom this is true, such as better, worse and not mentored, or risk=high.",
        ),
    ] = None,
    replicate: Annotated[
        int | None,
        typer.Option(
            parser=partial(whole_number, 0, 9_999), metavar="N", help="Which draw of luck, from 0 on; 0 when left out."
        ),
    ] = None,
    name: Annotated[bool, typer.Option("--name", help="Invent a first name for the person, and say so.")] = False,
    out: Out = Path("results"),
    seed: Seed = None,
    set: Set = None,
) -> None:
    """Tell one person's life twice, with and without a policy.

    The same synthetic person with the same luck, as a short text and as a picture of both lives.

    Words of --find: better and worse (in proven reoffending), different, alike, better_housed, worse_housed,
    reoffended, recalled, mentored, named, matched, homeless, temporary, settled, working, supervised, tagged, helped,
    new, man, woman. Fields: risk, sex, sentence, offence, area, age. They go together with and, or, not and brackets;
    with baseline. before it, a word is about the world of --against.
    """
    base, scenario = load([against, file], set, None, seed)
    from ttg_sim import screen
    from ttg_sim.stories import make

    draw = replicate or 0
    make.check(scenario, base, person, find, draw)
    check_out(out)
    with screen.progress() as progress:
        told = make.tell(scenario, base, out, person=person, find=find, replicate=draw, named=name, progress=progress)
    screen.say(told.text)
    screen.say(f"Written: {told.folder} ({', '.join(make.FILES)})")
