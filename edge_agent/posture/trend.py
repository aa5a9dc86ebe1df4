"""Medians of the angles of an upright body over a window of valid seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from edge_agent.posture.limits import PostureLimits
from edge_agent.types import Kinematics, Metric, PostureKind

ANGLES = ("trunk_forward_deg", "trunk_lateral_deg", "neck_forward_deg", "shoulder_tilt_deg", "hip_tilt_deg")

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
    windows: Mapping[str, Window] = field(default_factory=dict)


def follow(limits: PostureLimits, trend: Trend, kind: PostureKind, body: Kinematics, dt: float) -> Trend:
    """Takes one instant in, which stands for `dt` seconds."""
    group = _GROUPS.get(kind)
    if group is not None and group != trend.group:
        trend = Trend(group)
    if group not in {_SEATED, _ON_FEET} or dt <= 0:
        return trend
    windows = dict(trend.windows)
    for name in ANGLES:
        metric: Metric = getattr(body, name)
        if metric.value is not None:
            windows[name] = _add(limits, windows.get(name, Window()), body.t, metric.value, dt)
        elif name in windows:
            windows[name] = _forget(limits, windows[name], body.t)
    return replace(trend, windows=windows)


def medians(limits: PostureLimits, trend: Trend, body: Kinematics) -> dict[str, Metric]:
    """Each angle's median; `warming_up` until enough is known, or why nothing is."""
    return {name: _median(limits, trend.windows.get(name), getattr(body, name)) for name in ANGLES}


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


def _median(limits: PostureLimits, window: Window | None, now: Metric) -> Metric:
    if window is None or not window.bins:
        return Metric.unknown(now.why_not or "warming_up")
    if window.median is None or window.valid_s < limits.trend_min_valid_s:
        return Metric.unknown("warming_up")
    return Metric(window.median)


def _add(limits: PostureLimits, window: Window, t: float, value: float, dt: float) -> Window:
    last = window.bins[-1] if window.bins else None
    if last is not None and t - last.t < limits.trend_bin_s:
        valid_s = last.valid_s + dt
        mean = last.mean + (value - last.mean) * dt / valid_s
        grown = Bin(last.t, mean, valid_s)
        return replace(window, bins=(*window.bins[:-1], grown), valid_s=window.valid_s + dt)
    # The median is taken anew only when a bin begins: a sort at every instant would be felt at 60 pictures a second.
    closed = _forget(limits, window, t)
    median = weighted_quantile([(each.mean, each.valid_s) for each in closed.bins], 0.5) if closed.bins else None
    return Window((*closed.bins, Bin(t, value, dt)), closed.valid_s + dt, median)


def _forget(limits: PostureLimits, window: Window, t: float) -> Window:
    bins, valid_s = window.bins, window.valid_s
    first = 0
    while first < len(bins) and (valid_s > limits.trend_window_s or t - bins[first].t > limits.trend_max_age_s):
        valid_s -= bins[first].valid_s
        first += 1
    return window if first == 0 else replace(window, bins=bins[first:], valid_s=valid_s if first < len(bins) else 0.0)
