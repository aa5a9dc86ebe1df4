"""The features of a sitting figure do not hang on where, how large, or which way round it is seen."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.box import learned_seated
from edge_agent.posture.additive import from_json
from edge_agent.posture.sitter import FEATURES, JOINTS, describe

NAMES = [name for name, _ in FEATURES]
coordinates = st.integers(-20, 20).map(lambda step: step / 20)
figures = st.lists(st.tuples(coordinates, coordinates), min_size=len(JOINTS), max_size=len(JOINTS)).map(np.array)
MIRROR = [0, 2, 1, 4, 3, 6, 5, 8, 7]
"""Left and right exchanged."""


def clear(figure: np.ndarray) -> bool:
    """It has a trunk, and faces somewhere: on a border both answers are right."""
    shoulder, hip, knee = (figure[i : i + 2].mean(axis=0) for i in (1, 3, 5))
    trunk, head = shoulder - hip, figure[0] - shoulder
    length = float(np.hypot(*trunk))
    if min(length, np.hypot(*head), np.hypot(*(figure[0] - hip)), np.hypot(*(knee - hip))) < 0.01:
        return False
    told = (trunk[0] * head[1] - trunk[1] * head[0]) / length**2 + 0.5 * (knee - hip)[0] / length
    return bool(abs(told) > 1e-3)


@settings(max_examples=60)
@given(figures, coordinates, coordinates, st.floats(0.1, 50.0))
def test_neither_place_nor_size_nor_mirror_matters(figure: np.ndarray, x: float, y: float, size: float) -> None:
    if not clear(figure):
        return
    before = describe(figure[None])
    moved = describe((figure * size + np.array([x, y]))[None])
    mirrored = describe((figure * np.array([-1.0, 1.0]))[MIRROR][None])
    angles = [index for index, (_, unit) in enumerate(FEATURES) if unit == "deg"]
    lengths = [index for index in range(len(FEATURES)) if index not in angles]
    for other in (moved, mirrored):
        # 180 and -180 degrees are the same.
        turned = ((other - before)[0, angles] + 180.0) % 360.0 - 180.0
        assert turned == pytest.approx(0.0, abs=1e-5)
        assert other[0, lengths] == pytest.approx(before[0, lengths], abs=1e-5, rel=1e-5)


@settings(max_examples=60)
@given(figures, st.sets(st.integers(0, len(JOINTS) - 1)))
def test_missing_joints_leave_finite_odds(figure: np.ndarray, missing: set[int]) -> None:
    learned = learned_seated()
    assert learned is not None
    places = figure.copy()
    places[list(missing)] = np.nan
    odds = learned.odds(describe(places[None]))
    assert np.isfinite(odds).all()


@settings(max_examples=30)
@given(figures)
def test_what_the_features_add_makes_up_the_odds(figure: np.ndarray) -> None:
    learned = learned_seated()
    assert learned is not None
    described = describe(figure[None])
    assert learned.parts(described)[0].sum(axis=0) + learned.bias == pytest.approx(learned.odds(described)[0])


def test_weights_come_back_from_their_text() -> None:
    learned = learned_seated()
    assert learned is not None
    again = from_json(json.loads(json.dumps(learned.as_json())), NAMES)
    assert again.weights.tolist() == learned.weights.tolist()
    with pytest.raises(ValueError, match="other features"):
        from_json(learned.as_json(), NAMES[:-1])
    with pytest.raises(ValueError, match="fit together"):
        from_json(learned.as_json() | {"weights": [[0.0] * 4]}, NAMES)
