"""What holds of the estimated view, whichever camera people walk before."""

from __future__ import annotations

from math import atan2, degrees

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent import pipeline
from edge_agent.geometry import GeometryLimits
from edge_agent.geometry.fit import fitted
from edge_agent.geometry.passages import COLUMNS, cells_of, kept
from edge_agent.settings import Settings
from edge_agent.types import Camera, Incident, View
from tests.fakes.skeletons import SIZE, Eye
from tests.fakes.strollers import filmed

LIMITS = GeometryLimits()
rows = st.integers(0, 80).flatmap(
    lambda count: st.integers(0, 2**16).map(
        lambda seed: np.random.default_rng(seed).uniform(0.0, 480.0, (count, COLUMNS)) + 1.0
    )
)


@settings(deadline=None, max_examples=6)
@given(st.floats(1.0, 2.7), st.floats(-4.0, 4.0), st.floats(-5.0, 5.0), st.floats(380.0, 520.0), st.integers(0, 99))
def test_no_camera_makes_a_fall_of_its_own_view(
    height: float, off: float, roll: float, focal: float, seed: int
) -> None:
    """The camera looks at somebody who strolls 4.2 m away, more or less."""
    eye = Eye(tilt=degrees(atan2(height - 0.9, 4.2)) + off, roll=roll, height=height, focal=focal)
    state, incidents = pipeline.State(), list[Incident]()
    for observation in filmed(eye, 25.0, fps=4.0, jitter=1.0 + seed / 100):
        state, events, _ = pipeline.step(Settings(Camera("cam", "room")), state, observation)
        incidents += [event for event in events if isinstance(event, Incident)]
    assert incidents == []
    used = state.geometry.used
    if used is not None and used.tilt_deg is not None and used.roll_deg is not None:
        assert abs(used.tilt_deg - eye.tilt) < 3.0 * LIMITS.max_tilt_error_deg
        assert abs(used.roll_deg - eye.roll) < 3.0 * LIMITS.max_roll_error_deg


@settings(deadline=None, max_examples=40)
@given(rows)
def test_whatever_was_observed_the_estimate_is_a_view_with_errors(
    observed: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> None:
    estimate = fitted(LIMITS, View(), observed, SIZE)
    numbers = [estimate.tilt_deg, estimate.roll_deg, estimate.height_m, estimate.focal_px, estimate.height_error]
    assert np.isfinite(numbers).all()
    assert estimate.height_m > 0
    assert 0 < estimate.tilt_error_deg <= LIMITS.tilt_deg[1] + 1e-6
    assert estimate.height_error >= LIMITS.stature_spread


def test_nothing_observed_leaves_what_is_usual() -> None:
    estimate = fitted(LIMITS, View(), np.zeros((0, COLUMNS)), SIZE)
    assert abs(estimate.tilt_deg - LIMITS.tilt_deg[0]) < 1e-6
    assert abs(estimate.height_m - LIMITS.height_m[0]) < 1e-6
    assert abs(estimate.tilt_error_deg - LIMITS.tilt_deg[1]) < 1e-6


@settings(deadline=None, max_examples=40)
@given(st.lists(rows, max_size=5))
def test_no_cell_of_the_picture_has_more_than_its_share(
    brought: list[np.ndarray[tuple[int, ...], np.dtype[np.float64]]],
) -> None:
    observed = np.zeros((0, COLUMNS))
    for new in brought:
        observed = kept(LIMITS, observed, new, SIZE)
        cells, counts = np.unique(cells_of(LIMITS, observed, SIZE), return_counts=True)
        assert len(cells) <= LIMITS.cells**2
        assert counts.max(initial=0) <= LIMITS.most_a_cell
        assert len(new) == 0 or np.array_equal(observed[-1], new[-1])  # the latest stay
