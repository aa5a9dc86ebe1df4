"""Falls from standing, as an inverted pendulum over the feet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tools.scenes.acts import Act, Ease, Move, Step
from tools.scenes.bodies import Body
from tools.scenes.pose import Frame, Key, Reach, Support
from tools.scenes.rig import SIDES, Side
from tools.scenes.rotations import pitch, roll
from tools.scenes.stances import Spot, Stance, hand, side_lying, trailing

GRAVITY = 9.81
FORWARD_LEANS = (10.0, 22.0, 36.0, 52.0, 70.0)
"""Degrees from upright at which a fall has a key, until the trunk is on the floor."""


@dataclass(frozen=True, slots=True)
class Pendulum:
    """A rigid body tipping over its feet: theta'' = (g / length) sin(theta)."""

    length: float
    """Metres; a rod as long as the body's centre is high, falling about its end, has 4/3 of that [C]."""
    start_deg: float = 4.0
    push_deg_s: float = 43.0
    """What tripping leaves of the walk: 0.6 m/s over a hip 0.8 m high is 43 deg/s [C]."""

    def when(self, leans: tuple[float, ...]) -> tuple[float, ...]:
        """Seconds after which each lean (degrees, rising) is reached."""
        dt, t = 0.001, 0.0
        angle, rate = np.radians(self.start_deg), np.radians(self.push_deg_s)
        times: list[float] = []
        for lean in leans:
            while angle < np.radians(lean):
                rate += GRAVITY / self.length * np.sin(angle) * dt
                angle += rate * dt
                t += dt
            times.append(t)
        return tuple(times)


def fall_forward(spot: Spot) -> Move:
    """Trips at `spot` and falls the way it faces, knees giving, hands out too late; ends prone."""

    def move(body: Body, _: Key) -> tuple[Act, ...]:
        stance = Stance(body, spot)
        times = Pendulum(4 / 3 * 0.56 * body.stature).when((*FORWARD_LEANS, 88.0))
        keys = [_tipping(stance, lean) for lean in FORWARD_LEANS] + [prone(stance, 0.80)]
        waits = np.diff((0.0, *times))
        steps = tuple(Step(float(dt), key, Ease.EVEN) for dt, key in zip(waits, keys, strict=True))
        settled = (Step(0.5, prone(stance, 0.82)),)
        return (
            Act(steps, "other", marks=(("onset", 0.0),)),
            Act(settled, "lying", None, on_floor=True, marks=(("impact", 0.0),)),
        )

    return move


def _tipping(stance: Stance, lean: float) -> Key:
    u = lean / 90.0
    radius = stance.body.hip_height / stance.body.scale - 0.02 - 0.13 * np.sin(np.pi * u)
    hands = tuple(
        hand(side, (0.07 + 0.30 * min(1.0, 2 * u), 0.215, -0.535 + 0.42 * min(1.0, 1.6 * u)), pole=(-0.2, 0.9, -0.5))
        for side in SIDES
    )
    feet = tuple(_heels_up(stance, side=side, u=u) for side in SIDES)
    a = np.radians(lean)
    return stance.key(
        (float(radius * np.sin(a)), 0.0, float(radius * np.cos(a)) + 0.10 * u),
        pitch(lean * 0.95),
        (hands[0], hands[1]),
        (feet[0], feet[1]),
        bend=(8.0 + 26.0 * float(np.sin(np.pi * u)), 0.0, 0.0),
        nod=(-4.0 - 34.0 * u, 0.0, 0.0),
    )


def _heels_up(stance: Stance, *, side: Side, u: float) -> Reach:
    """The foot tips over its toes as the body goes."""
    flat = stance.sole(side)
    x, y, z = flat.point
    assert flat.turn is not None  # noqa: S101
    tip = 80.0 * u
    return Reach(
        (x + 0.05 * u, y, z + 0.09 * float(np.sin(np.radians(tip)))), flat.frame, flat.pole, flat.turn @ pitch(tip)
    )


def prone(stance: Stance, ahead: float) -> Key:
    """Face down, the pelvis `ahead` of the spot, head turned aside, hands beside it."""
    return stance.key(
        (ahead, 0.0, 0.13),
        pitch(88.0),
        (
            hand("L", (0.05, 0.30, 0.04), pole=(-0.1, 1.0, -0.3)),
            hand("R", (0.07, 0.42, -0.40), pole=(0.3, 1.0, 0.2)),
        ),
        (
            trailing("L", (ahead - 0.775, 0.13, 0.09), (-0.2, 0.6, 0.0)),
            trailing("R", (ahead - 0.72, 0.17, 0.09), (0.3, 1.0, 0.0)),
        ),
        bend=(-2.0, 0.0, 0.0),
        nod=(-12.0, 0.0, 48.0),
        support=Support(0.0),
    )


def fall_sideways(spot: Spot) -> Move:
    """Topples to the right from standing: hip first, then shoulder; ends on the right side."""

    def move(body: Body, _: Key) -> tuple[Act, ...]:
        stance = Stance(body, spot)
        times = Pendulum(4 / 3 * 0.56 * body.stature, push_deg_s=38.0).when((*FORWARD_LEANS, 86.0))
        keys = [_toppling(stance, lean) for lean in FORWARD_LEANS]
        keys.append(side_lying(stance, (0.04, -0.62, 0.13), Support(0.0)))
        waits = np.diff((0.0, *times))
        steps = tuple(Step(float(dt), key, Ease.EVEN) for dt, key in zip(waits, keys, strict=True))
        return (
            Act(steps, "other", marks=(("onset", 0.0),)),
            Act((Step(0.5, keys[-1]),), "lying", None, on_floor=True, marks=(("impact", 0.0),)),
        )

    return move


def _toppling(stance: Stance, lean: float) -> Key:
    u = lean / 90.0
    a = np.radians(lean)
    radius = stance.body.hip_height / stance.body.scale - 0.02 - 0.22 * u
    feet = (
        Reach((0.02, 0.11 - 0.05 * u, 0.07 + 0.08 * u), Frame.WORLD, (1.0, 0.15, 0.0), roll(lean * 0.6)),
        Reach((0.0, -0.11, 0.07), Frame.WORLD, (1.0, -0.15, 0.0), roll(lean * 0.7)),
    )
    return stance.key(
        (0.03 * u, -float(radius * np.sin(a)), float(radius * np.cos(a)) + 0.10 * u),
        roll(lean * 0.92) @ pitch(6.0),
        (
            hand("L", (0.22, 0.30, -0.36 + 0.1 * u)),
            hand("R", (0.10 + 0.26 * u, 0.36 - 0.24 * u, -0.50 + 0.50 * u), pole=(-0.4, 0.6, -0.8)),
        ),
        feet,
        bend=(8.0 + 10.0 * u, -8.0 * float(np.sin(np.pi * u)), 6.0 * u),
        nod=(-2.0, -18.0 * float(np.sin(np.pi * u)) + 10.0 * u, 0.0),
    )
