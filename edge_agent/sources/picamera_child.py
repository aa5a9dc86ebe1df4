"""The camera process: drives picamera2 and hands pictures to the agent in shared memory.

A standalone script for the system's Python (3.11 to 3.13), whose libcamera and numpy are not ours: nothing but the
standard library and picamera2 is imported, and nothing of the agent. The agent imports this file for the few
definitions both sides share.

The pictures lie in memory without a name, `SLOTS` slots of equal size. A slot belongs to one side at a time: this side
fills a free one and writes one `RECORD` on the pipe, the agent copies the picture out and gives the slot back by one
byte, its number, on the other pipe. No slot free: the agent is behind, and the picture is dropped here.

picamera2's waits can hang for ever. Nothing here guards against it: the agent watches and kills this process, which
ends by itself when the agent is gone, however that died.

Written against picamera2 0.3.12 to 0.3.36 (Raspberry Pi OS bookworm and trixie) as read in its source, and run with a
fake of it: not yet proven on a camera.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import ctypes
import mmap
import os
import resource
import signal
import struct
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn

SLOTS = 3
"""One being filled, one on its way, one being copied out."""
MAGIC = b"pic1"
RECORD = struct.Struct("<4sIIIqqqq")
"""`MAGIC`; slot; width, height px (rows of 3 * width bytes, blue, green, red, without padding); number of the record,
from 0; then nanoseconds: the sensor's own time (0: unknown), CLOCK_MONOTONIC and CLOCK_BOOTTIME when it was received.
Shorter than PIPE_BUF: a record is written whole or not at all."""

NO_PICAMERA2 = 3
NO_CAMERA = 4
"""Exit codes; any other fault is 1. What happened is the last line on stderr."""

BUFFERS = 4
"""Of libcamera: two at work in it, the newest waiting, one being copied. [C]"""
LINE = 200
"""Characters of an error that are told."""
PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 1, 4
MCL_CURRENT, MCL_FUTURE, MCL_ONFAULT = 1, 2, 4
CAP_IPC_LOCK = 14
"""prctl(2), mlockall(2) and capabilities(7), as on x86 and ARM."""


def main() -> NoReturn:
    """Capture until told to stop (SIGTERM), or until the agent or the camera fails."""
    order = _order()
    sys.excepthook = _fail
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    _shield(order.parent)
    memory = mmap.mmap(order.memory, 0)
    os.close(order.memory)
    free = collections.deque(range(SLOTS))
    threading.Thread(target=_take_back, args=(order.given_back, free), daemon=True).start()
    camera = _started(order.camera, (order.width, order.height), order.fps)
    try:
        _capture(camera, memory, free, order.records)
    except SystemExit:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        camera.close()
    os._exit(0)


def _order() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    for name in ("parent", "memory", "records", "given-back", "camera", "width", "height"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--fps", type=float, required=True)
    return parser.parse_args()


def _fail(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    """End at once: leaving Python in order would close the camera, which hangs when it is the camera that failed."""
    while (first := error.__cause__ or error.__context__) is not None:  # picamera2 wraps what libcamera said
        error = first
    _leave(1, f"{type(error).__name__}: {error}")


def _leave(code: int, why: str) -> NoReturn:
    line = why.strip().partition("\n")[0]
    sys.stderr.write(f"\n{line[:LINE]}\n")
    sys.stderr.flush()
    os._exit(code)


def _shield(parent: int) -> None:
    """No memory of this process is ever written to a disk, and it does not outlive the agent.

    Not to be dumpable is enough against core dumps; the limit is a second lock, which a sandbox may forbid to turn.
    Swapping is forbidden where it may be: under a finite limit, allocations would fail once it was reached.
    """
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc = ctypes.CDLL(None, use_errno=True)
    if _may_lock():
        libc.mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT)
    for option, value in ((PR_SET_DUMPABLE, 0), (PR_SET_PDEATHSIG, signal.SIGKILL)):
        if libc.prctl(option, value, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), f"prctl {option} was refused")
    if os.getppid() != parent:  # it died before the kernel was asked to tell
        os._exit(0)


def _may_lock() -> bool:
    if resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] == resource.RLIM_INFINITY:
        return True
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    rights = next(int(line.split()[1], 16) for line in status if line.startswith("CapEff:"))
    return bool(rights >> CAP_IPC_LOCK & 1)


def _take_back(given_back: int, free: collections.deque[int]) -> None:
    while slots := os.read(given_back, SLOTS):
        free.extend(slots)
    os._exit(0)  # the agent is gone


def _started(number: int, size: tuple[int, int], fps: float) -> Any:  # noqa: ANN401
    try:
        from picamera2 import Picamera2  # type: ignore[import-not-found]  # noqa: PLC0415  it is the system's, and slow
    except (ImportError, ValueError) as fault:  # ValueError: one of its parts was built for another numpy
        _leave(NO_PICAMERA2, f"{type(fault).__name__}: {fault}")
    if number >= (found := len(Picamera2.global_camera_info())):
        _leave(NO_CAMERA, f"{found} camera(s) found")
    camera = Picamera2(number)
    period_us = round(1e6 / fps)
    controls = (
        {"FrameDurationLimits": (period_us, period_us)} if "FrameDurationLimits" in camera.camera_controls else {}
    )
    camera.configure(
        # "RGB888" is libcamera's name for blue, green, red in the order of the bytes.
        camera.create_video_configuration(
            main={"size": size, "format": "RGB888"}, buffer_count=BUFFERS, controls=controls
        )
    )
    camera.start()
    return camera


def _capture(camera: Any, memory: mmap.mmap, free: collections.deque[int], records: int) -> NoReturn:  # noqa: ANN401
    number = 0
    while True:
        request = camera.capture_request()
        received = time.monotonic_ns(), time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        try:
            if not free:
                continue
            sensor = request.get_metadata().get("SensorTimestamp", 0)
            picture = memoryview(request.make_array("main"))
        finally:
            request.release()
        slot = free.popleft()
        width, height = _put(picture, memory, slot)
        os.write(records, RECORD.pack(MAGIC, slot, width, height, number, sensor, *received))
        number += 1


def _put(picture: memoryview, memory: mmap.mmap, slot: int) -> tuple[int, int]:
    """Copy a picture (H, W, 3), whatever the length of its rows, into a slot; its width and height."""
    shape = picture.shape or ()
    if len(shape) != 3 or shape[2] != 3 or picture.itemsize != 1:
        raise RuntimeError(f"unexpected picture: shape {shape}, {picture.itemsize} bytes a value")
    height, width, _ = shape
    capacity = len(memory) // SLOTS
    if picture.nbytes > capacity:
        raise RuntimeError(f"the camera's picture, {width}x{height} px, is larger than asked for")
    start = slot * capacity
    memory[start : start + picture.nbytes] = picture.cast("B") if picture.c_contiguous else picture.tobytes()
    return width, height


if __name__ == "__main__":
    main()
