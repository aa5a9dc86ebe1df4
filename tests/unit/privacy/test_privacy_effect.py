"""The measure of masks and blur: nothing for equal flows, what was moved for moved ones, pixels for faces."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from edge_agent.privacy import FaceBlur, Privacy, PrivacySettings
from edge_agent.privacy.heads import Head
from edge_agent.stopwatch import UNMEASURED
from edge_agent.types import Demand, Frame, Layout, Observation, Pose
from tests.fakes.faces import FakeFaces, inside, posed, scene
from tools.privacy_effect import coverage, flows
from tools.privacy_effect.coverage import Count
from tools.privacy_effect.effect import Effect


class Standing:
    """Finds the same person in every picture, moved by some pixels."""

    layout = Layout.COCO17

    def __init__(self, moved: float) -> None:
        pose = posed((160.0, 60.0), 15.0).poses[0]
        keypoints = pose.keypoints.copy()
        keypoints[:, :2] += moved
        self.pose = Pose(keypoints, pose.layout, pose.score)

    def estimate(self, frame: Frame, demand: Demand) -> Observation:
        return Observation(frame.camera, frame.t, (320, 240), (self.pose,))

    def close(self) -> None:
        """Nothing is held."""


def compared(moved: float, shift: float = 0.0) -> Effect:
    unchanged, other = (flows.Flow(Privacy(PrivacySettings()), Standing(by)) for by in (0.0, moved))
    other.shift = shift
    effect = Effect()
    for number in range(5):
        for flow in (unchanged, other):
            flow.step(flows.settings(10.0), Frame("camera", number / 10.0, scene()))
        effect.compare(unchanged, other)
    effect.finish("clip", unchanged, other)
    return effect


def test_equal_flows_have_no_effect() -> None:
    effect = compared(0.0)
    assert (effect.poses, effect.lost, effect.added, effect.changed) == (5, 0, 0, [])
    assert max(effect.limbs) == max(effect.face) == 0.0
    assert not any(sum(values) for values in effect.angles.values())


def test_deviation_is_in_torso_lengths_and_a_known_shift_is_taken_off() -> None:
    assert np.mean(compared(5.1).limbs) == pytest.approx(5.1 * np.sqrt(2) / (3.4 * 15.0), rel=1e-3)
    assert max(compared(1.0, shift=1.0).limbs) < 1e-5


def test_a_person_far_away_is_another_one() -> None:
    effect = compared(90.0)
    assert (effect.lost, effect.added) == (5, 5)


def test_a_face_counts_as_covered_by_its_pixels() -> None:
    covered = np.zeros((100, 100), np.bool_)
    covered[:, :50] = True
    count = Count()
    for x in (20.0, 50.0, 80.0, 500.0):
        count.add(covered, np.array([x, 50.0]), 10.0)
    assert (count.faces, count.gone, count.half) == (3, 1, 2)


def test_what_is_covered_is_told_by_the_double_even_of_one_coloured_pictures() -> None:
    blurring = flows.Blurring(FaceBlur.DETECTOR, FakeFaces((Head((160.0, 120.0), 20.0),)), UNMEASURED)
    image = np.full((240, 320, 3), 90, np.uint8)
    frame = Frame("camera", 0.0, image)
    np.testing.assert_array_equal(blurring.clean(frame).image, image)
    assert blurring.covered[inside(image, (160.0, 120.0), 20.0)].mean() > 0.98
    assert not blurring.covered[~inside(image, (160.0, 120.0), 26.0)].any()
    blurring.clean(replace(frame, t=0.1))
    assert blurring.covered.any()


def test_faces_are_looked_for_in_the_mirrored_picture_and_brought_back() -> None:
    faces = FakeFaces((Head((100.0, 50.0), 20.0),))
    image = scene()
    ((centre, radius),) = coverage.faces_in(faces, image)
    assert centre.tolist() == [220.0, 50.0]
    assert radius == pytest.approx(15.0)
    np.testing.assert_array_equal(faces.seen[0], image[:, ::-1])
    person = posed((220.0, 50.0), 20.0).poses
    elsewhere = (np.array([20.0, 200.0]), 15.0)
    assert coverage.on_people([(centre, radius), elsewhere], person) == {0}
