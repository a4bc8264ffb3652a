"""The picture of a story: both lives as lanes of time below each other."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from ttg_sim.charts.chart import Chart
from ttg_sim.charts.lanes import lanes
from ttg_sim.outcomes.spells import FOLLOW_UP_DAYS
from ttg_sim.report.footers import made_by
from ttg_sim.stories import telling
from ttg_sim.stories.lives import BASELINE, SCENARIO, Life, Row, Worlds
from ttg_sim.stories.parting import parting, week_of

PLACE, LAW, MENTOR, WORK, USE, OFFENCES = (
    "Place", "Supervision", "Mentor", "Work", "Drugs or drink", "Offences"
)  # fmt: skip
KINDS = {
    "in prison": "dark", "settled": "best", "temporary": "middle", "homeless": "worst", "left": "light",
    "licence": "plain", "after licence": "light", "with a mentor": "own", "in work": "best", "uses": "middle",
}  # fmt: skip
MARKS = {"offence": ("cross", "offends"), "sanction": ("diamond", "an offence is proven")}
COLUMNS = ["world", "strip", "start", "end", "kind", "label"]
Change = tuple[int, str, str]
"""From a week on, a strip has a state; it is empty where there is none."""
SUBTITLE = "A synthetic person in one draw of luck: not a prediction of any individual, and no evidence of an effect"


def picture(worlds: Worlds, life: Life) -> Chart:
    """Both lives from the reception to 18 months after the release, with the week in which they part."""
    titles = telling.titles_of(worlds)
    rows = pd.concat([stretches(worlds, life, world).assign(world=titles[world]) for world in (SCENARIO, BASELINE)])
    rows = _worth_showing(rows, titles)
    footer = f"Person {life.person} of replicate {worlds.replicate}, seed {worlds.baseline.seed}; "
    footer += f"{worlds.scenario.name} against {worlds.baseline.name}; {made_by()}"
    lines, strong = _lines(worlds, life)
    head = telling.headline(worlds, life)
    return lanes(rows[COLUMNS], head, SUBTITLE, footer, lines=lines, strong=strong)


def _lines(worlds: Worlds, life: Life) -> tuple[list[tuple[date, str]], int | None]:
    """Days that are marked, and which of them is the one on which the lives part."""
    day = worlds.baseline.calendar.date_of_week
    found = parting(worlds, life)
    lines, strong = [], None
    if found is not None and life.first <= found.week <= life.last:
        lines, strong = [(day(found.week), f"The lives part: {found.topic.words}")], 0
    if worlds.part is not None and life.first <= worlds.part <= life.last:
        lines.append((day(worlds.part), "Lives may part from here on"))
    year = week_of(life.baseline["release_day"] + FOLLOW_UP_DAYS)
    if year <= life.last:
        where = telling.one_year_of(life, telling.titles_of(worlds))
        lines.append((day(year), f"12 months after release{where}"))
    return lines, strong


def stretches(worlds: Worlds, life: Life, world: str) -> pd.DataFrame:
    """What is drawn of a person's life in one world: strip, start, end (ISO dates; missing for marks), kind, label."""
    events = life.of(world)
    happened = [
        (int(week), str(event), str(detail))
        for week, event, detail in zip(events["week"], events["event"], events["detail"], strict=True)
    ]
    changes = [change for one in happened for change in _changes(*one)]
    begins = life.scenario if world == SCENARIO else life.baseline
    changes += _known_at_release(begins, changes)
    end = life.last + 1
    rows: list[tuple[str, int, int | None, str, str]] = []
    for strip in (PLACE, LAW, MENTOR, WORK, USE):
        own = sorted((change for change in changes if change[1] == strip), key=lambda change: change[0])
        bounds = [*(week for week, _, _ in own), end]
        for place, (week, _, state) in enumerate(own):
            start, stop = max(week, life.first), min(bounds[place + 1], end)
            if state and start < stop:
                rows.append((strip, start, stop, KINDS[state.partition(":")[0]], state.partition(":")[2] or state))
    for week, event, _ in happened:
        if event in MARKS and life.first <= week <= life.last:
            rows.append((OFFENCES, week, None, *MARKS[event]))
    return _dated(worlds, rows)


def _dated(worlds: Worlds, rows: list[tuple[str, int, int | None, str, str]]) -> pd.DataFrame:
    monday = worlds.baseline.calendar.monday
    days = [
        (strip, monday + timedelta(weeks=start), None if stop is None else monday + timedelta(weeks=stop), kind, word)
        for strip, start, stop, kind, word in rows
    ]
    frame = pd.DataFrame(days, columns=["strip", "start", "end", "kind", "label"])
    return frame.assign(**{name: frame[name].map(lambda day: day and day.isoformat()) for name in ("start", "end")})


def _changes(week: int, event: str, detail: str) -> list[Change]:
    """What an event changes in the strips."""
    if event in ("received", "recalled", "committed"):
        return [(week, PLACE, "in prison")]
    if event in ("released", "released again", "housing"):
        return [(week, PLACE, detail.rpartition(", ")[2])]
    if event == "left":
        words = {"died": "left:died", "desisted": "left:left the cycle", "moved": "left:moved away"}
        gone = words.get(detail, "left:longer sentence")
        return [(week, PLACE, gone), *((week, strip, "") for strip in (LAW, MENTOR, WORK, USE))]
    if event == "supervision":
        return [(week, LAW, {"licence": "licence", "post sentence": "after licence"}.get(detail, ""))]
    if event == "met mentor":
        return [(week, MENTOR, "with a mentor")]
    if event == "match ended":
        return [(week, MENTOR, "")]
    if event == "work":
        return [(week, WORK, "in work" if detail == "found" else "")]
    if event == "substance use":
        return [(week, USE, "uses" if detail == "began" else "")]
    return []


def _known_at_release(row: Row, changes: list[Change]) -> list[Change]:
    """Place, work and use as they were at the release, where no event up to then told of them."""
    received, released = week_of(row["received_day"]), week_of(row["release_day"])
    told = {strip for week, strip, _ in changes if week <= released}
    found = [(received, PLACE, "in prison"), (released, PLACE, str(row["first_night"]))] if PLACE not in told else []
    for strip, column, state in ((WORK, "first_working", "in work"), (USE, "first_using", "uses")):
        if row[column] == 1 and strip not in told:
            found.append((released, strip, state))
    return found


def _worth_showing(rows: pd.DataFrame, titles: dict[str, str]) -> pd.DataFrame:
    """Strips in their order, without those that are empty, and without use where it is the same in both lives."""
    order = [PLACE, LAW, MENTOR, WORK, USE, OFFENCES]
    use = [rows[(rows["world"] == title) & (rows["strip"] == USE)].drop(columns="world") for title in titles.values()]
    if use[0].reset_index(drop=True).equals(use[1].reset_index(drop=True)):
        rows = rows[rows["strip"] != USE]
    place = rows["strip"].map({strip: number for number, strip in enumerate(order)})
    lane = rows["world"].map({title: number for number, title in enumerate(titles.values())})
    return rows.assign(lane=lane, place=place).sort_values(["lane", "place", "start"], kind="stable")
