"""Steps and cadence, from the legs passing one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from edge_agent.kinematics.history import STRIDE, TIME, Rows
from edge_agent.kinematics.limits import KinematicsLimits
from edge_agent.kinematics.reasons import TOO_SLOW, UNSEEN, WARMING_UP
from edge_agent.types import Metric

Numbers: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Gait:
    """What the last seconds tell of stepping."""

    cadence_spm: Metric
    steps: tuple[float, ...] = ()
    """When the steps of the window were made, s; empty unless there is a gait."""


def gait_of(limits: KinematicsLimits, rows: Rows) -> Gait:
    """Steps within the window: the legs swing past one another, again and again, about as long each time."""
    t = rows[:, TIME]
    recent = rows[t.searchsorted(t[-1] - limits.gait_window_s) :]
    t = recent[:, TIME]
    stride = _seen(limits, recent)
    if stride is None:
        return Gait(UNSEEN)
    known, apart = stride
    t = t[known]
    if len(t) < 4 or t[-1] - t[0] < limits.gait_warm_up_s:
        return Gait(WARMING_UP)
    swing = _along_largest(apart)
    high = max(limits.gait_swing, limits.gait_share * float(np.sqrt(2.0 * (swing @ swing) / len(swing))))
    passings = _passings(t, swing, high)
    return Gait(*_regular(limits, t, passings))


def _seen(limits: KinematicsLimits, rows: Rows) -> tuple[NDArray[Any], Numbers] | None:
    """Where the legs were seen and how they stood to one another: ankles and knees, or the one pair that was seen."""
    seen: Any = ~np.isnan(rows[:, STRIDE])
    for columns in (slice(0, 4), slice(0, 2), slice(2, 4)):
        known: NDArray[Any] = seen[:, columns].all(axis=1)
        if known[-1] and known.mean() >= limits.legs_seen:
            return known, rows[known, STRIDE][:, columns]
    return None


def _along_largest(apart: Numbers) -> Numbers:
    """The motion along the direction in which there is most of it."""
    centred = apart - apart.sum(axis=0) / len(apart)
    _, axes = np.linalg.eigh(centred.T @ centred)
    along: Numbers = centred @ axes[:, -1]
    centre = (along.max() + along.min()) / 2
    swing: Numbers = along - centre
    return swing


def _passings(t: Numbers, swing: Numbers, high: float) -> list[float]:
    """When the swing went through the middle, counting only those that reach `high` on both sides."""
    out = np.flatnonzero(np.abs(swing) >= high)
    side = swing[out] > 0
    turns = np.flatnonzero(side[1:] != side[:-1])
    times = []
    for before, after in zip(out[turns].tolist(), out[turns + 1].tolist(), strict=True):
        share = abs(swing[before]) / (abs(swing[before]) + abs(swing[after]))
        times.append(float(t[before] + share * (t[after] - t[before])))
    return times


def _regular(limits: KinematicsLimits, t: Numbers, passings: list[float]) -> tuple[Metric, tuple[float, ...]]:
    """Cadence of the latest passings that follow one another as steps do; 0 where there is no gait."""
    none = Metric(0.0), ()
    if len(passings) < 3 or t[-1] - passings[-1] > limits.max_step_s:
        return none
    times = np.array(passings)
    gaps = np.diff(times)
    breaks = np.flatnonzero(gaps > limits.max_step_s)
    gaps = gaps[breaks[-1] + 1 :] if len(breaks) else gaps
    if len(gaps) < 2:
        return none
    middle = float(gaps.mean())
    if middle < limits.min_step_s or float(gaps.std()) > limits.gait_irregularity * middle:
        return none
    rate = (len(t) - 1) / (t[-1] - t[0])
    if 1.0 / middle > rate / 2:
        return TOO_SLOW, ()
    return Metric(60.0 / middle), tuple(passings[-len(gaps) - 1 :])
