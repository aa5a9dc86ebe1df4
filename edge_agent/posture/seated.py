"""How a sitting body sits at one instant: upright, slouching, reclining, or with crossed legs.

A body seen in 3D is looked at from its own side and half from ahead, whichever way it faces; one seen flat as it is
seen. Learned weights judge, or a rule on the trunk's angle where there are none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from edge_agent.posture import sitter
from edge_agent.posture.additive import Additive, Floats
from edge_agent.posture.limits import PostureLimits
from edge_agent.types import KEYPOINTS, Kinematics, Layout, Pose, Reason, Relation, SeatedKind, Track

VIEWS_DEG: Final = (90.0, 60.0)
"""From where a body seen in 3D is looked at, turned from ahead: its side shows how it leans, and that its legs are
crossed shows only from farther ahead. [C]"""
MOST_REASONS: Final = 3
UNTOLD: Final = frozenset({"breadth"})
"""Features that are no reasons: how broad a body seems is the view's doing."""
ACROSS: Final = frozenset({"knees_crossed", "feet_crossed"})
"""Those that are none from the side."""
LEGS: Final = ("left_knee", "right_knee", "left_ankle", "right_ankle")
_JOINTS: Final = {layout: [KEYPOINTS[layout].index(name) for name in sitter.JOINTS] for layout in Layout}
_LEGS: Final = [sitter.JOINTS.index(name) for name in LEGS]
_SHOULDERS: Final = [sitter.JOINTS.index(name) for name in ("left_shoulder", "right_shoulder")]
_HIPS: Final = [sitter.JOINTS.index(name) for name in ("left_hip", "right_hip")]
_NAMES: Final = [name for name, _ in sitter.FEATURES]


@dataclass(frozen=True, slots=True)
class Sight:
    """How somebody seems to sit at one instant."""

    weights: Mapping[SeatedKind, float]
    """Sum to 1."""
    reasons: Mapping[SeatedKind, tuple[Reason, ...]]
    """What spoke most for each against the best of the others."""
    leans: bool = True
    """Whether leaning forward and back can be seen from here."""


def look(limits: PostureLimits, learned: Additive | None, track: Track, body: Kinematics) -> Sight | None:
    """Judges one body that sits.

    Args:
        limits: the thresholds.
        learned: the weights; None to judge by the rule.
        track: the body, seen at this instant.
        body: its kinematics, which know where down is.

    Returns:
        None where the face or the shoulders were not seen.
    """
    if track.pose is None:
        return None
    views = views_of(limits, track.pose, body)
    if views is None:
        return None
    described = sitter.describe(views)
    judged = judge(limits, learned, described, legs=bool(np.isfinite(views[0][_LEGS]).all()))
    return replace(judged, leans=_leans(limits, views, described, body))


def judge(limits: PostureLimits, learned: Additive | None, described: Floats, *, legs: bool) -> Sight:
    """Judges one body by its features.

    Args:
        limits: the thresholds.
        learned: the weights; None to judge by the rule.
        described: (V, 16) features as seen from each view; the first tells the reasons.
        legs: whether both legs were seen: else nobody can say that they are crossed.
    """
    kinds = tuple(SeatedKind(name) for name in learned.classes) if learned else tuple(SeatedKind)
    parts = learned.parts(described) if learned else None
    odds = _ruled(limits, described, kinds) if learned is None or parts is None else learned.bias + parts.sum(axis=1)
    odds = odds.mean(axis=0)
    if not legs:
        odds = np.where([kind is SeatedKind.CROSSED_LEGS for kind in kinds], -np.inf, odds)
    shares = np.exp(odds - odds.max())
    weights = dict(zip(kinds, (shares / shares.sum()).tolist(), strict=True))
    if learned is None or parts is None:
        return Sight(weights, {kind: _of_rule(limits, described[0], kind) for kind in kinds})
    reasons = {kind: _reasons(learned.usual, described[0], parts[0], odds, index) for index, kind in enumerate(kinds)}
    return Sight(weights, reasons)


def views_of(limits: PostureLimits, pose: Pose, body: Kinematics) -> Floats | None:
    """(V, 9, 2) the joints as seen from each view, right and down along gravity; None where too few were seen."""
    chosen = _JOINTS[pose.layout]
    unseen = pose.keypoints[chosen, 2] < limits.min_keypoint_score
    if unseen[0] or unseen[_SHOULDERS].all():
        return None
    if pose.world is not None:
        places = pose.world[chosen].astype(np.float64)
        seen = from_beside(places, np.array(body.down or (0.0, 1.0, 0.0)), hidden=unseen)
        if seen is not None:
            return seen
    down = np.array(body.plumb or (0.0, 1.0))
    flat: Floats = pose.keypoints[chosen, :2].astype(np.float64) @ np.array([[down[1], down[0]], [-down[0], down[1]]])
    flat[unseen] = np.nan
    return flat[None]


def from_beside(world: Floats, down: Floats, *, hidden: np.ndarray) -> Floats | None:
    """(V, 9, 2) a body in 3D as seen from its own side; None where its sides cannot be told apart.

    Args:
        world: (9, 3) camera axes.
        down: along gravity, the same axes.
        hidden: (9,) whether a joint was not seen.
    """
    if hidden[_SHOULDERS].any() and hidden[_HIPS].any():
        return None
    pairs = [pair for pair in (_SHOULDERS, _HIPS) if not hidden[pair].any()]
    across = sum((world[right] - world[left] for left, right in pairs), np.zeros(3))
    across = across - (across @ down) * down
    breadth = float(np.linalg.norm(across))
    if breadth < 1e-6:
        return None
    across /= breadth
    ahead = np.cross(across, down)
    seen = []
    for turned in np.radians(VIEWS_DEG):
        right = np.sin(turned) * ahead - np.cos(turned) * across
        view = np.column_stack((world @ right, world @ down))
        view[hidden] = np.nan
        seen.append(view)
    return np.stack(seen)


def _leans(limits: PostureLimits, views: Floats, described: Floats, body: Kinematics) -> bool:
    """Whether it can be seen how the body leans: flat, not from ahead or behind; in 3D, where down is known."""
    if len(views) == 1:
        return bool(described[0, _NAMES.index("breadth")] < limits.seated_frontal)
    yaw = body.yaw_deg.value
    return body.down_measured or (yaw is not None and abs(yaw - 90.0) <= limits.seated_turned_deg)


def _ruled(limits: PostureLimits, described: Floats, kinds: tuple[SeatedKind, ...]) -> Floats:
    """Odds by the trunk's angle alone, and by feet on the wrong side of one another."""
    trunk = np.nan_to_num(described[:, _NAMES.index("trunk_forward")])
    crossed = np.nan_to_num(described[:, _NAMES.index("feet_crossed")], nan=-1.0)
    width = limits.seated_width_deg / 2
    odds = {
        SeatedKind.UPRIGHT: np.zeros(len(trunk)),
        SeatedKind.SLOUCHING: (trunk - limits.seated_forward_deg) / width,
        SeatedKind.RECLINING: (-trunk - limits.seated_back_deg) / width,
        SeatedKind.CROSSED_LEGS: (crossed - limits.seated_crossed) / (limits.seated_crossed / 2),
    }
    return np.column_stack([odds[kind] for kind in kinds])


def _reasons(usual: Floats, described: Floats, parts: Floats, odds: Floats, winner: int) -> tuple[Reason, ...]:
    """What speaks most for a class against the best of the others."""
    other = int(np.argmax(np.where(np.arange(len(odds)) == winner, -np.inf, odds)))
    shares = parts[:, winner] - parts[:, other]
    sideways = described[_NAMES.index("breadth")] < sitter.SIDEWAYS
    untold = UNTOLD | (ACROSS if sideways else frozenset())
    ranked = [int(index) for index in np.argsort(-shares) if shares[index] > 0 and _NAMES[index] not in untold]
    return tuple(_reason(index, float(described[index]), float(usual[index])) for index in ranked[:MOST_REASONS])


def _of_rule(limits: PostureLimits, described: Floats, kind: SeatedKind) -> tuple[Reason, ...]:
    if kind is SeatedKind.CROSSED_LEGS:
        return _told("feet_crossed", described, limits.seated_crossed)
    return _told("trunk_forward", described, -limits.seated_back_deg) + _told(
        "trunk_forward", described, limits.seated_forward_deg
    )


def _told(name: str, described: Floats, limit: float) -> tuple[Reason, ...]:
    index = _NAMES.index(name)
    value = float(described[index])
    return () if np.isnan(value) else (_reason(index, value, limit),)


def _reason(index: int, value: float, usual: float) -> Reason:
    name, unit = sitter.FEATURES[index]
    digits = 1 if unit == "deg" else 2
    relation = Relation.AT_LEAST if value >= usual else Relation.BELOW
    return Reason(name, round(value, digits), unit, relation, round(usual, digits))
