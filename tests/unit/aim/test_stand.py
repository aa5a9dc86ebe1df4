"""Somebody stands on a spot of the floor."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from edge_agent.aim.seen import Seen
from edge_agent.aim.stand import LONGEST_S, STILL_S, Stand
from edge_agent.types import KEYPOINTS, Layout, Person, Pose
from tests.fakes import bodies

SIZE = (640, 480)


def at(x: float, *, score: float = 0.9) -> Person:
    joints = np.full((17, 3), (x, 300.0, 0.9), np.float32)
    for side in ("left", "right"):
        joints[KEYPOINTS[Layout.COCO17].index(f"{side}_ankle")] = (x, 400.0, score)
    seen = bodies.person()
    return replace(seen, track=replace(seen.track, pose=Pose(joints, Layout.COCO17, 0.9)))


def test_who_stands_still_is_found_where_the_ankles_are() -> None:
    stand = Stand(0.0)
    for step in range(30):
        t = step / 10
        moving = t < 1.0
        stand = stand.seen(t, (at(200.0 + (80.0 * t if moving else 80.0)),), SIZE)
        if not stand.over:
            assert stand.why == "moving"
    assert stand.spot == pytest.approx((280.0, 400.0))


@pytest.mark.parametrize(
    ("persons", "why"), [((), "nobody"), ((at(1.0), at(2.0)), "several"), ((at(1.0, score=0.2),), "feet")]
)
def test_what_is_missing_is_said_and_given_up_in_the_end(persons: tuple[Person, ...], why: str) -> None:
    stand = Stand(0.0)
    for step in range(round(LONGEST_S * 2) + 1):
        stand = stand.seen(step / 2, persons, SIZE)
    assert (stand.why, stand.over, stand.spot) == (why, False, None)
    assert stand.seen(LONGEST_S + 0.1, persons, SIZE).over
    assert STILL_S < LONGEST_S


def test_the_map_counts_where_feet_are() -> None:
    seen = Seen().with_people((at(320.0),), SIZE).with_people((at(320.0, score=0.1),), SIZE)
    assert seen.fields == {(12, 15): (1, 0), (12, 9): (1, 0)}
