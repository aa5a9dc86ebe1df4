"""Medians of the angles of an upright body over a window of valid seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from edge_agent.posture.limits import PostureLimits
from edge_agent.types import Kinematics, Metric, PostureKind

ANGLES = ("trunk_forward_deg", "trunk_lateral_deg", "neck_forward_deg", "shoulder_tilt_deg", "hip_tilt_deg")

_WARMING_UP = Metric.unknown("warming_up")
_SEATED = "seated"
_ON_FEET = "on_feet"
# The angles of a lying or crouching body say nothing about how it holds itself against gravity.
_GROUPS = {
    PostureKind.SITTING: _SEATED,
    PostureKind.STANDING: _ON_FEET,
    PostureKind.WALKING: _ON_FEET,
    PostureKind.LYING: "lying",
}


@dataclass(frozen=True, slots=True)
class Bin:
    """Mean of one angle over a short time."""

    t: float
    """When it began."""
    mean: float
    valid_s: float


@dataclass(frozen=True, slots=True)
class Window:
    """The valid data of one angle, oldest first, and their median."""

    bins: tuple[Bin, ...] = ()
    valid_s: float = 0.0
    median: float | None = None


@dataclass(frozen=True, slots=True)
class Trend:
    """The windows of all angles while a body sits, or is on its feet: another posture starts anew."""

    group: str | None = None
    opened: float | None = None
    """When the open bins began."""
    open: Mapping[str, Bin] = field(default_factory=dict)
    windows: Mapping[str, Window] = field(default_factory=dict)


def follow(limits: PostureLimits, trend: Trend, kind: PostureKind, body: Kinematics, dt: float) -> Trend:
    """Takes one instant in, which stands for `dt` seconds.

    Bins are closed, and medians taken, once in `trend_bin_s`: sorting at every instant would be felt.
    """
    group = _GROUPS.get(kind)
    if group is not None and group != trend.group:
        trend = Trend(group)
    if group not in {_SEATED, _ON_FEET}:
        return trend
    opened = body.t if trend.opened is None else trend.opened
    if body.t - opened < limits.trend_bin_s:
        return Trend(group, opened, _fill(trend.open, body, dt), trend.windows)
    windows = {
        name: _close(limits, trend.windows.get(name, Window()), trend.open.get(name), body.t)
        for name in trend.windows.keys() | trend.open.keys()
    }
    return Trend(group, body.t, _fill({}, body, dt), windows)


def medians(limits: PostureLimits, trend: Trend, body: Kinematics) -> dict[str, Metric]:
    """Each angle's median; `warming_up` until enough is known, or why nothing is."""
    return {name: _median(limits, trend, name, getattr(body, name)) for name in ANGLES}


def weighted_quantile(values: list[tuple[float, float]], share: float) -> float:
    """The value below which `share` of the weight lies, between neighbours linearly.

    Args:
        values: (value, weight) pairs, at least one; weights above 0.
        share: 0-1.

    >>> weighted_quantile([(1.0, 2.0), (5.0, 2.0), (3.0, 2.0)], 0.5)
    3.0
    """
    ordered = sorted(values)
    wanted = share * sum(weight for _, weight in ordered)
    before: tuple[float, float] | None = None
    passed = 0.0
    for value, weight in ordered:
        middle = passed + weight / 2
        if middle >= wanted:
            if before is None:
                return value
            at, low = before
            return low + (value - low) * (wanted - at) / (middle - at)
        before = (middle, value)
        passed += weight
    return ordered[-1][0]


def _median(limits: PostureLimits, trend: Trend, name: str, now: Metric) -> Metric:
    window = trend.windows.get(name)
    if window is None or window.median is None:
        return _WARMING_UP if name in trend.open else Metric.unknown(now.why_not or "warming_up")
    return Metric(window.median) if window.valid_s >= limits.trend_min_valid_s else _WARMING_UP


def _fill(bins: Mapping[str, Bin], body: Kinematics, dt: float) -> dict[str, Bin]:
    filled = dict(bins)
    for name in ANGLES:
        value = getattr(body, name).value
        if value is None or dt <= 0:
            continue
        last = filled.get(name)
        if last is None:
            filled[name] = Bin(body.t, value, dt)
        else:
            valid_s = last.valid_s + dt
            filled[name] = Bin(last.t, last.mean + (value - last.mean) * dt / valid_s, valid_s)
    return filled


def _close(limits: PostureLimits, window: Window, closed: Bin | None, t: float) -> Window:
    bins = window.bins if closed is None else (*window.bins, closed)
    valid_s = window.valid_s + (closed.valid_s if closed else 0.0)
    first = 0
    while first < len(bins) and (valid_s > limits.trend_window_s or t - bins[first].t > limits.trend_max_age_s):
        valid_s -= bins[first].valid_s
        first += 1
    kept = bins[first:]
    median = weighted_quantile([(each.mean, each.valid_s) for each in kept], 0.5) if kept else None
    return Window(kept, valid_s if kept else 0.0, median)
