"""The configuration: its faults, its cautions, and who may read the files with secrets in them."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from edge_agent.doctor.finding import Finding, fail, ok, skipped, warn
from edge_agent.doctor.situation import Situation
from firmware_config.cautions import cautions
from firmware_config.faults import Fault
from firmware_config.field import Privacy
from firmware_config.redact import COVERS
from firmware_config.schema import Broker, Camera
from firmware_config.table import row_at

GIVEN = Path("/run/credentials")
"""Where systemd puts the secrets of a service, for as long as it runs."""
NOT_ASKED = skipped("no configuration was given", "name it: --config FILE")
BROKEN = skipped("the configuration cannot be used", "mend it first")


def usable(situation: Situation) -> Finding:
    """Whether the file is a configuration."""
    reading = situation.reading
    if reading is None:
        return NOT_ASKED
    configuration = reading.configuration
    if configuration is None:
        count = len(reading.faults)
        return fail(
            f"{count} fault{'s' * (count != 1)} in {reading.path}",
            "mend the file; edge-config validate says the same quickly",
            *(_said(fault) for fault in reading.faults),
        )
    cameras = len(configuration.cameras)
    return ok(
        f"{configuration.facility}/{configuration.device}, generation {configuration.generation}, profile "
        f"{configuration.profile}, {cameras} camera{'s' * (cameras != 1)}"
    )


def cautious(situation: Situation) -> Finding:
    """What is no fault of the file and may be one on this box."""
    if situation.configuration is None:
        return NOT_ASKED if situation.reading is None else BROKEN
    said = cautions(situation.configuration)
    if said:
        return warn(f"{len(said)} to look at", "see to each, or know why it is so", *said)
    return ok("every file it names is there")


def guarded(situation: Situation) -> Finding:
    """Who may read the secrets, and who may change the configuration."""
    reading = situation.reading
    if reading is None:
        return NOT_ASKED
    loose = [f"{key}: {who}" for key, path in _secrets(reading.cameras, reading.broker) if (who := _readable(path))]
    if loose:
        return fail("others can read a secret", "sudo chmod 600 that file, and let the agent's user own it", *loose)
    if reading.path.stat().st_mode & stat.S_IWOTH:
        return fail("anybody on this box can change the configuration", f"sudo chmod o-w {reading.path}")
    return ok("nobody else can read a secret or change the file")


def _readable(path: Path) -> str | None:
    """Who beside its owner can read a file; None also where that cannot be seen, which `login` will tell."""
    if path.is_relative_to(GIVEN):
        return None
    try:
        mode = path.stat().st_mode
    except OSError:
        return None
    if mode & stat.S_IROTH:
        return "everybody can read the file"
    return "its group can read the file" if mode & stat.S_IRGRP else None


def _secrets(cameras: tuple[Camera, ...], broker: Broker | None) -> Iterator[tuple[str, Path]]:
    if broker is not None:
        if broker.password_file is not None:
            yield "broker.password_file", broker.password_file
        if broker.tls is not None and broker.tls.key is not None:
            yield "broker.tls.key", broker.tls.key
    for camera in cameras:
        if camera.source.rtsp is not None and camera.source.rtsp.password_file is not None:
            yield f"cameras.{camera.id}.source.rtsp.password_file", camera.source.rtsp.password_file


def _said(fault: Fault) -> str:
    """A fault with its line; the file has been named."""
    said = str(_covered(fault)).removeprefix(f"{fault.file}:").strip()
    return said if fault.line is None else f"line {said}"


def _covered(fault: Fault) -> Fault:
    """A fault without the value where that can lead to a person; of a secret there is none in it anyway."""
    row = row_at(tuple(int(step) if step.isdecimal() else step for step in fault.where.split(".")))
    if row is None or row.facts.privacy is Privacy.PLAIN or not fault.found:
        return fault
    return replace(fault, found=COVERS[Privacy.PERSONAL], suggestion="")
