"""The pictures that int8 ranges and weights are chosen on; nothing that accuracy is measured on is among them.

Frames of the demo clip (two people outdoors: standing, jumping, walking, crouching), turned, dimmed and cropped off the
mark, and of our own rendered recordings (`tests/recordings/rendered`: older bodies in a furnished room, walking,
sitting, slumping, falling, lying on the floor and in bed). Whoever reaches the package index can do it again.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from models.errors import MissingError

Picture = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]

EVERY = 6  # frames: a fifth of a second of the demo clip
RENDERED = Path(__file__).resolve().parents[1] / "tests" / "recordings" / "rendered"
RENDERED_EVERY_S = 3.0
SHOULDERS, HIPS = (5, 6), (11, 12)
"""In COCO's order of 17."""
LEAST_CIRCLE = 1.1
"""Torso lengths from the hip: the circle around somebody seen along the trunk."""
MARGIN = 1.15
"""Of the circle around the joints to that around the body: hands, feet, crown."""
SQUARE = 1.25
"""Half the square's side to that circle: how the model was trained."""


@dataclass(frozen=True, slots=True)
class Person:
    """Where someone is in the clip: the hips' path, and the side of the square that holds the whole body.

    Attributes:
        start, end: (frame, x px, y px); in between they move evenly.
        side: px.
    """

    start: tuple[int, float, float]
    end: tuple[int, float, float]
    side: float

    def at(self, frame: int) -> tuple[float, float] | None:
        """The hips in a frame, or None when the person isn't in it."""
        if not self.start[0] <= frame <= self.end[0]:
            return None
        share = (frame - self.start[0]) / max(1, self.end[0] - self.start[0])
        x, y = (a + share * (b - a) for a, b in zip(self.start[1:], self.end[1:], strict=True))
        return x, y


PEOPLE = (
    Person((0, 659, 265), (126, 659, 272), 525),  # stands on a low building, does jumping jacks
    Person((54, 1452, 728), (180, 213, 728), 575),  # walks across, from the right to the left
    Person((198, 1130, 817), (228, 1130, 817), 420),  # has landed, crouches, hands on the ground
)


@dataclass(frozen=True, slots=True)
class View:
    """How a person is cut out: off the mark as a region from the detector may be, and dimmed."""

    turn_deg: float
    shift: tuple[float, float]
    scale: float
    brightness: float


VIEWS = (
    View(0, (0.0, 0.0), 1.0, 1.0),
    View(20, (0.06, -0.04), 1.15, 1.0),
    View(-30, (-0.05, 0.05), 0.9, 0.5),
    View(90, (0.0, 0.08), 1.2, 0.8),  # as someone lying on the floor before the region was turned
    View(180, (0.04, 0.0), 1.0, 1.0),
    View(-100, (-0.08, 0.0), 1.3, 0.3),
)
TURNS: tuple[int | None, ...] = (None, cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180, cv2.ROTATE_90_COUNTERCLOCKWISE)


def frames(clip: Path) -> Iterator[tuple[int, Picture]]:
    """Every ``EVERY``-th frame of the demo clip with its number, RGB."""
    return _every(clip, EVERY)


def whole_frames(clip: Path, side: int) -> Iterator[Picture]:
    """Inputs of the detector: whole frames made square by black margins, upright and turned, bright and dim."""
    for number, picture in frames(clip):
        turn = TURNS[number // EVERY % len(TURNS)]
        for wanted in {None, turn}:
            turned = picture if wanted is None else np.asarray(cv2.rotate(picture, wanted), np.uint8)
            height, width = turned.shape[:2]
            square = _cut(turned, (width / 2, height / 2), max(width, height), 0, side)
            yield _dimmed(square, 1.0 if wanted is None else 0.6)


def people(clip: Path, side: int) -> Iterator[Picture]:
    """Inputs of the landmark model: squares around each person, seen in several ways."""
    for number, picture in frames(clip):
        for person in PEOPLE:
            hips = person.at(number)
            if hips is None:
                continue
            for view in VIEWS[number // EVERY % 2 :: 2]:
                centre = (hips[0] + view.shift[0] * person.side, hips[1] + view.shift[1] * person.side)
                yield _dimmed(_cut(picture, centre, person.side * view.scale, view.turn_deg, side), view.brightness)


def _cut(picture: Picture, centre: tuple[float, float], size: float, turn_deg: float, side: int) -> Picture:
    matrix = np.asarray(cv2.getRotationMatrix2D(centre, turn_deg, side / size), np.float64)
    matrix[:, 2] += side / 2 - np.asarray(centre)
    interpolation = cv2.INTER_AREA if size > 2 * side else cv2.INTER_LINEAR
    return np.asarray(cv2.warpAffine(picture, matrix, (side, side), flags=interpolation), np.uint8)


def _dimmed(picture: Picture, brightness: float) -> Picture:
    return np.asarray(np.clip(picture * brightness, 0, 255), np.uint8)


def rendered_people(folder: Path, side: int) -> Iterator[Picture]:
    """Inputs of the landmark model: squares around rendered people, turned as they lie; a little off the mark."""
    clips = sorted(folder.glob("*.webm"))
    if not clips:
        raise MissingError(f"{folder}: no rendered recordings; restore them from the repository")
    turn = 0
    for clip in clips:
        truth = json.loads(clip.with_suffix(".json").read_bytes())
        every = round(RENDERED_EVERY_S * truth["fps"])
        for number, picture in _every(clip, every):
            for person in truth["people"]:
                at = number - person["first_frame"]
                if 0 <= at < len(person["joints_px"]):
                    view, turn = VIEWS[turn % 3], turn + 1
                    yield _around(picture, np.array(person["joints_px"][at], np.float64).reshape(-1, 2), view, side)


def _around(picture: Picture, joints: Floats, view: View, side: int) -> Picture:
    """The square around a body, hips to shoulders upwards, as a view has it."""
    hip = joints[list(HIPS)].mean(axis=0)
    up = joints[list(SHOULDERS)].mean(axis=0) - hip
    radius = max(MARGIN * float(np.hypot(*(joints - hip).T).max()), LEAST_CIRCLE * float(np.hypot(*up)))
    size = 2 * SQUARE * radius
    turn = float(np.degrees(np.arctan2(up[0], -up[1]))) + view.turn_deg
    centre = (hip[0] + view.shift[0] * size, hip[1] + view.shift[1] * size)
    return _dimmed(_cut(picture, centre, size * view.scale, turn, side), view.brightness)


def _every(clip: Path, every: int) -> Iterator[tuple[int, Picture]]:
    """Every so many frames of a clip with their numbers, RGB."""
    capture = cv2.VideoCapture(str(clip))
    number = 0
    while True:
        there, picture = capture.read()
        if not there:
            break
        if number % every == 0:
            yield number, np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)
        number += 1
    capture.release()
    if number == 0:
        raise MissingError(f"{clip}: not one frame can be read; delete it and run python -m models.build")
