"""From YAML text to plain mappings, lists and values, each with its place; nothing in it is ever executed.

A smaller language than YAML 1.1: only `true` and `false` are booleans (`off`, `yes`, `no` are text), only decimal
numbers are numbers (`13:00`, `0x1f`, `1_000` are text), and no tag makes an object.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import yaml

from firmware_config.parts import Where

MOST_BYTES = 256 * 1024
"""Of a file. A box with 8 cameras and 20 zones each stays below a quarter of it. [C]"""
MOST_VALUES = 20_000
"""After all aliases are followed. [C]"""
DEEPEST = 24
"""Levels of nesting; a configuration has 7. [C]"""
_TAG = "tag:yaml.org,2002:"
_SAID = (
    ("found character '\\t'", "a tab", "spaces"),
    ("found character '%'", "a value that begins with %", "text that begins with a sign in quotes"),
    ("found character", "a value that begins with a sign of YAML's own", "text that begins with a sign in quotes"),
    ("found undefined alias", "an alias without its anchor", "text that begins with * in quotes"),
    ("found duplicate anchor", "an anchor that is there already", "text that begins with & in quotes"),
    ("found unknown escape", "a backslash in double quotes that means nothing", "single quotes"),
    ("mapping values are not allowed", "a second `:` on one line", "text that holds `: ` in quotes; one key a line"),
    ("could not find expected ':'", "a line without `: `", "`key: value`"),
    (
        "expected <block end>",
        "a line that is not indented like its neighbours",
        "the same spaces for keys of a section",
    ),
    ("expected a single document", "a second document", "one document: a single `---` at most"),
)
_OPENED = (
    ("expected ',' or", "a bracket or brace that is not closed, or a missing comma", "[a, b] or {key: value}"),
    ("found unexpected end of stream", "a quote that is not closed", "the same quote at both ends"),
)


class Place(NamedTuple):
    """Both from 1; columns count characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that YAML allows and we do not, or that is no YAML."""

    where: Where
    place: Place
    what: str
    allowed: str = ""
    spoils: bool = False
    """Whether the value is not what was written, so that no more can be said of it."""


class NoTreeError(Exception):
    """There is nothing to look at."""

    def __init__(self, flaw: Flaw) -> None:
        """Carry what is wrong."""
        super().__init__(flaw.what)
        self.flaw = flaw


@dataclass(frozen=True, slots=True)
class Tree:
    """What a text says, and where."""

    data: object
    keys: Mapping[Where, Place]
    values: Mapping[Where, Place]
    flaws: tuple[Flaw, ...]

    def value_at(self, where: Where) -> Place:
        """Of the value, or of the innermost section around what is not there."""
        while where not in self.values:
            where = where[:-1]
        return self.values[where]

    def key_at(self, where: Where) -> Place:
        """Of the key, or of the value of what has none."""
        return self.keys.get(where) or self.value_at(where)


def parse(text: str) -> Tree:
    """Read a text.

    Raises:
        NoTreeError: it is no YAML, or more than a configuration can be.
    """
    try:
        loader = _Loader(text)
        try:
            root = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.reader.ReaderError as fault:
        raise NoTreeError(Flaw((), _place_in(text, fault.position), *_unseen(text[fault.position]))) from None
    except yaml.MarkedYAMLError as fault:
        raise NoTreeError(_said(fault)) from None
    except (ValueError, OverflowError):  # PyYAML's own, for an escape or a version beyond all numbers
        raise NoTreeError(Flaw((), Place(1, 1), "no valid YAML: a number in it is beyond all bounds")) from None
    if root is None or (isinstance(root, yaml.ScalarNode) and root.tag == _TAG + "null"):
        raise NoTreeError(Flaw((), Place(1, 1), "the file says nothing", "`key: value` lines"))
    builder = _Builder()
    data = builder.build(root, ())
    return Tree(data, builder.keys, builder.values, tuple(builder.flaws))


class _Loader(yaml.SafeLoader):
    """Composes nodes, no deeper than a configuration goes; makes no objects."""

    yaml_implicit_resolvers = {}  # noqa: RUF012  filled below
    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        self._depth += 1
        if self._depth > DEEPEST:
            deepest = self.peek_event()  # type: ignore[no-untyped-call]
            raise NoTreeError(Flaw((), _place(deepest.start_mark), "nested too deep", f"{DEEPEST} levels"))
        node: yaml.Node | None = super().compose_node(parent, index)
        self._depth -= 1
        return node


_TRUE = frozenset({"true", "True", "TRUE"})
_SCALARS: Mapping[str, tuple[re.Pattern[str], list[str], Callable[[str], object]]] = {
    "null": (re.compile(r"(?:~|null|Null|NULL|)\Z"), ["~", "n", "N", ""], lambda _: None),
    "bool": (re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z"), list("tTfF"), lambda text: text in _TRUE),
    "int": (re.compile(r"[-+]?(?:0|[1-9][0-9]{0,14})\Z"), list("-+0123456789"), int),
    "float": (
        re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z"),
        list("-+.0123456789"),
        float,
    ),
    "str": (re.compile(r"(?s:.*)\Z"), [], str),
}


def resolvers() -> Iterator[tuple[re.Pattern[str], list[str], str]]:
    """How plain text is told from other values: pattern, first signs and tag of each kind."""
    for name, (pattern, first, _) in _SCALARS.items():
        if first:
            yield pattern, first, _TAG + name


for _pattern, _first, _tag in resolvers():
    _Loader.add_implicit_resolver(_tag, _pattern, _first)


@dataclass(slots=True)
class _Builder:
    """Follows nodes and remembers places."""

    keys: dict[Where, Place] = field(default_factory=dict)
    values: dict[Where, Place] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)

    def build(self, node: yaml.Node, where: Where) -> object:
        """The data of a node.

        Raises:
            NoTreeError: aliases make more of it than a configuration can be.
        """
        place = self.values[where] = _place(node.start_mark)
        if len(self.values) > MOST_VALUES or len(where) > DEEPEST:
            most = f"{MOST_VALUES} values, {DEEPEST} levels"
            raise NoTreeError(Flaw((), place, "more than a configuration can hold, aliases followed", most))
        if isinstance(node, yaml.MappingNode) and node.tag == _TAG + "map":
            return self._mapping(node, where)
        if isinstance(node, yaml.SequenceNode) and node.tag == _TAG + "seq":
            return [self.build(item, (*where, index)) for index, item in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode) and node.tag.startswith(_TAG):
            return self._scalar(node, where, place)
        self.flaws.append(
            Flaw(where, place, "a YAML tag (!...)", "plain values; text that begins with ! in quotes", spoils=True)
        )
        return None

    def _mapping(self, node: yaml.MappingNode, where: Where) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, value in node.value:
            place = _place(key.start_mark)
            if not isinstance(key, yaml.ScalarNode) or not key.value:
                self.flaws.append(Flaw(where, place, "a key that is no word", "`key: value`"))
            elif key.value in found:
                first = self.keys[*where, key.value].line
                self.flaws.append(
                    Flaw((*where, key.value), place, "the same key twice", f"each key once; it is on line {first}")
                )
            else:
                self.keys[*where, key.value] = place
                found[key.value] = self.build(value, (*where, key.value))
        return found

    def _scalar(self, node: yaml.ScalarNode, where: Where, place: Place) -> object:
        known = _SCALARS.get(node.tag.removeprefix(_TAG))
        if known is None or known[0].match(node.value) is None:
            self.flaws.append(Flaw(where, place, "a YAML tag that does not fit", "a plain value", spoils=True))
            return None
        if (unseen := next((sign for sign in node.value if not sign.isprintable()), None)) is not None:
            self.flaws.append(Flaw(where, place, *_unseen(unseen), spoils=True))
        return known[2](node.value)


def _unseen(sign: str) -> tuple[str, str]:
    return f"a character that cannot be seen (U+{ord(sign):04X})", "printable characters, on one line"


def _said(fault: yaml.MarkedYAMLError) -> Flaw:
    """In our words: PyYAML's quote what was written, which may be a password."""
    problem = f"{fault.problem or ''} {fault.context or ''}"
    for begins, what, allowed in _OPENED:
        if problem.startswith(begins):
            return Flaw((), _place(fault.context_mark or fault.problem_mark), what, allowed)
    for begins, what, allowed in _SAID:
        if begins in problem:
            return Flaw((), _place(fault.problem_mark), what, allowed)
    return Flaw((), _place(fault.problem_mark or fault.context_mark), "no valid YAML")


def _place(mark: yaml.Mark | None) -> Place:
    return Place(1, 1) if mark is None else Place(mark.line + 1, mark.column + 1)


def _place_in(text: str, position: int) -> Place:
    before = text[:position]
    return Place(before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1)
