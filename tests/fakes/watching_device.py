"""A device with the real publisher, that keeps saying how its camera is; to be killed, hung and cut off.

`python -m tests.fakes.watching_device FOLDER PORT`. It is told on its standard input, a JSON object a line, what is
to become of it: fields of the camera's health; `until_s` from now; its `clock`, and how far that is ahead (`ahead_s`);
`rooms`; `mute`: minutes alone, and nothing of the camera.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from edge_agent.messages import topics
from edge_agent.messages.base import Message
from edge_agent.messages.draft import Draft
from edge_agent.messages.stamp import utc_text
from tests.fakes import care
from tests.fakes.broker_device import Device, broker_settings
from tests.fakes.events import minute

EVERY_S = 0.3
MINE = ("clock", "ahead_s", "rooms", "mute")


class Watching:
    """What the device would say now."""

    def __init__(self, folder: Path, port: int) -> None:
        self._device = Device(folder, broker_settings(port, keepalive_s=2))
        self._told: dict[str, Any] = {}
        self._uptime_ms = 0

    def listen(self) -> None:
        for line in sys.stdin:
            self._told = json.loads(line)

    def run(self) -> None:
        while True:
            told = self._told
            rooms = tuple((room, tuple(cameras)) for room, cameras in told.get("rooms", [(care.ROOM, (care.CAMERA,))]))
            self._say(topics.INFO, care.info(rooms))
            if told.get("mute"):
                self._device.say(minute())
            else:
                self._say(topics.HEALTH, self._health(told, rooms))
            time.sleep(EVERY_S)

    def _health(self, told: dict[str, Any], rooms: tuple[tuple[str, tuple[str, ...]], ...]) -> Message:
        self._uptime_ms += 1
        now = datetime.now(UTC) + timedelta(seconds=told.get("ahead_s", 0))
        changes = {key: value for key, value in told.items() if key not in MINE}
        if "until_s" in changes:
            changes["until"] = utc_text(now + timedelta(seconds=changes.pop("until_s")))
        cameras = [
            care.camera_health(now, **{"room": room, "camera": camera} | changes)
            for room, names in rooms
            for camera in names
        ]
        return care.health(now, *cameras, clock=told.get("clock", "synced"), uptime_ms=self._uptime_ms)

    def _say(self, kind: str, message: Message) -> None:
        topic = f"{topics.PREFIX}/{care.FACILITY}/{care.DEVICE}/{kind}"
        self._device.publisher.put(Draft(None, topic, message.model_dump(mode="json", by_alias=True)))


if __name__ == "__main__":
    watching = Watching(Path(sys.argv[1]), int(sys.argv[2]))
    threading.Thread(target=watching.listen, daemon=True).start()
    watching.run()
