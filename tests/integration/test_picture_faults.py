"""Recordings through the judgement of the picture: nothing wrong with the good ones, and faults put into them found."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge_agent import picture
from edge_agent.picture import PictureLimits, State
from edge_agent.privacy import Mask
from edge_agent.privacy.masks import covered
from edge_agent.sources.video import VideoFile
from tools import picture_faults, picture_scripts
from tools.picture_faults import load

ROOT = Path(__file__).parents[2]
RENDERED = ROOT / "tests" / "recordings" / "rendered"
DATA = Path(os.environ.get("POSE_DATA", ROOT.parent / "shared" / "data"))


def said(video: Path, fps: float, masks: tuple[Mask, ...] = ()) -> set[str]:
    """All reasons given for a recording, played once."""
    source, state, found = VideoFile(video, "camera"), State(), set[str]()
    ignored = covered(masks, *source.size) > 0 if masks else None
    for frame in source.instants(fps):
        if ignored is not None:
            frame.image[ignored] = 0
        state, quality = picture.step(PictureLimits(), state, frame.t, frame.image, ignored)
        found.update(quality.reasons)
    source.close()
    return found


@pytest.mark.parametrize("name", ["bed", "slump", "walk"])
def test_a_rendered_room_without_any_noise_is_a_good_picture(name: str) -> None:
    assert said(RENDERED / f"{name}.webm", fps=2.5) == set()


def test_most_of_the_picture_may_be_masked() -> None:
    half = Mask("half", ((0.0, 0.0), (0.6, 0.0), (0.6, 1.0), (0.0, 1.0)))
    assert said(RENDERED / "walk.webm", 2.5, (half,)) == set()


@pytest.mark.data
@pytest.mark.parametrize(
    "clip", ["care_home_falls2/lounge.mp4", "care_home_falls2/corridor.mp4", "gmdcsa24_subjects12/subject_2/ADL/23.mp4"]
)
def test_a_real_recording_is_a_good_picture(clip: str) -> None:
    if not (DATA / clip).exists():
        pytest.skip(f"{clip}: not present, skipped")
    assert said(DATA / clip, fps=10.0) == set()


def test_faults_put_into_a_recording_are_found_and_ordinary_changes_are_not() -> None:
    small = [cv2.resize(one, (384, 216), interpolation=cv2.INTER_AREA) for one in load(RENDERED / "stand-up.webm")[:80]]
    pictures = [np.asarray(one, np.uint8) for one in small]
    camera = picture_faults.Camera("room", pictures, rate=1.0, noise=2.0, clock=True, seed=4)
    state = State()
    for t, image in picture_faults.play(camera, 0.0, 60.0, None, None):
        state, quality = picture.step(PictureLimits(), state, t, image)
        assert quality.reasons == ()
    draw = np.random.default_rng(4)
    other = np.ascontiguousarray(pictures[0][::-1])
    for script in [*picture_scripts.faults(draw), *picture_scripts.ordinary(draw)]:
        if script.name == "very coarse coding":  # which takes the fine edges away, as a blur does
            continue
        outcome = picture_faults.perform(camera, state, 60.0, script, other)
        assert outcome.wrong == {}, script.name
        assert (outcome.delay_s is not None) == bool(script.expected), script.name
