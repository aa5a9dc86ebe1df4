"""What a person does over time: acts made of keys, played one after another."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import accumulate
from typing import Literal

import numpy as np

from tools.scenes.bodies import Body, Posed
from tools.scenes.pose import Blend, Frame, Key, Reach, solve

Posture = Literal["lying", "sitting", "standing", "walking", "other"]
Intensity = Literal["sedentary", "light", "moderate", "vigorous"]
Mark = Literal["onset", "impact", "up_again"]


class Ease(StrEnum):
    """How the way to a key is spread over its time."""

    SMOOTH = "smooth"
    """Starts and ends at rest (minimum jerk)."""
    EVEN = "even"
    """At constant speed."""
    FALL = "fall"
    """From rest, ever faster, as a weight falls: the square of time."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """The way to one key."""

    seconds: float
    key: Key
    ease: Ease = Ease.SMOOTH


@dataclass(frozen=True, slots=True, eq=False)
class Act:
    """Some steps under one label."""

    steps: tuple[Step, ...]
    posture: Posture
    intensity: Intensity | None = None
    """None where no class applies: nobody exercises while falling."""
    on_floor: bool = False
    marks: tuple[tuple[Mark, float], ...] = ()
    """What happens how many seconds after the act begins."""

    @property
    def seconds(self) -> float:
        """How long it takes."""
        return sum(step.seconds for step in self.steps)


Move = Callable[[Body, Key], tuple[Act, ...]]
"""From a body and the key it is in, what comes next."""


@dataclass(frozen=True, slots=True)
class Span:
    """A time with one label, seconds."""

    start: float
    end: float
    posture: Posture
    intensity: Intensity | None
    on_floor: bool


@dataclass(frozen=True, slots=True)
class Fall:
    """When a fall began, hit the floor, and was over (None: still down when the recording ends)."""

    onset: float
    impact: float
    up_again: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Performance:
    """One person's part in a scene: a pure function of time."""

    body: Body
    keys: tuple[Key, ...]
    times: tuple[float, ...]
    """Seconds at which each key is reached."""
    eases: tuple[Ease, ...]
    spans: tuple[Span, ...]
    falls: tuple[Fall, ...]
    seed: int

    @property
    def start(self) -> float:
        """When the person comes into the room."""
        return self.times[0]

    @property
    def end(self) -> float:
        """When the last act is over."""
        return self.times[-1]

    def at(self, t: float) -> Posed:
        """The body at t seconds, alive: it breathes, sways and fidgets."""
        i = min(max(bisect_right(self.times, t), 1), len(self.times) - 1)
        length = self.times[i] - self.times[i - 1]
        u = float(np.clip((t - self.times[i - 1]) / length, 0.0, 1.0)) if length > 0 else 1.0
        a, b = self.keys[i - 1], self.keys[i]
        return solve(self.body, Blend(_alive(a, t, self.seed), _alive(b, t, self.seed), _eased(u, self.eases[i])))


def _eased(u: float, ease: Ease) -> float:
    match ease:
        case Ease.SMOOTH:
            return u**3 * (10 - 15 * u + 6 * u * u)
        case Ease.FALL:
            return u * u
        case _:
            return u


def _alive(key: Key, t: float, seed: int) -> Key:
    """Breathing (15 a minute), slow nodding and hands that never keep quite still [C]."""
    phase = np.random.default_rng(seed).uniform(0, 2 * np.pi, 6)
    breath = float(np.sin(2 * np.pi * t / 4.0 + phase[0]))
    slow = [float(np.sin(2 * np.pi * t / period + p)) for period, p in zip((7.3, 11.9, 5.7), phase[1:4], strict=True)]
    left, right = (
        reach
        if reach.frame is Frame.WORLD
        else _shifted(reach, 0.006 * slow[2] + 0.003 * breath, 0.004 * slow[i], 0.004 * breath)
        for i, reach in enumerate(key.hands)
    )
    bend, nod = key.bend, key.nod
    return replace(
        key,
        hands=(left, right),
        bend=(bend[0] - 0.9 * breath, bend[1] + 0.4 * slow[0], bend[2] + 0.5 * slow[1]),
        nod=(nod[0] + 0.5 * breath + 1.0 * slow[1], nod[1] + 0.6 * slow[2], nod[2] + 1.8 * slow[0]),
    )


def _shifted(reach: Reach, x: float, y: float, z: float) -> Reach:
    a, b, c = reach.point
    return replace(reach, point=(a + x, b + y, c + z))


def perform(body: Body, start: Key, moves: Iterable[Move], seed: int = 0, enters: float = 0.0) -> Performance:
    """Plays the moves one after another from `start`, beginning `enters` seconds into the scene."""
    acts: list[Act] = []
    key = start
    for move in moves:
        for act in move(body, key):
            acts.append(act)
            key = act.steps[-1].key
    steps = [step for act in acts for step in act.steps]
    begins = [enters, *accumulate((act.seconds for act in acts), initial=enters)][1:]
    return Performance(
        body,
        (start, *(step.key for step in steps)),
        tuple(accumulate((step.seconds for step in steps), initial=enters)),
        (Ease.EVEN, *(step.ease for step in steps)),
        _spans(acts, begins),
        _falls(acts, begins),
        seed,
    )


def _spans(acts: list[Act], begins: list[float]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for act, begin in zip(acts, begins, strict=False):
        span = Span(begin, begin + act.seconds, act.posture, act.intensity, act.on_floor)
        last = spans[-1] if spans else None
        if last and (last.posture, last.intensity, last.on_floor) == (span.posture, span.intensity, span.on_floor):
            spans[-1] = replace(last, end=span.end)
        else:
            spans.append(span)
    return tuple(spans)


def _falls(acts: list[Act], begins: list[float]) -> tuple[Fall, ...]:
    marks = [(mark, begin + after) for act, begin in zip(acts, begins, strict=False) for mark, after in act.marks]
    falls: list[Fall] = []
    for i, (mark, onset) in enumerate(marks):
        if mark != "onset":
            continue
        later = marks[i + 1 :]
        impact = next(t for name, t in later if name == "impact")
        falls.append(Fall(onset, impact, next((t for name, t in later if name == "up_again"), None)))
    return tuple(falls)
