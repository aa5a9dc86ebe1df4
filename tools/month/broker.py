"""The month's broker: a real Mosquitto that can be killed, frozen and brought back on its port."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from pathlib import Path

from tools.demo.broker import broker_command

UP_S = 10.0


class RealBroker:
    """One Mosquitto."""

    def __init__(self, folder: Path) -> None:
        """Not started."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        name, self._command = broker_command(folder, self.port)
        if name != "Mosquitto":
            raise FileNotFoundError("mosquitto is not installed: apt install mosquitto")
        self._process: subprocess.Popen[bytes] | None = None
        self.serves = False

    def start(self) -> None:
        """Start it, and wait until it listens."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + UP_S
        while not self._listens():
            if time.monotonic() > until:
                raise TimeoutError("mosquitto does not listen")
            time.sleep(0.02)
        self.serves = True

    def go_away(self, how: str) -> None:
        """`kill` it or `freeze` it."""
        self.serves = False
        if self._process is None:
            return
        if how == "kill":
            self._process.kill()
            self._process.wait()
            self._process = None
        else:
            self._process.send_signal(signal.SIGSTOP)

    def come_back(self) -> None:
        """Undo that."""
        if self._process is None:
            self.start()
        else:
            self._process.send_signal(signal.SIGCONT)
            self.serves = True

    def close(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.terminate()
            self._process.wait()

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0
