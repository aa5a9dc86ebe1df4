"""How a body is held at one instant: its angles, and in which views they can be told."""

from __future__ import annotations

from math import hypot

from edge_agent.kinematics import angles
from edge_agent.kinematics.figure import Figure
from edge_agent.kinematics.flat import inclination
from edge_agent.kinematics.gravity import Gravity, Vector
from edge_agent.kinematics.landmarks import in_picture
from edge_agent.kinematics.limits import KinematicsLimits
from edge_agent.kinematics.reasons import NO_GRAVITY, OUT_OF_PLANE, UNSEEN, metric
from edge_agent.types import KEYPOINTS, Layout, Metric, Point, Track

TOP_PER_TORSO = 1.9
"""Hip to the detector's top point, torso lengths (BlazePose, measured)."""
DOUBTED_DEG = 45.0
"""Inclination from which a trunk that looks short is believed: it may be bowing towards the camera; [C]."""
STEEP = 0.7
"""Share of an upright body's length seen below which its shortness says nothing: looked down upon by 45 degrees."""
FORESHORTENED = 0.5
"""Share of its length below which a trunk is taken to point out of the picture whatever its landmarks say; [C]."""

_TRUNK = {
    layout: [KEYPOINTS[layout].index(n) for n in ("left_shoulder", "right_shoulder", "left_hip", "right_hip")]
    for layout in Layout
}


def held(limits: KinematicsLimits, gravity: Gravity, track: Track, figure: Figure | None) -> dict[str, Metric]:
    """How the body is held."""
    if figure is None:
        return dict.fromkeys(_HELD, UNSEEN) | {"trunk_inclination_deg": _detected_trunk(gravity, track)}
    trunk = angles.trunk_of(figure)
    yaw = figure.yaw_deg
    lean = limits.in_plane_deg if gravity.known or not figure.solid else limits.in_plane_no_gravity_deg
    tilt = limits.in_plane_deg if gravity.known else limits.in_plane_no_gravity_deg
    beyond = OUT_OF_PLANE if gravity.known else NO_GRAVITY
    return {
        "trunk_inclination_deg": metric(_inclination(limits, gravity, track, figure, trunk)),
        "trunk_forward_deg": _in_side_plane(limits, yaw, angles.forward_lean(figure, trunk)),
        "trunk_lateral_deg": _in_frontal_plane(limits, lean, beyond, yaw, angles.lateral_lean(figure, trunk)),
        "neck_forward_deg": _in_side_plane(limits, yaw, _neck(limits, gravity, track, figure, trunk)),
        "shoulder_tilt_deg": _in_frontal_plane(limits, tilt, beyond, yaw, angles.tilt_of(figure, "shoulder")),
        "hip_tilt_deg": _in_frontal_plane(limits, tilt, beyond, yaw, angles.tilt_of(figure, "hip")),
        "yaw_deg": metric(yaw),
        "hip_flexion_deg": metric(angles.hip_flexion(figure)),
        "knee_flexion_deg": metric(angles.knee_flexion(figure)),
        "thigh_inclination_deg": metric(angles.thigh_inclination(figure)),
        "thigh_shown": metric(angles.thigh_shown(figure)),
        "overhang": metric(angles.overhang(figure)),
    }


_HELD = (
    "trunk_inclination_deg",
    "trunk_forward_deg",
    "trunk_lateral_deg",
    "neck_forward_deg",
    "shoulder_tilt_deg",
    "hip_tilt_deg",
    "yaw_deg",
    "hip_flexion_deg",
    "knee_flexion_deg",
    "thigh_inclination_deg",
    "thigh_shown",
    "overhang",
)


def _neck(
    limits: KinematicsLimits, gravity: Gravity, track: Track, figure: Figure, trunk: Vector | None
) -> float | None:
    """Of the neck against the trunk; from 3D landmarks, the mean of what they say and what the picture shows.

    So short a segment bends by 7 degrees for every 0.05 torso lengths, and the two err apart from one another.
    """
    neck = angles.neck_forward(figure, trunk)
    if neck is None or not figure.solid:
        return neck
    shown = in_picture(limits, gravity, track, figure)
    flat = angles.neck_forward(shown, angles.trunk_of(shown))
    return neck if flat is None else angles.wrapped(neck + angles.wrapped(flat - neck) / 2)


def _inclination(
    limits: KinematicsLimits, gravity: Gravity, track: Track, figure: Figure, trunk: Vector | None
) -> float | None:
    """Inclination of the trunk; of a body far too short in the picture, what its shortness says if that is more.

    Landmarks of a body lying feet first towards the camera are often those of a small upright one.
    """
    solid = angles.inclination_of(trunk)
    if solid is None or solid >= DOUBTED_DEG or not figure.solid:
        return solid
    axis = _axis_px(limits, track)
    if axis is None:
        return solid
    share = gravity.upright_share(track.hip)
    if share < STEEP or hypot(*axis) >= FORESHORTENED * track.torso_px * share:
        return solid
    return max(solid, inclination(axis, gravity, track.hip, track.torso_px))


def _axis_px(limits: KinematicsLimits, track: Track) -> Point | None:
    """Mid-hip to mid-shoulder in the picture."""
    if track.pose is None:
        return None
    left, right, hip_left, hip_right = track.pose.keypoints[_TRUNK[track.pose.layout]].tolist()
    if min(left[2], right[2], hip_left[2], hip_right[2]) < limits.min_keypoint_score:
        return None
    return (left[0] + right[0] - hip_left[0] - hip_right[0]) / 2, (left[1] + right[1] - hip_left[1] - hip_right[1]) / 2


def _detected_trunk(gravity: Gravity, track: Track) -> Metric:
    """Inclination of the detector's axis."""
    detection = track.detection
    if detection is None or detection.radius <= 0:
        return UNSEEN
    axis = detection.top[0] - detection.hip[0], detection.top[1] - detection.hip[1]
    return Metric(inclination(axis, gravity, detection.hip, TOP_PER_TORSO * track.torso_px))


def _in_side_plane(limits: KinematicsLimits, yaw: float | None, angle: float | None) -> Metric:
    if angle is None or yaw is None:
        return UNSEEN
    return Metric(angle) if abs(yaw - 90.0) <= limits.in_plane_deg else OUT_OF_PLANE


def _in_frontal_plane(
    limits: KinematicsLimits, allowed: float, beyond: Metric, yaw: float | None, angle: float | None
) -> Metric:
    """The angle while the body is turned by no more than `allowed`; beyond that, why not."""
    if angle is None or yaw is None:
        return UNSEEN
    turned = min(yaw, 180.0 - yaw)
    if turned > limits.in_plane_deg:
        return OUT_OF_PLANE
    return Metric(angle) if turned <= allowed else beyond
