"""Encoded clips: VP9 in WebM, by the program ffmpeg."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tools.scenes.catalogue import Scene
from tools.scenes.paint import frames

CRF = 36
"""Quality: 0 best, 63 worst. Flat colours hold up well here, and sensor noise is mostly smoothed away."""


class NoEncoderError(Exception):
    """The program ffmpeg is missing."""


def write_clip(scene: Scene, path: Path, crf: int = CRF) -> None:
    """Renders and encodes a scene at a constant frame rate.

    Raises:
        NoEncoderError: ffmpeg is not installed.
        subprocess.CalledProcessError: ffmpeg failed; it said why on stderr.
    """
    program = shutil.which("ffmpeg")
    if program is None:
        raise NoEncoderError("ffmpeg is not installed: `apt-get install ffmpeg`, or write --joints-only")
    camera = scene.camera
    source = f"-f rawvideo -pix_fmt bgr24 -s {camera.width}x{camera.height} -r {scene.fps:g} -i -".split()
    vp9 = f"-c:v libvpx-vp9 -crf {crf} -b:v 0 -g 250 -deadline good -cpu-used 4 -threads 2 -pix_fmt yuv420p".split()
    plain = ["-an", "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact"]
    command = [program, "-hide_banner", "-loglevel", "error", "-y", *source, *vp9, *plain, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:
        assert encoder.stdin is not None  # noqa: S101
        for _, picture in frames(scene):
            encoder.stdin.write(picture.tobytes())
        encoder.stdin.close()
        if encoder.wait() != 0:
            raise subprocess.CalledProcessError(encoder.returncode, command)
