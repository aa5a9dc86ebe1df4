"""The postures that choreographies are made of, in the room.

A `Spot` is a place on the floor and a heading; points are written in its frame (x forward, y left, z up from the floor)
for a body 1.62 m tall and scaled to the body at hand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tools.scenes.bodies import Body
from tools.scenes.pose import Frame, Key, Reach, Support, Triple
from tools.scenes.rig import SIGN, Side
from tools.scenes.rotations import Matrix, Vector, pitch, roll, yaw

STANCE_WIDTH = 0.11
"""Half the distance between the ankles, metres: an older person's wide base [C]."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the floor, metres, and a heading, degrees to the left of the room's x axis."""

    x: float
    y: float
    heading: float

    def world(self, point: Triple) -> Vector:
        """A point of the spot's frame, in the room."""
        at: Vector = np.array([self.x, self.y, 0.0]) + yaw(self.heading) @ np.array(point)
        return at

    def ahead(self, forward: float, left: float = 0.0, turn: float = 0.0) -> Spot:
        """The spot some way on."""
        x, y, _ = self.world((forward, left, 0.0))
        return Spot(float(x), float(y), self.heading + turn)


def hand(side: Side, point: Triple, frame: Frame = Frame.CHEST, pole: Triple = (-0.8, 0.5, -0.5)) -> Reach:
    """A wrist, written for the left side and mirrored for the right."""
    sign = SIGN[side]
    return Reach(_mirror(point, sign), frame, _mirror(pole, sign))


def _mirror(point: Triple, sign: float) -> Triple:
    return (point[0], point[1] * sign, point[2])


@dataclass(frozen=True, slots=True, eq=False)
class Stance:
    """Builds keys for one body at one spot."""

    body: Body
    spot: Spot

    def key(
        self,
        pelvis: Triple,
        turn: Matrix,
        hands: tuple[Reach, Reach],
        feet: tuple[Reach, Reach],
        bend: Triple = (0.0, 0.0, 0.0),
        nod: Triple = (0.0, 0.0, 0.0),
        support: Support | None = None,
    ) -> Key:
        """A posture: lengths for a body of 1.62 m, in this spot's frame."""
        return Key(
            self.spot.world(self._sized(pelvis)),
            yaw(self.spot.heading) @ turn,
            (self.reach(hands[0]), self.reach(hands[1])),
            (self.reach(feet[0]), self.reach(feet[1])),
            bend,
            nod,
            support,
        )

    def _sized(self, point: Triple) -> Triple:
        k = self.body.scale
        return (point[0] * k, point[1] * k, point[2] * k)

    def reach(self, reach: Reach) -> Reach:
        """Scaled to the body, and from the spot's frame to the room's."""
        point = self._sized(reach.point)
        if reach.frame is Frame.WORLD:
            x, y, z = self.spot.world(point)
            point = (float(x), float(y), float(z))
        turn = None if reach.turn is None else yaw(self.spot.heading) @ reach.turn
        return replace(reach, point=point, turn=turn)

    def sole(self, side: Side, x: float = 0.0, y: float = STANCE_WIDTH, toe_out: float = 6.0) -> Reach:
        """A foot flat on the floor, its ankle x ahead and y to its own side."""
        sign = SIGN[side]
        height = (self.body.heads["foot.L"][2] + self.body.hip_height) / self.body.scale
        turn = yaw(sign * toe_out)
        return Reach((x, y * sign, float(height)), Frame.WORLD, _mirror((1.0, 0.15, 0.0), sign), turn)

    def soles(self, x: float = 0.0, y: float = STANCE_WIDTH) -> tuple[Reach, Reach]:
        """Both feet flat on the floor beside each other."""
        return self.sole("L", x, y), self.sole("R", x, y)

    def standing(self) -> Key:
        """Upright, arms hanging, a little bent as older people are."""
        height = self.body.hip_height * 0.98 / self.body.scale
        return self.key(
            (0.0, 0.0, height), pitch(3.0), HANGING, self.soles(), bend=(7.0, 0.0, 0.0), nod=(-4.0, 0.0, 0.0)
        )


HANGING = (hand("L", (0.07, 0.215, -0.535)), hand("R", (0.07, 0.215, -0.535)))
ON_THIGHS = (
    hand("L", (0.27, 0.12, 0.10), Frame.PELVIS, (-0.5, 1.0, -0.4)),
    hand("R", (0.27, 0.12, 0.10), Frame.PELVIS, (-0.5, 1.0, -0.4)),
)


def trailing(side: Side, point: Triple, pole: Triple = (1.0, 0.1, 0.0), droop: float = 50.0) -> Reach:
    """A foot off its sole: its ankle in the spot's frame, toes pointed."""
    sign = SIGN[side]
    return Reach(_mirror(point, sign), Frame.WORLD, _mirror(pole, sign), None, droop)


def side_lying(stance: Stance, pelvis: Triple, support: Support) -> Key:
    """On the right side, head to the spot's right, belly ahead, knees drawn up."""
    return stance.key(
        pelvis,
        roll(84.0),
        (hand("L", (0.30, 0.05, -0.20)), hand("R", (0.36, 0.10, 0.02), pole=(0.2, 0.3, -1.0))),
        (
            Reach((0.10, -0.02, -0.62), Frame.PELVIS, (1.0, -0.25, 0.0), None, 35.0),
            Reach((-0.14, -0.09, -0.62), Frame.PELVIS, (1.0, 0.0, 0.0), None, 40.0),
        ),
        bend=(16.0, 0.0, 8.0),
        nod=(8.0, 14.0, 0.0),
        support=support,
    )
