"""`edge-config validate`: every fault of the given files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from firmware_config.cameras import KINDS
from firmware_config.cautions import cautions
from firmware_config.load import InvalidConfigurationError, load
from firmware_config.schema import Camera, Configuration

INVALID = 78


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("validate", help="say every fault of the given files, with line and column")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.set_defaults(run=lambda options: max(_validate(file) for file in options.files))


def _validate(file: Path) -> int:
    try:
        configuration = load(file)
    except InvalidConfigurationError as invalid:
        count = len(invalid.faults)
        print(invalid, file=sys.stderr)
        print(f"{_name(file)}: cannot be used: {count} fault{'s' * (count != 1)}", file=sys.stderr)
        return INVALID
    print(_summary(file, configuration))
    for caution in cautions(configuration):
        print(f"{_name(file)}: caution: {caution}", file=sys.stderr)
    return 0


def _summary(file: Path, configuration: Configuration) -> str:
    broker, pause = configuration.broker, configuration.pause
    box = f"{configuration.facility}/{configuration.device}, generation {configuration.generation}"
    acknowledged = f"acknowledged by {broker.consumer or 'the broker'}"
    lines = [
        f"{_name(file)}: valid: {box}, profile {configuration.profile}",
        *(f"  camera {camera.id} in {camera.room}: {_seen(camera)}" for camera in configuration.cameras),
        f"  analysis: {configuration.analysis_fps:g} pictures/s and camera, {configuration.threads} thread(s)",
        f"  broker: {broker.host}:{broker.port}, {'with' if broker.tls else 'without'} TLS, {acknowledged}",
        f"  pauses: at most {pause.longest_s:g} s, {len(pause.schedule)} window(s) in {configuration.time_zone}",
        f"  fail-safe: {'on' if configuration.fail_safe else 'off'}",
    ]
    return "\n".join(lines)


def _seen(camera: Camera) -> str:
    (kind,) = (kind for kind in KINDS if getattr(camera.source, kind) is not None)
    masks = len(camera.privacy.masks)
    return f"{kind}, {len(camera.zones)} zone(s), {masks} mask(s), face blur {camera.privacy.face_blur}"


def _name(file: Path) -> str:
    return str(file).encode("utf-8", "backslashreplace").decode()
