"""Beds: lying down on one from its edge, and getting up again."""

from __future__ import annotations

from dataclasses import dataclass

from tools.scenes.acts import Act, Move, Step
from tools.scenes.bodies import Body
from tools.scenes.pose import Frame, Key, Reach, Support
from tools.scenes.rotations import pitch, roll, yaw
from tools.scenes.seated import Seat, seated
from tools.scenes.stances import Stance, hand


@dataclass(frozen=True, slots=True)
class Bed:
    """A place on the edge to sit on, facing away from the bed, with the pillow to the right."""

    edge: Seat
    inward: float = 0.34
    """From the seated pelvis to the bed's middle line, metres."""


def lie_down(bed: Bed, seconds: float = 5.0) -> Move:
    """From sitting on the edge: down on an elbow, legs up, onto the back."""

    def move(body: Body, _: Key) -> tuple[Act, ...]:
        return (
            Act(
                (
                    Step(0.35 * seconds, _elbow(body, bed)),
                    Step(0.35 * seconds, _side(body, bed)),
                    Step(0.30 * seconds, supine(body, bed)),
                ),
                "other",
                "light",
            ),
        )

    return move


def leave_bed(bed: Bed, seconds: float = 6.0) -> Move:
    """The same way back to the edge."""

    def move(body: Body, _: Key) -> tuple[Act, ...]:
        return (
            Act(
                (
                    Step(0.30 * seconds, _side(body, bed)),
                    Step(0.35 * seconds, _elbow(body, bed)),
                    Step(0.35 * seconds, seated(body, bed.edge)),
                ),
                "other",
                "light",
            ),
        )

    return move


def _elbow(body: Body, bed: Bed) -> Key:
    stance = Stance(body, bed.edge.spot)
    top = bed.edge.height / body.scale
    return stance.key(
        (-0.06, 0.0, top + 0.12),
        roll(42.0) @ yaw(12.0),
        (
            hand("L", (0.30, -0.04, 0.06), Frame.PELVIS),
            hand("R", (-0.02, 0.52, top + 0.07), Frame.WORLD, (-0.6, 0.6, -0.6)),
        ),
        (
            Reach((0.34, 0.14, top - 0.16), Frame.WORLD, (1.0, 0.1, 0.2), None, 20.0),
            Reach((0.34, -0.06, top - 0.20), Frame.WORLD, (1.0, 0.0, 0.2), None, 20.0),
        ),
        bend=(16.0, -6.0, 0.0),
        nod=(0.0, -14.0, 0.0),
        support=Support(bed.edge.height, seat_only=True),
    )


def _side(body: Body, bed: Bed) -> Key:
    stance = Stance(body, bed.edge.spot)
    top = bed.edge.height / body.scale
    return stance.key(
        (-bed.inward / body.scale, 0.06, top + 0.14),
        roll(86.0) @ yaw(24.0),
        (hand("L", (0.28, 0.06, -0.24)), hand("R", (0.30, 0.10, -0.02))),
        (
            Reach((0.30, 0.12, -0.50), Frame.PELVIS, (1.0, 0.1, 0.0), None, 20.0),
            Reach((0.26, -0.10, -0.50), Frame.PELVIS, (1.0, 0.0, 0.0), None, 20.0),
        ),
        bend=(14.0, 0.0, 0.0),
        nod=(6.0, 8.0, 0.0),
        support=Support(bed.edge.height),
    )


def supine(body: Body, bed: Bed) -> Key:
    """On the back, head on the pillow."""
    stance = Stance(body, bed.edge.spot)
    top = bed.edge.height / body.scale
    return stance.key(
        (-bed.inward / body.scale, 0.06, top + 0.13),
        yaw(90.0) @ pitch(-88.0),
        (
            hand("L", (0.14, 0.10, -0.34), pole=(-0.3, 1.0, -0.2)),
            hand("R", (0.04, 0.28, -0.46), pole=(-0.5, 1.0, -0.2)),
        ),
        (
            Reach((0.04, 0.11, -0.765), Frame.PELVIS, (1.0, 0.2, 0.0), None, 20.0),
            Reach((0.02, -0.12, -0.755), Frame.PELVIS, (1.0, -0.2, 0.0), None, 20.0),
        ),
        bend=(4.0, 0.0, 0.0),
        nod=(16.0, 0.0, 0.0),
        support=Support(bed.edge.height),
    )
