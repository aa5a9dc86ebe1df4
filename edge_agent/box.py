"""From a configuration to what the parts are told: settings, message context, models, lines."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import UTC, tzinfo
from functools import cache
from math import inf
from pathlib import Path
from zoneinfo import ZoneInfo

from edge_agent.errors import ConfigurationError, UsageError
from edge_agent.eye import Eye, eye
from edge_agent.fail_safe import FailSafe, FailSafeLimits, ToneSettings
from edge_agent.fail_safe.tone import AplayTone
from edge_agent.gpio import GpioButton, GpioContact, library
from edge_agent.kinematics import vector
from edge_agent.messages.encode import Context
from edge_agent.mqtt.settings import BrokerSettings
from edge_agent.pause import PauseSettings, Window
from edge_agent.pause.rules import PauseLimits
from edge_agent.pose import added, blazepose, interpreter
from edge_agent.pose.estimator import PoseEstimator
from edge_agent.posture import sitter
from edge_agent.posture.additive import Additive, from_json
from edge_agent.privacy import FaceBlur, FaceDetector, FullRangeFaces, Mask, PrivacySettings
from edge_agent.privacy.detector import MODEL as FACES
from edge_agent.settings import Settings
from edge_agent.stopwatch import UNMEASURED, Stopwatch
from edge_agent.types import Alertness, Camera, Care, Sensitivity, View, Zone, ZoneKind
from firmware_config import care, schema
from firmware_config.load import InvalidConfigurationError, load
from firmware_config.services import DAYS

BLAZEPOSE = "blazepose"
"""The pose model that every box comes with."""
INSTALLED_MODELS = Path("/usr/share/carepose/models")
SEATED = Path(__file__).parent / "posture" / "seated.json"
"""Weights learned by tools.train_seated; without the file a rule judges instead."""
CHECKOUT_MODELS = Path(__file__).resolve().parents[1] / "models" / "built"


def read_configuration(path: Path) -> schema.Configuration:
    """Load a configuration file.

    Raises:
        ConfigurationError: all faults, a line each.
    """
    try:
        return load(path)
    except InvalidConfigurationError as invalid:
        said = "\n".join(str(fault) for fault in invalid.faults)
        raise ConfigurationError(said, "mend the file; edge-config validate checks it") from None


def models_folder(configured: Path | None) -> Path:
    """Where the built models lie: as configured, beside a checkout, or as installed."""
    if configured is not None:
        return configured
    return CHECKOUT_MODELS if CHECKOUT_MODELS.is_dir() else INSTALLED_MODELS


def settings_of(configuration: schema.Configuration, camera: schema.Camera) -> Settings:
    """What one camera's pipeline is told."""
    default = Settings(
        Camera(
            camera.id,
            camera.room,
            View(
                camera.view.tilt_deg,
                camera.view.roll_deg,
                camera.view.height_m,
                camera.view.intrinsics,
                camera.view.distortion,
            ),
            tuple(
                Zone(zone.name, ZoneKind(zone.kind), zone.polygon or (), zone.subject, zone.floor or ())
                for zone in camera.zones
            ),
            camera.subject,
            camera.shared_room,
            care_of(camera.care),
            alertness_of(camera.alerts),
            tuple((own.subject, alertness_of(own)) for own in camera.alerts.subjects),
        ),
        analysis_fps=configuration.analysis_fps,
        seated=learned_seated(),
    )
    return replace(
        default,
        activity=replace(default.activity, minute_s=configuration.minute_s),
        incidents=replace(
            default.incidents,
            prolonged_sitting_s=configuration.prolonged_sitting_s,
            immobility_s=inf if camera.care.immobility_s is None else camera.care.immobility_s,
        ),
    )


@cache
def learned_seated() -> Additive | None:
    """What was learned of how people sit; None where a box was built without it."""
    if not SEATED.is_file():
        return None
    return from_json(json.loads(SEATED.read_text("utf-8")), [name for name, _ in sitter.FEATURES])


def care_of(plan: care.Care) -> Care:
    """What is watched in a room because its care plan asks for it."""
    begins, ends = (3600.0 * at.hour + 60.0 * at.minute for at in (plan.night.begins, plan.night.ends))
    return Care(
        plan.bed_exit,
        plan.chair_exit,
        plan.absence_s,
        plan.inactivity_s,
        plan.wandering_s,
        plan.wandering_by_day,
        (begins, ends),
    )


def alertness_of(alerts: care.Alertness) -> Alertness:
    """How readily findings are said."""
    return Alertness(**{each.name: Sensitivity(getattr(alerts, each.name)) for each in fields(Alertness)})


def zone_of(configuration: schema.Configuration) -> tzinfo:
    """Whose time of day it is; UTC needs no tables."""
    return UTC if configuration.time_zone == "UTC" else ZoneInfo(configuration.time_zone)


def with_view(settings: Settings, view: View) -> Settings:
    """The same settings where a recording tells how its camera looked; it knows better than the configuration."""
    return settings if view == View() else replace(settings, camera=replace(settings.camera, view=view))


def context_of(configuration: schema.Configuration, boot_id: str) -> Context:
    """What every message of this boot says."""
    return Context(
        configuration.facility,
        configuration.device,
        boot_id,
        configuration.language,
        {camera.id: camera.room for camera in configuration.cameras},
        tuple(f"{'-'.join(one)}:{'-'.join(other)}" for one, other in vector.EDGES),
        vector.VERSION,
    )


def broker_of(configuration: schema.Configuration) -> BrokerSettings:
    """Where messages go."""
    broker = configuration.broker
    tls = broker.tls
    return BrokerSettings(
        broker.host,
        broker.port,
        broker.protocol,
        broker.keepalive_s,
        broker.username,
        broker.password_file,
        tls.ca if tls else None,
        tls.certificate if tls else None,
        tls.key if tls else None,
    )


def privacy_of(camera: schema.Camera) -> PrivacySettings:
    """What is taken out of a camera's pictures."""
    masks = tuple(Mask(mask.name, mask.polygon) for mask in camera.privacy.masks)
    return PrivacySettings(masks, FaceBlur(camera.privacy.face_blur))


def pause_of(configuration: schema.Configuration) -> PauseSettings:
    """Who may stop the cameras, when and for how long."""
    pause = configuration.pause
    schedule = tuple(
        Window(
            window.begins,
            window.ends,
            frozenset(DAYS.index(day) for day in window.days),
            None if window.cameras is None else frozenset(window.cameras),
        )
        for window in pause.schedule
    )
    return PauseSettings(PauseLimits(pause.longest_s), pause.file, schedule, zone_of(configuration))


def button_of(configuration: schema.Configuration) -> GpioButton | None:
    """The button that pauses, where there is one.

    Raises:
        ConfigurationError: its line cannot be had.
    """
    button = configuration.pause.button
    return None if button is None else GpioButton(button.chip, button.line, library())


def fail_safe_of(configuration: schema.Configuration) -> FailSafe | None:
    """What is closed or sounded when nobody answers a fall; None where that is off.

    Raises:
        ConfigurationError: the relay's line cannot be had, or there is nothing to play a tone with.
    """
    wanted = configuration.fail_safe
    if wanted is None:
        return None
    limits = FailSafeLimits()
    limits = FailSafeLimits(wanted.after_s, wanted.relay.hold_s if wanted.relay else limits.hold_s)
    return FailSafe(limits, contact_of(wanted), tone_of(wanted))


def contact_of(wanted: schema.FailSafe) -> GpioContact | None:
    """The relay, where there is one.

    Raises:
        ConfigurationError: its line cannot be had.
    """
    relay = wanted.relay
    return None if relay is None else GpioContact(relay.chip, relay.line, library(), active_low=relay.active_low)


def tone_of(wanted: schema.FailSafe) -> AplayTone | None:
    """The tone, where there is one.

    Raises:
        ConfigurationError: there is nothing to play it with.
    """
    tone = wanted.tone
    return None if tone is None else AplayTone(ToneSettings(tone.device or ToneSettings().device, tone.volume))


def load_estimator(configuration: schema.Configuration, stopwatch: Stopwatch = UNMEASURED) -> PoseEstimator:
    """The pose models of a box.

    Raises:
        ModelError: one is missing or was changed.
    """
    folder, name = models_folder(configuration.models_dir), configuration.pose_model
    if name == BLAZEPOSE:
        return blazepose.load(folder, threads=configuration.threads, stopwatch=stopwatch)
    return added.load(folder, name, threads=configuration.threads, stopwatch=stopwatch)


def load_faces(configuration: schema.Configuration, stopwatch: Stopwatch = UNMEASURED) -> FaceDetector | None:
    """The face detector, where a camera asks for it.

    Raises:
        ModelError: it is missing or was changed.
    """
    if not _searches_faces(configuration):
        return None
    network = interpreter.load(models_folder(configuration.models_dir), FACES, configuration.threads)
    return FullRangeFaces(network, stopwatch=stopwatch)


def _searches_faces(configuration: schema.Configuration) -> bool:
    return any(privacy_of(camera).face_blur is FaceBlur.DETECTOR for camera in configuration.cameras)


def model_digests(configuration: schema.Configuration) -> dict[str, str]:
    """The SHA-256 of every model in use, by name.

    Raises:
        ModelError: one is not listed.
    """
    folder, name = models_folder(configuration.models_dir), configuration.pose_model
    built = {blazepose.DETECTOR, *((blazepose.LANDMARKS,) if name == BLAZEPOSE else ())}
    if _searches_faces(configuration):
        built.add(FACES)
    digests = {each: interpreter.listed(folder, each)[1] for each in sorted(built)}
    return digests if name == BLAZEPOSE else {**digests, name: added.listed(folder, name).sha256}


@dataclass(frozen=True, slots=True)
class ReplayedBox:
    """One camera of a box, without its clock, outbox and broker."""

    settings: Settings
    context: Context
    eye: Callable[[Stopwatch], Eye]


def replayed_box(path: Path | None, camera_id: str | None) -> ReplayedBox:
    """The box of a replay: as configured, or one with every default.

    Raises:
        ConfigurationError: the file cannot be used.
        UsageError: it has no such camera.
    """
    configuration = UNCONFIGURED if path is None else read_configuration(path)
    cameras = {camera.id: camera for camera in configuration.cameras}
    camera = cameras.get(camera_id) if camera_id else configuration.cameras[0]
    if camera is None:
        raise UsageError(f"the configuration has no camera {camera_id!r}", f"it has: {', '.join(cameras)}")
    settings = settings_of(configuration, camera)
    return ReplayedBox(
        settings,
        context_of(configuration, "replay"),
        lambda stopwatch: eye(
            load_estimator(configuration, stopwatch),
            privacy_of(camera),
            load_faces(configuration, stopwatch),
            stopwatch,
            lens=settings.camera.view.intrinsics,
        ),
    )


UNCONFIGURED = schema.Configuration(
    facility="replay",
    device="replay",
    cameras=(schema.Camera(id="camera", room="room", source=schema.Source(recording=Path())),),
    broker=schema.Broker(host="localhost"),
    data_dir=Path(),
)
"""A replay without a configuration; its source, broker and data folder are not used."""
