"""YAML text as a tree of keys and texts with their lines; nothing is interpreted and nothing is built from tags.

Only plain YAML is taken: mappings, lists and texts. Tags, anchors, aliases, merge keys, directives and second documents
are refused, so a file says what it means where it stands and cannot grow when it is read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn, TypeAlias

import yaml
from yaml.reader import Reader

from ttg_sim.scenario.faults import Report, quoted

DEEPEST = 20
MOST_NODES = 20_000
UNPRINTABLE = Reader.NON_PRINTABLE
"""Characters that YAML does not allow in a file, halves of characters among them."""
NULLS = ("", "~", "null", "Null", "NULL")

_PLAIN_WORDS = (
    ("\\t", "a tab is used to indent", "spaces"),
    ("mapping values are not allowed", "a colon is not allowed here", "text that holds a colon to be in quotes"),
    ("could not find expected ':'", "a key has no colon after it", "key: value"),
    ("found unexpected end of stream", "a quotation mark or bracket is not closed", ""),
    ("expected <block end>", "this line does not fit the lines above it", "keys of one group to start in one column"),
    ("expected ',' or", "a bracket is not closed, or a comma is missing", ""),
    ("expected the node content", "a value is missing, or a bracket is not closed", ""),
    ("undefined alias", "an alias (*) is used", "the value itself"),
    ("unknown escape character", "a backslash in double quotes begins an unknown escape", ""),
    ("cannot start any token", "a line begins with a sign that YAML reserves", "text with signs to be in quotes"),
)
"""A piece of the parser's message, what it means to the writer of the file, and what was expected."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value, as written."""

    text: str
    line: int
    quoted: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether nothing is written where a value should be."""
        return not self.quoted and self.text == ""

    @property
    def is_null(self) -> bool:
        """Whether the value is `null`, written out."""
        return not self.quoted and not self.is_blank and self.text in NULLS


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value and the line of the key."""

    key: str
    line: int
    node: Node


@dataclass(frozen=True, slots=True)
class Block:
    """Keys with values; no key is there twice."""

    entries: tuple[Entry, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of values."""

    items: tuple[Node, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that has been reported already and has no meaning."""

    line: int


Node: TypeAlias = Scalar | Block | Listing | Refused


def read_tree(text: str, report: Report) -> Node | None:
    """The tree of a text, None when there is nothing in it; `Refused` when it cannot be read, which is reported."""
    if found := UNPRINTABLE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        report.add(line, "", f"holds a character that is not text (code {ord(found.group())})", "plain text")
        return Refused(line)
    builder = _Builder(report)
    parser = yaml.SafeLoader(text)
    try:
        while parser.check_event():
            builder.take(parser.get_event())  # type: ignore[no-untyped-call]
    except _Hopeless:
        return Refused(1)
    except yaml.MarkedYAMLError as error:
        _report_syntax(error, report)
        return Refused(1)
    except (yaml.YAMLError, ValueError, OverflowError, IndexError):
        # The parser lets such errors out for escapes beyond the last character and for absurd version numbers.
        report.add(parser.line + 1, "", "is not valid YAML")
        return Refused(1)
    return builder.root


def _report_syntax(error: yaml.MarkedYAMLError, report: Report) -> None:
    mark = error.problem_mark or error.context_mark
    problem = error.problem or ""
    unknown = f"is not valid YAML ({problem})", ""
    what, expected = next((words for piece, *words in _PLAIN_WORDS if piece in problem), unknown)
    report.add(mark.line + 1 if mark else 1, "", what, expected)


class _Hopeless(Exception):
    """Reading on would only add noise; the reason is reported."""


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not been reached."""

    path: str
    line: int
    is_list: bool
    key: tuple[str, int] | None = None
    entries: dict[str, Entry] = field(default_factory=dict)
    items: list[Node] = field(default_factory=list)

    @property
    def wants_key(self) -> bool:
        return not self.is_list and self.key is None

    @property
    def path_of_next(self) -> str:
        """Dotted path of the value that comes next; items of lists are counted from 1."""
        if self.is_list:
            return f"{self.path}[{len(self.items) + 1}]"
        key = self.key[0] if self.key else ""
        return f"{self.path}.{key}" if self.path else key

    def closed(self) -> Node:
        if self.is_list:
            return Listing(tuple(self.items), self.line)
        return Block(tuple(self.entries.values()), self.line)


class _Builder:
    """Builds the tree from the parser's events with a stack of its own, so that deep files cannot exhaust Python's."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.root: Node | None = None
        self._line = 1
        self._open: list[_Open] = []
        self._documents = 0
        self._nodes = 0

    def take(self, event: yaml.Event) -> None:
        """Add one event to the tree."""
        if event.start_mark is not None:
            self._line = event.start_mark.line + 1
        if isinstance(event, yaml.DocumentStartEvent):
            self._begin_document(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            closed = self._open.pop().closed()
            self._place(closed)
        elif isinstance(event, yaml.NodeEvent):
            self._take_node(event)

    def _begin_document(self, event: yaml.DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            self._stop("a second document begins here", "one scenario in a file")
        if event.version or event.tags:
            self.report.add(self._line, "", "a directive (%) is used", "plain YAML")

    def _take_node(self, event: yaml.NodeEvent) -> None:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            self._stop("the file holds too many values for a scenario", f"at most {MOST_NODES}")
        if self._open and self._open[-1].wants_key:
            self._take_key(event)
        elif isinstance(event, yaml.AliasEvent):
            self.report.add(self._line, self._path, "an alias (*) is used", "the value itself")
            self._place(Refused(self._line))
        else:
            self._refuse_marks(event, self._path)
            self._take_value(event)

    def _take_value(self, event: yaml.NodeEvent) -> None:
        if isinstance(event, yaml.ScalarEvent):
            text = str(event.value)
            if UNPRINTABLE.search(text):
                self.report.add(self._line, self._path, "holds a character that is not text", "plain text")
            self._place(Scalar(text, self._line, quoted=event.style is not None))
            return
        if len(self._open) == DEEPEST:
            self._stop("the file is nested too deeply", f"at most {DEEPEST} levels")
        self._open.append(_Open(self._path, self._line, is_list=isinstance(event, yaml.SequenceStartEvent)))

    def _take_key(self, event: yaml.NodeEvent) -> None:
        block = self._open[-1]
        if not isinstance(event, yaml.ScalarEvent):
            self._stop("a key is not a name", "key: value")
        key = str(event.value)
        block.key = (key, self._line)
        self._refuse_marks(event, block.path_of_next)
        if key == "<<" and event.style is None:
            self.report.add(self._line, block.path_of_next, "a merge key is used", "the keys themselves, or extends")
        elif key in block.entries:
            first = block.entries[key].line
            self.report.add(self._line, block.path_of_next, f"is given twice; the first is on line {first}")

    def _refuse_marks(self, event: yaml.NodeEvent, path: str) -> None:
        """Report a tag and an anchor; the value they stand before is still checked."""
        tag = getattr(event, "tag", None)
        if tag is not None:
            shown = quoted(str(tag).replace("tag:yaml.org,2002:", "!!"))
            self.report.add(self._line, path, f"a tag ({shown}) is used", "the value alone")
        if event.anchor is not None:
            self.report.add(self._line, path, "an anchor (&) is used", "the value alone")

    @property
    def _path(self) -> str:
        return self._open[-1].path_of_next if self._open else ""

    def _place(self, node: Node) -> None:
        """Put a finished value where it belongs; a key that is there already keeps its first value."""
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if parent.is_list:
            parent.items.append(node)
        elif parent.key is not None:
            key, line = parent.key
            if key != "<<":
                parent.entries.setdefault(key, Entry(key, line, node))
            parent.key = None

    def _stop(self, what: str, expected: str) -> NoReturn:
        self.report.add(self._line, "", what, expected)
        raise _Hopeless
