"""What the page's connections wait for: the newest view, rendered once for all of them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

from edge_agent.messages.stamp import utc_text
from facility_recommender.board import Now
from facility_recommender.web import render
from facility_recommender.web.render import Sections, Stamp


class Live:
    """The newest view, and when it was last known to be true. It belongs to the event loop's thread."""

    def __init__(
        self, now: Now, true_at: datetime, limit_s: float, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Begin with a view; see `Limits.page_s`."""
        self._clock = clock
        self._true_at = true_at
        self._beat_s = limit_s / 3
        self.limit_s = limit_s
        self._changed = asyncio.Event()
        self._closed = False
        self.now = now
        self.sections: Sections = render.sections(now)

    def show(self, now: Now) -> None:
        """Replace the view and wake every connection."""
        self.now, self.sections = now, render.sections(now)
        self._wake()

    def confirm(self, true_at: datetime) -> None:
        """Whoever makes the view says that it holds: a thread that hangs must not look like a quiet night."""
        self._true_at = true_at

    def stamp(self) -> Stamp:
        """What a browser needs to tell how old its view is."""
        now = self._clock()
        lost = abs(now - self._true_at) > timedelta(seconds=self.limit_s)
        return Stamp(now, self._true_at, f"{self._true_at.astimezone(self.now.zone):%H:%M:%S}", self.limit_s, lost)

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
            yield self._board(news) if news else _event("beat", json.dumps(self._times()))
            try:
                await asyncio.wait_for(changed.wait(), self._beat_s)
            except TimeoutError:
                continue

    def _board(self, news: Sections) -> str:
        body = {**self._times(), "title": render.title(self.now), "sections": news}
        return _event("board", json.dumps(body, ensure_ascii=False))

    def _times(self) -> dict[str, str]:
        stamp = self.stamp()
        return {"now": utc_text(stamp.now), "true_at": utc_text(stamp.true_at), "clock": stamp.clock}


def _event(name: str, data: str) -> str:
    return f"event: {name}\ndata: {data}\n\n"
