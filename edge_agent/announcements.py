"""What the box says of itself: `info` and `health`."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from edge_agent.box import context_of, model_digests
from edge_agent.messages import topics
from edge_agent.messages.draft import Draft
from edge_agent.messages.encode import Context
from edge_agent.messages.health import CameraHealth, HealthMessage, OutboxHealth
from edge_agent.messages.info import InfoMessage, RoomInfo
from edge_agent.messages.schemas import SCHEMAS
from edge_agent.messages.stamp import Stamp
from edge_agent.mqtt.home_assistant import announced, withdrawn
from edge_agent.outbox import Counts
from edge_agent.runtime.vitals import Vital
from firmware_config.schema import Configuration

VERSIONED = ("carepose", "ai-edge-litert", "tflite-runtime", "numpy", "opencv-python-headless", "paho-mqtt")
UNREAD = Vital()
"""Before the first look at the box."""


def info_draft(configuration: Configuration, context: Context, started: Stamp) -> Draft:
    """What the device is; no secret in it."""
    rooms = sorted({camera.room for camera in configuration.cameras})
    message = InfoMessage(
        schema="care/info/1",
        facility=configuration.facility,
        device=configuration.device,
        boot_id=context.boot_id,
        started_at=started.observed_at,
        versions={"python": platform.python_version(), **_versions()},
        models=model_digests(configuration),
        profile=configuration.profile,
        config_generation=configuration.generation,
        language=configuration.language,
        rooms=tuple(
            RoomInfo(room=room, cameras=tuple(camera.id for camera in configuration.cameras if camera.room == room))
            for room in rooms
        ),
        schemas=SCHEMAS,
        consumer=configuration.broker.consumer,
    )
    return Draft(None, context.topic(topics.INFO), message.model_dump(mode="json", by_alias=True))


def home_assistant_drafts(
    configuration: Configuration, context: Context, before: Configuration | None
) -> tuple[Draft, ...]:
    """The device as Home Assistant discovers it, where that is configured.

    Args:
        configuration: of this box.
        context: names the device.
        before: what this configuration took the place of: what it announced is taken back where it no longer holds.
    """
    earlier: Draft | None = None
    taken_back: tuple[Draft, ...] = ()
    if before is not None and before.broker.home_assistant is not None:
        prefix, of_before = before.broker.home_assistant.discovery_prefix, context_of(before, context.boot_id)
        earlier = announced(prefix, of_before, before.profile, version("carepose"))
        taken_back = (withdrawn(prefix, of_before),)
    known = configuration.broker.home_assistant
    if known is None:
        return taken_back
    now = announced(known.discovery_prefix, context, configuration.profile, version("carepose"), earlier)
    return (now,) if earlier is None or now.topic == earlier.topic else (*taken_back, now)


def health_draft(
    context: Context,
    now: Stamp,
    cameras: tuple[CameraHealth, ...],
    counts: Counts,
    disk_free_bytes: int | None,
    vital: Vital = UNREAD,
) -> Draft:
    """How the device is; `vital` is what it knows of itself beside its cameras."""
    message = HealthMessage(
        schema="care/health/1",
        boot_id=context.boot_id,
        observed_at=now.observed_at,
        uptime_ms=now.uptime_ms,
        cameras=cameras,
        temperature_c=vital.temperature_c,
        throttled=vital.throttled,
        disk_free_bytes=disk_free_bytes,
        outbox=OutboxHealth(alarm=counts.alarm, routine=counts.routine, bytes=counts.bytes, dropped=counts.dropped),
        clock=now.time_quality,
        reasons=vital.reasons,
        stalled=vital.stalled,
        under_voltage=vital.under_voltage,
        slowed_to_fps=vital.slowed_to_fps,
        clock_jump=vital.clock_jump,
        suspended_s=vital.suspended_s,
        woke_at=vital.woke_at,
        configuration_refused=vital.configuration_refused,
        memory_bytes=vital.memory_bytes,
    )
    return Draft(None, context.topic(topics.HEALTH), message.model_dump(mode="json", by_alias=True))


def _versions() -> dict[str, str]:
    found = {}
    for name in VERSIONED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue  # one of the two runtimes is always absent
    return found
