"""Who is who from picture to picture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import nan

import numpy as np
import pytest

from edge_agent import tracking
from edge_agent.tracking import TrackingLimits
from edge_agent.types import Detection, Layout, Observation, Pose, Track
from tests.fakes.skeletons import SIZE, Eye, Stance, falling, film, standing, together, walking

LIMITS = TrackingLimits()


def follow(observations: Iterable[Observation], state: tracking.State | None = None) -> list[tuple[Track, ...]]:
    state = state or tracking.State()
    instants = []
    for observation in observations:
        state, tracks = tracking.step(LIMITS, state, observation)
        instants.append(tracks)
    return instants


def empty(start: float, seconds: float, fps: float = 10.0) -> Iterable[Observation]:
    return (Observation("cam", start + index / fps, SIZE) for index in range(1, round(seconds * fps) + 1))


def detection(track: Track, *, dx: float = 0.0, score: float = 0.8) -> Detection:
    x, y = track.hip
    return Detection((x + dx, y), (x + dx, y - 1.9 * track.torso_px), score)


@pytest.mark.parametrize("fps", [4.0, 10.0, 30.0])
@pytest.mark.parametrize("layout", list(Layout))
def test_a_walking_person_keeps_one_number(fps: float, layout: Layout) -> None:
    instants = follow(film(walking, 3.0, fps, layout=layout, world=layout is Layout.BLAZEPOSE33))
    assert {track.id for tracks in instants for track in tracks} == {1}


@pytest.mark.parametrize("fps", [4.0, 10.0, 30.0])
def test_confirmation_takes_time_not_pictures(fps: float) -> None:
    instants = follow(film(standing, 3.0, fps))
    confirmed = [track.t for tracks in instants for track in tracks if track.confirmed]
    assert confirmed[0] == pytest.approx(LIMITS.confirm_s, abs=1.01 / fps)


def test_one_picture_gives_one_unconfirmed_track() -> None:
    ((track,),) = follow(film(standing, 0.0))
    assert not track.confirmed
    assert not track.lost


def test_an_earlier_time_is_refused() -> None:
    later, earlier = (Observation("cam", t, SIZE) for t in (2.0, 1.0))
    state, _ = tracking.step(LIMITS, tracking.State(), later)
    with pytest.raises(ValueError, match="lies before"):
        tracking.step(LIMITS, state, earlier)


def test_a_time_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="not a number"):
        tracking.step(LIMITS, tracking.State(), Observation("cam", nan, SIZE))


def test_the_same_instant_twice_moves_nothing() -> None:
    frames = list(film(walking, 1.0))
    once, twice = follow(frames), follow([*frames, frames[-1]])
    assert twice[-1][0].hip == once[-1][0].hip
    assert twice[-1][0].torso_px == once[-1][0].torso_px


def test_two_people_who_cross_keep_their_numbers_and_are_doubtful_meanwhile() -> None:
    there = film(lambda t: walking(t, x=-1.6), 3.4, world=True)
    back = film(lambda t: walking(t, x=1.6, heading=-90.0, z=4.3), 3.4, world=True)
    instants = follow(together(there, back))
    first, last = instants[0], instants[-1]
    assert [track.id for track in last] == [1, 2]
    assert first[0].hip[0] < first[1].hip[0]
    assert last[0].hip[0] > last[1].hip[0]
    doubtful = [tracks[0].t for tracks in instants if tracks[0].ambiguous]
    assert doubtful
    assert min(doubtful) > 1.0
    assert not last[0].ambiguous


def test_given_identities_are_believed_even_when_people_swap_places() -> None:
    eye = Eye()
    left, right = Stance(x=-1.0), Stance(x=1.0)
    state = tracking.State()
    state, tracks = tracking.step(
        LIMITS, state, Observation("cam", 0.0, SIZE, (eye.pose(left, person=7), eye.pose(right, person=9)))
    )
    state, swapped = tracking.step(
        LIMITS, state, Observation("cam", 1.0, SIZE, (eye.pose(left, person=9), eye.pose(right, person=7)))
    )
    assert [track.id for track in swapped] == [track.id for track in tracks] == [1, 2]
    assert tracks[0].hip[0] < SIZE[0] / 2 < swapped[0].hip[0]


def test_a_person_out_of_sight_is_kept_a_while_and_numbers_are_never_used_again() -> None:
    frames = [*film(standing, 2.0), *empty(2.0, LIMITS.lost_keep_s + 1.0), *film(standing, 1.0, start=12.0)]
    instants = follow(frames)
    kept = [tracks[0] for tracks in instants if tracks and tracks[0].id == 1]
    assert kept[-1].lost
    assert kept[-1].t - kept[-1].seen_at == pytest.approx(LIMITS.lost_keep_s, abs=0.11)
    assert kept[-1].hip == kept[25].hip
    assert [track.id for track in instants[-1]] == [2]


@pytest.mark.parametrize("vanishes", [2.4, 6.0])
def test_who_vanished_falling_or_lying_is_kept_and_found_again(vanishes: float) -> None:
    seen = list(film(falling, vanishes))
    hidden = list(empty(seen[-1].t, 60.0, 4.0))
    again = film(lambda t: falling(t + 60.0), 1.0, start=hidden[-1].t + 0.25)
    instants = follow([*seen, *hidden, *again])
    assert {track.id for tracks in instants for track in tracks} == {1}


def test_a_helper_who_comes_near_does_not_become_the_one_on_the_floor() -> None:
    seen = list(film(falling, 5.0))
    hidden = list(empty(5.0, 10.0))
    helper = film(lambda _: Stance(x=0.9), 1.0, start=15.1)
    *_, last = follow([*seen, *hidden, *helper])
    assert [(track.id, track.lost) for track in last] == [(1, True), (2, False)]


def test_walking_out_of_the_picture_is_leaving_and_vanishing_within_it_is_not() -> None:
    out = film(lambda t: walking(t, x=0.5), 2.2)
    gone = follow([*out, *empty(2.2, 1.0)])[-1]
    assert gone[0].lost
    assert gone[0].left_by_edge
    inside = follow([*film(lambda t: walking(t, x=-1.0), 1.0), *empty(1.0, 1.0)])[-1]
    assert inside[0].lost
    assert not inside[0].left_by_edge


def test_falling_at_the_edge_is_not_leaving() -> None:
    frames = film(lambda t: falling(t, to="right", x=1.9), 2.5)
    gone = follow([*frames, *empty(2.5, 1.0)])[-1]
    assert gone[0].lost
    assert not gone[0].left_by_edge


def test_a_body_whose_landmarks_fail_is_followed_by_the_detector() -> None:
    frames = list(film(standing, 2.0))
    seen = follow(frames)[-1][0]
    bare = Observation("cam", 2.1, SIZE, (), (detection(seen, dx=5.0),))
    (track,) = follow([*frames, bare])[-1]
    assert track.id == 1
    assert not track.lost
    assert track.pose is None
    assert track.detection is not None
    assert track.torso_px == pytest.approx(seen.torso_px)


def test_a_body_without_landmarks_takes_longer_to_be_believed() -> None:
    seen = follow(film(standing, 0.0))[0][0]
    frames = [Observation("cam", index / 10, SIZE, (), (detection(seen),)) for index in range(80)]
    confirmed = [track.t for tracks in follow(frames) for track in tracks if track.confirmed]
    assert confirmed[0] == pytest.approx(LIMITS.confirm_detected_s, abs=0.11)


def test_a_doubtful_detection_begins_no_track() -> None:
    seen = follow(film(standing, 0.0))[0][0]
    assert follow([Observation("cam", 0.0, SIZE, (), (detection(seen, score=0.45),))]) == [()]


def test_a_model_that_answers_twice_on_one_body_makes_one_track() -> None:
    twice = together(film(standing, 1.0), film(lambda _: Stance(x=0.1), 1.0))
    assert {track.id for tracks in follow(twice) for track in tracks} == {1}


def test_joints_that_are_no_numbers_count_as_unseen() -> None:
    pose = Eye().pose(Stance())
    broken = pose.keypoints.copy()
    broken[25] = (nan, 10.0, 0.9)
    broken[26, 2] = nan
    world = None if pose.world is None else pose.world.copy()
    assert world is not None
    world[27] = nan
    frames = [Observation("cam", t / 10, SIZE, (replace(pose, keypoints=broken, world=world),)) for t in range(5)]
    (track,) = follow(frames)[-1]
    assert track.pose is not None
    assert track.pose.world is not None
    assert np.isfinite(track.pose.keypoints).all()
    assert np.isfinite(track.pose.world).all()
    assert track.pose.keypoints[25, 2] == track.pose.keypoints[26, 2] == 0.0


def test_a_pose_without_trunk_is_no_body() -> None:
    pose = Eye().pose(Stance(), hidden=("shoulder", "hip"))
    assert follow([Observation("cam", 0.0, SIZE, (pose,))]) == [()]


@pytest.mark.parametrize("world", [True, False])
def test_a_lying_or_bowing_body_is_no_smaller_than_it_was(world: bool) -> None:  # noqa: FBT001
    layout = Layout.BLAZEPOSE33 if world else Layout.COCO17
    upright = follow(film(standing, 3.0, layout=layout, world=world))[-1][0].torso_px
    for after in (Stance(flat="away"), Stance(forward=70.0)):
        frames = [
            *film(standing, 3.0, layout=layout, world=world),
            *film(lambda _, after=after: after, 3.0, start=3.1, layout=layout, world=world),  # type: ignore[misc]
        ]
        assert follow(frames)[-1][0].torso_px == pytest.approx(upright, rel=0.25)


@pytest.mark.parametrize("world", [True, False])
def test_the_scale_follows_a_person_walking_away(world: bool) -> None:  # noqa: FBT001
    layout = Layout.BLAZEPOSE33 if world else Layout.COCO17
    frames = list(film(lambda t: walking(t, heading=180.0, x=0.0, z=3.0), 4.0, layout=layout, world=world))
    instants = follow(frames)
    near, far = instants[10][0].torso_px, instants[-1][0].torso_px
    assert far / near == pytest.approx((3.0 + 0.9) / (3.0 + 3.6), rel=0.15)


def test_smoothing_calms_a_person_at_rest_and_hardly_delays_a_walking_one() -> None:
    still = follow(film(standing, 6.0, jitter=2.0))
    ankles = np.array([tracks[0].pose.keypoints[27, :2] for tracks in still[20:] if tracks[0].pose])
    assert ankles.std(axis=0).max() < 1.3
    frames = list(film(walking, 3.0))
    pairs = list(zip(frames, follow(frames), strict=True))[10:]
    behind = [_hip(frame.poses[0])[0] - tracks[0].hip[0] for frame, tracks in pairs]
    pace = (_hip(frames[-1].poses[0])[0] - _hip(frames[0].poses[0])[0]) / 3.0
    assert max(behind) / pace < 0.1


def _hip(pose: Pose) -> tuple[float, float]:
    x, y = pose.keypoints[[23, 24], :2].mean(axis=0).tolist()
    return x, y


def test_walking_into_a_masked_place_is_leaving_and_standing_before_it_is_not() -> None:
    def behind(mask: tuple[tuple[float, float], ...], frames: Iterable[Observation]) -> Track:
        (track,) = follow([*(replace(frame, hidden=(mask,)) for frame in frames), *empty(1.0, 1.0)])[-1]
        assert track.lost
        return track

    frames = list(film(lambda t: walking(t, x=-1.0), 1.0))
    hip = follow(frames)[-1][0].hip[0] / SIZE[0]
    ahead = ((hip + 0.05, 0.0), (hip + 0.3, 0.0), (hip + 0.3, 1.0), (hip + 0.05, 1.0))
    passed = ((hip - 0.4, 0.0), (hip - 0.2, 0.0), (hip - 0.2, 1.0), (hip - 0.4, 1.0))
    assert behind(ahead, frames).left_by_edge
    assert not behind(passed, frames).left_by_edge
    still = list(film(lambda _: Stance(x=-1.0), 1.0))
    hip = follow(still)[-1][0].hip[0] / SIZE[0]
    beside = ((hip + 0.05, 0.0), (hip + 0.3, 0.0), (hip + 0.3, 1.0), (hip + 0.05, 1.0))
    assert not behind(beside, still).left_by_edge


def test_falling_before_a_masked_place_is_not_leaving() -> None:
    floor = ((0.0, 0.5), (1.0, 0.5), (1.0, 1.0), (0.0, 1.0))
    frames = [replace(frame, hidden=(floor,)) for frame in film(falling, 2.5)]
    gone = follow([*frames, *empty(2.5, 1.0)])[-1]
    assert gone[0].lost
    assert not gone[0].left_by_edge
