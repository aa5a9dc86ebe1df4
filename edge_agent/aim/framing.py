"""What an installer should change about the camera: from one instant to hints, the most important first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from edge_agent.aim.light import Light
from edge_agent.types import KEYPOINTS, Layout, Person, PictureQuality, Point, Pose, View


@dataclass(frozen=True, slots=True)
class FramingLimits:
    """Thresholds; [C] is convention without a firm source."""

    min_torso_px: float = 24.0
    """Twice what the measurements need: people will stand farther away than the installer does. [C]"""
    seen_score: float = 0.3
    """Score from which a joint counts as seen. [C]"""
    margin: float = 0.02
    """Of the picture's height: a joint this near to the edge is cut off. [C]"""
    bright_level: float = 235.0
    """Grey level of a window or lamp. [C]"""
    bright_share: float = 0.1
    """Of the picture's fields, from which it is a back-light if the rest is darker than `shaded_level`. [C]"""
    shaded_level: float = 70.0
    """Median of the other fields, or of the field of a body. [C]"""
    colour: float = 6.0
    """Spread between the colours below which the camera works in infra-red, as in `picture`. [C]"""
    reach_level: float = 30.0
    """Of the field of a body in infra-red, below which the lamp does not reach it. [C]"""
    max_roll_deg: float = 5.0
    """[C]: a level shelf or bracket is nearer to level than this."""
    tilt_deg: tuple[float, float] = (0.0, 45.0)
    """Outside of these, much of the picture is ceiling, or people are seen from above. [C]"""


class Hint(StrEnum):
    """What to change, in the order of importance; the page has the words."""

    NO_PICTURES = "no_pictures"
    DARK = "dark"
    OVER_EXPOSED = "over_exposed"
    COVERED = "covered"
    FROZEN = "frozen"
    BLURRED = "blurred"
    NOBODY = "nobody"
    TOO_SMALL = "too_small"
    FEET_CUT_OFF = "feet_cut_off"
    HEAD_CUT_OFF = "head_cut_off"
    BACK_LIGHT = "back_light"
    OUT_OF_INFRA_RED = "out_of_infra_red"
    TILTED = "tilted"
    LOOKS_TOO_STEEPLY = "looks_too_steeply"


@dataclass(frozen=True, slots=True)
class Advice:
    """A hint, and the number behind it where there is one."""

    hint: Hint
    value: float | None = None
    """px of a torso, degrees, grey level; as the hint says."""


PICTURE = {
    "dark": Hint.DARK,
    "over_exposed": Hint.OVER_EXPOSED,
    "covered": Hint.COVERED,
    "frozen": Hint.FROZEN,
    "blurred": Hint.BLURRED,
}


def advice(
    limits: FramingLimits,
    quality: PictureQuality,
    persons: tuple[Person, ...],
    light: Light | None,
    view: View,
    size: tuple[int, int],
) -> tuple[Advice, ...]:
    """What to change about the camera, judged by one instant.

    Args:
        limits: the thresholds.
        quality: of the picture, as the agent judges it.
        persons: everybody tracked.
        light: of the last picture; None of a recording of joints.
        view: how the camera looks, as measured or estimated.
        size: width, height in px.
    """
    found = [Advice(PICTURE[reason]) for reason in quality.reasons if reason in PICTURE]
    if not quality.usable:
        return tuple(found) or (Advice(Hint.NO_PICTURES),)
    seen = [person for person in persons if person.track.confirmed and not person.track.lost]
    if not seen:
        found.append(Advice(Hint.NOBODY))
    for person in seen:
        found += [each for each in _of_body(limits, person, size) if each.hint not in {one.hint for one in found}]
    if light is not None:
        found += _of_light(limits, light, seen, size)
    found += _of_view(limits, view)
    order = list(Hint)
    return tuple(sorted(found, key=lambda each: order.index(each.hint)))


def infra_red(limits: FramingLimits, light: Light | None) -> bool:
    """Whether the camera works without colour, as it does by its infra-red lamp."""
    return light is not None and light.colour < limits.colour


def _of_body(limits: FramingLimits, person: Person, size: tuple[int, int]) -> Iterator[Advice]:
    track = person.track
    if track.torso_px < limits.min_torso_px:
        yield Advice(Hint.TOO_SMALL, round(track.torso_px, 1))
    if track.pose is None:
        return
    low, high = size[1] * (1 - limits.margin), size[1] * limits.margin
    knees, ankles = _joints(track.pose, "knee"), _joints(track.pose, "ankle")
    hidden = ankles[:, 2].max() < limits.seen_score
    if ankles[:, 1].max() > low or (hidden and knees[:, 1].max() > size[1] - 1.5 * track.torso_px):
        yield Advice(Hint.FEET_CUT_OFF)
    if _joints(track.pose, "ear")[:, 1].min() < high:
        yield Advice(Hint.HEAD_CUT_OFF)


def _of_light(limits: FramingLimits, light: Light, seen: list[Person], size: tuple[int, int]) -> Iterator[Advice]:
    bodies = [light.at(_share(person.track.hip, size)) for person in seen]
    if infra_red(limits, light):
        if bodies and min(bodies) < limits.reach_level:
            yield Advice(Hint.OUT_OF_INFRA_RED, round(min(bodies)))
        return
    bright = light.levels >= limits.bright_level
    if not limits.bright_share <= float(bright.mean()) < 1.0:
        return
    shaded = min([float(np.median(light.levels[~bright])), *bodies])
    if shaded < limits.shaded_level:
        yield Advice(Hint.BACK_LIGHT, round(shaded))


def _of_view(limits: FramingLimits, view: View) -> Iterator[Advice]:
    if view.roll_deg is not None and abs(view.roll_deg) > limits.max_roll_deg:
        yield Advice(Hint.TILTED, round(view.roll_deg, 1))
    if view.tilt_deg is not None and not limits.tilt_deg[0] <= view.tilt_deg <= limits.tilt_deg[1]:
        yield Advice(Hint.LOOKS_TOO_STEEPLY, round(view.tilt_deg, 1))


def _joints(pose: Pose, name: str) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    rows = [KEYPOINTS[Layout(pose.layout)].index(f"{side}_{name}") for side in ("left", "right")]
    found: np.ndarray[tuple[int, int], np.dtype[np.float32]] = pose.keypoints[rows]
    return found


def _share(point: Point, size: tuple[int, int]) -> Point:
    return point[0] / size[0], point[1] / size[1]
