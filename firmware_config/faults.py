"""What is wrong with a file: where, what was found, what is allowed. A secret's value is in none of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic_core import ErrorDetails

from firmware_config import words
from firmware_config.field import SECRET
from firmware_config.hints import meant
from firmware_config.parts import Where
from firmware_config.schema import Configuration
from firmware_config.section import Section
from firmware_config.table import keys_of, path_of, row_at, rows
from firmware_config.tree import Flaw, Place, Tree

_LENGTHS = {
    "too_short": "too few",
    "too_long": "too many",
    "string_too_short": "too short",
    "string_too_long": "too long",
}
_BOUNDS = frozenset({"greater_than", "greater_than_equal", "less_than", "less_than_equal", "finite_number"})


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong."""

    file: Path
    line: int | None
    """From 1, as `column`; None where the file as a whole cannot be read."""
    column: int | None
    where: str
    """The key's path, as `cameras.0.room`; empty for the file as a whole."""
    what: str
    found: str = ""
    """What was written; empty where that says nothing or must not be shown."""
    allowed: str = ""
    suggestion: str = ""
    """What was probably meant."""

    def __str__(self) -> str:
        """`file:line:column: key: what is wrong, found ...; allowed: ...; did you mean ...?`, on one line."""
        file = str(self.file).encode("utf-8", "backslashreplace").decode()
        place = ":".join([file, *(str(part) for part in (self.line, self.column) if part is not None)])
        parts = [f"{self.what}, found {self.found}" if self.found else self.what]
        parts += [f"allowed: {self.allowed}"] if self.allowed else []
        parts += [f"did you mean {self.suggestion}?"] if self.suggestion else []
        return ": ".join([place, *([self.where] if self.where else []), "; ".join(parts)])


class InvalidConfigurationError(Exception):
    """The file cannot be used; `faults` names everything found, in the order of the file."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Carry all faults."""
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.line or 0, fault.column or 0, fault.where)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


def of_flaw(file: Path, flaw: Flaw) -> Fault:
    """Something that is wrong with the YAML."""
    return Fault(file, *flaw.place, _key(flaw.where), flaw.what, allowed=flaw.allowed)


def of_errors(
    file: Path, tree: Tree, errors: list[ErrorDetails], model: type[Section] = Configuration
) -> Iterator[Fault]:
    """What validation against `model` found; what was said of the YAML already is not said again."""
    spoilt = {flaw.where for flaw in tree.flaws if flaw.spoils}
    for error in errors:
        if error["loc"] not in spoilt and not _follows(error, errors):
            yield _of_error(file, tree, error, model)


def _of_error(file: Path, tree: Tree, error: ErrorDetails, model: type[Section]) -> Fault:
    where, kind, row = error["loc"], error["type"], row_at(error["loc"], model)
    allowed = f"a section of {', '.join(keys_of((), model))}" if row is None else row.allowed
    place = tree.value_at(where)
    if kind == "extra_forbidden":
        return _unknown(file, tree.keys[where], where, model)
    if kind == "missing":
        return Fault(file, *place, _key(where), "missing", allowed=allowed)
    shown = _shown(error["input"], where, model)
    suggestion = "" if row is None or row.facts.privacy is SECRET else meant(kind, error["input"], row)
    if kind == "refused":
        told = error["ctx"]
        found = "" if error["input"] is None else shown
        return Fault(file, *place, _key(where), told["what"], found, told["allowed"] or allowed, suggestion)
    return Fault(file, *place, _key(where), _what(kind), shown, allowed, suggestion)


def _unknown(file: Path, place: Place, where: Where, model: type[Section]) -> Fault:
    """A key that is not known; what it holds is not shown: it may be a password."""
    above, word, known = where[:-1], str(where[-1]), keys_of(where[:-1], model)
    name, divided, _ = word.partition(":")
    if divided:
        allowed = f"`{words.printable(name)}: value`"
        return Fault(file, *place, _key((*above, name)), "no space after the `:`", allowed=allowed)
    suggestion = "a decimal point" if word.isdecimal() else words.nearest(word, known) or _elsewhere(where, model)
    return Fault(file, *place, _key(where), "unknown key", "", f"one of {', '.join(known)}", suggestion)


def _elsewhere(where: Where, model: type[Section]) -> str:
    """The key one or more sections further out or in, where it is right."""
    above = path_of(where[:-1])
    for row in rows(model):
        outer, inner = sorted((row.path[:-1], above), key=len)
        if row.path[-1] == where[-1] and inner[: len(outer)] == outer:
            return row.key
    return ""


def _what(kind: str) -> str:
    if kind in _BOUNDS:
        return "out of range"
    if kind in _LENGTHS:
        return _LENGTHS[kind]
    return "wrong type" if kind.endswith("_type") else "not allowed"


def _shown(value: object, where: Where, model: type[Section]) -> str:
    """The value, where it may be shown; of what should be a section only the sort, since it might be anything."""
    row = row_at(where, model)
    if row is None or row.section is not None:
        return words.kind(value)
    return "" if row.facts.privacy is SECRET else words.found(value)


def _follows(error: ErrorDetails, errors: list[ErrorDetails]) -> bool:
    """Whether a list is too short only because one of its items is wrong."""
    where = error["loc"]
    return error["type"] == "too_short" and any(
        len(other["loc"]) > len(where) and other["loc"][: len(where)] == where for other in errors
    )


def _key(where: Where) -> str:
    return ".".join(words.printable(str(step)) for step in where)
