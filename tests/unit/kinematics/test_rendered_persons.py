"""Tracking and kinematics on our own rendered persons, whose acts are known."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from statistics import median

import pytest

from edge_agent import kinematics, tracking
from edge_agent.kinematics import KinematicsLimits
from edge_agent.sources.keypoints import KeypointRecording
from edge_agent.tracking import TrackingLimits
from edge_agent.types import Kinematics, View

RECORDINGS = Path(__file__).parents[2] / "recordings" / "keypoints"


@cache
def measured(name: str, *, known: bool = True) -> tuple[tuple[Kinematics, ...], ...]:
    recording = KeypointRecording(RECORDINGS / f"{name}.npz", "cam")
    following, state, instants = tracking.State(), kinematics.State(), []
    for observation in recording.instants(10.0):
        following, tracks = tracking.step(TrackingLimits(), following, observation)
        view = recording.view if known else View()
        state, bodies = kinematics.step(KinematicsLimits(), view, state, tracks, observation.t, observation.size)
        instants.append(bodies)
    return tuple(instants)


def of_metric(name: str, metric: str, *, known: bool = True) -> list[float]:
    bodies = [body for instant in measured(name, known=known) for body in instant if body.track == 1]
    return [value for body in bodies if (value := body.metrics[metric].value) is not None]


@pytest.mark.parametrize("name", ["fall-forward", "fall-sideways"])
@pytest.mark.parametrize("known", [True, False])
def test_a_fall_is_a_deep_descent_to_a_horizontal_trunk(name: str, known: bool) -> None:  # noqa: FBT001
    assert max(of_metric(name, "hip_drop", known=known)) > 1.0
    assert max(of_metric(name, "fall_speed", known=known)) > 1.5
    assert max(of_metric(name, "trunk_inclination_deg", known=known)) > 70.0


@pytest.mark.parametrize("known", [True, False])
def test_walking_about_a_room_is_no_descent(known: bool) -> None:  # noqa: FBT001
    assert max(of_metric("walk", "hip_drop", known=known)) < 0.4
    assert max(of_metric("walk", "trunk_inclination_deg", known=known)) < 35.0


def test_the_slide_from_a_chair_ends_on_the_floor() -> None:
    heights = of_metric("slide", "hip_height")
    assert median(heights[:50]) > 0.8
    assert median(heights[-100:]) < 0.7


def test_sitting_down_goes_less_deep_than_falling() -> None:
    assert max(of_metric("sit-down", "hip_drop")) < min(
        max(of_metric(name, "hip_drop")) for name in ("fall-forward", "fall-sideways")
    )


def test_walking_has_a_cadence_and_standing_none() -> None:
    cadences = [value for value in of_metric("walk", "cadence_spm") if value > 0]
    assert len(cadences) > 100
    assert 75.0 < median(cadences) < 105.0
    assert max(of_metric("slump", "cadence_spm")) == 0.0


def test_one_person_has_one_number() -> None:
    for name in ("walk", "fall-forward", "fall-sideways", "slide", "tie-shoes"):
        assert {body.track for instant in measured(name) for body in instant} == {1}
