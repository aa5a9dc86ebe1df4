"""A real RTSP server for one test, streaming a recording whose pictures carry their number."""

from __future__ import annotations

import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge_agent.types import Image

SYSTEM_PYTHON = Path("/usr/bin/python3")
NEEDED = (
    "usr/lib/python3/dist-packages/gi/__init__.py",
    "usr/lib/*/girepository-1.0/GstRtspServer-1.0.typelib",
    "usr/lib/*/gstreamer-1.0/libgstrawparse.so",
    "usr/lib/*/gstreamer-1.0/libgstrtp.so",
    "usr/lib/*/gstreamer-1.0/libgstx264.so",
)
INSTALLED = SYSTEM_PYTHON.exists() and all(any(Path("/").glob(pattern)) for pattern in NEEDED)

needs_rtsp = pytest.mark.skipif(
    not INSTALLED,
    reason="no RTSP server: apt install python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-{base,good,ugly}",
)

FPS = 25
SIZE = (320, 192)
BITS, BLOCK = 10, 16
"""The number stands in the top rows: a block a bit, white for 1."""


def numbered_pictures(recording: Path, most: int = 150) -> list[Image]:
    """The pictures of a recording, small, each with its number written in."""
    capture = cv2.VideoCapture(str(recording), cv2.CAP_FFMPEG)
    pictures: list[Image] = []
    while len(pictures) < most:
        whole, image = capture.read()
        if not whole:
            break
        small = np.asarray(cv2.resize(image, SIZE), dtype=np.uint8)
        for bit in range(BITS):
            small[:BLOCK, bit * BLOCK : (bit + 1) * BLOCK] = 255 * (len(pictures) >> bit & 1)
        pictures.append(small)
    capture.release()
    return pictures


def number_of(image: Image) -> int:
    """The number that a picture carries."""
    middle = image[BLOCK // 2, BLOCK // 2 : BITS * BLOCK : BLOCK, 1]
    return sum(1 << bit for bit, value in enumerate(middle) if value > 127)


class RtspServer:
    """A server of its own process; can be killed, hung, and started again on its port."""

    def __init__(self, pictures: list[Image], folder: Path, *login: str, fps: int = FPS) -> None:
        height, width = pictures[0].shape[:2]
        self._shape = (width, height, fps)
        self._raw = folder / "pictures.i420"
        with self._raw.open("wb") as file:
            for picture in pictures:
                file.write(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420).tobytes())
        self._login = login
        self._process: subprocess.Popen[str] | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"rtsp://127.0.0.1:{self.port}/room"

    def start(self) -> None:
        script = Path(__file__).with_name("rtsp_server.py")
        what = (self._raw, *self._shape, self.port, *self._login)
        self._process = subprocess.Popen(
            [SYSTEM_PYTHON, "-I", script, *map(str, what)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def hang(self) -> None:
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        if self._process is not None:
            self._signal(signal.SIGKILL)
            self._process.communicate()
            self._process = None

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)


@contextmanager
def running(pictures: list[Image], folder: Path, *login: str, fps: int = FPS) -> Iterator[RtspServer]:
    server = RtspServer(pictures, folder, *login, fps=fps)
    try:
        server.start()
        yield server
    finally:
        server.kill()


@contextmanager
def listener(answer: bytes | None = None) -> Iterator[int]:
    """A port where connections are accepted; each is answered with the same, or never."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                held.append(connection)
                if answer is not None:
                    connection.recv(4096)
                    connection.sendall(answer)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join(10.0)
            for connection in held:
                connection.close()
