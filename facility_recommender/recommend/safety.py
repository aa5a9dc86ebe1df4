"""The hard filter: nothing that is, or may be, against a resident's traits is ever offered. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from facility_recommender.recommend.catalogue import Item
from facility_recommender.recommend.residents import Traits


@dataclass(frozen=True, slots=True)
class Blocked:
    """An item ruled out, and every trait that did so."""

    item: Item
    applies: tuple[str, ...]
    """Traits known to apply."""
    unknown: tuple[str, ...]
    """Traits nobody has told us about: unknown blocks like known."""


def screen(items: tuple[Item, ...], traits: Traits) -> tuple[tuple[Item, ...], tuple[Blocked, ...]]:
    """Part the items into those that may be offered and those that may not."""
    allowed: list[Item] = []
    blocked: list[Blocked] = []
    for item in items:
        applies = tuple(trait for trait in item.blocked_by if traits.get(trait) is True)
        unknown = tuple(trait for trait in item.blocked_by if trait not in traits)
        if applies or unknown:
            blocked.append(Blocked(item, applies, unknown))
        else:
            allowed.append(item)
    return tuple(allowed), tuple(blocked)
