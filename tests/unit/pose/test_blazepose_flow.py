"""Who is found, followed, lost and found again: the real flow around networks that see drawn dots."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from edge_agent.pose.blazepose import BlazeLandmarks
from edge_agent.pose.limits import PoseLimits
from edge_agent.pose.top_down import TopDown
from edge_agent.types import Array, Demand, Frame, Observation, Point, Pose, Region
from tests.fakes.bodies_drawn import Drawn, FakeDetector, FakeLandmarks, picture, place

STANDING = Drawn((200.0, 260.0), 120.0)
OTHER = Drawn((460.0, 250.0), 110.0, 10.0)
LYING = Drawn((320.0, 300.0), 110.0, 95.0)
CALM = Demand(fps=10)


class Rig:
    """An estimator with fake networks, and the time; without tiles, which `test_tiles_flow` is about."""

    def __init__(self, limits: PoseLimits | None = None) -> None:
        self.detector, self.landmarks = FakeDetector(), FakeLandmarks()
        self.limits = replace(limits or PoseLimits(), tile_s=math.inf)
        self.estimator = TopDown(self.detector, BlazeLandmarks(self.landmarks), self.limits)
        self.t = 0.0

    def see(self, *bodies: Drawn, after: float = 0.1, demand: Demand = CALM, camera: str = "a") -> Observation:
        self.t += after
        return self.estimator.estimate(Frame(camera, self.t, picture(*bodies)), demand)


def hip(pose: Pose) -> Point:
    x, y = pose.keypoints[[23, 24], :2].mean(axis=0).tolist()
    return x, y


@pytest.mark.parametrize("angle", [0.0, 40.0, -90.0, 135.0, 180.0])
def test_joints_are_where_the_body_is_however_it_is_turned(angle: float) -> None:
    body = Drawn((300.0, 240.0), 100.0, angle)
    (pose,) = Rig().see(body).poses
    expected = [
        place(name, np.array(body.hip), np.array(body.top)) for name in ("nose", "left_shoulder", "right_ankle")
    ]
    np.testing.assert_allclose(pose.keypoints[[0, 11, 28], :2], expected, atol=2.0)
    assert pose.world is not None
    np.testing.assert_allclose(pose.world[0, :2] * 100, np.subtract(expected[0], body.hip), atol=3.0)


def test_several_people_each_once() -> None:
    rig = Rig()
    for _ in range(8):
        seen = rig.see(STANDING, OTHER)
        assert sorted(hip(pose) for pose in seen.poses) == [
            pytest.approx(STANDING.hip, abs=2),
            pytest.approx(OTHER.hip, abs=2),
        ]
        assert seen.detections == ()
        assert seen.size == (640, 480)


def test_followed_people_need_the_detector_only_at_its_cadence() -> None:
    rig = Rig()
    rig.see(STANDING)
    runs = rig.detector.runs
    for _ in range(20):
        assert len(rig.see(STANDING).poses) == 1
    assert 3 <= rig.detector.runs - runs <= 4  # 2 s at one run in 0.5 s


def test_the_cadence_is_in_seconds_whatever_the_frame_rate() -> None:
    slow = Rig()
    slow.see(STANDING)
    runs = slow.detector.runs
    for _ in range(4):
        slow.see(STANDING, after=0.5)
    assert slow.detector.runs - runs == 4


def test_somebody_who_comes_in_is_found_within_the_cadence() -> None:
    rig = Rig()
    rig.see(STANDING)
    assert len(rig.see(STANDING, OTHER).poses) == 1
    assert max(len(rig.see(STANDING, OTHER).poses) for _ in range(5)) == 2


def test_an_empty_room_is_searched_on_every_picture() -> None:
    rig = Rig()
    for _ in range(5):
        assert rig.see().poses == ()
    assert rig.detector.runs == 5
    assert rig.landmarks.runs == 0


def test_a_single_still_picture_has_poses() -> None:
    assert len(Rig().see(STANDING).poses) == 1


def test_a_moving_body_is_followed_without_the_detector() -> None:
    rig = Rig(PoseLimits(redetect_s=60.0))
    rig.see(STANDING)
    runs = rig.detector.runs
    for step in range(1, 20):
        body = Drawn((200.0 + 10 * step, 260.0), 120.0, 5.0 * step)
        (pose,) = rig.see(body).poses
        assert hip(pose) == pytest.approx(body.hip, abs=2)
    assert rig.detector.runs == runs


def test_a_body_that_jumps_away_is_found_again_on_that_picture() -> None:
    rig = Rig()
    rig.see(STANDING)
    (pose,) = rig.see(Drawn((520.0, 240.0), 100.0)).poses
    assert hip(pose) == pytest.approx((520.0, 240.0), abs=2)


def test_landmarks_that_give_up_leave_the_detection_without_a_flicker() -> None:
    rig = Rig()
    rig.see(STANDING)
    rig.landmarks.blind = True
    for _ in range(20):
        seen = rig.see(STANDING)
        assert seen.poses == ()
        (body,) = seen.detections
        assert body.hip == pytest.approx(STANDING.hip, abs=3)
        assert body.top == pytest.approx(STANDING.top, abs=3)
    rig.landmarks.blind = False
    seen = rig.see(STANDING)
    assert (len(seen.poses), seen.detections) == (1, ())


def test_a_coat_taken_for_a_body_costs_landmarks_only_at_the_cadence() -> None:
    rig = Rig()
    rig.detector.phantom = (190.0, 110.0)
    rig.see(STANDING)
    detected, looked = rig.detector.runs, rig.landmarks.runs
    for _ in range(20):
        seen = rig.see(STANDING)
        assert (len(seen.poses), len(seen.detections)) == (1, 1)
    assert rig.detector.runs - detected == 20
    assert rig.landmarks.runs - looked <= 20 + 2 * 4  # the person on each, the coat twice in every 0.5 s


def test_landmarks_lost_for_a_moment_are_tried_where_they_were() -> None:
    rig = Rig()
    rig.see(STANDING)
    rig.detector.blind = rig.landmarks.blind = True
    assert rig.see(STANDING).poses == ()
    rig.landmarks.blind = False
    assert len(rig.see(STANDING).poses) == 1


def test_they_are_forgotten_after_a_while() -> None:
    rig = Rig()
    rig.see(STANDING)
    rig.detector.blind = rig.landmarks.blind = True
    rig.see(STANDING)
    rig.landmarks.blind = False
    assert rig.see(STANDING, after=PoseLimits().remember_s + 0.1).poses == ()


def test_landmarks_the_detector_stopped_seeing_end() -> None:
    rig = Rig()
    rig.see(STANDING)
    rig.detector.blind = True
    kept = [bool(rig.see(STANDING).poses) for _ in range(60)]
    assert all(kept[:48])
    assert not any(kept[52:])


def test_the_detector_is_asked_closely_before_they_end() -> None:
    rig = Rig()
    rig.see(LYING)
    rig.detector.max_tilt_deg = 45.0  # blind for lying bodies in the picture, not in a turned square
    assert all(rig.see(LYING).poses for _ in range(100))


def test_who_began_clearly_is_borne_out_by_less_in_a_closer_look() -> None:
    rig = Rig()
    rig.see(STANDING)
    rig.detector.score = rig.limits.support_score + 0.05
    assert all(rig.see(STANDING).poses for _ in range(100))
    unseen = Rig()
    unseen.detector.score = unseen.limits.support_score + 0.05
    assert not any(unseen.see(STANDING).poses for _ in range(20))


def test_a_second_look_that_slips_to_nobody_the_detector_sees_leaves_the_first() -> None:
    rig = Rig()
    network = rig.landmarks
    answer, slipped = network.answer, [False]

    def slipping(bodies: list[tuple[Array, Array]]) -> None:
        answer(bodies)
        if slipped[0]:
            shifted = next(iter(network.outputs.values())).reshape(-1, 5)
            shifted[:, 0] += 90.0  # nearly a body's radius to the side, where the detector sees nobody
        slipped[0] = not slipped[0]

    network.answer = slipping  # type: ignore[method-assign]
    (pose,) = rig.see(STANDING).poses
    assert hip(pose) == pytest.approx(STANDING.hip, abs=3)


def test_landmarks_begin_nowhere_without_the_detector() -> None:
    rig = Rig()
    rig.detector.blind = True
    retry = Demand(fps=10, retries=(Region(STANDING.hip, 300.0, 0.0),))
    assert all(rig.see(STANDING, demand=retry).poses == () for _ in range(8))


def test_a_lying_body_is_found_in_a_turned_square_when_asked_for() -> None:
    rig = Rig()
    rig.detector.max_tilt_deg = 45.0
    assert rig.see(LYING).poses == ()
    retry = Demand(fps=10, retries=(Region((330.0, 310.0), 300.0, 0.0),))
    found = [rig.see(LYING, demand=retry).poses for _ in range(2)]  # four turns, two a picture
    assert found[-1]
    assert hip(found[-1][0]) == pytest.approx(LYING.hip, abs=2)


def test_retries_are_bounded_on_each_picture() -> None:
    rig = Rig()
    retry = Demand(fps=10, retries=tuple(Region((60.0 * i, 200.0), 200.0, 0.0) for i in range(8)))
    for _ in range(5):
        before = rig.detector.runs
        rig.see(demand=retry)
        assert rig.detector.runs - before <= 1 + PoseLimits().retry_looks


def test_nobody_is_looked_for_where_a_pose_is() -> None:
    rig = Rig(PoseLimits(redetect_s=60.0))
    rig.see(STANDING)
    runs = rig.detector.runs
    rig.see(STANDING, demand=Demand(fps=10, retries=(Region(STANDING.hip, 300.0, 0.0),)))
    assert rig.detector.runs == runs


def test_redetection_can_be_asked_for() -> None:
    rig = Rig(PoseLimits(redetect_s=60.0))
    rig.see(STANDING)
    assert len(rig.see(STANDING, OTHER, demand=Demand(fps=10, redetect=True)).poses) == 2


def test_cameras_do_not_mix() -> None:
    rig = Rig()
    rig.see(STANDING, camera="a")
    runs = rig.detector.runs
    assert rig.see(camera="b").poses == ()
    assert rig.detector.runs == runs + 1


def test_time_that_steps_back_starts_the_camera_afresh() -> None:
    rig = Rig(PoseLimits(redetect_s=60.0))
    rig.see(STANDING)
    runs = rig.detector.runs
    rig.t = 0.0
    rig.see(STANDING, after=0.0)
    assert rig.detector.runs == runs + 1


def test_pictures_may_change_their_size() -> None:
    rig = Rig()
    rig.see(STANDING)
    for size in ((320, 480), (900, 300)):
        rig.t += 0.6
        body = Drawn((size[0] / 2, 160.0), 90.0)
        seen = rig.estimator.estimate(Frame("a", rig.t, picture(body, size=size)), CALM)
        assert seen.size == size
        assert any(hip(pose) == pytest.approx(body.hip, abs=3) for pose in seen.poses)


def test_the_same_pictures_give_the_same_bytes() -> None:
    def run() -> list[bytes]:
        rig = Rig()
        return [p.keypoints.tobytes() for _ in range(5) for p in rig.see(STANDING, OTHER).poses]

    assert run() == run()
