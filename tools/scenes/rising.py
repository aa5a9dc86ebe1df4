"""Getting up from the floor: to hands and knees, to one knee, to the feet."""

from __future__ import annotations

import numpy as np

from tools.scenes.acts import Act, Ease, Move, Step
from tools.scenes.bodies import Body
from tools.scenes.falling import prone
from tools.scenes.pose import Frame, Key
from tools.scenes.rotations import pitch
from tools.scenes.stances import HANGING, Spot, Stance, hand, trailing


def get_up(heading: float | None = None, seconds: float = 9.0) -> Move:
    """From lying prone or on the side to standing.

    Older people who can take 6 to 12 s [C]. `heading` is the way the crawl faces, degrees; None: where the head points.
    """

    def move(body: Body, key: Key) -> tuple[Act, ...]:
        head = key.turn @ np.array([0.0, 0.0, 1.0])
        facing = float(np.degrees(np.arctan2(head[1], head[0]))) if heading is None else heading
        stance = Stance(body, Spot(float(key.pelvis[0]), float(key.pelvis[1]), facing))
        upright = Stance(body, stance.spot.ahead(0.36 * body.scale)).standing()
        down = (
            Step(0.16 * seconds, _on_elbows(stance)),
            Step(0.18 * seconds, _all_fours(stance)),
            Step(0.08 * seconds, _all_fours(stance, rocked=0.03)),
        )
        up = (
            Step(0.20 * seconds, _half_kneeling(stance)),
            Step(0.06 * seconds, _half_kneeling(stance)),
            Step(0.16 * seconds, _pushing_up(stance), Ease.EVEN),
            Step(0.16 * seconds, upright),
        )
        turning = () if abs(head[2]) < 0.5 and _is_prone(key) else (Step(0.12 * seconds, prone(stance, 0.0)),)
        return (
            Act((*turning, *down), "other", "light", on_floor=True),
            Act(up, "other", "light"),
            Act((Step(0.1, upright),), "standing", "light", marks=(("up_again", 0.0),)),
        )

    return move


def _is_prone(key: Key) -> bool:
    return float((key.turn @ np.array([1.0, 0.0, 0.0]))[2]) < -0.7


def _on_elbows(stance: Stance) -> Key:
    return stance.key(
        (-0.06, 0.0, 0.20),
        pitch(84.0),
        (
            hand("L", (0.44, 0.24, 0.06), Frame.WORLD, (-0.3, 1.0, -0.6)),
            hand("R", (0.44, 0.24, 0.06), Frame.WORLD, (-0.3, 1.0, -0.6)),
        ),
        (trailing("L", (-0.70, 0.15, 0.09), (0.6, 1.0, 0.0)), trailing("R", (-0.72, 0.13, 0.09), (0.6, 1.0, 0.0))),
        bend=(-14.0, 0.0, 0.0),
        nod=(-22.0, 0.0, 0.0),
    )


def _all_fours(stance: Stance, rocked: float = 0.0) -> Key:
    return stance.key(
        (-0.10 - rocked, 0.0, 0.44),
        pitch(76.0),
        (
            hand("L", (0.40, 0.19, 0.07), Frame.WORLD, (-0.7, 0.7, -0.2)),
            hand("R", (0.40, 0.19, 0.07), Frame.WORLD, (-0.7, 0.7, -0.2)),
        ),
        (trailing("L", (-0.50, 0.11, 0.09)), trailing("R", (-0.50, 0.11, 0.09))),
        bend=(10.0, 0.0, 0.0),
        nod=(-20.0, 0.0, 0.0),
    )


def _half_kneeling(stance: Stance) -> Key:
    return stance.key(
        (-0.04, 0.0, 0.46),
        pitch(16.0),
        (
            hand("L", (0.28, -0.02, 0.02), Frame.PELVIS, (-0.4, 1.0, -0.4)),
            hand("R", (0.34, 0.10, 0.05), Frame.PELVIS, (-0.4, 1.0, -0.4)),
        ),
        (trailing("L", (-0.46, 0.11, 0.09)), stance.sole("R", 0.34)),
        bend=(26.0, 0.0, 0.0),
        nod=(-8.0, 0.0, 0.0),
    )


def _pushing_up(stance: Stance) -> Key:
    return stance.key(
        (0.22, 0.0, 0.68),
        pitch(34.0),
        (HANGING[0], hand("R", (0.30, 0.12, 0.02), Frame.PELVIS, (-0.4, 1.0, -0.4))),
        (trailing("L", (0.0, 0.11, 0.16), droop=30.0), stance.sole("R", 0.34)),
        bend=(26.0, 0.0, 0.0),
        nod=(-10.0, 0.0, 0.0),
    )
