"""systemd's end of the notification socket."""

from __future__ import annotations

import socket


class Door:
    """Hears what a service says; `address` is a path, or starts with a zero byte for an abstract socket."""

    def __init__(self, address: str) -> None:
        self._listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._listening.bind(address)
        self._listening.settimeout(0.0)

    def heard(self) -> list[str]:
        """Everything said since the last call."""
        said = []
        while True:
            try:
                said.append(self._listening.recv(4096).decode())
            except BlockingIOError:
                return said

    def close(self) -> None:
        self._listening.close()
