"""Files of hypotheses on small worlds."""

from __future__ import annotations

from pathlib import Path

BASE = """\
name: base
weeks: 60
warm_up_weeks: 10
intake:
  per_year: 60
housing:
  settled_places: 10
  temporary_places: 2
  other_households_per_week: 0.3
"""
BOOK = """\
plausible:
  sections: [housing]
  reach: 0.1
  sets: 2
  replicates: 1
hypotheses:
  H01:
    title: A guarantee of homes lowers homelessness
    kind: emergent
    rows: [A01, A02]
    scenario: base.yaml
    arms:
      few: {}
      many:
        levers:
          - {from: 2011-02-07, set: housing.temporary_places, to: 60}
          - {from: 2011-02-07, set: housing.settled_places, to: 90}
    tests:
      - words: fewer first nights without a home
        measure: {outcome: first_night_homeless}
        contrast: {many: 1, few: -1}
        expected: down
      - words: nothing before
        measure: {series: homeless, to: 2011-01-31}
        contrast: {many: 1, few: -1}
        expected: zero
    replicates: 3
    recorded: pass
  H02:
    title: Supervision raises recalls
    kind: built in
    built_in_by: [enforcement.use]
    without: {enforcement.use: 0}
    scenario: base.yaml
    arms:
      unsupervised: {}
      supervised:
        set:
          supervision.under_12_months: true
          supervision.offences_from: 2000-01-01
          probation.company_officers: 4
    tests:
      - measure: {outcome: recalls}
        contrast: {supervised: 1, unsupervised: -1}
        expected: up
      - measure: {outcome: month_12_working}
        contrast: {supervised: 1, unsupervised: -1}
        expected: none
    replicates: 3
    recorded: null
  X13:
    title: The same world under another name
    kind: emergent
    scenario: base.yaml
    arms:
      one: {}
      other: {apart: true}
    tests:
      - measure: {outcome: first_night_homeless}
        contrast: {other: 1, one: -1}
        expected: zero
      - check: identical
      - check: conservation
    replicates: 2
    fast: {replicates: 1, settings: {weeks: 20}, recorded: pass}
    recorded: pass
"""
SETTLED = "        measure: {outcome: first_night_homeless}\n"


def write_book(folder: Path, text: str = BOOK, name: str = "hypotheses.yaml") -> Path:
    """The file, with the scenario that it names beside it."""
    (folder / "base.yaml").write_text(BASE)
    file = folder / name
    file.write_text(text)
    return file
