"""A device to be killed: stores and publishes a numbered stream of minutes until its process ends.

`python -m tests.fakes.broker_victim FOLDER PORT BOOT`
"""

from __future__ import annotations

import itertools
import sys
import time
from pathlib import Path

from tests.fakes.broker_device import Device, broker_settings
from tests.fakes.events import fall, minute


def main(folder: str, port: str, boot: str) -> None:
    device = Device(Path(folder), broker_settings(int(port)), boot=boot)
    for number in itertools.count(1):
        device.say(fall() if number % 10 == 0 else minute())
        time.sleep(0.005)


if __name__ == "__main__":
    main(*sys.argv[1:])
