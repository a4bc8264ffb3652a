"""What a report says, in the order in which it is read: caveats, findings, for whom, at what cost, on what it rests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ttg_sim import __version__
from ttg_sim.outcomes.definitions import GROUP_WORDS, OUTCOMES
from ttg_sim.outcomes.kinds import UNIT_WORDS, Unit
from ttg_sim.outcomes.of_mentoring import MISSED, WAY
from ttg_sim.report import assurance, pictures, resting, tested, turns, words
from ttg_sim.report.blocks import Block, Folded, Part, Points, Report, Table, Text, Warnings, given
from ttg_sim.report.caveats import MENTORING, RESTS
from ttg_sim.report.figures import number
from ttg_sim.report.source import Source, rows_of, title_of
from ttg_sim.scenario.words import NOTHING_ELSE, THE_SAME
from ttg_sim.studies.precision import Reached

HEADLINES = ("met_before_release", "reoffending_12m", "offences_per_release", "recalled_12m", "first_night_homeless")
"""Outcomes that the summary tells of, everybody together, the same people in both worlds."""
SERVED = ("matched", "met_before_release", "met_ever")
TOUCH = ("engaged_1m", "engaged_3m", "engaged_6m", "planned_ending")
FOR_WHOM = ("met_ever", "reoffending_12m")
WHOM = ("risk", "sex", "prolific")
FEW = 10
"""Pairs of runs below which an interval is itself unsure."""
OF_THE_AREA = ("releases", "prison_weeks", "recalls", "supervised_people", "homeless_weeks", "people_met", "mentors",
               "people_mentored", "spent", "cost_per_person_met", "officer_hours_net")  # fmt: skip


def build(source: Source) -> Report:
    """The whole report of a finished comparison."""
    baseline = title_of(source.baseline)
    parts = (
        Part("summary", "In short", tuple(_summary(source))),
        Part("changes", "What each scenario changes", tuple(_changes(source))),
        Part("reach", "Where people are lost on the way to a mentor", tuple(_reach(source))),
        Part("whom", "Who gains and who is left out", tuple(_whom(source))),
        Part("course", "How it unfolds", tuple(_course(source))),
        Part("area", "The whole area", tuple(_area(source))),
        Part("money", "What it costs, and who pays", tuple(_money(source))),
        Part("turns", "What would change it", tuple(turns.blocks(source))),
        Part("rests", "What the answer rests on", tuple(resting.blocks(source))),
        Part("assurance", "Who stands behind it", tuple(assurance.blocks(source))),
        Part("definitions", "What the words mean", tuple(_definitions())),
        Part("provenance", "Where the figures come from", tuple(_provenance(source))),
    )
    count = len(source.scenarios)
    compared = f"{count} scenario{'' if count == 1 else 's'} compared with \u201c{baseline}\u201d"
    subtitle = f"{compared}: what differs, for whom, at what cost, and how sure that is"
    return Report(f"What would differ from \u201c{baseline}\u201d", subtitle, tuple(_facts(source)), parts)


def _facts(source: Source) -> list[tuple[str, str]]:
    world = source.baseline
    areas = int(world["areas"])
    return [
        ("Made on", str(source.manifest["ended"])[:10]),
        ("Period", f"{int(world['weeks'])} weeks from {world['start']}"),
        ("Place", "one contract area, made up" if areas == 1 else f"{areas} contract areas"),
        ("Runs", f"{source.replicates} for each scenario, on the same people with the same luck"),
        ("Version", f"ttg-sim {__version__}"),
        ("Use until", assurance.use_until(source)),
    ]


def _summary(source: Source) -> list[Block]:
    rows = words.together(
        row for world in source.scenarios for row in rows_of(source, world["name"], Unit.INDEX, HEADLINES)
    )
    blocks: list[Block] = [Warnings("Before you use any of this", tuple(_caveats(source)))]
    if why := given(str(source.baseline["why"]), 600):
        blocks.append(Text(f"The baseline: {why}"))
    blocks += [pictures.effects(source, "reoffending_12m", rows), _glance(source, rows)]
    for world in source.scenarios:
        mine = [row for row in rows if row["scenario"] == world["name"]]
        blocks.append(Text(f"{title_of(world)}:"))
        blocks.append(Points(tuple(_findings(mine))))
    if len({world["worlds_part_on"] for world in source.scenarios}) > 1:
        blocks.append(Text(PARTINGS))
    return blocks


PARTINGS = (
    "The same people are those inside on the day on which the worlds part and those new to short sentences after it. "
    "Scenarios that part on other days have other people, so the level of the baseline is not the same beside each."
)


def _findings(rows: list[dict[Any, Any]]) -> list[str]:
    """What is found of one scenario: a sentence for each clear difference, and one for all that show none."""
    if none := words.zero_effect(rows):
        return [none]
    told = [words.sentence(row) for row in rows if not any(words.finding(row) in found for _, found in UNTOLD)]
    for what, found in UNTOLD:
        if names := [words.TITLES[row["outcome"]] for row in rows if words.finding(row) in found]:
            told.append(f"{what}: {'; '.join(names)}.")
    return told


UNTOLD = (
    ("Perhaps different, though chance may bring that among so many lines", words.PERHAPS),
    ("No clear difference", (words.Finding.UNCLEAR,)),
    ("Exactly the same in both worlds", (words.Finding.SAME,)),
)  # fmt: skip
"""Findings that are told in one line, without figures, which stand in the table."""


def _caveats(source: Source) -> list[str]:
    found = [MENTORING, RESTS]
    if source.replicates == 1:
        found.insert(0, "There is one run of each scenario: this is an illustration and no finding.")
    elif source.replicates < FEW:
        found.append(f"{source.replicates} pairs of runs are few: the intervals are themselves unsure.")
    if beyond := tested.caveat(source.baseline):
        found.insert(0, beyond)
    if any(world["shadow"] for world in (source.baseline, *source.scenarios)):
        found.insert(
            0, "Some of these worlds are shadow runs, in which mentoring moves nobody: see what each one changes."
        )
    return found


def _glance(source: Source, told: list[dict[Any, Any]]) -> Table:
    columns = ("", *(words.TITLES[name] for name in HEADLINES))
    rows = []
    for world in source.scenarios:
        found = {row["outcome"]: words.cell(row) for row in told if row["scenario"] == world["name"]}
        rows.append((title_of(world), *(found.get(name, "-") for name in HEADLINES)))
    caption = "Differences from the baseline at a glance, the same people in both worlds (95% intervals in brackets)"
    return Table(caption, columns, tuple(rows))


def _changes(source: Source) -> list[Block]:
    blocks: list[Block] = []
    changes = source.tables["changes"]
    for world in source.scenarios:
        blocks.append(Text(f"{title_of(world)}. {given(str(world['why']), 600)}".strip()))
        lines = tuple(given(line, 400) for line in changes[changes["scenario"] == world["name"]]["line"])
        blocks.append(Points((*lines, NOTHING_ELSE) if lines else (THE_SAME,)))
        parted = world["worlds_part_on"]
        when = f"The two worlds part in the week of {parted}." if parted else "The two worlds never part."
        blocks.append(Text(when))
    return blocks


def _reach(source: Source) -> list[Block]:
    blocks: list[Block] = [
        pictures.funnel(source),
        Text(
            "Each bar counts those of 100 people released who come as far as that step. People of whom nobody told the "
            "service, for whom no mentor was free or cleared, or who declined are lost between bars."
        ),
    ]
    blocks += [
        Folded(
            f"{title_of(world)}: steps, reasons and contact",
            (
                _differences(source, world, "On the way to a mentor", WAY),
                _differences(source, world, "Not met before release, because", MISSED),
                _differences(source, world, "In touch afterwards", TOUCH),
            ),
        )
        for world in source.scenarios
    ]
    return blocks


def _differences(
    source: Source, world: dict[str, Any], caption: str, names: Sequence[str], unit: Unit = Unit.INDEX
) -> Table:
    rows = [
        (
            words.TITLES[row["outcome"]].removeprefix("Not met before release: "),
            number(row["baseline"], words.MEASURES[row["outcome"]]),
            number(row["value"], words.MEASURES[row["outcome"]]),
            words.cell(row),
        )
        for row in rows_of(source, world["name"], unit, names)
    ]
    where = "the same people in both worlds" if unit is Unit.INDEX else "the whole area, a year"
    columns = ("", "Baseline", "Scenario", "Difference (95% interval)")
    return Table(f"{caption} ({where})", columns, tuple(rows), right=(1, 2))


def _whom(source: Source) -> list[Block]:
    rows = words.together(
        row
        for world in source.scenarios
        for group in WHOM
        for row in rows_of(source, world["name"], Unit.INDEX, FOR_WHOM, group)
    )
    meaning = next(outcome.definition for outcome in OUTCOMES if outcome.name == "service_gap")
    gaps = tuple(
        (title_of(world), number(row["baseline"], "share"), number(row["value"], "share"), words.cell(row))
        for world in source.scenarios
        for row in rows_of(source, world["name"], Unit.INDEX, ("service_gap",))
    )
    columns = ("", "Baseline", "Scenario", "Difference (95% interval)")
    return [
        *(pictures.groups(source, outcome, rows) for outcome in FOR_WHOM),
        Points(tuple(_gains(source, rows))),
        Table("The gap in service between people at low and at high risk", columns, gaps, right=(1, 2)),
        Text(f"The gap: {meaning[0].lower()}{meaning[1:]}."),
        _people(source),
        Folded("All groups: risk band, sex and history", tuple(_by_group(source, rows))),
    ]


def _gains(source: Source, rows: list[dict[Any, Any]]) -> list[str]:
    """Who gains and who is left out, in a sentence for each scenario and outcome."""
    by_risk = [row for row in rows if row["group"] == "risk"]
    told = [
        (title_of(world), [row for row in by_risk if (row["scenario"], row["outcome"]) == (world["name"], outcome)])
        for world in source.scenarios
        for outcome in FOR_WHOM
    ]
    return [f"{title}. {words.gap_words(mine)}" for title, mine in told if mine]


GROUP_NAMES = {"risk": "risk", "sex": "sex", "prolific": "many earlier sanctions"}


def _by_group(source: Source, rows: list[dict[Any, Any]]) -> list[Table]:
    tables = []
    for outcome in FOR_WHOM:
        measure = words.MEASURES[outcome]
        lines = tuple(
            (title_of(world), f"{GROUP_NAMES[row['group']]}: {str(row['level']).replace('_', ' ')}",
             number(row["baseline"], measure), number(row["value"], measure), words.cell(row))
            for world in source.scenarios
            for row in rows
            if row["outcome"] == outcome and row["scenario"] == world["name"]
        )  # fmt: skip
        columns = ("", "People", "Baseline", "Scenario", "Difference (95% interval)")
        tables.append(Table(words.TITLES[outcome], columns, lines, right=(2, 3)))
    return tables


def _people(source: Source) -> Table:
    people = source.tables["people"]
    names = list(dict.fromkeys(people["words"]))
    rows = []
    for name in names:
        values = [
            people[(people["scenario"] == world["name"]) & (people["words"] == name)]["value"]
            for world in source.scenarios
        ]
        rows.append((name, *(f"{float(value.iloc[0]):,.1f}" if len(value) else "-" for value in values)))
    columns = ("", *(title_of(world) for world in source.scenarios))
    right = tuple(range(1, len(columns)))
    return Table("People counted, helped and displaced, means over runs", columns, tuple(rows), right)


def _course(source: Source) -> list[Block]:
    return [*pictures.bands(source, ("people_mentored", "homeless"))]


def _area(source: Source) -> list[Block]:
    intro = (
        "These count everything that happens in the area in a year, for whoever it happens to: a policy also changes "
        "how many releases there are."
    )
    tables = tuple(_differences(source, world, title_of(world), OF_THE_AREA, Unit.YEAR) for world in source.scenarios)
    return [Text(intro), *tables]


def _money(source: Source) -> list[Block]:
    if tested.is_outside(source.baseline):
        return [Text(f"Costs and values: {words.Finding.OUTSIDE}, so nothing is told of them.")]
    return [
        Warnings(MONEY_HEADING, MONEY_CAVEATS),
        _worth(source),
        pictures.bearers(source),
        *(_bearers(source, world) for world in source.scenarios),
    ]


MONEY_HEADING = "Before you use any sum"
MONEY_CAVEATS = (
    "Many unit costs are assumptions; others are of other years and brought to one by an assumed growth of prices. "
    "The full cost of volunteers is charged: recruiting, checks, training, coordinators, expenses and their time.",
    "The cost of a reoffence holds harm to victims and crimes that are never proven. It is not money that any budget "
    "saves. Public budgets and society are two views, which are never added.",
    "Weeks in prison are priced at the mean cost of a place: a budget saves that much only where a wing closes.",
)


def _worth(source: Source) -> Table:
    worth = source.tables["value"]
    names = list(dict.fromkeys(worth["figure"]))
    rows = tuple(
        (title_of(world), *(str(one["words"]) for one in worth[worth["scenario"] == world["name"]].to_dict("records")))
        for world in source.scenarios
    )
    return Table(
        "What it costs and what it is worth, over all evaluated weeks where it is a present value, discounted by "
        "costs.discount_rate (95% intervals from luck only)",
        ("", *names),
        rows,
    )


def _bearers(source: Source, world: dict[str, Any]) -> Folded:
    pays = source.tables["who_pays"]
    rows = tuple(
        (str(one["bearer"]), number(one["baseline"], "pounds"), str(one["words"]))
        for one in pays[pays["scenario"] == world["name"]].to_dict("records")
    )
    caption = "Costs in the area, a year"
    table = Table(caption, ("Borne by", "Baseline", "In the scenario"), rows, right=(1,))
    return Folded(f"{title_of(world)}: who pays and who saves", (table,))


def _definitions() -> list[Block]:
    used = {*HEADLINES, *SERVED, *TOUCH, *FOR_WHOM, *WAY, *OF_THE_AREA, "service_gap"}
    rows = tuple((outcome.title, outcome.measure, outcome.definition) for outcome in OUTCOMES if outcome.name in used)
    units = tuple(f"{unit.value}: {meaning}" for unit, meaning in UNIT_WORDS.items())
    groups = tuple(f"{name}: {GROUP_WORDS[name]}" for name in WHOM)
    how = Points(
        (
            "A difference is the mean over pairs of runs with the same people and the same luck.",
            "A 95% interval would hold the mean of very many pairs 95 times in 100. It holds luck only.",
            "Higher and lower are only said where the interval leaves out zero. In the summary and between groups they "
            "are said with perhaps where chance may bring that among all lines told together (by Holm's rule); "
            "elsewhere one of twenty lines without any difference would seem to have one.",
        )
    )
    return [
        how,
        Points(units),
        Points(groups),
        Folded("Every outcome in this report", (Table("Outcomes", ("", "Measured in", "Meaning"), rows),)),
    ]


def _provenance(source: Source) -> list[Block]:
    manifest, code = source.manifest, source.manifest["code"]
    versions = ", ".join(f"{name} {version}" for name, version in manifest["machine"]["versions"].items())
    state = {True: "with changes that are in no commit", False: "as committed", None: "not from a checkout"}[
        code["dirty"]
    ]
    items = (
        f"Comparison: {source.path.name}, finished {manifest['ended']}, {source.replicates} replicates.",
        f"Code: {code['source_hash'][:12]} (commit {str(code['commit'])[:12]}, {state}).",
        f"Root seed: {source.baseline['seed']}; every replicate has its own seed under it, the same in every scenario.",
        f"Command: {given(manifest['command'], 400)}",
        f"Machine: {manifest['machine']['processor']}, Python {manifest['machine']['python']}; {versions}.",
    )
    precision = tuple(f"Precision: {Reached.read(one).words}." for one in manifest["precision"])
    rows = tuple(
        (
            title_of(world),
            world["name"],
            world["run"],
            ", ".join(given(file.rpartition("/")[2]) for file in world["files"]),
        )
        for world in (source.baseline, *source.scenarios)
    )
    return [
        Points((*items, *precision)),
        Table("Worlds and their runs", ("", "Name", "Folder of runs", "Files, from the first parent on"), rows),
    ]
