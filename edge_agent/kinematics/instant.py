"""One instant of a body in the numbers that `history` remembers."""

from __future__ import annotations

from math import exp, hypot, isnan, nan

from edge_agent.kinematics import angles
from edge_agent.kinematics.figure import Figure
from edge_agent.kinematics.gravity import Gravity
from edge_agent.kinematics.history import BY_FLOOR, BY_SCALE, NO_FIGURE, limbs_of
from edge_agent.kinematics.limits import KinematicsLimits
from edge_agent.types import KEYPOINTS, Layout, Place, Point, Track

HEAD_PER_TOP = 0.77
"""Share of the way from the hip to the detector's top point at which the ears are: 1.46 of 1.9 torso lengths."""
ANKLE_M = 0.09
"""Height of the ankles over the floor, metres: .07 of somebody who stands (.039 of 1.73 m, Drillis & Contini 1966), and
.11 on average of both while walking, measured on 30 recorded walks."""

SIZE_SETTLES_S = 3.0
"""Time constant of a body's size as its feet on the floor tell it; [C]: two strides."""
SIZES = (0.6, 1.6)
"""Least and greatest that is believed, in usual torsos; [C]: a torso seen bent or from above is taken for less."""

_HEAD = {layout: [KEYPOINTS[layout].index(n) for n in ("nose", "left_ear", "right_ear")] for layout in Layout}
_ANKLES = {layout: [KEYPOINTS[layout].index(n) for n in ("left_ankle", "right_ankle")] for layout in Layout}


def heights_of(
    limits: KinematicsLimits, gravity: Gravity, track: Track, figure: Figure | None
) -> tuple[float | None, float | None]:
    """Of hip and head over the lowest sole seen, or over the floor where that is known; torso lengths."""
    below = None if figure is None else angles.support(figure)
    if below is None and gravity.height_m is not None and not gravity.estimated:
        below = gravity.height_m / limits.torso_m - gravity.level(track.hip, track.torso_px)
    head = None if figure is None else angles.head(figure)
    return below, None if below is None or head is None else below - head[1]


def row_of(
    limits: KinematicsLimits,
    gravity: Gravity,
    track: Track,
    figure: Figure | None,
    heights: tuple[float | None, float | None],
    t: float,
) -> list[float]:
    """This instant in the order of `history`."""
    torso = track.torso_px
    head = _head_px(track)
    depth = gravity.focal[1] * limits.torso_m / torso
    seen_feet = figure is not None and angles.support(figure) is not None
    return [
        t,
        gravity.level(track.hip, torso),
        nan if head is None else gravity.level(head, torso),
        *(nan if height is None or not seen_feet else height for height in heights),
        *gravity.over_floor(track.hip, depth),
        *_feet_on_floor(limits, gravity, track),
        *(NO_FIGURE if figure is None else limbs_of(figure)),
    ]


def place_of(row: list[float], size: float | None) -> Place:
    """Where the body of a row is over the floor.

    Args:
        row: of this instant, as `sized` made it.
        size: the body's, where its feet have told it.
    """
    by_floor = not isnan(row[BY_FLOOR.start])
    right, away = row[BY_FLOOR if by_floor else BY_SCALE]
    return Place(right, away, by_floor or size is not None)


def sized(row: list[float], size: float | None, dt: float) -> tuple[list[float], float | None]:
    """The row with its place by the body's own size, and that size: its torso, in usual ones.

    Feet on the known floor tell it. So the place goes on where they left it when a table hides them.
    """
    by_floor, by_scale = hypot(*row[BY_FLOOR]), hypot(*row[BY_SCALE])
    if not isnan(by_floor) and by_scale > 0.0:
        now = min(max(by_floor / by_scale, SIZES[0]), SIZES[1])
        size = now if size is None else size + (1.0 - exp(-dt / SIZE_SETTLES_S)) * (now - size)
    if size is None:
        return row, None
    placed = [size * each for each in row[BY_SCALE]]
    return [*row[: BY_SCALE.start], *placed, *row[BY_SCALE.stop :]], size


def _head_px(track: Track) -> Point | None:
    """The head in the picture: the middle of the ears, or the nose; from the detector's axis if need be."""
    if track.detection is not None:
        (x, y), (x2, y2) = track.detection.hip, track.detection.top
        return x + HEAD_PER_TOP * (x2 - x), y + HEAD_PER_TOP * (y2 - y)
    if track.pose is None:
        return None
    points = track.pose.keypoints[_HEAD[track.pose.layout]].tolist()
    nose, left, right = points
    if min(left[2], right[2]) >= 0.3:
        return (left[0] + right[0]) / 2, (left[1] + right[1]) / 2
    best = max((nose, left, right), key=lambda point: point[2])
    return (best[0], best[1]) if best[2] >= 0.3 else None


def _feet_on_floor(limits: KinematicsLimits, gravity: Gravity, track: Track) -> Point:
    """Where the feet stand on the known floor, metres right and away; nan where that can't be told."""
    if gravity.height_m is None or track.pose is None:
        return nan, nan
    ankles = track.pose.keypoints[_ANKLES[track.pose.layout]]
    if ankles[:, 2].min() < limits.min_keypoint_score:
        return nan, nan
    x, z = 0.0, 0.0
    for u, v, _ in ankles.tolist():
        ray = gravity.ray((u, v))
        steep = sum(a * b for a, b in zip(ray, gravity.down, strict=True))
        if steep < 0.05:
            return nan, nan
        right, away = gravity.over_floor((u, v), (gravity.height_m - ANKLE_M) / steep)
        x, z = x + right / 2, z + away / 2
    return x, z
