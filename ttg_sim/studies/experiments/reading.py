"""A plan of a designed study, read as strictly as scenario files: every fault is a line, and all are said at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ttg_sim.outcomes.definitions import GROUP_WORDS, OUTCOMES
from ttg_sim.scenario import Scenario, ScenarioFaults, comparable
from ttg_sim.scenario.faults import Fault, Refusal, Report, quoted
from ttg_sim.scenario.layer import NAME, NAME_WORDS, Layer, give_setting
from ttg_sim.scenario.loader import with_layers
from ttg_sim.scenario.names import nearest
from ttg_sim.scenario.reader import Node, Refused, Scalar, read_tree
from ttg_sim.scenario.textfile import decode, read_bytes
from ttg_sim.studies.designs.sampling import Design, NoDesign, size
from ttg_sim.studies.experiments.counted import EVERYBODY, Counted, groups_of
from ttg_sim.studies.experiments.plan import Plan
from ttg_sim.studies.experiments.reading_moved import read_moved
from ttg_sim.studies.keys import Keys, one_of, read_keys
from ttg_sim.studies.named import SCENARIO_WORDS, NamedScenarios

KEYS = (
    "title", "why", "design", "baseline", "scenarios", "settings", "parameters", "groups", "outcomes", "replicates",
    "n", "levels", "second_order", "seed",
)  # fmt: skip
OUTCOME_KEYS = ("outcome", "of", "group", "level")
DIFFERENCE, LEVEL = "difference", "level"
CONTENT = "keys with values: design, scenarios, outcomes and so on"
MOST_POINTS, MOST_REPLICATES, MOST_SEED = 10_000_000, 10_000, 2**32 - 1
OUTCOME_WORDS = "an outcome (see: ttg describe --outcomes)"
NEEDS_N = (Design.SWEEP, Design.LHS, Design.RANDOM, Design.MORRIS, Design.SOBOL, Design.FAST, Design.PAWN)


def load_plan(path: str | Path) -> Plan:
    """Read the plan of a study.

    Raises:
        ScenarioFaults: with everything that is wrong with it or the scenarios that it names, each with file and line.
    """
    faults: list[Fault] = []
    file = Path(path)
    report = Report(str(file), faults)
    plan = None
    try:
        text = decode(read_bytes(file), report)
        plan = None if text is None else _read(file, text, report)
    except Refusal as refusal:
        report.refuse(0, "", refusal)
    if faults or plan is None:
        raise ScenarioFaults(sorted(dict.fromkeys(faults), key=lambda fault: (fault.file != str(file), fault.line)))
    return plan


def _read(file: Path, text: str, report: Report) -> Plan | None:
    tree = read_tree(text, report)
    if isinstance(tree, Refused):
        return None
    if tree is None or (isinstance(tree, Scalar) and tree.is_blank):
        report.add(1, "", "is empty", CONTENT)
        return None
    keys = read_keys(tree, tree.line, "", KEYS, report, CONTENT)
    if keys is None:
        return None
    if not NAME.fullmatch(file.stem):
        report.add(0, "", f"{quoted(file.stem)} is not a name for a study, which is named after its file", NAME_WORDS)
    title, why = keys.text("title"), keys.text("why")
    design = _design(keys)
    worlds = _worlds(keys, NamedScenarios(file, report))
    moved, left_alone = read_moved(keys, worlds)
    counted = _counted(keys, "baseline" in keys)
    numbers = {
        "replicates": keys.count("replicates", 1, MOST_REPLICATES, "runs"),
        "n": keys.count("n", 1, MOST_POINTS),
        "levels": keys.count("levels", 2, 1000),
        "seed": keys.count("seed", 0, MOST_SEED),
    }
    if design in NEEDS_N:
        keys.require("n", "a whole number: how many times the design is drawn")
    if report.faults or design is None:
        return None
    plan = Plan(
        name=file.stem,
        title=title or file.stem.replace("_", " "),
        why=why,
        file=str(file),
        text=text,
        design=design,
        worlds=worlds,
        has_baseline="baseline" in keys,
        moved=moved,
        counted=counted,
        replicates=numbers["replicates"] or 1,
        n=numbers["n"] or 1,
        seed=1 if numbers["seed"] is None else numbers["seed"],
        levels=numbers["levels"],
        second_order=keys.switch("second_order"),
        left_alone=left_alone,
    )
    return _whole(keys, plan)


def _design(keys: Keys) -> Design | None:
    if not keys.require("design", one_of(Design)):
        return None
    name = keys.choice("design", Design)
    return Design(name) if name else None


def _worlds(keys: Keys, named: NamedScenarios) -> tuple[Scenario, ...]:
    """The baseline, if any, and the scenarios, with the settings of the plan laid over them and under one luck."""
    found: list[tuple[str, int, Scenario]] = []
    texts = (
        [(keys.line_of("baseline"), "baseline", keys.text("baseline", SCENARIO_WORDS))] if "baseline" in keys else []
    )
    if keys.require("scenarios", "a list of scenario files"):
        items = keys.texts("scenarios", SCENARIO_WORDS)
        if not items and not keys.report.faults:
            keys.fault("scenarios", "has no scenarios", "at least one")
        texts += items
    layer = _settings(keys)
    for line, where, text in texts:
        scenario = named.scenario(text, line, where) if text else None
        if scenario is None:
            continue
        try:
            found.append((where, line, with_layers(scenario, [layer])))
        except ScenarioFaults as fault:
            keys.report.faults.extend(fault.faults)
    return _together(keys, found)


def _together(keys: Keys, found: Sequence[tuple[str, int, Scenario]]) -> tuple[Scenario, ...]:
    worlds: dict[str, Scenario] = {}
    for where, line, scenario in found:
        if scenario.name in worlds:
            keys.report.add(line, where, f"is named {scenario.name} like another world", "a name of its own")
            continue
        first = next(iter(worlds.values()), scenario)
        for reason in comparable(first, scenario) if worlds else ():
            keys.report.add(line, where, f"{scenario.name} cannot be compared with {first.name}: {reason}")
        worlds[scenario.name] = replace(scenario, seed=first.seed)
    return tuple(worlds.values())


def _settings(keys: Keys) -> Layer:
    layer = Layer(keys.report.file)
    if (group := keys.group("settings", None)) is not None:
        for path, entry in group.entries.items():
            if path in ("seed", "replicates"):
                group.fault(path, "cannot be set here", f"the key {path} of the plan")
            else:
                give_setting(layer, entry, keys.report, f"{group.path}.")
    return layer


def _counted(keys: Keys, paired: bool) -> tuple[Counted, ...]:
    found: dict[str, Counted] = {}
    if not keys.require("outcomes", "a list of outcomes (see: ttg describe --outcomes)"):
        return ()
    items = keys.items("outcomes")
    if not items and not keys.report.faults:
        keys.fault("outcomes", "has no outcomes", "at least one")
    for number, item in enumerate(items, start=1):
        where = f"{keys.where('outcomes')}[{number}]"
        one = _one_counted(keys.report, item, where, paired)
        if one is not None:
            if one.column in found:
                keys.report.add(item.line, where, f"{one.column} is there twice", "each outcome once")
            found[one.column] = one
    return tuple(found.values())


def _one_counted(report: Report, item: Node, where: str, paired: bool) -> Counted | None:
    if isinstance(item, Scalar):
        wrapped = Keys(report, where.rpartition("[")[0], item.line)
        name = _outcome_name(wrapped, item.text, where)
        return Counted(name, paired) if name else None
    group = read_keys(item, item.line, where, OUTCOME_KEYS, report, "an outcome, or keys: outcome, of, group, level")
    if group is None or not group.require("outcome", OUTCOME_WORDS):
        return None
    name = _outcome_name(group, group.text("outcome", OUTCOME_WORDS), group.where("outcome"))
    of = group.choice("of", (DIFFERENCE, LEVEL))
    if of == DIFFERENCE and not paired:
        group.fault("of", "there is no baseline to differ from", "the key baseline in the plan, or level")
    part = group.choice("group", GROUP_WORDS) or EVERYBODY
    level = group.text("level") if "level" in group else EVERYBODY
    if name and part not in groups_of(name):
        group.fault("group", f"{name} is not counted by {part}", one_of(groups_of(name)))
    if (part == EVERYBODY) is not (level == EVERYBODY):
        report.add(item.line, where, "has one of group and level only", "both or neither")
    return Counted(name, paired if not of else of == DIFFERENCE, part, level) if name else None


def _outcome_name(keys: Keys, text: str, where: str) -> str:
    known = [outcome.name for outcome in OUTCOMES]
    if not text or text in known:
        return text
    near = nearest(text, known)
    keys.report.add(keys.line, where, f"{quoted(text)} is not an outcome", "" if near else OUTCOME_WORDS, near)
    return ""


def _whole(keys: Keys, plan: Plan) -> Plan | None:
    """The plan, once its design can be drawn and its worlds can be built at the ends of the ranges."""
    report = keys.report
    if not plan.moved:
        if plan.design is not Design.FACTORIAL:
            keys.report.add(keys.line, "parameters", "is missing", f"what is moved, which {plan.design} needs")
            return None
        return plan
    try:
        points = size(plan.design, plan.space, plan.n, plan.levels, plan.second_order)
    except NoDesign as refused:
        for line in str(refused).splitlines():
            keys.fault("n" if "n" in keys else "design", line)
        return None
    if points > MOST_POINTS:
        keys.fault("n", f"makes {points:,} points", f"at most {MOST_POINTS:,}")
        return None
    try:
        for share in (0.0, 1.0):
            drawn = {one.path: one.value(one.factor().value_at(share)) for one in plan.moved}
            plan.at(drawn)
    except ScenarioFaults as found:
        for fault in found.faults:
            report.add(keys.line_of("parameters"), "parameters", f"at the ends of the ranges: {fault}")
        return None
    return plan
