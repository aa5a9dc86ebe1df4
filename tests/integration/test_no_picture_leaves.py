"""No picture is written anywhere during a run; neither pictures nor keypoints are on MQTT."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from tests.fakes.broker import PlainClient, needs_mosquitto, until
from tests.fakes.product import Product, answers

pytestmark = [pytest.mark.broker, pytest.mark.models, needs_mosquitto]

PERSON = Path(__file__).parents[2] / "models/cache/sports2d_demo.mp4"
SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF", b"\x1aE\xdf\xa3", b"ftyp", b"BM6", b"II*\x00")
"""Of jpeg, png, webp and avi, webm, mp4, bmp, tiff."""
LONGEST_PAYLOAD = 32 * 1024
"""Bytes; a small picture of a person would still be told apart at this size, a minute's message is about 2 kB."""


def clip(path: Path) -> Path:
    """Three seconds of the real person, smaller."""
    source = cv2.VideoCapture(str(PERSON))
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 30.0, (640, 360))
    source.set(cv2.CAP_PROP_POS_MSEC, 2000)
    for _ in range(90):
        _, picture = source.read()
        writer.write(cv2.resize(picture, (640, 360)))
    source.release()
    writer.release()
    return path


def rows_of(video: Path) -> list[bytes]:
    """Pieces of picture rows with so much in them that they stand nowhere by chance."""
    capture, pieces = cv2.VideoCapture(str(video)), []
    while True:
        whole, picture = capture.read()
        if not whole:
            break
        pieces += [row.tobytes() for row in picture[::60, 200:216] if np.unique(row).size > 12]
    capture.release()
    return pieces


class OpenFiles:
    """Watches which files a process has open for writing."""

    def __init__(self, pid: int) -> None:
        self.written: set[str] = set()
        self._fds = Path(f"/proc/{pid}/fd")
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._stop.wait(0.02):
            self.written |= set(self._writable())

    def _writable(self) -> Iterator[str]:
        try:
            for fd in self._fds.iterdir():
                flags = int((self._fds.parent / "fdinfo" / fd.name).read_text().split("flags:")[1].split()[0], 8)
                if flags & (os.O_WRONLY | os.O_RDWR):
                    yield str(fd.readlink())
        except OSError:
            return  # closed meanwhile, or the process has ended

    def close(self) -> set[str]:
        self._stop.set()
        self._thread.join(5)
        return {name for name in self.written if name.startswith("/") and not name.startswith("/dev/")}


def keys_of(value: Any) -> Iterator[str]:  # noqa: ANN401  any JSON value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys_of(inner)


def test_only_derived_events_leave_and_no_picture_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, data = tmp_path / "source", tmp_path / "data"
    source.mkdir()
    for variable in ("TMPDIR", "HOME", "XDG_CACHE_HOME"):  # whatever is written there is looked at, too
        monkeypatch.setenv(variable, str(data / variable))
        (data / variable).mkdir(parents=True)
    video = clip(source / "person.mp4")
    product = Product(data, {"room-1": video})
    product.broker.start()
    until(lambda: answers(product.broker_port), "the broker answers")
    witness = PlainClient(product.broker_port)
    try:
        product.recommender.start()
        product.agent.start()
        assert product.agent.process is not None
        files = OpenFiles(product.agent.process.pid)
        assert product.finished(60) == 0
        written = files.close()
    finally:
        witness.close()
        product.close()

    seen = [person for body in witness.bodies("observation") for person in body["persons"]]
    assert seen, "the person was not found, so nothing was proven"
    names = {Path(name.removesuffix(" (deleted)")).name for name in written}
    assert names <= {"outbox.sqlite", "outbox.sqlite-wal", "outbox.sqlite-shm", "outbox.sqlite-journal", "agent.log"}
    pieces = rows_of(video)
    assert len(pieces) > 50
    texts = [payload for _, payload, _ in witness.heard] + [p.read_bytes() for p in data.rglob("*") if p.is_file()]
    for text in texts:
        assert not [mark for mark in SIGNATURES[:2] if mark in text]
        assert not text.startswith(SIGNATURES)
        assert not any(piece in text for piece in pieces)
    for kind, payload, _ in witness.heard:
        assert len(payload) < LONGEST_PAYLOAD
        if kind != "availability":
            keys = set(keys_of(json.loads(payload)))
            assert not {key for key in keys if "keypoint" in key or "image" in key or "picture" in key}
