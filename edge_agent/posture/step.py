"""The posture of each tracked person, steadied over time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import exp

from edge_agent.posture.additive import Additive
from edge_agent.posture.classify import Verdict, classify, legs_seen
from edge_agent.posture.kept import Kept, keep
from edge_agent.posture.limits import PostureLimits
from edge_agent.posture.place import Place, legs_here, legs_supposed, stay
from edge_agent.posture.sitting import Sitting, follow_sitting, seated
from edge_agent.posture.trend import Trend, follow, medians
from edge_agent.posture.zones import zone_at, zone_of
from edge_agent.types import Kinematics, Posture, PostureKind, Reason, Relation, Track, Zone


@dataclass(frozen=True, slots=True)
class Held:
    """What is remembered of one person."""

    t: float
    kind: PostureKind = PostureKind.UNKNOWN
    since: float = 0.0
    weights: Mapping[PostureKind, float] = field(default_factory=dict)
    """Smoothed; empty while unknown."""
    judged_at: float | None = None
    """When the body could last be judged."""
    reliability: float = 0.0
    reasons: tuple[Reason, ...] = ()
    zone: Zone | None = None
    zone_since: float | None = None
    """Since when the body has been in another zone than `zone`."""
    place: Place | None = None
    trend: Trend = field(default_factory=Trend)
    kept: Kept | None = None
    """None until it was seen in 3D."""
    sitting: Sitting = field(default_factory=Sitting)


@dataclass(frozen=True, slots=True)
class State:
    """What is remembered of one camera's tracks; those that ended are forgotten."""

    held: Mapping[int, Held] = field(default_factory=dict)


def step(
    limits: PostureLimits,
    state: State,
    tracks: Iterable[Track],
    kinematics: Iterable[Kinematics],
    zones: tuple[Zone, ...],
    size: tuple[int, int],
    learned: Additive | None = None,
) -> tuple[State, tuple[Posture, ...]]:
    """Judges how every tracked person is held now.

    Args:
        limits: The thresholds.
        state: What the instant before left.
        tracks: All tracks, lost ones included.
        kinematics: One for each track.
        zones: The camera's marked zones.
        size: Width and height of the picture in px.
        learned: Weights of how people sit; None to judge by a rule.

    Returns:
        The new state and one posture for each track, in the order of `tracks`.
    """
    bodies = {body.track: body for body in kinematics}
    held = {}
    for track in tracks:
        before, body = state.held.get(track.id), bodies[track.id]
        now = _judge(limits, before, track, body, zones, size)
        held[track.id] = replace(now, sitting=follow_sitting(limits, learned, now.sitting, now.kind, track, body))
    postures = tuple(_posture(limits, number, each, bodies[number]) for number, each in held.items())
    return State(held), postures


def _judge(
    limits: PostureLimits,
    before: Held | None,
    track: Track,
    body: Kinematics,
    zones: tuple[Zone, ...],
    size: tuple[int, int],
) -> Held:
    held = before or Held(t=track.t, since=track.t)
    dt = max(0.0, track.t - held.t)
    if track.lost:
        return replace(_keep(limits, held, track.t), t=track.t)
    seen = legs_seen(limits, body)
    place = stay(limits, held.place, track, seen)
    legs = legs_here(place, seen, track.t) or legs_supposed(limits, place, zone_at(zones, track.hip, size), track.t)
    held = _weigh(limits, replace(held, place=place), classify(limits, body, legs), track.t, dt)
    zone = zone_of(zones, track, held.kind, size, limits.min_keypoint_score)
    held = _locate(limits, held, zone, track.t, new=before is None)
    trend = follow(limits, held.trend, held.kind, body, dt if dt <= limits.gap_s else 0.0)
    return replace(held, t=track.t, trend=trend, kept=keep(limits, held.kept, track))


def _weigh(limits: PostureLimits, held: Held, verdict: Verdict | None, t: float, dt: float) -> Held:
    """Lets one instant's verdict into the smoothed weights, and changes the posture where another one leads clearly."""
    if verdict is None:
        return _keep(limits, held, t)
    taken = 1 - exp(-dt / limits.steady_s) if held.weights else 1.0
    weights = {kind: (1 - taken) * held.weights.get(kind, 0.0) + taken * now for kind, now in verdict.weights.items()}
    best = max(weights, key=lambda kind: weights[kind])
    changes = weights[best] > weights.get(held.kind, 0.0) + limits.lead or held.kind is PostureKind.UNKNOWN
    kind, since = (best, t) if changes and best is not held.kind else (held.kind, held.since)
    return replace(
        held,
        kind=kind,
        since=since,
        weights=weights,
        judged_at=t,
        reliability=verdict.reliability,
        reasons=verdict.reasons[kind] if verdict.best is kind or changes else held.reasons,
    )


def _locate(limits: PostureLimits, held: Held, zone: Zone | None, t: float, *, new: bool) -> Held:
    """Takes another zone over once the body has stayed out of the present one: hips on a border flicker."""
    if zone == held.zone:
        return held if held.zone_since is None else replace(held, zone_since=None)
    since = t if held.zone_since is None else held.zone_since
    if new or t - since >= limits.zone_s:
        return replace(held, zone=zone, zone_since=None)
    return replace(held, zone_since=since)


def _keep(limits: PostureLimits, held: Held, t: float) -> Held:
    """The last posture stands for a while, then nothing is known."""
    if held.judged_at is None or t - held.judged_at <= limits.keep_s or held.kind is PostureKind.UNKNOWN:
        return held
    return replace(held, kind=PostureKind.UNKNOWN, since=t, weights={}, reasons=())


def _posture(limits: PostureLimits, number: int, held: Held, body: Kinematics) -> Posture:
    unjudged_s = 0.0 if held.judged_at is None else held.t - held.judged_at
    reasons = held.reasons
    if unjudged_s > 0 or held.judged_at is None:
        reasons = (*reasons, Reason("not_judged_for", round(unjudged_s, 1), "s", Relation.AT_LEAST, 0.0))
    faded = max(0.0, 1 - unjudged_s / (2 * limits.keep_s))
    return Posture(
        track=number,
        kind=held.kind,
        since=held.since,
        confidence=round(held.weights.get(held.kind, 0.0) * held.reliability * faded, 3),
        reasons=reasons,
        zone=held.zone.name if held.zone else None,
        trend=medians(limits, held.trend, body),
        kept_since=None if held.kept is None else held.kept.since,
        seated=seated(limits, held.sitting, held.t),
    )
