"""Zones that are marked on the floor, as the camera sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from edge_agent.kinematics.gravity import Gravity, gravity_of
from edge_agent.kinematics.lens import bent
from edge_agent.kinematics.limits import KinematicsLimits
from edge_agent.types import Point, View, Zone, ZoneKind

Floats: TypeAlias = NDArray[np.float64]

LIES_M = 0.1
"""Middle of a body over what it lies or sits on; [C]."""
SURFACE_M: Mapping[ZoneKind, float] = MappingProxyType({ZoneKind.BED: 0.5, ZoneKind.SOFA: 0.45, ZoneKind.CHAIR: 0.45})
"""Height over the floor of what a body lies or sits on, elsewhere the floor's; [C]: care beds go from 0.4 to 0.8."""
BENDS = 8
"""Into so many pieces a side is cut where the lens bends it."""
NEAR_M = 0.1
"""What is nearer to the camera, along its axis, is not in the picture."""


@lru_cache(maxsize=64)
def marked(limits: KinematicsLimits, zones: tuple[Zone, ...], view: View, size: tuple[int, int]) -> tuple[Zone, ...]:
    """The zones in the picture; those on the floor are nowhere while the view is not known in full.

    Args:
        limits: of the kinematics.
        zones: as configured.
        view: as measured: an estimate is no ground for whose bed it is.
        size: width and height of the picture, px.
    """
    gravity = gravity_of(limits, view, size)
    return tuple(_seen(gravity, view, zone, size) if zone.floor else zone for zone in zones)


def _seen(gravity: Gravity, view: View, zone: Zone, size: tuple[int, int]) -> Zone:
    if gravity.height_m is None or gravity.estimated:
        return replace(zone, polygon=(), footprint=())
    surface = SURFACE_M.get(zone.kind, 0.0) + LIES_M
    return replace(
        zone,
        polygon=_projected(gravity, view, zone.floor, gravity.height_m - surface, size),
        footprint=_projected(gravity, view, zone.floor, gravity.height_m, size),
    )


def _projected(
    gravity: Gravity, view: View, corners: tuple[Point, ...], below: float, size: tuple[int, int]
) -> tuple[Point, ...]:
    """Fractions of the picture, also beyond its edges, of corners that lie so far below the camera, metres."""
    level = np.array([(right, below, away) for right, away in corners])
    if view.distortion is not None:  # straight sides are bent
        level = np.concatenate([np.linspace(a, b, BENDS, endpoint=False) for a, b in pairwise([*level, level[0]])])
    points = _before_camera(level @ gravity.axes)
    if len(points) < 3:
        return ()
    seen = bent(view, points[:, :2] / points[:, 2:] * gravity.focal + gravity.centre)
    return tuple((float(x), float(y)) for x, y in seen / size)


def _before_camera(points: Floats) -> Floats:
    """The part of a polygon that lies before the camera (Sutherland and Hodgman, 1974)."""
    kept = []
    for before, point in zip(np.roll(points, 1, axis=0), points, strict=True):
        if (before[2] >= NEAR_M) != (point[2] >= NEAR_M):
            share = (NEAR_M - before[2]) / (point[2] - before[2])
            kept.append(before + share * (point - before))
        if point[2] >= NEAR_M:
            kept.append(point)
    return np.array(kept).reshape(-1, 3)
