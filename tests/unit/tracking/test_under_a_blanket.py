"""Of somebody under a blanket only head and shoulders are seen, and that places the body."""

from __future__ import annotations

import numpy as np
import pytest

from edge_agent.tracking import TrackingLimits
from edge_agent.tracking.sighting import of_pose
from edge_agent.types import KEYPOINTS, Layout, Point, Pose

NAMES = KEYPOINTS[Layout.COCO17]


def seen(places: dict[str, Point]) -> Pose:
    points = np.zeros((17, 3), np.float32)
    points[:, 2] = 0.05
    for name, (x, y) in places.items():
        points[NAMES.index(name)] = (x, y, 0.9)
    return Pose(points, Layout.COCO17, 0.9)


@pytest.mark.parametrize(
    ("head", "hip"),
    [((100.0, 60.0), (100.0, 200.0)), ((60.0, 100.0), (200.0, 100.0)), ((140.0, 100.0), (0.0, 100.0))],
    ids=["upright", "lying, the head to the left", "lying, the head to the right"],
)
def test_hidden_hips_lie_where_the_head_points_away_from(head: Point, hip: Point) -> None:
    along = (0.0, 30.0) if head[1] == 100.0 else (30.0, 0.0)
    places = {
        "left_shoulder": (100.0 + along[0], 100.0 + along[1]),
        "right_shoulder": (100.0 - along[0], 100.0 - along[1]),
        "left_ear": head,
        "right_ear": head,
    }
    sighting = of_pose(TrackingLimits(), seen(places))
    assert sighting is not None
    assert sighting.scale == pytest.approx(100.0)
    assert sighting.hip == pytest.approx(hip)


def test_a_head_alone_places_nobody() -> None:
    assert of_pose(TrackingLimits(), seen({"left_ear": (90.0, 60.0), "right_ear": (110.0, 60.0)})) is None
