"""A message on its way to the outbox, and how it gets its number."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from edge_agent.messages.decode import decode
from edge_agent.messages.envelope import Lane
from edge_agent.messages.gap import GapReason

Body: TypeAlias = Mapping[str, object]
"""JSON values by field name, in the order they are sent."""

_IN_FRONT = ("schema", "event_id", "boot_id", "lane", "seq")


@dataclass(frozen=True, slots=True)
class Draft:
    """A message without its number; on no lane it is complete and retained."""

    lane: Lane | None
    topic: str
    body: Body
    """Without `event_id` and `seq` on a lane: the outbox assigns them."""


def event_id(device: str, boot_id: str, lane: Lane, seq: int) -> str:
    """The name of an event for ever.

    >>> event_id("room-12", "5f3a", Lane.ALARM, 7)
    'room-12-5f3a-alarm-7'
    """
    return f"{device}-{boot_id}-{lane.value}-{seq}"


def seal(draft: Draft, device: str, boot_id: str, seq: int) -> str:
    """The final JSON of a drafted event under its number.

    Raises:
        MessageError: the draft is no valid message: a fault of whoever made it.
        ValueError: the draft is on no lane.
    """
    if draft.lane is None:
        raise ValueError("a retained message has no number")
    named = {
        "schema": draft.body["schema"],
        "event_id": event_id(device, boot_id, draft.lane, seq),
        "boot_id": boot_id,
        "lane": draft.lane.value,
        "seq": seq,
    }
    return _checked({**named, **{key: value for key, value in draft.body.items() if key not in _IN_FRONT}})


def gap(device: str, boot_id: str, lane: Lane, first: int, last: int, reason: GapReason, observed_at: str) -> str:
    """The final JSON that stands for the dropped events `first` to `last`.

    Its id names the range, so that a grown gap is another event than the one it grew from.
    """
    return _checked(
        {
            "schema": "care/gap/1",
            "event_id": f"{event_id(device, boot_id, lane, first)}-{last}",
            "boot_id": boot_id,
            "lane": lane.value,
            "from": first,
            "to": last,
            "reason": reason.value,
            "observed_at": observed_at,
            "replayed": False,
        }
    )


def as_replayed(sealed: str) -> str:
    """The same event, sent later than at once: unchanged but for `replayed`."""
    return dump({**json.loads(sealed), "replayed": True})


def dump(body: Body) -> str:
    """Compact JSON; NaN and infinity are refused."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _checked(body: Body) -> str:
    text = dump(body)
    decode(text)
    return text
