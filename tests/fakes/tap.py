"""A wire between two programs on loopback that remembers every byte."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Self


class Tap:
    """Listens on `port` and passes everything on to another one."""

    def __init__(self, to_port: int) -> None:
        self._to_port = to_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._ends: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self.port = int(self._listener.getsockname()[1])
        self.sent: list[bytearray] = []
        """What came in at the listening end, by connection."""

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5.0)
        for end in self._ends:
            end.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            self._ends.append(near)
            try:
                far = socket.create_connection(("127.0.0.1", self._to_port))
            except OSError:
                near.shutdown(socket.SHUT_RDWR)
                continue
            self._ends.append(far)
            self.sent.append(bytearray())
            for one, other, kept in ((near, far, self.sent[-1]), (far, near, bytearray())):
                self._threads.append(threading.Thread(target=_pass, args=(one, other, kept), daemon=True))
                self._threads[-1].start()


def _pass(one: socket.socket, other: socket.socket, kept: bytearray) -> None:
    with suppress(OSError):
        while piece := one.recv(65536):
            kept += piece
            other.sendall(piece)
    with suppress(OSError):
        other.shutdown(socket.SHUT_RDWR)
