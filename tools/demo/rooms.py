"""What the demonstration plays: a real person, and rendered people in rendered rooms."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from firmware_config.schema import Configuration

ROOT = Path(__file__).resolve().parents[2]
REAL_PERSON = ROOT / "models/cache/sports2d_demo.mp4"
"""The demo clip of Sports2D (BSD-3), fetched by hash with the weights."""
RENDERED = ROOT / "tests/recordings/rendered"
FACILITY, DEVICE, CONSUMER = "demo", "box-1", "recommender"


@dataclass(frozen=True, slots=True)
class Room:
    """A room and what is played in it."""

    name: str
    recording: Path
    about: str


ROOMS = (
    Room("garden", REAL_PERSON, "a real person walks past; another somersaults off a roof, which looks like a fall"),
    Room("room-12", RENDERED / "fall-forward.webm", "rendered: a fall, 54 s on the floor, up again"),
    Room("room-14", RENDERED / "slump.webm", "rendered: sits for a minute and slumps"),
)


def configuration(data: Path, broker_port: int, start_after_s: float) -> dict[str, Any]:
    """The agent's configuration, ready to be written as YAML; MQTT 3.1.1, for amqtt knows no other."""
    wanted = {
        **_box(data, broker_port),
        "minute_s": 20,
        "prolonged_sitting_s": [20],
        "analysis_fps": 8,
        "cameras": [
            {
                "id": f"cam-{room.name}",
                "room": room.name,
                "source": {"recording": str(room.recording), "start_after_s": start_after_s},
                **_truth(room.recording),
            }
            for room in ROOMS
        ],
    }
    Configuration.model_validate(wanted)
    return wanted


def with_camera(data: Path, broker_port: int, source: dict[str, Any]) -> dict[str, Any]:
    """The same for a live camera, with the minutes of a real room."""
    wanted = {
        **_box(data, broker_port),
        "analysis_fps": 8,
        "cameras": [{"id": "camera", "room": "this-room", "source": source}],
    }
    Configuration.model_validate(wanted)
    return wanted


def _box(data: Path, broker_port: int) -> dict[str, Any]:
    return {
        "facility": FACILITY,
        "device": DEVICE,
        "profile": "demo",
        "language": "en",
        "data_dir": str(data / "agent"),
        "broker": {"host": "127.0.0.1", "port": broker_port, "protocol": "3.1.1", "consumer": CONSUMER},
    }


def _truth(recording: Path) -> dict[str, Any]:
    """What an installer would have measured of a rendered room's camera."""
    beside = recording.with_suffix(".json")
    if not beside.exists():
        return {}
    camera = json.loads(beside.read_text(encoding="utf-8"))["camera"]
    view = {name: camera[name] for name in ("tilt_deg", "roll_deg", "height_m")}
    return {"view": view | {"intrinsics": [camera[name] for name in ("fx", "fy", "cx", "cy")]}}
