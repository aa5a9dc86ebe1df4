"""Squatting, picking something up, kneeling to clean: no falls. Collapsing, slipping, rolling out of bed: falls."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tools.scenes.acts import Act, Ease, Move, Step
from tools.scenes.bed import Bed, supine
from tools.scenes.bodies import Body
from tools.scenes.pose import Frame, Key, Support
from tools.scenes.rotations import pitch, roll, yaw
from tools.scenes.stances import HANGING, Spot, Stance, hand, side_lying, trailing


def squat(spot: Spot, seconds: float = 2.0, low_s: float = 4.0) -> Move:
    """Goes down on its haunches, stays a while, comes up again."""

    def move(body: Body, _: Key) -> tuple[Act, ...]:
        stance = Stance(body, spot)
        low = _squatting(stance)
        wiggled = replace(low, bend=(low.bend[0] + 5.0, 0.0, 4.0))
        steps = (
            Step(seconds, low),
            Step(low_s / 2, wiggled),
            Step(low_s / 2, low),
            Step(1.2 * seconds, stance.standing()),
        )
        return (Act(steps, "other", "light"),)

    return move


def _squatting(stance: Stance) -> Key:
    return stance.key(
        (-0.14, 0.0, 0.40),
        pitch(24.0),
        (
            hand("L", (0.42, 0.10, 0.20), Frame.PELVIS, (-0.5, 1.0, -0.3)),
            hand("R", (0.42, 0.10, 0.20), Frame.PELVIS, (-0.5, 1.0, -0.3)),
        ),
        stance.soles(0.02, 0.14),
        bend=(28.0, 0.0, 0.0),
        nod=(-16.0, 0.0, 0.0),
    )


def pick_up(spot: Spot, seconds: float = 1.4) -> Move:
    """Bends down to the floor with the knees a little bent, takes hold, comes up again."""

    def move(body: Body, _: Key) -> tuple[Act, ...]:
        stance = Stance(body, spot)
        bent = stance.key(
            (-0.12, 0.0, 0.74),
            pitch(58.0),
            (
                hand("L", (0.38, 0.16, 0.22), Frame.WORLD, (-0.4, 0.7, 0.3)),
                hand("R", (0.44, 0.06, 0.06), Frame.WORLD, (-0.4, 0.7, 0.3)),
            ),
            stance.soles(),
            bend=(52.0, 0.0, 0.0),
            nod=(-8.0, 0.0, 0.0),
        )
        steps = (Step(seconds, bent), Step(0.9, bent), Step(1.2 * seconds, stance.standing()))
        return (Act(steps, "other", "light"),)

    return move


def kneel_to_clean(spot: Spot, scrubs: int = 6) -> Move:
    """Goes down over one knee to all fours, wipes the floor with one hand, gets up again over one knee."""

    def move(body: Body, _: Key) -> tuple[Act, ...]:
        stance = Stance(body, spot)
        kneeling, upright = _kneeling(stance), stance.standing()
        one_knee = _one_knee(stance)
        wiping = [_wiping(stance, 0.10 * (-1) ** n, 0.05 * (n % 3)) for n in range(scrubs)]
        steps = (
            Step(1.6, one_knee),
            Step(1.2, kneeling),
            Step(1.4, wiping[0]),
            *(Step(0.9, key) for key in wiping[1:]),
            Step(1.4, kneeling),
            Step(1.4, one_knee),
            Step(2.2, upright),
        )
        return (Act(steps, "other", "light"),)

    return move


def _one_knee(stance: Stance) -> Key:
    return stance.key(
        (0.0, 0.0, 0.46),
        pitch(10.0),
        (HANGING[0], hand("R", (0.34, 0.10, 0.05), Frame.PELVIS, (-0.4, 1.0, -0.4))),
        (trailing("L", (-0.42, 0.11, 0.09)), stance.sole("R", 0.36)),
        bend=(20.0, 0.0, 0.0),
        nod=(-8.0, 0.0, 0.0),
    )


def _kneeling(stance: Stance) -> Key:
    return stance.key(
        (0.0, 0.0, 0.47),
        pitch(8.0),
        HANGING,
        (trailing("L", (-0.40, 0.11, 0.09)), trailing("R", (-0.40, 0.11, 0.09))),
        bend=(16.0, 0.0, 0.0),
        nod=(-6.0, 0.0, 0.0),
    )


def _wiping(stance: Stance, aside: float, ahead: float) -> Key:
    return stance.key(
        (-0.08, 0.0, 0.46),
        pitch(64.0),
        (
            hand("L", (0.40, 0.18, 0.07), Frame.WORLD, (-0.7, 0.7, -0.2)),
            hand("R", (0.46 + ahead, 0.10 + aside, 0.05), Frame.WORLD, (-0.7, 0.7, -0.2)),
        ),
        (trailing("L", (-0.48, 0.11, 0.09)), trailing("R", (-0.48, 0.11, 0.09))),
        bend=(18.0, 0.0, 4.0 * np.sign(aside)),
        nod=(-22.0, 0.0, 0.0),
    )


def collapse(spot: Spot) -> Move:
    """The knees give way: straight down onto them, then over to the right side."""

    def move(body: Body, _: Key) -> tuple[Act, ...]:
        stance = Stance(body, spot)
        buckling = replace(_squatting(stance), turn=yaw(spot.heading) @ pitch(14.0) @ roll(4.0))
        knees = replace(_kneeling(stance), turn=yaw(spot.heading) @ pitch(12.0) @ roll(14.0), nod=(20.0, 8.0, 0.0))
        lying = side_lying(stance, (0.02, -0.30, 0.13), Support(0.0))
        down = (Step(0.55, buckling, Ease.FALL), Step(0.35, knees, Ease.EVEN), Step(0.75, lying, Ease.FALL))
        return (
            Act(down, "other", marks=(("onset", 0.0),)),
            Act((Step(0.5, lying),), "lying", None, on_floor=True, marks=(("impact", 0.0),)),
        )

    return move


def fall_backward(spot: Spot) -> Move:
    """The feet slip away to the front: down on the seat, then on the back."""

    def move(body: Body, _: Key) -> tuple[Act, ...]:
        stance = Stance(body, spot)
        arms = (
            hand("L", (0.20, 0.36, -0.22), pole=(-0.4, 0.8, -0.4)),
            hand("R", (0.16, 0.38, -0.26), pole=(-0.4, 0.8, -0.4)),
        )
        slipping = stance.key(
            (-0.26, 0.0, 0.62), pitch(-24.0), arms, stance.soles(0.20), bend=(18.0, 0.0, 0.0), nod=(6.0, 0.0, 0.0)
        )
        sitting = stance.key(
            (-0.42, 0.0, 0.14),
            pitch(-36.0),
            arms,
            (trailing("L", (0.34, 0.13, 0.16)), trailing("R", (0.30, 0.15, 0.14))),
            bend=(26.0, 4.0, 0.0),
            nod=(14.0, 0.0, 0.0),
            support=Support(0.0, seat_only=True),
        )
        lying = on_the_back(stance, -0.52)
        down = (Step(0.55, slipping, Ease.FALL), Step(0.30, sitting, Ease.EVEN), Step(0.55, lying, Ease.FALL))
        return (
            Act(down, "other", marks=(("onset", 0.0),)),
            Act((Step(0.5, lying),), "lying", None, on_floor=True, marks=(("impact", 0.0),)),
        )

    return move


def on_the_back(stance: Stance, ahead: float) -> Key:
    """Lying on the floor, face up, the head behind the spot."""
    return stance.key(
        (ahead, 0.0, 0.13),
        pitch(-87.0),
        (
            hand("L", (0.06, 0.34, -0.36), pole=(-0.3, 1.0, -0.2)),
            hand("R", (0.04, 0.30, -0.44), pole=(-0.3, 1.0, -0.2)),
        ),
        (
            trailing("L", (ahead + 0.72, 0.14, 0.09), (0.0, 0.3, 1.0), 20.0),
            trailing("R", (ahead + 0.56, 0.18, 0.09), (0.2, -0.2, 1.0), 20.0),
        ),
        bend=(2.0, 0.0, 0.0),
        nod=(6.0, 0.0, 20.0),
        support=Support(0.0),
    )


def roll_out(bed: Bed) -> Move:
    """From lying on the back over the bed's edge to the floor beside it, onto the side."""

    def move(body: Body, _: Key) -> tuple[Act, ...]:
        k = body.scale
        lying = supine(body, bed)
        across = Stance(body, Spot(bed.edge.spot.x, bed.edge.spot.y, bed.edge.spot.heading))
        brink = replace(
            lying,
            pelvis=across.spot.world((0.02, 0.06 * k, bed.edge.height + 0.13 * k)),
            turn=yaw(bed.edge.spot.heading) @ roll(86.0),
            support=Support(bed.edge.height),
        )
        floor = side_lying(Stance(body, across.spot.ahead(0.46 * k)), (0.0, 0.06, 0.13), Support(0.0))
        return (
            Act((Step(2.2, brink),), "lying", "sedentary"),
            Act((Step(0.75, floor, Ease.FALL),), "other", marks=(("onset", 0.0),)),
            Act((Step(0.5, floor),), "lying", None, on_floor=True, marks=(("impact", 0.0),)),
        )

    return move
