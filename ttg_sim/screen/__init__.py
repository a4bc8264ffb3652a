"""What the command line prints: plain words for people, tables that fit a terminal or a pipe."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ttg_sim.mechanisms import SECTIONS
from ttg_sim.parameter import Kind, Parameter, Value
from ttg_sim.report import caveats
from ttg_sim.scenario import Scenario, format_value, json_schema, resolved_lines, shadow_words, without_effect
from ttg_sim.screen.base import LARGE, as_change, as_number, as_range, counted, new_table, progress, prose, say, show
from ttg_sim.screen.studies import held, planned, scored, study_done, study_planned

if TYPE_CHECKING:
    import pandas as pd

    from ttg_sim.studies.compare import Comparison
    from ttg_sim.studies.forecast import Forecast
    from ttg_sim.studies.precision import Aims
    from ttg_sim.studies.runner import Finished
    from ttg_sim.studies.switching import Switching

__all__ = [
    "CAVEAT",
    "checked",
    "compared",
    "describe_glossary",
    "describe_model",
    "describe_outcomes",
    "finished",
    "foretold",
    "held",
    "parameters",
    "planned",
    "progress",
    "reported",
    "say",
    "scored",
    "study_done",
    "study_planned",
    "switched",
]
FEW = 5
CAVEAT = (
    f"Synthetic people. {caveats.LUCK}.\n"
    f"{caveats.LEVELS}, and {caveats.NOBODY_REAL}.\n"
    f"Each line has an interval of its own: {caveats.MANY}."
)
OF_MENTORING = (
    f"{caveats.MENTORING.removesuffix('.')} (ttg params influence). With --set shadow=true both worlds are run with "
    "meetings that move nobody."
)
FIELDS = (
    "path", "default", "unit", "low", "high", "role", "grade", "source", "evidence", "words", "cost", "shadow",
    "shadow_direct",
)  # fmt: skip
GLOSSARY = {
    "short sentence": "a prison sentence of less than 12 months",
    "release": "leaving prison at half-way or on tag; a person can be released many times",
    "spell": "from one release at the end of a sentence to the next",
    "licence": "the part of a sentence after release, on which the person can be recalled to prison",
    "post-sentence supervision": "from the end of the licence to 12 months after release; a breach goes to a court",
    "recall": "return to prison from licence, without a new sentence: it is no offence, and opens no spell",
    "committal": "a short stay in prison on which a court decides for breach of post-sentence supervision",
    "failure": "an appointment missed without a reason that the officer accepts",
    "national service, company": "after the reform, officers for people assessed as a high risk of serious harm, and "
    "officers for everybody else",
    "readiness, hope, trust": "hidden states from 0 to 1; at 0.5 each moves nothing. Readiness shows in appointments "
    "kept, services taken up and work looked for, hope in the hazard, trust in the officer in appointments kept",
    "setback": "a referral that comes to nothing, or a recall: readiness and hope fall",
    "tag": "home detention curfew: release before half-way, with an electronic tag",
    "mentor, peer mentor": "a volunteer who meets people before and after release; a peer mentor has convictions, and "
    "is a person of the model whose own life goes on",
    "provider": "the charity that runs mentoring in an area, under a contract",
    "contract, horizon": "what pays for mentoring, and for how many weeks it is known to last; volunteers are only "
    "taken on while that is long enough",
    "hard stop": "the end of all meetings on the day on which money ends",
    "clearance": "permission of one prison for one mentor to go in: asked for, waited for, refused or given, and good "
    "for some time",
    "name": "prison staff telling the service of a person",
    "referral": "one stay inside, seen from the mentoring service, to the end of the match that came of it",
    "match": "one person and one mentor, whether or not they have met",
    "first meeting": "before release, at the gate, within 48 hours, later, never, or not yet: each release has one",
    "specialist": "a cleared mentor who makes visits in prisons for others, and has no person of their own",
    "proven reoffending": "an offence within 12 months of release that is proven by conviction or caution within "
    "those or the next 6 months",
    "occasion": "one appearance for offences dealt with together",
    "OGRS3": "the published equation for the static risk of proven reoffending within one or two years",
    "frailty": "how much more or less than their score a person tends to reoffend, for life",
    "hazard": "the rate of reoffending at a moment, for a person at liberty",
    "settled, temporary, homeless": "own, family or long-term home; a limited stay; neither",
    "resettlement prison": "a prison that serves the area to which people return",
    "cohort": "a person's first release in a quarter, as official figures count",
    "index": "a person's first release after the policy date, the same people in both worlds of a comparison",
    "replicate": "one run; replicates differ in luck only",
    "lever": "a parameter that policy can move on a date",
    "shadow run": "a run in which contacts with mentors happen, are counted and cost money, but move nobody "
    "(shadow: true), or have no direct effect on reoffending (shadow: direct): the negative control",
    "baseline": "the scenario with which others are compared",
    "role": "what a parameter is for: fixed (the same in every world), uncertain (nobody knows it well), or lever",
    "grade": "how good the evidence behind a value is: published (official figures for these people), study (another "
    "place, time or group), expert (judgement of somebody who does the work), assumption (invented here, or fitted)",
}


def checked(file: Path, scenario: Scenario, resolved: bool) -> None:
    """Result of a check without faults."""
    calendar = scenario.calendar
    say(
        f"{file}: ok. {scenario.title}: {scenario.weeks} weeks from {calendar.monday} after {scenario.warm_up_weeks} "
        f"of warm-up, {counted(scenario.replicates, 'replicate')}, {counted(len(scenario.levers), 'dated change')}"
    )
    if words := shadow_words(scenario):
        say(f"  {words}")
    for fact in without_effect(scenario):
        say(f"  {fact}")
    if resolved:
        table = new_table("key", "value", "unit", "from")
        for line in resolved_lines(scenario):
            table.add_row(*line)
        show(table)


def parameters(section: str | None, form: str) -> None:
    """Parameters of one section or all."""
    chosen = [
        declared
        for name, parameters in SECTIONS.items()
        if section in (None, name)
        for declared in parameters.parameters().values()
    ]
    if form == "schema":
        say(json.dumps(json_schema(), indent=2, ensure_ascii=False))
    elif form == "json":
        say(json.dumps([_facts(declared) for declared in chosen], indent=2, ensure_ascii=False))
    elif form == "csv":
        writer = csv.DictWriter(sys.stdout, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows({**_facts(declared), "evidence": " ".join(declared.evidence)} for declared in chosen)
    else:
        _parameter_table(chosen)


def _facts(declared: Parameter) -> dict[str, Any]:
    facts = {name: getattr(declared, name) for name in FIELDS}
    cost = "" if declared.cost is None else str(declared.cost)
    return facts | {"default": _plain(declared.default), "evidence": list(declared.evidence), "cost": cost}


def _plain(value: Value) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _parameter_table(chosen: list[Parameter]) -> None:
    """Name and default of each parameter, and below them what it is and where it comes from."""
    section = ""
    for declared in chosen:
        if declared.section != section:
            say(f"{chr(10) if section else ''}{SECTIONS[declared.section].title.upper()} ({declared.section})")
            section = declared.section
        unit = {"share": " (shares)" if declared.kind is Kind.SHARES else " (share)", "switch": ""}
        default = format_value(declared, declared.default) + unit.get(declared.unit, f" {declared.unit}")
        bounds = "" if declared.low is None else f", from {declared.low:,g} to {declared.high:,g}"
        choices = f", one of {', '.join(declared.choices)}" if declared.kind is Kind.CHOICE else ""
        rows = f" [evidence {', '.join(declared.evidence)}]" if declared.evidence else ""
        say(f"\n{declared.path}: {default}")
        prose(f"{declared.words}.", 4)
        prose(f"Role: {declared.role}{bounds}{choices}. Grade: {declared.grade}: {declared.source}{rows}.", 4)
        if declared.cost is not None:
            behind = f" [evidence {', '.join(declared.cost.evidence)}]" if declared.cost.evidence else ""
            prose(f"Unit cost: {declared.cost}{behind}.", 4)
        if declared.shadow is not None:
            also = ", and with shadow: direct" if declared.shadow_direct else ""
            prose(f"In a shadow run{also}: {format_value(declared, declared.shadow)}.", 4)


def describe_model() -> None:
    """The week in order, and the agents with their fields."""
    from ttg_sim.agents.views import Area, Household, Mentor, Officer, Person, Prison, Provider, ServiceUser
    from ttg_sim.model import WEEK

    say("One step is one week. In each week, in this order:")
    for place, rule in enumerate(WEEK, start=1):
        prose(f"{place}. {rule.__name__}: {' '.join((rule.__doc__ or '').split())}", 2, 5)
    say("\nWho is in the world, and what is known of each:")
    for kind in (Person, Mentor, Provider, Officer, Prison, Household, ServiceUser, Area):
        prose(f"{kind.__name__}: {(kind.__doc__ or '').splitlines()[0]}", 2)
        prose(", ".join(kind.record.names or ()), 4)
    say()
    held = [
        facts.path
        for section in SECTIONS.values()
        for facts in section.parameters().values()
        if facts.shadow is not None
    ]
    prose(f"Parameters that a shadow run holds at the value at which nobody is moved: {', '.join(held) or 'none'}.")
    prose("Parameters: ttg params. What is measured: ttg describe --outcomes. Words: ttg describe --glossary.")


def describe_outcomes() -> None:
    """All outcomes with unit and definition, and the groups."""
    from ttg_sim.outcomes.definitions import GROUP_WORDS, OUTCOMES
    from ttg_sim.outcomes.kinds import UNIT_WORDS

    table = new_table("outcome", "measure", "definition")
    for outcome in OUTCOMES:
        table.add_row(outcome.name, outcome.measure, outcome.definition)
    show(table)
    for title, words in (("Units", UNIT_WORDS), ("Groups", GROUP_WORDS)):
        say(f"\n{title}:")
        for name, meaning in words.items():
            prose(f"{name}: {meaning}", 2, 4)


def describe_glossary() -> None:
    """Words of the field as they are used here."""
    for word, meaning in GLOSSARY.items():
        prose(f"{word}: {meaning}", 0, 4)


def finished(done: Finished) -> None:
    """Main outcomes of one scenario's runs, and where everything is."""
    from ttg_sim.outcomes.definitions import OUTCOMES

    scenario = done.scenario
    say(f"\n{scenario.title} ({scenario.name}): {counted(done.replicates, 'replicate')}, {done.new} of them new")
    if words := shadow_words(scenario):
        say(f"This is a {words}.")
    outcomes = done.outcomes()
    everybody = outcomes[outcomes["group"] == "all"].set_index("outcome")
    table = new_table("outcome", "unit", "value", "95% interval", "measure", right=("value", "95% interval"))
    for outcome in OUTCOMES:
        if outcome.main:
            row = everybody.loc[outcome.name]
            value, low, high = (as_number(row[column], outcome.measure) for column in ("value", "low", "high"))
            table.add_row(outcome.title, str(row["unit"]), value, as_range(low, high), outcome.measure)
    show(table)
    _mentoring(everybody)
    say(CAVEAT)
    say(f"All outcomes with their definitions: {done.folder.path / 'outcomes.csv'}")


def _mentoring(everybody: pd.DataFrame) -> None:
    """The way to a mentor and the state of the service, of one scenario; nothing where there is no service."""
    from ttg_sim.outcomes.of_contact import CONTACT, LIVES
    from ttg_sim.outcomes.of_mentoring import MISSED, SERVICE, WAY

    titles = _titles()
    values = everybody["value"].to_dict()
    for heading, names in (
        ("The way to a mentor", WAY),
        ("Not met before release", MISSED),
        ("In touch with a mentor", CONTACT),
        ("Mentors and money, a year", SERVICE + LIVES),
    ):
        if not values["eligible"] > 0:
            continue
        table = new_table(heading, "value", "95% interval", "measure", right=("value", "95% interval"))
        for name in names:
            title, measure = titles[name]
            value, low, high = (as_number(everybody.loc[name][column], measure) for column in ("value", "low", "high"))
            table.add_row(_in_table(title, "share", heading), value, as_range(low, high), measure)
        show(table)


def _titles() -> dict[str, tuple[str, str]]:
    """Title and measure of every outcome."""
    from ttg_sim.outcomes.definitions import OUTCOMES

    return {outcome.name: (outcome.title, outcome.measure) for outcome in OUTCOMES}


def _in_table(title: str, measure: str, heading: str) -> str:
    """A title without the words that its heading has said already, with its unit unless it is a share."""
    title = title.removeprefix(f"{heading}: ")
    return title if measure.startswith("share") else f"{title} ({measure.removesuffix(' a year')})"


def compared(result: Comparison) -> None:
    """Main differences of each scenario from the baseline, people helped and displaced, and where everything is."""
    base = result.baseline.scenario
    for other, week in zip(result.others, result.policy_weeks, strict=True):
        scenario = other.scenario
        replicates = counted(other.replicates, "replicate")
        say(f"\n{scenario.title} ({scenario.name}) against {base.title} ({base.name}), {replicates}")
        _shadows(scenario, base)
        if week is None:
            say("The two worlds are the same: every difference is exactly zero.")
        else:
            say(f"The worlds part in the week of {base.calendar.date_of_week(week)}.")
        if week is not None:
            _differences(result, scenario.name)
        _people(result, scenario.name)
        if not result.people.set_index(["scenario", "count"])["value"][scenario.name, "followed_people"]:
            say("The policy begins too late: reoffending takes 18 months of follow-up before the end of the run.")
    if result.published is not None:
        _published(result.published)
    say(f"\n{CAVEAT}")
    if 1 < result.baseline.replicates < FEW:
        say(f"{result.baseline.replicates} replicates are few: intervals from so few are themselves unsure.")
    if result.baseline.replicates == 1:
        say("One replicate is an illustration: without an interval no difference is claimed. Ask for more replicates.")
    for one in result.precision:
        say(f"Precision: {one.words}.")
    say(f"All differences, by group: {result.path / 'differences.csv'}")
    for run in (result.baseline, *result.others):
        say(f"Runs of {run.scenario.name}: {run.folder.path}")


def foretold(several: Sequence[Forecast], aims: Aims) -> None:
    """How narrow intervals should become with how many replicates, and what to ask for."""
    from ttg_sim.studies.forecast import curve, lines

    columns, rows = curve(several, aims)
    if rows:
        table = new_table(*columns, right=columns[1:])
        for row in rows:
            table.add_row(*row)
        show(table)
        say()
    for line in lines(several, aims):
        prose(line, 0, 2)


def reported(page: Path) -> None:
    """Where a report is."""
    say(f"Report: {page}")
    say(f"As Markdown: {page.with_suffix('.md')}; charts with their figures: {page.parent / 'charts'}")


def switched(scenario: Scenario, base: Scenario, answers: Sequence[Switching], path: Path) -> None:
    """The difference at each tested value of each input, the answer in a sentence, and where the table is."""
    titles = _titles()
    replicates = counted(base.replicates, "replicate")
    say(f"\n{scenario.title} ({scenario.name}) against {base.title} ({base.name}), {replicates}")
    for one in answers:
        question, (title, measure) = one.question, titles[one.question.outcome]
        heading = f"{question.facts.path} ({question.facts.unit})"
        columns = ("difference", "95% interval")
        shown = new_table(heading, "", *columns, "verdict", right=columns)
        say(f"\n{title} ({measure}), {question.unit}:")
        for row in one.points.to_dict("records"):
            large = abs(row["baseline"]) >= LARGE
            changes = [as_change(row[name], measure, large) for name in ("difference", "low", "high")]
            now = "in force" if row["in_force"] else ""
            cells = (changes[0], as_range(*changes[1:]), _verdict(row))
            shown.add_row(format_value(question.facts, row["value"]), now, *cells)
        show(shown)
        prose(f"{question.facts.path}: {one.words}.")
    say(f"\n{CAVEAT}")
    say(f"All values: {path / 'switching.csv'}")


def _shadows(scenario: Scenario, base: Scenario) -> None:
    """Which of two scenarios are shadow runs, and what is switched off in them; nothing where neither is."""
    words, of_base = shadow_words(scenario), shadow_words(base)
    if words and words == of_base:
        say(f"In both worlds a {words}.")
        return
    for one, what in ((scenario, words), (base, of_base)):
        if what:
            say(f"In {one.name} a {what}.")


def _differences(result: Comparison, name: str) -> None:
    from ttg_sim.outcomes.definitions import OF_RATIOS, OF_RELEASES, OF_YEARS
    from ttg_sim.outcomes.kinds import Unit
    from ttg_sim.outcomes.of_contact import CONTACT, LIVES
    from ttg_sim.outcomes.of_mentoring import MISSED, SERVICE, WAY

    rows = result.differences
    rows = rows[(rows["scenario"] == name) & (rows["group"] == "all")].set_index("outcome")
    people = [(outcome.name, outcome.title, outcome.measure) for outcome in OF_RELEASES if outcome.main]
    years = [(count.name, f"{count.title} ({count.measure})", count.measure) for count in OF_YEARS if count.main]
    years += [(ratio.name, ratio.title, ratio.measure) for ratio in OF_RATIOS if ratio.main]
    groups = [(Unit.INDEX, "The same people in both worlds", people), (Unit.YEAR, "The whole area, a year", years)]
    titles = _titles()
    served = max(rows[world].to_dict()["eligible"] for world in ("baseline", "value")) > 0
    for unit, heading, names in (
        (Unit.INDEX, "The way to a mentor", WAY),
        (Unit.INDEX, "Not met before release", MISSED),
        (Unit.INDEX, "In touch with a mentor", CONTACT),
        (Unit.YEAR, "Mentors and money, a year", SERVICE + LIVES),
    ):
        if served:
            lines = [(name, _in_table(*titles[name], heading), titles[name][1]) for name in names]
            groups.append((unit, heading, lines))
    same: list[str] = []
    for unit, heading, lines in groups:
        columns = ("baseline", "scenario", "difference", "95% interval")
        table = new_table(f"{heading} ({unit})", *columns, "verdict", right=columns)
        for outcome, title, measure in lines:
            row = rows.loc[outcome]
            if _is_same(row) and outcome not in (*WAY, *MISSED):  # those are read as a whole
                same.append(titles[outcome][0])
                continue
            values = [as_number(row[column], measure) for column in ("baseline", "value")]
            large = abs(row["baseline"]) >= LARGE
            changes = [as_change(row[column], measure, large) for column in ("difference", "low", "high")]
            table.add_row(title, *values, changes[0], as_range(*changes[1:]), _verdict(row))
        if table.row_count:
            show(table)
            say()
    if same:
        prose(f"Exactly the same in both worlds, in every replicate: {'; '.join(same)}.")
        say()
    if served and result.baseline.scenario.shadow is not True:
        prose(OF_MENTORING)
        say()


def _verdict(row: Any) -> str:
    """The verdict of a difference in words: a single run has none."""
    if row["replicates"] == 1:
        return "one run: no verdict"
    if _is_same(row):
        return "exactly the same"
    return row["verdict"] or "nobody to count"


def _is_same(row: Any) -> bool:
    """Whether a difference is nil in every replicate, so that there is nothing to show of it."""
    ends = (row["low"], row["high"])
    return row["difference"] == 0 and all(end == 0 or end != end for end in ends)


def _people(result: Comparison, name: str) -> None:
    for row in result.people[result.people["scenario"] == name].itertuples():
        say(f"  {row.value:10,.1f}  {row.words}")


def _published(table: pd.DataFrame) -> None:
    """How the two regimes stand against published figures, right or wrong."""
    shown = new_table("", "Beside published figures", "published", "model", "", "", right=("published", "model"))
    for line in table.to_dict("records"):
        published, low, high, model = line["published"], line["low"], line["high"], line["model"]
        figure = published if isinstance(published, str) else f"{published:.4g} ({low:g} to {high:g})"
        stands = "-" if model != model else f"{model:.3f}"
        shown.add_row(line["target"], line["figure"], figure, stands, line["verdict"], line["use"])
    show(shown)
    if table["target"].eq("T20").any():
        say("T05 and T20 are taken from the years in which supervision has become what it stays, 2016 on.")
