"""`python -m tools.installer_day`: an installer's day, each step timed; the last line is the result as JSON."""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from tools.demo.rooms import ROOT
from tools.installer_day import cards
from tools.installer_day.broker import MOSQUITTO
from tools.installer_day.day import STARTED, Day
from tools.installer_day.laptop import DayError

PASSED, FAILED, USAGE = 0, 1, 2
KEYPOINTS = ROOT / "tests/recordings/keypoints"
SEEN = tuple(KEYPOINTS / f"{name}.npz" for name in ("stand-up", "walk", "fall-forward"))


def main() -> int:
    """Run it; the exit code."""
    wanted = _arguments()
    if missing := [*cards.missing(), *([] if MOSQUITTO else ["mosquitto"])]:
        told = "apt install mosquitto dosfstools mtools fdisk"
        print(f"installer_day: {', '.join(missing)}: not installed ({told})", file=sys.stderr)
        return USAGE
    signal.signal(signal.SIGTERM, _interrupt)
    folder = wanted.keep or Path(tempfile.mkdtemp(prefix="installer-day-"))
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        print(f"installer_day: {folder} is not empty (take another folder)", file=sys.stderr)
        return USAGE
    try:
        result = run(folder, wanted.rooms, SEEN, lambda line: print(line, flush=True))
    except KeyboardInterrupt:
        return FAILED
    finally:
        if wanted.keep is None:
            shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(result))
    return PASSED if result["passed"] else FAILED


def run(folder: Path, rooms: int, recordings: Sequence[Path], tell: Callable[[str], None]) -> dict[str, Any]:
    """Run the day in an empty folder.

    Args:
        folder: where everything of it lies.
        rooms: how many.
        recordings: what the started boxes see.
        tell: is told a line for each step.

    Returns:
        `passed`, `rooms`, `seconds`, and each of `steps` with its name, seconds and what was so; a step that failed
        is the last.
    """
    steps: list[dict[str, Any]] = []
    day, begun, passed = Day(folder.resolve(), rooms, recordings), time.monotonic(), True
    try:
        for name, step in day.steps():
            since = time.monotonic()
            try:
                said = step()
            except (DayError, OSError, subprocess.SubprocessError) as fault:
                passed, said = False, f"FAILED: {fault}"
            steps.append({"step": name, "seconds": round(time.monotonic() - since, 2), "said": said})
            tell(f"{steps[-1]['seconds']:7.2f} s  {name:<12} {said}")
            if not passed:
                break
    finally:
        day.close()
    return {"passed": passed, "rooms": rooms, "seconds": round(time.monotonic() - begun, 1), "steps": steps}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tools.installer_day",
        description="From a list of rooms to boxes that a real broker lets in; a swap, a rotation, a revocation.",
    )
    parser.add_argument("--rooms", type=_rooms, default=40, metavar="N", help=f"at least {STARTED}")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep everything there; it holds keys")
    return parser.parse_args()


def _rooms(text: str) -> int:
    if not STARTED <= int(text) <= 240:
        raise argparse.ArgumentTypeError(f"{STARTED} to 240")
    return int(text)


def _interrupt(signum: int, frame: FrameType | None) -> None:
    del signum, frame
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
