"""What the page's connections wait for: the newest view, rendered once for all of them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

from facility_recommender.board import Now
from facility_recommender.web import render
from facility_recommender.web.render import Sections

BEAT_S = 5.0
"""How often an unchanged page hears that it is still true; the page gives up after three; [C]."""


class Live:
    """The newest view. It belongs to the event loop's thread."""

    def __init__(self, now: Now, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Begin with a view."""
        self._clock = clock
        self._changed = asyncio.Event()
        self._closed = False
        self.now = now
        self.sections: Sections = render.sections(now)

    def show(self, now: Now) -> None:
        """Replace the view and wake every connection."""
        self.now, self.sections = now, render.sections(now)
        self._wake()

    def close(self) -> None:
        """End every connection."""
        self._closed = True
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def events(self) -> AsyncIterator[str]:
        """Server-sent events: what differs from what this connection has, else a heartbeat.

        A slow reader skips views, never falls behind: only the newest is kept.
        """
        sent: Sections = {}
        while not self._closed:
            changed, sections = self._changed, self.sections
            news = {id_: html for id_, html in sections.items() if sent.get(id_) != html}
            sent = sections
            yield self._board(news) if news else _event("beat", self._time())
            try:
                await asyncio.wait_for(changed.wait(), BEAT_S)
            except TimeoutError:
                continue

    def _board(self, news: Sections) -> str:
        body = {"now": self._time(), "title": render.title(self.now), "sections": news}
        return _event("board", json.dumps(body, ensure_ascii=False))

    def _time(self) -> str:
        return self._clock().isoformat()


def _event(name: str, data: str) -> str:
    return f"event: {name}\ndata: {data}\n\n"
