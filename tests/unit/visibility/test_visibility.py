"""Somebody is in view, and cannot be judged well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.types import KEYPOINTS, Camera, Detection, Layout, Metric, Person, Pose, PostureKind, Zone, ZoneKind
from edge_agent.visibility import State, VisibilityLimits, step
from tests.fakes.bodies import LYING, STANDING, person

LIMITS = VisibilityLimits()
WHOLE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
CAMERA = Camera("cam", "r1", zones=(Zone("bed-a", ZoneKind.BED, WHOLE),))
HEAD = KEYPOINTS[Layout.COCO17][:5]
UPPER = (*HEAD, "left_shoulder", "right_shoulder", "left_elbow", "right_elbow")


def pose(score: float = 0.9, seen: tuple[str, ...] | None = None) -> Pose:
    names = KEYPOINTS[Layout.COCO17]
    points = np.zeros((17, 3), np.float32)
    points[:, 2] = [score if seen is None or name in seen else 0.05 for name in names]
    return Pose(points, Layout.COCO17, score)


def somebody(t: float, shown: Pose | None, *, bed: bool = False) -> Person:
    kind, body = (PostureKind.LYING, LYING) if bed else (PostureKind.STANDING, STANDING)
    made = person(t=t, body=body, kind=kind)
    detected = None if shown is not None else Detection((320.0, 240.0), (320.0, 100.0), 0.8)
    track = replace(made.track, pose=shown, detection=detected)
    return replace(made, track=track, posture=replace(made.posture, zone="bed-a" if bed else None))


def far(t: float) -> Person:
    made = somebody(t, pose())
    return replace(made, kinematics=replace(made.kinematics, scale_m_per_px=Metric.unknown("too_small")))


def watch(scene: Callable[[float], tuple[Person, ...]], seconds: float, fps: float = 2.0) -> State:
    state = State()
    for index in range(int(seconds * fps) + 1):
        state = step(LIMITS, state, CAMERA, index / fps, scene(index / fps))
    return state


@pytest.mark.parametrize(
    ("scene", "reasons"),
    [
        pytest.param(lambda t: (somebody(t, pose()),), (), id="seen well"),
        pytest.param(lambda _: (), (), id="nobody"),
        pytest.param(lambda t: (far(t),), ("too_far",), id="far away"),
        pytest.param(lambda t: (somebody(t, pose(0.4)),), ("weak_keypoints",), id="weak"),
        pytest.param(lambda t: (somebody(t, None),), ("weak_keypoints",), id="a body without landmarks"),
        pytest.param(lambda t: (somebody(t, pose(seen=UPPER), bed=True),), ("blanket",), id="covered to the chest"),
        pytest.param(lambda t: (somebody(t, pose(seen=HEAD), bed=True),), ("blanket",), id="only the head"),
        pytest.param(lambda t: (somebody(t, pose(), bed=True),), (), id="in bed, uncovered"),
        pytest.param(lambda t: (somebody(t, pose(seen=UPPER)),), ("weak_keypoints",), id="behind a table: no blanket"),
    ],
)
def test_it_is_said_why_somebody_cannot_be_judged(
    scene: Callable[[float], tuple[Person, ...]], reasons: tuple[str, ...]
) -> None:
    assert watch(scene, LIMITS.said_after_s - 1.0).reasons == ()
    assert watch(scene, LIMITS.said_after_s + 1.0).reasons == reasons


def test_it_is_over_once_they_are_seen_well_again() -> None:
    def uncovers(t: float) -> tuple[Person, ...]:
        return (somebody(t, pose(seen=UPPER) if t < 60 else pose(), bed=True),)

    assert watch(uncovers, 60 + LIMITS.over_after_s - 1).reasons == ("blanket",)
    assert watch(uncovers, 60 + LIMITS.over_after_s + 1).reasons == ()


def test_who_is_lost_or_not_yet_believed_says_nothing() -> None:
    def ghost(t: float) -> tuple[Person, ...]:
        made = somebody(t, pose(0.4))
        return (replace(made, track=replace(made.track, confirmed=False)),)

    def lost(t: float) -> tuple[Person, ...]:
        made = somebody(t, None)
        return (replace(made, track=replace(made.track, seen_at=t - 1.0, detection=None)),)

    assert watch(ghost, 60).reasons == ()
    assert watch(lost, 60).reasons == ()


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.floats(0.05, 0.9), st.booleans()), min_size=1, max_size=120))
def test_short_spells_are_never_said_at_any_rate(instants: list[tuple[float, bool]]) -> None:
    state, t, weak_s = State(), 0.0, 0.0
    for gap, weak in instants:
        t += gap
        weak_s = weak_s + gap if weak else 0.0
        state = step(LIMITS, state, CAMERA, t, (somebody(t, pose(0.4 if weak else 0.9)),))
        if weak_s > LIMITS.said_after_s + 1.0:
            assert state.reasons == ("weak_keypoints",)
        elif not state.reasons:
            assert weak_s <= LIMITS.said_after_s + 1.0
