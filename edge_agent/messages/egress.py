"""The last gate: what its schema does not name, or only a picture would need, leaves neither by wire nor by disk."""

from __future__ import annotations

from collections.abc import Mapping

from edge_agent.messages import topics
from edge_agent.messages.decode import MessageError, decode, decode_as
from edge_agent.messages.discovery import DiscoveryMessage, is_config_topic
from edge_agent.messages.draft import Draft, dump, seal

MAX_TEXT = 2000
"""Characters of an explanation: the longest has some 700. [C]"""
MAX_WORD = 500
"""Characters of any other string. [C]"""
MAX_NAME = 64
"""Characters of a key. [C]"""
MAX_NUMBERS = 16
"""Numbers in a row: the posture vector's. A body's keypoints alone are 51. [C]"""
MAX_EVENT_BYTES = 32 * 1024
"""Of an event: a minute with ten people has some 20 kB. [C]"""

_SCHEMAS = {
    topics.INFO: "care/info/1",
    topics.HEALTH: "care/health/1",
    topics.STATE: "care/state/1",
    topics.OBSERVATION: "care/observation/1",
    topics.INCIDENT: "care/incident/1",
}
"""What may go by which topic."""


class EgressError(MessageError):
    """A draft that must not leave; one line, without its content."""


def permit(draft: Draft, device: str, boot_id: str) -> None:
    """Let a draft pass, or refuse it.

    Args:
        draft: what is about to be stored or sent.
        device: this one.
        boot_id: of this run.

    Raises:
        EgressError: it names a field that its schema does not, is of the wrong topic, or holds what no message of ours
            needs: long strings, long rows of numbers, bytes.
    """
    if is_config_topic(draft.topic):
        _permit_announcement(draft)
        return
    kind = topics.parse(draft.topic).kind
    _look(kind, draft.body)
    if draft.body.get("schema") != _SCHEMAS.get(kind):
        raise EgressError(f"{kind}: not the schema of this topic")
    try:
        sent = dump(draft.body) if draft.lane is None else seal(draft, device, boot_id, 1)
        decode(sent)
    except (MessageError, TypeError, ValueError) as refused:
        raise EgressError(f"{kind}: {refused}") from None
    if draft.lane is not None and len(sent.encode()) > MAX_EVENT_BYTES:
        raise EgressError(f"{kind}: longer than {MAX_EVENT_BYTES} bytes")


def _permit_announcement(draft: Draft) -> None:
    """What Home Assistant is told there is; empty, it is the end of that."""
    _look("announcement", draft.body)
    if draft.body:
        try:
            decode_as(DiscoveryMessage, dump(draft.body))
        except (MessageError, TypeError, ValueError) as refused:
            raise EgressError(f"announcement: {refused}") from None


def _look(where: str, value: object) -> None:
    """Walk through a body; what is found is named by its place alone."""
    match value:
        case Mapping():
            for key, inner in value.items():
                if not isinstance(key, str) or len(key) > MAX_NAME:
                    raise EgressError(f"{where}: a key that is no name")
                _look(f"{where}.{key}", inner)
        case list() | tuple():
            if sum(isinstance(inner, (int, float)) for inner in value) > MAX_NUMBERS:
                raise EgressError(f"{where}: more than {MAX_NUMBERS} numbers in a row")
            for inner in value:
                _look(where, inner)
        case str() if len(value) > (most := MAX_TEXT if where.endswith(".text") else MAX_WORD):
            raise EgressError(f"{where}: longer than {most} characters")
        case str() | bool() | int() | float() | None:
            pass
        case _:
            raise EgressError(f"{where}: neither text nor number")
