"""The door: identity when off, own copies, in the right order, closed when in doubt, silent about pixels."""

from __future__ import annotations

import traceback

import cv2
import numpy as np
import pytest

from edge_agent.privacy import FaceBlur, FaceSearchError, Mask, Privacy, PrivacyLimits, PrivacySettings
from edge_agent.privacy.heads import Head
from edge_agent.types import Frame, Image, Layout
from tests.fakes.faces import FakeFaces, inside, posed, scene

LEFT = Mask("left", ((0.0, 0.0), (0.25, 0.0), (0.25, 1.0), (0.0, 1.0)))
FACE = (160.0, 100.0)
RADIUS = 20.0


def frame(image: Image, t: float = 0.0) -> Frame:
    return Frame("a", t, image)


def changed(before: Image, after: Image) -> float:
    """Share of the face's pixels that are other ones."""
    return float((before != after).any(axis=2)[inside(before, FACE, RADIUS)].mean())


def test_with_everything_off_the_very_same_frame_passes() -> None:
    given = frame(scene(FACE))
    assert Privacy(PrivacySettings()).clean(given) is given


@pytest.mark.parametrize("settings", [PrivacySettings((LEFT,)), PrivacySettings(face_blur=FaceBlur.HEAD)])
def test_the_frame_given_is_not_changed_and_not_shared(settings: PrivacySettings) -> None:
    image = scene(FACE)
    given = frame(image.copy())
    privacy = Privacy(settings)
    privacy.seen(posed(FACE, RADIUS))
    cleaned = privacy.clean(given)
    np.testing.assert_array_equal(given.image, image)
    assert not np.shares_memory(cleaned.image, given.image)
    assert (cleaned.camera, cleaned.t) == (given.camera, given.t)


def test_pictures_handed_out_earlier_stay_as_they_were() -> None:
    privacy = Privacy(PrivacySettings((LEFT,)))
    first = privacy.clean(frame(scene(seed=1)))
    kept = first.image.copy()
    privacy.clean(frame(scene(seed=2), 0.1))
    np.testing.assert_array_equal(first.image, kept)


@pytest.mark.parametrize("layout", list(Layout))
def test_the_head_of_the_last_pose_is_blurred_in_the_next_picture(layout: Layout) -> None:
    privacy, image = Privacy(PrivacySettings(face_blur=FaceBlur.HEAD)), scene(FACE)
    assert changed(image, privacy.clean(frame(image)).image) == 0.0  # the weakness that is stated
    privacy.seen(posed(FACE, RADIUS, layout))
    assert changed(image, privacy.clean(frame(image, 0.1)).image) > 0.98


def test_a_face_the_detector_sees_is_blurred_in_the_very_first_picture() -> None:
    faces = FakeFaces((Head(FACE, RADIUS),))
    image = scene(FACE)
    assert changed(image, Privacy(PrivacySettings(face_blur=FaceBlur.DETECTOR), faces).clean(frame(image)).image) > 0.98


def test_a_face_found_once_stays_covered_for_a_while() -> None:
    faces, image = FakeFaces((Head(FACE, RADIUS),)), scene(FACE)
    privacy = Privacy(PrivacySettings(face_blur=FaceBlur.DETECTOR), faces)
    privacy.clean(frame(image))
    faces.answer = ()
    hold = PrivacyLimits().hold_s
    assert changed(image, privacy.clean(frame(image, hold)).image) > 0.98
    assert changed(image, privacy.clean(frame(image, hold + 0.1)).image) == 0.0


def test_the_detector_does_not_see_what_is_masked_and_is_shown_lying_heads() -> None:
    faces = FakeFaces()
    privacy = Privacy(PrivacySettings((LEFT,), FaceBlur.DETECTOR), faces)
    privacy.seen(posed(FACE, RADIUS))
    privacy.clean(frame(scene(FACE), 0.1))
    assert faces.asked == [()]
    assert not faces.seen[0][:, :80].any()
    upright = posed(FACE, RADIUS, t=0.1)
    pose = upright.poses[0]
    pose.keypoints[:, :2] = np.stack(
        [FACE[0] - (pose.keypoints[:, 1] - FACE[1]), FACE[1] + (pose.keypoints[:, 0] - FACE[0])], axis=1
    )
    privacy.seen(upright)
    privacy.clean(frame(scene(FACE), 0.2))
    (lying,) = faces.asked[1]
    assert abs(lying.up_deg) == pytest.approx(90.0, abs=10.0)


def test_masked_places_stay_black_beside_a_blurred_face() -> None:
    faces = FakeFaces((Head((80.0, 100.0), RADIUS),))
    cleaned = Privacy(PrivacySettings((LEFT,), FaceBlur.DETECTOR), faces).clean(frame(scene((80.0, 100.0))))
    assert not cleaned.image[:, :80].any()


def test_a_recording_that_starts_again_starts_without_old_heads() -> None:
    privacy, image = Privacy(PrivacySettings(face_blur=FaceBlur.HEAD)), scene(FACE)
    privacy.clean(frame(image, 9.0))
    privacy.seen(posed(FACE, RADIUS, t=9.0))
    assert changed(image, privacy.clean(frame(image, 0.0)).image) == 0.0


def test_without_a_detector_there_is_no_door() -> None:
    with pytest.raises(FaceSearchError, match="no face detector"):
        Privacy(PrivacySettings(face_blur=FaceBlur.DETECTOR))


@pytest.mark.parametrize("fault", [RuntimeError("out"), ValueError("no number"), MemoryError(), cv2.error("bad")])
def test_a_detector_that_fails_lets_no_picture_pass(fault: Exception) -> None:
    privacy = Privacy(PrivacySettings(face_blur=FaceBlur.DETECTOR), FakeFaces(fault=fault))
    with pytest.raises(FaceSearchError, match="no picture passes") as caught:
        privacy.clean(frame(scene(FACE)))
    assert caught.value.__cause__ is fault


def test_an_error_nobody_thought_of_lets_no_picture_pass_either() -> None:
    privacy = Privacy(PrivacySettings(face_blur=FaceBlur.DETECTOR), FakeFaces(fault=ZeroDivisionError()))
    with pytest.raises(ZeroDivisionError):
        privacy.clean(frame(scene(FACE)))


def test_neither_repr_nor_traceback_holds_a_pixel() -> None:
    image = np.full((4, 4, 3), 211, np.uint8)
    given = frame(image)
    observation = posed((211.0, 211.0), 1.0)
    privacy = Privacy(PrivacySettings(face_blur=FaceBlur.DETECTOR), FakeFaces(fault=RuntimeError("out")))
    try:
        privacy.clean(given)
    except FaceSearchError as error:
        told = "".join(traceback.format_exception(error))
    for said in (repr(given), str(given), repr(observation), repr(privacy), told):
        assert "211" not in said
        assert "array" not in said
