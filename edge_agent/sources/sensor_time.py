"""The instant of a picture, from a sensor whose clock is one of two."""

from __future__ import annotations

OLDEST_S = 5.0
"""A picture that is said to be older when it arrives was stamped by some other clock. [C]"""


def monotonic_of(sensor_ns: int, monotonic_ns: int, boottime_ns: int) -> float:
    """Seconds of CLOCK_MONOTONIC at which the sensor took a picture.

    libcamera's documentation says that `SensorTimestamp` is of CLOCK_BOOTTIME; the Raspberry Pi's drivers stamp by
    CLOCK_MONOTONIC, and picamera2 compares the two. The clocks differ by the time the machine was suspended, and a
    picture cannot come from the future: a stamp ahead of the monotonic clock is of the other.

    Args:
        sensor_ns: the sensor's stamp, ns; 0 where there is none.
        monotonic_ns: CLOCK_MONOTONIC when the picture arrived, ns.
        boottime_ns: CLOCK_BOOTTIME at the same instant, ns.

    Returns:
        The sensor's time; the time of arrival where neither clock can explain the stamp.
    """
    asleep_ns = boottime_ns - monotonic_ns
    taken_ns = sensor_ns if sensor_ns <= monotonic_ns else sensor_ns - asleep_ns
    if 0 <= monotonic_ns - taken_ns <= OLDEST_S * 1e9:
        return taken_ns / 1e9
    return monotonic_ns / 1e9
