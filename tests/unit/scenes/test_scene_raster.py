"""Triangles, pixels, the empty room and whole frames."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.scenes.backdrop import backdrop
from tools.scenes.camera import Camera
from tools.scenes.catalogue import PLOTS, Cast
from tools.scenes.paint import canvas, frame, noisy
from tools.scenes.raster import rasterise
from tools.scenes.room import resident_room

SMALL = Camera((0.12, 0.12, 2.4), 42.0, 30.0, width=160, height=90, fov_deg=74.0)


def test_a_square_of_two_triangles_covers_exactly_its_pixels() -> None:
    px = np.array([[2.0, 1.0], [6.0, 1.0], [6.0, 4.0], [2.0, 4.0]])
    face_at, depth_at = rasterise(px, np.full(4, 2.0), np.array([[0, 1, 2], [0, 2, 3]]), (6, 8))
    assert (face_at >= 0).sum() == 12
    assert (face_at[1:4, 2:6] >= 0).all()
    np.testing.assert_allclose(depth_at[1:4, 2:6], 2.0)


def test_the_nearer_triangle_hides_the_farther_whatever_their_order() -> None:
    px = np.array([[0.0, 0.0], [9.0, 0.0], [0.0, 9.0]] * 2)
    depth = np.array([3.0, 3.0, 3.0, 2.0, 2.0, 2.0])
    for faces, nearest in ((((0, 1, 2), (3, 4, 5)), 1), (((3, 4, 5), (0, 1, 2)), 0)):
        face_at, _ = rasterise(px, depth, np.array(faces), (10, 10))
        assert set(np.unique(face_at)) == {-1, nearest}


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(-20, 60), st.floats(-20, 60)), min_size=3, max_size=3))
def test_a_triangle_is_never_drawn_outside_its_corners(corners: list[tuple[float, float]]) -> None:
    px = np.array(corners)
    face_at, _ = rasterise(px, np.ones(3), np.array([[0, 1, 2]]), (40, 40))
    rows, columns = np.nonzero(face_at >= 0)
    assert ((columns + 0.5 >= px[:, 0].min() - 1e-6) & (columns + 0.5 <= px[:, 0].max() + 1e-6)).all()
    assert ((rows + 0.5 >= px[:, 1].min() - 1e-6) & (rows + 0.5 <= px[:, 1].max() + 1e-6)).all()


def test_the_backdrop_knows_how_far_the_floor_is() -> None:
    room = backdrop(resident_room(), SMALL, oversample=1)
    spot = np.array([2.2, 3.0, 0.0])
    u, v = SMALL.project(spot).astype(int)
    assert room.floor[v, u]
    assert abs(room.depth[v, u] - SMALL.to_camera(spot)[2]) < 0.1
    assert np.isfinite(room.depth).all()


def test_the_same_seed_paints_the_same_frame_and_another_seed_other_noise() -> None:
    scene = PLOTS["ordinary"].stage(Cast(), resident_room(), SMALL)
    first, again = (frame(canvas(scene), 6.0) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    first, other = noisy(first, 1, 60), noisy(first, 2, 60)
    np.testing.assert_array_equal(first, noisy(again, 1, 60))
    assert (first != other).any()
    assert np.abs(first.astype(int) - other).max() < 15


def test_a_person_is_drawn_where_the_truth_says() -> None:
    scene = PLOTS["ordinary"].stage(Cast(), resident_room(), SMALL)
    shared = canvas(scene)
    changed = np.abs(frame(shared, 6.0).astype(int) - shared.empty).max(axis=2) > 25
    rows, columns = np.nonzero(changed)
    play = scene.parts[0].performance
    px = SMALL.project(play.at(6.0).landmarks(play.body))
    assert abs(columns.min() - px[:, 0].min()) < 8
    assert abs(rows.min() - px[:, 1].min()) < 8
    hips = px[23:25].mean(axis=0).astype(int)
    assert changed[hips[1], hips[0]]
