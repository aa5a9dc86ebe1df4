"""Gather what upright people show of the view, and take an estimate over once it is certain and nobody could fall."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from edge_agent.geometry.fit import Estimate, fitted
from edge_agent.geometry.limits import GeometryLimits
from edge_agent.geometry.passages import NONE, Numbers, Passage, cells_of, gathered, kept, on_feet_since
from edge_agent.types import Person, PictureQuality, View


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """What one camera has shown of its view so far."""

    since: Mapping[int, float] = field(default_factory=dict)
    """Since when everybody on their feet has been, by track."""
    passages: Mapping[int, Passage] = field(default_factory=dict)
    """Under way, by track."""
    observed: Numbers = field(default_factory=lambda: NONE)
    fresh: bool = False
    """Whether something was observed since the last estimate."""
    estimated_at: float = float("-inf")
    estimate: Estimate | None = None
    spots: int = 0
    """Cells of the picture in which somebody was observed."""
    used: View | None = None
    """The estimated view in use; None while none is certain enough."""
    basis: tuple[View, tuple[int, int]] | None = None
    """The configured view and the picture's size that all this belongs to."""


def view_in_use(configured: View, state: State) -> View:
    """How the camera looks into the room, as far as that was measured or is known by estimate."""
    return configured if state.used is None or state.basis is None or state.basis[0] != configured else state.used


def step(
    limits: GeometryLimits,
    configured: View,
    state: State,
    persons: tuple[Person, ...],
    quality: PictureQuality,
    t: float,
    size: tuple[int, int],
) -> State:
    """Take one instant in.

    A view that changes must not look like a body that goes down, so it changes only while nobody is in view or all are
    on their feet.

    Args:
        limits: what is usual, and how certain is certain enough.
        configured: what was measured: that stays as it is, and where all of it was there is nothing to do.
        state: what the step before returned, or `State()`.
        persons: everybody tracked, those lost from sight included.
        quality: of the picture; a camera that was moved begins anew.
        t: the instant, s.
        size: width and height of the picture, px.
    """
    if None not in {configured.tilt_deg, configured.height_m} and configured.intrinsics is not None:
        return State()
    if state.basis != (configured, size) or "moved" in quality.reasons:
        state = State(basis=(configured, size))
    if not quality.usable:
        return replace(state, since={}, passages={})
    since = on_feet_since(persons, state.since)
    passages, new = gathered(limits, state.passages, since, persons, size)
    state = replace(state, since=since, passages=passages)
    if len(new):
        state = replace(state, observed=kept(limits, state.observed, new, size), fresh=True)
    if state.fresh and t - state.estimated_at >= limits.every_s:
        state = _estimated(limits, configured, state, t, size)
    return _taken_over(limits, configured, state, persons, t, size)


def _estimated(limits: GeometryLimits, configured: View, state: State, t: float, size: tuple[int, int]) -> State:
    spots = len(np.unique(cells_of(limits, state.observed, size)))
    estimate = fitted(limits, configured, state.observed, size) if spots >= limits.min_spots else None
    return replace(state, estimate=estimate, spots=spots, fresh=False, estimated_at=t)


def _taken_over(
    limits: GeometryLimits,
    configured: View,
    state: State,
    persons: tuple[Person, ...],
    t: float,
    size: tuple[int, int],
) -> State:
    estimate = state.estimate
    if estimate is None or not _certain(limits, estimate) or not _calm(limits, state.since, persons, t):
        return state
    view = _view(configured, estimate, size)
    return replace(state, used=view) if state.used is None or _differs(limits, state.used, view) else state


def _certain(limits: GeometryLimits, estimate: Estimate) -> bool:
    return (
        estimate.tilt_error_deg <= limits.max_tilt_error_deg
        and estimate.roll_error_deg <= limits.max_roll_error_deg
        and estimate.height_error <= limits.max_height_error
    )


def _calm(limits: GeometryLimits, since: Mapping[int, float], persons: tuple[Person, ...], t: float) -> bool:
    """Whether everybody in view has been on their feet for a while, and nobody has just been lost from sight."""
    return all(
        t - (person.track.seen_at if person.track.lost else since.get(person.track.id, t)) >= limits.calm_s
        for person in persons
        if person.track.confirmed
    )


def _view(configured: View, estimate: Estimate, size: tuple[int, int]) -> View:
    """What was measured, and the estimate of the rest."""
    focal = estimate.focal_px
    tilted = configured.tilt_deg is None
    return View(
        round(estimate.tilt_deg, 2) if tilted else configured.tilt_deg,
        round(estimate.roll_deg, 2) if tilted else configured.roll_deg,
        round(estimate.height_m, 3) if configured.height_m is None else configured.height_m,
        configured.intrinsics or (round(focal, 1), round(focal, 1), size[0] / 2, size[1] / 2),
        configured.distortion,
        estimated=True,
    )


def _differs(limits: GeometryLimits, one: View, other: View) -> bool:
    def apart(a: float | None, b: float | None) -> float:
        return abs((a or 0.0) - (b or 0.0))

    turned = max(apart(one.tilt_deg, other.tilt_deg), apart(one.roll_deg, other.roll_deg))
    return turned > limits.renew_deg or apart(one.height_m, other.height_m) > limits.renew_share * (one.height_m or 1.0)
