"""Small worlds and what is compared between them."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from ttg_sim.agents.person import NOBODY
from ttg_sim.engine import draws
from ttg_sim.mechanisms import SECTIONS
from ttg_sim.mechanisms.sentencing import Sanction
from ttg_sim.model import PREPARE, ThroughTheGate
from ttg_sim.scenario import Lever, Origin, Scenario, with_settings

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "ttg_sim"
SMALL = {
    "weeks": 40,
    "warm_up_weeks": 10,
    "intake.per_year": 30.0,
    "housing.settled_places": 20,
    "housing.temporary_places": 5,
    "housing.other_households_per_week": 0.3,
}
# People do not compete for places: there are none.
NO_PLACES = {
    "housing.settled_places": 0,
    "housing.temporary_places": 0,
    "services.training_places": 0,
    "services.treatment_places": 0,
    "services.benefits_places": 0,
    "work.vacancies_per_week": 0.0,
}
# Nothing about a person's life but the score, the clock and the frailty moves the hazard.
NO_RISK = {
    "housing.risk_homeless": 0.0,
    "housing.risk_temporary": 0.0,
    "substance.risk_using": 0.0,
    "services.risk_no_income": 0.0,
    "work.risk_working": 0.0,
    "supervision.risk_supervised": 0.0,
    "outlook.risk_by_hope": 0.0,
    "influence.direct_effect": 0.0,
    "influence.premature_harm": 0.0,
    "identity.risk_by_identity": 0.0,
}
# The mentoring service runs from the first weeks on, with peers and a specialist among its mentors.
MENTORED = {
    "funding.calendar": "renewed",
    "funding.start": date(2010, 1, 4),
    "funding.mobilisation_weeks": 2.0,
    "programme.target_mentors": 12.0,
    "programme.end_pathway": "voluntary",
    "programme.voluntary_share": 0.3,
    "recruit.general_per_year": 40.0,
    "recruit.pool_size": 6.0,
    "recruit.peer_share": 0.5,
    "recruit.interest_share": 0.3,
    "recruit.apply_per_year": 1.0,
    "recruit.screening_weeks": 1.0,
    "training.weeks": 4.0,
    "eligibility.check_weeks": 1.0,
    "clearance.delay_weeks": 2.0,
    "clearance.specialist_pool": 1,
    "referral.names_per_month": 10.0,
    "referral.response_days": 2.0,
    "referral.distant": True,
}
# Officers, supervision, recall, the resettlement service and the comparison group are all there.
REFORMED = {
    "supervision.under_12_months": True,
    "supervision.offences_from": date(2000, 1, 1),
    "probation.divided": True,
    "probation.national_officers": 2,
    "probation.company_officers": 4,
    "resettlement.service": True,
    "resettlement.staff": 1,
    "longer.people": True,
    "longer.per_year": 20.0,
    **MENTORED,
}
# Nobody leaves, nobody goes inside, nobody comes to court within 104 weeks of an offence.
AT_LIBERTY_FOR_GOOD = {
    "leaving.desistance_per_year": 0.0,
    "leaving.death_per_year": 0.0,
    "leaving.moving_per_year": 0.0,
    "sentencing.replaced_share": 1.0,
    "sentencing.custody_share": 0.0,
    "sentencing.delay_weeks": 104.0,
    "sentencing.delay_sigma": 0.0,
}


def small(settings: dict[str, Any] | None = None, **more: Any) -> Scenario:
    """A scenario whose run takes milliseconds."""
    return with_settings(Scenario(name="small"), SMALL | (settings or {}) | more)


def lever(scenario: Scenario, path: str, value: Any, week: int, ramp_weeks: int = 0) -> Lever:
    day = scenario.calendar.date_of_week(week)
    return Lever(path, value, day, day, ramp_weeks, Origin("test", 0))


def with_levers(scenario: Scenario, *levers: tuple[Any, ...]) -> Scenario:
    """The scenario with levers given as (path, value, week) or (path, value, week, ramp_weeks)."""
    return replace(scenario, levers=tuple(lever(scenario, *given) for given in levers))


def advance(model: ThroughTheGate, until: int | None = None) -> ThroughTheGate:
    """Step to the beginning of a week, or to the end of the run."""
    while model.running and (until is None or model.week < until):
        model.step()
    return model


def run(scenario: Scenario, until: int | None = None, **arguments: Any) -> ThroughTheGate:
    return advance(ThroughTheGate(scenario, **arguments), until)


EVENTS = ("spells", "occasions", "returns", "referrals")
OF_THE_SERVICE = ("volunteer", "mentored", "experience")
"""What the record of a person holds of the mentoring service, beside the referral: it notes, and moves nothing."""
Life = tuple[bytes | tuple[int, ...] | tuple[bytes, ...], ...]


def key_of(rows: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Keys of the records of a table with these numbers, nil for NOBODY, in the form of whole numbers."""
    return np.append(rows["key"], np.uint64(0))[numbers].view(np.int64)


def lives(model: ThroughTheGate, mentoring: bool = True) -> dict[int, Life]:
    """Everything that is known of each person, by key and without any number of a row.

    That is the record, the diaries, releases, occasions, returns, and, where `mentoring` is asked for, what the
    mentoring service knows: referrals, and what there is of a mentor who is a person of the model.
    """
    tables = {name: getattr(model, name).rows.copy() for name in ("people", *EVENTS, "mentors")}
    people, spells, referrals, mentors = (tables[name] for name in ("people", "spells", "referrals", "mentors"))
    numbers = np.append(spells["number"], 0)  # the last one stands for NOBODY
    received = np.append(referrals["received_day"], NOBODY)
    keys = people["key"].copy()
    people["volunteer"] = key_of(mentors, people["volunteer"])
    for rows in (people, spells):
        rows["referral"] = received[rows["referral"]] if mentoring else 0
    for name in ("people", "occasions", "returns", "referrals"):
        tables[name]["spell"] = numbers[tables[name]["spell"]]
    for field in ("mentor", "visitor"):
        referrals[field] = key_of(mentors, referrals[field])
    for rows, field in ((people, "prison"), (referrals, "match_prison"), (referrals, "visit_prison")):
        rows[field] = key_of(model.prisons.rows, rows[field])
    people["officer"] = key_of(model.officers.rows, people["officer"])
    own: dict[int, dict[str, list[bytes]]] = defaultdict(lambda: {name: [] for name in (*EVENTS, "mentors")})
    for name in (*EVENTS, "mentors"):
        rows = tables[name]
        of_people = rows["person"] != NOBODY  # a mentor from the public is no person of the model
        owners = keys[rows["person"][of_people]]
        rows["person"] = 0
        for key, row in zip(owners.tolist(), rows[of_people], strict=True):
            own[key][name].append(row.tobytes())
    for records in own.values():
        records["occasions"].sort()
    diaries = model.people.diaries
    if not mentoring:
        for field in OF_THE_SERVICE:
            people[field] = 0
        diaries = {name: diary for name, diary in diaries.items() if name != "recruit"}
    known = (*EVENTS, "mentors") if mentoring else tuple(name for name in EVENTS if name != "referrals")
    due = np.stack([diary[: len(people)] for diary in diaries.values()], axis=1).tolist()
    return {
        key: (row.tobytes(), tuple(weeks), *(tuple(own[key][name]) for name in known))
        for key, row, weeks in zip(keys.tolist(), people, due, strict=True)
    }


def offences_and_stays(model: ThroughTheGate) -> dict[int, tuple[Any, ...]]:
    """What courts, prisons and offending made of each person: housing is left out."""
    people, spells, occasions = model.people.rows, model.spells.rows, model.occasions.rows
    facts: dict[int, list[Any]] = {
        key: [tuple(row)]
        for key, row in zip(
            people["key"].tolist(),
            people[["where", "left", "left_week", "released_day", "sanctions", "score_1_year", "spells"]].tolist(),
            strict=True,
        )
    }
    stays = ["number", "received_day", "release_day", "sentence_days", "tagged", "offence", "score_1_year"]
    cases = ["day", "offences", "court_day", "sanction"]
    for rows, fields in ((spells, stays), (occasions, cases)):
        for row, values in zip(rows["person"], rows[fields].tolist(), strict=True):
            facts[int(people["key"][row])].append(tuple(values))
    return {key: tuple(values) for key, values in facts.items()}


TABLES = (
    "people", "prisons", "households", "areas", "officers", "users", "spells", "occasions", "returns",
    "mentors", "providers", "referrals", "ledger",
)  # fmt: skip


def tables(model: ThroughTheGate) -> dict[str, bytes]:
    """All content of a world, by table."""
    content = {name: getattr(model, name).rows.tobytes() for name in TABLES}
    content |= {f"rows of {name}": rows.rows.tobytes() for name, rows in model.rows.items()}
    diaries = model.people.diaries.items()
    content |= {f"diary of {name}": diary[: len(model.people)].tobytes() for name, diary in diaries}
    return content | {"series": model.datacollector.get_model_vars_dataframe().to_csv().encode()}


def digests(model: ThroughTheGate) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in tables(model).items()}


def prepared(section: str, **values: Any) -> Any:
    """The record that rules of a section read."""
    return PREPARE[section](SECTIONS[section](**values))[0]


def plain_uniforms(count: int, key: int = 12345, decision: int = 999, seed: int = 7) -> np.ndarray:
    """Uniform draws of one agent, one a week."""
    draw, seed_, key_ = draws.uniform, np.uint64(seed), np.uint64(key)
    return np.array([draw(seed_, decision, key_, week, 0) for week in range(count)])


def outcome_of(model: ThroughTheGate, sanction: Sanction) -> int:
    return int((model.occasions.rows["sanction"] == sanction).sum())


def python(code: str, *, package_root: Path = ROOT, timeout: int = 300, **environment: str) -> str:
    """Run code in a fresh interpreter, with the package of a folder, and return what it prints."""
    path = os.pathsep.join([str(package_root), str(Path(__file__).parent)])
    done = subprocess.run(
        [sys.executable, "-W", "error", "-W", "ignore:overflow encountered:RuntimeWarning", "-c", code],
        env={**os.environ, "PYTHONPATH": path, **environment},
        cwd=package_root,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def digests_elsewhere(settings: dict[str, Any], **environment: str) -> dict[str, str]:
    """Digests of a small world that another interpreter made."""
    code = (
        f"import datetime, json, helpers; print(json.dumps(helpers.digests(helpers.run(helpers.small({settings!r})))))"
    )
    return dict(json.loads(python(code, **environment).splitlines()[-1]))


def pairs(values: Iterable[float]) -> tuple[np.ndarray, np.ndarray]:
    series = np.fromiter(values, float)
    return series[:-1], series[1:]
