"""From payload to message: what a consumer, and the agent itself, reads."""

from __future__ import annotations

import json
from typing import TypeAlias, TypeVar

from pydantic import ValidationError

from edge_agent.messages.ack import Ack
from edge_agent.messages.base import Message
from edge_agent.messages.commissioning import CommissioningMessage
from edge_agent.messages.gap import GapMessage
from edge_agent.messages.health import HealthMessage
from edge_agent.messages.incident import IncidentMessage
from edge_agent.messages.info import InfoMessage
from edge_agent.messages.observation import ObservationMessage
from edge_agent.messages.request import Response
from edge_agent.messages.state import StateMessage

AnyMessage: TypeAlias = (
    IncidentMessage
    | ObservationMessage
    | GapMessage
    | StateMessage
    | HealthMessage
    | InfoMessage
    | Response
    | CommissioningMessage
    | Ack
)

BY_SCHEMA: dict[str, type[AnyMessage]] = {
    "care/incident/1": IncidentMessage,
    "care/observation/1": ObservationMessage,
    "care/gap/1": GapMessage,
    "care/state/1": StateMessage,
    "care/health/1": HealthMessage,
    "care/info/1": InfoMessage,
    "care/response/1": Response,
    "care/commissioning/1": CommissioningMessage,
    "care/ack/1": Ack,
}

MAX_BYTES = 256 * 1024
"""[C] Far above any message of ours; a longer one is not parsed."""

M = TypeVar("M", bound=Message)


class MessageError(ValueError):
    """A payload that is not a message of this protocol; one line, without the payload's content."""


def decode(payload: bytes | str) -> AnyMessage:
    """Read a message by its `schema` field.

    Raises:
        MessageError: not JSON, no schema we know, or not valid by it.
    """
    _check_length(payload)
    try:
        body = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise MessageError("not JSON") from error
    schema = body.get("schema") if isinstance(body, dict) else None
    if not isinstance(schema, str) or schema not in BY_SCHEMA:
        raise MessageError("no schema that this version knows")
    return decode_as(BY_SCHEMA[schema], payload)


def decode_as(model: type[M], payload: bytes | str) -> M:
    """Read a message that must be a `model`.

    Raises:
        MessageError: it is not.
    """
    _check_length(payload)
    try:
        return model.model_validate_json(payload)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "payload"
        raise MessageError(f"{where}: {first['msg']}") from None


def _check_length(payload: bytes | str) -> None:
    if len(payload) > MAX_BYTES:
        raise MessageError(f"longer than {MAX_BYTES} bytes")
