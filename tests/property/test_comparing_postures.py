"""What holds of comparing two postures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from edge_agent.posture.comparison import JOINTS, Shape, difference


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    made = np.random.default_rng(draw(st.integers(0, 2**16)))
    weights = np.where(
        made.uniform(0, 1, len(JOINTS)) < draw(st.floats(0, 0.5)), 0.0, made.uniform(0.3, 1, len(JOINTS))
    )
    return Shape(made.normal(0, 1, (len(JOINTS), 3)), weights)


@st.composite
def turns(draw: st.DrawFn) -> NDArray[np.float64]:
    q, r = np.linalg.qr(np.random.default_rng(draw(st.integers(0, 2**16))).normal(0, 1, (3, 3)))
    proper: NDArray[np.float64] = q * np.sign(np.diag(r))
    return proper if np.linalg.det(proper) > 0 else -proper


@settings(deadline=None, max_examples=60)
@given(shapes(), turns(), st.floats(-3, 3))
def test_a_turned_and_moved_shape_is_the_same(one: Shape, turn: NDArray[np.float64], moved: float) -> None:
    told = difference(one, Shape(one.points @ turn + moved, one.weights))
    if told is None:
        assert (one.weights > 0).sum() < 4
        return
    assert told.apart == pytest.approx(0.0, abs=1e-6)
    angle = np.degrees(np.arccos(np.clip((np.trace(turn) - 1) / 2, -1, 1)))
    assert told.turned_deg == pytest.approx(angle, abs=0.01)


@settings(deadline=None, max_examples=60)
@given(shapes(), shapes(), turns())
def test_it_is_the_same_both_ways_and_from_anywhere(one: Shape, other: Shape, turn: NDArray[np.float64]) -> None:
    there, back = difference(one, other), difference(other, one)
    elsewhere = difference(one, Shape(other.points @ turn, other.weights))
    assert (there is None) == (back is None) == (elsewhere is None)
    if there and back and elsewhere:
        assert there.apart == pytest.approx(back.apart, abs=1e-6) == pytest.approx(elsewhere.apart, abs=1e-6)
        assert there.turned_deg == pytest.approx(back.turned_deg, abs=1e-3)


@settings(deadline=None, max_examples=60)
@given(shapes())
def test_a_mirror_image_is_another_posture(one: Shape) -> None:
    told = difference(one, Shape(one.points * (-1.0, 1.0, 1.0), one.weights))
    assert told is None or (one.weights > 0).sum() < 6 or told.apart > 0.01
