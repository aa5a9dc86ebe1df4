"""Legs that move in turn: whether what they do comes back, how often, and how quick it is.

From the joints as the model said them: jitter is as quick as a step, but only steps come back. So one stride rate is
fitted to all that tells the left leg from the right one, and what that rate does not explain is not stepping.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, sqrt
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from edge_agent.kinematics.limits import KinematicsLimits

Numbers: TypeAlias = NDArray[np.float64]

RATES = 36
"""How many stride rates are tried; a twentieth apart."""
FINER = 13
"""How many more between the two beside the best."""
FITTED = 4
"""Numbers fitted to each channel: a drift's two and a wave's two."""
LUCK = 3.0
"""How much of mere jitter the best of all waves takes in, in squares of one instant's: two for any wave, and two to
three times as much for the best of some ten that do not overlap."""
LUCK_SHARED = 2.0
"""The same of a wave that two parts must make at one rate: the best for one is as good as any for the other."""


@dataclass(frozen=True, slots=True)
class Alternation:
    """What the legs do in turn."""

    speed: float
    """Root mean square speed of the part that comes back, in the channels' unit per second."""
    spm: float | None
    """Steps per minute, two to a stride; None where no rate fits better than the slowest tried: that is a drift."""


def alternation(limits: KinematicsLimits, t: Numbers, channels: Numbers) -> Alternation | None:
    """The stride whose wave is the quickest in what left and right do against one another: drifts are slow.

    Args:
        limits: what is looked for, and how much must have been seen.
        t: (N,) s, rising.
        channels: (N, C) by how much the left one is beside or above the right one of some pairs.

    Returns:
        None where too little was seen.
    """
    rates = _rates(limits, t)
    if rates is None:
        return None
    passed = t - t.mean()
    best = int(np.argmax(_beyond_jitter(rates, passed, channels) * rates**2))
    near = np.geomspace(rates[max(0, best - 1)], rates[min(RATES - 1, best + 1)], FINER)
    power = _beyond_jitter(near, passed, channels)
    finest = int(np.argmax(power))
    speed = 2.0 * pi * float(near[finest]) * sqrt(float(power[finest]) / len(t))
    return Alternation(speed, None if best == 0 else 120.0 * float(near[finest]))


def shared(limits: KinematicsLimits, t: Numbers, one: Numbers, other: Numbers) -> float | None:
    """How quick the stride is that two parts of a body make together: jitter is of each its own.

    Args:
        limits: what is looked for, and how much must have been seen.
        t: (N,) s, rising.
        one: (N, C) channels of the one part.
        other: (N, D) those of the other.

    Returns:
        Geometric mean of the two waves' root mean square speeds at the rate where it is greatest, the channels' unit
        per second; None where too little was seen.
    """
    rates = _rates(limits, t)
    if rates is None:
        return None
    passed = t - t.mean()
    both = (_beyond_jitter(rates, passed, part, LUCK_SHARED) for part in (one, other))
    power = np.sqrt(next(both) * next(both))
    return 2.0 * pi * sqrt(float((power * rates**2).max()) / len(t))


def _rates(limits: KinematicsLimits, t: Numbers) -> Numbers | None:
    """Stride rates that the instants can tell; None where there are none."""
    seen_s = float(t[-1] - t[0]) if len(t) > 1 else 0.0
    if seen_s < limits.stepping_warm_up_s:
        return None
    slowest = max(limits.least_stride_hz, limits.strides_seen / seen_s)
    fastest = min(limits.most_stride_hz, (len(t) - 1) / seen_s / limits.instants_per_stride)
    return np.geomspace(slowest, fastest, RATES) if slowest < fastest else None


def _beyond_jitter(rates: Numbers, passed: Numbers, channels: Numbers, luck: float = LUCK) -> Numbers:
    """What a wave of each rate explains beyond a steady drift and beyond its share of the jitter."""
    power, whole = _power(rates, passed, channels)
    jitter = (whole - power) / max(1, len(passed) - FITTED)
    found: Numbers = np.maximum(0.0, power - luck * jitter)
    return found


def _power(rates: Numbers, passed: Numbers, channels: Numbers) -> tuple[Numbers, float]:
    """Sum of squares that a wave of each rate explains beyond a steady drift, and that of all that is beyond it.

    Least squares, all channels at once.
    """
    drift, _ = np.linalg.qr(np.stack((np.ones(len(passed)), passed), axis=1))
    turns = 2.0 * pi * rates[:, None] * passed
    waves = np.stack((np.cos(turns), np.sin(turns)), axis=2)
    waves = waves - drift @ (drift.T @ waves)
    beyond = channels - drift @ (drift.T @ channels)
    moments = np.swapaxes(waves, 1, 2) @ beyond
    power: Numbers = (moments * np.linalg.solve(np.swapaxes(waves, 1, 2) @ waves, moments)).sum(axis=(1, 2))
    return power, float((beyond * beyond).sum())
