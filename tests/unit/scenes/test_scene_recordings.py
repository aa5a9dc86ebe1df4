"""The committed recordings: they are what their truth says, and people in them move as people do."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from edge_agent.types import Layout
from tools.scenes.catalogue import CORNER, PLOTS, Cast, Scene
from tools.scenes.keypoints import instants, order
from tools.scenes.rig import COCO17
from tools.scenes.room import resident_room
from tools.scenes.truth import Truth

RECORDINGS = Path(__file__).parents[2] / "recordings"
RENDERED, KEYPOINTS = RECORDINGS / "rendered", RECORDINGS / "keypoints"
MADE_ON_THE_FLY = {"lean", "forward-head"}
"""What they show takes minutes to be found: made where it is tested, and not committed."""
RECORDED = tuple(name for name in PLOTS if name not in MADE_ON_THE_FLY)
FALLS = ("fall-forward", "fall-sideways", "slide", "helped")

Floats = NDArray[np.float64]


@cache
def told(name: str) -> Truth:
    return Truth.model_validate_json((RENDERED / f"{name}.json").read_text())


@cache
def staged(name: str) -> Scene:
    return PLOTS[name].stage(Cast(), resident_room(), CORNER)


def joints(name: str, person: int = 0) -> Floats:
    """(T, 17, 3) world metres."""
    return np.array(told(name).people[person].joints_mm).reshape(-1, 17, 3) / 1000


def test_every_scene_is_recorded_and_all_are_small() -> None:
    assert {file.stem for file in RENDERED.glob("*.webm")} == set(RECORDED)
    assert {file.stem for file in RENDERED.glob("*.json")} == set(RECORDED)
    assert {file.stem for file in KEYPOINTS.glob("*.npz")} >= set(RECORDED)
    assert sum(file.stat().st_size for file in RENDERED.iterdir()) < 6e6
    assert all(file.stat().st_size < 150e3 for file in KEYPOINTS.glob("*.npz"))


@pytest.mark.parametrize("name", RECORDED)
def test_a_clip_has_the_frames_size_and_rate_its_truth_says(name: str) -> None:
    said = told(name)
    clip = cv2.VideoCapture(str(RENDERED / f"{name}.webm"))
    try:
        width, height = said.size
        assert clip.get(cv2.CAP_PROP_FRAME_WIDTH) == width
        assert clip.get(cv2.CAP_PROP_FRAME_HEIGHT) == height
        assert clip.get(cv2.CAP_PROP_FPS) == pytest.approx(said.fps)
        times = []
        while clip.grab():
            times.append(clip.get(cv2.CAP_PROP_POS_MSEC) / 1000)
    finally:
        clip.release()
    assert len(times) == said.frames == len(instants(staged(name)))
    np.testing.assert_allclose(times, np.arange(said.frames) / said.fps, atol=0.002)


@pytest.mark.parametrize("name", RECORDED)
def test_the_code_still_gives_the_committed_truth(name: str) -> None:
    scene, said = staged(name), told(name)
    for part, person in zip(scene.parts, said.people, strict=True):
        assert part.performance.body.name == person.body
        spans = [(s.start, s.end, s.posture, s.on_floor) for s in part.performance.spans]
        labels = [(x.start_s, x.end_s, x.posture, x.on_floor) for x in said.labels if x.person == person.id]
        assert [span[2:] for span in spans] == [label[2:] for label in labels]
        np.testing.assert_allclose([s[:2] for s in spans], [x[:2] for x in labels], atol=0.001)
        for n in np.linspace(0, len(person.joints_mm) - 1, 6).astype(int):
            t = (person.first_frame + n) / said.fps
            now = part.performance.at(t).landmarks(part.performance.body)[order(Layout.COCO17)]
            np.testing.assert_allclose(now, joints(name, person.id)[n], atol=0.002)
            with np.load(KEYPOINTS / f"{name}.npz") as z:
                row = np.flatnonzero((z["person"] == person.id) & (z["frame"] == person.first_frame + n))
                if len(row):
                    px = z["keypoints"][row[0], :, :2]
                    np.testing.assert_allclose(px, np.array(person.joints_px[n]).reshape(17, 2), atol=0.12)


@pytest.mark.parametrize("name", RECORDED)
def test_nobody_sinks_into_the_floor_or_moves_faster_than_a_body_can(name: str) -> None:
    said = told(name)
    for person in said.people:
        at = joints(name, person.id)
        assert at[..., 2].min() > -0.01
        speed = np.linalg.norm(np.diff(at, axis=0), axis=2) * said.fps
        falling = np.zeros(len(speed), dtype=bool)
        for event in said.events:
            if event.person == person.id:
                falling[int(event.onset_s * said.fps) - 1 : int((event.impact_s + 0.7) * said.fps) + 1] = True
        assert speed[~falling].max() < 3.5
        assert speed.max() < 7.5


@pytest.mark.parametrize("name", RECORDED)
def test_nobody_ever_freezes(name: str) -> None:
    for person in told(name).people:
        moved = np.abs(np.diff(joints(name, person.id), axis=0)).max(axis=(1, 2))
        still = (moved < 1e-9).astype(int)
        longest = max((len(run) for run in "".join(map(str, still)).split("0")), default=0)
        assert longest < told(name).fps


@pytest.mark.parametrize("name", RECORDED)
def test_the_person_is_big_enough_to_be_found(name: str) -> None:
    said = told(name)
    px = np.array(said.people[0].joints_px).reshape(-1, 17, 2)
    span = np.ptp(px, axis=1).max(axis=1)
    assert np.median(span) > 80
    seen = np.array([[c == "1" for c in row] for row in said.people[0].visible])
    assert seen.mean() > 0.9


@pytest.mark.parametrize("name", FALLS)
def test_falls_last_and_stay_as_the_truth_says(name: str) -> None:
    said = told(name)
    (fall,) = said.events
    assert said.expected.fall
    assert said.expected.cleared == (fall.up_again_s is not None)
    down = fall.impact_s - fall.onset_s
    assert 0.5 < down < 1.2 if name != "slide" else 3.0 < down < 5.0
    hips = joints(name)[:, [COCO17.index("left_hip"), COCO17.index("right_hip")], 2].mean(axis=1)
    times = np.arange(len(hips)) / said.fps
    floor = [label for label in said.labels if label.on_floor and label.person == 0]
    assert sum(label.end_s - label.start_s for label in floor) >= 40.0
    lying = [label for label in floor if label.posture == "lying"]
    on_floor = np.any([(times > x.start_s + 0.6) & (times < x.end_s) for x in lying], axis=0)
    assert hips[on_floor].max() < 0.35
    assert hips[times < fall.onset_s].min() > 0.45
    if fall.up_again_s is not None:
        assert hips[times > fall.up_again_s].min() > 0.7


@pytest.mark.parametrize("name", sorted(set(RECORDED) - set(FALLS)))
def test_the_others_are_no_falls(name: str) -> None:
    said = told(name)
    assert not said.events
    assert not said.expected.fall
    assert not any(label.on_floor for label in said.labels)
    assert joints(name)[:, COCO17.index("left_hip"), 2].min() > 0.4


def test_the_helper_comes_after_the_fall_and_stays_upright_beside_it() -> None:
    said = told("helped")
    (fall,) = said.events
    fallen, helper = joints("helped", 0), joints("helped", 1)
    first = said.people[1].first_frame
    assert first / said.fps > fall.impact_s
    hip = COCO17.index("left_hip")
    apart = np.linalg.norm(helper[:, hip, :2] - fallen[first : first + len(helper), hip, :2], axis=1)
    assert (apart < 1.2).sum() / said.fps >= 10.0
    assert apart.min() > 0.3
    assert helper[:, hip, 2].min() > 0.7


def test_sitting_down_and_getting_up_take_an_older_persons_time() -> None:
    (down,) = (x for x in told("sit-down").labels if x.posture == "other")
    assert 1.5 <= down.end_s - down.start_s <= 3.0
    (fall,) = told("fall-forward").events
    lies_until = max(x.end_s for x in told("fall-forward").labels if x.posture == "lying")
    assert fall.up_again_s is not None
    assert 6.0 <= fall.up_again_s - lies_until <= 12.0
