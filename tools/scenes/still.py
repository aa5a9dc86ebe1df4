"""Staying where one is: standing, sitting, lying, with the small movements of someone awake."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tools.scenes.acts import Act, Intensity, Move, Posture, Step
from tools.scenes.bodies import Body
from tools.scenes.pose import Frame, Key, Reach, Triple
from tools.scenes.stances import Spot, Stance


def stay(
    seconds: float,
    posture: Posture,
    intensity: Intensity = "sedentary",
    *,
    on_floor: bool = False,
    restless: float = 1.0,
    seed: int = 0,
) -> Move:
    """Keeps the posture; every 3 to 7 s a hand or the head is moved a little (`restless` 0: only breathing)."""

    def move(_: Body, key: Key) -> tuple[Act, ...]:
        rng = np.random.default_rng(seed)
        steps: list[Step] = []
        left = seconds
        while left > 4.0 and restless > 0:
            pause, stir = float(rng.uniform(1.8, 5.0)), float(rng.uniform(0.9, 1.8))
            last = steps[-1].key if steps else key
            steps += [Step(pause, last), Step(stir, _stirred(key, rng, restless))]
            left -= pause + stir
        steps.append(Step(max(left, 1.0), key))
        return (Act(_fitted(steps, seconds), posture, intensity, on_floor),)

    return move


def _fitted(steps: list[Step], seconds: float) -> tuple[Step, ...]:
    share = seconds / sum(step.seconds for step in steps)
    return tuple(replace(step, seconds=step.seconds * share) for step in steps)


def _stirred(key: Key, rng: np.random.Generator, size: float) -> Key:
    hands = tuple(_nudged(reach, rng, 0.035 * size) for reach in key.hands)
    feet = tuple(_nudged(reach, rng, 0.02 * size) for reach in key.feet)
    forward, right, turned = rng.normal(0.0, 5.0 * size, 3)
    nod = (key.nod[0] + float(forward) / 2, key.nod[1] + float(right) / 2, key.nod[2] + float(turned) * 1.6)
    return replace(key, hands=(hands[0], hands[1]), feet=(feet[0], feet[1]), nod=nod)


def _nudged(reach: Reach, rng: np.random.Generator, size: float) -> Reach:
    shift = rng.normal(0.0, size, 3).clip(-2 * size, 2 * size)
    if reach.frame is Frame.WORLD:
        return reach
    point: Triple = tuple(float(p + d) for p, d in zip(reach.point, shift, strict=True))  # type: ignore[assignment]
    return replace(reach, point=point)


def stand(body: Body, spot: Spot) -> Key:
    """Where most scenes begin."""
    return Stance(body, spot).standing()
