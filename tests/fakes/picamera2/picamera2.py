"""Stands in for the system's picamera2 in the camera process: the few calls that are made of it, and its bad days.

The folder is put on the child's PYTHONPATH. `FAKE_CAMERA` says how the camera behaves, as words with a number where
one makes sense ("hang=5 fps=100"): after so many pictures it hangs, gives the same one again, dies, ... A picture is of
one value all over, its own number modulo 251: a torn one has two.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

MODE = {name: number for name, _, number in (word.partition("=") for word in os.environ["FAKE_CAMERA"].split())}
FOR_EVER_S = 3600.0

if "no-module" in MODE:
    raise ImportError("No module named 'libcamera'")
if "other-numpy" in MODE:
    raise ValueError("numpy.dtype size changed, may indicate binary incompatibility")


def die_by(number: int) -> NoReturn:
    """As a crash in C++ would."""
    os.kill(os.getpid(), number)
    time.sleep(FOR_EVER_S)
    raise AssertionError("still alive")


class Request:
    """One picture and its metadata; a camera has only so many buffers for them."""

    def __init__(self, camera: Picamera2, number: int, stamp: int) -> None:
        self.camera = camera
        self.number = number
        self.stamp = stamp

    def get_metadata(self) -> dict[str, Any]:
        unstamped = "unstamped" in MODE
        return {"ExposureTime": 10_000} | ({} if unstamped else {"SensorTimestamp": self.stamp})

    def make_array(self, name: str) -> Any:  # noqa: ANN401
        if name not in self.camera.configured:
            raise RuntimeError(f"Stream {name!r} is not defined")
        width, height = self.camera.configured[name]["size"]
        value = self.number % 251
        if "ramp" in MODE:  # every pixel tells its column, row and colour
            return memoryview(bytes(v for y in range(height) for x in range(width) for v in (x, y, 255))).cast(
                "B", (height, width, 3)
            )
        if "padded" in MODE:  # rows longer than the picture, as the sensor's alignment makes them
            import numpy as np  # noqa: PLC0415  the interpreters of some tests have none

            rows = np.full((height, width + 21, 3), 255, np.uint8)
            rows[:, :width] = value
            return rows[:, :width]
        if "flat" in MODE:
            return memoryview(bytes((value,)) * (width * height))
        return memoryview(bytes((value,)) * (width * height * 3)).cast("B", (height, width, 3))

    def release(self) -> None:
        self.camera.buffers += 1


class Picamera2:
    """The camera."""

    def __init__(self, camera_num: int = 0) -> None:
        self.camera_controls = {"FrameDurationLimits": (1, 1_000_000, 33_333)}
        self.configured: dict[str, Any] = {}
        self.buffers = 0
        self.number = 0
        self.stamp = 0
        try:
            self._acquire()
        except RuntimeError as fault:
            raise RuntimeError("Camera __init__ sequence did not complete.") from fault

    def _acquire(self) -> None:
        if "busy" in MODE:
            raise RuntimeError("Failed to acquire camera: Device or resource busy")

    @staticmethod
    def global_camera_info() -> list[dict[str, Any]]:
        return [{"Num": number, "Id": f"/base/fake{number}"} for number in range(int(MODE.get("cameras", 1)))]

    def create_video_configuration(
        self, main: dict[str, Any], buffer_count: int, controls: dict[str, tuple[int, int]]
    ) -> dict[str, Any]:
        return {"main": main, "buffer_count": buffer_count, "controls": controls}

    def configure(self, configuration: dict[str, Any]) -> None:
        main = configuration["main"]
        if main["format"] != "RGB888":
            raise RuntimeError(f"Bad format {main['format']} in stream main")
        width, height = main["size"]
        smaller, larger = (int(MODE.get(name, 0)) for name in ("smaller", "larger"))
        self.configured = {"main": {"size": (width - smaller + larger, height)}}
        self.buffers = configuration["buffer_count"]
        low, _ = configuration["controls"]["FrameDurationLimits"]
        self.period_s = 1.0 / float(MODE["fps"]) if "fps" in MODE else low / 1e6

    def start(self) -> None:
        if "hang-start" in MODE:
            time.sleep(FOR_EVER_S)
        if "deaf" in MODE:
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        if "helper" in MODE:  # libcamera may run its algorithms in a process of their own
            subprocess.Popen([sys.executable, "-c", f"import time; time.sleep({FOR_EVER_S})"])

    def capture_request(self) -> Request:
        """Wait for the next picture; what is to go wrong goes wrong here."""
        self._misbehave()
        if self.buffers == 0:
            time.sleep(FOR_EVER_S)  # every buffer is held by the caller
        time.sleep(self.period_s)
        self.buffers -= 1
        if not self._after("stale"):
            self.number += 1
            clock = time.CLOCK_BOOTTIME if "boottime" in MODE else time.CLOCK_MONOTONIC
            self.stamp = time.clock_gettime_ns(clock) - 10**9 * int(MODE.get("late", 0))
        return Request(self, self.number, self.stamp)

    def close(self) -> None:
        if "tell-close" in MODE:
            sys.stderr.write("closed\n")
        if "hang-close" in MODE:
            time.sleep(FOR_EVER_S)

    def _after(self, name: str) -> bool:
        return name in MODE and self.number >= int(MODE[name])

    def _misbehave(self) -> None:
        if "chatty" in MODE:
            sys.stderr.write("[0:01:02.345678901] [123]  WARN RPI something is as it is\n" * 1000)
        if self._after("hang"):
            sys.stderr.write("[0:01:02.345678901] [123] ERROR RPI Camera frontend has timed out!\n")
            time.sleep(FOR_EVER_S)
        if self._after("grip"):  # in C++, and no other thread of Python runs meanwhile
            ctypes.PyDLL(None).sleep(int(FOR_EVER_S))
        if self._after("exit"):
            os._exit(int(MODE.get("code", 7)))
        if self._after("crash"):
            die_by(signal.SIGSEGV)
        if self._after("raise"):
            raise RuntimeError("Camera frontend has timed out!\nsecond line")
        if self._after("rubbish"):
            self._write_on_the_records(b"\x89PNG" * 16)
        if self._after("half"):
            self._write_on_the_records(b"pic1")
        if self._after("confess"):
            self._confess()

    @staticmethod
    def _write_on_the_records(what: bytes) -> None:
        order = dict(word.lstrip("-").split("=") for word in sys.argv[1:])
        os.write(int(order["records"]), what)
        time.sleep(FOR_EVER_S)

    @staticmethod
    def _confess() -> NoReturn:
        """Say how the process is shielded, which only the process itself can tell."""
        dumpable = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)
        core = resource.getrlimit(resource.RLIMIT_CORE)
        locked = "VmLck:\t       0 kB" not in Path("/proc/self/status").read_text()
        ours = sorted(name for name in sys.modules if name.startswith("edge_agent"))
        raise RuntimeError(
            f"dumpable={dumpable} core={core} locked={locked} names={','.join(sorted(os.environ))} ours={ours}"
        )
