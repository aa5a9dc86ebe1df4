"""Folders of pictures."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from edge_agent.errors import BrokenOffError, InputError
from edge_agent.sources.recording import open_recording


def write_pictures(folder: Path, names: list[str]) -> Path:
    folder.mkdir()
    for name in names:
        cv2.imwrite(str(folder / name), np.full((12, 16, 3), 90, dtype=np.uint8))
    return folder


def times(folder: Path, fps: float | None = None) -> list[float]:
    return [instant.t for instant in open_recording(folder, "cam", fps=fps).instants(1000.0)]


def test_names_in_seconds_or_milliseconds_tell_the_time(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "named", ["cam_0.500.png", "cam_0.000.png", "cam_10250ms.png"])
    assert times(folder) == [0.0, 0.5, 10.25]


def test_with_fps_pictures_go_by_their_number(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "counted", ["2.png", "10.png", "1.png"])
    assert times(folder, fps=4.0) == [0.0, 0.25, 0.5]


def test_names_without_time_ask_for_fps(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--fps"):
        open_recording(write_pictures(tmp_path / "counted", ["1.png", "2.png"]), "cam")


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no pictures"):
        open_recording(write_pictures(tmp_path / "empty", []), "cam")


def test_an_unreadable_picture_ends_the_recording_there(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "folder", ["1.png", "3.png"])
    (folder / "2.png").write_bytes(b"no picture")
    instants = open_recording(folder, "cam", fps=1.0).instants(10.0)
    assert next(instants).t == 0.0
    with pytest.raises(BrokenOffError, match=r"2\.png"):
        next(instants)


def test_two_pictures_of_one_time_are_a_fault(tmp_path: Path) -> None:
    folder = write_pictures(tmp_path / "twice", ["a_1.0.png", "b_1.0.png"])
    with pytest.raises(BrokenOffError, match="same time"):
        times(folder)
