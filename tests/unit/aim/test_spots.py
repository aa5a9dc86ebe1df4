"""Floor calibration by exact projections, noisy ones, and spots that cannot be used."""

from __future__ import annotations

from collections.abc import Callable
from math import log, radians

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.aim.spots import CORNERS, Numbers, SpotLimits, SpotsError, calibrated, projected
from edge_agent.types import Point, View

LIMITS = SpotLimits()
SIZE = (640, 480)
SIDES = (2.0, 2.0)
INTRINSICS = (520.0, 520.0, 320.0, 240.0)


def camera(tilt: float, roll: float, height: float, focal: float = 520.0, turn: float = 5.0) -> Numbers:
    return np.array([radians(tilt), radians(roll), log(height), log(focal), radians(turn), -1.0, 2.6])


def spots(at: Numbers, sides: tuple[float, float] = SIDES) -> list[Point]:
    seen = projected(at, np.array(CORNERS) * sides, LIMITS.ankle_m, (320.0, 240.0))
    return [(float(x), float(y)) for x, y in seen]


@settings(max_examples=40)
@given(tilt=st.floats(8.0, 40.0), roll=st.floats(-8.0, 8.0), height=st.floats(1.6, 2.9), turn=st.floats(-25.0, 25.0))
def test_exact_spots_give_the_view_of_a_camera_whose_lens_is_known(
    tilt: float, roll: float, height: float, turn: float
) -> None:
    found = calibrated(LIMITS, View(intrinsics=INTRINSICS), spots(camera(tilt, roll, height, turn=turn)), SIDES, SIZE)
    assert found.tilt_deg == pytest.approx(tilt, abs=0.5)
    assert found.roll_deg == pytest.approx(roll, abs=0.5)
    assert found.height_m == pytest.approx(height, abs=0.05)


def test_the_errors_are_honest() -> None:
    random = np.random.default_rng(3)
    at = camera(22.0, 3.0, 2.2)
    off = []
    for _ in range(30):
        noisy = [(x + random.normal(0, LIMITS.spot_px), y + random.normal(0, LIMITS.spot_px)) for x, y in spots(at)]
        found = calibrated(LIMITS, View(intrinsics=INTRINSICS), noisy, SIDES, SIZE)
        off.append(
            (
                (found.tilt_deg - 22.0) / found.tilt_error_deg,
                (found.roll_deg - 3.0) / found.roll_error_deg,
                (found.height_m - 2.2) / found.height_error_m,
            )
        )
    spread = np.sqrt((np.array(off) ** 2).mean(axis=0))
    assert (spread > 0.6).all(), spread
    assert (spread < 1.5).all(), spread


def test_a_lens_nobody_measured_is_worked_out_as_well() -> None:
    at = camera(25.0, -2.0, 2.4, focal=560.0)
    found = calibrated(LIMITS, View(), spots(at, (3.0, 3.0)), (3.0, 3.0), SIZE)
    assert found.tilt_deg == pytest.approx(25.0, abs=2.0)
    assert found.height_m == pytest.approx(2.4, abs=0.1)
    assert found.focal_px == pytest.approx(560.0, rel=0.08)


@pytest.mark.parametrize(
    ("wrong", "sides", "word"),
    [
        (lambda good: good[:3], SIDES, "four_spots"),
        (lambda good: good, (2.0, 0.2), "sides"),
        (lambda good: [good[0], good[2], good[1], good[3]], SIDES, "crossed"),
        (lambda good: good[::-1], SIDES, "crossed"),
        (lambda good: [*good[:3], (good[3][0] + 60.0, good[3][1] - 12.0)], SIDES, "misfit"),
    ],
)
def test_spots_that_cannot_be_used_say_so(
    wrong: Callable[[list[Point]], list[Point]], sides: tuple[float, float], word: str
) -> None:
    with pytest.raises(SpotsError, match=word):
        calibrated(LIMITS, View(intrinsics=INTRINSICS), wrong(spots(camera(22.0, 3.0, 2.2))), sides, SIZE)


def test_a_rectangle_far_away_is_too_uncertain() -> None:
    at = camera(10.0, 0.0, 1.8)
    at[-1] = 9.0
    with pytest.raises(SpotsError, match="unsure"):
        calibrated(LIMITS, View(), spots(at, (0.5, 0.5)), (0.5, 0.5), SIZE)
