from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from edge_agent.messages.availability import Availability
from edge_agent.messages.info import InfoMessage
from edge_agent.types import Kind, Phase
from facility_recommender import board as boards
from facility_recommender import web
from facility_recommender.alerts import Action
from facility_recommender.board import Board, Link, Now, Settings
from facility_recommender.errors import StorageError
from facility_recommender.ingest import Event, Present, Unread
from facility_recommender.recommend.catalogue import catalogue
from facility_recommender.watermark import LaneKey
from facility_recommender.web.app import build
from facility_recommender.web.live import Live
from tests.fakes import care

SETTINGS = Settings(care.FACILITY, UTC, catalogue())
ORIGIN = "http://127.0.0.1"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
STATIC = Path(web.__file__).parent / "static"


def board(*incidents: Any) -> Board:  # noqa: ANN401 - IncidentMessage
    made = boards.linked(boards.empty(SETTINGS, care.NOON), Link(connected=True, since=care.NOON))
    for present in (Availability.ONLINE, care.info(), care.health(), care.state(people=(care.seated(),))):
        made = boards.arrived(SETTINGS, made, Present(care.DEVICE, present), care.NOON)
    sitting = [care.observation(n + 1, care.later(60 * (n - 45)), persons=(care.person(),)) for n in range(45)]
    for message in (*incidents, *sitting):
        lane = LaneKey(care.DEVICE, care.BOOT, message.lane)
        made = boards.arrived(SETTINGS, made, Event(lane, message), care.NOON)
    return made


def view(*incidents: Any) -> Now:  # noqa: ANN401
    return boards.view(SETTINGS, board(*incidents), care.later(1))


class Presses:
    """Stands for the keeper: remembers what was pressed."""

    def __init__(self, *, answer: bool | Exception = True) -> None:
        self.pressed: list[tuple[str, Action]] = []
        self._answer = answer

    async def __call__(self, alert: str, action: Action) -> bool:
        self.pressed.append((alert, action))
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


def ask(
    now: Now,
    method: str,
    path: str,
    presses: Presses | None = None,
    clock: datetime = NOW,
    **extra: Any,  # noqa: ANN401
) -> httpx.Response:
    async def asked() -> httpx.Response:
        app = build(Live(now, NOW, 10.0, lambda: clock), presses or Presses(), ["127.0.0.1"])
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client:
            return await client.request(method, path, **extra)

    return asyncio.run(asked())


def test_the_page_asks_no_other_place_for_anything() -> None:
    answer = ask(view(care.incident()), "GET", "/")
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    text = answer.text + "".join(path.read_text() for path in STATIC.iterdir())
    links = set(re.findall(r"https?://[^\s\"'<)]+", text))
    assert links <= {"http://www.w3.org/2000/svg"}
    assert " style=" not in answer.text
    assert "onclick" not in answer.text


def test_everything_shown_is_said() -> None:
    text = ask(
        view(
            care.incident(text="Sospetta caduta: è a terra"),
            care.incident(2, kind=Kind.SLUMP, id_="c-2", severity="warning", text="Accasciata"),
            care.incident(3, kind=Kind.FORWARD_HEAD, id_="c-3", severity="info", text="Testa in avanti"),
            care.incident(4, Phase.CLEARED, id_="c-4", text="Si è rialzata"),
        ),
        "GET",
        "/",
    ).text
    for words in ("è a terra", "Go now", "I am on my way", "Accasciata", "Testa in avanti", "Look in, then close"):
        assert words in text
    for words in ("at least 45 min", "Too little was watched", "Movement break", "Not offered"):
        assert words in text


def test_what_a_device_says_is_text_and_never_markup() -> None:
    answer = ask(view(care.incident(text="<script>alert(1)</script>")), "GET", "/")
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_the_page_never_says_safe_but_to_deny_it() -> None:
    text = ask(view(), "GET", "/").text
    assert "Nothing detected, seen" in text
    assert [found.strip() for found in re.findall(r"[^.>]*\bsafe\b", text)] == ["Nothing detected does not mean safe"]


def test_the_page_says_without_scripts_at_what_time_it_was_true() -> None:
    text = ask(view(), "GET", "/").text
    assert '<span id="live-text">true at 12:00:00</span>' in text
    assert '<noscript><meta http-equiv="refresh" content="10">' in text


def test_a_server_whose_view_is_old_says_so_itself() -> None:
    fresh = ask(view(), "GET", "/").text
    assert '<div id="cut" class="cut" hidden>' in fresh
    old = ask(view(), "GET", "/", clock=NOW + timedelta(seconds=11)).text
    assert '<div id="cut" class="cut">' in old
    assert "<title>NOT CONNECTED" in old
    assert ask(view(), "GET", "/api/now").json()["true_at"] == "2026-03-02T12:00:00.000Z"


def test_each_reason_is_said_in_the_devices_language_and_none_is_hidden() -> None:
    italian = InfoMessage.model_validate_json(care.info().to_json().replace('"language":"en"', '"language":"it"'))
    covered = care.health(care.NOON, care.camera_health(status="blind", reasons=("covered", "lens_fogged")))
    made = board()
    for message in (italian, covered):
        made = boards.arrived(SETTINGS, made, Present(care.DEVICE, message), care.NOON)
    text = ask(boards.view(SETTINGS, made, care.later(1)), "GET", "/").text
    assert "la telecamera è coperta, lens fogged" in text


def test_troubles_are_said_loudly() -> None:
    troubled = replace(
        view(),
        link=Link(connected=False, since=care.NOON, problem="broker h:1 is gone"),
        store_problem="disk full",
        unread=(Unread("room-12", alarm=True, messages=3, last_at=care.NOON, reason="x"),),
    )
    text = ask(troubled, "GET", "/").text
    for words in ("No connection to the broker", "broker h:1 is gone", "disk full", "a fall may be among them"):
        assert words in text


def test_the_json_of_now() -> None:
    now = ask(view(care.incident()), "GET", "/api/now").json()
    (alert,) = now["alerts"]
    assert (alert["standing"], alert["incident"]["kind"]) == ("alarm", "fall")
    (today,) = now["day"]
    assert (today["sitting_s"], today["enough"]) == (45 * 60, False)
    (offered,) = now["recommendations"]
    assert offered["item"] == "look-in"


def test_a_button_from_the_page_works_and_from_elsewhere_does_not() -> None:
    form = {"alert": "a/b/c", "action": "acknowledge"}
    presses = Presses()
    good = ask(view(), "POST", "/alerts", presses, data=form, headers={"Origin": ORIGIN})
    assert (good.status_code, good.headers["location"]) == (303, "/")
    assert presses.pressed == [("a/b/c", Action.ACKNOWLEDGE)]
    for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {}):
        refused = ask(view(), "POST", "/alerts", presses, data=form, headers=headers)
        assert refused.status_code == 403
    assert len(presses.pressed) == 1


@pytest.mark.parametrize("form", [{}, {"alert": "a"}, {"alert": "a", "action": "silence"}, {"alert": "a" * 9999}])
def test_a_form_that_is_not_ours(form: dict[str, str]) -> None:
    assert ask(view(), "POST", "/alerts", data=form, headers={"Origin": ORIGIN}).status_code == 400


def test_a_button_too_late_or_without_a_store_is_told() -> None:
    form, headers = {"alert": "a", "action": "close"}, {"Origin": ORIGIN}
    assert ask(view(), "POST", "/alerts", Presses(answer=False), data=form, headers=headers).status_code == 404
    full = Presses(answer=StorageError("it could not be stored: full", "try again"))
    answer = ask(view(), "POST", "/alerts", full, data=form, headers=headers)
    assert (answer.status_code, answer.text) == (503, "it could not be stored: full (try again)")


def test_a_strangers_host_name_is_refused() -> None:
    assert ask(view(), "GET", "/", headers={"Host": "evil.example"}).status_code == 400


def test_a_connection_gets_everything_then_what_changed_then_heartbeats() -> None:
    async def listened() -> list[tuple[str, str]]:
        live = Live(view(), NOW, 0.03, lambda: NOW + timedelta(seconds=2))
        events = live.events()
        heard = [await anext(events), await anext(events)]
        live.confirm(NOW + timedelta(seconds=1))
        live.show(view(care.incident()))
        heard.append(await anext(events))
        live.close()
        heard += [event async for event in events]
        return [
            (lines[0].removeprefix("event: "), lines[1].removeprefix("data: ")) for lines in map(str.splitlines, heard)
        ]

    (first, all_), (second, beat), (third, news), *rest = asyncio.run(listened())
    assert (first, second, third) == ("board", "beat", "board")
    assert json.loads(beat) == {
        "now": "2026-03-02T12:00:02.000Z",
        "true_at": "2026-03-02T12:00:00.000Z",
        "clock": "12:00:00",
    }
    assert json.loads(news)["true_at"] == "2026-03-02T12:00:01.000Z"
    assert set(json.loads(news)["sections"]) == {"paging", "rooms-all"}
    assert {"paging", "rooms-all", "day", "faults"} <= set(json.loads(all_)["sections"])
    assert json.loads(news)["title"] == "(1) ALERT · Villa rosa"
    assert not rest


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return sum(weight * one for weight, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("scheme", [0, 1], ids=["dark", "light"])
def test_every_text_stands_out_from_its_ground(scheme: int) -> None:
    """WCAG 2: contrast of at least 4.5 to 1."""
    blocks = re.findall(r":root \{(.*?)\}", (STATIC / "page.css").read_text(), re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[scheme]))
    pairs = [(text, ground) for text in ("text", "soft", "warn", "blue") for ground in ("ground", "card")]
    for text, ground in [*pairs, ("alarm-text", "alarm"), ("button-text", "button")]:
        one, other = sorted((_luminance(colours[text]), _luminance(colours[ground])))
        assert (other + 0.05) / (one + 0.05) >= 4.5, (text, ground)
