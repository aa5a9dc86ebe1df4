"""Day and night, where the time of day is known."""

from __future__ import annotations

from edge_agent.types import Care


def is_night(care: Care, day_s: float | None) -> bool | None:
    """Whether it is night; None where the time is not known.

    Args:
        care: says when the night is; one that begins and ends at the same second lasts all day.
        day_s: seconds after midnight.

    >>> is_night(Care(night=(79200, 21600)), 3600.0), is_night(Care(night=(79200, 21600)), 43200.0)
    (True, False)
    """
    if day_s is None:
        return None
    begins, ends = care.night
    if begins < ends:
        return begins <= day_s < ends
    return day_s >= begins or day_s < ends
