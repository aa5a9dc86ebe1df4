"""The retained present: what is sent again at each connection, because brokers forget and devices come back."""

from __future__ import annotations

from dataclasses import dataclass

from edge_agent.messages import topics
from edge_agent.messages.decode import decode_as
from edge_agent.messages.discovery import is_config_topic
from edge_agent.messages.draft import Draft, dump
from edge_agent.messages.state import CameraNow, StateMessage, merge
from edge_agent.types import Kind

ORDER = (topics.INFO, topics.HEALTH, topics.STATE)
"""In which the parts are sent, after availability; announcements to others, each by its topic, follow the first."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody has seen to an open incident."""

    at: str
    """UTC."""
    until_s: float
    """When it lapses, on the monotonic clock."""


class Present:
    """The latest of each retained message, and which of them have yet to be sent."""

    def __init__(self) -> None:
        """Nothing known."""
        self._latest: dict[str, tuple[str, str]] = {}
        self._state: StateMessage | None = None
        self._state_topic = ""
        self._seen: dict[str, Seen] = {}
        self._unsent: set[str] = set()

    def take(self, draft: Draft) -> None:
        """Replace what was known by what a draft says; a state is merged with that of other cameras."""
        kind = draft.topic if is_config_topic(draft.topic) else topics.parse(draft.topic).kind
        if kind == topics.STATE:
            self._state = merge(self._state, decode_as(StateMessage, dump(draft.body)))
            self._state_topic = draft.topic
            self._write_state()
        else:
            self._latest[kind] = (draft.topic, dump(draft.body) if draft.body else "")
            self._unsent.add(kind)

    def acknowledge(self, incident_id: str, seen: Seen) -> bool:
        """Show that somebody has seen to an incident; whether it is open."""
        if self._state is None or incident_id not in _open(self._state):
            return False
        self._seen[incident_id] = seen
        self._write_state()
        return True

    def unattended_falls(self) -> frozenset[str]:
        """Cameras with an open fall that nobody has acknowledged of late."""
        return frozenset(
            now.camera
            for now in (self._state.cameras if self._state is not None else ())
            for incident in now.open_incidents
            if incident.kind is Kind.FALL and incident.incident_id not in self._seen
        )

    def lapse(self, now_s: float) -> None:
        """Forget acknowledgements that are too old: whoever is still down is nobody's again."""
        lapsed = {incident for incident, seen in self._seen.items() if seen.until_s <= now_s}
        if lapsed:
            self._seen = {incident: seen for incident, seen in self._seen.items() if incident not in lapsed}
            self._write_state()

    def all_again(self) -> None:
        """Everything is to be sent: a new connection, or somebody asks."""
        self._unsent.update(self._latest)

    def unsent(self) -> list[tuple[str, str, str]]:
        """Kind, topic and payload of what has yet to be sent."""
        announcements = (kind for kind in self._latest if kind not in ORDER)
        order = (ORDER[0], *announcements, *ORDER[1:])
        return [(kind, *self._latest[kind]) for kind in order if kind in self._unsent]

    def sent(self, kind: str) -> None:
        """Note that the latest of a kind is under way."""
        self._unsent.discard(kind)

    def _write_state(self) -> None:
        if self._state is None:
            return
        still_open = _open(self._state)
        self._seen = {incident: seen for incident, seen in self._seen.items() if incident in still_open}
        cameras = tuple(_with(now, self._seen) for now in self._state.cameras)
        shown = self._state.model_copy(update={"cameras": cameras})
        self._latest[topics.STATE] = (self._state_topic, shown.to_json())
        self._unsent.add(topics.STATE)


def _open(state: StateMessage) -> set[str]:
    return {incident.incident_id for now in state.cameras for incident in now.open_incidents}


def _with(now: CameraNow, seen: dict[str, Seen]) -> CameraNow:
    """A camera's present with its acknowledgements."""
    shown = tuple(
        incident.model_copy(update={"acknowledged_at": seen[incident.incident_id].at})
        if incident.incident_id in seen
        else incident
        for incident in now.open_incidents
    )
    return now.model_copy(update={"open_incidents": shown})
