"""A fall in front of a real network camera, through the whole box to MQTT; and the box told things while it watches."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import yaml

from edge_agent.types import Image
from tests.fakes.broker import PlainClient, needs_mosquitto, until
from tests.fakes.product import Product, answers
from tests.fakes.rtsp import needs_rtsp, running

pytestmark = [pytest.mark.broker, pytest.mark.models, pytest.mark.rtsp, needs_mosquitto, needs_rtsp]
RENDERED = Path(__file__).parents[1] / "recordings" / "rendered"
FPS = 10
TOPIC = "care/v1/villa-rosa/room-12"


def fall() -> list[Image]:
    """24 s around the fall: walks, falls, lies."""
    capture = cv2.VideoCapture(str(RENDERED / "fall-forward.webm"), cv2.CAP_FFMPEG)
    pictures: list[Image] = []
    while capture.grab():
        if 3.0 <= capture.get(cv2.CAP_PROP_POS_MSEC) / 1000.0 < 33.0:
            pictures.append(np.asarray(capture.retrieve()[1], dtype=np.uint8))
    capture.release()
    return pictures


def latest(witness: PlainClient, kind: str) -> dict[str, Any]:
    payloads = witness.payloads(kind)
    return dict(json.loads(payloads[-1])) if payloads else {}


def camera(witness: PlainClient) -> dict[str, Any]:
    return dict(latest(witness, "health").get("cameras", [{}])[0])


def test_a_fall_before_a_network_camera_reaches_the_wire(tmp_path: Path) -> None:
    with running(fall(), tmp_path, fps=FPS) as server:
        source = {"id": "cam", "room": "r1", "source": {"rtsp": {"url": server.url}}}
        product = Product(tmp_path, {}, cameras=[source])
        product.broker.start()
        until(lambda: answers(product.broker_port), "the broker answers")
        witness = PlainClient(product.broker_port)
        try:
            product.agent.start()
            until(lambda: camera(witness).get("status") == "ok", "the camera sees", 40)
            until(lambda: any(b'"suspected"' in each for each in witness.payloads("incident")), "a fall is seen", 60)
            agent = product.agent.process
            assert agent is not None

            written = (tmp_path / "agent.yaml").read_text(encoding="utf-8")
            (tmp_path / "agent.yaml").write_text(written.replace("room: r1", "rom: r1"), encoding="utf-8")
            os.kill(agent.pid, signal.SIGHUP)
            until(lambda: latest(witness, "health").get("configuration_refused"), "the refusal is told", 20)
            assert "rom" in latest(witness, "health")["configuration_refused"]

            known = yaml.safe_load(written)
            known["cameras"][0]["subject"] = "resident"
            (tmp_path / "agent.yaml").write_text(yaml.safe_dump(known | {"generation": 2}), encoding="utf-8")
            boot = latest(witness, "info")["boot_id"]
            os.kill(agent.pid, signal.SIGHUP)
            until(lambda: latest(witness, "info").get("config_generation") == 2, "generation 2 is in use", 20)
            assert latest(witness, "info")["boot_id"] == boot
            until(lambda: not latest(witness, "health")["configuration_refused"], "nothing is refused any more", 20)

            server.kill()
            until(lambda: camera(witness).get("status") == "blind", "the loss is told", 30)
            server.start()
            until(lambda: camera(witness).get("status") == "ok", "it sees again", 60)

            known["language"] = "it"
            (tmp_path / "agent.yaml").write_text(yaml.safe_dump(known | {"generation": 3}), encoding="utf-8")
            os.kill(agent.pid, signal.SIGHUP)
            until(lambda: latest(witness, "info").get("config_generation") == 3, "the parts are built anew", 30)
            assert latest(witness, "info")["language"] == "it"
            assert latest(witness, "info")["boot_id"] != boot
            assert product.agent.ended() is None
            product.agent.stop()
        finally:
            witness.close()
            product.close()
    assert witness.payloads("availability")[-1] == b"offline"
    lost = [json.loads(each)["lost_s"] for each in witness.payloads("observation")]
    assert any("reconnecting" in each or "unreachable" in each for each in lost)
