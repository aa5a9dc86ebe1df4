"""Something wrong between fields, as rules say it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass

from firmware_config.parts import Where


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong between fields."""

    where: Where
    what: str
    allowed: str = ""
    found: object = None


def twice(
    what: str, named: Iterable[tuple[Where, object]], *, within: Where = (), show: bool = True
) -> Iterator[Problem]:
    """A problem for each name that was there before."""
    seen: set[Hashable] = set()
    for where, name in named:
        if not isinstance(name, Hashable) or name is None:
            continue
        if name in seen:
            yield Problem((*within, *where), f"the same {what} twice", "each once", name if show else None)
        seen.add(name)
