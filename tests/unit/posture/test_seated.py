"""How somebody sits: from the side, from anywhere in 3D, over time; and nothing where nothing can be seen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from edge_agent import box, kinematics, posture
from edge_agent.box import learned_seated
from edge_agent.kinematics import KinematicsLimits
from edge_agent.posture import PostureLimits
from edge_agent.posture.additive import Additive
from edge_agent.posture.seated import look
from edge_agent.types import KEYPOINTS, Kinematics, Layout, Pose, Posture, Relation, SeatedKind, View
from tests.fakes.bodies import track
from tests.fakes.skeletons import SITTING, SIZE, Eye, Stance

LIMITS = PostureLimits()
LEVEL = Eye(tilt=0.0, height=1.0)
SLOUCHING = replace(SITTING, forward=25.0, neck=40.0)
RECLINING = replace(SITTING, forward=-35.0, neck=25.0)
KNEE_OVER_KNEE = replace(SITTING, thighs=(105.0, 85.0), shanks=(60.0, -5.0))
HELD = [
    pytest.param(SITTING, SeatedKind.UPRIGHT, id="upright"),
    pytest.param(SLOUCHING, SeatedKind.SLOUCHING, id="slouching"),
    pytest.param(RECLINING, SeatedKind.RECLINING, id="reclining"),
]


@pytest.fixture(params=["learned", "rule"])
def learned(request: pytest.FixtureRequest) -> Additive | None:
    if request.param == "rule":
        return None
    weights = learned_seated()
    assert weights is not None
    return weights


def watched(
    poses: list[Pose | None], view: View, learned: Additive | None = None, rate_hz: float = 5.0
) -> list[Posture]:
    """One body through kinematics and posture, instant by instant; None where it is lost from sight."""
    moved, judged = kinematics.State(), posture.State()
    said = []
    seen_at = 0.0
    for index, pose in enumerate(poses):
        t = index / rate_hz
        seen_at = seen_at if pose is None else t
        body = track(t=t, seen_at=seen_at, pose=pose)
        moved, measured = kinematics.step(KinematicsLimits(), view, moved, (body,), t, SIZE)
        judged, (one,) = posture.step(LIMITS, judged, (body,), measured, (), SIZE, learned)
        said.append(one)
    return said


def last(
    stance: Stance, eye: Eye, learned: Additive | None, *, world: bool = True, view: View | None = None
) -> Posture:
    poses: list[Pose | None] = [eye.pose(stance, world=world, layout=Layout.COCO17)] * 10
    return watched(poses, eye.view if view is None else view, learned)[-1]


@pytest.mark.parametrize(("stance", "kind"), HELD)
@pytest.mark.parametrize("heading", [90.0, -90.0])
def test_it_is_told_flat_from_either_side(
    stance: Stance, kind: SeatedKind, heading: float, learned: Additive | None
) -> None:
    said = last(replace(stance, heading=heading), LEVEL, learned, world=False)
    assert said.seated is not None
    assert said.seated.kind is kind
    assert said.seated.reasons


@pytest.mark.parametrize(("stance", "kind"), HELD)
@pytest.mark.parametrize("heading", [0.0, 45.0, 135.0, 180.0, -60.0])
@pytest.mark.parametrize("tilt", [0.0, 30.0])
def test_in_3d_it_is_told_from_anywhere(
    stance: Stance, kind: SeatedKind, heading: float, tilt: float, learned: Additive | None
) -> None:
    said = last(replace(stance, heading=heading), Eye(tilt=tilt, roll=5.0), learned)
    assert said.seated is not None
    assert said.seated.kind is kind


def test_one_leg_over_the_other_is_told_from_ahead_without_3d() -> None:
    pose = LEVEL.pose(KNEE_OVER_KNEE, world=False, layout=Layout.COCO17)
    left, right = (KEYPOINTS[Layout.COCO17].index(name) for name in ("left_ankle", "right_ankle"))
    crossed = pose.keypoints.copy()
    crossed[left, 0] = crossed[right, 0] - 40.0  # the left foot hangs beyond the right one
    crossed[left, 1] = crossed[right, 1] - 45.0
    sight = look(LIMITS, learned_seated(), track(pose=replace(pose, keypoints=crossed)), _measured())
    assert sight is not None
    assert max(sight.weights, key=lambda kind: sight.weights[kind]) is SeatedKind.CROSSED_LEGS


def test_legs_that_are_not_seen_are_not_called_crossed(learned: Additive | None) -> None:
    pose = LEVEL.pose(SITTING, hidden=("ankle", "knee"), layout=Layout.COCO17)
    sight = look(LIMITS, learned, track(pose=pose), _measured())
    assert sight is not None
    assert sight.weights[SeatedKind.CROSSED_LEGS] == 0.0
    assert sum(sight.weights.values()) == pytest.approx(1.0)


@pytest.mark.parametrize("heading", [0.0, 15.0, 180.0])
def test_flat_from_ahead_a_lean_is_not_told(heading: float) -> None:
    said = last(replace(SLOUCHING, heading=heading), LEVEL, learned_seated(), world=False)
    assert said.seated is None


def test_in_3d_from_ahead_a_lean_is_not_told_of_a_camera_nobody_measured() -> None:
    unknown = View()
    assert last(replace(SLOUCHING, heading=10.0), LEVEL, learned_seated(), view=unknown).seated is None
    beside = last(replace(SLOUCHING, heading=90.0), LEVEL, learned_seated(), view=unknown)
    assert beside.seated is not None
    assert beside.seated.kind is SeatedKind.SLOUCHING


def test_who_stands_does_not_sit_somehow() -> None:
    assert last(Stance(heading=90.0), LEVEL, learned_seated()).seated is None


def test_without_a_face_nothing_is_told(learned: Additive | None) -> None:
    pose = LEVEL.pose(replace(SITTING, heading=90.0), hidden=("nose",), layout=Layout.COCO17)
    assert look(LIMITS, learned, track(pose=pose), _measured()) is None


def test_a_nod_is_no_slouch_and_a_slouch_begins_when_it_began() -> None:
    upright, bent = (LEVEL.pose(replace(each, heading=90.0), layout=Layout.COCO17) for each in (SITTING, SLOUCHING))
    said = watched([*[upright] * 25, *[bent] * 3, *[upright] * 22, *[bent] * 50], LEVEL.view, learned_seated())
    kinds = [one.seated.kind for one in said if one.seated is not None]
    assert len(kinds) == len(said)
    assert set(kinds[:50]) == {SeatedKind.UPRIGHT}
    assert kinds[-1] is SeatedKind.SLOUCHING
    seated = said[-1].seated
    assert seated is not None
    assert 10.0 < seated.since < 10.0 + 2 * LIMITS.seated_settles_s


def test_what_is_lost_from_sight_fades_and_is_forgotten() -> None:
    upright = LEVEL.pose(replace(SITTING, heading=90.0), layout=Layout.COCO17)
    said = watched([*[upright] * 10, *[None] * 30], LEVEL.view, learned_seated())
    seen, hidden = said[9].seated, said[19].seated
    assert seen is not None
    assert hidden is not None
    assert hidden.confidence < seen.confidence
    assert hidden.reasons[-1].feature == "not_judged_for"
    assert said[-1].seated is None


def test_reasons_compare_with_people_who_sit_upright() -> None:
    said = last(replace(SLOUCHING, heading=90.0), LEVEL, learned_seated()).seated
    assert said is not None
    told = {reason.feature: reason for reason in said.reasons}
    assert told.keys() & {"trunk_forward", "head_forward", "head_over_hip", "head_above", "head_ahead"}
    assert all(reason.relation in {Relation.AT_LEAST, Relation.BELOW} for reason in said.reasons)
    assert "breadth" not in told


def _measured() -> Kinematics:
    """Of a level camera."""
    body = track(pose=LEVEL.pose(SITTING))
    return kinematics.step(KinematicsLimits(), LEVEL.view, kinematics.State(), (body,), 0.0, SIZE)[1][0]


def test_the_weights_in_the_repository_are_those_of_the_code() -> None:
    weights = learned_seated()
    assert weights is not None
    assert set(weights.classes) == {kind.value for kind in SeatedKind}
    assert np.isfinite(weights.weights).all()


def test_a_box_without_weights_goes_by_the_rule(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(box, "SEATED", tmp_path / "deleted.json")
    learned_seated.cache_clear()
    try:
        assert learned_seated() is None
        settings = box.replayed_box(None, None).settings
    finally:
        learned_seated.cache_clear()
    assert settings.seated is None
    said = last(replace(SLOUCHING, heading=90.0), LEVEL, settings.seated).seated
    assert said is not None
    assert {reason.feature for reason in said.reasons} == {"trunk_forward"}
