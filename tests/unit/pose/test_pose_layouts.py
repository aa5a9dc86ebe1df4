from __future__ import annotations

import numpy as np
import pytest

from edge_agent.pose import layouts
from edge_agent.types import KEYPOINTS, Layout, Pose


def mirrored(name: str) -> str:
    swap = {"left": "right", "right": "left"}
    return "_".join(swap.get(word, word) for word in name.split("_"))


@pytest.mark.parametrize("layout", Layout)
def test_bones_are_the_same_left_and_right(layout: Layout) -> None:
    names = KEYPOINTS[layout]
    bones = {frozenset(names[joint] for joint in edge) for edge in layouts.EDGES[layout]}
    assert {frozenset(map(mirrored, bone)) for bone in bones} == bones
    assert {name for bone in bones for name in bone} >= set(layouts.COCO17)


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
