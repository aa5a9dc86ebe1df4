"""Floor calibration: somebody stands at the corners of a rectangle that was measured with a tape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import degrees, exp, log, radians

import numpy as np
from numpy.typing import NDArray

from edge_agent.types import Point, View

Numbers = NDArray[np.float64]

TILT, ROLL, HEIGHT, FOCAL, TURN, RIGHT, AWAY = range(7)
"""What is sought: radians, radians, log of metres, log of px; and how the rectangle lies: radians, metres, metres."""
CORNERS = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
"""Near left, near right, far right, far left, as the camera sees them; shares of width and depth."""
FIXED = 1e-4
_STEP = 1e-6


@dataclass(frozen=True, slots=True)
class SpotLimits:
    """What is usual, as mean and spread, and what is good enough; [C] is convention without a firm source."""

    ankle_m: float = 0.09
    """Height of the ankles over the floor, as the places of the agent take it."""
    spot_px: float = 1.5
    """Error of a spot in a picture 640 px wide: two ankles, averaged over a second. [C]"""
    tilt_deg: tuple[float, float] = (20.0, 20.0)
    roll_deg: tuple[float, float] = (0.0, 8.0)
    height_m: tuple[float, float] = (2.0, 0.5)
    """The spread is a share; [C]."""
    focal: tuple[float, float] = (0.8, 0.25)
    """Picture widths, and the spread as a share; as `geometry`'s, and a little wider."""
    turn_deg: tuple[float, float] = (0.0, 25.0)
    right_m: tuple[float, float] = (-1.0, 3.0)
    away_m: tuple[float, float] = (3.0, 2.5)
    """Where the near left corner lies. [C]"""
    side_m: tuple[float, float] = (0.5, 10.0)
    """Of the rectangle. [C]: a shorter one says next to nothing."""
    rounds: int = 60
    max_error_deg: float = 3.0
    max_height_error_m: float = 0.15
    """Standard errors up to which it is worth writing down. [C]"""
    max_misfit: float = 3.0
    """Root mean square of what is left, in errors of a spot: more, and somebody stood elsewhere. [C]"""


@dataclass(frozen=True, slots=True)
class Calibration:
    """How the camera looks, with standard errors."""

    tilt_deg: float
    roll_deg: float
    height_m: float
    focal_px: float
    tilt_error_deg: float
    roll_error_deg: float
    height_error_m: float
    focal_error_px: float
    misfit: float
    """Root mean square of what the spots are off, in errors of a spot."""


class SpotsError(ValueError):
    """The spots cannot be used; a word for the page."""


def calibrated(
    limits: SpotLimits, view: View, spots: Sequence[Point], sides_m: tuple[float, float], size: tuple[int, int]
) -> Calibration:
    """The likeliest view, by Gauss and Newton with Levenberg's and Marquardt's damping from what is usual.

    Args:
        limits: what is usual.
        view: its intrinsics stay as they are, where they were measured.
        spots: where the ankles were seen at the four `CORNERS`, px.
        sides_m: the rectangle across the view, and away from the camera.
        size: width and height of the picture, px.

    Raises:
        SpotsError: `four_spots`, `sides`, `crossed` (not in the order of a walk around), `misfit` or `unsure`.
    """
    if len(spots) != len(CORNERS):
        raise SpotsError("four_spots")
    if not all(limits.side_m[0] <= side <= limits.side_m[1] for side in sides_m):
        raise SpotsError("sides")
    seen = np.array(spots, dtype=np.float64)
    if not _goes_round(seen):
        raise SpotsError("crossed")
    usual, spread = _usual(limits, view, size)
    problem = _Problem(limits, view, seen, np.array(CORNERS) * sides_m, size)
    at, normal = _solved(limits, problem, usual, spread)
    error = np.sqrt(np.diag(np.linalg.inv(normal)))
    found = Calibration(
        degrees(at[TILT]),
        degrees(at[ROLL]),
        exp(at[HEIGHT]),
        exp(at[FOCAL]),
        degrees(error[TILT]),
        degrees(error[ROLL]),
        exp(at[HEIGHT]) * error[HEIGHT],
        exp(at[FOCAL]) * error[FOCAL],
        float(np.sqrt((problem.errors(at) ** 2).mean())),
    )
    if found.misfit > limits.max_misfit:
        raise SpotsError("misfit")
    if max(found.tilt_error_deg, found.roll_error_deg) > limits.max_error_deg:
        raise SpotsError("unsure")
    if found.height_error_m > limits.max_height_error_m:
        raise SpotsError("unsure")
    return found


def projected(at: Numbers, places: Numbers, ankle_m: float, centre: Point, aspect: float = 1.0) -> Numbers:
    """Where ankles at places of the rectangle are seen, px.

    Args:
        at: the seven numbers sought.
        places: (N, 2) metres along the rectangle's width and depth.
        ankle_m: their height over the floor.
        centre: of the picture, px.
        aspect: height of a pixel by its width.
    """
    sine, cosine = np.sin(at[:2]), np.cos(at[:2])
    down = np.array([sine[ROLL] * cosine[TILT], cosine[ROLL] * cosine[TILT], sine[TILT]])
    away = np.array([0.0, 0.0, 1.0]) - down[2] * down
    away /= np.linalg.norm(away)
    right = np.cross(down, away)
    turn = np.array([[np.cos(at[TURN]), np.sin(at[TURN])], [-np.sin(at[TURN]), np.cos(at[TURN])]])
    on_floor = places @ turn + at[[RIGHT, AWAY]]
    points = on_floor[:, :1] * right + on_floor[:, 1:] * away + (exp(at[HEIGHT]) - ankle_m) * down
    focal = exp(at[FOCAL]) * np.array([1.0, aspect])
    seen: Numbers = focal * points[:, :2] / np.maximum(points[:, 2:], 0.05) + centre
    return seen


@dataclass(frozen=True, slots=True)
class _Problem:
    limits: SpotLimits
    view: View
    seen: Numbers
    places: Numbers
    size: tuple[int, int]

    def errors(self, at: Numbers) -> Numbers:
        """(8,) in errors of a spot."""
        known = self.view.intrinsics
        centre = (self.size[0] / 2, self.size[1] / 2) if known is None else known[2:]
        aspect = 1.0 if known is None else known[1] / known[0]
        off = projected(at, self.places, self.limits.ankle_m, centre, aspect) - self.seen
        scaled: Numbers = (off / (self.limits.spot_px * self.size[0] / 640.0)).ravel()
        return scaled

    def slopes(self, at: Numbers, errors: Numbers) -> Numbers:
        """(8, 7) of the errors, by what is sought."""
        return np.stack([(self.errors(at + step) - errors) / _STEP for step in _STEP * np.eye(len(at))], axis=-1)


def _solved(limits: SpotLimits, problem: _Problem, usual: Numbers, spread: Numbers) -> tuple[Numbers, Numbers]:
    at, damping, prior = usual.copy(), 1e-3, np.diag(spread**-2)

    def cost(there: Numbers) -> float:
        return float((problem.errors(there) ** 2).sum() + (((there - usual) / spread) ** 2).sum())

    for _ in range(limits.rounds):
        errors = problem.errors(at)
        slopes = problem.slopes(at, errors)
        normal = slopes.T @ slopes + prior
        pull = prior @ (usual - at) - slopes.T @ errors
        moved = np.linalg.solve(normal + damping * np.diag(np.diag(normal)), pull)
        if cost(at + moved) < cost(at):
            at, damping = at + moved, max(damping / 5, 1e-9)
        else:
            damping = min(damping * 5, 1e9)
    slopes = problem.slopes(at, problem.errors(at))
    normal = slopes.T @ slopes + prior
    return at, normal


def _usual(limits: SpotLimits, view: View, size: tuple[int, int]) -> tuple[Numbers, Numbers]:
    focal = (log(limits.focal[0] * size[0]), limits.focal[1])
    if view.intrinsics is not None:
        focal = (log(view.intrinsics[0]), FIXED)
    tilt, roll, turn = (tuple(map(radians, each)) for each in (limits.tilt_deg, limits.roll_deg, limits.turn_deg))
    height = (log(limits.height_m[0]), limits.height_m[1])
    both = np.array([tilt, roll, height, focal, turn, limits.right_m, limits.away_m])
    return both[:, 0], both[:, 1]


def _goes_round(seen: Numbers) -> bool:
    """Whether the four corners are a convex quadrilateral, walked against the clock as the picture shows it."""
    ahead, after = np.roll(seen, -1, axis=0) - seen, np.roll(seen, -2, axis=0) - np.roll(seen, -1, axis=0)
    turns = ahead[:, 0] * after[:, 1] - ahead[:, 1] * after[:, 0]
    return bool((turns < 0).all())
