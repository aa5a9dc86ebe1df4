"""The page in a real browser: live without reloading, and loud when it is cut off."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from edge_agent.types import Phase
from tests.fakes import care
from tests.fakes.broker import MOSQUITTO
from tests.fakes.facility import Device, Mosquitto, QuickRecommender, Recommender, eventually

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


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[QuickRecommender]:
    """A page that must be called lost after a second and a half, with a room that somebody watches."""
    with Mosquitto(tmp_path) as broker, QuickRecommender(tmp_path, broker.port) as recommender:
        device = Device(broker.port, [])
        eventually(lambda: device.connected() and recommender.is_ready(), "ready")
        device.publish("availability", "online", retain=True)
        device.publish("info", care.info().to_json(), retain=True)

        def watched() -> bool:
            now = datetime.now(UTC)
            device.publish("health", care.health(now, uptime_ms=now.microsecond).to_json(), retain=True)
            device.turn()
            return "nothing_detected" in {room["status"] for room in recommender.now()["rooms"]}

        eventually(watched, "watched")
        yield recommender


AWAKE_AFTER_AN_HOUR = """() => {
    const now = Date.now;
    Date.now = () => now() + 3_600_000;
    window.dispatchEvent(new Event("focus"));
    return !document.getElementById("cut").hidden;
}"""


def is_lost(page: Page) -> None:
    expect(page.locator("#cut")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("alert").filter(has_text="Not connected")).to_be_visible()
    expect(page.locator(".room .was").first).to_have_text("Not known now. It was:")
    expect(page.locator(".room .was").first).to_be_visible()
    expect(page.locator("#live-text")).to_have_text("not connected")
    assert page.title().startswith("NOT CONNECTED")
    assert page.locator("#cut").bounding_box()["width"] == page.viewport_size["width"]  # type: ignore[index]


def is_live(page: Page) -> None:
    expect(page.locator("#cut")).to_be_hidden(timeout=15_000)
    expect(page.locator("#live-text")).to_have_text("live", timeout=15_000)
    expect(page.locator(".room .was").first).to_be_hidden()
    assert not page.title().startswith("NOT CONNECTED")


def test_rule_8_a_page_cut_off_looks_like_nothing_and_comes_back_by_itself(quick: QuickRecommender, page: Page) -> None:
    page.goto(quick.url)
    is_live(page)
    assert quick.process is not None
    quick.process.send_signal(signal.SIGSTOP)  # half-open: no error reaches the browser
    is_lost(page)
    quick.process.send_signal(signal.SIGCONT)
    is_live(page)
    quick.kill()
    is_lost(page)
    quick.start()
    is_live(page)
    assert page.evaluate(AWAKE_AFTER_AN_HOUR), "awake again, it believes nothing before it has asked"
    is_live(page)


def test_without_scripts_the_page_says_when_it_was_true(quick: QuickRecommender) -> None:
    with sync_playwright() as playwright:
        without = "--blink-settings=scriptEnabled=false"
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=[*FLAGS, without])
        page = browser.new_page()
        page.goto(quick.url)
        stamp = page.get_by_text("true at")
        expect(stamp).to_be_visible()
        expect(stamp).not_to_have_text(stamp.inner_text(), timeout=15_000)
        browser.close()
