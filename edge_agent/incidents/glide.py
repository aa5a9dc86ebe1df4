"""Whether a body was seen on its way from one place to another, rather than here at one look and there at the next."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

FAR = 0.45
"""How far a hip must go within about `MEMORY_S` to have been seen going, torso lengths; [C]: from a bed to the floor
beside it is half a torso and more, breathing and fidgeting less than a fifth."""
STEP = 0.3
"""The most that one look counts, torso lengths: a body that a model suddenly places elsewhere makes one great step."""
MEMORY_S = 0.5
"""Time constant of what counts as one way, seconds: rolling off a bed takes less than a second."""
LOOK_S = 0.4
"""Between two looks farther apart than this nobody has seen a way, seconds."""


@dataclass(frozen=True, slots=True)
class Glide:
    """A hip, and how it has been moving."""

    hip: tuple[float, float]
    """px."""
    gone: tuple[float, float] = (0.0, 0.0)
    """Where it has moved of late, torso lengths along the picture's axes; what goes to and fro cancels out."""
    at: float | None = None
    """When it was last seen going far."""


def glide(before: Glide | None, t: float, dt: float, hip: tuple[float, float], torso_px: float) -> Glide:
    """Takes in where a hip is now.

    Args:
        before: of the look before; None at the first.
        t: of this look, seconds.
        dt: since the look before, seconds.
        hip: px.
        torso_px: the length of its trunk, px.
    """
    if before is None:
        return Glide(hip)
    if dt > LOOK_S:
        return Glide(hip, at=before.at)
    x, y = ((now - was) / torso_px for now, was in zip(hip, before.hip, strict=True))
    counted = min(1.0, STEP / max(math.hypot(x, y), 1e-9))
    kept = math.exp(-dt / MEMORY_S)
    gone = (before.gone[0] * kept + x * counted, before.gone[1] * kept + y * counted)
    return replace(before, hip=hip, gone=gone, at=t if math.hypot(*gone) >= FAR else before.at)
