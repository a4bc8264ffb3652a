"""The same world whatever the interpreter: compiled or not, hash seed, bound checks, cache or none, edited sources."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from helpers import PACKAGE, REFORMED, digests, digests_elsewhere, python, run, small

from ttg_sim.mechanisms.activities import PRESETS

TINY = REFORMED | {
    "weeks": 26,
    "warm_up_weeks": 6,
    "areas.number": 2,
    "intake.per_year": 40.0,
    "housing.other_households_per_week": 1.0,
    "services.treatment_others": 0.2,
    "services.training_others": 0.2,
    "services.benefits_others": 0.2,
    "work.vacancies_per_week": 1.0,
    "work.others_per_week": 0.5,
    "pbr.share": 0.5,
    "pay.when": "after_months",
    "pay.after_months": 1.0,
    "pay.posts": 3.0,
    "licence.engagement_condition": True,
    "licence.mentor_reports": True,
    "licence.agreement": True,
    "staff.task_substitution": 0.1,
    "referral.readiness_gate": 0.4,
    **{f"{name}.running": True for name in PRESETS},
}


@pytest.fixture(scope="module")
def expected() -> dict[str, str]:
    return digests(run(small(TINY)))


def test_the_tiny_world_has_something_of_everything() -> None:
    world = run(small(TINY))
    assert min(len(world.people), len(world.households), len(world.users), len(world.officers)) > 10
    assert min(len(world.spells), len(world.occasions), len(world.returns)) > 5


def test_rules_that_are_not_compiled_give_the_same_bits(expected) -> None:
    assert digests_elsewhere(TINY, NUMBA_DISABLE_JIT="1") == expected


@pytest.mark.parametrize("seed", ["0", "4242"])
def test_the_hash_seed_does_not_matter(expected, seed) -> None:
    assert digests_elsewhere(TINY, PYTHONHASHSEED=seed) == expected


SWEEP = """
import json, warnings
import helpers
from ttg_sim.engine.kernel import compiled_kernels
from ttg_sim.outcomes.tables import collect

base = helpers.small()
levers = [("housing.settled_places", 30, 3), ("custody.tag_uptake", 1.0, 5, 4), ("housing.release_priority", True, 7),
          ("custody.release_fraction", 0.4, 9), ("housing.temporary_limit_weeks", 4.0, 9)]
scenarios = [base, helpers.small(seed=2**63 - 1), helpers.with_levers(base, *levers),
             helpers.small({"reoffending.frailty_variance": 0.0, "sentencing.replaced_share": 1.0}),
             helpers.small({"intake.per_year": 10.0, "housing.settled_places": 0, "warm_up_weeks": 0}),
             helpers.with_levers(helpers.small(helpers.REFORMED | {"areas.number": 3, "intake.per_year": 90.0}),
                                 ("probation.company_officers", 9, 3, 4), ("enforcement.use", 0.5, 5),
                                 ("probation.divided", False, 7), ("supervision.under_12_months", False, 9)),
             helpers.small(helpers.NO_RISK | helpers.NO_PLACES | {"resettlement.service": True})]
def signatures():
    return {name: len(rule.signatures) for name, rule in compiled_kernels().items()}


collect(helpers.run(base))
collect(helpers.run(helpers.small({"longer.people": True})))  # their rules are not gone into without them,
collect(helpers.run(helpers.small(helpers.REFORMED | {"own_programme.running": True})))  # nor those of programmes
first = signatures()
for number, scenario in enumerate(scenarios):
    collect(helpers.run(scenario, replicate=number, events=bool(number % 2)))
print(json.dumps([helpers.digests(helpers.run(helpers.small(TINY))), first, signatures()]))
"""
# Helpers that callers hand numbers of one sort or another (a literal, a whole number, a float); never rules.
SEVERAL = {
    "ttg_sim.engine.draws.uniform": "decision and item are literals or members of an enum; the item may be a day",
    "ttg_sim.engine.draws.make_key": "kind, area and origin are literals in rules and numbers in `begin`",
    "ttg_sim.engine.draws.choose": "shares are a field of one record or another, or a part of one",
    "ttg_sim.engine.draws.within": "as `choose`",
    "ttg_sim.engine.draws.interpolate": "tables are fields of several records",
    "ttg_sim.agents.risk.assess": "a day is whole in rules, and the middle of a time in `stock`",
    "ttg_sim.mechanisms.leaving.rate": "as `assess`",
    "ttg_sim.mechanisms.leaving.desistance": "as `assess`",
    "ttg_sim.mechanisms.housing.join_queue": "whether ahead of others is a literal or worked out",
    "ttg_sim.engine.queues.last_served": "the number of those who wait is a literal nil until somebody is counted",
    "ttg_sim.mechanisms.sentencing.draw_offence": "the item is a literal or a day",
    "ttg_sim.mechanisms.sentencing.draw_days": "as `draw_offence`",
    "ttg_sim.mechanisms.sentencing.imprison": "as `draw_offence`",
    "ttg_sim.mechanisms.custody.choose_prison": "the item is a literal; the day may be a week",
    "ttg_sim.mechanisms.enforcement.take_back": "reasons are worked out for a recall and a literal nil for a committal",
    "ttg_sim.mechanisms.reoffending.next_look": "the item is a literal",
    "ttg_sim.mechanisms.services.refer": "the item is a literal",
    "ttg_sim.mechanisms.release.turns_up": "the item is a literal",
    "ttg_sim.mechanisms.recruit.enter": "the row of a person is a literal for volunteers from the public",
    "ttg_sim.mechanisms.services.list_waiting": "the number of lines is a literal nil at first",
}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], dict[str, int], dict[str, int]]:
    """A tiny world with bounds checked and nothing cached; signatures after one scenario and after many."""
    environment = {"NUMBA_BOUNDSCHECK": "1", "XDG_CACHE_HOME": str(tmp_path_factory.mktemp("cache"))}
    tiny, first, last = json.loads(python(f"import datetime\nTINY = {TINY!r}\n{SWEEP}", **environment).splitlines()[-1])
    return tiny, first, last


def test_no_rule_reads_or_writes_outside_its_arrays(expected, fresh) -> None:
    assert fresh[0] == expected


def test_no_value_and_no_lever_compiles_a_rule_again(fresh) -> None:
    assert fresh[1] == fresh[2]


def test_a_rule_is_compiled_once(fresh) -> None:
    several = {name for name, found in fresh[2].items() if found > 1}
    assert len(fresh[2]) > 50
    assert several <= SEVERAL.keys()


def test_every_rule_is_used(fresh) -> None:
    assert [name for name, found in fresh[2].items() if not found] == []


# A rule of `mechanisms.housing` that calls helpers of `engine.draws`.
BEGIN = """
import numpy as np
from ttg_sim.agents.person import PERSON
from ttg_sim.engine.kernel import compile_kernels
from ttg_sim.mechanisms import housing
import numba

compile_kernels()
people = np.zeros(300, PERSON)
people["key"] = np.arange(300)
p = housing.prepare(housing.HousingParameters())[0]
for person in people:
    housing.begin(person, np.uint64(1), p)
stats = housing.begin.stats
print(int(people["housing"].sum()), sum(stats.cache_hits.values()), sum(stats.cache_misses.values()))
"""


def begin(root: Path, cache: Path | str) -> tuple[int, int, int]:
    total, hits, misses = python(BEGIN, package_root=root, XDG_CACHE_HOME=str(cache)).split()
    return int(total), int(hits), int(misses)


def test_an_edited_helper_is_never_answered_by_a_stale_one(tmp_path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "root" / "ttg_sim", ignore=shutil.ignore_patterns("__pycache__"))
    root, cache = tmp_path / "root", tmp_path / "cache"
    first = begin(root, cache)
    assert first[1:] == (0, 1)
    again = begin(root, cache)
    assert again == (first[0], 1, 0)
    draws = root / "ttg_sim" / "engine" / "draws.py"
    text = draws.read_text()
    edited = text.replace(
        "        if u < total:\n            return index", "        if 1.0 - u < total:\n            return index"
    )
    assert edited != text
    draws.write_text(edited)
    changed = begin(root, cache)
    assert changed[0] != first[0]
    draws.write_text(text)
    assert begin(root, cache)[0] == first[0]


def test_nothing_is_cached_where_nothing_can_be_written(tmp_path) -> None:
    blocked = tmp_path / "a file, not a folder"
    blocked.touch()
    first, second = begin(PACKAGE.parent, blocked), begin(PACKAGE.parent, blocked)
    assert first == second
    assert first[1] == 0
    assert first[0] == begin(PACKAGE.parent, tmp_path / "cache")[0]
    assert blocked.read_bytes() == b""


def test_unchecked_rules_in_the_cache_do_not_answer_for_checked_ones(tmp_path, monkeypatch) -> None:
    assert begin(PACKAGE.parent, tmp_path)[1:] == (0, 1)
    monkeypatch.setenv("NUMBA_BOUNDSCHECK", "1")
    assert begin(PACKAGE.parent, tmp_path)[1:] == (0, 1)
