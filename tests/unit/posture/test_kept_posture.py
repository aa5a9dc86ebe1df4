"""Comparing postures in 3D, and since when one has been kept."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from edge_agent.posture.comparison import JOINTS, Shape, difference, shape_of
from edge_agent.posture.kept import Kept, keep
from edge_agent.posture.limits import PostureLimits
from edge_agent.types import Layout, Pose, Track
from tests.fakes.skeletons import SITTING, Eye, Stance

LIMITS = PostureLimits()
SUPINE = Stance(flat="left")


def shape(stance: Stance, eye: Eye | None = None, hidden: tuple[str, ...] = ()) -> Shape:
    pose = (eye or Eye()).pose(stance, hidden=hidden)
    assert pose.world is not None
    made = shape_of(pose.layout, pose.world, pose.keypoints[:, 2], 0.3)
    assert made is not None
    return made


@pytest.mark.parametrize("heading", [0.0, 60.0, 90.0, 180.0])
@pytest.mark.parametrize("tilt", [0.0, 35.0])
def test_one_posture_is_the_same_from_anywhere(heading: float, tilt: float) -> None:
    bowing = Stance(forward=35.0, thighs=(60.0, 20.0))
    turned = Stance(heading=heading, forward=35.0, thighs=(60.0, 20.0))
    same = difference(shape(bowing, Eye(tilt=0.0)), shape(turned, Eye(tilt=tilt)))
    assert same is not None
    assert same.apart == pytest.approx(0.0, abs=1e-3)
    other = difference(shape(SITTING), shape(Stance(heading=heading), Eye(tilt=tilt)))
    assert other is not None
    assert other.apart > 0.3


def test_the_turn_is_told_beside_it() -> None:
    told = difference(shape(Stance()), shape(Stance(heading=70.0)))
    assert told is not None
    assert told.turned_deg == pytest.approx(70.0, abs=0.1)


def test_left_and_right_are_not_exchanged() -> None:
    left, right = (Stance(thighs=thighs) for thighs in ((80.0, 0.0), (0.0, 80.0)))
    told = difference(shape(left), shape(right))
    assert told is not None
    assert told.apart > 0.3


def test_what_neither_saw_says_nothing() -> None:
    kicking = Stance(thighs=(80.0, 0.0))
    hidden = difference(shape(Stance(), hidden=("left_knee", "left_ankle")), shape(kicking))
    assert hidden is not None
    assert hidden.apart == pytest.approx(0.0, abs=1e-3)
    assert shape_of(Layout.COCO17, np.zeros((17, 3)), np.ones(17), 0.3) is None
    few = np.array([1.0 if name.endswith("hip") else 0.0 for name in JOINTS])
    assert difference(Shape(shape(kicking).points, few), shape(kicking)) is None


def seen(
    stance_at: Callable[[float], Stance], seconds: float, fps: float = 5.0, jitter: float = 0.0
) -> list[Kept | None]:
    """What is known of a body lying or sitting, whose landmarks shake by so many torso lengths."""
    shaken, kept, known = np.random.default_rng(1), None, []
    for index in range(round(seconds * fps)):
        t = index / fps
        pose = Eye().pose(stance_at(t))
        assert pose.world is not None
        world = pose.world + shaken.normal(0.0, 0.5 * jitter, pose.world.shape).astype(np.float32)
        shown = Pose(pose.keypoints, pose.layout, 0.9, world)
        kept = keep(LIMITS, kept, Track(1, t, 0.0, t, (0.0, 0.0), 50.0, pose=shown))
        known.append(kept)
    return known


@pytest.mark.parametrize("fps", [2.0, 10.0])
def test_lying_with_jitter_keeps_its_posture(fps: float) -> None:
    assert {kept.since for kept in seen(lambda _: SUPINE, 120.0, fps, jitter=0.15) if kept} == {0.0}


def test_turning_over_is_a_change_although_the_shape_stays() -> None:
    ways = seen(lambda t: Stance(heading=0.0 if t < 40.0 else 90.0), 90.0)
    last = ways[-1]
    assert last is not None
    assert 40.0 <= last.since < 50.0


def test_drawing_up_the_knees_is_a_change() -> None:
    ways = seen(lambda t: Stance() if t < 40.0 else SITTING, 90.0)
    last = ways[-1]
    assert last is not None
    assert 40.0 <= last.since < 60.0


def test_a_stretch_is_none() -> None:
    ways = seen(lambda t: SITTING if 40.0 < t < 42.0 else Stance(), 90.0)
    assert {kept.since for kept in ways if kept} == {0.0}


def test_a_body_seen_flat_says_nothing() -> None:
    pose = Eye().pose(SUPINE, world=False)
    assert keep(LIMITS, None, Track(1, 0.0, 0.0, 0.0, (0.0, 0.0), 50.0, pose=pose)) is None
