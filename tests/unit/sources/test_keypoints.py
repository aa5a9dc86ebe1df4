"""Keypoint recordings: what is accepted, and that nothing before a fault is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from edge_agent.errors import BrokenOffError, InputError
from edge_agent.sources.recording import open_recording
from edge_agent.types import Observation


def seen_joints(instants: int = 5) -> NDArray[np.float64]:
    return np.tile(np.array([30.0, 40.0, 0.9]), (instants, 17, 1))


def arrays(instants: int = 5, **changes: object) -> dict[str, Any]:
    whole: dict[str, object] = {
        "t": np.arange(instants) / 10.0,
        "frame": np.arange(instants),
        "keypoints": seen_joints(instants),
        "layout": "coco17",
        "size": np.array([640, 480]),
    }
    return {name: value for name, value in (whole | changes).items() if value is not None}


def write(path: Path, content: dict[str, Any]) -> Path:
    np.savez(path, **content)
    return path


def read(path: Path) -> tuple[list[Observation], str | None]:
    """The observations before the fault, and the fault."""
    seen: list[Observation] = []
    try:
        for instant in open_recording(path, "cam").instants(1000.0):
            assert isinstance(instant, Observation)
            seen.append(instant)
    except BrokenOffError as broken:
        return seen, str(broken)
    return seen, None


def test_instants_carry_their_people_and_empty_ones_nobody(tmp_path: Path) -> None:
    content = arrays(3, frame=np.array([2, 0, 0]), person=np.array([4, 5, 6]))
    seen, fault = read(write(tmp_path / "r.npz", content))
    assert fault is None
    assert [[pose.person for pose in instant.poses] for instant in seen] == [[5, 6], [], [4]]
    assert seen[0].size == (640, 480)


def test_the_camera_of_the_recording_is_kept(tmp_path: Path) -> None:
    content = arrays(tilt_deg=25.0, height_m=2.4, intrinsics=np.array([500.0, 500.0, 320.0, 240.0]))
    view = open_recording(write(tmp_path / "r.npz", content), "cam").view
    assert (view.tilt_deg, view.roll_deg, view.height_m) == (25.0, None, 2.4)
    assert view.intrinsics == (500.0, 500.0, 320.0, 240.0)
    assert view.distortion is None


def test_the_lens_of_the_recording_is_kept_beside_its_intrinsics(tmp_path: Path) -> None:
    lens = np.array([-0.3, 0.1, 0.0, 0.001, 0.0])
    content = arrays(distortion=lens, intrinsics=np.array([500.0, 500.0, 320.0, 240.0]))
    assert open_recording(write(tmp_path / "r.npz", content), "cam").view.distortion == tuple(lens)
    assert open_recording(write(tmp_path / "s.npz", arrays(distortion=lens)), "cam").view.distortion is None


def test_unseen_joints_may_be_anything(tmp_path: Path) -> None:
    joints = seen_joints()
    joints[1, 3] = [np.nan, np.nan, 0.0]
    seen, fault = read(write(tmp_path / "r.npz", arrays(keypoints=joints)))
    assert fault is None
    assert np.isfinite(seen[1].poses[0].keypoints).all()


@pytest.mark.parametrize(
    ("change", "before"),
    [
        ({"t": np.array([0.0, 0.1, 0.05, 0.3, 0.4])}, 2),
        ({"t": np.array([0.0, 0.1, 0.2, 0.2, 0.4])}, 3),
        ({"t": np.array([0.0, np.nan, 0.2, 0.3, 0.4])}, 1),
    ],
    ids=["backwards", "twice", "no number"],
)
def test_times_that_do_not_grow_break_off_there(tmp_path: Path, change: dict[str, Any], before: int) -> None:
    seen, fault = read(write(tmp_path / "r.npz", arrays(**change)))
    assert len(seen) == before
    assert fault is not None
    assert "\n" not in fault


def test_a_joint_that_is_no_number_breaks_off_there(tmp_path: Path) -> None:
    joints = seen_joints()
    joints[3, 5] = np.nan
    seen, fault = read(write(tmp_path / "r.npz", arrays(keypoints=joints)))
    assert len(seen) == 3
    assert fault is not None


@pytest.mark.parametrize(
    "change",
    [
        {"t": np.zeros(0), "frame": np.zeros(0, dtype=int), "keypoints": np.zeros((0, 17, 3))},
        {"keypoints": None},
        {"layout": "coco18"},
        {"layout": None},
        {"keypoints": np.zeros((5, 16, 3))},
        {"frame": np.array([0, 1, 2, 3, 9])},
        {"world": np.zeros((4, 17, 3))},
        {"size": np.array([640])},
        {"intrinsics": np.array([1.0, 2.0])},
        {"intrinsics": np.ones(4), "distortion": np.ones(4)},
    ],
    ids=[
        "empty",
        "no joints",
        "layout",
        "no layout",
        "joint count",
        "frame",
        "world",
        "size",
        "intrinsics",
        "distortion",
    ],
)
def test_what_is_no_recording_is_refused_in_one_line(tmp_path: Path, change: dict[str, Any]) -> None:
    with pytest.raises(InputError) as refused:
        open_recording(write(tmp_path / "r.npz", arrays(**change)), "cam")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("keep", [0, 10, 300])
def test_a_truncated_file_is_refused(tmp_path: Path, keep: int) -> None:
    whole = write(tmp_path / "r.npz", arrays()).read_bytes()
    cut = tmp_path / "cut.npz"
    cut.write_bytes(whole[:keep])
    with pytest.raises(InputError):
        open_recording(cut, "cam")
