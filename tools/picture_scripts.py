"""What is done to good recordings to make faulty cameras of them, and ordinary changes that only look like faults.

A script has up to three hands: `optics` changes what falls on the sensor, before its noise; `sensor` what the camera
makes of it, noise included; `stuck` keeps the last picture. `age` is in seconds since the script began.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from edge_agent.types import Image

Hand = Callable[[Image, float], Image]


@dataclass(frozen=True, slots=True)
class Script:
    """One fault, or one thing that is none."""

    name: str
    expected: frozenset[str]
    """Any of these reasons is right; nothing may be said if empty."""
    lasts_s: float
    optics: Hand | None = None
    sensor: Hand | None = None
    stuck: bool = False
    clock: bool | None = None
    """Whether the time of day, written into the picture, goes on; None where none is written."""
    aim: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Where the camera looks now: shares of the width and height aside, degrees turned about its axis."""
    elsewhere: bool = False
    """The camera looks at another room altogether."""
    noise: float | None = None
    """Standard deviation of the sensor's noise meanwhile, grey levels."""


def faults(draw: np.random.Generator) -> list[Script]:
    """Every fault, with its strength drawn at random."""
    side = draw.choice([-1.0, 1.0], 2)
    moved = draw.uniform(0.03, 0.1), draw.uniform(0.03, 0.1)
    return [
        Script("frozen", frozenset({"frozen"}), 30, stuck=True),
        Script("frozen, its clock goes on", frozenset({"frozen"}), 30, stuck=True, clock=True),
        Script("lights out, no infra-red", frozenset({"dark"}), 20, sensor=gain(draw.uniform(0.02, 0.06)), noise=1.5),
        Script("black picture", frozenset({"dark"}), 20, sensor=gain(0.0), noise=0.0),
        Script("blown out", frozenset({"over_exposed"}), 20, sensor=gain(draw.uniform(5, 8), offset=60)),
        Script("hand", frozenset({"covered"}), 20, optics=cover(draw, (90, 120, 190), fold=0.25, rim=0.0)),
        Script("dark hand", frozenset({"covered", "dark"}), 20, optics=cover(draw, (28, 38, 60), fold=0.25, rim=0.0)),
        Script("cloth", frozenset({"covered"}), 20, optics=cover(draw, (130, 130, 130), fold=0.4, rim=0.0)),
        Script("cloth, a rim free", frozenset({"covered"}), 20, optics=cover(draw, (120, 110, 140), fold=0.2, rim=0.1)),
        Script("paper", frozenset({"covered", "over_exposed"}), 20, optics=cover(draw, (236, 238, 240), 0.03, 0.0)),
        Script("defocus, 0.4-0.8 %", frozenset({"blurred"}), 30, optics=blur(draw.uniform(0.004, 0.008))),
        Script("defocus, 0.8-2.5 %", frozenset({"blurred", "covered"}), 30, optics=blur(draw.uniform(0.008, 0.025))),
        Script("condensation", frozenset({"blurred", "covered"}), 30, optics=blur(draw.uniform(0.01, 0.03), haze=0.5)),
        Script("shifted 4-14 %", frozenset({"moved"}), 30, aim=(side[0] * moved[0], side[1] * moved[1], 0.0)),
        Script("turned 5-12 deg", frozenset({"moved"}), 30, aim=(0.02, 0.0, side[0] * draw.uniform(5, 12))),
        Script("looks elsewhere", frozenset({"moved"}), 30, elsewhere=True, noise=2.0),
    ]


def ordinary(draw: np.random.Generator) -> list[Script]:
    """What happens in any room, and is no fault."""
    left = bool(draw.integers(2))
    return [
        Script("nothing", frozenset(), 30),
        Script("its clock stands, the picture goes on", frozenset(), 20, clock=False),
        Script("switch to infra-red", frozenset(), 40, sensor=infra_red(draw), noise=5.0),
        Script("light switched off, some left", frozenset(), 30, sensor=gain(draw.uniform(0.3, 0.5)), noise=4.0),
        Script("light switched on", frozenset(), 30, sensor=light_on(draw.uniform(1.5, 2.5))),
        Script("another lamp, from the side", frozenset(), 30, sensor=lamp(draw, left=left)),
        Script("dusk within 60 s", frozenset(), 60, sensor=lambda image, age: gain(0.25 ** (age / 60))(image, age)),
        Script("television flickers", frozenset(), 30, sensor=flicker(draw)),
        Script("curtain drawn", frozenset(), 30, optics=curtain(draw, left=left)),
        Script("bed moved", frozenset(), 30, optics=furniture(draw)),
        Script("a back fills 60 % for 3 s", frozenset(), 15, optics=back(draw, share=0.6, lasts_s=3.0)),
        Script("a back fills 60 % for 15 s", frozenset(), 25, optics=back(draw, share=0.6, lasts_s=15.0)),
        Script("noisier by far", frozenset(), 30, noise=8.0),
        Script("gamma", frozenset(), 30, sensor=gamma(draw.choice([0.55, 1.8]))),
        Script("coarse coding", frozenset(), 30, sensor=coded(40)),
        Script("very coarse coding", frozenset(), 30, sensor=coded(18)),
    ]


def gain(factor: float, offset: float = 0.0) -> Hand:
    """Brighter or darker, with the sensor's range for a limit."""
    return lambda image, _: np.asarray(cv2.convertScaleAbs(image, alpha=factor, beta=offset), np.uint8)


def gamma(power: float) -> Hand:
    """Another tone curve."""
    table = (255 * (np.arange(256) / 255) ** power).astype(np.uint8)
    return lambda image, _: np.asarray(cv2.LUT(image, table), np.uint8)


def coded(quality: int) -> Hand:
    """JPEG, picture by picture: blocks and ringing that change all the time."""

    def hand(image: Image, _: float) -> Image:
        _, packed = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
        return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)

    return hand


def hunting(age: float, first: float) -> float:
    """The exposure's factor while a camera finds it: off at first, then swinging past the right one and back."""
    return float(1 + (first - 1) * np.exp(-age / 0.8) * np.cos(2.5 * age))


def light_on(first: float) -> Hand:
    """Too bright until the exposure has followed."""
    return lambda image, age: gain(hunting(age, first))(image, age)


def infra_red(draw: np.random.Generator) -> Hand:
    """The filter clicks away, the lamp beside the lens comes on: grey, lit from the middle, clothes look different."""
    weights = draw.dirichlet([2.0, 2.0, 2.0])
    power = draw.uniform(0.6, 1.1)
    middle = draw.uniform(0.35, 0.65, 2)

    def hand(image: Image, age: float) -> Image:
        height, width = image.shape[:2]
        if age < 0.6:
            return np.asarray(image // 16, np.uint8)
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        far = ((x / width - middle[0]) ** 2 + (y / height - middle[1]) ** 2) / 0.35
        grey = 255 * np.asarray(image @ weights.astype(np.float32) / 255, np.float32) ** power
        lit = grey * (0.35 + 0.85 * np.exp(-far)) * hunting(age - 0.6, 3.0)
        return np.asarray(cv2.cvtColor(np.clip(lit, 0, 255).astype(np.uint8), cv2.COLOR_GRAY2BGR), np.uint8)

    return hand


def lamp(draw: np.random.Generator, *, left: bool) -> Hand:
    """Another lamp: a slope of light across the room, and the exposure follows."""
    strength = draw.uniform(0.5, 0.8)

    def hand(image: Image, age: float) -> Image:
        slope = np.linspace(1 - strength, 1 + strength, image.shape[1], dtype=np.float32)
        lit = image * (slope[::-1] if left else slope)[None, :, None] * hunting(age, 1.4)
        return np.asarray(np.clip(lit, 0, 255), np.uint8)

    return hand


def flicker(draw: np.random.Generator) -> Hand:
    """A screen in the dark: the room's light jumps a few times a second."""
    seed = int(draw.integers(1 << 30))

    def hand(image: Image, age: float) -> Image:
        now = np.random.default_rng(seed + int(age * 3)).uniform(0.5, 1.0)
        return gain(now)(image, age)

    return hand


def cover(draw: np.random.Generator, colour: tuple[int, int, int], fold: float, rim: float) -> Hand:
    """Something on the lens, far out of focus: soft shading, and no more; `rim` is the share left free on one side."""
    soft = cv2.resize(draw.normal(0, 1, (4, 5)).astype(np.float32), (160, 120), interpolation=cv2.INTER_CUBIC)
    drift = draw.uniform(-0.05, 0.05, 2)

    def hand(image: Image, age: float) -> Image:
        height, width = image.shape[:2]
        shading = cv2.resize(soft, (width, height), interpolation=cv2.INTER_CUBIC)
        shading = 1 + fold * (0.5 * shading + drift[0] * np.sin(3 * age) + drift[1])
        covered = np.clip(shading[..., None] * np.array(colour, np.float32), 0, 255)
        free = np.clip((np.arange(width) - (1 - rim) * width) / (0.05 * width), 0, 1).astype(np.float32)[None, :, None]
        if rim == 0:
            free = np.zeros_like(free)
        return np.asarray(covered * (1 - free) + image * free).astype(np.uint8)

    return hand


def blur(share: float, haze: float = 0.0) -> Hand:
    """Out of focus by a share of the width; haze takes contrast away, too."""

    def hand(image: Image, _: float) -> Image:
        spread = cv2.GaussianBlur(image, (0, 0), share * image.shape[1])
        return np.asarray(cv2.convertScaleAbs(spread, alpha=1 - haze, beta=150 * haze), np.uint8)

    return hand


def curtain(draw: np.random.Generator, *, left: bool) -> Hand:
    """A quarter of the picture gets folds, in one colour, within 3 s."""
    colour = draw.uniform(60, 200, 3).astype(np.float32)
    folds = draw.uniform(10, 25)

    def hand(image: Image, age: float) -> Image:
        width = image.shape[1]
        drawn = int(0.25 * width * min(1.0, age / 3))
        stripes = 1 + 0.25 * np.sin(np.arange(drawn) * 2 * np.pi * folds / width).astype(np.float32)
        changed = image.copy()
        part = slice(0, drawn) if left else slice(width - drawn, width)
        changed[:, part] = np.clip(stripes[None, :, None] * colour, 0, 255).astype(np.uint8)
        return changed

    return hand


def furniture(draw: np.random.Generator) -> Hand:
    """A third of the picture, below, is pushed aside."""
    shift = int(draw.choice([-1, 1]) * draw.uniform(40, 90))

    def hand(image: Image, _: float) -> Image:
        height, width = image.shape[:2]
        changed = image.copy()
        rows, columns = slice(height // 2, height), slice(width // 6, width * 5 // 6)
        changed[rows, columns] = np.roll(image[rows, columns], shift, axis=1)
        return changed

    return hand


def back(draw: np.random.Generator, share: float, lasts_s: float) -> Hand:
    """Somebody stands right before the camera: soft cloth from below, swaying."""
    colour = draw.uniform(30, 180, 3)
    middle = draw.uniform(0.35, 0.65)

    def hand(image: Image, age: float) -> Image:
        if age > lasts_s:
            return image
        height, width = image.shape[:2]
        shape = np.zeros((height, width), np.float32)
        radius = np.sqrt(share * height * width / np.pi)
        at = (int((middle + 0.02 * np.sin(2 * age)) * width), int(0.55 * height))
        cv2.ellipse(shape, at, (int(radius * 1.15), int(radius / 1.05)), 0, 0, 360, 1.0, -1)
        soft = np.asarray(cv2.GaussianBlur(shape, (0, 0), 0.01 * width), np.float32)[..., None]
        return np.asarray(image * (1 - soft) + np.array(colour, np.float32) * soft).astype(np.uint8)

    return hand


def written(image: Image, t: float) -> Image:
    """The time of day in a corner, as cameras burn it in."""
    changed = image.copy()
    text = f"2026-03-01 {int(t) // 3600:02}:{int(t) // 60 % 60:02}:{int(t) % 60:02}"
    size = image.shape[0] / 900
    at = (int(0.02 * image.shape[1]), int(0.06 * image.shape[0]))
    for thickness, ink in ((4, (0, 0, 0)), (1, (255, 255, 255))):
        cv2.putText(changed, text, at, cv2.FONT_HERSHEY_SIMPLEX, size, ink, thickness, cv2.LINE_AA)
    return changed


def aimed(image: Image, aim: tuple[float, float, float]) -> Image:
    """The middle 80 % of a picture, or what the camera sees after it was moved."""
    height, width = image.shape[:2]
    out = (int(0.8 * width), int(0.8 * height))
    centre = (width * (0.5 + aim[0]), height * (0.5 + aim[1]))
    if aim[2] == 0:
        left, top = int(centre[0] - out[0] / 2), int(centre[1] - out[1] / 2)
        left, top = min(max(left, 0), width - out[0]), min(max(top, 0), height - out[1])
        return np.ascontiguousarray(image[top : top + out[1], left : left + out[0]])
    turn = cv2.getRotationMatrix2D(centre, aim[2], 1.0)
    turn[:, 2] += np.array(out) / 2 - np.array(centre)
    return np.asarray(cv2.warpAffine(image, turn, out, borderMode=cv2.BORDER_REFLECT), np.uint8)


def there_and_back(count: int) -> list[int]:
    """Indices that play a clip for- and backwards without a cut."""
    return [*range(count), *range(count - 2, 0, -1)]
