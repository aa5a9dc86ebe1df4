"""A One-Euro filter for many coordinates at once: its strength follows from the time passed, not from frames.

Casiez, Roussel, Vogel: 1 Euro Filter (CHI 2012). Heavier at rest, where jitter shows; lighter in motion, where
delay does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from edge_agent.tracking.limits import TrackingLimits

Numbers: TypeAlias = NDArray[np.float64]
NEVER = -np.inf


@dataclass(frozen=True, slots=True, eq=False)
class Smoothed:
    """J points of D coordinates each."""

    at: Numbers
    """(J, D) positions."""
    velocity: Numbers
    """(J, D) per second."""
    t: Numbers
    """(J,) when each was last seen; -inf: never."""


def nothing(joints: int, coordinates: int) -> Smoothed:
    """Points that were never seen."""
    zeros = np.zeros((joints, coordinates))
    return Smoothed(zeros, zeros, np.full(joints, NEVER))


def smooth(
    limits: TrackingLimits, before: Smoothed, t: float, measured: Numbers, trust: Numbers, unit: Numbers
) -> Smoothed:
    """Take measured points in.

    Args:
        limits: cut-offs and gaps.
        before: the points so far.
        t: now, s.
        measured: (J, D), finite.
        trust: (J,) 0-1; a point of 0 is unseen and stays where it was.
        unit: (D,) what one torso length is in each coordinate.

    Returns:
        The points now. One unseen for too long, or never seen, is taken as measured.
    """
    seen = trust > 0
    dt = t - before.t
    fresh = dt > limits.joint_gap_s
    following = seen & ~fresh & (dt > 0)
    step = np.where(following, dt, 1.0)[:, None]
    error = measured - before.at
    speed_gain = 1.0 - np.exp(-2.0 * np.pi * limits.speed_cutoff_hz * step)
    velocity = before.velocity + speed_gain * (error / step - before.velocity)
    cutoff = limits.cutoff_hz + limits.cutoff_per_speed * np.abs(velocity) / unit
    gain = (1.0 - np.exp(-2.0 * np.pi * cutoff * step)) * trust[:, None]
    follow, restart = following[:, None], fresh[:, None]
    at: Any = np.where(follow, before.at + gain * error, np.where(restart, measured, before.at))
    moving: Any = np.where(follow, velocity, np.where(restart, 0.0, before.velocity))
    return Smoothed(at, moving, np.where(seen, t, before.t))
