"""Every fault is one line that says where it is, what is wrong, what was expected and what was probably meant."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from ttg_sim.scenario import Fault, ScenarioFaults, load_scenario

from .conftest import Write

PLACES = "expected a whole number from 0 to 100000 (places)"
SHARE = "expected a number from 0 to 1 (share)"
TABLE = "expected a share from 0 to 1 for each of settled, temporary, homeless, adding up to 1"
NAME = "expected letters, digits, underscores and hyphens"
DAY = "expected a date written year-month-day"
CONTENT = "expected a scenario: keys with values, name first"
PATH = "expected the path of a parameter, such as housing.settled_places"
LEVER = "name: a\nlevers:\n  - {{from: {day}, set: {path}, to: {to}{more}}}\n"


def lever(day: str = "2012-01-02", path: str = "housing.settled_places", to: str = "600", more: str = "") -> str:
    return LEVER.format(day=day, path=path, to=to, more=more)


def housing(text: str) -> str:
    return f"name: a\nhousing:\n  {text}\n"


BROKEN: dict[str, tuple[str | bytes, str]] = {
    # Keys.
    "unknown key": ("name: a\nwekes: 5\n", "2: wekes: is not a known key; did you mean weeks?"),
    "capital in a key": ("Name: a\nname: a\n", "1: Name: is not a known key; did you mean name?"),
    "misplaced key": (
        "name: a\nsettled_places: 5\n",
        "2: settled_places: is not a known key; did you mean settled_places under housing?",
    ),
    "key of another section": (
        housing("tag_uptake: 0.1"),
        "3: housing.tag_uptake: is not a known key; did you mean tag_uptake under custody?",
    ),
    "dotted key": (
        "name: a\nhousing.settled_places: 5\n",
        "2: housing.settled_places: is not a known key; did you mean settled_places under housing?",
    ),
    "unknown key in a section": (
        housing("setled_places: 5"),
        "3: housing.setled_places: is not a known key; did you mean settled_places?",
    ),
    "unknown key in a lever": (
        lever(more=", ramp: 4"),
        "3: levers[1].ramp: is not a known key; did you mean ramp_weeks?",
    ),
    "unknown key like no other": (
        lever(more=", zzz: 4"),
        "3: levers[1].zzz: is not a known key; expected one of from, set, to, ramp_weeks, announced",
    ),
    "duplicate key": ("name: a\nweeks: 5\nweeks: 6\n", "3: weeks: is given twice; the first is on line 2"),
    "duplicate key in a section": (
        housing("settled_places: 1\n  settled_places: 1"),
        "4: housing.settled_places: is given twice; the first is on line 3",
    ),
    "no name": ("weeks: 5\n", f"1: name: is missing; {NAME}"),
    "null name": ("name: null\n", f"1: name: is null; {NAME}"),
    "bad name": ("name: a b\n", f"1: name: 'a b' is not a name; {NAME}"),
    "title that is a list": ("name: a\ntitle: [x]\n", "2: title: is a list; expected a text"),
    # Whole numbers.
    "text for a number": (
        housing("settled_places: many"),
        f"3: housing.settled_places: 'many' is not a whole number; {PLACES}",
    ),
    "fraction for a whole number": (
        housing("settled_places: 5.5"),
        f"3: housing.settled_places: '5.5' is not a whole number; {PLACES}",
    ),
    "point zero for a whole number": (
        housing("settled_places: 5.0"),
        f"3: housing.settled_places: '5.0' is not a whole number; {PLACES}; did you mean 5?",
    ),
    "quoted number": (
        housing('settled_places: "12"'),
        f"3: housing.settled_places: '12' is in quotes, which makes it text; {PLACES}; did you mean 12?",
    ),
    "underscore": (
        housing("settled_places: 1_000"),
        f"3: housing.settled_places: '1_000' is not a whole number; {PLACES}; did you mean 1000?",
    ),
    "comma for thousands": (
        housing("settled_places: 1,000"),
        f"3: housing.settled_places: '1,000' is not a whole number; {PLACES}; did you mean 1000?",
    ),
    "leading zero": (
        housing("settled_places: 010"),
        f"3: housing.settled_places: '010' is not a whole number; {PLACES}; did you mean 10?",
    ),
    "sixties": (housing("settled_places: 1:30"), f"3: housing.settled_places: '1:30' is not a whole number; {PLACES}"),
    "hexadecimal": (
        housing("settled_places: 0x10"),
        f"3: housing.settled_places: '0x10' is not a whole number; {PLACES}",
    ),
    "too many": (housing("settled_places: 100001"), f"3: housing.settled_places: '100001' is out of range; {PLACES}"),
    "too few": (housing("settled_places: -1"), f"3: housing.settled_places: '-1' is out of range; {PLACES}"),
    "huge whole number": (
        housing("settled_places: " + "9" * 5000),
        f"3: housing.settled_places: '{'9' * 40}…' is out of range; {PLACES}",
    ),
    "group for a number": (
        housing("settled_places: {a: 1}"),
        f"3: housing.settled_places: is a group of keys; {PLACES}",
    ),
    "list for a number": (housing("settled_places: [1]"), f"3: housing.settled_places: is a list; {PLACES}"),
    "blank value": (housing("settled_places:"), f"3: housing.settled_places: is left blank; {PLACES}"),
    "weeks beyond bounds": (
        "name: a\nweeks: 3\n",
        "2: weeks: '3' is out of range; expected a whole number from 4 to 1040 (weeks)",
    ),
    "huge seed": (
        "name: a\nseed: 9223372036854775808\n",
        "2: seed: '9223372036854775808' is out of range; expected a whole number from 0 to 9223372036854775807",
    ),
    # Numbers.
    "word for a number": (
        "name: a\ncustody: {tag_uptake: low}\n",
        f"2: custody.tag_uptake: 'low' is not a number; {SHARE}",
    ),
    "per cent": (
        "name: a\ncustody: {tag_uptake: 21%}\n",
        f"2: custody.tag_uptake: '21%' is not a number; {SHARE}; did you mean 0.21?",
    ),
    "not a number": (
        "name: a\ncustody: {tag_uptake: .nan}\n",
        f"2: custody.tag_uptake: '.nan' is not a finite number; {SHARE}",
    ),
    "infinity": (
        "name: a\ncustody: {tag_uptake: -.inf}\n",
        f"2: custody.tag_uptake: '-.inf' is not a finite number; {SHARE}",
    ),
    "overflow": ("name: a\ncustody: {tag_uptake: 1e400}\n", f"2: custody.tag_uptake: '1e400' is out of range; {SHARE}"),
    "number beyond bounds": (
        "name: a\ncustody: {tag_uptake: 1.01}\n",
        f"2: custody.tag_uptake: '1.01' is out of range; {SHARE}",
    ),
    "switch for a number": (
        "name: a\ncustody: {tag_uptake: true}\n",
        f"2: custody.tag_uptake: 'true' is not a number; {SHARE}",
    ),
    # Switches.
    "yes for a switch": (
        housing("release_priority: yes"),
        "3: housing.release_priority: 'yes' is not a switch; expected true or false; did you mean true?",
    ),
    "off for a switch": (
        housing("release_priority: Off"),
        "3: housing.release_priority: 'Off' is not a switch; expected true or false; did you mean false?",
    ),
    "number for a switch": (
        housing("release_priority: 1"),
        "3: housing.release_priority: '1' is not a switch; expected true or false",
    ),
    "quoted switch": (
        housing('release_priority: "true"'),
        "3: housing.release_priority: 'true' is in quotes, which makes it text; expected true or false; "
        "did you mean true?",
    ),
    # Dates.
    "no such day": ("name: a\nstart: 2011-02-30\n", f"2: start: '2011-02-30' is not a date that exists; {DAY}"),
    "short date": (
        "name: a\nstart: 2011-1-3\n",
        f"2: start: '2011-1-3' is not a date; {DAY}; did you mean 2011-01-03?",
    ),
    "day first": (
        "name: a\nstart: 28/1/2011\n",
        f"2: start: '28/1/2011' is not a date; {DAY}; did you mean 2011-01-28?",
    ),
    "year zero": ("name: a\nstart: 0000-01-01\n", f"2: start: '0000-01-01' is not a date that exists; {DAY}"),
    "first year of all": (
        "name: a\nstart: 0001-01-01\n",
        "2: start: '0001-01-01' is out of range; expected a date from 1900-01-01 to 2199-12-31",
    ),
    # Tables of shares.
    "shares that do not add up": (
        housing("before_custody: {settled: 0.5, temporary: 0.1, homeless: 0.1}"),
        f"3: housing.before_custody: the shares add up to 0.7; {TABLE}",
    ),
    "share left out": (
        housing("before_custody: {settled: 0.5, homeless: 0.5}"),
        f"3: housing.before_custody: no share is given for 'temporary'; {TABLE}",
    ),
    "unknown category": (
        housing("before_custody: {settled: 0.5, temporary: 0.2, homeless: 0.3, homelss: 0}"),
        "3: housing.before_custody.homelss: is not one of the categories; did you mean homeless?",
    ),
    "share out of range": (
        housing("before_custody:\n    settled: 1.5\n    temporary: 0\n    homeless: 0"),
        "4: housing.before_custody.settled: 1.5 is out of range; expected a share from 0 to 1",
    ),
    "share that is null": (
        housing("before_custody: {settled: null, temporary: 0, homeless: 1}"),
        "3: housing.before_custody.settled: is null; expected a share from 0 to 1",
    ),
    "number for shares": (housing("before_custody: 0.5"), f"3: housing.before_custody: is a single value; {TABLE}"),
    # Sections and levers.
    "section that is a list": (
        "name: a\nhousing: [1]\n",
        "2: housing: is a list; expected keys with values, one below the other and indented",
    ),
    "blank section": (
        "name: a\nhousing:\n",
        "2: housing: is left blank; expected keys with values, one below the other and indented",
    ),
    "levers not a list": (
        "name: a\nlevers: {from: 1}\n",
        "2: levers: is a group of keys; expected a list, each item beginning with a hyphen",
    ),
    "lever not a group": (
        "name: a\nlevers: [5]\n",
        "2: levers[1]: is a single value; expected from, set and to, one below the other",
    ),
    "lever without a value": (
        "name: a\nlevers:\n  - from: 2012-01-02\n    set: housing.settled_places\n",
        "3: levers[1].to: is missing; expected the new value",
    ),
    "lever without a path": ("name: a\nlevers: [{from: 2012-01-02, to: 1}]\n", f"2: levers[1].set: is missing; {PATH}"),
    "lever without a date": (
        "name: a\nlevers: [{set: housing.settled_places, to: 1}]\n",
        f"2: levers[1].from: is missing; {DAY}",
    ),
    "not a lever": (
        lever(path="intake.per_year"),
        "3: levers[1].set: intake.per_year is not a lever; set it in its section",
    ),
    "run key as a lever": (
        lever(path="weeks"),
        "3: levers[1].set: weeks is not a lever; set it at the top of the file",
    ),
    "bare path": (
        lever(path="settled_places"),
        "3: levers[1].set: 'settled_places' is not a parameter; did you mean housing.settled_places?",
    ),
    "mistyped path": (
        lever(path="housing.setled_places"),
        "3: levers[1].set: 'housing.setled_places' is not a parameter; did you mean housing.settled_places?",
    ),
    "path like no other": (lever(path="zzzzzz"), f"3: levers[1].set: 'zzzzzz' is not a parameter; {PATH}"),
    "lever value out of range": (lever(to="-5"), f"3: levers[1].to: '-5' is out of range; {PLACES}"),
    "ramp on a switch": (
        lever(path="housing.release_priority", to="true", more=", ramp_weeks: 4"),
        "3: levers[1].ramp_weeks: housing.release_priority cannot move in steps, since it is not a number; "
        "expected no ramp_weeks; a value of it is true or false",
    ),
    "negative ramp": (
        lever(more=", ramp_weeks: -1"),
        "3: levers[1].ramp_weeks: '-1' is out of range; expected a whole number from 0 to 1040 (weeks)",
    ),
    "lever on no date": (lever(day="soon"), f"3: levers[1].from: 'soon' is not a date; {DAY}"),
    "announced too late": (
        lever(more=", announced: 2012-01-03"),
        "3: levers[1].announced: 2012-01-03 is later than the day on which it acts; expected a date up to 2012-01-02",
    ),
    "lever after the run": (
        lever(day="2014-12-29"),
        "3: levers[1].from: 2014-12-29 lies outside the run; expected a date from 2009-01-05 to 2014-12-28",
    ),
    "announced before the run": (
        lever(more=", announced: 2009-01-04"),
        "3: levers[1].announced: 2009-01-04 lies outside the run; expected a date from 2009-01-05 to 2014-12-28",
    ),
    "lever twice on a date": (
        "name: a\nlevers:\n"
        "  - {from: 2012-01-02, set: housing.settled_places, to: 1}\n"
        "  - {from: 2012-01-02, set: housing.settled_places, to: 2}\n",
        "4: levers[2]: sets housing.settled_places on 2012-01-02 again; the first is on line 3; "
        "expected each lever once on a date",
    ),
    # Files.
    "empty": ("", f"1: is empty; {CONTENT}"),
    "only a comment": ("# nothing\n", f"1: is empty; {CONTENT}"),
    "only a marker": ("---\n", f"1: is empty; {CONTENT}"),
    "a list": ("- name: a\n", f"1: is a list; {CONTENT}"),
    "a word": ("hello\n", f"1: is a single value; {CONTENT}"),
    "not UTF-8": (b"name: a\ntitle: \xff\xfe\n", "2: is not plain text; expected a text file saved as UTF-8"),
    "NUL": (b"name: a\nweeks: \x005\n", "2: holds a character that is not text (code 0); expected plain text"),
    "NUL as an escape": (
        'name: a\ntitle: "\\0"\n',
        "2: title: holds a character that is not text; expected plain text",
    ),
    "half a character": (
        'name: a\ntitle: "\\ud800"\n',
        "2: title: holds a character that is not text; expected plain text",
    ),
    "beyond the last character": ('name: a\ntitle: "\\UFFFFFFFF"\n', "2: is not valid YAML"),
    "too big": ("#" * (1 << 20) + "\n", " is too big for a scenario; expected at most 1 MiB"),
    "too many values": (
        "name: a\nlevers: [" + "1," * 20_000 + "]\n",
        "2: the file holds too many values for a scenario; expected at most 20000",
    ),
    "tab": ("name: a\nhousing:\n\tsettled_places: 5\n", "3: a tab is used to indent; expected spaces"),
    "colon in a text": (
        "name: a\ntitle: one: two\n",
        "2: a colon is not allowed here; expected text that holds a colon to be in quotes",
    ),
    "open quote": ('name: a\ntitle: "x\n', "3: a quotation mark or bracket is not closed"),
    "open bracket": ("name: a\nhousing: {a: 1\n", "3: a bracket is not closed, or a comma is missing"),
    "crooked": (
        "name: a\nhousing:\n    settled_places: 5\n  temporary_places: 5\n",
        "4: this line does not fit the lines above it; expected keys of one group to start in one column",
    ),
    "Python tag": (
        "name: a\ntitle: !!python/object:os.system x\n",
        "2: title: a tag ('!!python/object:os.system') is used; expected the value alone",
    ),
    "own tag": ("name: a\ntitle: !foo x\n", "2: title: a tag ('!foo') is used; expected the value alone"),
    "tag on a number": ("name: a\nweeks: !!int 5\n", "2: weeks: a tag ('!!int') is used; expected the value alone"),
    "anchor": ("name: a\nweeks: &x 5\n", "2: weeks: an anchor (&) is used; expected the value alone"),
    "alias": ("name: a\nweeks: *x\n", "2: weeks: an alias (*) is used; expected the value itself"),
    "alias as a name": ("name: *x\n", "1: name: an alias (*) is used; expected the value itself"),
    "alias as a date": (
        lever(day="*x"),
        "3: levers[1].from: an alias (*) is used; expected the value itself",
    ),
    "alias as a share": (
        housing("before_custody: {settled: *x, temporary: 0, homeless: 0}"),
        "3: housing.before_custody.settled: an alias (*) is used; expected the value itself",
    ),
    "alias as a lever": ("name: a\nlevers: [*x]\n", "2: levers[1]: an alias (*) is used; expected the value itself"),
    "alias as levers": ("name: a\nlevers: *x\n", "2: levers: an alias (*) is used; expected the value itself"),
    "alias as a section": ("name: a\nhousing: *x\n", "2: housing: an alias (*) is used; expected the value itself"),
    "day that cannot be": ("name: a\nstart: 2011/31/31\n", f"2: start: '2011/31/31' is not a date; {DAY}"),
    "merge key": (
        "name: a\nhousing:\n  <<: {settled_places: 5}\n",
        "3: housing.<<: a merge key is used; expected the keys themselves, or extends",
    ),
    "group as a key": ("name: a\n? [x]\n: 5\n", "2: a key is not a name; expected key: value"),
    "directive": ("%YAML 1.1\n---\nname: a\n", "1: a directive (%) is used; expected plain YAML"),
    "second document": ("name: a\n---\nname: b\n", "2: a second document begins here; expected one scenario in a file"),
    "deep brackets": ("[" * 100_000, "1: the file is nested too deeply; expected at most 20 levels"),
    "deep lists": ("- " * 100_000, "1: the file is nested too deeply; expected at most 20 levels"),
    "line break in a key": ('name: a\n"x\\ny": 1\n', "2: x\\ny: is not a known key; expected one of"),
    # Inheritance.
    "missing parent": ("name: a\nextends: baseline\n", "2: extends: 'baseline' does not exist"),
    "folder as a parent": ("name: a\nextends: .\n", "2: extends: '.' is a folder; expected a scenario file"),
    "absolute parent": (
        "name: a\nextends: /etc/passwd\n",
        "2: extends: '/etc/passwd' is not a path relative to this file; expected a path such as baseline.yaml",
    ),
    "parent outside": (
        "name: a\nextends: ../b.yaml\n",
        "2: extends: '../b.yaml' is outside the folder of the scenario; expected a file in that folder or below",
    ),
    "own parent": ("name: a\nextends: a.yaml\n", "2: extends: 'a.yaml' closes a circle: a.yaml -> a.yaml"),
    "list of parents": ("name: a\nextends: [b]\n", "2: extends: is a list; expected the path of another scenario file"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_gives_this_line(case: str, write: Write) -> None:
    text, line = BROKEN[case]
    with pytest.raises(ScenarioFaults) as caught:
        load_scenario(write(text))
    first, *others = str(caught.value).splitlines()
    assert not others
    assert first == f"a.yaml:{line}" or (line.endswith("one of") and first.startswith(f"a.yaml:{line}"))


def test_all_faults_are_reported_at_once_in_the_order_of_lines(write: Write) -> None:
    write("name: b\nweeks: x\n", "b.yaml")
    file = write("weeks: 1\nname: a\nextends: b\nhousing: {settled_places: x, temporary_places: -1}\nlevers: [1]\n")
    with pytest.raises(ScenarioFaults) as caught:
        load_scenario(file, ["seed=x"])
    places = [(Path(fault.file).name, fault.line) for fault in caught.value.faults]
    assert places == [("a.yaml", 1), ("a.yaml", 4), ("a.yaml", 4), ("a.yaml", 5), ("b.yaml", 2), ("--set", 0)]


def test_no_dates_are_blamed_when_it_is_not_known_when_the_run_is(write: Write) -> None:
    with pytest.raises(ScenarioFaults, match=r"\Aa.yaml:4: weeks: 'x' is not a whole number[^\n]*\Z"):
        load_scenario(write(lever(day="2100-01-01") + "weeks: x\n"))


@pytest.mark.parametrize("parent", ["name: b\nweeks: [\n", "name: b\nextends: [c]\n", "name: b\nextends: c\n"])
def test_no_dates_are_blamed_when_a_parent_cannot_be_read(parent: str, write: Write) -> None:
    write(parent, "b.yaml")
    with pytest.raises(ScenarioFaults, match=r"\Ab.yaml:[^\n]*\Z"):
        load_scenario(write(lever(day="2100-01-01") + "extends: b\n"))


def test_a_missing_file_suggests_the_nearest(write: Write) -> None:
    write("name: a\n", "baseline.yaml")
    with pytest.raises(ScenarioFaults) as caught:
        load_scenario("basline")
    assert str(caught.value) == "basline: does not exist; did you mean baseline.yaml?"


@pytest.mark.parametrize("path", ["", ".", "no/such/folder/a.yaml", "a\0b", "x" * 5000, "/dev/null", "/dev/zero"])
def test_a_path_that_is_no_file_is_a_fault(path: str, write: Write) -> None:
    write("name: a\n")
    with pytest.raises(ScenarioFaults) as caught:
        load_scenario(path)
    assert len(str(caught.value).splitlines()) == 1


def test_a_folder_is_a_fault(write: Write) -> None:
    write("name: a\n", "folder/a.yaml")
    with pytest.raises(ScenarioFaults, match=r"^folder: is a folder; expected a scenario file$"):
        load_scenario("folder")


def test_permission_denied_is_a_fault(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write("name: a\n")

    def deny(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", deny)
    with pytest.raises(ScenarioFaults, match=r"^a.yaml: may not be read: permission denied$"):
        load_scenario(file)


def test_links_cannot_lead_outside_the_folder(write: Write, tmp_path: Path) -> None:
    write("name: secret\nweeks: x\n", "outside/secret.yaml")
    inside = write("name: a\nextends: link.yaml\n", "inside/a.yaml")
    (tmp_path / "inside/link.yaml").symlink_to(tmp_path / "outside/secret.yaml")
    with pytest.raises(ScenarioFaults, match=r"'link.yaml' is outside the folder of the scenario"):
        load_scenario(inside)


def test_a_loop_of_links_is_a_fault(write: Write, tmp_path: Path) -> None:
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    file = write("name: a\nextends: loop.yaml\n")
    with pytest.raises(ScenarioFaults, match=r"'loop.yaml' cannot be read"):
        load_scenario(file)
    with pytest.raises(ScenarioFaults, match="cannot be read"):
        load_scenario("loop.yaml")


def test_a_circle_of_files_shows_the_chain(write: Write) -> None:
    write("name: b\nextends: sub/c\n", "b.yaml")
    write("name: c\nextends: ../b.yaml\n", "sub/c.yaml")
    with pytest.raises(ScenarioFaults) as caught:
        load_scenario(write("name: a\nextends: b\n"))
    line = "sub/c.yaml:2: extends: '../b.yaml' closes a circle: b.yaml -> sub/c.yaml -> b.yaml"
    assert str(caught.value) == line


def test_files_elsewhere_are_shown_whole(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write("name: a b\n")
    monkeypatch.chdir("/")
    assert str(Fault(str(file), 1, "x", "y")).endswith("a.yaml:1: x: y")
    assert str(Fault("/elsewhere/\x1b.yaml", 0, "", "y")) == "elsewhere/\\x1b.yaml: y"


def test_faults_travel_between_processes() -> None:
    faults = ScenarioFaults([Fault("a", 1, "b", "c", "d", "e")])
    assert pickle.loads(pickle.dumps(faults)).faults == faults.faults
    assert str(faults) == "a:1: b: c; expected d; did you mean e?"
