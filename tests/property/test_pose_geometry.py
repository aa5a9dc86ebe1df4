"""Rotated squares: there and back again, for every angle."""

from __future__ import annotations

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.pose import crops, roi
from edge_agent.types import Detection, Region

angles = st.floats(-720, 720)
regions = st.builds(
    Region,
    st.tuples(st.floats(-500, 2500), st.floats(-500, 1500)),
    st.floats(10, 3000),
    st.floats(-180, 180),
)
units = st.lists(st.tuples(st.floats(-0.5, 1.5), st.floats(-0.5, 1.5)), min_size=1, max_size=5)


@given(regions, units)
def test_into_the_picture_and_back(region: Region, points: list[tuple[float, float]]) -> None:
    unit = np.array(points, np.float32)
    back = roi.to_crop(region, roi.to_picture(region, unit))
    np.testing.assert_allclose(back, unit, atol=2e-4 * max(1.0, 1000.0 / region.size))


@given(regions)
def test_a_detection_and_its_square_say_the_same(region: Region) -> None:
    up = roi.to_picture(region, np.array([[0.5, 0.5], [0.5, 0.5 - 0.5 / roi.SCALE]], np.float32))
    (hx, hy), (tx, ty) = up.tolist()
    again = roi.from_detection(Detection((hx, hy), (tx, ty), 1.0))
    assert np.hypot(again.centre[0] - region.centre[0], again.centre[1] - region.centre[1]) < 1e-2
    assert abs(again.size - region.size) < 1e-2 + 1e-3 * region.size
    assert abs(roi.wrapped(again.angle_deg - region.angle_deg)) < 1.0


@given(regions, st.tuples(st.floats(0, 256), st.floats(0, 256)))
def test_pixels_and_positions_are_mapped_alike(region: Region, at: tuple[float, float]) -> None:
    """`pixel_map` counts from pixel centres as OpenCV does, `to_picture` from the corner of the first pixel."""
    by_pixels = roi.pixel_map(region, 256) @ np.array([at[0] - 0.5, at[1] - 0.5, 1.0]) + 0.5
    by_position = roi.to_picture(region, np.array([at], np.float32) / np.float32(256))[0]
    np.testing.assert_allclose(by_pixels, by_position, atol=0.01 + 1e-5 * region.size)


@given(angles)
def test_angles_wrap_around(angle: float) -> None:
    wrapped = roi.wrapped(angle)
    assert -180 <= wrapped < 180
    assert abs((wrapped - angle) / 360 - round((wrapped - angle) / 360)) < 1e-9


@given(regions, angles)
def test_turning_keeps_the_place_and_turns_back(region: Region, by: float) -> None:
    there = roi.turned(region, by)
    assert (there.centre, there.size) == (region.centre, region.size)
    assert abs(roi.wrapped(roi.turned(there, -by).angle_deg - region.angle_deg)) < 1e-9


@given(st.floats(0, 360), st.floats(60, 200), st.tuples(st.floats(-0.3, 0.3), st.floats(-0.3, 0.3)))
def test_a_dot_is_found_in_the_crop_where_the_map_says(angle: float, size: float, off: tuple[float, float]) -> None:
    region = Region((160.0, 120.0), size, angle)
    at = roi.to_picture(region, np.array([[0.5 + off[0], 0.5 + off[1]]], np.float32))[0]
    image = np.zeros((240, 320, 4), np.uint8)
    x, y = (round((float(value) - 0.5) * 16) for value in at)
    cv2.circle(image, (x, y), 16 * 3, (255, 255, 255, 255), -1, cv2.LINE_AA, 4)
    crop = np.empty((128, 128, 3), np.float32)
    crops.Cropper(128, 0.0, 1.0).crop(image, region, crop)
    rows, columns = np.indices((128, 128))
    light = crop[..., 0]
    centre = np.array([(columns * light).sum(), (rows * light).sum()]) / light.sum() + 0.5
    np.testing.assert_allclose(centre / 128, [0.5 + off[0], 0.5 + off[1]], atol=0.02)


@given(st.integers(1, 4000), st.integers(1, 4000), st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_a_letterbox_fits_and_maps_back(width: int, height: int, share: tuple[float, float]) -> None:
    box = crops.Letterbox.fitting(width, height, 224)
    assert 0 <= box.left <= box.left + box.width <= 224
    assert 0 <= box.top <= box.top + box.height <= 224
    assert 224 in {box.width, box.height}
    x, y = box.to_picture((box.left + share[0] * box.width, box.top + share[1] * box.height))
    slack = 1.0 / box.scale  # the small picture has whole pixels, and at least one
    assert abs(x - share[0] * width) <= slack
    assert abs(y - share[1] * height) <= slack
