"""Since when a body has been held in one way: neither turned over nor differently arranged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp

import numpy as np

from edge_agent.posture.comparison import Shape, difference, shape_of
from edge_agent.posture.limits import PostureLimits
from edge_agent.types import Track


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """How a body is held, and how it was when it came to be held so."""

    since: float
    then: Shape | None
    """At `since`; None until it has been looked at for long enough."""
    now: Shape
    """Averaged, so that the landmarks' jitter cancels."""
    t: float
    """When it was last seen in 3D."""


def keep(limits: PostureLimits, kept: Kept | None, track: Track) -> Kept | None:
    """Takes one instant in; a body without 3D landmarks is as it was.

    Args:
        limits: The thresholds.
        kept: What the instant before left.
        track: The body, seen at this instant.
    """
    pose = track.pose
    if pose is None or pose.world is None:
        return kept
    seen = shape_of(pose.layout, pose.world, pose.keypoints[:, 2], limits.min_keypoint_score)
    if seen is None:
        return kept
    if kept is None:
        return Kept(track.t, None, seen, track.t)
    gain = 1.0 - exp(-(track.t - kept.t) / limits.kept_settles_s)
    kept = replace(kept, now=_averaged(kept.now, seen, gain), t=track.t)
    if kept.then is None:
        return replace(kept, then=kept.now) if track.t - kept.since >= limits.kept_settles_s else kept
    changed = difference(kept.then, kept.now)
    if changed is None or (changed.apart < limits.kept_apart and changed.turned_deg < limits.kept_turn_deg):
        return kept
    return Kept(track.t, None, kept.now, track.t)


def _averaged(before: Shape, seen: Shape, gain: float) -> Shape:
    """A joint that is unseen now stays where it was, and is trusted less."""
    gains = np.where(seen.weights > 0, gain, 0.0)[:, None]
    points = before.points + gains * (seen.points - before.points)
    return Shape(points, before.weights + gain * (seen.weights - before.weights))
