"""What holds of tracking whatever the models say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent import tracking
from edge_agent.tracking import TrackingLimits
from edge_agent.types import KEYPOINTS, Detection, Layout, Observation, Pose, Track
from tests.fakes.skeletons import SIZE, Eye, Stance, film, walking

LIMITS = TrackingLimits()

numbers = st.floats(-100, 800, width=32) | st.sampled_from([0.0, float("nan"), float("inf")])
scores = st.floats(0, 1, width=32) | st.just(float("nan"))


@st.composite
def wild_poses(draw: st.DrawFn) -> Pose:
    """Anything that has the shape of a pose."""
    layout = draw(st.sampled_from(list(Layout)))
    count = len(KEYPOINTS[layout])
    seed = draw(st.integers(0, 2**16))
    shaken = np.random.default_rng(seed)
    keypoints = shaken.uniform(0, 640, (count, 3)).astype(np.float32)
    keypoints[:, 2] = shaken.uniform(0, 1, count)
    world = shaken.normal(0, 0.5, (count, 3)).astype(np.float32) if draw(st.booleans()) else None
    for joint in draw(st.lists(st.integers(0, count - 1), max_size=6)):
        keypoints[joint] = draw(numbers), draw(numbers), draw(scores)
    return Pose(keypoints, layout, draw(st.floats(0, 1)), world, draw(st.none() | st.integers(0, 2)))


stances = st.builds(
    Stance,
    heading=st.floats(-180, 180),
    forward=st.floats(-10, 80),
    x=st.floats(-2, 2),
    z=st.floats(2.5, 6),
    flat=st.sampled_from([None, None, "left", "away"]),
)
detections = st.builds(Detection, st.tuples(numbers, numbers), st.tuples(numbers, numbers), st.floats(0, 1))
poses = wild_poses() | st.builds(Eye().pose, stances)
instants = st.tuples(st.lists(poses, max_size=3), st.lists(detections, max_size=2), st.floats(0.01, 3))
films = st.lists(instants, min_size=1, max_size=6)


def played(frames: list[tuple[list[Pose], list[Detection], float]], order: int = 1) -> list[tuple[Track, ...]]:
    state, t, said = tracking.State(), 0.0, []
    for some_poses, some_detections, dt in frames:
        t += dt
        observation = Observation("cam", t, SIZE, tuple(some_poses[::order]), tuple(some_detections[::order]))
        state, tracks = tracking.step(LIMITS, state, observation)
        said.append(tracks)
    return said


def essence(tracks: tuple[Track, ...]) -> list[tuple[object, ...]]:
    return [
        (track.id, track.hip, track.torso_px, track.confirmed, track.lost, track.ambiguous, track.left_by_edge)
        + (() if track.pose is None else (track.pose.keypoints.tobytes(),))
        for track in tracks
    ]


@settings(deadline=None, max_examples=40)
@given(films)
def test_no_pose_has_two_tracks_and_no_number_comes_back(
    frames: list[tuple[list[Pose], list[Detection], float]],
) -> None:
    gone: set[int] = set()
    before: set[int] = set()
    for (some_poses, some_detections, _), tracks in zip(frames, played(frames), strict=True):
        ids = [track.id for track in tracks]
        assert ids == sorted(set(ids))
        assert not gone & set(ids)
        gone |= before - set(ids)
        before = set(ids)
        seen = [track for track in tracks if not track.lost]
        assert sum(track.pose is not None for track in seen) <= len(some_poses)
        given_poses = [id(track.detection) for track in seen if track.detection is not None]
        assert len(given_poses) == len(set(given_poses)) <= len(some_detections)


@settings(deadline=None, max_examples=40)
@given(films)
def test_nothing_that_is_no_number_comes_out(frames: list[tuple[list[Pose], list[Detection], float]]) -> None:
    twice = [frame for some in frames for frame in (some, (*some[:2], 0.0))]
    for tracks in played(twice):
        for track in tracks:
            assert np.isfinite([*track.hip, track.torso_px, track.t, track.since, track.seen_at]).all()
            assert track.torso_px > 0
            if track.pose is not None:
                assert np.isfinite(track.pose.keypoints).all()
                assert ((track.pose.keypoints[:, 2] >= 0) & (track.pose.keypoints[:, 2] <= 1)).all()
                assert track.pose.world is None or np.isfinite(track.pose.world).all()


@settings(deadline=None, max_examples=40)
@given(films)
def test_the_order_of_the_bodies_does_not_matter(frames: list[tuple[list[Pose], list[Detection], float]]) -> None:
    assert [essence(tracks) for tracks in played(frames)] == [essence(tracks) for tracks in played(frames, order=-1)]


@settings(deadline=None, max_examples=12)
@given(st.floats(0, 1e6), st.integers(0, 100))
def test_only_differences_of_time_matter(offset: float, seed: int) -> None:
    frames = list(film(walking, 1.5, jitter=1.0, seed=seed))
    shifted = [replace(frame, t=frame.t + offset) for frame in frames]
    last: list[Track] = []
    for some in (frames, shifted):
        state = tracking.State()
        for frame in some:
            state, tracks = tracking.step(LIMITS, state, frame)
        last.append(tracks[0])
    assert last[0].hip == pytest.approx(last[1].hip, abs=0.01)
    assert last[0].torso_px == pytest.approx(last[1].torso_px, abs=0.01)


@settings(deadline=None, max_examples=6)
@given(st.sampled_from([8.0, 15.0, 30.0]), st.floats(0.3, 1.4))
def test_the_frame_rate_hardly_matters(fps: float, speed: float) -> None:
    ends = []
    for rate in (fps, 60.0):
        state = tracking.State()
        for frame in film(lambda t: walking(t, speed=speed), 2.0, rate):
            state, tracks = tracking.step(LIMITS, state, frame)
        ends.append(tracks[0])
    torso = ends[1].torso_px
    assert ends[0].hip == pytest.approx(ends[1].hip, abs=0.08 * torso)
    assert ends[0].torso_px == pytest.approx(torso, rel=0.03)
