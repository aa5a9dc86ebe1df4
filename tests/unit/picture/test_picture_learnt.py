"""Blurred and moved: told against what was learnt of the camera's own scene."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.fakes.pictures import SIZE, Watch, blurred, first, grey, reasons, room, shifted


@pytest.mark.parametrize("rate", [1.0, 5.0])
def test_a_moved_camera_is_told_after_ten_seconds_and_stays_so(rate: float) -> None:
    watch = Watch(rate=rate)
    watch.see(25)
    said = watch.see(60, lambda view, _: shifted(view, 24, 16))
    after = first(said, "moved")
    assert after is not None
    assert 10 <= after <= 12
    assert all(some == ("moved",) for age, some in said if age > 12)
    assert watch.quality.usable


def test_it_is_over_when_the_old_scene_is_back() -> None:
    watch = Watch()
    watch.see(25)
    watch.see(60, lambda view, _: shifted(view, 24, 16))
    said = watch.see(10)
    assert said[0][1] == ("moved",)
    assert watch.quality.reasons == ()


def test_moved_outlives_a_gap_and_a_night() -> None:
    watch = Watch()
    watch.see(25)
    watch.see(60, lambda view, _: shifted(view, 24, 16))
    watch.show(shifted(watch.view, 24, 16), after_s=3600)
    said = watch.see(60, lambda view, _: grey(shifted(view, 24, 16)))
    assert all(some == ("moved",) for _, some in said)


def test_a_turned_camera_is_moved() -> None:
    watch = Watch()
    watch.see(25)
    turn = cv2.getRotationMatrix2D((SIZE[0] / 2, SIZE[1] / 2), 12, 1.0)
    said = watch.see(20, lambda view, _: np.asarray(cv2.warpAffine(view, turn, SIZE, borderMode=cv2.BORDER_REFLECT)))
    assert "moved" in reasons(said)


@pytest.mark.parametrize("sigma", [2.0, 3.0, 4.0])
def test_a_blurred_camera_is_told_after_ten_seconds(sigma: float) -> None:
    watch = Watch()
    watch.see(25)
    said = watch.see(30, lambda view, _: blurred(view, sigma))
    after = first(said, "blurred")
    assert after is not None
    assert 10 <= after <= 12
    assert reasons(said) == {"blurred"}
    assert watch.quality.usable
    watch.see(10)
    assert watch.quality.reasons == ()


def test_blurring_within_minutes_is_told_too() -> None:
    watch = Watch(rate=1.0)
    watch.see(60)
    said = watch.see(360, lambda view, age: blurred(view, 0.01 + 3 * min(age / 300, 1)))
    assert "blurred" in reasons(said)


def test_a_camera_that_begins_blurred_is_not_accused_of_what_it_never_had() -> None:
    assert reasons(Watch(view=blurred(room(), 2.0)).see(60)) == set()


def test_infra_red_is_learnt_apart() -> None:
    def night(view: np.ndarray, _: float) -> np.ndarray:
        return blurred(grey(view), 0.8)  # infra-red is out of focus in many lenses

    watch = Watch()
    watch.see(25)
    assert reasons(watch.see(60, night, sigma=3)) == set()
    assert "blurred" in reasons(watch.see(30, lambda view, age: blurred(night(view, age), 4), sigma=3))


@pytest.mark.parametrize(
    "change",
    [
        lambda view, age: np.asarray(np.clip(view * 0.4, 0, 255), np.uint8),
        lambda view, age: np.asarray(255 * (view / 255) ** 1.8, np.uint8),
        lambda view, age: np.asarray(np.clip(view * np.linspace(0.4, 1.6, SIZE[0])[None, :, None], 0, 255), np.uint8),
        lambda view, age: np.concatenate([np.full_like(view[:, : SIZE[0] // 4], 140), view[:, SIZE[0] // 4 :]], axis=1),
    ],
    ids=["darker", "gamma", "light from a side", "curtain"],
)
def test_light_and_curtains_move_no_camera_and_blur_none(change: object) -> None:
    watch = Watch()
    watch.see(25)
    assert callable(change)
    assert reasons(watch.see(40, change)) == set()


def test_a_bed_moved_is_no_camera_moved() -> None:
    watch = Watch()
    watch.see(25)

    def bed(view: np.ndarray, _: float) -> np.ndarray:
        changed = view.copy()
        changed[SIZE[1] // 2 :, SIZE[0] // 4 : SIZE[0] * 3 // 4] = np.roll(
            view[SIZE[1] // 2 :, SIZE[0] // 4 : SIZE[0] * 3 // 4], 25, axis=1
        )
        return changed

    assert reasons(watch.see(60, bed)) == set()


def test_another_resolution_is_learnt_anew() -> None:
    watch = Watch()
    watch.see(25)
    watch.view = np.asarray(cv2.resize(shifted(watch.view, 40, 30), (480, 360)), np.uint8)
    assert reasons(watch.see(25)) == set()
