"""Dark, over-exposed and covered: told from the picture alone, from the first seconds on."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from edge_agent import picture
from edge_agent.picture import PictureLimits, State
from tests.fakes.pictures import SIZE, Change, Watch, first, flat, grey, reasons, room


def gain(factor: float, offset: float = 0.0) -> Change:
    return lambda view, _: np.asarray(np.clip(view * factor + offset, 0, 255), np.uint8)


def shaded(colour: tuple[int, int, int]) -> Change:
    slope = np.linspace(0.7, 1.3, SIZE[0])[None, :, None] * np.linspace(0.8, 1.1, SIZE[1])[:, None, None]
    return lambda *_: np.asarray(np.clip(slope * colour, 0, 255), np.uint8)


FAULTS = {
    "dark": gain(0.04),
    "over_exposed": gain(5.0, 100),
    "covered": shaded((120, 120, 120)),
}
AFTER_S = {"dark": 2.0, "over_exposed": 3.0, "covered": 2.0}


@pytest.mark.parametrize("rate", [1.0, 2.5, 8.0])
@pytest.mark.parametrize("reason", FAULTS)
def test_it_is_said_after_its_seconds_and_gone_after_one(reason: str, rate: float) -> None:
    watch = Watch(rate=rate)
    watch.see(5)
    said = watch.see(8, FAULTS[reason])
    after = first(said, reason)
    assert after is not None
    assert AFTER_S[reason] <= after <= AFTER_S[reason] + 2 / rate + 0.3
    assert reasons(said) == {reason}
    assert not watch.quality.usable
    assert all(some == () for age, some in watch.see(5) if age > 1.0 + 2 / rate + 0.3)


@pytest.mark.parametrize("reason", FAULTS)
def test_a_camera_that_begins_so_is_told(reason: str) -> None:
    assert reasons(Watch().see(8, FAULTS[reason])) == {reason}


@pytest.mark.parametrize("colour", [(30, 42, 60), (90, 120, 190), (150, 150, 150), (215, 215, 215)])
def test_whatever_covers_it(colour: tuple[int, int, int]) -> None:
    watch = Watch()
    watch.see(30)
    assert reasons(watch.see(6, shaded(colour))) == {"covered"}


def test_a_cover_that_leaves_a_rim_is_told_against_the_usual() -> None:
    watch = Watch()
    watch.see(30)

    def cloth(view: np.ndarray, age: float) -> np.ndarray:
        covered = shaded((120, 110, 140))(view, age).copy()
        covered[:, -SIZE[0] // 16 :] = view[:, -SIZE[0] // 16 :]
        return covered

    assert "covered" in reasons(watch.see(6, cloth))


def test_a_moment_is_none_of_them() -> None:
    watch = Watch(rate=8)
    watch.see(30)
    for change in FAULTS.values():
        assert reasons(watch.see(1.5, change)) == set()
        assert reasons(watch.see(3)) == set()


def test_a_back_over_most_of_the_view_for_some_seconds_is_no_cover() -> None:
    watch = Watch()
    watch.see(30)

    def back(view: np.ndarray, _: float) -> np.ndarray:
        changed = view.copy()
        cv2.ellipse(changed, (150, 140), (120, 120), 0, 0, 360, (60, 50, 70), -1)
        return changed

    assert reasons(watch.see(4, back)) == set()


def test_infra_red_is_a_good_picture() -> None:
    watch = Watch(view=grey(room()), sigma=4)
    assert reasons(watch.see(60)) == set()


def test_the_switch_to_infra_red_with_its_hunting_exposure_is_no_fault_and_neither_is_the_way_back() -> None:
    watch = Watch(rate=8)
    watch.see(60)

    def night(view: np.ndarray, age: float) -> np.ndarray:
        bright = 0.03 if age < 0.6 else 1 + 2 * np.exp(-(age - 0.6) / 0.8) * np.cos(2.5 * (age - 0.6))
        lamp = cv2.getGaussianKernel(SIZE[1], 90) @ cv2.getGaussianKernel(SIZE[0], 120).T
        lit = grey(view) * (0.4 + 0.8 * lamp / lamp.max())[..., None] * bright
        return np.asarray(np.clip(lit, 0, 255), np.uint8)

    def day(view: np.ndarray, age: float) -> np.ndarray:
        return gain(1 + 1.5 * np.exp(-age) * np.cos(2.5 * age))(view, age)

    assert reasons(watch.see(60, night, sigma=5)) == set()
    assert reasons(watch.see(60, day)) == set()


def test_a_light_going_out_with_some_left_is_no_fault() -> None:
    watch = Watch()
    watch.see(60)
    assert reasons(watch.see(60, gain(0.35), sigma=4)) == set()


def test_a_window_blown_out_is_no_fault() -> None:
    view = room()
    view[: SIZE[1] // 2, : SIZE[0] // 2] = 255
    assert reasons(Watch(view=view).see(60)) == set()


def test_masks_are_neither_dark_nor_covered_nor_frozen() -> None:
    ignored = np.zeros((SIZE[1], SIZE[0]), np.bool_)
    ignored[:, : SIZE[0] * 9 // 10] = True
    watch, draw = Watch(), np.random.default_rng(2)
    for _ in range(120):
        image = np.asarray(np.clip(watch.view + draw.normal(0, 2, watch.view.shape), 0, 255), np.uint8)
        image[ignored] = 0
        assert watch.show(image, ignored=ignored).reasons == ()


def test_without_the_mask_the_same_picture_would_be_a_fault() -> None:
    def blacked(view: np.ndarray, _: float) -> np.ndarray:
        image = view.copy()
        image[:, : SIZE[0] * 19 // 20] = 0
        return image

    assert reasons(Watch().see(10, blacked, sigma=0)) == {"dark"}


def test_a_picture_masked_altogether_says_nothing() -> None:
    watch = Watch()
    everything = np.ones((2, 2), np.bool_)
    for _ in range(30):
        assert watch.show(flat((0, 0, 0)), ignored=everything).reasons == ()


def test_a_small_mask_is_laid_over_the_whole_picture() -> None:
    left = np.array([[True, False]])
    watch, draw = Watch(), np.random.default_rng(2)
    for _ in range(100):
        image = np.asarray(np.clip(watch.view + draw.normal(0, 2, watch.view.shape), 0, 255), np.uint8)
        image[:, : SIZE[0] // 2] = 0
        assert watch.show(image, ignored=left).reasons == ()


def test_time_goes_on() -> None:
    state, _ = picture.step(PictureLimits(), State(), 5.0, room())
    with pytest.raises(ValueError, match="after one"):
        picture.step(PictureLimits(), state, 5.0, room())


def test_nothing_is_said_of_a_picture_too_small() -> None:
    state, t = State(), 0.0
    for _ in range(100):
        t += 0.2
        state, quality = picture.step(PictureLimits(), state, t, flat((0, 0, 0), (100, 80)))
        assert quality.usable
