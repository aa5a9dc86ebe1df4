"""Video files: what is handed over, and what a broken file says."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from edge_agent.errors import BrokenOffError, InputError
from edge_agent.sources.recording import open_recording
from edge_agent.types import Frame

FPS = 10.0


def write_video(path: Path, frames: int, codec: str = "mp4v") -> Path:
    """A clip whose pictures get brighter, so that each can be told."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*codec), FPS, (64, 48))
    noise = np.random.default_rng(7)
    for index in range(frames):
        picture = noise.integers(0, 60, (48, 64, 3), dtype=np.uint8) + np.uint8(150 * index // max(frames, 1))
        writer.write(picture)
    writer.release()
    return path


def frames_of(path: Path, fps: float = 100.0) -> list[Frame]:
    recording = open_recording(path, "cam")
    try:
        return [instant for instant in recording.instants(fps) if isinstance(instant, Frame)]
    finally:
        recording.close()


def test_every_picture_comes_with_its_own_time(tmp_path: Path) -> None:
    frames = frames_of(write_video(tmp_path / "whole.mp4", 20))
    assert [round(frame.t, 3) for frame in frames] == [round(i / FPS, 3) for i in range(20)]
    brightness = [float(frame.image.mean()) for frame in frames]
    assert brightness[-1] > brightness[0] + 50
    assert all(frame.image.shape == (48, 64, 3) for frame in frames)


def test_a_slower_analysis_takes_fewer_pictures_of_the_same_times(tmp_path: Path) -> None:
    frames = frames_of(write_video(tmp_path / "whole.mp4", 20), fps=5.0)
    assert [round(frame.t, 3) for frame in frames] == [round(i / 5.0, 3) for i in range(10)]


def test_one_picture_is_a_recording(tmp_path: Path) -> None:
    assert len(frames_of(write_video(tmp_path / "one.mp4", 1))) == 1


@pytest.mark.parametrize("content", [b"", b"not a video at all, just words" * 50])
def test_what_is_no_video_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.mp4"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"broken\.mp4") as refused:
        open_recording(path, "cam")
    assert "\n" not in str(refused.value)


def test_a_video_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        open_recording(write_video(tmp_path / "none.webm", 0, "VP90"), "cam")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        open_recording(tmp_path / "nowhere.mp4", "cam")


def test_half_a_file_hands_over_its_half_and_then_says_so(tmp_path: Path) -> None:
    whole = write_video(tmp_path / "whole.webm", 60, "VP90")
    half = tmp_path / "half.webm"
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    recording = open_recording(half, "cam")
    times: list[float] = []
    with pytest.raises(BrokenOffError, match="breaks off"):
        times.extend(instant.t for instant in recording.instants(100.0))
    assert 10 <= len(times) < 60
    assert times == sorted(times)
