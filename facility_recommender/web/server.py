"""The web server in a thread of its own, and the two ways into it from outside."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import uvicorn

from facility_recommender.board import Now
from facility_recommender.errors import AddressError
from facility_recommender.web.app import Act, build
from facility_recommender.web.live import Live

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def listen(host: str, port: int) -> socket.socket:
    """Take the page's address.

    Raises:
        AddressError: it is in use, or not ours.
    """
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise AddressError(
            f"the page cannot be served at {host}:{port}: {error.strerror or error}",
            "end what uses it, or give another --web-host or --web-port",
        ) from error


class Web:
    """The page's server. `run` belongs to one thread; the rest may be called from any."""

    def __init__(
        self,
        listener: socket.socket,
        first: Now,
        true_at: datetime,
        limit_s: float,
        act: Act,
        names: Sequence[str],
        pair: tuple[Path, Path] | None = None,
    ) -> None:
        """Prepare to serve on a socket that is listening already; see `Limits.page_s`.

        With `pair`, a certificate and its key that `load_pair` can use, the page is served with TLS.
        """
        self._listener = listener
        self._live = Live(first, true_at, limit_s)
        self._loop = asyncio.new_event_loop()
        self._server = uvicorn.Server(
            uvicorn.Config(
                build(self._live, act, [*LOOPBACK, *names]),
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=2,
                ssl_certfile=pair[0] if pair else None,
                ssl_keyfile=pair[1] if pair else None,
            )
        )

    def run(self) -> None:
        """Serve until `stop`."""
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._server.serve(sockets=[self._listener]))
        self._loop.close()

    def show(self, now: Now) -> None:
        """Show another view."""
        self._loop.call_soon_threadsafe(self._live.show, now)

    def confirm(self, true_at: datetime) -> None:
        """What is shown still holds."""
        self._loop.call_soon_threadsafe(self._live.confirm, true_at)

    def stop(self) -> None:
        """Let every connection end, then the server."""
        self._loop.call_soon_threadsafe(self._live.close)
        self._server.should_exit = True
