"""The text of a value, read as what its parameter declares it to be.

YAML's own guesses are not used: to YAML `010` is eight, `1:30` is ninety and `no` is false.
"""

from __future__ import annotations

import math
import re
from datetime import date

from ttg_sim.parameter import Kind, Parameter, Value
from ttg_sim.scenario.faults import Refusal, Report, quoted
from ttg_sim.scenario.names import nearest
from ttg_sim.scenario.reader import Block, Entry, Listing, Node, Refused, Scalar

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
"""Dates beyond these are slips, and the calendar of a run could not be worked out near the ends of time."""
MOST_DIGITS = 30
DATE_WORDS = "a date written year-month-day"

_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_NUMBER = re.compile(r"[-+]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
_GROUPED = re.compile(r"[-+]?[0-9]{1,3}([,_ ][0-9]{3})+(\.[0-9]+)?")
_WITH_UNIT = re.compile(r"([-+]?[0-9][0-9,.]*)\s+[A-Za-z].*")
_DECIMAL_COMMA = re.compile(r"[-+]?[0-9]+,([0-9]{1,2}|[0-9]{4,})")
_AROUND_NUMBERS = " £$€\u201c\u201d\u2018\u2019\u00a0"
_INFINITE = re.compile(r"[-+]?\.?(inf|infinity|nan)", re.IGNORECASE)
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/. ]([0-9]{1,2})[-/. ]([0-9]{1,2})([T ].*)?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})")
_SWITCH_WORDS = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}
_SWITCH_DIGITS = {"1": "true", "0": "false"}


def read_value(parameter: Parameter, entry: Entry, path: str, report: Report) -> Value | None:
    """The value of a parameter; None when there is a fault, which is then reported with its line."""
    node = entry.node
    if isinstance(node, Refused):
        return None
    if parameter.kind is Kind.SHARES:
        return _read_shares(parameter, entry, path, report)
    try:
        return _read_single(parameter, _scalar(node, expected(parameter)))
    except Refusal as refusal:
        report.refuse(entry.line, path, refusal)
        return None


def read_text(entry: Entry, path: str, report: Report, wanted: str) -> str | None:
    """A text; None when there is a fault, which is then reported."""
    if isinstance(entry.node, Refused):
        return None
    try:
        return _scalar(entry.node, wanted).text
    except Refusal as refusal:
        report.refuse(entry.line, path, refusal)
        return None


def read_date(entry: Entry, path: str, report: Report) -> date | None:
    """A date; None when there is a fault, which is then reported."""
    if isinstance(entry.node, Refused):
        return None
    try:
        return _day(_scalar(entry.node, DATE_WORDS))
    except Refusal as refusal:
        report.refuse(entry.line, path, refusal)
        return None


def expected(parameter: Parameter) -> str:
    """Words for what a value may be, with bounds written out in full."""
    if parameter.kind not in (Kind.NUMBER, Kind.COUNT) or parameter.low is None or parameter.high is None:
        return parameter.expected()
    what = "a whole number" if parameter.kind is Kind.COUNT else "a number"
    unit = f" ({parameter.unit})" if parameter.unit else ""
    return f"{what} from {format_number(parameter.low)} to {format_number(parameter.high)}{unit}"


def describe(node: Node) -> str:
    """Words for what is written in place of something else."""
    if isinstance(node, Block):
        return "is a group of keys"
    if isinstance(node, Listing):
        return "is a list"
    if isinstance(node, Scalar) and not node.is_blank:
        return "is null" if node.is_null else "is a single value"
    return "is left blank"


def format_number(value: float) -> str:
    """A number with all the digits that it has and no more."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def format_value(parameter: Parameter, value: Value) -> str:
    """A value as a reader of a table wants it; apart from shares, also as a scenario file has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return ", ".join(f"{name} {format_number(value[name])}" for name in parameter.choices if name in value)
    if isinstance(value, int | float):
        return format_number(value)
    return str(value)


def _scalar(node: Node, wanted: str) -> Scalar:
    """The node itself, when something single is written there.

    Raises:
        Refusal: it is blank, a group of keys or a list.
    """
    if isinstance(node, Scalar) and not node.is_blank and not node.is_null:
        return node
    raise Refusal(describe(node), wanted)


def _read_single(parameter: Parameter, scalar: Scalar) -> Value:
    match parameter.kind:
        case Kind.SWITCH:
            return _switch(scalar)
        case Kind.SWITCH_OR_CHOICE:
            return _switch_or_choice(parameter, scalar)
        case Kind.DATE:
            return _day(scalar)
        case Kind.CHOICE:
            return _choice(parameter, scalar)
        case Kind.COUNT:
            return _in_range(parameter, scalar, _whole(scalar, expected(parameter)))
        case _:
            return _in_range(parameter, scalar, _number(scalar, expected(parameter)))


def _in_range(parameter: Parameter, scalar: Scalar, value: float) -> float:
    if parameter.fault(value):
        raise Refusal(f"{quoted(scalar.text)} is out of range", expected(parameter))
    return value


def _whole(scalar: Scalar, wanted: str) -> int:
    text = scalar.text
    _refuse_quotes(scalar, wanted)
    if _WHOLE.fullmatch(text):
        if len(text) > MOST_DIGITS:
            raise Refusal(f"{quoted(text)} is out of range", wanted)
        return int(text)
    raise Refusal(f"{quoted(text)} is not a whole number", wanted, _nearest_whole(text))


def _number(scalar: Scalar, wanted: str) -> float:
    text = scalar.text
    _refuse_quotes(scalar, wanted)
    if not _NUMBER.fullmatch(text):
        what = "is not a finite number" if _INFINITE.fullmatch(text) else "is not a number"
        raise Refusal(f"{quoted(text)} {what}", wanted, _nearest_number(text))
    value = float(text)
    if not math.isfinite(value):
        raise Refusal(f"{quoted(text)} is out of range", wanted)
    # Adding zero turns minus zero into zero, so that one world has one identity.
    return value + 0.0


def _refuse_quotes(scalar: Scalar, wanted: str) -> None:
    if scalar.quoted:
        near = _nearest_number(scalar.text)
        raise Refusal(f"{quoted(scalar.text)} is in quotes, which makes it text", wanted, near)


def _nearest_number(text: str) -> str:
    """The number that was probably meant: without currency, unit, separators, leading zeros or a per cent sign."""
    if len(text) > MOST_DIGITS:
        return ""
    bare = text.strip(_AROUND_NUMBERS)
    if found := _WITH_UNIT.fullmatch(bare):
        bare = found.group(1)
    if _DECIMAL_COMMA.fullmatch(bare):
        bare = bare.replace(",", ".")
    if _GROUPED.fullmatch(bare):
        bare = re.sub("[,_ ]", "", bare)
    bare = re.sub(r"^([-+]?)0+(?=[0-9])", r"\1", bare)
    if bare.endswith("%") and _NUMBER.fullmatch(bare[:-1]):
        return f"{float(bare[:-1]) / 100:.12g}"
    return bare if _NUMBER.fullmatch(bare) else ""


def _nearest_whole(text: str) -> str:
    near = _nearest_number(text)
    if not near:
        return ""
    value = float(near)
    return str(int(value)) if abs(value) < 1e15 and value == int(value) else ""


def _switch(scalar: Scalar) -> bool:
    word = scalar.text.lower()
    if scalar.quoted:
        near = word if word in ("true", "false") else ""
        raise Refusal(f"{quoted(scalar.text)} is in quotes, which makes it text", "true or false", near)
    if word not in ("true", "false"):
        raise Refusal(f"{quoted(scalar.text)} is not a switch", "true or false", _SWITCH_WORDS.get(word, ""))
    return word == "true"


def _choice(parameter: Parameter, scalar: Scalar) -> str:
    if scalar.text not in parameter.choices:
        near = nearest(scalar.text, parameter.choices)
        raise Refusal(f"{quoted(scalar.text)} is not one of the choices", expected(parameter), near)
    return scalar.text


def _switch_or_choice(parameter: Parameter, scalar: Scalar) -> bool | str:
    text, word = scalar.text, scalar.text.lower()
    if text in parameter.choices:
        return text
    if word in ("true", "false"):
        if scalar.quoted:
            raise Refusal(f"{quoted(text)} is in quotes, which makes it text", expected(parameter), word)
        return word == "true"
    near = nearest(text, (*parameter.choices, "true", "false", *(word for word in _SWITCH_WORDS if len(word) > 1)))
    near = _SWITCH_WORDS.get(word) or _SWITCH_DIGITS.get(word) or _SWITCH_WORDS.get(near, near)
    raise Refusal(f"{quoted(text)} is not a switch or a choice", expected(parameter), near)


def _day(scalar: Scalar) -> date:
    """A date; quotes do no harm here, since a date cannot be read as anything else."""
    found = _DATE.fullmatch(scalar.text)
    if not found:
        raise Refusal(f"{quoted(scalar.text)} is not a date", DATE_WORDS, _nearest_date(scalar.text))
    try:
        day = date(*map(int, found.groups()))
    except ValueError:
        raise Refusal(f"{quoted(scalar.text)} is not a date that exists", DATE_WORDS) from None
    if not EARLIEST <= day <= LATEST:
        raise Refusal(f"{quoted(scalar.text)} is out of range", f"a date from {EARLIEST} to {LATEST}")
    return day


def _nearest_date(text: str) -> str:
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, found.groups()[:3])
    elif found := _DAY_FIRST.fullmatch(text):
        day, month, year = map(int, found.groups())
    else:
        return ""
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def _read_shares(parameter: Parameter, entry: Entry, path: str, report: Report) -> dict[str, float] | None:
    """A table of shares, in the order of its categories; every fault in it has its own line."""
    if not isinstance(entry.node, Block):
        report.add(entry.line, path, describe(entry.node), parameter.expected())
        return None
    before = len(report.faults)
    given = {share.key: _read_share(parameter, share, path, report) for share in entry.node.entries}
    for name in parameter.choices:
        if name not in given:
            report.add(entry.line, path, f"no share is given for {quoted(name)}", parameter.expected())
    shares = {name: share for name in parameter.choices if (share := given.get(name)) is not None}
    if len(report.faults) > before or len(shares) < len(parameter.choices):
        return None
    # What is left to be wrong concerns the table as a whole.
    if fault := parameter.fault(dict(shares)):
        report.add(entry.line, path, fault, parameter.expected())
        return None
    return shares


def _read_share(parameter: Parameter, share: Entry, path: str, report: Report) -> float | None:
    path = f"{path}.{share.key}"
    wanted = "a share from 0 to 1"
    if share.key not in parameter.choices:
        near = nearest(share.key, parameter.choices)
        report.add(share.line, path, "is not one of the categories", "" if near else parameter.expected(), near)
        return None
    if isinstance(share.node, Refused):
        return None
    try:
        value = _number(_scalar(share.node, wanted), wanted)
        if not 0 <= value <= 1:
            raise Refusal(f"{format_number(value)} is out of range", wanted)
    except Refusal as refusal:
        report.refuse(share.line, path, refusal)
        return None
    return value
