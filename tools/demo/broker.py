"""The demonstration's broker: Mosquitto where it is installed, else the Python broker amqtt."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import yaml

MOSQUITTO = """\
# Loopback alone and without accounts: a demonstration. docs/mqtt.md says what a facility's broker needs.
listener {port} 127.0.0.1
allow_anonymous true
persistence true
persistence_location {data}/
autosave_interval 1
autosave_on_changes true
log_dest stdout
"""


def broker_command(data: Path, port: int) -> tuple[str, list[str]]:
    """Write the configuration below `data`; the broker's name and command line."""
    folder = data / "broker"
    folder.mkdir(parents=True, exist_ok=True)
    mosquitto = shutil.which("mosquitto", path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin")))
    if mosquitto:
        if os.geteuid() == 0:
            folder.chmod(0o777)  # started by root, Mosquitto becomes the user `mosquitto`
        configuration = folder / "mosquitto.conf"
        configuration.write_text(MOSQUITTO.format(port=port, data=folder), encoding="utf-8")
        return "Mosquitto", [mosquitto, "-c", str(configuration)]
    configuration = folder / "amqtt.yaml"
    settings = {
        "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}},
        "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
    }
    configuration.write_text(yaml.safe_dump(settings), encoding="utf-8")
    return "amqtt (Mosquitto is not installed)", [
        str(Path(sys.executable).with_name("amqtt")),
        "-c",
        str(configuration),
    ]
