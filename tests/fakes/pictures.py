"""A drawn room, and cameras that look at it: for tests of what the picture tells about the camera."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import cv2
import numpy as np

from edge_agent import picture
from edge_agent.picture import PictureLimits, State
from edge_agent.types import Image, PictureQuality

SIZE = (320, 240)
Change = Callable[[Image, float], Image]
_GRAIN = np.random.default_rng(1).normal(0, 1, 1_500_000).astype(np.float32)


def room(seed: int = 3, size: tuple[int, int] = SIZE) -> Image:
    """Wall, floor and furniture with edges everywhere, coloured; (H, W, 3)."""
    draw = np.random.default_rng(seed)
    width, height = size
    image = np.full((height, width, 3), (150, 165, 170), np.uint8)
    image[height * 2 // 3 :] = (90, 110, 140)
    for _ in range(40):
        x, y = int(draw.integers(width)), int(draw.integers(height))
        wide, high = int(draw.integers(width // 20, width // 5)), int(draw.integers(height // 20, height // 5))
        colour = tuple(int(value) for value in draw.integers(30, 220, 3))
        turned = ((float(x), float(y)), (float(wide), float(high)), float(draw.uniform(0, 90)))
        cv2.fillPoly(image, [np.asarray(cv2.boxPoints(turned), np.int32)], colour, cv2.LINE_AA)
    return image


def noisy(image: Image, draw: np.random.Generator, sigma: float = 2.0) -> Image:
    """With a sensor's noise: one long row of it, begun elsewhere in each picture."""
    begin = int(draw.integers(_GRAIN.size - image.size))
    grain = _GRAIN[begin : begin + image.size].reshape(image.shape)
    return np.asarray(np.clip(image + sigma * grain, 0, 255), np.uint8)


def grey(image: Image) -> Image:
    """As an infra-red camera gives it."""
    return np.asarray(cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR), np.uint8)


class Watch:
    """A camera under judgement, its clock, and what was said of it last."""

    def __init__(self, view: Image | None = None, rate: float = 2.5, sigma: float = 2.0) -> None:
        """Looks at a room, `rate` pictures a second, with noise of `sigma` grey levels."""
        self.view = room() if view is None else view
        self.rate, self.sigma = rate, sigma
        self.t, self.state = 100.0, State()
        self.quality = PictureQuality()
        self.limits = PictureLimits()
        self._draw = np.random.default_rng(5)

    def see(
        self, seconds: float, change: Change | None = None, sigma: float | None = None
    ) -> list[tuple[float, tuple[str, ...]]]:
        """Goes on for some seconds; `change(view, age)` may put something between. Age and reasons of each picture."""
        sigma = self.sigma if sigma is None else sigma
        begin, said = self.t, []
        while self.t - begin < seconds - 1e-6:
            image = self.view if change is None else change(self.view, self.t - begin)
            self.show(noisy(image, self._draw, sigma) if sigma else image)
            said.append((self.t - begin, self.quality.reasons))
        return said

    def show(self, image: Image, after_s: float | None = None, ignored: np.ndarray | None = None) -> PictureQuality:
        """One picture more."""
        self.t += 1 / self.rate if after_s is None else after_s
        self.state, self.quality = picture.step(self.limits, self.state, self.t, image, ignored)
        return self.quality


def reasons(said: Iterable[tuple[float, tuple[str, ...]]]) -> set[str]:
    """All that was said."""
    return {reason for _, some in said for reason in some}


def first(said: Iterable[tuple[float, tuple[str, ...]]], reason: str) -> float | None:
    """After how long a reason was said."""
    return next((age for age, some in said if reason in some), None)


def flat(colour: Iterable[int], size: tuple[int, int] = SIZE) -> Image:
    """One colour all over."""
    return np.full((size[1], size[0], 3), tuple(colour), np.uint8)


def blurred(image: Image, sigma: float) -> Image:
    """Out of focus."""
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.uint8)


def shifted(image: Image, right: int, down: int) -> Image:
    """What a camera sees that was pushed aside: new things come in at the borders."""
    return np.asarray(np.roll(image, (down, right), axis=(0, 1)))


def clocked(image: Image, t: float) -> Image:
    """With the time of day in a corner."""
    changed = image.copy()
    cv2.putText(changed, f"12:00:{int(t) % 60:02}", (4, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (255, 255, 255), 1)
    return changed


def pulsing(image: Image, period_s: float) -> Iterator[tuple[float, Image]]:
    """What a strong encoder makes of a still room: bit-identical pictures, all recoded every `period_s`; 5 Hz."""
    draw = np.random.default_rng(9)
    shown, due, t = image, 0.0, 0.0
    while True:
        if t >= due:
            shown, due = noisy(image, draw, 1.0), due + period_s
        yield t, shown
        t += 0.2
