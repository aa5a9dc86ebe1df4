"""Asking a network camera why it gave no stream: FFmpeg knows, but OpenCV does not pass it on."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import socket
import ssl
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from edge_agent.sources.live import Loss

PORTS = {"rtsp": 554, "rtsps": 322}
STATUS = re.compile(rb"RTSP/1\.\d (\d{3})")
CHALLENGE = re.compile(r"^WWW-Authenticate:\s*(Basic|Digest)\b(.*)$", re.IGNORECASE | re.MULTILINE)
QUOTED = re.compile(r'(\w+)="([^"]*)"')
UNAUTHORISED, FORBIDDEN, NOT_FOUND = 401, 403, 404
LONGEST_ANSWER = 65536


@dataclass(frozen=True, slots=True)
class Login:
    """Who we are to the camera."""

    user: str = field(repr=False)
    password: str = field(repr=False)


def why_not(url: str, login: Login | None, timeout_s: float) -> tuple[Loss, str]:
    """Ask for a description of the stream (RTSP's DESCRIBE), and read from the answer why there were no pictures.

    Returns:
        The reason and a sentence, in which there is neither the URL nor the login.
    """
    parts = urlsplit(url)
    try:
        with _connected(parts, timeout_s) as connection:
            return _judge(_describe(connection, url, login), login)
    except TimeoutError:
        return "unreachable", f"does not answer within {timeout_s:.0f} s (check the address and the network)"
    except ssl.SSLError:
        return "unreachable", "answers without TLS (use rtsp:// or mend the port)"
    except UnicodeError:
        return "unreachable", "has no name that can be looked up (check the address)"
    except OSError as fault:
        return "unreachable", f"{fault.strerror or 'cannot be found'} (check the address and the network)"


def _connected(parts: SplitResult, timeout_s: float) -> socket.socket:
    connection = socket.create_connection((parts.hostname or "", parts.port or PORTS[parts.scheme]), timeout_s)
    connection.settimeout(timeout_s)
    if parts.scheme == "rtsp":
        return connection
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # as FFmpeg, which plays the stream
    return context.wrap_socket(connection)


def _describe(connection: socket.socket, url: str, login: Login | None) -> int:
    """The camera's last status; 0 where its answer was none of RTSP's."""
    status, headers = _ask(connection, url, 1, "")
    challenge = CHALLENGE.search(headers)
    if status != UNAUTHORISED or login is None or challenge is None:
        return status
    return _ask(connection, url, 2, f"Authorization: {_authorisation(challenge, url, login)}\r\n")[0]


def _ask(connection: socket.socket, url: str, number: int, authorisation: str) -> tuple[int, str]:
    request = f"DESCRIBE {url} RTSP/1.0\r\nCSeq: {number}\r\nAccept: application/sdp\r\n{authorisation}\r\n"
    connection.sendall(request.encode())
    answer = b""
    while b"\r\n\r\n" not in answer and len(answer) < LONGEST_ANSWER:
        part = connection.recv(4096)
        if not part:
            break
        answer += part
    status = STATUS.match(answer)
    return (int(status[1]) if status else 0), answer.decode("latin-1").replace("\r\n", "\n")


def _authorisation(challenge: re.Match[str], url: str, login: Login) -> str:
    """RFC 2617's answer to a challenge."""
    if challenge[1].lower() == "basic":
        return "Basic " + base64.b64encode(f"{login.user}:{login.password}".encode()).decode()
    asked = dict(QUOTED.findall(challenge[2]))
    realm, nonce = asked.get("realm", ""), asked.get("nonce", "")
    who = _md5(f"{login.user}:{realm}:{login.password}")
    what = _md5(f"DESCRIBE:{url}")
    named = {"username": login.user, "realm": realm, "nonce": nonce, "uri": url}
    if "auth" in asked.get("qop", "").split(","):
        once = secrets.token_hex(8)
        named["cnonce"], named["response"] = once, _md5(f"{who}:{nonce}:00000001:{once}:auth:{what}")
        counted = ", qop=auth, nc=00000001"
    else:
        named["response"], counted = _md5(f"{who}:{nonce}:{what}"), ""
    return "Digest " + ", ".join(f'{name}="{value}"' for name, value in named.items()) + counted


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _judge(status: int, login: Login | None) -> tuple[Loss, str]:
    if status in {UNAUTHORISED, FORBIDDEN}:
        given = "refuses this user and password" if login else "asks for a user and a password"
        return "camera_refused", f"{given} (check `user` and `password_file`)"
    if status == NOT_FOUND:
        return "no_pictures", "has no such stream (check the path of `url`)"
    if status == 0:
        return "unreachable", "does not speak RTSP (check the address and the port)"
    if status >= 300:
        return "no_pictures", f"answers with status {status}"
    return "no_pictures", "describes the stream, but no picture of it could be had in time"
