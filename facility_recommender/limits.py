"""Thresholds of the receiving end."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """When something is late, silent, over or worth a word. "Rules" are those that protect people, in the design."""

    # --- alerts ---
    late_after_s: float = 60.0
    """An incident observed longer ago than this when it arrives is late (Rules, 1); [C]: a page must be about now."""
    settle_s: float = 10.0
    """How long a late incident may wait for the news that it is over before it pages all the same. A device sends its
    backlog in seconds; [C]."""
    quiet_s: float = 300.0
    """How long an acknowledgement silences a person still down (Rules, 5)."""
    keep_over_s: float = 86_400.0
    """How long an alert that is over is remembered, so that a message out of order does not raise it again; [C]."""

    # --- rooms: how fast the page owns up to a loss, see docs/caregivers.md ---
    silent_s: float = 90.0
    """A device that says nothing for this long counts as offline, one that says nothing of its cameras as blind: three
    times its 30 s of `health`; [C]. What ends the connection is known sooner, by the device's will."""
    seen_s: float = 60.0
    """A room counts as watched for this long after its last usable picture: the 30 s between two `health`, the 5 s
    after which the device itself calls a camera blind, and time to arrive; [C]."""
    clock_s: float = 60.0
    """How far a device's clock, called set, may be from ours when its `health` arrives: twice the age (30 s) of one
    that is sent again with a new connection; [C]."""
    unwatched_s: float = 604_800.0
    """How long a room that no device names any more stays on the page, as offline; a week; [C]. A room must not vanish
    because somebody changed a configuration."""

    # --- the page ---
    page_s: float = 10.0
    """What a browser shows is called lost when it was last known to be true this long ago, whatever failed: the
    network, this server, the thread behind it, a laptop asleep. Heartbeats go out three times as often; [C]."""

    # --- the day ---
    coverage: float = 0.6
    """Share of the time below which nothing is concluded about it (Rules, 7)."""

    # --- long sitting ---
    sitting_s: float = 1800.0
    """Sitting without a break from which a movement break is offered. 30 min is [C]: WHO 2020 asks for less sitting but
    gives no bout length."""
    on_feet_s: float = 30.0
    """On one's feet for this much of a minute ends a sitting; [C]."""
    unseen_s: float = 300.0
    """Unseen for this long, nothing is known of a sitting any more; [C]."""
    already_walked_s: float = 1800.0
    """Walking seen today from which another walk is no news to the person; [C]: WHO's 150 min a week is 21 a day."""
