"""The page in a real browser: live without reloading, and loud when it is cut off."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from edge_agent.types import Phase
from tests.fakes import care
from tests.fakes.broker import MOSQUITTO
from tests.fakes.facility import Device, Mosquitto, Recommender, eventually

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.broker,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not installed"),
    pytest.mark.skipif(MOSQUITTO is None, reason="the mosquitto program is not installed"),
]


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser.new_page(viewport={"width": 360, "height": 740})
        browser.close()


def test_a_fall_appears_is_answered_and_a_lost_connection_is_loud(tmp_path: Path, page: Page) -> None:
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    with Mosquitto(tmp_path) as broker, Recommender(tmp_path, broker.port) as recommender:
        eventually(recommender.is_ready, "ready")
        page.goto(recommender.url)
        expect(page.get_by_text("No open alert")).to_be_visible()
        expect(page.locator("#live-text")).to_have_text("live")
        loaded = len([url for url in asked if url == f"{recommender.url}/"])

        now = datetime.now(UTC)
        events = [care.incident(1, Phase.CONFIRMED, now, text="Sospetta caduta")]
        device = Device(broker.port, [*events])
        eventually(device.drained, "acknowledged")
        expect(page.get_by_role("heading", name="Room 12 Suspected fall")).to_be_visible()
        expect(page.locator("#say")).to_have_text("Go now: Suspected fall, Room 12")
        assert page.title().startswith("(1) ALERT")
        assert len([url for url in asked if url == f"{recommender.url}/"]) == loaded, "no reload was needed"
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, "fits a small phone"

        page.get_by_text("Why", exact=True).click()
        button = page.get_by_role("button", name="I am on my way")
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        button.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Somebody is on the way", exact=True)).to_be_visible()
        page.get_by_text("Close…").click()
        page.get_by_role("button", name="I have seen the person").click()
        expect(page.get_by_text("No open alert")).to_be_visible()

        assert all(url.startswith(recommender.url) for url in asked)
        assert complaints == []
        page.clock.install()
        assert recommender.process is not None
        os.kill(recommender.process.pid, signal.SIGSTOP)  # half-open: no error reaches the browser

        def noticed() -> bool:
            page.clock.fast_forward(20_000)  # again: a last heartbeat may still have been on its way
            page.wait_for_timeout(200)
            return page.locator("#cut").is_visible()

        eventually(noticed, "the lost connection is said")
        expect(page.locator("#cut")).to_contain_text("Not connected")
        os.kill(recommender.process.pid, signal.SIGCONT)
        expect(page.locator("#cut")).to_be_hidden(timeout=15_000)
