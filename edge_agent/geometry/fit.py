"""The likeliest view: where a camera must be for upright people to look as they do."""

from __future__ import annotations

from dataclasses import dataclass
from math import degrees, exp, hypot, log, radians

import numpy as np

from edge_agent.geometry.limits import GeometryLimits
from edge_agent.geometry.passages import Numbers
from edge_agent.types import View

TILT, ROLL, HEIGHT, FOCAL, LEAN = range(5)
"""What is sought: radians, radians, logarithm of the camera's height over the ankles in heights of the ears over them,
logarithm of the focal length in px, lean."""
FIXED = 1e-4
"""Spread of what was measured: it stays as it is."""
ROUNDS = 12
SETTLED = 1e-4
OUTLIER = 2.0
"""Standard errors from which an observation counts for less: somebody bent, on a step, or badly seen; [C]."""
_STEP = 1e-5


@dataclass(frozen=True, slots=True)
class Estimate:
    """A camera's view with its standard errors."""

    tilt_deg: float
    roll_deg: float
    height_m: float
    focal_px: float
    tilt_error_deg: float
    roll_error_deg: float
    height_error: float
    """As a share, that of the people's stature included."""


def fitted(limits: GeometryLimits, view: View, observed: Numbers, size: tuple[int, int]) -> Estimate:
    """The view that explains best what was observed of upright people, measured parts of it staying as they are.

    A plumb line through somebody's ankles meets their ears. So the ears lie a body's height above the ankles, seen from
    a camera whose height is so many bodies' heights, and a little ahead in whoever walks. The likeliest tilt, roll,
    height, focal length and lean are found by Gauss and Newton from what is usual, those who do not fit counting less.

    Args:
        limits: what is usual.
        view: what was measured.
        observed: (N, COLUMNS) of `passages`.
        size: width and height of the picture, px.
    """
    usual, spread = _usual(limits, view, size)
    centre = (size[0] / 2, size[1] / 2) if view.intrinsics is None else view.intrinsics[2:]
    aspect = 1.0 if view.intrinsics is None else view.intrinsics[1] / view.intrinsics[0]
    at, normal = usual.copy(), np.diag(spread**-2)
    for _ in range(ROUNDS):
        errors = _errors(limits, at, observed, centre, aspect)
        slopes = np.stack(
            [(_errors(limits, at + step, observed, centre, aspect) - errors) / _STEP for step in _STEP * np.eye(5)],
            axis=-1,
        )
        trust = 1.0 / (1.0 + (errors**2).sum(axis=1) / (2.0 * OUTLIER**2))
        normal = np.diag(spread**-2) + np.einsum("n,nij,nik->jk", trust, slopes, slopes)
        pull = (usual - at) / spread**2 - np.einsum("n,nij,ni->j", trust, slopes, errors)
        moved = np.clip(np.linalg.solve(normal, pull), -0.3, 0.3)
        at = at + moved
        if np.abs(moved).max() < SETTLED:
            break
    error = np.sqrt(np.diag(np.linalg.inv(normal)))
    body, ankle = _body_m(limits)
    return Estimate(
        degrees(at[TILT]),
        degrees(at[ROLL]),
        body * exp(at[HEIGHT]) + ankle,
        exp(at[FOCAL]),
        degrees(error[TILT]),
        degrees(error[ROLL]),
        hypot(error[HEIGHT], limits.stature_spread),
    )


def _body_m(limits: GeometryLimits) -> tuple[float, float]:
    """Height of the ears over the ankles, and of the ankles over the floor."""
    return limits.stature_m * (limits.ear_share - limits.ankle_share), limits.stature_m * limits.ankle_share


def _usual(limits: GeometryLimits, view: View, size: tuple[int, int]) -> tuple[Numbers, Numbers]:
    """What is sought as it usually is, and how far it usually is from that."""
    tilt, roll = (tuple(map(radians, each)) for each in (limits.tilt_deg, limits.roll_deg))
    height, focal = limits.height_m, (limits.focal[0] * max(size), limits.focal[1])
    if view.tilt_deg is not None:
        tilt, roll = (radians(view.tilt_deg), FIXED), (radians(view.roll_deg or 0.0), FIXED)
    if view.height_m is not None:
        height = view.height_m, limits.stature_spread
    if view.intrinsics is not None:
        focal = view.intrinsics[0], FIXED
    body, ankle = _body_m(limits)
    over = log(max(height[0] - ankle, 0.1) / body), height[1]
    usual, spread = np.array([tilt, roll, over, (log(focal[0]), focal[1]), limits.lean]).T
    return usual, spread


def _errors(
    limits: GeometryLimits, at: Numbers, observed: Numbers, centre: tuple[float, float], aspect: float
) -> Numbers:
    """(N, 2) of the ears across and along each body, in standard errors."""
    sine, cosine = np.sin(at[:2]), np.cos(at[:2])
    down = np.array([sine[ROLL] * cosine[TILT], cosine[ROLL] * cosine[TILT], sine[TILT]])
    focal = exp(at[FOCAL]) * np.array([1.0, aspect])

    def on_floor(points: Numbers) -> Numbers:
        rays = np.column_stack(((points - centre) / focal, np.ones(len(points))))
        meets: Numbers = rays / np.maximum(rays @ down, 0.02)[:, None]
        return meets

    ankles = observed[:, 0:2]
    half = observed[:, 4:6] / 2
    floor = on_floor(ankles)
    way = on_floor(ankles + half) - on_floor(ankles - half)
    way /= np.maximum(np.linalg.norm(way, axis=1), 1e-9)[:, None]
    # Lengths are in heights of the camera over the ankles.
    ears = floor + exp(-at[HEIGHT]) * (at[LEAN] * way - down)
    seen = focal * ears[:, :2] / np.maximum(ears[:, 2], 0.02)[:, None] + centre
    off = observed[:, 2:4] - seen
    axis = observed[:, 2:4] - ankles
    axis /= np.linalg.norm(axis, axis=1)[:, None]
    body_px = observed[:, 6] * _BODY_PER_TORSO
    across = (off[:, 0] * axis[:, 1] - off[:, 1] * axis[:, 0]) / (limits.across_error * body_px)
    along = (off * axis).sum(axis=1) / (limits.along_error * body_px)
    return np.column_stack((across, along))


_BODY_PER_TORSO = (0.93 - 0.039) / 0.288
"""Height of the ears over the ankles, torso lengths (Drillis & Contini 1966)."""
