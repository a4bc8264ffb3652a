"""What would change the answer: prices at which a sign turns, and how to ask the same of anything else."""

from __future__ import annotations

from typing import Any

from ttg_sim.report import tested
from ttg_sim.report.blocks import Block, Points, Table, Text
from ttg_sim.report.figures import number
from ttg_sim.report.source import Source, title_of

VIEWS = {"society": "Society", "public": "Public budgets"}
COLUMNS = ("", "Now", "Price", "In force", "Turns at about", "Tried", "Grade")


def blocks(source: Source) -> list[Block]:
    """The prices at which the sign of a net present value turns, in words and as a table."""
    if tested.is_outside(source.baseline):
        return [Text(OTHERS)]
    told: list[str] = []
    rows: list[tuple[str, ...]] = []
    for world in source.scenarios:
        for view, title in VIEWS.items():
            found = _of(source, world["name"], view)
            told.append(_told(title_of(world), title, found))
            rows += [_row(source, world, view, one) for one in found if one["turns_at"] == one["turns_at"]]
    found_blocks: list[Block] = [Text(INTRO), Points(tuple(told))]
    if rows:
        found_blocks.append(Table("Prices at which a sign turns", COLUMNS, tuple(rows), right=(3, 4)))
    return [*found_blocks, Text(OTHERS)]


INTRO = (
    "Unit costs move nothing in a run, so each was moved by itself over all values that the model accepts, with the "
    "runs priced anew. Where the gain or loss is not clear at the prices in force, there is no sign that could turn."
)
OTHERS = (
    "Whether a difference in what happens to people turns with an assumption takes new runs: "
    "ttg switching SCENARIO --baseline FILE --parameter PATH asks that of any number."
)


def _of(source: Source, scenario: str, view: str) -> list[dict[Any, Any]]:
    table = source.tables["turning"]
    return list(table[(table["scenario"] == scenario) & (table["view"] == view)].to_dict("records"))


def _told(scenario: str, view: str, found: list[dict[Any, Any]]) -> str:
    if not found:
        return f"{scenario}, {view.lower()}: no clear gain or loss, so no sign to turn."
    turning = [one for one in found if one["turns_at"] == one["turns_at"]]
    if not turning:
        return f"{scenario}, {view.lower()}: none of {len(found)} prices turns the sign by itself."
    turn = "turns" if len(turning) == 1 else "turn"
    return f"{scenario}, {view.lower()}: of {len(found)} prices {len(turning)} {turn} the sign within the values tried."


def _row(source: Source, world: dict[str, Any], view: str, one: dict[Any, Any]) -> tuple[str, ...]:
    figure = "Net present value to society" if view == "society" else "Net present value to public budgets"
    worth = source.tables["value"]
    value = worth[(worth["scenario"] == world["name"]) & (worth["figure"] == figure)]["value"]
    side = "gain" if float(value.iloc[0]) > 0 else "lose" if view == "public" else "loses"
    side = "gains" if side == "gain" and view == "society" else side
    return (
        title_of(world),
        f"{VIEWS[view]} {side} {number(abs(float(value.iloc[0])), 'pounds')}",
        f"{one['words']} ({one['unit']})",
        _plain(one["in_force"]),
        _plain(float(f"{one['turns_at']:.3g}")),
        f"{one['low']:,g} to {one['high']:,g}",
        str(one["grade"]),
    )


def _plain(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) else f"{value:g}"
