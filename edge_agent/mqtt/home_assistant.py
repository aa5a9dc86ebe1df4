"""What Home Assistant is told there is to show: entities over our retained `state` and `health`, and nothing more.

Three traps are kept away from:

- A value that nobody renews still looks fresh. What a camera sees (people, posture, falls) is therefore unavailable
  unless the device is online *and* its `health` says that this camera sees. `expire_after` would be no help: a retained
  `state` that is delivered anew after a restart counts as new to it.
- An open alarm must not disappear because its witness went blind or offline (design.md, rule 3). `alarm` is always
  available; it says what is open, and is unknown (not off) when nothing is. Page by it; `fall` is for a display.
- Classes whose "off" reads "Safe" or "OK" (`safety`, `problem`) are not used: silence is not safety (rule 8).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from edge_agent.messages import topics
from edge_agent.messages.discovery import (
    Availability,
    DeviceDescription,
    DiscoveryMessage,
    Entity,
    Origin,
    Removed,
    config_topic,
)
from edge_agent.messages.draft import Draft
from edge_agent.messages.encode import Context
from edge_agent.messages.envelope import TimeQuality
from edge_agent.messages.health import CameraStatus
from edge_agent.types import Level, PostureKind

MAKER = "Carepose"
LANGUAGES = ("en", "it")


@dataclass(frozen=True, slots=True)
class _Shown:
    """An entity before it belongs to a camera."""

    key: str
    platform: Literal["sensor", "binary_sensor"]
    names: tuple[str, str]
    """In the order of `LANGUAGES`."""
    kind: str
    """Of the retained message it reads."""
    value: str
    """A Jinja expression; `c` is the camera's part of the message, `v` the whole. None: not known."""
    device_class: str | None = None
    unit: str | None = None
    measured: bool = False
    options: tuple[str, ...] | None = None
    diagnostic: bool = False
    sees: bool = False
    """Worth something only while the camera sees."""
    stays: bool = False
    """Shown whatever becomes of the device."""


_FALLS = "c.open_incidents | selectattr('kind', 'eq', 'fall') | list"
_GRAVEST = (
    "((c.open_incidents | selectattr('severity', 'eq', 'alarm') | list) + c.open_incidents)"
    " | map(attribute='kind') | first"
)
_PHASE = _GRAVEST.replace("attribute='kind'", "attribute='phase'")

OF_A_CAMERA = (
    _Shown("fall", "binary_sensor", ("Suspected fall", "Sospetta caduta"), topics.STATE,
           f"'ON' if {_FALLS} else 'OFF'", sees=True),
    _Shown("alarm", "sensor", ("Open alarm", "Allarme aperto"), topics.STATE,
           f"({_GRAVEST}) ~ ' ' ~ ({_PHASE}) if c.open_incidents else none", stays=True),
    _Shown("occupancy", "binary_sensor", ("Somebody in view", "Qualcuno in vista"), topics.STATE,
           "'ON' if c.people else 'OFF'", device_class="occupancy", sees=True),
    _Shown("people", "sensor", ("People in view", "Persone in vista"), topics.STATE,
           "c.people | length", measured=True, sees=True),
    _Shown("posture", "sensor", ("Posture", "Postura"), topics.STATE,
           "c.people[0].posture if c.people | length == 1 else none",
           device_class="enum", options=tuple(PostureKind), sees=True),
    _Shown("level", "sensor", ("Activity", "Attività"), topics.STATE,
           "c.people[0].level if c.people | length == 1 else none",
           device_class="enum", options=tuple(Level), sees=True),
    _Shown("camera", "sensor", ("Camera", "Telecamera"), topics.HEALTH,
           "c.status", device_class="enum", options=tuple(CameraStatus), diagnostic=True),
    _Shown("why", "sensor", ("Why", "Perché"), topics.HEALTH,
           "(c.reasons | join(', '))[:255] if c.reasons else none", diagnostic=True),
    _Shown("until", "sensor", ("Pause ends", "Fine della pausa"), topics.HEALTH,
           "c.until", device_class="timestamp", diagnostic=True),
    _Shown("seen", "sensor", ("Last seen", "Ultima immagine"), topics.HEALTH,
           "c.seen_at", device_class="timestamp", diagnostic=True),
)  # fmt: skip

OF_THE_DEVICE = (
    _Shown("trouble", "sensor", ("Trouble", "Problemi"), topics.HEALTH,
           "(v.reasons | join(', '))[:255] if v.reasons else none", diagnostic=True),
    _Shown("temperature", "sensor", ("Processor", "Processore"), topics.HEALTH,
           "v.temperature_c", device_class="temperature", unit="°C", measured=True, diagnostic=True),
    _Shown("disk", "sensor", ("Disk free", "Disco libero"), topics.HEALTH,
           "(v.disk_free_bytes / 1e9) | round(2) if v.disk_free_bytes is not none else none",
           device_class="data_size", unit="GB", measured=True, diagnostic=True),
    _Shown("waiting", "sensor", ("Events waiting", "Eventi in attesa"), topics.HEALTH,
           "v.outbox.alarm + v.outbox.routine", measured=True, diagnostic=True),
    _Shown("clock", "sensor", ("Clock", "Orologio"), topics.HEALTH,
           "v.clock", device_class="enum", options=tuple(TimeQuality), diagnostic=True),
)  # fmt: skip


def announced(prefix: str, context: Context, profile: str, version: str, before: Draft | None = None) -> Draft:
    """The announcement of a device, retained under `<prefix>/device/<facility>-<device>/config`.

    Args:
        prefix: Home Assistant's discovery prefix.
        context: names the device, its language and its cameras.
        profile: shown as the model.
        version: of the software.
        before: the announcement that this one replaces; what it had and this has not is removed.
    """
    components = dict(_components(context))
    gone = {key: Removed(p=old["p"]) for key, old in _components_of(before).items() if key not in components}
    rooms = sorted(set(context.rooms.values()))
    message = DiscoveryMessage(
        dev=DeviceDescription(
            ids=(_unique(context),),
            name=f"{MAKER} {context.device}",
            mf=MAKER,
            mdl=profile,
            sw=version,
            sa=_title(rooms[0]) if len(rooms) == 1 else None,
        ),
        o=Origin(name="carepose", sw=version),
        availability=(_online(context),),
        availability_mode="all",
        qos=1,
        cmps={**components, **gone},
    )
    topic = config_topic(prefix, context.facility, context.device)
    return Draft(None, topic, message.model_dump(mode="json", by_alias=True, exclude_none=True))


def withdrawn(prefix: str, context: Context) -> Draft:
    """The end of an announcement: an empty body is sent as an empty payload, and Home Assistant forgets the device."""
    return Draft(None, config_topic(prefix, context.facility, context.device), {})


def _components_of(draft: Draft | None) -> Mapping[str, Mapping[str, Literal["sensor", "binary_sensor"]]]:
    found = draft.body.get("cmps", {}) if draft is not None else {}
    return found if isinstance(found, dict) else {}


def _components(context: Context) -> Iterator[tuple[str, Entity]]:
    cameras = sorted(context.rooms)
    for camera in cameras:
        named = f"{_where(context, camera)} " if len(cameras) > 1 else ""
        for shown in OF_A_CAMERA:
            yield f"{camera}-{shown.key}", _entity(context, shown, camera, named)
    for shown in OF_THE_DEVICE:
        yield shown.key, _entity(context, shown, None, "")


def _entity(context: Context, shown: _Shown, camera: str | None, named: str) -> Entity:
    name = shown.names[LANGUAGES.index(context.language)]
    return Entity(
        p=shown.platform,
        unique_id=_unique(context, *((camera,) if camera else ()), shown.key),
        name=f"{named}{name[0].lower() + name[1:] if named else name}",
        state_topic=context.topic(shown.kind),
        value_template=_template(shown.value, camera),
        device_class=shown.device_class,
        unit_of_measurement=shown.unit,
        state_class="measurement" if shown.measured else None,
        options=shown.options,
        entity_category="diagnostic" if shown.diagnostic else None,
        availability=_availability(context, shown, camera),
    )


def _availability(context: Context, shown: _Shown, camera: str | None) -> tuple[Availability, ...] | None:
    if shown.stays:
        return (Availability(topic=context.topic(shown.kind), value_template="online"),)
    if shown.sees:
        sees = _template("'online' if c.status in ['ok', 'degraded'] else 'offline'", camera, otherwise="'offline'")
        return (_online(context), Availability(topic=context.topic(topics.HEALTH), value_template=sees))
    return None


def _template(expression: str, camera: str | None, otherwise: str = "none") -> str:
    """A template that renders `otherwise`, and not nothing, where the message does not speak of the camera."""
    if camera is None:
        return f"{{% set v = value_json %}}{{{{ {expression} }}}}"
    find = f"value_json.cameras | selectattr('camera', 'eq', '{camera}') | first | default(none)"
    return f"{{% set c = {find} %}}{{{{ ({expression}) if c else {otherwise} }}}}"


def _online(context: Context) -> Availability:
    return Availability(topic=context.topic(topics.AVAILABILITY))


def _unique(context: Context, *parts: str) -> str:
    """An id that no other device of any facility has; our ids have no underscore."""
    return "_".join(("carepose", context.facility, context.device, *parts))


def _where(context: Context, camera: str) -> str:
    """A camera by its room, and by its own name where the room has several."""
    room = context.rooms[camera]
    several = sum(other == room for other in context.rooms.values()) > 1
    return f"{_title(room)} {camera}" if several else _title(room)


def _title(id_: str) -> str:
    return id_.replace("-", " ").capitalize()
