"""Heads of poses in any layout, of bodies only detected, carried forward in time."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from edge_agent.privacy import PrivacyLimits, places
from edge_agent.privacy.heads import Head, heads, of_detection, of_pose
from edge_agent.privacy.places import Place
from edge_agent.types import KEYPOINTS, Detection, Layout, Observation, Pose
from tests.fakes.faces import posed

LIMITS = PrivacyLimits()


def without(observation: Observation, *parts: str) -> Pose:
    """The pose with the points of these parts of the body unseen."""
    pose = observation.poses[0]
    keypoints = pose.keypoints.copy()
    for number, name in enumerate(KEYPOINTS[pose.layout]):
        if any(part in name for part in parts):
            keypoints[number] = 0.0
    return replace(pose, keypoints=keypoints)


def found(pose: Pose) -> Head:
    head = of_pose(LIMITS, pose)
    assert head is not None
    return head


@pytest.mark.parametrize("layout", list(Layout))
def test_the_head_is_where_the_face_points_are(layout: Layout) -> None:
    (head,) = heads(LIMITS, posed((160.0, 80.0), 20.0, layout))
    assert math.dist(head.centre, (160.0, 80.0)) < 6.0
    assert 18.0 <= head.radius <= 28.0
    assert abs(head.up_deg) < 5.0


@pytest.mark.parametrize("layout", list(Layout))
def test_without_a_face_the_head_is_beyond_the_shoulders(layout: Layout) -> None:
    head = found(without(posed((160.0, 80.0), 20.0, layout), "nose", "eye", "ear", "mouth"))
    assert math.dist(head.centre, (160.0, 80.0)) < head.radius
    assert head.radius >= 18.0


def test_with_shoulders_alone_all_around_them_is_covered() -> None:
    head = found(without(posed((160.0, 80.0), 20.0), "nose", "eye", "ear", "hip"))
    assert head.radius >= math.dist(head.centre, (160.0, 80.0)) + 10.0


def test_without_face_and_shoulders_there_is_none() -> None:
    assert of_pose(LIMITS, without(posed((160.0, 80.0), 20.0), "nose", "eye", "ear", "shoulder")) is None


def test_a_point_that_is_no_number_is_not_believed() -> None:
    pose = posed((160.0, 80.0), 20.0).poses[0]
    pose.keypoints[0] = math.nan
    assert math.isfinite(found(pose).radius)


def test_a_lying_body_says_which_way_its_head_is_up() -> None:
    pose = posed((160.0, 80.0), 20.0).poses[0]
    turned = pose.keypoints.copy()
    turned[:, 0], turned[:, 1] = 160.0 - (pose.keypoints[:, 1] - 80.0), 80.0 + (pose.keypoints[:, 0] - 160.0)
    assert abs(abs(found(replace(pose, keypoints=turned)).up_deg) - 90.0) < 5.0


def test_the_head_of_a_body_only_detected_is_near_the_end_of_its_axis() -> None:
    head = of_detection(Detection((100.0, 100.0), (200.0, 100.0), 0.8))
    assert head.centre == pytest.approx((172.0, 100.0))
    assert head.radius == pytest.approx(20.0)
    assert head.up_deg == pytest.approx(90.0)
    assert heads(LIMITS, Observation("a", 0.0, (9, 9), (), (Detection((0.0, 0.0), (0.0, 5.0), 0.8),)))


def test_a_moving_head_is_expected_further_on_and_more_loosely() -> None:
    first = places.renew(LIMITS, (), [Head((100.0, 100.0), 20.0)], 0.0)
    (place,) = places.renew(LIMITS, first, [Head((110.0, 100.0), 20.0)], 0.1)
    assert places.moved(LIMITS, place, 0.2).centre == pytest.approx((120.0, 100.0))
    reach = [places.reach(LIMITS, place, 0.1 + age) for age in (0.0, 0.1, 0.3, 2.0, 60.0)]
    assert reach == sorted(reach)
    assert reach[0] == pytest.approx(24.0)
    assert reach[-1] <= 20.0 * (1.0 + LIMITS.loosest) + 100.0 * LIMITS.carried_s
    still, unknown = (places.reach(LIMITS, Place(place.head, 0.1, known), 0.2) for known in ((0.0, 0.0), None))
    assert still < reach[1]
    assert still < unknown


def test_a_head_not_seen_again_is_kept_for_a_while() -> None:
    old = places.renew(LIMITS, (), [Head((100.0, 100.0), 20.0)], 0.0)
    new = places.renew(LIMITS, old, [Head((300.0, 100.0), 20.0)], 0.5)
    assert [place.head.centre[0] for place in new] == [300.0, 100.0]
    later = places.renew(LIMITS, new, [Head((300.0, 100.0), 20.0)], LIMITS.hold_s + 0.1)
    assert [place.head.centre[0] for place in later] == [300.0]


def test_two_heads_crossing_stay_two() -> None:
    now = places.renew(LIMITS, (), [Head((100.0, 100.0), 20.0), Head((140.0, 100.0), 20.0)], 0.0)
    now = places.renew(LIMITS, now, [Head((118.0, 100.0), 20.0), Head((122.0, 100.0), 20.0)], 0.1)
    assert len(now) == 2
    assert all(place.velocity is not None and np.isfinite(place.velocity).all() for place in now)
