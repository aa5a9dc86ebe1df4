"""Who is too small for the detector in the whole picture: found in tiles, once, and followed by closer looks."""

from __future__ import annotations

import pytest

from edge_agent.eye import eye
from edge_agent.pose import tiles
from edge_agent.pose.blazepose import BlazeLandmarks
from edge_agent.pose.limits import PoseLimits
from edge_agent.pose.top_down import TopDown
from edge_agent.privacy import Mask, PrivacySettings
from edge_agent.types import Demand, Frame, Image, Observation, Point, Pose, Region
from tests.fakes.bodies_drawn import Drawn, FakeDetector, FakeLandmarks, picture

LIMITS = PoseLimits()
NEAR = Drawn((200.0, 260.0), 120.0)
FAR = Drawn((500.0, 130.0), 40.0)
"""14 px of the detector's input in the whole picture, 28 in a tile."""
LEAST = 20.0
CALM = Demand(fps=10)
SIZE = (640, 480)
ROUND = len(tiles.tiles(LIMITS, SIZE))


class Rig:
    """An estimator whose detector is blind for small bodies, and the time."""

    def __init__(self, limits: PoseLimits = LIMITS) -> None:
        self.detector, self.landmarks = FakeDetector(least=LEAST), FakeLandmarks()
        self.estimator = TopDown(self.detector, BlazeLandmarks(self.landmarks), limits)
        self.t, self.blue = 0.0, 60

    def see(self, *bodies: Drawn, after: float = 0.1, size: tuple[int, int] = SIZE) -> Observation:
        self.t += after
        return self.estimator.estimate(Frame("a", self.t, picture(*bodies, size=size, blue=self.blue)), CALM)

    def found_after(self, *bodies: Drawn, people: int, within_s: float = 7.0, size: tuple[int, int] = SIZE) -> float:
        """Seconds until so many people are found at once."""
        start = self.t
        while self.t - start < within_s:
            if len(self.see(*bodies, size=size).poses) == people:
                return self.t - start
        return float("inf")


def hip(pose: Pose) -> Point:
    x, y = pose.keypoints[[23, 24], :2].mean(axis=0).tolist()
    return x, y


def test_somebody_far_away_is_found_within_one_round_of_an_empty_room() -> None:
    rig = Rig()
    assert rig.found_after(FAR, people=1) <= ROUND * (LIMITS.tile_s + 0.1)
    (pose,) = rig.see(FAR).poses
    assert hip(pose) == pytest.approx(FAR.hip, abs=2)


def test_beside_somebody_near_the_round_goes_on_at_the_cadence() -> None:
    assert Rig().found_after(NEAR, FAR, people=2) <= ROUND * (LIMITS.redetect_s + 0.1)


@pytest.mark.parametrize("size", [(640, 360), (1280, 720), (480, 640), (360, 640), (500, 500)])
def test_wherever_the_picture_has_them_and_whatever_its_shape(size: tuple[int, int]) -> None:
    radius = 0.0625 * max(size)
    for across in (0.15, 0.5, 0.85):
        for down in (0.2, 0.5, 0.8):
            far = Drawn((across * size[0], down * size[1]), radius)
            round_s = len(tiles.tiles(LIMITS, size)) * (LIMITS.tile_s + 0.1)
            assert Rig().found_after(far, people=1, size=size) <= round_s


def test_nobody_far_away_is_found_without_tiles() -> None:
    assert Rig(PoseLimits(tile_s=float("inf"))).found_after(FAR, people=1) == float("inf")


def test_they_stay_though_the_detector_never_sees_them_in_the_picture() -> None:
    rig = Rig()
    rig.found_after(FAR, people=1)
    seen = [len(rig.see(FAR, after=0.25).poses) for _ in range(round(3 * LIMITS.unsupported_s / 0.25))]
    assert seen == [1] * len(seen)


def test_they_end_when_a_close_look_sees_nobody_either() -> None:
    rig = Rig()
    rig.found_after(FAR, people=1)
    rig.detector.blind = True
    seen = [len(rig.see(FAR, after=0.25).poses) for _ in range(round(1.2 * LIMITS.unsupported_s / 0.25))]
    assert seen[0] == 1
    assert seen[-1] == 0


def test_each_body_is_found_once_in_however_many_tiles_it_is() -> None:
    rig = Rig()
    middle = Drawn((320.0, 240.0), 40.0)
    rig.found_after(middle, NEAR, people=2)
    assert all(len(rig.see(middle, NEAR, after=0.25).poses) == 2 for _ in range(round(1.2 * ROUND * 2)))


def test_followed_bodies_in_a_tile_cost_no_landmarks_again() -> None:
    rig = Rig()
    rig.found_after(FAR, people=1)
    runs, pictures = rig.landmarks.runs, 40
    for _ in range(pictures):
        rig.see(FAR)
    assert rig.landmarks.runs - runs == pictures


def test_one_tile_a_searched_picture_and_not_before_it_is_time() -> None:
    rig = Rig()
    per_picture = []
    for _ in range(40):
        before = rig.detector.runs
        rig.see()
        per_picture.append(rig.detector.runs - before)
    assert max(per_picture) == 2  # the whole picture, a tile
    assert sum(per_picture) - 40 <= 40 * 0.1 / LIMITS.tile_s + 1


def test_with_somebody_followed_no_tile_between_two_searches() -> None:
    rig = Rig()
    rig.see(NEAR)
    runs = rig.detector.runs
    for _ in range(20):
        rig.see(NEAR)
    assert 2 * 3 <= rig.detector.runs - runs <= 2 * 4  # 2 s at one search in 0.5 s


def test_what_a_close_look_does_not_bear_out_is_nobody() -> None:
    rig = Rig()
    detect = rig.estimator._seen

    def only_in_tiles(image: Image, region: Region, score: float) -> tuple[object, ...]:
        return detect(image, region, score) if region in tiles.tiles(LIMITS, SIZE) else ()

    rig.estimator._seen = only_in_tiles  # type: ignore[method-assign, assignment]
    assert rig.found_after(FAR, people=1) == float("inf")


def test_a_tile_alone_leaves_no_detection_without_landmarks() -> None:
    rig = Rig()
    rig.landmarks.blind = True
    assert all(rig.see(FAR).detections == () for _ in range(3 * ROUND))


def test_nobody_is_found_behind_a_mask() -> None:
    rig = Rig()
    masked = PrivacySettings(masks=(Mask("window", ((0.7, 0.1), (0.9, 0.1), (0.9, 0.5), (0.7, 0.5))),))
    watching = eye(rig.estimator, masked, None)
    beside = Drawn((300.0, 250.0), 40.0)
    seen = [watching.look(Frame("a", 0.1 * n, picture(FAR, beside)), CALM) for n in range(1, 40)]
    hips = [hip(pose) for each in seen for pose in each.poses]
    assert hips
    assert all(there == pytest.approx(beside.hip, abs=2) for there in hips)


def coarse(rig: Rig, body: Drawn, aside: float) -> None:
    """Let the detector see a second body, px beside the hips, in the whole picture and not in closer looks."""
    detect = rig.estimator._seen
    rig.detector.phantom = ((body.hip[0] + aside) * 224 / 640, (body.hip[1] + 80.0) * 224 / 640)

    def without_it(image: Image, region: Region, score: float) -> tuple[object, ...]:
        rig.detector.phantom = None
        return detect(image, region, score)

    rig.estimator._seen = without_it  # type: ignore[method-assign, assignment]


def test_a_coarse_sight_of_somebody_who_has_landmarks_is_no_second_body() -> None:
    rig = Rig()
    rig.found_after(FAR, people=1)
    coarse(rig, FAR, -30.0)
    seen = rig.see(FAR, after=LIMITS.redetect_s)
    assert (len(seen.poses), seen.detections) == (1, ())


def test_beside_somebody_whom_the_detector_sees_as_well_it_is_a_second_body() -> None:
    rig, seen_by_both = Rig(), Drawn((200.0, 260.0), 60.0)
    rig.see(seen_by_both)
    coarse(rig, seen_by_both, 45.0)
    seen = rig.see(seen_by_both, after=LIMITS.redetect_s)
    assert (len(seen.poses), len(seen.detections)) == (1, 1)


def test_nobody_begins_upside_down_in_a_tile() -> None:
    assert Rig().found_after(Drawn(FAR.hip, FAR.radius, 175.0), people=1) == float("inf")
    assert Rig().found_after(Drawn(FAR.hip, FAR.radius, 100.0), people=1) < 7.0  # who lies does


def test_landmarks_that_are_unsure_begin_nobody_in_a_tile_and_keep_who_is_followed() -> None:
    rig = Rig()
    rig.found_after(FAR, people=1)
    rig.landmarks.flag = 0.6
    assert len(rig.see(FAR).poses) == 1
    unsure = Rig()
    unsure.landmarks.flag = 0.6
    assert unsure.found_after(FAR, people=1) == float("inf")


def test_a_tile_begins_nobody_larger_than_itself() -> None:
    rig = Rig()
    rig.detector.least = 70.0  # blind for the body in the whole picture, 53 px there
    large = Drawn((320.0, 250.0), 150.0)  # 300 px across, where a tile has 256
    assert rig.found_after(large, people=1, within_s=4.0) == float("inf")


def test_in_a_picture_without_colours_the_detector_is_asked_for_less() -> None:
    by_day, by_night = Rig(), Rig()
    by_night.blue = 0
    for rig in (by_day, by_night):
        rig.detector.score = LIMITS.grey_tile_score + 0.05
    assert by_day.found_after(FAR, people=1) == float("inf")
    assert by_night.found_after(FAR, people=1) < 7.0
