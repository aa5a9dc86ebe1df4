"""The installer's page in a real browser: phone and desktop, finger, mouse and keyboard; one network, one door."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import pytest
import yaml
from playwright.sync_api import Browser, Page, expect, sync_playwright

from edge_agent.doctor.visit import Visit
from edge_agent.messages.commissioning import CommissioningMessage
from edge_agent.messages.decode import decode
from edge_agent.messages.health import CameraStatus, HealthMessage
from edge_agent.messages.request import Response
from edge_agent.mqtt.settings import BrokerSettings
from edge_agent.types import Image
from firmware_config.load import load
from firmware_config.schema import Mask
from tests.fakes import aim
from tests.fakes.aim import KEYPOINTS, RENDERED, Client
from tests.fakes.broker import MOSQUITTO, Broker, until
from tests.fakes.facility import Recommender
from tests.fakes.leaks import leaked, pieces

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
CAMERAS = {"door": KEYPOINTS / "walk.npz", "bed": RENDERED / "fall-forward.webm"}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.broker,
    pytest.mark.models,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not installed"),
    pytest.mark.skipif(MOSQUITTO is None, reason="the mosquitto program is not installed"),
]


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    made = Broker(tmp_path_factory.mktemp("broker"))
    made.start()
    yield made
    made.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield made
        made.close()


@pytest.fixture
def opened(tmp_path: Path, broker: Broker) -> Iterator[aim.Page]:
    page = aim.Page(aim.configuration(tmp_path, broker.port, CAMERAS))
    yield page
    page.close()


def visited(browser: Browser, size: tuple[int, int], *, touch: bool = False) -> tuple[Page, list[str], list[str]]:
    """A window, all that it asks for, and all that it complains of."""
    context = browser.new_context(
        ignore_https_errors=True, viewport={"width": size[0], "height": size[1]}, has_touch=touch
    )
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page, asked, complaints


def test_an_installer_with_a_phone_aims_marks_tests_and_signs(
    tmp_path: Path, opened: aim.Page, browser: Browser
) -> None:
    page, asked, complaints = visited(browser, (390, 844), touch=True)
    page.goto(opened.link)
    expect(page.get_by_role("heading", name="room-door")).to_be_visible()
    assert "#" not in page.url, "the code is neither shown nor kept"
    expect(page.locator("#hints li").first).to_be_visible()
    expect(page.locator("#canvas")).to_have_attribute("aria-label", "walking", timeout=15_000)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "fits a phone"

    page.get_by_role("tab", name="Zones").tap()
    page.get_by_role("button", name="Add", exact=True).tap()
    corner = page.get_by_role("button", name="Corner 1 of bed-1")
    expect(corner).to_be_visible()
    box = corner.bounding_box()
    assert box is not None
    assert box["width"] >= 44
    page.get_by_role("button", name="Try and propose").tap()
    expect(page.get_by_role("link", name="Download for edge-config")).to_be_visible()

    page.get_by_role("tab", name="Test").tap()
    page.get_by_role("button", name="Start: Walk").tap()
    expect(page.locator("#steps li").first).to_contain_text("Passed", timeout=20_000)
    page.get_by_label("Who tested").fill("Ada B.")
    page.get_by_role("button", name="Sign the report").tap()
    expect(page.locator("#signed")).to_contain_text("does not work yet")
    expect(page.locator("#signed")).to_contain_text("was sent to the facility")
    kept = CommissioningMessage.model_validate_json((tmp_path / "data/aim/commissioning-door.json").read_text())
    assert (kept.passed, kept.who, kept.steps[0].result.value, kept.signature) == (False, "Ada B.", "passed", None)
    printed = page.context.request.get(f"{opened.url}report?camera=door")
    assert "<h1>room-door</h1>" in printed.text()

    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="End").tap()
    expect(page.get_by_role("heading", name="The page is closed")).to_be_visible()
    assert opened.ended() == 0
    assert all(url.startswith(opened.url) for url in asked), asked
    assert complaints == []
    audited = opened.log.read_text()
    assert "entry: open [from 127.0.0.1]" in audited
    assert opened.code not in audited


def test_a_keyboard_and_a_mouse_draw_a_mask_that_the_configuration_takes(
    tmp_path: Path, opened: aim.Page, browser: Browser
) -> None:
    page, _, complaints = visited(browser, (1280, 800))
    page.goto(opened.url)
    page.get_by_label("One-time code").fill(opened.code)
    page.keyboard.press("Enter")
    page.get_by_role("tab", name="Framing").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Zones")).to_have_attribute("aria-selected", "true")
    page.get_by_label("Kind").select_option("mask")
    page.get_by_role("button", name="Add", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Corner 1 of mask-1")).to_be_focused()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowUp")

    last = page.get_by_role("button", name="Corner 3 of mask-1").bounding_box()
    stage = page.locator("#stage").bounding_box()
    assert last is not None
    assert stage is not None
    page.mouse.move(last["x"] + last["width"] / 2, last["y"] + last["height"] / 2)
    page.mouse.down()
    page.mouse.move(stage["x"] + 0.9 * stage["width"], stage["y"] + 0.8 * stage["height"], steps=5)
    page.mouse.up()

    page.get_by_role("button", name="Try and propose").click()
    expect(page.get_by_role("link", name="Download for edge-config")).to_be_visible()
    (polygon,) = (mask.polygon for mask in proposed(tmp_path, "door"))
    assert polygon[0] == pytest.approx((0.25, 0.298), abs=1e-3)
    assert polygon[2] == pytest.approx((0.9, 0.8), abs=0.01)

    page.locator("#shapes input").fill("Not a name")
    page.get_by_role("button", name="Try and propose").click()
    expect(page.locator("#proposed .problem")).to_contain_text("privacy.masks.0.name")
    expected = ("403", "422")  # not entered yet, and the name
    assert [text for text in complaints if not any(status in text for status in expected)] == []


def test_a_page_cut_off_says_so_and_one_whose_time_is_up_says_that(
    tmp_path: Path, broker: Broker, browser: Browser
) -> None:
    opened = aim.Page(aim.configuration(tmp_path, broker.port, {"door": CAMERAS["door"]}), "--minutes", "0.15")
    page, _, _ = visited(browser, (390, 844))
    page.goto(opened.link)
    expect(page.get_by_role("heading", name="room-door")).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="Not connected")).to_be_hidden()
    opened.process.send_signal(signal.SIGSTOP)
    expect(page.get_by_role("alert").filter(has_text="Not connected")).to_be_visible(timeout=15_000)
    opened.process.send_signal(signal.SIGCONT)
    assert opened.ended(20.0) == 0, "its time is up"
    assert "aim: closed" in opened.log.read_text()
    opened.close()


def proposed(folder: Path, camera: str) -> list[Mask]:
    """The masks of a configuration into which an installer has put the proposal."""
    whole = yaml.safe_load((folder / "agent.yaml").read_text())
    change = yaml.safe_load((folder / f"data/aim/proposal-{camera}.yaml").read_text())
    for each in whole["cameras"]:
        each.update(next((found for found in change["cameras"] if found["id"] == each["id"]), {}))
    target = folder / "changed.yaml"
    target.write_text(yaml.safe_dump(whole))
    return list(next(each for each in load(target).cameras if each.id == camera).privacy.masks)


def test_nobody_enters_without_the_code_and_no_picture_leaves(opened: aim.Page) -> None:
    stranger, known = Client(opened.port), Client(opened.port)
    for path in ("/room", "/live?camera=bed", "/proposal?camera=bed", "/report", "/nothing"):
        assert stranger.ask("GET", path)[0] == 403
    assert stranger.ask("POST", "/end", {})[0] == 403
    assert stranger.ask("POST", "/enter", {"code": "abcdefghjk"})[0] == 403
    foreign = {"Origin": "https://elsewhere.example"}
    assert known.ask("POST", "/enter", {"code": opened.code}, **foreign)[0] == 403, "of another page"
    status, _, headers = known.asked("POST", "/enter", {"code": opened.code})
    assert status == 200
    assert {"Secure", "HttpOnly", "SameSite=Strict"} <= set(headers["Set-Cookie"].split("; "))
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert stranger.ask("POST", "/enter", {"code": opened.code})[0] == 403, "once"

    assert known.ask("POST", "/end", {}, Content_Type="text/plain")[0] == 415
    assert known.ask("POST", "/end", b"[" * 2000)[0] == 400
    assert known.ask("POST", "/propose", b"", Content_Length="70000")[0] == 413
    assert known.ask("POST", "/test", {"camera": "bed", "step": "dance"})[0] == 422
    assert known.ask("POST", "/test", {"camera": 7, "step": "walk"})[0] == 404
    assert known.ask("POST", "/calibrate", {"camera": "bed", "width_m": "2"})[0] == 422
    assert known.ask("GET", "/../../etc/passwd")[0] == 404

    until(lambda: any(told["people"] for told in known.stream("/live?camera=bed", 3)), "somebody is seen", 30.0)
    known.stream("/live?camera=bed", 20)
    known.ask("GET", "/room")
    wanted = pieces(_pictures(RENDERED / "fall-forward.webm"))
    for headers_said, body in known.heard:
        assert "image/" not in headers_said.lower()
        assert leaked(body, wanted) == []
        assert max((len(line) for line in body.splitlines()), default=0) < 20_000


def _pictures(path: Path) -> list[Image]:
    film = cv2.VideoCapture(str(path))
    found: list[Image] = []
    while len(found) < 60 and (read := film.read())[0]:
        found.append(read[1].astype("uint8"))
    film.release()
    return found


def test_it_refuses_beside_the_agent_and_says_when_it_is_open_and_closed(tmp_path: Path, broker: Broker) -> None:
    configuration = aim.configuration(tmp_path, broker.port, {"door": CAMERAS["door"]})
    agent = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)  # edge-agent", "run", "--config", str(configuration)]
    )
    try:
        beside = subprocess.run(
            [sys.executable, "-m", "edge_agent.cli", "aim", "--config", str(configuration)],
            capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(aim.ROOT)},
        )  # fmt: skip
    finally:
        agent.kill()
        agent.wait()
    assert beside.returncode == 2
    assert "the agent is at work" in beside.stderr
    assert "systemctl stop edge-agent" in beside.stderr

    with Visit(BrokerSettings("127.0.0.1", broker.port, "3.1.1")) as facility:
        facility.subscribe(["care/v1/villa-rosa/box-1/health", "care/v1/villa-rosa/box-1/response/aim"])
        page = aim.Page(configuration, "--minutes", "1")
        until(lambda: "aim: open" in page.log.read_text(), "it is open")
        page.process.terminate()
        assert page.ended() == 0, "a signal is a wanted end"
        page.close()
        heard = [(topic.rpartition("/")[2], decode(payload)) for topic, payload in facility.hear(5.0, 5)]
    healths = [said for topic, said in heard if topic == "health" and isinstance(said, HealthMessage)][-2:]
    assert [said.reasons for said in healths] == [("aiming",), ()]
    assert [said.cameras[0].status for said in healths] == [CameraStatus.BLIND, CameraStatus.STOPPING]
    texts = [said.text for _, said in heard if isinstance(said, Response)]
    assert page.url in texts[0]
    assert page.code not in str(heard)
    assert texts[-1] == "installer's page closed"


def test_the_report_reaches_the_wall_of_rooms(tmp_path: Path, broker: Broker) -> None:
    with Recommender(tmp_path, broker.port) as recommender:
        until(recommender.is_ready, "ready", 30.0)
        opened = aim.Page(aim.configuration(tmp_path, broker.port, {"door": CAMERAS["door"]}))
        try:
            installer = Client(opened.port)
            assert installer.ask("POST", "/enter", {"code": opened.code})[0] == 200

            def room() -> dict[str, Any]:
                return next((each for each in recommender.now()["rooms"] if each["room"] == "room-door"), {})

            until(lambda: "aiming" in room().get("reasons", ()), "the room is being aimed", 30.0)
            status, said = installer.ask("POST", "/sign", {"camera": "door", "who": "Ada"})
            assert (status, json.loads(said)) == (200, {"passed": False, "sent": True, "signed": False})
            until(lambda: room()["tested"], "the report is on the wall")
            assert room()["tested"]["passed"] is False
        finally:
            opened.close()


def test_an_italian_phone_is_spoken_to_in_italian(opened: aim.Page, browser: Browser) -> None:
    context = browser.new_context(ignore_https_errors=True, locale="it-IT", viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(opened.link)
    expect(page.get_by_role("tab", name="Prova")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "it"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
