"""The configuration of one box, as far as it can be set today: fields, units, defaults and bounds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Identifier = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,32}$")]
Fraction = Annotated[float, Field(ge=0.0, le=1.0)]


class Section(BaseModel):
    """Closed and frozen: an unknown key is a fault, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class Source(Section):
    """Where a camera's pictures come from: recordings today."""

    recording: Path
    """A video, a folder of pictures or a keypoint recording; relative to the configuration file."""
    start_after_s: Annotated[float, Field(ge=0.0)] = 0.0
    repeat: bool = False
    """Start again from the beginning for ever."""


class View(Section):
    """How the camera looks into the room; leave out what nobody measured."""

    tilt_deg: Annotated[float, Field(ge=-90.0, le=90.0)] | None = None
    roll_deg: Annotated[float, Field(ge=-180.0, le=180.0)] | None = None
    height_m: Annotated[float, Field(gt=0.0, le=10.0)] | None = None
    intrinsics: tuple[float, float, float, float] | None = None


class Zone(Section):
    """A marked part of the picture."""

    name: Identifier
    kind: Literal["bed", "sofa", "chair", "floor", "door", "bathroom"]
    polygon: Annotated[tuple[tuple[Fraction, Fraction], ...], Field(min_length=3)]
    subject: Identifier | None = None


class Camera(Section):
    """One camera and its room."""

    id: Identifier
    room: Identifier
    source: Source
    view: View = View()
    zones: tuple[Zone, ...] = ()
    subject: Identifier | None = None
    shared_room: bool = False


class Tls(Section):
    """Certificates for the broker connection."""

    ca: Path
    certificate: Path | None = None
    key: Path | None = None

    @model_validator(mode="after")
    def _pair(self) -> Tls:
        if (self.certificate is None) != (self.key is None):
            raise ValueError("certificate and key go together")
        return self


class Broker(Section):
    """The facility's MQTT broker."""

    host: Annotated[str, Field(min_length=1, pattern=r"^[^/@:\s]+$")]
    """Name or address alone: no scheme, no password."""
    port: Annotated[int, Field(ge=1, le=65535)] = 8883
    protocol: Literal["3.1.1", "5"] = "5"
    keepalive_s: Annotated[int, Field(ge=5, le=300)] = 15
    username: str | None = None
    password_file: Path | None = None
    tls: Tls | None = None
    consumer: Identifier | None = None
    """Who acknowledges; without one, the broker's PUBACK counts as delivery."""


class Configuration(Section):
    """One box."""

    facility: Identifier
    device: Identifier
    generation: Annotated[int, Field(ge=1)] = 1
    profile: Literal["pi4", "pi5", "jetson", "usb-pc", "demo"] = "usb-pc"
    language: Literal["en", "it"] = "en"
    cameras: Annotated[tuple[Camera, ...], Field(min_length=1, max_length=8)]
    broker: Broker
    data_dir: Path
    models_dir: Path | None = None
    """Where the built models lie; None for the place they were installed to."""
    analysis_fps: Annotated[float, Field(ge=1.0, le=30.0)] = 10.0
    """Pictures analysed per second and camera."""
    threads: Annotated[int, Field(ge=1, le=8)] = 1
    """Of the pose models."""
    minute_s: Annotated[float, Field(ge=5.0, le=60.0)] = 60.0
    """Length of an `observation`; shorter for demonstrations."""
    prolonged_sitting_s: tuple[Annotated[float, Field(ge=10.0, le=14400.0)], ...] = (1800.0, 3600.0)
    """Sitting without a break that is worth saying, at each of these; 30 and 60 min are convention, not evidence."""

    @model_validator(mode="after")
    def _unique_cameras(self) -> Configuration:
        ids = [camera.id for camera in self.cameras]
        if len(set(ids)) != len(ids):
            raise ValueError("two cameras have the same id")
        return self
