"""The table of all fields: the models walked into rows, for faults, redaction, docs and reload."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args

from pydantic.fields import FieldInfo

from firmware_config import words
from firmware_config.field import FRACTION, NO_UNIT, Facts, facts
from firmware_config.parts import ANY, Where
from firmware_config.schema import Configuration
from firmware_config.section import Section

_UNITS = {NO_UNIT: "", FRACTION: "", "1/s": "per second"}


@dataclass(frozen=True, slots=True)
class Row:
    """All that is known of a field."""

    path: tuple[str, ...]
    """Keys from the top; `ANY` for each item of a list."""
    name: str
    """Of the model's attribute; the last of `path` but where that is a word of Python's."""
    facts: Facts
    live: bool
    required: bool
    default: object
    allowed: str
    choices: tuple[str, ...]
    """Of a field that has a few words as values."""
    section: type[Section] | None
    """Where the field holds a section, or a list of them."""

    @property
    def key(self) -> str:
        """As people write it: `cameras[].source.rtsp.url`."""
        return ".".join(self.path).replace(f".{ANY}", "[]")


@cache
def rows(model: type[Section] = Configuration) -> tuple[Row, ...]:
    """Every field of a model, by default a box's configuration; sections before what is in them."""
    return tuple(_walk(model, (), live=None))


@cache
def _by_path(model: type[Section]) -> dict[tuple[str, ...], Row]:
    return {row.path: row for row in rows(model)}


def path_of(where: Where) -> tuple[str, ...]:
    """A place's path in the table."""
    return tuple(ANY if isinstance(step, int) else step for step in where)


def row_at(where: Where, model: type[Section] = Configuration) -> Row | None:
    """The field at a place, or the innermost one around it; None at the top."""
    path = path_of(where)
    while path and path not in _by_path(model):
        path = path[:-1]
    return _by_path(model).get(path)


def keys_of(where: Where, model: type[Section] = Configuration) -> tuple[str, ...]:
    """The keys that the section at a place has."""
    path = path_of(where)
    return tuple(row.path[-1] for row in rows(model) if row.path[:-1] == path)


def section_of(info: FieldInfo) -> tuple[type[Section] | None, bool]:
    """The section that a field holds, if it does, and whether it holds a list of them."""
    return _section(info.annotation)


def _walk(model: type[Section], above: tuple[str, ...], *, live: bool | None) -> Iterator[Row]:
    schema = model.model_json_schema(by_alias=True)
    for name, info in model.model_fields.items():
        told, key = facts(info), info.alias or name
        told_live = live if told.live is None else told.live
        if told_live is None:
            raise TypeError(f"nobody said whether {model.__name__}.{name} can be changed in a running agent")
        section, in_list = section_of(info)
        unit = _UNITS.get(told.unit, told.unit)
        prop = schema["properties"][key]
        allowed = words.allowed(prop, schema.get("$defs", {}), unit)
        default = None if info.is_required() else info.default
        path = (*above, key)
        yield Row(path, name, told, told_live, info.is_required(), default, allowed, _choices(prop), section)
        if section is not None:
            yield from _walk(section, (*path, ANY) if in_list else path, live=told_live)


def _choices(prop: dict[str, Any]) -> tuple[str, ...]:
    inner = (prop.get("items"), *prop.get("anyOf", ()))
    found = [*prop.get("enum", ()), *(choice for each in inner if each for choice in _choices(each))]
    return tuple(str(choice) for choice in found)


def _section(annotation: Any) -> tuple[type[Section] | None, bool]:  # noqa: ANN401  any annotation
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation, False
    for inner in get_args(annotation):
        section, _ = _section(inner)
        if section is not None:
            return section, getattr(annotation, "__origin__", None) is tuple
    return None, False
