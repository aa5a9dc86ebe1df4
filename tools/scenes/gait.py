"""Walking: a path over the floor, and feet that stay where they were put down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from tools.scenes.acts import Act, Ease, Move, Step
from tools.scenes.bodies import Body
from tools.scenes.pose import Key, Reach
from tools.scenes.rig import SIDES, SIGN, Side
from tools.scenes.rotations import between, pitch, yaw
from tools.scenes.stances import Spot, Stance, hand

STANCE_SHARE = 0.63
"""Of the stride each foot is on the floor: slow older gait has long double support [C]."""
TURN_LENGTH = 1.0 / 90.0
"""Metres of path that a degree of turning on the spot counts for: at 0.6 m/s a half turn takes 3.3 s [C]."""
CORNER = 0.35
"""Metres before a corner at which the way begins to bend."""
HEEL_OFF_DEG = 28.0
"""How far the heel has come up when the toes leave the floor [C]."""
TICK = 0.1
"""Seconds between the keys of a walk."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A straight way, or a turn on the spot."""

    length: float
    start: Spot
    turn: float = 0.0

    def at(self, s: float) -> Spot:
        """The spot after s metres."""
        u = s / self.length
        if self.turn:
            return Spot(self.start.x, self.start.y, self.start.heading + self.turn * u)
        return self.start.ahead(s)


@dataclass(frozen=True, slots=True)
class Path:
    """A way over the floor."""

    pieces: tuple[Piece, ...]

    @property
    def length(self) -> float:
        """In metres, turns counted by TURN_LENGTH."""
        return sum(piece.length for piece in self.pieces)

    def at(self, s: float) -> Spot:
        """The spot after s metres; before the start and past the end, those."""
        s = float(np.clip(s, 0.0, self.length))
        for piece in self.pieces[:-1]:
            if s <= piece.length:
                return piece.at(s)
            s -= piece.length
        return self.pieces[-1].at(min(s, self.pieces[-1].length))


def path(start: Spot, points: list[tuple[float, float]], heading: float | None) -> Path:
    """From a spot through points on the floor, turning on the spot at both ends and bending round corners."""
    way = _rounded([(start.x, start.y), *points])
    pieces: list[Piece] = []
    facing = start.heading
    for (x0, y0), (x1, y1) in pairwise(way):
        direction = float(np.degrees(np.arctan2(y1 - y0, x1 - x0)))
        pieces += _turned(Spot(x0, y0, facing), direction)
        facing += _wrapped(direction - facing)
        pieces.append(Piece(float(np.hypot(x1 - x0, y1 - y0)), Spot(x0, y0, facing)))
    x, y = way[-1]
    if heading is not None:
        pieces += _turned(Spot(x, y, facing), heading)
    return Path(tuple(pieces))


def _turned(spot: Spot, heading: float) -> list[Piece]:
    turn = _wrapped(heading - spot.heading)
    return [Piece(abs(turn) * TURN_LENGTH, spot, turn)] if abs(turn) > 1e-6 else []


def _wrapped(deg: float) -> float:
    return (deg + 180.0) % 360.0 - 180.0


def _rounded(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Each corner cut into a few short ways (a quadratic curve)."""
    way = [points[0]]
    for a, b, c in zip(points, points[1:], points[2:], strict=False):
        p, q, r = np.array(a), np.array(b), np.array(c)
        cut = min(CORNER, float(np.linalg.norm(q - p)) / 2, float(np.linalg.norm(r - q)) / 2)
        enter = q - cut * (q - p) / np.linalg.norm(q - p)
        leave = q + cut * (r - q) / np.linalg.norm(r - q)
        for u in np.linspace(0.0, 1.0, 6):
            x, y = (1 - u) ** 2 * enter + 2 * u * (1 - u) * q + u * u * leave
            way.append((float(x), float(y)))
    return [*way, points[-1]]


def walk(
    start: Spot,
    points: list[tuple[float, float]],
    heading: float | None = None,
    speed: float = 0.6,
    stop: bool = True,  # noqa: FBT001, FBT002
) -> Move:
    """Walks through points, then turns to a heading. Speed in m/s; `stop` False: ends in full stride (to trip)."""
    way = path(start, points, heading)

    def move(body: Body, _: Key) -> tuple[Act, ...]:
        times, places = _pace(way.length, speed, stop=stop)
        stride = 2 * (0.16 + 0.40 * speed) * body.scale
        steps = [
            Step(float(t1 - t0), _stride(body, way, float(s), stride, speed), Ease.EVEN)
            for (t0, t1), s in zip(pairwise(times), places[1:], strict=True)
        ]
        return (Act(tuple(steps), "walking", "moderate"),)

    return move


def _pace(length: float, speed: float, *, stop: bool) -> tuple[np.ndarray, np.ndarray]:
    """Times and the way gone by then: from rest to speed in 0.8 s, and back."""
    ramp = 0.8
    total = length / speed + (ramp if stop else ramp / 2)
    times = np.linspace(0.0, total, max(int(np.ceil(total / TICK)), 2) + 1)
    fine = np.linspace(0.0, total, 2000)
    pace = np.minimum(1.0, fine / ramp)
    if stop:
        pace = np.minimum(pace, (total - fine) / ramp)
    gone = np.concatenate(([0.0], np.cumsum((pace[1:] + pace[:-1]) / 2)))
    return times, np.interp(times, fine, gone * length / gone[-1])


def _stride(body: Body, way: Path, s: float, stride: float, speed: float) -> Key:
    spot = way.at(s)
    stance = Stance(body, spot)
    phase = 2 * np.pi * s / stride
    going = min(1.0, s / 0.3, (way.length - s) / 0.3)
    swing = 0.10 * going * float(np.sin(phase))
    arms = tuple(hand(side, (0.07 - SIGN[side] * swing, 0.215, -0.525)) for side in SIDES)
    level = (1 - going) * 0.98 * body.hip_height + going * _hip_height(body, stride)
    height = (level - 0.006 * going * float(np.cos(2 * phase))) / body.scale
    sway = 0.018 * going * float(np.cos(phase))
    key = stance.key(
        (0.02 * going, sway, height),
        pitch(3.0) @ yaw(3.0 * going * float(np.sin(phase))),
        (arms[0], arms[1]),
        stance.soles(),
        bend=(7.0 + 3.0 * speed * going, 0.0, -3.0 * going * float(np.sin(phase))),
        nod=(-4.0, 0.0, 0.0),
    )
    feet = tuple(_foot(body, way, s, stride, side=side) for side in SIDES)
    return Key(key.pelvis, key.turn, key.hands, (feet[0], feet[1]), key.bend, key.nod)


def _hip_height(body: Body, stride: float) -> float:
    """Of the pelvis in full stride, metres: low enough for both feet to reach the floor."""
    thigh, shin, foot = (body.heads[f"{bone}.L"] for bone in ("thigh", "shin", "foot"))
    leg = 0.985 * float(np.linalg.norm(shin - thigh) + np.linalg.norm(foot - shin))
    apart = 0.8 * stride * STANCE_SHARE / 2
    above_ankle = float(np.sqrt(leg**2 - apart**2))
    return min(0.972 * body.hip_height, above_ankle + body.hip_height + float(foot[2] - thigh[2]))


def _foot(body: Body, way: Path, s: float, stride: float, *, side: Side) -> Reach:
    """Where a foot is when the pelvis has gone s metres: planted, or swinging to its next place."""
    offset = SIGN[side] * stride / 4
    cycle = (s - offset) / stride
    n = np.floor(cycle + 0.5)
    half = STANCE_SHARE / 2
    since = cycle - n + half  # strides since this foot was put down
    if since < 0:
        n, since = n - 1, since + 1
    here, there = (_planted(body, way, float(m * stride + offset), side=side) for m in (n, n + 1))
    far = min(1.0, float(np.linalg.norm(np.subtract(there.point, here.point))) / 0.4)
    if since <= STANCE_SHARE:
        heel = np.clip((since / STANCE_SHARE - 0.6) / 0.4, 0.0, 1.0)
        return _heel_up(here, HEEL_OFF_DEG * far * float(heel))
    u = (since - STANCE_SHARE) / (1 - STANCE_SHARE)
    return _heel_up(_swinging(here, there, u), HEEL_OFF_DEG * far * max(0.0, 1.0 - 2.0 * u))


def _planted(body: Body, way: Path, s: float, *, side: Side) -> Reach:
    stance = Stance(body, way.at(s))
    return stance.reach(stance.sole(side))


def _heel_up(foot: Reach, deg: float) -> Reach:
    """The foot tipped over its ball, which stays where it is."""
    assert foot.turn is not None  # noqa: S101
    ball = foot.turn @ np.array([0.13, 0.0, -foot.point[2]])
    turn = foot.turn @ pitch(deg)
    x, y, z = np.array(foot.point) + ball - foot.turn @ pitch(deg) @ np.array([0.13, 0.0, -foot.point[2]])
    return replace(foot, point=(float(x), float(y), float(z)), turn=turn)


def _swinging(a: Reach, b: Reach, u: float) -> Reach:
    assert a.turn is not None  # noqa: S101
    assert b.turn is not None  # noqa: S101
    u = u * u * (3 - 2 * u)
    p, q = np.array(a.point), np.array(b.point)
    x, y, z = (1 - u) * p + u * q
    lift = min(0.05, 0.25 * float(np.linalg.norm(q - p))) * float(np.sin(np.pi * u))
    return Reach((float(x), float(y), float(z + lift)), a.frame, b.pole, between(a.turn, b.turn, u))
