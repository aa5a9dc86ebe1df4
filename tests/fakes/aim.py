"""`edge-agent aim` as it is really run, and a plain client beside the browser."""

from __future__ import annotations

import http.client
import json
import os
import re
import ssl
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.fakes.broker import free_port

ROOT = Path(__file__).parents[2]
KEYPOINTS = ROOT / "tests/recordings/keypoints"
COMMAND = (sys.executable, "-m", "edge_agent.cli", "aim")
RENDERED = ROOT / "tests/recordings/rendered"


def configuration(folder: Path, broker_port: int, cameras: Mapping[str, Path], more: str = "") -> Path:
    """A box of these cameras, each in a room of its name, playing a recording for ever."""
    sources = "\n".join(
        f"  - {{id: {name}, room: room-{name}, source: {{recording: {path}, repeat: true}}}}"
        for name, path in cameras.items()
    )
    path = folder / "agent.yaml"
    path.write_text(
        f"facility: villa-rosa\ndevice: box-1\nprofile: demo\ndata_dir: {folder / 'data'}\ncameras:\n{sources}\n"
        f"broker: {{host: 127.0.0.1, port: {broker_port}, protocol: 3.1.1, consumer: recommender{more}}}\n"
    )
    return path


class Page:
    """The command in a process of its own."""

    def __init__(self, configuration: Path, *words: str, environment: Mapping[str, str] | None = None) -> None:
        self.port = free_port()
        self.log = configuration.with_name("aim.log")
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*COMMAND, "--config", str(configuration), "--port", str(self.port), *words],
                stdout=subprocess.PIPE,
                stderr=log,
                env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
                text=True,
            )
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        found = re.search(r"https://\S+", said)
        assert found is not None, self.log.read_text()
        self.link = found.group()
        """With the code."""
        self.url, _, self.code = self.link.partition("#")

    def ended(self, timeout_s: float = 15.0) -> int:
        return self.process.wait(timeout_s)

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(15)
        assert self.process.stdout is not None
        self.process.stdout.close()


@dataclass(slots=True)
class Client:
    """HTTPS without a browser."""

    port: int
    cookie: str = ""
    heard: list[tuple[str, bytes]] = field(default_factory=list)
    """What came back: headers and body, of every answer."""

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, bytes]:  # noqa: ANN401
        status, answer, _ = self.asked(method, path, body, **headers)
        return status, answer

    def asked(
        self,
        method: str,
        path: str,
        body: Any = None,  # noqa: ANN401
        **headers: str,
    ) -> tuple[int, bytes, http.client.HTTPMessage]:
        usual = {"Origin": f"https://127.0.0.1:{self.port}", "Content-Type": "application/json", "Cookie": self.cookie}
        raw = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        connection = self._dialled()
        try:
            connection.request(method, path, raw, {**usual, **{n.replace("_", "-"): v for n, v in headers.items()}})
            answer = connection.getresponse()
            found = answer.status, answer.read(), answer.headers
        finally:
            connection.close()
        self.heard.append((str(found[2]), found[1]))
        if (given := found[2].get("Set-Cookie")) is not None:
            self.cookie = given.partition(";")[0]
        return found

    def stream(self, path: str, messages: int) -> list[dict[str, Any]]:
        """The first messages of a stream."""
        connection = self._dialled()
        try:
            connection.request("GET", path, headers={"Cookie": self.cookie})
            answer = connection.getresponse()
            assert answer.status == 200
            lines: list[bytes] = []
            while len(lines) < messages:
                line = answer.readline()
                if line.startswith(b"data: "):
                    lines.append(line)
        finally:
            connection.close()
        self.heard.append((str(answer.headers), b"".join(lines)))
        return [json.loads(line.removeprefix(b"data: ")) for line in lines]

    def _dialled(self) -> http.client.HTTPSConnection:
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=10, context=trusting)
