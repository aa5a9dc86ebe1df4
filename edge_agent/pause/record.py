"""Pauses on the card: a restart must not switch a camera on before its time."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

from edge_agent.pause.rules import By, Held

VERSION = 1
RESTART_S = 60.0
"""What a restart of the machine costs a pause where nobody knows how long it took. [C]

A pause is written down at least this often, so that it ends even in a machine that restarts for ever.
"""
_SOURCES: Mapping[str, By] = {by: by for by in get_args(By)}
KERNEL_BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant, in all the clocks that may still know it later."""

    monotonic: float
    utc: datetime
    synchronised: bool
    kernel_boot: str | None
    """Monotonic seconds mean the same within one; None where it cannot be read."""


class UnreadableRecordError(Exception):
    """What lies there is not a record of this version."""


def kernel_boot() -> str | None:
    """Which start of the machine this is."""
    try:
        return KERNEL_BOOT.read_text("ascii").strip()
    except OSError:
        return None


def save(path: Path, cameras: Mapping[str, Held], at: Moment) -> None:
    """Write all or nothing.

    Raises:
        OSError: it could not be written; what was there before still is.
    """
    body = {
        "version": VERSION,
        "monotonic_s": at.monotonic,
        "utc": at.utc.isoformat(),
        "synchronised": at.synchronised,
        "kernel_boot": at.kernel_boot,
        "cameras": {
            camera: {"ends": dict(held.ends), "since": held.since, "ended": held.ended, "spent": held.spent}
            for camera, held in cameras.items()
        },
    }
    fresh = path.with_name(path.name + ".new")
    with fresh.open("w", encoding="utf-8") as opened:
        json.dump(body, opened)
        opened.flush()
        os.fsync(opened.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def load(path: Path, now: Moment) -> dict[str, Held]:
    """What was written, on the clock of now; nothing where there is no file.

    Raises:
        OSError: it is there and cannot be read.
        UnreadableRecordError: it is not a record.
    """
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return {}
    try:
        body = json.loads(text, parse_constant=_no_number)
        if body["version"] != VERSION:
            raise UnreadableRecordError(f"{path} is of version {body['version']}, this one knows {VERSION}")
        then = Moment(
            float(body["monotonic_s"]),
            datetime.fromisoformat(body["utc"]),
            bool(body["synchronised"]),
            body["kernel_boot"],
        )
        cameras = {camera: _held(each) for camera, each in body["cameras"].items()}
        shift = now.monotonic - elapsed_s(then, now) - then.monotonic
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnreadableRecordError(f"{path} is no record of pauses") from error
    return {camera: _shifted(held, shift) for camera, held in cameras.items()}


def elapsed_s(then: Moment, now: Moment) -> float:
    """How much of a pause has gone by between two moments, at least, seconds.

    Within one start of the machine the monotonic clock knows. Beyond it two synchronised clocks do; else the machine
    may have been off for a second or a night: privacy first, only the least is counted.
    """
    if then.kernel_boot is not None and then.kernel_boot == now.kernel_boot and now.monotonic >= then.monotonic:
        return now.monotonic - then.monotonic
    if then.synchronised and now.synchronised and now.utc >= then.utc:
        return (now.utc - then.utc).total_seconds()
    return RESTART_S


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number of seconds")


def _held(body: Mapping[str, Any]) -> Held:
    return Held(
        {_SOURCES[by]: float(until) for by, until in body["ends"].items()},
        None if body["since"] is None else float(body["since"]),
        None if body["ended"] is None else float(body["ended"]),
        tuple(str(key) for key in body["spent"]),
    )


def _shifted(held: Held, by_s: float) -> Held:
    return replace(
        held,
        ends={by: until + by_s for by, until in held.ends.items()},
        since=None if held.since is None else held.since + by_s,
        ended=None if held.ended is None else held.ended + by_s,
    )
