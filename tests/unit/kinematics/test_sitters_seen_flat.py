from __future__ import annotations

from dataclasses import replace
from math import cos, radians, sin

import pytest

from edge_agent.kinematics import angles
from edge_agent.kinematics.figure import Figure


def legs_of(thigh_deg: float, shank_deg: float, yaw_deg: float, down_deg: float = 15.0) -> Figure:
    """Somebody upright with both thighs that far from hanging down and shanks that far ahead, as a far camera sees it.

    Args:
        thigh_deg: 0 standing, 90 sitting.
        shank_deg: 0 hanging down, ahead positive.
        yaw_deg: turned from the camera.
        down_deg: how steeply the camera looks down.
    """

    def seen(ahead: float, down: float) -> tuple[float, float, float]:
        near = ahead * cos(radians(yaw_deg))
        return ahead * sin(radians(yaw_deg)), down * cos(radians(down_deg)) + near * sin(radians(down_deg)), 0.0

    knee = 0.85 * sin(radians(thigh_deg)), 0.85 * cos(radians(thigh_deg))
    ankle = knee[0] + 0.85 * sin(radians(shank_deg)), knee[1] + 0.85 * cos(radians(shank_deg))
    places = {"shoulder": (0.0, -1.0), "hip": (0.0, 0.0), "knee": knee, "ankle": ankle}
    return Figure(
        {f"{side}_{name}": seen(*at) for name, at in places.items() for side in angles.SIDES}, None, solid=False
    )


@pytest.mark.parametrize("yaw", [0.0, 30.0])
def test_the_thighs_of_who_sits_facing_the_camera_look_short(yaw: float) -> None:
    assert (angles.thigh_shown(legs_of(90.0, 0.0, yaw)) or 0.0) < 0.65
    assert angles.thigh_shown(legs_of(5.0, 0.0, yaw)) == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("yaw", [45.0, 90.0])
def test_who_reclines_with_the_legs_ahead_is_far_from_above_the_feet(yaw: float) -> None:
    assert (angles.overhang(legs_of(65.0, 40.0, yaw)) or 0.0) > 0.8
    assert (angles.overhang(legs_of(20.0, -20.0, yaw)) or 0.0) < 0.2


def test_in_3d_and_without_feet_neither_is_asked() -> None:
    sits = legs_of(90.0, 0.0, 0.0)
    footless = replace(sits, at={name: at for name, at in sits.at.items() if "ankle" not in name})
    for figure in (replace(sits, solid=True), footless):
        assert angles.thigh_shown(figure) is None
        assert angles.overhang(figure) is None
