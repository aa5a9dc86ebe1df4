"""How well an item fits the moment, by guideline. Pure, and simple enough to be told in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from facility_recommender.recommend.catalogue import Guideline, Item

WEIGHTS: Mapping[Guideline, float] = MappingProxyType(
    {Guideline.LESS_SITTING: 1.0, Guideline.BALANCE: 0.6, Guideline.STRENGTH: 0.4, Guideline.AEROBIC: 0.4}
)
"""After long sitting, breaking it counts most; then WHO 2020's balance >= 3, strength >= 2 days a week. [C]."""

NOTHING_NEW = 0.5
"""Factor for what somebody does plenty of already; [C]."""


@dataclass(frozen=True, slots=True)
class Scored:
    """An item and what its score is made of."""

    item: Item
    score: float
    parts: Mapping[Guideline, float]
    nothing_new: bool
    """Lowered because the person does it already."""


def score(item: Item, *, walks_already: bool) -> Scored:
    """Add up how far the item goes towards each advice."""
    parts = {guideline: WEIGHTS[guideline] * share for guideline, share in item.serves.items()}
    nothing_new = item.walking and walks_already
    return Scored(item, sum(parts.values()) * (NOTHING_NEW if nothing_new else 1.0), parts, nothing_new)
