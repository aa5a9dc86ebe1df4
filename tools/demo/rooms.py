"""What the demonstration plays: a real person, and rendered people in rendered rooms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from firmware_config.schema import Configuration

ROOT = Path(__file__).resolve().parents[2]
REAL_PERSON = ROOT / "models/cache/sports2d_demo.mp4"
"""The demo clip of Sports2D (BSD-3), fetched by hash with the weights."""
RENDERED = ROOT / "tests/recordings/rendered"
FACILITY, DEVICE, CONSUMER = "demo", "box-1", "recommender"


def configuration(data: Path, broker_port: int, start_after_s: float) -> dict[str, Any]:
    """The agent's configuration, ready to be written as YAML."""
    rooms = {
        "corridor": REAL_PERSON,
        "room-12": RENDERED / "fall-forward.webm",
        "room-14": RENDERED / "slump.webm",
    }
    wanted = {
        "facility": FACILITY,
        "device": DEVICE,
        "profile": "demo",
        "language": "en",
        "data_dir": str(data / "agent"),
        "broker": {"host": "127.0.0.1", "port": broker_port, "consumer": CONSUMER},
        "minute_s": 20,
        "prolonged_sitting_s": [20],
        "analysis_fps": 8,
        "cameras": [
            {
                "id": f"cam-{room}",
                "room": room,
                "source": {"recording": str(recording), "start_after_s": start_after_s},
                **_truth(recording),
            }
            for room, recording in rooms.items()
        ],
    }
    Configuration.model_validate(wanted)
    return wanted


def _truth(recording: Path) -> dict[str, Any]:
    """What an installer would have measured of a rendered room's camera."""
    beside = recording.with_suffix(".json")
    if not beside.exists():
        return {}
    camera = json.loads(beside.read_text(encoding="utf-8"))["camera"]
    view = {name: camera[name] for name in ("tilt_deg", "roll_deg", "height_m")}
    return {"view": view | {"intrinsics": [camera[name] for name in ("fx", "fy", "cx", "cy")]}}
