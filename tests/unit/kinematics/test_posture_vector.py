"""The 16 angles of the posture vector."""

from __future__ import annotations

import numpy as np
import pytest

from edge_agent.kinematics.vector import EDGES, VERSION, joint_angles
from edge_agent.types import KEYPOINTS, Layout
from tests.fakes.skeletons import SITTING, Eye, Stance

NAMED = {
    name: index
    for index, name in enumerate(
        (
            "left elbow",
            "right elbow",
            "left shoulder",
            "right shoulder",
            "left hip",
            "right hip",
            "left knee",
            "right knee",
        )
    )
}


def angles_of(stance: Stance, eye: Eye | None = None, layout: Layout = Layout.BLAZEPOSE33) -> tuple[float | None, ...]:
    pose = (eye or Eye()).pose(stance, layout=layout)
    assert pose.world is not None
    return joint_angles(layout, pose.world, pose.keypoints[:, 2], 0.3)


def test_it_is_a_versioned_list_of_sixteen_named_edges() -> None:
    assert VERSION == 1
    assert len(EDGES) == len(set(EDGES)) == 16
    points = {point for pair in EDGES for edge in pair for point in edge}
    assert points <= {*KEYPOINTS[Layout.COCO17], "mid_hip", "mid_shoulder", "mid_ear"}


def test_known_stances_have_known_angles() -> None:
    upright, seated = angles_of(Stance()), angles_of(SITTING)
    assert upright[NAMED["left elbow"]] == pytest.approx(180.0, abs=0.5)
    assert upright[NAMED["left knee"]] == pytest.approx(180.0, abs=0.5)
    assert upright[NAMED["right hip"]] == pytest.approx(172.0, abs=1.0)
    assert seated[NAMED["left knee"]] == pytest.approx(92.0, abs=0.5)
    assert seated[NAMED["right hip"]] == pytest.approx(92.0, abs=2.0)


@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize("heading", [0.0, 77.0, -140.0])
@pytest.mark.parametrize("tilt", [0.0, 35.0])
def test_it_does_not_depend_on_the_view(layout: Layout, heading: float, tilt: float) -> None:
    def stance(turned: float) -> Stance:
        return Stance(heading=turned, forward=30.0, thighs=(60.0, 10.0), shanks=(-20.0, 0.0))

    expected = angles_of(stance(0.0))
    assert angles_of(stance(heading), Eye(tilt=tilt), layout) == pytest.approx(expected, abs=0.05)


def test_angles_of_unseen_or_coinciding_joints_are_none() -> None:
    pose = Eye().pose(Stance())
    assert pose.world is not None
    scores = pose.keypoints[:, 2].copy()
    scores[KEYPOINTS[Layout.BLAZEPOSE33].index("left_knee")] = 0.1
    told = joint_angles(Layout.BLAZEPOSE33, pose.world, scores, 0.3)
    assert {name for name, index in NAMED.items() if told[index] is None} == {"left hip", "left knee"}
    nowhere = joint_angles(Layout.BLAZEPOSE33, np.zeros((33, 3), np.float32), scores, 0.3)
    assert nowhere == (None,) * 16
