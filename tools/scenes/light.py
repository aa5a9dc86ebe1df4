"""Light on a picture that was painted by day: dim, infra-red by night, and the switch between the two."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Image = NDArray[np.uint8]

LIGHTS: Final = ("day", "dim", "infrared", "switch")
SWITCH_S = 9.0
"""When the camera goes over to infra-red."""
HUNTING_S = 1.2
"""How long its exposure hunts then [C]."""
DIM = 0.34
"""Share of the light left at dusk."""
NOISE: Final = {"day": 1.2, "dim": 3.0, "infrared": 4.0}
"""Grey levels, standard deviation: gain brings noise [C]."""
INFRARED = (0.25, 0.35, 0.55)
"""Share of blue, green, red: cloth and hair reflect near infra-red more as red does [C]."""
LAMP_M = 2.6
"""Distance up to which the camera's own infra-red lamp lights fully; beyond it falls off [C]."""
FLATTER = 0.6
"""Exponent of brightness: dyes hardly absorb near infra-red, so dark cloth is no longer dark [C]."""
EXPOSED = 105.0
"""Mean grey level that the camera's exposure settles at [C]."""


def as_seen(picture: Image, depth: Floats, light: str, t: float, chance: np.random.Generator) -> Image:
    """The picture as the camera gives it in this light, with the sensor's noise.

    Args:
        picture: (H, W, 3) by day.
        depth: (H, W) metres to what is behind the people.
        light: one of LIGHTS.
        t: seconds into the recording.
        chance: of the noise.
    """
    now = light if light != "switch" else ("day" if t < SWITCH_S else "infrared")
    seen = picture.astype(np.float64)
    if now == "dim":
        seen *= DIM
    elif now == "infrared":
        grey = seen @ np.array(INFRARED) / sum(INFRARED)
        grey = 255.0 * (grey / 255.0) ** FLATTER * np.clip(LAMP_M / np.maximum(depth, 0.5), 0.25, 1.4)
        grey *= EXPOSED / max(float(grey.mean()), 1.0)
        hunting = 1.0
        if light == "switch" and t < SWITCH_S + HUNTING_S:
            hunting = 1.0 + 1.2 * (1.0 - (t - SWITCH_S) / HUNTING_S)
        seen = np.repeat((grey * hunting)[..., None], 3, axis=2)
    noise = chance.standard_normal(picture.shape[:2], dtype=np.float32) * NOISE[now]
    return np.asarray(np.clip(seen + noise[..., None] + 0.5, 0, 255), np.uint8)
