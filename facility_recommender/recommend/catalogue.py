"""The items that can be offered."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator


class Guideline(StrEnum):
    """What WHO 2020 asks of people of 65 and more."""

    LESS_SITTING = "less_sitting"
    AEROBIC = "aerobic"
    STRENGTH = "strength"
    BALANCE = "balance"


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Item(_Closed):
    """One thing to do."""

    id: str
    title: str
    how: str
    blocked_by: tuple[str, ...]
    """Traits with which it must not be done: the contra-indications."""
    met60: Annotated[float, Field(gt=0)] | None
    """MET60+; None where it depends on what is done."""
    serves: dict[Guideline, Annotated[float, Field(ge=0, le=1)]]
    """How far it goes towards each advice, 0-1; [C]."""
    walking: bool
    """It is walking: no news to somebody who walks a lot."""


class Catalogue(_Closed):
    """All items, and the traits they speak of in words."""

    version: int
    traits: dict[str, str]
    items: tuple[Item, ...]

    @model_validator(mode="after")
    def _consistent(self) -> Catalogue:
        ids = [item.id for item in self.items]
        if len(ids) != len(set(ids)):
            raise ValueError("two items have the same id")
        unknown = {trait for item in self.items for trait in item.blocked_by} - set(self.traits)
        if unknown:
            raise ValueError(f"no words for the traits {sorted(unknown)}")
        return self


@cache
def catalogue() -> Catalogue:
    """The catalogue that comes with the package."""
    text = files("facility_recommender.recommend").joinpath("catalogue.yaml").read_text(encoding="utf-8")
    return Catalogue.model_validate(yaml.safe_load(text))
