"""The real models: on rendered rooms against exact joints, and on recordings of falls where these are present."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import islice, takewhile
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge_agent.pose import blazepose, layouts
from edge_agent.pose.top_down import TopDown
from edge_agent.types import Array, Demand, Frame, Image, Observation

pytestmark = pytest.mark.models

ROOT = Path(__file__).parents[2]
RECORDINGS = ROOT / "tests" / "recordings"
BUILT = ROOT / "models" / "built"
DATA = Path(os.environ.get("POSE_DATA", ROOT.parent / "shared" / "data"))
CALM = Demand(fps=8)


def load(threads: int = 1) -> TopDown:
    if not (BUILT / "manifest.json").exists():
        pytest.skip("models not built (./tools/setup)")
    return blazepose.load(BUILT, threads=threads)


def watch(estimator: TopDown, pictures: Iterator[tuple[float, Image]]) -> list[Observation]:
    return [estimator.estimate(Frame("a", t, image), CALM) for t, image in pictures]


def clip(path: Path, fps: float) -> Iterator[tuple[float, Image]]:
    if not path.exists():
        pytest.skip(f"{path.name}: not present")
    capture = cv2.VideoCapture(str(path))
    step = max(1, round(capture.get(cv2.CAP_PROP_FPS) / fps))
    for number in range(int(capture.get(cv2.CAP_PROP_FRAME_COUNT))):
        if not capture.grab():
            break
        if number % step == 0:
            yield number / capture.get(cv2.CAP_PROP_FPS), np.asarray(capture.retrieve()[1], np.uint8)
    capture.release()


def truth(scene: str) -> Callable[[float], list[Array]]:
    """The (17, 3) exact joints, by time, of each person in a rendered scene."""
    with np.load(RECORDINGS / "keypoints" / f"{scene}.npz") as recording:
        t, frame, keypoints = (recording[name] for name in ("t", "frame", "keypoints"))
    return lambda at: list(keypoints[frame == int(np.argmin(np.abs(t - at)))])


def misses(observation: Observation, joints: Array) -> Array:
    """Distance of each joint to that of the pose nearest, in shares of the body's extent in the picture."""
    extent = np.ptp(joints[:, :2], axis=0).max()
    apart = [np.hypot(*(layouts.to_coco17(pose)[:, :2] - joints[:, :2]).T) / extent for pose in observation.poses]
    return min(apart, key=np.mean, default=np.full(17, np.inf))


@pytest.mark.parametrize("scene", ["fall-sideways", "helped", "slide"])
def test_rendered_bodies_are_found_where_they_are(scene: str) -> None:
    """Upright, falling, lying, two people: each once, nobody else, the joints in their places."""
    exact = truth(scene)
    pictures = clip(RECORDINGS / "rendered" / f"{scene}.webm", 2.0)
    seen = watch(load(), takewhile(lambda picture: picture[0] < 40.0, pictures))
    assert len(seen) > 60
    bodies = [(observation, joints) for observation in seen for joints in exact(observation.t)]
    # Somebody just coming in at the edge has few joints to be found by.
    apart = np.array([misses(observation, joints) for observation, joints in bodies if (joints[:, 2] > 0).sum() >= 8])
    found = apart.mean(axis=1) < 0.35
    assert found.mean() >= 0.95
    assert (apart[found] < 0.1).mean() >= 0.9
    extra = sum(max(0, len(observation.poses) - len(exact(observation.t))) for observation in seen)
    assert extra <= 0.03 * len(seen)


def test_threads_and_repetition_change_no_byte() -> None:
    pictures = list(islice(clip(RECORDINGS / "rendered" / "fall-sideways.webm", 5.0), 25, 40))

    def said(threads: int) -> list[bytes]:
        seen = watch(load(threads), iter(pictures))
        return [
            pose.keypoints.tobytes() + (pose.world.tobytes() if pose.world is not None else b"")
            for observation in seen
            for pose in observation.poses
        ]

    once = said(1)
    assert once
    assert said(1) == once
    assert said(2) == once


RATES = (6.0, 8.0, 10.0, 12.0)
"""Instants per second."""


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "share"),
    [
        ("gmdcsa24_subjects12/subject_1/Fall/13.mp4", 0.9),  # feet towards the camera
        ("gmdcsa24_subjects12/subject_1/Fall/14.mp4", 0.9),
        ("gmdcsa24_subjects12/subject_2/Fall/12.mp4", 0.89),
        ("care_home_falls2/corridor.mp4", 0.64),
    ],
)
def test_one_fallen_person_is_one_body_and_stays_seen(name: str, share: float) -> None:
    """At least what carried int8 poses reached without recovery, in the last third of each clip: .0, .0, .89, .64.

    Over four rates together: at one of them there are 15 instants, and which ones decides by more than a model does.
    """
    there: list[bool] = []
    for fps in RATES:
        seen = watch(load(), clip(DATA / name, fps))
        assert all(len(observation.poses) <= 1 for observation in seen)
        there += [bool(observation.poses) for observation in seen if observation.t >= seen[-1].t * 2 / 3]
    assert np.mean(there) >= share
