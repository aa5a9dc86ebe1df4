"""One run of the camera process (`picamera_child`): its memory, its pipes and its end."""

from __future__ import annotations

import fcntl
import mmap
import os
import re
import select
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from edge_agent.sources import picamera_child
from edge_agent.sources.picamera_child import LINE, MAGIC, RECORD, SLOTS
from edge_agent.types import Image

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "LIBCAMERA_LOG_LEVELS": "*:WARN"}
"""All that the child learns of our environment. At its usual level libcamera talks without need."""
TAIL_BYTES = 4096
"""Kept of what the child says: libcamera may talk for months."""
LOOK_S = 0.02
UPTIME = re.compile(r"^(\[[\d:.]+\]\s*)+")
"""What libcamera puts before each line, with the thread: without them the same fault reads the same again."""


class RubbishError(Exception):
    """The child wrote what is no record of a picture."""


@dataclass(frozen=True, slots=True)
class Record:
    """A picture in a slot that is ours until it is given back; `picamera_child.RECORD` says what the fields are."""

    slot: int
    width: int
    height: int
    number: int
    sensor_ns: int
    monotonic_ns: int
    boottime_ns: int


class CameraProcess:
    """A child of the thread that starts it: that thread reads and ends it, and the kernel kills it with the thread."""

    def __init__(
        self, python: Path, camera: int, size: tuple[int, int], fps: float, environment: Mapping[str, str]
    ) -> None:
        """Start it; the camera takes seconds more.

        Args:
            python: the system's interpreter.
            camera: index among libcamera's cameras.
            size: width, height of the pictures, px.
            fps: pictures per second.
            environment: variables added to `ENVIRONMENT`.

        Raises:
            OSError: the interpreter cannot be run, or there is no memory for the pictures.
        """
        width, height = size
        self._capacity = 3 * width * height
        self._ours: set[int] = set()
        self._next = 0
        self._tail = b""
        with ExitStack() as held, ExitStack() as lent:
            memory = _sealed_memory(SLOTS * self._capacity)
            lent.callback(os.close, memory)
            self._memory = held.enter_context(
                mmap.mmap(memory, SLOTS * self._capacity, mmap.MAP_SHARED, mmap.PROT_READ)
            )
            self._records, records = _pipe(held, lent)
            self._words, words = _pipe(held, lent)
            given_back, self._given_back = _pipe(lent, held)
            order = (
                f"--parent={os.getpid()}", f"--memory={memory}", f"--records={records}", f"--given-back={given_back}",
                f"--camera={camera}", f"--width={width}", f"--height={height}", f"--fps={fps}",
            )  # fmt: skip
            self._process = subprocess.Popen(  # noqa: S603  our own script
                # -s, -P: neither a user's packages nor the script's folder, whose modules are not for that Python.
                [python, "-s", "-P", picamera_child.__file__, *order],
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                pass_fds=(memory, records, given_back),
                env={**ENVIRONMENT, **environment},
                cwd="/",
                start_new_session=True,
            )
            self._held = held.pop_all()
        self._poll = select.poll()
        for end in (self._records, self._words):
            os.set_blocking(end, False)
            self._poll.register(end, select.POLLIN)

    @property
    def pid(self) -> int:
        """Of the child, which leads a process group of its own."""
        return self._process.pid

    @property
    def gone(self) -> bool:
        """Whether the kernel has let it go: one that waits for a wedged driver cannot be killed."""
        return self._process.poll() is not None

    def records(self, timeout: float) -> list[Record]:
        """What was captured, oldest first; empty when nothing came within `timeout` seconds, or sooner.

        Raises:
            EOFError: it ended.
            RubbishError: it wrote something else.
        """
        ready = {end for end, _ in self._poll.poll(max(0.0, 1000 * timeout))}
        if self._words in ready and not self._listen():
            self._poll.unregister(self._words)
        if self._records not in ready:
            return []
        written = os.read(self._records, SLOTS * RECORD.size)
        if not written:
            raise EOFError
        if len(written) % RECORD.size:
            raise RubbishError
        return [self._checked(*fields) for fields in RECORD.iter_unpack(written)]

    def _checked(self, magic: bytes, *fields: int) -> Record:
        record = Record(*fields)
        whole = (
            magic == MAGIC
            and record.slot < SLOTS
            and record.slot not in self._ours
            and record.number == self._next
            and 0 < 3 * record.width * record.height <= self._capacity
        )
        if not whole:
            raise RubbishError
        self._ours.add(record.slot)
        self._next += 1
        return record

    def _listen(self) -> bool:
        """Keep the end of what the child says; False when it says no more."""
        try:
            words = os.read(self._words, 1 << 16)
        except BlockingIOError:
            return False
        self._tail = (self._tail + words)[-TAIL_BYTES:]
        return bool(words)

    def copy(self, record: Record, turn: int | None) -> Image:
        """The picture of a record, (H, W, 3) blue, green, red, turned by a code of `cv2.rotate`."""
        count = 3 * record.width * record.height
        shared = np.frombuffer(self._memory, np.uint8, count, record.slot * self._capacity)
        image = shared.reshape(record.height, record.width, 3)
        return image.copy() if turn is None else np.asarray(cv2.rotate(image, turn), np.uint8)

    def give_back(self, record: Record) -> None:
        """Let the child fill the slot again."""
        self._ours.remove(record.slot)
        try:
            os.write(self._given_back, bytes((record.slot,)))
        except BrokenPipeError:
            return  # it died just now; `records` says so next

    def end(self, grace_s: float, kill_s: float) -> int | None:
        """Stop the child and all that it started, and let go of the memory and the pipes.

        Args:
            grace_s: seconds it has to close the camera.
            kill_s: seconds the kernel has to end it after that.

        Returns:
            Its exit code, negative a signal; None if it is still there (`gone` tells when it no longer is).
        """
        os.killpg(self.pid, signal.SIGTERM)
        self._over_within(grace_s)
        os.killpg(self.pid, signal.SIGKILL)  # also for what it started; its number is ours until it is reaped below
        self._over_within(kill_s)
        code = self._process.poll()
        while self._listen():
            pass
        self._held.close()
        return code

    def _over_within(self, seconds: float) -> None:
        """Wait for the child's end without reaping it."""
        until = time.monotonic() + seconds
        while os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            if time.monotonic() > until:
                return
            time.sleep(LOOK_S)

    def last_words(self) -> str:
        """The last line that the child said, printable and short: libcamera's or Python's fault, never a picture."""
        lines = self._tail.decode("ascii", "replace").split("\n")
        printable = ("".join(c for c in line if c.isascii() and c.isprintable()).strip() for line in reversed(lines))
        return next((UPTIME.sub("", line)[:LINE] for line in printable if line), "")


def _sealed_memory(size: int) -> int:
    """Memory without a name that nobody can make larger or smaller: neither side can pull it from under the other."""
    memory = os.memfd_create("pictures", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.truncate(memory, size)
    fcntl.fcntl(memory, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
    return memory


def _pipe(reader: ExitStack, writer: ExitStack) -> tuple[int, int]:
    """The two ends of a pipe, each closed by its owner."""
    ends = os.pipe()
    for owner, end in zip((reader, writer), ends, strict=True):
        owner.callback(os.close, end)
    return ends
