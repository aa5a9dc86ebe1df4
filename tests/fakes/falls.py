"""Made-up scenes for the incident stage: people acted out in time, as the stages before would describe them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from edge_agent.incidents import IncidentLimits, State, step
from edge_agent.types import (
    Camera,
    Detection,
    Incident,
    Layout,
    Person,
    PictureQuality,
    Pose,
    PostureKind,
    Track,
)
from tests.fakes.bodies import (
    BENDING,
    CROUCHING,
    LYING,
    SITTING,
    STANDING,
    Measured,
    activity,
    kinematics,
    lost_kinematics,
    posture,
)

TORSO = 80.0
DROP_WINDOW_S = 2.0
SPEED_OVER_S = 0.2
SIZE = (640, 480)
ROOM = Camera("room", "room-1")
USABLE = PictureQuality()
BLIND = PictureQuality(usable=False, reasons=("dark",))

ON_FLOOR: Mapping[str, Measured] = LYING
IN_BED: Mapping[str, Measured] = {**LYING, "hip_height": None, "head_height": None}
FLOOR_SITTING: Mapping[str, Measured] = {
    **SITTING,
    "hip_height": 0.25,
    "head_height": 1.7,
    "trunk_inclination_deg": 20.0,
}

LEVEL = {
    "feet": 1.75,
    "seat": 0.95,
    "bed": 0.95,
    "floor": 0.15,
    "crouch": 0.5,
    "floor_sitting": 0.25,
    "bent": 1.6,
    "bent_seat": 0.95,
}
"""Hip above the floor, torso lengths."""
HEAD = {
    "feet": 3.1,
    "seat": 2.3,
    "bed": 1.0,
    "floor": 0.25,
    "crouch": 1.7,
    "floor_sitting": 1.7,
    "bent": 1.4,
    "bent_seat": 1.0,
}
HOW: Mapping[str, tuple[Mapping[str, Measured], PostureKind]] = {
    "feet": (STANDING, PostureKind.STANDING),
    "seat": (SITTING, PostureKind.SITTING),
    "bed": (IN_BED, PostureKind.LYING),
    "floor": (ON_FLOOR, PostureKind.LYING),
    "crouch": (CROUCHING, PostureKind.OTHER),
    "floor_sitting": (FLOOR_SITTING, PostureKind.SITTING),
    "bent": (BENDING, PostureKind.OTHER),
    "bent_seat": ({**SITTING, "trunk_inclination_deg": 95.0, "head_height": 1.0}, PostureKind.SITTING),
}


@dataclass(frozen=True)
class Act:
    """Being in one way until `until`, having changed to it over `over` seconds before it began."""

    how: str
    until: float
    over: float = 0.5
    x: float = 320.0
    seen: bool = True
    track: int = 1
    zone: str | None = None
    edge: bool = False
    detected_only: bool = False


@dataclass(frozen=True)
class Actor:
    """A person acted out."""

    acts: tuple[Act, ...]
    start: float = 0.0
    confirmed_after: float = 0.5

    def at(self, t: float) -> Person | None:
        """The person at one instant; None before it came and after it went."""
        if t < self.start:
            return None
        index = next((i for i, act in enumerate(self.acts) if t < act.until), None)
        if index is None:
            return None
        act = self.acts[index]
        since = min(
            (self.acts[i - 1].until if i else self.start) for i, each in enumerate(self.acts) if each.track == act.track
        )
        return self._person(act, t, since)

    def level(self, t: float, levels: Mapping[str, float]) -> float:
        """Height of the hip or head, moving evenly from one way of being to the next."""
        begin, before = self.start, self.acts[0].how
        for act in self.acts:
            if t < act.until:
                share = min(1.0, (t - begin) / act.over) if act.over > 0 else 1.0
                return levels[before] + share * (levels[act.how] - levels[before])
            begin, before = act.until, act.how
        return levels[before]

    def _person(self, act: Act, t: float, since: float) -> Person:
        hip, head = self.level(t, LEVEL), self.level(t, HEAD)
        earlier = [max(self.start, t - back) for back in np.arange(0.0, DROP_WINDOW_S + 0.01, SPEED_OVER_S)]
        hips = [self.level(at, LEVEL) for at in earlier]
        heads = [self.level(at, HEAD) for at in earlier]
        speed = max((before - after) / SPEED_OVER_S for after, before in pairwise(hips))
        body, kind = HOW[act.how]
        seen_at = t if act.seen else self._last_seen(t)
        track = Track(
            act.track,
            t,
            since,
            seen_at,
            (act.x, 400.0 - TORSO * hip),
            TORSO,
            None if act.detected_only or not act.seen else _POSE,
            detection=Detection((act.x, 400.0 - TORSO * hip), (act.x + TORSO, 400.0), 0.8)
            if act.detected_only
            else None,
            confirmed=t - since >= self.confirmed_after,
            left_by_edge=act.edge and not act.seen,
        )
        if not act.seen:
            return Person(
                track, lost_kinematics(track=act.track, t=t), posture(PostureKind.UNKNOWN, track=act.track), activity()
            )
        moving: dict[str, Measured] = {
            "hip_drop": max(hips) - hip,
            "head_drop": max(heads) - head,
            "fall_speed": max(0.0, speed),
        }
        if act.detected_only:
            only: dict[str, Measured] = {"trunk_inclination_deg": 70.0 if act.how in {"floor", "bed"} else 10.0}
            motion = kinematics({**only, **moving}, track=act.track, t=t, mean_score=0.0)
            kind = PostureKind.UNKNOWN
        else:
            motion = kinematics({**body, **moving}, track=act.track, t=t)
        held = replace(posture(kind, track=act.track), zone=act.zone)
        return Person(track, motion, held, activity(track=act.track))

    def _last_seen(self, t: float) -> float:
        begin, last = self.start, self.start
        for act in self.acts:
            if act.seen and begin <= t:
                last = min(act.until, t)
            begin = act.until
        return last


_POSE = Pose(np.zeros((17, 3), np.float32), Layout.COCO17, 0.9)


def play(
    *actors: Actor,
    until: float,
    start: float = 0.0,
    fps: float = 5.0,
    camera: Camera = ROOM,
    limits: IncidentLimits | None = None,
    blind: tuple[float, float] = (-1.0, -1.0),
    state: State | None = None,
) -> tuple[State, list[Incident]]:
    """Plays a scene through the stage."""
    state = State() if state is None else state
    limits = limits or IncidentLimits()
    said: list[Incident] = []
    for index in range(int((until - start) * fps)):
        t = start + index / fps
        people = tuple(person for actor in actors if (person := actor.at(t)) is not None)
        quality = BLIND if blind[0] <= t < blind[1] else USABLE
        state, news = step(limits, state, camera, t, quality, people, SIZE)
        said += news
    return state, said
