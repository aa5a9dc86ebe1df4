"""How the box gives way to heat: fewer pictures a second for a while, never so few that a fall is missed. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class HeatLimits:
    """When to give way, and how far."""

    hot_c: float = 75.0
    """From here on it is hot: a Raspberry Pi slows its processor down from 80 °C on [R, its documentation], and fewer
    pictures at a steady pace are better than a processor that stutters. Other boards bear more; early for them. [C]"""
    cool_c: float = 70.0
    """Only below here it is cool again: the processor cools by some degrees as soon as there is less to do. [C]"""
    down_after_s: float = 10.0
    """Hot for this long: one step down; each next step takes as long again. [C]"""
    up_after_s: float = 60.0
    """Cool for this long: one step up; each next step takes as long again. Slower than down, as heat lingers. [C]"""
    step: float = 0.75
    """What a step down leaves of the rate. [C]"""
    floor_fps: float = 4.0
    """Never fewer pictures a second than this (or than configured, if that is fewer still): a body is down within
    about half a second, and the descent must be seen at two instants at least. [C] Every fall of our keypoint
    recordings is confirmed at this rate, as at 10; their keypoints are cleaner than a camera's."""


@dataclass(frozen=True, slots=True)
class HeatState:
    """What is remembered between two readings."""

    factor: float = 1.0
    """What is left of the configured rate, 0-1."""
    hot: bool = False
    """It has been hot for `down_after_s`, and not yet cool for `up_after_s` since."""
    hot_since: float | None = None
    """Since when it has been hot without a break, or since the last step down."""
    cool_since: float | None = None
    """The same of being cool."""


def step(
    limits: HeatLimits,
    state: HeatState,
    t: float,
    full_fps: float,
    *,
    temperature_c: float | None,
    throttled: bool | None,
) -> HeatState:
    """Take in one reading of the board.

    A board without sensors is neither hot nor kept from full rate: unknown is no reason to see less.

    Args:
        limits: thresholds.
        state: what the step before returned, or `HeatState()`.
        t: seconds, monotonic.
        full_fps: the configured rate, pictures a second; it may change between two steps.
        temperature_c: of the processor.
        throttled: whether the processor is being slowed down now.
    """
    lowest = min(1.0, limits.floor_fps / full_fps)
    state = replace(state, factor=max(state.factor, lowest))
    if throttled or (temperature_c is not None and temperature_c >= limits.hot_c):
        since = t if state.hot_since is None else state.hot_since
        if t - since < limits.down_after_s:
            return replace(state, hot_since=since, cool_since=None)
        return HeatState(max(state.factor * limits.step, lowest), hot=True, hot_since=t)
    if temperature_c is not None and temperature_c > limits.cool_c:
        return replace(state, hot_since=None, cool_since=None)
    since = t if state.cool_since is None else state.cool_since
    if not state.hot or t - since < limits.up_after_s:
        return replace(state, hot_since=None, cool_since=since)
    factor = min(1.0, state.factor / limits.step)
    return HeatState(factor, hot=factor < 1.0, cool_since=t)


def allowed_fps(state: HeatState, full_fps: float) -> float:
    """Pictures a second to be analysed now."""
    return full_fps * state.factor
