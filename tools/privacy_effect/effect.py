"""How far the same people are held differently in two flows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from edge_agent.pose import layouts
from edge_agent.types import Event, Incident, Person, Pose
from tools.privacy_effect.flows import Flow

Array = npt.NDArray[np.float64]

ANGLES = (
    "trunk_inclination_deg",
    "trunk_forward_deg",
    "trunk_lateral_deg",
    "neck_forward_deg",
    "shoulder_tilt_deg",
    "hip_tilt_deg",
    "hip_flexion_deg",
    "knee_flexion_deg",
)
VECTOR = tuple(f"vector {number:02d}" for number in range(16))
FACE = slice(0, 5)
LIMBS = slice(5, 17)
SEEN = 0.5
"""Least score of a joint that is compared."""
SAME = 1.0
"""Two poses are of one person when their joints are nearer in the mean, torso lengths."""
_SHOULDERS, _HIPS = [5, 6], [11, 12]


@dataclass(slots=True)
class Effect:
    """What was collected of one change over all recordings."""

    poses: int = 0
    """Of the unchanged flow."""
    lost: int = 0
    """Of these, without one in the changed flow."""
    added: int = 0
    """In the changed flow alone."""
    face: list[float] = field(default_factory=list)
    """Deviation of nose, eyes and ears, torso lengths."""
    limbs: list[float] = field(default_factory=list)
    """Of the other joints."""
    angles: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in (*ANGLES, *VECTOR)})
    """Absolute difference, degrees."""
    without: dict[str, int] = field(default_factory=lambda: dict.fromkeys((*ANGLES, *VECTOR), 0))
    """Times an angle was known in the unchanged flow alone."""
    incidents: int = 0
    """Phases of incidents in the unchanged flow."""
    changed: list[str] = field(default_factory=list)
    """What was said in one of the flows alone."""

    def compare(self, clean: Flow, other: Flow) -> None:
        """Take in one instant."""
        left = list(other.poses)
        self.poses += len(clean.poses)
        for pose in clean.poses:
            twin = _nearest(pose, left, other.shift)
            if twin is None:
                self.lost += 1
                continue
            left = [each for each in left if each is not twin]
            apart, seen = _apart(pose, twin, other.shift)
            self.face += apart[FACE][seen[FACE]].tolist()
            self.limbs += apart[LIMBS][seen[LIMBS]].tolist()
        self.added += len(left)
        for person in clean.persons:
            self._angles(person, other)

    def _angles(self, person: Person, other: Flow) -> None:
        twin = min(other.persons, key=lambda each: _between(person, each), default=None)
        if twin is None or _between(person, twin) > SAME * person.track.torso_px:
            return
        ours, theirs = person.kinematics, twin.kinematics
        pairs = [(name, ours.metrics[name].value, theirs.metrics[name].value) for name in ANGLES]
        if ours.joint_angles:
            pairs += zip(VECTOR, ours.joint_angles, theirs.joint_angles or (None,) * len(VECTOR), strict=True)
        for name, one, another in pairs:
            if one is not None and another is not None:
                self.angles[name].append(abs(one - another))
            elif one is not None:
                self.without[name] += 1

    def finish(self, recording: str, clean: Flow, other: Flow) -> None:
        """Compare what was said in the end."""
        before, after = _phases(clean.events), _phases(other.events)
        self.incidents += before.total()
        self.changed += [f"{recording}: no more {' '.join(each)}" for each in (before - after).elements()]
        self.changed += [f"{recording}: new {' '.join(each)}" for each in (after - before).elements()]


def _phases(events: Iterable[Event]) -> Counter[tuple[str, str]]:
    return Counter((event.kind.value, event.phase.value) for event in events if isinstance(event, Incident))


def _nearest(pose: Pose, among: list[Pose], shift: float) -> Pose | None:
    def mean(other: Pose) -> float:
        apart, seen = _apart(pose, other, shift)
        return float(apart[seen].mean()) if seen.any() else np.inf

    twin = min(among, key=mean, default=None)
    return twin if twin is not None and mean(twin) <= SAME else None


def _apart(pose: Pose, other: Pose, shift: float) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Distance of each COCO joint in torso lengths, and which are seen."""
    one, another = layouts.to_coco17(pose), layouts.to_coco17(other)
    torso = np.hypot(*(one[_SHOULDERS, :2].mean(axis=0) - one[_HIPS, :2].mean(axis=0)))
    extent = np.ptp(one[:, :2], axis=0).max()
    unit = max(float(torso), 0.2 * float(extent), 1.0)  # a trunk seen from its end has no length in the picture
    apart = np.hypot(*(another[:, :2] - shift - one[:, :2]).T) / unit
    return np.asarray(apart, np.float64), np.asarray(one[:, 2] >= SEEN)


def _between(one: Person, other: Person) -> float:
    return float(np.hypot(*np.subtract(one.track.hip, other.track.hip)))
