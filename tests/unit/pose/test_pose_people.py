"""Which answers are one body, and which are believed."""

from __future__ import annotations

import numpy as np
import pytest

from edge_agent.pose import people, roi
from edge_agent.pose.landmarks import Look
from edge_agent.pose.layouts import BLAZEPOSE33
from edge_agent.pose.limits import PoseLimits
from edge_agent.pose.people import Body
from edge_agent.types import Array, Demand, Detection, Layout, Point, Pose, Region
from tests.fakes.bodies_drawn import place

LIMITS = PoseLimits()


def look(hip: Point, radius: float = 100.0, angle: float = 0.0, score: float = 1.0, visible: float = 1.0) -> Look:
    square = roi.turned(Region(hip, 2 * roi.SCALE * radius, 0.0), angle)
    top = roi.to_picture(square, np.array([[0.5, 0.5 - 1 / (2 * roi.SCALE)]], np.float32))[0]
    keypoints: Array = np.full((33, 3), visible, np.float32)
    keypoints[:, :2] = [place(name, np.array(hip, np.float32), top) for name in BLAZEPOSE33]
    return Look(Pose(keypoints, Layout.BLAZEPOSE33, score), square)


def body(*args: float, at: float = 0.0, **kwargs: float) -> Body:
    return Body(look((args[0], args[1]), *args[2:], **kwargs), at)


def test_a_pose_covers_itself_and_not_its_neighbour() -> None:
    one = look((300, 200)).pose
    assert people.covered(one, one) == pytest.approx(1.0)
    assert people.covered(look((304, 203)).pose, one) == pytest.approx(1.0)
    assert people.covered(look((380, 200)).pose, one) < 0.05


def test_a_small_answer_within_a_body_is_covered_and_not_the_body_by_it() -> None:
    whole, part = look((300, 200), 120).pose, look((300, 150), 40).pose
    assert people.covered(part, whole) > 0.9
    assert people.covered(whole, part) < 0.7


def test_covering_does_not_change_with_the_scale() -> None:
    near = people.covered(look((340, 200), 200).pose, look((300, 200), 200).pose)
    far = people.covered(look((310, 200), 50).pose, look((300, 200), 50).pose)
    assert near == pytest.approx(far, abs=1e-3)


def test_a_pose_without_visible_joints_is_covered_by_nothing() -> None:
    assert people.covered(look((300, 200), visible=0.0).pose, look((300, 200)).pose) == 0.0


def test_an_answer_for_a_part_of_a_body_is_no_second_body() -> None:
    whole, part = body(300, 200, 120), body(300, 145, 60, score=0.9)
    assert people.believed(LIMITS, [whole, part], 0.0) == (whole,)


def test_duplicates_become_one_the_first_unless_the_second_is_clearly_better() -> None:
    first, second = body(300, 200, score=0.9), body(304, 202, score=0.95)
    assert people.believed(LIMITS, [first, second], 0.0) == (first,)
    better = body(304, 202, score=1.0)
    assert people.believed(LIMITS, [first, better], 0.0) == (better,)


def test_two_answers_for_one_lying_body_become_one_though_they_disagree() -> None:
    upright, across = body(300, 200), body(320, 215, angle=90, score=0.8)
    assert people.believed(LIMITS, [upright, across], 0.0) == (upright,)


def test_people_side_by_side_stay_two() -> None:
    both = (body(300, 200), body(360, 200))
    assert people.believed(LIMITS, both, 0.0) == both


def test_a_body_the_detector_has_not_seen_for_long_is_not_believed() -> None:
    old = body(300, 200, at=10.0)
    assert people.believed(LIMITS, [old], 10.0 + LIMITS.unsupported_s) == (old,)
    assert people.believed(LIMITS, [old], 10.1 + LIMITS.unsupported_s) == ()


def test_a_detection_with_a_pose_at_its_hip_is_no_body_of_its_own() -> None:
    posed = [body(300, 200)]
    inside = Detection((330, 210), (330, 190), 0.6)
    beside = Detection((380, 210), (380, 110), 0.6)
    assert people.without_landmarks(LIMITS, [inside, beside], posed) == (beside,)


@pytest.mark.parametrize(
    ("detection", "settled"),
    [
        (Detection((302, 203), (302, 103), 0.9), True),
        (Detection((302, 203), (402, 203), 0.9), False),  # lies, where the landmarks say it stands
        (Detection((302, 203), (302, 153), 0.9), False),  # half the size
        (Detection((360, 203), (360, 103), 0.9), False),  # elsewhere
    ],
)
def test_landmarks_are_looked_for_again_where_the_detector_disagrees(detection: Detection, settled: bool) -> None:  # noqa: FBT001
    assert people.settled(LIMITS, detection, [body(300, 200)]) is settled


def test_retries_go_round_all_turns_of_all_regions() -> None:
    regions = (Region((100, 100), 50, 20), Region((400, 100), 50, 0))
    seen: list[Region] = []
    state = people.State()
    for _ in range(4):
        now = people.retries(LIMITS, state, Demand(10, retries=regions), [])
        assert len(now) <= LIMITS.retry_looks
        seen += now
        state = people.State(turn=state.turn + len(now))
    assert sorted((r.centre[0], r.angle_deg) for r in seen) == sorted(
        [(100, 20), (100, 110), (100, -70), (100, -160), (400, 0), (400, 90), (400, -90), (400, -180)]
    )


def test_a_detection_the_other_way_up_bears_nothing_out_and_contradicts() -> None:
    upright = look((300, 200), 60)
    same = Detection((302.0, 201.0), (302.0, 141.0), 0.9)
    inverted = Detection((302.0, 199.0), (302.0, 259.0), 0.9)
    assert people.supported(LIMITS, upright, [same])
    assert not people.supported(LIMITS, upright, [inverted])
    assert people.opposed(LIMITS, upright, [same, inverted]) == (inverted,)
    assert people.opposed(LIMITS, look((500, 200), 60), [inverted]) == ()


def test_only_a_head_far_below_the_hips_is_upside_down() -> None:
    lying = Detection((300.0, 200.0), (240.0, 215.0), 0.9)
    inverted = Detection((300.0, 200.0), (310.0, 260.0), 0.9)
    assert not people.upside_down(LIMITS, lying)
    assert people.upside_down(LIMITS, inverted)
