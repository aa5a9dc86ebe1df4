"""Every check there is, in the order in which an installer wants to read them."""

from __future__ import annotations

from collections.abc import Iterator

from edge_agent.doctor import (
    broker,
    broker_rights,
    cameras,
    clock,
    configuration,
    disk,
    fail_safe,
    heat,
    memory,
    models,
    network,
    pauses,
    service,
    software,
)
from edge_agent.doctor.examination import Check
from edge_agent.doctor.finding import Finding, skipped
from edge_agent.doctor.situation import Situation

TITLES = {
    "configuration": "Configuration",
    "camera": "Cameras",
    "models": "Models",
    "heat": "Heat and power",
    "disk": "Disk",
    "clock": "Clock",
    "memory": "Memory",
    "broker": "Broker",
    "pause": "Pauses",
    "fail_safe": "Fail-safe",
    "service": "Service",
    "software": "Software",
    "network": "Network",
}
"""Of each topic, as people read it."""


def checks(situation: Situation) -> tuple[Check, ...]:
    """What can be asked here."""
    return (
        Check("configuration.file", configuration.usable),
        Check("configuration.cautions", configuration.cautious),
        Check("configuration.secrets", configuration.guarded),
        *_cameras(situation),
        Check("models.files", models.files, limit_s=10.0, after_all=True),
        Check("models.speed", models.speed, limit_s=25.0, needs="models.files", after_all=True),
        Check("models.memory", models.memory, needs="models.speed", after_all=True),
        Check("heat.temperature", heat.temperature, after_all=True),
        Check("heat.throttling", heat.throttling, after_all=True),
        Check("heat.supply", heat.supply, after_all=True),
        Check("disk.free", disk.free),
        Check("disk.writing", disk.writing, limit_s=15.0),
        Check("disk.medium", disk.medium),
        Check("clock.synchronised", clock.synchronised),
        Check("clock.plausible", clock.plausible),
        Check("memory.free", memory.free),
        Check("memory.swap", memory.swap),
        Check("memory.core", memory.core),
        Check("memory.lock", memory.lock),
        Check("broker.name", broker.name, limit_s=6.0),
        Check("broker.port", broker.port, limit_s=6.0, needs="broker.name"),
        Check("broker.tls", broker.tls, limit_s=6.0, needs="broker.port"),
        Check("broker.login", broker.login, limit_s=8.0, needs="broker.tls"),
        Check("broker.rights", broker_rights.rights, limit_s=8.0, needs="broker.login"),
        Check("broker.apart", broker_rights.apart, limit_s=8.0, needs="broker.login"),
        Check("broker.consumer", broker_rights.consumer, limit_s=8.0, needs="broker.rights"),
        Check("pause.file", pauses.file),
        Check("pause.schedule", pauses.schedule),
        Check("pause.button", pauses.button),
        Check("fail_safe.relay", fail_safe.relay),
        Check("fail_safe.tone", fail_safe.tone, limit_s=15.0),
        Check("service.unit", service.unit),
        Check("service.configuration", service.configuration, needs="service.unit"),
        Check("software.python", software.python),
        Check("software.packages", software.packages),
        Check("network.listening", network.listening),
    )


def _cameras(situation: Situation) -> Iterator[Check]:
    known = () if situation.reading is None else situation.reading.cameras
    if not known:
        yield Check("camera.pictures", _no_camera)
    for camera in known:
        limit_s = cameras.FIRST_S + situation.seconds + cameras.OPENING_S
        yield Check(f"camera.{camera.id}.pictures", cameras.pictures(camera), limit_s, lane=f"camera {camera.id}")
        yield Check(f"camera.{camera.id}.privacy", cameras.privacy(camera), lane=f"camera {camera.id}")


def _no_camera(situation: Situation) -> Finding:
    if situation.reading is None:
        return configuration.NOT_ASKED
    return skipped("there is no usable section `cameras`", "mend the configuration first")
