from __future__ import annotations

import numpy as np
import pytest

from edge_agent.pose import layouts
from edge_agent.types import Layout, Pose


@pytest.mark.parametrize("layout", Layout)
def test_a_layout_counts_its_joints_and_pairs_each_side(layout: Layout) -> None:
    names = layouts.NAMES[layout]
    assert len(names) == len(set(names)) == int(layout.value[-2:])
    paired = [names[i] for pair in layouts.PAIRS[layout] for i in pair]
    assert sorted([*paired, "nose"]) == sorted(names)
    for left, right in layouts.PAIRS[layout]:
        assert "left" in names[left]
        assert names[left].replace("left", "right") == names[right]


@pytest.mark.parametrize("layout", Layout)
def test_bones_are_the_same_left_and_right(layout: Layout) -> None:
    mirror = {a: b for pair in layouts.PAIRS[layout] for a, b in (pair, pair[::-1])}
    bones = {frozenset(edge) for edge in layouts.EDGES[layout]}
    assert {frozenset(mirror.get(joint, joint) for joint in bone) for bone in bones} == bones


def test_blazepose_becomes_coco_joint_by_joint() -> None:
    keypoints = np.arange(99, dtype=np.float32).reshape(33, 3)
    coco = layouts.to_coco17(Pose(keypoints, Layout.BLAZEPOSE33, 1.0))
    assert coco.shape == (17, 3)
    for name in layouts.COCO17:
        there = keypoints[layouts.index(Layout.BLAZEPOSE33, name)]
        np.testing.assert_array_equal(coco[layouts.index(Layout.COCO17, name)], there)


def test_coco_stays_as_it_is() -> None:
    keypoints = np.zeros((17, 3), np.float32)
    assert layouts.to_coco17(Pose(keypoints, Layout.COCO17, 1.0)) is keypoints


def test_a_joint_the_layout_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match="coco17 has no left_heel"):
        layouts.index(Layout.COCO17, "left_heel")
