"""Angles and heights of a figure. Each is a number, or None where its joints were not seen."""

from __future__ import annotations

from math import acos, atan2, copysign, degrees, hypot

from edge_agent.kinematics.figure import Figure
from edge_agent.kinematics.gravity import Vector

SIDES = ("left", "right")
SOLE = {"ankle": 0.13, "heel": 0.04, "foot_index": 0.04}
"""Height of a foot's joints over the sole, torso lengths: ankle .039 of .288 (Drillis & Contini 1966); the others
[C]."""

MASS_UP = 0.3
"""Share of the way from hips to shoulders at which a standing body's centre of mass is level: .56 of its height, the
hips at .53 and the shoulders at .82 (de Leva 1996, Drillis & Contini 1966), and the legs count with what is above."""
LEAST_SHANK = 0.2
"""Torso lengths; a shorter shank points at the camera itself."""
LEAST_SHOWN = 0.5
"""Share of a plane's width seen below which its angles are not worked out: it is turned away by 60 degrees."""


def trunk_of(figure: Figure) -> Vector | None:
    """Hip to shoulders."""
    return figure.segment("hip", "shoulder")


def trunk_axis(figure: Figure) -> Vector | None:
    """The same, of length 1."""
    trunk = trunk_of(figure)
    length = 0.0 if trunk is None else hypot(*trunk)
    return None if trunk is None or length < 1e-6 else (trunk[0] / length, trunk[1] / length, trunk[2] / length)


def inclination_of(trunk: Vector | None) -> float | None:
    """Against the vertical."""
    return None if trunk is None else degrees(atan2(hypot(trunk[0], trunk[2]), -trunk[1]))


def forward_lean(figure: Figure, trunk: Vector | None) -> float | None:
    """Of the trunk, the way the body faces."""
    return _lean(figure, trunk, figure.forward)


def lateral_lean(figure: Figure, trunk: Vector | None) -> float | None:
    """Of the trunk, to the person's right."""
    return _lean(figure, trunk, _rightward(figure))


def neck_forward(figure: Figure, trunk: Vector | None) -> float | None:
    """Shoulders to ears against the trunk, the way the body faces."""
    neck, lean = _lean(figure, figure.segment("shoulder", "ear"), figure.forward), forward_lean(figure, trunk)
    return None if neck is None or lean is None else wrapped(neck - lean)


def tilt_of(figure: Figure, name: str) -> float | None:
    """How much lower the right one of a pair is."""
    left, right = figure.at.get(f"left_{name}"), figure.at.get(f"right_{name}")
    if left is None or right is None:
        return None
    return degrees(atan2(right[1] - left[1], hypot(right[0] - left[0], right[2] - left[2])))


def hip_flexion(figure: Figure) -> float | None:
    """Shoulder-hip-knee, the mean of the sides seen."""
    return _mean([_bend(figure, f"{side}_shoulder", f"{side}_hip", f"{side}_knee") for side in SIDES])


def knee_flexion(figure: Figure) -> float | None:
    """Hip-knee-ankle of the straighter leg."""
    bends = [_bend(figure, f"{side}_hip", f"{side}_knee", f"{side}_ankle") for side in SIDES]
    return max((bend for bend in bends if bend is not None), default=None)


def thigh_inclination(figure: Figure) -> float | None:
    """Hip to knee against straight down, the mean of the legs seen."""
    angles = []
    for side in SIDES:
        hip, knee = figure.at.get(f"{side}_hip"), figure.at.get(f"{side}_knee")
        if hip is not None and knee is not None:
            angles.append(degrees(atan2(hypot(knee[0] - hip[0], knee[2] - hip[2]), knee[1] - hip[1])))
    return _mean(angles)


def thigh_shown(figure: Figure) -> float | None:
    """Length of the thigh by that of the shank as a flat picture shows them, of the leg where that is more.

    People's are about as long as one another; the thighs of who sits facing the camera point at it. That the trunk
    leans towards or away from it, and so how large it seems, does not matter here.
    """
    if figure.solid:
        return None
    shown = []
    for side in SIDES:
        hip, knee, ankle = (figure.at.get(f"{side}_{name}") for name in ("hip", "knee", "ankle"))
        if hip is not None and knee is not None and ankle is not None:
            shank = hypot(ankle[0] - knee[0], ankle[1] - knee[1])
            shown.append(hypot(knee[0] - hip[0], knee[1] - hip[1]) / max(shank, LEAST_SHANK))
    return max(shown, default=None)


def overhang(figure: Figure) -> float | None:
    """How far a body is beside its feet in a flat picture, torso lengths: who stands on them does not fall over."""
    hips, shoulders, ankles = figure.mid("hip"), figure.mid("shoulder"), figure.mid("ankle")
    if figure.solid or hips is None or shoulders is None or ankles is None:
        return None
    return abs(hips[0] + MASS_UP * (shoulders[0] - hips[0]) - ankles[0])


def support(figure: Figure) -> float | None:
    """How far below the mid-hip the lowest sole seen is, torso lengths."""
    soles = [
        point[1] + over
        for name, over in SOLE.items()
        for side in SIDES
        if (point := figure.at.get(f"{side}_{name}")) is not None
    ]
    return max(soles, default=None)


def head(figure: Figure) -> Vector | None:
    """The middle of the ears, or else the nose."""
    return figure.mid("ear") or figure.at.get("nose") or figure.at.get("left_ear") or figure.at.get("right_ear")


def wrapped(angle: float) -> float:
    """The same angle between -180 and 180."""
    return (angle + 180.0) % 360.0 - 180.0


def _rightward(figure: Figure) -> Vector | None:
    forward = figure.forward
    return None if forward is None else (forward[2], 0.0, -forward[0])


def _lean(figure: Figure, span: Vector | None, level: Vector | None) -> float | None:
    """Of a segment from straight up towards a level direction.

    A segment seen flat is taken to lie in the plane it is measured in. Turned out of the picture by phi, that plane
    shows atan(tan a * cos phi) of an angle a (domain.md, Posture), and what leans away from a camera that looks down
    seems to be longer.
    """
    if span is None or level is None:
        return None
    if figure.solid:
        return degrees(atan2(span[0] * level[0] + span[2] * level[2], -span[1]))
    shown = copysign(max(abs(level[0]), LEAST_SHOWN), level[0])
    along = span[0] / shown
    return degrees(atan2(along, -span[1] - along * level[2] * figure.steep))


def _bend(figure: Figure, first: str, middle: str, last: str) -> float | None:
    a, b, c = figure.at.get(first), figure.at.get(middle), figure.at.get(last)
    if a is None or b is None or c is None:
        return None
    one, other = (a[0] - b[0], a[1] - b[1], a[2] - b[2]), (c[0] - b[0], c[1] - b[1], c[2] - b[2])
    product = hypot(*one) * hypot(*other)
    if product < 1e-6:
        return None
    dot = one[0] * other[0] + one[1] * other[1] + one[2] * other[2]
    return degrees(acos(max(-1.0, min(1.0, dot / product))))


def _mean(values: list[float | None] | list[float]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
