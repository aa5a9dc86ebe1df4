"""The real agent on a real person with a face, and a pattern behind a mask: no piece of a picture is written or sent.

Every call that writes, sends or opens is told by strace, the wire to the broker is tapped, and the files are read. What
reaches the pose stage is held to the same in `test_faces_never_reach_the_pose.py`.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import yaml

from edge_agent.eye import eye
from edge_agent.privacy import Mask, PrivacySettings
from edge_agent.types import Demand, Frame, Image, Layout, Observation
from tests.fakes import traced
from tests.fakes.broker import PlainClient, needs_mosquitto, until
from tests.fakes.leaks import Words, has_pixels, leaked, pieces
from tests.fakes.product import Product, answers
from tests.fakes.tap import Tap

PERSON = Path(__file__).parents[2] / "models/cache/sports2d_demo.mp4"
SIZE = (640, 360)
WINDOW = ((0.02, 0.04), (0.22, 0.04), (0.22, 0.5), (0.02, 0.5))
"""Of the picture, where the pattern is and the mask lies."""
LONGEST_PAYLOAD = 32 * 1024
"""Bytes; a small picture of a person would still be told apart at this size, a minute's message is about 2 kB."""
OURS = {
    "outbox.sqlite", "outbox.sqlite-wal", "outbox.sqlite-shm", "outbox.sqlite-journal", "pauses.json",
    "pauses.json.new", "agent.log", "null",
}  # fmt: skip
"""All the agent may open to write."""


def masked(picture: Image) -> Image:
    """The part behind the mask."""
    (left, top), (right, bottom) = (np.multiply(WINDOW[corner], SIZE).astype(int) for corner in (0, 2))
    return picture[top:bottom, left:right]


def clip(path: Path) -> Path:
    """Three seconds of the real person, smaller, beside a window full of coloured noise."""
    draw = np.random.default_rng(7)
    source = cv2.VideoCapture(str(PERSON))
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 30.0, SIZE)
    source.set(cv2.CAP_PROP_POS_MSEC, 2000)
    for _ in range(90):
        _, picture = source.read()
        small = np.asarray(cv2.resize(picture, SIZE), np.uint8)
        window = masked(small)
        coarse = draw.integers(0, 256, (window.shape[0] // 4 + 1, window.shape[1] // 4 + 1, 3), np.uint8)
        window[:] = np.kron(coarse, np.ones((4, 4, 1), np.uint8))[: window.shape[0], : window.shape[1]]
        writer.write(small)
    source.release()
    writer.release()
    return path


def pictures_of(video: Path) -> list[Image]:
    """As the agent decodes them."""
    found: list[Image] = []
    capture = cv2.VideoCapture(str(video))
    while True:
        whole, picture = capture.read()
        if not whole:
            capture.release()
            return found
        found.append(np.asarray(picture, np.uint8))


@dataclass
class Run:
    """What came of one run of the agent."""

    wanted: Words
    calls: traced.Traced
    wire: list[bytes]
    files: dict[str, bytes]
    heard: list[tuple[str, bytes, bool]]
    broker_port: int


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    if reason := traced.why_not():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("pixels")
    data = folder / "data"
    video = clip(folder / "person.mp4")
    camera = {
        "id": "cam-1",
        "room": "room-1",
        "source": {"recording": str(video), "start_after_s": 2},
        "privacy": {"masks": [{"name": "window", "polygon": WINDOW}], "face_blur": "detector"},
    }
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("TMPDIR", "HOME", "XDG_CACHE_HOME"):  # whatever is written there is looked at, too
            patch.setenv(variable, str(data / variable))
            (data / variable).mkdir(parents=True)
        patch.setenv("PYTHONDONTWRITEBYTECODE", "1")
        product = Product(data, {})
        with Tap(product.broker_port) as tap:
            broker = {"host": "127.0.0.1", "port": tap.port, "consumer": "recommender"}
            written = (data / "agent.yaml").read_text("utf-8")
            (data / "agent.yaml").write_text(json.dumps(_with(written, cameras=[camera], broker=broker)), "utf-8")
            product.agent.command = [*traced.command(folder / "calls"), *product.agent.command]
            product.broker.start()
            until(lambda: answers(product.broker_port), "the broker answers")
            witness = PlainClient(product.broker_port)
            try:
                product.recommender.start()
                product.agent.start()
                assert product.finished(120) == 0, product.agent.last_words()
            finally:
                witness.close()
                product.close()
            wire, port = [bytes(sent) for sent in tap.sent], tap.port
    pictures = pictures_of(video)
    wanted = [picture[::8] for picture in pictures[::6]] + [masked(picture)[::2] for picture in pictures[::3]]
    files = {str(path.relative_to(data)): path.read_bytes() for path in data.rglob("*") if path.is_file()}
    return Run(pieces(wanted), traced.read(folder / "calls"), wire, files, witness.heard, port)


def _with(text: str, **changed: Any) -> dict[str, Any]:  # noqa: ANN401
    return {**yaml.safe_load(text), **changed}


@pytest.mark.broker
@pytest.mark.models
@needs_mosquitto
def test_the_person_was_seen_so_that_something_is_proven(run: Run) -> None:
    bodies = [json.loads(payload) for topic, payload, _ in run.heard if topic == "observation"]
    assert [person for body in bodies for person in body["persons"]]
    assert len(run.wanted) > 10_000
    assert any(b"outbox.sqlite" in name.encode() for name in run.calls.written)
    assert sum(len(sent) for sent in run.wire) > 1000
    said = b"".join(run.calls.written[name] for name in run.calls.written if name.startswith("socket"))
    assert b"care/observation/1" in said, "strace has seen what was sent"


@pytest.mark.broker
@pytest.mark.models
@needs_mosquitto
def test_nothing_that_was_written_or_sent_holds_a_piece_of_a_picture(run: Run) -> None:
    for name, data in run.calls.written.items():
        assert not leaked(bytes(data), run.wanted), name
    for name, content in run.files.items():
        assert not leaked(content, run.wanted), name
    for sent in run.wire:
        assert not leaked(sent, run.wanted)
    assert not run.calls.odd, "data went where it cannot be seen"


@pytest.mark.broker
@pytest.mark.models
@needs_mosquitto
def test_only_outbox_log_and_pauses_are_opened_to_write(run: Run) -> None:
    names = {Path(name).name for name in run.calls.opened}
    assert names <= OURS, names - OURS
    assert names & {"outbox.sqlite"}


@pytest.mark.broker
@pytest.mark.models
@needs_mosquitto
def test_nobody_but_the_broker_is_spoken_to(run: Run) -> None:
    assert run.broker_port in run.calls.ports
    listeners = run.calls.ports - {run.broker_port}
    assert len(listeners) <= 2 * len(run.wire), "paho's own pair, one for each connection"


@pytest.mark.broker
@pytest.mark.models
@needs_mosquitto
def test_messages_are_small_and_name_no_picture_and_no_keypoints(run: Run) -> None:
    assert {topic for topic, _, _ in run.heard} >= {"observation", "health", "state", "info"}
    for kind, payload, _ in run.heard:
        assert len(payload) < LONGEST_PAYLOAD
        if kind != "availability":
            keys = set(_keys_of(json.loads(payload)))
            assert not {key for key in keys if "keypoint" in key or "image" in key or "picture" in key}


def _keys_of(value: Any) -> Iterator[str]:  # noqa: ANN401  any JSON value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _keys_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _keys_of(inner)


# --- the eye, whole --------------------------------------------------------------------------------------------


class Witness:
    """A pose stage that keeps what it is shown."""

    layout = Layout.COCO17

    def __init__(self) -> None:
        self.shown: list[Image] = []

    def estimate(self, frame: Frame, demand: Demand) -> Observation:
        self.shown.append(frame.image.copy())
        return Observation(frame.camera, frame.t, SIZE)

    def close(self) -> None:
        self.shown.clear()


def noise(seed: int) -> Image:
    return np.random.default_rng(seed).integers(0, 256, (SIZE[1], SIZE[0], 3), np.uint8)


def test_what_is_behind_the_mask_is_gone_before_the_pose_stage() -> None:
    witness = Witness()
    looking = eye(witness, PrivacySettings((Mask("window", WINDOW),)), None)
    secrets = [noise(seed) for seed in range(5)]
    for number, picture in enumerate(secrets):
        looking.look(Frame("cam", 1.0 + number / 10, picture), Demand(10.0))
    behind = pieces(masked(picture) for picture in secrets)
    beside = pieces(picture[200:] for picture in secrets)
    assert len(witness.shown) == 5
    for shown in witness.shown:
        assert not has_pixels(shown.tobytes(), behind)
        assert has_pixels(shown.tobytes(), beside), "what is not masked is there, so the search works"


# --- the search itself -----------------------------------------------------------------------------------------

SECRET = noise(99)
ROW = SECRET[100, 40:120]


@pytest.mark.parametrize(
    "packed",
    [
        ROW.tobytes(),
        np.ascontiguousarray(ROW[:, ::-1]).tobytes(),
        cv2.cvtColor(SECRET, cv2.COLOR_BGR2GRAY)[100, 40:120].tobytes(),
        base64.b64encode(b"x" + ROW.tobytes()),
        base64.urlsafe_b64encode(ROW.tobytes()),
        ROW.tobytes().hex().encode(),
        zlib.compress(ROW.tobytes()),
        cv2.imencode(".jpg", SECRET)[1].tobytes(),
        cv2.imencode(".png", SECRET)[1].tobytes(),
        base64.b64encode(cv2.imencode(".jpg", SECRET)[1].tobytes()),
    ],
    ids=["bgr", "rgb", "grey", "base64", "urlsafe", "hex", "zlib", "jpeg", "png", "jpeg-base64"],
)
def test_a_picture_in_any_dress_would_be_found(packed: bytes) -> None:
    wanted = pieces([SECRET])
    assert leaked(b'{"schema": "care/state/1", "text": "' + packed + b'"}', wanted)
    assert not leaked(b'{"schema": "care/state/1", "text": "somebody sits"}' * 100, wanted)
