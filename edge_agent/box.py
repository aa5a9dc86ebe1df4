"""From a configuration to what the flow is told: settings, message context, models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from edge_agent.errors import ConfigurationError, UsageError
from edge_agent.kinematics import vector
from edge_agent.messages.encode import Context
from edge_agent.pose import blazepose
from edge_agent.pose.estimator import PoseEstimator
from edge_agent.settings import Settings
from edge_agent.stopwatch import UNMEASURED, Stopwatch
from edge_agent.types import Camera, View, Zone, ZoneKind
from firmware_config import schema
from firmware_config.load import InvalidConfigurationError, load

INSTALLED_MODELS = Path("/usr/share/carepose/models")
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
            View(camera.view.tilt_deg, camera.view.roll_deg, camera.view.height_m, camera.view.intrinsics),
            tuple(Zone(zone.name, ZoneKind(zone.kind), zone.polygon, zone.subject) for zone in camera.zones),
            camera.subject,
            camera.shared_room,
        ),
        analysis_fps=configuration.analysis_fps,
    )
    return replace(
        default,
        activity=replace(default.activity, minute_s=configuration.minute_s),
        incidents=replace(default.incidents, prolonged_sitting_s=configuration.prolonged_sitting_s),
    )


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


@dataclass(frozen=True, slots=True)
class ReplayedBox:
    """One camera of a box, without its clock, outbox and broker."""

    settings: Settings
    context: Context
    estimator: Callable[[Stopwatch], PoseEstimator]


def load_estimator(configuration: schema.Configuration, stopwatch: Stopwatch = UNMEASURED) -> PoseEstimator:
    """The pose models of a box.

    Raises:
        ModelError: one is missing or was changed.
    """
    return blazepose.load(models_folder(configuration.models_dir), threads=configuration.threads, stopwatch=stopwatch)


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
    return ReplayedBox(
        settings_of(configuration, camera),
        context_of(configuration, "replay"),
        lambda stopwatch: load_estimator(configuration, stopwatch),
    )


UNCONFIGURED = schema.Configuration(
    facility="replay",
    device="replay",
    cameras=(schema.Camera(id="camera", room="room", source=schema.Source(recording=Path())),),
    broker=schema.Broker(host="localhost"),
    data_dir=Path(),
)
"""A replay without a configuration; its source, broker and data folder are not used."""
