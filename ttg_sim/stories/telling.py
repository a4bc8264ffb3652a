"""The story in words: short, about one person, and honest about what one person can show."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from datetime import date

import pandas as pd

from ttg_sim.outcomes.spells import FOLLOW_UP_DAYS
from ttg_sim.report import caveats
from ttg_sim.scenario import difference_lines
from ttg_sim.scenario.words import THE_SAME, day_in_words
from ttg_sim.stories import finding, phrases
from ttg_sim.stories.choosing import Choice, typical
from ttg_sim.stories.lives import BASELINE, BOTH, SCENARIO, Life, Row, Worlds
from ttg_sim.stories.parting import Parting, parting, week_of

WIDTH = 100
LONGEST_TITLE = 48
MOST_CHANGES = 6
MOST_WEEKS = 30
"""Weeks with events that are told; all of them stand in the table of events."""
MEETINGS = {
    "before_release": "met a mentor before release",
    "at_gate": "met a mentor at the gate",
    "within_48h": "met a mentor within 48 hours of release",
    "later": "met a mentor later",
    "never": "never met a mentor",
    "not_yet": "had not met a mentor yet",
}
WARNING = (
    "This person is synthetic: nobody real is described. It is one draw of luck, and not a prediction of what any "
    "individual will do. One life shows how the model works; it is no evidence that a policy does. "
    f"{caveats.MENTORING}"
)


def story(worlds: Worlds, choice: Choice, named: bool = False) -> str:
    """The whole text in Markdown, lines of at most 100 letters where words allow it."""
    life = choice.life
    titles = titles_of(worlds)
    found = parting(worlds, life)
    parts = [
        f"# One life, two worlds: {_called(life, named)}a {phrases.noun(life.baseline)}, "
        f"out of prison in {worlds.baseline.calendar.date_of_week(week_of(life.baseline['release_day'])):%B %Y}",
        _prose(_in_short(worlds, life, found, titles)),
        _prose(WARNING),
        "## The two worlds",
        *_worlds(worlds, titles),
        "## The person",
        *(_prose(text) for text in _person(worlds, choice, named)),
        "## Where the two lives part",
        *(_prose(text) for text in _parting(worlds, life, found, titles)),
        "## Week by week",
        _weeks(worlds, life, found, titles),
        "## How it came out",
        outcome_table(life, titles),
        "## How typical this is",
        *(_prose(text) for text in _typical(choice)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def titles_of(worlds: Worlds) -> dict[str, str]:
    """What the two worlds are called in a text."""
    both = {SCENARIO: worlds.scenario, BASELINE: worlds.baseline}
    titles = {world: textwrap.shorten(one.title, LONGEST_TITLE, placeholder="\u2026") for world, one in both.items()}
    if titles[SCENARIO] == titles[BASELINE]:
        return {world: one.name for world, one in both.items()}
    return titles


def headline(worlds: Worlds, life: Life) -> str:
    """The head of the picture: who it is, and where the two lives part."""
    found = parting(worlds, life)
    who = f"A {phrases.noun(life.baseline)}"
    if found is None or found.week > life.last:
        return f"{who}: the two lives are the same in every event"
    return f"{who}: the two lives part in the week of {_day(worlds, found.week)}"


def _in_short(worlds: Worlds, life: Life, found: Parting | None, titles: dict[str, str]) -> str:
    if found is None:
        return "In short: both lives are the same, week by week."
    if found.week > life.last:
        return "In short: both lives are the same in all weeks that are told here."
    came = {world: _short(row) for world, row in ((SCENARIO, life.scenario), (BASELINE, life.baseline))}
    part = f"In short: the two lives part in the week of {_day(worlds, found.week)}, over {found.topic.words}."
    if came[SCENARIO] == came[BASELINE]:
        return f"{part} In both there is {came[BASELINE]}."
    return (f"{part} Under *{titles[SCENARIO]}* there is {came[SCENARIO]}; under *{titles[BASELINE]}* there is "
            f"{came[BASELINE]}.")  # fmt: skip


def _short(row: Row) -> str:
    if row["reoffended"] != row["reoffended"]:
        return "no telling of proven reoffending, since the run ends before"
    if not row["reoffended"]:
        return "no proven reoffending within 12 months of release"
    count = int(row["offences"])
    return f"proven reoffending within 12 months of release ({count} offence{'' if count == 1 else 's'})"


def _worlds(worlds: Worlds, titles: dict[str, str]) -> list[str]:
    lines = [
        f"- **{titles[SCENARIO]}** ({worlds.scenario.name}): the scenario",
        f"- **{titles[BASELINE]}** ({worlds.baseline.name}): the baseline",
    ]
    told = difference_lines(worlds.baseline, worlds.scenario)
    if told == [THE_SAME] or worlds.part is None:
        return ["\n".join(lines), _prose("The two are the same world, so that every life in them is the same.")]
    *changes, last = told
    more = len(changes) - MOST_CHANGES
    shown = [*changes[:MOST_CHANGES], *([f"and {more} more (ttg diff)"] if more > 0 else []), last]
    until = f"Lives may part from the first week of the run on, {_day(worlds, worlds.part)}."
    if worlds.part > -worlds.baseline.warm_up_weeks:
        until = f"Until the week of {_day(worlds, worlds.part)} the two are the same; from then on lives may part."
    when = f"The same people live in both, with the same luck. {until} In the scenario, as against the baseline:"
    return ["\n".join(lines), _prose(when), "\n".join(_item(line) for line in shown)]


def _person(worlds: Worlds, choice: Choice, named: bool) -> list[str]:
    life = choice.life
    row = life.baseline
    who = f"{_called(life, named) or 'A '}{'a ' if named else ''}{phrases.noun(row)} serving {phrases.served(row)}."
    if any(life.scenario[name] != row[name] for name in ("sentence_days", "offence", "weeks_served")):
        who += f" In the scenario the sentence is {phrases.served(life.scenario)}."
    count = int(row["previous_sanctions"])
    past = (f"{count or 'No'} earlier sanction{'' if count == 1 else 's'}; {row['risk'].replace('_', ' ')} risk by the "
            f"published score ({100 * row['score_2_year']:.0f}% within two years).")  # fmt: skip
    number = "The first release" if row["number"] == 1 else f"Release number {row['number']}"
    key = f"Person {life.person} of replicate {worlds.replicate}, seed {worlds.baseline.seed}."
    return [f"{who} {past} {number} from a short sentence in the model.", f"{key} {choice.how}"]


def _called(life: Life, named: bool) -> str:
    return f"{phrases.invented(life.baseline)} (an invented name), " if named else ""


def _parting(worlds: Worlds, life: Life, found: Parting | None, titles: dict[str, str]) -> list[str]:
    if found is None:
        return ["They do not: both lives are the same, week by week, in every event that is recorded."]
    if found.week > life.last:
        return [f"Not in the weeks that are told here: both lives are the same until the week of "
                f"{_day(worlds, found.week)}."]  # fmt: skip
    after = 0 if worlds.part is None else found.week - worlds.part
    since = "the first in which the worlds may differ"
    if after:
        since = f"{after} week{'' if after == 1 else 's'} after the worlds may first differ"
    first = f"In the week of {_day(worlds, found.week)}, {since}."
    first += "".join(
        f" *{titles[world]}*: {_said(found.events, world) or 'no event'}." for world in (SCENARIO, BASELINE)
    )
    told = [first, cause(found)]
    if found.later:
        later = "; ".join(f"{words} (week of {_day(worlds, week)})" for words, week in found.later)
        told.append(
            f"After that the lives differ in {later}. That one thing comes before another does not show that it "
            "brought it about: each moves the chances of the next, and the same luck decides."
        )
    return told


def cause(found: Parting) -> str:
    """What the events and the scenarios show of why two lives part."""
    topic = found.topic.words
    if found.changes:
        paths = list(dict.fromkeys(change.path for change in found.changes))
        return (f"Cause, as far as the events show it: this is about {topic}, and that is what the scenario changes "
                f"({', '.join(paths[:MOST_CHANGES])}).")  # fmt: skip
    about = f"This is about {topic}, of which the scenario changes nothing itself"
    if not found.topic.sections:
        about = f"This is about {topic}, to which all that moves its chances can lead"
    return (f"Cause: the events show none. {about}, and nothing else in this life differs before. It came by way of "
            "other people, such as a place or an officer's time that somebody else had, or of what is no event, such "
            "as a queue, a group session, hope or trust.")  # fmt: skip


def _said(events: pd.DataFrame, world: str) -> str:
    rows = events[events["world"] == world]
    return ", ".join(phrases.phrase(event, detail) for event, detail in zip(rows["event"], rows["detail"], strict=True))


def _one_week(rows: pd.DataFrame, titles: dict[str, str]) -> str:
    """The events of a week in their order; those that follow each other in the same world stand together."""
    heads = {BOTH: "in both: ", SCENARIO: f"*{titles[SCENARIO]}*: ", BASELINE: f"*{titles[BASELINE]}*: "}
    if set(rows["world"]) == {BOTH}:
        return _said(rows, BOTH)
    runs = rows.groupby((rows["world"] != rows["world"].shift()).cumsum(), sort=False)
    return "; ".join(heads[run["world"].iloc[0]] + _said(run, run["world"].iloc[0]) for _, run in runs)


def _weeks(worlds: Worlds, life: Life, found: Parting | None, titles: dict[str, str]) -> str:
    window = life.window
    weeks = _chosen_weeks(window, week_of(life.baseline["release_day"]))
    lines = ["- **The two lives had parted before.**"] if found is not None and found.week < life.first else []
    for week in weeks:
        rows = window[window["week"] == week]
        if found is not None and week == found.week:
            lines.append("- **Here the two lives part.**")
        lines.append(_item(f"{_day(worlds, week)}: {_one_week(rows, titles)}"))
    if left := window["week"].nunique() - len(weeks):
        lines.append(f"- {left} more week{' has' if left == 1 else 's have'} events: see events.csv")
    end = week_of(life.baseline["release_day"] + FOLLOW_UP_DAYS)
    head = ("Each line is the week that begins on that Monday. What stands without a name happens in both worlds. "
            f"Twelve months after the release{one_year_of(life, titles)} end in the week of {_day(worlds, end)}; six "
            "more are told, in which an offence may still be proven.")  # fmt: skip
    return _prose(head) + "\n\n" + "\n".join(lines)


def one_year_of(life: Life, titles: dict[str, str]) -> str:
    """In which world the months are counted, where the two releases are not on the same day."""
    same = life.scenario["release_day"] == life.baseline["release_day"]
    return "" if same else f" in {titles[BASELINE]}"


def _chosen_weeks(window: pd.DataFrame, release: int) -> list[int]:
    """The weeks that are told: of many, that of the release and those in which the lives differ before any others."""
    apart = set(window.loc[window["world"] != BOTH, "week"]) | {release}
    weeks = sorted(set(window["week"]), key=lambda week: (week not in apart, week))
    return sorted(int(week) for week in weeks[:MOST_WEEKS])


def outcome_table(life: Life, titles: dict[str, str]) -> str:
    """How the two lives came out, one row for each outcome that is told."""
    rows = [("", titles[SCENARIO], titles[BASELINE])]
    pairs = (_came_out(life.scenario), _came_out(life.baseline))
    rows += [(name, pairs[0][name], pairs[1][name]) for name in pairs[0]]
    wide = [max(len(row[place]) for row in rows) for place in range(3)]
    lines = ["| " + " | ".join(cell.ljust(size) for cell, size in zip(row, wide, strict=True)) + " |" for row in rows]
    return "\n".join([lines[0], "| " + " | ".join("-" * size for size in wide) + " |", *lines[1:]])


def _came_out(row: Row) -> dict[str, str]:
    homes = phrases.HOMES | {"unknown": "not at liberty, or not known"}
    return {
        "Housing in the week of release": homes[row["first_night"]],
        "Housing six weeks after": homes[row["week_6"]],
        "Housing twelve months after": homes[row["month_12"]],
        "In work twelve months after": _yes(row["month_12_working"]),
        "Mentoring": MEETINGS[row["first_meeting"]],
        "Recalled within 12 months": _yes(row["recalled"]),
        "Proven reoffending within 12 months": _reoffending(row),
    }


def _yes(value: float) -> str:
    return "not known: the run ends before" if value != value else "yes" if value else "no"


def _reoffending(row: Row) -> str:
    if row["reoffended"] != row["reoffended"] or not row["reoffended"]:
        return _yes(row["reoffended"])
    count = int(row["offences"])
    return f"yes, {count} offence{'' if count == 1 else 's'}, the first after {int(row['days_to_first'])} days"


def _typical(choice: Choice) -> Iterable[str]:
    people = choice.people
    counts = finding.numbers(people)
    total = len(people)
    who = "people are counted: the first release of each after the worlds may part, in both worlds"
    if people.followed:
        yield (f"In this draw of luck {people.released:,} {who}. For {total:,} of them the 18 months are over in which "
               "reoffending is proven; what follows is about these.")  # fmt: skip
        yield _of_100("proven reoffending", counts["better"], counts["worse"], total)
    else:
        yield (f"In this draw of luck {total:,} {who}. The run ends before 18 months are over, so nothing is said of "
               "proven reoffending.")  # fmt: skip
    yield _of_100("housing in the week of release", counts["better_housed"], counts["worse_housed"], total)
    share = round(100 * counts["alike"] / total)
    yield f"For {counts['alike']:,} ({share} of 100) no event at all differs in these months. {typical(choice)}"
    if choice.others:
        asked = f" that --find \u201c{choice.find}\u201d finds" if choice.find else ""
        yield f"More people{asked}: {', '.join(f'--person {key}' for key in choice.others)}."
    yield "What the policy does on the whole, with its doubt, is for many runs to say: ttg compare."


def _of_100(what: str, better: int, worse: int, total: int) -> str:
    """How many lives differ in something, for better and for worse."""
    differ = better + worse
    if not differ:
        return f"In {what} no two lives differ, of {total:,}."
    share = round(100 * differ / total)
    about = f"about {share} of 100" if share else "fewer than 1 of 100"
    return (f"For {differ:,} of {total:,} ({about}) the two lives differ in {what}: {better:,} better, "
            f"{worse:,} worse, and {total - differ:,} alike.")  # fmt: skip


def _day(worlds: Worlds, week: int) -> str:
    day: date = worlds.baseline.calendar.date_of_week(week)
    return day_in_words(day)


def _prose(text: str) -> str:
    return textwrap.fill(text, WIDTH, break_on_hyphens=False, break_long_words=False)


def _item(text: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False,
                         break_long_words=False)  # fmt: skip
