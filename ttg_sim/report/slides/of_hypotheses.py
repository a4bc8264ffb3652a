"""The scorecard of hypotheses as a chart."""

from __future__ import annotations

import pandas as pd

from ttg_sim.charts.verdicts import scorecard as draw_scorecard
from ttg_sim.report import footers
from ttg_sim.report.blocks import given
from ttg_sim.report.slides.folders import Folder
from ttg_sim.report.slides.wanted import Named, Wanted
from ttg_sim.studies.hypotheses.spec import Kind, Verdict

NOTES = {Kind.BUILT_IN.value: "built in"}


def scorecard(folder: Folder, wanted: Wanted) -> list[Named]:
    """A mark for each hypothesis."""
    table = folder.table("hypotheses")
    rows = table.drop_duplicates("id")
    notes = [
        ", ".join(
            part for part in (NOTES.get(str(row["kind"]), ""), "fragile" if row["fragile"] in (1, True) else "") if part
        )
        for row in rows.to_dict("records")
    ]
    frame = pd.DataFrame({"id": rows["id"], "title": [given(str(one)) for one in rows["title"]],
                          "verdict": rows["verdict"], "note": notes})  # fmt: skip
    emergent = rows["kind"] == Kind.EMERGENT.value
    passed = rows["verdict"] == Verdict.PASS.value
    headline = f"{passed.sum()} of {len(rows)} patterns that practitioners describe come out"
    if emergent.any() and not emergent.all():
        headline += f"; {(passed & emergent).sum()} of {emergent.sum()} without being put in"
    subtitle = (
        "A pattern passes where the 95% interval of each of its tests lies on the expected side; built in: a parameter "
        "of that very effect exists"
    )
    runs = f"{int(table['replicates'].min())} to {int(table['replicates'].max())} runs of each world"
    footer = footers.footer(f"Own seeds for each test; {runs}", str(folder.manifest["code"]["source_hash"]))
    return [("scorecard", draw_scorecard(frame, headline, subtitle, footer, size=wanted.size))]
