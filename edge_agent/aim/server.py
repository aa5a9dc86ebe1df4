"""The page's own small server: TLS, one door, a handful of addresses (docs/adr/0014)."""

from __future__ import annotations

import json
import logging
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qs, urlsplit

from edge_agent.aim.door import Door, Entry

log = logging.getLogger(__name__)

MOST_BYTES = 64 * 1024
"""Of a request's body: 32 zones and 16 masks have some 10 kB."""
IDLE_S = 15.0
"""A connection that says nothing for so long is closed. [C]"""
MOST_CONNECTIONS = 24
"""At once: a phone and a laptop have six each. [C]"""
COOKIE = "__Host-carepose"
PAGE: Mapping[str, tuple[str, str]] = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
    "/draw.js": ("draw.js", "text/javascript; charset=utf-8"),
    "/report.css": ("report.css", "text/css; charset=utf-8"),
    "/texts.json": ("texts.json", "application/json"),
}
"""What anybody may have: it holds nothing of this box."""
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back."""

    body: bytes
    kind: str = "application/json"
    status: HTTPStatus = HTTPStatus.OK
    file_name: str | None = None
    """Where the browser is to keep it as a file."""


def as_json(data: object, status: HTTPStatus = HTTPStatus.OK) -> Answer:
    """An answer for the page's script."""
    return Answer(json.dumps(data, ensure_ascii=False, allow_nan=False).encode(), status=status)


class Refused(Exception):  # noqa: N818  it is an answer
    """The request cannot be served; `said` is for the page."""

    def __init__(self, status: HTTPStatus, said: list[str]) -> None:
        """Carry the answer."""
        super().__init__("; ".join(said))
        self.status, self.said = status, said


Ask = Callable[[Mapping[str, str]], Answer]
Do = Callable[[dict[str, Any], str], Answer]
"""Of a request's body, and the address it came from."""
Stream = Callable[[Mapping[str, str], float], tuple[dict[str, Any], float] | None]
"""The next message after a time; None when there is no more."""


@dataclass(frozen=True, slots=True)
class Pages:
    """What is behind the door."""

    asked: Mapping[str, Ask]
    done: Mapping[str, Do]
    streamed: Mapping[str, Stream]
    audit: Callable[[str, str], None]
    """Told what was done, and from which address."""


class Server(ThreadingHTTPServer):
    """Listens on one address; each connection has a thread."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(
        self, address: tuple[str, int], tls: ssl.SSLContext, door: Door, pages: Pages, now: Callable[[], float]
    ) -> None:
        """Bind.

        Raises:
            OSError: the address cannot be had.
        """
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.tls, self.door, self.pages, self.now = tls, door, pages, now
        self.lock = threading.Lock()
        self.closing = threading.Event()
        self._free = threading.BoundedSemaphore(MOST_CONNECTIONS)
        super().__init__(address, Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept; the handshake waits for the connection's own thread, so that nobody can hold up the others."""
        connection, address = super().get_request()
        connection.settimeout(IDLE_S)
        return self.tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401  as in the standard library
        """Serve in a thread, or not at all where there are too many."""
        if not self._free.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """In the connection's thread."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401, ARG002
        """Who hangs up, or speaks no TLS, is nobody's fault."""
        log.debug("a connection from %s ended: %s", client_address[0], sys.exc_info()[1])

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401
        """Close at once: waiting for the other side's good-bye would hold the thread."""
        try:
            request.shutdown(socket.SHUT_RDWR)
        except OSError:
            log.debug("the other side was faster")
        self.close_request(request)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "carepose"
    sys_version = ""
    timeout = IDLE_S
    error_content_type = "text/plain"
    error_message_format = "%(code)d %(message)s\n"

    def do_GET(self) -> None:
        """Serve the page, and what is behind the door."""
        split = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(split.query).items()}
        if split.path in PAGE:
            name, kind = PAGE[split.path]
            self._send(Answer(files("edge_agent.aim").joinpath("page", name).read_bytes(), kind))
        elif not self._known():
            self._send(as_json({"said": ["enter"]}, HTTPStatus.FORBIDDEN))
        elif split.path in self.server.pages.streamed:
            self._stream(self.server.pages.streamed[split.path], query)
        elif split.path in self.server.pages.asked:
            ask = self.server.pages.asked[split.path]
            self._answer(lambda: ask(query))
        else:
            self._send(as_json({"said": ["no such page"]}, HTTPStatus.NOT_FOUND))

    def do_POST(self) -> None:
        """Enter, or do something; only from the page itself."""
        try:
            body = self._body()
        except Refused as refused:
            self.close_connection = True  # the rest of the body was not read
            self._send(as_json({"said": refused.said}, refused.status))
            return
        path, address = urlsplit(self.path).path, str(self.client_address[0])
        if path == "/enter":
            self._enter(body, address)
        elif not self._known():
            self._send(as_json({"said": ["enter"]}, HTTPStatus.FORBIDDEN))
        elif path in self.server.pages.done:
            do = self.server.pages.done[path]
            self._answer(lambda: do(body, address))
        else:
            self._send(as_json({"said": ["no such page"]}, HTTPStatus.NOT_FOUND))

    def _enter(self, body: dict[str, Any], address: str) -> None:
        with self.server.lock:
            entry, session = self.server.door.enter(str(body.get("code", "")), self.server.now())
        self.server.pages.audit(f"entry: {entry.value}", address)
        if entry is Entry.OPEN:
            cookie = f"{COOKIE}={session}; Path=/; Secure; HttpOnly; SameSite=Strict"
            self._send(as_json({"entry": entry.value}), {"Set-Cookie": cookie})
            return
        status = HTTPStatus.TOO_MANY_REQUESTS if entry is Entry.WAIT else HTTPStatus.FORBIDDEN
        self._send(as_json({"entry": entry.value}, status))

    def _known(self) -> bool:
        try:
            cookie = SimpleCookie(self.headers.get("Cookie", "")).get(COOKIE)
        except CookieError:
            return False
        with self.server.lock:
            return cookie is not None and self.server.door.knows(cookie.value)

    def _body(self) -> dict[str, Any]:
        """What was posted. A foreign site can neither send JSON without asking first, nor name our origin.

        Raises:
            Refused: it was not posted by the page.
        """
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > MOST_BYTES:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, ["too long"])
        if self.headers.get("Origin") != f"https://{self.headers.get('Host')}":
            raise Refused(HTTPStatus.FORBIDDEN, ["from another page"])
        if self.headers.get_content_type() != "application/json":
            raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, ["not JSON"])
        try:
            body = json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            raise Refused(HTTPStatus.BAD_REQUEST, ["not a JSON object"])
        return body

    def _answer(self, made: Callable[[], Answer]) -> None:
        try:
            self._send(made())
        except Refused as refused:
            self._send(as_json({"said": refused.said}, refused.status))

    def _send(self, answer: Answer, more: Mapping[str, str] | None = None) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        if answer.file_name is not None:
            self.send_header("Content-Disposition", f'attachment; filename="{answer.file_name}"')
        for name, value in {**HEADERS, **(more or {})}.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body)

    def _stream(self, stream: Stream, query: Mapping[str, str]) -> None:
        """Server-sent events until the page goes away."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        at = float("-inf")
        while not self.server.closing.is_set() and (said := stream(query, at)) is not None:
            message, at = said
            self.wfile.write(b"data: " + json.dumps(message, ensure_ascii=False, allow_nan=False).encode() + b"\n\n")
            self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  as in the standard library
        """What was asked is of no interest; what was done is audited."""
