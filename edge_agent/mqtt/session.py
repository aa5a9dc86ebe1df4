"""The network thread: keeps a connection and, when it is lost, makes another."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from edge_agent.mqtt.connection import Connection
from edge_agent.mqtt.settings import BrokerSettings
from edge_agent.mqtt.signals import Lost, Signal
from edge_agent.runtime.backoff import Backoff

LOG = logging.getLogger(__name__)


class Session:
    """Owns the connection. `run` is the body of its thread; what happens is posted as signals."""

    def __init__(
        self,
        settings: BrokerSettings,
        client_id: str,
        availability: str,
        post: Callable[[Signal], None],
        beat: Callable[[], None],
    ) -> None:
        """Prepare; nothing is dialled before `run`.

        Args:
            settings: where and how.
            client_id: the same at each attempt, so that the broker ends a half-dead predecessor.
            availability: the topic of the will.
            post: takes signals from the network thread; must not block.
            beat: called at each turn of a connection and after each attempt, whatever the broker does.
        """
        self._settings = settings
        self._client_id = client_id
        self._availability = availability
        self._post = post
        self._beat = beat
        self._stop = threading.Event()
        self._said: str | None = None

    def stop(self) -> None:
        """Let `run` end: after the present connection, which the publisher leaves, or within the present attempt."""
        self._stop.set()

    def run(self) -> None:
        """Keep a connection until `stop`."""
        backoff = Backoff(self._settings.backoff_first_s, self._settings.backoff_most_s)
        while not self._stop.is_set():
            began = time.monotonic()
            connection = Connection(self._settings, self._post, self._beat)
            fault = connection.run(self._client_id, self._availability, self._stop)
            self._tell(fault)
            self._post(Lost(fault))
            self._beat()
            if connection.joined and time.monotonic() - began >= self._settings.steady_s:
                backoff.reset()
            self._stop.wait(backoff.next())

    def _tell(self, fault: str | None) -> None:
        """Log a fault once, not at each attempt."""
        if fault is not None and fault != self._said:
            LOG.warning("%s Trying again by itself; nothing is lost meanwhile.", fault)
        self._said = fault
