"""Finds this machine's camera for `./tools/run --camera`."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

SYSTEM_PYTHON = "/usr/bin/python3"
ASK_S = 15.0
"""Importing libcamera from a slow card takes its time."""


class NoCameraError(Exception):
    """One line for the user."""


def source_of(wanted: str) -> dict[str, Any]:
    """What the configuration's `source` says.

    Args:
        wanted: a video device, an rtsp:// address, or nothing: whatever this machine has.

    Raises:
        NoCameraError: there is none.
    """
    if wanted.startswith(("rtsp://", "rtsps://")):
        return {"rtsp": {"url": wanted}}
    if wanted:
        if not Path(wanted).exists():
            raise NoCameraError(f"{wanted} is not there (ls /dev/video*; or give an rtsp:// address)")
        return {"v4l2": {"device": wanted}}
    devices = usb_cameras(Path("/dev"))
    if devices:
        return {"v4l2": {"device": str(devices[0])}}
    if _ribbon_camera():
        return {"picamera2": {"index": 0}}
    raise NoCameraError(
        "no camera found: no /dev/video*, and no camera that picamera2 knows (plug one in, or give its address: "
        "--camera rtsp://HOST/PATH; without --camera recordings are played)"
    )


def usb_cameras(dev: Path) -> list[Path]:
    """Video devices, those with a lasting name first; the first node of each camera gives the pictures."""
    return sorted((dev / "v4l" / "by-id").glob("*-video-index0")) or sorted(dev.glob("video[0-9]*"))


def _ribbon_camera() -> bool:
    question = "from picamera2 import Picamera2; raise SystemExit(not Picamera2.global_camera_info())"
    try:
        asked = subprocess.run([SYSTEM_PYTHON, "-c", question], capture_output=True, timeout=ASK_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0
