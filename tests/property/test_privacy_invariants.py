"""Whatever masks, poses and answers come: what is masked is black, nothing breaks, nothing else changes."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from edge_agent.privacy import FaceBlur, Mask, Privacy, PrivacyLimits, PrivacySettings, places
from edge_agent.privacy.heads import Head, of_pose
from edge_agent.privacy.masks import covered
from edge_agent.privacy.mosaic import blur
from edge_agent.types import KEYPOINTS, Array, Frame, Layout, Observation, Point, Pose
from tests.fakes.faces import inside

LIMITS = PrivacyLimits()
sizes = st.tuples(st.integers(1, 90), st.integers(1, 90))
corners = st.tuples(st.floats(-1.0, 2.0), st.floats(-1.0, 2.0))
coordinates = st.floats(-1e4, 1e4, width=32)


def turns(polygon: list[Point], point: Point) -> float:
    """How often the outline goes round a point."""
    angles = [math.atan2(y - point[1], x - point[0]) for x, y in polygon]
    steps = (math.remainder(b - a, 2 * math.pi) for a, b in zip(angles, angles[1:] + angles[:1], strict=True))
    return sum(steps) / (2 * math.pi)


def apart(polygon: list[Point], point: Point) -> float:
    """Distance of a point from the outline."""
    nearest = math.inf
    for (ax, ay), (bx, by) in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        length = math.hypot(bx - ax, by - ay)
        along = ((point[0] - ax) * (bx - ax) + (point[1] - ay) * (by - ay)) / length**2 if length > 1e-9 else 0.0
        along = min(1.0, max(0.0, along))
        nearest = min(nearest, math.hypot(ax + along * (bx - ax) - point[0], ay + along * (by - ay) - point[1]))
    return nearest


@settings(deadline=None, max_examples=60)
@example([(0.0, 1.0), (0.0, 0.0), (2.0, 0.0)] * 2, (4, 11), (0.5, 0.5))
@given(st.lists(corners, min_size=3, max_size=7), sizes, st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_the_pixel_of_any_point_in_a_mask_is_covered(
    polygon: list[Point], size: tuple[int, int], at: tuple[float, float]
) -> None:
    width, height = size
    scaled = [(x * width, y * height) for x, y in polygon]
    point = (at[0] * width, at[1] * height)
    assume(apart(scaled, point) <= 0.5 or abs(turns(scaled, point)) > 0.5)
    mask = covered((Mask("m", tuple(polygon)),), width, height)
    assert mask[min(height - 1, int(point[1])), min(width - 1, int(point[0]))] == 255


@settings(deadline=None, max_examples=60)
@given(st.lists(corners, min_size=3, max_size=3), sizes)
def test_what_is_far_from_a_triangle_is_not_covered(polygon: list[Point], size: tuple[int, int]) -> None:
    width, height = size
    scaled = [(x * width, y * height) for x, y in polygon]
    mask = covered((Mask("m", tuple(polygon)),), width, height)
    for row, column in ((0, 0), (height - 1, 0), (height // 2, width // 2), (height - 1, width - 1)):
        middle = (column + 0.5, row + 0.5)
        if apart(scaled, middle) > 3.0 and abs(turns(scaled, middle)) < 0.5:
            assert mask[row, column] == 0


@settings(deadline=None, max_examples=60)
@given(
    arrays.arrays(np.float32, (33, 3), elements=st.floats(width=32, allow_nan=True, allow_infinity=True)),
    st.sampled_from(Layout),
)
def test_any_pose_has_a_finite_head_or_none(values: Array, layout: Layout) -> None:
    pose = Pose(np.clip(values[: len(KEYPOINTS[layout])], -1e6, 1e6), layout, 0.9)
    head = of_pose(LIMITS, pose)
    assert head is None or (np.isfinite([*head.centre, head.radius, head.up_deg]).all() and head.radius > 0)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(coordinates, coordinates, st.floats(0.1, 1e4)), max_size=4),
    st.lists(st.floats(0.01, 5.0), min_size=1, max_size=5),
)
def test_places_stay_bounded_and_reach_further_with_age(
    circles: list[tuple[float, float, float]], pauses: list[float]
) -> None:
    sighted = [Head((x, y), radius) for x, y, radius in circles]
    known: tuple[places.Place, ...] = ()
    t = 0.0
    for pause in pauses:
        t += pause
        known = places.renew(LIMITS, known, sighted, t)
        assert len(known) <= 2 * len(sighted)
        assert all(place.t >= t - LIMITS.hold_s for place in known)
    for place in known:
        reach = [places.reach(LIMITS, place, t + age) for age in (0.0, 0.05, 0.2, 1.0, 10.0)]
        assert reach == sorted(reach)
        assert reach[0] >= place.head.radius


@settings(deadline=None, max_examples=60)
@given(sizes, coordinates, coordinates, st.floats(0.0, 200.0), st.floats(0.0, 50.0))
def test_blur_never_writes_outside_its_circle(
    size: tuple[int, int], x: float, y: float, radius: float, cell: float
) -> None:
    image = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    after = image.copy()
    blur(after, (x, y), radius, cell)
    assert not (after != image).any(axis=2)[~inside(image, (x, y), radius + 0.75)].any()


@settings(deadline=None, max_examples=60)
@given(
    st.lists(corners, min_size=3, max_size=6),
    sizes,
    st.lists(st.tuples(coordinates, coordinates, st.floats(0, 1, width=32)), min_size=17, max_size=17),
)
def test_the_door_keeps_what_is_masked_black_whatever_is_blurred(
    polygon: list[Point], size: tuple[int, int], joints: list[tuple[float, float, float]]
) -> None:
    width, height = size
    mask = Mask("m", tuple(polygon))
    privacy = Privacy(PrivacySettings((mask,), FaceBlur.HEAD))
    pose = Pose(np.array(joints, np.float32), Layout.COCO17, 0.9)
    privacy.seen(Observation("a", 0.0, size, (pose,)))
    image = np.full((height, width, 3), 200, np.uint8)
    cleaned = privacy.clean(Frame("a", 0.1, image)).image
    assert cleaned.shape == image.shape
    assert not cleaned[covered((mask,), width, height) > 0].any()
    assert (image == 200).all()
