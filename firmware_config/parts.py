"""Looking into a configuration that may be wrong anywhere: plain mappings, lists and values, as they were written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias, TypeVar

from pydantic import BaseModel, ValidationError

Where: TypeAlias = tuple[str | int, ...]
Kind = TypeVar("Kind", bound=BaseModel)
ANY = "*"


def plain(data: object) -> object:
    """The same with sections as mappings, for what was built in Python and not read from a file."""
    if isinstance(data, BaseModel):
        return plain({_key(data, name): getattr(data, name) for name in data.model_fields_set})
    if isinstance(data, dict):
        return {key: plain(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [plain(value) for value in data]
    return data


def each(data: object, *path: str) -> Iterator[tuple[Where, object]]:
    """Everything at a path, with where it is; `ANY` stands for each item of a list.

    >>> list(each({"cameras": [{"id": "a"}, {"room": "b"}]}, "cameras", ANY, "id"))
    [(('cameras', 0, 'id'), 'a')]
    """
    if not path:
        yield (), data
        return
    first, rest = path[0], path[1:]
    inside: list[tuple[str | int, object]] = []
    if first == ANY and isinstance(data, list):
        inside = list(enumerate(data))
    elif isinstance(data, dict) and first in data:
        inside = [(first, data[first])]
    for step, value in inside:
        for where, found in each(value, *rest):
            yield (step, *where), found


def sections(data: object, *path: str) -> Iterator[tuple[Where, dict[str, object]]]:
    """Every mapping at a path, with where it is."""
    for where, found in each(data, *path):
        if isinstance(found, dict):
            yield where, found


def valid(kind: type[Kind], value: object) -> Kind | None:
    """A part as its model, if nothing is wrong with it."""
    try:
        return kind.model_validate(value)
    except ValidationError:
        return None


def _key(section: BaseModel, name: str) -> str:
    return type(section).model_fields[name].alias or name
