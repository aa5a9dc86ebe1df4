"""What the device is asked, and what it answers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from edge_agent.messages.decode import MessageError, decode_as
from edge_agent.messages.request import Acknowledge, Rebirth, Response, Result
from edge_agent.mqtt.present import Present, Seen

_Answer: TypeAlias = tuple[str, Result, str]
"""Transaction, result, text."""


def answer(boot_id: str, name: str, payload: bytes, present: Present, seen: Seen) -> Response:
    """Do what a request asks of the retained present, and say how it ended."""
    handler = _HANDLERS.get(name)
    if handler is None:
        known = ", ".join(sorted(_HANDLERS))
        return _response(boot_id, name, _transaction(payload), Result.UNSUPPORTED, f"this version knows: {known}")
    try:
        transaction, result, text = handler(payload, present, seen)
    except MessageError as error:
        return _response(boot_id, name, _transaction(payload), Result.INVALID, str(error))
    return _response(boot_id, name, transaction, result, text)


def _rebirth(payload: bytes, present: Present, _seen: Seen) -> _Answer:
    request = decode_as(Rebirth, payload)
    present.all_again()
    return request.transaction, Result.DONE, "availability, info, health and state are sent again"


def _acknowledge(payload: bytes, present: Present, seen: Seen) -> _Answer:
    request = decode_as(Acknowledge, payload)
    if present.acknowledge(request.incident_id, seen):
        return request.transaction, Result.DONE, "shown in state; it silences nothing here and lapses"
    return request.transaction, Result.NOT_FOUND, "no such incident is open"


_HANDLERS: Mapping[str, Callable[[bytes, Present, Seen], _Answer]] = {"rebirth": _rebirth, "acknowledge": _acknowledge}


def _transaction(payload: bytes) -> str | None:
    """The transaction of a request that is otherwise not understood, where it can be read."""
    try:
        body = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    found = body.get("transaction") if isinstance(body, dict) else None
    return found if isinstance(found, str) and re.fullmatch(r"[A-Za-z0-9-]{1,64}", found) else None


def _response(boot_id: str, name: str, transaction: str | None, result: Result, text: str) -> Response:
    return Response(
        schema="care/response/1", boot_id=boot_id, transaction=transaction, request=name, result=result, text=text
    )
