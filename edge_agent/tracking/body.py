"""What is remembered of one followed body, and how a sighting changes it."""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, degrees, hypot

import numpy as np

from edge_agent.tracking.hidden import enters
from edge_agent.tracking.limits import TrackingLimits
from edge_agent.tracking.scale import follow_scale
from edge_agent.tracking.sighting import Sighting
from edge_agent.tracking.smoothing import Numbers, Smoothed, nothing, smooth
from edge_agent.types import Array, Observation, Point, Pose, Track

NO_SCORES: Numbers = np.zeros(0)


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """A followed body."""

    id: int
    since: float
    seen_at: float
    scale: float
    """Running torso length, px."""
    smoothed: Smoothed
    """(J + 1) points: the joints, then the mid-hip; x, y in px, and x, y, z in metres where there is a world."""
    seen: Numbers
    """(J,) scores of the last pose."""
    person: int | None = None
    posed: bool = False
    """Whether landmarks were ever seen."""
    seen_for: float = 0.0
    """Time seen, s."""
    posed_for: float = 0.0
    """Time seen with landmarks that can be believed, s."""
    confirmed: bool = False
    down: bool = False
    """Lying, or on the way down, as far as the picture tells."""
    upright_since: float | None = None
    leaving: bool = False
    """At the picture's edge and on the way out."""
    ambiguous_until: float = -np.inf
    latest: Sighting | None = None

    @property
    def hip(self) -> Point:
        """Smoothed mid-hip, px."""
        x, y = self.smoothed.at[-1, :2].tolist()
        return x, y

    @property
    def velocity(self) -> Point:
        """Of the mid-hip, px/s."""
        x, y = self.smoothed.velocity[-1, :2].tolist()
        return x, y


def begin(limits: TrackingLimits, number: int, seen: Sighting, picture: Observation) -> Body:
    """A new body."""
    fresh = Body(number, picture.t, picture.t, seen.scale, nothing(1, 2), NO_SCORES, seen.person)
    return look(limits, fresh, seen, picture)


def look(limits: TrackingLimits, body: Body, seen: Sighting, picture: Observation) -> Body:
    """The body after a sighting in a picture."""
    t = picture.t
    dt = t - body.seen_at
    passed = dt if dt <= limits.sighting_gap_s else 0.0
    solid = seen.world is not None
    scale = body.scale
    if seen.pose is not None and body.posed:
        scale = follow_scale(limits, scale, seen.scale, dt, body.seen_for, seen.axis, solid=solid, down=body.down)
    elif seen.pose is not None or not body.posed:
        scale = seen.scale if seen.pose is not None else max(seen.scale, scale)
    credible = seen.pose is not None and seen.score >= limits.min_pose_score
    posed_for = body.posed_for + (passed if credible else 0.0)
    seen_for = body.seen_for + passed
    smoothed = _smooth(limits, body, seen, t, scale)
    down, upright_since = _upright(limits, body, smoothed, seen, scale, t)
    return Body(
        id=body.id,
        since=body.since,
        seen_at=t,
        scale=scale,
        smoothed=smoothed,
        seen=seen.seen if seen.pose is not None else body.seen,
        person=body.person,
        posed=body.posed or seen.pose is not None,
        seen_for=seen_for,
        posed_for=posed_for,
        confirmed=body.confirmed or _is_somebody(limits, posed_for, seen_for),
        down=down,
        upright_since=upright_since,
        leaving=upright_since is not None and not down and _leaving(limits, smoothed, scale, picture),
        ambiguous_until=body.ambiguous_until,
        latest=seen,
    )


def _is_somebody(limits: TrackingLimits, posed_for: float, seen_for: float) -> bool:
    """Whether a body has been followed for long enough to be no ghost."""
    credible = posed_for >= limits.confirm_credible_s and seen_for >= limits.confirm_s
    return credible or seen_for >= limits.confirm_detected_s


def _smooth(limits: TrackingLimits, body: Body, seen: Sighting, t: float, scale: float) -> Smoothed:
    before = body.smoothed
    if seen.pose is None:
        measured, trust = before.at.copy(), np.zeros(len(before.at))
        measured[-1, :2] = seen.hip
        trust[-1] = 1.0
    else:
        joints = len(seen.xy)
        measured = np.zeros((joints + 1, 2 if seen.world is None else 5))
        measured[:-1, :2], measured[-1, :2] = seen.xy, seen.hip
        if seen.world is not None:
            measured[:-1, 2:] = seen.world
        trust = np.ones(joints + 1)
        trust[:-1] = np.minimum(seen.seen / limits.full_keypoint_score, 1.0)
        if before.at.shape != measured.shape:
            before = _reshaped(before, measured.shape)
    unit = np.array([scale, scale, *[limits.torso_m] * (measured.shape[1] - 2)])
    return smooth(limits, before, t, measured, trust, unit)


def _reshaped(before: Smoothed, shape: tuple[int, ...]) -> Smoothed:
    """Of a body whose landmarks are new or in another layout, only the hip is still known."""
    after = nothing(*shape)
    after.at[-1, :2], after.velocity[-1, :2], after.t[-1] = before.at[-1, :2], before.velocity[-1, :2], before.t[-1]
    return after


def _upright(
    limits: TrackingLimits, body: Body, smoothed: Smoothed, seen: Sighting, scale: float, t: float
) -> tuple[bool, float | None]:
    """Whether the body is down, and since when it has been upright."""
    length = hypot(*seen.axis)
    angle = degrees(atan2(abs(seen.axis[0]), -seen.axis[1])) if length > 0 else 90.0
    falling = float(smoothed.velocity[-1, 1]) > limits.down_speed * scale
    upright = angle < limits.upright_deg and not falling and length > scale / 2
    since = (t if body.upright_since is None else body.upright_since) if upright else None
    if since is not None and t - since >= limits.upright_s:
        return False, since
    return body.down or falling or angle > limits.down_deg, since


def _leaving(limits: TrackingLimits, smoothed: Smoothed, scale: float, picture: Observation) -> bool:
    """Whether the body is at the picture's edge, or at that of a hidden part, and on its way out."""
    (x, y), (vx, vy) = smoothed.at[-1, :2].tolist(), smoothed.velocity[-1, :2].tolist()
    margin, least, size = limits.edge * scale, limits.edge_speed * scale, picture.size
    sides = ((x, -vx), (size[0] - x, vx), (y, -vy), (size[1] - y, vy))
    if any(out > least and away - out * limits.predict_s < margin for away, out in sides):
        return True
    speed = hypot(vx, vy)
    if not picture.hidden or speed <= least:
        return False
    ahead_s = limits.predict_s + margin / speed
    return enters(picture.hidden, size, (x, y), (x + vx * ahead_s, y + vy * ahead_s))


def track_of(body: Body, t: float) -> Track:
    """What is said of a body at this instant."""
    latest = body.latest if body.seen_at == t else None
    return Track(
        id=body.id,
        t=t,
        since=body.since,
        seen_at=body.seen_at,
        hip=body.hip,
        torso_px=body.scale,
        pose=None if latest is None or latest.pose is None else _smoothed_pose(body, latest.pose, latest.seen),
        measured=None if latest is None or latest.pose is None else _measured(latest),
        detection=None if latest is None else latest.detection,
        confirmed=body.confirmed,
        left_by_edge=body.leaving and latest is None,
        ambiguous=t <= body.ambiguous_until,
    )


def _measured(seen: Sighting) -> Array:
    keypoints: Array = np.column_stack([seen.xy, seen.seen]).astype(np.float32)
    return keypoints


def _smoothed_pose(body: Body, pose: Pose, seen: Numbers) -> Pose:
    joints = body.smoothed.at[:-1]
    keypoints: Array = np.empty((len(seen), 3), np.float32)
    keypoints[:, :2], keypoints[:, 2] = joints[:, :2], seen
    world: Array | None = None if joints.shape[1] == 2 else joints[:, 2:].astype(np.float32)
    return Pose(keypoints, pose.layout, pose.score, world, pose.person)
