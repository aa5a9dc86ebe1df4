"""A camera that shows one picture for ever, and those that only seem to."""

from __future__ import annotations

from itertools import takewhile

import numpy as np
import pytest

from tests.fakes.pictures import Watch, clocked, first, flat, noisy, pulsing, reasons, room


def stuck(watch: Watch, seconds: float, *, clock: bool = False) -> list[tuple[float, tuple[str, ...]]]:
    kept = noisy(watch.view, np.random.default_rng(1))
    return watch.see(seconds, lambda _, age: clocked(kept, watch.t) if clock else kept, sigma=0)


@pytest.mark.parametrize("rate", [1.0, 2.0, 8.0])
def test_a_noisy_camera_that_repeats_its_picture_is_frozen_within_seconds(rate: float) -> None:
    watch = Watch(rate=rate)
    assert reasons(watch.see(60)) == set()
    said = first(stuck(watch, 20), "frozen")
    assert said is not None
    assert 5.0 <= said <= 7.0
    assert not watch.quality.usable


def test_frozen_stays_for_as_long_as_it_is() -> None:
    watch = Watch(rate=2.0)
    watch.see(60)
    said = stuck(watch, 300)
    assert all("frozen" in some for age, some in said if age > 7)


def test_the_clock_written_into_a_frozen_picture_may_go_on() -> None:
    watch = Watch()
    watch.see(60, lambda view, _: clocked(view, watch.t))
    assert first(stuck(watch, 20, clock=True), "frozen") is not None


def test_a_clock_that_stands_freezes_no_living_picture() -> None:
    watch = Watch()
    assert reasons(watch.see(100, lambda view, _: clocked(view, 0.0))) == set()


def test_frozen_ends_when_pictures_come_again() -> None:
    watch = Watch()
    watch.see(60)
    stuck(watch, 20)
    said = watch.see(10)
    assert said[0][1] == ("frozen",)
    assert all(some == () for age, some in said if age > 3.0)


def test_one_new_picture_now_and_then_is_still_frozen() -> None:
    watch = Watch()
    watch.see(60)
    stuck(watch, 30)
    draw = np.random.default_rng(4)
    for _ in range(3):
        slide = noisy(watch.view, draw)
        for _ in range(12):
            assert watch.show(slide).reasons == ("frozen",)


def test_bit_identical_pictures_from_an_encoder_are_no_fault_before_a_minute() -> None:
    watch = Watch(sigma=0)
    said = watch.see(59)
    assert reasons(said) == set()
    assert first(watch.see(10), "frozen") is not None


@pytest.mark.parametrize("period_s", [2.0, 10.0])
def test_a_still_room_through_a_strong_encoder_is_never_frozen(period_s: float) -> None:
    watch = Watch()
    for _, image in takewhile(lambda pair: pair[0] < 150, pulsing(room(), period_s)):
        assert watch.show(image).reasons == ()


def test_a_picture_doubled_for_a_higher_rate_is_no_freeze() -> None:
    watch = Watch(rate=8)
    draw = np.random.default_rng(6)
    for _ in range(200):
        image = noisy(watch.view, draw)
        assert watch.show(image).reasons == watch.show(image).reasons == ()


def test_somebody_moving_before_a_noiseless_room_keeps_it_alive() -> None:
    watch = Watch(sigma=0)

    def person(view: np.ndarray, age: float) -> np.ndarray:
        changed = view.copy()
        x = 150 + int(4 * np.sin(age))
        changed[120:150, x : x + 30] = (40, 60, 90)
        return changed

    assert reasons(watch.see(150, person)) == set()


def test_after_a_gap_it_is_watched_anew() -> None:
    watch = Watch()
    watch.see(60)
    stuck(watch, 10)
    assert watch.quality.reasons == ("frozen",)
    assert watch.show(watch.view, after_s=10).reasons == ()


def test_black_pictures_are_dark_and_not_frozen() -> None:
    watch = Watch()
    watch.see(60)
    assert reasons(watch.see(20, lambda *_: flat((0, 0, 0)), sigma=0)) == {"dark"}
