"""What every recording offers, and how the right reader is found for a path."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, TypeAlias

from edge_agent.errors import InputError
from edge_agent.sources.folder import ImageFolder
from edge_agent.sources.keypoints import KeypointRecording
from edge_agent.sources.video import VideoFile
from edge_agent.types import Frame, Observation, View

Instant: TypeAlias = Frame | Observation


class Recording(Protocol):
    """Instants in the order of their times, once, as fast as they are asked for."""

    size: tuple[int, int]
    """Width, height in px."""
    view: View
    """What the recording knows of its camera."""
    duration: float | None
    """Seconds, where the recording says it before it is read."""

    def instants(self, fps: float) -> Iterator[Instant]:
        """Hand over at most `fps` instants per second of the recording's own time.

        Raises:
            BrokenOffError: the recording became unreadable; all before was handed over.
        """
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


def open_recording(path: Path, camera: str, *, fps: float | None = None) -> Recording:
    """Open a video, a folder of pictures or a keypoint recording.

    Args:
        path: what to open.
        camera: the camera's id, carried by every instant.
        fps: pictures per second of a folder whose file names tell no time.

    Raises:
        InputError: it cannot be read at all.
    """
    if path.is_dir():
        return ImageFolder(path, camera, fps=fps)
    if not path.exists():
        raise InputError(f"{path}: no such file or folder", "check the path")
    if path.suffix == ".npz":
        return KeypointRecording(path, camera)
    return VideoFile(path, camera)
