"""Measured facts, as verdicts name them."""

from __future__ import annotations

from edge_agent.types import Reason, Relation


def measured(feature: str, value: float, unit: str, relation: Relation, limit: float) -> Reason:
    """A number against its limit, rounded to what can be told apart."""
    return Reason(feature, round(float(value), 3), unit, relation, limit)


def fact(feature: str, *, so: bool) -> Reason:
    """Something that is so, or is not."""
    return Reason(feature, so, "", Relation.EQUAL, so)


def word(feature: str, value: str) -> Reason:
    """Something that has a name."""
    return Reason(feature, value, "", Relation.EQUAL, value)
