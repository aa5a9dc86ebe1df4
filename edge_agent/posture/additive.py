"""A sum of learned curves: how much each feature, and each pair of features, speaks for each class.

Every feature is cut at a few knots and enters as how near it is to each; a pair enters as the product of both. What is
unknown adds nothing, so that missing joints neither stop the sum nor count as evidence; beyond the outermost knots the
curves go on level. The share of each feature in the verdict can be read off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Additive:
    """Learned weights."""

    classes: tuple[str, ...]
    features: tuple[str, ...]
    knots: Floats
    """(F, K), ascending."""
    pairs: tuple[tuple[int, int], ...]
    """Which features enter together, by index."""
    bias: Floats
    """(C,)"""
    weights: Floats
    """(terms, C): the features' knots in order, then the products of each pair's knots."""
    usual: Floats
    """(F,) each feature's middle among those who sit upright: what a reason compares with."""

    def spread(self, described: Floats) -> Floats:
        """(N, F) features as (N, terms) shares."""
        near = hats(described, self.knots)
        both = [(near[:, i, :, None] * near[:, j, None, :]).reshape(len(described), -1) for i, j in self.pairs]
        return np.concatenate((near.reshape(len(described), -1), *both), axis=1)

    def parts(self, described: Floats) -> Floats:
        """(N, F) features as (N, F, C): what each adds to each class; a pair's half goes to each of the two."""
        speaks = self.spread(described)[:, :, None] * self.weights
        parts: Floats = np.add.reduceat(speaks, self._starts(), axis=1)
        single, both = parts[:, : len(self.features)], parts[:, len(self.features) :]
        for number, pair in enumerate(self.pairs):
            for index in pair:
                single[:, index] += both[:, number] / 2
        return single

    def odds(self, described: Floats) -> Floats:
        """(N, F) features as (N, C) logarithms of odds, up to a constant of each row."""
        odds: Floats = self.bias + self.spread(described) @ self.weights
        return odds

    def _starts(self) -> list[int]:
        """Where the terms of each feature and each pair begin."""
        count, knots = self.knots.shape
        return [*range(0, count * knots, knots), *(count * knots + n * knots**2 for n in range(len(self.pairs)))]

    def as_json(self) -> dict[str, Any]:
        """Plain numbers, rounded: as `from_json` takes them."""
        return {
            "classes": list(self.classes),
            "features": list(self.features),
            "knots": [_plain(row) for row in self.knots],
            "pairs": [list(pair) for pair in self.pairs],
            "bias": _plain(self.bias),
            "weights": [_plain(row) for row in self.weights],
            "usual": _plain(self.usual),
        }


def from_json(said: Mapping[str, Any], features: Sequence[str]) -> Additive:
    """Weights as `Additive.as_json` gives them.

    Args:
        said: the parsed text.
        features: what the code describes a body by.

    Raises:
        ValueError: they were learned for other features, or do not fit together.
    """
    if list(said["features"]) != list(features):
        raise ValueError("the weights were learned for other features")
    knots, bias, weights, usual = (np.array(said[name], dtype=np.float64) for name in _NUMBERS)
    pairs = tuple((int(i), int(j)) for i, j in said["pairs"])
    classes = tuple(str(name) for name in said["classes"])
    terms = knots.size + len(pairs) * knots.shape[1] ** 2
    if (len(knots), len(usual)) != (len(features), len(features)) or weights.shape != (terms, len(classes)):
        raise ValueError("the weights do not fit together")
    return Additive(classes, tuple(features), knots, pairs, bias, weights, usual)


_NUMBERS = ("knots", "bias", "weights", "usual")


def hats(values: Floats, knots: Floats) -> Floats:
    """(N, F) values as (N, F, K) shares of the two knots beside each; all 0 where unknown.

    >>> hats(np.array([[1.5], [9.0], [np.nan]]), np.array([[1.0, 2.0, 4.0]]))[:, 0].tolist()
    [[0.5, 0.5, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]
    """
    passed = np.clip((values[:, :, None] - knots[:, :-1]) / np.diff(knots), 0.0, 1.0)
    near = np.zeros((*values.shape, knots.shape[1]))
    near[:, :, 0] = 1.0 - passed[:, :, 0]
    near[:, :, 1:-1] = passed[:, :, :-1] - passed[:, :, 1:]
    near[:, :, -1] = passed[:, :, -1]
    return np.where(np.isnan(values)[:, :, None], 0.0, near)


def _plain(values: Floats) -> list[float]:
    return [round(float(value), 4) for value in values]
